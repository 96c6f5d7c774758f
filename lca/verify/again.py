"""The same again: a case computed from its files, and its report set."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from lca.datasets import Datasets
from lca.inventory import Inventory
from lca.loading import CaseError
from lca.peers import DoesNotApply
from lca.pipeline import run
from lca.report import outline, pdf
from lca.verify.finished import Sources, sha256
from lca.verify.verdict import NotVerifiable


@dataclass(frozen=True)
class Outcome:
    """What follows from a case: its inventory, and the files of its report that were asked for."""

    inventory: Inventory
    files: Mapping[str, bytes]
    asked: frozenset[str]
    """The names of files that were asked for; a PDF cannot be made everywhere."""


@dataclass
class Again:
    """Computes and sets cases again, each once."""

    datasets: Datasets | None = None
    known: dict[tuple[Any, ...], Outcome] = field(default_factory=dict)

    def of(self, sources: Sources, *names: str) -> Outcome:
        """The inventory, and the files with these names. Raises `NotVerifiable` with the first error of the case."""
        hashes = tuple(sorted((name, sha256(content)) for name, content in sources.files.items()))
        key = (hashes, sources.case, sources.report, sources.convention)
        outcome = self.known.get(key)
        if outcome is None or not set(names) <= outcome.asked:
            with tempfile.TemporaryDirectory() as folder:
                case = _laid_out(sources, Path(folder))
                inventory = outcome.inventory if outcome else self._inventory(case, sources)
                made = self._files(inventory, case, sources, names) if names else {}
            before, asked = (outcome.files, outcome.asked) if outcome else ({}, frozenset[str]())
            outcome = self.known[key] = Outcome(inventory, {**before, **made}, asked | set(names))
        return outcome

    def _inventory(self, case: Path, sources: Sources) -> Inventory:
        try:
            inventory = run(case, self.datasets, convention=sources.convention)
        except CaseError as error:
            raise NotVerifiable(f"the case cannot be computed: {error.findings[0]}") from None
        except (DoesNotApply, KeyError) as error:
            raise NotVerifiable(f"the case cannot be computed: {error.args[0]}") from None
        if inventory.failed:
            first = next(item for item in inventory.findings if item.severity == "error")
            raise NotVerifiable(f"the case cannot be computed: {first}")
        return inventory

    def _files(self, inventory: Inventory, case: Path, sources: Sources, names: Sequence[str]) -> Mapping[str, bytes]:
        try:
            made, _ = outline.files_of(inventory, case, sources.report, sources.convention, names)
        except (outline.UnknownReport, pdf.DoesNotFit) as error:
            raise NotVerifiable(f"the report cannot be set again: {error}") from None
        return made


def _laid_out(sources: Sources, folder: Path) -> Path:
    """The case and its evidence as files in a folder of their own, those that lie outside its folder included."""
    steps = max(PurePosixPath(name).parts.count("..") for name in sources.files)
    home = folder.joinpath(*["case"] * (steps + 1))
    home.mkdir(parents=True)
    for name, content in sources.files.items():
        target = (home / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise NotVerifiable(f"{name} has no place beside the case")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return home / sources.case
