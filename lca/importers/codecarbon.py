"""`emissions.csv` of CodeCarbon, from version 2.0 on.

A row is a run so far: a tracker that is flushed writes the same run again, each time with more energy.
Since version 2.3 every energy was multiplied by the PUE that the user set; powers were not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from math import fsum, isclose, isfinite
from pathlib import Path

from lca.figure import Figure, Given, Place, Quality
from lca.findings import finding
from lca.importers import text
from lca.importers.text import Refused
from lca.model import Finding, Record
from lca.units import convert

PARTS = ("cpu_energy", "gpu_energy", "ram_energy")
USED = ("duration", "emissions", *PARTS, "energy_consumed")
"""The columns that become figures; without one of them a file is not read."""

NUMBERS = (*USED, "pue", "cpu_power", "cpu_count", "gpu_count")

LEAST = {"duration": 0, "pue": 1, "cpu_power": 0, "cpu_count": 0, "gpu_count": 0}
"""Below this there is no such number. Energies do stand below zero in records: a counter was reset during the run."""

MOST = 1e15
"""No number of a record is so large: the world uses 3e13 kWh of electricity a year."""

LISTED = {
    column: column
    for column in (
        *("country_iso_code", "country_name", "region", "on_cloud", "cloud_provider", "cloud_region", "tracking_mode"),
        *("gpu_model", "gpu_count", "cpu_model", "cpu_count", "ram_total_size", "pue", "wue"),
    )
} | {"versions": "codecarbon_version", "projects": "project_name"}
"""Facts, and the column whose distinct cells they list."""

SAME_START = timedelta(seconds=10)
"""Timestamps are whole seconds, and between the end of the duration and the timestamp the tracker may ask
the network for a grid intensity; starts further apart are not one start."""

WATTS_PER_LOGICAL_CPU = 40
"""No processor of the Green Algorithms table, which counts cores, is rated above 23.8 W a core (Core i7-6700K: 95 W,
4 cores), and a core is one logical CPU or two: 40 W for one is the power of something else."""

ESTIMATED = "as recorded: CodeCarbon puts memory at a rule of thumb"
ALL_ESTIMATED = f"{ESTIMATED}, and the processor at a constant power"
NOT_CONSTANT = f"{ESTIMATED}, and processors at a constant where it cannot read them; the file does not say where"

SAME_POWER = 1e-3
"""A processor whose energy is its last power × its time to this precision was not measured: load varies."""

SET_BY_USER = "set by the tracker's user; CodeCarbon multiplied every energy by it"

_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_EMPTY = ("", "nan", "none", "null")


def recognises(head: str) -> bool:
    return {"duration", "emissions", "energy_consumed"} <= set(text.cells(text.first_line(head)))


def read(path: Path, name: str) -> Record:
    return text.record("codecarbon", path, name, lambda facts, found: _figures(path, name, facts, found))


def _figures(path: Path, name: str, facts: dict[str, str], found: list[Finding]) -> Mapping[str, Figure]:
    rows = _rows(path, name, found)
    runs = _runs(rows)
    facts.update(_facts(rows, runs))
    found.extend(_remarks(rows, runs, name))
    found.extend(_doubts(rows, runs, name))

    def recorded(id: str, words: str, value: float, unit: str, columns: str, estimated: float = 0.0) -> Figure:
        """A figure of the file; `estimated` is the share of it that CodeCarbon worked out itself."""
        if value < 0:
            raise Refused("out-of-range", Place(name), text=f"{value:.6g}", what=columns, range="0 or more")
        page = f"{len(runs)} of {len(rows)} rows; {columns}"
        quality: Quality = "measured" if estimated < 1 else "assumed"
        note = None if not estimated else NOT_CONSTANT if estimated < 1 else ALL_ESTIMATED
        attributes = {"estimated": f"{estimated:.6g}"} if estimated else {}
        given = Given(value, Place(name), quality, name, page, note=note, attributes=attributes)
        return Figure(f"{name}#{id}", words, unit, given)

    accelerators = fsum(run.it_energy("gpu_energy") for run in runs)
    host = fsum(run.it_energy("cpu_energy") + run.it_energy("ram_energy") for run in runs)
    read = fsum(run.it_energy("cpu_energy") for run in runs if not run.at_constant_power)
    hours = convert(_sum(runs, "duration"), "s", "h")
    emissions = _sum(runs, "emissions")
    figures = {}
    if accelerators:
        words = "Energy at the accelerators"
        figures["accelerator_energy"] = recorded("accelerators", words, accelerators, "kWh_it", "gpu_energy")
    if pue := _pue(runs):
        given = Given(pue, Place(name), "declared", name, f"{len(runs)} of {len(rows)} rows; pue", note=SET_BY_USER)
        figures["pue"] = Figure(f"{name}#pue", "PUE of the record", "kWh_site/kWh_it", given)
    return figures | {
        "host_energy": recorded(
            "host", "Energy of the host", host, "kWh_it", "cpu_energy + ram_energy", _part(host - read, host)
        ),
        "duration": recorded("duration", "Duration of the runs", hours, "h", "duration"),
        "emissions": recorded("emissions", "Emissions as CodeCarbon wrote them", emissions, "kgCO2e", "emissions"),
    }


def _part(part: float, whole: float) -> float:
    """A share between nothing and all: of a sum with energies below zero it could be neither."""
    return min(max(part / whole, 0.0), 1.0) if whole else 0.0


# --------------------------------------------------------------------------------------------------
# Rows and runs


@dataclass(frozen=True)
class _Row:
    """A row of the file: its cells, and those of `NUMBERS` as numbers, None where a cell is empty or not there."""

    line: int
    cells: Mapping[str, str]
    numbers: Mapping[str, float | None]

    def value(self, column: str) -> float:
        return self.numbers[column] or 0.0

    @property
    def pue(self) -> float:
        """What its energy was multiplied by."""
        return self.numbers["pue"] or 1.0

    def it_energy(self, part: str) -> float:
        return self.value(part) / self.pue

    @property
    def parts(self) -> float:
        return fsum(self.value(part) for part in PARTS)

    @property
    def empty(self) -> list[str]:
        return [column for column in USED if self.numbers[column] is None]

    @property
    def negative(self) -> list[str]:
        return [part for part in PARTS if self.value(part) < 0]

    @property
    def adds_up(self) -> bool:
        return bool(self.empty) or isclose(self.parts, self.value("energy_consumed"), rel_tol=1e-6)

    @property
    def at_constant_power(self) -> bool:
        """Whether the processor's energy is a constant times the duration."""
        drawn = convert(self.it_energy("cpu_energy"), "kWh", "J")
        return isclose(drawn, self.value("cpu_power") * self.value("duration"), rel_tol=SAME_POWER)

    @property
    def watts_per_logical_cpu(self) -> float:
        count = self.value("cpu_count")
        return self.value("cpu_power") / count if count else 0.0

    @cached_property
    def end(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cells.get("timestamp", "")).replace(tzinfo=None)
        except ValueError:
            return None

    @property
    def start(self) -> datetime | None:
        try:
            return self.end - timedelta(seconds=self.value("duration")) if self.end else None
        except OverflowError:
            return None

    @property
    def where(self) -> str:
        """Where it ran, as far as the tracker knew."""
        provider, region = self.cells.get("cloud_provider", ""), self.cells.get("cloud_region", "")
        country = self.cells.get("country_name") or self.cells.get("country_iso_code", "")
        return f"{provider}:{region}" if provider and region else country

    @property
    def run(self) -> tuple[str, str] | int:
        """What the rows of a run share: a task is a run within one, a row without a run is its own."""
        run = self.cells.get("run_id", "")
        return (run, self.cells.get("task_name", "")) if run else self.line


