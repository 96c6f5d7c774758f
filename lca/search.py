"""Searches the data sets for a person: what there is, and which row a case would take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.choose import KINDS, place_near
from lca.datasets import Datasets, Region
from lca.findings import nearest
from lca.model import Factor, Place

WORDS = {
    "electricity": ("grid", "losses", "generation-mix", "water"),
    "grid": ("grid", "losses"),
    "power": ("device-power", "host-power"),
    "embodied": ("embodied",),
    "carbon": ("grid", "embodied"),
    "intensity": ("grid",),
    "emissions": ("grid",),
}
"""What people call the kinds of table."""
FILLING = {"factor", "factors", "emission", "value", "values", "data", "of", "for", "in", "the", "at", "and", "per"}
"""Words of a sentence that name nothing; in capitals they may: `IN` is India."""
LIMIT = 40


class NotFound(Exception):
    """A query with a word that names nothing here; the message says which, and what comes nearest."""


def factors(query: str, datasets: Datasets | None = None) -> Iterator[str]:
    """Lines to print for a query such as `electricity FR 2024`, `pue aws:eu-west-3`, `h100`.

    Raises `NotFound` for a word that names no kind, place, year or device, and stands in no row that was asked for.
    """
    datasets = datasets or Datasets()
    words = [word for word in query.split() if word not in FILLING]
    year = next((int(word) for word in words if re.fullmatch(r"(19|20)\d\d", word)), None)
    rest = [word for word in words if str(year) != word]
    regions, rest = _places(rest, datasets)
    known = {kind: (kind,) for kind in datasets.kinds()}
    named = [word for word in rest if word.lower() in known | WORDS]
    asked = (kind for word in named for kind in (known | WORDS)[word.lower()] if kind in known)
    kinds = tuple(dict.fromkeys(asked))
    rest = [word for word in rest if word not in named]
    if regions:
        for region in regions:
            yield from _tables(datasets, kinds or tuple(datasets.kinds()), region, year, rest)
        return
    tables = {kind: [row for row in datasets.table(kind) if _holds(row, rest)] for kind in kinds}
    tables = {kind: [row for row in rows if _of_year(row, year)] for kind, rows in tables.items()}
    if any(tables.values()):
        for kind, rows in tables.items():
            yield from _rows(kind, rows)
    elif things := _things(datasets, " ".join(rest)):
        yield from things
    else:
        names = datasets.thing_words
        near = place_near(" ".join(rest), datasets) or ("" if kinds else nearest(" ".join(rest), names, names))
        raise NotFound(_unknown("place" if kinds else "place, device or kind of factor", rest, year, near))


def _unknown(what: str, words: list[str], year: int | None, near: str) -> str:
    if not words:
        return f"nothing of {year}" if year else "nothing to look for: name a kind, a place or a device"
    return f"no {what} is called `{' '.join(words)}`{near}"


def _places(words: list[str], datasets: Datasets) -> tuple[list[Region], list[str]]:
    """The places that words name, the longest names first, and the words that are left."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if name.lower() not in WORDS and (region := datasets.region(name)):
                others, left = _places(words[:start] + words[start + length :], datasets)
                return [region, *others], left
    return [], words


def _holds(row: Factor, words: list[str]) -> bool:
    """Whether every word stands in a row's id, attributes or source."""
    text = " ".join((row.id, row.source, row.region, *row.attributes.values())).lower()
    return all(word.lower() in text for word in words)


