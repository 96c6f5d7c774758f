"""The field's usual mistakes, one test each: refused by construction, or found and said where it stands.

Each test writes the mistake down as a user would. Where the right number is known it is asserted beside the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import lca
from lca import units
from lca.figure import Figure, Given, Place, derive, leaves
from lca.inventory import Inventory
from lca.methods import consolidation, electricity, intensity, water
from lca.model import Finding
from lca.report import numbers

Account = Callable[..., Inventory]

TWO_WEEKS = """\
lca: 1
title: Two weeks on 512 accelerators
facilities:
  hall:
    pue: 1.18
    grid: {value: 371.2 gCO2e/kWh, boundary: generation}
hardware: {cluster: {count: 512, host_power: 145 W, facility: hall, owned: owned}}
workloads:
  run: {kind: training, runs_on: cluster, duration: 336 h, power: 560 W}
"""
"""121 282.56 kWh at the nodes and 143 113.4208 kWh at the site."""

YEAR = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
"""


def changed(text: str, *swaps: tuple[str, str]) -> str:
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def found(case: Callable[..., Path]) -> Callable[..., list[Finding]]:
    """All findings of the text of a case that can be read; it may have errors."""

    def run(text: str, files: dict[str, str] | None = None) -> list[Finding]:
        try:
            return list(lca.run(case(text, files)).findings)
        except lca.CaseError as refused:
            return list(refused.findings)

    return run


def the(findings: list[Finding], slug: str) -> Finding:
    """The one finding of a slug."""
    (one,) = [item for item in findings if item.slug == slug]
    return one


def slugs(findings: object) -> set[str]:
    return {item.slug for item in findings}  # type: ignore[attr-defined]


def in_unit(inventory: Inventory, id: str, unit: str) -> float:
    return float(inventory.total(id).m_as(unit))


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-11)


# --------------------------------------------------------------------------------------------------
# Double counting


def test_counted_twice__providers_scope_3_and_own_manufacture_of_the_same_hardware(found):
    text = YEAR + (
        "facilities: {hall: {location: DE, electricity: {metered: 1 MWh}}}\n"
        "hardware: {nodes: {count: 8, embodied: 100 kgCO2e, lifetime: 4 years, facility: hall, acquired: 2025-02-01}}\n"
        "activities: {cloud: {bill: {location: 1 tCO2e, market: 1 tCO2e, other: 2 tCO2e, asset: nodes}}}\n"
    )
    twice = the(found(text), "asset-counted-twice")
    assert "hardware `nodes`" in twice.message
    assert "bill" in twice.message
    assert twice.place.line == 8
    assert "asset-counted-twice" not in slugs(found(changed(text, ("asset: nodes", "asset: rented"))))


def test_counted_twice__one_lease_in_two_activities(found):
    text = YEAR + (
        "activities:\n"
        "  leased: {rack: {location: 1 tCO2e, market: 1 tCO2e, asset: L-7}}\n"
        "  cloud: {bill: {location: 1 tCO2e, market: 1 tCO2e, asset: L-7}}\n"
    )
    twice = the(found(text), "asset-counted-twice")
    assert "`L-7`" in twice.message


def test_counted_twice__overhead_of_a_rented_room_in_scope_2_and_category_8(account):
    inventory = account(
        YEAR + "facilities: {cage: {owned: colocated, pue: 1.3, grid: 0.4 tCO2e/MWh, "
        "electricity: {metered: 1000 MWh, measured_at: node}}}\n"
    )
    scope2, category8 = (in_unit(inventory, id, "tCO2e") for id in ("scope2.location", "scope3.cat8"))
    assert (scope2, category8) == (near(400), near(120))
    assert in_unit(inventory, "total.location", "tCO2e") == near(1.3 * 1000 * 0.4)


def test_counted_twice__kilowatt_hours_of_a_genset_bought_as_well(account):
    text = YEAR + (
        "facilities: {hall: {grid: {value: 0.3712 kgCO2e/kWh, boundary: generation}, "
        "electricity: {metered: 143113.4208 kWh, generated: 2400 kWh}}}\n"
    )
    ours = in_unit(account(text), "scope2.location", "kgCO2e")
    wrong = in_unit(account(changed(text, (", generated: 2400 kWh", ""))), "scope2.location", "kgCO2e")
    assert ours == near(52232.82180096)
    assert wrong - ours == pytest.approx(890.88, rel=1e-9)


def test_generated_more_than_metered__is_no_negative_purchase(found):
    text = YEAR + "facilities: {hall: {grid: 0.4 tCO2e/MWh, electricity: {metered: 100 kWh, generated: 300 kWh}}}\n"
    refused = the(found(text), "generated-above-metered")
    assert refused.severity == "error"
    assert "generated 300 kWh" in refused.message


# --------------------------------------------------------------------------------------------------
# Bases and views


def test_location_added_to_market__is_undefined(account):
    contract = ", boundary: generation}\n    instruments: [{name: wind, kind: ppa, factor: 0 gCO2e/kWh, covers: 50 %}]"
    totals = account(changed(TWO_WEEKS, (", boundary: generation}", contract))).totals
    both = [totals["scope2.location"], totals["scope2.market"]]
    assert [figure.unit for figure in both] == ["kgCO2e_location", "kgCO2e_market"]
    for law in (
        intensity.location_based_of_all,
        intensity.market_based_of_all,
        intensity.workload_total_location,
        consolidation.inventory_location,
        consolidation.inventory_market,
        consolidation.sum_of_lines,
    ):
        with pytest.raises(TypeError, match="is not kgCO2e"):
            derive("mixed", "Mixed", law, parts=both)


