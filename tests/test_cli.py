"""The command: what it prints where, what it writes, how it ends: 0 fine, 1 findings that are errors, 2 wrong use."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import lca
from lca.report.pdf import Unavailable, _weasyprint

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ROOT / "tests" / "inputs"
EXAMPLE = ROOT / "reports" / "teenytinyllama-460m" / "case.yaml"
COMMANDS = ["new", "check", "audit", "run", "explain", "assumptions", "factors", "schema"]
WRITTEN = {"report.html", "report.pdf", "result.json", "case.yaml"}
THREE_DAYS = (
    *("--device", "h100-sxm", "--count", "8", "--duration", "72 h", "--utilisation", "85 %"),
    *("--location", "FR", "--pue", "1.2"),
)

SEED = """\
lca: 1
title: Ten hours on four devices
facilities: {hall: {pue: 1.5, grid: 450 gCO2e/kWh}}
hardware: {gpus: {count: 4, facility: hall}}
workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}}
"""
LOG = "timestamp, index, power.draw [W]\n" + "".join(
    f"2026/03/02 {hour:02}:{minute:02}:00.000, {device}, 300.00 W\n"
    for hour in (10, 11)
    for minute in range(0, 60, 10)
    for device in range(4)
)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "an empty folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def needs_pango() -> None:
    try:
        _weasyprint()
    except Unavailable as missing:
        pytest.skip(str(missing))


def process(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "lca", *map(str, words)]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, check=False)


def totals(out: str) -> dict[str, float]:
    return {total["id"]: total["value"] for total in json.loads(out)["totals"]}


# --------------------------------------------------------------------------------------------------
# How it ends, and where it prints


def test_version(command):
    assert command("--version").out == f"lca-toolkit {lca.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_help__of_every_command(command, name):
    ran = command(name, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"usage: lca {name}")
    assert name in command("--help").out


@pytest.mark.parametrize("words", [["--help"], ["audit", "--help"], ["--version"], ["run"]])
def test_help__imports_nothing_heavy(words, tmp_path):
    """Whoever asks how to use it, or mistypes, waits for Python and nothing else."""
    program = (
        "import sys\nfrom lca.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'pint', 'pydantic', 'weasyprint', 'yaml', 'jinja2'}\n"
        "print('heavy:', sorted(heavy & sys.modules.keys()))"
    )
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("heavy: []\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["run"],
        ["check", "one.yaml", "two.yaml"],
        ["run", "case.yaml", "--nonsense"],
        ["new", "nonsense"],
        ["audit"],
        ["audit", "no-such.csv"],
        ["factors"],
    ],
)
def test_wrong_use__is_2__and_says_how(command, empty, words):
    ran = command(*words)
    assert ran.status == 2
    assert ran.out == ""
    assert "lca" in ran.err
    assert list(empty.iterdir()) == []


def test_check__fine__is_0__and_prints_to_stdout(command, case):
    ran = command("check", case(SEED))
    assert (ran.status, ran.err) == (0, "")
    assert re.search(r": 0 errors, \d+ other findings\n$", ran.out)


def test_check__errors__are_1__each_at_its_place(command, case):
    text = SEED.replace("pue: 1.5", "pue: 0.5").replace("10 h", "10")
    path = case(text)
    ran = command("check", path)
    assert ran.status == 1
    lines = text.splitlines()
    columns = lines[2].index("0.5") + 1, lines[4].index("10,") + 1
    places = re.findall(r"^(case\.yaml:\d+:\d+): error ([a-z-]+):", ran.out, flags=re.MULTILINE)
    assert places == [(f"case.yaml:3:{columns[0]}", "out-of-range"), (f"case.yaml:5:{columns[1]}", "bare-number")]
    assert ran.out.endswith(
        f"{path}: 2 errors, {ran.out.count(': warning ') + ran.out.count(': note ')} other findings\n"
    )


def test_check__no_such_file(command, tmp_path):
    ran = command("check", tmp_path / "none.yaml")
    assert ran.status == 1
    assert "none.yaml: error file-unreadable" in ran.out
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.parametrize("words", [["run"], ["run", "--json"], ["run", "--to", "out"], ["explain"], ["assumptions"]])
def test_errors__go_to_stderr__and_nothing_is_written(command, case, empty, words):
    path = case(SEED.replace("pue: 1.5", "pue: 0.5"))
    ran = command(words[0], path, *words[1:])
    assert (ran.status, ran.out) == (1, "")
    assert "error out-of-range" in ran.err
    assert list(empty.iterdir()) == []


# --------------------------------------------------------------------------------------------------
# run


def test_run__without_a_folder__prints_the_totals(command, case, empty):
    ran = command("run", case(SEED))
    assert (ran.status, ran.err) == (0, "")
    assert re.search(r"^energy\.site +18 kWh ", ran.out, flags=re.MULTILINE)
    assert re.search(r"^total +8\.1 kgCO2e ", ran.out, flags=re.MULTILINE)
    assert list(empty.iterdir()) == []


def test_run__as_json__is_json_and_nothing_else(command, case):
    """Warnings are in it; they are not printed beside it."""
    ran = command("run", case(SEED), "--json")
    assert (ran.status, ran.err) == (0, "")
    result = json.loads(ran.out)
    assert result["schema"] == "lca-result/1"
    assert totals(ran.out)["total"] == 8.1
    assert {found["slug"] for found in result["findings"]} >= {"host-not-counted", "pue-overhead"}


def test_run__as_json__has_no_number_that_json_lacks(command, case):
    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    json.loads(command("run", case(SEED), "--json").out, parse_constant=refuse)


def test_run__into_a_folder__writes_and_names_every_file(command, case, empty):
    needs_pango()
    ran = command("run", case(SEED), "--to", "deep/er")
    assert ran.status == 0
    names = {path.name for path in (empty / "deep" / "er").iterdir()}
    assert names >= WRITTEN - {"case.yaml"}
    assert {Path(line).name for line in re.findall(r"^written: (.*)$", ran.out, flags=re.MULTILINE)} == names
    assert "warning host-not-counted" in ran.err


def test_run__the_result_in_the_folder__is_the_one_printed(command, case, empty):
    path = case(SEED)
    command("run", path, "--to", "out")
    assert (empty / "out" / "result.json").read_text(encoding="utf-8") == command("run", path, "--json").out


def test_run__an_unknown_report__is_wrong_use__and_names_those_there_are(command, case, empty):
    ran = command("run", case(SEED), "--to", "out", "--report", "nonsense")
    assert ran.status == 2
    assert "nonsense" in ran.err
    assert "audit" in ran.err
    assert list(empty.iterdir()) == []


def test_run__from_another_folder__with_blanks_and_quotes_in_its_path(command, tmp_path, empty):
    folder = tmp_path / 'it\'s a "folder" — with blanks'
    folder.mkdir()
    (folder / "case.yaml").write_text(SEED, encoding="utf-8")
    ran = command("run", folder / "case.yaml", "--to", folder / "out put")
    assert ran.status == 0
    assert (folder / "out put" / "report.html").is_file()


def test_run__into_a_file__is_refused__and_the_file_is_as_it_was(command, case, empty):
    (empty / "out").write_text("mine", encoding="utf-8")
    ran = command("run", case(SEED), "--to", "out")
    assert ran.status == 2
    assert "out is a file; --to takes a folder" in ran.err
    assert (empty / "out").read_text(encoding="utf-8") == "mine"


def test_run__without_pango__writes_all_but_the_pdf__and_says_what_to_install(case, tmp_path):
    """A machine without Pango: WeasyPrint's import fails there as this stand-in does."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "weasyprint.py").write_text(
        "raise OSError('cannot load library pango')\n", encoding="utf-8"
    )
    search = os.pathsep.join([str(tmp_path / "without"), str(ROOT)])
    done = process("run", case(SEED), "--to", tmp_path / "out", cwd=tmp_path, PYTHONPATH=search)
    assert done.returncode == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names >= {"report.html", "result.json"}
    assert "report.pdf" not in names
    assert re.search(r"Pango is missing.*\n +\S+ .*pango", done.stderr, flags=re.IGNORECASE)


