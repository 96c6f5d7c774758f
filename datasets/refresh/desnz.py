"""UK government conversion factors: electricity, its losses and its upstream.

    python datasets/refresh/desnz.py FLAT_FILE.csv OUT_DIR

Writes factors/grid/desnz-<year>.csv. Generation has a row per gas, already in CO2e (AR5),
and beside them the publisher's own sum, `total`. Losses and upstream are one row each.

Input: the sheet "Factors by Category" of the flat file, saved as CSV with columns year,
factor_id, scope, level1, level2, level3, level4, column_text, uom, ghg_unit, value.
Next edition (June): the collection "Government conversion factors for company reporting"
at https://www.gov.uk, "flat file (for automatic processing only)"; add the year as the
first column.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import GRID, Row, number, read, write, year

BOUNDARIES = {  # by the group part of the factor id
    "7_400_4000_5": "generation",
    "13_402_4000_5": "losses",
    "15_917_4000_5": "upstream",
    "15_918_4000_5": "upstream-losses",
}
GASES = {"kg CO2e": "total"} | {f"kg CO2e of {gas} per unit": gas for gas in ("CO2", "CH4", "N2O")}


def rows(table: Iterator[Row]) -> Iterator[Row]:
    for row in table:
        group, _, _ = row["factor_id"].rpartition("_")
        if group not in BOUNDARIES:
            continue
        if row["level3"] != "Electricity: UK" or row["uom"] != "kWh":
            raise SystemExit(f"factor {row['factor_id']} is not UK electricity in this edition")
        boundary, gas = BOUNDARIES[group], GASES[row["ghg_unit"]]
        if boundary != "generation":
            if gas != "total":
                continue
            gas = ""
        edition = f"desnz-{row['year']}"
        made = {
            "id": ":".join(filter(None, (edition, "GB", row["year"], boundary, gas))),
            "region": "GB",
            "value": number(row["value"]),
            "unit": "kgCO2e/kWh",
            "quality": "statistics",
            "source": edition,
            "page": f"flat file, ID {row['factor_id']}, {row['level2']}, {row['ghg_unit']}",
            "note": f"valid by publication year; data of about {int(row['year']) - 2}",
            "boundary": boundary,
            "gas": gas,
            "gwp_set": "AR5",
        }
        year(made, row["year"])
        yield made


def main(source: str, out: str) -> None:
    made = list(rows(read(source)))
    if len(made) != 7:
        raise SystemExit(f"expected 7 electricity rows, found {len(made)}")
    write(Path(out) / "factors" / "grid" / f"{made[0]['source']}.csv", made, GRID)


if __name__ == "__main__":
    main(*sys.argv[1:])
