"""What changed between two inventories, by cause: worked by hand, and summing to the difference."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

import lca
from lca import changes
from lca.changes import Changes
from lca.inventory import Inventory

ROOT = Path(__file__).resolve().parent.parent
ANNUAL = ROOT / "reports" / "annual-2025"

WORKLOAD = """\
lca: 1
title: {title}
facilities: {{hall: {{pue: {pue}, grid: {grid} gCO2e/kWh}}}}
hardware: {{gpus: {{count: 4, facility: hall}}}}
workloads:
  run: {{kind: training, runs_on: gpus, {energy}}}
"""


@pytest.fixture
def two(tmp_path) -> Callable[..., Changes]:
    """The changes between two cases, given as texts."""

    def between(old: str, new: str, total: str | None = None) -> Changes:
        made: list[Inventory] = []
        for name, text in (("old", old), ("new", new)):
            path = tmp_path / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
            inventory = lca.run(path)
            assert not inventory.failed, inventory.findings
            made.append(inventory)
        return changes.between(made[0], made[1], total)

    return between


def workload(title: str, energy: str = "energy: 100 kWh", pue: str = "1.5", grid: str = "400") -> str:
    return WORKLOAD.format(title=title, energy=energy, pue=pue, grid=grid)


def values(found: Changes) -> dict[str, float]:
    return {cause.key: cause.value for cause in found.causes}


def assert_sums(found: Changes) -> None:
    assert math.fsum(values(found).values()) == pytest.approx(found.difference, rel=1e-9, abs=1e-9)
    for cause in found.causes:
        assert math.fsum(effect.value for effect in cause.effects) == pytest.approx(cause.value, rel=1e-9, abs=1e-9)


def test_two_factors__as_sun_1998_has_them(two):
    # E × f at a PUE of 1: 100 kWh × 0.4 = 40 kg; 150 kWh × 0.3 = 45 kg.
    # Activity: 50 × (0.4 + 0.3)∕2 = 17.5; grid: −0.1 × (100 + 150)∕2 = −12.5; together 5.
    found = two(workload("before", pue="1"), workload("after", "energy: 150 kWh", pue="1", grid="300"))
    assert (found.old, found.new) == (pytest.approx(40), pytest.approx(45))
    assert values(found) == {"activity": pytest.approx(17.5), "grid": pytest.approx(-12.5)}
    assert_sums(found)


def test_three_factors__each_with_its_thirds(two):
    # E P f: 100 × 1.5 × 0.4 = 60; 150 × 1.2 × 0.3 = 54. Of three factors the Shapley value of E is
    # ΔE [P₀f₀∕3 + (P₁f₀ + P₀f₁)∕6 + P₁f₁∕3] = 50 × [0.2 + (0.48 + 0.45)∕6 + 0.12] = 23.75,
    # of P −0.3 × [100 × 0.4∕3 + (150 × 0.4 + 100 × 0.3)∕6 + 150 × 0.3∕3] = −13,
    # of f −0.1 × [150∕3 + (150 × 1.5 + 100 × 1.2)∕6 + 180∕3] = −16.75; together −6.
    found = two(workload("before"), workload("after", "energy: 150 kWh", pue="1.2", grid="300"))
    assert values(found) == {
        "activity": pytest.approx(23.75),
        "pue": pytest.approx(-13),
        "grid": pytest.approx(-16.75),
    }
    assert_sums(found)


def test_power_and_hours__are_efficiency_and_activity(two):
    # 4 devices, 10 h × 0.3 kW × 0.4 = 4.8 kg; 20 h × 0.2 kW × 0.4 = 6.4 kg at a PUE of 1.
    # Activity: 4 × 0.4 × 10 × 0.25 = 4; efficiency: 4 × 0.4 × (−0.1) × 15 = −2.4.
    found = two(
        workload("before", "duration: 10 h, power: 0.3 kW", pue="1"),
        workload("after", "duration: 20 h, power: 0.2 kW", pue="1"),
    )
    assert values(found) == {"activity": pytest.approx(4), "efficiency": pytest.approx(-2.4)}


def test_order__turned_round__turns_the_signs(two):
    texts = workload("before"), workload("after", "energy: 150 kWh", pue="1.2", grid="300")
    there, back = two(*texts), two(*reversed(texts))
    assert {key: -value for key, value in values(back).items()} == pytest.approx(values(there))


def test_another_workload__is_boundary(two):
    more = workload("after") + "  second: {kind: training, runs_on: gpus, energy: 10 kWh}\n"
    found = two(workload("before"), more)
    assert values(found) == {"boundary": pytest.approx(10 * 1.5 * 0.4)}
    ((effect,),) = (cause.effects for cause in found.causes)
    assert effect.inputs[0].old is None
    assert_sums(found)


def test_another_equation__is_method_and_keeps_the_grid_apart(two):
    # Before: 100 kWh stated. After: 4 × 10 h × 0.3 kW = 12 kWh by power. At 0.4 and 0.3 kg∕kWh and a PUE of 1:
    # 40 and 3.6 kg. Method: (12 − 100) × 0.35 = −30.8; grid: −0.1 × (100 + 12)∕2 = −5.6.
    found = two(workload("before", pue="1"), workload("after", "duration: 10 h, power: 0.3 kW", pue="1", grid="300"))
    assert values(found) == {"method": pytest.approx(-30.8), "grid": pytest.approx(-5.6)}
    assert_sums(found)


def test_nothing_changed__has_no_cause(two):
    found = two(workload("before"), workload("after"))
    assert found.causes == ()
    assert found.difference == 0


# --- two drafts of a year -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The example, and a draft of it with another PUE, another row of a factor, and one facility fewer."""
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "evidence").symlink_to(ANNUAL / "evidence")
    text = (ANNUAL / "case.yaml").read_text(encoding="utf-8")
    (folder / "first.yaml").write_text(text, encoding="utf-8")
    venture = "  venture:\n    entity: chip-venture\n    location: DE\n    electricity: {metered: 640 MWh}\n"
    changed = (
        ("pue: {value: 1.38, low: 1.30", "pue: {value: 1.33, low: 1.30"),
        ("fuel: distillate-fuel-oil-no-2, amount: 2600 gal", "fuel: motor-gasoline, amount: 2600 gal"),
        (venture, ""),
    )
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    (folder / "second.yaml").write_text(text, encoding="utf-8")
    return folder / "first.yaml", folder / "second.yaml"


