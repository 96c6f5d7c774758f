"""What of a facility falls to which workload, to idle hardware, to other loads, and to nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lca.choose import Chooser
from lca.figure import Figure, Given, derive
from lca.inventory import Line
from lca.methods import allocation, electricity, workload
from lca.methods.allocation import IDLE, OTHER
from lca.model import Asset, Case, Facility, Workload
from lca.premises import pue_of
from lca.site_indicators import bought_of


@dataclass(frozen=True)
class Drawn:
    """What a workload draws: at its nodes, and at its site."""

    energy: workload.Energy
    used: electricity.Use


@dataclass(frozen=True)
class Site:
    """A facility that is to be shared out, with all that is known of it."""

    facility: Facility
    case: Case
    consumed: Figure | None
    drawn: Mapping[str, Drawn | None]
    worn: Mapping[str, Sequence[Figure]]
    """Manufacture used up in the period, by asset."""
    lines: Sequence[Line]
    of_workloads: Sequence[Line]
    choices: Chooser

    @property
    def assets(self) -> list[Asset]:
        return [asset for asset in self.case.assets.values() if asset.facility == self.facility.id]

    @property
    def runs(self) -> list[Workload]:
        there = {asset.id for asset in self.assets}
        return [run for run in self.case.workloads.values() if run.asset in there]

    @property
    def prefix(self) -> str:
        return f"attribution.{self.facility.id}"

    @property
    def spread(self) -> bool:
        return self.facility.words["idle"] == "spread"


def shared_out(site: Site) -> dict[str, Figure]:
    """What of a facility's energy, carbon, water and manufacture falls to each workload there, and to none."""
    facility, choices = site.facility, site.choices
    if not site.runs:
        choices.report("nothing-to-share", facility.places.get("attribution", facility.place), facility=facility.id)
        return {}
    energy = bought_of(facility, site.consumed, choices) if site.consumed else None
    by_pool: dict[str, dict[str, Figure]] = {}
    for pool, name in _pools(facility).items():
        key = _key(site, name, None)
        if key is None:
            return {}
        by_pool[pool] = allocation.shares(f"{site.prefix}.{pool}", f"{facility.id}, {pool}", key, spread=site.spread)
    shares = _shares(site, energy, by_pool)
    if shares is None:
        return {}
    pools = {"energy": [energy] if energy else [], **_emitted(site), **_water(site)}
    found = allocation.statement(facility.id, shares, {name: parts for name, parts in pools.items() if parts})
    return found | _manufacture(site, shares, by_pool)


def _pools(facility: Facility) -> dict[str, str]:
    """The key of every pool of its own, by its name."""
    return {id.split(".")[1]: key for id, key in facility.words.items() if id.startswith("pool.")}


def _shares(site: Site, energy: Figure | None, by_pool: Mapping[str, Mapping[str, Figure]]) -> dict[str, Figure] | None:
    """The share of every row in what the site draws."""
    facility, prefix = site.facility, site.prefix
    apart = {
        pool: facility.figures[f"pool.{pool}.energy"] for pool in by_pool if f"pool.{pool}.energy" in facility.figures
    }
    if other := facility.figures.get("other_energy"):
        apart[OTHER] = other
    rest = energy
    if energy and apart:
        name = f"Energy of the hardware at {facility.id}"
        law = allocation.rest_of_pool
        rest = derive(f"{prefix}.hardware", name, law, whole=energy, parts=list(apart.values()))
    key = _key(site, facility.words["key"], rest)
    if key is None:
        return None
    main = allocation.shares(prefix, facility.id, key, spread=site.spread)
    if not energy or not rest or not apart:
        return main
    within: dict[str, Mapping[str, Figure]] = {"hardware": main, **by_pool}
    parts = {"hardware": rest, **apart}
    loads = {
        load: derive(
            f"{prefix}.{load}.part",
            f"Share of {load} at {facility.id}",
            allocation.share_of_key,
            part=part,
            whole=energy,
        )
        for load, part in parts.items()
    }
    others = {OTHER: loads.pop(OTHER)} if OTHER in loads else {}
    return allocation.together(prefix, facility.id, loads, within) | others


