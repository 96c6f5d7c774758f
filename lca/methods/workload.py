"""From work done to IT energy: a measured log, stated energy, power × time, or utilisation × device model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lca.equation import counted, equation, total
from lca.figure import Figure, derive
from lca.methods import Choices
from lca.model import Asset, Workload
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


@equation("t_res", "iso-21031-2024#RR", time="t_dev", share="RR/ToR")
def device_hours_of_share(time: device_hours, share: ratio) -> device_hours:
    """Device-hours of the share that is reserved: what the power of whole devices is multiplied by."""
    return time * share


@equation("t_busy", "iso-14044#allocation", time="t_dev", utilisation="u")
def busy_device_hours(time: device_hours, utilisation: ratio) -> device_hours:
    """Time for which reserved devices are busy."""
    return time * utilisation


@equation("E_acc", "iso-21031-2024#E", power="P", time="t_dev")
def accelerator_energy(power: kW_it_per_device, time: device_hours) -> kWh_it:
    """Energy at the accelerators: power per device over the reserved device-hours."""
    return power * time


@equation("E_acc", "iso-21031-2024#E", recorded="E_rec", bridged="E_gap")
def energy_with_gaps(recorded: kWh_it, bridged: kWh_it) -> kWh_it:
    """Energy at the accelerators: what a record measured, and what is assumed of the time in which it is silent."""
    return recorded + bridged


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


@equation("E_site", "iso-30134-2", parts="E_part")
def site_energy_recorded(*parts: kWh_it) -> kWh_site:
    """Energy of a record that multiplied its parts by the site's PUE when it was written."""
    return counted(total(*parts), "kWh_site")


@equation("E_it", "iso-30134-2", site="E_site", pue="PUE")
def it_energy_at_site(site: kWh_site, pue: kWh_site_per_kWh_it) -> kWh_it:
    """IT energy behind an energy that was measured at the site's meter."""
    return site / pue


def trapezoid(seconds: Sequence[float], watts: Sequence[float]) -> float:
    """Energy in joules under power samples (W) at the given times (s), by the trapezoidal rule."""
    pairs = zip(zip(seconds, watts, strict=True), zip(seconds[1:], watts[1:], strict=True), strict=False)
    return sum((t1 - t0) * (w0 + w1) / 2 for (t0, w0), (t1, w1) in pairs)


ENERGIES = ("energy", "accelerator_energy", "site_energy", "host_energy")
"""Fields that state an energy as it is, of the workload alone."""
PER_UNIT_WAYS = ("energy_per_token", "energy_per_request", "measurement", "active_parameters")
"""Fields of inference from which an energy follows that is of the workload alone."""
ACCELERATOR_WAYS = {"accelerator_energy", "power", "utilisation"}
"""Fields that state the energy of the accelerators."""


@dataclass(frozen=True)
class Energy:
    """The IT energy of a workload and its parts; those that cannot be told apart are None."""

    it: Figure
    device_hours: Figure | None
    accelerators: Figure | None = None
    host: Figure | None = None
    idle: Figure | None = None
    site: Figure | None = None
    """Where the energy was measured at the site's meter."""

    @property
    def parts(self) -> dict[str, Figure]:
        """What the IT energy consists of, as far as it can be told apart."""
        if self.accelerators is None:
            return {"it": self.it}
        return {"accelerators": self.accelerators, **({"host": self.host} if self.host else {})}


def post(
    run: Workload,
    asset: Asset,
    pue: Figure | None,
    choices: Choices,
    power: Figure | None = None,
    data: Sequence[Figure] = (),
) -> Energy | None:
    """The IT energy of one workload. None, with findings, when nothing states it.

    `power` is the power per device by its curve, where there is one; `data` the energies of its data.
    """
    computing = _computing(run, asset, pue, choices, power)
    if not data or (computing and computing.site):
        return computing
    host = [computing.host] if computing and computing.host else []
    beside = (
        data[0]
        if len(data) == 1 and not host
        else derive(f"{run.key}.energy.beside", "Energy of host and data", node_energy, parts=[*host, *data])
    )
    if computing is None:
        return Energy(beside, device_hours_of(run, asset), host=beside)
    id, name = f"{run.key}.energy.with_data", "IT energy with that of the data"
    main = computing.accelerators or computing.it
    it = derive(id, name, node_energy, parts=[main, beside])
    return Energy(it, computing.device_hours, main, beside, computing.idle)


