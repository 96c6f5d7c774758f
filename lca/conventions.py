"""The same case under the convention of each peer, and which choice makes the difference.

Under                       a peer's total, and what each of its choices does alone; or why it says nothing
  Alone                     one choice put on the case by itself
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lca.compute import inventory
from lca.datasets import Datasets
from lca.inventory import Inventory
from lca.loading import load
from lca.model import Case
from lca.peers import Change, DoesNotApply, changes, under
from lca.resolve import resolve


@dataclass(frozen=True)
class Alone:
    """One choice of a convention put on the case by itself."""

    key: str
    words: str
    page: str
    note: str
    difference: float | None
    """kgCO2e of the total, with this choice alone; None where the case does not let it be told apart."""

    @property
    def name(self) -> str:
        """What it is about, in words."""
        return self.key.replace("_", " ")


@dataclass(frozen=True)
class Under:
    """The case under the convention of one peer."""

    peer: str
    name: str
    own: float
    """The total of the case as it is, kgCO2e."""
    total: float | None
    """The total under the convention, kgCO2e; None where it does not apply."""
    choices: tuple[Alone, ...]
    reason: str = ""
    """Why it does not apply."""

    @property
    def difference(self) -> float | None:
        """The total under the convention less that of the case."""
        return None if self.total is None else self.total - self.own

    @property
    def decisive(self) -> Alone | None:
        """The choice that alone moves the total most."""
        known = [choice for choice in self.choices if choice.difference]
        return max(known, key=lambda choice: abs(choice.difference or 0.0), default=None)

    @property
    def by_size(self) -> list[Alone]:
        """The choices, that which moves the total most first."""
        return sorted(self.choices, key=lambda choice: -abs(choice.difference or 0.0))


def under_each(case: Case | str | Path, datasets: Datasets | None = None) -> tuple[Under, ...]:
    """A case under the convention of every peer.

    Raises `CaseError` for a file with errors, `DoesNotApply` for a case without a total of workloads.
    """
    datasets = datasets or Datasets()
    case = case if isinstance(case, Case) else load(case)
    own = _total(case, datasets)
    return tuple(_under(case, peer, name, own, datasets) for peer, name in datasets.peers().items())


def told(table: tuple[Under, ...]) -> list[str]:
    """The table in lines: each total, and what each choice does by itself, the largest first."""
    lines = [f"{'as it is':54}{table[0].own:10.4g} kgCO2e"] if table else []
    for row in table:
        if row.total is None:
            lines.append(f"{row.name}: does not apply: {row.reason}")
            continue
        lines.append(f"{row.name:54}{row.total:10.4g} kgCO2e")
        for choice in row.by_size:
            alone = "not told apart in this case" if choice.difference is None else f"{choice.difference:+10.4g}"
            mark = "  makes the difference" if choice is row.decisive else ""
            lines.append(f"{f'    {choice.name}: {choice.words}':54}{alone}{mark}")
    return lines


def _under(case: Case, peer: str, name: str, own: float, datasets: Datasets) -> Under:
    try:
        made = changes(case, peer, datasets)
        total = _total(under(case, peer, datasets)[0], datasets)
    except DoesNotApply as reason:
        return Under(peer, name, own, None, (), str(reason))
    alone = tuple(
        Alone(change.key, change.words, change.page, change.told.get("note", ""), _moved(change, case, own, datasets))
        for change in made
    )
    return Under(peer, name, own, total, alone)


def _moved(change: Change, case: Case, own: float, datasets: Datasets) -> float | None:
    """What a change does to the total by itself."""
    try:
        return _total(change.apply(case), datasets) - own
    except DoesNotApply:
        return None


def _total(case: Case, datasets: Datasets) -> float:
    """The location-based total of a case, kgCO2e. Raises `DoesNotApply`, with the first error, where there is none."""
    made: Inventory = inventory(case, resolve(case, datasets), datasets)
    errors = [found for found in made.findings if found.severity == "error"]
    value = made.value("total") if "total" in made.totals else None
    if errors or value is None:
        raise DoesNotApply(errors[0].message if errors else "the case has no total of workloads")
    return value
