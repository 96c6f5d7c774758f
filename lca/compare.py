"""Options held against each other: the same function, the same draws for what they share, and what would turn it.

    Unit            what an option delivers, and how much of it
    Chosen          a case, or a scenario of one, that is to be compared
    Option          a case with its total for the functional unit, and the interval of that
    Difference      an option against another: how much, how sure, from what, and what would make both equal
    Comparison      all options, all differences

An input that two options state alike is one input: it draws the same in both, so that what they share cancels in
their difference. What they state otherwise are two inputs, each with an error of its own.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lca.compute import Downstream, evaluate
from lca.datasets import Datasets
from lca.distribution import Distribution
from lca.explain import quantity
from lca.figure import Derived, Figure, Given, Place, derive, leaves
from lca.findings import finding, nearest
from lca.inventory import Inventory, Line
from lca.loading import CaseError
from lca.methods.intensity import difference_of_options, for_functional_unit
from lca.model import Finding, Service
from lca.pipeline import run
from lca.schema.facility import FacilitySection
from lca.schema.hardware import HardwareSection
from lca.schema.quantity import Quantity, Section
from lca.schema.workload import WorkloadSection
from lca.sensitivity.approach_two import QUANTILES
from lca.sensitivity.breakeven import root_of
from lca.sensitivity.derivatives import slopes
from lca.sensitivity.draws import Draws
from lca.sensitivity.fold import fold
from lca.sensitivity.sources import Uncertain, uncertain
from lca.sensitivity.tornado import WITHOUT_RANGE
from lca.units import TOTALS, plain

FAR = 100.0
"""So many times its value, or that part of it, an input is sought at which options are equal."""
SOUGHT = 60
"""Inputs that are so asked: those that move the difference most."""
SHARES = 8
"""Inputs that are named for the spread of a difference."""
NONE = Place("")


class NotComparable(Exception):
    """What is asked for does not exist in an option; the message says what does."""


@dataclass(frozen=True)
class Unit:
    """What an option delivers."""

    each: str
    """One of it; empty where the case counts nothing."""
    quality: str
    count: Figure | None
    note: str
    """Why it stands for the same function as another that reads otherwise."""
    place: Place

    def same(self, other: Unit) -> bool:
        """Whether both are the same function, as written or by a note."""
        mine, theirs = ((_plainly(unit.each), _plainly(unit.quality)) for unit in (self, other))
        return bool(self.each and mine == theirs) or bool(self.note or other.note)

    @property
    def words(self) -> str:
        if not self.each:
            return "nothing that is counted as one"
        return f"`{self.each}`" + (f" ({self.quality})" if self.quality else "")


@dataclass(frozen=True)
class Chosen:
    """A case, or a scenario of one, that is to be compared."""

    source: str
    """Its file, with `#scenario` where it is one."""
    title: str
    inventory: Inventory
    against: int = 0
    """The position of the one that it is held against."""
    path: Path = Path()
    place: Place | None = None
    """Of a scenario, in its case."""


@dataclass(frozen=True)
class Option:
    """A case with its total for the functional unit, in the total's unit."""

    key: str
    """A, B, C …"""
    chosen: Chosen
    unit: Unit
    top: Figure
    base: float
    low: float
    median: float
    high: float
    parts: Mapping[str, float]
    """What it adds up, by the part of a line, or by scope and category; empty where that does not add up to it."""
    factors: tuple[Figure, ...] = ()
    """Of its electricity; they are asked for together, as one intensity."""
    fixed: float | None = None
    """The total with electricity that emits nothing; None where it uses none."""
    intensity: float | None = None
    """What its electricity emits with upstream and losses, kgCO2e/kWh of the site."""

    @property
    def title(self) -> str:
        return self.chosen.title

    @property
    def inventory(self) -> Inventory:
        return self.chosen.inventory

    def at(self, intensity: float) -> float:
        """The total with electricity of another intensity; it follows it in proportion beside what is fixed."""
        assert self.fixed is not None
        assert self.intensity
        return self.fixed + (self.base - self.fixed) * intensity / self.intensity

    @property
    def made(self) -> float | None:
        """The share of the total that is manufacture; None where its parts are not told."""
        made = math.fsum(value for part, value in self.parts.items() if part.startswith("embodied"))
        return made / self.base if self.parts and self.base else None


