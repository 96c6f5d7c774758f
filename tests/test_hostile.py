"""Cases, records, names and flags as an enemy, an accident or another program would write them.

Nothing here may crash, hang, run code, reach a page unescaped, or leave half a report behind.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lca
from lca.cli import main
from lca.model import Finding

ROOT = Path(__file__).resolve().parent.parent

CASE = """\
lca: 1
title: Eight devices for ten hours
period: {start: 2025-01-01, end: 2025-12-31}
facilities:
  site: {location: FR, pue: 1.25, wue: 0.3 L/kWh}
hardware:
  gpus: {device: h100-sxm, count: 8, facility: site}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, energy: 60 kWh}
"""

LOG = """\
timestamp, index, name, power.draw [W]
2025-03-02T10:00:00+00:00, 0, NVIDIA H100, 700.00 W
2025-03-02T11:00:00+00:00, 0, NVIDIA H100, 700.00 W
"""

PAYLOAD = (
    """<script>alert(1)</script>"><img src=x onerror=y></title></h1><svg/onload=z>"""
    """{{ 7 * 7 }}{% raise %}&amp;'; \\input{/etc/passwd} $x^2_3$ 50 % ~ # --- !!str"""
)
"""HTML, Jinja, TeX, YAML and shell in one line."""


def changed(*changes: tuple[str, str], case: str = CASE) -> str:
    """The case with texts replaced that stand in it once."""
    for old, new in changes:
        assert case.count(old) == 1, old
        case = case.replace(old, new)
    return case


def write(folder: Path, content: str | bytes, name: str = "case.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def findings(path: Path) -> tuple[Finding, ...]:
    """Every finding about a case, whether it can be accounted for or not."""
    try:
        return lca.run(path).findings
    except lca.CaseError as error:
        return error.findings


def errors(path: Path) -> set[tuple[int, str]]:
    """Line and slug of every error."""
    return {(found.place.line, found.slug) for found in findings(path) if found.severity == "error"}


def execute(*arguments: str | Path, folder: Path) -> tuple[int, str, str]:
    """Run the command in this process: its status, what it prints, what it complains of."""
    out, complaints = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaints):
        status = main([str(argument) for argument in arguments])
    return status, out.getvalue(), complaints.getvalue()


def outside(*arguments: str | Path, folder: Path, seconds: float = 60, **environment: str) -> tuple[int, str, str]:
    """Run the command in a process of its own, so that it may hang or die."""
    done = subprocess.run(
        [sys.executable, "-m", "lca", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def seconds_to_read(path: Path, limit: float = 60) -> tuple[float, set[str]]:
    """CPU seconds that reading a case takes, without the imports, and the slugs of its errors."""
    program = (
        "import sys, time\nfrom lca import loading\n"
        "begun = time.process_time()\n_, found = loading.read(sys.argv[1])\n"
        "print(time.process_time() - begun, *{item.slug for item in found if item.severity == 'error'})"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit,
        check=True,
    )
    seconds, *slugs = done.stdout.split()
    return float(seconds), set(slugs)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --------------------------------------------------------------------------------------------------
# The file


@pytest.mark.parametrize(
    ("content", "line", "slug"),
    [
        (b"", 1, "empty-file"),
        (b" \n\n", 1, "empty-file"),
        (b"\xef\xbb\xbf", 1, "empty-file"),
        (b"\xff\xfe", 1, "not-utf8"),
        ("lca: 1\n".encode("utf-16"), 1, "not-utf8"),
        (b"lca: 1\ntitle: \xc3\x28\n", 2, "not-utf8"),
        (b"lca: 1\ntitle: a\x00b\n", 2, "yaml-syntax"),
        (b"lca: 1\n\ntitle: a\x1b[2Jb\n", 3, "yaml-syntax"),
        (b"lca: 1\n\ttitle: x\n", 2, "yaml-syntax"),
        (b"lca: 1\nperiod:\n  start: 2025-01-01\n end: 2025-01-01\n", 4, "yaml-syntax"),
        (b"lca: 1\ntitle: @x\n", 2, "yaml-syntax"),
        (b"lca: 1\n---\nlca: 1\n", 2, "yaml-syntax"),
        (b"lca: 1\ntitle: x: y\n", 2, "yaml-syntax"),
        (b'lca: 1\ntitle: "\\ud800"\n', 2, "yaml-syntax"),
        (b"lca: 1\n" + b"k" * 2000 + b": 1\n", 2, "yaml-syntax"),
        (b"- lca: 1\n", 1, "wrong-shape"),
        (b"lca 1\n", 1, "wrong-shape"),
        (b"12\n", 1, "wrong-shape"),
        (b"lca: 1\n? {a: b}\n: x\n", 2, "yaml-key"),
        (b"lca: 1\n? [a]\n: x\n", 2, "yaml-key"),
        (b'lca: 1\n"": x\n', 2, "yaml-key"),
        (b"lca: 1\n<<: {title: x}\n", 2, "yaml-merge"),
        (b"a: &a [*a]\n", 1, "yaml-alias"),
        (b"lca: 1\ntitle: *x\n", 2, "yaml-alias"),
        (b"lca: 1\ntitle: x\n'title': y\n", 3, "duplicate-key"),
        (b"lca: 1\nfacilities: {a: {pue: 1.2,\n  pue: 1.3}}\n", 3, "duplicate-key"),
        (b"lca: 1\ntitle: !!python/object/apply:os.system [touch owned]\n", 2, "yaml-tag"),
        (b"lca: 1\n!!python/name:os.system title: x\n", 2, "yaml-tag"),
        (b"lca: 1\ntitle: !<tag:yaml.org,2002:python/module:os> x\n", 2, "yaml-tag"),
        (b"lca: 1\ntitle: !!binary aGVsbG8=\n", 2, "yaml-tag"),
        (b"lca: 1\nnotes: !!set {a, b}\n", 2, "yaml-tag"),
        (b"lca: 1\ntitle: !own x\n", 2, "yaml-tag"),
        (b"%TAG ! tag:own,2000:\n---\nlca: 1\ntitle: !x y\n", 4, "yaml-tag"),
    ],
)
def test_file__that_is_no_case(content: bytes, line: int, slug: str, tmp_path: Path) -> None:
    path = write(tmp_path, content)

    assert (line, slug) in errors(path)
    assert execute("run", path, "--to", "out", folder=tmp_path)[0] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["case.yaml"]


def test_tag__is_named_as_it_was_written_and_alone(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("title: Eight", "title: !!binary Eight")))
    (found,) = findings(path)

    assert "`!!binary`" in found.message


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (b"# a comment\n" * 250_000, "file-too-large"),
        (
            b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)),
            "yaml-alias",
        ),
        (b"a: " + b"[" * 100_000, "yaml-depth"),
        (b"a: " + b"{b: " * 50_000, "yaml-depth"),
        (b"a: " + b"[" * 50_000 + b"]" * 50_000, "yaml-depth"),
        (b"".join(b" " * n + b"a:\n" for n in range(1_000)), "yaml-depth"),
        (b"a:\n" + b"- " * 5_000 + b"x\n", "yaml-depth"),
    ],
    ids=["3 MB", "alias bomb", "open lists", "open tables", "closed lists", "indented", "dashes"],
)
def test_bomb__is_refused_in_less_than_a_second(content: bytes, slug: str, tmp_path: Path) -> None:
    seconds, slugs = seconds_to_read(write(tmp_path, content))

    assert slugs == {slug}
    assert seconds < 1


