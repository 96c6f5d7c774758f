"""From work done to IT energy: a measured log, stated energy, power × time, or utilisation × device model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lca.equation import equation, total
from lca.methods import Choices
from lca.model import Activity, Asset, Figure, derive
from lca.units import (
    device_hours,
    devices,
    devices_per_node,
    gigabytes,
    hours,
    kW_it,
    kW_it_per_device,
    kW_it_per_GB,
    kW_it_per_node,
    kWh_it,
    kWh_site,
    kWh_site_per_kWh_it,
    ratio,
)


@equation("t_dev", "iso-21031-2024#TiR", count="n", duration="t")
def reserved_device_hours(count: devices, duration: hours) -> device_hours:
    """Time for which devices are reserved, summed over the devices."""
    return count * duration


@equation("E_acc", "iso-21031-2024#E", power="P", time="t_dev")
def accelerator_energy(power: kW_it_per_device, time: device_hours) -> kWh_it:
    """Energy at the accelerators: power per device over the reserved device-hours."""
    return power * time


@equation("P", "cloud-carbon-footprint-2024", full="P_full", idle="P_idle", utilisation="u")
def power_at_utilisation(full: kW_it_per_device, idle: kW_it_per_device, utilisation: ratio) -> kW_it_per_device:
    """Power of a device between idle and full load, linear in its utilisation."""
    return utilisation * full + (1 - utilisation) * idle


@equation("P_idle", "cloud-carbon-footprint-2024", full="P_full", share="i")
def idle_power_from_share(full: kW_it_per_device, share: ratio) -> kW_it_per_device:
    """Idle power as a share of full power."""
    return full * share


@equation("i", "cloud-carbon-footprint-2024", idle="P_idle", full="P_full")
def share_of_full(idle: kW_it_per_device, full: kW_it_per_device) -> ratio:
    """Idle power as a share of full power."""
    return idle / full


@equation("E_idle", "iso-21031-2024#E", idle="P_idle", utilisation="u", time="t_dev")
def idle_energy(idle: kW_it_per_device, utilisation: ratio, time: device_hours) -> kWh_it:
    """The part of the accelerators' energy that is drawn while they wait."""
    return (1 - utilisation) * idle * time


@equation("P_host", "iso-21031-2024#E", server="P_server", accelerators="n_node")
def host_power_share(server: kW_it_per_node, accelerators: devices_per_node) -> kW_it_per_device:
    """Power of a server without its accelerators, shared among them."""
    return server / accelerators


@equation("E_host", "iso-21031-2024#E", power="P_host", time="t_dev")
def host_energy(power: kW_it_per_device, time: device_hours) -> kWh_it:
    """Energy of processors, memory, network, fans and power supplies beside the accelerators."""
    return power * time


@equation("P_mem", "green-algorithms-3", capacity="m", power="p_GB")
def memory_power(capacity: gigabytes, power: kW_it_per_GB) -> kW_it:
    """Power of memory in proportion to its capacity."""
    return capacity * power


@equation("E_mem", "green-algorithms-3", power="P_mem", duration="t")
def memory_energy(power: kW_it, duration: hours) -> kWh_it:
    """Energy of the memory reserved by a job."""
    return power * duration


@equation("E_it", "iso-30134-2", parts="E_part")
def node_energy(*parts: kWh_it) -> kWh_it:
    """IT energy: what the nodes draw, accelerators and host together."""
    return total(*parts)


@equation("E_it", "iso-30134-2", site="E_site", pue="PUE")
def it_energy_at_site(site: kWh_site, pue: kWh_site_per_kWh_it) -> kWh_it:
    """IT energy behind an energy that was measured at the site's meter."""
    return site / pue


def trapezoid(seconds: Sequence[float], watts: Sequence[float]) -> float:
    """Energy in joules under power samples (W) at the given times (s), by the trapezoidal rule."""
    pairs = zip(zip(seconds, watts, strict=True), zip(seconds[1:], watts[1:], strict=True), strict=False)
    return sum((t1 - t0) * (w0 + w1) / 2 for (t0, w0), (t1, w1) in pairs)


ACCELERATOR_WAYS = {"accelerator_energy", "power", "utilisation"}
"""Fields that state the energy of the accelerators."""


