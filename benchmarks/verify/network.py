"""Every command under `strace`: none opens a connection to anything but this machine.

    python benchmarks/verify/network.py [--count 40] [--seconds S] [--seed N]

Those that answer a browser are asked for their page and then stopped by Ctrl-C. Also told: which
programs were started (`git` says of which commit a model is). Where ptrace is barred nothing can
be shown, and the load says so by having done nothing.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from verify_desk import FAST, article, made, rows, write
from verify_tally import Budget, Tally, run_alone

from stance.storage.project import Project

# A connection, or a datagram sent to somewhere.
_CALL = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=(AF_INET6?)\b(.*)")
_HERE = re.compile(r'inet_addr\("127\.|"::1"|"::ffff:127\.')
# Commands that answer at a port until they are stopped.
PAGES = {"annotate": ["--no-browser"], "serve": []}
_STARTED = re.compile(r'execve\("([^"]+)".* = 0$')


def commands(root: Path, project: Project) -> list[list[str]]:
    """Every command once, as a user gives it; those that train do so as fast as can be."""
    data = write(root / "more.jsonl", rows(24, 7))
    (root / "one.txt").write_text(article(1), encoding="utf-8")
    here, model = ["--project", str(project.root)], ["--model", str(project.models / "v1")]
    out = [str(root / f"out{number}") for number in range(9)]
    return [
        ["predict", "--text", "They welcome the pledge.", *here],
        ["train", "--data", data, "--codebook", "auto", "--models", out[1], *FAST],
        ["evaluate", "--data", data, *model, "--out", out[5]],
        ["who", data, *here, "--out", out[6]],
        ["--help"],
        ["init", out[0]],
        ["ingest", str(root / "one.txt"), *here],
        ["import", data, *here, "--by", "ana"],
        ["status", *here],
        ["codebook", *here],
        ["validate", *here],
        ["agreement", *here],
        ["train", *here, *FAST],
        ["train-curve", *here, *FAST, "--out", out[2]],
        ["retrain", *here, *FAST],
        ["reproduce", "v1", *here],
        ["predict", data, *model, "--json"],
        ["predict", str(root / "one.txt"), *here, "-o", f"{out[3]}.csv"],
        ["predict", data, *model, "--workers", "2", "-o", f"{out[4]}.jsonl"],
        ["compare", "v1", "v2", "--data", data, *here, "--out", out[7]],
        ["drift", data, data, *model],
        ["export", f"{out[8]}.csv", *here],
        ["export", f"{out[8]}.jsonld", "--stand-off", *here],
        ["hydrate", str(root), *here],
        *(["models", one, *here] for one in ("list", "show", "verify", "page", "history")),
        ["models", "promote", "v1", *here],
        ["models", "rollback", *here],
        ["split", *here],
        ["correct", "a0#0", "none", "--by", "ana", *here],
        ["review", "--terminal", "--by", "ana", *here],
        ["annotate", "--terminal", "--by", "ana", *here],
        *([name, "--port", "0", *more, *here] for name, more in PAGES.items()),
    ]


def traced(command: list[str], log: Path) -> tuple[int, list[str], set[str]]:
    """Runs the command; its exit code, the calls that leave the machine, the programs started."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg,execve"
    strace = ["strace", "-f", "-qq", "-s", "300", "-e", calls, "-o", str(log)]
    process = subprocess.Popen(
        [*strace, sys.executable, "-m", "stance", *command],
        text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    if "--port" in command:
        asked(process)
    process.communicate()
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    away = [line for line in lines if (found := _CALL.search(line)) and not _HERE.search(found[2])]
    started = {found[1] for line in lines if (found := _STARTED.search(line))}
    return process.returncode, away, started


def asked(process: "subprocess.Popen[str]") -> None:
    """Gets the page whose address the process prints, and interrupts the process."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+\S*", line):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(found[0], timeout=60).read()
            break
    os.killpg(process.pid, signal.SIGINT)


def is_traceable(log: Path) -> bool:
    """Whether `strace` is there and may look at processes."""
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(["strace", "-o", str(log), "true"], capture_output=True, check=False)
    return done.returncode == 0


def main(budget: Budget) -> Tally:
    """Runs the commands; tells what left the machine."""
    n_done, away, ended, started = 0, [], [], set()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        if not is_traceable(root / "log"):
            return Tally("commands without network", 0, detail=("strace is barred here",))
        project = made(root)
        for command in commands(root, project):
            if not budget.lasts(n_done):
                break
            code, found, programs = traced(command, root / "log")
            n_done += 1
            started |= {Path(one).name for one in programs}
            away += [f"{' '.join(command[:2])}: {line}" for line in found]
            if code not in (0, 1, 3) and (code, "--port" in command) != (130, True):
                ended.append(f"{' '.join(command)}: ended with {code}")
    told = f"programs started: {', '.join(sorted(started))}"
    return Tally(
        "commands without network", n_done, len(away), 0, len(ended), (*away, *ended, told)
    )


if __name__ == "__main__":
    run_alone(main, 40)
