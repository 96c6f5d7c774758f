"""Fuel that is burnt: heat content, each gas apart, biogenic CO2 outside the scopes, upstream in scope 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from lca.equation import Equation, equation
from lca.figure import Figure, Given, derive, leaves
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import (
    BIOGENIC,
    EMITTED,
    WEIGHED,
    activity_emissions,
    by_gas,
    line,
    of_biomass,
    potential,
    whole,
)
from lca.model import Activity
from lca.placement import OUTSIDE, UPSTREAM_OF_FUEL, Placement, of_activity
from lca.units import ratio

kilograms = Annotated[float, "kg"]
litres = Annotated[float, "L"]
kg_per_litre = Annotated[float, "kg/L"]


@equation("m", "ipcc-2006-v2#chapter 2", volume="V", density="ρ")
def mass_of_fuel(volume: litres, density: kg_per_litre) -> kilograms:
    """Mass of a fuel from its volume."""
    return volume * density


def _heat_content(basis: str, per: str) -> Equation:
    amount, content = Annotated[float, per], Annotated[float, f"kWh_{basis}"]

    def heat_content(amount: Any, value: Any) -> Any:
        """Heat content of a fuel: its amount times its heating value."""
        return amount * value

    heat_content.__annotations__ = {
        "amount": amount,
        "value": Annotated[float, f"kWh_{basis}/{per}"],
        "return": content,
    }
    heat_content.__name__ = f"{basis}_heat_of_{per}"
    return equation(f"Q_{basis}", "ipcc-2006-v2#chapter 2", amount="A", value=f"H_{basis}")(heat_content)


HEAT = {(basis, per): _heat_content(basis, per) for basis in ("net", "gross") for per in ("kg", "L")}
amount_burnt = Annotated[float, "{amount}"]
biogenic_per_amount = Annotated[float, "kgCO2_biogenic/{amount}"]
kgCO2_biogenic = Annotated[float, "kgCO2_biogenic"]


@equation("A_fos", "ipcc-2006-v2#chapter 2", amount="A", biogenic="b")
def fossil_part(amount: amount_burnt, biogenic: ratio) -> amount_burnt:
    """The part of a fuel that is of fossil origin."""
    return amount * (1 - biogenic)


@equation("A_bio", "ipcc-2006-v2#chapter 2", amount="A", biogenic="b")
def biogenic_part(amount: amount_burnt, biogenic: ratio) -> amount_burnt:
    """The part of a fuel that is of biogenic origin."""
    return amount * biogenic


@equation("m_bio", "iso-14064-1-2018#annex D", amount="A", factor="e_bio")
def biogenic_co2(amount: amount_burnt, factor: biogenic_per_amount) -> kgCO2_biogenic:
    """Carbon dioxide of biomass: reported apart, in no total."""
    return amount * factor


SAME_PRODUCT = {
    "distillate-fuel-oil-no-1": "burning-oil",
    "kerosene": "burning-oil",
    "distillate-fuel-oil-no-2": "gas-oil",
    "diesel-fuel": "diesel-100-percent-mineral",
    "distillate-fuel-oil-no-4": "fuel-oil",
    "residual-fuel-oil-no-5": "fuel-oil",
    "residual-fuel-oil-no-6": "fuel-oil",
    "motor-gasoline": "petrol-100-percent-mineral",
    "aviation-gasoline": "aviation-spirit",
    "kerosene-type-jet-fuel": "aviation-turbine-fuel",
}
"""What EPA calls a product of a refinery, which publishes no upstream, and what DESNZ calls the same cut."""
DECLARED = {"co2": "CO2", "ch4": "CH4", "n2o": "N2O", "co2_biogenic": BIOGENIC}


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of one fuel: a line per gas in scope 1, biogenic CO2 outside, upstream in scope 3."""
    if not _heat_said(activity, choices):
        return []
    lines = _burnt(activity, choices)
    upstream = activity.figures.get("upstream")
    problem = f"no upstream of {activity.words['fuel']} is published"
    if boundary := _boundary(activity):
        if boundary == "lifecycle":
            place = activity.places.get("factor", activity.place)
            details = {"what": "factor", "facility": activity.title, "added": "upstream"}
            choices.report("lifecycle-with-upstream" if upstream else "lifecycle-in-scope-1", place, **details)
            return lines
        problem = "its `factor` is the case's own, and does not say what it holds"
    if upstream is None and boundary != "unsaid":
        upstream = _upstream(activity, choices)
    if upstream is None:
        choices.report("upstream-missing", activity.place, name=activity.title, problem=problem)
        return lines
    amount = _in_unit_of(upstream, activity, choices)
    if amount is None:
        return lines
    figure = derive(
        f"{activity.key}.upstream", f"{activity.title}, upstream", activity_emissions, amount=amount, factor=upstream
    )
    return [*lines, line(activity, "fuel.upstream", UPSTREAM_OF_FUEL, figure)]


