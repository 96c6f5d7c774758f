"""How sure a value is, as a case says it: a range, a named shape, or pedigree scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from lca import units
from lca.datasets import Datasets
from lca.datasets.spread import PEDIGREE
from lca.distribution import (
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    Z,
    bounded,
    lognormal,
    of_range,
)
from lca.figure import Spread
from lca.findings import finding, nearest
from lca.marks import Table, Text, place_of
from lca.methods.uncertainty import squared_geometric_deviation, squared_logarithm
from lca.model import Finding

SHAPES = ("normal", "lognormal", "uniform", "triangular", "pert")
STATISTICS = ("median", "mean")
ENDS = ("low", "high")
WIDTHS = ("deviation", "uncertainty", "gsd", "gsd2")
KEYS = (*ENDS, "distribution", *WIDTHS, "statistic", "at_least", "at_most", "pedigree")
"""What a value's long form may say of its distribution."""
SCORES = {indicator.replace(" correlation", "").split()[-1]: indicator for indicator in PEDIGREE}
"""The indicators by the word that a case uses: reliability, completeness, temporal, geographical, technological."""
ALLOWED = {
    None: (*ENDS, "uncertainty"),
    "normal": (*ENDS, "deviation", "uncertainty"),
    "lognormal": (*ENDS, "gsd", "gsd2", "uncertainty"),
    "uniform": ENDS,
    "triangular": ENDS,
    "pert": ENDS,
}
"""What may say how wide a shape is."""
ALIKE = 0.01
"""How far, relative to the width, the value may lie from where the shape has it between declared ends."""

Read = Callable[[str], float | None]
"""The number under a key of the long form, in the unit of the value; says itself what is wrong."""


class _Unfit(Exception):
    """Something was found and said."""


def declared(
    table: Table, value: float | None, read: Read, least: float | None, most: float | None, found: list[Finding]
) -> Spread | None:
    """The spread that a long form declares; None where it declares none, or what it declares was found wrong.

    `least` and `most` bound what the field may hold at all.
    """
    if value is None or not any(key in table for key in KEYS):
        return None
    try:
        return _Declared(table, value, read, found).spread(least, most)
    except _Unfit:
        return None


