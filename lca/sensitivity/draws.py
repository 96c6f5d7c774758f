"""Draws of every uncertain leaf: one leaf, one draw, wherever it is used.

The points are scrambled Sobol sequences (Owen 1995), in independent replicates, or PCG64. What a leaf draws depends
on the seed and on its own id, or its place by influence, and not on the order of lines, files or processes.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from lca.figure import Figure
from lca.model import Sampling
from lca.sensitivity.sources import Uncertain

REPLICATES = 16
"""Independent scramblings, from whose differences the errors of the quantiles are read."""
HALF_STEP = 0.5**54
"""Half of what uniform numbers lie apart."""
DIMENSIONS = 256
"""Leaves, the most influential first, that share a Sobol sequence; those beyond draw by PCG64."""


class Draws:
    """The draws of every leaf: arrays of one length, as replicates one after the other.

    `ranked` are the ids of the leaves, the most influential first: who shares the Sobol sequence, and in which
    dimension. Of equal rank and seed, two cases draw alike what has the same id in both; `names` gives those
    leaves another id to draw by that share one with a leaf which is another input.
    """

    def __init__(
        self, known: Uncertain, sampling: Sampling, ranked: Sequence[str], names: Mapping[Figure, str] | None = None
    ) -> None:
        self._known, self._seed, self._names = known, sampling.seed, names or {}
        self.generator = sampling.generator
        each = math.ceil(sampling.draws / REPLICATES)
        self.each = 1 << (each - 1).bit_length() if self.generator == "sobol" else each
        """Draws of one replicate; of Sobol points a power of two."""
        self.count = self.each * REPLICATES
        self._column = (
            {id: column for column, id in enumerate(ranked[:DIMENSIONS])} if self.generator == "sobol" else {}
        )
        self._points: Any = None

    def of(self, leaf: Figure) -> Any:
        """The draws of a leaf, in its unit."""
        shape = self._known.shapes[leaf]
        if leaf not in self._known.groups:
            return shape.at(self._uniform(self._names.get(leaf, leaf.id)))
        from scipy.special import ndtr, ndtri

        loading = self._known.loading[leaf]
        common = ndtri(self._uniform(self._known.groups[leaf], alone=True))
        own = ndtri(self._uniform(self._names.get(leaf, leaf.id)))
        return shape.at(ndtr(loading * common + math.sqrt(max(0.0, 1 - loading * loading)) * own))

    def _uniform(self, id: str, *, alone: bool = False) -> Any:
        if id in self._column and not alone:
            if self._points is None:
                self._points = self._sobol()
            return self._points[self._column[id]]
        import numpy

        words = numpy.frombuffer(hashlib.sha256(id.encode()).digest(), dtype="<u4")
        generator = numpy.random.Generator(numpy.random.PCG64([self._seed, *map(int, words)]))
        points = generator.random(self.count)
        points += HALF_STEP  # the open interval: a quantile of 0 has no end
        return points

    def _sobol(self) -> Any:
        """Dimensions × draws."""
        import numpy
        from scipy.stats import qmc

        points = numpy.empty((len(self._column), self.count))
        for replicate in range(REPLICATES):
            scramble = numpy.random.Generator(numpy.random.PCG64([self._seed, replicate]))
            sequence = qmc.Sobol(len(self._column), scramble=True, rng=scramble)
            points[:, replicate * self.each : (replicate + 1) * self.each] = sequence.random(self.each).T
        return numpy.clip(points, HALF_STEP, 1 - HALF_STEP)
