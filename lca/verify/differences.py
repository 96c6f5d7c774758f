"""Where two things differ: plain data by its names, sequences by their runs, texts by their lines."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

TOLERANCE = 1e-9
"""Relative: two machines may round the last digits of a double differently, nobody prints them."""
LONG = 160
"""Letters of a text that is quoted."""
NAMED_BY = (("id",), ("slug", "place"), ("activity", "part", "basis", "view", "figure"), ("category",), ("path",))
"""What tells entries of a list apart, by their kind."""


def instead(theirs: Any, ours: Any) -> str:
    """What is there, and what belongs there."""

    def said(value: Any) -> str:
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return text if len(text) <= LONG else f"{text[:LONG]}…"

    if theirs is None:
        return f"is missing: {said(ours)}"
    if ours is None:
        return f"does not follow: {said(theirs)}"
    return f"is `{said(theirs)}`, and `{said(ours)}` follows"


def common_blanks(text: str) -> str:
    """Text with common blanks, as a terminal shows it."""
    return " ".join(text.split())


def differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Where two pieces of plain data differ; entries of a list are told apart by what they are, not by their order."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*new, *old]):
            yield from differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from differences(by_name(old), by_name(new), path)
    elif isinstance(old, bool) or isinstance(new, bool) or not _both_numbers(old, new):
        if old != new:
            yield path, old, new
    elif not math.isclose(old, new, rel_tol=TOLERANCE):
        yield path, old, new


def _both_numbers(old: Any, new: Any) -> bool:
    return isinstance(old, int | float) and isinstance(new, int | float)


def by_name(entries: Any) -> dict[str, Any]:
    """The entries of a list by their names; a number behind the second of a name, their positions without one."""
    found: dict[str, Any] = {}
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        keys = next((keys for keys in NAMED_BY if isinstance(entry, dict) and all(key in entry for key in keys)), ())
        name = " ".join(str(entry[key]) for key in keys) or str(position + 1)
        alike = name
        count = 1
        while alike in found:
            count += 1
            alike = f"{name} #{count}"
        found[alike] = entry
    return found


def changed_runs(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """The runs in which two sequences differ."""
    if len(old) == len(new):  # what was changed in place is found without a search
        for theirs, ours in zip(old, new, strict=True):
            if theirs != ours:
                yield [theirs], [ours]
        return
    least = min(len(old), len(new))
    start = next((at for at in range(least) if old[at] != new[at]), least)
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right).get_opcodes():
        if tag != "equal":
            yield left[a:b], right[c:d]


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, str | None, str | None]]:
    """Lines that differ, with their number in what should be there."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for step in range(max(b - a, d - c)):
                theirs = old[a + step] if a + step < b else None
                ours = new[c + step] if c + step < d else None
                yield c + step + 1, theirs, ours
