"""What a machine is made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.quantity import Quantity, Section, Words


class PartSection(Section):
    """Pieces of one kind that a machine is made of."""

    count: Annotated[Any, Quantity("1", "count", bare=True, least=0)]
    """How many of them one machine has."""
    embodied: Annotated[Any, Quantity("kgCO2e_made", "embodied carbon per piece", least=0)] = None
    """Manufacture of one piece, where its maker states it; the model of parts is then not asked."""


class ProcessorSection(PartSection):
    """Processors: `die`, or `cores` and `die_per_core`."""

    cores: Annotated[Any, Quantity("1", "cores", bare=True, above_zero=True)] = None
    """Cores of one processor."""
    die_per_core: Annotated[Any, Quantity("mm2", "die per core", above_zero=True)] = None
    """Area of silicon per core, as in `24.5 mm2`."""
    die: Annotated[Any, Quantity("mm2", "die", above_zero=True)] = None
    """Area of silicon of one processor."""


class ChipsSection(PartSection):
    """Modules or disks that hold so much in silicon: `capacity` and `density`."""

    capacity: Annotated[Any, Quantity("GB", "capacity", above_zero=True)] = None
    """What one piece holds, as in `32 GB`."""
    density: Annotated[Any, Quantity("GB/mm2", "density", usual="GB/cm2", above_zero=True)] = None
    """What its silicon holds per area, as in `1.79 GB/cm2`."""


class MemorySection(ChipsSection):
    """Modules of memory: `capacity` and `density`."""

    embodied_per_GB: Annotated[
        Any, Quantity("kgCO2e_made/GB", "embodied carbon per gigabyte", usual="gCO2e/GB", least=0)
    ] = None
    """Manufacture per gigabyte, where the maker states it."""


class PowerSupplySection(PartSection):
    """Power supplies, by their mass."""

    mass: Annotated[Any, Quantity("kg", "mass", above_zero=True)] = None
    """Mass of one, as in `2.99 kg`."""


class GraphicsSection(PartSection):
    """Graphics processors or other accelerators, from die and memory to their end of life."""

    die: Annotated[Any, Quantity("mm2", "die", above_zero=True)] = None
    """Area of one compute die, as in `814 mm2`."""
    dies: Annotated[Any, Quantity("1", "dies", bare=True, above_zero=True)] = None
    """Compute dies of one processor, where it has several."""
    memory: Annotated[Any, Quantity("GB", "memory", above_zero=True)] = None
    """Its own memory, as in `80 GB`."""
    memory_dies: Annotated[Any, Quantity("1", "dies of memory", bare=True, above_zero=True)] = None
    """Dies, or stacks, that hold the memory."""
    board: Annotated[Any, Quantity("mm2", "board", usual="cm2", above_zero=True)] = None
    """Area of its circuit board, as in `296 cm2`."""
    casing: Annotated[Any, Quantity("kg", "mass of the casing", usual="kg", least=0)] = None
    """Mass of its casing."""
    heatsink: Annotated[Any, Quantity("kg", "mass of the heat sink", usual="kg", least=0)] = None
    """Mass of its heat sink."""
    mass: Annotated[Any, Quantity("kg", "mass", above_zero=True)] = None
    """Mass of the whole, for transport and end of life."""
    by_sea: Annotated[Any, Quantity("km", "distance", least=0)] = None
    """How far it is carried by sea."""
    by_road: Annotated[Any, Quantity("km", "distance", least=0)] = None
    """How far it is carried by road."""
    by_air: Annotated[Any, Quantity("km", "distance", least=0)] = None
    """How far it is carried by air."""


class OtherPartSection(Section):
    """Anything else that a machine is made of."""

    name: Words
    """What it is called in the report."""
    count: Annotated[Any, Quantity("1", "count", bare=True, least=0)]
    """How many of them one machine has."""
    embodied: Annotated[Any, Quantity("kgCO2e_made", "embodied carbon per piece", least=0)]
    """Manufacture of one."""


class PartsSection(Section):
    """What one machine is made of; its manufacture is worked out from it."""

    cpu: ProcessorSection | None = None
    memory: MemorySection | None = None
    ssd: ChipsSection | None = None
    hdd: PartSection | None = None
    power_supply: PowerSupplySection | None = None
    motherboard: PartSection | None = None
    assembly: PartSection | None = None
    case: Literal["rack", "blade", "none"] | None = None
    """Case of a rack server, of a blade with its share of the enclosure, or none."""
    gpu: GraphicsSection | None = None
    other: tuple[OtherPartSection, ...] = ()
    """Further parts, each with its own footprint."""
