"""Gases that escape: how much did, of a blend each component, mass × global warming potential, each group apart.

What escaped is stated, or follows from the mass balance of the stock, or is screened from charge and leakage.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from lca.equation import Equation, counted, equation, total
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import line
from lca.model import Activity
from lca.placement import OUTSIDE_THE_SEVEN, of_activity
from lca.units import hours, kgCO2e, ratio

kilograms = Annotated[float, "kg"]
per_hour = Annotated[float, "1/h"]

CHAPTER = "ghgp-corporate-2004#chapter 6"


@equation("m_in", CHAPTER, parts="m_in")
def gas_received(*parts: kilograms) -> kilograms:
    """Gas that there was: in store at the start, and purchased."""
    return total(*parts)


@equation("m_left", CHAPTER, parts="m_left")
def gas_accounted_for(*parts: kilograms) -> kilograms:
    """Gas that is still there, or that went where it was meant to: in store, returned, in new equipment."""
    return total(*parts)


@equation("m", CHAPTER, received="m_in", left="m_left")
def released_by_balance(received: kilograms, left: kilograms) -> kilograms:
    """Gas that escaped: what there was and is not accounted for."""
    return received - left


@equation("m", "ipcc-2006-v2#chapter 2", charge="m_charge", rate="r", duration="t")
def released_by_leakage(charge: kilograms, rate: per_hour, duration: hours) -> kilograms:
    """Gas that escaped, as a screening estimate: installed charge times leakage times time in service."""
    return charge * rate * duration


@equation("m", CHAPTER, mass="m_blend", share="w")
def component_of_blend(mass: kilograms, share: ratio) -> kilograms:
    """Mass of one gas in a blend, by its share of the mass."""
    return mass * share


SEVEN = ("CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3")
"""The gases, and groups of gases, that an inventory tells apart."""
OUTSIDE = ("Montreal", "Other")
"""Those that stand in no scope: of the Montreal Protocol, and others of which neither protocol speaks."""


def _release(group: str) -> Equation:
    def released(mass: Any, gwp: Any) -> Any:
        """Mass of a gas that escaped, weighted by its global warming potential."""
        return counted(mass, f"kg{group}") * gwp

    released.__annotations__ = {
        "mass": kilograms,
        "gwp": Annotated[float, f"kgCO2e/kg{group}"],
        "return": kgCO2e,
    }
    released.__name__ = f"released_{group}"
    return equation("C_rel", CHAPTER, mass="m", gwp="GWP")(released)


def _mass_of(group: str) -> Equation:
    def mass(*parts: Any) -> Any:
        """Mass of a gas, or of a group of gases, from all that burns and all that leaks."""
        return total(*(counted(part, f"kg{group}") for part in parts))

    mass.__annotations__ = {"parts": Annotated[float, f"kg | kg{group}"], "return": Annotated[float, f"kg{group}"]}
    mass.__name__ = f"mass_{group}"
    return equation(f"m_{group}", CHAPTER, parts="m")(mass)


MASS_OF = {group: _mass_of(group) for group in SEVEN}
BY_GROUP = {group: _release(group) for group in (*SEVEN, *OUTSIDE)}


# --- posting

RECEIVED = ("stock_start", "purchased")
ACCOUNTED_FOR = ("stock_end", "returned", "capacity_change")
WAYS: Mapping[str, tuple[str, ...]] = {
    "released": ("released",),
    "mass balance": (*RECEIVED, *ACCOUNTED_FOR),
    "screening": ("charge", "leak_rate"),
}
"""How the mass that escaped can be told, and the fields that tell it."""


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of one release: one for each gas of a blend."""
    parts = choices.gases(activity.words["gas"], activity.places.get("gas", activity.place))
    mass = _mass(activity, choices) if parts else None
    if mass is None:
        return []
    lines: list[Line] = []
    for gas, share in parts.items():
        gwp = choices.gwp(_weighed_as(activity, gas, choices), activity.place)
        if gwp is None:
            continue
        key = f"{activity.key}.{gas}" if len(parts) > 1 else activity.key
        of_gas = mass
        if share is not None:
            of_gas = derive(f"{key}.mass", f"{gas} in {activity.title}", component_of_blend, mass=mass, share=share)
        group = gwp.unit.partition("/kg")[2]
        name = f"{gas} released" + (f" at {activity.facility}" if activity.facility else f", {activity.title}")
        figure = derive(key, name, BY_GROUP[group], mass=of_gas, gwp=gwp)
        at = of_activity("refrigerants", activity.words)
        if group in OUTSIDE:
            place = activity.places.get("gas", activity.place)
            choices.report("gas-outside-the-seven", place, gas=gas, name=activity.title)
            at = OUTSIDE_THE_SEVEN
        lines.append(line(activity, "release", at, figure, group))
    return lines


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


