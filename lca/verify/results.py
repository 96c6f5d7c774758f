"""A result held against the one that follows from its case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca import units
from lca.explain import readable
from lca.inventory import Inventory
from lca.verify.differences import by_name, differences, instead
from lca.verify.verdict import Held, Problem

SINGULAR = {key: key[:-1] for key in ("lines", "figures", "decisions", "findings", "sources", "records")}
"""What an entry of a section of the result is called."""


def compared(
    printed: Mapping[str, Any], fresh: Mapping[str, Any], inventory: Inventory, *, written: bool
) -> tuple[list[Held], list[Problem]]:
    """Every total of a result, and every entry of it that does not follow."""
    old, new = (by_name(result.get("totals")) for result in (printed, fresh))
    held = []
    for id in dict.fromkeys([*new, *old]):
        ours, theirs = new.get(id), old.get(id)
        unit = inventory.totals[id].unit if id in inventory.totals else ""
        stands = bool(theirs and ours) and next(differences(theirs, ours), None) is None
        held.append(Held(id, _in_words(theirs, unit), _in_words(ours, unit), stands))
    problems = []
    skipped = {"totals", "schema", "versions"}
    if not written:  # of a case without its text, no line or column is known
        skipped |= {"findings"}
        printed, fresh = _without_places(printed), _without_places(fresh)
    for section in dict.fromkeys([*fresh, *printed]):
        if section in skipped:
            continue
        for path, theirs, ours in differences(printed.get(section), fresh.get(section)):
            problems.append(_problem(section, path, theirs, ours, fresh))
    if not written:
        old_slugs = [item.get("slug") for item in printed.get("findings", ())]
        new_slugs = [item.get("slug") for item in fresh.get("findings", ())]
        for slug in sorted({*old_slugs, *new_slugs}, key=str):
            if old_slugs.count(slug) != new_slugs.count(slug):
                words = f"{old_slugs.count(slug)} times, and {new_slugs.count(slug)} times follow"
                problems.append(Problem("finding", str(slug), words))
    return held, problems


def _in_words(entry: Mapping[str, Any] | None, unit: str) -> str:
    """A total of a result in words."""
    if entry is None:
        return "not there"
    value = entry.get("value")
    if not isinstance(value, int | float):
        return "nothing"
    if unit and entry.get("unit") == units.plain(unit):
        return readable(value, unit)
    return f"{value:g} {entry.get('unit')}"


def _problem(section: str, path: tuple[str, ...], theirs: Any, ours: Any, fresh: Mapping[str, Any]) -> Problem:
    """An entry of a result that does not follow, by the name of its figure where it has one."""
    what, name = SINGULAR.get(section, section), " ".join(path) or section
    if section == "figures" and path:
        entry = by_name(fresh.get("figures")).get(path[0], {})
        place = str(entry.get("given", {}).get("place", "") if isinstance(entry.get("given"), dict) else "")
        what = "factor" if place.startswith("datasets/") else "figure"
        if place and path[1:] in (("value",), ()):
            return Problem(what, name, f"{instead(theirs, ours)} ({place})")
    return Problem(what, name, instead(theirs, ours))


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key not in ("place", "files")}
    return [_without_places(item) for item in value] if isinstance(value, list) else value
