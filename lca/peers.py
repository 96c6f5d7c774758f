"""A case as a peer would account for it: what its convention changes, each change by itself, with its page.

    changes(case, peer)         what the convention of a peer does to this case, one by one
    under(case, peer)           the case with all of them, and a Decision for each

A choice that `stands: always` has no place for another in the peer's method, and replaces what the case declares;
one that stands `open` is taken where the case says nothing. A part that the peer does not count is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lca import units
from lca.choose import Chooser
from lca.datasets import Datasets
from lca.figure import Figure, Given, derive
from lca.findings import nearest
from lca.inventory import Decision
from lca.methods import electricity
from lca.methods.workload import GENERIC_HOST
from lca.model import Asset, Case, Facility, Workload
from lca.premises import machines_of


class DoesNotApply(Exception):
    """The convention of a peer says nothing of a case; the message is the reason."""


@dataclass(frozen=True)
class Change:
    """One thing that a convention has otherwise."""

    key: str
    """The part of the result, or the choice, that it is about."""
    words: str
    told: Mapping[str, Any]
    """The entry of the convention's file: page, note, source, place."""
    apply: Callable[[Case], Case]
    """The case with it. Raises `DoesNotApply` where the case has no place for it."""

    @property
    def page(self) -> str:
        """Where the peer says so."""
        return str(self.told["page"])


def under(case: Case, peer: str, datasets: Datasets) -> tuple[Case, tuple[Decision, ...]]:
    """The case under the convention of a peer, and what was decided thereby.

    Raises `KeyError` for a peer that there is none of, and `DoesNotApply`.
    """
    name, decisions = known(peer, datasets), []
    for change in changes(case, peer, datasets):
        case = change.apply(case)
        note = f" {change.told['note'][0].upper()}{change.told['note'][1:]}." if "note" in change.told else ""
        rule = f"The case is put under the convention of {name} ({change.page}).{note}"
        question = f"{change.key.replace('_', ' ').capitalize()}, as {name} has it"
        place, source = change.told["place"], change.told["source"]
        decisions.append(Decision(f"convention.{change.key}", question, change.words, rule, place=place, source=source))
    note = f"Accounted for under the convention of {name}: a comparison, not this tool's own result."
    return replace(case, notes=(note, *case.notes)), tuple(decisions)


def known(peer: str, datasets: Datasets) -> str:
    """The name of a peer. Raises `KeyError`, with those that there are, for another."""
    peers = datasets.peers()
    if peer not in peers:
        raise KeyError(f"no convention `{peer}`{nearest(peer, peers, peers)}; there are {', '.join(peers)}")
    return peers[peer]


def changes(case: Case, peer: str, datasets: Datasets) -> tuple[Change, ...]:
    """What the convention of a peer does to a case, in the order in which it is done; what alters nothing is no change.

    Raises `KeyError` for a peer that there is none of, and `DoesNotApply`.
    """
    known(peer, datasets)
    convention = _Convention(peer, case, datasets)
    _refuse(case, datasets.counts(peer))
    made = []
    for change in (*convention.of_parts(), *convention.of_choices()):
        after = change.apply(case)
        if after != case:
            made.append(change)
            case = after
    return tuple(made)


def _refuse(case: Case, counts: Mapping[str, Any]) -> None:
    """Raise `DoesNotApply` for a case of which the convention of a peer says nothing."""
    if case.boundary.subject == "organisation" or not case.workloads:
        raise DoesNotApply("it accounts for a workload, not for an organisation")
    runs, asked = case.workloads.values(), counts["workloads"]
    for run in runs:
        if run.kind not in asked["kinds"]:
            raise DoesNotApply(f"{asked['why']}; `{run.id}` is {run.kind}")
        if "operational" in run.figures:
            raise DoesNotApply(f"the emissions of `{run.id}` are stated; there is no energy to count")
        if "embodied" in run.figures and counts["embodied"]["as"] != "left-out":
            raise DoesNotApply(f"the manufacture of `{run.id}` is stated as a sum; nothing says of which hardware")


