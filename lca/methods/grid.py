"""The factors of a facility's electricity: generation, upstream, losses; declared, published or modelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lca.equation import equation, total
from lca.methods import Choices, When
from lca.methods.factor import GASES, UNWEIGHTED, WEIGHTED
from lca.model import Facility, Figure, Given, Grid, Place, derive
from lca.units import TWh, kgCO2e_per_kWh, ratio


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


@equation("f", "ghgp-scope2-2015#chapter 6", parts="f_part")
def factor_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """A factor of generation from its parts: gases, or technologies."""
    return total(*parts)


@equation("w", "ghgp-scope3-2011#category 3", parts="w_part")
def upstream_of_parts(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """An upstream factor from its parts, the technologies."""
    return total(*parts)


@equation("λ", "ghgp-scope3-2011#category 3", loss="L")
def losses_per_delivered(loss: ratio) -> ratio:
    """Losses per kilowatt-hour delivered, from the share of the injected electricity that is lost."""
    return loss / (1 - loss)


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
            choices.report(slug, place, facility=facility.id)
        if boundary != "generation" or not where:
            if upstream is None and losses is None and boundary != "lifecycle":
                what = "upstream emissions and grid losses"
                problem = "its `grid` factor is the case's own, and does not say what it holds"
                choices.report("upstream-not-quantified", place, facility=facility.id, what=what, problem=problem)
            return Grid(generation, upstream, _factor_of_losses(asked, losses, generation, upstream, choices))
    elif where:
        generation = _generation(asked, choices, f"{facility.key}.grid")
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
        upstream = published.get("upstream") or _upstream(asked, choices)
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
        found = _generation(asked, choices, f"{facility.key}.published_grid")
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


def _generation(asked: _Asked, choices: Choices, decision: str) -> Figure | None:
    """The generation factor: published for the place, by gas or as a sum, else from its generation mix."""
    id, question = f"{asked.key}.generation", f"Generation factor of {asked.where}"
    optional: dict[str, Any] = {"where": asked.where, "place": asked.place, "when": asked.when}
    optional |= {"needed_for": "", "optional": True}
    by_gas = choices.pick_split("grid", "gas", decision, **optional, boundary="generation", gas="|".join(GASES))
    if by_gas:
        parts = [_of_gas(id, gas, row, asked.place, choices) for gas, row in by_gas.items()]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        made = choices.once(id, lambda: derive(id, question, factor_of_parts, parts=known))
        choices.conclude(decision, question, made, "Published by gas.", asked.place, asked.when)
        return made
    published = choices.pick("grid", decision, question, **optional, boundary="generation", gas="")
    if published:
        return published
    mix = _mix(asked, choices, optional=False)
    if not mix:
        return None
    made = choices.once(
        id,
        lambda: derive(
            id,
            f"{question}, modelled from its mix",
            factor_of_parts,
            parts=[
                derive(
                    f"{id}.{technology}",
                    f"{technology.capitalize()} in the generation factor",
                    generation_part,
                    share=share,
                    direct=direct,
                )
                for technology, share, direct, _ in mix
            ],
        ),
    )
    choices.conclude(decision, question, made, MODELLED, asked.place, asked.when)
    return made


MODELLED = "No factor of generation alone is published for the place: it is modelled from the generation mix."


def _of_gas(name: str, gas: str, row: Figure, place: Place, choices: Choices) -> Figure | None:
    """One gas of a published factor, weighted by the potential of the case's set."""
    potential = choices.gwp("CH4-fossil" if gas == "CH4" else gas, place)
    if potential is None:
        return None
    weigh, unweigh = WEIGHTED[gas], UNWEIGHTED[gas]
    mass = row
    if row.unit == "kgCO2e/kWh_site":
        assert isinstance(row.reason, Given)
        published = choices.gwp(gas, place, under=row.reason.attributes["gwp_set"])
        if published is None:
            return None
        of_mass = f"{name}.{gas}.mass"
        mass = choices.once(
            of_mass, lambda: derive(of_mass, f"{gas} of generation", unweigh, factor=row, gwp=published)
        )
    id = f"{name}.{gas}"
    return choices.once(id, lambda: derive(id, f"{gas} of generation, as CO2e", weigh, mass_factor=mass, gwp=potential))


def _upstream(asked: _Asked, choices: Choices) -> Figure | None:
    """The upstream factor, from the generation mix and the technologies' life cycles."""
    mix = _mix(asked, choices, optional=True)
    if not mix:
        problem = f"no generation mix is published for {asked.where}"
        choices.report(
            "upstream-not-quantified",
            asked.place,
            facility=asked.facility.id,
            what="upstream emissions",
            problem=problem,
        )
        return None
    id, name = f"{asked.key}.upstream", f"Upstream factor of {asked.where}, modelled from its mix"
    return choices.once(
        id,
        lambda: derive(
            id,
            name,
            upstream_of_parts,
            parts=[
                derive(
                    f"{id}.{technology}",
                    f"{technology.capitalize()} in the upstream factor",
                    upstream_part,
                    share=share,
                    lifecycle=lifecycle,
                    direct=direct,
                )
                for technology, share, direct, lifecycle in mix
            ],
        ),
    )


def _mix(asked: _Asked, choices: Choices, *, optional: bool) -> list[tuple[str, Figure, Figure, Figure]]:
    """Technology, share of generation, direct and life-cycle factor; biomass stands for what is not named."""
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
        return []
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

    return [
        (technology, share(technology, figure), direct[technology], lifecycle[technology])
        for technology, figure in {**named, "biomass": rest}.items()
    ]
