"""The training config: every fault listed with the nearest key, overrides, and a round trip."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.learning.config import Config, read_config, recorded_config, to_toml
from stance.storage.errors import ConfigError, StanceError
from stance.storage.project import default_text

BLOCKS = Config().features.blocks()


@pytest.fixture
def config_file(tmp_path):
    """Writes the text as a config file and returns its path."""

    def write(text):
        path = tmp_path / "train.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_every_value_is_the_default(config_file):
    """No file and an empty file are the defaults."""
    assert read_config(None) == read_config(config_file("")) == Config()


def test_the_config_of_a_new_project_is_valid(config_file):
    """What `stance init` writes can be read."""
    assert read_config(config_file(default_text("train.toml"))) == Config()


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("[training]\nc = 4", "training.c", "training.C"),
        ("[features.word]\nngram_rang = [1, 2]", "features.word.ngram_rang", "word.ngram_range"),
        ("[thresholds]\nmetrics = 'f1'", "thresholds.metrics", "thresholds.metric"),
        ("sead = 1", "sead", "seed"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_one(config_file, text, key, hint):
    """A slip in a key is an error that names it and what was probably meant."""
    with pytest.raises(ConfigError, match=rf'unknown key "{key}"\. Did you mean ".*{hint}"\?'):
        read_config(config_file(text))


def test_all_wrong_values_are_listed_at_once(config_file):
    """Every fault of the file stands in one message, each with its key and what was found."""
    text = """
        seed = "one"
        surprise = 1
        [features.word]
        ngram_range = [2, 1]
        min_df = 0
        [features.char]
        enabled = "no"
        ngram_range = [1, 3]
        [training]
        C = -1
        class_weight = "heavy"
        [thresholds]
        folds = 1
        value = 1.0
    """
    with pytest.raises(ConfigError) as caught:
        read_config(config_file(text))
    told = str(caught.value)
    assert "train.toml" in told
    keys = "seed surprise features.word.min_df features.char.enabled training.C"
    for key in (*keys.split(), "training.class_weight", "thresholds.folds", "thresholds.value"):
        assert key in told
    assert "found 'one'" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("features.word.ngram_range = [2, 1]", "smaller to the larger"),
        ("features.char.ngram_range = [1, 3]", "starts at 2"),
        ("features.char.ngram_range = [4, 3]", "smaller to the larger"),
        ("features.word.ngram_range = [1, 2, 3]", "ngram_range"),
        (
            "\n".join(f"features.{name}.enabled = false" for name in BLOCKS),
            "enable word or char",
        ),
        ("training.C = inf", "finite"),
        ("training.C = nan", "finite"),
        ("training.C = true", "training.C"),
        ("training.C = '1'", "training.C"),
        ("seed = 1.0", "seed"),
        ("seed = 4294967296", "seed"),
        ("training = 5", "training"),
        ("seed: 1", "TOML"),
        ("seed = 1\nseed = 2", "TOML"),
    ],
)
def test_values_out_of_range_are_refused(config_file, text, told):
    """A value that cannot be, or of another type, is refused and never converted."""
    with pytest.raises(ConfigError, match=told):
        read_config(config_file(text))


@pytest.mark.parametrize(
    ("override", "found"),
    [
        ("training.C=4", lambda config: config.training.C == 4.0),
        ("training.C = 0.5", lambda config: config.training.C == 0.5),
        ("training.class_weight=none", lambda config: config.training.class_weight == "none"),
        ('training.class_weight="none"', lambda config: config.training.class_weight == "none"),
        ("features.char.enabled=false", lambda config: not config.features.char.enabled),
        ("features.word.ngram_range=[1, 3]", lambda c: c.features.word.ngram_range == (1, 3)),
        ("seed=7", lambda config: config.seed == 7),
        ("thresholds.metric=f0.5", lambda config: config.thresholds.metric == "f0.5"),
    ],
)
def test_an_override_sets_one_value(override, found):
    """`-S key=value` takes TOML or a bare word, and changes nothing else."""
    config = read_config(None, [override])
    assert found(config)
    key = override.split("=")[0].strip()
    lines = Counter(to_toml(config).splitlines())
    changed = [*(lines - Counter(to_toml(Config()).splitlines()))]
    assert [line.split(" = ")[0] for line in changed] == [key.rsplit(".", 1)[-1]]


def test_an_override_beats_the_file_and_the_last_one_counts(config_file):
    """The file's other values stay; of two overrides the later one is taken."""
    path = config_file("seed = 3\n[training]\nC = 2.0\nmax_iter = 50")
    config = read_config(path, ["training.C=4", "training.C=8"])
    assert (config.seed, config.training.C, config.training.max_iter) == (3, 8.0, 50)


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("training.c=4", 'Did you mean "training.C"?'),
        ("training.C", "write -S key=value"),
        ("=4", "write -S key=value"),
        ("C=4", "Keys: seed, features"),
        ("training.C=four", "training.C"),
        ("training.C=0", "training.C"),
        ("seed=", "seed"),
        ("training=4", "training"),
    ],
)
def test_a_wrong_override_is_refused(override, told):
    """An override with an unknown key, or a value that cannot be, says what is wrong."""
    with pytest.raises(ConfigError) as caught:
        read_config(None, [override])
    assert told in str(caught.value)


