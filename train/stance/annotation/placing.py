"""Which sentence of the corpus a labelled row is about: a known one, or a new one."""

from collections import defaultdict

from stance.annotation.examples import Example
from stance.corpus.articles import Article, article_id, is_date
from stance.corpus.normalise import sentence_key, sha256
from stance.corpus.segment import Sentence, sentence_id
from stance.corpus.store import Corpus

_ARTICLE_FIELDS = ("title", "url", "outlet", "published_at", "event", "lang")


class Placement:
    """Finds or makes the corpus sentence of an example."""

    def __init__(self, corpus: Corpus) -> None:
        self.new_articles: list[Article] = []
        self.new_sentences: list[Sentence] = []
        self._articles = dict(corpus.articles)
        self._by_text: dict[tuple[str, str], Sentence] = {}
        self._n_of: dict[str, int] = defaultdict(int)
        self._ids: set[str] = set()
        self._of_article: dict[str, list[Sentence]] = defaultdict(list)
        for sentence in corpus.sentences.values():
            self._remember(sentence)

    def sentence_of(self, example: Example) -> Sentence:
        """The sentence with these words in the row's article, or at the place that it names."""
        article = article_name(example)
        digest = sha256(example.text)
        known = self._by_text.get((article, digest)) or self._at_its_place(article, example)
        if known is not None:
            return known
        if article not in self._articles:
            self._articles[article] = _article_of(article, example)
            self.new_articles.append(self._articles[article])
        index = self._index(article, example)
        sentence = Sentence(
            id=sentence_id(article, index),
            article_id=article,
            sent_index=index,
            text=example.text,
            sha256=digest,
            context_before=_text(example, "context_before"),
            context_after=_text(example, "context_after"),
        )
        self._remember(sentence)
        self.new_sentences.append(sentence)
        return sentence

    def _index(self, article: str, example: Example) -> int:
        """The row's own index in its article where that is free, else the next one."""
        wanted = _number(example, "sent_index")
        if wanted is not None and sentence_id(article, wanted) not in self._ids:
            return wanted
        return self._n_of[article]

    def _at_its_place(self, article: str, example: Example) -> Sentence | None:
        """The sentence that holds the stretch of the article from `start` to `end`.

        Some tools change signs on the way (Discourse Network Analyzer semicolons and quotes), so
        the words need not be the same ones to the letter.
        """
        start, end = _number(example, "start"), _number(example, "end")
        known = self._articles.get(article)
        if start is None or end is None or known is None or not known.text:
            return None
        if _levelled(known.text[start:end]) != _levelled(example.text):
            return None
        for sentence in self._of_article[article]:
            first, last = sentence.start, sentence.end
            if first is not None and last is not None and first <= start and end <= last:
                return sentence
        return None

    def _remember(self, sentence: Sentence) -> None:
        article = sentence.article_id
        self._by_text[article, sentence.sha256] = sentence
        self._n_of[article] = max(self._n_of[article], sentence.sent_index + 1)
        self._ids.add(sentence.id)
        self._of_article[article].append(sentence)


def _levelled(text: str) -> str:
    return sentence_key(text).replace(";", ",").replace('"', "'")


def _number(example: Example, name: str) -> int | None:
    """The field as a whole number; None where it is none."""
    value = example.fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if type(value) is int and 0 <= value < 10**9 else None


def article_name(example: Example) -> str:
    """The row's article; a row without one is an article by itself, named by its words.

    Rows of which nothing is known must not be lumped together: they could never be split.
    """
    if example.article_id != example.id:
        return article_id(example.article_id)
    return f"text-{sha256(example.text)[:16]}"


def _article_of(name: str, example: Example) -> Article:
    fields = {field: _text(example, field) for field in _ARTICLE_FIELDS}
    if not is_date(fields["published_at"]):  # "unknown", "2014/2018": no reason to lose the row
        fields["published_at"] = ""
    return Article(id=name, source=example.place.rsplit(":", 1)[0].rsplit("/", 1)[-1], **fields)


def _text(example: Example, field: str) -> str:
    value = example.fields.get(field)
    return value if isinstance(value, str) else ""
