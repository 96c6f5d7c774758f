"""The manual of a case, read off its form: every key with what it means, its unit or choices, and an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args, get_origin

from lca.schema.activity import ActivitySection
from lca.schema.quantity import Quantity, Section

EXAMPLES = {
    "ActivitiesSection.ledger": "evidence/activities-2025.csv",
    "ActivitySection.asset": "office-lease",
    "ActivitySection.entity": "acme",
    "ActivitySection.evidence": "invoices/17.pdf",
    "ActivitySection.facility": "dublin",
    "ActivitySection.page": "2",
    "ActivitySection.region": "FR",
    "ActivitySection.title": "Client visits",
    "AssuranceSection.materiality": "5 %",
    "BaseYearSection.inventory": "{scope1: 41 tCO2e, location: 1480 tCO2e, market: 1210 tCO2e, scope3: 5200 tCO2e}",
    "BaseYearSection.reason": "The first year with meters at every site.",
    "BaseYearSection.year": "2022",
    "BaseYearSection.threshold": "5 %",
    "CaseSection.activities": "{travel: {rail: {mode: rail-national, amount: 9000 pkm}}}",
    "OrganisationSection.country": "IE",
    "ExclusionSection.categories": '["3.9", "3.14"]',
    "TargetSection.scopes": '["1", "2"]',
    "FacilitySection.adpe": "6.3e-8 kgSbe/kWh",
    "BudgetSection.name": "Budget of 2025",
    "BudgetSection.total": "total.location",
    "CaseSection.functional_unit": "{definition: call answered, quantity: 1000000}",
    "CorrelationSection.coefficient": "0.8",
    "CorrelationSection.figures": "[facilities.dublin.pue, facilities.paris.pue]",
    "FunctionalUnitSection.definition": "call answered",
    "FunctionalUnitSection.equivalence_note": "Only calls that can wait are answered so.",
    "FunctionalUnitSection.quality": "by a model of 70 thousand million parameters",
    "ScenarioSection.against": "batches",
    "ScenarioSection.changes": "{facilities: {dublin: {location: NO}}}",
    "ScenarioSection.title": "The hall in Norway",
    "UncertaintySection.draws": "16384",
    "UncertaintySection.seed": "1",
    "CaseSection.gwp": "AR6",
    "CaseSection.hardware": "{trainers: {device: h100-sxm, count: 8, facility: lyon}}",
    "CaseSection.include": "[facilities.yaml]",
    "CaseSection.lca": "1",
    "CaseSection.notes": "[The meter of March was estimated.]",
    "CaseSection.title": "Greenhouse gas inventory 2025 of Acme",
    "CaseSection.verification": "Not verified.",
    "CaseSection.workloads": "{run: {kind: training, runs_on: trainers, duration: 14.5 h, utilisation: 85 %}}",
    "ClaimSection.note": "rounded by the publisher",
    "ClaimSection.source": "press release of 2026-03-09",
    "ClaimSection.total": "operational",
    "ClaimSection.value": "1.2 tCO2e",
    "CommutingSection.amount": "910000 km",
    "CommutingSection.mode": "car-average-petrol",
    "ConventionsSection.accelerator_embodied": "boavizta",
    "ConventionsSection.hdd_power": "cloud-carbon-footprint",
    "ConventionsSection.idle_share": "green-algorithms",
    "ConventionsSection.inference": "ecologits",
    "ConventionsSection.lifetime": "boavizta",
    "ConventionsSection.memory_power": "green-algorithms",
    "ConventionsSection.network_energy": "cloud-carbon-footprint",
    "ConventionsSection.parts_embodied": "boavizta",
    "ConventionsSection.power_curve": "boavizta",
    "ConventionsSection.pue": "green-algorithms",
    "ConventionsSection.server_embodied": "cloud-carbon-footprint",
    "ConventionsSection.ssd_power": "cloud-carbon-footprint",
    "CreditSection.name": "Mangrove restoration",
    "CreditSection.retirement": "VCS-2025-0001",
    "CreditSection.scheme": "VCS",
    "CreditSection.vintage": "2023",
    "EntitySection.name": "Acme plc",
    "EntitySection.reason": "Board and operations are with the partner.",
    "EquivalenceSection.name": "km by car",
    "EquivalenceSection.source": "nf-co2footprint",
    "ExclusionSection.reason": "Below one per mille in a screening by spend.",
    "ExclusionSection.what": "Office paper",
    "FacilitySection.control": "operational",
    "FacilitySection.entity": "acme",
    "FacilitySection.location": "FR",
    "FacilitySection.losses": "{value: 6 %, basis: delivered}",
    "FacilitySection.market": "IE",
    "FacilitySection.pue": "1.25",
    "FreightSection.mode": "hgv-all-diesel-average-laden",
    "FuelSection.fuel": "natural-gas",
    "FuelSection.amount": "9200 L",
    "HardwareSection.device": "gpu/nvidia-a100-sxm4-80gb",
    "HardwareSection.facility": "dublin",
    "HardwareSection.host": "server/dgx-a100",
    "HardwareSection.power_curve": "[{at: 0 %, share: 12 %}, {at: 100 %, share: 102 %}]",
    "InstrumentSection.criteria": "{conveys: yes, sole_claim: yes, retired: yes, vintage: yes, market: yes}",
    "InstrumentSection.evidence": "contracts/wind-ppa.pdf",
    "InstrumentSection.market": "IE",
    "InstrumentSection.name": "Wind PPA",
    "MeasurementSection.gpu": "H100",
    "MeasurementSection.model": "Llama-3.1-70B-Instruct",
    "MeasurementSection.task": "lm-arena-chat",
    "MisstatementSection.what": "A meter was read twice.",
    "OrganisationSection.address": "1 Main Street, Dublin",
    "OrganisationSection.description": "Trains language models.",
    "OrganisationSection.legal_id": "IE 123456",
    "OrganisationSection.name": "Acme plc",
    "OrganisationSection.responsible": "Head of sustainability",
    "OtherPartSection.name": "network card",
    "PeriodSection.end": "2025-12-31",
    "PeriodSection.start": "2025-01-01",
    "PriceSection.value": "85 EUR/tCO2e",
    "PurchaseSection.deflator": "0.94",
    "PurchaseSection.exchange": "0.92 EUR/USD",
    "PurchaseSection.amount": "120000 EUR",
    "PurchaseSection.what": "data labelling",
    "RecalculationSection.date": "2025-02-01",
    "RecalculationSection.delta": "{scope3: -120 tCO2e}",
    "RecalculationSection.what": "A freight factor was wrong.",
    "RefrigerantSection.gas": "R-410A",
    "ResidualMixSection.table": "evidence/residual-mix.csv",
    "HardwareSection.parts": "{cpu: {count: 2, die: 680 mm2}, motherboard: {count: 1}}",
    "HardwareSection.host_parts": "{cpu: {count: 2, die: 680 mm2}, motherboard: {count: 1}}",
    "HeatSection.losses": "{value: 6 %, basis: delivered}",
    "RunSection.produces": "{count: 1, unit: training run}",
    "RunSection.runs_on": "trainers",
    "RunSection.title": "Training of model A",
    "ServiceSection.count": "1",
    "ServiceSection.unit": "training run",
    "SignificanceSection.criteria": "[magnitude]",
    "SignificanceSection.reason": "Nothing is sold that its buyers run.",
    "SignificanceSection.source": '"3.11"',
    "SoldSection.energy": "310 kWh",
    "SoldSection.waste": "weee-mixed-recycled-open-loop",
    "TargetSection.anchor": "2020",
    "TargetSection.base": "5200 tCO2e",
    "TargetSection.base_year": "2022",
    "TargetSection.name": "Half by 2030",
    "TargetSection.net_zero": "2050",
    "TargetSection.reduction": "90 %",
    "TargetSection.year": "2030",
    "TravelSection.mode": "flight-long-haul-economy-with-rf",
    "VehicleSection.vehicle": "car-average-diesel",
    "WasteSection.waste": "weee-mixed-recycled-open-loop",
}
"""What a key may hold, where its unit or its choices do not say it: `Section.key`, for the sections below it too."""

BESIDE = {
    "RefrigerantSection": ("released",),
    "FreightSection": ("mass", "distance"),
    "StatedSection": ("location", "market", "other"),
    "HardwareSection": ("device", "count"),
    "EntitySection": ("equity",),
    "FacilitySection": ("location", "pue"),
    "InstrumentSection": ("volume",),
    "SoldSection": ("energy",),
    "ProcessorSection": ("die",),
    "ConventionsSection": ("memory_power",),
    "CriteriaSection": ("conveys",),
    "InventorySection": ("scope1", "location", "market", "scope3"),
}
"""What the example of a section shows beside what it needs."""


@dataclass(frozen=True)
class Key:
    """One key of a section."""

    name: str
    means: str
    holds: str
    """Its unit, its choices, or what kind of thing stands there."""
    example: str
    needed: bool
    section: type[Section] | None
    many: str = ""
    """How sections stand in it: by `name`, in a `list`, or one alone."""


def keys(section: type[Section]) -> tuple[Key, ...]:
    """The keys of a section, what is needed first."""
    found = [_key(section, name) for name in section.model_fields]
    return tuple(sorted(found, key=lambda key: not key.needed))


def sections(top: type[Section]) -> dict[type[Section], list[str]]:
    """Every section with the paths at which it stands, the case's own first."""
    found: dict[type[Section], list[str]] = {}

    def visit(section: type[Section], path: str) -> None:
        found.setdefault(section, []).append(path)
        for name in section.model_fields:
            key = _key(section, name)
            if key.section is not None:
                below = {"name": ".<name>", "list": "[]", "": ""}[key.many]
                visit(key.section, f"{path}.{name}{below}".removeprefix("."))

    visit(top, "")
    return found


