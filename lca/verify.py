"""A finished report held against what follows from what it carries: case, evidence, factors and version.

    verify(path)                a report as PDF or HTML, a result, or a folder of them → a verdict for each
    loaded(path)                the inventory of a case, or of the case that a result or a report carries

The case is computed and set again, and every printed number compared with what is set then. That finds what was
changed after the report was made. Whether its evidence is true, nobody can read off it.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from lca import __version__
from lca.datasets import Datasets
from lca.explain import readable
from lca.figure import walk
from lca.inventory import Inventory
from lca.loading import CaseError
from lca.peers import DoesNotApply
from lca.pipeline import run
from lca.report import outline, pdf
from lca.report.carried import MANIFEST, RESULT, SCHEMA, read_manifest, unpacked
from lca.report.json import SCHEMA as RESULT_SCHEMA
from lca.report.numbers import anchor

KINDS = (".pdf", ".html", ".json")
TOLERANCE = 1e-9
"""Relative: two machines may round the last digits of a double differently, nobody prints them."""


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


def verify(path: Path, datasets: Datasets | None = None, again: Again | None = None) -> list[Verdict]:
    """Hold a finished report against what it carries. Raises `NotVerifiable`, `Unavailable`, `OSError`."""
    again = again or Again(datasets)
    if not path.is_dir():
        if path.suffix.lower() not in KINDS:
            raise NotVerifiable(f"{path} is no report: a PDF, an HTML page, a result.json, or a folder of them")
        return [_verdict(_read(path), (), again)]
    there = sorted(item for item in path.iterdir() if item.is_file() and item.suffix.lower() in KINDS)
    found = [item for item in map(_read, there) if item.manifest or item.result]
    if not found:
        raise NotVerifiable(f"{path} holds no report that carries its case")
    verdicts = [_verdict(item, found, again) for item in found]
    return [*verdicts, *_beside(path, found, again)]


def loaded(path: Path, datasets: Datasets | None = None) -> Inventory:
    """The inventory of a case, or of the case that a result or a report carries. Raises as `run` and `verify` do."""
    if path.suffix.lower() not in KINDS:
        return run(path, datasets)
    finished = _read(path)
    if finished.result is None and finished.manifest is None:
        raise NotVerifiable(f"{path} carries no case")
    return Again(datasets).of(_sources(finished, ())).inventory


# --- what a finished file carries -----------------------------------------------------------------


@dataclass(frozen=True)
class Finished:
    """A finished file, and what it carries."""

    path: Path
    raw: bytes
    carries: Mapping[str, bytes]
    manifest: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    broken: tuple[Problem, ...] = ()


def _read(path: Path) -> Finished:
    raw = path.read_bytes()
    broken: list[Problem] = []
    carries: dict[str, bytes] = {}
    match path.suffix.lower():
        case ".pdf":
            carries = _attached(raw, path, broken)
        case ".html":
            for name, block in _Page(raw.decode("utf-8", "replace")).carried:
                try:
                    carries[name] = unpacked(block)
                except ValueError as error:
                    broken.append(Problem("attachment", name, f"cannot be unpacked: {error}"))
    result = _as_result(raw if path.suffix.lower() == ".json" else carries.get(RESULT))
    return Finished(path, raw, carries, read_manifest(carries.get(MANIFEST)), result, tuple(broken))


def _attached(raw: bytes, path: Path, broken: list[Problem]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        for name, contents in _reader(raw).attachments.items():
            found[name] = contents[0]
            if len(contents) > 1:
                broken.append(Problem("attachment", name, "is there more than once"))
    except (Unavailable, RecursionError):
        raise
    except Exception as error:
        raise NotVerifiable(f"{path} cannot be read as a PDF: {error}") from None
    return found


def _reader(raw: bytes) -> Any:
    try:
        import pypdf
    except ImportError:
        raise Unavailable("a PDF is read by pypdf. Install it with\n    pip install 'lca-toolkit[verify]'") from None
    return pypdf.PdfReader(BytesIO(raw))


def _as_result(raw: bytes | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(raw or b"null")
    except ValueError:
        return None
    known = isinstance(found, dict) and found.get("schema") == RESULT_SCHEMA
    return found if known and {"case", "versions"} <= found.keys() else None


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


def _sources(finished: Finished, others: Sequence[Finished]) -> Sources:
    """The files of the case: carried, else of the same hash beside the report, else carried by a report beside it."""
    manifest, result = finished.manifest, finished.result
    if manifest:
        case, named = manifest["case"], manifest["files"]
    else:
        assert result is not None
        case, named = result["case"]["path"], result["case"]["files"]
    files: dict[str, bytes] = {}
    missing = []
    for item in named:
        name, digest = str(item["path"]), item["sha256"]
        beside = finished.path.parent / name
        offered = [finished.carries.get(name), *(other.carries.get(name) for other in others)]
        if finished.carries.get(name) is not None:
            files[name] = finished.carries[name]
        elif beside.is_file() and _sha256(content := beside.read_bytes()) == digest:
            files[name] = content
        elif same := [content for content in offered if content is not None and _sha256(content) == digest]:
            files[name] = same[0]
        else:
            missing.append(name)
    report = next((other.manifest for other in (finished, *others) if other.manifest), None) or {}
    written = case in files
    if not written and result is not None:
        # JSON is YAML: what the case declares, its included files joined in, without its lines and columns.
        document = {key: value for key, value in result["case"]["document"].items() if key != "include"}
        files[case] = json.dumps(document, ensure_ascii=False, indent=1).encode()
        included = result["case"]["document"].get("include") or ()
        missing = [name for name in missing if name != case and name not in included]
    return Sources(case, files, report.get("report"), report.get("convention"), tuple(missing), written)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- the same again -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What follows from a case: its inventory, and the files of its report that were asked for."""

    inventory: Inventory
    files: Mapping[str, bytes]
    asked: frozenset[str]
    """The names of files that were asked for; a PDF cannot be made everywhere."""


