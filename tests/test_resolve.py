"""Choices: where a line belongs, which factor is taken and by which rule, and what is said when there is none."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

import lca
from lca import explain
from lca.assumptions import register
from lca.choose import Chooser
from lca.datasets import Datasets
from lca.figure import Derived, Given, Place, leaves, walk
from lca.methods import grid
from lca.model import Facility, Period

DATA = Datasets()

RUN = """\
lca: 1
title: A run
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  hall: {pue: 1.5, grid: {value: 400 gCO2e/kWh, boundary: generation}, upstream: 50 gCO2e/kWh,
    losses: {value: 5 %, basis: delivered}}
hardware:
  gpus: {count: 8, facility: hall, embodied: 1000 kgCO2e, lifetime: 5 years, host_power: 100 W}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, power: 400 W}
"""
LOCATED = """\
lca: 1
title: A run
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  hall: {location: FR}
hardware:
  gpus: {count: 8, facility: hall, device: gpu/nvidia-a100-sxm4-80gb}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, utilisation: 50 %}
"""


@pytest.fixture
def of(case):
    """The inventory of a text, with its errors if it has some."""
    return lambda text, files=None: lca.run(case(text, files), DATA)


def slugs(inventory) -> set[str]:
    return {found.slug for found in inventory.findings}


def decision(inventory, id):
    return next(made for made in inventory.decisions if made.id == id)


def figure(inventory, id):
    return next(one for one in walk(inventory.totals.values()) if one.id == id)


def value(inventory, id):
    return inventory.value(figure(inventory, id))


def electricity(inventory) -> tuple[float, float]:
    """Generation and upstream of the one facility of a case, of whatever region and year."""
    (upstream,) = (
        one for one in walk(inventory.totals.values()) if re.fullmatch(r"grid\.[A-Z-]+\.\d+\.upstream", one.id)
    )
    return inventory.value(explain.find(inventory, "facilities.hall.grid")), inventory.value(upstream)


def taken(inventory, id) -> Given:
    """What a choice took."""
    (one,) = decision(inventory, id).figures
    assert isinstance(one.reason, Given)
    return one.reason


# --------------------------------------------------------------------------------------------------
# Where a line belongs


def placed(inventory) -> dict[str, set[tuple[str, str]]]:
    """Part → GHG Protocol category and ISO category of its lines."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in inventory.lines:
        found.setdefault(line.part, set()).add((line.category, line.iso))
    return found


@pytest.mark.parametrize(
    ("owned", "operational", "beyond", "embodied"),
    [
        # Corporate Standard ch. 4, Scope 3 Standard ch. 5: own and operationally controlled equipment draws purchased
        # electricity, scope 2; its fuel supply and losses are category 3; its manufacture is category 2, capital goods.
        ("owned: owned", {("2", "2")}, {("3.3", "4")}, {("3.2", "4")}),
        ("owned: leased, control: operational", {("2", "2")}, {("3.3", "4")}, {("3.8", "4")}),
        # A lessee without control: category 8, upstream leased assets, whole.
        ("owned: leased, control: none", {("3.8", "4")}, {("3.8", "4")}, {("3.8", "4")}),
        # Colocation: own servers are scope 2, the cooling and conversion of the landlord's room are category 8.
        ("owned: colocated", {("2", "2"), ("3.8", "4")}, {("3.3", "4"), ("3.8", "4")}, {("3.2", "4")}),
        # A purchased service, cradle to gate: category 1.
        ("owned: cloud", {("3.1", "4")}, {("3.1", "4")}, {("3.1", "4")}),
    ],
)
def test_lines__by_whose_the_hardware_is(of, owned, operational, beyond, embodied):
    lines = placed(of(RUN.replace("count: 8", f"count: 8, {owned}")))
    assert lines == {
        "operational": operational,
        "upstream": beyond,
        "losses": beyond,
        "embodied.accelerators": embodied,
    }


def test_lines__scope_agrees_with_category(of):
    for owned in ("owned", "leased", "colocated", "cloud"):
        for line in of(RUN.replace("count: 8", f"count: 8, owned: {owned}")).lines:
            assert str(line.scope) == line.category.partition(".")[0]
            assert line.rule


def test_lines__colocated__split_into_the_equipment_and_the_room(of):
    """10 h × 8 × 0.5 kW = 40 kWh of equipment, 20 kWh of the room, at 0.4 kg/kWh."""
    inventory = of(RUN.replace("count: 8", "count: 8, owned: colocated"))
    parts = {line.category: inventory.value(line.figure) for line in inventory.lines if line.part == "operational"}
    assert parts == {"2": pytest.approx(16.0), "3.8": pytest.approx(8.0)}
    assert inventory.value("scope2.location") == pytest.approx(16.0)
    assert inventory.value("operational") == pytest.approx(24.0)


def test_ownership__not_said__is_assumed_and_in_the_register(of):
    made = decision(of(RUN), "hardware.gpus.owned")
    assert (made.taken, made.assumed) == ("owned", True)


def test_ownership__in_a_cloud_region__is_read_from_it(of):
    made = decision(of(LOCATED.replace("FR", "aws:eu-west-3")), "hardware.gpus.owned")
    assert (made.taken, made.assumed) == ("cloud", False)


