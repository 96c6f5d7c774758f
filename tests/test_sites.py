"""What a meter, a ledger and an amount may say of a site, and what is asked back."""

from __future__ import annotations

import pytest

import lca
from lca import units
from lca.figure import Given, Place
from lca.model import Finding
from lca.schema.activity import PurchaseSection
from lca.schema.facility import ElectricitySection, FacilitySection
from lca.schema.quantity import Quantity, Section

YEAR = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
facilities:
  hall: {location: DE, residual_mix: 400 gCO2e/kWh, electricity: {metered: {meter: meter.csv}}}
"""
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def rows(*lines: str, header: str = "month,kWh") -> str:
    return "\n".join([header, *lines]) + "\n"


def hourly(first: str, count: int) -> list[str]:
    """Rows of one kilowatt-hour, an hour apart, in the zone in which the first is written."""
    from datetime import datetime, timedelta

    start = datetime.fromisoformat(first)
    return [f"{(start + timedelta(hours=hour)).isoformat()},1" for hour in range(count)]


def read(case, content: str) -> tuple[float | None, dict[str, Finding]]:
    """The energy of a meter, and what is said of it, by slug."""
    try:
        inventory = lca.run(case(YEAR, {"meter.csv": content}))
    except lca.CaseError as error:
        return None, {item.slug: item for item in error.findings}
    reason = inventory.case.facilities["hall"].figures["metered"].reason
    assert isinstance(reason, Given)
    return reason.value, {item.slug: item for item in inventory.findings if item.place.file == "meter.csv"}


def test_meter__of_the_whole_year__says_nothing(case):
    assert read(case, rows(*(f"{month},100" for month in MONTHS))) == (1200.0, {})
    assert read(case, rows(*hourly("2025-01-01T00:00", 8760))) == (8760.0, {})
    assert read(case, rows(*hourly("2025-01-01T00:00+01:00", 8760))) == (8760.0, {})


def test_meter__of_a_part__names_the_months_and_the_share(case):
    energy, found = read(case, rows(*(f"{month},100" for month in MONTHS if month not in ("2025-05", "2025-06"))))
    assert energy == 1000
    assert "2025-05 to 2025-06" in found["series-incomplete"].message
    assert "83.3 %" in found["series-incomplete"].message
    _, found = read(case, rows(*hourly("2025-01-01T00:00", 31 * 24 + 14 * 24)))
    assert "2025-03 to 2025-12 and parts of 2025-02" in found["series-incomplete"].message


def test_meter__outside_the_period__is_left_out_or_refused(case):
    energy, found = read(case, rows("2024-12,900", *(f"{month},100" for month in MONTHS), "2026-01,900"))
    assert energy == 1200
    assert set(found) == {"series-left-out"}
    energy, found = read(case, rows("2024-01,100", "2024-02,100"))
    assert set(found) == {"series-outside"}


@pytest.mark.parametrize("header", ["Monat,Verbrauch kWh", "Monat,Verbrauch [kWh]", "month,load_kWh", "month,kWh"])
def test_meter__unit_in_brackets_or_as_the_last_word(case, header):
    assert read(case, rows(*(f"{month},100" for month in MONTHS), header=header)) == (1200.0, {})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (rows("2025-01;12,5", header="Monat;kWh"), "has a comma"),
        (rows("2025-01,12,5"), "decimal comma"),
        (rows("2025-01,1,2", header="month,bought [kWh],sold [kWh]"), "`bought [kWh]` and `sold [kWh]`"),
        (rows("2025-01,310.482", "2025-02,998", "2025-03,1.020"), "`310.482` may"),
    ],
)
def test_meter__that_can_be_read_in_two_ways__is_refused(case, content, says):
    _, found = read(case, content)
    assert says in found["series-unread"].message


def number(section: type[Section], key: str, text: str) -> tuple[float | None, list[str]]:
    field = next(item for item in section.model_fields[key].metadata if isinstance(item, Quantity))
    found: list[Finding] = []
    value, _ = field.number(text, Place("case.yaml"), found)
    return value, [item.slug for item in found]


@pytest.mark.parametrize(
    ("text", "value", "slugs"),
    [
        ("310.000 kWh", None, ["point-in-number"]),
        ("310.482 kWh", 310.482, ["point-in-amount"]),
        ("371.200 kWh", 371.2, ["point-in-amount"]),
        ("371.2 kWh", 371.2, []),
        ("310.482 MWh", 310_482, []),
        ("0.125 kWh", 0.125, []),
        ("310 000 kWh", 310_000, []),
        ("310,5 kWh", None, ["comma-in-number"]),
    ],
)
def test_point__between_thousands_or_of_decimals(text, value, slugs):
    assert number(ElectricitySection, "metered", text) == (value, slugs)


def test_point__of_money_and_of_ratios():
    assert number(PurchaseSection, "amount", "12.345 EUR") == (None, ["point-in-number"])
    assert number(PurchaseSection, "amount", "12.50 EUR") == (12.5, [])
    assert number(FacilitySection, "pue", "1.250") == (1.25, [])
    assert number(FacilitySection, "grid", "371.200 gCO2e/kWh") == (0.3712, [])


@pytest.mark.parametrize("unit", ["km3", "Mm3", "mm3", "kft3", "kcm2"])
def test_unit__prefix_before_a_power__is_no_thousand_of_it(unit):
    with pytest.raises(units.UnitError) as raised:
        units.read(f"5200 {unit}", "mm2" if "2" in unit else "L")
    assert raised.value.slug == "unknown-unit"


HARDWARE = """\
hardware:
  gpus: {{device: h100-sxm, count: 8, facility: hall, owned: owned, host: server/dgx-h100, lifetime: 5 years, {dates}}}
workloads:
  run: {{kind: training, runs_on: gpus, duration: {hours} h, energy: 60 kWh}}
"""


@pytest.mark.parametrize(
    ("dates", "hours", "slug"),
    [
        ("acquired: 2025-07-01", 10, None),
        ("acquired: 2025-12-31", 10, None),
        ("acquired: 2025-12-31", 100, "out-of-service"),
        ("acquired: 2026-01-01", 10, "out-of-service"),
        ("acquired: 2022-01-01, retired: 2024-06-01", 10, "out-of-service"),
        ("acquired: 2025-06-01, retired: 2025-03-01", 10, "out-of-service"),
        ("acquired: 2015-01-01", 10, "beyond-lifetime"),
        ("reserved: 100 %", 10, "acquired-unsaid"),
    ],
)
def test_hardware__is_there_while_it_is_used(case, dates, hours, slug):
    text = YEAR.replace("{meter: meter.csv}", "90 MWh").replace("DE,", "DE, pue: 1.2,")
    inventory = lca.run(case(text + HARDWARE.format(dates=dates, hours=hours)))
    asked = {"out-of-service", "beyond-lifetime", "acquired-unsaid", "acquired-later"}
    assert {item.slug for item in inventory.findings} & asked == ({slug} if slug else set())
