"""A project of two articles that three people have answered, to be reviewed by tests."""

import json

from stance.annotation.cases import disputed_cases
from stance.annotation.doubts import Doubted
from stance.annotation.review import Review
from stance.annotation.store import Annotation, append_annotations
from stance.codebook.codebook import Codebook, Label, to_toml
from stance.corpus.articles import Article
from stance.corpus.normalise import sha256
from stance.corpus.segment import Sentence
from stance.corpus.store import add_to_corpus
from stance.storage.project import create_project

BOOK = Codebook(name="dam", labels=(Label(name="yes", key="a"), Label(name="no")))
TEXTS = [f"The dam {word}." for word in ("holds", "leaks", "stands", "is old", "is new", "bends")]
# Sentence number to the answers of ana, bo and cy; None where one gave none.
ANSWERS = [
    (("yes",), ("no",), None),
    (("yes",), ("yes",), None),
    ((), ("yes", "no"), ("no", "yes")),
    (("yes",), None, None),
    (("no",), ("no",), ("yes",)),
    (("no",), ("yes",), None),
]


def line(number, who, labels, kind=Annotation, **fields):
    fields = {"annotated_at": "2026-01-01T00:00:00Z", "sentence_sha256": sha256(TEXTS[number])} | (
        fields
    )
    name = f"a{number // 3}#{number % 3}"
    return kind(sentence_id=name, labels=labels, annotator=who, **fields)


def made(folder, codebook=BOOK, suggested=False):
    """A project of two articles with three sentences each; the second one is for testing."""
    found = create_project(folder, to_toml(codebook))
    for article in (0, 1):
        sentences = [
            Sentence(
                id=f"a{article}#{n}",
                article_id=f"a{article}",
                sent_index=n,
                text=TEXTS[3 * article + n],
                sha256=sha256(TEXTS[3 * article + n]),
            )
            for n in range(3)
        ]
        add_to_corpus(found, [Article(id=f"a{article}", title=f"Talk {article}")], sentences)
    found.split.write_text(
        json.dumps({"format": 1, "articles": {"a0": "train", "a1": "test"}}), "utf-8"
    )
    append_annotations(
        found,
        [
            line(n, who, labels, note=f"{who} says", suggested=suggested and who == "cy")
            for n, row in enumerate(ANSWERS)
            for who, labels in zip(("ana", "bo", "cy"), row, strict=True)
            if labels is not None
        ],
    )
    return found


def reviewing(project, names=(), book=BOOK):
    return Review(project, book, disputed_cases(project, book, names))


def doubt(number, labels=("yes",), suggested=("no",), text=None):
    name = f"a{number // 3}#{number % 3}"
    return Doubted(name, text or TEXTS[number], labels, suggested, 0.1, 0.9)
