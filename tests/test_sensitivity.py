"""What moves a total, and how sure it is; against a tornado that was worked out by hand."""

from __future__ import annotations

import re

import pytest

import lca
from lca import assumptions
from lca.compute import LONG_SUM, evaluate
from lca.datasets import Datasets
from lca.figure import Given, leaves
from lca.sensitivity import derivatives

DATA = Datasets()

CLUSTER = """\
lca: 1
title: Two weeks of 512 accelerators
period: {start: 2024-03-01, end: 2024-03-14}
facilities:
  hall:
    pue: {value: 1.18, low: 1.1, high: 1.3}
    grid: {value: 371.2 gCO2e/kWh, low: 300 gCO2e/kWh, high: 450 gCO2e/kWh}
hardware:
  gpus:
    count: 512
    facility: hall
    owned: owned
    host_power: 145 W
    host_embodied: 6240 kgCO2e
    embodied: 0 kgCO2e
    per_node: 8
    lifetime: {value: 5 years, low: 4 years, high: 6 years}
    lifetime_utilisation: {value: 72 %, low: 50 %, high: 90 %}
workloads:
  run: {kind: training, runs_on: gpus, duration: 336 h, power: {value: 560 W, low: 500 W, high: 650 W}}
"""
# 512 × (0.56 + 0.145) kW × 336 h × 1.18 × 0.3712 kg/kWh + 6240 kg × 64 nodes × 336 h ∕ (5 × 8760 h × 0.72), and the
# same with one input at each end of its range, in kilograms.
BASE = 57378.6789699
SWINGS = [
    # widest first: grid, power of the accelerators, PUE, share of the lifetime reserved, lifetime
    ("facilities.hall.grid", 47189.0034089, 68656.0165289),
    ("workloads.run.power", 52857.5128592, 64160.428136),
    ("facilities.hall.pue", 53777.0720681, 62781.0893225),
    ("hardware.gpus.lifetime_utilisation", 59250.8689242, 56527.6835361),
    ("hardware.gpus.lifetime", 58442.4232621, 56669.5161084),
]


@pytest.fixture
def analysed(account):
    return lambda text, total="total": lca.tornado(account(text), total)


def test_tornado__of_a_cluster__swings_and_rank(analysed):
    analysis = analysed(CLUSTER)
    assert analysis.base == pytest.approx(BASE, rel=1e-11)
    assert [swing.id for swing in analysis.swings] == [id for id, _, _ in SWINGS]
    for swing, (_, low, high) in zip(analysis.swings, SWINGS, strict=True):
        assert (swing.at_low, swing.at_high) == (pytest.approx(low, rel=1e-11), pytest.approx(high, rel=1e-11))
        assert swing.width == pytest.approx(abs(high - low), rel=1e-9)
        assert swing.reason == "range declared in the case"


def test_tornado__wide_ranges__do_not_make_a_footprint_negative(analysed):
    """Power and grid may each be nothing: the deviations in quadrature reach below zero, a footprint does not."""
    text = CLUSTER.replace("low: 500 W", "low: 0 W").replace("low: 300 gCO2e/kWh", "low: 0 gCO2e/kWh")
    analysis = analysed(text.replace("low: 50 %", "low: 72 %"))
    assert all(min(swing.at_low, swing.at_high) >= 0 for swing in analysis.swings)
    assert analysis.low >= 0


def test_tornado__of_another_total(analysed):
    """Nothing of the hardware's life moves the electricity."""
    analysis = analysed(CLUSTER, "operational")
    assert {swing.id for swing in analysis.swings} == {
        "facilities.hall.grid",
        "workloads.run.power",
        "facilities.hall.pue",
    }


def test_tornado__of_no_such_total__is_a_key_error(analysed):
    with pytest.raises(KeyError):
        analysed(CLUSTER, "scope4")


def test_tornado__without_any_range__has_no_swing_and_no_width(analysed):
    """What has no range is not given one: no uniform ± 10 %."""
    text = re.sub(r"\{value: ([^,]+), low[^}]+\}", r"\1", CLUSTER)
    analysis = analysed(text)
    assert analysis.swings == ()
    assert analysis.low == analysis.base == analysis.high
    assert {leaf.id for leaf in analysis.without_spread} >= {
        "facilities.hall.pue",
        "facilities.hall.grid",
        "workloads.run.power",
        "hardware.gpus.lifetime",
    }


