"""What others did for us, by amount: goods and services, waste, transport, travel, commuting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from lca.equation import counted, equation
from lca.methods import Choices
from lca.methods.factor import activity_emissions, line, whole
from lca.model import Activity, Figure, Line, derive
from lca.placement import of_activity

tonnes = Annotated[float, "t"]
kilometres = Annotated[float, "km"]
tonne_kilometres = Annotated[float, "tkm"]


@equation("A", "ghgp-scope3-2011#category 4", mass="m", distance="d")
def load_distance(mass: tonnes, distance: kilometres) -> tonne_kilometres:
    """Transport of a load over a distance."""
    return counted(mass * distance, "tkm")


@dataclass(frozen=True)
class Kind:
    """How activities of one kind find their factor: the table, the word that names the thing, the boundary."""

    table: str
    word: str
    boundary: str
    part: str


KINDS = {
    "freight": Kind("freight", "mode", "combustion", "freight"),
    "travel": Kind("travel", "mode", "combustion", "travel"),
    "commuting": Kind("travel", "mode", "combustion", "commuting"),
    "waste": Kind("waste", "waste", "treatment", "waste"),
    "purchases": Kind("material", "what", "cradle-to-gate", "purchase"),
    "capital": Kind("material", "what", "cradle-to-gate", "capital"),
}


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of one activity: what it emits, and what lies upstream of it."""
    kind, amount = KINDS[activity.kind], _amount(activity, choices)
    if amount is None:
        return []
    at = of_activity(activity.kind, activity.words)
    lines = []
    direct = activity.figures.get("factor") or _published(activity, kind, kind.boundary, amount, choices)
    if direct:
        figure = derive(activity.key, activity.title, activity_emissions, amount=amount, factor=direct)
        lines.append(line(activity, kind.part, at, figure))
    upstream = activity.figures.get("upstream")
    if upstream is None and "factor" not in activity.figures and kind.boundary == "combustion":
        upstream = _published(activity, kind, "upstream", amount, choices, optional=True)
    if upstream:
        id, name = f"{activity.key}.upstream", f"{activity.title}, upstream"
        figure = derive(id, name, activity_emissions, amount=amount, factor=upstream)
        lines.append(line(activity, f"{kind.part}.upstream", at, figure))
    return lines


def _amount(activity: Activity, choices: Choices) -> Figure | None:
    """The amount as stated; of freight, load times distance will do."""
    if stated := activity.figures.get("amount"):
        return stated
    mass, distance = (activity.figures.get(key) for key in ("mass", "distance"))
    if mass and distance:
        id, name = f"{activity.key}.amount", f"{activity.title}, load times distance"
        return derive(id, name, load_distance, mass=mass, distance=distance)
    choices.report("amount-missing", activity.place, name=activity.title)
    return None


def _published(
    activity: Activity, kind: Kind, boundary: str, amount: Figure, choices: Choices, *, optional: bool = False
) -> Figure | None:
    rows = choices.per_amount(
        kind.table,
        activity.words[kind.word],
        amount.unit,
        boundary,
        where=activity.region,
        place=activity.places.get(kind.word, activity.place),
        needed_for=activity.title,
        optional=optional,
    )
    return whole(rows, choices, activity, f"{activity.words[kind.word]}, {boundary}") if rows else None