def _sum(rows: Iterable[_Row], column: str) -> float:
    return fsum(row.value(column) for row in rows)


def _rows(path: Path, name: str, found: list[Finding]) -> list[_Row]:
    """All rows; refuses a file in which one cannot be read."""
    lines = text.rows(path)
    header = [cell.strip() for cell in next(lines)[1]]
    if missing := [column for column in USED if column not in header]:
        problem = f"the header of CodeCarbon lacks {', '.join(missing)}; energy by part is there from version 2.0 on"
        raise Refused("record-format", Place(name, 1), problem=problem)
    rows = []
    headers = 0
    for line, raw, last in lines:
        cells = [cell.strip() for cell in raw]
        place = Place(name, line)
        if cells == header:
            headers += 1
        elif len(cells) == len(header):
            by_column = dict(zip(header, cells, strict=True))
            numbers = {column: _number(by_column, column, place) for column in NUMBERS}
            rows.append(_Row(line, by_column, numbers))
        elif last and len(cells) < len(header):
            found.append(finding("record-truncated", place, row=line))
        else:
            problem = f"row {line} has {len(cells)} cells, the header {len(header)}"
            raise Refused("record-format", place, problem=problem)
    if headers:
        found.append(finding("record-appended", Place(name), count=headers))
    if not rows:
        raise Refused("record-format", Place(name, 1), problem="there is a header and no row")
    return rows


