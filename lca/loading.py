"""A file → Case. Every mistake is found in one run, each at its place; what is wrong is left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from lca import importers, schema
from lca.findings import finding, in_order, nearest
from lca.marks import Items, Table, Text, parse, place_of
from lca.model import (
    Activity,
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
)
from lca.schema import CaseSection, RecordReference, Section

VALIDATION_ROUNDS = 8
"""Leaving out what is wrong can uncover what was hidden behind it, so many levels deep at most."""

TITLE_LIMIT = 160
"""Characters of a headline: two lines of the page."""

ENERGY_WAYS = ("power", "utilisation", "energy", "accelerator_energy", "site_energy", "operational")


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
    section, mended = _validate(table, name, found)
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
# Tables → the form of a case


def _validate(table: Table, name: str, found: list[Finding]) -> tuple[CaseSection | None, bool]:
    """The form of the case, with what is wrong in it replaced or left out, and whether anything was.

    A wrong or missing word is replaced, so that what stands beside it is read in the same run; anything else
    that is wrong is left out.
    """
    mended: set[tuple[Any, ...]] = set()
    for attempt in range(VALIDATION_ROUNDS):
        try:
            kept = found if attempt == 0 else []
            return CaseSection.model_validate(table, context={"findings": kept}), bool(mended)
        except ValidationError as errors:
            for error in errors.errors():
                steps = [step for step in error["loc"] if not (isinstance(step, str) and "[" in step)]
                if tuple(steps) not in mended:
                    found.append(_explained(error, table, name))
                mended.add(tuple(steps))
                _mend(table, steps, error)
    return None, True


STAND_INS = {
    "lca": "1",
    "title": "untitled",
    "kind": "training",
    "unit": "unit",
    "name": "unnamed",
    "factor": "0 kgCO2e/kWh",
    "covers": "0 %",
    "gas": "CO2",
    "released": "0 kg",
    "total": "total",
    "value": "1",
    "source": "unnamed",
    "what": "unnamed",
    "reason": "unnamed",
}
"""What stands in for a missing word while the rest is read; a case with a missing word has no result."""


def _mend(table: Table, path: list[Any], error: Any) -> None:
    """Replace a wrong or missing word by one that fits; leave out what cannot be replaced."""
    holder = _at(path[:-1], table, "")[0]
    key = path[-1]
    if error["type"] == "missing":
        if key in STAND_INS and isinstance(holder, Table):
            holder[key], holder.keys_at[key] = Text(STAND_INS[key], holder.place), holder.place
        elif len(path) > 1:
            _remove(table, path[:-1])
    elif error["type"] == "literal_error" and isinstance(holder, Table):
        first = error["ctx"]["expected"].partition(" or ")[0].partition(",")[0].strip("'")
        holder[key] = Text(first, holder.keys_at[key])
    else:
        _remove(table, path)


def _remove(table: Table, path: list[Any]) -> None:
    """Leave out what stands at a path; what is not in a table is left out with the table's key that holds it."""
    holder: Any = table
    last = (table, path[0])
    for step in path:
        if isinstance(holder, Table):
            last = (holder, step)
            holder = holder.get(step)
        elif isinstance(holder, Items) and isinstance(step, int) and step < len(holder):
            holder = holder[step]
        else:
            break
    last[0].pop(last[1], None)


def _explained(error: Any, table: Table, name: str) -> Finding:
    """A mistake that the form found, in our words and at its place."""
    path = [step for step in error["loc"] if not (isinstance(step, str) and "[" in step)]
    value, place, model = _at(path, table, name)
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), name)
    parent = ".".join(str(step) for step in path[:-1]) or "the case"
    match error["type"]:
        case "extra_forbidden":
            allowed = list(model.model_fields) if model else []
            place = _key_place(path, table) or place
            if key[:1].isdigit():
                return finding("not-a-number", place, text=f"…,{key}")
            return finding(
                "unknown-key", place, key=key, parent=parent, allowed=", ".join(allowed), nearest=nearest(key, allowed)
            )
        case "missing":
            return finding("missing-key", place, key=key, parent=parent)
        case "literal_error":
            allowed = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
            return finding(
                "unknown-choice",
                place,
                text=value,
                key=key,
                allowed=", ".join(allowed),
                nearest=nearest(str(value), allowed),
            )
        case "bad-date":
            return finding("bad-date", place, **error["ctx"])
        case _ if value is None:
            return finding("empty-value", place, key=key)
    wanted = error["ctx"]["wanted"] if error["type"] == "wrong-shape" else WANTED.get(error["type"], "something else")
    given = {"Table": "a table", "Items": "a list", "Text": f"`{value}`"}.get(type(value).__name__, "nothing")
    shape = SHAPES.get(wanted, "Write one value.")
    return finding("wrong-shape", place, key=key, wanted=wanted, given=given, shape=shape)


