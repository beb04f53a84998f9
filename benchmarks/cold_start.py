"""How long `stance predict --text …` takes, beside the start of Python with `import numpy`.

    python benchmarks/cold_start.py [ROUNDS]

The two take turns, each in a process of its own; medians of CPU and wall seconds. Python's own
start and the parts of ours stand beside them.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = "Lithuania is ready to send soldiers to Ukraine after a ceasefire."
PROGRAMS = {
    "python": [sys.executable, "-c", "pass"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "stance --version": [sys.executable, "-m", "stance", "--version"],
    "stance predict --text": [
        *[sys.executable, "-m", "stance", "predict", "--text", TEXT],
        *["--model", str(ROOT / "models" / "default")],
    ],
}


def seconds(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of one run."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    after, end = os.times(), time.perf_counter()
    used = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return used, end - start


def main() -> None:
    """Prints the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
    for round_ in range(rounds + 1):
        for name, command in PROGRAMS.items():
            found = seconds(command)
            if round_:  # the first one reads from the disk
                times[name].append(found)
    medians = {
        name: tuple(statistics.median(one[k] for one in runs) for k in (0, 1))
        for name, runs in times.items()
    }
    base = medians["import numpy"]
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'ratio CPU':>11}{'wall':>6}")
    for name, (cpu, wall) in medians.items():
        print(f"{name:24}{cpu:8.3f}{wall:8.3f}{cpu / base[0]:11.2f}{wall / base[1]:6.2f}")


if __name__ == "__main__":
    main()
