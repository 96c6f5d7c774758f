"""Options against each other: what they share cancels, what they have otherwise does not, unequal units are refused."""

from __future__ import annotations

import json
import math
import runpy
import shutil
from pathlib import Path

import pikepdf
import pypdf
import pytest

from lca.compare import Comparison, NotComparable, chosen_of, compare, unit_of
from lca.loading import CaseError
from lca.pipeline import run
from lca.report.comparison import ComparisonDocument
from lca.report.pdf import Unavailable, _weasyprint
from lca.sensitivity.study import Study

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "reports" / "deployment-choice"

CASE = """\
lca: 1
title: {title}
period: {{start: 2025-06-01, end: 2025-06-30}}
facilities: {{site: {{pue: 1, grid: {grid}}}}}
hardware: {{gpus: {{count: 8, facility: site, owned: owned}}}}
workloads:
  run: {{kind: processing, runs_on: gpus, energy: {energy}, produces: {{count: {count}, unit: {unit}}}}}
uncertainty: {{draws: 65536, seed: 7, generator: {generator}}}
"""
GRID = "{value: 400 gCO2e/kWh, distribution: lognormal, gsd2: 4, statistic: median}"
CERTAIN = "{value: 400 gCO2e/kWh}"


@pytest.fixture
def held(case):
    """A comparison of cases that differ in what is given of each."""

    def make(*options: dict[str, str], total: str | None = None) -> Comparison:
        usual = {"grid": GRID, "energy": "100 kWh", "count": "1000", "unit": "images", "generator": "pcg64"}
        paths = []
        for position, option in enumerate(options):
            text = CASE.format(**{"title": f"Option {position}", **usual, **option})
            paths.append(str(case(text, name=f"{position}-{option.get('title', '')}.yaml")))
        return compare(chosen_of(paths), total)

    return make


# --------------------------------------------------------------------------------------------------
# Closed forms


@pytest.mark.parametrize("generator", ["pcg64", "sobol"])
def test_shared_factor__the_ratio_is_exact__though_the_intervals_overlap(held, generator):
    """Totals are energy × one lognormal factor: 100 against 110 kWh are 10 ∕ 11 in every draw."""
    made = held({"energy": "110 kWh", "generator": generator}, {"energy": "100 kWh", "generator": generator})
    (a, b), (difference,) = made.options, made.differences
    assert a.low < b.low * 1.1 * (1 + 1e-9) < b.high
    assert b.high > a.low
    for one, other in ((a.low, b.low), (a.median, b.median), (a.high, b.high), (a.base, b.base)):
        assert one / other == pytest.approx(1.1, rel=1e-12)
    assert difference.probability == 1.0
    assert difference.high < 0
    # of 100 000 kWh-grams more at the factor's quantiles: 10 kWh × 0.4 kg ∕ kWh × exp(± 1.96 ln 2) is the spread
    low, high = (-10 * 0.4 * math.exp(sign * 1.959964 * math.log(4) / 2) for sign in (1, -1))
    assert difference.low == pytest.approx(low, rel=0.02)
    assert difference.high == pytest.approx(high, rel=0.02)
    assert (made.shared, made.inputs) == (1, 1)


def test_shared_factor__no_option_is_lower_than_its_like(held):
    (difference,) = held({}, {}).differences
    assert (difference.low, difference.high, difference.probability) == (0.0, 0.0, 0.0)
    assert difference.equals == ()


def test_independent_normals__probability_is_the_normal_integral(held):
    """P(A < B) = Φ((μ_B − μ_A) ∕ √(σ_A² + σ_B²)), within four standard errors."""
    energies = [
        "{{value: {} kWh, distribution: normal, deviation: {} kWh}}".format(*pair) for pair in ((100, 8), (106, 6))
    ]
    made = held(*({"energy": energy, "grid": CERTAIN} for energy in reversed(energies)))
    (difference,) = made.differences
    expected = 0.5 * math.erfc(-(106 - 100) / math.hypot(8, 6) / math.sqrt(2))
    assert abs(difference.probability - expected) < 4 * difference.error
    assert difference.error == pytest.approx(math.sqrt(expected * (1 - expected) / made.draws), rel=0.05)
    assert difference.median == pytest.approx(-6 * 0.4, abs=0.05)
    assert (made.shared, made.inputs) == (0, 2)
    assert difference.high - difference.low == pytest.approx(2 * 1.96 * 0.4 * 10, rel=0.02)


