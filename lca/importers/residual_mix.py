"""A table of residual mixes that its user filled in: the columns of `datasets/factors/residual-mix/template.csv`.

None is openly licensed, so none is shipped. A row is a factor like any other, with its file, line and source.
"""

from __future__ import annotations

from pathlib import Path

from lca import units
from lca.datasets.files import COLUMNS, factor
from lca.figure import Place
from lca.findings import finding
from lca.importers import text
from lca.model import Factor, Finding

NEEDED = ("region", "from", "to", "value", "unit", "source")
UNIT = "kgCO2e/kWh_site"


def read(path: Path, name: str) -> tuple[list[Factor], list[Finding]]:
    """The rows that can be used, and what is wrong with the others."""
    rows = text.rows(path)
    _, header, _ = next(rows, (0, [], True))
    absent = [column for column in NEEDED if column not in header]
    if absent:
        return [], [finding("residual-mix-unread", Place(name, 1), problem=f"no column {', '.join(absent)}")]
    found: list[Finding] = []
    factors: list[Factor] = []
    for line, cells, _ in rows:
        row = {**dict.fromkeys(COLUMNS, ""), **dict(zip(header, cells, strict=False))}
        place = Place(name, line)
        row["id"] = row["id"] or f"{name}:{line}"
        if problem := _problem(row):
            found.append(finding("residual-mix-unread", place, problem=problem))
        else:
            factors.append(factor(row, "residual-mix", place))
    return factors, found


def _problem(row: dict[str, str]) -> str:
    """What keeps a row from being used; nothing when it can be."""
    if empty := [column for column in NEEDED if not row[column]]:
        return f"{', '.join(empty)} left empty"
    try:
        made = factor(row, "residual-mix", Place(""))
        value = units.convert(made.value, made.unit, UNIT)
    except ValueError as error:
        return f"`{row['value']} {row['unit']}` from {row['from']} to {row['to']} ({text.shown(str(error))})"
    if not 0 <= value <= 5:
        return f"`{row['value']} {row['unit']}` is no carbon of electricity"
    if row.get("boundary", "generation") not in ("", "generation"):
        return f"`{row['boundary']}`: scope 2 holds generation only"
    return ""