def test_keys__a_hundred_thousand_unknown(tmp_path: Path) -> None:
    path = write(tmp_path, CASE + "".join(f"key{number}: 1\n" for number in range(100_000)))
    seconds, slugs = seconds_to_read(path)

    assert slugs == {"unknown-key"}
    assert seconds < 20


def test_notes__a_hundred_thousand_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, CASE + "notes:\n" + "".join(f"  - note {number}\n" for number in range(100_000)))
    seconds, slugs = seconds_to_read(path)

    assert slugs == set()
    assert seconds < 20


@pytest.mark.slow
def test_workloads__three_hundred_on_one_hardware(tmp_path: Path) -> None:
    line = "  run: {kind: training, runs_on: gpus, duration: 10 h, energy: 60 kWh}\n"
    many = "".join(line.replace("run:", f"run{number}:") for number in range(300))
    path = write(tmp_path, changed((line, many)))
    begun = time.process_time()
    inventory = lca.run(path)

    assert inventory.value("energy.it") == 300 * 60
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_line_endings_and_byte_order_mark__change_nothing(mark: str, ending: str, tmp_path: Path) -> None:
    path = write(tmp_path, mark + CASE.replace("\n", ending))
    broken = write(tmp_path, mark + changed(("pue: 1.25", "pue: 0.25")).replace("\n", ending), "broken.yaml")

    assert lca.run(path).value("energy.site") == 60 * 1.25
    assert errors(broken) == {(5, "out-of-range")}
    (wrong,) = (found for found in findings(broken) if found.severity == "error")
    assert wrong.place.column == CASE.splitlines()[4].index("1.25") + 1


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [folder, pipe, dangling, loop, zeros])
@pytest.mark.parametrize("role", ["case", "include", "log", "record"])
def test_what_is_no_file__is_refused_without_waiting(make, role: str, tmp_path: Path) -> None:
    make(tmp_path / "thing")
    if role == "include":
        write(tmp_path, CASE + "include: [thing]\n")
    if role == "log":
        write(tmp_path, changed(("duration: 10 h, energy: 60 kWh", "power: {log: thing}")))
    if role == "record":
        write(tmp_path, changed(("duration: 10 h, energy: 60 kWh", "energy: {record: thing}")))
    case = "thing" if role == "case" else "case.yaml"
    status, printed, complaints = outside("check", case, folder=tmp_path, seconds=30)

    assert status == 1, complaints
    assert "Traceback" not in complaints
    assert f"error {'file-unreadable' if role == 'case' else 'evidence-missing'}: " in printed
    assert "thing" in printed


