"""How varied the project's own corpus is, and how far its annotators agree.

    python benchmarks/corpus_quality.py            # the project's articles
    STANCE_SHARED=… python benchmarks/corpus_quality.py   # beside real sentences

Variety is measured as text made from templates would fail it: the share of distinct word
4-grams, the spread of sentence lengths, near-duplicates, and how many of an article's word
2-grams stand in no article before it. Agreement is Krippendorff's alpha (nominal, per label).
"""

import json
import os
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stance.annotation.judgements import project_judgements
from stance.annotation.store import read_annotations, read_gold, resolve
from stance.codebook.codebook import read_codebook
from stance.corpus.near_duplicates import duplicate_clusters
from stance.corpus.segment import Sentence
from stance.corpus.store import read_records
from stance.evaluation.annotators import measure_agreement
from stance.storage.project import Project

ROOT = Path(__file__).parent.parent


def ngrams(text: str, n: int) -> list[tuple[str, ...]]:
    """The word n-grams of the lower-cased text."""
    words = re.findall(r"\w+", text.lower())
    return list(zip(*(words[start:] for start in range(n)), strict=False))


def distinct_share(texts: Sequence[str], n: int = 4) -> float:
    """Distinct n-grams divided by all n-grams."""
    found = [one for text in texts for one in ngrams(text, n)]
    return len(set(found)) / max(1, len(found))


def new_share(articles: Sequence[Sequence[str]], n: int = 2) -> float:
    """The mean share of an article's distinct n-grams that no earlier article has."""
    seen: set[tuple[str, ...]] = set()
    shares = []
    for number, texts in enumerate(articles):
        found = {one for text in texts for one in ngrams(text, n)}
        if number and found:
            shares.append(len(found - seen) / len(found))
        seen |= found
    return statistics.mean(shares)


def variety(name: str, articles: dict[str, list[str]]) -> None:
    """Prints the measures of one corpus, on a like number of sentences."""
    texts = [text for one in articles.values() for text in one]
    lengths = [len(text.split()) for text in texts]
    clusters = duplicate_clusters(texts)
    near = sum(1 for position, first in enumerate(clusters) if first != position)
    tenths = statistics.quantiles(lengths, n=10)
    print(f"\n{name}: {len(articles):,} articles, {len(texts):,} sentences")
    print(f"  distinct word 4-grams          {distinct_share(texts):.3f}")
    print(
        f"  words a sentence               mean {statistics.mean(lengths):.1f}, "
        f"deviation {statistics.stdev(lengths):.1f}, "
        f"tenths {tenths[0]:.0f} {tenths[4]:.0f} {tenths[8]:.0f}"
    )
    print(f"  near-duplicate sentences       {100 * near / len(texts):.2f} %")
    print(f"  new word 2-grams per article   {100 * new_share(list(articles.values())):.1f} %")


def own_articles(project: Project) -> dict[str, list[str]]:
    """The sentences of the project's own articles, hydrated ones left out."""
    articles: dict[str, list[str]] = {}
    for one in read_records(project.sentences, Sentence):
        articles.setdefault(one.article_id, []).append(one.text)
    return articles


def real_articles(path: Path, n_sentences: int) -> dict[str, list[str]]:
    """As many real sentences, by article."""
    articles: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines()[:n_sentences]:
        row = json.loads(line)
        articles.setdefault(row["article_id"], []).append(row["text"])
    return articles


def agreement(project: Project) -> None:
    """Prints alpha and the counts of every label."""
    codebook = read_codebook(project.codebook)
    own = {one.id for one in read_records(project.sentences, Sentence)}
    answers = project_judgements(project, codebook)
    kept = tuple(one for one in answers.sentences if one.id in own)
    found = measure_agreement(replace(answers, sentences=kept), codebook)
    settled = resolve(read_annotations(project), read_gold(project)).labels
    print(f"\nannotators: {', '.join(found.annotators)}; {len(own):,} sentences")
    print(f"  {'label':20}{'alpha':>8}{'gold':>8}")
    overall, *by_label = found.together
    for one in by_label:
        alpha = one.measures["alpha"]
        n_gold = sum(1 for sentence in own if one.what in settled.get(sentence, ()))
        print(f"  {one.what:20}{alpha.value if alpha else float('nan'):8.3f}{n_gold:8,}")
    n_none = sum(1 for sentence in own if not settled.get(sentence, ()))
    percent = overall.measures["percent"]
    print(f"  {'(no label)':20}{'':8}{n_none:8,}")
    print(f"  the same labels in {100 * percent.value if percent else 0:.1f} % of the sentences")


def main() -> None:
    """Prints variety, beside real sentences where they are at hand, and agreement."""
    project = Project(ROOT)
    own = own_articles(project)
    variety("the project's corpus", own)
    if shared := os.environ.get("STANCE_SHARED"):
        n_sentences = sum(map(len, own.values()))
        variety(
            "real sentences", real_articles(Path(shared) / "ukraine" / "train.jsonl", n_sentences)
        )
    agreement(project)


if __name__ == "__main__":
    main()