@dataclass
class Again:
    """Computes and sets cases again, each once."""

    datasets: Datasets | None = None
    known: dict[tuple[Any, ...], Outcome] = field(default_factory=dict)

    def of(self, sources: Sources, *names: str) -> Outcome:
        """The inventory, and the files with these names. Raises `NotVerifiable` with the first error of the case."""
        hashes = tuple(sorted((name, _sha256(content)) for name, content in sources.files.items()))
        key = (hashes, sources.case, sources.report, sources.convention)
        outcome = self.known.get(key)
        if outcome is None or not set(names) <= outcome.asked:
            with tempfile.TemporaryDirectory() as folder:
                case = _laid_out(sources, Path(folder))
                inventory = outcome.inventory if outcome else self._inventory(case, sources)
                made = self._files(inventory, case, sources, names) if names else {}
            before, asked = (outcome.files, outcome.asked) if outcome else ({}, frozenset[str]())
            outcome = self.known[key] = Outcome(inventory, {**before, **made}, asked | set(names))
        return outcome

    def _inventory(self, case: Path, sources: Sources) -> Inventory:
        try:
            inventory = run(case, self.datasets, convention=sources.convention)
        except CaseError as error:
            raise NotVerifiable(f"the case cannot be computed: {error.findings[0]}") from None
        except (DoesNotApply, KeyError) as error:
            raise NotVerifiable(f"the case cannot be computed: {error.args[0]}") from None
        if inventory.failed:
            first = next(item for item in inventory.findings if item.severity == "error")
            raise NotVerifiable(f"the case cannot be computed: {first}")
        return inventory

    def _files(self, inventory: Inventory, case: Path, sources: Sources, names: Sequence[str]) -> Mapping[str, bytes]:
        try:
            made, _ = outline.files_of(inventory, case, sources.report, sources.convention, names)
        except (outline.UnknownReport, pdf.DoesNotFit) as error:
            raise NotVerifiable(f"the report cannot be set again: {error}") from None
        return made