@dataclass(frozen=True)
class Equal:
    """The value of an input at which two options come to the same, all else as stated."""

    name: str
    id: str
    unit: str
    of: str
    """The key of the option whose input it is; both keys where they share it."""
    stated: float
    at: float
    within: bool
    """Whether the value lies in the range that the input is given."""
    declared: bool
    """Whether the case states it, and no data set."""

    @property
    def times(self) -> float:
        return self.at / self.stated


@dataclass(frozen=True)
class Share:
    """An input, and its share of the variance of a difference, to first order."""

    name: str
    of: str
    share: float


@dataclass(frozen=True)
class Differs:
    """A choice or a declared value that two options have otherwise; empty where one lacks it."""

    id: str
    name: str
    option: str
    against: str


@dataclass(frozen=True)
class Difference:
    """An option less another, draw by draw."""

    option: Option
    against: Option
    base: float
    low: float
    median: float
    high: float
    probability: float
    """That the option is the lower."""
    error: float
    """Standard error of the probability."""
    equals: tuple[Equal, ...]
    """The nearest first."""
    shares: tuple[Share, ...]
    inputs: tuple[Differs, ...]

    @property
    def relative(self) -> float | None:
        """Of the other option's total."""
        return self.base / self.against.base if self.against.base else None

    @property
    def grid(self) -> float | None:
        """The intensity of electricity, the same for both, at which they are equal; None where there is none."""
        ends = [(one.fixed, one.intensity, one.base) for one in (self.option, self.against)]
        if any(fixed is None or not intensity for fixed, intensity, _ in ends):
            return None
        (fixed, slope), (fixed_of_other, slope_of_other) = (
            (fixed or 0.0, (base - (fixed or 0.0)) / (intensity or 1.0)) for fixed, intensity, base in ends
        )
        if math.isclose(slope, slope_of_other, rel_tol=1e-12):
            return None
        at = (fixed_of_other - fixed) / (slope - slope_of_other)
        return at if at > 0 else None


@dataclass(frozen=True)
class Comparison:
    """Options for one function, the first of them what the others are held against unless they say otherwise."""

    total: str
    name: str
    unit: str
    each: str
    """What is delivered."""
    reference: float
    """How much of it every total is for."""
    quality: str
    options: tuple[Option, ...]
    differences: tuple[Difference, ...]
    draws: int
    seed: int
    generator: str
    shared: int
    """Uncertain inputs that more than one option has, and that draw alike in them."""
    inputs: int
    """Uncertain inputs in all."""

    @property
    def lowest(self) -> Option:
        return min(self.options, key=lambda option: option.base)

    @property
    def notes(self) -> list[tuple[Option, str]]:
        """Why options stand for each other, by the option that says so."""
        return [(option, option.unit.note) for option in self.options if option.unit.note]

    @cached_property
    def equal_everywhere(self) -> bool:
        """Whether every option has an intensity of electricity that can be another."""
        return all(option.fixed is not None and option.intensity for option in self.options)


# --------------------------------------------------------------------------------------------------
# Which cases


def chosen_of(names: Sequence[str], *, scenarios: bool = False, datasets: Datasets | None = None) -> list[Chosen]:
    """The cases that are named, `case.yaml` or `case.yaml#scenario`; with `scenarios` each with its scenarios.

    A scenario without changes gives the case its name. Raises `CaseError`, and `KeyError` for an unknown scenario.
    """
    datasets = datasets or Datasets()
    found: list[Chosen] = []
    for name in names:
        path, scenario = split(name)
        first = _account(path, scenario, datasets)
        listed = first.case.scenarios if scenarios and scenario is None else ()
        own = [item for item in listed if not item.changes]
        start = len(found)
        found.append(Chosen(name, _title(path, scenario, first, datasets), first, 0, path))
        changed = [item for item in listed if item.changes]
        places = dict.fromkeys((item.key for item in own), start)
        places |= {item.key: start + 1 + position for position, item in enumerate(changed)}
        for item in changed:
            inventory = _account(path, item.key, datasets)
            against = places[item.against] if item.against else start
            found.append(Chosen(f"{name}#{item.key}", item.title, inventory, against, path, item.place))
    return found