def test_location_stands_in_for_market__a_provider_states_one_of_them(found):
    text = YEAR + "activities: {cloud: {other: {location: 1 tCO2e, market: 2 tCO2e}, bill: {location: 10 tCO2e}}}\n"
    said = the(found(text), "basis-stands-in")
    assert "location-based only" in said.message
    assert "market-based result" in said.message


def test_workload_view_added_to_inventory_view__is_undefined(account):
    run = account(TWO_WEEKS).totals["total"]
    year = account(YEAR + "facilities: {hall: {grid: 0.4 tCO2e/MWh, electricity: {metered: 1 MWh}}}\n")
    whole = year.totals["total.location"]
    assert (run.unit, whole.unit) == ("kgCO2e_workload_location", "kgCO2e_inventory_location")
    for law in (intensity.workload_total_location, consolidation.inventory_location, consolidation.sum_of_lines):
        with pytest.raises(TypeError, match="is not kgCO2e"):
            derive("mixed", "Mixed", law, parts=[run, whole])


CAPITAL = YEAR + (
    "facilities: {hall: {grid: 0.4 tCO2e/MWh, electricity: {metered: 1 MWh}}}\n"
    "hardware: {nodes: {count: 64, embodied: 6240 kgCO2e, lifetime: 5 years, facility: hall, owned: owned, "
    "acquired: 2025-07-01}}\n"
)


def test_capital_goods_amortised_in_an_inventory__are_recognised_whole_and_bridged(account):
    inventory = account(CAPITAL)
    shown = {id: in_unit(inventory, id, "tCO2e") for id in ("scope3.cat2", "capital.amortised", "capital.closing")}
    assert shown == {"scope3.cat2": near(399.36), "capital.amortised": near(39.936), "capital.closing": near(359.424)}
    assert in_unit(inventory, "total.location", "tCO2e") == near(399.36 + 0.4)
    assert all(leaf.unit != "kgCO2e_amortised" for leaf in leaves([inventory.totals["total.location"]]))


def test_both_views_of_capital_goods_added__is_undefined(account):
    inventory = account(CAPITAL)
    (recognised,) = [line.figure for line in inventory.lines if line.part == "capital"]
    views = [recognised, inventory.totals["capital.amortised"]]
    assert {figure.unit for figure in views} == {"kgCO2e_recognised", "kgCO2e_amortised"}
    for law in (
        consolidation.inventory_location,
        intensity.workload_total_location,
        intensity.embodied_of_all,
        consolidation.sum_of_lines,
    ):
        with pytest.raises(TypeError, match="is not kgCO2e"):
            derive("mixed", "Mixed", law, parts=views)


# --------------------------------------------------------------------------------------------------
# Global warming potentials


@pytest.mark.parametrize(("set_", "expected"), [("AR5", 1923.5), ("AR6", 2255.5)])
def test_blend_typed_in__is_computed_from_its_components_under_the_set_of_the_case(account, set_, expected):
    text = (
        YEAR + f"gwp: {set_}\nfacilities: {{hall: {{location: DE, refrigerants: [{{gas: R-410A, released: 1 kg}}]}}}}\n"
    )
    assert in_unit(account(text), "scope1", "kgCO2e") == near(expected)


def test_blend_typed_in__has_no_field_for_its_potential(found):
    text = YEAR + "facilities: {hall: {location: DE, refrigerants: [{gas: R-410A, released: 1 kg, gwp: 2088}]}}\n"
    refused = the(found(text), "unknown-key")
    assert "`gwp`" in refused.message
    assert refused.severity == "error"


def test_sets_of_potentials_mixed__published_factors_are_weighed_anew_under_the_set_of_the_case(account):
    # DESNZ weighs its gases by AR5. Every potential that a result rests on is of the set that the case names.
    text = YEAR + (
        "gwp: AR6\nfacilities: {hall: {location: GB, fuels: [{fuel: natural-gas, amount: 1 MWh, basis: gross}], "
        "refrigerants: [{gas: SF6, released: 1 kg}]}}\n"
    )
    six, five = account(text), account(text.replace("AR6", "AR5"))
    methane = [in_unit(inventory, "scope1.CH4", "kgCO2e") for inventory in (six, five)]
    assert methane[0] / methane[1] == near(29.8 / 30)  # of fossil origin
    assert not any(leaf.id.startswith("ar6") for leaf in leaves([five.totals["scope1"]]))
    assert in_unit(five, "scope1.SF6", "kgCO2e") == near(23500)
    assert in_unit(six, "scope1.SF6", "kgCO2e") == near(24300)


def test_gases_added_without_a_potential__kilograms_of_methane_are_no_kilograms_of_co2(account):
    here = Place("here")
    methane, dioxide = (Figure(gas, gas, f"kg{gas}", Given(1.0, here, "declared")) for gas in ("CH4", "CO2e"))
    with pytest.raises(TypeError, match="kgCH4 is not"):
        derive("sum", "Sum", intensity.emissions_of_all, parts=[dioxide, methane])


# --------------------------------------------------------------------------------------------------
# Units


