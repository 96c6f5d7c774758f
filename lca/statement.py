"""The totals of an inventory: by scope, by category, by gas, by ISO category, on both bases, under each approach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.figure import Figure, Given, derive, leaves
from lca.inventory import Line
from lca.methods.consolidation import (
    APPROACHES,
    consolidate,
    inventory_location,
    inventory_market,
    mass_behind,
    share_of_part,
    summed,
)
from lca.methods.refrigerant import MASS_OF, OUTSIDE, SEVEN
from lca.model import Case
from lca.placement import ISO, SCOPE_3

CATEGORIES = {int(id.partition(".")[2]): name for id, name in SCOPE_3.items()}
ISO_CATEGORIES = {int(id.partition(".")[2]): name for id, name in ISO.items()}
BASES = {"location": inventory_location, "market": inventory_market}


def statement(lines: Sequence[Line], case: Case) -> tuple[list[Line], dict[str, Figure]]:
    """The lines that the organisation consolidates, and every total of them; those of other approaches beside."""
    chosen = case.organisation.consolidation if case.organisation else APPROACHES[0]
    shared: dict[Figure, Figure] = {}
    ours = consolidate(lines, case.entities, chosen, shared)
    found = _totals(ours, "")
    for approach in APPROACHES:
        if approach != chosen and (case.entities or any(line.lease for line in lines)):
            others = _totals(consolidate(lines, case.entities, approach, shared), f"{approach}.")
            found |= {id: others[id] for id in others if id.removeprefix(f"{approach}.") in COMPARED}
    return ours, found


def attributed(totals: Mapping[str, Figure]) -> dict[str, Figure]:
    """The totals of the workloads that stand beside an inventory: what they use, not where it is reported."""
    return {id: figure for id, figure in totals.items() if not id.startswith(("scope", "total.", *OF_SITES))}


OF_SITES = ("water", "primary_energy.electricity", "adpe.electricity")
"""Totals that an inventory has over its sites; those of the workloads alone would be taken for them."""


COMPARED = ("scope1", "scope2.location", "scope2.market", "scope3", "total.location", "total.market")
"""Totals that are shown under each approach to consolidation."""


def _totals(lines: Sequence[Line], prefix: str) -> dict[str, Figure]:
    found: dict[str, Figure] = {}

    def add(id: str, name: str, chosen: Sequence[Line]) -> None:
        figure = summed(f"{prefix}{id}", name, chosen)
        if figure is not None:
            found[f"{prefix}{id}"] = figure

    direct = [line for line in lines if line.scope == 1]
    for gas in SEVEN:
        of_gas = [line for line in direct if line.gas == gas]
        add(f"scope1.{gas}", f"Scope 1, {gas}", of_gas)
        masses = [mass for line in of_gas if (mass := mass_behind(line))]
        if masses and len(masses) == len(of_gas) and not prefix:
            id = f"scope1.{gas}.mass"
            found[id] = derive(id, f"Scope 1, mass of {gas}", MASS_OF[gas], parts=masses)
    add("scope1.together", "Scope 1, gases not told apart", [line for line in direct if not line.gas])
    add("scope1", "Scope 1", direct)
    for basis in BASES:
        at = [line for line in lines if line.scope == 2 and line.basis == basis]
        add(f"scope2.{basis}", f"Scope 2, {basis}-based", at)
    add("biogenic_co2", "Biogenic CO2, outside the scopes", [line for line in lines if line.gas == "CO2-biogenic"])
    add(
        "memo.avoided", "Avoided elsewhere by recycling, a memo line", [line for line in lines if line.part == "credit"]
    )
    add(
        "memo.radiative_forcing",
        "Radiative forcing of flights beyond their gases, a memo line",
        [line for line in lines if line.part == "forcing"],
    )
    add("other_gases", "Gases outside the seven, in no scope", [line for line in lines if line.gas in OUTSIDE])
    for basis, law in BASES.items():
        here = [line for line in lines if line.scope in (1, 2, 3) and line.basis in (basis, "both")]
        if basis == "market" and not any(line.basis == "market" for line in lines):
            continue
        suffix = "" if basis == "location" else ".market"
        groups = {"scope3": ("Scope 3", [line for line in here if line.scope == 3])}
        for number, name in CATEGORIES.items():
            groups[f"scope3.cat{number}"] = (name, [line for line in here if line.category == f"3.{number}"])
        for number, name in ISO_CATEGORIES.items():
            groups[f"iso.{number}"] = (name, [line for line in here if line.iso == str(number)])
        groups = {f"{prefix}{id}{suffix}": group for id, group in groups.items()}
        groups[f"{prefix}total.{basis}"] = (f"Total, {basis}-based", here)
        for id, (name, chosen) in groups.items():
            if chosen:
                found[id] = derive(id, name, law, parts=[line.figure for line in chosen])
    return found if prefix else found | _by_method(lines, found)


METHODS = {
    "supplier": "suppliers' data",
    "activity": "activity data and average factors",
    "spend": "spend",
}
"""How a flow of scope 3 was quantified."""


def _by_method(lines: Sequence[Line], found: Mapping[str, Figure]) -> dict[str, Figure]:
    """Scope 3 by the way in which it was quantified, and the share of each; what no rule calls otherwise is activity.

    A share of nothing is no number: without a line above zero there are none.
    """
    here = [line for line in lines if line.scope == 3 and line.basis != "market"]
    if not any(_above_zero(line.figure) for line in here):
        return {}
    made: dict[str, Figure] = {}
    for method, words in METHODS.items():
        parts = [line.figure for line in here if (line.method or "activity") == method]
        if parts:
            id = f"scope3.{method}"
            made[id] = derive(id, f"Scope 3, of {words}", inventory_location, parts=parts)
            share, name = f"{id}_share", f"Share of scope 3 of {words}"
            made[share] = derive(share, name, share_of_part, part=made[id], whole=found["scope3"])
    return made


def _above_zero(figure: Figure) -> bool:
    """Whether a product of what is never below zero is above it: a share of nothing is no number."""
    return all(isinstance(leaf.reason, Given) and leaf.reason.value for leaf in leaves([figure]))
