"""A case written from flags, or from a foreign record: the first draft that a user goes on to edit."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lca import importers
from lca.datasets import Datasets
from lca.figure import Place
from lca.importers import text
from lca.model import Finding, Record

FACILITY, HARDWARE, WORKLOAD = "site", "accelerators", "run"

FLAGS = (
    *("title", "start", "end", "location", "pue", "grid", "device", "count", "host", "host_power", "lifetime", "owned"),
    *("embodied", "duration", "device_hours", "power", "utilisation", "energy", "measured_at", "produces"),
)
"""Fields of a case that `lca audit` has a flag for."""
ONE_DEVICE = "{value: 1, quality: assumed, note: one device is taken where no count is given}"


@dataclass
class Draft:
    """The text of a case and where each of its lines comes from."""

    lines: list[str] = field(default_factory=list)
    flags: dict[int, str] = field(default_factory=dict)
    """Line number → the flag that it was written from."""
    evidence: Path | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def add(self, indent: int, key: str, value: str, said_by: str | None = None, comment: str = "") -> None:
        """One line of the case."""
        line = f"{'  ' * indent}{key}: {value}".rstrip()
        self.lines.append(f"{line}  # {comment}" if comment else line)
        if said_by:
            self.flags[len(self.lines)] = said_by


def training_run(flags: Mapping[str, str], record: Path | None) -> Draft:
    """The case of one training run from the flags of `lca audit` and, when there is one, its record."""
    read = importers.read(record, record.name) if record else None
    facts = _facts(read)
    said = {**facts, **flags}
    draft = Draft(evidence=record)
    if {"power", "utilisation"} & set(flags) and not {"count", "device_hours"} & set(said):
        said["count"] = ONE_DEVICE

    def given(key: str) -> str | None:
        return f"--{key.replace('_', '-')}" if key in flags else None

    def put(indent: int, key: str, name: str | None = None) -> None:
        if key in said:
            comment = f"read from {_scalar(record.name)}" if record and key in facts and not given(key) else ""
            value = said[key] if said[key] == ONE_DEVICE else _scalar(said[key])
            draft.add(indent, name or key, value, given(key), comment)

    draft.add(0, "lca", "1")
    draft.add(0, "title", _scalar(said.get("title") or _title(said, record)), given("title"))
    draft.add(0, "subject", "workload")
    if {"start", "end"} & set(said):
        draft.add(0, "period", "", given("start") or given("end"))
        put(1, "start")
        put(1, "end")
    draft.add(0, "facilities", "")
    draft.add(1, FACILITY, "" if {"location", "pue", "grid"} & set(said) else "{}")
    for key in ("location", "pue", "grid"):
        put(2, key)
    draft.add(0, "hardware", "")
    draft.add(1, HARDWARE, "")
    for key in ("device", "count", "host", "host_power", "lifetime", "owned", "embodied"):
        put(2, key)
    draft.add(2, "facility", FACILITY)
    draft.add(0, "workloads", "")
    draft.add(1, WORKLOAD, "")
    draft.add(2, "kind", "training")
    draft.add(2, "runs_on", HARDWARE)
    for key in ("duration", "device_hours", "utilisation", "measured_at"):
        put(2, key)
    if record and read:
        key, word = ("energy", "record") if read.format == "codecarbon" else ("power", "log")
        draft.add(2, key, f"{{{word}: {_scalar(f'evidence/{record.name}')}}}", record.name)
    for key in ("power", "energy"):
        if given(key):
            put(2, key)
    said.setdefault("produces", "1 training run")
    number = re.match(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?", said["produces"])
    count = number.group() if number else ""
    unit = said["produces"].removeprefix(count).strip()
    draft.add(2, "produces", f"{{count: {_scalar(count)}, unit: {_scalar(unit)}}}", given("produces"))
    return draft


def in_flags(found: Finding, draft: Draft) -> Finding:
    """A finding about a case that nobody wrote, in the words of those who gave flags and a record."""
    place = found.place
    copied = f"evidence/{draft.evidence.name}" if draft.evidence else None
    if place.file == "case.yaml":
        place = Place(draft.flags.get(place.line, "lca audit"))
    elif draft.evidence and place.file == copied:
        place = replace(place, file=str(draft.evidence))
    message, why, remedy = (
        _FIELD.sub(_flag, text.replace(copied, str(draft.evidence)) if copied else text)
        for text in (found.message, found.why, found.remedy)
    )
    return replace(found, place=place, message=message, why=why, remedy=remedy)


_FIELD = re.compile(r"`(?P<key>[a-z_]+)(?P<colon>:?)(?: (?P<value>[^`{}]+))?(?P<rest> ?\{[^`]*)?`")


def _flag(match: re.Match[str]) -> str:
    """A field of a case as the flag that gives it; one that has no flag stands in the case that is written."""
    key, value = match["key"], match["value"] or ""
    if key == "period" and match["colon"]:
        return "`--start` and `--end`"
    if key in FLAGS and not match["rest"] and (match["colon"] or not value):
        return f"`--{key.replace('_', '-')}{f' {shlex.quote(value)}' if value else ''}`"
    return f"{match[0]} in case.yaml" if match["colon"] else match[0]


def _facts(record: Record | None) -> dict[str, str]:
    """What a record says about the run, as fields of a case; devices and places only where they are known."""
    if record is None or not record.facts:
        return {}
    facts, datasets = record.facts, Datasets()
    said: dict[str, str] = {"count": facts.get("devices") or facts.get("gpu_count") or "1"}
    if "," in said["count"]:  # runs of different hardware have no one count; a check refuses them
        del said["count"]
    for name in (facts.get("names"), facts.get("gpu_model")):
        bare = re.sub(r"^\d+ x ", "", (name or "").split(", ")[0])
        if bare and (thing := datasets.thing(bare)):
            said["device"] = thing.id
    provider, region = facts.get("cloud_provider", ""), facts.get("cloud_region", "")
    for place in (f"{provider}:{region}", facts.get("country_iso_code", "")):
        known = datasets.region(place) if place.strip(":") else None
        if known:
            said["location"] = known.code
            break
    for end in ("start", "end"):
        if day := text.day(facts.get(end, "")):
            said[end] = day.isoformat()
    return said


def _title(said: Mapping[str, str], record: Path | None) -> str:
    device = said.get("device", "accelerators").rpartition("/")[2]
    count = said.get("count", "1")
    what = f"{'1' if count == ONE_DEVICE else count} × {device}"
    if record:
        return f"Training run on {what}, recorded in {' '.join(record.name.split())}"
    return ", ".join([f"Training run on {what}", *(said[key] for key in ("duration", "location") if key in said)])


def folder(title: str) -> str:
    """A folder's name for a run."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower().replace("×", "x")).strip("-")[:60] or "audit"


def _scalar(text: str) -> str:
    """A YAML scalar that says exactly this text."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._/%+×-]*", text) and not text.endswith(" ")
    plain = plain and text.lower() != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)
