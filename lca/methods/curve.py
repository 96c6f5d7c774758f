"""Power of a device over its utilisation, by points: straight lines between measured ones."""

from __future__ import annotations

from itertools import pairwise

from lca.equation import equation
from lca.figure import Figure, derive, given_number
from lca.methods import Choices
from lca.model import Asset, CurvePoint, Workload
from lca.units import kW_it_per_device, ratio


@equation("Δu", "impact-framework-2025#interpolation, linear", high="u_high", low="u_low")
def span_of_points(high: ratio, low: ratio) -> ratio:
    """Utilisation between two points of a curve."""
    return high - low


@equation("z", "impact-framework-2025#interpolation, linear", utilisation="u", low="u_low", span="Δu")
def place_between_points(utilisation: ratio, low: ratio, span: ratio) -> ratio:
    """How far a utilisation lies from the point below it towards the one above."""
    return (utilisation - low) / span


@equation("φ", "impact-framework-2025#interpolation, linear", low="φ_low", high="φ_high", place="z")
def share_on_curve(low: ratio, high: ratio, place: ratio) -> ratio:
    """Share of full power at a utilisation, on the straight line between the two points beside it."""
    return low + place * (high - low)


@equation("P", "impact-framework-2025#multiply", full="P_full", share="φ")
def power_on_curve(full: kW_it_per_device, share: ratio) -> kW_it_per_device:
    """Power of a device at a utilisation, by its curve."""
    return full * share


@equation("P_share", "iso-21031-2024#E", power="P", reserved="RR/ToR")
def power_of_share(power: kW_it_per_device, reserved: ratio) -> kW_it_per_device:
    """Power that falls to a part of a device, such as some of its virtual processors."""
    return power * reserved


def declared(run: Workload, asset: Asset, choices: Choices) -> bool:
    """Whether the power of a workload follows from a curve."""
    return "utilisation" in run.figures and bool(asset.power_curve or choices.follows("power_curve"))


def post(run: Workload, asset: Asset, choices: Choices) -> Figure | None:
    """Power per device at the utilisation of a workload, where a curve or a share of the device is declared."""
    utilisation = run.figures.get("utilisation")
    if utilisation is None or not declared(run, asset, choices):
        return None
    points = asset.power_curve or choices.curve("power_curve")
    if not points:
        return None
    full = asset.figures.get("power")
    if full is None and asset.device:
        full = choices.thing(asset.device, "power", f"{asset.key}.power", "Rated power per device", "kW_it/device")
    if full is None:
        problem = f"the data sets have none for `{asset.device}`" if asset.device else "no device is named"
        choices.report("no-rated-power", asset.place, asset=asset.id, problem=problem)
        return None
    beside = _beside(points, utilisation, asset, choices)
    if beside is None:
        return None
    low, high = beside
    key = f"{run.key}.power_share"
    span = derive(f"{key}.span", "Utilisation between the points", span_of_points, high=high.at, low=low.at)
    place = derive(
        f"{key}.place",
        "Place between the points",
        place_between_points,
        utilisation=utilisation,
        low=low.at,
        span=span,
    )
    name = "Share of full power at the utilisation"
    share = derive(key, name, share_on_curve, low=low.share, high=high.share, place=place)
    id, name = f"{run.key}.power", "Power per device, by its curve"
    return derive(id, name, power_on_curve, full=full, share=share)


def of_share(run: Workload, asset: Asset, power: Figure) -> Figure:
    """The power of the declared share of a device; the whole where none is declared."""
    reserved = asset.figures.get("power_share")
    if reserved is None:
        return power
    id, name = f"{run.key}.power.reserved", "Power of the reserved share"
    return derive(id, name, power_of_share, power=power, reserved=reserved)


def _beside(
    points: tuple[CurvePoint, ...], utilisation: Figure, asset: Asset, choices: Choices
) -> tuple[CurvePoint, CurvePoint] | None:
    """The points below and above a utilisation; None, reported, where the curve does not reach it."""
    wanted = given_number(utilisation)
    for low, high in pairwise(points):
        if given_number(low.at) == given_number(high.at):
            choices.report("off-curve", high.place, asset=asset.id, problem="has one utilisation twice")
            return None
    found = next(
        ((low, high) for low, high in pairwise(points) if given_number(low.at) <= wanted <= given_number(high.at)), None
    )
    if found is None:
        problem = f"does not reach a utilisation of {100 * wanted:g} %"
        choices.report("off-curve", points[0].place, asset=asset.id, problem=problem)
    return found
