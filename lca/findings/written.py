"""What is wrong with a case as it is written."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

WRITTEN: dict[str, Entry] = {
    # --- the file
    "file-unreadable": error(
        "the file cannot be read: {problem}",
        "Nothing can be computed from it.",
        "Check the path and the permissions.",
    ),
    "not-utf8": error(
        "byte {byte} is not UTF-8 text",
        "A guessed encoding can turn names and numbers into others.",
        "Save the file as UTF-8.",
    ),
    "file-too-large": error(
        "the file has {size}; at most {limit} are read",
        "A case is a declaration, and a record is read whole.",
        "Move measured series into evidence files; cut a record to the run.",
    ),
    "empty-file": error(
        "the file holds nothing",
        "There is nothing to account for.",
        "Start from `lca new training`, `lca new inference` or `lca new organisation`.",
    ),
    "yaml-syntax": error(
        "not valid YAML: {problem}",
        "What comes after this place was not read.",
        "Check indentation, colons and quotes here and in the line above.",
    ),
    "yaml-alias": error(
        "aliases (`*{name}`) and anchors are not read",
        "A few aliases can unfold into millions of values, and a reader cannot see what a line says.",
        "Write the value out where it is used.",
    ),
    "yaml-tag": error(
        "the tag `{tag}` is not read",
        "Tags can make a reader run code; a case is data.",
        "Remove the tag.",
    ),
    "yaml-merge": error(
        "merge keys (`<<`) are not read",
        "A reader cannot see which value holds.",
        "Write the values out.",
    ),
    "yaml-depth": error(
        "nested more than {limit} levels deep",
        "No case needs it; it is a mistake or an attack.",
        "Check the indentation and the brackets here.",
    ),
    "yaml-key": error(
        "a key must be a word, not {what}",
        "Only words can name a field.",
        "Write `name: value`.",
    ),
    "duplicate-key": error(
        "`{key}` stands here a second time; first at {first}",
        "Most readers keep the last one silently, and a figure is lost.",
        "Keep one of the two.",
    ),
    # --- the fields
    "unknown-key": error(
        "`{key}` is not a field of {parent}{nearest}",
        "A field that is not understood would be left out of the result without a word.",
        "{instead}Allowed here: {allowed}.",
    ),
    "missing-key": error(
        "`{key}` is missing from {parent}",
        "Nothing is assumed in its place.",
        "{how}",
    ),
    "empty-value": error(
        "`{key}` has no value",
        "An empty field is neither zero nor unknown.",
        "Give the value, or remove the line.",
    ),
    "wrong-shape": error(
        "`{key}` should be {wanted}, not {given}",
        "The value cannot be read as it stands.",
        "{shape}",
    ),
    "bare-number": error(
        "`{text}` has no unit",
        "The same number in another unit is another result.",
        "Write the unit, as in `{text} {wanted}`.",
    ),
    "unknown-unit": error(
        "`{unit}` is not a unit that is known here",
        "A guessed unit is the commonest cause of results that are wrong by a factor of a thousand.",
        "Write a unit such as `{wanted}`{hint} All are listed by `lca factors --units`.",
    ),
    "wrong-unit": error(
        "`{unit}` does not measure this; a unit such as {wanted} is wanted",
        "The two cannot be converted into each other.",
        "Check which quantity is meant, and write its unit{hint}",
    ),
    "not-a-number": error(
        "`{text}` is not a number",
        "It cannot be computed with. 12:30, 010, 1,5 and 1.000,5 are read differently by different programs.",
        "Write {form}.",
    ),
    "comma-in-number": error(
        "`{text}` has a comma",
        "It stands for a decimal point in one country and between thousands in another: 12,000 is twelve, or twelve "
        "thousand.",
        "Write {form}; thousands may be parted by a space, as in 12 000.",
    ),
    "point-in-number": error(
        "`{text}` may be {point} or {thousands}",
        "{why} A point between thousands, read as a decimal point, makes a thousandth of the amount.",
        "Write `{thousands}`, or `{point}`.",
    ),
    "point-in-amount": warning(
        "`{text}` is read with a decimal point, as {point} and not as {thousands}",
        "Three digits behind a point are how thousands are parted where the comma is the decimal sign.",
        "Write `{thousands}` if that was meant; with fewer or more decimals it is taken as it stands.",
    ),
    "counted-nodes": error(
        "`{text}`: the count is of devices, not of the {unit} that hold them",
        "Energy and manufacture would be those of one device where a node holds several.",
        "Write the number of devices, as in `64` for 8 nodes of 8; `host:` names what holds them.",
    ),
    "counted": error(
        "`{unit}` in `{text}` is not needed: the {what} is a bare number",
        "What is counted is said by the field; a unit could say something else.",
        "Write the number alone, as in `8`.",
    ),
    "out-of-range": error(
        "`{text}` lies outside the possible range of {what} ({range})",
        "No such value exists; a unit or a decimal point is wrong.",
        "Check the value against its source.",
    ),
    "range-in-other-unit": error(
        "the range `{low}` … is in another kind of unit than the value `{value}`",
        "They cannot be compared.",
        "Write `value`, `low` and `high` in the same kind of unit.",
    ),
    "range-misses-value": error(
        "the range {low} to {high} does not hold the value {value}",
        "A range is read as the interval in which the value lies.",
        "Give `low` ≤ `value` ≤ `high`.",
    ),
    "correlation-of-few": error(
        "a coefficient for {count} figures",
        "Two or more values can be correlated; a negative coefficient holds between two only.",
        "Name at least two ids under `figures`, and for a negative coefficient just two.",
    ),
    "correlated-twice": error(
        "`{id}` stands in two groups of correlated figures",
        "What it draws would follow from two rules at once.",
        "Name it in one group.",
    ),
    "width-of-other-shape": error(
        "`{key}` does not say how wide {shape} is",
        "Read as another shape, the value would be drawn from a distribution that nobody declared.",
        "Use one of: {allowed}; or name another `distribution`.",
    ),
    "width-two-ways": error(
        "`{first}` and `{second}` both say how sure the value is",
        "They may contradict each other; taking one would be a choice that nobody made.",
        "Keep the one that the source states.",
    ),
    "bound-misses-value": error(
        "the bound {bound} excludes the value {value}",
        "What is stated would never be drawn.",
        "Check the value, the bound and their units.",
    ),
    "range-contradicts-shape": error(
        "between these ends, {shape}, the value would stand at {wanted}, not at {value}",
        "One of the three is not what the source states.",
        "Check value and ends; without `distribution` a range need not be symmetric.",
    ),
    "width-not-positive": error(
        "`{key}: {given}` is no width",
        "A value that is exact has no range.",
        "Give a number above 0, or remove the line.",
    ),
    "deviation-not-above-one": error(
        "`{key}: {given}` is no geometric standard deviation",
        "It is a factor: the value is divided and multiplied by it, so that 1 means exact.",
        "Give a number above 1; a percentage is written as `uncertainty`.",
    ),
    "not-above-zero": error(
        "{value} cannot be lognormal",
        "A lognormal value is above 0; so are both ends of its range.",
        "Name another `distribution`, as in `normal`.",
    ),
    "bad-date": error(
        "`{text}` is not a date",
        "Dates decide which year's factors are taken.",
        "Write year-month-day, as in 2026-03-02.",
    ),
    "period-reversed": error(
        "the period ends ({end}) before it starts ({start})",
        "No activity lies in it.",
        "Exchange the two dates.",
    ),
    "unknown-choice": error(
        "`{text}` is not a choice for `{key}`{nearest}",
        "{purpose}",
        "One of: {allowed}.",
    ),
    "unknown-reference": error(
        "no {kind} is called `{name}`{nearest}",
        "What it refers to decides the factors.",
        "Declared: {declared}.",
    ),
    "evidence-outside": warning(
        "the file `{file}` lies outside the folder of the case",
        "Whoever is handed the folder cannot recompute the result.",
        "Copy it beside the case; evidence into `evidence/`.",
    ),
    "evidence-missing": error(
        "the file `{file}` is not there",
        "A figure without its evidence cannot be traced.",
        "Put the file there, or correct the path (it is relative to the case).",
    ),
    "nothing-declared": error(
        "the case declares no workload and nothing else that emits",
        "There is nothing to account for.",
        "Add `workloads:`, or the meters and activities of an organisation; `lca new training` and `lca new "
        "organisation` show them.",
    ),
    "two-ways": error(
        "one thing is stated in more than one way: {ways}",
        "Two statements of one thing can disagree, and nobody would know which one holds.",
        "Keep one of them; move the other into `claims:` to have it compared.",
    ),
    "no-way": error(
        "nothing says how much energy `{name}` used",
        "There is no result without it.",
        "Add one of: power, utilisation, energy, accelerator_energy, site_energy, operational; for inference also "
        "energy_per_token, energy_per_request, measurement, active_parameters, duty_cycle.",
    ),
    "not-of-this-kind": error(
        "`{key}` does not belong to a workload of kind `{kind}`",
        "It would be left out of the result without a word.",
        "It belongs to {kinds}; correct `kind:`, or remove it.",
    ),
    "measured-elsewhere": error(
        "`measured_at: {said}` contradicts {problem}",
        "Overhead or the host would be counted twice, or not at all.",
        "Leave `measured_at` out; give an energy read at the site's meter as `site_energy:`.",
    ),
    "control-character": error(
        "a control character ({code}) stands in the text",
        "It can hide or change what a reader sees.",
        "Remove it.",
    ),
    "too-long": error(
        "`{key}` has {length} characters; at most {limit} fit a page",
        "A headline that does not fit would push figures off the page.",
        "Shorten it; `notes:` takes more.",
    ),
    "ledger-row": error(
        "the row has {cells} cells, the header {columns}",
        "A cell that is one too many moves all that stand behind it.",
        "Put texts that hold a comma in quotes.",
    ),
    "ledger-row-twice": warning(
        "rows that are the same as an earlier one in every cell: {count} (this one as line {first})",
        "A row that was copied or exported twice counts twice; all of them are counted.",
        "Remove those that are one thing; what happened twice is told apart by its date, its evidence or its page.",
    ),
    "ledger-column": note(
        "the column `{column}` is no field of an activity: it is not read",
        "Accounts export more columns than an inventory needs.",
    ),
    "outside-period": error(
        "{date} is not in the period, {start} to {end}",
        "An inventory holds what happened in its period, and nothing else.",
        "Remove the row, or correct its date.",
    ),
    "needs": error(
        "`{key}` needs `{needed}` beside it",
        "The two belong together.",
        "{instead}Add `{needed}:`.",
    ),
}