def test_tornado__what_has_no_range__is_named__but_counts_and_potentials_are_no_estimates(analysed):
    text = CLUSTER.replace("{value: 560 W, low: 500 W, high: 650 W}", "560 W")
    names = {leaf.id for leaf in analysed(text).without_spread}
    assert names == {
        "workloads.run.power",
        "hardware.gpus.host_power",
        "hardware.gpus.host_embodied",
        "workloads.run.duration",
    }


def test_tornado__device_hours_without_a_range__are_named(analysed):
    """Only counts of devices are no estimates; how long they ran is one."""
    text = CLUSTER.replace("{value: 560 W, low: 500 W, high: 650 W}", "560 W")
    text = re.sub(r"duration: [^,}\n]+", "device_hours: 100 h", text)
    assert "workloads.run.device_hours" in {leaf.id for leaf in analysed(text).without_spread}


# --------------------------------------------------------------------------------------------------
# Inputs that belong together

LOCATED = """\
lca: 1
title: A run in France
period: {start: 2024-03-01, end: 2024-03-14}
facilities: {hall: {location: FR, pue: 1.2}}
hardware: {gpus: {count: 8, facility: hall, device: gpu/nvidia-a100-sxm4-80gb, host: server/dgx-a100, owned: owned}}
workloads: {run: {kind: training, runs_on: gpus, duration: 100 h, power: 300 W}}
"""


def test_tornado__the_factors_of_one_publication_move_together(analysed):
    """Sixteen emission factors of technologies are one table: one bar, not sixteen in quadrature.

    They split a published life cycle, so that they move scope 2 against upstream, and not the total.
    """
    assert "facilities.hall.technologies" not in {swing.id for swing in analysed(LOCATED).swings}
    analysis = analysed(LOCATED, "operational")
    (technologies,) = [swing for swing in analysis.swings if swing.id == "facilities.hall.technologies"]
    assert len(technologies.leaves) > 5
    moved = {leaf for swing in analysis.swings for leaf in swing.leaves}
    assert len(moved) == sum(len(swing.leaves) for swing in analysis.swings)


def test_tornado__every_range_has_a_reason(analysed):
    for swing in analysed(LOCATED).swings:
        assert swing.reason
        for leaf in swing.leaves:
            assert isinstance(leaf.reason, Given)
            assert leaf.reason.spread is not None
            assert leaf.reason.value is not None
            assert leaf.reason.spread.low <= leaf.reason.value <= leaf.reason.spread.high


def test_tornado__a_contract_and_a_grid__each_of_their_own_basis(analysed):
    text = CLUSTER.replace(
        "  hall:\n",
        "  hall:\n    instruments: [{name: wind, kind: ppa, factor: {value: 10 gCO2e/kWh, low: 0 gCO2e/kWh, "
        "high: 20 gCO2e/kWh}, covers: 100 %}]\n",
    )
    location, market = (analysed(text, total) for total in ("total", "total.market"))
    assert not any("instruments" in swing.id for swing in location.swings)
    assert any("instruments" in swing.id for swing in market.swings)
    assert not any(swing.id == "facilities.hall.grid" for swing in market.swings)


def test_tornado__leaves_the_inventory_as_it_was(account):
    inventory = account(CLUSTER)
    before = dict(inventory.values)
    lca.tornado(inventory)
    assert inventory.values == before


def anew(inventory, total, swing, end):
    """The total with a swing's leaves at one end of their ranges, the whole tree computed again."""
    ends = {leaf: getattr(leaf.reason.spread, end) for leaf in swing.leaves}
    return evaluate([inventory.totals[total]], ends)[inventory.totals[total]]


def test_tornado__is_what_the_whole_tree_gives__to_the_last_digit(everything):
    inventory = lca.run(everything, DATA)
    for total in ("total", "total.market", "intensity.device_hour", "water"):
        swings = lca.tornado(inventory, total).swings
        assert swings
        for swing in swings:
            assert swing.at_low == anew(inventory, total, swing, "low")
            assert swing.at_high == anew(inventory, total, swing, "high")


