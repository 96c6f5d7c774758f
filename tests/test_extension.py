"""A stranger adds a device, a factor and a report, in a copy of this checkout: one place each, no Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lca
from lca.datasets import Datasets
from lca.report.document import Document

ROOT = Path(__file__).resolve().parent.parent

RUN = """\
lca: 1
title: A run on a device of our own
period: {start: 2026-03-02, end: 2026-03-09}
facilities: {hall: {location: FR, pue: 1.1}}
hardware: {gpus: {device: gpu/acme-one, count: 8, facility: hall, host_power: 100 W, lifetime: 4 years, owned: owned}}
workloads: {run: {kind: training, runs_on: gpus, duration: 100 h, utilisation: 50 %}}
"""

IN_LIECHTENSTEIN = RUN.replace("FR", "LI")
"""No electricity is published for it."""

DEVICE = """\
name: Acme One
aliases: [acme-1]
power:
  - {value: 600 W, source: epoch-ml-hardware-2026, page: data sheet}
idle_power:
  - {value: 60 W, source: epoch-ml-hardware-2026, page: data sheet}
embodied:
  - {value: 200 kgCO2e, low: 150 kgCO2e, high: 260 kgCO2e, boundary: cradle-to-gate, quality: published,
     source: epoch-ml-hardware-2026, page: product carbon footprint}
"""

FACTOR = "acme-2026:LI:2025,LI,2025-01-01,2025-12-31,123,gCO2/kWh,,,statistics,ember-2026,p,our own,generation,CO2,"
IN_CO2E = "acme-2026:LI:2025,LI,2025-01-01,2025-12-31,123,gCO2e/kWh,,,statistics,ember-2026,p,our own,generation,,"
OF_FRANCE = IN_CO2E.replace("LI", "FR")

OUTLINE = """\
title: A letter
subject: workload
files:
  letter.html: letter.html.j2
  letter.txt: letter.txt.j2
"""
LETTER_HTML = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ case.title }}</title></head>
<body><p>{{ case.title }}: <b>{{ document.figure("total", interval=true).text | gases }}</b>.</p></body></html>
"""
LETTER_TEXT = """\
{{ case.title }}: {{ document.figure("energy.site").text }} at the site.
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a stranger clones."""
    for part in ("lca", "datasets", "templates"):
        shutil.copytree(ROOT / part, tmp_path / "clone" / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "clone" / "case.yaml").write_text(RUN, encoding="utf-8")
    return tmp_path / "clone"


def command(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command of the copy, and nothing of this checkout."""
    settings = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = [sys.executable, "-m", "lca", *words]
    return subprocess.run(arguments, cwd=copy, env=settings, capture_output=True, text=True, check=False)


def add_device(copy: Path) -> None:
    (copy / "datasets" / "hardware" / "gpu" / "acme-one.yaml").write_text(DEVICE, encoding="utf-8")


def add_factor(copy: Path, row: str = FACTOR) -> None:
    """A row at the end of a file that there is."""
    path = copy / "datasets" / "factors" / "grid" / "desnz-2025.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")


def figures(out: str) -> dict[str, float]:
    return {total["id"]: total["value"] for total in json.loads(out)["totals"]}


def test_before__the_device_and_the_factor_are_missing__and_named(copy):
    (copy / "case.yaml").write_text(IN_LIECHTENSTEIN, encoding="utf-8")
    done = command(copy, "check", "case.yaml")
    assert done.returncode == 1
    assert re.search(r"case\.yaml:5:\d+: error unknown-device: no device is called `gpu/acme-one`", done.stdout)
    assert re.search(r"error missing-factor: no .* for Liechtenstein", done.stdout)


def test_device__one_yaml_file(copy):
    """Half used between 60 W idle and 600 W rated it draws 330 W; 200 kg each over four years."""
    add_device(copy)
    ours = figures(command(copy, "run", "case.yaml", "--json").stdout)
    assert ours["energy.accelerators"] == pytest.approx(0.33 * 800)
    assert ours["embodied.accelerators"] == pytest.approx(200 * 800 / 35_040)
    assert "data sheet" in command(copy, "factors", "acme-1").stdout
    assert "datasets/hardware/gpu/acme-one.yaml:4" in command(copy, "explain", "case.yaml", "energy.it").stdout


def test_device__of_other_data_sets__has_its_name_on_the_page(copy):
    """A document says what the data sets of its run say, not what those that are shipped do."""
    add_device(copy)
    inventory = lca.run(copy / "case.yaml", Datasets(copy / "datasets"))
    assert [(run.hardware, run.place) for run in Document(inventory).runs()] == [("8 × Acme One", "France")]


@pytest.mark.parametrize(("row", "place"), [(FACTOR, "LI"), (IN_CO2E, "LI"), (OF_FRANCE, "FR")])
def test_factor__one_row(copy, row, place):
    """123 g a kilowatt-hour: for a country that had none, and for one whose factor was modelled from its mix."""
    add_device(copy)
    add_factor(copy, row)
    (copy / "case.yaml").write_text(RUN.replace("FR", place), encoding="utf-8")
    done = command(copy, "run", "case.yaml", "--json")
    assert done.returncode == 0, done.stderr
    ours = figures(done.stdout)
    assert ours["operational"] == pytest.approx(ours["energy.site"] * 0.123)
    number = len((copy / "datasets" / "factors" / "grid" / "desnz-2025.csv").read_text(encoding="utf-8").splitlines())
    said = command(copy, "explain", "case.yaml", "operational").stdout
    assert re.search(rf"at datasets/factors/grid/desnz-2025\.csv:{number}; written 123 gCO2e?/kWh; our own", said)
    assert f"acme-2026:{place}:2025" in command(copy, "factors", "grid", place).stdout


def test_report__one_folder_of_templates(copy):
    add_device(copy)
    folder = copy / "templates" / "letter"
    folder.mkdir()
    for name, content in (("outline.yaml", OUTLINE), ("letter.html.j2", LETTER_HTML), ("letter.txt.j2", LETTER_TEXT)):
        (folder / name).write_text(content, encoding="utf-8")
    done = command(copy, "run", "case.yaml", "--report", "letter", "--to", "out")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (copy / "out").iterdir()} == {"letter.html", "letter.txt", "result.json"}
    # 800 h × (0.33 + 0.1) kW × 1.1
    assert (copy / "out" / "letter.txt").read_text(encoding="utf-8") == (
        "A run on a device of our own: 378\u202fkWh at the site.\n"
    )
    page = (copy / "out" / "letter.html").read_text(encoding="utf-8")
    assert re.search(r"<b>[\d.]+\u202fkg CO<sub>2</sub>e</b>", page)


def test_report__that_is_not_there__names_those_that_are__with_the_new_one(copy):
    folder = copy / "templates" / "letter"
    folder.mkdir()
    (folder / "outline.yaml").write_text(OUTLINE, encoding="utf-8")
    add_device(copy)
    done = command(copy, "run", "case.yaml", "--report", "lettre", "--to", "out")
    assert done.returncode == 2
    assert "audit" in done.stderr
    assert "letter" in done.stderr
    assert not (copy / "out").exists()


def test_copy__stands_alone(copy):
    """The three of this file are found in the copy, not in the checkout that the tests run in."""
    done = subprocess.run(
        [sys.executable, "-c", "import lca.datasets.files; print(lca.datasets.files.shipped('datasets'))"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert Path(done.stdout.strip()) == copy / "datasets"
