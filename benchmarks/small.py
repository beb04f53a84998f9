"""A small version of the benchmarks of speed, for `make benchmark`: writes benchmarks/RESULTS.md.

    python benchmarks/small.py

Takes some minutes. The figures are those of the machine and of its load at the time; the ratios
say more than the seconds.
"""

import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
RUNS = (
    ("throughput.py", "1"),
    ("command_lines.py", "--rows", "100000", "--rounds", "1"),
    ("predict_files.py", "--rows", "50000", "--kinds", "jsonl"),
    ("cold_start.py", "5"),
    ("tuning.py", "2000"),
)


def main() -> None:
    """Runs the scripts one after the other and writes what they print."""
    parts = [
        "# Results of `make benchmark`",
        f"{date.today()}, {os.cpu_count()} processors ({platform.machine()}), Python "
        f"{platform.python_version()}, {platform.system()}; one run each, so take them for the "
        "order of magnitude. What the full versions printed: [README.md](README.md).",
        f"Load when it began: {os.getloadavg()[0]:.1f}.",
    ]
    for name, *options in RUNS:
        print(name, *options, flush=True)
        command = [sys.executable, str(HERE / name), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = done.stdout.strip() if not done.returncode else "not run: " + _last(done.stderr)
        parts.append(f"`{' '.join((name, *options))}`\n\n```\n{told}\n```")
    (HERE / "RESULTS.md").write_text("\n\n".join(parts) + "\n", "utf-8")


def _last(told: str) -> str:
    """The last line of an error, which says what is missing."""
    return (told.strip().splitlines() or ["no reason given"])[-1].replace(str(HERE.parent), "…")


if __name__ == "__main__":
    main()
