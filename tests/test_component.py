"""Manufacture from parts: the constants that ship, the devices that have parts, and which footprint counts."""

from __future__ import annotations

import re

import pytest

import lca
from lca import units
from lca.datasets import Datasets
from lca.datasets.files import shipped
from lca.figure import Derived, walk
from lca.methods.component import FIELDS, INDICATORS

DATA = Datasets()
CONSTANTS = DATA.table("component")
WITH_PARTS = [
    path.relative_to(shipped("datasets") / "hardware").with_suffix("").as_posix()
    for path in sorted((shipped("datasets") / "hardware").glob("*/*.yaml"))
    if "\nparts:" in path.read_text(encoding="utf-8")
]
BOUNDARIES = {"cradle-to-gate", "distribution", "end-of-life"}

SERVER = """
lca: 1
title: A server by its parts
period: {start: 2025-01-01, end: 2025-12-31}
facilities: {hall: {pue: 1, grid: 100 gCO2e/kWh}}
hardware:
  server:
    HARDWARE
    count: 1
    facility: hall
    lifetime: 4 years
    parts:
      PARTS
workloads: {year: {kind: processing, runs_on: server, duration: 1 year, energy: 0 kWh}}
"""


def server(parts: str, hardware: str = "owned: owned") -> str:
    """A server used for one of its four years."""
    return SERVER.replace("PARTS", parts).replace("HARDWARE", hardware).lstrip()


# --------------------------------------------------------------------------------------------------
# What ships


def test_constants__of_every_component__have_all_three_indicators():
    by_component: dict[str, set[str]] = {}
    for row in CONSTANTS:
        by_component.setdefault(row.attributes["component"], set()).add(row.attributes["indicator"])
    assert {name for name, found in by_component.items() if found != {made.key for made in INDICATORS}} == set()
    assert len(by_component) == 23


@pytest.mark.parametrize("row", CONSTANTS, ids=lambda row: row.id)
def test_constant__says_what_it_counts_and_for_which_part_of_a_life(row):
    mass = {"gwp": "kgCO2e", "adpe": "kgSbe", "pe": "MJ"}[row.attributes["indicator"]]
    assert re.fullmatch(rf"{mass}(/mm2|/cm2|/kg|/kg/km)?", row.unit)
    assert row.value > 0
    assert row.attributes["boundary"] in BOUNDARIES
    assert row.page.startswith("data/factors.yml, ")


def test_constants__of_silicon__are_of_one_order_per_area():
    """A slip between mm² and cm² would be a factor of a hundred."""
    per_cm2 = [
        units.convert(row.value, row.unit, "kgCO2e/cm2")
        for row in CONSTANTS
        if row.attributes["indicator"] == "gwp" and row.unit.endswith(("/mm2", "/cm2")) and "board" not in row.id
    ]
    assert len(per_cm2) == 5
    assert all(1 < value < 20 for value in per_cm2)


@pytest.mark.parametrize("id", WITH_PARTS)
def test_device__with_parts__is_described_in_known_units_and_cited(id):
    thing = DATA.thing(id)
    assert thing is not None
    assert set(thing.parts) <= set(FIELDS)
    for kind, fields in thing.parts.items():
        assert "count" in fields
        for field, row in fields.items():
            assert units.convert(row.value, row.unit, FIELDS[kind][field]) >= 0, row.place
            assert row.source in DATA.sources, row.place
            assert row.page, row.place


# Wafer per good die, as the peer's own list of devices has it: worked out there, not here.
PUBLISHED_AREAS = {
    "gpu/nvidia-h100-sxm5-80gb": 2808.45,
    "gpu/nvidia-a100-sxm4-80gb": 2876.29,
    "gpu/nvidia-tesla-v100-pcie-32gb": 2814.07,
    "gpu/nvidia-tesla-t4": 1500.31,
    "gpu/nvidia-a10": 1861.68,
}


@pytest.mark.parametrize(("id", "area"), PUBLISHED_AREAS.items())
def test_wafer_area__of_a_die__is_that_of_the_published_list(id, area, case):
    text = server("gpu: {count: 1, die: DIE}")
    thing = DATA.thing(id)
    assert thing is not None
    inventory = lca.run(case(text.replace("DIE", thing.parts["gpu"]["die"].written)))
    figures = {figure.id: figure for figure in walk(inventory.roots)}
    assert inventory.value(figures["hardware.server.parts.gpu.die.wafer"]) == pytest.approx(area, rel=1e-5)


