"""A row of the data sets → a figure, one for all who use it alike."""

from __future__ import annotations

from lca import units
from lca.choose.decisions import Decisions
from lca.datasets.files import WORLD
from lca.datasets.regions import Region
from lca.distribution import bounded
from lca.figure import Figure, Given, Quality, Spread
from lca.model import Factor, Period

PHYSICAL_FLOOR = {"pue": 1.0}
"""Below which no range of a factor may reach."""

UNITS = {
    "pue": "kWh_site/kWh_it",
    "losses": "1",
    "lifetime": "h",
    "embodied": "kgCO2e/device",
    "wue": "L_site/kWh_it",
    "water": "L_source/kWh_site",
    "idle-share": "1",
    "primary-energy": "MJ_primary/kWh_site",
    "adpe": "kgSbe/kWh_site",
    "grid": "kgCO2e/kWh_site",
    "generation-mix": "TWh",
    "generation-technology": "kgCO2e/kWh_site",
    "device-power": "kW_it/device",
    "token-energy": "kWh_it/token",
    "request-energy": "kWh_it/request",
}
"""The unit, with its kind, that a figure of each kind of table has."""

KINDS = {
    "pue": "PUE",
    "losses": "grid losses",
    "lifetime": "lifetime",
    "embodied": "embodied carbon",
    "wue": "WUE",
    "water": "water intensity",
    "primary-energy": "primary energy of electricity",
    "adpe": "depletion of elements of electricity",
    "grid": "grid factor",
    "generation-mix": "electricity generation",
    "generation-technology": "emission factors of generation",
    "device-power": "power of a device",
    "idle-share": "idle power",
    "token-energy": "measured energy per token",
    "request-energy": "measured energy per image or video",
}

KEYS = {"idle-share": "idle_power", "generation-mix": "grid", "generation-technology": "grid", "water": "source_water"}
"""The field of a case that makes a factor unnecessary."""


class Rows(Decisions):
    """The rows that were taken, as figures."""

    def _figure(
        self,
        name: str,
        unit: str,
        row: Factor,
        quality: Quality,
        spread: Spread | None,
        region: Region | None,
        asked: Period | None = None,
    ) -> Figure:
        """A row as a figure: one for all who use it alike, so that it moves them together."""
        asked = asked or self.boundary.period
        year, distance = asked.year if asked else None, _distance(row, region)
        alike = (row.id, row.place, unit, quality, spread, year, distance)
        if alike not in self._alike:
            self._alike[alike] = self._ranged(name, unit, row, quality, self._range(row, unit, spread, year, distance))
        return self._alike[alike]

    def _range(self, row: Factor, unit: str, spread: Spread | None, year: int | None, distance: int) -> Spread | None:
        """The range given, or that of the row, in the unit asked for; within what is physically possible."""
        if spread is None:
            spread = self.datasets.spread(row, unit, year, distance)
        else:
            spread = spread.scaled(units.convert(1.0, row.unit, unit))
        floor = PHYSICAL_FLOOR.get(row.kind)
        if spread and floor is not None and spread.low < floor:
            shape = bounded(spread.around(units.convert(row.value, row.unit, unit)), floor, None)
            spread = Spread(floor, spread.high, f"{spread.reason}; not below {floor:g}", shape)
        return spread

    def _ranged(self, name: str, unit: str, row: Factor, quality: Quality, spread: Spread | None) -> Figure:
        key = (row.id, unit, spread, quality)
        if key not in self._rows:
            self._namesakes[row.id] += 1
            namesakes = self._namesakes[row.id]
            id = f"{row.id}@{namesakes}" if namesakes > 1 else row.id
            value = units.convert(row.value, row.unit, unit)
            self._rows[key] = Figure(id, name, unit, given_of(row, value, quality, spread))
        return self._rows[key]


def _distance(row: Factor, region: Region | None) -> int:
    """How far a row's region is from the one asked for: 0 itself, 1 a larger one, 2 the world."""
    if region is None or row.region == region.code:
        return 0
    return 2 if row.region == WORLD else 1


def year_of(row: Factor) -> str:
    return str(row.start.year) if row.start else ""


def given_of(row: Factor, value: float, quality: Quality, spread: Spread | None) -> Given:
    attributes = {**row.attributes, "region": row.region, "row": row.id}
    if year := year_of(row):
        attributes["year"] = year
    if "loss_basis" in attributes:
        attributes["basis"] = attributes.pop("loss_basis")
    return Given(
        value, row.place, quality, row.source, row.page or None, spread, row.note or None, row.written, attributes
    )
