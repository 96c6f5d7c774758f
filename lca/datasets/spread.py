"""How far a factor may be off: as published, else by the pedigree of its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from lca import units
from lca.datasets.files import Files
from lca.datasets.publications import years_apart
from lca.distribution import bounded, lognormal
from lca.figure import Spread
from lca.methods.uncertainty import squared_geometric_deviation, squared_logarithm
from lca.model import Factor

PEDIGREE_VERSION = "version_1"
"""The factors that the GHG Protocol's guidance on quantitative uncertainty uses (see DECISIONS)."""

PEDIGREE = (
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
)
"""The indicators of the pedigree matrix that are scored."""

YEARS_APART = (3, 6, 10, 15)
"""Temporal score 1 to 4 up to so many years, 5 beyond: the pedigree matrix of Weidema and Wesnaes."""

WITHOUT_PEDIGREE = ("generation-mix", "blend")
"""Shares of one whole: moved one by one they would no longer add up."""

RANGE_OF_PLANTS = ("generation-technology",)
"""Their published minimum and maximum span single plants. A country's mean has the spread of a mean, by pedigree, and
lies within them."""


class Spreads(Files):
    """The 95 % ranges of factors."""

    def spread(self, row: Factor, unit: str, year: int | None, distance: int) -> Spread | None:
        """The 95 % range of a factor: as published, else by the pedigree of its source.

        `distance` is 0 for the region itself, 1 for a larger one that holds it, 2 for the world.
        """
        if row.low is None or row.high is None:
            return self._by_pedigree(row, unit, year, distance)
        low, high = (units.convert(bound, row.unit, unit) for bound in (row.low, row.high))
        mean = self._by_pedigree(row, unit, year, distance) if row.kind in RANGE_OF_PLANTS else None
        if mean is None or (low >= mean.low and high <= mean.high):
            return Spread(low, high, "range published with the value")
        assert mean.distribution is not None
        within = Spread(max(low, mean.low), min(high, mean.high), mean.reason, bounded(mean.distribution, low, high))
        cut = (within.low, within.high) != (mean.low, mean.high)
        return replace(within, reason=f"{mean.reason}; within the published range of plants") if cut else within

    def _by_pedigree(self, row: Factor, unit: str, year: int | None, distance: int) -> Spread | None:
        """The range of a factor by the pedigree of its source; None where that would be a range of nothing."""
        scores = self.sources.get(row.source, {}).get("pedigree")
        if (
            scores is None
            or row.kind in WITHOUT_PEDIGREE
            or row.value <= 0
            or (row.kind == "thing" and row.unit == "1")
        ):
            return None
        apart = years_apart(row, year) if row.start else YEARS_APART[0]
        scored = {
            "reliability": scores["reliability"],
            "completeness": scores["completeness"],
            "temporal correlation": 1 + sum(apart > limit for limit in YEARS_APART),
            "geographical correlation": 1 + distance,
            "further technological correlation": scores["technological"],
        }
        parts = [self.pedigree[indicator, str(score)] for indicator, score in scored.items()]
        basic = self._basic[row.attributes.get("gas", "")]
        deviation = squared_geometric_deviation(*(squared_logarithm(float(part)) for part in (*parts, basic)))
        value = units.convert(row.value, row.unit, unit)
        words = ", ".join(
            f"{indicator.split()[-2 if 'correlation' in indicator else 0]} {score}"
            for indicator, score in scored.items()
        )
        reason = f"pedigree: {words}; basic {basic:g}; GSD² {deviation:.3g}"
        return Spread(value / deviation, value * deviation, reason, lognormal(value, deviation))

    @cached_property
    def pedigree(self) -> Mapping[tuple[str, str], float]:
        """The published uncertainty factor, a squared geometric deviation, by indicator and score."""
        return {
            (row["indicator"], row["score"]): float(row["value"])
            for row, _ in self._rows(self.root / "pedigree" / "uncertainty-factors.csv")
            if row["version"] == PEDIGREE_VERSION
        }

    @cached_property
    def _basic(self) -> Mapping[str, float]:
        """Basic uncertainty by gas; that of electricity for what has none."""
        table = {
            (row["compartment"], row["flow"], row["context"]): float(row["value"])
            for row, _ in self._rows(self.root / "pedigree" / "basic-uncertainty.csv")
        }
        electricity = next(
            value
            for (compartment, flow, _), value in table.items()
            if compartment == "demand" and "electricity" in flow
        )
        gases = {"CO2": "CO2", "CH4": "CH4, NH3", "N2O": "NOx, N2O"}
        named = {gas: table["air", flow, "combustion"] for gas, flow in gases.items()}
        return {"": electricity, "total": electricity, "CO2-biogenic": named["CO2"], **named}
