"""Looking up strings and rows of numbers by hash: exact whatever the hashes are."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.models import tables
from stance.models.hashing import MAX_PROBES, hash_of_bytes, hash_of_numbers
from stance.models.tables import (
    PADDING,
    Rows,
    Strings,
    check_slots,
    eights,
    equal_strings,
    hash_numbers,
    hash_strings,
)
from stance.storage.errors import ModelError

short = st.text(
    st.one_of(st.sampled_from("ab"), st.characters(exclude_characters="\n")), max_size=12
)
SOME = {
    "as they are": None,
    "all zero": lambda hashes: np.zeros_like(hashes),
    "all ones": lambda hashes: np.full_like(hashes, 2**64 - 1),
    "two": lambda hashes: hashes & np.uint64(1),
    "the last slots": lambda hashes: hashes | np.uint64(2**64 - 4),
}


def bytes_of(strings):
    """The strings side by side, with their places."""
    encoded = [one.encode("utf-8", "surrogatepass") for one in strings]
    lengths = np.array([len(one) for one in encoded], dtype=np.int64)
    data = np.frombuffer(b"".join(encoded) + b"\xff" * PADDING, dtype=np.uint8)
    return eights(data), np.cumsum(lengths) - lengths, lengths


@contextlib.contextmanager
def with_hashes(name):
    """Both hash functions changed by one of the above."""
    change = SOME[name]
    with pytest.MonkeyPatch.context() as patch:
        for function in ("hash_strings", "hash_numbers") if change else ():
            right = getattr(tables, function)
            patch.setattr(tables, function, lambda *args, right=right: change(right(*args)))
        yield


@pytest.mark.parametrize("hashes", SOME)
@settings(max_examples=100, deadline=None)
@given(
    st.lists(short, min_size=1, max_size=25, unique=True),
    st.lists(short | st.sampled_from(["abcdefgh", "abcdefghi", "x" * 70]), max_size=25),
)
def test_strings_are_found_whatever_the_hashes(hashes, vocabulary, others):
    """A string is found as itself or not at all, also when all hashes collide."""
    queries = vocabulary[::-1] + others
    number = {term: n for n, term in enumerate(vocabulary)}
    with with_hashes(hashes):
        table = Strings.build(vocabulary)
        table.check("the table")
        found = table.find(*bytes_of(queries)).tolist()
    assert found == [number.get(one, -1) for one in queries]


@pytest.mark.parametrize("hashes", SOME)
@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, unique_by=tuple),
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3)),
)
def test_rows_are_found_whatever_the_hashes(hashes, rows, others):
    """A row of numbers is found as itself; neither its beginning nor a longer one is."""
    numbers = np.full((len(rows), 3), -1)
    for place, row in enumerate(rows):
        numbers[place, : len(row)] = row
    with with_hashes(hashes):
        table = Rows.build(numbers)
        table.check("the table", 4)
        for query in rows + others:
            found = table.find([np.array([one]) for one in query]).tolist()
            assert found == [rows.index(query) if query in rows else -1]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.binary(max_size=30), min_size=1), st.lists(st.integers(0, 2**31 - 1), min_size=1)
)
def test_both_ways_to_hash_agree(strings, numbers):
    """Arrays and plain Python give one hash, or a mapped table would not be found by both."""
    data = np.frombuffer(b"".join(strings) + bytes(PADDING), dtype=np.uint8)
    lengths = np.array([len(one) for one in strings])
    found = hash_strings(eights(data), np.cumsum(lengths) - lengths, lengths)
    assert found.tolist() == [hash_of_bytes(one) for one in strings]
    assert hash_numbers([*np.array([numbers]).T]).tolist() == [hash_of_numbers(numbers)]


def test_hashes_spread():
    """Forty thousand short strings have as many hashes, and take as many slots as by chance."""
    letters = [chr(97 + n) for n in range(26)] + ["é", "я", "☂"]
    strings = [a + b + c for a in letters for b in letters for c in letters]
    strings += [a + b for a in letters for b in letters]
    hashes = hash_strings(*bytes_of(strings))
    assert len(np.unique(hashes)) == len(strings)
    n_slots = 1 << 16
    used = len(np.unique(hashes & np.uint64(n_slots - 1))) / n_slots
    assert abs(used - (1 - np.exp(-len(strings) / n_slots))) < 0.01


def test_nothing_to_find():
    """No query gives no answer."""
    assert Strings.build(["tram"]).find(*bytes_of([])).tolist() == []


@pytest.mark.parametrize("n", [1, 7, 8, 9, 1000])
def test_a_table_that_is_full_or_broken_is_refused_or_harmless(n):
    """Slots and places that lead elsewhere are refused; slots in disorder find nothing wrong."""
    strings = [f"term{number}" for number in range(n)]
    good = Strings.build(strings)
    size = len(good.slots)
    twice, missing = good.slots.copy(), good.slots.copy()
    twice[np.flatnonzero(twice == 0)[0]] = 1
    missing[np.flatnonzero(missing)[0]] = 0
    for slots in (
        np.full(size, n + 1, dtype=np.uint32),
        np.zeros(size - 1, dtype=np.uint32),
        np.zeros(8, dtype=np.uint32),
        np.full(size, 1, dtype=np.uint32),
        twice,
        missing,
        np.where(good.slots == n, n + 1, good.slots),
        np.where(good.slots == n, n - 1, good.slots) if n > 1 else missing,
    ):
        with pytest.raises(ModelError, match="slots"):
            Strings(good.text, good.starts, slots).check("t")
    places = good.starts.copy()
    places[-1] = len(good.text)
    for starts in (places, good.starts[::-1], np.zeros(0, np.uint32), good.starts[1:]):
        with pytest.raises(ModelError, match=r"places|slots"):
            Strings(good.text, starts.copy(), good.slots).check("t")
    draw = np.random.default_rng(0)
    table = Strings(good.text, good.starts, draw.permutation(good.slots))
    table.check("t")
    found = table.find(*bytes_of([*strings, "other"])).tolist()
    assert all(one in (-1, number) for number, one in enumerate(found[:-1]))
    assert found[-1] == -1


def test_a_search_ends_whatever_the_slots(monkeypatch):
    """After so many slots a string or a row counts as unknown; one given with its hash is found."""
    strings = [f"term{number}" for number in range(40)]
    table = Strings.build(strings)
    view, starts, lengths = bytes_of(strings)
    hashes = hash_strings(view, starts, lengths)
    assert table.find(view, starts, lengths, hashes).tolist() == list(range(40))
    monkeypatch.setattr(tables, "MAX_PROBES", 1)
    full = Strings(table.text, table.starts, np.ones(16, np.uint32))
    assert set(full.find(view, starts, lengths).tolist()) <= {-1, 0}
    rows = Rows(np.arange(40, dtype=np.int32).reshape(40, 1), np.ones(16, np.uint32))
    assert set(rows.find([np.arange(40)]).tolist()) <= {-1, 0}


@pytest.mark.parametrize("begin", [0, 5, -1, -100])
def test_a_table_without_a_free_slot_near_is_refused(begin):
    """A run of filled slots as long as that, also round the end, was made to waste time."""
    for n, is_refused in ((MAX_PROBES, False), (MAX_PROBES + 1, True)):
        slots = np.zeros(1 << 12, np.uint32)
        slots[(begin + np.arange(n)) % len(slots)] = np.arange(1, n + 1)
        if is_refused:
            with pytest.raises(ModelError, match="without a free one"):
                check_slots("t", slots, n)
        else:
            check_slots("t", slots, n)
    apart = np.zeros(1 << 12, np.uint32)
    apart[np.arange(2000) * 2] = np.arange(1, 2001)
    check_slots("t", apart, 2000)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 15, 16, 17, 24, 25])
def test_stretches_are_equal_to_their_last_byte(length):
    """And in no byte behind it; each byte of them counts."""
    text = bytes(range(1, length + 1))

    def stretches(*others):
        data = np.frombuffer(b"".join(b"?" + one + b"!" for one in others) + bytes(8), np.uint8)
        return eights(data), 1 + (length + 2) * np.arange(len(others))

    changed = [text[:n] + b"\xff" + text[n + 1 :] for n in range(length)]
    mine, starts = stretches(*[text] * (length + 1))
    other, other_starts = stretches(*changed, text)
    lengths = np.full(length + 1, length)
    found = equal_strings(mine, starts, other, other_starts, lengths)
    assert found.tolist() == [False] * length + [True]
    assert found.dtype == bool


def test_a_table_has_four_slots_for_a_key():
    """A power of two, and sixteen at least."""
    sizes = {n: len(Strings.build([f"term{k}" for k in range(n)]).slots) for n in (0, 1, 4, 5, 64)}
    assert sizes == {0: 16, 1: 16, 4: 16, 5: 32, 64: 256}
    assert len(Strings.build([f"term{k}" for k in range(65)]).slots) == 512


def test_a_table_knows_its_longest_string():
    """In bytes; without strings it is none."""
    assert [Strings.build(one).longest() for one in (["a", "éé", ""], ["abc"], [])] == [4, 3, 0]
    assert (len(Strings.build(["a", "b"])), Strings.build(["é", ""]).names()) == (2, ["é", ""])


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        ([0, 2, 4], ""),
        ([1, 2, 4], "lie outside"),
        ([0, 2, 5], "lie outside"),
        ([0, 2, 2], "not in order"),
        ([0, 3, 2], "not in order"),
    ],
)
def test_places_are_in_the_text_and_in_order(starts, told):
    """A string has its newline at least."""
    good = Strings.build(["a", "b"])
    table = Strings(good.text, np.array(starts, np.uint32), good.slots)
    if not told:
        table.check("t")
        return
    with pytest.raises(ModelError, match=f"^t: places that (are )?{told}"):
        table.check("t")


@pytest.mark.parametrize(
    ("numbers", "is_one"),
    [([[0, 1]], True), ([[1, -1]], True), ([[2, 0]], False), ([[0, -2]], False)],
)
def test_numbers_of_rows_stand_for_something(numbers, is_one):
    """-1 stands behind the last one."""
    table = Rows.build(np.array(numbers))
    if is_one:
        table.check("t", 2)
        return
    with pytest.raises(ModelError, match="numbers that stand for nothing"):
        table.check("t", 2)
