"""What is wrong with a record that somebody else's program made."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

RECORDS: dict[str, Entry] = {
    "ledger-evidence": warning(
        "{count} of {of} files of evidence that `{ledger}` names are not there, first `{first}`",
        "What is not beside the case has no hash, and nobody can tell whether it was changed.",
        "Put the files there, or correct the paths (they are relative to the case).",
    ),
    "series-unread": error(
        "this file is no series that is understood: {problem}",
        "A guess at its times or its unit would be a guess at the result.",
        "Write a time in the first column and one column such as `kWh` or `load [MWh]`, in order, each time once, with "
        "a decimal point.",
    ),
    "series-not-matched": error(
        "the series cannot be matched: {problem}",
        "Generation covers a consumption only within the same hour, or month.",
        "Give all series for the same times, or `matching: monthly`.",
    ),
    "series-outside": error(
        "all {rows} rows, {first} to {last}, lie outside the period, {start} to {end}",
        "An inventory holds what was consumed in its period, and nothing else.",
        "Name the file of the period, or correct `period:`.",
    ),
    "series-left-out": warning(
        "rows outside the period, {start} to {end}, which are left out: {outside} of {rows} ({first} to {last})",
        "An inventory holds what was consumed in its period, and nothing else.",
        "Cut the file to the period; times are taken as they are written, in the zone of the file.",
    ),
    "series-cuts-month": warning(
        "{months}: counted whole, of which a part lies outside the period, {start} to {end}",
        "The sum of a month cannot be parted into days.",
        "Give the readings by the day, or let the period begin and end with a month.",
    ),
    "series-incomplete": warning(
        "no row for {months}: {rows} rows cover {covered} of the period, {start} to {end}",
        "What was consumed then is not in the sum, which stands for the whole period.",
        "Complete the file from the meter; what has to be estimated is written into it, and said in `notes:`.",
    ),
    "series-gap": warning(
        "times that are missing between the first and the last of {rows} rows: {missing}",
        "What was consumed then is not in the sum.",
        "Complete the file from the meter.",
    ),
    "residual-mix-unread": error(
        "this row of the table of residual mixes cannot be used: {problem}",
        "It decides what electricity without a contract counts.",
        "Fill in a copy of `datasets/factors/residual-mix/template.csv`: region, from, to, value, unit, source.",
    ),
    "record-format": error(
        "this is not a record that is understood: {problem}",
        "A guess at the meaning of columns would be a guess at the result.",
        "Understood are nvidia-smi --query-gpu CSV with timestamp and power.draw, and CodeCarbon emissions.csv.",
    ),
    "record-no-time": error(
        "the record has no timestamps: {problem}",
        "Power without time is not energy.",
        "Record with `nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv -l 1`.",
    ),
    "record-single-sample": error(
        "the record holds one moment per device: {problem}",
        "Energy needs at least two samples of a device.",
        "Record for the whole run, with `-l 1`.",
    ),
    "record-time-unread": error(
        "row {row}: `{text}` is not a moment that is understood",
        "Day and month can be taken for each other, and a count for one of something else.",
        "Write the year first, as in 2026/03/02 14:30:00.000, or seconds since 1970.",
    ),
    "record-device-once": warning(
        "devices with a single sample, and so without energy: {count} of {devices}",
        "Energy needs at least two samples of a device.",
        "Record for the whole run, with `-l 1`.",
    ),
    "record-no-device": note(
        "no column tells devices apart; all samples are taken as those of one device",
        "Several devices in one log without `index` come out with the energy of one.",
        "Record with `--query-gpu=timestamp,index,power.draw` if there were several.",
    ),
    "record-no-index": error(
        "samples of several devices, {count} at a time, and no column `index` or `uuid` tells them apart",
        "Taken as samples of one device they would come out with the energy of one.",
        "Record with `nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 1`.",
    ),
    "record-appended": note(
        "header lines among the rows, skipped: {count}",
        "The recorder was started again into the same file; the time between counts as a gap.",
    ),
    "record-no-power": error(
        "no row has a readable power",
        "The device or the driver does not report power.",
        "Use another way to state energy, such as `utilisation:`.",
    ),
    "record-power-unread": warning(
        "samples without power ({example}), left out: {count} of {rows}",
        "The energy between the neighbouring samples is interpolated.",
        "Check the driver if there are many.",
    ),
    "record-gap": warning(
        "the record is silent for {longest} (in all {total}, {share} of the time); the usual step is {step}",
        "The energy of a gap is interpolated between its ends: an assumption about the time between, no measurement.",
        "If the run was stopped in between, cut the record there.",
    ),
    "record-clock": error(
        "the clock steps back by {step} at row {row}",
        "Samples out of order would count time twice or not at all.",
        "Split the record at the step, or record in UTC.",
    ),
    "record-repeated-time": warning(
        "samples that repeat the moment of the one before: {count}",
        "Only the last of them was kept.",
        "Check whether two recorders, or several devices without `index`, wrote into one file.",
    ),
    "record-truncated": warning(
        "the last line (row {row}) is cut off and was left out",
        "The recorder was stopped while writing.",
        "Nothing is to be done if the run had ended.",
    ),
    "record-partial-sample": note(
        "the last sample holds {count} of {devices} devices",
        "Each device's energy ends with its own last sample.",
    ),
    "record-unit-missing": warning(
        "the column `{column}` names no unit; taken as {unit}, in which nvidia-smi writes it",
        "Another unit would change the energy by its factor.",
        "Record with `--format=csv` instead of `--format=csv,nounits`: the header then names the unit.",
    ),
    "record-no-zone": note(
        "timestamps carry no time zone; only differences are used",
        "A change to or from summer time during the run would show as a gap or a step back.",
    ),
    "record-locale": error(
        "row {row}: `{text}` is not a number with a decimal point",
        "A decimal comma and a thousands comma look alike.",
        "Record with LC_ALL=C.",
    ),
    "record-pue-unknown": warning(
        "the record has no `pue` column (CodeCarbon before version 2.3); its energy is taken as IT energy",
        "If a PUE was set when it was written, overhead is counted twice.",
        "State `measured_at: site` if the energy already holds the overhead.",
    ),
    "record-pue-included": note(
        "the record's energy was multiplied by a PUE of {pue} when it was written; it was divided out again",
        "PUE is applied once: that of the facility where the case declares one, else that of the record.",
    ),
    "record-pue-differs": warning(
        "`{name}` declares a PUE of {declared}; the record was written with {recorded}",
        "The declared one is taken; one of the two is not that of the place where it ran.",
        "Remove `pue:` to take that of the record, or check which holds.",
    ),
    "record-cumulative": warning(
        "rows that share a run with a later row: {count}; of each run the last row was kept",
        "CodeCarbon writes the energy of a run so far; adding such rows counts it again.",
        "Nothing is to be done if the runs are those of one job.",
    ),
    "record-not-cumulative": warning(
        "runs whose rows begin at different times: {count} (run {run}: {first} and {second}); the longest of each was "
        "kept",
        "Rows that hold a run so far begin together; these may be parts, and their energy should be added.",
        "Check how the record was written; state the energy yourself if they are parts.",
    ),
    "record-runs-overlap": warning(
        "runs that began before an earlier one had ended: {count} (first: row {row}); their energy is added",
        "CodeCarbon measures the whole machine unless told to follow a process: two runs at once on one machine "
        "count it twice.",
        "Keep one of them, unless they ran on different machines.",
    ),
    "record-cell-empty": warning(
        "rows with empty cells ({columns}), which add nothing: {count} of {rows}",
        "The tracker was stopped before it knew them; the figures are too low by them.",
        "Check the record at its source.",
    ),
    "record-energy-negative": warning(
        "rows with a negative energy: {count} of {rows} (first: {column} in row {row}), in all {total}; it was "
        "added as it stands",
        "A counter that was reset during a run gives less than nothing; the true energy is higher by that at least.",
        "Correct the rows at their source, or state the energy yourself.",
    ),
    "record-shared": warning(
        "the record `{file}` is read by more than one workload",
        "Its energy is counted in each of them.",
        "Give every workload its own record, or state it as one workload.",
    ),
    "record-several-runs": note(
        "runs in the record: {runs}, of {projects}; they are taken together",
        "One case is one audit.",
    ),
    "record-several-places": warning(
        "the runs of the record are of several places: {places}",
        "One location would decide the electricity's carbon of all of them.",
        "Split the record by place, and account for each part as a workload at a facility of its own.",
    ),
    "record-sum-differs": warning(
        "the parts of row {row} add up to {parts}, the row says {stated}; the parts were taken",
        "One of the two is wrong, and the host is told apart from the accelerators by the parts only.",
        "Check the record at its source.",
    ),
    "record-power-implausible": warning(
        "{part} power of {power} in row {row} is not plausible for {device}",
        "The tracker estimates where it cannot measure.",
        "Check the tracking mode; give the host's power yourself with `host_power`.",
    ),
}
