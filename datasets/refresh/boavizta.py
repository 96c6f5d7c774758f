"""Boavizta: product carbon footprints that makers publish for laptops, monitors, servers and the like.

    python datasets/refresh/boavizta.py DEVICES.csv OUT_DIR

Writes hardware/pcf/boavizta-2023.csv with the licence text beside it: the Open Database License, share-alike, so
this file stays apart and what is derived from it inherits the licence. `value` is worked out: the published total
less the share of use, which leaves manufacture, transport and end of life. Devices without a share of use are left
out, and columns that inventories do not ask for (screen size, weight, disks, parser).

Input: boavizta-data-us.csv of https://github.com/Boavizta/environmental-footprint-data. Next edition: the same file.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from _rows import DATASETS, Row, number, read, slug, write

EDITION = "boavizta-2023"
MISSPELT = {"entertainmentt": "entertainment"}
COLUMNS = (
    "id", "name", "category", "value", "unit", "quality", "source", "page", "note",
    "total", "use_share", "error_share", "lifetime_years", "use_location", "reported", "report",
)  # fmt: skip


def plain(text: str) -> str:
    return number(text) if text else ""


def rows(table: Iterator[Row]) -> Iterator[Row]:
    seen: Counter[str] = Counter()
    for row in table:
        total, used = row["gwp_total"], row["gwp_use_ratio"]
        if not total or not used:
            continue
        name = " ".join(f"{row['manufacturer']} {row['name']}".split())
        id = f"pcf/{slug(name)}"
        seen[id] += 1
        yield {
            "id": id if seen[id] == 1 else f"{id}-{seen[id]}",
            "name": name,
            "category": MISSPELT.get(slug(row["subcategory"]), slug(row["subcategory"])),
            "value": number(str(Decimal(total) * (1 - Decimal(used)))),
            "unit": "kgCO2e",
            "quality": "published",
            "source": EDITION,
            "page": "gwp_total × (1 − gwp_use_ratio)",
            "note": " ".join(row["comment"].split()),
            "total": number(total),
            "use_share": number(used),
            "error_share": plain(row["gwp_error_ratio"]),
            "lifetime_years": plain(row["lifetime"]),
            "use_location": row["use_location"],
            "reported": row["report_date"],
            "report": row["sources"].strip(),
        }


def main(source: str, out: str) -> None:
    path = Path(out) / "hardware" / "pcf" / f"{EDITION}.csv"
    write(path, rows(read(source)), COLUMNS)
    shutil.copyfile(DATASETS / "licences" / "ODbL-1.0.txt", path.with_suffix(".LICENCE.txt"))


if __name__ == "__main__":
    main(*sys.argv[1:])
