"""What the page of an organisation shows beside its totals: gases, electricity, boundary, methods, workloads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lca import units
from lca.assumptions import Assumption
from lca.figure import Derived, Figure, Given, leaves, walk
from lca.inventory import Analysis, Inventory, Line
from lca.methods.consolidation import share_of_entity
from lca.methods.refrigerant import SEVEN
from lca.model import Target, Workload
from lca.report import disclosed
from lca.report.numbers import NARROW, Shown, fixed, in_tables, percent, shown
from lca.sensitivity.derivatives import slopes
from lca.statement import METHODS

GASES = {"CO2": "CO2, fossil", "HFC": "HFCs", "PFC": "PFCs", "together": "Gases not told apart"}
"""What the rows of the table of gases are called, where not as the gas itself."""


@dataclass(frozen=True)
class Gas:
    """A gas of scope 1: its mass, where it is told apart, and what it weighs."""

    name: str
    mass: Shown | None
    emissions: Shown


@dataclass(frozen=True)
class Supply:
    """Energy that was bought for one place, with what it is multiplied by on each basis."""

    name: str
    category: str
    """`2`, or the category of scope 3 that it falls into."""
    energy: Shown
    share: str
    """Ours, of a company that is not ours alone."""
    location_factor: Shown
    location: Shown
    market_factor: Shown | None
    market: Shown | None


@dataclass(frozen=True)
class Factor:
    """Where the location-based factor of a place comes from, and what stands for electricity without a contract."""

    name: str
    value: Shown
    way: str
    place: str
    """Region and year."""
    sources: tuple[str, ...]
    uncovered: str
    """`average`, `residual`, or `none` where contracts cover all; empty without a market-based result."""
    residual: tuple[str, ...]
    """The sources of the residual mix."""


@dataclass(frozen=True)
class Site:
    """A facility: whose it is, where it stands, who owns it."""

    name: str
    entity: str
    location: str
    owned: str


@dataclass(frozen=True)
class Ran:
    """A workload beside the inventory, with the parts of its footprint and its scores."""

    workload: Workload
    cells: tuple[Shown | None, ...]
    scores: tuple[Shown, ...]


@dataclass(frozen=True)
class Aim:
    """A target: its rule, and what follows from it."""

    target: Target
    base: Shown
    rate: Shown
    value: Shown
    budget: Shown
    path: Shown | None = None
    """What the pathway allows in the year of the inventory, and what there is; None where the target says no scopes."""
    now: Shown | None = None


@dataclass(frozen=True)
class Assumed:
    """Assumptions of one kind: the gases of one factor joined."""

    id: str
    name: str
    value: str
    why: str
    source: str


class OrganisationPage:
    """The blocks of an organisation's page that no other page has."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def tabled(self, id: str | Figure) -> Shown | None:
        """A figure in the unit of its column: tonnes, megawatt-hours, cubic metres, per cent."""
        figure = self.inventory.totals.get(id) if isinstance(id, str) else id
        value = self.inventory.value(figure) if figure else None
        if figure is None or value is None:
            return None
        return in_tables(figure, id if isinstance(id, str) else figure.id, value)

    def tabled_leaf(self, figure: Figure) -> Shown:
        """A declared figure, applied or not, in the unit of its column."""
        value = self.inventory.values.get(figure)
        if value is None and isinstance(figure.reason, Given):
            value = figure.reason.value
        assert value is not None
        return in_tables(figure, figure.id, value)

    def biogenic_unknown(self) -> bool:
        """Whether bought electricity may hold biomass, whose carbon dioxide no factor here gives."""
        return any(row.way != "declared" for row in self.factors())

    def gases(self) -> list[Gas]:
        """The gases of scope 1, which add up to it."""
        return [
            Gas(GASES.get(gas, gas), self._mass(f"scope1.{gas}.mass"), emissions)
            for gas in (*SEVEN, "together")
            if (emissions := self.tabled(f"scope1.{gas}"))
        ]

    def _mass(self, id: str) -> Shown | None:
        figure = self.inventory.totals.get(id)
        value = self.inventory.value(figure) if figure else None
        if figure is None or value is None:
            return None
        return Shown(id, figure.name, fixed(value, 1 if value >= 100 else 2), "kg")

    # --- energy that was bought

    def supplies(self) -> list[Supply]:
        """Every posting of bought energy: those of scope 2 first."""
        lines = [line for line in self.inventory.lines if line.view == "inventory"]
        market = {self._pair(line): line for line in lines if line.basis == "market"}
        found = [
            supply
            for line in lines
            if line.basis == "location" and (supply := self._supply(line, market.get(self._pair(line))))
        ]
        return sorted(found, key=lambda supply: supply.category != "2")

    def _pair(self, line: Line) -> tuple[str, str, str]:
        return line.activity, line.category, line.part

    def _supply(self, line: Line, market: Line | None) -> Supply | None:
        energy, factor, share = _drawn(line.figure)
        if energy is None or factor is None:
            return None
        by_contract = _drawn(market.figure)[1] if market else None
        location = self.tabled(line.figure)
        value = self.inventory.value(energy)
        assert location is not None
        assert value is not None
        return Supply(
            self._name(line),
            line.category,
            self._kilowatt_hours(energy, value),
            percent(self.inventory.value(share) or 0.0) if share else "",
            self._grams(factor),
            location,
            self._grams(by_contract) if by_contract else None,
            self.tabled(market.figure) if market else None,
        )

    def _name(self, line: Line) -> str:
        titles = {activity.key: activity.title for activity in self.inventory.case.activities}
        return titles.get(line.activity, line.activity)

    def _kilowatt_hours(self, energy: Figure, value: float) -> Shown:
        unit = units.plain(energy.unit)
        return Shown(energy.id, energy.name, fixed(value, 0), "" if unit == "kWh" else unit)

    def _grams(self, factor: Figure) -> Shown:
        value, unit = self.inventory.value(factor) or 0.0, units.plain(factor.unit)
        return Shown(factor.id, factor.name, fixed(1000 * value, 2), "" if unit == "kgCO2e/kWh" else unit[1:])

    def factors(self) -> list[Factor]:
        """Where the factors of every facility's electricity come from."""
        found: dict[str, Factor] = {}
        lines = [line for line in self.inventory.lines if line.view == "inventory" and line.activity not in found]
        market = {self._pair(line): line for line in lines if line.basis == "market"}
        for line in lines:
            _, factor, _ = _drawn(line.figure) if line.basis == "location" else (None, None, None)
            if factor is None or line.activity in found:
                continue
            other = market.get(self._pair(line))
            by_contract = _drawn(other.figure)[1] if other else None
            found[line.activity] = Factor(
                self._name(line),
                self._grams(factor),
                disclosed.way_of(factor),
                disclosed.rests_on(factor),
                self._sources(factor),
                self._uncovered(factor, by_contract) if by_contract else "",
                self._residual(factor, by_contract) if by_contract else (),
            )
        return list(found.values())

    def _sources(self, factor: Figure) -> tuple[str, ...]:
        found = dict[str, None]()
        for leaf in leaves([factor]):
            given = leaf.reason
            if isinstance(given, Given) and given.source and "/kg" not in leaf.unit:
                named = disclosed.source_of(self.inventory, given.source)
                found[named if given.quality == "dataset" else given.source] = None
        return tuple(found)

    def _uncovered(self, factor: Figure, by_contract: Figure) -> str:
        """What stands for what no contract covers: found in the tree, not in what the case says."""
        below = walk([by_contract])
        if factor in below:
            return "average"
        return "residual" if self._residual(factor, by_contract) else "none"

    def _residual(self, factor: Figure, by_contract: Figure) -> tuple[str, ...]:
        rest = [figure for figure in walk([by_contract]) if "residual" in figure.id]
        return tuple(dict.fromkeys(name for figure in rest for name in self._sources(figure) or ("the case",)))

    # --- boundary

    def sites(self) -> list[Site]:
        """Every facility with its entity, its place and its ownership."""
        case, names = self.inventory.case, self.inventory.names
        found = []
        for facility in case.facilities.values():
            entity = case.entities.get(facility.entity or "")
            there = [asset for asset in case.assets.values() if asset.facility == facility.id]
            owned = facility.owned or next((asset.owned for asset in there if asset.owned), None)
            control = f", {facility.control} control" if facility.control else ""
            location = facility.location or ""
            place = names.get(location, location)
            place = f"{place} ({location})" if place != location else place
            site = Site(facility.id, entity.name if entity else "", place, f"{owned}{control}" if owned else "not said")
            found.append(site)
        return found

    def methods(self) -> list[tuple[str, Shown, Shown]]:
        """How scope 3 was quantified: words, tonnes, share."""
        return [
            (words, amount, share)
            for method, words in METHODS.items()
            if (amount := self.tabled(f"scope3.{method}")) and (share := self.tabled(f"scope3.{method}_share"))
        ]

    # --- uncertainty

    def intervals(self, analyses: Sequence[Analysis]) -> list[Shown]:
        """Totals with their intervals, all in tonnes."""
        found = []
        for analysis in analyses:
            row = self.tabled(analysis.total)
            if row:
                low, high = fixed(analysis.low / 1000, 1), fixed(analysis.high / 1000, 1)
                found.append(replace(row, low=low, high=high))
        return found

    def largest_without_range(self, analysis: Analysis, most: int = 6) -> list[tuple[str, str]]:
        """Of the inputs without an uncertainty those that the total rests on most, with the share of it."""
        by_leaf = slopes(self.inventory.totals[analysis.total], self.inventory.values)
        weights = [
            (abs(by_leaf[leaf] * (self.inventory.value(leaf) or 0.0) / analysis.base), leaf)
            for leaf in analysis.without_spread
            if analysis.base
        ]
        weights.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [(f"{leaf.name}{_of(leaf)}", percent(weight)) for weight, leaf in weights[:most]]

    # --- beside the inventory

    def workloads(self) -> list[Ran]:
        """What ran, with the parts of its footprint and its scores."""
        found = []
        for run in self.inventory.case.workloads.values():
            prefix = f"workload.{run.id}."
            cells = [self.tabled(f"{prefix}{part}") for part in PARTS_OF_WORKLOAD]
            if cells[-1]:
                found.append(Ran(run, tuple(cells), tuple(self._scores(prefix, run))))
        return found

    def _scores(self, prefix: str, run: Workload) -> Iterator[Shown]:
        each = {f".{position + 1}" if position else "": service.each for position, service in enumerate(run.services)}
        each |= {".token": "token", ".request": "request"}
        for measure, words in (("intensity", "footprint"), ("sci", "SCI")):
            for suffix, unit in each.items():
                id = f"{prefix}{measure}{suffix}"
                figure = self.inventory.totals.get(id)
                value = self.inventory.value(figure) if figure else None
                if figure is None or value is None:
                    continue
                if unit == "token" and not units.plain(figure.unit).endswith("/token"):
                    figure = replace(figure, unit="kgCO2e/token")  # a count of tokens, read per million of them
                per = "" if units.plain(figure.unit).endswith(f"/{unit}") else unit
                yield shown(figure, id, value, words, per=per)

    def targets(self) -> list[Aim]:
        """The targets with their rates, values and budgets."""
        found = []
        for target in self.inventory.case.beside.targets:
            base = self.tabled(target.figures["base"])
            rate, value, budget = (self.tabled(f"{target.key}.{part}") for part in ("rate", "value", "budget"))
            if base and rate and value and budget:
                path, now = (self.tabled(f"{target.key}.{part}") for part in ("path", "now"))
                found.append(Aim(target, base, rate, value, budget, path, now))
        return found


