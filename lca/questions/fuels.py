"""Can a site have burnt and lost what a case says of its fuels and gases?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

from lca import units
from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import given_value, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods.refrigerant import is_balance
from lca.model import Activity, Facility, Finding
from lca.questions.words import energy_in_words

HOURS_OF_YEAR = 8760.0
LEAST_EFFICIENCY = 0.10
"""Share of a fuel's heat content that a genset makes electricity even at a small part of its load."""


def gensets_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Did what was burnt at a site make as much electricity as is said to have been generated there?"""
    for facility in inventory.case.facilities.values():
        generated = given_value(facility.figures.get("generated"))
        burnt = [item for item in inventory.case.activities if _is_genset(item, facility)]
        heats = {item.key: _heat(item, datasets) for item in burnt}
        if not generated or not heats or None in heats.values():
            continue
        heat = sum(item or 0.0 for item in heats.values())
        litres = sum(given_value(item.figures["amount"]) or 0.0 for item in burnt)
        if heat and generated < LEAST_EFFICIENCY * heat:
            yield finding(
                "genset-implausible",
                burnt[0].places.get("amount", burnt[0].place),
                fuel=quantity(litres, "L"),
                facility=facility.id,
                generated=energy_in_words(generated),
                efficiency=f"{100 * generated / heat:.2g} %",
                share=f"{100 * LEAST_EFFICIENCY:g} %",
            )


def _is_genset(activity: Activity, facility: Facility) -> bool:
    stationary = activity.kind == "fuels" and activity.words.get("used_in", "stationary") == "stationary"
    heats = re.search("heat|boiler", activity.title, re.IGNORECASE)
    return stationary and activity.facility == facility.id and "amount" in activity.figures and not heats


def _heat(activity: Activity, datasets: Datasets) -> float | None:
    """Gross heat content of a liquid fuel in kWh: CO2 per litre over CO2 per kilowatt-hour, of one publication."""
    amount = activity.figures["amount"]
    burnt = given_value(amount)
    if amount.unit != "L" or burnt is None:
        return None
    per: dict[tuple[str, str], float] = {}
    for row in datasets.table("fuel"):
        told = row.attributes
        asked = (activity.words["fuel"], "combustion", "CO2")
        if tuple(map(told.get, ("what", "boundary", "gas"))) != asked or told.get("basis") == "net":
            continue
        mass = row.unit.partition("/")[0]
        for unit in ("L", "kWh"):
            with contextlib.suppress(units.UnitError):
                per[row.source, unit] = units.convert(row.value, row.unit, f"{mass}/{unit}")
    litres = [
        factor / per[source, "kWh"] for (source, unit), factor in per.items() if unit == "L" and (source, "kWh") in per
    ]
    return burnt * litres[-1] if litres else None


def leakage_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does equipment lose less in a year than it holds?"""
    for activity in inventory.case.activities:
        rate = given_value(activity.figures.get("leak_rate"))
        if rate is not None and rate * HOURS_OF_YEAR > 1:
            place = activity.places.get("leak_rate", activity.place)
            shown = f"{100 * rate * HOURS_OF_YEAR:.4g} %"
            yield finding("leakage-implausible", place, name=activity.title, rate=shown)


def balances_positive(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a mass balance leave gas that escaped, and not gas that came from nowhere?"""
    activities = {activity.key: activity for activity in inventory.case.activities}
    below_zero = {figure for figure, value in inventory.values.items() if is_balance(figure) and value and value < 0}
    for line in inventory.lines if below_zero else ():
        activity = activities.get(line.activity)
        for figure in below_zero.intersection(walk([line.figure])) if activity else ():
            assert activity is not None
            mass = quantity(inventory.value(figure), figure.unit)
            yield finding("balance-negative", activity.place, name=activity.title, mass=mass)


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    gensets_plausible,
    leakage_plausible,
    balances_positive,
)
