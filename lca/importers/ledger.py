"""A ledger of activities: a table with a row for each, read once; every mistake of it in one run, at its line.

    kind,name,date,mode,amount [km],region,facility,evidence,page
    travel,Client visit,2025-03-14,car-average-diesel,240,GB,,invoices/17.pdf,2

`kind` is a list of the case's `activities:`, the other columns are its fields. A quantity has its unit in the cell, or
in the header in brackets. `date` or `month` says when; the fields that a kind does not have stay empty.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from lca import units
from lca.figure import Figure, Given, Place
from lca.findings import finding, nearest
from lca.importers import text
from lca.model import Finding, Period
from lca.schema.activity import ActivitiesSection, ActivitySection, HeatSection, RefrigerantSection
from lca.schema.quantity import PURPOSE, Quantity

OWN_COLUMNS = ("kind", "name", "date", "month")
_HEADER = re.compile(r"([a-z0-9_]+)\s*(?:[\[(]\s*(.+?)\s*[\])])?", re.IGNORECASE)
_NUMBER = re.compile(r"([-+]?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,2})?)\s*(.*)", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}\.\d{3}")
"""What may be thousands or decimals, and is read with more care."""
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
SIZE_LIMIT = 50_000_000
"""Bytes: more rows than that are reduced first."""


@dataclass(frozen=True)
class Row:
    """One activity of a ledger."""

    kind: str
    title: str
    words: Mapping[str, str]
    figures: Mapping[str, Figure]
    place: Place


@dataclass(frozen=True)
class Ledger:
    """What a file holds: its hash, its rows without a mistake, and every mistake of it."""

    sha256: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Form:
    """The fields of one kind of activity, as its section has them."""

    quantities: Mapping[str, Quantity]
    choices: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]
    needed: tuple[str, ...]
    usual: Mapping[str, str]
    """What a word is when it is left out."""

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.quantities, *self.choices, *self.words)


def _form(section: type[ActivitySection]) -> Form:
    quantities, choices, words, needed, usual = {}, {}, [], [], {}
    for name, known in section.model_fields.items():
        literals = tuple(item for item in _literals(known.annotation) if isinstance(item, str))
        if found := [item for item in known.metadata if isinstance(item, Quantity)]:
            quantities[name] = found[0]
        elif literals:
            choices[name] = literals
        else:
            words.append(name)
        if known.is_required():
            needed.append(name)
        elif isinstance(known.default, str):
            usual[name] = known.default
    return Form(quantities, choices, tuple(words), tuple(needed), usual)


def _literals(annotation: Any) -> Iterator[Any]:
    for item in get_args(annotation):
        yield from _literals(item) if get_args(item) else (item,)


def forms() -> dict[str, Form]:
    """The form of every kind that a ledger may hold."""
    sections = {
        kind: get_args(known.annotation)[1]
        for kind, known in ActivitiesSection.model_fields.items()
        if len(get_args(known.annotation)) == 2 and isinstance(get_args(known.annotation)[1], type)
        if issubclass(get_args(known.annotation)[1], ActivitySection)
    }
    return {
        kind: _form(section)
        for kind, section in {**sections, "refrigerants": RefrigerantSection, "heat": HeatSection}.items()
    }


@dataclass
class _Reader:
    """Reads the rows; every unit is looked up once, however many cells have it."""

    name: str
    period: Period | None
    found: list[Finding] = field(default_factory=list)
    forms: Mapping[str, Form] = field(default_factory=forms)
    _scales: dict[tuple[Quantity, str], tuple[Fraction, str] | None] = field(default_factory=dict)

    def rows(self, path: Path) -> Iterator[Row]:
        lines = text.rows(path)
        _, header, _ = next(lines, (0, [], True))
        columns = self._columns(header)
        if not any(name == "kind" for name, _ in columns):
            how = f"Add a column `kind`, with one of {', '.join(self.forms)} in each row."
            self.found.append(finding("missing-key", Place(self.name, 1), key="kind", parent="the ledger", how=how))
            return
        seen: dict[tuple[str, ...], int] = {}
        again: list[tuple[int, int]] = []
        for line, cells, _ in lines:
            place = Place(self.name, line)
            first = seen.setdefault(tuple(cell.strip() for cell in cells), line)
            if first != line:
                again.append((line, first))
            if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
                self.found.append(finding("ledger-row", place, cells=len(cells), columns=len(columns)))
                continue
            before = len(self.found)
            given = {
                name: (cell.strip(), unit)
                for (name, unit), cell in zip(columns, cells, strict=False)
                if name and cell.strip()
            }
            row = self._row(given, place)
            if row is not None and len(self.found) == before:
                yield row
        if again:
            line, first = again[0]
            self.found.append(finding("ledger-row-twice", Place(self.name, line), count=len(again), first=first))

    def _columns(self, header: Sequence[str]) -> list[tuple[str, str]]:
        """The field and the unit of every column; one that is not known is reported, and left out."""
        allowed = dict.fromkeys([*OWN_COLUMNS, *(name for form in self.forms.values() for name in form.fields)])
        columns: list[tuple[str, str]] = []
        place = Place(self.name, 1)
        for cell in header:
            match = _HEADER.fullmatch(cell.strip())
            name = match[1].lower() if match else cell.strip()
            if name in allowed and name not in [known for known, _ in columns]:
                columns.append((name, (match[2] or "") if match else ""))
                continue
            if name in allowed:
                self.found.append(finding("duplicate-key", place, key=name, first=place))
            elif name and not (close := nearest(name, allowed)):
                self.found.append(finding("ledger-column", place, column=text.shown(cell)))
            elif name:
                shown = text.shown(name)
                words = {"key": shown, "parent": "the ledger", "allowed": ", ".join(allowed), "nearest": close}
                self.found.append(finding("unknown-key", place, **words))
            columns.append(("", ""))
        return columns

    def _row(self, given: dict[str, tuple[str, str]], place: Place) -> Row | None:
        kind, _ = given.pop("kind", ("", ""))
        if not kind:
            how = f"Write one of {', '.join(self.forms)}."
            self.found.append(finding("missing-key", place, key="kind", parent="the row", how=how))
            return None
        if kind not in self.forms:
            self._choice("kind", kind, tuple(self.forms), place)
            return None
        form = self.forms[kind]
        title, _ = given.pop("name", ("", ""))
        words = dict(form.usual)
        if month := self._month(given, place):
            words["month"] = month
        evidence, page = (given.get(key, (None, ""))[0] for key in ("evidence", "page"))
        figures: dict[str, Figure] = {}
        for key, (cell, unit) in given.items():
            if quantity := form.quantities.get(key):
                read = self._quantity(quantity, cell, unit, place)
                if read is not None:
                    source = (evidence, page) if key == "amount" else (None, None)
                    figures[key] = _figure(key, *read, cell, place, *source)
            elif key in form.choices:
                words[key] = self._choice(key, cell, form.choices[key], place)
            elif key in form.words:
                words[key] = cell
            else:
                allowed, close = ", ".join(form.fields), nearest(key, form.fields)
                self.found.append(finding("unknown-key", place, key=key, parent=kind, allowed=allowed, nearest=close))
        for key in form.needed:
            if key not in given:
                how = f"Fill in the column `{key}`; the columns of {kind} are {', '.join(form.fields)}."
                self.found.append(finding("missing-key", place, key=key, parent=kind, how=how))
        return Row(kind, title, words, figures, place)

    def _choice(self, key: str, cell: str, allowed: tuple[str, ...], place: Place) -> str:
        if cell not in allowed:
            words = {"text": text.shown(cell), "key": key, "allowed": ", ".join(allowed)}
            self.found.append(
                finding("unknown-choice", place, **words, nearest=nearest(cell, allowed), purpose=PURPOSE)
            )
        return cell

    def _month(self, given: dict[str, tuple[str, str]], place: Place) -> str:
        """The month of a row, by its `date` or its `month`; one outside the period is reported."""
        day, month = (given.pop(key, ("", ""))[0] for key in ("date", "month"))
        written = day or month
        if not written:
            return ""
        try:
            on = date.fromisoformat(day or f"{month}-01")
        except ValueError:
            on = None
        if on is None or (not day and not _MONTH.fullmatch(month)):
            self.found.append(finding("bad-date", place, text=text.shown(written)))
            return ""
        if self.period:
            first, last = self.period.start, self.period.end
            if not (
                first <= on <= last
                if day
                else (first.year, first.month) <= (on.year, on.month) <= (last.year, last.month)
            ):
                self.found.append(finding("outside-period", place, date=written, start=first, end=last))
        return f"{on:%Y-%m}"

    def _quantity(self, quantity: Quantity, cell: str, unit: str, place: Place) -> tuple[float, str] | None:
        """The number of a cell and the unit in which it is kept; None, with a finding, when it is none."""
        match = _NUMBER.fullmatch(cell)
        if match and not re.match(r"[-+]?0\d", match[1]) and not _GROUPED.fullmatch(match[1]):
            scale = self._scale(quantity, match[2] or unit)
            if scale is not None:
                value = float(Fraction(match[1]) * scale[0])
                if quantity.holds(value):
                    return value, scale[1]
        written = f"{cell} {unit}" if unit and not re.search(r"[A-Za-z%]", cell) else cell
        number, kept = quantity.number(written, place, self.found)
        return None if number is None else (number, kept)

    def _scale(self, quantity: Quantity, unit: str) -> tuple[Fraction, str] | None:
        """What a number in a unit is multiplied by, and the unit in which it is kept then."""
        key = (quantity, unit)
        if key not in self._scales:
            self._scales[key] = next(_scales(quantity, unit), None)
        return self._scales[key]


def _scales(quantity: Quantity, unit: str) -> Iterator[tuple[Fraction, str]]:
    """The first of a field's units that a unit converts to."""
    if not unit:
        if quantity.bare:
            yield Fraction(1), quantity.unit
        return
    for wanted in (quantity.unit, *quantity.also):
        try:
            yield units.factor(unit, units.plain(wanted)), wanted
        except units.UnitError:
            continue


def _figure(key: str, value: float, unit: str, cell: str, place: Place, source: str | None, page: str | None) -> Figure:
    return Figure(
        f"ledger.{place.line}.{key}", key, unit, Given(value, place, "declared", source, page, None, None, cell)
    )


def read(path: Path, name: str, period: Period | None) -> Ledger:
    """The activities of a ledger, which the case calls `name`."""
    reader = _Reader(name, period)
    rows: tuple[Row, ...] = ()
    try:
        if path.stat().st_size > SIZE_LIMIT:
            sizes = {"size": f"{path.stat().st_size / 1e6:.0f} MB", "limit": f"{SIZE_LIMIT / 1e6:.0f} MB"}
            return Ledger("", (), (finding("file-too-large", Place(name), **sizes),))
        rows = tuple(reader.rows(path))
    except OSError as error:
        return Ledger("", (), (finding("file-unreadable", Place(name), problem=error.strerror or str(error)),))
    except UnicodeDecodeError as error:
        reader.found.append(finding("not-utf8", Place(name), byte=f"0x{error.object[error.start]:02x}"))
    except csv.Error as error:
        reader.found.append(finding("record-format", Place(name), problem=str(error)))
    return Ledger(text.sha256(path), rows, tuple(reader.found))
