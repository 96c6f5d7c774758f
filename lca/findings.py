"""The catalogue of findings: what is wrong, why it matters, what to do.

Problems are values. Every stage collects them, so that one run shows all; exceptions are for bugs and
for input and output. The slug names a finding for good: it is what tests and documents refer to.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from lca.model import Finding, Place, Severity


@dataclass(frozen=True)
class Entry:
    """One kind of finding; the texts are filled with the details of the case."""

    severity: Severity
    message: str
    why: str
    remedy: str


def _error(message: str, why: str, remedy: str) -> Entry:
    return Entry("error", message, why, remedy)


def _warning(message: str, why: str, remedy: str) -> Entry:
    return Entry("warning", message, why, remedy)


def _note(message: str, why: str, remedy: str = "") -> Entry:
    return Entry("note", message, why, remedy)


CATALOGUE: dict[str, Entry] = {
    # --- the file
    "file-unreadable": _error(
        "the file cannot be read: {problem}",
        "Nothing can be computed from it.",
        "Check the path and the permissions.",
    ),
    "not-utf8": _error(
        "byte {byte} is not UTF-8 text",
        "A guessed encoding can turn names and numbers into others.",
        "Save the file as UTF-8.",
    ),
    "file-too-large": _error(
        "the file has {size}; at most {limit} are read",
        "A case is a declaration, and a record is read whole.",
        "Move measured series into evidence files; cut a record to the run.",
    ),
    "empty-file": _error(
        "the file holds nothing",
        "There is nothing to account for.",
        "Start from `lca new training`.",
    ),
    "yaml-syntax": _error(
        "not valid YAML: {problem}",
        "What comes after this place was not read.",
        "Check indentation, colons and quotes here and in the line above.",
    ),
    "yaml-alias": _error(
        "aliases (`*{name}`) and anchors are not read",
        "A few aliases can unfold into millions of values, and a reader cannot see what a line says.",
        "Write the value out where it is used.",
    ),
    "yaml-tag": _error(
        "the tag `{tag}` is not read",
        "Tags can make a reader run code; a case is data.",
        "Remove the tag.",
    ),
    "yaml-merge": _error(
        "merge keys (`<<`) are not read",
        "A reader cannot see which value holds.",
        "Write the values out.",
    ),
    "yaml-depth": _error(
        "nested more than {limit} levels deep",
        "No case needs it; it is a mistake or an attack.",
        "Check the indentation and the brackets here.",
    ),
    "yaml-key": _error(
        "a key must be a word, not {what}",
        "Only words can name a field.",
        "Write `name: value`.",
    ),
    "duplicate-key": _error(
        "`{key}` stands here a second time; first at {first}",
        "Most readers keep the last one silently, and a figure is lost.",
        "Keep one of the two.",
    ),
    # --- the fields
    "unknown-key": _error(
        "`{key}` is not a field of {parent}{nearest}",
        "A field that is not understood would be left out of the result without a word.",
        "Allowed here: {allowed}.",
    ),
    "missing-key": _error(
        "`{key}` is missing from {parent}",
        "Nothing is assumed in its place.",
        "Add `{key}:`; see the README for an example.",
    ),
    "empty-value": _error(
        "`{key}` has no value",
        "An empty field is neither zero nor unknown.",
        "Give the value, or remove the line.",
    ),
    "wrong-shape": _error(
        "`{key}` should be {wanted}, not {given}",
        "The value cannot be read as it stands.",
        "{shape}",
    ),
    "bare-number": _error(
        "`{text}` has no unit",
        "The same number in another unit is another result.",
        "Write the unit, as in `{text} {wanted}`.",
    ),
    "unknown-unit": _error(
        "`{unit}` is not a unit that is known here",
        "A guessed unit is the commonest cause of results that are wrong by a factor of a thousand.",
        "Write a unit such as `{wanted}`{hint} All are listed by `lca factors --units`.",
    ),
    "wrong-unit": _error(
        "`{unit}` does not measure this; a unit such as {wanted} is wanted",
        "The two cannot be converted into each other.",
        "Check which quantity is meant, and write its unit{hint}",
    ),
    "not-a-number": _error(
        "`{text}` is not a number",
        "It cannot be computed with. 12:30, 010, 1,5 and 1.000,5 are read differently by different programs.",
        "Write digits with a decimal point and the unit, as in `14.5 h`.",
    ),
    "out-of-range": _error(
        "`{text}` lies outside the possible range of {what} ({range})",
        "No such value exists; a unit or a decimal point is wrong.",
        "Check the value against its source.",
    ),
    "range-misses-value": _error(
        "the range {low} to {high} does not hold the value {value}",
        "A range is read as the interval in which the value lies.",
        "Give `low` ≤ `value` ≤ `high`.",
    ),
    "bad-date": _error(
        "`{text}` is not a date",
        "Dates decide which year's factors are taken.",
        "Write year-month-day, as in 2026-03-02.",
    ),
    "period-reversed": _error(
        "the period ends ({end}) before it starts ({start})",
        "No activity lies in it.",
        "Exchange the two dates.",
    ),
    "unknown-choice": _error(
        "`{text}` is not a choice for `{key}`{nearest}",
        "The choice decides how the figure is computed.",
        "One of: {allowed}.",
    ),
    "unknown-reference": _error(
        "no {kind} is called `{name}`{nearest}",
        "What it refers to decides the factors.",
        "Declared: {declared}.",
    ),
    "evidence-outside": _warning(
        "the evidence `{file}` lies outside the folder of the case",
        "Whoever is handed the folder cannot recompute the result.",
        "Copy it beside the case, into `evidence/`.",
    ),
    "evidence-missing": _error(
        "the file `{file}` is not there",
        "A figure without its evidence cannot be traced.",
        "Put the file there, or correct the path (it is relative to the case).",
    ),
    "nothing-declared": _error(
        "the case declares no workload and nothing else that emits",
        "There is nothing to account for.",
        "Add `workloads:`; see `lca new training`.",
    ),
    "two-ways": _error(
        "energy is stated in more than one way: {ways}",
        "Two statements of one thing can disagree, and nobody would know which one holds.",
        "Keep one of them; move the other into `claims:` to have it compared.",
    ),
    "no-way": _error(
        "nothing says how much energy `{name}` used",
        "There is no result without it.",
        "Add one of: power, utilisation, energy, accelerator_energy, site_energy, operational.",
    ),
    "measured-elsewhere": _error(
        "`measured_at: {said}` contradicts {problem}",
        "Overhead or the host would be counted twice, or not at all.",
        "Leave `measured_at` out; give an energy read at the site's meter as `site_energy:`.",
    ),
    "control-character": _error(
        "a control character ({code}) stands in the text",
        "It can hide or change what a reader sees.",
        "Remove it.",
    ),
    "too-long": _error(
        "`{key}` has {length} characters; at most {limit} fit a page",
        "A headline that does not fit would push figures off the page.",
        "Shorten it; `notes:` takes more.",
    ),
    "needs": _error(
        "`{key}` needs `{needed}` beside it",
        "The two belong together.",
        "Add `{needed}:`.",
    ),
    # --- records of others
    "record-format": _error(
        "this is not a record that is understood: {problem}",
        "A guess at the meaning of columns would be a guess at the result.",
        "Understood are nvidia-smi --query-gpu CSV with timestamp and power.draw, and CodeCarbon emissions.csv.",
    ),
    "record-no-time": _error(
        "the record has no timestamps: {problem}",
        "Power without time is not energy.",
        "Record with `nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv -l 1`.",
    ),
    "record-single-sample": _error(
        "the record holds one moment per device: {problem}",
        "Energy needs at least two samples of a device.",
        "Record for the whole run, with `-l 1`.",
    ),
    "record-time-unread": _error(
        "row {row}: `{text}` is not a moment that is understood",
        "Day and month can be taken for each other, and a count for one of something else.",
        "Write the year first, as in 2026/03/02 14:30:00.000, or seconds since 1970.",
    ),
    "record-device-once": _warning(
        "devices with a single sample, and so without energy: {count} of {devices}",
        "Energy needs at least two samples of a device.",
        "Record for the whole run, with `-l 1`.",
    ),
    "record-no-device": _note(
        "no column tells devices apart; all samples are taken as those of one device",
        "Several devices in one log without `index` come out with the energy of one.",
        "Record with `--query-gpu=timestamp,index,power.draw` if there were several.",
    ),
    "record-appended": _note(
        "header lines among the rows, skipped: {count}",
        "The recorder was started again into the same file; the time between counts as a gap.",
    ),
    "record-no-power": _error(
        "no row has a readable power",
        "The device or the driver does not report power.",
        "Use another way to state energy, such as `utilisation:`.",
    ),
    "record-power-unread": _warning(
        "samples without power ({example}), left out: {count} of {rows}",
        "The energy between the neighbouring samples is interpolated.",
        "Check the driver if there are many.",
    ),
    "record-gap": _warning(
        "the record is silent for {longest} (in all {total}, {share} of the time); the usual step is {step}",
        "The energy of a gap is interpolated between its ends, which is a guess about the time between.",
        "If the run was stopped in between, cut the record there.",
    ),
    "record-clock": _error(
        "the clock steps back by {step} at row {row}",
        "Samples out of order would count time twice or not at all.",
        "Split the record at the step, or record in UTC.",
    ),
    "record-repeated-time": _warning(
        "samples that repeat the moment of the one before: {count}",
        "Only the last of them was kept.",
        "Check whether two recorders, or several devices without `index`, wrote into one file.",
    ),
    "record-truncated": _warning(
        "the last line (row {row}) is cut off and was left out",
        "The recorder was stopped while writing.",
        "Nothing is to be done if the run had ended.",
    ),
    "record-partial-sample": _note(
        "the last sample holds {count} of {devices} devices",
        "Each device's energy ends with its own last sample.",
    ),
    "record-unit-missing": _warning(
        "the column `{column}` names no unit; taken as {unit}, in which nvidia-smi writes it",
        "Another unit would change the energy by its factor.",
        "Record without `nounits` to have the unit in the header.",
    ),
    "record-no-zone": _note(
        "timestamps carry no time zone; only differences are used",
        "A change to or from summer time during the run would show as a gap or a step back.",
    ),
    "record-locale": _error(
        "row {row}: `{text}` is not a number with a decimal point",
        "A decimal comma and a thousands comma look alike.",
        "Record with LC_ALL=C.",
    ),
    "record-pue-unknown": _warning(
        "the record has no `pue` column (CodeCarbon before version 2.3); its energy is taken as IT energy",
        "If a PUE was set when it was written, overhead is counted twice.",
        "State `measured_at: site` if the energy already holds the overhead.",
    ),
    "record-pue-included": _note(
        "the record's energy was multiplied by a PUE of {pue} when it was written; it was divided out again",
        "PUE is applied once, by the facility.",
    ),
    "record-cumulative": _warning(
        "rows that share a run with a later row: {count}; of each run the last row was kept",
        "CodeCarbon writes the energy of a run so far; adding such rows counts it again.",
        "Nothing is to be done if the runs are those of one job.",
    ),
    "record-not-cumulative": _warning(
        "runs whose rows begin at different times: {count} (run {run}: {first} and {second}); the longest of each was "
        "kept",
        "Rows that hold a run so far begin together; these may be parts, and their energy should be added.",
        "Check how the record was written; state the energy yourself if they are parts.",
    ),
    "record-runs-overlap": _warning(
        "runs that began before an earlier one had ended: {count} (first: row {row}); their energy is added",
        "CodeCarbon measures the whole machine unless told to follow a process: two runs at once on one machine "
        "count it twice.",
        "Keep one of them, unless they ran on different machines.",
    ),
    "record-cell-empty": _warning(
        "rows with empty cells ({columns}), which add nothing: {count} of {rows}",
        "The tracker was stopped before it knew them; the figures are too low by them.",
        "Check the record at its source.",
    ),
    "record-energy-negative": _warning(
        "rows with a negative energy: {count} of {rows} (first: {column} in row {row}), in all {total}; it was "
        "added as it stands",
        "A counter that was reset during a run gives less than nothing; the true energy is higher by that at least.",
        "Correct the rows at their source, or state the energy yourself.",
    ),
    "record-shared": _warning(
        "the record `{file}` is read by more than one workload",
        "Its energy is counted in each of them.",
        "Give every workload its own record, or state it as one workload.",
    ),
    "record-several-runs": _note(
        "runs in the record: {runs}, of {projects}; they are taken together",
        "One case is one audit.",
    ),
    "record-sum-differs": _warning(
        "the parts of row {row} add up to {parts}, the row says {stated}",
        "One of the two is wrong.",
        "Check the record at its source.",
    ),
    "record-power-implausible": _warning(
        "{part} power of {power} in row {row} is not plausible for {device}",
        "The tracker estimates where it cannot measure.",
        "Check the tracking mode; give the host's power yourself with `host_power`.",
    ),
    # --- looking up
    "unknown-device": _error(
        "no device is called `{device}`{nearest}",
        "Its rated power and its embodied carbon would be missing.",
        "See `lca factors {device}`, give `embodied:` and `power:` yourself, or add "
        "`datasets/hardware/<kind>/<name>.yaml`.",
    ),
    "unknown-location": _error(
        "the location `{location}` is not known{nearest}",
        "The location decides the electricity's carbon.",
        "Write a country (`FR`), a US eGRID subregion (`US-CAMX`) or a cloud region (`aws:eu-west-3`).",
    ),
    "unknown-gwp-set": _error(
        "no set of global warming potentials is called `{name}`",
        "The set decides what a kilogram of each gas counts.",
        "One of: {allowed}.",
    ),
    "unknown-convention": _error(
        "`{name}` has no convention for `{choice}`",
        "The convention decides the figure.",
        "Those that have one: {allowed}.",
    ),
    "memory-convention": _error(
        "memory is declared, and no convention for its power",
        "Peers differ by a factor of five for the same memory.",
        "Name one: `conventions: {{memory_power: green-algorithms}}`; one of {allowed}.",
    ),
    "missing-factor": _error(
        "no {what} for {where} is in the data sets; it is needed for {needed_for}",
        "A missing factor is never replaced silently by another.",
        "Declare `{key}:` with its source.",
    ),
    "no-location": _error(
        "facility `{facility}` has neither `location` nor `grid`",
        "The carbon of its electricity cannot be known.",
        "Add `location: FR`, or `grid: 450 gCO2e/kWh` with its source.",
    ),
    "not-a-host": _error(
        "`{host}` is no server, and holds no devices",
        "What the host draws and its manufacture would be those of something else, or nothing.",
        "Name a server, as in `server/dgx-h100`; `lca factors server` lists them.",
    ),
    "not-a-device": _error(
        "`{device}` is a server; its values are those without its accelerators",
        "Its accelerators would be left out.",
        "Name it as `host:`, and its accelerators as `device:` with their `count:`.",
    ),
    "no-rated-power": _error(
        "the rated power of `{asset}` is not known: {problem}",
        "Energy from utilisation starts from it.",
        "Give `power:` in the hardware, or energy in another way.",
    ),
    # --- what a reader must know
    "host-not-counted": _warning(
        "what the host of `{name}` draws is not counted: power is given per device, and nothing is said of the host",
        "CPU, memory, network and fans draw power too; if the power was taken at the node they are in it.",
        "Add `host:` or `host_power:` to the hardware, or `measured_at: node` to the workload.",
    ),
    "embodied-not-quantified": _warning(
        "the manufacture of the devices of `{name}` is not quantified: {problem}",
        "The total does not hold it.",
        "Name the `device:`, or give `embodied:`.",
    ),
    "embodied-no-duration": _warning(
        "the manufacture of `{name}` is not quantified: nothing says how long the hardware was used",
        "A share of a lifetime needs a duration.",
        "Add `duration:` or `device_hours:`.",
    ),
    "water-not-quantified": _note(
        "water {where} is not quantified: {problem}",
        "An indicator without data is left out; it is not zero.",
        "Declare `{key}:` with its source.",
    ),
    "upstream-not-quantified": _note(
        "{what} of `{facility}` are not quantified: {problem}",
        "Added to a life-cycle factor they would count twice.",
        "Declare `upstream:` and `losses:`, or `grid: {{value: …, boundary: generation}}`.",
    ),
    "lifecycle-in-scope-2": _warning(
        "the `grid` factor of `{facility}` is a life-cycle factor",
        "Scope 2 holds the emissions of generation only; upstream and losses belong in scope 3, category 3.",
        "Declare a generation factor, or leave `grid` out to have one from the data sets.",
    ),
    "lifecycle-with-upstream": _error(
        "`upstream` is added to a life-cycle `grid` factor of `{facility}`",
        "A life-cycle factor already holds the upstream emissions: they would count twice.",
        "Declare a generation factor, or remove `upstream`.",
    ),
    "losses-basis": _warning(
        "`losses` of `{facility}` does not say of what; taken as the share of the electricity injected into the grid",
        "Per delivered kilowatt-hour it is loss / (1 − loss); the two definitions differ.",
        "Write `losses: {{value: 5.1 %, basis: injected}}` (or `delivered`).",
    ),
    "no-residual-mix": _note(
        "no residual mix for `{facility}` is declared: the grid average stands in for electricity that no contract "
        "covers",
        "The Scope 2 Guidance asks that the absence of a residual mix be disclosed, because untracked claims may "
        "count twice.",
        "Declare `residual_mix:` with its source where one is published.",
    ),
    "over-claimed": _error(
        "contracts of `{facility}` cover {covered} of its consumption",
        "More than all of it cannot be covered; a surplus does not count elsewhere.",
        "Correct `covers:`.",
    ),
    "no-period": _note(
        "no period is declared; the newest factors are taken",
        "Factors belong to years.",
        "Add `period: {{start: …, end: …}}`.",
    ),
    "unused": _warning(
        "{kind} `{name}` is declared and used by nothing",
        "It does not enter the result.",
        "Remove it, or refer to it.",
    ),
    "no-effect": _note(
        "`{key}` has no effect on the result: {reason}",
        "Who declared it may take it to count.",
        "Remove it, or check whether something else was meant.",
    ),
    # --- what a verifier would ask
    "pue-unusual": _warning(
        "a PUE of {pue} is above what data centres report ({high})",
        "PUE is site energy over IT energy; it is at least 1 and rarely above 2.",
        "Check it at its source; an energy of cooling alone is not a PUE.",
    ),
    "power-above-rating": _warning(
        "{power} per device is above the rated power of {device} ({rated})",
        "A board seldom draws more than its rating; the power may be that of the node, or of all devices.",
        "Check the unit, the count and where it was measured.",
    ),
    "intensity-implausible": _warning(
        "the implied intensity of {claim} is {implied}: {arithmetic}",
        "Grids range from about {low} to {high}; a factor of a thousand is a unit slip, an offset is not a factor.",
        "Ask the publisher for the grid factor and the energy.",
    ),
    "claim-differs": _warning(
        "{source} says {claimed} for `{total}`; this case gives {ours} ({difference})",
        "Both cannot be right; rounding explains {rounding} at most.{slip}",
        "See `lca explain {case} {total}` for our arithmetic.",
    ),
    "devices-differ": _warning(
        "devices in the record: {recorded}; in the hardware `{asset}`: {declared}",
        "Energy is that of the record; manufacture and host are counted for the declared number.",
        "Correct `count:`, or explain the difference in `notes:`.",
    ),
    "claim-unit": _error(
        "the claim `{written}` is not in a unit of `{total}` ({wanted})",
        "The two cannot be compared.",
        "Write the claim with a unit of {wanted}.",
    ),
    "claim-holds": _note(
        "{source} says {claimed} for `{total}`; this case gives {ours}: the same within its printed digits",
        "The published figure is reproduced.",
    ),
    "claim-unknown": _error(
        "the claim names `{total}`, which this case does not compute{nearest}",
        "It cannot be held against anything.",
        "One of: {allowed}.",
    ),
    "pue-overhead": _note(
        "overhead is {share} of the site's energy, and {of_it} of the IT energy",
        "The two are often confused: a PUE of 1.5 means one third of the site's energy, not one half.",
    ),
}


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` with the nearest known words, the closest first; or nothing."""
    matcher = difflib.SequenceMatcher(None, b=word.lower())
    scored: list[tuple[float, str]] = []
    for option in sorted(set(known)):
        matcher.set_seq1(option.lower())
        if matcher.real_quick_ratio() >= CLOSE and matcher.quick_ratio() >= CLOSE and matcher.ratio() >= CLOSE:
            scored.append((matcher.ratio(), option))
    best = max((score for score, _ in scored), default=0.0)
    close = sorted((pair for pair in scored if pair[0] >= best - 0.1), key=lambda pair: -pair[0])
    return f"; did you mean {' or '.join(f'`{option}`' for _, option in close[:3])}?" if close else ""


CLOSE = 0.6
"""Share of letters in common from which one word may be meant for another."""


def finding(slug: str, place: Place, **details: object) -> Finding:
    """A finding of the catalogue at a place."""
    entry = CATALOGUE[slug]
    texts = [text.format(**details) for text in (entry.message, entry.why, entry.remedy)]
    return Finding(place, slug, entry.severity, *texts)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, each once."""
    return tuple(sorted(set(found)))
