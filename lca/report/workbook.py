"""The auditor's workbook: every figure recomputed by live formulas from named cells.

A figure is one row and one name: `IN_0007` of the case, `EF_0012` of the data sets, `FG_0034` derived. Formulas hold
nothing but such names, ranges and functions; what a user wrote is text wherever it stands. Each cell of a formula
carries the engine's number, for programs that do not compute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lca import units
from lca.compute import is_sum
from lca.expression import LISTED, text
from lca.figure import Derived, Figure, Given
from lca.inventory import Basis, Inventory, Line, View
from lca.placement import ISO, SCOPE_3, SOURCES
from lca.report.disclosed import source_of
from lca.report.formulas import Formulas
from lca.report.xlsx import HEADER, Cell, Column, Input, Live, Sheet, written

CELLS = """\
Yellow cells are numbers that somebody stated or published; nothing else is typed in. Each has a name, IN_0001 and on \
of the case, EF_0001 and on of the data sets. Figures are FG_0001 and on. Formulas are spelt in these names."""
DIFFERENCES = """\
Beside a live value stands the number that the engine computed when the workbook was written, and the difference: as \
written it is rounding, after a change it is what the change does."""
CHOICES = """\
What a change would do to choices (which factor fits, which postings there are) is not recomputed: for that, change \
the case and run it again."""


def workbook(inventory: Inventory, version: str, moment: datetime) -> bytes:
    """The workbook of an inventory, the same bytes every time. Raises `Unavailable`, `TooLarge`."""
    given = [figure for figure in inventory.values if isinstance(figure.reason, Given)]
    published = [figure for figure in given if _is_published(figure, inventory)]
    declared = [figure for figure in given if not _is_published(figure, inventory)]
    derived = [figure for figure in inventory.values if isinstance(figure.reason, Derived)]
    names = {
        figure: f"{prefix}_{number:04}"
        for prefix, figures in (("IN", declared), ("EF", published), ("FG", derived))
        for number, figure in enumerate(figures, 1)
    }
    inputs, factors = _inputs(inventory, declared, names), _factors(inventory, published, names)
    figures, terms = _figures(inventory, derived, names)
    lines = _lines(inventory, names)
    totals = _totals(inventory, names, lines)
    sheets = [inputs, factors, figures, *([terms] if terms.rows else []), lines, totals]
    cells = {
        names[figure]: sheet.cell("Value", HEADER + 1 + position)
        for sheet, members in ((inputs, declared), (factors, published), (figures, derived))
        for position, figure in enumerate(members)
    }
    return written([_read_me(inventory, version, sheets, figures), *sheets], cells, inventory.case.title, moment)


def _is_published(figure: Figure, inventory: Inventory) -> bool:
    """Whether a leaf is of the data sets: read from a file of theirs, and from none of the case."""
    assert isinstance(figure.reason, Given)
    file = figure.reason.place.file
    return file in inventory.datasets and file not in inventory.case.files


# --------------------------------------------------------------------------------------------------
# What it is


def _read_me(inventory: Inventory, version: str, sheets: Sequence[Sheet], figures: Sheet) -> Sheet:
    case = inventory.case
    period = case.boundary.period
    sheet = Sheet(
        "Read me",
        "The whole calculation as a spreadsheet: change a yellow cell of Inputs or Factors, and every figure, line and "
        "total follows.",
        (Column("What", 34), Column("Value", 100)),
        is_prose=True,
    )
    relative = figures.range("Relative")
    sheet.rows += [
        ("Case", case.title),
        ("File", case.path),
        ("Organisation", case.organisation.name if case.organisation else None),
        ("Period", f"{period.start} to {period.end}" if period else None),
        ("Global warming potentials", case.boundary.gwp_set),
        ("Made by", f"lca-toolkit {version}"),
        (None, None),
        ("How to use", CELLS),
        (None, DIFFERENCES),
        (None, CHOICES),
        ("Largest relative difference", Live(f"=MAX(MAX({relative}),-MIN({relative}))", 0.0) if figures.rows else None),
        (None, None),
        *(("Sheet", f"{other.name}: {len(other.rows):,} rows. {other.note}") for other in sheets),
        (None, None),
        *((f"SHA-256 of {path}", digest) for path, digest in sorted(case.files.items())),
        *((f"SHA-256 of {path}", digest) for path, digest in inventory.datasets.items()),
    ]
    return sheet


# --------------------------------------------------------------------------------------------------
# What is given


def _inputs(inventory: Inventory, figures: Sequence[Figure], names: Mapping[Figure, str]) -> Sheet:
    sheet = Sheet(
        "Inputs",
        "Every number that the case or its evidence states. A yellow cell may be changed: what rests on it follows.",
        (
            *(Column("Cell", 10), Column("Id", 34), Column("Name", 38), Column("Value", 16), Column("Unit", 14)),
            *(Column("As written", 18), Column("Quality", 11), Column("Source", 34), Column("Page", 28)),
            *(Column("Place", 26), Column("Low", 14), Column("High", 14), Column("Range", 30), Column("Note", 50)),
        ),
    )
    for figure in figures:
        reason = figure.reason
        assert isinstance(reason, Given)
        low, high, why = _ends(reason)
        source = source_of(inventory, reason.source or "") if reason.source in inventory.sources else reason.source
        sheet.rows.append(
            (
                *(names[figure], figure.id, figure.name, Input(reason.value), units.plain(figure.unit)),
                *(reason.written, reason.quality, source, reason.page),
                *(str(reason.place), low, high, why, reason.note),
            )
        )
    return sheet


def _factors(inventory: Inventory, figures: Sequence[Figure], names: Mapping[Figure, str]) -> Sheet:
    sheet = Sheet(
        "Factors",
        "Every number taken from the data sets, with its publication. A yellow cell may be changed, as among Inputs.",
        (
            *(Column("Cell", 10), Column("Id", 34), Column("Name", 38), Column("Value", 16), Column("Unit", 16)),
            *(Column("Publisher", 32), Column("Row", 34), Column("Region", 10), Column("Year", 8), Column("Page", 34)),
            *(Column("Licence", 26), Column("As published", 20), Column("Quality", 11), Column("Place", 40)),
            *(Column("Low", 14), Column("High", 14), Column("Range", 30), Column("Note", 50), Column("Address", 40)),
        ),
    )
    for figure in figures:
        reason = figure.reason
        assert isinstance(reason, Given)
        low, high, why = _ends(reason)
        key = (reason.source or "").partition("#")[0]
        entry = inventory.sources.get(key, {})
        attributes = reason.attributes
        sheet.rows.append(
            (
                *(names[figure], figure.id, figure.name, Input(reason.value), units.plain(figure.unit)),
                *(source_of(inventory, key), attributes.get("row"), attributes.get("region"), attributes.get("year")),
                *(reason.page, str(entry.get("licence", {}).get("name", "")), reason.written, reason.quality),
                *(str(reason.place), low, high, why, reason.note, str(entry.get("url", ""))),
            )
        )
    return sheet


def _ends(given: Given) -> tuple[float | None, float | None, str | None]:
    """The ends of the range of a number, and why they are these."""
    spread = given.spread
    return (spread.low, spread.high, spread.reason) if spread else (None, None, None)


# --------------------------------------------------------------------------------------------------
# What is derived


def _figures(inventory: Inventory, derived: Sequence[Figure], names: Mapping[Figure, str]) -> tuple[Sheet, Sheet]:
    """The sheet of all derived figures, and that of the terms of long sums."""
    sheet = Sheet(
        "Figures",
        "Every derived figure, inputs before what uses them. Value is a live formula; beside it the number that the "
        "engine computed when the workbook was written, and the difference.",
        (
            *(Column("Cell", 10), Column("Id", 38), Column("Name", 42), Column("Equation", 26), Column("Source", 30)),
            *(Column("In symbols", 34), Column("Where", 48), Column("In cells", 34), Column("Value", 16)),
            *(Column("Unit", 16), Column("Engine", 16), Column("Difference", 12), Column("Relative", 12)),
        ),
    )
    formulas = Formulas(names, inventory.values)
    for figure in derived:
        reason = figure.reason
        assert isinstance(reason, Derived)
        equation, value = reason.equation, inventory.values[figure]
        symbols = {parameter.name: parameter.symbol for parameter in equation.parameters.values()}
        formula = formulas.of(figure, reason)
        compared = _compared(sheet, value)
        sheet.rows.append(
            (
                *(names[figure], figure.id, figure.name, equation.name.replace("_", " ")),
                _clause(inventory, equation.source),
                f"{equation.symbol} = {text(equation.expression, symbols)}",
                _where(reason, names),
                *(formula, Live(formula, value), units.plain(figure.unit), value, *compared),
            )
        )
    return sheet, formulas.terms


def _clause(inventory: Inventory, source: str) -> str:
    key, _, clause = source.partition("#")
    return ", ".join(part for part in (source_of(inventory, key), clause) if part)


def _where(reason: Derived, names: Mapping[Figure, str]) -> str:
    """Which cell each symbol stands for; of a long sum the first."""
    pairs = [
        f"{parameter.symbol} = {names[figure]}"
        for parameter in reason.equation.parameters.values()
        for figure in reason.inputs[parameter.name]
    ]
    more = f" · {len(pairs) - LISTED} more" if len(pairs) > LISTED else ""
    return " · ".join(pairs[:LISTED]) + more


def _compared(sheet: Sheet, value: float | None) -> tuple[Cell, Cell]:
    """In the next row, the difference of the live value from the engine's beside it, and the same by its size."""
    if value is None:
        return None, None
    live, engine = (f"{sheet.letter(title)}{sheet.next}" for title in ("Value", "Engine"))
    difference = f"{live}-{engine}"
    return Live(f"={difference}", 0.0), Live(f"=IF({engine}=0,{difference},({difference})/ABS({engine}))", 0.0)


