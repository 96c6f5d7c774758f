"""What the data sets know of devices, of their parts, and of inference measured on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca import measurements, units
from lca.choose.rows import UNITS, Rows
from lca.figure import Figure, Given, Quality
from lca.findings import finding, nearest
from lca.methods import Measured
from lca.model import Asset, Factor, Part, Workload


class Things(Rows):
    """The devices that the case names, and those of the data sets."""

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
