"""What a document is made of, before it has a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca.figure import Figure
from lca.model import Asset, Facility, Instrument, Workload
from lca.questions.completeness import Assessed
from lca.report.numbers import Shown


@dataclass(frozen=True)
class Part:
    """One part of the total, and where it begins when all are laid end to end."""

    shown: Shown
    kind: str
    """operational, embodied, upstream, losses: decides the colour."""
    tint: int
    start: float
    share: float


@dataclass(frozen=True)
class Bar:
    """One row of a tornado."""

    id: str
    name: str
    low: float
    high: float
    """The total at the lowest and the highest, in the unit of the chart."""
    at_low: str
    at_high: str
    range: str
    falls: bool
    """Whether the total falls when the input rises."""


@dataclass(frozen=True)
class Row:
    """A line of the result on both bases, in the unit of the table."""

    name: str
    location: Shown | None
    market: Shown | None


@dataclass(frozen=True)
class Placed:
    """A scope and category, the rule that puts lines there, and the lines."""

    where: str
    iso: str
    rule: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Run:
    """A workload with its hardware and its place, by their names."""

    workload: Workload
    asset: Asset
    facility: Facility
    device: str
    count: str
    place: str

    @property
    def hardware(self) -> str:
        """So many of which device."""
        if self.device:
            return f"{self.count} × {self.device}" if self.count else self.device
        return f"{self.count} devices" if self.count else "hardware not named"


@dataclass(frozen=True)
class Largest:
    """The kind of part that makes up most of the total."""

    kind: str
    name: str
    share: float
    plural: bool


@dataclass(frozen=True)
class Held:
    """A published figure beside ours."""

    source: str
    written: str
    name: str
    ours: Shown
    difference: str


@dataclass(frozen=True)
class Compared:
    """The case under the convention of a peer, or as it is: numbers in the unit of the table."""

    name: str
    total: str
    difference: str
    decisive: str
    choices: tuple[tuple[str, str, str], ...]
    """Of each choice by itself: what it is, its words, what it does to the total."""
    reason: str = ""


@dataclass(frozen=True)
class Alias:
    """A total that is a figure of another id."""

    alias: str
    figure: str


@dataclass(frozen=True)
class Contract:
    """A contract for electricity, where it may be used, and how much it covers."""

    instrument: Instrument
    where: str
    covers: Shown
    covers_figure: Figure
    share: float
    """How much of it is applied."""

    @property
    def applied(self) -> str:
        """How much of it is applied, in words; of nothing, why."""
        if "no" in self.instrument.criteria.values():
            return "no: fails a quality criterion"
        if not self.share:
            return "no: nothing of its market is left to cover"
        shown = f"{100 * self.share:.3g}"
        return "all of it" if shown == "100" else f"{shown} % of it"


@dataclass(frozen=True)
class Category:
    """A category of an inventory: what became of it, how large it is, and why."""

    entry: Assessed
    size: str
    """As computed or as screened; nothing where neither is known."""
    share: str
    """Of the total."""


@dataclass(frozen=True)
class Budgeted:
    """A budget as a table shows it."""

    name: str
    base: str
    limit: str
    left: str
    probability: str


@dataclass(frozen=True)
class Matrix:
    """A table of figures: rows by columns, each column in one unit; a cell is None where there is nothing."""

    title: str
    columns: Sequence[tuple[str, str]]
    """Name and unit."""
    rows: Sequence[tuple[str, Sequence[Shown | None]]]
    total: str = ""
    """The name of the last row, where that is the sum of the others."""


@dataclass(frozen=True)
class Excerpt:
    """The first entries of a list, and how many more it has."""

    shown: Sequence[Any]
    more: int


def excerpts(limits: Mapping[str, int]) -> Callable[[Sequence[Any], str], Excerpt]:
    """What cuts a list to the limit of its name; a list without one is shown whole."""

    def first(entries: Sequence[Any], name: str) -> Excerpt:
        shown = entries[: limits.get(name)]
        return Excerpt(shown, len(entries) - len(shown))

    return first


@dataclass(frozen=True)
class OptionBar:
    """One option of a comparison, in the unit of the chart."""

    key: str
    title: str
    parts: tuple[tuple[str, float], ...]
    """Electricity and manufacture, or the whole, laid end to end."""
    base: float
    low: float
    high: float
    text: str
    interval: str


@dataclass(frozen=True)
class OptionCurve:
    """The total of an option over the intensity of electricity, a straight line, and where it stands on it."""

    key: str
    title: str
    start: float
    end: float
    at: float
    base: float
