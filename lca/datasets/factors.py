"""The tables of factors, and the row of them that is taken for a place and a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

from lca import units
from lca.datasets.files import Files, once
from lca.datasets.publications import Choice, among_conventions, by_time, undated
from lca.datasets.regions import Region
from lca.model import Factor, Period


@dataclass(eq=False)
class Factors(Files):
    """The tables of factors, by kind."""

    _picks: dict[tuple[object, ...], Choice | None] = field(default_factory=dict, repr=False)

    def kinds(self) -> list[str]:
        """The kinds of factor that there are tables of."""
        return list(self._tables)

    @cached_property
    def _tables(self) -> Mapping[str, Sequence[Path]]:
        folders = sorted(folder for folder in (self.root / "factors").iterdir() if folder.is_dir())
        return {folder.name: sorted(folder.glob("*.csv")) for folder in folders}

    def table(self, kind: str, regions: Sequence[str] | None = None, what: str | None = None) -> list[Factor]:
        """The factors of a kind, of the given regions or of all; national publications first.

        `what` narrows to lines that hold one of its alternatives: a first sieve, which spares reading the rest.
        """
        words = what.split("|") if what else [""]
        found: list[Factor] = []
        for path in self._by_coverage(kind):
            table = self._table(path)
            index = table.by_region
            wanted = index if regions is None else [region for region in dict.fromkeys(regions) if region in index]
            numbers = sorted(chain.from_iterable(index[region] for region in wanted))
            numbers = [number for number in numbers if any(word in table.line(number) for word in words)]
            found += (table.factor(kind, number) for number in numbers)
        return found

    @once
    def _by_coverage(self, kind: str) -> Sequence[Path]:
        return sorted(self._tables.get(kind, ()), key=self._coverage)

    def pick(
        self,
        kind: str,
        region: Region,
        when: Period | int | None,
        want: Mapping[str, str],
        split: str | None = None,
        per: str | None = None,
    ) -> Choice | None:
        """The factor, or with `split` the rows told apart by that attribute, for a region and a period or year.

        The nearest region that has any comes first; then what is valid at the time, else the nearest earlier,
        else the nearest later; then the newest publication. Among conventions, which have no year, the median
        is taken, with the range of all. `per` is the unit that the rows must be per, or one that converts to it:
        rows per litre and per gallon do for cubic metres, rows per kilogram do not.
        Raises `Ambiguous` when several rows are left for the same thing.
        """
        asked = Period(date(when, 1, 1), date(when, 12, 31)) if isinstance(when, int) else when
        key = (kind, region.chain, asked, *sorted(want.items()), split, per)
        if key not in self._picks:
            rows = [
                row
                for row in self.table(kind, region.chain, want.get("what"))
                if _meets(row, want) and (per is None or _is_per(row.unit.partition("/")[2], per))
            ]
            self._picks[key] = self._nearest_of(rows, region, asked, split)
        return self._picks[key]

    def _nearest_of(
        self, rows: Sequence[Factor], region: Region, asked: Period | None, split: str | None
    ) -> Choice | None:
        for code in region.chain:
            here = [row for row in rows if row.region == code]
            if not here:
                continue
            if split is None and len(here) > 1 and all(undated(row) for row in here):
                return among_conventions(here, self.sources)
            return by_time(here, asked, code, region, split)
        return None


@lru_cache(maxsize=512)
def _is_per(given: str, wanted: str) -> bool:
    try:
        units.factor(units.plain(given), units.plain(wanted))
    except units.UnitError:
        return False
    return True


def _meets(row: Factor, want: Mapping[str, str]) -> bool:
    return all(row.attributes.get(key, "") in wanted.split("|") for key, wanted in want.items())