ENERGIES = ("power", "energy", "accelerator_energy", "host_energy", "site_energy", "bridged_energy", "pue", "emissions")
"""What a workload states, or its record, of its energy; a convention that has its own has no place for it."""
IDLE = ("duty_cycle", "idle_reserve", "warm_replicas", "devices_per_replica")
PUE = "kWh_site/kWh_it"
AS_A_PEER = {
    "memory_power": ("memory", "asset"),
    "ssd_power": ("ssd_time", "run"),
    "hdd_power": ("hdd_time", "run"),
    "network_energy": ("transferred", "run"),
}
"""Choices of a case's `conventions:`, and what in the case asks for them."""


class _Convention:
    """The convention of one peer, about one case."""

    def __init__(self, peer: str, case: Case, datasets: Datasets) -> None:
        self.peer, self.datasets = peer, datasets
        self.choices, self.counts = datasets.convention(peer), datasets.counts(peer)
        self.chooser = Chooser(datasets, case.boundary, {}, case.assets)
        self.figures: dict[str, Figure] = {}

    # --- parts of the result

    def of_parts(self) -> list[Change]:
        """What counts otherwise, or does not count."""
        ways: Mapping[tuple[str, str], tuple[str, Callable[[Case], Case]]] = {
            ("accelerators", "rated-power"): ("rated power × time", self._rated_power),
            ("accelerators", "own-coefficients"): ("power by its own coefficients × time", self._own_power),
            ("accelerators", "size-of-model"): ("energy, time and hardware by the size of the model", self._by_size),
            ("host", "left-out"): ("not counted", self._without_host),
            ("overhead", "left-out"): ("PUE 1: overhead not counted", self._without_overhead),
            ("overhead", "infrastructure-share"): ("a share of the draw instead of a PUE", self._by_infrastructure),
            ("idle", "left-out"): ("idle capacity not counted", self._without_idle),
            **{
                (part, "left-out"): ("not counted", partial(_left_out, part=part))
                for part in ("upstream", "losses", "embodied")
            },
        }
        found = []
        for part, told in self.counts.items():
            if part != "workloads" and told["as"] != "case":
                words, apply = ways[part, told["as"]]
                found.append(Change(part, words, told, apply))
        return found

    def _rated_power(self, case: Case) -> Case:
        told = self.counts["accelerators"]

        def one(run: Workload, asset: Asset) -> Workload:
            if told.get("usage") == "declared" and "utilisation" in run.figures:
                return run
            power = asset.figures.get("power")
            if power is None and asset.device:
                name = "Rated power per device"
                power = self.chooser.thing(asset.device, "power", f"{asset.key}.power", name, "kW_it/device")
            if power is None:
                raise DoesNotApply(f"it multiplies rated power, and none is known of `{asset.id}`")
            return _without(_timed(run, asset, "rated power"), *ENERGIES, "utilisation", power=power)

        return _each_run(_without_curves(case), one)

    def _own_power(self, case: Case) -> Case:
        entry = self.choices["accelerator_power"]

        def of(asset: Asset) -> Mapping[str, Any]:
            told: Mapping[str, Any]
            for told in entry["each"]:
                if any(_is_of(asset.device or "", device) for device in (told["device"], *told.get("also", ()))):
                    return told
            listed = ", ".join(told["device"] for told in entry["each"])
            raise DoesNotApply(f"it has coefficients for {listed}; `{asset.id}` is {asset.device or 'not named'}")

        def hold(asset: Asset) -> Asset:
            told = of(asset)
            bounds = {"power": ("full", "Full power per device"), "idle_power": ("idle", "Idle power per device")}
            figures = {
                key: self._figure("accelerator_power", f"{asset.key}.{key}", name, "kW_it/device", told[bound])
                for key, (bound, name) in bounds.items()
            }
            return replace(asset, figures={**asset.figures, **figures})

        def one(run: Workload, asset: Asset) -> Workload:
            usual = self._figure("utilisation", "conventions.utilisation", "Utilisation", "1")
            utilisation = run.figures.get("utilisation", usual)
            return _without(_timed(run, asset, "power"), *ENERGIES, utilisation=utilisation)

        used = {run.asset for run in case.workloads.values()}
        held = _each_asset(_without_curves(case), lambda asset: hold(asset) if asset.id in used else asset)
        return _each_run(held, one)

    def _by_size(self, case: Case) -> Case:
        for run in case.workloads.values():
            if "active_parameters" not in run.figures:
                raise DoesNotApply(f"it needs `active_parameters`, which `{run.id}` does not state")
        held = ("embodied", "host_embodied", "host_power", "per_node", "lifetime", "idle_power", "reserved")
        case = _each_asset(case, lambda asset: replace(_bare(asset, *held), host=None, parts=(), host_parts=()))
        declared = ("batch", "batch_fill", "precision", *IDLE, "duration", "device_hours")
        case = _each_run(case, lambda run, asset: _without(run, *declared))
        return self._following(case, "inference")

    def _without_host(self, case: Case) -> Case:
        told = self.counts["host"]
        for run in case.workloads.values():
            if not _told_apart(run):
                raise DoesNotApply(f"the energy of `{run.id}` holds that of the host, which it does not count")

        def one(asset: Asset) -> Asset:
            id, name = f"{asset.key}.host_power", "Power of the host, which the convention does not count"
            given = Given(0.0, told["place"], "declared", told["source"], told["page"], None, told.get("note"), "0 W")
            none = self.figures.setdefault(id, Figure(id, name, "kW_it/device", given))
            return replace(asset, figures={**asset.figures, "host_power": none})

        return _each_run(_each_asset(case, one), lambda run, asset: _without(run, "host_energy"))

    def _without_overhead(self, case: Case) -> Case:
        return _with_pue(case, lambda facility: self._figure("pue", f"{facility.key}.pue", "PUE", PUE))

    def _by_infrastructure(self, case: Case) -> Case:
        share = self._figure("infrastructure_share", "conventions.infrastructure_share", "Share of the rest", "1")
        law, name = electricity.pue_of_infrastructure, "Draw of the centre per unit at the accelerators"
        beyond = self._figure("pue", "conventions.pue", "PUE beyond the share of the rest", PUE)

        def of(facility: Facility) -> Figure:
            id = f"{facility.key}.pue"
            return self.figures.setdefault(id, derive(id, name, law, beyond=beyond, share=share))

        return _with_pue(case, of)

    def _without_idle(self, case: Case) -> Case:
        case = _each_asset(case, lambda asset: _bare(asset, "lifetime_utilisation"))
        return _each_run(case, lambda run, asset: _without(run, "idle_reserve", "warm_replicas", "devices_per_replica"))

    # --- choices

    def of_choices(self) -> list[Change]:
        """What it takes where a case leaves open, or always."""
        ways: Mapping[str, Callable[[Case, bool], Case]] = {
            **{choice: self._follower(choice) for choice in AS_A_PEER},
            "idle_share": self._idle_share,
            "parts_embodied": self._by_parts,
            "pue": self._pue,
            "lifetime": self._lifetime,
            "utilisation": self._utilisation,
            "accelerator_embodied": self._accelerator_embodied,
            "server_embodied": self._server_embodied,
        }
        of_parts = {"infrastructure_share", "accelerator_power", "inference"}
        of_parts |= {"pue"} if self.counts["overhead"]["as"] != "case" else set()
        of_parts |= {"utilisation"} if "accelerator_power" in self.choices else set()
        made = {"lifetime", "utilisation", "accelerator_embodied", "server_embodied", "parts_embodied"}
        embodied = self.counts["embodied"]["as"] != "left-out"
        return [
            Change(choice, self._in_words(told), told, self._bound(ways[choice], told["stands"] == "always"))
            for choice, told in self.choices.items()
            if told.get("stands") in ("always", "open") and choice not in of_parts and (embodied or choice not in made)
        ]

    def _in_words(self, told: Mapping[str, Any]) -> str:
        if "value" in told:
            return str(told["value"])
        return {"way": "by its model of parts", "each": "by provider", "steps": "by its table"}[
            next(key for key in ("way", "each", "steps") if key in told)
        ]

    def _bound(self, way: Callable[[Case, bool], Case], always: bool) -> Callable[[Case], Case]:
        return lambda case: way(case, always)

    def _follower(self, choice: str) -> Callable[[Case, bool], Case]:
        field, holder = AS_A_PEER[choice]

        def follow(case: Case, always: bool) -> Case:
            held = (case.assets if holder == "asset" else case.workloads).values()
            asked = any(field in item.figures for item in held)
            if choice == "memory_power":
                asked |= any("memory_time" in run.figures for run in case.workloads.values())
            return self._following(case, choice) if asked and (always or choice not in case.conventions) else case

        return follow

    def _idle_share(self, case: Case, always: bool) -> Case:
        if not any("utilisation" in run.figures for run in case.workloads.values()):
            return case
        return self._following(_each_asset(case, lambda asset: _bare(asset, "idle_power")), "idle_share")

    def _by_parts(self, case: Case, always: bool) -> Case:
        for asset in _used(case):
            machines = machines_of(asset, asset.host, self.chooser)
            if "embodied" not in asset.figures and "gwp" not in machines["device"].by_parts:
                raise DoesNotApply(f"it works manufacture out from parts, and those of `{asset.id}` are not known")
        return self._following(case, "parts_embodied")

    def _pue(self, case: Case, always: bool) -> Case:
        told = self.choices["pue"]

        def of(facility: Facility) -> Figure | None:
            region = self.datasets.region(facility.location) if facility.location else None
            cloud = region.cloud if region else False
            if "each" in told:
                return self._by_provider(facility, told, cloud=bool(cloud))
            declared = "pue" in facility.figures or "pue" in case.conventions or facility.id in recorded
            if (declared and not always) or (cloud and told.get("unless") == "cloud"):
                return None
            return self._figure("pue", f"{facility.key}.pue", "PUE", PUE)

        recorded = {case.assets[run.asset].facility for run in case.workloads.values() if "pue" in run.figures}
        return _with_pue(case, of)

    def _by_provider(self, facility: Facility, told: Mapping[str, Any], *, cloud: bool) -> Figure | None:
        provider = (facility.location or "").partition(":")[0]
        for each in told["each"] if cloud else ():
            if each["provider"] == provider:
                return self._figure("pue", f"{facility.key}.pue", f"PUE, {provider}", PUE, each["value"])
        if "pue" in facility.figures:
            return None
        providers = ", ".join(each["provider"] for each in told["each"])
        raise DoesNotApply(f"it has a PUE for {providers}, and `{facility.id}` declares none of its own")

    def _lifetime(self, case: Case, always: bool) -> Case:
        if not always and ("lifetime" in case.conventions or all("lifetime" in asset.figures for asset in _used(case))):
            return case
        if always:
            case = _each_asset(case, lambda asset: _bare(asset, "lifetime"))
        return self._following(case, "lifetime")

    def _utilisation(self, case: Case, always: bool) -> Case:
        use = self._figure("utilisation", "conventions.utilisation", "Share of the lifetime in use", "1")
        return _each_asset(case, lambda asset: replace(asset, figures={"lifetime_utilisation": use, **asset.figures}))

    def _accelerator_embodied(self, case: Case, always: bool) -> Case:
        for asset in _used(case):
            if not self.chooser.is_accelerator(asset.device) and (always or "embodied" not in asset.figures):
                raise DoesNotApply(f"it has a footprint of accelerators, and `{asset.id}` names none")
        if not always and all("embodied" in asset.figures for asset in _used(case)):
            return case
        if always:
            case = _each_asset(case, lambda asset: _bare(asset, "embodied"))
        return self._following(case, "accelerator_embodied")

    def _server_embodied(self, case: Case, always: bool) -> Case:
        def one(asset: Asset) -> Asset:
            declared = "host_embodied" in asset.figures or asset.host_parts
            whole = "embodied" in asset.figures and asset.host is None
            by_parts = "gwp" in machines_of(asset, asset.host, self.chooser)["node"].by_parts
            if not always and (declared or whole or (by_parts and "parts_embodied" in self.choices)):
                return asset
            if always and asset.host_parts:
                return _bare(asset, "host_embodied")
            id, name = "conventions.server_embodied", "Manufacture of the host"
            server = self._figure("server_embodied", id, name, "kgCO2e/node")
            figures = {**asset.figures, "host_embodied": server}
            if asset.host is None and "per_node" not in figures:
                key, title = f"{asset.key}.per_node", "Accelerators per host"
                holds = self.chooser.thing(GENERIC_HOST, "accelerators", key, title, "device/node")
                figures |= {"per_node": holds} if holds else {}
            return replace(asset, figures=figures)

        after = _each_asset(case, one)
        if always and any(asset.host_parts for asset in _used(case)):
            return self._following(after, "server_embodied")
        return after

    # --- what they are made with

    def _following(self, case: Case, choice: str) -> Case:
        place = self.choices[choice]["place"]
        if case.conventions.get(choice, ("", place))[0] == self.peer:
            return case
        return replace(case, conventions={**case.conventions, choice: (self.peer, place)})

    def _figure(self, choice: str, id: str, name: str, unit: str, written: str | float | None = None) -> Figure:
        """A number of the convention, with its page; one figure however often it is asked for."""
        entry = self.choices[choice]
        text = str(entry["value"] if written is None else written)
        number = units.read(text, unit, bare=True).value
        given = Given(number, entry["place"], "declared", entry["source"], entry["page"], None, entry.get("note"), text)
        return self.figures.setdefault(id, Figure(id, name, unit, given))