def test_release__is_scope_1__and_no_part_of_the_workload(of):
    """0.6 kg of SF6 under AR5: × 23 500 = 14 100 kg."""
    text = RUN.replace("lca: 1", "lca: 1\ngwp: AR5").replace(
        "pue: 1.5,", "pue: 1.5, refrigerants: [{gas: SF6, released: 0.6 kg}],"
    )
    inventory, without = of(text), of(RUN)
    (line,) = [line for line in inventory.lines if line.part == "release"]
    assert (line.scope, line.category, line.iso, line.view) == (1, "1", "1", "inventory")
    assert inventory.value("scope1") == pytest.approx(14_100)
    assert inventory.value("total") == without.value("total")


# --------------------------------------------------------------------------------------------------
# Which factor is taken


def test_grid__declared__stands_alone(of):
    """It may hold its upstream already: nothing of the data sets is added to it, and the reader is told."""
    inventory = of(LOCATED.replace("location: FR", "location: FR, grid: 60 gCO2e/kWh"))
    assert not {"upstream", "losses"} & inventory.totals.keys()
    assert "upstream-not-quantified" in slugs(inventory)


def test_grid__declared_as_of_generation__takes_upstream_and_losses_of_its_place(of):
    inventory = of(LOCATED.replace("location: FR", "location: FR, grid: {value: 60 gCO2e/kWh, boundary: generation}"))
    assert {"upstream", "losses"} <= inventory.totals.keys()
    assert value(inventory, "facilities.hall.grid") == 0.06


def test_grid__a_life_cycle_factor__is_named_as_what_it_is(of):
    text = LOCATED.replace("location: FR", "grid: {value: 60 gCO2e/kWh, boundary: lifecycle}")
    inventory = of(text)
    assert "lifecycle-in-scope-2" in slugs(inventory)
    assert not inventory.failed
    assert "lifecycle-with-upstream" in slugs(of(text.replace("lifecycle}", "lifecycle}, upstream: 9 gCO2e/kWh")))


def test_grid__scope_2_never_holds_a_life_cycle_factor_of_the_data_sets(of):
    """Where a generation factor is published no life cycle is below it; elsewhere scope 2 takes its part of one."""
    for location in ("US-CAMX", "GB", "gcp:europe-west2"):
        inventory = of(LOCATED.replace("FR", location))
        for leaf in leaves([inventory.totals["operational"]]):
            assert isinstance(leaf.reason, Given)
            assert leaf.reason.attributes.get("boundary", "generation") == "generation", (location, leaf)
    for location in ("FR", "DE", "BR"):
        inventory = of(LOCATED.replace("FR", location))
        generation, upstream = electricity(inventory)
        assert generation < generation + upstream


def published_life_cycle(place: str, year: int) -> float:
    (row,) = (row for row in DATA.table("grid", [place]) if row.id == f"ember-2026:{place}:{year}")
    return row.value / 1000


@pytest.mark.parametrize("place", ["IS", "DE", "FR", "NO", "PL", "KE", "US", "JP"])
def test_grid__generation_and_upstream__add_up_to_the_published_life_cycle(of, place):
    """Of the year of the mix, or of the year of the generation factor where one is published (eGRID: 2023)."""
    inventory = of(LOCATED.replace("FR", place).replace("2024", "2023"))
    assert sum(electricity(inventory)) == pytest.approx(published_life_cycle(place, 2023), rel=1e-12)


def test_grid__where_geothermal_and_water_dominate__all_of_it_is_upstream(of):
    """Iceland 2024: 27.82 g, of which no fuel; geothermal gas is not in the world's factor of other renewables."""
    inventory = of(LOCATED.replace("FR", "IS"))
    generation, upstream = electricity(inventory)
    assert generation == 0
    assert upstream == pytest.approx(0.02782)


def test_grid__upstream_of_a_part_of_a_country__is_that_of_the_country(of):
    whole, part = (of(LOCATED.replace("FR", place)) for place in ("US", "US-CAMX"))
    (generation, upstream), (of_country, upstream_of_country) = electricity(part), electricity(whole)
    assert upstream == upstream_of_country
    assert generation < of_country


def test_grid__no_life_cycle_of_the_year_of_the_mix__the_mix_alone__and_said(of):
    """The Central African Republic is water alone, printed as 0 g: rounded to nothing. Water's life cycle is 24 g."""
    inventory = of(LOCATED.replace("FR", "CF").replace("2024", "2023"))
    assert electricity(inventory)[1] == pytest.approx(0.024)
    assert "lifecycle-not-published" in slugs(inventory)


def test_grid__the_decision_says_that_it_is_a_model__of_which_year__and_how_far_off(of):
    made = decision(of(LOCATED), "facilities.hall.split")
    assert "its mix of 2024" in made.rule
    assert "11 to 19 % less" in made.rule


