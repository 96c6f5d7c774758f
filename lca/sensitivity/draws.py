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
"""Half of what uniform numbers lie apart: the score of 0 has no end."""
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
        scores = self._scores(self._names.get(leaf, leaf.id))
        if leaf in self._known.groups:
            loading = self._known.loading[leaf]
            scores *= math.sqrt(max(0.0, 1 - loading * loading))
            scores += loading * self._generator(self._known.groups[leaf]).standard_normal(self.count)
        return shape.drawn(scores)

    def _scores(self, id: str) -> Any:
        """Standard normal scores, a new array each time."""
        if id not in self._column:
            return self._generator(id).standard_normal(self.count)
        if self._points is None:
            self._points = self._sobol()
        return self._points[self._column[id]].copy()

    def _generator(self, id: str) -> Any:
        """A stream of its own for an id."""
        import numpy

        words = numpy.frombuffer(hashlib.sha256(id.encode()).digest(), dtype="<u4")
        return numpy.random.Generator(numpy.random.PCG64([self._seed, *map(int, words)]))

    def _sobol(self) -> Any:
        """Standard normal scores, dimensions × draws."""
        import numpy
        from scipy.special import ndtri
        from scipy.stats import qmc

        points = numpy.empty((len(self._column), self.count))
        for replicate in range(REPLICATES):
            scramble = numpy.random.Generator(numpy.random.PCG64([self._seed, replicate]))
            sequence = qmc.Sobol(len(self._column), scramble=True, rng=scramble)
            points[:, replicate * self.each : (replicate + 1) * self.each] = sequence.random(self.each).T
        return ndtri(numpy.clip(points, HALF_STEP, 1 - HALF_STEP))