def _used(case: Case) -> list[Asset]:
    return [asset for asset in case.assets.values() if any(run.asset == asset.id for run in case.workloads.values())]


def _is_of(device: str, listed: str) -> bool:
    """Whether a device is the one listed, or an edition of it."""
    return device == listed or device.startswith(f"{listed}-")


def _left_out(case: Case, part: str) -> Case:
    return replace(case, left_out=case.left_out | {part})


def _with_pue(case: Case, of: Callable[[Facility], Figure | None]) -> Case:
    """The case with a PUE at its facilities. Raises `DoesNotApply` where energy was read at the site's meter."""
    given = {id: figure for id, facility in case.facilities.items() if (figure := of(facility)) is not None}
    for run in case.workloads.values():
        if case.assets[run.asset].facility in given and _at_site(run):
            raise DoesNotApply(f"the energy of `{run.id}` was read at the site's meter, with its overhead")
    facilities = {
        id: replace(facility, figures={**facility.figures, "pue": given[id]}) if id in given else facility
        for id, facility in case.facilities.items()
    }
    return _each_run(
        replace(case, facilities=facilities),
        lambda run, asset: _without(run, "pue") if asset.facility in given else run,
    )


def _at_site(run: Workload) -> bool:
    return "site_energy" in run.figures or (run.measured_at == "site" and "utilisation" not in run.figures)


