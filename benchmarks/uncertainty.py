"""How fast uncertainty is propagated, beside the obvious loop and beside Brightway.

    make bench

Both ways are run in one process, one after the other, on the same model, and held against each other before any
ratio is printed: another answer in less time is no achievement. Brightway (`pip install bw2calc`) is not needed
otherwise; where it is missing, the line says so. Nothing here passes or fails.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy

from lca.compute import evaluate
from lca.distribution import Lognormal
from lca.equation import REGISTER
from lca.figure import Figure, Given, Place, Spread, derive
from lca.model import Sampling
from lca.pipeline import run
from lca.sensitivity.approach_two import ranked, simulated
from lca.sensitivity.draws import Draws
from lca.sensitivity.fold import fold
from lca.sensitivity.sources import uncertain
from lca.sensitivity.study import Study

ROOT = Path(__file__).resolve().parent.parent
ANNUAL = ROOT / "reports" / "annual-2025" / "case.yaml"
DRAWS = 10_000
LOOPED = 20
"""Draws of the loop; its time is told for as many as ours has, which it would take."""
TIMES = 5
FACTORS = 500
SECONDS = 5.0
"""Brightway draws for so long."""


def best(action: Callable[[], Any]) -> float:
    """The least CPU seconds of several times: what else runs only ever adds."""
    found = []
    for _ in range(TIMES):
        before = time.process_time()
        action()
        found.append(time.process_time() - before)
    return min(found)


def annual() -> None:
    """The annual example: every line, category, scope and total, against a loop over draws and lines."""
    inventory = run(ANNUAL)
    study = Study(inventory, sampling=Sampling(DRAWS))
    figures, values = study.figures, dict(inventory.values)
    for figure in figures.values():
        if figure not in values:
            values[figure] = math.fsum(values[part] or 0.0 for part in figure.inputs)
    ours = best(lambda: simulated(figures, values, study.sampling, total=study.total))
    known = uncertain(figures.values())
    draws = Draws(known, study.sampling, ranked(study.top, values, known))
    columns = {leaf: draws.of(leaf) for leaf in known.shapes}
    before = time.process_time()
    looped = _looped(list(figures.values()), columns, LOOPED)
    loop = (time.process_time() - before) / LOOPED * draws.count
    folded = next(array for _, array in fold([study.top], values, known.shapes, draws.of))
    if not numpy.allclose(folded[:LOOPED], looped[study.top], rtol=1e-9):
        sys.exit("the loop and the fold differ: no ratio")
    drawn = f"{draws.count} draws of {len(known.shapes)} inputs, {len(figures)} figures"
    print(f"\nthe annual example: {drawn}")
    print(f"{'every figure, its mean and quantiles':58} {ours:7.3f} s")
    print(f"{f'a loop over draws and lines, from {LOOPED} draws':58} {loop:7.1f} s   {loop / ours:,.0f} × ours")
    wide = Study(inventory, sampling=Sampling(100_000))
    before = time.process_time()
    count = wide.monte_carlo.draws
    print(f"{f'{count} draws':58} {time.process_time() - before:7.3f} s   {_memory():.0f} MB at most")


def _looped(figures: list[Figure], columns: dict[Figure, Any], count: int) -> dict[Figure, Any]:
    """What one writes first: for every draw, every line from its leaves."""
    found = {figure: numpy.empty(count) for figure in figures}
    for draw in range(count):
        leaves = {leaf: float(column[draw]) for leaf, column in columns.items()}
        for figure in figures:
            found[figure][draw] = evaluate([figure], leaves)[figure]
    return found


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# --------------------------------------------------------------------------------------------------


def _leaf(id: str, unit: str, value: float, sigma: float) -> Figure:
    shape = Lognormal(value, sigma, sigma)
    return Figure(id, id, unit, Given(value, Place("made up"), "assumed", spread=Spread(*shape.interval, "", shape)))


def system() -> tuple[Figure, Any, Any, Any]:
    """So many flows of energy, each with a factor of its own: amounts, factors, and the deviations of both."""
    chance = numpy.random.Generator(numpy.random.PCG64(1))
    amounts, factors = chance.uniform(10, 1000, FACTORS), chance.uniform(0.05, 0.9, FACTORS)
    sigmas = chance.uniform(0.05, 0.3, FACTORS)
    lines = [
        derive(
            f"line.{at}",
            "Line",
            REGISTER["location_based"],
            energy=_leaf(f"energy.{at:04}", "kWh_site", float(amounts[at]), 0.05),
            factor=_leaf(f"factor.{at:04}", "kgCO2e/kWh_site", float(factors[at]), float(sigmas[at])),
        )
        for at in range(FACTORS)
    ]
    return derive("total", "Total", REGISTER["sum_of_lines"], parts=lines), amounts, factors, sigmas


def brightway() -> None:
    """The same system by Brightway's Monte Carlo."""
    top, amounts, factors, sigmas = system()
    values = evaluate([top])
    sampling = Sampling(DRAWS)
    ours = best(lambda: simulated({"total": top}, values, sampling, total="total"))
    found = simulated({"total": top}, values, sampling, total="total")
    rate = found.draws / ours
    print(f"\n{FACTORS} flows with {FACTORS} factors, all lognormal")
    print(f"{'ours':58} {rate:9,.0f} draws/s")
    try:
        import bw2calc
        import bw_processing
    except ImportError:
        print(f"{'Brightway':58} not measured: pip install bw2calc")
        return
    scores, seconds, static = _brightway(bw2calc, bw_processing, amounts, factors, sigmas)
    estimate = found.estimates["total"]
    if not math.isclose(static, estimate.base, rel_tol=1e-9):
        sys.exit(f"the systems differ: {static} and {estimate.base}")
    error = float(scores.std()) / math.sqrt(len(scores))
    if abs(float(scores.mean()) - estimate.mean) > 4 * error:
        sys.exit(f"the means differ: {scores.mean()} and {estimate.mean}")
    theirs = len(scores) / seconds
    words = f"Brightway, bw2calc {bw2calc.__version__}, {len(scores)} draws"
    print(f"{words:58} {theirs:9,.0f} draws/s   ours is {rate / theirs:,.0f} × as fast")


