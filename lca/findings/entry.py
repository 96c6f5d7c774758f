"""One kind of finding."""

from __future__ import annotations

from dataclasses import dataclass

from lca.model import Severity


@dataclass(frozen=True)
class Entry:
    """One kind of finding; the texts are filled with the details of the case."""

    severity: Severity
    message: str
    why: str
    remedy: str


def error(message: str, why: str, remedy: str) -> Entry:
    return Entry("error", message, why, remedy)


def warning(message: str, why: str, remedy: str) -> Entry:
    return Entry("warning", message, why, remedy)


def note(message: str, why: str, remedy: str = "") -> Entry:
    return Entry("note", message, why, remedy)
