"""Sections of facilities → places, with their contracts for electricity and what was metered by the hour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lca import importers
from lca.figure import Figure, Given, Place
from lca.findings import finding
from lca.methods.market import ORDER
from lca.model import Facility, Factor, Instrument
from lca.nouns.case_file import CaseFile, id_of
from lca.schema import ResidualMixSection
from lca.schema.facility import FacilitySection, InstrumentSection
from lca.schema.quantity import RecordReference


def facility_of(file: CaseFile, name: str, section: FacilitySection, matching: str) -> Facility:
    where = ("facilities", name)
    figures, places = file.figures(section, *where)
    instruments = instruments_of(file, section.instruments, *where, "instruments")
    load = _load(file, section, figures, *where)
    if load and matching != "annual":
        instruments = _matched(file, load, instruments, matching)
    if section.electricity:
        inner, inner_places = file.figures(section.electricity, *where, "electricity")
        if section.electricity.measured_at == "node" and "metered" in inner:
            inner["metered"] = replace(inner["metered"], unit="kWh_it")
        figures |= inner
        places |= inner_places
    if section.renewable:
        inner, inner_places = file.figures(section.renewable, *where, "renewable")
        figures |= {f"renewable.{key}": figure for key, figure in inner.items()}
        places |= {f"renewable.{key}": place for key, place in inner_places.items()}
    words: dict[str, str] = {}
    if shared := section.attribution:
        words = {"key": shared.key, "idle": shared.idle, **({"embodied": shared.embodied} if shared.embodied else {})}
        for pool, item in shared.pools.items():
            words[f"pool.{pool}.key"] = item.key
            inner, inner_places = file.figures(item, *where, "attribution", "pools", pool)
            figures |= {f"pool.{pool}.{key}": figure for key, figure in inner.items()}
            places |= {f"pool.{pool}.{key}": place for key, place in inner_places.items()}
    facility = Facility(
        name,
        section.location,
        figures,
        instruments,
        file.place(*where),
        places,
        section.entity,
        section.owned,
        section.control,
        {
            **({"market": section.market} if section.market else {}),
            **words,
            **({"lease": section.lease} if section.lease else {}),
        },
    )
    if section.entity is not None:
        file.refer("entity", section.entity, file.entities, (*where, "entity"))
    return facility


def _series(file: CaseFile, reference: Any, unit: str) -> importers.series.Series | None:
    """The series of a field that names a file; None for one that does not, or that cannot be used."""
    if not isinstance(reference, RecordReference):
        return None
    target = file.evidence(reference.path, reference.place)
    if target is None:
        return None
    found, problems = importers.series.read(target, reference.path, unit, file.period)
    file.found.extend(problems)
    return found


def _load(
    file: CaseFile, section: FacilitySection, figures: dict[str, Figure], *where: str | int
) -> importers.series.Series | None:
    """A facility's consumption by the hour or month; its sum, and its mean of an hourly factor, are added."""
    load = _series(file, section.electricity.metered if section.electricity else None, "kWh_site")
    if section.electricity and isinstance(section.electricity.metered, RecordReference):
        given = Given(None, section.electricity.metered.place, "measured")
        if load:
            given = load.given(importers.series.total(load), "Sum of the rows.")
        unit = "kWh_it" if section.electricity.measured_at == "node" else "kWh_site"
        figures["metered"] = Figure(id_of(*where, "electricity", "metered"), "Metered electricity", unit, given)
    if factors := _series(file, section.grid, "kgCO2e/kWh_site"):
        if load is None:
            place = file.place(*where, "grid")
            file.found.append(finding("needs", place, key="grid: {series: …}", needed="electricity: {metered: …}"))
            return None
        try:
            given = factors.given(importers.series.weighted(load, factors), f"Weighted by the load of {load.name}.")
        except ValueError:
            _unmatched(file, factors.name, f"its times are not those of {load.name}")
            return load
        figures["grid"] = Figure(id_of(*where, "grid"), "Grid factor, weighted by the load", "kgCO2e/kWh_site", given)
    return load


def _matched(
    file: CaseFile, load: importers.series.Series, instruments: tuple[Instrument, ...], matching: str
) -> tuple[Instrument, ...]:
    """The contracts of a facility with what each covers of its load within every hour or month."""
    order = [
        (item, file.generations[item.key])
        for item in sorted(instruments, key=lambda item: ORDER[item.kind])
        if item.key in file.generations and "no" not in item.criteria.values()
    ]
    coarse = [series.name for series in (load, *(series for _, series in order)) if series.step == "monthly"]
    if matching == "hourly" and coarse:
        _unmatched(file, coarse[0], "it is by the month")
        return instruments
    try:
        covered = importers.series.matched(load, [series for _, series in order], matching)
    except ValueError as error:
        _unmatched(file, str(error), f"its times are not those of {load.name}")
        return instruments
    made = {}
    for (item, series), energy in zip(order, covered, strict=True):
        note = f"What is left of {load.name}, or the generation where that is less, summed ({matching})."
        id, name = f"{item.key}.matched", f"Electricity that {item.name} matches, {matching}"
        figure = Figure(id, name, "kWh_site", series.given(energy, note))
        made[item.key] = replace(item, figures={**item.figures, "matched": figure})
    return tuple(made.get(item.key, item) for item in instruments)


def _unmatched(file: CaseFile, name: str, problem: str) -> None:
    file.found.append(finding("series-not-matched", Place(name), problem=problem))


def instruments_of(
    file: CaseFile, sections: tuple[InstrumentSection, ...], *where: str | int
) -> tuple[Instrument, ...]:
    found = []
    for position, section in enumerate(sections):
        place = file.place(*where, position)
        figures, _ = file.figures(section, *where, position)
        key = id_of(*where, position)
        if series := _series(file, section.generation, "kWh_site"):
            given = series.given(importers.series.total(series), "Sum of the rows.")
            figures["generation"] = Figure(f"{key}.generation", "Generation", "kWh_site", given)
            file.generations[key] = series
        ways = [way for way in ("covers", "volume", "generation") if way in figures]
        if len(ways) > 1:
            file.found.append(finding("two-ways", file.place(*where, position, ways[1]), ways=", ".join(ways)))
        elif not ways:
            file.found.append(finding("instrument-without-amount", place, name=section.name))
            continue
        elif len(where) == 1 and ways == ["covers"]:
            file.found.append(finding("needs", place, key="covers", needed="a facility; give `volume`"))
            continue
        if ways == ["generation"]:
            figures["volume"] = figures.pop("generation")
        criteria = {key: value for key, value in section.criteria if value}
        file.cited(section.evidence, file.place(*where, position, "evidence"))
        market = section.market or ""
        found.append(Instrument(key, section.kind, section.name, market, criteria, figures, place, section.evidence))
    return tuple(found)


def residual_mixes_of(file: CaseFile, section: ResidualMixSection | None) -> tuple[Factor, ...]:
    if section is None:
        return ()
    target = file.evidence(section.table, file.place("residual_mix", "table"))
    if target is None:
        return ()
    factors, found = importers.residual_mix.read(target, section.table)
    file.found.extend(found)
    return tuple(factors)
