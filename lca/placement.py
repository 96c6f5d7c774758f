"""Where a flow belongs: scope, GHG Protocol category, ISO 14064-1 category, and the rule that says so.

Follows the Scope 2 Guidance (2015), the Scope 3 Standard (2011) and the categories of ISO 14064-1:2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """A scope, its category, the category of ISO 14064-1, and why."""

    scope: int
    category: str
    iso: str
    rule: str


UPSTREAM = Placement(3, "3.3", "4", "Upstream and losses of purchased electricity.")
RELEASE = Placement(1, "1", "1", "Gas that escaped from own cooling.")
UPSTREAM_OF_FUEL = Placement(3, "3.3", "4", "Upstream of fuels that are burnt.")
RELEASES = {
    "cooling": RELEASE,
    "switchgear": Placement(1, "1", "1", "Gas that escaped from own switchgear."),
    "fire-suppression": Placement(1, "1", "1", "Gas that escaped from own fire suppression."),
    "other": Placement(1, "1", "1", "Gas that escaped from own equipment."),
}
UPSTREAM_OF_HEAT = Placement(3, "3.3", "4", "Upstream and network losses of heat, steam and cooling that were bought.")
ELECTRICITY_OF_VEHICLES = Placement(2, "2", "2", "Electricity that own vehicles draw.")
CAPITAL = Placement(3, "3.2", "4", "Capital goods: all of their manufacture in the year of acquisition.")
INVESTMENT = Placement(3, "3.15", "5", "Share of scopes 1 and 2 of what is not controlled: an investment.")
CREDIT = Placement(0, "", "", "What recycling avoids elsewhere: a memo line, in no scope and never netted.")
FORCING = Placement(0, "", "", "Effects of aviation beyond its gases: a memo line, in no scope and no total.")
OUTSIDE = Placement(0, "", "", "Carbon dioxide of biomass: reported apart, in no scope.")
OUTSIDE_THE_SEVEN = Placement(0, "", "", "A gas outside the seven of the Kyoto Protocol: reported apart, in no scope.")
_CLOUD = Placement(3, "3.1", "4", "Cloud: a purchased service, with all that it holds.")
LEASED = Placement(3, "3.8", "4", "Leased and not under control: an upstream leased asset.")


def of_electricity(owned: str, control: str | None) -> tuple[Placement, Placement]:
    """Where IT electricity belongs, and the overhead that comes with it, by ownership and control."""
    match owned, control:
        case "cloud", _:
            return _CLOUD, _CLOUD
        case "colocated", _:
            return (
                Placement(2, "2", "2", "Colocated: own equipment in a rented room draws purchased energy."),
                Placement(
                    3,
                    "3.8",
                    "4",
                    "Colocated: cooling and power conversion of the rented room, an upstream leased asset.",
                ),
            )
        case "leased", "none":
            return LEASED, LEASED
        case "leased", _:
            both = Placement(2, "2", "2", "Leased equipment under operational control draws purchased energy.")
            return both, both
    both = Placement(2, "2", "2", "Owned equipment draws purchased energy.")
    return both, both


def of_manufacture(owned: str) -> Placement:
    """Where the manufacture of the hardware belongs. In a workload view it is an amortised share of it."""
    match owned:
        case "cloud":
            return _CLOUD
        case "leased":
            return Placement(
                3, "3.8", "4", "Leased hardware: its manufacture is the lessor's, an upstream leased asset."
            )
    return Placement(
        3, "3.2", "4", "Own hardware: capital goods; an inventory recognises them whole in the year of purchase."
    )


_ACTIVITIES: dict[str, Placement] = {
    "heat": Placement(2, "2", "2", "Heat, steam and cooling that were bought."),
    "vehicles": Placement(1, "1", "1", "Owned vehicles burn their fuel themselves."),
    "travel": Placement(3, "3.6", "3", "Business travel in vehicles of others, and nights away."),
    "commuting": Placement(3, "3.7", "3", "Ways between home and work, and work at home."),
    "waste": Placement(3, "3.5", "4", "Own waste, treated by others."),
    "purchases": Placement(3, "3.1", "4", "Goods and services bought, from cradle to gate."),
    "capital": CAPITAL,
    "cloud": _CLOUD,
    "leased": Placement(3, "3.8", "4", "Assets leased from others and not under own control."),
    "leased_out": Placement(3, "3.13", "5", "Assets leased to others."),
    "franchises": Placement(3, "3.14", "5", "Operation of franchises."),
    "investments": INVESTMENT,
}
SOLD = {
    "processing": Placement(3, "3.10", "5", "Processing of sold products by others."),
    "use": Placement(3, "3.11", "5", "Use of sold products over their life."),
    "end_of_life": Placement(3, "3.12", "5", "End of life of sold products."),
}


def of_activity(kind: str, words: Mapping[str, str]) -> Placement:
    """Where an activity belongs, by its kind and by what it says of procurement and payment."""
    if kind == "fuels":
        if words.get("used_in") == "vehicle":
            return Placement(1, "1", "1", "Fuel burnt in owned vehicles.")
        return Placement(1, "1", "1", "Fuel burnt in own gensets and boilers.")
    if kind == "refrigerants":
        return RELEASES[words.get("used_in", "cooling")]
    if kind == "freight":
        if words.get("paid_by") == "others":
            return Placement(3, "3.9", "3", "Transport after the sale that others pay for: downstream.")
        return Placement(3, "3.4", "3", "Transport that we pay for, in or out: upstream.")
    return _ACTIVITIES[kind]


DIRECT = {
    "1.1": "Stationary combustion",
    "1.2": "Mobile combustion",
    "1.3": "Process emissions",
    "1.4": "Fugitive emissions",
}
"""The kinds of direct emissions (Corporate Standard, chapter 4), in the order of ISO 14064-1, annex B."""
PURCHASED = {"2": "Purchased energy"}
SCOPE_3 = {
    "3.1": "Purchased goods and services",
    "3.2": "Capital goods",
    "3.3": "Fuel- and energy-related activities",
    "3.4": "Upstream transportation and distribution",
    "3.5": "Waste generated in operations",
    "3.6": "Business travel",
    "3.7": "Employee commuting",
    "3.8": "Upstream leased assets",
    "3.9": "Downstream transportation and distribution",
    "3.10": "Processing of sold products",
    "3.11": "Use of sold products",
    "3.12": "End-of-life treatment of sold products",
    "3.13": "Downstream leased assets",
    "3.14": "Franchises",
    "3.15": "Investments",
}
ISO = {
    "iso.1": "Direct emissions",
    "iso.2": "Imported energy",
    "iso.3": "Transportation",
    "iso.4": "Products used by the organisation",
    "iso.5": "Use of products from the organisation",
    "iso.6": "Other sources",
}
SOURCES = {**DIRECT, **PURCHASED, **SCOPE_3}
"""What an inventory is to compute, to leave out with a reason, or to judge."""
INDIRECT = {**SCOPE_3, **{id: name for id, name in ISO.items() if id not in ("iso.1", "iso.2")}}
"""What may be judged by its significance; direct emissions and imported energy count always."""
OF_ISO = {
    "iso.3": ("3.4", "3.6", "3.7", "3.9"),
    "iso.4": ("3.1", "3.2", "3.3", "3.5", "3.8"),
    "iso.5": ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15"),
    "iso.6": (),
}
"""Categories of the GHG Protocol that a category of ISO 14064-1 holds, as the postings place them."""


def kind_of_direct(part: str, used_in_vehicle: bool) -> str:
    """Which kind of direct emissions a part of scope 1 is."""
    if part == "release":
        return "1.4"
    return "1.2" if used_in_vehicle or part == "vehicle" else "1.1"
