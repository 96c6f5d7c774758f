"""Case + data sets → the tree: every figure linked, every choice made and recorded, nothing computed.

A missing factor does not stop the work: the tree is completed as far as it goes, and every gap is
reported at once with what it is needed for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lca.choose import Chooser
from lca.datasets import WORLD, Datasets
from lca.findings import in_order
from lca.methods import electricity, grid, hardware, refrigerant, water, workload
from lca.model import Asset, Case, Decision, Facility, Figure, Finding, Given, Grid, Line, Workload
from lca.totals import totals


@dataclass(frozen=True)
class Resolved:
    """The tree of a case."""

    lines: tuple[Line, ...]
    totals: Mapping[str, Figure]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


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
    for facility in case.facilities.values():
        lines += refrigerant.post(facility, choices)
    return Resolved(
        tuple(lines),
        totals(lines, parts, list(case.workloads.values())),
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
    owned = _ownership(asset, facility, choices)
    if stated := run.figures.get("operational"):
        time = workload.device_hours_of(run, asset)
        if time is not None:
            parts.setdefault("device_hours", []).append(time)
        return [
            *electricity.post_stated(run, stated, owned, asset.control, contracts=contracts),
            *hardware.post(run, asset, _host(asset, choices), time, owned, choices),
        ]
    pue = _pue(run, facility, choices)
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
    return workload.assumed_host(asset, choices, draws=False)


def _ownership(asset: Asset, facility: Facility, choices: Chooser) -> str:
    """Whose the hardware is: declared, else read from the location, else assumed to be owned."""
    region = choices.region(facility.location, facility.places.get("location", facility.place))
    if asset.owned:
        taken, rule = asset.owned, "Declared by the case."
    elif region and region.cloud:
        taken, rule = "cloud", "The facility's location is a cloud region."
    else:
        taken, rule = "owned", "The case does not say; hardware is taken as owned."
    assumed = rule.startswith("The case does not say")
    place = asset.places.get("owned", asset.place)
    if asset.control and taken != "leased":
        reason = f"hardware that is {taken} has its category by that alone"
        choices.report("no-effect", asset.places["control"], key="control", reason=reason)
    choices.decide(f"{asset.key}.owned", f"Ownership of {asset.id}", taken, rule, place=place, assumed=assumed)
    return taken


def _pue(run: Workload, facility: Facility, choices: Chooser) -> Figure | None:
    """The PUE declared for the facility, else that with which the record was written, else a published one."""
    declared, recorded = facility.figures.get("pue"), run.figures.get("pue")
    if recorded is None:
        return declared or _published_pue(facility, choices)
    assert isinstance(recorded.reason, Given)
    written = f"{recorded.reason.value:g}"
    if declared is None:
        rule = "The case declares none: that with which the record was written."
        choices.decide(f"{run.key}.pue", "PUE", written, rule, place=recorded.reason.place, figures=(recorded,))
        return recorded
    assert isinstance(declared.reason, Given)
    stated, meant = declared.reason.value, recorded.reason.value
    if stated is not None and meant is not None and not math.isclose(stated, meant, rel_tol=1e-6):
        texts = {"declared": declared.reason.written or f"{stated:g}", "recorded": written}
        choices.report("record-pue-differs", declared.reason.place, name=facility.id, **texts)
    return declared


def _published_pue(facility: Facility, choices: Chooser) -> Figure | None:
    """The provider's PUE for the region, else that of the industry as an assumption."""
    known = choices.datasets.region(facility.location) if facility.location else None
    return choices.pick(
        "pue",
        f"{facility.key}.pue",
        "PUE",
        where=known.code if known else WORLD,
        needed_for=f"the site energy of {facility.id}",
        place=facility.place,
        generic=True,
        convention="pue",
    )
