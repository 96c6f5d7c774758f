"""Looks up what the posting rules ask for, by rule, and records every choice with its candidates.

Implements `methods.Choices`. A factor is a figure that is made once for a region and a time, however often and
under whatever id it is asked for; one that is missing is reported with what it is needed for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from lca import measurements, units
from lca.datasets import WORLD, Choice, Datasets, Region, years_apart
from lca.distribution import bounded
from lca.findings import finding, nearest
from lca.methods import Measured, When
from lca.model import (
    Asset,
    Boundary,
    CurvePoint,
    Decision,
    Facility,
    Factor,
    Figure,
    Finding,
    Given,
    Part,
    Period,
    Place,
    Quality,
    Spread,
    Workload,
)

Kept = TypeVar("Kept")
DEFAULT_GWP_SET = "AR6"
STAND_INS = ("GB", "US", WORLD)
"""Whose factors of fuels, transport and waste stand in where a place has none: they are published openly, by gas."""
OF_A_YEAR = ("grid", "generation-mix")
"""Kinds of which a reader asks of what year they are."""
PHYSICAL_FLOOR = {"pue": 1.0}
"""Below which no range of a factor may reach."""

UNITS = {
    "pue": "kWh_site/kWh_it",
    "losses": "1",
    "lifetime": "h",
    "embodied": "kgCO2e/device",
    "wue": "L_site/kWh_it",
    "water": "L_source/kWh_site",
    "idle-share": "1",
    "grid": "kgCO2e/kWh_site",
    "generation-mix": "TWh",
    "generation-technology": "kgCO2e/kWh_site",
    "device-power": "kW_it/device",
    "token-energy": "kWh_it/token",
    "request-energy": "kWh_it/request",
}
"""The unit, with its kind, that a figure of each kind of table has."""

KINDS = {
    "pue": "PUE",
    "losses": "grid losses",
    "lifetime": "lifetime",
    "embodied": "embodied carbon",
    "wue": "WUE",
    "water": "water intensity",
    "grid": "grid factor",
    "generation-mix": "electricity generation",
    "generation-technology": "emission factors of generation",
    "device-power": "power of a device",
    "idle-share": "idle power",
    "token-energy": "measured energy per token",
    "request-energy": "measured energy per image or video",
}

KEYS = {"idle-share": "idle_power", "generation-mix": "grid", "generation-technology": "grid", "water": "source_water"}
"""The field of a case that makes a factor unnecessary."""


class Chooser:
    """The choices for one boundary: that of a case, with its conventions and its hardware, or a bare one."""

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
        for choice in self.conventions:
            self._convention(choice)

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

    # --- time

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

    # --- factors of the tables

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
            year = f" {_year(row)}" if row.start and row.region != WORLD else ""
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
        )

    def _missing(self, kind: str, region: Region, needed_for: str, place: Place, optional: bool) -> None:
        if not optional:
            key = KEYS.get(kind, kind)
            details = {"what": KINDS[kind], "where": region.name, "needed_for": needed_for, "key": key}
            self.report("missing-factor", place, **details)

    def _figure(
        self,
        name: str,
        unit: str,
        row: Factor,
        quality: Quality,
        spread: Spread | None,
        region: Region | None,
        asked: Period | None = None,
    ) -> Figure:
        """A row as a figure: one for all who use it alike, so that it moves them together."""
        asked = asked or self.boundary.period
        year, distance = asked.year if asked else None, _distance(row, region)
        alike = (row.id, row.place, unit, quality, spread, year, distance)
        if alike not in self._alike:
            self._alike[alike] = self._ranged(name, unit, row, quality, self._range(row, unit, spread, year, distance))
        return self._alike[alike]

    def _range(self, row: Factor, unit: str, spread: Spread | None, year: int | None, distance: int) -> Spread | None:
        """The range given, or that of the row, in the unit asked for; within what is physically possible."""
        if spread is None:
            spread = self.datasets.spread(row, unit, year, distance)
        else:
            spread = spread.scaled(units.convert(1.0, row.unit, unit))
        floor = PHYSICAL_FLOOR.get(row.kind)
        if spread and floor is not None and spread.low < floor:
            shape = bounded(spread.around(units.convert(row.value, row.unit, unit)), floor, None)
            spread = Spread(floor, spread.high, f"{spread.reason}; not below {floor:g}", shape)
        return spread

    def _ranged(self, name: str, unit: str, row: Factor, quality: Quality, spread: Spread | None) -> Figure:
        key = (row.id, unit, spread, quality)
        if key not in self._rows:
            self._namesakes[row.id] += 1
            namesakes = self._namesakes[row.id]
            id = f"{row.id}@{namesakes}" if namesakes > 1 else row.id
            value = units.convert(row.value, row.unit, unit)
            self._rows[key] = Figure(id, name, unit, _given(row, value, quality, spread))
        return self._rows[key]

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

    # --- things and potentials

    def locates(self, where: str) -> bool:
        return self.datasets.region(where) is not None

    def knows(self, device: str | None) -> bool:
        if device is None:
            return False
        if self.datasets.thing(device) is not None:
            return True
        users = [asset for asset in self.assets.values() if device in (asset.device, asset.host)]
        place = users[0].places.get("device" if users[0].device == device else "host", users[0].place)
        words = self.datasets.thing_words
        found = finding("unknown-device", place, device=device, nearest=nearest(device, words, words))
        if found not in self.findings:
            self.findings.append(found)
        return False

    def is_accelerator(self, device: str | None) -> bool:
        return self._kind(device) in ("gpu", "accelerator")

    def is_server(self, device: str | None) -> bool:
        """Whether a device of the data sets is a server, which holds others."""
        return self._kind(device) == "server"

    def holds_accelerators(self, device: str | None) -> bool:
        """Whether a device of the data sets is a server whose values are those without its accelerators."""
        known = self.datasets.thing(device) if device else None
        return known is not None and "accelerators" in known.values

    def class_of(self, device: str | None) -> str:
        """The asset class of a device: gpu, server, cpu … or hardware."""
        return self._kind(device) or "hardware"

    def _kind(self, device: str | None) -> str:
        known = self.datasets.thing(device) if device else None
        return known.id.partition("/")[0] if known else ""

    def thing(self, device: str, key: str, id: str, name: str, unit: str) -> Figure | None:
        if id in self._figures:
            return self._figures[id]
        known = self.datasets.thing(device) if self.knows(device) else None
        if known is None:
            return None
        entries = known.values.get(key)
        if not entries:
            return None
        own = device in self._named and "published_for" not in entries[0].attributes
        name = f"{name}, {known.name}"
        self._figures[id] = self._figure(name, unit, entries[0], "dataset" if own else "assumed", None, None)
        return self._figures[id]

    def parts(self, device: str, key: str, units: Mapping[str, Mapping[str, str]]) -> tuple[Part, ...]:
        known = self.datasets.thing(device)
        found = []
        for kind, fields in (known.parts if known else {}).items():
            assert known is not None
            name = kind.replace("_", " ")
            figures = {
                field: self._figure(
                    f"{field.replace('_', ' ').capitalize()} ({name}), {known.name}",
                    units[kind][field],
                    row,
                    "dataset",
                    None,
                    None,
                )
                for field, row in fields.items()
            }
            places = {field: row.place for field, row in fields.items()}
            found.append(Part(kind, name, f"{key}.{kind}", figures, next(iter(places.values())), places))
        return tuple(found)

    def gases(self, text: str, place: Place) -> Mapping[str, Figure | None]:
        if gas := self.datasets.gas(text):
            return {gas: None}
        blend = self.datasets.blend(text)
        if not blend:
            known = [*self.datasets.gas_words(), *self.datasets.blend_words()]
            self.report("unknown-gas", place, gas=text, nearest=nearest(text, known))
        return {
            gas: self._figure(f"Share of {gas} in {row.attributes['blend']}", "1", row, "dataset", None, None)
            for gas, row in blend.items()
        }

    def residual_mix(self, facility: Facility) -> Figure | None:
        period = self.boundary.period
        region = self.datasets.region(facility.location) if facility.location else None
        markets = [facility.words.get("market"), *(region.chain if region else ())]
        for market in filter(None, markets):
            for row in self.residual_mixes:
                if row.region == market and (period is None or _holds(row, period)):
                    value = units.convert(row.value, row.unit, "kgCO2e/kWh_site")
                    id, name = f"residual_mix.{row.id}", f"Residual mix of {row.region}"
                    given = _given(row, value, "declared", None)
                    return self.once(id, partial(Figure, id, name, "kgCO2e/kWh_site", given))
        return None

    def period(self) -> Figure | None:
        period = self.boundary.period
        if period is None:
            return None
        days = (period.end - period.start).days + 1
        place = self.boundary.period_place or Place(self.boundary.gwp_place.file)
        given = Given(24.0 * days, place, "declared", note=f"to {period.end}", written=str(period.start))
        return self.once("period", lambda: Figure("period", "Period of the inventory", "h", given))

    def gwp(self, gas: str, place: Place, under: str | None = None) -> Figure | None:
        name = under or self.gwp_set
        row = self.datasets.gwp(name).get(gas)
        if row is None:
            self.report("gas-without-potential", place, gas=gas, set=name)
            return None
        title = f"Global warming potential of {gas.replace('-', ', ')}, {name}"
        unit = f"kgCO2e/kg{_group(row)}"
        if row.id not in self._figures:
            self._figures[row.id] = Figure(row.id, title, unit, _given(row, row.value, "dataset", None))
        return self._figures[row.id]

    # --- conventions

    def follows(self, choice: str) -> bool:
        return choice in self.conventions

    def memory_power(self, capacity: Figure, id: str, place: Place) -> Figure | None:
        choice = "memory_power"
        if not self.follows(choice):
            known = self.datasets.conventions(choice)
            self.report("memory-convention", place, allowed=", ".join(known))
            return None
        entry = self._convention(choice)
        if entry is None or "steps" not in entry:
            return self._by_convention(choice, f"{id}_per_GB", "Power of memory per GB", "kW_it/GB")
        assert isinstance(capacity.reason, Given)
        assert capacity.reason.value is not None
        step = next(step for step in entry["steps"] if _within(step, capacity.reason.value))
        return self._by_convention(choice, id, "Power of the memory", "kW_it", str(step["power"]))

    def constants(self, choice: str, wanted: Mapping[str, tuple[str, str]]) -> Mapping[str, Figure] | None:
        entry = self._convention(choice) if self.follows(choice) else None
        if entry is None or "constants" not in entry:
            return None
        peer, place = self.conventions[choice]
        found: dict[str, Figure] = {}
        for key, (unit, name) in wanted.items():
            told = entry["constants"][key]
            written = str(told["value"])
            number = units.read(written, unit, bare=True).value
            page = f"{entry['page']}, {told['page']}"
            given = Given(number, entry["place"], "declared", entry["source"], page, None, told.get("note"), written)
            id = f"conventions.{choice}.{key}"
            found[key] = self._figures.setdefault(id, Figure(id, name, unit, given))
        rule = f"The case names the model of {peer}, with all its constants."
        details: dict[str, Any] = {"place": place, "figures": tuple(found.values()), "source": entry["source"]}
        self.decide(f"conventions.{choice}", "Model of inference", peer, rule, **details)
        return found

    def measurement(self, run: Workload, asset: Asset) -> Measured | None:
        found = measurements.nearest_to(run, asset, self.datasets, self.report)
        if found is None:
            return None
        row, id = found.row, f"{run.key}.measurement"
        of_tokens = row.kind == "token-energy"
        quality: Quality = "dataset" if found.same_device else "assumed"
        name = f"Energy per {'token' if of_tokens else 'request'}, {found.name}"
        energy = self._figure(name, UNITS[row.kind], row, quality, found.spread, None)
        told = {"devices": ("gpus", "device", "Accelerators of the measurement")}
        per = "token" if of_tokens else "request"
        told["throughput"] = ("throughput", f"{per}/h", "Throughput of the measurement")
        if of_tokens:
            told["length"] = ("tokens_per_request", "token/request", "Output tokens per request, as measured")
        parts = {part: self._told(row, column, unit, title, quality) for part, (column, unit, title) in told.items()}
        details: dict[str, Any] = {"candidates": found.candidates, "place": run.places["measurement"]}
        question, figures = f"Measurement for {run.id}", (energy,)
        self.decide(id, question, row.id, found.rule, figures=figures, source=row.source, **details)
        return Measured(energy, parts.get("length"), parts["devices"], parts["throughput"])

    def _told(self, row: Factor, column: str, unit: str, title: str, quality: Quality) -> Figure:
        """A number that stands beside the value of a row, in its column of the table."""
        written = f"{row.attributes[column]} {measurements.UNITS[column, row.kind]}"
        value = units.read(written, unit, bare=True).value
        page = f"{row.page.partition(',')[0]}, {column}"
        given = Given(value, row.place, quality, row.source, page, None, None, written.strip())
        id = f"{row.id}#{column}"
        return self._figures.setdefault(id, Figure(id, title, unit, given))

    def convention(self, choice: str, id: str, name: str, unit: str, place: Place) -> Figure | None:
        entry = self._convention(choice) if self.follows(choice) else None
        if entry is not None and "value" in entry:
            return self._by_convention(choice, id, name, unit)
        if entry is not None or not self.follows(choice):
            peers = self.datasets.conventions(choice)
            known = [peer for peer in peers if "value" in self.datasets.convention(peer)[choice]]
            words = {"choice": choice, "allowed": ", ".join(known), "first": known[0]}
            self.report("convention-needed", place, what=name.lower(), **words)
        return None

    def beyond(self, choice: str, part: str, unit: str, included_unit: str) -> tuple[Figure, Figure] | None:
        entry = self._convention(choice)
        if entry is None or part not in entry.get("beyond", {}):
            return None
        told = entry["beyond"][part]
        each = self._of_entry(choice, f"{part}.each", f"Embodied carbon per {part}", unit, str(told["each"]))
        words = f"Included in the base: {part}"
        return each, self._of_entry(choice, f"{part}.included", words, included_unit, str(told.get("above", 0)))

    def curve(self, choice: str) -> tuple[CurvePoint, ...]:
        entry = self._convention(choice)
        return tuple(
            CurvePoint(
                self._of_entry(choice, f"{number}.at", "Utilisation of the point", "1", str(point["at"])),
                self._of_entry(choice, f"{number}.share", "Share of full power", "1", str(point["share"])),
                entry["place"],
            )
            for number, point in enumerate(entry["points"] if entry else (), start=1)
            if entry
        )

    def _of_entry(self, choice: str, part: str, name: str, unit: str, written: str) -> Figure:
        """One of several values of a convention, as a figure."""
        peer, _ = self.conventions[choice]
        entry = self.datasets.convention(peer)[choice]
        number = units.read(written, unit, bare=True).value
        given = Given(
            number, entry["place"], "declared", entry["source"], entry.get("page"), None, entry.get("note"), written
        )
        id = f"conventions.{choice}.{part}"
        return self._figures.setdefault(id, Figure(id, name, unit, given))

    def _by_convention(self, choice: str, id: str, name: str, unit: str, value: str | None = None) -> Figure | None:
        """A figure by the convention that the case names for a choice."""
        peer, place = self.conventions[choice]
        entry = self._convention(choice)
        if entry is None:
            return None
        written = value or str(entry["value"])
        number = units.read(written, unit, bare=True).value
        given = Given(
            number, entry["place"], "declared", entry["source"], entry.get("page"), None, entry.get("note"), written
        )
        shared = f"conventions.{choice}" if value is None else id
        figure = self._figures.setdefault(shared, Figure(shared, name, unit, given))
        rule = f"The case names the convention of {peer}."
        self.decide(id, name, written, rule, place=place, figures=(figure,), source=entry["source"])
        return figure

    def _convention(self, choice: str) -> Mapping[str, Any] | None:
        peer, place = self.conventions[choice]
        entry: Mapping[str, Any] | None = self.datasets.convention(peer).get(choice)
        if entry is None or not {"value", "steps", "points", "constants"} & set(entry):
            known = self.datasets.conventions(choice)
            self.report("unknown-convention", place, name=peer, choice=choice, allowed=", ".join(known) or "none")
            return None
        return entry


def place_near(word: str, datasets: Datasets) -> str:
    """`; did you mean …?` with places of that name, or of a similar one; or nothing."""
    if known := datasets.places_called(word):
        return f"; did you mean {' or '.join(f'`{code}`' for code in known[:3])}?"
    return nearest(word, datasets.region_names())


def _distance(row: Factor, region: Region | None) -> int:
    """How far a row's region is from the one asked for: 0 itself, 1 a larger one, 2 the world."""
    if region is None or row.region == region.code:
        return 0
    return 2 if row.region == WORLD else 1


