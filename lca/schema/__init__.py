"""The face of the YAML: which fields there are, what each means, which unit and kind it has.

The text after a field is its manual; the JSON Schema for editors is generated from it. A quantity is
written `14.5 h`, or in full with its evidence:

    pue: {value: 1.25, quality: measured, source: evidence/pue.pdf, low: 1.20, high: 1.32, note: …}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from lca.schema.activity import ActivitiesSection
from lca.schema.analysis import BudgetSection, FunctionalUnitSection, ScenarioSection, UncertaintySection
from lca.schema.beside import AssuranceSection, CreditSection, EquivalenceSection, PriceSection, TargetSection
from lca.schema.facility import FacilitySection, InstrumentSection
from lca.schema.hardware import HardwareSection
from lca.schema.organisation import (
    BaseYearSection,
    EntitySection,
    OrganisationSection,
    RecalculationSection,
    SignificanceSection,
)
from lca.schema.quantity import Day, Quantity, Section, Sentence, Words
from lca.schema.workload import WorkloadSection


class PeriodSection(Section):
    """The time that the case is about."""

    start: Day
    """First day."""
    end: Day
    """Last day."""


class ClaimSection(Section):
    """A figure that somebody published, to be held against this case."""

    total: Words
    """The id of the total that it states: total, operational, energy.it, sci, recorded.emissions …"""
    value: Words
    """As published, with its unit."""
    source: Sentence
    """Who says so, and where."""
    note: str | None = None
    """A remark, printed beside it."""


class ExclusionSection(Section):
    """Something left out on purpose."""

    what: Sentence
    """What is left out."""
    reason: Sentence
    """Why."""
    categories: tuple[Words, ...] = ()
    """Of which categories it is all or a part: `3.9`, `1.2`."""
    screening: Annotated[Any, Quantity("kgCO2e", "screening estimate", usual="tCO2e", least=0)] = None
    """How large it was estimated to be."""


class ConventionsSection(Section):
    """Whose convention is followed, by the name of the peer: green-algorithms, codecarbon, boavizta …"""

    memory_power: Words | None = None
    """Power of memory."""
    idle_share: Words | None = None
    """Idle power as a share of full power."""
    lifetime: Words | None = None
    """Lifetime of the hardware."""
    accelerator_embodied: Words | None = None
    """Manufacture of one accelerator."""
    parts_embodied: Words | None = None
    """Manufacture by the model of parts, where these are known, before what is published: boavizta."""
    pue: Words | None = None
    """PUE."""
    inference: Words | None = None
    """Energy and time of a token from the size of a model, with server, manufacture and lifetime: ecologits."""
    power_curve: Words | None = None
    """Power of a processor over its utilisation."""
    ssd_power: Words | None = None
    """Power of storage on solid-state disks."""
    hdd_power: Words | None = None
    """Power of storage on hard disks."""
    network_energy: Words | None = None
    """Energy per data sent."""
    server_embodied: Words | None = None
    """Manufacture of a server: a base, and so much for each part beyond it."""


class ResidualMixSection(Section):
    """Factors of electricity that no contract covers, by country and year."""

    table: Words
    """A copy of `datasets/factors/residual-mix/template.csv`, filled in."""


class CaseSection(Section):
    """A case: what is accounted for, and everything known about it."""

    lca: Literal["1"]
    """Version of this form."""
    title: Words
    """The headline of the report."""
    include: tuple[str, ...] = ()
    """Files whose sections are read as if they stood here."""
    subject: Literal["workload", "organisation"] = "workload"
    """What the case is about."""
    period: PeriodSection | None = None
    organisation: OrganisationSection | None = None
    """Who reports; needed when the subject is an organisation."""
    entities: dict[str, EntitySection] = Field(default_factory=dict)
    """What belongs to it."""
    instruments: tuple[InstrumentSection, ...] = ()
    """Certificates and contracts that belong to a market, not to a facility."""
    matching: Literal["annual", "monthly", "hourly"] = "annual"
    """Whether contracts are matched within each month or hour too, beside the result of the year."""
    residual_mix: ResidualMixSection | None = None
    """Residual mixes of a user's own, taken where a facility declares none."""
    activities: ActivitiesSection = Field(default_factory=ActivitiesSection)
    """What happened beside the workloads."""
    significance: tuple[SignificanceSection, ...] = ()
    """Which indirect sources count, and why."""
    base_year: BaseYearSection | None = None
    recalculations: tuple[RecalculationSection, ...] = ()
    targets: tuple[TargetSection, ...] = ()
    """Contractions aimed at."""
    credits: tuple[CreditSection, ...] = ()
    carbon_price: PriceSection | None = None
    equivalences: tuple[EquivalenceSection, ...] = ()
    """The location-based footprint as so many of something familiar."""
    assurance: AssuranceSection | None = None
    gwp: str | None = None
    """Set of global warming potentials: AR6, AR5, AR4."""
    facilities: dict[str, FacilitySection] = Field(default_factory=dict)
    hardware: dict[str, HardwareSection] = Field(default_factory=dict)
    workloads: dict[str, WorkloadSection] = Field(default_factory=dict)
    conventions: ConventionsSection = Field(default_factory=ConventionsSection)
    """Whose convention is followed where practice differs."""
    claims: tuple[ClaimSection, ...] = ()
    uncertainty: UncertaintySection = Field(default_factory=UncertaintySection)
    """How the uncertainty of the result is drawn."""
    budgets: tuple[BudgetSection, ...] = ()
    """What totals may come to in the period."""
    functional_unit: FunctionalUnitSection | None = None
    """What the case delivers, where options are compared."""
    scenarios: dict[str, ScenarioSection] = Field(default_factory=dict)
    """The same case with other choices, to be compared with it."""
    exclusions: tuple[ExclusionSection, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences for the reader of the report."""
    verification: str | None = None
    """Who verified the result, to which level; printed as it stands."""
