"""Monte Carlo: IPCC 2006, volume 1, chapter 3, approach 2."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lca.figure import Figure
from lca.model import Sampling
from lca.sensitivity.derivatives import slopes
from lca.sensitivity.draws import REPLICATES, Draws
from lca.sensitivity.fold import fold
from lca.sensitivity.sources import Uncertain, uncertain

QUANTILES = (0.025, 0.5, 0.975)


@dataclass(frozen=True)
class Estimate:
    """What the draws of one figure come to, in its unit."""

    figure: Figure
    base: float
    """With every leaf at its stated value."""
    mean: float
    deviation: float
    low: float
    """The quantile at 2.5 %."""
    median: float
    high: float
    """The quantile at 97.5 %."""
    low_error: float | None = None
    """The standard error of the quantile at 2.5 %, from the replicates; None where it was not asked for."""
    high_error: float | None = None
    mean_error: float | None = None
    share: float | None = None
    """Of the variance of the total: the covariance with it. The shares of what adds up to the total add up to 1."""


@dataclass(frozen=True)
class MonteCarlo:
    """The draws of a case, summed up."""

    draws: int
    seed: int
    generator: str
    dimensions: int
    """Leaves that were drawn."""
    estimates: Mapping[str, Estimate]

    @property
    def words(self) -> str:
        kind = "scrambled Sobol points" if self.generator == "sobol" else "PCG64 draws"
        count = f"{self.draws:,}".replace(",", "\u202f")
        return f"{count} {kind} of {self.dimensions} inputs, seed {self.seed}"


def simulated(
    figures: Mapping[str, Figure],
    values: Mapping[Figure, Any],
    sampling: Sampling,
    *,
    total: str,
    errors_of: Collection[str] = (),
) -> MonteCarlo:
    """Draw every uncertain leaf, and estimate every figure by its name; `total` is that whose variance is shared out.

    `errors_of` names those whose quantiles get standard errors. Raises `KeyError` when there is no such total.
    """
    known = uncertain(figures.values(), sampling.correlations)
    draws = Draws(known, sampling, ranked(figures[total], values, known))
    alone = set(figures.values()) == {figures[total]}
    whole = None if alone else next((d for _, d in fold([figures[total]], values, known.shapes, draws.of)), None)
    names: dict[Figure, list[str]] = defaultdict(list)
    for name, figure in figures.items():
        names[figure].append(name)
    found: dict[str, Estimate] = {}
    for figure, drawn in fold(names, values, known.shapes, draws.of):
        wanted = any(name in errors_of for name in names[figure])
        estimate = _estimate(figure, float(values[figure]), drawn, whole, wanted)
        found |= dict.fromkeys(names[figure], estimate)
    for name, figure in figures.items():
        if name not in found:
            found[name] = _certain(figure, float(values[figure]))
    return MonteCarlo(
        draws.count, sampling.seed, draws.generator, len(known.shapes), {name: found[name] for name in figures}
    )


def drawn_of(top: Figure, values: Mapping[Figure, Any], sampling: Sampling) -> Any:
    """The draws of one figure; its number where nothing below it differs."""
    known = uncertain([top], sampling.correlations)
    draws = Draws(known, sampling, ranked(top, values, known))
    return next((drawn for _, drawn in fold([top], values, known.shapes, draws.of)), float(values[top]))


def ranked(top: Figure, values: Mapping[Figure, Any], known: Uncertain) -> list[str]:
    """The ids of the uncertain leaves, the one that moves a figure most first."""
    by_figure = slopes(top, values)
    moved = {leaf.id: abs(by_figure.get(leaf, 0.0) * shape.deviation) for leaf, shape in known.shapes.items()}
    # sums in another order differ in their last digits, which must not decide who stands before whom
    return sorted(moved, key=lambda id: (-round(math.log2(moved[id]), 6) if moved[id] else math.inf, id))


def _estimate(figure: Figure, base: float, drawn: Any, whole: Any, errors: bool) -> Estimate:
    import numpy

    mean = float(drawn.mean())
    low, median, high = (float(value) for value in numpy.quantile(drawn, QUANTILES))
    share = None
    if whole is not None:
        away = whole - whole.mean()
        variance = float(away @ away)
        share = float((drawn - mean) @ away) / variance if variance else None
    if not errors:
        return Estimate(figure, base, mean, float(drawn.std()), low, median, high, share=share)
    parts = drawn.reshape(REPLICATES, -1)
    spread = numpy.quantile(parts, QUANTILES, axis=1).std(axis=1, ddof=1) / math.sqrt(REPLICATES)
    of_mean = float(parts.mean(axis=1).std(ddof=1)) / math.sqrt(REPLICATES)
    errors_at = [float(error) for error in spread]
    return Estimate(
        figure, base, mean, float(drawn.std()), low, median, high, errors_at[0], errors_at[2], of_mean, share
    )


def _certain(figure: Figure, base: float) -> Estimate:
    return Estimate(figure, base, base, 0.0, base, base, base, 0.0, 0.0, 0.0, 0.0)