def test_tornado__of_a_long_sum__is_what_the_whole_tree_gives__up_to_the_rounding_of_the_sum(account):
    """One run among many moves the sum by its difference; the grid and the PUE move every term."""
    runs = "".join(
        f"  run-{number}: {{kind: training, runs_on: gpus, duration: {number} h, "
        "power: {value: 560 W, low: 500 W, high: 650 W}}\n"
        for number in range(1, LONG_SUM + 10)
    )
    head, _, _ = CLUSTER.partition("  run:")
    inventory = account(head + runs)
    analysis = lca.tornado(inventory)
    assert len(analysis.swings) > LONG_SUM
    for swing in analysis.swings:
        assert swing.at_low == pytest.approx(anew(inventory, "total", swing, "low"), rel=1e-13)
        assert swing.at_high == pytest.approx(anew(inventory, "total", swing, "high"), rel=1e-13)


# --------------------------------------------------------------------------------------------------
# What the result rests on

SIMPLE = """\
lca: 1
title: One measured, one declared
facilities: {hall: {pue: 1.5, grid: 450 gCO2e/kWh}}
hardware: {gpus: {count: 1, facility: hall, owned: owned}}
workloads: {run: {kind: training, runs_on: gpus, energy: {value: 12 kWh, quality: measured}}}
"""


def test_authority__by_how_much_the_total_follows_each_value(account):
    """C = E × PUE × f: each of the three moves it in proportion, so each weighs a third; one of them is measured."""
    shares = dict(derivatives.authority(account(SIMPLE)))
    assert shares["measured"] == pytest.approx(1 / 3, rel=1e-12)
    assert shares["declared"] == pytest.approx(2 / 3, rel=1e-12)
    assert shares["assumed"] == shares["dataset"] == 0


def test_authority__is_what_a_small_change_of_each_leaf_does(everything):
    inventory = lca.run(everything, DATA)
    top = inventory.totals["total"]
    base, nudge = inventory.value(top), 1e-6
    assert base
    weights = dict.fromkeys(derivatives.QUALITIES, 0.0)
    for leaf in leaves([top]):
        assert isinstance(leaf.reason, Given)
        assert leaf.reason.value is not None
        moved = evaluate([top], {leaf: leaf.reason.value * (1 + nudge)})[top]
        weights[leaf.reason.quality] += abs(moved / base - 1) / nudge
    whole = sum(weights.values())
    for quality, share in derivatives.authority(inventory):
        assert share == pytest.approx(weights[quality] / whole, rel=1e-4)


def test_authority__shares_of_any_case_add_up(account):
    assert sum(share for _, share in derivatives.authority(account(LOCATED))) == pytest.approx(1, rel=1e-9)


def test_assumptions__what_nobody_declared__the_most_influential_first(account):
    text = LOCATED.replace("{location: FR, pue: 1.2}", "{location: FR}").replace("host: server/dgx-a100, ", "")
    inventory = account(text.replace("power: 300 W", "utilisation: 85 %"))
    register = assumptions.register(inventory)
    influences = [entry.influence for entry in register if entry.influence is not None]
    assert influences == sorted(influences, reverse=True)
    names = {entry.name for entry in register}
    assert {"PUE", "Lifetime of the hardware", "Host of gpus"} <= names
    potentials = "Set of global warming potentials"
    assert potentials not in names  # France's factor is published as CO2e: no potential was applied
    american = account(LOCATED.replace("location: FR", "location: US-CAMX"))
    assert potentials in {entry.name for entry in assumptions.register(american)}
    assert all(entry.why for entry in register)
    assert all(entry.source for entry in register if entry.influence is not None)


def test_assumptions__are_the_assumed_leaves__so_that_none_is_forgotten(account):
    inventory = account(LOCATED)
    below = {
        leaf.id
        for leaf in leaves(inventory.totals.values())
        if isinstance(leaf.reason, Given) and leaf.reason.quality == "assumed"
    }
    assert below
    assert below <= {entry.id for entry in assumptions.register(inventory)}


def test_assumptions__of_a_case_that_declares_everything__are_none(account):
    assert assumptions.register(account(CLUSTER.replace("lca: 1", "lca: 1\ngwp: AR6"))) == []
