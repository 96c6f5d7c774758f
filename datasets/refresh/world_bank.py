"""World Bank: electricity lost in transmission and distribution.

    python datasets/refresh/world_bank.py LOSSES.csv OUT_DIR

Writes factors/losses/world-bank-2023.csv: percent of output, that is of the electricity
put into the grid (loss_basis injected), the latest year of each country.

Input columns: iso_code, year, td_losses_percent_of_output.
Next edition: https://data.worldbank.org/indicator/EG.ELC.LOSS.ZS, download as CSV, keep
the latest year that has a value; then set EDITION to the latest year.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, Row, alpha2, number, read, write, year

EDITION = "world-bank-2023"
XKX = {"XKX": "XK"}  # Kosovo, outside ISO 3166


def rows(table: Iterator[Row]) -> Iterator[Row]:
    known = alpha2() | XKX
    for row in sorted(table, key=lambda row: known[row["iso_code"]]):
        region = known[row["iso_code"]]
        made = {
            "id": f"{EDITION}:{region}:{row['year']}",
            "region": region,
            "value": number(row["td_losses_percent_of_output"]),
            "unit": "%",
            "quality": "statistics",
            "source": EDITION,
            "page": f"EG.ELC.LOSS.ZS, {row['iso_code']}, {row['year']}",
            "note": "includes theft; base is the country's own output",
            "loss_basis": "injected",
        }
        year(made, row["year"])
        yield made


def main(source: str, out: str) -> None:
    path = Path(out) / "factors" / "losses" / f"{EDITION}.csv"
    write(path, rows(read(source)), (*COLUMNS, "loss_basis"))


if __name__ == "__main__":
    main(*sys.argv[1:])
