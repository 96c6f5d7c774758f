"""The result as plain data: `lca-result/1`. Full precision, nothing rounded, no clock."""

from __future__ import annotations

import json
from typing import Any

from lca import units
from lca.compare import Comparison, Difference, Option
from lca.figure import Derived, Figure, Given, walk
from lca.inventory import Analysis, Inventory
from lca.questions.completeness import assessed

SCHEMA = "lca-result/1"


def result(inventory: Inventory, version: str, analysis: Analysis | None = None) -> dict[str, Any]:
    """The inventory as plain data. CO2e in kg, energy in kWh, water in L."""
    figures = list(walk([*inventory.totals.values(), *(line.figure for line in inventory.lines)]))
    return {
        "schema": SCHEMA,
        "case": {
            "path": inventory.case.path,
            "title": inventory.case.title,
            "subject": inventory.case.boundary.subject,
            **_organisation(inventory),
            "files": [{"path": path, "sha256": digest} for path, digest in sorted(inventory.case.files.items())],
            "document": inventory.case.document,
        },
        "versions": {
            "lca-toolkit": version,
            "datasets": [{"path": path, "sha256": digest} for path, digest in inventory.datasets.items()],
        },
        "totals": [
            {
                "id": id,
                "name": figure.name,
                "value": inventory.value(figure),
                "unit": units.plain(figure.unit),
                "figure": figure.id,
            }
            for id, figure in inventory.totals.items()
        ],
        "lines": [
            {
                "activity": line.activity,
                "part": line.part,
                "scope": line.scope,
                "category": line.category,
                "iso": line.iso,
                "basis": line.basis,
                "view": line.view,
                "rule": line.rule,
                **({"method": line.method} if line.method else {}),
                "figure": line.figure.id,
                "value": inventory.value(line.figure),
                "unit": units.plain(line.figure.unit),
            }
            for line in inventory.lines
        ],
        **_completeness(inventory),
        "records": [
            {"path": record.path, "format": record.format, "sha256": record.sha256, "facts": dict(record.facts)}
            for workload in inventory.case.workloads.values()
            for record in workload.records
        ],
        "analysis": _analysis(analysis),
        "figures": [_figure(figure, inventory) for figure in figures],
        "decisions": [
            {
                "id": decision.id,
                "question": decision.question,
                "taken": decision.taken,
                "rule": decision.rule,
                "assumed": decision.assumed,
                "source": decision.source,
                "place": str(decision.place) if decision.place else None,
                "candidates": [
                    {"factor": item.factor, "verdict": item.verdict, "place": str(item.place)}
                    for item in decision.candidates
                ],
            }
            for decision in inventory.decisions
        ],
        "findings": [
            {
                "slug": found.slug,
                "severity": found.severity,
                "place": str(found.place),
                "message": found.message,
                "why": found.why,
                "remedy": found.remedy,
            }
            for found in inventory.findings
        ],
        "sources": {key: _plain(entry) for key, entry in inventory.sources.items()},
    }


def comparison(made: Comparison, version: str) -> dict[str, Any]:
    """A comparison as plain data: `lca-comparison/1`. CO2e in kg, energy in kWh, water in L."""
    return {
        "schema": "lca-comparison/1",
        "versions": {"lca-toolkit": version},
        "total": made.total,
        "unit": made.unit,
        "functional_unit": {"definition": made.each, "quantity": made.reference, "quality": made.quality},
        "draws": {"count": made.draws, "seed": made.seed, "generator": made.generator, "inputs": made.inputs}
        | {"shared": made.shared},
        "options": [_option(option) for option in made.options],
        "differences": [_difference(item) for item in made.differences],
    }


