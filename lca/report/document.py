"""A report before it has a format: shown numbers, rows, bars, explanations. Its words are in templates."""

from __future__ import annotations

import hashlib
import math
from functools import cached_property

from lca.assumptions import Assumption, register
from lca.conventions import under_each
from lca.explain import Explanation, told_apart
from lca.explain import register as explained
from lca.figure import Figure, Given, leaves
from lca.inventory import Basis, Decision, Line, View
from lca.methods import grid
from lca.model import Finding, Workload
from lca.questions.claims import hold
from lca.report import disclosed
from lca.report.blocks import (
    Alias,
    Bar,
    Budgeted,
    Compared,
    Held,
    Largest,
    Part,
    Placed,
    Row,
    Run,
)
from lca.report.figures import tonnes
from lca.report.numbers import Shown, percent, rounded, scale_of
from lca.report.organisation import Assumed, OrganisationPage, joined
from lca.report.sites import Sites
from lca.sensitivity.derivatives import authority
from lca.statement import CATEGORIES, ISO_CATEGORIES
from lca.totals import sum_of

NAMES_OF_CLAIMS = {
    "recorded.emissions": "emissions",
    "total": "the total",
    "operational": "operational emissions",
    "energy.it": "IT energy",
    "energy.site": "site energy",
    "sci": "the SCI",
    "device_hours": "device-hours",
}

PARTS = (
    ("operational.accelerators", "Accelerators", "operational", 0),
    ("operational.host", "Host", "operational", 1),
    ("operational.it", "IT equipment", "operational", 0),
    ("operational.overhead", "Cooling and overhead", "operational", 2),
    ("operational.stated", "Electricity, as stated", "operational", 1),
    ("upstream", "Upstream of the grid", "upstream", 0),
    ("losses", "Losses in the grid", "losses", 0),
    ("embodied.accelerators", "Manufacture, accelerators", "embodied", 0),
    ("embodied.host", "Manufacture, host", "embodied", 1),
    ("embodied.idle", "Manufacture, idle capacity", "embodied", 2),
    ("embodied.stated", "Manufacture, as stated", "embodied", 0),
)
PER_SERVED = ("intensity.token", "sci.token", "intensity.request", "sci.request", "training.token")
LINE_NAMES = {
    "operational": "Electricity",
    "operational.stated": "Electricity, as stated",
    "upstream": "Upstream of electricity",
    "losses": "Losses in the grid",
    "embodied.stated": "Manufacture, as stated",
    "embodied.accelerators": "Manufacture, accelerators",
    "embodied.host": "Manufacture, host",
    "embodied.idle": "Manufacture, idle time",
    "embodied.spare": "Manufacture, spare devices",
    "release": "Gas released",
}

SAID_ELSEWHERE = {
    *("embodied-not-quantified", "embodied-no-duration", "host-not-counted", "lifecycle-in-scope-2", "claim-differs"),
}
"""Warnings that have a place of their own on the page."""
HARMLESS = {"record-truncated", "record-unit-missing", "record-cumulative", "evidence-outside", "unused"}
"""Warnings of what seldom moves a number."""


ORPHAN = 14
"""Letters of a last word that is kept with the one before it."""


