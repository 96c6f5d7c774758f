"""`emissions.csv` of CodeCarbon. Expected sums are worked by hand, or by others from the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca import importers
from lca.figure import Given
from lca.model import Record

INPUTS = Path(__file__).parent / "inputs" / "codecarbon"

ROW = {
    "timestamp": "2026-03-02T11:00:00",
    "project_name": "resnet",
    "run_id": "a1",
    "duration": "3600.0",
    "emissions": "0.04",
    "cpu_power": "50.0",
    "gpu_power": "7.0",
    "cpu_energy": "0.2",
    "gpu_energy": "0.5",
    "ram_energy": "0.1",
    "energy_consumed": "0.8",
    "country_name": "France",
    "country_iso_code": "FRA",
    "codecarbon_version": "3.0.7",
    "cpu_count": "16",
    "cpu_model": "AMD EPYC 7302",
    "gpu_count": "1",
    "gpu_model": "1 x NVIDIA A100",
    "tracking_mode": "machine",
    "pue": "1.0",
}


def file_of(*changes: dict[str, str], without: tuple[str, ...] = ()) -> str:
    """A file with a row for each set of changes to `ROW`."""
    rows = [{**ROW, **change} for change in changes or ({},)]
    columns = [column for column in rows[0] if column not in without]
    return "\n".join([",".join(columns), *(",".join(row[column] for column in columns) for row in rows), ""])


def record_of(folder: Path, content: str) -> Record:
    path = folder / "log.txt"
    path.write_bytes(content.encode())
    return importers.read(path, "evidence/emissions.csv")


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


def test_figures__of_one_run(tmp_path):
    record = record_of(tmp_path, file_of())
    assert value(record, "accelerator_energy") == pytest.approx(0.5, rel=1e-12)
    assert value(record, "host_energy") == pytest.approx(0.2 + 0.1, rel=1e-12)
    assert value(record, "duration") == pytest.approx(1.0, rel=1e-12)
    assert value(record, "emissions") == pytest.approx(0.04, rel=1e-12)
    assert [figure.unit for figure in record.figures.values()] == ["kWh_it", "kWh_it", "h", "kgCO2e"]
    assert not record.findings


def test_figures__say_what_they_are_and_where_they_stand(tmp_path):
    figure = record_of(tmp_path, file_of()).figures["host_energy"]
    reason = figure.reason
    assert isinstance(reason, Given)
    assert figure.id == "evidence/emissions.csv#host"
    assert (reason.quality, reason.source) == ("measured", "evidence/emissions.csv")
    assert reason.page == "1 of 1 rows; cpu_energy + ram_energy"
    assert reason.note is not None
    assert "rule of thumb" in reason.note
    # 0.2 kWh of processors, 0.1 kWh of memory, which no sensor reads: a third
    assert float(reason.attributes["estimated"]) == pytest.approx(1 / 3, rel=1e-5)


def test_figures__a_processor_that_never_varied__was_not_measured(tmp_path):
    """200 W for an hour are 0.2 kWh to the last digit: a constant of CodeCarbon, as the memory's power is."""
    reason = record_of(tmp_path, file_of({"cpu_power": "200"})).figures["host_energy"].reason
    assert isinstance(reason, Given)
    assert reason.quality == "assumed"
    assert "constant" in str(reason.note)


def test_facts__power_and_intensity_are_those_of_the_whole_run(tmp_path):
    facts = record_of(tmp_path, file_of()).facts
    assert facts["mean_gpu_power"] == "500 W"  # 0.5 kWh in an hour; the row's own 7 W is its last sample
    assert facts["implied_intensity"] == "50 g/kWh"  # 40 g for 0.8 kWh
    assert (facts["start"], facts["end"]) == ("2026-03-02T10:00:00", "2026-03-02T11:00:00")
    assert (facts["versions"], facts["country_iso_code"], facts["projects"]) == ("3.0.7", "FRA", "resnet")
    assert facts["recorded_energy"] == "0.8 kWh"


