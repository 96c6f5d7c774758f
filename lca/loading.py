"""A file → Case. Every mistake is found in one run, each at its place; what is wrong is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lca import importers
from lca.findings import finding, in_order, nearest
from lca.form import at, fill
from lca.marks import Items, Table, Text, parse, place_of
from lca.model import (
    Asset,
    Boundary,
    Case,
    Claim,
    Exclusion,
    Facility,
    Figure,
    Finding,
    Given,
    Instrument,
    Period,
    Place,
    Record,
    Release,
    Service,
    Workload,
)
from lca.schema import CaseSection
from lca.schema.facility import FacilitySection
from lca.schema.hardware import HardwareSection
from lca.schema.quantity import Quantity, RecordReference, Section
from lca.schema.workload import WorkloadSection

TITLE_LIMIT = 160
"""Characters of a headline: two lines of the page."""

ENERGY_WAYS = ("power", "utilisation", "energy", "accelerator_energy", "site_energy", "operational")

MEASURED = {
    "power": (("accelerators", "node"), "per device"),
    "utilisation": (("accelerators", "node"), "that of the devices"),
    "accelerator_energy": (("accelerators", "node"), "at the accelerators"),
    "site_energy": (("site",), "at the site's meter"),
}
"""Ways to state energy, where they may have been measured, and what they are."""


class CaseError(Exception):
    """A case that cannot be accounted for; `findings` says why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(found) for found in findings))
        self.findings = findings


def load(path: str | Path) -> Case:
    """Read a case. Raises `CaseError` with every mistake of the file and of the files it names."""
    case, findings = read(path)
    if case is None or any(item.severity == "error" for item in findings):
        raise CaseError(findings)
    return case


def read(path: str | Path) -> tuple[Case | None, tuple[Finding, ...]]:
    """A case as far as it can be read, and every finding about it.

    What is wrong is left out, so that later stages can go on and report their own mistakes in the same
    run; the case is None when the file is not one at all.
    """
    path = Path(path)
    found: list[Finding] = []
    files: dict[str, str] = {}
    name = path.name or str(path)
    table = parse(path, name, found, files)
    if table is None:
        return None, in_order(found)
    _include(table, path, found, files)
    named = {key: set(value) for key, value in table.items() if isinstance(value, Table)}
    section, mended = fill(table, name, found)
    if section is None:
        return None, in_order(found)
    return _Reader(path, table, found, files, named, mended=mended).case(section), in_order(found)


def _include(table: Table, path: Path, found: list[Finding], files: dict[str, str]) -> None:
    """Read the files that the case includes as if their sections stood in it."""
    named = table.get("include")
    for name in named if isinstance(named, Items) else ():
        if not isinstance(name, Text):
            continue
        target = path.parent / str(name)
        if not target.is_file():
            found.append(finding("evidence-missing", place_of(name), file=name))
            continue
        part = parse(target, str(name), found, files)
        for key, section in (part or {}).items():
            assert part is not None
            ours = table.get(key)
            if key == "include":
                allowed = "facilities, hardware, workloads, claims"
                at = part.keys_at[key]
                found.append(
                    finding("unknown-key", at, key=key, parent="an included file", allowed=allowed, nearest="")
                )
                continue
            if isinstance(ours, Table) and isinstance(section, Table):
                for inner, value in section.items():
                    if inner in ours:
                        found.append(
                            finding("duplicate-key", section.keys_at[inner], key=inner, first=ours.keys_at[inner])
                        )
                    else:
                        ours[inner], ours.keys_at[inner] = value, section.keys_at[inner]
            elif key in table:
                found.append(finding("duplicate-key", part.keys_at[key], key=key, first=table.keys_at[key]))
            else:
                table[key], table.keys_at[key] = section, part.keys_at[key]


# --------------------------------------------------------------------------------------------------
# The form of a case → Case


