"""The means that the case takes from hourly data: California's grid in all hours, and about midday.

    python reports/deployment-choice/make_hours.py

prints the mean of the year 2022 over the zone's hours, in gCO2e/kWh, with the lowest and the highest mean of a month.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

ZONE = Path(__file__).parents[2] / "datasets" / "hourly" / "eia-930-2022" / "CISO.csv.gz"
MIDDAY = range(17, 23)
"""Hours of the day in UTC: from 9 to 15 in California's winter, from 10 to 16 in its summer."""


def means(hours: Collection[int]) -> tuple[float, float, float]:
    """The mean over these hours of the day, and the lowest and highest mean of a month; marked hours are left out."""
    months: dict[str, list[float]] = defaultdict(list)
    with gzip.open(ZONE, "rt", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if not row["mark"] and int(row["time"][11:13]) in hours:
                months[row["time"][:7]].append(float(row["lifecycle"]))
    every = [value for values in months.values() for value in values]
    by_month = [sum(values) / len(values) for values in months.values()]
    return sum(every) / len(every), min(by_month), max(by_month)


if __name__ == "__main__":
    for name, hours in (("all hours", range(24)), ("midday", MIDDAY)):
        print(name, *(f"{value:.1f}" for value in means(hours)))
