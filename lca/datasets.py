"""Reads `datasets/`: tables of factors, things, regions, potentials, conventions, the bibliography.

Tables are read when they are asked for, and only the rows of the regions asked for are parsed. Every row
keeps its file and line; every file that was read is hashed, so that a result can name its data.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache, wraps
from itertools import chain
from pathlib import Path
from statistics import median_low
from typing import Any, TypeVar

import yaml

from lca import units
from lca.figure import Place, Spread
from lca.inventory import Candidate
from lca.methods.uncertainty import squared_geometric_deviation, squared_logarithm
from lca.model import Factor, Period

COLUMNS = ("id", "region", "from", "to", "value", "unit", "low", "high", "quality", "source", "page", "note")
WORLD = "WORLD"

PEDIGREE_VERSION = "version_1"
"""The factors that the GHG Protocol's guidance on quantitative uncertainty uses (see DECISIONS)."""
YEARS_APART = (3, 6, 10, 15)
"""Temporal score 1 to 4 up to so many years, 5 beyond: the pedigree matrix of Weidema and Wesnaes."""
WITHOUT_PEDIGREE = ("generation-mix", "blend")
"""Shares of one whole: moved one by one they would no longer add up."""
RANGE_OF_PLANTS = ("generation-technology",)
"""Their published minimum and maximum span single plants. A country's mean has the spread of a mean, by pedigree, and
lies within them."""


