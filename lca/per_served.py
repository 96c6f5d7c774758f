"""Emissions per token and per request: the consumer's score, and the provider's apart from it.

SCI for AI keeps two scores. What is consumed is inference alone, divided by what it served. What a
training emitted may be spread over the tokens of the model's life; it stands beside and is never added.
"""

from __future__ import annotations

from collections.abc import Sequence

from lca.equation import Equation
from lca.figure import Figure, derive
from lca.inventory import Line
from lca.methods import inference
from lca.model import Workload


def per_served(lines: Sequence[Line], workloads: Sequence[Workload]) -> dict[str, Figure]:
    """Every score that the case has the counts for, where one workload alone has them."""
    found: dict[str, Figure] = {}
    consumed = [run for run in workloads if {"tokens", "requests"} & set(run.figures)]
    trained = [run for run in workloads if "lifetime_tokens" in run.figures]
    if len(consumed) == 1:
        found |= _consumer(consumed[0], lines)
    if len(trained) == 1 and (whole := _whole(trained[0], lines, "sci")):
        name = "Training per token of the model's life, not part of the consumer's score"
        count = trained[0].figures["lifetime_tokens"]
        found["training.token"] = derive(
            "training.token", name, inference.training_per_token, whole=whole, tokens=count
        )
    return found


def _consumer(run: Workload, lines: Sequence[Line]) -> dict[str, Figure]:
    """Footprint and SCI per token and per request of one workload of inference."""
    found: dict[str, Figure] = {}
    for score, words in (("intensity", "Footprint"), ("sci", "SCI")):
        whole = _whole(run, lines, score)
        if whole is None:
            continue
        counts: tuple[tuple[str, str, Equation], ...] = (
            ("tokens", "token", inference.per_token),
            ("requests", "request", inference.per_request),
        )
        for key, unit, law in counts:
            if count := run.figures.get(key):
                id, name = f"{score}.{unit}", f"{words} per {unit}"
                found[id] = derive(id, name, law, **{"whole": whole, key: count})
    return found


def _whole(run: Workload, lines: Sequence[Line], score: str) -> Figure | None:
    """What a score divides: all location-based lines of a workload, or operational and reserved embodied carbon."""
    parts = [line for line in lines if line.activity == run.id and line.basis in ("location", "both")]
    if not any(line.part.startswith("operational") for line in parts):
        return None
    if score == "sci":
        outside = ("upstream", "losses", "embodied.idle")
        parts = [line for line in parts if line.part not in outside]
    id, name = f"{run.key}.{score}", "Operational and embodied emissions" if score == "sci" else "Footprint"
    return derive(id, f"{name} of {run.title}", inference.score_parts, parts=[line.figure for line in parts])
