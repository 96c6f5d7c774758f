"""What every activity needs: its amount times its factor, each gas apart where the publisher tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from lca.equation import Equation, equation, total
from lca.figure import Figure, Given, derive, leaves
from lca.inventory import Basis, Line
from lca.methods import Choices
from lca.model import Activity
from lca.placement import Placement
from lca.units import kgCO2e, ratio

amount = Annotated[float, "{amount}"]
kgCO2e_per_amount = Annotated[float, "kgCO2e/{amount}"]

GASES = ("CO2", "CH4", "N2O")
"""Gases that publishers tell apart."""
BIOGENIC = "CO2-biogenic"


@equation("C", "ghgp-corporate-2004#chapter 6", amount="A", factor="f")
def activity_emissions(amount: amount, factor: kgCO2e_per_amount) -> kgCO2e:
    """Emissions of an activity: its amount times the emissions of one unit of it."""
    return amount * factor


@equation("f", "ghgp-corporate-2004#chapter 6", parts="f_gas")
def factor_of_gases(*parts: kgCO2e_per_amount) -> kgCO2e_per_amount:
    """A factor from those of its gases."""
    return total(*parts)


@equation("λ", "ghgp-scope3-2011#category 3", loss="L")
def losses_per_delivered(loss: ratio) -> ratio:
    """Losses per kilowatt-hour delivered, from the share of the injected electricity that is lost."""
    return loss / (1 - loss)


def _of(gas: str) -> tuple[Equation, Equation, Equation, Equation]:
    per_amount = Annotated[float, f"kg{gas}/{{amount}}"]
    mass = Annotated[float, f"kg{gas}"]
    potential = Annotated[float, f"kgCO2e/kg{gas}"]

    def emitted(amount: Any, factor: Any) -> Any:
        """Mass of a gas that an activity emits."""
        return amount * factor

    def weighed(mass: Any, gwp: Any) -> Any:
        """Mass of a gas, weighted by its global warming potential."""
        return mass * gwp

    def weighted(mass_factor: Any, gwp: Any) -> Any:
        """Mass of a gas per unit of activity, weighted by its global warming potential."""
        return mass_factor * gwp

    def unweighted(factor: Any, gwp: Any) -> Any:
        """Mass of a gas per unit of activity behind a factor that was published as CO2e."""
        return factor / gwp

    emitted.__annotations__ = {"amount": amount, "factor": per_amount, "return": mass}
    weighed.__annotations__ = {"mass": mass, "gwp": potential, "return": kgCO2e}
    weighted.__annotations__ = {"mass_factor": per_amount, "gwp": potential, "return": kgCO2e_per_amount}
    unweighted.__annotations__ = {"factor": kgCO2e_per_amount, "gwp": potential, "return": per_amount}
    for function in (emitted, weighed, weighted, unweighted):
        function.__name__ = f"{function.__name__}_{gas}"
    source, m, gwp = "ghgp-corporate-2004#chapter 6", f"m_{gas}", f"GWP_{gas}"
    return (
        equation(m, source, amount="A", factor=f"e_{gas}")(emitted),
        equation("C_gas", source, mass=m, gwp=gwp)(weighed),
        equation("f_gas", source, mass_factor=f"e_{gas}", gwp=gwp)(weighted),
        equation(f"e_{gas}", source, factor="f_gas", gwp=gwp)(unweighted),
    )


EMITTED: dict[str, Equation] = {}
WEIGHED: dict[str, Equation] = {}
WEIGHTED: dict[str, Equation] = {}
UNWEIGHTED: dict[str, Equation] = {}
for _gas in GASES:
    EMITTED[_gas], WEIGHED[_gas], WEIGHTED[_gas], UNWEIGHTED[_gas] = _of(_gas)


def potential(gas: str, choices: Choices, activity: Activity, *, biogenic: bool = False) -> Figure | None:
    """The potential of a gas; methane's differs by its origin."""
    return choices.gwp("CH4-fossil" if gas == "CH4" and not biogenic else gas, activity.place)


def of_biomass(row: Figure) -> bool:
    """Whether the publisher says that what is burnt is of biomass; what is mixed or unsaid counts as fossil."""
    leaf = next(iter(leaves([row])))
    return isinstance(leaf.reason, Given) and leaf.reason.attributes.get("origin") == "biogenic"


def by_gas(rows: Mapping[str, Figure], choices: Choices, activity: Activity) -> dict[str, Figure]:
    """Mass of each gas per unit of activity; what was published as CO2e is divided by the publisher's potential."""
    masses: dict[str, Figure] = {}
    for gas, row in rows.items():
        if gas not in GASES:
            continue
        if not row.unit.startswith("kgCO2e/"):
            masses[gas] = row
            continue
        assert isinstance(row.reason, Given)
        published = choices.gwp(gas, activity.place, under=row.reason.attributes["gwp_set"])
        if published is None:
            return {}
        masses[gas] = choices.once(f"{row.id}.mass", partial(_unweighted, gas, row, published))
    return masses


def _unweighted(gas: str, row: Figure, published: Figure) -> Figure:
    return derive(f"{row.id}.mass", f"{gas} per unit", UNWEIGHTED[gas], factor=row, gwp=published)


def whole(rows: Mapping[str, Figure], choices: Choices, activity: Activity, name: str) -> Figure | None:
    """One factor in CO2e under the potentials of the case, from those of the gases where they are known."""
    masses = by_gas(rows, choices, activity)
    if not masses:
        return rows.get("") or rows.get("total")
    of_first = next(iter(masses.values())).id.removesuffix(".mass")
    id = f"{of_first.rpartition(':')[0]}.factor"

    def make() -> Figure:
        parts = []
        for gas, mass in masses.items():
            gwp = potential(gas, choices, activity, biogenic=of_biomass(rows[gas]))
            assert gwp is not None
            id_of_gas = f"{mass.id.removesuffix('.mass')}.weighted"
            parts.append(derive(id_of_gas, f"{gas}, as CO2e", WEIGHTED[gas], mass_factor=mass, gwp=gwp))
        return derive(id, name, factor_of_gases, parts=parts)

    return choices.once(id, make)


def line(
    activity: Activity,
    part: str,
    at: Placement,
    figure: Figure,
    gas: str = "",
    *,
    basis: Basis = "both",
    method: str = "",
) -> Line:
    """The posting of an activity in the view of an inventory."""
    where, whose = (at.scope, at.category, at.iso), (activity.facility, activity.entity)
    return Line(activity.key, part, *where, basis, "inventory", figure, at.rule, *whose, gas, method)
