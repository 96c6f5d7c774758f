"""Are the factors of electricity of their time, average, and such as a grid or a data centre can have?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lca.datasets import Datasets
from lca.datasets.files import WORLD
from lca.datasets.spread import YEARS_APART
from lca.explain import number
from lca.figure import Derived, Figure, Given, Place, walk
from lca.findings import finding
from lca.inventory import Inventory
from lca.methods import grid
from lca.model import Facility, Finding


def pue_in_range(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the PUE one that data centres report?"""
    highest = max(row.value for row in datasets.table("pue"))
    for facility in inventory.case.facilities.values():
        pue = facility.figures.get("pue")
        if pue and isinstance(pue.reason, Given) and pue.reason.value and pue.reason.value > 2 * highest - 1:
            yield finding(
                "pue-unusual",
                pue.reason.place,
                pue=number(pue.reason.value),
                high=f"at most {highest:g} where published",
            )


def overhead_stated(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """What share of the site's energy is overhead? Of the site's, not of the IT equipment's."""
    if not {"energy.overhead", "energy.site", "energy.it"} <= set(inventory.totals):
        return
    overhead, site, it = (inventory.value(f"energy.{part}") for part in ("overhead", "site", "it"))
    if overhead and site and it:
        yield finding(
            "pue-overhead",
            Place(inventory.case.path),
            share=f"{100 * overhead / site:.1f} %",
            of_it=f"{100 * overhead / it:.1f} %",
        )


# --------------------------------------------------------------------------------------------------
# Factors of electricity

FACTORS = ("grid", "upstream", "residual_mix")
ABOVE_PUBLISHED = 1.25
"""What a factor may exceed the highest of any country by: a single plant, or an old one."""
NEAR_ZERO = 0.001
"""kg/kWh; a grid that is not zero is hardly below a gram, and a factor written in the wrong prefix is."""
MARGINAL = re.compile(r"\b(?:marginal|non[- ]?baseload|avoided emissions? rate|consequential)\b", re.IGNORECASE)


def factors_are_average(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a factor of electricity a marginal one?"""
    for facility, key, given in _declared_factors(inventory):
        kind = given.attributes.get("kind")
        named = next(
            (found.group() for text in (given.note, given.source) if (found := MARGINAL.search(text or ""))), ""
        )
        if kind == "marginal" or (named and kind != "average"):
            said = "kind: marginal" if kind == "marginal" else named
            yield finding("marginal-factor", given.place, key=key, facility=facility.id, said=said)


def factors_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Could any grid have such a factor?"""
    published = [
        row.value
        for row in datasets.table("grid")
        if row.attributes.get("boundary") == "lifecycle" and row.region != WORLD
    ]
    lowest, highest = min(value for value in published if value), max(published)
    for facility, key, given in _declared_factors(inventory):
        value = given.value or 0.0
        if 1000 * value > ABOVE_PUBLISHED * highest or (key != "upstream" and 0 < value < NEAR_ZERO):
            yield finding(
                "factor-implausible",
                given.place,
                key=key,
                written=given.written,
                means=f"{number(1000 * value, 3)} g/kWh",
                facility=facility.id,
                low=number(lowest, 3),
                high=f"{number(highest, 4)} g/kWh",
            )


def _declared_factors(inventory: Inventory) -> Iterator[tuple[Facility, str, Given]]:
    for facility in inventory.case.facilities.values():
        for key in FACTORS:
            figure = facility.figures.get(key)
            if figure and isinstance(figure.reason, Given) and figure.reason.written:
                yield facility, key, figure.reason


def residual_mixes_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is a residual mix of a table what a grid can emit, and not a slip of unit by a thousand?"""
    low, high = grid_range(datasets)
    for figure in inventory.values:
        reason = figure.reason
        if not figure.id.startswith("residual_mix.") or not isinstance(reason, Given):
            continue
        grams = 1000 * (reason.value or 0.0)
        slip = low <= 1000 * grams <= high
        if (grams < low and slip) or grams > high:
            yield finding(
                "residual-mix-implausible",
                reason.place,
                written=f"{number(grams, 3)} g/kWh",
                low=f"{low:.0f}",
                high=f"{high:.0f}",
                slip=f" Times a thousand it is plausible ({number(1000 * grams, 3)} g/kWh)." if slip else "",
            )


def grid_range(datasets: Datasets) -> tuple[float, float]:
    """The lowest and the highest intensity of any country's generation in the newest complete years."""
    rows = [
        row for row in datasets.table("grid") if row.attributes.get("boundary") == "lifecycle" and row.region != WORLD
    ]
    values = [row.value for row in rows if row.start and row.start.year >= 2020 and row.value > 0]
    return min(values), max(values)


OIL_WORTH_SAYING = 0.05
"""Share of generation below which the factor of oil hardly moves that of the mix."""


def oil_in_mix(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a generation factor lean on the direct factor of oil, which no oil-fired plant reaches?"""
    if "operational" not in inventory.totals:
        return
    below = set(walk([inventory.totals["operational"]]))
    given = {decision.id: decision.gives for decision in inventory.decisions if decision.gives in below}
    for facility in inventory.case.facilities.values():
        factor = given.get(f"{facility.key}.grid")
        part = next((part for part in walk([factor] if factor else []) if _is_of_oil(part)), None)
        if part is None:
            continue
        share, direct = part.inputs
        made = inventory.value(share)
        if made and made > OIL_WORTH_SAYING:
            place = facility.places.get("location", facility.place)
            shown = f"{number(1000 * (inventory.value(direct) or 0.0), 3)} g/kWh"
            yield finding("oil-in-mix", place, facility=facility.id, share=f"{100 * made:.0f} %", factor=shown)


def _is_of_oil(figure: Figure) -> bool:
    """Whether it is what oil adds to a modelled factor of generation."""
    reason = figure.reason
    return figure.id.endswith(".oil") and isinstance(reason, Derived) and reason.equation is grid.generation_part


# --------------------------------------------------------------------------------------------------
# Their time

CHANGING = ("grid", "generation-mix", "pue", "wue")
"""Tables whose factors change within a few years, so that one of another time may be another factor."""


def factors_are_of_the_period(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Are the factors that were used of the time of the activity? Those of one place and year are one finding."""
    period = inventory.case.boundary.period
    if period is None:
        return
    used = set(walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)]))
    questions: dict[tuple[Place, int], dict[str, None]] = {}
    for decision in inventory.decisions:
        for figure in decision.figures:
            year = _year(figure) if figure in used else None
            if year is not None and decision.place and abs(year - period.year) > YEARS_APART[0]:
                questions.setdefault((decision.place, year), {})[decision.question] = None
    for (place, year), asked in questions.items():
        apart = year - period.year
        yield finding(
            "factor-of-other-years",
            place,
            question=" and ".join(asked),
            year=year,
            apart=abs(apart),
            which="later" if apart > 0 else "earlier",
            wanted=period.year,
        )


def _year(figure: Figure) -> int | None:
    """The year of a factor of the data sets, where another year may have another one."""
    reason = figure.reason
    if not isinstance(reason, Given) or reason.attributes.get("region", WORLD) == WORLD:
        return None
    kind = reason.place.file.removeprefix("datasets/factors/").partition("/")[0]
    return int(reason.attributes["year"]) if kind in CHANGING and "year" in reason.attributes else None


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    pue_in_range,
    overhead_stated,
    factors_are_average,
    factors_plausible,
    residual_mixes_plausible,
    oil_in_mix,
    factors_are_of_the_period,
)
