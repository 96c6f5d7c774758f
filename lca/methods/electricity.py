"""From IT energy to site energy and its emissions: location-based, market-based, upstream, losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lca.equation import counted, equation, total
from lca.methods import Choices
from lca.model import Basis, Facility, Figure, Given, Grid, Line, derive
from lca.placement import UPSTREAM, Placement, of_electricity
from lca.units import (
    kgCO2e,
    kgCO2e_location,
    kgCO2e_market,
    kgCO2e_per_kWh,
    kWh_it,
    kWh_site,
    kWh_site_per_kWh_it,
    ratio,
)

# --- energy


@equation("E_site", "iso-30134-2", energy="E_it", pue="PUE")
def site_energy(energy: kWh_it, pue: kWh_site_per_kWh_it) -> kWh_site:
    """Electricity drawn by the site to serve the IT load."""
    return energy * pue


@equation("E_over", "iso-30134-2", site="E_site", energy="E_it")
def overhead_energy(site: kWh_site, energy: kWh_it) -> kWh_site:
    """What cooling, power conversion and lighting draw beside the IT equipment."""
    return site - counted(energy, "kWh_site")


@equation("E_part", "iso-30134-2", energy="E_it")
def it_part_of_site(energy: kWh_it) -> kWh_site:
    """IT energy as the part of the site's energy that it is."""
    return counted(energy, "kWh_site")


# --- emissions


