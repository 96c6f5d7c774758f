"""A finished report stands as it was made, and no change of it goes unnoticed: each is named by figure or file."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from lca import cli, verify
from lca.datasets import Datasets
from lca.datasets.files import shipped
from lca.report.carried import MANIFEST, packed, read_manifest, unpacked
from lca.report.pdf import Unavailable, _weasyprint

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ["training-run", "teenytinyllama-460m", "annual-2025"]
MUTATED = "teenytinyllama-460m"
"""The one that is changed: it has evidence, findings, an interval."""


@pytest.fixture(scope="module")
def again() -> verify.Again:
    """Cases that were computed and set again, for all tests once."""
    return verify.Again()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """An example with its report, rendered once."""
    folders: dict[str, Path] = {}

    def folder(name: str) -> Path:
        try:
            _weasyprint()
        except Unavailable as missing:
            pytest.skip(str(missing))
        if name not in folders:
            to = tmp_path_factory.mktemp(name)
            old = shutil.ignore_patterns("report.*", "result.json", "*.tex", "*.txt", "model-card.yaml")
            shutil.copytree(ROOT / "reports" / name, to, dirs_exist_ok=True, ignore=old)
            assert cli.main(["run", str(to / "case.yaml"), "--to", str(to)]) == 0
            folders[name] = to
        return folders[name]

    return folder


@pytest.fixture
def report(made, tmp_path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copytree(made(MUTATED), tmp_path / "report"))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("file", ["report.pdf", "report.html", "result.json", "."])
def test_report__as_it_was_made__stands(made, again, name, file):
    verdicts = verify.verify(made(name) / file, again=again)
    assert verdicts
    assert "\n".join(verify.lines(item for item in verdicts if not item.stands)) == ""
    totals = {item.id for item in next(item for item in verdicts if item.held).held}
    assert ("total.location" if name == "annual-2025" else "total") in totals


@pytest.mark.parametrize("file", ["report.pdf", "report.html"])
def test_report__alone__stands(made, again, tmp_path, file):
    """What a report needs it carries: nothing of its folder, and not its name."""
    alone = shutil.copyfile(made(MUTATED) / file, tmp_path / f"sent-to-the-verifier{Path(file).suffix}")
    assert all(verdict.stands for verdict in verify.verify(alone, again=again))


# --- mutations ------------------------------------------------------------------------------------


def html(folder: Path, change: Callable[[str], str]) -> Path:
    path = folder / "report.html"
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return path


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Another text in the first place of one."""
    return lambda text: text.replace(old, new, 1)


def printed(text: str, anchor: str) -> str:
    """What a page prints first where a figure is linked."""
    found = re.search(rf'<a class="fig" href="#x-{re.escape(anchor)}"[^>]*>([^<]*)', text)
    assert found
    return found.group()


def figure(anchor: str, change: Callable[[str], str]) -> Callable[[str], str]:
    """The page with the words of a figure changed where it is first linked."""

    def changed(text: str) -> str:
        old = printed(text, anchor)
        head, end, words = old.rpartition(">")
        return text.replace(old, f"{head}{end}{change(words)}", 1)

    return changed


def block(name: str, change: Callable[[bytes], bytes | None]) -> Callable[[str], str]:
    """The page with a file that it carries changed, or taken out."""

    def changed(text: str) -> str:
        found = re.search(rf'(<script [^>]*class="carried" data-name="{name}">)(.*?)</script>\n', text)
        assert found
        new = change(unpacked(found.group(2)))
        return text.replace(found.group(), "" if new is None else f'{found.group(1)}"{packed(new)}"</script>\n')

    return changed


def digits(text: str) -> str:
    """The last digit of a number, one more."""
    return re.sub(r"\d(?=\D*$)", lambda found: str((int(found.group()) + 1) % 10), text, count=1)


