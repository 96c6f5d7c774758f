"""What a verifier would ask, one function per question. Each yields findings; none changes a number."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from lca import consistency, pitfalls, units
from lca.datasets import WORLD, Datasets
from lca.explain import number, quantity
from lca.findings import finding, in_order, nearest
from lca.methods import grid
from lca.methods.market import ROUNDING
from lca.methods.refrigerant import is_balance
from lca.model import (
    Activity,
    Asset,
    Case,
    Claim,
    Derived,
    Facility,
    Figure,
    Finding,
    Given,
    Inventory,
    Part,
    Place,
    Workload,
    leaves,
    walk,
)
from lca.totals import UNITS

SLIPS = {3: "1000", 6: "a million", -3: "1/1000", -6: "a millionth"}
"""Ratios that betray a unit written for another: kg for g, MWh for kWh."""
SLIP_TOLERANCE = 0.02
CHOOSE = ("batch", "batch_fill")
"""Fields that decide which measurement is taken, and go into no equation."""
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
    yield finding("base-year-due" if due else "base-year-not-due", base.place, policy=base.policy, **shown)


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


def claims_reproduced(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does what was published follow from its own inputs?"""
    for claim in inventory.case.claims:
        figure = inventory.totals.get(claim.total)
        unit = figure.unit if figure else UNITS.get(re.sub(r"\.\d+$", "", claim.total))
        if unit is None or (figure is None and not inventory.failed):
            known = inventory.totals if inventory.totals and not inventory.failed else UNITS
            near, allowed = nearest(claim.total, known), ", ".join(known)
            yield finding("claim-unknown", claim.total_place, total=claim.total, allowed=allowed, nearest=near)
            continue
        try:
            held = hold(claim, inventory, unit)
        except units.UnitError as error:
            yield _unread(claim, unit, error)
            continue
        if held is None:
            continue
        details = {
            "source": claim.source,
            "claimed": claim.written,
            "total": claim.total,
            "ours": quantity(held.ours, unit),
            "case": inventory.case.path,
        }
        if held.same:
            yield finding("claim-holds", claim.place, **details)
        else:
            yield finding(
                "claim-differs",
                claim.place,
                difference=held.difference,
                rounding=quantity(held.half_digit, unit),
                slip=_slip(held.claimed, held.ours),
                **details,
            )


@dataclass(frozen=True)
class Comparison:
    """A claim beside ours, in the unit of its total."""

    claimed: float
    half_digit: float
    """What its rounding may hide."""
    ours: float

    @property
    def same(self) -> bool:
        """Whether both are one within the printed digits of the claim."""
        return abs(self.claimed - self.ours) <= self.half_digit * (1 + 1e-9)

    @property
    def difference(self) -> str:
        """How ours differs from the claim, in words (`2.3 % less`); nothing where it does not."""
        if self.same:
            return ""
        if not self.ours or not self.claimed:
            return "ours is zero" if not self.ours else "the claim is zero"
        ratio = self.ours / self.claimed
        if ratio >= FAR_APART:
            return f"{number(ratio, 3)} times as much"
        if 0 < ratio <= 1 / FAR_APART:
            return f"the claim is {number(1 / ratio, 3)} times as much"
        percentage = abs(100 * (ratio - 1))
        return f"{number(percentage, 2 if percentage < 100 else 3)} % {'more' if ratio > 1 else 'less'}"


FAR_APART = 10
"""A ratio from which a percentage says less than the ratio."""


def hold(claim: Claim, inventory: Inventory, unit: str) -> Comparison | None:
    """A claim against this inventory; None where the inventory has no such total.

    Raises `units.UnitError` when the claim is not in the unit of its total.
    """
    claimed, half_digit = _reading_of(claim, unit, inventory)
    ours = inventory.value(claim.total) if claim.total in inventory.totals else None
    return None if ours is None else Comparison(claimed, half_digit, ours)


