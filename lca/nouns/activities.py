"""Sections of activities, and ledgers of many → activities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lca import units
from lca.figure import Figure, Given
from lca.findings import finding
from lca.importers import ledger
from lca.model import Activity, Facility, Period
from lca.nouns.case_file import CaseFile, id_of, outside
from lca.schema import PeriodSection
from lca.schema.activity import ActivitySection
from lca.schema.facility import FacilitySection

TITLED = ("fuel", "gas", "carrier", "vehicle", "mode", "waste", "what")
"""Words that can name an activity which has no name."""

PER_AMOUNT = ("factor", "upstream", "credit")
"""Figures of an activity that are per unit of its amount."""


def activities_at(file: CaseFile, facility: Facility, section: FacilitySection) -> Iterator[Activity]:
    """What a facility says happened there."""
    for kind in ("fuels", "refrigerants", "heat"):
        for position, item in enumerate(getattr(section, kind)):
            yield activity_of(file, kind, item, ("facilities", facility.id, kind, position), facility)


def activity_of(
    file: CaseFile, kind: str, section: ActivitySection, where: tuple[str | int, ...], facility: Facility | None
) -> Activity:
    figures, places = file.figures(section, *where)
    if facility is None and section.facility is not None:
        file.refer("facility", section.facility, file.facilities, (*where, "facility"))
        facility = file.facilities.get(section.facility)
    if section.entity is not None:
        file.refer("entity", section.entity, file.entities, (*where, "entity"))
    if amount := figures.get("amount"):
        figures["amount"] = amount = _with_evidence(amount, section)
        figures |= {key: _per(amount, figures[key]) for key in PER_AMOUNT if key in figures}
    file.cited(section.evidence, file.place(*where, "evidence"))
    words = {
        key: str(value)
        for key in type(section).model_fields
        if key not in ("title", "facility", "entity", "region") and isinstance(value := getattr(section, key), str)
    }
    return Activity(
        id_of(*where),
        kind,
        section.title or _titled(section, where),
        facility.id if facility else None,
        section.entity or (facility.entity if facility else None),
        section.region or (facility.location if facility else file.country),
        words,
        figures,
        file.place(*where),
        places,
    )


def _with_evidence(amount: Figure, section: ActivitySection) -> Figure:
    """The amount with the evidence of its activity, unless it names its own."""
    given = amount.reason
    if not isinstance(given, Given) or given.source or not section.evidence:
        return amount
    return replace(amount, reason=replace(given, source=section.evidence, page=given.page or section.page))


def ledger_of(file: CaseFile, name: str, period: PeriodSection | None) -> list[Activity]:
    """The activities of a ledger, beside those of the case."""
    target, place = file.path.parent / name, file.place("activities", "ledger")
    if not target.is_file():
        file.found.append(finding("evidence-missing", place, file=name))
        return []
    if outside(target, file.path):
        file.found.append(finding("evidence-outside", place, file=name))
    read = ledger.read(target, name, Period(period.start, period.end) if period else None)
    file.files[name] = read.sha256
    file.found.extend(read.findings)
    activities = [_of_ledger(file, row) for row in read.rows]
    _note_absent(file, name, activities)
    return activities


def _note_absent(file: CaseFile, name: str, activities: Sequence[Activity]) -> None:
    """One finding for all evidence that a ledger names and that is not beside it."""
    reasons = [item.figures["amount"].reason for item in activities if "amount" in item.figures]
    sources = {given.source: given.place for given in reversed(reasons) if isinstance(given, Given) and given.source}
    absent = {source: place for source, place in sources.items() if file.lacks(source)}
    if absent:
        first, place = min(absent.items(), key=lambda item: item[1])
        file.found.append(
            finding("ledger-evidence", place, count=len(absent), of=len(sources), first=first, ledger=name)
        )


def _of_ledger(file: CaseFile, row: ledger.Row) -> Activity:
    words, figures, at = dict(row.words), dict(row.figures), row.place
    named, entity, region = (words.pop(key, None) for key in ("facility", "entity", "region"))
    for kind, said, declared in (("facility", named, file.facilities), ("entity", entity, file.entities)):
        if said is not None:
            file.refer_at(kind, said, declared, at)
    facility = file.facilities.get(named or "")
    if basis := words.get("basis"):
        figures = {key: replace(item, unit=item.unit.replace("_gross", f"_{basis}")) for key, item in figures.items()}
    if amount := figures.get("amount"):
        figures |= {key: _per(amount, figures[key]) for key in PER_AMOUNT if key in figures}
    title = words.pop("title", row.title) or next((words[key] for key in TITLED if key in words), row.kind)
    return Activity(
        f"ledger.{at.line}",
        row.kind,
        title,
        facility.id if facility else None,
        entity or (facility.entity if facility else None),
        region or (facility.location if facility else file.country),
        words,
        figures,
        at,
        {"region": at} if region else {},
    )


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
