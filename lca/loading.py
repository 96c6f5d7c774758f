"""A file → Case. Every mistake is found in one run, each at its place; what is wrong is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lca.findings import finding, in_order, without_follow_ons
from lca.form import fill
from lca.marks import Items, Table, Text, parse, place_of
from lca.model import Case, Finding
from lca.nouns import case_of
from lca.nouns.case_file import CaseFile, outside
from lca.wording import judge


class CaseError(Exception):
    """A case that cannot be accounted for; `findings` says why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(found) for found in findings))
        self.findings = findings


def load(path: str | Path) -> Case:
    """Read a case. Raises `CaseError` with every mistake of the file and of the files it names."""
    case, findings = read(path)
    if case is None or any(item.severity == "error" for item in findings):
        raise CaseError(findings)
    return case


def read(path: str | Path, scenario: str | None = None) -> tuple[Case | None, tuple[Finding, ...]]:
    """A case, or a scenario of it, as far as it can be read, and every finding about it, which the case keeps.

    What is wrong is left out, so that later stages can go on and report their own mistakes in the same
    run; the case is None when the file is not one at all. Raises `KeyError` for a scenario that the case lacks.
    """
    path = Path(path)
    found: list[Finding] = []
    files: dict[str, str] = {}
    name = path.name or str(path)
    table = parse(path, name, found, files)
    if table is None:
        return None, in_order(found)
    _include(table, path, found, files)
    if scenario is not None:
        _overlay(table, scenario)
    found.extend(judge(table))
    named = {key: set(value) for key, value in table.items() if isinstance(value, Table)}
    section, mended = fill(table, name, found)
    if section is None:
        return None, in_order(found)
    case = case_of(CaseFile(path, table, found, files, named), section, mended=mended)
    case = replace(case, findings=without_follow_ons(case, in_order(found)))
    return case, case.findings


def overlaid(table: Table, changes: Table) -> None:
    """Put what a scenario changes in the place of what stands there; an empty value leaves a key out."""
    for key, value in changes.items():
        ours = table.get(key)
        if value is None:
            table.pop(key, None)
        elif isinstance(ours, Table) and isinstance(value, Table):
            overlaid(ours, value)
        else:
            table[key], table.keys_at[key] = value, changes.keys_at[key]


def _overlay(table: Table, scenario: str) -> None:
    scenarios = table.pop("scenarios", None)
    named = scenarios if isinstance(scenarios, Table) else Table(table.place)
    item = named.get(scenario)
    if not isinstance(item, Table):
        raise KeyError(f"no scenario `{scenario}`; the case has {', '.join(named) or 'none'}")
    changes = item.get("changes")
    if isinstance(changes, Table):
        overlaid(table, changes)


def _include(table: Table, path: Path, found: list[Finding], files: dict[str, str]) -> None:
    """Read the files that the case includes as if their sections stood in it."""
    named = table.get("include")
    for name in named if isinstance(named, Items) else ():
        if not isinstance(name, Text):
            continue
        target = path.parent / str(name)
        if not target.is_file():
            found.append(finding("evidence-missing", place_of(name), file=name))
            continue
        if outside(target, path):
            found.append(finding("evidence-outside", place_of(name), file=name))
        part = parse(target, str(name), found, files)
        for key, section in (part or {}).items():
            assert part is not None
            ours = table.get(key)
            if key == "include":
                allowed = "facilities, hardware, workloads, claims"
                at = part.keys_at[key]
                found.append(
                    finding("unknown-key", at, key=key, parent="an included file", allowed=allowed, nearest="")
                )
                continue
            if isinstance(ours, Table) and isinstance(section, Table):
                for inner, value in section.items():
                    if inner in ours:
                        found.append(
                            finding("duplicate-key", section.keys_at[inner], key=inner, first=ours.keys_at[inner])
                        )
                    else:
                        ours[inner], ours.keys_at[inner] = value, section.keys_at[inner]
            elif key in table:
                found.append(finding("duplicate-key", part.keys_at[key], key=key, first=table.keys_at[key]))
            else:
                table[key], table.keys_at[key] = section, part.keys_at[key]