def test_grid__the_error_of_the_split__where_both_are_published(of):
    """The split against the national factor: eGRID of the same year; DESNZ of two years later, which describes it.

    2019 to 2023 in the United States, 2021 to 2023 in the United Kingdom: 11 to 19 % below.
    """
    errors = []
    for place, years, later in (("US", (2019, 2022, 2023), 0), ("GB", (2021, 2022, 2023), 2)):
        for year in years:
            inventory = of(LOCATED.replace("FR", place).replace("2024", str(year + later)))
            national = inventory.value(explain.find(inventory, "facilities.hall.grid"))
            mix = {
                row.attributes["technology"]: row.value
                for row in DATA.table("generation-mix", [place])
                if f":{year}:" in row.id
            }
            rest = mix.pop("total") - sum(mix.values())
            direct = mix["coal"] * 760 + mix["gas"] * 370 + mix.get("oil", 0) * 406
            lives = {"coal": 820, "gas": 490, "oil": 650, "nuclear": 12, "hydro": 24, "solar": 48, "wind": 11}
            life = sum(grams * mix.get(name, 0) for name, grams in lives.items()) + rest * 230
            errors.append(published_life_cycle(place, year) * direct / life / national - 1)
    assert f"{-100 * max(errors):.0f} to {-100 * min(errors):.0f} %" == "11 to 19 %"


@pytest.mark.parametrize(("place", "said"), [("CY", True), ("DE", False), ("US", False), ("GB", False)])
def test_grid__much_oil_in_a_modelled_mix__is_said(of, place, said):
    """Cyprus burns oil for three quarters of its electricity; 406 g would need an efficiency of 69 %."""
    assert ("oil-in-mix" in slugs(of(LOCATED.replace("FR", place)))) is said


def test_grid__upstream_of_britain__as_published__not_modelled(of):
    """DESNZ prints well-to-tank and the losses of the grid: three figures, none of them modelled again."""
    inventory = of(LOCATED.replace("FR", "GB"))
    below = [leaf.reason for id in ("upstream", "losses") for leaf in leaves([inventory.totals[id]])]
    cited = {reason.source for reason in below if isinstance(reason, Given)}
    assert "desnz-2024" in cited
    assert not cited & {"ember-2026", "ember-2026-mix", "ipcc-2014-annex-iii"}


def test_losses__of_what_is_injected__are_turned_into_losses_of_what_is_delivered(of):
    """5 % of the injected are 5 ∕ 95 of the delivered; 5 % of the delivered are 5 %."""
    delivered = of(RUN)
    injected = of(RUN.replace("basis: delivered", "basis: injected"))
    unsaid = of(RUN.replace("{value: 5 %, basis: delivered}", "5 %"))
    # 60 kWh × (0.4 + 0.05)
    assert delivered.value("losses") == pytest.approx(27 * 0.05)
    assert injected.value("losses") == pytest.approx(27 * 5 / 95)
    assert unsaid.value("losses") == injected.value("losses")
    assert "losses-basis" in slugs(unsaid) - slugs(injected)


def test_pue__declared__else_of_the_provider__else_of_the_industry_as_an_assumption(of):
    declared = figure(of(RUN), "facilities.hall.pue").reason
    provider = taken(of(LOCATED.replace("FR", "aws:af-south-1")), "facilities.hall.pue")
    industry = taken(of(LOCATED), "facilities.hall.pue")
    assert (declared.value, declared.quality) == (1.5, "declared")
    assert (provider.value, provider.quality, provider.source) == (1.24, "dataset", "amazon-data-centers-2024")
    assert (industry.value, industry.quality, industry.source) == (1.56, "assumed", "uptime-2024")


def test_pue__its_range_never_reaches_below_one(of):
    spread = taken(of(LOCATED), "facilities.hall.pue").spread
    assert spread is not None
    assert 1 <= spread.low < 1.56 < spread.high


def test_utilisation__is_linear_between_idle_and_full_power(of):
    """A100: 46 W idle (Cloud Carbon Footprint), 400 W rated; half used it draws 223 W."""
    inventory = of(LOCATED)
    assert value(inventory, "workloads.run.power") == pytest.approx(0.223)
    assert inventory.value("energy.accelerators") == pytest.approx(0.223 * 80)
    assert inventory.value("energy.idle") == pytest.approx(0.5 * 0.046 * 80)


def test_host__not_named__is_assumed_where_power_is_of_the_accelerators(of):
    """Of a server of 8 accelerators: 1.2 kW without them, 150 W each; 5700 kg, 712.5 kg each."""
    inventory = of(LOCATED)
    assert decision(inventory, "hardware.gpus.host").assumed
    assert inventory.value("energy.host") == pytest.approx(0.15 * 80)
    assert inventory.value("embodied.host") == pytest.approx(712.5 * 80 / 35_040)


HOST = "No host is named: each device is taken to have an eighth of a generic server for 8 accelerators, {}."
ACCELERATORS = ["utilisation: 50 %", "power: 300 W", "accelerator_energy: 24 kWh", "power: {log: log.csv}"]
EIGHT = "timestamp, index, power.draw [W]\n" + "".join(
    f"2024-03-02T{hour:02}:00:00Z, {index}, 300 W\n" for hour in (0, 10) for index in range(8)
)


@pytest.mark.parametrize("way", ACCELERATORS)
def test_host__is_assumed_alike_however_the_energy_of_accelerators_is_stated(of, way):
    inventory = of(LOCATED.replace("utilisation: 50 %", way), {"log.csv": EIGHT})
    assert "host-not-counted" not in slugs(inventory)
    assert inventory.value("energy.host") == pytest.approx(0.15 * 80)
    assert inventory.value("embodied.host") == pytest.approx(712.5 * 80 / 35_040)
    rule = decision(inventory, "hardware.gpus.host").rule
    assert rule == HOST.format("for what it draws and for its manufacture")


