"""How a value may differ from what is stated: shapes of distributions, drawn by their quantiles.

Every shape answers the same questions: its quantile at a probability (`at`, floats or arrays of any shape), the
probability below a value (`below`), its mean and standard deviation, itself in another unit (`scaled`), and itself
in words. A draw is the quantile at a standard normal score (`drawn`), so that the same shape serves pseudo-random
numbers, Sobol points and a copula. Numbers are in the unit of the figure.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Z = 1.959963984540054
"""The standard normal score of 97.5 %: the 95 % interval of a normal distribution reaches so many deviations."""
TAIL = 0.025
LEAST_TAIL = 1e-6
"""Probability beyond a bound from which on a shape is cut there."""
STEPS = 20_000
"""Of the integral over the quantiles of a shape that is cut, whose moments have no short form."""


class Distribution(ABC):
    """The distribution of one value."""

    @abstractmethod
    def at(self, probability: Any) -> Any:
        """The quantile at a probability between 0 and 1, both excluded."""

    def drawn(self, scores: Any) -> Any:
        """The values at standard normal scores, which may be overwritten."""
        from scipy.special import ndtr

        return self.at(ndtr(scores))

    @abstractmethod
    def below(self, value: float) -> float:
        """The probability of lying below a value."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @property
    @abstractmethod
    def deviation(self) -> float:
        """The standard deviation."""

    @abstractmethod
    def scaled(self, factor: float) -> Distribution:
        """The distribution of so many times the value; `factor` is above 0."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The name of the shape."""

    @property
    def interval(self) -> tuple[float, float]:
        """The quantiles at 2.5 % and 97.5 %."""
        return float(self.at(TAIL)), float(self.at(1 - TAIL))

    @property
    def half_width(self) -> float:
        """Half the width of the 95 % interval over the mean: the uncertainty of IPCC 2006, volume 1, chapter 3.

        Taken as 1.96 standard deviations over the mean; without end for a mean of zero.
        """
        return Z * self.deviation / abs(self.mean) if self.mean else math.inf


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal about its median, with a standard deviation of its own to either side; usually they are equal."""

    median: float
    under: float
    over: float

    def at(self, probability: Any) -> Any:
        return self.drawn(_score(probability))

    def drawn(self, scores: Any) -> Any:
        scores *= _either(scores, self.under, self.over)
        scores += self.median
        return scores

    def below(self, value: float) -> float:
        return _side(value - self.median, self.under, self.over)

    @property
    def mean(self) -> float:
        return self.median + (self.over - self.under) / math.sqrt(2 * math.pi)

    @property
    def deviation(self) -> float:
        return math.sqrt((self.under**2 + self.over**2) / 2 - (self.over - self.under) ** 2 / (2 * math.pi))

    def scaled(self, factor: float) -> Normal:
        return Normal(self.median * factor, self.under * factor, self.over * factor)

    @property
    def words(self) -> str:
        return "normal" if math.isclose(self.under, self.over, rel_tol=1e-6) else "normal to either side"


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Lognormal about its median, above 0, with a deviation of the logarithm to either side; usually they are equal."""

    median: float
    under: float
    over: float

    def at(self, probability: Any) -> Any:
        return self.drawn(_score(probability))

    def drawn(self, scores: Any) -> Any:
        scores *= _either(scores, self.under, self.over)
        scores = _exp(scores)
        scores *= self.median
        return scores

    def below(self, value: float) -> float:
        if value <= 0:
            return 0.0
        return _side(math.log(value / self.median), self.under, self.over)

    def _moment(self, power: int) -> float:
        """E[(value / median)^power]: the two halves of the integral over the standard normal score."""
        under, over = power * self.under, power * self.over
        return math.exp(under**2 / 2) * _share(-under) + math.exp(over**2 / 2) * _share(over)

    @property
    def mean(self) -> float:
        return self.median * self._moment(1)

    @property
    def deviation(self) -> float:
        return self.median * math.sqrt(max(0.0, self._moment(2) - self._moment(1) ** 2))

    def scaled(self, factor: float) -> Lognormal:
        return Lognormal(self.median * factor, self.under, self.over)

    @property
    def words(self) -> str:
        return "lognormal" if math.isclose(self.under, self.over, rel_tol=1e-6) else "lognormal to either side"


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every value from low to high alike."""

    low: float
    high: float

    def at(self, probability: Any) -> Any:
        return self.low + (self.high - self.low) * probability

    def below(self, value: float) -> float:
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def deviation(self) -> float:
        return (self.high - self.low) / math.sqrt(12)

    def scaled(self, factor: float) -> Uniform:
        return Uniform(self.low * factor, self.high * factor)

    @property
    def words(self) -> str:
        return "uniform"


@dataclass(frozen=True)
class Triangular(Distribution):
    """From low to high, likeliest at the mode, with straight sides."""

    low: float
    mode: float
    high: float

    def at(self, probability: Any) -> Any:
        import numpy

        width, turn = self.high - self.low, self.below(self.mode)
        rising = self.low + numpy.sqrt(probability * width * (self.mode - self.low))
        falling = self.high - numpy.sqrt((1 - probability) * width * (self.high - self.mode))
        return numpy.where(numpy.asarray(probability) < turn, rising, falling)

    def below(self, value: float) -> float:
        value = min(self.high, max(self.low, value))
        width = self.high - self.low
        if value <= self.mode:
            return (value - self.low) ** 2 / (width * (self.mode - self.low)) if value > self.low else 0.0
        return 1 - (self.high - value) ** 2 / (width * (self.high - self.mode))

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def deviation(self) -> float:
        low, mode, high = self.low, self.mode, self.high
        return math.sqrt((low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18)

    def scaled(self, factor: float) -> Triangular:
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)

    @property
    def words(self) -> str:
        return "triangular"


@dataclass(frozen=True)
class Pert(Distribution):
    """From low to high, likeliest at the mode, with round sides: the beta distribution of PERT."""

    low: float
    mode: float
    high: float

    @property
    def _shapes(self) -> tuple[float, float]:
        width = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def at(self, probability: Any) -> Any:
        from scipy.special import betaincinv

        return self.low + (self.high - self.low) * betaincinv(*self._shapes, probability)

    def below(self, value: float) -> float:
        from scipy.special import betainc

        place = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return float(betainc(*self._shapes, place))

    @property
    def mean(self) -> float:
        return (self.low + 4 * self.mode + self.high) / 6

    @property
    def deviation(self) -> float:
        return math.sqrt((self.mean - self.low) * (self.high - self.mean) / 7)

    def scaled(self, factor: float) -> Pert:
        return Pert(self.low * factor, self.mode * factor, self.high * factor)

    @property
    def words(self) -> str:
        return "PERT"


@dataclass(frozen=True)
class Bounded(Distribution):
    """A shape cut at bounds that the value cannot pass: what lay beyond is spread over the rest."""

    of: Distribution
    least: float
    most: float

    @cached_property
    def _kept(self) -> tuple[float, float]:
        return self.of.below(self.least), self.of.below(self.most)

    def at(self, probability: Any) -> Any:
        import numpy

        first, last = self._kept
        return numpy.clip(self.of.at(first + (last - first) * probability), self.least, self.most)

    def below(self, value: float) -> float:
        first, last = self._kept
        return min(1.0, max(0.0, (self.of.below(value) - first) / (last - first)))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        import numpy

        values = self.at((numpy.arange(STEPS) + 0.5) / STEPS)
        return float(values.mean()), float(values.std())

    @property
    def mean(self) -> float:
        return self._moments[0]

    @property
    def deviation(self) -> float:
        return self._moments[1]

    def scaled(self, factor: float) -> Bounded:
        return Bounded(self.of.scaled(factor), self.least * factor, self.most * factor)

    @property
    def words(self) -> str:
        ends = [f"not below {self.least:g}"] if math.isfinite(self.least) else []
        ends += [f"not above {self.most:g}"] if math.isfinite(self.most) else []
        return f"{self.of.words}, {', '.join(ends)}"


def of_range(median: float, low: float, high: float) -> Distribution:
    """The shape of a value with a 95 % interval and no more said: the value is the median, the ends are met exactly.

    Lognormal to either side where all are above 0, as most ranges of factors are wider upwards; else normal to
    either side. `low` and `high` must enclose the median and differ.
    """
    if low > 0:
        return Lognormal(median, math.log(median / low) / Z, math.log(high / median) / Z)
    return Normal(median, (median - low) / Z, (high - median) / Z)


def lognormal(median: float, squared_deviation: float) -> Lognormal:
    """Lognormal by its squared geometric standard deviation, whose logarithm is twice the deviation of the logarithm.

    Frischknecht et al. 2005; the published pedigree factors are such squares.
    """
    sigma = math.log(squared_deviation) / 2
    return Lognormal(median, sigma, sigma)


def bounded(shape: Distribution, least: float | None, most: float | None) -> Distribution:
    """The shape, cut at the bounds that it passes."""
    floor = -math.inf if least is None or shape.below(least) < LEAST_TAIL else least
    ceiling = math.inf if most is None or 1 - shape.below(most) < LEAST_TAIL else most
    return shape if math.isinf(floor) and math.isinf(ceiling) else Bounded(shape, floor, ceiling)


def _score(probability: Any) -> Any:
    """The standard normal score of a probability."""
    from scipy.special import ndtri

    return ndtri(probability)


def _share(score: float) -> float:
    """The probability below a standard normal score."""
    return 0.5 * math.erfc(-score / math.sqrt(2))


def _side(away: float, under: float, over: float) -> float:
    """The probability of lying below what is so far away, where either side has its own deviation, which may be 0."""
    deviation = under if away < 0 else over
    return _share(away / deviation) if deviation else float(away >= 0)


def _exp(value: Any) -> Any:
    import numpy

    return numpy.exp(value, out=value if isinstance(value, numpy.ndarray) else None)


def _either(score: Any, under: float, over: float) -> Any:
    if under == over:
        return under
    import numpy

    return numpy.where(score < 0, under, over)
