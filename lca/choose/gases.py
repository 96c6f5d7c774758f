"""What a gas or a blend is, and how much it warms."""

from __future__ import annotations

from collections.abc import Mapping

from lca.choose.rows import Rows, given_of
from lca.figure import Figure, Place
from lca.findings import nearest
from lca.model import Factor


class Gases(Rows):
    """Gases by the names that a case uses, and their potentials under its set."""

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

    def gwp(self, gas: str, place: Place, under: str | None = None) -> Figure | None:
        name = under or self.gwp_set
        row = self.datasets.gwp(name).get(gas)
        if row is None:
            self.report("gas-without-potential", place, gas=gas, set=name)
            return None
        title = f"Global warming potential of {gas.replace('-', ', ')}, {name}"
        unit = f"kgCO2e/kg{_group(row)}"
        if row.id not in self._figures:
            self._figures[row.id] = Figure(row.id, title, unit, given_of(row, row.value, "dataset", None))
        return self._figures[row.id]


def _group(row: Factor) -> str:
    """The gas of a potential, or the group of gases that it is of; what stands outside the seven by its protocol."""
    if row.attributes.get("protocol") == "kyoto":
        return row.attributes["group"]
    return "Montreal" if row.attributes.get("protocol") == "montreal" else "Other"
