"""A meter's file: electricity, or the carbon of a grid, by the hour or by the month.

A time in the first column, and a column whose header names its unit: `time,kWh` or `month,consumption [MWh]`.
A series is reduced at once: its sum, what of it a contract covers hour by hour, its load-weighted mean. What is
kept is a figure whose reason names the file, the rows and how they were reduced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from lca import units
from lca.figure import Given, Place
from lca.findings import finding
from lca.importers import text
from lca.methods.grid import hourly_part, load_weighted
from lca.methods.market import left_to_match, matched_energy
from lca.model import Finding

_UNIT = re.compile(r".*?[\[(]([^\])]+)[\])]\s*|(.*)", re.DOTALL)
_MONTH = re.compile(r"\d{4}-\d{2}")
MONTHS, HOURS = "monthly", "hourly"


@dataclass(frozen=True)
class Series:
    """Values by time, in the unit that was asked for."""

    name: str
    """The file, as the case names it."""
    values: Mapping[str, float]
    column: str

    @property
    def step(self) -> str:
        """Whether it is by the month, or finer."""
        return MONTHS if all(_MONTH.fullmatch(time) for time in self.values) else HOURS

    def by(self, step: str) -> Mapping[str, float]:
        """Its values by hour, or summed by month."""
        if step in (self.step, HOURS):
            return self.values
        months: dict[str, float] = {}
        for time, value in self.values.items():
            months[time[:7]] = months.get(time[:7], 0.0) + value
        return months

    def given(self, value: float, note: str) -> Given:
        """A leaf that was reduced from it."""
        page = f"{len(self.values)} rows; column {text.shown(self.column)}"
        return Given(value, Place(self.name), "measured", self.name, page, note=note)


def read(path: Path, name: str, unit: str) -> tuple[Series | None, list[Finding]]:
    """The series of a file in a unit; None, with findings, for one that cannot be used."""
    rows = text.rows(path)
    _, header, _ = next(rows, (0, [], True))
    found = [(at, scale) for at, cell in enumerate(header) if at and (scale := _scale(cell, unit)) is not None]
    if not found:
        problem = f"no column of {text.shown(', '.join(header))} names a unit such as {units.plain(unit)}"
        return None, [finding("series-unread", Place(name, 1), problem=problem)]
    at, scale = found[0]
    values: dict[str, float] = {}
    for line, cells, _ in rows:
        time, value = _row(cells, at)
        problem = ""
        if time is None or value is None:
            problem = f"`{text.shown(', '.join(cells))}` is no time and no number of 0 or more"
        elif time in values:
            problem = f"{time} stands there twice"
        elif values and len(time) != len(next(iter(values))):
            problem = f"{time} is not written like the times before it"
        elif values and time < next(reversed(values)):
            problem = f"{time} stands behind a later time"
        if problem:
            return None, [finding("series-unread", Place(name, line), problem=problem)]
        assert time is not None
        assert value is not None
        values[time] = value * scale
    if not values:
        return None, [finding("series-unread", Place(name, 1), problem="it has a header and no row")]
    return Series(name, values, header[at]), _gaps(list(values), name)


def _scale(cell: str, unit: str) -> float | None:
    """What a column's numbers are multiplied by; None when its header names no unit of the kind."""
    match = _UNIT.fullmatch(cell)
    try:
        return float(units.factor((match[1] or match[2] or "").strip(), units.plain(unit))) if match else None
    except units.UnitError:
        return None


def _row(cells: Sequence[str], at: int) -> tuple[str | None, float | None]:
    try:
        value = float(cells[at])
        time = cells[0].strip().replace("/", "-")
        if not _MONTH.fullmatch(time):
            moment = datetime.fromisoformat(time)
            time = (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()
    except (ValueError, IndexError):
        return None, None
    return time, value if 0 <= value < float("inf") else None


def _gaps(times: Sequence[str], name: str) -> list[Finding]:
    """What is missing between the first and the last time, by the step that is the most common."""
    if len(times) < 3:
        return []
    if _MONTH.fullmatch(times[0]):
        numbers = [12 * int(time[:4]) + int(time[5:7]) for time in times if _MONTH.fullmatch(time)]
        steps = [float(b - a) for a, b in pairwise(numbers)]
    else:
        moments = [datetime.fromisoformat(time) for time in times]
        steps = [(b - a).total_seconds() for a, b in pairwise(moments)]
    (usual, _), *_ = Counter(steps).most_common(1)
    missing = sum(round(step / usual) - 1 for step in steps if step > usual)
    return [finding("series-gap", Place(name), missing=missing, rows=len(times))] if missing > 0 else []


# --- reductions, with the same equations as everywhere


def total(series: Series) -> float:
    return float(_array(series.values.values()).sum())


def matched(load: Series, generations: Sequence[Series], step: str) -> list[float]:
    """What each generation, in this order, covers of a load within each hour or month; the times are those of the load.

    Raises `ValueError` when the times differ.
    """
    left: Any = _array(load.by(step).values())
    covered: list[float] = []
    for series in generations:
        if set(series.by(step)) != set(load.by(step)):
            raise ValueError(series.name)
        taken = matched_energy(left, _array(series.by(step).values()))
        left = left_to_match(left, taken)
        covered.append(float(taken.sum()))
    return covered


def weighted(load: Series, factors: Series) -> float:
    """The mean of an hourly factor, weighted by the load.

    Raises `ValueError` when the times differ.
    """
    if set(factors.values) != set(load.values):
        raise ValueError(factors.name)
    energies = _array(load.values.values())
    emissions = hourly_part(energies, _array(factors.values.values()))
    return float(load_weighted(emissions.sum(), energies.sum()))


def _array(values: Any) -> Any:
    import numpy

    return numpy.array(list(values), dtype=float)
