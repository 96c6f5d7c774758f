"""Capital goods: recognised whole in the year of acquisition, amortised over their life, and the bridge between.

An inventory recognises the manufacture of what was acquired in its year (Scope 3 Standard, category 2); a
workload uses up a share of it. Both follow from the same record of an asset; they are never added.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from lca.equation import counted, equation, least, total
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.model import Asset, Period
from lca.placement import CAPITAL
from lca.units import (
    any_inventory_location,
    devices,
    hours,
    kgCO2e,
    kgCO2e_amortised,
    kgCO2e_inventory_location,
    kgCO2e_per_device,
    kgCO2e_recognised,
)

CATEGORY = "ghgp-scope3-2011#category 2"


@equation("TE_all", CATEGORY, embodied="TE", count="n")
def manufacture(embodied: kgCO2e_per_device, count: devices) -> kgCO2e:
    """Manufacture of all devices of an asset."""
    return embodied * count


@equation("C_rec", CATEGORY, whole="TE_all")
def recognised(whole: kgCO2e) -> kgCO2e_recognised:
    """Manufacture recognised in the year of acquisition: all of it."""
    return counted(whole, "kgCO2e_recognised")


@equation("M_used", "ghgp-product-2011", whole="TE_all", time="t", lifetime="EL")
def used_up(whole: kgCO2e, time: hours, lifetime: hours) -> kgCO2e_amortised:
    """Manufacture used up after a time of service, evenly over the lifetime and never more than all."""
    return counted(whole * least(time / lifetime, 1), "kgCO2e_amortised")


@equation("M_in", "ghgp-product-2011", whole="TE_all")
def taken_into_stock(whole: kgCO2e) -> kgCO2e_amortised:
    """Manufacture that is to be used up, as it enters the bridge."""
    return counted(whole, "kgCO2e_amortised")


@equation("M_open", "ghgp-product-2011", whole="M_in", used="M_used")
def not_used_up(whole: kgCO2e_amortised, used: kgCO2e_amortised) -> kgCO2e_amortised:
    """Manufacture that is not used up yet."""
    return whole - used


@equation("M_year", "ghgp-product-2011", after="M_after", before="M_before")
def used_between(after: kgCO2e_amortised, before: kgCO2e_amortised) -> kgCO2e_amortised:
    """Manufacture used up between two days."""
    return after - before


@equation("M_sum", "ghgp-product-2011", parts="M")
def stock_of_all(*parts: kgCO2e_amortised) -> kgCO2e_amortised:
    """Manufacture of several assets: open, taken in, used up or written off."""
    return total(*parts)


@equation("C_cap", CATEGORY, parts="C_rec")
def inventory_of_capital(*parts: any_inventory_location) -> kgCO2e_inventory_location:
    """Capital goods of an inventory, whole in the year in which they were bought."""
    return total(*(counted(part, "kgCO2e_inventory_location") for part in parts))


# --- posting

HOURS_OF_MONTH = 730.0
"""A twelfth of a year of 8760 hours, as a lifetime in years is counted."""


def months(start: date, end: date) -> float:
    """Calendar months from a day to another, the last not included; a part of a month by its days."""
    whole = 12 * (end.year - start.year) + end.month - start.month
    return whole + (end.day - 1) / _days_of_month(end) - (start.day - 1) / _days_of_month(start)


def _days_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


STEPS = {
    "opening": "Not used up at the start",
    "recognised": "Acquired",
    "amortised": "Used up",
    "written_off": "Written off",
    "closing": "Not used up at the end",
}
"""Opening + recognised − amortised − written off = closing."""


def post(
    asset: Asset, part: str, embodied: Figure, lifetime: Figure, period: Period, policy: str, entity: str | None
) -> tuple[list[Line], dict[str, Figure]]:
    """The line of what was acquired in the period, and the movements in the bridge, by step, of one part of an asset.

    `policy` says who bears what an early retirement leaves: `write-off` a line of its own, `last-users`
    those who used it last.
    """
    acquired, retired = asset.acquired, asset.retired
    end = period.end + timedelta(days=1)
    if acquired is None or acquired >= end or (retired and retired < period.start):
        return [], {}
    key, name = f"{asset.key}.{part}", f"{asset.id}, {part}"
    count = asset.figures["count"]
    whole = derive(f"{key}.manufacture", f"Manufacture of {name}", manufacture, embodied=embodied, count=count)
    stock = derive(f"{key}.stock", f"Manufacture of {name}", taken_into_stock, whole=whole)

    def used(until: date, at: str) -> Figure:
        time = months(acquired, until) * HOURS_OF_MONTH
        note = f"{time / HOURS_OF_MONTH:g} calendar months from {acquired} to {until}"
        given = Given(time, asset.places["acquired"], "declared", note=note, written=str(acquired))
        leaf = Figure(f"{key}.service.{at}", f"Time in service of {name} at the {at} of the period", "h", given)
        id, words = f"{key}.used.{at}", f"Manufacture of {name} used up at the {at} of the period"
        return derive(id, words, used_up, whole=whole, time=leaf, lifetime=lifetime)

    def left(at: str, used: Figure) -> Figure:
        return derive(
            f"{key}.open.{at}", f"Manufacture of {name} not used up at the {at}", not_used_up, whole=stock, used=used
        )

    lines: list[Line] = []
    steps: dict[str, Figure] = {}
    before = None
    if acquired >= period.start:
        figure = derive(f"{key}.recognised", f"{name}, acquired {acquired}", recognised, whole=whole)
        lines.append(_line(asset, figure, entity))
        steps["recognised"] = stock
    else:
        before = used(period.start, "start")
        steps["opening"] = left("start", before)
    gone = retired is not None and retired < end
    after = used(retired if gone and retired else end, "end")
    if gone and policy == "last-users":
        after = stock
    amortised = after
    if before:
        id, words = f"{key}.amortised", f"Manufacture of {name} used up in the period"
        amortised = derive(id, words, used_between, after=after, before=before)
    steps["amortised"] = amortised
    if not gone:
        steps["closing"] = left("end", after)
    elif policy == "write-off":
        steps["written_off"] = left("retirement", after)
    return lines, steps


def _line(asset: Asset, figure: Figure, entity: str | None) -> Line:
    where = (CAPITAL.scope, CAPITAL.category, CAPITAL.iso)
    return Line(asset.id, "capital", *where, "both", "inventory", figure, CAPITAL.rule, asset.facility, entity)


def reconciled(lines: Sequence[Line], hardware: Collection[str], whole: Figure | None) -> dict[str, Figure]:
    """What leads from the hardware in the bridge to category 2 of the inventory: what was bought as activities."""
    groups: dict[str, list[Line]] = {"hardware": [], "goods": []}
    for line in lines:
        if line.category == CAPITAL.category:
            groups["hardware" if line.activity in hardware else "goods"].append(line)
    if whole is None or not groups["goods"]:
        return {}
    names = {"hardware": "Hardware acquired", "goods": "Other capital goods bought, whose use is not amortised here"}
    found = {
        f"capital.reconciled.{name}": derive(
            f"capital.reconciled.{name}", names[name], inventory_of_capital, parts=[line.figure for line in group]
        )
        for name, group in groups.items()
        if group
    }
    return found | {"capital.reconciled.total": whole}


def bridge(movements: Mapping[str, Sequence[Mapping[str, Figure]]]) -> dict[str, Figure]:
    """The totals of the bridge by id, for each asset class and for all, from the movements of their assets."""
    found: dict[str, Figure] = {}
    for step, name in STEPS.items():
        of_all: list[Figure] = []
        for group, assets in movements.items():
            figures = [steps[step] for steps in assets if step in steps]
            if figures:
                id = f"capital.{group}.{step}"
                found[id] = derive(id, f"{name}: {group}", stock_of_all, parts=figures)
                of_all.append(found[id])
        if of_all:
            id = f"capital.{step}"
            found[id] = derive(id, name, stock_of_all, parts=of_all)
    return found
