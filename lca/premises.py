"""What a case leaves open of its sites and hardware: whose they are, what holds the devices, their PUE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from lca.choose import Chooser
from lca.datasets.files import WORLD
from lca.figure import Figure, Place, derive
from lca.inventory import Lease
from lca.methods import component, indicator, workload
from lca.model import Activity, Asset, Case, Facility, Machine

Leased = TypeVar("Leased", Facility, Asset)


def machines_of(asset: Asset, host: str | None, choices: Chooser) -> Mapping[str, Machine]:
    """What the parts say of a device and its host, worked out once."""
    return choices.kept(f"{asset.key}.machines", lambda: component.post(asset, host, choices))


def host_of(asset: Asset, choices: Chooser) -> str | None:
    """The host whose manufacture counts: named, or assumed for accelerators that the case leaves without one."""
    if asset.host:
        return asset.host if choices.is_server(asset.host) else None
    if {"embodied", "host_embodied"} & set(asset.figures) or not choices.is_accelerator(asset.device):
        return None
    return workload.assumed_host(asset, choices, draws=False)


def ownership_of(asset: Asset, facility: Facility, choices: Chooser) -> str:
    """Whose the hardware is: declared, else read from the location, else assumed to be owned."""
    region = choices.region(facility.location, facility.places.get("location", facility.place))
    assumed = False
    if asset.owned:
        taken, rule = asset.owned, "Declared by the case."
    elif region and region.cloud:
        taken, rule = "cloud", "The facility's location is a cloud region."
    else:
        taken, rule, assumed = "owned", "The case does not say; hardware is taken as owned.", True
    place = asset.places.get("owned", asset.place)
    if asset.control and taken != "leased":
        reason = f"hardware that is {taken} has its category by that alone"
        choices.report("no-effect", asset.places["control"], key="control", reason=reason)
    choices.decide(f"{asset.key}.owned", f"Ownership of {asset.id}", taken, rule, place=place, assumed=assumed)
    return taken


def lease_of_site(facility: Facility) -> Lease | None:
    """On what terms a facility is leased; None where it is not."""
    if facility.owned != "leased":
        return None
    return Lease(facility.control != "none", facility.words.get("lease", ""))


def lease_of(activity: Activity, case: Case) -> Lease | None:
    """On what terms that is leased which burns, leaks or draws: a vehicle, or what stands at a leased facility."""
    words = activity.words
    if activity.kind == "vehicles":
        leased = words.get("owned") == "leased"
        return Lease(words.get("control") != "none", words.get("lease", "")) if leased else None
    facility = case.facilities.get(activity.facility or "")
    if facility is None or activity.kind not in AT_A_SITE or words.get("used_in") == "vehicle":
        return None
    return lease_of_site(facility)


AT_A_SITE = ("fuels", "refrigerants", "heat")
"""Activities of what stands at a facility, and is leased with it."""


def control_taken(case: Case, choices: Chooser) -> None:
    """Record that what is leased is taken as operated where the case does not say, with a finding."""
    leased: list[tuple[str, str, str | None, Place]] = [
        *((f"facilities.{item.id}", item.id, item.control, item.place) for item in _leased(case.facilities)),
        *((f"hardware.{item.id}", item.id, item.control, item.place) for item in _leased(case.assets)),
        *(
            (item.key, item.title, item.words.get("control"), item.place)
            for item in case.activities
            if item.kind == "vehicles" and item.words.get("owned") == "leased"
        ),
    ]
    for key, name, control, place in leased:
        if control is None:
            choices.report("control-unsaid", place, name=name)
            choices.decide(
                f"{key}.control",
                f"Who operates {name}",
                "operational",
                "The case does not say; what is leased is taken as operated by the lessee.",
                place=place,
                assumed=True,
                source="ghgp-scope3-2011",
            )


def _leased(declared: Mapping[str, Leased]) -> list[Leased]:
    return [item for item in declared.values() if item.owned == "leased"]


def pue_of(facility: Facility, choices: Chooser) -> Figure | None:
    """The PUE declared, else the provider's for the region, else that of the industry as an assumption."""
    if declared := facility.figures.get("pue"):
        return declared
    site, it = facility.figures.get("metered"), facility.figures.get("it_energy")
    if site and it and site.unit == "kWh_site":
        id, law = f"{facility.key}.pue", indicator.power_usage_effectiveness
        return choices.once(id, lambda: derive(id, f"PUE of {facility.id}", law, site=site, it=it))
    known = choices.datasets.region(facility.location) if facility.location else None
    return choices.pick(
        "pue",
        f"{facility.key}.pue",
        "PUE",
        where=known.code if known else WORLD,
        needed_for=f"the site energy of {facility.id}",
        place=facility.place,
        generic=True,
        convention="pue",
    )


def ask_where_metered(facility: Facility, case: Case, choices: Chooser) -> None:
    """In a rented room a meter may stand at our racks or at the site; what the PUE does to it depends on that."""
    there = [asset.owned for asset in case.assets.values() if asset.facility == facility.id]
    rented = "colocated" in (facility.owned, *([] if facility.owned else there))
    if rented and "pue" in facility.figures and "measured_at" not in facility.places:
        choices.report("meter-place-unsaid", facility.places["pue"], facility=facility.id)