def test_facts__list_what_differs_between_runs(tmp_path):
    changes = {"run_id": "b2", "country_iso_code": "SWE", "timestamp": "2026-03-02T13:00:00"}
    assert record_of(tmp_path, file_of({}, changes)).facts["country_iso_code"] == "FRA, SWE"


def test_no_accelerators__leave_the_host_alone(tmp_path):
    without = {"gpu_energy": "0", "energy_consumed": "0.3", "gpu_count": "", "gpu_model": ""}
    record = record_of(tmp_path, file_of(without))
    assert set(record.figures) == {"host_energy", "duration", "emissions"}
    assert not record.findings


# --------------------------------------------------------------------------------------------------
# Real files. Expected: sums over all rows computed by others from the same files; see inputs/README.md


@pytest.mark.parametrize(
    ("file", "rows", "run_ids", "emissions", "energy", "duration", "version", "end"),
    [
        (
            *("codecarbon_examples.csv", 28, 17, 0.000211658433, 0.00895645586, 6167.08147),
            *("2.4.3rc1", "2024-05-31T17:03:13"),
        ),
        ("valid_headers.csv", 1, 1, 0.000449098925, 0.000574428982, 161.203807, "2.1.3", "2021-09-23T15:04:51"),
        (
            "llama2_inference_2v100.csv",
            104,
            104,
            0.00337653241,
            0.0397805395,
            282.096093,
            "2.5.0",
            "2024-09-26T10:57:34",
        ),
        ("cifar10_v3.csv", 236, 196, 3.55253293, 31.8097941, 131803.119, "3.0.7", "2025-10-29T10:56:01"),
        (
            *("teenytinyllama_460m_emissions.csv", 1, 1, 41.2894194, 112.974057, 1009909.61),
            *("2.3.2", "2024-01-03T13:51:28"),
        ),
    ],
)
def test_sums__over_all_rows_of_real_files(file, rows, run_ids, emissions, energy, duration, version, end):
    facts = importers.read(INPUTS / file, file).facts
    assert (facts["rows"], facts["run_ids"]) == (str(rows), str(run_ids))
    assert float(facts["sum_emissions_kg"]) == pytest.approx(emissions, rel=1e-6)
    assert float(facts["sum_energy_kWh"]) == pytest.approx(energy, rel=1e-6)
    assert float(facts["sum_duration_s"]) == pytest.approx(duration, rel=1e-6)
    assert (facts["versions"], facts["end"], facts["on_cloud"]) == (version, end, "N")


@pytest.mark.parametrize(
    ("file", "runs", "emissions"),
    [("codecarbon_examples.csv", 21, 0.000195370293), ("cifar10_v3.csv", 196, 2.91927087)],
)
def test_runs__of_real_files_that_write_a_run_several_times(file, runs, emissions):
    record = importers.read(INPUTS / file, file)
    assert record.facts["runs"] == str(runs)
    assert value(record, "emissions") == pytest.approx(emissions, rel=1e-6)
    assert "record-cumulative" in slugs(record)


@pytest.mark.parametrize(
    "file",
    ["valid_headers.csv", "llama2_inference_2v100.csv", "cifar10_v3.csv", "teenytinyllama_460m_emissions.csv"],
)
def test_parts__of_real_files_add_up_to_the_energy_of_their_runs(file):
    record = importers.read(INPUTS / file, file)
    parts = [value(record, key) for key in ("accelerator_energy", "host_energy") if key in record.figures]
    assert sum(parts) == pytest.approx(float(record.facts["recorded_energy"].removesuffix(" kWh")), rel=1e-6)
    assert "record-sum-differs" not in slugs(record)


def test_teenytinyllama__mean_power_is_not_that_of_the_last_sample():
    record = importers.read(INPUTS / "teenytinyllama_460m_emissions.csv", "emissions.csv")
    assert value(record, "accelerator_energy") == pytest.approx(92.27103601704754, rel=1e-9)
    # 92.27103601704754 kWh in 1009909.606500864 s; the row says 47.7 W
    assert record.facts["mean_gpu_power"] == "328.916 W"
    assert not record.findings


