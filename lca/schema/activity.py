"""What happened beside the workloads: fuel burnt, gas released, heat bought, goods moved and bought, ways travelled."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from lca.schema.quantity import Quantity, Section, Words
from lca.units import AMOUNTS, MONEY

RATES = tuple(f"{to}/{of}" for of in MONEY for to in MONEY if to != of)

Amount = Annotated[Any, Quantity("kg", "amount", usual="t", also=AMOUNTS[1:], least=0, billed=True)]
Factor = Annotated[
    Any,
    Quantity("kgCO2e/kg", "carbon per unit", also=tuple(f"kgCO2e/{amount}" for amount in AMOUNTS[1:])),
]
"""Per unit of the activity's amount, whichever unit that is."""
BurntFactor = Annotated[
    Any,
    Quantity(
        "kgCO2e/kg",
        "carbon per unit",
        also=tuple(f"kgCO2e/{amount}" for amount in AMOUNTS[1:]),
        choices={"boundary": ("combustion", "lifecycle")},
    ),
]
"""The same of what is burnt: of its combustion alone, or of its life cycle."""


def _combustion(gas: str) -> Quantity:
    """Mass of a gas per unit of fuel, by its heat content, its volume or its mass."""
    unit, usual = f"kg{gas}", f"kg{gas.partition('_')[0]}/GJ"
    return Quantity(f"{unit}/kWh_gross", f"{gas} of combustion", usual=usual, also=(f"{unit}/L", f"{unit}/kg"), least=0)


GeneratedHeatFactor = Annotated[
    Any,
    Quantity(
        "kgCO2e/kWh_heat",
        "carbon per kilowatt-hour",
        usual="gCO2e/kWh",
        least=0,
        choices={"boundary": ("generation", "lifecycle")},
    ),
]
HeatFactor = Annotated[Any, Quantity("kgCO2e/kWh_heat", "carbon per kilowatt-hour", usual="gCO2e/kWh", least=0)]


class ActivitySection(Section):
    """Something that happened."""

    title: Words | None = None
    """Its name in the report."""
    facility: Words | None = None
    """Where it happened: its entity and its region follow from that."""
    entity: Words | None = None
    """Whose it is, when it belongs to no facility."""
    region: Words | None = None
    """Where its factor is looked up, when that is not where the facility stands."""
    asset: Words | None = None
    """What it is of: the same hardware must not be counted by two activities."""
    evidence: Words | None = None
    """The invoice, the meter's file, the certificate it stands in."""
    page: Words | None = None
    """Page or row of the evidence."""


class FuelSection(ActivitySection):
    """A fuel that was burnt."""

    fuel: Words
    """Which: diesel-average-biofuel-blend, natural-gas … as `lca factors` names them, or a name of your own."""
    used_in: Literal["stationary", "vehicle"] = "stationary"
    """Gensets and boilers, or owned vehicles."""
    amount: Annotated[Any, Quantity("L", "amount of fuel", also=("kg", "kWh_gross"), least=0, billed=True)]
    """How much: litres, kilograms, or its heat content with `basis`."""
    basis: Literal["gross", "net"] | None = None
    """Whether a heat content is the gross (higher) or net (lower) heating value."""
    density: Annotated[Any, Quantity("kg/L", "density", above_zero=True)] = None
    """Leads from litres to kilograms."""
    heating_value: Annotated[
        Any, Quantity("kWh_gross/kg", "heating value", usual="MJ/kg", also=("kWh_gross/L",), above_zero=True)
    ] = None
    """Leads from an amount to its heat content; `basis` says which."""
    biogenic: Annotated[Any, Quantity("1", "biogenic share of the heat content", bare=True, least=0, most=1)] = None
    """Share of biofuel by heat content: its CO2 stands outside the scopes."""
    co2: Annotated[Any, _combustion("CO2")] = None
    """CO2 per unit of the fossil part, when the case knows better than the data sets."""
    co2_biogenic: Annotated[Any, _combustion("CO2_biogenic")] = None
    """CO2 per unit of the biogenic part."""
    ch4: Annotated[Any, _combustion("CH4")] = None
    n2o: Annotated[Any, _combustion("N2O")] = None
    factor: BurntFactor = None
    """All gases together as CO2e, when they are not known apart; `boundary` says whether upstream is in it."""
    upstream: Factor = None
    """Extraction, refining and transport (scope 3, category 3)."""


