"""What others did for us, by amount or by spend: goods and services, waste, transport, travel, commuting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from lca.equation import counted, equation
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.methods import Choices
from lca.methods.factor import activity_emissions, line, whole
from lca.model import Activity
from lca.placement import CREDIT, FORCING, of_activity
from lca.units import MONEY, ratio

tonnes = Annotated[float, "t"]
kilometres = Annotated[float, "km"]
tonne_kilometres = Annotated[float, "tkm"]
money = Annotated[float, "{money}"]
money_of_factor = Annotated[float, "{priced}"]
rate_of_exchange = Annotated[float, "{priced}/{money}"]
amount_of_waste = Annotated[float, "{amount}"]
kgCO2e_per_amount = Annotated[float, "kgCO2e/{amount}"]
kgCO2e_avoided = Annotated[float, "kgCO2e_avoided"]
kgCO2e_forcing = Annotated[float, "kgCO2e_forcing"]


@equation("A", "ghgp-scope3-2011#category 4", mass="m", distance="d")
def load_distance(mass: tonnes, distance: kilometres) -> tonne_kilometres:
    """Transport of a load over a distance."""
    return counted(mass * distance, "tkm")


@equation("S_x", "ghgp-scope3-2011#category 1", spend="S", rate="r")
def exchanged_spend(spend: money, rate: rate_of_exchange) -> money_of_factor:
    """Spend in the currency of the factor, at the rate of the year of purchase."""
    return spend * rate


@equation("S_0", "ghgp-scope3-2011#category 1", spend="S", deflator="p")
def deflated_spend(spend: money, deflator: ratio) -> money:
    """Spend at the prices of the factor's year: what is dearer today is not more of it."""
    return spend * deflator


@equation("C_avo", "ghgp-scope3-2011#category 5", amount="A", credit="k")
def avoided_elsewhere(amount: amount_of_waste, credit: kgCO2e_per_amount) -> kgCO2e_avoided:
    """What recycling avoids elsewhere, by not making the material anew: beside the inventory, never netted."""
    return counted(amount * credit, "kgCO2e_avoided")


@equation("C_rf", "desnz-2025", amount="A", with_forcing="f_rf", gases="f")
def forcing_beside(
    amount: amount_of_waste, with_forcing: kgCO2e_per_amount, gases: kgCO2e_per_amount
) -> kgCO2e_forcing:
    """What a flight does beyond its gases: the published factor with radiative forcing less that without."""
    return counted(amount * (with_forcing - gases), "kgCO2e_forcing")


@dataclass(frozen=True)
class Kind:
    """How activities of one kind find their factor: the word that names the thing, and the table by unit."""

    word: str
    part: str
    table: str
    by_unit: tuple[tuple[str, str], ...] = ()
    """Other tables, by the unit of the amount."""


WAYS = (("km_vehicle", "vehicle"), ("night", "hotel"), ("h_work", "homeworking"))
KINDS = {
    "freight": Kind("mode", "freight", "freight"),
    "travel": Kind("mode", "travel", "travel", WAYS),
    "commuting": Kind("mode", "commuting", "travel", WAYS),
    "waste": Kind("waste", "waste", "waste", (("L", "water-treatment"),)),
    "purchases": Kind("what", "purchase", "material"),
    "capital": Kind("what", "capital", "material"),
}
BOUNDARY = {
    "material": "cradle-to-gate",
    "waste": "treatment",
    "water-treatment": "treatment",
    "water-supply": "supply",
    "hotel": "",
    "homeworking": "",
}
"""What the factors of a table hold; those of transport are in parts."""
DRIVING = ("combustion", "generation")
"""What moving emits: burnt on the way, or generated for it. A plug-in hybrid has both."""
BEYOND = ("upstream", "losses")
WITH_FORCING, WITHOUT_FORCING = "-with-rf", "-without-rf"
"""How the rows of flights end that hold, or leave out, the effects of aviation beyond its gases."""
USUAL = {"hotel": "hotel-room", "home": "homeworking-office-equipment-and-heating"}
"""The rows that are meant by a word of every day."""
BY_NAME = {"water-supply": "water-supply"}
"""Things that have a table of their own."""


def post(activity: Activity, choices: Choices) -> list[Line]:
    """The lines of one activity: what it emits, and what lies upstream of it; what it avoids stands beside."""
    kind, amount = KINDS[activity.kind], _amount(activity, choices)
    if amount is None:
        return []
    method = _method(activity, amount)
    if amount.unit in MONEY:
        amount = _priced(activity, amount, choices)
        if amount is None:
            return []
    lines = list(_emitted(activity, kind, amount, method, choices))
    if lines and "flight" in activity.words[kind.word]:
        _say_forcing(activity, activity.words[kind.word], lines, choices)
    if (credit := activity.figures.get("credit")) and _fits(activity, amount, credit, choices):
        id, name = f"{activity.key}.credit_memo", f"{activity.title}, avoided elsewhere"
        figure = derive(id, name, avoided_elsewhere, amount=amount, credit=credit)
        lines.append(line(activity, "credit", CREDIT, figure))
    return lines


