"""What every site of an organisation takes: energy, water, resources, and the indicators of a data centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.choose import Chooser
from lca.equation import Equation
from lca.figure import Figure, derive
from lca.inventory import Line
from lca.methods import electricity, indicator, resource, water, workload
from lca.methods.consolidation import APPROACHES, controlled
from lca.model import Case, Facility
from lca.premises import pue_of

SUMS: Mapping[str, tuple[str, Equation]] = {
    "water.site": ("Water on site", water.water_on_site_of_all),
    "water.source": ("Water at the power stations", water.water_at_source_of_all),
    "water.scarcity": ("Scarcity-weighted water on site", water.water_scarcity_of_all),
    "primary_energy.electricity": ("Primary energy, electricity", resource.ENERGY.whole),
    "adpe.electricity": ("Depletion of elements, electricity", resource.DEPLETION.whole),
}
"""What the sites take together, by the id of its total."""


def of_sites(
    case: Case, consumed: Mapping[str, Figure | None], lines: Sequence[Line], choices: Chooser
) -> dict[str, Figure]:
    """What each site takes and its indicators, and the sums over those that the organisation consolidates."""
    found: dict[str, Figure] = {}
    parts: dict[str, list[Figure]] = {id: [] for id in SUMS}
    for facility in case.facilities.values():
        energy = consumed.get(facility.id)
        if energy is None:
            if "water" in facility.figures:
                found[f"facility.{facility.id}.water.site"] = facility.figures["water"]
                _add(parts["water.site"], "water.site", facility.figures["water"], facility, case)
            continue
        taken = _taken(facility, energy, choices)
        found |= {f"facility.{facility.id}.{id}": figure for id, figure in taken.items()}
        for id in SUMS:
            if figure := taken.get(id):
                _add(parts[id], id, figure, facility, case)
        if "metered" in facility.figures:
            found |= indicator.post(facility, _totals(facility, energy, lines, choices))
    for id, figures in parts.items():
        name, law = SUMS[id]
        if figures:
            found[id] = figures[0] if len(figures) == 1 else derive(id, name, law, parts=figures)
    if "water.site" in found and "water.source" in found:
        site, source = found["water.site"], found["water.source"]
        name = "Water on site and at the power stations"
        found["water"] = derive("water", name, water.water_total, site=site, source=source)
    return found


def bought_of(facility: Facility, energy: Figure, choices: Chooser) -> Figure:
    """What was bought for a site, all of it: behind a meter at our own racks also the overhead of the room."""
    metered = facility.figures.get("metered")
    pue = pue_of(facility, choices) if metered and metered.unit == "kWh_it" else None
    return electricity.with_overhead(facility, metered, pue, choices) if metered and pue else energy


def it_of(facility: Facility, energy: Figure, choices: Chooser) -> Figure | None:
    """IT energy of a site: declared, metered at the racks, or what was metered over the PUE."""
    metered = facility.figures.get("metered")
    if declared := facility.figures.get("it_energy"):
        return declared
    if metered and metered.unit == "kWh_it":
        return metered
    pue = pue_of(facility, choices)
    if pue is None:
        return None
    id, site = f"{facility.key}.energy.it", metered or energy
    name = f"IT energy of {facility.id}"
    return choices.once(id, lambda: derive(id, name, workload.it_energy_at_site, site=site, pue=pue))


def _taken(facility: Facility, energy: Figure, choices: Chooser) -> dict[str, Figure]:
    """Energy, water and resources of one site, those that there is data on."""
    bought = bought_of(facility, energy, choices)
    found = {"energy": bought}
    key, of = facility.key, facility.id
    where = facility.location if facility.location and choices.locates(facility.location) else None

    def factor(kind: str, field: str, name: str) -> Figure | None:
        declared, place = facility.figures.get(field), facility.places.get("location", facility.place)
        if declared or where is None:
            return declared
        return choices.pick(kind, f"{key}.{field}", name, where=where, needed_for="", place=place, optional=True)

    if metered := facility.figures.get("water"):
        found["water.site"] = metered
    elif (wue := factor("wue", "wue", "Water usage effectiveness")) and (it := it_of(facility, energy, choices)):
        id, name = f"{key}.water.site", f"Water on site at {of}"
        found["water.site"] = derive(id, name, water.water_on_site, energy=it, wue=wue)
    if intensity := factor("water", "source_water", "Water consumed per kilowatt-hour generated"):
        id, name = f"{key}.water.source", f"Water at the power stations for {of}"
        found["water.source"] = derive(id, name, water.water_at_source, energy=bought, intensity=intensity)
    if (scarcity := facility.figures.get("scarcity")) and (site := found.get("water.site")):
        id, name = f"{key}.water.scarcity", f"Scarcity-weighted water on site at {of}"
        found["water.scarcity"] = derive(id, name, water.water_scarcity, site=site, scarcity=scarcity)
    for total, kind, field, law, words in RESOURCES:
        if per := factor(kind, field, f"{words} per kilowatt-hour"):
            found[total] = derive(f"{key}.{total}", f"{words} of electricity at {of}", law, site=bought, factor=per)
    return found


RESOURCES = (
    (
        "primary_energy.electricity",
        "primary-energy",
        "primary_energy",
        resource.primary_energy_of_electricity,
        "Primary energy",
    ),
    ("adpe.electricity", "adpe", "adpe", resource.depletion_of_electricity, "Depletion of elements"),
)
"""Total, table, field, equation and name of the resources behind electricity."""


def _totals(facility: Facility, energy: Figure, lines: Sequence[Line], choices: Chooser) -> indicator.Totals:
    """What the indicators of a data centre are made of."""
    metered = facility.figures["metered"]
    measured = "it_energy" in facility.figures or metered.unit == "kWh_it"
    known = measured or "pue" in facility.figures
    emitted = [
        line.figure
        for line in lines
        if line.facility == facility.id and line.part == "operational" and line.basis == "location"
    ]
    return indicator.Totals(
        bought_of(facility, energy, choices) if metered.unit == "kWh_it" else metered,
        it_of(facility, energy, choices) if known else None,
        "it_energy" in facility.figures,
        facility.figures.get("water"),
        emitted,
    )


def _add(parts: list[Figure], id: str, figure: Figure, facility: Facility, case: Case) -> None:
    """Add what of a site falls to the organisation: as its emissions do, by control or by equity."""
    approach = case.organisation.consolidation if case.organisation else APPROACHES[0]
    entity = case.entities.get(facility.entity or "")
    if entity is None or (approach != "equity-share" and controlled(entity, approach)):
        parts.append(figure)
    elif approach == "equity-share":
        share = entity.equity
        name = f"{figure.name}, share of {entity.name}"
        law = indicator.share_of_site
        own = derive(f"{facility.key}.{id}.share", name, law, amount=figure, share=share) if share else figure
        parts.append(own)