def test_output__that_nobody_reads_to_its_end__is_no_traceback(tmp_path):
    program = f"{sys.executable} -m lca factors grid | head -n 1"
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, shell=True, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


# --------------------------------------------------------------------------------------------------
# audit


def test_audit__from_flags__in_an_empty_folder__writes_a_folder_named_after_the_run(command, empty):
    needs_pango()
    ran = command("audit", *THREE_DAYS)
    assert ran.status == 0, ran.err
    (folder,) = empty.iterdir()
    assert re.fullmatch(r"[a-z0-9-]*8-x-h100-sxm[a-z0-9-]*", folder.name)
    assert {path.name for path in folder.iterdir()} >= WRITTEN


def test_audit__from_flags__is_the_arithmetic_of_its_flags(command, empty):
    """H100 SXM: 700 W rated; idle as an A100's, 46 ∕ 407 of it; 85 % used; a generic host of 150 W each.

    72 h × 8 × (0.85 × 700 + 0.15 × 700 × 46 ∕ 407 + 150) W = 435.956 kWh, × 1.2 = 523.147 kWh.
    """
    ran = command("audit", *THREE_DAYS, "--json")
    assert (ran.status, ran.err) == (0, "")
    watts = 0.85 * 700 + 0.15 * 700 * 46 / 407 + 150
    assert totals(ran.out)["energy.it"] == pytest.approx(576 * watts / 1000, rel=1e-12)
    assert totals(ran.out)["energy.site"] == pytest.approx(523.147, abs=0.001)
    assert list(empty.iterdir()) == []


