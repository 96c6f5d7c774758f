"""EcoLogits: water, abiotic resources and primary energy of electricity generation.

    python datasets/refresh/ecologits.py ELECTRICITY_MIXES.csv OUT_DIR

Writes factors/<kind>/ecologits-2026.csv for water, adpe and primary-energy, under MPL-2.0 like the file that they
are made from; each keeps the licence text beside it.

Input columns: iso_code, adpe_kgsbeq_per_kwh, pe_mj_per_kwh, gwp_kgco2e_per_kwh,
water_l_per_kwh; that is ecologits/data/electricity_mixes.csv with units in the header.
Next edition: https://github.com/mlco2/ecologits, same path; then set EDITION.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, DATASETS, Row, alpha2, number, read, write

EDITION = "ecologits-2026"
KINDS = {
    # kind: column, unit, word, boundary, note
    "water": (
        "water_l_per_kwh",
        "L/kWh",
        "water",
        "generation",
        "consumption at the power plants, hydro reservoirs included; data year not stated",
    ),
    "adpe": (
        "adpe_kgsbeq_per_kwh",
        "kgSbe/kWh",
        "adpe",
        "lifecycle",
        "minerals and metals, after ADEME Base Empreinte; data year not stated",
    ),
    "primary-energy": (
        "pe_mj_per_kwh",
        "MJ/kWh",
        "pe",
        "lifecycle",
        "after ADEME Base Empreinte; renewables hardly counted, see the sources; data year not stated",
    ),
}


def rows(table: list[Row], kind: str) -> Iterator[Row]:
    known = alpha2()
    column, unit, word, boundary, note = KINDS[kind]
    for row in sorted(table, key=lambda row: known[row["iso_code"]]):
        yield {
            "id": f"{EDITION}:{known[row['iso_code']]}:{word}",
            "region": known[row["iso_code"]],
            "value": number(row[column]),
            "unit": unit,
            "quality": "model",
            "source": EDITION,
            "page": f"electricity_mixes.csv, row {row['iso_code']}, {word}",
            "note": note,
            "boundary": boundary,
        }


def main(source: str, out: str) -> None:
    table = list(read(source))
    for kind in KINDS:
        path = Path(out) / "factors" / kind / f"{EDITION}.csv"
        write(path, rows(table, kind), (*COLUMNS, "boundary"))
        shutil.copyfile(DATASETS / "licences" / "MPL-2.0.txt", path.with_suffix(".LICENCE.txt"))


if __name__ == "__main__":
    main(*sys.argv[1:])
