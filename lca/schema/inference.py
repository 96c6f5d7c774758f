"""What a workload of inference may say besides: what it served, how, and which devices waited for it."""

from __future__ import annotations

from typing import Annotated, Any

from lca.schema.quantity import Quantity, Section, Words


class MeasurementSection(Section):
    """A configuration of measured inference; the batch stands in the workload."""

    model: Words
    """The model, as in `Llama-3.1-70B-Instruct`; `lca factors "llama 70b h100"` lists what was measured."""
    task: Words | None = None
    """What it was measured with, as in `lm-arena-chat`; needed where it was measured with several."""
    gpu: Words | None = None
    """The accelerator; that of the hardware when left out."""
    gpus: Annotated[Any, Quantity("device", "accelerators of one replica", bare=True, above_zero=True)] = None
    """On how many accelerators; the fewest measured when left out."""


class InferenceSection(Section):
    """What a workload of `kind: inference` may say besides."""

    tokens: Annotated[Any, Quantity("token", "output tokens", usual="Mtok", bare=True, above_zero=True)] = None
    """Output tokens, as in `190000 Mtok`."""
    requests: Annotated[Any, Quantity("request", "requests", bare=True, above_zero=True)] = None
    """Requests answered."""
    tokens_per_request: Annotated[
        Any, Quantity("token/request", "tokens per request", bare=True, above_zero=True, implied="request")
    ] = None
    """Mean output tokens of a request, where `tokens` are not known."""
    energy_per_token: Annotated[
        Any, Quantity("kWh_it/token", "energy per token", usual="J", least=0, implied="token")
    ] = None
    """Measured energy per output token, as in `0.4 J`; `measured_at` says where."""
    energy_per_request: Annotated[
        Any, Quantity("kWh_it/request", "energy per request", usual="J", least=0, implied="request")
    ] = None
    """Measured energy per request; `measured_at` says where."""
    measurement: MeasurementSection | None = None
    """A measured configuration of the data sets, with `batch`."""
    active_parameters: Annotated[Any, Quantity("Gparam", "active parameters", above_zero=True)] = None
    """Parameters used for a token, as in `7.3 Gparam`: the model named by `conventions: {inference: …}` is taken."""
    total_parameters: Annotated[Any, Quantity("Gparam", "total parameters", above_zero=True)] = None
    """All parameters; the active ones when left out."""
    precision: Annotated[
        Any, Quantity("GB/Gparam", "size of a parameter", usual="bit", above_zero=True, implied="param")
    ] = None
    """Size of one parameter, as in `16 bit`."""
    latency: Annotated[
        Any, Quantity("h/request", "latency of a request", usual="s", above_zero=True, implied="request")
    ] = None
    """Measured time of a request, first token to last."""
    batch: Annotated[Any, Quantity("1", "batch", bare=True, least=1)] = None
    """Sequences that are served at once at most."""
    batch_fill: Annotated[Any, Quantity("1", "share of the batch", bare=True, above_zero=True, most=1)] = None
    """Share of the batch that is reached in the mean."""
    duty_cycle: Annotated[Any, Quantity("1", "duty cycle", bare=True, above_zero=True, most=1)] = None
    """Share of the reserved time in which the devices serve; they wait at idle power for the rest."""
    idle_reserve: Annotated[Any, Quantity("1", "reserve", bare=True, least=0, most=100)] = None
    """Further devices kept idle for peaks, as a share of those reserved."""
    warm_replicas: Annotated[Any, Quantity("1", "warm replicas", bare=True, least=0)] = None
    """Replicas kept warm beside those that serve, with idle power and manufacture."""
    devices_per_replica: Annotated[Any, Quantity("device", "devices per replica", bare=True, above_zero=True)] = None
    """How many devices one of them takes."""
    lifetime_tokens: Annotated[Any, Quantity("token", "lifetime tokens", usual="Mtok", bare=True, above_zero=True)] = (
        None
    )
    """Of a training: tokens that the model serves in its life; its share per token is shown apart."""
