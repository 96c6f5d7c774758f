"""YAML with line marks: text → tables, items and words that know their place.

Scalars stay text until their field reads them: `NO` is Norway, `12:30` is not 750, `1.10` is not 1.1.
Aliases, tags, merge keys, duplicate keys and oversized files are refused; nothing in a file is run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import yaml

from lca.figure import Place
from lca.findings import finding
from lca.model import Finding

SIZE_LIMIT = 2_000_000
"""Bytes: a case declares, it does not hold series. 10 MB of YAML take 14 s to parse."""
DEPTH_LIMIT = 24


class Text(str):
    """A scalar of the case, as written, with its place."""

    __slots__ = ("place", "quoted")

    place: Place
    quoted: bool

    def __new__(cls, text: str, place: Place, quoted: bool = False) -> Self:
        made = super().__new__(cls, text)
        made.place, made.quoted = place, quoted
        return made


class Table(dict[str, Any]):
    """A mapping of the case, with its place and the places of its keys."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.keys_at: dict[str, Place] = {}


class Items(list[Any]):
    """A sequence of the case, with its place."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


def place_of(value: Any) -> Place:
    """Where a value of the case stands."""
    return value.place if isinstance(value, Text | Table | Items) else Place("")


def parse(path: Path, name: str, found: list[Finding], files: dict[str, str]) -> Table | None:
    """The file as nested tables. None, with findings, when it cannot be read as such."""
    start = Place(name, 1, 1)
    try:
        if path.exists() and not path.is_file():
            found.append(finding("file-unreadable", Place(name), problem="it is not a regular file"))
            return None
        if path.stat().st_size > SIZE_LIMIT:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            found.append(finding("file-too-large", start, size=size, limit=f"{SIZE_LIMIT / 1e6:.0f} MB"))
            return None
        raw = path.read_bytes()
    except OSError as error:
        found.append(finding("file-unreadable", Place(name), problem=error.strerror or str(error)))
        return None
    files[name] = hashlib.sha256(raw).hexdigest()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found.append(finding("not-utf8", Place(name, line), byte=f"0x{raw[error.start]:02x}"))
        return None
    reader = _Reader(text, name)
    try:
        table = reader.document()
    except yaml.YAMLError as error:
        found.extend(reader.refused)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        problem = next((ours for theirs, ours in PLAINLY.items() if theirs in problem), problem)
        found.append(finding("yaml-syntax", _broken_at(error, text, name), problem=problem))
        return None
    found.extend(reader.refused or reader.said)
    if reader.refused:
        return None
    if reader.empty:
        found.append(finding("empty-file", start))
        return None
    if not isinstance(table, Table):
        if not any(item.severity == "error" for item in found):
            found.append(
                finding(
                    "wrong-shape",
                    start,
                    key=name,
                    wanted="a table of fields",
                    given="a list or a word",
                    shape="Write `key: value` lines, as `lca new training` shows.",
                )
            )
        return None
    return table


PLAINLY = {
    "mapping values are not allowed": "a text that holds `: ` needs quotes, or the line is indented too far",
    "found another document": "the file holds more than one document (`---`)",
    "cannot start any token": "a tab, or a sign that needs quotes",
    "did not find expected": "a bracket or a quote is not closed, or the indentation differs from the line above",
    "special characters are not allowed": "a control character",
}
"""What the commonest complaints of the YAML reader mean."""


def _broken_at(error: yaml.YAMLError, text: str, name: str) -> Place:
    """Where YAML ends: its mark, or the line of the character that its reader refuses."""
    if mark := getattr(error, "problem_mark", None):
        return Place(name, mark.line + 1, mark.column + 1)
    before = text[: getattr(error, "position", 0) or 0]
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What is neither a sign nor a blank."""


class _TooDeep(Exception):
    """What is nested deeper is not read."""


class _Reader:
    """Turns the events of YAML into tables, items and texts with places, in one pass.

    What could unfold, run, or bury is refused as it is met: anchors and aliases, tags, and depth. Nothing is
    resolved or constructed, so that a file is never more than its text.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.refused: list[Finding] = []
        self.said: list[Finding] = []
        self.empty = True
        self._events = self._watched(yaml.parse(text, Loader=yaml.CSafeLoader))

    def document(self) -> Any:
        """The value of the one document. Raises `yaml.YAMLError`."""
        value: Any = None
        first: yaml.Event | None = None
        second: yaml.Event | None = None
        try:
            for event in self._events:
                if not isinstance(event, yaml.DocumentStartEvent):
                    continue
                if first is None:
                    first, self.empty = event, False
                    value = self._value(next(self._events))
                else:
                    second = second or event
        except _TooDeep:
            return None
        if second is not None and not self.refused:
            problem = "but found another document"
            mark: Any = second.start_mark
            raise yaml.MarkedYAMLError("expected a single document", None, problem, mark)
        return value

    def _watched(self, events: Iterable[Any]) -> Iterator[Any]:
        """The events; what is to be refused is noted in passing."""
        depth = 0
        for event in events:
            if anchor := getattr(event, "anchor", None):
                self.refused.append(finding("yaml-alias", self._place(event), name=anchor))
            if tag := getattr(event, "tag", None):
                written = tag.replace("tag:yaml.org,2002:", "!!")
                self.refused.append(finding("yaml-tag", self._place(event), tag=written))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEPTH_LIMIT:
                self.refused.append(finding("yaml-depth", self._place(event), limit=DEPTH_LIMIT))
                raise _TooDeep
            yield event

    def _value(self, event: Any) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        place = self._place(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = Items(place)
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._value(event))
            return items
        return self._table(place) if isinstance(event, yaml.MappingStartEvent) else None

    def _text(self, event: yaml.ScalarEvent) -> Text | None:
        place, text, quoted = self._place(event), event.value, bool(event.style)
        if CONTROL.search(text):
            for control in sorted(set(CONTROL.findall(text))):
                self.said.append(finding("control-character", place, code=f"U+{ord(control):04X}"))
            text = CONTROL.sub("", text)
        return None if not quoted and text in ("", "~", "null") else Text(text, place, quoted)

    def _table(self, place: Place) -> Table:
        table = Table(place)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            at = self._place(event)
            if problem := self._unfit(event, table):
                slug, details = problem
                self.said.append(finding(slug, at, **details))
                self._skip(event)
                self._skip(next(self._events))
            else:
                table.keys_at[event.value] = at
                table[event.value] = self._value(next(self._events))
        return table

    def _unfit(self, event: Any, table: Table) -> tuple[str, dict[str, object]] | None:
        """Why something cannot be a key of a table."""
        if not isinstance(event, yaml.ScalarEvent):
            return "yaml-key", {"what": "a list or a table"}
        key = event.value
        if key == "<<":
            return "yaml-merge", {}
        if not key:
            return "yaml-key", {"what": "nothing"}
        if key in table:
            return "duplicate-key", {"key": key, "first": f"line {table.keys_at[key].line}"}
        return None

    def _skip(self, event: Any) -> None:
        """Pass over a value that has no place in the case."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            event = next(self._events)

    def _place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)
