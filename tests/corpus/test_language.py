"""English is told from other languages by its small words, and short texts are left alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.corpus.language import MIN_WORDS, looks_english

ENGLISH = (
    "The minister said that her country would send no soldiers.",
    "Orbán and El Pais are names in an English sentence, as is São Paulo.",
    "It's what we've been told, isn't it?",
    "WE WILL NOT SEND TROOPS TO THE FRONT",
    "Is Kyiv (Київ) ready for what comes after the war?",
)
OTHERS = {
    "German": "Der Minister sagte, dass sein Land keine Soldaten schicken werde.",
    "French": "Le ministre a dit que son pays n'enverrait pas de soldats.",
    "Spanish": "El ministro dijo que su país no va a enviar soldados por ahora.",
    "Italian": "Il ministro ha detto che il suo paese non manda soldati.",
    "Portuguese": "O ministro disse que o seu país não vai mandar soldados.",
    "Dutch": "De minister zei dat zijn land geen soldaten naar het front stuurt.",
    "Polish": "Minister powiedział, że jego kraj nie wyśle żołnierzy na front.",
    "Czech": "Ministr řekl, že jeho země vojáky na frontu nepošle, ale pomůže.",
    "Hungarian": "A miniszter szerint az ország nem küld katonákat, és ez így is marad.",
    "Romanian": "Ministrul a spus că țara sa nu va trimite soldați pe front.",
    "Turkish": "Bakan, ülkesinin cepheye asker göndermeyeceğini ve bunun böyle kalacağını söyledi.",
    "Finnish": "Ministeri sanoi, että hänen maansa ei lähetä sotilaita rintamalle.",
    "Swedish": "Ministern sade att hans land inte kommer att skicka några soldater.",
    "Ukrainian": "Міністр сказав, що його країна не відправить солдатів.",
    "Greek": "Ο υπουργός είπε ότι η χώρα του δεν θα στείλει στρατιώτες.",
    "Chinese": "部长说他的国家不会派遣士兵。",
    "Arabic": "قال الوزير إن بلاده لن ترسل جنودا.",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_english(text):
    """Names with accents, contractions, capitals and a foreign word in brackets do not hide it."""
    assert looks_english(text) is True


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_not(language):
    """Sentences of 17 languages, in Latin letters and in others."""
    assert looks_english(OTHERS[language]) is False


@pytest.mark.parametrize(
    "text", ["", "  ", "Paris, Berlin", "2024-03-01", "Nein!", "Ні.", "$ 54 %"]
)
def test_short_texts_are_left_alone(text):
    """Where there is nothing to tell a language by, nothing is said."""
    assert looks_english(text) is None


def test_a_headline_of_names_is_left_alone():
    """No small word of any language is in it."""
    assert looks_english("French spies deployed, Le Figaro reports") is not False


@given(st.text())
@example("İ" * 5)
@example("\ud800 a b c d e")
def test_any_text_has_an_answer(text):
    """Nothing is raised, and few words are never an answer in Latin letters."""
    answer = looks_english(text)
    assert answer in (True, False, None)
    if text.isascii() and len(text.split()) < MIN_WORDS and text.isalpha():
        assert answer is None


@given(st.sampled_from(ENGLISH), st.sampled_from(ENGLISH))
def test_two_english_sentences_are_english(one, other):
    """The answer does not tip over with length."""
    assert looks_english(f"{one} {other}") is True
