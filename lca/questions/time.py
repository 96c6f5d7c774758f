"""Do period, durations, service and lifetimes fit each other?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lca import units
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Figure, Place, given, given_value
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.methods.capital import HOURS_OF_MONTH, months
from lca.model import Asset, Finding, Period
from lca.questions.words import written

SUMMER_TIME = 1
"""The day on which clocks are set back has so many hours more."""
HOURS_OF_DAY = 24.0

# --------------------------------------------------------------------------------------------------
# The period


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


def declared_time_fits_period(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can what is declared to have lasted so long have lasted so long within the period?"""
    period = inventory.case.boundary.period
    if period is None or period.end < period.start:
        return
    days = (period.end - period.start).days + 1
    hours = HOURS_OF_DAY * days + SUMMER_TIME
    for run in inventory.case.workloads.values():
        count = given_value(inventory.case.assets[run.asset].figures.get("count"))
        for key, most in (("duration", hours), ("device_hours", hours * count if count else math.inf)):
            declared = given_value(run.figures.get(key)) if key in run.places else None
            if declared is not None and declared > most:
                whole = f"{days} day{'s' * (days > 1)}"
                fits = f"{whole}, {number(HOURS_OF_DAY * days)} h"
                if key == "device_hours":
                    fits = f"{whole}: {number(HOURS_OF_DAY * days * (count or 0))} h for {number(count)} devices"
                yield finding(
                    "longer-than-period",
                    run.places[key],
                    key=key,
                    declared=written(run.figures[key]),
                    fits=fits,
                    count=", `count:`" if key == "device_hours" else "",
                )


def work_fits_its_time(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can the reserved devices serve what is declared, as fast as it was measured or is modelled?"""
    figures = {figure.id: figure for figure in inventory.values}
    for run in inventory.case.workloads.values():
        waiting = figures.get(f"{run.key}.waiting_hours")
        hours = inventory.value(waiting) if waiting else None
        if waiting is not None and hours is not None and hours < 0:
            reserved, busy = (number(inventory.value(figure)) for figure in waiting.inputs)
            yield finding("work-exceeds-time", run.place, name=run.id, busy=busy, reserved=reserved)


# --------------------------------------------------------------------------------------------------
# The time of service


def within_a_lifetime(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Did a run last longer than its hardware serves: as declared, as taken, else as the longest convention has it?"""
    taken = {item.id: item.figures[0] for item in inventory.decisions if len(item.figures) == 1}
    longest = max(units.convert(row.value, row.unit, "h") for row in datasets.table("lifetime"))
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        lifetime = asset.figures.get("lifetime") or taken.get(f"{asset.key}.lifetime")
        serves = given_value(lifetime) or longest
        stated, devices = run.figures.get("duration"), 1.0
        if stated is None:
            stated, devices = run.figures.get("device_hours"), given_value(asset.figures.get("count")) or 0.0
        hours = given_value(stated)
        if stated and hours and devices and hours / devices > serves:
            in_years = [quantity(units.convert(time, "h", "year"), "years") for time in (hours / devices, serves)]
            yield finding("longer-than-life", given(stated).place, run=run.id, time=in_years[0], lifetime=in_years[1])


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
    count = given_value(asset.figures.get("count"))
    hours = HOURS_OF_DAY * days + SUMMER_TIME
    for time, offered in (
        (given_value(duration), hours),
        (given_value(device_hours), count * hours if count else None),
    ):
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
        serves = given_value(lifetime)
        if period and serves and asset.id in used and _worn_out(asset.acquired, serves, period):
            years = quantity(units.convert(serves, "h", "year"), "years")
            place = asset.places["acquired"]
            yield finding("beyond-lifetime", place, asset=asset.id, acquired=asset.acquired, lifetime=years)


def _worn_out(acquired: date, lifetime: float, period: Period) -> bool:
    return acquired < period.start and months(acquired, period.start) * HOURS_OF_MONTH >= lifetime


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    period_is_a_year,
    declared_time_fits_period,
    work_fits_its_time,
    within_a_lifetime,
    hardware_in_service,
    hardware_acquired,
)