def test_cifar__power_and_energy_that_cannot_be_are_said():
    record = importers.read(INPUTS / "cifar10_v3.csv", "cifar10_v3.csv")
    assert "CPU power of 840 W" in message(record, "record-power-implausible")
    assert "i7-5820K" in message(record, "record-power-implausible")
    # rows 177, 202 and 220: -0.2111049824949619 - 0.0562581066731159 - 0.0350285730228359 kWh
    assert "rows with a negative energy: 3 of 196" in message(record, "record-energy-negative")
    assert "-0.302392 kWh" in message(record, "record-energy-negative")
    assert record.facts["country_iso_code"] == "NZL, CAN"


def test_examples__rows_without_a_run_are_runs_and_overlap():
    record = importers.read(INPUTS / "codecarbon_examples.csv", "emissions.csv")
    # rows 4 to 7 began within a second of each other, and row 4 before row 3 had ended
    assert message(record, "record-runs-overlap").startswith("runs that began before an earlier one had ended: 3")
    assert message(record, "record-cell-empty").startswith("rows with empty cells")


# --------------------------------------------------------------------------------------------------
# Runs


def test_cumulative__of_a_run_the_longest_row_counts(tmp_path):
    half = {"timestamp": "2026-03-02T10:30:00", "duration": "1800", "gpu_energy": "0.25", "energy_consumed": "0.55"}
    record = record_of(tmp_path, file_of(half, {}))
    assert value(record, "accelerator_energy") == pytest.approx(0.5, rel=1e-12)
    assert value(record, "duration") == pytest.approx(1.0, rel=1e-12)
    assert record.facts["sum_energy_kWh"] == "1.35"
    assert slugs(record) == {"record-cumulative"}
    assert message(record, "record-cumulative").startswith("rows that share a run with a later row: 1")


def test_cumulative__is_doubted_when_rows_of_a_run_begin_apart(tmp_path):
    later = {"timestamp": "2026-03-02T12:00:00", "duration": "3600"}
    record = record_of(tmp_path, file_of({}, later))
    assert "(run a1: 2026-03-02 10:00:00 and 2026-03-02 11:00:00)" in message(record, "record-not-cumulative")


def test_several_runs__are_summed(tmp_path):
    record = record_of(tmp_path, file_of({}, {"run_id": "b2", "timestamp": "2026-03-02T13:00:00"}))
    assert value(record, "accelerator_energy") == pytest.approx(1.0, rel=1e-12)
    assert value(record, "emissions") == pytest.approx(0.08, rel=1e-12)
    assert slugs(record) == {"record-several-runs"}
    assert message(record, "record-several-runs").startswith("runs in the record: 2, of resnet")


def test_several_runs__rows_without_a_run_are_their_own(tmp_path):
    record = record_of(tmp_path, file_of({"run_id": ""}, {"run_id": "", "timestamp": "2026-03-02T13:00:00"}))
    assert record.facts["runs"] == "2"
    assert value(record, "accelerator_energy") == pytest.approx(1.0, rel=1e-12)


def test_several_runs__tasks_of_one_run_are_summed(tmp_path):
    tasks = ({"task_name": "load"}, {"task_name": "train", "timestamp": "2026-03-02T12:00:00"})
    record = record_of(tmp_path, file_of(*tasks))
    assert value(record, "accelerator_energy") == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("mode", "said"), [("machine", True), ("process", False)])
def test_runs_overlap__counts_a_machine_twice_but_not_a_process(tmp_path, mode, said):
    second = {"run_id": "b2", "timestamp": "2026-03-02T11:30:00", "tracking_mode": mode}
    record = record_of(tmp_path, file_of({"tracking_mode": mode}, second))
    assert ("record-runs-overlap" in slugs(record)) is said


# --------------------------------------------------------------------------------------------------
# PUE