def test_case__that_is_the_present_folder(tmp_path: Path) -> None:
    status, printed, _ = execute("check", ".", folder=tmp_path)

    assert status == 1
    assert not printed.startswith(":")


def test_include__of_itself_and_of_nothing(tmp_path: Path) -> None:
    for included in ("[case.yaml]", "[null]", "[{a: b}]", "[[x]]", "nowhere.yaml", "{a: b}", "['']", "[/etc/passwd]"):
        path = write(tmp_path, CASE + f"include: {included}\n")
        found = [item for item in findings(path) if item.severity == "error"]

        assert found, included
        assert all(item.place.file for item in found), included
        assert "None" not in "".join(item.message for item in found), included


def test_include__names_the_file_of_each_mistake(tmp_path: Path) -> None:
    write(tmp_path, "facilities:\n  site: {location: DE}\n  hall: {location: FR, pue: 0.5}\n", "places.yaml")
    path = write(tmp_path, CASE + "include: [places.yaml]\n")
    found = {(str(item.place), item.slug): item for item in findings(path) if item.severity == "error"}

    assert set(found) == {("places.yaml:2:3", "duplicate-key"), ("places.yaml:3:29", "out-of-range")}
    assert "case.yaml:5" in found["places.yaml:2:3", "duplicate-key"].message


# --------------------------------------------------------------------------------------------------
# Numbers


@pytest.mark.parametrize(
    "text",
    [
        *("1e308 h", "1e400 h", "1e999 h", "1e9999999999 h", "9" * 400 + " h", "9" * 5000 + " h", "1e-400 h"),
        *("-3 h", "0 h", "-0 h", "NaN", "nan h", ".nan", "inf h", ".inf", "-inf h", "∞ h"),
        *("0x10 h", "0o17 h", "010 h", "12:30", "12:30 h", "'1,5 h'", "'1.000,5 h'", "1..5 h", "1.5.2 h", "--3 h"),
        *("10 h/0", "10 h^9", "10 h**9", "10 h*h", "10 (h", "10 h)", "10 __import__('os')", "10 h h", "10 1 h"),
        *("10 %", "10 kW", "ten hours", "' '", "''", "10 h # 5", "{value: 10 h, value: 11 h}", "[10 h]", "null", "~"),
        *("{}", "[]", "{value: [10 h]}", "{value: {}}", "{value: null}", "{value: 10 h, low: 9 h, high: {}}"),
        *("{value: 10 h, low: -1 h, high: 11 h}", "{value: 10 h, low: 9 h, high: inf}"),
    ],
)
def test_number__that_is_none_or_cannot_be(text: str, tmp_path: Path) -> None:
    if text == "10 h # 5":
        text = '"10 h # 5"'
    path = write(tmp_path, changed(("duration: 10 h", f"duration: {text}")))
    found = [item for item in findings(path) if item.severity == "error"]

    assert {item.place.line for item in found} == {9}
    assert len(found) == 1
    assert len(found[0].message) < 300
    assert execute("run", path, "--json", folder=tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        *(("10 h", 10), ("10h", 10), ("+10 h", 10), ("1e1 h", 10), ("'10 h'", 10), (".5 day", 12), ("1 000 h", 1000)),
        *(("36 000 s", 10), ("600 min", 10), ("10\u00a0h", 10), ("10 hours", 10), ("2 weeks", 336)),
    ],
)
def test_number__however_it_is_spelled(text: str, hours: float, tmp_path: Path) -> None:
    path = write(tmp_path, changed(("duration: 10 h", f"duration: {text}")))

    assert lca.run(path).value("device_hours") == 8 * hours