def _emitted(activity: Activity, kind: Kind, amount: Figure, method: str, choices: Choices) -> Iterator[Line]:
    at = of_activity(activity.kind, activity.words)
    table, what = _table(activity, kind, amount)
    if factor := activity.figures.get("factor"):
        if _fits(activity, amount, factor, choices):
            figure = derive(activity.key, activity.title, activity_emissions, amount=amount, factor=factor)
            yield line(activity, kind.part, at, figure, method=method)
    elif table in BOUNDARY:
        if published := _published(activity, table, what, BOUNDARY[table], amount, choices):
            figure = derive(activity.key, activity.title, activity_emissions, amount=amount, factor=published)
            yield line(activity, kind.part, at, figure, method=method)
    else:
        what, forced = _forcing_apart(activity, table, what, amount, choices)
        yield from _driven(activity, kind, table, what, amount, choices)
        yield from _forcing(activity, table, what, forced, amount, choices)
    if upstream := activity.figures.get("upstream"):
        if _fits(activity, amount, upstream, choices):
            yield _further(activity, kind, "upstream", amount, upstream)
    elif "factor" not in activity.figures and table not in BOUNDARY:
        for boundary in BEYOND:
            if found := _published(activity, table, what, boundary, amount, choices, optional=True):
                yield _further(activity, kind, boundary, amount, found)


def _driven(activity: Activity, kind: Kind, table: str, what: str, amount: Figure, choices: Choices) -> Iterator[Line]:
    """What transport emits on its way, and what was generated for it: burnt and generated."""
    find = partial(_published, activity, table, what)
    parts = {boundary: find(boundary, amount, choices, optional=True) for boundary in DRIVING}
    if not any(parts.values()):
        find(DRIVING[0], amount, choices)
        return
    at, key = of_activity(activity.kind, activity.words), activity.key
    if burnt := parts["combustion"]:
        figure = derive(key, activity.title, activity_emissions, amount=amount, factor=burnt)
        yield line(activity, kind.part, at, figure)
    generated = parts["generation"]
    if generated is None:
        return
    id, name = f"{key}.generation", f"{activity.title}, electricity"
    figure = derive(id, name, activity_emissions, amount=amount, factor=generated)
    yield line(activity, f"{kind.part}.generation", at, figure)


def _forcing_apart(
    activity: Activity, table: str, what: str, amount: Figure, choices: Choices
) -> tuple[str, str | None]:
    """The row whose gases count, and the one with radiative forcing that stands beside it.

    A total of the Kyoto gases holds no radiative forcing; a flight named with it is counted by its gases alone,
    unless the case says `inside`.
    """
    said = activity.words.get("radiative_forcing")
    stem = what.removesuffix(WITH_FORCING).removesuffix(WITHOUT_FORCING)
    gases, forced = stem + WITHOUT_FORCING, stem + WITH_FORCING
    if stem == what or (said is None and what == gases):
        return what, None
    if said == "inside":
        return forced, None
    if not _published(activity, table, gases, DRIVING[0], amount, choices, optional=True):
        return what, None
    return gases, forced


def _forcing(
    activity: Activity, table: str, what: str, forced: str | None, amount: Figure, choices: Choices
) -> Iterator[Line]:
    """The memo line of what a flight does beyond its gases."""
    if forced is None:
        return
    gases, whole = (_published(activity, table, row, DRIVING[0], amount, choices) for row in (what, forced))
    if gases and whole:
        id, name = f"{activity.key}.radiative_forcing", f"{activity.title}, radiative forcing beyond its gases"
        figure = derive(id, name, forcing_beside, amount=amount, with_forcing=whole, gases=gases)
        yield line(activity, "forcing", FORCING, figure)


def _further(activity: Activity, kind: Kind, boundary: str, amount: Figure, factor: Figure) -> Line:
    """The line of what lies behind transport, in the same category."""
    at = of_activity(activity.kind, activity.words)
    id, name = f"{activity.key}.{boundary}_emissions", f"{activity.title}, {boundary}"
    if "upstream" not in activity.figures:
        id = f"{activity.key}.{boundary}"
    figure = derive(id, name, activity_emissions, amount=amount, factor=factor)
    return line(activity, f"{kind.part}.{boundary}", at, figure)


