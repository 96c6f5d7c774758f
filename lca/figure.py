"""The tree: a figure is a unit and a reason, given by somebody or derived from other figures.

    Figure                      name, unit, reason
      Given | Derived           value + source + Place + quality + Spread  |  equation + inputs

A figure is itself: two figures are the same when they are the same object, so a factor that forty lines use is one
figure and moves all forty together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Literal

from lca.distribution import Distribution, of_range
from lca.equation import Equation
from lca.expression import Expression

Quality = Literal["measured", "declared", "dataset", "assumed"]
"""measured: read from an instrument's record; declared: stated by the author of the case;
dataset: published for this thing; assumed: published for something else, or in general, and taken
because nobody said better."""


@dataclass(frozen=True, order=True)
class Place:
    """Where something was written: file, line, column (both from 1; 0 is the file as a whole)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True)
class Spread:
    """The range of a value, and who says so: its 95 % interval, or the ends of a shape that has ends."""

    low: float
    high: float
    reason: str
    distribution: Distribution | None = None
    """The shape, where one is declared or follows from the source; else that of a range (`distribution.of_range`)."""

    def around(self, value: float) -> Distribution:
        """The shape of a value with this spread."""
        return self.distribution or of_range(value, self.low, self.high)

    def scaled(self, factor: float) -> Spread:
        """The spread of so many times the value, as in another unit."""
        shape = self.distribution.scaled(factor) if self.distribution else None
        return Spread(self.low * factor, self.high * factor, self.reason, shape)


@dataclass(frozen=True)
class Given:
    """A leaf: a value with the one who states it. A value of None is a gap."""

    value: float | None
    place: Place
    quality: Quality
    source: str | None = None
    """A key of the bibliography, or a file of evidence, or None when the case itself is the authority."""
    page: str | None = None
    spread: Spread | None = None
    note: str | None = None
    written: str | None = None
    """The value as its author wrote it, unit included."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """A node: an equation and the figures that go into it, by parameter, in order."""

    equation: Equation
    inputs: Mapping[str, tuple[Figure, ...]]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All inputs, in order."""
        return tuple(chain.from_iterable(self.inputs.values()))

    @property
    def slots(self) -> Mapping[str, Sequence[str]]:
        """A name for every input, by parameter; repeated ones are numbered."""
        return self.equation.filled(self._counts)[0]

    @property
    def expression(self) -> Expression:
        """The equation over the names of its inputs."""
        return self.equation.filled(self._counts)[1]

    @property
    def _counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.inputs.values()))


@dataclass(frozen=True, eq=False)
class Figure:
    """A quantity with its reason. `unit` may name a kind (`kWh_it`)."""

    id: str
    name: str
    unit: str
    reason: Given | Derived

    @property
    def inputs(self) -> tuple[Figure, ...]:
        return () if isinstance(self.reason, Given) else self.reason.figures

    def __repr__(self) -> str:
        return f"Figure({self.id!r}, {self.unit!r})"


def given(leaf: Figure) -> Given:
    """The reason of a leaf: who states it, and where."""
    assert isinstance(leaf.reason, Given), f"{leaf.id} is derived"
    return leaf.reason


def given_value(figure: Figure | None) -> float | None:
    """The value of a leaf; None of a gap, of a derived figure, and where there is no figure."""
    return figure.reason.value if figure is not None and isinstance(figure.reason, Given) else None


def given_number(figure: Figure) -> float:
    """The value of a leaf, to be compared with others; zero of one that could not be read, which has been reported."""
    return given_value(figure) or 0.0


def derive(id: str, name: str, equation: Equation, **inputs: Figure | Sequence[Figure]) -> Figure:
    """Link figures through an equation. Nothing is computed; units must be exactly those declared.

    Raises `TypeError` when an input is missing, unknown, or of another unit or kind.
    """
    if inputs.keys() != equation.parameters.keys():
        raise TypeError(f"{equation.name} takes {', '.join(equation.parameters)}; given {', '.join(inputs)}")
    linked: dict[str, tuple[Figure, ...]] = {}
    shown: list[tuple[str, ...]] = []
    for key, parameter in equation.parameters.items():
        given = inputs[key]
        figures = (given,) if isinstance(given, Figure) else tuple(given)
        if not figures or (len(figures) > 1 and not parameter.many):
            raise TypeError(f"{equation.name}({key}): {len(figures)} figures")
        linked[key] = figures
        shown.append((given.unit,) if isinstance(given, Figure) else tuple(dict.fromkeys(one.unit for one in figures)))
    unit, misfit = equation.unit_for(tuple(shown))
    if misfit:
        key, wrong, allowed = misfit
        figure = next(one for one in linked[key] if one.unit == wrong)
        raise TypeError(f"{equation.name}({key}): {wrong} is not {allowed} ({figure.id})")
    return Figure(id, name, unit, Derived(equation, linked))


def walk(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Every figure below the given ones and these, once each, inputs before what uses them."""
    seen: set[Figure] = set()
    stack: list[Figure | None] = [*figures]
    stack.reverse()
    ready: list[Figure] = []
    while stack:
        figure = stack.pop()
        if figure is None:  # all below the figure at the top of `ready` has been met
            yield ready.pop()
        elif figure not in seen:
            seen.add(figure)
            reason = figure.reason
            if isinstance(reason, Given):
                yield figure
            else:
                ready.append(figure)
                stack.append(None)
                stack += reason.figures[::-1]


def leaves(figures: Iterable[Figure]) -> list[Figure]:
    """The given figures below the given ones, in the order in which they are met."""
    return [figure for figure in walk(figures) if isinstance(figure.reason, Given)]
