"""Every equation against its hand-worked case, and its readings against each other.

`cases/<subject>/<equation>.yaml` holds quantities as a person writes them, with their units.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import lca.resolve  # noqa: F401 -- importing every subject fills the register
from lca import expression, units
from lca.equation import REGISTER, Equation

CASES = Path(__file__).parent / "cases"
REPEATED = 3
"""How many inputs stand in for one that may be repeated."""

every_equation = pytest.mark.parametrize("equation", REGISTER.values(), ids=lambda equation: str(equation.name))
numbers = st.lists(st.floats(0.05, 0.95), min_size=12, max_size=12)
"""Enough inputs for any equation, all of them possible shares, so that no denominator is near zero."""


def read(text: str, unit: str) -> float:
    return units.read(text, unit, bare=units.plain(unit) in ("1", "kWh/kWh")).value


def worked(equation: Equation) -> tuple[list[float], float]:
    """The inputs of an equation's case in order, and the value that they must give."""
    case = yaml.load((CASES / equation.subject / f"{equation.name}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    assert list(case["given"]) == list(equation.parameters)
    unit, units_of = equation.of(case.get("amount", equation.kinds[0]))
    inputs = []
    for name, parameter in equation.parameters.items():
        written = case["given"][name]
        assert isinstance(written, list) == parameter.many, name
        inputs += [read(text, units_of[name][0]) for text in (written if parameter.many else [written])]
    return inputs, read(case["expect"], unit)


@every_equation
def test_value__of_the_worked_case(equation):
    inputs, expected = worked(equation)
    assert equation(*inputs) == pytest.approx(expected, rel=1e-12)


@every_equation
def test_units__agree_and_hide_no_factor(equation):
    equation.prove()


def test_spread__of_the_pedigree_scores_2_2_3_2_3():
    # Frischknecht et al. (2005): 1.05, 1.02, 1.10, 1.01, 1.20 for the five scores, and 1.05 for the basic uncertainty.
    # √Σ ln² = 0.218122199; e to its power 1.24373904234; a median of 6240 kg spans 5017.13 to 7760.93 kg.
    parts = [REGISTER["squared_logarithm"](factor) for factor in (1.05, 1.05, 1.02, 1.10, 1.01, 1.20)]
    deviation = REGISTER["squared_geometric_deviation"](*parts)
    assert deviation == pytest.approx(1.24373904234, rel=1e-11)
    assert 6240 / deviation == pytest.approx(5017.12962893, rel=1e-11)
    assert 6240 * deviation == pytest.approx(7760.93162423, rel=1e-11)


# --------------------------------------------------------------------------------------------------
# The readings: text, TeX, spreadsheet formula and derivative say what the number says


def slots(equation: Equation) -> dict[str, list[str]]:
    """A name for every input: x0, x1, …; several for one that may be repeated."""
    counts = {name: REPEATED if parameter.many else 1 for name, parameter in equation.parameters.items()}
    names = iter(f"x{position}" for position in range(sum(counts.values())))
    return {name: [next(names) for _ in range(count)] for name, count in counts.items()}


def at(equation: Equation, values: Sequence[float]) -> tuple[expression.Expression, dict[str, float]]:
    """The traced formula over names of its own, and a value for each name."""
    named = slots(equation)
    return equation.expanded(named), dict(zip([name for some in named.values() for name in some], values, strict=False))


FUNCTIONS: dict[str, Callable[..., float]] = {
    "SUM": lambda *values: reduce(operator.add, values),
    "MIN": min,
    "MAX": max,
    "EXP": math.exp,
    "LN": math.log,
    "SQRT": math.sqrt,
    "POWER": math.pow,
    "LOG": lambda value, base: math.log2(value) / math.log2(base),
    "ROUNDUP": lambda value, digits: math.ceil(value),
    "NEXTPOWER": lambda value: 2 ** max(0, math.ceil(math.log2(value))),
}
OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Calculator:
    """Reads a formula as a spreadsheet does: + - * / from left to right, brackets, functions.

    Written anew for the tests, so that a formula is not judged by the code that spelt it.
    """

    def __init__(self, formula: str, values: Mapping[str, float]) -> None:
        self.rest = re.findall(r"\w+|[-+*/(),]", formula)
        assert "".join(self.rest) == re.sub(r"\s", "", formula), f"not understood in {formula}"
        self.values = values

    def result(self) -> float:
        value = self._sum()
        assert not self.rest, f"left over: {self.rest}"
        return value

    def _sum(self) -> float:
        return self._chain("+-", lambda: self._chain("*/", self._atom))

    def _chain(self, signs: str, part: Any) -> float:
        value = part()
        while self.rest and self.rest[0] in signs:
            value = OPERATIONS[self.rest.pop(0)](value, part())
        return float(value)

    def _atom(self) -> float:
        word = self.rest.pop(0)
        if word == "(":
            return self._closing()[0]
        if word == "FRAC":
            top, bottom = (self._bracketed() for _ in range(2))
            return top / bottom
        if word in FUNCTIONS:
            assert self.rest.pop(0) == "("
            return float(FUNCTIONS[word](*self._closing()))
        return self.values[word] if word in self.values else float(word)

    def _bracketed(self) -> float:
        assert self.rest.pop(0) == "("
        return self._closing()[0]

    def _closing(self) -> list[float]:
        values = [self._sum()]
        while (sign := self.rest.pop(0)) == ",":
            values.append(self._sum())
        assert sign == ")"
        return values


TEXT = {"×": "*", "∕": "/", "−": "-", "Σ ": "", "√": "SQRT", "least": "MIN", "most": "MAX", "exp": "EXP", "ln": "LN"}
TEXT["power_of_two"] = "NEXTPOWER"
TEX = {
    r"\mathrm{power\,of\,two}": "NEXTPOWER",
    r"\left(": "(",
    r"\right)": ")",
    "{": "(",
    "}": ")",
    r"\cdot": "*",
    r"\sum ": "",
    r"\frac": "FRAC",
    r"\sqrt": "SQRT",
    r"\min": "MIN",
    r"\max": "MAX",
    r"\exp": "EXP",
    r"\ln": "LN",
}


def calculated(formula: str, values: Mapping[str, float], spelling: Mapping[str, str] | None = None) -> float:
    for ours, plain in (spelling or {}).items():
        formula = formula.replace(ours, plain)
    return Calculator(formula, values).result()


def test_calculator__on_sums_worked_by_hand():
    values = {"a": 8.0, "b": 2.0, "c": 4.0}
    assert calculated("a-b-c", values) == 2
    assert calculated("a-(b-c)", values) == 10
    assert calculated("a/b/c", values) == 1
    assert calculated("a/(b/c)+1", values) == 17
    assert calculated("SUM(a,b,c)*MIN(a,b)/SQRT(c)-MAX(a,c)", values) == 6
    assert calculated("LN(EXP(a))", values) == 8
    assert calculated("a − b × c ∕ (1 + 1)", values, TEXT) == 4
    assert calculated(r"\frac{a - b}{\sqrt{c}} \cdot \left(b + 1\right)", values, TEX) == 9


@every_equation
@settings(max_examples=20)
@given(values=numbers)
def test_cell_formula__gives_the_same_float(equation, values):
    formula, names = at(equation, values)
    assert calculated(expression.cell(formula, {}), names) == equation(*names.values())


@every_equation
@settings(max_examples=20)
@given(values=numbers)
def test_text_and_tex__say_the_same(equation, values):
    formula, names = at(equation, values)
    expected = pytest.approx(equation(*names.values()), rel=1e-12, abs=1e-15)
    assert calculated(expression.text(formula, {}), names, TEXT) == expected
    assert calculated(expression.tex(formula, {}), names, TEX) == expected


@every_equation
@settings(max_examples=20)
@given(values=numbers)
def test_derivative__is_the_slope_of_the_number(equation, values):
    formula, names = at(equation, values)
    for name, value in names.items():
        step = 1e-4 * value
        above, below = (equation(*{**names, name: value + side * step}.values()) for side in (1, -1))
        slope = expression.derivative(formula, name)(names)
        here = equation(*names.values())
        left, right = (here - below) / step, (above - here) / step
        if abs(right - left) > 0.01 * max(abs(left), abs(right)):  # a kink, where the least or the most changes
            width = 0.01 * abs(right - left)
            assert min(left, right) - width <= slope <= max(left, right) + width, name
        else:
            assert slope == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-8), name


@every_equation
def test_arrays__give_the_same_as_their_elements(equation):
    rows = numpy.random.default_rng(30134).uniform(0.05, 0.95, (5, sum(map(len, slots(equation).values()))))
    together = equation(*rows.T)
    for row, value in zip(rows, together, strict=True):
        assert value == pytest.approx(equation(*map(float, row)), rel=1e-15)


@every_equation
def test_formula__uses_every_input(equation):
    formula, names = at(equation, [0.5] * 12)
    spelt = re.findall(r"x\d+", expression.cell(formula, {}))
    assert set(spelt) == set(names)
