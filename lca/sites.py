"""Can a site have drawn, burnt and used what a case says of it? One function per question; `checks` asks them.

A figure of a whole site is a wrong one most often by its unit, by its months, or because it stands there twice.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from lca import units
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Derived, Figure, Given, Place, walk
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.methods import allocation
from lca.methods.capital import HOURS_OF_MONTH, months
from lca.model import Activity, Asset, Facility, Finding, Period

ROUNDING = 1e-6
"""Share by which a sum may differ from its whole."""
HOURS_OF_DAY, HOURS_OF_YEAR = 24.0, 8760.0

# --------------------------------------------------------------------------------------------------
# The meter


def workloads_below_meter(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do the workloads of a facility draw no more than its meter has?"""
    for facility, metered in _metered(inventory):
        at_racks = facility.figures["metered"].unit == "kWh_it"
        drawn = sum(inventory.value(figure) or 0.0 for figure in _drawn(inventory, facility, at_racks=at_racks))
        if drawn > metered * (1 + ROUNDING):
            shown = {"drawn": _energy(drawn), "metered": _energy(metered), "at": " at the racks" if at_racks else ""}
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
        most = sum(known) * hours * (_given(facility.figures.get("pue")) or 1.0)
        if known and len(known) == len(powers) and metered > ABOVE_HARDWARE * most:
            shown = {"metered": _energy(metered), "most": _energy(most), "times": number(metered / most, 3)}
            yield finding("meter-implausible", _place(facility, "metered"), facility=facility.id, **shown)


def _rated(asset: Asset, datasets: Datasets) -> float | None:
    """Kilowatts of all devices of an asset and of their hosts at full load."""
    count = _given(asset.figures.get("count"))
    device, host = (datasets.thing(name) if name else None for name in (asset.device, asset.host))
    rated = _given(asset.figures.get("power"))
    if rated is None and device and "power" in device.values:
        rated = units.convert(device.values["power"][0].value, device.values["power"][0].unit, "kW_it/device")
    if count is None or rated is None:
        return None
    beside = _given(asset.figures.get("host_power")) or 0.0
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


