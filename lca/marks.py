"""YAML with line marks: text → tables, items and words that know their place.

Scalars stay text until their field reads them: `NO` is Norway, `12:30` is not 750, `1.10` is not 1.1.
Aliases, tags, merge keys, duplicate keys and oversized files are refused; nothing in a file is run.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Self

import yaml

from lca.findings import finding
from lca.model import Finding, Place

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
    reader = _Nodes(name, found)
    try:
        refused = reader.refuse(text)
        node = None if refused else yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        problem = next((ours for theirs, ours in PLAINLY.items() if theirs in problem), problem)
        found.append(finding("yaml-syntax", _broken_at(error, text, name), problem=problem))
        return None
    if refused:
        return None
    if node is None:
        found.append(finding("empty-file", start))
        return None
    table = reader.value(node)
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


def _is_control(character: str) -> bool:
    return (character < " " and character not in "\n\t") or "\x7f" <= character <= "\x9f"


class _Nodes:
    """Turns YAML nodes into tables, items and texts with places."""

    def __init__(self, name: str, found: list[Finding]) -> None:
        self.name = name
        self.found = found

    def refuse(self, text: str) -> bool:
        """Refuse what could unfold, run, or bury: anchors and aliases, tags, and depth, before anything is built."""
        before = len(self.found)
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if anchor := getattr(event, "anchor", None):
                self.found.append(finding("yaml-alias", self._place(event), name=anchor))
            if tag := getattr(event, "tag", None):
                written = tag.replace("tag:yaml.org,2002:", "!!")
                self.found.append(finding("yaml-tag", self._place(event), tag=written))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_LIMIT:
                self.found.append(finding("yaml-depth", self._place(event), limit=DEPTH_LIMIT))
                break
        return len(self.found) > before

    def value(self, node: yaml.Node) -> Any:
        place = self._place(node)
        if isinstance(node, yaml.ScalarNode):
            quoted = node.style not in (None, "")
            for control in sorted({character for character in node.value if _is_control(character)}):
                self.found.append(finding("control-character", place, code=f"U+{ord(control):04X}"))
            text = "".join(character for character in node.value if not _is_control(character))
            return None if not quoted and text in ("", "~", "null") else Text(text, place, quoted)
        if isinstance(node, yaml.SequenceNode):
            items = Items(place)
            items.extend(self.value(child) for child in node.value)
            return items
        return self._table(node, place)

    def _table(self, node: yaml.Node, place: Place) -> Table:
        table = Table(place)
        for key_node, value_node in node.value:
            at = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.found.append(finding("yaml-key", at, what="a list or a table"))
                continue
            key = key_node.value
            if key == "<<":
                self.found.append(finding("yaml-merge", at))
                continue
            if not key:
                self.found.append(finding("yaml-key", at, what="nothing"))
                continue
            if key in table:
                self.found.append(finding("duplicate-key", at, key=key, first=f"line {table.keys_at[key].line}"))
                continue
            table.keys_at[key] = at
            table[key] = self.value(value_node)
        return table

    def _place(self, node: Any) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)
