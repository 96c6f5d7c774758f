"""How one field is read: a quantity with its unit, its evidence and its range; a day; a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from lca import units
from lca.figure import Given, Place, Quality, Spread
from lca.findings import finding, nearest
from lca.marks import Table, Text, place_of
from lca.model import Finding
from lca.schema import spread
from lca.units import MONEY


@dataclass(frozen=True)
class RecordReference:
    """A file of evidence that holds the value."""

    path: str
    place: Place


def number_with(unit: str) -> str:
    """How a quantity in a unit is written, in words."""
    return f"digits with a decimal point and the unit, as in `14.5 {unit}`"


PURPOSE = "The choice decides how the figure is computed."
PURPOSES = {
    "lca": "It is the version of the form in which the case is written; there is one so far.",
    "quality": "It says how well the value is known: the page shows what the result rests on.",
    "kind": "It says what this is; the report calls it so.",
    "owned": "It decides in which scope and category the hardware counts.",
    "control": "It decides in which scope and category the hardware counts.",
    "subject": "It decides what is accounted for, and how.",
    "measured_at": "It decides whether the host and the overhead are in the number already.",
    "gas": "It decides which global warming potential counts.",
}
"""Why a word must be one of its choices, by field."""

NODES = ("node", "nodes", "server", "servers", "machine", "machines", "host", "hosts", "box", "boxes")
"""What holds devices, and is not what is counted."""
_COMMA = re.compile(r"\d,\d")
_THOUSANDS = re.compile(r"([1-9]\d{0,2})\.(\d{3}) *([A-Za-z%].*)", re.ASCII)
"""One to three digits, a point, three digits: `1.250 kWh`."""
_LARGE = re.compile(r"[MGT](?![a-z])[A-Za-z]|t\b")
"""Units in which decimals are usual: MWh, GJ, t."""
SHOWN_OF_TEXT = 60
FIRST_YEAR = 1990
"""A bare number that may not be smaller is a year."""
LIKELY = {
    "%/year": "4.2",
    "GB": "512",
    "J": "0.4",
    "L": "9200",
    "L/kWh": "0.3",
    "MJ/kg": "43",
    "MJ/kWh": "6.9",
    "MWh": "310",
    "W": "300",
    "g/kWh": "230",
    "gCO2e/GB": "320",
    "gCO2e/kWh": "230",
    "h": "14.5",
    "kWh": "40",
    "kg": "18",
    "kg/L": "0.84",
    "kgCH4/GJ": "0.003",
    "kgCO2/GJ": "56.1",
    "kgCO2e": "164",
    "kgCO2e/kg": "2.4",
    "kgN2O/GJ": "0.0006",
    "km": "840",
    "mm2": "628",
    "m3": "5200",
    "passenger·km": "9000",
    "s": "5",
    "t": "3.2",
    "years": "5",
}
"""How large a value is in an example, by its unit: so that an example looks like what it is one of."""
SHOWN = 3
"""How many further units a message names."""
MOST = 1e30
"""No quantity of a case is larger; the product of ten such still is a number."""


@dataclass(frozen=True)
class Quantity:
    """A field that holds a number in a unit, read as one kind."""

    unit: str
    what: str
    also: tuple[str, ...] = ()
    """Further units of other kinds that it may be given in; the first that fits is taken."""
    usual: str = ""
    """The unit in which it is usually written, where that is another one."""
    bare: bool = False
    """Whether a number without a unit is meant: a count or a ratio."""
    least: float | None = None
    most: float = MOST
    above_zero: bool = False
    record: str | None = None
    """The key under which a file of evidence may stand instead of a number."""
    choices: Mapping[str, tuple[str, ...]] | None = None
    """Further words that the long form may hold, with their choices."""
    billed: bool = False
    """Whether it stands on meters and invoices, where three digits behind a point may be thousands."""
    implied: str = ""
    """What the name of the field says already: an `energy_per_token` may be written `0.4 J`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        number = {"type": "number"} if self.bare else {"type": "string"}
        short = {"anyOf": [{"type": "string"}, {"type": "number"}]} if self.bare else number
        words: dict[str, Any] = {key: {"enum": list(allowed)} for key, allowed in (self.choices or {}).items()}
        fields = {
            "value": short,
            **dict.fromkeys(("low", "high", "deviation", "at_least", "at_most"), short),
            **{key: {"anyOf": [{"type": "string"}, {"type": "number"}]} for key in ("uncertainty", "gsd", "gsd2")},
            "distribution": {"enum": [*spread.SHAPES]},
            "statistic": {"enum": [*spread.STATISTICS]},
            "pedigree": {
                "type": "object",
                "properties": {key: {"type": "number"} for key in (*spread.SCORES, "basic")},
                "required": [*spread.SCORES, "basic"],
                "additionalProperties": False,
            },
            "quality": {"enum": [*get_args(Quality)]},
            **{key: {"type": "string"} for key in ("source", "page", "note")},
            **words,
        }
        forms = [short, {"type": "object", "properties": fields, "required": ["value"], "additionalProperties": False}]
        if self.record:
            forms.append(
                {
                    "type": "object",
                    "properties": {self.record: {"type": "string"}},
                    "required": [self.record],
                    "additionalProperties": False,
                }
            )
        return {"description": f"{self.what}, as in {self._usual}", "anyOf": forms}

    def _read(self, value: Any, info: ValidationInfo) -> Given | RecordReference:
        found: list[Finding] = info.context["findings"] if info.context else []
        if isinstance(value, Table):
            return self._long_form(value, found)
        if value is None:
            raise PydanticCustomError("empty-value", "")
        if not isinstance(value, Text):
            raise PydanticCustomError("wrong-shape", "", {"wanted": "a quantity, such as 14.5 h"})
        number, unit = self.number(value, value.place, found)
        return Given(number, value.place, "declared", written=str(value), attributes=self._kind(unit))

    def _long_form(self, table: Table, found: list[Finding]) -> Given | RecordReference:
        if self.record and self.record in table:
            self._refuse_unknown(table, (self.record,), found)
            return RecordReference(str(table[self.record]), place_of(table[self.record]))
        words = self.choices or {}
        self._refuse_unknown(table, ("value", *spread.KEYS, "quality", "source", "page", "note", *words), found)
        if "value" not in table:
            found.append(
                finding("missing-key", table.place, key="value", parent=self.what, how=f"Add `value: {self.example}`.")
            )
            return Given(None, table.place, "declared")
        for key in [key for key, item in table.items() if not isinstance(item, Text) and key != "pedigree"]:
            found.append(
                finding(
                    "wrong-shape",
                    table.keys_at[key],
                    key=key,
                    wanted="a value",
                    given="a list or a table",
                    shape="Write one value.",
                )
            )
            return Given(None, table.place, "declared")
        quality = table.get("quality", "declared")
        for key, allowed in {"quality": get_args(Quality), **words}.items():
            if key in table and table[key] not in allowed:
                found.append(
                    finding(
                        "unknown-choice",
                        table[key].place,
                        text=table[key],
                        key=key,
                        allowed=", ".join(allowed),
                        nearest=nearest(table[key], allowed),
                        purpose=PURPOSES.get(key, PURPOSE),
                    )
                )
                return Given(None, table.place, "declared")
        number, unit = self.number(table["value"], table["value"].place, found)
        return Given(
            number,
            table["value"].place,
            quality,
            source=_text(table, "source"),
            page=_text(table, "page"),
            spread=self._spread(table, number, unit, found),
            note=_text(table, "note"),
            written=str(table["value"]),
            attributes={key: str(table[key]) for key in words if key in table} | self._kind(unit),
        )

    def _refuse_unknown(self, table: Table, allowed: tuple[str, ...], found: list[Finding]) -> None:
        found.extend(
            finding(
                "unknown-key",
                table.keys_at[key],
                key=key,
                parent=self.what,
                allowed=", ".join(allowed),
                nearest=nearest(key, allowed),
            )
            for key in table
            if key not in allowed
        )

    def _kind(self, unit: str) -> dict[str, str]:
        """What says in which of its units a field was given that has several."""
        return {"unit": unit} if self.also else {}

    def _spread(self, table: Table, number: float | None, unit: str, found: list[Finding]) -> Spread | None:
        def read(key: str) -> float | None:
            value, of = self.number(table[key], table[key].place, found, within=key != "deviation")
            if value is not None and of != unit:
                words = {"value": table["value"], "low": table[key]}
                found.append(finding("range-in-other-unit", table[key].place, **words))
                return None
            return value

        floor = 0.0 if self.above_zero else self.least
        ceiling = None if self.most == MOST else self.most
        return spread.declared(table, number, read, floor, ceiling, found)

    @property
    def _usual(self) -> str:
        usual = self.usual or units.plain(self.unit)
        others = dict.fromkeys(units.plain(unit) for unit in self.also)
        return " or ".join([usual, *list(others)[:SHOWN], *(["…"] if len(others) > SHOWN else [])])

    @property
    def _is_year(self) -> bool:
        return self.bare and self.least is not None and self.least >= FIRST_YEAR

    @property
    def written_in(self) -> str:
        """The units in which it is written, in words."""
        if self._is_year:
            return "a year"
        if not self.bare or self.also or self.usual:
            return self._usual
        return "a share: a number or %" if self.most <= 1 else "a number"

    @property
    def example(self) -> str:
        """A value as it may be written."""
        if self.bare:
            return "2025" if self._is_year else "40 %" if self.most <= 1 else "8"
        usual = self.usual or units.plain(self.unit)
        return f"{LIKELY.get(usual, '12')} {usual}"

    @property
    def _counts(self) -> bool:
        """Whether it is a number of things, which has no unit."""
        return self.unit.partition("/")[0] in units.COUNTED_THINGS and units.plain(self.unit) == "1"

    @property
    def _form(self) -> str:
        """How such a quantity is written, in words."""
        if not self.bare:
            return number_with(self._usual)
        example = "8" if self._counts else f"{1.25 * self.least:.4g}" if self.least else "0.85"
        return f"digits with a decimal point, as in `{example}`"

    @property
    def _range(self) -> str:
        unit = "" if self.bare else f" {units.plain(self.unit)}"
        low = "above 0" if self.above_zero else f"{self.least:g}" if self.least is not None else "…"
        return f"{low}{unit}" if self.most == MOST else f"{low} to {self.most:g}{unit}"

    def _reading(self, text: str, unit: str) -> float:
        try:
            return units.read(text, unit, bare=self.bare).value
        except units.UnitError as error:
            if not self.implied or error.slug != "wrong-unit":
                raise
            try:
                return units.read(f"{text}/{self.implied}", unit).value
            except units.UnitError:
                raise error from None

    def number(self, text: str, place: Place, found: list[Finding], *, within: bool = True) -> tuple[float | None, str]:
        """The number and the unit in which it is kept; `within` the range of the field, unless it is a width."""
        problem: units.UnitError | None = None
        for unit in (self.unit, *self.also):
            try:
                number = self._reading(text, unit)
            except units.UnitError as error:
                problem = problem or error
                if error.slug != "wrong-unit":
                    break
                continue
            if not self._point_is_decimal(text, unit, place, found):
                return None, unit
            return (number if not within or self._within(number, text, place, found) else None), unit
        assert problem is not None
        if self._counts and problem.details.get("unit", "").strip().lower() in NODES:
            found.append(finding("counted-nodes", place, text=text, unit=problem.details["unit"]))
            return None, self.unit
        if problem.slug == "not-a-number" and _COMMA.search(text):
            found.append(finding("comma-in-number", place, text=text[:SHOWN_OF_TEXT], form=self._form))
            return None, self.unit
        if self._counts and problem.slug in ("unknown-unit", "wrong-unit"):
            found.append(finding("counted", place, text=text, what=self.what, unit=problem.details["unit"]))
            return None, self.unit
        found.append(finding(problem.slug, place, **self._details(problem)))
        return None, self.unit

    def _point_is_decimal(self, text: str, unit: str, place: Place, found: list[Finding]) -> bool:
        """Whether `310.000 kWh` may be taken as 310 kWh: not where thousands are as likely to be meant."""
        match = _THOUSANDS.fullmatch(text.strip())
        if match is None or self.bare or "/" in unit:
            return True
        before, after, given = match.groups()
        words = {"text": text, "point": f"{before}.{after}".rstrip("0").rstrip(".") + f" {given}"}
        words["thousands"] = f"{before}{after} {given}"
        if unit in MONEY:
            words["point"] = f"{float(f'{before}.{after}'):.2f} {given}"
            found.append(finding("point-in-number", place, why="No currency has three decimals.", **words))
        elif after == "000":
            found.append(
                finding("point-in-number", place, why="Three zeros behind a decimal point say nothing.", **words)
            )
        elif after.endswith("0") or (self.billed and not _LARGE.match(given)):
            found.append(finding("point-in-amount", place, **words))
            return True
        else:
            return True
        return False

    def _details(self, error: units.UnitError) -> dict[str, str]:
        details = {"hint": ".", **error.details, "wanted": self._usual, "form": self._form}
        if error.slug == "unknown-unit":
            details["hint"] = self._near(details["unit"]) or "."
        if self._usual == "%/year" and details.get("unit") in ("%", "no unit"):
            details["hint"] = ", as in `4.2 %/year`; a share of all the years together is divided by their number."
        if details["wanted"] == "1":
            details["wanted"] = "a plain number or %"
        if "CO2e" in details["wanted"] and "CO2" not in details.get("unit", "CO2"):
            details["hint"] = f"; mass of CO2e is written {details['wanted'].split('/')[0]}."
        return details

    def _near(self, unit: str) -> str:
        """What may have been meant by an unknown unit: first of all one that differs in capitals alone."""
        same = [word for wanted in (self.unit, *self.also) for word in units.respelled(unit, wanted)]
        return nearest(unit, same or units.known_units())

    def holds(self, number: float) -> bool:
        """Whether a number lies in its range."""
        too_small = number < 1 / MOST if self.above_zero else self.least is not None and number < self.least
        return not too_small and abs(number) <= self.most

    def _within(self, number: float, text: str, place: Place, found: list[Finding]) -> bool:
        if not self.holds(number):
            found.append(finding("out-of-range", place, text=text, what=self.what, range=self._range))
            return False
        return True


def _text(table: Table, key: str) -> str | None:
    return str(table[key]) if key in table else None


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise PydanticCustomError("bad-date", "", {"text": str(value)}) from None


Day = Annotated[date, BeforeValidator(_date)]


def _said(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("empty-value", "")
    return value


def _in_one_line(value: str) -> str:
    if len(value.splitlines()) > 1:
        raise PydanticCustomError("wrong-shape", "", {"wanted": "one line"})
    return value


Sentence = Annotated[str, AfterValidator(_said)]
"""A text that must not be empty."""
Words = Annotated[Sentence, AfterValidator(_in_one_line)]
"""The same in one line."""


class Section(BaseModel):
    """A table of the case; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, use_attribute_docstrings=True)
