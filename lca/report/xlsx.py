"""Sheets of cells written as a workbook: texts stay texts, formulas carry the number that they have as written."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

TEXT = 32_767
"""Signs of a cell (Excel specifications and limits)."""
ROWS = 1_048_576
"""Rows of a sheet (Excel specifications and limits)."""
HEADER = 4
"""The row of the column heads; above it stand the sheet's name and its note."""
YELLOW = "#FFF2A8"


class Unavailable(Exception):
    """XlsxWriter is not installed; the message says what to type."""


class TooLarge(Exception):
    """The tree has more rows than a sheet."""


class Live(NamedTuple):
    """A formula and the number that it has as written."""

    formula: str
    value: float | None


class Input(NamedTuple):
    """A number that may be changed."""

    value: float | None


Cell = str | int | float | None | Live | Input


@dataclass(frozen=True)
class Column:
    """A column of a sheet."""

    title: str
    width: int


@dataclass
class Sheet:
    """A sheet before it is written: its note, its columns, its rows."""

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: list[Sequence[Cell]] = field(default_factory=list)
    is_prose: bool = False
    """Whether it is words, which wrap in its second column, and no table to be filtered."""

    @property
    def next(self) -> int:
        """The number of the row that would be added, as a spreadsheet counts."""
        return HEADER + 1 + len(self.rows)

    def letter(self, title: str) -> str:
        """The letter of a column."""
        return chr(ord("A") + [column.title for column in self.columns].index(title))

    def range(self, title: str, first: int = HEADER + 1, last: int | None = None) -> str:
        """The cells of a column, from one row to another; all that there are unless said."""
        letter = self.letter(title)
        return f"'{self.name}'!${letter}${first}:${letter}${last or self.next - 1}"

    def cell(self, title: str, row: int) -> str:
        """One cell of a column."""
        return f"'{self.name}'!${self.letter(title)}${row}"


def written(sheets: Sequence[Sheet], cells: Mapping[str, str], title: str, moment: datetime) -> bytes:
    """The sheets as a file; `cells` are the names that formulas use, and where they lie."""
    if long := next((sheet for sheet in sheets if sheet.next > ROWS), None):
        raise TooLarge(f"The sheet {long.name} would have {len(long.rows):,} rows; a spreadsheet has {ROWS:,}")
    target = io.BytesIO()
    inert = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = _xlsxwriter().Workbook(target, {"in_memory": True, **inert})
    book.set_properties({"title": title, "created": moment.replace(tzinfo=None)})
    styles = _Styles(book)
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.name, styles.of(bold=True, font_size=14))
        page.write_string(1, 0, sheet.note, styles.of(italic=True, font_color="#555555"))
        for position, column in enumerate(sheet.columns):
            page.set_column(position, position, column.width)
            page.write_string(HEADER - 1, position, column.title, styles.of(bold=True, bottom=1, bg_color="#E8EDF2"))
        page.freeze_panes(HEADER, 0)
        page.hide_gridlines(2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER - 1)
        if sheet.rows and not sheet.is_prose:
            page.autofilter(HEADER - 1, 0, sheet.next - 2, len(sheet.columns) - 1)
        for row, entries in enumerate(sheet.rows, HEADER):
            for position, entry in enumerate(entries):
                wraps = sheet.is_prose and position == 1
                _put(page, row, position, entry, sheet.columns[position].title, styles, wraps=wraps)
    for name, place in cells.items():
        book.define_name(name, f"={place}")
    book.close()
    return target.getvalue()


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter
    except ImportError:
        raise Unavailable(
            "No workbook can be written: XlsxWriter is missing. Install it with\n    pip install 'lca-toolkit[excel]'"
        ) from None
    return xlsxwriter


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[tuple[tuple[str, Any], ...], Any]()

    def of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]


def _put(page: Any, row: int, position: int, entry: Cell, title: str, styles: _Styles, *, wraps: bool) -> None:
    match entry:
        case None | "":
            return
        case str():
            # The mark of a quoted text keeps `=1+1` a text even where somebody edits the cell.
            properties = {"quote_prefix": True} if entry[0] in "=+-@\t\r\n" else {}
            shown = entry if len(entry) <= TEXT else f"{entry[: TEXT - 2]} …"
            page.write_string(row, position, shown, styles.of(**properties, **({"text_wrap": True} if wraps else {})))
        case Live(formula, value):
            shown_as = {"num_format": _number_format(value, title), **({"align": "left"} if wraps else {})}
            page.write_formula(row, position, formula, styles.of(**shown_as), "#N/A" if value is None else value)
        case Input(None):
            page.write_formula(row, position, "=NA()", styles.of(bg_color=YELLOW, border=1), "#N/A")
        case Input(value):
            style = styles.of(
                bg_color=YELLOW, border=1, border_color="#C9B458", num_format=_number_format(value, title)
            )
            page.write_number(row, position, value, style)
        case _:
            page.write_number(row, position, entry, styles.of(num_format=_number_format(entry, title)))


def _number_format(value: float | None, title: str) -> str:
    """So many digits as the size of a number asks for: it is read, and the cell holds all of them."""
    if title in ("Difference", "Relative") or not value:
        return "General"
    size = abs(value)
    return "#,##0.00" if size >= 1000 else "0.0000" if size >= 1 else "0.000000" if size >= 0.001 else "0.0000E+00"
