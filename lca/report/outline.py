"""templates/<report>/outline.yaml + inventory → files.

An outline names the files of a report and the template of each. A template gets finished blocks
(`document`) and words; it holds no arithmetic and no thresholds.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from lca import __version__
from lca.compare import Comparison
from lca.datasets.files import shipped
from lca.inventory import Inventory
from lca.report import charts, html, json, pdf
from lca.report.blocks import excerpts
from lca.report.carried import blocks, carried
from lca.report.comparison import ComparisonDocument
from lca.report.document import Document
from lca.report.numbers import NARROW, percent
from lca.report.workbook import workbook

DEFAULTS = {"workload": "audit", "organisation": "inventory"}
"""The report of each subject, when none is named."""


class UnknownReport(Exception):
    """No folder of templates has the name."""


@dataclass(frozen=True)
class Written:
    """What was written, and what the user should know about it."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def reports() -> list[str]:
    """The names of the reports that there are."""
    return sorted(path.parent.name for path in shipped("templates").glob("*/outline.yaml"))


def render(
    inventory: Inventory,
    case: Path,
    to: Path,
    report: str | None,
    formats: Sequence[str] = (),
    convention: str | None = None,
    *,
    evidence: bool = True,
) -> Written:
    """Render a report into a folder: every file whole, or none at all.

    Of its own files those of the `formats` named are written, all where none is; a workbook (`xlsx`) comes besides.
    Raises `UnknownReport`; `xlsx.Unavailable` and `xlsx.TooLarge` where a workbook is asked for and cannot be.
    """
    book = workbook(inventory, __version__, _moment()) if "xlsx" in formats else b""
    own = set(formats) - {"xlsx"}
    contents, notes = files_of(inventory, case, report, convention, own=own, evidence=evidence)
    if book:
        contents["workbook.xlsx"] = book
    return Written(_write(to, contents), notes)


def files_of(
    inventory: Inventory,
    case: Path,
    report: str | None,
    convention: str | None = None,
    only: Container[str] | None = None,
    *,
    own: Collection[str] = (),
    evidence: bool = True,
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a report by their names, or just some of them by name or by format, and notes to its user.

    Raises `UnknownReport`.
    """
    report = report or DEFAULTS[inventory.case.boundary.subject]
    outline = _outline(report)
    if outline["subject"] != inventory.case.boundary.subject:
        raise UnknownReport(f"the report {report!r} is about a {outline['subject']}, the case about another subject")
    document = Document(inventory)
    result = json.text(json.result(inventory, __version__, document.analysis)).encode()
    carries = carried(inventory, case, result, __version__, report, convention, evidence=evidence)
    words = context(inventory, document, outline["title"])
    contents: dict[str, bytes] = {"result.json": result} if not own or "json" in own else {}
    notes = [LEFT_OUT.format(file=name) for name in inventory.case.files if evidence and name not in carries]
    for name, template in outline["files"].items():
        if own and name.rpartition(".")[2] not in own:
            continue
        source = f"{report}/{template}"
        if only is not None and name not in only:
            continue
        if name.endswith(".pdf"):
            try:
                densities = [_density(report, outline, entry) for entry in outline.get("densities") or [{}]]
                contents[name] = pdf.page(source, words, carries, outline.get("pages"), densities, _moment())
            except pdf.Unavailable as missing:
                notes.append(str(missing))
        elif name.endswith(".html"):
            page = html.page(source, {**words, "medium": "screen"})
            end = page.rfind("</body>") if "</body>" in page else len(page)
            contents[name] = f"{page[:end]}{blocks(carries)}{page[end:]}".encode()
        else:
            contents[name] = html.text(source, words).encode()
    return contents, tuple(notes)


LEFT_OUT = "{file} is too large to be carried by the report; keep it beside the report for `lca verify`"


def names_of(report: str | None) -> list[str]:
    """The names of the files of a report, as its outline has them. Raises `UnknownReport`."""
    return list(_outline(report or "")["files"])


def render_comparison(made: Comparison, to: Path, report: str = "comparison") -> Written:
    """Render a comparison into a folder: every file whole, or none at all."""
    outline = _outline(report)
    document = ComparisonDocument(made)
    result = json.text(json.comparison(made, __version__)).encode()
    cases = {option.chosen.path: option.inventory for option in made.options}
    attachments: dict[str, bytes] = {}
    for position, (path, inventory) in enumerate(cases.items()):
        for name, content in _files_of_the_case(inventory, path).items():
            attachments[name if name not in attachments else f"{position + 1}-{name}"] = content
    attachments["comparison.json"] = result
    words = {
        "document": document,
        "comparison": made,
        "charts": charts,
        "percent": percent,
        "version": __version__,
        "title": outline["title"],
        "narrow": NARROW,
    }
    contents: dict[str, bytes] = {"comparison.json": result}
    notes: list[str] = []
    for name, template in outline["files"].items():
        source = f"{report}/{template}"
        if name.endswith(".pdf"):
            try:
                density = [_density(report, outline, {})]
                contents[name] = pdf.page(source, words, attachments, None, density, _moment())
            except pdf.Unavailable as missing:
                notes.append(str(missing))
        else:
            contents[name] = html.page(source, {**words, "medium": "screen"}).encode()
    return Written(_write(to, contents), tuple(notes))


def context(inventory: Inventory, document: Document, title: str) -> dict[str, Any]:
    """What every template is handed: finished blocks, and the words that go with them."""
    return {
        "document": document,
        "inventory": inventory,
        "case": inventory.case,
        "analysis": document.analysis,
        "charts": charts,
        "percent": percent,
        "version": __version__,
        "title": title,
        "narrow": NARROW,
        "first": excerpts({}),
    }


def _outline(report: str) -> Mapping[str, Any]:
    path = shipped("templates") / report / "outline.yaml"
    if report not in reports():
        raise UnknownReport(f"no report is called {report!r}; there are {', '.join(reports())}")
    loaded: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _density(report: str, outline: Mapping[str, Any], entry: Mapping[str, Any]) -> pdf.Density:
    """A style sheet of the outline, with the excerpts that go with it."""
    sheet = (shipped("templates") / report / entry["sheet"]).read_text(encoding="utf-8") if entry else ""
    limits = {**outline.get("limits", {}), **entry.get("limits", {})}
    return pdf.Density(sheet, {"first": excerpts(limits)})


def _files_of_the_case(inventory: Inventory, case: Path) -> dict[str, bytes]:
    """The files that the case is written in, by the names that it has for them; evidence is named by its hash."""
    included = inventory.case.document.get("include", ())
    files = {inventory.case.path: case, **{name: case.parent / name for name in included}}
    return {name: path.read_bytes() for name, path in files.items()}


def _moment() -> datetime:
    """The moment that a PDF carries: SOURCE_DATE_EPOCH where set, else the beginning of its calendar."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC)


def _write(to: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write all files of a report, or none: whole beside their places first, then each into its place."""
    to.mkdir(parents=True, exist_ok=True)
    if blocked := [to / name for name in contents if (to / name).is_dir()]:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(blocked[0]))
    scratch = {to / name: to / f".{name}.part" for name in contents}
    try:
        for part, content in zip(scratch.values(), contents.values(), strict=True):
            part.write_bytes(content)
        for path, part in scratch.items():
            part.replace(path)
    finally:
        for part in scratch.values():
            part.unlink(missing_ok=True)
    return tuple(scratch)
