"""From IT energy to site energy and its emissions: location-based, market-based, upstream, losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lca.equation import counted, equation
from lca.figure import Figure, derive
from lca.inventory import Basis, Line, View
from lca.methods import Choices
from lca.model import Facility, Grid, Workload
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


@equation("E_buy", "ghgp-scope2-2015#chapter 5", metered="E_meter", generated="E_own")
def purchased_energy(metered: kWh_site, generated: kWh_site) -> kWh_site:
    """Electricity bought: what the meter shows without what was generated on site."""
    return metered - generated


@equation("E_part", "iso-30134-2", energy="E_it")
def it_part_of_site(energy: kWh_it) -> kWh_site:
    """IT energy as the part of the site's energy that it is."""
    return counted(energy, "kWh_site")


# --- emissions


@equation("C_loc", "ghgp-scope2-2015#chapter 6", energy="E_site", factor="f")
def location_based(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_location:
    """Emissions by the average generation of the place."""
    return counted(energy * factor, "kgCO2e_location")


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", energy="E_site", factor="f_mkt")
def market_based(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_market:
    """Emissions by the contracts of the place: the market-based factor, or the residual mix where there is none."""
    return counted(energy * factor, "kgCO2e_market")


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


@equation("PUE", "bloom-2023", beyond="PUE_beyond", share="s")
def pue_of_infrastructure(beyond: kWh_site_per_kWh_it, share: ratio) -> kWh_site_per_kWh_it:
    """Draw of a centre per unit at its accelerators, where a share of it keeps the rest on; 1 beyond it is nothing."""
    return beyond / (1 - share)


# --- posting


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
    as_site = _as_site(f"{run.key}.energy.it_at_site", it)
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


@dataclass(frozen=True)
class Poster:
    """Who posts: a workload in its own view, or a facility in that of an inventory."""

    id: str
    key: str
    view: View
    facility: str
    entity: str | None = None

    def line(self, part: str, at: Placement, basis: Basis, figure: Figure) -> Line:
        """A posting of this poster."""
        where = (at.scope, at.category, at.iso)
        return Line(self.id, part, *where, basis, self.view, figure, at.rule, self.facility, self.entity)


def post_stated(poster: Poster, stated: Figure, owned: str, control: str | None, *, contracts: bool) -> list[Line]:
    """The lines of a workload whose operational emissions somebody else computed.

    With `contracts` in the case it counts in the market-based result too, as stated.
    """
    at, _ = of_electricity(owned, control)
    id, name = f"{poster.key}.operational.stated", "Operational emissions as stated"
    bases: dict[Basis, Figure] = {"location": derive(id, name, operational_as_stated, stated=stated)}
    if contracts:
        bases["market"] = derive(f"{id}.market", name, operational_as_stated_market, stated=stated)
    return [poster.line("operational.stated", at, basis, figure) for basis, figure in bases.items()]


def post(poster: Poster, flow: Flow, grid: Grid, market: Figure | None) -> list[Line]:
    """The lines of one flow: location-based, market-based where the case has contracts, upstream, losses."""
    if grid.generation is None:
        return []
    at, suffix = flow.placement, flow.suffix
    name = f"{poster.key}.operational{suffix}"
    words = "Location-based emissions of electricity"
    located = derive(name, words, location_based, energy=flow.energy, factor=grid.generation)
    lines = [poster.line("operational", at, "location", located)]
    if market:
        id, words = f"{name}.market", "Market-based emissions of electricity"
        contracted = derive(id, words, market_based, energy=flow.energy, factor=market)
        lines.append(poster.line("operational", at, "market", contracted))
    beyond = UPSTREAM if at.scope == 2 else at
    for part, words, law, factor in (
        ("upstream", "Upstream emissions of electricity", upstream_emissions, grid.upstream),
        ("losses", "Emissions of grid losses", loss_emissions, grid.losses),
    ):
        if factor:
            figure = derive(f"{poster.key}.{part}{suffix}", words, law, energy=flow.energy, factor=factor)
            lines.append(poster.line(part, beyond, "both", figure))
    return lines


# --- a facility's own meter


def purchased(facility: Facility) -> Figure | None:
    """What a facility bought, by its meter; None without one. A meter at our own racks shows their IT energy."""
    metered, generated = (facility.figures.get(key) for key in ("metered", "generated"))
    if metered is None:
        return None
    if metered.unit == "kWh_it":
        return _as_site(f"{facility.key}.electricity.it_at_site", metered)
    if generated is None:
        return metered
    id, name = f"{facility.key}.electricity.purchased", f"Electricity bought for {facility.id}"
    return derive(id, name, purchased_energy, metered=metered, generated=generated)


def _as_site(id: str, it: Figure) -> Figure:
    return derive(id, "IT energy as part of the site's", it_part_of_site, energy=it)


def with_overhead(facility: Facility, it: Figure, pue: Figure, choices: Choices) -> Figure:
    """Energy at the site behind a meter at our own racks."""
    id = f"{facility.key}.electricity.site"
    return choices.once(id, lambda: derive(id, f"Energy at the site of {facility.id}", site_energy, energy=it, pue=pue))


def of_meter(
    facility: Facility, energy: Figure, pue: Figure | None, owned: str, control: str | None, choices: Choices
) -> list[Flow]:
    """A facility's electricity; of a meter at our own racks, the overhead of the room beside it."""
    of_it, of_overhead = of_electricity(owned, control)
    it = facility.figures.get("metered")
    if it is None or it.unit != "kWh_it" or pue is None:
        return [Flow("", energy, of_it)]
    key = f"{facility.key}.electricity"
    site = with_overhead(facility, it, pue, choices)
    name = f"Overhead of {facility.id}"
    overhead = choices.once(
        f"{key}.overhead", lambda: derive(f"{key}.overhead", name, overhead_energy, site=site, energy=it)
    )
    return [Flow("", energy, of_it), Flow(".overhead", overhead, of_overhead)]