# --------------------------------------------------------------------------------------------------
# What it comes to


def _lines(inventory: Inventory, names: Mapping[Figure, str]) -> Sheet:
    sheet = Sheet(
        "Lines",
        "Every posting: what it is of, where it belongs and by which rule. Views and bases are alternatives: a sum "
        "takes one view, and lines of one basis with those of both.",
        (
            *(Column("Activity", 30), Column("Part", 24), Column("View", 11), Column("Basis", 10), Column("Scope", 18)),
            *(Column("Category", 38), Column("ISO category", 38), Column("Gas", 12), Column("Facility", 18)),
            *(Column("Entity", 18), Column("Method", 12), Column("Figure", 10), Column("Id", 40), Column("Value", 16)),
            *(Column("Unit", 12), Column("Engine", 16), Column("Difference", 12), Column("Relative", 12)),
            Column("Rule", 60),
        ),
    )
    for line in inventory.lines:
        value = inventory.value(line.figure)
        sheet.rows.append(
            (
                *(line.activity, line.part, line.view, line.basis, _scope(line.scope), _category(line), _iso(line)),
                *(line.gas, line.facility, line.entity, line.method, names[line.figure], line.figure.id),
                *(Live(f"={names[line.figure]}", value), units.plain(line.figure.unit), value),
                *(*_compared(sheet, value), line.rule),
            )
        )
    return sheet


