"""One broken case for every finding: what `lca check` prints about it, and the place that it names.

`errors/<slug>.yaml` is the smallest case that has the mistake; a comment `#^` in it stands below the line,
at the column, that the finding must name. `errors/<slug>.txt` is all that is printed about the case.
With `LCA_ACCEPT=1` the texts and `errors/README.md` are rewritten: read the difference as a user would.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from lca.cli import main
from lca.findings import CATALOGUE

FOLDER = Path(__file__).parent / "errors"
ACCEPT = "LCA_ACCEPT"

MADE: dict[str, tuple[str, bytes | None]] = {
    "file-unreadable": ("a file that is not there", None),
    "not-utf8": ("a file that was saved as Latin-1", "lca: 1\ntitle: Entraînement\n".encode("latin-1")),
    "file-too-large": ("a file of 2.5 MB", b"# one comment line\n" * 131_579),
}
"""Broken cases that no file of this folder can be, or should be: what they are, and their content."""


class Printed(NamedTuple):
    """What `lca check` did with a case."""

    text: str
    status: int


class Head(NamedTuple):
    """The first line of a printed finding."""

    file: str
    line: int
    column: int
    severity: str
    slug: str


HEAD = re.compile(r"^(.+?)(?::(\d+))?(?::(\d+))?: (error|warning|note) ([a-z0-9-]+): ", re.MULTILINE)


@cache
def check(slug: str) -> Printed:
    """Run `lca check` on the case of a slug, in its folder."""
    if slug not in MADE:
        return _check(FOLDER, slug)
    with tempfile.TemporaryDirectory() as scratch:
        _, content = MADE[slug]
        if content is not None:
            Path(scratch, f"{slug}.yaml").write_bytes(content)
        return _check(Path(scratch), slug)


def _check(folder: Path, slug: str) -> Printed:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        status = main(["check", f"{slug}.yaml"])
    return Printed(out.getvalue(), status)


def heads(text: str) -> list[Head]:
    """The findings of a printed text."""
    return [
        Head(file, int(line or 0), int(column or 0), severity, slug)
        for file, line, column, severity, slug in HEAD.findall(text)
    ]


def block(text: str, slug: str) -> str:
    """The first finding of a slug in a printed text, with why and what to do."""
    return next((part for part in re.split(r"\n(?! )", text) if f" {slug}: " in part.partition("\n")[0]), "")


def marks(case: Path) -> set[tuple[int, int]]:
    """Line and column of every place that a case marks with `#^`."""
    found: set[tuple[int, int]] = set()
    marked = 0
    for number, line in enumerate(case.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() == "#^":
            found.add((marked, line.index("#") + 1))
        else:
            marked = number
    return found


def compare(path: Path, ours: str) -> None:
    """Compare a text with the file that keeps it, or keep it."""
    if os.environ.get(ACCEPT):
        path.write_text(ours, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing; {ACCEPT}=1 writes it"
    assert ours == path.read_text(encoding="utf-8"), f"{path.name} differs; {ACCEPT}=1 rewrites it"


# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", CATALOGUE)
def test_text__of_the_broken_case(slug: str) -> None:
    shown = slug in MADE or (FOLDER / f"{slug}.yaml").is_file()
    assert shown, f"no case raises `{slug}`"
    printed = check(slug)

    assert slug in {head.slug for head in heads(printed.text)}, printed.text
    compare(FOLDER / f"{slug}.txt", printed.text)


@pytest.mark.parametrize("slug", [slug for slug in CATALOGUE if slug not in MADE])
def test_place__where_the_case_marks_it(slug: str) -> None:
    case = FOLDER / f"{slug}.yaml"
    raised = [head for head in heads(check(slug).text) if head.slug == slug]

    assert raised
    assert {(head.line, head.column) for head in raised if head.file == case.name and head.line} == marks(case)


@pytest.mark.parametrize("slug", CATALOGUE)
def test_severity__in_text_and_status(slug: str) -> None:
    printed = check(slug)
    found = heads(printed.text)
    errors = sum(head.severity == "error" for head in found)

    assert {head.severity for head in found if head.slug == slug} == {CATALOGUE[slug].severity}
    assert printed.status == (1 if errors else 0)
    assert printed.text.splitlines()[-1].startswith(f"{slug}.yaml: {errors} error")


@pytest.mark.parametrize("slug", CATALOGUE)
def test_text__has_no_holes(slug: str) -> None:
    text = check(slug).text
    holes = re.findall(r"\bNone\b|\bnan\b|\binf\b|should be something else|``|<[\w.]+ object|lca\.\w+\.|  \.", text)

    assert holes == [], text
    assert not re.search(r"[ \t]$|[.,;:?][.,;]$", text, re.MULTILINE), text


@pytest.mark.parametrize("slug", CATALOGUE)
def test_finding__says_why_and_what_to_do(slug: str) -> None:
    printed = block(check(slug).text, slug)
    assert printed

    head, why, *remedy = printed.splitlines()
    assert head.count("`") % 2 == 0
    assert why.endswith(".")
    assert [line[-1] for line in remedy] == ["."] or (CATALOGUE[slug].severity == "note" and not remedy)


def test_folder__holds_what_belongs_to_a_finding_and_nothing_else() -> None:
    cases = {path.stem for path in FOLDER.glob("*.yaml")}
    records = {path.name for path in FOLDER.glob("*.csv")}
    files = re.compile(r"(?:log|record|ledger|meter|series|table): ([\w./-]+)")
    referred = {name for case in FOLDER.glob("*.yaml") for name in files.findall(case.read_text())}

    assert cases == CATALOGUE.keys() - MADE.keys()
    assert records <= referred
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CATALOGUE)
    assert {path.suffix for path in FOLDER.iterdir()} == {".yaml", ".txt", ".csv", ".md"}


# --------------------------------------------------------------------------------------------------
# The manual: errors/README.md


MANUAL = """\
# Findings

What `lca check` may say, each with the smallest case that makes it say so. An error keeps a result from being
made; a warning and a note stand in the report. `<slug>.yaml` is the case, `<slug>.txt` all that is printed about it.

This page is made from those files: `LCA_ACCEPT=1 pytest tests/test_errors.py`.
"""


def excerpt(slug: str, head: Head) -> list[str]:
    """The line that a finding names, with a mark below the column."""
    path = FOLDER / head.file
    if not head.line or not path.is_file():
        return []
    line = path.read_text(encoding="utf-8").splitlines()[head.line - 1]
    return [line, *([" " * (head.column - 1) + "^"] if head.column else [])]


def section(slug: str) -> str:
    """One finding: what is wrong, what is printed about it."""
    text = (FOLDER / f"{slug}.txt").read_text(encoding="utf-8")
    printed = block(text, slug)
    (head,) = heads(printed)
    given = MADE[slug][0] if slug in MADE else f"[{slug}.yaml]({slug}.yaml)"
    lines = [
        f"## {slug}",
        "",
        f"{head.severity.capitalize()}; {given}.",
        "",
        "```text",
        *excerpt(slug, head),
        printed,
        "```",
    ]
    return "\n".join(lines) + "\n"


def test_manual__is_made_from_the_cases() -> None:
    rows = [f"| [{slug}](#{slug}) | {entry.severity} |" for slug, entry in CATALOGUE.items()]
    contents = "\n".join(["| finding | severity |", "|---|---|", *rows]) + "\n"
    compare(FOLDER / "README.md", "\n".join([MANUAL, contents, *map(section, CATALOGUE)]))