def _mass(activity: Activity, choices: Choices) -> Figure | None:
    """The mass that escaped, in the one way in which the case tells it; None, with a finding, else."""
    given = {way: [key for key in keys if key in activity.figures] for way, keys in WAYS.items()}
    told = [way for way, keys in given.items() if keys]
    if len(told) > 1:
        ways = ", ".join(key for keys in given.values() for key in keys)
        choices.report("two-ways", activity.places[given[told[1]][0]], ways=ways)
        return None
    if not told:
        choices.report("amount-missing", activity.place, name=activity.title)
        return None
    if told == ["released"]:
        return activity.figures["released"]
    return _balance(activity, choices) if told == ["mass balance"] else _screened(activity, choices)


def _balance(activity: Activity, choices: Choices) -> Figure | None:
    key, name = activity.key, activity.title
    if not _complete(activity, ("stock_start", "stock_end"), choices):
        return None
    absent = [field for field in ("purchased", "returned", "capacity_change") if field not in activity.figures]
    if absent:
        choices.decide(
            f"{key}.balance",
            f"Mass balance of {name}",
            f"none for {', '.join(absent)}",
            "The case does not state them.",
            place=activity.place,
            assumed=True,
            source="ghgp-corporate-2004",
        )
    received, left = (
        [activity.figures[field] for field in fields if field in activity.figures]
        for fields in (RECEIVED, ACCOUNTED_FOR)
    )
    return derive(
        f"{key}.released",
        f"{name} that escaped",
        released_by_balance,
        received=derive(f"{key}.received", f"{name} in store at the start and purchased", gas_received, parts=received),
        left=derive(
            f"{key}.left", f"{name} in store at the end, returned, or installed", gas_accounted_for, parts=left
        ),
    )


def _screened(activity: Activity, choices: Choices) -> Figure | None:
    if not _complete(activity, ("charge", "leak_rate"), choices):
        return None
    duration = activity.figures.get("duration") or choices.period()
    if duration is None:
        choices.report("needs", activity.places["leak_rate"], key="leak_rate", needed="duration")
        return None
    charge, rate = activity.figures["charge"], activity.figures["leak_rate"]
    id, name = f"{activity.key}.released", f"{activity.title} that escaped, as screened"
    return derive(id, name, released_by_leakage, charge=charge, rate=rate, duration=duration)


TOPPED_UP = (
    "Where gas was bought to fill up what had escaped, write its mass as `released: 18 kg`. A mass balance is written "
    "`stock_start: 60 kg, purchased: 45 kg, stock_end: 83 kg`. "
)
"""What is meant nearly always where purchases stand alone."""


def _complete(activity: Activity, pair: tuple[str, str], choices: Choices) -> bool:
    """Whether both of two fields that belong together are given."""
    absent = [field for field in pair if field not in activity.figures]
    if absent:
        told = next(field for keys in WAYS.values() for field in keys if field in activity.figures)
        how = TOPPED_UP if told == "purchased" else ""
        choices.report("needs", activity.places[told], key=told, needed=absent[0], instead=how)
    return not absent


def is_balance(figure: Figure) -> bool:
    """Whether a figure is what a mass balance leaves unaccounted for."""
    return not isinstance(figure.reason, Given) and figure.reason.equation is released_by_balance
