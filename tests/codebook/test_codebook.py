"""The codebook: labels in order, checked, and the same after writing and reading."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from stance.codebook.codebook import (
    Codebook,
    Label,
    codebook_from_labels,
    read_codebook,
    to_toml,
)
from stance.storage.errors import ConfigError
from stance.storage.project import default_text
from strategies import any_strings, codebooks, label_names


def made(*names, **fields):
    return Codebook(labels=tuple(Label(name=name) for name in names), **fields)


def read(tmp_path, text):
    path = tmp_path / "codebook.toml"
    path.write_bytes(text.encode())
    return read_codebook(path)


@given(codebooks())
@example(made("a", "b", question='"""\\ \x7f \x00\t\r\n'))
def test_a_codebook_comes_back(tmp_path_factory, codebook):
    """Written as TOML and read again, every field of a codebook is the same."""
    assert read(tmp_path_factory.mktemp("codebook"), to_toml(codebook)) == codebook


def test_the_default_codebook_is_one(tmp_path):
    """What a new project starts with can be read, has keys and definitions, and is multi-label."""
    codebook = read(tmp_path, default_text("codebook.toml"))
    assert len({label.key for label in codebook.labels} - {""}) == len(codebook.labels) >= 2
    assert all(label.definition for label in codebook.labels)
    assert not codebook.exclusive


def test_the_order_is_the_files(tmp_path):
    """Labels keep the order in which the file has them."""
    text = "".join(f'[[labels]]\nname = "{name}"\n' for name in ("warm", "cold", "absent"))
    assert read(tmp_path, text).names == ("warm", "cold", "absent")


@pytest.mark.parametrize(
    "name", ["for", "Für Hilfe", "pro-aid", "a/b", "v1.2", "no_2", "дані", "x" * 60]
)
def test_a_label_may_be_called(name):
    """Letters of any alphabet, with single separators between words, are a name."""
    assert made(name).names == (name,)


@pytest.mark.parametrize(
    "name",
    ["", " for", "for ", "1st", "-x", "_x", "a|b", "a,b", "a  b", "a\nb", "a\n", "=1", "x" * 61],
)
def test_a_label_may_not_be_called(name):
    """What looks like a number, an option, a formula or a list, or hides spaces, is no name."""
    with pytest.raises(ValidationError):
        made(name)


@given(any_strings)
def test_a_name_can_stand_in_every_file(name):
    """Whatever is accepted is one cell, has no bar, and is the same when stripped."""
    try:
        made(name)
    except ValidationError:
        return
    assert name == name.strip() != ""
    assert not set(name) & set('|,;"\n\r\t\0')
    assert name[0].isalpha() or name[0].isnumeric()
    assert not name[0].isdecimal()


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([Label(name="For"), Label(name="for")], 'the label "for" stands there twice'),
        ([Label(name="a", key="1"), Label(name="b", key="1")], 'the key "1" stands there twice'),
        ([], "at least 1"),
        ([Label(name=f"l{number}") for number in range(51)], "at most 50"),
    ],
)
def test_ambiguous_or_impossible_sets_of_labels_are_refused(labels, told):
    """Labels differ by more than case, keys differ, and there are 1 to 50 of them."""
    with pytest.raises(ValidationError, match=told):
        Codebook(labels=tuple(labels))


@pytest.mark.parametrize("name", ["¼", "²nd", "Ⅷ"])
def test_a_label_starts_with_a_letter_and_no_other_number(name):
    """A number that is no digit is no letter either."""
    with pytest.raises(ValidationError):
        made(name)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    """Four mistakes in four places make one message with four lines."""
    text = (
        "format = 2\nexclusve = true\n"
        '[[labels]]\nname = "1st"\n[[labels]]\nname = "b"\npolarity = "pro"\n'
    )
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / "codebook.toml"))
    for told in (
        "format: ",
        'unknown key "exclusve". Did you mean "exclusive"?',
        "labels.0.name: a label starts with a letter",
        "labels.1.polarity: ",
    ):
        assert told in message


