"""Makes `evidence/nvidia-smi.csv`: the power of eight GPUs over a training run, by a seeded model.

The log is invented, and said to be so: no GPU ran. It has the form that
`nvidia-smi --query-gpu=timestamp,index,name,power.draw,utilization.gpu --format=csv -l 60` writes.
Run it again and the same bytes come out.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 50
START = datetime(2026, 3, 2, 18, 0, 0, tzinfo=UTC)
MINUTES = 14 * 60 + 30
EPOCH_MINUTES = 10
GPUS = 8
IDLE, BUSY = 62.0, 352.0
"""Watts between epochs, and while training."""


def log() -> str:
    """The log of the whole run."""
    draw = random.Random(SEED)
    offsets = [draw.gauss(0, 6) for _ in range(GPUS)]
    lines = ["timestamp, index, name, power.draw [W], utilization.gpu [%]"]
    for minute in range(MINUTES + 1):
        between_epochs = minute % EPOCH_MINUTES == 0
        for index in range(GPUS):
            moment = START + timedelta(minutes=minute, milliseconds=3 * index)
            level = IDLE + 60 if between_epochs else BUSY
            power = max(IDLE, level + offsets[index] + draw.gauss(0, 9))
            utilisation = draw.randint(20, 40) if between_epochs else draw.randint(93, 100)
            stamp = f"{moment:%Y/%m/%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
            lines.append(f"{stamp}, {index}, NVIDIA A100-SXM4-80GB, {power:.2f} W, {utilisation} %")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "evidence" / "nvidia-smi.csv").write_text(log(), encoding="utf-8")