def result(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    path = folder / "result.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def named(entries: list[dict[str, Any]], **what: str) -> dict[str, Any]:
    return next(entry for entry in entries if what.items() <= entry.items())


def attachments(folder: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    path = folder / "report.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        kept = dict(files)
        change(files)
        assert files != kept
        for name in kept:
            del pdf.attachments[name]
        for name, content in files.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)  # type: ignore[call-arg]  # has defaults
        pdf.save(path)
    return path


def sheet(folder: Path, old: str, new: str) -> Path:
    """A PDF whose page draws other signs in the place of these, with the glyphs of its own fonts."""
    path = folder / "report.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        glyphs = {name: unicode_of(font) for name, font in page.Resources.Font.items()}
        font, done = "", False
        written = []
        for instruction in pikepdf.parse_content_stream(page):
            operands: Any = instruction.operands
            operator: Any = instruction.operator
            if str(operator) == "Tf":
                font = str(operands[0])
            if str(operator) in ("TJ", "Tj") and not done:
                codes = {sign: code for code, sign in glyphs[font].items()}
                shown = list(operands[0]) if str(operator) == "TJ" else [operands[0]]
                texts = [bytes(item) if isinstance(item, pikepdf.String) else None for item in shown]
                drawn = "".join(glyphs[font].get(code, "") for code in pairs(b"".join(text or b"" for text in texts)))
                if old in drawn and set(new) <= codes.keys():
                    again = drawn.replace(old, new, 1)
                    operands = [pikepdf.Array([pikepdf.String(b"".join(codes[sign] for sign in again))])]
                    operator, done = pikepdf.Operator("TJ"), True
            written.append((operands, operator))
        assert done, f"{old} is not drawn in one go"
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(written))
        pdf.save(path)
    return path


def pairs(text: bytes) -> Iterator[bytes]:
    return (text[at : at + 2] for at in range(0, len(text), 2))


