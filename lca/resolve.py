"""Case + data sets → the tree: every figure linked, every choice made and recorded, nothing computed.

A missing factor does not stop the work: the tree is completed as far as it goes, and every gap is
reported at once with what it is needed for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lca.choose import Chooser
from lca.datasets import Datasets
from lca.findings import in_order
from lca.methods import Choices, electricity, fuel, goods, grid, hardware, refrigerant, water, workload
from lca.model import Activity, Asset, Case, Decision, Figure, Finding, Grid, Line, Workload
from lca.statement import statement
from lca.totals import add_by_place, totals


@dataclass(frozen=True)
class Resolved:
    """The tree of a case."""

    lines: tuple[Line, ...]
    totals: Mapping[str, Figure]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


POST: Mapping[str, Callable[[Activity, Choices], list[Line]]] = {
    "fuels": fuel.post,
    "refrigerants": refrigerant.post,
    **dict.fromkeys(goods.KINDS, goods.post),
}
"""The posting rule of every kind of activity."""


def resolve(case: Case, datasets: Datasets) -> Resolved:
    """Make every choice that the case leaves open, and link every figure."""
    choices = Chooser(case, datasets)
    for asset in case.assets.values():
        _hardware_known(asset, choices)
    lines: list[Line] = []
    parts: dict[str, list[Figure]] = {}
    used = {case.assets[run.asset].facility for run in case.workloads.values() if _draws(run)}
    contracts = any(item.instruments or "residual_mix" in item.figures for item in case.facilities.values())
    grids = {id: grid.factors(case.facilities[id], choices) for id in case.facilities if id in used}
    for run in case.workloads.values():
        lines += _workload(run, case, grids, choices, parts, contracts=contracts)
    for activity in case.activities:
        lines += POST[activity.kind](activity, choices)
    made = totals(lines, parts, list(case.workloads.values()))
    if case.boundary.subject == "organisation":
        of_inventory = [line for line in lines if line.view == "inventory"]
        ours, stated = statement(of_inventory, case)
        lines = [*ours, *(line for line in lines if line.view == "workload")]
        made = {**stated, **{id: figure for id, figure in made.items() if id not in stated}}
    add_by_place(lines, made)
    return Resolved(
        tuple(lines),
        made,
        tuple(choices.decisions.values()),
        in_order(choices.findings),
    )


def _hardware_known(asset: Asset, choices: Chooser) -> None:
    """Report a device or a host that the data sets lack, and one that stands in the other's place."""
    place = asset.place
    if choices.knows(asset.host) and not choices.is_server(asset.host):
        choices.report("not-a-host", asset.places.get("host", place), host=asset.host)
    if choices.knows(asset.device) and choices.holds_accelerators(asset.device):
        choices.report("not-a-device", asset.places.get("device", place), device=asset.device)


def _draws(run: Workload) -> bool:
    """Whether electricity is to be accounted for: not where somebody else stated its emissions."""
    return "operational" not in run.figures


def _workload(
    run: Workload,
    case: Case,
    grids: Mapping[str, Grid],
    choices: Chooser,
    parts: dict[str, list[Figure]],
    *,
    contracts: bool,
) -> list[Line]:
    """The lines of one workload; its energies and water are added to `parts`."""
    asset = case.assets[run.asset]
    facility = case.facilities[asset.facility]
    owned = hardware.ownership(asset, facility, choices)
    if stated := run.figures.get("operational"):
        time = workload.device_hours_of(run, asset)
        if time is not None:
            parts.setdefault("device_hours", []).append(time)
        return [
            *electricity.post_stated(run, stated, owned, asset.control, contracts=contracts),
            *hardware.post(run, asset, _host(asset, choices), time, owned, choices),
        ]
    pue = facility.figures.get("pue") or electricity.published_pue(facility, choices)
    energy = workload.post(run, asset, pue, choices)
    factors = grids[facility.id]
    if energy is None or pue is None:
        return []
    used = electricity.use(run, energy.it, pue, energy.site)
    lines: list[Line] = []
    for flow in electricity.flows(run, used, energy.it, owned, asset.control):
        lines += electricity.post(run, flow, factors, facility, choices, contracts=contracts)
    lines += hardware.post(run, asset, _host(asset, choices), energy.device_hours, owned, choices)
    litres = water.post(run, energy.it, used.site, facility, choices)
    shown = {
        "energy.accelerators": energy.accelerators,
        "energy.host": energy.host,
        "energy.idle": energy.idle,
        "energy.it": energy.it,
        "energy.overhead": used.overhead,
        "energy.site": used.site,
        "device_hours": energy.device_hours,
        "water.site": litres.site,
        "water.source": litres.source,
        "water.scarcity": litres.scarcity,
        "recorded.emissions": run.figures.get("emissions"),
        **electricity.parts(run, energy.parts, used.overhead, factors.generation),
    }
    for id, figure in shown.items():
        if figure is not None:
            parts.setdefault(id, []).append(figure)
    return lines


def _host(asset: Asset, choices: Chooser) -> str | None:
    """The host whose manufacture counts: named, or assumed for accelerators that the case leaves without one."""
    if asset.host:
        return asset.host if choices.is_server(asset.host) else None
    if {"embodied", "host_embodied"} & set(asset.figures) or not choices.is_accelerator(asset.device):
        return None
    return workload.assumed_host(asset, choices)
