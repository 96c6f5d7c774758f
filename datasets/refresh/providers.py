"""PUE and WUE that cloud providers publish, and the default PUE of the industry.

    python datasets/refresh/providers.py PUBLISHED.csv DEFAULTS.csv OUT_DIR

Writes factors/pue/providers.csv and factors/wue/providers.csv (per cloud region and year,
then per provider), and factors/pue/uptime-2024.csv (world average).

Input: PUBLISHED has columns year, provider, region, location, pue, wue_l_per_kwh, copied
from the providers' own pages; DEFAULTS is defaults_PUE.csv of Green Algorithms (provider,
PUE, source). Next edition: the sustainability pages of AWS, Google and Microsoft (summer),
and https://github.com/GreenAlgorithms/green-algorithms-tool, data/latest.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import CURATED, Row, number, read, write, year

PROVIDERS = {
    "Amazon Web Services": ("aws", "amazon-data-centers-2024"),
    "Google Cloud": ("gcp", "google-data-centers-2024"),
    "Microsoft Azure": ("azure", "microsoft-data-centers-2023"),
}
KINDS = {"pue": ("pue", "1"), "wue": ("wue_l_per_kwh", "L/kWh")}
COMPANY_WIDE = "one value for all regions of the provider in that year: a company-wide figure"


def regional(table: list[Row], kind: str) -> Iterator[Row]:
    column, unit = KINDS[kind]
    remarks = {row["row"]: row for row in read(CURATED / "provider-remarks.csv")}
    for row in table:
        provider, source = PROVIDERS[row["provider"]]
        region = f"{provider}:{row['region']}"
        remark = remarks.get(f"{row['year']} {region} {row['location']}", {})
        if not row[column] or remark.get("action") == "leave out":
            continue
        same = (row["year"], row["provider"])
        peers = {peer[column] for peer in table if (peer["year"], peer["provider"]) == same}
        notes = [COMPANY_WIDE] if len(peers) == 1 else []
        notes += [remark["note"]] if remark else []
        made = {
            "id": f"{provider}-{row['year']}:{region}:{kind}",
            "region": region,
            "value": number(row[column]),
            "unit": unit,
            "quality": "published",
            "source": source,
            "page": f"{row['year']}, {row['location']}",
            "note": "; ".join(notes),
        }
        year(made, row["year"])
        yield made


def defaults(table: list[Row]) -> Iterator[Row]:
    for row in table:
        if row["provider"] == "Unknown":
            continue
        provider = row["provider"].lower()
        made = {
            "id": f"green-algorithms-3:{provider}:*:pue",
            "region": f"{provider}:*",
            "value": number(row["PUE"]),
            "unit": "1",
            "quality": "published",
            "source": "green-algorithms-3",
            "page": f"defaults_PUE.csv, row {row['provider']}",
            "note": "provider-wide; there taken from an industry blog of May 2023",
        }
        year(made, "2023")
        yield made


def world(table: list[Row]) -> Iterator[Row]:
    row = next(row for row in table if row["provider"] == "Unknown")
    made = {
        "id": "uptime-2024:WORLD:2024:pue",
        "region": "WORLD",
        "value": number(row["PUE"]),
        "unit": "1",
        "quality": "statistics",
        "source": "uptime-2024",
        "page": "industry average PUE; read in defaults_PUE.csv of Green Algorithms, row Unknown",
        "note": "survey average of the answering operators",
    }
    year(made, "2024")
    yield made


def main(published: str, default: str, out: str) -> None:
    factors, table, wide = Path(out) / "factors", list(read(published)), list(read(default))
    write(factors / "pue" / "providers.csv", [*regional(table, "pue"), *defaults(wide)])
    write(factors / "wue" / "providers.csv", regional(table, "wue"))
    write(factors / "pue" / "uptime-2024.csv", world(wide))


if __name__ == "__main__":
    main(*sys.argv[1:])
