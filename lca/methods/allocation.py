"""Sharing out what several workloads use together: a facility's energy, carbon, water and manufacture.

A key says by what: reserved time, energy, busy time, price. What the key does not reach is idle, and is kept
as such or spread over the workloads; nothing vanishes: attributed and idle add up to the pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from lca.equation import equation, total
from lca.figure import Figure, derive
from lca.units import device_hours, kW_it_per_device, kWh_site, kWh_site_per_kWh_it, ratio

RULE = "iso-14044#allocation"
quantity_of_key = Annotated[float, "{key}"]
pooled = Annotated[float, "{pool}"]


@equation("k", RULE, part="K", whole="K_all")
def share_of_key(part: quantity_of_key, whole: quantity_of_key) -> ratio:
    """Share of one workload in what the key measures."""
    return part / whole


@equation("K_all", RULE, parts="K")
def sum_of_key(*parts: quantity_of_key) -> quantity_of_key:
    """What the key measures, over all workloads."""
    return total(*parts)


@equation("k_idle", RULE, shares="k")
def idle_share(*shares: ratio) -> ratio:
    """Share that falls to no workload."""
    return 1 - total(*shares)


@equation("A", RULE, pool="P", share="k")
def attributed(pool: pooled, share: ratio) -> pooled:
    """The part of a pool that falls to one workload, or to idle time."""
    return pool * share


@equation("P_sum", RULE, parts="P")
def sum_of_pools(*parts: pooled) -> pooled:
    """A pool from its parts."""
    return total(*parts)


@equation("k_part", RULE, part="s", share="k")
def share_within(part: ratio, share: ratio) -> ratio:
    """Share of one workload in a load that is itself a share of the site."""
    return part * share


@equation("k_all", RULE, parts="k_part")
def sum_of_shares(*parts: ratio) -> ratio:
    """Share of one workload in all loads of a site."""
    return total(*parts)


@equation("P_rest", RULE, whole="P", parts="A")
def rest_of_pool(whole: pooled, *parts: pooled) -> pooled:
    """What of a pool is left when its parts are taken out."""
    return whole - total(*parts)


@equation("E_idle", "iso-30134-2", capacity="t_cap", power="P_idle", pue="PUE", reserved="t_dev")
def energy_of_idle_hardware(
    capacity: device_hours, power: kW_it_per_device, pue: kWh_site_per_kWh_it, *reserved: device_hours
) -> kWh_site:
    """Energy at the site of hardware in the hours in which nobody reserves it."""
    return (capacity - total(*reserved)) * power * pue


# --- posting

KEYS = {
    "reserved-time": "Reserved device-hours",
    "energy": "Energy at the site",
    "busy-time": "Busy device-hours",
    "price": "Price",
}


IDLE, OPEN, OTHER = "idle", "unattributed", "other"
"""What falls to no workload: hardware that nobody reserved, what nothing explains, and loads that are none of it."""
NAMES = {IDLE: "idle hardware", OPEN: "not attributed", OTHER: "other loads"}


@dataclass(frozen=True)
class Key:
    """What the workloads of a facility are measured by, and what there is of it in all."""

    name: str
    parts: Mapping[str, Figure]
    """By workload."""
    whole: Figure | None
    """Capacity or consumption; None where the workloads together are the whole."""
    idle: Figure | None = None
    """What of the whole is known to be idle; where the whole is a capacity, all the rest is."""


def shares(prefix: str, of: str, key: Key, *, spread: bool) -> dict[str, Figure]:
    """The share of every workload, and of what no workload reaches unless it is spread over them."""
    whole = key.whole
    if whole is None or spread:
        parts = list(key.parts.values())
        whole = parts[0] if len(parts) == 1 else derive(f"{prefix}.key", KEYS[key.name], sum_of_key, parts=parts)

    def share(row: str, part: Figure) -> Figure:
        name = f"Share of {NAMES.get(row, row)} at {of}"
        return derive(f"{prefix}.{row}.share", name, share_of_key, part=part, whole=whole)

    found = {run: share(run, part) for run, part in key.parts.items()}
    if key.whole is None or spread:
        return found
    if key.idle:
        found[IDLE] = share(IDLE, key.idle)
    rest = OPEN if key.name == "energy" else IDLE
    id, name = f"{prefix}.{rest}.share", f"Share of {NAMES[rest]} at {of}"
    found[rest] = derive(id, name, idle_share, shares=list(found.values()))
    return found


def together(
    prefix: str, of: str, loads: Mapping[str, Figure], within: Mapping[str, Mapping[str, Figure]]
) -> dict[str, Figure]:
    """The share of every row in all that a site draws, from its share in each load, and each load's in the site."""
    found: dict[str, list[Figure]] = {}
    for load, part in loads.items():
        for row, share in within[load].items():
            id, name = f"{prefix}.{row}.of_{load}", f"Share of {NAMES.get(row, row)} by {load} at {of}"
            found.setdefault(row, []).append(derive(id, name, share_within, part=part, share=share))
    return {
        row: derive(
            f"{prefix}.{row}.share_of_all", f"Share of {NAMES.get(row, row)} at {of}", sum_of_shares, parts=parts
        )
        for row, parts in found.items()
    }


def statement(facility: str, shares: Mapping[str, Figure], pools: Mapping[str, Sequence[Figure]]) -> dict[str, Figure]:
    """What of each pool falls to every workload and to what no workload reaches, by id; and the pool itself."""
    found: dict[str, Figure] = {}
    for name, parts in pools.items():
        prefix, words = f"attribution.{facility}", name.replace("_", " ").replace(".", ", ")
        id = f"{prefix}.{name}"
        pool = parts[0] if len(parts) == 1 else derive(id, f"{facility}: {words}", sum_of_pools, parts=parts)
        found[id] = pool
        for row, share in shares.items():
            part, named = f"{prefix}.{row}.{name}", NAMES.get(row, row)
            found[part] = derive(
                part, f"{words.capitalize()} of {named} at {facility}", attributed, pool=pool, share=share
            )
    return found