def test_host__of_a_power_that_may_hold_it__is_said_not_to_be_counted(of):
    text = LOCATED.replace("utilisation: 50 %", "power: 300 W").replace(", device: gpu/nvidia-a100-sxm4-80gb", "")
    assert "host-not-counted" in slugs(of(text))
    at = of(text.replace("power: 300 W", "power: 300 W, measured_at: accelerators"))
    assert at.value("energy.host") == pytest.approx(0.15 * 80)
    assert "host-not-counted" not in slugs(at)


def test_host__measured_at_the_node__is_assumed_for_its_manufacture_only(of):
    inventory = of(LOCATED.replace("utilisation: 50 %", "power: 500 W, measured_at: node"))
    rule = decision(inventory, "hardware.gpus.host").rule
    assert rule == HOST.format("for its manufacture")


def test_host__measured_at_the_node__is_not_counted_again(of):
    inventory = of(LOCATED.replace("utilisation: 50 %", "power: 500 W, measured_at: node"))
    assert inventory.value("energy.it") == pytest.approx(40)
    assert "energy.host" not in inventory.totals
    assert "power-above-rating" not in slugs(inventory)


def test_idle_power__of_another_device__is_named_as_what_is_taken_of_it(of):
    """The register names an A100 where only the quotient of its idle and its full power is used."""
    from lca.assumptions import register

    named = {entry.name for entry in register(of(LOCATED.replace("gpu/nvidia-a100-sxm4-80gb", "h100-sxm")))}
    assert "Full power of an A100, of which only its ratio to idle power is taken" in named
    assert "Idle power of an A100, of which only its ratio to full power is taken" in named


def test_year_of_the_factors__without_a_period__is_an_assumption(of):
    assert "period" not in {made.id for made in of(LOCATED).decisions}
    newest = decision(of(re.sub(r"period: .*\n", "", LOCATED)), "period")
    assert newest.assumed
    assert re.fullmatch(r"20\d\d(, 20\d\d)*", newest.taken)


def test_lifetime__the_median_of_what_is_published__as_an_assumption(of):
    reason = taken(of(LOCATED), "hardware.gpus.lifetime")
    assert (reason.value, reason.quality) == (35_040, "assumed")
    assert reason.spread is not None
    assert (reason.spread.low, reason.spread.high) == (3 * 8760, 6 * 8760)


@pytest.mark.parametrize(
    ("convention", "id", "expected"),
    [
        ("lifetime: bloom", "hardware.gpus.lifetime", 6 * 8760),
        ("accelerator_embodied: ecologits", "hardware.gpus.embodied", 273),
        ("idle_share: green-algorithms", "hardware.gpus.idle_share", 0),
        ("pue: ml-co2-impact", "facilities.hall.pue", 1),
    ],
)
def test_convention__of_a_peer_that_the_case_names(of, convention, id, expected):
    inventory = of(f"{LOCATED}conventions: {{{convention}}}\n")
    assert taken(inventory, id).value == expected
    peer = convention.partition(": ")[2]
    assert decision(inventory, id).rule == f"The case names the convention of {peer}."


@pytest.mark.parametrize(
    ("peer", "watts"),
    # Green Algorithms 0.3725 W/GB, Cloud Carbon Footprint 0.392, Boavizta 0.284; CodeCarbon 20 W up to 64 GB: DIMMs.
    [("green-algorithms", 23.84), ("cloud-carbon-footprint", 25.088), ("boavizta", 18.176), ("codecarbon", 20.0)],
)
def test_memory_power__by_the_convention_named(of, peer, watts):
    """64 GB for 10 h."""
    text = (
        RUN.replace("host_power: 100 W", "host_power: 0 W, memory: 64 GB") + f"conventions: {{memory_power: {peer}}}\n"
    )
    assert of(text).value("energy.host") == pytest.approx(watts / 100)


def test_memory__without_a_convention__is_refused(of):
    assert "memory-convention" in slugs(of(RUN.replace("host_power: 100 W", "memory: 64 GB")))


# --------------------------------------------------------------------------------------------------
# What is said


def test_findings__everything_that_is_missing__at_once(of):
    text = LOCATED.replace("FR", "Atlantis").replace("nvidia-a100-sxm4-80gb", "nvidia-a1000")
    inventory = of(text.replace("lca: 1", "lca: 1\ngwp: AR7"))
    errors = {(found.slug, found.place.line) for found in inventory.findings if found.severity == "error"}
    assert errors >= {("unknown-gwp-set", 2), ("unknown-location", 6), ("unknown-device", 8)}
    assert inventory.failed


def test_findings__a_factor_that_is_missing__names_what_needs_it(of):
    """No electricity is published for Andorra."""
    inventory = of(LOCATED.replace("FR", "AD"))
    (found,) = [found for found in inventory.findings if found.slug == "missing-factor"]
    assert "Andorra" in found.message
    assert "hall" in found.message
    assert "`grid: " in found.remedy


def test_run__with_an_error__gives_no_figure_that_somebody_could_use(of):
    inventory = of(LOCATED.replace("FR", "AD"))
    assert inventory.failed
    assert (inventory.totals, inventory.lines, inventory.values) == ({}, (), {})


def test_decisions__name_what_was_taken__passed_over__and_why(of):
    made = decision(of(LOCATED), "facilities.hall.losses")
    assert made.taken == made.candidates[0].factor == "world-bank-2023:FR:2023"
    assert made.rule == "Published for FR; nothing for 2024, the nearest earlier year is 2023."
    assert made.source == "world-bank-2023"
    assert len(made.figures) == 1