def _option(option: Option) -> dict[str, Any]:
    case = option.inventory.case
    return {
        "key": option.key,
        "case": option.chosen.source.rpartition("/")[2],
        "title": option.title,
        "equivalence_note": option.unit.note,
        "value": option.base,
        "low": option.low,
        "median": option.median,
        "high": option.high,
        "parts": dict(option.parts),
        "electricity": {"intensity": option.intensity, "total_without": option.fixed},
        "files": [{"path": path, "sha256": digest} for path, digest in sorted(case.files.items())],
        "datasets": [{"path": path, "sha256": digest} for path, digest in option.inventory.datasets.items()],
    }


def _difference(item: Difference) -> dict[str, Any]:
    return {
        "option": item.option.key,
        "against": item.against.key,
        "value": item.base,
        "relative": item.relative,
        "low": item.low,
        "median": item.median,
        "high": item.high,
        "probability_lower": item.probability,
        "probability_error": item.error,
        "equal_at_grid": item.grid,
        "equal_at": [
            {"figure": one.id, "name": one.name, "of": one.of, "stated": one.stated, "at": one.at}
            | {"unit": units.plain(one.unit), "within_range": one.within}
            for one in item.equals
        ],
        "spread_from": [{"name": one.name, "of": one.of, "share": one.share} for one in item.shares],
        "inputs": [
            {"figure": one.id, "name": one.name, "option": one.option, "against": one.against} for one in item.inputs
        ],
    }


def _organisation(inventory: Inventory) -> dict[str, Any]:
    """Who reports, of an inventory."""
    who = inventory.case.organisation
    if who is None:
        return {}
    return {"organisation": {"name": who.name, "consolidation": who.consolidation, **who.words}}


def _completeness(inventory: Inventory) -> dict[str, Any]:
    """Every category of an inventory: computed, excluded, judged, or not assessed."""
    if inventory.case.boundary.subject != "organisation":
        return {}
    rows = [
        {
            "category": item.category,
            "name": item.name,
            "state": item.state,
            "kgCO2e": item.size,
            "share": item.share,
            "reason": item.reason,
        }
        for item in assessed(inventory)
    ]
    return {"completeness": rows}


def _analysis(analysis: Analysis | None) -> dict[str, Any] | None:
    if analysis is None:
        return None
    return {
        "total": analysis.total,
        "base": analysis.base,
        "low": analysis.low,
        "high": analysis.high,
        "method": analysis.method,
        "tornado": [
            {
                "id": swing.id,
                "name": swing.name,
                "at_low": swing.at_low,
                "at_high": swing.at_high,
                "range": swing.reason,
                "figures": [leaf.id for leaf in swing.leaves],
            }
            for swing in analysis.swings
        ],
        "without_range": [leaf.id for leaf in analysis.without_spread],
    }


def _figure(figure: Figure, inventory: Inventory) -> dict[str, Any]:
    shown = {
        "id": figure.id,
        "name": figure.name,
        "value": inventory.value(figure),
        "unit": units.plain(figure.unit),
        "kind": figure.unit,
    }
    reason = figure.reason
    if isinstance(reason, Derived):
        inputs = {name: [below.id for below in figures] for name, figures in reason.inputs.items()}
        derived = {"equation": reason.equation.name, "source": reason.equation.source, "inputs": inputs}
        return {**shown, "derived": derived}
    return {**shown, "given": _given(reason)}


def _given(given: Given) -> dict[str, Any]:
    spread = given.spread
    return {
        "quality": given.quality,
        "source": given.source,
        "page": given.page,
        "place": str(given.place),
        "written": given.written,
        "note": given.note,
        "low": spread.low if spread else None,
        "high": spread.high if spread else None,
        "range": spread.reason if spread else None,
        **({"attributes": dict(given.attributes)} if given.attributes else {}),
    }


def _plain(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {str(key): _plain(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_plain(value) for value in entry]
    return entry if isinstance(entry, str | int | float | bool) or entry is None else str(entry)


def text(data: dict[str, Any]) -> str:
    """Canonical text: two blanks of indent, keys in their order, one newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