def _computing(
    run: Workload, asset: Asset, pue: Figure | None, choices: Choices, power: Figure | None
) -> Energy | None:
    """The IT energy of computing alone."""
    time = device_hours_of(run, asset)
    _say_whose_energy(run, asset, choices)
    if site := _at_site(run):
        if pue is None:
            return None
        name = "IT energy behind the site's meter"
        it = derive(f"{run.key}.energy.it", name, it_energy_at_site, site=site, pue=pue)
        return Energy(it, time, site=site)
    if stated := run.figures.get("energy"):
        return Energy(stated, time)
    if "host_energy" in run.figures and not ACCELERATOR_WAYS & set(run.figures):
        it = run.figures["host_energy"]
        return Energy(it, time, host=it)
    modelled = _of_share(run, asset, time)
    accelerators, idle = _accelerators(run, asset, modelled, choices, power)
    if accelerators is None:
        return None
    beside = _beside(run, asset, modelled, choices)
    if not beside:
        return Energy(accelerators, time, accelerators, idle=idle)
    host = beside[0]
    if len(beside) > 1:
        host = derive(f"{run.key}.energy.host", "Energy of host and memory", node_energy, parts=beside)
    it = derive(f"{run.key}.energy.it", "IT energy", node_energy, parts=[accelerators, host])
    return Energy(it, time, accelerators, host, idle)


def wait(run: Workload, asset: Asset, energy: Energy, time: Figure | None, choices: Choices) -> Energy:
    """The energy with what reserved devices and their hosts draw in hours in which they serve nobody.

    An energy read at the site's meter goes on as the IT energy behind it. Where the energy was measured at the
    node, a declared idle power is that of the node.
    """
    time = _of_share(run, asset, time, "idle_hours")
    if time is None:
        return energy
    idle = _idle_power(run, asset, choices)
    if idle is None:
        return energy
    id, name = f"{run.key}.energy.idle", "Energy of idle accelerators"
    waiting = derive(f"{id}.accelerators", name, accelerator_energy, power=idle, time=time)
    of_node = run.measured_at in ("node", "site") and "idle_power" in asset.figures
    power = None if of_node else asset.figures.get("host_power") or _host_power(run, asset, choices)
    beside = [derive(f"{id}.host", "Energy of idle hosts", host_energy, power=power, time=time)] if power else []

    def together(id: str, name: str, *parts: Figure | None) -> Figure | None:
        known = [part for part in parts if part is not None]
        return derive(id, name, node_energy, parts=known) if len(known) > 1 else known[0] if known else None

    key = f"{run.key}.energy"
    every = together(id, "Energy while idle", energy.idle, waiting, *beside)
    it = together(f"{key}.with_idle", "IT energy, idle time included", energy.it, waiting, *beside)
    assert it is not None
    if energy.accelerators is None and energy.host is None:
        return Energy(it, energy.device_hours, idle=every)
    words = "Energy at the accelerators, idle time included"
    accelerators = together(f"{key}.accelerators.with_idle", words, energy.accelerators, waiting)
    host = together(f"{key}.host.with_idle", "Energy of the host, idle time included", energy.host, *beside)
    return Energy(it, energy.device_hours, accelerators, host, every)


def _at_site(run: Workload) -> Figure | None:
    """Energy at the site's meter: stated, or the parts of a record that holds the overhead."""
    if run.measured_at != "site" or "site_energy" in run.figures:
        return run.figures.get("site_energy")
    parts = [run.figures[key] for key in ("accelerator_energy", "host_energy") if key in run.figures]
    id, name = f"{run.key}.energy.site", "Energy at the site, as recorded"
    return derive(id, name, site_energy_recorded, parts=parts) if parts else None


def device_hours_of(run: Workload, asset: Asset) -> Figure | None:
    """Reserved device-hours: declared, or count × duration; None when neither is known."""
    if stated := run.figures.get("device_hours"):
        return stated
    duration, count = run.figures.get("duration"), asset.figures.get("count")
    if duration is None or count is None:
        return None
    return derive(
        f"{run.key}.device_hours", "Reserved device-hours", reserved_device_hours, count=count, duration=duration
    )


def _of_share(run: Workload, asset: Asset, time: Figure | None, key: str = "device_hours") -> Figure | None:
    """Device-hours for which the power of a whole device counts: all, or those of the reserved share."""
    share = asset.figures.get("reserved")
    if time is None or share is None:
        return time
    name = "Device-hours of the reserved share"
    return derive(f"{run.key}.{key}.share", name, device_hours_of_share, time=time, share=share)


