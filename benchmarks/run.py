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


ACTIVITIES, ASSETS, SITES = 5000, 200, 12
MODES = ("rail-national", "coach", "taxi-regular", "flight-long-haul-economy-with-rf", "ferry-foot-passenger")
PLACES = ("GB", "FR", "DE", "IE", "US-SRVC", "NL", "SE", "ES", "IT", "PL", "JP", "US-CAMX")
MEASURED = """
import resource, sys, time
import lca
before = time.process_time()
inventory = lca.run(sys.argv[1])
print(time.process_time() - before, len(inventory.values), len(inventory.lines), inventory.value("total.location"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def year(folder: Path) -> Path:
    """A case of an organisation's year: meters, hardware, and a ledger of activities by the month."""
    rows = ["kind,name,date,facility,mode,amount"]
    rows += [
        f"travel,Way {n},2025-{n % 12 + 1:02}-15,site{n % SITES},{MODES[n % len(MODES)]},{100 + n} pkm"
        for n in range(ACTIVITIES)
    ]
    (folder / "ledger.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    sites = [
        f"  site{n}: {{location: {place}, pue: 1.3, electricity: {{metered: {1000 + n} MWh}}}}"
        for n, place in enumerate(PLACES)
    ]
    assets = [
        f"  asset{n}: {{device: h100-sxm, host: server/dgx-h100, count: 8, facility: site{n % SITES}, owned: owned, "
        f"lifetime: 5 years, acquired: {2021 + n % 5}-{n % 12 + 1:02}-01}}"
        for n in range(ASSETS)
    ]
    head = ["lca: 1", "title: A year", "subject: organisation", "period: {start: 2025-01-01, end: 2025-12-31}"]
    head += ["organisation: {name: Acme, consolidation: operational-control}", "facilities:", *sites, "hardware:"]
    case = folder / "case.yaml"
    case.write_text("\n".join([*head, *assets, "activities: {ledger: ledger.csv}"]) + "\n", encoding="utf-8")
    return case


def organisation() -> None:
    """Measure an organisation's year in one process, start-up included and apart."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-c", MEASURED, str(year(Path(scratch)))]
        whole = cpu(command)
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    seconds, figures, lines, memory = float(told[0]), told[1], told[2], int(told[4])
    in_megabytes = memory / (1e6 if sys.platform == "darwin" else 1e3)
    size = f"{ACTIVITIES} activities, {ASSETS} assets, {SITES} sites; {figures} figures, {lines} lines"
    print(f"\nan organisation's year: {size}")
    print(f"{'load, resolve, compute, check':58} {seconds:7.3f} s   {seconds / whole:.0%} of the whole process")
    print(f"{'most memory':58} {in_megabytes:7.0f} MB")


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
    organisation()