def test_declared_difference__is_two_inputs__a_statement_alike_is_one(held):
    """The same words in both files are one input; another range makes them two, with errors of their own."""
    alike = held({}, {"energy": "90 kWh"}).differences[0]
    apart = held({}, {"energy": "90 kWh", "grid": GRID.replace("gsd2: 4", "gsd2: 4.1")}).differences[0]
    assert alike.probability == 1.0
    assert 0.4 < apart.probability < 0.6
    assert [share.of for share in alike.shares] == ["A and B"]
    assert sorted(share.of for share in apart.shares) == ["A", "B"]


def test_published_factor__is_one_input_wherever_it_is_taken(case):
    """The factor of France is the same under whatever name the facility has; those of two countries are two."""
    text = "lca: 1\ntitle: Run\nperiod: {{start: 2024-01-01, end: 2024-12-31}}\n"
    text += "facilities: {{{0}: {{location: {1}, pue: 1.2}}}}\n"
    text += "hardware: {{gpus: {{count: 8, facility: {0}, owned: owned, embodied: 0 kgCO2e}}}}\n"
    text += (
        "workloads: {{run: {{kind: processing, runs_on: gpus, energy: 1 MWh, produces: {{count: 1, unit: run}}}}}}\n"
    )
    paths = [
        str(case(text.format(*words), name=f"{words[0]}.yaml")) for words in (("a", "FR"), ("b", "FR"), ("c", "SE"))
    ]
    made = compare(chosen_of(paths))
    same, other = made.differences
    assert (same.low, same.high) == (0.0, 0.0)
    assert other.high > other.low


# --------------------------------------------------------------------------------------------------
# Functional units


def test_units__that_differ__are_refused_with_what_to_write(held):
    with pytest.raises(CaseError) as refused:
        held({}, {"unit": "pages"})
    (found,) = refused.value.findings
    assert found.slug == "functional-units-differ"
    assert "`page`" in found.message
    assert "`image`" in found.message
    assert "functional_unit:" in found.remedy


def test_units__of_other_quantities__are_compared_each(held):
    """400 kg/MWh × 100 kWh for 1000 images and × 300 kWh for 4000: 40 g and 30 g an image."""
    made = held({"grid": CERTAIN}, {"grid": CERTAIN, "energy": "300 kWh", "count": "4000"})
    assert made.reference == 1.0
    assert [option.base for option in made.options] == pytest.approx([0.04, 0.03], rel=1e-12)
    assert made.differences[0].probability == 1.0


def test_units__with_an_equivalence_note__are_compared_and_the_note_is_kept(held, case):
    noted = CASE.format(title="B", grid=GRID, energy="90 kWh", count=1000, unit="pages", generator="pcg64")
    noted += "functional_unit: {definition: page, quantity: 1000, equivalence_note: One page shows one image.}\n"
    first = CASE.format(title="A", grid=GRID, energy="100 kWh", count=1000, unit="images", generator="pcg64")
    made = compare(chosen_of([str(case(first, name="a.yaml")), str(case(noted, name="b.yaml"))]))
    assert [note for _, note in made.notes] == ["One page shows one image."]
    assert "One page shows one image." in ComparisonDocument(made).conditions()


def test_units__of_another_quality__differ(case):
    text = CASE.format(title="A", grid=GRID, energy="100 kWh", count=1000, unit="images", generator="pcg64")
    unit = "functional_unit: {{definition: image, quantity: 1000, quality: {0}}}\n"
    paths = [str(case(text + unit.format(words), name=f"{words}.yaml")) for words in ("sharp", "coarse")]
    with pytest.raises(CaseError, match="functional-units-differ"):
        compare(chosen_of(paths))


