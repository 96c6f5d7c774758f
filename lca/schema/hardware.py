"""So many devices of one kind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.quantity import Day, Quantity, Section, Words


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
    """Who operates leased hardware."""
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
    per_node: Annotated[Any, Quantity("device/node", "devices per node", bare=True, above_zero=True)] = None
    """How many devices one node holds."""
    memory: Annotated[Any, Quantity("GB", "memory", least=0)] = None
    """Memory reserved; its power follows the convention named under `conventions`."""
    embodied: Annotated[Any, Quantity("kgCO2e/device", "embodied carbon per device", least=0)] = None
    """Manufacture of one device with all that the case counts to it."""
    host_embodied: Annotated[Any, Quantity("kgCO2e/node", "embodied carbon per node", least=0)] = None
    """Manufacture of one node without its devices; needs `per_node`."""
