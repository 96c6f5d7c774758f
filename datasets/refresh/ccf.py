"""Cloud Carbon Footprint: embodied emissions per instance type, and power per virtual CPU.

    python datasets/refresh/ccf.py EMBODIED.csv USE.csv OUT_DIR

Writes factors/instance-embodied/ccf-2026.csv (the whole host server on which an instance runs: whoever uses it takes
a share by threads and time) and factors/vcpu-power/ccf-2026.csv (idle and full, per thread, by microarchitecture).
Other columns repeat what is summed in the total. Rows that the three providers share word for word stand per provider.

Input: output/coefficients-{aws,azure,gcp}-embodied.csv and -use.csv stacked, with the provider as a column.
Next edition: https://github.com/cloud-carbon-footprint/ccf-coefficients, same paths; then set EDITION.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, Row, number, read, slug, write

EDITION = "ccf-2026"
SOURCE = "cloud-carbon-footprint-2026"
SERVER_NOTE = "whole host server; base server of 1000 kg and additions after Teads"
THREAD_NOTE = "per thread; mean of SPECpower results of this generation"
UNTOLD = ("", "Unknown")


def base(row: Row) -> Row:
    return {"region": f"{row['provider']}:*", "quality": "model", "source": SOURCE}


def embodied(table: list[Row]) -> Iterator[Row]:
    for row in table:
        processor = "" if row["microarchitecture"] in UNTOLD else slug(row["microarchitecture"])
        instance = row["type"].replace(" ", "-").lower()
        told = f", {row['microarchitecture']}" if row["microarchitecture"] else ""
        yield base(row) | {
            "id": ":".join(filter(None, (EDITION, row["provider"], instance, processor, "embodied"))),
            "value": number(row["total"]),
            "unit": "kgCO2e",
            "page": f"coefficients-{row['provider']}-embodied.csv, {row['type']}{told}, total",
            "note": SERVER_NOTE,
            "what": instance,
            "processor": processor,
            "boundary": "cradle-to-gate",
        }


def power(table: list[Row]) -> Iterator[Row]:
    for row in table:
        for load, column in (("idle", "min_watts"), ("full", "max_watts")):
            processor = slug(row["architecture"])
            yield base(row) | {
                "id": f"{EDITION}:{row['provider']}:{processor}:{load}",
                "value": number(row[column]),
                "unit": "W",
                "page": f"coefficients-{row['provider']}-use.csv, {row['architecture']}, {column.replace('_', ' ')}",
                "note": THREAD_NOTE,
                "what": processor,
                "load": load,
            }


def main(instances: str, use: str, out: str) -> None:
    factors = Path(out) / "factors"
    columns = (*COLUMNS, "what", "processor", "boundary")
    write(factors / "instance-embodied" / f"{EDITION}.csv", embodied(list(read(instances))), columns)
    write(factors / "vcpu-power" / f"{EDITION}.csv", power(list(read(use))), (*COLUMNS, "what", "load"))


if __name__ == "__main__":
    main(*sys.argv[1:])
