"""A case against itself, its records and its hardware: what used to give a wrong figure without a word."""

from __future__ import annotations

import pytest

import lca
from lca.assumptions import register
from lca.datasets import Datasets
from lca.figure import Given, leaves

DATA = Datasets()

BASE = """\
lca: 1
title: A run
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  site: {location: FR, pue: 1.2}
hardware:
  gpus: {device: h100-sxm, count: 8, host: dgx-h100, facility: site}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, utilisation: 80 %}
"""
STATED = "duration: 10 h, utilisation: 80 %"
LOGGED = "power: {log: log.csv}"
RECORDED = "energy: {record: emissions.csv}"

HEADER = "timestamp,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,"
HEADER += "country_iso_code,gpu_count,gpu_model,pue\n"


def log(hours: float, watts: float = 300, day: str = "2024/03/02", name: str = "NVIDIA H100 80GB HBM3") -> str:
    """A log of eight devices at constant power, every ten minutes."""
    stamps = [f"{day} {minutes // 60:02}:{minutes % 60:02}:00" for minutes in range(0, round(60 * hours) + 1, 10)]
    rows = [f"{stamp}, {device}, {name}, {watts} W\n" for stamp in stamps for device in range(8)]
    return "timestamp, index, name, power.draw [W]\n" + "".join(rows)


def run_of(end: str, hours: float = 10, *, id: str = "a", country: str = "FRA", count: int = 8) -> str:
    """A row of CodeCarbon."""
    return f"{end},{id},{3600 * hours},2,3,40,1,44,{country},{count},{count} x NVIDIA H100 80GB HBM3,1.0\n"


def changed(*swaps: tuple[str, str]) -> str:
    text = BASE
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def found(case):
    """The findings of a text by slug, each with its first message."""

    def run(*swaps: tuple[str, str], files: dict[str, str] | None = None) -> dict[str, lca.Finding]:
        findings = lca.run(case(changed(*swaps), files), DATA).findings
        return {finding.slug: finding for finding in reversed(findings)}

    return run


OURS = {
    *("record-other-duration", "record-shorter", "longer-than-period", "record-outside-period"),
    *("factor-of-other-years", "embodied-above-hardware", "power-implausible", "idle-above-full"),
    *("per-node-differs", "count-not-whole", "record-other-device", "record-elsewhere", "record-mixed-hardware"),
}


def test_nothing__of_a_case_that_agrees(found):
    assert not OURS & found().keys()
    assert not OURS & found((STATED, LOGGED), files={"log.csv": log(10)}).keys()
    emissions = {"emissions.csv": HEADER + run_of("2024-03-02T20:00:00")}
    assert not OURS & found((STATED, RECORDED), files=emissions).keys()


# --------------------------------------------------------------------------------------------------
# Time


@pytest.mark.parametrize("said", ["duration: 20 h", "duration: 30 min", "device_hours: 160 h"])
def test_log__beside_another_time__is_refused(found, said):
    """1 h and 2.4 kWh at the accelerators, host and manufacture over 20 h."""
    refused = found((STATED, f"{said}, {LOGGED}"), files={"log.csv": log(1)})["record-other-duration"]

    assert refused.severity == "error"
    assert said in refused.message
    assert ("power: 300 W" in refused.remedy) == ("min" not in said)


@pytest.mark.parametrize("said", ["duration: 1 h", "duration: 60 min", "device_hours: 8 h", "duration: 70 min"])
def test_log__beside_its_own_time_to_a_step__is_taken(found, said):
    """A recorder with steps of 10 min may miss 10 min at either end."""
    assert not OURS & found((STATED, f"{said}, {LOGGED}"), files={"log.csv": log(1)}).keys()


def test_record__of_a_part_of_the_reserved_time__is_said(found):
    """CodeCarbon holds the host as well: only the manufacture is counted for the longer time."""
    files = {"emissions.csv": HEADER + run_of("2024-03-02T20:00:00")}
    said = found((STATED, f"duration: 12 h, {RECORDED}"), files=files)
    assert said["record-shorter"].severity == "warning"
    assert "record-other-duration" in found((STATED, f"duration: 8 h, {RECORDED}"), files=files)