@pytest.mark.parametrize(
    ("swap", "slug"),
    [
        (("power: 560 W", "power: 560"), "bare-number"),
        (("371.2 gCO2e/kWh", "371.2"), "bare-number"),
        (("duration: 336 h", "duration: 336 kWh"), "wrong-unit"),
        (("371.2 gCO2e/kWh", "371.2 g/kWh"), "wrong-unit"),
        (("371.2 gCO2e/kWh", "0.37 ton/MWh"), "unknown-unit"),
        (("371.2 gCO2e/kWh", "371.2 kgCO2e/kWh"), "out-of-range"),
        (("pue: 1.18", "pue: 118"), "out-of-range"),
        (("pue: 1.18", "pue: 0.85"), "out-of-range"),
        (("power: 560 W", "power: 560 gal"), "wrong-unit"),
    ],
)
def test_unit_slip__is_refused_where_it_is_written(found, swap, slug):
    refused = the(found(changed(TWO_WEEKS, swap)), slug)
    assert refused.severity == "error"
    assert refused.place.line == 1 + changed(TWO_WEEKS, swap).split(swap[1])[0].count("\n")


@pytest.mark.parametrize(
    ("grid", "means"),
    [("0.45 gCO2e/kWh", "0.45 g/kWh"), ("3.712 kgCO2e/kWh", "3712 g/kWh"), ("0.0003712 kgCO2e/Wh", "")],
)
def test_unit_slip__a_grid_that_no_country_has(found, grid, means):
    findings = found(changed(TWO_WEEKS, ("371.2 gCO2e/kWh", grid)))
    if not means:
        assert "factor-implausible" not in slugs(findings)
        return
    said = the(findings, "factor-implausible")
    assert re.sub(r"\s", " ", said.message).count(means)
    assert said.place.line == 6


def test_unit_slip__a_power_of_kilowatts_for_watts(found):
    text = changed(
        TWO_WEEKS, ("count: 512, host_power: 145 W", "device: h100-sxm, count: 512"), ("power: 560 W", "power: 560 kW")
    )
    assert "power-above-rating" in slugs(found(text))


def test_unit_slip__a_pue_that_no_data_centre_reports(found):
    assert "4.5" in the(found(changed(TWO_WEEKS, ("pue: 1.18", "pue: 4.5"))), "pue-unusual").message


def test_grams_for_kilograms__all_spellings_of_one_intensity_are_one_number(account):
    for grid in ("371.2 gCO2e/kWh", "371.2 kgCO2e/MWh", "0.3712 tCO2e/MWh", "371.2 tCO2e/GWh"):
        inventory = account(changed(TWO_WEEKS, ("371.2 gCO2e/kWh", grid)))
        assert in_unit(inventory, "scope2.location", "kgCO2e") == near(53123.70180096)


def test_short_ton__is_no_tonne():
    assert units.read("1 short ton", "kg").value == pytest.approx(907.18474)
    for wrong in ("ton", "tons"):
        with pytest.raises(units.UnitError):
            units.read(f"1 {wrong}", "kg")


TOKENS = """\
lca: 1
title: A language model
facilities: {hall: {}}
hardware: {cluster: {count: 1, facility: hall}}
workloads:
  use: {kind: inference, runs_on: cluster, operational: 5 tCO2e, embodied: 1.5 tCO2e, tokens: 50000 Mtok}
claims: [{total: sci.token, value: 0.13 gCO2e/Mtok, source: a model card}]
"""


def test_scale_of_tokens__a_published_score_is_too_small_by_a_thousand(account):
    inventory = account(TOKENS)
    assert in_unit(inventory, "sci.token", "kgCO2e/Mtok") == near(0.13)
    differs = the(list(inventory.findings), "claim-differs")
    assert "1/1000" in differs.why
    assert "claim-holds" in slugs(account(changed(TOKENS, ("0.13 gCO2e/Mtok", "130 gCO2e/Mtok"))).findings)


# --------------------------------------------------------------------------------------------------
# Electricity


def test_lifecycle_factor_in_scope_2_beside_its_upstream__is_refused(account, found):
    beyond = "boundary: {}}}\n    upstream: 46.2 gCO2e/kWh\n    losses: {{value: 5.1 %, basis: injected}}"
    right = account(changed(TWO_WEEKS, ("boundary: generation}", beyond.format("generation"))))
    assert in_unit(right, "total", "kgCO2e") == near(62945.7764404267)
    assert in_unit(right, "upstream", "kgCO2e") == near(6611.84004096)
    wrong = changed(
        TWO_WEEKS, ("boundary: generation}", beyond.format("lifecycle")), ("371.2 gCO2e/kWh", "417.4 gCO2e/kWh")
    )
    refused = the(found(wrong), "lifecycle-with-upstream")
    assert refused.severity == "error"
    assert "count twice" in refused.why


def test_lifecycle_factor_in_scope_2__alone_is_said(found):
    said = the(found(changed(TWO_WEEKS, ("boundary: generation", "boundary: lifecycle"))), "lifecycle-in-scope-2")
    assert "scope 3, category 3" in said.why


def test_losses_of_injected_or_of_delivered__differ_and_must_be_said(account, found):
    losses = "boundary: generation}}\n    upstream: 46.2 gCO2e/kWh\n    losses: {}"
    text = {
        basis: changed(TWO_WEEKS, ("boundary: generation}", losses.format(f"{{value: 5.1 %, basis: {basis}}}")))
        for basis in ("injected", "delivered")
    }
    given = {basis: in_unit(account(one), "losses", "kgCO2e") for basis, one in text.items()}
    assert given == {"injected": near(3210.23459846), "delivered": near(3046.51263393792)}
    unsaid = changed(TWO_WEEKS, ("boundary: generation}", losses.format("5.1 %")))
    assert "loss / (1 − loss)" in the(found(unsaid), "losses-basis").why
    assert not any("losses-basis" in slugs(found(one)) for one in text.values())


