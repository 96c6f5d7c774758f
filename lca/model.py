"""The nouns.

    Case                        everything declared, nothing yet looked up, and what was found in reading it
      Boundary                  subject, Period, GWP set, Exclusions with their reasons
      Organisation, Entity      who reports, what belongs to it, how it consolidates
      Facility                  a place: its PUE, its water, its Instruments, what it says of its Grid
      Activity                  something that happened beside the workloads, and its given Figures
      Asset                     hardware: so many devices of a kind, in a host, at a facility
      Workload                  something that ran: kind, on which asset, its given Figures, its Records and Services
      Claim                     a figure that somebody published, to be held against ours
    Factor                      a published value with its validity: kind, region, dates
    Figure                      name, unit, reason
      Given | Derived           value + source + Place + quality + Spread  |  equation + inputs
    Line                        one posting: activity → scope, category, ISO category, basis, view : Figure
    Decision                    what was taken, from which Candidates, by which rule
    Finding                     slug, severity, message, place, remedy
    Inventory                   case + lines + totals + decisions + findings + the value of every figure
    Analysis                    the interval of a total, and the Swing of each input that moves it

All are frozen. A figure is itself: two figures are the same when they are the same object, so a factor
that forty lines use is one figure and moves all forty together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, Literal

from lca.distribution import Distribution, of_range
from lca.equation import Equation
from lca.expression import Expression

Quality = Literal["measured", "declared", "dataset", "assumed"]
"""measured: read from an instrument's record; declared: stated by the author of the case;
dataset: published for this thing; assumed: published for something else, or in general, and taken
because nobody said better."""

Severity = Literal["error", "warning", "note"]
Approach = Literal["operational-control", "financial-control", "equity-share"]
Basis = Literal["location", "market", "both"]
View = Literal["workload", "inventory"]


@dataclass(frozen=True, order=True)
class Place:
    """Where something was written: file, line, column (both from 1; 0 is the file as a whole)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True)
class Spread:
    """The range of a value, and who says so: its 95 % interval, or the ends of a shape that has ends."""

    low: float
    high: float
    reason: str
    distribution: Distribution | None = None
    """The shape, where one is declared or follows from the source; else that of a range (`distribution.of_range`)."""

    def around(self, value: float) -> Distribution:
        """The shape of a value with this spread."""
        return self.distribution or of_range(value, self.low, self.high)

    def scaled(self, factor: float) -> Spread:
        """The spread of so many times the value, as in another unit."""
        shape = self.distribution.scaled(factor) if self.distribution else None
        return Spread(self.low * factor, self.high * factor, self.reason, shape)


@dataclass(frozen=True)
class Given:
    """A leaf: a value with the one who states it. A value of None is a gap."""

    value: float | None
    place: Place
    quality: Quality
    source: str | None = None
    """A key of the bibliography, or a file of evidence, or None when the case itself is the authority."""
    page: str | None = None
    spread: Spread | None = None
    note: str | None = None
    written: str | None = None
    """The value as its author wrote it, unit included."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """A node: an equation and the figures that go into it, by parameter, in order."""

    equation: Equation
    inputs: Mapping[str, tuple[Figure, ...]]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All inputs, in order."""
        return tuple(chain.from_iterable(self.inputs.values()))

    @property
    def slots(self) -> Mapping[str, Sequence[str]]:
        """A name for every input, by parameter; repeated ones are numbered."""
        return self.equation.filled(self._counts)[0]

    @property
    def expression(self) -> Expression:
        """The equation over the names of its inputs."""
        return self.equation.filled(self._counts)[1]

    @property
    def _counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.inputs.values()))


@dataclass(frozen=True, eq=False)
class Figure:
    """A quantity with its reason. `unit` may name a kind (`kWh_it`)."""

    id: str
    name: str
    unit: str
    reason: Given | Derived

    @property
    def inputs(self) -> tuple[Figure, ...]:
        return () if isinstance(self.reason, Given) else self.reason.figures

    def __repr__(self) -> str:
        return f"Figure({self.id!r}, {self.unit!r})"


