"""The nouns: figures are themselves, links take the right kinds only, an inventory gives quantities and frames."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from lca import figure, inventory, model
from lca.figure import Derived, Figure, Given, Place, derive, leaves, walk
from lca.methods import electricity, intensity
from lca.model import Finding, Period


def leaf(id: str, unit: str, value: float = 1.0) -> Figure:
    return Figure(id, id, unit, Given(value, Place("case.yaml", 1), "declared"))


ENERGY, PUE = leaf("run.energy", "kWh_it"), leaf("hall.pue", "kWh_site/kWh_it")


# --- figures


def test_figure__is_itself__and_no_other_of_the_same_words():
    twin = leaf("run.energy", "kWh_it")
    assert twin != ENERGY
    assert len({ENERGY, twin, ENERGY}) == 2


def test_nouns__are_frozen():
    nouns = [
        noun
        for module in (figure, model, inventory)
        for noun in vars(module).values()
        if isinstance(noun, type) and dataclasses.is_dataclass(noun)
    ]
    assert len(nouns) > 15
    for noun in nouns:
        assert vars(noun)["__dataclass_params__"].frozen, noun


# --- links


def test_derive__links_and_computes_nothing():
    site = derive("run.energy.site", "Energy at the site", electricity.site_energy, energy=ENERGY, pue=PUE)
    assert (site.id, site.name, site.unit) == ("run.energy.site", "Energy at the site", "kWh_site")
    assert site.reason == Derived(electricity.site_energy, {"energy": (ENERGY,), "pue": (PUE,)})
    assert site.inputs == (ENERGY, PUE)


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"energy": ENERGY}, r"site_energy takes energy, pue; given energy"),
        ({"energy": ENERGY, "pue": PUE, "wue": PUE}, r"given energy, pue, wue"),
        ({"energy": leaf("x", "kWh"), "pue": PUE}, r"site_energy\(energy\): kWh is not kWh_it \(x\)"),
        ({"energy": leaf("x", "Wh_it"), "pue": PUE}, r"Wh_it is not kWh_it"),
        ({"energy": ENERGY, "pue": leaf("x", "1")}, r"site_energy\(pue\): 1 is not kWh_site/kWh_it"),
        ({"energy": [ENERGY, ENERGY], "pue": PUE}, r"site_energy\(energy\): 2 figures"),
        ({"energy": [], "pue": PUE}, r"site_energy\(energy\): 0 figures"),
    ],
)
def test_derive__what_does_not_fit__is_refused(inputs, why):
    with pytest.raises(TypeError, match=why):
        derive("x", "x", electricity.site_energy, **inputs)


def test_derive__a_sum_of_nothing__is_refused():
    with pytest.raises(TypeError, match=r"0 figures"):
        derive("x", "x", intensity.it_energy_of_all, parts=[])


def test_derive__a_sum_that_takes_several_kinds__takes_each_of_them_and_no_other():
    parts = [leaf(unit, unit) for unit in ("kgCO2e_location", "kgCO2e_amortised", "kgCO2e")]
    assert derive("total", "Total", intensity.workload_total_location, parts=parts).unit == "kgCO2e_workload_location"
    with pytest.raises(TypeError, match="kgCO2e_market is not kgCO2e_location or kgCO2e_amortised or kgCO2e"):
        derive("total", "Total", intensity.workload_total_location, parts=[*parts, leaf("x", "kgCO2e_market")])


# --- walks


def test_walk__every_figure_once__inputs_before_what_uses_them():
    site = derive("site", "site", electricity.site_energy, energy=ENERGY, pue=PUE)
    over = derive("over", "over", electricity.overhead_energy, site=site, energy=ENERGY)
    both = derive("both", "both", intensity.site_energy_of_all, parts=[site, over])
    assert [figure.id for figure in walk([both, site])] == ["run.energy", "hall.pue", "site", "over", "both"]
    assert leaves([both]) == [ENERGY, PUE]


def test_walk__a_tree_deeper_than_the_stack_of_python():
    figure = leaf("x0", "kWh_it")
    for depth in range(5000):
        figure = derive(f"x{depth + 1}", "x", intensity.it_energy_of_all, parts=[figure])
    assert sum(1 for _ in walk([figure])) == 5001


# --- places, periods, findings


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("case.yaml", 14, 7), "case.yaml:14:7"),
        (Place("grid/ember.csv", 88), "grid/ember.csv:88"),
        (Place("log.csv"), "log.csv"),
    ],
)
def test_place__as_editors_jump_to_it(place, text):
    assert str(place) == text


@pytest.mark.parametrize(
    ("start", "end", "year"),
    [
        (date(2026, 3, 2), date(2026, 3, 4), 2026),
        (date(2023, 12, 22), date(2024, 1, 3), 2023),  # ten days to three
        (date(2023, 12, 30), date(2024, 1, 3), 2024),  # two days to three
        (date(2023, 12, 30), date(2024, 1, 2), 2023),  # two days each: the earlier
        (date(2024, 7, 1), date(2025, 6, 30), 2024),  # 184 days to 181
        (date(2024, 2, 29), date(2024, 2, 29), 2024),
    ],
)
def test_period__the_year_that_holds_most_of_it(start, end, year):
    assert Period(start, end).year == year


def test_findings__in_the_order_of_their_places():
    later, earlier = (Finding(Place("case.yaml", line, 3), "unused", "warning", "…") for line in (12, 9))
    whole = Finding(Place("case.yaml"), "no-period", "note", "…")
    assert sorted([later, earlier, whole]) == [whole, earlier, later]
    assert str(dataclasses.replace(later, why="Because.", remedy="Do.")) == (
        "case.yaml:12:3: warning unused: …\n    Because.\n    Do."
    )


# --- inventories

RUN = """
lca: 1
title: Ten hours on four devices
facilities:
  hall: {pue: 1.5, grid: 450 gCO2e/kWh}
hardware:
  gpus: {count: 4, facility: hall, owned: colocated}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}
"""


def test_inventory__total_is_a_quantity_in_plain_units(account):
    """10 h × 4 × 0.3 kW = 12 kWh; × 1.5 = 18 kWh; × 0.45 = 8.1 kg: a popular article's example."""
    inventory = account(RUN)
    assert inventory.total("energy.site").to("MWh").magnitude == pytest.approx(0.018)
    assert inventory.total("total").to("gCO2e").magnitude == pytest.approx(8100)
    assert inventory.total("device_hours").to("day").magnitude == pytest.approx(40 / 24)
    assert str(inventory.total("energy.it")) == "12.0 kWh"


def test_inventory__a_total_that_the_case_lacks__is_a_key_error(account):
    with pytest.raises(KeyError):
        account(RUN).total("total.market")


def test_inventory__frame_has_a_row_a_line(account):
    """Colocated: 12 kWh of IT at 0.45 are scope 2, the 6 kWh of the room are an upstream leased asset."""
    frame = account(RUN).frame()
    assert list(zip(frame["scope"], frame["category"], frame["basis"], frame["value"], strict=True)) == [
        (2, "2", "location", pytest.approx(5.4)),
        (3, "3.8", "location", pytest.approx(2.7)),
    ]
    assert frame.groupby("part")["value"].sum()["operational"] == pytest.approx(8.1)
