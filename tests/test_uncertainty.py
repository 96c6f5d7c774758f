"""Distributions, draws and what is made of them, held against closed forms and published references."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca import cli
from lca.compute import evaluate
from lca.distribution import (
    Bounded,
    Distribution,
    Lognormal,
    Normal,
    Pert,
    Triangular,
    Uniform,
    bounded,
    lognormal,
    of_range,
)
from lca.equation import REGISTER
from lca.figure import Figure, Given, Place, Spread, derive
from lca.model import Correlation, Sampling
from lca.pipeline import run
from lca.sensitivity.approach_one import propagated
from lca.sensitivity.approach_two import simulated
from lca.sensitivity.breakeven import breakevens, curve
from lca.sensitivity.screening import model_of, morris_effects, sobol_indices
from lca.sensitivity.sources import uncertain
from lca.sensitivity.study import Study

SHAPES: dict[str, Distribution] = {
    "normal": Normal(10.0, 1.5, 1.5),
    "normal to either side": Normal(10.0, 1.0, 2.5),
    "lognormal": Lognormal(10.0, 0.3, 0.3),
    "lognormal to either side": Lognormal(10.0, 0.1, 0.4),
    "uniform": Uniform(8.0, 14.0),
    "triangular": Triangular(8.0, 9.0, 14.0),
    "triangular, mode at an end": Triangular(8.0, 8.0, 14.0),
    "pert": Pert(8.0, 9.0, 14.0),
    "cut": Bounded(Normal(10.0, 1.5, 1.5), 9.5, 13.0),
}
MANY = (numpy.arange(400_000) + 0.5) / 400_000


@pytest.mark.parametrize("name", SHAPES)
def test_shape__moments_are_those_of_its_quantiles(name):
    values = SHAPES[name].at(MANY)
    assert SHAPES[name].mean == pytest.approx(values.mean(), rel=1e-4)
    assert SHAPES[name].deviation == pytest.approx(values.std(), rel=1e-3)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("probability", [0.001, 0.025, 0.3, 0.5, 0.9, 0.999])
def test_shape__below_undoes_at(name, probability):
    shape = SHAPES[name]
    assert shape.below(float(shape.at(probability))) == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize("name", SHAPES)
def test_shape__in_another_unit__is_the_same(name):
    scaled = SHAPES[name].scaled(1000.0)
    assert scaled.mean == pytest.approx(1000 * SHAPES[name].mean, rel=1e-9)
    assert float(scaled.at(0.2)) == pytest.approx(1000 * float(SHAPES[name].at(0.2)), rel=1e-12)


@given(st.floats(0.1, 100), st.floats(0.2, 0.99), st.floats(1.01, 4))
def test_range__is_met_exactly_and_has_the_value_as_its_median(median, down, up):
    low, high = of_range(median, median * down, median * up).interval
    assert low == pytest.approx(median * down, rel=1e-9)
    assert high == pytest.approx(median * up, rel=1e-9)
    assert float(of_range(median, median * down, median * up).at(0.5)) == pytest.approx(median, rel=1e-12)


def test_pedigree_factor__is_a_squared_deviation():
    """Taken for the deviation itself it would double σ."""
    assert lognormal(6240.0, 1.24373904234).over == pytest.approx(0.109061099638, rel=1e-10)


def test_bound__is_not_passed__and_leaves_alone_what_does_not_reach_it():
    shape = Normal(1.1, 0.1, 0.1)
    cut = bounded(shape, 1.0, None)
    assert cut.at(MANY).min() >= 1.0
    assert cut.mean > shape.mean
    assert bounded(Normal(1.5, 0.05, 0.05), 1.0, None) == Normal(1.5, 0.05, 0.05)


# --------------------------------------------------------------------------------------------------
# Trees by hand

SITE, OPERATIONAL, SUM = REGISTER["site_energy"], REGISTER["location_based"], REGISTER["sum_of_lines"]


def leaf(id: str, unit: str, value: float, shape: Distribution | None = None) -> Figure:
    spread = Spread(*shape.interval, "by hand", shape) if shape else None
    return Figure(id, id, unit, Given(value, Place("hand"), "declared", spread=spread))


def lines_of(factors: list[Figure], energies: list[Figure]) -> list[Figure]:
    return [
        derive(f"line.{position}", "Line", OPERATIONAL, energy=energy, factor=factor)
        for position, (factor, energy) in enumerate(zip(factors, energies, strict=True))
    ]


def valued(top: Figure) -> dict[Figure, float]:
    return evaluate([top])


SAMPLING = Sampling(draws=65_536, seed=7)


def estimate(top: Figure, sampling: Sampling = SAMPLING):
    return simulated({"top": top}, valued(top), sampling, total="top", errors_of={"top"}).estimates["top"]


def within_four_errors(found: float, wanted: float, error: float | None) -> None:
    assert error is not None
    assert abs(found - wanted) <= 4 * error + 1e-9 * abs(wanted)


@pytest.mark.parametrize("generator", ["pcg64", "sobol"])
@pytest.mark.parametrize("sigmas", [(0.05, 0.1), (0.3, 0.2), (0.5, 0.6)])
def test_product_of_lognormals__is_lognormal(generator, sigmas):
    """Its median is the product of the medians; variances of the logarithms add up."""
    first, second = (Lognormal(1.0, sigma, sigma) for sigma in sigmas)
    energy = leaf("energy", "kWh_site", 100.0, first.scaled(100.0))
    (line,) = lines_of([leaf("factor", "kgCO2e/kWh_site", 0.4, second.scaled(0.4))], [energy])
    sigma = math.hypot(*sigmas)
    found = estimate(line, replace(SAMPLING, generator=generator))
    within_four_errors(found.mean, 40 * math.exp(sigma**2 / 2), found.mean_error)
    within_four_errors(found.low, 40 * math.exp(-1.959963984540054 * sigma), found.low_error)
    within_four_errors(found.high, 40 * math.exp(1.959963984540054 * sigma), found.high_error)


@pytest.mark.parametrize("generator", ["pcg64", "sobol"])
def test_sum_of_lognormals__has_the_mean_and_the_variance_of_its_parts(generator):
    shapes = [Lognormal(100.0, sigma, sigma) for sigma in (0.1, 0.3, 0.5)]
    energies = [leaf(f"energy.{at}", "kWh_site", 100.0, shape) for at, shape in enumerate(shapes)]
    factor = leaf("factor", "kgCO2e/kWh_site", 1.0)
    top = derive("sum", "Sum", SUM, parts=lines_of([factor] * 3, energies))
    found = estimate(top, replace(SAMPLING, generator=generator))
    within_four_errors(found.mean, sum(shape.mean for shape in shapes), found.mean_error)
    assert found.deviation == pytest.approx(math.hypot(*(shape.deviation for shape in shapes)), rel=0.03)


def three_sites(shared: bool) -> Figure:
    """100, 200 and 300 MWh, each ± 3 %, at 0.4 t/MWh ± 10 %: one factor, or wrongly one each."""
    factor = Normal(0.4, 0.04 / 1.96, 0.04 / 1.96)
    meters = [
        leaf(f"energy.{at}", "kWh_site", 1e5 * at, Normal(1e5 * at, 3e3 * at / 1.96, 3e3 * at / 1.96))
        for at in (1, 2, 3)
    ]
    one = leaf("factor", "kgCO2e/kWh_site", 0.4, factor)
    factors = [one if shared else leaf(f"factor.{at}", "kgCO2e/kWh_site", 0.4, factor) for at in (1, 2, 3)]
    return derive("sum", "Sum", SUM, parts=lines_of(factors, meters))


def test_factor_of_three_sites__is_drawn_once():
    """Drawn by every site for itself, the interval would be 36.0 % too narrow: by slopes, and by draws."""
    shared, apart = (propagated(top, valued(top)).half_width for top in map(three_sites, (True, False)))
    assert 1 - apart / shared == pytest.approx(0.360035561911, rel=1e-9)
    drawn = [estimate(three_sites(how)).deviation for how in (True, False)]
    assert 1 - drawn[1] / drawn[0] == pytest.approx(0.36, abs=0.015)


def test_factor_of_the_data_sets__moves_three_sites_together(case):
    sites = "\n".join(
        f"  {name}: {{location: FR, electricity: {{metered: {amount} MWh}}}}"
        for name, amount in (("one", 100), ("two", 200), ("three", 300))
    )
    text = f"""\