def _laid_out(sources: Sources, folder: Path) -> Path:
    """The case and its evidence as files in a folder of their own, those that lie outside its folder included."""
    steps = max(PurePosixPath(name).parts.count("..") for name in sources.files)
    home = folder.joinpath(*["case"] * (steps + 1))
    home.mkdir(parents=True)
    for name, content in sources.files.items():
        target = (home / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise NotVerifiable(f"{name} has no place beside the case")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return home / sources.case


# --- held against each other ----------------------------------------------------------------------


def _verdict(finished: Finished, others: Sequence[Finished], again: Again) -> Verdict:
    file, kind = finished.path.name, finished.path.suffix.lower()
    problems = list(finished.broken)
    if finished.manifest is None and (kind != ".json" or finished.result is None):
        words = f"none that says {SCHEMA}" if kind != ".json" else f"no {RESULT_SCHEMA}"
        return Verdict(file, (), (*problems, Problem("manifest", MANIFEST, f"{words}: nothing can be recomputed")))
    problems += _attachments(finished)
    sources = _sources(finished, [other for other in others if other is not finished])
    problems += [Problem("evidence", name, "neither carried nor beside, as it was") for name in sources.missing]
    kinds = {item.path.suffix.lower() for item in (finished, *others)} - {".json"}
    needed = {name for kind in kinds for name in (_name_of(finished, kind), _name_of(finished, ".html"))}
    try:
        outcome = again.of(sources, RESULT, *sorted(needed))
    except NotVerifiable as error:
        return Verdict(file, (), (*problems, Problem("case", sources.case, str(error))))
    problems += _versions(finished)
    recorded = _datasets_of(finished)
    problems += _datasets(recorded, outcome.inventory)
    held: list[Held] = []
    fresh = json.loads(outcome.files[RESULT])
    if finished.result is None:
        problems.append(Problem("attachment", RESULT, "is not there, or is no result"))
    else:
        totals, differing = _results(finished.result, fresh, outcome.inventory, written=sources.written)
        problems += differing
        held += totals if kind == ".json" else [item for item in totals if not item.stands]
    same = _version_of(finished) == __version__
    fresh_page = outcome.files.get(_name_of(finished, kind))
    if kind != ".json" and fresh_page is None:
        problems.append(Problem("case", sources.case, f"cannot be set again as {kind[1:].upper()}"))
    elif kind == ".html":
        printed, expected = (_Page(raw.decode("utf-8", "replace")) for raw in (finished.raw, fresh_page or b""))
        totals, differing = _pages(printed, expected, outcome.inventory, whole=same)
        held, problems = [*held, *totals], [*problems, *differing]
    elif kind == ".pdf":
        # Where every figure that is printed has its anchor.
        figures = _Page(outcome.files.get(_name_of(finished, ".html"), b"").decode()).figures
        totals, differing = _sheets(finished.raw, fresh_page or b"", figures, outcome.inventory, whole=same)
        held, problems = [*held, *totals], [*problems, *differing]
    counts = (
        f"{len(finished.carries)} attachments" if finished.carries else f"{len(sources.files)} files of the case",
        f"{len(recorded)} files of the data sets",
        f"lca-toolkit {_version_of(finished)}",
    )
    return Verdict(file, tuple(held), tuple(dict.fromkeys(problems)), counts)


def _name_of(finished: Finished, kind: str) -> str:
    """What the file was called by its report, whatever it is called now."""
    report = (finished.manifest or {}).get("report")
    try:
        names = [name for name in outline.names_of(str(report)) if name.endswith(kind)]
    except outline.UnknownReport:
        names = []
    return names[0] if names else f"report{kind}"


def _version_of(finished: Finished) -> str:
    if finished.path.suffix.lower() != ".json" and finished.manifest:
        return str(finished.manifest.get("lca-toolkit"))
    return str((finished.result or {}).get("versions", {}).get("lca-toolkit"))


def _versions(finished: Finished) -> list[Problem]:
    stated = {str((finished.manifest or {}).get("lca-toolkit", "")), _version_of(finished)} - {"", __version__}
    words = f"made it, and this is {__version__}: numbers are compared, the words around them cannot be"
    return [Problem("version", f"lca-toolkit {version}", words) for version in sorted(stated)]


def _attachments(finished: Finished) -> list[Problem]:
    """Every file that a report carries has the hash that its manifest states, and there is no other."""
    if finished.manifest is None:
        return []
    stated = {item["path"]: item["sha256"] for item in [*finished.manifest["files"], finished.manifest["result"]]}
    found = []
    for name, digest in stated.items():
        content = finished.carries.get(name)
        if content is not None and _sha256(content) != digest:
            words = f"its SHA-256 is {_sha256(content)[:12]}…, the manifest states {digest[:12]}…"
            found.append(Problem("attachment", name, words))
    found += [
        Problem("attachment", name, "is not in the manifest")
        for name in finished.carries
        if name != MANIFEST and name not in stated
    ]
    return found


def _datasets_of(finished: Finished) -> Mapping[str, str]:
    listed = finished.manifest["datasets"] if finished.manifest else (finished.result or {})["versions"]["datasets"]
    return {item["path"]: item["sha256"] for item in listed}


def _datasets(recorded: Mapping[str, str], inventory: Inventory) -> list[Problem]:
    here = inventory.datasets
    found = []
    for path in sorted(recorded.keys() | here.keys()):
        if path not in here:
            found.append(Problem("data set", path, "was used, and is not now"))
        elif path not in recorded:
            found.append(Problem("data set", path, "is used now, and was not"))
        elif recorded[path] != here[path]:
            words = f"its SHA-256 was {recorded[path][:12]}…, and here is {here[path][:12]}…"
            found.append(Problem("data set", path, words))
    return found


def _beside(folder: Path, found: Sequence[Finished], again: Again) -> list[Verdict]:
    """The other files of a folder: the case with its evidence, where it lies there, and the words for papers."""
    with_manifest = [item for item in found if item.manifest]
    first = next(iter(with_manifest), found[0])
    sources = _sources(first, found)
    if first.manifest:
        named = first.manifest["files"]
    else:
        assert first.result is not None
        named = first.result["case"]["files"]
    verdicts = []
    if (folder / sources.case).is_file():
        problems = []
        for item in named:
            path = folder / item["path"]
            if not path.is_file():
                problems.append(Problem("evidence", item["path"], "is not in the folder of its case"))
            elif _sha256(path.read_bytes()) != item["sha256"]:
                words = f"its SHA-256 is {_sha256(path.read_bytes())[:12]}…, the report states {item['sha256'][:12]}…"
                problems.append(Problem("evidence" if item["path"] != sources.case else "case", item["path"], words))
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
            Problem("text", f"line {at}", _instead(old, new))
            for at, old, new in _changed_lines(lines, fresh[name].decode().splitlines())
        ]
        verdicts.append(Verdict(name, (), tuple(problems)))
    return verdicts


