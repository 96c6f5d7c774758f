"""Resources behind a workload: elements and primary energy of manufacture, shared out like its carbon."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from lca.equation import Equation, equation, total
from lca.figure import Figure, derive
from lca.methods import Choices
from lca.model import Asset, Facility, Machine, Workload
from lca.units import MJ_primary, MJ_primary_per_kWh, device_hours, devices_per_node, hours, kWh_site, ratio

kgSbe = Annotated[float, "kgSbe"]
kgSbe_per_kWh = Annotated[float, "kgSbe/kWh_site"]


@dataclass(frozen=True)
class Resource:
    """An indicator of resources, and how its manufacture is shared out."""

    key: str
    """The id of its total."""
    field: str
    """Under which key a device of the data sets has it."""
    name: str
    unit: str
    share_of_host: Equation
    amortised: Equation
    amortised_by_share: Equation
    idle: Equation
    whole: Equation


def _resource(key: str, field: str, name: str, symbol: str, unit: str) -> Resource:
    amount = Annotated[float, unit]
    per_device = Annotated[float, f"{unit}/device"]
    per_node = Annotated[float, f"{unit}/node"]

    def host_share(server: Any, accelerators: Any) -> Any:
        """Of a server without its accelerators, the share of one of them."""
        return server / accelerators

    def amortised(embodied: Any, time: Any, lifetime: Any) -> Any:
        """What falls to a reserved time of a lifetime."""
        return embodied * (time / lifetime)

    def amortised_by_share(embodied: Any, time: Any, lifetime: Any, share: Any) -> Any:
        """What falls to a reserved time of a lifetime, and share of the device."""
        return embodied * (time / lifetime) * share

    def idle(reserved: Any, utilisation: Any) -> Any:
        """What falls to the hours that nobody reserves, carried by those who reserve."""
        return reserved / utilisation - reserved

    def whole(*parts: Any) -> Any:
        """All of it together."""
        return total(*parts)

    def declare(function: Any, source: str, made: str, result: Any, units: Mapping[str, Any], **own: str) -> Equation:
        function.__annotations__ = {**units, "return": result}
        function.__name__ = f"{function.__name__}_{key}"
        return equation(made, source, **own)(function)

    timed = {"embodied": per_device, "time": device_hours, "lifetime": hours}
    symbols = {"embodied": f"{symbol}_dev", "time": "t_dev", "lifetime": "EL"}
    server = {"server": per_node, "accelerators": devices_per_node}
    sci, allocation = "iso-21031-2024#M", "iso-14044#allocation"
    return Resource(
        key,
        field,
        name,
        unit,
        declare(
            host_share,
            allocation,
            f"{symbol}_dev",
            per_device,
            server,
            server=f"{symbol}_server",
            accelerators="n_node",
        ),
        declare(amortised, sci, symbol, amount, timed, **symbols),
        declare(amortised_by_share, sci, symbol, amount, {**timed, "share": ratio}, **symbols, share="RR/ToR"),
        declare(
            idle,
            allocation,
            symbol,
            amount,
            {"reserved": amount, "utilisation": ratio},
            reserved=symbol,
            utilisation="u_life",
        ),
        declare(whole, sci, symbol, amount, {"parts": amount}, parts=symbol),
    )


DEPLETION = _resource("adpe", "embodied_adpe", "Depletion of elements", "D", "kgSbe")
ENERGY = _resource("primary_energy", "embodied_pe", "Primary energy", "Q", "MJ_primary")
RESOURCES = (DEPLETION, ENERGY)
OF_PARTS = {"adpe": "adpe", "primary_energy": "pe"}
"""The indicator of the model of parts, by the id of the total."""


@equation("Q_elec", "iso-14044#inventory", site="E_site", factor="q")
def primary_energy_of_electricity(site: kWh_site, factor: MJ_primary_per_kWh) -> MJ_primary:
    """Primary energy behind the electricity of a site."""
    return site * factor


@equation("D_elec", "iso-14044#inventory", site="E_site", factor="d")
def depletion_of_electricity(site: kWh_site, factor: kgSbe_per_kWh) -> kgSbe:
    """Elements depleted behind the electricity of a site."""
    return site * factor


def post(
    run: Workload,
    asset: Asset,
    host: str | None,
    machines: Mapping[str, Machine],
    time: Figure | None,
    lifetime: Callable[[], Figure | None],
    counted: Collection[str],
    choices: Choices,
) -> dict[str, Figure]:
    """Resources of a workload's share of manufacture, by the id of their total; one that lacks data is absent.

    `counted` are the parts whose carbon counts: a resource of some of them alone would be too small.
    """
    found: dict[str, Figure] = {}
    if time is None or "embodied" in run.figures:
        return found
    for resource in RESOURCES:
        device = _device(resource, asset, machines["device"], choices)
        node = _node(resource, asset, host, machines["node"], choices)
        known = {part: each for part, each in (("accelerators", device), ("host", node)) if each is not None}
        if known and (lacking := [part for part in counted if part not in known]):
            details = {"indicator": resource.name.lower(), "name": asset.id, "problem": f"no data on {lacking[0]}"}
            choices.report("indicator-not-quantified", asset.place, **details)
            continue
        years = lifetime() if known else None
        if years is None:
            continue
        parts = [_amortised(resource, run, part, each, time, years, asset) for part, each in known.items()]
        id, name = f"{run.key}.{resource.key}", f"{resource.name} of manufacture"
        if utilisation := asset.figures.get("lifetime_utilisation"):
            reserved = derive(f"{id}.reserved", f"{name}, reserved time", resource.whole, parts=parts)
            idle = derive(f"{id}.idle", f"{name}, idle time", resource.idle, reserved=reserved, utilisation=utilisation)
            parts = [*parts, idle]
        found[resource.key] = derive(id, name, resource.whole, parts=parts)
    return found


def _device(resource: Resource, asset: Asset, machine: Machine, choices: Choices) -> Figure | None:
    by_parts = machine.by_parts.get(OF_PARTS[resource.key])
    if machine.declared or asset.device is None:
        return by_parts
    id, name = f"{asset.key}.{resource.key}", f"{resource.name} of one device"
    return choices.thing(asset.device, resource.field, id, name, f"{resource.unit}/device") or by_parts


def _node(resource: Resource, asset: Asset, host: str | None, machine: Machine, choices: Choices) -> Figure | None:
    server = machine.by_parts.get(OF_PARTS[resource.key])
    if host and not machine.declared:
        id, name = f"{asset.key}.server_{resource.key}", f"{resource.name} of the host"
        server = choices.thing(host, resource.field, id, name, f"{resource.unit}/node") or server
    holds = asset.figures.get("per_node")
    if holds is None and host:
        id = f"{asset.key}.per_node"
        holds = choices.thing(host, "accelerators", id, "Accelerators per host", "device/node")
    if server is None or holds is None:
        return None
    id, name = f"{asset.key}.host_{resource.key}", f"{resource.name} of the host per accelerator"
    return choices.once(id, lambda: derive(id, name, resource.share_of_host, server=server, accelerators=holds))


def _amortised(
    resource: Resource, run: Workload, part: str, embodied: Figure, time: Figure, lifetime: Figure, asset: Asset
) -> Figure:
    id, name = f"{run.key}.{resource.key}.{part}", f"{resource.name}, {part}"
    inputs = {"embodied": embodied, "time": time, "lifetime": lifetime}
    if share := asset.figures.get("reserved"):
        return derive(id, name, resource.amortised_by_share, **inputs, share=share)
    return derive(id, name, resource.amortised, **inputs)


def tell_what_is_missing(found: Collection[Figure], runs: Collection[tuple[Workload, Asset]], choices: Choices) -> None:
    """Report the workloads whose manufacture counts and whose resources are not in a total that others are in."""
    ids = {figure.id for figure in found}
    for resource in RESOURCES:
        if not any(f"{run.key}.{resource.key}" in ids for run, _ in runs):
            continue
        for run, asset in runs:
            if f"{run.key}.{resource.key}" not in ids:
                details = {"indicator": resource.name.lower(), "name": asset.id, "problem": "no data on it"}
                choices.report("indicator-not-quantified", asset.place, **details)


def of_electricity(run: Workload, facility: Facility, site: Figure) -> Figure | None:
    """Primary energy of a workload's electricity, where the facility says how much a kilowatt-hour takes."""
    factor = facility.figures.get("primary_energy")
    if factor is None:
        return None
    id, name = f"{run.key}.primary_energy.electricity", "Primary energy of electricity"
    return derive(id, name, primary_energy_of_electricity, site=site, factor=factor)
