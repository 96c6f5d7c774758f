"""Does a case agree with itself, with its records, and with what its hardware can do? One function per question.

Each yields findings; none changes a number. `checks` asks them with its own.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lca import units
from lca.datasets import Datasets
from lca.datasets.files import WORLD
from lca.datasets.spread import YEARS_APART
from lca.datasets.things import Thing
from lca.explain import number, quantity
from lca.figure import Derived, Figure, Given, Place, walk
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.methods.workload import GENERIC_HOST
from lca.model import Asset, Finding, Record, Workload

# --------------------------------------------------------------------------------------------------
# Time

ROUNDED_AT_MOST = 0.05
"""What a declared time may owe to its rounding, as a share of the recorded one: `1 day` hides half a day."""


def record_covers_declared_time(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a time that is declared beside a record the time of the record?"""
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        for record in run.records:
            recorded = _given(record.figures.get("duration"))
            if not recorded or any(found.slug == "record-runs-overlap" for found in record.findings):
                continue  # the sum of runs side by side is no duration, and a declared one stands in for it
            devices = {_given(asset.figures.get("count")), _counted(record)} - {None}
            expected = {"duration": [recorded], "device_hours": [recorded * (count or 0) for count in devices]}
            for key, allowed in expected.items():
                declared = _given(run.figures.get(key)) if key in run.places else None
                if declared is None or not allowed:
                    continue
                nearest = min(allowed, key=lambda time: abs(declared - time))
                if abs(declared - nearest) <= _unseen(run.figures[key], nearest) + nearest / recorded * _step(record):
                    continue
                holds_host = "host_energy" in record.figures
                yield finding(
                    "record-shorter" if declared > nearest and holds_host else "record-other-duration",
                    run.places[key],
                    key=key,
                    declared=_written(run.figures[key]),
                    file=record.path,
                    recorded=_hours(nearest),
                    sample=_as_sample(record) if declared > nearest else "",
                )


def _unseen(declared: Figure, recorded: float) -> float:
    """What the rounding of a declared time may hide."""
    try:
        rounding = units.read(_written(declared), declared.unit, bare=True).half_digit
    except units.UnitError:
        rounding = 0.0
    return min(rounding, ROUNDED_AT_MOST * recorded) + 1e-9 * recorded


def _step(record: Record) -> float:
    """Hours by which a log may miss the ends of what it records: a step at either end."""
    with contextlib.suppress(units.UnitError):
        return 2 * units.read(record.facts.get("step", ""), "h").value
    return 0.0


def _as_sample(record: Record) -> str:
    mean = record.facts.get("mean_power")
    return f" For a sample of a longer run, give its mean in place of the log: `power: {mean}`." if mean else ""


