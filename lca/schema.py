"""The face of the YAML: which fields there are, what each means, which unit and kind it has.

The text after a field is its manual; the JSON Schema for editors is generated from it. A quantity is
written `14.5 h`, or in full with its evidence:

    pue: {value: 1.25, quality: measured, source: evidence/pue.pdf, low: 1.20, high: 1.32, note: …}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from lca import units
from lca.findings import finding, nearest
from lca.marks import Table, Text, place_of
from lca.model import Finding, Given, Place, Quality, Spread


@dataclass(frozen=True)
class RecordReference:
    """A file of evidence that holds the value."""

    path: str
    place: Place


MOST = 1e30
"""No quantity of a case is larger; the product of ten such still is a number."""


@dataclass(frozen=True)
class Quantity:
    """A field that holds a number in a unit, read as one kind."""

    unit: str
    what: str
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
            "low": short,
            "high": short,
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
        number = self._number(value, value.place, found)
        return Given(number, value.place, "declared", written=str(value))

    def _long_form(self, table: Table, found: list[Finding]) -> Given | RecordReference:
        if self.record and self.record in table:
            self._refuse_unknown(table, (self.record,), found)
            return RecordReference(str(table[self.record]), place_of(table[self.record]))
        words = self.choices or {}
        self._refuse_unknown(table, ("value", "low", "high", "quality", "source", "page", "note", *words), found)
        if "value" not in table:
            found.append(finding("missing-key", table.place, key="value", parent=self.what))
            return Given(None, table.place, "declared")
        for key in [key for key, item in table.items() if not isinstance(item, Text)]:
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
                    )
                )
                return Given(None, table.place, "declared")
        number = self._number(table["value"], table["value"].place, found)
        return Given(
            number,
            table["value"].place,
            quality,
            source=_text(table, "source"),
            page=_text(table, "page"),
            spread=self._spread(table, number, found),
            note=_text(table, "note"),
            written=str(table["value"]),
            attributes={key: str(table[key]) for key in words if key in table},
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

    def _spread(self, table: Table, number: float | None, found: list[Finding]) -> Spread | None:
        if ("low" in table) != ("high" in table):
            here, other = ("low", "high") if "low" in table else ("high", "low")
            found.append(finding("needs", table.keys_at[here], key=here, needed=other))
            return None
        if "low" not in table or number is None:
            return None
        low, high = (self._number(table[key], table[key].place, found) for key in ("low", "high"))
        if low is None or high is None:
            return None
        if not low <= number <= high:
            found.append(
                finding(
                    "range-misses-value", table["low"].place, low=table["low"], high=table["high"], value=table["value"]
                )
            )
            return None
        return Spread(low, high, "range declared in the case")

    @property
    def _usual(self) -> str:
        return self.usual or units.plain(self.unit)

    @property
    def _range(self) -> str:
        unit = "" if self.bare else f" {units.plain(self.unit)}"
        low = "above 0" if self.above_zero else f"{self.least:g}" if self.least is not None else "…"
        return f"{low}{unit}" if self.most == MOST else f"{low} to {self.most:g}{unit}"

    def _reading(self, text: Text) -> float:
        try:
            return units.read(text, self.unit, bare=self.bare).value
        except units.UnitError as error:
            if not self.implied or error.slug != "wrong-unit":
                raise
            try:
                return units.read(f"{text}/{self.implied}", self.unit).value
            except units.UnitError:
                raise error from None

    def _number(self, text: Text, place: Place, found: list[Finding]) -> float | None:
        try:
            number = self._reading(text)
        except units.UnitError as error:
            details = {"hint": ".", **error.details, "wanted": self._usual}
            if error.slug == "unknown-unit":
                details["hint"] = nearest(details["unit"], units.known_units()) or "."
            if details["wanted"] == "1":
                details["wanted"] = "a plain number or %"
            if "CO2e" in details["wanted"] and "CO2" not in details.get("unit", "CO2"):
                details["hint"] = f"; mass of CO2e is written {details['wanted'].split('/')[0]}."
            found.append(finding(error.slug, place, **details))
            return None
        too_small = number < 1 / MOST if self.above_zero else self.least is not None and number < self.least
        if too_small or abs(number) > self.most:
            found.append(finding("out-of-range", place, text=text, what=self.what, range=self._range))
            return None
        return number


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


class PeriodSection(Section):
    """The time that the case is about."""

    start: Day
    """First day."""
    end: Day
    """Last day."""


Intensity = Quantity("kgCO2e/kWh_site", "carbon per kilowatt-hour", usual="gCO2e/kWh", least=0, most=5)


class InstrumentSection(Section):
    """A contract for electricity."""

    name: Words
    """What it is called in the report."""
    kind: Literal["certificate", "ppa", "supplier", "direct-line"]
    """Energy attribute certificate, power purchase agreement, supplier's rate, or direct line."""
    factor: Annotated[Any, Intensity]
    """Emissions of the electricity that it conveys."""
    covers: Annotated[Any, Quantity("1", "share of consumption covered", bare=True, least=0, most=1)]
    """Share of the facility's consumption that it covers."""