def _number(cells: Mapping[str, str], column: str, place: Place) -> float | None:
    """The number in a cell, None when it is empty or not there."""
    cell = cells.get(column, "")
    if cell.lower() in _EMPTY:
        return None
    number = float(cell) if _NUMBER.fullmatch(cell) else float("nan")
    if not isfinite(number):
        raise Refused("record-locale", place, row=place.line, text=text.shown(cell))
    least = LEAST.get(column, -MOST)
    if not least <= number <= MOST:
        raise Refused("out-of-range", place, text=text.shown(cell), what=column, range=f"{least:g} to {MOST:g}")
    return number


def _runs(rows: Iterable[_Row]) -> list[_Row]:
    """Of each run the row with the longest duration, which holds the others."""
    longest: dict[object, _Row] = {}
    for row in rows:
        if row.run not in longest or row.value("duration") >= longest[row.run].value("duration"):
            longest[row.run] = row
    return list(longest.values())


def _pue(runs: list[_Row]) -> float | None:
    """The PUE that the tracker's user set, over all runs by energy; None where it was left at 1."""
    pues = {run.pue for run in runs}
    if len(pues) == 1:
        return next(iter(pues - {1.0}), None)
    it_energy = fsum(run.it_energy(part) for run in runs for part in PARTS)
    return fsum(run.parts for run in runs) / it_energy if it_energy > 0 else None


# --------------------------------------------------------------------------------------------------
# What is said about them


def _remarks(rows: list[_Row], runs: list[_Row], name: str) -> Iterator[Finding]:
    """What was taken, and how."""
    whole = Place(name)
    if any(run.numbers["pue"] is None for run in runs):
        yield finding("record-pue-unknown", whole)
    if included := sorted({run.pue for run in runs} - {1.0}):
        yield finding("record-pue-included", whole, pue=", ".join(f"{pue:g}" for pue in included))
    if len(rows) > len(runs):
        yield finding("record-cumulative", whole, count=len(rows) - len(runs))
    if len(runs) > 1:
        projects = _distinct(runs, "project_name")
        named = ", ".join(projects) if 0 < len(projects) <= 3 else f"{len(projects) or 'no'} named projects"
        yield finding("record-several-runs", whole, runs=len(runs), projects=named)