# --------------------------------------------------------------------------------------------------
# Which footprint counts


def test_parts__where_nothing_is_published__are_the_footprint(case):
    inventory = lca.run(case(server("hdd: {count: 4}")))
    # 4 × 31.11 ∕ 4, 4 × 0.00025 ∕ 4, 4 × 276 ∕ 4
    assert inventory.total("embodied").m_as("kgCO2e") == pytest.approx(31.11)
    assert inventory.total("adpe").m_as("kgSbe") == pytest.approx(0.00025)
    assert inventory.total("primary_energy").m_as("MJ") == pytest.approx(276)


def test_parts__of_a_device_whose_footprint_is_of_another__are_the_footprint(case):
    """The data sets have that of the A100 of 40 GB for the one of 80 GB."""
    inventory = lca.run(case(server("hdd: {count: 1}", "device: gpu/nvidia-a100-sxm4-80gb\n    host_power: 0 W")))
    assert inventory.total("embodied.accelerators").m_as("kgCO2e") == pytest.approx(31.11 / 4)
    (found,) = [found for found in inventory.findings if found.slug == "embodied-two-ways"]
    assert "31.11 kgCO2e counts, 127.6 kgCO2e does not, which is 4.1 times as much" in found.message


def test_parts__beside_a_declared_footprint__do_not_count_and_are_shown(case):
    inventory = lca.run(case(server("hdd: {count: 4}", "embodied: 100 kgCO2e")))
    assert inventory.total("embodied").m_as("kgCO2e") == pytest.approx(25)
    decision = next(item for item in inventory.decisions if item.id == "hardware.server.embodied")
    assert decision.alternatives[0].id == "hardware.server.parts.embodied"
    assert inventory.value(decision.alternatives[0]) == pytest.approx(124.44)
    assert "embodied-two-ways" in {found.slug for found in inventory.findings}


def test_parts__of_a_host__are_shared_among_its_devices(case):
    text = server("hdd: {count: 4}").replace("parts:", "per_node: 8\n    embodied: 0 kgCO2e\n    host_parts:")
    inventory = lca.run(case(text))
    assert inventory.total("embodied.host").m_as("kgCO2e") == pytest.approx(4 * 31.11 / 8 / 4)


def test_indicator__that_one_part_lacks__is_absent_and_told(case):
    inventory = lca.run(case(server("hdd: {count: 4, embodied: 25 kgCO2e}\n      motherboard: {count: 1}")))
    assert inventory.total("embodied").m_as("kgCO2e") == pytest.approx((100 + 66.1) / 4)
    assert not {"adpe", "primary_energy"} & set(inventory.totals)
    assert "indicator-not-quantified" in {found.slug for found in inventory.findings}


def test_workloads__on_one_machine__share_its_figures(case):
    text = server("hdd: {count: 4}")
    text += "  # and another\n"
    text = text.replace(
        "workloads: {year: {",
        "workloads: {other: {kind: processing, runs_on: server, duration: 1 day, energy: 0 kWh}, year: {",
    )
    inventory = lca.run(case(text))
    ids = [figure.id for figure in walk(inventory.roots) if isinstance(figure.reason, Derived)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("parts", "needed"),
    [
        ("cpu: {count: 1}", "die"),
        ("cpu: {count: 1, cores: 24}", "die_per_core"),
        ("memory: {count: 1, capacity: 32 GB}", "density"),
        ("memory: {count: 1, embodied_per_GB: 1 kgCO2e/GB}", "capacity"),
        ("gpu: {count: 1, memory: 80 GB}", "die"),
        ("gpu: {count: 1, die: 814 mm2, memory: 80 GB}", "memory_dies"),
    ],
)
def test_part__that_is_half_described__asks_for_the_rest(parts, needed, case, command):
    ran = command("check", case(server(parts)))
    assert ran.status == 1
    assert f"needs `{needed}` beside it" in ran.out


def test_case_of_a_server__none__adds_nothing(case):
    inventory = lca.run(case(server("hdd: {count: 1}\n      case: none")))
    assert inventory.total("embodied").m_as("kgCO2e") == pytest.approx(31.11 / 4)