@pytest.mark.parametrize(
    "change",
    [
        ("count: 8", "count: 0"),
        ("count: 8", "count: -8"),
        ("count: 8", "count: 1e300"),
        ("energy: 60 kWh", "energy: 1e300 kWh"),
        ("energy: 60 kWh", "energy: 60 kWh, produces: {count: 0, unit: run}"),
        ("energy: 60 kWh", "energy: 60 kWh, produces: {count: 1e-320, unit: run}"),
        ("facility: site", "facility: site, lifetime: 0 h"),
        ("facility: site", "facility: site, per_node: 0, host_embodied: 1 kgCO2e"),
        ("facility: site", "facility: site, lifetime_utilisation: 0 %"),
        ("pue: 1.25", "pue: 0"),
        ("pue: 1.25", "pue: 125"),
        ("pue: 1.25", "pue: 1e308"),
        ("pue: 1.25", "pue: 1.25, losses: 100 %"),
        ("pue: 1.25", "pue: 1.25, grid: 450 kgCO2e/kWh"),
    ],
)
def test_field__beyond_what_can_be(change: tuple[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, changed(change))

    assert errors(path)
    assert execute("run", path, "--json", folder=tmp_path)[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        ("energy: 60 kWh", "energy: 0 kWh"),
        ("energy: 60 kWh", "energy: 1e-300 kWh"),
        ("energy: 60 kWh", "energy: 1e12 kWh"),
        ("duration: 10 h", "duration: 1e-9 h"),
        ("location: FR, pue: 1.25", "grid: 0 gCO2e/kWh, pue: 1"),
        ("facility: site", "facility: site, embodied: 0 kgCO2e"),
    ],
)
def test_report__of_the_smallest_and_the_largest(change: tuple[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, changed(change))
    status, printed, complaints = execute("run", path, "--to", "out", folder=tmp_path)

    assert status == 0, complaints
    assert not re.search(r"\b(nan|inf|None)\b", printed)
    assert {"report.html", "report.pdf", "result.json"} <= files(tmp_path / "out").keys()


def test_report__of_a_case_whose_total_is_zero(tmp_path: Path) -> None:
    nothing = [
        ("location: FR, pue: 1.25", "grid: 0 gCO2e/kWh, pue: 1"),
        ("facility: site", "facility: site, embodied: 0 kgCO2e"),
    ]
    path = write(tmp_path, changed(*nothing))
    status, _, complaints = execute("run", path, "--to", "out", folder=tmp_path)

    assert status == 0, complaints
    totals = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["totals"]
    assert {total["value"] for total in totals if total["id"] == "total"} == {0}


# --------------------------------------------------------------------------------------------------
# Words: what a user writes reaches pages as words, never as code


class Skeleton(HTMLParser):
    """The elements and attributes of a page, without its words; and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.text += data


def worded(words: str) -> str:
    """A case in which every free word is the same."""
    word = json.dumps(words)
    return f"""\
lca: 1
title: {word}
period: {{start: 2025-01-01, end: 2025-12-31}}
facilities:
  site:
    location: FR
    pue: {{value: 1.25, low: 1.2, high: 1.3, source: {word}, page: {word}, note: {word}}}
    wue: 0.3 L/kWh
    instruments: [{{name: {word}, kind: ppa, factor: 0 gCO2e/kWh, covers: 60 %}}]
hardware:
  gpus: {{device: h100-sxm, count: 8, facility: site}}
workloads:
  run:
    title: {word}
    kind: training
    runs_on: gpus
    duration: 10 h
    energy: 60 kWh
    produces: {{count: 3, unit: {word}}}
claims: [{{total: total, value: 3 kgCO2e, source: {word}, note: {word}}}]
exclusions: [{{what: {word}, reason: {word}}}]
notes: [{word}]
verification: {word}
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The files of two reports that differ in their words only: by `plain` and `hostile`, then by name."""
    made = {}
    for kind, words in (("plain", "words"), ("hostile", PAYLOAD)):
        place = tmp_path_factory.mktemp(kind)
        status, _, complaints = execute("run", write(place, worded(words)), "--to", "out", folder=place)
        assert status == 0, complaints
        contents = {path.name: path.read_bytes() for path in (place / "out").iterdir()}
        made[kind] = {name: content.decode() for name, content in contents.items() if not name.endswith(".pdf")}
    return made


def test_html__words_make_no_elements(reports: dict[str, dict[str, str]]) -> None:
    plain, hostile = (Skeleton(reports[kind]["report.html"]) for kind in ("plain", "hostile"))
    differing = Counter(hostile.elements) - Counter(plain.elements)

    assert not differing
    assert [element for element, *_ in hostile.elements] == [element for element, *_ in plain.elements]
    assert not any(name.startswith("on") for _, *names in hostile.elements for name in names)
    assert PAYLOAD in hostile.text
    assert PAYLOAD not in reports["hostile"]["report.html"]


def test_html__ids_are_unique(reports: dict[str, dict[str, str]]) -> None:
    for kind in reports:
        ids = Counter(Skeleton(reports[kind]["report.html"]).ids)
        assert [id for id, count in ids.items() if count > 1] == []


TEX_COMMAND = re.compile(r"\\([A-Za-z]+|.)")
TEX_WORDS = re.compile(r"text[a-z]+")
"""Commands that set one sign: \\textbackslash, \\textasciicircum, \\textless …"""


def test_tex__words_are_no_commands(reports: dict[str, dict[str, str]]) -> None:
    plain, hostile = (reports[kind]["methods.tex"] for kind in ("plain", "hostile"))
    commands = {name for name in TEX_COMMAND.findall(hostile) if not TEX_WORDS.fullmatch(name)}
    active = [Counter(re.findall(r"[\\{}$&#^_~%]", TEX_COMMAND.sub("", text))) for text in (plain, hostile)]
    added = active[1] - active[0]

    assert commands <= set(TEX_COMMAND.findall(plain)) | set("%&$#_{}")
    assert set(added) <= {"{", "}"}
    assert added["{"] == added["}"]


def test_yaml_and_json__words_stay_words(reports: dict[str, dict[str, str]]) -> None:
    cards = [yaml.safe_load(reports[kind]["model-card.yaml"]) for kind in ("plain", "hostile")]
    result = json.loads(reports["hostile"]["result.json"])

    assert cards[0] == cards[1]
    assert result["case"]["title"] == PAYLOAD
    assert result["case"]["document"]["notes"] == [PAYLOAD]


def test_text__is_one_paragraph_that_holds_the_title(reports: dict[str, dict[str, str]]) -> None:
    assert PAYLOAD in reports["hostile"]["methods.txt"]
    assert len(reports["hostile"]["methods.txt"].splitlines()) == len(reports["plain"]["methods.txt"].splitlines())


@pytest.mark.parametrize(
    "words", ["Ünïcödé ½ ✓ 🚀", "名前 – 日本語", "שלום עולם", "a\u202egnp.exe", "e\u0301\u0301\u0301" * 30]
)
def test_unicode__in_title_and_names(words: str, tmp_path: Path) -> None:
    name = json.dumps(words, ensure_ascii=False)
    path = write(
        tmp_path,
        changed(
            ("Eight devices for ten hours", name), ("  site:", f"  {name}:"), ("facility: site", f"facility: {name}")
        ),
    )
    status, _, complaints = execute("run", path, "--to", "out", folder=tmp_path)

    assert status == 0, complaints
    assert words in Skeleton((tmp_path / "out" / "report.html").read_text(encoding="utf-8")).text
    assert words in (tmp_path / "out" / "methods.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("first", "second"), [("東京", "大阪"), ("hall a", "hall-a"), ("a.b", "a b"), ("Ä", "Ö")])
def test_names__that_differ_in_signs_only(first: str, second: str, tmp_path: Path) -> None:
    text = changed(
        ("  site: {location: FR", f"  {second}: {{location: DE, pue: 1.5, wue: 0 L/kWh}}\n  {first}: {{location: FR"),
        ("facility: site}", f"facility: {first}}}\n  more: {{device: h100-sxm, count: 8, facility: {second}}}"),
        ("workloads:", "workloads:\n  other: {kind: training, runs_on: more, duration: 10 h, energy: 60 kWh}"),
    )
    status, _, complaints = execute("run", write(tmp_path, text), "--to", "out", folder=tmp_path)
    page = Skeleton((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    figures = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["figures"]

    assert status == 0, complaints
    assert [id for id, count in Counter(page.ids).items() if count > 1] == []
    assert [id for id, count in Counter(figure["id"] for figure in figures).items() if count > 1] == []


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\b", "\\e[2J", "\\x7f", "\\x9b2J"])
def test_control_characters__reach_neither_page_nor_terminal(escape: str, tmp_path: Path) -> None:
    titled = write(tmp_path, changed(("Eight devices", f'"Eight {escape} devices"'), (" for ten hours", "")))
    status, _, complaints = execute("run", titled, "--to", "out", folder=tmp_path)
    written = [
        content.decode() for name, content in files(tmp_path).items() if name.endswith((".html", ".tex", ".txt"))
    ]
    chosen = write(tmp_path, changed(("kind: training", f'kind: "{escape}training"')), "chosen.yaml")

    assert status in (0, 1)
    assert bool(written) == (status == 0)
    assert not any(CONTROLS.search(text) for text in written)
    assert not CONTROLS.search(complaints)
    assert not CONTROLS.search(execute("check", chosen, folder=tmp_path)[1])


@pytest.mark.parametrize("title", ["W" * 5_000, "word " * 1_000, "a\\nb" * 300])
def test_title__that_fits_no_page(title: str, tmp_path: Path) -> None:
    path = write(tmp_path, changed(("Eight devices for ten hours", f'"{title}"')))
    status, _, complaints = execute("run", path, "--to", "out", folder=tmp_path)

    assert status in (0, 1)
    assert (tmp_path / "out").exists() == (status == 0)
    assert complaints or status == 0


# --------------------------------------------------------------------------------------------------
# Paths, evidence, output


def test_paths__with_blanks_quotes_and_signs(tmp_path: Path) -> None:
    place = tmp_path / 'it\'s a "case" & $(more);'
    record = "evi dence/l'été #1 $(x) 100 %.csv"
    write(place, LOG, record)
    text = changed(
        ("duration: 10 h, energy: 60 kWh", f"power: {{log: {json.dumps(record)}}}"), ("count: 8", "count: 1")
    )
    path = write(place, text, "my case's.yaml")
    status, _, complaints = execute("run", path, "--to", place / "out put", folder=tmp_path)

    assert status == 0, complaints
    result = json.loads((place / "out put" / "result.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in result["case"]["files"]} == {"my case's.yaml", record}
    assert result["records"][0]["facts"]["devices"] == "1"


def test_evidence__one_byte_changes_the_hash_and_nothing_else(tmp_path: Path) -> None:
    text = changed(("duration: 10 h, energy: 60 kWh", "power: {log: log.csv}"), ("count: 8", "count: 1"))
    results = []
    for log in (LOG, LOG.replace("NVIDIA H100", "NVIDIA H10O", 1)):
        write(tmp_path, log, "log.csv")
        status, printed, _ = execute("run", write(tmp_path, text), "--json", folder=tmp_path)
        assert status == 0
        results.append(json.loads(printed))
        recorded = {entry["path"]: entry["sha256"] for entry in results[-1]["case"]["files"]}
        assert recorded["log.csv"] == hashlib.sha256(log.encode()).hexdigest()
        assert recorded["case.yaml"] == hashlib.sha256(text.encode()).hexdigest()
        assert results[-1]["records"][0]["sha256"] == recorded["log.csv"]

    before, after = results
    assert before["case"]["files"] != after["case"]["files"]
    assert before["totals"] == after["totals"]
    assert before["versions"] == after["versions"]


def test_evidence__that_is_not_what_it_says(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("duration: 10 h, energy: 60 kWh", "power: {log: log.csv}")))
    for content in (
        b"",
        b"\x00" * 1000,
        b"\xff" * 1000,
        b"\x1f\x8b\x08\x00" + os.urandom(100),
        b"timestamp, power.draw [W]\n" + b"x" * 1_000_000,
        b'timestamp, index, power.draw [W]\n2025-03-02T10:00:00+00:00, "' + b"x\n" * 100_000,
        LOG.replace("700.00", "1e308").encode(),
        LOG.replace("700.00", "nan").encode(),
        LOG.replace("700.00", "-700.00").encode(),
        LOG.replace("2025-03-02T11", "0001-01-01T00").encode(),
        LOG.replace("index", "\x1b[2J").replace("11:00", "\x1b[2J").encode(),
        ("=cmd|' /C calc'!A0," * 4 + "\n").encode(),
    ):
        write(tmp_path, content, "log.csv")
        status, printed, _ = execute("check", path, folder=tmp_path)

        assert status == 1, content[:80]
        assert re.search(r"^log\.csv(:\d+)*: error ", printed, re.MULTILINE), content[:80]
        assert not CONTROLS.search(printed), content[:80]


def test_record__with_an_impossible_power(tmp_path: Path) -> None:
    write(tmp_path, LOG.replace("700.00", "70000.00"), "log.csv")
    text = changed(("duration: 10 h, energy: 60 kWh", "power: {log: log.csv}"), ("count: 8", "count: 1"))

    assert "power-above-rating" in {found.slug for found in findings(write(tmp_path, text))}


@pytest.mark.parametrize("kind", ["errors", "no case", "no report"])
def test_output__is_left_alone_when_nothing_can_be_made(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path, changed(("pue: 1.25", "pue: 0.25")) if kind == "errors" else CASE)
    write(tmp_path, "old", "full/report.html")
    write(tmp_path, "mine", "full/notes.txt")
    before = files(tmp_path)
    case = tmp_path / "nowhere.yaml" if kind == "no case" else path
    which = ("--report", "nothing") if kind == "no report" else ()

    assert execute("run", case, "--to", "full", *which, folder=tmp_path)[0] in (1, 2)
    assert execute("run", case, "--to", "new", *which, folder=tmp_path)[0] in (1, 2)
    assert files(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_output__is_whole_or_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, CASE)
    write(tmp_path, "in the way", "out/report.html/thing")
    before = files(tmp_path)
    status, _, complaints = execute("run", path, "--to", "out", folder=tmp_path)

    assert status == 1
    assert "report.html" in complaints
    assert ".part" not in complaints
    assert files(tmp_path) == before


def test_output__into_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, CASE)
    status, _, complaints = execute("run", path, "--to", path, folder=tmp_path)

    assert status == 2
    assert "case.yaml" in complaints
    assert path.read_text(encoding="utf-8") == CASE


def test_terminal__that_knows_ascii_only(tmp_path: Path) -> None:
    path = write(tmp_path, changed(("pue: 1.25", "pue: 0.25"), ("Eight", "Äight")))
    status, printed, complaints = outside("check", path.name, folder=tmp_path, PYTHONIOENCODING="ascii")

    assert status == 1
    assert "out-of-range" in printed
    assert "Traceback" not in complaints


def test_terminal__whose_reader_has_gone(tmp_path: Path) -> None:
    path = write(tmp_path, CASE)
    line = f'"{sys.executable}" -m lca explain "{path}" total | head -n 1'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=False)

    assert done.stdout.startswith("Footprint")
    assert done.stderr == ""


# --------------------------------------------------------------------------------------------------
# lca audit: flags and names go into a case that it writes


RUN = ("--device", "h100-sxm", "--count", "8", "--duration", "72 h", "--utilisation", "85 %", "--location", "FR")


def audited(place: Path, *flags: str) -> tuple[int, dict[str, bytes], str]:
    """Status, files and complaints of an audit from an empty folder."""
    place.mkdir()
    status, _, complaints = execute("audit", *RUN, *flags, folder=place)
    return status, files(place), complaints


@pytest.mark.parametrize("title", [PAYLOAD, "a: b", "- x", "'", '"', "#", "null", "~", "1e3", "{a: b}", "x # y"])
def test_audit__title_is_the_title(title: str, tmp_path: Path) -> None:
    status, printed, complaints = execute("audit", *RUN, "--title", title, "--json", folder=tmp_path)

    assert status == 0, complaints
    assert json.loads(printed)["case"]["title"] == title
    assert files(tmp_path) == {}


def test_audit__drafts_a_case_that_checks(tmp_path: Path) -> None:
    status, made, complaints = audited(tmp_path / "run", "--title", PAYLOAD, "--to", "out")

    assert status == 0, complaints
    assert json.loads(made["out/result.json"])["case"]["title"] == PAYLOAD
    assert execute("check", "out/case.yaml", folder=tmp_path / "run")[0] == 0


@pytest.mark.parametrize("title", ["../../escape", "/etc/escape", "..", "名前", "x" * 5_000])
def test_audit__writes_below_the_present_folder(title: str, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    status, made, complaints = audited(tmp_path / "run", "--title", title)

    assert status in (0, 1)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "run"}
    assert all(re.fullmatch(r"[a-z0-9-]+/[a-z.-]+", name) for name in made)
    assert bool(made) == (status == 0), complaints


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        *(("location", "FR\n    grid: 0 gCO2e/kWh"), ("pue", "1.2, wue: 3"), ("pue", "1.2\n    wue: 3 L/kWh")),
        *(("duration", "72 h # 1 h"), ("count", "8\n    count: 9"), ("owned", "owned, host: x"), ("grid", "450")),
        *(("produces", "1}\nnotes: [injected]\nx: {a: 1"), ("produces", "3, unit: a"), ("produces", "EFLOP")),
        *(("produces", "84000"), ("start", "2026-01-01"), ("start", "2026-13-01"), ("end", "yesterday")),
        *(
            ("device", "<script>"),
            ("device", "../../../etc/passwd"),
            ("host", "x/../y"),
            ("pue", ""),
            ("lifetime", "5"),
        ),
    ],
)
def test_audit__a_bad_flag_is_named(flag: str, value: str, tmp_path: Path) -> None:
    status, made, complaints = audited(tmp_path / "run", f"--{flag}", value)

    assert status in (1, 2)
    assert f"--{flag}" in complaints
    assert "yaml-syntax" not in complaints
    assert made == {}


@pytest.mark.parametrize("name", ['it\'s #1 "b".csv', "ü: {x} %s.csv", "-x.csv", "a\nb.csv"])
def test_audit__record_of_any_name(name: str, tmp_path: Path) -> None:
    write(tmp_path, LOG, name)
    status, _, complaints = execute(
        "audit", f"./{name}", "--device", "h100-sxm", "--location", "FR", "--to", "out", folder=tmp_path
    )

    assert status == 0, complaints
    assert (tmp_path / "out" / "evidence" / name).read_text(encoding="utf-8") == LOG
    assert execute("check", "out/case.yaml", folder=tmp_path)[0] == 0


def test_audit__does_not_lose_an_edited_case(tmp_path: Path) -> None:
    status, made, _ = audited(tmp_path / "run", "--to", "out")
    edited = made["out/case.yaml"].decode() + "notes: [added by hand]\n"
    write(tmp_path / "run", edited, "out/case.yaml")
    again, _, complaints = execute("audit", *RUN, "--to", "out", folder=tmp_path / "run")
    kept = [content.decode() for content in files(tmp_path / "run").values() if content.startswith(b"lca: 1")]

    assert status == 0
    assert edited in kept, f"the edits are gone; status {again}, {complaints}"


# --------------------------------------------------------------------------------------------------
# Many mistakes at once, and any mistake at all


def test_mistakes__ten_in_one_case_each_at_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
lca: 1
title: Ten mistakes
period: {start: 2025-13-01, end: 2025-12-31}
gwp: AR7
facilities:
  north: {location: Frankreich, pue: 0.9}
  south:
    location: DE
    pue: 1.2
    pue: 1.3
hardware:
  old: {device: h100-sxn, count: 8, facility: north}
  new:
    device: h100-sxm
    count: eight
    facility: sooth
    colour: green
workloads:
  first:
    kind: trainning
    runs_on: old
    duration: 10
    energy: 60 kW
  second:
    kind: training
    runs_on: old
    duration: 5 h
    power: {log: missing.csv}
  third:
    kind: training
    runs_on: old
    duration: 5 h
claims:
  - {total: total, value: three kg, source: card}
""",
    )
    status, printed, _ = execute("check", path, folder=tmp_path)
    expected = {
        (3, "bad-date"),
        (4, "unknown-gwp-set"),
        (6, "unknown-location"),
        (6, "out-of-range"),
        (10, "duplicate-key"),
        (12, "unknown-device"),
        (15, "not-a-number"),
        (16, "unknown-reference"),
        (17, "unknown-key"),
        (20, "unknown-choice"),
        (22, "bare-number"),
        (23, "wrong-unit"),
        (28, "evidence-missing"),
        (29, "no-way"),
        (34, "not-a-number"),
    }

    assert status == 1
    assert errors(path) == expected
    assert [line for line, _ in sorted(expected)] == [
        int(line) for line in re.findall(r"^case\.yaml:(\d+):\d+: error", printed, re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("duration: 10 h, energy: 60 kWh", "power: {log: none.csv}"), {(9, "evidence-missing")}),
        (("start: 2025-01-01", "start: 2025-1-1"), {(3, "bad-date")}),
        ((", facility: site", ""), {(7, "missing-key")}),
        (("runs_on: gpus", "runs_on: gpu"), {(9, "unknown-reference")}),
        (("facility: site", "facility: sites"), {(7, "unknown-reference")}),
        (("energy: 60 kWh", "enrgy: 60 kWh"), {(9, "unknown-key")}),
        (("count: 8", "cuont: 8"), {(7, "unknown-key")}),
        (("location: FR", "location: FRANKREICH"), {(5, "unknown-location")}),
        (("kind: training", "kind: train"), {(9, "unknown-choice")}),
        (("duration: 10 h", "duration: 10"), {(9, "bare-number")}),
        (("  site: {location: FR, pue: 1.25, wue: 0.3 L/kWh}", "  site:"), {(5, "empty-value")}),
        (("energy: 60 kWh}", "energy: 60 kW}"), {(9, "wrong-unit")}),
        (("kind: training", "kind: "), {(9, "empty-value")}),
        (("end: 2025-12-31", "end: "), {(3, "empty-value")}),
        (("gpus: {device", 'gpus: {"a[b]": 1, device'), {(7, "unknown-key")}),
    ],
)
def test_mistake__draws_no_others_after_it(
    change: tuple[str, str], expected: set[tuple[int, str]], tmp_path: Path
) -> None:
    claimed = CASE + "claims: [{total: total, value: 3 kgCO2e, source: card}]\n"
    path = write(tmp_path, changed(change, case=claimed))

    assert errors(path) == expected
    assert not {found.slug for found in findings(path)} & {
        *("unused", "no-period", "water-not-quantified", "embodied-no-duration", "needs")
    }


