"""Searches the data sets for a person: what there is, and which row a case would take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca import measurements
from lca.choose import KINDS
from lca.datasets import Datasets, Region
from lca.model import Factor, Place

WORDS = {
    "electricity": ("grid", "losses", "generation-mix", "water"),
    "grid": ("grid", "losses"),
    "power": ("device-power", "host-power"),
    "embodied": ("embodied",),
    "carbon": ("grid", "embodied"),
}
"""What people call the kinds of table."""
LIMIT = 40


def factors(query: str, datasets: Datasets | None = None) -> Iterator[str]:
    """Lines to print for a query such as `electricity FR 2024`, `pue aws:eu-west-3`, `h100`."""
    datasets = datasets or Datasets()
    words = query.split()
    year = next((int(word) for word in words if re.fullmatch(r"(19|20)\d\d", word)), None)
    kinds = tuple(
        dict.fromkeys(
            kind for word in words for kind in WORDS.get(word.lower(), (word.lower(),)) if kind in datasets.kinds()
        )
    )
    rest = [
        word
        for word in words
        if str(year) != word and word.lower() not in WORDS and word.lower() not in datasets.kinds()
    ]
    region = datasets.region(" ".join(rest)) if rest else None
    if region:
        yield from _tables(datasets, kinds or tuple(datasets.kinds()), region, year)
    elif kinds:
        for kind in kinds:
            yield from _rows(kind, [row for row in datasets.table(kind) if _of_year(row, year)])
    else:
        yield from _things(datasets, " ".join(rest))
        yield from _measurements(datasets, " ".join(rest))


def _measurements(datasets: Datasets, words: str) -> Iterator[str]:
    """Measured configurations of inference whose model, device or task hold the words."""
    rows = [row for kind in measurements.KINDS for row in datasets.table(kind)]
    met = [row for row in rows if measurements.holds(row.id + row.attributes["model"], words)]
    if met:
        yield f"measured inference, energy of the accelerators alone: {len(met)} configurations"
    for row in met[:LIMIT]:
        told = row.attributes
        length = f", {float(told['tokens_per_request']):.0f} tokens a request" if "tokens_per_request" in told else ""
        note = f"; {row.note}" if row.note else ""
        yield f"  {row.id:72} {row.value:>9.4g} {row.unit}{length}{note}   {row.source}, {row.place}"
    if len(met) > LIMIT:
        yield f"  … and {len(met) - LIMIT} more; add a task, a device or `batch-64`"


def _tables(datasets: Datasets, kinds: tuple[str, ...], region: Region, year: int | None) -> Iterator[str]:
    kinds = tuple(kind for kind in kinds if kind not in measurements.KINDS)
    yield f"{region.name}: looked up in {' → '.join(region.chain)}"
    for kind in kinds:
        rows = [row for row in datasets.table(kind, region.chain) if _of_year(row, year)]
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


def _things(datasets: Datasets, text: str) -> Iterator[str]:
    """Devices whose id or name holds the words."""
    words = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in text.split()]
    if not any(words):
        return
    exact = datasets.thing(text)
    ids = [id for id in datasets.thing_names() if all(word in re.sub(r"[^a-z0-9]", "", id) for word in words)]
    for id in list(dict.fromkeys(([exact.id] if exact else []) + ids))[:LIMIT]:
        thing = datasets.thing(id)
        assert thing is not None
        yield f"{thing.id}   {thing.name}"
        for key, entries in thing.values.items():
            for position, entry in enumerate(entries):
                mark = "" if position == 0 else "  (alternative)"
                yield f"  {key:14} {entry.written:>18}{mark}   {entry.source}, {entry.page}; {entry.place}"
