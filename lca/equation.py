"""Mathematics written once.

An equation is a plain Python function of one expression. The decorator calls it once with symbols and
keeps the expression that comes back; from it come the text, the TeX, the spreadsheet formula and the
exact derivative. Called with floats or numpy arrays it is the number. Called with pint quantities it
proves its units: kinds must agree, and no conversion factor can hide in the body.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from lca import units


class EquationError(TypeError):
    """An equation that is not one: it branches, hides a factor, or returns another kind than it declares."""


# --------------------------------------------------------------------------------------------------
# Expressions: what an equation is when it is called with symbols


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


def least(*values: Any) -> Any:
    """The smallest of its arguments."""
    return _extreme("least", values)


def most(*values: Any) -> Any:
    """The largest of its arguments."""
    return _extreme("most", values)


def _extreme(name: str, values: tuple[Any, ...]) -> Any:
    if any(isinstance(value, Expression) for value in values):
        return Call(name, tuple(_expression(value) for value in values))
    if all(isinstance(value, int | float) or _is_quantity(value) for value in values):
        return min(values) if name == "least" else max(values)
    import numpy

    return (numpy.minimum if name == "least" else numpy.maximum).reduce(numpy.broadcast_arrays(*values))


def total(*values: Any) -> Any:
    """The sum of its arguments, left to right."""
    if any(isinstance(value, Expression) for value in values):
        return Call("total", tuple(_expression(value) for value in values))
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def exp(value: Any) -> Any:
    """e to the power of a pure number."""
    return _function("exp", value)


def ln(value: Any) -> Any:
    """The natural logarithm of a pure number."""
    return _function("ln", value)


def root(value: Any) -> Any:
    """The square root of a pure number."""
    return _function("root", value)


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


def counted(value: Any, kind: str) -> Any:
    """The same quantity counted as another kind: IT energy as part of site energy, say.

    Only what `units.MAY_COUNT_AS` lists may be so counted. Raises `EquationError` in the proof of units.
    """
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
    raise EquationError(f"{_spelt(value.units)} may not be counted as {kind}")


# --------------------------------------------------------------------------------------------------
# Equations


@dataclass(frozen=True)
class Parameter:
    """An input of an equation: its symbol and the unit, or the units, that it takes."""

    name: str
    symbol: str
    units: tuple[str, ...]
    many: bool


@dataclass(frozen=True, eq=False)
class Equation:
    """A formula with its symbols, units and source; calling it evaluates it."""

    function: Callable[..., Any]
    symbol: str
    source: str
    unit: str
    parameters: Mapping[str, Parameter]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def subject(self) -> str:
        """The file of `lca/methods/` that the equation stands in."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def description(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "")

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    @cached_property
    def expression(self) -> Expression:
        """The formula over its parameters' names; a repeated input stands for all of its kind."""
        return self.expanded({name: [name] for name in self.parameters})

    def expanded(self, names: Mapping[str, Iterable[str]]) -> Expression:
        """The formula over the given names, as many for a repeated input as there are."""
        arguments = [Symbol(name) for parameter in self.parameters for name in names[parameter]]
        result = self.function(*arguments)
        if not isinstance(result, Expression):
            raise EquationError(f"{self.name} does not depend on its inputs")
        return result

    def prove(self) -> None:
        """Prove the units once, with pint: kinds agree and no conversion factor hides in the body.

        Raises `EquationError`.
        """
        _prove(self)


@lru_cache(maxsize=None)
def _prove(equation: Equation) -> None:
    import itertools

    import pint

    quantity = units.registry().Quantity
    for chosen in itertools.product(*(parameter.units for parameter in equation.parameters.values())):
        numbers = [0.31 + 0.13 * position for position in range(len(chosen))]
        try:
            result = equation.function(*(quantity(n, "" if u == "1" else u) for n, u in zip(numbers, chosen, strict=True)))
            if not _is_quantity(result):
                result = quantity(result, "")
            in_declared = result.to("" if equation.unit == "1" else equation.unit).magnitude
        except pint.DimensionalityError as error:
            raise EquationError(
                f"{equation.name}: {_spelt(error.units1)} is not {_spelt(error.units2)}; declared {equation.unit}"
            ) from None
        expected = equation.function(*numbers)
        if not math.isclose(in_declared, expected, rel_tol=1e-12):
            raise EquationError(f"{equation.name} hides a conversion factor of {float(in_declared / expected):.6g}")


def _spelt(unit: Any) -> str:
    parts = {name.replace("kilo", "k"): int(power) for name, power in dict(getattr(unit, "_units", unit)).items()}
    top = "*".join(name for name, power in parts.items() for _ in range(max(power, 0)))
    bottom = "*".join(name for name, power in parts.items() for _ in range(max(-power, 0)))
    return f"{top or '1'}/{bottom}" if bottom else top or "1"


REGISTER: dict[str, Equation] = {}
"""Every equation by name, in the order in which the methods are imported."""


