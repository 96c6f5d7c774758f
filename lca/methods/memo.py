"""What is shown beside an inventory and changes nothing in it: credits, an internal price, misstatements found,
and the footprint as so many of something familiar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from lca.equation import counted, equation, root, total
from lca.figure import Figure, Given, derive
from lca.units import kgCO2e_location, kgCO2e_market, ratio

money = Annotated[float, "{money}"]
kgCO2e_credit = Annotated[float, "kgCO2e_credit"]
kgCO2e_memo = Annotated[float, "kgCO2e_memo"]
price_location = Annotated[float, "{money}/kgCO2e_location"]
price_market = Annotated[float, "{money}/kgCO2e_market"]
kgCO2e_misstated = Annotated[float, "kgCO2e_misstated"]
any_footprint = Annotated[float, "kgCO2e_workload_location | kgCO2e_inventory_location"]
gross_of_any = Annotated[float, "kgCO2e_inventory_location | kgCO2e_inventory_market"]


@equation("C_cred", "iso-14064-1-2018#9.3.3", parts="C_cred")
def credits_of_all(*parts: kgCO2e_credit) -> kgCO2e_credit:
    """Carbon credits retired: bought elsewhere, never part of an inventory."""
    return total(*parts)


@equation("C_memo", "iso-14064-1-2018#9.3.3", gross="C", credits="C_cred")
def memo_after_credits(gross: gross_of_any, credits: kgCO2e_credit) -> kgCO2e_memo:
    """What would be left after credits: a memo line, not a result."""
    return counted(gross, "kgCO2e_memo") - counted(credits, "kgCO2e_memo")


@equation("F_loc", "ifrs-s2-2023#29(f)", emissions="C_loc", price="p")
def fee_location(emissions: kgCO2e_location, price: price_location) -> money:
    """Internal carbon fee on location-based emissions."""
    return emissions * price


@equation("F_mkt", "ifrs-s2-2023#29(f)", emissions="C_mkt", price="p")
def fee_market(emissions: kgCO2e_market, price: price_market) -> money:
    """Internal carbon fee on market-based emissions."""
    return emissions * price


@equation("F_gap", "ifrs-s2-2023#29(f)", location="F_loc", market="F_mkt")
def fee_gap(location: money, market: money) -> money:
    """By how much the fee on one view of scope 2 exceeds that on the other."""
    return location - market


@equation("d", "iso-14064-3-2019#materiality", misstatement="ΔC", whole="C")
def share_misstated(misstatement: kgCO2e_misstated, whole: gross_of_any) -> ratio:
    """A misstatement as a share of the total it stands in; below zero where it was stated too low."""
    return misstatement / counted(whole, "kgCO2e_misstated")


@equation("|d|", "iso-14064-3-2019#materiality", share="d")
def size_misstated(share: ratio) -> ratio:
    """The size of a misstatement, whatever its sign."""
    return root(share * share)


@equation("d_sum", "iso-14064-3-2019#materiality", parts="d")
def misstated_of_all(*parts: ratio) -> ratio:
    """Misstatements together: with their signs, or by their sizes."""
    return total(*parts)


@equation("ΔC_lim", "iso-14064-3-2019#materiality", whole="C", materiality="m")
def materiality_limit(whole: gross_of_any, materiality: ratio) -> kgCO2e_misstated:
    """From which size misstatements are material."""
    return counted(whole, "kgCO2e_misstated") * materiality


@equation("ΔC_sum", "iso-14064-3-2019#materiality", parts="ΔC")
def amount_misstated(*parts: kgCO2e_misstated) -> kgCO2e_misstated:
    """Misstatements together, with their signs."""
    return total(*parts)


@equation("n_eq", "nf-co2footprint", whole="C", each="C_one")
def equivalent(whole: any_footprint, each: kgCO2e_memo) -> ratio:
    """How many of something familiar emit as much."""
    return counted(whole, "kgCO2e_memo") / each


def equivalences(familiar: Sequence[tuple[str, Figure]], whole: Figure | None) -> dict[str, Figure]:
    """The footprint as so many of each, by what they are called."""
    if whole is None:
        return {}
    found: dict[str, Figure] = {}
    for position, (name, each) in enumerate(familiar, 1):
        id = f"equivalences.{position}"
        found[id] = derive(id, f"Footprint, in {name}", equivalent, whole=whole, each=each)
    return found


def credits(stated: Sequence[Figure], gross: Figure | None) -> dict[str, Figure]:
    """Credits, and what they would leave of the total: beside the inventory, in no total of it."""
    if not stated:
        return {}
    whole = derive("memo.credits", "Carbon credits retired", credits_of_all, parts=stated)
    if gross is None:
        return {"memo.credits": whole}
    id, name = "memo.after_credits", "Total after credits, a memo line"
    return {"memo.credits": whole, id: derive(id, name, memo_after_credits, gross=gross, credits=whole)}


def price(stated: Figure, location: Figure | None, market: Figure | None) -> dict[str, Figure]:
    """The internal carbon fee on each view of scope 2, and their difference."""
    found: dict[str, Figure] = {}
    currency = stated.unit.partition("/")[0]
    assert isinstance(stated.reason, Given)
    for basis, emissions, law in (("location", location, fee_location), ("market", market, fee_market)):
        if emissions is not None:
            rate = Figure(f"{stated.id}.{basis}", stated.name, f"{currency}/kgCO2e_{basis}", stated.reason)
            id, name = f"price.{basis}", f"Internal carbon fee on scope 2, {basis}-based"
            found[id] = derive(id, name, law, emissions=emissions, price=rate)
    if len(found) > 1:
        id, name = "price.gap", "Fee on the location-based less that on the market-based result"
        found[id] = derive(id, name, fee_gap, location=found["price.location"], market=found["price.market"])
    return found


def misstatements(
    stated: Mapping[str, Figure], whole: Figure | None, materiality: Figure | None = None
) -> dict[str, Figure]:
    """Uncorrected misstatements: their sum beside the limit, and over the total, net and by their sizes."""
    if not stated or whole is None:
        return {}
    shares = [
        derive(f"{figure.id}.share", f"{name}, share of the total", share_misstated, misstatement=figure, whole=whole)
        for name, figure in stated.items()
    ]
    sizes = [derive(f"{share.id}.size", f"{share.name}, size", size_misstated, share=share) for share in shares]
    names = {"net": "Misstatements, net", "absolute": "Misstatements, by their sizes"}
    found: dict[str, Figure] = {}
    if materiality is not None:
        id, name = "misstated.limit", "Misstatements that would be material"
        found[id] = derive(id, name, materiality_limit, whole=whole, materiality=materiality)
    id, name = "misstated.amount", "Misstatements together"
    found[id] = derive(id, name, amount_misstated, parts=[*stated.values()])
    return found | {
        f"misstated.{key}": derive(f"misstated.{key}", names[key], misstated_of_all, parts=parts)
        for key, parts in (("net", shares), ("absolute", sizes))
    }
