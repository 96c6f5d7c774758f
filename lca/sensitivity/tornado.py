"""One input at a time, at the ends of its range."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lca.compute import Downstream, evaluate
from lca.figure import Figure, Given, Spread, leaves
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
