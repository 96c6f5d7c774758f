"""From text to a case: what each scalar means, where it stands, and every mistake in one run."""

from __future__ import annotations

import hashlib

import pytest

import lca
from lca import loading
from lca.figure import Given, Place

RUN = """\
lca: 1
title: Ten hours on four devices
period: {start: 2026-03-02, end: 2026-03-04}
facilities:
  hall:
    location: NO
    pue: 1.10
    grid: {value: 30 gCO2e/kWh, low: 25 gCO2e/kWh, high: 35 gCO2e/kWh, source: utility, page: p. 4, note: of 2025}
hardware:
  gpus: {count: 4, facility: hall, lifetime: 5 years}
workloads:
  run:
    kind: training
    runs_on: gpus
    duration: 600 min
    power: 300 W
"""

LOG = """\
timestamp, index, power.draw [W]
2026/03/02 10:00:00.000, 0, 300.00 W
2026/03/02 10:30:00.000, 0, 300.00 W
2026/03/02 11:00:00.000, 0, 300.00 W
"""


def given(figures, key) -> Given:
    reason = figures[key].reason
    assert isinstance(reason, Given)
    return reason


def found(path) -> list[tuple[int, str]]:
    """Line and slug of every finding of severity error."""
    _, findings = loading.read(path)
    return [(item.place.line, item.slug) for item in findings if item.severity == "error"]


def errors(case, text, files=None) -> list[tuple[int, str]]:
    return found(case(text, files))


# --------------------------------------------------------------------------------------------------
# What a scalar means


def test_load__a_case(case):
    read = lca.load(case(RUN))
    hall, gpus, run = read.facilities["hall"], read.assets["gpus"], read.workloads["run"]
    assert (read.title, read.path) == ("Ten hours on four devices", "case.yaml")
    assert str(read.boundary.period and read.boundary.period.start) == "2026-03-02"
    assert hall.location == "NO"
    assert given(hall.figures, "pue").value == 1.1
    assert given(gpus.figures, "lifetime").value == 43_800
    assert (gpus.facility, run.asset, run.kind) == ("hall", "gpus", "training")
    assert {key: (figure.unit, given(run.figures, key).value) for key, figure in run.figures.items()} == {
        "duration": ("h", 10.0),
        "power": ("kW_it/device", 0.3),
    }


def test_load__a_figure_knows_its_line_and_how_it_was_written(case):
    read = lca.load(case(RUN))
    pue, power = given(read.facilities["hall"].figures, "pue"), given(read.workloads["run"].figures, "power")
    assert (pue.place, pue.written, pue.quality, pue.source) == (Place("case.yaml", 7, 10), "1.10", "declared", None)
    assert (str(power.place), power.written) == ("case.yaml:16:12", "300 W")


def test_load__a_value_with_its_evidence(case):
    grid = given(lca.load(case(RUN)).facilities["hall"].figures, "grid")
    assert grid.spread is not None
    assert (grid.value, grid.spread.low, grid.spread.high) == (0.03, 0.025, 0.035)
    assert (grid.source, grid.page, grid.note) == ("utility", "p. 4", "of 2025")
    assert str(grid.place) == "case.yaml:8:19"


def test_load__what_was_found_in_reading__goes_with_the_case(case):
    """A case that is loaded first and run later says what one that is run from its file says."""
    text = RUN.replace("period: {start: 2026-03-02, end: 2026-03-04}\n", "").replace(
        "power: 300 W", "power: {log: log.csv}"
    )
    text = text.replace("facilities:\n", "facilities:\n  spare: {location: DE}\n")
    path = case(text, {"log.csv": LOG.replace(" index,", "").replace(" 0,", "")})
    loaded = lca.load(path)
    assert {found.slug for found in loaded.findings} >= {"no-period", "unused", "record-no-device"}
    assert lca.run(loaded).findings == lca.run(path).findings


@pytest.mark.parametrize("spelling", ["NO", "no", "'NO'", '"NO"'])
def test_load__norway_is_no_answer(case, spelling):
    read = lca.load(case(RUN.replace("location: NO", f"location: {spelling}")))
    assert (read.facilities["hall"].location or "").upper() == "NO"


