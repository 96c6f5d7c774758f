"""What people call a thing, and the key of the case that takes it."""

from __future__ import annotations

import re
from typing import NamedTuple


class Meant(NamedTuple):
    """Where something is written, with an example, and what to look for in the data sets."""

    key: str
    example: str
    look: str = ""
    """A query of `lca factors`; nothing where no table has it and the case states the value."""


CLOUD = Meant("activities.cloud", "cloud: {provider: {location: 96 tCO2e, market: 11 tCO2e, other: 54 tCO2e}}")
COMMUTING = Meant(
    "activities.commuting", "commuting: {cars: {mode: car-average-petrol, amount: 910000 km}}", "car average"
)
CONTRACT = Meant(
    "facilities.<name>.instruments",
    "instruments: [{name: Wind, kind: certificate, volume: 600 MWh, factor: 0 gCO2e/kWh}]",
)
FLIGHTS = Meant(
    "activities.travel",
    "travel: {flights: {mode: flight-long-haul-economy-with-rf, amount: 1.9e6 pkm}}",
    "flight economy with rf",
)
FREIGHT = Meant(
    "activities.freight",
    "freight: {road: {mode: hgv-all-diesel-average-laden, mass: 8 t, distance: 420 km}}",
    "hgv average laden",
)
GAS = Meant("facilities.<name>.fuels", "fuels: [{fuel: natural-gas, amount: 120 MWh, basis: gross}]", "natural gas")
GENSET = Meant("facilities.<name>.fuels", "fuels: [{fuel: diesel-average-biofuel-blend, amount: 9200 L}]", "diesel")
GOODS = Meant(
    "activities.capital", "capital: {laptops: {what: electrical-items-it-primary, amount: 2 t}}", "electrical items"
)
HOME = Meant("activities.commuting", "commuting: {home: {mode: home, amount: 52000 h}}", "homeworking")
HOTEL = Meant("activities.travel", "travel: {nights: {mode: hotel, amount: 310 night, region: FR}}", "hotel FR")
LEAKS = Meant("facilities.<name>.refrigerants", "refrigerants: [{gas: R-410A, released: 18 kg}]")
LEASED = Meant("activities.leased", "leased: {office: {location: 12 tCO2e, market: 9 tCO2e, other: 3 tCO2e}}")
METER = Meant("facilities.<name>.electricity", "electricity: {metered: 310 MWh}")
OFFSETS = Meant("credits", "credits: [{name: Mangroves, volume: 150 tCO2e}]")
RESIDUAL = Meant("facilities.<name>.residual_mix", "residual_mix: 480 gCO2e/kWh")
SERVERS = Meant(
    "hardware", "hardware: {nodes: {device: h100-sxm, count: 8, facility: dublin, acquired: 2025-07-01}}", "h100"
)
SPEND = Meant(
    "activities.purchases",
    "purchases: {labelling: {what: data labelling, amount: 120000 EUR, price_year: 2025, factor: 0.12 kgCO2e/EUR}}",
)
TRAIN = Meant("activities.travel", "travel: {rail: {mode: rail-national, amount: 210000 pkm}}", "rail")
CARS = Meant("activities.vehicles", "vehicles: {cars: {vehicle: car-average-diesel, amount: 24000 km}}", "car average")
WASTE = Meant("activities.waste", "waste: {e-waste: {waste: weee-mixed-recycled-open-loop, amount: 4.2 t}}", "weee")

EVERYDAY: dict[str, Meant] = {
    **dict.fromkeys(("aircraft", "airplane", "flight", "flights", "flying", "plane", "business travel"), FLIGHTS),
    **dict.fromkeys(("air conditioning", "coolant", "gases", "leakage", "leaks", "refrigerant"), LEAKS),
    **dict.fromkeys(("aws", "azure", "cloud", "cloud bill", "cloud services", "gcp", "saas"), CLOUD),
    **dict.fromkeys(("boiler", "gas", "gas heating", "heating", "heating gas", "natural_gas"), GAS),
    **dict.fromkeys(("carbon credits", "credit", "offset", "offsets"), OFFSETS),
    **dict.fromkeys(("certificate", "certificates", "contract", "contracts", "eac", "go", "goo", "gos"), CONTRACT),
    **dict.fromkeys(
        ("green power", "green tariff", "guarantee of origin", "guarantees of origin", "ppa", "rec"), CONTRACT
    ),
    **dict.fromkeys(("ppa", "rec", "recs", "rego", "supplier factor", "tariff"), CONTRACT),
    **dict.fromkeys(("commute", "commuters", "commuting"), COMMUTING),
    **dict.fromkeys(("company car", "company cars", "fleet", "leased car", "leased cars", "vehicle"), CARS),
    **dict.fromkeys(("consumption", "electricity_use", "kwh", "meter", "power_bill"), METER),
    **dict.fromkeys(("delivery", "logistics", "shipping", "transport"), FREIGHT),
    **dict.fromkeys(("diesel", "fuel", "generator", "generators", "genset", "gensets"), GENSET),
    **dict.fromkeys(("equipment", "laptop", "laptops", "monitor", "phone", "smartphone"), GOODS),
    **dict.fromkeys(("gpu", "gpus", "server", "servers"), SERVERS),
    **dict.fromkeys(("home office", "homeworking", "remote work", "teleworking", "working from home"), HOME),
    **dict.fromkeys(("accommodation", "hotel", "hotels"), HOTEL),
    **dict.fromkeys(("lease", "leased", "leased office", "rented office"), LEASED),
    **dict.fromkeys(("goods", "purchase", "services", "spend", "spending", "supplies"), SPEND),
    **dict.fromkeys(("rail", "train", "trains"), TRAIN),
    **dict.fromkeys(("residual", "residual mix"), RESIDUAL),
    **dict.fromkeys(("e-waste", "rubbish", "trash", "garbage"), WASTE),
}

