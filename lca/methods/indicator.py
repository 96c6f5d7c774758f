"""Indicators of a data centre: energy, water, reused heat and renewable energy over what its IT equipment draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from lca.equation import equation, total
from lca.figure import Figure, derive
from lca.model import Facility
from lca.units import L_site, L_site_per_kWh_it, kgCO2e_location, kWh_it, kWh_site, kWh_site_per_kWh_it, ratio

kgCO2e_per_kWh_it = Annotated[float, "kgCO2e_location/kWh_it"]
consumed = Annotated[float, "{pool}"]


@equation("PUE", "iso-30134-2", site="E_DC", it="E_IT")
def power_usage_effectiveness(site: kWh_site, it: kWh_it) -> kWh_site_per_kWh_it:
    """Energy of the data centre over that of its IT equipment."""
    return site / it


@equation("WUE", "iso-30134-9", water="W_IN", it="E_IT")
def water_usage_effectiveness(water: L_site, it: kWh_it) -> L_site_per_kWh_it:
    """Water that the data centre takes over the energy of its IT equipment."""
    return water / it


@equation("ERF", "iso-30134-6", reused="E_REUSE", site="E_DC")
def energy_reuse_factor(reused: kWh_site, site: kWh_site) -> ratio:
    """Energy that others use once more, as a share of the energy of the data centre."""
    return reused / site


@equation("REF", "iso-30134-3", site="E_DC", renewable="E_RES")
def renewable_energy_factor(site: kWh_site, *renewable: kWh_site) -> ratio:
    """Renewable energy that the operator owns or buys, as a share of the energy of the data centre."""
    return total(*renewable) / site


@equation("CUE", "iso-30134-8", it="E_IT", emissions="C_loc")
def carbon_usage_effectiveness(it: kWh_it, *emissions: kgCO2e_location) -> kgCO2e_per_kWh_it:
    """Location-based emissions of the data centre's electricity over the energy of its IT equipment."""
    return total(*emissions) / it


@equation("ERE", "eu-2024-1364", site="E_DC", reused="E_REUSE", it="E_IT")
def energy_reuse_effectiveness(site: kWh_site, reused: kWh_site, it: kWh_it) -> kWh_site_per_kWh_it:
    """Energy of the data centre less what others use once more, over the energy of its IT equipment."""
    return (site - reused) / it


@equation("A_own", "ghgp-corporate-2004#chapter 3", amount="A", share="s")
def share_of_site(amount: consumed, share: ratio) -> consumed:
    """The part of what a site takes that falls to the organisation, by its equity share."""
    return amount * share


# --- posting

RENEWABLE = {
    "renewable.certificates": "of guarantees of origin",
    "renewable.ppa": "of power purchase agreements",
    "renewable.on_site": "made on site",
}
"""What renewable energy may come from, as the regulation asks to tell apart."""


@dataclass(frozen=True)
class Totals:
    """What a data centre took in the period; None where neither metered nor declared."""

    site: Figure
    it: Figure | None
    """Of its IT equipment."""
    measured: bool
    """Whether the IT energy is a total of its own, and not the site's over a declared PUE."""
    water: Figure | None
    emissions: Sequence[Figure]


def post(facility: Facility, taken: Totals) -> dict[str, Figure]:
    """The indicators of a facility for which there are totals, by id; a declared PUE or WUE is shown as it is."""
    found: dict[str, Figure] = {}
    key, of, site, it = facility.key, facility.id, taken.site, taken.it
    reused = facility.figures.get("reused_heat")
    shares = {id: facility.figures[id] for id in RENEWABLE if id in facility.figures}
    measured = it if taken.measured else None
    if measured:
        id, name = f"{key}.indicator.pue", f"PUE of {of}"
        found["pue"] = derive(id, name, power_usage_effectiveness, site=site, it=measured)
    elif "pue" in facility.figures:
        found["pue"] = facility.figures["pue"]
    if it and taken.water:
        id, name = f"{key}.indicator.wue", f"WUE of {of}"
        found["wue"] = derive(id, name, water_usage_effectiveness, water=taken.water, it=it)
    elif "wue" in facility.figures:
        found["wue"] = facility.figures["wue"]
    if reused:
        id, name = f"{key}.indicator.erf", f"Energy reuse factor of {of}"
        found["erf"] = derive(id, name, energy_reuse_factor, reused=reused, site=site)
    if shares:
        found |= _renewable(key, of, site, shares)
    if it and taken.emissions:
        id, name = f"{key}.indicator.cue", f"CUE of {of}, location-based"
        found["cue"] = derive(id, name, carbon_usage_effectiveness, it=it, emissions=taken.emissions)
    if it and reused:
        id, name = f"{key}.indicator.ere", f"Energy reuse effectiveness of {of}"
        found["ere"] = derive(id, name, energy_reuse_effectiveness, site=site, reused=reused, it=it)
    return {f"facility.{of}.{name}": figure for name, figure in found.items()}


def _renewable(key: str, of: str, site: Figure, shares: Mapping[str, Figure]) -> dict[str, Figure]:
    """The renewable energy factor, and what of it each kind of source makes."""
    name = f"Renewable energy factor of {of}"
    whole = derive(f"{key}.indicator.ref", name, renewable_energy_factor, site=site, renewable=list(shares.values()))
    found = {"ref": whole}
    for id, words in RENEWABLE.items() if len(shares) > 1 else ():
        if id in shares:
            part = f"ref.{id.partition('.')[2]}"
            law = renewable_energy_factor
            found[part] = derive(f"{key}.indicator.{part}", f"{name}, {words}", law, site=site, renewable=[shares[id]])
    return found
