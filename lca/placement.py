"""Where a flow belongs: scope, GHG Protocol category, ISO 14064-1 category, and the rule that says so.

Follows the Scope 2 Guidance (2015), the Scope 3 Standard (2011) and the categories of ISO 14064-1:2018.
"""

from __future__ import annotations

from dataclasses import dataclass

OWNED = ("owned", "leased", "colocated", "cloud")
CONTROL = ("operational", "none")


@dataclass(frozen=True)
class Placement:
    """A scope, its category, the category of ISO 14064-1, and why."""

    scope: int
    category: str
    iso: str
    rule: str


UPSTREAM = Placement(3, "3.3", "4", "Upstream and losses of purchased electricity.")
RELEASE = Placement(1, "1", "1", "Gases that escape at an own facility.")
_CLOUD = Placement(3, "3.1", "4", "Cloud: a purchased service, with all that it holds.")
_LEASED = Placement(3, "3.8", "4", "Leased equipment without operational control: an upstream leased asset.")


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
            return _LEASED, _LEASED
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
