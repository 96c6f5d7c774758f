"""The form of a case → the nouns; what refers to nothing, and what is said twice, is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lca.figure import Place
from lca.findings import finding
from lca.marks import Items, Table
from lca.model import Activity, Asset, Boundary, Case, Claim, Facility, Period, Recalculation, Workload
from lca.nouns.activities import activities_at, activity_of, ledger_of
from lca.nouns.analysis import budgets_of, functional_unit_of, sampling_of, scenarios_of
from lca.nouns.case_file import CaseFile, id_of
from lca.nouns.facilities import facility_of, instruments_of, residual_mixes_of
from lca.nouns.hardware import asset_of
from lca.nouns.organisation import base_year_of, beside_of, entity_of, exclusions_of, judgements_of, organisation_of
from lca.nouns.workloads import workload_of
from lca.schema import CaseSection

TITLE_LIMIT = 160
"""Characters of a headline: two lines of the page."""


def case_of(file: CaseFile, section: CaseSection, *, mended: bool) -> Case:
    """Everything that a case declares. Where its form had to be mended, it is not asked what it lacks."""
    activities: list[Activity] = []
    file.entities = {name: entity_of(file, name, item) for name, item in section.entities.items()}
    if section.period:
        file.period = Period(section.period.start, section.period.end)
    if section.organisation:
        file.country = section.organisation.country
    facilities = {}
    for name, item in section.facilities.items():
        facilities[name] = facility_of(file, name, item, section.matching)
        activities += activities_at(file, facilities[name], item)
    file.facilities = facilities
    assets = {name: asset_of(file, name, item, facilities) for name, item in section.hardware.items()}
    workloads = {name: workload_of(file, name, item, assets) for name, item in section.workloads.items()}
    activities += _activities(file, section)
    emits = bool(workloads) or bool(activities) or any("metered" in item.figures for item in facilities.values())
    if not mended and not any(item.slug == "unknown-reference" for item in file.found):
        _unused(file, facilities, assets, workloads, activities)
        if not emits:
            file.found.append(finding("nothing-declared", Place(file.path.name)))
        if section.period is None:
            file.found.append(finding("no-period", Place(file.path.name)))
    placed = {name for name, asset in assets.items() if asset.facility in facilities}
    workloads = {name: run for name, run in workloads.items() if run.asset in placed}
    if len(section.title) > TITLE_LIMIT:
        length, at = len(section.title), file.place("title")
        file.found.append(finding("too-long", at, key="title", length=length, limit=TITLE_LIMIT))
    period = None
    if section.period:
        period = Period(section.period.start, section.period.end)
        if period.end < period.start:
            file.found.append(finding("period-reversed", file.place("period"), start=period.start, end=period.end))
    return Case(
        path=file.path.name,
        title=section.title,
        boundary=Boundary(
            section.subject,
            period,
            section.gwp or "",
            file.place("gwp"),
            exclusions_of(file, section),
            judgements_of(file, section),
            file.place("period", "start") if section.period else None,
            section.organisation.early_retirement if section.organisation else "write-off",
        ),
        facilities=facilities,
        assets=assets,
        workloads=workloads,
        activities=tuple(activities),
        organisation=organisation_of(file, section.organisation) if section.organisation else None,
        entities=file.entities,
        instruments=instruments_of(file, section.instruments, "instruments"),
        base_year=base_year_of(file, section.base_year) if section.base_year else None,
        recalculations=tuple(
            Recalculation(
                id_of("recalculations", position),
                item.date,
                item.what,
                item.trigger,
                file.figures(item.delta, "recalculations", position, "delta")[0],
                file.place("recalculations", position),
            )
            for position, item in enumerate(section.recalculations)
        ),
        beside=beside_of(file, section),
        claims=tuple(
            Claim(
                item.total,
                item.value,
                item.source,
                item.note,
                file.place("claims", position, "value"),
                file.place("claims", position, "total"),
            )
            for position, item in enumerate(section.claims)
        ),
        conventions={choice: (name, file.place("conventions", choice)) for choice, name in section.conventions if name},
        notes=section.notes,
        verification=section.verification,
        residual_mixes=residual_mixes_of(file, section.residual_mix),
        matching=section.matching,
        sampling=sampling_of(file, section.uncertainty),
        budgets=budgets_of(file, section),
        scenarios=scenarios_of(file, section),
        functional_unit=functional_unit_of(file, section.functional_unit) if section.functional_unit else None,
        files=dict(file.files),
        document=_plain(file.table),
    )


def _activities(file: CaseFile, section: CaseSection) -> Iterator[Activity]:
    """What happened beside facilities and workloads, one by one and from a ledger."""
    for kind, _ in section.activities:
        if kind != "ledger":
            for name, activity in getattr(section.activities, kind).items():
                yield activity_of(file, kind, activity, ("activities", kind, name), None)
    if section.activities.ledger:
        yield from ledger_of(file, section.activities.ledger, section.period)


def _unused(
    file: CaseFile,
    facilities: Mapping[str, Facility],
    assets: Mapping[str, Asset],
    workloads: Mapping[str, Workload],
    activities: Sequence[Activity],
) -> None:
    used_assets = {run.asset for run in workloads.values()}
    used_facilities = {asset.facility for asset in assets.values()}
    for name, asset in assets.items():
        if name not in used_assets and asset.acquired is None:
            file.found.append(finding("unused", asset.place, kind="hardware", name=name))
    for name, facility in facilities.items():
        if name not in used_facilities and not _emits(facility, activities):
            file.found.append(finding("unused", facility.place, kind="facility", name=name))


def _emits(facility: Facility, activities: Sequence[Activity]) -> bool:
    return "metered" in facility.figures or any(item.facility == facility.id for item in activities)


def _plain(value: Any) -> Any:
    """The case as plain data, for the result and for a reader of it."""
    if isinstance(value, Table):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Items):
        return [_plain(item) for item in value]
    return str(value) if value is not None else None
