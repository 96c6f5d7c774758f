"""What is said to whom: words that come near, and reasons that fit the field."""

from __future__ import annotations

import pytest

from lca import loading
from lca.choose.decisions import place_near
from lca.datasets import Datasets
from lca.findings import nearest

DATA = Datasets()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("a100-sxm", ["a100-sxm-40gb", "a100-sxm-80gb"]),  # what begins so comes before what is spelled alike
        ("h100-smx", ["h100-sxm"]),
        ("rtx4091", ["RTX 4090"]),
        ("xyzzy", []),
    ],
)
def test_nearest__of_a_device(word, meant):
    words = DATA.thing_words
    said = nearest(word, words, words)
    assert all(f"`{device}`" in said for device in meant)
    assert bool(said) == bool(meant)
    assert "h100" not in said or "h100" in word


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("California", "US-CAMX"),
        ("Frnace", "France"),
        ("eu-west-3", "aws:eu-west-3"),
        ("Germny", "Germany"),
        ("FRR", "FR"),
    ],
)
def test_nearest__of_a_place(word, meant):
    assert place_near(word, DATA).startswith(f"; did you mean `{meant}`")


@pytest.mark.parametrize("word", ["Atlantis", "Utopia", "Gondor", "q"])
def test_nearest__of_a_place__none_is_better_than_a_wrong_one(word):
    assert place_near(word, DATA) == ""


def test_nearest__of_europe__is_none_of_a_state_of_america():
    assert "US-" not in place_near("Europe", DATA)


CASE = """\
lca: 1
title: A run
period: {start: 2026-03-02, end: 2026-03-04}
facilities: {hall: {location: FR, pue: 1.2}}
hardware: {gpus: {device: h100-sxm, count: 8, facility: hall}}
workloads: {run: {kind: training, runs_on: gpus, duration: 10 h, utilisation: 50 %}}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "slug", "words", "never"),
    [
        ("count: 8", "count: 8 GPUs", "counted", "Write the number alone, as in `8`.", "pounds"),
        ("count: 8", "count: 8 h", "counted", "the count is a bare number", "h`;"),
        ("count: 8", "count: eight", "not-a-number", "Write digits with a decimal point, as in `8`.", "unit"),
        ("pue: 1.2", 'pue: "1,2"', "comma-in-number", "Write digits with a decimal point, as in `1.25`;", "unit"),
        ("10 h", "ten h", "not-a-number", "and the unit, as in `14.5 h`.", "bare"),
        ("lca: 1", "lca: 2", "unknown-choice", "It is the version of the form", "computed"),
        (
            "pue: 1.2",
            "pue: {value: 1.2, quality: guessed}",
            "unknown-choice",
            "It says how well the value is known",
            "computed",
        ),
        ("kind: training", "kind: learning", "unknown-choice", "It says what this is", "computed"),
    ],
)
def test_finding__its_reason_and_remedy_fit_the_field(case, right, wrong, slug, words, never):
    _, findings = loading.read(case(CASE.replace(right, wrong)))
    (found,) = [item for item in findings if item.slug == slug]
    text = f"{found.message} {found.why} {found.remedy}"
    assert words in text
    assert never not in f"{found.why} {found.remedy}" or never == "unit"
    if never == "unit":
        assert "and the unit" not in text
