"""Searches the data sets for a person: what there is, and which row a case would take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca import measurements
from lca.choose.decisions import place_near
from lca.choose.rows import KINDS
from lca.choose.tables import STAND_INS
from lca.datasets import Datasets
from lca.datasets.regions import Region
from lca.figure import Place
from lca.findings import nearest
from lca.model import Factor
from lca.schema import everyday
from lca.schema.everyday import Meant

TITLES = {
    "fuel": "fuels",
    "vehicle": "vehicles, by distance",
    "freight": "freight, by load and distance",
    "travel": "travel, by passenger and distance",
    "hotel": "nights in a hotel",
    "waste": "treatment of waste",
    "material": "materials, cradle to gate",
    "heat": "heat and steam",
    "water-supply": "water supply",
    "water-treatment": "water treatment",
    "homeworking": "working at home, by hour",
    "instance-embodied": "embodied carbon of the host of a cloud instance",
    "vcpu-power": "power of a virtual CPU, per thread",
    "adpe": "abiotic resources used for electricity",
    "primary-energy": "primary energy used for electricity",
}
"""Kinds that only activities use."""
WORDS = {
    "electricity": ("grid", "losses", "generation-mix", "water"),
    "grid": ("grid", "losses"),
    "power": ("device-power", "host-power"),
    "embodied": ("embodied",),
    "carbon": ("grid", "embodied"),
    "intensity": ("grid",),
    "emissions": ("grid",),
    "fuels": ("fuel",),
    "hotels": ("hotel",),
    "materials": ("material",),
    "vehicles": ("vehicle",),
    "steam": ("heat",),
}
"""What people call the kinds of table."""
FILLING = {"factor", "factors", "emission", "value", "values", "data", "of", "for", "in", "the", "at", "and", "per"}
"""Words of a sentence that name nothing; in capitals they may: `IN` is India."""
LIMIT = 40
THINGS = 12
"""So many things of a kind are shown, each with all its factors."""


class NotFound(Exception):
    """A query with a word that names nothing here; the message says which, and what comes nearest."""


def factors(query: str, datasets: Datasets | None = None) -> Iterator[str]:
    """Lines to print for a query: `electricity FR 2024`, `pue aws:eu-west-3`, `diesel 2025`, `R-404A`, `h100`.

    Raises `NotFound` for a word that names no kind, place, year, thing or device, and stands in no row asked for.
    """
    datasets = datasets or Datasets()
    meant, beside = _meant(query, datasets)
    if meant is not None:
        if meant.look:
            yield from _rows_of(meant.look + beside, datasets)
            yield ""
        yield f"In a case this is written under `{meant.key}`, as in:"
        yield f"  {meant.example}"
        if not meant.look:
            yield "No table has a factor of it: its value is stated in the case, with its source."
        return
    yield from _rows_of(query, datasets)


def _rows_of(query: str, datasets: Datasets) -> Iterator[str]:
    """The rows that a query finds."""
    words = [word for word in query.split() if word not in FILLING]
    year = next((int(word) for word in words if re.fullmatch(r"(19|20)\d\d", word)), None)
    words = [word for word in words if str(year) != word]
    known = {kind: (kind,) for kind in datasets.kinds()} | WORDS
    named = [word for word in words if word.lower() in known]
    asked = (kind for word in named for kind in known[word.lower()] if kind in datasets.kinds())
    kinds, words = tuple(dict.fromkeys(asked)), [word for word in words if word not in named]
    regions, rest = _places(words, datasets)
    if regions and not rest:
        for region in regions:
            yield from _tables(datasets, kinds, region, year)
        return
    if kinds and not rest:
        found = [
            line for kind in kinds for line in _kind(kind, [row for row in datasets.table(kind) if _of_year(row, year)])
        ]
    else:
        found = [
            *_gases(datasets, " ".join(words)),
            *_activities(datasets, kinds or tuple(datasets.kinds()), words, year),
        ]
        found = found or list(_held(datasets, kinds, regions, rest, year)) or list(_things(datasets, " ".join(words)))
        found = found or (list(_measurements(datasets, " ".join(words))) if words else [])
    if not found and regions:
        found = list(_standing_in(datasets, kinds or tuple(datasets.kinds()), regions[0], rest, year))
    if not found:
        raise NotFound(_unknown(kinds, regions, rest, year, datasets))
    yield from found


def _meant(query: str, datasets: Datasets) -> tuple[Meant | None, str]:
    """What a query of everyday words means in a case, and what else is said: a place, a year."""
    words = query.split()
    for end in range(len(words), 0, -1):
        said, rest = " ".join(words[:end]), words[end:]
        found = everyday.meant(said)
        ours = not found or said.lower() in {*datasets.kinds(), *WORDS}
        if found and not ours and all(_is_year(word) or datasets.region(word) for word in rest):
            return found, " ".join(["", *rest])
    return None, query


def _is_year(word: str) -> bool:
    return re.fullmatch(r"(19|20)\d\d", word) is not None


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


def _places(words: list[str], datasets: Datasets) -> tuple[list[Region], list[str]]:
    """The places that words name, the longest names first, and the words that are left."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            if region := datasets.region(" ".join(words[start : start + length])):
                others, left = _places(words[:start] + words[start + length :], datasets)
                return [region, *others], left
    return [], words


