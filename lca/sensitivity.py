"""How sure a total is, and what moves it: one input at a time, at the ends of its range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from lca.compute import Downstream, evaluate
from lca.expression import gradient
from lca.figure import Derived, Figure, Given, Spread, leaves, walk
from lca.inventory import Analysis, Inventory, Swing

METHOD = (
    "Each input, or group of inputs that belong together, is moved alone to both ends of its range, read as its 95 % "
    "interval; the interval of the total combines the deviations of each side in quadrature (IPCC 2006, volume 1, "
    "chapter 3, approach 1), inputs independent of each other, and reaches no further than all of them at their ends."
)
WITHOUT_RANGE = re.compile(r"TWh|device|service|device/node|kgCO2e/kg[A-Z][A-Z0-9]*")
"""Units whose leaves are no estimates: statistics, counts, potentials of gases, which are fixed by convention."""


NO_WIDTH = 1e-9
"""Relative width that is rounding: an input that moves two parts of a total against each other does not move it."""


def tornado(inventory: Inventory, total: str = "total") -> Analysis:
    """The swing of a total for every input that has a range, widest first, and its interval.

    Raises `KeyError` when the inventory has no such total.
    """
    top = inventory.totals[total]
    base = inventory.value(top)
    assert base is not None
    below = leaves([top])
    downstream = Downstream(top, inventory.values)
    swings = []
    least: dict[Figure, float] = {}
    most: dict[Figure, float] = {}
    for id, name, group in _groups(inventory, below):
        lows, highs = ({leaf: getattr(_spread(leaf), end) for leaf in group} for end in ("low", "high"))
        at_low, at_high = (downstream.top(ends) for ends in (lows, highs))
        reasons = {spread.reason: None for leaf in group if (spread := _spread(leaf))}
        swings.append(Swing(id, name, group, at_low, at_high, "; ".join(reasons)))
        falls = at_high < at_low
        least |= highs if falls else lows
        most |= lows if falls else highs
    swings.sort(key=lambda swing: (-swing.width, swing.id))
    down = math.hypot(*(max(0.0, base - min(swing.at_low, swing.at_high)) for swing in swings))
    up = math.hypot(*(max(0.0, max(swing.at_low, swing.at_high) - base) for swing in swings))
    return Analysis(
        total,
        base,
        max(base - down, min(base, evaluate([top], least)[top])),
        min(base + up, max(base, evaluate([top], most)[top])),
        tuple(swing for swing in swings if swing.width > NO_WIDTH * abs(base)),
        tuple(leaf for leaf in below if _lacks_range(leaf)),
        METHOD,
    )


def _lacks_range(leaf: Figure) -> bool:
    value = leaf.reason.value if isinstance(leaf.reason, Given) else None
    return _spread(leaf) is None and bool(value) and not WITHOUT_RANGE.fullmatch(leaf.unit)


def _spread(leaf: Figure) -> Spread | None:
    return leaf.reason.spread if isinstance(leaf.reason, Given) else None


def _groups(inventory: Inventory, below: list[Figure]) -> Iterator[tuple[str, str, tuple[Figure, ...]]]:
    """Leaves with a range: those of one decision together, the others alone."""
    remaining = dict.fromkeys(leaf for leaf in below if _spread(leaf))
    for decision in inventory.decisions:
        group = tuple(leaf for leaf in decision.figures if leaf in remaining)
        if len(group) > 1:
            for leaf in group:
                del remaining[leaf]
            yield decision.id, decision.question, group
    for leaf in remaining:
        yield leaf.id, leaf.name, (leaf,)


QUALITIES = ("measured", "declared", "dataset", "assumed")


def authority(inventory: Inventory, total: str = "total") -> list[tuple[str, float]]:
    """What share of a total rests on measured, declared, published and assumed values.

    Each leaf weighs by the elasticity of the total to it: the relative change of the total for a
    relative change of the leaf. Fixed potentials and counts weigh too; weights are scaled to 1. What a recorder
    worked out itself, and wrote beside what it measured, counts as assumed.
    """
    top = inventory.totals[total]
    base = inventory.value(top)
    weights = dict.fromkeys(QUALITIES, 0.0)
    if base:
        slopes = _slopes(top, inventory.values)
        for leaf in leaves([top]):
            assert isinstance(leaf.reason, Given)
            if leaf.reason.value:
                weight = abs(slopes[leaf] * leaf.reason.value / base)
                estimated = float(leaf.reason.attributes.get("estimated", 0))
                weights[leaf.reason.quality] += weight * (1 - estimated)
                weights["assumed"] += weight * estimated
    whole = sum(weights.values())
    return [(quality, weight / whole) for quality, weight in weights.items()] if whole else []


def _slopes(top: Figure, values: Mapping[Figure, Any]) -> dict[Figure, float]:
    """The exact derivative of a figure by every figure below it: one walk, from what uses to what is used."""
    slopes = dict.fromkeys(walk([top]), 0.0)
    slopes[top] = 1.0
    for figure in reversed(list(slopes)):
        reason = figure.reason
        if isinstance(reason, Derived):
            inputs = dict(zip(chain.from_iterable(reason.slots.values()), figure.inputs, strict=True))
            partial = gradient(reason.expression, {slot: values[below] for slot, below in inputs.items()})
            for slot, below in inputs.items():
                slopes[below] += slopes[figure] * partial.get(slot, 0.0)
    return slopes