def test_record__of_runs_side_by_side__may_have_a_declared_duration(found):
    """Two trackers for 10 h each, at once: their sum of 20 h is no duration."""
    files = {"emissions.csv": HEADER + run_of("2024-03-02T20:00:00") + run_of("2024-03-02T20:00:00", id="b")}
    assert not OURS & found((STATED, f"duration: 10 h, {RECORDED}"), files=files).keys()


def test_embodied__above_the_hardware__is_refused(found):
    year = ("end: 2024-03-04", "end: 2024-12-31")
    brief, lasting = (
        ("facility: site}\nw", "facility: site, lifetime: 1 day}\nw"),
        ("duration: 10 h", "duration: 1000 h"),
    )
    refused = found(year, brief, lasting)["embodied-above-hardware"]

    assert refused.severity == "error"
    assert "8 × 24 h" in refused.message
    assert "4167 %" in refused.why


def test_embodied__of_all_workloads_together__is_within_the_hardware(found):
    """8 × 24 h are reserved by two runs of 12 h; a third one finds nothing left, nor one where half is idle."""
    runs = "".join(f"\n  {name}: {{kind: training, runs_on: gpus, {{}}}}" for name in ("one", "two"))
    half = runs.replace("{}", "duration: 12 h, utilisation: 80 %")
    hardware = ("facility: site}\nw", "facility: site, lifetime: 1 day}\nw")
    whole = ("  run: {kind: training, runs_on: gpus, duration: 10 h, utilisation: 80 %}", half.removeprefix("\n"))
    assert "embodied-above-hardware" not in found(hardware, whole)
    assert "embodied-above-hardware" in found(hardware, (whole[0], whole[0] + half))
    idle = (hardware[0], hardware[1].replace("1 day", "1 day, lifetime_utilisation: 50 %"))
    assert "embodied-above-hardware" in found(idle, whole)
    shared = (hardware[0], hardware[1].replace("1 day", "1 day, reserved: 50 %"))
    assert "embodied-above-hardware" not in found(shared, (whole[0], whole[0] + half))


@pytest.mark.parametrize("said", ["duration: 10000 h", "duration: 74 h", "device_hours: 600 h"])
def test_time__longer_than_the_period__is_refused(found, said):
    assert found(("duration: 10 h", said))["longer-than-period"].severity == "error"


@pytest.mark.parametrize("said", ["duration: 72 h", "duration: 3 days", "device_hours: 576 h"])
def test_time__of_the_whole_period__is_taken(found, said):
    assert "longer-than-period" not in found(("duration: 10 h", said))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2018-03-02", "2018-03-04", True),
        ("2024-03-04", "2024-03-05", True),
        ("2024-03-03", "2024-03-05", False),  # the zone of the log is not known
        ("2024-01-01", "2024-12-31", False),
    ],
)
def test_log__outside_the_period__is_said(found, start, end, said):
    period = ("start: 2024-03-02, end: 2024-03-04", f"start: {start}, end: {end}")
    assert ("record-outside-period" in found(period, (STATED, LOGGED), files={"log.csv": log(10)})) == said


def test_audit__of_a_record_of_another_year__is_said(command, tmp_path):
    record = tmp_path / "e.csv"
    record.write_text(HEADER + run_of("2024-03-02T20:00:00"), encoding="utf-8")
    words = ("audit", record, "--start", "2018-01-01", "--end", "2018-01-02", "--to", tmp_path / "out")
    assert "record-outside-period: the record runs from 2024-03-02 to 2024-03-02" in command(*words).err


@pytest.mark.parametrize(("year", "said"), [(1990, True), (2011, True), (2012, False), (2024, False), (2028, False)])
def test_factor__of_years_apart__is_said(found, year, said):
    """The mix of France is published for 2015 to 2025."""
    assert ("factor-of-other-years" in found(("2024-03-02", f"{year}-03-02"), ("2024-03-04", f"{year}-03-04"))) == said