def test_half_is_overhead__a_pue_of_one_and_a_half_is_one_third_of_the_site(account):
    inventory = account(changed(TWO_WEEKS, ("pue: 1.18", "pue: 1.5")))
    overhead, it, site = (in_unit(inventory, f"energy.{part}", "kWh") for part in ("overhead", "it", "site"))
    assert (overhead / site, overhead / it) == (near(1 / 3), near(0.5))
    said = re.sub(r"\s", " ", the(list(inventory.findings), "pue-overhead").message)
    assert "33.3 % of the site's energy" in said
    assert "50.0 % of the IT energy" in said


def test_pue_applied_twice__meter_reads_the_whole_site(account):
    text = changed(TWO_WEEKS, ("duration: 336 h, power: 560 W", "duration: 336 h, site_energy: 143113.4208 kWh"))
    inventory = account(text)
    assert in_unit(inventory, "energy.site", "kWh") == near(143113.4208)
    assert in_unit(inventory, "energy.it", "kWh") == near(121282.56)
    assert in_unit(inventory, "operational", "kgCO2e") == near(53123.70180096)


def test_pue_applied_twice__a_power_per_device_read_at_the_site_is_refused(found):
    text = changed(TWO_WEEKS, ("power: 560 W", "power: 560 W, measured_at: site"))
    assert "counted twice" in the(found(text), "measured-elsewhere").why


def test_pue_applied_twice__site_energy_has_no_pue_left_to_be_taken(account):
    totals = account(TWO_WEEKS).totals
    pue = next(leaf for leaf in leaves([totals["energy.site"]]) if leaf.id == "facilities.hall.pue")
    assert derive("once", "Once", electricity.site_energy, energy=totals["energy.it"], pue=pue).unit == "kWh_site"
    with pytest.raises(TypeError, match="kWh_site is not kWh_it"):
        derive("twice", "Twice", electricity.site_energy, energy=totals["energy.site"], pue=pue)


def test_pue_applied_to_water__usage_effectiveness_is_per_it_energy(account):
    inventory = account(
        changed(TWO_WEEKS, ("pue: 1.18", "pue: 1.18\n    wue: 1.15 L/kWh\n    source_water: 3.1 L/kWh"))
    )
    assert in_unit(inventory, "water.site", "L") == near(139474.944)
    assert in_unit(inventory, "water.source", "L") == near(443651.60448)
    wue = next(leaf for leaf in leaves([inventory.totals["water.site"]]) if leaf.id == "facilities.hall.wue")
    with pytest.raises(TypeError, match="kWh_site is not kWh_it"):
        derive("wrong", "Wrong", water.water_on_site, energy=inventory.totals["energy.site"], wue=wue)


RATED = """\
lca: 1
title: Two weeks at the rating
facilities: {hall: {pue: 1.18, grid: 371.2 gCO2e/kWh}}
hardware: {cluster: {device: h100-sxm, count: 8, host: dgx-h100, facility: hall}}
workloads:
  run: {kind: training, runs_on: cluster, duration: 336 h, power: 700 W}
"""


@pytest.mark.parametrize("stated", ["power: 700 W", "power: 0.7 kW", "utilisation: 100 %"])
def test_nameplate_for_energy__rated_power_times_hours_is_said(found, stated):
    said = the(found(changed(RATED, ("power: 700 W", stated))), "nameplate-power")
    assert f"`{stated}`" in said.message
    assert said.place.line == 6


@pytest.mark.parametrize(
    "stated",
    [
        "power: 699 W",
        "utilisation: 85 %",
        "power: {value: 700 W, low: 400 W, high: 700 W}",
        "power: {value: 700 W, quality: measured, source: meter of the node}",
    ],
)
def test_nameplate_for_energy__a_mean_a_range_or_a_measurement_is_not_suspected(found, stated):
    assert "nameplate-power" not in slugs(found(changed(RATED, ("power: 700 W", stated))))


HALF = "reserved: 50 %, power_share: 50 %, power_curve: [{at: 0 %, share: 10 %}, {at: 100 %, share: 100 %}]"


def test_share_taken_twice__of_a_power_that_reserved_scales_already(found, account):
    text = changed(RATED, ("host: dgx-h100", HALF), ("power: 700 W", "utilisation: 60 %"))
    refused = the(found(text), "share-taken-twice")
    assert refused.severity == "error"
    assert refused.place.line == 4
    half, again = (changed(text, (share, "")) for share in (" power_share: 50 %,", "reserved: 50 %, "))
    energies = [in_unit(account(one), "energy.accelerators", "kWh") for one in (half, again)]
    assert energies == [near(energies[0])] * 2


# --------------------------------------------------------------------------------------------------
# Contracts

TWO_MARKETS = (
    YEAR
    + """\
instruments:
  - {name: hydro, kind: certificate, volume: 1500 MWh, factor: 0 gCO2e/kWh, market: "NO"}
facilities:
  oslo: {location: "NO", grid: 20 gCO2e/kWh, residual_mix: 500 gCO2e/kWh, electricity: {metered: 1000 MWh}}
  berlin: {location: DE, grid: 300 gCO2e/kWh, residual_mix: 400 gCO2e/kWh, electricity: {metered: 1000 MWh}}
"""
)