def _kind(kind: str, rows: list[Factor]) -> Iterator[str]:
    return _named(kind, rows, []) if _of_things(rows) else _rows(kind, rows)


def _standing_in(
    datasets: Datasets, kinds: tuple[str, ...], region: Region, words: list[str], year: int | None
) -> Iterator[str]:
    """What a case takes for a thing that nobody published for its place."""
    for code in STAND_INS:
        if found := list(_activities(datasets, kinds, [*words, code], year)):
            yield f"{region.name} has none of its own in the data sets: a case there takes that of {code}, as assumed"
            yield from found
            return


def _held(
    datasets: Datasets, kinds: tuple[str, ...], regions: list[Region], words: list[str], year: int | None
) -> Iterator[str]:
    """The rows of the kinds asked for, or of a place, in which the words stand."""
    if not (kinds or regions):
        return
    chains: list[tuple[str, ...] | None] = [region.chain for region in regions]
    for chain in chains or [None]:
        for kind in kinds or tuple(datasets.kinds()):
            table = datasets.table(kind, chain)
            yield from _rows(kind, [row for row in table if _of_year(row, year) and _holds(row, words)])


def _holds(row: Factor, words: list[str]) -> bool:
    """Whether every word stands in a row's id, attributes or source."""
    text = " ".join((row.id, row.source, row.region, *row.attributes.values())).lower()
    return all(word.lower() in text for word in words)


def _unknown(
    kinds: tuple[str, ...], regions: list[Region], words: list[str], year: int | None, datasets: Datasets
) -> str:
    called = " ".join(words)
    if not called:
        return f"nothing of {year}" if year else "nothing to look for: name a kind, a place or a device"
    if regions:
        return f"no factor of {regions[0].name} is called `{called}`"
    if kinds:
        return f"no place is called `{called}`{place_near(called, datasets)}"
    names = datasets.thing_words
    near = place_near(called, datasets) or nearest(called, names, names)
    return f"no place, device or kind of factor is called `{called}`{near}"


def _tables(datasets: Datasets, asked: tuple[str, ...], region: Region, year: int | None) -> Iterator[str]:
    """What there is for a place; of things that are many, only what is asked for by kind."""
    yield f"{region.name}: looked up in {' → '.join(region.chain)}"
    kinds, many = asked or tuple(kind for kind in datasets.kinds() if kind not in measurements.KINDS), []
    for kind in kinds:
        rows = [row for row in datasets.table(kind, region.chain) if _of_year(row, year)]
        if _of_things(rows):
            if asked:
                yield from _named(kind, rows, [])
            else:
                many.append(kind)
            continue
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
    if many:
        yield f"also {', '.join(many)}: add one of these words, or the name of a thing"


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
    from lca.model import Boundary, Facility, Period

    place = Place("lca factors")
    period = Period(date(year, 1, 1), date(year, 12, 31)) if year else None
    choices = Chooser(datasets, Boundary("workload", period, "AR6", place))
    found = grid.factors(Facility("grid", region.code, {}, (), place), choices)
    for name, figure in (("generation", found.generation), ("upstream", found.upstream), ("losses", found.losses)):
        if figure is not None:
            value = compute.evaluate([figure])[figure]
            yield f"  as a case computes it, {name}: {explain.number(1000 * value, 4)} gCO2e/kWh   {figure.name}"


def _of_things(rows: list[Factor]) -> bool:
    return any("what" in row.attributes for row in rows)


def _activities(datasets: Datasets, kinds: tuple[str, ...], words: list[str], year: int | None) -> Iterator[str]:
    """The factors of the things whose name holds the words, in a region when one of the words is one."""
    region: Region | None = None
    text: list[str] = []
    for word in words:
        place = datasets.region(word) if region is None else None
        region, text = (place, text) if place else (region, [*text, word])
    plain = [part for word in text for part in re.split(r"[^a-z0-9.]+", word.lower()) if part]
    if not plain:
        return
    found = {}
    for kind in kinds:
        rows = [
            row
            for row in datasets.table(kind, region.chain if region else None, plain[0])
            if _of_year(row, year) and _named_so(row, plain)
        ]
        if rows:
            found[kind] = min(_nearness(row.attributes["what"], plain) for row in rows), rows
    for kind, (_, rows) in sorted(found.items(), key=lambda item: item[1][0]):
        yield from _named(kind, rows, plain)