class RefrigerantSection(ActivitySection):
    """A gas that escaped: stated, by mass balance, or by a screening rate of leakage."""

    gas: Words
    """Which: R-410A, HFC-134a, SF6, CH4 … A blend is computed from its components."""
    used_in: Literal["cooling", "switchgear", "fire-suppression", "other"] = "cooling"
    """What it was in: cooling by default."""
    origin: Literal["fossil", "biogenic"] | None = None
    """Of methane: fossil, as natural gas, or biogenic, as biogas; its potential depends on it."""
    released: Annotated[Any, Quantity("kg", "mass of gas", least=0)] = None
    """Its mass, when it is known."""
    stock_start: Annotated[Any, Quantity("kg", "gas in store at the start", least=0)] = None
    stock_end: Annotated[Any, Quantity("kg", "gas in store at the end", least=0)] = None
    purchased: Annotated[Any, Quantity("kg", "gas purchased", least=0)] = None
    """With equipment or in cylinders."""
    returned: Annotated[Any, Quantity("kg", "gas returned or sold", least=0)] = None
    """Sold, returned, recycled or destroyed."""
    capacity_change: Annotated[Any, Quantity("kg", "change of installed charge")] = None
    """Charge of new equipment less that of retired equipment."""
    charge: Annotated[Any, Quantity("kg", "installed charge", least=0)] = None
    """Of the equipment, for screening."""
    leak_rate: Annotated[Any, Quantity("1/h", "leakage", usual="%/year", least=0)] = None
    """Share of the charge that leaks, as in `5 %/year`."""
    duration: Annotated[Any, Quantity("h", "duration", above_zero=True)] = None
    """How long the equipment was in service; the case's period when left out."""


Avoided = Annotated[
    Any,
    Quantity(
        "kgCO2e/kg", "emissions avoided elsewhere", also=tuple(f"kgCO2e/{amount}" for amount in AMOUNTS[1:]), least=0
    ),
]


class HeatSection(ActivitySection):
    """Heat, steam or cooling that was bought."""

    carrier: Literal["heat", "steam", "cooling"]
    """What was bought."""
    amount: Annotated[Any, Quantity("kWh_heat", "energy", usual="MWh", least=0, billed=True)]
    factor: GeneratedHeatFactor = None
    """Of its generation, location-based."""
    supplier_factor: HeatFactor = None
    """The supplier's own, for the market-based result."""
    upstream: HeatFactor = None
    losses: Annotated[
        Any,
        Quantity(
            "1", "losses in the network", bare=True, least=0, most=0.9, choices={"basis": ("injected", "delivered")}
        ),
    ] = None


class VehicleSection(ActivitySection):
    """Owned or leased vehicles by their way; by their fuel they are `fuels` with `used_in: vehicle`."""

    vehicle: Words
    """Which: as `lca factors vehicle` names them."""
    amount: Annotated[Any, Quantity("km_vehicle", "distance", usual="km", least=0, billed=True)]
    charged: Literal["own-meter", "elsewhere"] | None = None
    """Where an electric vehicle is charged: what an own meter shows is not counted again."""
    owned: Literal["owned", "leased"] | None = None
    """Whose they are; owned when left out."""
    control: Literal["operational", "none"] | None = None
    """Whether we operate leased ones; taken as yes, with a warning, when left out."""
    lease: Literal["finance", "operating"] | None = None
    """Kind of the lease: under financial control and by equity, an operating lease is not consolidated."""
    factor: BurntFactor = None
    upstream: Factor = None


RadiativeForcing = Literal["memo", "inside"] | None


class FreightSection(ActivitySection):
    """Goods that were moved by others."""

    mode: Words
    """By what: as `lca factors freight` names it."""
    amount: Annotated[Any, Quantity("tkm", "load times distance", usual="t·km", least=0, billed=True)] = None
    mass: Annotated[Any, Quantity("t", "load", least=0)] = None
    distance: Annotated[Any, Quantity("km", "distance", least=0)] = None
    paid_by: Literal["us", "others"] = "us"
    """What we pay for, in or out, is upstream (category 4); what others pay for after the sale is category 9."""
    radiative_forcing: RadiativeForcing = None
    """Of a flight whose factor is published with it: beside the totals as a memo line, or inside; a memo if unsaid."""
    factor: Factor = None
    upstream: Factor = None


class TravelSection(ActivitySection):
    """Business travel: ways and nights."""

    mode: Words
    """By what: as `lca factors travel` names it; a hotel is `hotel`."""
    amount: Annotated[
        Any,
        Quantity(
            "pkm", "passenger-kilometres", usual="passenger·km", also=("km_vehicle", "night"), least=0, billed=True
        ),
    ]
    radiative_forcing: RadiativeForcing = None
    """Of a flight whose factor is published with it: beside the totals as a memo line, or inside; a memo if unsaid."""
    factor: Factor = None
    upstream: Factor = None


class CommutingSection(ActivitySection):
    """Ways to work, and work at home."""

    mode: Words
    """By what, as for travel; `home` is work at home, in hours."""
    amount: Annotated[
        Any,
        Quantity(
            "pkm", "passenger-kilometres", usual="passenger·km", also=("km_vehicle", "h_work"), least=0, billed=True
        ),
    ]
    radiative_forcing: RadiativeForcing = None
    """Of a flight whose factor is published with it: beside the totals as a memo line, or inside; a memo if unsaid."""
    factor: Factor = None
    upstream: Factor = None


