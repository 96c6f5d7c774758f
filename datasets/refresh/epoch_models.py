"""Epoch AI: what is known of the training of frontier models: compute, hardware, time, power draw.

    python datasets/refresh/epoch_models.py MODELS.csv OUT_DIR

Writes models/epoch-2025.csv, to hold a training run against those of others. Most numbers are estimates; the
publisher's own `confidence` says how good. Numbers keep six significant digits, more than any of them has; where a
run used two kinds of device, both stand with a bar between.

Input columns: model, publication_date, organization, domain, parameters, training_compute_flop, training_time_hours,
training_hardware, hardware_quantity, hardware_utilization_mfu, training_chip_hours, training_power_draw_w,
power_per_gpu, country_of_organization, confidence, training_compute_estimation_method, link.
Next edition: https://epoch.ai/data/ai-models, columns renamed; then set EDITION.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import Row, read, slug, write

EDITION, SOURCE = "epoch-2025", "epoch-ai-models-2025"
NUMBERS = {  # ours, with its unit: theirs
    "parameters": "parameters",
    "training_compute_FLOP": "training_compute_flop",
    "training_time_h": "training_time_hours",
    "devices": "hardware_quantity",
    "utilisation": "hardware_utilization_mfu",
    "device_time_h": "training_chip_hours",
    "power_draw_W": "training_power_draw_w",
    "power_per_device_W": "power_per_gpu",
}
COLUMNS = (
    "id", "name", "organisation", "country", "published", "domain", "hardware", *NUMBERS, "confidence", "method",
    "source", "page",
)  # fmt: skip


def six(text: str) -> str:
    """Six digits of a number, or of each where a run used several kinds of device."""
    return "|".join(f"{float(one):.6g}".replace("e+", "e") for one in text.split(",") if one.strip())


def rows(table: Iterator[Row]) -> Iterator[Row]:
    for row in table:
        yield {
            "id": f"model/{slug(row['model'])}",
            "name": " ".join(row["model"].split()),
            "organisation": row["organization"],
            "country": row["country_of_organization"],
            "published": row["publication_date"],
            "domain": row["domain"],
            "hardware": row["training_hardware"],
            **{ours: six(row[theirs]) for ours, theirs in NUMBERS.items()},
            "confidence": row["confidence"].lower(),
            "method": row["training_compute_estimation_method"],
            "source": SOURCE,
            "page": row["link"].strip(),
        }


def main(source: str, out: str) -> None:
    write(Path(out) / "models" / f"{EDITION}.csv", rows(read(source)), COLUMNS)


if __name__ == "__main__":
    main(*sys.argv[1:])