WANTED = {"model_type": "a table", "dict_type": "a table", "tuple_type": "a list", "string_type": "a word"}
"""What the form wanted, by the type of its mistake."""
SHAPES = {
    "a table": "Write `key: value` lines below it, indented.",
    "a list": "Write a list: lines below it that begin with `- `.",
}


def _key_place(path: list[Any], table: Table) -> Place | None:
    """Where the key stands that a path ends with."""
    holder = _at(path[:-1], table, "")[0]
    return holder.keys_at.get(path[-1]) if isinstance(holder, Table) else None


def _at(path: list[Any], table: Table, name: str) -> tuple[Any, Place, type[BaseModel] | None]:
    """The value at a path, the nearest place, and the section whose field the last step is."""
    value: Any = table
    place = Place(name, 1, 1)
    model: type[BaseModel] | None = CaseSection
    for step in path[:-1]:
        model = _below(model, step)
    for step in path:
        if isinstance(value, Table) and step in value:
            place, value = value.keys_at[step], value[step]
            if isinstance(value, Text):
                place = value.place
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            value = value[step]
            place = place_of(value) if value is not None else place
        elif not isinstance(value, Table | Items):
            break
    return value, place, model


def _below(model: type[BaseModel] | None, step: Any) -> type[BaseModel] | None:
    """The section that a step leads into; a step into a dictionary or a list stays."""
    if model is None or not isinstance(step, str) or step not in model.model_fields:
        return model
    return next((inner for inner in _sections(model.model_fields[step].annotation)), None)


def _sections(annotation: Any) -> list[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for argument in get_args(annotation) for section in _sections(argument)]


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


