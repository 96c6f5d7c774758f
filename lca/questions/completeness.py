"""What of an inventory is computed, left out with a reason, judged not significant, or not assessed, by category.

`assessed` gives the entries to the questions and to the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lca.datasets import Datasets
from lca.explain import quantity
from lca.figure import Figure, Place, given_value
from lca.findings import finding
from lca.inventory import Inventory
from lca.model import Finding
from lca.placement import DIRECT, INDIRECT, OF_ISO, SCOPE_3, SOURCES, kind_of_direct
from lca.questions.words import percent

State = Literal["computed", "excluded", "judged not significant", "judged significant", "not assessed"]
LARGE = 0.05
"""Share of the total from which something is large, unless the organisation declares its threshold: the rule of thumb
for what is material in the Corporate Standard, chapter 10."""


@dataclass(frozen=True)
class Assessed:
    """A category, what became of it, how large it is, and why."""

    category: str
    name: str
    state: State
    size: float | None
    """In kgCO2e, location-based: computed, or screened."""
    share: float | None
    """Of the total; of what is left out, over it."""
    reason: str


def assessed(inventory: Inventory) -> list[Assessed]:
    """Every category that an inventory is to compute, to leave out with a reason, or to judge."""
    total = inventory.value("total.location") if "total.location" in inventory.totals else None
    computed = _computed(inventory)
    boundary = inventory.case.boundary
    found: list[Assessed] = []
    for category, name in SOURCES.items():
        left_out = [item for item in boundary.exclusions if category in item.categories]
        judged = [
            item for item in boundary.significance if category == item.source or category in OF_ISO.get(item.source, ())
        ]
        reasons = [f"{item.what}: {item.reason}" for item in left_out]
        state: State = "not assessed"
        size: float | None = None
        if category in computed:
            state, size = "computed", computed[category]
            reasons = [f"In part left out. {reason}" for reason in reasons]
        elif left_out:
            state, size = "excluded", _sum([item.screening for item in left_out])
        elif judged:
            state = "judged significant" if judged[0].significant else "judged not significant"
            size = _sum([item.screening for item in judged if item.source == category])
        reasons += [f"{_judgement(item.significant)} ({', '.join(item.criteria)}): {item.reason}" for item in judged]
        share = size / total if size is not None and total else None
        found.append(Assessed(category, name, state, size, share, " ".join(reasons)))
    return found


def _judgement(significant: bool) -> str:
    return "Significant" if significant else "Not significant"


def _sum(figures: list[Figure | None]) -> float | None:
    stated = [value for figure in figures if figure and (value := given_value(figure)) is not None]
    return sum(stated) if stated else None


def _computed(inventory: Inventory) -> dict[str, float]:
    """What is computed in each category, location-based."""
    in_vehicles = {
        item.key
        for item in inventory.case.activities
        if item.kind == "vehicles" or item.words.get("used_in") == "vehicle"
    }
    found: dict[str, float] = {}
    for line in inventory.lines:
        if line.view != "inventory" or line.scope == 0 or line.basis == "market":
            continue
        category = kind_of_direct(line.part, line.activity in in_vehicles) if line.scope == 1 else line.category
        found[category] = found.get(category, 0.0) + (inventory.value(line.figure) or 0.0)
    return found


def threshold_of(inventory: Inventory) -> float:
    """The share of the total from which something is large: declared, else the rule of thumb."""
    organisation = inventory.case.organisation
    declared = given_value(organisation.threshold) if organisation and organisation.threshold else None
    return LARGE if declared is None else declared


def every_category_assessed(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is each category computed, left out with a reason, or judged? Asked of an organisation."""
    if inventory.case.boundary.subject != "organisation" or inventory.failed:
        return
    open_ = [item.category for item in assessed(inventory) if item.state == "not assessed"]
    if open_:
        place = Place(inventory.case.path)
        yield finding("category-not-assessed", place, categories=", ".join(_ranges(open_)), first=open_[0])