def written(section: type[Section], name: str) -> str:
    """What to write for a key: its choices, or an example of it."""
    key = _key(section, name)
    if key.section is None and key.holds.startswith("one of "):
        return f"`{name}:` is {key.holds}."
    means = f" ({_first_sentence(key.means)})" if key.means else ""
    return f"Write for example `{name}: {key.example}`{means}."


def example_of(section: type[Section]) -> str:
    """A section in one line: what it needs, and what usually stands beside."""
    shown = [name for name, known in section.model_fields.items() if known.is_required()]
    shown += [name for name in BESIDE.get(section.__name__, ()) if name not in shown and name in section.model_fields]
    shown = shown or list(section.model_fields)[:1]
    return "{" + ", ".join(f"{name}: {_key(section, name).example}" for name in shown) + "}"


def markdown(top: type[Section]) -> str:
    """The whole manual as a page."""
    pages = [line for each in sections(top).items() for line in _page(*each)]
    return "\n".join([HEAD, *pages, *_page(ActivitySection, [EVERY])])


def lines(top: type[Section], name: str) -> list[str]:
    """The keys of the sections of a name, to be printed; nothing where none is called so."""
    found: list[str] = []
    for section, paths in sections(top).items():
        at = [path for path in paths if name in (_bare(path), _bare(path).rpartition(".")[2])]
        if not at:
            continue
        found += [("" if not found else "\n") + (" · ".join(at) or "the case"), f"  {_sentence(section.__doc__ or '')}"]
        for key in keys(section):
            found.append(f"  {key.name + (' (needed)' if key.needed else ''):26} {key.holds}")
            found.append(f"  {'':26} {key.means}")
            found.append(f"  {'':26} {key.name}: {key.example}")
    return found