def declared_time_fits_period(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can what is declared to have lasted so long have lasted so long within the period?"""
    period = inventory.case.boundary.period
    if period is None or period.end < period.start:
        return
    days = (period.end - period.start).days + 1
    hours = 24 * days + SUMMER_TIME
    for run in inventory.case.workloads.values():
        count = _given(inventory.case.assets[run.asset].figures.get("count"))
        for key, most in (("duration", hours), ("device_hours", hours * count if count else math.inf)):
            declared = _given(run.figures.get(key)) if key in run.places else None
            if declared is not None and declared > most:
                whole = f"{days} day{'s' * (days > 1)}"
                fits = f"{whole}, {number(24.0 * days)} h"
                if key == "device_hours":
                    fits = f"{whole}: {number(24.0 * days * (count or 0))} h for {number(count)} devices"
                yield finding(
                    "longer-than-period",
                    run.places[key],
                    key=key,
                    declared=_written(run.figures[key]),
                    fits=fits,
                    count=", `count:`" if key == "device_hours" else "",
                )


SUMMER_TIME = 1
"""The day on which clocks are set back has so many hours more."""


def record_lies_in_period(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Was the record written in the period? Zones may shift its days by one."""
    period = inventory.case.boundary.period
    if period is None or period.end < period.start:
        return
    zone = timedelta(days=1)
    for run in inventory.case.workloads.values():
        for record in run.records:
            start, end = (text.day(record.facts.get(which, "")) for which in ("start", "end"))
            if start is None or end is None:
                continue
            if _before(start, period.start, zone) or _before(period.end, end, zone):
                details = {"start": start, "end": end, "first": period.start, "last": period.end}
                yield finding("record-outside-period", Place(record.path), **details)


CHANGING = ("grid", "generation-mix", "pue", "wue")
"""Tables whose factors change within a few years, so that one of another time may be another factor."""


def factors_are_of_the_period(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are the factors that were used of the time of the activity? Those of one place and year are one finding."""
    period = inventory.case.boundary.period
    if period is None:
        return
    used = set(walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)]))
    questions: dict[tuple[Place, int], dict[str, None]] = {}
    for decision in inventory.decisions:
        for figure in decision.figures:
            year = _year(figure) if figure in used else None
            if year is not None and decision.place and abs(year - period.year) > YEARS_APART[0]:
                questions.setdefault((decision.place, year), {})[decision.question] = None
    for (place, year), asked in questions.items():
        apart = year - period.year
        yield finding(
            "factor-of-other-years",
            place,
            question=" and ".join(asked),
            year=year,
            apart=abs(apart),
            which="later" if apart > 0 else "earlier",
            wanted=period.year,
        )


def _year(figure: Figure) -> int | None:
    """The year of a factor of the data sets, where another year may have another one."""
    reason = figure.reason
    if not isinstance(reason, Given) or reason.attributes.get("region", WORLD) == WORLD:
        return None
    kind = reason.place.file.removeprefix("datasets/factors/").partition("/")[0]
    return int(reason.attributes["year"]) if kind in CHANGING and "year" in reason.attributes else None


def _before(one: date, other: date, by: timedelta) -> bool:
    """Whether a day lies before another by more than so much; days lie far from the ends of the calendar or do not."""
    return (other - one) > by


# --------------------------------------------------------------------------------------------------
# Manufacture


def embodied_within_hardware(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do all workloads on some hardware together reserve more of it than its life holds? TiR ≤ EL."""
    case = inventory.case
    amortised: dict[str, list[tuple[Workload, Derived]]] = {}
    for line in inventory.lines:
        run, reason = case.workloads.get(line.activity), line.figure.reason
        if (
            line.view == "workload"
            and run
            and isinstance(reason, Derived)
            and {"time", "lifetime"} <= set(reason.inputs)
        ):
            amortised.setdefault(run.asset, []).append((run, reason))
    for asset in case.assets.values():
        count = _given(asset.figures.get("count"))
        lasting: float | None = None
        reserved: dict[str, float] = {}
        for run, reason in amortised.get(asset.id, ()):
            time, lifetime = (inventory.values.get(reason.inputs[key][0]) for key in ("time", "lifetime"))
            share = inventory.values.get(reason.inputs["share"][0]) if "share" in reason.inputs else 1.0
            if time is not None and lifetime is not None and share is not None:
                reserved[run.id], lasting = time * share, lifetime
        if count is None or lasting is None:
            continue
        used = _given(asset.figures.get("lifetime_utilisation"))
        life, taken = count * lasting * (1.0 if used is None else used), math.fsum(reserved.values())
        if taken > life * (1 + 1e-9):
            arithmetic = f"{number(count)} × {_hours(lasting)}"
            if used is not None:
                arithmetic += f" × {number(100 * used)} % of it reserved by anybody"
            yield finding(
                "embodied-above-hardware",
                asset.places.get("lifetime", asset.place),
                asset=asset.id,
                reserved=_hours(taken),
                life=_hours(life),
                arithmetic=arithmetic,
                share=f"{number(100 * taken / life, 4)} %",
            )


# --------------------------------------------------------------------------------------------------
# Power

BELOW_IDLE = 0.5
"""Devices sleep below their idle power, and idle power is often an estimate: half of it is no slip yet."""
ABOVE_RATED = 1.01
"""What a mean may exceed the rating by, for the rounding of a sensor."""
ABOVE_NODE = 2.0
"""The power of hosts varies with their fans and memory, and is often that of another model."""
SLIPS = (3, 6, -3, -6)
"""Powers of ten by which a prefix is mistaken: W for kW, mW for MW."""


def stated_power_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can the hardware have drawn what is stated? Between idle and full load, with its host where that is in it."""
    for asset in inventory.case.assets.values():
        thing = datasets.thing(asset.device) if asset.device else None
        limits = _limits(asset, datasets)
        power = asset.figures.get("power")
        if thing is None or "power" not in thing.values or limits is None or power is None:
            continue
        drawn = _given(power)
        idle, rated, _ = limits
        if drawn is not None and not BELOW_IDLE * idle <= drawn <= ABOVE_NODE * rated:
            yield _implausible("power", power, drawn, "", asset, limits, BELOW_IDLE * idle, ABOVE_NODE * rated)
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        limits = _limits(asset, datasets)
        stated = _stated(run, asset, inventory)
        if limits is None or stated is None:
            continue
        key, figure, drawn, arithmetic, with_host = stated
        idle, rated, host = limits
        low = BELOW_IDLE * idle
        high = ABOVE_NODE * (rated + host) if with_host else ABOVE_RATED * rated
        if key == "power" and not with_host and drawn > high:
            continue  # `power-above-rating` says it
        if not low <= drawn <= high:
            shown = limits if with_host else (idle, rated, 0.0)
            yield _implausible(key, figure, drawn, arithmetic, asset, shown, low, high)


def _implausible(
    key: str,
    figure: Figure,
    drawn: float,
    arithmetic: str,
    asset: Asset,
    limits: tuple[float, float, float],
    low: float,
    high: float,
) -> Finding:
    idle, rated, host = limits
    slip = ""
    for power in SLIPS:
        if low <= drawn / 10.0**power <= high:
            by = f"Divided by {10**power}" if power > 0 else f"Multiplied by {10**-power}"
            slip = f" {by} it is plausible ({_watts(drawn / 10.0**power)}): the prefix of the unit is wrong."
            break
    assert isinstance(figure.reason, Given)
    return finding(
        "power-implausible",
        figure.reason.place,
        key=key,
        written=_written(figure),
        means=f" is {_watts(drawn)} per device ({arithmetic})" if arithmetic else " is declared per device",
        device=asset.device or asset.id,
        idle=_watts(idle),
        rated=_watts(rated),
        host=f", its share of the host {_watts(host)}" if host else "",
        slip=slip,
    )


def _stated(run: Workload, asset: Asset, inventory: Inventory) -> tuple[str, Figure, float, str, bool] | None:
    """What a workload states of its power: field, figure, kilowatts per device, arithmetic, whether the host is in."""
    for key in ("power", "energy", "accelerator_energy", "site_energy"):
        figure = run.figures.get(key)
        value = _given(figure)
        if figure is None or value is None or not isinstance(figure.reason, Given) or figure.reason.written is None:
            continue
        said = "energy" if "energy" in run.places else key
        if key == "power":
            return key, figure, value, "", run.measured_at == "node"
        count, duration, stated = (
            _given(figures.get(name))
            for figures, name in (
                (asset.figures, "count"),
                (run.figures, "duration"),
                (run.figures, "device_hours"),
            )
        )
        time = stated if stated is not None else count * duration if count and duration else None
        if not time:
            return None
        hours = _hours(time) if stated is not None or not duration else f"({number(count)} × {_hours(duration)})"
        arithmetic = f"{_written(figure)} ∕ {hours}"
        share = _given(asset.figures.get("reserved"))
        if share:  # an energy is that of the workload alone, on its share of each device
            time, arithmetic = time * share, f"{arithmetic} ∕ {number(100 * share)} % reserved"
        pue = _given(inventory.case.facilities[asset.facility].figures.get("pue"))
        if key == "site_energy" and pue:
            value, arithmetic = value / pue, f"{arithmetic} ∕ PUE {number(pue)}"
        return said, figure, value / time, arithmetic, key != "accelerator_energy"
    return None


def _limits(asset: Asset, datasets: Datasets) -> tuple[float, float, float] | None:
    """Idle and full power of a device and its share of the host's, in kW; None where nothing is known."""
    thing = datasets.thing(asset.device) if asset.device else None
    rated = _of(thing, "power", "kW_it/device") or _given(asset.figures.get("power"))
    if not rated:
        return None
    idle = _of(thing, "idle_power", "kW_it/device") or rated * _least_idle_share(datasets)
    host = _given(asset.figures.get("host_power"))
    if host is None:
        server = datasets.thing(asset.host or GENERIC_HOST)
        draws = _of(server, "power", "kW_it/node")
        holds = _given(asset.figures.get("per_node")) or _of(server, "accelerators", "device/node")
        host = draws / holds if draws and holds else 0.0
    return idle, rated, host


def _least_idle_share(datasets: Datasets) -> float:
    """The smallest published share of full power that an accelerator draws when idle."""
    drawn = {(row.attributes["thing"], row.attributes["load"]): row.value for row in datasets.table("device-power")}
    return min(drawn[thing, "idle"] / drawn[thing, "full"] for thing, _ in drawn)


# --------------------------------------------------------------------------------------------------
# Hardware and place


def hardware_agrees_with_itself(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Do the values of some hardware contradict each other?"""
    for asset in inventory.case.assets.values():
        thing = datasets.thing(asset.device) if asset.device else None
        idle = _given(asset.figures.get("idle_power"))
        full = _given(asset.figures.get("power"))
        if full is None:
            full = _of(thing, "power", "kW_it/device")
        if idle is not None and full is not None and idle > full:
            place = asset.places["idle_power"]
            yield finding("idle-above-full", place, asset=asset.id, idle=_watts(idle), full=_watts(full))
        holds = _of(datasets.thing(asset.host), "accelerators", "device/node") if asset.host else None
        declared = _given(asset.figures.get("per_node"))
        if holds and declared is not None and declared != holds:
            details = {"declared": _written(asset.figures["per_node"]), "host": asset.host, "holds": f"{holds:g}"}
            yield finding("per-node-differs", asset.places["per_node"], **details)
        for key in ("count", "per_node"):
            value = _given(asset.figures.get(key))
            if value is not None and not value.is_integer():
                yield finding("count-not-whole", asset.places[key], key=key, declared=_written(asset.figures[key]))


def record_is_of_the_device(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the device of the record the declared one, as far as the data sets know its name?"""
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        declared = datasets.thing(asset.device) if asset.device else None
        if declared is None:
            continue
        for record in run.records:
            named = [(name, datasets.thing(name)) for name in _device_names(record)]
            others = [name for name, thing in named if thing and not _same_model(thing.id, declared.id)]
            if others:
                yield finding(
                    "record-other-device",
                    asset.places.get("device", asset.place),
                    file=record.path,
                    recorded=", ".join(others),
                    asset=asset.id,
                    declared=f"`{asset.device}` ({declared.name})",
                )


def _device_names(record: Record) -> list[str]:
    """The models of accelerators that a record names, without their number."""
    cells = ", ".join(record.facts.get(fact, "") for fact in ("names", "gpu_model"))
    return list(dict.fromkeys(re.sub(r"^\d+ x ", "", cell) for cell in cells.split(", ") if cell))


VARIANT = re.compile(r"sxm\d?|pcie|nvl|dgxs|tesla|\d+gb")
"""Parts of an id that tell variants of one model apart."""


def _same_model(one: str, other: str) -> bool:
    """Whether one id may be the other said less exactly: `nvidia-a100` and `nvidia-a100-sxm4-80gb`."""
    parts, others = set(re.split(r"[/-]", one)), set(re.split(r"[/-]", other))
    apart = parts ^ others
    return (parts <= others or others <= parts) and all(VARIANT.fullmatch(part) for part in apart)


def record_is_of_the_place(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Did the run that was recorded take place where the case says?"""
    for run in inventory.case.workloads.values():
        facility = inventory.case.facilities[inventory.case.assets[run.asset].facility]
        declared = datasets.region(facility.location) if facility.location else None
        if declared is None:
            continue
        for record in run.records:
            recorded = [code for code in record.facts.get("country_iso_code", "").split(", ") if code]
            regions = {code: datasets.region(code) for code in recorded}
            others = [code for code, region in regions.items() if region and region.chain[-1] != declared.chain[-1]]
            if others:
                yield finding(
                    "record-elsewhere",
                    facility.places.get("location", facility.place),
                    file=record.path,
                    recorded=", ".join(others),
                    facility=facility.id,
                    declared=f"`{facility.location}` ({declared.name})",
                )


def record_is_of_one_hardware(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Had all runs of a record the same hardware? If not, no single device and count describe it."""
    for run in inventory.case.workloads.values():
        for record in run.records:
            counts = [count for count in record.facts.get("gpu_count", "").split(", ") if count]
            models = _device_names(record) if counts else []
            if len(models) > 1 or (len(counts) > 1 and "device_hours" not in run.places):
                said = record.facts.get("gpu_model", "")
                hardware = said if len(said.split(", ")) > 1 else f"{', '.join(counts)} devices"
                or_hours = "" if len(models) > 1 else ", or give the `device_hours:` of all runs"
                yield finding("record-mixed-hardware", Place(record.path), hardware=hardware, or_hours=or_hours)


# --------------------------------------------------------------------------------------------------


def _given(figure: Figure | None) -> float | None:
    return figure.reason.value if figure is not None and isinstance(figure.reason, Given) else None


def _written(figure: Figure) -> str:
    assert isinstance(figure.reason, Given)
    return figure.reason.written or quantity(figure.reason.value, figure.unit)


def _of(thing: Thing | None, key: str, unit: str) -> float | None:
    """The first value of a device of the data sets."""
    entries = thing.values.get(key) if thing else None
    return units.convert(entries[0].value, entries[0].unit, unit) if entries else None


def _counted(record: Record) -> float | None:
    """How many devices a record says that it is of."""
    said = record.facts.get("devices") or record.facts.get("gpu_count") or ""
    return float(said) if re.fullmatch(r"\d+(\.\d+)?", said, re.ASCII) else None


def _hours(hours: float) -> str:
    return quantity(hours, "h")


def _watts(kilowatts: float) -> str:
    """A power as one would say it."""
    return f"{number(kilowatts, 4)} kW" if kilowatts >= 10 else f"{number(1000 * kilowatts, 4)} W"


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    record_covers_declared_time,
    declared_time_fits_period,
    record_lies_in_period,
    factors_are_of_the_period,
    embodied_within_hardware,
    stated_power_plausible,
    hardware_agrees_with_itself,
    record_is_of_the_device,
    record_is_of_the_place,
    record_is_of_one_hardware,
)
