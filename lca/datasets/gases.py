"""Gases: their names, their potentials by set, and the blends that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from lca.datasets.files import COLUMNS, WORLD, Files, factor, once, squeezed
from lca.model import Factor


class Gases(Files):
    """The sets of potentials, and the blends."""

    def gwp_sets(self) -> list[str]:
        """The names of the sets, as a case writes them."""
        return sorted(path.stem.upper() for path in (self.root / "gwp").glob("*.csv"))

    @once
    def gwp(self, name: str) -> Mapping[str, Factor]:
        """One set of 100-year potentials, by gas. Raises `FileNotFoundError` for an unknown set."""
        path = self.root / "gwp" / f"{name.lower()}.csv"
        return {
            row["gas"]: factor(
                {**dict.fromkeys(COLUMNS, ""), **row, "id": f"{path.stem}:{row['gas']}", "region": WORLD}, "gwp", place
            )
            for row, place in self._rows(path)
        }

    def gas(self, text: str) -> str | None:
        """The name under which the sets have a gas that a user calls `R-134a`, `HFC-134a` or `propane`."""
        return self._gases.get(squeezed(text))

    @cached_property
    def _gases(self) -> Mapping[str, str]:
        return {
            squeezed(name): row["gas"]
            for path in sorted((self.root / "gwp").glob("*.csv"))
            for row, _ in self._rows(path)
            for name in filter(None, (row["gas"], *row["aliases"].split("|")))
        }

    def gas_words(self) -> list[str]:
        """What a user may write for a gas, for suggestions."""
        paths = sorted((self.root / "gwp").glob("*.csv"))
        rows = [row for path in paths for row, _ in self._rows(path)]
        return list(dict.fromkeys(name for row in rows for name in (row["gas"], *row["aliases"].split("|")) if name))

    def blend_words(self) -> list[str]:
        """The names of the blends, for suggestions."""
        return list(dict.fromkeys(row["blend"] for row, _ in self._rows(self.root / "blends.csv")))

    @once
    def blend(self, text: str) -> Mapping[str, Factor]:
        """The share of mass of each gas in a refrigerant blend, by the name of the gas; empty when it is none."""
        wanted = squeezed(text).removeprefix("r")
        return {
            row["component"]: factor({**dict.fromkeys(COLUMNS, ""), **row, "region": WORLD}, "blend", place)
            for row, place in self._rows(self.root / "blends.csv")
            if squeezed(row["blend"]).removeprefix("r") == wanted
        }