# --- results --------------------------------------------------------------------------------------


def _results(
    printed: Mapping[str, Any], fresh: Mapping[str, Any], inventory: Inventory, *, written: bool
) -> tuple[list[Held], list[Problem]]:
    """Every total of a result, and every entry of it that does not follow."""
    kinds = {id: figure.unit for id, figure in inventory.totals.items()}
    old, new = (_by_name(result.get("totals")) for result in (printed, fresh))
    held = []
    for id in dict.fromkeys([*new, *old]):
        ours, theirs = new.get(id), old.get(id)
        unit = kinds.get(id, "")
        stands = bool(theirs and ours) and next(_differences(theirs, ours), None) is None
        held.append(Held(id, _number(theirs, unit), _number(ours, unit), stands))
    problems = []
    skipped = {"totals", "schema", "versions"}
    if not written:  # of a case without its text, no line or column is known
        skipped |= {"findings"}
        printed, fresh = _without_places(printed), _without_places(fresh)
    for section in dict.fromkeys([*fresh, *printed]):
        if section in skipped:
            continue
        for path, theirs, ours in _differences(printed.get(section), fresh.get(section)):
            problems.append(_entry(section, path, theirs, ours, fresh))
    if not written:
        old_slugs = [item.get("slug") for item in printed.get("findings", ())]
        new_slugs = [item.get("slug") for item in fresh.get("findings", ())]
        for slug in sorted({*old_slugs, *new_slugs}, key=str):
            if old_slugs.count(slug) != new_slugs.count(slug):
                words = f"{old_slugs.count(slug)} times, and {new_slugs.count(slug)} times follow"
                problems.append(Problem("finding", str(slug), words))
    return held, problems


def _number(entry: Mapping[str, Any] | None, unit: str) -> str:
    """A total of a result in words."""
    if entry is None:
        return "not there"
    value = entry.get("value")
    if not isinstance(value, int | float):
        return "nothing"
    from lca.units import plain

    if unit and entry.get("unit") == plain(unit):
        return readable(value, unit)
    return f"{value:g} {entry.get('unit')}"


