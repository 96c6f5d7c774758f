"""What a reader must know, and what a verifier would ask, of a case that reads well."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

JUDGED: dict[str, Entry] = {
    # --- comparing
    "functional-units-differ": error(
        "`{option}` delivers {this}, and `{against}` {that}",
        "Less of something else is no reduction: options are compared for the same function (ISO 14044, 4.2.3.7).",
        "Give both the same `functional_unit: {{definition: …, quantity: …, quality: …}}`, or say in its "
        "`equivalence_note:` why the one stands for the other.",
    ),
    # --- looking up
    "unknown-device": error(
        "no device is called `{device}`{nearest}",
        "Its rated power and its embodied carbon would be missing.",
        "See `lca factors {device}`, give `embodied:` and `power:` yourself, or add "
        "`datasets/hardware/<kind>/<name>.yaml`.",
    ),
    "unknown-location": error(
        "the location `{location}` is not known{nearest}",
        "The location decides the electricity's carbon.",
        "Write a country (`FR`), a US eGRID subregion (`US-CAMX`) or a cloud region (`aws:eu-west-3`).",
    ),
    "unknown-gwp-set": error(
        "no set of global warming potentials is called `{name}`",
        "The set decides what a kilogram of each gas counts.",
        "One of: {allowed}.",
    ),
    "unknown-convention": error(
        "`{name}` has no convention for `{choice}`",
        "The convention decides the figure.",
        "Those that have one: {allowed}.",
    ),
    "memory-convention": error(
        "memory is declared, and no convention for its power",
        "Peers differ by a factor of five for the same memory.",
        "Name one: `conventions: {{memory_power: green-algorithms}}`; one of {allowed}.",
    ),
    "unknown-measurement": error(
        "no measured configuration has the {what} `{name}`{nearest}",
        "A measurement of something else would be taken for this one.",
        'Measured: {allowed}. `lca factors "{search}"` lists them; or give `energy_per_token:` yourself.',
    ),
    "measurement-ambiguous": error(
        "`{name}` was measured with more than one {what}",
        "Their energies differ, and nothing says which one is meant.",
        "Name one: {allowed}.",
    ),
    "batch-not-measured": error(
        "a batch of {batch} lies outside of what was measured for {name} ({low} to {high})",
        "The energy of a token falls steeply with the batch; beyond the measurements it is a guess.",
        "Choose a measured batch ({allowed}), another number of `gpus:`, or give `energy_per_token:` yourself.",
    ),
    "inference-convention": error(
        "the size of a model is declared, and no convention for the energy of its tokens",
        "Energy per token from the size of a model is a regression, and somebody's choice.",
        "Name one: `conventions: {{inference: ecologits}}`; one of {allowed}.",
    ),
    "missing-factor": error(
        "no {what} for {where} is in the data sets; it is needed for {needed_for}",
        "A missing factor is never replaced silently by another.",
        "Declare it, as in `{key}: {{value: …, source: …}}`.",
    ),
    "no-location": error(
        "facility `{facility}` has neither `location` nor `grid`",
        "The carbon of its electricity cannot be known.",
        "Add `location: FR`, or `grid: 450 gCO2e/kWh` with its source.",
    ),
    "not-a-host": error(
        "`{host}` is no server, and holds no devices",
        "What the host draws and its manufacture would be those of something else, or nothing.",
        "Name a server, as in `server/dgx-h100`; `lca factors server` lists them.",
    ),
    "not-a-device": error(
        "`{device}` is a server; its values are those without its accelerators",
        "Its accelerators would be left out.",
        "Name it as `host:`, and its accelerators as `device:` with their `count:`.",
    ),
    "convention-needed": error(
        "the {what} is needed, and no convention for `{choice}` that gives it",
        "Peers differ, and nobody measured it here.",
        "Name one: `conventions: {{{choice}: {first}}}`; one of {allowed}.",
    ),
    "off-curve": error(
        "the power curve of `{asset}` {problem}",
        "What lies outside its points, or between two that contradict each other, would be made up.",
        "Give points from `at: 0 %` to `at: 100 %`, each once.",
    ),
    "no-rated-power": error(
        "the rated power of `{asset}` is not known: {problem}",
        "Energy from utilisation starts from it.",
        "Give `power:` in the hardware, or energy in another way.",
    ),
    "unknown-gas": error(
        "no gas called `{gas}` is known{nearest}",
        "Its global warming potential decides the result.",
        "Write it as `R-410A`, `HFC-134a`, `SF6`; `lca factors {gas}` searches for it.",
    ),
    "gas-without-potential": warning(
        "the set {set} has no potential of {gas}: what of it escaped is not counted",
        "A gas without a potential has a mass, and no CO2e.",
        "Name a set that has it, as in `gwp: AR6`; those without one are hydrocarbons and the like.",
    ),
    "gas-outside-the-seven": note(
        "{gas} of {name} is not among the seven gases: it is reported apart, in no scope",
        "Scope 1 holds CO2, CH4, N2O, HFCs, PFCs, SF6 and NF3; gases of the Montreal Protocol and others stand beside.",
    ),
    "balance-negative": error(
        "the mass balance of {name} is negative: {mass}",
        "More gas cannot be there than was in store and purchased.",
        "Check the stocks, what was returned, and the sign of `capacity_change` (new equipment less retired).",
    ),
    "unknown-thing": error(
        "the data sets have no factor of `{what}` per {amount} in their table {kind}{nearest}",
        "It is needed for {needed_for}; a missing factor is never a silent default.",
        "{instead}See `lca factors {what}`, write the amount in a unit that has a factor, or give `factor:` yourself.",
    ),
    "instrument-ineligible": warning(
        "{name} is not applied: it fails that it {failed}",
        "An instrument counts only when it meets every Scope 2 Quality Criterion (Scope 2 Guidance, chapter 7).",
        "It is printed with the others; the consumption falls to the next level of the hierarchy.",
    ),
    "instrument-without-market": warning(
        "{name} is of the market `{market}`, where nothing is consumed",
        "A surplus in one market covers nothing in another.",
        "Give `market:` as the facilities' country, or leave the instrument out.",
    ),
    "instrument-without-amount": error(
        "nothing says how much {name} covers",
        "Without a volume or a share there is nothing to apply.",
        "Give `volume` in MWh, or `covers` as a share of the facility's consumption.",
    ),
    "volume-without-meter": error(
        "{name} has a volume, but the consumption of `{facility}` is not known",
        "What share it covers decides the market-based result.",
        "Give the facility `electricity: {{metered: …}}`, or the contract `covers`.",
    ),
    "no-meter": warning(
        "the electricity of `{facility}` is that of its workloads alone",
        "What else runs there, and what stands idle, is bought too.",
        "Give `electricity: {{metered: …}}` from the meter or the invoices.",
    ),
    "organic-change": note(
        "{what} does not touch the base year",
        "Growth and decline of what one has are what the comparison is to show (Corporate Standard, chapter 5).",
    ),
    "base-year-due": warning(
        "the base year {year} is to be recalculated for: {changes}. Together {net} net, {gross} by their sizes; "
        "threshold {threshold}, {policy} test",
        "A comparison with an inventory of another boundary or method shows what did not happen.",
        "The recalculated series (`base_year.recalculated`) holds these changes: report it beside the inventory as it "
        "was reported, which `base_year:` keeps.",
    ),
    "base-year-not-due": note(
        "the base year {year} stands: {changes}. Together {net} net, {gross} by their sizes; threshold {threshold}",
        "The declared policy goes by the {policy} test.",
    ),
    "key-missing": error(
        "`{name}` says nothing of {key}, by which `{facility}` is shared out",
        "Without it the rest would be shared out among the others.",
        "State it for every workload there, or choose another key.",
    ),
    "attribution-not-whole": warning(
        "{pool} of `{facility}` does not add up: {rows} is shared out to {row}, of {whole} in all",
        "What workloads are given must be there: more than all leaves less than nothing to the rest.",
        "Compare the meter, `other_energy`, the pools and the hours of the hardware with what the workloads state.",
    ),
    "attribution-leaves-out": note(
        "the attribution of `{facility}` leaves out {names}",
        "It holds energy, the emissions of energy, fuels and gases, water, and manufacture used up.",
        "",
    ),
    "nothing-to-share": warning(
        "`{facility}` is to be shared out, but no workload runs there",
        "All of it is idle.",
        "Declare the workloads, or leave `attribution` out.",
    ),
    "misstatements-material": warning(
        "uncorrected misstatements are material: {net} net, {gross} by their sizes; materiality is {limit}",
        "Misstatements of opposite sign hide each other in a net sum; a verifier looks at both.",
        "Correct them.",
    ),
    "misstatements-not-material": note(
        "uncorrected misstatements are not material: {net} net, {gross} by their sizes; materiality is {limit}",
        "A verifier looks at both.",
    ),
    "amount-missing": error(
        "nothing says how much {name} is",
        "Without an amount there is nothing to multiply.",
        "Give `amount: 310 MWh`; for freight `mass: 8.3 t, distance: 420 km`; for a gas `released: 18 kg`, its mass "
        "balance (`stock_start`, `purchased`, `stock_end`), or `charge: 120 kg, leak_rate: 6 %/year`.",
    ),
    "amount-in-other-unit": error(
        "the amount of {name} does not lead to the factor, which is per {unit}",
        "A litre is no kilogram, and a kilogram no heat.",
        "Give `density`, `heating_value` with `basis`, or factors per the unit of the amount.",
    ),
    "heating-value-unsaid": error(
        "the heat content of {name} does not say whether it is gross or net",
        "The gross heating value is 5 to 11 % above the net one; factors are published for both.",
        "Add `basis: gross` (higher heating value, as on most gas bills) or `basis: net`.",
    ),
    "co2-not-published": error(
        "the data sets have no CO2 of {name} beside its other gases",
        "Nearly all that a fuel emits would be missing.",
        "Name the fuel itself, without the machine that burns it, or give `co2`, `ch4` and `n2o`.",
    ),
    "upstream-missing": warning(
        "the upstream of {name} is not quantified: {problem}",
        "Extraction, refining and transport belong in scope 3, category 3; the total does not hold them.",
        "Give `upstream:` with its source.",
    ),
    "upstream-stands-in": note(
        "the upstream of `{fuel}` is that of another country: {row}",
        "No upstream of it is published for its place; left out, scope 3, category 3 would lack it.",
        "Give `upstream:` with its source, where the supplier or the authority states it.",
    ),
    "losses-missing": note(
        "the losses of the network that brought {name} are not quantified",
        "What is lost on the way belongs in scope 3, category 3.",
        "Give `losses: {{value: …, basis: delivered}}`, as the network states them.",
    ),
    "gases-not-apart": note(
        "the gases of {name} are not told apart",
        "ISO 14064-1 (9.3.1 f) asks for direct emissions of each gas.",
        "Give `co2`, `ch4` and `n2o` instead of `factor`.",
    ),
    "spend-incomplete": error(
        "`{name}` is bought in {currency}, and `{key}` is missing: {reason}",
        "Money of another year or currency buys another amount.",
        "Add `{key}:` with its source, or give the amount that was bought.",
    ),
    "radiative-forcing": note(
        "the factor of `{mode}` {held}",
        "With it, a flight counts up to 1.7 times as much; which of the two is taken must be the same every year.",
        "Say `radiative_forcing: memo` or `inside`; `lca factors flight` lists the rows `with-rf` and `without-rf`.",
    ),
    "basis-stands-in": warning(
        "`{name}` states its energy {given}-based only, which stands in for the {missing}-based result",
        "Every part of a total needs the same basis; a provider with contracts differs much between the two.",
        "Ask the provider for the {missing}-based figure, and give it as `{missing}:`.",
    ),
    "asset-counted-twice": warning(
        "`{asset}` is counted by {first} and by {second}",
        "A provider's scope 3 holds the manufacture of the same hardware; one lease cannot be two purchases.",
        "Keep one of them, or give what is not the same thing another `asset:`.",
    ),
    # --- what a reader must know
    "host-not-counted": warning(
        "what the host of `{name}` draws is not counted: power is given per device, and nothing is said of the host",
        "CPU, memory, network and fans draw power too; if the power was taken at the node they are in it.",
        "Add `host:` or `host_power:` to the hardware, or `measured_at: node` (or `accelerators`) to the workload.",
    ),
    "idle-not-counted": warning(
        "the devices of `{name}` are counted for the time in which they serve, and no longer",
        "The measurement or model is of devices that are always busy; a service has hours in which they wait.",
        "Add `duration:` (with `count:` in the hardware), or `duty_cycle:`.",
    ),
    "reserved-of-record": warning(
        "`reserved` of `{asset}` scales its manufacture, not the energy of the record {file}",
        "A record of a device holds what all who share it drew; only that of the share is the workload's own.",
        "Remove `reserved` if the workload had whole devices, or state its own energy.",
    ),
    "reserved-of-energy": note(
        "`reserved` of `{asset}` scales its manufacture, not the energy of `{run}`: `{key}` is taken as that of the "
        "workload alone",
        "The share reserved belongs to the hardware (RR / ToR of the SCI); an energy that is stated is already the "
        "workload's.",
        "If it is the energy of whole devices, state the workload's part of it.",
    ),
    "embodied-not-quantified": warning(
        "the manufacture of the devices of `{name}` is not quantified: {problem}",
        "The total does not hold it.",
        "Name the `device:`, or give `embodied:`.",
    ),
    "parts-missing": note(
        "the parts of `{name}` do not say: {missing}",
        "What is not described is not counted, and the footprint is too small by it.",
        "Describe it under `parts:`; `count: 0`, or `case: none`, says that there is none.",
    ),
    "indicator-not-quantified": note(
        "{indicator} of the manufacture of `{name}` is not quantified: {problem}",
        "An indicator without data is left out; it is not zero.",
        "Describe its `parts:`; one with an `embodied:` of its own has no other indicator.",
    ),
    "embodied-two-ways": note(
        "two footprints for `{id}`: {taken} counts, {other} does not, which is {ratio} times as much",
        "{rule} Published footprints and models of parts seldom agree, so both are shown.",
        "See `lca explain {case} {other_id}`.",
    ),
    "embodied-no-duration": warning(
        "the manufacture of `{name}` is not quantified: nothing says how long the hardware was used",
        "A share of a lifetime needs a duration.",
        "Add `duration:` or `device_hours:`.",
    ),
    "water-not-quantified": note(
        "water {where} is not quantified: {problem}",
        "An indicator without data is left out; it is not zero.",
        "Declare it, as in `{key}: {{value: …, source: …}}`.",
    ),
    "site-not-covered": note(
        "{name} is not quantified at {sites}: the total covers {share} of the electricity",
        "An indicator without data is left out; it is not zero.",
        "Declare `{key}:` there with its source.",
    ),
    "upstream-not-quantified": note(
        "{what} of `{facility}` are not quantified: {problem}",
        "Added to a life-cycle factor they would count twice.",
        "Declare `upstream:` and `losses:`, or `grid: {{value: …, boundary: generation}}`.",
    ),
    "lifecycle-not-published": note(
        "no life-cycle factor is published for {where} and {year}, the year of its generation mix: generation and "
        "upstream of `{facility}` are modelled from its mix and the world's factor of each technology",
        "Elsewhere the two add up to a published factor; here nothing holds their sum.",
        "Declare `grid: {{value: …, boundary: generation}}` and `upstream:` with their source.",
    ),
    "oil-in-mix": warning(
        "oil makes {share} of the generation mix of `{facility}`, and its direct factor, {factor}, is too low: scope 2 "
        "is understated",
        "A plant would need an efficiency of 69 % to emit so little (77.4 kg CO2 per GJ of fuel oil, IPCC 2006). What "
        "scope 2 lacks stands upstream: the sum of both is the published life-cycle factor.",
        "Declare `grid: {{value: …, boundary: generation}}` from the national authority or the supplier.",
    ),
    "lifecycle-in-scope-2": warning(
        "the {what} of `{facility}` is a life-cycle factor",
        "Scope 2 holds the emissions of generation only; upstream and losses belong in scope 3, category 3.",
        "Declare a generation factor, or leave `grid` out to have one from the data sets.",
    ),
    "lifecycle-in-scope-1": warning(
        "the {what} of {facility} is a life-cycle factor",
        "Scope 1 holds the emissions of combustion only; upstream belongs in scope 3, category 3.",
        "Give a factor of combustion and its `upstream`, or leave both out to have them from the data sets.",
    ),
    "lifecycle-with-upstream": error(
        "`{added}` is added to a life-cycle {what} of `{facility}`",
        "A life-cycle factor already holds the upstream emissions: they would count twice.",
        "Declare a factor without its upstream, or remove `{added}`.",
    ),
    "losses-basis": warning(
        "`losses` of `{facility}` does not say of what; taken as the share of the electricity injected into the grid",
        "Per delivered kilowatt-hour it is loss / (1 − loss); the two definitions differ.",
        "Write `losses: {{value: 5.1 %, basis: injected}}` (or `delivered`).",
    ),
    "biogenic-co2": error(
        "biogenic CO2 released at `{facility}` belongs in no scope",
        "It was taken from the air before; it is reported beside the scopes, which is not done here yet.",
        "Remove it, and name it under `exclusions:` with its mass.",
    ),
    "no-residual-mix": note(
        "no residual mix for `{facility}` is declared: the grid average stands in for electricity that no contract "
        "covers",
        "The Scope 2 Guidance asks that the absence of a residual mix be disclosed, because untracked claims may "
        "count twice.",
        "Declare `residual_mix:` with its source where one is published.",
    ),
    "over-claimed": error(
        "contracts of `{facility}` cover {covered} of its consumption",
        "More than all of it cannot be covered; a surplus does not count elsewhere.",
        "Correct `covers:`.",
    ),
    "volume-not-applied": warning(
        "{name} covers more than is left to cover: {surplus} are not applied",
        "What exceeds a consumption covers nothing in another market or year, and is never negative.",
        "Check the volume; the surplus may be sold, or be retired for another year.",
    ),
    "not-in-matching": note(
        "{name} has no generation within each hour or month: nothing of it counts in the {step} result",
        "Only generation of the same time matches a consumption; over the year it counts as before.",
        "Give `generation: {{meter: …}}`, and the facility `electricity: {{metered: {{meter: …}}}}`.",
    ),
    "no-period": note(
        "no period is declared; the newest factors are taken",
        "Factors belong to years.",
        "Add `period: {{start: …, end: …}}`.",
    ),
    "unused": warning(
        "{kind} `{name}` is declared and used by nothing",
        "It does not enter the result.",
        "Remove it, or refer to it.",
    ),
    "no-effect": note(
        "`{key}` has no effect on the result: {reason}",
        "Who declared it may take it to count.",
        "Remove it, or check whether something else was meant.",
    ),
    # --- what a verifier would ask
    "pue-unusual": warning(
        "a PUE of {pue} is above what data centres report ({high})",
        "PUE is site energy over IT energy; it is at least 1 and rarely above 2.",
        "Check it at its source; an energy of cooling alone is not a PUE.",
    ),
    "power-above-rating": warning(
        "{power} per device is above the rated power of {device} ({rated})",
        "A board seldom draws more than its rating; the power may be that of the node, or of all devices.",
        "Check the unit, the count and where it was measured.",
    ),
    "longer-than-life": warning(
        "`{run}` lasted {time}, longer than its hardware serves ({lifetime})",
        "More than the whole manufacture of a device would fall to one workload.",
        "Check the duration and its unit, or declare the `lifetime:`.",
    ),
    "intensity-implausible": warning(
        "the implied intensity of {claim} is {implied}: {arithmetic}",
        "Grids range from about {low} to {high}; a factor of a thousand is a unit slip, an offset is not a factor.",
        "Ask the publisher for the grid factor and the energy.",
    ),
    "claim-differs": warning(
        "{source} says {claimed} for `{total}`; this case gives {ours} ({difference})",
        "Both cannot be right; rounding explains {rounding} at most.{slip}",
        "See `lca explain {case} {total}` for our arithmetic.",
    ),
    "work-exceeds-time": error(
        "`{name}` needs {busy} device-hours to be served as measured; {reserved} are reserved",
        "Devices cannot wait for less than no time: tokens, time, count or configuration are wrong.",
        "Check `tokens:`, `duration:`, the `count:` of the hardware, and the batch.",
    ),
    "devices-differ": warning(
        "devices in the record: {recorded}; in the hardware `{asset}`: {declared}",
        "Energy is that of the record; manufacture and host are counted for the declared number.",
        "Correct `count:`, or explain the difference in `notes:`.",
    ),
    "claim-unit": error(
        "the claim `{written}` is not in a unit of `{total}` ({wanted})",
        "The two cannot be compared.",
        "Write the claim with a unit of {wanted}.",
    ),
    "claim-holds": note(
        "{source} says {claimed} for `{total}`; this case gives {ours}: the same within its printed digits",
        "The published figure is reproduced.",
    ),
    "correlation-unknown": error(
        "`{id}` {why_not}, and cannot be correlated{nearest}",
        "The interval would leave out what was declared.",
        "Name inputs with a range, by the ids that `lca explain` lists.",
    ),
    "budget-unknown": error(
        "the budget is of `{total}`, which this case does not compute in mass of CO2e{nearest}",
        "It cannot be held against anything.",
        "One of: {allowed}.",
    ),
    "budget-exceeded": warning(
        "{name}: {total} is above the budget of {limit}, by {over}",
        "What is planned no longer fits the period.",
        "See `lca sensitivity` for what moves the total, or change the budget with its reason.",
    ),
    "claim-unknown": error(
        "the claim names `{total}`, which this case does not compute{nearest}",
        "It cannot be held against anything.",
        "One of: {allowed}.",
    ),
    "pue-overhead": note(
        "overhead is {share} of the site's energy, and {of_it} of the IT energy",
        "The two are often confused: a PUE of 1.5 means one third of the site's energy, not one half.",
    ),
}
