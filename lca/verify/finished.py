"""What a finished file carries, and the files from which its case can be computed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.report import outline
from lca.report.carried import MANIFEST, RESULT, read_manifest, unpacked
from lca.report.json import SCHEMA as RESULT_SCHEMA
from lca.verify.pages import Page
from lca.verify.sheets import reader
from lca.verify.verdict import NotVerifiable, Problem, Unavailable

KINDS = (".pdf", ".html", ".json")


@dataclass(frozen=True)
class Finished:
    """A finished file, and what it carries."""

    path: Path
    raw: bytes
    carries: Mapping[str, bytes]
    manifest: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    broken: tuple[Problem, ...] = ()

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return self.path.suffix.lower()


def read(path: Path) -> Finished:
    """A PDF, a page or a result, unpacked. Raises `NotVerifiable`, `Unavailable`, `OSError`."""
    raw = path.read_bytes()
    broken: list[Problem] = []
    carries: dict[str, bytes] = {}
    kind = path.suffix.lower()
    match kind:
        case ".pdf":
            carries = _attached(raw, path, broken)
        case ".html":
            for name, block in Page(raw).carried:
                try:
                    carries[name] = unpacked(block)
                except ValueError as error:
                    broken.append(Problem("attachment", name, f"cannot be unpacked: {error}"))
    result = _as_result(raw if kind == ".json" else carries.get(RESULT))
    return Finished(path, raw, carries, read_manifest(carries.get(MANIFEST)), result, tuple(broken))


def _attached(raw: bytes, path: Path, broken: list[Problem]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        for name, contents in reader(raw).attachments.items():
            found[name] = contents[0]
            if len(contents) > 1:
                broken.append(Problem("attachment", name, "is there more than once"))
    except (Unavailable, RecursionError):
        raise
    except Exception as error:
        raise NotVerifiable(f"{path} cannot be read as a PDF: {error}") from None
    return found


def _as_result(raw: bytes | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(raw or b"null")
    except ValueError:
        return None
    known = isinstance(found, dict) and found.get("schema") == RESULT_SCHEMA
    return found if known and {"case", "versions"} <= found.keys() else None


def name_of(finished: Finished, kind: str) -> str:
    """What the file was called by its report, whatever it is called now."""
    report = (finished.manifest or {}).get("report")
    try:
        names = [name for name in outline.names_of(str(report)) if name.endswith(kind)]
    except outline.UnknownReport:
        names = []
    return names[0] if names else f"report{kind}"


@dataclass(frozen=True)
class Sources:
    """What is computed again: the files of a case, which report was made of it, what is missing."""

    case: str
    files: Mapping[str, bytes]
    report: str | None
    convention: str | None
    missing: tuple[str, ...]
    written: bool
    """Whether the text of the case is there, so that the lines and columns of its values are known."""


def case_of(finished: Finished) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The name of the case, and its files with their hashes: as the manifest states them, else the result."""
    if finished.manifest:
        return finished.manifest["case"], finished.manifest["files"]
    assert finished.result is not None
    return finished.result["case"]["path"], finished.result["case"]["files"]


def sources_of(finished: Finished, others: Sequence[Finished]) -> Sources:
    """The files of the case: carried, else of the same hash beside the report, else carried by a report beside it."""
    case, named = case_of(finished)
    files: dict[str, bytes] = {}
    missing = []
    for item in named:
        name, digest = str(item["path"]), item["sha256"]
        beside = finished.path.parent / name
        offered = [other.carries.get(name) for other in others]
        if finished.carries.get(name) is not None:
            files[name] = finished.carries[name]
        elif beside.is_file() and sha256(content := beside.read_bytes()) == digest:
            files[name] = content
        elif same := [content for content in offered if content is not None and sha256(content) == digest]:
            files[name] = same[0]
        else:
            missing.append(name)
    report = next((other.manifest for other in (finished, *others) if other.manifest), None) or {}
    written = case in files
    if not written and (result := finished.result) is not None:
        # JSON is YAML: what the case declares, its included files joined in, without its lines and columns.
        document = {key: value for key, value in result["case"]["document"].items() if key != "include"}
        files[case] = json.dumps(document, ensure_ascii=False, indent=1).encode()
        included = result["case"]["document"].get("include") or ()
        missing = [name for name in missing if name != case and name not in included]
    return Sources(case, files, report.get("report"), report.get("convention"), tuple(missing), written)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
