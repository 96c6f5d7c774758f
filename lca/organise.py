"""The organisation's part of the tree: its sites, its capital goods, what it shares out, its statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lca.choose import Chooser
from lca.figure import Figure, Given, derive
from lca.inventory import Lease, Line
from lca.methods import (
    allocation,
    base_year,
    capital,
    electricity,
    hardware,
    market,
    memo,
    screening,
    target,
    water,
    workload,
)
from lca.methods.consolidation import APPROACHES, consolidate, summed
from lca.model import Asset, Beside, Case, Facility, Grid, Workload
from lca.placement import OF_ISO
from lca.premises import host_of, lease_of_site, machines_of, ownership_of, pue_of
from lca.statement import statement


@dataclass(frozen=True)
class Drawn:
    """What a workload draws: at its nodes, and at its site."""

    energy: workload.Energy
    used: electricity.Use


def organise(
    case: Case,
    lines: Sequence[Line],
    drawn: Mapping[str, Drawn | None],
    consumed: Mapping[str, Figure | None],
    choices: Chooser,
) -> tuple[list[Line], dict[str, Figure]]:
    """The lines that the organisation consolidates, and every total of its inventory and beside it."""
    movements = {asset.id: _acquired(asset, case, choices) for asset in case.assets.values()}
    acquired = [line for of_asset, _ in movements.values() for line in of_asset]
    posted = [*lines, *acquired]
    ours, made = statement(posted, case)
    classes: dict[str, list[Mapping[str, Figure]]] = {}
    for id, (_, steps) in movements.items():
        if steps:
            classes.setdefault(choices.class_of(case.assets[id].device), []).append(steps)
    made |= capital.bridge(classes)
    for facility in case.facilities.values():
        if "key" in facility.words:
            worn = [steps["amortised"] for id, (_, steps) in movements.items() if _stands(id, facility, case) and steps]
            made |= _shared_out(facility, case, posted, drawn, consumed.get(facility.id), worn, choices)
    metered = [item.figures["water"] for item in case.facilities.values() if "water" in item.figures]
    if metered:
        made["water.site"] = derive(
            "water.site", "Water on site, by its meters", water.water_on_site_of_all, parts=metered
        )
    made |= screening.statement(_left_out(case, ours), made.get("total.location"))
    made |= _beside(case.beside, choices.year, made)
    if case.base_year:
        made |= base_year.statement(case.base_year, case.recalculations, made.get("total.location"), choices)
    return ours, made


def _left_out(case: Case, lines: Sequence[Line]) -> list[Figure]:
    """The screened sizes of what is left out: excluded, or judged not significant and not computed."""
    computed = {line.category for line in lines}
    judged = [
        item.screening
        for item in case.boundary.significance
        if not item.significant and not computed & {item.source, *OF_ISO.get(item.source, ())}
    ]
    return [figure for figure in (*(item.screening for item in case.boundary.exclusions), *judged) if figure]


def _stands(asset: str, facility: Facility, case: Case) -> bool:
    return case.assets[asset].facility == facility.id


def _shared_out(
    facility: Facility,
    case: Case,
    lines: Sequence[Line],
    drawn: Mapping[str, Drawn | None],
    consumed: Figure | None,
    worn: Sequence[Figure],
    choices: Chooser,
) -> dict[str, Figure]:
    """What of a facility's energy, carbon, water and manufacture falls to each workload there, and to idle time."""
    there = [run for run in case.workloads.values() if _stands(run.asset, facility, case)]
    key = _key(facility, there, case, drawn, consumed, choices)
    if key is None:
        return {}
    here = [line for line in lines if line.facility == facility.id]
    pools: dict[str, list[Figure]] = {
        "energy": [consumed] if consumed else [],
        "location": [line.figure for line in here if line.part == "operational" and line.basis == "location"],
        "market": [line.figure for line in here if line.part == "operational" and line.basis == "market"],
        "upstream": [line.figure for line in here if line.part in ("upstream", "losses")],
        "embodied": list(worn),
        "water": [facility.figures["water"]] if "water" in facility.figures else [],
    }
    shares = allocation.shares(facility.id, key, spread=facility.words["idle"] == "spread")
    return allocation.statement(facility.id, shares, {name: parts for name, parts in pools.items() if parts})


