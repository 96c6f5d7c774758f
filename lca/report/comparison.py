"""A comparison before it has a format: its numbers as shown, its rows, its sentences."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lca import units
from lca.assumptions import register
from lca.compare import Comparison, Difference, Equal, Option
from lca.explain import READ_IN, number, spaced
from lca.figure import leaves
from lca.report import disclosed
from lca.report.blocks import OptionBar, OptionCurve
from lca.report.document import LINE_NAMES
from lca.report.numbers import NARROW, percent, rounded, scale_of

NAMED = 6
"""Inputs at which options are equal that are shown of a difference."""
SURE = 0.975
"""Share of the draws from which on one option is called the lower: the one-sided end of a 95 % interval."""
ROUNDING = 1e-12
"""Relative to a total: what two ways of adding the same may differ by."""
DRAWN = 4
"""Options whose curves are drawn: those of the choice first."""
WIDEST = 0.8
"""kgCO2e/kWh that the curves reach at least, which no grid's yearly mean is far above."""


@dataclass(frozen=True)
class Held:
    """One difference, as shown."""

    option: Option
    against: Option
    less: str
    """By how much: `less` or `more` than the other, in the unit of the comparison."""
    relative: str
    low: str
    high: str
    median: str
    probability: str
    decided: bool
    same: bool
    """Whether every draw gives the same for both."""
    grid: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Turn:
    """An input at which the options of a difference are equal."""

    name: str
    of: str
    stated: str
    at: str
    times: str
    within: bool
    declared: bool


@dataclass(frozen=True)
class PartRow:
    """One option, and what its total adds up."""

    name: str
    cells: tuple[str, ...]