def test_several_places__are_named(tmp_path):
    france, germany = {"run_id": "a"}, {"run_id": "b", "country_name": "Germany", "country_iso_code": "DEU"}
    record = record_of(tmp_path, file_of(france, germany, germany | {"run_id": "c"}))
    assert message(record, "record-several-places").endswith("several places: France (1 run), Germany (2 runs)")
    assert "record-several-places" not in slugs(record_of(tmp_path, file_of(france, france | {"run_id": "c"})))


def test_sum_differs__says_which_was_taken(tmp_path):
    record = record_of(tmp_path, file_of({"energy_consumed": "5"}))
    assert message(record, "record-sum-differs").endswith("the row says 5 kWh; the parts were taken")
    parts = value(record, "accelerator_energy") + value(record, "host_energy")
    assert parts == pytest.approx(0.8, rel=1e-12)


def test_pue_included__is_divided_out(tmp_path):
    record = record_of(tmp_path, file_of({"pue": "1.25"}))
    assert value(record, "accelerator_energy") == pytest.approx(0.4, rel=1e-12)
    assert value(record, "host_energy") == pytest.approx(0.24, rel=1e-12)
    assert value(record, "emissions") == pytest.approx(0.04, rel=1e-12)
    assert slugs(record) == {"record-pue-included"}
    assert "a PUE of 1.25" in message(record, "record-pue-included")


def test_pue__that_the_user_of_the_tracker_set_is_declared_by_the_record(tmp_path):
    record = record_of(tmp_path, file_of({"pue": "1.25"}))
    pue = record.figures["pue"].reason
    assert isinstance(pue, Given)
    assert (pue.value, pue.quality, pue.source) == (1.25, "declared", record.path)
    assert "pue" not in record_of(tmp_path, file_of({"pue": "1.0"})).figures  # CodeCarbon's own default says nothing


def test_pue__of_several_runs_is_their_mean_by_energy(tmp_path):
    # 3 kWh of the site at 1.5 are 2 kWh of IT equipment, 2 kWh at 1.25 are 1.6: 5 ∕ 3.6.
    parts = {"cpu_energy": "0", "ram_energy": "0"}
    rows = (
        parts | {"run_id": "a", "pue": "1.5", "gpu_energy": "3", "energy_consumed": "3"},
        parts | {"run_id": "b", "pue": "1.25", "gpu_energy": "2", "energy_consumed": "2"},
    )
    assert value(record_of(tmp_path, file_of(*rows)), "pue") == pytest.approx(5 / 3.6, rel=1e-12)


def test_pue_unknown__without_the_column(tmp_path):
    record = record_of(tmp_path, file_of(without=("pue", "codecarbon_version")))
    assert value(record, "accelerator_energy") == pytest.approx(0.5, rel=1e-12)
    assert slugs(record) == {"record-pue-unknown"}


@pytest.mark.parametrize("pue", ["0", "0.8", "-1.2"])
def test_pue__below_one_is_refused(tmp_path, pue):
    assert_refused(record_of(tmp_path, file_of({"pue": pue})), "out-of-range")


# --------------------------------------------------------------------------------------------------
# What contradicts itself, or cannot be


def test_sum_differs__from_the_energy_of_its_row(tmp_path):
    record = record_of(tmp_path, file_of({"energy_consumed": "0.9"}))
    said = "the parts of row 2 add up to 0.8 kWh, the row says 0.9 kWh; the parts were taken"
    assert message(record, "record-sum-differs") == said


def test_power_implausible__840_watts_over_12_logical_cpus(tmp_path):
    record = record_of(tmp_path, file_of({"cpu_power": "840.0", "cpu_count": "12"}))
    assert "840 W in row 2 is not plausible" in message(record, "record-power-implausible")


def test_power_implausible__not_at_40_watts_for_each(tmp_path):
    assert not record_of(tmp_path, file_of({"cpu_power": "480.0", "cpu_count": "12"})).findings


def test_power_implausible__a_device_without_energy(tmp_path):
    record = record_of(tmp_path, file_of({"gpu_energy": "0.0", "energy_consumed": "0.3"}))
    assert "GPU power of 0 W in row 2 is not plausible for 1 x NVIDIA A100" in message(
        record, "record-power-implausible"
    )


