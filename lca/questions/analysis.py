"""What a case asks to be analysed: does it name what there is, and does the result keep within its budgets?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lca import units
from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Given, leaves
from lca.findings import finding, nearest
from lca.inventory import Inventory
from lca.model import Finding


def correlated_figures_known(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is every figure that is to be correlated an input with a range?"""
    given = {leaf.id: leaf.reason for leaf in leaves(inventory.totals.values())}
    ranged = [id for id, reason in given.items() if isinstance(reason, Given) and reason.spread]
    for correlation in inventory.case.sampling.correlations:
        for id in correlation.figures:
            if id not in ranged:
                why = "has no range" if id in given else "is no input of a result"
                near = nearest(id, ranged)
                yield finding("correlation-unknown", correlation.place, id=id, why_not=why, nearest=near)


def budgets_kept(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does every budget name a total, in its kind of unit, and does the total keep within it?"""
    for budget in inventory.case.budgets:
        top = inventory.totals.get(budget.total)
        limit = budget.limit.reason
        assert isinstance(limit, Given)
        if top is None or units.plain(top.unit) != units.plain(budget.limit.unit):
            known = [id for id, figure in inventory.totals.items() if units.plain(figure.unit) == "kgCO2e"]
            if not inventory.failed:
                details = {"total": budget.total, "nearest": nearest(budget.total, known), "allowed": ", ".join(known)}
                yield finding("budget-unknown", budget.place, **details)
            continue
        value = inventory.value(top)
        if value is not None and limit.value is not None and value > limit.value:
            yield finding(
                "budget-exceeded",
                budget.place,
                name=budget.name,
                total=quantity(value, top.unit),
                limit=quantity(limit.value, top.unit),
                over=quantity(value - limit.value, top.unit),
            )


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    correlated_figures_known,
    budgets_kept,
)
