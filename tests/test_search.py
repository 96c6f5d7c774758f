"""`lca factors` finds what people ask for by its usual words, the likeliest first."""

from __future__ import annotations

import pytest

from lca.datasets import Datasets
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


def test_factors__of_no_such_thing():
    for query in ("unobtainium", "unobtainium 2025"):
        with pytest.raises(NotFound, match="unobtainium"):
            found(query)