def _unread(claim: Claim, unit: str, error: units.UnitError) -> Finding:
    wanted = units.plain(unit)
    if error.slug in ("not-a-number", "bare-number"):
        form = f"digits with a decimal point and the unit, as in `14.5 {wanted}`"
        return finding(error.slug, claim.place, **{"wanted": wanted, "form": form, **error.details})
    return finding("claim-unit", claim.place, written=claim.written, total=claim.total, wanted=wanted)


def _reading_of(claim: Claim, unit: str, inventory: Inventory) -> tuple[float, float]:
    """The claim and what its rounding may hide, in the unit of its total, per unit of its service.

    Raises `units.UnitError` when it is not in such a unit.
    """
    text, scale = claim.written, 1.0
    if "service" in unit:
        for service in {service.unit for run in inventory.case.workloads.values() for service in run.services}:
            head, _, last = text.replace(" per ", "/").rpartition("/")
            if last.strip() == service:
                text = head
            elif head:
                with contextlib.suppress(units.UnitError):  # the claim is per something else than a unit of service
                    scale = float(units.factor(service, last.strip()))
                    text = head
    reading = units.read(text, unit, bare=units.plain(unit) == "1")
    return reading.value * scale, reading.half_digit * scale


def _slip(claimed: float, ours: float) -> str:
    if claimed <= 0 or ours <= 0:
        return ""
    for power, words in SLIPS.items():
        if math.isclose(claimed / ours, 10.0**power, rel_tol=SLIP_TOLERANCE):
            return f" The ratio is {words}: a unit was written for another."
    return ""


def intensity_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Could any grid have given the claimed emissions for the energy?"""
    for claim in inventory.case.claims:
        if not claim.total.startswith(("operational", "recorded", "scope2")) and not _is_of_energy(claim, inventory):
            continue
        energy, said = _energy_for(inventory)
        try:
            carbon = units.read(claim.written, "kgCO2e").value
        except units.UnitError:
            continue
        if not energy or not carbon:
            continue
        implied = 1000 * carbon / energy
        low, high = _grids(inventory, datasets)
        if not low <= implied <= high:
            yield finding(
                "intensity-implausible",
                claim.place,
                claim=claim.source,
                implied=f"{number(implied, 3)} g/kWh",
                arithmetic=f"{claim.written} ∕ {number(energy)} kWh, {said}",
                low=f"{low:.0f}",
                high=f"{high:.0f} g/kWh",
            )


def _is_of_energy(claim: Claim, inventory: Inventory) -> bool:
    """Whether a claimed total holds nothing but what electricity emits."""
    return claim.total.startswith("total") and "embodied" not in inventory.totals


def _energy_for(inventory: Inventory) -> tuple[float | None, str]:
    """The energy that a claim of emissions goes with: the claimed one, else ours."""
    for claim in inventory.case.claims:
        if claim.total in ("energy.site", "energy.it"):
            with contextlib.suppress(units.UnitError):  # reported where the claim itself is checked
                return units.read(claim.written, "kWh").value, "the claimed energy"
    for id in ("energy.site", "energy.it"):
        if id in inventory.totals and "operational.stated" not in inventory.totals:
            return inventory.value(id), "the energy of this case"
    return None, ""


def _grids(inventory: Inventory, datasets: Datasets) -> tuple[float, float]:
    """The lowest and the highest intensity of any country's generation in the newest complete years."""
    rows = [
        row for row in datasets.table("grid") if row.attributes.get("boundary") == "lifecycle" and row.region != WORLD
    ]
    values = [row.value for row in rows if row.start and row.start.year >= 2020 and row.value > 0]
    return min(values), max(values)


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


