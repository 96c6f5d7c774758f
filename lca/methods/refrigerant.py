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


def _weighed_as(activity: Activity, gas: str, choices: Choices) -> str:
    """The row of the potentials: methane by its origin, which decides what its carbon dioxide counts."""
    origin = activity.words.get("origin")
    if gas != "CH4":
        if gas == "CO2" and origin == "biogenic":
            choices.report("biogenic-co2", activity.places["origin"], facility=activity.facility)
        elif origin:
            reason = f"{gas} has one potential, whatever its origin"
            choices.report("no-effect", activity.places["origin"], key="origin", reason=reason)
        return gas
    if origin is None:
        rule = "The case does not say; methane is taken as fossil, whose potential is never the lower one."
        question = f"Origin of the methane released at {activity.facility}"
        details = {"place": activity.place, "assumed": True, "source": "ghgp-gwp-2024"}
        choices.decide(f"{activity.key}.origin", question, "fossil", rule, **details)
    return "CH4" if origin == "biogenic" else "CH4-fossil"


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The line of one release."""
    gas, mass = activity.words["gas"], activity.figures.get("released")
    if gas not in BY_GAS:
        place = activity.places.get("gas", activity.place)
        choices.report("unknown-gas", place, gas=gas, allowed=", ".join(BY_GAS))
        return []
    if mass is None:
        return []
    gwp = choices.gwp(_weighed_as(activity, gas, choices), activity.place)
    if gwp is None:
        return []
    escaped = Figure(mass.id, mass.name, f"kg{gas}", mass.reason)
    figure = derive(activity.key, f"{gas} released at {activity.facility}", BY_GAS[gas], mass=escaped, gwp=gwp)
    return [line(activity, "release", RELEASE, figure, gas)]
