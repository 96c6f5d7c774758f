"""Inference: from tokens and requests to energy and to the time of accelerators, busy, waiting and spare.

Energy comes from what was measured per token or per request, from a measured configuration of the data
sets, or from a model of a peer, which the case names as a convention. A benchmark and a model know
accelerators that always serve; a service has hours in which they wait, and replicas that it keeps warm.
Those are counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from lca.equation import counted, equation, exp, least, power_of_two, total
from lca.figure import Figure, Given, derive
from lca.methods import Choices, Measured
from lca.model import Asset, Workload
from lca.units import (
    any_workload_location,
    device_hours,
    devices,
    gigabytes,
    hours,
    kgCO2e_workload_location,
    kWh_it,
    kWh_it_per_request,
    kWh_it_per_token,
    kWh_site,
    ratio,
    requests,
    tokens,
)

tokens_per_request = Annotated[float, "token/request"]
tokens_per_hour = Annotated[float, "token/h"]
requests_per_hour = Annotated[float, "request/h"]
hours_per_token = Annotated[float, "h/token"]
hours_per_token_and_size = Annotated[float, "h/token/Gparam"]
hours_per_request = Annotated[float, "h/request"]
energy_per_token_of_one = Annotated[float, "kWh_it/device/token"]
energy_per_token_and_size = Annotated[float, "kWh_it/device/token/Gparam"]
size = Annotated[float, "Gparam"]
gigabytes_per_size = Annotated[float, "GB/Gparam"]
gigabytes_per_device = Annotated[float, "GB/device"]
kgCO2e_per_token = Annotated[float, "kgCO2e_workload_location/token"]
kgCO2e_per_request = Annotated[float, "kgCO2e_workload_location/request"]

# --- what was served


@equation("T", "sci-ai#functional unit", requests="R", length="l")
def tokens_of_requests(requests: requests, length: tokens_per_request) -> tokens:
    """Output tokens: requests times their mean length."""
    return requests * length


@equation("E", "iso-21031-2024#E", tokens="T", energy="e_tok")
def energy_of_tokens(tokens: tokens, energy: kWh_it_per_token) -> kWh_it:
    """Energy of the tokens served, at the place where the energy of one was measured."""
    return tokens * energy


@equation("E", "iso-21031-2024#E", requests="R", energy="e_req")
def energy_of_requests(requests: requests, energy: kWh_it_per_request) -> kWh_it:
    """Energy of the requests served, at the place where the energy of one was measured."""
    return requests * energy


@equation("E_site", "iso-30134-2", energy="E")
def energy_served_at_site(energy: kWh_it) -> kWh_site:
    """Energy of what was served, where the energy of one was measured at the site's meter."""
    return counted(energy, "kWh_site")


@equation("t_busy", "iso-21031-2024#TiR", tokens="T", devices="n", throughput="q")
def busy_with_tokens(tokens: tokens, devices: devices, throughput: tokens_per_hour) -> device_hours:
    """Device-hours in which the tokens are served, at the throughput that the devices together had."""
    return tokens / throughput * devices


@equation("t_busy", "iso-21031-2024#TiR", requests="R", devices="n", throughput="q_req")
def busy_with_requests(requests: requests, devices: devices, throughput: requests_per_hour) -> device_hours:
    """Device-hours in which the requests are served, at the throughput that the devices together had."""
    return requests / throughput * devices


# --- the model of EcoLogits: a regression over ML.ENERGY's measurements


@equation("B_reached", "sci-ai#functional unit", batch="B_max", fill="φ")
def batch_reached(batch: ratio, fill: ratio) -> ratio:
    """Sequences served at once: the largest batch times the share of it that is filled."""
    return batch * fill


@equation("e_acc", "ecologits-0.11.3", size="P_active", batch="B", alpha="α", beta="β", gamma="γ")
def modelled_energy_per_token(
    size: size, batch: ratio, alpha: energy_per_token_and_size, beta: ratio, gamma: energy_per_token_of_one
) -> energy_per_token_of_one:
    """Energy of one accelerator per output token, by active parameters and sequences served at once."""
    return alpha * exp(beta * batch) * size + gamma


