"""What is declared, and what the data sets hold: the nouns of a case.

    Case                        everything declared, nothing yet looked up, and what was found in reading it
      Boundary                  subject, Period, GWP set, Exclusions and Judgements of significance with their reasons
      Organisation, Entity      who reports, what belongs to it, how it consolidates
      Facility                  a place: its PUE, its water, its Instruments, what it says of its Grid
      Activity                  something that happened beside the workloads, and its given Figures
      Asset                     hardware: so many devices of a kind, in a host, at a facility
      Workload                  something that ran: kind, on which asset, its given Figures, its Records and Services
      BaseYear, Recalculation   what progress is measured against, and what changed it since
      Beside                    what changes nothing in an inventory: Targets, Credits, misstatements
      Claim                     a figure that somebody published, to be held against ours
      Sampling, Scenario        how uncertainty is drawn, the case with other choices; FunctionalUnit, Budget
    Factor                      a published value with its validity: kind, region, dates
    Finding                     slug, severity, message, place, remedy

All are frozen. `figure` is what they are made of, `inventory` what they come to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from lca.figure import Figure, Place

Severity = Literal["error", "warning", "note"]
Approach = Literal["operational-control", "financial-control", "equity-share"]


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
    significance: tuple[Judgement, ...] = ()
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
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Whether an indirect source counts, by which criteria, and how large it was estimated to be."""

    source: str
    """A category of the GHG Protocol, `3.6`, or of ISO 14064-1, `iso.3`."""
    criteria: tuple[str, ...]
    significant: bool
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
    evidence: str | None = None


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
    unsaid: tuple[str, ...] = ()
    """Of `equity financial_control operational_control`, those that the case leaves to their defaults."""

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
    """Description, address, legal id, country, who is responsible: those declared."""
    place: Place
    threshold: Figure | None = None
    """Share of the total from which something left out is large; None where the case declares none."""


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
    base_year_place: Place
    scopes: tuple[str, ...] = ()
    basis: str | None = None


@dataclass(frozen=True)
class Credit:
    """Carbon credits that were bought and retired, and where that can be looked up."""

    name: str
    volume: Figure
    scheme: str | None
    vintage: str | None
    retirement: str | None


@dataclass(frozen=True)
class Equivalence:
    """Something familiar in which a footprint is counted."""

    name: str
    each: Figure


@dataclass(frozen=True)
class Beside:
    """What is shown beside an inventory and changes nothing in it."""

    targets: tuple[Target, ...] = ()
    credits: tuple[Credit, ...] = ()
    price: Figure | None = None
    misstatements: Mapping[str, Figure] = field(default_factory=dict)
    materiality: Figure | None = None
    equivalences: tuple[Equivalence, ...] = ()


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
    """Market, key and idle of its attribution, kind of its lease: those declared."""

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
    lease: str | None = None

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
        for ending, one in PLURALS:
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


FEWEST_DRAWS, MOST_DRAWS = 256, 1_000_000
"""Sixteen replicates of sixteen, below which a quantile has no error worth its name; and what memory holds, where
every figure that waits for another has so many numbers."""
LARGEST_SEED = 2**32 - 1
"""What every generator takes."""


@dataclass(frozen=True)
class Sampling:
    """How uncertainty is drawn."""

    draws: int = 16384
    seed: int = 1
    generator: Literal["pcg64", "sobol"] = "pcg64"
    correlations: tuple[Correlation, ...] = ()


@dataclass(frozen=True)
class FunctionalUnit:
    """What a case delivers, so that it may be held against another."""

    definition: str
    quantity: Figure
    quality: str
    equivalence_note: str
    place: Place


@dataclass(frozen=True)
class Scenario:
    """The case with other choices; `read` of a case takes its key."""

    key: str
    title: str
    place: Place
    against: str | None = None
    """The scenario that it is held against; None for the case itself."""
    changes: bool = True
    """Whether anything is otherwise; if not, it names the case itself."""


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
    """Those of the table that the case names."""
    matching: str = "annual"
    """Whether contracts are matched within each month or hour, beside the year."""
    sampling: Sampling = Sampling()
    budgets: tuple[Budget, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    functional_unit: FunctionalUnit | None = None
    findings: tuple[Finding, ...] = ()
    """What was found in reading it and the records that it names."""
    left_out: frozenset[str] = frozenset()
    """Of `upstream losses embodied`, what the convention of a peer does not count, where the case is put under one."""


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
