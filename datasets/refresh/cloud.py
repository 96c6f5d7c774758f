"""Which grid a cloud region draws from: regions/cloud.csv.

    python datasets/refresh/cloud.py CCF.csv CODECARBON.csv GOOGLE.csv PUBLISHED.csv OUT_DIR

Four tables name cloud regions and their places; the first that knows a region decides.
A place that is no country is looked up in curated/places.csv. Azure's display names
become region codes by Azure's own rule: lower case, no spaces. Some rows of Cloud Carbon
Footprint are shifted by a column; region and place, all that is used here, never are.

A region in the United States lies on the eGRID subregion of curated/us-subregions.csv when every table that names
its state or city leads to the same one; where a state has several (Georgia, Nevada, Oklahoma, Wyoming), no state is
told (GovCloud) or the tables disagree (West US: California and Washington), the national grid stands in.

Input: Cloud Carbon Footprint's grid-emissions-factors-*.csv stacked (provider, region,
country …); CodeCarbon's data/cloud/impact.csv (provider, region, iso_code, city …); Google's
region-carbon-info (year, region, location …); the providers' PUE table of providers.py.
Next edition: the same files, upstream.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from _rows import CURATED, DATASETS, Row, read, write

COLUMNS = ("region", "provider", "grid", "country", "place", "source", "page", "note")
PROVIDERS = {
    "Amazon Web Services": ("aws", "amazon-data-centers-2024"),
    "Google Cloud": ("gcp", "google-data-centers-2024"),
    "Microsoft Azure": ("azure", "microsoft-data-centers-2023"),
}
MISSPELT = {"me-cenrtal1": "me-central1"}
US_NOTE = "subregion not determined by the source: the national grid stands in"
UNTOLD = {"United States", "GovCloud (US East)", "GovCloud (US West)"}
RULE_NOTE = "region code formed from the display name by Azure's rule"


class Seen(NamedTuple):
    """A cloud region as one of the tables has it."""

    provider: str
    name: str
    place: str
    country: str  # alpha-3, where the table has it
    source: str
    page: str


def ccf(path: str) -> Iterator[Seen]:
    for row in read(path):
        page = f"grid-emissions-factors-{row['provider']}, row {row['region']}"
        source = "cloud-carbon-footprint-2026"
        yield Seen(row["provider"], row["region"], row["country"], "", source, page)


def codecarbon(path: str) -> Iterator[Seen]:
    for row in read(path):
        name = MISSPELT.get(row["region"], row["region"])
        page = f"data/cloud/impact.csv, row {row['region']}"
        country = row["iso_code"]
        yield Seen(row["provider"], name, row["city"], country, "codecarbon-2026", page)


def google(path: str) -> Iterator[Seen]:
    for row in read(path):
        page = f"{row['year']}, row {row['region']}"
        yield Seen("gcp", row["region"], row["location"], "", "google-regions-2024", page)


def published(path: str) -> Iterator[Seen]:
    for row in read(path):
        provider, source = PROVIDERS[row["provider"]]
        page = f"{row['year']}, {row['location']}"
        yield Seen(provider, row["region"], row["location"], "", source, page)


def countries() -> dict[str, str]:
    """Country codes by alpha-3 code, name or alias, in lower case."""
    return {
        name.casefold(): row["code"]
        for row in read(DATASETS / "regions" / "countries.csv")
        for name in (row["iso3"], row["name"], *row["aliases"].split("|"))
    }


def rows(paths: list[str]) -> Iterator[Row]:
    places = {row["place"]: row["country"] for row in read(CURATED / "places.csv")}
    known = countries()
    shown = {(seen.provider, seen.name) for seen in published(paths[-1])}  # need no rule
    found: dict[str, Row] = {}
    readers = (ccf, codecarbon, google, published)
    every = [one for reader, path in zip(readers, paths, strict=True) for one in reader(path)]
    for seen in every:
        name = seen.name.lower().replace(" ", "")
        region = f"{seen.provider}:{name}"
        if region in found:
            continue
        place = seen.place.partition(":")[0]  # "Virginia: East US 2"
        country = places.get(place) or known[(seen.country or place).casefold()]
        display = " " in seen.name
        grid, why = subregion(region, every) if country == "US" else (country, "")
        notes = [why] if why else []
        notes += [RULE_NOTE] if display and (seen.provider, name) not in shown else []
        found[region] = {
            "region": region,
            "provider": seen.provider,
            "grid": grid,
            "country": country,
            "place": f"{seen.name} ({seen.place})" if display else seen.place,
            "source": seen.source,
            "page": seen.page,
            "note": "; ".join(notes),
        }
    yield from (found[region] for region in sorted(found))


def subregion(region: str, every: list[Seen]) -> tuple[str, str]:
    """The eGRID subregion of an American region and why, or the country and why not."""
    known = {row["place"]: row for row in read(CURATED / "us-subregions.csv")}
    places = {
        seen.place.partition(":")[0]
        for seen in every
        if region == f"{seen.provider}:{seen.name.lower().replace(' ', '')}"
    } - UNTOLD
    found = {known[place]["subregion"] if place in known else "" for place in places}
    if len(found) == 1 and "" not in found:
        row = known[min(places)]
        return f"US-{row['subregion']}", f"{', '.join(sorted(places))}: {row['why']}"
    return "US", US_NOTE


def main(*arguments: str) -> None:
    *paths, out = arguments
    write(Path(out) / "regions" / "cloud.csv", rows(paths), COLUMNS)


if __name__ == "__main__":
    main(*sys.argv[1:])
