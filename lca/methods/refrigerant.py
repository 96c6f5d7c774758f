"""Gases that escape: mass × global warming potential, each gas apart."""

from __future__ import annotations

from typing import Annotated, Any

from lca.equation import Equation, equation
from lca.methods import Choices
from lca.model import Facility, Figure, Line, Release, derive
from lca.placement import RELEASE
from lca.units import kgCO2e


def _release(gas: str) -> Equation:
    def released(mass: Any, gwp: Any) -> Any:
        """Mass of a gas that escaped, weighted by its global warming potential."""
        return mass * gwp

    released.__annotations__ = {
        "mass": Annotated[float, f"kg{gas}"],
        "gwp": Annotated[float, f"kgCO2e/kg{gas}"],
        "return": kgCO2e,
    }
    released.__name__ = f"released_{gas}"
    return equation("C_rel", "ghgp-corporate-2004#chapter 6", mass=f"m_{gas}", gwp=f"GWP_{gas}")(released)


BY_GAS = {gas: _release(gas) for gas in ("CO2", "CH4", "N2O", "SF6", "NF3")}


def _weighed_as(release: Release, id: str, facility: Facility, choices: Choices) -> str:
    """The row of the potentials: methane by its origin, which decides what its carbon dioxide counts."""
    if release.gas != "CH4":
        if release.gas == "CO2" and release.origin == "biogenic":
            choices.report("biogenic-co2", release.place, facility=facility.id)
        elif release.origin:
            reason = f"{release.gas} has one potential, whatever its origin"
            choices.report("no-effect", release.place, key="origin", reason=reason)
        return release.gas
    if release.origin is None:
        rule = "The case does not say; methane is taken as fossil, whose potential is never the lower one."
        source = "ghgp-gwp-2024"
        question = f"Origin of the methane released at {facility.id}"
        choices.decide(f"{id}.origin", question, "fossil", rule, place=release.place, assumed=True, source=source)
    return "CH4" if release.origin == "biogenic" else "CH4-fossil"


def post(facility: Facility, choices: Choices) -> list[Line]:
    """One line per release."""
    lines = []
    for position, release in enumerate(facility.releases, start=1):
        id = f"{facility.key}.release.{position}"
        gwp = choices.gwp(_weighed_as(release, id, facility, choices), release.place)
        if gwp is None:
            continue
        figure: Figure = derive(
            id, f"{release.gas} released at {facility.id}", BY_GAS[release.gas], mass=release.mass, gwp=gwp
        )
        lines.append(
            Line(
                facility.id,
                "release",
                RELEASE.scope,
                RELEASE.category,
                RELEASE.iso,
                "both",
                "inventory",
                figure,
                RELEASE.rule,
            )
        )
    return lines
