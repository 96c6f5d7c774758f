"""Places as the tables know them: countries, grid regions, states, the regions of clouds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lca.datasets.files import WORLD, Files, once


@dataclass(frozen=True)
class Region:
    """A place as the tables know it, and the larger ones that hold it."""

    code: str
    name: str
    chain: tuple[str, ...]
    """Regions to look in, nearest first."""
    cloud: str | None = None
    """The provider, for a cloud region."""


class Regions(Files):
    """The places that a user may name."""

    @cached_property
    def _countries(self) -> list[dict[str, str]]:
        return [row for row, _ in self._rows(self.root / "regions" / "countries.csv")]

    @cached_property
    def _clouds(self) -> Mapping[str, dict[str, str]]:
        return {row["region"]: row for row, _ in self._rows(self.root / "regions" / "cloud.csv")}

    @cached_property
    def _subregions(self) -> frozenset[str]:
        folder = self.root / "factors" / "grid"
        return frozenset(
            region for path in sorted(folder.glob("egrid-*.csv")) for region in self._table(path).by_region
        )

    @cached_property
    def _countries_by_name(self) -> Mapping[str, dict[str, str]]:
        """The countries by code and name, without regard to case; of two that share a word, the first."""
        found: dict[str, dict[str, str]] = {}
        for row in self._countries:
            for name in (row["code"], row["iso3"], row["name"], *row["aliases"].split("|")):
                if name:
                    found.setdefault(name.strip().casefold(), row)
        return found

    @cached_property
    def _states(self) -> Mapping[str, str]:
        return {row["code"]: row["name"] for row, _ in self._rows(self.root / "regions" / "us-states.csv")}

    @once
    def region(self, text: str) -> Region | None:
        """The region that a user means: a code, an English name, or `provider:region`."""
        word = text.strip()
        cloud = word.lower().replace("/", ":")
        if ":" in cloud:
            row = self._clouds.get(cloud)
            if row is None:
                return None
            provider = cloud.partition(":")[0]
            chain = [cloud, f"{provider}:*", row["grid"], row["country"]]
            return Region(cloud, f"{row['place']} ({cloud})", tuple(dict.fromkeys(filter(None, chain))), provider)
        if word.upper().startswith("US-") and word.upper() in self._subregions:
            return Region(word.upper(), f"eGRID subregion {word.upper()[3:]}", (word.upper(), "US"))
        if word.upper().startswith("US-") and word.upper() in self._states:
            return Region(word.upper(), self._states[word.upper()], (word.upper(), "US"))
        if country := self._countries_by_name.get(word.casefold()):
            return Region(country["code"], country["name"], (country["code"],))
        return Region(WORLD, "World", (WORLD,)) if word == WORLD else None

    def region_names(self) -> list[str]:
        """What a user may write, for suggestions."""
        countries = [name for row in self._countries for name in (row["code"], row["name"])]
        return [*countries, *self._subregions, *self._states, *self._clouds]

    def places_called(self, word: str) -> list[str]:
        """The codes of subregions and cloud regions whose place holds a word: `US-CAMX` for California."""
        folder = self.root / "factors" / "grid"
        rows = [row for path in sorted(folder.glob("egrid-*.csv"), reverse=True) for row, _ in self._rows(path)]
        named = {row["region"]: row["note"] for row in reversed(rows)}
        named |= {code: row["place"] for code, row in self._clouds.items()}
        return [code for code, words in named.items() if word.casefold() in re.findall(r"[\w-]+", words.casefold())]
