"""Life-cycle assessment and greenhouse gas reporting for AI and computing.

case = lca.load("case.yaml")            text → Case, every mistake at its place
inventory = lca.run(case)               Case → figures, lines, decisions, findings
inventory.total("operational")          a pint quantity
inventory.frame()                       the lines as a pandas frame
lca.tornado(inventory)                  what moves the total
lca.under_each(case)                    the same case under the convention of each peer tool
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Case", "CaseError", "Inventory", "load", "run", "tornado", "under_each"]

if TYPE_CHECKING:
    from lca.conventions import under_each
    from lca.inventory import Inventory
    from lca.loading import CaseError, load
    from lca.model import Case
    from lca.pipeline import run
    from lca.sensitivity.study import tornado


_HOMES = {
    "load": "lca.loading",
    "CaseError": "lca.loading",
    "run": "lca.pipeline",
    "under_each": "lca.conventions",
    "tornado": "lca.sensitivity.study",
    "Case": "lca.model",
    "Inventory": "lca.inventory",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used: `lca --help` needs none of them."""
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"lca has no {name}")
