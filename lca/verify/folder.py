"""What lies beside the reports of a folder: the case with its evidence, and the words for papers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lca.report import outline
from lca.verify.again import Again
from lca.verify.differences import changed_lines, instead
from lca.verify.finished import KINDS, Finished, case_of, sha256, sources_of
from lca.verify.verdict import NotVerifiable, Problem, Verdict


def beside(folder: Path, found: Sequence[Finished], again: Again) -> list[Verdict]:
    """The other files of a folder: the case with its evidence, where it lies there, and the words for papers."""
    first = next((item for item in found if item.manifest), found[0])
    sources = sources_of(first, found)
    case, named = case_of(first)
    verdicts = []
    if (folder / case).is_file():
        problems = []
        for item in named:
            path = folder / item["path"]
            if not path.is_file():
                problems.append(Problem("evidence", item["path"], "is not in the folder of its case"))
            elif (digest := sha256(path.read_bytes())) != item["sha256"]:
                words = f"its SHA-256 is {digest[:12]}…, the report states {item['sha256'][:12]}…"
                problems.append(Problem("evidence" if item["path"] != case else "case", item["path"], words))
        verdicts.append(Verdict("case and evidence", (), tuple(problems), (f"{len(named)} files",)))
    try:
        names = [name for name in outline.names_of(sources.report) if Path(name).suffix not in KINDS]
        there = [name for name in names if (folder / name).is_file()] if sources.report else []
        fresh = again.of(sources, *there).files if there else {}
    except (NotVerifiable, outline.UnknownReport):  # said of the report itself
        return verdicts
    for name in there:
        lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        problems = [
            Problem("text", f"line {at}", instead(old, new))
            for at, old, new in changed_lines(lines, fresh[name].decode().splitlines())
        ]
        verdicts.append(Verdict(name, (), tuple(problems)))
    return verdicts