def test_decisions__what_nobody_declared__is_assumed(of):
    assumed = {made.id for made in of(LOCATED).decisions if made.assumed}
    hardware = {"hardware.gpus.owned", "hardware.gpus.host", "hardware.gpus.lifetime"}
    assert assumed == {"gwp", "facilities.hall.pue", *hardware}


# --------------------------------------------------------------------------------------------------
# The tree

TWO = RUN + "  again: {kind: training, runs_on: gpus, duration: 5 h, power: 400 W}\n"


def test_tree__a_value_that_many_use__is_one_figure(of):
    inventory = of(TWO)
    figures = list(walk(inventory.totals.values()))
    assert Counter(one.id for one in figures)["facilities.hall.pue"] == 1
    assert len([one for one in leaves(inventory.totals.values()) if one.id.startswith("facilities.hall.")]) == 4


def test_tree__what_is_derived_of_a_facility__is_one_figure_too(of):
    """Two runs on one grid: a factor of its losses is derived once."""
    inventory = of(TWO)
    assert [one.id for one in walk(inventory.totals.values())].count("facilities.hall.loss_factor") == 1


def test_totals__by_place__have_no_market_based_one_without_a_market(of):
    """Two gases and electricity of an investee fall to one category; no contract is in the case."""
    text = """\
lca: 1
title: An investment
subject: organisation
period: {start: 2024-01-01, end: 2024-12-31}
organisation: {name: A, consolidation: operational-control}
entities:
  b: {equity: 40 %, operational_control: no, financial_control: no}
facilities:
  hall:
    location: FR
    entity: b
    electricity: {metered: 100 MWh}
    refrigerants: [{gas: SF6, released: 1 kg}, {gas: CH4, released: 2 kg, origin: fossil}]
"""
    inventory = of(text)
    assert not inventory.failed
    assert not [id for id in inventory.totals if "market" in id]


RESERVED = RUN.replace("count: 8", "count: 8, reserved: 25 %")


def test_reserved__a_quarter_of_a_device__has_a_quarter_of_what_whole_ones_would_draw(of):
    """10 h × 8 × (400 + 100) W = 40 kWh of whole devices, of which a quarter; manufacture 8000 kg × 10 / 43 800 / 4."""
    inventory = of(RESERVED)
    assert value(inventory, "workloads.run.energy.accelerators") == pytest.approx(8)
    assert inventory.value("energy.it") == pytest.approx(10)
    assert inventory.value("embodied") == pytest.approx(8000 * 10 / 43_800 / 4)
    assert inventory.value("device_hours") == pytest.approx(80)


def test_reserved__from_utilisation__idle_power_is_shared_too(of):
    """Half used between 50 and 400 W: 225 W, of which 25 W while idle; 80 device-hours, a quarter of them: 20."""
    text = RESERVED.replace("power: 400 W", "utilisation: 50 %").replace(
        "count: 8", "power: 400 W, idle_power: 50 W, count: 8"
    )
    inventory = of(text)
    assert inventory.value("energy.accelerators") == pytest.approx(0.225 * 20)
    assert inventory.value("energy.idle") == pytest.approx(0.025 * 20)
    assert inventory.value("energy.host") == pytest.approx(0.1 * 20)


@pytest.mark.parametrize("way", ["energy", "site_energy"])
def test_reserved__an_energy_that_is_stated__is_the_workloads_own__and_that_is_said(of, way):
    inventory = of(RESERVED.replace("power: 400 W", f"{way}: 12 kWh"))
    assert inventory.value("energy.it" if way == "energy" else "energy.site") == pytest.approx(12)
    assert "reserved-of-energy" in slugs(inventory)
    assert "reserved-of-energy" not in slugs(of(RESERVED))


def test_reserved__a_record_of_the_device__is_not_scaled__and_warned_of(of):
    inventory = of(RESERVED.replace("duration: 10 h, power: 400 W", "power: {log: log.csv}"), {"log.csv": LOG})
    assert inventory.value("energy.accelerators") == pytest.approx(0.3)
    assert "reserved-of-record" in slugs(inventory)


BRITISH = LOCATED.replace("location: FR", "location: GB, pue: 1")
# DESNZ 2024, kg/kWh: generation of which CO2 0.20493, CH4 0.0009, N2O 0.00122 under AR5; losses 0.0183; upstream
# 0.0459, and of losses 0.00397.
GENERATED = 0.20493 + 0.0009 * 27 / 28 + 0.00122 * 273 / 265


@pytest.mark.parametrize(
    ("declared", "factor"),
    [
        ("", 0.0183 + 0.00397),  # of the region; the others are of the site
        # What is lost has the upstream emissions of what is delivered: λ w, with λ = 0.0183 / f.
        (", upstream: 80 gCO2e/kWh", 0.0183 + 0.0183 / GENERATED * 0.080),
        (", grid: {value: 100 gCO2e/kWh, boundary: generation}", 0.0183 / GENERATED * (0.100 + 0.0459)),
    ],
)
def test_losses__published_as_a_factor__go_with_what_the_case_declares(of, declared, factor):
    inventory = of(BRITISH.replace("pue: 1", f"pue: 1{declared}"))
    key = "facilities.hall" if declared else "grid.GB.2024"
    assert value(inventory, f"{key}.loss_factor") == pytest.approx(factor, rel=1e-12)
    ids = Counter(one.id for one in walk(inventory.totals.values()))
    assert {id for id, count in ids.items() if count > 1} == set()