def equation(symbol: str, source: str, /, **symbols: str) -> Callable[[Callable[..., Any]], Equation]:
    """Declare an equation: its symbol, the clause it comes from, and the symbols of its inputs.

    `source` is a key of `datasets/sources.yaml`, with `#` and a clause where there is one. The
    annotations of the function are the units (`units.kWh_it` and its neighbours). Tracing happens at
    once, so that a function that branches or holds a number is refused where it is written.
    """

    def declare(function: Callable[..., Any]) -> Equation:
        hints = get_type_hints(function, include_extras=True)
        parameters = {
            parameter.name: Parameter(
                parameter.name,
                symbols.get(parameter.name, parameter.name),
                _declared(hints[parameter.name]),
                parameter.kind is inspect.Parameter.VAR_POSITIONAL,
            )
            for parameter in inspect.signature(function).parameters.values()
        }
        (unit,) = _declared(hints["return"])
        made = Equation(function, symbol, source, unit, parameters)
        made.expression  # noqa: B018 -- traced here, so that the error stands at the definition
        if made.name in REGISTER:
            raise EquationError(f"{made.name} is declared twice")
        REGISTER[made.name] = made
        return made

    return declare


def _declared(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is not Annotated:
        raise EquationError(f"{annotation} is not a unit; use one of lca.units")
    return tuple(get_args(annotation)[1].split(" | "))


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
        case Call("total", arguments) if len(arguments) > 1:
            return 1
    return 3


def _text_call(name: str, arguments: list[str]) -> str:
    if name == "total":
        return " + ".join(arguments) if len(arguments) > 1 else f"Σ {arguments[0]}"
    if name == "root":
        return f"√({arguments[0]})"
    return f"{name}({', '.join(arguments)})"


def _cell_call(name: str, arguments: list[str]) -> str:
    spelling = {"least": "MIN", "most": "MAX", "total": "SUM", "exp": "EXP", "ln": "LN", "root": "SQRT"}
    return f"{spelling[name]}({','.join(arguments)})"


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
            spelt = [tex(argument, names) for argument in arguments]
            return " + ".join(spelt) if len(spelt) > 1 else rf"\sum {spelt[0]}"
        case Call("root", (argument,)):
            return rf"\sqrt{{{tex(argument, names)}}}"
        case Call(name, arguments):
            spelling = {"least": r"\min", "most": r"\max", "exp": r"\exp", "ln": r"\ln"}[name]
            return rf"{spelling}\left({', '.join(tex(argument, names) for argument in arguments)}\right)"
    raise EquationError(f"no spelling for {expression}")


def tex_symbol(symbol: str) -> str:
    """`E_site` as TeX: one letter is italic, a word is upright, what follows `_` is a subscript."""
    head, _, index = symbol.partition("_")
    upright = head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return rf"{upright}_{{\mathrm{{{index}}}}}" if index else upright


Derivative = Callable[[Mapping[str, Any]], Any]


def derivative(expression: Expression, name: str) -> Derivative:
    """The exact partial derivative by the input `name`, as a function of the inputs' values.

    Built by the rules of differentiation over the expression; least and most take the branch that is
    active at the point.
    """

    def value(node: Expression, at: Mapping[str, Any]) -> Any:
        return _value(node, at)

    def slope(node: Expression, at: Mapping[str, Any]) -> Any:
        match node:
            case Symbol(symbol):
                return 1.0 if symbol == name else 0.0
            case One():
                return 0.0
            case Counted(argument, _):
                return slope(argument, at)
            case Operation("+", left, right):
                return slope(left, at) + slope(right, at)
            case Operation("-", left, right):
                return slope(left, at) - slope(right, at)
            case Operation("*", left, right):
                return slope(left, at) * value(right, at) + value(left, at) * slope(right, at)
            case Operation("/", left, right):
                bottom = value(right, at)
                return (slope(left, at) * bottom - value(left, at) * slope(right, at)) / (bottom * bottom)
            case Call("total", arguments):
                return sum(slope(argument, at) for argument in arguments)
            case Call("exp", (argument,)):
                return exp(value(argument, at)) * slope(argument, at)
            case Call("ln", (argument,)):
                return slope(argument, at) / value(argument, at)
            case Call("root", (argument,)):
                return slope(argument, at) / (root(value(argument, at)) + root(value(argument, at)))
            case Call("least" | "most" as which, arguments):
                choose = min if which == "least" else max
                return slope(choose(arguments, key=lambda argument: value(argument, at)), at)
        raise EquationError(f"no derivative of {node}")

    return lambda at: slope(expression, at)


def _value(node: Expression, at: Mapping[str, Any]) -> Any:
    match node:
        case Symbol(name):
            return at[name]
        case One():
            return 1.0
        case Counted(argument, _):
            return _value(argument, at)
        case Operation(sign, left, right):
            first, second = _value(left, at), _value(right, at)
            return {
                "+": lambda: first + second,
                "-": lambda: first - second,
                "*": lambda: first * second,
                "/": lambda: first / second,
            }[sign]()
        case Call(name, arguments):
            function = {"least": least, "most": most, "total": total, "exp": exp, "ln": ln, "root": root}[name]
            return function(*(_value(argument, at) for argument in arguments))
    raise EquationError(f"no value of {node}")
