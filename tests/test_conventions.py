"""The same case under the convention of each peer: every total worked again by hand from the peer's formula."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import lca
from lca import cli
from lca.conventions import under_each
from lca.datasets import Datasets
from lca.peers import DoesNotApply

DATA = Datasets()
EXAMPLE = Path(__file__).resolve().parent.parent / "reports" / "training-run" / "case.yaml"
PEERS = ["bloom", "boavizta", "cloud-carbon-footprint", "codecarbon", "ecologits", "green-algorithms", "ml-co2-impact"]

RUN = """\
lca: 1
title: A run
period: {start: 2024-03-02, end: 2024-03-04}
facilities:
  hall: {pue: 1.4, grid: {value: 400 gCO2e/kWh, boundary: generation}, upstream: 50 gCO2e/kWh,
    losses: {value: 5 %, basis: delivered}}
hardware:
  gpus: {device: gpu/nvidia-a100-sxm4-80gb, count: 8, host: server/dgx-a100, facility: hall, lifetime: 5 years}
workloads:
  run: {kind: training, runs_on: gpus, duration: 10 h, power: 300 W, measured_at: accelerators}
"""
"""300 W measured × 8 × 10 h = 24 kWh; the host 1.2 kW × 10 h = 12 kWh; 450 g/kWh with upstream, 400 without."""
HOURS = 80.0
LIFE = 8760.0

BY_HAND = {
    # (24 kWh over 54 % of the draw) × 450 g; 150 kg each and 2500 kg of a node of 8, over 5 declared years at 85 % use
    "bloom": 24 / 0.54 * 0.45 + (150 + 2500 / 8) * HOURS / (5 * LIFE) / 0.85,
    # u of the time at full: 46 W + 50 % × (407 − 46) W, the host as it is, × 1.4 × 400 g; 35 040 h
    "cloud-carbon-footprint": (HOURS * (0.046 + 0.5 * (0.407 - 0.046)) + 12) * 1.4 * 0.4
    + (150 + 1000 / 8) * HOURS / 35040,
    # measured energy, the PUE that its user gives, a life-cycle factor, nothing else
    "codecarbon": (24 + 12) * 1.4 * 0.45,
    # TDP × time × usage 1 × PUE × intensity; no memory is declared
    "green-algorithms": HOURS * 0.4 * 1.4 * 0.4,
    # TDP × time × intensity
    "ml-co2-impact": HOURS * 0.4 * 0.45,
}


@pytest.fixture
def table(case):
    """The rows of a text, by peer."""
    return lambda text: {row.peer: row for row in under_each(lca.load(case(text)), DATA)}


@pytest.mark.parametrize("peer", BY_HAND)
def test_total__is_that_of_the_peers_formula(table, peer):
    assert table(RUN)[peer].total == pytest.approx(BY_HAND[peer], rel=1e-9)


def test_boavizta__counts_no_overhead__and_its_own_server(table):
    """575.1 kg is BoaviztAPI's H100; 967.9 kg its server, of which each of 8 devices has an eighth."""
    text = RUN.replace("lifetime: 5 years", "embodied: 575.1 kgCO2e")
    by_hand = (24 + 12) * 0.45 + (575.1 + 967.9 / 8) * HOURS / 35040
    assert table(text)["boavizta"].total == pytest.approx(by_hand, rel=1e-9)


def test_boavizta__works_devices_out_from_their_parts(case):
    text = RUN.replace("a100-sxm4-80gb", "h100-sxm5-80gb")
    inventory = lca.run(case(text), DATA, convention="boavizta")
    assert inventory.value("embodied.accelerators") == pytest.approx(575.1 * HOURS / (5 * LIFE), rel=1e-3)


INFERENCE = """\
lca: 1
title: A service
period: {start: 2024-03-02, end: 2024-03-04}
facilities: {hall: {pue: 1.2, grid: {value: 400 gCO2e/kWh, boundary: generation}, upstream: 50 gCO2e/kWh}}
hardware: {gpus: {device: gpu/nvidia-h100-sxm5-80gb, count: 4, facility: hall, lifetime: 6 years, idle_power: 60 W}}
workloads:
  chat: {kind: inference, runs_on: gpus, tokens: 3 Mtok, active_parameters: 70 Gparam, duty_cycle: 40 %, batch: 8}
conventions: {inference: ecologits}
"""


