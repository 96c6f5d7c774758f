"""What was published, held against what follows from its own inputs."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lca import units
from lca.datasets import Datasets
from lca.explain import number, quantity
from lca.findings import finding, nearest
from lca.inventory import Inventory
from lca.model import Claim, Finding
from lca.questions.factors import grid_range
from lca.totals import UNITS

SLIPS = {3: "1000", 6: "a million", -3: "1/1000", -6: "a millionth"}
"""Ratios that betray a unit written for another: kg for g, MWh for kWh."""
SLIP_TOLERANCE = 0.02
FAR_APART = 10
"""A ratio from which a percentage says less than the ratio."""


def claims_reproduced(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Does what was published follow from its own inputs?"""
    for claim in inventory.case.claims:
        figure = inventory.totals.get(claim.total)
        unit = figure.unit if figure else UNITS.get(re.sub(r"\.\d+$", "", claim.total))
        if unit is None or (figure is None and not inventory.failed):
            known = inventory.totals if inventory.totals and not inventory.failed else UNITS
            near, allowed = nearest(claim.total, known), ", ".join(known)
            yield finding("claim-unknown", claim.total_place, total=claim.total, allowed=allowed, nearest=near)
            continue
        try:
            held = hold(claim, inventory, unit)
        except units.UnitError as error:
            yield _unread(claim, unit, error)
            continue
        if held is None:
            continue
        details = {
            "source": claim.source,
            "claimed": claim.written,
            "total": claim.total,
            "ours": quantity(held.ours, unit),
            "case": inventory.case.path,
        }
        if held.same:
            yield finding("claim-holds", claim.place, **details)
        else:
            yield finding(
                "claim-differs",
                claim.place,
                difference=held.difference,
                rounding=quantity(held.half_digit, unit),
                slip=_slip(held.claimed, held.ours),
                **details,
            )


@dataclass(frozen=True)
class Comparison:
    """A claim beside ours, in the unit of its total."""

    claimed: float
    half_digit: float
    """What its rounding may hide."""
    ours: float

    @property
    def same(self) -> bool:
        """Whether both are one within the printed digits of the claim."""
        return abs(self.claimed - self.ours) <= self.half_digit * (1 + 1e-9)

    @property
    def difference(self) -> str:
        """How ours differs from the claim, in words (`2.3 % less`); nothing where it does not."""
        if self.same:
            return ""
        if not self.ours or not self.claimed:
            return "ours is zero" if not self.ours else "the claim is zero"
        ratio = self.ours / self.claimed
        if ratio >= FAR_APART:
            return f"{number(ratio, 3)} times as much"
        if 0 < ratio <= 1 / FAR_APART:
            return f"the claim is {number(1 / ratio, 3)} times as much"
        percentage = abs(100 * (ratio - 1))
        return f"{number(percentage, 2 if percentage < 100 else 3)} % {'more' if ratio > 1 else 'less'}"


def hold(claim: Claim, inventory: Inventory, unit: str) -> Comparison | None:
    """A claim against this inventory; None where the inventory has no such total.

    Raises `units.UnitError` when the claim is not in the unit of its total.
    """
    claimed, half_digit = _reading_of(claim, unit, inventory)
    ours = inventory.value(claim.total) if claim.total in inventory.totals else None
    return None if ours is None else Comparison(claimed, half_digit, ours)


def _unread(claim: Claim, unit: str, error: units.UnitError) -> Finding:
    wanted = units.plain(unit)
    if error.slug in ("not-a-number", "bare-number"):
        form = f"digits with a decimal point and the unit, as in `14.5 {wanted}`"
        return finding(error.slug, claim.place, **{"wanted": wanted, "form": form, **error.details})
    return finding("claim-unit", claim.place, written=claim.written, total=claim.total, wanted=wanted)


def _reading_of(claim: Claim, unit: str, inventory: Inventory) -> tuple[float, float]:
    """The claim and what its rounding may hide, in the unit of its total, per unit of its service.

    Raises `units.UnitError` when it is not in such a unit.
    """
    text, scale = claim.written, 1.0
    if "service" in unit:
        for service in {service.unit for run in inventory.case.workloads.values() for service in run.services}:
            head, _, last = text.replace(" per ", "/").rpartition("/")
            if last.strip() == service:
                text = head
            elif head:
                with contextlib.suppress(units.UnitError):  # the claim is per something else than a unit of service
                    scale = float(units.factor(service, last.strip()))
                    text = head
    reading = units.read(text, unit, bare=units.plain(unit) == "1")
    return reading.value * scale, reading.half_digit * scale


def _slip(claimed: float, ours: float) -> str:
    if claimed <= 0 or ours <= 0:
        return ""
    for power, words in SLIPS.items():
        if math.isclose(claimed / ours, 10.0**power, rel_tol=SLIP_TOLERANCE):
            return f" The ratio is {words}: a unit was written for another."
    return ""


def intensity_plausible(inventory: Inventory, datasets: Datasets) -> Iterator[Finding]:
    """Could any grid have given the claimed emissions for the energy?"""
    for claim in inventory.case.claims:
        if not claim.total.startswith(("operational", "recorded", "scope2")) and not _is_of_energy(claim, inventory):
            continue
        energy, said = _energy_for(inventory)
        try:
            carbon = units.read(claim.written, "kgCO2e").value
        except units.UnitError:
            continue
        if not energy or not carbon:
            continue
        implied = 1000 * carbon / energy
        low, high = grid_range(datasets)
        if not low <= implied <= high:
            yield finding(
                "intensity-implausible",
                claim.place,
                claim=claim.source,
                implied=f"{number(implied, 3)} g/kWh",
                arithmetic=f"{claim.written} ∕ {number(energy)} kWh, {said}",
                low=f"{low:.0f}",
                high=f"{high:.0f} g/kWh",
            )


def _is_of_energy(claim: Claim, inventory: Inventory) -> bool:
    """Whether a claimed total holds nothing but what electricity emits."""
    return claim.total.startswith("total") and "embodied" not in inventory.totals


def _energy_for(inventory: Inventory) -> tuple[float | None, str]:
    """The energy that a claim of emissions goes with: the claimed one, else ours."""
    for claim in inventory.case.claims:
        if claim.total in ("energy.site", "energy.it"):
            with contextlib.suppress(units.UnitError):  # reported where the claim itself is checked
                return units.read(claim.written, "kWh").value, "the claimed energy"
    for id in ("energy.site", "energy.it"):
        if id in inventory.totals and "operational.stated" not in inventory.totals:
            return inventory.value(id), "the energy of this case"
    return None, ""


QUESTIONS: tuple[Callable[[Inventory, Datasets], Iterator[Finding]], ...] = (
    claims_reproduced,
    intensity_plausible,
)
