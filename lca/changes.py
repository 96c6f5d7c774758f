"""What changed between two inventories: the difference of a total by cause, with nothing left over.

Each cause is worth its Shapley value: the mean, over all orders in which the causes could have come about, of what it
adds when it comes. That sums to the difference exactly, depends on no order, and of two factors is what Sun (1998)
gives each: E₁f₁ − E₀f₀ = (E₁ − E₀)(f₀ + f₁)∕2 + (f₁ − f₀)(E₀ + E₁)∕2. Applied to carbon emissions by Albrecht, François
and Schoors, "A Shapley decomposition of carbon emissions without residuals", Energy Policy 30 (2002) 727–736.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca import units
from lca.compute import evaluate, is_sum
from lca.explain import quantity, readable
from lca.figure import Derived, Figure, Given, leaves
from lca.inventory import Inventory

CAUSES: Mapping[str, str] = {
    "activity": "how much was done: energy, hours, distances, masses, money",
    "efficiency": "what a unit of it takes: power, utilisation, rates, shares",
    "pue": "cooling and overhead of the sites",
    "grid": "electricity: another year, place or contract",
    "factor": "factors: another row, edition, supplier or set of warming potentials",
    "method": "another equation for the same thing, another lifetime",
    "boundary": "what is in one of them only, and whose it is",
}
"""In the order in which they are told where they weigh the same."""


class Incomparable(Exception):
    """Two inventories without a total in common; the message says which each has."""


@dataclass(frozen=True)
class Moved:
    """An input that differs: a leaf, or what stands for one, on each side; None where there is none."""

    id: str
    name: str
    old: Figure | None
    new: Figure | None
    old_value: float | None
    new_value: float | None

    @property
    def words(self) -> str:
        before = "not there" if self.old is None else quantity(self.old_value, self.old.unit)
        after = "not there" if self.new is None else quantity(self.new_value, self.new.unit)
        return f"{before} → {after}"


@dataclass(frozen=True)
class Effect:
    """What inputs that changed together did to the total, by way of the parts of it that hold them."""

    inputs: tuple[Moved, ...]
    parts: tuple[str, ...]
    value: float


@dataclass(frozen=True)
class Cause:
    """A cause, what it did to the total, and the inputs behind it, largest first."""

    key: str
    value: float
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Changes:
    """The difference of a total by cause."""

    total: str
    name: str
    unit: str
    old: float
    new: float
    causes: tuple[Cause, ...]
    titles: tuple[str, str]

    @property
    def difference(self) -> float:
        return self.new - self.old


def between(old: Inventory, new: Inventory, total: str | None = None) -> Changes:
    """The difference of a total between two inventories, by cause. Raises `Incomparable`."""
    id = total or new.main
    for inventory, words in ((old, "the first"), (new, "the second")):
        if id not in inventory.totals or inventory.value(id) is None:
            raise Incomparable(f"{words} has no `{id}`; it has {', '.join(inventory.totals) or 'no totals'}")
    before, after = old.totals[id], new.totals[id]
    if before.unit != after.unit:
        raise Incomparable(f"`{id}` is in {before.unit} in the first and in {after.unit} in the second")
    both = _things(old) & _things(new)
    effects: dict[tuple[str, tuple[str, ...]], list[tuple[str, float, tuple[Moved, ...]]]] = {}
    for pair in _paired(before, after):
        part = _Part(*pair, both)
        for cause, value in part.shares().items():
            inputs = part.moved[cause]
            key = cause, tuple(item.id for item in inputs)
            effects.setdefault(key, []).append((part.name, value, inputs))
    causes = []
    for cause in CAUSES:
        found = [_together(entries) for (of, _), entries in effects.items() if of == cause]
        if found := sorted((item for item in found if item.value), key=lambda item: -abs(item.value)):
            causes.append(Cause(cause, math.fsum(item.value for item in found), tuple(found)))
    causes.sort(key=lambda cause: -abs(cause.value))
    first, last = old.value(id), new.value(id)
    assert first is not None
    assert last is not None
    return Changes(id, after.name, after.unit, first, last, tuple(causes), (old.case.title, new.case.title))


def _together(entries: Sequence[tuple[str, float, tuple[Moved, ...]]]) -> Effect:
    """What the same inputs did by way of several parts."""
    parts = tuple(dict.fromkeys(name for name, _, _ in entries))
    return Effect(entries[0][2], parts, math.fsum(value for _, value, _ in entries))


def _things(inventory: Inventory) -> frozenset[str]:
    """What the case of an inventory declares, by the beginning of the ids of its leaves."""
    case = inventory.case
    return frozenset(
        item.key
        for group in (case.facilities.values(), case.assets.values(), case.workloads.values(), case.activities)
        for item in group
    )


# --- the parts of a total -------------------------------------------------------------------------


def _paired(old: Figure, new: Figure) -> Iterator[tuple[Figure | None, Figure | None]]:
    """The terms that two figures sum, matched by their ids; of two that sum nothing, the two themselves."""
    before, after = _terms(old), _terms(new)
    if len(before) == len(after) == 1:
        yield before[0], after[0]
        return
    waiting: dict[str, list[Figure]] = {}
    for term in after:
        waiting.setdefault(term.id, []).append(term)
    for term in before:
        found = waiting.get(term.id)
        yield term, found.pop(0) if found else None
    for term in itertools.chain.from_iterable(waiting.values()):
        yield None, term


def _terms(figure: Figure) -> list[Figure]:
    """What a figure adds up in the end: sums of sums are one."""
    if not is_sum(figure.reason):
        return [figure]
    return [term for below in figure.inputs for term in _terms(below)]


class _Part:
    """A term of the total on both sides: which causes moved it, and how much each."""

    def __init__(self, old: Figure | None, new: Figure | None, both: frozenset[str]) -> None:
        self._old, self._new, self._both = old, new, both
        self.moved: dict[str, tuple[Moved, ...]] = {}
        self._causes: dict[tuple[Figure | None, Figure | None], str] = {}
        self._values = evaluate([figure for figure in (old, new) if figure is not None])
        self._meet(old, new)

    @property
    def name(self) -> str:
        figure = self._new or self._old
        assert figure is not None
        return figure.name

    def shares(self) -> dict[str, float]:
        """The Shapley value of every cause that moved it."""
        causes = sorted(self.moved, key=list(CAUSES).index)
        worth = {
            frozenset(chosen): self._value(frozenset(chosen))
            for size in range(len(causes) + 1)
            for chosen in itertools.combinations(causes, size)
        }
        found = {}
        for cause in causes:
            others = [item for item in causes if item != cause]
            terms = []
            for size in range(len(others) + 1):
                orders = 1 / (len(causes) * math.comb(len(others), size))
                for chosen in itertools.combinations(others, size):
                    without = frozenset(chosen)
                    terms.append(orders * (worth[without | {cause}] - worth[without]))
            found[cause] = math.fsum(terms)
        return found

    # What differs is met once, from above, and each difference given its cause.

    def _meet(self, old: Figure | None, new: Figure | None) -> None:
        if (old, new) in self._causes:
            return
        if old is None or new is None:
            self._note(old, new, self._of_one_side(new or old))
        elif self._is_leaf(old) and self._is_leaf(new):
            if self._values[old] != self._values[new]:
                self._note(old, new, _cause(old, new))
        elif is_sum(old.reason) or is_sum(new.reason):
            for pair in _paired(old, new):
                self._meet(*pair)
        elif _same_equation(old, new):
            for pair in zip(old.inputs, new.inputs, strict=True):
                self._meet(*pair)
        else:
            self._note(old, new, "method")
            for pair in self._matched_leaves(old, new).values():
                self._meet(*pair)

    def _note(self, old: Figure | None, new: Figure | None, cause: str) -> None:
        self._causes[old, new] = cause
        figure = new or old
        assert figure is not None
        values = [self._values[item] if item is not None else None for item in (old, new)]
        item = Moved(figure.id, figure.name, old, new, *values)
        self.moved[cause] = (*self.moved.get(cause, ()), item)

    def _of_one_side(self, figure: Figure | None) -> str:
        """What only one side has is boundary, unless all that it is about stands on the other side as well."""
        about = {_thing(leaf.id) for leaf in leaves([figure] if figure else [])} - {""}
        return "method" if about and all(self._stands_on_both(thing) for thing in about) else "boundary"

    def _stands_on_both(self, thing: str) -> bool:
        return any(thing == key or thing.startswith(f"{key}.") for key in self._both)

    def _is_leaf(self, figure: Figure) -> bool:
        """Given, or a factor of electricity: how that was made up is the grid's own matter."""
        return isinstance(figure.reason, Given) or _of_grid(figure)

    def _matched_leaves(self, old: Figure, new: Figure) -> dict[str, tuple[Figure, Figure]]:
        before = {leaf.id: leaf for leaf in self._ends(old)}
        return {
            leaf.id: (before[leaf.id], leaf)
            for leaf in self._ends(new)
            if leaf.id in before and before[leaf.id].unit == leaf.unit
        }

    def _ends(self, figure: Figure) -> Iterator[Figure]:
        if self._is_leaf(figure):
            yield figure
        else:
            for below in figure.inputs:
                yield from self._ends(below)

    # The value with some causes come about, and the others not yet.

    def _value(self, come: frozenset[str]) -> float:
        return float(self._mixed(self._old, self._new, come, {}))

    def _mixed(
        self,
        old: Figure | None,
        new: Figure | None,
        come: frozenset[str],
        known: dict[tuple[Figure | None, Figure | None], float],
    ) -> float:
        key = old, new
        if key not in known:
            known[key] = self._worked_out(old, new, come, known)
        return known[key]

    def _worked_out(
        self,
        old: Figure | None,
        new: Figure | None,
        come: frozenset[str],
        known: dict[tuple[Figure | None, Figure | None], float],
    ) -> float:
        cause = self._causes.get((old, new))
        if old is None or new is None:
            here = old if new is None else new
            assert here is not None
            there = (cause in come) == (old is None)
            return float(self._values[here]) if there else 0.0
        if self._is_leaf(old) and self._is_leaf(new):
            return float(self._values[new if cause in come else old])
        if cause == "method":
            chosen = new if "method" in come else old
            return self._one_side(chosen, self._matched_leaves(old, new), come, {})
        if is_sum(old.reason) or is_sum(new.reason):
            return math.fsum(self._mixed(*pair, come, known) for pair in _paired(old, new))
        reason = new.reason
        assert isinstance(reason, Derived)
        return float(
            reason.equation(*(self._mixed(*pair, come, known) for pair in zip(old.inputs, new.inputs, strict=True)))
        )

    def _one_side(
        self,
        figure: Figure,
        matched: Mapping[str, tuple[Figure, Figure]],
        come: frozenset[str],
        known: dict[Figure, float],
    ) -> float:
        """A figure by its own equations, with the leaves that stand on both sides as the causes have them."""
        if figure in known:
            return known[figure]
        if self._is_leaf(figure):
            pair = matched.get(figure.id)
            value = self._mixed(*pair, come, {}) if pair else float(self._values[figure])
        else:
            assert isinstance(figure.reason, Derived)
            value = float(
                figure.reason.equation(*(self._one_side(below, matched, come, known) for below in figure.inputs))
            )
        known[figure] = value
        return value


