"""Water on site, by IT energy; water at the power stations, by site energy; scarcity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from lca.equation import counted, equation, total
from lca.figure import Figure, derive
from lca.methods import Choices
from lca.model import Facility, Workload
from lca.units import L_site, L_site_per_kWh_it, L_source, L_source_per_kWh_site, kWh_it, kWh_site

litres = Annotated[float, "L"]
Leq_per_L = Annotated[float, "Leq/L_site"]
Leq = Annotated[float, "Leq"]


@equation("V_site", "iso-30134-9", energy="E_it", wue="WUE")
def water_on_site(energy: kWh_it, wue: L_site_per_kWh_it) -> L_site:
    """Water that the site takes for cooling; its denominator is IT energy."""
    return energy * wue


@equation("V_src", "wri-water-2020", energy="E_site", intensity="w_el")
def water_at_source(energy: kWh_site, intensity: L_source_per_kWh_site) -> L_source:
    """Water consumed in generating the electricity that the site draws."""
    return energy * intensity


@equation("V", "iso-30134-9", site="V_site", source="V_src")
def water_total(site: L_site, source: L_source) -> litres:
    """Water on site and at the power stations."""
    return counted(site, "L") + counted(source, "L")


@equation("V_sc", "aware-2018", site="V_site", scarcity="CF")
def water_scarcity(site: L_site, scarcity: Leq_per_L) -> Leq:
    """Water on site weighted by the scarcity of the basin (AWARE)."""
    return site * scarcity


@equation("V_site", "iso-30134-9", parts="V_site")
def water_on_site_of_all(*parts: L_site) -> L_site:
    """Water on site of all workloads, or of all sites."""
    return total(*parts)


@equation("V_src", "wri-water-2020", parts="V_src")
def water_at_source_of_all(*parts: L_source) -> L_source:
    """Water at the power stations for all workloads, or all sites."""
    return total(*parts)


@equation("V_sc", "aware-2018", parts="V_sc")
def water_scarcity_of_all(*parts: Leq) -> Leq:
    """Scarcity-weighted water of all workloads, or of all sites."""
    return total(*parts)


@dataclass(frozen=True)
class Water:
    """Water of one workload; None where not quantified."""

    site: Figure | None
    source: Figure | None
    scarcity: Figure | None


def post(
    run: Workload, it: Figure, site: Figure, facility: Facility, choices: Choices, *, beside_a_site: bool = False
) -> Water:
    """Water of one workload, from what the facility declares or what is published for its place.

    `beside_a_site`: an organisation's sites are asked for their water themselves, by their meters first.
    """
    place, where = facility.places.get("location", facility.place), facility.location
    if where and not choices.locates(where):
        return Water(None, None, None)
    wue, intensity = facility.figures.get("wue"), facility.figures.get("source_water")
    if wue is None and where:
        wue = choices.pick(
            "wue",
            f"{facility.key}.wue",
            "Water usage effectiveness",
            where=where,
            needed_for="",
            place=place,
            optional=True,
        )
    if wue is None and not beside_a_site:
        choices.report(
            "water-not-quantified",
            place,
            where=f"on site at `{facility.id}`",
            problem="no WUE is declared or published",
            key="wue",
        )
    if intensity is None and where:
        intensity = choices.pick(
            "water",
            f"{facility.key}.source_water",
            "Water consumed per kilowatt-hour generated",
            where=where,
            needed_for="",
            place=place,
            optional=True,
        )
    if intensity is None and not beside_a_site:
        choices.report(
            "water-not-quantified",
            place,
            where=f"at the power stations of `{facility.id}`",
            problem="no water intensity is known for its grid",
            key="source_water",
        )
    on_site = at_source = scarce = None
    if wue:
        on_site = derive(f"{run.key}.water.site", "Water on site", water_on_site, energy=it, wue=wue)
    if intensity:
        id, name = f"{run.key}.water.source", "Water at the power stations"
        at_source = derive(id, name, water_at_source, energy=site, intensity=intensity)
    if on_site and (scarcity := facility.figures.get("scarcity")):
        id, name = f"{run.key}.water.scarcity", "Scarcity-weighted water on site"
        scarce = derive(id, name, water_scarcity, site=on_site, scarcity=scarcity)
    return Water(on_site, at_source, scarce)