@pytest.mark.parametrize("text", ["12:30", "0o12 h", "1,5 h", "yes", "0x0A h", "1_0_0 h", ".inf h", ".nan h"])
def test_load__what_yaml_1_1_reads_as_a_number__is_refused(case, text):
    """YAML 1.1 has 12:30 as 750 (base 60), 0o12 and 0x0A as 10, yes as true."""
    slugs = {slug for _, slug in errors(case, RUN.replace("600 min", text))}
    assert slugs <= {"not-a-number", "comma-in-number", "unknown-unit"}
    assert slugs


@pytest.mark.parametrize("text", ["1.0e1 h", "10 h", "10.0 h", "+10 h"])
def test_load__ten_hours_are_ten_hours(case, text):
    read = lca.load(case(RUN.replace("600 min", text)))
    assert given(read.workloads["run"].figures, "duration").value == 10


@pytest.mark.parametrize("nothing", ["", "~", "null", "{}", "[]"])
def test_load__a_field_without_a_value__is_refused(case, nothing):
    """`~` and `null` are YAML for nothing; `Null` would be a word."""
    assert [line for line, _ in errors(case, RUN.replace("600 min", nothing))][:1] == [15]


def test_load__a_date_is_year_month_day(case):
    assert errors(case, RUN.replace("2026-03-04", "04/03/2026")) == [(3, "bad-date")]
    assert errors(case, RUN.replace("2026-03-04", "2026-02-30")) == [(3, "bad-date")]
    assert errors(case, RUN.replace("2026-03-04", "2026-03-01")) == [(3, "period-reversed")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_load__written_on_windows(tmp_path, ending, mark):
    (tmp_path / "case.yaml").write_bytes((mark + RUN.replace("\n", ending)).encode())
    read = lca.load(tmp_path / "case.yaml")
    assert given(read.workloads["run"].figures, "power").place.line == 16


# --------------------------------------------------------------------------------------------------
# Every mistake, at its place


def test_read__ten_mistakes__are_ten_findings_each_at_its_line(case):
    text = """\
lca: 1
titel: Ten mistakes
title: Ten mistakes
period: {start: 2026-03-02, end: 2nd of March}
facilities:
  hall:
    location: FR
    pue: 0.8
    pue: 1.2
    grid: 450 kg
hardware:
  gpus: {count: eight, facility: hal, lifetime: 5}
workloads:
  run:
    kind: traning
    runs_on: gpus
    duration: 10 furlongs
    power: 300 W
"""
    assert sorted(errors(case, text)) == [
        (2, "unknown-key"),
        (4, "bad-date"),
        (8, "out-of-range"),
        (9, "duplicate-key"),
        (10, "wrong-unit"),
        (12, "bare-number"),
        (12, "not-a-number"),
        (12, "unknown-reference"),
        (15, "unknown-choice"),
        (17, "unknown-unit"),
    ]


def test_read__a_wrong_word__does_not_hide_what_else_is_wrong_beside_it(case):
    text = RUN.replace("training", "traning").replace("runs_on: gpus", "runs_on: gpu").replace("600 min", "600")
    assert errors(case, text + "    energy: 40 kWh\n") == [
        (13, "unknown-choice"),
        (14, "unknown-reference"),
        (15, "bare-number"),
        (17, "two-ways"),
    ]


def test_read__what_is_left_out_for_a_mistake__is_not_called_missing_or_unused(case):
    text = RUN.replace("training", "traning").replace("2026-03-02", "March")
    slugs = {item.slug for item in lca.run(case(text)).findings}
    assert {"unknown-choice", "bad-date"} <= slugs
    assert not {"unused", "no-period", "no-way"} & slugs


@pytest.mark.parametrize("line", ["titel: x", "facilities: {hall: {lcation: FR}}"])
def test_read__an_unknown_field__is_wrong_where_its_name_stands(case, line):
    _, findings = loading.read(case(f"lca: 1\ntitle: x\n{line}\n"))
    (error,) = [item for item in findings if item.slug == "unknown-key"]
    assert error.place.column == 1 + line.index(error.message.split("`")[1])


def test_load__raises_all_of_them(case):
    path = case(RUN.replace("600 min", "600").replace("1.10", "0.5"))
    with pytest.raises(lca.CaseError) as refused:
        lca.load(path)
    assert [(item.slug, item.place.line) for item in refused.value.findings if item.severity == "error"] == [
        ("out-of-range", 7),
        ("bare-number", 15),
    ]
    assert "case.yaml:15:15: error bare-number: `600` has no unit" in str(refused.value)


def test_read__goes_on_past_a_mistake(case):
    """What is wrong is left out, so that later stages report their own mistakes in the same run."""
    read, _ = loading.read(case(RUN.replace("1.10", "0.5")))
    assert read is not None
    assert set(read.facilities["hall"].figures) >= {"grid"}
    assert given(read.workloads["run"].figures, "power").value == 0.3


@pytest.mark.parametrize(
    ("right", "wrong"), [("lifetime", "life_time"), ("location", "lcation"), ("training", "trainning")]
)
def test_read__a_word_nearly_right__names_the_right_one(case, right, wrong):
    _, findings = loading.read(case(RUN.replace(right, wrong)))
    messages = [item.message for item in findings if item.severity == "error"]
    assert len(messages) == 1
    assert f"; did you mean `{right}`" in messages[0]


def test_run__a_claim_over_several_lines__is_wrong_where_its_value_stands(case):
    text = RUN + "claims:\n  - total: energy.it\n    source: model card\n    value: 5 furlongs\n"
    found = [item for item in lca.run(case(text)).findings if item.severity == "error"]
    assert [(item.slug, str(item.place)) for item in found] == [("claim-unit", "case.yaml:20:12")]


@pytest.mark.parametrize("text", ["12 kWh", "12kWh", "12 000 Wh", "0.012 MWh", "43.2 MJ"])
def test_read__a_claim__is_written_as_any_quantity(account, text):
    inventory = account(RUN + f"claims: [{{total: energy.it, value: {text}, source: model card}}]\n")
    assert "claim-holds" in {item.slug for item in inventory.findings}


@pytest.mark.parametrize(
    ("ways", "slug"),
    [
        ("duration: 10 h", "no-way"),
        ("duration: 10 h, power: 300 W, utilisation: 85 %", "two-ways"),
        ("duration: 10 h, device_hours: 40 h, power: 300 W", "two-ways"),
        ("energy: 12 kWh, site_energy: 18 kWh", "two-ways"),
    ],
)
def test_read__energy_in_no_way_or_in_two__is_refused(case, ways, slug):
    text = RUN.partition("workloads:")[0] + f"workloads:\n  run: {{kind: training, runs_on: gpus, {ways}}}\n"
    assert [item for _, item in errors(case, text)] == [slug]


def test_read__what_nothing_refers_to__is_a_warning(case):
    text = RUN.replace("hardware:\n", "  annex: {location: FR}\nhardware:\n  spare: {count: 1, facility: annex}\n")
    _, findings = loading.read(case(text))
    assert [(item.slug, item.severity, item.place.line) for item in findings] == [("unused", "warning", 11)]


# --------------------------------------------------------------------------------------------------
# Files beside the case


def test_load__records_the_hash_of_every_file(case):
    text = RUN.replace("duration: 600 min\n    power: 300 W", "power: {log: evidence/log.csv}")
    path = case(text, {"evidence/log.csv": LOG})
    digests = {
        name: hashlib.sha256(content.encode()).hexdigest()
        for name, content in (("case.yaml", text), ("evidence/log.csv", LOG))
    }
    assert lca.load(path).files == digests
    case(text, {"evidence/log.csv": LOG.replace("300.00 W\n", "300.01 W\n", 1)})
    assert lca.load(path).files["case.yaml"] == digests["case.yaml"]
    assert lca.load(path).files["evidence/log.csv"] != digests["evidence/log.csv"]


def test_load__a_log_states_energy_and_duration(case):
    """One device, 300 W for an hour."""
    text = RUN.replace("duration: 600 min\n    power: 300 W", "power: {log: evidence/log.csv}")
    figures = lca.load(case(text, {"evidence/log.csv": LOG})).workloads["run"].figures
    assert given(figures, "accelerator_energy").value == pytest.approx(0.3)
    assert given(figures, "accelerator_energy").quality == "measured"
    assert given(figures, "duration").value == pytest.approx(1.0)


def test_load__a_duration_that_the_case_declares__holds_against_the_log(case):
    text = RUN.replace("power: 300 W", "power: {log: evidence/log.csv}")
    figures = lca.load(case(text, {"evidence/log.csv": LOG})).workloads["run"].figures
    assert given(figures, "duration").value == 10.0


@pytest.mark.parametrize(("measured_at", "key"), [("accelerators", "accelerator_energy"), ("site", "site_energy")])
def test_load__where_energy_was_measured__decides_its_kind(case, measured_at, key):
    text = RUN.replace("power: 300 W", f"energy: 12 kWh\n    measured_at: {measured_at}")
    figures = lca.load(case(text)).workloads["run"].figures
    assert "energy" not in figures
    assert given(figures, key).value == 12.0


def test_read__evidence_that_is_not_there(case):
    text = RUN.replace("duration: 600 min\n    power: 300 W", "power: {log: evidence/log.csv}")
    assert errors(case, text) == [(15, "evidence-missing")]


@pytest.mark.parametrize("away", ["../log.csv", "evidence/../../log.csv"])
def test_read__evidence_outside_the_folder_of_the_case__is_said(case, tmp_path, away):
    """A case must be complete when its folder is handed on."""
    text = RUN.replace("duration: 600 min\n    power: 300 W", f"power: {{log: {away}}}")
    path = case(text, {"log.csv": LOG}, name="inner/case.yaml")
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "inner" / "evidence").mkdir()
    _, findings = loading.read(path)
    warnings = [(item.place.line, item.slug) for item in findings if item.severity == "warning"]
    assert warnings == [(15, "evidence-outside")]