NAMES = {
    "pue": "PUE",
    "wue": "Water usage effectiveness",
    "grid": "Location-based factor",
    "upstream": "Upstream factor",
    "losses": "Grid losses",
    "residual_mix": "Residual mix",
    "source_water": "Water per kilowatt-hour generated",
    "scarcity": "Water scarcity factor",
    "covers": "Share of consumption covered",
    "factor": "Factor of the contract",
    "count": "Devices",
    "power": "Power per device",
    "idle_power": "Idle power per device",
    "host_power": "Power of the host per device",
    "per_node": "Devices per node",
    "memory": "Memory",
    "embodied": "Embodied carbon per device",
    "host_embodied": "Embodied carbon of the node",
    "lifetime": "Lifetime of the hardware",
    "lifetime_utilisation": "Share of the lifetime reserved",
    "reserved": "Reserved share",
    "duration": "Duration",
    "device_hours": "Device-hours",
    "utilisation": "Utilisation",
    "energy": "IT energy",
    "accelerator_energy": "Energy at the accelerators",
    "host_energy": "Energy of the host",
    "site_energy": "Energy at the site",
    "operational": "Operational emissions as stated",
}


def _quantity(section: type[Section], key: str) -> Quantity:
    return next(item for item in section.model_fields[key].metadata if isinstance(item, Quantity))