class ReleaseSection(Section):
    """A gas that escaped at a facility."""

    gas: Literal["CO2", "CH4", "N2O", "SF6", "NF3"]
    """Which gas."""
    released: Annotated[Any, Quantity("kg", "mass of gas", least=0)]
    """Its mass, as in `0.6 kg`."""


class FacilitySection(Section):
    """A place where hardware runs."""

    location: str | None = None
    """Country (`FR`), US eGRID subregion (`US-CAMX`) or cloud region (`aws:eu-west-3`)."""
    pue: Annotated[Any, Quantity("kWh_site/kWh_it", "PUE", bare=True, least=1, most=10)] = None
    """Power usage effectiveness: site energy over IT energy (ISO/IEC 30134-2)."""
    wue: Annotated[Any, Quantity("L_site/kWh_it", "WUE", least=0, most=100)] = None
    """Water usage effectiveness: site water over IT energy (ISO/IEC 30134-9)."""
    grid: Annotated[
        Any,
        Quantity(
            "kgCO2e/kWh_site",
            "carbon per kilowatt-hour",
            usual="gCO2e/kWh",
            least=0,
            most=5,
            choices={"boundary": ("generation", "lifecycle")},
        ),
    ] = None
    """Location-based factor, when the case knows better than the data sets."""
    upstream: Annotated[Any, Intensity] = None
    """Upstream emissions of the electricity (scope 3, category 3)."""
    losses: Annotated[
        Any,
        Quantity("1", "grid losses", bare=True, least=0, most=0.9, choices={"basis": ("injected", "delivered")}),
    ] = None
    """Share of electricity lost in the grid; `basis` says of what."""
    residual_mix: Annotated[Any, Intensity] = None
    """Factor of electricity that no contract covers."""
    source_water: Annotated[Any, Quantity("L_source/kWh_site", "water at the power stations", least=0, most=1000)] = (
        None
    )
    """Water consumed per kilowatt-hour generated."""
    scarcity: Annotated[Any, Quantity("Leq/L_site", "water scarcity factor", bare=True, least=0, most=100)] = None
    """Scarcity of the site's water (AWARE)."""
    instruments: tuple[InstrumentSection, ...] = ()
    """Contracts for electricity."""
    refrigerants: tuple[ReleaseSection, ...] = ()
    """Gases that escaped."""


class HardwareSection(Section):
    """So many devices of one kind."""

    device: str | None = None
    """A device of the data sets, as in `gpu/nvidia-a100-sxm4-80gb`; its usual names work too."""
    count: Annotated[Any, Quantity("device", "count", bare=True, above_zero=True)] = None
    """How many devices."""
    host: str | None = None
    """The server that holds them, as in `server/dgx-a100`."""
    facility: Words
    """Where they stand."""
    owned: Literal["owned", "leased", "colocated", "cloud"] | None = None
    """Whose they are: decides scope and category."""
    control: Literal["operational", "none"] | None = None
    """Who operates leased hardware."""
    lifetime: Annotated[Any, Quantity("h", "lifetime", usual="years", above_zero=True)] = None
    """How long the hardware serves."""
    lifetime_utilisation: Annotated[
        Any, Quantity("1", "share of the lifetime reserved", bare=True, above_zero=True, most=1)
    ] = None
    """Share of its life for which anybody reserves it; the idle rest is then carried by the users."""
    reserved: Annotated[Any, Quantity("1", "reserved share", bare=True, least=0, most=1)] = None
    """Share of each device that is reserved (RR / ToR of the SCI)."""
    power: Annotated[Any, Quantity("kW_it/device", "power per device", usual="W", least=0)] = None
    """Power at full load, per device, when it differs from the rated power."""
    idle_power: Annotated[Any, Quantity("kW_it/device", "idle power per device", usual="W", least=0)] = None
    """Power when idle, per device."""
    host_power: Annotated[Any, Quantity("kW_it/device", "host power per device", usual="W", least=0)] = None
    """What processors, memory, network, fans and supply losses draw, per device."""
    per_node: Annotated[Any, Quantity("device/node", "devices per node", bare=True, above_zero=True)] = None
    """How many devices one node holds."""
    memory: Annotated[Any, Quantity("GB", "memory", least=0)] = None
    """Memory reserved; its power follows the convention named under `conventions`."""
    embodied: Annotated[Any, Quantity("kgCO2e/device", "embodied carbon per device", least=0)] = None
    """Manufacture of one device with all that the case counts to it."""
    host_embodied: Annotated[Any, Quantity("kgCO2e/node", "embodied carbon per node", least=0)] = None
    """Manufacture of one node without its devices; needs `per_node`."""


