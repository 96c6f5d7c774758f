"""What a case says, held against what else it says, against its record, and against what its hardware can do."""

from __future__ import annotations

from lca.findings.entry import Entry, error, warning

CONTRADICTED: dict[str, Entry] = {
    # --- time
    "record-other-duration": error(
        "`{key}: {declared}` is declared, and the record `{file}` covers {recorded}",
        "Its energy is that of the recorded time; host and manufacture would be counted for another.",
        "Remove `{key}:` to have the time of the record.{sample}",
    ),
    "record-shorter": warning(
        "`{key}: {declared}` is declared, and the record `{file}` covers {recorded}: manufacture is counted for the "
        "declared time, energy for the recorded one",
        "What the hardware drew outside the record is in no figure.",
        "Remove `{key}:` if the hardware was reserved for the recorded time only.",
    ),
    "longer-than-period": error(
        "`{key}: {declared}` does not fit into the period, which has {fits}",
        "What happened outside the period belongs to another one, with other factors.",
        "Correct `{key}:`{count} or `period:`.",
    ),
    "record-outside-period": warning(
        "the record runs from {start} to {end}; the period from {first} to {last}",
        "The factors are those of the period: another year has another grid.",
        "Correct `period:`, or cut the record to it.",
    ),
    "factor-of-other-years": warning(
        "{question}: what is taken is of {year}, {apart} years {which} than the period ({wanted})",
        "Grids and data centres change within a few years.",
        "Check `period:`, or declare the factor with its source.",
    ),
    "embodied-above-hardware": error(
        "the workloads on `{asset}` reserve {reserved} of device time, and its whole life has {life} ({arithmetic})",
        "{share} of its manufacture would be counted; there is no more than all of it.",
        "Check `lifetime:`, `count:` and the durations.",
    ),
    # --- power
    "power-implausible": warning(
        "`{key}: {written}`{means}; `{device}` draws about {idle} idle and {rated} at full load{host}",
        "What lies so far from what the hardware can draw is a slip of unit, count or time.{slip}",
        "Check the unit, `count:`, the time, and what was metered.",
    ),
    "idle-above-full": error(
        "`{asset}` draws {idle} idle and {full} at full load",
        "A device draws less when idle: the two are exchanged, or one has another unit.",
        "Correct `idle_power:` or `power:`.",
    ),
    # --- hardware and place
    "per-node-differs": error(
        "`per_node: {declared}` is declared, and {host} holds {holds}",
        "What the host draws and its manufacture would be shared among a wrong number of devices.",
        "Remove `per_node:`, or give the host's own values as `host_power:` and `host_embodied:` without `host:`.",
    ),
    "count-not-whole": error(
        "`{key}: {declared}` is not a whole number",
        "Devices are counted; a part of one is a share of its time or of its resources.",
        "Write a whole number; `reserved: 50 %` says that half of each device was reserved.",
    ),
    "record-other-device": warning(
        "the record `{file}` is of {recorded}; the hardware `{asset}` is declared as {declared}",
        "Energy is that of the recorded device; manufacture and power of the host are those of the declared one.",
        "Correct `device:`, or explain the difference in `notes:`.",
    ),
    "record-elsewhere": warning(
        "the record `{file}` says that it ran in {recorded}; the facility `{facility}` is declared in {declared}",
        "The location decides the electricity's carbon.",
        "Correct `location:`, or explain the difference in `notes:`; a tracker may take the country from a network "
        "address.",
    ),
    "record-mixed-hardware": error(
        "the runs of the record had different hardware: {hardware}",
        "One device and one count would be taken for the manufacture of all of them.",
        "Split the record, and account for each hardware as a workload of its own{or_hours}.",
    ),
}
