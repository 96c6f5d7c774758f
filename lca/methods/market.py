"""The market-based factor of a facility: contracts by what they cover, the rest at the residual mix.

Follows chapters 6 and 7 of the Scope 2 Guidance: an instrument counts only when it meets every quality
criterion; it is clipped at the consumption of its market and period; what no instrument covers takes the
supplier's rate, else the residual mix, else the grid's average with the sentence that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lca.equation import equation, least, most, total
from lca.figure import Figure, Given, derive
from lca.methods import Choices
from lca.model import Facility, Grid, Instrument
from lca.units import kgCO2e_per_kWh, kWh_site, ratio

CHAPTER = "ghgp-scope2-2015#chapter 7"
DRAFT = "ghgp-scope2-2015#revision proposed in 2025, matching by the hour"


@equation("v", CHAPTER, volume="V", consumption="E_site")
def claimed_share(volume: kWh_site, consumption: kWh_site) -> ratio:
    """Share of a consumption that the volume of a contract would cover: all of it where there is less."""
    return volume / most(volume, consumption)


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


@equation("E_match", DRAFT, left="E_left", generation="G")
def matched_energy(left: kWh_site, generation: kWh_site) -> kWh_site:
    """What a contract's generation covers of the consumption within one hour, or one month."""
    return least(left, generation)


@equation("E_left", DRAFT, left="E_left", matched="E_match")
def left_to_match(left: kWh_site, matched: kWh_site) -> kWh_site:
    """What is left of the consumption of an hour for the next contract."""
    return left - matched


@equation("v_match", DRAFT, matched="E_match", consumption="E_site")
def matched_share(matched: kWh_site, consumption: kWh_site) -> ratio:
    """Share of a consumption that is matched by generation."""
    return matched / consumption


@equation("E_match", CHAPTER, consumption="E_site", shares="c")
def covered_energy(consumption: kWh_site, *shares: ratio) -> kWh_site:
    """Consumption that contracts cover, over the whole period."""
    return consumption * total(*shares)


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


def factors(
    sites: Sequence[Site], pooled: Sequence[Instrument], choices: Choices, covered: dict[str, Figure] | None = None
) -> dict[str, Figure]:
    """The market-based factor of every facility, by its id; what contracts cover there is added to `covered`."""
    own = {site.facility.id: _own(site, choices) for site in sites}
    by_market: dict[str, list[Site]] = {}
    for site in sites:
        by_market.setdefault(choices.market_of(site.facility), []).append(site)
    pooled = [placed for item in pooled if (placed := _placed(item, by_market, choices))]
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
                found[site.facility.id] = _factor(site, own[site.facility.id], pool, choices, covered)
    return found


def _placed(instrument: Instrument, markets: Mapping[str, object], choices: Choices) -> Instrument | None:
    """An instrument of no facility with its market: the one there is, where it names none and there is one only."""
    if instrument.market:
        return instrument
    if len(markets) != 1:
        named = ", ".join(f"`{market}`" for market in markets) or "no market"
        choices.report("market-unsaid", instrument.place, name=instrument.name, markets=named)
        return None
    (market,) = markets
    choices.decide(
        f"{instrument.key}.market",
        f"Market of {instrument.name}",
        market,
        "The case does not say; all of its sites are of this one.",
        place=instrument.place,
        assumed=True,
        source="ghgp-scope2-2015",
    )
    return replace(instrument, market=market)


def _usable_at(instrument: Instrument, facility: Facility, choices: Choices) -> bool:
    """Whether a facility's own contract is of the market of the facility; of another one it covers nothing there."""
    market = choices.market_of(facility)
    if instrument.market in ("", market, facility.location):
        return True
    details = {"name": instrument.name, "market": instrument.market, "facility": facility.id, "here": market or "none"}
    choices.report("instrument-other-market", instrument.place, **details)
    return False


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
        choices.report("criteria-unsaid", instrument.place, name=instrument.name, criteria="; ".join(open_))
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
    eligible = [
        item
        for item in site.facility.instruments
        if _usable_at(item, site.facility, choices) and _eligible(item, choices)
    ]
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


