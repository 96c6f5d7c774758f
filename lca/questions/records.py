"""Is a record that of the workload which names it: of its time, its devices, its place?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lca import units
from lca.datasets import Datasets
from lca.figure import Figure, Given, Place, given_value
from lca.findings import finding
from lca.importers import text
from lca.inventory import Inventory
from lca.model import Finding, Record
from lca.questions.words import hours_in_words, written

# --------------------------------------------------------------------------------------------------
# Time

ROUNDED_AT_MOST = 0.05
"""What a declared time may owe to its rounding, as a share of the recorded one: `1 day` hides half a day."""


def record_covers_declared_time(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a time that is declared beside a record the time of the record?"""
    for run in inventory.case.workloads.values():
        asset = inventory.case.assets[run.asset]
        for record in run.records:
            recorded = given_value(record.figures.get("duration"))
            if not recorded or any(found.slug == "record-runs-overlap" for found in record.findings):
                continue  # the sum of runs side by side is no duration, and a declared one stands in for it
            devices = {given_value(asset.figures.get("count")), _counted(record)} - {None}
            expected = {"duration": [recorded], "device_hours": [recorded * (count or 0) for count in devices]}
            for key, allowed in expected.items():
                declared = given_value(run.figures.get(key)) if key in run.places else None
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
                    declared=written(run.figures[key]),
                    file=record.path,
                    recorded=hours_in_words(nearest),
                    sample=_as_sample(record) if declared > nearest else "",
                )


def _unseen(declared: Figure, recorded: float) -> float:
    """What the rounding of a declared time may hide."""
    try:
        rounding = units.read(written(declared), declared.unit, bare=True).half_digit
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


def _before(one: date, other: date, by: timedelta) -> bool:
    """Whether a day lies before another by more than so much; days lie far from the ends of the calendar or do not."""
    return (other - one) > by


# --------------------------------------------------------------------------------------------------
# Hardware and place


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


def _counted(record: Record) -> float | None:
    """How many devices a record says that it is of."""
    said = record.facts.get("devices") or record.facts.get("gpu_count") or ""
    return float(said) if re.fullmatch(r"\d+(\.\d+)?", said, re.ASCII) else None


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    record_covers_declared_time,
    record_lies_in_period,
    devices_recorded,
    record_is_of_the_device,
    record_is_of_the_place,
    record_is_of_one_hardware,
)