def _entry(section: str, path: Sequence[str], theirs: Any, ours: Any, fresh: Mapping[str, Any]) -> Problem:
    """An entry of a result that does not follow, by the name of its figure where it has one."""
    what, name = SINGULAR.get(section, section), " ".join(path) or section
    if section == "figures" and path:
        entry = _by_name(fresh.get("figures")).get(path[0], {})
        place = str(entry.get("given", {}).get("place", "") if isinstance(entry.get("given"), dict) else "")
        what = "factor" if place.startswith("datasets/") else "figure"
        if place and path[1:] in (["value"], ("value",), ()):
            return Problem(what, name, f"{_instead(theirs, ours)} ({place})")
    return Problem(what, name, _instead(theirs, ours))


SINGULAR = {key: key[:-1] for key in ("lines", "figures", "decisions", "findings", "sources", "records")}
"""What an entry of a section of the result is called."""


def _instead(theirs: Any, ours: Any) -> str:
    """What is there, and what belongs there."""

    def said(value: Any) -> str:
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return text if len(text) <= LONG else f"{text[:LONG]}…"

    if theirs is None:
        return f"is missing: {said(ours)}"
    if ours is None:
        return f"does not follow: {said(theirs)}"
    return f"is `{said(theirs)}`, and `{said(ours)}` follows"


LONG = 160
"""Letters of a text that is quoted."""


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(item) for key, item in value.items() if key not in ("place", "files")}
    return [_without_places(item) for item in value] if isinstance(value, list) else value


