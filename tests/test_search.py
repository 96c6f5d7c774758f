"""`lca factors` finds what people ask for by its usual words, the likeliest first."""

from __future__ import annotations

import pytest

from lca.datasets import Datasets
from lca.schema import everyday
from lca.search import NotFound, factors

DATA = Datasets()


def found(query: str) -> str:
    return "\n".join(factors(query, DATA))


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("diesel 2025", ["diesel-average-biofuel-blend   GB 2025", "2.57082 kgCO2e/L", "upstream", "epa-2025"]),
        ("natural gas GB", ["natural-gas   GB 2025; also 2024, 2023", "0.18296 kgCO2e/kWh gross"]),
        ("hgv average laden", ["hgv-all-diesel-average-laden   GB", "(also CO2, CH4, N2O apart)"]),
        ("hotel FR", ["hotel-room   FR 2025", "6.7 kgCO2e/night"]),
        ("m5.large", ["m5.large   aws:*", "1610.79 kgCO2e"]),
        ("R-404A", ["44 % HFC125, 52 % HFC143a, 4 % HFC134a", "4728 kgCO2e/kg, by mass of its parts"]),
        ("R-454B", ["AR4        none for HFO1234yf"]),
        ("R-134a", ["gas   HFC134a", "1300 kgCO2e/kg"]),
        ("US-CA", ["California: looked up in US-CA → US", "also freight, fuel, heat"]),
    ],
)
def test_factors__by_words(query, lines):
    text = found(query)
    for line in lines:
        assert line in text, line


def test_factors__the_thing_itself_stands_before_what_contains_its_name():
    text = found("diesel 2025")
    assert text.startswith("fuel (fuels)")
    assert text.index("diesel-average-biofuel-blend") < text.index("diesel-in-locomotives") < text.index("van-average-")


def test_factors__biogenic_carbon_dioxide_never_stands_with_the_rest():
    text = found("wood pellets 2025")
    assert "combustion, biogenic CO2 1677.18 kgCO2/t" in text


@pytest.mark.parametrize(
    ("query", "key", "rows"),
    [
        ("gas heating", "facilities.<name>.fuels", "natural-gas   GB"),
        ("gas heating DE", "facilities.<name>.fuels", "natural-gas   GB"),
        ("commuting", "activities.commuting", "car-average-petrol   GB"),
        ("laptop", "activities.capital", "electrical-items-it-primary   GB"),
        ("leased car", "activities.vehicles", "car-average-diesel   GB"),
        ("plane", "activities.travel", "flight-long-haul-economy-with-rf   GB"),
        ("cloud", "activities.cloud", "stated in the case"),
        ("residual mix", "facilities.<name>.residual_mix", "stated in the case"),
        ("guarantee of origin", "facilities.<name>.instruments", "stated in the case"),
        ("GO", "facilities.<name>.instruments", "stated in the case"),
        ("spend", "activities.purchases", "stated in the case"),
    ],
)
def test_factors__of_an_everyday_word__names_the_key_of_the_case(query, key, rows):
    text = found(query)
    assert f"written under `{key}`" in text
    assert rows in text
    assert "tpu" not in text.lower()


def test_factors__every_everyday_word_leads_to_something():
    for word in everyday.EVERYDAY:
        assert found(word), word


def test_factors__of_a_place_that_has_none__say_what_a_case_there_takes():
    text = found("natural gas DE")
    assert text.startswith("Germany has none of its own in the data sets: a case there takes that of GB")
    assert "natural-gas   GB" in text


def test_factors__newest_first():
    text = found("electricity NL")
    grid = [line for line in text.splitlines() if line.startswith("  ember-2026:NL:")]
    years = [int(line.split(":")[2][:4]) for line in grid]
    assert years[0] >= 2024
    assert years[:20] == sorted(years[:20], reverse=True)


def test_factors__of_no_such_thing():
    for query in ("unobtainium", "unobtainium 2025"):
        with pytest.raises(NotFound, match="unobtainium"):
            found(query)
