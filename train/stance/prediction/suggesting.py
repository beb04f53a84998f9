"""A model as the queue of sentences to be labelled asks it: in the order of the codebook."""

from collections.abc import Sequence

from stance.codebook.codebook import Codebook
from stance.learning.arrays import Array
from stance.prediction.explain import explain
from stance.prediction.predict import decide, thresholds_of
from stance.prediction.scorer import Scorer
from stance.storage.errors import ConfigError

N_WORDS = 3


class Suggestions:
    """What a model says of single sentences.

    Raises ConfigError when its labels are not those of the codebook.
    """

    def __init__(self, scorer: Scorer, codebook: Codebook) -> None:
        labels = scorer.info.labels
        if sorted(labels) != sorted(codebook.names) or scorer.info.exclusive != codebook.exclusive:
            raise ConfigError(
                f"the model {scorer.info.version} has the labels {', '.join(labels)}; the codebook "
                f"has {', '.join(codebook.names)}. Train one with this codebook (`stance train`)."
            )
        self.scorer, self._thresholds = scorer, thresholds_of(scorer)
        self._columns = [labels.index(name) for name in codebook.names]

    def probabilities(self, texts: Sequence[str]) -> Array:
        """Shape (n_texts, n_labels), in the codebook's order."""
        return self.scorer.score(texts).probabilities[:, self._columns]

    def labels(self, text: str) -> tuple[str, ...]:
        """The labels that the model gives; none where it abstains."""
        given, _ = decide(self.scorer, self._thresholds, self.scorer.score([text]))
        names = self.scorer.info.labels
        return tuple(names[column] for column in self._columns if given[0, column])

    def words(self, text: str) -> dict[str, tuple[str, ...]]:
        """For each label the words that speak for it most, the strongest first."""
        found = explain(self.scorer, text)
        told = {}
        for column, label in enumerate(self.scorer.info.labels):
            by_word = [one for one in found.by_word(column) if one[1] > 0]
            strongest = sorted(by_word, key=lambda one: -one[1])[:N_WORDS]
            told[label] = tuple(text[start:end] for (start, end), _ in strongest)
        return told