def _quantity(section: type[Section], key: str) -> schema.Quantity:
    return next(item for item in section.model_fields[key].metadata if isinstance(item, schema.Quantity))


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

    def case(self, section: CaseSection) -> Case:
        facilities = {name: self._facility(name, item) for name, item in section.facilities.items()}
        assets = {name: self._asset(name, item, facilities) for name, item in section.hardware.items()}
        activities = {name: self._activity(name, item, assets) for name, item in section.workloads.items()}
        emits = bool(activities) or any(facility.releases for facility in facilities.values())
        if not self.mended:
            self._unused(facilities, assets, activities)
            if not emits:
                self.found.append(finding("nothing-declared", Place(self.path.name)))
            if section.period is None:
                self.found.append(finding("no-period", Place(self.path.name)))
        placed = {name for name, asset in assets.items() if asset.facility in facilities}
        activities = {name: activity for name, activity in activities.items() if activity.asset in placed}
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
            activities=activities,
            claims=tuple(
                Claim(item.total, item.value, item.source, item.note, self._place("claims", position, "value"))
                for position, item in enumerate(section.claims)
            ),
            conventions={
                choice: (name, self._place("conventions", choice)) for choice, name in section.conventions.items()
            },
            notes=section.notes,
            verification=section.verification,
            files=dict(self.files),
            document=_plain(self.table),
        )

    def _place(self, *path: Any) -> Place:
        return _at(list(path), self.table, self.path.name)[1]

    def _figures(
        self, owner: str, section: Section, where: tuple[str, ...]
    ) -> tuple[dict[str, Figure], dict[str, Place]]:
        """Every quantity that a section gives, as a figure, and the place of every field."""
        figures: dict[str, Figure] = {}
        places: dict[str, Place] = {}
        for key in section.model_fields_set:
            places[key] = self._place(*where, key)
        for key in type(section).model_fields:
            given = getattr(section, key)
            if isinstance(given, Given):
                unit = _quantity(type(section), key).unit
                figures[key] = Figure(f"{owner}.{key}", NAMES.get(key, key), unit, given)
        return figures, places

    def _facility(self, name: str, section: schema.FacilitySection) -> Facility:
        where = ("facilities", name)
        figures, places = self._figures(name, section, where)
        instruments = []
        for position, item in enumerate(section.instruments):
            inner, _ = self._figures(f"{name}.{item.name}", item, (*where, "instruments", position))  # type: ignore[arg-type]  # a path of names and positions
            instruments.append(Instrument(item.kind, item.name, inner, self._place(*where, "instruments", position)))
        releases = []
        for position, release in enumerate(section.refrigerants):
            place = self._place(*where, "refrigerants", position)
            mass = Figure(
                f"{name}.released.{position + 1}", f"{release.gas} released", f"kg{release.gas}", release.released
            )
            releases.append(Release(release.gas, mass, place))
        return Facility(
            name, section.location, figures, tuple(instruments), tuple(releases), self._place(*where), places
        )

    def _asset(self, name: str, section: schema.HardwareSection, facilities: Mapping[str, Facility]) -> Asset:
        where = ("hardware", name)
        figures, places = self._figures(name, section, where)
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

    def _activity(self, name: str, section: schema.WorkloadSection, assets: Mapping[str, Asset]) -> Activity:
        where = ("workloads", name)
        figures, places = self._figures(name, section, where)
        self._refer("hardware", section.runs_on, assets, (*where, "runs_on"))
        self._one_way(name, section, where)
        records = []
        for key in ("power", "energy"):
            reference = getattr(section, key)
            if isinstance(reference, RecordReference) and (record := self._record(reference)):
                records.append(record)
                figures.update({name: figure for name, figure in record.figures.items() if name not in figures})
        if section.measured_at == "site" and section.power is not None:
            self.found.append(finding("measured-at-site", self._place(*where, "measured_at")))
        if "energy" in figures and section.measured_at in ("accelerators", "site"):
            kind = {"accelerators": "accelerator_energy", "site": "site_energy"}[section.measured_at]
            unit = _quantity(schema.WorkloadSection, kind).unit
            moved = figures.pop("energy")
            figures[kind] = Figure(f"{name}.{kind}", NAMES[kind], unit, moved.reason)
        services = tuple(
            Service(
                item.unit,
                Figure(f"{name}.produces.{position + 1}", f"{item.unit} delivered", "service", item.count),
                self._place(*where, "produces"),
            )
            for position, item in enumerate(section.produces)
        )
        return Activity(
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

    def _one_way(self, name: str, section: schema.WorkloadSection, where: tuple[str, ...]) -> None:
        ways = [key for key in ENERGY_WAYS if key in section.model_fields_set]
        if not ways:
            self.found.append(finding("no-way", self._place(*where), name=name))
        elif len(ways) > 1:
            self.found.append(finding("two-ways", self._place(*where, ways[1]), ways=", ".join(ways)))
        if {"duration", "device_hours"} <= section.model_fields_set:
            self.found.append(finding("two-ways", self._place(*where, "device_hours"), ways="duration, device_hours"))

    def _record(self, reference: RecordReference) -> Record | None:
        target = self.path.parent / reference.path
        if not target.is_file():
            self.found.append(finding("evidence-missing", reference.place, file=reference.path))
            return None
        record = importers.read(target, reference.path)
        self.files[reference.path] = record.sha256
        self.found.extend(record.findings)
        return record

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
        self, facilities: Mapping[str, Facility], assets: Mapping[str, Asset], activities: Mapping[str, Activity]
    ) -> None:
        used_assets = {activity.asset for activity in activities.values()}
        used_facilities = {asset.facility for asset in assets.values()}
        for name, asset in assets.items():
            if name not in used_assets:
                self.found.append(finding("unused", asset.place, kind="hardware", name=name))
        for name, facility in facilities.items():
            if name not in used_facilities and not facility.releases:
                self.found.append(finding("unused", facility.place, kind="facility", name=name))


def _plain(value: Any) -> Any:
    """The case as plain data, for the result and for a reader of it."""
    if isinstance(value, Table):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Items):
        return [_plain(item) for item in value]
    return str(value) if value is not None else None
