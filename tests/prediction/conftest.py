"""Small models on made-up sentences about a tram, each fitted once."""

import functools
import itertools

import numpy as np
import pytest

from stance.annotation.examples import Example
from stance.codebook.codebook import Codebook, Label
from stance.corpus.targets import TargetedText
from stance.learning.calibration import Calibration
from stance.learning.config import Abstain, Config
from stance.learning.dataset import training_data
from stance.learning.pipeline import build_pipeline, class_numbers, rewriting_of
from stance.learning.training import train
from stance.models.info import Data, Info, OutOfFold, Probe, TextRewriting
from stance.models.packing import pack
from stance.models.saving import save
from stance.models.unpacking import unpack
from stance.models.weights import weights_of
from stance.prediction.inputs import input_blocks
from stance.prediction.scorer import Scorer, load_scorer
from stance.storage.block_rows import rows_of

SUBJECTS = (
    "The mayor",
    "Councillor Ilse Brandt",
    "A baker from Quay Street 12",
    "The rowing club",
    "Bürgerin Øystein",
    "İpek of the ferry union",
    "ΟΔΟΣ weekly",
    "Parents at the 2nd school ☂",
)
CLAUSES = {
    "for_tram": "welcomes the tram along the quay",
    "against_tram": "wants the tram plan dropped",
    "costs": "asks who pays forty million",
    "night": "fears loud nights in July",
}
LABELS = tuple(CLAUSES)
CHOICES = ((), (0,), (1,), (0, 2), (2,), (3,), (1, 3), (2, 3))


def _sentences(choices):
    """One sentence for each subject and choice of clauses, with the labels of these clauses."""
    for subject, choice in itertools.product(SUBJECTS, choices):
        labels = tuple(LABELS[k] for k in choice)
        said = " and ".join(CLAUSES[label] for label in labels) or "waters roses in the park"
        yield f"{subject} {said}.", labels


# Made by hand: words of the sentences above, and one they do not hold.
CLASSES = {
    "mayor": "class0", "councillor": "class0", "wants": "class1", "fears": "class1",
    "tram": "class2", "bus": "class2", "quay": "class3",
}  # fmt: skip
# Every other block, and what may be done to the whole text.
MORE = ("negated", "classes", "negated_classes", "crossed", "near", "near_classes")
REWRITING = ("contractions", "hashtags", "mask_names", "mark_target", "by_target")


def _fitted(kind, word, char, sublinear, more=(), others="left out", rewriting=()):
    """(pipeline, scorer) for a kind of labels, two n-gram ranges (None: off) and sublinear_tf.

    `more` are the names of further blocks; `rewriting` what is done to the whole text.
    """
    return _fit(kind, word, char, sublinear, frozenset(more), others, frozenset(rewriting))


# What scikit-learn gives is what the scorer gives, where nothing is calibrated.
PLAIN = Config.model_validate({"calibration": {"method": "none"}})


@functools.cache
def _fit(kind, word, char, sublinear, more, others, rewriting):
    n_labels, exclusive, has_none = kind
    block = {"sublinear_tf": sublinear}
    features = {
        "word": block | ({"ngram_range": word} if word else {"enabled": False}),
        "char": block | ({"ngram_range": char} if char else {"enabled": False}),
        **{name: block | {"enabled": name in more} for name in MORE},
        **{name: name in rewriting for name in REWRITING},
    }
    features["negated"] |= {"stems": False}
    for name in {"classes", "negated_classes", "near_classes"} & more:
        features[name] |= {"others": others}
    config = Config.model_validate({"features": features, "training": {"C": 5.0, "tol": 1e-3}})
    if exclusive:
        choices = [(k,) for k in range(n_labels)] + [()] * has_none
    else:
        choices = [tuple(k for k in choice if k < n_labels) for choice in CHOICES]
    rows = list(_sentences(choices))
    names = LABELS[:n_labels]
    targets = np.array([[name in labels for name in names] for _, labels in rows], dtype=np.int8)
    texts = [TargetedText(text, ("the Tram", "quay")[n % 2]) for n, (text, _) in enumerate(rows)]
    if more or rewriting:  # each sentence once more, against itself, in another spelling
        texts += [
            TargetedText(f"Not one #QuayTram of France: {text} don't, CAN’T", text.target)
            for text in texts
        ]
        targets = np.vstack([targets, targets])
    pipeline = build_pipeline(config, exclusive, lambda n: CLASSES)
    pipeline.fit(texts, class_numbers(targets) if exclusive else targets)
    weights, blocks = weights_of(pipeline, exclusive, n_labels)
    packed = unpack(pack(weights, blocks), blocks, n_labels)
    return pipeline, Scorer(_info(names, exclusive, has_none, blocks, config), packed)


