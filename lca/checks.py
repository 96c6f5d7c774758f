"""What a verifier would ask, one function per question. Each yields findings; none changes a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from lca import analysed, claims, completeness, consistency, organisational, pitfalls, sites, units, unused
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Derived, Figure, Given, Place, walk
from lca.findings import finding, in_order
from lca.inventory import Inventory
from lca.methods import grid
from lca.methods.base_year import COUNTS
from lca.methods.consolidation import APPROACHES, controlled
from lca.methods.refrigerant import is_balance
from lca.model import Finding, Workload

ABOVE_RATING = 0.01
"""What a measured mean may exceed the rating by, for the rounding of a sensor."""


def check(inventory: Inventory, datasets: Datasets | None = None) -> Inventory:
    """The inventory with what the checks found added to its findings."""
    datasets = datasets or Datasets()
    found = [item for question in CHECKS for item in question(inventory, datasets)]
    return replace(inventory, findings=in_order([*inventory.findings, *found]))


def pue_in_range(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the PUE one that data centres report?"""
    highest = max(row.value for row in datasets.table("pue"))
    for facility in inventory.case.facilities.values():
        pue = facility.figures.get("pue")
        if pue and isinstance(pue.reason, Given) and pue.reason.value and pue.reason.value > 2 * highest - 1:
            yield finding(
                "pue-unusual",
                pue.reason.place,
                pue=number(pue.reason.value),
                high=f"at most {highest:g} where published",
            )


