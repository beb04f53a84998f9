"""What stands around a sentence in its article."""

from bisect import bisect_left
from collections import defaultdict

from stance.corpus.segment import Sentence
from stance.corpus.store import Corpus

N_AROUND = 2

Around = tuple[tuple[str, ...], tuple[str, ...]]


class Context:
    """Finds the sentences around each sentence of the corpus."""

    def __init__(self, corpus: Corpus, n_around: int = N_AROUND) -> None:
        self._n_around = n_around
        self._by_article: dict[str, list[Sentence]] = defaultdict(list)
        for one in corpus.sentences.values():
            self._by_article[one.article_id].append(one)
        for found in self._by_article.values():
            found.sort(key=_index)

    def around(self, sentence: Sentence) -> Around:
        """The texts of up to two sentences before and after it, in reading order.

        Of an imported row it is the context that the row itself brought.
        """
        if sentence.context_before or sentence.context_after:
            return _given(sentence.context_before), _given(sentence.context_after)
        found = self._by_article[sentence.article_id]
        place = bisect_left(found, sentence.sent_index, key=_index)
        before = found[max(0, place - self._n_around) : place]
        after = found[place + 1 : place + 1 + self._n_around]
        return tuple(one.text for one in before), tuple(one.text for one in after)


def _index(sentence: Sentence) -> int:
    return sentence.sent_index


def _given(context: str) -> tuple[str, ...]:
    return (context,) if context else ()
