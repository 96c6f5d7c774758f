"""Makes the meter readings of the example: a made-up company, from a seeded generator.

    python reports/annual-2025/make_evidence.py

Nothing in them was measured. Consumption follows the season a little, and what was installed in July a lot.
"""

from __future__ import annotations

import random
from pathlib import Path

SEED = 2025
SITES = {
    # kWh in a month before July, and what the nodes that came in July add
    "dublin": (212_000, 178_000),
    "ashburn": (345_000, 0),
    "paris": (58_000, 0),
}
SEASON = (-0.03, -0.03, -0.02, 0.0, 0.01, 0.03, 0.05, 0.05, 0.02, 0.0, -0.02, -0.03)


def meter(site: str) -> str:
    """The readings of one site: month, kilowatt-hours."""
    chance = random.Random(f"{SEED}-{site}")
    base, added = SITES[site]
    lines = ["month,electricity [kWh]"]
    for month, season in enumerate(SEASON, start=1):
        load = base + (added if month >= 7 else 0)
        lines.append(f"2025-{month:02},{round(load * (1 + season) * (1 + chance.uniform(-0.015, 0.015)))}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for site in SITES:
        (Path(__file__).parent / "evidence" / f"meter-{site}-2025.csv").write_text(meter(site), encoding="utf-8")
