"""The register of assumptions: what nobody declared, with its source, by influence on the total.

Nothing is registered: the register is the leaves of quality *assumed* and the decisions that the case
left open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lca.explain import quantity, told_apart, unchecked
from lca.figure import Figure, Given, leaves
from lca.inventory import Analysis, Inventory
from lca.sensitivity.study import Study


@dataclass(frozen=True)
class Assumption:
    """One thing that nobody declared."""

    id: str
    name: str
    value: str
    why: str
    source: str
    place: str
    influence: float | None
    """Width of the total's swing over its range, as a share of the total; None without a range."""


def _why(given: Given) -> str:
    stand_in = given.attributes.get("published_for")
    if stand_in:
        return f"Published for {stand_in}, which stands in."
    note = given.note or "published in general, not for this thing"
    return f"{note[0].upper()}{note[1:]}."


def _is_potential(leaf: Figure) -> bool:
    return leaf.unit.startswith("kgCO2e/kg")


def register(inventory: Inventory, analysis: Analysis | None = None) -> list[Assumption]:
    """Every assumption behind the totals, by influence on the main one; `analysis` is that of it, if at hand."""
    swings = {}
    main = inventory.main if inventory.main in inventory.totals and inventory.value(inventory.main) else None
    if analysis := analysis or (Study(inventory, main).analysis() if main else None):
        swings = {id(leaf): swing.width / analysis.base for swing in analysis.swings for leaf in swing.leaves}
    decided = {id(figure): decision for decision in inventory.decisions for figure in decision.figures}
    found: list[Assumption] = []
    for leaf in leaves(inventory.totals.values()):
        reason = leaf.reason
        assert isinstance(reason, Given)
        if reason.quality == "assumed":
            decision = decided.get(id(leaf))
            entry = inventory.sources.get(reason.source or "", {})
            source = ", ".join(
                part for part in (str(entry.get("short") or entry.get("title", "")), reason.page) if part
            ) + unchecked(entry)
            why = decision.rule if decision else _why(reason)
            value = quantity(inventory.value(leaf), leaf.unit)
            found.append(Assumption(leaf.id, leaf.name, value, why, source, str(reason.place), swings.get(id(leaf))))
    for decision in inventory.decisions:
        if decision.id == "gwp" and not any(_is_potential(leaf) for leaf in leaves(inventory.totals.values())):
            continue  # a set of potentials that nothing here was weighed with
        if decision.assumed and not decision.figures:
            entry = inventory.sources.get(decision.source or "", {})
            found.append(
                Assumption(
                    decision.id,
                    decision.question,
                    decision.taken,
                    decision.rule,
                    str(entry.get("short") or entry.get("title", "")),
                    str(decision.place or ""),
                    None,
                )
            )
    names = told_apart([(assumption.id, assumption.name) for assumption in found])
    found = [replace(assumption, name=name) for assumption, name in zip(found, names, strict=True)]
    return sorted(found, key=lambda assumption: (-(assumption.influence or 0), assumption.id))
