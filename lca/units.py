"""The kinds of quantity, the closed list of units, and how "4.2 MWh" is read.

A *kind* is a dimension of its own. `kWh_it` is energy drawn by IT equipment, `kWh_site` is energy
drawn by the site that houses it; only an equation with a PUE leads from one to the other. Users never
meet kinds: the YAML says `kWh`, the field says which kind of kWh it is, and the border (`read`)
supplies it. Inside, numbers are plain floats in the unit that their figure names.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

# Quantities of equations, named as one reads them aloud. Type checkers see floats.
ratio = Annotated[float, "1"]
hours = Annotated[float, "h"]
devices = Annotated[float, "device"]
device_hours = Annotated[float, "device*h"]
devices_per_node = Annotated[float, "device/node"]
services = Annotated[float, "service"]
gigabytes = Annotated[float, "GB"]

kW_it = Annotated[float, "kW_it"]
kW_it_per_device = Annotated[float, "kW_it/device"]
kW_it_per_node = Annotated[float, "kW_it/node"]
kW_it_per_GB = Annotated[float, "kW_it/GB"]
kWh_it = Annotated[float, "kWh_it"]
kWh_site = Annotated[float, "kWh_site"]
kWh_site_per_kWh_it = Annotated[float, "kWh_site/kWh_it"]
TWh = Annotated[float, "TWh"]

tokens = Annotated[float, "token"]
requests = Annotated[float, "request"]
kWh_it_per_token = Annotated[float, "kWh_it/token"]
kWh_it_per_request = Annotated[float, "kWh_it/request"]

kgCO2e = Annotated[float, "kgCO2e"]
kgCO2e_per_kWh = Annotated[float, "kgCO2e/kWh_site"]
kgCO2e_per_device = Annotated[float, "kgCO2e/device"]
kgCO2e_per_node = Annotated[float, "kgCO2e/node"]
kgCO2e_location = Annotated[float, "kgCO2e_location"]
kgCO2e_market = Annotated[float, "kgCO2e_market"]
kgCO2e_amortised = Annotated[float, "kgCO2e_amortised"]
kgCO2e_recognised = Annotated[float, "kgCO2e_recognised"]
kgCO2e_workload_location = Annotated[float, "kgCO2e_workload_location"]
kgCO2e_workload_market = Annotated[float, "kgCO2e_workload_market"]
kgCO2e_inventory_location = Annotated[float, "kgCO2e_inventory_location"]
kgCO2e_inventory_market = Annotated[float, "kgCO2e_inventory_market"]

mm = Annotated[float, "mm"]
mm2 = Annotated[float, "mm2"]
mm2_per_GB = Annotated[float, "mm2/GB"]
GB_per_mm2 = Annotated[float, "GB/mm2"]
kg = Annotated[float, "kg"]
km = Annotated[float, "km"]
gigabyte_hours = Annotated[float, "GB*h"]
kWh_it_per_GB = Annotated[float, "kWh_it/GB"]
MJ_primary = Annotated[float, "MJ_primary"]
MJ_primary_per_kWh = Annotated[float, "MJ_primary/kWh_site"]

L_site = Annotated[float, "L_site"]
L_source = Annotated[float, "L_source"]
L_site_per_kWh_it = Annotated[float, "L_site/kWh_it"]
L_source_per_kWh_site = Annotated[float, "L_source/kWh_site"]

# A sum names the kinds that it takes: any of them, nothing else.
any_workload_location = Annotated[float, "kgCO2e_location | kgCO2e_amortised | kgCO2e"]
any_workload_market = Annotated[float, "kgCO2e_market | kgCO2e_amortised | kgCO2e"]
any_inventory_location = Annotated[float, "kgCO2e_location | kgCO2e_recognised | kgCO2e"]
any_inventory_market = Annotated[float, "kgCO2e_market | kgCO2e_recognised | kgCO2e"]

MAY_COUNT_AS: dict[str, tuple[str, ...]] = {
    # IT energy is part of what the site draws; the reverse is not so.
    "kWh_it": ("kWh_site",),
    # A load moved over a distance.
    "t*km": ("tkm",),
    # A mass of a gas is a mass; what is weighed becomes a gas where its potential is applied.
    "kg": (
        *("kgCO2", "kgCH4", "kgN2O", "kgHFC", "kgPFC", "kgSF6", "kgNF3"),
        *("kgMontreal", "kgOther"),
    ),
    "L_site": ("L",),
    "L_source": ("L",),
    # What has neither basis nor view may be taken into any; a basis never becomes another.
    "kgCO2e": (
        "kgCO2e_location",
        "kgCO2e_market",
        "kgCO2e_amortised",
        "kgCO2e_recognised",
        "kgCO2e_avoided",
        "kgCO2e_forcing",
        "kgCO2e_workload_location",
        "kgCO2e_workload_market",
        "kgCO2e_inventory_location",
        "kgCO2e_inventory_market",
        "kgCO2e_target",
    ),
    # A machine that is described by its parts may be a device, or a node that holds devices.
    "kgCO2e_made": ("kgCO2e/device", "kgCO2e/node"),
    "kgSbe_made": ("kgSbe/device", "kgSbe/node"),
    "MJ_made": ("MJ_primary/device", "MJ_primary/node"),
    "kgCO2e_location": ("kgCO2e_workload_location", "kgCO2e_inventory_location", "kgCO2e_target"),
    "kgCO2e_market": ("kgCO2e_workload_market", "kgCO2e_inventory_market", "kgCO2e_target"),
    "kgCO2e_amortised": ("kgCO2e_workload_location", "kgCO2e_workload_market"),
    "kgCO2e_recognised": ("kgCO2e_inventory_location", "kgCO2e_inventory_market"),
    # What stands beside an inventory is held against its totals, and never the reverse.
    "kgCO2e_inventory_location": ("kgCO2e_memo", "kgCO2e_misstated", "kgCO2e_target"),
    "kgCO2e_inventory_market": ("kgCO2e_memo", "kgCO2e_misstated", "kgCO2e_target"),
    "kgCO2e_workload_location": ("kgCO2e_memo",),
    "kgCO2e_credit": ("kgCO2e_memo",),
}
"""Which kind may be counted as which other, by `equation.counted` and by nothing else."""

AMOUNTS = (
    *("kg", "L", "kWh_net", "kWh_gross", "kWh_heat", "kWh_site", "tkm", "pkm", "km_vehicle", "night", "h_work", "item"),
    *("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "SGD", "KRW", "BRL"),
)
"""What an activity may be measured in; its factor is per the same. `{amount}` in an equation stands for any of them."""

EMISSIONS = (
    "kgCO2e",
    "kgCO2e_location",
    "kgCO2e_market",
    "kgCO2e_recognised",
    "kgCO2_biogenic",
    "kgCO2e_avoided",
    "kgCO2e_forcing",
)
"""What an inventory adds up, each kind by itself; `{emissions}` in an equation stands for any of them."""
MONEY = tuple(unit for unit in AMOUNTS if len(unit) == 3 and unit.isupper())
KEYS = ("device*h", "kWh_site", "kgCO2e_amortised", *MONEY)
"""What a pool may be shared out by: `{key}`."""
POOLS = (
    *("kWh_site", "kgCO2e_location", "kgCO2e_market", "kgCO2e", "kgCO2e_amortised"),
    *("L_site", "L_source", "Leq", "MJ_primary", "kgSbe"),
)
"""What may be shared out: `{pool}`."""
TOTALS = (
    *("kgCO2e_workload_location", "kgCO2e_workload_market", "kgCO2e_inventory_location", "kgCO2e_inventory_market"),
    *(
        "kgCO2e_location",
        "kgCO2e_market",
        "kgCO2e_amortised",
        "kgCO2e",
        "kWh_it",
        "kWh_site",
        "L_site",
        "L_source",
        "L",
    ),
)
"""What options may be compared by, each kind by itself: `{total}`."""
VARIABLES = {
    "{amount}": AMOUNTS,
    "{mass}": ("kg", "kgCO2", "kgCH4", "kgN2O"),
    "{emissions}": EMISSIONS,
    "{money}": MONEY,
    "{priced}": MONEY,
    "{key}": KEYS,
    "{pool}": POOLS,
    "{total}": TOTALS,
}

COUNTED_THINGS = ("device", "node", "service")
"""Kinds that users give as bare counts: 8, not "8 device"."""

_SPELLINGS = (
    ("%", "percent"),
    ("CO2-eq", "CO2e"),
    ("CO2eq", "CO2e"),
    ("CO₂", "CO2"),
    ("m^3", "m3"),
    ("m³", "m3"),
    ("GPUh", "h"),
    ("GPU-hours", "h"),
    ("GPU hours", "h"),
    ("short ton", "short_ton"),
    ("·", "*"),
    ("million tokens", "Mtok"),
    ("1000 tokens", "ktok"),
    ("1000 requests", "krequest"),
    ("billion parameters", "Gparam"),
    *((f"{load}{times}km", "tkm") for load in ("tonne", "t") for times in (".", "*", "-")),
    *((f"passenger{times}km", "pkm") for times in (".", "*", "-")),
)
_GAS_AFTER_SPACE = re.compile(r"\b([kMG]?g|t|lb) +(CO2e|CO2|CH4|N2O|SF6|NF3)\b")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:[ _\u00a0\u2009\u202f]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_USUAL = re.compile(r"(0|[1-9]\d{0,11})(?:\.(\d{1,11}))? ([A-Za-z%][A-Za-z0-9%/]*)", re.ASCII)
"""How nearly every quantity is written: `14.5 h`. Integers of any size divide as exactly as fractions."""
_PREFIXED_POWER = re.compile(r"(?<![A-Za-z])(?!(?:mm2|cm2)\b)[a-zA-Z]+(?:m2|m3|ft3)\b")
"""A prefix before a power: `km3` is a cube of kilometres, and would be read as a thousand cubic metres."""
_UNIT = re.compile(r"[A-Za-zµ0-9%/*^ ._-]{0,40}")


DIGITS = 40
"""More digits than any quantity has; a longer number is a mistake."""


class UnitError(ValueError):
    """A text that is not a quantity, or not of the kind that is asked for.

    `slug` names the finding: not-a-number, bare-number, unknown-unit, wrong-unit.
    """

    def __init__(self, slug: str, **details: str) -> None:
        super().__init__(slug)
        self.slug = slug
        self.details = details


@lru_cache(maxsize=1)
def registry() -> UnitRegistry[Any]:
    """The pint registry of our own definition file; exact fractions, nothing preloaded."""
    from pint import UnitRegistry

    definitions = files("lca").joinpath("units.txt").read_text(encoding="utf-8").splitlines()
    made: UnitRegistry[Any] = UnitRegistry(definitions, non_int_type=Fraction, autoconvert_offset_to_baseunit=False)
    made.formatter.default_format = "~"
    return made


@lru_cache(maxsize=4096)
def plain(unit: str) -> str:
    """The unit as a user writes it: `kgCO2e_location/kWh_site` is `kgCO2e/kWh`; devices are counts."""
    top, _, bottom = unit.partition("/")
    bottom = bottom.replace("/", "*")
    sides = [
        [re.sub(r"_(?!ton)[a-z_]+$", "", part) for part in side.split("*") if part not in (*COUNTED_THINGS, "1", "")]
        for side in (top, bottom)
    ]
    return "/".join(["*".join(sides[0]) or "1", *sides[1]])


@lru_cache(maxsize=4096)
def factor(given: str, wanted: str) -> Fraction:
    """What a number in unit `given` is multiplied by to be in unit `wanted`; exact.

    Raises `UnitError` unknown-unit or wrong-unit.
    """
    import pint

    source, target = _parsed(given), _parsed(wanted)
    quantity: Any = registry().Quantity
    try:
        converted = quantity(Fraction(1), source).to(target).magnitude
    except pint.DimensionalityError:
        raise UnitError("wrong-unit", unit=given or "no unit", wanted=plain(wanted)) from None
    return Fraction(converted)


@lru_cache(maxsize=4096)
def _parsed(unit: str) -> object:
    import pint

    text = unit.strip()
    for spelling, ours in _SPELLINGS:
        text = text.replace(spelling, ours)
    text = re.sub(r"\s*/\s*|\s+per\s+", "/", _GAS_AFTER_SPACE.sub(r"\1\2", text))
    if not _UNIT.fullmatch(text) or re.search(r"(?<![A-Za-z])\d|\^|\*\*", text.removeprefix("1")):
        raise UnitError("unknown-unit", unit=unit)
    if _PREFIXED_POWER.search(text):
        raise UnitError("unknown-unit", unit=unit)
    try:
        return registry().parse_units(text if text != "1" else "")
    except (
        pint.UndefinedUnitError,
        pint.errors.DefinitionSyntaxError,
        ValueError,
        TypeError,
        AttributeError,
        AssertionError,
    ):
        raise UnitError("unknown-unit", unit=unit) from None


@dataclass(frozen=True)
class Reading:
    """A quantity as read: the number in the unit asked for, and how precisely it was written."""

    value: float
    written: str
    half_digit: float
    """Half a unit of the last digit written, in the unit asked for: what rounding may hide."""


def read(text: str, unit: str, *, bare: bool = False) -> Reading:
    """Read `text` ("14.5 h", "85 %", "1.2") as a number in `unit` (which may name a kind).

    `bare` says that a number without a unit is meant as a ratio or a count. Conversion is exact
    rational arithmetic, rounded once to a float. Raises `UnitError`.
    """
    if usual := _USUAL.fullmatch(text):
        before, after, given = usual.groups("")
        top, bottom = factor(given, plain(unit)).as_integer_ratio()
        bottom *= 10 ** len(after)
        return Reading(int(before + after) * top / bottom, str(text), top / (2 * bottom))
    stripped = text.strip()
    match = _NUMBER.match(stripped)
    digits = match.group() if match else ""
    whole = re.sub(r"[^0-9.]", "", digits.lower().partition("e")[0])
    if not whole.strip(".") or len(whole) > DIGITS or re.match(r"0\d", whole):
        raise UnitError("not-a-number", text=text[:60])
    rest = stripped[len(digits) :].strip()
    if rest[:1] in (",", ":", "/", ".") or rest[:1].isdigit():
        raise UnitError("not-a-number", text=text)
    number = Fraction(re.sub(r"[ _\u00a0\u2009\u202f]", "", digits))
    wanted = plain(unit)
    if not rest:
        if not bare:
            raise UnitError("bare-number", text=text, wanted=wanted)
        scale = Fraction(1)
    else:
        scale = factor(rest, wanted)
    mantissa, _, exponent = digits.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    last_digit = Fraction(10) ** (int(exponent or 0) - decimals)
    try:
        return Reading(float(number * scale), stripped, float(last_digit * scale / 2))
    except OverflowError:
        raise UnitError("not-a-number", text=text) from None


def convert(value: float, given: str, wanted: str) -> float:
    """`value` of unit `given` in unit `wanted`, kinds set aside. Raises `UnitError`."""
    return float(Fraction(repr(value)) * factor(plain(given), plain(wanted)))


def known_units() -> list[str]:
    """The names a user may write, for messages and for the manual."""
    return sorted(name for name in registry()._units if "_" not in name and name not in COUNTED_THINGS)


SPELLINGS_TRIED = 64
"""A text with more spellings than this is no unit that somebody meant."""
PREFIXES = ("", "m", "k", "M", "G", "T", "P", "E", "Z")


def respelled(unit: str, wanted: str) -> list[str]:
    """The units of the kind wanted that a text names but for its capitals: `kWh` for `KWh`; prefixes matter."""
    parts = re.split(r"([/*])", unit.strip())
    options = [_by_letters().get(part.casefold(), []) if part not in "/*" else [part] for part in parts]
    found: list[str] = []
    if prod(map(len, options)) > SPELLINGS_TRIED:
        return found
    for chosen in product(*options):
        with contextlib.suppress(UnitError):
            factor("".join(chosen), plain(wanted))
            found.append("".join(chosen))
    return found


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, list[str]]:
    """Every name that a user may write, with prefixes, by its letters without regard to capitals."""
    found: dict[str, list[str]] = {}
    for prefix in PREFIXES:
        for name in known_units():
            found.setdefault(f"{prefix}{name}".casefold(), []).append(f"{prefix}{name}")
    return found


def quantity(value: float | None, unit: str) -> Any:
    """A pint quantity in plain units, for users of the Python interface."""
    quantity: Any = registry().Quantity
    return quantity(value, _parsed(plain(unit)))