@lru_cache(maxsize=4)
def shipped(kind: str = "datasets") -> Path:
    """The folder `datasets` or `templates`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_data" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"{kind} is missing from the installation")


@dataclass(frozen=True)
class Region:
    """A place as the tables know it, and the larger ones that hold it."""

    code: str
    name: str
    chain: tuple[str, ...]
    """Regions to look in, nearest first."""
    cloud: str | None = None
    """The provider, for a cloud region."""


@dataclass(frozen=True)
class Thing:
    """A device: its id and what is known of it, each value with its alternatives."""

    id: str
    name: str
    values: Mapping[str, Sequence[Factor]]
    place: Place
    parts: Mapping[str, Mapping[str, Factor]] = field(default_factory=dict)
    """What it is made of, by kind of part and field."""


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


@dataclass(frozen=True, eq=False)
class _Table:
    """A file of rows: a row is a line, and is parsed when it is asked for. Lines are counted from 1, the header's."""

    name: str
    columns: Sequence[str]
    lines: Sequence[str]
    """Without the header."""
    _factors: dict[int, Factor] = field(default_factory=dict)

    @cached_property
    def by_region(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the lines of each region, which is their second cell."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines, start=2):
            found.setdefault(line.split(",", 2)[1], []).append(number)
        return found

    def line(self, number: int) -> str:
        return self.lines[number - 2]

    def row(self, number: int) -> tuple[dict[str, str], Place]:
        """The cells of a line by their columns, and its place."""
        cells = next(csv.reader([self.line(number)]))
        return dict(zip(self.columns, cells, strict=True)), Place(self.name, number)

    def factor(self, kind: str, number: int) -> Factor:
        if number not in self._factors:
            row, place = self.row(number)
            self._factors[number] = factor(row, kind, place)
        return self._factors[number]


T = TypeVar("T")


def _once(answer: Callable[[Any, str], T]) -> Callable[[Any, str], T]:
    """A question to the data sets that is worked out once for each word."""

    @wraps(answer)
    def known(self: Datasets, word: str) -> T:
        key = answer.__name__, word
        if key not in self._known:
            self._known[key] = answer(self, word)
        found: T = self._known[key]
        return found

    return known


@dataclass(eq=False)
class Datasets:
    """The data sets under one folder. They do not change while they are in use: every question is answered once."""

    root: Path = field(default_factory=lambda: shipped("datasets"))
    files: dict[str, str] = field(default_factory=dict)
    """Every file read so far, with its SHA-256."""
    _texts: dict[Path, str] = field(default_factory=dict, repr=False)
    _read: dict[Path, _Table] = field(default_factory=dict, repr=False)
    _picks: dict[tuple[object, ...], Choice | None] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)

    # --- files

    def _text(self, path: Path) -> str:
        if path not in self._texts:
            raw = path.read_bytes()
            self.files[self._name(path)] = hashlib.sha256(raw).hexdigest()
            self._texts[path] = raw.decode("utf-8")
        return self._texts[path]

    def _name(self, path: Path) -> str:
        return f"datasets/{path.relative_to(self.root).as_posix()}"

    def _table(self, path: Path) -> _Table:
        if path not in self._read:
            header, *lines = self._text(path).splitlines()
            self._read[path] = _Table(self._name(path), header.split(","), lines)
        return self._read[path]

    def _rows(self, path: Path) -> Iterator[tuple[dict[str, str], Place]]:
        """All rows of a table with their places."""
        table = self._table(path)
        return (table.row(number) for number in range(2, len(table.lines) + 2))

    def _coverage(self, path: Path) -> int:
        """How many countries a table covers."""
        return len({region[:2] for region in self._table(path).by_region})

    @cached_property
    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        """The bibliography by key."""
        loaded = yaml.load(self._text(self.root / "sources.yaml"), Loader=yaml.CSafeLoader)
        return dict(loaded)

    # --- tables

    def kinds(self) -> list[str]:
        """The kinds of factor that there are tables of."""
        return list(self._tables)

    @cached_property
    def _tables(self) -> Mapping[str, Sequence[Path]]:
        folders = sorted(folder for folder in (self.root / "factors").iterdir() if folder.is_dir())
        return {folder.name: sorted(folder.glob("*.csv")) for folder in folders}

    def table(self, kind: str, regions: Sequence[str] | None = None, what: str | None = None) -> list[Factor]:
        """The factors of a kind, of the given regions or of all; national publications first.

        `what` narrows to lines that hold one of its alternatives: a first sieve, which spares reading the rest.
        """
        words = what.split("|") if what else [""]
        found: list[Factor] = []
        for path in self._by_coverage(kind):
            table = self._table(path)
            index = table.by_region
            wanted = index if regions is None else [region for region in dict.fromkeys(regions) if region in index]
            numbers = sorted(chain.from_iterable(index[region] for region in wanted))
            numbers = [number for number in numbers if any(word in table.line(number) for word in words)]
            found += (table.factor(kind, number) for number in numbers)
        return found

    @_once
    def _by_coverage(self, kind: str) -> Sequence[Path]:
        return sorted(self._tables.get(kind, ()), key=self._coverage)

    def pick(
        self,
        kind: str,
        region: Region,
        when: Period | int | None,
        want: Mapping[str, str],
        split: str | None = None,
        per: str | None = None,
    ) -> Choice | None:
        """The factor, or with `split` the rows told apart by that attribute, for a region and a period or year.

        The nearest region that has any comes first; then what is valid at the time, else the nearest earlier,
        else the nearest later; then the newest publication. Among conventions, which have no year, the median
        is taken, with the range of all. `per` is the unit that the rows must be per, or one that converts to it:
        rows per litre and per gallon do for cubic metres, rows per kilogram do not.
        Raises `Ambiguous` when several rows are left for the same thing.
        """
        asked = Period(date(when, 1, 1), date(when, 12, 31)) if isinstance(when, int) else when
        key = (kind, region.chain, asked, *sorted(want.items()), split, per)
        if key not in self._picks:
            rows = [
                row
                for row in self.table(kind, region.chain, want.get("what"))
                if _meets(row, want) and (per is None or _is_per(row.unit.partition("/")[2], per))
            ]
            self._picks[key] = self._nearest_of(rows, region, asked, split)
        return self._picks[key]

    def _nearest_of(
        self, rows: Sequence[Factor], region: Region, asked: Period | None, split: str | None
    ) -> Choice | None:
        for code in region.chain:
            here = [row for row in rows if row.region == code]
            if not here:
                continue
            if split is None and len(here) > 1 and all(_undated(row) for row in here):
                return _among_conventions(here, self.sources)
            return _by_time(here, asked, code, region, split)
        return None

    # --- regions

    @cached_property
    def _countries(self) -> list[dict[str, str]]:
        return [row for row, _ in self._rows(self.root / "regions" / "countries.csv")]

    @cached_property
    def _clouds(self) -> Mapping[str, dict[str, str]]:
        return {row["region"]: row for row, _ in self._rows(self.root / "regions" / "cloud.csv")}

    @cached_property
    def _subregions(self) -> frozenset[str]:
        folder = self.root / "factors" / "grid"
        return frozenset(
            region for path in sorted(folder.glob("egrid-*.csv")) for region in self._table(path).by_region
        )

    @cached_property
    def _countries_by_name(self) -> Mapping[str, dict[str, str]]:
        """The countries by code and name, without regard to case; of two that share a word, the first."""
        found: dict[str, dict[str, str]] = {}
        for row in self._countries:
            for name in (row["code"], row["iso3"], row["name"], *row["aliases"].split("|")):
                if name:
                    found.setdefault(name.strip().casefold(), row)
        return found

    @cached_property
    def _states(self) -> Mapping[str, str]:
        return {row["code"]: row["name"] for row, _ in self._rows(self.root / "regions" / "us-states.csv")}

    @_once
    def region(self, text: str) -> Region | None:
        """The region that a user means: a code, an English name, or `provider:region`."""
        word = text.strip()
        cloud = word.lower().replace("/", ":")
        if ":" in cloud:
            row = self._clouds.get(cloud)
            if row is None:
                return None
            provider = cloud.partition(":")[0]
            chain = [cloud, f"{provider}:*", row["grid"], row["country"]]
            return Region(cloud, f"{row['place']} ({cloud})", tuple(dict.fromkeys(filter(None, chain))), provider)
        if word.upper().startswith("US-") and word.upper() in self._subregions:
            return Region(word.upper(), f"eGRID subregion {word.upper()[3:]}", (word.upper(), "US"))
        if word.upper().startswith("US-") and word.upper() in self._states:
            return Region(word.upper(), self._states[word.upper()], (word.upper(), "US"))
        if country := self._countries_by_name.get(word.casefold()):
            return Region(country["code"], country["name"], (country["code"],))
        return Region(WORLD, "World", (WORLD,)) if word == WORLD else None

    def region_names(self) -> list[str]:
        """What a user may write, for suggestions."""
        countries = [name for row in self._countries for name in (row["code"], row["name"])]
        return [*countries, *self._subregions, *self._states, *self._clouds]

    def places_called(self, word: str) -> list[str]:
        """The codes of subregions and cloud regions whose place holds a word: `US-CAMX` for California."""
        folder = self.root / "factors" / "grid"
        rows = [row for path in sorted(folder.glob("egrid-*.csv"), reverse=True) for row, _ in self._rows(path)]
        named = {row["region"]: row["note"] for row in reversed(rows)}
        named |= {code: row["place"] for code, row in self._clouds.items()}
        return [code for code, words in named.items() if word.casefold() in re.findall(r"[\w-]+", words.casefold())]

    # --- things

    @_once
    def thing(self, text: str) -> Thing | None:
        """A device by its id, or by one of its usual names."""
        path = self.root / "hardware" / f"{text}.yaml"
        if re.fullmatch(r"[a-z]+/[a-z0-9.-]+", text) and path.is_file():
            return self._thing(text, path)
        if text.startswith("cpu/"):
            return self._processor(text)
        known = self._things_by_name.get(_squeezed(text))
        return self._thing(known, self.root / "hardware" / f"{known}.yaml") if known else None

    @property
    def thing_words(self) -> Mapping[str, str]:
        """Every id and name that a user may write for a device, with its id, for suggestions."""
        return self._names

    @cached_property
    def _things_by_name(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, id in self._names.items():
            found.setdefault(_squeezed(name), id)
        return found

    @cached_property
    def _names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for path in sorted((self.root / "hardware").glob("*/*.yaml")):
            id = path.relative_to(self.root / "hardware").with_suffix("").as_posix()
            head = path.read_text(encoding="utf-8").split("\nreleased:")[0].split("\npower:")[0]
            document = yaml.load(head, Loader=yaml.CSafeLoader)
            for name in (id, path.stem, document["name"], *document.get("aliases", ())):
                found.setdefault(str(name), id)
        return found

    def thing_names(self) -> list[str]:
        """The ids of all devices."""
        return sorted(set(self._things_by_name.values()))

    def _thing(self, id: str, path: Path) -> Thing:
        name = self._name(path)
        node, document = _composed(self._text(path))
        values = {
            key.value: [
                _valued(f"{id}#{key.value}", "thing", entry, Place(name, item.start_mark.line + 1))
                for item, entry in zip(entries.value, document[key.value], strict=True)
            ]
            for key, entries in node.value
            if isinstance(entries, yaml.SequenceNode) and isinstance(entries.value[0], yaml.MappingNode)
        }
        return Thing(id, document["name"], values, Place(name, 1), _parts(id, name, node, document))

    def _processor(self, id: str) -> Thing | None:
        for path in sorted((self.root / "hardware" / "cpu").glob("*.csv")):
            if (number := self._processors(str(path)).get(id)) is not None:
                row, place = self._table(path).row(number)
                row = {**dict.fromkeys(COLUMNS, ""), **row, "region": WORLD, "quality": "published"}
                return Thing(id, row["name"], {"power": [factor(row, "thing", place)]}, place)
        return None

    @_once
    def _processors(self, path: str) -> Mapping[str, int]:
        """The numbers of a table's lines by id, its first cell; of two that share one, the first."""
        found: dict[str, int] = {}
        for number, line in enumerate(self._table(Path(path)).lines, start=2):
            found.setdefault(line.partition(",")[0], number)
        return found

    # --- potentials and conventions

    def gwp_sets(self) -> list[str]:
        """The names of the sets, as a case writes them."""
        return sorted(path.stem.upper() for path in (self.root / "gwp").glob("*.csv"))

    @_once
    def gwp(self, name: str) -> Mapping[str, Factor]:
        """One set of 100-year potentials, by gas. Raises `FileNotFoundError` for an unknown set."""
        path = self.root / "gwp" / f"{name.lower()}.csv"
        return {
            row["gas"]: factor(
                {**dict.fromkeys(COLUMNS, ""), **row, "id": f"{path.stem}:{row['gas']}", "region": WORLD}, "gwp", place
            )
            for row, place in self._rows(path)
        }

    def gas(self, text: str) -> str | None:
        """The name under which the sets have a gas that a user calls `R-134a`, `HFC-134a` or `propane`."""
        return self._gases.get(_squeezed(text))

    @cached_property
    def _gases(self) -> Mapping[str, str]:
        return {
            _squeezed(name): row["gas"]
            for path in sorted((self.root / "gwp").glob("*.csv"))
            for row, _ in self._rows(path)
            for name in filter(None, (row["gas"], *row["aliases"].split("|")))
        }

    def gas_words(self) -> list[str]:
        """What a user may write for a gas, for suggestions."""
        paths = sorted((self.root / "gwp").glob("*.csv"))
        rows = [row for path in paths for row, _ in self._rows(path)]
        return list(dict.fromkeys(name for row in rows for name in (row["gas"], *row["aliases"].split("|")) if name))

    def blend_words(self) -> list[str]:
        """The names of the blends, for suggestions."""
        return list(dict.fromkeys(row["blend"] for row, _ in self._rows(self.root / "blends.csv")))

    @_once
    def blend(self, text: str) -> Mapping[str, Factor]:
        """The share of mass of each gas in a refrigerant blend, by the name of the gas; empty when it is none."""
        wanted = _squeezed(text).removeprefix("r")
        return {
            row["component"]: factor({**dict.fromkeys(COLUMNS, ""), **row, "region": WORLD}, "blend", place)
            for row, place in self._rows(self.root / "blends.csv")
            if _squeezed(row["blend"]).removeprefix("r") == wanted
        }

    @_once
    def conventions(self, choice: str) -> list[str]:
        """The peers that have a convention for a choice."""
        return [
            path.stem
            for path in sorted((self.root / "conventions").glob("*.yaml"))
            if choice in self.convention(path.stem)
        ]

    @_once
    def convention(self, peer: str) -> Mapping[str, Any]:
        """The choices of a peer, each with its place; empty when there is no such peer."""
        path = self.root / "conventions" / f"{peer}.yaml"
        if not re.fullmatch(r"[a-z0-9-]+", peer) or not path.is_file():
            return {}
        node, document = _composed(self._text(path))
        lines = {
            key.value: key.start_mark.line + 1
            for name, table in node.value
            if name.value == "choices"
            for key, _ in table.value
        }
        return {
            choice: {
                **entry,
                "source": entry.get("source", document["source"]),
                "place": Place(self._name(path), lines[choice]),
            }
            for choice, entry in document["choices"].items()
        }

    # --- spread

    def spread(self, row: Factor, unit: str, year: int | None, distance: int) -> Spread | None:
        """The 95 % range of a factor: as published, else by the pedigree of its source.

        `distance` is 0 for the region itself, 1 for a larger one that holds it, 2 for the world.
        """
        if row.low is None or row.high is None:
            return self._by_pedigree(row, unit, year, distance)
        low, high = (units.convert(bound, row.unit, unit) for bound in (row.low, row.high))
        mean = self._by_pedigree(row, unit, year, distance) if row.kind in RANGE_OF_PLANTS else None
        if mean is None or (low >= mean.low and high <= mean.high):
            return Spread(low, high, "range published with the value")
        within = Spread(max(low, mean.low), min(high, mean.high), mean.reason)
        cut = (within.low, within.high) != (mean.low, mean.high)
        return replace(within, reason=f"{mean.reason}; within the published range of plants") if cut else within

    def _by_pedigree(self, row: Factor, unit: str, year: int | None, distance: int) -> Spread | None:
        """The range of a factor by the pedigree of its source; None where that would be a range of nothing."""
        scores = self.sources.get(row.source, {}).get("pedigree")
        if (
            scores is None
            or row.kind in WITHOUT_PEDIGREE
            or row.value == 0
            or (row.kind == "thing" and row.unit == "1")
        ):
            return None
        apart = years_apart(row, year) if row.start else YEARS_APART[0]
        scored = {
            "reliability": scores["reliability"],
            "completeness": scores["completeness"],
            "temporal correlation": 1 + sum(apart > limit for limit in YEARS_APART),
            "geographical correlation": 1 + distance,
            "further technological correlation": scores["technological"],
        }
        parts = [self._pedigree[indicator, str(score)] for indicator, score in scored.items()]
        basic = self._basic[row.attributes.get("gas", "")]
        deviation = squared_geometric_deviation(*(squared_logarithm(float(part)) for part in (*parts, basic)))
        value = units.convert(row.value, row.unit, unit)
        words = ", ".join(
            f"{indicator.split()[-2 if 'correlation' in indicator else 0]} {score}"
            for indicator, score in scored.items()
        )
        return Spread(value / deviation, value * deviation, f"pedigree: {words}; basic {basic:g}; GSD² {deviation:.3g}")

    @cached_property
    def _pedigree(self) -> Mapping[tuple[str, str], float]:
        return {
            (row["indicator"], row["score"]): float(row["value"])
            for row, _ in self._rows(self.root / "pedigree" / "uncertainty-factors.csv")
            if row["version"] == PEDIGREE_VERSION
        }

    @cached_property
    def _basic(self) -> Mapping[str, float]:
        """Basic uncertainty by gas; that of electricity for what has none."""
        table = {
            (row["compartment"], row["flow"], row["context"]): float(row["value"])
            for row, _ in self._rows(self.root / "pedigree" / "basic-uncertainty.csv")
        }
        electricity = next(
            value
            for (compartment, flow, _), value in table.items()
            if compartment == "demand" and "electricity" in flow
        )
        gases = {"CO2": "CO2", "CH4": "CH4, NH3", "N2O": "NOx, N2O"}
        named = {gas: table["air", flow, "combustion"] for gas, flow in gases.items()}
        return {"": electricity, "total": electricity, "CO2-biogenic": named["CO2"], **named}


def factor(row: Mapping[str, str], kind: str, place: Place) -> Factor:
    """One row of a table. Raises `ValueError` when it is not one."""
    return Factor(
        id=row["id"],
        kind=kind,
        region=row["region"],
        start=date.fromisoformat(row["from"]) if row["from"] else None,
        end=date.fromisoformat(row["to"]) if row["to"] else None,
        value=float(row["value"]),
        unit=row["unit"],
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        quality=row["quality"],
        source=row["source"],
        page=row["page"],
        note=row["note"],
        place=place,
        attributes={key: value for key, value in row.items() if key not in COLUMNS and value},
        written=f"{row['value']} {row['unit']}".removesuffix(" 1"),
    )


def _composed(text: str) -> tuple[Any, dict[str, Any]]:
    """A file as nodes, which know their lines, and as plain data; read once."""
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        return node, dict(loader.construct_document(node))
    finally:
        loader.dispose()


def _valued(id: str, kind: str, entry: Mapping[str, Any], place: Place) -> Factor:
    """One value of a thing, written as `400 W` with its source."""
    number, _, unit = str(entry["value"]).partition(" ")
    row = {**dict.fromkeys(COLUMNS, ""), "id": id, "region": WORLD, "value": number, "unit": unit or "1"}
    for bound in ("low", "high"):
        if bound in entry:
            row[bound] = str(entry[bound]).partition(" ")[0]
    told = ("quality", "source", "page", "note", "from", "published_for", "boundary")
    row |= {key: str(entry[key]) for key in told if key in entry}
    return factor(row, kind, place)


def _parts(id: str, file: str, node: Any, document: Mapping[str, Any]) -> dict[str, dict[str, Factor]]:
    """The parts of a thing: a table of kinds, each a table of fields with their value and source."""
    kinds = next((table.value for key, table in node.value if key.value == "parts"), ())
    return {
        kind.value: {
            field.value: _valued(
                f"{id}#parts.{kind.value}.{field.value}",
                "thing",
                document["parts"][kind.value][field.value],
                Place(file, field.start_mark.line + 1),
            )
            for field, _ in fields.value
        }
        for kind, fields in kinds
    }


@lru_cache(maxsize=512)
def _is_per(given: str, wanted: str) -> bool:
    try:
        units.factor(units.plain(given), units.plain(wanted))
    except units.UnitError:
        return False
    return True


def _meets(row: Factor, want: Mapping[str, str]) -> bool:
    return all(row.attributes.get(key, "") in wanted.split("|") for key, wanted in want.items())


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _among_conventions(rows: Sequence[Factor], sources: Mapping[str, Mapping[str, Any]]) -> Choice:
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


def _undated(row: Factor) -> bool:
    return row.start is None and row.end is None


def years_apart(row: Factor, year: int | None) -> int:
    """How old a row is in a year, or how much too new; one of open end is as old as its beginning."""
    if year is None or row.start is None:
        return 0
    last = row.end.year if row.end else row.start.year
    return max(row.start.year - year, year - last, 0)


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


def _by_time(rows: Sequence[Factor], asked: Period | None, code: str, region: Region, split: str | None) -> Choice:
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
