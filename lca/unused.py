"""Does everything that is declared enter the result? `checks` asks these questions with its own."""

from __future__ import annotations

from collections.abc import Iterator

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Derived, Figure, Given, Place, leaves, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods.market import ROUNDING
from lca.model import Activity, Asset, Case, Facility, Finding, Part, Workload

CHOOSE = ("batch", "batch_fill")
"""Fields that decide which measurement is taken, and go into no equation."""

ONLY_DECIDES = ("price_year",)
"""Figures that choose, and go into no product."""

SAID_AS_A_WHOLE = ("unused", "instrument-ineligible", "instrument-without-market", "volume-without-meter")
"""Findings that say of a whole section that it does not count."""


def every_figure_used(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does everything that is declared enter the result? Asked once there is one."""
    if inventory.failed:
        return
    used = [
        figure.reason
        for figure in leaves([*inventory.roots, *(line.figure for line in inventory.lines)])
        if isinstance(figure.reason, Given)
    ]
    said = {found.place for found in inventory.findings if found.slug in SAID_AS_A_WHOLE}
    for place, key in _declared_in_vain(inventory.case, {id(given) for given in used}, said):
        yield finding("no-effect", place, key=key, reason="nothing in it uses it")
    taken = {given.place for given in used}
    for choice, (peer, place) in inventory.case.conventions.items():
        entry = datasets.convention(peer).get(choice)
        if entry and entry["place"] not in taken:
            yield finding("no-effect", place, key=f"conventions.{choice}", reason="nothing in it asks for it")


def _declared_in_vain(case: Case, used: set[int], said: set[Place]) -> Iterator[tuple[Place, str]]:
    """Where and how what nothing uses is declared; of a section that is reported as a whole, nothing."""
    parts = [part for asset in case.assets.values() for part in (*asset.parts, *asset.host_parts)]
    sections: list[Facility | Asset | Workload | Activity | Part] = [
        *case.facilities.values(),
        *case.assets.values(),
        *case.workloads.values(),
        *case.activities,
        *parts,
    ]
    for section in sections:
        if section.place in said:
            continue
        records = section.records if isinstance(section, Workload) else ()
        read = {id(figure.reason) for record in records for figure in record.figures.values()}
        chose = CHOOSE if isinstance(section, Workload) and section.measurement else ()
        # One that is derived was made by the convention that the case is put under, and not declared.
        declared = {key: figure for key, figure in section.figures.items() if isinstance(figure.reason, Given)}
        for key, figure in declared.items():
            if id(figure.reason) not in used and id(figure.reason) not in read and key not in (*ONLY_DECIDES, *chose):
                yield section.places.get(key, _place_of(figure)), figure.id
        for service in section.services if isinstance(section, Workload) else ():
            if id(service.count.reason) not in used:
                yield _place_of(service.count), service.count.id
    for asset in case.assets.values():
        points = [figure for point in asset.power_curve for figure in (point.at, point.share)]
        if points and not used & {id(figure.reason) for figure in points}:
            yield asset.power_curve[0].place, f"{asset.key}.power_curve"
    contracts = [item for facility in case.facilities.values() for item in facility.instruments]
    for contract in (*contracts, *case.instruments):
        if contract.place not in said and not used & {id(figure.reason) for figure in contract.figures.values()}:
            yield contract.place, contract.key
    for entity in case.entities.values():
        if entity.equity and id(entity.equity.reason) not in used:
            yield _place_of(entity.equity), entity.equity.id


def _place_of(figure: Figure) -> Place:
    assert isinstance(figure.reason, Given)
    return figure.reason.place


def volumes_applied(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a contract claim more than there is to cover?"""
    case = inventory.case
    figures = {figure.id: figure for figure in walk(inventory.totals.values())}
    for instrument in [*case.instruments, *(item for place in case.facilities.values() for item in place.instruments)]:
        claimed, applied = (figures.get(f"{instrument.key}.{part}") for part in ("claimed", "applied"))
        if claimed is None or applied is None or not isinstance(claimed.reason, Derived):
            continue
        (consumption,) = claimed.reason.inputs["consumption"]
        (volume,) = claimed.reason.inputs["volume"]
        values = [inventory.value(figure) for figure in (volume, applied, consumption)]
        if None in values:
            continue
        asked, taken, energy = (value or 0.0 for value in values)
        if asked - taken * energy > ROUNDING * asked:
            surplus = quantity((asked - taken * energy) / 1000, "MWh")
            yield finding("volume-not-applied", instrument.place, name=instrument.name, surplus=surplus)
