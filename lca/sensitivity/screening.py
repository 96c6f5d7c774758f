"""Which inputs matter, all moved together: Morris screening, and Sobol indices of first and total order, by SALib.

Inputs are moved over the unit cube, and each becomes the quantile of its distribution there. Inputs that belong
together move as one group.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca.figure import Figure
from lca.sensitivity.fold import fold
from lca.sensitivity.sources import Uncertain

Model = Callable[[Any], Any]
"""Points of the unit cube, points × inputs → the result at each."""

MISSING = "Morris and Sobol need SALib: pip install 'lca-toolkit[sensitivity]'"
POINTS = 1024
"""Of the base sample of Sobol indices; the model is asked groups + 2 times as often."""
TRAJECTORIES = 64
LEVELS = 4
TAIL = 0.025
"""Morris steps between the quantiles of 2.5 % and 97.5 %: a distribution without end has none at 0 and 1."""
OTHERS = "the others together"


class NoSALib(Exception):
    """The library that indices are computed by is not installed."""


@dataclass(frozen=True)
class Index:
    """Sobol indices of one group: its share of the variance alone, and with all that it interacts with.

    Their errors are half widths of bootstrapped 95 % intervals.
    """

    group: str
    first: float
    first_error: float
    total: float
    total_error: float


@dataclass(frozen=True)
class Effect:
    """Elementary effects of one group, from its 2.5 % to its 97.5 % quantile: mean of sizes, and their deviation."""

    group: str
    mean_size: float
    deviation: float


def sobol_indices(groups: Sequence[str], model: Model, *, seed: int, points: int = POINTS) -> list[Index]:
    """First- and total-order indices with intervals; `groups` names the group of every input, in order.

    Saltelli et al. 2010, Jansen's estimator of the total, as SALib has them. Raises `NoSALib`.
    """
    problem = _problem(groups, 0.0, 1.0)
    try:
        from SALib.analyze import sobol as analyse
        from SALib.sample import sobol as sample
    except ImportError:
        raise NoSALib(MISSING) from None
    cube = sample.sample(problem, points, calc_second_order=False, seed=seed)
    found = analyse.analyze(problem, model(_open(cube)), calc_second_order=False, seed=seed)
    names = dict.fromkeys(groups)
    columns = [found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")]
    return [Index(name, *(float(column[at]) for column in columns)) for at, name in enumerate(names)]


def morris_effects(groups: Sequence[str], model: Model, *, seed: int, trajectories: int = TRAJECTORIES) -> list[Effect]:
    """Elementary effects (Morris 1991; mean of sizes by Campolongo et al. 2007), by SALib. Raises `NoSALib`."""
    problem = _problem(groups, TAIL, 1 - TAIL)
    try:
        from SALib.analyze import morris as analyse
        from SALib.sample import morris as sample
    except ImportError:
        raise NoSALib(MISSING) from None
    cube = sample.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    found = analyse.analyze(problem, cube, model(cube), num_levels=LEVELS, seed=seed)
    names = list(dict.fromkeys(groups))
    order = {str(name): position for position, name in enumerate(found["names"])}
    return [
        Effect(
            name,
            float(found["mu_star"][order[name]]),
            # of a group the sign of an effect, and with it the deviation, is not defined
            float(found["sigma"][order[name]]) if len(names) == len(groups) else math.nan,
        )
        for name in names
    ]


def _problem(groups: Sequence[str], low: float, high: float) -> dict[str, Any]:
    names = [f"{group}#{position}" for position, group in enumerate(groups)]
    alone = len(dict.fromkeys(groups)) == len(groups)
    return {
        "num_vars": len(groups),
        "names": list(groups) if alone else names,
        "bounds": [[low, high]] * len(groups),
        **({} if alone else {"groups": list(groups)}),
    }


def _open(cube: Any) -> Any:
    """The open cube: a quantile of 0 or 1 may have no end."""
    import numpy

    least = 0.5 / (1 << 53)
    return numpy.clip(cube, least, 1 - least)


def model_of(top: Figure, values: Mapping[Figure, Any], known: Uncertain, order: Sequence[Figure]) -> Model:
    """A figure of the tree as a function of the unit cube, whose columns are the leaves in `order`.

    Leaves of one correlation group follow the first of them as far as they correlate.
    """
    column = {leaf: position for position, leaf in enumerate(order)}
    first: dict[str, int] = {}
    for leaf in order:
        if leaf in known.groups:
            first.setdefault(known.groups[leaf], column[leaf])

    def at(cube: Any) -> Any:
        from scipy.special import ndtr, ndtri

        def drawn(leaf: Figure) -> Any:
            own = cube[:, column[leaf]]
            if leaf in known.groups and first[known.groups[leaf]] != column[leaf]:
                follows = known.loading[leaf] * known.loading[order[first[known.groups[leaf]]]]
                common = ndtri(cube[:, first[known.groups[leaf]]])
                own = ndtr(follows * common + math.sqrt(max(0.0, 1 - follows * follows)) * ndtri(own))
            return known.shapes[leaf].at(own)

        return next(array for _, array in fold([top], values, order, drawn))

    return at