def _table(activity: Activity, kind: Kind, amount: Figure) -> tuple[str, str]:
    """The table and the thing in it that an activity means."""
    said = activity.words[kind.word]
    what = USUAL.get(said, said)
    return BY_NAME.get(what) or dict(kind.by_unit).get(amount.unit, kind.table), what


def _amount(activity: Activity, choices: Choices) -> Figure | None:
    """The amount as stated; of freight, load times distance will do."""
    if stated := activity.figures.get("amount"):
        return stated
    mass, distance = (activity.figures.get(key) for key in ("mass", "distance"))
    if mass and distance:
        id, name = f"{activity.key}.amount", f"{activity.title}, load times distance"
        return derive(id, name, load_distance, mass=mass, distance=distance)
    choices.report("amount-missing", activity.place, name=activity.title)
    return None


def _method(activity: Activity, amount: Figure) -> str:
    """How a purchase was quantified: supplier-specific, by amount, or by spend."""
    if activity.kind not in ("purchases", "capital"):
        return ""
    return activity.words.get("method") or ("spend" if amount.unit in MONEY else "activity")


def _fits(activity: Activity, amount: Figure, factor: Figure, choices: Choices) -> bool:
    """Whether a factor is per the unit of the amount."""
    wanted = factor.unit.partition("/")[2]
    if wanted != amount.unit:
        place = activity.places.get("amount", activity.place)
        choices.report("amount-in-other-unit", place, name=activity.title, unit=wanted)
    return wanted == amount.unit


def _priced(activity: Activity, spend: Figure, choices: Choices) -> Figure | None:
    """Spend in the currency of the factor and at the prices of its year; None, with findings, when it cannot be."""
    factor, price_year, deflator, exchange = (
        activity.figures.get(key) for key in ("factor", "price_year", "deflator", "exchange")
    )
    missing: list[tuple[str, str]] = []
    currency = factor.unit.partition("/")[2] if factor else spend.unit
    other = currency != spend.unit and currency in MONEY
    year = price_year.reason.value if price_year and isinstance(price_year.reason, Given) else None
    later = year is not None and choices.year is not None and year != choices.year
    if factor is None:
        missing.append(("factor", "the data sets have no factors per unit of money"))
    if price_year is None:
        missing.append(("price_year", "a factor per unit of money holds at the prices of its year"))
    if later and deflator is None:
        missing.append(("deflator", f"the factor is of {year:.0f} prices, and the period of {choices.year}"))
    if other and (exchange is None or exchange.unit != f"{currency}/{spend.unit}"):
        missing.append(("exchange", f"the factor is per {currency}; give it in {currency}/{spend.unit}"))
    for key, reason in missing:
        place = activity.places.get(key, activity.places.get("amount", activity.place))
        choices.report("spend-incomplete", place, name=activity.title, currency=spend.unit, key=key, reason=reason)
    if missing:
        return None
    if other and exchange:
        id, name = f"{activity.key}.exchanged", f"{activity.title}, in {currency}"
        spend = derive(id, name, exchanged_spend, spend=spend, rate=exchange)
    if deflator and year != choices.year:
        id, name = f"{activity.key}.deflated", f"{activity.title}, at prices of {year:.0f}"
        spend = derive(id, name, deflated_spend, spend=spend, deflator=deflator)
    return spend


def _say_forcing(activity: Activity, what: str, lines: list[Line], choices: Choices) -> None:
    """Say whether a flight counts the effects of aviation beyond its gases: their name decides, and nobody else."""
    if "factor" in activity.figures:
        held = "is the case's own, which does not say whether it holds radiative forcing"
    elif any(line.part == "forcing" for line in lines):
        held = "is counted by its gases alone; radiative forcing, published with it, is a memo line beside the totals"
    elif what.endswith(WITH_FORCING) or activity.words.get("radiative_forcing") == "inside":
        held = "holds radiative forcing inside the total, where its gases alone belong"
    else:
        held = "leaves out radiative forcing: it holds carbon dioxide, methane and nitrous oxide alone"
    choices.remark("radiative-forcing", activity.places.get("mode", activity.place), mode=what, held=held)


def _published(
    activity: Activity,
    table: str,
    what: str,
    boundary: str,
    amount: Figure,
    choices: Choices,
    *,
    optional: bool = False,
) -> Figure | None:
    rows = choices.per_amount(
        table,
        what,
        amount.unit,
        boundary,
        where=activity.region,
        place=activity.places.get(KINDS[activity.kind].word, activity.place),
        needed_for=activity.title,
        optional=optional,
    )
    return whole(rows, choices, activity, ", ".join(filter(None, (what, boundary)))) if rows else None