def _ranges(categories: list[str]) -> list[str]:
    """Categories in their order; three and more in a row as their first and last."""
    order = [*SOURCES]
    runs: list[list[str]] = []
    for category in categories:
        last = runs[-1][-1] if runs else None
        if (
            last
            and order.index(category) == order.index(last) + 1
            and category.partition(".")[0] == last.partition(".")[0]
        ):
            runs[-1].append(category)
        else:
            runs.append([category])
    names = DIRECT | SCOPE_3
    return [
        f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(f"{item} {names.get(item, '')}".strip() for item in run)
        for run in runs
    ]


def judgements_hold(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is what is judged not significant small, and what is judged significant computed?"""
    total = inventory.value("total.location") if "total.location" in inventory.totals else None
    computed, limit = _computed(inventory), threshold_of(inventory)
    excluded = {category for item in inventory.case.boundary.exclusions for category in item.categories}
    for item in inventory.case.boundary.significance:
        if item.source not in INDIRECT:
            continue
        of_source = {item.source, *OF_ISO.get(item.source, ())}
        counted = [computed[category] for category in of_source if category in computed]
        if item.significant:
            if not counted and not of_source & excluded:
                yield finding("significant-not-computed", item.place, source=item.source)
            continue
        screened = given_value(item.screening) if item.screening else None
        size = sum(counted) if counted else screened
        if total and size is not None and size >= limit * total:
            yield finding(
                "judged-not-significant",
                item.place,
                source=item.source,
                how="computed as" if counted else "screened at",
                size=quantity(size / 1000, "tCO2e"),
                share=percent(size / total),
                threshold=percent(limit),
            )


def exclusions_small(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Is what is left out together small against the total?"""
    if "left_out.share" not in inventory.totals:
        return
    share, size, limit = inventory.value("left_out.share"), inventory.value("left_out"), threshold_of(inventory)
    if share is None or size is None or share <= limit:
        return
    case = inventory.case
    screened = [item.place for item in case.boundary.exclusions if item.screening]
    screened += [item.place for item in case.boundary.significance if item.screening]
    details = {"size": quantity(size / 1000, "tCO2e"), "share": percent(share), "threshold": percent(limit)}
    yield finding("exclusions-large", screened[0], **details)


def exclusions_not_counted(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does an exclusion bear the name of something that is counted?"""
    titles = {item.title for item in inventory.case.activities}
    for exclusion in inventory.case.boundary.exclusions:
        words = _words(exclusion.what)
        for title in sorted(titles):
            if _words(title) and _words(title) <= words:
                yield finding("excluded-and-counted", exclusion.place, what=exclusion.what, title=title)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


SERVED = ("tokens", "requests")
RUNS = ("training", "fine-tuning", "evaluation")
TOLD: Mapping[str, re.Pattern[str]] = {
    "training": re.compile(r"\btrain", re.IGNORECASE),
    "runs": re.compile(r"\b(?:fail|discard|abort|experiment|unsuccessful|other runs|search)", re.IGNORECASE),
}
"""Words by which an exclusion says what a score leaves out."""


def stages_counted(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does a score per token or request say what it leaves out: the training, or the runs that failed?"""
    runs = inventory.case.workloads.values()
    excluded = " ".join(f"{item.what} {item.reason}" for item in inventory.case.boundary.exclusions)
    shared = [run for run in runs if "lifetime_tokens" in run.figures]
    if not shared and not TOLD["training"].search(excluded):
        served = [run for run in runs if run.kind == "inference" and any(key in run.figures for key in SERVED)]
        how = "as a workload with `lifetime_tokens:`"
        for run in served:
            yield finding("stage-left-out", run.place, run=run.id, stage="the training of its model", how=how)
    others = [run for run in runs if run.kind in RUNS]
    if len(shared) == 1 and len(others) == 1 and not TOLD["runs"].search(excluded):
        stage = "runs that failed or were discarded"
        yield finding("stage-left-out", shared[0].place, run=shared[0].id, stage=stage, how="as workloads")


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    every_category_assessed,
    judgements_hold,
    exclusions_small,
    exclusions_not_counted,
    stages_counted,
)
