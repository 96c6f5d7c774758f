"""The verdicts in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.verify.verdict import Verdict

MOST_PROBLEMS = 20
"""Lines of a file that are told; one changed input moves hundreds."""


def lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The verdicts as a reader at a terminal sees them: every total, then what does not stand."""
    for verdict in verdicts:
        yield verdict.file
        width = max((len(item.id) for item in verdict.held), default=0)
        theirs = max((len(item.printed) for item in verdict.held), default=0)
        ours = max((len(item.recomputed) for item in verdict.held), default=0)
        for item in verdict.held:
            word = "stands" if item.stands else "DIFFERS"
            yield f"  {item.id:{width}}  {item.printed:>{theirs}}  {item.recomputed:>{ours}}  {word}"
        if verdict.counts:
            yield f"  held: {', '.join(verdict.counts)}"
        for problem in verdict.problems[:MOST_PROBLEMS]:
            yield f"  {problem}"
        if len(verdict.problems) > MOST_PROBLEMS:
            yield f"  and {len(verdict.problems) - MOST_PROBLEMS} more"
        yield f"  {_closing(verdict)}"


def _closing(verdict: Verdict) -> str:
    if verdict.stands:
        return f"all stands: {len(verdict.held)} totals printed" if verdict.held else "all stands"
    moved = sum(not item.stands for item in verdict.held)
    count = len(verdict.problems)
    return f"DOES NOT STAND: {moved} of {len(verdict.held)} totals differ, {count} finding{'s' * (count != 1)}"