def _key(
    facility: Facility,
    runs: Sequence[Workload],
    case: Case,
    drawn: Mapping[str, Drawn | None],
    consumed: Figure | None,
    choices: Chooser,
) -> allocation.Key | None:
    """What the workloads of a facility are measured by; None, with a finding, when one of them says nothing of it."""
    name = facility.words["key"]
    parts: dict[str, Figure] = {}
    for run in runs:
        found = drawn.get(run.id)
        part = _measure(name, run, found) if found else run.figures.get("price") if name == "price" else None
        if part is None:
            choices.report("key-missing", run.place, name=run.id, key=name, facility=facility.id)
            return None
        parts[run.id] = part
    if not parts:
        choices.report("nothing-to-share", facility.places.get("attribution", facility.place), facility=facility.id)
        return None
    whole = {"energy": consumed, "reserved-time": None, "busy-time": None, "price": None}[name]
    if name == "reserved-time":
        whole = _capacity(facility, case)
    return allocation.Key(name, parts, whole)


def _measure(key: str, run: Workload, drawn: Drawn) -> Figure | None:
    """What one workload has of the key."""
    match key:
        case "energy":
            return drawn.used.site
        case "price":
            return run.figures.get("price")
    time, busy = drawn.energy.device_hours, run.figures.get("utilisation")
    if key == "reserved-time" or time is None:
        return time
    if busy is None:
        return None
    return derive(f"{run.key}.busy", f"Busy time of {run.id}", workload.busy_device_hours, time=time, utilisation=busy)


def _capacity(facility: Facility, case: Case) -> Figure | None:
    """Device-hours that the hardware of a facility offers in the period; None when nobody counts the devices."""
    period = case.boundary.period
    there = [asset for asset in case.assets.values() if asset.facility == facility.id]
    if period is None or any("count" not in asset.figures for asset in there):
        return None
    offered = []
    for asset in there:
        start = max(period.start, asset.acquired or period.start)
        end = min(period.end + timedelta(days=1), asset.retired or period.end + timedelta(days=1))
        said = case.boundary.period_place if start == period.start else asset.places["acquired"]
        days, note = (end - start).days, f"from {start} to before {end}"
        given = Given(days * HOURS_OF_DAY, said or asset.place, "declared", note=note, written=str(start))
        time = Figure(f"{asset.key}.offered", f"Time that {asset.id} is there in the period", "h", given)
        id, name = f"{asset.key}.capacity", f"Device-hours that {asset.id} offers"
        offered.append(derive(id, name, workload.reserved_device_hours, count=asset.figures["count"], duration=time))
    if len(offered) == 1:
        return offered[0]
    id, name = f"attribution.{facility.id}.capacity", f"Device-hours that {facility.id} offers"
    return derive(id, name, allocation.sum_of_key, parts=offered)


HOURS_OF_DAY = 24.0


def post_site(
    facility: Facility,
    case: Case,
    energy: Figure,
    factors: Grid,
    contracted: Figure | None,
    choices: Chooser,
    matched: str = "",
) -> list[Line]:
    """The lines of a facility's electricity in the inventory; those of another matching have ids of their own."""
    owned, control, lease = _of_site(facility, case, choices)
    beyond = "metered" in facility.figures and facility.figures["metered"].unit == "kWh_it"
    pue = pue_of(facility, choices) if beyond else None
    key = f"{facility.key}.electricity{matched}"
    poster = electricity.Poster(facility.id, key, "inventory", facility.id, facility.entity)
    lines: list[Line] = []
    # What is leased is posted as held: each approach to consolidation then decides whether it is.
    for flow in electricity.of_meter(facility, energy, pue, owned, None if lease else control):
        lines += electricity.post(poster, flow, factors, contracted)
    return [replace(line, lease=lease) for line in lines]


