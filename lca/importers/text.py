"""What every importer needs of a file: its encoding, its rows, its hash, and a way to refuse it."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from lca.figure import Figure, Place
from lca.findings import finding, in_order
from lca.model import Finding, Record

SIZE_LIMIT = 2_000_000_000
"""Bytes: a day of eight devices at ten samples a second takes 0.4 GB."""
HEAD = 65_536
"""Bytes by which a format is recognised; the header of a query for all 212 columns takes 6,600."""


class Refused(Exception):
    """A record that cannot be read further; the finding says why."""

    def __init__(self, slug: str, place: Place, **details: object) -> None:
        super().__init__(slug)
        self.finding = finding(slug, place, **details)


def record(
    format: str,
    path: Path,
    name: str,
    content: Callable[[dict[str, str], list[Finding]], Mapping[str, Figure]],
) -> Record:
    """The record of a file. `content` gives its figures, fills in facts and findings, or refuses."""
    facts: dict[str, str] = {}
    found: list[Finding] = []
    figures: Mapping[str, Figure] = {}
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        sizes = {"size": f"{size / 1e9:.1f} GB", "limit": f"{SIZE_LIMIT / 1e9:.0f} GB"}
        return Record(format, name, "", {}, {}, (finding("file-too-large", Place(name), **sizes),))
    try:
        figures = content(facts, found)
    except Refused as refused:
        found.append(refused.finding)
    except UnicodeDecodeError as error:
        found.append(finding("not-utf8", Place(name), byte=f"0x{error.object[error.start]:02x}"))
    except csv.Error as error:
        found.append(finding("record-format", Place(name), problem=str(error)))
    return Record(format, name, sha256(path), figures, facts, in_order(found))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding(path: Path) -> str:
    """UTF-16 where a byte order mark says so (PowerShell writes it), else UTF-8 with or without a mark."""
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def head(path: Path) -> str:
    """The beginning of a file, to recognise it by; what is not text shows as such."""
    with path.open("rb") as file:
        return file.read(HEAD).decode(encoding(path), errors="replace")


def first_line(head: str) -> str:
    """The first line that is not blank."""
    return next((line for line in head.splitlines() if line.strip()), "")


def ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2))
        return file.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


def cells(line: str) -> list[str]:
    """The cells of a header line."""
    return [cell.strip() for cell in next(csv.reader([line], delimiter=_delimiter(line), skipinitialspace=True), [])]


def rows(path: Path) -> Iterator[tuple[int, list[str], bool]]:
    """Line number, cells, and whether it is the last, of every row that is not blank."""
    delimiter = _delimiter(first_line(head(path)))
    with path.open(encoding=encoding(path), newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        waiting: tuple[int, list[str]] | None = None
        for row in reader:
            if any(row):
                if waiting:
                    yield waiting[0], waiting[1], False
                waiting = reader.line_num, row
        if waiting:
            yield waiting[0], waiting[1], True


def _delimiter(header: str) -> str:
    """The separator of the columns: a comma, unless the header has more of another."""
    return max(",;\t", key=header.count)


def day(moment: str) -> date | None:
    """The day of a moment as a record writes it: a date first, or a count since 1970, which is UTC."""
    with contextlib.suppress(ValueError):
        if count := re.fullmatch(r"(\d{10})\d{0,9}(\.\d+)?", moment, re.ASCII):
            return datetime.fromtimestamp(int(count[1]), UTC).date()
        return date.fromisoformat(moment[:10].replace("/", "-"))
    return None


def shown(text: str, length: int = 60) -> str:
    """Foreign text for a message: short, on one line, and without control characters."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in text.strip())
    return text if len(text) <= length else f"{text[: length - 1]}…"