def _emitted(site: Site) -> dict[str, list[Figure]]:
    """The emissions of a site by pool; what belongs to none is named."""
    pools: dict[str, list[Figure]] = {"location": [], "market": [], "direct": [], "upstream": []}
    left: list[str] = []
    for line in site.lines:
        bridged = line.part == "capital" and line.activity in site.worn
        if line.facility != site.facility.id or not line.scope or bridged:
            continue
        if line.basis in ("location", "market"):
            pools[line.basis].append(line.figure)
        elif line.scope == 1:
            pools["direct"].append(line.figure)
        elif line.part.endswith(("upstream", "losses")):
            pools["upstream"].append(line.figure)
        else:
            left.append(line.figure.name)
    if left:
        place = site.facility.places.get("attribution", site.facility.place)
        names = ", ".join(dict.fromkeys(left))
        site.choices.report("attribution-leaves-out", place, facility=site.facility.id, names=names)
    return pools


def _water(site: Site) -> dict[str, list[Figure]]:
    return {"water": [site.facility.figures["water"]] if "water" in site.facility.figures else []}


def _manufacture(
    site: Site, shares: Mapping[str, Figure], by_pool: Mapping[str, Mapping[str, Figure]]
) -> dict[str, Figure]:
    """Manufacture by device-hours, as the workloads have it themselves, or by another key if the case names one."""
    facility, prefix, choices = site.facility, site.prefix, site.choices
    worn = [figure for asset in site.assets for figure in site.worn.get(asset.id, ())]
    rows: dict[str, list[Figure]] = {}
    if worn:
        declared = facility.words.get("embodied")
        by = declared or "reserved-time"
        choices.decide(
            f"{prefix}.embodied",
            f"Key by which the manufacture at {facility.id} is shared out",
            by,
            "Declared by the case." if declared else BY_DEVICE_HOURS,
            place=facility.places.get("attribution", facility.place),
            assumed=declared is None,
            source="iso-14044",
        )
        id, name = f"{prefix}.hardware.embodied", f"Manufacture of the hardware at {facility.id} used up"
        pool = worn[0] if len(worn) == 1 else derive(id, name, allocation.sum_of_pools, parts=worn)
        if by == "reserved-time":
            _by_device_hours(site, pool, rows)
        else:
            chosen = dict(shares)
            if by != facility.words["key"] or OTHER in chosen:
                key = _key(site, by, None)
                if key is None:
                    return {}
                chosen = allocation.shares(f"{prefix}.embodied", facility.id, key, spread=site.spread)
            _attribute(site, "hardware", pool, chosen, rows)
        worn = [pool]
    for name, within in by_pool.items():
        if made := facility.figures.get(f"pool.{name}.embodied"):
            _attribute(site, name, made, within, rows)
            worn.append(made)
    if not worn:
        return {}
    id = f"{prefix}.embodied"
    found = {
        id: worn[0] if len(worn) == 1 else derive(id, f"{facility.id}: embodied", allocation.sum_of_pools, parts=worn)
    }
    for row, parts in rows.items():
        id, name = f"{prefix}.{row}.embodied", f"Embodied of {allocation.NAMES.get(row, row)} at {facility.id}"
        found[id] = parts[0] if len(parts) == 1 else derive(id, name, allocation.sum_of_pools, parts=parts)
    return found


BY_DEVICE_HOURS = (
    "The case names none: each workload has the manufacture of the device-hours that it reserves, as in its own view; "
    "what is left of the wear of the period is idle. A lifetime is counted in months of 730 hours, so that a period "
    "that is no whole year leaves up to two per cent more or less idle than its hours would."
)


def _by_device_hours(site: Site, pool: Figure, rows: dict[str, list[Figure]]) -> None:
    """Each workload's own manufacture, and what it leaves of the wear of the period; spread, in proportion to it."""
    facility, prefix = site.facility, site.prefix
    own: dict[str, Figure] = {}
    for run in site.runs:
        made = [
            line.figure
            for line in site.of_workloads
            if line.activity == run.id and line.part.startswith("embodied") and line.part != "embodied.idle"
        ]
        if made and site.worn.get(run.asset):
            id, name = f"{prefix}.{run.id}.reserved", f"Manufacture of the device-hours of {run.id}"
            own[run.id] = made[0] if len(made) == 1 else derive(id, name, allocation.sum_of_pools, parts=made)
    if not own:
        rows.setdefault(IDLE, []).append(pool)
    elif site.spread:
        key = allocation.Key("reserved-time", own, None)
        shares = allocation.shares(f"{prefix}.embodied", facility.id, key, spread=True)
        _attribute(site, "hardware", pool, shares, rows)
    else:
        id, name = f"{prefix}.hardware.idle", f"Manufacture of idle hardware at {facility.id}"
        left = derive(id, name, allocation.rest_of_pool, whole=pool, parts=list(own.values()))
        for row, figure in {**own, IDLE: left}.items():
            rows.setdefault(row, []).append(figure)


