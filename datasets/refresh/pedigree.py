"""Uncertainty factors of the pedigree matrix and basic uncertainty: pedigree/*.csv.

    python datasets/refresh/pedigree.py FACTORS.csv BASIC.csv OUT_DIR

Input: FACTORS has columns version, indicator, score, uncertainty_factor, published_source;
BASIC has compartment, flow, context, basic_uncertainty_factor (GSD squared). version_1 is
the set of ecoinvent 2 (Frischknecht et al. 2005), version_2 that of Ciroth et al. 2016.
Both sets are closed: there is no next edition, only a next paper.
"""

from __future__ import annotations

import sys
from pathlib import Path

from _rows import number, read, write

SOURCES = {"version_1": "frischknecht-2005", "version_2": "ciroth-2016"}


def main(factors: str, basic: str, out: str) -> None:
    folder = Path(out) / "pedigree"
    made = (
        {
            "version": row["version"],
            "indicator": row["indicator"],
            "score": row["score"],
            "value": number(row["uncertainty_factor"]),
            "source": SOURCES[row["version"]],
        }
        for row in read(factors)
    )
    columns = ("version", "indicator", "score", "value", "source")
    write(folder / "uncertainty-factors.csv", made, columns)
    made = (
        {
            "compartment": row["compartment"],
            "flow": row["flow"],
            "context": row["context"],
            "value": number(row["basic_uncertainty_factor"]),
            "source": "frischknecht-2005",
        }
        for row in read(basic)
    )
    columns = ("compartment", "flow", "context", "value", "source")
    write(folder / "basic-uncertainty.csv", made, columns)


if __name__ == "__main__":
    main(*sys.argv[1:])
