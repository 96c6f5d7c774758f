"""Is it said whose an organisation's things are, and is what stands beside its inventory within it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Given, given, given_number
from lca.findings import finding
from lca.inventory import Inventory
from lca.model import Finding

NAMED = 3
"""How many things a message names."""


def kinds_of_leases_said(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the kind of each lease said, where the approaches to consolidation differ by it?"""
    case = inventory.case
    chosen = case.organisation.consolidation if case.organisation else "operational-control"
    if case.boundary.subject != "organisation" or not (case.entities or chosen != "operational-control"):
        return
    others = "the approach chosen" if chosen != "operational-control" else "financial control and equity share"
    sites = [(item.id, item.words, item.place) for item in case.facilities.values() if item.owned == "leased"]
    driven = [item for item in case.activities if item.kind == "vehicles" and item.words.get("owned") == "leased"]
    for name, words, place in (*sites, *((item.title, item.words, item.place) for item in driven)):
        if "lease" not in words:
            yield finding("lease-unsaid", place, name=name, approaches=others)


def entities_said(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is it said whose everything is, and how much of an entity is ours?"""
    case = inventory.case
    if not case.entities:
        return
    homeless = [(item.id, item.place) for item in case.facilities.values() if item.entity is None]
    homeless += [(item.title, item.place) for item in case.activities if item.entity is None and item.facility is None]
    if homeless:
        names = ", ".join(f"`{name}`" for name, _ in homeless[:NAMED])
        more = f" and {len(homeless) - NAMED} more" if len(homeless) > NAMED else ""
        yield finding("entity-unsaid", homeless[0][1], names=names + more)
    for entity in case.entities.values():
        if entity.unsaid:
            keys = ", ".join(f"`{key}:`" for key in entity.unsaid)
            taken = ", ".join(TAKEN[key] for key in entity.unsaid)
            yield finding("entity-defaults", entity.place, name=entity.id, keys=keys, taken=taken)


TAKEN = {
    "equity": "wholly owned",
    "financial_control": "controlled financially",
    "operational_control": "operated",
}
"""What stands where an entity does not say."""


def credits_within_total(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are there more credits than emissions?"""
    if "memo.credits" not in inventory.totals:
        return
    whole = next((id for id in ("total.market", "total.location") if id in inventory.totals), None)
    credits, total = inventory.value("memo.credits"), inventory.value(whole) if whole else None
    if credits is not None and total is not None and credits > total:
        (first, *_) = inventory.case.beside.credits
        shown = {"credits": quantity(credits / 1000, "tCO2e"), "total": quantity(total / 1000, "tCO2e")}
        yield finding("credits-exceed", given(first.volume).place, **shown)


def misstatements_material(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are uncorrected misstatements material? By the net and by the absolute test."""
    materiality = inventory.case.beside.materiality
    tests = [inventory.totals.get(f"misstated.{name}") for name in ("net", "absolute")]
    if materiality is None or not all(tests):
        return
    net, gross = (inventory.value(test) or 0.0 for test in tests if test)
    limit = given_number(materiality)
    slug = "misstatements-material" if max(abs(net), gross) > limit else "misstatements-not-material"
    shown = {name: f"{100 * share:.2f} %" for name, share in (("net", net), ("gross", gross), ("limit", limit))}
    assert isinstance(materiality.reason, Given)
    yield finding(slug, materiality.reason.place, **shown)


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    kinds_of_leases_said,
    entities_said,
    credits_within_total,
    misstatements_material,
)
