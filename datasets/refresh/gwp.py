"""Global warming potentials over 100 years, one file per set.

    python datasets/refresh/gwp.py GWP.csv OUT_DIR

Writes gwp/ar4.csv, gwp/ar5.csv, gwp/ar6-7sm7.csv (the AR6 table as the package has it)
and gwp/ar6.csv (the same, with the rows in which the GHG Protocol's table of August 2024
differs, from curated/ghgp-2024.csv).

Input: globalwarmingpotentials.csv of the package of that name, in long form: species,
metric (AR4GWP100 …), value, source_dataset; the fossil-methane row of AR5 comes from
USEPA/LCIAformatter. Next edition: `pip download globalwarmingpotentials`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from _rows import CURATED, Row, number, read, write

COLUMNS = ("gas", "value", "unit", "source", "page", "note")
SETS = {"ar4": "AR4GWP100", "ar5": "AR5GWP100", "ar6-7sm7": "AR6GWP100"}
MAIN = ("CO2", "CH4", "CH4-fossil", "N2O")
FOSSIL = "Fossil methane"
LIFTED = "CH4 ("  # two rows that do not belong to the package: curated/ghgp-2024.csv has them
SOURCES = {
    "globalwarmingpotentials": "globalwarmingpotentials-2026",
    "USEPA/LCIAformatter IPCC_GWP_values.csv": "lciaformatter-2025",
    "definition": "ghgp-gwp-2024",
}


def entry(gas: str, value: str, source: str, page: str, note: str = "") -> Row:
    unit = "kgCO2e/kg" + re.sub(r"[^A-Za-z0-9]", "", gas)
    found = (gas, number(value), unit, source, page, note)
    return dict(zip(COLUMNS, found, strict=True))


def published(table: list[Row], metric: str) -> dict[str, Row]:
    found = {}
    for row in table:
        if row["metric"] == metric and not row["species"].startswith(LIFTED):
            gas = "CH4-fossil" if row["species"] == FOSSIL else row["species"]
            page = "reference gas" if gas == "CO2" else f"{row['species']}, {metric}"
            found[gas] = entry(gas, row["value"], SOURCES[row["source_dataset"]], page)
    if "CH4-fossil" not in found:
        methane = found["CH4"]
        note = "this table has one methane value, used for both kinds"
        found["CH4-fossil"] = entry("CH4-fossil", methane["value"], methane["source"], methane["page"], note)
    return found


def main(source: str, out: str) -> None:
    table = list(read(source))
    sets = {name: published(table, metric) for name, metric in SETS.items()}
    sets["ar6"] = dict(sets["ar6-7sm7"])
    for row in read(CURATED / "ghgp-2024.csv"):
        sets["ar6"][row["gas"]] = entry(**row)
    for name, found in sets.items():
        order = [*MAIN, *sorted(set(found) - set(MAIN))]
        write(Path(out) / "gwp" / f"{name}.csv", (found[gas] for gas in order), COLUMNS)


if __name__ == "__main__":
    main(*sys.argv[1:])