def test_audit__the_case_it_understood__gives_the_same_result(command, empty):
    """The next step is to edit it: it must be complete where it stands."""
    command("audit", *THREE_DAYS, "--to", "out")
    first = json.loads((empty / "out" / "result.json").read_text(encoding="utf-8"))["totals"]
    assert json.loads(command("run", "out/case.yaml", "--json").out)["totals"] == first
    assert command("check", "out/case.yaml").status == 0


FLAGS = {
    "--device": "gpu/nvidia-a100-sxm4-80gb",
    "--count": "4",
    "--duration": "10 h",
    "--power": "300 W",
    "--location": "FR",
    "--pue": "1.1",
    "--grid": "60 gCO2e/kWh",
    "--host": "server/dgx-a100",
    "--host-power": "150 W",
    "--lifetime": "4 years",
    "--owned": "colocated",
    "--embodied": "164 kgCO2e",
    "--produces": "84000 EFLOP",
    "--start": "2026-03-02",
    "--end": "2026-03-04",
    "--title": 'A run: with a colon, "quotes" & 100 % # signs',
}


def test_audit__every_flag__stands_in_the_case(command, empty):
    ran = command("audit", *(word for pair in FLAGS.items() for word in pair), "--to", "out")
    assert ran.status == 0, ran.err
    document = yaml.safe_load((empty / "out" / "case.yaml").read_text(encoding="utf-8"))
    (facility,), (hardware,), (run,) = (document[key].values() for key in ("facilities", "hardware", "workloads"))
    assert document["title"] == FLAGS["--title"]
    assert {str(value) for value in document["period"].values()} == {"2026-03-02", "2026-03-04"}
    assert (facility["location"], str(facility["pue"]), facility["grid"]) == ("FR", "1.1", "60 gCO2e/kWh")
    assert (hardware["device"], hardware["count"], hardware["host"]) == (FLAGS["--device"], 4, "server/dgx-a100")
    assert (hardware["host_power"], hardware["lifetime"]) == ("150 W", "4 years")
    assert (hardware["owned"], hardware["embodied"]) == ("colocated", "164 kgCO2e")
    assert (run["duration"], run["power"]) == ("10 h", "300 W")
    assert run["produces"] == {"count": 84000, "unit": "EFLOP"}


