"""Embodied carbon: manufacture shared out over a lifetime, by reserved time and share, with idle attribution."""

from __future__ import annotations

from lca.equation import counted, equation, total
from lca.methods import Choices
from lca.model import Asset, Figure, Line, Workload, derive
from lca.placement import Placement, of_manufacture
from lca.units import (
    device_hours,
    devices_per_node,
    hours,
    kgCO2e,
    kgCO2e_amortised,
    kgCO2e_per_device,
    kgCO2e_per_node,
    ratio,
)


@equation("TE_host", "iso-14044#allocation", server="TE_server", accelerators="n_node")
def host_embodied_share(server: kgCO2e_per_node, accelerators: devices_per_node) -> kgCO2e_per_device:
    """Manufacture of a server without its accelerators, shared among them."""
    return server / accelerators


@equation("M", "iso-21031-2024#M", embodied="TE", time="t_dev", lifetime="EL")
def amortised(embodied: kgCO2e_per_device, time: device_hours, lifetime: hours) -> kgCO2e_amortised:
    """Manufacture that falls to a reserved time: TE × TiR / EL."""
    return counted(embodied * (time / lifetime), "kgCO2e_amortised")


@equation("M", "iso-21031-2024#M", embodied="TE", time="t_dev", lifetime="EL", share="RR/ToR")
def amortised_by_share(
    embodied: kgCO2e_per_device, time: device_hours, lifetime: hours, share: ratio
) -> kgCO2e_amortised:
    """Manufacture that falls to a reserved time and share of the resources: TE × TiR / EL × RR / ToR."""
    return counted(embodied * (time / lifetime) * share, "kgCO2e_amortised")


@equation("M_idle", "iso-14044#allocation", reserved="M", utilisation="u_life")
def idle_carried(reserved: kgCO2e_amortised, utilisation: ratio) -> kgCO2e_amortised:
    """Manufacture of the hours that nobody reserves, carried by those who reserve: M / u − M."""
    return reserved / utilisation - reserved


@equation("M_tot", "iso-21031-2024#M", parts="M")
def embodied_total(*parts: kgCO2e_amortised) -> kgCO2e_amortised:
    """Embodied carbon of all parts."""
    return total(*parts)


@equation("M", "iso-21031-2024#M", stated="M_stated")
def embodied_as_stated(stated: kgCO2e) -> kgCO2e_amortised:
    """Embodied carbon of a workload as somebody else computed and stated it."""
    return counted(stated, "kgCO2e_amortised")


def post(
    run: Workload,
    asset: Asset,
    host: str | None,
    time: Figure | None,
    owned: str,
    choices: Choices,
    spare: Figure | None = None,
) -> list[Line]:
    """The embodied lines of one workload: accelerators, host, spare devices, and the idle time they carry.

    A user's `embodied` on the hardware stands for the whole device with all around it, unless the case
    names the host beside it.
    """
    place = of_manufacture(owned)
    if stated := run.figures.get("embodied"):
        id, name = f"{run.key}.embodied.stated", "Embodied carbon as stated"
        return [_line(run, "embodied.stated", place, derive(id, name, embodied_as_stated, stated=stated))]
    known = embodied(asset, host, choices)
    if not known:
        return []
    if time is None:
        choices.report("embodied-no-duration", run.place, name=asset.id)
        return []
    lifetime = lifetime_of(asset, choices)
    if lifetime is None:
        return []
    reserved = [_amortised(run, part, figure, time, lifetime, asset) for part, figure in known.items()]
    lines = [_line(run, f"embodied.{part}", place, figure) for part, figure in zip(known, reserved, strict=True)]
    if spare:
        idle = [_amortised(run, f"spare.{part}", each, spare, lifetime, asset) for part, each in known.items()]
        lines += [_line(run, "embodied.spare", place, figure) for figure in idle]
        reserved += idle
    if utilisation := asset.figures.get("lifetime_utilisation"):
        whole = derive(
            f"{run.key}.embodied.reserved", "Embodied carbon of the reserved time", embodied_total, parts=reserved
        )
        carried = derive(
            f"{run.key}.embodied.idle",
            "Embodied carbon of idle time",
            idle_carried,
            reserved=whole,
            utilisation=utilisation,
        )
        lines.append(_line(run, "embodied.idle", place, carried))
    return lines


def embodied(asset: Asset, host: str | None, choices: Choices) -> dict[str, Figure]:
    """Manufacture of one device and of its share of the host, those that are known; a gap is reported."""
    each = {"accelerators": _device(asset, choices), "host": _host(asset, host, choices)}
    if each["accelerators"] is None and (asset.device is None or choices.knows(asset.device)):
        problem = f"the data sets have no footprint of `{asset.device}`" if asset.device else "no device is named"
        choices.report("embodied-not-quantified", asset.place, name=asset.id, problem=problem)
    return {part: figure for part, figure in each.items() if figure is not None}


def lifetime_of(asset: Asset, choices: Choices) -> Figure | None:
    """How long the hardware serves: declared, by a convention, or the median of what is published."""
    return asset.figures.get("lifetime") or choices.pick(
        "lifetime",
        f"{asset.key}.lifetime",
        "Lifetime of the hardware",
        where="WORLD",
        needed_for=f"the embodied carbon of {asset.id}",
        place=asset.place,
        convention="lifetime",
        thing="server",
    )


def _device(asset: Asset, choices: Choices) -> Figure | None:
    if stated := asset.figures.get("embodied"):
        return stated
    if asset.device is None:
        return None
    name, id = "Manufacture of one device", f"{asset.key}.embodied"
    if not choices.is_accelerator(asset.device):
        return choices.thing(asset.device, "embodied", id, name, "kgCO2e/device")
    known = None
    if not choices.follows("accelerator_embodied"):
        known = choices.thing(asset.device, "embodied", id, name, "kgCO2e/device")
    return known or choices.pick(
        "embodied",
        id,
        name,
        where="WORLD",
        needed_for=f"the embodied carbon of {asset.device}",
        place=asset.places.get("device", asset.place),
        thing="accelerator",
        convention="accelerator_embodied",
    )


def _host(asset: Asset, host: str | None, choices: Choices) -> Figure | None:
    server = asset.figures.get("host_embodied")
    holds = asset.figures.get("per_node")
    if server is None and host is not None:
        server = choices.thing(
            host,
            "embodied",
            f"{asset.key}.server_embodied",
            "Manufacture of the host",
            "kgCO2e/node",
        )
    if server is None:
        return None
    if holds is None and host is not None:
        holds = choices.thing(host, "accelerators", f"{asset.key}.per_node", "Accelerators per host", "device/node")
    if holds is None:
        choices.report("needs", asset.place, key="host_embodied", needed="per_node")
        return None
    id, name = f"{asset.key}.host_share", "Manufacture of the host per accelerator"
    return choices.once(id, lambda: derive(id, name, host_embodied_share, server=server, accelerators=holds))


def _amortised(run: Workload, part: str, embodied: Figure, time: Figure, lifetime: Figure, asset: Asset) -> Figure:
    id, name = f"{run.key}.embodied.{part}", f"Embodied carbon, {part.replace('.', ' ')}"
    if share := asset.figures.get("reserved"):
        return derive(id, name, amortised_by_share, embodied=embodied, time=time, lifetime=lifetime, share=share)
    return derive(id, name, amortised, embodied=embodied, time=time, lifetime=lifetime)


def _line(run: Workload, part: str, place: Placement, figure: Figure) -> Line:
    return Line(run.id, part, place.scope, place.category, place.iso, "both", "workload", figure, place.rule)