def test_load__a_case_in_parts(case):
    """Sections of included files are read as if they stood in the case; places name the file in which they stand."""
    whole, _, rest = RUN.partition("facilities:")
    facilities, _, others = rest.partition("hardware:")
    path = case(
        whole + "include: [parts/sites.yaml]\nhardware:" + others, {"parts/sites.yaml": "facilities:" + facilities}
    )
    read = lca.load(path)
    assert given(read.facilities["hall"].figures, "pue").place == Place("parts/sites.yaml", 4, 10)
    assert set(read.files) == {"case.yaml", "parts/sites.yaml"}


def test_load__a_section_in_parts(case):
    path = case(RUN + "include: [more.yaml]\n", {"more.yaml": "facilities:\n  annex: {location: SE}\n"})
    assert set(lca.load(path).facilities) == {"hall", "annex"}


def test_read__a_name_in_two_parts__is_refused_where_it_stands_again(case):
    path = case(RUN + "include: [more.yaml]\n", {"more.yaml": "\nfacilities:\n  hall: {location: SE}\n"})
    _, findings = loading.read(path)
    (error,) = [item for item in findings if item.severity == "error"]
    assert (error.slug, str(error.place)) == ("duplicate-key", "more.yaml:3:3")
    assert "case.yaml" in error.message or "line 5" in error.message


