"""An organisation's year: the example, what must add up in it, and what must not change it."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca
from lca.datasets import Datasets
from lca.figure import walk
from lca.report import outline

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "reports" / "annual-2025"
DATA = Datasets()


@pytest.fixture(scope="module")
def year():
    return lca.run(EXAMPLE / "case.yaml", DATA)


def test_example__rebuilt__is_what_is_kept(year, tmp_path):
    outline.render(year, EXAMPLE / "case.yaml", tmp_path, None)
    for name in ("result.json", "report.html"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), f"{name}: run `make reports`"
    pages = [
        [page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages] for folder in (tmp_path, EXAMPLE)
    ]
    assert pages[0] == pages[1]


def test_evidence__is_made_again_by_its_script():
    made = runpy.run_path(str(EXAMPLE / "make_evidence.py"))
    for site in made["SITES"]:
        kept = (EXAMPLE / "evidence" / f"meter-{site}-2025.csv").read_text(encoding="utf-8")
        assert made["meter"](site) == kept


@pytest.mark.parametrize(("basis", "suffix"), [("location", ""), ("market", ".market")])
def test_totals__by_scope_and_by_iso_category__are_sums_of_the_same_lines(year, basis, suffix):
    whole = year.value(f"total.{basis}")
    lines = [line for line in year.lines if line.view == "inventory" and line.scope and line.basis in (basis, "both")]
    assert sum(year.value(line.figure) for line in lines) == pytest.approx(whole, rel=1e-12)
    scopes = year.value("scope1") + year.value(f"scope2.{basis}") + year.value(f"scope3{suffix}")
    assert scopes == pytest.approx(whole, rel=1e-12)
    categories = [id for id in year.totals if id.startswith("scope3.cat") and id.count(".") == (2 if suffix else 1)]
    categories = [id for id in categories if id.endswith(".market") == bool(suffix)]
    assert sum(year.value(id) for id in categories) == pytest.approx(year.value(f"scope3{suffix}"), rel=1e-12)
    iso = [f"iso.{number}{suffix}" for number in range(1, 7) if f"iso.{number}{suffix}" in year.totals]
    assert sum(year.value(id) for id in iso) == pytest.approx(whole, rel=1e-12)


def test_scope_1__by_gas__adds_up(year):
    gases = [id for id in year.totals if id.startswith("scope1.") and id.count(".") == 1]
    together = sum(
        year.value(id)
        for id in gases
        if id.split(".")[1] in ("CO2", "CH4", "N2O", "HFC", "PFC", "SF6", "NF3", "together")
    )
    assert together == pytest.approx(year.value("scope1"), rel=1e-12)


def test_figures__have_an_id_of_their_own(year):
    named = Counter(figure.id for figure in walk(year.roots))
    assert [id for id, times in named.items() if times > 1] == []


def test_bridge__opening_and_acquired_are_used_up_written_off_or_left(year):
    step = {name: year.value(f"capital.{name}") for name in ("opening", "recognised", "amortised", "closing")}
    assert step["opening"] + step["recognised"] - step["amortised"] == pytest.approx(step["closing"], rel=1e-12)


def test_bridge__recognises_what_the_category_of_capital_goods_holds(year):
    bought = sum(year.value(line.figure) for line in year.lines if line.part == "capital" and line.facility == "dublin")
    assert bought == pytest.approx(year.value("capital.recognised"), rel=1e-12)
    classes = [year.value(f"capital.{name}.recognised") for name in ("gpu", "host")]
    assert sum(classes) == pytest.approx(bought, rel=1e-12)
    steps = [year.value(f"capital.reconciled.{name}") for name in ("hardware", "goods")]
    assert sum(steps) == pytest.approx(year.value("scope3.cat2"), rel=1e-12)


@pytest.mark.parametrize("facility", ["dublin", "ashburn"])
@pytest.mark.parametrize("pool", ["energy", "location", "market", "direct", "upstream", "embodied"])
def test_attribution__loses_nothing(year, facility, pool):
    prefix = f"attribution.{facility}."
    parts = [id for id in year.totals if id.startswith(prefix) and id.endswith(f".{pool}") and id.count(".") == 3]
    assert len(parts) > 1
    assert sum(year.value(id) for id in parts) == pytest.approx(year.value(f"{prefix}{pool}"), rel=1e-9)


def test_attribution__has_the_manufacture_of_the_workloads_own_view(year):
    for facility, run in (("dublin", "model-a"), ("dublin", "model-b"), ("ashburn", "assistant")):
        own = [line.figure for line in year.lines if line.activity == run and line.part.startswith("embodied")]
        assert year.value(f"attribution.{facility}.{run}.embodied") == sum(year.value(figure) for figure in own)


SITE = """\
lca: 1
title: A site
subject: organisation
period: {{start: 2025-01-01, end: 2025-12-31}}
facilities:
  hall:
    pue: 1.2
    grid: {{value: 0.4 kgCO2e/kWh, boundary: generation}}
    electricity: {{metered: {metered} MWh}}
    other_energy: {office} MWh
    fuels: [{{fuel: natural-gas, amount: 30 MWh, basis: gross}}]
    refrigerants: [{{gas: R-410A, released: 2 kg}}]
    instruments: [{{name: wind, kind: ppa, factor: 0 gCO2e/kWh, covers: 30 %}}]
    residual_mix: 0.5 kgCO2e/kWh
    upstream: 0.05 kgCO2e/kWh
    water: 900 m3
    attribution:
      key: {key}
      idle: {idle}
      pools:
        network: {{key: {of_network}, energy: {network} MWh, embodied: 3 tCO2e}}
        shell: {{key: {of_shell}, embodied: 7 tCO2e}}