class ComparisonDocument:
    """The blocks that the template of a comparison may ask for."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        sizes = [abs(option.base) for option in comparison.options if option.base]
        self._divisor, self.unit = scale_of(min(sizes, default=1.0), comparison.unit)
        if max(sizes, default=0.0) / self._divisor >= 10_000:
            self._divisor, self.unit = scale_of(max(sizes), comparison.unit)

    # --- numbers

    def _number(self, value: float, low: float, high: float) -> str:
        return rounded(value / self._divisor, (high - low) / 2 / self._divisor or None)

    def amount(self, option: Option) -> str:
        """The total of an option with its unit."""
        return f"{self._number(option.base, option.low, option.high)}{NARROW}{self.unit}"

    def interval(self, option: Option) -> str:
        """Between which values it lies."""
        low, high = (self._number(end, option.low, option.high) for end in (option.low, option.high))
        return f"{low} to {high}"

    @property
    def reference(self) -> str:
        """What every total is for."""
        each, count = self.comparison.each, self.comparison.reference
        if not each:
            return "what the case is about"
        return f"one {each}" if count == 1 else f"{_count(count)} × {each}"

    # --- the answer

    @cached_property
    def held(self) -> list[Held]:
        """Every difference as shown, that of the choice first."""
        return [self._held(item) for item in self.comparison.differences]

    def _held(self, item: Difference) -> Held:
        less = self._number(abs(item.base), item.low, item.high)
        low, median, high = (self._number(end, item.low, item.high) for end in (item.low, item.median, item.high))
        relative = percent(abs(item.relative)) if item.relative is not None else ""
        same = max(abs(item.base), abs(item.low), abs(item.high)) <= ROUNDING * abs(item.against.base)
        way = "the same" if same else "less" if item.base < 0 else "more"
        return Held(
            item.option,
            item.against,
            way if same else f"{less}{NARROW}{self.unit} {way}",
            way if same else f"{relative} {way}".strip(),
            low,
            high,
            median,
            "—" if same else _probability(item.probability, self.comparison.draws),
            max(item.probability, 1 - item.probability) >= SURE,
            same,
            f"{rounded(1000 * item.grid)}{NARROW}g CO₂e/kWh" if item.grid is not None else "",
            tuple(_turn(equal) for equal in item.equals[:NAMED]),
        )

    def answer(self) -> str:
        """The answer in a sentence."""
        first = self.held[0]
        option, against = first.option, first.against
        if first.same:
            return (
                f"{self._title(option)} and {self._title(against)} come to the same in every draw: "
                f"{self.amount(option)} for {self.reference}."
            )
        if not first.decided:
            return (
                f"Between {self._title(option)} and {self._title(against)} nothing is decided: the difference is "
                f"{first.median}{NARROW}{self.unit}, with a 95 % interval of {first.low} to {first.high}."
            )
        lower, higher = (option, against) if self.comparison.differences[0].base < 0 else (against, option)
        saved = 1 - lower.base / higher.base if higher.base else 0.0
        return (
            f"{self._title(lower)} emits {percent(saved)} less than {self._title(higher)}: {self.amount(lower)} "
            f"instead of {self.amount(higher)} for {self.reference}."
        )

    def _title(self, option: Option) -> str:
        """What an option is called; with its letter where another is called so too."""
        alike = sum(other.title == option.title for other in self.comparison.options) > 1
        return f"“{option.title}” ({option.key})" if alike else f"“{option.title}”"

    def sure(self) -> str:
        """How sure the answer is, in a sentence."""
        first = self.held[0]
        if first.same:
            return f"{first.option.key} and {first.against.key} rest on the same inputs, and draw alike."
        return (
            f"{first.option.key} is the lower in {first.probability} of the draws; {first.option.key} − "
            f"{first.against.key} is {first.median}{NARROW}{self.unit}, 95 % interval {first.low} to {first.high}."
        )

    def conditions(self) -> list[str]:
        """Under which conditions the answer holds, in sentences."""
        first = self.held[0]
        pair = (first.option.key, first.against.key)
        found = [_sentence(note) for option, note in self.comparison.notes if option.key in pair]
        if first.same:
            return found
        if self.comparison.equal_everywhere:
            if first.grid:
                found.append(
                    f"At a carbon intensity of electricity of {first.grid}, the same for both, they are equal."
                )
            else:
                found.append("The order is the same at every carbon intensity of electricity that both have.")
        for turn in self._telling(first.turns):
            held = ", which lies in its range" if turn.within else ""
            found.append(f"They are equal with {_small(turn.name)} ({turn.of}) at {turn.at}, not {turn.stated}{held}.")
        if not first.turns:
            found.append("No other single input, between a hundredth and a hundred times its value, makes them equal.")
        return found

    def _telling(self, turns: tuple[Turn, ...]) -> list[Turn]:
        """Of the inputs at which options are equal the nearest one, and the nearest that the case declares."""
        declared = next((turn for turn in turns if turn.declared), None)
        return list(dict.fromkeys([*turns[:1], *([declared] if declared else [])]))

    @property
    def lowest(self) -> str:
        """Which option is the lowest of all."""
        option = self.comparison.lowest
        return f"{option.key}, “{option.title}”, with {self.amount(option)}"

    def draws(self) -> str:
        """How the numbers were drawn."""
        made = self.comparison
        kind = "scrambled Sobol points" if made.generator == "sobol" else "PCG64 draws"
        return (
            f"{_count(made.draws)} {kind} of {made.inputs} inputs, seed {made.seed}; {made.shared} of them are the "
            "same in more than one option and draw alike there"
        )

    # --- evidence

    def bars(self) -> list[OptionBar]:
        """The options, in the unit of the comparison."""
        found = []
        for option in self.comparison.options:
            made = math.fsum(value for part, value in option.parts.items() if part.startswith("embodied"))
            told = bool(option.parts) and self.comparison.total.startswith("total")
            parts = [("electricity", option.base - made), ("manufacture", made)] if told else [("all", option.base)]
            found.append(
                OptionBar(
                    option.key,
                    option.title,
                    tuple((kind, value / self._divisor) for kind, value in parts),
                    option.base / self._divisor,
                    option.low / self._divisor,
                    option.high / self._divisor,
                    self._number(option.base, option.low, option.high),
                    self.interval(option),
                )
            )
        return found

    def part_names(self) -> list[str]:
        """What the totals add up, by the names of a page; nothing where an option does not tell."""
        return [LINE_NAMES.get(part, part) for part in self._parts]

    @cached_property
    def _parts(self) -> list[str]:
        options = self.comparison.options
        told = all(option.parts for option in options)
        return list(dict.fromkeys(part for option in options for part in option.parts)) if told else []

    def parts(self) -> list[PartRow]:
        """What the totals add up, part by part, and the share of manufacture."""
        return [
            PartRow(
                f"{option.key} {option.title}",
                (
                    *(self._cell(option.parts.get(part)) for part in self._parts),
                    self._cell(option.base),
                    percent(option.made or 0.0),
                ),
            )
            for option in self.comparison.options
        ]

    def _cell(self, value: float | None) -> str:
        return "–" if value is None else rounded(value / self._divisor)

    def curves(self) -> list[OptionCurve]:
        """The totals over the intensity of electricity, of the first options."""
        if not self.comparison.equal_everywhere:
            return []
        widest = self.intensities()[-1] / 1000
        return [
            OptionCurve(
                option.key,
                option.title,
                option.at(0.0) / self._divisor,
                option.at(widest) / self._divisor,
                1000 * (option.intensity or 0.0),
                option.base / self._divisor,
            )
            for option in self.comparison.options[:DRAWN]
        ]

    def intensities(self) -> list[float]:
        """The ticks along the curves, g/kWh."""
        most = max([WIDEST, *(option.intensity or 0.0 for option in self.comparison.options[:DRAWN])])
        return [100.0 * step for step in range(math.ceil(10 * most) + 1)]

    def heights(self) -> list[float]:
        """The ticks beside the curves, in the unit of the comparison."""
        most = max((max(line.start, line.end, line.base) for line in self.curves()), default=1.0)
        step: float = 10.0 ** math.floor(math.log10(most))
        step = next(size for size in (step / 5, step / 2, step, 2 * step) if most / size <= 6)
        return [step * position for position in range(math.ceil(most / step) + 1)]

    def assumptions(self) -> Iterator[tuple[str, str, str, str]]:
        """What nobody declared: of which options, what, and why."""
        found: dict[tuple[str, str, str], list[str]] = {}
        for option in self.comparison.options:
            below = {leaf.id for leaf in leaves([option.top])}
            beside = {leaf.id for leaf in leaves(option.inventory.totals.values())} - below
            for entry in register(option.inventory):
                if entry.id in beside:
                    continue  # behind another total
                why = " ".join(part for part in (entry.why, entry.source) if part)
                found.setdefault((entry.name, entry.value, why), []).append(option.key)
        for (name, value, why), keys in found.items():
            yield self._keys(keys), name, value, why

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """What was taken from which published factors, and by which options."""
        found: dict[tuple[str, str], list[str]] = {}
        for option in self.comparison.options:
            for role, source in disclosed.cited(option.inventory):
                found.setdefault((role, source), []).append(option.key)
        for (role, source), keys in found.items():
            yield self._keys(keys), role, source

    def measured(self) -> Iterator[tuple[str, str, str]]:
        """The measured configurations of inference, by the options that take them."""
        found: dict[tuple[str, str], list[str]] = {}
        for option in self.comparison.options:
            for decision in option.inventory.decisions:
                if decision.id.endswith(".measurement"):
                    found.setdefault((decision.taken, decision.rule), []).append(option.key)
        for (taken, rule), keys in found.items():
            yield self._keys(keys), taken, rule

    def _keys(self, keys: list[str]) -> str:
        """The options in few signs: `all`, `A to G, I`."""
        order = [option.key for option in self.comparison.options]
        places = sorted({order.index(key) for key in keys})
        if len(places) == len(order):
            return "all"
        runs: list[list[int]] = []
        for place in places:
            if runs and runs[-1][-1] == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place])
        words = (
            f"{order[run[0]]} to {order[run[-1]]}" if len(run) > 2 else ", ".join(order[place] for place in run)
            for run in runs
        )
        return ", ".join(words)

    def equivalences(self) -> Iterator[tuple[str, str]]:
        """Why options stand for the same function, each reason once."""
        found: dict[str, list[str]] = {}
        for option, note in self.comparison.notes:
            found.setdefault(note, []).append(option.key)
        for note, keys in found.items():
            yield self._keys(keys), note

    def findings(self) -> Iterator[tuple[str, str, str]]:
        """The warnings of the options."""
        found: dict[str, list[str]] = {}
        for option in self.comparison.options:
            for item in option.inventory.findings:
                if item.severity == "warning":
                    found.setdefault(item.message, []).append(option.key)
        for message, keys in found.items():
            yield self._keys(keys), "warning", message

    def notes(self) -> list[str]:
        """The sentences that the cases have for their readers."""
        return list(dict.fromkeys(note for option in self.comparison.options for note in option.inventory.case.notes))

    def exclusions(self) -> list[tuple[str, str]]:
        """What the cases leave out on purpose."""
        boundaries = (option.inventory.case.boundary for option in self.comparison.options)
        return list(dict.fromkeys((item.what, item.reason) for boundary in boundaries for item in boundary.exclusions))

    def digests(self) -> list[tuple[str, str]]:
        """Hashes of the data sets together, and of every file of the cases."""
        read = dict(sorted(pair for option in self.comparison.options for pair in option.inventory.datasets.items()))
        data = hashlib.sha256("".join(f"{path}{digest}" for path, digest in read.items()).encode())
        files = (pair for option in self.comparison.options for pair in option.inventory.case.files.items())
        return [("data sets", data.hexdigest()), *dict.fromkeys(files)]

    @property
    def title(self) -> str:
        """The headline: the case, or the two that are compared."""
        options = self.comparison.options
        if len({option.chosen.path for option in options}) == 1:
            return options[0].inventory.case.title
        return " or ".join(option.title for option in options[:2])

    # --- for a terminal

    def lines(self) -> Iterator[str]:
        """The comparison in a terminal."""
        yield f"{self.comparison.name}, for {self.reference}; {self.unit}, 95 % interval"
        for option in self.comparison.options:
            number = self._number(option.base, option.low, option.high)
            yield f"  {option.key:3}{number:>9}   {self.interval(option):22} {option.title}"
        yield self.answer()
        for sentence in self.conditions():
            yield f"  {sentence}"
        for held in self.held:
            pair = f"{held.option.key} − {held.against.key}"
            if held.same:
                yield f"  {pair:8}{held.relative:>12}"
                continue
            yield (
                f"  {pair:8}{held.relative:>12}   {held.low} to {held.high} {self.unit}; "
                f"P({held.option.key} < {held.against.key}): {held.probability}"
            )


def _turn(equal: Equal) -> Turn:
    stated, at = (_plain_value(value, equal) for value in (equal.stated, equal.at))
    times = f"× {rounded(equal.times)}"
    return Turn(equal.name, equal.of, stated, at, times, equal.within, equal.declared)


def _plain_value(value: float, equal: Equal) -> str:
    """A value of an input to three digits, shares as percentages."""
    unit = units.plain(equal.unit)
    if unit == "1" and equal.stated <= 1:
        return percent(value)
    if unit in READ_IN:
        value, unit = units.convert(value, unit, READ_IN[unit]), READ_IN[unit]
    return number(value, 3) if unit in ("1", "kWh/kWh", "service", "device") else f"{number(value, 3)}{NARROW}{unit}"


def _probability(share: float, draws: int) -> str:
    """A share of the draws, never nearer to 0 or 1 than they can tell."""
    if min(share, 1 - share) * draws < 1:
        return f">{NARROW}99.9{NARROW}%" if share > SURE else f"<{NARROW}0.1{NARROW}%"
    if share > 0.999:
        return f">{NARROW}99.9{NARROW}%"
    return percent(share)


def _count(value: float) -> str:
    return spaced(f"{value:.0f}") if value == round(value) else f"{value:g}"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _small(name: str) -> str:
    return name[0].lower() + name[1:] if name[1:2].islower() else name