# --------------------------------------------------------------------------------------------------
# Power


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("energy: 10000 kWh", "is 125 kW per device (10000 kWh ∕ (8 × 10 h))"),
        ("energy: 1 kWh", "is 12.5 W per device"),
        ("energy: 40 mWh", "is 0.0005 W per device"),
        ("energy: 40 mWh", "Multiplied by 1000000 it is plausible (500 W)"),
        ("accelerator_energy: 5600 kWh", "is 70 kW per device"),
        ("accelerator_energy: 5600 kWh", "Divided by 1000 it is plausible (70 W)"),
        ("site_energy: 48000 kWh", "∕ PUE 1.2)"),
        ("energy: 57 kWh, measured_at: accelerators", "is 712.5 W per device"),
        ("power: 300 mW", "Multiplied by 1000 it is plausible (300 W)"),
        ("power: 3 kW, measured_at: node", "its share of the host 150 W"),
    ],
)
def test_power__that_the_hardware_cannot_draw__is_said(found, way, words):
    said = found(("utilisation: 80 %", way))["power-implausible"]
    assert said.severity == "warning"
    assert words in f"{said.message} {said.why}"


@pytest.mark.parametrize("way", ["energy: 60 kWh", "energy: 4 kWh", "accelerator_energy: 56 kWh", "power: 60 W"])
def test_power__that_the_hardware_can_draw__is_taken(found, way):
    assert "power-implausible" not in found(("utilisation: 80 %", way))


def test_power__of_a_reserved_share__is_that_of_the_share(found):
    """7 kWh in 10 h on a tenth of eight devices are 875 W for a whole one; the same on all of each are 87.5 W."""
    tenth = ("facility: site}\nw", "facility: site, reserved: 10 %}\nw")
    assert "power-implausible" not in found(tenth, ("utilisation: 80 %", "energy: 7 kWh"))
    said = found(tenth, ("utilisation: 80 %", "energy: 60 kWh"))["power-implausible"]
    assert "is 7500 W per device (60 kWh ∕ (8 × 10 h) ∕ 10 % reserved)" in said.message


def test_power__above_the_rating__is_said_once(found):
    said = found(("utilisation: 80 %", "power: 300 kW"))
    assert "power-above-rating" in said
    assert "power-implausible" not in said


def test_power__of_the_hardware__is_held_against_its_rating(found):
    said = found(("facility: site}\nw", "facility: site, power: 300 mW}\nw"))["power-implausible"]
    assert "`power: 300 mW`" in said.message
    assert "power-implausible" not in found(("facility: site}\nw", "facility: site, power: 350 W}\nw"))


# --------------------------------------------------------------------------------------------------
# Hardware and place


@pytest.mark.parametrize(
    ("says", "slug"),
    [
        ("power: 80 W, idle_power: 700 W", "idle-above-full"),
        ("idle_power: 800 W", "idle-above-full"),
        ("per_node: 4", "per-node-differs"),
        ("per_node: 7.5", "count-not-whole"),
    ],
)
def test_hardware__that_contradicts_itself__is_refused(found, says, slug):
    assert found(("facility: site}\nw", f"facility: site, {says}}}\nw"))[slug].severity == "error"


def test_count__of_a_part_of_a_device__is_refused(found):
    assert "reserved" in found(("count: 8", "count: 2.5"))["count-not-whole"].remedy


@pytest.mark.parametrize(
    ("device", "said"), [("a100", True), ("h100-pcie", True), ("h100", False), ("h100-sxm", False)]
)
def test_device__of_the_record__is_held_against_the_declared_one(found, device, said):
    swaps = (("h100-sxm", device), (STATED, LOGGED))
    assert ("record-other-device" in found(*swaps, files={"log.csv": log(10)})) == said


def test_device__said_less_exactly_by_either__is_the_same(found):
    names = {"a100": "NVIDIA A100-SXM4-80GB", "gpu/nvidia-a100-sxm4-80gb": "NVIDIA A100"}
    for device, name in names.items():
        swaps = (("h100-sxm", device), (STATED, LOGGED))
        assert "record-other-device" not in found(*swaps, files={"log.csv": log(10, name=name)})


