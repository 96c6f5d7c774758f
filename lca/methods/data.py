"""Energy of data: held in memory, stored on disks, sent over networks."""

from __future__ import annotations

from lca.equation import equation
from lca.figure import Figure, derive
from lca.methods import Choices
from lca.model import Workload
from lca.units import gigabyte_hours, gigabytes, kW_it_per_GB, kWh_it, kWh_it_per_GB, ratio


@equation("m_copies", "cloud-carbon-footprint-2024#replication factor", held="m_t", copies="n_copy")
def copies_held(held: gigabyte_hours, copies: ratio) -> gigabyte_hours:
    """Data held over time in all its copies."""
    return held * copies


@equation("E_held", "cloud-carbon-footprint-2024#memory and storage", held="m_t", power="p_GB")
def energy_held(held: gigabyte_hours, power: kW_it_per_GB) -> kWh_it:
    """Energy of data held over time, in memory or on disks."""
    return held * power


@equation("E_sent", "cloud-carbon-footprint-2024#networking", sent="d", each="e_GB")
def energy_sent(sent: gigabytes, each: kWh_it_per_GB) -> kWh_it:
    """Energy of data sent over networks."""
    return sent * each


HELD = {
    "memory_time": ("memory_power", "Power of memory per GB", "Energy of the memory held"),
    "ssd_time": ("ssd_power", "Power of solid-state disks per GB", "Energy of the solid-state disks"),
    "hdd_time": ("hdd_power", "Power of hard disks per GB", "Energy of the hard disks"),
}
"""What is held, by the field that says how much: the choice of its power, and words."""


def post(run: Workload, choices: Choices) -> list[Figure]:
    """The IT energy of a workload's data, each use apart."""
    energies = []
    for field, (choice, words, name) in HELD.items():
        if held := run.figures.get(field):
            power = choices.convention(choice, f"{run.key}.{choice}", words, "kW_it/GB", run.places[field])
            if power is None:
                continue
            if copies := run.figures.get("copies"):
                id = f"{run.key}.{field}.copies"
                held = derive(id, f"{held.name}, all copies", copies_held, held=held, copies=copies)
            energies.append(derive(f"{run.key}.energy.{field}", name, energy_held, held=held, power=power))
    if sent := run.figures.get("transferred"):
        choice, place = "network_energy", run.places["transferred"]
        each = choices.convention(choice, f"{run.key}.{choice}_per_GB", "Energy per data sent", "kWh_it/GB", place)
        if each is not None:
            id, name = f"{run.key}.energy.transferred", "Energy of the data sent"
            energies.append(derive(id, name, energy_sent, sent=sent, each=each))
    if stated := run.figures.get("network_energy"):
        energies.append(stated)
    return energies
