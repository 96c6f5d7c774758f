"""The file of a case while nouns are made of it, and what every kind of noun needs to be made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lca import importers
from lca.figure import Figure, Given, Place
from lca.findings import finding, nearest
from lca.form import at
from lca.marks import Table
from lca.model import Entity, Facility, Finding, Period, Record
from lca.nouns.titles import TITLES
from lca.schema.quantity import Quantity, Section


class CaseFile:
    """The file of a case while nouns are made of it: where its fields stand, what it names, what is wrong with it."""

    def __init__(
        self,
        path: Path,
        table: Table,
        found: list[Finding],
        files: dict[str, str],
        named: Mapping[str, set[str]],
    ) -> None:
        self.path, self.table, self.found, self.files, self.named = path, table, found, files, named
        self._absent: set[str] = set()
        """Files that are cited and not there."""
        self.records: dict[str, Record] = {}
        """By the path that the case names them by."""
        self.generations: dict[str, importers.series.Series] = {}
        """Of contracts, by the key of the contract."""
        self.entities: dict[str, Entity] = {}
        self.facilities: dict[str, Facility] = {}
        self.period: Period | None = None
        self.country: str | None = None
        """Of the organisation: where factors are looked up of what says no place."""

    def place(self, *path: Any) -> Place:
        return at(list(path), self.table, self.path.name)[1]

    def figures(self, section: Section, *where: str | int) -> tuple[dict[str, Figure], dict[str, Place]]:
        """Every quantity that a section gives, as a figure, and the place of every field."""
        figures: dict[str, Figure] = {}
        places: dict[str, Place] = {}
        for key in section.model_fields_set:
            places[key] = self.place(*where, key)
        for key in type(section).model_fields:
            given = getattr(section, key)
            if isinstance(given, Given):
                unit = given.attributes.get("unit") or quantity_of(type(section), key).unit
                if basis := getattr(section, "basis", None):
                    unit = unit.replace("_gross", f"_{basis}")
                figures[key] = Figure(id_of(*where, key), TITLES.get(key, key), unit, given)
                self.cited(given.source, self.place(*where, key, "source"))
        return figures, places

    def cited(self, source: str | None, place: Place) -> None:
        """A source that is a file stands beside the case, and belongs to what the result rests on; told of once."""
        if source is None or not is_path(source) or source in self.files or source in self._absent:
            return
        if self.evidence(source, place) is None:
            self._absent.add(source)

    def lacks(self, source: str | None) -> bool:
        """Whether a source is a file and not there; one that is there is hashed."""
        if source is None or not is_path(source) or source in self.files:
            return False
        if not self.is_file(source):
            return True
        self.files[source] = importers.sha256(self.path.parent / source)
        return False

    def is_file(self, name: str) -> bool:
        """Whether a file stands beside the case."""
        try:
            return (self.path.parent / name).is_file()
        except OSError:  # a name that no file can have
            return False

    def evidence(self, name: str, place: Place) -> Path | None:
        """A file that the case names, hashed; None, with a finding, when it is not there."""
        if target := self.there(name, place):
            self.files[name] = importers.sha256(target)
        return target

    def there(self, name: str, place: Place) -> Path | None:
        """The same without its hash."""
        target = self.path.parent / name
        if not self.is_file(name):
            self.found.append(finding("evidence-missing", place, file=name))
            return None
        if outside(target, self.path):
            self.found.append(finding("evidence-outside", place, file=name))
        return target

    def refer(self, kind: str, name: str, declared: Mapping[str, Any], where: tuple[str | int, ...]) -> None:
        self.refer_at(kind, name, declared, self.place(*where))

    def refer_at(self, kind: str, name: str, declared: Mapping[str, Any], place: Place) -> None:
        if name not in declared and name not in self.named.get(
            {"facility": "facilities", "entity": "entities"}.get(kind, kind), ()
        ):
            self.found.append(
                finding(
                    "unknown-reference",
                    place,
                    kind=kind,
                    name=name,
                    declared=", ".join(declared) or "none",
                    nearest=nearest(name, declared),
                )
            )


def quantity_of(section: type[Section], key: str) -> Quantity:
    return next(item for item in section.model_fields[key].metadata if isinstance(item, Quantity))


def outside(file: Path, case: Path) -> bool:
    """Whether a file lies outside the folder of the case, which is what is handed on."""
    return not file.resolve().is_relative_to(case.parent.resolve())


def id_of(*where: str | int) -> str:
    """The id of a figure: its path in the case, positions counted from 1."""
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in where)


_FILE = re.compile(
    r"(\.{0,2}/|evidence/).*|.*\.(pdf|csv|tsv|xlsx?|ods|docx?|md|txt|html?|json|ya?ml|xml|log|png|jpe?g)", re.IGNORECASE
)
"""A path, or the name of a file by its ending."""

_NO_FILE = re.compile(r".*(://|, |: ).*|(www\.|[^/.]+\.[^/]+/).*", re.IGNORECASE)
"""An address, or words in which a file is named."""


def is_path(source: str) -> bool:
    """Whether a source is a file beside the case, not words, an address, or a key of the bibliography."""
    return bool(_FILE.fullmatch(source)) and not _NO_FILE.fullmatch(source)