@pytest.mark.parametrize(
    ("flags", "energy"),
    [
        (("--energy", "12 kWh", "--pue", "1.5", "--grid", "450 gCO2e/kWh"), 12),
        (("--energy", "18 kWh", "--measured-at", "site", "--pue", "1.5", "--grid", "450 gCO2e/kWh"), 12),
        (("--count", "4", "--duration", "10 h", "--power", "300 W", "--pue", "1.5", "--grid", "450 gCO2e/kWh"), 12),
        (("--device-hours", "40 h", "--power", "300 W", "--pue", "1.5", "--grid", "450 gCO2e/kWh"), 12),
    ],
)
def test_audit__energy_in_each_way(command, empty, flags, energy):
    ran = command("audit", *flags, "--json")
    assert ran.status == 0, ran.err
    assert totals(ran.out)["energy.it"] == pytest.approx(energy)
    assert totals(ran.out)["operational"] == pytest.approx(8.1)


@pytest.mark.parametrize(
    ("flag", "value", "slug"),
    [
        ("--duration", "72", "bare-number"),
        ("--duration", "three days", "not-a-number"),
        ("--pue", "0.9", "out-of-range"),
        ("--location", "Atlantis", "unknown-location"),
        ("--device", "h1000", "unknown-device"),
        ("--owned", "borrowed", "unknown-choice"),
        ("--utilisation", "120 %", "out-of-range"),
        ("--lifetime", "5", "bare-number"),
        ("--end", "yesterday", "bad-date"),
    ],
)
def test_audit__a_wrong_flag__is_named__and_nothing_is_written(command, empty, flag, value, slug):
    words = {
        **dict(zip(THREE_DAYS[::2], THREE_DAYS[1::2], strict=True)),
        "--start": "2026-03-02",
        "--end": "2026-03-05",
    }
    ran = command("audit", *(word for pair in {**words, flag: value}.items() for word in pair))
    assert (ran.status, ran.out) == (1, "")
    assert re.search(rf"^{flag}: error {slug}:", ran.err, flags=re.MULTILINE), ran.err
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("flag", ["--start", "--end"])
def test_audit__one_end_of_the_period_without_the_other__is_not_left_out_in_silence(command, empty, flag):
    ran = command("audit", *THREE_DAYS, flag, "2026-03-02", "--json")
    assert ran.status != 0 or json.loads(ran.out)["case"]["document"].get("period"), "the flag was dropped"


@pytest.mark.parametrize(("given", "missing"), [("--start", "--end"), ("--end", "--start")])
def test_audit__one_end_of_the_period__names_the_flag_of_the_other(command, empty, given, missing):
    ran = command("audit", *THREE_DAYS, given, "2026-03-02")
    assert (ran.status, ran.out) == (1, "")
    assert f"{given}: error missing-key: `{missing}` is missing" in ran.err


def test_audit__power_without_a_count__is_of_one_device__and_an_assumption(command, empty):
    ran = command("audit", "--power", "300 W", "--duration", "10 h", "--location", "FR", "--to", "out")
    assert ran.status == 0, ran.err
    assert json.loads((empty / "out" / "result.json").read_text(encoding="utf-8"))["totals"][0]["value"] == 3
    assert "One device is taken where no count is given" in " ".join(
        command("assumptions", "out/case.yaml").out.split()
    )


def test_audit__findings__speak_of_flags_and_of_the_record_where_it_lies(command, empty):
    (empty / "log.csv").write_text(LOG.replace(" [W]", "").replace(" W", ""), encoding="utf-8")
    ran = command("audit", "log.csv", "--device", "t4", "--location", "FR", "--pue", "4", "--to", "out")
    assert ran.status == 0, ran.err
    assert "log.csv:1: warning record-unit-missing" in ran.err
    assert "--pue: warning pue-unusual" in ran.err
    assert not re.search(r"case\.yaml|evidence/", ran.err)


def test_audit__remedies__name_flags(command, empty):
    refused = command("audit", "--power", "300 W", "--count", "4", "--duration", "1 h")
    assert "lca audit: error no-location" in refused.err
    assert "`--location`" in refused.err
    assert "`--grid '450 gCO2e/kWh'`" in refused.err
    flags = ("--power", "300 W", "--count", "4", "--duration", "1 h", "--location", "FR", "--to", "out")
    warned = command("audit", *flags)
    assert "Add `--host` or `--host-power` to the hardware, or `--measured-at node`" in warned.err
    assert "case.yaml:" not in warned.err


