"""Inference: which measurement is taken and why, and where idle and spare hours go."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import lca
from lca.equation import power_of_two
from lca.inventory import Inventory

CASE = """\
lca: 1
title: A service
period: {{start: 2026-01-01, end: 2026-01-31}}
conventions: {{inference: ecologits}}
facilities: {{hall: {{pue: 1.2, grid: 0.3 kgCO2e/kWh}}}}
hardware:
  cluster: {{{hardware}, facility: hall}}
workloads:
  chat: {{kind: inference, runs_on: cluster, {fields}}}
"""
H100 = "device: h100, count: 8, idle_power: 100 W, host_power: 150 W, embodied: 438 kgCO2e, lifetime: 43800 h"
LLAMA = "tokens: 1000 Mtok, measurement: {model: Llama-3.1-70B-Instruct}"


@pytest.fixture
def run(case):
    def made(fields: str, hardware: str = H100) -> Inventory:
        return lca.run(case(CASE.format(fields=fields, hardware=hardware)))

    return made


def slugs(inventory: Inventory) -> set[str]:
    return {found.slug for found in inventory.findings}


def value(inventory: Inventory, id: str) -> float:
    found = {figure.id: number for figure, number in inventory.values.items()}
    number = inventory.value(id) if id in inventory.totals else found[id]
    assert number is not None
    return number


def taken(inventory: Inventory) -> str:
    return next(item.taken for item in inventory.decisions if item.id == "workloads.chat.measurement")


# --- which measurement


def test_batch__between_two_measured__the_nearer_with_a_range_to_the_next_one(run):
    inventory = run(f"{LLAMA}, batch: 70, duration: 744 h")
    decision = next(item for item in inventory.decisions if item.id == "workloads.chat.measurement")
    assert decision.taken.endswith("4xh100:batch-64")
    assert decision.rule == "Measured with a batch of 64, the nearest to 70; its range reaches to the next one beyond."
    assert "taken" in decision.candidates[0].verdict
    assert decision.candidates[1].factor.endswith("batch-96")
    spread = decision.figures[0].reason.spread
    assert (spread.low, spread.high) == pytest.approx((0.647757572208928 / 3.6e6, 0.797248592193898 / 3.6e6))


def test_batch_fill__the_measured_mean_batch_that_is_nearest(run):
    # 1024 × 75 % = 768; the limits 768 and 1024 reached 766.3 and 898.5.
    assert taken(run(f"{LLAMA}, batch: 1024, batch_fill: 75 %, duration: 744 h")).endswith("batch-768")


@pytest.mark.parametrize(
    ("batch", "more"), [("7", ""), ("1025", ""), ("1024", ", batch_fill: 99 %"), ("8", ", batch_fill: 50 %")]
)
def test_batch__outside_of_what_was_measured__is_refused(run, batch, more):
    inventory = run(f"{LLAMA}, batch: {batch}{more}, duration: 744 h")
    assert "batch-not-measured" in slugs(inventory)
    assert not inventory.totals


def test_gpus__the_fewest_with_such_a_batch_else_those_named(run):
    scout = "tokens: 1 Mtok, duration: 744 h, batch: 64, measurement: {model: Llama 4 Scout, task: image-chat%s}"
    assert ":4xh100:" in taken(run(scout % ""))
    assert ":8xh100:" in taken(run(scout % ", gpus: 8"))
    refused = run(scout % ", gpus: 3")
    assert "no measured configuration has the gpus `3`" in str(refused.findings)


def test_measurements_alike__the_lower_median_with_the_range_of_all(run):
    inventory = run(
        "tokens: 1 Mtok, duration: 744 h, batch: 96, measurement: {model: gpt-oss-20b, task: gpqa, gpus: 1}"
    )
    energy = inventory.decisions[[item.id for item in inventory.decisions].index("workloads.chat.measurement")].figures
    assert energy[0].reason.written == "0.0876251014595902 J/token"
    assert energy[0].reason.spread.high * 3.6e6 == pytest.approx(0.0921740371335631)


@pytest.mark.parametrize(
    ("measurement", "hardware", "words"),
    [
        ("model: llama 3.1", H100, "was measured with more than one model"),
        ("model: gpt-5", H100, "no measured configuration has the model"),
        ("model: Llama-3.1-70B-Instruct, task: gpqa", H100, "no measured configuration has the task `gpqa`"),
        ("model: Llama-3.1-70B-Instruct, gpu: A100", H100, "no measured configuration has the gpu `A100`"),
        ("model: Llama-3.1-70B-Instruct", H100.replace("h100", "a100-sxm4-80gb"), "has the gpu `a100-sxm4-80gb`"),
    ],
)
def test_measurement__that_there_is_not__is_refused_by_name(run, measurement, hardware, words):
    inventory = run(f"tokens: 1 Mtok, duration: 744 h, batch: 64, measurement: {{{measurement}}}", hardware)
    assert any(words in found.message for found in inventory.findings), inventory.findings
    assert not inventory.totals


def test_measurement__of_another_device_than_the_hardware__is_an_assumption(run):
    inventory = run(
        "tokens: 1 Mtok, duration: 744 h, batch: 64, measurement: {model: Llama-3.1-70B-Instruct, gpu: H100}",
        H100.replace("h100", "h200"),
    )
    energy = next(item for item in inventory.decisions if item.id == "workloads.chat.measurement").figures[0]
    assert energy.reason.quality == "assumed"


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ("measurement: {model: Llama-3.1-70B-Instruct}, batch: 64", "tokens"),
        ("tokens: 1 Mtok, measurement: {model: Llama-3.1-70B-Instruct}", "batch"),
        ("energy_per_token: 0.4 J", "tokens"),
        ("energy_per_request: 0.4 J, tokens: 1 Mtok", "requests"),
        ("active_parameters: 7 Gparam", "tokens"),
        ("active_parameters: 7 Gparam, tokens: 1 Mtok, latency: 5 s", "requests"),
        ("energy_per_token: 0.4 J, tokens: 1 Mtok, measured_at: node, duty_cycle: 50 %", "duration"),
        ("energy: 1 kWh, warm_replicas: 2, duration: 1 h", "devices_per_replica"),
    ],
)
def test_field__that_needs_another__says_which(run, fields, needed):
    inventory = run(fields)
    assert any(found.slug == "needs" and f"`{needed}`" in found.message for found in inventory.findings)
    assert not inventory.totals


def test_energy__in_two_ways__is_refused(run):
    fields = "tokens: 1 Mtok, energy_per_token: 0.4 J, active_parameters: 7 Gparam, duration: 1 h"
    assert "two-ways" in slugs(run(fields))


def test_images__are_requests(run):
    inventory = run(
        "requests: 1000, duration: 744 h, batch: 8, measurement: {model: FLUX.1-dev, task: text-to-image, gpus: 1}"
    )
    assert "intensity.request" in inventory.totals
    assert taken(inventory).startswith("mlenergy-3:text-to-image:flux.1-dev:1xh100:batch-8")


# --- busy, waiting, spare


def test_waiting_hours__of_measured_work_in_declared_time__draw_idle_power(run):
    inventory = run(f"{LLAMA}, batch: 64, duration: 100 h")
    busy = 1e9 / 2510.51132614619 / 3600 * 4
    assert value(inventory, "workloads.chat.waiting_hours") == pytest.approx(800 - busy, rel=1e-12)
    idle = (800 - busy) * (0.1 + 0.15)
    assert value(inventory, "energy.idle") == pytest.approx(idle, rel=1e-12)
    assert value(inventory, "energy.it") == pytest.approx(0.797248592193898e9 / 3.6e6 + busy * 0.15 + idle, rel=1e-12)
    assert value(inventory, "energy.host") == pytest.approx(800 * 0.15, rel=1e-12)
    assert value(inventory, "embodied") == pytest.approx(8, rel=1e-12)  # 438 kg × 800 h ∕ 43 800 h


def test_reserved_hours__by_the_duty_cycle__where_no_duration_is_known(run):
    inventory = run(f"{LLAMA}, batch: 64, duty_cycle: 40 %", H100.replace("count: 8, ", ""))
    assert value(inventory, "device_hours") == pytest.approx(1e9 / 2510.51132614619 / 3600 * 4 / 0.4, rel=1e-12)
    assert "idle-not-counted" not in slugs(inventory)


def test_work__that_does_not_fit_its_time__is_an_error(run):
    assert "work-exceeds-time" in slugs(run(f"{LLAMA}, batch: 64, duration: 50 h"))


def test_energy_at_the_site__with_warm_replicas__adds_theirs_times_the_pue(run):
    fields = "requests: 1000, energy_per_request: 60 Wh, measured_at: site, duration: 10 h"
    inventory = run(f"{fields}, warm_replicas: 1, devices_per_replica: 4")
    # 60 kWh at the site; 4 × 10 h × 0.1 kW = 4 kWh of a node whose idle power is declared, × 1.2
    assert value(inventory, "energy.site") == pytest.approx(64.8, rel=1e-12)
    assert value(inventory, "embodied.idle") == pytest.approx(438 * 40 / 43800, rel=1e-12)


def test_model__with_a_batch_half_full__takes_twice_the_time(run):
    fields = "tokens: 200, requests: 1, active_parameters: 7 Gparam, latency: 1 s"
    full, half = (run(f"{fields}, batch: 32{more}", "count: 1") for more in ("", ", batch_fill: 50 %"))
    assert value(half, "device_hours") == pytest.approx(2 * value(full, "device_hours"), rel=1e-12)
    assert value(half, "energy.it") > value(full, "energy.it")


def test_model__of_70_billion_parameters__takes_four_accelerators(run):
    inventory = run("tokens: 200, active_parameters: 70 Gparam", "count: 1")
    assert value(inventory, "workloads.chat.devices") == 4  # 1.2 × 70 × 2 = 168 GB, 80 GB each


def test_declared_hardware__stays_beside_the_constants_of_a_model(run):
    inventory = run("tokens: 1 Mtok, active_parameters: 70 Gparam", "embodied: 164 kgCO2e, count: 1")
    assert "conventions.inference.accelerator_embodied" not in {figure.id for figure in inventory.values}
    assert "conventions.inference.server_embodied" in {figure.id for figure in inventory.values}


def test_ids__of_two_services_on_one_cluster__mean_one_figure_each(case):
    fields = "tokens: 1 Mtok, active_parameters: 70 Gparam, duration: 10 h, warm_replicas: 1, devices_per_replica: 4"
    text = CASE.format(fields=fields, hardware="device: h100, count: 8")
    fields = f"{LLAMA}, batch: 64, duration: 100 h, idle_reserve: 10 %"
    inventory = lca.run(case(f"{text}  other: {{kind: inference, runs_on: cluster, {fields}}}\n"))
    assert not inventory.failed, inventory.findings
    ids = [figure.id for figure in inventory.values]
    assert sorted(ids) == sorted(set(ids))


# --- per token


def test_token__in_a_case_of_two_services__has_no_score(run, case):
    text = CASE.format(fields="tokens: 1 Mtok, energy: 1 kWh", hardware="count: 1")
    both = lca.run(case(f"{text}  other: {{kind: inference, runs_on: cluster, tokens: 1 Mtok, energy: 1 kWh}}\n"))
    assert "sci.token" not in both.totals


@pytest.mark.parametrize("written", ["0.4 J", "0.4 J/token", "400 kJ/Mtok", "0.4 J per token"])
def test_energy_per_token__however_it_is_written(run, written):
    inventory = run(f"tokens: 9 million tokens, energy_per_token: {written}, measured_at: node")
    assert value(inventory, "energy.it") == pytest.approx(1, rel=1e-12)


def test_template__of_a_service__has_no_error_and_no_warning(command, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(command("new", "inference").out, encoding="utf-8")
    inventory = lca.run(path)
    assert {found.severity for found in inventory.findings} <= {"note"}


def test_factors__find_measurements(command):
    found = command("factors", "llama 70b h100").out
    assert "mlenergy-3:lm-arena-chat:llama-3.1-70b-instruct:4xh100:batch-64 " in found
    assert "23 configurations" in found


@pytest.mark.parametrize(("count", "power"), [(0.2, 1), (1, 1), (1.0001, 2), (2, 2), (2.1, 4), (64, 64), (65, 128)])
def test_power_of_two__the_least_that_is_enough__alone_and_in_an_array(count, power):
    assert power_of_two(count) == power
    several: Any = numpy.array([count, 3.0])
    assert numpy.array_equal(power_of_two(several), [power, 4])
