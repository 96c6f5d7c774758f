"""Carbon intensity of the grid per US state, of 2020, as a last resort; and the states as regions.

    python datasets/refresh/us_states.py STATES.csv OUT_DIR

Writes factors/grid/green-algorithms-3-us.csv and regions/us-states.csv. The values are eGRID2020 at third hand
(carbonfootprint.com, then Green Algorithms), CO2e without saying of which potentials: better take the eGRID
subregion. EPA's own state tables were not to be had.

Input: rows US-xx of CI_aggregated.csv of Green Algorithms: location, state, ci_gco2e_per_kwh, source, data_year.
Next edition: better EPA's eGRID workbook, sheet ST; else https://github.com/GreenAlgorithms/green-algorithms-tool.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import GRID, Row, number, read, write, year

SOURCE = "green-algorithms-3"
NOTE = "low quality: third hand, 2020, potentials not stated; prefer the eGRID subregion"


def rows(table: list[Row]) -> Iterator[Row]:
    for row in table:
        made = {
            "id": f"{SOURCE}:{row['location']}:{row['data_year']}",
            "region": row["location"],
            "value": number(row["ci_gco2e_per_kwh"]),
            "unit": "gCO2e/kWh",
            "quality": "estimate",
            "source": SOURCE,
            "page": f"CI_aggregated.csv, row {row['location']}, from {row['source']}",
            "note": NOTE,
            "boundary": "generation",
        }
        year(made, row["data_year"])
        yield made


def main(source: str, out: str) -> None:
    table = sorted(read(source), key=lambda row: row["location"])
    write(Path(out) / "factors" / "grid" / f"{SOURCE}-us.csv", rows(table), GRID)
    states = ({"code": row["location"], "name": row["state"]} for row in table)
    write(Path(out) / "regions" / "us-states.csv", states, ("code", "name"))


if __name__ == "__main__":
    main(*sys.argv[1:])
