"""How findings say numbers: as they were written, or as one would say them."""

from __future__ import annotations

from lca.explain import number, quantity
from lca.figure import Figure, given


def written(figure: Figure) -> str:
    """A leaf as its author wrote it, else its value."""
    reason = given(figure)
    return reason.written or quantity(reason.value, figure.unit)


def hours_in_words(hours: float) -> str:
    """A time, as durations are declared."""
    return quantity(hours, "h")


def power_in_words(kilowatts: float) -> str:
    """A power as one would say it."""
    return f"{number(kilowatts, 4)} kW" if kilowatts >= 10 else f"{number(1000 * kilowatts, 4)} W"


def energy_in_words(kilowatt_hours: float) -> str:
    """An energy as one would say it."""
    if kilowatt_hours >= 10_000:
        return quantity(kilowatt_hours / 1000, "MWh")
    return quantity(kilowatt_hours, "kWh")


def percent(share: float) -> str:
    """A share of a total."""
    return f"{100 * share:.3g} %"
