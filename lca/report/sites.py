"""What a page shows by facility and by category: what is shared out, indicators, contracts, what is left out."""

from __future__ import annotations

from lca.explain import spaced
from lca.figure import Given
from lca.methods import allocation, capital
from lca.model import Exclusion
from lca.questions.completeness import assessed
from lca.questions.unused import applied
from lca.report.blocks import (
    Category,
    Contract,
    Matrix,
)
from lca.report.figures import Figures, tonnes
from lca.report.numbers import NARROW, Shown, percent

ATTRIBUTED = (
    ("energy", "Energy"),
    ("location", "Electricity and heat, location-based"),
    ("market", "the same, market-based"),
    ("direct", "Fuels and gases"),
    ("upstream", "Upstream and losses"),
    ("water", "Water on site"),
    ("embodied", "Manufacture used up"),
)
"""What is shared out, in the order of its columns."""
INDICATORS = (
    *((id, id.upper()) for id in ("pue", "wue", "erf", "ref", "cue", "ere")),
    ("ref.certificates", "REF, guarantees of origin"),
    ("ref.ppa", "REF, power purchase agreements"),
    ("ref.on_site", "REF, on site"),
)
"""The indicators of a data centre, in the order of their columns."""


class Sites(Figures):
    """The blocks of facilities, contracts and the boundary."""

    def attributions(self) -> list[Matrix]:
        """What of each facility falls to whom: workloads and what no workload reaches, by what is shared out."""
        made = []
        for facility in self.inventory.case.facilities.values():
            prefix = f"attribution.{facility.id}."
            pools = [(id, name) for id, name in ATTRIBUTED if self.has(prefix + id)]
            if not pools:
                continue
            runs = [run.id for run in self.inventory.case.workloads.values()]
            names = {**{run: run for run in runs}, **allocation.NAMES}
            rows = [
                (names[row].capitalize() if row in allocation.NAMES else names[row], cells)
                for row in names
                if any(cells := [self._cell(f"{prefix}{row}.{id}") for id, _ in pools])
            ]
            whole = [self._cell(prefix + id) for id, _ in pools]
            columns = [(name, cell.unit if cell else "") for (_, name), cell in zip(pools, whole, strict=True)]
            made.append(Matrix(facility.id, columns, [*rows, ("Total", whole)], "Total"))
        return made

    def bridge(self) -> Matrix | None:
        """The bridge of capital goods: a row a class and, of several, their sum; a column a step."""
        steps = [step for step in capital.STEPS if self.has(f"capital.{step}")]
        classes = list(dict.fromkeys(id.split(".")[1] for id in self.inventory.totals if id.startswith("capital.")))
        classes = [name for name in classes if name not in (*capital.STEPS, "reconciled")]
        rows = [(name, [self._cell(f"capital.{name}.{step}") for step in steps]) for name in classes]
        if len(rows) > 1:
            rows.append(("Total", [self._cell(f"capital.{step}") for step in steps]))
        columns = [(capital.STEPS[step], self.table_unit) for step in steps]
        return Matrix("Capital goods", columns, rows, "Total") if rows else None

    def indicators(self) -> Matrix | None:
        """The indicators of data centres: a row a facility, a column an indicator."""
        facilities = list(self.inventory.case.facilities)
        ids = [
            (id, name)
            for id, name in INDICATORS
            if any(self.has(f"facility.{facility}.{id}") for facility in facilities)
        ]
        rows = []
        for facility in facilities:
            there = [f"facility.{facility}.{id}" for id, _ in ids]
            cells = [self.figure(id) if self.has(id) else None for id in there]
            if any(cells):
                rows.append((facility, cells))
        units_of = [next((cell.unit for _, cells in rows if (cell := cells[at])), "") for at in range(len(ids))]
        columns = [(name, unit) for (_, name), unit in zip(ids, units_of, strict=True)]
        return Matrix("Indicators of data centres", columns, rows) if rows else None

    def _cell(self, id: str) -> Shown | None:
        """A total in the unit of its column: tonnes, megawatt-hours, cubic metres."""
        if not self.has(id):
            return None
        figure = self.inventory.totals[id]
        if "CO2e" in figure.unit:
            return self.in_table(figure)
        unit = {"kWh_site": "MWh", "L_site": "m³", "L_source": "m³"}[figure.unit]
        return Shown(figure.id, figure.name, spaced(f"{(self.inventory.value(figure) or 0.0) / 1000:.1f}"), unit)

    def instruments(self) -> list[Contract]:
        """Contracts for electricity, those applied and those not."""
        case, in_part = self.inventory.case, applied(self.inventory)
        placed = [(item, facility.id) for facility in case.facilities.values() for item in facility.instruments]
        return [
            Contract(item, where, self.leaf(covers), covers, in_part[item.key].share if item.key in in_part else 0.0)
            for item, where in [*((item, item.market) for item in case.instruments), *placed]
            for covers in [item.figures.get("volume") or item.figures["covers"]]
        ]

    def completeness(self) -> list[Category]:
        """Every category of the inventory: computed, excluded, judged, or not assessed; its size and why."""
        entries = assessed(self.inventory)
        return [
            Category(
                entry,
                "" if entry.size is None else tonnes(entry.size),
                "" if entry.share is None else percent(entry.share),
            )
            for entry in entries
        ]

    def left_out(self) -> list[tuple[Exclusion, str]]:
        """What is left out on purpose, with its size as screened and the share of the total that it would be."""
        total = self.inventory.value("total.location") if self.has("total.location") else None
        found = []
        for item in self.inventory.case.boundary.exclusions:
            value = item.screening.reason.value if item.screening and isinstance(item.screening.reason, Given) else None
            size = "not screened" if value is None else f"{tonnes(value)}{NARROW}t CO2e"
            share = f", {percent(value / total)} of the total" if value is not None and total else ""
            found.append((item, size + share))
        return found
