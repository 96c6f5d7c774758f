"""Does the same thing stand in a case twice?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Place, given_value
from lca.findings import finding
from lca.inventory import Inventory
from lca.model import Activity, Asset, Finding


def assets_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is the same thing counted by two activities, or by an activity and as own hardware?"""
    seen: dict[str, tuple[str, str, str]] = {
        name: (f"hardware `{name}`", "hardware", "") for name in inventory.case.assets
    }
    for activity in inventory.case.activities:
        asset = activity.words.get("asset")
        if asset is None:
            continue
        ours = (f"`{activity.title}` ({activity.kind})", activity.kind, activity.words.get("month", ""))
        first = seen.setdefault(asset, ours)
        another_month = first[1] == ours[1] and first[2] != ours[2]
        if first is not ours and not another_month:
            place = activity.places.get("asset", activity.place)
            yield finding("asset-counted-twice", place, asset=asset, first=first[0], second=ours[0])


def instruments_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does every certificate and contract stand in the case once? A share of one may cover several facilities."""
    case = inventory.case
    seen: dict[tuple[str, str], Place] = {}
    for item in (*(item for place in case.facilities.values() for item in place.instruments), *case.instruments):
        if "covers" in item.figures:
            continue
        volume = given_value(item.figures.get("volume"))
        marks = {"name and volume": f"{item.kind} {item.name.casefold()} {volume}", "evidence": item.evidence or ""}
        if item.kind == "certificate":
            marks["name"] = item.name.casefold()
        again = [(same, seen[same, mark]) for same, mark in marks.items() if mark and (same, mark) in seen]
        if again:
            same, first = again[0]
            yield finding("instrument-twice", item.place, name=item.name, same=same, first=first)
        for same, mark in marks.items():
            seen.setdefault((same, mark), item.place)


NAMED_BY = {"fuels": "fuel", "refrigerants": "gas", "heat": "carrier"}


def amounts_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a fuel, a gas or heat of a facility stand under it, and under the activities again?"""
    under: dict[tuple[str | None, ...], Activity] = {}
    told: set[tuple[str | None, ...]] = set()
    for activity in inventory.case.activities:
        word = NAMED_BY.get(activity.kind)
        if word is None or activity.facility is None:
            continue
        name = activity.words[word]
        same = (activity.facility, activity.kind, name, activity.words.get("used_in"))
        if activity.key.startswith("facilities."):
            under.setdefault(same, activity)
        elif same in under and same not in told:
            told.add(same)
            details = {"what": name, "facility": activity.facility, "first": under[same].place}
            yield finding("amount-twice", activity.place, **details)


COMPUTERS = re.compile(r"\b(gpus?|servers?|accelerators?|nodes?)\b", re.IGNORECASE)


def hardware_once(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is hardware whose manufacture is recognised bought a second time, as capital goods or as a purchase?"""
    recognised = {line.activity: line.figure for line in inventory.lines if line.part == "capital"}
    assets = [asset for asset in inventory.case.assets.values() if asset.id in recognised]
    for activity in inventory.case.activities:
        if activity.kind not in ("capital", "purchases") or "asset" in activity.words:
            continue
        said = f"{activity.title} {activity.words['what']} {activity.key.rpartition('.')[2]}"
        meant = next((asset for asset in assets if _names(said, asset)), None)
        if meant is None and assets and COMPUTERS.search(said):
            meant = assets[0]
        if meant:
            figure = recognised[meant.id]
            shown = quantity(inventory.value(figure), figure.unit)
            details = {"name": activity.title, "asset": meant.id, "recognised": shown}
            yield finding("hardware-twice", activity.place, **details)


def _names(said: str, asset: Asset) -> bool:
    """Whether words name an asset by its id, or its device by its model: a word with a digit, as in `h100`."""
    models = [part for part in re.split(r"[/-]", asset.device or "") if re.fullmatch(r"[a-z]+\d+[a-z]*", part)]
    words = re.findall(r"\w+", said.lower())
    return asset.id.lower() in words or any(model in words for model in models)


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    assets_once,
    instruments_once,
    amounts_once,
    hardware_once,
)
