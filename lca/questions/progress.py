"""Do base year, recalculations and targets stand, seen from the year of the inventory?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Figure, given_number, given_value
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.methods.base_year import COUNTS
from lca.methods.target import boundary_words
from lca.model import (
    Finding,
    Target,
)


def base_year_stands(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the base year to be recalculated? By the net and by the absolute test."""
    base = inventory.case.base_year
    tests = [inventory.totals.get(f"base_year.test.{name}") for name in ("net", "absolute")]
    if base is None or not all(tests):
        return
    net, gross = (inventory.value(test) or 0.0 for test in tests if test)
    limit = given_number(base.threshold)
    due = abs(net if base.policy == "net" else gross) > limit
    shown = {name: f"{100 * share:.2f} %" for name, share in (("net", net), ("gross", gross), ("threshold", limit))}
    changes = [item for item in inventory.case.recalculations if item.trigger in COUNTS]
    shown["changes"] = "; ".join(f"{item.what} ({item.date})" for item in changes)
    slug = "base-year-due" if due else "base-year-not-due"
    yield finding(slug, base.place, policy=base.policy, year=base.year, **shown)


def years_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do base year, recalculations and targets lie where they can, seen from the period?"""
    case = inventory.case
    if case.boundary.period is None:
        return
    year, end = case.boundary.period.year, case.boundary.period.end
    if case.base_year and case.base_year.year > year:
        problem = f"{case.base_year.year} lies after the period, {year}"
        yield finding("year-implausible", case.base_year.place, what="the base year", problem=problem)
    for change in case.recalculations:
        day = text.day(change.date)
        if day and day > end:
            what = f"the recalculation `{change.what}`"
            yield finding("year-implausible", change.place, what=what, problem=f"{day} lies after the period, {year}")
    for target in case.beside.targets:
        if target.base_year > year:
            problem = f"{target.base_year} lies after the period, {year}"
            yield finding("year-implausible", target.place, what=f"the base year of `{target.name}`", problem=problem)
        elif target.year < year:
            problem = f"{target.year} lies before the period, {year}"
            yield finding("year-implausible", target.place, what=f"the target year of `{target.name}`", problem=problem)


def recalculations_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is each recalculation declared once, and on each basis that the base year has?"""
    case = inventory.case
    seen: set[tuple[object, ...]] = set()
    for change in case.recalculations:
        amounts = tuple((key, given_value(figure)) for key, figure in sorted(change.figures.items()))
        same = (change.date, change.trigger, amounts)
        if same in seen:
            yield finding("recalculation-twice", change.place, what=change.what)
        seen.add(same)
        bases = {"location", "market"} & set(change.figures) if change.trigger in COUNTS else set()
        if case.base_year and bases and {"location", "market"} <= set(case.base_year.figures) and len(bases) == 1:
            (given,), (missing,) = bases, {"location", "market"} - bases
            yield finding("recalculation-one-basis", change.place, what=change.what, given=given, missing=missing)


def targets_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a target start from what there was, end above nothing, and is the year on its path?"""
    for target in inventory.case.beside.targets:
        path = [(year, inventory.values.get(figure)) for year, figure in _path(target, inventory)]
        gone = next((year for (year, value), (_, after) in pairwise(path) if value == 0 and after == 0), None)
        if gone is not None:
            yield finding("target-reaches-nothing", target.place, name=target.name, year=gone, end=target.year)
        yield from _base_plausible(target, inventory)
        yield from _on_path(target, inventory)


def _path(target: Target, inventory: Inventory) -> Iterator[tuple[int, Figure]]:
    budget = inventory.totals.get(f"{target.key}.budget")
    years = range(target.base_year + 1, target.year + 1)
    return zip(years, budget.inputs, strict=True) if budget else iter(())


def _base_plausible(target: Target, inventory: Inventory) -> Iterator[Finding]:
    """Is a target's base that of the base year's inventory, in its own scopes or in any that could be meant?"""
    base = inventory.case.base_year
    stated = given_value(target.figures["base"])
    if base is None or stated is None or base.year != target.base_year:
        return
    recalculated = {key: inventory.totals.get(f"base_year.recalculated.{key}") for key in base.figures}
    reported = {key: given_number(figure) for key, figure in base.figures.items()}
    again = {key: inventory.value(figure) or 0.0 for key, figure in recalculated.items() if figure}
    any_scopes = [some for size in (1, 2, 3) for some in combinations("123", size)]
    sums: dict[str, float] = {}
    for basis in ("location", "market") if target.basis is None else (target.basis,):
        parts = {"1": "scope1", "2": basis, "3": "scope3"}
        for some in [target.scopes] if target.scopes else any_scopes:
            keys = [parts[scope] for scope in some]
            if set(keys) <= set(reported):
                words = f"scope{'s' * (len(some) > 1)} {' and '.join(some)}" + f", {basis}-based" * ("2" in some)
                sums[words] = sum(reported[key] for key in keys)
                sums[f"{words}, recalculated"] = sum((reported | again)[key] for key in keys)
    if not sums:
        return
    nearest = min(sums, key=lambda words: abs(sums[words] - stated))
    if abs(sums[nearest] - stated) > (given_number(base.threshold)) * sums[nearest]:
        yield finding(
            "target-base-differs",
            target.place,
            name=target.name,
            base=quantity(stated / 1000, "tCO2e"),
            year=base.year,
            ours=quantity(sums[nearest] / 1000, "tCO2e"),
            words=f"nearest: {nearest}",
        )


def _on_path(target: Target, inventory: Inventory) -> Iterator[Finding]:
    period = inventory.case.boundary.period
    if period is None or not target.base_year < period.year <= target.year:
        return
    ids = [f"{target.key}.{name}" for name in ("now", "path", "gap")]
    if not set(ids) <= set(inventory.totals):
        problem = "it does not say which scopes it covers"
        if target.scopes:
            problem = "nothing of what it covers is computed"
        if target.basis == "market" and "total.market" not in inventory.totals:
            problem = "the year has no market-based result"
        yield finding("target-not-held", target.place, name=target.name, problem=problem)
        return
    now, path, gap = (inventory.value(id) or 0.0 for id in ids)
    yield finding(
        "target-off-path" if gap > 0 else "target-on-path",
        target.place,
        name=target.name,
        year=period.year,
        now=quantity(now / 1000, "tCO2e"),
        path=quantity(path / 1000, "tCO2e"),
        gap=quantity(abs(gap) / 1000, "tCO2e"),
        words=boundary_words(target),
    )


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    base_year_stands,
    years_plausible,
    recalculations_plausible,
    targets_plausible,
)
