"""What is left out of an inventory, as it was estimated for that decision: its size, and its share of the total."""

from __future__ import annotations

from collections.abc import Sequence

from lca.equation import counted, equation, total
from lca.figure import Figure, derive
from lca.units import kgCO2e, kgCO2e_inventory_location, ratio


@equation("C_out", "ghgp-scope3-2011#chapter 6", parts="C_screen")
def left_out(*parts: kgCO2e) -> kgCO2e:
    """What is left out, as far as its size was estimated."""
    return total(*parts)


@equation("s_out", "ghgp-scope3-2011#chapter 6", part="C_screen", whole="C")
def share_of_total(part: kgCO2e, whole: kgCO2e_inventory_location) -> ratio:
    """What is left out over what is counted."""
    return counted(part, "kgCO2e_inventory_location") / whole


def statement(screened: Sequence[Figure], whole: Figure | None) -> dict[str, Figure]:
    """The size of all that is left out, and the share of each and of all of the total; nothing of it is counted."""
    if not screened:
        return {}
    all_of_it = derive("left_out", "Left out, as far as screened", left_out, parts=list(screened))
    found = {"left_out": all_of_it}
    if whole is not None:
        id, name = "left_out.share", "Left out, over the location-based total"
        found[id] = derive(id, name, share_of_total, part=all_of_it, whole=whole)
    return found
