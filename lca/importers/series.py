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
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from lca import units
from lca.figure import Given, Place
from lca.findings import finding
from lca.importers import text
from lca.methods.grid import hourly_part, load_weighted
from lca.methods.market import left_to_match, matched_energy
from lca.model import Finding, Period

_UNIT = re.compile(r".*?[\[(]([^\])]+)[\])]\s*|(.*)", re.DOTALL)
_COMMA = re.compile(r"\s*\d+,\d+\s*")
_GROUPED = re.compile(r"\s*[1-9]\d{0,2}\.\d{3}\s*")
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


def read(path: Path, name: str, unit: str, period: Period | None = None) -> tuple[Series | None, list[Finding]]:
    """The series of a file in a unit, within a period; None, with findings, for one that cannot be used."""
    try:
        column, values, days = _read(path, unit)
    except _Unread as unread:
        return None, [finding("series-unread", Place(name, unread.line), problem=unread.problem)]
    if period is None or period.end < period.start:
        return Series(name, values, column), _gaps(list(values), name)
    inside = {time: value for time, value in values.items() if _within(time, days[time], period)}
    outside = [time for time in values if time not in inside]
    found: list[Finding] = []
    if outside:
        words = {"outside": len(outside), "rows": len(values), "first": outside[0], "last": outside[-1]}
        slug = "series-left-out" if inside else "series-outside"
        found.append(finding(slug, Place(name), start=period.start, end=period.end, **words))
    if not inside:
        return None, found
    found += [*_cut(inside, period, name), *_missing(inside, days, period, name)]
    return Series(name, inside, column), found