class _Reader:
    """Builds the nouns from the form; what refers to nothing is reported."""

    def __init__(
        self,
        path: Path,
        table: Table,
        found: list[Finding],
        files: dict[str, str],
        named: Mapping[str, set[str]],
        *,
        mended: bool,
    ) -> None:
        self.path, self.table, self.found, self.files, self.named = path, table, found, files, named
        self.mended = mended
        self.records: dict[str, Record] = {}

    def case(self, section: CaseSection) -> Case:
        facilities = {name: self._facility(name, item) for name, item in section.facilities.items()}
        assets = {name: self._asset(name, item, facilities) for name, item in section.hardware.items()}
        workloads = {name: self._workload(name, item, assets) for name, item in section.workloads.items()}
        emits = bool(workloads) or any(facility.releases for facility in facilities.values())
        if not self.mended and not any(item.slug == "unknown-reference" for item in self.found):
            self._unused(facilities, assets, workloads)
            if not emits:
                self.found.append(finding("nothing-declared", Place(self.path.name)))
            if section.period is None:
                self.found.append(finding("no-period", Place(self.path.name)))
        placed = {name for name, asset in assets.items() if asset.facility in facilities}
        workloads = {name: run for name, run in workloads.items() if run.asset in placed}
        if len(section.title) > TITLE_LIMIT:
            length, at = len(section.title), self._place("title")
            self.found.append(finding("too-long", at, key="title", length=length, limit=TITLE_LIMIT))
        period = None
        if section.period:
            period = Period(section.period.start, section.period.end)
            if period.end < period.start:
                self.found.append(finding("period-reversed", self._place("period"), start=period.start, end=period.end))
        return Case(
            path=self.path.name,
            title=section.title,
            boundary=Boundary(
                section.subject,
                period,
                section.gwp or "",
                self._place("gwp"),
                tuple(
                    Exclusion(item.what, item.reason, self._place("exclusions", position))
                    for position, item in enumerate(section.exclusions)
                ),
            ),
            facilities=facilities,
            assets=assets,
            workloads=workloads,
            claims=tuple(
                Claim(
                    item.total,
                    item.value,
                    item.source,
                    item.note,
                    self._place("claims", position, "value"),
                    self._place("claims", position, "total"),
                )
                for position, item in enumerate(section.claims)
            ),
            conventions={
                choice: (name, self._place("conventions", choice)) for choice, name in section.conventions if name
            },
            notes=section.notes,
            verification=section.verification,
            files=dict(self.files),
            document=_plain(self.table),
        )

    def _place(self, *path: Any) -> Place:
        return at(list(path), self.table, self.path.name)[1]

    def _figures(self, section: Section, *where: str | int) -> tuple[dict[str, Figure], dict[str, Place]]:
        """Every quantity that a section gives, as a figure, and the place of every field."""
        figures: dict[str, Figure] = {}
        places: dict[str, Place] = {}
        for key in section.model_fields_set:
            places[key] = self._place(*where, key)
        for key in type(section).model_fields:
            given = getattr(section, key)
            if isinstance(given, Given):
                unit = _quantity(type(section), key).unit
                figures[key] = Figure(_id(*where, key), NAMES.get(key, key), unit, given)
                self._cited(given.source, (*where, key))
        return figures, places

    def _cited(self, source: str | None, where: tuple[str | int, ...]) -> None:
        """A source that is a file stands beside the case, and belongs to what the result rests on."""
        if source is None or not _is_path(source) or source in self.files:
            return
        place = self._place(*where, "source")
        if target := self._evidence(source, place):
            self.files[source] = importers.sha256(target)

    def _facility(self, name: str, section: FacilitySection) -> Facility:
        where = ("facilities", name)
        figures, places = self._figures(section, *where)
        instruments = []
        for position, item in enumerate(section.instruments):
            inner, _ = self._figures(item, *where, "instruments", position)
            instruments.append(Instrument(item.kind, item.name, inner, self._place(*where, "instruments", position)))
        releases = []
        for position, release in enumerate(section.refrigerants):
            place = self._place(*where, "refrigerants", position)
            id = _id(*where, "refrigerants", position)
            mass = Figure(id, f"{release.gas} released", f"kg{release.gas}", release.released)
            releases.append(Release(release.gas, mass, place))
        return Facility(
            name, section.location, figures, tuple(instruments), tuple(releases), self._place(*where), places
        )

    def _asset(self, name: str, section: HardwareSection, facilities: Mapping[str, Facility]) -> Asset:
        where = ("hardware", name)
        figures, places = self._figures(section, *where)
        self._refer("facility", section.facility, facilities, (*where, "facility"))
        return Asset(
            name,
            section.device,
            section.host,
            section.facility,
            section.owned,
            section.control,
            figures,
            self._place(*where),
            places,
        )

    def _workload(self, name: str, section: WorkloadSection, assets: Mapping[str, Asset]) -> Workload:
        where = ("workloads", name)
        figures, places = self._figures(section, *where)
        self._refer("hardware", section.runs_on, assets, (*where, "runs_on"))
        self._one_way(name, section, where)
        records = []
        for key in ("power", "energy"):
            reference = getattr(section, key)
            if isinstance(reference, RecordReference) and (record := self._record(reference)):
                records.append(record)
                figures.update({name: figure for name, figure in record.figures.items() if name not in figures})
        self._measured(section, records, where)
        if "energy" in figures and section.measured_at in ("accelerators", "site"):
            kind = {"accelerators": "accelerator_energy", "site": "site_energy"}[section.measured_at]
            unit = _quantity(WorkloadSection, kind).unit
            moved = figures.pop("energy")
            figures[kind] = Figure(_id(*where, kind), NAMES[kind], unit, moved.reason)
        services = tuple(
            Service(
                item.unit,
                Figure(_id(*where, "produces", position), f"{item.unit} delivered", "service", item.count),
                self._place(*where, "produces"),
            )
            for position, item in enumerate(section.produces)
        )
        return Workload(
            name,
            section.kind,
            section.title or name,
            section.runs_on,
            section.measured_at,
            figures,
            services,
            tuple(records),
            self._place(*where),
            places,
        )

    def _measured(self, section: WorkloadSection, records: list[Record], where: tuple[str, ...]) -> None:
        """Refuse a `measured_at` that contradicts what was measured."""
        said, problem = section.measured_at, ""
        for record in records:
            holds_host = "host_energy" in record.figures
            reached = {"node"} if holds_host else {"accelerators", "node"}
            if any(item.slug == "record-pue-unknown" for item in record.findings):
                reached.add("site")
            if said and record.figures and said not in reached:
                reach = "node" if holds_host else "accelerators"
                problem = f"{record.path}, which holds the energy at the {reach}"
        for key, (allowed, what) in MEASURED.items():
            if said and said not in allowed and getattr(section, key) is not None:
                problem = f"`{key}`, which is {what}"
        if problem:
            self.found.append(
                finding("measured-elsewhere", self._place(*where, "measured_at"), said=said, problem=problem)
            )

    def _one_way(self, name: str, section: WorkloadSection, where: tuple[str, ...]) -> None:
        ways = [key for key in ENERGY_WAYS if key in section.model_fields_set]
        if not ways:
            self.found.append(finding("no-way", self._place(*where), name=name))
        elif len(ways) > 1:
            self.found.append(finding("two-ways", self._place(*where, ways[1]), ways=", ".join(ways)))
        if {"duration", "device_hours"} <= section.model_fields_set:
            self.found.append(finding("two-ways", self._place(*where, "device_hours"), ways="duration, device_hours"))

    def _record(self, reference: RecordReference) -> Record | None:
        """The record that is referred to, read once however many workloads refer to it."""
        if reference.path in self.records:
            self.found.append(finding("record-shared", reference.place, file=reference.path))
            return self.records[reference.path]
        target = self._evidence(reference.path, reference.place)
        if target is None:
            return None
        record = importers.read(target, reference.path)
        self.records[reference.path] = record
        self.files[reference.path] = record.sha256
        self.found.extend(record.findings)
        return record

    def _evidence(self, name: str, place: Place) -> Path | None:
        """The file that the case names; None, with a finding, when it is not there."""
        target = self.path.parent / name
        try:
            there = target.is_file()
        except OSError:  # a name that no file can have
            there = False
        if not there:
            self.found.append(finding("evidence-missing", place, file=name))
            return None
        if not target.resolve().is_relative_to(self.path.parent.resolve()):
            self.found.append(finding("evidence-outside", place, file=name))
        return target

    def _refer(self, kind: str, name: str, declared: Mapping[str, Any], where: tuple[str, ...]) -> None:
        if name not in declared and name not in self.named.get({"facility": "facilities"}.get(kind, kind), ()):
            self.found.append(
                finding(
                    "unknown-reference",
                    self._place(*where),
                    kind=kind,
                    name=name,
                    declared=", ".join(declared) or "none",
                    nearest=nearest(name, declared),
                )
            )

    def _unused(
        self, facilities: Mapping[str, Facility], assets: Mapping[str, Asset], workloads: Mapping[str, Workload]
    ) -> None:
        used_assets = {run.asset for run in workloads.values()}
        used_facilities = {asset.facility for asset in assets.values()}
        for name, asset in assets.items():
            if name not in used_assets:
                self.found.append(finding("unused", asset.place, kind="hardware", name=name))
        for name, facility in facilities.items():
            if name not in used_facilities and not facility.releases:
                self.found.append(finding("unused", facility.place, kind="facility", name=name))


_FILE = re.compile(
    r"(\.{0,2}/|evidence/).*|.*\.(pdf|csv|tsv|xlsx?|ods|docx?|odt|md|txt|html?|json|ya?ml|xml|log|png|jpe?g)",
    re.IGNORECASE,
)
"""A path, or the name of a file by its ending."""
_NO_FILE = re.compile(r".*(://|, |: ).*|(www\.|[^/.]+\.[^/]+/).*", re.IGNORECASE)
"""An address, or words in which a file is named."""


def _is_path(source: str) -> bool:
    """Whether a source is a file beside the case, not words, an address, or a key of the bibliography."""
    return bool(_FILE.fullmatch(source)) and not _NO_FILE.fullmatch(source)


def _id(*where: str | int) -> str:
    """The id of a figure: its path in the case, positions counted from 1."""
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in where)


def _plain(value: Any) -> Any:
    """The case as plain data, for the result and for a reader of it."""
    if isinstance(value, Table):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Items):
        return [_plain(item) for item in value]
    return str(value) if value is not None else None