def _upstream(activity: Activity, choices: Choices) -> Figure | None:
    """The published upstream of a fuel; where its own country publishes none, that of the same product elsewhere."""
    fuel = activity.words["fuel"]
    for what in (fuel, SAME_PRODUCT.get(fuel)):
        rows = (
            _rows(activity, "upstream", activity.figures["amount"], choices, optional=True, what=what) if what else {}
        )
        upstream = whole(rows, choices, activity, f"{what}, upstream")
        if upstream is None:
            continue
        (row,) = leaves(rows.values())[:1]
        assert isinstance(row.reason, Given)
        if row.reason.quality == "assumed" or what != fuel:
            place = activity.places.get("fuel", activity.place)
            choices.remark("upstream-stands-in", place, fuel=fuel, name=activity.title, row=row.id)
        return upstream
    return None


def _boundary(activity: Activity) -> str:
    """What the case's own factor of CO2e holds: combustion, lifecycle, or unsaid; empty without one."""
    factor = activity.figures.get("factor")
    if factor is None:
        return ""
    assert isinstance(factor.reason, Given)
    return factor.reason.attributes.get("boundary", "unsaid")


def _heat_said(activity: Activity, choices: Choices) -> bool:
    """Whether every heat content says if it is gross or net; the two differ by up to a tenth."""
    heats = [key for key, figure in activity.figures.items() if "kWh_" in figure.unit]
    if heats and "basis" not in activity.words:
        choices.report("heating-value-unsaid", activity.places[heats[0]], name=activity.title)
        return False
    return True


def _stated(activity: Activity) -> bool:
    """Whether the case gives the factors of combustion itself."""
    return bool({"factor", *DECLARED} & set(activity.figures))


def _burnt(activity: Activity, choices: Choices) -> list[Line]:
    at = of_activity("fuels", activity.words)
    if factor := activity.figures.get("factor"):
        choices.report("gases-not-apart", activity.places.get("factor", activity.place), name=activity.title)
        return _together(activity, factor, at, choices)
    if _stated(activity):
        given = {gas: activity.figures[key] for key, gas in DECLARED.items() if key in activity.figures}
        return _by_gas(activity, given, at, choices)
    rows = _rows(activity, "combustion", activity.figures["amount"], choices)
    if not rows:
        return []
    if not {"CO2", BIOGENIC, "", "total"} & set(rows):
        choices.report("co2-not-published", activity.places["fuel"], name=activity.title)
        return []
    lines = _by_gas(activity, {**by_gas(rows, choices, activity), **_biogenic(rows)}, at, choices)
    if not {"CH4", "N2O"} & set(rows) and (rest := rows.get("")):
        # Of a pure biofuel DESNZ gives CH4 and N2O as one row of CO2e, beside the CO2 that stands outside the scopes.
        lines += _together(activity, rest, at, choices)
    return lines


def _together(activity: Activity, factor: Figure, at: Placement, choices: Choices) -> list[Line]:
    """The line of gases that are not told apart."""
    amount = _in_unit_of(factor, activity, choices)
    if amount is None:
        return []
    figure = derive(activity.key, activity.title, activity_emissions, amount=amount, factor=factor)
    return [line(activity, "combustion", at, figure)]


def _biogenic(rows: Mapping[str, Figure]) -> dict[str, Figure]:
    return {BIOGENIC: rows[BIOGENIC]} if BIOGENIC in rows else {}


