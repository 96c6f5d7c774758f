"""Numbers: against arithmetic done here by other means, and by the laws that any footprint obeys."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

import lca
from lca.compute import evaluate
from lca.datasets import Datasets
from lca.figure import Figure, Given, Place, derive, walk
from lca.inventory import Inventory
from lca.methods import electricity, intensity

DATA = Datasets()
few = settings(max_examples=40)

FULL = """\
lca: 1
title: A run whose every factor is declared
period: {{start: 2026-03-02, end: 2026-04-30}}
gwp: AR6
facilities:
  hall:
    pue: {pue}
    wue: {wue} L/kWh
    grid: {{value: {grid} gCO2e/kWh, boundary: generation}}
    upstream: {upstream} gCO2e/kWh
    losses: {{value: {losses} %, basis: injected}}
    source_water: {source_water} L/kWh
    instruments: [{{name: wind, kind: ppa, factor: {contract} gCO2e/kWh, covers: {covers} %}}]
hardware:
  gpus:
    count: {count}
    facility: hall
    owned: {owned}
    host_power: {host_power} W
    embodied: {embodied} kgCO2e
    host_embodied: {host_embodied} kgCO2e
    per_node: 8
    lifetime: {lifetime} years
    lifetime_utilisation: {used} %
workloads:
  run:
    kind: training
    runs_on: gpus
    duration: {duration} h
    power: {power} W
    produces: {{count: {services}, unit: EFLOP}}