def test_units__are_what_is_declared__else_produced__else_served(account):
    text = CASE.format(title="A", grid=GRID, energy="100 kWh", count=1000, unit="images", generator="pcg64")
    assert unit_of(account(text)).each == "image"
    assert unit_of(account(text + "functional_unit: {definition: poster, quantity: 10}\n")).each == "poster"
    served = text.replace("kind: processing", "kind: inference, requests: 50").replace(
        "produces: {count: 1000, unit: images}", ""
    )
    assert unit_of(account(served)).each == "request"


# --------------------------------------------------------------------------------------------------
# The rest of the answer


def test_breakeven__of_own_and_shared_inputs(held):
    """110 kWh against 100: equal when either has the energy of the other; the shared grid makes them equal nowhere."""
    made = held({"energy": "110 kWh"}, {"energy": "100 kWh"})
    (difference,) = made.differences
    at = {(item.id, item.of): item.at for item in difference.equals}
    assert at["workloads.run.energy", "B"] == pytest.approx(110, rel=1e-9)
    assert at["workloads.run.energy", "A"] == pytest.approx(100, rel=1e-9)
    assert not any(id.startswith("facilities.site.grid") for id, _ in at)
    assert difference.grid is None


def test_breakeven__of_the_grid__weighs_energy_against_manufacture(case):
    """0.4 kg × 100 kWh + 10 kg against 0.4 × 150 kWh + 5 kg: equal at 5 kg ∕ 50 kWh = 0.1 kg/kWh."""
    base = CASE.format(title="A", grid=CERTAIN, energy="100 kWh", count=1, unit="run", generator="pcg64")
    stated = "embodied: {0} kgCO2e, produces"
    first = base.replace("produces", stated.format(10))
    second = base.replace("produces", stated.format(5)).replace("100 kWh", "150 kWh")
    made = compare(chosen_of([str(case(first, name="a.yaml")), str(case(second, name="b.yaml"))]))
    (difference,) = made.differences
    assert difference.grid == pytest.approx(0.1, rel=1e-12)
    for option in made.options:
        assert option.at(0.1) == pytest.approx(20, rel=1e-12)
        assert option.at(0.4) == pytest.approx(option.base, rel=1e-12)
        assert sum(option.parts.values()) == pytest.approx(option.base, rel=1e-12)


@pytest.mark.parametrize("generator", ["pcg64", "sobol"])
def test_order__of_the_options__changes_no_number(held, generator):
    sides = [{"title": "x", "energy": "{value: 100 kWh, low: 80 kWh, high: 130 kWh}", "generator": generator}]
    sides += [{"title": "y", "energy": "{value: 104 kWh, low: 90 kWh, high: 125 kWh}", "generator": generator}]
    one, other = held(*sides), held(*reversed(sides))
    forth, back = one.differences[0], other.differences[0]
    assert (forth.low, forth.high, forth.median) == pytest.approx((-back.high, -back.low, -back.median), rel=1e-9)
    assert forth.probability == pytest.approx(1 - back.probability, abs=1e-12)
    assert [option.high for option in one.options] == [option.high for option in reversed(other.options)]


def test_seed__the_same_numbers_again__and_others_with_another(case):
    text = CASE.format(title="A", grid=GRID, energy="100 kWh", count=1, unit="run", generator="pcg64")
    texts = [text, text.replace("100 kWh", "{value: 100 kWh, low: 80 kWh, high: 120 kWh}")]

    def lows(*seeds: int) -> list[float]:
        paths = [
            str(case(part.replace("seed: 7", f"seed: {seeds[0]}"), name=f"{at}.yaml")) for at, part in enumerate(texts)
        ]
        made = compare(chosen_of(paths))
        return [option.low for option in made.options] + [made.differences[0].low]

    assert lows(7) == lows(7)
    assert lows(7) != lows(8)


