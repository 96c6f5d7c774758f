"""What a case comes to.

    Line                        one posting: activity → scope, category, ISO category, basis, view : Figure
    Decision                    what was taken, from which Candidates, by which rule
    Inventory                   case + lines + totals + decisions + findings + the value of every figure
    Analysis                    the interval of a total, and the Swing of each input that moves it

All are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lca.figure import Figure, Place
from lca.model import Case, Finding

Basis = Literal["location", "market", "both"]
View = Literal["workload", "inventory"]


@dataclass(frozen=True)
class Candidate:
    """A factor that was looked at, and why it was taken or passed over."""

    factor: str
    verdict: str
    place: Place | None = None


@dataclass(frozen=True)
class Decision:
    """What was taken, from which candidates, by which rule."""

    id: str
    question: str
    taken: str
    rule: str
    figures: tuple[Figure, ...] = ()
    """The leaves that were taken; they move together in a sensitivity analysis."""
    candidates: tuple[Candidate, ...] = ()
    place: Place | None = None
    assumed: bool = False
    """Whether nobody declared it: it belongs in the register of assumptions."""
    source: str | None = None
    gives: Figure | None = None
    """What follows from what was taken, where that is a figure of its own."""
    alternatives: tuple[Figure, ...] = ()
    """Figures that answer the same question and were not taken; computed, so that they can be shown."""


@dataclass(frozen=True)
class Lease:
    """On what terms something is leased: whether we operate it, and the kind of the lease as far as it is said."""

    operated: bool
    kind: str


@dataclass(frozen=True)
class Line:
    """One posting."""

    activity: str
    part: str
    """operational, upstream, losses, embodied, idle, release, combustion, biogenic …"""
    scope: int
    """1 to 3; 0 for what stands outside the scopes: biogenic CO2, credits"""
    category: str
    """`2` for scope 2, `3.2` for category 2 of scope 3"""
    iso: str
    basis: Basis
    view: View
    figure: Figure
    rule: str
    """Which rule put it there."""
    facility: str | None = None
    entity: str | None = None
    gas: str = ""
    """Which gas, for what is known by gas."""
    method: str = ""
    """How something bought was quantified: supplier, activity, spend; stated figures are the supplier's."""
    lease: Lease | None = None
    """Of what is leased: each approach to consolidation decides by it where the line belongs."""


@dataclass(frozen=True)
class Inventory:
    """What `compute` returns: the case accounted for."""

    case: Case
    lines: tuple[Line, ...]
    totals: Mapping[str, Figure]
    """Stable id → figure, in the order of a report."""
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    values: Mapping[Figure, float | None]
    sources: Mapping[str, Mapping[str, Any]]
    """The bibliography entries that the figures cite."""
    datasets: Mapping[str, str]
    """Every file of the data sets that was read, with its SHA-256."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the data sets call the devices, hosts and locations that the case names."""

    @property
    def main(self) -> str:
        """The id of the total that its subject is about: by it inputs are ranked."""
        return "total.location" if self.case.boundary.subject == "organisation" else "total"

    @property
    def roots(self) -> tuple[Figure, ...]:
        """The totals, and what was looked at beside them and not taken."""
        beside = (figure for decision in self.decisions for figure in decision.alternatives)
        return (*self.totals.values(), *beside)

    def value(self, figure: Figure | str) -> float | None:
        """The number of a figure, or of a total by its id, in the figure's unit."""
        return self.values[self.totals[figure] if isinstance(figure, str) else figure]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    def total(self, id: str) -> Any:
        """A total as a pint quantity in plain units. Raises `KeyError` for an id that the case lacks."""
        from lca import units

        figure = self.totals[id]
        return units.quantity(self.values[figure], figure.unit)

    def frame(self) -> Any:
        """The lines as a pandas frame: one row a line, value in kgCO2e."""
        import pandas

        columns = ("activity", "part", "scope", "category", "iso", "basis", "view", "rule")
        rows = [
            {
                **{name: getattr(line, name) for name in columns},
                "figure": line.figure.id,
                "value": self.value(line.figure),
            }
            for line in self.lines
        ]
        return pandas.DataFrame(rows, columns=[*columns, "figure", "value"])


@dataclass(frozen=True)
class Swing:
    """What one input, or one group that moves together, does to a total."""

    id: str
    name: str
    leaves: tuple[Figure, ...]
    at_low: float
    at_high: float
    reason: str

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Analysis:
    """How sure a total is, and what moves it."""

    total: str
    base: float
    low: float
    high: float
    swings: tuple[Swing, ...]
    without_spread: tuple[Figure, ...]
    method: str