hardware:
  gpus: {{count: 8, embodied: 150 kgCO2e, lifetime: 4 years, acquired: 2024-05-03, facility: hall, owned: owned}}
workloads:
  a: {{kind: training, runs_on: gpus, device_hours: {hours} h, energy: {energy} MWh, price: 30 EUR}}
  b: {{kind: training, runs_on: gpus, device_hours: 9000 h, energy: 20 MWh, price: 70 EUR}}
"""
KEYS = st.sampled_from(["energy", "reserved-time", "price"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.tuples(KEYS, KEYS, KEYS),
    idle=st.sampled_from(["kept", "spread"]),
    office=st.integers(0, 40),
    network=st.integers(1, 40),
    hours=st.integers(1, 50000),
    energy=st.integers(1, 60),
)
def test_attribution__of_any_keys_and_pools__adds_up(tmp_path, keys, idle, office, network, hours, energy):
    key, of_network, of_shell = keys
    words = {"key": key, "of_network": of_network, "of_shell": of_shell, "idle": idle, "metered": 400}
    amounts = {"office": office, "network": network, "hours": hours, "energy": energy}
    path = tmp_path / "case.yaml"
    path.write_text(SITE.format(**words, **amounts), encoding="utf-8")
    result = lca.run(path, DATA)
    assert "attribution-not-whole" not in {found.slug for found in result.findings}
    pools = [id for id in result.totals if id.startswith("attribution.hall.") and id.count(".") == 2]
    carried = {id.split(".")[2] for id in pools}
    assert carried >= {"energy", "location", "market", "direct", "upstream", "water", "embodied"}
    for whole in pools:
        rows = [id for id in result.totals if id.startswith("attribution.hall.") and id.count(".") == 3]
        parts = [result.value(id) or 0.0 for id in rows if id.endswith(f".{whole.split('.')[2]}")]
        assert sum(parts) == pytest.approx(result.value(whole), rel=1e-9), whole


BOUGHT = """\
lca: 1
title: A site
subject: organisation
period: {{start: {start}, end: {end}}}
facilities: {{hall: {{grid: {{value: 0.4 kgCO2e/kWh, boundary: generation}}, electricity: {{metered: 400 MWh}}}}}}
hardware:
  gpus: {{count: 8, embodied: 150 kgCO2e, lifetime: 4 years, acquired: {acquired}, facility: hall, owned: owned}}
