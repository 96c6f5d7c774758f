"""Every number that is shipped is well formed and sane; `pick` always takes the same row, and says why."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from lca import units
from lca.datasets import Datasets
from lca.datasets.files import COLUMNS, WORLD, shipped
from lca.datasets.publications import Ambiguous
from lca.datasets.regions import Region
from lca.methods.inference import MODEL_CONSTANTS
from lca.model import Factor, Period

ROOT = shipped("datasets")
DATA = Datasets()
FACTORS = {kind: DATA.table(kind) for kind in DATA.kinds()}
EVERY = [row for rows in FACTORS.values() for row in rows]
THINGS = sorted((ROOT / "hardware").glob("*/*.yaml"))
CONVENTIONS = sorted((ROOT / "conventions").glob("*.yaml"))
GASES = r"(CO2|CH4|N2O)"
ACTIVITIES = [
    *("fuel", "vehicle", "freight", "travel", "hotel", "waste", "material", "heat"),
    *("water-supply", "water-treatment", "homeworking"),
]
TEMPLATE = "residual-mix"

SANE = {
    # kind: the unit to which all its rows convert, and between which bounds they lie, with the reason
    "grid": ("kgCO2e/kWh", 0, 1.4),  # lignite in an old plant emits 1.2 kg, with upstream 1.3
    "generation-technology": ("kgCO2e/kWh", 0, 1.4),
    "generation-mix": ("TWh", 0, 40_000),  # the world generated 31 000 TWh in 2024
    "losses": ("1", 0, 0.6),  # theft included, the highest of the World Bank's table is 59 %
    "pue": ("1", 1, 2.5),
    "wue": ("L/kWh", 0, 10),
    "water": ("L/kWh", 0, 40),  # reservoirs evaporate much
    "lifetime": ("year", 2, 12),
    "embodied": ("kgCO2e", 50, 10_000),
    "device-power": ("W", 1, 2000),
    "host-power": ("kW", 0.1, 5),
    "token-energy": ("J/token", 0.01, 100),  # small models on a full batch to 480 B parameters on a batch of 8
    "request-energy": ("J/request", 10, 5_000_000),  # an image to a video
    "vcpu-power": ("W", 0.1, 20),  # per thread
    "instance-embodied": ("kgCO2e", 500, 60_000),  # of the whole host; up to sixteen accelerators
    "adpe": ("kgSbe/kWh", 0, 1e-6),
    "primary-energy": ("MJ/kWh", 0.01, 25),  # renewables hardly counted; an old steam plant needs 18 MJ
    "vehicle": ("kgCO2e/km", 0, 1.5),  # a laden articulated lorry with refrigeration emits 1.3 kg
    "freight": ("kgCO2e/tkm", 0, 7),  # domestic flights with radiative forcing emit 5 kg
    "travel": ("kgCO2e/pkm", 0, 1),
    "hotel": ("kgCO2e/night", 1, 200),  # the Maldives have 152
    "waste": ("kgCO2e/t", 0, 4000),  # burnt polystyrene is 3.3 times its mass
    "material": ("kgCO2e/t", 0.5, 30_000),  # batteries of nickel and metal hydride have 28 380
    "heat": ("kgCO2e/kWh", 0, 0.4),
    "water-supply": ("kgCO2e/m3", 0.05, 0.6),
    "water-treatment": ("kgCO2e/m3", 0.05, 0.6),
    "homeworking": ("kgCO2e/h", 0, 0.6),
}
SANE_FUEL = {
    # a fuel is sold by heat, volume or mass; carbon burnt is 3.67 times its mass
    "kgCO2e/kWh": (0, 1),  # blast furnace gas has 0.94
    "kgCO2e/L": (0, 4),
    "kgCO2e/kg": (0, 4),
}
OF_MANY_UNITS = {"component", "fabrication"}
"""Kinds whose rows measure different things; `test_component.py` looks at them."""
SANE_THINGS = {
    "power": ("W", 1, 3000),
    "idle_power": ("W", 1, 300),
    "memory": ("GB", 0.1, 2000),
    "accelerators": ("1", 1, 72),
    "embodied": ("kgCO2e", 50, 10_000),
    "embodied_adpe": ("kgSbe", 0.0001, 1),
    "embodied_pe": ("MJ", 100, 200_000),
}


def in_unit(value: float, unit: str, wanted: str) -> float:
    """A value in a unit; a rate per gas is taken as of the mass, since no gas counts less than carbon dioxide."""
    return units.convert(value, re.sub(rf"([kl]?g|lb){GASES}/", r"\1CO2e/", unit), wanted)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def batched_pairs(text: str) -> Iterator[tuple[str, float]]:
    words = text.split()
    return ((name, float(value)) for name, value in zip(words[::2], words[1::2], strict=True))


def row_of(id: str) -> Factor:
    return next(row for row in EVERY if row.id == id)


# --------------------------------------------------------------------------------------------------
# Tables


def test_factors__every_kind_is_known_here():
    assert set(FACTORS) == {*SANE, "fuel", TEMPLATE} | OF_MANY_UNITS
    assert set(ACTIVITIES) < set(FACTORS)
    assert len(EVERY) > 30_000


def test_residual_mix__is_a_template_and_holds_no_number():
    """None is openly licensed: a user fills in their own."""
    assert FACTORS[TEMPLATE] == []
    (path,) = (ROOT / "factors" / TEMPLATE).iterdir()
    assert tuple(path.read_text(encoding="utf-8").strip().split(","))[: len(COLUMNS)] == COLUMNS


def test_factors__ids_are_unique():
    seen: dict[str, str] = {}
    for row in EVERY:
        assert row.id not in seen, f"{row.place} repeats {seen[row.id]}"
        seen[row.id] = str(row.place)


@pytest.mark.parametrize("path", sorted((ROOT / "factors").glob("*/*.csv")), ids=lambda path: path.stem)
def test_factors__columns_and_no_cell_too_many(path):
    rows = list(rows_of(path))
    if path.parent.name == TEMPLATE:
        return
    assert tuple(rows[0])[: len(COLUMNS)] == COLUMNS
    for row in rows:
        assert None not in row, row
        assert None not in row.values(), row
        assert all(cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("kind", sorted(SANE))
def test_factors__values_and_ranges_are_sane(kind):
    unit, least, most = SANE[kind]
    for row in FACTORS[kind]:
        value = in_unit(row.value, row.unit, unit)
        assert least <= value <= most, f"{row.place}: {row.written}"
        assert (row.low is None) == (row.high is None), row.place
        if row.low is not None and row.high is not None:
            assert row.low <= row.value <= row.high, row.place
        assert row.page, row.place
        assert row.quality in {"statistics", "published", "model", "estimate"}, row.place


@pytest.mark.parametrize("kind", [*sorted(SANE), "fuel", *sorted(OF_MANY_UNITS)])
def test_factors__of_known_places_and_sources(kind):
    places = {row.region: row.place for row in FACTORS[kind] if not row.region.endswith(":*")}
    for code, place in places.items():
        region = DATA.region(code)
        assert region is not None, f"{place}: {code}"
        assert region.code == code, place
    for row in FACTORS[kind]:
        assert row.source in DATA.sources, f"{row.place}: {row.source}"


def _validity(row: Factor) -> tuple[date, date]:
    return row.start or date.min, row.end or date.max


@pytest.mark.parametrize("kind", [*sorted(SANE), "fuel", *sorted(OF_MANY_UNITS)])
def test_factors__none_is_valid_twice(kind):
    """Two rows alike in file, region, unit and all columns after `note` do not overlap in time."""
    alike: dict[tuple[object, ...], list[Factor]] = {}
    for row in FACTORS[kind]:
        alike.setdefault((row.place.file, row.region, row.unit, *sorted(row.attributes.items())), []).append(row)
    for rows in alike.values():
        ordered = sorted(rows, key=_validity)
        for earlier, later in pairwise(ordered):
            assert _validity(earlier)[1] < _validity(later)[0], f"{earlier.place} and {later.place}"
        for row in rows:
            assert _validity(row)[0] <= _validity(row)[1], row.place


def test_fuel__values_are_sane_per_heat_volume_and_mass():
    for row in FACTORS["fuel"]:
        wanted = next(unit for unit in SANE_FUEL if _converts(row.unit, unit))
        least, most = SANE_FUEL[wanted]
        assert least <= in_unit(row.value, row.unit, wanted) <= most, f"{row.place}: {row.written}"
        assert row.page, row.place
        assert row.quality == "statistics", row.place
        assert ("basis" in row.attributes) == (wanted == "kgCO2e/kWh"), row.place


def _converts(given: str, wanted: str) -> bool:
    try:
        in_unit(1, given, wanted)
    except units.UnitError:
        return False
    return True


BOUNDARIES = {
    "fuel": {"combustion", "upstream"},
    "vehicle": {"combustion", "upstream", "generation", "losses"},
    "freight": {"combustion", "upstream", "generation", "losses"},
    "travel": {"combustion", "upstream"},
    "hotel": {""},
    "waste": {"treatment"},
    "material": {"cradle-to-gate"},
    "heat": {"generation", "upstream", "losses", "upstream-losses"},
    "water-supply": {"supply"},
    "water-treatment": {"treatment"},
    "homeworking": {""},
}


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_activities__every_row_says_what_it_is_and_what_it_holds(kind):
    for row in FACTORS[kind]:
        told = row.attributes
        assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", told["what"]), row.place
        assert told.get("basis", "") in {"", "gross", "net"}, row.place
        assert told.get("gas", "") in {"", "total", "CO2", "CH4", "N2O", "CO2-biogenic"}, row.place
        assert told.get("origin", "") in {"", "fossil", "biogenic", "mixed"}, row.place
        assert (told.get("gwp_set") in DATA.gwp_sets()) == ("CO2e" in row.unit), f"{row.place}: of which potentials?"
        if told.get("gas") == "CO2-biogenic":
            assert told["origin"] == "biogenic", row.place
            assert row.unit.startswith("kgCO2/"), row.place
    assert {row.attributes.get("boundary", "") for row in FACTORS[kind]} == BOUNDARIES[kind]


@pytest.mark.parametrize("kind", ["fuel", "vehicle", "freight", "travel", "heat"])
def test_activities__gases_add_up_to_their_total(kind):
    """DESNZ prints the total and its gases, each rounded to five decimals (of an edition of 2023 to none)."""
    sums: dict[str, dict[str, float]] = {}
    for row in FACTORS[kind]:
        name, _, gas = row.id.rpartition(":")
        if row.source.startswith("desnz") and gas in {"total", "CO2", "CH4", "N2O"}:
            sums.setdefault(name, {})[gas] = row.value
    assert len(sums) > 5
    for name, by_gas in sums.items():
        assert by_gas.pop("total") == pytest.approx(sum(by_gas.values()), rel=3e-5, abs=3e-5), name
        assert set(by_gas) == {"CO2", "CH4", "N2O"}, name


@pytest.mark.parametrize("kind", ["fuel", "vehicle", "freight", "travel"])
def test_activities__what_has_combustion_has_upstream(kind):
    for year in (2023, 2024, 2025):
        rows = [row for row in FACTORS[kind] if row.source == f"desnz-{year}"]
        burnt, upstream = (
            {row.attributes["what"] for row in rows if row.attributes["boundary"] == boundary}
            for boundary in ("combustion", "upstream")
        )
        electric = {what for what in upstream if what.endswith("battery-electric")}
        assert burnt - upstream == set(), year
        assert upstream - burnt <= electric, year


def test_activities__names_stay_from_edition_to_edition():
    """What differs is what DESNZ added or dropped itself."""
    changed = {"van-average-plug-in-hybrid", "van-class-3-plug-in-hybrid", "wood-recycled-closed-loop"}
    for kind in ACTIVITIES:
        names = [
            {row.attributes["what"] for row in FACTORS[kind] if row.source == f"desnz-{year}"}
            for year in (2023, 2024, 2025)
        ]
        assert names[0] ^ names[1] <= changed, kind
        assert names[1] == names[2], kind


# Typed from the flat files and the hub as they are published, not from the tables.
PUBLISHED = {
    "desnz-2025:fuel:diesel-average-biofuel-blend:L:combustion:total": "2.57082 kgCO2e/L",
    "desnz-2025:fuel:diesel-average-biofuel-blend:L:upstream": "0.61101 kgCO2e/L",
    "desnz-2025:fuel:diesel-average-biofuel-blend:L:combustion:CO2-biogenic": "0.14 kgCO2/L",
    "desnz-2025:fuel:petrol-average-biofuel-blend:L:combustion:total": "2.06916 kgCO2e/L",
    "desnz-2025:fuel:gas-oil:L:combustion:total": "2.75541 kgCO2e/L",
    "desnz-2025:fuel:natural-gas:kWh:combustion:gross:total": "0.18296 kgCO2e/kWh",
    "desnz-2025:fuel:natural-gas:kWh:combustion:net:total": "0.2027 kgCO2e/kWh",
    "desnz-2025:fuel:natural-gas:m3:combustion:total": "2.06672 kgCO2e/m3",
    "desnz-2025:fuel:biodiesel-hvo:L:combustion": "0.03558 kgCO2e/L",
    "desnz-2025:vehicle:car-average-diesel:km:combustion:total": "0.17304 kgCO2e/km",
    "desnz-2025:vehicle:car-average-battery-electric:km:generation:total": "0.03663 kgCO2e/km",
    "desnz-2025:vehicle:car-average-battery-electric:km:losses": "0.00384 kgCO2e/km",
    "desnz-2025:vehicle:hgv-all-diesel-average-laden:km:combustion:total": "0.89121 kgCO2e/km",
    "desnz-2025:freight:hgv-all-diesel-average-laden:tkm:combustion:total": "0.10163 kgCO2e/tkm",
    "desnz-2025:freight:hgv-all-diesel-average-laden:tkm:upstream": "0.02359 kgCO2e/tkm",
    "desnz-2025:freight:freight-train:tkm:combustion:total": "0.02779 kgCO2e/tkm",
    "desnz-2025:freight:flight-long-haul-with-rf:tkm:combustion:total": "0.89939 kgCO2e/tkm",
    "desnz-2025:travel:flight-long-haul-economy-with-rf:pkm:combustion:total": "0.11704 kgCO2e/pkm",
    "desnz-2025:travel:flight-long-haul-economy-without-rf:pkm:combustion:total": "0.06926 kgCO2e/pkm",
    "desnz-2025:travel:flight-long-haul-business-with-rf:pkm:combustion:total": "0.3394 kgCO2e/pkm",
    "desnz-2025:travel:rail-national:pkm:combustion:total": "0.03546 kgCO2e/pkm",
    "desnz-2025:hotel:hotel-room:GB:night": "10.4 kgCO2e/night",
    "desnz-2025:hotel:hotel-room:FR:night": "6.7 kgCO2e/night",
    "desnz-2025:waste:weee-large-landfilled:t:treatment": "8.98311 kgCO2e/t",
    "desnz-2025:heat:district-heat-and-steam:kWh:generation:total": "0.17529 kgCO2e/kWh",
    "desnz-2025:heat:district-heat-and-steam:kWh:losses": "0.00945 kgCO2e/kWh",
    "desnz-2025:homeworking:homeworking-office-equipment-and-heating:h": "0.33378 kgCO2e/h",
    "desnz-2025:GB:2025:generation:total": "0.177 kgCO2e/kWh",
    "desnz-2024:GB:2024:generation:total": "0.20705 kgCO2e/kWh",
    "epa-2025:fuel:distillate-fuel-oil-no-2:gal:combustion:CO2": "10.21 kgCO2/gal",
    "epa-2025:fuel:distillate-fuel-oil-no-2:mmBtu:combustion:CO2": "73.96 kgCO2/mmBtu",
    "epa-2025:fuel:distillate-fuel-oil-no-2:mmBtu:combustion:CH4": "3 gCH4/mmBtu",
    "epa-2025:fuel:distillate-fuel-oil-no-2:mmBtu:combustion:N2O": "0.6 gN2O/mmBtu",
    "epa-2025:fuel:motor-gasoline:gal:combustion:CO2": "8.78 kgCO2/gal",
    "epa-2025:fuel:natural-gas:mmBtu:combustion:CO2": "53.06 kgCO2/mmBtu",
    "epa-2025:fuel:natural-gas:scf:combustion:CO2": "0.05444 kgCO2/scf",
    "epa-2025:fuel:wood-and-wood-residuals:mmBtu:combustion:CO2-biogenic": "93.8 kgCO2/mmBtu",
    "epa-2025:freight:truck-medium-and-heavy-duty:short_tonmi:combustion:CO2": "0.186 kgCO2/short_tonmi",
    "epa-2025:travel:flight-long-haul:pmi:combustion:CO2": "0.163 kgCO2/pmi",
    "epa-2025:heat:steam-and-heat:mmBtu:generation:CO2": "66.33 kgCO2/mmBtu",
    "epa-2025:waste:mixed-electronics-landfilled:short_ton:treatment": "0.02 tCO2e/short_ton",
}


@pytest.mark.parametrize("id", PUBLISHED)
def test_activities__as_published(id):
    assert row_of(id).written == PUBLISHED[id]


def test_activities__units_of_loads_and_passengers_are_exact():
    """A short ton is 0.907 184 74 t, a mile 1.609 344 km (NIST SP 811): 0.186 / 1.459 972… = 0.127 400 per tonne-km."""
    assert units.convert(0.186, "kgCO2/short_tonmi", "kgCO2/tkm") == pytest.approx(0.1273997, rel=1e-6)
    assert units.convert(0.163, "kgCO2/pmi", "kgCO2/pkm") == pytest.approx(0.1012835, rel=1e-6)


def test_pick__by_what_an_amount_is_per():
    want = {"what": "diesel-average-biofuel-blend", "boundary": "upstream"}
    britain = DATA.region("GB")
    assert britain is not None
    for per, basis, id in (
        ("m3", "", "desnz-2025:fuel:diesel-average-biofuel-blend:L:upstream"),
        ("kg", "", "desnz-2025:fuel:diesel-average-biofuel-blend:t:upstream"),
        ("MWh", "gross", "desnz-2025:fuel:diesel-average-biofuel-blend:kWh:upstream:gross"),
        ("kWh_net", "net", "desnz-2025:fuel:diesel-average-biofuel-blend:kWh:upstream:net"),
    ):
        choice = DATA.pick("fuel", britain, 2025, {**want, "basis": basis}, per=per)
        assert choice is not None
        assert [row.id for row in choice.rows] == [id]
    assert DATA.pick("fuel", britain, 2025, want, per="pkm") is None


def test_activities__have_one_row_per_gas_and_kind_of_amount():
    """A litre, a gallon and a cubic metre are one kind: which of them is asked for must not matter."""
    for kind in ACTIVITIES:
        seen: dict[tuple[object, ...], str] = {}
        for row in FACTORS[kind]:
            per = row.unit.partition("/")[2]
            amount = next(unit for unit in ("kg", "L", "kWh", "tkm", "pkm", "km", "night", "h") if _alike(per, unit))
            key = (row.place.file, row.region, amount, *sorted(row.attributes.items()))
            assert key not in seen, f"{row.id} and {seen[key]}"
            seen[key] = row.id


def _alike(given: str, wanted: str) -> bool:
    try:
        units.factor(given, wanted)
    except units.UnitError:
        return False
    return True


def test_pick__gases_of_a_fuel_by_their_mass():
    want = {"what": "distillate-fuel-oil-no-2", "boundary": "combustion", "gas": "CO2|CH4|N2O"}
    america = DATA.region("US-CAMX")
    assert america is not None
    choice = DATA.pick("fuel", america, 2025, want, "gas", per="L")
    assert choice is not None
    assert [row.written for row in choice.rows] == ["10.21 kgCO2/gal", "0.41 gCH4/gal", "0.08 gN2O/gal"]


def test_grid__states_of_the_us_are_a_last_resort():
    rows = [row for row in FACTORS["grid"] if row.source == "green-algorithms-3"]
    assert len(rows) == 51
    assert {row.quality for row in rows} == {"estimate"}
    california = DATA.region("us-ca")
    assert california is not None
    assert (california.name, california.chain) == ("California", ("US-CA", "US"))


def test_grid__every_row_says_what_it_holds():
    boundaries = {"generation", "upstream", "losses", "upstream-losses", "lifecycle"}
    for row in FACTORS["grid"]:
        assert row.attributes["boundary"] in boundaries, row.place
        if row.unit == "kgCO2e/kWh" and row.attributes["boundary"] == "generation":
            assert row.attributes["gwp_set"] in DATA.gwp_sets(), f"{row.place}: CO2e of which potentials?"


def test_grid__gases_add_up_to_their_total():
    """DESNZ prints the total and its gases; the last digits of the gases are rounded."""
    for year in (2023, 2024, 2025):
        rows = [row for row in FACTORS["grid"] if row.id.startswith(f"desnz-{year}:GB:{year}:generation:")]
        by_gas = {row.attributes["gas"]: row.value for row in rows}
        assert by_gas.pop("total") == pytest.approx(sum(by_gas.values()), abs=2e-5)
        assert set(by_gas) == {"CO2", "CH4", "N2O"}


def test_generation_mix__technologies_never_exceed_the_whole():
    mixes: dict[tuple[str, date], dict[str, float]] = {}
    for row in FACTORS["generation-mix"]:
        assert row.start is not None
        mixes.setdefault((row.region, row.start), {})[row.attributes["technology"]] = row.value
    assert len(mixes) > 1500
    for where, mix in mixes.items():
        whole = mix.pop("total")
        assert set(mix) <= {"coal", "gas", "oil", "nuclear", "hydro", "solar", "wind"}, where
        assert whole > 0, where
        assert sum(mix.values()) <= whole * 1.005, where


def test_generation_technology__a_life_cycle_holds_at_least_its_stack():
    values = {
        (row.attributes["technology"], row.attributes["boundary"]): row.value
        for row in FACTORS["generation-technology"]
    }
    for technology in ("coal", "gas", "oil", "nuclear", "hydro", "solar", "wind", "biomass"):
        assert 0 <= values[technology, "generation"] < values[technology, "lifecycle"], technology


def test_losses__say_of_what():
    assert {row.attributes["loss_basis"] for row in FACTORS["losses"]} <= {"injected", "delivered"}


# --------------------------------------------------------------------------------------------------
# Things, potentials, conventions, regions, sources


def test_things__read__and_their_values_are_sane():
    for path in THINGS:
        id = path.relative_to(ROOT / "hardware").with_suffix("").as_posix()
        assert re.fullmatch(r"(gpu|accelerator|server)/[a-z0-9]+(-[a-z0-9.]+)*", id), id
        thing = DATA.thing(id)
        assert thing is not None
        assert thing.name
        for key, entries in thing.values.items():
            unit, least, most = SANE_THINGS[key]
            for entry in entries:
                assert least <= units.convert(entry.value, entry.unit, unit) <= most, f"{entry.place}: {entry.written}"
                assert entry.source in DATA.sources, entry.place
                assert entry.page, entry.place
                if entry.low is not None and entry.high is not None:
                    assert entry.low <= entry.value <= entry.high, entry.place


def test_things__a_name_means_one_device():
    meant: dict[str, set[str]] = {}
    for path in THINGS:
        id = path.relative_to(ROOT / "hardware").with_suffix("").as_posix()
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name in (id, path.stem, document["name"], *document.get("aliases", ())):
            meant.setdefault(re.sub(r"[^a-z0-9]", "", str(name).lower()), set()).add(id)
    assert {name: ids for name, ids in meant.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("name", ["h100-sxm", "H100 SXM", "NVIDIA H100 SXM5 80GB", "gpu/nvidia-h100-sxm5-80gb"])
def test_thing__by_its_usual_names(name):
    thing = DATA.thing(name)
    assert thing is not None
    assert thing.id == "gpu/nvidia-h100-sxm5-80gb"
    assert thing.values["power"][0].written == "700 W"


@pytest.mark.parametrize("name", ["", "h1000", "../sources", "gpu/../server/dgx-a100", "gpu/nvidia", "/etc/passwd"])
def test_thing__of_no_such_name__is_none(name):
    assert DATA.thing(name) is None


def test_processors__ids_and_powers():
    for path in sorted((ROOT / "hardware" / "cpu").glob("*.csv")):
        rows = list(rows_of(path))
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            assert row["id"].startswith("cpu/")
            assert 0.1 <= units.convert(float(row["value"]), row["unit"], "W") <= 1000, row
            assert row["source"] in DATA.sources


GWP_100: dict[str, dict[str, float]] = {
    # IPCC AR4, table 2.14; AR5, table 8.A.1; AR6, table 7.15 and 7.SM.7. GHG Protocol 2024 has 24 300 for SF6 in AR6.
    "AR4": {"CO2": 1, "CH4": 25, "N2O": 298, "SF6": 22_800, "NF3": 17_200},
    "AR5": {"CO2": 1, "CH4": 28, "CH4-fossil": 30, "N2O": 265, "SF6": 23_500, "NF3": 16_100},
    "AR6": {"CO2": 1, "CH4": 27, "CH4-fossil": 29.8, "N2O": 273, "SF6": 24_300, "NF3": 17_400},
    "AR6-7SM7": {"CO2": 1, "CH4": 27.9, "N2O": 273, "SF6": 25_200, "NF3": 17_400},
}


@pytest.mark.parametrize("name", sorted(GWP_100))
def test_gwp__the_potentials_of_each_report(name):
    potentials = DATA.gwp(name)
    assert {gas: potentials[gas].value for gas in GWP_100[name]} == GWP_100[name]
    for gas, row in potentials.items():
        assert row.unit == f"kgCO2e/kg{gas.replace('-', '')}", row.place
        assert 0 <= row.value <= 30_000, row.place
        assert row.source in DATA.sources, row.place


GROUPS = {"CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3", "HCFC", "CFC", "other"}


@pytest.mark.parametrize("name", sorted(GWP_100))
def test_gwp__every_gas_has_its_family(name):
    potentials = DATA.gwp(name)
    for gas, row in potentials.items():
        group, protocol = row.attributes["group"], row.attributes.get("protocol", "")
        assert group in GROUPS, row.place
        assert (protocol == "kyoto") == (group in GROUPS - {"HCFC", "CFC", "other"}), row.place
        assert row.page, row.place
        assert DATA.gas(gas) == gas
    families = {gas: row.attributes["group"] for gas, row in potentials.items()}
    assert families["HFC134a"] == "HFC"
    assert families["CF4"] == families["C2F6"] == families["cC4F8"] == "PFC"
    assert families["HCFC22"] == "HCFC"
    assert families["CFC12"] == "CFC"
    assert families["Halon1301"] == families["HFE125"] == "other"


def test_gwp__a_name_means_one_gas():
    meant: dict[str, set[str]] = {}
    for name in GWP_100:
        for gas, row in DATA.gwp(name).items():
            for word in (gas, *filter(None, row.attributes.get("aliases", "").split("|"))):
                meant.setdefault(re.sub(r"[^a-z0-9]", "", word.lower()), set()).add(gas)
    assert {word: gases for word, gases in meant.items() if len(gases) > 1} == {}


@pytest.mark.parametrize(
    ("name", "gas"),
    [
        ("R-134a", "HFC134a"),
        ("HFC-134a", "HFC134a"),
        ("r32", "HFC32"),
        ("R-1234ze(E)", "HFO1234ze"),
        ("R-290", "C3H8"),
        ("R-744", "CO2"),
        ("PFC-14", "CF4"),
        ("Sulphur hexafluoride", "SF6"),
        ("R-404A", None),
        ("", None),
    ],
)
def test_gas__by_its_usual_names(name, gas):
    assert DATA.gas(name) == gas


BLENDS = list(rows_of(ROOT / "blends.csv"))


def weighed(blend: str, potentials: Mapping[str, Factor]) -> float:
    return sum(share.value / 100 * potentials[gas].value for gas, share in DATA.blend(blend).items())


def test_blends__are_whole__and_none_has_a_potential_of_its_own():
    blends: dict[str, list[dict[str, str]]] = {}
    for row in BLENDS:
        assert row["unit"] == "%"
        assert row["source"] in DATA.sources
        blends.setdefault(row["blend"], []).append(row)
    assert len(blends) == 126
    for blend, rows in blends.items():
        assert sum(Decimal(row["value"]) for row in rows) == 100, blend
        assert len({row["component"] for row in rows}) == len(rows), blend
        assert DATA.gas(blend) is None
        assert set(DATA.blend(blend)) == {row["component"] for row in rows}
    without = {row["component"] for row in BLENDS} - set(DATA.gwp("AR5"))
    assert without == {"HCFC31", "HFC1336mzz", "HCO1130"}


# DESNZ 2025, "Refrigerant & other", total emissions including non-Kyoto products, kgCO2e/kg under AR5. Not here:
# R-405A (DESNZ takes 9200 for PFC-318, the AR5 value of another gas), R-505 and R-506 (HCFC-31 is in no set).
PRINTED = """
    R-401A 1130  R-401B 1236  R-401C 876  R-402A 2571  R-402B 2261  R-403A 3100  R-403B 4457  R-404A 3943  R-406A 1780
    R-407A 1923  R-407B 2547  R-407C 1624  R-407D 1487  R-407E 1425  R-407F 1674  R-408A 3257  R-409A 1485  R-409B 1474
    R-410A 1924  R-410B 2048  R-411A 1555  R-411B 1659  R-412A 2172  R-413A 1945  R-414A 1375  R-414B 1274  R-415A 1468
    R-415B 544  R-416A 975  R-417A 2127  R-417B 2742  R-417C 1643  R-418A 1693  R-419A 2688  R-419B 2161  R-420A 1382
    R-421A 2385  R-421B 2890  R-422A 2847  R-422B 2290  R-422C 2794  R-422D 2473  R-422E 2350  R-423A 2274  R-424A 2212
    R-425A 1431  R-426A 1371  R-427A 2024  R-428A 3417  R-429A 15.3  R-430A 106  R-431A 40  R-432A 1.8  R-433A 0.64
    R-433B 0.16  R-433C 0.55  R-434A 3076  R-435A 28.4  R-436A 1.35  R-436B 1.47  R-437A 1639  R-438A 2059  R-439A 1828
    R-440A 156  R-441A 0.23  R-442A 1754  R-443A 1  R-444A 89  R-445A 118  R-500 7564  R-501 3870  R-502 4786
    R-503 13299  R-504 4299  R-507A 3985  R-508A 11607  R-508B 11698  R-509A 5758  R-510A 1.24  R-511A 7  R-512A 196
