"""Embodied carbon: manufacture shared out over a lifetime, by reserved time and share, with idle attribution."""

from __future__ import annotations

from collections.abc import Mapping

from lca.equation import counted, equation, total
from lca.figure import Figure, Given, derive
from lca.inventory import Candidate, Line
from lca.methods import Choices
from lca.model import Asset, Machine, Workload
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
    machines: Mapping[str, Machine],
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
    known = embodied(asset, host, machines, choices)
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


def embodied(asset: Asset, host: str | None, machines: Mapping[str, Machine], choices: Choices) -> dict[str, Figure]:
    """Manufacture of one device and of its share of the host, those that are known; a gap is reported."""
    each = {
        "accelerators": _device(asset, machines["device"], choices),
        "host": _host(asset, host, machines["node"], choices),
    }
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


def _device(asset: Asset, machine: Machine, choices: Choices) -> Figure | None:
    """Manufacture of one device: declared, by the convention named, published, by its parts, or of any accelerator."""
    name, id = "Manufacture of one device", f"{asset.key}.embodied"
    if stated := asset.figures.get("embodied"):
        return _taken(id, name, stated, machine, asset, choices)
    if machine.by_convention:
        return machine.by_convention
    accelerator = asset.device is not None and choices.is_accelerator(asset.device)
    known = None
    if asset.device is not None and not (accelerator and choices.follows("accelerator_embodied")):
        known = choices.thing(asset.device, "embodied", id, name, "kgCO2e/device")
    if not accelerator or known or (machine.by_parts and not choices.follows("accelerator_embodied")):
        return _taken(id, name, known, machine, asset, choices)
    return choices.pick(
        "embodied",
        id,
        name,
        where="WORLD",
        needed_for=f"the embodied carbon of {asset.device}",
        place=asset.places.get("device", asset.place),
        thing="accelerator",
        convention="accelerator_embodied",
    )


def _taken(
    id: str, question: str, published: Figure | None, machine: Machine, asset: Asset, choices: Choices
) -> Figure | None:
    """A footprint that was declared or published, or else that of the parts; where there are both, both are kept."""
    by_parts = machine.by_parts.get("gwp")
    if published is None or by_parts is None:
        return published or by_parts
    if choices.follows("parts_embodied") and published.id != id:
        rule = "The case names a convention by which the parts precede what is published."
        choices.decide(id, question, by_parts.id, rule, place=asset.place, alternatives=(published,))
        return by_parts
    assert isinstance(published.reason, Given)
    stands_in = published.reason.attributes.get("published_for")
    others: tuple[Figure, ...]
    if machine.declared and stands_in:
        taken, others = by_parts, (published,)
        rule = f"The published footprint is that of {stands_in}; the parts are the device's own."
    else:
        taken, others = published, tuple(machine.by_parts.values())
        rule = f"A {'declared' if published.id == id else 'published'} footprint precedes the model of parts."
    choices.decide(
        id,
        question,
        taken.id,
        rule,
        figures=(taken,) if taken is published else (),
        candidates=(Candidate(taken.id, "taken"), Candidate(others[0].id, "the other way; not taken")),
        place=asset.places.get("parts", asset.place),
        alternatives=others,
    )
    return taken


def _host(asset: Asset, host: str | None, machine: Machine, choices: Choices) -> Figure | None:
    name, server = "Manufacture of the host", asset.figures.get("host_embodied")
    holds = asset.figures.get("per_node")
    if server is None and host is not None and machine.by_convention is None:
        server = choices.thing(host, "embodied", f"{asset.key}.server_embodied", name, "kgCO2e/node")
    server = _taken(f"{asset.key}.host_embodied", name, server, machine, asset, choices) or machine.by_convention
    if server is None:
        return None
    if holds is None and host is not None:
        holds = choices.thing(host, "accelerators", f"{asset.key}.per_node", "Accelerators per host", "device/node")
    if holds is None:
        key = "host_parts" if asset.host_parts else "host_embodied"
        choices.report("needs", asset.places.get(key, asset.place), key=key, needed="per_node")
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