def split(name: str) -> tuple[Path, str | None]:
    """The file and the scenario of `case.yaml#scenario`."""
    match = re.fullmatch(r"(.+\.ya?ml)#(.+)", name)
    return (Path(match[1]), match[2]) if match else (Path(name), None)


def _account(path: Path, scenario: str | None, datasets: Datasets) -> Inventory:
    inventory = run(path, datasets, scenario=scenario)
    if inventory.failed:
        raise CaseError(inventory.findings)
    return inventory


def _title(path: Path, scenario: str | None, inventory: Inventory, datasets: Datasets) -> str:
    """The name of an option: that of its scenario, else that of the case."""
    if scenario is None:
        return next((item.title for item in inventory.case.scenarios if not item.changes), inventory.case.title)
    return {item.key: item.title for item in run(path, datasets).case.scenarios}[scenario]


def scenarios_checked(path: Path, datasets: Datasets | None = None) -> tuple[Finding, ...]:
    """What keeps the scenarios of a case from being compared with it: their errors, and their functional units."""
    try:
        chosen = chosen_of([str(path)], scenarios=True, datasets=datasets)
    except CaseError as error:
        return tuple(found for found in error.findings if found.severity == "error")
    return tuple(units_differ(chosen))


def unit_of(inventory: Inventory) -> Unit:
    """What a case delivers: its functional unit, else what its only workload with such counts produces or serves."""
    case = inventory.case
    if stated := case.functional_unit:
        each = Service(stated.definition, stated.quantity, stated.place).each
        return Unit(each, stated.quality, stated.quantity, stated.equivalence_note, stated.place)
    found = []
    for workload in case.workloads.values():
        if workload.services:
            service = workload.services[0]
            found.append(Unit(service.each, "", service.count, "", service.place))
            continue
        for key, each in (("requests", "request"), ("tokens", "token")):
            figure = workload.figures.get(key)
            if figure is not None and isinstance(figure.reason, Given):
                found.append(Unit(each, "", figure, "", workload.places.get(key, workload.place)))
                break
    return found[0] if len(found) == 1 else Unit("", "", None, "", Place(case.path, 1, 1))


def units_differ(chosen: Sequence[Chosen]) -> Iterator[Finding]:
    """A finding for every option that delivers something else than the one that it is held against."""
    for option in chosen:
        against = chosen[option.against]
        mine, theirs = unit_of(option.inventory), unit_of(against.inventory)
        alike = not mine.each and not theirs.each and option.path == against.path
        if option is not against and not alike and not mine.same(theirs):
            words = {"option": option.title, "this": mine.words, "against": against.title, "that": theirs.words}
            yield finding("functional-units-differ", option.place or mine.place, **words)


def _plainly(words: str) -> str:
    return " ".join(words.casefold().split())


# --------------------------------------------------------------------------------------------------
# The comparison


