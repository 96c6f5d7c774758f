"""Can hardware have drawn the power that is declared, stated or recorded, and is it that of the run?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lca import units
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.figure import Figure, Given, Place, given_value
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods.workload import GENERIC_HOST
from lca.model import Asset, Finding, Workload
from lca.questions.words import hours_in_words, power_in_words, written

BELOW_IDLE = 0.5
"""Devices sleep below their idle power, and idle power is often an estimate: half of it is no slip yet."""
ABOVE_RATED = 1.01
"""What a mean may exceed the rating by, for the rounding of a sensor."""
ABOVE_NODE = 2.0
"""The power of hosts varies with their fans and memory, and is often that of another model."""
SLIPS = (3, 6, -3, -6)
"""Powers of ten by which a prefix is mistaken: W for kW, mW for MW."""


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
        if power > ABOVE_RATED * units.convert(rated.value, rated.unit, "kW_it/device"):
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


def stated_power_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Can the hardware have drawn what is stated? Between idle and full load, with its host where that is in it."""
    for asset in inventory.case.assets.values():
        thing = datasets.thing(asset.device) if asset.device else None
        limits = _limits(asset, datasets)
        power = asset.figures.get("power")
        if thing is None or "power" not in thing.values or limits is None or power is None:
            continue
        drawn = given_value(power)
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
            slip = f" {by} it is plausible ({power_in_words(drawn / 10.0**power)}): the prefix of the unit is wrong."
            break
    assert isinstance(figure.reason, Given)
    return finding(
        "power-implausible",
        figure.reason.place,
        key=key,
        written=written(figure),
        means=f" is {power_in_words(drawn)} per device ({arithmetic})" if arithmetic else " is declared per device",
        device=asset.device or asset.id,
        idle=power_in_words(idle),
        rated=power_in_words(rated),
        host=f", its share of the host {power_in_words(host)}" if host else "",
        slip=slip,
    )


def _stated(run: Workload, asset: Asset, inventory: Inventory) -> tuple[str, Figure, float, str, bool] | None:
    """What a workload states of its power: field, figure, kilowatts per device, arithmetic, whether the host is in."""
    for key in ("power", "energy", "accelerator_energy", "site_energy"):
        figure = run.figures.get(key)
        value = given_value(figure)
        if figure is None or value is None or not isinstance(figure.reason, Given) or figure.reason.written is None:
            continue
        said = "energy" if "energy" in run.places else key
        if key == "power":
            return key, figure, value, "", run.measured_at == "node"
        count, duration, stated = (
            given_value(figures.get(name))
            for figures, name in (
                (asset.figures, "count"),
                (run.figures, "duration"),
                (run.figures, "device_hours"),
            )
        )
        time = stated if stated is not None else count * duration if count and duration else None
        if not time:
            return None
        hours = (
            hours_in_words(time)
            if stated is not None or not duration
            else f"({number(count)} × {hours_in_words(duration)})"
        )
        arithmetic = f"{written(figure)} ∕ {hours}"
        share = given_value(asset.figures.get("reserved"))
        if share:  # an energy is that of the workload alone, on its share of each device
            time, arithmetic = time * share, f"{arithmetic} ∕ {number(100 * share)} % reserved"
        pue = given_value(inventory.case.facilities[asset.facility].figures.get("pue"))
        if key == "site_energy" and pue:
            value, arithmetic = value / pue, f"{arithmetic} ∕ PUE {number(pue)}"
        return said, figure, value / time, arithmetic, key != "accelerator_energy"
    return None


def _limits(asset: Asset, datasets: Datasets) -> tuple[float, float, float] | None:
    """Idle and full power of a device and its share of the host's, in kW; None where nothing is known."""
    thing = datasets.thing(asset.device) if asset.device else None
    rated = (thing.first("power", "kW_it/device") if thing else None) or given_value(asset.figures.get("power"))
    if not rated:
        return None
    idle = (thing.first("idle_power", "kW_it/device") if thing else None) or rated * _least_idle_share(datasets)
    host = given_value(asset.figures.get("host_power"))
    if host is None:
        server = datasets.thing(asset.host or GENERIC_HOST)
        draws = server.first("power", "kW_it/node") if server else None
        holds = given_value(asset.figures.get("per_node"))
        if not holds:
            holds = server.first("accelerators", "device/node") if server else None
        host = draws / holds if draws and holds else 0.0
    return idle, rated, host


def _least_idle_share(datasets: Datasets) -> float:
    """The smallest published share of full power that an accelerator draws when idle."""
    drawn = {(row.attributes["thing"], row.attributes["load"]): row.value for row in datasets.table("device-power")}
    return min(drawn[thing, "idle"] / drawn[thing, "full"] for thing, _ in drawn)


def shares_taken_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the power of some hardware scaled by two shares that say the same?"""
    for asset in inventory.case.assets.values():
        if {"reserved", "power_share"} <= asset.figures.keys():
            both = {key: written(asset.figures[key]) for key in ("reserved", "power_share")}
            yield finding("share-taken-twice", asset.places["power_share"], asset=asset.id, **both)


def power_is_of_the_run(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the energy of a workload rated power times time, as if nothing ever waited?"""
    for run in inventory.case.workloads.values():
        key = _nameplate(run, inventory.case.assets[run.asset], datasets)
        if key:
            yield finding("nameplate-power", run.places[key], run=run.id, key=key, written=written(run.figures[key]))


def _nameplate(run: Workload, asset: Asset, datasets: Datasets) -> str:
    """The field by which a workload takes the rating for what was drawn; nothing where it does not."""
    if _is_just(run.figures.get("utilisation"), 1.0) and not asset.power_curve:
        return "utilisation"
    thing = datasets.thing(asset.device) if asset.device else None
    rated = thing.values.get("power") if thing else None
    if rated and "power" in run.places and not run.records and run.measured_at != "node":
        rating = units.convert(rated[0].value, rated[0].unit, "kW_it/device")
        return "power" if _is_just(run.figures.get("power"), rating) else ""
    return ""


def _is_just(figure: Figure | None, value: float) -> bool:
    """Whether a leaf states a value, and neither a range nor that it was measured."""
    given = figure.reason if figure else None
    if not isinstance(given, Given) or given.value is None or given.spread or given.quality == "measured":
        return False
    return abs(given.value - value) <= 1e-9 * value


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    power_within_rating,
    stated_power_plausible,
    shares_taken_once,
    power_is_of_the_run,
)