def _info(names, exclusive, has_none, blocks, config):
    return Info(
        version="v1",
        codebook="tram",
        codebook_version="1",
        labels=names,
        exclusive=exclusive,
        none_allowed=has_none,
        calibration=Calibration(),
        abstain=Abstain(),
        thresholds=None if exclusive else (0.5,) * len(names),
        rewriting=TextRewriting(
            contractions=config.features.contractions,
            hashtags=config.features.hashtags,
            names=dict(rewriting_of(config.features).names),
            mark_target=rewriting_of(config.features).mark_target,
        ),
        blocks=blocks,
        seed=0,
        data=Data(sha256="0" * 64, n_sentences=1, n_articles=1, n_groups=1, counts={}),
        out_of_fold=OutOfFold(
            n_folds=1, macro_f1=0, macro_average_precision=0, f1={}, average_precision={}
        ),
        keywords=dict.fromkeys(names, ()),
        names=dict.fromkeys(names, ()),
        majority=(),
        libraries={},
        commit="",
        probes=(Probe(text="tram", probabilities=(0.0,) * len(names)),) * 16,
        files={},
    )


@pytest.fixture(scope="session")
def fitted():
    """The function that fits, or has fitted, a model of the settings given."""
    return _fitted


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Model folders by kind of labels, trained and saved as `stance train` does."""
    root = tmp_path_factory.mktemp("models")
    made = {}
    for name, exclusive, choices in (
        ("several", False, CHOICES),
        ("exclusive", True, [(0,), (1,), (2,)]),
        ("one_or_none", True, [(0,), (1,), ()]),
    ):
        used = sorted({k for choice in choices for k in choice})
        codebook = Codebook(
            name="tram",
            exclusive=exclusive,
            none_allowed=() in choices,
            labels=tuple(Label(name=LABELS[k]) for k in used),
        )
        examples = [
            Example(id=f"s{n:03}", text=text, labels=labels, article_id=f"a{n // len(choices)}")
            for n, (text, labels) in enumerate(_sentences(choices))
        ]
        made[name], _ = save(train(training_data(examples, codebook), PLAIN), root, name, "test")
    return made


@pytest.fixture(scope="session")
def several(folders):
    """A scorer of four labels, of which a sentence may carry any number."""
    return load_scorer(folders["several"])


@pytest.fixture(scope="session")
def exclusive(folders):
    """A scorer of three labels, of which a sentence carries exactly one."""
    return load_scorer(folders["exclusive"])


@pytest.fixture(scope="session")
def one_or_none(folders):
    """A scorer of two labels, of which a sentence carries one or none."""
    return load_scorer(folders["one_or_none"])


@pytest.fixture(scope="session")
def input_batches():
    """Gives the rows of what the arguments name, block by block."""

    def batches(arguments, texts, stdin):
        return (list(rows_of(block)) for block in input_blocks(arguments, texts, stdin))

    return batches


@pytest.fixture(scope="session")
def all_rows():
    """Gives the rows of all batches as one list."""
    return lambda batches: [row for batch in batches for row in batch]
