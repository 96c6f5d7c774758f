"""Kinds, the closed list of units, and how "4.2 MWh" is read. Conversions are worked by hand from definitions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lca import units

# Definitions: SI; the international pound (0.453 592 37 kg, 1959), the US gallon (231 cubic inches of 2.54 cm),
# the mmBtu of the International Table (1.055 055 852 62 GJ). A year is 365 days, as in ISO/IEC 21031.
READINGS = [
    ("14.5 h", "h", 14.5),
    ("870 min", "h", 14.5),
    ("52200 s", "h", 14.5),
    ("3 days", "h", 72.0),
    ("2 weeks", "h", 336.0),
    ("5 years", "h", 43_800.0),
    ("1 month", "h", 730.0),
    ("72 GPU-hours", "device*h", 72.0),
    ("300 W", "kW_it/device", 0.3),
    ("0.3 kW", "kW_it/device", 0.3),
    ("4.2 MWh", "kWh_it", 4200.0),
    ("3.6 GJ", "kWh_it", 1000.0),
    ("1 TWh", "kWh_site", 1e9),
    ("450 gCO2e/kWh", "kgCO2e/kWh_site", 0.45),
    ("450 g CO2e/kWh", "kgCO2e/kWh_site", 0.45),
    ("450 gCO2eq/kWh", "kgCO2e/kWh_site", 0.45),
    ("450 gCO₂e per kWh", "kgCO2e/kWh_site", 0.45),
    ("450 kgCO2e/MWh", "kgCO2e/kWh_site", 0.45),
    ("0.45 tCO2e/MWh", "kgCO2e/kWh_site", 0.45),
    ("1000 lbCO2/MWh", "kgCO2/kWh_site", 0.45359237),
    ("1 000 kWh", "kWh_it", 1000.0),
    ("1_000 kWh", "kWh_it", 1000.0),
    ("1\u202f000.5 kWh", "kWh_it", 1000.5),
    ("1e3 kWh", "kWh_it", 1000.0),
    ("+7 kWh", "kWh_it", 7.0),
    (".5 kWh", "kWh_it", 0.5),
    ("539 tCO2e", "kgCO2e", 539_000.0),
    ("10 gal", "L", 37.85411784),
    ("2 m3", "L_site", 2000.0),
    ("2 m³", "L_site", 2000.0),
    ("1.8 L/kWh", "L_site/kWh_it", 1.8),
    ("1 mmBtu", "kWh_it", 1055.05585262 / 3.6),
    ("64 GB", "GB", 64.0),
    ("85 %", "1", 0.85),
    ("85 percent", "1", 0.85),
    ("3 lb", "kg", 1.36077711),
]


@pytest.mark.parametrize(("text", "unit", "value"), READINGS)
def test_read__a_quantity(text, unit, value):
    assert units.read(text, unit).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(("text", "unit", "value"), [("8", "device", 8.0), ("1.25", "kWh_site/kWh_it", 1.25)])
def test_read__a_bare_count_or_ratio__where_one_is_meant(text, unit, value):
    assert units.read(text, unit, bare=True).value == value


def test_read__rounds_once__so_that_decimals_stay_what_they_are():
    """0.3 × 1000 / 1000 in floats is 0.3; 0.1 + 0.2 is not. Exact fractions in between make 300 W exactly 0.3."""
    for tenths in range(1, 100):
        assert units.read(f"{tenths * 100} W", "kW_it").value == tenths / 10


@pytest.mark.parametrize(
    ("text", "unit", "half"),
    [
        ("41.1 kgCO2e", "kgCO2e", 0.05),
        ("539 tCO2e", "kgCO2e", 500.0),
        ("7.0 h", "h", 0.05),
        ("7 h", "h", 0.5),
        ("1.2e3 kWh", "kWh_it", 50.0),
        ("12.9 tCO2e", "kgCO2e", 50.0),
    ],
)
def test_read__how_precisely_it_was_written(text, unit, half):
    assert units.read(text, unit).half_digit == pytest.approx(half, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("", "not-a-number"),
        ("many kWh", "not-a-number"),
        ("12:30", "not-a-number"),
        ("1,5 kWh", "not-a-number"),
        ("1.000,5 kWh", "not-a-number"),
        ("1 00 kWh", "not-a-number"),
        ("1/2 kWh", "not-a-number"),
        ("NaN kWh", "not-a-number"),
        ("inf kWh", "not-a-number"),
        ("1e999 kWh", "not-a-number"),
        ("1e308 TWh", "not-a-number"),
        ("0x10 kWh", "unknown-unit"),
        ("5", "bare-number"),
        ("5 ton", "unknown-unit"),
        ("5 knot", "unknown-unit"),
        ("5 furlongs", "unknown-unit"),
        ("5 KWH", "unknown-unit"),
        ("5 kWh^2", "unknown-unit"),
        ("5 kWh**9**9", "unknown-unit"),
        ("5 __import__('os')", "unknown-unit"),
        ("5 kW", "wrong-unit"),
        ("5 kg", "wrong-unit"),
        ("5 kgCO2e", "wrong-unit"),
        ("5 %", "wrong-unit"),
        ("5 kWh/h", "wrong-unit"),
        ("5 kWh_it", "wrong-unit"),
        ("5 kWh_site", "wrong-unit"),
    ],
)
def test_read__what_is_no_energy__is_refused(text, slug):
    with pytest.raises(units.UnitError) as refused:
        units.read(text, "kWh_it")
    assert refused.value.slug == slug


KINDS = [
    ("kWh_it", "kWh_site"),
    ("kWh", "kWh_it"),
    ("kgCO2", "kgCH4"),
    ("kgCO2", "kgCO2e"),
    ("kgCH4", "kgN2O"),
    ("kg", "kgCO2e"),
    ("kgCO2e_location", "kgCO2e_market"),
    ("kgCO2e_amortised", "kgCO2e_recognised"),
    ("kgCO2e_workload_location", "kgCO2e_inventory_location"),
    ("L_site", "L_source"),
    ("device", "node"),
    ("token", "FLOP"),
    ("kWh_site/kWh_it", "1"),
]


@pytest.mark.parametrize(("one", "other"), KINDS)
def test_factor__between_two_kinds__is_refused(one, other):
    for given_, wanted in ((one, other), (other, one)):
        with pytest.raises(units.UnitError) as refused:
            units.factor(given_, wanted)
        assert refused.value.slug == "wrong-unit"


def test_factor__is_exact():
    assert units.factor("MWh", "J") == 3_600_000_000
    assert units.factor("lbCO2/MWh", "kgCO2/kWh") == Fraction(45_359_237, 10**11)


def _counts_as(kind: str) -> set[str]:
    """What a kind may be counted as, one step after another."""
    found: set[str] = set()
    waiting = [kind]
    while waiting:
        for target in units.MAY_COUNT_AS.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def test_may_count_as__never_leads_back_nor_across():
    """A basis never becomes another, a view never becomes another, and site energy never becomes IT energy."""
    reached = {kind: _counts_as(kind) for kind in units.MAY_COUNT_AS}
    assert not any(kind in found for kind, found in reached.items())
    assert reached["kWh_it"] == {"kWh_site"}
    for kind, found in reached.items():
        if kind == "kgCO2e":
            continue
        assert not (any("location" in other for other in found) and "market" in kind), kind
        assert not (any("market" in other for other in found) and "location" in kind), kind
        assert not (any("workload" in other for other in found) and "recognised" in kind), kind
        assert not (any("inventory" in other for other in found) and "amortised" in kind), kind


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("kWh_it", "kWh"),
        ("kWh_site/kWh_it", "kWh/kWh"),
        ("kW_it/device", "kW"),
        ("kgCO2e_location", "kgCO2e"),
        ("kgCO2e/kWh_site", "kgCO2e/kWh"),
        ("kgCO2e_workload_location/service", "kgCO2e"),
        ("kgCO2e_workload_location/device/h", "kgCO2e/h"),
        ("device*h", "h"),
        ("device", "1"),
        ("L_source/kWh_site", "L/kWh"),
        ("short_ton", "short_ton"),
        ("1", "1"),
    ],
)
def test_plain__the_unit_as_a_user_writes_it(unit, shown):
    assert units.plain(unit) == shown


def test_known_units__can_all_be_written__and_none_names_a_kind():
    known = units.known_units()
    assert {units.read(f"1 {name}", name).value for name in known} == {1.0}
    assert {"Wh", "J", "gCO2e", "h", "L", "t", "lb", "B"} <= set(known)
    assert not [name for name in known if "_" in name]


numbers = some.decimals(min_value="0.001", max_value="999999", places=3)


@given(numbers)
def test_read__one_energy_in_many_spellings(number):
    """x MWh is 3.6 x GJ, 1000 x kWh and 3.6e9 x J; not nearly: exactly, since fractions are rounded once."""
    spellings = [f"{number} MWh", f"{number * Decimal('3.6')} GJ", f"{number * 1000} kWh", f"{number * 3_600_000} kJ"]
    assert len({units.read(text, "kWh_it").value for text in spellings}) == 1


@given(numbers)
def test_convert__there_and_back(number):
    pounds = units.convert(float(number), "kg", "lb")
    assert units.convert(pounds, "lb", "kg") == pytest.approx(float(number), rel=1e-15)


def test_quantity__for_users_of_python__in_plain_units():
    energy = units.quantity(4200.0, "kWh_it")
    assert energy.to("MWh").magnitude == pytest.approx(4.2)
    assert str(energy) == "4200.0 kWh"


@pytest.mark.parametrize(
    ("text", "wanted", "meant"),
    [
        ("KWh", "kWh_it", ["kWh"]),
        ("kwh", "kWh_it", ["kWh"]),
        ("kWH", "kWh_it", ["kWh"]),
        ("mwh", "kWh_site", ["mWh", "MWh"]),  # capitals are the difference: nobody can say which
        ("gco2e/KWH", "kgCO2e/kWh_site", ["gCO2e/kWh"]),
        ("kw", "kWh_it", []),
        ("hoours", "h", []),
        ("mwh/" * 9 + "h", "h", []),
    ],
)
def test_respelled__differs_in_capitals_alone(text, wanted, meant):
    assert units.respelled(text, wanted) == meant