def test_audit__into_a_file__is_refused__and_the_file_is_as_it_was(command, empty):
    (empty / "good.csv").write_text(LOG, encoding="utf-8")
    ran = command("audit", "good.csv", "--device", "t4", "--location", "FR", "--to", "good.csv")
    assert (ran.status, ran.out) == (2, "")
    assert "good.csv is a file; --to takes a folder" in ran.err
    assert (empty / "good.csv").read_text(encoding="utf-8") == LOG


def test_audit__whose_output_nobody_reads_to_its_end__is_whole(tmp_path):
    flags = " ".join(shlex.quote(word) for word in (*THREE_DAYS, "--to", "out"))
    program = f"{sys.executable} -m lca audit {flags} | head -n 1"
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(program, shell=True, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert {"case.yaml", "result.json", "report.html"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_audit__says_all_that_it_wrote(command, empty):
    ran = command("audit", *THREE_DAYS, "--to", "out")
    said = {Path(line).name for line in re.findall(r"^written: (.*)$", ran.out, flags=re.MULTILINE)}
    assert said == {path.name for path in (empty / "out").iterdir()}


def test_audit__an_unknown_report__is_wrong_use(command, empty):
    ran = command("audit", *THREE_DAYS, "--report", "nonsense", "--to", "out")
    assert ran.status == 2
    assert "nonsense" in ran.err
    assert list(empty.iterdir()) == []


def test_audit__of_a_power_log(command, empty):
    """Four devices at 300 W for 110 minutes: 2.2 kWh."""
    needs_pango()
    (empty / "power log.csv").write_text(LOG, encoding="utf-8")
    flags = ("--device", "gpu/nvidia-a100-sxm4-80gb", "--location", "FR", "--pue", "1.2", "--to", "out")
    ran = command("audit", "power log.csv", *flags)
    assert ran.status == 0, ran.err
    assert {path.name for path in (empty / "out").iterdir()} >= {*WRITTEN, "evidence"}
    assert (empty / "out" / "evidence" / "power log.csv").read_text(encoding="utf-8") == LOG
    result = json.loads((empty / "out" / "result.json").read_text(encoding="utf-8"))
    figures = {total["id"]: total["value"] for total in result["totals"]}
    assert figures["energy.accelerators"] == pytest.approx(2.2)
    assert figures["device_hours"] == pytest.approx(4 * 11 / 6)
    assert json.loads(command("run", "out/case.yaml", "--json").out)["totals"] == result["totals"]


def test_audit__of_a_codecarbon_file__reads_device_place_and_dates_from_it(command, empty):
    """The record of TeenyTinyLlama-460m: 112.974 kWh, 41.289 kg, one A100-SXM4-40GB in Germany, 1 009 909.6 s."""
    needs_pango()
    record = INPUTS / "codecarbon" / "teenytinyllama_460m_emissions.csv"
    ran = command("audit", record, "--to", "out")
    assert ran.status == 0, ran.err
    assert {path.name for path in (empty / "out").iterdir()} >= {*WRITTEN, "evidence"}
    document = yaml.safe_load((empty / "out" / "case.yaml").read_text(encoding="utf-8"))
    (facility,), (hardware,) = document["facilities"].values(), document["hardware"].values()
    assert facility["location"] == "DE"
    assert (hardware["device"], hardware["count"]) == ("gpu/nvidia-a100-sxm4-40gb", 1)
    figures = {
        total["id"]: total["value"]
        for total in json.loads((empty / "out" / "result.json").read_text(encoding="utf-8"))["totals"]
    }
    assert str(document["period"]["end"]) == "2024-01-03"
    assert figures["energy.it"] == pytest.approx(112.97405698691946, rel=1e-12)
    assert figures["energy.accelerators"] == pytest.approx(92.27103601704754, rel=1e-12)
    assert figures["recorded.emissions"] == pytest.approx(41.28941942540837, rel=1e-12)
    assert figures["device_hours"] == pytest.approx(1009909.606500864 / 3600, rel=1e-12)


CODECARBON = """\
timestamp,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,country_iso_code,pue
2026-03-02T11:00:00,a,3600,0.04,0.2,0.5,0.1,0.8,Germany,DEU,1.0
2026-03-03T11:00:00,b,3600,0.04,0.2,0.5,0.1,0.8,France,FRA,1.0
"""


def test_audit__of_a_record_of_two_countries__names_them(command, empty):
    (empty / "emissions.csv").write_text(CODECARBON, encoding="utf-8")
    ran = command("audit", "emissions.csv")
    assert ran.status == 1
    assert "Germany (1 run), France (1 run)" in ran.err


def test_audit__of_a_record_that_is_refused__does_not_ask_for_what_it_says(command, empty):
    (row,) = [line for line in CODECARBON.splitlines() if "Germany" in line]
    (empty / "emissions.csv").write_text(
        f"{CODECARBON.splitlines()[0]}\n{row.replace('0.5', '-5')}\n", encoding="utf-8"
    )
    ran = command("audit", "emissions.csv")
    assert ran.status == 1
    assert "error out-of-range" in ran.err
    assert "no-location" not in ran.err


def test_audit__of_what_is_no_record__says_what_it_saw(command, empty):
    (empty / "shopping.csv").write_text("milk,eggs\n2,12\n", encoding="utf-8")
    ran = command("audit", "shopping.csv", "--location", "FR")
    assert ran.status == 1
    assert "error record-format" in ran.err
    assert "milk,eggs" in ran.err
    assert {path.name for path in empty.iterdir()} == {"shopping.csv"}


def test_audit__into_the_folder_that_holds_the_record(command, empty):
    """Its own evidence is not copied onto itself, nor lost."""
    (empty / "evidence").mkdir()
    (empty / "evidence" / "log.csv").write_text(LOG, encoding="utf-8")
    ran = command("audit", "evidence/log.csv", "--device", "gpu/nvidia-a100-sxm4-80gb", "--location", "FR", "--to", ".")
    assert ran.status == 0, ran.err
    assert (empty / "evidence" / "log.csv").read_text(encoding="utf-8") == LOG


# --------------------------------------------------------------------------------------------------
# new, explain, assumptions, factors, schema


def test_new__the_case_it_prints__is_one_without_a_mistake(command, case):
    ran = command("new", "training")
    checked = command("check", case(ran.out))
    assert checked.status == 0
    assert not re.search(": (error|warning) ", checked.out), checked.out


def test_new__what_is_commented_out__can_be_put_in(command, case):
    """Every field that it offers in a comment is one: uncommented, the case is still right."""
    text = re.sub(
        r"^( +)# (\w+: .*|instruments:.*|  - \{name.*)$", r"\1\2", command("new", "training").out, flags=re.MULTILINE
    )
    assert "\n    wue:" in text
    checked = command("check", case(text))
    assert checked.status == 0, checked.out


def test_explain__the_list_of_ids__then_one_of_them(command, case):
    path = case(SEED)
    ids = [line.split()[0] for line in command("explain", path).out.splitlines()]
    assert {"energy.it", "energy.site", "total"} <= set(ids)
    assert command("explain", path, "energy.site").out.splitlines()[:3] == [
        "Energy at the site [workloads.run.energy.site] E_site = E_it × PUE",
        "    = 12 kWh × 1.5",
        command("explain", path, "energy.site").out.splitlines()[2],
    ]


def test_explain__no_such_id__is_wrong_use__and_names_the_nearest(command, case):
    ran = command("explain", case(SEED), "enrgy.site")
    assert (ran.status, ran.out) == (2, "")
    assert "`energy.site`" in ran.err


def test_explain__tornado(command):
    ran = command("explain", EXAMPLE, "tornado")
    assert ran.status == 0
    assert ran.out.startswith("total: ")
    assert "95 % interval" in ran.out


def test_assumptions__one_after_the_other__with_source_and_influence(command):
    ran = command("assumptions", EXAMPLE)
    assert ran.status == 0
    assert "PUE: 1.56" in ran.out
    shares = [float(share) for share in re.findall(r"moves the total by ([\d.]+) %", ran.out)]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) >= 3


def test_factors__of_a_place_and_a_year(command):
    ran = command("factors", "electricity FR 2024")
    assert ran.status == 0
    assert "ember-2026:FR:2024 " in ran.out
    assert "40.48 gCO2e/kWh" in ran.out
    assert "datasets/factors/grid/ember-2026.csv:" in ran.out
    assert "as a case computes it, generation:" in ran.out


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (["h100"], ["gpu/nvidia-h100-sxm5-80gb", "700 W"]),
        (["pue", "aws:af-south-1"], ["1.24", "amazon-data-centers-2024"]),
        (["grid", "US-CAMX", "2023"], ["egrid-2023:US-CAMX:CO2"]),
        (["Electricity", "France"], ["ember-2026:FR:2024"]),
        (["lifetime"], ["bloom-2023", "6 year"]),
        (["embodied"], ["ecologits-0.11.3"]),
        (["a100", "embodied"], ["gpu/nvidia-a100-sxm4-40gb", "127.6 kgCO2e"]),
        (["PUE", "google"], ["gcp:europe-west1:pue", "google-data-centers-2024"]),
    ],
)
def test_factors__what_people_ask_for(command, query, words):
    ran = command("factors", *query)
    assert ran.status == 0
    for word in words:
        assert word in ran.out, word


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("unobtainium", "no place, device or kind of factor is called `unobtainium`"),
        ("electricity Narnia", "no place is called `Narnia`"),
        ("grid factor Frnace 2024", "no place is called `Frnace`; did you mean `France`?"),
        ("grid California", "no place is called `California`; did you mean `US-CAMX`"),
        ("carbon intensity france nonsense", "no factor of France is called `nonsense`"),
        ("factors of the", "name a kind, a place or a device"),
    ],
)
def test_factors__that_are_not_there(command, query, words):
    ran = command("factors", query)
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err