@dataclass(frozen=True)
class Energy:
    """The IT energy of a workload and its parts; those that cannot be told apart are None."""

    it: Figure
    accelerators: Figure | None
    host: Figure | None
    idle: Figure | None
    device_hours: Figure | None

    @property
    def parts(self) -> dict[str, Figure]:
        """What the IT energy consists of, as far as it can be told apart."""
        if self.accelerators is None:
            return {"it": self.it}
        return {"accelerators": self.accelerators, **({"host": self.host} if self.host else {})}


def post(activity: Activity, asset: Asset, pue: Figure | None, choices: Choices) -> Energy | None:
    """The IT energy of one workload. None, with findings, when nothing states it."""
    time = device_hours_of(activity, asset)
    if stated := activity.figures.get("site_energy"):
        if pue is None:
            return None
        it = derive(
            f"{activity.id}.energy.it", "IT energy behind the site's meter", it_energy_at_site, site=stated, pue=pue
        )
        return Energy(it, None, None, None, time)
    if stated := activity.figures.get("energy"):
        return Energy(stated, None, None, None, time)

    if "host_energy" in activity.figures and not ACCELERATOR_WAYS & set(activity.figures):
        it = activity.figures["host_energy"]
        return Energy(it, None, it, None, time)
    accelerators, idle = _accelerators(activity, asset, time, choices)
    if accelerators is None:
        return None
    host = _host(activity, asset, time, choices)
    memory = _memory(activity, asset, choices)
    parts = [part for part in (accelerators, host, memory) if part is not None]
    if len(parts) == 1:
        return Energy(accelerators, accelerators, None, idle, time)
    beside = [part for part in (host, memory) if part is not None]
    host = (
        beside[0]
        if len(beside) == 1
        else derive(f"{activity.id}.energy.host", "Energy of the host", node_energy, parts=beside)
    )
    it = derive(f"{activity.id}.energy.it", "IT energy", node_energy, parts=[accelerators, host])
    return Energy(it, accelerators, host, idle, time)


def device_hours_of(activity: Activity, asset: Asset) -> Figure | None:
    """Reserved device-hours: declared, or count × duration; None when neither is known."""
    if stated := activity.figures.get("device_hours"):
        return stated
    duration, count = activity.figures.get("duration"), asset.figures.get("count")
    if duration is None or count is None:
        return None
    return derive(
        f"{activity.id}.device_hours", "Reserved device-hours", reserved_device_hours, count=count, duration=duration
    )


def _accelerators(
    activity: Activity, asset: Asset, time: Figure | None, choices: Choices
) -> tuple[Figure | None, Figure | None]:
    if measured := activity.figures.get("accelerator_energy"):
        return measured, None
    way = next((key for key in ("power", "utilisation") if key in activity.figures), None)
    if time is None:
        if way:
            lacking = "duration" if "duration" not in activity.figures else "count"
            choices.report("needs", activity.places.get(way, activity.place), key=way, needed=lacking)
        return None, None
    name = "Energy at the accelerators"
    if power := activity.figures.get("power"):
        return derive(f"{activity.id}.energy.accelerators", name, accelerator_energy, power=power, time=time), None
    utilisation = activity.figures.get("utilisation")
    if utilisation is None:
        return None, None
    full, idle = _device_model(activity, asset, choices)
    if full is None or idle is None:
        return None, None
    power = derive(
        f"{activity.id}.power", "Power per device", power_at_utilisation, full=full, idle=idle, utilisation=utilisation
    )
    waiting = derive(
        f"{activity.id}.energy.idle", "Energy while idle", idle_energy, idle=idle, utilisation=utilisation, time=time
    )
    return derive(f"{activity.id}.energy.accelerators", name, accelerator_energy, power=power, time=time), waiting


def _device_model(activity: Activity, asset: Asset, choices: Choices) -> tuple[Figure | None, Figure | None]:
    """Full and idle power: declared, else of the device, else idle as the convention's share of full."""
    full = asset.figures.get("power")
    if full is None and asset.device:
        full = choices.thing(asset.device, "power", f"{asset.id}.power", "Rated power per device", "kW_it/device")
    if full is None:
        if asset.device is None or choices.knows(asset.device):
            problem = f"the data sets have none for `{asset.device}`" if asset.device else "no device is named"
            choices.report("no-rated-power", asset.place, asset=asset.id, problem=problem)
        return None, None
    idle = asset.figures.get("idle_power")
    if idle is None and asset.device and not choices.follows("idle_share"):
        idle = choices.thing(
            asset.device, "idle_power", f"{asset.id}.idle_power", "Idle power per device", "kW_it/device"
        )
    if idle is None:
        share = _idle_share(asset, choices)
        if share is None:
            return full, None
        idle = derive(f"{asset.id}.idle_power", "Idle power per device", idle_power_from_share, full=full, share=share)
    return full, idle


