"""Folds the tree with numbers: the inventory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from lca.datasets import Datasets
from lca.equation import Equation
from lca.expression import Call, Counted, Symbol
from lca.figure import Derived, Figure, Given, walk
from lca.findings import in_order, without_follow_ons
from lca.inventory import Inventory
from lca.model import Case
from lca.resolve import Resolved


def evaluate(figures: Iterable[Figure], values: Mapping[Figure, Any] | None = None) -> dict[Figure, Any]:
    """The value of every figure below and among the given ones, in each figure's unit.

    `values` replaces leaves: by another number for a sensitivity, by an array of draws for a Monte Carlo
    run; results broadcast. A leaf without a value is a gap, and so is all that it goes into: None.
    """
    results: dict[Figure, Any] = {}
    for figure in walk(figures):
        if values is not None and figure in values:
            results[figure] = values[figure]
        elif isinstance(figure.reason, Given):
            results[figure] = figure.reason.value
        else:
            results[figure] = _node(figure.reason, results)
    return results


def _node(reason: Derived, results: Mapping[Figure, Any]) -> Any:
    arguments = [results[figure] for figure in reason.figures]
    if any(argument is None for argument in arguments):
        return None
    return reason.equation(*arguments)


LONG_SUM = 64
"""Inputs from which on a sum is moved by the difference of what moved, and not added up again."""


class Downstream:
    """The tree of one figure in a stored order, with who uses whom: to ask often what a change of leaves does.

    Only what lies downstream of the change is computed again, so that each answer costs what it changes and not
    the whole tree. It is what `evaluate` gives; of a sum of more than `LONG_SUM` inputs up to its rounding.
    """

    def __init__(self, top: Figure, values: Mapping[Figure, Any]) -> None:
        self._order = list(walk([top]))
        self._values = [values[figure] for figure in self._order]
        self._position = {figure: position for position, figure in enumerate(self._order)}
        self._inputs = [tuple(self._position[below] for below in figure.inputs) for figure in self._order]
        self._users: list[list[int]] = [[] for _ in self._order]
        for user, inputs in enumerate(self._inputs):
            for position in inputs:
                self._users[position].append(user)
        self._long = {
            position
            for position, inputs in enumerate(self._inputs)
            if len(inputs) > LONG_SUM and is_sum(self._order[position].reason)
        }

    def top(self, leaves: Mapping[Figure, float]) -> float:
        """The value of the figure with other values of some leaves."""
        changed: dict[int, float] = {}
        moves = dict.fromkeys(self._long, 0.0)
        moved = {self._position[leaf]: value for leaf, value in leaves.items() if leaf in self._position}
        waiting = sorted(moved)
        known = set(waiting)
        while waiting:
            position = heapq.heappop(waiting)
            value = self._value(position, moved, moves, changed)
            before = self._values[position]
            if value == before:
                continue
            changed[position] = value
            for user in self._users[position]:
                if user in moves:
                    moves[user] += value - before
                if user not in known:
                    known.add(user)
                    heapq.heappush(waiting, user)
        last = len(self._order) - 1
        result: float = changed.get(last, self._values[last])
        return result

    def _value(
        self, position: int, moved: Mapping[int, float], moves: Mapping[int, float], changed: Mapping[int, float]
    ) -> Any:
        if position in moved:
            return moved[position]
        if position in moves:
            return self._values[position] + moves[position]
        reason = self._order[position].reason
        assert isinstance(reason, Derived)
        return reason.equation(*(changed.get(below, self._values[below]) for below in self._inputs[position]))


def is_sum(reason: Given | Derived) -> bool:
    """Whether a figure adds up its inputs and does nothing else."""
    return isinstance(reason, Derived) and _sums(reason.equation)


@cache
def _sums(equation: Equation) -> bool:
    """Whether an equation adds up its inputs and does nothing else."""
    match equation.expression:
        case Call("total", (Symbol(_) | Counted(Symbol(_), _),)):
            return len(equation.parameters) == 1
    return False


def inventory(case: Case, resolved: Resolved, datasets: Datasets) -> Inventory:
    """The inventory of a resolved case: the value of every figure, and what the figures cite."""
    beside = (figure for decision in resolved.decisions for figure in decision.alternatives)
    roots = [*resolved.totals.values(), *(line.figure for line in resolved.lines), *beside]
    values = evaluate(roots)
    return Inventory(
        case=case,
        lines=resolved.lines,
        totals=resolved.totals,
        decisions=resolved.decisions,
        findings=without_follow_ons(case, in_order([*case.findings, *resolved.findings])),
        values=values,
        sources=_cited(values, datasets),
        datasets=dict(sorted(datasets.files.items())),
        names=dict(_named(case, datasets)),
    )


def _named(case: Case, datasets: Datasets) -> Iterator[tuple[str, str]]:
    """What the data sets call the devices, hosts and locations that the case names."""
    for asset in case.assets.values():
        for device in (asset.device, asset.host):
            if device and (thing := datasets.thing(device)):
                yield device, thing.name
    for facility in case.facilities.values():
        if facility.location and (region := datasets.region(facility.location)):
            yield facility.location, region.name


def _cited(figures: Iterable[Figure], datasets: Datasets) -> dict[str, Mapping[str, Any]]:
    """The entries of the bibliography that leaves and equations of the tree refer to."""
    keys: set[str] = set()
    for figure in figures:
        source = figure.reason.source if isinstance(figure.reason, Given) else figure.reason.equation.source
        keys.add((source or "").partition("#")[0])
    return {key: datasets.sources[key] for key in sorted(keys) if key in datasets.sources}