"""


def tenths(least: float, most: float) -> some.SearchStrategy[float]:
    return some.integers(round(least * 10), round(most * 10)).map(lambda number: number / 10)


STATED = {
    "pue": tenths(1, 3),
    "wue": tenths(0, 5),
    "grid": tenths(1, 1300),
    "upstream": tenths(0, 200),
    "losses": tenths(0, 50),
    "source_water": tenths(0, 20),
    "contract": tenths(0, 500),
    "covers": tenths(0, 100),
    "count": some.integers(1, 4096),
    "owned": some.sampled_from(["owned", "leased", "colocated", "cloud"]),
    "host_power": tenths(1, 500),
    "embodied": tenths(1, 1000),
    "host_embodied": tenths(1, 9000),
    "lifetime": tenths(1, 10),
    "used": tenths(10, 100),
    "duration": tenths(0.1, 95),
    "power": tenths(1, 1500),
    "services": some.integers(1, 10**6),
}
stated = some.fixed_dictionaries(STATED)
ORDINARY = {
    "pue": 1.2,
    "wue": 0.3,
    "grid": 450.0,
    "upstream": 60.0,
    "losses": 5.0,
    "source_water": 2.0,
    "contract": 20.0,
    "covers": 60.0,
    "count": 8,
    "owned": "owned",
    "host_power": 150.0,
    "embodied": 150.0,
    "host_embodied": 5700.0,
    "lifetime": 4.0,
    "used": 80.0,
    "duration": 14.5,
    "power": 300.0,
    "services": 10,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def of(folder):
    """The inventory of a text; for many texts in one test."""

    def run(text: str) -> Inventory:
        (folder / "case.yaml").write_text(text, encoding="utf-8")
        inventory = lca.run(folder / "case.yaml", DATA)
        assert not inventory.failed, [str(found) for found in inventory.findings if found.severity == "error"]
        return inventory

    return run


def values(inventory: Inventory) -> dict[str, float]:
    return {id: inventory.value(id) for id in inventory.totals}  # type: ignore[misc]  # no gaps here


def by_hand(says: Mapping[str, Any]) -> dict[str, float]:
    """The same case in kilograms, kilowatt-hours and hours, written out: no tree, no units, no equations."""
    hours = says["count"] * says["duration"]
    accelerators, host = hours * says["power"] / 1000, hours * says["host_power"] / 1000
    it = accelerators + host
    site = it * says["pue"]
    generation, upstream, loss = says["grid"] / 1000, says["upstream"] / 1000, says["losses"] / 100
    operational = site * generation
    beyond = site * upstream
    lost = site * (generation + upstream) * loss / (1 - loss)
    covered = says["covers"] / 100
    market = site * (covered * says["contract"] / 1000 + (1 - covered) * generation)
    reserved = hours / (says["lifetime"] * 8760) * (says["embodied"] + says["host_embodied"] / 8)
    embodied = reserved / (says["used"] / 100)
    total = operational + beyond + lost + embodied
    return {
        "device_hours": hours,
        "energy.accelerators": accelerators,
        "energy.host": host,
        "energy.it": it,
        "energy.site": site,
        "energy.overhead": site - it,
        "operational": operational,
        "operational.market": market,
        "upstream": beyond,
        "losses": lost,
        "embodied.reserved": reserved,
        "embodied.idle": embodied - reserved,
        "embodied": embodied,
        "water.site": it * says["wue"],
        "water.source": site * says["source_water"],
        "water": it * says["wue"] + site * says["source_water"],
        "total": total,
        "total.market": market + beyond + lost + embodied,
        "intensity": total / says["services"],
        "intensity.device_hour": total / hours,
        "sci": (operational + reserved) / says["services"],
    }


@given(stated)
def test_run__is_what_one_works_out_by_hand(of, says):
    ours = values(of(FULL.format(**says)))
    for id, value in by_hand(says).items():
        assert ours[id] == pytest.approx(value, rel=1e-11, abs=1e-11 * (1 + abs(value))), id


# --------------------------------------------------------------------------------------------------
# Laws

EXTENSIVE = ("energy", "operational", "scope2", "upstream", "losses", "embodied", "water", "total", "device_hours")


@few
@given(stated, some.integers(2, 9))
def test_run__is_linear_in_duration(of, says, times):
    """Everything is so many times as much; what it costs an hour of a device stays."""
    once = values(of(FULL.format(**says)))
    longer = values(of(FULL.format(**{**says, "duration": round(says["duration"] * times, 1)})))
    assert once.keys() == longer.keys()
    for id in once:
        grows = times if id.startswith((*EXTENSIVE, "sci")) or id == "intensity" else 1
        assert longer[id] == pytest.approx(once[id] * grows, rel=1e-9, abs=1e-9), id


@few
@given(stated, tenths(0.1, 300))
def test_run__is_additive_over_workloads(of, says, further):
    """Two runs after each other on the same devices are one run of both durations."""
    text = FULL.format(**says)
    head, _, run = text.partition("  run:\n")
    other = run.replace(f"duration: {says['duration']} h", f"duration: {further} h")
    two = values(of(f"{head}  one:\n{run}  other:\n{other}"))
    one = values(of(FULL.format(**{**says, "duration": round(says["duration"] + further, 1)})))
    shared = {id for id in one if id.startswith(EXTENSIVE)}
    assert shared <= two.keys()
    for id in shared:
        assert two[id] == pytest.approx(one[id], rel=1e-9, abs=1e-9), id


@few
@given(stated, some.integers(1, 500))
def test_run__is_additive_over_devices(of, says, further):
    """So many devices, and further ones beside them, are as many as both."""
    text = FULL.format(**says)
    head, _, tail = text.partition("  gpus:\n")
    gpus, _, run = tail.partition("workloads:\n  run:\n")
    more = gpus.replace(f"count: {says['count']}", f"count: {further}")
    workloads = f"workloads:\n  run:\n{run}  beside:\n{run.replace('runs_on: gpus', 'runs_on: more')}"
    two = values(of(f"{head}  gpus:\n{gpus}  more:\n{more}{workloads}"))
    one = values(of(FULL.format(**{**says, "count": says["count"] + further})))
    for id in (id for id in one if id.startswith(EXTENSIVE)):
        assert two[id] == pytest.approx(one[id], rel=1e-9, abs=1e-9), id


@few
@given(stated)
def test_run__parts_add_up_to_their_whole(of, says):
    ours = values(of(FULL.format(**says)))
    parts = {
        "energy.it": ("energy.accelerators", "energy.host"),
        "energy.site": ("energy.it", "energy.overhead"),
        "operational": ("operational.accelerators", "operational.host", "operational.overhead"),
        "embodied.reserved": ("embodied.accelerators", "embodied.host"),
        "embodied": ("embodied.reserved", "embodied.idle"),
        "total": ("operational", "upstream", "losses", "embodied"),
        "total.market": ("operational.market", "upstream", "losses", "embodied"),
        "water": ("water.site", "water.source"),
    }
    for whole, some_parts in parts.items():
        assert ours[whole] == pytest.approx(sum(ours[part] for part in some_parts), rel=1e-11), whole


@few
@given(stated)
def test_run__whose_the_hardware_is__moves_lines_but_no_total(of, says):
    """Colocated, the room's overhead is another category; the parts are the same electricity."""
    ways = ["owned", "leased", "colocated", "cloud"]
    inventories = {owned: of(FULL.format(**{**says, "owned": owned})) for owned in ways}
    first = values(inventories["owned"])
    for owned, inventory in inventories.items():
        ours = values(inventory)
        for id in (id for id in first if not id.startswith("scope")):
            assert ours[id] == pytest.approx(first[id], rel=1e-11, abs=1e-11), (owned, id)
        for basis in ("location", "market"):
            lines = [line for line in inventory.lines if line.basis in (basis, "both")]
            whole = "total" if basis == "location" else "total.market"
            assert sum(inventory.value(line.figure) for line in lines) == pytest.approx(first[whole], rel=1e-11)


