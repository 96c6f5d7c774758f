"""The catalogue of findings: what is wrong, why it matters, what to do.

Problems are values. Every stage collects them, so that one run shows all; exceptions are for bugs and
for input and output. The slug names a finding for good: it is what tests and documents refer to.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from lca.figure import Place
from lca.findings.bounds import BOUNDS
from lca.findings.contradicted import CONTRADICTED
from lca.findings.judged import JUDGED
from lca.findings.mistaken import MISTAKEN
from lca.findings.records import RECORDS
from lca.findings.sites import SITES
from lca.findings.written import WRITTEN
from lca.model import Case, Finding

CATALOGUE = WRITTEN | RECORDS | JUDGED | CONTRADICTED | BOUNDS | MISTAKEN | SITES


def nearest(word: str, known: Iterable[str], same: Mapping[str, str] | None = None) -> str:
    """`; did you mean …?` with the nearest known words, the closest first; or nothing.

    Words that begin with the given one come first, then those that hold it, then those that are spelled alike.
    Words that differ in capitals alone leave no doubt. Of words that `same` gives one meaning, the closest is named.
    """
    options = sorted(set(known))
    equal = [option for option in options if option.casefold() == word.casefold()]
    close = equal or _holding(word, options) or _alike(word, options)
    meant = {(same or {}).get(option, option): option for option in reversed(close)}
    shown = [f"`{option}`" for option in close if option in meant.values()]
    return f"; did you mean {' or '.join(shown[:3])}?" if shown else ""


def _holding(word: str, options: Iterable[str]) -> list[str]:
    """The options that begin with a word, else those that hold it, the shortest first."""
    begun = _squeezed(word)
    if len(begun) < HOLDING:
        return []
    held = {option: at for option in options if (at := _squeezed(option).find(begun)) >= 0}
    first = min((at > 0 for at in held.values()), default=False)
    return sorted(
        (option for option, at in held.items() if (at > 0) == first), key=lambda option: (len(option), option)
    )


def _squeezed(word: str) -> str:
    return "".join(sign for sign in word.lower() if sign.isalnum())


def _alike(word: str, options: Iterable[str]) -> list[str]:
    """The options that share most letters with a word, in their order."""
    matcher = difflib.SequenceMatcher(None, b=word.lower())
    scored: list[tuple[float, str]] = []
    for option in options:
        matcher.set_seq1(option.lower())
        if matcher.real_quick_ratio() >= CLOSE and matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE:
            scored.append((matcher.ratio(), option))
    best = max((score for score, _ in scored), default=0.0)
    close = sorted((pair for pair in scored if pair[0] >= best - 0.1), key=lambda pair: -pair[0])
    return [option for _, option in close]


CLOSE = 0.75
"""Share of letters in common from which one word may be meant for another: New Caledonia and California have 0.61."""
HOLDING = 3
"""Letters that a word must have to be looked for within others."""


def finding(slug: str, place: Place, **details: object) -> Finding:
    """A finding of the catalogue at a place."""
    entry = CATALOGUE[slug]
    details = {**UNSAID, **details}
    texts = [text.format(**details) for text in (entry.message, entry.why, entry.remedy)]
    return Finding(place, slug, entry.severity, *texts)


UNSAID: dict[str, object] = {"instead": "", "how": "Add it."}
"""What stands in a text where whoever finds the mistake knows no more."""


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, each once."""
    return tuple(sorted(set(found)))


ABSENT = {
    *("no-way", "needs", "no-location", "no-rated-power", "memory-convention", "missing-factor", "amount-missing"),
    *("host-not-counted", "embodied-not-quantified", "embodied-no-duration", "no-residual-mix"),
    *("water-not-quantified", "upstream-not-quantified", "volume-without-meter"),
}
"""What these say is missing may be what a key meant that was not understood."""


def without_follow_ons(case: Case, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without what is missing only because a key was not understood, in the same section or one that goes with it."""
    misspelt = [item.place for item in found if item.slug == "unknown-key"]
    if not misspelt:
        return found
    places = {
        **{section.place: section.key for section in case.facilities.values()},
        **{section.place: section.key for section in case.assets.values()},
        **{section.place: section.key for section in case.workloads.values()},
        **{section.place: section.key for section in case.activities},
    }

    def section_of(place: Place) -> str:
        above = [at for at in places if at.file == place.file and at <= place]
        return places[max(above)] if above else ""

    doubtful = {section_of(place) for place in misspelt}
    for run in case.workloads.values():
        chain = {run.key, f"hardware.{run.asset}", f"facilities.{case.assets[run.asset].facility}"}
        if doubtful & chain:
            doubtful |= chain
    return tuple(item for item in found if item.slug not in ABSENT or section_of(item.place) not in doubtful)
