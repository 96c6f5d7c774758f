"""Case + data sets → the tree: every figure linked, every choice made and recorded, nothing computed.

A missing factor does not stop the work: the tree is completed as far as it goes, and every gap is
reported at once with what it is needed for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lca import serving
from lca.attribution import Drawn
from lca.choose import Chooser
from lca.datasets import Datasets
from lca.figure import Figure, Given, derive
from lca.findings import in_order
from lca.inventory import Decision, Line
from lca.methods import (
    Choices,
    curve,
    data,
    electricity,
    fuel,
    goods,
    grid,
    hardware,
    heat,
    intensity,
    market,
    memo,
    refrigerant,
    resource,
    sold,
    stated,
    vehicle,
    water,
    workload,
)
from lca.methods.inference import Served
from lca.model import Activity, Asset, Case, Facility, Finding, Grid, Workload
from lca.organise import matched, organise, post_site
from lca.per_served import of_each
from lca.premises import ask_where_metered, control_taken, host_of, lease_of, machines_of, ownership_of, pue_of
from lca.statement import attributed
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
    "heat": heat.post,
    "vehicles": vehicle.post,
    **dict.fromkeys(goods.KINDS, goods.post),
    **dict.fromkeys(stated.KINDS, stated.post),
    "sold": sold.post,
}
"""The posting rule of every kind of activity."""


def resolve(case: Case, datasets: Datasets) -> Resolved:
    """Make every choice that the case leaves open, and link every figure."""
    choices = Chooser(datasets, case.boundary, case.conventions, case.assets, case.residual_mixes)
    for asset in case.assets.values():
        _hardware_known(asset, choices)
    control_taken(case, choices)
    organisation = case.boundary.subject == "organisation"
    metered = {id for id, facility in case.facilities.items() if organisation and "metered" in facility.figures}
    used = {case.assets[run.asset].facility for run in case.workloads.values() if _draws(run)} | metered
    grids = {id: _counted(grid.factors(case.facilities[id], choices), case) for id in case.facilities if id in used}
    served = {run.id: serving.prepare(run, case.assets[run.asset], choices) for run in case.workloads.values()}
    ran = [item.run for item in served.values()]
    drawn = {run.id: _draw(served[run.id], case, choices) for run in ran if _draws(run)}
    consumed = {id: _consumption(case.facilities[id], case, drawn, choices) for id in grids}
    contracts = choices.contracts = _has_contracts(case)
    sites = [market.Site(case.facilities[id], consumed[id], grids[id]) for id in grids]
    covered: dict[str, Figure] = {}
    markets = market.factors(sites, case.instruments, choices, covered) if contracts else {}
    lines: list[Line] = []
    parts: dict[str, list[Figure]] = {}
    for item in served.values():
        lines += _workload(item, case, drawn.get(item.run.id), grids, markets, choices, parts, contracts=contracts)
    if organisation:
        for id, energy in consumed.items():
            if energy is not None:
                lines += post_site(case.facilities[id], case, energy, grids[id], markets.get(id), choices)
    made_here = {line.activity for line in lines if line.part.startswith("embodied")}
    runs = [(run, case.assets[run.asset]) for run in case.workloads.values() if run.id in made_here]
    resource.tell_what_is_missing([*parts.get("adpe", ()), *parts.get("primary_energy", ())], runs, choices)
    used_in: dict[str, Figure | None] = {}
    for activity in case.activities:
        if "region" in activity.places:
            choices.region(activity.region, activity.places["region"])
        posted = POST[activity.kind](_in_use(activity, used_in, choices), choices)
        lines += [replace(line, lease=lease_of(activity, case)) for line in posted]
    if not organisation:
        made = totals(lines, parts, ran)
    else:
        of_workloads = [line for line in lines if line.view == "workload"]
        of_inventory = [line for line in lines if line.view == "inventory"]
        ours, made = organise(case, of_inventory, of_workloads, drawn, consumed, choices)
        lines = [*ours, *of_workloads]
        if case.matching != "annual" and contracts:
            made |= matched(case, sites, covered, lines, choices)
        beside = attributed(totals(of_workloads, parts, ran))
        made |= {id: figure for id, figure in beside.items() if id not in made}
        made |= of_each(of_workloads, ran, {id: found.used.site for id, found in drawn.items() if found})
    familiar = [(item.name, item.each) for item in case.beside.equivalences]
    made |= memo.equivalences(familiar, made.get("total.location" if organisation else "total"))
    add_by_place(lines, made)
    choices.tell_years()
    return Resolved(tuple(lines), made, tuple(choices.decisions.values()), in_order(choices.findings))


def _counted(factors: Grid, case: Case) -> Grid:
    """The factors of those parts that count."""
    return replace(factors, **{part: None for part in ("upstream", "losses") if part in case.left_out})


def _pue(run: Workload, facility: Facility, choices: Chooser) -> Figure | None:
    """The PUE declared for the facility, else that with which the record was written, else a published one."""
    declared, recorded = facility.figures.get("pue"), run.figures.get("pue")
    if recorded is None:
        return pue_of(facility, choices)
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


def _has_contracts(case: Case) -> bool:
    """Whether anything is bought under a contract, of which a market-based result follows for the whole."""
    return (
        bool(case.instruments or case.residual_mixes)
        or any(item.instruments or "residual_mix" in item.figures for item in case.facilities.values())
        or any({"supplier_factor", "market"} & set(item.figures) for item in case.activities)
    )


def _draw(served: Served, case: Case, choices: Chooser) -> Drawn | None:
    run, asset = served.run, served.asset
    facility = case.facilities[asset.facility]
    pue = _pue(run, facility, choices)
    power = curve.post(run, asset, choices)
    if power is not None:
        power = curve.of_share(run, asset, power)
    elif curve.declared(run, asset, choices):
        return None
    energy = workload.post(run, asset, pue, choices, power, data.post(run, choices))
    if energy is None or pue is None:
        return None
    energy = workload.wait(run, asset, energy, served.idle, choices)
    return Drawn(energy, electricity.use(run, energy.it, pue, energy.site))


def _consumption(facility: Facility, case: Case, drawn: Mapping[str, Drawn | None], choices: Chooser) -> Figure | None:
    """What a facility bought by its meter, else what the workloads there draw."""
    bought = electricity.purchased(facility)
    if bought is not None:
        ask_where_metered(facility, case, choices)
        return bought
    there = [run for run in case.workloads.values() if case.assets[run.asset].facility == facility.id]
    figures = [found.used.site for run in there if (found := drawn.get(run.id))]
    if case.boundary.subject == "organisation":
        choices.report("no-meter", facility.place, facility=facility.id)
    id, name = f"{facility.key}.electricity", f"Electricity that the workloads at {facility.id} draw"
    if len(figures) < 2:
        return figures[0] if figures else None
    return choices.once(id, lambda: derive(id, name, intensity.site_energy_of_all, parts=figures))


def _in_use(activity: Activity, used_in: dict[str, Figure | None], choices: Chooser) -> Activity:
    """A product that was sold, with the generation factor of the region where it is used, unless it has its own."""
    if activity.kind != "sold" or "energy" not in activity.figures or "grid" in activity.figures:
        return activity
    if activity.region is None:
        place = activity.places.get("energy", activity.place)
        choices.report("needs", place, key="energy", needed="grid` or `region")
        return activity
    if activity.region not in used_in:
        there = Facility(f"use-in-{activity.region}", activity.region, {}, (), activity.place)
        used_in[activity.region] = grid.factors(there, choices).generation
    generation = used_in[activity.region]
    return replace(activity, figures={**activity.figures, "grid": generation}) if generation else activity


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
    served: Served,
    case: Case,
    drawn: Drawn | None,
    grids: Mapping[str, Grid],
    markets: Mapping[str, Figure],
    choices: Chooser,
    parts: dict[str, list[Figure]],
    *,
    contracts: bool,
) -> list[Line]:
    """The lines of one workload; its energies and water are added to `parts`."""
    run, asset = served.run, served.asset
    facility = case.facilities[asset.facility]
    owned = ownership_of(asset, facility, choices)
    poster = electricity.Poster(run.id, run.key, "workload", facility.id, facility.entity)
    if stated := run.figures.get("operational"):
        time = served.reserved
        if time is not None:
            parts.setdefault("device_hours", []).append(time)
        return [
            *electricity.post_stated(poster, stated, owned, asset.control, contracts=contracts),
            *_manufacture(served, case, owned, choices, parts),
        ]
    if drawn is None:
        return []
    energy, used, factors = drawn.energy, drawn.used, grids[facility.id]
    lines: list[Line] = []
    for flow in electricity.flows(run, used, energy.it, owned, asset.control):
        lines += electricity.post(poster, flow, factors, markets.get(facility.id))
    lines += _manufacture(served, case, owned, choices, parts)
    beside = case.boundary.subject == "organisation"
    litres = water.post(run, energy.it, used.site, facility, choices, beside_a_site=beside)
    shown = {
        "energy.accelerators": energy.accelerators,
        "energy.host": energy.host,
        "energy.idle": energy.idle,
        "energy.it": energy.it,
        "energy.overhead": used.overhead,
        "energy.site": used.site,
        "device_hours": served.reserved,
        "device_hours.spare": served.spare,
        "water.site": litres.site,
        "water.source": litres.source,
        "water.scarcity": litres.scarcity,
        "primary_energy.electricity": resource.of_electricity(run, facility, used.site),
        "recorded.emissions": run.figures.get("emissions"),
        **electricity.parts(run, energy.parts, used.overhead, factors.generation),
    }
    for id, figure in shown.items():
        if figure is not None:
            parts.setdefault(id, []).append(figure)
    return lines


def _manufacture(
    served: Served, case: Case, owned: str, choices: Chooser, parts: dict[str, list[Figure]]
) -> list[Line]:
    """The embodied lines of one workload; the resources behind them are added to `parts`."""
    if "embodied" in case.left_out:
        return []
    run, asset, time = served.run, served.asset, served.provisioned
    host = host_of(asset, choices)
    machines = machines_of(asset, host, choices)
    lines = hardware.post(run, asset, host, served.reserved, owned, choices, machines, served.spare)
    counted = [part for part in ("accelerators", "host") if any(line.part == f"embodied.{part}" for line in lines)]
    resources = resource.post(
        run, asset, host, machines, time, lambda: hardware.lifetime_of(asset, choices), counted, choices
    )
    for id, figure in resources.items():
        parts.setdefault(id, []).append(figure)
    return lines