def unicode_of(font: Any) -> dict[bytes, str]:
    """The sign of every glyph of a font, by its code."""
    found = {}
    for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
        if match := re.fullmatch(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", line.strip()):
            found[bytes.fromhex(match.group(1))] = bytes.fromhex(match.group(2)).decode("utf-16-be")
    return found


def with_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        manifest = json.loads(content)
        change(manifest)
        return json.dumps(manifest).encode()

    return changed


CASE = block("case.yaml", lambda text: text.replace(b"EU-", b"FR-").replace(b"lca: 1", b"lca: 1\n# changed", 1))


def evidence_of(folder: Path) -> Path:
    return next(path for path in sorted((folder / "evidence").iterdir()) if path.suffix == ".csv")


def gone(folder: Path) -> Path:
    """The folder without its evidence."""
    evidence_of(folder).unlink()
    return folder


def a_factor(data: dict[str, Any]) -> dict[str, Any]:
    """A row of the data sets in a result."""
    return next(item for item in data["figures"] if "datasets/factors" in str(item.get("given", {}).get("place")))


MUTATIONS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "digit of a figure in the page": (lambda at: html(at, figure("energy.site", digits)), "energy.site"),
    "unit of a figure in the page": (
        lambda at: html(at, figure("energy.site", lambda words: words.replace("kWh", "MWh"))),
        "energy.site",
    ),
    "digit of the interval in the page": (
        lambda at: html(at, lambda text: re.sub(r"\d(?= to [\d.]+\u202f)", lambda m: digits(m.group()), text, count=1)),
        "text of the page",
    ),
    "words of the page": (lambda at: html(at, swapped("Not verified", "Verified")), "Verified"),
    "figure of the page hidden": (
        lambda at: html(at, swapped('<a class="fig"', '<a class="fig" style="display:none"')),
        "display:none",
    ),
    "finding taken out of the page": (
        lambda at: html(at, lambda text: re.sub(r"(?s)<details><summary>.*?</details>", "", text, count=1)),
        "is missing",
    ),
    "row put into the page": (
        lambda at: html(at, swapped("</tbody>", "<tr><td>Offsets</td><td>−5</td></tr></tbody>")),
        "Offsets",
    ),
    "case in the page": (lambda at: html(at, CASE), "attachment case.yaml"),
    "evidence taken out of the page": (
        lambda at: html(gone(at), block("evidence/emissions-460m.csv", lambda _: None)),
        "evidence evidence/",
    ),
    "hash in the manifest of the page": (
        lambda at: html(at, block(MANIFEST, with_manifest(lambda it: it["files"][0].update(sha256="0" * 64)))),
        "the manifest states 000000000000",
    ),
    "hash of a data set in the manifest": (
        lambda at: html(at, block(MANIFEST, with_manifest(lambda it: it["datasets"][0].update(sha256="0" * 64)))),
        "data set datasets/",
    ),
    "version in the manifest": (
        lambda at: html(at, block(MANIFEST, with_manifest(lambda it: it.update({"lca-toolkit": "0.0.9"})))),
        "version lca-toolkit 0.0.9",
    ),
    "digit of a figure in the PDF": (lambda at: sheet(at, "kWh", "MWh"), "energy."),
    "evidence attached to the PDF": (
        lambda at: attachments(at, lambda files: files.update({f"evidence/{evidence_of(at).name}": b"a,b\n1,2\n"})),
        "attachment evidence/",
    ),
    "result attached to the PDF": (
        lambda at: attachments(at, lambda files: files.update({"result.json": files["result.json"] + b" "})),
        "attachment result.json",
    ),
    "file added to the PDF": (
        lambda at: attachments(at, lambda files: files.update({"assurance.txt": b"verified"})),
        "attachment assurance.txt",
    ),
    "manifest taken out of the PDF": (
        lambda at: attachments(at, lambda files: files.pop(MANIFEST)),
        f"manifest {MANIFEST}",
    ),
    "total in the result": (
        lambda at: result(at, lambda data: named(data["totals"], id="total").update(value=1.0)),
        "total ",
    ),
    "total taken out of the result": (
        lambda at: result(at, lambda data: data["totals"].remove(named(data["totals"], id="operational"))),
        "not there",
    ),
    "factor in the result": (lambda at: result(at, lambda data: a_factor(data).update(value=0.001)), "factor "),
    "scopes swapped in the result": (
        lambda at: result(at, lambda data: [line.update(scope=5 - line["scope"]) for line in data["lines"]]),
        "line ",
    ),
    "finding taken out of the result": (lambda at: result(at, lambda data: data["findings"].pop()), "finding "),
    "line put into the result": (
        lambda at: result(at, lambda data: data["lines"].append({**data["lines"][0], "part": "credit"})),
        "credit",
    ),
    "interval in the result": (
        lambda at: result(at, lambda data: data["analysis"].update(high=data["analysis"]["base"])),
        "analysis high",
    ),
    "version in the result": (
        lambda at: result(at, lambda data: data["versions"].update({"lca-toolkit": "0.0.9"})),
        "version lca-toolkit 0.0.9",
    ),
    "evidence in the folder": (
        lambda at: (evidence_of(at).write_text("a,b\n1,2\n", encoding="utf-8"), at)[1],
        "evidence evidence/",
    ),
    "evidence gone from the folder": (gone, "is not in the folder"),
    "case in the folder": (
        lambda at: ((at / "case.yaml").write_text("lca: 1\n", encoding="utf-8"), at)[1],
        "case case.yaml",
    ),
    "words for the paper": (
        lambda at: ((at / "methods.txt").write_text("It emitted nothing.\n", encoding="utf-8"), at)[1],
        "It emitted nothing.",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_report__changed__does_not_stand__and_what_was_changed_is_named(report, again, mutation):
    change, name = MUTATIONS[mutation]
    verdicts = verify.verify(change(report), again=again)
    told = "\n".join(verify.lines(verdicts))
    assert not all(verdict.stands for verdict in verdicts)
    assert name in "\n".join(line for line in told.splitlines() if not line.endswith(" stands")), told


def test_digit__in_the_page__only_its_total_differs(report, again):
    (verdict,) = verify.verify(html(report, figure("energy.site", digits)), again=again)
    assert [item.id for item in verdict.held if not item.stands] == ["energy.site"]
    (problem,) = verdict.problems
    assert (problem.what, problem.name) == ("figure", "energy.site")


def test_factor__changed_in_the_data_sets__is_named_with_its_file(report, made, tmp_path):
    """The verifier's own data sets hold another number: the row, its file and every total that it moves are named."""
    data = json.loads((report / "result.json").read_text(encoding="utf-8"))
    row = a_factor(data)
    place, _, line = row["given"]["place"].partition(":")
    root = shutil.copytree(shipped("datasets"), tmp_path / "datasets", ignore=shutil.ignore_patterns("refresh"))
    table = root / place.removeprefix("datasets/")
    rows = table.read_text(encoding="utf-8").splitlines()
    cells = rows[int(line) - 1].split(",")
    at = rows[0].split(",").index("value")
    cells[at] = str(2 * float(cells[at]))
    rows[int(line) - 1] = ",".join(cells)
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (verdict,) = verify.verify(report / "result.json", Datasets(root))
    told = [str(problem) for problem in verdict.problems]
    assert any(text.startswith(f"data set {place}:") for text in told)
    assert any(text.startswith(f"factor {row['id']}") and place in text for text in told)
    assert "total" in {item.id for item in verdict.held if not item.stands}


def test_result__without_its_case__is_computed_from_what_it_declares(report, again):
    (report / "case.yaml").unlink()
    (verdict,) = verify.verify(report / "result.json", again=again)
    assert verdict.stands, "\n".join(verify.lines([verdict]))
    changed = result(report, lambda data: named(data["totals"], id="total").update(value=1.0))
    (verdict,) = verify.verify(changed, again=again)
    assert [item.id for item in verdict.held if not item.stands] == ["total"]


def test_report__without_its_evidence__names_what_is_missing_and_takes_it_from_beside(made, tmp_path, again):
    folder = made(MUTATED)
    assert cli.main(["run", str(folder / "case.yaml"), "--to", str(tmp_path), "--without-evidence"]) == 0
    (tmp_path / "report.pdf").unlink()
    (verdict,) = verify.verify(tmp_path / "report.html", again=again)
    assert any(problem.what == "evidence" for problem in verdict.problems)
    shutil.copytree(folder / "evidence", tmp_path / "evidence")
    (verdict,) = verify.verify(tmp_path / "report.html", again=again)
    assert not [problem for problem in verdict.problems if problem.what == "evidence"]


def test_name__that_leaves_the_folder__is_not_written(report, again):
    """A report comes from somebody else: nothing that it carries is written outside a folder of its own."""

    def outside(manifest: dict[str, Any]) -> None:
        manifest["files"].append({"path": "/tmp/lca-verify-outside", "sha256": "0" * 64})

    path = html(report, block(MANIFEST, with_manifest(outside)))
    text = path.read_text(encoding="utf-8")
    planted = f'<script class="carried" data-name="/tmp/lca-verify-outside">"{packed(b"x")}"</script>'
    path.write_text(text.replace("</body>", f"{planted}</body>"), encoding="utf-8")
    (verdict,) = verify.verify(path, again=again)
    assert "has no place beside the case" in str(verdict.problems[-1])
    assert not Path("/tmp/lca-verify-outside").exists()


def test_manifest__that_is_none(tmp_path):
    for content in (None, b"", b"[]", b"{", b'{"schema": "lca-manifest/1"}'):
        assert read_manifest(content) is None


def test_command__its_three_answers(report, command, tmp_path):
    stands = command("verify", report / "result.json")
    assert stands.status == 0
    assert re.search(r"^  total +\S+ \S+ +\S+ \S+  stands$", stands.out, re.MULTILINE)
    result(report, lambda data: named(data["totals"], id="total").update(value=1.0))
    differs = command("verify", report / "result.json")
    assert differs.status == 1
    assert re.search(r"^  total +1 kgCO2e .*DIFFERS$", differs.out, re.MULTILINE)
    assert command("verify", tmp_path / "nowhere.pdf").status == 2
    assert command("verify", report / "case.yaml").status == 2
    (tmp_path / "empty").mkdir()
    assert command("verify", tmp_path / "empty").status == 2
