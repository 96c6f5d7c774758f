"""The words of a case: what no report may say of emissions, whatever its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.findings import finding
from lca.marks import Items, Table, Text
from lca.model import Finding

PHRASES = {
    "wording-of-neutrality": re.compile(
        r"\b(?:(?:carbon|climate|CO2e?|CO₂e?|GHG|greenhouse[- ]gas|emissions?)[-‑– ]?"
        r"(?:neutral(?:ity)?|positive|negative|compensated|offset)"
        r"|carboneutral|klimaneutral\w*|neutre en carbone|neutralité carbone|(?:carbono|clima) neutr[oa]l?)\b",
        re.IGNORECASE,
    ),
    "wording-without-proof": re.compile(
        r"\b(?:eco|environmentally|climate|planet|nature|carbon)[-‑– ]?friendly\b|\b(?:eco|climate|carbon)[- ]?label\b"
        r"|\b(?:eco|environmentally)[- ]?conscious\b|\bgreen (?:AI|model|computing|cloud|training|inference)\b",
        re.IGNORECASE,
    ),
}
"""Directive (EU) 2024/825, annex I: 4c, neutrality by offsets; 4a, generic claims; 2a, labels of one's own."""
DENIED = re.compile(r"\b(?:not?|never|nor|neither|without)\b[^.;:]{0,40}$", re.IGNORECASE)
ANOTHERS = ("claims", "include", "conventions")
"""Sections that quote others, or name files and peers."""


def judge(table: Table) -> Iterator[Finding]:
    """Every text of a case that claims what it may not."""
    for text in _texts(table, top=True):
        for slug, phrases in PHRASES.items():
            said = next((found for found in phrases.finditer(text) if not DENIED.search(text[: found.start()])), None)
            if said:
                yield finding(slug, text.place, said=said.group())


def _texts(value: Any, *, top: bool = False) -> Iterator[Text]:
    if isinstance(value, Table):
        for key, item in value.items():
            if not (top and key in ANOTHERS):
                yield from _texts(item)
    elif isinstance(value, Items):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Text):
        yield value