def test_read__a_mistake_in_an_included_file__is_reported_there(case):
    path = case(RUN + "include: [more.yaml]\n", {"more.yaml": "facilities:\n  annex:\n    pue: 0.5\n"})
    _, findings = loading.read(path)
    assert ("out-of-range", "more.yaml:3:10") in {(item.slug, str(item.place)) for item in findings}


def test_read__include_that_is_no_list__is_one_mistake(case):
    assert errors(case, RUN + "include: more.yaml\n", {"more.yaml": "notes: [x]\n"}) == [(17, "wrong-shape")]


@pytest.mark.parametrize("name", ["missing.yaml", "../outside.yaml"])
def test_read__included_files_that_are_not_there_or_outside(case, name):
    assert [line for line, _ in errors(case, RUN + f"include: [{name}]\n")] == [17]


def test_read__an_included_file_outside_the_folder_of_the_case__is_said(case):
    path = case(RUN + "include: [../more.yaml]\n", {"more.yaml": "notes: [x]\n"}, name="inner/case.yaml")
    _, findings = loading.read(path)
    assert [(item.place.line, item.slug) for item in findings if item.severity == "warning"] == [
        (17, "evidence-outside")
    ]


# --------------------------------------------------------------------------------------------------


def test_load__the_document_is_the_case_as_written(case):
    document = lca.load(case(RUN)).document
    assert document["facilities"]["hall"]["pue"] == "1.10"
    assert document["workloads"]["run"] == {
        "kind": "training",
        "runs_on": "gpus",
        "duration": "600 min",
        "power": "300 W",
    }


