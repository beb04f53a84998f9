"""The training config: TOML, checked before any data is read, every default in this file."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stance.storage.errors import ConfigError, nearest, printable
from stance.storage.toml import Record, key_paths, parse_toml, read_toml, validated

NgramRange = tuple[Annotated[int, Field(ge=1, le=8)], Annotated[int, Field(ge=1, le=8)]]


class WordFeatures(Record):
    """Word n-grams: runs of two letters, digits or underscores or more, lower-cased."""

    enabled: bool = True
    ngram_range: NgramRange = (1, 2)
    min_df: Annotated[int, Field(ge=1)] = 1
    sublinear_tf: bool = True
    # How long the block is beside the others: what it says is penalised so much less, squared.
    weight: Annotated[float, Field(ge=0.01, le=100)] = 1.0

    @model_validator(mode="after")
    def _is_ordered(self) -> "WordFeatures":
        if self.ngram_range[0] > self.ngram_range[1]:
            raise ValueError("ngram_range goes from the smaller to the larger number")
        return self


class CharFeatures(WordFeatures):
    """Character n-grams within words, each word padded with a space on both sides."""

    ngram_range: NgramRange = (2, 5)

    @model_validator(mode="after")
    def _starts_at_two(self) -> "CharFeatures":
        if self.ngram_range[0] < 2:
            raise ValueError("ngram_range of characters starts at 2: single ones say nothing")
        return self


class NegatedFeatures(WordFeatures):
    """Word n-grams once more, with the `window` words behind a negation marked.

    With `stems` the stem stands for each of the 20,000 commonest words, and others are left out.
    """

    window: Annotated[int, Field(ge=1, le=32)] = 4
    stems: bool = True
    weight: Annotated[float, Field(ge=0.01, le=100)] = 1.4


class ClassFeatures(WordFeatures):
    """N-grams of word classes. A word without a class is left out, or in one class of its own."""

    ngram_range: NgramRange = (1, 3)
    n_classes: Annotated[int, Field(ge=2, le=100_000)] = 1000
    others: Literal["left out", "one class"] = "left out"


class NegatedClassFeatures(ClassFeatures):
    """N-grams of word classes, with the `window` words behind a negation marked."""

    ngram_range: NgramRange = (1, 2)
    window: Annotated[int, Field(ge=1, le=32)] = 4


class CrossedFeatures(WordFeatures):
    """Word n-grams once more for each target, for rows that have a `target`."""

    enabled: bool = False


class NearFeatures(WordFeatures):
    """N-grams of the `reach` words before and behind the place where a text names its target."""

    enabled: bool = False
    reach: Annotated[int, Field(ge=1, le=32)] = 5


class NearClassFeatures(ClassFeatures):
    """The same of word classes."""

    enabled: bool = False
    reach: Annotated[int, Field(ge=1, le=32)] = 5


class Features(Record):
    """The blocks of features, each with its own TF-IDF and a length of its `weight`."""

    word: WordFeatures = WordFeatures()
    char: CharFeatures = CharFeatures()
    negated: NegatedFeatures = NegatedFeatures()
    classes: ClassFeatures = ClassFeatures()
    negated_classes: NegatedClassFeatures = NegatedClassFeatures()
    crossed: CrossedFeatures = CrossedFeatures()
    near: NearFeatures = NearFeatures()
    near_classes: NearClassFeatures = NearClassFeatures()
    # What holds for every block. "won't" is read as "wo not".
    contractions: bool = True
    # "#StandUp" is one word, and its parts besides; "@someone" is one word.
    hashtags: bool = False
    # One word stands where a text names its target; always so with `near` or `near_classes`.
    mark_target: bool = False
    # Every feature once more for each target of twenty rows or more, beside the shared one.
    by_target: bool = False
    # Names of countries, capitals and leaders are replaced by a word for their kind.
    mask_names: bool = False
    # An n-gram in fewer articles is left out. From 3 on no sentence can be read back from a model.
    min_articles: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _has_one(self) -> "Features":
        if not self.blocks():
            raise ValueError("every block is switched off; enable word or char")
        return self

    def blocks(self) -> dict[str, WordFeatures]:
        """The blocks that are switched on, by name, in the order of the model's features."""
        every = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: block
            for name, block in every.items()
            if isinstance(block, WordFeatures) and block.enabled
        }

    def weights(self) -> dict[str, float]:
        """The weight of each block that is switched on."""
        return {name: block.weight for name, block in self.blocks().items()}


class Training(Record):
    """Logistic regression: one per label, or one over all labels when they exclude each other.

    Without a value `C` is 10 for several labels and 1 for exclusive ones; the grouped
    cross-validation behind this is `benchmarks/default_config.py`.
    """

    C: Annotated[float, Field(gt=0, le=1e6)] | None = None
    class_weight: Literal["balanced", "none"] = "balanced"
    # By how much the last step may move a probability. Steps shrink fast: a tenth of it is left.
    tol: Annotated[float, Field(gt=0, le=1e-2)] = 1e-5
    max_iter: Annotated[int, Field(ge=1, le=100_000)] = 1000


