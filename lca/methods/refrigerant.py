"""Gases that escape: mass × global warming potential, each gas apart."""

from __future__ import annotations

from typing import Annotated, Any

from lca.equation import Equation, equation, total
from lca.methods import Choices
from lca.model import Facility, Figure, Line, derive
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


@equation("C_rel", "ghgp-corporate-2004#chapter 6", parts="C_rel")
def releases_total(*parts: kgCO2e) -> kgCO2e:
    """All gases that escaped."""
    return total(*parts)


def post(facility: Facility, choices: Choices) -> list[Line]:
    """One line per release."""
    lines = []
    for position, release in enumerate(facility.releases, start=1):
        gwp = choices.gwp("CH4-fossil" if release.gas == "CH4" else release.gas, release.place)
        if gwp is None:
            continue
        id = f"{facility.key}.release.{position}"
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