def derive(id: str, name: str, equation: Equation, **inputs: Figure | Sequence[Figure]) -> Figure:
    """Link figures through an equation. Nothing is computed; units must be exactly those declared.

    Raises `TypeError` when an input is missing, unknown, or of another unit or kind.
    """
    if inputs.keys() != equation.parameters.keys():
        raise TypeError(f"{equation.name} takes {', '.join(equation.parameters)}; given {', '.join(inputs)}")
    linked: dict[str, tuple[Figure, ...]] = {}
    shown: list[tuple[str, ...]] = []
    for key, parameter in equation.parameters.items():
        given = inputs[key]
        figures = (given,) if isinstance(given, Figure) else tuple(given)
        if not figures or (len(figures) > 1 and not parameter.many):
            raise TypeError(f"{equation.name}({key}): {len(figures)} figures")
        linked[key] = figures
        shown.append((given.unit,) if isinstance(given, Figure) else tuple(dict.fromkeys(one.unit for one in figures)))
    unit, misfit = equation.unit_for(tuple(shown))
    if misfit:
        key, wrong, allowed = misfit
        figure = next(one for one in linked[key] if one.unit == wrong)
        raise TypeError(f"{equation.name}({key}): {wrong} is not {allowed} ({figure.id})")
    return Figure(id, name, unit, Derived(equation, linked))