def test_certificates_netted_from_location_based__they_enter_the_market_alone(account):
    with_them = account(TWO_MARKETS)
    without = account(re.sub(r"instruments:\n.*\n", "", TWO_MARKETS))
    assert in_unit(with_them, "scope2.location", "tCO2e") == near(320)
    assert in_unit(without, "scope2.location", "tCO2e") == near(320)
    assert in_unit(with_them, "scope2.market", "tCO2e") == near(400)


def test_surplus_of_certificates__covers_nothing_elsewhere_and_is_never_negative(account):
    inventory = account(TWO_MARKETS)
    assert "500" in the(list(inventory.findings), "volume-not-applied").message
    for line in inventory.lines:
        if line.basis == "market":
            assert (inventory.value(line.figure) or 0.0) >= 0


def test_certificates_of_a_market_without_consumption__are_said_and_not_applied(found, account):
    text = changed(TWO_MARKETS, ('market: "NO"', "market: SE"))
    assert "`SE`" in the(found(text), "instrument-without-market").message
    assert in_unit(account(text), "scope2.market", "tCO2e") == near(900)


def test_contracts_that_cover_more_than_all__are_refused(found):
    contracts = ", ".join(f"{{name: {name}, kind: ppa, factor: 0 gCO2e/kWh, covers: 60 %}}" for name in ("wind", "sun"))
    text = changed(TWO_WEEKS, ("pue: 1.18", f"pue: 1.18\n    instruments: [{contracts}]"))
    assert the(found(text), "over-claimed").severity == "error"


def test_negative_emissions__of_a_contract_are_out_of_range(found):
    contract = "pue: 1.18\n    instruments: [{name: wind, kind: ppa, factor: -10 gCO2e/kWh, covers: 60 %}]"
    assert "out-of-range" in slugs(found(changed(TWO_WEEKS, ("pue: 1.18", contract))))


CONTRACTS = (
    YEAR
    + """\
instruments:
  - {name: fresh, kind: certificate, volume: 2100 MWh, factor: 0 gCO2e/kWh, market: DE}
  - {name: old, kind: certificate, volume: 400 MWh, factor: 0 gCO2e/kWh, market: DE, criteria: {vintage: no}}
facilities:
  hall:
    location: DE
    grid: {value: 0.328 tCO2e/MWh, boundary: generation}
    residual_mix: 0.4521 tCO2e/MWh
    electricity: {metered: 12500 MWh}
    instruments:
      - {name: wind, kind: ppa, volume: 3000 MWh, factor: 0 gCO2e/kWh}
      - {name: supplier, kind: supplier, volume: 1000 MWh, factor: 0.02 tCO2e/MWh}
"""
)


def test_certificate_of_another_vintage__is_printed_and_not_applied(account):
    inventory = account(CONTRACTS)
    assert in_unit(inventory, "scope2.market", "tCO2e") == near(2913.44)
    assert "old" in the(list(inventory.findings), "instrument-ineligible").message
    applied = account(changed(CONTRACTS, (", criteria: {vintage: no}", "")))
    assert in_unit(applied, "scope2.market", "tCO2e") == near(2732.60)


def test_residual_mix_skipped__the_grid_stands_in_and_the_report_says_so(account):
    inventory = account(changed(CONTRACTS, ("    residual_mix: 0.4521 tCO2e/MWh\n", "")))
    assert in_unit(inventory, "scope2.market", "tCO2e") == near(2119.2)
    assert "be disclosed" in the(list(inventory.findings), "no-residual-mix").why
    assert "no-residual-mix" not in slugs(account(CONTRACTS).findings)


HOURS = (
    YEAR.replace("2025-01-01, end: 2025-12-31", "2025-06-01, end: 2025-06-01")
    + """\
facilities: {hall: {location: DE, grid: {series: grid.csv}, electricity: {metered: {meter: meter.csv}}}}
"""
)
HOURLY = {
    name: head + "".join(f"2025-06-01T{10 + at}:00,{value}\n" for at, value in enumerate(values))
    for name, head, values in (
        ("meter.csv", "time,load [MWh]\n", (10, 12, 14, 12)),
        ("grid.csv", "time,tCO2e/MWh\n", (0.2, 0.25, 0.5, 0.45)),
    )
}


def test_mean_of_hourly_factors__is_weighted_by_the_load(account):
    scope2 = in_unit(account(HOURS, HOURLY), "scope2.location", "tCO2e")
    assert scope2 == near(17.4)
    assert scope2 != pytest.approx(48 * 0.35, rel=0.01)  # 16.8, what the plain mean of the factors would give


# --------------------------------------------------------------------------------------------------
# Beside the inventory


def burnt(rest: str) -> str:
    fuel = "{fuel: gas, amount: 2913440 kg, factor: 1 kgCO2e/kg, upstream: 0 kgCO2e/kg}"
    return f"{YEAR}facilities: {{hall: {{location: GB, fuels: [{fuel}]}}}}\n{rest}"


def test_offsets_netted_from_gross__they_are_a_memo_line(account):
    inventory = account(burnt("credits: [{name: trees, volume: 500 tCO2e}]\n"))
    assert in_unit(inventory, "total.location", "tCO2e") == near(2913.44)
    assert in_unit(inventory, "memo.after_credits", "tCO2e") == near(2413.44)
    below = {
        leaf.unit for id in inventory.totals if not id.startswith("memo") for leaf in leaves([inventory.totals[id]])
    }
    assert "kgCO2e_credit" not in below


