"""What is asked of a case beyond its figures: how uncertainty is drawn, budgets, scenarios, the functional unit."""

from __future__ import annotations

from typing import Any

from lca.findings import finding
from lca.model import Budget, Correlation, FunctionalUnit, Sampling, Scenario
from lca.nouns.case_file import CaseFile
from lca.schema import CaseSection
from lca.schema.analysis import FunctionalUnitSection, UncertaintySection


def sampling_of(file: CaseFile, section: UncertaintySection) -> Sampling:
    usual = Sampling()
    correlations: list[Correlation] = []
    taken: dict[str, int] = {}
    for position, item in enumerate(section.correlations):
        place = file.place("uncertainty", "correlations", position)
        coefficient = item.coefficient.value
        if len(item.figures) < 2 or (coefficient is not None and coefficient < 0 and len(item.figures) > 2):
            file.found.append(finding("correlation-of-few", place, count=len(item.figures)))
            continue
        for id in item.figures:
            if id in taken:
                file.found.append(finding("correlated-twice", place, id=id))
            taken[id] = position
        if coefficient is not None:
            correlations.append(Correlation(item.figures, coefficient, place))
    draws, seed = _whole(section.draws, usual.draws), _whole(section.seed, usual.seed)
    return Sampling(draws, seed, section.generator, tuple(correlations))


def _whole(given: Any, usual: int) -> int:
    return usual if given is None or given.value is None else int(given.value)


def budgets_of(file: CaseFile, section: CaseSection) -> tuple[Budget, ...]:
    return tuple(
        Budget(
            f"budgets.{position + 1}",
            item.name,
            item.total,
            file.figures(item, "budgets", position)[0]["limit"],
            file.place("budgets", position),
        )
        for position, item in enumerate(section.budgets)
    )


def scenarios_of(file: CaseFile, section: CaseSection) -> tuple[Scenario, ...]:
    for key, item in section.scenarios.items():
        if item.against is not None:
            file.refer("scenario", item.against, section.scenarios, ("scenarios", key, "against"))
    return tuple(
        Scenario(key, item.title, file.place("scenarios", key), item.against, bool(item.changes))
        for key, item in section.scenarios.items()
    )


def functional_unit_of(file: CaseFile, section: FunctionalUnitSection) -> FunctionalUnit:
    return FunctionalUnit(
        section.definition,
        file.figures(section, "functional_unit")[0]["quantity"],
        section.quality or "",
        section.equivalence_note or "",
        file.place("functional_unit"),
    )
