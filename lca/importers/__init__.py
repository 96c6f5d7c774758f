"""Foreign records, one file a format. Which format it is, its content says, never the name of its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from lca.figure import Figure, Place
from lca.findings import finding
from lca.importers import codecarbon, nvidia_smi, residual_mix, series, text
from lca.importers.text import sha256
from lca.model import Record

__all__ = ["FORMATS", "Importer", "read", "residual_mix", "series", "sha256"]


class Importer(Protocol):
    """What a module of this folder offers."""

    def recognises(self, head: str) -> bool:
        """Whether a file that begins so is of this format."""

    def read(self, path: Path, name: str) -> Record:
        """The record in a file, which the case calls `name`."""


_IMPORTERS: Mapping[str, Importer] = {"nvidia_smi": nvidia_smi, "codecarbon": codecarbon}


def read(path: Path, name: str) -> Record:
    """The record in a file, which the case calls `name`, with what is wrong with it.

    A record with a finding of severity error has no figures.
    """
    try:
        head = text.head(path)
        for importer in _IMPORTERS.values():
            if importer.recognises(head):
                return importer.read(path, name)
        return text.record("unknown", path, name, lambda facts, found: _refuse(head, name))
    except OSError as error:
        problem = finding("file-unreadable", Place(name), problem=error.strerror or str(error))
        return Record("unknown", name, "", {}, {}, (problem,))


def _refuse(head: str, name: str) -> Mapping[str, Figure]:
    start = text.first_line(head)
    seen = f"it begins with `{text.shown(start)}`" if start else "it is empty"
    raise text.Refused("record-format", Place(name), problem=seen)
