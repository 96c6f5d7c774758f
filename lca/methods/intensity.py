"""Totals, and totals per unit of service: the functional unit and the SCI."""

from __future__ import annotations

from typing import Annotated

from lca.equation import counted, equation, total
from lca.units import (
    any_workload_location,
    any_workload_market,
    device_hours,
    kgCO2e,
    kgCO2e_amortised,
    kgCO2e_location,
    kgCO2e_market,
    kgCO2e_workload_location,
    kgCO2e_workload_market,
    kWh_it,
    kWh_site,
    services,
)

kgCO2e_per_service = Annotated[float, "kgCO2e_workload_location/service"]
kgCO2e_per_device_hour = Annotated[float, "kgCO2e_workload_location/device/h"]
sci_per_service = Annotated[float, "kgCO2e_workload_location/service"]
any_total = Annotated[float, "{total}"]


@equation("C", "ghgp-product-2011", parts="C_part")
def workload_total_location(*parts: any_workload_location) -> kgCO2e_workload_location:
    """Footprint of the workload: electricity by location, with upstream, losses and embodied carbon."""
    return total(*(counted(part, "kgCO2e_workload_location") for part in parts))


@equation("C_market", "ghgp-product-2011", parts="C_part")
def workload_total_market(*parts: any_workload_market) -> kgCO2e_workload_market:
    """Footprint of the workload: electricity by contract, with upstream, losses and embodied carbon."""
    return total(*(counted(part, "kgCO2e_workload_market") for part in parts))


@equation("SCI", "iso-21031-2024", operational="O", embodied="M", services="R")
def sci(operational: kgCO2e_location, embodied: kgCO2e_amortised, services: services) -> sci_per_service:
    """Software carbon intensity: location-based operational and reserved embodied carbon per unit of service."""
    return (counted(operational, "kgCO2e_workload_location") + counted(embodied, "kgCO2e_workload_location")) / services


@equation("SCI", "iso-21031-2024", operational="O", services="R")
def sci_without_embodied(operational: kgCO2e_location, services: services) -> sci_per_service:
    """The operational part of the SCI alone, where embodied carbon is not quantified."""
    return counted(operational, "kgCO2e_workload_location") / services


@equation("C_R", "ghgp-product-2011", whole="C", services="R")
def per_service(whole: kgCO2e_workload_location, services: services) -> kgCO2e_per_service:
    """Footprint per unit of service."""
    return whole / services


@equation("C_dev", "ghgp-product-2011", whole="C", time="t_dev")
def per_device_hour(whole: kgCO2e_workload_location, time: device_hours) -> kgCO2e_per_device_hour:
    """Footprint per reserved device-hour."""
    return whole / time


# Options held against each other.


@equation("C_FU", "iso-14044#4.2.3.2", whole="C", delivered="Q", reference="Q_ref")
def for_functional_unit(whole: any_total, delivered: services, reference: services) -> any_total:
    """A total brought to the quantity of the functional unit that every option is compared for."""
    return whole * reference / delivered


@equation("ΔC", "iso-14044#4.2.3.7", option="C_option", against="C_against")
def difference_of_options(option: any_total, against: any_total) -> any_total:
    """What an option comes to beyond another, for the same functional unit."""
    return option - against


# Sums over the workloads of a case, one for each kind.


@equation("E_it", "iso-30134-2", parts="E_it")
def it_energy_of_all(*parts: kWh_it) -> kWh_it:
    """IT energy of all workloads."""
    return total(*parts)


@equation("E_site", "iso-30134-2", parts="E_site")
def site_energy_of_all(*parts: kWh_site) -> kWh_site:
    """Site energy of all workloads."""
    return total(*parts)


@equation("C_loc", "ghgp-scope2-2015#chapter 6", parts="C_loc")
def location_based_of_all(*parts: kgCO2e_location) -> kgCO2e_location:
    """Location-based emissions of all flows of electricity."""
    return total(*parts)


@equation("C_mkt", "ghgp-scope2-2015#chapter 7", parts="C_mkt")
def market_based_of_all(*parts: kgCO2e_market) -> kgCO2e_market:
    """Market-based emissions of all flows of electricity."""
    return total(*parts)


@equation("M", "iso-21031-2024#M", parts="M")
def embodied_of_all(*parts: kgCO2e_amortised) -> kgCO2e_amortised:
    """Amortised embodied carbon of all parts and workloads."""
    return total(*parts)


@equation("C_s", "ghgp-scope3-2011", parts="C_part")
def emissions_of_all(*parts: kgCO2e) -> kgCO2e:
    """Emissions that have neither basis nor view: upstream, losses, releases."""
    return total(*parts)


@equation("t_dev", "iso-21031-2024#TiR", parts="t_dev")
def device_hours_of_all(*parts: device_hours) -> device_hours:
    """Reserved device-hours of all workloads."""
    return total(*parts)