def _scope(scope: int) -> str:
    return f"Scope {scope}" if scope else "Outside the scopes"


def _category(line: Line) -> str:
    """The category with its name. A bare `3.1` would be met by `3.10` as well: spreadsheets compare such as numbers."""
    return f"{line.category} {SOURCES.get(line.category, _iso_name(line.category))}" if line.category else ""


def _iso(line: Line) -> str:
    return f"ISO {line.iso} {_iso_name(line.iso)}" if line.iso else ""


def _iso_name(number: str) -> str:
    return ISO.get(f"iso.{number}", "")


CHOSEN_BY = ("Scope", "Category", "ISO category", "Part", "Unit")
"""Columns of the lines by which the totals choose, beside view and basis."""


def _totals(inventory: Inventory, names: Mapping[Figure, str], lines: Sheet) -> Sheet:
    sheet = Sheet(
        "Totals",
        "Above, lines added up by what their columns hold, against the total of the tree that has just these postings; "
        "where none has, against the engine's lines added up. Below, every total of the tree.",
        (
            *(Column("Total", 46), Column("View", 11), Column("Basis", 10), Column("Scope", 18)),
            *(Column("Category", 34), Column("ISO category", 34), Column("Part", 18), Column("Value", 16)),
            *(Column("Unit", 12), Column("Total of the tree", 30), Column("Tree", 16), Column("Engine", 16)),
            *(Column("Difference", 12), Column("Relative", 12)),
        ),
    )
    for one in _sums(inventory.lines):
        id = _total_of(inventory, one)
        parts = [inventory.value(line.figure) for line in one.lines]
        summed = None if None in parts else sum(part for part in parts if part is not None)
        value = inventory.value(id) if id else summed
        wanted = [one.wanted.get(title) for title in CHOSEN_BY[:4]]
        unit = units.plain(one.lines[0].figure.unit) if one.lines else "kgCO2e"
        tree = Live(f"={names[inventory.totals[id]]}", value) if id else None
        sheet.rows.append(
            (
                *(one.name, one.view, one.basis, *wanted, Live(_chosen(one, lines, sheet), summed), unit),
                *(id or "none has just these", tree, value),
                *_compared(sheet, value),
            )
        )
    for id, figure in inventory.totals.items():
        value = inventory.value(figure)
        live = Live(f"={names[figure]}", value)
        sheet.rows.append(
            (
                *(figure.name, *[None] * 6, live, units.plain(figure.unit), id, live, value),
                *_compared(sheet, value),
            )
        )
    return sheet


