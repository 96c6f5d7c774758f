"""A place: its grid, its overhead, its contracts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from lca.schema.activity import FuelSection, HeatSection, RefrigerantSection
from lca.schema.quantity import Quantity, Section, Words

Intensity = Quantity("kgCO2e/kWh_site", "carbon per kilowatt-hour", usual="gCO2e/kWh", least=0, most=5)


class CriteriaSection(Section):
    """The Scope 2 Quality Criteria; an instrument that fails one is printed, and not applied."""

    conveys: Literal["yes", "no"] | None = None
    """It conveys its emission rate."""
    sole_claim: Literal["yes", "no"] | None = None
    """Nobody else claims it."""
    retired: Literal["yes", "no"] | None = None
    """It is tracked, and retired or cancelled on behalf of the reporter."""
    vintage: Literal["yes", "no"] | None = None
    """It was issued for a time as close as possible to the consumption."""
    market: Literal["yes", "no"] | None = None
    """It is of the market in which the consumption lies."""


class InstrumentSection(Section):
    """A contract for electricity."""

    name: Words
    """What it is called in the report."""
    kind: Literal["certificate", "ppa", "supplier", "direct-line"]
    """Energy attribute certificate, power purchase agreement, supplier's rate, or direct line."""
    factor: Annotated[Any, Intensity]
    """Emissions of the electricity that it conveys."""
    covers: Annotated[Any, Quantity("1", "share of consumption covered", bare=True, least=0, most=1)] = None
    """Share of the facility's consumption that it covers; or:"""
    volume: Annotated[Any, Quantity("kWh_site", "volume", usual="MWh", billed=True, above_zero=True)] = None
    """Electricity that it covers over the period."""
    generation: Annotated[Any, Quantity("kWh_site", "generation", usual="MWh", above_zero=True, record="meter")] = None
    """Its generation by the hour or month, `{meter: evidence/wind-2025.csv}`: its volume, and what it matches."""
    market: Words | None = None
    """Country or grid in which it may be used, for an instrument that belongs to no facility."""
    criteria: CriteriaSection = Field(default_factory=CriteriaSection)
    """Whether it meets the Scope 2 Quality Criteria."""
    evidence: Words | None = None
    """The certificate or contract."""


class ElectricitySection(Section):
    """What the site's meter says."""

    metered: Annotated[Any, Quantity("kWh_site", "electricity", usual="MWh", billed=True, least=0, record="meter")]
    """Consumption at the meter, or `{meter: evidence/meter-2025.csv}`."""
    generated: Annotated[Any, Quantity("kWh_site", "own generation", usual="MWh", billed=True, least=0)] = None
    """Part of it that was generated on site, by gensets or panels: it was not purchased."""
    measured_at: Literal["site", "node"] = "site"
    """Whether the meter stands at the site or, in a rented room, at our own racks."""


class RenewableSection(Section):
    """Renewable energy of a data centre, as Delegated Regulation (EU) 2024/1364 asks to tell it apart."""

    certificates: Annotated[Any, Quantity("kWh_site", "renewable energy", usual="MWh", least=0)] = None
    """By guarantees of origin that were bought and retired."""
    ppa: Annotated[Any, Quantity("kWh_site", "renewable energy", usual="MWh", least=0)] = None
    """By power purchase agreements with their guarantees of origin."""
    on_site: Annotated[Any, Quantity("kWh_site", "renewable energy", usual="MWh", least=0)] = None
    """Made and used on site."""


Key = Literal["reserved-time", "energy", "busy-time", "price"]


class PoolSection(Section):
    """Something that the workloads of a facility use together, and that is no part of their hardware."""

    key: Key
    """By what it is shared out."""
    energy: Annotated[Any, Quantity("kWh_site", "energy", usual="MWh", least=0)] = None
    """What of the site's meter it drew over the period; its carbon and water follow."""
    embodied: Annotated[Any, Quantity("kgCO2e_amortised", "manufacture used up", usual="tCO2e", least=0)] = None
    """What of its manufacture was used up over the period."""


class AttributionSection(Section):
    """How what is used together is shared out among the workloads at a facility."""

    key: Key
    """By reserved device-hours of the hardware there, by energy at the site, by busy device-hours, or by price."""
    idle: Literal["kept", "spread"]
    """Whether what no workload reaches is kept apart as idle, or spread over the workloads."""
    embodied: Key | None = None
    """By what manufacture is shared out; by reserved device-hours, as in the workloads' own view, when left out."""
    pools: dict[str, PoolSection] = Field(default_factory=dict)
    """Network, storage, the shell of the building, reserve capacity: each by its name, with its own key."""