@pytest.mark.parametrize(
    ("way", "measured_at"),
    [
        *(("utilisation: 50 %", "site"), ("power: 300 W", "site"), ("accelerator_energy: 12 kWh", "site")),
        *(("site_energy: 12 kWh", "node"), ("site_energy: 12 kWh", "accelerators")),
    ],
)
def test_measured_at__that_contradicts_how_the_energy_is_stated(case, way, measured_at):
    _, findings = loading.read(case(RUN.replace("power: 300 W", f"{way}\n    measured_at: {measured_at}")))
    (refused,) = [found for found in findings if found.slug == "measured-elsewhere"]
    assert f"`measured_at: {measured_at}` contradicts `{way.partition(':')[0]}`" in refused.message


# --------------------------------------------------------------------------------------------------
# Sources that are files


def with_source(source: str) -> str:
    return RUN.replace("pue: 1.10", f"pue: {{value: 1.10, quality: measured, source: {source}}}")


@pytest.mark.parametrize(
    "source", ["evidence/nothere.pdf", "nothere.xlsx", "evidence/meter", "./meter", "../pue.csv", "Our report.pdf"]
)
def test_source__a_file_that_is_not_there(case, source):
    _, findings = loading.read(case(with_source(source)))
    (missing,) = [found for found in findings if found.slug == "evidence-missing"]
    assert f"`{source}`" in missing.message
    assert missing.place == Place("case.yaml", 7, with_source(source).splitlines()[6].index(source) + 1)


def test_source__a_file_is_hashed_into_the_files_of_the_result(case):
    made, findings = loading.read(case(with_source("evidence/pue.pdf"), {"evidence/pue.pdf": "1.10"}))
    assert made is not None
    assert not findings
    assert made.files["evidence/pue.pdf"] == hashlib.sha256(b"1.10").hexdigest()


@pytest.mark.parametrize(
    "source",
    [
        *("operator", "iso-30134-2", "ISO/IEC 30134-2", "meta-llama/llama-models@a9c89c4", "measured 24/7", "v. 1.2"),
        *("https://example.org/pue.pdf", "www.example.org/pue.pdf", "example.org/pue.pdf", '"Model card, README.md"'),
    ],
)
def test_source__words_and_addresses_are_no_files(case, source):
    _, findings = loading.read(case(with_source(source)))
    assert not findings


def test_source__a_name_that_no_file_can_have(case):
    _, findings = loading.read(case(with_source(f"evidence/{'x' * 5000}.pdf")))
    assert "evidence-missing" in {found.slug for found in findings}


@pytest.mark.parametrize("unit", ["KWh", "kwh", "kWH"])
def test_unit__in_other_capitals__is_suggested_with_its_prefix(case, unit):
    """`Wh` instead would be a factor of a thousand."""
    found = loading.read(case(RUN.replace("power: 300 W", f"energy: 10 {unit}")))[1]
    (remedy,) = (item.remedy for item in found if item.slug == "unknown-unit")
    assert "; did you mean `kWh`?" in remedy