def _say_whose_energy(run: Workload, asset: Asset, choices: Choices) -> None:
    """Say that a reserved share leaves energy as it is where the case states it or a record holds it.

    The SCI has the share for hardware alone; energy is that of the workload. A record of a device holds what all
    who share it drew.
    """
    if "reserved" not in asset.figures:
        return
    for record in run.records:
        choices.report("reserved-of-record", asset.places["reserved"], asset=asset.id, file=record.path)
    stated = [key for key in ENERGIES if key in run.figures and not run.records]
    if stated:
        key = next((key for key in PER_UNIT_WAYS if key in run.places), stated[0])
        choices.report("reserved-of-energy", asset.places["reserved"], asset=asset.id, run=run.id, key=key)


def _accelerators(
    run: Workload, asset: Asset, time: Figure | None, choices: Choices, by_curve: Figure | None
) -> tuple[Figure | None, Figure | None]:
    if measured := run.figures.get("accelerator_energy"):
        return _with_gaps(run, measured), None
    way = next((key for key in ("power", "utilisation") if key in run.figures), None)
    if time is None:
        if way:
            lacking = "duration" if "duration" not in run.figures else "count"
            choices.report("needs", run.places.get(way, run.place), key=way, needed=lacking)
        return None, None
    name = "Energy at the accelerators"
    power = run.figures.get("power") or by_curve
    if power is None and "duty_cycle" in run.figures and "utilisation" not in run.figures:
        power = _device_model(run, asset, choices)[0]
    if power is not None:
        return derive(f"{run.key}.energy.accelerators", name, accelerator_energy, power=power, time=time), None
    utilisation = run.figures.get("utilisation")
    if utilisation is None:
        return None, None
    full, idle = _device_model(run, asset, choices)
    if full is None or idle is None:
        return None, None
    power = derive(
        f"{run.key}.power", "Power per device", power_at_utilisation, full=full, idle=idle, utilisation=utilisation
    )
    waiting = derive(
        f"{run.key}.energy.idle", "Energy while idle", idle_energy, idle=idle, utilisation=utilisation, time=time
    )
    return derive(f"{run.key}.energy.accelerators", name, accelerator_energy, power=power, time=time), waiting


def _with_gaps(run: Workload, measured: Figure) -> Figure:
    """The energy of a record, and over its gaps where it has some."""
    bridged = run.figures.get("bridged_energy")
    if bridged is None:
        return measured
    id, name = f"{run.key}.energy.accelerators", "Energy at the accelerators"
    return derive(id, name, energy_with_gaps, recorded=measured, bridged=bridged)


def _device_model(run: Workload, asset: Asset, choices: Choices) -> tuple[Figure | None, Figure | None]:
    """Full and idle power: declared, else of the device, else idle as the convention's share of full."""
    full = asset.figures.get("power")
    if full is None and asset.device:
        full = choices.thing(asset.device, "power", f"{asset.key}.power", "Rated power per device", "kW_it/device")
    if full is None:
        if asset.device is None or choices.knows(asset.device):
            problem = f"the data sets have none for `{asset.device}`" if asset.device else "no device is named"
            choices.report("no-rated-power", asset.place, asset=asset.id, problem=problem)
        return None, None
    idle = _stated_idle_power(asset, choices)
    if idle is None:
        share = _idle_share(asset, choices)
        if share is None:
            return full, None
        id, name = f"{asset.key}.idle_power", "Idle power per device"
        idle = choices.once(id, lambda: derive(id, name, idle_power_from_share, full=full, share=share))
    return full, idle


def _stated_idle_power(asset: Asset, choices: Choices) -> Figure | None:
    """Idle power as declared, or of the device."""
    if (declared := asset.figures.get("idle_power")) or asset.device is None or choices.follows("idle_share"):
        return declared
    id, name = f"{asset.key}.idle_power", "Idle power per device"
    return choices.thing(asset.device, "idle_power", id, name, "kW_it/device")


def _idle_power(run: Workload, asset: Asset, choices: Choices) -> Figure | None:
    """Power of a device that waits: stated, else a share of its full power."""
    return _stated_idle_power(asset, choices) or _device_model(run, asset, choices)[1]


OF_AN_A100 = {
    "full": "Full power of an A100, of which only its ratio to idle power is taken",
    "idle": "Idle power of an A100, of which only its ratio to full power is taken",
}