def test_offsets_netted_from_gross__the_sum_is_undefined(account):
    totals = account(burnt("credits: [{name: trees, volume: 500 tCO2e}]\n")).totals
    for id in ("memo.credits", "memo.after_credits"):
        with pytest.raises(TypeError, match="is not kgCO2e"):
            derive("net", "Net", consolidation.inventory_location, parts=[totals["scope1"], totals[id]])


def test_avoided_emissions_netted__recycling_is_a_memo_line(account):
    text = YEAR + (
        "activities: {waste: {nodes: {waste: servers, amount: 8320 kg, factor: 0.021 kgCO2e/kg, "
        "credit: 2.1 kgCO2e/kg}}}\n"
    )
    inventory = account(text)
    assert in_unit(inventory, "total.location", "kgCO2e") == near(174.72)
    assert in_unit(inventory, "memo.avoided", "kgCO2e") == near(17472)
    parts = [*(line.figure for line in inventory.lines if line.category == "3.5"), inventory.totals["memo.avoided"]]
    with pytest.raises(TypeError, match=r"kgCO2e_avoided is not .*memo\.avoided"):
        derive("net", "Net", consolidation.inventory_location, parts=parts)


GENSET = (
    YEAR
    + """\
gwp: AR6
facilities:
  hall:
    location: GB
    fuels:
      - {fuel: B7, amount: 18500 L, density: 0.84 kg/L, heating_value: 43 MJ/kg, basis: net, biogenic: 7 %,
         co2: 74.1 kgCO2/GJ, co2_biogenic: 70.8 kgCO2/GJ, ch4: 3 gCH4/GJ, n2o: 0.6 gN2O/GJ, upstream: 0.62409 kgCO2e/L}
"""
)


def test_biogenic_co2_in_the_scopes__stands_outside_while_its_methane_counts(account):
    inventory = account(GENSET)
    assert in_unit(inventory, "biogenic_co2", "kgCO2") == near(3311.69832)
    assert in_unit(inventory, "scope1.CO2", "kgCO2e") == near(46049.04486)
    methane = 2.00466 * (0.93 * 29.8 + 0.07 * 27)
    assert in_unit(inventory, "scope1.CH4", "kgCO2e") == near(methane)
    assert in_unit(inventory, "scope1", "kgCO2e") == near(46049.04486 + methane + 0.400932 * 273)
    parts = [inventory.totals["scope1"], inventory.totals["biogenic_co2"]]
    with pytest.raises(TypeError, match="kgCO2_biogenic is not"):
        derive("sum", "Sum", consolidation.inventory_location, parts=parts)


# --------------------------------------------------------------------------------------------------
# Allocation, boundary


LIFE = """\
lca: 1
title: All jobs of 64 nodes
facilities: {hall: {pue: 1.18, grid: 0.3712 kgCO2e/kWh}}
hardware:
  nodes: {count: 64, facility: hall, owned: owned, embodied: 6240 kgCO2e, lifetime: 43800 h, lifetime_utilisation: 72 %}
workloads:
  life: {kind: training, runs_on: nodes, duration: 31536 h, energy: 1 MWh}
"""


def test_idle_capacity_vanishes__the_jobs_of_a_life_carry_the_whole_fleet(account):
    inventory = account(LIFE)
    shown = [in_unit(inventory, f"embodied{part}", "kgCO2e") for part in (".reserved", ".idle", "")]
    assert shown == [near(287539.2), near(111820.8), near(64 * 6240)]


def test_idle_capacity_vanishes__jobs_cannot_carry_more_than_the_fleet(found):
    refused = the(found(changed(LIFE, ("duration: 31536 h", "duration: 40000 h"))), "embodied-above-hardware")
    assert refused.severity == "error"


def test_idle_capacity_vanishes__what_no_workload_reaches_is_kept_apart(account):
    text = YEAR + (
        "facilities: {hall: {grid: 0.4 tCO2e/MWh, pue: 1.2, electricity: {metered: 100 MWh}, "
        "attribution: {key: energy, idle: kept}}}\n"
        "hardware: {nodes: {count: 8, embodied: 1 kgCO2e, facility: hall, owned: owned}}\n"
        "workloads: {run: {kind: training, runs_on: nodes, duration: 100 h, energy: 50 MWh}}\n"
    )
    inventory = account(text)
    shares = {id: in_unit(inventory, f"attribution.hall.{id}.energy", "MWh") for id in ("run", "unattributed")}
    assert shares == {"run": near(60), "unattributed": near(40)}


SERVICE = """\
lca: 1
title: A model trained and served
facilities: {hall: {pue: 1.18, grid: 0.3712 kgCO2e/kWh}}
hardware: {nodes: {count: 64, facility: hall, embodied: 6240 kgCO2e, lifetime: 43800 h}}
workloads:
  month: {kind: inference, runs_on: nodes, duration: 730 h, energy: 20 MWh, tokens: 190000 Mtok}
"""
TRAINING = (
    "  training: {kind: training, runs_on: nodes, duration: 336 h, energy: 120 MWh, lifetime_tokens: 5000000 Mtok}\n"
)
FAILED = "  failed: {kind: training, runs_on: nodes, duration: 36 h, energy: 12 MWh}\n"


