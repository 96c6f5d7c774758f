"""What a site, its meter and its hardware say that cannot be, or hardly so; and what is counted twice there."""

from __future__ import annotations

from lca.findings.entry import Entry, error, note, warning

SITES: dict[str, Entry] = {
    # --- the meter
    "workloads-above-meter": error(
        "the workloads at `{facility}` draw {drawn}, and its meter has {metered}{at}",
        "What is left to idle time would be less than nothing: the part cannot be more than the whole.",
        "Check the unit and the months of the meter, the energies of the workloads, and the PUE.",
    ),
    "reserved-above-capacity": error(
        "the workloads at `{facility}` have {share} of the device-hours that its hardware offers in the period",
        "What is left to idle time would be less than nothing: the part cannot be more than the whole.",
        "Check `device_hours:` and `duration:` of the workloads, and `count:`, `acquired:` and `retired:`.",
    ),
    "meter-implausible": warning(
        "the meter of `{facility}` has {metered}; its hardware at full load all the time draws {most}",
        "A site that draws {times} times what its hardware can is a slip of unit, as kilowatt-hours read as MWh.",
        "Check the unit of the meter; declare what else runs there.",
    ),
    "meter-place-unsaid": warning(
        "`{facility}` is colocated and has a PUE, and nothing says whether its electricity is read at our racks or at "
        "the site",
        "Taken as read at the site, the PUE adds nothing; read at the racks, the overhead of the room is missing.",
        "Add `measured_at: node` (at the racks: the PUE adds the overhead) or `measured_at: site` to `electricity:`.",
    ),
    "meter-shared": warning(
        "`{first}` and `{second}` read their electricity from the same file, {file}",
        "One meter that two sites have counts twice.",
        "Name the meter of each, or declare one facility.",
    ),
    "period-not-a-year": warning(
        "the period has {days} days; an inventory is of twelve months, here to {end}",
        "A day or a year more is in no other inventory, and years are compared with each other.",
        "Correct `period:`; both of its days belong to it.",
    ),
    # --- fuel and gas
    "genset-implausible": warning(
        "{fuel} of `{facility}`, for {generated} generated: {efficiency} of its heat content became electricity",
        "An engine makes more than {share} of its fuel electricity, so that the amount or the energy has a slip.",
        "Check both; of fuel that heats a building, say so in its `title:` (heating, boiler).",
    ),
    "leakage-implausible": warning(
        "{name} leak {rate} of their charge in a year",
        "Equipment that loses more than it holds is refilled within the year; the rate may have another unit.",
        "Check `leak_rate:`, as in `5 %/year`; or give the mass balance.",
    ),
    # --- the time of service
    "out-of-service": error(
        "`{run}` runs on `{asset}`, which {problem}",
        "Its manufacture would be in no year, or its energy be of other hardware.",
        "Correct `acquired:`, `retired:` or `period:`.",
    ),
    "acquired-unsaid": warning(
        "nothing says when `{asset}` was acquired: none of its manufacture is recognised as capital goods",
        "Own hardware belongs in category 2 of scope 3 in the year in which it was bought.",
        "Add `acquired:`, also where that was before the period.",
    ),
    "acquired-later": warning(
        "`{asset}` was acquired on {acquired}, after the period: nothing of it counts",
        "Its manufacture belongs to the inventory of that year.",
        "Correct `acquired:`, or leave the hardware out.",
    ),
    "beyond-lifetime": note(
        "`{asset}` was acquired on {acquired} to serve {lifetime}: its manufacture was used up before the period",
        "What still serves is counted by its electricity alone.",
        "Declare the `lifetime:` that it has.",
    ),
    # --- twice
    "instrument-twice": warning(
        "{name} stands here a second time, with the same {same}; first at {first}",
        "A certificate or a contract covers a megawatt-hour once.",
        "Remove one of them, or name each by its own number.",
    ),
    "amount-twice": warning(
        "{what} of `{facility}` stands under the facility, at {first}, and here under `activities:`",
        "Both are counted.",
        "Keep one of them, or say in `title:` what each is of.",
    ),
    "hardware-twice": warning(
        "{name} may be the hardware `{asset}`, of which {recognised} are recognised in the same year",
        "Hardware with a date of acquisition is capital goods already; bought again, it counts twice.",
        "Remove the purchase, or write `asset:` with another name to say that it is something else.",
    ),
}
