"""Hourly generation and life-cycle intensity of US balancing authorities.

    python datasets/refresh/eia_hourly.py HOURLY.csv.gz OUT_DIR

Writes hourly/eia-930-2022.csv (one row per zone: what it is, its file, its gaps) and a packed table per zone,
hourly/eia-930-2022/<zone>.csv.gz: the hour in UTC, MW by fuel, and the intensity in gCO2e/kWh as published, which is
the mix times the medians of IPCC 2014 (coal 820, gas 490, oil 650, nuclear 12, hydro 24, wind 11, solar 41, other
230), so that it can be worked out again with other factors. It is of what the zone generates, without imports.

An hour without numbers is marked `missing`; one in which coal, gas, nuclear or hydro reports nothing although that
zone runs more than 500 MW of it half of the year is marked `gap`: its intensity is not to be believed. Neither is
filled in here and neither is ever zero.

Input: the eight tables of SustainDC stacked, with columns balancing_authority, timestamp_utc, coal_mw … other_mw,
ci_lifecycle_gco2e_per_kwh. Compare the unpacked text when you compare: packers differ.
Next edition: https://github.com/HewlettPackard/dc-rl, or EIA's own bulk file https://api.eia.gov/bulk/EBA.zip.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

from _rows import Row, write

EDITION = "eia-930-2022"
FUELS = ("coal", "gas", "oil", "nuclear", "hydro", "wind", "solar", "other")
STEADY = ("coal", "gas", "nuclear", "hydro")
ZONES = {
    "AZPS": "Arizona Public Service",
    "BPAT": "Bonneville Power Administration",
    "CISO": "California ISO",
    "ERCO": "Electric Reliability Council of Texas",
    "MISO": "Midcontinent ISO",
    "NYIS": "New York ISO",
    "PJM": "PJM Interconnection",
    "SOCO": "Southern Company",
}
COLUMNS = ("time", *FUELS, "lifecycle", "mark")
INDEX = (
    "id", "zone", "name", "country", "from", "to", "hours", "missing", "gaps", "unit", "boundary", "source", "page",
    "file", "note",
)  # fmt: skip


def marked(rows: list[Row]) -> list[Row]:
    usual = {fuel: median(float(row[f"{fuel}_mw"] or 0) for row in rows) for fuel in STEADY}
    made = []
    for row in rows:
        missing = not row["ci_lifecycle_gco2e_per_kwh"]
        gap = any(usual[fuel] > 500 and float(row[f"{fuel}_mw"] or 0) == 0 for fuel in STEADY)
        made.append(
            {
                "time": row["timestamp_utc"],
                **{fuel: "" if missing else row[f"{fuel}_mw"].removesuffix(".0") for fuel in FUELS},
                "lifecycle": row["ci_lifecycle_gco2e_per_kwh"],
                "mark": "missing" if missing else "gap" if gap else "",
            }
        )
    return made


def pack(path: Path, rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def main(source: str, out: str) -> None:
    by_zone: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_zone[row["balancing_authority"]].append(row)
    folder, index = Path(out) / "hourly", []
    for zone, name in ZONES.items():
        rows = marked(by_zone.pop(zone))
        pack(folder / EDITION / f"{zone}.csv.gz", rows)
        marks = [row["mark"] for row in rows]
        index.append(
            {
                "id": f"{EDITION}:{zone}",
                "zone": zone,
                "name": name,
                "country": "US",
                "from": rows[0]["time"],
                "to": rows[-1]["time"],
                "hours": str(len(rows)),
                "missing": str(marks.count("missing")),
                "gaps": str(marks.count("gap")),
                "unit": "gCO2e/kWh",
                "boundary": "lifecycle",
                "source": EDITION,
                "page": f"data/CarbonIntensity/{zone}_NG_&_avgCI.csv",
                "file": f"{EDITION}/{zone}.csv.gz",
                "note": "generation of the zone, without imports",
            }
        )
    if by_zone:
        raise SystemExit(f"no name for {', '.join(by_zone)}")
    write(folder / f"{EDITION}.csv", index, INDEX)


if __name__ == "__main__":
    main(*sys.argv[1:])
