"""Global warming potentials over 100 years, one file per set.

    python datasets/refresh/gwp.py GWP.csv OUT_DIR

Writes gwp/ar4.csv, gwp/ar5.csv, gwp/ar6-7sm7.csv (the AR6 table as the package has it)
and gwp/ar6.csv (the same, with the rows in which the GHG Protocol's table of August 2024
differs, from curated/ghgp-2024.csv). Gases that the package lacks and another source of ours has come from
curated/gwp-more.csv; values of the package always stay. `group` is the gas or family as inventories list it,
`protocol` says whether Kyoto's seven or Montreal cover it, `aliases` are other names.

Input: globalwarmingpotentials.csv of the package of that name, in long form: species,
metric (AR4GWP100 …), value, source_dataset; the fossil-methane row of AR5 comes from
USEPA/LCIAformatter. Next edition: `pip download globalwarmingpotentials`.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

from _rows import CURATED, Row, number, read, write

COLUMNS = ("gas", "value", "unit", "source", "page", "note", "group", "protocol", "aliases")
SETS = {"ar4": "AR4GWP100", "ar5": "AR5GWP100", "ar6-7sm7": "AR6GWP100"}
MAIN = ("CO2", "CH4", "CH4-fossil", "N2O")
FOSSIL = "Fossil methane"
FAMILIES = (
    ("CO2|CH4(-fossil)?|N2O|SF6|NF3", ""),  # groups of their own
    ("HFC.*", "HFC"),
    ("HCFC.*", "HCFC"),
    ("CFC.*", "CFC"),
    (r"c?C\d+F\d+|CF4", "PFC"),
)
KYOTO = {"CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3"}
MONTREAL = re.compile(r"H?CFC.*|Halon.*|CCl4|CH3CCl3|CH3Br")
DISPUTED = {
    ("ar6", "HFC134a"): "1526 in Table 7.15",
    ("ar6-7sm7", "HFC134a"): "1526 in Table 7.15",
    ("ar6-7sm7", "SF6"): "24300 in the other AR6 set of this folder",
}
LIFTED = "CH4 ("  # two rows that do not belong to the package: curated/ghgp-2024.csv has them
SOURCES = {
    "globalwarmingpotentials": "globalwarmingpotentials-2026",
    "USEPA/LCIAformatter IPCC_GWP_values.csv": "lciaformatter-2025",
    "definition": "ghgp-gwp-2024",
}


def entry(gas: str, value: str, source: str, page: str, note: str = "") -> Row:
    unit = "kgCO2e/kg" + re.sub(r"[^A-Za-z0-9]", "", gas)
    found = (gas, number(value), unit, source, page, note, group(gas), protocol(gas), aliases(gas))
    return dict(zip(COLUMNS, found, strict=True))


def group(gas: str) -> str:
    for pattern, family in FAMILIES:
        if re.fullmatch(pattern, gas):
            return family or gas.removesuffix("-fossil")
    return "other"


def protocol(gas: str) -> str:
    return "kyoto" if group(gas) in KYOTO else "montreal" if MONTREAL.fullmatch(gas) else ""


@lru_cache
def named() -> dict[str, str]:
    return {row["gas"]: row["aliases"] for row in read(CURATED / "gas-aliases.csv")}


def aliases(gas: str) -> str:
    """Refrigerants are known by their number: HFC134a is R-134a."""
    numbered = re.fullmatch(r"(HFC|HCFC|CFC|HFO|HCFO)(\d.*)", gas)
    number_alone = f"R-{numbered[2]}" if numbered else ""
    return "|".join(filter(None, (number_alone, named().get(gas, ""))))


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
    for row in read(CURATED / "gwp-more.csv"):
        for name in ("ar6", "ar6-7sm7") if row["set"] == "ar6" else (row["set"],):
            if name in sets:
                more = entry(row["gas"], row["value"], row["source"], row["page"], row["note"])
                sets[name].setdefault(row["gas"], more)
    for (name, gas), note in DISPUTED.items():
        if name in sets:
            sets[name][gas]["note"] = note
    sets["ar6"] = {gas: dict(row) for gas, row in sets["ar6-7sm7"].items()}
    del sets["ar6"]["SF6"]["note"]
    for row in read(CURATED / "ghgp-2024.csv"):
        sets["ar6"][row["gas"]] = entry(**row)
    for name, found in sets.items():
        order = [*MAIN, *sorted(set(found) - set(MAIN))]
        write(Path(out) / "gwp" / f"{name}.csv", (found[gas] for gas in order), COLUMNS)


if __name__ == "__main__":
    main(*sys.argv[1:])
