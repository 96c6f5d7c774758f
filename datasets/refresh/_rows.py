"""What the refresh scripts share: reading a publisher's table and writing ours.

A script reads one publisher's file and writes the rows it yields. Rows keep the
order in which the script makes them, so the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

Row = dict[str, str]

DATASETS = Path(__file__).resolve().parent.parent
CURATED = DATASETS / "refresh" / "curated"
COLUMNS = (
    "id", "region", "from", "to", "value", "unit", "low", "high", "quality", "source", "page",
    "note",
)  # fmt: skip
GRID = (*COLUMNS, "boundary", "gas", "gwp_set")
ACTIVITY = (*COLUMNS, "what", "boundary", "basis", "gas", "gwp_set", "origin")
AGGREGATE = re.compile(r"OWID_|$")  # world regions and income groups: not countries
OUTSIDE_ISO = {"OWID_WRL": "WORLD", "WOR": "WORLD", "OWID_KOS": "XK"}


def read(path: str | Path) -> Iterator[Row]:
    """The rows of a CSV file; a cell that holds `NA` is text like any other (Namibia)."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS) -> None:
    """Write rows under the given header; a missing cell is empty, an unknown one an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def number(text: str) -> str:
    """The published digits as plain text: no exponent, no trailing zeros.

    A number has at most 15 significant digits, which is what a spreadsheet
    shows: a cell read as 0.0008960000000000001 is published as 0.000896.
    """
    value = Decimal(f"{Decimal(text.strip()):.15g}")
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def year(row: Row, value: str) -> None:
    """Make the row valid for one calendar year."""
    row["from"], row["to"] = f"{value}-01-01", f"{value}-12-31"


def alpha2() -> dict[str, str]:
    """ISO 3166-1 alpha-3 codes (and the publishers' own for World and Kosovo) to ours."""
    table = DATASETS / "regions" / "countries.csv"
    return {row["iso3"]: row["code"] for row in read(table)} | OUTSIDE_ISO


def region(code: str, known: Mapping[str, str]) -> str:
    """Our region for a publisher's country code; empty for an aggregate."""
    if code not in known and AGGREGATE.match(code):
        return ""
    return known[code]


def slug(name: str) -> str:
    """`NVIDIA A100 SXM4 80 GB` becomes `nvidia-a100-sxm4-80gb`."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return re.sub(r"(\d)-gb\b", r"\1gb", words)


def scalar(text: str) -> str:
    """A YAML scalar, quoted only where YAML would misread it inside `{…}`."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ./()+=×%_–-]*", text) and text == text.strip()
    risky = re.fullmatch(r"[\d._eE+-]+|true|false|yes|no|on|off|null|~", text, re.IGNORECASE)
    return text if plain and not risky else json.dumps(text, ensure_ascii=False)


def flow(pairs: Mapping[str, str]) -> str:
    """One YAML mapping on one line, without its empty entries."""
    return "{" + ", ".join(f"{key}: {scalar(text)}" for key, text in pairs.items() if text) + "}"
