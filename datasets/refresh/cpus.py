"""Rated power of CPUs: hardware/cpu/*.csv.

    python datasets/refresh/cpus.py CODECARBON.csv GREEN_ALGORITHMS.csv OUT_DIR

CODECARBON is codecarbon/data/hardware/cpu_power.csv (cpu_name, tdp_w). GREEN_ALGORITHMS is
TDP_cpu.csv and TDP_gpu.csv in one (model, tdp_w, n_cores, tdp_per_core_w, source, kind).
Next edition: the same files at https://github.com/mlco2/codecarbon and
https://github.com/GreenAlgorithms/green-algorithms-tool, data/latest.

Rows whose power is no number or zero are left out. A name that the list has twice, but
for its punctuation, is kept once; with another power it is kept again as `…-2`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import Row, number, read, slug, write

COLUMNS = ("id", "name", "value", "unit", "source", "page", "note")


def power(text: str) -> str:
    digits = text.replace(".", "", 1).isdigit()
    return number(text) if digits and float(text) > 0 else ""


def codecarbon(table: Iterator[Row]) -> Iterator[Row]:
    seen: dict[str, str] = {}
    for row in table:
        name = " ".join(row["cpu_name"].split())
        key, value, note = f"cpu/{slug(name)}", power(row["tdp_w"]), ""
        if not value or seen.get(key) == value:
            continue
        if key in seen:
            note = f"the same list also has {seen[key]} W under this name"
            key = f"{key}-2"
        seen[key] = value
        page = f"cpu_power.csv, row {name}"
        values = (key, name, value, "W", "codecarbon-2026", page, note)
        yield dict(zip(COLUMNS, values, strict=True))


def green_algorithms(table: Iterator[Row]) -> Iterator[Row]:
    for row in table:
        if row["kind"] == "cpu":
            each = number(row["tdp_per_core_w"])
            generic = not row["tdp_w"]
            yield {
                "id": f"cpu/{slug(row['model'])}:green-algorithms-3",
                "name": row["model"],
                "value": each if generic else number(row["tdp_w"]),
                "unit": "W",
                "source": "green-algorithms-3",
                "page": f"TDP_cpu.csv, row {row['model']}",
                "note": "one core of a CPU that is not known" if generic else row["source"].strip(),
                "cores": "1" if generic else number(row["n_cores"]),
                "per_core": each,
            }


def main(codecarbons: str, algorithms: str, out: str) -> None:
    folder = Path(out) / "hardware" / "cpu"
    write(folder / "codecarbon-2026.csv", codecarbon(read(codecarbons)), COLUMNS)
    columns = (*COLUMNS, "cores", "per_core")
    write(folder / "green-algorithms-3.csv", green_algorithms(read(algorithms)), columns)


if __name__ == "__main__":
    main(*sys.argv[1:])