PAIR = Meant("", "location: 1480 tCO2e, market: 1210 tCO2e")
WITHIN: dict[tuple[str, str], Meant] = {
    ("BaseYearSection", "scope1"): Meant("inventory", "inventory: {scope1: 41 tCO2e}"),
    ("BaseYearSection", "scope2"): Meant("inventory", "inventory: {location: 1480 tCO2e, market: 1210 tCO2e}"),
    ("BaseYearSection", "scope3"): Meant("inventory", "inventory: {scope3: 5200 tCO2e}"),
    ("InventorySection", "scope2"): PAIR,
    ("StatedSection", "scope2"): PAIR,
    ("StatedSection", "scope3"): Meant("", "other: 54 tCO2e"),
    ("InstrumentSection", "amount"): Meant("", "volume: 600 MWh"),
    ("ElectricitySection", "amount"): Meant("", "metered: 310 MWh"),
    ("ElectricitySection", "consumption"): Meant("", "metered: 310 MWh"),
    ("ElectricitySection", "meter"): Meant("", "metered: {meter: evidence/meter-2025.csv}"),
    ("ElectricitySection", "solar"): Meant("", "generated: 2400 kWh"),
    ("RefrigerantSection", "amount"): Meant("", "released: 18 kg"),
    ("RefrigerantSection", "topped_up"): Meant("", "released: 18 kg"),
    ("RefrigerantSection", "refrigerant"): Meant("", "gas: R-410A"),
    ("TravelSection", "distance"): Meant("", "amount: 9000 pkm"),
    ("CommutingSection", "distance"): Meant("", "amount: 910000 km"),
    ("TravelSection", "flight"): Meant("", "mode: flight-long-haul-economy-with-rf"),
    ("PurchaseSection", "spend"): Meant("", "amount: 120000 EUR"),
    ("OrganisationSection", "approach"): Meant("", "consolidation: operational-control"),
    ("CaseSection", "base-year"): Meant("", "base_year: {year: 2022, …}"),
    ("CaseSection", "year"): Meant("", "period: {start: 2025-01-01, end: 2025-12-31}"),
    ("CaseSection", "company"): Meant("", "organisation: {name: Acme plc, consolidation: operational-control}"),
    ("CaseSection", "sites"): Meant("", "facilities: {dublin: {location: IE}}"),
    ("FacilitySection", "country"): Meant("", "location: IE"),
    ("FacilitySection", "region"): Meant("", "location: IE"),
    ("HardwareSection", "purchased"): Meant("", "acquired: 2025-07-01"),
    ("HardwareSection", "bought"): Meant("", "acquired: 2025-07-01"),
    ("TargetSection", "target_year"): Meant("", "year: 2030"),
    ("TargetSection", "reduction_rate"): Meant("", "rate: 4.2 %/year"),
}
"""What a word means in one section, where it means something else elsewhere."""


def meant(word: str, section: str = "") -> Meant | None:
    """What a word means, in a section of the case by its name; its spelling and its plural may differ."""
    said = re.sub(r"[\s_-]+", " ", word.lower()).strip()
    for name in (said, said.replace(" ", "_"), said.replace(" ", "-"), said.removesuffix("s")):
        if (found := WITHIN.get((section, name)) or EVERYDAY.get(name)) is not None:
            return found
    return None


def instead(word: str, section: str) -> str:
    """The sentence that says what to write for an unknown key, or nothing."""
    found = meant(word, section)
    if found is None:
        return ""
    parent, _, key = found.key.rpartition(".")
    where = f" under `{parent}`" if parent and key and PARENTS.get(section) != parent else ""
    return f"Write `{found.example}`{where}. "


PARENTS = {"FacilitySection": "facilities.<name>", "ActivitiesSection": "activities"}
"""At which path a section stands, so that its own users need not be sent there."""
