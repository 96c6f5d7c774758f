"""What stands beside an inventory: targets, credits, an internal price, misstatements, equivalences."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lca.schema.quantity import Quantity, Section, Sentence, Words
from lca.units import MONEY

Year = Quantity("1", "year", bare=True, least=1990, most=2100)


class TargetSection(Section):
    """A target of absolute contraction."""

    name: Words
    """What it is called in the report."""
    base: Annotated[Any, Quantity("kgCO2e_target", "base-year emissions", usual="tCO2e", least=0)]
    """Emissions of the base year in the target's boundary."""
    base_year: Annotated[Any, Year]
    """The year from which it counts."""
    year: Annotated[Any, Year]
    """When it is to be reached."""
    method: Literal["fixed", "anchored", "residual"]
    """A fixed yearly rate; that rate raised to reach the level of an earlier anchor year; or the rate that leads to
    a residual in a net-zero year, never below the stated floor."""
    rate: Annotated[Any, Quantity("1/year", "yearly reduction", usual="%/year", least=0)]
    """Of the base-year emissions: the rate, or its floor."""
    anchor: Annotated[Any, Year] = None
    """For `anchored`: the year from which the rate counts."""
    net_zero: Annotated[Any, Year] = None
    """For `residual`."""
    reduction: Annotated[Any, Quantity("1", "reduction until net zero", bare=True, least=0, most=1)] = None
    """For `residual`: one less the residual."""
    scopes: tuple[Literal["1", "2", "3"], ...] = ()
    """Which scopes it covers: the year of the inventory is then held against its pathway."""
    basis: Literal["location", "market"] | None = None
    """By which basis its energy counts; needed with scope 2."""


class CreditSection(Section):
    """Carbon credits retired; shown, never subtracted."""

    name: Words
    """The project."""
    volume: Annotated[Any, Quantity("kgCO2e_credit", "credits", usual="tCO2e", least=0)]
    scheme: Words | None = None
    """Under which it was issued."""
    vintage: Words | None = None
    """Year of the reduction."""
    retirement: Words | None = None
    """Where its retirement can be looked up."""


class PriceSection(Section):
    """An internal carbon price, applied to both views of scope 2."""

    value: Annotated[
        Any,
        Quantity(
            f"{MONEY[0]}/kgCO2e",
            "carbon price",
            usual="EUR/tCO2e",
            also=tuple(f"{currency}/kgCO2e" for currency in MONEY[1:]),
            least=0,
        ),
    ]


class EquivalenceSection(Section):
    """The footprint as so many of something familiar; beside the result, in no total."""

    name: Words
    """What it is counted in: `km by car`."""
    each: Annotated[Any, Quantity("kgCO2e_memo", "emissions of one", usual="gCO2e", above_zero=True)]
    """What one of them emits, or takes up."""
    source: Words
    """Who says so."""


class MisstatementSection(Section):
    """A misstatement that was found and not corrected."""

    what: Sentence
    """What was stated wrongly."""
    amount: Annotated[Any, Quantity("kgCO2e_misstated", "misstatement", usual="tCO2e")]
    """Above zero where too much was stated."""


class AssuranceSection(Section):
    """What a verifier found."""

    materiality: Annotated[Any, Quantity("1", "materiality", bare=True, above_zero=True, most=1)]
    """Share of the total from which misstatements are material."""
    misstatements: tuple[MisstatementSection, ...] = ()
