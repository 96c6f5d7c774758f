"""What others computed and stated: a cloud bill, a lessee's, a franchise's, an investee's emissions, and our share."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from lca.equation import equation
from lca.figure import Figure, derive
from lca.inventory import Basis, Line
from lca.methods import Choices
from lca.methods.factor import line
from lca.model import Activity
from lca.placement import of_activity
from lca.units import ratio

emissions = Annotated[float, "{emissions}"]

KINDS = ("cloud", "leased", "leased_out", "franchises", "investments")
WHOLE = ("scope1", "other")
"""Of what is stated, what is the same on both bases."""
OTHER_BASIS: dict[Basis, Basis] = {"location": "market", "market": "location"}


@equation("C_our", "ghgp-scope3-2011#category 15", stated="C", share="s")
def part_of_stated(stated: emissions, share: ratio) -> emissions:
    """The part of stated emissions that is ours: of a lease, of an investment."""
    return stated * share


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of what somebody stated: on both bases what is not energy, the energy on each by itself."""
    at = of_activity(activity.kind, activity.words)
    stated: dict[str, tuple[Basis, Figure]] = {
        key: ("both", activity.figures[key]) for key in WHOLE if key in activity.figures
    }
    stated |= _energy(activity, choices)
    if not stated:
        needed = "scope1`, `location`, `market` or `other"
        choices.report("needs", activity.place, key=activity.title, needed=needed)
    return [
        line(activity, activity.kind, at, _ours(activity, key, figure), basis=basis, method="supplier")
        for key, (basis, figure) in stated.items()
    ]


def _energy(activity: Activity, choices: Choices) -> dict[str, tuple[Basis, Figure]]:
    """The energy on each basis that the case has; where one is not stated, the other stands in, and is said to."""
    stated: dict[str, tuple[Basis, Figure]] = {
        basis: (basis, activity.figures[basis]) for basis in OTHER_BASIS if basis in activity.figures
    }
    for basis, other in OTHER_BASIS.items():
        if basis in stated or other not in stated or (basis == "market" and not choices.contracts):
            continue
        _, figure = stated[other]
        place = activity.places.get(other, activity.place)
        choices.report("basis-stands-in", place, name=activity.title, given=other, missing=basis)
        id = f"{activity.key}.{other}_for_{basis}"
        return stated | {f"{other}_for_{basis}": (basis, replace(figure, id=id, unit=f"kgCO2e_{basis}"))}
    return stated


def _ours(activity: Activity, key: str, figure: Figure) -> Figure:
    share = activity.figures.get("share")
    if share is None:
        return figure
    return derive(
        f"{activity.key}.{key}.ours", f"{activity.title}, our share", part_of_stated, stated=figure, share=share
    )
