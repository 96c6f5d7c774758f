"""Inference on its way through the ordinary rules: time and energy before them, idle hours after them."""

from __future__ import annotations

from dataclasses import replace

from lca.choose import Chooser
from lca.figure import derive
from lca.methods import inference, workload
from lca.methods.inference import MODEL_CONSTANTS, Constants, Served
from lca.model import Asset, Workload


def prepare(run: Workload, asset: Asset, choices: Chooser) -> Served:
    """The workload as ordinary energy and time; one that is not inference is itself."""
    reserved = workload.device_hours_of(run, asset)
    if reserved is not None:  # made once, for all who ask for it
        run = replace(run, figures={**run.figures, "device_hours": reserved})
    if run.kind != "inference":
        return Served(run, asset, reserved)
    constants = None
    if "active_parameters" in run.figures:
        constants = choices.constants("inference", MODEL_CONSTANTS)
        if constants is None and not choices.follows("inference"):
            known = ", ".join(choices.datasets.conventions("inference"))
            choices.report("inference-convention", run.places["active_parameters"], allowed=known)
        asset = _completed(asset, constants, choices)
    return inference.serve(run, asset, reserved, constants, choices)


def _completed(asset: Asset, constants: Constants, choices: Chooser) -> Asset:
    """The hardware with what the model says of server, manufacture and lifetime; what is declared stays."""
    if constants is None:
        return asset
    said = {"embodied": constants["accelerator_embodied"], "lifetime": constants["lifetime"]}
    if asset.host is None:
        holds = asset.figures.get("per_node") or constants["server_accelerators"]
        name, id = "Power of the host per accelerator", f"{asset.key}.host_power"
        server, law = constants["server_power"], workload.host_power_share
        power = choices.once(id, lambda: derive(id, name, law, server=server, accelerators=holds))
        said |= {"per_node": holds, "host_power": power, "host_embodied": constants["server_embodied"]}
    return replace(asset, figures={**said, **asset.figures})
