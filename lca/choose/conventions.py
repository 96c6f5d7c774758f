"""What the peer that a case names gives: a value, a table of steps, a curve, the constants of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca import units
from lca.choose.rows import Rows
from lca.figure import Figure, Given, Place
from lca.model import CurvePoint


class Conventions(Rows):
    """The conventions that the case names, by what is chosen."""

    def follows(self, choice: str) -> bool:
        return choice in self.conventions

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
        if entry is None or not {"value", "steps", "points", "constants", "way"} & set(entry):
            known = self.datasets.conventions(choice)
            self.report("unknown-convention", place, name=peer, choice=choice, allowed=", ".join(known) or "none")
            return None
        return entry


def _within(step: Mapping[str, Any], size: float) -> bool:
    """Whether a size falls into a step of a table: up_to includes its bound, below and above do not."""
    bounds = {word: units.read(str(step[word]), "GB").value for word in ("up_to", "below", "above") if word in step}
    return (
        size <= bounds.get("up_to", size)
        and ("below" not in bounds or size < bounds["below"])
        and ("above" not in bounds or size > bounds["above"])
    )