def test_inference_only__a_score_says_that_training_is_not_in_it(found):
    said = the(found(SERVICE), "stage-left-out")
    assert "`month` does not count the training of its model" in said.message
    assert said.place.line == 6
    excluded = "exclusions: [{what: Training, reason: the model was bought}]\n"
    assert "stage-left-out" not in slugs(found(SERVICE + excluded))


def test_failed_runs_omitted__a_share_of_the_training_says_so(found, account):
    said = the(found(SERVICE + TRAINING), "stage-left-out")
    assert "`training` does not count runs that failed" in said.message
    whole = account(SERVICE + TRAINING + FAILED)
    assert "stage-left-out" not in slugs(whole.findings)
    assert "training.token" in whole.totals


# --------------------------------------------------------------------------------------------------
# Money, base year


SPEND = (
    YEAR
    + """\
activities:
  purchases:
    labels:
      {what: labels, amount: 1e6 EUR, price_year: 2022, deflator: 0.9, exchange: 1.1 USD/EUR, factor: 0.35 kgCO2e/USD}
"""
)


def test_spend_at_prices_of_another_year__is_deflated_and_exchanged(account):
    assert in_unit(account(SPEND), "scope3.cat1", "kgCO2e") == near(346500)


@pytest.mark.parametrize("key", ["price_year: 2022", "deflator: 0.9", "exchange: 1.1 USD/EUR"])
def test_spend_at_prices_of_another_year__is_refused_when_it_is_not_said(found, key):
    refused = the(found(changed(SPEND, (f"{key}, ", ""))), "spend-incomplete")
    assert refused.severity == "error"
    assert f"`{key.partition(':')[0]}` is missing" in refused.message


BASE = """\
facilities: {{hall: {{grid: 0.4 tCO2e/MWh, electricity: {{metered: 40 GWh}}}}}}
base_year:
  year: 2022
  reason: First year with all meters.
  threshold: 5 %
  inventory: {{scope1: 1000 tCO2e, location: 15000 tCO2e, scope3: 4000 tCO2e}}
recalculations:
  - {{date: 2024-02-01, what: A company was bought, trigger: {trigger}, delta: {{location: 1317 tCO2e}}}}
  - {{date: 2024-09-01, what: A site was sold, trigger: {trigger}, delta: {{location: -337 tCO2e}}}}
"""


def test_base_year_untouched_after_an_acquisition__the_net_test_passes_and_the_absolute_one_does_not(account):
    inventory = account(YEAR + BASE.format(trigger="structural"))
    tests = [in_unit(inventory, f"base_year.test.{name}", "percent") for name in ("net", "absolute")]
    assert tests == [near(4.90), near(8.27)]
    due = the(list(inventory.findings), "base-year-due")
    assert re.sub(r"\s", " ", due.message).count("4.90 % net, 8.27 %")


def test_base_year_recalculated_for_growth__organic_change_never_counts(account):
    inventory = account(YEAR + BASE.format(trigger="organic"))
    assert {"organic-change"} <= slugs(inventory.findings)
    assert "base-year-due" not in slugs(inventory.findings)
    for id in ("base_year.test.net", "base_year.test.absolute"):
        assert id not in inventory.totals or in_unit(inventory, id, "percent") == 0


# --------------------------------------------------------------------------------------------------
# What a reader sees


PRINTED = TWO_WEEKS.replace("560 W}", "{value: 560 W, low: 500 W, high: 650 W}, produces: {count: 84000, unit: EFLOP}}")


def test_false_precision__the_interval_decides_the_digits_and_the_json_keeps_them_all(case, command):
    path = case(PRINTED)
    inventory = lca.run(path)
    analysis = lca.tornado(inventory)
    total = inventory.value("total")
    assert total is not None
    half = (analysis.high - analysis.low) / 2
    shown = numbers.shown(inventory.totals["total"], "total", total, analysis=analysis)
    assert (shown.value, shown.unit) == ("53.1", "t CO₂e")
    assert half > 5000
    assert f"{total!r}" in command("run", path, "--json").out
    digits = {half: numbers.rounded(53123.70180096, half) for half in (1e-6, 1.0, 100.0, 5000.0)}
    plain = {half: re.sub(r"\D", "", text).rstrip("0") for half, text in digits.items()}
    assert plain == {1e-6: "5312", 1.0: "5312", 100.0: "5312", 5000.0: "531"}


def test_false_precision__no_number_of_the_page_has_more_than_four_digits(case, command, tmp_path):
    assert command("run", case(PRINTED), "--to", tmp_path / "out").status == 0
    sentence = (tmp_path / "out" / "methods.txt").read_text(encoding="utf-8")
    figures = re.findall(r"(\d[\d\s\u202f.]*\d|\d)[\s\u202f]+(?:[kMG]Wh|[kt]?g? ?CO₂e)", sentence)
    assert figures
    assert all(len(re.sub(r"\D", "", figure).lstrip("0")) <= 4 for figure in figures), figures


