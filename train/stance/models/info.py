"""What a model folder says of itself: `info.json`."""

from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from stance.codebook.codebook import Codebook, Label
from stance.learning.calibration import Calibration
from stance.learning.config import Abstain
from stance.models import names
from stance.storage.toml import Record

FORMAT = names.FORMAT
N_PROBES = 16
VERSION_PATTERN = names.VERSION_PATTERN
MOST_CALIBRATED = 1e6  # a larger scale or shift would make infinite what is finite

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Probability = Annotated[float, Field(ge=0, le=1)]
Threshold = Annotated[float, Field(gt=0, lt=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Size = Annotated[int, Field(ge=0)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class TextRewriting(Record):
    """What is done to a text before its words are found, with the names that are masked."""

    contractions: bool
    hashtags: bool
    names: Annotated[dict[Name, Name], Field(max_length=10_000)]
    mark_target: bool = False


class Block(Record):
    """One block of features as scikit-learn's TfidfVectorizer and its view of words were set."""

    name: Literal[
        "word", "char", "negated", "classes", "negated_classes", "crossed", "near", "near_classes"
    ]
    analyzer: Literal["word", "char_wb"]
    window: Annotated[int, Field(ge=0, le=32)] = 0
    has_classes: bool = False
    keep_others: bool = False
    crossed: bool = False
    reach: Annotated[int, Field(ge=0, le=32)] = 0
    ngram_range: tuple[Annotated[int, Field(ge=1, le=8)], Annotated[int, Field(ge=1, le=8)]]
    sublinear_tf: bool
    n_features: Annotated[int, Field(ge=1, le=100_000_000)]


class Probe(Record):
    """A made-up sentence and what scikit-learn gives for it, one probability a label."""

    text: Annotated[str, Field(max_length=2000)]
    probabilities: tuple[Probability, ...]


class Data(Record):
    """What the model was trained on; no text of it."""

    sha256: Sha256
    n_sentences: Size
    n_articles: Size
    n_groups: Size
    counts: dict[str, Size]


class OutOfFold(Record):
    """Scores of out-of-fold predictions for the training data."""

    n_folds: Size
    macro_f1: Probability
    macro_average_precision: Probability
    f1: dict[str, Probability]
    average_precision: dict[str, Probability]


class Info(Record):
    """The record of one version. The same data, config and libraries give the same record but
    for `version`; when and by which command it was made stands in the history.
    """

    format: Literal[3] = 3
    version: str
    codebook: str
    codebook_version: str
    labels: tuple[str, ...]
    exclusive: bool
    none_allowed: bool
    calibration: Calibration
    abstain: Abstain
    thresholds: tuple[Threshold, ...] | None
    rewriting: TextRewriting
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=8)]
    seed: Size
    data: Data
    out_of_fold: OutOfFold
    keywords: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, ...]]
    majority: tuple[str, ...]
    libraries: dict[str, str]
    commit: str
    probes: Annotated[tuple[Probe, ...], Field(min_length=N_PROBES, max_length=64)]
    files: Annotated[dict[FileName, Sha256], Field(max_length=100)]

    @field_validator("version")
    @classmethod
    def _is_a_version(cls, version: str) -> str:
        if not VERSION_PATTERN.fullmatch(version):
            raise ValueError("a version has letters, digits and . _ - only")
        return version

    @model_validator(mode="after")
    def _has_a_codebook(self) -> "Info":
        try:
            self.as_codebook()
        except ValidationError as error:
            raise ValueError(f"labels: {error.errors()[0]['msg']}") from error
        return self

    def as_codebook(self) -> Codebook:
        """The labels of the model as a codebook, for reading data that it is to be scored on."""
        return Codebook(
            name=self.codebook,
            version=self.codebook_version,
            exclusive=self.exclusive,
            none_allowed=self.none_allowed,
            labels=tuple(Label(name=name) for name in self.labels),
        )

    @model_validator(mode="after")
    def _is_consistent(self) -> "Info":
        names = set(self.labels)
        if (self.thresholds is None) != self.exclusive:
            raise ValueError("thresholds belong to labels that do not exclude each other")
        if self.thresholds is not None and len(self.thresholds) != len(self.labels):
            raise ValueError("as many thresholds as labels are needed")
        found = self.calibration
        if len(found.shifts or found.knots or self.labels) != len(self.labels):
            raise ValueError("the calibration is of other labels")
        if self.exclusive and found.method not in ("none", "temperature"):
            raise ValueError("exclusive labels have one temperature")
        if any(len(probe.probabilities) != len(self.labels) for probe in self.probes):
            raise ValueError("a probe needs one probability a label")
        if not set(self.keywords) == set(self.names) == names >= set(self.majority):
            raise ValueError("keywords and majority name other labels, or names do")
        if len({one.name for one in self.blocks}) != len(self.blocks):
            raise ValueError("a block stands there twice")
        if sum(one.analyzer == "char_wb" for one in self.blocks) > 1:
            raise ValueError("a model has one block of characters at most")
        if any(one.ngram_range[0] > one.ngram_range[1] for one in self.blocks):
            raise ValueError("n-grams have at least one length")
        if max((*found.scales, *map(abs, found.shifts)), default=0) > MOST_CALIBRATED:
            raise ValueError("the calibration is beyond any that training gives")
        if any(one.analyzer == "char_wb" and one.ngram_range[0] < 2 for one in self.blocks):
            raise ValueError("n-grams of characters start at two")
        return self