lca: 1
title: Three sites
subject: organisation
period: {{start: 2024-01-01, end: 2024-12-31}}
organisation: {{name: Acme, consolidation: operational-control}}
facilities:
{sites}
"""
    study = Study(run(case(text)), "scope2.location")
    estimates = study.monte_carlo.estimates
    whole = estimates["scope2.location"]
    alone = [estimates[f"facility.{name}"] for name in ("one", "two", "three")]
    lines = [estimates[line.figure.id] for line in study.lines if line.category == "2"]
    assert len(lines) == 3
    assert whole.deviation == pytest.approx(sum(line.deviation for line in lines), rel=1e-9)
    assert all(one.deviation > 0 for one in alone)


def test_correlation__is_that_of_the_draws():
    shapes = [Lognormal(10.0, 0.2, 0.2), Normal(5.0, 1.0, 1.0)]
    energies = [leaf(f"energy.{at}", "kWh_site", float(shape.at(0.5)), shape) for at, shape in enumerate(shapes)]
    factor = leaf("factor", "kgCO2e/kWh_site", 1.0)
    lines = lines_of([factor] * 2, energies)
    top = derive("sum", "Sum", SUM, parts=lines)
    for coefficient in (0.8, -0.6):
        together = Sampling(65_536, 3, "pcg64", (Correlation(("energy.0", "energy.1"), coefficient, Place("hand")),))
        found = estimate(top, together)
        parts = [shape.deviation for shape in shapes]
        wanted = math.sqrt(parts[0] ** 2 + parts[1] ** 2 + 2 * coefficient * parts[0] * parts[1])
        assert found.deviation == pytest.approx(wanted, rel=0.03)
        first = propagated(top, valued(top), together.correlations)
        assert first.deviation == pytest.approx(wanted, rel=1e-12)
        assert sum(part.share for part in first.contributions) == pytest.approx(1, rel=1e-12)


def test_approaches__agree_where_the_first_holds__and_say_so_where_not(case):
    text = """\