@equation("C_loc", "ghgp-scope2-2015#chapter 6", energy="E_site", factor="f")
def location_based(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_location:
    """Emissions by the average generation of the place."""
    return counted(energy * factor, "kgCO2e_location")


@equation("c_rest", "ghgp-scope2-2015#chapter 7", shares="c")
def uncovered_share(*shares: ratio) -> ratio:
    """Share of consumption that no contract covers."""
    return 1 - total(*shares)


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", energy="E_site", share="c", factor="f_con")
def market_based(energy: kWh_site, share: ratio, factor: kgCO2e_per_kWh) -> kgCO2e_market:
    """Emissions of a share of consumption at the factor of its contract, or of the residual mix."""
    return counted(energy * share * factor, "kgCO2e_market")


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", energy="E_site", factor="f_res")
def market_based_uncovered(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_market:
    """Emissions of consumption that no contract covers, at the residual mix."""
    return counted(energy * factor, "kgCO2e_market")


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", parts="C_mkt")
def market_total(*parts: kgCO2e_market) -> kgCO2e_market:
    """Market-based emissions of all shares."""
    return total(*parts)


@equation("C_up", "ghgp-scope3-2011#category 3", energy="E_site", factor="w")
def upstream_emissions(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e:
    """Extraction and transport of fuels, and building of power stations, for the electricity used."""
    return energy * factor


@equation("C_loss", "ghgp-scope3-2011#category 3", energy="E_site", factor="f_loss")
def loss_emissions(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e:
    """Emissions of the electricity that was lost in the grid on its way to the site."""
    return energy * factor


@equation("C_loc", "ghgp-scope2-2015#chapter 6", stated="C_stated")
def operational_as_stated(stated: kgCO2e) -> kgCO2e_location:
    """Emissions of electricity as somebody else computed and stated them."""
    return counted(stated, "kgCO2e_location")


# --- posting


@dataclass(frozen=True)
class Use:
    """Electricity of one workload at the site's meter."""

    site: Figure
    overhead: Figure


def use(activity: str, it: Figure, pue: Figure, measured: Figure | None) -> Use:
    """Energy at the site: measured there, or IT energy times PUE; and what of it is overhead."""
    site = measured or derive(f"{activity}.energy.site", "Energy at the site", site_energy, energy=it, pue=pue)
    overhead = derive(f"{activity}.energy.overhead", "Overhead of the site", overhead_energy, site=site, energy=it)
    return Use(site, overhead)


@dataclass(frozen=True)
class Flow:
    """Site energy that belongs in one place."""

    suffix: str
    energy: Figure
    placement: Placement


def flows(activity: str, used: Use, it: Figure, owned: str, control: str | None) -> list[Flow]:
    """The site's energy, split where IT and overhead belong in different categories."""
    of_it, of_overhead = of_electricity(owned, control)
    if of_it == of_overhead:
        return [Flow("", used.site, of_it)]
    as_site = derive(f"{activity}.energy.it_at_site", "IT energy as part of the site's", it_part_of_site, energy=it)
    return [Flow(f".{of_it.category}", as_site, of_it), Flow(f".{of_overhead.category}", used.overhead, of_overhead)]


def parts(
    activity: str, energies: Mapping[str, Figure], overhead: Figure, generation: Figure | None
) -> dict[str, Figure]:
    """Location-based emissions of the parts of the IT energy and of the overhead, by their energy."""
    if generation is None:
        return {}
    at_site = {
        part: derive(
            f"{activity}.energy.{part}_at_site",
            f"{energy.name}, as part of the site's",
            it_part_of_site,
            energy=energy,
        )
        for part, energy in energies.items()
    }
    return {
        f"operational.{part}": derive(
            f"{activity}.operational.{part}",
            f"Location-based emissions, {part}",
            location_based,
            energy=energy,
            factor=generation,
        )
        for part, energy in {**at_site, "overhead": overhead}.items()
    }


def post_stated(activity: str, stated: Figure, owned: str, control: str | None) -> Line:
    """The line of a workload whose operational emissions somebody else computed."""
    at, _ = of_electricity(owned, control)
    figure = derive(f"{activity}.operational", "Operational emissions as stated", operational_as_stated, stated=stated)
    return Line(activity, "operational", at.scope, at.category, at.iso, "location", "workload", figure, at.rule)


def post(activity: str, flow: Flow, grid: Grid, facility: Facility, choices: Choices) -> list[Line]:
    """The lines of one flow: location-based, market-based where there is a contract, upstream, losses."""
    at, suffix = flow.placement, flow.suffix

    def line(part: str, place: Placement, basis: Basis, figure: Figure) -> Line:
        return Line(activity, part, place.scope, place.category, place.iso, basis, "workload", figure, place.rule)

    if grid.generation is None:
        return []
    name = f"{activity}.operational{suffix}"
    located = derive(
        name, "Location-based emissions of electricity", location_based, energy=flow.energy, factor=grid.generation
    )
    lines = [line("operational", at, "location", located)]
    if market := _market(f"{name}.market", flow.energy, grid.generation, facility, choices):
        lines.append(line("operational", at, "market", market))
    beyond = UPSTREAM if at.scope == 2 else at
    if grid.upstream:
        figure = derive(
            f"{activity}.upstream{suffix}",
            "Upstream emissions of electricity",
            upstream_emissions,
            energy=flow.energy,
            factor=grid.upstream,
        )
        lines.append(line("upstream", beyond, "both", figure))
    if grid.losses:
        figure = derive(
            f"{activity}.losses{suffix}",
            "Emissions of grid losses",
            loss_emissions,
            energy=flow.energy,
            factor=grid.losses,
        )
        lines.append(line("losses", beyond, "both", figure))
    return lines


def _market(name: str, energy: Figure, generation: Figure, facility: Facility, choices: Choices) -> Figure | None:
    """Market-based emissions: contracts by their shares, the rest at the residual mix or the grid average."""
    if not facility.instruments and "residual_mix" not in facility.figures:
        return None
    parts = [
        derive(
            f"{name}.{instrument.name}",
            f"Market-based, {instrument.name}",
            market_based,
            energy=energy,
            share=instrument.figures["covers"],
            factor=instrument.figures["factor"],
        )
        for instrument in facility.instruments
    ]
    shares = [instrument.figures["covers"] for instrument in facility.instruments]
    covered = sum(share.reason.value or 0 for share in shares if isinstance(share.reason, Given))
    if covered > 1:
        choices.report(
            "over-claimed", facility.instruments[0].place, facility=facility.id, covered=f"{100 * covered:.0f} %"
        )
    rest = facility.figures.get("residual_mix")
    if rest is None:
        rest = generation
        if covered < 1:
            choices.report("no-residual-mix", facility.place, facility=facility.id)
    if not shares:
        return derive(
            name, "Market-based emissions at the residual mix", market_based_uncovered, energy=energy, factor=rest
        )
    uncovered = derive(f"{name}.uncovered_share", "Share that no contract covers", uncovered_share, shares=shares)
    parts.append(
        derive(
            f"{name}.uncovered", "Market-based, not covered", market_based, energy=energy, share=uncovered, factor=rest
        )
    )
    return derive(name, "Market-based emissions of electricity", market_total, parts=parts)