class _Declared:
    """One long form being read."""

    def __init__(self, table: Table, value: float, read: Read, found: list[Finding]) -> None:
        self.table, self.value, self.read, self.found = table, value, read, found

    def spread(self, least: float | None, most: float | None) -> Spread:
        named = "distribution" in self.table
        if "pedigree" in self.table:
            graded, reason = self._by_pedigree()
            shape: Distribution = graded
            low, high = _squares(graded)
        else:
            shape = self._shape()
            low, high = self._ends() if "low" in self.table else shape.interval
            reason = f"declared in the case: {shape.words}" if "low" not in self.table or named else RANGE
        floor = self._number("at_least") if "at_least" in self.table else None
        ceiling = self._number("at_most") if "at_most" in self.table else None
        if (floor is not None and floor > self.value) or (ceiling is not None and ceiling < self.value):
            key = "at_least" if floor is not None and floor > self.value else "at_most"
            self._refuse("bound-misses-value", key, bound=self.table[key], value=self.table["value"])
        least = max((bound for bound in (least, floor) if bound is not None), default=None)
        most = min((bound for bound in (most, ceiling) if bound is not None), default=None)
        if not isinstance(shape, Uniform | Triangular | Pert):
            shape = bounded(shape, least, most)
        low = low if least is None else max(low, least)
        high = high if most is None else min(high, most)
        return Spread(low, high, reason, shape)

    # --- the shape and its width

    def _shape(self) -> Distribution:
        name = self.table.get("distribution")
        if name is not None and name not in SHAPES:
            self._unknown("distribution", SHAPES)
        for end, other in (ENDS, ENDS[::-1]):
            if end in self.table and other not in self.table:
                self._refuse("needs", end, key=end, needed=other)
        ways = [key for key in ("low", *WIDTHS) if key in self.table]
        allowed = ALLOWED[None if name is None else str(name)]
        for key in ways:
            if key not in allowed:
                self._refuse(
                    "width-of-other-shape",
                    key,
                    key=key,
                    shape=name or "a range of no named shape",
                    allowed=", ".join(allowed),
                )
        if not ways:
            key = "distribution" if name else next(key for key in KEYS if key in self.table)
            self._refuse("needs", key, key=key, needed=" or ".join(("low and high", *allowed[2:])))
        if len(ways) > 1:
            self._refuse("width-two-ways", ways[1], first=ways[0], second=ways[1])
        if "statistic" in self.table and name != "lognormal":
            self._refuse("needs", "statistic", key="statistic", needed="distribution: lognormal")
        if name == "lognormal":
            return self._lognormal(ways[0])
        if ways[0] != "low":
            half = self._ratio("uncertainty") * abs(self.value) if ways[0] == "uncertainty" else None
            deviation = half / Z if half is not None else self._positive("deviation")
            return Normal(self.value, deviation, deviation)
        low, high = self._ends()
        if name == "normal":
            self._between((low + high) / 2, low, high, "normal")
            return Normal(self.value, (high - low) / (2 * Z), (high - low) / (2 * Z))
        if name is None:
            return of_range(self.value, low, high)
        return Uniform(low, high) if name == "uniform" else SIDED[str(name)](low, self.value, high)

    def _lognormal(self, way: str) -> Distribution:
        if "statistic" not in self.table:
            self._refuse("needs", "distribution", key="distribution: lognormal", needed="statistic: median or mean")
        if self.table["statistic"] not in STATISTICS:
            self._unknown("statistic", STATISTICS)
        if self.value <= 0:
            self._refuse("not-above-zero", "distribution", value=self.table["value"])
        if way == "low":
            low, high = self._ends()
            if low <= 0:
                self._refuse("not-above-zero", "low", value=self.table["low"])
            sigma, middle = math.log(high / low) / (2 * Z), math.sqrt(low * high)
            stated = middle if self.table["statistic"] == "median" else middle * math.exp(sigma**2 / 2)
            self._between(stated, low, high, f"lognormal, the value its {self.table['statistic']}")
        else:
            sigma = self._sigma(way)
        median = self.value if self.table["statistic"] == "median" else self.value / math.exp(sigma**2 / 2)
        return Lognormal(median, sigma, sigma)

    def _sigma(self, way: str) -> float:
        """The deviation of the logarithm."""
        if way == "uncertainty":
            # the coefficient of variation of a lognormal is √(exp(σ²) − 1)
            return math.sqrt(math.log(1 + (self._ratio(way) / Z) ** 2))
        factor = self._ratio(way)
        if factor <= 1:
            self._refuse("deviation-not-above-one", way, key=way, given=self.table[way])
        return math.log(factor) / (2 if way == "gsd2" else 1)

    def _ends(self) -> tuple[float, float]:
        low, high = (self._number(key) for key in ENDS)
        if not low <= self.value <= high:
            table = self.table
            self._refuse("range-misses-value", "low", low=table["low"], high=table["high"], value=table["value"])
        if low == high:
            raise _Unfit  # exact: there is nothing to draw
        return low, high

    def _between(self, stated: float, low: float, high: float, shape: str) -> None:
        """Refuse ends between which the shape does not have the value where it is."""
        if abs(self.value - stated) > ALIKE * (high - low):
            self._refuse(
                "range-contradicts-shape", "low", value=self.table["value"], shape=shape, wanted=f"{stated:.6g}"
            )

    # --- pedigree

    def _by_pedigree(self) -> tuple[Lognormal, str]:
        table = self.table["pedigree"]
        wanted = (*SCORES, "basic")
        if not isinstance(table, Table):
            shape = f"Write {', '.join(wanted)}."
            self._refuse("wrong-shape", "pedigree", key="pedigree", wanted="a table", given="a value", shape=shape)
        if others := [key for key in ("low", "distribution", *WIDTHS) if key in self.table]:
            self._refuse("width-two-ways", others[0], first="pedigree", second=others[0])
        if self.value <= 0:
            self._refuse("not-above-zero", "pedigree", value=self.table["value"])
        for key in table:
            if key not in wanted:
                near = {"allowed": ", ".join(wanted), "nearest": nearest(key, wanted)}
                self.found.append(finding("unknown-key", table.keys_at[key], key=key, parent="pedigree", **near))
        for key in wanted:
            if key not in table:
                self.found.append(finding("missing-key", table.place, key=key, parent="pedigree", how=GRADES))
        if any(key not in table for key in wanted) or any(key not in wanted for key in table):
            raise _Unfit
        published = _published()
        for key, indicator in SCORES.items():
            if (indicator, str(table[key])) not in published:
                allowed = [score for name, score in published if name == indicator]
                scores = {"allowed": ", ".join(allowed), "nearest": nearest(str(table[key]), allowed)}
                purpose = "Its published factor is the range."
                place = place_of(table[key])
                self.found.append(finding("unknown-choice", place, text=table[key], key=key, purpose=purpose, **scores))
                raise _Unfit
        factors = [published[indicator, str(table[key])] for key, indicator in SCORES.items()]
        basic = self._plain(table["basic"])
        if basic < 1:
            self._refuse("deviation-not-above-one", "pedigree", key="basic", given=table["basic"])
        squared = float(squared_geometric_deviation(*map(squared_logarithm, (*factors, basic))))
        words = ", ".join(f"{key} {table[key]}" for key in SCORES)
        return lognormal(self.value, squared), f"pedigree: {words}; basic {basic:g}; GSD² {squared:.3g}"

    # --- numbers

    def _number(self, key: str) -> float:
        number = self.read(key)
        if number is None:
            raise _Unfit
        return number

    def _positive(self, key: str) -> float:
        number = self._number(key)
        if number <= 0:
            self._refuse("width-not-positive", key, key=key, given=self.table[key])
        return number

    def _ratio(self, key: str) -> float:
        number = self._plain(self.table[key])
        if number <= 0:
            self._refuse("width-not-positive", key, key=key, given=self.table[key])
        return number

    def _plain(self, text: Any) -> float:
        try:
            return units.read(str(text), "1", bare=True).value
        except units.UnitError as error:
            details = {"hint": ".", **error.details, "wanted": "a plain number or %", "form": "digits, as in `10 %`"}
            self.found.append(finding(error.slug, place_of(text), **details))
            raise _Unfit from None

    def _unknown(self, key: str, allowed: tuple[str, ...]) -> NoReturn:
        words = {"allowed": ", ".join(allowed), "nearest": nearest(str(self.table[key]), allowed)}
        self._refuse("unknown-choice", key, text=self.table[key], key=key, purpose="It decides what is drawn.", **words)

    def _refuse(self, slug: str, at: str, **details: object) -> NoReturn:
        item = self.table[at]
        at_value = isinstance(item, Text) and slug != "needs"
        place = item.place if at_value else self.table.keys_at[at]
        self.found.append(finding(slug, place, **details))
        raise _Unfit


GRADES = f"Write `pedigree: {{{', '.join(f'{key}: 2' for key in SCORES)}, basic: 1.05}}`, scores from 1 to 5."
RANGE = "range declared in the case"
SIDED: dict[str, type[Triangular | Pert]] = {"triangular": Triangular, "pert": Pert}


def _squares(shape: Lognormal) -> tuple[float, float]:
    """The median divided and multiplied by the squared deviation, as pedigree ranges are published."""
    squared = math.exp(2 * shape.over)
    return shape.median / squared, shape.median * squared


@cache
def _published() -> dict[tuple[str, str], float]:
    return dict(Datasets().pedigree)
