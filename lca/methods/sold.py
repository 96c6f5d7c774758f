"""Products that were sold: what others do to them, what they draw in use, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from lca.equation import equation
from lca.figure import Figure, derive
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import activity_emissions, line, whole
from lca.model import Activity
from lca.placement import SOLD
from lca.units import devices, kgCO2e, kgCO2e_per_device, kWh_site

kilograms = Annotated[float, "kg"]
kg_per_device = Annotated[float, "kg/device"]
kWh_per_device = Annotated[float, "kWh_site/device"]


@equation("C_proc", "ghgp-scope3-2011#category 10", count="n", processing="C_1")
def processed(count: devices, processing: kgCO2e_per_device) -> kgCO2e:
    """Emissions of those who build sold products into something."""
    return count * processing


@equation("E_life", "ghgp-scope3-2011#category 11", count="n", energy="E_1")
def lifetime_energy(count: devices, energy: kWh_per_device) -> kWh_site:
    """Electricity that sold products draw over their whole life."""
    return count * energy


@equation("m_sold", "ghgp-scope3-2011#category 12", count="n", mass="m_1")
def mass_sold(count: devices, mass: kg_per_device) -> kilograms:
    """Mass of the products that were sold."""
    return count * mass


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of a product that was sold, of whichever of its stages the case tells of."""
    lines = list(_stages(activity, choices))
    if not {"processing", "energy", "mass"} & set(activity.figures):
        needed = "energy`, `mass` or `processing"
        choices.report("needs", activity.place, key=activity.title, needed=needed)
    return lines


def _stages(activity: Activity, choices: Choices) -> Iterator[Line]:
    count, key, title, given = activity.figures["count"], activity.key, activity.title, activity.figures
    if each := given.get("processing"):
        figure = derive(f"{key}.processed", f"{title}, processing", processed, count=count, processing=each)
        yield line(activity, "processing", SOLD["processing"], figure)
    if (energy := given.get("energy")) and (grid := given.get("grid")):
        drawn = derive(f"{key}.drawn", f"{title}, electricity in use", lifetime_energy, count=count, energy=energy)
        figure = derive(f"{key}.use", f"{title}, use", activity_emissions, amount=drawn, factor=grid)
        yield line(activity, "use", SOLD["use"], figure)
    if each := given.get("mass"):
        mass = derive(f"{key}.mass_sold", f"{title}, mass", mass_sold, count=count, mass=each)
        if treatment := given.get("end_of_life") or _treatment(activity, mass, choices):
            id = f"{key}.treated"
            figure = derive(id, f"{title}, end of life", activity_emissions, amount=mass, factor=treatment)
            yield line(activity, "end_of_life", SOLD["end_of_life"], figure)


def _treatment(activity: Activity, mass: Figure, choices: Choices) -> Figure | None:
    """The published factor of the treatment that the case names."""
    waste = activity.words.get("waste")
    if waste is None:
        choices.report(
            "needs", activity.places.get("mass", activity.place), key="mass", needed="end_of_life` or `waste"
        )
        return None
    place, needed_for = activity.places.get("waste", activity.place), activity.title
    rows = choices.per_amount(
        "waste", waste, mass.unit, "treatment", where=activity.region, place=place, needed_for=needed_for
    )
    return whole(rows, choices, activity, f"{waste}, treatment") if rows else None