class Thresholds(Record):
    """Above which probability a label is given, for labels that do not exclude each other."""

    metric: Literal["f1", "f0.5", "f2", "fixed"] = "f1"
    value: Annotated[float, Field(gt=0, lt=1)] = 0.5  # used with "fixed" only
    folds: Annotated[int, Field(ge=2, le=50)] = 5
    # `label=0.8`: the threshold is raised until so much of what is given is right, out of fold.
    min_precision: tuple[Annotated[str, Field(pattern=r"^.+=(0?\.\d+|1(\.0+)?)$")], ...] = ()


class Abstain(Record):
    """When a model gives no answer rather than a guess. Zero and false switch a reason off."""

    # The largest probability among the labels given is below this.
    low_probability: Annotated[float, Field(ge=0, lt=1)] = 0.0
    # Exclusive labels only: the best two are nearer to each other than this.
    two_labels_close: Annotated[float, Field(ge=0, lt=1)] = 0.0
    # A larger share of the words than this is unknown to the model.
    mostly_unknown_words: Annotated[float, Field(ge=0, lt=1)] = 0.0
    not_english: bool = False


class Calibration(Record):
    """What makes probabilities of scores; kept only where it lowers the log-loss out of fold."""

    method: Literal["auto", "sigmoid", "isotonic", "temperature", "none"] = "auto"


class Model(Record):
    """What is written. Lower precision makes a smaller file; its predictions are measured."""

    weights: Literal["float64", "float32", "float16"] = "float64"
    pipeline: bool = True  # whether pipeline.joblib is written, too


class Config(Record):
    """Everything that decides what comes out of the same data."""

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    features: Features = Features()
    training: Training = Training()
    calibration: Calibration = Calibration()
    thresholds: Thresholds = Thresholds()
    abstain: Abstain = Abstain()
    model: Model = Model()

    def resolved(self, exclusive: bool) -> "Config":
        """The config with every value set, for labels of this kind."""
        if self.training.C is not None:
            return self
        training = self.training.model_copy(update={"C": 1.0 if exclusive else 10.0})
        return self.model_copy(update={"training": training})


def read_config(
    path: Path | None, overrides: Sequence[str] = (), min_precision: Sequence[str] = ()
) -> Config:
    """The config in the file (the defaults where there is none) with the overrides applied.

    An override is `key=value`, for example `training.C=4`; the value is TOML or a bare word.
    `min_precision` takes the place of the thresholds' own.
    Raises ConfigError that lists every fault.
    """
    tables: dict[str, Any] = read_toml(path)[1] if path else {}
    for override in overrides:
        _apply(tables, override)
    if min_precision:
        _apply(tables, f"thresholds.min_precision={json.dumps(list(min_precision))}")
    return validated(Config, tables, str(path) if path else "config")


def recorded_config(path: Path) -> Config:
    """The config that lies in a model's folder, which has every value that there was at the time.

    A model from before blocks had weights was trained without. Raises ConfigError that lists every
    fault.
    """
    tables = read_toml(path)[1]
    config = validated(Config, tables, str(path))
    if "weight" in tables.get("features", {}).get("negated", {}):
        return config
    return changed(config, ["features.negated.weight=1"])


def changed(config: Config, overrides: Sequence[str]) -> Config:
    """The config with the overrides applied, as `read_config` takes them."""
    tables = tomllib.loads(to_toml(config))
    for override in overrides:
        _apply(tables, override)
    return validated(Config, tables, "config")


def with_c(config: Config, value: float, tol: float | None = None) -> Config:
    """The config with another C, and perhaps another tolerance."""
    changes = {"C": value} if tol is None else {"C": value, "tol": tol}
    return config.model_copy(update={"training": config.training.model_copy(update=changes)})


def _apply(tables: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    known = key_paths(Config)
    key = key.strip()
    if not equals or key not in known:
        raise ConfigError(
            f"-S {printable(override)}: write -S key=value.{nearest(key, known)} "
            f"Keys: {', '.join(known)}."
        )
    *groups, name = key.split(".")
    for group in groups:
        tables = tables.setdefault(group, {})
        if not isinstance(tables, dict):
            raise ConfigError(f"{group} is a group of settings. Write [{group}] in the config.")
    try:
        tables[name] = parse_toml(f"value = {value}", override)["value"]
    except ConfigError:
        tables[name] = value


def to_toml(config: Config) -> str:
    """Every value of the config as TOML, which `read_config` reads back to an equal one."""
    text = "\n".join(_lines(config, "")).strip() + "\n"
    assert validated(Config, tomllib.loads(text), "config") == config
    return text


def _lines(record: Record, path: str) -> list[str]:
    """The record's own values first: behind the header of a group they would belong to that."""
    values = {name: getattr(record, name) for name in type(record).model_fields}
    own = [
        f"{name} = {json.dumps(value)}"
        for name, value in values.items()
        if value is not None and not isinstance(value, Record)
    ]
    lines = ["", f"[{path}]", *own] if path and own else own
    for name, value in values.items():
        if isinstance(value, Record):
            lines += _lines(value, f"{path}.{name}" if path else name)
    return lines