class FacilitySection(Section):
    """A place where hardware runs."""

    entity: Words | None = None
    """Which entity of the organisation it belongs to."""
    owned: Literal["owned", "leased", "colocated", "cloud"] | None = None
    """Whose the site is; its hardware may say otherwise."""
    control: Literal["operational", "none"] | None = None
    """Whether we operate a leased site; taken as yes, with a warning, when left out."""
    lease: Literal["finance", "operating"] | None = None
    """Kind of the lease: under financial control and by equity, an operating lease is not consolidated."""
    location: str | None = None
    """Country (`FR`), US eGRID subregion (`US-CAMX`) or cloud region (`aws:eu-west-3`)."""
    pue: Annotated[Any, Quantity("kWh_site/kWh_it", "PUE", bare=True, least=1, most=10)] = None
    """Power usage effectiveness: site energy over IT energy (ISO/IEC 30134-2)."""
    wue: Annotated[Any, Quantity("L_site/kWh_it", "WUE", least=0, most=100)] = None
    """Water usage effectiveness: site water over IT energy (ISO/IEC 30134-9)."""
    grid: Annotated[
        Any,
        Quantity(
            "kgCO2e/kWh_site",
            "carbon per kilowatt-hour",
            usual="gCO2e/kWh",
            least=0,
            most=5,
            choices={"boundary": ("generation", "lifecycle"), "kind": ("average", "marginal")},
            record="series",
        ),
    ] = None
    """Location-based factor, when the case knows better than the data sets, or `{series: evidence/grid-2025.csv}`."""
    upstream: Annotated[Any, Intensity] = None
    """Upstream emissions of the electricity (scope 3, category 3)."""
    losses: Annotated[
        Any,
        Quantity("1", "grid losses", bare=True, least=0, most=0.9, choices={"basis": ("injected", "delivered")}),
    ] = None
    """Share of electricity lost in the grid; `basis` says of what."""
    residual_mix: Annotated[Any, Intensity] = None
    """Factor of electricity that no contract covers."""
    source_water: Annotated[Any, Quantity("L_source/kWh_site", "water at the power stations", least=0, most=1000)] = (
        None
    )
    """Water consumed per kilowatt-hour generated."""
    primary_energy: Annotated[
        Any, Quantity("MJ_primary/kWh_site", "primary energy per kilowatt-hour", least=0, most=100)
    ] = None
    """Primary energy behind a kilowatt-hour of its electricity."""
    adpe: Annotated[Any, Quantity("kgSbe/kWh_site", "depletion of elements per kilowatt-hour", least=0, most=1)] = None
    """Elements depleted behind a kilowatt-hour of its electricity."""
    scarcity: Annotated[Any, Quantity("Leq/L_site", "water scarcity factor", bare=True, least=0, most=100)] = None
    """Scarcity of the site's water (AWARE)."""
    market: Words | None = None
    """Market of its electricity, when that is not its country."""
    instruments: tuple[InstrumentSection, ...] = ()
    """Contracts for its electricity."""
    electricity: ElectricitySection | None = None
    """Consumption of an organisation's facility over the period."""
    it_energy: Annotated[Any, Quantity("kWh_it", "IT energy", usual="MWh", above_zero=True)] = None
    """Energy of the IT equipment over the period, where it is metered beside the site's."""
    other_energy: Annotated[Any, Quantity("kWh_site", "energy of other loads", usual="MWh", least=0)] = None
    """What of the site's meter is no hardware: offices, workshops. It is shared out to no workload."""
    reused_heat: Annotated[Any, Quantity("kWh_site", "reused heat", usual="MWh", least=0)] = None
    """Heat over the period that others use once more."""
    renewable: RenewableSection | None = None
    """Renewable energy over the period, by what it comes from."""
    water: Annotated[Any, Quantity("L_site", "water", usual="m3", billed=True, least=0)] = None
    """Water taken at the site over the period, by its meter."""
    attribution: AttributionSection | None = None
    """How it is shared out among the workloads."""
    fuels: tuple[FuelSection, ...] = ()
    """Fuels that were burnt."""
    refrigerants: tuple[RefrigerantSection, ...] = ()
    """Gases that escaped."""
    heat: tuple[HeatSection, ...] = ()
    """Heat, steam and cooling that were bought."""
