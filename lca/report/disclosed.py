"""What a reader must be told of the factors behind a result: their sources, what is modelled, which potentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lca.explain import unchecked
from lca.figure import Derived, Figure, Given, leaves, walk
from lca.inventory import Inventory
from lca.methods import electricity, grid


@dataclass(frozen=True)
class Electricity:
    """The factors of one facility's electricity and how they came about."""

    facility: str
    generation: Figure
    upstream: Figure | None
    way: str
    """Of generation: `split` of a published life cycle, `mix` alone, `published`, `declared`."""
    beyond: str
    """Of upstream: the `rest` of a published life cycle, `mix` alone, `published`, `declared`; nothing without one."""
    place: str
    """Country and year of what it rests on."""
    lifecycle: Figure | None
    """The published life cycle that upstream is the rest of."""
    country: str
    """Its country and year."""
    biomass: bool
    """Whether the generation holds biomass, as far as is known: unknown counts as yes."""


def electricities(inventory: Inventory) -> list[Electricity]:
    """The factors of every facility whose electricity is accounted for."""
    found: dict[str, dict[str, Figure]] = {}
    for line in inventory.lines:
        reason = line.figure.reason
        run = inventory.case.workloads.get(line.activity)
        if run is None or not isinstance(reason, Derived) or "factor" not in reason.inputs:
            continue
        if reason.equation in (electricity.location_based, electricity.upstream_emissions):
            facility = inventory.case.assets[run.asset].facility
            found.setdefault(facility, {})[reason.equation.name] = reason.inputs["factor"][0]
    return [
        _electricity(inventory, facility, factors["location_based"], factors.get("upstream_emissions"))
        for facility, factors in found.items()
        if "location_based" in factors
    ]


def _electricity(inventory: Inventory, facility: str, generation: Figure, upstream: Figure | None) -> Electricity:
    way = way_of(generation)
    rest = way_of(upstream) if upstream else ""
    below = walk([generation, *([upstream] if upstream else [])])
    share = next((figure for figure in below if figure.id.endswith(".share.biomass")), None)
    biomass = bool(inventory.value(share)) if share else way != "declared"
    lifecycle = _input(upstream, "published") if upstream else None
    country = rests_on(lifecycle) if lifecycle else ""
    return Electricity(facility, generation, upstream, way, rest, rests_on(generation), lifecycle, country, biomass)


WAYS = {
    grid.generation_of_lifecycle: "split",
    grid.upstream_of_lifecycle: "rest",
    grid.generation_part: "mix",
    grid.upstream_part: "mix",
}


def way_of(factor: Figure) -> str:
    """How a factor came about: published, declared, or modelled in one of the `WAYS`."""
    reason = factor.reason
    if isinstance(reason, Given):
        return "published" if reason.quality == "dataset" else "declared"
    parts = reason.inputs.get("parts", ())
    inner = parts[0].reason if parts else None
    return WAYS.get(reason.equation) or (
        WAYS.get(inner.equation, "published") if isinstance(inner, Derived) else "published"
    )


def _input(figure: Figure, name: str) -> Figure | None:
    reason = figure.reason
    return reason.inputs[name][0] if isinstance(reason, Derived) and name in reason.inputs else None


def rests_on(factor: Figure) -> str:
    """Region and year of what a factor rests on."""
    for leaf in leaves([factor]):
        attributes = leaf.reason.attributes if isinstance(leaf.reason, Given) else {}
        if "year" in attributes and attributes.get("region") != "WORLD":
            return f"{attributes['region']} {attributes['year']}"
    return ""


def cited(inventory: Inventory) -> list[tuple[str, str]]:
    """What was taken from published factors behind the totals, and from which sources."""
    found: dict[str, dict[str, None]] = {}
    for leaf in leaves(inventory.totals.values()):
        given = leaf.reason
        if isinstance(given, Given) and given.quality == "dataset" and (role := _role(leaf, given)):
            found.setdefault(role, {})[source_of(inventory, given.source or "")] = None
    roles: dict[str, list[str]] = {}
    for role in sorted(found, key=ROLES.index):
        roles.setdefault(", ".join(found[role]), []).append(role)
    return [(", ".join(names), sources) for sources, names in roles.items()]


ROLES = (
    "generation",
    "life cycle",
    "mix",
    "technologies",
    "upstream",
    "losses",
    "PUE",
    "water on site",
    "water at power stations",
    "power",
    "manufacture",
)
"""In the order in which a page names them."""


def source_of(inventory: Inventory, key: str) -> str:
    """A source as the page cites it: publisher and year."""
    entry = inventory.sources.get(key, {})
    short, year = str(entry.get("short") or entry.get("title") or key), str(entry.get("year", ""))
    return (short if year in short else f"{short}, {year}") + unchecked(entry)


BOUNDARIES = {
    "lifecycle": "life cycle",
    "generation": "generation",
    "upstream": "upstream",
    "losses": "losses",
    "upstream-losses": "losses",
}
UNITS = {
    "kWh_site/kWh_it": "PUE",
    "L_site/": "water on site",
    "L_source/": "water at power stations",
    "kW": "power",
    "kgCO2e/device": "manufacture",
    "kgCO2e/node": "manufacture",
}
"""By how the unit begins."""


def _role(leaf: Figure, given: Given) -> str:
    if "technology" in given.attributes:
        return "mix" if leaf.unit == "TWh" else "technologies"
    if by_unit := next((role for unit, role in UNITS.items() if leaf.unit.startswith(unit)), ""):
        return by_unit
    if leaf.unit.endswith("/kWh_site"):
        return BOUNDARIES.get(given.attributes.get("boundary", ""), "")
    return "losses" if "basis" in given.attributes else ""


def potentials(inventory: Inventory) -> tuple[list[str], list[str]]:
    """The sets of potentials that this tool applied, and those inside factors published as CO2e."""
    applied, inside = dict[str, None](), dict[str, None]()
    for figure in walk(inventory.totals.values()):
        if gwp := _input(figure, "gwp"):
            weighs = figure.unit.startswith("kgCO2e")
            if weighs and gwp.id.partition(":")[2] != "CO2":
                applied[gwp.id.partition(":")[0].upper()] = None
    unweighed = {id(leaf) for leaf in _unweighed(inventory)}
    for leaf in leaves(inventory.totals.values()):
        if isinstance(leaf.reason, Given) and id(leaf) not in unweighed and "gwp_set" in leaf.reason.attributes:
            inside[leaf.reason.attributes["gwp_set"]] = None
    return list(applied), list(inside)


def _unweighed(inventory: Inventory) -> Iterator[Figure]:
    """Factors published as CO2e whose potential was divided out again."""
    for figure in walk(inventory.totals.values()):
        factor = _input(figure, "factor")
        if factor and _input(figure, "gwp"):
            yield factor
