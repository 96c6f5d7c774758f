"""Whole cases worked by hand or published by others, through the way in that users take: a case file, or flags.

Each file of `cases/published/` holds `title`, `source`, a `case` in the face of the YAML or the flags of
`lca audit` or both, and what must come out of each: `expect` by total or figure, or by the quotient of two, with a
value, a unit and a tolerance; `findings` that must be raised, some with words that they must hold; and `without`,
those that must not.
A tolerance of 0 means the very same float.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import lca
from lca import units
from lca.figure import walk
from lca.inventory import Inventory

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "cases" / "published"
FIELDS = {"title", "source", "case", "audit", "evidence", "expect", "findings", "without", "refused"}
STUDY = "study"
"""Of its main total, and `study_of_<total>` of another: what `lca sensitivity --json` must give."""


def published(path: Path) -> dict[str, Any]:
    """The file with every scalar as text, and its case as it is written there, comments and all."""
    text = path.read_text(encoding="utf-8")
    document = dict(yaml.load(text, Loader=yaml.BaseLoader))
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    assert isinstance(root, yaml.MappingNode)
    for key, node in root.value:
        if key.value == "case":
            cut = text[node.start_mark.index - node.start_mark.column : node.end_mark.index]
            document["case"] = textwrap.dedent(cut)
    return document


ALL = {path.stem: published(path) for path in sorted(FOLDER.glob("*.yaml"))}
RUN = [name for name, document in ALL.items() if "case" in document and "refused" not in document]
REFUSED = [name for name, document in ALL.items() if "refused" in document]
AUDITED = [name for name, document in ALL.items() if "audit" in document]


@dataclass(frozen=True)
class Result:
    """Numbers by the id of a total or of a figure, with their plain units, and what was found."""

    numbers: Mapping[str, tuple[float, str]]
    findings: list[tuple[str, str]]
    """Slug, and all its text."""


def of_inventory(inventory: Inventory) -> Result:
    figures = {figure.id: figure for figure in walk(inventory.roots)} | dict(inventory.totals)
    numbers = {}
    for id, figure in figures.items():
        value = inventory.value(figure)
        assert value is not None, id
        numbers[id] = (value, units.plain(figure.unit))
    texts = [(found.slug, f"{found.message} {found.why} {found.remedy}") for found in inventory.findings]
    return Result(numbers, texts)


def of_json(result: Mapping[str, Any]) -> Result:
    numbers = {item["id"]: (item["value"], item["unit"]) for item in [*result["figures"], *result["totals"]]}
    texts = [
        (found["slug"], " ".join(found[key] for key in ("message", "why", "remedy"))) for found in result["findings"]
    ]
    return Result(numbers, texts)


def number(result: Result, id: str, unit: str) -> float:
    """A figure in a unit, or the quotient of two: `energy.overhead / energy.site`."""
    top, _, bottom = id.partition(" / ")
    if bottom:
        return number(result, top, result.numbers[top][1]) / number(result, bottom, result.numbers[top][1])
    assert id in result.numbers, f"{id} is not among {', '.join(result.numbers)}"
    value, given = result.numbers[id]
    return units.convert(value, given, unit)


def expectations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for id, expected in document.get("expect", {}).items():
        for one in expected if isinstance(expected, list) else [expected]:
            yield id, one


def wanted(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The slug of every finding that must be raised, and words that it must hold."""
    for item in document.get("findings", []):
        yield from item.items() if isinstance(item, dict) else [(item, "")]


def _plain(text: str) -> str:
    """Without the thin spaces of good typography."""
    return re.sub(r"[\u2009\u202f\u00a0]", " ", text)


def assert_as_published(result: Result, document: Mapping[str, Any]) -> None:
    for id, expected in expectations(document):
        assert len({"rel", "abs"} & set(expected)) == 1, f"{id} needs one tolerance"
        relative, absolute = (float(expected.get(kind, 0)) for kind in ("rel", "abs"))
        near = pytest.approx(float(expected["value"]), rel=relative, abs=absolute)
        assert number(result, id, expected["unit"]) == near, id
    for slug, words in wanted(document):
        found = [_plain(text) for raised, text in result.findings if raised == slug]
        assert any(words in text for text in found), f"{slug} with {words!r} among {found}"
    assert not set(document.get("without", [])) & {slug for slug, _ in result.findings}