def _rest(site: Site, shares: Sequence[Figure], choices: Choices) -> Figure | None:
    if not shares:
        return None
    id, name = f"{site.facility.key}.uncovered_share", "Share that no contract covers"
    return choices.once(id, lambda: derive(id, name, uncovered_share, shares=shares))


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
        rest = _rest(site, [share for _, share in own[site.facility.id]], choices)
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
    site: Site,
    own: Sequence[tuple[Instrument, Figure]],
    pool: Sequence[tuple[Instrument, Figure]],
    choices: Choices,
    covered: dict[str, Figure] | None,
) -> Figure:
    """The market-based factor of one facility."""
    facility, key = site.facility, site.facility.key
    assert site.grid.generation is not None
    residual = facility.figures.get("residual_mix") or choices.residual_mix(facility)
    applied = list(own)
    rest = _rest(site, [share for _, share in own], choices)
    for instrument, share in pool:
        id, name = f"{instrument.key}.{facility.id}", f"Share of {facility.id} that {instrument.name} covers"
        here = derive(id, name, share_of_pool, rest=rest, pool=share) if rest else share
        applied.append((instrument, here))
    if residual is None and _stated([item for item, _ in own]) < 1 - ROUNDING:
        choices.report("no-residual-mix", facility.place, facility=facility.id)
    remainder = residual or site.grid.generation
    if not applied:
        return remainder
    if covered is not None and site.consumption:
        id, name = f"{key}.covered", f"Electricity of {facility.id} that contracts cover over the year"
        shares = [share for _, share in applied]
        covered[facility.id] = derive(id, name, covered_energy, consumption=site.consumption, shares=shares)
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


@dataclass(frozen=True)
class Matching:
    """What matching within each hour or month gives beside the year: factors, and the energy that is matched."""

    factors: Mapping[str, Figure]
    energies: Mapping[str, Figure]


def matching(sites: Sequence[Site], pooled: Sequence[Instrument], step: str, choices: Choices) -> Matching:
    """The market-based factors of the facilities when only what is generated in the same hour or month counts."""
    for item in [*pooled, *(item for site in sites for item in site.facility.instruments)]:
        if "matched" not in item.figures:
            choices.report("not-in-matching", item.place, name=item.name, step=step)
    made: dict[str, Figure] = {}
    energies: dict[str, Figure] = {}
    for site in sites:
        facility, key = site.facility, f"{site.facility.key}.{step}"
        if site.grid.generation is None or site.consumption is None:
            continue
        here = [item for item in facility.instruments if _usable_at(item, facility, choices)]
        own = [item for item in _in_order(here) if "matched" in item.figures]
        remainder = facility.figures.get("residual_mix") or choices.residual_mix(facility) or site.grid.generation
        if not own:
            made[facility.id] = remainder
            continue
        parts: list[Figure] = []
        shares: list[Figure] = []
        for item in own:
            id, name = f"{item.key}.{step}.share", f"Share that {item.name} matches, {step}"
            shares.append(
                derive(id, name, matched_share, matched=item.figures["matched"], consumption=site.consumption)
            )
            id, name = f"{item.key}.{step}.part", f"{item.name} in the market-based factor, {step}"
            parts.append(derive(id, name, contract_part, share=shares[-1], factor=item.figures["factor"]))
        left = derive(f"{key}.uncovered_share", f"Share that is not matched, {step}", uncovered_share, shares=shares)
        name = f"What is not matched, in the market-based factor, {step}"
        parts.append(derive(f"{key}.uncovered", name, contract_part, share=left, factor=remainder))
        name = f"Market-based factor of {facility.id}, {step}"
        made[facility.id] = derive(f"{key}.market_factor", name, market_factor, parts=parts)
        name = f"Electricity of {facility.id} that is matched, {step}"
        matched = [item.figures["matched"] for item in own]
        energies[facility.id] = derive(f"{key}.matched", name, pooled_energy, parts=matched)
    return Matching(made, energies)


def share_matched(id: str, name: str, energies: Sequence[Figure], consumptions: Sequence[Figure]) -> Figure | None:
    """The share of all consumption that is covered or matched; None where nothing is."""
    if not energies:
        return None
    whole = derive(f"{id}.of", "Electricity bought", pooled_energy, parts=list(consumptions))
    part = derive(f"{id}.energy", name, pooled_energy, parts=list(energies))
    return derive(id, name, matched_share, matched=part, consumption=whole)


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