def test_an_override_below_a_value_is_refused(config_file):
    """Where the file has a value in place of a table, an override below it is no crash."""
    with pytest.raises(ConfigError, match="training"):
        read_config(config_file("training = 5"), ["training.C=4"])


@pytest.mark.parametrize(
    "text",
    ["seed = " + "1" * 5000, "seed = 0x" + "1" * 5000, ".".join(["a"] * 5000) + " = 1"],
    ids=["digits", "hexadecimal", "deep"],
)
def test_numbers_and_nesting_without_end_are_refused(config_file, text):
    """A number of thousands of digits or keys of thousands of parts are mistakes, no crash."""
    with pytest.raises(ConfigError):
        read_config(config_file(text))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_config_or_the_declared_error(content):
    """Whatever bytes the file has, the answer is a config or a StanceError."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.toml"
        path.write_bytes(content)
        try:
            assert isinstance(read_config(path), Config)
        except StanceError as error:
            assert "train.toml" in str(error)


KEYS = st.sampled_from(["seed", "training", "training.C", "features.word.min_df", "x", "", "a.b"])


@settings(max_examples=150, deadline=None)
@given(KEYS, st.text(max_size=20), st.sampled_from(["=", " = ", ""]))
def test_any_override_gives_a_config_or_the_declared_error(key, value, equals):
    """Whatever is typed behind -S, the answer is a config or a StanceError."""
    try:
        assert isinstance(read_config(None, [f"{key}{equals}{value}"]), Config)
    except StanceError as error:
        assert str(error)


def ordered(smallest):
    return st.tuples(st.integers(smallest, 8), st.integers(smallest, 8)).map(sorted)


def block(smallest):
    return st.fixed_dictionaries(
        {},
        optional={
            "ngram_range": ordered(smallest),
            "min_df": st.integers(1, 99),
            "sublinear_tf": st.booleans(),
        },
    )


CONFIGS = st.builds(
    lambda seed, word, char, training, thresholds, without: Config.model_validate(
        {
            "seed": seed,
            "features": {
                "word": {**word, "enabled": without != "word"},
                "char": {**char, "enabled": without != "char"},
            },
            "training": training,
            "thresholds": thresholds,
        },
        strict=False,
    ),
    st.integers(0, 2**32 - 1),
    block(1),
    block(2),
    st.fixed_dictionaries(
        {},
        optional={
            "C": st.none() | st.floats(0, 1e6, exclude_min=True),
            "class_weight": st.sampled_from(["balanced", "none"]),
            "tol": st.floats(0, 1e-2, exclude_min=True),
            "max_iter": st.integers(1, 100_000),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "metric": st.sampled_from(["f1", "f0.5", "f2", "fixed"]),
            "value": st.floats(0, 1, exclude_min=True, exclude_max=True),
            "folds": st.integers(2, 50),
        },
    ),
    st.sampled_from(["word", "char", "neither"]),
)


@settings(max_examples=150, deadline=None)
@given(CONFIGS)
def test_a_config_comes_back_as_it_was_written(config):
    """What `to_toml` writes, `read_config` reads back to an equal config."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.toml"
        path.write_text(to_toml(config), encoding="utf-8")
        assert read_config(path) == config


@pytest.mark.parametrize(("exclusive", "default"), [(True, 1.0), (False, 10.0)])
def test_the_default_of_C_depends_on_the_kind_of_labels(exclusive, default):
    """C is 1 for labels that exclude each other and 10 for others, unless it is given."""
    assert default == read_config(None).resolved(exclusive).training.C
    given_one = read_config(None, ["training.C=3", "seed=5"])
    assert given_one.resolved(exclusive) == given_one


def test_a_model_from_before_weights_was_trained_without(tmp_path):
    """Its config names none; one that does is taken by its word."""
    path = tmp_path / "config.toml"
    config = read_config(None, ["features.negated.window=3"])
    path.write_text(to_toml(config), "utf-8")
    assert recorded_config(path) == config
    lines = to_toml(config).splitlines()
    path.write_text("\n".join(one for one in lines if not one.startswith("weight =")), "utf-8")
    assert recorded_config(path) == read_config(
        None, ["features.negated.window=3", "features.negated.weight=1"]
    )
    path.write_text('features = "none"', "utf-8")
    with pytest.raises(ConfigError):
        recorded_config(path)
