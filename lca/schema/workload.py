"""What ran on the hardware."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lca.schema.inference import InferenceSection
from lca.schema.quantity import Quantity, Section, Words
from lca.units import MONEY


class ServiceSection(Section):
    """What a workload delivers."""

    count: Annotated[Any, Quantity("service", "count", bare=True, above_zero=True)]
    """How many."""
    unit: Words
    """Of what: training run, EFLOP, Mtok, request, image."""


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class RunSection(Section):
    """What every workload may say."""

    kind: Literal["training", "fine-tuning", "inference", "evaluation", "processing"]
    """What it was."""
    title: Words | None = None
    """Its name in the report."""
    runs_on: Words
    """The hardware."""
    duration: Annotated[Any, Quantity("h", "duration", above_zero=True)] = None
    """How long the hardware was reserved for it."""
    device_hours: Annotated[Any, Quantity("device*h", "device-hours", above_zero=True)] = None
    """Device-hours (GPU-hours) instead of a duration."""
    power: Annotated[Any, Quantity("kW_it/device", "power per device", usual="W", least=0, record="log")] = None
    """Mean power per device, or `{log: evidence/nvidia-smi.csv}`."""
    utilisation: Annotated[Any, Quantity("1", "utilisation", bare=True, least=0, most=1)] = None
    """Share of the time at full load; with the device's model of power."""
    energy: Annotated[Any, Quantity("kWh_it", "IT energy", least=0, record="record")] = None
    """IT energy of the nodes, or `{record: evidence/emissions.csv}`."""
    accelerator_energy: Annotated[Any, Quantity("kWh_it", "energy at the accelerators", least=0)] = None
    """Energy at the accelerators alone."""
    host_energy: Annotated[Any, Quantity("kWh_it", "energy of the host", least=0)] = None
    """Energy of the hosts beside the accelerators."""
    site_energy: Annotated[Any, Quantity("kWh_site", "site energy", least=0)] = None
    """Energy at the site's meter, overhead included: PUE is not applied to it."""
    memory_time: Annotated[Any, Quantity("GB*h", "memory over time", least=0)] = None
    """Memory held over time, as in `90 GB*h`; its energy follows the convention `memory_power`."""
    ssd_time: Annotated[Any, Quantity("GB*h", "storage over time", usual="TB*h", least=0)] = None
    """Storage on solid-state disks over time, as in `1 TB*h`; its energy follows the convention `ssd_power`."""
    hdd_time: Annotated[Any, Quantity("GB*h", "storage over time", usual="TB*h", least=0)] = None
    """Storage on hard disks over time, as in `1 TB*h`; its energy follows the convention `hdd_power`."""
    copies: Annotated[Any, Quantity("1", "copies", bare=True, least=1)] = None
    """How many copies of stored data and memory are kept (replication)."""
    transferred: Annotated[Any, Quantity("GB", "data sent", least=0)] = None
    """Data sent over networks, as in `10 TB`; its energy follows the convention `network_energy`."""
    network_energy: Annotated[Any, Quantity("kWh_it", "energy of the network", least=0)] = None
    """Energy of networks, when it is known."""
    measured_at: Literal["accelerators", "node", "site"] | None = None
    """Where `power` or `energy` was measured."""
    price: Annotated[Any, Quantity(MONEY[0], "price", also=MONEY[1:], least=0)] = None
    """What it is charged, where a facility is shared out by price."""
    operational: Annotated[Any, Quantity("kgCO2e", "operational emissions", least=0)] = None
    """Emissions of its electricity as somebody else stated them."""
    embodied: Annotated[Any, Quantity("kgCO2e", "embodied emissions", least=0)] = None
    """Its share of manufacture as somebody else stated it."""
    produces: Annotated[tuple[ServiceSection, ...], BeforeValidator(_one_or_many)] = ()
    """The functional unit, or several; the first one is the report's."""


class WorkloadSection(InferenceSection, RunSection):
    """Something that ran. Energy is stated in exactly one way."""