def _kinded(kind: str, row: Factor) -> str:
    """The unit of a row, its kind included: a gas stays a gas."""
    gas = row.attributes.get("gas")
    return f"kg{gas}/kWh_site" if kind == "grid" and gas and f"{gas}/" in row.unit else UNITS[kind]


def _year(row: Factor) -> str:
    return str(row.start.year) if row.start else ""


def _holds(row: Factor, period: Period) -> bool:
    """Whether a row is of the year in which most of a period lies."""
    return row.start is not None and row.end is not None and row.start.year <= period.year <= row.end.year


def _group(row: Factor) -> str:
    """The gas of a potential, or the group of gases that it is of; what stands outside the seven by its protocol."""
    if row.attributes.get("protocol") == "kyoto":
        return row.attributes["group"]
    return "Montreal" if row.attributes.get("protocol") == "montreal" else "Other"


def _mass(row: Factor) -> str:
    """The mass that a row states: of a gas, or CO2e."""
    if "CO2e" in row.unit:
        return "kgCO2e"
    return f"kg{row.attributes['gas'].replace('-', '_')}"


def _given(row: Factor, value: float, quality: Quality, spread: Spread | None) -> Given:
    attributes = {**row.attributes, "region": row.region, "row": row.id}
    if year := _year(row):
        attributes["year"] = year
    if "loss_basis" in attributes:
        attributes["basis"] = attributes.pop("loss_basis")
    return Given(
        value, row.place, quality, row.source, row.page or None, spread, row.note or None, row.written, attributes
    )


def _within(step: Mapping[str, Any], size: float) -> bool:
    """Whether a size falls into a step of a table: up_to includes its bound, below and above do not."""
    bounds = {word: units.read(str(step[word]), "GB").value for word in ("up_to", "below", "above") if word in step}
    return (
        size <= bounds.get("up_to", size)
        and ("below" not in bounds or size < bounds["below"])
        and ("above" not in bounds or size > bounds["above"])
    )
