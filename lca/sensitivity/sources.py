"""What may differ: the leaves that have a distribution, and how they hang together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lca.distribution import Distribution
from lca.figure import Figure, Given, leaves
from lca.model import Correlation


@dataclass(frozen=True)
class Uncertain:
    """The leaves below some figures that have a distribution, and their place in the correlation groups.

    `loading` is by how much a leaf follows what its group has in common: two of one group correlate by the product
    of theirs.
    """

    shapes: Mapping[Figure, Distribution]
    groups: Mapping[Figure, str]
    loading: Mapping[Figure, float]

    def correlation(self, one: Figure, other: Figure) -> float:
        """The coefficient between two leaves."""
        if one is other:
            return 1.0
        if self.groups.get(one) is None or self.groups.get(one) != self.groups.get(other):
            return 0.0
        return self.loading[one] * self.loading[other]


def uncertain(figures: Iterable[Figure], correlations: Iterable[Correlation] = ()) -> Uncertain:
    """What may differ below some figures, in the order of the leaves' ids: the same in any order of lines."""
    found: dict[Figure, Distribution] = {}
    for leaf in sorted(leaves(figures), key=lambda leaf: leaf.id):
        given = leaf.reason
        if isinstance(given, Given) and given.spread and given.value is not None:
            shape = given.spread.around(given.value)
            if shape.deviation > 0:
                found[leaf] = shape
    by_id = {leaf.id: leaf for leaf in found}
    groups: dict[Figure, str] = {}
    loading: dict[Figure, float] = {}
    for correlation in correlations:
        for position, id in enumerate(correlation.figures):
            if id in by_id:
                against = correlation.coefficient < 0 and position == 1
                groups[by_id[id]] = "&".join(correlation.figures)
                loading[by_id[id]] = math.copysign(math.sqrt(abs(correlation.coefficient)), -1 if against else 1)
    return Uncertain(found, groups, loading)
