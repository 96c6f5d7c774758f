"""How much CPU the command takes, beside the least that it could.

    make bench

Seconds are user + system time of whole processes, the median of seven; ratios matter more than seconds,
since machines differ. Nothing here passes or fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "reports" / "teenytinyllama-460m" / "case.yaml"
TIMES = 7

LISTED = """
import json, runpy, sys
target, sys.argv = sys.argv[1], ["lca", *sys.argv[2:]]
try:
    runpy.run_module("lca", run_name="__main__")
except SystemExit as done:
    if done.code:
        raise
json.dump([name for name in sys.modules if not name.startswith("__")], open(target, "w"))
"""
IMPORTED = """
import contextlib, importlib, json, sys
for name in json.load(open(sys.argv[1])):
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""


def cpu(command: Sequence[str]) -> float:
    """The CPU seconds of one process and its children. Raises `SystemExit` when it fails."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{complaint.decode()}")
    return usage.ru_utime + usage.ru_stime


def typical(command: Sequence[str]) -> float:
    """The median of several processes, after one that warms the caches of the disk."""
    cpu(command)
    return median(cpu(command) for _ in range(TIMES))


def main() -> None:
    """Measure, and print one table."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as scratch:
        modules = Path(scratch) / "modules.json"
        run = ["run", str(CASE), "--to", str(Path(scratch) / "report")]
        cpu([python, "-c", LISTED, str(modules), *run])
        names = json.loads(modules.read_text(encoding="utf-8"))

        least = typical([python, "-c", "pass"])
        help_ = typical([python, "-m", "lca", "--help"])
        imports = typical([python, "-c", IMPORTED, str(modules)])
        whole = typical([python, "-m", "lca", *run])

    def line(what: str, seconds: float, ratio: str = "") -> None:
        print(f"{what:58} {seconds:7.3f} s   {ratio}".rstrip())

    print(f"CPU seconds, median of {TIMES}; Python {sys.version.split()[0]}, {sys.platform}\n")
    line("python -c pass", least)
    line("lca --help", help_, f"{help_ / least:.1f} × python -c pass")
    print()
    line(f"only the imports of a run ({len(names)} modules)", imports, f"{imports / least:.1f} × python -c pass")
    line(f"lca run {CASE.relative_to(ROOT)}", whole, f"{whole / imports:.2f} × its imports")
    line("the same, start-up subtracted", whole - imports, f"{(whole - imports) / whole:.0%} of the whole")


if __name__ == "__main__":
    main()