class WasteSection(ActivitySection):
    """Own waste, treated by others."""

    waste: Words
    """Which, with its treatment: as `lca factors waste` names it."""
    amount: Annotated[Any, Quantity("kg", "mass", usual="t", also=("L",), least=0)]
    factor: Factor = None
    credit: Avoided = None
    """What recycling avoids elsewhere: a memo line, never netted."""


class PurchaseSection(ActivitySection):
    """Goods and services that were bought, by amount or by spend."""

    what: Words
    """What was bought: as `lca factors material` names it, or a name of your own."""
    amount: Amount
    """How much: mass, volume, energy, items, or money."""
    price_year: Annotated[Any, Quantity("1", "price year", bare=True, least=1990, most=2100)] = None
    """Year of the prices of the factor; needed for money."""
    deflator: Annotated[Any, Quantity("1", "deflator", bare=True, above_zero=True)] = None
    """Price index of the price year over that of the purchase."""
    exchange: Annotated[Any, Quantity(RATES[0], "exchange rate", also=RATES[1:], above_zero=True)] = None
    """Rate into the currency of the factor, of the year of purchase."""
    factor: Factor = None
    method: Literal["supplier", "activity", "spend"] | None = None
    """Supplier-specific, average by amount, or by spend; read from the unit of the amount when left out."""


class StatedSection(ActivitySection):
    """Emissions that somebody else computed and stated: a cloud bill, a lessee's, an investee's."""

    scope1: Annotated[Any, Quantity("kgCO2e", "direct emissions", usual="tCO2e", least=0)] = None
    location: Annotated[Any, Quantity("kgCO2e_location", "energy, location-based", usual="tCO2e", least=0)] = None
    market: Annotated[Any, Quantity("kgCO2e_market", "energy, market-based", usual="tCO2e", least=0)] = None
    other: Annotated[Any, Quantity("kgCO2e", "other emissions", usual="tCO2e", least=0)] = None
    """Its scope 3, as far as it is stated; or a total that is not split."""
    share: Annotated[Any, Quantity("1", "share", bare=True, least=0, most=1)] = None
    """Share that is ours: of an investment, of a lease."""


class SoldSection(ActivitySection):
    """Products that were sold: their use, their end."""

    count: Annotated[Any, Quantity("device", "count", bare=True, least=0)]
    energy: Annotated[Any, Quantity("kWh_site/device", "lifetime electricity of one", usual="kWh", least=0)] = None
    """Over its whole life (category 11)."""
    mass: Annotated[Any, Quantity("kg/device", "mass of one", usual="kg", least=0)] = None
    """For its end of life (category 12)."""
    grid: Annotated[
        Any, Quantity("kgCO2e/kWh_site", "carbon per kilowatt-hour", usual="gCO2e/kWh", least=0, most=5)
    ] = None
    end_of_life: Annotated[Any, Quantity("kgCO2e/kg", "carbon of the treatment", least=0)] = None
    waste: Words | None = None
    """What it becomes, with its treatment: as `lca factors waste` names it, in place of `end_of_life`."""
    processing: Annotated[Any, Quantity("kgCO2e/device", "carbon of processing", usual="kgCO2e", least=0)] = None
    """By those who build it into something (category 10)."""


class ActivitiesSection(Section):
    """What happened beside the workloads, by kind; each by its name."""

    ledger: Words | None = None
    """A table of many, one row each: its columns are `kind`, `name`, `date` or `month`, and the fields of the kinds."""

    fuels: dict[str, FuelSection] = Field(default_factory=dict)
    """Of owned vehicles, and wherever no facility stands."""
    vehicles: dict[str, VehicleSection] = Field(default_factory=dict)
    freight: dict[str, FreightSection] = Field(default_factory=dict)
    travel: dict[str, TravelSection] = Field(default_factory=dict)
    commuting: dict[str, CommutingSection] = Field(default_factory=dict)
    waste: dict[str, WasteSection] = Field(default_factory=dict)
    purchases: dict[str, PurchaseSection] = Field(default_factory=dict)
    """Goods and services (category 1)."""
    capital: dict[str, PurchaseSection] = Field(default_factory=dict)
    """Capital goods beside hardware: halls, gensets, batteries (category 2)."""
    cloud: dict[str, StatedSection] = Field(default_factory=dict)
    """Cloud and model services whose provider states their emissions (category 1)."""
    leased: dict[str, StatedSection] = Field(default_factory=dict)
    """Assets leased from others, that we do not control (category 8)."""
    leased_out: dict[str, StatedSection] = Field(default_factory=dict)
    """Assets leased to others (category 13)."""
    franchises: dict[str, StatedSection] = Field(default_factory=dict)
    """Category 14."""
    investments: dict[str, StatedSection] = Field(default_factory=dict)
    """Stakes in what is not consolidated (category 15)."""
    sold: dict[str, SoldSection] = Field(default_factory=dict)
    """Products sold: processing, use, end of life (categories 10 to 12)."""
