"""Is it said whose an organisation's things are, and are its contracts, base year and targets plausible?

One function per question. Each yields findings; none changes a number. `checks` asks them with its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from lca.claims import grid_range
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Figure, Given, Place
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.methods.base_year import COUNTS
from lca.methods.target import boundary_words
from lca.model import Finding, Target

NAMED = 3
"""How many things a message names."""


def kinds_of_leases_said(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the kind of each lease said, where the approaches to consolidation differ by it?"""
    case = inventory.case
    chosen = case.organisation.consolidation if case.organisation else "operational-control"
    if case.boundary.subject != "organisation" or not (case.entities or chosen != "operational-control"):
        return
    others = "the approach chosen" if chosen != "operational-control" else "financial control and equity share"
    sites = [(item.id, item.words, item.place) for item in case.facilities.values() if item.owned == "leased"]
    driven = [item for item in case.activities if item.kind == "vehicles" and item.words.get("owned") == "leased"]
    for name, words, place in (*sites, *((item.title, item.words, item.place) for item in driven)):
        if "lease" not in words:
            yield finding("lease-unsaid", place, name=name, approaches=others)


def entities_said(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is it said whose everything is, and how much of an entity is ours?"""
    case = inventory.case
    if not case.entities:
        return
    homeless = [(item.id, item.place) for item in case.facilities.values() if item.entity is None]
    homeless += [(item.title, item.place) for item in case.activities if item.entity is None and item.facility is None]
    if homeless:
        names = ", ".join(f"`{name}`" for name, _ in homeless[:NAMED])
        more = f" and {len(homeless) - NAMED} more" if len(homeless) > NAMED else ""
        yield finding("entity-unsaid", homeless[0][1], names=names + more)
    for entity in case.entities.values():
        if entity.unsaid:
            keys = ", ".join(f"`{key}:`" for key in entity.unsaid)
            taken = ", ".join(TAKEN[key] for key in entity.unsaid)
            yield finding("entity-defaults", entity.place, name=entity.id, keys=keys, taken=taken)


TAKEN = {
    "equity": "wholly owned",
    "financial_control": "controlled financially",
    "operational_control": "operated",
}
"""What stands where an entity does not say."""


def residual_mixes_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a residual mix of a table what a grid can emit, and not a slip of unit by a thousand?"""
    low, high = grid_range(datasets)
    for figure in inventory.values:
        reason = figure.reason
        if not figure.id.startswith("residual_mix.") or not isinstance(reason, Given):
            continue
        grams = 1000 * (reason.value or 0.0)
        slip = low <= 1000 * grams <= high
        if (grams < low and slip) or grams > high:
            yield finding(
                "residual-mix-implausible",
                reason.place,
                written=f"{number(grams, 3)} g/kWh",
                low=f"{low:.0f}",
                high=f"{high:.0f}",
                slip=f" Times a thousand it is plausible ({number(1000 * grams, 3)} g/kWh)." if slip else "",
            )


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
        amounts = tuple((key, _given(figure)) for key, figure in sorted(change.figures.items()))
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
    stated = _given(target.figures["base"])
    if base is None or stated is None or base.year != target.base_year:
        return
    recalculated = {key: inventory.totals.get(f"base_year.recalculated.{key}") for key in base.figures}
    reported = {key: _given(figure) or 0.0 for key, figure in base.figures.items()}
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
    if abs(sums[nearest] - stated) > (_given(base.threshold) or 0.0) * sums[nearest]:
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


def credits_within_total(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are there more credits than emissions?"""
    if "memo.credits" not in inventory.totals:
        return
    whole = next((id for id in ("total.market", "total.location") if id in inventory.totals), None)
    credits, total = inventory.value("memo.credits"), inventory.value(whole) if whole else None
    if credits is not None and total is not None and credits > total:
        (first, *_) = inventory.case.beside.credits
        shown = {"credits": quantity(credits / 1000, "tCO2e"), "total": quantity(total / 1000, "tCO2e")}
        yield finding("credits-exceed", _place(first.volume), **shown)


def _given(figure: Figure) -> float | None:
    return figure.reason.value if isinstance(figure.reason, Given) else None


def _place(figure: Figure) -> Place:
    assert isinstance(figure.reason, Given)
    return figure.reason.place


QUESTIONS = (
    kinds_of_leases_said,
    entities_said,
    residual_mixes_plausible,
    years_plausible,
    recalculations_plausible,
    targets_plausible,
    credits_within_total,
)
