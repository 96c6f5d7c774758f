"""Ember's yearly electricity data, as Our World in Data publishes it.

    python datasets/refresh/ember.py INTENSITY.csv MIX.csv OUT_DIR

Writes factors/grid/ember-2026.csv (life-cycle intensity, every year) and
factors/generation-mix/ember-2026.csv (TWh per technology, from 2015 on).

Input: one row per entity and year. Each column may have either spelling below: that of
the charts "carbon-intensity-electricity" and "electricity-mix" joined into one table,
or that of owid-energy-data.csv, which may be given for both arguments.
Next edition: https://ourworldindata.org/energy (updated with each Ember release);
then set EDITION to its year.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, GRID, Row, alpha2, number, read, region, write, year

EDITION = "ember-2026"
FIRST_MIX_YEAR = 2015
INTENSITY = ("carbon_intensity_gco2e_per_kwh", "carbon_intensity_elec")
TECHNOLOGIES = {
    "coal": ("coal_twh", "coal_electricity"),
    "gas": ("gas_twh", "gas_electricity"),
    "oil": ("oil_twh", "oil_electricity"),
    "nuclear": ("nuclear_twh", "nuclear_electricity"),
    "hydro": ("hydro_twh", "hydro_electricity"),
    "solar": ("solar_twh", "solar_electricity"),
    "wind": ("wind_twh", "wind_electricity"),
    "total": ("total_generation_twh", "electricity_generation"),
}


def cell(row: Row, spellings: tuple[str, str]) -> str:
    return next(row[name] for name in spellings if name in row)


def places(path: str) -> Iterator[tuple[str, str, Row]]:
    """(region, page, row) of every country and of the world, by region and year."""
    known = alpha2()
    found = [(region(row["iso_code"], known), row) for row in read(path)]
    for code, row in sorted(found, key=lambda pair: (pair[0], pair[1]["year"])):
        if code:
            entity = cell(row, ("entity", "country"))
            yield code, f"row {entity} {row['year']}", row


def intensity(path: str) -> Iterator[Row]:
    for code, page, row in places(path):
        if value := cell(row, INTENSITY):
            made = {
                "id": f"{EDITION}:{code}:{row['year']}",
                "region": code,
                "value": number(value),
                "unit": "gCO2e/kWh",
                "quality": "model",
                "source": EDITION,
                "page": f"carbon-intensity-electricity, {page}",
                "note": "production mix; GWP set not stated by the publisher",
                "boundary": "lifecycle",
            }
            year(made, row["year"])
            yield made


def mix(path: str) -> Iterator[Row]:
    for code, page, row in places(path):
        whole = cell(row, TECHNOLOGIES["total"])
        if not whole or float(whole) == 0:  # below the two decimals of the chart: it has no shares
            continue
        for technology, spellings in TECHNOLOGIES.items():
            value = cell(row, spellings)
            if value and int(row["year"]) >= FIRST_MIX_YEAR:
                chart = "generation" if technology == "total" else technology
                made = {
                    "id": f"{EDITION}:{code}:{row['year']}:{technology}",
                    "region": code,
                    "value": number(value),
                    "unit": "TWh",
                    "quality": "statistics",
                    "source": f"{EDITION}-mix",
                    "page": f"electricity-{chart}, {page}",
                    "technology": technology,
                }
                year(made, row["year"])
                yield made


def main(intensities: str, mixes: str, out: str) -> None:
    factors = Path(out) / "factors"
    write(factors / "grid" / f"{EDITION}.csv", intensity(intensities), GRID)
    columns = (*COLUMNS, "technology")
    write(factors / "generation-mix" / f"{EDITION}.csv", mix(mixes), columns)


if __name__ == "__main__":
    main(*sys.argv[1:])