def every_figure_used(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does everything that is declared enter the result? Asked once there is one."""
    if inventory.failed:
        return
    used = [
        figure.reason
        for figure in leaves([*inventory.roots, *(line.figure for line in inventory.lines)])
        if isinstance(figure.reason, Given)
    ]
    said = {found.place for found in inventory.findings if found.slug in SAID_AS_A_WHOLE}
    for place, key in _declared_in_vain(inventory.case, {id(given) for given in used}, said):
        yield finding("no-effect", place, key=key, reason="nothing in it uses it")
    taken = {given.place for given in used}
    for choice, (peer, place) in inventory.case.conventions.items():
        entry = datasets.convention(peer).get(choice)
        if entry and entry["place"] not in taken:
            yield finding("no-effect", place, key=f"conventions.{choice}", reason="nothing in it asks for it")


ONLY_DECIDES = ("price_year",)
"""Figures that choose, and go into no product."""


SAID_AS_A_WHOLE = ("unused", "instrument-ineligible", "instrument-without-market", "volume-without-meter")
"""Findings that say of a whole section that it does not count."""


def _declared_in_vain(case: Case, used: set[int], said: set[Place]) -> Iterator[tuple[Place, str]]:
    """Where and how what nothing uses is declared; of a section that is reported as a whole, nothing."""
    parts = [part for asset in case.assets.values() for part in (*asset.parts, *asset.host_parts)]
    sections: list[Facility | Asset | Workload | Activity | Part] = [
        *case.facilities.values(),
        *case.assets.values(),
        *case.workloads.values(),
        *case.activities,
        *parts,
    ]
    for section in sections:
        if section.place in said:
            continue
        records = section.records if isinstance(section, Workload) else ()
        read = {id(figure.reason) for record in records for figure in record.figures.values()}
        chose = CHOOSE if isinstance(section, Workload) and section.measurement else ()
        for key, figure in section.figures.items():
            if id(figure.reason) not in used and id(figure.reason) not in read and key not in (*ONLY_DECIDES, *chose):
                yield section.places.get(key, _place_of(figure)), figure.id
        for service in section.services if isinstance(section, Workload) else ():
            if id(service.count.reason) not in used:
                yield _place_of(service.count), service.count.id
    for asset in case.assets.values():
        points = [figure for point in asset.power_curve for figure in (point.at, point.share)]
        if points and not used & {id(figure.reason) for figure in points}:
            yield asset.power_curve[0].place, f"{asset.key}.power_curve"
    contracts = [item for facility in case.facilities.values() for item in facility.instruments]
    for contract in (*contracts, *case.instruments):
        if contract.place not in said and not used & {id(figure.reason) for figure in contract.figures.values()}:
            yield contract.place, contract.key
    for entity in case.entities.values():
        if entity.equity and id(entity.equity.reason) not in used:
            yield _place_of(entity.equity), entity.equity.id


def _place_of(figure: Figure) -> Place:
    assert isinstance(figure.reason, Given)
    return figure.reason.place


def volumes_applied(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a contract claim more than there is to cover?"""
    case = inventory.case
    figures = {figure.id: figure for figure in walk(inventory.totals.values())}
    for instrument in [*case.instruments, *(item for place in case.facilities.values() for item in place.instruments)]:
        claimed, applied = (figures.get(f"{instrument.key}.{part}") for part in ("claimed", "applied"))
        if claimed is None or applied is None or not isinstance(claimed.reason, Derived):
            continue
        (consumption,) = claimed.reason.inputs["consumption"]
        (volume,) = claimed.reason.inputs["volume"]
        values = [inventory.value(figure) for figure in (volume, applied, consumption)]
        if None in values:
            continue
        asked, taken, energy = (value or 0.0 for value in values)
        if asked - taken * energy > ROUNDING * asked:
            surplus = quantity((asked - taken * energy) / 1000, "MWh")
            yield finding("volume-not-applied", instrument.place, name=instrument.name, surplus=surplus)


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
    base_year_stands,
    misstatements_material,
    claims_reproduced,
    intensity_plausible,
    oil_in_mix,
    footprints_agree,
    volumes_applied,
    balances_positive,
    every_figure_used,
    *consistency.QUESTIONS,
    *pitfalls.QUESTIONS,
)
