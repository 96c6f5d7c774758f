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
from lca.units import ratio

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


# --- posting

KEYS = {
    "reserved-time": "Reserved device-hours",
    "energy": "Energy at the site",
    "busy-time": "Busy device-hours",
    "price": "Price",
}


@dataclass(frozen=True)
class Key:
    """What the workloads of a facility are measured by, and what there is of it in all."""

    name: str
    parts: Mapping[str, Figure]
    """By workload."""
    whole: Figure | None
    """Capacity or consumption; None where the workloads together are the whole."""


def shares(facility: str, key: Key, *, spread: bool) -> dict[str, Figure]:
    """The share of every workload, and of idle time unless it is spread over them."""
    prefix = f"attribution.{facility}"
    whole = key.whole
    if whole is None or spread:
        parts = list(key.parts.values())
        whole = parts[0] if len(parts) == 1 else derive(f"{prefix}.key", KEYS[key.name], sum_of_key, parts=parts)
    found = {
        run: derive(f"{prefix}.{run}.share", f"Share of {run} at {facility}", share_of_key, part=part, whole=whole)
        for run, part in key.parts.items()
    }
    if key.whole is not None and not spread:
        id, name = f"{prefix}.idle.share", f"Idle share of {facility}"
        found["idle"] = derive(id, name, idle_share, shares=list(found.values()))
    return found


def statement(facility: str, shares: Mapping[str, Figure], pools: Mapping[str, Sequence[Figure]]) -> dict[str, Figure]:
    """What of each pool falls to every workload and to idle time, by id; and the pool itself."""
    found: dict[str, Figure] = {}
    for name, parts in pools.items():
        prefix, words = f"attribution.{facility}", name.replace("_", " ").replace(".", ", ")
        id = f"{prefix}.{name}"
        pool = parts[0] if len(parts) == 1 else derive(id, f"{facility}: {words}", sum_of_pools, parts=parts)
        found[id] = pool
        for run, share in shares.items():
            part = f"{prefix}.{run}.{name}"
            found[part] = derive(
                part, f"{words.capitalize()} of {run} at {facility}", attributed, pool=pool, share=share
            )
    return found
