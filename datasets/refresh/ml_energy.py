"""ML.ENERGY Benchmark: measured energy of inference, one row per configuration.

    python datasets/refresh/ml_energy.py TASK.json … OUT_DIR
    python datasets/refresh/ml_energy.py FLAT.csv OUT_DIR

Writes factors/token-energy/mlenergy-3.csv (language models, joules per output token) and
factors/request-energy/mlenergy-3.csv (images and videos, joules per one of them). A TASK.json is
public/data/tasks/<task>.json of github.com/ml-energy/leaderboard: `configurations`, with the fields of the
benchmark; FLAT.csv is all of them in one table, with a column `task`.

Energy, power and throughput are those of all the accelerators of a configuration together; the host is
not measured. Next edition: the same files of the repository's main branch; then set EDITION.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from _rows import COLUMNS, Row, number, read, write

EDITION = "mlenergy-3"
OF = {
    # What is counted: the folder, the column of its energy and of its throughput, the limit of the batch.
    "token": ("token-energy", "energy_per_token_joules", "output_throughput_tokens_per_sec", "max_num_seqs"),
    "image": ("request-energy", "energy_per_image_joules", "throughput_images_per_sec", "batch_size"),
    "video": ("request-energy", "energy_per_video_joules", "throughput_videos_per_sec", "batch_size"),
}
TOLD = ("task", "model", "gpu", "gpus", "batch", "batch_reached", "throughput", "precision", "architecture")
PARALLEL = ("tensor", "expert", "data", "ring", "ulysses")


def configurations(paths: list[str]) -> Iterator[Row]:
    """Every configuration as the publisher has it; what it leaves out is empty."""
    for path in map(Path, paths):
        if path.suffix == ".csv":
            yield from read(path)
            continue
        for entry in json.loads(path.read_text(encoding="utf-8"))["configurations"]:
            yield {"task": path.stem} | {key: "" if value is None else str(value) for key, value in entry.items()}


def short(model: str) -> str:
    """`meta-llama/Llama-3.1-70B-Instruct` becomes `llama-3.1-70b-instruct`."""
    return model.rpartition("/")[2].lower().replace("_", "-")


def parallelism(row: Row) -> str:
    """How the model is spread over its accelerators: `tensor 4`, `ring 2 ulysses 4`."""
    degrees = {kind: row.get(f"{kind}_parallel") or row.get(f"{kind}_degree") for kind in PARALLEL}
    return " ".join(f"{kind} {number(degree)}" for kind, degree in degrees.items() if degree and float(degree) > 1)


def made(row: Row, seen: Counter[str]) -> tuple[str, Row]:
    """The folder of a configuration and its row; repetitions of one are numbered."""
    kind, (folder, energy, throughput, limit) = next(item for item in OF.items() if row.get(item[1][1]))
    unit = "token" if kind == "token" else "request"
    gpus, batch = number(row["num_gpus"]), number(row[limit])
    spread = parallelism(row)
    id = f"{EDITION}:{row['task']}:{short(row['model_id'])}:{gpus}x{row['gpu_model'].lower()}:batch-{batch}"
    if kind != "token" and spread:
        id += f":{spread.replace(' ', '-')}"
    seen[id] += 1
    if seen[id] > 1:
        id += f":run-{seen[id]}"
    reached = number(row["avg_batch_size"]) if kind == "token" else batch
    note = ""
    if kind != "token":
        size = f"{number(row[f'{kind}_width'])} × {number(row[f'{kind}_height'])}"
        frames = f", {number(row['num_frames'])} frames" if kind == "video" else ""
        note = f"a request is one {kind} of {size}{frames}, {number(row['inference_steps'])} steps"
    return folder, {
        "id": id,
        "region": "WORLD",
        "value": number(row[energy]),
        "unit": f"J/{unit}",
        "quality": "published",
        "source": EDITION,
        "page": f"tasks/{row['task']}.json, {energy}",
        "note": note,
        "task": row["task"],
        "model": row["model_id"],
        "gpu": row["gpu_model"],
        "gpus": gpus,
        "batch": batch,
        "batch_reached": reached,
        "throughput": number(row[throughput]),
        "precision": row["weight_precision"],
        "architecture": row.get("architecture", ""),
        "parallel": spread,
        **({"tokens_per_request": number(row["avg_output_len"])} if kind == "token" else {}),
    }


def order(row: Row) -> tuple[str, str, str, float, float, str, float]:
    batch = float(row.get("max_num_seqs") or row["batch_size"])
    energy = next(float(row[column]) for _, column, _, _ in OF.values() if row.get(column))
    return (row["task"], row["model_id"], row["gpu_model"], float(row["num_gpus"]), batch, parallelism(row), energy)


def main(*arguments: str) -> None:
    *sources, out = arguments
    seen: Counter[str] = Counter()
    folders: dict[str, list[Row]] = {}
    for row in sorted(configurations(sources), key=order):
        folder, ours = made(row, seen)
        folders.setdefault(folder, []).append(ours)
    for folder, rows in folders.items():
        told = (*TOLD, "parallel", *(("tokens_per_request",) if folder == "token-energy" else ()))
        write(Path(out) / "factors" / folder / f"{EDITION}.csv", rows, (*COLUMNS, *told))


if __name__ == "__main__":
    main(*sys.argv[1:])
