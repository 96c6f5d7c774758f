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


UPSTREAM = Placement(3, "3.3", "4", "Upstream and losses of purchased electricity: scope 3, category 3.")
RELEASE = Placement(1, "1", "1", "A gas that escapes at an own facility: scope 1.")
_CLOUD = Placement(3, "3.1", "4", "Cloud: a purchased service, with all it holds: scope 3, category 1.")
_LEASED = Placement(3, "3.8", "4", "Leased without operational control: scope 3, category 8.")


def of_electricity(owned: str, control: str | None) -> tuple[Placement, Placement]:
    """Where IT electricity belongs, and the overhead that comes with it, by ownership and control."""
    match owned, control:
        case "cloud", _:
            return _CLOUD, _CLOUD
        case "colocated", _:
            return (
                Placement(2, "2", "2", "Colocated: own equipment in a rented room draws purchased energy: scope 2."),
                Placement(3, "3.8", "4", "Colocated: cooling and power conversion of the rented room: scope 3, category 8."),
            )
        case "leased", "none":
            return _LEASED, _LEASED
        case "leased", _:
            both = Placement(2, "2", "2", "Leased, under operational control: purchased energy, scope 2.")
            return both, both
    both = Placement(2, "2", "2", "Owned equipment draws purchased energy: scope 2.")
    return both, both


def of_manufacture(owned: str) -> Placement:
    """Where the manufacture of the hardware belongs. In a workload view it is an amortised share of it."""
    match owned:
        case "cloud":
            return _CLOUD
        case "leased":
            return Placement(3, "3.8", "4", "Leased hardware: its manufacture is the lessor's: scope 3, category 8.")
    return Placement(
        3, "3.2", "4", "Own hardware: capital goods, scope 3, category 2; an inventory recognises it whole in the year of purchase."
    )
