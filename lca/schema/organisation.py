"""The organisation: who it is, what belongs to it, how it consolidates, and its base year."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.quantity import Quantity, Section, Sentence, Words

Approach = Literal["operational-control", "financial-control", "equity-share"]


class OrganisationSection(Section):
    """The reporting organisation."""

    name: Words
    """As it is registered."""
    consolidation: Approach
    """One approach for the whole inventory; the two others are computed beside it."""
    description: str | None = None
    """What it does, in a sentence."""
    address: str | None = None
    """Its seat."""
    legal_id: str | None = None
    """Its number in a register."""
    country: str | None = None
    """Where factors are looked up of what has neither `facility` nor `region`."""
    significance_threshold: Annotated[
        Any, Quantity("1", "threshold of significance", bare=True, above_zero=True, most=1)
    ] = None
    """Share of the total from which something is large: 5 % where left out, the Corporate Standard's rule of thumb."""
    early_retirement: Literal["write-off", "last-users"] = "write-off"
    """What an early retirement leaves is written off, or borne by those who used the asset last."""
    responsible: str | None = None
    """Person or unit answerable for the report."""


class EntitySection(Section):
    """A company, a branch, a joint venture."""

    name: Words | None = None
    """As it is registered."""
    equity: Annotated[Any, Quantity("1", "equity share", bare=True, least=0, most=1)] = None
    """Economic interest; the whole, with a warning, when left out."""
    financial_control: Literal["yes", "no"] | None = None
    """Whether it is controlled financially; taken as yes, with a warning, when left out."""
    operational_control: Literal["yes", "no"] | None = None
    """Whether it is operated; taken as yes, with a warning, when left out."""
    reason: Sentence | None = None
    """Why the control is as it is."""


Stated = Annotated[Any, Quantity("kgCO2e", "emissions", usual="tCO2e")]
StatedLocation = Annotated[Any, Quantity("kgCO2e_location", "emissions", usual="tCO2e")]
StatedMarket = Annotated[Any, Quantity("kgCO2e_market", "emissions", usual="tCO2e")]


class InventorySection(Section):
    """Totals of an inventory that was made before."""

    scope1: Stated = None
    """Direct emissions."""
    location: StatedLocation = None
    """Scope 2, location-based."""
    market: StatedMarket = None
    """Scope 2, market-based."""
    scope3: Stated = None
    """Other indirect emissions."""


class BaseYearSection(Section):
    """The year against which progress is measured, and its inventory as it was reported."""

    year: Annotated[Any, Quantity("1", "year", bare=True, least=1990, most=2100)]
    reason: Sentence
    """Why this year."""
    inventory: InventorySection
    threshold: Annotated[Any, Quantity("1", "threshold of recalculation", bare=True, above_zero=True, most=1)]
    """Share of the base-year total from which a change is recalculated; a policy, declared before."""
    policy: Literal["net", "absolute"] = "absolute"
    """Whether changes of opposite sign may cancel in the test."""


class RecalculationSection(Section):
    """A change that touches the base year."""

    date: Words
    """When it took effect."""
    what: Sentence
    """What changed."""
    trigger: Literal["structural", "method", "error", "organic"]
    """Acquisition, divestment, outsourcing; a better method or factor; an error; or growth, which never counts."""
    delta: InventorySection
    """By how much the base-year inventory would change."""


class SignificanceSection(Section):
    """Whether an indirect source is significant, by which criteria (ISO 14064-1, 5.2.3)."""

    source: Words
    """Which: a category of the GHG Protocol such as `3.6`, or one of ISO 14064-1 such as `iso.3`."""
    criteria: tuple[Words, ...]
    """Magnitude, influence, risk, sector guidance, outsourcing, engagement."""
    significant: Literal["yes", "no"]
    """Whether it counts."""
    reason: Sentence
    """Why it is judged so."""
    screening: Annotated[Any, Quantity("kgCO2e", "screening estimate", usual="tCO2e", least=0)] = None
    """Its size as estimated for this decision."""
