"""What is looked up for a place and a time: in tables of factors, among constants, in the table of the case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from lca import units
from lca.choose.conventions import Conventions
from lca.choose.rows import KEYS, KINDS, UNITS, given_of, year_of
from lca.datasets.files import WORLD
from lca.datasets.publications import Choice, years_apart
from lca.datasets.regions import Region
from lca.figure import Figure, Given, Place, Quality
from lca.findings import nearest
from lca.methods import When
from lca.model import Facility, Factor, Period

STAND_INS = ("GB", "US", WORLD)
"""Whose factors of fuels, transport and waste stand in where a place has none: they are published openly, by gas."""


class Tables(Conventions):
    """The factors of the tables."""

    def pick(
        self,
        kind: str,
        id: str,
        name: str,
        *,
        where: str,
        needed_for: str,
        place: Place,
        when: When = None,
        optional: bool = False,
        generic: bool = False,
        convention: str | None = None,
        of_year: str = "",
        **want: str,
    ) -> Figure | None:
        if convention and self.follows(convention):
            return self._by_convention(convention, id, name, UNITS[kind])
        if kind not in self.datasets.kinds():
            self._missing(kind, Region(where, "this device", ()), needed_for, place, optional)
            return None
        region = self.datasets.region(where)
        if region is None:
            return None
        if generic and region.code != WORLD:
            region = Region(region.code, region.name, (*region.chain, WORLD), region.cloud)
        asked, exact = self._asked(when), int(of_year) if of_year else None
        key = (kind, region, asked, exact, *sorted(want.items()))
        if key not in self._taken:
            self._taken[key] = self._picked(kind, name, region, asked, exact, want)
        if (taken := self._taken[key]) is None:
            self._missing(kind, region, needed_for, place, optional)
            return None
        choice, (figure,) = taken
        assert isinstance(figure.reason, Given)
        self._record(id, when, name, choice, (figure,), place, figure.reason.quality == "assumed")
        return figure

    def _picked(
        self, kind: str, name: str, region: Region, asked: Period | None, exact: int | None, want: Mapping[str, str]
    ) -> tuple[Choice, tuple[Figure, ...]] | None:
        choice = self.datasets.pick(kind, region, asked if exact is None else exact, want)
        if choice is None or (exact is not None and years_apart(choice.rows[0], exact)):
            return None
        (row,) = choice.rows
        quality: Quality = "assumed" if row.region == WORLD or row.region.endswith(":*") else "dataset"
        return choice, (self._figure(name, UNITS[kind], row, quality, choice.spread, region, asked),)

    def pick_split(
        self,
        kind: str,
        by: str,
        id: str,
        *,
        where: str,
        needed_for: str,
        place: Place,
        when: When = None,
        optional: bool = False,
        assumed: bool = False,
        names: Mapping[str, str] | None = None,
        **want: str,
    ) -> Mapping[str, Figure]:
        region = self.datasets.region(where)
        if region is None:
            return {}
        asked = self._asked(when)
        quality: Quality = "assumed" if assumed else "dataset"
        key = (kind, region, asked, *sorted(want.items()), by, quality)
        if key not in self._taken:
            self._taken[key] = self._split(kind, by, region, asked, quality, want, names or {})
        if (taken := self._taken[key]) is None:
            self._missing(kind, region, needed_for, place, optional)
            return {}
        choice, figures = taken
        question = KINDS[kind].capitalize() + ("" if region.code == WORLD else f" of {region.name}")
        self._record(id, when, question, choice, figures, place, assumed)
        return {row.attributes[by]: figure for row, figure in zip(choice.rows, figures, strict=True)}

    def _split(
        self,
        kind: str,
        by: str,
        region: Region,
        asked: Period | None,
        quality: Quality,
        want: Mapping[str, str],
        names: Mapping[str, str],
    ) -> tuple[Choice, tuple[Figure, ...]] | None:
        choice = self.datasets.pick(kind, region, asked, want, split=by)
        if choice is None:
            return None
        figures = []
        for row in choice.rows:
            year = f" {year_of(row)}" if row.start and row.region != WORLD else ""
            name = f"{KINDS[kind].capitalize()}: {row.attributes[by]}, {row.region}{year}".removesuffix(", WORLD")
            name = names.get(row.attributes[by], name)
            figures.append(self._figure(name, _kinded(kind, row), row, quality, None, region, asked))
        return choice, tuple(figures)

    def per_amount(
        self,
        kind: str,
        what: str,
        amount: str,
        boundary: str,
        *,
        where: str | None,
        place: Place,
        needed_for: str,
        when: When = None,
        optional: bool = False,
    ) -> Mapping[str, Figure]:
        own = self.datasets.region(where) if where else None
        asked = self._asked(when)
        key = ("per", kind, what, amount, boundary, own, asked)
        if key not in self._taken:
            self._taken[key] = self._per_amount(kind, what, amount, boundary, own, asked)
        if (taken := self._taken[key]) is None:
            if not optional:
                self._unpublished(kind, what, amount, needed_for, place)
            return {}
        choice, figures = taken
        assumed = not (own and choice.rows[0].region in own.chain)
        if own is None and not where and choice.rows[0].region != WORLD:
            of = self.datasets.region(choice.rows[0].region)
            self.remark("place-unsaid", place, where=of.name if of else choice.rows[0].region)
        id = ".".join(filter(None, (kind, what, boundary, own.code if own else "")))
        self._record(id, when, f"{boundary.capitalize() or 'Factor'} of {what}", choice, figures, place, assumed)
        return {row.attributes.get("gas", ""): figure for row, figure in zip(choice.rows, figures, strict=True)}

    def _per_amount(
        self, kind: str, what: str, amount: str, boundary: str, own: Region | None, asked: Period | None
    ) -> tuple[Choice, tuple[Figure, ...]] | None:
        chain = tuple(dict.fromkeys((*(own.chain if own else ()), *STAND_INS)))
        region = Region(chain[0], own.name if own else "any place", chain)
        basis = amount.partition("_")[2] if amount in ("kWh_net", "kWh_gross") else ""
        want = {"what": what, "boundary": boundary, "basis": basis}
        choice = self.datasets.pick(kind, region, asked, want, split="gas", per=units.plain(amount))
        if choice is None:
            return None
        assumed = not (own and choice.rows[0].region in own.chain)
        what = choice.rows[0].attributes["what"]
        for row in choice.rows:
            self._as_published(row)
        figures = (
            self._figure(
                ", ".join(filter(None, (what, boundary, row.attributes.get("gas")))),
                f"{_mass(row)}/{amount}",
                row,
                "assumed" if assumed else "dataset",
                None,
                region,
                asked,
            )
            for row in choice.rows
        )
        return choice, tuple(figures)

    def _as_published(self, row: Factor) -> None:
        """Record that what was published as CO2e of all gases together keeps the potentials of its publisher."""
        used = row.attributes.get("gwp_set", self.gwp_set)
        if row.attributes.get("gas", "") == "" and used != self.gwp_set:
            self.decide(
                f"gwp.{used}",
                "Potentials in factors that are published as CO2e of all gases together",
                f"{used}, as published",
                f"Their gases are not told apart, and so cannot be weighed under {self.gwp_set}.",
                assumed=True,
                source=row.source,
            )

    def _unpublished(self, kind: str, what: str, amount: str, needed_for: str, place: Place) -> None:
        """Report a thing that the tables do not know, or know per another unit only."""
        known = (
            {row.attributes["what"] for row in self.datasets.table(kind)} if kind in self.datasets.kinds() else set()
        )
        self.report(
            "unknown-thing",
            place,
            what=what,
            kind=kind,
            amount=units.plain(amount),
            needed_for=needed_for,
            nearest=nearest(what, known),
            instead=self._per_others(what),
        )

    def _per_others(self, what: str) -> str:
        """Per which units a thing has factors, in whichever table, as a sentence; nothing where it has none."""
        rows = [row for kind in self.datasets.kinds() for row in self.datasets.table(kind, STAND_INS, what)]
        per = {row.unit.partition("/")[2]: None for row in rows if row.attributes.get("what") == what}
        if not per:
            return ""
        return f"Its factors are per {' or '.join(per)}: write the amount so, as in `9000 {next(iter(per))}`. "

    def _missing(self, kind: str, region: Region, needed_for: str, place: Place, optional: bool) -> None:
        if not optional:
            key = KEYS.get(kind, kind)
            details = {"what": KINDS[kind], "where": region.name, "needed_for": needed_for, "key": key}
            self.report("missing-factor", place, **details)

    def market_of(self, facility: Facility) -> str:
        region = self.datasets.region(facility.location) if facility.location else None
        return facility.words.get("market") or (region.chain[-1] if region else facility.location or "")

    def residual_mix(self, facility: Facility) -> Figure | None:
        period = self.boundary.period
        region = self.datasets.region(facility.location) if facility.location else None
        markets = [facility.words.get("market"), *(region.chain if region else ())]
        others = [row for row in self.residual_mixes if row.region in filter(None, markets)]
        for market in filter(None, markets):
            for row in self.residual_mixes:
                if row.region == market and (period is None or _holds(row, period)):
                    value = units.convert(row.value, row.unit, "kgCO2e/kWh_site")
                    id, name = f"residual_mix.{row.id}", f"Residual mix of {row.region}"
                    given = given_of(row, value, "declared", None)
                    return self.once(id, partial(Figure, id, name, "kgCO2e/kWh_site", given))
        if others and period:
            years = ", ".join(dict.fromkeys(year_of(row) for row in others))
            details = {"facility": facility.id, "market": others[0].region, "years": years, "wanted": period.year}
            self.report("residual-mix-of-other-year", facility.place, **details)
        return None

    def constant(
        self, kind: str, name: str, unit: str, *, place: Place | None = None, assumed: bool = False, **want: str
    ) -> Figure:
        key = ("constant", kind, unit, assumed, *sorted(want.items()))
        if key not in self._constants:
            row = next(
                row
                for row in self.datasets.table(kind, (WORLD,))
                if all(row.attributes.get(key) == value for key, value in want.items())
            )
            self._constants[key] = row, self._figure(name, unit, row, "assumed" if assumed else "dataset", None, None)
        row, figure = self._constants[key]
        if assumed:
            rule = "Nobody declared it; the default of the model of parts."
            self.decide(row.id, name, row.id, rule, figures=(figure,), place=place, assumed=True, source=row.source)
        return figure


def _kinded(kind: str, row: Factor) -> str:
    """The unit of a row, its kind included: a gas stays a gas."""
    gas = row.attributes.get("gas")
    return f"kg{gas}/kWh_site" if kind == "grid" and gas and f"{gas}/" in row.unit else UNITS[kind]


def _mass(row: Factor) -> str:
    """The mass that a row states: of a gas, or CO2e."""
    if "CO2e" in row.unit:
        return "kgCO2e"
    return f"kg{row.attributes['gas'].replace('-', '_')}"


def _holds(row: Factor, period: Period) -> bool:
    """Whether a row is of the year in which most of a period lies."""
    return row.start is not None and row.end is not None and row.start.year <= period.year <= row.end.year