def _named_so(row: Factor, words: list[str]) -> bool:
    parts = row.attributes.get("what", "").split("-")
    return all(any(part.startswith(word) for part in parts) for word in words)


def _named(kind: str, rows: list[Factor], words: list[str]) -> Iterator[str]:
    """Each thing with its newest factors: a line per boundary, a number per unit; gases beside a sum are named."""
    things: dict[tuple[str, str], dict[int, list[Factor]]] = {}
    for row in rows:
        editions = things.setdefault((row.attributes.get("what", ""), row.region), {})
        editions.setdefault(row.start.year if row.start else 0, []).append(row)
    if not things:
        return
    yield f"{kind} ({TITLES.get(kind, KINDS.get(kind, kind))})"
    for (what, region), editions in sorted(things.items(), key=lambda item: _nearness(item[0][0], words))[:THINGS]:
        newest, *older = sorted(editions, reverse=True)
        also = f"; also {', '.join(str(year) for year in older)}" if older else ""
        yield f"  {what}   {region}{f' {newest}' if newest else ''}{also}"
        found = editions[newest]
        for boundary in dict.fromkeys(row.attributes.get("boundary", "") for row in found):
            within = [row for row in found if row.attributes.get("boundary", "") == boundary]
            for outside in (False, True):
                told = [row for row in within if (row.attributes.get("gas") == "CO2-biogenic") == outside]
                if told:
                    yield f"    {_name_of(boundary, outside):24} {_numbers(told)}"
        yield f"    {found[0].source}, {found[0].page}; {found[0].place}"
    if len(things) > THINGS:
        yield f"  … and {len(things) - THINGS} more; add a word, a country or a year"


def _nearness(what: str, words: list[str]) -> tuple[bool, bool, int]:
    """What begins as asked first, then what is not of one machine, then what says least besides."""
    return not (words and what.startswith(words[0])), "-in-" in what, len(what.split("-")) if words else 0


def _name_of(boundary: str, outside: bool) -> str:
    return f"{boundary}, biogenic CO2" if outside else boundary


def _numbers(rows: list[Factor]) -> str:
    """The sums, with the gases that they are told apart in; or each gas where there is no sum."""
    sums = [row for row in rows if row.attributes.get("gas", "") in ("", "total", "CO2-biogenic")] or rows
    gases = list(dict.fromkeys(row.attributes["gas"] for row in rows if row not in sums))
    words = [
        " ".join(filter(None, (f"{row.value:.6g} {row.unit}", row.attributes.get("basis"), row.attributes.get("load"))))
        for row in sums
    ]
    return "   ".join(dict.fromkeys(words)) + (f"   (also {', '.join(gases)} apart)" if gases else "")


def _gases(datasets: Datasets, text: str) -> Iterator[str]:
    """The potentials of a gas in every set; of a blend those of its parts, by mass."""
    gas, blend = datasets.gas(text), datasets.blend(text)
    if blend:
        yield f"blend   {text}: {', '.join(f'{row.written} {part}' for part, row in blend.items())}"
    elif gas:
        yield f"gas   {gas}"
    for known in datasets.gwp_sets() if gas or blend else []:
        potentials = datasets.gwp(known)
        if blend:
            lacking = [part for part in blend if part not in potentials]
            value = sum(row.value / 100 * potentials[part].value for part, row in blend.items() if part in potentials)
            shown = f"none for {', '.join(lacking)}" if lacking else f"{value:.5g} kgCO2e/kg, by mass of its parts"
            yield f"  {known:10} {shown}"
        elif gas and gas in potentials:
            row = potentials[gas]
            yield f"  {known:10} {row.value:g} kgCO2e/kg   {row.source}, {row.page}; {row.place}"


def _rows(kind: str, rows: list[Factor]) -> Iterator[str]:
    if rows:
        yield f"{kind} ({TITLES.get(kind, KINDS.get(kind, kind))})"
    for row in _newest_first(rows)[:LIMIT]:
        told = " ".join(value for key, value in row.attributes.items())
        when = str(row.start.year) if row.start else ""
        bounds = f" [{row.low:g}, {row.high:g}]" if row.low is not None and row.high is not None else ""
        yield f"  {row.id:44} {row.written:>20}{bounds}  {when} {told}   {row.source}, {row.place}"
    if len(rows) > LIMIT:
        yield f"  … and {len(rows) - LIMIT} more; add a country or a year"


def _newest_first(rows: list[Factor]) -> list[Factor]:
    """By place as they come, the newest year of each first."""
    places = list(dict.fromkeys(row.region for row in rows))
    return sorted(rows, key=lambda row: (places.index(row.region), -row.start.year if row.start else 0))


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