@few
@given(stated)
def test_run__market_based_differs_from_location_based_by_the_contract_only(of, says):
    ours = values(of(FULL.format(**says)))
    moved = ours["energy.site"] * says["covers"] / 100 * (says["contract"] - says["grid"]) / 1000
    assert ours["operational.market"] - ours["operational"] == pytest.approx(moved, rel=1e-9, abs=1e-6 * ours["total"])
    assert ours["total.market"] - ours["total"] == pytest.approx(moved, rel=1e-9, abs=1e-6 * ours["total"])


def test_run__a_contract_over_everything__and_one_over_nothing(of):
    site = by_hand(ORDINARY)["energy.site"]
    everything = values(of(FULL.format(**{**ORDINARY, "covers": 100})))
    assert everything["operational.market"] == pytest.approx(site * 0.020, rel=1e-12)
    nothing = values(of(FULL.format(**{**ORDINARY, "covers": 0})))
    assert nothing["operational.market"] == pytest.approx(nothing["operational"], rel=1e-12)


def shuffled(value, chance: random.Random):
    """Plain data with the keys of every table in another order; a list is an order and stays."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@few
@given(stated, some.integers(0, 2**32))
def test_run__the_order_of_keys_means_nothing(of, says, seed):
    """Fields and sections in any order give the same bits."""
    text = FULL.format(**says)
    other = shuffled(yaml.load(text, Loader=yaml.BaseLoader), random.Random(seed))
    assert values(of(yaml.safe_dump(other, sort_keys=False, allow_unicode=True))) == values(of(text))


SPELLINGS = [
    ("duration: 14.5 h", ["duration: 870 min", "duration: 52200 s", "duration: '14.50 hours'", "duration: 1.45e1 h"]),
    ("power: 300.0 W", ["power: 0.3 kW", "power: 3e5 mW", "power: 300 J/s", "power: 0.0003 MW"]),
    ("grid: {value: 450.0 gCO2e/kWh", ["grid: {value: 0.45 kgCO2e/kWh", "grid: {value: 0.45 tCO2e/MWh"]),
    ("grid: {value: 450.0 gCO2e/kWh", ["grid: {value: 125 gCO2e/MJ", "grid: {value: 125 tCO2e/TJ"]),
    ("upstream: 60.0 gCO2e/kWh", ["upstream: 60 kg CO2e/MWh", "upstream: 0.06 kgCO2eq per kWh"]),
    ("losses: {value: 5.0 %", ["losses: {value: 0.05", "losses: {value: 5 percent"]),
    ("lifetime: 4.0 years", ["lifetime: 48 months", "lifetime: 35040 h", "lifetime: 1460 days"]),
    ("embodied: 150.0 kgCO2e", ["embodied: 0.15 tCO2e", "embodied: 150 000 gCO2e"]),
    ("source_water: 2.0 L/kWh", ["source_water: 2 m3/MWh", "source_water: 0.002 m³/kWh"]),
    ("pue: 1.2", ["pue: 1.20", "pue: 120 %"]),
    ("count: 8", ["count: 8.0"]),
]


@pytest.mark.parametrize(("usual", "others"), SPELLINGS, ids=lambda item: item if isinstance(item, str) else "")
def test_run__the_spelling_of_a_quantity_means_nothing(of, usual, others):
    """Not nearly the same: the same bits, since units are converted exactly and rounded once."""
    text = FULL.format(**ORDINARY)
    assert text.count(usual) == 1
    first = values(of(text))
    for other in others:
        assert values(of(text.replace(usual, other))) == first, other


def test_run__a_factor_in_pounds(of):
    """1000 lb/MWh are 453.592 37 kg/MWh."""
    pounds = values(of(FULL.format(**ORDINARY).replace("450.0 gCO2e/kWh", "1000 lbCO2e/MWh")))
    assert pounds["operational"] == pytest.approx(by_hand({**ORDINARY, "grid": 453.59237})["operational"], rel=1e-14)


@pytest.mark.parametrize(
    ("way", "energy"),
    [
        ("energy: 52.2 kWh", "it"),
        ("energy: 0.18792 GJ", "it"),
        ("power: 300 W", "it"),
        ("site_energy: 62.64 kWh", "site"),
        ("energy: 62.64 kWh\n    measured_at: site", "site"),
    ],
)
def test_run__the_same_energy_stated_in_another_way(of, way, energy):
    """14.5 h × 8 × 450 W = 52.2 kWh at the node, and × 1.2 = 62.64 kWh at the site; each to the last but one bit."""
    text = FULL.format(**ORDINARY).replace("power: 300.0 W", way)
    if "energy" in way:
        text = text.replace("    host_power: 150.0 W\n", "")
    ours = values(of(text))
    assert ours["energy.it"] == pytest.approx(52.2, rel=1e-15)
    assert ours["energy.site"] == pytest.approx(62.64, rel=1e-15)
    assert ours["total"] == pytest.approx(by_hand(ORDINARY)["total"], rel=1e-12)


def test_run__site_energy__is_not_multiplied_again(of):
    """PUE divides it, to know the overhead; it never comes on top."""
    text = FULL.format(**ORDINARY).replace("power: 300.0 W", "site_energy: 60 kWh")
    ours = values(of(text))
    assert ours["energy.site"] == 60
    assert ours["energy.it"] == 50
    assert ours["operational"] == pytest.approx(60 * 0.45)


# --------------------------------------------------------------------------------------------------
# Potentials: a gas-based factor follows the set that the case names, nothing else does

LOCATED = """\
lca: 1
title: A run in California
period: {start: 2023-03-02, end: 2023-03-04}
gwp: AR6
facilities: {hall: {location: US-CAMX, pue: 1.2}}
hardware: {gpus: {count: 8, facility: hall, embodied: 150 kgCO2e, lifetime: 4 years, host_power: 150 W}}
workloads: {run: {kind: training, runs_on: gpus, duration: 14.5 h, power: 300 W}}
"""


def test_run__another_set_of_potentials__changes_only_what_is_of_gases(of):
    """eGRID prints CO2, CH4 and N2O apart. AR4 to AR6: methane of stacks 25 to 27, nitrous oxide 298 to 273.

    CO2 factors of fuels count all their carbon as CO2, so methane weighs without what it becomes: 27.0, not 29.8.
    Upstream is what the published life cycle of the country, 392.89 g in 2023, holds beside eGRID's US average.
    """
    sets = {name: of(LOCATED.replace("AR6", name)) for name in ("AR4", "AR5", "AR6")}
    energy = 52.2 * 1.2
    pounds = {
        place: {row.attributes["gas"]: row.value for row in DATA.table("grid", [place]) if "egrid-2023" in row.id}
        for place in ("US-CAMX", "US")
    }
    potentials = {"AR4": (25, 298), "AR5": (28, 265), "AR6": (27.0, 273)}
    for name, (methane, nitrous_oxide) in potentials.items():
        factor, national = (
            (gas["CO2"] + gas["CH4"] * methane + gas["N2O"] * nitrous_oxide) * 0.45359237 / 1000
            for gas in (pounds["US-CAMX"], pounds["US"])
        )
        assert values(sets[name])["operational"] == pytest.approx(energy * factor, rel=1e-12)
        assert values(sets[name])["upstream"] == pytest.approx(energy * (0.39289 - national), rel=1e-12)
    first, last = values(sets["AR4"]), values(sets["AR6"])
    assert first.keys() == last.keys()
    of_gases = {"operational", "scope2", "upstream", "scope3", "losses", "total", "intensity"}
    for id in first:
        if id.partition(".")[0] not in of_gases:
            assert first[id] == last[id], id
    assert first["operational"] != last["operational"]


def test_run__a_factor_published_as_co2e__is_weighed_again(of):
    """DESNZ prints each gas as CO2e under AR5 (28, 265): under AR6 methane × 27 ∕ 28, nitrous oxide × 273 ∕ 265."""
    text = LOCATED.replace("US-CAMX", "GB").replace("2023", "2024")
    rows = {
        row.attributes["gas"]: row.value
        for row in DATA.table("grid", ["GB"])
        if row.id.startswith("desnz-2024:GB:2024:generation")
    }
    factor = rows["CO2"] + rows["CH4"] * 27 / 28 + rows["N2O"] * 273 / 265
    assert values(of(text))["operational"] == pytest.approx(52.2 * 1.2 * factor, rel=1e-12)


def test_run__a_factor_modelled_from_the_mix__has_no_gases_and_no_set(of):
    first, last = (values(of(LOCATED.replace("US-CAMX", "FR").replace("AR6", name))) for name in ("AR4", "AR6"))
    assert first == last


def test_run__a_generation_factor__is_the_stacks_part_of_the_published_life_cycle(of):
    """Germany 2023, published 362.92 g a kilowatt-hour.

    In TWh: coal 124.22, gas 76.02, oil 20.66, nuclear 7.22, hydro 21.25, solar 63.64, wind 139.88, all 504.48, so that
    51.59 are biomass and other. Direct: 124.22 × 760 + 76.02 × 370 + 20.66 × 406.
    Life cycle: coal 820, gas 490, oil 650, nuclear 12, hydro 24, solar 48, wind 11, biomass 230.
    """
    mix = {
        row.attributes["technology"]: row.value for row in DATA.table("generation-mix", ["DE"]) if ":2023:" in row.id
    }
    rest = mix.pop("total") - sum(mix.values())
    direct = mix["coal"] * 760 + mix["gas"] * 370 + mix["oil"] * 406
    lives = {"coal": 820, "gas": 490, "oil": 650, "nuclear": 12, "hydro": 24, "solar": 48, "wind": 11}
    life = sum(mix[name] * grams for name, grams in lives.items()) + rest * 230
    ours = values(of(LOCATED.replace("US-CAMX", "DE")))
    assert ours["operational"] == pytest.approx(52.2 * 1.2 * 0.36292 * direct / life, rel=1e-12)
    assert ours["operational"] + ours["upstream"] == pytest.approx(52.2 * 1.2 * 0.36292, rel=1e-12)


# --------------------------------------------------------------------------------------------------
# Edges

SEED = """\
lca: 1
title: Ten hours on four devices
facilities: {hall: {pue: 1.5, grid: 450 gCO2e/kWh}}
hardware: {gpus: {count: 4, facility: hall}}
workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, power: 0.3 kW}}
"""


def test_run__the_arithmetic_of_the_seed__to_the_last_bit(of):
    """10 h × 4 × 0.3 kW = 12 kWh, × 1.5 = 18 kWh, × 0.45 = 8.1 kg; a popular article calls the third of it half."""
    inventory = of(SEED)
    assert [inventory.value(id) for id in ("energy.it", "energy.site", "total")] == [12.0, 18.0, 8.1]
    (overhead,) = [found.message for found in inventory.findings if found.slug == "pue-overhead"]
    assert re.fullmatch(r"overhead is 33\.3\s?% of the site's energy, and 50\.0\s?% of the IT energy", overhead)


def test_run__a_pue_of_one__has_no_overhead(of):
    ours = values(of(SEED.replace("1.5", "1")))
    assert ours["energy.overhead"] == 0
    assert ours["energy.site"] == ours["energy.it"] == 12


@pytest.mark.parametrize("nothing", ["duration: 0 h, power: 0.3 kW", "device_hours: 0 h, power: 0.3 kW"])
def test_run__nothing_ran__is_nothing_or_a_finding(folder, nothing):
    """Nothing per hour of nothing is no number: it is left out, or the zero is refused; it is no crash."""
    (folder / "case.yaml").write_text(SEED.replace("duration: 10 h, power: 0.3 kW", nothing), encoding="utf-8")
    inventory = lca.run(folder / "case.yaml", DATA)
    assert inventory.failed or (inventory.value("total") == 0 and "intensity.device_hour" not in inventory.totals)


def test_run__nothing_delivered__is_no_intensity_or_a_finding(folder):
    text = SEED.replace("0.3 kW}", "0.3 kW, produces: {count: 0, unit: image}}")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    inventory = lca.run(folder / "case.yaml", DATA)
    assert inventory.failed or not {"intensity", "sci"} & inventory.totals.keys()


@pytest.mark.parametrize("much", ["duration: 1e300 h, power: 1e300 kW", "duration: 1e-320 h, power: 1e-320 kW"])
def test_run__numbers_beyond_any_run__are_no_infinity(folder, much):
    (folder / "case.yaml").write_text(SEED.replace("duration: 10 h, power: 0.3 kW", much), encoding="utf-8")
    inventory = lca.run(folder / "case.yaml", DATA)
    finite = all(value is None or numpy.isfinite(value) for value in inventory.values.values())
    assert inventory.failed or finite


# --------------------------------------------------------------------------------------------------
# The fold itself


def leaf(id: str, unit: str, value: float | None) -> Figure:
    return Figure(id, id, unit, Given(value, Place("case.yaml", 1), "declared"))


def test_evaluate__a_gap__is_a_gap_in_all_that_it_goes_into():
    energy, pue, known = leaf("e", "kWh_it", 12.0), leaf("pue", "kWh_site/kWh_it", None), leaf("k", "kWh_site", 1.0)
    site = derive("site", "site", electricity.site_energy, energy=energy, pue=pue)
    both = derive("both", "both", intensity.site_energy_of_all, parts=[site, known])
    assert evaluate([both]) == {energy: 12.0, pue: None, site: None, known: 1.0, both: None}


def test_evaluate__other_leaves__leave_the_inventory_as_it_was(of):
    inventory = of(SEED)
    top = inventory.totals["total"]
    pue = next(figure for figure in walk([top]) if figure.id == "facilities.hall.pue")
    assert evaluate([top], {pue: 1.0})[top] == pytest.approx(5.4)
    assert inventory.value("total") == 8.1


def test_evaluate__a_figure_that_two_lines_use__moves_both(of):
    """Colocated: IT and overhead are two lines, and both are of the one PUE and the one grid."""
    inventory = of(SEED.replace("facility: hall}", "facility: hall, owned: colocated}"))
    top = inventory.totals["total"]
    grid = [figure for figure in walk([top]) if figure.id == "facilities.hall.grid"]
    assert len(grid) == 1
    assert evaluate([top], {grid[0]: 0.9})[top] == pytest.approx(16.2)


def test_evaluate__arrays__are_each_number_in_turn(of):
    inventory = of(FULL.format(**ORDINARY))
    top = inventory.totals["total"]
    pue = next(figure for figure in walk([top]) if figure.id == "facilities.hall.pue")
    draws = numpy.linspace(1.0, 2.0, 11)
    together = evaluate([top], {pue: draws})[top]
    assert together.tolist() == [evaluate([top], {pue: float(draw)})[top] for draw in draws]


def test_run__twice__gives_the_same_bits(of):
    text = FULL.format(**ORDINARY)
    assert values(of(text)) == values(of(text))