"""


@pytest.mark.parametrize(("blend", "printed"), [*batched_pairs(PRINTED)])
def test_blends__weighed_under_ar5__are_what_the_publisher_prints(blend, printed):
    """To half a unit of the whole number that DESNZ rounds to, whatever it prints of small ones."""
    assert weighed(blend, DATA.gwp("AR5")) == pytest.approx(printed, abs=0.5)


def test_blends__follow_the_set_that_is_named():
    """R-404A under AR6: 0.44 × 3740 + 0.52 × 5810 + 0.04 × 1530 = 1645.6 + 3021.2 + 61.2 = 4728.0, not 3728."""
    assert round(weighed("R-404A", DATA.gwp("AR6"))) == 4728
    assert round(weighed("R404A", DATA.gwp("AR4"))) == 3922
    assert round(weighed("R-410A", DATA.gwp("AR6"))) == 2256  # (771 + 3740) / 2 = 2255.5


def test_blends__no_such_name():
    assert DATA.blend("R-134a") == DATA.blend("") == DATA.blend("R-4") == {}


def test_gwp__no_other_sets():
    assert DATA.gwp_sets() == sorted(GWP_100)


CHOICES = {"memory_power": "kW/GB", "idle_share": "1", "lifetime": "h", "accelerator_embodied": "kgCO2e", "pue": "1"}
CHOICES |= {"ssd_power": "kW/GB", "hdd_power": "kW/GB", "network_energy": "kWh/GB", "server_embodied": "kgCO2e"}


@pytest.mark.parametrize("path", CONVENTIONS, ids=lambda path: path.stem)
def test_conventions__each_choice_of_a_case_can_be_read(path):
    entries = DATA.convention(path.stem)
    assert entries
    lines = path.read_text(encoding="utf-8").splitlines()
    for choice, entry in entries.items():
        assert entry["source"] in DATA.sources, (path.stem, choice)
        assert entry["page"], (path.stem, choice)
        assert lines[entry["place"].line - 1].strip().startswith(f"{choice}:")
        if "value" in entry and choice in CHOICES:
            assert units.read(str(entry["value"]), CHOICES[choice], bare=True).value >= 0
        for name, told in entry.get("constants", {}).items():
            assert units.read(str(told["value"]), MODEL_CONSTANTS[name][0], bare=True).value, (path.stem, name)
            assert told["page"], (path.stem, name)
        for part, told in entry.get("beyond", {}).items():
            per, held = ("kgCO2e/GB", "GB") if part == "memory" else ("kgCO2e", "1")
            assert units.read(told["each"], per).value > 0, (path.stem, part)
            assert units.read(str(told.get("above", 0)), held, bare=True).value >= 0, (path.stem, part)
        at = [units.read(point["at"], "1").value for point in entry.get("points", ())]
        assert at == sorted(set(at)), (path.stem, choice)
        for step in entry.get("steps", ()):
            assert units.read(str(step["power"]), "kW").value > 0


def test_conventions__steps_cover_every_size_once():
    """Steps are tried in order, each ends where the next begins, the last has no end."""
    steps = DATA.convention("codecarbon")["memory_power"]["steps"]
    ends = [units.read(step.get("up_to") or step.get("below") or step.get("above"), "GB").value for step in steps]
    assert ends == sorted(ends)
    assert list(steps[-1]) == ["above", "power"]
    assert ends[-1] == ends[-2]


def test_countries__codes_names_and_aliases_mean_one_country():
    meant: dict[str, set[str]] = {}
    rows = list(rows_of(ROOT / "regions" / "countries.csv"))
    for row in rows:
        for name in filter(None, (row["code"], row["iso3"], row["name"], *row["aliases"].split("|"))):
            meant.setdefault(name.strip().casefold(), set()).add(row["code"])
    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}
    assert len(rows) == 250  # ISO 3166-1 has 249; Kosovo is the one besides


def test_clouds__lie_on_a_grid_that_has_factors():
    grids = {row.region for row in FACTORS["grid"]} | {row.region for row in FACTORS["generation-mix"]}
    for row in rows_of(ROOT / "regions" / "cloud.csv"):
        assert row["region"].startswith(f"{row['provider']}:")
        assert {row["grid"], row["country"]} & grids, row


@pytest.mark.parametrize(
    ("region", "grid"),
    [
        ("aws:us-east-1", "US-SRVC"),
        ("aws:us-west-1", "US-CAMX"),
        ("aws:us-west-2", "US-NWPP"),
        ("azure:southcentralus", "US-ERCT"),
        ("gcp:us-central1", "US-MROW"),
        ("azure:westus", "US"),  # the tables disagree: California and Washington
        ("aws:us-gov-west-1", "US"),  # no state is told
        ("gcp:us-east2", "US"),  # Georgia has two subregions
    ],
)
def test_clouds__of_the_us__lie_on_a_subregion_only_where_the_sources_lead_to_one(region, grid):
    row = next(row for row in rows_of(ROOT / "regions" / "cloud.csv") if row["region"] == region)
    assert row["grid"] == grid
    assert row["note"]


def test_clouds__published_pue_and_wue__of_regions_that_know_their_grid():
    known = {row["region"] for row in rows_of(ROOT / "regions" / "cloud.csv")}
    for kind in ("pue", "wue"):
        for row in FACTORS[kind]:
            assert row.start is not None, row.place
            assert row.region in known or row.region.endswith(":*") or row.region == WORLD, row.place


def test_hourly__every_hour_has_its_mix_or_is_marked():
    medians = {
        "coal": 820, "gas": 490, "oil": 650, "nuclear": 12, "hydro": 24, "wind": 11, "solar": 41, "other": 230,
    }  # fmt: skip
    for path in sorted((ROOT / "hourly").glob("*.csv")):
        for zone in rows_of(path):
            assert zone["source"] in DATA.sources
            text = gzip.decompress((path.parent / zone["file"]).read_bytes()).decode("utf-8")
            rows = list(csv.DictReader(text.splitlines()))
            times = [row["time"] for row in rows]
            assert times == sorted(set(times))
            assert (times[0], times[-1], len(times)) == (zone["from"], zone["to"], int(zone["hours"]))
            marks = [row["mark"] for row in rows]
            assert (marks.count("missing"), marks.count("gap")) == (int(zone["missing"]), int(zone["gaps"]))
            for row in rows[::97]:
                if row["mark"] != "missing":
                    whole = sum(float(row[fuel]) for fuel in medians)
                    mean = sum(float(row[fuel]) * median for fuel, median in medians.items()) / whole
                    assert float(row["lifecycle"]) == pytest.approx(mean, abs=0.001), (zone["zone"], row["time"])
            for row in rows:
                assert (row["lifecycle"] == "") == (row["mark"] == "missing"), (zone["zone"], row["time"])


def test_footprints_of_devices__are_less_than_their_totals():
    for path in sorted((ROOT / "hardware" / "pcf").glob("*.csv")):
        rows = list(rows_of(path))
        assert len({row["id"] for row in rows}) == len(rows) > 1000
        for row in rows:
            assert re.fullmatch(r"pcf/[a-z0-9]+(-[a-z0-9.]+)*", row["id"]), row["id"]
            total, used = Decimal(row["total"]), Decimal(row["use_share"])
            assert 0 <= used <= 1, row["id"]
            assert Decimal(row["value"]) == total * (1 - used), row["id"]
            assert 1 <= total <= 200_000, row["id"]
            assert row["source"] in DATA.sources


def test_models__of_known_sources__with_sane_numbers():
    for path in sorted((ROOT / "models").glob("*.csv")):
        rows = list(rows_of(path))
        assert len({row["id"] for row in rows}) == len(rows) > 100
        for row in rows:
            assert row["source"] in DATA.sources
            if row["training_compute_FLOP"]:
                assert 1 <= float(row["training_compute_FLOP"]) <= 1e28, row["id"]
            if row["power_draw_W"]:
                assert 100 <= float(row["power_draw_W"]) <= 1e9, row["id"]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.LICENCE.txt")), ids=lambda path: path.parent.name)
def test_licences__of_share_alike_files_stand_beside_them(path):
    data = path.with_name(path.name.replace(".LICENCE.txt", ".csv"))
    sources = {row["source"] for row in rows_of(data)}
    assert {DATA.sources[source]["licence"]["redistribution"] for source in sources} == {"same licence"}
    texts = {other.read_bytes() for other in (ROOT / "licences").iterdir()}
    assert path.read_bytes() in texts


def test_licences__share_alike_rows_stand_in_no_other_file():
    bound = {key for key, entry in DATA.sources.items() if entry["licence"]["redistribution"] == "same licence"}
    for row in EVERY:
        if row.source in bound:
            assert (ROOT.parent / row.place.file).with_suffix(".LICENCE.txt").is_file(), row.place


def test_sources__name_publisher_licence_and_origin():
    for key, entry in DATA.sources.items():
        assert re.fullmatch(r"[a-z0-9.-]+", key), key
        for word in ("title", "publisher", "year"):
            assert entry.get(word), (key, word)
        assert entry["licence"]["name"], key
        assert entry["licence"]["redistribution"] in {"allowed", "same licence", "facts only", "cite only"}, key
        for indicator in ("reliability", "completeness", "technological"):
            if "pedigree" in entry:
                assert entry["pedigree"][indicator] in range(1, 6), key
                assert entry["pedigree"]["why"], key


def test_sources__of_factors__have_a_checksum_or_a_page_to_open():
    for key in {row.source for row in EVERY}:
        entry = DATA.sources[key]
        assert entry.get("url"), key
        assert re.fullmatch(r"[0-9a-f]{64}", str(entry.get("sha256", ""))) or entry.get("caveats"), key


# --------------------------------------------------------------------------------------------------
# Regions


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("FR", ("FR",)),
        ("fra", ("FR",)),
        ("France", ("FR",)),
        ("UK", ("GB",)),
        ("NO", ("NO",)),
        ("US-CAMX", ("US-CAMX", "US")),
        ("us-camx", ("US-CAMX", "US")),
        ("aws:eu-west-3", ("aws:eu-west-3", "aws:*", "FR")),
        ("aws/eu-west-3", ("aws:eu-west-3", "aws:*", "FR")),
        ("AWS:US-WEST-1", ("aws:us-west-1", "aws:*", "US-CAMX", "US")),
        ("aws:us-gov-west-1", ("aws:us-gov-west-1", "aws:*", "US")),
        ("US-CA", ("US-CA", "US")),
        ("WORLD", ("WORLD",)),
    ],
)
def test_region__where_it_is_looked_up_in_turn(text, chain):
    region = DATA.region(text)
    assert region is not None
    assert region.chain == chain


@pytest.mark.parametrize("text", ["", "Atlantis", "US-XXXX", "aws:mars-1", "ibm:eu-de-99", ":", "EU-27!"])
def test_region__that_is_none(text):
    assert DATA.region(text) is None


# --------------------------------------------------------------------------------------------------
# Picking


def taken(kind, region, year, split=None, **want):
    place = DATA.region(region)
    assert place is not None
    choice = DATA.pick(kind, place, year, want, split)
    assert choice is not None
    return choice


def test_pick__the_year_itself():
    choice = taken("grid", "FR", 2023, boundary="lifecycle")
    assert [row.id for row in choice.rows] == ["ember-2026:FR:2023"]
    assert choice.rule == "Published for FR, 2023."
    assert [(item.factor, item.verdict) for item in choice.candidates[:3]] == [
        ("ember-2026:FR:2023", "taken"),
        ("ember-2026:FR:2022", "1 year earlier"),
        ("ember-2026:FR:2021", "2 years earlier"),
    ]


def test_pick__the_nearest_earlier_year__before_a_nearer_later_one():
    """eGRID was taken of 2019, 2022 and 2023: 2021 has 2019, although 2022 is nearer."""
    choice = taken("grid", "US-CAMX", 2021, split="gas", boundary="generation", gas="CO2|CH4|N2O")
    assert [row.id for row in choice.rows] == [f"egrid-2019:US-CAMX:{gas}" for gas in ("CO2", "CH4", "N2O")]
    assert choice.rule == "Published for US-CAMX; nothing for 2021, the nearest earlier year is 2019."


def test_pick__before_the_first_year__the_nearest_later():
    choice = taken("grid", "US-CAMX", 2010, split="gas", boundary="generation", gas="CO2|CH4|N2O")
    assert {row.id.partition(":")[0] for row in choice.rows} == {"egrid-2019"}
    assert "the nearest later year is 2019" in choice.rule


def test_pick__without_a_year__the_newest():
    choice = taken("grid", "US-CAMX", None, split="gas", boundary="generation", gas="CO2|CH4|N2O")
    assert {row.id.partition(":")[0] for row in choice.rows} == {"egrid-2023"}


def test_pick__a_subregion_without_its_own__has_that_of_its_country():
    choice = taken("water", "US-CAMX", 2024)
    assert [row.region for row in choice.rows] == ["US"]
    assert choice.rule == "Published for US. US-CAMX has none of its own."


def test_pick__a_cloud_region__has_the_grid_on_which_it_lies():
    rows = taken("grid", "gcp:europe-west2", 2024, split="gas", boundary="generation", gas="CO2|CH4|N2O").rows
    assert {(row.region, row.source) for row in rows} == {("GB", "desnz-2024")}
    assert taken("losses", "aws:eu-west-3", 2022).rows[0].region == "FR"


def test_pick__a_cloud_region__has_its_own_pue__else_that_of_its_provider():
    assert taken("pue", "aws:af-south-1", 2024).rows[0].id == "aws-2024:aws:af-south-1:pue"
    own = {row.region for row in FACTORS["pue"]}
    lacking = next(
        row["region"]
        for row in rows_of(ROOT / "regions" / "cloud.csv")
        if row["region"] not in own and f"{row['provider']}:*" in own
    )
    assert taken("pue", lacking, 2024).rows[0].region == f"{lacking.partition(':')[0]}:*"


def test_pick__a_national_publication__before_a_compilation_of_all_countries():
    """DESNZ and Ember both have Britain's grid of 2024; the national one is its own grid's authority."""
    choice = taken("grid", "GB", 2024, split="gas", boundary="generation|lifecycle", gas="CO2|CH4|N2O|")
    assert {row.source for row in choice.rows} == {"desnz-2024"}
    other = next(item for item in choice.candidates if item.factor == "ember-2026:GB:2024")
    assert other.verdict == "same year; a publication of all countries"


def test_pick__among_conventions__the_median_with_the_range_of_all():
    """3, 4, 4, 4 and 6 years are published for a server."""
    choice = taken("lifetime", WORLD, 2024, thing="server")
    assert choice.rows[0].value == 4
    assert choice.spread is not None
    assert (choice.spread.low, choice.spread.high) == (3, 6)
    assert choice.rule == "Median of 5 published values, that of Cloud Carbon Footprint."
    assert sum("taken" in item.verdict for item in choice.candidates) == 1


TABLE = "id,region,from,to,value,unit,low,high,quality,source,page,note,thing\n"


@pytest.fixture
def rows(tmp_path):
    """Data sets whose only losses are the given rows: id, from, to, thing."""

    def write(*rows):
        (tmp_path / "factors" / "losses").mkdir(parents=True)
        lines = (f"{id},FR,{start},{end},5,%,,,statistics,nobody,1,,{thing}\n" for id, start, end, thing in rows)
        (tmp_path / "factors" / "losses" / "nobody-2024.csv").write_text(TABLE + "".join(lines), encoding="utf-8")
        return Datasets(tmp_path)

    return write


FRANCE = Region("FR", "France", ("FR",))
FIVE_YEARS = ("five", "2020-01-01", "2024-12-31", "")


def test_pick__within_a_validity_of_years__is_exact(rows):
    data = rows(FIVE_YEARS, ("older", "2019-01-01", "2019-12-31", ""))
    for year in (2020, 2022, 2024):
        choice = data.pick("losses", FRANCE, year, {})
        assert choice.rows[0].id == "five"
        assert choice.rule == "Published for FR, 2020 to 2024."
    assert data.pick("losses", FRANCE, 2025, {}).rule == (
        "Published for FR; nothing for 2025, the nearest earlier year is 2024."
    )


def test_spread__of_a_validity_of_years__grows_outside_of_it():
    row = replace(row_of("world-bank-2023:AL:2023"), start=date(2020, 1, 1), end=date(2024, 12, 31))
    width = {
        year: spread.high - spread.low
        for year in (2015, 2020, 2024, 2030)
        if (spread := DATA.spread(row, "1", year, 0))
    }
    assert width[2020] == width[2024] < width[2015] == width[2030]


def test_pick__of_two_that_are_valid__the_newer(rows):
    data = rows(FIVE_YEARS, ("open", "2022-01-01", "", ""))
    assert data.pick("losses", FRANCE, 2021, {}).rows[0].id == "five"
    choice = data.pick("losses", FRANCE, 2024, {})
    assert choice.rows[0].id == "open"
    assert choice.rule == "Published for FR, from 2022 on."
    assert [item.verdict for item in choice.candidates] == ["taken", "valid too; a newer one is taken"]


def test_pick__for_a_period__what_is_valid_in_most_of_it(rows):
    data = rows(("a", "2023-01-01", "2023-12-31", ""), ("b", "2024-01-01", "2024-12-31", ""))
    winter = Period(date(2023, 11, 1), date(2024, 2, 15))
    choice = data.pick("losses", FRANCE, winter, {})
    assert choice.rows[0].id == "a"
    assert [item.verdict for item in choice.candidates] == ["taken", "2024, a smaller part of the period"]


def test_pick__where_only_part_of_the_period_is_covered__says_so(rows):
    data = rows(("a", "2023-01-01", "2023-12-31", ""))
    choice = data.pick("losses", FRANCE, Period(date(2023, 12, 1), date(2024, 11, 30)), {})
    assert choice.rule == "Published for FR, 2023, which is part of the period."


@pytest.mark.parametrize("split", [None, "thing"])
def test_pick__two_rows_for_the_very_same_thing__is_an_error(rows, split):
    """Not the first of them."""
    data = rows(("a", "2024-01-01", "2024-12-31", "x"), ("b", "2024-01-01", "2024-12-31", "x"))
    with pytest.raises(Ambiguous, match="a, b"):
        data.pick("losses", FRANCE, 2024, {}, split)


def test_pick__what_there_is_not__is_none():
    france = DATA.region("FR")
    assert france is not None
    assert DATA.pick("pue", france, 2024, {}) is None
    assert DATA.pick("grid", france, 2024, {"boundary": "no such"}) is None


@pytest.mark.parametrize("year", [None, 2015, 2031])
@pytest.mark.parametrize("region", ["FR", "US-CAMX", "GB", "aws:us-west-1"])
def test_pick__another_reading_of_the_files__takes_the_same(region, year):
    for kind, want in (("grid", {"boundary": "lifecycle"}), ("losses", {})):
        place = DATA.region(region)
        assert place is not None
        first, again = (data.pick(kind, place, year, want) for data in (DATA, Datasets()))
        assert first == again


def test_rows__keep_their_file_and_line():
    row = row_of("ember-2026:FR:2024")
    line = (ROOT.parent / row.place.file).read_text(encoding="utf-8").splitlines()[row.place.line - 1]
    assert line.startswith("ember-2026:FR:2024,FR,2024-01-01,2024-12-31,40.48,gCO2e/kWh,")


def test_files__every_file_that_was_read_has_its_hash():
    fresh = Datasets()
    place = fresh.region("FR")
    assert place is not None
    fresh.pick("losses", place, 2024, {})
    assert set(fresh.files) == {
        "datasets/regions/countries.csv",
        *(f"datasets/factors/losses/{path.name}" for path in (ROOT / "factors" / "losses").glob("*.csv")),
    }
    for name, digest in fresh.files.items():
        assert hashlib.sha256((ROOT.parent / name).read_bytes()).hexdigest() == digest


def test_spread__by_the_pedigree_of_the_source():
    """Grid losses of France, 6.95849 % in 2023, taken for 2026.

    Frischknecht 2005, of scores 3, 2, 1, 1, 2: reliability 1.10, completeness 1.02, three years apart 1.00, the place
    itself 1.00, technology 1.00; basic 1.05. GSD² = exp √(ln² 1.10 + ln² 1.02 + ln² 1.05) = exp √0.011857 = 1.1150.
    """
    spread = DATA.spread(row_of("world-bank-2023:FR:2023"), "1", 2026, 0)
    assert spread is not None
    assert spread.high == pytest.approx(0.0695849 * 1.1150, rel=1e-4)
    assert spread.low == pytest.approx(0.0695849 / 1.1150, rel=1e-4)


def test_spread__widens_with_the_years_between_and_the_distance():
    """Scores of time: 1 up to 3 years, 2 up to 6, 3 up to 10, 4 up to 15, 5 beyond (Weidema and Wesnæs 1996)."""
    row = row_of("world-bank-2023:FR:2023")

    def width(year: int, distance: int = 0) -> float:
        spread = DATA.spread(row, "1", year, distance)
        assert spread is not None
        return spread.high / spread.low

    assert width(2023) == width(2020) == width(2026)
    widths = [width(2023 + years) for years in (3, 6, 10, 15, 16)]
    assert widths == sorted(set(widths))
    assert width(2023, 0) < width(2023, 1) < width(2023, 2)


def test_spread__as_published_with_the_value():
    entry = DATA.thing("gpu/nvidia-a100-sxm4-80gb")
    assert entry is not None
    spread = DATA.spread(entry.values["embodied"][0], "kgCO2e/device", 2026, 0)
    assert spread is not None
    assert (spread.low, spread.high, spread.reason) == (127.6, 150.0, "range published with the value")


def test_spread__of_a_mean_of_plants__is_by_pedigree__within_the_range_of_plants():
    """Coal's stacks: pedigree 760 ∕ 1.58 to 760 × 1.58, plants 686 to 843. Water: plants 1 to 2200, pedigree 24 × 1.54.

    Scores 4, 3, 3, 1, 4 of the first give 1.20, 1.05, 1.10, 1.00, 1.50, and 1.05: GSD² = 1.584. Scores 3, 3, 3, 1, 4
    of the second 1.10, 1.05, 1.10, 1.00, 1.50, and 1.05: 1.542.
    """
    coal = DATA.spread(row_of("ipcc-2014:WORLD:2014:coal:generation"), "gCO2e/kWh", 2024, 0)
    water = DATA.spread(row_of("ipcc-2014:WORLD:2014:hydro:lifecycle"), "gCO2e/kWh", 2024, 0)
    assert coal is not None
    assert water is not None
    assert (coal.low, coal.high) == (685.9, 843.4)
    assert water.low == pytest.approx(24 / 1.5416, rel=1e-4)
    assert water.high == pytest.approx(24 * 1.5416, rel=1e-4)


def test_spread__of_nothing_and_of_parts_of_a_whole__is_none():
    """A stack that emits nothing emits nothing; shares moved one by one would no longer add up."""
    assert DATA.spread(row_of("ipcc-2014:WORLD:2014:nuclear:generation"), "kgCO2e/kWh_site", 2026, 0) is None
    assert DATA.spread(row_of("ember-2026:FR:2024:gas"), "TWh", 2026, 0) is None