def matched(
    case: Case, sites: Sequence[market.Site], covered: Mapping[str, Figure], lines: Sequence[Line], choices: Chooser
) -> dict[str, Figure]:
    """Scope 2 when contracts count only within the same hour or month, beside the result of the year."""
    step = case.matching
    found = market.matching(sites, case.instruments, step, choices)
    heated = [line for line in lines if line.part in ("heat", "vehicle.electricity")]
    drawn: list[Line] = []
    consumptions: list[Figure] = []
    for site in sites:
        facility, energy, factor = site.facility, site.consumption, found.factors.get(site.facility.id)
        if energy is not None and factor is not None:
            drawn += post_site(facility, case, energy, site.grid, factor, choices, f".{step}")
            consumptions.append(energy)
    approach = case.organisation.consolidation if case.organisation else APPROACHES[0]
    ours = [*heated, *consolidate(drawn, case.entities, approach)]
    ours = [line for line in ours if line.scope == 2 and line.basis == "market"]
    shares = {
        "matched.annual": ("Share of electricity that contracts cover over the year", covered),
        f"matched.{step}": (f"Share of electricity that is matched, {step}", found.energies),
    }
    figures = {id: market.share_matched(id, name, [*of.values()], consumptions) for id, (name, of) in shares.items()}
    id = f"scope2.market.{step}"
    figures = {id: summed(id, f"Scope 2, market-based, matched {step}", ours), **figures}
    return {id: figure for id, figure in figures.items() if figure is not None}


def _of_site(facility: Facility, case: Case, choices: Chooser) -> tuple[str, str | None, Lease | None]:
    """Whose a site is, who operates it, on what lease: declared, else that of the hardware there."""
    if facility.owned:
        return facility.owned, facility.control, lease_of_site(facility)
    there = [asset for asset in case.assets.values() if asset.facility == facility.id]
    if there:
        (asset, *_), owned = there, ownership_of(there[0], facility, choices)
        return owned, asset.control, Lease(asset.control != "none", asset.lease or "") if owned == "leased" else None
    choices.decide(
        f"{facility.key}.owned",
        f"Ownership of {facility.id}",
        "owned",
        "The case does not say; a facility is taken as owned.",
        place=facility.place,
        assumed=True,
        source="ghgp-corporate-2004",
    )
    return "owned", None, None


def _acquired(asset: Asset, case: Case, choices: Chooser) -> tuple[list[Line], dict[str, Figure]]:
    """The line of own hardware that was acquired in the period; with its movements in the bridge."""
    facility, period = case.facilities[asset.facility], case.boundary.period
    if asset.acquired is None or period is None or ownership_of(asset, facility, choices) in ("leased", "cloud"):
        return [], {}
    if "count" not in asset.figures:
        choices.report("needs", asset.places["acquired"], key="acquired", needed="count")
        return [], {}
    host = host_of(asset, choices)
    known = hardware.embodied(asset, host, machines_of(asset, host, choices), choices)
    lifetime = hardware.lifetime_of(asset, choices)
    if not known or lifetime is None:
        return [], {}
    policy = case.boundary.early_retirement
    return capital.post(asset, list(known.values()), lifetime, period, policy, facility.entity)


def _beside(beside: Beside, year: int | None, made: Mapping[str, Figure]) -> dict[str, Figure]:
    """What is shown beside the inventory: nothing of it enters a total."""
    found: dict[str, Figure] = {}
    for aim in beside.targets:
        found |= target.statement(aim, year, made)
    gross = made.get("total.market") or made.get("total.location")
    found |= memo.credits(beside.credits, gross)
    if beside.price is not None:
        found |= memo.price(beside.price, made.get("scope2.location"), made.get("scope2.market"))
    return found | memo.misstatements(beside.misstatements, made.get("total.location"), beside.materiality)
