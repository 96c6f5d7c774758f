"""A finished report held against what follows from what it carries: case, evidence, factors and version.

    verify(path)                a report as PDF or HTML, a result, or a folder of them → a verdict for each
    loaded(path)                the inventory of a case, or of the case that a result or a report carries
    lines(verdicts)             the verdicts in words

The case is computed and set again, and every printed number compared with what is set then. That finds what was
changed after the report was made. Whether its evidence is true, nobody can read off it.

verdict        what became of a file: totals that stand or differ, problems, or why nothing can be said
differences    where plain data, pages and lines differ, and how that is said
anchors        which figure an anchor of a page is of
finished       what a finished file carries, and the files from which its case can be computed again
again          the same again: computed, and set
provenance     attachments, version and data sets that a report states, against those that are there
results        a result against the one that follows
pages          an HTML page against the one that follows
sheets         the sheets of a PDF against those that follow
folder         what lies beside the reports of a folder: case and evidence, words for papers
words          the verdicts, for a terminal
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from lca import __version__
from lca.datasets import Datasets
from lca.inventory import Inventory
from lca.pipeline import run
from lca.report.carried import MANIFEST, RESULT, SCHEMA
from lca.report.json import SCHEMA as RESULT_SCHEMA
from lca.verify import pages, provenance, results, sheets
from lca.verify.again import Again
from lca.verify.finished import KINDS, Finished, name_of, read, sources_of
from lca.verify.folder import beside
from lca.verify.verdict import Held, NotVerifiable, Problem, Unavailable, Verdict
from lca.verify.words import lines

__all__ = ["Again", "Held", "NotVerifiable", "Problem", "Unavailable", "Verdict", "lines", "loaded", "verify"]


def verify(path: Path, datasets: Datasets | None = None, again: Again | None = None) -> list[Verdict]:
    """Hold a finished report against what it carries. Raises `NotVerifiable`, `Unavailable`, `OSError`."""
    again = again or Again(datasets)
    if not path.is_dir():
        if path.suffix.lower() not in KINDS:
            raise NotVerifiable(f"{path} is no report: a PDF, an HTML page, a result.json, or a folder of them")
        return [_verdict(read(path), (), again)]
    there = sorted(item for item in path.iterdir() if item.is_file() and item.suffix.lower() in KINDS)
    found = [item for item in map(read, there) if item.manifest or item.result]
    if not found:
        raise NotVerifiable(f"{path} holds no report that carries its case")
    verdicts = [_verdict(item, found, again) for item in found]
    return [*verdicts, *beside(path, found, again)]


def loaded(path: Path, datasets: Datasets | None = None) -> Inventory:
    """The inventory of a case, or of the case that a result or a report carries. Raises as `run` and `verify` do."""
    if path.suffix.lower() not in KINDS:
        return run(path, datasets)
    finished = read(path)
    if finished.result is None and finished.manifest is None:
        raise NotVerifiable(f"{path} carries no case")
    return Again(datasets).of(sources_of(finished, ())).inventory


def _verdict(finished: Finished, others: Sequence[Finished], again: Again) -> Verdict:
    file, kind = finished.path.name, finished.kind
    problems = list(finished.broken)
    if finished.manifest is None and (kind != ".json" or finished.result is None):
        words = f"none that says {SCHEMA}" if kind != ".json" else f"no {RESULT_SCHEMA}"
        return Verdict(file, (), (*problems, Problem("manifest", MANIFEST, f"{words}: nothing can be recomputed")))
    problems += provenance.attachments(finished)
    sources = sources_of(finished, [other for other in others if other is not finished])
    problems += [Problem("evidence", name, "neither carried nor beside, as it was") for name in sources.missing]
    kinds = {item.kind for item in (finished, *others)} - {".json"}
    needed = {name_of(finished, other) for kind in kinds for other in (kind, ".html")}
    try:
        outcome = again.of(sources, RESULT, *sorted(needed))
    except NotVerifiable as error:
        return Verdict(file, (), (*problems, Problem("case", sources.case, str(error))))
    problems += provenance.versions(finished)
    recorded = provenance.recorded_datasets(finished)
    problems += provenance.datasets(recorded, outcome.inventory)
    held: list[Held] = []
    fresh = json.loads(outcome.files[RESULT])
    if finished.result is None:
        problems.append(Problem("attachment", RESULT, "is not there, or is no result"))
    else:
        totals, differing = results.compared(finished.result, fresh, outcome.inventory, written=sources.written)
        problems += differing
        held += totals if kind == ".json" else [item for item in totals if not item.stands]
    same = provenance.version_of(finished) == __version__
    fresh_page = outcome.files.get(name_of(finished, kind))
    if kind != ".json" and fresh_page is None:
        problems.append(Problem("case", sources.case, f"cannot be set again as {kind[1:].upper()}"))
    elif kind == ".html":
        printed, expected = (pages.Page(raw) for raw in (finished.raw, fresh_page or b""))
        totals, differing = pages.compared(printed, expected, outcome.inventory, whole=same)
        held += totals
        problems += differing
    elif kind == ".pdf":
        # Where every figure that is printed has its anchor.
        figures = pages.Page(outcome.files.get(name_of(finished, ".html"), b"")).figures
        totals, differing = sheets.compared(finished.raw, fresh_page or b"", figures, outcome.inventory, whole=same)
        held += totals
        problems += differing
    counts = (
        f"{len(finished.carries)} attachments" if finished.carries else f"{len(sources.files)} files of the case",
        f"{len(recorded)} files of the data sets",
        f"lca-toolkit {provenance.version_of(finished)}",
    )
    return Verdict(file, tuple(held), tuple(dict.fromkeys(problems)), counts)
