"""Inference on its way through the ordinary rules: time and energy before them, idle hours after them."""

from __future__ import annotations

from dataclasses import replace

from lca.choose import Chooser
from lca.methods import inference, workload
from lca.methods.inference import MODEL_CONSTANTS, Constants, Served
from lca.model import Asset, Workload, derive


def prepare(run: Workload, asset: Asset, choices: Chooser) -> Served:
    """The workload as ordinary energy and time; one that is not inference is itself."""
    if run.kind != "inference":
        return Served(run, asset, workload.device_hours_of(run, asset))
    constants = None
    if "active_parameters" in run.figures:
        constants = choices.constants("inference", MODEL_CONSTANTS)
        if constants is None and not choices.follows("inference"):
            known = ", ".join(choices.datasets.conventions("inference"))
            choices.report("inference-convention", run.places["active_parameters"], allowed=known)
        asset = _completed(asset, constants)
    reserved = workload.device_hours_of(run, asset)
    return inference.serve(run, asset, reserved, constants, choices)


def _completed(asset: Asset, constants: Constants) -> Asset:
    """The hardware with what the model says of server, manufacture and lifetime; what is declared stays."""
    if constants is None:
        return asset
    said = {"embodied": constants["accelerator_embodied"], "lifetime": constants["lifetime"]}
    if asset.host is None:
        holds = asset.figures.get("per_node") or constants["server_accelerators"]
        name, id = "Power of the host per accelerator", f"{asset.key}.host_power"
        power = derive(id, name, workload.host_power_share, server=constants["server_power"], accelerators=holds)
        said |= {"per_node": holds, "host_power": power, "host_embodied": constants["server_embodied"]}
    return replace(asset, figures={**said, **asset.figures})