def _doubts(rows: list[_Row], runs: list[_Row], name: str) -> Iterator[Finding]:
    """What is missing, contradicts itself, or cannot be. Of rows with one fault the first, or the worst, is named."""

    def at(slug: str, row: _Row, **details: object) -> Finding:
        return finding(slug, Place(name, row.line), row=row.line, **details)

    places = Counter(run.where for run in runs if run.where)
    if len(places) > 1:
        counted = ", ".join(f"{text.shown(where)} ({count} run{'s' * (count > 1)})" for where, count in places.items())
        yield finding("record-several-places", Place(name), places=counted)
    if empty := [run for run in runs if run.empty]:
        columns = ", ".join(column for column in USED if any(column in run.empty for run in empty))
        yield at("record-cell-empty", empty[0], count=len(empty), rows=len(runs), columns=columns)
    if negative := [run for run in runs if run.negative]:
        total = fsum(run.value(part) for run in negative for part in run.negative)
        details = {"count": len(negative), "rows": len(runs), "column": negative[0].negative[0]}
        yield at("record-energy-negative", negative[0], **details, total=f"{total:.6g} kWh")
    if differing := [run for run in runs if not run.adds_up]:
        texts = {"parts": f"{differing[0].parts:.9g} kWh", "stated": f"{differing[0].value('energy_consumed'):.9g} kWh"}
        yield at("record-sum-differs", differing[0], **texts)

    hottest = max(runs, key=lambda run: run.watts_per_logical_cpu)
    if hottest.watts_per_logical_cpu > WATTS_PER_LOGICAL_CPU:
        device = f"{hottest.cells.get('cpu_model') or 'a processor'} with {hottest.cells['cpu_count']} logical CPUs"
        power = f"{hottest.value('cpu_power'):g} W"
        yield at("record-power-implausible", hottest, part="CPU", power=power, device=text.shown(device, 100))
    if unseen := [run for run in runs if run.value("gpu_count") and run.numbers["gpu_energy"] == 0]:
        device = unseen[0].cells.get("gpu_model") or f"{unseen[0].cells['gpu_count']} GPUs"
        yield at("record-power-implausible", unseen[0], part="GPU", power="0 W", device=text.shown(device))

    if apart := _starting_apart(rows):
        first, second = apart[0]
        run_id = text.shown(first.cells["run_id"])
        yield at("record-not-cumulative", second, count=len(apart), run=run_id, first=first.start, second=second.start)
    if overlapping := _overlapping(runs):
        yield at("record-runs-overlap", overlapping[0], count=len(overlapping))


def _starting_apart(rows: list[_Row]) -> list[tuple[_Row, _Row]]:
    """Of each run whose rows have more than one start, the first and the last to begin."""
    members: dict[object, list[tuple[datetime, int, _Row]]] = {}
    for row in rows:
        if row.start:
            members.setdefault(row.run, []).append((row.start, row.line, row))
    ends = [(min(group), max(group)) for group in members.values()]
    return [(first, last) for (begun, _, first), (again, _, last) in ends if again - begun > SAME_START]


def _overlapping(runs: list[_Row]) -> list[_Row]:
    """Runs of whole machines that began before an earlier one had ended."""
    machines = [run for run in runs if run.cells.get("tracking_mode") != "process"]
    timed = sorted((run.start, run.line, run.end, run) for run in machines if run.start and run.end)
    latest = accumulate((end for _, _, end, _ in timed), max)
    return [run for end, (start, _, _, run) in zip(latest, timed[1:], strict=False) if end - start > SAME_START]


def _facts(rows: list[_Row], runs: list[_Row]) -> dict[str, str]:
    """What the file says in words, and its sums: of all rows as `sum_…`, else of the runs that count."""
    ends = [run.end for run in runs if run.end]
    starts = [run.start for run in runs if run.start]
    energy, seconds = _sum(runs, "energy_consumed"), _sum(runs, "duration")
    facts = {fact: ", ".join(_distinct(runs, column)) for fact, column in LISTED.items()}
    facts |= {
        "start": min(starts).isoformat(timespec="seconds") if starts else "",
        "end": max(ends).isoformat(timespec="seconds") if ends else "",
        "rows": str(len(rows)),
        "run_ids": str(len({row.cells.get("run_id", "") for row in rows})),
        "runs": str(len(runs)),
        "sum_energy_kWh": repr(_sum(rows, "energy_consumed")),
        "sum_emissions_kg": repr(_sum(rows, "emissions")),
        "sum_duration_s": repr(_sum(rows, "duration")),
        "recorded_energy": f"{energy!r} kWh",
        "recorded_emissions": f"{_sum(runs, 'emissions')!r} kg",
        "recorded_duration": f"{seconds!r} s",
    }
    if energy:
        facts["implied_intensity"] = f"{1000 * _sum(runs, 'emissions') / energy:.6g} g/kWh"
    if seconds and (accelerators := fsum(run.it_energy("gpu_energy") for run in runs)):
        facts["mean_gpu_power"] = f"{convert(accelerators, 'kWh', 'J') / seconds:.6g} W"
    return {key: value for key, value in facts.items() if value}


def _distinct(rows: Iterable[_Row], column: str) -> list[str]:
    return list(dict.fromkeys(text.shown(cell) for row in rows if (cell := row.cells.get(column))))