def test_intensity_hides_growth__the_absolute_stands_beside_it(case, command, tmp_path):
    path = case(PRINTED)
    inventory = lca.run(path)
    for id, absolute in (("intensity", "total"), ("intensity.device_hour", "total"), ("sci", "operational")):
        assert inventory.totals[absolute] in inventory.totals[id].inputs
    assert command("run", path, "--to", tmp_path / "out").status == 0
    page = re.sub(r"<[^>]+>", " ", (tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "per EFLOP" in page
    assert re.search(r"53\.1\s+t\s+CO", page)


@pytest.mark.parametrize(
    "words",
    [
        "Carbon-neutral training run",
        "A climate neutral model",
        "CO2-neutral inference",
        "Ein klimaneutrales Modell",
        "A carbon negative service",
    ],
)
def test_neutral_wording__in_the_title_is_said(found, words):
    said = the(found(changed(TWO_WEEKS, ("Two weeks on 512 accelerators", words))), "wording-of-neutrality")
    assert "2024/825" in said.why
    assert (said.place.line, said.severity) == (2, "warning")


@pytest.mark.parametrize("words", ["eco-friendly", "climate-friendly", "with our eco-label", "green AI"])
def test_home_made_label__in_the_notes_is_said(found, words):
    said = the(found(f"{TWO_WEEKS}notes:\n  - This model is {words}.\n"), "wording-without-proof")
    assert "certification scheme" in said.why
    assert said.place.line == 11


@pytest.mark.parametrize(
    "rest",
    [
        "notes: [This page makes no claim of carbon neutrality.]\n",
        "notes: [Power of memory by Green Algorithms; carbon-free energy by the hour.]\n",
        "claims: [{total: operational, value: 53 tCO2e, source: Press release of our carbon-neutral model}]\n",
    ],
)
def test_neutral_wording__denied_quoted_or_a_name_is_not_suspected(found, rest):
    assert not {slug for slug in slugs(found(TWO_WEEKS + rest)) if slug.startswith("wording")}


def test_neutral_wording__no_page_of_ours_says_it(case, command, tmp_path):
    assert command("run", case(PRINTED), "--to", tmp_path / "out").status == 0
    for path in (tmp_path / "out").iterdir():
        if path.suffix in (".html", ".txt", ".tex", ".yaml"):
            text = path.read_text(encoding="utf-8").lower()
            assert not re.search(r"(?:carbon|climate)[- ]neutral|eco-?label|eco-?friendly", text), path.name


@pytest.mark.parametrize(
    "grid",
    [
        "{value: 610 gCO2e/kWh, boundary: generation, kind: marginal}",
        "{value: 610 gCO2e/kWh, boundary: generation, note: marginal operating rate of the hour}",
        "{value: 610 gCO2e/kWh, boundary: generation, source: eGRID 2023 non-baseload output rate}",
    ],
)
def test_marginal_factor__in_an_inventory_is_refused(found, grid):
    refused = the(
        found(changed(TWO_WEEKS, ("{value: 371.2 gCO2e/kWh, boundary: generation}", grid))), "marginal-factor"
    )
    assert refused.severity == "error"
    assert refused.place.line == 6


def test_marginal_factor__an_average_that_names_the_other_is_taken(account):
    grid = "{value: 371.2 gCO2e/kWh, boundary: generation, kind: average, note: not the marginal rate}"
    inventory = account(changed(TWO_WEEKS, ("{value: 371.2 gCO2e/kWh, boundary: generation}", grid)))
    assert in_unit(inventory, "scope2.location", "kgCO2e") == near(53123.70180096)


TARGET = (
    YEAR
    + """\
facilities: {hall: {grid: 0.4 tCO2e/MWh, electricity: {metered: 1 MWh}}}
targets:
  - {name: path, base: 19302 tCO2e, base_year: 2020, year: 2030, method: fixed, rate: 4.2 %/year}
"""
)


def test_standard_as_a_constant__the_rate_of_a_target_is_never_assumed(account, found):
    assert in_unit(account(TARGET), "targets.1.value", "tCO2e") == near(11195.16)
    assert in_unit(account(changed(TARGET, ("4.2 %/year", "5 %/year"))), "targets.1.value", "tCO2e") == near(9651)
    refused = the(found(changed(TARGET, (", rate: 4.2 %/year", ""))), "missing-key")
    assert "`rate`" in refused.message


def test_standard_as_a_constant__the_rule_of_2026_takes_its_year_floor_and_residual(account, found):
    rule = "method: residual, net_zero: 2040, reduction: 90 %, rate: 4.2 %/year"
    text = changed(TARGET, ("method: fixed, rate: 4.2 %/year", rule), ("base_year: 2020", "base_year: 2025"))
    assert in_unit(account(text), "targets.1.rate", "%/year") == near(6)
    for key in ("net_zero: 2040, ", "reduction: 90 %, "):
        assert the(found(changed(text, (key, ""))), "needs").severity == "error"


def test_standard_as_a_constant__hourly_matching_stands_beside_the_year_of_2015(account):
    contract = "electricity: {metered: {meter: meter.csv}}, residual_mix: 0.5 tCO2e/MWh, "
    contract += "instruments: [{name: Sun, kind: ppa, factor: 0 gCO2e/kWh, generation: {meter: sun.csv}}]"
    text = changed(HOURS, ("electricity: {metered: {meter: meter.csv}}", contract))
    sun = "".join(f"2025-06-01T{10 + at}:00,{value}\n" for at, value in enumerate((20, 16, 4, 0)))
    files = HOURLY | {"sun.csv": f"time,MWh\n{sun}"}
    annual = account(text, files)
    hourly = account(f"matching: hourly\n{text}", files)
    assert "scope2.market.hourly" not in annual.totals
    assert in_unit(annual, "scope2.market", "tCO2e") == near(4)
    assert in_unit(hourly, "scope2.market", "tCO2e") == near(4)
    assert in_unit(hourly, "scope2.market.hourly", "tCO2e") == near(11)