def _idle_share(asset: Asset, choices: Choices) -> Figure | None:
    """Idle power as a share of full power: by the case's convention, else for accelerators as of an A100."""
    name, where = f"{asset.id}.idle_share", "WORLD"
    needed_for = f"the idle power of {asset.id}"
    if choices.follows("idle_share") or not choices.is_accelerator(asset.device):
        return choices.pick(
            "idle-share",
            name,
            "Idle share of power",
            where=where,
            needed_for=needed_for,
            place=asset.place,
            convention="idle_share",
        )
    known = choices.pick_split(
        "device-power",
        "load",
        name,
        where=where,
        needed_for=needed_for,
        place=asset.place,
        assumed=True,
        thing="nvidia-a100",
    )
    if not known:
        return None
    return derive(name, "Idle share of power, as of an A100", share_of_full, idle=known["idle"], full=known["full"])


GENERIC_HOST = "server/generic-8-accelerators"


def assumed_host(asset: Asset, choices: Choices) -> str:
    """The host that stands in for one that the case does not name; the choice is recorded."""
    rule = "No host is named: a generic one is assumed, for what it draws and for its manufacture."
    choices.decide(f"{asset.id}.host", f"Host of {asset.id}", GENERIC_HOST, rule, place=asset.place, assumed=True)
    return GENERIC_HOST


def _host(activity: Activity, asset: Asset, time: Figure | None, choices: Choices) -> Figure | None:
    """Energy beside the accelerators: measured, by declared power, or of the host's model.

    A power that the case declares may hold the host already: then nothing is assumed, and the case is told.
    """
    if measured := activity.figures.get("host_energy"):
        return measured
    if activity.measured_at == "node" or (asset.host is None and choices.follows("host_power")):
        return None
    power = asset.figures.get("host_power") or _host_power(activity, asset, choices)
    if power is None:
        return None
    if time is None:
        lacking = "duration" if "duration" not in activity.figures else "count"
        choices.report("needs", activity.place, key="host", needed=lacking)
        return None
    return derive(f"{activity.id}.energy.host", "Energy of the host", host_energy, power=power, time=time)


def _host_power(activity: Activity, asset: Asset, choices: Choices) -> Figure | None:
    """Power of the host per accelerator, from the model of the host."""
    host = asset.host
    if host is None:
        if "power" in activity.figures:
            choices.report("host-not-counted", activity.place, name=activity.id)
            return None
        if asset.device is not None and not choices.is_accelerator(asset.device):
            return None
        host = assumed_host(asset, choices)
    name = "Power of the server without accelerators"
    server = choices.thing(host, "power", f"{asset.id}.server_power", name, "kW_it/node")
    holds = asset.figures.get("per_node") or choices.thing(
        host, "accelerators", f"{asset.id}.per_node", "Accelerators per server", "device/node"
    )
    if server is None or holds is None:
        choices.report("host-not-counted", activity.place, name=activity.id)
        return None
    name = "Power of the host per accelerator"
    return derive(f"{asset.id}.host_power", name, host_power_share, server=server, accelerators=holds)


def _memory(activity: Activity, asset: Asset, choices: Choices) -> Figure | None:
    """Energy of declared memory, by the convention that the case names."""
    capacity, duration = asset.figures.get("memory"), activity.figures.get("duration")
    if capacity is None or duration is None:
        return None
    power = choices.memory_power(capacity, f"{asset.id}.memory_power", asset.place)
    if power is None:
        return None
    if power.unit == "kW_it/GB":
        power = derive(f"{asset.id}.memory_power", "Power of the memory", memory_power, capacity=capacity, power=power)
    return derive(f"{activity.id}.energy.memory", "Energy of the memory", memory_energy, power=power, duration=duration)
