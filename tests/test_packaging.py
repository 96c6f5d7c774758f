"""What is shipped works elsewhere: the wheel, the locks, the fonts, and a command that answers in a blink."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates" / "shared" / "fonts"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", "requirements-dev.lock"]
HEAVY = {"numpy", "pandas", "pint", "pydantic", "weasyprint", "yaml"}


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command prints; it sees nothing of this checkout that is not installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LCA_"))}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(source: Path, folder: Path) -> Path:
    """The wheel of a checkout or of a source distribution."""
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-build-isolation")
    run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment that holds the wheel and, by a path, what it depends on."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False)
    scheme = {"base": str(home), "platbase": str(home)}
    # A folder named in a .pth file is searched, but its own .pth files are not read: no editable install leaks in.
    Path(sysconfig.get_path("purelib", "venv", scheme), "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    programs = Path(sysconfig.get_path("scripts", "venv", scheme))
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    run(sys.executable, "-m", "pip", "--python", programs / "python", "install", *options, wheel)
    return programs


@pytest.mark.slow
def test_wheel__in_an_empty_environment_elsewhere(elsewhere: Path, tmp_path: Path) -> None:
    run_of_three_days = ["--device", "h100-sxm", "--count", "8", "--duration", "72 h", "--utilisation", "85 %"]
    site = ["--location", "FR", "--pue", "1.2"]
    home = run(elsewhere / "python", "-c", "import lca; print(lca.__file__)", cwd=tmp_path).strip()
    run(elsewhere / "lca", "audit", *run_of_three_days, *site, "--to", "report", cwd=tmp_path)

    assert Path(home).is_relative_to(elsewhere.parent)
    written = {path.suffix: path for path in (tmp_path / "report").iterdir()}
    assert {".html", ".pdf", ".json", ".yaml"} <= written.keys()
    assert written[".pdf"].read_bytes().startswith(b"%PDF-")
    assert str(ROOT) not in written[".html"].read_text(encoding="utf-8")
    result = json.loads(written[".json"].read_text(encoding="utf-8"))
    assert result["schema"] == "lca-result/1"
    assert "total" in {total["id"] for total in result["totals"]}


@pytest.mark.slow
def test_wheel__what_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    def shipped(folder: str, *without: Path) -> set[str]:
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {
            f"lca/_data/{path.relative_to(ROOT).as_posix()}"
            for path in files
            if path.name != ".DS_Store" and not any(path.is_relative_to(other) for other in without)
        }

    assert {name for name in names if name.startswith("lca/_data/")} == (
        shipped("datasets", ROOT / "datasets" / "refresh") | shipped("templates", FONTS / "subset.py")
    )
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"lca", "lca_toolkit"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_source_distribution__is_complete(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", tmp_path)
    (source,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    again = built(source, tmp_path / "again")

    assert {
        "Makefile",
        "LICENSE",
        "README.md",
        *LOCKS,
        ".ci/run",
        "tests/test_packaging.py",
        "benchmarks/run.py",
    } <= names
    assert any(name.startswith("datasets/refresh/") for name in names)
    assert any(name.startswith("reports/") for name in names)
    assert not any(name.startswith((".venv", "build", "dist")) for name in names)
    assert again.read_bytes() == wheel.read_bytes()


def test_help__imports_nothing_heavy() -> None:
    program = f"""
import sys
from lca.cli import main
try:
    main(["--help"])
except SystemExit as done:
    assert not done.code
print("heavy:", sorted({HEAVY} & sys.modules.keys()))
"""
    assert run(sys.executable, "-c", program).endswith("heavy: []\n")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """Name and version of each line of a lock that is not a hash."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ")[0].split("==") for line in lines if not line.startswith(" "))
    return {canonical(name): version for name, version in pairs}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock__names_versions_and_hashes_only(lock: str) -> None:
    line = re.compile(
        r"[a-z0-9-]+==[\w.]+( ; [\w =!<>'.]+)? \\"  # a name, a version, where it applies
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    strange = [text for text in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not line.fullmatch(text)]
    assert strange == []


def test_lock__holds_what_the_project_needs() -> None:
    def named(requirements: list[str | dict[str, str]]) -> set[str]:
        found = (re.match(r"[\w.-]+", text) for text in requirements if isinstance(text, str))
        return {canonical(match.group()) for match in found if match}

    runtime, everything = (pins(lock) for lock in LOCKS)
    assert named([*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]) <= runtime.keys()
    assert named(PROJECT["dependency-groups"]["dev"]) <= everything.keys()
    assert runtime.items() <= everything.items()


def test_fonts__every_face_that_is_declared_is_there() -> None:
    faces = re.findall(r"url\(([^)]+)\)", (FONTS / "fonts.css").read_text(encoding="utf-8"))
    assert sorted(faces) == sorted(path.name for path in FONTS.glob("*.woff2"))


def test_fonts__inter_draws_every_sign_of_the_templates() -> None:
    kinds = {".html", ".css", ".svg", ".yaml", ".j2"}
    texts = (path for path in (ROOT / "templates").rglob("*") if path.suffix in kinds)
    signs = {sign for path in texts for sign in path.read_text(encoding="utf-8") if sign >= " "}
    faces = sorted(FONTS.glob("inter-*.woff2"))
    undrawn = {face.name: sorted(signs - {chr(code) for code in TTFont(face).getBestCmap()}) for face in faces}
    assert undrawn == {face.name: [] for face in faces}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make__without_a_target__lists_them() -> None:
    listed = [line.split()[1] for line in run("make", "--no-print-directory").splitlines()]
    assert listed == ["help", "report", "test", "check", "reports", "accept", "bench", "docs"]