def _chosen(one: _Sum, lines: Sheet, totals: Sheet) -> str:
    """The sum of the lines that the cells of its row ask for: those of its basis, and those of both."""
    row = totals.next
    if not one.wanted:
        letter = totals.letter("Value")
        return f"=SUM({letter}{row - 3}:{letter}{row - 1})"
    titles = ("View", *(title for title in CHOSEN_BY if title in one.wanted))
    asked = "".join(f",{lines.range(title)},${totals.letter(title)}{row}" for title in titles)
    values, bases = lines.range("Value"), lines.range("Basis")
    asked_basis = f"${totals.letter('Basis')}{row}"
    of_basis, of_both = (f"SUMIFS({values}{asked},{bases},{basis})" for basis in (asked_basis, '"both"'))
    return f"={of_basis}+{of_both}"


@dataclass(frozen=True)
class _Sum:
    """A sum of lines: what it is called, what their columns must hold, which they are, which total it should be."""

    name: str
    view: View
    basis: Basis
    wanted: Mapping[str, str]
    """What columns of the lines must hold; nothing for the sum of the three scopes above."""
    lines: Sequence[Line]
    total: str


def _sums(lines: Sequence[Line]) -> Iterator[_Sum]:
    """Scopes and their sum, categories of both standards, and what stands outside: by view and basis."""
    views: tuple[View, ...] = ("inventory", "workload")
    for view in views:
        for basis, suffix in _bases(lines, view):
            here = [line for line in lines if line.view == view and line.basis in (basis, "both")]
            yield from _sums_of(view, basis, suffix, here)


def _bases(lines: Sequence[Line], view: View) -> Iterator[tuple[Basis, str]]:
    of_view = {line.basis for line in lines if line.view == view}
    if of_view:
        yield "location", ""
    if "market" in of_view:
        yield "market", ".market"


def _sums_of(view: View, basis: Basis, suffix: str, here: Sequence[Line]) -> Iterator[_Sum]:
    """The sums of the lines of a view on a basis."""
    scopes = {1: "scope1", 2: f"scope2.{basis}", 3: f"scope3{suffix}"}
    for scope, id in scopes.items():
        chosen = [line for line in here if line.scope == scope]
        yield _Sum(_scope(scope), view, basis, {"Scope": _scope(scope)}, chosen, id)
    counted = [line for line in here if line.scope in scopes]
    yield _Sum("Scopes 1 to 3", view, basis, {}, counted, f"total.{basis}" if view == "inventory" else f"total{suffix}")
    for category in SCOPE_3:
        if chosen := [line for line in here if line.category == category]:
            name, number = _category(chosen[0]), category.partition(".")[2]
            yield _Sum(name, view, basis, {"Category": name}, chosen, f"scope3.cat{number}{suffix}")
    for id in ISO:
        if chosen := [line for line in here if f"iso.{line.iso}" == id]:
            yield _Sum(_iso(chosen[0]), view, basis, {"ISO category": _iso(chosen[0])}, chosen, f"{id}{suffix}")
    outside = [line for line in here if line.scope not in scopes]
    for part, unit in dict.fromkeys((line.part, units.plain(line.figure.unit)) for line in outside):
        chosen = [line for line in outside if (line.part, units.plain(line.figure.unit)) == (part, unit)]
        wanted = {"Scope": _scope(0), "Part": part, "Unit": unit}
        yield _Sum(f"{_scope(0)}: {part}", view, basis, wanted, chosen, "")


def _total_of(inventory: Inventory, one: _Sum) -> str:
    """The total that adds up just the lines of a sum: the one that should, else the first that does; or nothing."""
    postings = {line.figure for line in inventory.lines}
    wanted = Counter(line.figure for line in one.lines)
    ids = [one.total] if one.total else list(inventory.totals)
    return next(
        (id for id in ids if id in inventory.totals and Counter(_addends(inventory.totals[id], postings)) == wanted), ""
    )


def _addends(figure: Figure, postings: set[Figure]) -> Iterator[Figure]:
    """The postings that a total adds up, through sums of sums."""
    if figure not in postings and is_sum(figure.reason):
        for below in figure.inputs:
            yield from _addends(below, postings)
    else:
        yield figure