@pytest.mark.parametrize("name", ["rack[3]", "[", "a.b", "0", "facilities", "a{b}", "%s", "a: b", "null", "1e3"])
def test_mistake__below_a_strange_name(name: str, tmp_path: Path) -> None:
    name = json.dumps(name)
    path = write(
        tmp_path,
        changed(
            ("  site: {", f"  {name}: {{colour: green, "),
            ("pue: 1.25", "pue: 0.25"),
            ("facility: site", f"facility: {name}"),
        ),
    )
    where = {found.slug: found.place.column for found in findings(path) if found.severity == "error"}
    line = path.read_text(encoding="utf-8").splitlines()[4]

    assert errors(path) == {(5, "unknown-key"), (5, "out-of-range")}
    assert where == {"unknown-key": line.index("colour") + 1, "out-of-range": line.index("0.25") + 1}


SPOILS = st.sampled_from(
    [
        *("", "0", "-1", "1e9", "1e308", "1e-320", "nan", "10", "0 h", "{}", "[]", "null", "''", "yes", "NO", "FR"),
        *("US-ZZ", "aws:nowhere", ":", "- ", "#", "{a: b}", "[1, 2]", "*a", "&a", "!!int", "h", "%", "\t", "\n", "  "),
        *("server/generic", "organisation", "5 kWh/0", "10 W", "é", "\\", "'", '"', "}", "{", ",", "\x00", "\ufffe"),
    ]
)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spoils=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 12), SPOILS), min_size=1, max_size=3))
@example(spoils=[(0, 10_000, "")])
def test_spoiled_case__is_refused_or_computed(spoils: list[tuple[int, int, str]], tmp_path: Path) -> None:
    text = worded("words")
    for at, length, instead in spoils:
        start = at % (len(text) + 1)
        text = text[:start] + instead + text[start + length :]
    status, printed, _ = execute("check", write(tmp_path, text), folder=tmp_path)

    assert status in (0, 1)
    assert printed.splitlines()[-1].startswith(str(tmp_path / "case.yaml"))
    if status == 0:
        json.loads(execute("run", tmp_path / "case.yaml", "--json", folder=tmp_path)[1])
