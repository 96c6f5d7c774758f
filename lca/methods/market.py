"""The market-based factor of a facility: contracts by what they cover, the rest at the residual mix.

Follows chapters 6 and 7 of the Scope 2 Guidance: an instrument counts only when it meets every quality
criterion; it is clipped at the consumption of its market and period; what no instrument covers takes the
supplier's rate, else the residual mix, else the grid's average with the sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lca.equation import equation, least, total
from lca.methods import Choices
from lca.model import Facility, Figure, Given, Grid, Instrument, derive
from lca.units import kgCO2e_per_kWh, kWh_site, ratio

CHAPTER = "ghgp-scope2-2015#chapter 7"


@equation("v", CHAPTER, volume="V", consumption="E_site")
def claimed_share(volume: kWh_site, consumption: kWh_site) -> ratio:
    """Share of a consumption that the volume of a contract would cover."""
    return volume / consumption


@equation("c", CHAPTER, claimed="v", before="c_before")
def applied_share(claimed: ratio, *before: ratio) -> ratio:
    """Share that a contract covers: what it claims, at most what those before it leave."""
    return least(claimed, 1 - least(total(*before), 1))


@equation("c", CHAPTER, claimed="v")
def first_applied_share(claimed: ratio) -> ratio:
    """Share that the first contract covers: what it claims, at most all."""
    return least(claimed, 1)


@equation("c_rest", CHAPTER, shares="c")
def uncovered_share(*shares: ratio) -> ratio:
    """Share of consumption that no contract covers."""
    return 1 - least(total(*shares), 1)


@equation("E_rest", CHAPTER, consumption="E_site", rest="c_rest")
def uncovered_energy(consumption: kWh_site, rest: ratio) -> kWh_site:
    """Consumption that no contract of the facility covers: what instruments of its market may cover."""
    return consumption * rest


@equation("E_pool", CHAPTER, parts="E_rest")
def pooled_energy(*parts: kWh_site) -> kWh_site:
    """Consumption of a market that instruments without a facility may cover."""
    return total(*parts)


@equation("c_pool", CHAPTER, rest="c_rest", pool="c")
def share_of_pool(rest: ratio, pool: ratio) -> ratio:
    """Share of a facility's consumption that an instrument of its market covers, like that of every other there."""
    return rest * pool