@pytest.mark.parametrize(
    "query", ["grid factor france 2024", "carbon intensity of France", "factor FR grid", "2024 electricity for France"]
)
def test_factors__asked_for_in_a_sentence__are_those_of_the_place_alone(command, query):
    ran = command("factors", query)
    assert ran.status == 0
    assert "ember-2026:FR:2024 " in ran.out
    assert "desnz" not in ran.out


def test_factors__of_two_places__and_of_words_in_their_rows(command):
    both = command("factors", "grid Germany Poland 2024").out
    assert "ember-2026:DE:2024 " in both
    assert "ember-2026:PL:2024 " in both
    server = command("factors", "lifetime server").out
    assert "lifetime:ccf-2024:server" in server
    assert "accelerator" not in server


def test_factors__units(command):
    ran = command("factors", "--units")
    assert ran.status == 0
    assert {"Wh", "gCO2e", "L", "h", "lb"} <= set(ran.out.split())


def test_schema__describes_every_field(command):
    schema = json.loads(command("schema").out)
    assert {"title", "facilities", "hardware", "workloads"} <= schema["properties"].keys()
    for name, section in schema["$defs"].items():
        assert section.get("description"), name
        assert section["additionalProperties"] is False, name
    quantities = schema["$defs"]["WorkloadSection"]["properties"]
    assert "h" in quantities["duration"]["description"]


def test_schema__holds_for_the_examples(command):
    """Every key of the worked examples is one that an editor would offer."""
    schema = json.loads(command("schema").out)
    for path in (ROOT / "reports").glob("*/case.yaml"):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert set(document) <= set(schema["properties"])
        for section, name in (("facilities", "Facility"), ("hardware", "Hardware"), ("workloads", "Workload")):
            for entry in document[section].values():
                assert set(entry) <= set(schema["$defs"][f"{name}Section"]["properties"])


def test_process__of_its_own__ends_as_told(tmp_path):
    """Once for real: the status that a shell sees."""
    (tmp_path / "case.yaml").write_text(SEED, encoding="utf-8")
    assert process("check", "case.yaml", cwd=tmp_path).returncode == 0
    (tmp_path / "case.yaml").write_text(SEED.replace("1.5", "0.5"), encoding="utf-8")
    assert process("check", "case.yaml", cwd=tmp_path).returncode == 1
    assert process("nonsense", cwd=tmp_path).returncode == 2
