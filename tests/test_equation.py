"""What an equation may not be, and what is made of one that is traced."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from lca import equation as book
from lca import expression as maths
from lca.equation import Equation, equation
from lca.expression import EquationError, counted, exp, least, ln, most, root, total
from lca.figure import Figure, Given, Place, derive
from lca.methods import electricity, hardware, intensity, water
from lca.units import (
    L_site,
    L_site_per_kWh_it,
    any_workload_location,
    hours,
    kgCO2e,
    kgCO2e_amortised,
    kgCO2e_location,
    kgCO2e_market,
    kgCO2e_per_kWh,
    kgCO2e_recognised,
    kgCO2e_workload_location,
    kW_it,
    kWh_it,
    kWh_site,
    kWh_site_per_kWh_it,
    ratio,
)

kgCO2 = Annotated[float, "kgCO2"]
kgCH4 = Annotated[float, "kgCH4"]
joules = Annotated[float, "J"]
watts = Annotated[float, "W"]
kilowatts = Annotated[float, "kW"]
kilowatt_hours = Annotated[float, "kWh"]


@pytest.fixture(autouse=True)
def _book_as_it_was() -> Iterator[None]:
    """Equations of these tests do not stay in the book."""
    before = dict(book.REGISTER)
    yield
    book.REGISTER.clear()
    book.REGISTER.update(before)


def refusal(function: Any) -> str:
    """Why a function is no equation: at its definition, or in the proof of its units."""
    with pytest.raises(EquationError) as refused:
        equation("x", "worked by hand")(function).prove()
    return str(refused.value)


def leaf(unit: str) -> Figure:
    return Figure(f"a.{unit}", unit, unit, Given(1.0, Place("case.yaml", 1), "declared"))


# --------------------------------------------------------------------------------------------------
# Kinds: what published footprints got wrong, and what is refused here


def test_prove__pue_twice__is_refused():
    def site(energy: kWh_it, pue: kWh_site_per_kWh_it) -> kWh_site:
        return energy * pue * pue

    assert "declared kWh_site" in refusal(site)


def test_derive__pue_on_site_energy__is_refused():
    with pytest.raises(TypeError, match=r"site_energy\(energy\): kWh_site is not kWh_it"):
        derive("x", "x", electricity.site_energy, energy=leaf("kWh_site"), pue=leaf("kWh_site/kWh_it"))


def test_prove__wue_on_site_energy__is_refused():
    """EcoLogits 0.11 multiplies water per IT energy by an energy that holds the PUE already."""

    def water_of(energy: kWh_site, wue: L_site_per_kWh_it) -> L_site:
        return energy * wue

    assert "declared L_site" in refusal(water_of)


def test_derive__wue_on_site_energy__is_refused():
    with pytest.raises(TypeError, match=r"kWh_site is not kWh_it"):
        derive("x", "x", water.water_on_site, energy=leaf("kWh_site"), wue=leaf("L_site/kWh_it"))


def test_prove__methane_plus_carbon_dioxide__is_refused():
    def both(methane: kgCH4, carbon_dioxide: kgCO2) -> kgCO2e:
        return methane + carbon_dioxide

    assert refusal(both) == "both: kgCH4 is not kgCO2; declared kgCO2e"


def test_prove__kilowatts_times_hours_declared_as_joules__is_refused():
    def energy(power: kilowatts, time: hours) -> joules:
        return power * time

    assert refusal(energy) == "energy hides a conversion factor of 3.6e+06"


def test_prove__watts_times_hours_declared_as_kilowatt_hours__is_refused():
    def energy(power: watts, time: hours) -> kilowatt_hours:
        return power * time

    assert refusal(energy) == "energy hides a conversion factor of 0.001"


def test_prove__it_energy_times_a_factor_of_site_energy__is_refused():
    def emissions(energy: kWh_it, factor: kgCO2e_per_kWh) -> kgCO2e_location:
        return counted(energy * factor, "kgCO2e_location")

    assert "may not be counted as kgCO2e_location" in refusal(emissions)


def test_derive__it_energy_times_a_factor_of_site_energy__is_refused():
    with pytest.raises(TypeError, match=r"location_based\(energy\): kWh_it is not kWh_site"):
        derive("x", "x", electricity.location_based, energy=leaf("kWh_it"), factor=leaf("kgCO2e/kWh_site"))


def test_prove__location_plus_market__is_refused():
    def both(location: kgCO2e_location, market: kgCO2e_market) -> kgCO2e:
        return location + market

    assert refusal(both) == "both: kgCO2e_location is not kgCO2e_market; declared kgCO2e"


def test_prove__location_counted_as_market__is_refused():
    def market(location: kgCO2e_location) -> kgCO2e_market:
        return counted(location, "kgCO2e_market")

    assert refusal(market) == "kgCO2e_location may not be counted as kgCO2e_market"


@pytest.mark.parametrize("unit", ["kgCO2e_market", "kgCO2e_recognised", "kgCO2e_workload_market"])
def test_derive__market_or_inventory_into_the_location_based_workload__is_refused(unit):
    with pytest.raises(TypeError, match=f"{unit} is not"):
        derive("x", "x", intensity.workload_total_location, parts=[leaf("kgCO2e_location"), leaf(unit)])


def test_prove__workload_plus_inventory_view__is_refused():
    def both(amortised: kgCO2e_amortised, recognised: kgCO2e_recognised) -> kgCO2e_workload_location:
        return counted(amortised + recognised, "kgCO2e_workload_location")

    assert refusal(both).startswith("both: kgCO2e_amortised is not kgCO2e_recognised")


def test_prove__capital_goods_recognised_at_once_counted_into_a_workload__is_refused():
    def whole(recognised: kgCO2e_recognised) -> kgCO2e_workload_location:
        return counted(recognised, "kgCO2e_workload_location")

    assert refusal(whole) == "kgCO2e_recognised may not be counted as kgCO2e_workload_location"


def test_prove__every_kind_that_a_sum_names__is_tried():
    """One of three is wrong: the proof must not stop at the first."""

    def whole(*parts: Annotated[float, "kgCO2e_location | kgCO2e | kgCO2e_market"]) -> kgCO2e_workload_location:
        return total(*(counted(part, "kgCO2e_workload_location") for part in parts))

    assert "kgCO2e_market" in refusal(whole)


def test_prove__the_sum_that_is_right():
    def whole(*parts: any_workload_location) -> kgCO2e_workload_location:
        return total(*(counted(part, "kgCO2e_workload_location") for part in parts))

    equation("C", "worked by hand")(whole).prove()


def test_prove__site_energy_counted_as_it_energy__is_refused():
    def back(site: kWh_site) -> kWh_it:
        return counted(site, "kWh_it")

    assert refusal(back) == "kWh_site may not be counted as kWh_it"


# --------------------------------------------------------------------------------------------------
# Form: one expression, of its inputs only


def test_equation__that_branches__is_refused():
    def chosen(energy: kWh_it, pue: kWh_site_per_kWh_it) -> kWh_site:
        return energy * pue if pue > 1 else energy

    assert "does not choose" in refusal(chosen)


def test_equation__that_branches_on_truth__is_refused():
    def chosen(one: ratio, other: ratio) -> ratio:
        return one or other

    assert "does not choose" in refusal(chosen)


@pytest.mark.parametrize("number", [0.453, 2, 8760, -1, 3.6e6])
def test_equation__that_holds_a_number__is_refused(number: float):
    def scaled(power: kW_it, time: hours) -> kWh_it:
        return power * time * number

    assert f"the number {number} stands in an equation" in refusal(scaled)


def test_equation__may_hold_the_number_one():
    def rest(share: ratio) -> ratio:
        return 1 - share

    assert equation("r", "worked by hand")(rest)(0.25) == 0.75


def test_equation__that_does_not_depend_on_its_inputs__is_refused():
    def constant(share: ratio) -> ratio:
        return 1

    assert refusal(constant) == "constant does not depend on its inputs"


def test_equation__declared_twice__is_refused():
    def half(whole: kgCO2e, share: ratio) -> kgCO2e:
        return whole * share

    equation("h", "worked by hand")(half)
    assert refusal(half) == "half is declared twice"


def test_equation__whose_input_has_no_unit__is_refused():
    def half(whole: float, share: ratio) -> kgCO2e:
        return whole * share

    assert "is not a unit" in refusal(half)


def test_equation__is_found_in_the_book__with_what_it_says_of_itself():
    made = book.REGISTER["site_energy"]
    assert made is electricity.site_energy
    assert (made.symbol, made.source, made.unit) == ("E_site", "iso-30134-2", "kWh_site")
    assert {name: (one.symbol, one.units) for name, one in made.parameters.items()} == {
        "energy": ("E_it", ("kWh_it",)),
        "pue": ("PUE", ("kWh_site/kWh_it",)),
    }
    assert made.description.endswith(".")


# --------------------------------------------------------------------------------------------------
# Readings


def readings(made: Equation, **names: str) -> tuple[str, str, str]:
    expression = made.expression
    return maths.text(expression, names), maths.cell(expression, names), maths.tex(expression, names)


def test_readings__of_one_equation():
    assert readings(electricity.site_energy, energy="E_it", pue="PUE") == ("E_it × PUE", "E_it*PUE", r"E_it \cdot PUE")


def test_readings__brackets_stay_where_the_body_has_them():
    """`TE × (t ∕ EL)` and `(TE × t) ∕ EL` differ in the last bit: a workbook must repeat the same sum."""
    text, cell, tex = readings(hardware.amortised, embodied="A1", time="B1", lifetime="C1")
    assert (text, cell, tex) == ("A1 × (B1 ∕ C1)", "A1*(B1/C1)", r"A1 \cdot \frac{B1}{C1}")


def test_readings__of_differences():
    def net(whole: kgCO2e, part: kgCO2e, other: kgCO2e) -> kgCO2e:
        return whole - (part - other)

    made = equation("n", "worked by hand")(net)
    assert readings(made, whole="a", part="b", other="c") == ("a − (b − c)", "a-(b-c)", r"a - \left(b - c\right)")


def test_readings__of_a_sum_of_many():
    expression = intensity.it_energy_of_all.expanded({"parts": ["a", "b", "c"]})
    assert maths.text(expression, {}) == "a + b + c"
    assert maths.cell(expression, {}) == "SUM(a,b,c)"
    assert maths.text(intensity.it_energy_of_all.expression, {"parts": "E_it"}) == "Σ E_it"
    assert maths.tex(intensity.it_energy_of_all.expression, {"parts": "E_{it}"}) == r"\sum E_{it}"


def test_tex_symbol__a_word_is_upright__what_follows_is_below():
    assert maths.tex_symbol("E_site") == r"E_{\mathrm{site}}"
    assert maths.tex_symbol("PUE") == r"\mathrm{PUE}"


# --- all readings of any expression agree

NAMES = ("a", "b", "c")
numbers = some.floats(min_value=0.1, max_value=10)
points = some.fixed_dictionaries(dict.fromkeys(NAMES, numbers))
inputs = some.sampled_from([lambda at, name=name: at[name] for name in NAMES])


def _joined(join: Any, *parts: Any) -> Any:
    return lambda at: join(*(part(at) for part in parts))


def _grown(inner: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    joins = some.sampled_from(
        [
            lambda one, other: one + other,
            lambda one, other: one - other,
            lambda one, other: one * other,
            lambda one, other: one / other,
            lambda one, other: 1 - counted(one, "any kind") * other,
            lambda one, other: total(one, other, one),
            least,
            most,
        ]
    )
    return some.builds(_joined, joins, inner, inner)


bodies = some.recursive(inputs, _grown, max_leaves=6)
"""Bodies of equations: functions of `a`, `b` and `c`, called with numbers or with symbols."""


def traced(body: Any) -> Any:
    return body({name: maths.Symbol(name) for name in NAMES})


def evaluated(body: Any, at: dict[str, float]) -> float:
    try:
        return float(body(at))
    except ZeroDivisionError:
        assume(False)
        raise


def summed(*values: float) -> float:
    """As a spreadsheet sums: left to right."""
    return float(numpy.add.accumulate(numpy.array(values))[-1])


def computed(formula: str, at: dict[str, float], **functions: Any) -> Any:
    """A formula of cells as a spreadsheet computes it: its signs and their order are those of Python."""
    assert re.fullmatch(r"[a-c1A-Z+\-*/(),]+", formula)
    return eval(formula, {"__builtins__": {}}, {**at, **functions})


@given(bodies, points)
def test_cell__computes_the_same_bits__for_any_body(body, at):
    wanted = evaluated(body, at)
    assert computed(maths.cell(traced(body), {}), at, SUM=summed, MIN=min, MAX=max) == wanted


@given(bodies, points)
def test_text__with_numbers_put_in__computes_the_same__for_any_body(body, at):
    wanted = evaluated(body, at)
    signs = {" × ": "*", " ∕ ": "/", " + ": "+", " − ": "-", ", ": ",", "least": "LEAST", "most": "MOST"}
    formula = maths.text(traced(body), {})
    for sign, spelling in signs.items():
        formula = formula.replace(sign, spelling)
    assert computed(formula, at, LEAST=min, MOST=max) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(bodies, points)
def test_derivative__agrees_with_differences__for_any_body(body, at):
    step = 1e-6
    for name in NAMES:
        low, here, high = (evaluated(body, {**at, name: at[name] + move}) for move in (-step, 0, step))
        left, right = (here - low) / step, (high - here) / step
        assume(math.isclose(left, right, rel_tol=1e-3, abs_tol=1e-3))  # not at a kink of least or most, nor at a pole
        assume(max(abs(low), abs(here), abs(high)) < 1e3)
        slope = maths.derivative(traced(body), name)(at)
        assert slope == pytest.approx((left + right) / 2, rel=1e-3, abs=1e-3)


@given(points)
def test_functions_of_the_lognormal__value_cell_and_derivative(at):
    def body(a: Any, b: Any) -> Any:
        return exp(root(ln(a + 1) * b))

    tree = body(maths.Symbol("a"), maths.Symbol("b"))
    log = math.log(at["a"] + 1)
    value = math.exp(math.sqrt(log * at["b"]))
    assert body(at["a"], at["b"]) == pytest.approx(value, rel=1e-15)
    assert maths.cell(tree, {}) == "EXP(SQRT(LN(a+1)*b))"
    # d/db exp(√(l·b)) = exp(√(l·b)) · l ∕ (2·√(l·b))
    assert maths.derivative(tree, "b")(at) == pytest.approx(value * log / (2 * math.sqrt(log * at["b"])), rel=1e-12)


def test_call__with_arrays__is_the_same_number_many_times():
    energies: Any = numpy.array([1.0, 2.0, 3.0])  # to type checkers a quantity is a float
    falling: Any = energies[::-1]
    assert electricity.site_energy(energies, 1.5).tolist() == [1.5, 3.0, 4.5]
    assert list(numpy.ravel(least(energies, 2.0))) == [1.0, 2.0, 2.0]
    assert list(numpy.ravel(most(energies, falling))) == [3.0, 2.0, 3.0]
    assert list(numpy.ravel(root(energies * energies))) == [1.0, 2.0, 3.0]
