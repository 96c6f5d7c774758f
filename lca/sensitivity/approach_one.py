"""First order: the propagation of error of IPCC 2006, volume 1, chapter 3, approach 1, with exact derivatives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lca.distribution import Z
from lca.figure import Figure
from lca.model import Correlation
from lca.sensitivity.derivatives import slopes
from lca.sensitivity.sources import Uncertain, uncertain

MOST = 0.3
"""Half widths from which on the approach is no longer recommended (IPCC 2006, volume 1, chapter 3, section 3.2.3.1)."""
SKEW = 0.1
"""How far, relative to their mean, the two sides of an interval may differ and still be called symmetric."""


@dataclass(frozen=True)
class Contribution:
    """What one leaf adds to the variance of a figure, as a share of it; below 0 where it offsets another."""

    leaf: Figure
    share: float


@dataclass(frozen=True)
class FirstOrder:
    """The uncertainty of a figure by first-order propagation, in the figure's unit."""

    base: float
    deviation: float
    contributions: tuple[Contribution, ...]
    """Widest first."""
    apart: float
    """The deviation, had every line drawn its factors for itself: shown for what that would understate."""
    beyond: tuple[str, ...]
    """Why the approach does not hold here, in words; empty where it does."""

    @property
    def half_width(self) -> float:
        """Half the 95 % interval over the value: U of the standard."""
        return Z * self.deviation / abs(self.base) if self.base else math.inf

    @property
    def interval(self) -> tuple[float, float]:
        return self.base - Z * self.deviation, self.base + Z * self.deviation

    @property
    def understated(self) -> float:
        """By what share the interval would be too narrow, had every line drawn for itself."""
        return 1 - self.apart / self.deviation if self.deviation else 0.0


def propagated(
    top: Figure,
    values: Mapping[Figure, Any],
    correlations: Iterable[Correlation] = (),
    lines: Iterable[Figure] = (),
) -> FirstOrder:
    """The uncertainty of a figure: √ Σ Σ ρ (∂T/∂x · σ)(∂T/∂y · σ) over the leaves below it.

    For a product this is the root of the squared relative uncertainties (equation 3.1), for a sum that of the
    squared absolute ones (equation 3.2); a leaf used many times counts once, with all that hangs on it. `lines` are
    the parts that the figure adds up, for what independent draws would give.
    """
    known = uncertain([top], correlations)
    by_figure = slopes(top, values)
    base = float(values[top])
    effects = {leaf: by_figure[leaf] * shape.deviation for leaf, shape in known.shapes.items()}
    covered = {leaf: effect * _with_group(leaf, effects, known) for leaf, effect in effects.items()}
    variance = max(0.0, math.fsum(covered.values()))
    shares = [Contribution(leaf, part / variance) for leaf, part in covered.items() if part] if variance else []
    shares.sort(key=lambda part: (-abs(part.share), part.leaf.id))
    own = {line: by_figure[line] for line in lines if by_figure.get(line)}
    parts = (slope * _deviation(line, values) for line, slope in own.items())
    return FirstOrder(
        base,
        math.sqrt(variance),
        tuple(shares),
        math.sqrt(math.fsum(part * part for part in parts)) if own else math.sqrt(variance),
        tuple(_beyond(known, effects)),
    )


def _deviation(figure: Figure, values: Mapping[Figure, Any]) -> float:
    """The standard deviation of a figure, its leaves independent of each other."""
    known = uncertain([figure])
    if not known.shapes:
        return 0.0
    by_figure = slopes(figure, values)
    return math.sqrt(math.fsum((by_figure[leaf] * shape.deviation) ** 2 for leaf, shape in known.shapes.items()))


def _with_group(leaf: Figure, effects: Mapping[Figure, float], known: Uncertain) -> float:
    """The effect of a leaf with those of its group, each by its correlation."""
    if leaf not in known.groups:
        return effects[leaf]
    return math.fsum(known.correlation(leaf, other) * effect for other, effect in effects.items())


def _beyond(known: Uncertain, effects: Mapping[Figure, float]) -> Iterable[str]:
    """What the approach presupposes and these leaves do not meet, those without effect left aside."""
    most = max((abs(effect) for effect in effects.values()), default=0.0)
    moving = {leaf: known.shapes[leaf] for leaf, effect in effects.items() if abs(effect) > most / 100}
    wide = [leaf for leaf, shape in moving.items() if shape.half_width > MOST]
    if wide:
        yield f"{_named(wide)} wider than ± {MOST:.0%}"
    skewed = []
    for leaf, shape in moving.items():
        low, high = shape.interval
        middle = float(shape.at(0.5))
        if abs((high - middle) - (middle - low)) > SKEW * (high - low) / 2:
            skewed.append(leaf)
    if skewed:
        yield f"{_named(skewed)} not symmetric"


def _named(leaves: list[Figure]) -> str:
    first = leaves[0].name
    return f"{first} is" if len(leaves) == 1 else f"{len(leaves)} inputs, {first} among them, are"