def _differences(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Where two pieces of plain data differ; entries of a list are told apart by what they are, not by their order."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*new, *old]):
            yield from _differences(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _differences(_by_name(old), _by_name(new), path)
    elif isinstance(old, bool) or isinstance(new, bool) or not _both_numbers(old, new):
        if old != new:
            yield path, old, new
    elif not math.isclose(old, new, rel_tol=TOLERANCE):
        yield path, old, new


def _both_numbers(old: Any, new: Any) -> bool:
    return isinstance(old, int | float) and isinstance(new, int | float)


NAMED_BY = (("id",), ("slug", "place"), ("activity", "part", "basis", "view", "figure"), ("category",), ("path",))
"""What tells entries of a list apart, by their kind."""


def _by_name(entries: Any) -> dict[str, Any]:
    """The entries of a list by their names; a number behind the second of a name, their positions without one."""
    found: dict[str, Any] = {}
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        keys = next((keys for keys in NAMED_BY if isinstance(entry, dict) and all(key in entry for key in keys)), ())
        name = " ".join(str(entry[key]) for key in keys) or str(position + 1)
        alike = name
        count = 1
        while alike in found:
            count += 1
            alike = f"{name} #{count}"
        found[alike] = entry
    return found


# --- pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A piece of a page: a tag or a text, and the anchor of the figure that it belongs to."""

    anchor: str
    text: str
    markup: bool


class _Page(HTMLParser):
    """A page as pieces; what it carries; its figures, each with its anchor and its text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.carried: list[tuple[str, str]] = []
        self.figures: list[tuple[str, str]] = []
        """What is printed of a figure: where it is linked, and in the register the value itself."""
        self._figure = self._entry = self._carrying = ""
        self._words: list[str] = []
        self._in_block = self._in_value = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "script" and given.get("class") == "carried":
            self._in_block, self._carrying, self._words = True, given.get("data-name", ""), []
            return
        if tag == "details":
            self._entry = given.get("id", "")
        if tag == "a" and given.get("class") == "fig":
            self._figure, self._words = given.get("href", "").removeprefix("#"), []
        if tag == "span" and given.get("class") == "value" and self._entry:
            self._in_value, self._words = True, []
        self._add(self.get_starttag_text() or "", markup=True)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(self.get_starttag_text() or "", markup=True)

    def handle_endtag(self, tag: str) -> None:
        if self._in_block:
            if tag == "script":
                self.carried.append((self._carrying, "".join(self._words)))
                self._in_block = False
            return
        self._add(f"</{tag}>", markup=True)
        if tag == "a" and self._figure:
            self.figures.append((self._figure, "".join(self._words)))
            self._figure = ""
        if tag == "span" and self._in_value:
            self.figures.append((self._entry, "".join(self._words)))
            self._in_value = False
        if tag == "details":
            self._entry = ""

    def handle_data(self, data: str) -> None:
        if self._in_block or self._figure or self._in_value:
            self._words.append(data)
        if not self._in_block and data.strip():
            self._add(data, markup=False)

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->", markup=True)

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl}>", markup=True)

    def _add(self, text: str, *, markup: bool) -> None:
        self.pieces.append(Piece(self._figure or self._entry, text, markup))


def _ids(inventory: Inventory) -> dict[str, str]:
    """The id of every figure by its anchor; a total's own id where it is another figure's."""
    found = {anchor(figure.id): figure.id for figure in walk(inventory.roots)}
    return found | {anchor(id): id for id in inventory.totals}


def _pages(printed: _Page, expected: _Page, inventory: Inventory, *, whole: bool) -> tuple[list[Held], list[Problem]]:
    """Every total that a page prints, and every piece of it that is not what is set again."""
    ids = _ids(inventory)
    theirs, ours = _gathered(printed.figures), _gathered(expected.figures)
    held, told = [], set()
    for id, figure in inventory.totals.items():
        names = dict.fromkeys((anchor(id), anchor(figure.id)))
        old, new = ([text for name in names for text in found.get(name, ())] for found in (theirs, ours))
        if not old and not new:
            continue
        if whole:
            pairs = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
            stands = old == new
        else:  # another version may print a figure more often or less often, but nothing else for it
            stands = set(old) <= set(new) or set(new) <= set(old)
            pairs = [(text, new[0] if new else "") for text in old if text not in new]
        first = (pairs or [(old[0] if old else "not there", new[0] if new else "not there")])[0]
        if not stands and not pairs:
            first = (f"{len(old)} times", f"{len(new)} times")
        held.append(Held(id, _plain(first[0]), _plain(first[1]), stands))
        told |= set(names) if not stands else set()
    problems = []
    if whole:
        for old_pieces, new_pieces in _changed(printed.pieces, expected.pieces):
            piece = next(iter([*new_pieces, *old_pieces]))
            texts = [_words_of(pieces) for pieces in (old_pieces, new_pieces)]
            what = "figure" if piece.anchor in ids else "text"
            name = ids.get(piece.anchor) or ("of the page" if not piece.markup else "in the markup")
            problems.append(Problem(what, name, _instead(texts[0] or None, texts[1] or None)))
    return held, problems


def _plain(text: str) -> str:
    """Text with common blanks, as a terminal shows it."""
    return " ".join(text.split())


def _gathered(figures: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in figures:
        found.setdefault(name, []).append(text)
    return found


def _words_of(pieces: Sequence[Piece]) -> str:
    return _plain("".join(piece.text for piece in pieces))


def _changed(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """The runs in which two sequences differ."""
    if len(old) == len(new):  # what was changed in place is found without a search
        for theirs, ours in zip(old, new, strict=True):
            if theirs != ours:
                yield [theirs], [ours]
        return
    least = min(len(old), len(new))
    start = next((at for at in range(least) if old[at] != new[at]), least)
    end = 0
    while end < least - start and old[-1 - end] == new[-1 - end]:
        end += 1
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right).get_opcodes():
        if tag != "equal":
            yield left[a:b], right[c:d]


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, str | None, str | None]]:
    """Lines that differ, with their number in what should be there."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for step in range(max(b - a, d - c)):
                theirs = old[a + step] if a + step < b else None
                ours = new[c + step] if c + step < d else None
                yield c + step + 1, theirs, ours


# --- sheets ---------------------------------------------------------------------------------------


def _sheets(
    raw: bytes, fresh: bytes, figures: Sequence[tuple[str, str]], inventory: Inventory, *, whole: bool
) -> tuple[list[Held], list[Problem]]:
    """Every total that the sheets print, and every line of them that is not what is set again."""
    old, new = _text_of(raw), _text_of(fresh)
    ids = _ids(inventory)
    texts = {name: [_plain(text) for text in found] for name, found in _gathered(figures).items()}
    problems, moved = [], dict[str, tuple[str, str]]()
    if whole:
        if len(old) != len(new):
            problems.append(Problem("text", "of the sheets", f"{len(old)} pages, and {len(new)} follow"))
        for page, (theirs, ours) in enumerate(zip(old, new, strict=False), start=1):
            for at, was, is_now in _changed_lines(theirs, ours):
                named = _named(was or "", is_now or "", texts)
                moved |= {name: pair for name, pair in named.items() if name not in moved}
                words = _instead(was, is_now)
                shown = [ids[name] for name in named if name in ids]
                name = shown[0] if len(shown) == 1 else f"line {at} of page {page}"
                about = f" ({', '.join(dict.fromkeys(shown))})" if len(shown) > 1 else ""
                where = f"page {page}, line {at}: " if len(shown) == 1 else ""
                problems.append(Problem("figure" if len(shown) == 1 else "text", name, f"{where}{words}{about}"))
        problems += _laid_over(raw, fresh)
    printed = "\n".join(" ".join(" ".join(page).split()) for page in old)
    expected = "\n".join(" ".join(" ".join(page).split()) for page in new)
    held = []
    for id, figure in inventory.totals.items():
        names = [name for name in dict.fromkeys((anchor(id), anchor(figure.id))) if name in texts]
        shown = [text for name in names for text in texts[name] if _stands_in(text, expected)]
        if not shown:
            continue
        if pairs := [moved[name] for name in names if name in moved]:
            held.append(Held(id, *pairs[0], stands=False))
        elif whole or any(_stands_in(text, printed) for text in shown):
            held.append(Held(id, shown[0], shown[0], stands=True))
        else:
            held.append(Held(id, "not there", shown[0], stands=False))
    return held, problems


def _text_of(raw: bytes) -> list[list[str]]:
    """The lines of every page."""
    return [[_plain(line) for line in page.extract_text().splitlines() if line.strip()] for page in _reader(raw).pages]


def _stands_in(text: str, page: str) -> bool:
    """Whether a text is printed as words of their own."""
    return re.search(rf"(?<!\S){re.escape(text)}(?![\w%])", page) is not None


def _named(was: str, is_now: str, texts: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """The figures whose words in a line were changed, with the words that are there and those that belong there."""
    old, new = was.split(), is_now.split()
    instead: dict[int, str] = {}
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for step in range(d - c):
                instead[c + step] = old[a + step] if a + step < b else ""
    found: dict[str, tuple[str, str]] = {}
    for name, printed in texts.items():
        for text in dict.fromkeys(printed):
            words = text.split()
            for start in range(len(new) - len(words) + 1):
                here = [word.rstrip(".,;:)").lstrip("(") for word in new[start : start + len(words)]]
                touched = [at for at in range(start, start + len(words)) if at in instead]
                if touched and here == words:
                    theirs = " ".join(instead.get(at, new[at]) for at in range(start, start + len(words)))
                    found.setdefault(name, (theirs.rstrip(".,;:)").lstrip("("), text))
    return found


def _laid_over(raw: bytes, fresh: bytes) -> list[Problem]:
    """What may cover the text of a page: notes, stamps, fields of a form and pictures that are not set again."""
    found = []
    for at, (theirs, ours) in enumerate(zip(_reader(raw).pages, _reader(fresh).pages, strict=False), start=1):
        notes, pictures = (
            [sorted(kinds(page)) for page in (theirs, ours)] for kinds in (_kinds_of_notes, _kinds_of_pictures)
        )
        for what, pair in (("notes", notes), ("pictures", pictures)):
            if pair[0] != pair[1]:
                words = f"{len(pair[0])} {what} lie on it, and {len(pair[1])} follow"
                found.append(Problem("text", f"of page {at}", words))
    return found


def _kinds_of_notes(page: Any) -> list[str]:
    return [str(note.get_object().get("/Subtype")) for note in page.get("/Annots") or ()]


def _kinds_of_pictures(page: Any) -> list[str]:
    drawn: Any = page.get("/Resources", {}).get("/XObject", {})
    return [str(item.get_object().get("/Subtype")) for item in drawn.get_object().values()] if drawn else []


# --- in words -------------------------------------------------------------------------------------


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


MOST_PROBLEMS = 20
"""Lines of a file that are told; one changed input moves hundreds."""


def _closing(verdict: Verdict) -> str:
    if verdict.stands:
        return f"all stands: {len(verdict.held)} totals printed" if verdict.held else "all stands"
    moved = sum(not item.stands for item in verdict.held)
    count = len(verdict.problems)
    return f"DOES NOT STAND: {moved} of {len(verdict.held)} totals differ, {count} finding{'s' * (count != 1)}"