lca: 1
title: A run
period: {start: 2024-01-01, end: 2024-12-31}
facilities:
  hall: {pue: {value: 1.3, uncertainty: 4 %}, grid: {value: 300 gCO2e/kWh, uncertainty: WIDE}}
hardware:
  gpus: {count: 8, facility: hall, owned: cloud, embodied: 0 kgCO2e}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, energy: {value: 60 kWh, uncertainty: 6 %}}
"""
    assert Study(run(case(text.replace("WIDE", "10 %")))).agreement.startswith("Both approaches agree")
    wide = Study(run(case(text.replace("uncertainty: WIDE", "low: 100 gCO2e/kWh, high: 900 gCO2e/kWh"))))
    assert "Approach 1 does not hold here" in wide.agreement
    assert "wider than ± 30%" in wide.agreement
    assert "not symmetric" in wide.agreement


# --------------------------------------------------------------------------------------------------
# The same numbers every time


def test_draws__same_seed__same_numbers__in_any_order_of_lines():
    factor = Lognormal(0.4, 0.1, 0.1)
    energies = [leaf(f"energy.{at}", "kWh_site", 10.0 * at, Normal(10.0 * at, 1.0, 1.0)) for at in range(1, 9)]
    one = leaf("factor", "kgCO2e/kWh_site", 0.4, factor)
    lines = lines_of([one] * 8, energies)
    for generator in ("pcg64", "sobol"):
        sampling = Sampling(4096, 5, generator)
        forth, back = (derive("sum", "Sum", SUM, parts=parts) for parts in (lines, lines[::-1]))
        first, second = estimate(forth, sampling), estimate(back, sampling)
        again = estimate(forth, sampling)
        assert (first.low, first.high, first.mean) == (again.low, again.high, again.mean)
        assert first.low == pytest.approx(second.low, rel=1e-12)
        assert first.high == pytest.approx(second.high, rel=1e-12)
        assert first.low != estimate(forth, replace(sampling, seed=6)).low


def test_draws__of_a_leaf__do_not_depend_on_what_else_there_is():
    """So that two cases that share an input draw it alike."""
    factor = leaf("factor", "kgCO2e/kWh_site", 0.4, Lognormal(0.4, 0.1, 0.1))
    energy = leaf("energy", "kWh_site", 10.0, Normal(10.0, 1.0, 1.0))
    (alone,) = lines_of([factor], [leaf("certain", "kWh_site", 10.0)])
    both = derive("sum", "Sum", SUM, parts=[alone, *lines_of([leaf("other", "kgCO2e/kWh_site", 1.0)], [energy])])
    values = valued(both)
    found = simulated({"top": both, "alone": alone}, values, SAMPLING, total="top")
    assert found.estimates["alone"].high == estimate(alone).high


def test_shares_of_variance__of_what_adds_up__add_up():
    top = three_sites(shared=True)
    figures = {"top": top} | {line.id: line for line in top.inputs}
    found = simulated(figures, valued(top), SAMPLING, total="top").estimates
    shares = [found[line.id].share for line in top.inputs]
    assert sum(share for share in shares if share is not None) == pytest.approx(1, rel=1e-9)


def test_sobol_points__come_in_sixteen_powers_of_two():
    top = three_sites(shared=True)
    found = simulated({"top": top}, valued(top), Sampling(10_000, 1, "sobol"), total="top")
    assert found.draws == 16 * 1024


# --------------------------------------------------------------------------------------------------
# All inputs at once


def test_sobol_indices__of_ishigami__are_the_published_ones():
    """Ishigami and Homma 1990, a = 7, b = 0.1: S = 0.3139, 0.4424, 0 and ST = 0.5576, 0.4424, 0.2437."""

    def ishigami(cube):
        x, y, z = (-math.pi + 2 * math.pi * cube[:, at] for at in range(3))
        return numpy.sin(x) + 7 * numpy.sin(y) ** 2 + 0.1 * z**4 * numpy.sin(x)

    found = sobol_indices(["x1", "x2", "x3"], ishigami, seed=1, points=4096)
    for index, first, total in zip(found, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert index.first == pytest.approx(first, abs=max(0.01, 2 * index.first_error))
        assert index.total == pytest.approx(total, abs=max(0.01, 2 * index.total_error))
    effects = {effect.group: effect for effect in morris_effects(["x1", "x2", "x3"], ishigami, seed=1)}
    assert min(effects["x1"].mean_size, effects["x2"].mean_size) > 0
    assert effects["x3"].deviation > effects["x3"].mean_size / 10


def test_sobol_indices__of_a_product__keep_the_sum_rules():
    """E × f, both lognormal: S_i = (e^σᵢ² − 1) ∕ V, interaction (e^σ₁² − 1)(e^σ₂² − 1) ∕ V; ΣS ≤ 1 ≤ ΣST."""
    sigmas = (0.3, 0.5)
    energy = leaf("energy", "kWh_site", 1.0, Lognormal(1.0, sigmas[0], sigmas[0]))
    (line,) = lines_of([leaf("factor", "kgCO2e/kWh_site", 1.0, Lognormal(1.0, sigmas[1], sigmas[1]))], [energy])
    known = uncertain([line])
    order = sorted(known.shapes, key=lambda one: one.id)
    found = sobol_indices([one.id for one in order], model_of(line, valued(line), known, order), seed=2, points=8192)
    parts = {"energy": math.exp(sigmas[0] ** 2) - 1, "factor": math.exp(sigmas[1] ** 2) - 1}
    whole = math.exp(sigmas[0] ** 2 + sigmas[1] ** 2) - 1
    for index in found:
        assert index.first == pytest.approx(parts[index.group] / whole, abs=0.02)
        others = math.prod(part for name, part in parts.items() if name != index.group)
        assert index.total == pytest.approx(parts[index.group] * (1 + others) / whole, abs=0.02)
    assert sum(index.first for index in found) <= 1 <= sum(index.total for index in found)


# --------------------------------------------------------------------------------------------------
# Break-even and curves


def test_breakeven__of_a_product_is_its_share__of_a_divisor_its_inverse(case):
    text = """\
