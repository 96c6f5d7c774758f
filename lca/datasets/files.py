"""The files of `datasets/`: read when they are asked for, each hashed; every row keeps its file and line."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import yaml

from lca.figure import Place
from lca.model import Factor

COLUMNS = ("id", "region", "from", "to", "value", "unit", "low", "high", "quality", "source", "page", "note")

WORLD = "WORLD"


@lru_cache(maxsize=4)
def shipped(kind: str = "datasets") -> Path:
    """The folder `datasets` or `templates`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"{kind} is missing from the installation")


@dataclass(frozen=True, eq=False)
class Table:
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


def once(answer: Callable[[Any, str], T]) -> Callable[[Any, str], T]:
    """A question to the data sets that is worked out once for each word."""

    @wraps(answer)
    def known(self: Files, word: str) -> T:
        key = answer.__name__, word
        if key not in self._known:
            self._known[key] = answer(self, word)
        found: T = self._known[key]
        return found

    return known


@dataclass(eq=False)
class Files:
    """The files under one folder. They do not change while they are in use: every question is answered once."""

    root: Path = field(default_factory=lambda: shipped("datasets"))
    files: dict[str, str] = field(default_factory=dict)
    """Every file read so far, with its SHA-256."""
    _texts: dict[Path, str] = field(default_factory=dict, repr=False)
    _read: dict[Path, Table] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)

    def _text(self, path: Path) -> str:
        if path not in self._texts:
            raw = path.read_bytes()
            self.files[self._name(path)] = hashlib.sha256(raw).hexdigest()
            self._texts[path] = raw.decode("utf-8")
        return self._texts[path]

    def _name(self, path: Path) -> str:
        return f"datasets/{path.relative_to(self.root).as_posix()}"

    def _table(self, path: Path) -> Table:
        if path not in self._read:
            header, *lines = self._text(path).splitlines()
            self._read[path] = Table(self._name(path), header.split(","), lines)
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


def composed(text: str) -> tuple[Any, dict[str, Any]]:
    """A file as nodes, which know their lines, and as plain data; read once."""
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        return node, dict(loader.construct_document(node))
    finally:
        loader.dispose()


def squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
