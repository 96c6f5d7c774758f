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
        path = self.root / "conventions" / f"{peer}.yaml"
        if not re.fullmatch(r"[a-z0-9-]+", peer) or not path.is_file():
            return {}
        node, document = composed(self._text(path))
        lines = {
            key.value: key.start_mark.line + 1
            for name, table in node.value
            if name.value == "choices"
            for key, _ in table.value
        }
        return {
            choice: {
                **entry,
                "source": entry.get("source", document["source"]),
                "place": Place(self._name(path), lines[choice]),
            }
            for choice, entry in document["choices"].items()
        }