class _Unread(Exception):
    """A file that is no series, at a line of it."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


def _read(path: Path, unit: str) -> tuple[str, dict[str, float], dict[str, date]]:
    """The column that holds a unit, its values by time, and the day of each as it is written."""
    rows = text.rows(path)
    _, header, _ = next(rows, (0, [], True))
    at, scale = _column(header, unit)
    values: dict[str, float] = {}
    days: dict[str, date] = {}
    numbers: list[str] = []
    for line, cells, _ in rows:
        time, value = _row(cells, at)
        if time is None or value is None or any(cell.strip() for cell in cells[len(header) :]):
            raise _Unread(line, _unread(cells, at, header))
        if time in values:
            raise _Unread(line, f"{time} stands there twice")
        if values and len(time) != len(next(iter(values))):
            raise _Unread(line, f"{time} is not written like the times before it")
        if values and time < next(reversed(values)):
            raise _Unread(line, f"{time} stands behind a later time")
        values[time], days[time] = value * scale, _day(cells[0])
        numbers.append(cells[at])
    if not values:
        raise _Unread(1, "it has a header and no row")
    if example := _thousands(numbers):
        raise _Unread(1, f"`{example}` may hold a decimal point, or one between thousands, as all that have one")
    return header[at], values, days


def _column(header: Sequence[str], unit: str) -> tuple[int, float]:
    """Which column holds a unit of the kind, and what its numbers are multiplied by."""
    found = [(at, scale) for at, cell in enumerate(header) if at and (scale := _scale(cell, unit)) is not None]
    if not found:
        columns = text.shown(", ".join(header))
        raise _Unread(1, f"no column of {columns} names a unit such as {units.plain(unit)}")
    if len(found) > 1:
        columns = " and ".join(f"`{text.shown(header[at])}`" for at, _ in found)
        raise _Unread(1, f"{columns} name such a unit, and nothing says which one counts")
    return found[0]


def _scale(cell: str, unit: str) -> float | None:
    """What a column's numbers are multiplied by; None when its header names no unit of the kind.

    The unit stands in brackets, or alone, or as the last word: `Verbrauch kWh`, `load_MWh`.
    """
    match = _UNIT.fullmatch(cell)
    for said in dict.fromkeys([(match[1] or match[2] or "") if match else "", re.split(r"[\s_]", cell.strip())[-1]]):
        try:
            return float(units.factor(said.strip(), units.plain(unit)))
        except units.UnitError:
            continue
    return None


def _unread(cells: Sequence[str], at: int, header: Sequence[str]) -> str:
    """What is wrong with a row that cannot be read."""
    shown = text.shown(", ".join(cells))
    if at < len(cells) and _COMMA.fullmatch(cells[at]):
        return f"`{cells[at].strip()}` has a comma; numbers are written with a decimal point"
    if len(cells) > len(header):
        return f"`{shown}` has {len(cells)} cells, the header {len(header)}; a decimal comma parts a number in two"
    return f"`{shown}` is no time and no number of 0 or more"


def _thousands(numbers: Sequence[str]) -> str:
    """A number that may be in thousands: all with a point have three digits behind it, and others have no point."""
    pointed = [cell for cell in numbers if "." in cell]
    all_grouped = bool(pointed) and all(_GROUPED.fullmatch(cell) for cell in pointed)
    return pointed[0].strip() if all_grouped and len(pointed) < len(numbers) else ""


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


def _day(cell: str) -> date:
    """The day of a row as it is written, in whatever zone; of a month, its first."""
    written = cell.strip().replace("/", "-")
    return date.fromisoformat(f"{written}-01") if _MONTH.fullmatch(written) else datetime.fromisoformat(written).date()


def _within(time: str, day: date, period: Period) -> bool:
    """Whether a row lies in the period; a month of which a part does is counted whole."""
    first = date(period.start.year, period.start.month, 1) if _MONTH.fullmatch(time) else period.start
    return first <= day <= period.end


def _cut(values: Mapping[str, float], period: Period, name: str) -> list[Finding]:
    """The months that lie in the period in part only: their sum cannot be parted."""
    ends = {f"{period.start:%Y-%m}": period.start.day > 1}
    ends[f"{period.end:%Y-%m}"] = (period.end + timedelta(days=1)).day > 1 or ends.get(f"{period.end:%Y-%m}", False)
    cut = [month for month, in_part in ends.items() if in_part and month in values]
    words = {"months": ", ".join(cut), "start": period.start, "end": period.end}
    return [finding("series-cuts-month", Place(name), **words)] if cut else []


def _missing(values: Mapping[str, float], days: Mapping[str, date], period: Period, name: str) -> list[Finding]:
    """What of the period no row covers: the months without any, those with too few, and the share that is covered."""
    first, last = ((day.year * 12 + day.month - 1) for day in (period.start, period.end))
    months = {f"{number // 12}-{number % 12 + 1:02}": 0 for number in range(first, last + 1)}
    for time in values:
        months[f"{days[time]:%Y-%m}"] += 1
    step = _step(list(values))
    absent = [month for month, rows in months.items() if not rows]
    covered = 1 - len(absent) / len(months)
    partly = []
    if step is not None and step <= DAY:
        lacking = 0
        for month, rows in months.items():
            wanted = round(_days_within(month, period) * DAY / step)
            lacking += max(0, wanted - rows)
            if 0 < rows < wanted - SUMMER_TIME / step:
                partly.append(month)
        covered = 1 - lacking / round(((period.end - period.start).days + 1) * DAY / step)
    if not absent and not partly:
        return []
    which = [f"{_spans(absent)}"] if absent else []
    which += [f"parts of {_spans(partly)}"] if partly else []
    words = {"months": " and ".join(which), "rows": len(values), "covered": f"{100 * covered:.3g} %"}
    return [finding("series-incomplete", Place(name), start=period.start, end=period.end, **words)]


DAY, SUMMER_TIME = 86_400.0, 3_600.0
"""Seconds; the second is what a clock that is set forward leaves out."""


def _step(times: Sequence[str]) -> float | None:
    """Seconds from a row to the next, as most are apart; None by the month, or where nobody can tell."""
    if len(times) < 2 or _MONTH.fullmatch(times[0]):
        return None
    moments = [datetime.fromisoformat(time) for time in times]
    (usual, _), *_ = Counter((b - a).total_seconds() for a, b in pairwise(moments)).most_common(1)
    return usual


def _days_within(month: str, period: Period) -> int:
    """How many days of a month lie in the period."""
    start = date.fromisoformat(f"{month}-01")
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return (min(end, period.end + timedelta(days=1)) - max(start, period.start)).days


def _spans(months: Sequence[str]) -> str:
    """Months in order, those that follow each other as a span: `2025-04 to 2025-12`."""
    numbers = [12 * int(month[:4]) + int(month[5:]) for month in months]
    spans: list[list[str]] = []
    for position, month in enumerate(months):
        if spans and numbers[position] == numbers[position - 1] + 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)


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
