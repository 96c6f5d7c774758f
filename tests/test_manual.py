"""What a newcomer reads is true: every key has its meaning, and an example that is read without a mistake."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

import lca
from lca.cli import main
from lca.explain import readable
from lca.figure import Place
from lca.findings import CATALOGUE
from lca.marks import Items, Table, Text
from lca.model import Finding
from lca.schema import CaseSection, everyday, manual
from lca.schema.quantity import Section

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = manual.sections(CaseSection)
KEYS = [(section, key) for section in SECTIONS for key in manual.keys(section)]


def marked(value: Any) -> Any:
    """A value of YAML as the form reads it."""
    if isinstance(value, dict):
        table = Table(Place("example"))
        for key, inner in value.items():
            table[key], table.keys_at[key] = marked(inner), Place("example")
        return table
    if isinstance(value, list):
        items = Items(Place("example"))
        items.extend(marked(inner) for inner in value)
        return items
    return Text(value, Place("example"))


def mistakes(section: type[Section], text: str) -> list[str]:
    """What the form says of a section, but for what is missing beside what stands there."""
    found: list[Finding] = []
    try:
        section.model_validate(marked(yaml.load(text, Loader=yaml.BaseLoader)), context={"findings": found})
    except ValidationError as errors:
        return [str(error) for error in errors.errors() if error["type"] != "missing" or len(error["loc"]) > 1]
    return [str(item) for item in found]


@pytest.mark.parametrize(("section", "key"), KEYS, ids=[f"{section.__name__}.{key.name}" for section, key in KEYS])
def test_key__has_a_meaning__and_an_example_that_is_read(section, key):
    assert key.means, "a key's docstring is its manual"
    assert "…" not in key.example, "EXAMPLES in lca/schema/manual.py has an example where the unit says none"
    assert mistakes(section, f"{key.name}: {key.example}") == []


def test_page__is_made_from_the_form():
    page = manual.markdown(CaseSection)
    if os.environ.get("LCA_ACCEPT"):
        (ROOT / "docs" / "CASE.md").write_text(page, encoding="utf-8")
    assert page == (ROOT / "docs" / "CASE.md").read_text(encoding="utf-8"), "`make docs` rewrites it"


def test_examples__are_of_keys_that_exist():
    names = {f"{base.__name__}.{key.name}" for section, key in KEYS for base in section.__mro__}
    assert manual.EXAMPLES.keys() <= names


def everyday_words() -> list[everyday.Meant]:
    return sorted({*everyday.EVERYDAY.values(), *everyday.WITHIN.values()})


@pytest.mark.parametrize(
    "meant", [one for one in everyday_words() if one.key.partition(".")[0] in CaseSection.model_fields]
)
def test_everyday__word_leads_to_a_key__with_an_example_that_is_read(meant):
    text = meant.example
    for step in reversed(meant.key.rpartition(".")[0].split(".") if "." in meant.key else []):
        text = f"{{{step if step != '<name>' else 'here'}: {text if text.startswith('{') else '{' + text + '}'}}}"
    if "…" not in text:
        assert mistakes(CaseSection, text.strip() if text.startswith("{") else f"{{{text}}}") == []


def test_findings__send_nobody_elsewhere_for_an_example():
    for slug, entry in CATALOGUE.items():
        assert "README" not in entry.remedy, slug


def test_mistakes_of_one_section__each_have_a_place(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(
        "lca: 1\ntitle: x\nsubject: organisation\n"
        "targets:\n  - {name: A, bace: 1 tCO2e, foo: 1}\n  - {name: B, bace: 1 tCO2e}\n"
        "base_year:\n  yeer: 2020\n  inventory: {scope2: 1 tCO2e, scope4: 1 tCO2e}\n"
        "activities:\n  travel:\n    a: {mod: rail, amont: 3 pkm}\n",
        encoding="utf-8",
    )
    with pytest.raises(lca.CaseError) as raised:
        lca.load(path)
    places = [(found.place.line, found.place.column) for found in raised.value.findings if found.slug == "unknown-key"]
    assert places == [(5, 15), (5, 30), (6, 15), (8, 3), (9, 15), (9, 32), (12, 9), (12, 20)]
    assert all(found.place.line > 3 for found in raised.value.findings)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("period: 2025", "Write `period: {start: 2025-01-01, end: 2025-12-31}`"),
        ("facilities: {a: {location: IE, electricity: 310 MWh}}", "Write `electricity: {metered: 310 MWh}`"),
        ("facilities: {a: {location: IE, gas: 12 MWh}}", "Write `fuels: [{fuel: natural-gas"),
        (
            "flights: 3 pkm",
            "Write `travel: {flights: {mode: flight-long-haul-economy-with-rf, amount: 1.9e6 pkm}}` under",
        ),
        ("facilities: {a: {location: IE, refrigerants: [{gas: R-410A, purchased: 3 kg}]}}", "`released: 18 kg`"),
        (
            "activities: {travel: {a: {mode: flight-long-haul-economy-with-rf, amount: 3 km}}}",
            "write the amount so, as in `9000 pkm`",
        ),
        ("base_year: {year: 2020, inventory: {scope2: 1 tCO2e}}", "Write `location: 1480 tCO2e, market: 1210 tCO2e`"),
        ("targets: [{name: A, base: 1 tCO2e}]", "`method:` is one of fixed, anchored, residual."),
        ("hardware: {a: h100}", "Write for example `a: {facility: dublin"),
    ],
)
def test_finding__says_what_to_write(tmp_path, line, said):
    path = tmp_path / "case.yaml"
    period = "" if line.startswith("period") else "period: {start: 2025-01-01, end: 2025-12-31}\n"
    company = "organisation: {name: A, consolidation: operational-control}\n"
    path.write_text(f"lca: 1\ntitle: x\nsubject: organisation\n{period}{company}{line}\n", encoding="utf-8")
    assert said in found_in(path)


def found_in(path: Path) -> str:
    try:
        return "\n".join(map(str, lca.run(path).findings))
    except lca.CaseError as error:
        return str(error)


# --------------------------------------------------------------------------------------------------
# lca new organisation


def warned(text: str) -> list[str]:
    return re.findall(r"^.*: (?:error|warning) .*$", text, flags=re.MULTILINE)


def test_new_organisation__runs_as_it_is(tmp_path, capsys):
    assert main(["new", "organisation"]) == 0
    path = tmp_path / "case.yaml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert warned(capsys.readouterr().out) == []
    inventory = lca.run(path)
    ids = {"scope1.HFC", "scope2.market", *(f"scope3.cat{number}" for number in (1, 2, 3, 4, 5, 6, 7)), "total.market"}
    assert all(inventory.total(id).magnitude > 0 for id in ids)


def test_new_organisation__with_its_tables__runs_with_the_meter_and_the_ledger(tmp_path, capsys):
    assert main(["new", "organisation", "--to", str(tmp_path)]) == 0
    text = (tmp_path / "case.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^      metered: 3120 MWh.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^( +)# (metered: \{meter|ledger: )", r"\1\2", text, flags=re.MULTILINE)
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    inventory = lca.run(tmp_path / "case.yaml")
    assert not inventory.failed
    assert {"evidence/meter-2025.csv", "evidence/activities-2025.csv"} <= inventory.case.files.keys()
    assert main(["new", "organisation", "--to", str(tmp_path)]) == 1, "a case that is there is kept"
    assert "nothing was written" in capsys.readouterr().err


def test_new_organisation__what_is_commented_out__can_be_put_in(tmp_path):
    text = (ROOT / "templates" / "new" / "organisation.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^( +)# (residual_mix:|grid:|heat:)", r"\1\2", text, flags=re.MULTILINE)
    chillers = r"^      - \{title: Chillers, .*\n((?:.*\n)?)      # (- \{title: Chillers)"
    text, count = re.subn(chillers, r"\1      \2", text, flags=re.MULTILINE)
    assert count == 1
    assert "\n    grid:" in text
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert not lca.run(tmp_path / "case.yaml").failed


def test_keys__of_a_section(capsys):
    assert main(["keys", "targets"]) == 0
    assert "one of fixed, anchored, residual" in capsys.readouterr().out
    assert main(["keys", "travel"]) == 0
    assert "activities.travel.<name>" in capsys.readouterr().out
    assert main(["keys", "targts"]) == 2
    assert "`targets`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1949034.0, "kgCO2e", "1949.03 tCO2e"),
        (10000.0, "kgCO2e", "10 tCO2e"),
        (9999.0, "kgCO2e", "9999 kgCO2e"),
        (25e6, "kgCO2e_location", "25 ktCO2e"),
        (3117600.0, "kWh_site", "3117.6 MWh"),
        (0.5, "kgCO2e", "0.5 kgCO2e"),
        (None, "kgCO2e", None),
    ],
)
def test_readable__large_values_in_large_units(value, unit, said):
    assert said is None or readable(value, unit).replace("\u202f", "").replace(" ", " ") == said


def test_readme__names_commands_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for kind in re.findall(r"lca new (\w+)", text):
        assert (ROOT / "templates" / "new" / f"{kind}.yaml").is_file(), kind


def test_readme__shows_what_lca_sensitivity_prints(command, monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named, _, after = text.partition("` begins so:\n\n")
    shown = [line[4:] for line in after.split("\n\n`--json`")[0].splitlines() if line.strip() != "…"]
    monkeypatch.chdir(ROOT)
    printed = command(*named.rpartition("`lca ")[2].split()).out.splitlines()
    assert len(shown) > 5
    assert [line for line in shown if line and line not in printed] == []


def readme_cases() -> list[str]:
    """The cases that the README shows whole."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, flags=re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks if block.lstrip().startswith("lca: 1")]


@pytest.mark.parametrize("text", readme_cases(), ids=lambda text: text.split("title: ")[1].splitlines()[0])
def test_readme__its_cases_run(tmp_path, text):
    shutil.copytree(ROOT / "templates" / "new" / "evidence", tmp_path / "evidence")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert not lca.run(tmp_path / "case.yaml").failed


def test_readme__shows_a_workload_and_an_organisation():
    assert len(readme_cases()) == 2
