"""From IT energy to site energy and its emissions: location-based, market-based, upstream, losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lca.equation import counted, equation, total
from lca.methods import Choices
from lca.model import Basis, Facility, Figure, Given, Grid, Line, Workload, derive
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


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", stated="C_stated")
def operational_as_stated_market(stated: kgCO2e) -> kgCO2e_market:
    """Emissions of electricity as somebody else stated them, where no contract of its own is known."""
    return counted(stated, "kgCO2e_market")


# --- posting

ROUNDING = 1e-9
"""Shares of contracts that add up to one but for this much cover all: 33, 56 and 11 % are no 100 % in binary."""


def published_pue(facility: Facility, choices: Choices) -> Figure | None:
    """The provider's PUE for the region, else that of the industry as an assumption."""
    where = facility.location
    return choices.pick(
        "pue",
        f"{facility.key}.pue",
        "PUE",
        where=where if where and choices.locates(where) else "WORLD",
        needed_for=f"the site energy of {facility.id}",
        place=facility.place,
        generic=True,
        convention="pue",
    )


@dataclass(frozen=True)
class Use:
    """Electricity of one workload at the site's meter."""

    site: Figure
    overhead: Figure


def use(run: Workload, it: Figure, pue: Figure, measured: Figure | None) -> Use:
    """Energy at the site: measured there, or IT energy times PUE; and what of it is overhead."""
    site = measured or derive(f"{run.key}.energy.site", "Energy at the site", site_energy, energy=it, pue=pue)
    overhead = derive(f"{run.key}.energy.overhead", "Overhead of the site", overhead_energy, site=site, energy=it)
    return Use(site, overhead)


@dataclass(frozen=True)
class Flow:
    """Site energy that belongs in one place."""

    suffix: str
    energy: Figure
    placement: Placement


def flows(run: Workload, used: Use, it: Figure, owned: str, control: str | None) -> list[Flow]:
    """The site's energy, split where IT and overhead belong in different categories."""
    of_it, of_overhead = of_electricity(owned, control)
    if of_it == of_overhead:
        return [Flow("", used.site, of_it)]
    as_site = derive(f"{run.key}.energy.it_at_site", "IT energy as part of the site's", it_part_of_site, energy=it)
    return [Flow(f".{of_it.category}", as_site, of_it), Flow(f".{of_overhead.category}", used.overhead, of_overhead)]


def parts(
    run: Workload, energies: Mapping[str, Figure], overhead: Figure, generation: Figure | None
) -> dict[str, Figure]:
    """Location-based emissions of the parts of the IT energy and of the overhead, by their energy."""
    if generation is None:
        return {}
    at_site = {
        part: derive(
            f"{run.key}.energy.site.{part}",
            f"{energy.name}, as part of the site's",
            it_part_of_site,
            energy=energy,
        )
        for part, energy in energies.items()
    }
    return {
        f"operational.{part}": derive(
            f"{run.key}.operational.{part}",
            f"Location-based emissions, {part}",
            location_based,
            energy=energy,
            factor=generation,
        )
        for part, energy in {**at_site, "overhead": overhead}.items()
    }


def post_stated(run: Workload, stated: Figure, owned: str, control: str | None, *, contracts: bool) -> list[Line]:
    """The lines of a workload whose operational emissions somebody else computed.

    With `contracts` in the case it counts in the market-based result too, as stated.
    """
    at, _ = of_electricity(owned, control)
    id, name = f"{run.key}.operational.stated", "Operational emissions as stated"
    bases: dict[Basis, Figure] = {"location": derive(id, name, operational_as_stated, stated=stated)}
    if contracts:
        bases["market"] = derive(f"{id}.market", name, operational_as_stated_market, stated=stated)
    return [_line(run, "operational.stated", at, basis, figure) for basis, figure in bases.items()]


def post(run: Workload, flow: Flow, grid: Grid, facility: Facility, choices: Choices, *, contracts: bool) -> list[Line]:
    """The lines of one flow: location-based, market-based where the case has `contracts`, upstream, losses."""
    if grid.generation is None:
        return []
    at, suffix = flow.placement, flow.suffix
    name = f"{run.key}.operational{suffix}"
    located = derive(
        name, "Location-based emissions of electricity", location_based, energy=flow.energy, factor=grid.generation
    )
    lines = [_line(run, "operational", at, "location", located)]
    if contracts:
        market = _market(f"{name}.market", flow.energy, grid.generation, facility, choices)
        lines.append(_line(run, "operational", at, "market", market))
    beyond = UPSTREAM if at.scope == 2 else at
    for part, words, law, factor in (
        ("upstream", "Upstream emissions of electricity", upstream_emissions, grid.upstream),
        ("losses", "Emissions of grid losses", loss_emissions, grid.losses),
    ):
        if factor:
            figure = derive(f"{run.key}.{part}{suffix}", words, law, energy=flow.energy, factor=factor)
            lines.append(_line(run, part, beyond, "both", figure))
    return lines


def _line(run: Workload, part: str, place: Placement, basis: Basis, figure: Figure) -> Line:
    return Line(run.id, part, place.scope, place.category, place.iso, basis, "workload", figure, place.rule)


def _market(name: str, energy: Figure, generation: Figure, facility: Facility, choices: Choices) -> Figure:
    """Market-based emissions: contracts by their shares, the rest at the residual mix or the grid average."""
    shares = [instrument.figures["covers"] for instrument in facility.instruments]
    stated = [share.reason for share in shares if isinstance(share.reason, Given)]
    covered = sum(given.value or 0 for given in stated)
    if covered > 1 + ROUNDING:
        place = facility.instruments[0].place
        choices.report("over-claimed", place, facility=facility.id, covered=f"{100 * covered:.10g} %")
    rest = facility.figures.get("residual_mix")
    if rest is None and covered < 1 - ROUNDING:
        choices.report("no-residual-mix", facility.place, facility=facility.id)
    rest = rest or generation
    if not shares:
        words = "Market-based emissions of electricity that no contract covers"
        return derive(name, words, market_based_uncovered, energy=energy, factor=rest)
    parts = [
        derive(
            f"{name}.{position}",
            f"Market-based, {instrument.name}",
            market_based,
            energy=energy,
            share=instrument.figures["covers"],
            factor=instrument.figures["factor"],
        )
        for position, instrument in enumerate(facility.instruments, start=1)
    ]
    if covered < 1 - ROUNDING or any(given.spread for given in stated):  # a range may leave something uncovered
        parts.append(_uncovered(name, energy, shares, rest))
    return derive(name, "Market-based emissions of electricity", market_total, parts=parts)


def _uncovered(name: str, energy: Figure, shares: list[Figure], rest: Figure) -> Figure:
    uncovered = derive(f"{name}.uncovered_share", "Share that no contract covers", uncovered_share, shares=shares)
    words = "Market-based, not covered"
    return derive(f"{name}.uncovered", words, market_based, energy=energy, share=uncovered, factor=rest)
