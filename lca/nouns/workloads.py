"""Sections of workloads → workloads, with the records that they name; what contradicts itself is reported."""

from __future__ import annotations

from collections.abc import Mapping

from lca import importers
from lca.figure import Figure
from lca.findings import finding
from lca.model import Asset, Measurement, Record, Service, Workload
from lca.nouns.case_file import CaseFile, id_of, quantity_of
from lca.nouns.titles import TITLES
from lca.schema.inference import InferenceSection, MeasurementSection
from lca.schema.quantity import RecordReference
from lca.schema.workload import WorkloadSection

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


def workload_of(file: CaseFile, name: str, section: WorkloadSection, assets: Mapping[str, Asset]) -> Workload:
    where = ("workloads", name)
    figures, places = file.figures(section, *where)
    file.refer("hardware", section.runs_on, assets, (*where, "runs_on"))
    _one_way(file, name, section, where)
    _of_kind(file, section, where)
    records = []
    for key in ("power", "energy"):
        reference = getattr(section, key)
        if isinstance(reference, RecordReference) and (record := _record(file, reference)):
            records.append(record)
            figures.update({name: figure for name, figure in record.figures.items() if name not in figures})
    _measured(file, section, records, where)
    if "energy" in figures and section.measured_at in ("accelerators", "site"):
        kind = {"accelerators": "accelerator_energy", "site": "site_energy"}[section.measured_at]
        unit = quantity_of(WorkloadSection, kind).unit
        moved = figures.pop("energy")
        figures[kind] = Figure(id_of(*where, kind), TITLES[kind], unit, moved.reason)
    services = tuple(
        Service(
            item.unit,
            Figure(id_of(*where, "produces", position), f"{item.unit} delivered", "service", item.count),
            file.place(*where, "produces"),
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
        file.place(*where),
        places,
        _measurement(file, section.measurement, (*where, "measurement")),
    )


def _measurement(file: CaseFile, section: MeasurementSection | None, where: tuple[str, ...]) -> Measurement | None:
    if section is None:
        return None
    figures, places = file.figures(section, *where)
    return Measurement(section.model, section.task, section.gpu, figures.get("gpus"), file.place(*where), places)


def _of_kind(file: CaseFile, section: WorkloadSection, where: tuple[str, ...]) -> None:
    """Refuse fields that belong to workloads of another kind."""
    for key in section.model_fields_set:
        kinds = OF_KINDS.get(key, (section.kind,))
        if section.kind not in kinds:
            details = {"key": key, "kind": section.kind, "kinds": " or ".join(f"`{kind}`" for kind in kinds)}
            file.found.append(finding("not-of-this-kind", file.place(*where, key), **details))


def _measured(file: CaseFile, section: WorkloadSection, records: list[Record], where: tuple[str, ...]) -> None:
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
        file.found.append(finding("measured-elsewhere", file.place(*where, "measured_at"), said=said, problem=problem))


def _one_way(file: CaseFile, name: str, section: WorkloadSection, where: tuple[str, ...]) -> None:
    ways = [key for key in ENERGY_WAYS if key in section.model_fields_set]
    if not ways and not {"duty_cycle", *DATA_WAYS} & section.model_fields_set:
        file.found.append(finding("no-way", file.place(*where), name=name))
    elif len(ways) > 1:
        file.found.append(finding("two-ways", file.place(*where, ways[1]), ways=", ".join(ways)))
    if {"duration", "device_hours"} <= section.model_fields_set:
        file.found.append(finding("two-ways", file.place(*where, "device_hours"), ways="duration, device_hours"))


def _record(file: CaseFile, reference: RecordReference) -> Record | None:
    """The record that is referred to, read once however many workloads refer to it."""
    if reference.path in file.records:
        file.found.append(finding("record-shared", reference.place, file=reference.path))
        return file.records[reference.path]
    target = file.there(reference.path, reference.place)
    if target is None:
        return None
    record = importers.read(target, reference.path)
    file.records[reference.path] = record
    file.files[reference.path] = record.sha256
    file.found.extend(record.findings)
    return record