def test_ecologits__is_its_model_of_a_service(table):
    """A batch of 64 always full, three years, no idle; 16 bits and a fifth more: 168 GB on four accelerators."""
    import math

    each = 1.1665273170451914e-06 * math.exp(-0.011205921025579175 * 64) * 70 + 4.052928146734005e-05
    seconds = 3e6 * (6.785088094353663e-4 * 70 + 3.119310311688259e-4 * 64 + 0.019473717579473387)
    server = seconds / 3600 * 1.2 * 4 / 8 / 64
    kWh = 1.2 * (server + 4 * 3e6 * each / 1000)
    made = seconds / (94608000 * 64) * (4 / 8 * 5700 + 4 * 273)
    row = table(INFERENCE)["ecologits"]
    assert row.total == pytest.approx(kWh * 0.45 + made, rel=1e-9)
    assert table(INFERENCE)["green-algorithms"].reason.startswith("it works from the time of a run")


def test_open_choices__are_taken_where_the_case_says_nothing(table):
    bare = table(RUN.replace("pue: 1.4, ", "").replace(", lifetime: 5 years", ""))
    assert bare["codecarbon"].total == pytest.approx(36 * 1 * 0.45, rel=1e-9)
    assert bare["green-algorithms"].total == pytest.approx(HOURS * 0.4 * 1.56 * 0.4, rel=1e-9)
    embodied = (150 + 2500 / 8) * HOURS / (6 * LIFE) / 0.85
    assert bare["bloom"].total == pytest.approx(24 / 0.54 * 0.45 + embodied, rel=1e-9)


def test_green_algorithms__usage_and_memory(table):
    text = RUN.replace("power: 300 W, measured_at: accelerators", "utilisation: 60 %").replace(
        "facility: hall, lifetime", "facility: hall, memory: 512 GB, idle_power: 46 W, lifetime"
    )
    by_hand = (HOURS * 0.4 * 0.6 + 10 * 512 * 0.3725 / 1000) * 1.4 * 0.4
    row = table(text + "conventions: {memory_power: codecarbon}\n")["green-algorithms"]
    assert row.total == pytest.approx(by_hand, rel=1e-9)


def test_table__names_what_makes_the_difference(table):
    rows = table(RUN)
    assert list(rows) == PEERS
    for row in rows.values():
        if row.total is None:
            assert row.reason
            assert not row.choices
            assert row.difference is None
        else:
            assert row.difference == pytest.approx(row.total - row.own)
            assert row.decisive is row.by_size[0]
            assert all(choice.page for choice in row.choices)
    alone = {choice.key: choice.difference for choice in rows["green-algorithms"].choices}
    lost = -alone["losses"] / (36 * 1.4)
    assert alone["upstream"] == pytest.approx(-36 * 1.4 * 0.05, rel=1e-9)
    assert alone["host"] == pytest.approx(-12 * 1.4 * (0.45 + lost), rel=1e-9)
    assert alone["accelerators"] == pytest.approx(HOURS * (0.4 - 0.3) * 1.4 * (0.45 + lost), rel=1e-9)
    assert rows["green-algorithms"].decisive.key == "host"


@pytest.mark.parametrize(
    ("old", "new", "peer", "reason"),
    [
        ("kind: training", "kind: inference", "bloom", "account of a training"),
        ("power: 300 W, measured_at: accelerators", "energy: 36 kWh", "bloom", "holds that of the host"),
        ("power: 300 W, measured_at: accelerators", "site_energy: 50 kWh", "boavizta", "read at the site's meter"),
        ("duration: 10 h, power: 300 W, measured_at: accelerators", "energy: 36 kWh", "ml-co2-impact", "by time"),
        ("a100-sxm4-80gb", "h100-sxm5-80gb", "cloud-carbon-footprint", "coefficients for"),
        ("pue: 1.4, ", "", "cloud-carbon-footprint", "PUE for aws, gcp, azure"),
        ("power: 300 W, measured_at: accelerators", "operational: 3 kgCO2e", "codecarbon", "are stated"),
    ],
)
def test_convention__that_does_not_apply__says_why(case, old, new, peer, reason):
    text = RUN.replace(old, new)
    assert text != RUN
    with pytest.raises(DoesNotApply, match=reason):
        lca.run(case(text), DATA, convention=peer)


