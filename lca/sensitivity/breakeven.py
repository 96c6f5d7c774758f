"""How wrong an input must be to move a total, and the total over the range of an input."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lca.compute import Downstream
from lca.figure import Figure, Given
from lca.sensitivity.derivatives import slopes
from lca.sensitivity.fold import fold

SHARE = 0.05
"""Of a total: what is commonly material, and how far an input is to move it unless said otherwise."""
STEPS = 60
"""Of the search where the total does not follow the input in proportion."""
NEAR = 1e-10
"""Relative to the total: how close the search comes."""
FARTHEST = 1e6
"""So many times its value an input is sought at."""


@dataclass(frozen=True)
class Breakeven:
    """The value of one input at which a total reaches another value, all else as stated."""

    leaf: Figure
    stated: float
    at: float | None
    """In the input's unit; None where no value of it suffices."""
    target: float
    within: bool
    """Whether that value lies in the range that the input is given."""

    @property
    def change(self) -> float | None:
        """Relative to the stated value."""
        return None if self.at is None else self.at / self.stated - 1


def breakevens(
    top: Figure, values: Mapping[Figure, Any], among: Iterable[Figure], share: float = SHARE
) -> list[Breakeven]:
    """For every input, the value that moves the total by a share of it, to more or to less: the nearer one.

    Inputs that need the least change first; those that cannot move it so far last.
    """
    base = float(values[top])
    downstream = Downstream(top, values)
    by_leaf = slopes(top, values)
    found = []
    for leaf in among:
        ways = [crossing(downstream, leaf, by_leaf[leaf], base, base * (1 + way * share)) for way in (1, -1)]
        found.append(min(ways, key=_distance))
    return sorted(found, key=lambda item: (_distance(item), item.leaf.id))


def _distance(item: Breakeven) -> float:
    return math.inf if item.change is None else abs(item.change)


def crossing(downstream: Downstream, leaf: Figure, slope: float, base: float, target: float) -> Breakeven:
    """The value of an input at which the total is `target`: a secant from the exact slope, then halving."""
    given = leaf.reason
    assert isinstance(given, Given)
    assert given.value is not None
    stated = given.value

    def over(value: float) -> float:
        return downstream.top({leaf: value}) - target

    at = root_of(over, stated, base - target, slope, abs(target) or 1.0)
    low, high = (given.spread.low, given.spread.high) if given.spread else (math.nan, math.nan)
    return Breakeven(leaf, stated, at, target, at is not None and low <= at <= high)


def root_of(over: Any, stated: float, over_stated: float, slope: float, scale: float) -> float | None:
    """Where a function of an input is zero, on the near side of zero that the slope points to."""
    if not slope or not stated:
        return None
    one, over_one = stated, over_stated
    other = stated - over_stated / slope
    for _ in range(STEPS):
        # an input keeps its sign: half way to zero rather than beyond it
        if other * stated <= 0:
            other = one / 2
        if abs(other) > FARTHEST * abs(stated) or abs(other) < abs(stated) / FARTHEST:
            return None
        over_other = over(other)
        if abs(over_other) <= NEAR * scale:
            return float(other)
        if over_other == over_one:
            return None
        following = other - over_other * (other - one) / (over_other - over_one)
        one, over_one, other = other, over_other, following
    return None


@dataclass(frozen=True)
class Curve:
    """A total over the range of one input, all else as stated."""

    leaf: Figure
    inputs: tuple[float, ...]
    totals: tuple[float, ...]


POINTS = 41


def curve(
    top: Figure, values: Mapping[Figure, Any], leaf: Figure, low: float, high: float, points: int = POINTS
) -> Curve:
    """The total at evenly spaced values of an input, both ends included. Units are those of the figures."""
    import numpy

    inputs = numpy.linspace(low, high, points)
    totals = next((array for _, array in fold([top], values, [leaf], lambda _: inputs)), None)
    if totals is None:
        totals = numpy.full(points, float(values[top]))
    return Curve(leaf, tuple(map(float, inputs)), tuple(map(float, totals)))