def test_interval__of_an_option__is_that_of_its_own_study(held):
    """What no other option states otherwise draws as in the case alone."""
    made = held({}, {"energy": "90 kWh"})
    for option in made.options:
        alone = Study(option.inventory).monte_carlo.estimates["total"]
        assert (option.low, option.high) == pytest.approx((alone.low, alone.high), rel=1e-12)


def test_total__that_an_option_lacks__is_named(held):
    with pytest.raises(NotComparable, match="has no total `totl`; did you mean `total`"):
        held({}, {}, total="totl")
    assert held({}, {"energy": "50 kWh"}, total="energy.site").differences[0].base == pytest.approx(-50)


SCENARIOS = """\
scenarios:
  base: {title: As it is}
  less: {title: Less, changes: {workloads: {run: {energy: 80 kWh}}}}
  least: {title: Least, against: less, changes: {workloads: {run: {energy: 60 kWh}}}}
"""


def test_scenarios__of_a_case__are_options__against_what_they_name(case, command):
    text = CASE.format(title="A case", grid=GRID, energy="100 kWh", count=1, unit="run", generator="pcg64")
    path = case(text + SCENARIOS)
    made = compare(chosen_of([str(path)], scenarios=True))
    assert [option.title for option in made.options] == ["As it is", "Less", "Least"]
    assert [(item.option.key, item.against.key) for item in made.differences] == [("B", "A"), ("C", "B")]
    done = command("compare", f"{path}#less", f"{path}#least")
    assert done.status == 0
    assert "“Least” emits 25" in done.out
    assert command("explain", f"{path}#least", "workloads.run.energy").out.startswith("IT energy")
    assert command("compare", f"{path}#nothing", path).status == 2
    assert "name a second case" in command("compare", path).err


def test_scenarios__are_checked_with_their_case(case, command):
    text = CASE.format(title="A case", grid=GRID, energy="100 kWh", count=1, unit="run", generator="pcg64")
    broken = case(text + "scenarios: {odd: {title: Odd, changes: {facilities: {site: {pue: much}}}}}\n")
    checked = command("check", broken)
    assert checked.status == 1
    assert "1 error" in checked.out.splitlines()[-1]
    unknown = case(text + "scenarios: {odd: {title: Odd, against: evn, changes: {facilities: {site: {pue: 2}}}}}\n")
    assert "unknown-reference" in command("check", unknown).out


def test_json__holds_every_number(held, case, command):
    text = CASE.format(title="A case", grid=GRID, energy="100 kWh", count=1, unit="run", generator="pcg64")
    result = json.loads(command("compare", case(text + SCENARIOS), "--scenarios", "--json").out)
    assert result["schema"] == "lca-comparison/1"
    assert [option["value"] for option in result["options"]] == pytest.approx([40, 32, 24])
    assert result["differences"][0]["probability_lower"] == 1.0
    assert result["differences"][0]["relative"] == pytest.approx(-0.2)


