"""A study of an inventory's uncertainty as text, as JSON, as CSV and as charts: `lca sensitivity`."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lca import units
from lca.explain import number, quantity
from lca.inventory import Inventory
from lca.model import Scenario
from lca.report import charts
from lca.report.blocks import Bar
from lca.report.numbers import rounded, scale_of
from lca.sensitivity.breakeven import Breakeven, Curve
from lca.sensitivity.screening import Effect, Index
from lca.sensitivity.study import Risk, Study

SCHEMA = "lca-sensitivity/1"
WIDE, SHORT = 72, 8
"""Characters of the column of names, and of a name below which its id alone is shown."""
NOTHING = 1e-9
"""Relative to the total: rounding."""
MOST = 12
"""Rows of a list in the summary; the files have all."""
GRID = "kgCO2e/kWh_site"
"""The unit of grid intensity, the first input to draw a curve over."""
CURVE = (0.25, 2.0)
"""A curve of an input without a range, from and to these multiples of it."""


@dataclass(frozen=True)
class Answers:
    """What a study was asked, with its answers. `indices` and `effects` are empty where SALib is not installed."""

    study: Study
    breakevens: Sequence[Breakeven]
    scenarios: Sequence[tuple[Scenario, Inventory]]
    indices: Sequence[Index]
    effects: Sequence[Effect]
    curve: Curve | None
    missing: str = ""
    """Why there are no indices, in words."""


def usual_input(study: Study) -> str | None:
    """The input to draw a curve over: the grid intensity that weighs most, else what weighs most."""
    parts = study.first_order.contributions
    grids = [part.leaf.id for part in parts if part.leaf.unit == GRID]
    return next(iter(grids + [part.leaf.id for part in parts]), None)


def curve_over(study: Study, id: str) -> Curve:
    """The total over an input: half its lowest to twice its highest value. Raises `KeyError` for an unknown id."""
    leaf = study.leaf(id)
    given = leaf.reason
    value = getattr(given, "value", None) or 0.0
    spread = getattr(given, "spread", None)
    low, high = (spread.low, spread.high) if spread else (value, value)
    return study.curve(id, low * CURVE[0], high * CURVE[1])


# --------------------------------------------------------------------------------------------------


def lines(answers: Answers) -> Iterator[str]:
    """The readable summary."""
    study = answers.study
    say = _in_unit_of(study)
    yield from _result(study, say)
    if study.first_order.deviation:
        yield ""
        yield from _moved(study, say)
        yield ""
        yield from _turned(answers)
    if answers.indices:
        yield ""
        yield from _together(answers, say)
    elif answers.missing:
        yield ""
        yield answers.missing
    if answers.scenarios:
        yield ""
        yield from _otherwise(answers, say)
    for risk in study.risks:
        yield ""
        yield _spent(risk, study)


def _turned(answers: Answers) -> Iterator[str]:
    yield "How wrong an input must be to move the total by 5 %, all else as stated"
    able = [item for item in answers.breakevens if item.at is not None]
    for item in able[:MOST]:
        yield f"    {_breakeven(item)}"
    if rest := len(answers.breakevens) - len(able[:MOST]):
        yield f"    of {rest} more none does, or only much farther away"


def _together(answers: Answers, say: Callable[[float | None], str]) -> Iterator[str]:
    yield "All inputs at once: share of the variance alone and with interactions (Sobol), effect (Morris)"
    sizes = {effect.group: effect.mean_size for effect in answers.effects}
    for index in sorted(answers.indices, key=lambda index: -index.total):
        first, total = _with_error(index.first, index.first_error), _with_error(index.total, index.total_error)
        size = f"{say(sizes[index.group]):>12}" if index.group in sizes else ""
        yield f"    {_cut(_group(index.group, answers.study)):{WIDE}} {first:>14} {total:>14} {size}"


def _otherwise(answers: Answers, say: Callable[[float | None], str]) -> Iterator[str]:
    yield "Other choices, none with a probability"
    for key, title, value, change in _scenario_rows(answers):
        yield f"    {key:16} {say(value):>14} {'' if change is None else _percent(change):>9}   {title}"


def _spent(risk: Risk, study: Study) -> str:
    chance = f"probability of more {_share(risk.probability)} (normal approximation {_share(risk.by_normal)})"
    divisor, unit = scale_of(risk.limit, units.plain(study.inventory.totals[risk.budget.total].unit))
    used = f"{rounded(risk.base / divisor)} of {rounded(risk.limit / divisor)} {unit}"
    return f"Budget {risk.budget.name}: {used}; {chance}"


def _result(study: Study, say: Callable[[float | None], str]) -> Iterator[str]:
    found = study.monte_carlo
    estimate = found.estimates[study.total]
    ends = f"95 % interval {say(estimate.low)} to {say(estimate.high)}"
    yield f"{study.total}: {say(estimate.base)}, {ends}; mean {say(estimate.mean)}, median {say(estimate.median)}"
    if estimate.low_error is not None and estimate.high_error is not None:
        errors = f"{say(estimate.low_error)} and {say(estimate.high_error)}"
        yield f"    {found.words}; standard error of the ends {errors}"
    yield f"    {study.agreement}"
    understated = study.first_order.understated
    if understated > 0.001:
        yield f"    Had every line drawn its own factors, the interval would be {_share(understated)} too narrow."
    leaves = study.analysis().without_spread
    if leaves:
        names = ", ".join(leaf.name for leaf in leaves[:3])
        yield f"    Without a range, and taken as exact: {len(leaves)} inputs, as {names}."


def _moved(study: Study, say: Callable[[float | None], str]) -> Iterator[str]:
    yield f"{'What moves it':{WIDE + 4}} {'at low':>13} {'at high':>13}   share of variance"
    shares = {part.leaf: part.share for part in study.first_order.contributions}
    swings = study.analysis().swings
    for swing in swings[:MOST]:
        share = math.fsum(shares.get(leaf, 0.0) for leaf in swing.leaves)
        name = f"{swing.name} [{swing.id}]"
        yield f"    {_cut(name):{WIDE}} {say(swing.at_low):>13} {say(swing.at_high):>13}   {_share(share):>8}"
    if len(swings) > MOST:
        yield f"    and {len(swings) - MOST} more"


def _in_unit_of(study: Study) -> Callable[[float | None], str]:
    """Says a number of the total's unit in the unit in which the total reads best."""
    divisor, unit = scale_of(study.first_order.base, units.plain(study.top.unit))

    def say(value: float | None) -> str:
        if value is None:
            return "—"
        return f"{rounded(value / divisor) if abs(value) > NOTHING * abs(study.first_order.base) else 0} {unit}"

    return say


