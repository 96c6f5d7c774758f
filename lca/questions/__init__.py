"""What a verifier would ask, one function per question, by subject. Each yields findings; none changes a number.

records                     is the record that of the workload which names it?
power, hardware, time       can the hardware have done what is said of it, and was it there?
factors, sites, fuels       can a grid, a site, an engine have such values?
twice, unused               does something count two times, or not at all?
completeness, organisation  is everything there that belongs to an inventory, and is it said whose it is?
progress                    do base year, recalculations and targets stand?
claims, analysis            does what was published follow; what of that which is to be analysed?
"""

from __future__ import annotations

from dataclasses import replace

from lca.datasets import Datasets
from lca.findings import in_order
from lca.inventory import Inventory
from lca.questions import (
    analysis,
    claims,
    completeness,
    factors,
    fuels,
    hardware,
    organisation,
    power,
    progress,
    records,
    sites,
    time,
    twice,
    unused,
)

QUESTIONS = (
    *records.QUESTIONS,
    *power.QUESTIONS,
    *hardware.QUESTIONS,
    *time.QUESTIONS,
    *factors.QUESTIONS,
    *sites.QUESTIONS,
    *fuels.QUESTIONS,
    *twice.QUESTIONS,
    *unused.QUESTIONS,
    *completeness.QUESTIONS,
    *organisation.QUESTIONS,
    *progress.QUESTIONS,
    *claims.QUESTIONS,
    *analysis.QUESTIONS,
)


def check(inventory: Inventory, datasets: Datasets | None = None) -> Inventory:
    """The inventory with what the questions found added to its findings."""
    datasets = datasets or Datasets()
    found = [item for question in QUESTIONS for item in question(inventory, datasets)]
    return replace(inventory, findings=in_order([*inventory.findings, *found]))
