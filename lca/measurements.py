"""Finds the measured configuration of inference that is nearest to what a case asks for.

Nothing is extrapolated: a batch outside of what was measured is refused. Between two measured batches
the nearer one is taken, and its neighbour on the other side is its range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Protocol

from lca.datasets import Datasets
from lca.figure import Given, Place, Spread
from lca.findings import nearest
from lca.inventory import Candidate
from lca.methods.inference import batch_of
from lca.model import Asset, Factor, Workload

KINDS = ("token-energy", "request-energy")
"""The tables of measured inference."""
UNITS = {
    ("gpus", "token-energy"): "",
    ("gpus", "request-energy"): "",
    ("throughput", "token-energy"): "token/s",
    ("throughput", "request-energy"): "request/s",
    ("tokens_per_request", "token-energy"): "token/request",
}
"""The unit of what stands beside a measured energy, by column and table."""


@dataclass(frozen=True)
class Found:
    """The configuration that was taken, and why."""

    row: Factor
    name: str
    rule: str
    candidates: tuple[Candidate, ...]
    spread: Spread | None
    same_device: bool
    """Whether it was measured on the device that the hardware names."""


class Report(Protocol):
    """How a finding is recorded."""

    def __call__(self, slug: str, place: Place, **details: object) -> None: ...


def nearest_to(run: Workload, asset: Asset, datasets: Datasets, report: Report) -> Found | None:
    """The measured configuration for a workload; None, with findings, when there is none."""
    asked = run.measurement
    assert asked is not None
    gpu, gpu_place = asked.gpu or asset.device, asked.places.get("gpu", asked.place)
    for key, value in (("gpu", gpu), ("batch", run.figures.get("batch"))):
        if value is None:
            report("needs", asked.place, key="measurement", needed=key)
            return None
    assert gpu is not None
    rows = _of_model(
        [row for kind in KINDS for row in datasets.table(kind)], asked.model, asked.places["model"], report
    )
    if not rows:
        return None
    device = _device(gpu, datasets)
    rows = _narrowed(
        rows, "gpu", gpu, lambda row: _device(row.attributes["gpu"], datasets) == device, gpu_place, report
    )
    if asked.task is not None:
        task = asked.task
        rows = _narrowed(rows, "task", task, lambda row: row.attributes["task"] == task, asked.places["task"], report)
    elif len(tasks := _distinct(rows, "task")) > 1:
        details = {"name": asked.model, "what": "task", "allowed": ", ".join(f"`task: {task}`" for task in tasks)}
        report("measurement-ambiguous", asked.places["model"], **details)
        return None
    if asked.gpus is not None and isinstance(asked.gpus.reason, Given) and asked.gpus.reason.value is not None:
        gpus, said = asked.gpus.reason.value, f"{asked.gpus.reason.value:g}"
        place = asked.places["gpus"]
        rows = _narrowed(rows, "gpus", said, lambda row: float(row.attributes["gpus"]) == gpus, place, report)
    if not rows:
        return None
    same = asset.device is not None and _device(asset.device, datasets) == device
    return _by_batch(run, rows, same_device=same, report=report)


def _by_batch(run: Workload, rows: list[Factor], *, same_device: bool, report: Report) -> Found | None:
    """The row whose batch is nearest, on the fewest accelerators on which the batch was measured."""
    wanted, column = batch_of(run), "batch_reached" if "batch_fill" in run.figures else "batch"
    assert wanted is not None

    def batch(row: Factor) -> float:
        return float(row.attributes[column])

    groups = [[row for row in rows if row.attributes["gpus"] == gpus] for gpus in _distinct(rows, "gpus")]
    holding = [group for group in groups if min(map(batch, group)) <= wanted <= max(map(batch, group))]
    if not holding:
        report(
            "batch-not-measured",
            run.places["batch"],
            batch=f"{wanted:g}",
            name=_name(rows[0], several=True),
            low=f"{min(map(batch, rows)):g}",
            high=f"{max(map(batch, rows)):g}",
            allowed=", ".join(f"{value:g}" for value in sorted(set(map(batch, rows)))),
        )
        return None
    group = sorted(holding[0], key=lambda row: (abs(batch(row) - wanted), batch(row)))
    near = batch(group[0])
    alike = [row for row in group if batch(row) == near]
    taken_value = median_low([row.value for row in alike])
    taken = next(row for row in alike if row.value == taken_value)
    beyond = [row for row in group if (batch(row) - wanted) * (near - wanted) < 0]
    rule = f"Measured with {'a mean batch' if column == 'batch_reached' else 'a batch'} of {near:g}"
    rule += "." if near == wanted else f", the nearest to {wanted:g}; its range reaches to the next one beyond."
    if len(groups) > 1:
        rule += f" On {taken.attributes['gpus']} accelerators, the fewest with such a batch."
    if len(alike) > 1:
        rule += f" Lower median of {len(alike)} measurements alike."
    range_of = [*alike, *beyond[:1]]
    values = [row.value for row in range_of]
    spread = None
    if len(range_of) > 1:
        spread = Spread(min(values), max(values), f"range of the {len(range_of)} nearest measurements")
    told = [row for row in group if row is taken] + [row for row in group if row is not taken][:4]
    candidates = tuple(Candidate(row.id, _verdict(row, taken), row.place) for row in told)
    return Found(taken, _name(taken), rule, candidates, spread, same_device)


def _verdict(row: Factor, taken: Factor) -> str:
    words = f"{row.value:.4g} {row.unit} at a mean batch of {float(row.attributes['batch_reached']):.4g}"
    return f"{words} — taken" if row is taken else words


def _name(row: Factor, *, several: bool = False) -> str:
    """A configuration in words."""
    told = row.attributes
    number = "" if several else f"{told['gpus']} × "
    batch = "" if several else f", batch {told['batch']}"
    return f"{told['model'].rpartition('/')[2]} on {number}{told['gpu']}, {told['task']}{batch}"


def _of_model(rows: list[Factor], name: str, place: Place, report: Report) -> list[Factor]:
    """The rows of the model that a name means: its id, or words of it that only one model has."""
    models = _distinct(rows, "model")
    meant = [model for model in models if _plain(name) in (_plain(model), _plain(model.rpartition("/")[2]))]
    meant = meant or [model for model in models if holds(model, name)]
    if len(meant) > 1:
        allowed = ", ".join(f"`model: {model.rpartition('/')[2]}`" for model in meant)
        report("measurement-ambiguous", place, name=name, what="model", allowed=allowed)
        return []
    if not meant:
        tails = [model.rpartition("/")[2] for model in models]
        words = {
            "what": "model",
            "name": name,
            "nearest": nearest(name, tails),
            "search": re.split(r"[^A-Za-z]", name)[0],
        }
        report("unknown-measurement", place, allowed=f"{len(tails)} models", **words)
    return [row for row in rows if row.attributes["model"] in meant]


def _narrowed(
    rows: list[Factor], what: str, said: str, meets: Callable[[Factor], bool], place: Place, report: Report
) -> list[Factor]:
    """The rows that meet a condition; a finding, once, when some were left and none does."""
    kept = [row for row in rows if meets(row)]
    if rows and not kept:
        known = _distinct(rows, what)
        model = rows[0].attributes["model"].rpartition("/")[2]
        words = {"what": what, "name": said, "nearest": nearest(said, known), "search": model}
        report("unknown-measurement", place, allowed=f"{', '.join(known)} for {model}", **words)
    return kept


def holds(text: str, words: str) -> bool:
    """Whether a text holds every word, whatever its case and punctuation."""
    return all(_plain(word) in _plain(text) for word in words.split())


def _distinct(rows: Iterable[Factor], column: str) -> Sequence[str]:
    """The values of a column in order: numbers by size, words as they come."""
    values = dict.fromkeys(row.attributes[column] for row in rows)
    return sorted(values, key=lambda value: float(value) if value.isdigit() else 0.0)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _device(name: str, datasets: Datasets) -> str:
    """The id of a device, or its name where the data sets do not have it."""
    thing = datasets.thing(name)
    return thing.id if thing else _plain(name)