def test_organisation__has_no_convention():
    inventory = EXAMPLE.parent.parent / "annual-2025" / "case.yaml"
    with pytest.raises(DoesNotApply, match="not for an organisation"):
        lca.run(inventory, DATA, convention="bloom")


def test_run__names_the_conventions_that_there_are(case, capsys):
    with pytest.raises(KeyError, match="no convention `bloon`; did you mean `bloom`"):
        lca.run(case(RUN), DATA, convention="bloon")
    assert cli.main(["run", str(case(RUN)), "--convention", "nobody"]) == cli.WRONG_USE
    said = capsys.readouterr().err
    assert all(peer in said for peer in PEERS)
    assert cli.main(["run", str(case(RUN)), "--convention", "ecologits"]) == cli.FINDINGS
    assert "does not apply: it is about tokens" in capsys.readouterr().err


def test_run__under_a_convention__records_each_choice_with_its_page(case):
    inventory = lca.run(case(RUN), DATA, convention="green-algorithms")
    assert not inventory.failed
    made = {item.id: item for item in inventory.decisions if item.id.startswith("convention.")}
    assert {"convention.accelerators", "convention.host", "convention.upstream", "convention.embodied"} <= set(made)
    for item in made.values():
        assert item.source == "green-algorithms-3"
        assert "conventions/green-algorithms.yaml:" in str(item.place)
        assert "Green Algorithms v3.0" in item.rule
    assert "upstream" not in inventory.totals
    assert inventory.case.notes[0].startswith("Accounted for under the convention of Green Algorithms v3.0")


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer != "ecologits"])
def test_example__renders_under_each_convention(peer, tmp_path):
    assert cli.main(["run", str(EXAMPLE), "--convention", peer, "--to", str(tmp_path)]) == cli.FINE
    assert "Accounted for under the convention" in (tmp_path / "report.html").read_text(encoding="utf-8")
    ids = [figure["id"] for figure in json.loads((tmp_path / "result.json").read_text())["figures"]]
    assert len(ids) == len(set(ids))


def test_conventions__printed_and_as_json_and_as_a_page(case, capsys, tmp_path):
    path = str(case(RUN))
    assert cli.main(["conventions", path]) == cli.FINE
    said = capsys.readouterr().out
    assert said.count("makes the difference") == 6
    assert "EcoLogits 0.11.3" in said
    assert "does not apply: it is about tokens" in said
    assert cli.main(["conventions", path, "--json"]) == cli.FINE
    rows = json.loads(capsys.readouterr().out)["conventions"]
    assert [row["peer"] for row in rows] == PEERS
    assert cli.main(["run", path, "--report", "conventions", "--to", str(tmp_path)]) == cli.FINE
    page = (tmp_path / "conventions.html").read_text(encoding="utf-8")
    assert "Green Algorithms v3.0" in page
    assert "does not apply" in page


def test_files__say_of_every_part_and_choice_whether_it_counts():
    parts = {"accelerators", "host", "overhead", "generation", "upstream", "losses", "embodied", "idle", "workloads"}
    assert list(DATA.peers()) == PEERS
    for peer in PEERS:
        counts = DATA.counts(peer)
        assert set(counts) == parts, peer
        assert all(told["page"] for told in counts.values()), peer
        for choice, entry in DATA.convention(peer).items():
            assert entry["stands"] in ("always", "open", "never"), (peer, choice)


def test_readme__prints_what_the_command_prints(capsys):
    assert cli.main(["conventions", str(EXAMPLE)]) == cli.FINE
    said = capsys.readouterr().out.splitlines()
    text = (EXAMPLE.parent.parent.parent / "README.md").read_text(encoding="utf-8")
    section = text.partition("## The same case under each convention")[2].partition("\n## ")[0]
    shown = [line.removeprefix("    ") for line in section.splitlines() if line.startswith("    ")]
    assert shown
    assert set(shown) <= set(said)