def _same_equation(old: Figure, new: Figure) -> bool:
    if not isinstance(old.reason, Derived) or not isinstance(new.reason, Derived):
        return False
    counts = [[len(figures) for figures in reason.inputs.values()] for reason in (old.reason, new.reason)]
    return old.reason.equation is new.reason.equation and counts[0] == counts[1]


# --- causes ---------------------------------------------------------------------------------------


def _of_grid(figure: Figure) -> bool:
    """Whether a figure is a factor of electricity: something emitted per energy, or a share lost on the way."""
    above, _, below = units.plain(figure.unit).partition("/")
    per_energy = below == "kWh" and above not in ("kWh", "L", "Leq")
    lost = isinstance(figure.reason, Given) and str(figure.reason.place).startswith("datasets/factors/losses")
    return per_energy or lost


def _cause(old: Figure, new: Figure) -> str:
    """Why two figures that stand in the same place differ."""
    id, unit = new.id, units.plain(new.unit)
    if _of_grid(new):
        # The same region and year cannot have another grid, only another publication of it.
        return "factor" if _published_of(old) and _published_of(old) == _published_of(new) else "grid"
    if id.startswith("instruments.") or ".instruments." in id or id.endswith("residual_mix"):
        return "grid"
    if id.startswith("entities."):
        return "boundary"
    if id.endswith(".pue") or new.unit == "kWh_site/kWh_it":
        return "pue"
    if id.endswith("lifetime"):
        return "method"
    if "CO2" in unit or _is_published(new) or _is_published(old):
        return "factor"
    return "efficiency" if unit in ("1", "kW") or "/" in unit else "activity"


