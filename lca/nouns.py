"""The form of a case → the nouns; what refers to nothing, and what is said twice, is reported."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lca import importers, units
from lca.findings import finding, nearest
from lca.form import at
from lca.importers import ledger
from lca.marks import Items, Table
from lca.methods.market import ORDER
from lca.model import (
    Activity,
    Asset,
    BaseYear,
    Beside,
    Boundary,
    Case,
    Claim,
    CurvePoint,
    Entity,
    Exclusion,
    Facility,
    Factor,
    Figure,
    Finding,
    Given,
    Instrument,
    Measurement,
    Organisation,
    Part,
    Period,
    Place,
    Recalculation,
    Record,
    Service,
    Target,
    Workload,
)
from lca.schema import CaseSection, PeriodSection, ResidualMixSection
from lca.schema.activity import ActivitySection
from lca.schema.beside import TargetSection
from lca.schema.facility import FacilitySection, InstrumentSection
from lca.schema.hardware import CurvePointSection, HardwareSection
from lca.schema.inference import InferenceSection, MeasurementSection
from lca.schema.organisation import BaseYearSection, EntitySection, OrganisationSection
from lca.schema.parts import PartsSection
from lca.schema.quantity import Quantity, RecordReference, Section
from lca.schema.workload import WorkloadSection

TITLE_LIMIT = 160
"""Characters of a headline: two lines of the page."""

ENERGY_WAYS = (
    *("power", "utilisation", "energy", "accelerator_energy", "site_energy", "operational"),
    *("energy_per_token", "energy_per_request", "measurement", "active_parameters"),
)
OF_KINDS = {
    **dict.fromkeys(InferenceSection.model_fields, ("inference",)),
    "lifetime_tokens": ("training", "fine-tuning"),
}
"""The kinds of workload that a field belongs to, where it does not belong to all."""
DATA_WAYS = ("memory_time", "ssd_time", "hdd_time", "transferred", "network_energy")
"""What uses energy beside the computing, or without any."""
MEASURED = {
    "power": (("accelerators", "node"), "per device"),
    "utilisation": (("accelerators", "node"), "that of the devices"),
    "accelerator_energy": (("accelerators", "node"), "at the accelerators"),
    "site_energy": (("site",), "at the site's meter"),
}
"""Ways to state energy, where they may have been measured, and what they are."""


NAMES = {
    "scope1": "Scope 1, as reported",
    "location": "Scope 2, location-based, as reported",
    "market": "Scope 2, market-based, as reported",
    "scope3": "Scope 3, as reported",
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
    "tokens": "Output tokens",
    "requests": "Requests",
    "tokens_per_request": "Output tokens per request",
    "energy_per_token": "Energy per token",
    "energy_per_request": "Energy per request",
    "active_parameters": "Active parameters",
    "total_parameters": "Total parameters",
    "precision": "Size of a parameter",
    "latency": "Latency of a request",
    "batch": "Batch",
    "batch_fill": "Share of the batch reached",
    "duty_cycle": "Share of the time serving",
    "idle_reserve": "Reserve for peaks",
    "warm_replicas": "Replicas kept warm",
    "devices_per_replica": "Devices per replica",
    "lifetime_tokens": "Tokens of the model's life",
    "gpus": "Accelerators of the measurement",
    "at": "Utilisation of the point",
    "share": "Share of full power at the point",
    "primary_energy": "Primary energy per kilowatt-hour",
    "power_share": "Share of the power",
    "memory_time": "Memory over time",
    "ssd_time": "Storage on solid-state disks over time",
    "hdd_time": "Storage on hard disks over time",
    "copies": "Copies kept",
    "transferred": "Data sent",
    "network_energy": "Energy of the network",
    "cores": "Cores per processor",
    "die_per_core": "Die per core",
    "die": "Die",
    "dies": "Dies",
    "capacity": "Capacity",
    "density": "Density of the silicon",
    "embodied_per_GB": "Embodied carbon per gigabyte",
    "mass": "Mass",
    "memory_dies": "Dies of memory",
    "board": "Circuit board",
    "casing": "Mass of the casing",
    "heatsink": "Mass of the heat sink",
    "by_sea": "Distance by sea",
    "by_road": "Distance by road",
    "by_air": "Distance by air",
}


def _quantity(section: type[Section], key: str) -> Quantity:
    return next(item for item in section.model_fields[key].metadata if isinstance(item, Quantity))


def outside(file: Path, case: Path) -> bool:
    """Whether a file lies outside the folder of the case, which is what is handed on."""
    return not file.resolve().is_relative_to(case.parent.resolve())


class Nouns:
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
        self.entities: dict[str, Entity] = {}
        self.facilities: dict[str, Facility] = {}
        self.activities: list[Activity] = []
        self.generations: dict[str, importers.series.Series] = {}
        """Of contracts, by the key of the contract."""
        self.matching = "annual"

    def case(self, section: CaseSection) -> Case:
        self.matching = section.matching
        self.entities = {name: self._entity(name, item) for name, item in section.entities.items()}
        facilities = self.facilities = {name: self._facility(name, item) for name, item in section.facilities.items()}
        assets = {name: self._asset(name, item, facilities) for name, item in section.hardware.items()}
        workloads = {name: self._workload(name, item, assets) for name, item in section.workloads.items()}
        for kind, _ in section.activities:
            if kind == "ledger":
                continue
            for name, item in getattr(section.activities, kind).items():
                self.activities.append(self._activity(kind, item, ("activities", kind, name), None))
        if section.activities.ledger:
            self._ledger(section.activities.ledger, section.period)
        emits = (
            bool(workloads) or bool(self.activities) or any("metered" in item.figures for item in facilities.values())
        )
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
                section.organisation.early_retirement if section.organisation else "write-off",
            ),
            facilities=facilities,
            assets=assets,
            workloads=workloads,
            activities=tuple(self.activities),
            organisation=self._organisation(section.organisation) if section.organisation else None,
            entities=self.entities,
            instruments=self._instruments(section.instruments, "instruments"),
            base_year=self._base_year(section.base_year) if section.base_year else None,
            recalculations=tuple(
                Recalculation(
                    _id("recalculations", position),
                    item.date,
                    item.what,
                    item.trigger,
                    self._figures(item.delta, "recalculations", position, "delta")[0],
                    self._place("recalculations", position),
                )
                for position, item in enumerate(section.recalculations)
            ),
            beside=self._beside(section),
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
            residual_mixes=self._residual_mixes(section.residual_mix),
            matching=section.matching,
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
                unit = given.attributes.get("unit") or _quantity(type(section), key).unit
                if basis := getattr(section, "basis", None):
                    unit = unit.replace("_gross", f"_{basis}")
                figures[key] = Figure(_id(*where, key), NAMES.get(key, key), unit, given)
                self._cited(given.source, (*where, key))
        return figures, places

    def _cited(self, source: str | None, where: tuple[str | int, ...]) -> None:
        """A source that is a file stands beside the case, and belongs to what the result rests on."""
        if source is None or not _is_path(source) or source in self.files:
            return
        self._evidence(source, self._place(*where, "source"))

    def _facility(self, name: str, section: FacilitySection) -> Facility:
        where = ("facilities", name)
        figures, places = self._figures(section, *where)
        instruments = self._instruments(section.instruments, *where, "instruments")
        load = self._load(section, figures, *where)
        if load and self.matching != "annual":
            instruments = self._matched(load, instruments)
        if section.electricity:
            inner, inner_places = self._figures(section.electricity, *where, "electricity")
            if section.electricity.measured_at == "node" and "metered" in inner:
                inner["metered"] = replace(inner["metered"], unit="kWh_it")
            figures |= inner
            places |= inner_places
        facility = Facility(
            name,
            section.location,
            figures,
            instruments,
            self._place(*where),
            places,
            section.entity,
            section.owned,
            section.control,
            {
                **({"market": section.market} if section.market else {}),
                **({"key": section.attribution.key, "idle": section.attribution.idle} if section.attribution else {}),
            },
        )
        if section.entity is not None:
            self._refer("entity", section.entity, self.entities, (*where, "entity"))
        for kind in ("fuels", "refrigerants", "heat"):
            for position, item in enumerate(getattr(section, kind)):
                self.activities.append(self._activity(kind, item, (*where, kind, position), facility))
        return facility

    def _series(self, reference: Any, unit: str) -> importers.series.Series | None:
        """The series of a field that names a file; None for one that does not, or that cannot be used."""
        if not isinstance(reference, RecordReference):
            return None
        target = self._evidence(reference.path, reference.place)
        if target is None:
            return None
        found, problems = importers.series.read(target, reference.path, unit)
        self.found.extend(problems)
        return found

    def _load(
        self, section: FacilitySection, figures: dict[str, Figure], *where: str | int
    ) -> importers.series.Series | None:
        """A facility's consumption by the hour or month; its sum, and its mean of an hourly factor, are added."""
        load = self._series(section.electricity.metered if section.electricity else None, "kWh_site")
        if section.electricity and isinstance(section.electricity.metered, RecordReference):
            given = Given(None, section.electricity.metered.place, "measured")
            if load:
                given = load.given(importers.series.total(load), "Sum of the rows.")
            unit = "kWh_it" if section.electricity.measured_at == "node" else "kWh_site"
            figures["metered"] = Figure(_id(*where, "electricity", "metered"), "Metered electricity", unit, given)
        if factors := self._series(section.grid, "kgCO2e/kWh_site"):
            if load is None:
                place = self._place(*where, "grid")
                self.found.append(finding("needs", place, key="grid: {series: …}", needed="electricity: {metered: …}"))
                return None
            try:
                given = factors.given(importers.series.weighted(load, factors), f"Weighted by the load of {load.name}.")
            except ValueError:
                self._unmatched(factors.name, f"its times are not those of {load.name}")
                return load
            figures["grid"] = Figure(_id(*where, "grid"), "Grid factor, weighted by the load", "kgCO2e/kWh_site", given)
        return load

    def _matched(self, load: importers.series.Series, instruments: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
        """The contracts of a facility with what each covers of its load within every hour or month."""
        order = [
            (item, self.generations[item.key])
            for item in sorted(instruments, key=lambda item: ORDER[item.kind])
            if item.key in self.generations and "no" not in item.criteria.values()
        ]
        coarse = [series.name for series in (load, *(series for _, series in order)) if series.step == "monthly"]
        if self.matching == "hourly" and coarse:
            self._unmatched(coarse[0], "it is by the month")
            return instruments
        try:
            covered = importers.series.matched(load, [series for _, series in order], self.matching)
        except ValueError as error:
            self._unmatched(str(error), f"its times are not those of {load.name}")
            return instruments
        made = {}
        for (item, series), energy in zip(order, covered, strict=True):
            note = f"What is left of {load.name}, or the generation where that is less, summed ({self.matching})."
            id, name = f"{item.key}.matched", f"Electricity that {item.name} matches, {self.matching}"
            figure = Figure(id, name, "kWh_site", series.given(energy, note))
            made[item.key] = replace(item, figures={**item.figures, "matched": figure})
        return tuple(made.get(item.key, item) for item in instruments)

    def _unmatched(self, name: str, problem: str) -> None:
        self.found.append(finding("series-not-matched", Place(name), problem=problem))

    def _instruments(self, sections: tuple[InstrumentSection, ...], *where: str | int) -> tuple[Instrument, ...]:
        found = []
        for position, section in enumerate(sections):
            place = self._place(*where, position)
            figures, _ = self._figures(section, *where, position)
            key = _id(*where, position)
            if series := self._series(section.generation, "kWh_site"):
                given = series.given(importers.series.total(series), "Sum of the rows.")
                figures["generation"] = Figure(f"{key}.generation", "Generation", "kWh_site", given)
                self.generations[key] = series
            ways = [way for way in ("covers", "volume", "generation") if way in figures]
            if len(ways) > 1:
                self.found.append(finding("two-ways", self._place(*where, position, ways[1]), ways=", ".join(ways)))
            elif not ways:
                self.found.append(finding("instrument-without-amount", place, name=section.name))
                continue
            elif len(where) == 1 and ways == ["covers"]:
                self.found.append(finding("needs", place, key="covers", needed="a facility; give `volume`"))
                continue
            if ways == ["generation"]:
                figures["volume"] = figures.pop("generation")
            criteria = {key: value for key, value in section.criteria if value}
            market = section.market or ""
            found.append(Instrument(key, section.kind, section.name, market, criteria, figures, place))
        return tuple(found)

    def _entity(self, name: str, section: EntitySection) -> Entity:
        where = ("entities", name)
        figures, _ = self._figures(section, *where)
        return Entity(
            name,
            section.name or name,
            figures.get("equity"),
            section.financial_control == "yes",
            section.operational_control == "yes",
            section.reason,
            self._place(*where),
        )

    def _organisation(self, section: OrganisationSection) -> Organisation:
        words = {
            key: value
            for key in ("description", "address", "legal_id", "responsible")
            if (value := getattr(section, key)) is not None
        }
        return Organisation(section.name, section.consolidation, words, self._place("organisation"))

    def _beside(self, section: CaseSection) -> Beside:
        credits = [self._figures(item, "credits", at)[0]["volume"] for at, item in enumerate(section.credits)]
        price = self._figures(section.carbon_price, "carbon_price")[0].get("value") if section.carbon_price else None
        found = section.assurance.misstatements if section.assurance else ()
        amounts = {
            item.what: self._figures(item, "assurance", "misstatements", at)[0]["amount"]
            for at, item in enumerate(found)
        }
        materiality = self._figures(section.assurance, "assurance")[0]["materiality"] if section.assurance else None
        targets = [self._target(item, position) for position, item in enumerate(section.targets)]
        return Beside(tuple(target for target in targets if target), tuple(credits), price, amounts, materiality)

    def _target(self, section: TargetSection, position: int) -> Target | None:
        where = ("targets", position)
        needed = {"anchored": ("anchor",), "residual": ("net_zero", "reduction")}.get(section.method, ())
        missing = [key for key in needed if getattr(section, key) is None]
        for key in missing:
            self.found.append(finding("needs", self._place(*where, "method"), key="method", needed=key))
        if missing:
            return None
        figures, _ = self._figures(section, *where)
        base_year, year, anchor, net_zero = (
            int(given.value) if (given := getattr(section, key)) is not None and given.value else None
            for key in ("base_year", "year", "anchor", "net_zero")
        )
        if base_year is None or year is None or year <= base_year:
            self.found.append(
                finding("period-reversed", self._place(*where, "year"), start=base_year or "", end=year or "")
            )
            return None
        key = _id(*where)
        place = self._place(*where)
        return Target(key, section.name, section.method, base_year, year, anchor, net_zero, figures, place)

    def _base_year(self, section: BaseYearSection) -> BaseYear:
        figures, _ = self._figures(section.inventory, "base_year", "inventory")
        policy, _ = self._figures(section, "base_year")
        year = int(section.year.value or 0)
        where = self._place("base_year")
        return BaseYear(year, section.reason, figures, policy["threshold"], section.policy, where)

    def _activity(
        self, kind: str, section: ActivitySection, where: tuple[str | int, ...], facility: Facility | None
    ) -> Activity:
        figures, places = self._figures(section, *where)
        if facility is None and section.facility is not None:
            self._refer("facility", section.facility, self.facilities, (*where, "facility"))
            facility = self.facilities.get(section.facility)
        if section.entity is not None:
            self._refer("entity", section.entity, self.entities, (*where, "entity"))
        if amount := figures.get("amount"):
            figures |= {key: _per(amount, figures[key]) for key in PER_AMOUNT if key in figures}
        words = {
            key: str(value)
            for key in type(section).model_fields
            if key not in ("title", "facility", "entity", "region") and isinstance(value := getattr(section, key), str)
        }
        return Activity(
            _id(*where),
            kind,
            section.title or _titled(section, where),
            facility.id if facility else None,
            section.entity or (facility.entity if facility else None),
            section.region or (facility.location if facility else None),
            words,
            figures,
            self._place(*where),
            places,
        )

    def _ledger(self, name: str, period: PeriodSection | None) -> None:
        """The activities of a ledger, beside those of the case."""
        target, place = self.path.parent / name, self._place("activities", "ledger")
        if not target.is_file():
            self.found.append(finding("evidence-missing", place, file=name))
            return
        if outside(target, self.path):
            self.found.append(finding("evidence-outside", place, file=name))
        read = ledger.read(target, name, Period(period.start, period.end) if period else None)
        self.files[name] = read.sha256
        self.found.extend(read.findings)
        self.activities.extend(self._of_ledger(row) for row in read.rows)

    def _of_ledger(self, row: ledger.Row) -> Activity:
        words, figures, at = dict(row.words), dict(row.figures), row.place
        named, entity, region = (words.pop(key, None) for key in ("facility", "entity", "region"))
        for kind, said, declared in (("facility", named, self.facilities), ("entity", entity, self.entities)):
            if said is not None:
                self._refer_at(kind, said, declared, at)
        facility = self.facilities.get(named or "")
        if basis := words.get("basis"):
            figures = {
                key: replace(item, unit=item.unit.replace("_gross", f"_{basis}")) for key, item in figures.items()
            }
        if amount := figures.get("amount"):
            figures |= {key: _per(amount, figures[key]) for key in PER_AMOUNT if key in figures}
        title = words.pop("title", row.title) or next((words[key] for key in TITLED if key in words), row.kind)
        return Activity(
            f"ledger.{at.line}",
            row.kind,
            title,
            facility.id if facility else None,
            entity or (facility.entity if facility else None),
            region or (facility.location if facility else None),
            words,
            figures,
            at,
            {"region": at} if region else {},
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
            section.acquired,
            section.retired,
            self._parts(section.parts, *where, "parts"),
            self._parts(section.host_parts, *where, "host_parts"),
            self._curve(section.power_curve, *where, "power_curve"),
        )

    def _parts(self, section: PartsSection | None, *where: str) -> tuple[Part, ...]:
        """What a machine is said to be made of, in the order of the form."""
        found = []
        for kind in PartsSection.model_fields if section else ():
            item = getattr(section, kind)
            key, name = _id(*where, kind), kind.replace("_", " ")
            if isinstance(item, str):
                given = Given(float(item != "none"), self._place(*where, kind), "declared", written=item)
                one = {"count": Figure(f"{key}.count", f"Pieces ({name})", "1", given)}
                found.append(Part(kind, name, key, one, self._place(*where, kind), form=item))
            elif isinstance(item, Section):
                figures, places = self._part_figures(item, *where, kind)
                found.append(Part(kind, name, key, figures, self._place(*where, kind), places))
            for position, other in enumerate(item if isinstance(item, tuple) else ()):
                inner: tuple[str | int, ...] = (*where, kind, position)
                figures, places = self._part_figures(other, *inner)
                found.append(Part(kind, other.name, _id(*inner), figures, self._place(*inner), places))
        return tuple(found)

    def _part_figures(self, section: Section, *where: str | int) -> tuple[dict[str, Figure], dict[str, Place]]:
        figures, places = self._figures(section, *where)
        words = getattr(section, "name", None) or str(where[-1]).replace("_", " ")
        named = {
            key: Figure(
                figure.id, f"{'Pieces' if key == 'count' else figure.name} ({words})", figure.unit, figure.reason
            )
            for key, figure in figures.items()
        }
        return named, places

    def _curve(self, points: tuple[CurvePointSection, ...], *where: str) -> tuple[CurvePoint, ...]:
        """The points by utilisation, each with its own share, in whatever order they are written."""
        found = []
        for position, point in enumerate(points):
            inner: tuple[str | int, ...] = (*where, position)
            figures, _ = self._figures(point, *inner)
            if {"at", "share"} <= set(figures):
                found.append(CurvePoint(figures["at"], figures["share"], self._place(*inner)))
        return tuple(sorted(found, key=lambda point: _number(point.at)))

    def _workload(self, name: str, section: WorkloadSection, assets: Mapping[str, Asset]) -> Workload:
        where = ("workloads", name)
        figures, places = self._figures(section, *where)
        self._refer("hardware", section.runs_on, assets, (*where, "runs_on"))
        self._one_way(name, section, where)
        self._of_kind(section, where)
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
            self._measurement(section.measurement, (*where, "measurement")),
        )

    def _measurement(self, section: MeasurementSection | None, where: tuple[str, ...]) -> Measurement | None:
        if section is None:
            return None
        figures, places = self._figures(section, *where)
        return Measurement(section.model, section.task, section.gpu, figures.get("gpus"), self._place(*where), places)

    def _of_kind(self, section: WorkloadSection, where: tuple[str, ...]) -> None:
        """Refuse fields that belong to workloads of another kind."""
        for key in section.model_fields_set:
            kinds = OF_KINDS.get(key, (section.kind,))
            if section.kind not in kinds:
                details = {"key": key, "kind": section.kind, "kinds": " or ".join(f"`{kind}`" for kind in kinds)}
                self.found.append(finding("not-of-this-kind", self._place(*where, key), **details))

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
        if not ways and not {"duty_cycle", *DATA_WAYS} & section.model_fields_set:
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
        target = self._there(reference.path, reference.place)
        if target is None:
            return None
        record = importers.read(target, reference.path)
        self.records[reference.path] = record
        self.files[reference.path] = record.sha256
        self.found.extend(record.findings)
        return record

    def _evidence(self, name: str, place: Place) -> Path | None:
        """A file that the case names, hashed; None, with a finding, when it is not there."""
        if target := self._there(name, place):
            self.files[name] = importers.sha256(target)
        return target

    def _there(self, name: str, place: Place) -> Path | None:
        """The same without its hash."""
        target = self.path.parent / name
        try:
            there = target.is_file()
        except OSError:  # a name that no file can have
            there = False
        if not there:
            self.found.append(finding("evidence-missing", place, file=name))
            return None
        if outside(target, self.path):
            self.found.append(finding("evidence-outside", place, file=name))
        return target

    def _residual_mixes(self, section: ResidualMixSection | None) -> tuple[Factor, ...]:
        if section is None:
            return ()
        target = self._evidence(section.table, self._place("residual_mix", "table"))
        if target is None:
            return ()
        factors, found = importers.residual_mix.read(target, section.table)
        self.found.extend(found)
        return tuple(factors)

    def _refer(self, kind: str, name: str, declared: Mapping[str, Any], where: tuple[str | int, ...]) -> None:
        self._refer_at(kind, name, declared, self._place(*where))

    def _refer_at(self, kind: str, name: str, declared: Mapping[str, Any], place: Place) -> None:
        if name not in declared and name not in self.named.get(
            {"facility": "facilities", "entity": "entities"}.get(kind, kind), ()
        ):
            self.found.append(
                finding(
                    "unknown-reference",
                    place,
                    kind=kind,
                    name=name,
                    declared=", ".join(declared) or "none",
                    nearest=nearest(name, declared),
                )
            )

    def _emits(self, facility: Facility) -> bool:
        return "metered" in facility.figures or any(item.facility == facility.id for item in self.activities)

    def _unused(
        self, facilities: Mapping[str, Facility], assets: Mapping[str, Asset], workloads: Mapping[str, Workload]
    ) -> None:
        used_assets = {run.asset for run in workloads.values()}
        used_facilities = {asset.facility for asset in assets.values()}
        for name, asset in assets.items():
            if name not in used_assets and asset.acquired is None:
                self.found.append(finding("unused", asset.place, kind="hardware", name=name))
        for name, facility in facilities.items():
            if name not in used_facilities and not self._emits(facility):
                self.found.append(finding("unused", facility.place, kind="facility", name=name))