@equation("m", "ecologits-0.11.3", size="P_total", weight="w", overhead="k")
def memory_of_model(size: size, weight: gigabytes_per_size, overhead: ratio) -> gigabytes:
    """Memory that the weights of a model need, with what lies beside them."""
    return overhead * size * weight


@equation("n", "ecologits-0.11.3", memory="m", each="m_acc")
def accelerators_of_model(memory: gigabytes, each: gigabytes_per_device) -> devices:
    """Accelerators that hold a model: the least power of two whose memory is enough."""
    return power_of_two(memory / each)


@equation("τ", "ecologits-0.11.3", size="P_active", batch="B", alpha="a", beta="b", gamma="c")
def modelled_time_per_token(
    size: size, batch: ratio, alpha: hours_per_token_and_size, beta: hours_per_token, gamma: hours_per_token
) -> hours_per_token:
    """Time between two tokens of a sequence, by active parameters and sequences served at once."""
    return alpha * size + beta * batch + gamma


@equation("t_gen", "ecologits-0.11.3", tokens="T", each="τ")
def generation_time(tokens: tokens, each: hours_per_token) -> hours:
    """Time in which the tokens are generated, one sequence after the other."""
    return tokens * each


@equation("t_gen", "ecologits-0.11.3", tokens="T", each="τ", requests="R", latency="t_req")
def generation_time_at_most(
    tokens: tokens, each: hours_per_token, requests: requests, latency: hours_per_request
) -> hours:
    """Time of generation as modelled, and no longer than the latency that was measured."""
    return least(tokens * each, requests * latency)


@equation("t_busy", "ecologits-0.11.3", time="t_gen", devices="n", batch="B")
def busy_with_sequences(time: hours, devices: devices, batch: ratio) -> device_hours:
    """Device-hours of what was served: its time on the devices, shared with the sequences served beside it."""
    return time * devices / batch


@equation("E", "ecologits-0.11.3", tokens="T", energy="e_acc", devices="n")
def modelled_energy(tokens: tokens, energy: energy_per_token_of_one, devices: devices) -> kWh_it:
    """Energy at the accelerators that hold the model."""
    return tokens * energy * devices


# --- waiting and spare hours


@equation("t_busy", "iso-21031-2024#TiR", reserved="t_res", duty="d")
def busy_by_duty(reserved: device_hours, duty: ratio) -> device_hours:
    """Device-hours in which reserved devices serve: their share of the reserved time."""
    return reserved * duty


@equation("t_res", "iso-21031-2024#TiR", busy="t_busy", duty="d")
def reserved_by_duty(busy: device_hours, duty: ratio) -> device_hours:
    """Device-hours reserved for what was served, when devices serve for a share of the time."""
    return busy / duty


@equation("t_wait", "iso-21031-2024#TiR", reserved="t_res", busy="t_busy")
def waiting_hours(reserved: device_hours, busy: device_hours) -> device_hours:
    """Device-hours in which reserved devices wait."""
    return reserved - busy


@equation("t_warm", "iso-21031-2024#TiR", replicas="r", devices="n_rep", duration="t")
def warm_hours(replicas: ratio, devices: devices, duration: hours) -> device_hours:
    """Device-hours of replicas that are kept warm beside those that serve."""
    return replicas * devices * duration


@equation("t_spare", "iso-21031-2024#TiR", reserved="t_res", share="s")
def reserve_hours(reserved: device_hours, share: ratio) -> device_hours:
    """Device-hours of a reserve kept idle for peaks, as a share of the reserved time."""
    return reserved * share


@equation("t_idle", "iso-21031-2024#TiR", parts="t_part")
def idle_hours(*parts: device_hours) -> device_hours:
    """Device-hours that wait or are spare."""
    return total(*parts)


@equation("t_prov", "iso-21031-2024#TiR", reserved="t_res", spare="t_spare")
def provisioned_hours(reserved: device_hours, spare: device_hours) -> device_hours:
    """Device-hours of all that is provisioned: reserved and spare."""
    return reserved + spare


# --- per token and per request


