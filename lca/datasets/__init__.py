"""Reads `datasets/`: tables of factors, things, regions, potentials, conventions, the bibliography.

Tables are read when they are asked for, and only the rows of the regions asked for are parsed. Every row
keeps its file and line; every file that was read is hashed, so that a result can name its data.
"""

from __future__ import annotations

from dataclasses import dataclass

from lca.datasets.conventions import Conventions
from lca.datasets.factors import Factors
from lca.datasets.gases import Gases
from lca.datasets.regions import Regions
from lca.datasets.spread import Spreads
from lca.datasets.things import Things


@dataclass(eq=False)
class Datasets(Factors, Spreads, Regions, Things, Gases, Conventions):
    """The data sets under one folder. They do not change while they are in use: every question is answered once."""