class Document(Sites):
    """The blocks that a template may ask for, for one inventory."""

    def intervals(self, *ids: str) -> list[Shown]:
        """Totals with their intervals, for an organisation."""
        return self.organisation.intervals([self._analysis(id) for id in ids if self.has(id)])

    def assumed(self) -> list[Assumed]:
        """What nobody declared, the gases of one factor in one row."""
        return joined(self.assumptions())

    @cached_property
    def organisation(self) -> OrganisationPage:
        """The blocks that only an organisation's page has."""
        return OrganisationPage(self.inventory)

    def categories(self) -> list[tuple[int, str]]:
        """The categories of scope 3."""
        return list(CATEGORIES.items())

    def iso_categories(self) -> list[tuple[int, str]]:
        """The categories of ISO 14064-1."""
        return list(ISO_CATEGORIES.items())

    def risks(self) -> list[Budgeted]:
        """Every budget, what is left of it, and how likely it is exceeded."""
        if self.study is None:
            return []
        return [
            Budgeted(
                risk.budget.name, tonnes(risk.base), tonnes(risk.limit), tonnes(risk.left), percent(risk.probability)
            )
            for risk in self.study.risks
        ]

    def parts(self) -> list[Part]:
        """The parts of the location-based total, laid end to end, all in the unit of the total."""
        total = self.inventory.value("total") if self.has("total") else None
        divisor, unit = scale_of(total or 0.0, "kgCO2e")
        present = [(id, name, kind, tint) for id, name, kind, tint in PARTS if self.has(id)]
        laid: list[Part] = []
        start = 0.0
        for id, name, kind, tint in present:
            value = self.inventory.value(id)
            if value and total:
                words = Shown(id, name, rounded(value / divisor), unit)
                laid.append(Part(words, kind, tint, start, value / total))
                start += value / total
        return laid

    def bars(self, most: int = 8) -> list[Bar]:
        """The tornado of the total, widest first."""
        if self.analysis is None:
            return []
        divisor, _ = scale_of(self.analysis.base, "kgCO2e")
        half = (self.analysis.high - self.analysis.low) / 2 / divisor or None
        swings = self.analysis.swings[:most]
        names = told_apart([(swing.id, swing.name) for swing in swings])
        return [
            Bar(
                swing.id,
                name,
                min(swing.at_low, swing.at_high) / divisor,
                max(swing.at_low, swing.at_high) / divisor,
                rounded(min(swing.at_low, swing.at_high) / divisor, half),
                rounded(max(swing.at_low, swing.at_high) / divisor, half),
                swing.reason,
                swing.at_low > swing.at_high,
            )
            for swing, name in zip(swings, names, strict=True)
        ]

    def placements(self, view: View = "workload") -> list[Placed]:
        """Every line of a view by scope and category, location- and market-based beside each other."""
        groups: dict[tuple[int, str, str], list[Line]] = {}
        for line in self.inventory.lines:
            if line.view == view:
                groups.setdefault((line.scope, line.category, line.iso), []).append(line)
        return [self._placed(scope, category, iso, lines) for (scope, category, iso), lines in groups.items()]

    def _placed(self, scope: int, category: str, iso: str, lines: list[Line]) -> Placed:
        where = f"Scope {scope}" if scope < 3 else f"Scope 3, category {category.partition('.')[2]}"
        rules = "; ".join(dict.fromkeys(line.rule.removesuffix(".") for line in lines))
        parts: dict[str, list[Line]] = {}
        for line in lines:
            parts.setdefault(line.part, []).append(line)
        return Placed(where, iso, rules, tuple(self._row(part) for part in parts.values()))

    def _row(self, lines: list[Line]) -> Row:
        """One part on both bases; of several workloads, their sum, which is a total of the tree."""

        def cell(basis: Basis) -> Shown | None:
            figures = [line.figure for line in lines if line.basis in (basis, "both")]
            return self.in_table(sum_of(self.inventory.totals, figures))

        by_contract = any(line.basis == "market" for line in self.inventory.lines)
        return Row(LINE_NAMES[lines[0].part], cell("location"), cell("market") if by_contract else None)

    def assumptions(self) -> list[tuple[Assumption, str]]:
        """What nobody declared, the most influential first, with its value as shown."""
        return [
            (entry, self.leaf(self._figures[entry.id]).text if entry.id in self._figures else entry.value)
            for entry in self._register
        ]

    def authority(self) -> list[tuple[str, float]]:
        """Measured, declared, dataset, assumed: what share of the result rests on each."""
        return self._authority

    def explained(self) -> list[Explanation]:
        """Every figure behind the totals, explained once."""
        return self._explained

    def title(self) -> str:
        """The title, whose last word is not left alone on a line."""
        head, _, last = self.inventory.case.title.rpartition(" ")
        return f"{head}\u00a0{last}" if head and len(last) <= ORPHAN else self.inventory.case.title

    def runs(self) -> list[Run]:
        """What ran, where, on what."""
        case, found = self.inventory.case, []
        for workload in case.workloads.values():
            asset = case.assets[workload.asset]
            facility = case.facilities[asset.facility]
            device, place = asset.device or "", facility.location or ""
            stated = asset.figures.get("count")
            count = stated.reason.value if stated and isinstance(stated.reason, Given) else None
            found.append(
                Run(
                    workload,
                    asset,
                    facility,
                    self.inventory.names.get(device, device),
                    rounded(count) if count else "",
                    self.inventory.names.get(place, place),
                )
            )
        return found

    def leaves(self) -> list[Figure]:
        """Every given figure behind the totals."""
        return leaves(self.inventory.totals.values())

    def findings(self, *severities: str) -> list[Finding]:
        """The findings of the given severities."""
        return [found for found in self.inventory.findings if found.severity in severities]

    def warnings(self) -> list[Finding]:
        """What a reader must be warned of and the page does not say elsewhere, that which may move a number first."""
        found = [found for found in self.findings("warning") if found.slug not in SAID_ELSEWHERE]
        return sorted(found, key=lambda found: found.slug in HARMLESS)

    def slugs(self, *slugs: str) -> list[Finding]:
        """The findings of the given slugs."""
        return [found for found in self.inventory.findings if found.slug in slugs]

    def year_of_factors(self) -> str:
        """The year of the grid's factors where no period decides it."""
        return next((decision.taken for decision in self.inventory.decisions if decision.id == "period"), "")

    def decided(self, what: str) -> list[Decision]:
        """The decisions whose id ends so."""
        return [decision for decision in self.inventory.decisions if decision.id.endswith(f".{what}")]

    def factor(self, what: str) -> list[Shown]:
        """The PUE or the grid factor of the case's facilities and records, when there is just one."""
        case = self.inventory.case
        keys = [item.key for item in case.facilities.values()] + [item.key for item in case.workloads.values()]
        asked = {f"{key}.{what}" for key in keys}
        made = [item for item in self.inventory.decisions if item.id in asked]
        taken = [figure for item in made for figure in ((item.gives,) if item.gives else item.figures)]
        found = [figure for figure in self._figures.values() if figure.id in asked or figure in taken]
        return [self.leaf(found[0])] if len(found) == 1 else []

    def splits(self) -> bool:
        """Whether the IT energy of every workload is told apart into accelerators and host."""
        parts = [self.inventory.value(id) for id in ("energy.accelerators", "energy.host") if self.has(id)]
        whole = self.inventory.value("energy.it") if self.has("energy.it") else None
        return whole is not None and math.isclose(sum(part or 0.0 for part in parts), whole, rel_tol=1e-9)

    # A page is set more than once, tighter each time; what it asks for is worked out once.

    @cached_property
    def _register(self) -> list[Assumption]:
        return register(self.inventory, self.analysis)

    @cached_property
    def _authority(self) -> list[tuple[str, float]]:
        return authority(self.inventory) if self.has("total") else []

    @cached_property
    def _explained(self) -> list[Explanation]:
        return explained(self.inventory)

    @cached_property
    def _explanations(self) -> dict[str, Explanation]:
        return {explanation.figure.id: explanation for explanation in self.explained()}

    def how(self, id: str) -> str:
        """In a few lines how a figure came about."""
        figure = self.inventory.totals.get(id) or self._figures[id]
        entry = self._explanations[figure.id]
        if entry.formula:
            formula = f"{entry.symbol} = {entry.formula}"
            return "\n".join((entry.figure.name, formula, f"= {entry.numbers}", f"= {entry.value}", entry.source))
        return "\n".join((f"{entry.figure.name} = {entry.value}", f"{entry.quality}: {entry.source}", entry.place))

    def duration(self, workload: Workload) -> Shown | None:
        """How long a workload lasted, as declared or recorded; else its device-hours."""
        figure = workload.figures.get("duration") or workload.figures.get("device_hours")
        if figure is None or self.inventory.values.get(figure) is None:
            return None
        words = self.leaf(figure)
        return words if figure.unit == "h" else Shown(words.id, words.name, words.value, "device-hours")

    def largest(self) -> Largest | None:
        """The largest of the kinds of part."""
        kinds = {
            "operational": "The electricity's generation",
            "embodied": "The manufacture of the hardware",
            "upstream": "What lies upstream of the grid",
            "losses": "Losses in the grid",
        }
        shares = {kind: share for kind in kinds if self.has(kind) and (share := self.share(kind))}
        if not shares:
            return None
        kind = max(shares, key=lambda kind: shares[kind])
        return Largest(kind, kinds[kind], shares[kind], kind == "losses")

    def part_names(self) -> str:
        """The parts of the total in words."""
        return ", ".join(part.shown.name.lower() for part in self.parts())

    def intensities(self) -> list[Shown]:
        """The total and the SCI per unit of service, and per device-hour."""
        found = []
        services = [service for workload in self.inventory.case.workloads.values() for service in workload.services]
        for position, service in enumerate(services):
            suffix = f".{position + 1}" if position else ""
            for id, name in (
                (f"intensity{suffix}", f"Footprint per {service.each}"),
                (f"sci{suffix}", f"SCI per {service.each}"),
            ):
                if self.has(id):
                    found.append(self.figure(id, name=name, interval=id == "intensity"))
        found += [self.figure(id, interval=id.startswith("intensity")) for id in PER_SERVED if self.has(id)]
        if self.has("intensity.device_hour"):
            per_hour = self.figure("intensity.device_hour", name="Footprint per device-hour", per="h")
            found.append(Shown(per_hour.id, per_hour.name, per_hour.value, per_hour.unit.removesuffix(" per h")))
        return found

    def claims(self) -> list[Held]:
        """Every published figure beside ours."""
        held = []
        for claim in self.inventory.case.claims:
            if self.has(claim.total):
                figure = self.inventory.totals[claim.total]
                against = hold(claim, self.inventory, figure.unit)
                assert against is not None
                name = NAMES_OF_CLAIMS.get(claim.total, claim.total)
                held.append(Held(claim.source, claim.written, name, self.figure(claim.total), against.difference))
        return held

    def conventions(self) -> list[Compared]:
        """The case under the convention of each peer, with what each choice does by itself."""
        divisor = scale_of(self.inventory.value("total") or 0.0, "kgCO2e")[0] if self.has("total") else 1.0

        def number(value: float | None, sign: str = "") -> str:
            if value is None:
                return "not told apart"
            return f"{sign if value > 0 else ''}{rounded(value / divisor)}"

        return [
            Compared(
                row.name,
                "" if row.total is None else number(row.total),
                "" if row.total is None else number(row.difference, "+"),
                row.decisive.name if row.decisive else "",
                tuple((choice.name, choice.words, number(choice.difference, "+")) for choice in row.by_size),
                row.reason,
            )
            for row in under_each(self.inventory.case)
        ]

    def without_range(self) -> str:
        """The inputs that have no range, in words."""
        assert self.analysis is not None
        names = list(
            dict.fromkeys(
                leaf.name[0].lower() + leaf.name[1:] if leaf.name[1:2].islower() else leaf.name
                for leaf in self.analysis.without_spread
            )
        )
        return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

    def aliases(self) -> list[Alias]:
        """Totals that are a figure of another id."""
        return [
            Alias(id, figure.id)
            for id, figure in self.inventory.totals.items()
            if id != figure.id and id not in self._figures
        ]

    def gwp_words(self) -> str:
        """Which global warming potentials were applied here, and which lie inside published factors."""
        applied, inside = disclosed.potentials(self.inventory)
        words = [f"GWP {', '.join(applied)} for single gases" if applied else "no GWP applied by this tool"]
        words.append(f"{'other ' if applied else ''}CO2e as published" + (f" ({', '.join(inside)})" if inside else ""))
        return "; ".join(words if applied else reversed(words))

    def electricities(self) -> list[disclosed.Electricity]:
        """The factors of every facility's electricity, those of the data sets."""
        return [item for item in disclosed.electricities(self.inventory) if {item.way, item.beyond} - {"declared", ""}]

    split_low = grid.SPLIT_LOW

    def cited(self) -> list[tuple[str, str]]:
        """The sources of published factors, and what was taken from each."""
        return disclosed.cited(self.inventory)

    def upstream_words(self) -> str:
        """What upstream holds, in brackets, as far as it is known."""
        ways = {item.beyond for item in disclosed.electricities(self.inventory)}
        if ways & {"rest", "mix"}:
            return " (fuels and plants)"
        return " (fuels)" if ways == {"published"} else ""

    def biogenic_unknown(self) -> bool:
        """Whether the electricity holds biomass, whose carbon dioxide no factor here gives."""
        return any(item.biomass for item in disclosed.electricities(self.inventory))

    def digests(self) -> list[tuple[str, str]]:
        """The first digits of the hashes of the data sets together, of the case, and of its evidence."""
        data = hashlib.sha256("".join(f"{path}{digest}" for path, digest in self.inventory.datasets.items()).encode())
        files = [(path.rpartition("/")[2], digest[:12]) for path, digest in self.inventory.case.files.items()]
        return [("data sets", data.hexdigest()[:12]), *files]

    def boundary_words(self) -> str:
        """What the total holds, in words."""
        words = {
            "operational": "operation",
            "upstream": "upstream of electricity",
            "losses": "grid losses",
            "embodied": "amortised manufacture",
        }
        return ", ".join(word for id, word in words.items() if self.has(id))

    def training_type(self) -> str:
        """The kind of the workloads as model cards write it; nothing for training, which may be either."""
        kinds = {workload.kind for workload in self.inventory.case.workloads.values()}
        return "fine-tuning" if kinds == {"fine-tuning"} else ""

    def hardware_words(self) -> str:
        """The hardware in words."""
        return "; ".join(run.hardware for run in self.runs())

    def places_words(self) -> str:
        """The places in words."""
        return "; ".join(dict.fromkeys(run.place for run in self.runs() if run.place))