def _attribute(
    site: Site, pool: str, made: Figure, shares: Mapping[str, Figure], rows: dict[str, list[Figure]]
) -> None:
    """Share out the manufacture of one pool."""
    for row, share in shares.items():
        id = f"{site.prefix}.{row}.embodied_of_{pool}"
        name = f"Manufacture of {pool} of {allocation.NAMES.get(row, row)} at {site.facility.id}"
        figure = derive(id, name, allocation.attributed, pool=made, share=share)
        rows.setdefault(row, []).append(figure)


def _key(site: Site, name: str, energy: Figure | None) -> allocation.Key | None:
    """What the workloads of a facility are measured by; None, with a finding, when one of them says nothing of it."""
    parts: dict[str, Figure] = {}
    for run in site.runs:
        found = site.drawn.get(run.id)
        part = _measure(name, run, found) if found else run.figures.get("price") if name == "price" else None
        if part is None:
            site.choices.report("key-missing", run.place, name=run.id, key=name, facility=site.facility.id)
            return None
        parts[run.id] = part
    if name == "reserved-time":
        return allocation.Key(name, parts, _capacity(site))
    if name == "energy" and energy:
        return allocation.Key(name, parts, energy, _idle(site))
    return allocation.Key(name, parts, None)


def _measure(key: str, run: Workload, drawn: Drawn) -> Figure | None:
    """What one workload has of the key."""
    match key:
        case "energy":
            return drawn.used.site
        case "price":
            return run.figures.get("price")
    time, busy = drawn.energy.device_hours, run.figures.get("utilisation")
    if key == "reserved-time" or time is None:
        return time
    if busy is None:
        return None
    id, name = f"{run.key}.busy", f"Busy time of {run.id}"
    return derive(id, name, workload.busy_device_hours, time=time, utilisation=busy)


def _idle(site: Site) -> Figure | None:
    """Energy of hardware that nobody reserves, where its idle power and its capacity are known."""
    parts: list[Figure] = []
    pue = pue_of(site.facility, site.choices)
    for asset in site.assets:
        power, offered = asset.figures.get("idle_power"), _offered(asset, site)
        runs = [run for run in site.runs if run.asset == asset.id]
        times = [found.energy.device_hours for run in runs if (found := site.drawn.get(run.id))]
        if power is None or offered is None or pue is None or len(times) < len(runs) or None in times:
            return None
        id, name = f"{site.prefix}.{asset.id}.idle_energy", f"Energy of idle {asset.id}"
        law, reserved = allocation.energy_of_idle_hardware, [time for time in times if time]
        if not reserved:
            return None
        parts.append(derive(id, name, law, capacity=offered, power=power, pue=pue, reserved=reserved))
    if len(parts) == 1:
        return parts[0]
    id, name = f"{site.prefix}.idle_energy", f"Energy of idle hardware at {site.facility.id}"
    return derive(id, name, allocation.sum_of_pools, parts=parts)


def _offered(asset: Asset, site: Site) -> Figure | None:
    """Device-hours that hardware offers in the period; None when nobody counts its devices."""
    period = site.case.boundary.period
    if period is None or "count" not in asset.figures:
        return None
    start = max(period.start, asset.acquired or period.start)
    end = min(period.end + timedelta(days=1), asset.retired or period.end + timedelta(days=1))
    said = site.case.boundary.period_place if start == period.start else asset.places["acquired"]
    days, note = (end - start).days, f"from {start} to before {end}"
    given = Given(days * HOURS_OF_DAY, said or asset.place, "declared", note=note, written=str(start))

    def make() -> Figure:
        time = Figure(f"{asset.key}.offered", f"Time that {asset.id} is there in the period", "h", given)
        id, name = f"{asset.key}.capacity", f"Device-hours that {asset.id} offers"
        return derive(id, name, workload.reserved_device_hours, count=asset.figures["count"], duration=time)

    return site.choices.once(f"{asset.key}.capacity", make)


def _capacity(site: Site) -> Figure | None:
    """Device-hours that the hardware of a facility offers in the period; None when nobody counts the devices."""
    offered = [_offered(asset, site) for asset in site.assets]
    known = [figure for figure in offered if figure]
    if not known or len(known) < len(offered):
        return None
    if len(known) == 1:
        return known[0]
    id, name = f"{site.prefix}.capacity", f"Device-hours that {site.facility.id} offers"
    return site.choices.once(id, lambda: derive(id, name, allocation.sum_of_key, parts=known))


HOURS_OF_DAY = 24.0