def period_is_a_year(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is an inventory of twelve months?"""
    boundary = inventory.case.boundary
    period = boundary.period
    if boundary.subject != "organisation" or period is None or period.end < period.start:
        return
    after = period.end + timedelta(days=1)
    if months(period.start, after) != 12:
        days = (period.end - period.start).days + 1
        year = period.start.replace(day=min(period.start.day, 28), year=period.start.year + 1)
        ends = year + timedelta(days=period.start.day - year.day - 1)
        yield finding("period-not-a-year", boundary.period_place or Place(inventory.case.path), days=days, end=ends)


# --------------------------------------------------------------------------------------------------
# Fuel and gas

LEAST_EFFICIENCY = 0.10
"""Share of a fuel's heat content that a genset makes electricity even at a small part of its load."""


def gensets_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Did what was burnt at a site make as much electricity as is said to have been generated there?"""
    for facility in inventory.case.facilities.values():
        generated = _given(facility.figures.get("generated"))
        burnt = [item for item in inventory.case.activities if _is_genset(item, facility)]
        heats = {item.key: _heat(item, datasets) for item in burnt}
        if not generated or not heats or None in heats.values():
            continue
        heat = sum(item or 0.0 for item in heats.values())
        litres = sum(_given(item.figures["amount"]) or 0.0 for item in burnt)
        if heat and generated < LEAST_EFFICIENCY * heat:
            yield finding(
                "genset-implausible",
                burnt[0].places.get("amount", burnt[0].place),
                fuel=quantity(litres, "L"),
                facility=facility.id,
                generated=_energy(generated),
                efficiency=f"{100 * generated / heat:.2g} %",
                share=f"{100 * LEAST_EFFICIENCY:g} %",
            )


def _is_genset(activity: Activity, facility: Facility) -> bool:
    stationary = activity.kind == "fuels" and activity.words.get("used_in", "stationary") == "stationary"
    heats = re.search("heat|boiler", activity.title, re.IGNORECASE)
    return stationary and activity.facility == facility.id and "amount" in activity.figures and not heats


def _heat(activity: Activity, datasets: Datasets) -> float | None:
    """Gross heat content of a liquid fuel in kWh: CO2 per litre over CO2 per kilowatt-hour, of one publication."""
    amount = activity.figures["amount"]
    burnt = _given(amount)
    if amount.unit != "L" or burnt is None:
        return None
    per: dict[tuple[str, str], float] = {}
    for row in datasets.table("fuel"):
        told = row.attributes
        asked = (activity.words["fuel"], "combustion", "CO2")
        if tuple(map(told.get, ("what", "boundary", "gas"))) != asked or told.get("basis") == "net":
            continue
        mass = row.unit.partition("/")[0]
        for unit in ("L", "kWh"):
            with contextlib.suppress(units.UnitError):
                per[row.source, unit] = units.convert(row.value, row.unit, f"{mass}/{unit}")
    litres = [
        factor / per[source, "kWh"] for (source, unit), factor in per.items() if unit == "L" and (source, "kWh") in per
    ]
    return burnt * litres[-1] if litres else None


def leakage_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does equipment lose less in a year than it holds?"""
    for activity in inventory.case.activities:
        rate = _given(activity.figures.get("leak_rate"))
        if rate is not None and rate * HOURS_OF_YEAR > 1:
            place = activity.places.get("leak_rate", activity.place)
            shown = f"{100 * rate * HOURS_OF_YEAR:.4g} %"
            yield finding("leakage-implausible", place, name=activity.title, rate=shown)


# --------------------------------------------------------------------------------------------------
# The time of service


def hardware_in_service(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Was hardware there while workloads ran on it?"""
    case, period = inventory.case, inventory.case.boundary.period
    for run in case.workloads.values():
        asset = case.assets[run.asset]
        problem, key = _not_there(asset, period)
        for record in run.records:
            start, end = (text.day(record.facts.get(which, "")) for which in ("start", "end"))
            zone = timedelta(days=1)
            if start and asset.acquired and asset.acquired - start > zone:
                problem, key = f"was acquired on {asset.acquired}; its record begins on {start}", "acquired"
            elif end and asset.retired and end - asset.retired > zone:
                problem, key = f"was retired on {asset.retired}; its record ends on {end}", "retired"
        if not problem and period and (asset.acquired or asset.retired):
            problem = _too_short(run.figures.get("duration"), run.figures.get("device_hours"), asset, period)
            key = "acquired" if asset.acquired else "retired"
        if problem:
            yield finding(
                "out-of-service", asset.places.get(key, asset.place), run=run.id, asset=asset.id, problem=problem
            )


def _not_there(asset: Asset, period: Period | None) -> tuple[str, str]:
    """Why hardware served on no day of the period, and which field says so."""
    if asset.acquired and asset.retired and asset.retired <= asset.acquired:
        return f"was retired on {asset.retired}, before it was acquired ({asset.acquired})", "retired"
    if period and asset.acquired and asset.acquired > period.end:
        return f"was acquired on {asset.acquired}, after the period ({period.start} to {period.end})", "acquired"
    if period and asset.retired and asset.retired <= period.start:
        return f"was retired on {asset.retired}, before the period ({period.start} to {period.end})", "retired"
    return "", ""


def _too_short(duration: Figure | None, device_hours: Figure | None, asset: Asset, period: Period) -> str:
    """How the time for which hardware was there falls short of that for which a workload had it."""
    start = max(period.start, asset.acquired or period.start)
    end = min(period.end, asset.retired or period.end)
    days = (end - start).days + 1
    count = _given(asset.figures.get("count"))
    hours = HOURS_OF_DAY * days + 1  # the day on which clocks are set back has so many hours more
    for time, offered in ((_given(duration), hours), (_given(device_hours), count * hours if count else None)):
        if time is not None and offered is not None and time > offered:
            most, said = (quantity(hours, "h") for hours in (offered, time))
            return f"was there for {days} days of the period: {most} at most, and {said} are declared"
    return ""


def hardware_acquired(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is it said when own hardware was acquired, and does it still have a life?"""
    case, period = inventory.case, inventory.case.boundary.period
    if case.boundary.subject != "organisation":
        return
    taken = {decision.id: decision for decision in inventory.decisions}
    used = {run.asset for run in case.workloads.values()}
    for asset in case.assets.values():
        owned = taken.get(f"{asset.key}.owned")
        if asset.acquired is None:
            if owned and owned.taken in ("owned", "colocated"):
                yield finding("acquired-unsaid", asset.place, asset=asset.id)
            continue
        if period and asset.acquired > period.end and asset.id not in used:
            yield finding("acquired-later", asset.places["acquired"], asset=asset.id, acquired=asset.acquired)
        lifetime = asset.figures.get("lifetime")
        if lifetime is None and (decided := taken.get(f"{asset.key}.lifetime")) and decided.figures:
            lifetime = decided.figures[0]
        serves = _given(lifetime)
        if period and serves and asset.id in used and _worn_out(asset.acquired, serves, period):
            years = quantity(units.convert(serves, "h", "year"), "years")
            place = asset.places["acquired"]
            yield finding("beyond-lifetime", place, asset=asset.id, acquired=asset.acquired, lifetime=years)


def _worn_out(acquired: date, lifetime: float, period: Period) -> bool:
    return acquired < period.start and months(acquired, period.start) * HOURS_OF_MONTH >= lifetime


# --------------------------------------------------------------------------------------------------
# Twice


def instruments_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does every certificate and contract stand in the case once? A share of one may cover several facilities."""
    case = inventory.case
    seen: dict[tuple[str, str], Place] = {}
    for item in (*(item for place in case.facilities.values() for item in place.instruments), *case.instruments):
        if "covers" in item.figures:
            continue
        volume = _given(item.figures.get("volume"))
        marks = {"name and volume": f"{item.kind} {item.name.casefold()} {volume}", "evidence": item.evidence or ""}
        if item.kind == "certificate":
            marks["name"] = item.name.casefold()
        again = [(same, seen[same, mark]) for same, mark in marks.items() if mark and (same, mark) in seen]
        if again:
            same, first = again[0]
            yield finding("instrument-twice", item.place, name=item.name, same=same, first=first)
        for same, mark in marks.items():
            seen.setdefault((same, mark), item.place)


NAMED_BY = {"fuels": "fuel", "refrigerants": "gas", "heat": "carrier"}


def amounts_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a fuel, a gas or heat of a facility stand under it, and under the activities again?"""
    under: dict[tuple[str | None, ...], Activity] = {}
    told: set[tuple[str | None, ...]] = set()
    for activity in inventory.case.activities:
        word = NAMED_BY.get(activity.kind)
        if word is None or activity.facility is None:
            continue
        name = activity.words[word]
        same = (activity.facility, activity.kind, name, activity.words.get("used_in"))
        if activity.key.startswith("facilities."):
            under.setdefault(same, activity)
        elif same in under and same not in told:
            told.add(same)
            details = {"what": name, "facility": activity.facility, "first": under[same].place}
            yield finding("amount-twice", activity.place, **details)


COMPUTERS = re.compile(r"\b(gpus?|servers?|accelerators?|nodes?)\b", re.IGNORECASE)


def hardware_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is hardware whose manufacture is recognised bought a second time, as capital goods or as a purchase?"""
    recognised = {line.activity: line.figure for line in inventory.lines if line.part == "capital"}
    assets = [asset for asset in inventory.case.assets.values() if asset.id in recognised]
    for activity in inventory.case.activities:
        if activity.kind not in ("capital", "purchases") or "asset" in activity.words:
            continue
        said = f"{activity.title} {activity.words['what']} {activity.key.rpartition('.')[2]}"
        meant = next((asset for asset in assets if _names(said, asset)), None)
        if meant is None and assets and COMPUTERS.search(said):
            meant = assets[0]
        if meant:
            figure = recognised[meant.id]
            shown = quantity(inventory.value(figure), figure.unit)
            details = {"name": activity.title, "asset": meant.id, "recognised": shown}
            yield finding("hardware-twice", activity.place, **details)


def _names(said: str, asset: Asset) -> bool:
    """Whether words name an asset by its id, or its device by its model: a word with a digit, as in `h100`."""
    models = [part for part in re.split(r"[/-]", asset.device or "") if re.fullmatch(r"[a-z]+\d+[a-z]*", part)]
    words = re.findall(r"\w+", said.lower())
    return asset.id.lower() in words or any(model in words for model in models)


# --------------------------------------------------------------------------------------------------


def _metered(inventory: Inventory) -> Iterator[tuple[Facility, float]]:
    """The facilities of an organisation that have a meter, and what it has."""
    if inventory.case.boundary.subject != "organisation":
        return
    for facility in inventory.case.facilities.values():
        metered = _given(facility.figures.get("metered"))
        if metered is not None:
            yield facility, metered


def _place(facility: Facility, key: str) -> Place:
    return facility.places.get(key, facility.place)


def _given(figure: Figure | None) -> float | None:
    return figure.reason.value if figure is not None and isinstance(figure.reason, Given) else None


def _energy(kilowatt_hours: float) -> str:
    if kilowatt_hours >= 10_000:
        return quantity(kilowatt_hours / 1000, "MWh")
    return quantity(kilowatt_hours, "kWh")


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    workloads_below_meter,
    reserved_below_capacity,
    meter_fits_hardware,
    meters_once,
    period_is_a_year,
    gensets_plausible,
    leakage_plausible,
    hardware_in_service,
    hardware_acquired,
    instruments_once,
    amounts_once,
    hardware_once,
)