@equation("C_part", "sci-ai#consumer", parts="C_part")
def score_parts(*parts: any_workload_location) -> kgCO2e_workload_location:
    """What a score is made of: operational and embodied emissions, or all parts of the footprint."""
    return total(*(counted(part, "kgCO2e_workload_location") for part in parts))


@equation("C_tok", "sci-ai#consumer", whole="C", tokens="T")
def per_token(whole: kgCO2e_workload_location, tokens: tokens) -> kgCO2e_per_token:
    """Emissions per output token."""
    return whole / tokens


@equation("C_req", "sci-ai#consumer", whole="C", requests="R")
def per_request(whole: kgCO2e_workload_location, requests: requests) -> kgCO2e_per_request:
    """Emissions per request."""
    return whole / requests


@equation("C_train", "sci-ai#provider", whole="C", tokens="T_life")
def training_per_token(whole: kgCO2e_workload_location, tokens: tokens) -> kgCO2e_per_token:
    """Training spread over the tokens of the model's life; it is the provider's, no part of the consumer's score."""
    return whole / tokens


# --- the rule


MODEL_CONSTANTS: Mapping[str, tuple[str, str]] = {
    "energy_alpha": ("kWh_it/device/token/Gparam", "Energy per token, by active parameters"),
    "energy_beta": ("1", "Energy per token, by batch"),
    "energy_gamma": ("kWh_it/device/token", "Energy per token, constant"),
    "latency_alpha": ("h/token/Gparam", "Time per token, by active parameters"),
    "latency_beta": ("h/token", "Time per token, by batch"),
    "latency_gamma": ("h/token", "Time per token, constant"),
    "batch": ("1", "Sequences served at once"),
    "precision": ("GB/Gparam", "Size of a parameter"),
    "memory_overhead": ("1", "Memory beside the weights"),
    "accelerator_memory": ("GB/device", "Memory of one accelerator"),
    "accelerator_embodied": ("kgCO2e/device", "Manufacture of one accelerator"),
    "server_accelerators": ("device/node", "Accelerators of a server"),
    "server_power": ("kW_it/node", "Power of a server without its accelerators"),
    "server_embodied": ("kgCO2e/node", "Manufacture of a server without its accelerators"),
    "lifetime": ("h", "Lifetime of the hardware"),
}
"""What a model of inference consists of, by the names that a convention gives its constants."""

PER_UNIT = {"energy_per_token": "tokens", "energy_per_request": "requests"}
"""Fields that state the energy of one, and the count that they need."""


