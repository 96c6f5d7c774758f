"""Logs of nvidia-smi. Energies are worked by hand: mean of two neighbouring powers, times the time between."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lca import importers
from lca.figure import Given, Place
from lca.importers import text
from lca.model import Record

INPUTS = Path(__file__).parent / "inputs" / "nvidia-smi"

TWO_DEVICES = """\
timestamp, index, name, driver_version, power.draw [W]
2026/03/02 10:00:00.000, 0, NVIDIA A100, 570.10, 100.00 W
2026/03/02 10:00:00.000, 1, NVIDIA A100, 570.10, 300.00 W
2026/03/02 10:00:36.000, 0, NVIDIA A100, 570.10, 200.00 W
2026/03/02 10:00:36.000, 1, NVIDIA A100, 570.10, 300.00 W
"""
TWO_DEVICES_KWH = (150 * 36 + 300 * 36) / 3.6e6


def record_of(folder: Path, content: str | bytes, name: str = "evidence/log.csv") -> Record:
    path = folder / "log.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return importers.read(path, name)


def long_log(*rows: str, header: str = "timestamp, index, power.draw [W]") -> str:
    return "\n".join([header, *rows, ""])


def energy(record: Record) -> float:
    return value(record, "accelerator_energy")


def value(record: Record, key: str) -> float:
    reason = record.figures[key].reason
    assert isinstance(reason, Given)
    assert reason.value is not None
    return reason.value


def slugs(record: Record) -> set[str]:
    return {found.slug for found in record.findings}


def message(record: Record, slug: str) -> str:
    return next(found.message for found in record.findings if found.slug == slug)


def assert_refused(record: Record, slug: str) -> None:
    assert slug in slugs(record), record.findings
    assert not record.figures
    assert record.sha256


# --------------------------------------------------------------------------------------------------
# Figures, facts and where they come from


def test_energy__of_two_devices_is_the_sum_of_their_trapezoids(tmp_path):
    record = record_of(tmp_path, TWO_DEVICES)
    assert energy(record) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)
    assert value(record, "duration") == pytest.approx(0.01, rel=1e-12)
    assert slugs(record) == {"record-no-zone"}


def test_figures__say_what_they_are_and_where_they_stand(tmp_path):
    record = record_of(tmp_path, TWO_DEVICES)
    figure = record.figures["accelerator_energy"]
    reason = figure.reason
    assert isinstance(reason, Given)
    assert (figure.id, figure.unit) == ("evidence/log.csv#energy", "kWh_it")
    assert (record.figures["duration"].id, record.figures["duration"].unit) == ("evidence/log.csv#duration", "h")
    assert (reason.quality, reason.source, reason.written) == ("measured", "evidence/log.csv", None)
    assert reason.place == Place("evidence/log.csv")
    assert reason.page == "4 rows; columns timestamp, index, power.draw [W]"
    assert reason.spread is None


def test_facts__of_a_log(tmp_path):
    assert record_of(tmp_path, TWO_DEVICES).facts == {
        "rows": "4",
        "devices": "2",
        "names": "NVIDIA A100",
        "driver": "570.10",
        "start": "2026/03/02 10:00:00.000",
        "end": "2026/03/02 10:00:36.000",
        "step": "36 s",
        "gap_share": "0 %",
        "mean_power": "225 W",
        "mean_of_samples": "225 W",
    }


def test_record__is_known_by_the_hash_of_its_bytes(tmp_path):
    record = record_of(tmp_path, TWO_DEVICES)
    assert record.sha256 == hashlib.sha256(TWO_DEVICES.encode()).hexdigest()
    assert (record.format, record.path) == ("nvidia-smi", "evidence/log.csv")


# --------------------------------------------------------------------------------------------------
# Real files. Expected: computed by others from the same files; see inputs/README.md


def test_gpu_glasses__index_is_the_same_in_all_rows_and_gpu_is_the_device():
    record = importers.read(INPUTS / "gpu_glasses_8gpu.csv", "gpu_glasses_8gpu.csv")
    assert energy(record) == pytest.approx(0.00110121528, rel=1e-6)
    assert value(record, "duration") * 3600 == pytest.approx(8.0, rel=1e-6)
    assert record.facts["devices"] == "8"
    assert record.facts["rows"] == "43"
    assert float(record.facts["mean_of_samples"].removesuffix(" W")) == pytest.approx(73.4223256, rel=1e-5)
    assert (record.facts["start"], record.facts["end"]) == ("2025-09-08T17:26:50+08:00", "2025-09-08T17:26:58+08:00")
    assert slugs(record) == {"record-unit-missing", "record-partial-sample"}
    assert message(record, "record-partial-sample") == "the last sample holds 3 of 8 devices"


@pytest.mark.parametrize(
    ("file", "name", "driver", "watts"),
    [
        ("querygpu_l40s_load.csv", "NVIDIA L40S", "595.80", 110.23),
        ("querygpu_h200_load.csv", "NVIDIA H200", "590.48.01", 627.40),
    ],
)
def test_query_of_all_columns__of_one_moment_has_no_energy(file, name, driver, watts):
    record = importers.read(INPUTS / file, file)
    assert_refused(record, "record-single-sample")
    assert record.facts["devices"] == "1"
    assert (record.facts["names"], record.facts["driver"]) == (name, driver)
    assert float(record.facts["mean_of_samples"].removesuffix(" W")) == pytest.approx(watts, rel=1e-6)


@pytest.mark.parametrize(
    ("file", "slug", "words"),
    [
        ("dmon_l40s_load.txt", "record-no-time", "`nvidia-smi dmon`"),
        ("q_l40s_load.txt", "record-single-sample", "`nvidia-smi -q`"),
        ("q_x_rtx3080_v13.xml", "record-single-sample", "`nvidia-smi -q -x` (XML)"),
    ],
)
def test_other_output__is_called_by_its_name(file, slug, words):
    record = importers.read(INPUTS / file, file)
    assert_refused(record, slug)
    assert words in message(record, slug)
    assert record.format == "nvidia-smi"


# --------------------------------------------------------------------------------------------------
# Encodings and separators


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_energy__whatever_the_encoding(tmp_path, encoding, newline):
    content = TWO_DEVICES.replace("\n", newline).encode(encoding)
    record = record_of(tmp_path, content)
    assert energy(record) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)
    assert slugs(record) == {"record-no-zone"}


def test_energy__columns_separated_by_semicolons(tmp_path):
    assert energy(record_of(tmp_path, TWO_DEVICES.replace(",", ";"))) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)


def test_not_utf8__a_byte_of_another_code_page(tmp_path):
    assert_refused(record_of(tmp_path, TWO_DEVICES.replace("A100", "A100é").encode("latin-1")), "not-utf8")


def test_file_too_large__is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "SIZE_LIMIT", 100)
    record = record_of(tmp_path, TWO_DEVICES)
    assert slugs(record) == {"file-too-large"}
    assert not record.figures
    assert not record.sha256


def test_file_unreadable__a_folder(tmp_path):
    assert slugs(importers.read(tmp_path, "evidence")) == {"file-unreadable"}


# --------------------------------------------------------------------------------------------------
# Power


def test_unit__in_no_place_is_taken_as_watt_and_said(tmp_path):
    record = record_of(
        tmp_path, "timestamp, index, power.draw\n2026/03/02 10:00:00, 0, 100\n2026/03/02 10:00:36, 0, 200\n"
    )
    assert energy(record) == pytest.approx(150 * 36 / 3.6e6, rel=1e-12)
    assert "`power.draw` names no unit; taken as W" in message(record, "record-unit-missing")


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("power.draw [W]", "100.00", "200.00"),
        ("power.draw", "100.00 W", "200.00 W"),
        ("power.draw [mW]", "100000", "200000"),
        ("power.draw [W]", "100000 mW", "0.2 kW"),
    ],
)
def test_unit__in_the_header_or_in_the_cells(tmp_path, header, first, second):
    rows = (f"2026/03/02 10:00:00, 0, {first}", f"2026/03/02 10:00:36, 0, {second}")
    record = record_of(tmp_path, long_log(*rows, header=f"timestamp, index, {header}"))
    assert energy(record) == pytest.approx(150 * 36 / 3.6e6, rel=1e-12)
    assert "record-unit-missing" not in slugs(record)


@pytest.mark.parametrize(("unit", "slug"), [("[h]", "wrong-unit"), ("[%]", "unknown-unit"), ("[W/]", "unknown-unit")])
def test_unit__that_is_none_of_power(tmp_path, unit, slug):
    rows = ("2026/03/02 10:00:00, 0, 100", "2026/03/02 10:00:36, 0, 200")
    assert_refused(record_of(tmp_path, long_log(*rows, header=f"timestamp, index, power.draw {unit}")), slug)


def test_columns_of_power__power_draw_is_taken_before_the_others(tmp_path):
    header = "timestamp, index, power.draw.instant [W], power.draw.average [W], power.draw [W]"
    rows = ("2026/03/02 10:00:00, 0, 1 W, 2 W, 100 W", "2026/03/02 10:00:36, 0, 1 W, 2 W, 100 W")
    record = record_of(tmp_path, long_log(*rows, header=header))
    assert energy(record) == pytest.approx(0.001, rel=1e-12)


def test_columns_of_power__the_next_is_taken_when_one_has_no_readings_and_the_page_says_which(tmp_path):
    header = "timestamp, index, power.draw.instant [W], power.draw.average [W], power.draw [W]"
    rows = ("2026/03/02 10:00:00, 0, 1 W, 100 W, [N/A]", "2026/03/02 10:00:36, 0, 1 W, 100 W, [N/A]")
    record = record_of(tmp_path, long_log(*rows, header=header))
    reason = record.figures["accelerator_energy"].reason
    assert isinstance(reason, Given)
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert reason.page == "2 rows; columns timestamp, index, power.draw.average [W]"


@pytest.mark.parametrize("cell", ["[N/A]", "[Not Supported]", "N/A", "[Unknown Error]", "", "ERR!", "-5.00 W"])
def test_power_unread__is_interpolated_and_said(tmp_path, cell):
    record = record_of(
        tmp_path,
        long_log(
            "2026/03/02 10:00:00, 0, 100.00 W", f"2026/03/02 10:00:18, 0, {cell}", "2026/03/02 10:00:36, 0, 200.00 W"
        ),
    )
    assert energy(record) == pytest.approx(150 * 36 / 3.6e6, rel=1e-12)
    seen = cell or "an empty cell"
    assert f"samples without power ({seen}), left out: 1 of 3" in message(record, "record-power-unread")


def test_power_unread__a_row_cut_short_in_the_middle(tmp_path):
    rows = ("2026/03/02 10:00:00, 0, 100.00 W", "2026/03/02 10:00:18, 0", "2026/03/02 10:00:36, 0, 200.00 W")
    record = record_of(tmp_path, long_log(*rows))
    assert energy(record) == pytest.approx(150 * 36 / 3.6e6, rel=1e-12)
    assert "record-power-unread" in slugs(record)


def test_no_power__every_cell_says_so(tmp_path):
    assert_refused(
        record_of(tmp_path, long_log("2026/03/02 10:00:00, 0, [N/A]", "2026/03/02 10:00:36, 0, [N/A]")),
        "record-no-power",
    )


def test_no_power__no_column_of_it(tmp_path):
    rows = ("2026/03/02 10:00:00, 0, 99 %", "2026/03/02 10:00:36, 0, 99 %")
    assert_refused(
        record_of(tmp_path, long_log(*rows, header="timestamp, index, utilization.gpu [%]")), "record-no-power"
    )


@pytest.mark.parametrize("cell", ["49,81 W", '"49,81 W"', '"1,234.50 W"', "1e3 W", "1_000", "nan", "inf", "9" * 400])
def test_locale__a_number_that_could_be_two(tmp_path, cell):
    record = record_of(tmp_path, long_log("2026/03/02 10:00:00, 0, 100 W", f"2026/03/02 10:00:36, 0, {cell}"))
    assert_refused(record, "record-locale")
    assert next(found.place.line for found in record.findings if found.slug == "record-locale") == 3


# --------------------------------------------------------------------------------------------------
# Devices


@pytest.mark.parametrize("column", ["index", "gpu", "uuid", "pci.bus_id", "gpu_index"])
def test_devices__told_apart_by_any_of_their_columns(tmp_path, column):
    record = record_of(tmp_path, TWO_DEVICES.replace(" index,", f" {column},"))
    assert energy(record) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)
    assert record.facts["devices"] == "2"


def test_devices__of_two_nodes_with_the_same_indices_are_told_apart_by_uuid(tmp_path):
    rows = [
        f"2026/03/02 10:00:{second}, {index}, GPU-{node}{index}, 100 W"
        for node in "ab"
        for second in ("00", "36")
        for index in (0, 1)
    ]
    record = record_of(tmp_path, long_log(*rows, header="timestamp, index, uuid, power.draw [W]"))
    assert record.facts["devices"] == "4"
    assert energy(record) == pytest.approx(4 * 0.001, rel=1e-12)


def test_devices__one_index_remains_one_device_when_the_driver_changes(tmp_path):
    rows = ("2026/03/02 10:00:00, 0, 570.10, 100 W", "2026/03/02 10:00:36, 0, 575.20, 100 W")
    record = record_of(tmp_path, long_log(*rows, header="timestamp, index, driver_version, power.draw [W]"))
    assert (record.facts["devices"], record.facts["driver"]) == ("1", "570.10, 575.20")
    assert energy(record) == pytest.approx(0.001, rel=1e-12)


def test_no_device__is_said(tmp_path):
    record = record_of(tmp_path, "timestamp, power.draw [W]\n2026/03/02 10:00:00, 100 W\n2026/03/02 10:00:36, 100 W\n")
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert "record-no-device" in slugs(record)


EIGHT_AT_ONCE = {
    "milliseconds apart": [millisecond * 13 for millisecond in range(8)],
    "at one moment": [0] * 8,
    "some at one moment": [0, 0, 1, 1, 1, 7, 40, 41],
}


@pytest.mark.parametrize("after", EIGHT_AT_ONCE.values(), ids=EIGHT_AT_ONCE)
@pytest.mark.parametrize("name", ["", "NVIDIA H100 80GB HBM3, "])
def test_no_index__of_eight_devices_is_refused(tmp_path, after, name):
    rows = [f"2026/03/02 10:{s // 60:02}:{s % 60:02}.{ms:03}, {name}600.00 W" for s in range(120) for ms in after]
    header = "timestamp, name, power.draw [W]" if name else "timestamp, power.draw [W]"
    record = record_of(tmp_path, long_log(*rows, header=header))
    assert_refused(record, "record-no-index")
    assert message(record, "record-no-index").startswith("samples of several devices, 8 at a time")
    assert "`index`" in message(record, "record-no-index")


def test_no_index__of_two_devices_over_gaps_and_ends_that_are_cut_off(tmp_path):
    moments = [(60 * minute + second, ms) for minute in (0, 1, 30) for second in range(60) for ms in (500, 504)]
    rows = [f"2026/03/02 10:{s // 60:02}:{s % 60:02}.{ms}, 600.00 W" for s, ms in moments[1:-1]]
    assert_refused(record_of(tmp_path, long_log(*rows, header="timestamp, power.draw [W]")), "record-no-index")


@pytest.mark.parametrize("step", [1, 20, 100, 1000])
def test_no_index__one_device_whose_recorder_stutters_is_read(tmp_path, step):
    # After every 50 samples, which it writes at once, the recorder is silent for a second.
    milliseconds = [step * position + 1000 * (position // 50) for position in range(400)]
    rows = [f"2026/03/02 10:{ms // 60000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}, 100 W" for ms in milliseconds]
    record = record_of(tmp_path, long_log(*rows, header="timestamp, power.draw [W]"))
    assert ("record-no-index" in slugs(record)) == (step == 1)  # at 1 ms it cannot be told from 50 devices


def test_wide_form__a_column_per_device_and_seconds_since_1970(tmp_path):
    record = record_of(tmp_path, "timestamp,GPU0,GPU1\n1763638585.215,100,300\n1763638621.215,200,300\n")
    assert energy(record) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)
    assert record.facts["devices"] == "2"
    assert slugs(record) == {"record-unit-missing"}


def test_device_once__has_no_energy_and_is_said(tmp_path):
    record = record_of(
        tmp_path,
        long_log("2026/03/02 10:00:00, 0, 100 W", "2026/03/02 10:00:00, 1, 100 W", "2026/03/02 10:00:36, 0, 100 W"),
    )
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert message(record, "record-device-once") == "devices with a single sample, and so without energy: 1 of 2"


# --------------------------------------------------------------------------------------------------
# Time


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026/03/02 10:00:00.000", "2026/03/02 10:00:36.000"),
        ("2026-03-02 10:00:00", "2026-03-02 10:00:36"),
        ("2026-03-02T10:00:00Z", "2026-03-02T12:00:36+02:00"),
        ("1763638585.215", "1763638621.215"),
        ("1763638585215", "1763638621215"),
        ("1763638585215000000", "1763638621215000000"),
    ],
)
def test_duration__of_every_form_of_timestamp(tmp_path, start, end):
    record = record_of(tmp_path, long_log(f"{start}, 0, 100 W", f"{end}, 0, 100 W"))
    assert value(record, "duration") == pytest.approx(0.01, rel=1e-12)
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert (record.facts["start"], record.facts["end"]) == (start, end)


def test_no_zone__is_said_of_dates_without_one_only(tmp_path):
    zoned = long_log("2026-03-02T10:00:00+01:00, 0, 100 W", "2026-03-02T10:00:36+01:00, 0, 100 W")
    assert "record-no-zone" not in slugs(record_of(tmp_path, zoned))
    assert "record-no-zone" in slugs(record_of(tmp_path, zoned.replace("+01:00", "")))


@pytest.mark.parametrize("stamp", ["03/04/2026 10:00:36", "04.03.2026 10:00:36", "2026/13/02 10:00:36", "36.0", "noon"])
def test_time_unread__a_moment_that_could_be_two(tmp_path, stamp):
    record = record_of(
        tmp_path, long_log("2026/03/02 10:00:00, 0, 100 W", f"{stamp}, 0, 100 W", "2026/03/02 10:01:00, 0, 100 W")
    )
    assert_refused(record, "record-time-unread")
    assert stamp in message(record, "record-time-unread")


def test_no_time__no_column_of_it(tmp_path):
    assert_refused(record_of(tmp_path, "index, power.draw [W]\n0, 100 W\n0, 100 W\n"), "record-no-time")


def test_single_sample__of_every_device(tmp_path):
    record = record_of(tmp_path, long_log("2026/03/02 10:00:00, 0, 100 W", "2026/03/02 10:00:00, 1, 100 W"))
    assert_refused(record, "record-single-sample")
    assert record.facts["devices"] == "2"


def test_clock__that_steps_back_is_refused(tmp_path):
    record = record_of(
        tmp_path,
        long_log("2026/10/25 02:59:59, 0, 100 W", "2026/10/25 02:00:00, 0, 100 W", "2026/10/25 02:00:01, 0, 100 W"),
    )
    assert_refused(record, "record-clock")
    assert message(record, "record-clock") == "the clock steps back by 60 min at row 3"


def test_clock__of_each_device_by_itself(tmp_path):
    rows = [f"2026/03/02 10:00:{second}, {index}, 100 W" for index in (0, 1) for second in ("00", "36")]
    assert energy(record_of(tmp_path, long_log(*rows))) == pytest.approx(0.002, rel=1e-12)


def test_repeated_time__the_last_sample_is_kept(tmp_path):
    record = record_of(
        tmp_path,
        long_log("2026/03/02 10:00:00, 0, 100 W", "2026/03/02 10:00:36, 0, 900 W", "2026/03/02 10:00:36, 0, 200 W"),
    )
    assert energy(record) == pytest.approx(150 * 36 / 3.6e6, rel=1e-12)
    assert message(record, "record-repeated-time").startswith("samples that repeat the moment of the one before: 1")


def test_gap__is_interpolated_and_said(tmp_path):
    before = [f"2026/03/02 10:00:{second:02}, 0, 100 W" for second in range(31)]
    after = [f"2026/03/02 10:10:{second:02}, 0, 100 W" for second in range(31)]
    record = record_of(tmp_path, long_log(*before, *after))
    # 30 s at 100 W, a silence of 570 s, 30 s: measured is what was recorded
    assert energy(record) == pytest.approx(100 * 60 / 3.6e6, rel=1e-12)
    assert value(record, "bridged_energy") == pytest.approx(100 * 570 / 3.6e6, rel=1e-12)
    assert record.facts["gap_share"] == "90.5 %"
    assert message(record, "record-gap").startswith("the record is silent for 9.5 min (in all 9.5 min, 90.5 % of")


def test_gap__of_several_devices__is_summed_over_them_and_said_so(tmp_path):
    moments = [f"10:{minute:02}:{second:02}" for minute in (0, 10) for second in range(31)]
    rows = [f"2026/03/02 {moment}, {index}, 100 W" for moment in moments for index in range(4)]
    said = message(record_of(tmp_path, long_log(*rows)), "record-gap")
    assert said.startswith("the record is silent for 9.5 min (in all 38 min summed over 4 devices, 90.5 % of the time)")


def test_gap__is_none_when_the_step_is_long(tmp_path):
    rows = [f"2026/03/02 {hour:02}:00:00, 0, 100 W" for hour in range(5)]
    assert "record-gap" not in slugs(record_of(tmp_path, long_log(*rows)))


def test_gap__is_none_when_a_fast_recorder_stutters(tmp_path):
    rows = [f"2026/03/02 10:00:00.{tenth}, 0, 100 W" for tenth in range(10)]
    record = record_of(tmp_path, long_log(*rows, "2026/03/02 10:00:05.0, 0, 100 W"))
    assert "record-gap" not in slugs(record)


# --------------------------------------------------------------------------------------------------
# Ends and beginnings


@pytest.mark.parametrize("tail", ["2026/03/02 10:0", "2026/03/02 10:01:12.000, 0", "2026/03/02 10:01:12.000, 0, 4"])
def test_truncated__the_last_line_is_left_out(tmp_path, tail):
    rows = long_log("2026/03/02 10:00:00.000, 0, 100.00 W", "2026/03/02 10:00:36.000, 0, 100.00 W")
    record = record_of(tmp_path, rows + tail)
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert message(record, "record-truncated").startswith("the last line (row 4)")


def test_truncated__at_any_byte_gives_figures_or_a_reason(tmp_path):
    content = TWO_DEVICES.encode()
    for length in range(len(content)):
        record = record_of(tmp_path, content[:length])
        refused = any(found.severity == "error" for found in record.findings)
        assert refused is not bool(record.figures), content[:length]
        assert refused or energy(record) <= TWO_DEVICES_KWH * (1 + 1e-12)


def test_truncated__not_for_want_of_a_newline_alone(tmp_path):
    record = record_of(tmp_path, TWO_DEVICES.rstrip("\n"))
    assert "record-truncated" not in slugs(record)
    assert energy(record) == pytest.approx(TWO_DEVICES_KWH, rel=1e-12)


def test_partial_sample__the_last_lacks_a_device(tmp_path):
    rows = [f"2026/03/02 10:00:{second}, {index}, 100 W" for second in ("00", "36") for index in (0, 1)]
    record = record_of(tmp_path, long_log(*rows, "2026/03/02 10:01:12, 0, 100 W"))
    assert energy(record) == pytest.approx(0.003, rel=1e-12)
    assert message(record, "record-partial-sample") == "the last sample holds 1 of 2 devices"


def test_appended__header_lines_in_the_middle_are_skipped(tmp_path):
    content = long_log("2026/03/02 10:00:00, 0, 100 W") + long_log("2026/03/02 10:00:36, 0, 100 W")
    record = record_of(tmp_path, content)
    assert energy(record) == pytest.approx(0.001, rel=1e-12)
    assert message(record, "record-appended").startswith("header lines among the rows, skipped: 1")


def test_format__another_header_in_the_middle(tmp_path):
    content = long_log("2026/03/02 10:00:00, 0, 100 W") + long_log(
        "2026/03/02 10:00:36, 100 W", header="timestamp, power.draw [W]"
    )
    assert_refused(record_of(tmp_path, content), "record-format")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        ("timestamp, index, power.draw [W]\n", "there is a header and no row"),
        ("2026/03/02 10:00:00, 0, 100 W\n2026/03/02 10:00:36, 0, 100 W\n", "noheader"),
        ("#Date Time gpu pwr\n#YYYYMMDD HH:MM:SS Idx W\n 20260302 10:00:00 0 100\n", "nvidia-smi dmon"),
        ("name,score\nanna,3\n", "it begins with `name,score`"),
        ("\x1b[31mred\x1b[0m\n", "it begins with `\ufffd[31mred\ufffd[0m`"),
        ('timestamp, index, power.draw [W]\n"' + "x" * 200_000, "field larger than field limit"),
    ],
)
def test_format__what_is_no_log_is_said_to_be_what_it_is(tmp_path, content, words):
    record = record_of(tmp_path, content)
    assert_refused(record, "record-format")
    assert words in message(record, "record-format")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe", bytes(range(256)) * 300])
def test_format__bytes_that_are_no_text(tmp_path, content):
    assert_refused(record_of(tmp_path, content), "record-format")
