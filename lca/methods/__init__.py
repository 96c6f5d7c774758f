"""The science, one file a subject: equations above, posting rule below.

`SUBJECTS` is their order in a methodology chapter; `Choices` is what a posting rule is handed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lca.figure import Figure, Place
from lca.model import Asset, CurvePoint, Facility, Part, Period, Workload

SUBJECTS = (
    *("workload", "inference", "curve", "data", "grid", "market", "electricity"),
    *("hardware", "component", "resource", "capital", "water", "indicator"),
    *("heat", "fuel", "vehicle", "refrigerant", "goods", "stated", "sold", "factor"),
    *("consolidation", "base_year", "allocation", "target", "screening", "memo"),
    *("intensity", "uncertainty"),
)


When = Period | int | None
"""The time that a factor is asked for: a period, a year, or that of the case."""


@dataclass(frozen=True)
class Measured:
    """A configuration of measured inference: accelerators that always serve, without their host."""

    energy: Figure
    """Per token, or per request where a request is an image or a video."""
    length: Figure | None
    """Output tokens per request, of a language model."""
    devices: Figure
    throughput: Figure
    """Of all its devices together."""


class Choices(Protocol):
    """What a posting rule is handed: the only way to the data sets and to the record of decisions."""

    gwp_set: str
    year: int | None
    """The year of the case's period."""
    contracts: bool
    """Whether the case has a market-based result: anywhere a contract gives every place one."""

    def pick(
        self,
        kind: str,
        id: str,
        name: str,
        *,
        where: str,
        needed_for: str,
        place: Place,
        when: When = None,
        optional: bool = False,
        generic: bool = False,
        convention: str | None = None,
        of_year: str = "",
        **want: str,
    ) -> Figure | None:
        """The factor of a kind for a region and a time, as a figure.

        None when there is none: with an error, or silently when it is `optional`. `generic` lets the
        world's value stand in, as an assumption; `convention` names the choice for which the case may
        follow a peer; `of_year` takes that year or nothing. `want` holds attributes that the factor must
        have, alternatives separated by `|`.
        """

    def pick_split(
        self,
        kind: str,
        by: str,
        id: str,
        *,
        where: str,
        needed_for: str,
        place: Place,
        when: When = None,
        optional: bool = False,
        assumed: bool = False,
        names: Mapping[str, str] | None = None,
        **want: str,
    ) -> Mapping[str, Figure]:
        """The rows of one publication for a region and time, by the attribute that tells them apart.

        `names` says what each is called, where it is taken for something else than it is.
        """

    def scope(self, where: str, when: When = None) -> str:
        """What the factors of a place and time are called, `FR.2024`: one for all who ask for the same."""

    def conclude(self, id: str, question: str, figure: Figure, rule: str, place: Place, when: When = None) -> None:
        """Record the figure that follows from a decision, or from there being nothing that could be taken as it is."""

    def constant(
        self, kind: str, name: str, unit: str, *, place: Place | None = None, assumed: bool = False, **want: str
    ) -> Figure:
        """A row of a table of constants, by its attributes; an `assumed` one goes on record as a decision."""

    def parts(self, device: str, key: str, units: Mapping[str, Mapping[str, str]]) -> tuple[Part, ...]:
        """What the data sets know of a device's parts, in the given units; none when they know nothing."""

    def convention(self, choice: str, id: str, name: str, unit: str, place: Place) -> Figure | None:
        """The value of the convention that the case names for a choice; None, with a finding, when it has none."""

    def beyond(self, choice: str, part: str, unit: str, included_unit: str) -> tuple[Figure, Figure] | None:
        """What a convention adds for each piece of a part, and how much its base includes; None when nothing."""

    def curve(self, choice: str) -> tuple[CurvePoint, ...]:
        """The power curve of the convention that the case names; empty, with a finding, when it has none."""

    def per_amount(
        self,
        kind: str,
        what: str,
        amount: str,
        boundary: str,
        *,
        where: str | None,
        place: Place,
        needed_for: str,
        when: When = None,
        optional: bool = False,
    ) -> Mapping[str, Figure]:
        """The factors of a thing per unit of an amount, by gas: one publication, nearest place, nearest year.

        Where the place has none, that of a country that publishes for all stands in, as an assumption.
        `""` or `total` is what the publisher gives as CO2e for all gases together.
        """

    def once(self, id: str, make: Callable[[], Figure]) -> Figure:
        """The derived figure of an id, made when it is first asked for: what many lines use is one figure."""

    def locates(self, where: str) -> bool:
        """Whether the data sets know a place; one that they lack has been reported."""

    def knows(self, device: str | None) -> bool:
        """Whether the data sets have a device; a named one that they lack is reported once."""

    def is_accelerator(self, device: str | None) -> bool:
        """Whether a device of the data sets is an accelerator, held by a host."""

    def thing(self, device: str, key: str, id: str, name: str, unit: str) -> Figure | None:
        """A value of a device of the data sets, as a figure; None when the device does not have it."""

    def follows(self, choice: str) -> bool:
        """Whether the case names a convention for a choice."""

    def memory_power(self, capacity: Figure, id: str, place: Place) -> Figure | None:
        """Power of memory by the convention of the case: in kW_it, or per GB in kW_it/GB."""

    def constants(self, choice: str, wanted: Mapping[str, tuple[str, str]]) -> Mapping[str, Figure] | None:
        """The constants of a model that the case names as its convention: unit and title by name; None without one."""

    def measurement(self, run: Workload, asset: Asset) -> Measured | None:
        """The measured configuration nearest to what a workload asks for; None, with findings, when there is none."""

    def gases(self, text: str, place: Place) -> Mapping[str, Figure | None]:
        """The gases that a name stands for, by the name of the sets of potentials, each with its share of the mass.

        One gas without a share, or the components of a blend; nothing, with a finding, for a name that is not known.
        """

    def market_of(self, facility: Facility) -> str:
        """The market of a facility's electricity: stated, else the country of its location."""

    def residual_mix(self, facility: Facility) -> Figure | None:
        """The residual mix of a facility's market and year in the table that the case names; None without one."""

    def period(self) -> Figure | None:
        """How long the period of the case is; None when it has none."""

    def gwp(self, gas: str, place: Place, under: str | None = None) -> Figure | None:
        """The global warming potential of a gas under the set of the case, or under a named set."""

    def decide(self, id: str, question: str, taken: str, rule: str, **details: Any) -> None:
        """Record a decision that is not the choice of a factor."""

    def remark(self, slug: str, place: Place, **details: object) -> None:
        """Record what holds for many alike, once, where it is first met."""

    def report(self, slug: str, place: Place, **details: object) -> None:
        """Record a finding."""