@pytest.mark.parametrize("name", ALL)
def test_file__says_what_it_is_and_expects_something(name):
    document = ALL[name]
    assert {key for key in document if not key.startswith(STUDY)} <= FIELDS
    assert document["title"]
    assert document["source"]
    assert "case" in document or "audit" in document
    assert document.get("expect") or document.get("findings")


@pytest.mark.parametrize("name", RUN)
def test_case__gives_what_is_published(name, case):
    inventory = lca.run(case(ALL[name]["case"], ALL[name].get("evidence")))
    assert not inventory.failed, "\n".join(map(str, inventory.findings))
    assert_as_published(of_inventory(inventory), ALL[name])


@pytest.mark.parametrize("name", RUN)
def test_total__is_the_same_as_a_quantity_of_python(name, case):
    inventory = lca.run(lca.load(case(ALL[name]["case"], ALL[name].get("evidence"))))
    for id, expected in expectations(ALL[name]):
        if id in inventory.totals:
            in_unit = inventory.total(id).m_as(expected["unit"])
            assert in_unit == pytest.approx(number(of_inventory(inventory), id, expected["unit"]), rel=1e-15)


def reached(data: Any, path: str) -> float:
    """What stands at a path of the answers: keys, and entries of a list by their id, name, group or key."""
    if not path:
        return float(data)
    entries = (
        {entry.get("id") or entry.get("name") or entry.get("key"): entry for entry in data}
        if isinstance(data, list)
        else dict(data)
    )
    entries |= {entry["id"]: entry for entry in entries.get("estimates", ())}
    key = max((key for key in entries if path == key or path.startswith(f"{key}.")), key=len, default=None)
    assert key is not None, f"{path} is not among {', '.join(map(str, entries))}"
    return reached(entries[key], path.removeprefix(key).removeprefix("."))


@pytest.mark.parametrize("name", [name for name in RUN if any(key.startswith(STUDY) for key in ALL[name])])
def test_sensitivity__gives_what_is_published(name, case, command):
    path = case(ALL[name]["case"], ALL[name].get("evidence"))
    for section, expected in ALL[name].items():
        if section.startswith(STUDY):
            total = section.removeprefix(STUDY).removeprefix("_of_")
            ran = command("sensitivity", path, "--json", *(["--total", total] if total else []))
            answers = json.loads(ran.out)
            for at, one in expected.items():
                near = pytest.approx(float(one["value"]), rel=float(one.get("rel", 0)), abs=float(one.get("abs", 0)))
                assert reached(answers, at) == near, at


@pytest.mark.parametrize("name", AUDITED)
def test_flags__give_what_is_published(name, command, tmp_path, monkeypatch):
    words = [str(ROOT / word) if (ROOT / word).is_file() else word for word in ALL[name]["audit"]]
    for path, content in ALL[name].get("evidence", {}).items():
        (tmp_path / path).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = command("audit", *words, "--json")
    assert ran.status == 0, ran.err
    assert_as_published(of_json(json.loads(ran.out)), ALL[name])


@pytest.mark.parametrize("name", REFUSED)
def test_case__that_must_be_refused(name, case, command):
    ran = command("run", case(ALL[name]["case"], ALL[name].get("evidence")), "--json")
    assert ran.status == 1
    assert ran.out == ""
    for slug, words in wanted(ALL[name]):
        assert f" {slug}: " in ran.err
        assert words in _plain(ran.err)


def test_json_of_the_command__says_what_python_says(case, command):
    path = case(ALL["sci-of-a-training-run"]["case"])
    said = of_json(json.loads(command("run", path, "--json").out))
    assert said.numbers == of_inventory(lca.run(path)).numbers


def test_switchgear__differs_by_a_27th_between_two_readings_of_the_same_report(case):
    # 25 200 ∕ 24 300 − 1 = 1 ∕ 27: both circulate as the Sixth Assessment Report's value for SF6.
    table, protocol = (
        lca.run(case(ALL[name]["case"])).total("scope1") for name in ("switchgear-ar6-7sm7", "switchgear-ar6")
    )
    assert (table / protocol).m_as("") - 1 == pytest.approx(0.037037037037, rel=1e-10)
