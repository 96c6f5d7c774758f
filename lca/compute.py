"""Folds the tree with numbers: the inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lca.datasets import Datasets
from lca.findings import in_order
from lca.model import Case, Derived, Figure, Given, Inventory, walk
from lca.resolve import Resolved


def evaluate(figures: Iterable[Figure], values: Mapping[Figure, Any] | None = None) -> dict[Figure, Any]:
    """The value of every figure below and among the given ones, in each figure's unit.

    `values` replaces leaves: by another number for a sensitivity, by an array of draws for a Monte Carlo
    run; results broadcast. A leaf without a value is a gap, and so is all that it goes into: None.
    """
    results: dict[Figure, Any] = {}
    for figure in walk(figures):
        if values is not None and figure in values:
            results[figure] = values[figure]
        elif isinstance(figure.reason, Given):
            results[figure] = figure.reason.value
        else:
            results[figure] = _node(figure.reason, results)
    return results


def _node(reason: Derived, results: Mapping[Figure, Any]) -> Any:
    arguments = [results[figure] for figures in reason.inputs.values() for figure in figures]
    if any(argument is None for argument in arguments):
        return None
    return reason.equation(*arguments)


def inventory(case: Case, resolved: Resolved, datasets: Datasets) -> Inventory:
    """The inventory of a resolved case: the value of every figure, and what the figures cite."""
    beside = (figure for decision in resolved.decisions for figure in decision.alternatives)
    roots = [*resolved.totals.values(), *(line.figure for line in resolved.lines), *beside]
    return Inventory(
        case=case,
        lines=resolved.lines,
        totals=resolved.totals,
        decisions=resolved.decisions,
        findings=in_order([*case.findings, *resolved.findings]),
        values=evaluate(roots),
        sources=_cited(roots, datasets),
        datasets=dict(sorted(datasets.files.items())),
        names=dict(_named(case, datasets)),
    )


def _named(case: Case, datasets: Datasets) -> Iterator[tuple[str, str]]:
    """What the data sets call the devices, hosts and locations that the case names."""
    for asset in case.assets.values():
        for device in (asset.device, asset.host):
            if device and (thing := datasets.thing(device)):
                yield device, thing.name
    for facility in case.facilities.values():
        if facility.location and (region := datasets.region(facility.location)):
            yield facility.location, region.name


def _cited(roots: Iterable[Figure], datasets: Datasets) -> dict[str, Mapping[str, Any]]:
    """The entries of the bibliography that leaves and equations of the tree refer to."""
    keys: set[str] = set()
    for figure in walk(roots):
        source = figure.reason.source if isinstance(figure.reason, Given) else figure.reason.equation.source
        keys.add((source or "").partition("#")[0])
    return {key: datasets.sources[key] for key in sorted(keys) if key in datasets.sources}