def test_grid__each_factor__cites_the_standard_of_its_own_scope(of):
    """Scope 2 Guidance for generation; Scope 3 Standard, category 3, for what lies upstream and is lost."""
    for text, key in ((LOCATED, "grid.FR.2024"), (BRITISH, "grid.GB.2024")):
        inventory = of(text)
        figures = walk(inventory.totals.values())
        derived = {one.id: one.reason.equation for one in figures if isinstance(one.reason, Derived)}
        assert derived[f"{key}.generation"].source.startswith("ghgp-scope2")
        assert derived[f"{key}.loss_factor"].source == "ghgp-scope3-2011#category 3"
        if f"{key}.upstream" in derived:
            assert derived[f"{key}.upstream"].source == "ghgp-scope3-2011#category 3"


WIND = "instruments: [{name: wind, kind: ppa, factor: 0 gCO2e/kWh, covers: 60 %}]"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (RUN + "conventions: {idle_share: green-algorithms}\n", "conventions.idle_share"),
        (
            RUN.replace("pue: 1.5,", f"pue: 1.5, {WIND},").replace("power: 400 W", "operational: 3 kgCO2e"),
            "facilities.hall.instruments.1",
        ),
        (
            RUN.replace("power: 400 W", "power: 400 W, produces: {count: 1, unit: image}")
            + "  more: {kind: training, runs_on: gpus, duration: 1 h, power: 400 W}\n",
            "workloads.run.produces.1",
        ),
        (
            RUN.replace("power: 400 W", "energy: 3 kWh, measured_at: accelerators, host_energy: 1 kWh").replace(
                "count: 8", "count: 8, host_embodied: 3 kgCO2e, per_node: 8, idle_power: 5 W"
            ),
            "hardware.gpus.idle_power",
        ),
    ],
)
def test_declared__in_vain__is_said(of, text, key):
    inventory = of(text)
    assert not inventory.failed
    messages = [found.message for found in inventory.findings if found.slug == "no-effect"]
    assert any(f"`{key}`" in message for message in messages), messages


def test_declared__and_used__is_not_said(of):
    text = LOCATED.replace("location: FR", f"location: FR, {WIND}").replace(
        "50 %", "50 %, produces: {count: 1, unit: x}"
    )
    inventory = of(text + "conventions: {idle_share: green-algorithms, lifetime: boavizta}\n")
    assert "no-effect" not in slugs(inventory)


@pytest.mark.parametrize(
    ("origin", "kilograms", "assumed"),
    # AR6, table of the GHG Protocol of August 2024: fossil methane 29.8, non-fossil 27.0.
    [("", 2 * 29.8, True), (", origin: fossil", 2 * 29.8, False), (", origin: biogenic", 2 * 27.0, False)],
)
def test_release__methane__by_its_origin__which_is_assumed_aloud(of, origin, kilograms, assumed):
    inventory = of(RUN.replace("pue: 1.5,", f"pue: 1.5, refrigerants: [{{gas: CH4, released: 2 kg{origin}}}],"))
    assert inventory.value("scope1") == pytest.approx(kilograms)
    said = [entry for entry in register(inventory) if entry.id == "facilities.hall.refrigerants.1.origin"]
    assert [entry.value for entry in said] == (["fossil"] if assumed else [])


def test_release__an_origin_that_decides_nothing__is_said_to(of):
    inventory = of(RUN.replace("pue: 1.5,", "pue: 1.5, refrigerants: [{gas: SF6, released: 2 kg, origin: fossil}],"))
    assert "no-effect" in slugs(inventory)


SAME_NAME = """\
lca: 1
title: One name for everything
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  x:
    location: FR
    pue: 1.2
    instruments:
      - {name: x, kind: ppa, factor: 9 gCO2e/kWh, covers: 50 %}
      - {name: x, kind: ppa, factor: 8 gCO2e/kWh, covers: 10 %}
hardware:
  x: {count: 8, facility: x, device: gpu/nvidia-a100-sxm4-80gb, power: 390 W, lifetime_utilisation: 80 %}
workloads:
  x:
    kind: training
    runs_on: x
    duration: 10 h
    utilisation: 50 %
    produces: [{count: 2, unit: x}, {count: 3, unit: x}]
"""


@pytest.mark.parametrize("text", [RUN, LOCATED, TWO, SAME_NAME], ids=["declared", "located", "two", "one name"])
def test_tree__an_id_means_one_figure(of, text):
    """An id is what `lca explain` is asked for and what a link of the page leads to."""
    inventory = of(text)
    assert not inventory.failed
    ids = Counter(one.id for one in walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)]))
    assert {id for id, count in ids.items() if count > 1} == set()


LOG = "timestamp, index, power.draw [W]\n2026/03/02 10:00:00.000, 0, 300.00 W\n2026/03/02 11:00:00.000, 0, 300.00 W\n"


def test_tree__two_workloads_of_one_log__are_two_measurements_of_one_thing(of):
    """0.3 kWh stated twice; ids still mean one figure each."""
    text = RUN.replace("duration: 10 h, power: 400 W", "power: {log: log.csv}")
    text += "  again: {kind: training, runs_on: gpus, power: {log: log.csv}}\n"
    inventory = of(text.replace("count: 8", "count: 1"), {"log.csv": LOG})
    assert inventory.value("energy.accelerators") == pytest.approx(0.6)
    ids = Counter(one.id for one in walk(inventory.totals.values()))
    assert {id for id, count in ids.items() if count > 1} == set()