TITLED = ("fuel", "gas", "carrier", "vehicle", "mode", "waste", "what")
"""Words that can name an activity which has no name."""

PER_AMOUNT = ("factor", "upstream", "credit")
"""Figures of an activity that are per unit of its amount."""


def _per(amount: Figure, factor: Figure) -> Figure:
    """A factor per kilowatt-hour is per that kind of kilowatt-hour in which the amount is given."""
    unit = f"kgCO2e/{amount.unit}"
    return replace(factor, unit=unit) if units.plain(factor.unit) == units.plain(unit) else factor


def _titled(section: ActivitySection, where: tuple[str | int, ...]) -> str:
    """A name for what has none: what it is of, or its own key."""
    for key in ("fuel", "gas", "carrier"):
        if hasattr(section, key):
            return str(getattr(section, key))
    return str(where[-1])


def _number(figure: Figure) -> float:
    """The number that was given; of one that could not be read, which has been reported, zero."""
    return figure.reason.value or 0.0 if isinstance(figure.reason, Given) else 0.0


_FILE = re.compile(
    r"(\.{0,2}/|evidence/).*|.*\.(pdf|csv|tsv|xlsx?|ods|docx?|md|txt|html?|json|ya?ml|xml|log|png|jpe?g)", re.IGNORECASE
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
