"""Which figure an anchor of a page is of, and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterable

from lca.figure import Figure, walk
from lca.inventory import Inventory
from lca.report.numbers import anchor


def ids_by_anchor(inventory: Inventory) -> dict[str, str]:
    """The id of every figure by its anchor; a total's own id where it is another figure's."""
    found = {anchor(figure.id): figure.id for figure in walk(inventory.roots)}
    return found | {anchor(id): id for id in inventory.totals}


def anchors_of(id: str, figure: Figure) -> list[str]:
    """The anchors of a total: its own, and that of the figure that it is."""
    return list(dict.fromkeys((anchor(id), anchor(figure.id))))


def gathered(figures: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """All that is printed at each anchor."""
    found: dict[str, list[str]] = {}
    for name, text in figures:
        found.setdefault(name, []).append(text)
    return found