@pytest.mark.parametrize("total", ["total.location", "total.market", "scope1", "scope3"])
def test_drafts_of_a_year__sum_to_the_difference(drafts, total):
    found = changes.between(lca.run(drafts[0]), lca.run(drafts[1]), total)
    assert_sums(found)
    assert found.difference != 0


def test_drafts_of_a_year__each_change_has_its_cause(drafts):
    found = changes.between(lca.run(drafts[0]), lca.run(drafts[1]))
    causes = {cause.key: cause for cause in found.causes}
    assert causes.keys() == {"pue", "factor", "boundary"}
    assert {effect.inputs[0].id for effect in causes["pue"].effects} == {"facilities.paris.pue"}
    rows = {item.id for effect in causes["factor"].effects for item in effect.inputs}
    assert any(row.startswith("epa-2025:fuel:motor-gasoline") for row in rows)
    # All that the facility of 640 MWh emitted, at its 40 % of equity, is gone.
    assert causes["boundary"].value < 0
    sizes = [abs(effect.value) for effect in causes["factor"].effects]
    assert sizes == sorted(sizes, reverse=True)


def test_command__says_it_in_words_and_as_json(drafts, command):
    told = command("diff", *drafts)
    assert told.status == 0
    assert "PUE (facilities.paris.pue): 1.38 → 1.33" in told.out
    found = json.loads(command("diff", *drafts, "--json").out)
    assert found["schema"] == "lca-diff/1"
    assert math.fsum(cause["value"] for cause in found["causes"]) == pytest.approx(found["difference"], rel=1e-9)
    assert command("diff", *drafts, "--total", "nothing").status == 2


def test_command__takes_results_with_the_case_inside(tmp_path, command):
    for name, energy in (("old", "energy: 100 kWh"), ("new", "energy: 150 kWh")):
        case = tmp_path / name / "case.yaml"
        case.parent.mkdir()
        case.write_text(workload(name, energy, pue="1"), encoding="utf-8")
        (tmp_path / f"{name}.json").write_text(command("run", case, "--json").out, encoding="utf-8")
        case.unlink()
    found = json.loads(command("diff", tmp_path / "old.json", tmp_path / "new.json", "--json").out)
    assert [(cause["cause"], cause["value"]) for cause in found["causes"]] == [("activity", pytest.approx(20))]