"""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acquired=st.dates(date(2022, 1, 1), date(2025, 12, 30)), cut=st.dates(date(2025, 1, 1), date(2025, 12, 30)))
def test_bridge__of_two_periods__is_that_of_both(tmp_path, acquired, cut):
    def bridge(start: date, end: date) -> dict[str, float]:
        path = tmp_path / "case.yaml"
        path.write_text(BOUGHT.format(start=start, end=end, acquired=acquired), encoding="utf-8")
        result = lca.run(path, DATA)
        assert not result.failed
        steps = ("opening", "recognised", "amortised", "closing")
        held = {step: f"capital.{step}" for step in steps if f"capital.{step}" in result.totals}
        return dict.fromkeys(steps, 0.0) | {step: result.value(id) or 0.0 for step, id in held.items()}

    whole = bridge(date(2025, 1, 1), date(2025, 12, 31))
    first, second = bridge(date(2025, 1, 1), cut), bridge(cut + timedelta(1), date(2025, 12, 31))
    assert first["opening"] == pytest.approx(whole["opening"], rel=1e-9)
    assert second["closing"] == pytest.approx(whole["closing"], rel=1e-9, abs=1e-9)
    assert second["opening"] == pytest.approx(first["closing"], rel=1e-9, abs=1e-9)
    for step in ("recognised", "amortised"):
        assert first[step] + second[step] == pytest.approx(whole[step], rel=1e-9, abs=1e-9), step


def test_consolidation__names_the_same_organisation_three_times(year):
    own = year.value("total.location")
    venture = year.value("equity-share.total.location")
    # The venture's scope 3 counts by equity and not as an investment: all else is one company under either approach.
    assert year.value("financial-control.total.location") == pytest.approx(own, rel=1e-12)
    assert venture > own


def test_explain__takes_every_total_to_its_leaves(year):
    for id in year.totals:
        told = "\n".join(lca.explain.told(year, id))
        assert id in told or year.totals[id].id in told


def test_json__says_where_each_line_belongs(year):
    lines = json.loads((EXAMPLE / "result.json").read_text(encoding="utf-8"))["lines"]
    of_inventory = [line for line in lines if line["view"] == "inventory"]
    assert all(line["rule"] for line in of_inventory)
    assert {line["scope"] for line in of_inventory} == {0, 1, 2, 3}


CASE = """\
lca: 1
title: A year
subject: organisation
period: {start: 2025-01-01, end: 2025-12-31}
organisation: {name: Acme, consolidation: operational-control}
facilities:
  hall:
    location: DE
    electricity: {metered: 1000 MWh}
    fuels: [{fuel: natural-gas, amount: 200 MWh, basis: gross}]
activities:
  travel:
    rail: {mode: rail-national, amount: 300000 pkm}
"""


def total(tmp_path, text: str, id: str = "total.location") -> float:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    value = lca.run(path, DATA).value(id)
    assert value is not None
    return value


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [("1000 MWh", "3600 GJ"), ("1000 MWh", "1 GWh"), ("200 MWh", "720 GJ"), ("300000 pkm", "300 000 passenger.km")],
)
def test_units__spelt_otherwise__change_nothing(tmp_path, written, otherwise):
    assert total(tmp_path, CASE) == pytest.approx(total(tmp_path, CASE.replace(written, otherwise)), rel=1e-12)


def test_activities__twice_as_many__are_twice_the_emissions(tmp_path):
    once = total(tmp_path, CASE, "scope3.cat6")
    assert total(tmp_path, CASE.replace("300000", "600000"), "scope3.cat6") == pytest.approx(2 * once, rel=1e-12)


def test_activities__split_or_in_another_order__are_the_same(tmp_path):
    split = CASE.replace("    rail: {mode: rail-national, amount: 300000 pkm}\n", "")
    split += "    b: {mode: rail-national, amount: 120000 pkm}\n    a: {mode: rail-national, amount: 180000 pkm}\n"
    assert total(tmp_path, split) == pytest.approx(total(tmp_path, CASE), rel=1e-12)


def test_gwp_set__changes_only_what_is_known_by_gas(tmp_path):
    five, six = (CASE.replace("subject:", f"gwp: {name}\nsubject:") for name in ("AR5", "AR6"))
    assert total(tmp_path, five, "scope1.CO2") == total(tmp_path, six, "scope1.CO2")
    assert total(tmp_path, five, "scope1.CH4") != total(tmp_path, six, "scope1.CH4")
    assert total(tmp_path, five, "scope2.location") == total(tmp_path, six, "scope2.location")


YEAR = """\
lca: 1
title: A year
subject: organisation
gwp: {gwp}
period: {{start: {start}, end: {end}}}
organisation: {{name: Acme, consolidation: operational-control}}
facilities:
  hall:
    location: DE
    owned: {owned}
    grid: {{value: 0.4 kgCO2e/kWh, boundary: generation}}
    electricity: {{metered: {metered}}}
    fuels: [{{fuel: natural-gas, amount: {gas}, basis: gross}}]
    refrigerants: [{{gas: R-410A, released: {blend}}}, {{gas: SF6, released: {sf6}}}]
    water: {water}
    it_energy: {it}
    reused_heat: {heat}
    renewable: {{ppa: {ppa}, on_site: {on_site}}}
activities:
  waste: {{servers: {{waste: weee-mixed-recycled-open-loop, amount: {waste}}}}}
  purchases: {{steel: {{what: steel, amount: {steel}, factor: 2 kgCO2e/kg}}}}
  travel:
    rail: {{mode: rail-national, amount: {rail}}}
    plane: {{mode: flight-long-haul-economy-with-rf, amount: {plane}{forcing}}}
