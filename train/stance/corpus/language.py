"""Whether a sentence is English, by the small words that every language cannot do without.

A model of English n-grams gives any text a probability; of a text in another language it means
nothing. Function words tell languages apart from a few words on, without a library (Grefenstette
1995, "Comparing two language identification schemes"). How often the rule is wrong is printed by
`benchmarks/languages.py`.
"""

import re

MIN_WORDS = 4
# From so many words on an English sentence without one English function word is hardly met.
_LONG = 9
_WORD = re.compile(r"[^\W\d_]+")
_ENDING = re.compile(r"['’]s\b|[a-z]{3}(?:ing|ed|ly|es|ts)\b")

# English words that other languages do not write the same way, as far as they are common there.
_ENGLISH_WORDS = (
    "about after again against all also although and any are around back be because been before "
    "being between both but by can cannot could did does doing down during each even ever every "
    "few first for from further get go going has have having he her here him his how however if "
    "into it its just know like made make many may might more most much must my near need never "
    "new not now of off one only or other our out over own people said same say says she should "
    "since some still such take than that the their them then there these they this those through "
    "to today told too toward towards under until up upon us very want was we well were what when "
    "where whether which while who whom whose why will with within without would yesterday yet "
    "you your don doesn didn isn aren wasn weren won couldn wouldn shouldn hasn haven hadn"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())

# The commonest small words of other languages in Latin letters, without those that English has.
_OTHERS = {
    "German": "der die das und ist nicht ein eine einen einem einer den dem des mit von für auf zu"
    " im sich auch es er sie wir ihr werden wird wurde hat haben sind als wie bei nach aus dass"
    " aber oder nur noch über vor zum zur durch wenn kann sein seine gegen mehr schon ich",
    "Dutch": "het een en van niet zijn werd wordt dat voor met aan om ook maar bij naar uit door"
    " heeft hebben deze dit ze hij zij wij als er nog wel geen meer kan dan te wat waar ik je",
    "French": "le la les un une des du de et est sont dans pour pas ne que qui sur avec par au aux"
    " ce cette ces il elle nous vous ils ont été plus mais ou où se sa ses leur leurs même fait en"
    " comme aussi être je",
    "Spanish": "el los las una unos y es del que por con para su sus no se lo le al como más pero"
    " este esta ha han fue son sin sobre entre también hay muy ya cuando desde hasta según yo",
    "Portuguese": "o os um uma do da dos das não é em com para que mais foi são ao pela pelo na no"
    " nas nos seu sua também já ou ser está tem muito à como mas isso",
    "Italian": "il gli di che è non della del dei delle degli nel nella per con sono una uno ha"
    " hanno anche più come ma se dal dalla alla al ai si questo questa sua suo stato lo io",
    "Romanian": "și în la cu pe nu este sunt din care pentru mai au fost să că de ale lui sau ca"
    " prin după între un o a am",
    "Scandinavian": "och att det som är på av för den med till inte har ett om han hon vi jag kan"
    " skulle från eller var och og ikke til er jeg på af efter ved deres vil blev et de fra sig å"
    " være ble seg når også meg",
    "Finnish": "ja on ei se että oli ovat mutta kun hän niin kuin tai myös ole joka mitä minä sen"
    " sitä vain jos nyt",
    "Estonian": "ja on ei see et oli ka kui aga ning mis kes ta ma nad",
    "Polish": "i w na z nie się jest że do to o jak po za ale co przez od dla jego ich był była"
    " są tym może już tylko oraz być lub przy który która",
    "Czech and Slovak": "a je se na v že to s z do o k si jsem jsou byl bylo pro ale tak jako po"
    " za by od ve ze který která sa som sú ktorý ako aj nie pri už len",
    "South Slavic": "i u na je da se su za od ne s o kao iz ali ili što po će bio bilo koji koja"
    " nije samo in ki pa bi tudi ni še kot",
    "Hungarian": "a az és hogy nem is egy van volt ez meg már csak mint de ha még vagy el lesz ezt"
    " azt aki ami kell",
    "Turkish": "ve bir bu da de için ile çok ne var daha gibi olarak ama kadar sonra o en ben mi"
    " değil olan her ya",
    "Baltic": "ir kad su iš bet kaip tai yra buvo į ar jo dėl tik nuo un kas ka par no ar bet arī"
    " lai pie uz bija tas kā",
    "Indonesian": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga ke karena ada"
    " saya mereka oleh telah",
    "Irish and Welsh": "agus an na ar tá ag sé bhí chun leis yn yr mae ac ei i o y gan wedi",
    "Vietnamese": "và của là có không được cho các một những trong với này đã người",
    "Tagalog": "ang ng sa mga ay na hindi ito siya kung",
    "Albanian": "dhe të në është që me për nga një nuk ka si por do më",
}  # fmt: skip
_OTHER = frozenset(" ".join(_OTHERS.values()).split()) - _ENGLISH
# Written in both, and apart from them single letters, which are initials or the ends of "it's".
_BOTH = frozenset(("am", "an", "as", "at", "do", "in", "is", "me", "no", "on", "so"))


def looks_english(text: str) -> bool | None:
    """Whether the text is English; None where it has too few words to say.

    >>> looks_english("We will not send soldiers to this war.")
    True
    >>> looks_english("Wir werden keine Soldaten in diesen Krieg schicken.")
    False
    >>> looks_english("Paris, Berlin") is None
    True
    """
    words = _WORD.findall(text)
    letters = "".join(words)
    n_latin = sum(1 for char in letters if char < "\u0250" or "\u1e00" <= char <= "\u1eff")
    if n_latin < len(letters) / 2:  # another script, which may not put spaces between words
        return False if len(letters) >= MIN_WORDS else None
    if len(words) < MIN_WORDS:
        return None
    folded = [word.casefold() for word in words if len(word) > 1]
    n_english = sum(word in _ENGLISH for word in folded)
    # "El Pais", "UN" and "Orbán" are names in an English sentence, too.
    is_upper = text.isupper()
    plain = [words[0].casefold(), *(word for word in words[1:] if is_upper or word.islower())]
    n_other = sum(_is_other(word) for word in plain)
    if max(n_english, n_other) > 1 and n_english != n_other:
        return n_english > n_other
    # One small word, or none, as in headlines: endings speak for English, but not alone.
    if n_other > n_english or (not n_english and len(words) >= _LONG and _BOTH.isdisjoint(folded)):
        return None if _ENDING.search(text) else False
    return True if n_english > n_other else None


def _is_other(word: str) -> bool:
    folded = word.casefold()
    is_known = len(word) > 1 and folded in _OTHER and folded not in _BOTH
    return is_known or (not word.isascii() and word[0].islower())
