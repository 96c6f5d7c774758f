"""Every number that is shipped is well formed and sane; `pick` always takes the same row, and says why."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from lca import units
from lca.datasets import COLUMNS, WORLD, Datasets, shipped
from lca.methods.inference import MODEL_CONSTANTS
from lca.model import Factor

ROOT = shipped("datasets")
DATA = Datasets()
FACTORS = {kind: DATA.table(kind) for kind in DATA.kinds()}
EVERY = [row for rows in FACTORS.values() for row in rows]
THINGS = sorted((ROOT / "hardware").glob("*/*.yaml"))
CONVENTIONS = sorted((ROOT / "conventions").glob("*.yaml"))
GASES = r"(CO2|CH4|N2O)"

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
}
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


def row_of(id: str) -> Factor:
    return next(row for row in EVERY if row.id == id)


# --------------------------------------------------------------------------------------------------
# Tables


def test_factors__every_kind_is_known_here():
    assert set(FACTORS) == set(SANE)
    assert len(EVERY) > 20_000


def test_factors__ids_are_unique():
    seen: dict[str, str] = {}
    for row in EVERY:
        assert row.id not in seen, f"{row.place} repeats {seen[row.id]}"
        seen[row.id] = str(row.place)


@pytest.mark.parametrize("path", sorted((ROOT / "factors").glob("*/*.csv")), ids=lambda path: path.stem)
def test_factors__columns_and_no_cell_too_many(path):
    rows = list(rows_of(path))
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


@pytest.mark.parametrize("kind", sorted(SANE))
def test_factors__of_known_places_and_sources(kind):
    for row in FACTORS[kind]:
        assert row.source in DATA.sources, f"{row.place}: {row.source}"
        if not row.region.endswith(":*"):
            region = DATA.region(row.region)
            assert region is not None, f"{row.place}: {row.region}"
            assert region.code == row.region, row.place


def _validity(row: Factor) -> tuple[date, date]:
    return row.start or date.min, row.end or date.max


@pytest.mark.parametrize("kind", sorted(SANE))
def test_factors__none_is_valid_twice(kind):
    """Two rows alike in file, region and all columns after `note` do not overlap in time."""
    alike: dict[tuple[object, ...], list[Factor]] = {}
    for row in FACTORS[kind]:
        alike.setdefault((row.place.file, row.region, *sorted(row.attributes.items())), []).append(row)
    for rows in alike.values():
        ordered = sorted(rows, key=_validity)
        for earlier, later in pairwise(ordered):
            assert _validity(earlier)[1] < _validity(later)[0], f"{earlier.place} and {later.place}"
        for row in rows:
            assert _validity(row)[0] <= _validity(row)[1], row.place


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


def test_gwp__no_other_sets():
    assert DATA.gwp_sets() == sorted(GWP_100)


CHOICES = {"memory_power": "kW/GB", "idle_share": "1", "lifetime": "h", "accelerator_embodied": "kgCO2e", "pue": "1"}


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
        ("AWS:US-WEST-1", ("aws:us-west-1", "aws:*", "US")),
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
    assert choice.exact
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
    assert not choice.exact


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
    assert choice.rule == "Median of 5 published values."
    assert sum("taken" in item.verdict for item in choice.candidates) == 1


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


def test_spread__of_nothing_and_of_parts_of_a_whole__is_none():
    """A stack that emits nothing emits nothing; shares moved one by one would no longer add up."""
    assert DATA.spread(row_of("ipcc-2014:WORLD:2014:nuclear:generation"), "kgCO2e/kWh_site", 2026, 0) is None
    assert DATA.spread(row_of("ember-2026:FR:2024:gas"), "TWh", 2026, 0) is None