"""
UNITS = {
    **dict.fromkeys(("metered", "gas", "it", "heat", "ppa", "on_site"), "MWh"),
    "blend": "kg",
    "sf6": "kg",
    "water": "m3",
    "waste": "t",
    "steel": "t",
    "rail": "pkm",
    "plane": "pkm",
}
"""Every amount of that year, with the unit that stands for it below."""
SPELT = {
    "MWh": {"MWh": 1.0, "kWh": 1e3, "GWh": 1e-3, "GJ": 3.6, "MJ": 3600.0, "TJ": 3.6e-3},
    "kg": {"kg": 1.0, "g": 1e3, "t": 1e-3, "lb": 1 / 0.45359237, "short_ton": 1 / 907.18474},
    "t": {"t": 1.0, "kg": 1e3, "lb": 1e3 / 0.45359237, "short_ton": 1e3 / 907.18474},
    "m3": {"m3": 1.0, "L": 1e3},
    "pkm": {"pkm": 1.0, "passenger.km": 1.0, "passenger·km": 1.0},
}
"""How many of each other unit are one of these, by definition."""
AMOUNTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(UNITS, st.integers(1, 5000)),
        "metered": st.integers(3000, 9000),
        "it": st.integers(2000, 2999),
        "heat": st.integers(1, 900),
        "ppa": st.integers(1, 900),
        "on_site": st.integers(1, 900),
    }
)
RATIOS = (
    *("facility.hall.pue", "facility.hall.wue", "facility.hall.erf", "facility.hall.ref", "facility.hall.cue"),
    *("facility.hall.ere", "facility.hall.ref.ppa", "facility.hall.ref.on_site", "scope3.activity_share"),
)
"""What does not grow with the amounts: indicators, and the share of data by activity."""
drawn = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_year(tmp_path, amounts, units=(), text=YEAR, **words) -> dict[str, float]:
    """All totals of that year, its amounts in units of one's own."""
    spelt = {name: dict(units).get(name, unit) for name, unit in UNITS.items()}
    written = {name: f"{amounts[name] * SPELT[UNITS[name]][spelt[name]]!r} {spelt[name]}" for name in UNITS}
    given = {"gwp": "AR6", "owned": "owned", "forcing": "", "start": "2025-01-01", "end": "2025-12-31"}
    path = tmp_path / "case.yaml"
    path.write_text(text.format(**{**given, **written, **words}), encoding="utf-8")
    result = lca.run(path, DATA)
    assert not result.failed, "\n".join(map(str, result.findings))
    return {id: value for id in result.totals if (value := result.value(id)) is not None}


def same(given: dict[str, float], expected: dict[str, float]) -> None:
    assert given.keys() == expected.keys()
    for id, value in expected.items():
        assert given[id] == pytest.approx(value, rel=1e-11), id


@drawn
@given(amounts=AMOUNTS, times=st.integers(2, 40))
def test_year__times_as_much__is_times_the_emissions_under_the_same_indicators(tmp_path, amounts, times):
    once = of_year(tmp_path, amounts)
    more = of_year(tmp_path, {name: times * amount for name, amount in amounts.items()})
    same(more, {id: value if id in RATIOS else times * value for id, value in once.items()})


@drawn
@given(amounts=AMOUNTS, units=st.fixed_dictionaries({name: st.sampled_from([*SPELT[UNITS[name]]]) for name in UNITS}))
def test_year__in_any_units__is_the_same(tmp_path, amounts, units):
    same(of_year(tmp_path, amounts, units), of_year(tmp_path, amounts))


@drawn
@given(amounts=AMOUNTS, part=st.fixed_dictionaries(dict.fromkeys(UNITS, st.integers(1, 99))))
def test_year__in_two_periods__adds_up(tmp_path, amounts, part):
    first = {name: amount * part[name] / 100 for name, amount in amounts.items()}
    second = {name: amount - first[name] for name, amount in amounts.items()}
    whole = of_year(tmp_path, amounts)
    halves = (
        of_year(tmp_path, first, end="2025-06-30"),
        of_year(tmp_path, second, start="2025-07-01"),
    )
    for id, value in whole.items():
        if id not in RATIOS:
            assert sum(half[id] for half in halves) == pytest.approx(value, rel=1e-9), id


