"""The packaged table of word classes."""

from collections import defaultdict

import pytest

from stance.learning.config import Config, read_config
from stance.learning.pipeline import build_pipeline
from stance.learning.views import WORD
from stance.learning.word_classes import as_text, stems, word_classes
from stance.storage.errors import ConfigError


def test_there_is_a_table_for_the_default_config() -> None:
    """Whoever switches classes on and nothing else gets them."""
    features = Config().features
    for block in (features.classes, features.negated_classes):
        table = word_classes(block.n_classes)
        assert len(set(table.values())) == block.n_classes


@pytest.mark.parametrize(
    ("one", "other"), [("pledged", "vowed"), ("troops", "soldiers"), ("refuse", "reluctant")]
)
def test_words_of_one_use_share_a_class(one: str, other: str) -> None:
    """What is said of the one holds for the other."""
    assert word_classes(300)[one] == word_classes(300)[other]


def test_unlike_words_do_not() -> None:
    """A class is no catch-all: the largest of the coarse ones holds few of the words."""
    assert word_classes(1000)["willing"] != word_classes(1000)["refuse"]
    table = word_classes(300)
    assert len({table[word] for word in ("troops", "monday", "france", "billion", "soup")}) == 5
    sizes = defaultdict(int)
    for number in table.values():
        sizes[number] += 1
    assert max(sizes.values()) < len(table) / 20


def test_a_class_is_called_by_its_commonest_word() -> None:
    """So that an explanation can be read."""
    for size in (300, 1000):
        table = word_classes(size)
        firsts = {unit: word for word, unit in reversed(table.items())}
        assert all(unit == f"{word}~" for unit, word in firsts.items())


def test_forms_of_a_word_share_a_stem() -> None:
    """What is learnt of one form holds for the others; a name has none."""
    found = stems()
    assert found["pledged"] == found["pledges"] == found["pledging"] == "pledg-"
    assert found["troops"] != found["soldiers"]
    assert "starmer" not in found


def test_every_word_can_stand_in_a_text() -> None:
    """Lower-case words as the pattern cuts them, each once."""
    words = list(word_classes(1000))
    assert len(words) == len(set(words)) == len(word_classes(300))
    assert all(WORD.fullmatch(word) and word == word.lower() for word in words)


def test_coarse_classes_are_unions_of_fine_ones() -> None:
    """Words that share a fine class share the coarse one."""
    coarse, fine = word_classes(300), word_classes(1000)
    parents = defaultdict(set)
    for word, number in fine.items():
        parents[number].add(coarse[word])
    assert {len(found) for found in parents.values()} == {1}


def test_other_sizes_are_refused_in_one_line() -> None:
    """The message names the sizes there are."""
    config = read_config(None, ["features.classes.enabled=true", "features.classes.n_classes=123"])
    with pytest.raises(ConfigError, match="123: there are tables of 300 and 1,000"):
        build_pipeline(config.resolved(False), False)


def test_lines_keep_the_order_of_the_words() -> None:
    """A worked example: two fine classes within one coarse one, and one in another."""
    text = as_text(["the", "cat", "dog", "ran"], [2, 0, 0, 1], [5, 5, 6])
    assert text == "5 cat dog\n5 ran\n6 the\n"