def compare(chosen: Sequence[Chosen], total: str | None = None) -> Comparison:
    """Hold options against each other by a total of theirs.

    Raises `CaseError` where their functional units differ, `NotComparable` where an option lacks the total.
    """
    if problems := tuple(units_differ(chosen)):
        raise CaseError(problems)
    total = total or chosen[0].inventory.main
    units = [unit_of(option.inventory) for option in chosen]
    reference = _reference(units)
    tops, values = _tops(chosen, units, total, reference)
    known, names = _joint(tops, chosen)
    by_slope = [slopes(top, values) for top in tops]
    sampling = chosen[0].inventory.case.sampling
    draws = Draws(known, sampling, _ranked(known, names, by_slope), names)
    drawn = dict(fold(tops, values, known.shapes, draws.of))
    arrays = [drawn.get(top) for top in tops]
    options = tuple(
        _option(position, option, units[position], tops[position], values, arrays[position], total)
        for position, option in enumerate(chosen)
    )
    every = [_statements([top]) for top in tops]
    differences = tuple(
        _difference(one, option.against, options, arrays, draws.count, values, by_slope, every, known, names)
        for one, option in enumerate(chosen)
        if one != option.against
    )
    uses: dict[str, set[int]] = defaultdict(set)
    for position, top in enumerate(tops):
        for leaf in leaves([top]):
            if leaf in known.shapes:
                uses[names[leaf]].add(position)
    return Comparison(
        total,
        chosen[0].inventory.totals[total].name,
        plain(tops[0].unit),
        units[0].each,
        reference,
        units[0].quality,
        options,
        differences,
        draws.count,
        sampling.seed,
        draws.generator,
        sum(len(places) > 1 for places in uses.values()),
        len(uses),
    )


def _reference(units: Sequence[Unit]) -> float:
    """The quantity that totals are compared for: that which all options deliver, else one."""
    counts = {_value(unit.count) for unit in units}
    (only, *others) = counts
    return 1.0 if others or only is None else only


def _value(figure: Figure | None) -> float | None:
    return figure.reason.value if figure is not None and isinstance(figure.reason, Given) else None


def _tops(
    chosen: Sequence[Chosen], units: Sequence[Unit], total: str, reference: float
) -> tuple[list[Figure], dict[Figure, Any]]:
    """The total of every option for the reference quantity, and the values of all figures below."""
    values: dict[Figure, Any] = {}
    tops = []
    shared = _stated("functional_unit.reference", "Quantity compared for", reference)
    for position, (option, unit) in enumerate(zip(chosen, units, strict=True)):
        whole = option.inventory.totals.get(total)
        if whole is None or whole.unit not in TOTALS or option.inventory.value(whole) is None:
            known = [id for id, figure in option.inventory.totals.items() if figure.unit in TOTALS]
            raise NotComparable(f"{option.source} has no total `{total}`{nearest(total, known)}")
        # the count below the total, where there is one, is the same input by its id
        count = unit.count
        delivered = _stated("functional_unit.quantity", "Quantity delivered", reference)
        if count is not None:
            delivered = Figure(count.id, count.name, "service", count.reason)
        key, name = _key(position), f"{whole.name}, for the functional unit"
        inputs = {"whole": whole, "delivered": delivered, "reference": shared}
        tops.append(derive(f"option.{key}", name, for_functional_unit, **inputs))
        values |= option.inventory.values
    if len({top.unit for top in tops}) > 1:
        raise NotComparable(f"the totals `{total}` are of different kinds")
    return tops, values | {figure: value for figure, value in evaluate(tops).items() if figure not in values}


def _stated(id: str, name: str, value: float) -> Figure:
    return Figure(id, name, "service", Given(value, NONE, "declared"))


def _key(position: int) -> str:
    """A to Z, then A2, B2 …"""
    turn, letter = divmod(position, 26)
    return chr(ord("A") + letter) + (str(turn + 1) if turn else "")


def _statement(leaf: Figure) -> str:
    """All that decides whether two leaves of one id are one input: value, range and source."""
    given = leaf.reason
    assert isinstance(given, Given)
    spread = given.spread
    words = (given.value, spread and (spread.low, spread.high, spread.distribution), given.source)
    return "; ".join(map(str, words))


def _statements(tops: Iterable[Figure]) -> dict[tuple[str, str], list[Figure]]:
    """The leaves below by their id and what they state."""
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for leaf in leaves(tops):
        found[leaf.id, _statement(leaf)].append(leaf)
    return dict(found)