@drawn
@given(amounts=AMOUNTS, blocks=st.permutations(["waste", "purchases", "travel"]), turned=st.booleans())
def test_year__in_another_order__is_the_same(tmp_path, amounts, blocks, turned):
    head, _, told = YEAR.partition("activities:\n")
    parts = {line.split(":")[0].strip(): line for line in told.splitlines()[:2]}
    ways = told.splitlines()[3:]
    parts["travel"] = "\n".join(["  travel:", *(reversed(ways) if turned else ways)])
    top, hall, rest = head.partition("facilities:\n")
    activities = "activities:\n" + "\n".join(parts[name] for name in blocks) + "\n"
    turned_round = f"{top}{activities}{hall}{rest}" if turned else f"{head}{activities}"
    same(of_year(tmp_path, amounts, text=turned_round), of_year(tmp_path, amounts))


@drawn
@given(amounts=AMOUNTS)
def test_year__of_several_activities__is_the_sum_of_each(tmp_path, amounts):
    def without(*kinds: str) -> dict[str, float]:
        lines = [line for line in YEAR.splitlines() if not any(f"{kind}:" in line for kind in kinds)]
        return of_year(tmp_path, amounts, text="\n".join(lines))

    kinds = ("plane", "waste", "purchases")
    everything, left = without(), without(*kinds)
    for id, value in everything.items():
        if id not in RATIOS:
            each = [value - without(kind).get(id, 0.0) for kind in kinds]
            assert left.get(id, 0.0) + sum(each) == pytest.approx(value, rel=1e-9), id


@drawn
@given(amounts=AMOUNTS, sets=st.lists(st.sampled_from(["AR4", "AR5", "AR6"]), min_size=2, max_size=2, unique=True))
def test_year__under_another_gwp_set__differs_only_where_a_gas_other_than_co2_was_known(tmp_path, amounts, sets):
    one, other = (of_year(tmp_path, amounts, gwp=name) for name in sets)
    assert one.keys() == other.keys()
    differs = {id for id in one if one[id] != pytest.approx(other[id], rel=1e-12)}
    by_gas = {f"scope1.{gas}" for gas in ("CH4", "N2O", "HFC", "SF6")}
    assert by_gas <= differs
    never = (
        "scope1.CO2",
        "scope2.location",
        "scope3.cat1",
        "scope3.cat5",
        "water",
        "water.site",
        "iso.2",
        *RATIOS[:-1],
    )
    assert not differs & set(never), differs
    assert not {id for id in differs if id.endswith(".mass") and id.split(".")[1] in ("CO2", "HFC", "SF6")}


@drawn
@given(amounts=AMOUNTS)
def test_forcing__beside_the_totals_or_inside__is_the_same_amount(tmp_path, amounts):
    """Beside the totals it is in none of them; inside, it is all that they are more by."""
    beside = of_year(tmp_path, amounts, gwp="AR5")
    inside = of_year(tmp_path, amounts, gwp="AR5", forcing=", radiative_forcing: inside")
    assert "memo.radiative_forcing" not in inside
    for id in ("scope3.cat6", "scope3", "total.location", "iso.3"):
        more = inside[id] - beside[id]
        assert more == pytest.approx(beside["memo.radiative_forcing"], rel=1e-6), id


@drawn
@given(amounts=AMOUNTS, lease=st.sampled_from(["finance", "operating"]))
def test_lease__of_a_site__moves_between_scopes_and_loses_nothing(tmp_path, amounts, lease):
    ours = of_year(tmp_path, amounts)
    leased = of_year(tmp_path, amounts, owned=f"leased\n    control: operational\n    lease: {lease}")
    assert leased["total.location"] == pytest.approx(ours["total.location"], rel=1e-12)
    assert leased["scope1"] == ours["scope1"]
    for approach in ("financial-control", "equity-share"):
        total = leased.get(f"{approach}.total.location", leased["total.location"])
        assert total == pytest.approx(ours["total.location"], rel=1e-12)
        scopes = [leased.get(f"{approach}.{scope}", 0.0) for scope in ("scope1", "scope2.location", "scope3")]
        assert sum(scopes) == pytest.approx(ours["total.location"], rel=1e-12)
        assert (scopes[0] > 0) == (lease == "finance")


@drawn
@given(amounts=AMOUNTS)
def test_indicators__of_a_data_centre__follow_from_each_other(tmp_path, amounts):
    found = {id.removeprefix("facility.hall."): value for id, value in of_year(tmp_path, amounts).items()}
    assert found["pue"] == pytest.approx(amounts["metered"] / amounts["it"], rel=1e-12)
    assert found["ere"] == pytest.approx(found["pue"] * (1 - found["erf"]), rel=1e-12)
    assert found["cue"] == pytest.approx(found["pue"] * 0.4, rel=1e-12)
    assert found["ref"] == pytest.approx(found["ref.ppa"] + found["ref.on_site"], rel=1e-12)
