"""Which of several publications is taken for a period, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import Any

from lca.datasets.regions import Region
from lca.figure import Spread
from lca.inventory import Candidate
from lca.model import Factor, Period


@dataclass(frozen=True)
class Choice:
    """What `pick` took: the rows, the rule in words, and what else was looked at."""

    rows: tuple[Factor, ...]
    rule: str
    candidates: tuple[Candidate, ...]
    spread: Spread | None = None
    """The range of the alternatives, when the choice was among conventions."""


class Ambiguous(ValueError):
    """More than one row is left over for the very same thing: the data, or the question, say too little."""


def by_time(rows: Sequence[Factor], asked: Period | None, code: str, region: Region, split: str | None) -> Choice:
    publications: dict[_Publication, list[Factor]] = {}
    for row in rows:
        publications.setdefault(_Publication(row.place.file, row.start, row.end), []).append(row)
    newest = max(publication.first for publication in publications).year
    wanted = asked or Period(date(newest, 1, 1), date(newest, 12, 31))
    ordered = sorted(publications, key=lambda publication: publication.nearness(wanted))
    taken = ordered[0]
    chosen = publications[taken]
    things = [row.attributes.get(split, "") if split else "" for row in chosen]
    if len(set(things)) < len(things):
        raise Ambiguous(f"more than one row for the same thing: {', '.join(row.id for row in chosen)}")
    rule = taken.rule(code, wanted)
    if code != region.chain[0]:
        rule += f" {region.chain[0]} has none of its own."
    candidates = tuple(
        Candidate(publications[key][0].id, key.verdict(taken, wanted), publications[key][0].place)
        for key in ordered[:5]
    )
    return Choice(tuple(chosen), rule, candidates)


@dataclass(frozen=True)
class _Publication:
    """Rows of one file that are valid at the same time."""

    file: str
    start: date | None
    end: date | None

    @property
    def first(self) -> date:
        return self.start or date.min

    @property
    def last(self) -> date:
        return self.end or date.max

    @property
    def dated(self) -> bool:
        return self.start is not None or self.end is not None

    def holds(self, day: date) -> bool:
        return self.dated and self.first <= day <= self.last

    def overlap(self, asked: Period) -> int:
        """Days of a period in which it is valid."""
        return max(0, (min(self.last, asked.end) - max(self.first, asked.start)).days + 1) if self.dated else 0

    def nearness(self, asked: Period) -> tuple[int, int, int]:
        """Valid in the middle of the period, in part of it, earlier, at no time, later; then nearest, then newest."""
        newest = -self.first.toordinal()
        if overlap := self.overlap(asked):
            return 0 if self.holds(asked.middle) else 1, -overlap, newest
        if not self.dated:
            return 3, 0, newest
        if self.last < asked.start:
            return 2, (asked.start - self.last).days, newest
        return 4, (self.first - asked.end).days, newest

    @property
    def words(self) -> str:
        """`2024`, `2020 to 2024`, `from 2014 on`."""
        first, last = (str(day.year) if day else "" for day in (self.start, self.end))
        if first == last:
            return first
        return f"{first} to {last}" if first and last else f"from {first} on" if first else f"until {last}"

    def rule(self, code: str, asked: Period) -> str:
        """Why it was taken, in words."""
        rank, *_ = self.nearness(asked)
        if rank == 1:
            return f"Published for {code}, {self.words}, which is part of the period."
        if rank in (0, 3):
            return f"Published for {code}, {self.words}." if self.dated else f"Published for {code}."
        which, year = ("earlier", self.last.year) if rank == 2 else ("later", self.first.year)
        return f"Published for {code}; nothing for {asked.year}, the nearest {which} year is {year}."

    def verdict(self, taken: _Publication, asked: Period) -> str:
        """Why it was passed over, in words."""
        if self == taken:
            return "taken"
        if (self.start, self.end) == (taken.start, taken.end):
            return "same year; a publication of all countries"
        rank, overlap, _ = self.nearness(asked)
        if rank < 2:
            whole = overlap == taken.nearness(asked)[1]
            return "valid too; a newer one is taken" if whole else f"{self.words}, a smaller part of the period"
        if rank == 3:
            return "of no year"
        apart = asked.year - self.last.year if rank == 2 else self.first.year - asked.year
        return f"{apart} year{'s' * (apart > 1)} {'later' if rank == 4 else 'earlier'}"


def among_conventions(rows: Sequence[Factor], sources: Mapping[str, Mapping[str, Any]]) -> Choice:
    taken_value = median_low([row.value for row in rows])
    taken = next(row for row in rows if row.value == taken_value)
    entry = sources.get(taken.source, {})
    spread = Spread(
        min(row.value for row in rows), max(row.value for row in rows), f"range of {len(rows)} published values"
    )
    return Choice(
        (taken,),
        f"Median of {len(rows)} published values, that of {entry.get('short') or entry.get('title', taken.source)}.",
        tuple(Candidate(row.id, f"{row.written}{' — taken' if row is taken else ''}", row.place) for row in rows),
        spread,
    )


def undated(row: Factor) -> bool:
    return row.start is None and row.end is None


def years_apart(row: Factor, year: int | None) -> int:
    """How old a row is in a year, or how much too new; one of open end is as old as its beginning."""
    if year is None or row.start is None:
        return 0
    last = row.end.year if row.end else row.start.year
    return max(row.start.year - year, year - last, 0)
