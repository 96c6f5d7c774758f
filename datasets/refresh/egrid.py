"""US EPA eGRID: output emission rates and grid gross loss per subregion.

    python datasets/refresh/egrid.py RATES.csv OUT_DIR

Writes factors/grid/egrid-<year>.csv (total output rate of each gas) for every eGRID year
in the file, and factors/losses/egrid-<year>.csv where it gives the grid gross loss.

Input: Table 6 of the EPA GHG Emission Factors Hub, its editions stacked, with columns
hub_year, egrid_year, subregion, subregion_name, co2_lb_per_mwh, ch4_lb_per_mwh,
n2o_lb_per_mwh, grid_gross_loss_fraction. The row "US Average" becomes region US.
Next edition: https://www.epa.gov/climateleadership/ghg-emission-factors-hub (spring),
sheet "Emission Factors Hub", Table 6, saved as CSV under these column names.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, GRID, Row, number, read, write, year

GASES = ("CO2", "CH4", "N2O")


def base(row: Row) -> Row:
    region = "US" if row["subregion"] == "US Average" else f"US-{row['subregion']}"
    made = {
        "id": f"egrid-{row['egrid_year']}:{region}",
        "region": region,
        "quality": "statistics",
        "source": f"egrid-{row['egrid_year']}",
        "page": f"Emission Factors Hub {row['hub_year']}, Table 6, row {row['subregion']}",
        "note": "" if region == "US" else row["subregion_name"],
    }
    year(made, row["egrid_year"])
    return made


def rates(table: list[Row], egrid_year: str) -> Iterator[Row]:
    for row in table:
        for gas in GASES:
            value = row[f"{gas.lower()}_lb_per_mwh"]
            if row["egrid_year"] == egrid_year and value:
                made = base(row) | {
                    "value": number(value),
                    "unit": f"lb{gas}/MWh",
                    "boundary": "generation",
                    "gas": gas,
                }
                made["id"] += f":{gas}"
                made["page"] += f", total output {gas} factor"
                yield made


def losses(table: list[Row], egrid_year: str) -> Iterator[Row]:
    for row in table:
        value = row["grid_gross_loss_fraction"]
        if row["egrid_year"] == egrid_year and value:
            made = base(row) | {"value": number(value), "unit": "1", "loss_basis": "injected"}
            made["id"] += ":loss"
            made["page"] += ", grid gross loss"
            yield made


def main(source: str, out: str) -> None:
    table = sorted(read(source), key=lambda row: row["subregion"])
    for egrid_year in sorted({row["egrid_year"] for row in table}):
        name = f"egrid-{egrid_year}.csv"
        write(Path(out) / "factors" / "grid" / name, rates(table, egrid_year), GRID)
        if lost := list(losses(table, egrid_year)):
            write(Path(out) / "factors" / "losses" / name, lost, (*COLUMNS, "loss_basis"))


if __name__ == "__main__":
    main(*sys.argv[1:])
