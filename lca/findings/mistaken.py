"""What practice gets wrong most often: shares and ratings of power, marginal factors, boundaries, words."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

MISTAKEN: dict[str, Entry] = {
    # --- power
    "share-taken-twice": error(
        "`{asset}` has `reserved: {reserved}` and `power_share: {power_share}`: its power would be scaled by both",
        "`reserved` scales the power as well as the manufacture; a share of a share is too little.",
        "Keep `reserved:`, or `power_share:` alone where the manufacture is that of the share already.",
    ),
    "nameplate-power": warning(
        "the energy of `{run}` is rated power times time (`{key}: {written}`)",
        "A rating is what a device may draw at most; a run that waits for data or for other devices draws less.",
        "Give a log (`power: {{log: …}}`) or a measured energy, or say how far it may lie below: "
        "`{key}: {{value: {written}, low: …, high: {written}}}`.",
    ),
    # --- factors
    "marginal-factor": error(
        "`{key}` of `{facility}` is a marginal factor ({said})",
        "An inventory counts what was emitted, by average factors; a marginal one says what one more kilowatt-hour "
        "would cause, and the two do not add up.",
        "Give the average of the grid; if it is one, write `kind: average` beside the value.",
    ),
    "factor-implausible": warning(
        "`{key}: {written}` of `{facility}` is {means}; those of countries lie between {low} and {high}",
        "A factor of a thousand is the commonest slip: kilograms for grams, megawatt-hours for kilowatt-hours.",
        "Check its unit against its source.",
    ),
    # --- boundary
    "generated-above-metered": error(
        "`{facility}` generated {generated}, and its meter shows a consumption of {metered}",
        "What is exported is nobody's purchase; a purchase below zero would net the emissions of others.",
        "Give as `generated:` only what the site consumed itself.",
    ),
    "stage-left-out": note(
        "the score of `{run}` does not count {stage}",
        "A model is trained, often more than once, before it serves; who compares scores must know what is in them "
        "(SCI for AI, boundaries).",
        "Count it {how}, or name it under `exclusions:` with the reason.",
    ),
    # --- words
    "wording-of-neutrality": warning(
        "the case says `{said}`",
        "Credits change no emission, and in the European Union a claim of neutrality or of reduced impact that rests "
        "on offsets is an unfair practice (Directive (EU) 2024/825).",
        "Say the figure, its boundary and its year instead; credits stand beside it under `credits:`.",
    ),
    "wording-without-proof": warning(
        "the case says `{said}`",
        "A generic claim needs recognised proof, and a label a certification scheme or a public authority "
        "(Directive (EU) 2024/825).",
        "Say the figure, its boundary and its year instead.",
    ),
}