def test_a_faulty_label_is_one_fault(tmp_path):
    """That no label is left besides it follows, and is not told."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, '[[labels]]\nname = "1st"\n')
    assert str(caught.value).count("\n") == 0
    with pytest.raises(ConfigError, match="labels: "):
        read(tmp_path, "labels = []\n")


@pytest.mark.parametrize("value", ["no", "true", "1", "1.0"])
def test_an_unquoted_label_is_no_label(tmp_path, value):
    """A label is a string in quotes: what YAML reads as false cannot happen."""
    with pytest.raises(ConfigError):
        read(tmp_path, f"[[labels]]\nname = {value}\n")


def test_a_mistyped_key_of_a_label_is_hinted_at(tmp_path):
    """The hint names the key of the label, not the list that it stands in."""
    with pytest.raises(ConfigError, match=r'"labels\.0\.nmae"\. Did you mean "[a-z0-9.]*name"'):
        read(tmp_path, '[[labels]]\nnmae = "a"\n')


def test_labels_come_in_the_codebooks_order():
    """Given labels are stripped, each counts once, and empty ones are none."""
    codebook = made("b", "a", "c")
    assert codebook.checked(["c", " a\t", "\u00a0c ", "", "  "]) == ("a", "c")
    assert codebook.checked([]) == ()


@pytest.mark.parametrize(
    ("label", "hint"),
    [("favor", ' Did you mean "favour"?'), ("FAVOUR", ' Did you mean "favour"?'), ("xyz", "")],
)
def test_an_unknown_label_is_told_with_the_known_ones(label, hint):
    """The message names the label, the nearest known one, and all of them in order."""
    told = f'unknown label "{label}".{hint} Labels: favour, against'
    with pytest.raises(ValueError, match=re.escape(told)):
        made("favour", "against").checked(["favour", label])


def test_an_unknown_label_cannot_steer_the_terminal():
    """Control characters in a label are shown, not sent."""
    with pytest.raises(ValueError, match=r"\\x1b\[2J"):
        made("a", "b").checked(["\x1b[2J"])


@pytest.mark.parametrize(
    ("exclusive", "none_allowed", "labels", "told"),
    [
        (True, True, ["a", "b"], "2 labels where the codebook wants one"),
        (True, True, ["a", "a"], ""),
        (True, False, [], "no label"),
        (False, False, [" "], "no label"),
        (False, False, ["a", "b"], ""),
        (True, True, [], ""),
    ],
)
def test_too_many_and_too_few_labels(exclusive, none_allowed, labels, told):
    """An exclusive codebook takes one label, and none only where none is allowed."""
    codebook = made("a", "b", exclusive=exclusive, none_allowed=none_allowed)
    if told:
        with pytest.raises(ValueError, match=told):
            codebook.checked(labels)
    else:
        assert codebook.checked(labels) == tuple(sorted(set(labels)))


@given(codebooks(), st.lists(any_strings, max_size=4), st.data())
def test_checked_labels_are_known_ordered_and_stable(codebook, others, data):
    """Whatever is given, the result is a part of the codebook in order, or ValueError."""
    given_labels = data.draw(st.lists(st.sampled_from(codebook.names)))
    try:
        labels = codebook.checked([*given_labels, *data.draw(st.sampled_from([[], others]))])
    except ValueError:
        return
    assert labels == tuple(name for name in codebook.names if name in labels)
    assert set(given_labels) <= set(labels)
    assert codebook.checked(labels) == labels


@given(st.lists(st.lists(label_names, max_size=3), max_size=8), st.booleans())
def test_a_codebook_from_data_fits_its_data(label_sets, single):
    """Every set of labels that the codebook was made from passes its check, or ConfigError."""
    try:
        codebook = codebook_from_labels(label_sets, "rows.csv", single)
    except ConfigError as error:
        assert str(error).startswith("rows.csv")
        return
    assert list(codebook.names) == sorted({label for labels in label_sets for label in labels})
    for labels in label_sets:
        if not single:
            assert set(codebook.checked(labels)) == set(labels)


@pytest.mark.parametrize(
    ("label_sets", "single", "exclusive", "none_allowed"),
    [
        ([["b"], ["a"]], False, True, False),
        ([["b"], ["a"], []], False, False, True),
        ([["b"], ["a", "b"]], False, False, True),
        ([["b"], ["a"], []], True, True, False),
    ],
)
def test_data_decide_whether_labels_exclude_each_other(label_sets, single, exclusive, none_allowed):
    """Exactly one label everywhere, or a column for one, makes an exclusive codebook."""
    codebook = codebook_from_labels(label_sets, "rows.csv", single)
    assert codebook.names == ("a", "b")
    assert (codebook.exclusive, codebook.none_allowed) == (exclusive, none_allowed)


@pytest.mark.parametrize(
    ("label_sets", "told"),
    [
        ([[], []], "no labels found"),
        ([[f"text {number}"] for number in range(51)], "51 different labels"),
        ([["a"], ["2024"], ["=1+1"]], 'Rename in the data: "2024", "=1\\+1"\\.'),
        ([["For"], ["for"]], "stands there twice"),
    ],
)
def test_data_that_make_no_codebook_are_told(label_sets, told):
    """A wrong column shows itself by no, too many, or impossible labels."""
    with pytest.raises(ConfigError, match=told):
        codebook_from_labels(label_sets, "rows.csv", single=False)


def test_a_label_may_be_no_stance():
    """The polarity none says so; every other one is a stance."""
    labels = [Label(name=one, polarity=one) for one in ("for", "none", "neutral", "against")]
    assert Codebook(labels=tuple(labels)).stances == ("for", "neutral", "against")


def test_fifty_labels_of_the_data_make_a_codebook():
    """One more is not a column of labels; what was made says where it comes from."""
    sets = [[f"label {number:02}"] for number in range(50)]
    codebook = codebook_from_labels(sets, "rows.csv", single=False)
    assert len(codebook.names) == 50
    assert codebook.name == "from-data"
    with pytest.raises(ConfigError, match=r'51 different labels, over 50, for example "label 00"'):
        codebook_from_labels([*sets, ["x"]], "rows.csv", single=False)


def test_at_most_eight_impossible_names_are_told():
    """The first in the alphabet."""
    with pytest.raises(ConfigError) as caught:
        codebook_from_labels([[str(number)] for number in range(10, 20)], "rows.csv", single=False)
    assert str(caught.value).count('"') == 16
