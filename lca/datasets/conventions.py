"""Where peers disagree: what each of them takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lca.datasets.files import Files, composed, once
from lca.figure import Place


class Conventions(Files):
    """The choices of peers."""

    @once
    def conventions(self, choice: str) -> list[str]:
        """The peers that have a convention for a choice."""
        return [
            path.stem
            for path in sorted((self.root / "conventions").glob("*.yaml"))
            if choice in self.convention(path.stem)
        ]

    @once
    def convention(self, peer: str) -> Mapping[str, Any]:
        """The choices of a peer, each with its place; empty when there is no such peer."""
        return self._section(peer, "choices")

    @once
    def counts(self, peer: str) -> Mapping[str, Any]:
        """Which parts of a result a peer counts, and how, each with its place; empty where nobody wrote it down."""
        return self._section(peer, "counts")

    def peers(self) -> Mapping[str, str]:
        """The peers whose convention can be put over a whole case: their names, with the version, by their keys."""
        keys = [path.stem for path in sorted((self.root / "conventions").glob("*.yaml"))]
        return {key: self._name_of(key) for key in keys if self.counts(key)}

    @once
    def _name_of(self, peer: str) -> str:
        document = composed(self._text(self.root / "conventions" / f"{peer}.yaml"))[1]
        return f"{document['name']} {document['version']}"

    def _section(self, peer: str, section: str) -> Mapping[str, Any]:
        """A table of a peer's file, each entry with its source and its place."""
        path = self.root / "conventions" / f"{peer}.yaml"
        if not re.fullmatch(r"[a-z0-9-]+", peer) or not path.is_file():
            return {}
        node, document = composed(self._text(path))
        lines = {
            key.value: key.start_mark.line + 1
            for name, table in node.value
            if name.value == section
            for key, _ in table.value
        }
        return {
            key: {
                **entry,
                "source": entry.get("source", document["source"]),
                "place": Place(self._name(path), lines[key]),
            }
            for key, entry in document.get(section, {}).items()
        }