def _told_apart(run: Workload) -> bool:
    """Whether the energy at the accelerators is known without that of the host."""
    return "energy" not in run.figures and run.measured_at != "node" and not _at_site(run)


def _timed(run: Workload, asset: Asset, what: str) -> Workload:
    """The workload as one of rated power and time. Raises `DoesNotApply` where its time is not known."""
    if "device_hours" not in run.figures and not ("duration" in run.figures and "count" in asset.figures):
        raise DoesNotApply(f"it multiplies {what} by time, and `{run.id}` states neither duration nor device-hours")
    return replace(run, measured_at="accelerators")


def _without(run: Workload, *keys: str, **figures: Figure) -> Workload:
    """The workload without some figures, and with others."""
    return replace(run, figures={**{key: one for key, one in run.figures.items() if key not in keys}, **figures})


def _bare(asset: Asset, *keys: str) -> Asset:
    """The asset without some figures."""
    return replace(asset, figures={key: one for key, one in asset.figures.items() if key not in keys})


def _without_curves(case: Case) -> Case:
    return _each_asset(case, lambda asset: replace(asset, power_curve=()))


def _each_asset(case: Case, change: Callable[[Asset], Asset]) -> Case:
    return replace(case, assets={id: change(asset) for id, asset in case.assets.items()})


def _each_run(case: Case, change: Callable[[Workload, Asset], Workload]) -> Case:
    runs = {id: change(run, case.assets[run.asset]) for id, run in case.workloads.items()}
    return replace(case, workloads=runs)
