"""One input at a time, at the ends of its range."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.compute import Downstream
from lca.figure import Figure, Given, Spread, leaves
from lca.inventory import Inventory, Swing

WITHOUT_RANGE = re.compile(r"TWh|device|service|device/node|kgCO2e/kg[A-Z][A-Z0-9]*")
"""Units whose leaves are no estimates: statistics, counts, potentials of gases, which are fixed by convention."""


NO_WIDTH = 1e-9
"""Relative width that is rounding: an input that moves two parts of a total against each other does not move it."""


def swings(inventory: Inventory, total: str = "total") -> tuple[Swing, ...]:
    """The swing of a total for every input, or group of inputs, that has a range, widest first.

    Each is moved alone to both ends of its range. Raises `KeyError` when the inventory has no such total.
    """
    top = inventory.totals[total]
    base = inventory.value(top)
    assert base is not None
    downstream = Downstream(top, inventory.values)
    found = []
    for id, name, group in _groups(inventory, leaves([top])):
        lows, highs = ({leaf: getattr(_spread(leaf), end) for leaf in group} for end in ("low", "high"))
        reasons = {spread.reason: None for leaf in group if (spread := _spread(leaf))}
        found.append(Swing(id, name, group, downstream.top(lows), downstream.top(highs), "; ".join(reasons)))
    found.sort(key=lambda swing: (-swing.width, swing.id))
    return tuple(swing for swing in found if swing.width > NO_WIDTH * abs(base))


def without_range(inventory: Inventory, total: str = "total") -> tuple[Figure, ...]:
    """The inputs of a total that are estimates and have no range: taken as exact."""
    return tuple(leaf for leaf in leaves([inventory.totals[total]]) if _lacks_range(leaf))


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
