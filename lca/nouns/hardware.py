"""Sections of hardware → assets, with their parts and power curves."""

from __future__ import annotations

from collections.abc import Mapping

from lca.figure import Figure, Given, Place, given_number
from lca.model import Asset, CurvePoint, Facility, Part
from lca.nouns.case_file import CaseFile, id_of
from lca.schema.hardware import CurvePointSection, HardwareSection
from lca.schema.parts import PartsSection
from lca.schema.quantity import Section


def asset_of(file: CaseFile, name: str, section: HardwareSection, facilities: Mapping[str, Facility]) -> Asset:
    where = ("hardware", name)
    figures, places = file.figures(section, *where)
    file.refer("facility", section.facility, facilities, (*where, "facility"))
    return Asset(
        name,
        section.device,
        section.host,
        section.facility,
        section.owned,
        section.control,
        figures,
        file.place(*where),
        places,
        section.acquired,
        section.retired,
        _parts(file, section.parts, *where, "parts"),
        _parts(file, section.host_parts, *where, "host_parts"),
        _curve(file, section.power_curve, *where, "power_curve"),
        section.lease,
    )


def _parts(file: CaseFile, section: PartsSection | None, *where: str) -> tuple[Part, ...]:
    """What a machine is said to be made of, in the order of the form."""
    found = []
    for kind in PartsSection.model_fields if section else ():
        item = getattr(section, kind)
        key, name = id_of(*where, kind), kind.replace("_", " ")
        if isinstance(item, str):
            given = Given(float(item != "none"), file.place(*where, kind), "declared", written=item)
            one = {"count": Figure(f"{key}.count", f"Pieces ({name})", "1", given)}
            found.append(Part(kind, name, key, one, file.place(*where, kind), form=item))
        elif isinstance(item, Section):
            figures, places = _part_figures(file, item, *where, kind)
            found.append(Part(kind, name, key, figures, file.place(*where, kind), places))
        for position, other in enumerate(item if isinstance(item, tuple) else ()):
            inner: tuple[str | int, ...] = (*where, kind, position)
            figures, places = _part_figures(file, other, *inner)
            found.append(Part(kind, other.name, id_of(*inner), figures, file.place(*inner), places))
    return tuple(found)


def _part_figures(file: CaseFile, section: Section, *where: str | int) -> tuple[dict[str, Figure], dict[str, Place]]:
    figures, places = file.figures(section, *where)
    words = getattr(section, "name", None) or str(where[-1]).replace("_", " ")
    named = {
        key: Figure(figure.id, f"{'Pieces' if key == 'count' else figure.name} ({words})", figure.unit, figure.reason)
        for key, figure in figures.items()
    }
    return named, places


def _curve(file: CaseFile, points: tuple[CurvePointSection, ...], *where: str) -> tuple[CurvePoint, ...]:
    """The points by utilisation, each with its own share, in whatever order they are written."""
    found = []
    for position, point in enumerate(points):
        inner: tuple[str | int, ...] = (*where, position)
        figures, _ = file.figures(point, *inner)
        if {"at", "share"} <= set(figures):
            found.append(CurvePoint(figures["at"], figures["share"], file.place(*inner)))
    return tuple(sorted(found, key=lambda point: given_number(point.at)))
