"""The whole way from a file to an inventory, to be read aloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lca.compute import inventory
from lca.datasets import Datasets
from lca.inventory import Decision, Inventory
from lca.loading import CaseError, read
from lca.model import Case
from lca.peers import under
from lca.questions import check
from lca.resolve import resolve


def run(
    case: Case | str | Path,
    datasets: Datasets | None = None,
    *,
    scenario: str | None = None,
    convention: str | None = None,
) -> Inventory:
    """Account for a case, given as such or by its path; by its path also for one of its scenarios.

    Under the convention of a peer, as `green-algorithms`, it is accounted for as that peer would.

    What is wrong or worth knowing is in the inventory's findings; with an error among them it holds no figure.
    Raises `CaseError`, with every finding, for a file that cannot be read as a case; `KeyError` for a scenario or a
    convention that there is none of; `DoesNotApply` where the convention says nothing of the case.
    """
    datasets = datasets or Datasets()
    if not isinstance(case, Case):
        loaded, findings = read(case, scenario)
        if loaded is None:
            raise CaseError(findings)
        case = loaded
    adopted: tuple[Decision, ...] = ()
    if convention is not None:
        case, adopted = under(case, convention, datasets)
    made = check(inventory(case, resolve(case, datasets), datasets), datasets)
    made = replace(made, decisions=(*adopted, *made.decisions))
    return replace(made, totals={}, lines=(), values={}) if made.failed else made
