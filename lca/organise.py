"""The organisation's part of the tree: its sites, its capital goods, what it shares out, its statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lca.attribution import Drawn, Site, shared_out
from lca.choose import Chooser
from lca.figure import Figure
from lca.inventory import Lease, Line
from lca.methods import base_year, capital, electricity, hardware, market, memo, screening, target
from lca.methods.consolidation import APPROACHES, consolidate, summed
from lca.model import Asset, Beside, Case, Facility, Grid
from lca.placement import OF_ISO
from lca.premises import host_of, lease_of_site, machines_of, ownership_of, pue_of
from lca.site_indicators import of_sites
from lca.statement import statement


def organise(
    case: Case,
    lines: Sequence[Line],
    of_workloads: Sequence[Line],
    drawn: Mapping[str, Drawn | None],
    consumed: Mapping[str, Figure | None],
    choices: Chooser,
) -> tuple[list[Line], dict[str, Figure]]:
    """The lines that the organisation consolidates, and every total of its inventory and beside it."""
    movements = {asset.id: _acquired(asset, case, choices) for asset in case.assets.values()}
    acquired = [line for of_asset in movements.values() for lines_of, _ in of_asset.values() for line in lines_of]
    posted = [*lines, *acquired]
    ours, made = statement(posted, case)
    classes: dict[str, list[Mapping[str, Figure]]] = {}
    for id, of_asset in movements.items():
        for part, (_, steps) in of_asset.items():
            if steps:
                name = "host" if part == "host" else choices.class_of(case.assets[id].device)
                classes.setdefault(name, []).append(steps)
    made |= capital.bridge(classes)
    made |= capital.reconciled(ours, case.assets, made.get("scope3.cat2"))
    worn = {
        id: [steps["amortised"] for _, steps in of_asset.values() if "amortised" in steps]
        for id, of_asset in movements.items()
    }
    for facility in case.facilities.values():
        if "key" in facility.words:
            made |= shared_out(
                Site(facility, case, consumed.get(facility.id), drawn, worn, posted, of_workloads, choices)
            )
    made |= of_sites(case, consumed, lines, choices)
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
    for flow in electricity.of_meter(facility, energy, pue, owned, None if lease else control, choices):
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


Movement = tuple[list[Line], dict[str, Figure]]
"""The lines of what was acquired, and the steps of the bridge."""


def _acquired(asset: Asset, case: Case, choices: Chooser) -> dict[str, Movement]:
    """The line of own hardware that was acquired in the period, with its movements in the bridge; by its parts."""
    facility, period = case.facilities[asset.facility], case.boundary.period
    if asset.acquired is None or period is None or ownership_of(asset, facility, choices) in ("leased", "cloud"):
        return {}
    if "count" not in asset.figures:
        choices.report("needs", asset.places["acquired"], key="acquired", needed="count")
        return {}
    host = host_of(asset, choices)
    known = hardware.embodied(asset, host, machines_of(asset, host, choices), choices)
    lifetime = hardware.lifetime_of(asset, choices)
    if not known or lifetime is None:
        return {}
    policy, entity = case.boundary.early_retirement, facility.entity
    return {
        part: capital.post(asset, part, embodied, lifetime, period, policy, entity) for part, embodied in known.items()
    }


def _beside(beside: Beside, year: int | None, made: Mapping[str, Figure]) -> dict[str, Figure]:
    """What is shown beside the inventory: nothing of it enters a total."""
    found: dict[str, Figure] = {}
    for aim in beside.targets:
        found |= target.statement(aim, year, made)
    gross = made.get("total.market") or made.get("total.location")
    found |= memo.credits([credit.volume for credit in beside.credits], gross)
    if beside.price is not None:
        found |= memo.price(beside.price, made.get("scope2.location"), made.get("scope2.market"))
    return found | memo.misstatements(beside.misstatements, made.get("total.location"), beside.materiality)
