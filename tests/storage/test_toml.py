"""TOML into records: every fault at once, each with its key."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from stance.storage.errors import ConfigError
from stance.storage.toml import Record, key_paths, parse_toml, read_toml, validated
from strategies import texts


class Inner(Record):
    """A group of settings."""

    depth: int = 2
    width: float = 1.0


class Outer(Record):
    """A file of settings."""

    name: str
    sizes: tuple[int, ...] = ()
    inner: Inner = Inner()
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5


def outer(text):
    return validated(Outer, parse_toml(text, "my.toml"), "my.toml")


def test_tables_become_a_record():
    """Values keep their types, lists fill tuples, missing keys have their defaults."""
    made = outer('name = "x"\nsizes = [1, 2]\n[inner]\ndepth = 7\n')
    assert made == Outer(name="x", sizes=(1, 2), inner=Inner(depth=7, width=1.0), share=0.5)
    with pytest.raises(ValidationError):
        made.name = "y"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "name: field required"),
        ("name = 3", "name: input should be a valid string, found 3"),
        ('name = "x"\nsizes = ["1"]', "sizes.0: input should be a valid integer, found '1'"),
        ('name = "x"\nsizes = [true]', "sizes.0: "),
        ('name = "x"\nshare = 1.5', "share: input should be less than 1, found 1.5"),
        ('name = "x"\nshare = nan', "share: "),
        ('name = "x"\nshare = "0.5"', "share: "),
        ('name = "x"\n[inner]\nwidth = inf', "inner.width: "),
        (
            'name = "x"\n[inner]\ndepht = 3',
            'unknown key "inner.depht". Did you mean "inner.depth"?',
        ),
        ('name = "x"\nzzzzz = 3', 'unknown key "zzzzz".'),
        ('name = "x"\ninner = 5', "inner: "),
    ],
)
def test_a_fault_is_told_with_its_key(text, told):
    """The message names file and key path, and what was found there."""
    with pytest.raises(ConfigError) as caught:
        outer(text)
    assert str(caught.value).startswith("my.toml: ")
    assert told in str(caught.value)


def test_all_faults_are_told_at_once():
    """Nobody has to mend a file one fault a run."""
    with pytest.raises(ConfigError) as caught:
        outer('name = 1\nshare = 2.0\nsizs = []\n[inner]\ndepth = "deep"\n')
    lines = str(caught.value).removeprefix("my.toml: ").split("\n")
    assert sorted(line.split(" ")[0].rstrip(":") for line in lines) == [
        "inner.depth",
        "name",
        "share",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = 1\nb = [1\n", "end of document"),
        ("a = 1\na = 2\n", "line 2"),
        ("label: x\n", "line 1"),
        ("day = 2025-02-30\n", "line 1"),
        ('a = "\x01"\n', "line 1"),
        ("a = " + "[" * 20_000, "not TOML"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, where):
    """Wrong syntax, a key given twice, a day that is none and endless nesting are ConfigErrors."""
    with pytest.raises(ConfigError, match=r"my\.toml: not TOML: .*"):
        parse_toml(text, "my.toml")
    with pytest.raises(ConfigError, match=where):
        parse_toml(text, "my.toml")


def test_a_number_with_thousands_of_digits_is_a_config_error():
    """A number that Python refuses to read is the file's fault."""
    with pytest.raises(ConfigError):
        parse_toml("a = " + "1" * 5000, "my.toml")


def test_a_key_with_thousands_of_steps_is_a_config_error():
    """Dotted keys nest without recursion while they are read, and may not break what follows."""
    with pytest.raises(ConfigError):
        outer('name = "x"\n' + ".".join("a" * 5000) + " = 1\n")


@given(st.one_of(texts, st.lists(st.sampled_from([*'[]{}="\n.#,', "a", "1"])).map("".join)))
def test_any_text_is_tables_or_a_config_error(text):
    """Whatever the text, the result is tables or ConfigError."""
    try:
        tables = parse_toml(text, "any")
    except ConfigError as error:
        assert str(error).startswith("any: not TOML")
        return
    assert isinstance(tables, dict)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"a = '\xff'", "0xFF"), (b"\xff\xfe\0\0", "UTF-32"), (b"#" * 1_000_001, "larger")],
)
def test_a_file_that_cannot_be_read_is_a_config_error(tmp_path, content, told):
    """Bytes that do not decode and files beyond the limit are told once with the file's name."""
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=told) as caught:
        read_toml(path)
    assert str(caught.value).count("c.toml") == 1
    with pytest.raises(ConfigError, match="no such file"):
        read_toml(tmp_path / "none.toml")


def test_the_text_of_the_file_is_kept(tmp_path):
    """The text comes back as it was, comments included, beside its tables."""
    path = tmp_path / "c.toml"
    path.write_bytes("\ufeff# Größe\na = 1\n".encode())
    assert read_toml(path) == ("# Größe\na = 1\n", {"a": 1})


def test_key_paths_lists_groups_and_their_keys():
    """Every key of the record and of its groups is known by its path."""
    assert key_paths(Outer) == ["name", "sizes", "inner", "inner.depth", "inner.width", "share"]


def test_a_number_without_end_in_another_base_is_told(tmp_path):
    """TOML takes it; Python does not write it out."""
    with pytest.raises(ConfigError, match=r"x.toml: a number is too long."):
        validated(Record, parse_toml(f"n = 0x{'f' * 5000}", "x.toml"), "x.toml")


def test_a_config_is_utf8(tmp_path):
    """There is no option for its encoding, so none is advised."""
    (tmp_path / "x.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError, match=r"is not UTF-8\. Save it as UTF-8") as told:
        read_toml(tmp_path / "x.toml")
    assert "--encoding" not in str(told.value)


def test_a_key_that_is_missing_was_not_found():
    """Of others the message has what stands there; faults within a list are told themselves."""
    with pytest.raises(ConfigError) as caught:
        outer("")
    assert str(caught.value).startswith("my.toml: name: field required.")
    with pytest.raises(ConfigError) as caught:
        outer("name = 7\n")
    assert str(caught.value) == "my.toml: name: input should be a valid string, found 7."


class Part(Record):
    depth: int


class Several(Record):
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]


def test_an_entry_of_a_list_is_told_by_its_place():
    """A list whose only entry is faulty is not told to be too short, too."""
    with pytest.raises(ConfigError) as caught:
        validated(Several, {"parts": [{"depth": "x"}]}, "my.toml")
    (line,) = str(caught.value).split("\n")
    assert line.startswith("my.toml: parts.0.depth: input should be a valid integer")
    with pytest.raises(ConfigError, match=r"^my\.toml: parts: tuple should have at least 1 item"):
        validated(Several, {"parts": []}, "my.toml")
