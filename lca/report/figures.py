"""Figures as the pages of one inventory show them: each by itself, or in the one unit of a table."""

from __future__ import annotations

from functools import cached_property

from lca.explain import spaced
from lca.figure import Figure, Given, walk
from lca.inventory import Analysis, Inventory
from lca.report.numbers import NARROW, Shown, decimals_for, fixed, in_tables, rounded, scale_of, shown
from lca.sensitivity.study import Study


class Figures:
    """The totals of an inventory and the figures behind them, as a reader sees them."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.main = inventory.main
        self.study = Study(inventory, self.main) if self.has(self.main) else None
        self.analysis = self.study.analysis() if self.study else None
        self._analyses: dict[str, Analysis] = {self.main: self.analysis} if self.analysis else {}

    def has(self, id: str) -> bool:
        """Whether the inventory has a total."""
        return id in self.inventory.totals and self.inventory.value(id) is not None

    def figure(self, id: str, *, interval: bool = False, name: str = "", per: str = "") -> Shown:
        """A total as a reader sees it, with its interval when asked for."""
        figure = self.inventory.totals[id]
        value = self.inventory.value(figure)
        assert value is not None
        analysis = self._analysis(id) if interval else None
        return shown(figure, id, value, name, analysis, per)

    def under(self, prefix: str) -> list[Shown]:
        """The totals whose ids begin so, in their order."""
        return [self.figure(id) for id in self.inventory.totals if id.startswith(prefix) and self.has(id)]

    def listed(self, prefix: str) -> list[Shown]:
        """The same for a table: one unit for all that is of one kind."""
        found = []
        for id, figure in self.inventory.totals.items():
            value = self.inventory.value(figure) if id.startswith(prefix) else None
            if value is not None:
                found.append(in_tables(figure, id, value))
        return found

    def leaf(self, figure: Figure) -> Shown:
        """Any figure as a reader sees it."""
        value = self.inventory.values.get(figure)
        if value is None and isinstance(figure.reason, Given):
            value = figure.reason.value  # of what is printed and not applied
        assert value is not None
        return shown(figure, figure.id, value)

    def share(self, id: str, of: str = "total") -> float:
        """One total as a share of another of the same kind."""
        part, whole = self.inventory.value(id), self.inventory.value(of)
        return part / whole if part is not None and whole else 0.0

    def _analysis(self, id: str) -> Analysis:
        if id not in self._analyses:
            assert self.study is not None
            self._analyses[id] = self.study.analysis(id)
        return self._analyses[id]

    def in_table(self, figure: Figure | str | None) -> Shown | None:
        """A mass in the unit of the total, with one decimal more than the total shows."""
        if isinstance(figure, str):
            figure = self.inventory.totals.get(figure)
        value = self.inventory.value(figure) if figure else None
        if figure is None or value is None:
            return None
        return Shown(figure.id, figure.name, self._in_table(value), self.table_unit)

    @property
    def table_unit(self) -> str:
        """The unit in which masses are tabled: that of the total, kilograms without one."""
        return self._table_scale[1]

    @property
    def _table_scale(self) -> tuple[float, str]:
        """An organisation's tables are in tonnes, as its standards ask; a workload's in the unit of its total."""
        if self.inventory.case.boundary.subject == "organisation":
            return 1000.0, "t CO₂e"
        return scale_of(self.analysis.base, "kgCO2e") if self.analysis else (1.0, "kg CO₂e")

    def _in_table(self, value: float) -> str:
        if self.analysis is None:
            return rounded(value)
        divisor, _ = self._table_scale
        if self.inventory.case.boundary.subject == "organisation":
            return fixed(value / divisor, 1)
        ends = (self.analysis.base, self.analysis.low, self.analysis.high)
        return spaced(f"{value / divisor:.{decimals_for(*(end / divisor for end in ends))}f}")

    def in_unit_of_total(self, value: float) -> float:
        """A number of kilograms in the unit in which the total is shown."""
        assert self.analysis is not None
        return value / scale_of(self.analysis.base, "kgCO2e")[0]

    def grams(self, id: str) -> str:
        """A mass in grams, rounded as it is shown."""
        value = self.inventory.value(id)
        analysis = self._analysis(id)
        assert value is not None
        return rounded(1000 * value, 500 * (analysis.high - analysis.low) or None).replace(NARROW, "").replace("−", "-")

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        return {figure.id: figure for figure in walk(self.inventory.totals.values())}

    def is_figure(self, id: str) -> bool:
        """Whether an id names a figure behind the totals."""
        return id in self.inventory.totals or id in self._figures


def tonnes(value: float) -> str:
    """A mass of CO2e in tonnes, as it stands in a table."""
    return fixed(value / 1000, 1) if value else "0"