@pytest.mark.parametrize(
    "other",
    [
        "{kind: training, runs_on: gpus, energy: 12 kWh}",
        "{kind: training, runs_on: gpus, operational: 5 kgCO2e, embodied: 1 kgCO2e}",
    ],
)
def test_totals__per_device_hour__only_where_every_run_has_its_hours(of, other):
    """A footprint of two runs over the hours of one would be the intensity of neither."""
    assert "intensity.device_hour" in of(RUN).totals
    assert "intensity.device_hour" not in of(f"{RUN}  other: {other}\n").totals


def test_totals__of_a_case_without_contracts__have_no_market_based_one(of):
    assert not {id for id in of(RUN).totals if "market" in id}


def test_totals__a_contract_for_one_of_two_facilities__covers_both_on_each_basis(of):
    """Where no contract is, the market-based result is the grid average; leaving it out would hide that electricity."""
    text = RUN.replace(
        "pue: 1.5,", "pue: 1.5, instruments: [{name: wind, kind: ppa, factor: 0 gCO2e/kWh, covers: 100 %}],"
    )
    text = text.replace(
        "hardware:\n", "  annex: {pue: 1, grid: 500 gCO2e/kWh}\nhardware:\n  more: {count: 8, facility: annex}\n"
    )
    inventory = of(text + "  other: {kind: training, runs_on: more, energy: 10 kWh}\n")
    assert inventory.value("operational") == pytest.approx(24 + 5)
    assert inventory.value("operational.market") == pytest.approx(0 + 5)


def contracts(*shares: str) -> str:
    """The run with contracts for these shares of its consumption, at 0 g/kWh."""
    listed = ", ".join(f"{{name: c, kind: ppa, factor: 0 gCO2e/kWh, covers: {share}}}" for share in shares)
    return RUN.replace("pue: 1.5,", f"pue: 1.5, instruments: [{listed}],")


@pytest.mark.parametrize(
    "shares",
    [("33 %", "56 %", "11 %"), ("58 %", "31 %", "11 %"), ("100 %",), ("10 %",) * 10, ("0.7", "0.2", "0.1")],
)
def test_market__shares_that_are_all_of_it_on_paper__leave_nothing(of, shares):
    """0.33 + 0.56 + 0.11 is 1.0000000000000002 in binary, 1 − 0.58 − 0.31 − 0.11 is 5.6e-17."""
    inventory = of(contracts(*shares))
    assert inventory.value("operational.market") == 0
    assert not slugs(inventory) & {"over-claimed", "no-residual-mix"}
    assert "uncovered" not in " ".join(one.id for one in walk(inventory.totals.values()))


def test_market__shares_beyond_all_of_it__are_refused_with_the_digits_that_show_it(of):
    inventory = of(contracts("60 %", "40.1 %"))
    (found,) = [found for found in inventory.findings if found.slug == "over-claimed"]
    assert "100.1 %" in found.message


def test_market__a_share_that_may_be_less__leaves_something_at_its_low_end(of):
    """40 kWh × 1.5 at the site; at 90 % a tenth of 60 kWh is at 0.4 kg/kWh: 2.4 kg."""
    inventory = of(contracts("{value: 100 %, low: 90 %, high: 100 %}"))
    assert not inventory.failed
    analysis = lca.tornado(inventory, "operational.market")
    assert analysis.base == 0
    assert analysis.swings[0].at_low == pytest.approx(2.4)
    # the end is the 2.5 % quantile of the share: p(1 − p) over 16 384 draws and the normal density there make its
    # standard error 0.0209 deviations of ln(1 ∕ 0.9) ∕ 1.96, that is 0.0242 kg of 24 × 0.9 kg
    assert analysis.high == pytest.approx(2.4, abs=4 * 0.0242)


def test_resolve__of_text_that_is_already_loaded__is_the_same(case):
    path = case(RUN)
    assert lca.run(lca.load(path), DATA).value("total") == lca.run(path, DATA).value("total")


@pytest.mark.slow
def test_resolve__every_country__has_a_factor_of_generation_or_an_error_that_says_so(of):
    """One case with a facility in each country of the table; what leaves the stacks is no more than the life cycle."""
    codes = sorted({row.region for row in DATA.table("generation-mix")})
    head, _, _ = LOCATED.partition("facilities:")
    facilities = "".join(f"  f-{code}: {{location: {code}, pue: 1}}\n" for code in codes)
    hardware = "".join(f"  h-{code}: {{count: 1, facility: f-{code}}}\n" for code in codes)
    workloads = "".join(f"  w-{code}: {{kind: training, runs_on: h-{code}, energy: 1 kWh}}\n" for code in codes)
    inventory = of(f"{head}facilities:\n{facilities}hardware:\n{hardware}workloads:\n{workloads}")
    factors = {line.activity: inventory.value(line.figure) for line in inventory.lines if line.part == "operational"}
    lacking = {f"w-{code}" for code in codes} - factors.keys()
    assert len(factors) > 200
    assert len(lacking) == sum(found.slug == "missing-factor" for found in inventory.findings)
    beyond = {line.activity: inventory.value(line.figure) for line in inventory.lines if line.part == "upstream"}
    published = {
        row.region: row.value / 1000 for row in DATA.table("grid") if row.id == f"ember-2026:{row.region}:2024"
    }
    for where, kilograms in factors.items():
        assert 0 <= kilograms <= LARGEST_LIFE_CYCLE, where
        if where[2:] in published and where[2:] not in ("GB", "US"):
            assert kilograms + beyond[where] == pytest.approx(published[where[2:]], rel=1e-12), where