def _brightway(bw2calc: Any, bw_processing: Any, amounts: Any, factors: Any, sigmas: Any) -> tuple[Any, float, float]:
    """Scores of draws, the CPU seconds that they took, and the score as stated."""
    whole, gas, count = 1, 2, len(amounts)
    nodes = numpy.arange(10, 10 + count)

    def indices(rows: Any, columns: Any) -> Any:
        return numpy.array(list(zip(rows, columns, strict=True)), dtype=bw_processing.INDICES_DTYPE)

    def lognormals(medians: Any, deviations: Any) -> Any:
        made = numpy.zeros(len(medians), dtype=bw_processing.UNCERTAINTY_DTYPE)
        made["uncertainty_type"], made["loc"], made["scale"] = 2, numpy.log(medians), deviations
        made["shape"] = made["minimum"] = made["maximum"] = numpy.nan
        return made

    package = bw_processing.create_datapackage()
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=indices([whole, *nodes], [whole, *nodes]),
        data_array=numpy.ones(count + 1),
    )
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=indices(nodes, [whole] * count),
        data_array=amounts,
        flip_array=numpy.ones(count, dtype=bool),
        distributions_array=lognormals(amounts, [0.05] * count),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=indices([gas] * count, nodes),
        data_array=factors,
        distributions_array=lognormals(factors, sigmas),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix", indices_array=indices([gas], [0]), data_array=numpy.ones(1)
    )
    stated = bw2calc.LCA({whole: 1}, data_objs=[package])
    stated.lci()
    stated.lcia()
    # no seed: a given one would draw amounts and factors alike
    drawn = bw2calc.LCA({whole: 1}, data_objs=[package], use_distributions=True)
    drawn.lci()
    drawn.lcia()
    scores = []
    before = time.process_time()
    while time.process_time() - before < SECONDS:
        next(drawn)
        scores.append(drawn.score)
    return numpy.array(scores), time.process_time() - before, float(stated.score)


if __name__ == "__main__":
    annual()
    brightway()