PARTS_OF_WORKLOAD = ("energy", "operational", "beyond", "embodied", "total")


def _drawn(figure: Figure) -> tuple[Figure | None, Figure | None, Figure | None]:
    """Energy and factor of a posting of bought energy, and our share of it."""
    reason = figure.reason
    if not isinstance(reason, Derived):
        return None, None, None
    if reason.equation is share_of_entity:
        energy, factor, _ = _drawn(reason.inputs["part"][0])
        return energy, factor, reason.inputs["share"][0]
    amount = reason.inputs.get("energy") or reason.inputs.get("distance")
    by = reason.inputs.get("factor")
    return (amount[0], by[0], None) if amount and by else (None, None, None)


SECTIONS = ("activities", "facilities", "hardware", "workloads")


def _of(leaf: Figure) -> str:
    """Whose a declared figure is: facility or activity, where its id begins with one."""
    parts = leaf.id.split(".")
    if parts[0] not in SECTIONS or len(parts) < 3:
        return ""
    return f" of {parts[2] if parts[0] == 'activities' and len(parts) > 3 else parts[1]}"


GAS_ROWS = ("CO2", "CH4", "N2O", "CO2-biogenic")


def joined(entries: Sequence[tuple[Assumption, str]]) -> list[Assumed]:
    """Assumptions with the gases of one factor in one row: their values side by side, their rows of the source once."""
    groups: dict[tuple[str, str], list[tuple[str, Assumption, str]]] = {}
    for entry, value in entries:
        stem, _, gas = entry.name.rpartition(", ")
        key = (stem, entry.why) if gas in GAS_ROWS else (entry.id, entry.why)
        groups.setdefault(key, []).append((gas if gas in GAS_ROWS else "", entry, value))
    return [_row(stem, group) for (stem, _), group in groups.items()]


def _row(stem: str, group: Sequence[tuple[str, Assumption, str]]) -> Assumed:
    _, first, value = group[0]
    if len(group) == 1:
        return Assumed(first.id, first.name, value, first.why, first.source)
    ordered = sorted(group, key=lambda item: GAS_ROWS.index(item[0]))
    numbers = [value.rpartition(NARROW) for _, _, value in ordered]
    units_of = [unit for _, _, unit in numbers]
    values = "; ".join(
        f"{gas} {number}" + (f"{NARROW}{unit}" if unit not in units_of[position + 1 :] else "")
        for position, ((gas, _, _), (number, _, unit)) in enumerate(zip(ordered, numbers, strict=True))
    )
    return Assumed(first.id, stem, values, first.why, "; ".join(_shortened([entry.source for _, entry, _ in ordered])))


def _shortened(sources: Sequence[str]) -> Iterator[str]:
    """Sources of one table: the first in full, of those after it what differs."""
    first = sources[0].split(", ")
    yield sources[0]
    for source in sources[1:]:
        parts = source.split(", ")
        differing = [part for part in parts if part not in first]
        yield ", ".join(differing) if differing else source