def walk(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Every figure below the given ones and these, once each, inputs before what uses them."""
    seen: set[Figure] = set()
    stack: list[Figure | None] = [*figures]
    stack.reverse()
    ready: list[Figure] = []
    while stack:
        figure = stack.pop()
        if figure is None:  # all below the figure at the top of `ready` has been met
            yield ready.pop()
        elif figure not in seen:
            seen.add(figure)
            reason = figure.reason
            if isinstance(reason, Given):
                yield figure
            else:
                ready.append(figure)
                stack.append(None)
                stack += reason.figures[::-1]


def leaves(figures: Iterable[Figure]) -> list[Figure]:
    """The given figures below the given ones, in the order in which they are met."""
    return [figure for figure in walk(figures) if isinstance(figure.reason, Given)]


@dataclass(frozen=True)
class Period:
    """First and last day, both inside."""

    start: date
    end: date

    @property
    def year(self) -> int:
        """The calendar year in which most of the period lies; the earlier one when equal."""
        return self.middle.year

    @property
    def middle(self) -> date:
        """The day in its middle; the earlier one of two."""
        return date.fromordinal(self.start.toordinal() + (self.end.toordinal() - self.start.toordinal()) // 2)


@dataclass(frozen=True)
class Boundary:
    """What is accounted for."""

    subject: Literal["workload", "organisation"]
    period: Period | None
    gwp_set: str
    gwp_place: Place
    exclusions: tuple[Exclusion, ...] = ()
    period_place: Place | None = None
    early_retirement: str = "write-off"
    """Who bears what an early retirement leaves: a line of its own, or those who used the asset last."""


@dataclass(frozen=True)
class Exclusion:
    """Something left out on purpose, why, and how large it was estimated to be."""

    what: str
    reason: str
    place: Place
    screening: Figure | None = None


@dataclass(frozen=True)
class Instrument:
    """A contract for electricity: its factor, and the share or the volume of consumption that it covers."""

    key: str
    """Its path in the case."""
    kind: str
    name: str
    market: str
    """Where it may be applied, for one that belongs to no facility."""
    criteria: Mapping[str, str]
    """Of the Scope 2 Quality Criteria, those answered: yes or no."""
    figures: Mapping[str, Figure]
    """Of `factor covers volume`, those declared."""
    place: Place


@dataclass(frozen=True)
class Entity:
    """A company, a branch, a joint venture: what of it is ours, and what we control."""

    id: str
    name: str
    equity: Figure | None
    """Share of the economic interest; None for the whole."""
    financial_control: bool
    operational_control: bool
    reason: str | None
    place: Place

    @property
    def key(self) -> str:
        """Its path in the case."""
        return f"entities.{self.id}"


@dataclass(frozen=True)
class Organisation:
    """Who reports, and how it consolidates."""

    name: str
    consolidation: Approach
    words: Mapping[str, str]
    """Description, address, legal id, who is responsible: those declared."""
    place: Place


@dataclass(frozen=True)
class BaseYear:
    """The inventory against which progress is measured, as it was reported, and the policy of its recalculation."""

    year: int
    reason: str
    figures: Mapping[str, Figure]
    """Of `scope1 location market scope3`, those declared."""
    threshold: Figure
    policy: str
    """Which test decides: net, or absolute."""
    place: Place


@dataclass(frozen=True)
class Recalculation:
    """A change that touches the base year."""

    key: str
    date: str
    what: str
    trigger: str
    figures: Mapping[str, Figure]
    place: Place


@dataclass(frozen=True)
class Target:
    """A contraction of emissions until a year, and the rule of its rate."""

    key: str
    name: str
    method: str
    """fixed, anchored or residual."""
    base_year: int
    year: int
    anchor: int | None
    net_zero: int | None
    figures: Mapping[str, Figure]
    """Of `base rate reduction`, those declared."""
    place: Place


@dataclass(frozen=True)
class Beside:
    """What is shown beside an inventory and changes nothing in it."""

    targets: tuple[Target, ...] = ()
    credits: tuple[Figure, ...] = ()
    price: Figure | None = None
    misstatements: Mapping[str, Figure] = field(default_factory=dict)
    materiality: Figure | None = None


@dataclass(frozen=True)
class Activity:
    """Something that happened beside the workloads: fuel burnt, a gas released, goods moved, a flight taken."""

    key: str
    """Its path in the case; the ids of its figures begin with it."""
    kind: str
    """The list of the case that it stands in: fuels, refrigerants, travel, purchases …"""
    title: str
    facility: str | None
    entity: str | None
    region: str | None
    """Where its factor is looked up: as it says, else where its facility stands."""
    words: Mapping[str, str]
    """What it says in words: the fuel, the mode, the treatment."""
    figures: Mapping[str, Figure]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Facility:
    """A place where hardware runs."""

    id: str
    location: str | None
    figures: Mapping[str, Figure]
    """Of `pue wue grid upstream losses source_water scarcity residual_mix metered generated`, those declared."""
    instruments: tuple[Instrument, ...]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    entity: str | None = None
    owned: str | None = None
    control: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its path in the case; the ids of its figures begin with it."""
        return f"facilities.{self.id}"


@dataclass(frozen=True)
class Grid:
    """Factors of a facility's electricity; None where not quantified."""

    generation: Figure | None
    upstream: Figure | None
    losses: Figure | None


@dataclass(frozen=True)
class Part:
    """Something that a machine is made of: so many pieces of a kind."""

    kind: str
    """cpu, memory, ssd, hdd, power_supply, motherboard, assembly, case, gpu, other"""
    name: str
    key: str
    """Its path in the case; the ids of its figures begin with it."""
    figures: Mapping[str, Figure]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    form: str = ""
    """rack or blade, of a case"""


@dataclass(frozen=True)
class Machine:
    """What is known of the manufacture of a device or a node beside published footprints."""

    by_parts: Mapping[str, Figure] = field(default_factory=dict)
    """By the model of its parts: gwp, adpe, pe."""
    by_convention: Figure | None = None
    """By the convention that the case names for servers."""
    declared: bool = False
    """Whether the case describes the parts, and not the data sets."""


@dataclass(frozen=True)
class Asset:
    """So many devices of one kind."""

    id: str
    device: str | None
    host: str | None
    facility: str
    owned: str | None
    control: str | None
    figures: Mapping[str, Figure]
    """Of `count power idle_power host_power power_share memory embodied host_embodied per_node lifetime
    lifetime_utilisation reserved`, those declared."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    acquired: date | None = None
    retired: date | None = None
    parts: tuple[Part, ...] = ()
    """What one device is made of, where the case describes it."""
    host_parts: tuple[Part, ...] = ()
    """What one node is made of beside its devices."""
    power_curve: tuple[CurvePoint, ...] = ()
    """Power over utilisation, lowest utilisation first."""

    @property
    def key(self) -> str:
        """Its path in the case; the ids of its figures begin with it."""
        return f"hardware.{self.id}"


@dataclass(frozen=True)
class CurvePoint:
    """A point of a power curve: a utilisation, and the share of the full power that is drawn there."""

    at: Figure
    share: Figure
    place: Place


PLURALS = ((r"([a-z]{2})ies$", r"\1y"), (r"(ch|sh|ss|x)es$", r"\1"), (r"([a-z]{2}[^aius\W])s$", r"\1"))
"""Endings of many things, and of one."""


@dataclass(frozen=True)
class Service:
    """What a workload delivers: so many of a unit."""

    unit: str
    count: Figure
    place: Place

    @property
    def each(self) -> str:
        """One of what is delivered: a `token` of `tokens`."""
        for ending, one in (
            (r"([a-z]{2})ies$", r"\1y"),
            (r"(ch|sh|ss|x)es$", r"\1"),
            (r"([a-z]{2}[^aius\W])s$", r"\1"),
        ):
            if re.search(ending, self.unit):
                return re.sub(ending, one, self.unit)
        return self.unit


@dataclass(frozen=True)
class Record:
    """Foreign evidence, read: a power log, a CodeCarbon file."""

    format: str
    path: str
    sha256: str
    figures: Mapping[str, Figure]
    facts: Mapping[str, str]
    """What the record says in words: devices, dates, country, versions."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """Which measured configuration of inference a workload asks for; None where it leaves the choice open."""

    model: str
    task: str | None
    gpu: str | None
    gpus: Figure | None
    place: Place
    places: Mapping[str, Place]


@dataclass(frozen=True)
class Workload:
    """Something that ran on an asset."""

    id: str
    kind: str
    title: str
    asset: str
    measured_at: str | None
    figures: Mapping[str, Figure]
    """Of `duration device_hours power utilisation energy accelerator_energy host_energy site_energy
    operational embodied`, those declared or measured; of inference those of `schema.inference` too; and the `pue`
    that a record was written with."""
    services: tuple[Service, ...]
    records: tuple[Record, ...]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    measurement: Measurement | None = None

    @property
    def key(self) -> str:
        """Its path in the case; the ids of its figures begin with it."""
        return f"workloads.{self.id}"


@dataclass(frozen=True)
class Claim:
    """A figure that somebody published, as written."""

    total: str
    written: str
    source: str
    note: str | None
    place: Place
    total_place: Place


@dataclass(frozen=True)
class Correlation:
    """Leaves, by their ids, that tend to be wrong together: each pair by the coefficient, -1 to 1."""

    figures: tuple[str, ...]
    coefficient: float
    place: Place


@dataclass(frozen=True)
class Sampling:
    """How uncertainty is drawn."""

    draws: int = 16384
    seed: int = 1
    generator: Literal["sobol", "pcg64"] = "sobol"
    correlations: tuple[Correlation, ...] = ()


@dataclass(frozen=True)
class Budget:
    """What a total may come to in the period: a Given in the total's unit."""

    key: str
    name: str
    total: str
    limit: Figure
    place: Place


@dataclass(frozen=True)
class Case:
    """Everything declared, nothing yet looked up."""

    path: str
    title: str
    boundary: Boundary
    facilities: Mapping[str, Facility]
    assets: Mapping[str, Asset]
    workloads: Mapping[str, Workload]
    activities: tuple[Activity, ...]
    organisation: Organisation | None
    entities: Mapping[str, Entity]
    instruments: tuple[Instrument, ...]
    """Those that belong to a market, not to a facility."""
    base_year: BaseYear | None
    recalculations: tuple[Recalculation, ...]
    beside: Beside
    claims: tuple[Claim, ...]
    conventions: Mapping[str, tuple[str, Place]]
    """Which peer's convention is followed for which choice: memory_power → green-algorithms."""
    notes: tuple[str, ...]
    verification: str | None
    files: Mapping[str, str]
    """Every file read, by its path as the case names it, with its SHA-256."""
    document: Mapping[str, Any]
    """The case as written, in plain data."""
    residual_mixes: tuple[Factor, ...] = ()
    matching: str = "annual"
    sampling: Sampling = Sampling()
    budgets: tuple[Budget, ...] = ()
    """Whether contracts are matched within each month or hour, beside the year."""
    """Those of the table that the case names."""
    findings: tuple[Finding, ...] = ()
    """What was found in reading it and the records that it names."""


@dataclass(frozen=True)
class Factor:
    """A published figure with its validity."""

    id: str
    kind: str
    region: str
    start: date | None
    end: date | None
    value: float
    unit: str
    low: float | None
    high: float | None
    quality: str
    source: str
    page: str
    note: str
    place: Place
    attributes: Mapping[str, str]
    written: str


@dataclass(frozen=True)
class Candidate:
    """A factor that was looked at, and why it was taken or passed over."""

    factor: str
    verdict: str
    place: Place | None = None


@dataclass(frozen=True)
class Decision:
    """What was taken, from which candidates, by which rule."""

    id: str
    question: str
    taken: str
    rule: str
    figures: tuple[Figure, ...] = ()
    """The leaves that were taken; they move together in a sensitivity analysis."""
    candidates: tuple[Candidate, ...] = ()
    place: Place | None = None
    assumed: bool = False
    """Whether nobody declared it: it belongs in the register of assumptions."""
    source: str | None = None
    gives: Figure | None = None
    """What follows from what was taken, where that is a figure of its own."""
    alternatives: tuple[Figure, ...] = ()
    """Figures that answer the same question and were not taken; computed, so that they can be shown."""


@dataclass(frozen=True, order=True)
class Finding:
    """A problem, where it is, why it matters, and what to do."""

    place: Place
    slug: str
    severity: Severity = field(compare=False)
    message: str
    why: str = field(compare=False, default="")
    remedy: str = field(compare=False, default="")

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity} {self.slug}: {self.message}"
        return "\n".join([text, *(f"    {line}" for line in (self.why, self.remedy) if line)])