def _idle_share(asset: Asset, choices: Choices) -> Figure | None:
    """Idle power as a share of full power: by the case's convention, else for accelerators as of an A100."""
    name, where = f"{asset.key}.idle_share", "WORLD"
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
        names=OF_AN_A100,
        thing="nvidia-a100",
    )
    if not known:
        return None
    words = "Idle share of power, as of an A100"
    return choices.once(name, lambda: derive(name, words, share_of_full, idle=known["idle"], full=known["full"]))


GENERIC_HOST = "server/generic-8-accelerators"


def assumed_host(asset: Asset, choices: Choices, *, draws: bool) -> str:
    """The host that stands in for one that the case does not name; the choice is recorded, and what it is for."""
    shared = "the stated share" if "per_node" in asset.figures else "an eighth"
    purpose = "for what it draws and for its manufacture" if draws else "for its manufacture"
    rule = f"No host is named: each device is taken to have {shared} of a generic server for 8 accelerators, {purpose}."
    choices.decide(f"{asset.key}.host", f"Host of {asset.id}", GENERIC_HOST, rule, place=asset.place, assumed=True)
    return GENERIC_HOST


def _beside(run: Workload, asset: Asset, time: Figure | None, choices: Choices) -> list[Figure]:
    """Energies beside the accelerators: of the host, and of declared memory where the host does not hold it.

    What was measured at the node holds both; a host of the data sets holds its memory.
    """
    if measured := run.figures.get("host_energy"):
        return [measured]
    if run.measured_at == "node":
        return []
    declared = asset.figures.get("host_power")
    memory = _memory(run, asset, choices) if declared or asset.host is None else []
    power = declared or _host_power(run, asset, choices)
    if power is None:
        return memory
    if time is None:
        lacking = "duration" if "duration" not in run.figures else "count"
        choices.report("needs", run.place, key="host", needed=lacking)
        return memory
    id = f"{run.key}.energy.{'server' if memory else 'host'}"
    host = derive(id, "Energy of the host", host_energy, power=power, time=time)
    return [host, *memory]


def _host_power(run: Workload, asset: Asset, choices: Choices) -> Figure | None:
    """Power of the host per accelerator, from the model of the host; None, said so, where none is assumed.

    The power of an accelerator is its own unless `measured_at` says otherwise; that of what is not known to be one
    may hold the host already. Declared memory follows a convention that counts no host.
    """
    host = asset.host
    if host is None:
        accelerators = choices.is_accelerator(asset.device)
        unsure = _may_hold_host(run) and not accelerators and run.measured_at != "accelerators"
        if unsure or ("memory" in asset.figures and accelerators):
            choices.report("host-not-counted", asset.place, name=asset.id)
            return None
        if asset.device is not None and not choices.is_accelerator(asset.device):
            return None
        if asset.parts and all(part.kind != "gpu" for part in asset.parts):
            return None
        host = assumed_host(asset, choices, draws=True)
    name = "Power of the host"
    server = choices.thing(host, "power", f"{asset.key}.server_power", name, "kW_it/node")
    holds = asset.figures.get("per_node") or choices.thing(
        host, "accelerators", f"{asset.key}.per_node", "Accelerators per host", "device/node"
    )
    if server is None or holds is None:
        choices.report("host-not-counted", asset.place, name=asset.id)
        return None
    id, name = f"{asset.key}.host_power", "Power of the host per accelerator"
    return choices.once(id, lambda: derive(id, name, host_power_share, server=server, accelerators=holds))


def _may_hold_host(run: Workload) -> bool:
    """Whether power, or the energy of one token or request, was declared without saying where it was measured."""
    per_unit = {"energy_per_token", "energy_per_request"} & set(run.figures)
    if "power" in run.figures:
        return run.measured_at != "accelerators"
    return bool(per_unit) and run.measured_at is None


def _memory(run: Workload, asset: Asset, choices: Choices) -> list[Figure]:
    """Energy of declared memory, by the convention that the case names."""
    capacity, duration = asset.figures.get("memory"), run.figures.get("duration")
    if capacity is None:
        return []
    if duration is None:
        choices.report("needs", asset.places["memory"], key="memory", needed="duration")
        return []
    id, name = f"{asset.key}.memory_power", "Power of the memory"
    power = choices.memory_power(capacity, id, asset.place)
    if power is None:
        return []
    if power.unit == "kW_it/GB":
        each = power
        power = choices.once(id, lambda: derive(id, name, memory_power, capacity=capacity, power=each))
    id, name = f"{run.key}.energy.memory", "Energy of the memory"
    return [derive(id, name, memory_energy, power=power, duration=duration)]
