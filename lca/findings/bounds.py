"""What bounds an organisation's inventory: what is in it, whose it is, by which contract, towards which target."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

BOUNDS: dict[str, Entry] = {
    # --- what is in it
    "unknown-category": error(
        "`{name}` is no category that can stand here",
        "What is judged or left out must be known by its category, to be held against what is computed.",
        "One of: {allowed}.",
    ),
    "category-not-assessed": warning(
        "neither computed, nor excluded with a reason, nor judged by significance: {categories}",
        "A reader takes for nothing what is not named (ISO 14064-1, 5.2.3; Scope 3 Standard, chapter 6).",
        "Add it; or `exclusions: [{{what: …, reason: …, categories: [{first}], screening: …}}]`; or judge an indirect "
        "source under `significance:`.",
    ),
    "judged-not-significant": warning(
        "`{source}` is judged not significant, and {how} {size}: {share} of the total (threshold {threshold})",
        "What is as large as that changes the picture, whatever the other criteria say.",
        "Judge it again, or declare the `significance_threshold:` of the organisation.",
    ),
    "significant-not-computed": warning(
        "`{source}` is judged significant, and nothing of it is computed",
        "A significant indirect source is quantified, or left out with a reason (ISO 14064-1, 5.2.3).",
        "Add its activities, or name it under `exclusions:` with `categories: [{source}]`.",
    ),
    "exclusions-large": warning(
        "what is left out was screened at {size}, {share} of the total (threshold {threshold})",
        "Together, what is left out is as large as a misstatement that would be material.",
        "Compute the largest of it, or declare the `significance_threshold:` of the organisation.",
    ),
    "excluded-and-counted": warning(
        "`{what}` is left out, and `{title}` is counted",
        "A reader cannot tell what of it is in the total.",
        "Name in the exclusion what is left out, and only that.",
    ),
    # --- whose it is
    "control-unsaid": warning(
        "`{name}` is leased, and nothing says who operates it: it is taken as operated by us",
        "What the lessor operates is an upstream leased asset (category 8), not scope 1 and 2.",
        "Add `control: operational` or `control: none`.",
    ),
    "lease-unsaid": warning(
        "`{name}` is leased, and nothing says how: {approaches} would count a finance lease and not an operating one",
        "Under financial control and by equity an operating lease is an upstream leased asset, under operational "
        "control what one operates is one's own (Corporate Standard, appendix F).",
        "Add `lease: finance` or `lease: operating`.",
    ),
    "entity-unsaid": warning(
        "no `entity:` is named for {names}: they count whole, under every approach",
        "Where entities are declared, what is of none of them is taken as the organisation's own.",
        "Name the `entity:` of each.",
    ),
    "entity-defaults": warning(
        "the entity `{name}` does not say {keys}: taken as {taken}",
        "How much of it is consolidated, and whether at all, follows from this.",
        "Add {keys}.",
    ),
    "place-unsaid": warning(
        "nothing says where this happened: the factors of {where} stand in, here and for all like it",
        "Fuels, grids and vehicles differ from country to country.",
        "Add `region:` or `facility:`, or the `country:` of the organisation for all that name neither.",
    ),
    # --- contracts
    "residual-mix-of-other-year": warning(
        "the residual mix of `{market}` that the case names is of {years}; for {wanted} there is none, and it is not "
        "applied at `{facility}`",
        "A residual mix is what was left of one year: the grid average stands in.",
        "Give the row of {wanted}, or `residual_mix:` at the facility with its source.",
    ),
    "residual-mix-implausible": warning(
        "a residual mix of {written} is not what a grid emits: published ones lie between {low} and {high} g/kWh",
        "It is what all electricity emits that no contract covers.{slip}",
        "Check its unit at the source.",
    ),
    "instrument-other-market": warning(
        "{name} is of the market `{market}`, and `{facility}` of `{here}`: it is not applied",
        "A contract covers consumption in its own market alone (Scope 2 Guidance, chapter 7).",
        "Correct `market:`, at the contract or at the facility, or leave the contract out.",
    ),
    "market-unsaid": warning(
        "{name} names no market, and there are {markets}: it is not applied",
        "A certificate covers consumption in its own market alone.",
        "Add `market:`.",
    ),
    "criteria-unsaid": warning(
        "nothing says of {name} whether it {criteria}: taken as met",
        "One that fails a Scope 2 Quality Criterion must not be applied.",
        "Answer each under `criteria:` with `yes` or `no`.",
    ),
    "cover-not-applied": warning(
        "{name} covers {claimed} of the consumption on paper, and {taken} are applied: others cover the rest",
        "A kilowatt-hour is covered once: certificates first, then contracts, then the supplier's rate.",
        "Correct `covers:`, or leave out what is bought twice.",
    ),
    # --- base year, targets, credits
    "year-implausible": warning(
        "{what}: {problem}",
        "Progress is measured from a year before the inventory to a year after it.",
        "Check the year.",
    ),
    "recalculation-twice": warning(
        "`{what}` is declared twice as a recalculation",
        "Its change would count twice in the base year.",
        "Remove one of them, or tell them apart.",
    ),
    "recalculation-one-basis": warning(
        "the change of `{what}` is given {given}-based only; the base year has a {missing}-based inventory too",
        "The recalculated series would be of different boundaries on the two bases.",
        "Add `{missing}:` to its `delta:`.",
    ),
    "target-reaches-nothing": warning(
        "`{name}` has reduced all of its base by {year}, before its target year {end}",
        "A yearly rate is of the base year's emissions, which can be reduced once only: nothing is allowed from then.",
        "Check `rate:`: it is per year.",
    ),
    "target-base-differs": warning(
        "the base of `{name}` is {base}; the inventory of {year} has {ours} ({words})",
        "A pathway from another base leads elsewhere.",
        "Correct `base:` or its unit, or say with `scopes:` and `basis:` what it covers.",
    ),
    "target-not-held": note(
        "`{name}` is not held against the year: {problem}",
        "Whether a target is on its path is what a reader asks.",
        "Add `scopes:` and `basis:` to it, as in `scopes: [1, 2], basis: market`.",
    ),
    "target-off-path": warning(
        "`{name}` is off its path: {year} has {now} ({words}), its pathway {path}",
        "It is {gap} too high.",
        "Report it beside the target, with what is to be done.",
    ),
    "target-on-path": note(
        "`{name}` is on its path: {year} has {now} ({words}), its pathway {path}",
        "It is {gap} below it.",
    ),
    "credits-exceed": warning(
        "credits of {credits} are more than the total of {total}",
        "They are shown beside it and never subtracted; more than there is to compensate is a slip of unit.",
        "Check `volume:`.",
    ),
}
