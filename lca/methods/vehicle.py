"""Owned vehicles by their way: each gas of their fuel in scope 1, electricity in scope 2, upstream in scope 3."""

from __future__ import annotations

from typing import Annotated

from lca.equation import counted, equation
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import (
    EMITTED,
    WEIGHED,
    activity_emissions,
    by_gas,
    line,
    of_biomass,
    potential,
    whole,
)
from lca.model import Activity
from lca.placement import ELECTRICITY_OF_VEHICLES, UPSTREAM, UPSTREAM_OF_FUEL, of_activity
from lca.units import kgCO2e_location, kgCO2e_market

kilometres = Annotated[float, "km_vehicle"]
kgCO2e_per_kilometre = Annotated[float, "kgCO2e/km_vehicle"]


@equation("C_loc", "ghgp-scope2-2015#chapter 6", distance="d", factor="f")
def driven_location_based(distance: kilometres, factor: kgCO2e_per_kilometre) -> kgCO2e_location:
    """Emissions of the electricity that a vehicle draws, by the average generation of the place."""
    return counted(distance * factor, "kgCO2e_location")


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", distance="d", factor="f_sup")
def driven_market_based(distance: kilometres, factor: kgCO2e_per_kilometre) -> kgCO2e_market:
    """Emissions of the electricity that a vehicle draws: by the average, where no contract is known."""
    return counted(distance * factor, "kgCO2e_market")


# --- posting


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of one vehicle, or of all of a kind."""
    amount, name = activity.figures["amount"], activity.title
    upstream = activity.figures.get("upstream")
    boundary, problem = "", f"none of {activity.words['vehicle']} is published"
    if declared := activity.figures.get("factor"):
        assert isinstance(declared.reason, Given)
        boundary = declared.reason.attributes.get("boundary", "unsaid")
        lines = [_together(activity, declared, choices)]
        place = activity.places.get("factor", activity.place)
        choices.report("gases-not-apart", place, name=name)
        if boundary == "lifecycle":
            details = {"what": "factor", "facility": name, "added": "upstream"}
            choices.report("lifecycle-with-upstream" if upstream else "lifecycle-in-scope-1", place, **details)
            return lines
        problem = "its `factor` is the case's own, and does not say what it holds"
    else:
        lines = _burnt(activity, choices)
        if not lines:
            return []
    if not boundary:
        lines += _electric(activity, choices)
    if not boundary and activity.words.get("charged") == "own-meter" and not any(item.gas for item in lines):
        return lines  # of its electricity the meter's upstream speaks, and it burns nothing
    if upstream is None and boundary != "unsaid":
        upstream = _published(activity, "upstream", choices)
    if upstream is None:
        choices.report("upstream-missing", activity.place, name=name, problem=problem)
        return lines
    id = f"{activity.key}.upstream"
    figure = derive(id, f"{name}, upstream", activity_emissions, amount=amount, factor=upstream)
    return [*lines, line(activity, "vehicle.upstream", UPSTREAM_OF_FUEL, figure)]


def _burnt(activity: Activity, choices: Choices) -> list[Line]:
    """A line for each gas of the fuel; a vehicle without an engine has none that is above zero."""
    rows = _rows(activity, "combustion", choices, optional=False)
    at, amount = of_activity("vehicles", activity.words), activity.figures["amount"]
    lines: list[Line] = []
    masses = by_gas(rows, choices, activity)
    for gas, factor in masses.items():
        gwp = potential(gas, choices, activity, biogenic=of_biomass(factor))
        if gwp is None or _is_zero(rows[gas]):
            continue
        id, name = f"{activity.key}.{gas}", f"{activity.title}, {gas}"
        mass = derive(f"{id}.mass", f"{name}, mass", EMITTED[gas], amount=amount, factor=factor)
        lines.append(line(activity, "vehicle", at, derive(id, name, WEIGHED[gas], mass=mass, gwp=gwp), gas))
    together = rows.get("") or rows.get("total")
    if not masses and together:
        lines.append(_together(activity, together, choices))
    if rows and not lines:
        # Of what has no engine the publisher prints zeros: they are a line, so that the vehicle is not missing.
        lines = [_together(activity, rows.get("total") or next(iter(rows.values())), choices)]
    return lines


def _together(activity: Activity, factor: Figure, choices: Choices) -> Line:
    amount, at = activity.figures["amount"], of_activity("vehicles", activity.words)
    figure = derive(activity.key, activity.title, activity_emissions, amount=amount, factor=factor)
    return line(activity, "vehicle", at, figure)


def _electric(activity: Activity, choices: Choices) -> list[Line]:
    """The electricity that a vehicle draws, unless an own meter has counted it already."""
    generation = _published(activity, "generation", choices)
    if generation is None:
        return []
    key, name, amount = activity.key, activity.title, activity.figures["amount"]
    charged = activity.words.get("charged")
    if charged is None:
        choices.decide(
            f"{key}.charged",
            f"Where {name} is charged",
            "elsewhere",
            "The case does not say; its electricity is counted by its way. At an own meter it would count twice.",
            place=activity.place,
            assumed=True,
            source="ghgp-scope2-2015",
        )
    if charged == "own-meter":
        return []
    at = ELECTRICITY_OF_VEHICLES
    located = derive(f"{key}.electricity", name, driven_location_based, distance=amount, factor=generation)
    lines = [line(activity, "vehicle.electricity", at, located, basis="location")]
    if choices.contracts:
        id = f"{key}.electricity.market"
        contracted = derive(id, name, driven_market_based, distance=amount, factor=generation)
        lines.append(line(activity, "vehicle.electricity", at, contracted, basis="market"))
    if losses := _published(activity, "losses", choices):
        id = f"{key}.losses"
        figure = derive(id, f"{name}, losses in the grid", activity_emissions, amount=amount, factor=losses)
        lines.append(line(activity, "vehicle.losses", UPSTREAM, figure))
    return lines


def _is_zero(row: Figure) -> bool:
    return isinstance(row.reason, Given) and row.reason.value == 0


def _published(activity: Activity, boundary: str, choices: Choices) -> Figure | None:
    rows = _rows(activity, boundary, choices, optional=True)
    return whole(rows, choices, activity, f"{activity.words['vehicle']}, {boundary}") if rows else None


def _rows(activity: Activity, boundary: str, choices: Choices, *, optional: bool) -> dict[str, Figure]:
    return dict(
        choices.per_amount(
            "vehicle",
            activity.words["vehicle"],
            activity.figures["amount"].unit,
            boundary,
            where=activity.region,
            place=activity.places.get("vehicle", activity.place),
            needed_for=activity.title,
            optional=optional,
        )
    )
