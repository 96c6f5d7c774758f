"""What an equation is when it is called with symbols: a tree, and its readings.

The functions that a body may use (`least`, `most`, `total`, `exp`, `ln`, `root`, `counted`) take floats,
arrays, pint quantities or symbols alike. The readings of a traced tree are its text, TeX, spreadsheet
formula and exact derivative.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lca import units


class EquationError(TypeError):
    """An equation that is not one: it branches, hides a factor, or returns another kind than it declares."""


class Expression:
    """A node of a traced equation."""

    def __add__(self, other: object) -> Expression:
        return Operation("+", self, _expression(other))

    def __radd__(self, other: object) -> Expression:
        return Operation("+", _expression(other), self)

    def __sub__(self, other: object) -> Expression:
        return Operation("-", self, _expression(other))

    def __rsub__(self, other: object) -> Expression:
        return Operation("-", _expression(other), self)

    def __mul__(self, other: object) -> Expression:
        return Operation("*", self, _expression(other))

    def __rmul__(self, other: object) -> Expression:
        return Operation("*", _expression(other), self)

    def __truediv__(self, other: object) -> Expression:
        return Operation("/", self, _expression(other))

    def __rtruediv__(self, other: object) -> Expression:
        return Operation("/", _expression(other), self)

    def __bool__(self) -> bool:
        raise EquationError("an equation does not choose: choosing is the work of a posting rule")

    __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: bool(self)


@dataclass(frozen=True)
class Symbol(Expression):
    """One input, by the name of its parameter."""

    name: str


@dataclass(frozen=True)
class One(Expression):
    """The only number an equation may contain; every other number has a source and is an input."""


@dataclass(frozen=True)
class Operation(Expression):
    """Left and right of + - * /."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call(Expression):
    """least, most, total, and the functions of the lognormal: exp, ln, root."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Counted(Expression):
    """The same quantity, counted as another kind (units.MAY_COUNT_AS)."""

    argument: Expression
    kind: str


def _expression(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, int | float) and value == 1:
        return One()
    raise EquationError(f"the number {value} stands in an equation; make it an input with a source")


def _is_quantity(value: object) -> bool:
    return hasattr(value, "dimensionality")


def least(*values: float) -> float:
    """The smallest of its arguments."""
    result: float = _extreme("least", values)
    return result


def most(*values: float) -> float:
    """The largest of its arguments."""
    result: float = _extreme("most", values)
    return result


def _extreme(name: str, values: tuple[Any, ...]) -> Any:
    if any(isinstance(value, Expression) for value in values):
        return Call(name, tuple(_expression(value) for value in values))
    if all(isinstance(value, int | float) or _is_quantity(value) for value in values):
        return min(values) if name == "least" else max(values)
    import numpy

    return (numpy.minimum if name == "least" else numpy.maximum).reduce(numpy.broadcast_arrays(*values))


def total(*values: float) -> float:
    """The sum of its arguments, left to right."""
    result: float = _sum(values)
    return result


def _sum(values: tuple[Any, ...]) -> Any:
    if any(isinstance(value, Expression) for value in values):
        return Call("total", tuple(_expression(value) for value in values))
    return functools.reduce(operator.add, values)  # the built-in `sum` adds otherwise, from one Python to the next


def exp(value: float) -> float:
    """e to the power of a pure number."""
    result: float = _function("exp", value)
    return result


def ln(value: float) -> float:
    """The natural logarithm of a pure number."""
    result: float = _function("ln", value)
    return result


def root(value: float) -> float:
    """The square root of a pure number."""
    result: float = _function("root", value)
    return result


def power_of_two(value: float) -> float:
    """The least power of two that is not below a count; at least 1."""
    result: float = _power_of_two(value)
    return result


def _power_of_two(value: Any) -> Any:
    if isinstance(value, Expression):
        return Call("power_of_two", (value,))
    if _is_quantity(value):
        root_units = value.to_root_units()
        return _power_of_two(float(root_units.magnitude)) * root_units / float(root_units.magnitude)
    if isinstance(value, int | float):
        mantissa, exponent = math.frexp(value)
        return max(1.0, math.ldexp(1.0, exponent - (mantissa == 0.5)))
    import numpy

    mantissas, exponents = numpy.frexp(value)
    return numpy.maximum(1.0, numpy.ldexp(1.0, exponents - (mantissas == 0.5)))


_REAL = {"exp": math.exp, "ln": math.log, "root": math.sqrt}


def _function(name: str, value: Any) -> Any:
    if isinstance(value, Expression):
        return Call(name, (value,))
    if _is_quantity(value):
        return _REAL[name](float(value.to("").magnitude)) * value.to("") / value.to("")
    if isinstance(value, int | float):
        return _REAL[name](value)
    import numpy

    return {"exp": numpy.exp, "ln": numpy.log, "root": numpy.sqrt}[name](value)


def counted(value: float, kind: str) -> float:
    """The same quantity counted as another kind: IT energy as part of site energy, say.

    Only what `units.MAY_COUNT_AS` lists may be so counted. Raises `EquationError` in the proof of units.
    """
    result: float = _counted(value, kind)
    return result


def _counted(value: Any, kind: str) -> Any:
    if isinstance(value, Expression):
        return Counted(value, kind)
    if not _is_quantity(value):
        return value
    quantity = units.registry().Quantity
    for source, targets in units.MAY_COUNT_AS.items():
        if value.check(quantity(1, source).dimensionality):
            if kind in targets:
                return quantity(value.to(source).magnitude, kind)
            break
    if value.check(quantity(1, kind).dimensionality):
        return value
    raise EquationError(f"{spelt(value.units)} may not be counted as {kind}")


def spelt(unit: Any) -> str:
    """A pint unit as we write it, kinds included."""
    parts = {name.replace("kilo", "k"): int(power) for name, power in dict(getattr(unit, "_units", unit)).items()}
    top = "*".join(name for name, power in parts.items() for _ in range(max(power, 0)))
    bottom = "*".join(name for name, power in parts.items() for _ in range(max(-power, 0)))
    return f"{top or '1'}/{bottom}" if bottom else top or "1"


# --------------------------------------------------------------------------------------------------
# Readings of an expression

_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


def text(expression: Expression, names: Mapping[str, str]) -> str:
    """As one writes it in a line: `E_it × PUE`."""
    return _spell(expression, names, {"*": " × ", "/": " ∕ ", "+": " + ", "-": " − "}, _text_call)


def cell(expression: Expression, names: Mapping[str, str]) -> str:
    """As a spreadsheet computes it: `C4*C5`. Brackets keep the order of operations exactly."""
    return _spell(expression, names, {sign: sign for sign in _BINDING}, _cell_call)


def _spell(
    node: Expression,
    names: Mapping[str, str],
    signs: Mapping[str, str],
    call: Callable[[str, list[str]], str],
) -> str:
    match node:
        case Symbol(name):
            return names.get(name, name)
        case One():
            return "1"
        case Counted(argument, _):
            return _spell(argument, names, signs, call)
        case Call(name, arguments):
            return call(name, [_spell(argument, names, signs, call) for argument in arguments])
        case Operation(sign, left, right):
            parts = [_spell(left, names, signs, call), _spell(right, names, signs, call)]
            if _strength(left) < _BINDING[sign]:
                parts[0] = f"({parts[0]})"
            if _strength(right) <= _BINDING[sign] and not (sign == "+" and _strength(right) == 1):
                parts[1] = f"({parts[1]})"
            return signs[sign].join(parts)
    raise EquationError(f"no spelling for {node}")


def _strength(node: Expression) -> int:
    match node:
        case Operation(sign, _, _):
            return _BINDING[sign]
        case Counted(argument, _):
            return _strength(argument)
        case Call("total", arguments) if 1 < len(arguments) <= LISTED:
            return 1
    return 3


LISTED = 12
"""Terms that a sum is spelt out with; of a longer one three are shown and the last, in brackets behind a Σ."""


def _text_call(name: str, arguments: list[str]) -> str:
    if name == "total":
        if len(arguments) > LISTED:
            return f"Σ ({' + '.join(arguments[:3])} + … {len(arguments) - 4} more … + {arguments[-1]})"
        return " + ".join(arguments) if len(arguments) > 1 else f"Σ {arguments[0]}"
    if name == "root":
        return f"√({arguments[0]})"
    return f"{name}({', '.join(arguments)})"


def _cell_call(name: str, arguments: list[str]) -> str:
    if name == "power_of_two":
        return f"POWER(2,ROUNDUP(LOG(MAX(1,{arguments[0]}),2),0))"
    spelling = {"least": "MIN", "most": "MAX", "total": "SUM", "exp": "EXP", "ln": "LN", "root": "SQRT"}
    return f"{spelling[name]}({','.join(arguments)})"


POWER_OF_TWO = r"\mathrm{power\,of\,two}"


def tex(expression: Expression, names: Mapping[str, str]) -> str:
    """As a book sets it: `E_{it} \\cdot \\mathrm{PUE}`. `names` are TeX symbols."""
    match expression:
        case Symbol(name):
            return names.get(name, name)
        case One():
            return "1"
        case Counted(argument, _):
            return tex(argument, names)
        case Operation("/", left, right):
            return rf"\frac{{{tex(left, names)}}}{{{tex(right, names)}}}"
        case Operation(sign, left, right):
            parts = [tex(left, names), tex(right, names)]
            if _strength(left) < _BINDING[sign]:
                parts[0] = rf"\left({parts[0]}\right)"
            if _strength(right) < _BINDING[sign] or (sign == "-" and _strength(right) == 1):
                parts[1] = rf"\left({parts[1]}\right)"
            return {"*": r" \cdot ", "+": " + ", "-": " - "}[sign].join(parts)
        case Call("total", arguments):
            if len(arguments) > LISTED:
                first, second, last = (tex(arguments[position], names) for position in (0, 1, -1))
                return rf"\sum\left({first} + {second} + \dots + {last}\right)"
            spelt = [tex(argument, names) for argument in arguments]
            return " + ".join(spelt) if len(spelt) > 1 else rf"\sum {spelt[0]}"
        case Call("root", (argument,)):
            return rf"\sqrt{{{tex(argument, names)}}}"
        case Call(name, arguments):
            spelling = {"least": r"\min", "most": r"\max", "exp": r"\exp", "ln": r"\ln"}.get(name, POWER_OF_TWO)
            return rf"{spelling}\left({', '.join(tex(argument, names) for argument in arguments)}\right)"
    raise EquationError(f"no spelling for {expression}")


def tex_symbol(symbol: str) -> str:
    """`E_site` as TeX: one letter is italic, a word is upright, what follows `_` is a subscript."""
    head, _, index = symbol.partition("_")
    upright = head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return rf"{upright}_{{\mathrm{{{index}}}}}" if index else upright


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "least": least,
    "most": most,
    "total": total,
    "exp": exp,
    "ln": ln,
    "root": root,
    "power_of_two": power_of_two,
}
"""What a `Call` calls, by its name."""

Derivative = Callable[[Mapping[str, Any]], Any]


def derivative(expression: Expression, name: str) -> Derivative:
    """The exact partial derivative by the input `name`, as a function of the inputs' values."""
    return lambda at: gradient(expression, at).get(name, 0.0)