@equation("f_part", CHAPTER, share="c", factor="f_con")
def contract_part(share: ratio, factor: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """What one contract, or the rest, adds to the market-based factor."""
    return share * factor


@equation("f_mkt", CHAPTER, parts="f_part")
def market_factor(*parts: kgCO2e_per_kWh) -> kgCO2e_per_kWh:
    """Market-based factor of a facility's electricity."""
    return total(*parts)


# --- posting

ORDER = {"certificate": 0, "direct-line": 1, "ppa": 1, "supplier": 2}
"""The hierarchy: certificates, contracts, the supplier's rate."""

CRITERIA = {
    "conveys": "conveys its emission rate",
    "sole_claim": "is the only claim on it",
    "retired": "is tracked and retired for the reporter",
    "vintage": "is of a time close to the consumption",
    "market": "is of the market of the consumption",
}
"""The Scope 2 Quality Criteria, as the fields of an instrument."""


@dataclass(frozen=True)
class Site:
    """What the market needs to know of a facility: its consumption and its grid."""

    facility: Facility
    consumption: Figure | None
    grid: Grid


def factors(sites: Sequence[Site], pooled: Sequence[Instrument], choices: Choices) -> dict[str, Figure]:
    """The market-based factor of every facility, by its id."""
    own = {site.facility.id: _own(site, choices) for site in sites}
    by_market: dict[str, list[Site]] = {}
    for site in sites:
        by_market.setdefault(_market(site.facility), []).append(site)
    for market in dict.fromkeys(instrument.market for instrument in pooled):
        if market not in by_market:
            for instrument in pooled:
                if instrument.market == market:
                    choices.report("instrument-without-market", instrument.place, name=instrument.name, market=market)
    found: dict[str, Figure] = {}
    for market, members in by_market.items():
        here = _in_order([item for item in pooled if item.market == market and _eligible(item, choices)])
        pool = _pool(market, members, own, here, choices) if here else []
        for site in members:
            if site.grid.generation is not None:
                found[site.facility.id] = _factor(site, own[site.facility.id], pool, choices)
    return found


def _market(facility: Facility) -> str:
    """The market of a facility: stated, else the country of its location."""
    return facility.words.get("market") or (facility.location or "").partition("-")[0]


def _in_order(instruments: Sequence[Instrument]) -> list[Instrument]:
    return sorted(instruments, key=lambda instrument: ORDER[instrument.kind])


def _eligible(instrument: Instrument, choices: Choices) -> bool:
    """Whether an instrument meets every criterion; one that does not is reported, and not applied."""
    failed = [CRITERIA[key] for key, answer in instrument.criteria.items() if answer == "no"]
    open_ = [CRITERIA[key] for key in CRITERIA if key not in instrument.criteria]
    if failed:
        choices.report("instrument-ineligible", instrument.place, name=instrument.name, failed="; ".join(failed))
        return False
    if open_:
        choices.decide(
            f"{instrument.key}.criteria",
            f"Quality criteria of {instrument.name}",
            "taken as met",
            f"The case does not say whether it {'; '.join(open_)}.",
            place=instrument.place,
            assumed=True,
            source="ghgp-scope2-2015",
        )
    return True


def _own(site: Site, choices: Choices) -> list[tuple[Instrument, Figure]]:
    """The facility's own contracts with the share that each covers."""
    shares: list[tuple[Instrument, Figure]] = []
    eligible = [item for item in site.facility.instruments if _eligible(item, choices)]
    if (covered := _stated(eligible)) > 1 + ROUNDING:
        details = {"facility": site.facility.id, "covered": f"{100 * covered:.10g} %"}
        choices.report("over-claimed", eligible[0].place, **details)
    for instrument in _in_order(eligible):
        claimed = instrument.figures.get("covers")
        if claimed is None:
            volume = instrument.figures["volume"]
            if site.consumption is None:
                choices.report(
                    "volume-without-meter", instrument.place, name=instrument.name, facility=site.facility.id
                )
                continue
            id, name = f"{instrument.key}.claimed", f"Share that {instrument.name} would cover"
            claimed = derive(id, name, claimed_share, volume=volume, consumption=site.consumption)
        shares.append((instrument, _applied(instrument.key, instrument.name, claimed, [share for _, share in shares])))
    return shares


def _applied(key: str, name: str, claimed: Figure, before: Sequence[Figure]) -> Figure:
    id, words = f"{key}.applied", f"Share that {name} covers"
    if not before:
        return derive(id, words, first_applied_share, claimed=claimed)
    return derive(id, words, applied_share, claimed=claimed, before=before)


def _rest(site: Site, shares: Sequence[Figure]) -> Figure | None:
    if not shares:
        return None
    id = f"{site.facility.key}.uncovered_share"
    return derive(id, "Share that no contract covers", uncovered_share, shares=shares)


def _pool(
    market: str,
    members: Sequence[Site],
    own: Mapping[str, list[tuple[Instrument, Figure]]],
    instruments: Sequence[Instrument],
    choices: Choices,
) -> list[tuple[Instrument, Figure]]:
    """Instruments of a market with the share of its uncovered consumption that each covers."""
    parts: list[Figure] = []
    for site in members:
        if site.consumption is None:
            continue
        rest = _rest(site, [share for _, share in own[site.facility.id]])
        id, name = f"{site.facility.key}.uncovered_energy", f"Electricity of {site.facility.id} that no contract covers"
        parts.append(
            derive(id, name, uncovered_energy, consumption=site.consumption, rest=rest) if rest else site.consumption
        )
    if not parts:
        for instrument in instruments:
            choices.report("instrument-without-market", instrument.place, name=instrument.name, market=market)
        return []
    whole = derive(f"market.{market}.uncovered", f"Uncovered electricity in {market}", pooled_energy, parts=parts)
    shares: list[tuple[Instrument, Figure]] = []
    for instrument in instruments:
        id, name = f"{instrument.key}.claimed", f"Share of {market} that {instrument.name} would cover"
        claimed = derive(id, name, claimed_share, volume=instrument.figures["volume"], consumption=whole)
        shares.append((instrument, _applied(instrument.key, instrument.name, claimed, [share for _, share in shares])))
    return shares


def _factor(
    site: Site, own: Sequence[tuple[Instrument, Figure]], pool: Sequence[tuple[Instrument, Figure]], choices: Choices
) -> Figure:
    """The market-based factor of one facility."""
    facility, key = site.facility, site.facility.key
    assert site.grid.generation is not None
    residual = facility.figures.get("residual_mix")
    applied = list(own)
    rest = _rest(site, [share for _, share in own])
    for instrument, share in pool:
        id, name = f"{instrument.key}.{facility.id}", f"Share of {facility.id} that {instrument.name} covers"
        here = derive(id, name, share_of_pool, rest=rest, pool=share) if rest else share
        applied.append((instrument, here))
    if residual is None and _stated([item for item, _ in own]) < 1 - ROUNDING:
        choices.report("no-residual-mix", facility.place, facility=facility.id)
    remainder = residual or site.grid.generation
    if not applied:
        return remainder
    parts = [
        derive(
            f"{instrument.key}.part.{facility.id}",
            f"{instrument.name} in the market-based factor",
            contract_part,
            share=share,
            factor=instrument.figures["factor"],
        )
        for instrument, share in applied
    ]
    if _covers_all([item for item, _ in applied]):
        return derive(f"{key}.market_factor", f"Market-based factor of {facility.id}", market_factor, parts=parts)
    id = f"{key}.market.uncovered_share"
    left = derive(id, "Share that no contract covers", uncovered_share, shares=[share for _, share in applied])
    id, name = f"{key}.market.uncovered", "What no contract covers, in the market-based factor"
    parts.append(derive(id, name, contract_part, share=left, factor=remainder))
    return derive(f"{key}.market_factor", f"Market-based factor of {facility.id}", market_factor, parts=parts)


def _stated(instruments: Sequence[Instrument]) -> float:
    """What contracts by share cover on paper; a volume may leave something."""
    shares = [item.figures["covers"].reason for item in instruments if "covers" in item.figures]
    return sum(given.value or 0.0 for given in shares if isinstance(given, Given))


def _covers_all(instruments: Sequence[Instrument]) -> bool:
    """Whether shares without a range add up to all: a range, like a volume, may leave something uncovered."""
    given = [item.figures["covers"].reason for item in instruments if "covers" in item.figures]
    ranged = any(isinstance(reason, Given) and reason.spread for reason in given)
    return _stated(instruments) > 1 - ROUNDING and not ranged


ROUNDING = 1e-9
"""Shares of contracts that add up to one but for this much cover all: 33, 56 and 11 % are no 100 % in binary."""
