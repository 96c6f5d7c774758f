"""Can a site have drawn what its meter has, is every site covered, and is what is shared out the whole?

A figure of a whole site is a wrong one most often by its unit, by its months, or because it stands there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lca import units
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Derived, Figure, Given, Place, given_number, given_value, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods import allocation
from lca.methods.consolidation import APPROACHES, controlled
from lca.model import Asset, Facility, Finding
from lca.questions.words import energy_in_words, written

ROUNDING = 1e-6
"""Share by which a sum may differ from its whole."""
HOURS_OF_DAY = 24.0

# --------------------------------------------------------------------------------------------------
# The meter


def workloads_below_meter(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do the workloads of a facility draw no more than its meter has?"""
    for facility, metered in _metered(inventory):
        at_racks = facility.figures["metered"].unit == "kWh_it"
        drawn = sum(inventory.value(figure) or 0.0 for figure in _drawn(inventory, facility, at_racks=at_racks))
        if drawn > metered * (1 + ROUNDING):
            shown = {
                "drawn": energy_in_words(drawn),
                "metered": energy_in_words(metered),
                "at": " at the racks" if at_racks else "",
            }
            yield finding("workloads-above-meter", _place(facility, "metered"), facility=facility.id, **shown)


def _drawn(inventory: Inventory, facility: Facility, *, at_racks: bool) -> set[Figure]:
    """What the workloads of a facility draw at its meter, each figure once."""
    found: set[Figure] = set()
    for line in inventory.lines:
        if (line.view, line.part, line.basis, line.facility) != ("workload", "operational", "location", facility.id):
            continue
        energies = line.figure.reason.inputs.get("energy", ()) if isinstance(line.figure.reason, Derived) else ()
        found |= _first_of("kWh_it", energies) if at_racks else set(energies)
    return found


def _first_of(unit: str, figures: Iterable[Figure]) -> set[Figure]:
    """The figures in a unit that are met first on the way down."""
    found: set[Figure] = set()
    for figure in figures:
        found |= {figure} if figure.unit == unit else _first_of(unit, figure.inputs)
    return found


ABOVE_HARDWARE = 100.0
"""Times the power of the declared hardware: a hall has more in it than was declared, and a prefix is a thousand."""


def meter_fits_hardware(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can the hardware of a site have drawn what its meter has?"""
    period = inventory.case.boundary.period
    if period is None or period.end < period.start:
        return
    hours = HOURS_OF_DAY * ((period.end - period.start).days + 1)
    for facility, metered in _metered(inventory):
        there = [asset for asset in inventory.case.assets.values() if asset.facility == facility.id]
        powers = [_rated(asset, datasets) for asset in there]
        known = [power for power in powers if power is not None]
        most = sum(known) * hours * (given_value(facility.figures.get("pue")) or 1.0)
        if known and len(known) == len(powers) and metered > ABOVE_HARDWARE * most:
            shown = {
                "metered": energy_in_words(metered),
                "most": energy_in_words(most),
                "times": number(metered / most, 3),
            }
            yield finding("meter-implausible", _place(facility, "metered"), facility=facility.id, **shown)


def _rated(asset: Asset, datasets: Datasets) -> float | None:
    """Kilowatts of all devices of an asset and of their hosts at full load."""
    count = given_value(asset.figures.get("count"))
    device, host = (datasets.thing(name) if name else None for name in (asset.device, asset.host))
    rated = given_value(asset.figures.get("power"))
    if rated is None and device and "power" in device.values:
        rated = units.convert(device.values["power"][0].value, device.values["power"][0].unit, "kW_it/device")
    if count is None or rated is None:
        return None
    beside = given_value(asset.figures.get("host_power")) or 0.0
    if host and {"power", "accelerators"} <= set(host.values):
        draws, holds = host.values["power"][0], host.values["accelerators"][0].value
        beside = beside or units.convert(draws.value, draws.unit, "kW_it/node") / holds
    return count * (rated + beside)


def meters_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Has every facility a meter of its own? Files are told apart by what is in them."""
    seen: dict[str, str] = {}
    for facility in inventory.case.facilities.values():
        reason = facility.figures["metered"].reason if "metered" in facility.figures else None
        file = reason.source if isinstance(reason, Given) and reason.quality == "measured" else None
        content = inventory.case.files.get(file or "")
        if file is None or content is None:
            continue
        first = seen.setdefault(content, facility.id)
        if first != facility.id:
            place = _place(facility, "metered")
            yield finding("meter-shared", place, first=first, second=facility.id, file=file)


def generated_within_metered(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is what was bought below zero, because more was generated than was consumed?"""
    for facility in inventory.case.facilities.values():
        metered, generated = (facility.figures.get(key) for key in ("metered", "generated"))
        if metered and generated and given_number(generated) > given_number(metered):
            both = {"metered": written(metered), "generated": written(generated)}
            place = facility.places.get("generated", facility.place)
            yield finding("generated-above-metered", place, facility=facility.id, **both)


def _metered(inventory: Inventory) -> Iterator[tuple[Facility, float]]:
    """The facilities of an organisation that have a meter, and what it has."""
    if inventory.case.boundary.subject != "organisation":
        return
    for facility in inventory.case.facilities.values():
        metered = given_value(facility.figures.get("metered"))
        if metered is not None:
            yield facility, metered


def _place(facility: Facility, key: str) -> Place:
    return facility.places.get(key, facility.place)


# --------------------------------------------------------------------------------------------------
# What is shared out


def reserved_below_capacity(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does sharing out leave no less than nothing to idle time?"""
    for facility in inventory.case.facilities.values():
        idle = _idle_share(inventory, facility)
        if idle is not None and idle < -ROUNDING and facility.words["key"] != "energy":
            place = facility.places.get("attribution", facility.place)
            share = f"{100 * (1 - idle):.4g} %"
            yield finding("reserved-above-capacity", place, facility=facility.id, share=share)


def _idle_share(inventory: Inventory, facility: Facility) -> float | None:
    """The share of a facility that is left when its workloads have theirs."""
    shared = (figure for id, figure in inventory.totals.items() if id.startswith(f"attribution.{facility.id}."))
    for figure in walk(shared):
        if isinstance(figure.reason, Derived) and figure.reason.equation is allocation.idle_share:
            return inventory.value(figure)
    return None


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


# --------------------------------------------------------------------------------------------------
# Coverage

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


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    workloads_below_meter,
    meter_fits_hardware,
    meters_once,
    generated_within_metered,
    reserved_below_capacity,
    attribution_whole,
    sites_covered,
)
