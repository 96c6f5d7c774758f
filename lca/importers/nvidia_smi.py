"""Power logs: the CSV of `nvidia-smi --query-gpu=timestamp,…,power.draw`, and logs with a column per GPU.

Energy is the trapezoid over each device's own samples, summed over the devices.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from heapq import merge
from itertools import islice, pairwise
from math import fsum
from operator import itemgetter
from pathlib import Path
from statistics import median, mode

from lca.distribution import Triangular
from lca.figure import Figure, Given, Place, Spread
from lca.findings import finding
from lca.importers import text
from lca.importers.text import Refused
from lca.methods.workload import trapezoid
from lca.model import Finding, Record
from lca.units import UnitError, convert

POWER = ("power.draw", "power.draw.average", "power.draw.instant")
"""Columns of power, in the order in which they are preferred: drivers of every age write the first one."""

DEVICE = ("index", "gpu", "uuid", "pci.bus_id", "gpu_index")
"""Columns that may tell devices apart, in the order in which they are preferred."""

FACTS = {"name": "names", "driver_version": "driver"}
"""Columns whose distinct cells are kept, and the fact that lists them."""

GAP_STEPS = 10
"""A silence of more than so many usual steps is a gap: a recorder on a busy machine is late by a few steps."""

GAP_SECONDS = 10
"""No silence up to this is a gap, however fine the steps: recorders of several samples a second stutter for a second
or two while they write, and interpolating over that does no harm."""

_COLUMN = re.compile(r"(.*?)\s*(?:\[([^\]]*)\])?")
_KNOWN = re.compile(r"power\.draw|utilization\.gpu|memory\.(used|total)|temperature\.gpu|pstate|driver_version")
_WIDE = re.compile(r"gpu[ _-]?\d+(?:[ _.-]?power(?:[._ ]?draw)?)?", re.ASCII)
_READING = re.compile(r"(\d{1,9}(?:\.\d*)?)\s*([A-Za-z]*)", re.ASCII)
_NO_READING = re.compile(r"\[.*\]|N/A|ERR!|Not Supported|Unknown Error|-.*|", re.IGNORECASE)
_EPOCH = re.compile(r"(\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?", re.ASCII)
_PER_COUNT = {10: Decimal(10**6), 13: Decimal(10**3), 16: Decimal(1), 19: Decimal("0.001")}
"""Microseconds per count, by the digits of a count since 1970: of seconds, milli-, micro- or nanoseconds."""
_1970 = {True: datetime(1970, 1, 1, tzinfo=UTC), False: datetime(1970, 1, 1)}  # noqa: DTZ001  # logs have no zone


def recognises(head: str) -> bool:
    if _other_output(head):
        return True
    names = [_column(cell)[0] for cell in text.cells(text.first_line(head))]
    without_header = bool(names) and _moment(names[0].upper()) is not None
    return without_header or any(_KNOWN.match(name) or _WIDE.fullmatch(name) for name in names)


def read(path: Path, name: str) -> Record:
    return text.record("nvidia-smi", path, name, lambda facts, found: _figures(path, name, facts, found))


def _figures(path: Path, name: str, facts: dict[str, str], found: list[Finding]) -> Mapping[str, Figure]:
    header = _header(text.head(path), name)
    log = _read(path, header, name)
    by = _device_part(log, header)
    if by is None:
        _one_device(log, name)
    found.extend(_remarks(log, header, name))
    devices = _devices(log, by, name, found)
    facts.update(_facts(log, header, devices))
    devices = _timed(devices, log, name, found)
    facts.update(_regularity(devices, name, found))

    joules = fsum(trapezoid(device.seconds, device.watts) for device in devices)
    bridged = fsum(watts * step for device in devices for watts, step in device.bridged)
    facts["mean_power"] = f"{joules / fsum(device.span for device in devices):.6g} W"
    seconds = max(device.seconds[-1] for device in devices) - min(device.seconds[0] for device in devices)
    columns = [header.time, *([] if header.wide or by is None else [header.devices[by]]), *log.columns]
    page = f"{log.rows} rows; columns {text.shown(', '.join(header.cells[at] for at in columns), 200)}"

    def measured(id: str, words: str, value: float, unit: str) -> Figure:
        return Figure(f"{name}#{id}", words, unit, Given(value, Place(name), "measured", source=name, page=page))

    recorded = convert(joules - bridged if bridged else joules, "J", "kWh")
    return {
        "accelerator_energy": measured("energy", "Energy at the accelerators", recorded, "kWh_it"),
        **_bridge(convert(bridged, "J", "kWh"), devices, name, page),
        "duration": measured("duration", "Duration of the log", convert(seconds, "s", "h"), "h"),
    }


def _bridge(energy: float, devices: list[_Device], name: str, page: str) -> Mapping[str, Figure]:
    """The energy of the gaps, which nobody measured: interpolated, and anything from nothing to the highest power."""
    if not any(device.gaps for device in devices):
        return {}
    most = fsum(max(device.watts) * fsum(device.gaps) for device in devices)
    reason = "from nothing, if the run stood still, to the highest power of each device in the record"
    highest = max(energy, convert(most, "J", "kWh"))
    spread = Spread(0.0, highest, reason, Triangular(0.0, energy, highest))
    note = f"the record is silent for {_long(fsum(gap for device in devices for gap in device.gaps))} of device time; "
    note += "interpolated between the ends of each gap"
    given = Given(energy, Place(name), "assumed", name, page, spread, note)
    return {"bridged_energy": Figure(f"{name}#gaps", "Energy over the gaps of the record", "kWh_it", given)}


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
    """Alternatives, of which one is taken: a column of power, or one for each device."""
    wide: bool
    """Whether each device has a column of its own."""
    facts: Mapping[str, int]


def _header(head: str, name: str) -> _Header:
    """The columns of a log; refuses what is no log of power over time."""
    start = Place(name, 1)
    if other := _other_output(head):
        slug, problem = other
        raise Refused(slug, start, problem=problem)
    cells = text.cells(text.first_line(head))
    names, units = zip(*map(_column, cells), strict=True)
    if _moment(cells[0]) is not None:
        raise Refused("record-format", start, problem="no header names the columns (`noheader`)")
    if "timestamp" not in names:
        problem = f"no column is called `timestamp`; there is `{text.shown(', '.join(cells))}`"
        raise Refused("record-no-time", start, problem=problem)
    powers = [[names.index(power)] for power in POWER if power in names]
    wide = [at for at, column in enumerate(names) if _WIDE.fullmatch(column)]
    if not powers and not wide:
        raise Refused("record-no-power", start)
    return _Header(
        cells,
        list(units),
        names.index("timestamp"),
        [names.index(device) for device in DEVICE if device in names],
        powers or [wide],
        not powers,
        {fact: names.index(column) for column, fact in FACTS.items() if column in names},
    )


def _other_output(head: str) -> tuple[str, str] | None:
    """The finding, in slug and words, when this is output of nvidia-smi in a form that is no log."""
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
    match = _COLUMN.fullmatch(cell)
    return (match[1].lower(), (match[2] or "").strip()) if match else (cell.lower(), "")


# --------------------------------------------------------------------------------------------------
# The samples


@dataclass
class _Samples:
    """Samples of one label, in the order of the file."""

    lines: array[int] = field(default_factory=lambda: array("q"))
    moments: array[int] = field(default_factory=lambda: array("q"))
    """Microseconds since 1970: whole numbers, so that equal moments are equal."""
    watts: array[float] = field(default_factory=lambda: array("d"))


@dataclass
class _Log:
    """The samples of a log, and what was met on the way."""

    columns: list[int]
    """The columns of power that were read."""
    samples: dict[tuple[str, ...], _Samples] = field(default_factory=dict)
    """By label: the cells of all columns of devices and facts; in wide form, the name of the column."""
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

    @property
    def watts(self) -> list[float]:
        return [watts for samples in self.samples.values() for watts in samples.watts]

    def at(self, moment: int, zone: bool, stamp: str) -> None:
        """Take note of a moment."""
        if self.first is None or moment < self.first[0]:
            self.first = (moment, stamp)
        if moment > self.last[0]:
            self.last = (moment, stamp)
        self.without_zone |= not zone

    def miss(self, cell: str) -> None:
        """Take note of a sample without a reading."""
        self.unread += 1
        self.unread_example = self.unread_example or text.shown(cell) or "an empty cell"


def _read(path: Path, header: _Header, name: str) -> _Log:
    """The samples in the first column of power that has any."""
    for columns in header.powers:
        log = _read_columns(path, header, columns, name)
        if log.samples:
            return log
    if not log.rows:
        raise Refused("record-format", Place(name, 1), problem="there is a header and no row")
    raise Refused("record-no-power", Place(name))


def _read_columns(path: Path, header: _Header, columns: list[int], name: str) -> _Log:
    """All samples, as plain numbers. A log may have millions of rows: each distinct cell is read once."""
    log = _Log(columns)
    readings: list[tuple[int, dict[str, float | None]]] = [(at, {}) for at in columns]
    label_of = _labels(header)
    for line, cells, moment in _rows(path, header, log, name):
        for at, known in readings:
            cell = cells[at]
            if cell not in known:
                known[cell], unit = _watts(cell, header.units[at], Place(name, line))
                log.without_unit |= not unit
            watts = known[cell]
            if watts is None:
                log.miss(cell)
                continue
            label = (header.cells[at],) if header.wide else label_of(cells)
            samples = log.samples.get(label) or log.samples.setdefault(label, _Samples())
            samples.lines.append(line)
            samples.moments.append(moment)
            samples.watts.append(watts)
    return log


def _labels(header: _Header) -> Callable[[list[str]], tuple[str, ...]]:
    """What takes the label out of a row."""
    parts = [*header.devices, *header.facts.values()]
    if len(parts) > 1:
        return itemgetter(*parts)
    return lambda cells: tuple(cells[part] for part in parts)


def _rows(path: Path, header: _Header, log: _Log, name: str) -> Iterator[tuple[int, list[str], int]]:
    """Line, cells and moment of each row of samples; rows of another kind are noted in the log."""
    complete = text.ends_with_newline(path)
    width, time = len(header.cells), header.time
    before: list[str] = []
    stamp, moment = "", 0
    lines = text.rows(path)
    next(lines)
    for line, cells, last in lines:
        if last and (len(cells) < width or not (complete or _alike(cells, before))):
            log.cut = line
            return
        before = cells
        if len(cells) != width or cells[time] != stamp:
            read = _moment(cells[time].strip()) if len(cells) == width else None
            if read is None:
                _set_aside(cells, header, log, Place(name, line))
                continue
            stamp = cells[time]
            moment, zone = read
            log.at(moment, zone, stamp)
        log.rows += 1
        yield line, cells, moment


def _alike(cells: list[str], before: list[str]) -> bool:
    """Whether the last cell of a row has the form of that above it: `4` is not like `49.81 W`."""
    return not before or re.sub(r"[\d.]+", "", cells[-1]) == re.sub(r"[\d.]+", "", before[-1])


def _set_aside(cells: list[str], header: _Header, log: _Log, place: Place) -> None:
    """Take note of a row without a moment: the header again, or a row that is too short. Refuses others."""
    if "timestamp" in [cell.strip().lower() for cell in cells]:
        if [cell.strip() for cell in cells] != header.cells:
            raise Refused("record-format", place, problem=f"row {place.line} is another header")
        log.headers += 1
    elif len(cells) < len(header.cells):
        log.rows += 1
        log.miss(", ".join(cells))
    elif len(cells) > len(header.cells):
        number = ",".join(cells[log.columns[0] : log.columns[0] + 2])
        raise Refused("record-locale", place, row=place.line, text=text.shown(number))
    else:
        raise Refused("record-time-unread", place, row=place.line, text=text.shown(cells[header.time]))


def _moment(stamp: str) -> tuple[int, bool] | None:
    """Microseconds since 1970, and whether the zone is known; without one it is read as UTC.

    The year stands first or it is no date: 04/05/2025 is two days.
    """
    if stamp[4:5] == stamp[7:8] and stamp[13:14] == ":":
        try:
            moment = datetime.fromisoformat(stamp.replace("/", "-"))
        except ValueError:
            return None
        zone = moment.tzinfo is not None
        since = moment - _1970[zone]
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds, zone
    if match := _EPOCH.fullmatch(stamp):
        return round(Decimal(stamp) * _PER_COUNT[len(match[1])]), True
    return None


def _watts(cell: str, unit: str, place: Place) -> tuple[float | None, str]:
    """Power in a cell, None when it says that there is none; and the unit that cell or header names."""
    cell = cell.strip()
    if match := _READING.fullmatch(cell):
        unit = match[2] or unit
        if unit and not unit.isalpha():
            raise Refused("unknown-unit", place, unit=text.shown(unit), wanted="W", hint=".")
        try:
            return convert(float(match[1]), unit or "W", "W"), unit
        except UnitError as error:
            raise Refused(error.slug, place, **{"wanted": "W", "hint": ".", **error.details}) from None
    if _NO_READING.fullmatch(cell):
        return None, "W"
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

    @cached_property
    def steps(self) -> list[float]:
        return [after - before for before, after in pairwise(self.seconds)]

    @cached_property
    def usual_step(self) -> float:
        return median(self.steps)

    @property
    def gaps(self) -> list[float]:
        return [step for _, step in self.bridged]

    @cached_property
    def bridged(self) -> list[tuple[float, float]]:
        """Of each gap the mean power of its ends, and how long it lasts."""
        least = max(GAP_STEPS * self.usual_step, GAP_SECONDS)
        ends = pairwise(self.watts)
        return [((w0 + w1) / 2, step) for step, (w0, w1) in zip(self.steps, ends, strict=True) if step > least]


def _device_part(log: _Log, header: _Header) -> int | None:
    """Which part of a label is the device: that under which the fewest samples of a device share a moment.

    So a column that is the same in all rows is not the device when another one tells devices apart.
    """
    if header.wide:
        return 0
    labels = {label[: len(header.devices)] for label in log.samples}
    parts = range(len(header.devices))
    if not parts or len({label[0] for label in labels}) == len(labels):
        return 0 if parts else None

    def told_apart(part: int) -> int:
        return len({(label[part], moment) for label, samples in log.samples.items() for moment in samples.moments})

    return max(parts, key=told_apart)


BURST_STEPS = tuple(2**exponent * 1000 for exponent in range(-1, 10))
"""Microseconds, up to half a second: nvidia-smi asks its devices one after the other, some milliseconds each."""

BURST_MOST = 64
"""No node holds more devices."""


def _one_device(log: _Log, name: str) -> None:
    """Refuse samples of several devices that nothing tells apart: they would come out with the energy of one."""
    rows = islice(_in_order(log.samples.values()), 20_000)  # a log shows its habit early
    moments = [moment for _, moment, _ in rows]
    steps = [after - before for before, after in pairwise(moments)]
    together = max(_burst(steps, short) for short in BURST_STEPS)
    if together or 10 * steps.count(0) > len(steps):
        raise Refused("record-no-index", Place(name, 1), count=together or "several")


def _burst(steps: list[int], short: int) -> int:
    """How many samples follow each other in short steps before a longer silence, where it is always as many; else 0.

    One device whose recorder stutters has silences too, but seldom after the same number of samples, and its
    samples take longer than the silence.
    """
    sizes, silences, size = [], [], 1
    for step in steps:
        if step > short:
            silences.append(step)
            sizes.append(size)
            size = 1
        else:
            size += 1
    sizes.append(size)
    usual = mode(sizes)
    as_usual = sum(size == usual for size in sizes[1:-1] or sizes)
    if not silences or not 1 < usual <= BURST_MOST or as_usual < 0.9 * len(sizes[1:-1] or sizes):
        return 0
    taken = fsum(step for step in steps if step <= short) / len(sizes)
    return usual if median(silences) > max(3 * short, 2 * taken) else 0


def _devices(log: _Log, by: int | None, name: str, found: list[Finding]) -> list[_Device]:
    """The samples by device. Of samples at one moment the last is kept; a clock that steps back is refused."""
    groups: dict[str, list[_Samples]] = {}
    for label, samples in log.samples.items():
        groups.setdefault("" if by is None else label[by].strip(), []).append(samples)
    start = log.first[0] if log.first else 0
    devices, repeated = [], 0
    for group in groups.values():
        device = _Device()
        before = start - 1
        for line, moment, watts in _in_order(group):
            if moment < before:
                raise Refused("record-clock", Place(name, line), step=_long((before - moment) / 1e6), row=line)
            if moment == before:
                repeated += 1
                device.watts[-1] = watts
            else:
                device.seconds.append((moment - start) / 1e6)
                device.watts.append(watts)
            before = moment
        devices.append(device)
    if repeated:
        found.append(finding("record-repeated-time", Place(name), count=repeated))
    return devices


def _in_order(group: Iterable[_Samples]) -> Iterable[tuple[int, int, float]]:
    """Line, moment and power of the samples of several labels, by line."""
    return merge(*(zip(samples.lines, samples.moments, samples.watts, strict=True) for samples in group))


def _timed(devices: list[_Device], log: _Log, name: str, found: list[Finding]) -> list[_Device]:
    """The devices that have more than one moment."""
    timed = [device for device in devices if device.span > 0]
    if not timed:
        raise Refused("record-single-sample", Place(name), problem=text.shown(log.last[1]))
    if len(timed) < len(devices):
        count = len(devices) - len(timed)
        found.append(finding("record-device-once", Place(name), count=count, devices=len(devices)))
    return timed


# --------------------------------------------------------------------------------------------------
# What is said about them


def _remarks(log: _Log, header: _Header, name: str) -> Iterator[Finding]:
    """Findings about rows and columns."""
    whole, start = Place(name), Place(name, 1)
    if log.without_unit:
        columns = ", ".join(header.cells[at] for at in log.columns)
        yield finding("record-unit-missing", start, column=text.shown(columns), unit="W")
    if not header.wide and not header.devices:
        yield finding("record-no-device", start)
    if log.without_zone:
        yield finding("record-no-zone", whole)
    if log.headers:
        yield finding("record-appended", whole, count=log.headers)
    if log.cut:
        yield finding("record-truncated", Place(name, log.cut), row=log.cut)
    if log.unread:
        rows = log.unread + len(log.watts)
        yield finding("record-power-unread", whole, count=log.unread, rows=rows, example=log.unread_example)


def _facts(log: _Log, header: _Header, devices: list[_Device]) -> dict[str, str]:
    facts = {
        "rows": str(log.rows),
        "devices": str(len(devices)),
        "start": log.first[1] if log.first else "",
        "end": log.last[1],
        "mean_of_samples": f"{fsum(log.watts) / len(log.watts):.6g} W",
    }
    for part, fact in enumerate([] if header.wide else header.facts, len(header.devices)):
        facts[fact] = ", ".join(dict.fromkeys(text.shown(label[part]) for label in log.samples))
    return facts


def _regularity(devices: list[_Device], name: str, found: list[Finding]) -> dict[str, str]:
    """The usual step, the gaps, and whether all devices last to the end."""
    step = median(device.usual_step for device in devices)
    gaps = [gap for device in devices for gap in device.gaps]
    share = f"{100 * fsum(gaps) / fsum(device.span for device in devices):.3g} %"
    if gaps:
        summed = f" summed over {len(devices)} devices" if len(devices) > 1 else ""
        total = f"{_long(fsum(gaps))}{summed}"
        details = {"longest": _long(max(gaps)), "total": total, "share": share, "step": _long(step)}
        found.append(finding("record-gap", Place(name), **details))

    end = max(device.seconds[-1] for device in devices)
    lasting = [device for device in devices if device.seconds[-1] > end - step / 2]
    if len(lasting) < len(devices):
        found.append(finding("record-partial-sample", Place(name), count=len(lasting), devices=len(devices)))
    return {"step": _long(step), "gap_share": share}


def _long(seconds: float) -> str:
    """A time in the unit in which one would say it."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
