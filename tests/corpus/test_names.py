"""Names of countries in a text: found whole, masked, exchanged."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stance.corpus.names import MASKS, countries, exchanged, masked, mentions

FORMS = [
    (form, number)
    for number, one in enumerate(countries())
    for form in (one.name, *one.other, one.adjective, one.capital, *one.leaders)
]
FILLERS = (
    " ",
    ", ",
    ". ",
    "-",
    "’s ",
    "\n",
    " and ",
    " us ",
    " the ",
    "x",
    "é",
    "_",
    "1",
    "South ",
)
pieces = st.sampled_from([form for form, _ in FORMS]) | st.sampled_from(FILLERS)
named_texts = st.lists(pieces | st.text(max_size=4), max_size=10).map("".join)


def shown(text):
    """The names found, with their kind and country."""
    return [
        (text[one.start : one.end], one.kind, countries()[one.country].name)
        for one in mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("South Korea paid.", [("South Korea", "name", "South Korea")]),
        ("A South Korean ship", [("South Korean", "adjective", "South Korea")]),
        ("New Zealand agreed", [("New Zealand", "name", "New Zealand")]),
        ("New Delhi or Delhi", [("New Delhi", "capital", "India")]),
        ("the U.S. Senate", [("U.S.", "name", "United States")]),
        ("a U.S.-led plan", [("U.S.", "name", "United States")]),
        ("(US)", [("US", "name", "United States")]),
        ("The Hague’s judges", [("The Hague", "capital", "Netherlands")]),
        ("Orbán and De Wever", [("Orbán", "leader", "Hungary"), ("De Wever", "leader", "Belgium")]),
        ("FrancexFrance _France France1 Frances", []),
        ("tell us, france, macron, u.s.", []),
        ("Americans, Frenchmen, Germanys", []),
        ("U.S.A", []),
        ("", []),
    ],
)
def test_names_are_found_whole_and_the_longest_first(text, found):
    """The longest name wins; within a word or in lower case there is none."""
    assert shown(text) == found


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Meloni told Rome.", "Someone told Somewhere."),
        ("New Zealand’s and British ships", "Someland’s and Somelandish ships"),
        ("The U.S. and the US", "The Someland and the Someland"),
        ("us", "us"),
    ],
)
def test_masked(text, without):
    """Each name gives way to the word for its kind; all else stays."""
    assert masked(text) == without


@pytest.mark.parametrize(
    ("text", "step", "other"),
    [
        ("Macron said France would help.", 1, "Scholz said Germany would help."),
        ("Paris, a French town", 2, "Rome, a Italian town"),
        ("Erdoğan and Erdogan", 1, "Trudeau and Trudeau"),
        ("Ramaphosa left Pretoria.", 1, "Biden left Washington."),
        ("Biden left the US.", -1, "Ramaphosa left the South Africa."),
        ("nobody came", 7, "nobody came"),
    ],
)
def test_exchanged(text, step, other):
    """All names of a country become those of one other, and the list goes round."""
    assert exchanged(text, step) == other


@given(named_texts)
@example("U.S.US")
def test_masking_twice_is_masking_once(text):
    """The words that stand for names are no names, and make none with their neighbours."""
    assert mentions(masked(text)) == []
    assert masked(masked(text)) == masked(text)


@given(st.text(max_size=60), st.integers(-50, 50))
def test_a_text_without_names_stays(text, step):
    """Where nothing is named nothing is changed; lower-case text names nothing."""
    for one in (text, text.lower()):
        if not mentions(one):
            assert (masked(one), exchanged(one, step)) == (one, one)
    assert mentions(text.lower()) == []


@given(named_texts, st.integers(-50, 50))
def test_an_exchange_keeps_all_but_the_names(text, step):
    """As many names stand at the same places among the same words, moved by the step."""
    before, after = mentions(text), mentions(exchanged(text, step))
    assert [(one.country + step) % len(countries()) for one in before] == [
        one.country for one in after
    ]

    def rest(text_, found):
        ends = [0, *(one.end for one in found)]
        starts = [*(one.start for one in found), len(text_)]
        return [text_[end:start] for end, start in zip(ends, starts, strict=True)]

    assert rest(text, before) == rest(exchanged(text, step), after)


@given(st.lists(st.sampled_from(range(len(countries()))), max_size=5), st.integers(1, 35))
def test_there_and_back(chosen, step):
    """An exchange forward and the same one backward give the text again."""
    text = "; ".join(
        f"{countries()[k].leaders[0]} of {countries()[k].name} in {countries()[k].capital}"
        for k in chosen
    )
    assert exchanged(exchanged(text, step), -step) == text
    if chosen:
        assert exchanged(text, step) != text


@pytest.mark.parametrize(("form", "number"), FORMS)
def test_every_form_of_the_list_is_found(form, number):
    """Each form is found by itself, whole, and belongs to its country."""
    (one,) = mentions(form)
    assert (one.start, one.end, one.country) == (0, len(form), number)
    assert one.kind in MASKS


def test_the_list_can_be_exchanged():
    """No country comes twice, and each has a leader to put in another's place."""
    names = [one.name for one in countries()]
    assert len(set(names)) == len(names) <= 100  # codes have two digits
    assert all(one.leaders for one in countries())


def test_a_country_is_not_taken_for_a_leader():
    """Montenegro is a country more often than a prime minister of Portugal."""
    assert all(kind != "leader" for _, kind, _ in shown("Montenegro joined the alliance."))
