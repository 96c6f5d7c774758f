"""The face of what is asked of a case beyond its figures: uncertainty, budgets, scenarios."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from lca.model import FEWEST_DRAWS, LARGEST_SEED, MOST_DRAWS
from lca.schema.quantity import Quantity, Section, Sentence, Words


class CorrelationSection(Section):
    """Values that tend to be wrong together."""

    figures: tuple[Words, ...]
    """Their ids, as `lca explain` lists them."""
    coefficient: Annotated[Any, Quantity("1", "correlation", bare=True, least=-1, most=1)]
    """The coefficient between each pair of them; below 0 for two values only."""


class UncertaintySection(Section):
    """How the uncertainty of the result is drawn."""

    draws: Annotated[Any, Quantity("1", "number of draws", bare=True, least=FEWEST_DRAWS, most=MOST_DRAWS)] | None = (
        None
    )
    """Monte Carlo draws; of Sobol points the next number that makes sixteen equal powers of two. 16384 unless said."""
    seed: Annotated[Any, Quantity("1", "seed", bare=True, least=0, most=LARGEST_SEED)] = None
    """Where the pseudo-random numbers begin; 1 unless said."""
    generator: Literal["pcg64", "sobol"] = "pcg64"
    """The pseudo-random numbers of PCG64, or scrambled Sobol points."""
    correlations: tuple[CorrelationSection, ...] = ()
    """Which values tend to be wrong together."""


class BudgetSection(Section):
    """What a total may come to in the period."""

    name: Words
    """What it is called in the report."""
    total: Words
    """The id of the total: total, total.location, scope2.market, attribution.hall.train.location …"""
    limit: Annotated[Any, Quantity("kgCO2e", "budget", usual="tCO2e", above_zero=True)]
    """What it may come to at most."""


class FunctionalUnitSection(Section):
    """What the case delivers, for a comparison with other cases; left out, what its workload `produces`."""

    definition: Words
    """Of what, as in `call answered` or `training run`."""
    quantity: Annotated[Any, Quantity("service", "quantity", bare=True, above_zero=True)]
    """How many of it the case is about."""
    quality: Sentence | None = None
    """What makes one as good as another: the model, an accuracy, how soon it must be there."""
    equivalence_note: Sentence | None = None
    """Why it stands for the same function as another case whose definition or quality reads otherwise."""


class ScenarioSection(Section):
    """The same case with other choices: each a scenario of its own, none with a probability."""

    title: Sentence
    """What is otherwise; without `changes`, the name of the case itself among its scenarios."""
    against: Words | None = None
    """The scenario that `lca compare` holds it against; the case itself when left out."""
    changes: dict[str, Any] = Field(default_factory=dict)
    """Sections and keys as in the case, with what stands there instead; an empty value leaves a key out."""
