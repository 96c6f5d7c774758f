"""What practice gets wrong most often, and neither a unit nor a kind can show. One function per question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from lca import units
from lca.datasets import Datasets
from lca.datasets.files import WORLD
from lca.explain import number, quantity
from lca.figure import Figure, Given
from lca.findings import finding
from lca.inventory import Inventory
from lca.model import Asset, Facility, Finding, Workload

# --------------------------------------------------------------------------------------------------
# Power


def shares_taken_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the power of some hardware scaled by two shares that say the same?"""
    for asset in inventory.case.assets.values():
        if {"reserved", "power_share"} <= asset.figures.keys():
            both = {key: _written(asset.figures[key]) for key in ("reserved", "power_share")}
            yield finding("share-taken-twice", asset.places["power_share"], asset=asset.id, **both)


def power_is_of_the_run(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the energy of a workload rated power times time, as if nothing ever waited?"""
    for run in inventory.case.workloads.values():
        key = _nameplate(run, inventory.case.assets[run.asset], datasets)
        if key:
            yield finding("nameplate-power", run.places[key], run=run.id, key=key, written=_written(run.figures[key]))


def _nameplate(run: Workload, asset: Asset, datasets: Datasets) -> str:
    """The field by which a workload takes the rating for what was drawn; nothing where it does not."""
    if _is_just(run.figures.get("utilisation"), 1.0) and not asset.power_curve:
        return "utilisation"
    thing = datasets.thing(asset.device) if asset.device else None
    rated = thing.values.get("power") if thing else None
    if rated and "power" in run.places and not run.records and run.measured_at != "node":
        rating = units.convert(rated[0].value, rated[0].unit, "kW_it/device")
        return "power" if _is_just(run.figures.get("power"), rating) else ""
    return ""


def _is_just(figure: Figure | None, value: float) -> bool:
    """Whether a leaf states a value, and neither a range nor that it was measured."""
    given = figure.reason if figure else None
    if not isinstance(given, Given) or given.value is None or given.spread or given.quality == "measured":
        return False
    return abs(given.value - value) <= 1e-9 * value


# --------------------------------------------------------------------------------------------------
# Factors of electricity

FACTORS = ("grid", "upstream", "residual_mix")
ABOVE_PUBLISHED = 1.25
"""What a factor may exceed the highest of any country by: a single plant, or an old one."""
NEAR_ZERO = 0.001
"""kg/kWh; a grid that is not zero is hardly below a gram, and a factor written in the wrong prefix is."""
MARGINAL = re.compile(r"\b(?:marginal|non[- ]?baseload|avoided emissions? rate|consequential)\b", re.IGNORECASE)


def factors_are_average(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a factor of electricity a marginal one?"""
    for facility, key, given in _declared_factors(inventory):
        kind = given.attributes.get("kind")
        named = next(
            (found.group() for text in (given.note, given.source) if (found := MARGINAL.search(text or ""))), ""
        )
        if kind == "marginal" or (named and kind != "average"):
            said = "kind: marginal" if kind == "marginal" else named
            yield finding("marginal-factor", given.place, key=key, facility=facility.id, said=said)


def factors_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Could any grid have such a factor?"""
    published = [
        row.value
        for row in datasets.table("grid")
        if row.attributes.get("boundary") == "lifecycle" and row.region != WORLD
    ]
    lowest, highest = min(value for value in published if value), max(published)
    for facility, key, given in _declared_factors(inventory):
        value = given.value or 0.0
        if 1000 * value > ABOVE_PUBLISHED * highest or (key != "upstream" and 0 < value < NEAR_ZERO):
            yield finding(
                "factor-implausible",
                given.place,
                key=key,
                written=given.written,
                means=f"{number(1000 * value, 3)} g/kWh",
                facility=facility.id,
                low=number(lowest, 3),
                high=f"{number(highest, 4)} g/kWh",
            )


def _declared_factors(inventory: Inventory) -> Iterator[tuple[Facility, str, Given]]:
    for facility in inventory.case.facilities.values():
        for key in FACTORS:
            figure = facility.figures.get(key)
            if figure and isinstance(figure.reason, Given) and figure.reason.written:
                yield facility, key, figure.reason


# --------------------------------------------------------------------------------------------------
# Boundary


def generated_within_metered(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is what was bought below zero, because more was generated than was consumed?"""
    for facility in inventory.case.facilities.values():
        metered, generated = (facility.figures.get(key) for key in ("metered", "generated"))
        if metered and generated and _number(generated) > _number(metered):
            both = {"metered": _written(metered), "generated": _written(generated)}
            place = facility.places.get("generated", facility.place)
            yield finding("generated-above-metered", place, facility=facility.id, **both)


SERVED = ("tokens", "requests")
RUNS = ("training", "fine-tuning", "evaluation")
TOLD: Mapping[str, re.Pattern[str]] = {
    "training": re.compile(r"\btrain", re.IGNORECASE),
    "runs": re.compile(r"\b(?:fail|discard|abort|experiment|unsuccessful|other runs|search)", re.IGNORECASE),
}
"""Words by which an exclusion says what a score leaves out."""


def stages_counted(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a score per token or request say what it leaves out: the training, or the runs that failed?"""
    runs = inventory.case.workloads.values()
    excluded = " ".join(f"{item.what} {item.reason}" for item in inventory.case.boundary.exclusions)
    shared = [run for run in runs if "lifetime_tokens" in run.figures]
    if not shared and not TOLD["training"].search(excluded):
        served = [run for run in runs if run.kind == "inference" and any(key in run.figures for key in SERVED)]
        how = "as a workload with `lifetime_tokens:`"
        for run in served:
            yield finding("stage-left-out", run.place, run=run.id, stage="the training of its model", how=how)
    others = [run for run in runs if run.kind in RUNS]
    if len(shared) == 1 and len(others) == 1 and not TOLD["runs"].search(excluded):
        stage = "runs that failed or were discarded"
        yield finding("stage-left-out", shared[0].place, run=shared[0].id, stage=stage, how="as workloads")


# --------------------------------------------------------------------------------------------------


def _number(figure: Figure) -> float:
    return figure.reason.value or 0.0 if isinstance(figure.reason, Given) else 0.0


def _written(figure: Figure) -> str:
    given = figure.reason
    assert isinstance(given, Given)
    return given.written or quantity(given.value, figure.unit)


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    shares_taken_once,
    power_is_of_the_run,
    factors_are_average,
    factors_plausible,
    generated_within_metered,
    stages_counted,
)
