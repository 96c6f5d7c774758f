"""The exact slope of a total by every leaf, and what a total rests on."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from lca.expression import gradient
from lca.figure import Derived, Figure, Given, leaves, walk
from lca.inventory import Inventory

QUALITIES = ("measured", "declared", "dataset", "assumed")


def slopes(top: Figure, values: Mapping[Figure, Any]) -> dict[Figure, float]:
    """The exact derivative of a figure by every figure below it: one walk, from what uses to what is used.

    In units of the figure per unit of the one below, at `values`; at a kink of least or most, that of the active
    branch.
    """
    found = dict.fromkeys(walk([top]), 0.0)
    found[top] = 1.0
    for figure in reversed(list(found)):
        reason = figure.reason
        if isinstance(reason, Derived) and found[figure]:
            inputs = dict(zip(chain.from_iterable(reason.slots.values()), figure.inputs, strict=True))
            partial = gradient(reason.expression, {slot: values[below] for slot, below in inputs.items()})
            for slot, below in inputs.items():
                found[below] += found[figure] * partial.get(slot, 0.0)
    return found


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
        by_leaf = slopes(top, inventory.values)
        for leaf in leaves([top]):
            assert isinstance(leaf.reason, Given)
            if leaf.reason.value:
                weight = abs(by_leaf[leaf] * leaf.reason.value / base)
                estimated = float(leaf.reason.attributes.get("estimated", 0))
                weights[leaf.reason.quality] += weight * (1 - estimated)
                weights["assumed"] += weight * estimated
    whole = sum(weights.values())
    return [(quality, weight / whole) for quality, weight in weights.items()] if whole else []