def gradient(expression: Expression, at: Mapping[str, Any]) -> dict[str, Any]:
    """The exact partial derivative by every input of the expression, at the inputs' values.

    The rules of differentiation, from the result down to the inputs, so that all of them cost one walk; least
    and most take the branch that is active at the point.
    """
    slopes: dict[str, Any] = {}
    stack: list[tuple[Expression, Any]] = [(expression, 1.0)]
    while stack:
        node, slope = stack.pop()
        if isinstance(node, Symbol):
            slopes[node.name] = slopes.get(node.name, 0.0) + slope
        else:
            stack += ((argument, slope * partial) for argument, partial in _partials(node, at))
    return slopes


def _partials(node: Expression, at: Mapping[str, Any]) -> Iterable[tuple[Expression, Any]]:
    """The arguments of a node, each with the derivative of the node by it."""
    match node:
        case One() | Call("power_of_two", _):
            return ()
        case Counted(argument, _):
            return ((argument, 1.0),)
        case Operation("+", left, right):
            return (left, 1.0), (right, 1.0)
        case Operation("-", left, right):
            return (left, 1.0), (right, -1.0)
        case Operation("*", left, right):
            return (left, valued(right, at)), (right, valued(left, at))
        case Operation("/", left, right):
            bottom = valued(right, at)
            return (left, 1.0 / bottom), (right, -valued(left, at) / (bottom * bottom))
        case Call("total", arguments):
            return ((argument, 1.0) for argument in arguments)
        case Call("exp", (argument,)):
            return ((argument, exp(valued(argument, at))),)
        case Call("ln", (argument,)):
            return ((argument, 1.0 / valued(argument, at)),)
        case Call("root", (argument,)):
            return ((argument, 1.0 / (2 * root(valued(argument, at)))),)
        case Call("least" | "most" as which, arguments):
            choose = min if which == "least" else max
            return ((choose(arguments, key=lambda argument: valued(argument, at)), 1.0),)
    raise EquationError(f"no derivative of {node}")


def valued(node: Expression, at: Mapping[str, Any]) -> Any:
    """The number that an expression comes to, at the inputs' values."""
    match node:
        case Symbol(name):
            return at[name]
        case One():
            return 1.0
        case Counted(argument, _):
            return valued(argument, at)
        case Operation(sign, left, right):
            first, second = valued(left, at), valued(right, at)
            return {
                "+": lambda: first + second,
                "-": lambda: first - second,
                "*": lambda: first * second,
                "/": lambda: first / second,
            }[sign]()
        case Call(name, arguments):
            return FUNCTIONS[name](*(valued(argument, at) for argument in arguments))
    raise EquationError(f"no value of {node}")
