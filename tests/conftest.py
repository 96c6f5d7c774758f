"""What every test may use: the command in this process, a case in a folder of its own, and no skipping in CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

import lca
from lca import cli

hypothesis.settings.register_profile("house", deadline=None, derandomize=True, print_blob=False)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    # WeasyPrint 70 leaves the colour profile of a PDF/A open; a warning of our own is a mistake, this one is not ours.
    config.addinivalue_line("filterwarnings", "ignore:unclosed file .*sRGB2014:ResourceWarning")


NOTHING_SKIPPED = os.environ.get("LCA_NOTHING_SKIPPED", "") not in ("", "0")


def _refuse_to_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where everything is installed (`.ci/run`), a test that is skipped is a test that has gone missing."""
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\nLCA_NOTHING_SKIPPED is set: nothing may be skipped here"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_to_skip(report)
    return report


@dataclass(frozen=True)
class Ran:
    """What the command gave back."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `lca` in this process: `command("check", path)`."""

    def run(*words: object) -> Ran:
        capsys.readouterr()
        try:
            status = cli.main([str(word) for word in words])
        except SystemExit as stopped:  # argparse leaves so, for --help and for wrong use
            status = stopped.code if isinstance(stopped.code, int) else 0
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., Path]:
    """A case in a folder of its own: `case("lca: 1 …", {"evidence/log.csv": "…"})` is its path."""

    def write(text: str, files: dict[str, str] | None = None, name: str = "case.yaml") -> Path:
        for path, content in {name: text, **(files or {})}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def account(case: Callable[..., Path]) -> Callable[..., lca.Inventory]:
    """The inventory of the text of a case; it must have no errors."""

    def run(text: str, files: dict[str, str] | None = None) -> lca.Inventory:
        inventory = lca.run(case(text, files))
        assert not inventory.failed, "\n".join(str(found) for found in inventory.findings)
        return inventory

    return run


def _everything() -> str:
    """A case that uses all that a case may hold, with a long title and twelve workloads."""
    workloads = "".join(
        f"""
  sweep-{number}:
    kind: fine-tuning
    title: Sweep {number} of the learning rate, with & without <dropout>
    runs_on: {"rented" if number % 2 else "own"}
    duration: {number} days
    utilisation: {{value: {40 + number} %, low: 30 %, high: 90 %}}"""
        for number in range(1, 11)
    )
    return f"""\
lca: 1
title: >-
  Pre-training, fine-tuning and evaluation of a model whose name is long enough to fill more than one line of any page
period: {{start: 2025-03-02, end: 2025-09-04}}
gwp: AR6
facilities:
  lyon:
    location: FR
    wue: {{value: 0.31 L/kWh, source: operator}}
    scarcity: 12
    refrigerants: [{{gas: SF6, released: 0.2 kg}}, {{gas: CH4, released: 1 kg}}]
    instruments:
      - {{name: wind PPA, kind: ppa, factor: 0 gCO2e/kWh, covers: 60 %}}
      - {{name: solar certificates, kind: certificate, factor: 12 gCO2e/kWh, covers: 10 %}}
  ireland: {{location: "aws:eu-west-1"}}
hardware:
  own:
    device: gpu/nvidia-h100-sxm5-80gb
    count: 64
    facility: lyon
    owned: colocated
    memory: 512 GB
    lifetime_utilisation: 80 %
  rented: {{device: gpu/nvidia-a100-sxm4-80gb, count: 16, facility: ireland}}
conventions: {{memory_power: green-algorithms}}
workloads:
  pre-training:
    kind: training
    title: Pre-training
    runs_on: own
    power: {{log: evidence/power.csv}}
    produces: [{{count: 1, unit: training run}}, {{count: 3.5, unit: ZFLOP}}]
  evaluation: {{kind: evaluation, runs_on: rented, energy: 120 kWh, duration: 10 h}}{workloads}
claims:
  - {{total: energy.it, value: 1 GWh, source: Model card, note: rounded}}
  - {{total: total, value: 539 tCO2e, source: Paper}}
exclusions:
  - {{what: networks, reason: not metered}}
notes:
  - A note with "quotes", an ampersand & a <tag>, an em dash — and a percentage of 5 %.
  - Another note.
"""


_LOG = "timestamp, index, power.draw\n" + "".join(
    f"2025/03/{day:02} 00:00:00.000, {device}, {'[N/A]' if device == day else f'{500 + device}.50'}\n"
    for day in range(2, 13)
    for device in range(64)
)


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a case that uses all that a case may hold."""
    folder = tmp_path_factory.mktemp("everything")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "power.csv").write_text(_LOG, encoding="utf-8")
    (folder / "case.yaml").write_text(_everything(), encoding="utf-8")
    return folder / "case.yaml"
