"""Accelerators, one YAML file per device: hardware/gpu/*.yaml and hardware/accelerator/*.yaml.

    python datasets/refresh/epoch.py EPOCH.csv GREEN_ALGORITHMS.csv ML_CO2_IMPACT.csv OUT_DIR

EPOCH is ml_hardware.csv of Epoch AI with columns name, type, release_date, tdp_w and
memory_bytes; GREEN_ALGORITHMS has model and tdp_w, ML_CO2_IMPACT has name, tdp_watts and
memory (GB). Type "GPU" goes to gpu/, every other to accelerator/.
Next edition: https://epoch.ai/data/machine-learning-hardware, download as CSV.

What Epoch does not know is curated here: devices.csv (better names, aliases, the same
device in the other two lists, devices in those lists only) and device-values.csv
(footprints, idle power), device-parts.csv (die, memory, board, masses). An alias must mean one device once case and punctuation are
dropped; the name without its vendor is added as an alias wherever it is free.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from _rows import CURATED, Row, flow, number, read, scalar, slug

VALUES = ("power", "idle_power", "memory", "embodied", "embodied_adpe", "embodied_pe")
VENDORS = r"^(NVIDIA|AMD|Intel|Google|Amazon|AWS|Huawei|Meta|Microsoft|Groq) "
BRANDS = r"^(Habana|GeForce|Radeon|Instinct|Tesla) "

Device = dict[str, list[Row]]


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def figure(quantity: str, source: str, page: str, note: str = "") -> Row:
    return {"value": quantity, "source": source, "page": page, "note": note}


def measures(epoch: Row, choice: Row, algorithms: dict[str, Row], impact: dict[str, Row]) -> Device:
    """Rated power and memory, the preferred source first, other sources where they differ."""
    ga, ml = algorithms.get(choice["green_algorithms"]), impact.get(choice["ml_co2_impact"])
    powers, memories = {}, {}
    if epoch:
        page = f"row {epoch['name']}, column"
        source = "epoch-ml-hardware-2026"
        if watts := epoch["tdp_w"]:
            powers["epoch"] = figure(f"{number(watts)} W", source, f"{page} tdp_w")
        if stored := epoch["memory_bytes"]:
            giga = number(f"{float(stored) / 1e9:.9f}")
            memories["epoch"] = figure(f"{giga} GB", source, f"{page} memory_bytes")
    if ga:
        page = f"TDP_gpu.csv, row {ga['model']}"
        powers["green_algorithms"] = figure(f"{number(ga['tdp_w'])} W", "green-algorithms-3", page)
    if ml:
        page, source = f"gpus.csv, row {ml['name']}", "ml-co2-impact-2026"
        powers["ml_co2_impact"] = figure(f"{number(ml['tdp_watts'])} W", source, page)
        if ml["memory"] and not memories:
            memories["ml_co2_impact"] = figure(f"{number(ml['memory'])} GB", source, page)
    order = sorted(powers, key=lambda name: name != choice["prefer"])
    distinct = {powers[name]["value"]: powers[name] for name in reversed(order)}
    ranked = [powers[name] for name in order if distinct[powers[name]["value"]] is powers[name]]
    for other in ranked[1:] or ranked:
        other["note"] = choice["remark"]
    return {"power": ranked, "memory": list(memories.values())}


def lines(name: str, aliases: list[str], released: str, device: Device) -> Iterator[str]:
    yield f"name: {scalar(name)}"
    if aliases:
        yield f"aliases: [{', '.join(map(scalar, aliases))}]"
    if released:
        yield f"released: {released}"
    for key in VALUES:
        if rows := device.get(key):
            yield f"{key}:"
            yield from (f"  - {flow(row)}" for row in rows)
    if parts := device.get("parts"):
        yield "parts:"
        for kind in dict.fromkeys(row["part"] for row in parts):
            yield f"  {kind}:"
            for row in parts:
                if row["part"] == kind:
                    told = {column: row[column] for column in ("value", "source", "page", "note")}
                    yield f"    {row['field']}: {flow(told)}"


def main(epochs: str, algorithms: str, impacts: str, out: str) -> None:
    table = {row["name"]: row for row in read(epochs)}
    by_model = {row["model"]: row for row in read(algorithms)}
    by_name = {row["name"]: row for row in read(impacts)}
    curated = list(read(CURATED / "devices.csv"))
    choices = {row["epoch"]: row for row in curated if row["epoch"]}
    blank = dict.fromkeys(curated[0], "")
    todo = [(row, choices.get(name, blank)) for name, row in table.items()]
    todo += [({}, row) for row in curated if not row["epoch"]]
    if unknown := set(choices) - set(table):
        raise SystemExit(f"devices.csv names what Epoch does not have: {sorted(unknown)}")

    devices: dict[str, tuple[str, list[str], str, Device]] = {}
    for epoch, choice in todo:
        name = choice["name"] or epoch["name"]
        folder = "gpu" if epoch.get("type") == "GPU" else "accelerator"
        device = measures(epoch, choice, by_model, by_name)
        aliases = [alias for alias in choice["aliases"].split(";") if alias]
        key = choice["id"] or f"{folder}/{slug(name)}"
        devices[key] = (name, aliases, epoch.get("release_date", ""), device)
    for row in read(CURATED / "device-values.csv"):
        values = {column: row[column] for column in row if column not in ("id", "key")}
        devices[row["id"]][3].setdefault(row["key"], []).append(values)
    for row in read(CURATED / "device-parts.csv"):
        devices[row["id"]][3].setdefault("parts", []).append(row)

    taken = {plain(text) for name, aliases, *_ in devices.values() for text in (name, *aliases)}
    for key, (name, aliases, released, device) in sorted(devices.items()):
        short = name
        for prefix in (VENDORS, BRANDS, BRANDS):
            short = re.sub(prefix, "", short)
            if plain(short) not in taken:
                taken.add(plain(short))
                aliases.append(short)
        path = Path(out) / "hardware" / f"{key}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(lines(name, aliases, released, device)) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
