"""Power logs: the CSV of `nvidia-smi --query-gpu=timestamp,…,power.draw`, and logs with a column per GPU.

Energy is the trapezoid over each device's own samples, summed over the devices.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import fsum
from pathlib import Path
from statistics import median

from lca.findings import finding
from lca.importers import text
from lca.importers.text import Refused
from lca.methods.workload import trapezoid
from lca.model import Figure, Finding, Given, Place, Record
from lca.units import UnitError, convert

POWER = ("power.draw", "power.draw.average", "power.draw.instant")
"""Columns of power, in the order in which they are preferred: drivers of every age write the first one."""

DEVICE = ("index", "gpu", "uuid", "pci.bus_id", "gpu_index")
"""Columns that may tell devices apart, in the order in which they are preferred."""

GAP_STEPS = 10
"""A silence of so many usual steps is a gap: a recorder on a busy machine is late by a few steps, not by ten."""

GAP_SECONDS = 10
"""No silence shorter than this is a gap, however fine the steps: recorders of ten samples a second and more
stutter for a second or two while their buffer is written, and power is interpolated over that without harm."""

_COLUMN = re.compile(r"(.*?)\s*(?:\[([^\]]*)\])?")
_KNOWN = re.compile(r"power\.draw|utilization\.gpu|memory\.(used|total)|temperature\.gpu|pstate|driver_version")
_WIDE = re.compile(r"gpu[ _-]?\d+(?:[ _.-]?power(?:[._ ]?draw)?)?", re.ASCII)
_READING = re.compile(r"(\d{1,9}(?:\.\d*)?)\s*([A-Za-z]*)", re.ASCII)
_NO_READING = re.compile(r"\[.*\]|N/A|ERR!|Not Supported|Unknown Error|-.*|", re.IGNORECASE)
_DATE = re.compile(r"\d{4}([/-])\d\d\1\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH = re.compile(r"(\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?", re.ASCII)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = {10: Decimal(10**6), 13: Decimal(10**3), 16: Decimal(1), 19: Decimal("0.001")}
"""By the digits of a count since 1970: seconds, milliseconds, microseconds, nanoseconds (2001 to 2286)."""


def recognises(head: str) -> bool:
    if _other_output(head):
        return True
    columns = [_column(cell) for cell in text.cells(text.first_line(head))]
    names = [name for name, _ in columns]
    without_header = bool(names) and _moment(names[0].upper()) is not None
    return without_header or any(_KNOWN.match(name) or _WIDE.fullmatch(name) for name in names)


def read(path: Path, name: str) -> Record:
    return text.record("nvidia-smi", path, name, lambda facts, found: _figures(path, name, facts, found))


def _figures(path: Path, name: str, facts: dict[str, str], found: list[Finding]) -> Mapping[str, Figure]:
    header = _header(text.head(path), name)
    log = _samples(path, header, name)
    found.extend(_remarks(log, header, name))
    by = None if header.wide else _device_column(log)
    devices = _devices(log, 0 if header.wide else by, name, found)
    facts.update(_facts(log, devices))
    timed = _timed(devices, log, name, found)
    facts.update(_regularity(timed, name, found))

    joules = fsum(trapezoid(device.seconds, device.watts) for device in timed)
    facts["mean_power"] = f"{joules / fsum(device.span for device in timed):.6g} W"
    seconds = max(device.seconds[-1] for device in devices) - min(device.seconds[0] for device in devices)
    columns = [header.time, *([] if by is None else [header.devices[by]]), *log.columns]
    page = f"{log.rows} rows; columns {', '.join(header.cells[at] for at in columns)}"

    def measured(id: str, words: str, value: float, unit: str) -> Figure:
        return Figure(f"{name}#{id}", words, unit, Given(value, Place(name), "measured", source=name, page=page))

    return {
        "accelerator_energy": measured("energy", "Energy at the accelerators", convert(joules, "J", "kWh"), "kWh_it"),
        "duration": measured("duration", "Duration of the log", convert(seconds, "s", "h"), "h"),
    }


# --------------------------------------------------------------------------------------------------
# The header


@dataclass(frozen=True)
class _Header:
    """What the columns are, by position."""

    cells: list[str]
    units: list[str]
    time: int
    devices: list[int]
    """Columns that may tell devices apart."""
    powers: list[list[int]]
    """Columns of power: alternatives, of which one is taken; each one column, or one column per device."""
    wide: bool
    """Whether each device has a column of its own."""
    said: Mapping[str, int]
    """Columns of facts: name, driver_version."""


def _header(head: str, name: str) -> _Header:
    """The columns of a log; refuses what is no log of power over time."""
    start = Place(name, 1)
    if other := _other_output(head):
        slug, problem = other
        raise Refused(slug, start, problem=problem)
    cells = text.cells(text.first_line(head))
    columns = [_column(cell) for cell in cells]
    names = [name for name, _ in columns]
    if _moment(cells[0]) is not None:
        raise Refused("record-format", start, problem="no header names the columns (`noheader`)")
    if "timestamp" not in names:
        problem = f"no column is called `timestamp`; there is `{text.shown(', '.join(cells))}`"
        raise Refused("record-no-time", start, problem=problem)
    wide = [at for at, column in enumerate(names) if _WIDE.fullmatch(column)]
    powers = [[names.index(power)] for power in POWER if power in names] or ([wide] if wide else [])
    if not powers:
        raise Refused("record-no-power", start)
    return _Header(
        cells,
        [unit for _, unit in columns],
        names.index("timestamp"),
        [names.index(device) for device in DEVICE if device in names],
        powers,
        powers == [wide],
        {said: names.index(said) for said in ("name", "driver_version") if said in names},
    )


def _other_output(head: str) -> tuple[str, str] | None:
    """What other output of nvidia-smi this is, if it is one: the finding and its words."""
    start = text.first_line(head)
    if re.match(r"#.*\bgpu\b.*\bpwr\b", start):
        if re.search(r"\btime\b", start, re.IGNORECASE):
            return "record-format", "it is output of `nvidia-smi dmon`"
        return "record-no-time", "it is output of `nvidia-smi dmon`, which writes none"
    if "<nvidia_smi_log" in head:
        return "record-single-sample", "it is output of `nvidia-smi -q -x` (XML)"
    if "NVSMI LOG" in start:
        return "record-single-sample", "it is output of `nvidia-smi -q`"
    return None


def _column(cell: str) -> tuple[str, str]:
    """Name and unit of a column: `power.draw [W]`."""
    match = _COLUMN.fullmatch(cell.strip())
    return (match[1].lower(), (match[2] or "").strip()) if match else (cell.strip().lower(), "")


# --------------------------------------------------------------------------------------------------
# The samples


@dataclass
class _Log:
    """The samples of all devices, in the order of the file, and what was met on the way."""

    columns: list[int]
    """The columns of power that were read."""
    moments: array[int] = field(default_factory=lambda: array("q"))
    """Microseconds since 1970: whole numbers, so that equal moments are equal."""
    watts: array[float] = field(default_factory=lambda: array("d"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    labels: array[int] = field(default_factory=lambda: array("q"))
    """Of each sample, its number in `devices`."""
    devices: dict[tuple[str, ...], int] = field(default_factory=dict)
    """All that a row says about its device, numbered."""
    said: dict[str, dict[str, None]] = field(default_factory=dict)
    """The distinct cells of the columns of facts."""
    rows: int = 0
    first: tuple[int, str] | None = None
    last: tuple[int, str] = (0, "")
    without_zone: bool = False
    without_unit: bool = False
    unread: int = 0
    unread_example: str = ""
    headers: int = 0
    cut: int | None = None
    """The last line, when it is cut off."""

    def at(self, moment: int, zone: bool, stamp: str) -> None:
        """Take note of a moment."""
        self.first = min(self.first or (moment, stamp), (moment, stamp))
        self.last = max(self.last, (moment, stamp))
        self.without_zone |= not zone

    def miss(self, cell: str) -> None:
        """Take note of a sample without a reading."""
        self.unread += 1
        self.unread_example = self.unread_example or text.shown(cell) or "an empty cell"


def _samples(path: Path, header: _Header, name: str) -> _Log:
    """The samples in the first column of power that has any."""
    for columns in header.powers:
        log = _read_samples(path, header, columns, name)
        if log.watts:
            return log
    if not log.rows:
        raise Refused("record-format", Place(name, 1), problem="there is a header and no row")
    raise Refused("record-no-power", Place(name))


def _read_samples(path: Path, header: _Header, columns: list[int], name: str) -> _Log:
    """All samples, as plain numbers; each distinct cell is read once, for a log may have millions of rows."""
    log = _Log(columns, said={key: {} for key in header.said})
    readings: dict[str, tuple[float | None, bool]] = {}
    for line, cells, moment in _rows(path, header, log, name):
        for at in columns:
            cell = cells[at]
            if cell not in readings:
                readings[cell] = _watts(cell, header.units[at], Place(name, line))
            watts, without_unit = readings[cell]
            if watts is None:
                log.miss(cell)
                continue
            label = (header.cells[at],) if header.wide else tuple([cells[device] for device in header.devices])
            log.labels.append(log.devices.setdefault(label, len(log.devices)))
            log.moments.append(moment)
            log.watts.append(watts)
            log.lines.append(line)
            log.without_unit |= without_unit
        for key, at in header.said.items():
            log.said[key][cells[at]] = None
    return log


def _rows(path: Path, header: _Header, log: _Log, name: str) -> Iterator[tuple[int, list[str], int]]:
    """Line, cells and moment of each row of samples; the rows that are none are noted in the log."""
    complete = text.ends_with_newline(path)
    width = len(header.cells)
    before: list[str] = []
    stamp, moment = "", 0
    lines = text.rows(path)
    next(lines)
    for line, cells, last in lines:
        if last and (len(cells) < width or not (complete or _alike(cells, before))):
            log.cut = line
            return
        before = cells
        if len(cells) != width or cells[header.time] != stamp:
            if _is_header(cells, header, Place(name, line)):
                log.headers += 1
                continue
            if len(cells) < width:
                log.rows += 1
                log.miss(", ".join(cells))
                continue
            if len(cells) > width:
                surplus = ",".join(cells[log.columns[0] : log.columns[0] + 2])
                raise Refused("record-locale", Place(name, line), row=line, text=text.shown(surplus))
            stamp = cells[header.time]
            read = _moment(stamp)
            if read is None:
                raise Refused("record-time-unread", Place(name, line), row=line, text=text.shown(stamp))
            moment, zone = read
            log.at(moment, zone, stamp.strip())
        log.rows += 1
        yield line, cells, moment


def _alike(cells: list[str], before: list[str]) -> bool:
    """Whether the last cell of a row has the form of that above it: `4` is not like `49.81 W`."""
    return not before or re.sub(r"[\d.]+", "", cells[-1]) == re.sub(r"[\d.]+", "", before[-1])


def _is_header(cells: list[str], header: _Header, place: Place) -> bool:
    """Whether a row repeats the header, as in a log that was appended to; refuses another header."""
    if "timestamp" not in [cell.strip().lower() for cell in cells]:
        return False
    if [cell.strip() for cell in cells] != header.cells:
        raise Refused("record-format", place, problem=f"row {place.line} is another header")
    return True


def _moment(stamp: str) -> tuple[int, bool] | None:
    """Microseconds since 1970, and whether the zone is known; without one it is read as UTC.

    The year stands first or it is no date: 04/05/2025 is two days.
    """
    stamp = stamp.strip()
    if match := _EPOCH.fullmatch(stamp):
        return round(Decimal(stamp) * _MICROSECONDS[len(match[1])]), True
    if not _DATE.fullmatch(stamp):
        return None
    try:
        moment = datetime.fromisoformat(stamp.replace("/", "-"))
    except ValueError:
        return None
    zone = moment.tzinfo is not None
    return ((moment if zone else moment.replace(tzinfo=UTC)) - _1970) // timedelta(microseconds=1), zone


def _watts(cell: str, unit: str, place: Place) -> tuple[float | None, bool]:
    """Power in a cell, None when it says that there is none; and whether nothing names its unit."""
    cell = cell.strip()
    if match := _READING.fullmatch(cell):
        unit = match[2] or unit
        try:
            return convert(float(match[1]), unit or "W", "W"), not unit
        except UnitError as error:
            raise Refused(error.slug, place, **{"wanted": "W", "hint": "", **error.details}) from None
    if _NO_READING.fullmatch(cell):
        return None, False
    raise Refused("record-locale", place, row=place.line, text=text.shown(cell))


# --------------------------------------------------------------------------------------------------
# The devices


@dataclass
class _Device:
    """The samples of one device; seconds count from the first moment of the log."""

    seconds: list[float] = field(default_factory=list)
    watts: list[float] = field(default_factory=list)

    @property
    def span(self) -> float:
        return self.seconds[-1] - self.seconds[0]

    @property
    def step(self) -> float:
        """The usual time from one sample to the next."""
        return median(self._steps)

    @property
    def gaps(self) -> list[float]:
        least = max(GAP_STEPS * self.step, GAP_SECONDS)
        return [step for step in self._steps if step > least]

    @cached_property
    def _steps(self) -> list[float]:
        return [after - before for before, after in pairwise(self.seconds)]


def _devices(log: _Log, by: int | None, name: str, found: list[Finding]) -> list[_Device]:
    """The samples by device. Of samples at one moment the last is kept; a clock that steps back is refused."""
    start = log.first[0] if log.first else 0
    keys = [label[by] if by is not None else "" for label in log.devices]
    devices = {key: _Device() for key in keys}
    repeated = 0
    for moment, watts, line, label in zip(log.moments, log.watts, log.lines, log.labels, strict=True):
        device = devices[keys[label]]
        second = (moment - start) / 1e6
        step = second - device.seconds[-1] if device.seconds else second + 1
        if step < 0:
            raise Refused("record-clock", Place(name, line), step=_long(-step), row=line)
        if step == 0:
            repeated += 1
            device.watts[-1] = watts
        else:
            device.seconds.append(second)
            device.watts.append(watts)
    if repeated:
        found.append(finding("record-repeated-time", Place(name), count=repeated))
    return list(devices.values())


def _device_column(log: _Log) -> int | None:
    """Which part of the labels is the device: that under which the fewest samples of a device share a moment.

    A column that is the same in all rows is not the device when another one tells devices apart.
    """
    labels = list(log.devices)
    if not labels[0]:
        return None
    if len({label[0] for label in labels}) == len(labels):
        return 0

    def told_apart(part: int) -> int:
        return len({(moment, labels[label][part]) for moment, label in zip(log.moments, log.labels, strict=True)})

    return max(range(len(labels[0])), key=told_apart)


# --------------------------------------------------------------------------------------------------
# What is said about them


def _remarks(log: _Log, header: _Header, name: str) -> Iterator[Finding]:
    """Findings about rows and columns."""
    whole = Place(name)
    if log.without_unit:
        columns = ", ".join(header.cells[at] for at in log.columns)
        yield finding("record-unit-missing", Place(name, 1), column=text.shown(columns), unit="W")
    if log.without_zone:
        yield finding("record-no-zone", whole)
    if not header.wide and not header.devices:
        yield finding("record-no-device", Place(name, 1))
    if log.headers:
        yield finding("record-appended", whole, count=log.headers)
    if log.cut:
        yield finding("record-truncated", Place(name, log.cut), row=log.cut)
    if log.unread:
        rows = log.unread + len(log.watts)
        yield finding("record-power-unread", whole, count=log.unread, rows=rows, example=log.unread_example)


def _facts(log: _Log, devices: list[_Device]) -> dict[str, str]:
    facts = {
        "rows": str(log.rows),
        "devices": str(len(devices)),
        "names": ", ".join(log.said.get("name", ())),
        "driver": ", ".join(log.said.get("driver_version", ())),
        "start": log.first[1] if log.first else "",
        "end": log.last[1],
        "mean_of_samples": f"{fsum(log.watts) / len(log.watts):.6g} W",
    }
    return {key: text.shown(value, 1000) for key, value in facts.items() if value}


def _timed(devices: list[_Device], log: _Log, name: str, found: list[Finding]) -> list[_Device]:
    """The devices that have more than one moment."""
    timed = [device for device in devices if device.span > 0]
    if not timed:
        raise Refused("record-single-sample", Place(name), problem=f"all are of {text.shown(log.last[1])}")
    if len(timed) < len(devices):
        found.append(finding("record-device-once", Place(name), count=len(devices) - len(timed), devices=len(devices)))
    return timed


def _regularity(devices: list[_Device], name: str, found: list[Finding]) -> dict[str, str]:
    """The usual step, the gaps, and whether all devices last to the end."""
    usual = median(device.step for device in devices)
    gaps = [gap for device in devices for gap in device.gaps]
    silent = fsum(gaps)
    share = f"{100 * silent / fsum(device.span for device in devices):.3g} %"
    if gaps:
        details = {"longest": _long(max(gaps)), "total": _long(silent), "share": share, "step": _long(usual)}
        found.append(finding("record-gap", Place(name), **details))

    end = max(device.seconds[-1] for device in devices)
    lasting = sum(device.seconds[-1] > end - usual / 2 for device in devices)
    if lasting < len(devices):
        found.append(finding("record-partial-sample", Place(name), count=lasting, devices=len(devices)))
    return {"step": _long(usual), "gap_share": share}


def _long(seconds: float) -> str:
    """A time in the unit in which one would say it."""
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