@pytest.mark.parametrize(("country", "said"), [("DEU", True), ("FRA", False), ("", False)])
def test_country__of_the_record__is_held_against_the_location(found, country, said):
    files = {"emissions.csv": HEADER + run_of("2024-03-02T20:00:00", country=country)}
    warned = found((STATED, RECORDED), files=files).get("record-elsewhere")
    assert (warned is not None) == said
    assert warned is None or ("DEU" in warned.message and "`FR` (France)" in warned.message)


def test_country__of_a_cloud_region__is_that_of_its_place(found):
    files = {"emissions.csv": HEADER + run_of("2024-03-02T20:00:00")}
    swaps = ((STATED, RECORDED), ("location: FR", 'location: "aws:eu-west-3"'))
    assert "record-elsewhere" not in found(*swaps, files=files)


def test_hardware__of_runs_that_differ__is_refused(found):
    """8 and 4 devices: without device-hours there is no one count."""
    rows = run_of("2024-03-02T20:00:00") + run_of("2024-03-03T20:00:00", id="b", count=4)
    files = {"emissions.csv": HEADER + rows}
    refused = found((STATED, RECORDED), files=files)["record-mixed-hardware"]
    assert refused.severity == "error"
    assert "8 x NVIDIA H100 80GB HBM3, 4 x NVIDIA H100 80GB HBM3" in refused.message
    assert "record-mixed-hardware" not in found((STATED, f"device_hours: 120 h, {RECORDED}"), files=files)


def test_hardware__of_two_models__is_refused_whatever_the_hours(found):
    rows = run_of("2024-03-02T20:00:00") + run_of("2024-03-03T20:00:00", id="b").replace("H100 80GB HBM3", "L40S")
    files = {"emissions.csv": HEADER + rows}
    assert "record-mixed-hardware" in found((STATED, f"device_hours: 120 h, {RECORDED}"), files=files)


def test_audit__of_runs_of_different_hardware__says_which(command, tmp_path):
    record = tmp_path / "e.csv"
    rows = run_of("2024-03-02T20:00:00") + run_of("2024-03-03T20:00:00", id="b", count=4)
    record.write_text(HEADER + rows, encoding="utf-8")
    ran = command("audit", record, "--to", tmp_path / "out")
    assert ran.status == 1
    assert "record-mixed-hardware" in ran.err
    assert "not-a-number" not in ran.err


# --------------------------------------------------------------------------------------------------
# Gaps


def test_gap__is_an_assumption_of_its_own(account):
    """Eight devices at 500 W, 2 h recorded around a hole of 5 h: 8 kWh measured, 20 kWh assumed, 0 to 20."""
    stamps = [minutes for start in (0, 360) for minutes in range(start, start + 61, 1)]
    rows = [f"2024/03/02 {at // 60:02}:{at % 60:02}:00, {device}, 500 W\n" for at in stamps for device in range(8)]
    files = {"log.csv": "timestamp, index, power.draw [W]\n" + "".join(rows)}
    inventory = account(changed((STATED, LOGGED)), files)
    by_id = {leaf.id: leaf.reason for leaf in leaves([inventory.totals["energy.accelerators"]])}
    recorded, bridged = (by_id[f"log.csv#{part}"] for part in ("energy", "gaps"))
    assert isinstance(recorded, Given)
    assert isinstance(bridged, Given)
    assert bridged.spread is not None

    assert inventory.value("energy.accelerators") == pytest.approx(28)
    assert recorded.value == pytest.approx(8)
    assert bridged.value == pytest.approx(20)
    assert (recorded.quality, bridged.quality) == ("measured", "assumed")
    assert bridged.spread.low == 0
    assert bridged.spread.high == pytest.approx(20)
    assert "log.csv#gaps" in {assumption.id for assumption in register(inventory)}
    assert "log.csv#gaps" in {swing.id for swing in lca.tornado(inventory).swings}
