"""Heat, steam and cooling that are bought: scope 2 on both bases, upstream and losses of the network in scope 3."""

from __future__ import annotations

from typing import Annotated

from lca.equation import counted, equation, total
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import (
    activity_emissions,
    line,
    losses_per_delivered,
    whole,
)
from lca.model import Activity
from lca.placement import UPSTREAM_OF_HEAT, of_activity
from lca.units import kgCO2e_location, kgCO2e_market, ratio

kWh_heat = Annotated[float, "kWh_heat"]
kgCO2e_per_kWh_heat = Annotated[float, "kgCO2e/kWh_heat"]


@equation("C_loc", "ghgp-scope2-2015#chapter 6", energy="Q", factor="f")
def heat_location_based(energy: kWh_heat, factor: kgCO2e_per_kWh_heat) -> kgCO2e_location:
    """Emissions of heat, steam or cooling by the average generation of its kind."""
    return counted(energy * factor, "kgCO2e_location")


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", energy="Q", factor="f_sup")
def heat_market_based(energy: kWh_heat, factor: kgCO2e_per_kWh_heat) -> kgCO2e_market:
    """Emissions of heat, steam or cooling by the supplier's own generation, or by the average where it states none."""
    return counted(energy * factor, "kgCO2e_market")


@equation("f_loss", "ghgp-scope3-2011#category 3", losses="λ", parts="f")
def factor_of_heat_losses(losses: ratio, *parts: kgCO2e_per_kWh_heat) -> kgCO2e_per_kWh_heat:
    """Generation, and upstream where it is known, of the heat that is lost per kilowatt-hour delivered."""
    return losses * total(*parts)


@equation("f_loss", "ghgp-scope3-2011#category 3", parts="f_loss")
def heat_losses_of_parts(*parts: kgCO2e_per_kWh_heat) -> kgCO2e_per_kWh_heat:
    """A factor of losses from its parts: generation and upstream of what is lost."""
    return total(*parts)


# --- posting

TABLED = {"heat": "district-heat-and-steam|steam-and-heat", "steam": "district-heat-and-steam|steam-and-heat"}
"""The names under which publishers have what is bought; nobody publishes a factor of cooling."""


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of what was bought: location-based, market-based where the case has it, upstream, losses."""
    key, name, amount = activity.key, activity.title, activity.figures["amount"]
    declared = activity.figures.get("factor")
    factor = declared or _published(activity, "generation", choices)
    if factor is None:
        return []
    if _holds_all(activity, declared, choices):
        upstream = losses = None
    else:
        upstream, losses = _beyond(activity, factor, choices)
    at = of_activity("heat", activity.words)
    located = derive(key, f"{name}, location-based", heat_location_based, energy=amount, factor=factor)
    lines = [line(activity, "heat", at, located, basis="location")]
    if choices.contracts:
        supplied = activity.figures.get("supplier_factor")
        if supplied is None:
            choices.decide(
                f"{key}.market",
                f"Market-based factor of {name}",
                "that of the location-based result",
                "The supplier states none.",
                place=activity.place,
                assumed=True,
                source="ghgp-scope2-2015",
            )
        id, words = f"{key}.market", f"{name}, market-based"
        contracted = derive(id, words, heat_market_based, energy=amount, factor=supplied or factor)
        lines.append(line(activity, "heat", at, contracted, basis="market"))
    for part, words, beyond in (
        ("upstream", f"{name}, upstream", upstream),
        ("losses", f"{name}, losses of the network", losses),
    ):
        if beyond:
            figure = derive(f"{key}.{part}_emissions", words, activity_emissions, amount=amount, factor=beyond)
            lines.append(line(activity, f"heat.{part}", UPSTREAM_OF_HEAT, figure))
    return lines


def _holds_all(activity: Activity, declared: Figure | None, choices: Choices) -> bool:
    """Whether the case's factor is one of the life cycle; what would count twice on top of it is refused."""
    if declared is None or not isinstance(declared.reason, Given):
        return False
    if declared.reason.attributes.get("boundary") != "lifecycle":
        return False
    place = activity.places.get("factor", activity.place)
    details = {"facility": activity.title, "what": "`factor`"}
    added = [key for key in ("upstream", "losses") if key in activity.figures]
    for key in added:
        choices.report("lifecycle-with-upstream", place, added=key, **details)
    if not added:
        choices.report("lifecycle-in-scope-2", place, **details)
    return True


def _beyond(activity: Activity, factor: Figure, choices: Choices) -> tuple[Figure | None, Figure | None]:
    """Factors of upstream and of losses: declared, or published beside the generation that is taken.

    Beside a factor of the case's own nothing is added unless it says that it is one of generation: it may hold
    its upstream already.
    """
    upstream, lost = activity.figures.get("upstream"), activity.figures.get("losses")
    declared = activity.figures.get("factor")
    own = declared is not None
    tabled = not own or (isinstance(factor.reason, Given) and factor.reason.attributes.get("boundary") == "generation")
    if upstream is None and tabled:
        upstream = _published(activity, "upstream", choices)
    if upstream is None:
        problem = "none is published" if tabled else "its `factor` is the case's own, and does not say what it holds"
        choices.report("upstream-missing", activity.place, name=activity.title, problem=problem)
    if lost is not None:
        return upstream, _factor_of_losses(activity, lost, factor, upstream, choices)
    if not own and "upstream" not in activity.figures:
        parts = [part for kind in ("losses", "upstream-losses") if (part := _published(activity, kind, choices))]
        if parts:
            id, name = f"{activity.key}.loss_factor", "Factor of losses in the network"
            return upstream, derive(id, name, heat_losses_of_parts, parts=parts)
    choices.report("losses-missing", activity.place, name=activity.title)
    return upstream, None


def _factor_of_losses(
    activity: Activity, lost: Figure, factor: Figure, upstream: Figure | None, choices: Choices
) -> Figure:
    assert isinstance(lost.reason, Given)
    basis = lost.reason.attributes.get("basis")
    if basis is None:
        choices.report("losses-basis", lost.reason.place, facility=activity.title)
    if basis != "delivered":
        id, name = f"{activity.key}.losses_per_delivered", "Losses per kilowatt-hour of heat delivered"
        lost = derive(id, name, losses_per_delivered, loss=lost)
    id, name = f"{activity.key}.loss_factor", "Factor of losses in the network"
    return derive(id, name, factor_of_heat_losses, losses=lost, parts=[factor, upstream] if upstream else [factor])


def _published(activity: Activity, boundary: str, choices: Choices) -> Figure | None:
    rows = choices.per_amount(
        "heat",
        TABLED.get(activity.words["carrier"], activity.words["carrier"]),
        "kWh_heat",
        boundary,
        where=activity.region,
        place=activity.places.get("carrier", activity.place),
        needed_for=activity.title,
        optional=boundary != "generation",
    )
    return whole(rows, choices, activity, f"{activity.words['carrier']}, {boundary}") if rows else None