def _breakeven(item: Breakeven) -> str:
    unit = units.plain(item.leaf.unit)
    name = f"{item.leaf.name} [{item.leaf.id}]"
    assert item.change is not None
    where = "within its range" if item.within else "beyond its range"
    to = f"{quantity(item.stated, unit)} → {number(item.at, 4)}"
    return f"{_cut(name):{WIDE}} {to}, {_percent(item.change)}, {where}"


def _group(group: str, study: Study) -> str:
    named = {leaf.id: leaf.name for leaf in study.known.shapes}
    asked = {decision.id: decision.question for decision in study.inventory.decisions}
    if together := [leaf.name for leaf, of in study.known.groups.items() if of == group]:
        return f"{' with '.join(together)}, correlated"
    name = named.get(group) or asked.get(group)
    return f"{name} [{group}]" if name else group


def _cut(name: str) -> str:
    """A name that leaves the columns in their places; ids in brackets stay, since one asks by them."""
    if len(name) <= WIDE or "[" not in name:
        return name
    words, _, id = name.partition(" [")
    room = WIDE - len(id) - 3
    return f"{words[:room]}… [{id}" if room > SHORT else f"[{id}"


def _with_error(value: float, error: float) -> str:
    return f"{value:.3f} ± {error:.3f}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %" if abs(value) >= 0.0005 or value == 0 else "<0.1 %"


def _percent(change: float) -> str:
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(100 * change):.1f} %"


# --------------------------------------------------------------------------------------------------


def data(answers: Answers) -> dict[str, Any]:
    """Everything, in the units of the figures."""
    study = answers.study
    first, found = study.first_order, study.monte_carlo
    return {
        "schema": SCHEMA,
        "total": study.total,
        "unit": units.plain(study.top.unit),
        "base": first.base,
        "approach_one": {
            "deviation": first.deviation,
            "half_width": first.half_width if first.base else None,
            "low": first.interval[0],
            "high": first.interval[1],
            "understated_if_drawn_apart": first.understated,
            "beyond": list(first.beyond),
            "contributions": [{"id": part.leaf.id, "share": part.share} for part in first.contributions],
        },
        "approach_two": {
            "draws": found.draws,
            "seed": found.seed,
            "generator": found.generator,
            "inputs": found.dimensions,
            "estimates": [dict(zip(ESTIMATE, row, strict=True)) for row in _estimates(study)],
        },
        "agreement": study.agreement,
        "tornado": [dict(zip(SWING, row, strict=True)) for row in _swings(study)],
        "breakeven": [dict(zip(BREAKEVEN, row, strict=True)) for row in _breakeven_rows(answers)],
        "indices": [dict(zip(INDEX, row, strict=True)) for row in _index_rows(answers)],
        "scenarios": [dict(zip(SCENARIO, row, strict=True)) for row in _scenario_rows(answers)],
        "budgets": [
            {
                "name": risk.budget.name,
                "total": risk.budget.total,
                "limit": risk.limit,
                "base": risk.base,
                "probability_of_more": risk.probability,
                "by_normal_approximation": risk.by_normal,
            }
            for risk in study.risks
        ],
        "curve": _curve(answers.curve),
    }