@dataclass(frozen=True)
class Served:
    """A workload as ordinary energy and time, and the hours that its devices were not at work."""

    run: Workload
    asset: Asset
    reserved: Figure | None = None
    """Device-hours of those that serve, waiting included; None where nothing tells them."""
    waiting: Figure | None = None
    spare: Figure | None = None

    @property
    def provisioned(self) -> Figure | None:
        """Device-hours whose manufacture counts."""
        if self.reserved is None or self.spare is None:
            return self.reserved
        id, name = f"{self.run.key}.provisioned_hours", "Device-hours provisioned"
        return derive(id, name, provisioned_hours, reserved=self.reserved, spare=self.spare)

    @property
    def idle(self) -> Figure | None:
        """Device-hours that draw idle power."""
        parts = [part for part in (self.waiting, self.spare) if part is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        return derive(f"{self.run.key}.idle_hours", "Device-hours idle", idle_hours, parts=parts)


def serve(run: Workload, asset: Asset, reserved: Figure | None, constants: Constants, choices: Choices) -> Served:
    """What a workload of inference comes to: its energy where it is known per token, and its hours.

    `reserved` are the declared device-hours; the figures of the workload that is returned hold those in
    which it is served, so that power and the host are counted for them, and idle hours are added after.
    """
    figures, busy = dict(run.figures), None
    if "tokens" not in figures and {"requests", "tokens_per_request"} <= set(figures):
        figures["tokens"] = _tokens(run, figures["requests"], figures["tokens_per_request"])
    if run.measurement is not None:
        measured = choices.measurement(run, asset)
        if measured is not None:
            busy = _measured(run, measured, figures, choices)
    elif "active_parameters" in figures:
        busy = _modelled(run, figures, constants, choices)
    else:
        _per_unit(run, figures, choices)
    waiting, duty = None, figures.get("duty_cycle")
    if busy is not None:
        reserved, waiting = _reserved(run, busy, reserved, duty, choices)
    elif duty is not None and reserved is not None:
        id, name = f"{run.key}.busy_hours", "Device-hours serving"
        busy = derive(id, name, busy_by_duty, reserved=reserved, duty=duty)
        waiting = _waiting(run, reserved, busy)
    elif duty is not None:
        choices.report("needs", run.places["duty_cycle"], key="duty_cycle", needed="duration")
    if busy is not None:
        figures["device_hours"] = busy
    return Served(replace(run, figures=figures), asset, reserved, waiting, _spare(run, reserved, figures, choices))


Constants = Mapping[str, Figure] | None
"""The constants of the model that the case names, by their names."""


def _tokens(run: Workload, count: Figure, length: Figure) -> Figure:
    return derive(f"{run.key}.tokens", "Output tokens", tokens_of_requests, requests=count, length=length)


def _per_unit(run: Workload, figures: dict[str, Figure], choices: Choices) -> None:
    """Energy of all tokens or requests, at the place where that of one was measured."""
    for key, counted_by in PER_UNIT.items():
        energy, count = figures.get(key), figures.get(counted_by)
        if energy is None:
            continue
        if count is None:
            choices.report("needs", run.places[key], key=key, needed=counted_by)
            continue
        id, name = f"{run.key}.energy.served", f"Energy of the {counted_by}"
        if key == "energy_per_token":
            figure = derive(id, name, energy_of_tokens, tokens=count, energy=energy)
        else:
            figure = derive(id, name, energy_of_requests, requests=count, energy=energy)
        if run.measured_at == "site":
            id, name = f"{run.key}.energy.site", f"Energy of the {counted_by}, at the site"
            figures["site_energy"] = derive(id, name, energy_served_at_site, energy=figure)
        else:
            figures["energy" if run.measured_at == "node" else "accelerator_energy"] = figure
        if run.measured_at is None:
            rule = "The case does not say: what a host draws is added when one is named."
            question = "Where the energy of one was measured"
            choices.decide(
                f"{run.key}.measured_at", question, "accelerators", rule, place=run.places[key], assumed=True
            )


def _measured(run: Workload, measured: Measured, figures: dict[str, Figure], choices: Choices) -> Figure | None:
    """Energy and busy hours of what was served, by a measured configuration."""
    id, name = f"{run.key}.energy.accelerators", "Energy at the accelerators"
    busy, hours_of = f"{run.key}.busy_hours", "Device-hours serving"
    use = {"devices": measured.devices, "throughput": measured.throughput}
    place = run.places["measurement"]
    if measured.length is None:
        if "requests" not in figures:
            choices.report("needs", place, key="measurement", needed="requests")
            return None
        count = figures["requests"]
        figures["accelerator_energy"] = derive(id, name, energy_of_requests, requests=count, energy=measured.energy)
        return derive(busy, hours_of, busy_with_requests, requests=count, **use)
    if "tokens" not in figures and "requests" in figures:
        figures["tokens"] = _tokens(run, figures["requests"], measured.length)
    if "tokens" not in figures:
        choices.report("needs", place, key="measurement", needed="tokens")
        return None
    count = figures["tokens"]
    figures["accelerator_energy"] = derive(id, name, energy_of_tokens, tokens=count, energy=measured.energy)
    return derive(busy, hours_of, busy_with_tokens, tokens=count, **use)


def _modelled(run: Workload, figures: dict[str, Figure], constants: Constants, choices: Choices) -> Figure | None:
    """Energy and busy hours of what was served, by the model that the case names as its convention."""
    if constants is None:
        return None
    for key, needed in (("active_parameters", "tokens"), ("latency", "requests")):
        if key in figures and needed not in figures:
            choices.report("needs", run.places[key], key=key, needed=needed)
            return None
    active, count = figures["active_parameters"], figures["tokens"]
    batch = figures.get("batch") or constants["batch"]
    if fill := figures.get("batch_fill"):
        batch = derive(f"{run.key}.batch_reached", "Batch reached", batch_reached, batch=batch, fill=fill)
    shape = {"size": active, "batch": batch}
    each = derive(
        f"{run.key}.energy_per_token",
        "Energy per token of one accelerator",
        modelled_energy_per_token,
        **shape,
        **{part: constants[f"energy_{part}"] for part in ("alpha", "beta", "gamma")},
    )
    memory = derive(
        f"{run.key}.model_memory",
        "Memory of the model",
        memory_of_model,
        size=figures.get("total_parameters") or active,
        weight=figures.get("precision") or constants["precision"],
        overhead=constants["memory_overhead"],
    )
    devices = derive(
        f"{run.key}.devices",
        "Accelerators that hold the model",
        accelerators_of_model,
        memory=memory,
        each=constants["accelerator_memory"],
    )
    step = derive(
        f"{run.key}.time_per_token",
        "Time per token",
        modelled_time_per_token,
        **shape,
        **{part: constants[f"latency_{part}"] for part in ("alpha", "beta", "gamma")},
    )
    id, name = f"{run.key}.generation_time", "Time of generation"
    if latency := figures.get("latency"):
        measured = {"requests": figures["requests"], "latency": latency}
        time = derive(id, name, generation_time_at_most, tokens=count, each=step, **measured)
    else:
        time = derive(id, name, generation_time, tokens=count, each=step)
    id, name = f"{run.key}.energy.accelerators", "Energy at the accelerators"
    figures["accelerator_energy"] = derive(id, name, modelled_energy, tokens=count, energy=each, devices=devices)
    id, name = f"{run.key}.busy_hours", "Device-hours serving"
    return derive(id, name, busy_with_sequences, time=time, devices=devices, batch=batch)


def _reserved(
    run: Workload, busy: Figure, reserved: Figure | None, duty: Figure | None, choices: Choices
) -> tuple[Figure, Figure | None]:
    """Hours reserved and hours waiting, from the hours that the work takes."""
    if reserved is not None:
        return reserved, _waiting(run, reserved, busy)
    if duty is not None:
        id, name = f"{run.key}.reserved_hours", "Device-hours reserved"
        reserved = derive(id, name, reserved_by_duty, busy=busy, duty=duty)
        return reserved, _waiting(run, reserved, busy)
    choices.report("idle-not-counted", run.place, name=run.id)
    return busy, None


def _waiting(run: Workload, reserved: Figure, busy: Figure) -> Figure:
    id, name = f"{run.key}.waiting_hours", "Device-hours waiting"
    return derive(id, name, waiting_hours, reserved=reserved, busy=busy)


def _spare(run: Workload, reserved: Figure | None, figures: Mapping[str, Figure], choices: Choices) -> Figure | None:
    """Device-hours of warm replicas and of the reserve for peaks."""
    parts = []
    if replicas := figures.get("warm_replicas"):
        needed = [key for key in ("devices_per_replica", "duration") if key not in figures]
        for key in needed:
            choices.report("needs", run.places["warm_replicas"], key="warm_replicas", needed=key)
        if not needed:
            each = {"devices": figures["devices_per_replica"], "duration": figures["duration"]}
            id, name = f"{run.key}.warm_hours", "Device-hours of warm replicas"
            parts.append(derive(id, name, warm_hours, replicas=replicas, **each))
    if share := figures.get("idle_reserve"):
        if reserved is None:
            choices.report("needs", run.places["idle_reserve"], key="idle_reserve", needed="duration")
        else:
            id, name = f"{run.key}.reserve_hours", "Device-hours of the reserve for peaks"
            parts.append(derive(id, name, reserve_hours, reserved=reserved, share=share))
    if len(parts) < 2:
        return parts[0] if parts else None
    return derive(f"{run.key}.spare_hours", "Device-hours spare", idle_hours, parts=parts)


def batch_of(run: Workload) -> float | None:
    """The batch that a measurement is looked up for: declared, times its fill; None when not declared."""
    values = [
        figure.reason.value
        for key in ("batch", "batch_fill")
        if (figure := run.figures.get(key)) and isinstance(figure.reason, Given) and figure.reason.value is not None
    ]
    if "batch" not in run.figures or not values:
        return None
    return values[0] * (values[1] if len(values) > 1 else 1)