def names(top: type[Section]) -> list[str]:
    """What the sections may be called."""
    return [_bare(path) for paths in sections(top).values() for path in paths if path]


def _bare(path: str) -> str:
    return path.replace(".<name>", "").replace("[]", "")


EVERY = "every activity"
"""Where the keys stand that all activities share."""


HEAD = """\
# The keys of a case

Made from the form by `make docs`; `lca keys SECTION` prints a part of it, as in `lca keys facilities`. Keys in bold
are needed wherever their section stands. `lca new organisation`, `lca new training` and `lca new inference` print cases
that hold the usual ones.

A quantity carries its unit, `310 MWh`; a unit here is the usual one, and any other of its kind will do (`lca factors
--units`). A count or a ratio is a bare number or a percentage. Each may be written out:

    {value: 1.25, quality: measured, source: evidence/pue.pdf, page: "3", low: 1.20, high: 1.32, note: yearly mean}

`quality` is measured, declared, dataset or assumed. In place of `low` and `high` a range may be stated as `uncertainty:
10 %` (95 %), `deviation`, `gsd`, `gsd2`, or `pedigree: {reliability: 2, …}`, and its shape as `distribution: normal`.
`<name>` is a name of your own; `[]` stands for the items of a list.
"""


def _page(section: type[Section], paths: list[str]) -> Iterator[str]:
    shared = set(ActivitySection.model_fields) if issubclass(section, ActivitySection) and paths != [EVERY] else set()
    at = dict.fromkeys(path.replace("host_parts", "parts") for path in paths)
    heading = {EVERY: "Every activity", "": "The case"}.get(paths[0]) or " · ".join(f"`{path}`" for path in at)
    yield f"## {heading}\n"
    yield f"{(section.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| key | what it means | unit or choices | example |"
    yield "|---|---|---|---|"
    for key in keys(section):
        if key.name not in shared:
            name = f"**`{key.name}`**" if key.needed else f"`{key.name}`"
            yield f"| {name} | {key.means} | {key.holds} | `{key.example}` |"
    if shared:
        yield f"\nBesides: {', '.join(sorted(shared))}, as in [every activity](#every-activity)."
    yield ""