# --------------------------------------------------------------------------------------------------
# The report and its example


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The example, rendered again."""
    from lca import cli

    try:
        _weasyprint()
    except Unavailable as missing:
        pytest.skip(str(missing))
    to = tmp_path_factory.mktemp("deployment-choice")
    shutil.copyfile(EXAMPLE / "case.yaml", to / "case.yaml")
    assert cli.main(["compare", str(to / "case.yaml"), "--scenarios", "--to", str(to)]) == 0
    return to


def test_example__rebuilt__is_what_is_kept(rebuilt):
    for name in ("comparison.json", "comparison.html"):
        assert (rebuilt / name).read_bytes() == (EXAMPLE / name).read_bytes(), f"{name}: run `make reports`"
    ours, kept = (pypdf.PdfReader(folder / "comparison.pdf") for folder in (rebuilt, EXAMPLE))
    assert [page.extract_text().split() for page in ours.pages] == [page.extract_text().split() for page in kept.pages]
    with pikepdf.open(EXAMPLE / "comparison.pdf") as pdf:
        attached = {key: file.get_file().read_bytes() for key, file in pdf.attachments.items()}
    assert attached == {file: (EXAMPLE / file).read_bytes() for file in ("case.yaml", "comparison.json")}


def test_report__same_input__same_bytes(rebuilt, tmp_path, command):
    shutil.copyfile(EXAMPLE / "case.yaml", tmp_path / "case.yaml")
    assert command("compare", tmp_path / "case.yaml", "--scenarios", "--to", tmp_path).status == 0
    for name in ("comparison.pdf", "comparison.html", "comparison.json"):
        assert (tmp_path / name).read_bytes() == (rebuilt / name).read_bytes(), name


def test_report__the_first_page_is_the_decision(rebuilt):
    first = pypdf.PdfReader(rebuilt / "comparison.pdf").pages[0].extract_text()
    for words in ("emits", "less than", "of the draws", "What would turn it", "95 % interval"):
        assert words in first.replace("\u202f", " ")


def test_report__charts_have_words(rebuilt):
    page = (rebuilt / "comparison.html").read_text(encoding="utf-8")
    assert page.count("<svg") == page.count('role="img"') == page.count("<desc>") == 2


def test_readme__shows_what_is_printed(command):
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition("    $ lca compare ")[2].partition("\n\n")[0]
    line, *lines = shown.splitlines()
    printed = command("compare", *(ROOT / path for path in line.split()))
    assert printed.out.replace("\u202f", " ").splitlines() == [text.removeprefix("    ") for text in lines]


def test_example__figures_of_the_hours__are_what_the_script_prints():
    made = runpy.run_path(str(EXAMPLE / "make_hours.py"))
    text = (EXAMPLE / "case.yaml").read_text(encoding="utf-8")
    for hours in (range(24), made["MIDDAY"]):
        mean, low, high = (f"{value:.1f}" for value in made["means"](hours))
        assert f"{{value: {mean} gCO2e/kWh, low: {low} gCO2e/kWh, high: {high} gCO2e/kWh" in text


def test_example__a_figure_worked_by_hand():
    """870e6 tokens at 1.0927 J in 523 h of accelerators, and 58 h that wait at 11.3 % of 700 W; hosts of 1.2 kW."""
    inventory = run(EXAMPLE / "case.yaml", scenario="batches")
    given = {"tokens": 1e6 * 870, "joules": 1.0927101193040161, "throughput": 13304763.438972984}
    busy = given["tokens"] / given["throughput"] * 8
    waiting = busy / 0.9 - busy
    idle = 0.7 * 0.046 / 0.407
    accelerators = given["tokens"] * given["joules"] / 3.6e6 + waiting * idle
    assert inventory.value("energy.accelerators") == pytest.approx(accelerators, rel=1e-9)
    assert inventory.value("energy.it") == pytest.approx(accelerators + (busy + waiting) * 1.2 / 8, rel=1e-9)


def test_compare__of_the_same_case_twice__says_the_same__and_no_probability(case, command):
    """No draw tells them apart: neither is the lower, by no per cent."""
    text = (
        "lca: 1\ntitle: A run\nperiod: {start: 2024-01-01, end: 2024-12-31}\n"
        "facilities: {hall: {pue: 1, grid: GRID}}\n"
        "hardware: {gpus: {count: 8, facility: hall, owned: cloud, embodied: 0 kgCO2e, lifetime: 5 years}}\n"
        "workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, energy: {value: 60 kWh, uncertainty: 5 %},"
        " produces: {count: 1, unit: run}}}\n"
    )
    for grid in ("300 gCO2e/kWh", "0 gCO2e/kWh"):
        first, second = (case(text.replace("GRID", grid), name=name) for name in ("a.yaml", "b.yaml"))
        ran = command("compare", first, second)
        assert ran.status == 0
        assert "“A run” (B) and “A run” (A) come to the same in every draw" in ran.out
        assert "P(B < A)" not in ran.out
        assert "less" not in ran.out
