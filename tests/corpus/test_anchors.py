"""Anchors: recognising a sentence by hashes, whatever was done to its form."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.anchors import ALIKE_BYTES, anchor_of, find_window, n_alike, sketch_of
from stance.corpus.normalise import sentence_key

SENTENCE = "The café owners’ guild, said its chair, would “gladly” send two vans to the harbour."


def test_anchor_does_not_hold_the_words() -> None:
    """What is shared shows no word of the sentence."""
    told = anchor_of(SENTENCE).model_dump_json()
    assert not any(word in told for word in ("café", "guild", "harbour", "vans"))


def test_form_changes_keep_the_key() -> None:
    """Quotes, Unicode form, case and white space change the text's hash and not the key's."""
    changed = unicodedata.normalize("NFD", SENTENCE.replace("“", '"').replace("”", '"')).upper()
    changed = changed.replace(" ", "\n")
    assert anchor_of(changed).key_sha256 == anchor_of(SENTENCE).key_sha256
    assert anchor_of(changed).sentence_sha256 != anchor_of(SENTENCE).sentence_sha256


@given(st.text(max_size=200))
def test_unicode_form_never_matters(text: str) -> None:
    """NFC and NFD of any text have one anchor key."""
    forms = {anchor_of(unicodedata.normalize(form, text)).key_sha256 for form in ("NFC", "NFD")}
    assert len(forms) == 1


def test_window_is_found_in_text_that_is_split_otherwise() -> None:
    """A sentence inside running text without a boundary is found with its exact place."""
    text = f"headline without stop {SENTENCE} and so on, without end"
    start, end = find_window(text, anchor_of(SENTENCE)) or (0, 0)
    assert text[start:end] == SENTENCE


def test_window_is_not_invented() -> None:
    """A sentence that is not there is not found."""
    assert find_window("Quite another text about the harbour.", anchor_of(SENTENCE)) is None


def test_sketches_of_like_sentences_agree_and_of_others_do_not() -> None:
    """One changed word leaves the sketch alike; another sentence does not come near."""
    like = SENTENCE.replace("two vans", "three vans")
    other = "A committee will read the report on fisheries aloud next Tuesday, before lunch."
    mine = sketch_of(sentence_key(SENTENCE))
    assert n_alike(mine, sketch_of(sentence_key(like))) >= ALIKE_BYTES
    assert n_alike(mine, sketch_of(sentence_key(other))) < ALIKE_BYTES // 2
