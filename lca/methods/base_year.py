"""The base year: what touches it, whether it is to be recalculated, and the recalculated inventory.

Structural changes, changes of method and errors count, each and together; organic growth or decline never
does (Corporate Standard, chapter 5). Changes of opposite sign may hide each other in a net test, so both
tests are shown and the declared policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.equation import Equation, equation, root, total
from lca.figure import Figure, derive
from lca.methods import Choices
from lca.methods.consolidation import inventory_location, inventory_market, sum_of_lines
from lca.model import BaseYear, Recalculation
from lca.units import kgCO2e_inventory_location, ratio

CHAPTER = "ghgp-corporate-2004#chapter 5"
whole_location = kgCO2e_inventory_location


@equation("C_change", CHAPTER, changes="ΔC")
def net_change(*changes: whole_location) -> whole_location:
    """All changes together, those of opposite sign against each other."""
    return total(*changes)


@equation("r", CHAPTER, change="C_change", base="C_base")
def share_of_base(change: whole_location, base: whole_location) -> ratio:
    """A change as a share of the base-year inventory."""
    return change / base


@equation("|r|", CHAPTER, share="r")
def size_of_share(share: ratio) -> ratio:
    """The size of a change, whatever its sign."""
    return root(share * share)


@equation("r_abs", CHAPTER, sizes="|r|")
def sum_of_sizes(*sizes: ratio) -> ratio:
    """All changes together by their sizes, none hiding another."""
    return total(*sizes)


@equation("C_new", CHAPTER, base="C_base", change="C_change")
def recalculated_total(base: whole_location, change: whole_location) -> whole_location:
    """The base-year inventory with the changes."""
    return base + change


@equation("p", CHAPTER, now="C", base="C_base")
def progress(now: whole_location, base: whole_location) -> ratio:
    """Change against the base year as a share of it; below zero for a reduction."""
    return now / base - 1


SCOPES = {
    "scope1": "scope 1",
    "location": "scope 2, location-based",
    "market": "scope 2, market-based",
    "scope3": "scope 3",
}
"""The parts of an earlier inventory, as a case states them."""

COUNTS = ("structural", "method", "error")
"""Triggers of a recalculation; organic growth is none."""


def statement(
    base: BaseYear, changes: Sequence[Recalculation], now: Figure | None, choices: Choices
) -> dict[str, Figure]:
    """The base year's totals, both tests of its recalculation, the recalculated series, and the progress since."""
    found = {f"base_year.{name}": figure for name, figure in base.figures.items()}
    stated = _total("base_year.total", "Base-year total, location-based", base.figures)
    if stated is None:
        return found
    found["base_year.total"] = stated
    if market := _market("base_year.total.market", "Base-year total, market-based", base.figures):
        found["base_year.total.market"] = market
    counted = [change for change in changes if change.trigger in COUNTS]
    for change in changes:
        if change not in counted:
            choices.report("organic-change", change.place, what=change.what)
    moves = [
        made
        for change in counted
        if (made := _total(f"{change.key}.total", f"Change of the base year: {change.what}", change.figures))
    ]

    def add(id: str, name: str, law: Equation, **inputs: Figure | Sequence[Figure]) -> Figure:
        found[id] = derive(id, name, law, **inputs)
        return found[id]

    current = stated
    if moves:
        net = add("base_year.change", "Changes of the base year, net", net_change, changes=moves)
        add("base_year.test.net", "Net changes over the base year", share_of_base, change=net, base=stated)
        sizes = [_size(move, stated) for move in moves]
        add("base_year.test.absolute", "Changes over the base year by their sizes", sum_of_sizes, sizes=sizes)
        name = "Base-year total, recalculated"
        current = add("base_year.recalculated", name, recalculated_total, base=stated, change=net)
        found |= _recalculated(base.figures, counted)
    if now is not None:
        add("base_year.progress", "Change since the base year", progress, now=now, base=current)
    return found


def _size(change: Figure, base: Figure) -> Figure:
    share = derive(f"{change.id}.share", f"{change.name}, over it", share_of_base, change=change, base=base)
    return derive(f"{change.id}.size", f"{change.name}, its size", size_of_share, share=share)


def _recalculated(base: Mapping[str, Figure], changes: Sequence[Recalculation]) -> dict[str, Figure]:
    """Every part of the base-year inventory with what the changes add to it."""
    found: dict[str, Figure] = {}
    for name, words in SCOPES.items():
        parts = [figures[name] for figures in (base, *(change.figures for change in changes)) if name in figures]
        if len(parts) > 1:
            id = f"base_year.recalculated.{name}"
            found[id] = derive(id, f"Base year recalculated, {words}", sum_of_lines, parts=parts)
    return found


def _total(id: str, name: str, figures: Mapping[str, Figure]) -> Figure | None:
    parts = [figures[key] for key in ("scope1", "location", "scope3") if key in figures]
    return derive(id, name, inventory_location, parts=parts) if parts else None


def _market(id: str, name: str, figures: Mapping[str, Figure]) -> Figure | None:
    parts = [figures[key] for key in ("scope1", "market", "scope3") if key in figures]
    return derive(id, name, inventory_market, parts=parts) if "market" in figures else None