lca: 1
title: A run
period: {start: 2024-01-01, end: 2024-12-31}
facilities:
  hall: {pue: 1, grid: {value: 0 gCO2e/kWh}}
hardware:
  gpus: {count: 8, facility: hall, owned: owned, embodied: {value: 100 kgCO2e, low: 90 kgCO2e, high: 120 kgCO2e},
         lifetime: {value: 5 years, low: 4.9 years, high: 6 years}}
workloads:
  run: {kind: training, runs_on: gpus, duration: 100 h, energy: 60 kWh}
"""
    inventory = run(case(text))
    found = {item.leaf.id: item for item in Study(inventory).breakevens()}
    assert abs(found["hardware.gpus.embodied"].change or 0) == pytest.approx(0.05, rel=1e-9)
    assert found["hardware.gpus.lifetime"].change == pytest.approx(1 / 1.05 - 1, rel=1e-9)
    assert found["hardware.gpus.embodied"].within
    assert not found["hardware.gpus.lifetime"].within
    top = inventory.totals["total"]
    for item in found.values():
        assert item.at is not None
        assert evaluate([top], {item.leaf: item.at})[top] == pytest.approx(item.target, rel=1e-9)


def test_breakeven__of_what_cannot_move_the_total__is_none():
    certain, other = leaf("certain", "kgCO2e/kWh_site", 1.0), leaf("other", "kWh_site", 0.0, Normal(0.0, 1.0, 1.0))
    (line,) = lines_of([certain], [leaf("energy", "kWh_site", 5.0)])
    top = derive("sum", "Sum", SUM, parts=[line, *lines_of([certain], [other])])
    (found,) = breakevens(top, valued(top), [other])
    assert found.at is None
    assert found.change is None


def test_curve__passes_through_the_case__and_is_straight_for_a_factor(case):
    factor = leaf("factor", "kgCO2e/kWh_site", 0.4)
    (line,) = lines_of([factor], [leaf("energy", "kWh_site", 100.0)])
    drawn = curve(line, valued(line), factor, 0.2, 0.6, 5)
    assert drawn.inputs == pytest.approx((0.2, 0.3, 0.4, 0.5, 0.6))
    assert drawn.totals == pytest.approx((20, 30, 40, 50, 60))


# --------------------------------------------------------------------------------------------------
# The command


def test_sensitivity__says_what_it_does__when_it_takes_longer_than_a_second(capsys):
    """The words of the moment stand on standard error, and nothing before the second is over."""
    quick = cli._Progress("lca sensitivity")
    with quick as say:
        say("drawing")
    assert capsys.readouterr().err == ""
    slow = cli._Progress("lca sensitivity")
    with slow as say:
        say("drawing")
        slow._timer.cancel()
        slow._show()
        say("computing scenarios")
    assert capsys.readouterr().err == "lca sensitivity: drawing …\nlca sensitivity: computing scenarios …\n"


def test_sensitivity__writes_tables_and_charts__of_scenarios_too(case, command, tmp_path):
    text = """\
