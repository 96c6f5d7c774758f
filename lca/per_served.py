"""Emissions per token and per request: the consumer's score, and the provider's apart from it.

SCI for AI keeps two scores. What is consumed is inference alone, divided by what it served. What a
training emitted may be spread over the tokens of the model's life; it stands beside and is never added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.equation import Equation
from lca.figure import Figure, derive
from lca.inventory import Line
from lca.methods import inference, intensity
from lca.model import Workload

COUNTS: tuple[tuple[str, str, Equation], ...] = (
    ("tokens", "token", inference.per_token),
    ("requests", "request", inference.per_request),
)
"""What a service of inference is counted in."""


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
        for key, unit, law in COUNTS:
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


def of_each(lines: Sequence[Line], workloads: Sequence[Workload], energies: Mapping[str, Figure]) -> dict[str, Figure]:
    """The footprint of every workload beside an inventory, its parts, and its scores per unit that it delivers."""
    found: dict[str, Figure] = {}
    for run in workloads:
        made = _footprint(run, [line for line in lines if line.activity == run.id and line.basis != "market"])
        if made and (energy := energies.get(run.id)):
            found[f"workload.{run.id}.energy"] = energy
        found |= made
    return found


PARTS: tuple[tuple[str, str, Equation, tuple[str, ...]], ...] = (
    ("operational", "Operational emissions", intensity.location_based_of_all, ("operational",)),
    ("beyond", "Upstream and losses of the electricity", intensity.emissions_of_all, ("upstream", "losses")),
    ("embodied", "Amortised manufacture", intensity.embodied_of_all, ("embodied",)),
)
"""Of a footprint: what its lines are called up to the first point."""


def _footprint(run: Workload, lines: Sequence[Line]) -> dict[str, Figure]:
    prefix, found = f"workload.{run.id}", dict[str, Figure]()
    for part, name, law, heads in PARTS:
        figures = [line.figure for line in lines if line.part.partition(".")[0] in heads]
        if figures:
            found[f"{prefix}.{part}"] = derive(f"{prefix}.{part}", f"{name} of {run.title}", law, parts=figures)
    operational = found.get(f"{prefix}.operational")
    if operational is None:
        return {}
    whole = derive(
        f"{prefix}.total", f"Footprint of {run.title}", intensity.workload_total_location, parts=list(found.values())
    )
    found[f"{prefix}.total"] = whole
    held = [line.figure for line in lines if line.part.startswith("embodied") and line.part != "embodied.idle"]
    reserved = None
    if held:
        id, name = f"{prefix}.embodied.reserved", f"Manufacture for the reserved time of {run.title}"
        reserved = derive(id, name, intensity.embodied_of_all, parts=held)
    for position, service in enumerate(run.services):
        suffix = f".{position + 1}" if position else ""
        id, name = f"{prefix}.intensity{suffix}", f"Footprint of {run.title} per {service.each}"
        found[id] = derive(id, name, intensity.per_service, whole=whole, services=service.count)
        id, name = f"{prefix}.sci{suffix}", f"SCI of {run.title} per {service.each}"
        if reserved:
            found[id] = derive(
                id, name, intensity.sci, operational=operational, embodied=reserved, services=service.count
            )
        else:
            found[id] = derive(
                id, name, intensity.sci_without_embodied, operational=operational, services=service.count
            )
    score = [operational, *([reserved] if reserved else [])]
    wholes = {"intensity": ("Footprint", whole)}
    if {"tokens", "requests"} & set(run.figures):
        id, name = f"{prefix}.score", f"Operational and reserved embodied emissions of {run.title}"
        wholes["sci"] = ("SCI", derive(id, name, inference.score_parts, parts=score))
    for key, unit, law in COUNTS:
        for measure, (words, of) in wholes.items():
            if count := run.figures.get(key):
                id, name = f"{prefix}.{measure}.{unit}", f"{words} of {run.title} per {unit}"
                found[id] = derive(id, name, law, **{"whole": of, key: count})
    return found
