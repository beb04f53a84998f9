"""How long `stance who` takes over an archive, and how much memory, from row files to who.html.

    python benchmarks/who_speed.py [ARTICLES]

Makes an archive of articles with 30 sentences each: the first half of one real sentence and the
second of another, so that nearly all differ, one in twenty printed by several outlets. Sentences
are the project's own and, where STANCE_SHARED is set, those in `ukraine/`. Prints the time of the
whole command with its processes, and the largest memory of one of them.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
LENGTH = 30


def sentences() -> list[list[str]]:
    """Real sentences as words."""
    files = [ROOT / "data" / "sentences.jsonl"]
    shared = os.environ.get("STANCE_SHARED")
    if shared:
        files += [Path(shared) / "ukraine" / f"{name}.jsonl" for name in ("pool", "train")]
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return [words for line in lines if len(words := json.loads(line)["text"].split()) > 5]


def write_archive(path: Path, n_articles: int) -> None:
    """Writes the rows."""
    chance = random.Random(1)
    pool, printed = sentences(), ["An agency reports it first, and others print it after that."]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(n_articles):
            outlet = f"outlet-{chance.randrange(60)}"
            day = date(2022, 2, 24) + timedelta(days=number * 1300 // n_articles)
            for index in range(LENGTH):
                one, other = chance.choice(pool), chance.choice(pool)
                text = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
                text = chance.choice(printed[-50:]) if chance.random() < 0.05 else text
                printed.append(text)
                row = {"id": f"a{number}#{index}", "text": text, "article_id": f"a{number}"}
                row |= {"sent_index": index, "outlet": outlet, "published_at": str(day)}  # type: ignore[dict-item]
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    """Prints seconds, megabytes, and the size of the page."""
    n_articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        archive, out = Path(folder) / "archive.jsonl", Path(folder) / "out"
        write_archive(archive, n_articles)
        command = [sys.executable, "-m", "stance", "who", str(archive), "--out", str(out)]
        start = time.perf_counter()
        subprocess.run(
            [*command, "--model", str(ROOT / "models" / "default")],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
        elapsed = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        size = (out / "who.html").stat().st_size
    print(f"{n_articles:,} articles, {n_articles * LENGTH:,} sentences")
    print(f"{elapsed:8.1f} s   ({used.ru_utime + used.ru_stime:.1f} s of processor time)")
    print(f"{used.ru_maxrss / 1024:8.0f} MB at most in one process")
    print(f"{size / 1e6:8.1f} MB who.html")


if __name__ == "__main__":
    main()