lca: 1
title: A run
period: {start: 2024-01-01, end: 2024-12-31}
facilities:
  hall: {pue: {value: 1.3, uncertainty: 4 %}, grid: {value: 300 gCO2e/kWh, uncertainty: 10 %}}
hardware:
  gpus: {count: 8, facility: hall, owned: cloud, embodied: 0 kgCO2e}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, energy: {value: 60 kWh, uncertainty: 6 %}}
scenarios:
  half: {title: Half the energy, changes: {workloads: {run: {energy: 30 kWh}}}}
  bare: {title: No overhead, changes: {facilities: {hall: {pue: 1}}}}
budgets:
  - {name: Spring, total: total, limit: 20 kgCO2e}
"""
    ran = command("sensitivity", case(text), "--to", tmp_path / "out", "--seed", 4, "--draws", 1024)
    assert ran.status == 1, "a budget is exceeded"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        *("estimates.csv", "tornado.csv", "breakeven.csv", "indices.csv", "scenarios.csv", "curve.csv"),
        *("tornado.svg", "draws.svg", "curve.svg"),
    }
    rows = (tmp_path / "out" / "scenarios.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1].startswith("half,Half the energy,11.7")
    assert rows[2].startswith("bare,No overhead,18")
    assert "probability of more" in ran.out
    assert command("sensitivity", case(text), "--total", "scope9").status == 2
    assert command("sensitivity", case(text), "--curve", "nothing").status == 2


def test_scenario__that_the_case_lacks__is_named(case):
    path = case("lca: 1\ntitle: A run\nscenarios: {one: {title: One}}\n")
    with pytest.raises(KeyError, match="no scenario `two`; the case has one"):
        run(path, scenario="two")


CERTAIN = """\
lca: 1
title: A run
period: {start: 2024-01-01, end: 2024-12-31}
facilities: {hall: {pue: 1, grid: 300 gCO2e/kWh}}
hardware: {gpus: {count: 8, facility: hall, owned: cloud, embodied: 0 kgCO2e, lifetime: 5 years}}
workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, energy: 60 kWh}}
"""


def test_sensitivity__of_what_is_certain__says_so(case, command, tmp_path):
    ran = command("sensitivity", case(CERTAIN), "--to", tmp_path / "out")
    assert ran.status == 0
    assert "Nothing that it rests on has a range." in ran.out
    assert "What moves it" not in ran.out
    assert not (tmp_path / "out" / "tornado.svg").exists()


def test_sensitivity__of_a_total_of_nothing__has_no_share_of_it(case, command, tmp_path):
    text = CERTAIN.replace("300 g", "0 g").replace("60 kWh", "{value: 60 kWh, uncertainty: 5 %}")
    ran = command("sensitivity", case(text), "--to", tmp_path / "out")
    assert ran.status == 0
    assert "half widths ± 0 and ± 0" in ran.out
    answers = json.loads(command("sensitivity", case(text), "--json").out)
    assert answers["approach_one"]["half_width"] is None


def test_sensitivity__whose_reader_leaves_early__has_written_everything(case, command, tmp_path, monkeypatch):
    def leave(*words: object, **options: object) -> None:
        raise BrokenPipeError

    text = CERTAIN.replace("60 kWh", "{value: 60 kWh, uncertainty: 5 %}")
    command("sensitivity", case(text), "--to", tmp_path / "whole")
    monkeypatch.setattr("builtins.print", leave)
    monkeypatch.setattr(sys.stderr, "close", lambda: None)
    command("sensitivity", case(text), "--to", tmp_path / "left")
    whole, left = ({path.name for path in (tmp_path / name).iterdir()} for name in ("whole", "left"))
    assert left == whole


@pytest.mark.parametrize(
    "words",
    [
        ("--draws", 99_999_999_999),
        ("--draws", 1),
        ("--seed", -1),
        ("--seed", 2**32),
        ("--curve", "x"),
        ("--total", "x"),
    ],
)
def test_sensitivity__of_what_cannot_be_asked__is_wrong_use(case, command, words):
    ran = command("sensitivity", case(CERTAIN), *words)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("lca sensitivity: ")


def test_inventory__of_nothing__has_its_page(case, command, tmp_path):
    text = """\
lca: 1
title: A year without emissions
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
facilities: {hall: {grid: 0 gCO2e/kWh, electricity: {metered: {value: 10 MWh, uncertainty: 3 %}}}}
"""
    ran = command("run", case(text), "--to", tmp_path / "out")
    assert ran.status == 0, ran.err
    assert (tmp_path / "out" / "report.pdf").is_file()
