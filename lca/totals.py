"""The stable ids of totals, and what each of them sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lca.equation import Equation
from lca.figure import Figure, derive
from lca.inventory import Basis, Line, View
from lca.methods import consolidation, inference, intensity, resource, water
from lca.model import Workload
from lca.per_served import per_served

SUMS_OF_PARTS: tuple[tuple[str, str, Equation], ...] = (
    ("energy.accelerators", "Energy at the accelerators", intensity.it_energy_of_all),
    ("energy.host", "Energy of the host", intensity.it_energy_of_all),
    ("energy.idle", "Energy while idle", intensity.it_energy_of_all),
    ("energy.it", "Energy at the node", intensity.it_energy_of_all),
    ("energy.overhead", "Overhead of the site", intensity.site_energy_of_all),
    ("energy.site", "Energy at the site", intensity.site_energy_of_all),
    ("device_hours", "Reserved device-hours", intensity.device_hours_of_all),
    ("device_hours.spare", "Device-hours of spare devices", intensity.device_hours_of_all),
    ("operational.accelerators", "Accelerators", intensity.location_based_of_all),
    ("operational.host", "Host", intensity.location_based_of_all),
    ("operational.it", "IT equipment", intensity.location_based_of_all),
    ("operational.overhead", "Cooling and overhead", intensity.location_based_of_all),
    ("water.site", "Water on site", water.water_on_site_of_all),
    ("water.source", "Water at the power stations", water.water_at_source_of_all),
    ("water.scarcity", "Scarcity-weighted water on site", water.water_scarcity_of_all),
    ("adpe", "Depletion of elements, manufacture", resource.DEPLETION.whole),
    ("primary_energy", "Primary energy, manufacture", resource.ENERGY.whole),
    ("primary_energy.electricity", "Primary energy, electricity", resource.ENERGY.whole),
    ("adpe.electricity", "Depletion of elements, electricity", resource.DEPLETION.whole),
    ("recorded.emissions", "Emissions that the record states", intensity.emissions_of_all),
)
"""Totals of quantities that are not postings: a sum over the workloads."""

SUMS_OF_LINES: tuple[tuple[str, str, Equation, Callable[[Line], bool]], ...] = (
    (
        "operational",
        "Operational, location-based",
        intensity.location_based_of_all,
        lambda line: line.part.startswith("operational") and line.basis == "location",
    ),
    (
        "operational.stated",
        "Operational, as stated",
        intensity.location_based_of_all,
        lambda line: line.part == "operational.stated" and line.basis == "location",
    ),
    (
        "operational.market",
        "Operational, market-based",
        intensity.market_based_of_all,
        lambda line: line.part.startswith("operational") and line.basis == "market",
    ),
    (
        "scope2.location",
        "Scope 2, location-based",
        intensity.location_based_of_all,
        lambda line: line.scope == 2 and line.basis == "location",
    ),
    (
        "scope2.market",
        "Scope 2, market-based",
        intensity.market_based_of_all,
        lambda line: line.scope == 2 and line.basis == "market",
    ),
    ("upstream", "Upstream of electricity", intensity.emissions_of_all, lambda line: line.part == "upstream"),
    ("losses", "Grid losses", intensity.emissions_of_all, lambda line: line.part == "losses"),
    (
        "embodied.accelerators",
        "Manufacture of accelerators",
        intensity.embodied_of_all,
        lambda line: line.part == "embodied.accelerators",
    ),
    ("embodied.host", "Manufacture of the host", intensity.embodied_of_all, lambda line: line.part == "embodied.host"),
    (
        "embodied.stated",
        "Embodied, as stated",
        intensity.embodied_of_all,
        lambda line: line.part == "embodied.stated",
    ),
    (
        "embodied.reserved",
        "Embodied, reserved time",
        intensity.embodied_of_all,
        lambda line: line.part.startswith("embodied") and line.part != "embodied.idle",
    ),
    (
        "embodied.idle",
        "Embodied, idle time carried and spare devices",
        intensity.embodied_of_all,
        lambda line: line.part in ("embodied.idle", "embodied.spare"),
    ),
    ("embodied", "Embodied, amortised", intensity.embodied_of_all, lambda line: line.part.startswith("embodied")),
    ("scope1", "Scope 1, gases released", intensity.emissions_of_all, lambda line: line.scope == 1),
)
"""Totals of postings: a sum over the lines that meet a condition."""


SUMS: Mapping[str, Equation] = {
    equation.unit: equation
    for equation in (
        intensity.location_based_of_all,
        intensity.market_based_of_all,
        intensity.embodied_of_all,
        intensity.emissions_of_all,
    )
}
"""The sum of lines of a kind."""

COMPOSED: Mapping[str, Equation] = {
    "water": water.water_total,
    "total": intensity.workload_total_location,
    "total.market": intensity.workload_total_market,
    "intensity": intensity.per_service,
    "intensity.device_hour": intensity.per_device_hour,
    "sci": intensity.sci,
    "intensity.token": inference.per_token,
    "intensity.request": inference.per_request,
    "sci.token": inference.per_token,
    "sci.request": inference.per_request,
    "training.token": inference.training_per_token,
}
"""Totals of totals; `intensity` and `sci` of further services are numbered: `intensity.2`."""

UNITS: Mapping[str, str] = {
    **{id: equation.unit for id, _, equation in SUMS_OF_PARTS},
    **{id: equation.unit for id, _, equation, _ in SUMS_OF_LINES},
    **{id: equation.unit for id, equation in COMPOSED.items()},
}
"""The unit of every total that a case can have."""


def totals(
    lines: Sequence[Line], parts: Mapping[str, Sequence[Figure]], workloads: Sequence[Workload]
) -> dict[str, Figure]:
    """Every total that the case has parts for, by id; one that has none is absent, not zero."""
    found: dict[str, Figure] = {}

    def add(id: str, name: str, equation: Equation, figures: Sequence[Figure]) -> None:
        if figures:
            found[id] = figures[0] if len(figures) == 1 else derive(id, name, equation, parts=figures)

    for id, name, equation in SUMS_OF_PARTS:
        add(id, name, equation, parts.get(id, ()))
    for id, name, equation, belongs in SUMS_OF_LINES:
        add(id, name, equation, [line.figure for line in lines if belongs(line)])
    if "water.site" in found and "water.source" in found:
        found["water"] = derive(
            "water",
            "Water on site and at the power stations",
            water.water_total,
            site=found["water.site"],
            source=found["water.source"],
        )
    beside = [found[id] for id in ("upstream", "losses", "embodied") if id in found]
    for basis, operational, name, equation in (
        ("", "operational", "Footprint, location-based", intensity.workload_total_location),
        (".market", "operational.market", "Footprint, market-based", intensity.workload_total_market),
    ):
        if operational in found:
            id = f"total{basis}"
            found[id] = derive(id, name, equation, parts=[found[operational], *beside])
    if "total" in found:
        timed = len(parts.get("device_hours", ())) == len(workloads)
        found |= _intensities(found, workloads, timed=timed)
    return found | per_served(lines, workloads)


def sum_of(found: Mapping[str, Figure], figures: Sequence[Figure]) -> Figure | None:
    """The figure that sums just these: a total, or the one itself; None of none. Raises `LookupError` without one."""
    if len(figures) < 2:
        return figures[0] if figures else None
    for total in found.values():
        if total.inputs == tuple(figures):
            return total
    raise LookupError(f"no total sums {', '.join(figure.id for figure in figures)}")


GROUPS: Mapping[str, str] = {
    "operational": "electricity",
    "operational.stated": "electricity, as stated",
    "upstream": "upstream of electricity",
    "losses": "losses in the grid",
    "embodied.accelerators": "manufacture of accelerators",
    "embodied.host": "manufacture of hosts",
    "embodied.stated": "manufacture, as stated",
    "embodied.idle": "manufacture, idle time",
    "embodied.spare": "manufacture, spare devices",
    "combustion": "fuels that are burnt",
    "fuel": "fuels",
    "release": "gases released",
    "biogenic": "biogenic CO2",
    "vehicle": "own vehicles",
    "heat": "heat, steam and cooling",
    "freight": "freight",
    "travel": "travel",
    "commuting": "commuting",
    "waste": "waste",
    "purchase": "purchases",
    "capital": "capital goods",
    "cloud": "cloud services",
    "leased": "leased assets",
    "leased_out": "assets leased out",
    "franchises": "franchises",
    "investments": "investments, as stated",
    "investment": "share of companies not controlled",
    "processing": "processing of sold products",
    "use": "use of sold products",
    "end_of_life": "end of life of sold products",
    "credit": "avoided elsewhere by recycling",
}
"""What the lines of a part are, all together: no line of them gives its name to their sum."""


def _group(part: str) -> str:
    """A part in words: its own name, else that of its first member with the rest behind it."""
    if part in GROUPS:
        return GROUPS[part]
    head, _, rest = part.partition(".")
    return f"{GROUPS.get(head, head)}, {rest}" if rest else GROUPS.get(head, head)


def add_by_place(lines: Sequence[Line], found: dict[str, Figure]) -> None:
    """Add the sum of every part within its scope and category, as a table by category shows it."""
    groups: dict[tuple[View, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.view, line.category, line.part), []).append(line)
    bases = BASES if any(line.basis == "market" for line in lines) else {"location": BASES["location"]}
    for (_, category, part), group in groups.items():
        for basis, law in bases.items():
            figures = [line.figure for line in group if line.basis in (basis, "both")]
            try:
                sum_of(found, figures)
            except LookupError:
                scope, _, number = category.partition(".")
                place = f"scope{scope}.cat{number}" if number else f"scope{scope}"
                suffix = ".market" if basis == "market" else ""
                where = f"Scope {scope}, category {number}" if number else f"Scope {scope}"
                name = f"{where}: {_group(part)}"
                alike = len({figure.unit for figure in figures}) == 1
                equation = SUMS.get(figures[0].unit, consolidation.sum_of_lines) if alike else law
                id = f"{place}.{part}{suffix}"
                found[id] = derive(id, name, equation, parts=figures)


BASES: Mapping[Basis, Equation] = {
    "location": consolidation.inventory_location,
    "market": consolidation.inventory_market,
}
"""The sum of lines of several kinds on a basis."""


def _intensities(found: Mapping[str, Figure], workloads: Sequence[Workload], *, timed: bool) -> dict[str, Figure]:
    """Per device-hour when every workload is timed, and per unit of each service when the case has one workload."""
    made: dict[str, Figure] = {}
    if timed:
        id, name = "intensity.device_hour", "Footprint per device-hour"
        made[id] = derive(id, name, intensity.per_device_hour, whole=found["total"], time=found["device_hours"])
    if len(workloads) != 1:
        return made
    for position, service in enumerate(workloads[0].services):
        suffix = f".{position + 1}" if position else ""
        id, name = f"intensity{suffix}", f"Footprint per {service.each}"
        made[id] = derive(id, name, intensity.per_service, whole=found["total"], services=service.count)
        id, name = f"sci{suffix}", f"SCI per {service.each}"
        operational = found["operational"]
        if embodied := found.get("embodied.reserved"):
            made[id] = derive(
                id, name, intensity.sci, operational=operational, embodied=embodied, services=service.count
            )
        else:
            made[id] = derive(id, name, intensity.sci_without_embodied, operational=operational, services=service.count)
    return made
