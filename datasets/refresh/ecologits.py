"""EcoLogits: water consumed by electricity generation.

    python datasets/refresh/ecologits.py ELECTRICITY_MIXES.csv OUT_DIR

Writes factors/water/ecologits-2026.csv, under MPL-2.0 like the file it is made from.

Input columns: iso_code, adpe_kgsbeq_per_kwh, pe_mj_per_kwh, gwp_kgco2e_per_kwh,
water_l_per_kwh; that is ecologits/data/electricity_mixes.csv with units in the header.
Next edition: https://github.com/mlco2/ecologits, same path; then set EDITION.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, Row, alpha2, number, read, write

EDITION = "ecologits-2026"
NOTE = "consumption at the power plants, hydro reservoirs included; data year not stated"


def rows(table: Iterator[Row]) -> Iterator[Row]:
    known = alpha2()
    for row in sorted(table, key=lambda row: known[row["iso_code"]]):
        yield {
            "id": f"{EDITION}:{known[row['iso_code']]}:water",
            "region": known[row["iso_code"]],
            "value": number(row["water_l_per_kwh"]),
            "unit": "L/kWh",
            "quality": "model",
            "source": EDITION,
            "page": f"electricity_mixes.csv, row {row['iso_code']}, water",
            "note": NOTE,
            "boundary": "generation",
        }


def main(source: str, out: str) -> None:
    path = Path(out) / "factors" / "water" / f"{EDITION}.csv"
    write(path, rows(read(source)), (*COLUMNS, "boundary"))


if __name__ == "__main__":
    main(*sys.argv[1:])