def _joint(tops: Sequence[Figure], chosen: Sequence[Chosen]) -> tuple[Uncertain, dict[Figure, str]]:
    """What may differ in any option, and the name under which each leaf draws.

    Leaves of one id draw alike where all of them state the same; else those that state the same do. Neither
    depends on the order of the options.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    for id, statement in _statements(tops):
        stated[id].add(statement)

    def name(leaf: Figure) -> str:
        return leaf.id if len(stated[leaf.id]) == 1 else f"{leaf.id} = {_statement(leaf)}"

    shapes: dict[Figure, Distribution] = {}
    groups: dict[Figure, str] = {}
    loading: dict[Figure, float] = {}
    names: dict[Figure, str] = {}
    for top, option in zip(tops, chosen, strict=True):
        own = uncertain([top], option.inventory.case.sampling.correlations)
        shapes |= own.shapes
        loading |= own.loading
        names |= {leaf: name(leaf) for leaf in own.shapes}
        members: dict[str, list[Figure]] = defaultdict(list)
        for leaf, group in own.groups.items():
            members[group].append(leaf)
        for group, together in members.items():
            alike = all(names[leaf] == leaf.id for leaf in together)
            groups |= dict.fromkeys(together, group if alike else "&".join(sorted(names[leaf] for leaf in together)))
    return Uncertain(shapes, groups, loading), names


def _ranked(known: Uncertain, names: Mapping[Figure, str], by_slope: Sequence[Mapping[Figure, float]]) -> list[str]:
    """One list of the inputs for all options, those that move any total most first."""
    moved: dict[str, float] = defaultdict(float)
    for leaf, shape in known.shapes.items():
        effect = max(abs(slope.get(leaf, 0.0) * shape.deviation) for slope in by_slope)
        moved[names[leaf]] = max(moved[names[leaf]], effect)
    return sorted(moved, key=lambda id: (-round(math.log2(moved[id]), 6) if moved[id] else math.inf, id))


def _option(
    position: int, chosen: Chosen, unit: Unit, top: Figure, values: Mapping[Figure, Any], array: Any, total: str
) -> Option:
    base = float(values[top])
    low, median, high = (base, base, base) if array is None else _quantiles(array)
    scale = base / whole if (whole := float(values[chosen.inventory.totals[total]])) else 0.0
    made = Option(_key(position), chosen, unit, top, base, low, median, high, _parts(chosen.inventory, total, scale))
    factors, fixed, intensity = _electricity(chosen.inventory, total, top)
    return replace(made, factors=factors, fixed=fixed, intensity=intensity)


def _quantiles(array: Any) -> tuple[float, float, float]:
    import numpy

    low, median, high = (float(value) for value in numpy.quantile(array, QUANTILES))
    return low, median, high


def _counted(inventory: Inventory, total: str) -> list[Line]:
    """The lines that a total of all of them adds up."""
    basis = "market" if "market" in total else "location"
    view = "workload" if inventory.case.boundary.subject == "workload" else "inventory"
    lines = (line for line in inventory.lines if line.basis in (basis, "both"))
    return [line for line in lines if line.scope > 0 and line.view == view]


def _parts(inventory: Inventory, total: str, scale: float) -> dict[str, float]:
    """What the total adds up, for the functional unit: of a workload by part, of an organisation by category."""
    parts: dict[str, float] = defaultdict(float)
    workload = inventory.case.boundary.subject == "workload"
    for line in _counted(inventory, total):
        part = line.part if workload else f"Scope {line.category}"
        parts[part] += scale * (inventory.value(line.figure) or 0.0)
    whole = scale * (inventory.value(total) or 0.0)
    return dict(parts) if math.isclose(math.fsum(parts.values()), whole, rel_tol=1e-6) else {}


def _electricity(
    inventory: Inventory, total: str, top: Figure
) -> tuple[tuple[Figure, ...], float | None, float | None]:
    """The factors of electricity, the total without what it emits, and what it emits per energy of the site."""
    factors: dict[Figure, float] = {}
    emitted = 0.0
    for line in _counted(inventory, total):
        reason = line.figure.reason
        if isinstance(reason, Derived) and line.part in ("operational", "upstream", "losses"):
            factors |= dict.fromkeys(reason.inputs.get("factor", ()), 0.0)
            emitted += inventory.value(line.figure) or 0.0 if "factor" in reason.inputs else 0.0
    energy = inventory.value("energy.site") if "energy.site" in inventory.totals else None
    if not factors or not energy or not emitted:
        return (), None, None
    return tuple(factors), float(evaluate([top], factors)[top]), emitted / energy


# --------------------------------------------------------------------------------------------------
# One option against another


def _difference(
    one: int,
    other: int,
    options: Sequence[Option],
    arrays: Sequence[Any],
    count: int,
    values: Mapping[Figure, Any],
    by_slope: Sequence[Mapping[Figure, float]],
    every: Sequence[Mapping[tuple[str, str], list[Figure]]],
    known: Uncertain,
    names: Mapping[Figure, str],
) -> Difference:
    option, against = options[one], options[other]
    left, right = (options[at].base if (array := arrays[at]) is None else array for at in (one, other))
    drawn = difference_of_options(left, right)
    base = float(difference_of_options(option.base, against.base))
    if isinstance(drawn, float):
        low, median, high, probability = base, base, base, float(base < 0)
    else:
        low, median, high = _quantiles(drawn)
        probability = float((drawn < 0).mean())
    return Difference(
        option,
        against,
        base,
        low,
        median,
        high,
        probability,
        math.sqrt(probability * (1 - probability) / count),
        tuple(_equals(one, other, options, values, by_slope, every)),
        tuple(_shares(one, other, options, by_slope, known, names)),
        tuple(_inputs(option, against, every[one], every[other])),
    )


def _equals(
    one: int,
    other: int,
    options: Sequence[Option],
    values: Mapping[Figure, Any],
    by_slope: Sequence[Mapping[Figure, float]],
    every: Sequence[Mapping[tuple[str, str], list[Figure]]],
) -> list[Equal]:
    """The values of single inputs at which both come to the same; what both state alike moves in both."""
    option, against = options[one], options[other]
    base = option.base - against.base
    if not base:
        return []
    sides = [Downstream(side.top, values) for side in (option, against)]
    of_grid = set(leaves([*option.factors, *against.factors]))
    asked = []
    for statement in {**every[one], **every[other]}:
        mine, theirs = every[one].get(statement, []), every[other].get(statement, [])
        leaf = (mine or theirs)[0]
        stated = _value(leaf)
        slope = sum(by_slope[one][item] for item in mine) - sum(by_slope[other][item] for item in theirs)
        if stated and slope and leaf not in of_grid and leaf.id != "functional_unit.reference" and not _fixed(leaf):
            asked.append((abs(slope * stated), leaf, slope, mine, theirs))
    asked.sort(key=lambda item: (-item[0], item[1].id))
    found = []
    for _, leaf, slope, mine, theirs in asked[:SOUGHT]:
        stated = _value(leaf) or 0.0
        at = root_of(_apart(sides, mine, theirs), stated, base, slope, max(abs(option.base), abs(against.base)))
        if at is None or not 1 / FAR <= at / stated <= FAR or not _possible(leaf, at):
            continue
        if _turns_negative([option.top, against.top], values, dict.fromkeys([*mine, *theirs], at)):
            continue
        of = f"{option.key} and {against.key}" if mine and theirs else (option if mine else against).key
        found.append(Equal(leaf.name, leaf.id, leaf.unit, of, stated, at, _within(leaf, at), _declared(leaf)))
    return sorted(found, key=lambda item: (abs(math.log(item.times)), item.id))


def _apart(sides: Sequence[Downstream], mine: Sequence[Figure], theirs: Sequence[Figure]) -> Callable[[float], float]:
    """How far apart both are when an input has another value."""
    option, against = sides

    def apart(value: float) -> float:
        return option.top(dict.fromkeys(mine, value)) - against.top(dict.fromkeys(theirs, value))

    return apart


def _turns_negative(tops: Sequence[Figure], values: Mapping[Figure, Any], changed: Mapping[Figure, float]) -> bool:
    """Whether a figure falls below zero that does not as stated: more hours of work than there are, say."""
    found = evaluate(tops, changed)
    return any(value < 0 <= values[figure] for figure, value in found.items() if value is not None)


def _fixed(leaf: Figure) -> bool:
    """Whether a leaf is a convention or a count of parts, which nobody would ask to be otherwise."""
    given = leaf.reason
    declared = isinstance(given, Given) and given.quality in ("declared", "measured")
    return leaf.unit.startswith("kgCO2e/kg") or (not declared and bool(WITHOUT_RANGE.fullmatch(leaf.unit)))


SECTIONS: Mapping[str, type[Section]] = {
    "facilities": FacilitySection,
    "hardware": HardwareSection,
    "workloads": WorkloadSection,
}


def _possible(leaf: Figure, value: float) -> bool:
    """Whether an input can have a value: within the bounds of its field, a share not above the whole."""
    section, _, rest = leaf.id.partition(".")
    fields = SECTIONS[section].model_fields if section in SECTIONS else {}
    key = rest.rpartition(".")[2]
    bounds = (
        next((item for item in fields[key].metadata if isinstance(item, Quantity)), None) if key in fields else None
    )
    if bounds is not None:
        least, most = bounds.least, bounds.most
        return (least is None or value >= least) and (most is None or value <= most)
    if leaf.unit == "kWh_site/kWh_it":
        return value >= 1
    return not (leaf.unit == "1" and (_value(leaf) or 0.0) <= 1 < value)


def _within(leaf: Figure, value: float) -> bool:
    spread = leaf.reason.spread if isinstance(leaf.reason, Given) else None
    return spread is not None and spread.low <= value <= spread.high


def _shares(
    one: int,
    other: int,
    options: Sequence[Option],
    by_slope: Sequence[Mapping[Figure, float]],
    known: Uncertain,
    names: Mapping[Figure, str],
) -> list[Share]:
    """What the spread of the difference comes from, to first order, inputs independent of each other."""
    effects: dict[str, float] = defaultdict(float)
    users: dict[str, dict[str, None]] = defaultdict(dict)
    leaf_of: dict[str, Figure] = {}
    for leaf, shape in known.shapes.items():
        for position, sign in ((one, 1), (other, -1)):
            if leaf in by_slope[position]:
                effects[names[leaf]] += sign * by_slope[position][leaf] * shape.deviation
                users[names[leaf]][options[position].key] = None
                leaf_of[names[leaf]] = leaf
    variance = math.fsum(effect * effect for effect in effects.values())
    if not variance:
        return []
    shares = [
        Share(leaf_of[name].name, " and ".join(users[name]), effect * effect / variance)
        for name, effect in effects.items()
        if effect
    ]
    return sorted(shares, key=lambda item: (-item.share, item.name))[:SHARES]


def _inputs(
    option: Option,
    against: Option,
    mine: Mapping[tuple[str, str], list[Figure]],
    theirs: Mapping[tuple[str, str], list[Figure]],
) -> Iterator[Differs]:
    """What both have otherwise: declared values first, then what was taken from the data sets."""
    sides = []
    for own, other in ((mine, theirs), (theirs, mine)):
        differing = (group[0] for statement, group in own.items() if statement not in other)
        sides.append({leaf.id: leaf for leaf in differing if _declared(leaf)})
    for id in dict.fromkeys([*sides[0], *sides[1]]):
        leaf = sides[0].get(id) or sides[1][id]
        yield Differs(id, leaf.name, *(_written(side.get(id)) for side in sides))
    taken = []
    for side in (option, against):
        below = set(leaves([side.top]))
        made = (item for item in side.inventory.decisions if not item.figures or below & set(item.figures))
        taken.append({item.id: item for item in made})
    for id in dict.fromkeys([*taken[0], *taken[1]]):
        words = [side[id].taken if id in side else "" for side in taken]
        if words[0] != words[1]:
            yield Differs(id, (taken[0].get(id) or taken[1][id]).question, *words)


def _declared(leaf: Figure) -> bool:
    return isinstance(leaf.reason, Given) and leaf.reason.quality in ("declared", "measured")


def _written(leaf: Figure | None) -> str:
    if leaf is None or not isinstance(leaf.reason, Given):
        return ""
    return leaf.reason.written or quantity(leaf.reason.value, leaf.unit)
