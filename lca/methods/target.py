"""Targets of absolute contraction: the yearly rate, the pathway, the budget, and where the inventory stands.

The rule is an input, not a constant: the fixed rate of the Science Based Targets initiative's older
criteria, that rate raised for a later base year, or the rate that leads to a residual in a net-zero year.
"""

from __future__ import annotations

from typing import Annotated

from lca.equation import equation, most, total
from lca.figure import Figure, Given, Place, derive
from lca.model import Target
from lca.units import ratio

RULES = "sbti-2026"
whole = Annotated[float, "kgCO2e_target"]
per_year = Annotated[float, "1/year"]
years = Annotated[float, "year"]


@equation("a", RULES, floor="a_min", reduction="R", time="n")
def rate_to_residual(floor: per_year, reduction: ratio, time: years) -> per_year:
    """Yearly reduction that leads to a residual in the net-zero year, never below the floor: our reading."""
    return most(floor, reduction / time)


@equation("a", RULES, floor="a_min", anchored="n_2020", time="n")
def rate_anchored(floor: per_year, anchored: years, time: years) -> per_year:
    """Yearly reduction from a later base year that reaches the level of a contraction begun in the anchor year."""
    return floor * anchored / time


@equation("C_t", RULES, base="C_base", rate="a", time="n")
def pathway(base: whole, rate: per_year, time: years) -> whole:
    """Emissions allowed in a year: linear from the base year."""
    return base * (1 - rate * time)


@equation("B", RULES, years="C_t")
def budget(*years: whole) -> whole:
    """Emissions allowed in all the years up to the target year."""
    return total(*years)


def statement(target: Target) -> dict[str, Figure]:
    """The totals of one target: its rate, the value of its year, the budget until then."""
    key, name = target.key, target.name
    span = _years(f"{key}.years", f"Years of {name}", target.year - target.base_year, target.place)
    rate = target.figures["rate"]
    if target.method == "anchored":
        assert target.anchor is not None
        since = _years(f"{key}.anchored", "Years since the anchor", target.year - target.anchor, target.place)
        rate = derive(
            f"{key}.rate", f"Yearly reduction of {name}", rate_anchored, floor=rate, anchored=since, time=span
        )
    elif target.method == "residual":
        assert target.net_zero is not None
        long = _years(f"{key}.to_net_zero", "Years to net zero", target.net_zero - target.base_year, target.place)
        reduction, words = target.figures["reduction"], f"Yearly reduction of {name}"
        rate = derive(f"{key}.rate", words, rate_to_residual, floor=rate, reduction=reduction, time=long)
    base = target.figures["base"]
    path = []
    for position in range(1, target.year - target.base_year + 1):
        year = target.base_year + position
        time = _years(f"{key}.after.{year}", f"Years to {year}", position, target.place)
        path.append(derive(f"{key}.{year}", f"{name} in {year}", pathway, base=base, rate=rate, time=time))
    return {
        f"{key}.rate": rate,
        f"{key}.value": path[-1],
        f"{key}.budget": derive(f"{key}.budget", f"Budget of {name}", budget, years=path),
    }


def _years(id: str, name: str, number: int, place: Place) -> Figure:
    return Figure(id, name, "year", Given(float(number), place, "declared", note="between the years of the case"))