def _is_published(figure: Figure) -> bool:
    return isinstance(figure.reason, Given) and str(figure.reason.place).startswith(
        ("datasets/factors", "datasets/gwp")
    )


def _published_of(figure: Figure) -> frozenset[tuple[str, str]]:
    """The regions and years of the rows behind a factor; none of a declared one."""
    return frozenset(
        (leaf.reason.attributes["region"], leaf.reason.attributes["year"])
        for leaf in leaves([figure])
        if isinstance(leaf.reason, Given) and {"region", "year"} <= leaf.reason.attributes.keys()
    )


KINDS_OF_THINGS = {"facilities": 2, "hardware": 2, "workloads": 2, "activities": 3}
"""How many steps of the id of a leaf name the thing that it is about."""


def _thing(id: str) -> str:
    """What a leaf is about: `facilities.paris` of `facilities.paris.pue`; nothing of a row of the data sets."""
    steps = id.split(".")
    return ".".join(steps[: KINDS_OF_THINGS[steps[0]]]) if steps[0] in KINDS_OF_THINGS else ""


# --- in words -------------------------------------------------------------------------------------


def data(found: Changes) -> dict[str, Any]:
    """The changes as plain data, nothing rounded."""
    return {
        "schema": "lca-diff/1",
        "total": found.total,
        "name": found.name,
        "unit": units.plain(found.unit),
        "old": {"title": found.titles[0], "value": found.old},
        "new": {"title": found.titles[1], "value": found.new},
        "difference": found.difference,
        "method": "Shapley value over the causes (Albrecht, François and Schoors 2002)",
        "causes": [
            {
                "cause": cause.key,
                "meaning": CAUSES[cause.key],
                "value": cause.value,
                "effects": [
                    {
                        "value": effect.value,
                        "parts": list(effect.parts),
                        "inputs": [
                            {
                                "id": item.id,
                                "name": item.name,
                                "old": item.old_value,
                                "new": item.new_value,
                                "unit": units.plain((item.new or item.old).unit),  # type: ignore[union-attr]
                            }
                            for item in effect.inputs
                        ],
                    }
                    for effect in cause.effects
                ],
            }
            for cause in found.causes
        ],
    }


