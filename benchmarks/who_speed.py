"""How long `stance who` takes over an archive, and how much memory, from row files to who.html.

    python benchmarks/who_speed.py [ARTICLES]

Makes an archive of articles with 30 sentences each: the first half of one real sentence and the
second of another, so that nearly all differ, one in twenty printed by several outlets. One in ten
is made of sentences that carry a label: ordinary news that names Ukraine has fewer. Sentences are
the project's own and, where STANCE_SHARED is set, those in `ukraine/train.jsonl`. Prints the time
of the whole command with its processes, and the largest memory of one of them.
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

from stance.annotation.gold import project_examples
from stance.codebook.codebook import read_codebook
from stance.storage.project import Project

ROOT = Path(__file__).parent.parent
LENGTH = 30


def sentences() -> tuple[list[list[str]], list[list[str]]]:
    """Real sentences as words: those that carry a label, and those that do not."""
    project = Project(ROOT)
    found = project_examples(project, read_codebook(project.codebook)).examples
    rows = [(one.text, bool(one.labels)) for one in found]
    shared = os.environ.get("STANCE_SHARED")
    if shared:
        lines = (Path(shared) / "ukraine" / "train.jsonl").read_text("utf-8").splitlines()
        rows += [(row["text"], bool(row["labels"])) for row in map(json.loads, lines)]
    with_label = [text.split() for text, is_labelled in rows if is_labelled]
    without = [text.split() for text, is_labelled in rows if not is_labelled]
    return with_label, without


def write_archive(path: Path, n_articles: int) -> None:
    """Writes the rows."""
    chance = random.Random(1)
    pools, printed = sentences(), ["An agency reports it first, and others print it after that."]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(n_articles):
            outlet = f"outlet-{chance.randrange(60)}"
            day = date(2022, 2, 24) + timedelta(days=number * 1300 // n_articles)
            for index in range(LENGTH):
                pool = pools[chance.random() > 0.1]
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