def _by_gas(activity: Activity, factors: Mapping[str, Figure], at: Placement, choices: Choices) -> list[Line]:
    """A line per gas; where the case states a biogenic share, of its fossil and of its biogenic part."""
    lines: list[Line] = []
    parts = _parts(activity, next(iter(factors.values())), choices) if factors else {}
    for gas, factor in factors.items():
        for origin, amount in parts.items():
            if (gas == "CO2" and origin == "biogenic") or (gas == BIOGENIC and origin == "fossil"):
                continue
            id = f"{activity.key}.{gas}" + (f".{origin}" if origin else "")
            name = f"{activity.title}, {gas}" + (f" of the {origin} part" if origin else "")
            if gas == BIOGENIC:
                figure = derive(id, name, biogenic_co2, amount=amount, factor=factor)
                lines.append(line(activity, "biogenic", OUTSIDE, figure, gas))
                continue
            biogenic = origin == "biogenic" or (not origin and of_biomass(factor))
            if gas == "CH4" and not origin:
                _say_origin(activity, factor, choices)
            gwp = potential(gas, choices, activity, biogenic=biogenic)
            if gwp is None:
                continue
            mass = derive(f"{id}.mass", f"{name}, mass", EMITTED[gas], amount=amount, factor=factor)
            figure = derive(id, name, WEIGHED[gas], mass=mass, gwp=gwp)
            lines.append(line(activity, "combustion", at, figure, gas))
    return lines


def _say_origin(activity: Activity, factor: Figure, choices: Choices) -> None:
    """Record that the methane of a fuel of mixed origin counts as fossil where the case states no share."""
    (row,) = leaves([factor])[:1]
    if isinstance(row.reason, Given) and row.reason.attributes.get("origin") == "mixed":
        choices.decide(
            f"{activity.key}.origin",
            f"Origin of the methane of {activity.title}",
            "fossil",
            "A blend, and the case states no `biogenic` share; the fossil potential is never the lower one.",
            place=activity.place,
            assumed=True,
            source="ghgp-gwp-2024",
        )


def _parts(activity: Activity, factor: Figure, choices: Choices) -> dict[str, Figure]:
    """The amount by origin, in the unit that the factors are per."""
    amount = _in_unit_of(factor, activity, choices)
    if amount is None:
        return {}
    share = activity.figures.get("biogenic")
    if share is None:
        return {"": amount}
    key, name = activity.key, activity.title
    return {
        "fossil": derive(f"{key}.fossil", f"{name}, fossil part", fossil_part, amount=amount, biogenic=share),
        "biogenic": derive(
            f"{key}.biogenic_part", f"{name}, biogenic part", biogenic_part, amount=amount, biogenic=share
        ),
    }


def _in_unit_of(factor: Figure, activity: Activity, choices: Choices) -> Figure | None:
    """The amount of fuel in the unit that a factor is per: by its density, and by its heating value."""
    wanted = factor.unit.partition("/")[2]
    amount, value = activity.figures["amount"], activity.figures.get("heating_value")
    per = value.unit.partition("/")[2] if value else ""
    key, name = activity.key, activity.title
    density = activity.figures.get("density")
    if amount.unit == "L" and density and wanted != "L" and per != "L":
        volume = amount
        amount = choices.once(
            f"{key}.mass", lambda: derive(f"{key}.mass", f"{name}, mass", mass_of_fuel, volume=volume, density=density)
        )
    if value and per == amount.unit and wanted == value.unit.partition("/")[0]:
        burnt = amount
        law = HEAT[wanted.removeprefix("kWh_"), per]
        amount = choices.once(
            f"{key}.heat", lambda: derive(f"{key}.heat", f"{name}, heat content", law, amount=burnt, value=value)
        )
    if amount.unit == wanted:
        return amount
    choices.report("amount-in-other-unit", activity.places.get("amount", activity.place), name=name, unit=wanted)
    return None


def _rows(
    activity: Activity, boundary: str, amount: Figure, choices: Choices, *, optional: bool = False, what: str = ""
) -> Mapping[str, Figure]:
    return choices.per_amount(
        "fuel",
        what or activity.words["fuel"],
        amount.unit,
        boundary,
        where=activity.region,
        place=activity.places.get("fuel", activity.place),
        needed_for=activity.title,
        optional=optional,
    )
