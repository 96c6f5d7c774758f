"""Does everything that is declared enter the result?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Derived, Given, Place, given, leaves, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods.market import ROUNDING
from lca.model import Activity, Asset, Case, Facility, Finding, Instrument, Part, Workload

CHOOSE = ("batch", "batch_fill")
"""Fields that decide which measurement is taken, and go into no equation."""
ONLY_DECIDES = ("price_year",)
"""Figures that choose, and go into no product."""
SAID_ALREADY = (
    *("unused", "instrument-ineligible", "instrument-without-market", "volume-without-meter"),
    *("meter-place-unsaid", "instrument-other-market", "market-unsaid"),
)
"""Findings that say of a section, or of a field, that it does not count."""


def every_figure_used(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does everything that is declared enter the result? Asked once there is one."""
    if inventory.failed:
        return
    used = [
        figure.reason
        for figure in leaves([*inventory.roots, *(line.figure for line in inventory.lines)])
        if isinstance(figure.reason, Given)
    ]
    said = {found.place for found in inventory.findings if found.slug in SAID_ALREADY}
    for place, key in _declared_in_vain(inventory.case, {id(reason) for reason in used}, said):
        yield finding("no-effect", place, key=key, reason="nothing in it uses it")
    taken = {reason.place for reason in used}
    for choice, (peer, place) in inventory.case.conventions.items():
        entry = datasets.convention(peer).get(choice)
        if entry and "way" not in entry and entry["place"] not in taken:  # a way is no figure
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
            place = section.places.get(key, given(figure).place)
            known = id(figure.reason) in used or id(figure.reason) in read or place in said
            if not known and key not in (*ONLY_DECIDES, *chose):
                yield place, figure.id
        for service in section.services if isinstance(section, Workload) else ():
            if id(service.count.reason) not in used:
                yield given(service.count).place, service.count.id
    for asset in case.assets.values():
        points = [figure for point in asset.power_curve for figure in (point.at, point.share)]
        if points and not used & {id(figure.reason) for figure in points}:
            yield asset.power_curve[0].place, f"{asset.key}.power_curve"
    for contract in contracts_of(case):
        if contract.place not in said and not used & {id(figure.reason) for figure in contract.figures.values()}:
            yield contract.place, contract.key
    for entity in case.entities.values():
        if entity.equity and id(entity.equity.reason) not in used:
            yield given(entity.equity).place, entity.equity.id


@dataclass(frozen=True)
class Applied:
    """What of a contract is applied: the share claimed and taken; of a volume, its energy and the consumption."""

    claimed: float
    taken: float
    volume: float | None = None
    consumption: float | None = None

    @property
    def share(self) -> float:
        """How much of the contract is applied."""
        if self.volume is None or self.consumption is None:
            return self.taken / self.claimed if self.claimed else 0.0
        return self.taken * self.consumption / self.volume


def applied(inventory: Inventory) -> dict[str, Applied]:
    """What is applied of each contract that is applied at all, by its key."""
    figures = {figure.id: figure for figure in walk(inventory.totals.values())}
    found: dict[str, Applied] = {}
    for instrument in contracts_of(inventory.case):
        taken = figures.get(f"{instrument.key}.applied")
        claimed = figures.get(f"{instrument.key}.claimed") or instrument.figures.get("covers")
        if taken is None or claimed is None:
            continue
        values = [inventory.value(claimed), inventory.value(taken)]
        if isinstance(claimed.reason, Derived):
            values += [inventory.value(claimed.reason.inputs[key][0]) for key in ("volume", "consumption")]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            found[instrument.key] = Applied(*known)
    return found


def contracts_of(case: Case) -> list[Instrument]:
    """Every contract of a case: those of its markets, then those of its facilities."""
    return [*case.instruments, *(item for facility in case.facilities.values() for item in facility.instruments)]


def contracts_applied(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a contract claim more than there is to cover, or than others leave to it?"""
    in_part = applied(inventory)
    for instrument in contracts_of(inventory.case):
        use = in_part.get(instrument.key)
        if use is None or 1 - use.share <= ROUNDING:
            continue
        if use.volume is not None:
            surplus = quantity((1 - use.share) * use.volume / 1000, "MWh")
            yield finding("volume-not-applied", instrument.place, name=instrument.name, surplus=surplus)
        elif use.claimed:
            shown = {"claimed": f"{100 * use.claimed:.4g} %", "taken": f"{100 * use.taken:.4g} %"}
            yield finding("cover-not-applied", instrument.place, name=instrument.name, **shown)


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    every_figure_used,
    contracts_applied,
)