class ServiceSection(Section):
    """What a workload delivers."""

    count: Annotated[Any, Quantity("service", "count", bare=True, above_zero=True)]
    """How many."""
    unit: Words
    """Of what: training run, EFLOP, Mtok, request, image."""


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class MeasurementSection(Section):
    """A configuration of measured inference; the batch stands in the workload."""

    model: Words
    """The model, as in `Llama-3.1-70B-Instruct`; `lca factors "llama 70b h100"` lists what was measured."""
    task: Words | None = None
    """What it was measured with, as in `lm-arena-chat`; needed where it was measured with several."""
    gpu: Words | None = None
    """The accelerator; that of the hardware when left out."""
    gpus: Annotated[Any, Quantity("device", "accelerators of one replica", bare=True, above_zero=True)] = None
    """On how many accelerators; the fewest measured when left out."""


class InferenceSection(Section):
    """What a workload of `kind: inference` may say besides."""

    tokens: Annotated[Any, Quantity("token", "output tokens", usual="Mtok", bare=True, above_zero=True)] = None
    """Output tokens, as in `190000 Mtok`."""
    requests: Annotated[Any, Quantity("request", "requests", bare=True, above_zero=True)] = None
    """Requests answered."""
    tokens_per_request: Annotated[
        Any, Quantity("token/request", "tokens per request", bare=True, above_zero=True, implied="request")
    ] = None
    """Mean output tokens of a request, where `tokens` are not known."""
    energy_per_token: Annotated[
        Any, Quantity("kWh_it/token", "energy per token", usual="J", least=0, implied="token")
    ] = None
    """Measured energy per output token, as in `0.4 J`; `measured_at` says where."""
    energy_per_request: Annotated[
        Any, Quantity("kWh_it/request", "energy per request", usual="J", least=0, implied="request")
    ] = None
    """Measured energy per request; `measured_at` says where."""
    measurement: MeasurementSection | None = None
    """A measured configuration of the data sets, with `batch`."""
    active_parameters: Annotated[Any, Quantity("Gparam", "active parameters", above_zero=True)] = None
    """Parameters used for a token, as in `7.3 Gparam`: the model named by `conventions: {inference: …}` is taken."""
    total_parameters: Annotated[Any, Quantity("Gparam", "total parameters", above_zero=True)] = None
    """All parameters; the active ones when left out."""
    precision: Annotated[
        Any, Quantity("GB/Gparam", "size of a parameter", usual="bit", above_zero=True, implied="param")
    ] = None
    """Size of one parameter, as in `16 bit`."""
    latency: Annotated[
        Any, Quantity("h/request", "latency of a request", usual="s", above_zero=True, implied="request")
    ] = None
    """Measured time of a request, first token to last."""
    batch: Annotated[Any, Quantity("1", "batch", bare=True, least=1)] = None
    """Sequences that are served at once at most."""
    batch_fill: Annotated[Any, Quantity("1", "share of the batch", bare=True, above_zero=True, most=1)] = None
    """Share of the batch that is reached in the mean."""
    duty_cycle: Annotated[Any, Quantity("1", "duty cycle", bare=True, above_zero=True, most=1)] = None
    """Share of the reserved time in which the devices serve; they wait at idle power for the rest."""
    idle_reserve: Annotated[Any, Quantity("1", "reserve", bare=True, least=0, most=100)] = None
    """Further devices kept idle for peaks, as a share of those reserved."""
    warm_replicas: Annotated[Any, Quantity("1", "warm replicas", bare=True, least=0)] = None
    """Replicas kept warm beside those that serve, with idle power and manufacture."""
    devices_per_replica: Annotated[Any, Quantity("device", "devices per replica", bare=True, above_zero=True)] = None
    """How many devices one of them takes."""
    lifetime_tokens: Annotated[Any, Quantity("token", "lifetime tokens", usual="Mtok", bare=True, above_zero=True)] = (
        None
    )
    """Of a training: tokens that the model serves in its life; its share per token is shown apart."""


