"""Refrigerant blends: which gases, in which shares of mass.

    python datasets/refresh/blends.py COMPOSITION.csv OUT_DIR

Writes blends.csv. A blend has no potential of its own: it is the sum of its parts under the set that a report
names, so that one change of set moves them all. Three components that are slips of the source are put right from
curated/blend-corrections.csv, with the evidence in the note.

Input: mixtures.py of openscm-units in long form: mixture, ashrae, component, mass_percent. Next edition:
https://github.com/openscm/openscm-units, src/openscm_units/data/mixtures.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from _rows import CURATED, Row, number, read, write

COLUMNS = ("id", "blend", "component", "value", "unit", "source", "page", "note")


def rows(table: list[Row]) -> Iterator[Row]:
    corrections = {(row["blend"], row["component"]): row for row in read(CURATED / "blend-corrections.csv")}
    for row in table:
        blend, component = row["ashrae"], row["component"]
        right = corrections.pop((blend, component), {"is": component, "note": ""})
        yield {
            "id": f"blend:{blend}:{right['is']}",
            "blend": blend,
            "component": right["is"],
            "value": number(row["mass_percent"]),
            "unit": "%",
            "source": "openscm-units-2025",
            "page": f"mixtures.py, {row['mixture']}, {component}",
            "note": right["note"],
        }
    if corrections:
        raise SystemExit(f"put right upstream by now: {', '.join(blend for blend, _ in corrections)}")


def main(source: str, out: str) -> None:
    made = list(rows(list(read(source))))
    for blend in {row["blend"] for row in made}:
        whole = sum(Decimal(row["value"]) for row in made if row["blend"] == blend)
        if whole != 100:
            raise SystemExit(f"{blend} is {whole} %")
    write(Path(out) / "blends.csv", made, COLUMNS)


if __name__ == "__main__":
    main(*sys.argv[1:])
