"""Figures spelt as formulas of a spreadsheet, over the names of cells; what is too long for one cell is rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lca.expression import Call, Counted, Expression, Operation, Symbol, cell, valued
from lca.figure import Derived, Figure
from lca.report.xlsx import Column, Live, Sheet

ARGUMENTS = 30
"""Arguments that a function is spelt out with. Excel takes 255; a reader would rather see more than these as rows."""
LONGEST = 8192
"""Signs of a formula, equals sign included (Excel specifications and limits)."""


class Formulas:
    """Spells figures as formulas; what is too long for one cell gets rows of its own."""

    def __init__(self, names: Mapping[Figure, str], values: Mapping[Figure, float | None]) -> None:
        self._names, self._values = names, values
        self._known: dict[tuple[str, ...], Symbol] = {}
        self.terms = Sheet(
            "Terms",
            "The terms of sums of many figures, one a row: a formula adds them up as a range. Sums of the very same "
            "terms share their rows, which stand under the first of them.",
            (Column("Figure", 10), Column("Id", 38), Column("Term", 42), Column("Value", 16)),
        )

    def of(self, figure: Figure, reason: Derived) -> str:
        """The formula of a figure, over the names of its inputs."""
        slots = [slot for slots in reason.slots.values() for slot in slots]
        names = {slot: self._names[below] for slot, below in zip(slots, reason.figures, strict=True)}
        values = {slot: self._values[below] for slot, below in zip(slots, reason.figures, strict=True)}
        titles = {self._names[below]: below.name for below in reason.figures}
        return f"={cell(self._short(reason.expression, figure, names, values, titles), names)}"

    def _short(self, node: Expression, *about: Any) -> Expression:
        """The same formula with ranges in place of many arguments, and cells in place of long parts."""
        _, names, *_ = about
        match node:
            case Counted(argument, _):
                return self._short(argument, *about)
            case Call(name, arguments) if len(arguments) > ARGUMENTS:
                return Call(name, (self._listed(arguments, *about),))
            case Call(name, arguments):
                short: Expression = Call(name, tuple(self._short(argument, *about) for argument in arguments))
                if len(cell(short, names)) < LONGEST:
                    return short
                return Call(name, (self._listed(arguments, *about),))
            case Operation(sign, left, right):
                short = Operation(sign, self._short(left, *about), self._short(right, *about))
                if len(cell(short, names)) < LONGEST:
                    return short
                return Operation(sign, self._listed((left,), *about), self._listed((right,), *about))
        return node

    def _listed(
        self,
        arguments: Sequence[Expression],
        figure: Figure,
        names: Mapping[str, str],
        values: Mapping[str, float | None],
        titles: Mapping[str, str],
    ) -> Symbol:
        """Arguments as rows of the sheet of terms, each once; the range that holds them."""
        # What is below these has its rows before these begin, so that theirs follow each other.
        spelt = tuple(cell(self._short(argument, figure, names, values, titles), names) for argument in arguments)
        if spelt not in self._known:
            first = self.terms.next
            numbers = _numbers(arguments, values)
            self.terms.rows += (
                (self._names[figure], figure.id, titles.get(formula, ""), Live(f"={formula}", number))
                for formula, number in zip(spelt, numbers, strict=True)
            )
            last = first + len(spelt) - 1
            place = self.terms.range("Value", first, last) if last > first else self.terms.cell("Value", first)
            self._known[spelt] = Symbol(place)
        return self._known[spelt]


def _numbers(arguments: Sequence[Expression], values: Mapping[str, float | None]) -> list[float | None]:
    """What arguments come to; with a gap among the inputs, nothing but the inputs themselves."""
    whole = None not in values.values()
    return [
        valued(argument, values) if whole else values[argument.name] if isinstance(argument, Symbol) else None
        for argument in arguments
    ]