def power_within_rating(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a device draw more than it is rated for, as declared or as recorded?"""
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        thing = datasets.thing(asset.device) if asset.device else None
        rated = thing.values.get("power", [None])[0] if thing else None
        drawn = _power_per_device(run)
        if rated is None or drawn is None or run.measured_at == "node":
            continue
        power, place = drawn
        if power > units.convert(rated.value, rated.unit, "kW_it/device") * (1 + ABOVE_RATING):
            shown = quantity(units.convert(power, "kW", rated.unit), rated.unit)
            yield finding("power-above-rating", place, power=shown, device=asset.device, rated=rated.written)


def _power_per_device(run: Workload) -> tuple[float, Place] | None:
    """Mean power per device: declared, or energy over device-hours of a record that counts its devices."""
    power = run.figures.get("power")
    if power is not None and isinstance(power.reason, Given) and power.reason.value is not None:
        return power.reason.value, power.reason.place
    for record in run.records:
        energy, duration = (record.figures.get(key) for key in ("accelerator_energy", "duration"))
        devices = record.facts.get("devices") or record.facts.get("gpu_count")
        if energy and duration and devices and isinstance(energy.reason, Given) and isinstance(duration.reason, Given):
            hours = (duration.reason.value or 0.0) * float(devices.partition(",")[0])
            bridged = record.figures.get("bridged_energy")
            over_gaps = (bridged.reason.value or 0.0) if bridged and isinstance(bridged.reason, Given) else 0.0
            if hours and energy.reason.value is not None:
                return (energy.reason.value + over_gaps) / hours, energy.reason.place
    return None


def assets_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the same thing counted by two activities, or by an activity and as own hardware?"""
    seen: dict[str, tuple[str, str, str]] = {
        name: (f"hardware `{name}`", "hardware", "") for name in inventory.case.assets
    }
    for activity in inventory.case.activities:
        asset = activity.words.get("asset")
        if asset is None:
            continue
        ours = (f"`{activity.title}` ({activity.kind})", activity.kind, activity.words.get("month", ""))
        first = seen.setdefault(asset, ours)
        another_month = first[1] == ours[1] and first[2] != ours[2]
        if first is not ours and not another_month:
            place = activity.places.get("asset", activity.place)
            yield finding("asset-counted-twice", place, asset=asset, first=first[0], second=ours[0])


def devices_recorded(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does the record hold as many devices as the case declares?"""
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        count = asset.figures["count"].reason if "count" in asset.figures else None
        for record in run.records:
            recorded = record.facts.get("devices")
            if recorded and isinstance(count, Given) and count.value is not None and float(recorded) != count.value:
                yield finding(
                    "devices-differ", count.place, recorded=recorded, asset=asset.id, declared=f"{count.value:g}"
                )


def within_a_lifetime(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Did a run last longer than its hardware serves: as declared, as taken, else as the longest convention has it?"""
    taken = {item.id: item.figures[0] for item in inventory.decisions if len(item.figures) == 1}
    longest = max(units.convert(row.value, row.unit, "h") for row in datasets.table("lifetime"))
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        lifetime = asset.figures.get("lifetime") or taken.get(f"{asset.key}.lifetime")
        serves = _number_of(lifetime) or longest
        stated, devices = run.figures.get("duration"), 1.0
        if stated is None:
            stated, devices = run.figures.get("device_hours"), _number_of(asset.figures.get("count")) or 0.0
        hours = _number_of(stated)
        if stated and hours and devices and hours / devices > serves:
            in_years = [quantity(units.convert(time, "h", "year"), "years") for time in (hours / devices, serves)]
            yield finding("longer-than-life", _place_of(stated), run=run.id, time=in_years[0], lifetime=in_years[1])


def _number_of(figure: Figure | None) -> float | None:
    return figure.reason.value if figure and isinstance(figure.reason, Given) else None


def _place_of(figure: Figure) -> Place:
    assert isinstance(figure.reason, Given)
    return figure.reason.place


def work_fits_its_time(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can the reserved devices serve what is declared, as fast as it was measured or is modelled?"""
    figures = {figure.id: figure for figure in inventory.values}
    for run in inventory.case.workloads.values():
        waiting = figures.get(f"{run.key}.waiting_hours")
        hours = inventory.value(waiting) if waiting else None
        if waiting is not None and hours is not None and hours < 0:
            reserved, busy = (number(inventory.value(figure)) for figure in waiting.inputs)
            yield finding("work-exceeds-time", run.place, name=run.id, busy=busy, reserved=reserved)


def overhead_stated(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """What share of the site's energy is overhead? Of the site's, not of the IT equipment's."""
    if not {"energy.overhead", "energy.site", "energy.it"} <= set(inventory.totals):
        return
    overhead, site, it = (inventory.value(f"energy.{part}") for part in ("overhead", "site", "it"))
    if overhead and site and it:
        yield finding(
            "pue-overhead",
            Place(inventory.case.path),
            share=f"{100 * overhead / site:.1f} %",
            of_it=f"{100 * overhead / it:.1f} %",
        )


def base_year_stands(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the base year to be recalculated? By the net and by the absolute test."""
    base = inventory.case.base_year
    tests = [inventory.totals.get(f"base_year.test.{name}") for name in ("net", "absolute")]
    if base is None or not all(tests):
        return
    net, gross = (inventory.value(test) or 0.0 for test in tests if test)
    limit = stated_value(base.threshold)
    due = abs(net if base.policy == "net" else gross) > limit
    shown = {name: f"{100 * share:.2f} %" for name, share in (("net", net), ("gross", gross), ("threshold", limit))}
    changes = [item for item in inventory.case.recalculations if item.trigger in COUNTS]
    shown["changes"] = "; ".join(f"{item.what} ({item.date})" for item in changes)
    slug = "base-year-due" if due else "base-year-not-due"
    yield finding(slug, base.place, policy=base.policy, year=base.year, **shown)


def misstatements_material(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are uncorrected misstatements material? By the net and by the absolute test."""
    materiality = inventory.case.beside.materiality
    tests = [inventory.totals.get(f"misstated.{name}") for name in ("net", "absolute")]
    if materiality is None or not all(tests):
        return
    net, gross = (inventory.value(test) or 0.0 for test in tests if test)
    limit = stated_value(materiality)
    slug = "misstatements-material" if max(abs(net), gross) > limit else "misstatements-not-material"
    shown = {name: f"{100 * share:.2f} %" for name, share in (("net", net), ("gross", gross), ("limit", limit))}
    assert isinstance(materiality.reason, Given)
    yield finding(slug, materiality.reason.place, **shown)


def stated_value(figure: Figure) -> float:
    """The number of a leaf."""
    assert isinstance(figure.reason, Given)
    return figure.reason.value or 0.0


COVERED = {
    "water.site": ("water on site", "water"),
    "water.source": ("water at the power stations", "source_water"),
    "water.scarcity": ("scarcity-weighted water", "scarcity"),
    "primary_energy.electricity": ("primary energy of electricity", "primary_energy"),
    "adpe.electricity": ("depletion of elements behind electricity", "adpe"),
}
"""What an inventory sums over its sites: in words, and the field that a site lacks."""
ASKED_ONLY_IF_BEGUN = {"water.scarcity"}
"""What no standard asks of an inventory: said only where some site has it."""


def sites_covered(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Which sites does an indicator of the inventory leave out, and how much of the electricity is theirs?"""
    case, held = inventory.case, {}
    approach = case.organisation.consolidation if case.organisation else APPROACHES[0]
    for facility in case.facilities.values():
        entity, energy = (
            case.entities.get(facility.entity or ""),
            inventory.totals.get(f"facility.{facility.id}.energy"),
        )
        if energy and (entity is None or approach == "equity-share" or controlled(entity, approach)):
            held[facility.id] = inventory.value(energy) or 0.0
    for id, (name, key) in COVERED.items() if held else ():
        lacking = [site for site in held if f"facility.{site}.{id}" not in inventory.totals]
        if not lacking or (len(lacking) == len(held) and id in ASKED_ONLY_IF_BEGUN):
            continue
        whole = sum(held.values())
        share = sum(energy for site, energy in held.items() if site not in lacking) / whole if whole else 0.0
        sites, place = ", ".join(f"`{site}`" for site in lacking), case.facilities[lacking[0]].place
        yield finding("site-not-covered", place, name=name, sites=sites, share=f"{100 * share:.1f} %", key=key)


WHOLE = 1e-9
"""To what an attribution must add up."""
LONGEST_MONTH = 31 * 24 / 730 - 1
"""By how much the hours of a month may exceed a twelfth of a year, as lifetimes count it."""


def attribution_whole(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does what is shared out add up to what there is, and is nothing below zero?"""
    for facility in inventory.case.facilities.values():
        prefix = f"attribution.{facility.id}."
        pools = [id for id in inventory.totals if id.startswith(prefix) and "." not in id.removeprefix(prefix)]
        said: set[bool] = set()
        for id in pools:
            pool, whole = id.removeprefix(prefix), inventory.value(id) or 0.0
            rows = {row: inventory.value(row) or 0.0 for row in inventory.totals if _is_row(row, prefix, pool)}
            if not rows:
                continue
            slack = (LONGEST_MONTH if pool == "embodied" else WHOLE) * abs(whole)
            low = min(rows, key=lambda row: rows[row])
            if (pool == "embodied") in said:
                continue  # carbon and water follow energy, and lack what it lacks
            if rows[low] < -slack or abs(sum(rows.values()) - whole) > WHOLE * abs(whole):
                said.add(pool == "embodied")
                place, unit = facility.places.get("attribution", facility.place), inventory.totals[id].unit
                shown = {"rows": quantity(rows[low], unit), "whole": quantity(whole, unit)}
                name = low.removeprefix(prefix).removesuffix(f".{pool}")
                yield finding("attribution-not-whole", place, pool=pool, facility=facility.id, row=name, **shown)


def _is_row(id: str, prefix: str, pool: str) -> bool:
    """Whether a total is what one row of an attribution has of a pool."""
    return id.startswith(prefix) and id.endswith(f".{pool}") and id != f"{prefix}{pool}"


OIL_WORTH_SAYING = 0.05


def oil_in_mix(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a generation factor lean on the direct factor of oil, which no oil-fired plant reaches?"""
    if "operational" not in inventory.totals:
        return
    below = set(walk([inventory.totals["operational"]]))
    given = {decision.id: decision.gives for decision in inventory.decisions if decision.gives in below}
    for facility in inventory.case.facilities.values():
        factor = given.get(f"{facility.key}.grid")
        part = next((part for part in walk([factor] if factor else []) if _is_of_oil(part)), None)
        if part is None:
            continue
        share, direct = part.inputs
        made = inventory.value(share)
        if made and made > OIL_WORTH_SAYING:
            place = facility.places.get("location", facility.place)
            shown = f"{number(1000 * (inventory.value(direct) or 0.0), 3)} g/kWh"
            yield finding("oil-in-mix", place, facility=facility.id, share=f"{100 * made:.0f} %", factor=shown)


def _is_of_oil(figure: Figure) -> bool:
    """Whether it is what oil adds to a modelled factor of generation."""
    reason = figure.reason
    return figure.id.endswith(".oil") and isinstance(reason, Derived) and reason.equation is grid.generation_part


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


def balances_positive(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a mass balance leave gas that escaped, and not gas that came from nowhere?"""
    activities = {activity.key: activity for activity in inventory.case.activities}
    below_zero = {figure for figure, value in inventory.values.items() if is_balance(figure) and value and value < 0}
    for line in inventory.lines if below_zero else ():
        activity = activities.get(line.activity)
        for figure in below_zero.intersection(walk([line.figure])) if activity else ():
            assert activity is not None
            mass = quantity(inventory.value(figure), figure.unit)
            yield finding("balance-negative", activity.place, name=activity.title, mass=mass)


CHECKS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    pue_in_range,
    power_within_rating,
    devices_recorded,
    assets_once,
    within_a_lifetime,
    work_fits_its_time,
    overhead_stated,
    sites_covered,
    attribution_whole,
    base_year_stands,
    misstatements_material,
    claims.claims_reproduced,
    claims.intensity_plausible,
    oil_in_mix,
    footprints_agree,
    unused.contracts_applied,
    balances_positive,
    unused.every_figure_used,
    *analysed.QUESTIONS,
    *consistency.QUESTIONS,
    *sites.QUESTIONS,
    *completeness.QUESTIONS,
    *organisational.QUESTIONS,
    *pitfalls.QUESTIONS,
)
