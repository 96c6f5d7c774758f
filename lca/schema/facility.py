"""A place: its grid, its overhead, its contracts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.quantity import Quantity, Section, Words

Intensity = Quantity("kgCO2e/kWh_site", "carbon per kilowatt-hour", usual="gCO2e/kWh", least=0, most=5)


class InstrumentSection(Section):
    """A contract for electricity."""

    name: Words
    """What it is called in the report."""
    kind: Literal["certificate", "ppa", "supplier", "direct-line"]
    """Energy attribute certificate, power purchase agreement, supplier's rate, or direct line."""
    factor: Annotated[Any, Intensity]
    """Emissions of the electricity that it conveys."""
    covers: Annotated[Any, Quantity("1", "share of consumption covered", bare=True, least=0, most=1)]
    """Share of the facility's consumption that it covers."""


class ReleaseSection(Section):
    """A gas that escaped at a facility."""

    gas: Literal["CO2", "CH4", "N2O", "SF6", "NF3"]
    """Which gas."""
    released: Annotated[Any, Quantity("kg", "mass of gas", least=0)]
    """Its mass, as in `0.6 kg`."""


class FacilitySection(Section):
    """A place where hardware runs."""

    location: str | None = None
    """Country (`FR`), US eGRID subregion (`US-CAMX`) or cloud region (`aws:eu-west-3`)."""
    pue: Annotated[Any, Quantity("kWh_site/kWh_it", "PUE", bare=True, least=1, most=10)] = None
    """Power usage effectiveness: site energy over IT energy (ISO/IEC 30134-2)."""
    wue: Annotated[Any, Quantity("L_site/kWh_it", "WUE", least=0, most=100)] = None
    """Water usage effectiveness: site water over IT energy (ISO/IEC 30134-9)."""
    grid: Annotated[
        Any,
        Quantity(
            "kgCO2e/kWh_site",
            "carbon per kilowatt-hour",
            usual="gCO2e/kWh",
            least=0,
            most=5,
            choices={"boundary": ("generation", "lifecycle")},
        ),
    ] = None
    """Location-based factor, when the case knows better than the data sets."""
    upstream: Annotated[Any, Intensity] = None
    """Upstream emissions of the electricity (scope 3, category 3)."""
    losses: Annotated[
        Any,
        Quantity("1", "grid losses", bare=True, least=0, most=0.9, choices={"basis": ("injected", "delivered")}),
    ] = None
    """Share of electricity lost in the grid; `basis` says of what."""
    residual_mix: Annotated[Any, Intensity] = None
    """Factor of electricity that no contract covers."""
    source_water: Annotated[Any, Quantity("L_source/kWh_site", "water at the power stations", least=0, most=1000)] = (
        None
    )
    """Water consumed per kilowatt-hour generated."""
    scarcity: Annotated[Any, Quantity("Leq/L_site", "water scarcity factor", bare=True, least=0, most=100)] = None
    """Scarcity of the site's water (AWARE)."""
    instruments: tuple[InstrumentSection, ...] = ()
    """Contracts for electricity."""
    refrigerants: tuple[ReleaseSection, ...] = ()
    """Gases that escaped."""
