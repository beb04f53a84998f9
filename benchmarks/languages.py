"""How often `corpus/language.py` takes English for another language, and the reverse.

English: the real sentences below STANCE_SHARED. Others: the example sentences that spaCy's source
has for some 60 languages; name the folder it was unpacked or installed in.

    python benchmarks/languages.py FOLDER_WITH_SPACY
"""

import ast
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from stance.corpus.language import looks_english

FILES = ("ukraine/train", "ukraine/pool", "ukraine/validation", "benchmarks/gwsd/train",
         "benchmarks/newsmtsc_rw/train", "benchmarks/semeval2016t6/train")  # fmt: skip


def main() -> None:
    """Prints the shares of each answer, a line a file."""
    print(f"{'':30}{'texts':>8}{'English':>10}{'other':>8}{'cannot say':>12}")
    shared = os.environ.get("STANCE_SHARED")
    if shared is None:
        print("STANCE_SHARED is not set: no English sentences")
    else:
        started, n_texts = time.process_time(), 0
        for name in FILES:
            lines = (Path(shared) / f"{name}.jsonl").read_text("utf-8").splitlines()
            _print(name, [json.loads(line)["text"] for line in lines])
            n_texts += len(lines)
        print(f"{n_texts / (time.process_time() - started):,.0f} texts a CPU second")
    if len(sys.argv) > 1:
        found = [
            text
            for path in sorted(Path(sys.argv[1]).glob("spacy/lang/*/examples.py"))
            if path.parent.name not in ("en", "xx")
            for text in _examples(path)
        ]
        _print("other languages (spaCy)", found)
        _print("  of six words or more", [text for text in found if len(text.split()) >= 6])


def _examples(path: Path) -> list[str]:
    """The sentences as the source lists them; nothing of the package is run."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "sentences":
            return list(ast.literal_eval(node.value))
    return []


def _print(name: str, texts: list[str]) -> None:
    found = Counter(looks_english(text) for text in texts)
    shares = [f"{100 * found[answer] / len(texts):.2f} %" for answer in (True, False, None)]
    print(f"{name:30}{len(texts):8,}{shares[0]:>10}{shares[1]:>8}{shares[2]:>12}")


if __name__ == "__main__":
    main()
