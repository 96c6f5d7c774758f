"""From IT energy to site energy and its emissions: location-based, market-based, upstream, losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from lca.equation import Equation, counted, equation, total
from lca.model import Basis, Choices, Facility, Figure, Given, Line, derive
from lca.placement import UPSTREAM, Placement, of_electricity
from lca.units import (
    TWh,
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


# --- factors


@equation("g", "ghgp-scope2-2015#ch6", generation="G", whole="G_tot")
def technology_share(generation: TWh, whole: TWh) -> ratio:
    """Share of one technology in a country's generation of a year."""
    return generation / whole


@equation("G_bio", "ember-2026-mix", whole="G_tot", named="G")
def other_generation(whole: TWh, *named: TWh) -> TWh:
    """Generation from biomass and other sources: what the named technologies leave of the whole."""
    return whole - total(*named)


@equation("f_part", "ghgp-scope2-2015#ch6", share="g", direct="d")
def generation_part(share: ratio, direct: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one technology adds to the factor of generation."""
    return share * direct


@equation("w_part", "ghgp-scope3-2011#cat3", share="g", lifecycle="l", direct="d")
def upstream_part(share: ratio, lifecycle: kgCO2e_per_kWh, direct: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one technology adds upstream: its life cycle without what leaves its stack."""
    return share * (lifecycle - direct)


@equation("f", "ghgp-scope2-2015#ch6", parts="f_part")
def factor_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """A factor from its parts: gases, or technologies."""
    return total(*parts)


def _gas_equations(gas: str) -> tuple[Equation, Equation]:
    mass = Annotated[float, f"kg{gas}/kWh_site"]
    potential = Annotated[float, f"kgCO2e/kg{gas}"]

    def weighted(mass_factor: Any, gwp: Any) -> Any:
        """Mass of a gas per kilowatt-hour, weighted by its global warming potential."""
        return mass_factor * gwp

    def unweighted(factor: Any, gwp: Any) -> Any:
        """Mass of a gas per kilowatt-hour behind a factor that was published as CO2e."""
        return factor / gwp

    weighted.__annotations__ = {"mass_factor": mass, "gwp": potential, "return": kgCO2e_per_kWh}
    unweighted.__annotations__ = {"factor": kgCO2e_per_kWh, "gwp": potential, "return": mass}
    weighted.__name__, unweighted.__name__ = f"weighted_{gas}", f"unweighted_{gas}"
    return (
        equation("f_gas", "ghgp-corporate-2004#ch6", mass_factor=f"m_{gas}", gwp=f"GWP_{gas}")(weighted),
        equation(f"m_{gas}", "ghgp-corporate-2004#ch6", factor="f_gas", gwp=f"GWP_{gas}")(unweighted),
    )


GASES = ("CO2", "CH4", "N2O")
BY_GAS = {gas: _gas_equations(gas) for gas in GASES}


@equation("λ", "ghgp-scope3-2011#cat3", loss="L")
def losses_per_delivered(loss: ratio) -> ratio:
    """Losses per kilowatt-hour delivered, from the share of the injected electricity that is lost."""
    return loss / (1 - loss)


# --- emissions


@equation("C_loc", "ghgp-scope2-2015#ch6", energy="E_site", factor="f")
def location_based(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_location:
    """Emissions by the average generation of the place."""
    return counted(energy * factor, "kgCO2e_location")


@equation("c_rest", "ghgp-scope2-2015#ch7", shares="c")
def uncovered_share(*shares: ratio) -> ratio:
    """Share of consumption that no contract covers."""
    return 1 - total(*shares)


@equation("C_mkt", "ghgp-scope2-2015#ch7", energy="E_site", share="c", factor="f_con")
def market_based(energy: kWh_site, share: ratio, factor: kgCO2e_per_kWh) -> kgCO2e_market:
    """Emissions of a share of consumption at the factor of its contract, or of the residual mix."""
    return counted(energy * share * factor, "kgCO2e_market")


@equation("C_mkt", "ghgp-scope2-2015#ch7", energy="E_site", factor="f_res")
def market_based_uncovered(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e_market:
    """Emissions of consumption that no contract covers, at the residual mix."""
    return counted(energy * factor, "kgCO2e_market")


@equation("C_mkt", "ghgp-scope2-2015#ch7", parts="C_mkt")
def market_total(*parts: kgCO2e_market) -> kgCO2e_market:
    """Market-based emissions of all shares."""
    return total(*parts)


@equation("C_up", "ghgp-scope3-2011#cat3", energy="E_site", factor="w")
def upstream_emissions(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e:
    """Extraction and transport of fuels, and building of power stations, for the electricity used."""
    return energy * factor


@equation("f_loss", "ghgp-scope3-2011#cat3", losses="λ", parts="f")
def factor_of_losses(losses: ratio, *parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """Generation, and upstream where it is known, of what is lost per kilowatt-hour delivered."""
    return losses * total(*parts)


@equation("C_loss", "ghgp-scope3-2011#cat3", energy="E_site", factor="f_loss")
def loss_emissions(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e:
    """Emissions of the electricity that was lost in the grid on its way to the site."""
    return energy * factor


@equation("C_loc", "ghgp-scope2-2015#ch6", stated="C_stated")
def operational_as_stated(stated: kgCO2e) -> kgCO2e_location:
    """Emissions of electricity as somebody else computed and stated them."""
    return counted(stated, "kgCO2e_location")


# --- the grid of a facility


@dataclass(frozen=True)
class Grid:
    """Factors of a facility's electricity; None where not quantified."""

    generation: Figure | None
    upstream: Figure | None
    losses: Figure | None


def grid(facility: Facility, choices: Choices) -> Grid:
    """The factors declared, or those of the data sets for the facility's location.

    A factor that the case declares without saying that it is one of generation stands alone: nothing
    from the data sets is added to it, since it may hold its upstream already.
    """
    stated = facility.figures
    where, place = facility.location or "", facility.places.get("grid", facility.place)
    upstream, losses = stated.get("upstream"), stated.get("losses")
    if generation := stated.get("grid"):
        assert isinstance(generation.reason, Given)
        boundary = generation.reason.attributes.get("boundary")
        if boundary == "lifecycle":
            slug = "lifecycle-with-upstream" if upstream else "lifecycle-in-scope-2"
            choices.report(slug, place, facility=facility.id)
        if boundary != "generation" or not where:
            if upstream is None and losses is None and boundary != "lifecycle":
                choices.report("upstream-not-quantified", place, facility=facility.id)
            return Grid(generation, upstream, _factor_of_losses(facility.id, losses, generation, upstream, choices))
    elif where:
        generation = _generation(facility, choices)
    else:
        choices.report("no-location", facility.place, facility=facility.id)
    if generation is None:
        return Grid(None, None, None)
    published = choices.pick_split(
        "grid", "boundary", f"{facility.id}.beyond", where=where, needed_for="", optional=True, place=place, boundary="upstream|losses|upstream-losses"
    )
    if upstream is None:
        upstream = published.get("upstream") or _upstream(facility, choices)
    if losses is None and "losses" in published:
        parts = [published[name] for name in ("losses", "upstream-losses") if name in published]
        return Grid(generation, upstream, derive(f"{facility.id}.loss_factor", "Factor of grid losses", factor_of_parts, parts=parts))
    if losses is None:
        losses = choices.pick(
            "losses",
            f"{facility.id}.losses",
            "Electricity lost in the grid, share of what is injected",
            where=where,
            needed_for=f"the grid losses of {facility.id}",
            place=place,
            optional=True,
        )
    return Grid(generation, upstream, _factor_of_losses(facility.id, losses, generation, upstream, choices))


def _factor_of_losses(
    facility: str, losses: Figure | None, generation: Figure, upstream: Figure | None, choices: Choices
) -> Figure | None:
    if losses is None:
        return None
    basis = losses.reason.attributes.get("basis") if isinstance(losses.reason, Given) else None
    if basis is None and isinstance(losses.reason, Given):
        choices.report("losses-basis", losses.reason.place, facility=facility)
    if basis != "delivered":
        losses = derive(f"{facility}.losses_per_delivered", "Grid losses per kilowatt-hour delivered", losses_per_delivered, loss=losses)
    parts = [generation, upstream] if upstream else [generation]
    return derive(f"{facility}.loss_factor", "Factor of grid losses", factor_of_losses, losses=losses, parts=parts)


def _generation(facility: Facility, choices: Choices) -> Figure | None:
    """The generation factor: published by gas for the place, else from its generation mix."""
    name, place = f"{facility.id}.grid", facility.places.get("location", facility.place)
    where = facility.location or ""
    by_gas = choices.pick_split(
        "grid", "gas", name, where=where, needed_for="", optional=True, place=place, boundary="generation", gas="|".join(GASES)
    )
    if by_gas:
        parts = []
        for gas, row in by_gas.items():
            potential = choices.gwp("CH4-fossil" if gas == "CH4" else gas, place)
            if potential is None:
                return None
            weigh, unweigh = BY_GAS[gas]
            mass = row
            if row.unit == "kgCO2e/kWh_site":
                assert isinstance(row.reason, Given)
                published = choices.gwp(gas, place, under=row.reason.attributes["gwp_set"])
                if published is None:
                    return None
                mass = derive(f"{name}.{gas}.mass", f"{gas} of generation", unweigh, factor=row, gwp=published)
            parts.append(derive(f"{name}.{gas}", f"{gas} of generation, as CO2e", weigh, mass_factor=mass, gwp=potential))
        return derive(name, f"Generation factor of {where}", factor_of_parts, parts=parts)
    technologies = _mix(facility, choices)
    if not technologies:
        return None
    parts = [
        derive(f"{name}.{technology}", f"{technology.capitalize()} in the generation factor", generation_part, share=share, direct=direct)
        for technology, share, direct, _ in technologies
    ]
    return derive(name, f"Generation factor of {where}, modelled from its mix", factor_of_parts, parts=parts)


def _upstream(facility: Facility, choices: Choices) -> Figure | None:
    """The upstream factor, from the generation mix and the technologies' life cycles."""
    technologies = _mix(facility, choices)
    if not technologies:
        return None
    name = f"{facility.id}.upstream"
    parts = [
        derive(f"{name}.{technology}", f"{technology.capitalize()} in the upstream factor", upstream_part, share=share, lifecycle=lifecycle, direct=direct)
        for technology, share, direct, lifecycle in technologies
    ]
    return derive(name, f"Upstream factor of {facility.location}, modelled from its mix", factor_of_parts, parts=parts)


def _mix(facility: Facility, choices: Choices) -> list[tuple[str, Figure, Figure, Figure]]:
    """Technology, share of generation, direct and life-cycle factor; biomass stands for what is not named."""
    where, place = facility.location or "", facility.places.get("location", facility.place)
    needed_for = f"the generation factor of {facility.id}"
    generation = choices.pick_split(
        "generation-mix", "technology", f"{facility.id}.mix", where=where, needed_for=needed_for, place=place
    )
    if not generation:
        return []
    direct = choices.pick_split(
        "generation-technology", "technology", f"{facility.id}.technologies", where="WORLD", needed_for=needed_for, place=place, boundary="generation"
    )
    lifecycle = choices.pick_split(
        "generation-technology", "technology", f"{facility.id}.technologies", where="WORLD", needed_for=needed_for, place=place, boundary="lifecycle"
    )
    whole = generation["total"]
    named = {technology: figure for technology, figure in generation.items() if technology != "total"}
    other = derive(f"{facility.id}.mix.biomass", "Generation from biomass and other sources", other_generation, whole=whole, named=list(named.values()))
    return [
        (
            technology,
            derive(f"{facility.id}.share.{technology}", f"Share of {technology} in generation", technology_share, generation=figure, whole=whole),
            direct[technology],
            lifecycle[technology],
        )
        for technology, figure in {**named, "biomass": other}.items()
    ]


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
    return [Flow(".it", as_site, of_it), Flow(".overhead", used.overhead, of_overhead)]


def parts(
    activity: str,
    accelerators: Figure | None,
    host: Figure | None,
    it: Figure,
    overhead: Figure,
    generation: Figure | None,
) -> dict[str, Figure]:
    """Location-based emissions of accelerators, host and overhead, each by its share of the site's energy."""
    if generation is None:
        return {}
    energies = {"accelerators": accelerators, "host": host} if accelerators else {"it": it}
    as_site = {
        part: derive(
            f"{activity}.energy.{part}_at_site", f"{energy.name}, as part of the site's", it_part_of_site, energy=energy
        )
        for part, energy in energies.items()
        if energy is not None
    }
    return {
        f"operational.{part}": derive(
            f"{activity}.operational.{part}",
            f"Location-based emissions, {part}",
            location_based,
            energy=energy,
            factor=generation,
        )
        for part, energy in {**as_site, "overhead": overhead}.items()
    }


def post_stated(activity: str, stated: Figure, owned: str, control: str | None) -> Line:
    """The line of a workload whose operational emissions somebody else computed."""
    at, _ = of_electricity(owned, control)
    figure = derive(f"{activity}.operational", "Operational emissions as stated", operational_as_stated, stated=stated)
    return Line(activity, "operational", at.scope, at.category, at.iso, "location", "workload", figure, at.rule)


def post(activity: str, flow: Flow, factors: Grid, facility: Facility, choices: Choices) -> list[Line]:
    """The lines of one flow: location-based, market-based where there is a contract, upstream, losses."""
    at, suffix = flow.placement, flow.suffix

    def line(part: str, place: Placement, basis: Basis, figure: Figure) -> Line:
        return Line(activity, part, place.scope, place.category, place.iso, basis, "workload", figure, place.rule)

    if factors.generation is None:
        return []
    name = f"{activity}.operational{suffix}"
    located = derive(name, "Location-based emissions of electricity", location_based, energy=flow.energy, factor=factors.generation)
    lines = [line("operational", at, "location", located)]
    if market := _market(f"{name}.market", flow.energy, factors.generation, facility, choices):
        lines.append(line("operational", at, "market", market))
    beyond = UPSTREAM if at.scope == 2 else at
    if factors.upstream:
        figure = derive(f"{activity}.upstream{suffix}", "Upstream emissions of electricity", upstream_emissions, energy=flow.energy, factor=factors.upstream)
        lines.append(line("upstream", beyond, "both", figure))
    if factors.losses:
        figure = derive(f"{activity}.losses{suffix}", "Emissions of grid losses", loss_emissions, energy=flow.energy, factor=factors.losses)
        lines.append(line("losses", beyond, "both", figure))
    return lines


def _market(name: str, energy: Figure, generation: Figure, facility: Facility, choices: Choices) -> Figure | None:
    """Market-based emissions: contracts by their shares, the rest at the residual mix or the grid average."""
    if not facility.instruments and "residual_mix" not in facility.figures:
        return None
    parts = [
        derive(f"{name}.{instrument.name}", f"Market-based, {instrument.name}", market_based, energy=energy, share=instrument.figures["covers"], factor=instrument.figures["factor"])
        for instrument in facility.instruments
    ]
    shares = [instrument.figures["covers"] for instrument in facility.instruments]
    covered = sum(share.reason.value or 0 for share in shares if isinstance(share.reason, Given))
    if covered > 1:
        choices.report("over-claimed", facility.instruments[0].place, facility=facility.id, covered=f"{covered:.0%}")
    rest = facility.figures.get("residual_mix")
    if rest is None:
        rest = generation
        if covered < 1:
            choices.report("no-residual-mix", facility.place, facility=facility.id)
    if not shares:
        return derive(name, "Market-based emissions at the residual mix", market_based_uncovered, energy=energy, factor=rest)
    uncovered = derive(f"{name}.uncovered_share", "Share that no contract covers", uncovered_share, shares=shares)
    parts.append(derive(f"{name}.uncovered", "Market-based, not covered", market_based, energy=energy, share=uncovered, factor=rest))
    return derive(name, "Market-based emissions of electricity", market_total, parts=parts)
