"""Targets of absolute contraction: the yearly rate, the pathway, the budget, and where the inventory stands.

The rule is an input, not a constant: the fixed rate of the Science Based Targets initiative's older
criteria, that rate raised for a later base year, or the rate that leads to a residual in a net-zero year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from lca.equation import counted, equation, least, most, total
from lca.figure import Figure, Given, derive
from lca.model import Target
from lca.units import ratio

RULES = "sbti-2026"
whole = Annotated[float, "kgCO2e_target"]
any_part = Annotated[
    float, "kgCO2e | kgCO2e_location | kgCO2e_market | kgCO2e_inventory_location | kgCO2e_inventory_market"
]
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
    """Emissions allowed in a year: linear from the base year, and none once all is reduced."""
    return base * (1 - least(rate * time, 1))


@equation("B", RULES, years="C_t")
def budget(*years: whole) -> whole:
    """Emissions allowed in all the years up to the target year."""
    return total(*years)


@equation("C_now", RULES, parts="C")
def covered_by_target(*parts: any_part) -> whole:
    """Emissions of the year within the boundary of a target."""
    return total(*(counted(part, "kgCO2e_target") for part in parts))


@equation("ΔC_t", RULES, now="C_now", path="C_t")
def gap_to_pathway(now: whole, path: whole) -> whole:
    """By how much the year lies above what the target allows in it; below zero when it is on its path."""
    return now - path


def statement(target: Target, year: int | None, made: Mapping[str, Figure]) -> dict[str, Figure]:
    """The totals of one target: its rate, the value of its year, the budget until then, and where the year stands."""
    key, name = target.key, target.name
    span = _years(f"{key}.years", f"Years of {name}", target.year - target.base_year, target)
    rate = target.figures["rate"]
    if target.method == "anchored":
        assert target.anchor is not None
        since = _years(f"{key}.anchored", "Years since the anchor", target.year - target.anchor, target)
        rate = derive(
            f"{key}.rate", f"Yearly reduction of {name}", rate_anchored, floor=rate, anchored=since, time=span
        )
    elif target.method == "residual":
        assert target.net_zero is not None
        long = _years(f"{key}.to_net_zero", "Years to net zero", target.net_zero - target.base_year, target)
        reduction, words = target.figures["reduction"], f"Yearly reduction of {name}"
        rate = derive(f"{key}.rate", words, rate_to_residual, floor=rate, reduction=reduction, time=long)
    base = target.figures["base"]
    path = []
    for position in range(1, target.year - target.base_year + 1):
        at = target.base_year + position
        time = _years(f"{key}.after.{at}", f"Years to {at}", position, target)
        path.append(derive(f"{key}.{at}", f"{name} in {at}", pathway, base=base, rate=rate, time=time))
    return {
        f"{key}.rate": rate,
        f"{key}.value": path[-1],
        f"{key}.budget": derive(f"{key}.budget", f"Budget of {name}", budget, years=path),
        **_progress(target, year, path, made),
    }


def covered(target: Target) -> list[str]:
    """The totals of an inventory that a target covers; none where it does not say."""
    ends = {
        "1": "scope1",
        "2": f"scope2.{target.basis}",
        "3": "scope3.market" if target.basis == "market" else "scope3",
    }
    return [ends[scope] for scope in target.scopes]


def boundary_words(target: Target) -> str:
    """What a target covers, in words."""
    scopes = f"scope{'s' if len(target.scopes) > 1 else ''} {' and '.join(target.scopes)}"
    return f"{scopes}, {target.basis}-based" if target.basis else scopes


def _progress(
    target: Target, year: int | None, path: Sequence[Figure], made: Mapping[str, Figure]
) -> dict[str, Figure]:
    """What the year of the inventory emits in the target's boundary, what is allowed in it, and the difference."""
    parts = [made[id] for id in covered(target) if id in made]
    if target.basis == "market" and "total.market" not in made:
        return {}
    if year is None or not target.base_year < year <= target.year or not parts:
        return {}
    key, name, words = target.key, target.name, boundary_words(target)
    allowed = path[year - target.base_year - 1]
    now = derive(f"{key}.now", f"{name}: {year} as computed, {words}", covered_by_target, parts=parts)
    gap = derive(f"{key}.gap", f"{name}: {year} above its pathway, {words}", gap_to_pathway, now=now, path=allowed)
    return {f"{key}.path": allowed, now.id: now, gap.id: gap}


def _years(id: str, name: str, number: int, target: Target) -> Figure:
    note, written = "between the years of the case, first of all the base year", str(target.base_year)
    given = Given(float(number), target.base_year_place, "declared", note=note, written=written)
    return Figure(id, name, "year", given)
