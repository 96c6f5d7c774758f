"""Looks up what the posting rules ask for, by rule, and records every choice with its candidates.

Implements `methods.Choices`. A factor is a figure that is made once for a region and a time, however often and
under whatever id it is asked for; one that is missing is reported with what it is needed for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.choose.gases import Gases
from lca.choose.tables import Tables
from lca.choose.things import Things
from lca.datasets import Datasets
from lca.figure import Place
from lca.model import Asset, Boundary, Factor


class Chooser(Tables, Things, Gases):
    """The choices for one boundary: that of a case, with its conventions and its hardware, or a bare one."""

    def __init__(
        self,
        datasets: Datasets,
        boundary: Boundary,
        conventions: Mapping[str, tuple[str, Place]] | None = None,
        assets: Mapping[str, Asset] | None = None,
        residual_mixes: Sequence[Factor] = (),
    ) -> None:
        super().__init__(datasets, boundary, conventions, assets, residual_mixes)
        for choice in self.conventions:
            self._convention(choice)