@dataclass(frozen=True)
class Line:
    """One posting."""

    activity: str
    part: str
    """operational, upstream, losses, embodied, idle, release, combustion, biogenic …"""
    scope: int
    """1 to 3; 0 for what stands outside the scopes: biogenic CO2, credits"""
    category: str
    """`2` for scope 2, `3.2` for category 2 of scope 3"""
    iso: str
    basis: Basis
    view: View
    figure: Figure
    rule: str
    """Which rule put it there."""
    facility: str | None = None
    entity: str | None = None
    gas: str = ""
    """Which gas, for what is known by gas."""
    method: str = ""
    """How something bought was quantified: supplier, activity, spend; stated figures are the supplier's."""


@dataclass(frozen=True)
class Inventory:
    """What `compute` returns: the case accounted for."""

    case: Case
    lines: tuple[Line, ...]
    totals: Mapping[str, Figure]
    """Stable id → figure, in the order of a report."""
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    values: Mapping[Figure, float | None]
    sources: Mapping[str, Mapping[str, Any]]
    """The bibliography entries that the figures cite."""
    datasets: Mapping[str, str]
    """Every file of the data sets that was read, with its SHA-256."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the data sets call the devices, hosts and locations that the case names."""

    @property
    def roots(self) -> tuple[Figure, ...]:
        """The totals, and what was looked at beside them and not taken."""
        beside = (figure for decision in self.decisions for figure in decision.alternatives)
        return (*self.totals.values(), *beside)

    def value(self, figure: Figure | str) -> float | None:
        """The number of a figure, or of a total by its id, in the figure's unit."""
        return self.values[self.totals[figure] if isinstance(figure, str) else figure]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    def total(self, id: str) -> Any:
        """A total as a pint quantity in plain units. Raises `KeyError` for an id that the case lacks."""
        from lca import units

        figure = self.totals[id]
        return units.quantity(self.values[figure], figure.unit)

    def frame(self) -> Any:
        """The lines as a pandas frame: one row a line, value in kgCO2e."""
        import pandas

        columns = ("activity", "part", "scope", "category", "iso", "basis", "view", "rule")
        rows = [
            {
                **{name: getattr(line, name) for name in columns},
                "figure": line.figure.id,
                "value": self.value(line.figure),
            }
            for line in self.lines
        ]
        return pandas.DataFrame(rows, columns=[*columns, "figure", "value"])


@dataclass(frozen=True)
class Swing:
    """What one input, or one group that moves together, does to a total."""

    id: str
    name: str
    leaves: tuple[Figure, ...]
    at_low: float
    at_high: float
    reason: str

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Analysis:
    """How sure a total is, and what moves it."""

    total: str
    base: float
    low: float
    high: float
    swings: tuple[Swing, ...]
    without_spread: tuple[Figure, ...]
    method: str
