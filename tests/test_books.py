"""The books are complete: every equation has its case and its source, every finding its example, every subject both."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import lca.resolve  # noqa: F401 -- importing every subject fills the register
from lca.equation import REGISTER
from lca.findings import CATALOGUE
from lca.methods import SUBJECTS

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
ERRORS = ROOT / "tests" / "errors"
OUTSIDE_THE_SUBJECTS = {"published"}
"""Folders of cases that are whole cases, not those of one subject's equations."""


def yaml_of(path: Path) -> dict[str, object]:
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def test_equations__have_a_worked_case_each():
    missing = [f"{made.subject}/{name}" for name, made in REGISTER.items() if not case_of(name).is_file()]
    assert not missing


def test_equations__are_what_every_case_is_about():
    strays = [path for path in CASES.glob("*/*.yaml") if path.parent.name not in OUTSIDE_THE_SUBJECTS]
    assert {path.stem for path in strays} == set(REGISTER)
    for path in strays:
        assert path == case_of(path.stem)
        assert yaml_of(path)["equation"] == path.stem


@pytest.mark.parametrize("name", REGISTER)
def test_cases__say_who_worked_them(name):
    assert str(yaml_of(case_of(name))["source"]).strip()


def case_of(name: str) -> Path:
    return CASES / REGISTER[name].subject / f"{name}.yaml"


def test_sources__of_equations_are_in_the_bibliography():
    known = yaml_of(ROOT / "datasets" / "sources.yaml")
    cited = {made.source.partition("#")[0]: name for name, made in REGISTER.items()}
    assert {key: name for key, name in cited.items() if key not in known} == {}


def test_subjects__have_a_module_equations_and_cases():
    modules = {path.stem for path in (ROOT / "lca" / "methods").glob("*.py")} - {"__init__"}
    folders = {path.name for path in CASES.iterdir() if path.is_dir()} - OUTSIDE_THE_SUBJECTS
    assert modules == set(SUBJECTS)
    assert folders == set(SUBJECTS)
    assert {made.subject for made in REGISTER.values()} == set(SUBJECTS)


def test_symbols__mean_one_unit_within_a_subject():
    seen: dict[tuple[str, str], set[str]] = {}
    for made in REGISTER.values():
        seen.setdefault((made.subject, made.symbol), set()).add(made.unit)
    assert {place: found for place, found in seen.items() if len(found) > 1} == {}


NOT_YAML = {"file-too-large", "file-unreadable", "not-utf8"}
"""Findings about files that cannot be written as a case; a test of their own raises them."""


@pytest.mark.parametrize("slug", CATALOGUE)
def test_findings__have_a_broken_case_and_its_text(slug):
    text = ERRORS / f"{slug}.txt"
    assert text.is_file()
    assert f" {slug}: " in text.read_text(encoding="utf-8")
    assert (ERRORS / f"{slug}.yaml").is_file() or slug in NOT_YAML


def test_findings__are_what_every_broken_case_is_about():
    stems = {path.stem for path in ERRORS.iterdir() if path.suffix in (".yaml", ".txt", ".csv")}
    assert stems <= set(CATALOGUE)


@pytest.mark.parametrize("slug", CATALOGUE)
def test_findings__say_what_and_why(slug):
    entry = CATALOGUE[slug]
    assert entry.message
    assert entry.why
    assert entry.remedy or entry.severity == "note"