def lines(found: Changes) -> Iterator[str]:
    """The changes for a terminal: from the old total by each cause to the new one."""
    values = [found.old, found.new, found.difference, *(c.value for c in found.causes)]
    width = max(len(_signed(value, found.unit)) for value in values)
    yield f"{found.name} ({found.total})"
    yield f"{readable(found.old, found.unit):>{width}}  {found.titles[0]}"
    for cause in found.causes:
        yield f"{_signed(cause.value, found.unit):>{width}}  {cause.key}: {CAUSES[cause.key]}"
        for effect in cause.effects[:MOST]:
            yield f"{'':{width}}      {_signed(effect.value, found.unit)}  {_inputs(effect.inputs)}"
        if len(cause.effects) > MOST:
            rest = math.fsum(effect.value for effect in cause.effects[MOST:])
            yield f"{'':{width}}      {_signed(rest, found.unit)}  {len(cause.effects) - MOST} more"
    yield f"{readable(found.new, found.unit):>{width}}  {found.titles[1]}"
    yield f"{_signed(found.difference, found.unit):>{width}}  difference: the causes, with nothing left over"


MOST = 6
"""Effects of a cause that are told."""


def _inputs(inputs: Sequence[Moved]) -> str:
    told = [f"{item.name} ({item.id}): {item.words}" for item in inputs[:2]]
    return "; ".join([*told, *([f"and {len(inputs) - 2} more"] if len(inputs) > 2 else [])])


def _signed(value: float, unit: str) -> str:
    text = readable(value, unit)
    return f"+{text}" if value > 0 else text
