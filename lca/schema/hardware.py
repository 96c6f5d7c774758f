"""So many devices of one kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.parts import PartsSection
from lca.schema.quantity import Day, Quantity, Section, Words


class CurvePointSection(Section):
    """A point of a power curve."""

    at: Annotated[Any, Quantity("1", "utilisation", bare=True, least=0, most=1)]
    """Utilisation."""
    share: Annotated[Any, Quantity("1", "share of full power", bare=True, least=0, most=10)]
    """What is drawn there, as a share of `power`: the rated power, or the TDP."""


class HardwareSection(Section):
    """So many devices of one kind."""

    device: str | None = None
    """A device of the data sets, as in `gpu/nvidia-a100-sxm4-80gb`; its usual names work too."""
    count: Annotated[Any, Quantity("device", "count", bare=True, above_zero=True)] = None
    """How many devices."""
    host: str | None = None
    """The server that holds them, as in `server/dgx-a100`."""
    facility: Words
    """Where they stand."""
    owned: Literal["owned", "leased", "colocated", "cloud"] | None = None
    """Whose they are: decides scope and category."""
    control: Literal["operational", "none"] | None = None
    """Whether we operate leased hardware; taken as yes, with a warning, when left out."""
    lease: Literal["finance", "operating"] | None = None
    """Kind of the lease: under financial control and by equity, an operating lease is not consolidated."""
    acquired: Day | None = None
    """When it was bought: an inventory recognises its manufacture in that year."""
    retired: Day | None = None
    """When it left service."""
    lifetime: Annotated[Any, Quantity("h", "lifetime", usual="years", above_zero=True)] = None
    """How long the hardware serves."""
    lifetime_utilisation: Annotated[
        Any, Quantity("1", "share of the lifetime reserved", bare=True, above_zero=True, most=1)
    ] = None
    """Share of its life for which anybody reserves it; the idle rest is then carried by the users."""
    reserved: Annotated[Any, Quantity("1", "reserved share", bare=True, least=0, most=1)] = None
    """Share of each device that is reserved (RR / ToR of the SCI): scales manufacture, and energy from power."""
    power: Annotated[Any, Quantity("kW_it/device", "power per device", usual="W", least=0)] = None
    """Power at full load, per device, when it differs from the rated power."""
    idle_power: Annotated[Any, Quantity("kW_it/device", "idle power per device", usual="W", least=0)] = None
    """Power when idle, per device."""
    host_power: Annotated[Any, Quantity("kW_it/device", "host power per device", usual="W", least=0)] = None
    """What processors, memory, network, fans and supply losses draw, per device."""
    power_curve: tuple[CurvePointSection, ...] = ()
    """Power over utilisation, by points: `[{at: 0 %, share: 12 %}, {at: 100 %, share: 102 %}]`."""
    power_share: Annotated[Any, Quantity("1", "share of the power", bare=True, least=0, most=1)] = None
    """Share of the power alone, by a curve, where the manufacture is that of the share already; else `reserved`."""
    per_node: Annotated[Any, Quantity("device/node", "devices per node", bare=True, above_zero=True)] = None
    """How many devices one node holds."""
    memory: Annotated[Any, Quantity("GB", "memory", least=0)] = None
    """Memory reserved; its power follows the convention named under `conventions`."""
    embodied: Annotated[Any, Quantity("kgCO2e/device", "embodied carbon per device", least=0)] = None
    """Manufacture of one device with all that the case counts to it."""
    host_embodied: Annotated[Any, Quantity("kgCO2e/node", "embodied carbon per node", least=0)] = None
    """Manufacture of one node without its devices; needs `per_node`."""
    parts: PartsSection | None = None
    """What one device is made of; its manufacture follows from it where nobody published a footprint."""
    host_parts: PartsSection | None = None
    """What one node is made of without its devices; needs `per_node`."""
