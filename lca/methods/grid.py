"""The factors of a facility's electricity: generation, upstream, losses; declared, published or modelled."""

from __future__ import annotations

from lca.equation import equation, total
from lca.methods import Choices
from lca.methods.factor import GASES, UNWEIGHTED, WEIGHTED
from lca.model import Facility, Figure, Given, Grid, derive
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


def factors(facility: Facility, choices: Choices) -> Grid:
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
                what = "upstream emissions and grid losses"
                problem = "its `grid` factor is the case's own, and does not say what it holds"
                choices.report("upstream-not-quantified", place, facility=facility.id, what=what, problem=problem)
            return Grid(generation, upstream, _factor_of_losses(facility, losses, generation, upstream, choices))
    elif where:
        generation = _generation(facility, choices, f"{facility.key}.grid")
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
        boundary="upstream|losses|upstream-losses",
    )
    own = upstream is not None or "grid" in stated
    if upstream is None:
        upstream = published.get("upstream") or _upstream(facility, choices)
    if losses is None and "losses" in published and not own:
        lost = [published[name] for name in ("losses", "upstream-losses") if name in published]
        id, name = f"{facility.key}.loss_factor", "Factor of grid losses"
        return Grid(generation, upstream, derive(id, name, losses_of_parts, parts=lost))
    if losses is None and "losses" in published:
        return Grid(generation, upstream, _losses_of_own(facility, published["losses"], generation, upstream, choices))
    if losses is None:
        losses = choices.pick(
            "losses",
            f"{facility.key}.losses",
            "Electricity lost in the grid, share of what is injected",
            where=where,
            needed_for=f"the grid losses of {facility.id}",
            place=place,
            optional=True,
        )
    return Grid(generation, upstream, _factor_of_losses(facility, losses, generation, upstream, choices))


def _losses_of_own(
    facility: Facility, lost: Figure, generation: Figure, upstream: Figure | None, choices: Choices
) -> Figure | None:
    """Losses where generation or upstream is the case's own: the published share of losses, at the case's factors."""
    published: Figure | None = generation
    if "grid" in facility.figures:
        published = _generation(facility, choices, f"{facility.key}.published_grid")
    if published is None:
        return None
    name = "Grid losses per kilowatt-hour delivered, behind their published factor"
    share = derive(f"{facility.key}.losses_behind", name, losses_behind, lost=lost, generation=published)
    parts = [generation, upstream] if upstream else [generation]
    return derive(f"{facility.key}.loss_factor", "Factor of grid losses", factor_of_losses, losses=share, parts=parts)


def _factor_of_losses(
    facility: Facility, losses: Figure | None, generation: Figure, upstream: Figure | None, choices: Choices
) -> Figure | None:
    if losses is None:
        return None
    basis = losses.reason.attributes.get("basis") if isinstance(losses.reason, Given) else None
    if basis is None and isinstance(losses.reason, Given):
        choices.report("losses-basis", losses.reason.place, facility=facility.id)
    if basis != "delivered":
        losses = derive(
            f"{facility.key}.losses_per_delivered",
            "Grid losses per kilowatt-hour delivered",
            losses_per_delivered,
            loss=losses,
        )
    parts = [generation, upstream] if upstream else [generation]
    return derive(f"{facility.key}.loss_factor", "Factor of grid losses", factor_of_losses, losses=losses, parts=parts)


def _generation(facility: Facility, choices: Choices, name: str) -> Figure | None:
    """The generation factor: published for the place, by gas or as a sum, else from its generation mix."""
    place = facility.places.get("location", facility.place)
    where = facility.location or ""
    by_gas = choices.pick_split(
        "grid",
        "gas",
        name,
        where=where,
        needed_for="",
        optional=True,
        place=place,
        boundary="generation",
        gas="|".join(GASES),
    )
    if by_gas:
        parts = []
        for gas, row in by_gas.items():
            potential = choices.gwp("CH4-fossil" if gas == "CH4" else gas, place)
            if potential is None:
                return None
            mass = row
            if row.unit == "kgCO2e/kWh_site":
                assert isinstance(row.reason, Given)
                published = choices.gwp(gas, place, under=row.reason.attributes["gwp_set"])
                if published is None:
                    return None
                mass = derive(f"{name}.{gas}.mass", f"{gas} of generation", UNWEIGHTED[gas], factor=row, gwp=published)
            parts.append(
                derive(f"{name}.{gas}", f"{gas} of generation, as CO2e", WEIGHTED[gas], mass_factor=mass, gwp=potential)
            )
        return derive(name, f"Generation factor of {where}", factor_of_parts, parts=parts)
    question = f"Generation factor of {where}"
    published = choices.pick(
        "grid", name, question, where=where, needed_for="", optional=True, place=place, boundary="generation", gas=""
    )
    if published:
        return published
    mix = _mix(facility, choices, optional=False)
    if not mix:
        return None
    parts = [
        derive(
            f"{name}.{technology}",
            f"{technology.capitalize()} in the generation factor",
            generation_part,
            share=share,
            direct=direct,
        )
        for technology, share, direct, _ in mix
    ]
    return derive(name, f"Generation factor of {where}, modelled from its mix", factor_of_parts, parts=parts)


def _upstream(facility: Facility, choices: Choices) -> Figure | None:
    """The upstream factor, from the generation mix and the technologies' life cycles."""
    mix = _mix(facility, choices, optional=True)
    if not mix:
        problem = f"no generation mix is published for {facility.location}"
        place = facility.places.get("location", facility.place)
        choices.report(
            "upstream-not-quantified", place, facility=facility.id, what="upstream emissions", problem=problem
        )
        return None
    name = f"{facility.key}.upstream"
    parts = [
        derive(
            f"{name}.{technology}",
            f"{technology.capitalize()} in the upstream factor",
            upstream_part,
            share=share,
            lifecycle=lifecycle,
            direct=direct,
        )
        for technology, share, direct, lifecycle in mix
    ]
    return derive(
        name, f"Upstream factor of {facility.location}, modelled from its mix", upstream_of_parts, parts=parts
    )


def _mix(facility: Facility, choices: Choices, *, optional: bool) -> list[tuple[str, Figure, Figure, Figure]]:
    """Technology, share of generation, direct and life-cycle factor; biomass stands for what is not named."""
    where, place = facility.location or "", facility.places.get("location", facility.place)
    needed_for = f"the generation factor of {facility.id}"
    generation = choices.pick_split(
        "generation-mix",
        "technology",
        f"{facility.key}.mix",
        where=where,
        needed_for=needed_for,
        place=place,
        optional=optional,
    )
    if not generation:
        return []
    direct, lifecycle = (
        choices.pick_split(
            "generation-technology",
            "technology",
            f"{facility.key}.technologies",
            where="WORLD",
            needed_for=needed_for,
            place=place,
            boundary=boundary,
        )
        for boundary in ("generation", "lifecycle")
    )
    whole = generation["total"]
    named = {technology: figure for technology, figure in generation.items() if technology != "total"}
    id, name = f"{facility.key}.mix.biomass", "Generation from biomass and other sources"
    rest = choices.once(id, lambda: derive(id, name, other_generation, whole=whole, named=list(named.values())))

    def share(technology: str, figure: Figure) -> Figure:
        id, name = f"{facility.key}.share.{technology}", f"Share of {technology} in generation"
        return choices.once(id, lambda: derive(id, name, technology_share, generation=figure, whole=whole))

    return [
        (technology, share(technology, figure), direct[technology], lifecycle[technology])
        for technology, figure in {**named, "biomass": rest}.items()
    ]