def test_energy_negative__is_added_as_it_stands_and_said(tmp_path):
    reset = {"run_id": "b2", "timestamp": "2026-03-02T13:00:00", "gpu_energy": "-0.1", "energy_consumed": "0.2"}
    record = record_of(tmp_path, file_of({}, reset))
    assert value(record, "accelerator_energy") == pytest.approx(0.4, rel=1e-12)
    assert "first: gpu_energy in row 3), in all -0.1 kWh" in message(record, "record-energy-negative")


def test_energy_negative__in_sum_is_refused(tmp_path):
    assert_refused(record_of(tmp_path, file_of({"gpu_energy": "-0.1", "energy_consumed": "0.2"})), "out-of-range")


def test_cell_empty__adds_nothing_and_is_said(tmp_path):
    record = record_of(tmp_path, file_of({"cpu_energy": "", "energy_consumed": ""}))
    assert value(record, "host_energy") == pytest.approx(0.1, rel=1e-12)
    assert "empty cells (cpu_energy, energy_consumed)" in message(record, "record-cell-empty")


# --------------------------------------------------------------------------------------------------
# The file


def test_format__a_version_without_energy_by_part(tmp_path):
    record = record_of(tmp_path, file_of(without=("cpu_energy", "gpu_energy", "ram_energy")))
    assert_refused(record, "record-format")
    assert "lacks cpu_energy, gpu_energy, ram_energy" in message(record, "record-format")


def test_format__a_header_alone(tmp_path):
    assert_refused(record_of(tmp_path, ",".join(ROW) + "\n"), "record-format")


def test_format__a_row_with_a_cell_too_many(tmp_path):
    record = record_of(tmp_path, file_of({"emissions": "0,04"}))
    assert_refused(record, "record-format")
    assert "row 2 has 21 cells, the header 20" in message(record, "record-format")


@pytest.mark.parametrize("cell", ["0.5 kWh", "half", "1e999", "0x10", "1_0"])
def test_locale__a_cell_that_is_no_number(tmp_path, cell):
    assert_refused(record_of(tmp_path, file_of({"gpu_energy": cell})), "record-locale")


@pytest.mark.parametrize("column", ["duration", "gpu_energy", "emissions"])
def test_out_of_range__a_number_that_nothing_has(tmp_path, column):
    assert_refused(record_of(tmp_path, file_of({column: "1e300"})), "out-of-range")


def test_locale__separated_by_semicolons_with_decimal_commas(tmp_path):
    content = file_of().replace(",", ";").replace("0.5", "0,5")
    assert_refused(record_of(tmp_path, content), "record-locale")


def test_truncated__the_last_row_is_left_out(tmp_path):
    record = record_of(tmp_path, file_of() + "2026-03-02T13:00:00,resnet,b2,36")
    assert value(record, "accelerator_energy") == pytest.approx(0.5, rel=1e-12)
    assert slugs(record) == {"record-truncated"}


def test_appended__files_joined_with_their_headers(tmp_path):
    record = record_of(tmp_path, file_of() + file_of({"run_id": "b2", "timestamp": "2026-03-02T13:00:00"}))
    assert value(record, "accelerator_energy") == pytest.approx(1.0, rel=1e-12)
    assert "record-appended" in slugs(record)


@pytest.mark.parametrize("timestamp", ["", "02/03/2026 11:00", "0001-01-01T00:00:00"])
def test_start__is_not_said_when_it_is_not_known(tmp_path, timestamp):
    record = record_of(tmp_path, file_of({"timestamp": timestamp}))
    assert "start" not in record.facts
    assert value(record, "accelerator_energy") == pytest.approx(0.5, rel=1e-12)


def test_facts__carry_no_control_characters(tmp_path):
    assert record_of(tmp_path, file_of({"project_name": "\x1b[31mred"})).facts["projects"] == "\ufffd[31mred"