def _key(section: type[Section], name: str) -> Key:
    known = section.model_fields[name]
    means = " ".join((known.description or "").split()).replace("; or:", ".")
    quantity = _quantity(known.metadata, known.annotation)
    needed, given = known.is_required(), _given(section, name)
    if quantity is not None:
        example = given or _shown_in(means, quantity) or quantity.example
        also = f", or `{{{quantity.record}: FILE}}`" if quantity.record else ""
        return Key(name, means or _sentence(quantity.what), quantity.written_in + also, example, needed, None)
    leaves = list(_leaves(known.annotation))
    inner = next((item for item in leaves if isinstance(item, type) and issubclass(item, Section)), None)
    if inner is not None:
        many = _many(known.annotation)
        example = given or {"name": "{{name: {}}}", "list": "[{}]", "": "{}"}[many].format(example_of(inner))
        holds = {"name": "sections, each by its name", "list": "a list of sections", "": "a section"}[many]
        return Key(name, means or _sentence(inner.__doc__ or ""), holds, example, needed, inner, many)
    choices = list(dict.fromkeys(item for item in leaves if isinstance(item, str)))
    if choices:
        return Key(name, means, f"one of {', '.join(choices)}", given or choices[0], needed, None)
    if date in leaves:
        return Key(name, means, "a date, year-month-day", given or "2025-07-01", needed, None)
    many = _many(known.annotation)
    return Key(name, means, "a list of words" if many == "list" else "words", given or "…", needed, None)


def _quantity(metadata: list[Any], annotation: Any) -> Quantity | None:
    """How a key is read that holds a number, also where it may be left out."""
    inner = (item for part in get_args(annotation) for item in getattr(part, "__metadata__", ()))
    return next((item for item in (*metadata, *inner) if isinstance(item, Quantity)), None)


def _given(section: type[Section], name: str) -> str:
    """The example that is laid down for a key, in its section or in one that it comes from."""
    names = (f"{base.__name__}.{name}" for base in section.__mro__)
    return next((EXAMPLES[full] for full in names if full in EXAMPLES), "")


def _shown_in(means: str, quantity: Quantity) -> str:
    """The example that its own text gives."""
    match = re.search(r"as in `([^`]+)`", means)
    return match[1] if match and not quantity.choices else ""


def _leaves(annotation: Any) -> Iterator[Any]:
    arguments = get_args(annotation)
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from _leaves(argument)


def _many(annotation: Any) -> str:
    """Whether a key holds sections by name, in a list, or one."""
    origin = get_origin(annotation)
    if origin in (dict, tuple):
        return "name" if origin is dict else "list"
    return next((many for argument in get_args(annotation) if (many := _many(argument))), "")


def _sentence(text: str) -> str:
    words = text.strip().splitlines()[0].rstrip(".")
    return f"{words[:1].upper()}{words[1:]}."


def _first_sentence(text: str) -> str:
    """The first sentence of a text, without its dot and with a small letter, where it holds no example of its own."""
    first = re.split(r"(?<=[a-z`)])[.;:] ", text)[0].rstrip(".:;")
    return first if first[1:2].isupper() else f"{first[:1].lower()}{first[1:]}"
