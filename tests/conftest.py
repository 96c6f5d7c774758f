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
