"""Does hardware agree with itself, and does its manufacture?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Derived, given_value, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.model import Finding, Workload
from lca.questions.words import hours_in_words, power_in_words, written


def hardware_agrees_with_itself(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do the values of some hardware contradict each other?"""
    for asset in inventory.case.assets.values():
        thing = datasets.thing(asset.device) if asset.device else None
        idle = given_value(asset.figures.get("idle_power"))
        full = given_value(asset.figures.get("power"))
        if full is None:
            full = thing.first("power", "kW_it/device") if thing else None
        if idle is not None and full is not None and idle > full:
            place = asset.places["idle_power"]
            shown = {"idle": power_in_words(idle), "full": power_in_words(full)}
            yield finding("idle-above-full", place, asset=asset.id, **shown)
        host = datasets.thing(asset.host) if asset.host else None
        holds = host.first("accelerators", "device/node") if host else None
        declared = given_value(asset.figures.get("per_node"))
        if holds and declared is not None and declared != holds:
            details = {"declared": written(asset.figures["per_node"]), "host": asset.host, "holds": f"{holds:g}"}
            yield finding("per-node-differs", asset.places["per_node"], **details)
        for key in ("count", "per_node"):
            value = given_value(asset.figures.get(key))
            if value is not None and not value.is_integer():
                yield finding("count-not-whole", asset.places[key], key=key, declared=written(asset.figures[key]))


def embodied_within_hardware(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do all workloads on some hardware together reserve more of it than its life holds? TiR ≤ EL."""
    case = inventory.case
    amortised: dict[str, list[tuple[Workload, Derived]]] = {}
    for line in inventory.lines:
        run, reason = case.workloads.get(line.activity), line.figure.reason
        if (
            line.view == "workload"
            and run
            and isinstance(reason, Derived)
            and {"time", "lifetime"} <= set(reason.inputs)
        ):
            amortised.setdefault(run.asset, []).append((run, reason))
    for asset in case.assets.values():
        count = given_value(asset.figures.get("count"))
        lasting: float | None = None
        reserved: dict[str, float] = {}
        for run, reason in amortised.get(asset.id, ()):
            time, lifetime = (inventory.values.get(reason.inputs[key][0]) for key in ("time", "lifetime"))
            share = inventory.values.get(reason.inputs["share"][0]) if "share" in reason.inputs else 1.0
            if time is not None and lifetime is not None and share is not None:
                reserved[run.id], lasting = time * share, lifetime
        if count is None or lasting is None:
            continue
        used = given_value(asset.figures.get("lifetime_utilisation"))
        life, taken = count * lasting * (1.0 if used is None else used), math.fsum(reserved.values())
        if taken > life * (1 + 1e-9):
            arithmetic = f"{number(count)} × {hours_in_words(lasting)}"
            if used is not None:
                arithmetic += f" × {number(100 * used)} % of it reserved by anybody"
            yield finding(
                "embodied-above-hardware",
                asset.places.get("lifetime", asset.place),
                asset=asset.id,
                reserved=hours_in_words(taken),
                life=hours_in_words(life),
                arithmetic=arithmetic,
                share=f"{number(100 * taken / life, 4)} %",
            )


def footprints_agree(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Where the case describes the parts of a machine that has a footprint: how far are the two apart?"""
    described = {
        f"{asset.key}.{key}"
        for asset in inventory.case.assets.values()
        for key, parts in (("embodied", asset.parts), ("host_embodied", asset.host_parts))
        if parts
    }
    figures = {figure.id: figure for figure in walk(inventory.roots)} if described else {}
    for decision in inventory.decisions:
        if decision.id not in described or decision.place is None or decision.taken not in figures:
            continue
        taken, other = figures[decision.taken], decision.alternatives[0]
        ours, theirs = inventory.value(taken), inventory.value(other)
        if ours and theirs is not None:
            yield finding(
                "embodied-two-ways",
                decision.place,
                id=decision.id,
                taken=quantity(ours, taken.unit),
                other=quantity(theirs, other.unit),
                ratio=number(theirs / ours, 3),
                rule=decision.rule,
                case=inventory.case.path,
                other_id=other.id,
            )


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    hardware_agrees_with_itself,
    embodied_within_hardware,
    footprints_agree,
)
