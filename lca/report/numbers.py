"""Numbers as a reader sees them.

Rounding: a number with an interval is shown to a tenth of the leading digit of its half width; every
other to three significant digits; none to more than four. The unit is chosen so that the number is
between 0.1 and 1,000 where there is such a unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lca import units
from lca.explain import spaced
from lca.figure import Figure
from lca.inventory import Analysis

NARROW = "\u202f"
"""A narrow space that does not break: between thousands, and between a number and its unit."""
YEAR = 8760.0
"""Hours."""
SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "kgCO2e": ((1e6, "kt CO₂e"), (1e3, "t CO₂e"), (1.0, "kg CO₂e"), (1e-3, "g CO₂e"), (1e-6, "mg CO₂e")),
    "kWh": ((1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh")),
    "L": ((1e6, "ML"), (1e3, "m³"), (1.0, "L"), (1e-3, "mL")),
    "Leq": ((1e3, "m³ world-eq."), (1.0, "L world-eq.")),
    "h": ((1.0, "h"),),
    "kgCO2e/kWh": ((1e-3, "g/kWh"),),
    "kgCO2e/token": ((1e-6, "kg CO₂e/Mtok"), (1e-9, "g CO₂e/Mtok"), (1e-12, "mg CO₂e/Mtok")),
    "kgCO2e/request": ((1.0, "kg CO₂e/request"), (1e-3, "g CO₂e/request"), (1e-6, "g CO₂e/1000 requests")),
    "kgCO2": ((1e3, "t CO₂"), (1.0, "kg CO₂")),
    **{f"kgCO2e/{way}": ((1e-3, f"g CO₂e/{way}"),) for way in ("pkm", "tkm", "km")},
    "kgCO2e/kg": ((1e-3, "kg CO₂e/t"),),
    "kgCO2e/L": ((1.0, "kg CO₂e/L"),),
    "kgCO2/L": ((1.0, "kg CO₂/L"),),
    "years": ((YEAR, "years"),),
    "kWh/kWh": ((1.0, ""),),
    "kW": ((1e3, "MW"), (1.0, "kW"), (1e-3, "W")),
}
DIGITS = 3
MOST_DIGITS = 4


@dataclass(frozen=True)
class Shown:
    """A number as a reader sees it, and the figure behind it."""

    id: str
    name: str
    value: str
    unit: str
    low: str = ""
    high: str = ""

    @property
    def text(self) -> str:
        return f"{self.value}{NARROW}{self.unit}" if self.unit else self.value

    @property
    def interval(self) -> str:
        return f"{self.low} to {self.high}{NARROW}{self.unit}" if self.low else ""


def anchor(id: str) -> str:
    """The id of a figure as the name of an anchor."""
    return "x-" + re.sub(r"[^A-Za-z0-9.-]", lambda sign: f"_{ord(sign.group()):x}", id)


def scale_of(value: float, unit: str) -> tuple[float, str]:
    """The divisor and the name of the unit in which a number reads best."""
    scales = SCALES.get(unit, ((1.0, unit if unit != "1" else ""),))
    for divisor, name in scales:
        if abs(value) >= divisor * (1 if divisor != 1.0 else 0.1):
            return divisor, name
    return scales[-1] if value else next((item for item in scales if item[0] == 1.0), scales[0])


def rounded(value: float, half_width: float | None = None) -> str:
    """A number as text, rounded by its uncertainty; thousands set apart; a true minus."""
    if value == 0:
        return "0"
    if not half_width and value == round(value) and abs(value) < 10_000:
        return f"{value:.0f}".replace("-", "−")
    last = _last_digit(value, half_width)
    nearest = round(value, -last)
    if nearest == 0:
        return "0"
    last = max(last, _last_digit(nearest, half_width))  # 0.99996 is shown as 1.00: rounding gained a digit
    return spaced(f"{nearest:.{max(0, -last)}f}")


def _last_digit(value: float, half_width: float | None) -> int:
    """The power of ten of the last digit that is shown."""
    size = math.floor(math.log10(abs(value)))
    if half_width:
        return max(math.floor(math.log10(half_width)) - 1, size - MOST_DIGITS + 1)
    return size - DIGITS + 1


def shown(
    figure: Figure, id: str, value: float, name: str = "", analysis: Analysis | None = None, per: str = ""
) -> Shown:
    """A figure with its number in the unit that suits it."""
    plain = units.plain(figure.unit)
    if figure.unit == "h" and value >= YEAR:  # device-hours stay hours
        plain = "years"
    divisor, unit = scale_of(value, plain.partition("/")[0] if per else plain)
    half = (analysis.high - analysis.low) / 2 / divisor if analysis else None
    low = rounded(analysis.low / divisor, half) if analysis else ""
    high = rounded(analysis.high / divisor, half) if analysis else ""
    text = rounded(value / divisor, half)
    if unit == "years" and text == "1":
        unit = "year"
    unit = f"{unit} per {per}" if per else unit
    return Shown(id, name or figure.name, text, unit, low, high)


def fixed(value: float, decimals: int) -> str:
    """A number of a column: so many decimals, thousands set apart; what is less than they show is said to be less."""
    least = 10.0**-decimals
    if 0 < abs(value) < least / 2:
        return f"< {least:.{decimals}f}" if value > 0 else f"> −{least:.{decimals}f}"
    return f"{value:,.{decimals}f}".replace(",", NARROW).replace("-", "−")


COLUMNS: dict[str, tuple[float, str, int]] = {
    "kgCO2e": (1e3, "t CO₂e", 1),
    "kgCO2": (1e3, "t CO₂", 1),
    "kWh": (1e3, "MWh", 1),
    "L": (1e3, "m³", 1),
    "1/year": (0.01, "% a year", 1),
}
"""Of an organisation's tables: divisor, unit and decimals, the same in every row."""


def in_tables(figure: Figure, id: str, value: float, name: str = "") -> Shown:
    """A figure of an organisation's table: tonnes, megawatt-hours, cubic metres, per cent."""
    plain = units.plain(figure.unit)
    if plain == "1":
        return Shown(id, name or figure.name, percent(value), "")
    if plain not in COLUMNS:
        return shown(figure, id, value, name)
    divisor, unit, decimals = COLUMNS[plain]
    return Shown(id, name or figure.name, fixed(value / divisor, decimals), unit)


def decimals_for(base: float, low: float, high: float) -> int:
    """How many decimals a column has whose total has an interval: one more than the total itself."""
    half = (high - low) / 2
    return max(0, 1 - _last_digit(base, half)) if base else 1


def percent(share: float) -> str:
    """A share as a percentage: whole numbers, one decimal below ten, `<0.1` for what is less."""
    value = 100 * share
    if value == 0:
        return f"0{NARROW}%"
    if 0 < abs(value) < 0.1:
        return f"<0.1{NARROW}%"
    text = f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}"
    return f"{text.replace('-', '−')}{NARROW}%"
