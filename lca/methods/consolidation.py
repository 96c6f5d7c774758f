"""What of an entity's emissions is the organisation's, and the sums of an inventory by scope and category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from lca.equation import counted, equation, total
from lca.figure import Derived, Figure, derive
from lca.inventory import Line
from lca.model import Approach, Entity
from lca.placement import INVESTMENT, LEASED
from lca.units import (
    any_inventory_location,
    any_inventory_market,
    kgCO2e_inventory_location,
    kgCO2e_inventory_market,
    ratio,
)

emissions = Annotated[float, "{emissions}"]
mass = Annotated[float, "{mass}"]


@equation("C_own", "ghgp-corporate-2004#chapter 3", part="C", share="s")
def share_of_entity(part: emissions, share: ratio) -> emissions:
    """The part of an entity's emissions that falls to the organisation, by its equity share."""
    return part * share


@equation("m_own", "ghgp-corporate-2004#chapter 3", part="m", share="s")
def share_of_mass(part: mass, share: ratio) -> mass:
    """The part of the mass of a gas that falls to the organisation, by its equity share."""
    return part * share


@equation("C_sum", "ghgp-corporate-2004#chapter 9", parts="C")
def sum_of_lines(*parts: emissions) -> emissions:
    """Emissions of several postings of one kind."""
    return total(*parts)


@equation("C_loc", "ghgp-scope3-2011#chapter 11", parts="C_part")
def inventory_location(*parts: any_inventory_location) -> kgCO2e_inventory_location:
    """Emissions of an inventory, its energy by location: capital goods whole in the year of acquisition."""
    return total(*(counted(part, "kgCO2e_inventory_location") for part in parts))


@equation("C_mkt", "ghgp-scope3-2011#chapter 11", parts="C_part")
def inventory_market(*parts: any_inventory_market) -> kgCO2e_inventory_market:
    """Emissions of an inventory, its energy by contract: capital goods whole in the year of acquisition."""
    return total(*(counted(part, "kgCO2e_inventory_market") for part in parts))


@equation("s_part", "ghgp-scope3-2011#chapter 11", part="C_part", whole="C_loc")
def share_of_part(part: kgCO2e_inventory_location, whole: kgCO2e_inventory_location) -> ratio:
    """A part as a share of its whole: of what suppliers stated, say."""
    return part / whole


APPROACHES: tuple[Approach, ...] = ("operational-control", "financial-control", "equity-share")


def consolidate(
    lines: Sequence[Line],
    entities: Mapping[str, Entity],
    approach: Approach,
    shared: dict[Figure, Figure] | None = None,
) -> list[Line]:
    """The lines that fall to the organisation under one approach.

    Under control, all of what is controlled and nothing of what is not; of that, the share of scopes 1 and 2
    is an investment (category 15). By equity, the share of everything. What is leased and not held under the
    approach is an upstream leased asset (category 8). `shared` keeps the shares from one approach to the next:
    what two of them count is one figure.
    """
    shared = {} if shared is None else shared
    ours: list[Line] = []
    for line in (_of_lease(line, approach) for line in lines):
        entity = entities.get(line.entity or "")
        if entity is None:
            ours.append(line)
        elif approach == "equity-share":
            ours.append(_shared(line, entity, shared))
        elif controlled(entity, approach):
            ours.append(line)
        elif line.scope in (1, 2):
            ours.append(_invested(_shared(line, entity, shared)))
    return ours


OF_WHAT_IS_HELD = ("1", "2", "3.3")
"""Categories of what is burnt, released and drawn by what one holds, with its upstream."""


def _of_lease(line: Line, approach: Approach) -> Line:
    """The line where its approach has it: of a lease that is not held, with the assets that others lease to us.

    Under operational control it counts who operates. Under financial control and by equity a finance lease is
    held and an operating lease is not (Corporate Standard, appendix F); of a lease whose kind nobody states,
    what is operated is taken as held, and a finding asks for the kind.
    """
    lease = line.lease
    if lease is None or line.category not in OF_WHAT_IS_HELD:
        return line
    by_kind = {"finance": True, "operating": False}.get(lease.kind, lease.operated)
    held = lease.operated if approach == "operational-control" else by_kind
    if held:
        return line
    return replace(line, scope=LEASED.scope, category=LEASED.category, iso=LEASED.iso, gas="", rule=LEASED.rule)


def controlled(entity: Entity, approach: Approach) -> bool:
    """Whether an entity is under the control that an approach asks for."""
    return entity.financial_control if approach == "financial-control" else entity.operational_control


def _invested(line: Line) -> Line:
    """The line of a company that is not controlled, among the investments."""
    at = INVESTMENT
    return replace(line, part="investment", scope=at.scope, category=at.category, iso=at.iso, gas="", rule=at.rule)


def _shared(line: Line, entity: Entity, shared: dict[Figure, Figure]) -> Line:
    if entity.equity is None:
        return line
    if line.figure not in shared:
        id, name = f"{line.figure.id}.share", f"{line.figure.name}, share of {entity.name}"
        shared[line.figure] = derive(id, name, share_of_entity, part=line.figure, share=entity.equity)
    return replace(line, figure=shared[line.figure])


def summed(id: str, name: str, lines: Sequence[Line]) -> Figure | None:
    """The sum of lines of one kind, by its own name even of one line; None when there are none."""
    figures = [line.figure for line in lines]
    return derive(id, name, sum_of_lines, parts=figures) if figures else None


def mass_behind(line: Line) -> Figure | None:
    """The mass of the gas behind a line of one gas, by our share of it; None where gases are not told apart."""
    reason = line.figure.reason
    if not isinstance(reason, Derived):
        return None
    if reason.equation is not share_of_entity:
        return reason.inputs["mass"][0] if "mass" in reason.inputs else None
    whole = mass_behind(replace(line, figure=reason.inputs["part"][0]))
    if whole is None:
        return None
    share = reason.inputs["share"][0]
    return derive(f"{line.figure.id}.mass", f"{line.figure.name}, mass", share_of_mass, part=whole, share=share)