def _curve(curve: Curve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    unit = units.plain(curve.leaf.unit)
    return {"input": curve.leaf.id, "unit": unit, "at": list(curve.inputs), "total": list(curve.totals)}


ESTIMATE = ("id", "name", "unit", "base", "mean", "deviation", "p2.5", "median", "p97.5", "share_of_variance")
SWING = ("id", "name", "at_low", "at_high", "range")
BREAKEVEN = ("id", "name", "unit", "stated", "at", "change", "within_range")
INDEX = ("group", "first", "first_error", "total", "total_error", "morris_mean_size")
SCENARIO = ("key", "title", "total", "change")


def _estimates(study: Study) -> Iterator[tuple[Any, ...]]:
    for id, one in study.monte_carlo.estimates.items():
        unit = units.plain(one.figure.unit)
        yield id, one.figure.name, unit, one.base, one.mean, one.deviation, one.low, one.median, one.high, one.share


def _swings(study: Study) -> Iterator[tuple[Any, ...]]:
    for swing in study.analysis().swings:
        yield swing.id, swing.name, swing.at_low, swing.at_high, swing.reason


def _breakeven_rows(answers: Answers) -> Iterator[tuple[Any, ...]]:
    for item in answers.breakevens:
        leaf = item.leaf
        yield leaf.id, leaf.name, units.plain(leaf.unit), item.stated, item.at, item.change, item.within


def _index_rows(answers: Answers) -> Iterator[tuple[Any, ...]]:
    sizes = {effect.group: effect.mean_size for effect in answers.effects}
    for one in answers.indices:
        yield one.group, one.first, one.first_error, one.total, one.total_error, sizes.get(one.group)


def _scenario_rows(answers: Answers) -> Iterator[tuple[Any, ...]]:
    base = answers.study.first_order.base
    for scenario, inventory in answers.scenarios:
        value = inventory.value(answers.study.total) if answers.study.total in inventory.totals else None
        yield scenario.key, scenario.title, value, None if value is None or not base else value / base - 1


# --------------------------------------------------------------------------------------------------


def files(answers: Answers) -> dict[str, str]:
    """The tables as CSV and the charts as SVG, by the names of their files."""
    study = answers.study
    found = {
        "estimates.csv": _csv(ESTIMATE, _estimates(study)),
        "tornado.csv": _csv(SWING, _swings(study)),
        "breakeven.csv": _csv(BREAKEVEN, _breakeven_rows(answers)),
        "tornado.svg": tornado_chart(study),
        "draws.svg": draws_chart(study),
    }
    if answers.indices:
        found["indices.csv"] = _csv(INDEX, _index_rows(answers))
    if answers.scenarios:
        found["scenarios.csv"] = _csv(SCENARIO, _scenario_rows(answers))
    if answers.curve:
        rows = zip(answers.curve.inputs, answers.curve.totals, strict=True)
        found["curve.csv"] = _csv((answers.curve.leaf.id, study.total), rows)
        found["curve.svg"] = curve_chart(study, answers.curve)
    return {name: text for name, text in found.items() if text}


def _csv(header: Sequence[str], rows: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def tornado_chart(study: Study) -> str:
    """The tornado of the total."""
    divisor, unit = scale_of(study.first_order.base, units.plain(study.top.unit))
    half = (study.analysis().high - study.analysis().low) / 2 / divisor or None
    bars = []
    for swing in study.analysis().swings[:MOST]:
        low, high = (end / divisor for end in sorted((swing.at_low, swing.at_high)))
        falls = swing.at_high < swing.at_low
        ends = rounded(low, half), rounded(high, half)
        bars.append(Bar(swing.id, swing.name, low, high, *ends, swing.reason, falls))
    base = study.first_order.base / divisor
    return charts.tornado(bars, base, rounded(base, half), unit, f"What moves {study.total}", width=420)


def draws_chart(study: Study) -> str:
    """The draws of the total as a histogram."""
    divisor, unit = scale_of(study.first_order.base, units.plain(study.top.unit))
    estimate = study.monte_carlo.estimates[study.total]
    edges, counts = study.histogram()
    marks = [(value / divisor, name) for value, name in ((estimate.low, "2.5 %"), (estimate.high, "97.5 %"))]
    base = study.first_order.base / divisor
    return charts.histogram([edge / divisor for edge in edges], counts, base, marks, unit, f"Draws of {study.total}")


def curve_chart(study: Study, curve: Curve) -> str:
    """The total over one input."""
    divisor, unit = scale_of(study.first_order.base, units.plain(study.top.unit))
    scale, of = scale_of(max(map(abs, curve.inputs)), units.plain(curve.leaf.unit))
    stated = getattr(curve.leaf.reason, "value", None)
    points = [(x / scale, y / divisor) for x, y in zip(curve.inputs, curve.totals, strict=True)]
    at = (stated / scale, study.first_order.base / divisor) if stated is not None else None
    title = f"{study.total} over {curve.leaf.name}"
    return charts.curve({study.total: points}, at, f"{curve.leaf.name}, {of}", unit, title)
