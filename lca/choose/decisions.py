"""What was decided and found so far, and every figure that was made: each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from lca.datasets import Datasets
from lca.datasets.files import WORLD
from lca.datasets.publications import Choice
from lca.datasets.regions import Region
from lca.figure import Figure, Given, Place, Quality, Spread
from lca.findings import finding, nearest
from lca.inventory import Decision
from lca.methods import When
from lca.model import Asset, Boundary, Factor, Finding, Period

Kept = TypeVar("Kept")

DEFAULT_GWP_SET = "AR6"

OF_A_YEAR = ("grid", "generation-mix")
"""Kinds of which a reader asks of what year they are."""


class Decisions:
    """What was decided, found and made for one boundary, of which each is made once.

    It may be that of a case, with its conventions and its hardware, or a bare one.
    """

    def __init__(
        self,
        datasets: Datasets,
        boundary: Boundary,
        conventions: Mapping[str, tuple[str, Place]] | None = None,
        assets: Mapping[str, Asset] | None = None,
        residual_mixes: Sequence[Factor] = (),
    ) -> None:
        self.datasets, self.boundary, self.residual_mixes = datasets, boundary, residual_mixes
        self.conventions, self.assets = conventions or {}, assets or {}
        self.decisions: dict[str, Decision] = {}
        self.findings: list[Finding] = []
        self.contracts = False
        self._figures: dict[str, Figure] = {}
        self._kept: dict[str, Any] = {}
        self._constants: dict[tuple[object, ...], tuple[Factor, Figure]] = {}
        self._alike: dict[tuple[object, ...], Figure] = {}
        self._rows: dict[tuple[str, str, Spread | None, Quality], Figure] = {}
        self._newest: set[int] = set()
        self.year = boundary.period.year if boundary.period else None
        self._remarked: set[tuple[str, str]] = set()
        self._namesakes: Counter[str] = Counter()
        self._taken: dict[tuple[object, ...], tuple[Choice, tuple[Figure, ...]] | None] = {}
        self._named = {name for asset in self.assets.values() for name in (asset.device, asset.host)}
        self.gwp_set = self._chosen_gwp_set()

    def _chosen_gwp_set(self) -> str:
        boundary, known = self.boundary, self.datasets.gwp_sets()
        name = boundary.gwp_set.upper()
        if not name:
            self.decide(
                "gwp",
                "Set of global warming potentials",
                f"{DEFAULT_GWP_SET}, 100 years",
                "No set is declared: ISO 14064-1 asks for the latest IPCC report.",
                assumed=True,
                source="iso-14064-1-2018",
            )
        elif name not in known:
            self.report("unknown-gwp-set", boundary.gwp_place, name=boundary.gwp_set, allowed=", ".join(known))
        return name if name in known else DEFAULT_GWP_SET

    def decide(self, id: str, question: str, taken: str, rule: str, **details: Any) -> None:
        self.decisions.setdefault(id, Decision(id, question, taken, rule, **details))

    def report(self, slug: str, place: Place, **details: object) -> None:
        self.findings.append(finding(slug, place, **details))

    def remark(self, slug: str, place: Place, **details: object) -> None:
        key = slug, repr(sorted(details.items()))
        if key not in self._remarked:
            self._remarked.add(key)
            self.report(slug, place, **details)

    def region(self, location: str | None, place: Place) -> Region | None:
        """The region of a location; None, with a finding when one is named that is not known."""
        region = self.datasets.region(location) if location else None
        if location and region is None:
            near = place_near(location, self.datasets)
            self.report("unknown-location", place, location=location, nearest=near)
        return region

    def locates(self, where: str) -> bool:
        return self.datasets.region(where) is not None

    def once(self, id: str, make: Callable[[], Figure]) -> Figure:
        if id not in self._figures:
            self._figures[id] = make()
        return self._figures[id]

    def kept(self, key: str, make: Callable[[], Kept]) -> Kept:
        """What is worked out once for an asset, however many workloads run on it."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    def _asked(self, when: When) -> Period | None:
        """The time that a choice is for: the period of the boundary where it names none."""
        if isinstance(when, int):
            return Period(date(when, 1, 1), date(when, 12, 31))
        return when or self.boundary.period

    def scope(self, where: str, when: When = None) -> str:
        region, asked = self.datasets.region(where), self._asked(when)
        code = region.code if region else where
        return f"{code}.{asked.year}" if asked else code

    def _dated(self, id: str, when: When) -> str:
        """The id of a decision, with its year where that is not the one of the boundary."""
        asked, usual = self._asked(when), self.boundary.period
        return id if asked is None or (usual and asked.year == usual.year) else f"{id}.{asked.year}"

    def _record(
        self,
        id: str,
        when: When,
        question: str,
        choice: Choice,
        figures: tuple[Figure, ...],
        place: Place,
        assumed: bool,
    ) -> None:
        """Record a choice; one that is asked for in two parts is one decision."""
        id, row = self._dated(id, when), choice.rows[0]
        if earlier := self.decisions.get(id):
            together = tuple(dict.fromkeys((*earlier.figures, *figures)))
            if len(together) > len(earlier.figures):
                self.decisions[id] = replace(earlier, figures=together)
            return
        details: dict[str, Any] = {"figures": figures, "candidates": choice.candidates, "place": place}
        self.decide(id, question, row.id, choice.rule, assumed=assumed, source=row.source, **details)
        if self._asked(when) is None and row.kind in OF_A_YEAR and row.region != WORLD and row.start:
            self._newest.add(row.start.year)

    def tell_years(self) -> None:
        """Where the case declares no period, its electricity is of some year all the same."""
        if self._newest:
            taken = ", ".join(str(year) for year in sorted(self._newest))
            rule = "No period is declared: the newest factors of electricity are taken."
            self.decide("period", "Year of the factors", taken, rule, assumed=True)

    def conclude(self, id: str, question: str, figure: Figure, rule: str, place: Place, when: When = None) -> None:
        id = self._dated(id, when)
        self.decide(id, question, figure.id, rule, place=place)
        if self.decisions[id].gives is None:
            self.decisions[id] = replace(self.decisions[id], gives=figure)

    def period(self) -> Figure | None:
        period = self.boundary.period
        if period is None:
            return None
        days = (period.end - period.start).days + 1
        place = self.boundary.period_place or Place(self.boundary.gwp_place.file)
        given = Given(24.0 * days, place, "declared", note=f"to {period.end}", written=str(period.start))
        return self.once("period", lambda: Figure("period", "Period of the inventory", "h", given))


def place_near(word: str, datasets: Datasets) -> str:
    """`; did you mean …?` with places of that name, or of a similar one; or nothing."""
    if known := datasets.places_called(word):
        return f"; did you mean {' or '.join(f'`{code}`' for code in known[:3])}?"
    return nearest(word, datasets.region_names())
