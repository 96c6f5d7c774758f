"""What became of a finished file, or why nothing can be said of it."""

from __future__ import annotations

from dataclasses import dataclass


class NotVerifiable(Exception):
    """Nothing that a report could be recomputed from; the message says what is missing."""


class Unavailable(Exception):
    """The library that reads a PDF is not installed; the message says what to install."""


@dataclass(frozen=True)
class Held:
    """A printed total beside what follows for it."""

    id: str
    printed: str
    recomputed: str
    stands: bool


@dataclass(frozen=True)
class Problem:
    """What does not stand: a figure, a line of text, an attachment, a factor, a version."""

    what: str
    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.what} {self.name}: {self.words}"


@dataclass(frozen=True)
class Verdict:
    """What became of one file."""

    file: str
    held: tuple[Held, ...]
    problems: tuple[Problem, ...]
    counts: tuple[str, ...] = ()
    """What was looked at, and how much of it."""

    @property
    def stands(self) -> bool:
        return not self.problems and all(item.stands for item in self.held)
