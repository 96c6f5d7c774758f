"""The factors of a facility's electricity: generation, upstream, losses; declared, published or modelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lca.equation import Equation, equation, total
from lca.figure import Derived, Figure, Given, Place, derive, given, leaves
from lca.methods import Choices, When
from lca.methods.factor import GASES, UNWEIGHTED, WEIGHTED, losses_per_delivered
from lca.model import Facility, Grid
from lca.units import TWh, kgCO2e, kgCO2e_per_kWh, kWh_site, ratio


@equation("g", "ghgp-scope2-2015#chapter 6", generation="G", whole="G_tot")
def technology_share(generation: TWh, whole: TWh) -> ratio:
    """Share of one technology in a country's generation of a year."""
    return generation / whole


@equation("G_bio", "ember-2026-mix", whole="G_tot", named="G")
def other_generation(whole: TWh, *named: TWh) -> TWh:
    """Generation from biomass and other sources: what the named technologies leave of the whole."""
    return whole - total(*named)


@equation("f_part", "ghgp-scope2-2015#chapter 6", share="g", direct="d")
def generation_part(share: ratio, direct: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one technology adds to the factor of generation."""
    return share * direct


@equation("w_part", "ghgp-scope3-2011#category 3", share="g", lifecycle="l", direct="d")
def upstream_part(share: ratio, lifecycle: kgCO2e_per_kWh, direct: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one technology adds upstream: its life cycle without what leaves its stack."""
    return share * (lifecycle - direct)


@equation("l_part", "ghgp-scope3-2011#category 3", share="g", lifecycle="l")
def lifecycle_part(share: ratio, lifecycle: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one technology adds to the life-cycle factor of a mix."""
    return share * lifecycle


@equation("f", "ghgp-scope2-2015#chapter 6", published="F_life", direct="d", lifecycle="l")
def generation_of_lifecycle(
    published: kgCO2e_per_kWh, direct: kgCO2e_per_kWh, lifecycle: kgCO2e_per_kWh
) -> kgCO2e_per_kWh:
    """The part of a published life-cycle factor that leaves the stacks, in the proportion that the mix gives."""
    return published * direct / lifecycle


@equation("w", "ghgp-scope3-2011#category 3", published="F_life", generation="f")
def upstream_of_lifecycle(published: kgCO2e_per_kWh, generation: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """The rest of a published life-cycle factor: all that does not leave the stacks."""
    return published - generation


@equation("f", "ghgp-scope2-2015#chapter 6", parts="f_part")
def factor_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """A factor of generation from its parts: gases, or technologies."""
    return total(*parts)


@equation("w", "ghgp-scope3-2011#category 3", parts="w_part")
def upstream_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """An upstream factor from its parts, the technologies."""
    return total(*parts)


@equation("f_loss", "ghgp-scope3-2011#category 3", losses="λ", parts="f")
def factor_of_losses(losses: ratio, *parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """Generation, and upstream where it is known, of what is lost per kilowatt-hour delivered."""
    return losses * total(*parts)


@equation("λ", "ghgp-scope3-2011#category 3", lost="f_loss", generation="f")
def losses_behind(lost: kgCO2e_per_kWh, generation: kgCO2e_per_kWh) -> ratio:
    """Losses per kilowatt-hour delivered behind a published factor of losses: what was lost is what was generated."""
    return lost / generation


@equation("f_loss", "ghgp-scope3-2011#category 3", parts="f_loss")
def losses_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """A factor of losses from its parts: generation and upstream of what is lost."""
    return total(*parts)


@equation("C_hour", "ghgp-scope2-2015#chapter 6", energy="E_hour", factor="f_hour")
def hourly_part(energy: kWh_site, factor: kgCO2e_per_kWh) -> kgCO2e:
    """Emissions of the consumption of one hour, by the grid of that hour."""
    return energy * factor


@equation("f", "ghgp-scope2-2015#chapter 6", emissions="C_hour", energy="E_site")
def load_weighted(emissions: kgCO2e, energy: kWh_site) -> kgCO2e_per_kWh:
    """The mean of an hourly factor, each hour by what was consumed in it."""
    return emissions / energy


@dataclass(frozen=True)
class _Asked:
    """The electricity of a place at a time, and the facility that asks for it."""

    facility: Facility
    when: When
    key: str
    """What the ids of derived figures begin with: one for all facilities of the region and year."""

    @property
    def where(self) -> str:
        return self.facility.location or ""

    @property
    def place(self) -> Place:
        return self.facility.places.get("location", self.facility.place)


def factors(facility: Facility, choices: Choices, when: When = None) -> Grid:
    """The factors declared, or those of the data sets for the facility's location.

    A factor that the case declares without saying that it is one of generation stands alone: nothing
    from the data sets is added to it, since it may hold its upstream already. What is published or modelled
    belongs to the region and the year: facilities that share them share its figures.
    """
    stated = facility.figures
    asked = _Asked(facility, when, f"grid.{choices.scope(facility.location or '', when)}")
    where, place = asked.where, facility.places.get("grid", facility.place)
    upstream, losses = stated.get("upstream"), stated.get("losses")
    if generation := stated.get("grid"):
        assert isinstance(generation.reason, Given)
        boundary = generation.reason.attributes.get("boundary")
        if boundary == "lifecycle":
            slug = "lifecycle-with-upstream" if upstream else "lifecycle-in-scope-2"
            choices.report(slug, place, facility=facility.id, what="`grid` factor", added="upstream")
        if boundary != "generation" or not where:
            if upstream is None and losses is None and boundary != "lifecycle":
                what = "upstream emissions and grid losses"
                problem = "its `grid` factor is the case's own, and does not say what it holds"
                choices.report("upstream-not-quantified", place, facility=facility.id, what=what, problem=problem)
            return Grid(generation, upstream, _factor_of_losses(asked, losses, generation, upstream, choices))
    elif where:
        generation = _published(asked, where, f"{facility.key}.grid", choices) or _modelled(asked, choices)
    else:
        choices.report("no-location", facility.place, facility=facility.id)
    if generation is None:
        return Grid(None, None, None)
    published = choices.pick_split(
        "grid",
        "boundary",
        f"{facility.key}.beyond",
        where=where,
        needed_for="",
        optional=True,
        place=place,
        when=when,
        boundary="upstream|losses|upstream-losses",
    )
    own = upstream is not None or "grid" in stated
    if upstream is None:
        upstream = published.get("upstream") or _upstream(asked, generation, choices)
    if losses is None and "losses" in published and not own:
        lost = [published[name] for name in ("losses", "upstream-losses") if name in published]
        id, name = f"{asked.key}.loss_factor", "Factor of grid losses"
        return Grid(generation, upstream, choices.once(id, lambda: derive(id, name, losses_of_parts, parts=lost)))
    if losses is None and "losses" in published:
        return Grid(generation, upstream, _losses_of_own(asked, published["losses"], generation, upstream, choices))
    if losses is None:
        losses = choices.pick(
            "losses",
            f"{facility.key}.losses",
            "Electricity lost in the grid, share of what is injected",
            where=where,
            needed_for=f"the grid losses of {facility.id}",
            place=place,
            when=when,
            optional=True,
        )
    return Grid(generation, upstream, _factor_of_losses(asked, losses, generation, upstream, choices))


def _losses_of_own(
    asked: _Asked, lost: Figure, generation: Figure, upstream: Figure | None, choices: Choices
) -> Figure | None:
    """Losses where generation or upstream is the case's own: the published share of losses, at the case's factors."""
    facility, published = asked.facility, generation
    if "grid" in facility.figures:
        found = _published(asked, asked.where, f"{facility.key}.published_grid", choices)
        if found is None:
            return None
        published = found
    id, name = f"{asked.key}.losses_behind", "Grid losses per kilowatt-hour delivered, behind their published factor"
    share = choices.once(id, lambda: derive(id, name, losses_behind, lost=lost, generation=published))
    parts = [generation, upstream] if upstream else [generation]
    return derive(f"{facility.key}.loss_factor", "Factor of grid losses", factor_of_losses, losses=share, parts=parts)


def _factor_of_losses(
    asked: _Asked, losses: Figure | None, generation: Figure, upstream: Figure | None, choices: Choices
) -> Figure | None:
    if losses is None:
        return None
    facility, given = asked.facility, losses.reason
    declared = facility.figures.values()
    basis = given.attributes.get("basis") if isinstance(given, Given) else None
    if basis is None and isinstance(given, Given):
        choices.report("losses-basis", given.place, facility=facility.id)
    share = losses
    if basis != "delivered":
        key = facility.key if losses in declared else asked.key
        id, name = f"{key}.losses_per_delivered", "Grid losses per kilowatt-hour delivered"
        share = choices.once(id, lambda: derive(id, name, losses_per_delivered, loss=losses))
    parts = [generation, upstream] if upstream else [generation]
    key = facility.key if any(figure in declared for figure in (losses, *parts)) else asked.key
    whole, words = f"{key}.loss_factor", "Factor of grid losses"
    return choices.once(whole, lambda: derive(whole, words, factor_of_losses, losses=share, parts=parts))


def _published(asked: _Asked, where: str, decision: str, choices: Choices) -> Figure | None:
    """The generation factor that is published for a place: by gas, or as a sum."""
    id, question = f"grid.{choices.scope(where, asked.when)}.generation", f"Generation factor of {where}"
    about: dict[str, Any] = {"where": where, "place": asked.place, "when": asked.when, "boundary": "generation"}
    about |= {"needed_for": "", "optional": True}
    by_gas = choices.pick_split("grid", "gas", decision, **about, gas="|".join(GASES))
    if not by_gas:
        return choices.pick("grid", decision, question, **about, gas="")
    parts = [_of_gas(id, gas, row, asked.place, choices) for gas, row in by_gas.items()]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    made = choices.once(id, lambda: derive(id, question, factor_of_parts, parts=known))
    choices.conclude(decision, question, made, "Published by gas.", asked.place, asked.when)
    return made


def _of_gas(name: str, gas: str, row: Figure, place: Place, choices: Choices) -> Figure | None:
    """One gas of a published factor, weighted by the potential of the case's set."""
    potential = choices.gwp(gas, place)
    if potential is None:
        return None
    mass = row
    if row.unit == "kgCO2e/kWh_site":
        published = choices.gwp(gas, place, under=given(row).attributes["gwp_set"])
        if published is None:
            return None
        of_mass, words = f"{name}.{gas}.mass", f"{gas} of generation"
        mass = choices.once(of_mass, lambda: derive(of_mass, words, UNWEIGHTED[gas], factor=row, gwp=published))
    id, of_gas = f"{name}.{gas}", f"{gas} of generation, as CO2e"
    return choices.once(id, lambda: derive(id, of_gas, WEIGHTED[gas], mass_factor=mass, gwp=potential))


def _modelled(asked: _Asked, choices: Choices) -> Figure | None:
    """The generation factor where none is published: the stacks' part of the published life-cycle factor.

    Its proportion is that of the generation mix. Where no life cycle is published for the year of the mix, the mix
    alone gives the factor, and the reader is told.
    """
    mix = _mix(asked, choices, optional=False)
    if not mix:
        return None
    where, facility, id = asked.where, asked.facility, f"{asked.key}.generation"
    year, lifecycle = mix.year, _lifecycle(asked, mix.year, choices)
    if lifecycle is None:
        choices.report("lifecycle-not-published", asked.place, facility=facility.id, where=mix.region, year=year)
        name, rule = f"Generation factor of {where}, modelled from its mix", "modelled from the generation mix"
        made = choices.once(
            id, lambda: derive(id, name, factor_of_parts, parts=_parts(mix, id, "generation", generation_part))
        )
    else:
        rule = "modelled: the stacks' part of the published life-cycle factor"
        choices.decide(
            f"{facility.key}.split",
            f"Generation and upstream of the electricity of {where}",
            f"the life-cycle factor of {mix.region} {year}, split by its mix",
            f"The data sets hold no generation factor for {where}. The published life-cycle factor is split in the "
            f"proportion of direct to life-cycle emissions of its mix of {year}, by the world's factor of each "
            f"technology. {ERROR_OF_SPLIT}",
            place=asked.place,
        )
        made = _split(asked, mix, lifecycle, id, choices)
    question, none = f"Generation factor of {where}", f"The data sets hold none for {where}; it is {rule}."
    choices.conclude(f"{facility.key}.grid", question, made, none, asked.place, asked.when)
    return made


SPLIT_LOW = "11 to 19 %"
"""How much less the split gives than the national factor, where there is one; a test works it out again."""
ERROR_OF_SPLIT = (
    f"For the United States and the United Kingdom, which publish both, such a split puts {SPLIT_LOW} less into "
    "generation than the national factor, and as much more upstream."
)


def _split(asked: _Asked, mix: Mix, lifecycle: Figure, id: str, choices: Choices) -> Figure:
    """The stacks' part of a life-cycle factor."""
    place, of_direct, of_whole = mix.region, f"{asked.key}.mix.direct", f"{asked.key}.mix.lifecycle"
    direct = choices.once(
        of_direct,
        lambda: derive(
            of_direct,
            f"Direct factor of the mix of {place}",
            factor_of_parts,
            parts=_parts(mix, of_direct, "generation", generation_part),
        ),
    )
    whole = choices.once(
        of_whole,
        lambda: derive(
            of_whole,
            f"Life-cycle factor of the mix of {place}, by its technologies",
            factor_of_parts,
            parts=_parts(mix, of_whole, "life-cycle", lifecycle_part),
        ),
    )
    words = f"Generation factor of {place}, modelled: its part of the published life-cycle factor"
    return choices.once(
        id,
        lambda: derive(id, words, generation_of_lifecycle, published=lifecycle, direct=direct, lifecycle=whole),
    )


def _lifecycle(asked: _Asked, year: str, choices: Choices) -> Figure | None:
    """The life-cycle factor published for a year; one that was rounded to nothing is none."""
    found = choices.pick(
        "grid",
        f"{asked.facility.key}.lifecycle.{year}",
        f"Life-cycle factor of electricity, {asked.where}",
        where=asked.where,
        needed_for="",
        place=asked.place,
        when=asked.when,
        optional=True,
        of_year=year,
        boundary="lifecycle",
    )
    return found if found and given(found).value else None


def _upstream(asked: _Asked, generation: Figure, choices: Choices) -> Figure | None:
    """The upstream factor: what a published life-cycle factor holds beside the generation of its country and year."""
    where = asked.where
    key = asked.facility.key if "grid" in asked.facility.figures else asked.key
    id, words = f"{key}.upstream", f"Upstream factor of {where}: the rest of the published life-cycle factor"

    def rest(published: Figure, of_country: Figure) -> Figure:
        make = upstream_of_lifecycle
        return choices.once(id, lambda: derive(id, words, make, published=published, generation=of_country))

    if isinstance(generation.reason, Derived) and generation.reason.equation is generation_of_lifecycle:
        (lifecycle,) = generation.reason.inputs["published"]
        return rest(lifecycle, generation)
    if national := _national(asked, generation, choices):
        return rest(*national)
    mix = _mix(asked, choices, optional=True)
    if not mix:
        problem = f"no generation mix is published for {where}"
        choices.report(
            "upstream-not-quantified",
            asked.place,
            facility=asked.facility.id,
            what="upstream emissions",
            problem=problem,
        )
        return None
    if published := _lifecycle(asked, mix.year, choices):
        return rest(published, _split(asked, mix, published, f"{asked.key}.mix.generation", choices))
    name = f"Upstream factor of {where}, modelled from its mix"
    return choices.once(
        id, lambda: derive(id, name, upstream_of_parts, parts=_parts(mix, id, "upstream", upstream_part))
    )


def _national(asked: _Asked, generation: Figure, choices: Choices) -> tuple[Figure, Figure] | None:
    """The life cycle published for the country and year of a published generation factor, and that of the country.

    Of a part of a country (an eGRID subregion) the upstream factor is the country's. None where either is missing,
    or where two publishers disagree so far that a life cycle would hold less than its generation.
    """
    row = next((leaf for leaf in leaves([generation]) if _is_of_a_grid(given(leaf))), None)
    if row is None:
        return None
    year = given(row).attributes["year"]
    lifecycle = _lifecycle(asked, year, choices)
    if lifecycle is None:
        return None
    country, of_country = given(lifecycle).attributes["region"], generation
    if country != given(row).attributes["region"]:
        found = _published(asked, country, f"{asked.facility.key}.grid_of_{country}", choices)
        if not found or any(given(leaf).attributes.get("year", year) != year for leaf in leaves([found])):
            return None
        of_country = found
    return (lifecycle, of_country) if _number(of_country) < _number(lifecycle) else None


def _is_of_a_grid(given: Given) -> bool:
    """Whether a leaf is a published factor of a grid and a year, not one of a technology or of the case."""
    return {"boundary", "year"} <= set(given.attributes) and "technology" not in given.attributes


def _number(figure: Figure) -> float:
    """The number of a figure of which nothing is missing, where a choice depends on it."""
    if isinstance(figure.reason, Given):
        return figure.reason.value or 0.0
    return float(figure.reason.equation(*(_number(below) for below in figure.inputs)))


@dataclass(frozen=True)
class Mix:
    """The technologies of a country's generation in a year: share, direct and life-cycle factor of each."""

    region: str
    year: str
    technologies: Mapping[str, Mapping[str, Figure]]


def _parts(mix: Mix, id: str, words: str, equation: Equation) -> list[Figure]:
    """What each technology adds to a factor."""
    return [
        derive(
            f"{id}.{technology}",
            f"{technology.capitalize()} in the {words} factor",
            equation,
            **{key: figures[key] for key in equation.parameters},
        )
        for technology, figures in mix.technologies.items()
    ]


def _mix(asked: _Asked, choices: Choices, *, optional: bool) -> Mix | None:
    """The mix of the facility's country; biomass stands for what is not named."""
    facility = asked.facility
    common: dict[str, Any] = {
        "needed_for": f"the generation factor of {facility.id}",
        "place": asked.place,
        "when": asked.when,
    }
    generation = choices.pick_split(
        "generation-mix", "technology", f"{facility.key}.mix", where=asked.where, optional=optional, **common
    )
    if not generation:
        return None
    direct, lifecycle = (
        choices.pick_split(
            "generation-technology",
            "technology",
            f"{facility.key}.technologies",
            where="WORLD",
            boundary=boundary,
            **common,
        )
        for boundary in ("generation", "lifecycle")
    )
    whole = generation["total"]
    named = {technology: figure for technology, figure in generation.items() if technology != "total"}
    id, name = f"{asked.key}.mix.biomass", "Generation from biomass and other sources"
    rest = choices.once(id, lambda: derive(id, name, other_generation, whole=whole, named=list(named.values())))

    def share(technology: str, figure: Figure) -> Figure:
        id, name = f"{asked.key}.share.{technology}", f"Share of {technology} in generation"
        return choices.once(id, lambda: derive(id, name, technology_share, generation=figure, whole=whole))

    technologies = {
        technology: {
            "share": share(technology, figure),
            "direct": direct[technology],
            "lifecycle": lifecycle[technology],
        }
        for technology, figure in {**named, "biomass": rest}.items()
    }
    attributes = given(whole).attributes
    return Mix(attributes["region"], attributes["year"], technologies)
