"""All that is asked of an inventory's uncertainty, each answer worked out when it is first asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lca.figure import Derived, Figure, Given, derive, leaves, walk
from lca.inventory import Analysis, Inventory, Line
from lca.model import Budget, Sampling
from lca.sensitivity import screening
from lca.sensitivity.approach_one import FirstOrder, propagated
from lca.sensitivity.approach_two import MonteCarlo, drawn_of, simulated
from lca.sensitivity.breakeven import Breakeven, Curve, breakevens, curve
from lca.sensitivity.sources import Uncertain, uncertain
from lca.sensitivity.tornado import swings, without_range

NO_SHARE = 1e-12
"""Of the variance: rounding, and no effect."""
SHOWN = 10
"""Inputs, or groups of them, that get an index of their own; the others share one."""
AGREES = 0.05
"""How far the half widths of the two approaches may differ, relative to the wider, and still be said to agree."""
BINS = 40
TAIL = 0.002
"""Of the draws, at either end, that a histogram leaves out: single draws far away would squeeze the rest."""
METHOD = (
    "Every input that has a range is drawn from its distribution, one draw wherever it is used; the interval lies "
    "between the 2.5 % and 97.5 % quantiles of the draws (IPCC 2006, volume 1, chapter 3, approach 2). A bar moves one "
    "input, or a group of inputs that belong together, alone to both ends of its range."
)


@dataclass(frozen=True)
class Risk:
    """A budget, and how likely the total is above it."""

    budget: Budget
    base: float
    limit: float
    probability: float
    """By the draws."""
    by_normal: float
    """By first-order deviation and a normal distribution."""

    @property
    def left(self) -> float:
        return self.limit - self.base


class Study:
    """What moves a total of an inventory, and how sure it is. Numbers are in the units of the figures.

    Raises `KeyError` for a total that the inventory lacks.
    """

    def __init__(self, inventory: Inventory, total: str | None = None, sampling: Sampling | None = None) -> None:
        self.inventory = inventory
        self.total = inventory.main if total is None else total
        self.top = inventory.totals[self.total]
        self.sampling = sampling or inventory.case.sampling

    @cached_property
    def known(self) -> Uncertain:
        """The inputs of the total that have a distribution."""
        return uncertain([self.top], self.sampling.correlations)

    @cached_property
    def first_order(self) -> FirstOrder:
        """The total by approach 1."""
        lines = [line.figure for line in self.lines]
        return propagated(self.top, self.inventory.values, self.sampling.correlations, lines)

    @cached_property
    def whole(self) -> Figure:
        """The total of all scopes on the basis of the total asked for."""
        market = self.inventory.totals.get("total.market") if "market" in self.total else None
        return market or self.inventory.totals[self.inventory.main]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that the total adds up."""
        below = set(walk([self.top]))
        return tuple(line for line in self.inventory.lines if line.figure in below)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every total, every line, and the sums of the lines by facility and by what caused them."""
        found = dict(self.inventory.totals)
        for line in self.inventory.lines:
            found[line.figure.id] = line.figure
        below, reason = set(walk([self.whole])), self.whole.reason
        if isinstance(reason, Derived):
            for kind in ("facility", "activity"):
                groups: dict[str, list[Figure]] = {}
                for line in self.inventory.lines:
                    if line.figure in below and (key := getattr(line, kind)):
                        groups.setdefault(f"{kind}.{key}", []).append(line.figure)
                for id, parts in groups.items():
                    found[id] = derive(id, id.partition(".")[2], reason.equation, parts=parts)
        return found

    @cached_property
    def monte_carlo(self) -> MonteCarlo:
        """Every figure by approach 2; the quantiles of totals have standard errors."""
        return self._drawn(self.figures)

    @cached_property
    def totals(self) -> MonteCarlo:
        """The same of the totals alone, which is what a report shows."""
        return self._drawn(self.inventory.totals)

    def _drawn(self, figures: Mapping[str, Figure]) -> MonteCarlo:
        values = dict(self.inventory.values)
        for figure in figures.values():
            if figure not in values:
                values[figure] = math.fsum(values[part] or 0.0 for part in figure.inputs)
        known = {id: figure for id, figure in figures.items() if values[figure] is not None}
        return simulated(known, values, self.sampling, total=self.total, errors_of=set(self.inventory.totals))

    def analysis(self, id: str | None = None) -> Analysis:
        """The tornado of a total, with its interval from the draws."""
        id = id or self.total
        estimate = self.totals.estimates[id]
        moved, exact = swings(self.inventory, id), without_range(self.inventory, id)
        method = f"{METHOD} {self.totals.words}."
        return Analysis(id, estimate.base, estimate.low, estimate.high, moved, exact, method)

    @property
    def agreement(self) -> str:
        """Whether the two approaches agree, and if not, why, in words."""
        estimate, first = self.totals.estimates[self.total], self.first_order
        if not self.known.shapes:
            return "Nothing that it rests on has a range."
        (low, high), drawn = first.interval, (estimate.high - estimate.low) / 2
        by_slopes = (high - low) / 2
        wider = max(drawn, by_slopes)
        apart = abs(drawn - by_slopes) / wider if wider else 0.0
        words = f"half widths {_width(by_slopes, first.base)} and {_width(drawn, first.base)}"
        if first.beyond:
            return f"Approach 1 does not hold here ({'; '.join(first.beyond)}); {words}. Approach 2 is the result."
        if apart > AGREES:
            return f"The approaches differ ({words}): the total does not follow its inputs in proportion."
        return f"Both approaches agree ({words})."

    def breakevens(self, share: float = 0.05) -> list[Breakeven]:
        """How wrong each input must be to move the total by a share of it."""
        among = [leaf for leaf in self.known.shapes if isinstance(leaf.reason, Given) and leaf.reason.value]
        return breakevens(self.top, self.inventory.values, among, share)

    def curve(self, id: str, low: float, high: float) -> Curve:
        """The total over a range of an input. Raises `KeyError` for an id that no input has."""
        return curve(self.top, self.inventory.values, self.leaf(id), low, high)

    def leaf(self, id: str) -> Figure:
        """An input by its id. Raises `KeyError`."""
        return {leaf.id: leaf for leaf in leaves([self.top])}[id]

    @cached_property
    def risks(self) -> tuple[Risk, ...]:
        """Every budget of the case whose total there is."""
        found = []
        for budget in self.inventory.case.budgets:
            top = self.inventory.totals.get(budget.total)
            if top is None:
                continue
            given = budget.limit.reason
            assert isinstance(given, Given)
            assert given.value is not None
            limit = given.value
            base = self.inventory.value(top) or 0.0
            first = propagated(top, self.inventory.values, self.sampling.correlations)
            found.append(Risk(budget, base, limit, self._above(top, limit), _above_normal(first, limit)))
        return tuple(found)

    def histogram(self, bins: int = BINS) -> tuple[list[float], list[int]]:
        """The edges, in the total's unit, and how many draws of the total lie between them; the tails are left out."""
        import numpy

        array = numpy.atleast_1d(drawn_of(self.top, self.inventory.values, self.sampling))
        low, high = (float(end) for end in numpy.quantile(array, (TAIL, 1 - TAIL)))
        counts, edges = numpy.histogram(array, bins=bins, range=(low, high) if low < high else None)
        return [float(edge) for edge in edges], [int(count) for count in counts]

    def _above(self, top: Figure, limit: float) -> float:
        array = drawn_of(top, self.inventory.values, self.sampling)
        return float(array > limit) if isinstance(array, float) else float((array > limit).mean())

    # --- all inputs together

    @cached_property
    def groups(self) -> tuple[Sequence[Figure], Sequence[str]]:
        """The inputs, and the group of each: what is decided or correlated together moves together."""
        named = {leaf.id: leaf for leaf in self.known.shapes}
        of: dict[Figure, str] = {}
        for decision in self.inventory.decisions:
            together = [leaf for leaf in decision.figures if leaf in self.known.shapes and leaf not in of]
            if len(together) > 1:
                of |= dict.fromkeys(together, decision.id)
        of |= {leaf: self.known.groups[leaf] for leaf in self.known.groups}
        size: dict[str, float] = {}
        for part in self.first_order.contributions:
            name = of.get(part.leaf, part.leaf.id)
            size[name] = size.get(name, 0.0) + abs(part.share)
        moving = [name for name in size if size[name] > NO_SHARE]
        kept = set(sorted(moving, key=lambda name: (-size[name], name))[:SHOWN])
        order = sorted(named.values(), key=lambda leaf: leaf.id)
        names = [of.get(leaf, leaf.id) for leaf in order]
        return order, [name if name in kept else screening.OTHERS for name in names]

    def indices(self, points: int = screening.POINTS) -> list[screening.Index]:
        """Sobol indices of the total. Raises `screening.NoSALib`."""
        order, names = self.groups
        model = screening.model_of(self.top, self.inventory.values, self.known, order)
        return screening.sobol_indices(names, model, seed=self.sampling.seed, points=points)

    def effects(self) -> list[screening.Effect]:
        """Morris elementary effects on the total. Raises `screening.NoSALib`."""
        order, names = self.groups
        model = screening.model_of(self.top, self.inventory.values, self.known, order)
        return screening.morris_effects(names, model, seed=self.sampling.seed)


def tornado(inventory: Inventory, total: str | None = None) -> Analysis:
    """What moves a total, the main one unless said, and its interval. Raises `KeyError` for one that there is not."""
    return Study(inventory, total).analysis()


def _above_normal(first: FirstOrder, limit: float) -> float:
    """The probability of lying above a limit, for a normal distribution about the base."""
    if not first.deviation:
        return float(first.base > limit)
    return 0.5 * math.erfc((limit - first.base) / first.deviation / math.sqrt(2))


def _width(half: float, base: float) -> str:
    """Half an interval over the value; by itself where the value is nothing."""
    return f"± {100 * half / abs(base):.1f} %" if base else f"± {half:.3g}"