LARGEST_LIFE_CYCLE = 1.4
"""Turkmenistan burns gas in old plants: 1.31 kg a kilowatt-hour."""


# --------------------------------------------------------------------------------------------------
# One region, one factor

SITES = """\
lca: 1
title: Three sites on one grid, one of which says what its losses are
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  north: {location: DE, pue: 1.2}
  south: {location: Germany, pue: 1.3}
  works: {location: DE, pue: 1.1, losses: {value: 2 %, basis: injected}}
hardware:
  a: {count: 8, facility: north, owned: owned}
  b: {count: 8, facility: south, owned: owned}
  c: {count: 8, facility: works, owned: owned}
workloads:
  a: {kind: training, runs_on: a, energy: 10 kWh}
  b: {kind: training, runs_on: b, energy: 10 kWh}
  c: {kind: training, runs_on: c, energy: 10 kWh}
"""


def test_grid__of_one_region_and_year__is_one_set_of_figures_for_all_its_sites(of):
    inventory = of(SITES)
    ids = Counter(one.id for one in walk(inventory.totals.values()))
    assert {id for id, count in ids.items() if count > 1} == set()
    modelled = figure(inventory, "grid.DE.2024.generation")
    factors = {line.figure.reason.inputs["factor"][0] for line in inventory.lines if line.part == "operational"}
    assert factors == {modelled}
    assert not any(id.startswith("facilities.south.") and "pue" not in id for id in ids)


def test_grid__what_one_site_declares__is_its_own(of):
    """Losses of 2 % of what is injected: 0.02 ∕ 0.98 of what is delivered, for this site alone."""
    inventory = of(SITES)
    assert value(inventory, "facilities.works.losses_per_delivered") == pytest.approx(0.02 / 0.98)
    losses = {
        line.activity: line.figure.reason.inputs["factor"][0].id for line in inventory.lines if line.part == "losses"
    }
    assert losses == {
        "a": "grid.DE.2024.loss_factor",
        "b": "grid.DE.2024.loss_factor",
        "c": "facilities.works.loss_factor",
    }


@pytest.mark.parametrize(("place", "id"), [("DE", "grid.DE.2024.generation"), ("GB", "grid.GB.2024.generation")])
def test_grid__a_site_s_own_name_for_its_factor__finds_it(of, place, id):
    """Modelled, or summed from the gases: the decision of the facility leads to what it gave."""
    inventory = of(SITES.replace("location: DE, pue: 1.2", f"location: {place}, pue: 1.2"))
    assert explain.find(inventory, "facilities.north.grid") is figure(inventory, id)
    assert decision(inventory, "facilities.north.grid").gives is figure(inventory, id)


# --------------------------------------------------------------------------------------------------
# Another time than that of the case


@pytest.fixture
def choices(case):
    loaded = lca.load(case(SITES))
    return Chooser(DATA, loaded.boundary, loaded.conventions, loaded.assets)


def ask(choices, where="DE", **words):
    about = {"needed_for": "x", "place": Place("here"), "boundary": "lifecycle"}
    return choices.pick("grid", "x.grid", "Life cycle", where=where, **about, **words)


def test_pick__for_another_year__is_another_figure_and_another_decision(choices):
    here, same, earlier = ask(choices), ask(choices, when=2024), ask(choices, when=2022)
    assert here is same
    assert here is not earlier
    assert set(choices.decisions) >= {"x.grid", "x.grid.2022"}
    assert choices.decisions["x.grid.2022"].figures == (earlier,)


def test_pick__for_a_period__is_that_of_its_year(choices):
    assert ask(choices, when=Period(date(2022, 2, 1), date(2022, 2, 28))) is ask(choices, when=2022)


def test_pick__under_another_id_and_another_spelling_of_the_place__is_the_same_figure(choices):
    """Each asker has a decision of its own; the figure is one."""
    about = {"needed_for": "y", "place": Place("there"), "boundary": "lifecycle"}
    other = choices.pick("grid", "y.grid", "Life cycle", where="Germany", **about)
    assert other is ask(choices)
    assert choices.decisions["y.grid"].figures == choices.decisions["x.grid"].figures


def test_pick__that_found_nothing__is_not_looked_for_again(choices, monkeypatch):
    assert ask(choices, where="AQ", optional=True) is None
    monkeypatch.setattr(DATA, "pick", None)
    assert ask(choices, where="AQ", optional=True) is None


def test_grid__of_two_years__are_two_factors(choices):
    site = Facility("north", "DE", {}, (), Place("here"))
    this, last = grid.factors(site, choices), grid.factors(site, choices, when=2021)
    assert [one.id for one in (this.generation, last.generation) if one] == [
        "grid.DE.2024.generation",
        "grid.DE.2021.generation",
    ]
    assert grid.factors(site, choices, when=2024).generation is this.generation