class WorkloadSection(InferenceSection):
    """Something that ran. Energy is stated in exactly one way."""

    kind: Literal["training", "fine-tuning", "inference", "evaluation", "processing"]
    """What it was."""
    title: Words | None = None
    """Its name in the report."""
    runs_on: Words
    """The hardware."""
    duration: Annotated[Any, Quantity("h", "duration", above_zero=True)] = None
    """How long the hardware was reserved for it."""
    device_hours: Annotated[Any, Quantity("device*h", "device-hours", above_zero=True)] = None
    """Device-hours (GPU-hours) instead of a duration."""
    power: Annotated[Any, Quantity("kW_it/device", "power per device", usual="W", least=0, record="log")] = None
    """Mean power per device, or `{log: evidence/nvidia-smi.csv}`."""
    utilisation: Annotated[Any, Quantity("1", "utilisation", bare=True, least=0, most=1)] = None
    """Share of the time at full load; with the device's model of power."""
    energy: Annotated[Any, Quantity("kWh_it", "IT energy", least=0, record="record")] = None
    """IT energy of the nodes, or `{record: evidence/emissions.csv}`."""
    accelerator_energy: Annotated[Any, Quantity("kWh_it", "energy at the accelerators", least=0)] = None
    """Energy at the accelerators alone."""
    host_energy: Annotated[Any, Quantity("kWh_it", "energy of the host", least=0)] = None
    """Energy of the hosts beside the accelerators."""
    site_energy: Annotated[Any, Quantity("kWh_site", "site energy", least=0)] = None
    """Energy at the site's meter, overhead included: PUE is not applied to it."""
    measured_at: Literal["accelerators", "node", "site"] | None = None
    """Where `power` or `energy` was measured."""
    operational: Annotated[Any, Quantity("kgCO2e", "operational emissions", least=0)] = None
    """Emissions of its electricity as somebody else stated them."""
    embodied: Annotated[Any, Quantity("kgCO2e", "embodied emissions", least=0)] = None
    """Its share of manufacture as somebody else stated it."""
    produces: Annotated[tuple[ServiceSection, ...], BeforeValidator(_one_or_many)] = ()
    """The functional unit, or several; the first one is the report's."""


class ClaimSection(Section):
    """A figure that somebody published, to be held against this case."""

    total: Words
    """The id of the total that it states: total, operational, energy.it, sci, recorded.emissions …"""
    value: Words
    """As published, with its unit."""
    source: Sentence
    """Who says so, and where."""
    note: str | None = None


class ExclusionSection(Section):
    """Something left out on purpose."""

    what: Sentence
    reason: Sentence


class ConventionsSection(Section):
    """Whose convention is followed, by the name of the peer: green-algorithms, codecarbon, boavizta …"""

    memory_power: Words | None = None
    """Power of memory."""
    idle_share: Words | None = None
    """Idle power as a share of full power."""
    lifetime: Words | None = None
    """Lifetime of the hardware."""
    accelerator_embodied: Words | None = None
    """Manufacture of one accelerator."""
    pue: Words | None = None
    """PUE."""
    inference: Words | None = None
    """Energy and time of a token from the size of a model, with server, manufacture and lifetime: ecologits."""


class CaseSection(Section):
    """A case: what is accounted for, and everything known about it."""

    lca: Literal["1"]
    """Version of this form."""
    title: Words
    """The headline of the report."""
    include: tuple[str, ...] = ()
    """Files whose sections are read as if they stood here."""
    subject: Literal["workload", "organisation"] = "workload"
    """What the case is about."""
    period: PeriodSection | None = None
    gwp: str | None = None
    """Set of global warming potentials: AR6, AR5, AR4."""
    facilities: dict[str, FacilitySection] = Field(default_factory=dict)
    hardware: dict[str, HardwareSection] = Field(default_factory=dict)
    workloads: dict[str, WorkloadSection] = Field(default_factory=dict)
    conventions: ConventionsSection = Field(default_factory=ConventionsSection)
    """Whose convention is followed where practice differs."""
    claims: tuple[ClaimSection, ...] = ()
    exclusions: tuple[ExclusionSection, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences for the reader of the report."""
    verification: str | None = None
    """Who verified the result, to which level; printed as it stands."""