def _tables(
    datasets: Datasets, kinds: tuple[str, ...], region: Region, year: int | None, words: list[str]
) -> Iterator[str]:
    tables = {kind: [row for row in datasets.table(kind, region.chain) if _holds(row, words)] for kind in kinds}
    if words and not any(tables.values()):
        raise NotFound(f"no factor of {region.name} is called `{' '.join(words)}`")
    yield f"{region.name}: looked up in {' → '.join(region.chain)}"
    for kind, table in tables.items():
        rows = [row for row in table if _of_year(row, year)]
        yield from _rows(kind, rows)
        for want in _questions(rows):
            split = "gas" if "gas" in want else None
            choice = datasets.pick(
                kind, region, year, {key: value for key, value in want.items() if key != "split"}, split
            )
            if choice:
                which = ", ".join(want.values())
                yield f"  a case takes{f' for {which}' if which else ''}: {', '.join(row.id for row in choice.rows)}"
                yield f"    {choice.rule}"
                for candidate in choice.candidates[1:]:
                    yield f"    passed over: {candidate.factor} ({candidate.verdict})"
    if "grid" in kinds:
        yield from _modelled(datasets, region, year)


def _questions(rows: list[Factor]) -> list[dict[str, str]]:
    """One question per boundary that the rows tell apart."""
    boundaries = list(dict.fromkeys(row.attributes.get("boundary", "") for row in rows))
    if any(row.attributes.get("technology") for row in rows):
        return []
    questions = []
    for boundary in boundaries:
        by_gas = any(row.attributes.get("gas") == "CO2" for row in rows if row.attributes.get("boundary") == boundary)
        question = {"boundary": boundary} if boundary else {}
        questions.append({**question, "gas": "CO2|CH4|N2O"} if by_gas else question)
    return questions


def _modelled(datasets: Datasets, region: Region, year: int | None) -> Iterator[str]:
    """The generation factor that a case would model from the mix, when none is published for the place."""
    from datetime import date

    from lca import compute, explain
    from lca.choose import Chooser
    from lca.methods import grid
    from lca.model import Boundary, Case, Facility, Period

    place = Place("lca factors")
    period = Period(date(year, 1, 1), date(year, 12, 31)) if year else None
    case = Case("", "", Boundary("workload", period, "AR6", place), {}, {}, {}, (), {}, (), None, {}, {})
    facility = Facility("grid", region.code, {}, (), (), place)
    found = grid.factors(facility, Chooser(case, datasets))
    for name, figure in (("generation", found.generation), ("upstream", found.upstream), ("losses", found.losses)):
        if figure is not None:
            value = compute.evaluate([figure])[figure]
            yield f"  as a case computes it, {name}: {explain.number(1000 * value, 4)} gCO2e/kWh   {figure.name}"


def _rows(kind: str, rows: list[Factor]) -> Iterator[str]:
    if rows:
        yield f"{kind} ({KINDS.get(kind, kind)})"
    for row in rows[:LIMIT]:
        told = " ".join(value for key, value in row.attributes.items())
        when = str(row.start.year) if row.start else ""
        bounds = f" [{row.low:g}, {row.high:g}]" if row.low is not None and row.high is not None else ""
        yield f"  {row.id:44} {row.written:>20}{bounds}  {when} {told}   {row.source}, {row.place}"
    if len(rows) > LIMIT:
        yield f"  … and {len(rows) - LIMIT} more; add a country or a year"


def _of_year(row: Factor, year: int | None) -> bool:
    return year is None or row.start is None or row.start.year == year


def _things(datasets: Datasets, text: str) -> list[str]:
    """Devices whose id or name holds the words."""
    words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in text.split()]
    if not any(words):
        return []
    exact = datasets.thing(text)
    ids = [id for id in datasets.thing_names() if all(word in re.sub(r"[^a-z0-9]", "", id) for word in words)]
    found = list(dict.fromkeys(([exact.id] if exact else []) + ids))
    lines = []
    for id in found[:LIMIT]:
        thing = datasets.thing(id)
        assert thing is not None
        lines.append(f"{thing.id}   {thing.name}")
        for key, entries in thing.values.items():
            for position, entry in enumerate(entries):
                mark = "" if position == 0 else "  (alternative)"
                lines.append(f"  {key:14} {entry.written:>18}{mark}   {entry.source}, {entry.page}; {entry.place}")
    return lines
