"""Gases that escape: mass × global warming potential, each gas apart."""

from __future__ import annotations

from typing import Annotated, Any

from lca.equation import Equation, equation
from lca.methods import Choices
from lca.methods.factor import line
from lca.model import Activity, Figure, Line, derive
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


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The line of one release."""
    gas, mass = activity.words["gas"], activity.figures.get("released")
    if gas not in BY_GAS:
        place = activity.places.get("gas", activity.place)
        choices.report("unknown-gas", place, gas=gas, allowed=", ".join(BY_GAS))
        return []
    if mass is None:
        return []
    gwp = choices.gwp(
        "CH4-fossil" if gas == "CH4" and activity.words.get("origin") != "biogenic" else gas, activity.place
    )
    if gwp is None:
        return []
    escaped = Figure(mass.id, mass.name, f"kg{gas}", mass.reason)
    figure = derive(activity.key, f"{gas} released at {activity.facility}", BY_GAS[gas], mass=escaped, gwp=gwp)
    return [line(activity, "release", RELEASE, figure, gas)]
