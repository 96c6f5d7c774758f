"""Devices: what is known of each, with its alternatives, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from lca import units
from lca.datasets.files import COLUMNS, WORLD, Files, composed, factor, once, squeezed
from lca.figure import Place
from lca.model import Factor


@dataclass(frozen=True)
class Thing:
    """A device: its id and what is known of it, each value with its alternatives."""

    id: str
    name: str
    values: Mapping[str, Sequence[Factor]]
    place: Place
    parts: Mapping[str, Mapping[str, Factor]] = field(default_factory=dict)
    """What it is made of, by kind of part and field."""

    def first(self, key: str, unit: str) -> float | None:
        """The value that is taken where several are published, in a unit."""
        entries = self.values.get(key)
        return units.convert(entries[0].value, entries[0].unit, unit) if entries else None


class Things(Files):
    """The devices, by their ids and usual names."""

    @once
    def thing(self, text: str) -> Thing | None:
        """A device by its id, or by one of its usual names."""
        path = self.root / "hardware" / f"{text}.yaml"
        if re.fullmatch(r"[a-z]+/[a-z0-9.-]+", text) and path.is_file():
            return self._thing(text, path)
        if text.startswith("cpu/"):
            return self._processor(text)
        known = self._things_by_name.get(squeezed(text))
        return self._thing(known, self.root / "hardware" / f"{known}.yaml") if known else None

    @property
    def thing_words(self) -> Mapping[str, str]:
        """Every id and name that a user may write for a device, with its id, for suggestions."""
        return self._names

    @cached_property
    def _things_by_name(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, id in self._names.items():
            found.setdefault(squeezed(name), id)
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
        node, document = composed(self._text(path))
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

    @once
    def _processors(self, path: str) -> Mapping[str, int]:
        """The numbers of a table's lines by id, its first cell; of two that share one, the first."""
        found: dict[str, int] = {}
        for number, line in enumerate(self._table(Path(path)).lines, start=2):
            found.setdefault(line.partition(",")[0], number)
        return found


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
