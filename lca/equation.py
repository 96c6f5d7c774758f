"""Mathematics written once.

An equation is a plain Python function of one expression. The decorator calls it once with symbols and
keeps the expression that comes back (`lca.expression`). Called with floats or numpy arrays it is the
number. Called with pint quantities it proves its units: kinds must agree, and no conversion factor can
hide in the body.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from lca import units
from lca.expression import (
    EquationError,
    Expression,
    Symbol,
    counted,
    exp,
    least,
    ln,
    most,
    power_of_two,
    root,
    spelt,
    total,
)

__all__ = [
    "REGISTER",
    "Equation",
    "EquationError",
    "Parameter",
    "counted",
    "equation",
    "exp",
    "least",
    "ln",
    "most",
    "power_of_two",
    "root",
    "total",
]
"""What a file of methods needs: the decorator, and the functions that a body may use."""


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

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """What stands for a unit in its units, one and the same in all of them; two currencies are two."""
        declared = (self.unit, *(unit for parameter in self.parameters.values() for unit in parameter.units))
        return tuple(name for name in units.VARIABLES if any(name in unit for unit in declared))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What its variables may stand for: `EUR`, or `EUR USD` where there are two."""
        return tuple(
            " ".join(kinds) for kinds in itertools.product(*(units.VARIABLES[name] for name in self.variables))
        )

    def put(self, kind: str, unit: str) -> str:
        """A unit of it with its variables replaced."""
        for name, put in zip(self.variables, kind.split(), strict=True):
            unit = unit.replace(name, put)
        return unit

    def kind_of(self, given: Mapping[str, str]) -> str:
        """The kind that the units given to its inputs show; the first one when they show none."""
        for name, unit in given.items():
            if (shown := self._kind_shown.get((name, unit))) is not None:
                return shown
        return self.kinds[0]

    @cached_property
    def _kind_shown(self) -> Mapping[tuple[str, str], str]:
        return {
            (name, self.put(kind, unit)): kind
            for name, parameter in self.parameters.items()
            for unit in parameter.units
            if self.variables and all(variable in unit for variable in self.variables)
            for kind in self.kinds
        }

    def of(self, kind: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
        """Its unit, and the units that each input may have, for one kind that its variable stands for."""
        return _of(self, kind)

    def unit_for(self, shown: tuple[tuple[str, ...], ...]) -> tuple[str, tuple[str, str, str] | None]:
        """Its unit for inputs of the units shown, by parameter; and the first misfit: parameter, unit, units allowed.

        Proves the units of the equation first. Raises `EquationError`.
        """
        return _unit_for(self, shown)

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

    def filled(self, counts: tuple[int, ...]) -> tuple[Mapping[str, Sequence[str]], Expression]:
        """Names for so many inputs of every parameter, `parts[0]` and on, and the formula over them."""
        return _filled(self, counts)

    def prove(self) -> None:
        """Prove the units once, with pint: kinds agree and no conversion factor hides in the body.

        Raises `EquationError`.
        """
        _prove(self)


@lru_cache(maxsize=1024)
def _filled(equation: Equation, counts: tuple[int, ...]) -> tuple[Mapping[str, Sequence[str]], Expression]:
    slots = {
        name: [f"{name}[{position}]" for position in range(count)]
        for name, count in zip(equation.parameters, counts, strict=True)
    }
    return slots, equation.expanded(slots)


@cache
def _of(equation: Equation, kind: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    if not equation.variables:
        return equation.unit, {name: parameter.units for name, parameter in equation.parameters.items()}
    inputs = {
        name: tuple(equation.put(kind, unit) for unit in parameter.units)
        for name, parameter in equation.parameters.items()
    }
    return equation.put(kind, equation.unit), inputs


@lru_cache(maxsize=4096)
def _unit_for(equation: Equation, shown: tuple[tuple[str, ...], ...]) -> tuple[str, tuple[str, str, str] | None]:
    equation.prove()
    by_parameter = dict(zip(equation.parameters, shown, strict=True))
    unit, wanted = equation.of(equation.kind_of({key: given[0] for key, given in by_parameter.items()}))
    for key, given in by_parameter.items():
        for wrong in given:
            if wrong not in wanted[key]:
                return unit, (key, wrong, " or ".join(wanted[key]))
    return unit, None


@cache
def _prove(equation: Equation) -> None:
    import pint

    quantity = units.registry().Quantity
    cases = [
        (unit, chosen)
        for unit, inputs in map(equation.of, _to_prove(equation))
        for chosen in itertools.product(*inputs.values())
    ]
    for unit, chosen in cases:
        numbers = [0.31 + 0.13 * position for position in range(len(chosen))]
        try:
            result = equation.function(
                *(quantity(n, "" if u == "1" else u) for n, u in zip(numbers, chosen, strict=True))
            )
            if not hasattr(result, "dimensionality"):
                result = quantity(result, "")
            in_declared = result.to("" if unit == "1" else unit).magnitude
        except pint.DimensionalityError as error:
            raise EquationError(
                f"{equation.name}: {spelt(error.units1)} is not {spelt(error.units2)}; declared {unit}"
            ) from None
        expected = equation.function(*numbers)
        if not math.isclose(in_declared, expected, rel_tol=1e-12):
            raise EquationError(f"{equation.name} hides a conversion factor of {float(in_declared / expected):.6g}")


def _to_prove(equation: Equation) -> tuple[str, ...]:
    """The kinds to prove it for: all of one variable; of two, each against the one after it."""
    if len(equation.variables) < 2:
        return equation.kinds
    first, second = (units.VARIABLES[name] for name in equation.variables)
    return tuple(" ".join(pair) for pair in zip(first, (*second[1:], second[0]), strict=True))


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
