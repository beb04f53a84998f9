"""Whom "he", "we", "the president" and "the official" mean, by what the article said before.

Simple rules, each of which can be told to a reader: "he" and "she" are the last person named as
a subject; "I" and "we" are the one whose words the sentence quotes, else the article's speaker;
an office is the person who was named with it, or who held it on the article's date.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from stance.actors.candidates import Candidate, candidates
from stance.actors.cues import verb_kind
from stance.actors.gazetteer import Gazetteer
from stance.actors.rules import after
from stance.actors.titles import offices_in

H = TypeVar("H")
NO_HOLDERS = frozenset({"adversary", "ukraine"})
FIRST = frozenset({"i", "we", "our", "my"})
BACK = 4  # sentences that a pronoun may reach back


class Reader:
    """One article, read lazily: only the sentences that are asked for are searched."""

    def __init__(
        self, sentences: Sequence[str], gazetteer: Gazetteer, date: str | None, speaker: str | None
    ) -> None:
        self.sentences = sentences
        self.gazetteer = gazetteer
        self.date = date
        self.speaker = speaker
        self._found: dict[int, list[Candidate]] = {}

    @cached_property
    def text(self) -> str:
        """The whole article, where shared names look for what decides."""
        return "\n".join(self.sentences)

    @cached_property
    def speaker_actor(self) -> str | None:
        """The actor who speaks, if the speaker's name is known."""
        found = self.gazetteer.find(self.speaker or "", self.date, self.text)
        persons = [one.actor for one in found if self._is_person(one.actor)]
        return persons[0] if persons else (found[0].actor if found else None)

    def candidates(self, n: int) -> list[Candidate]:
        """The candidates of sentence `n`."""
        if n not in self._found:
            text = self.sentences[n]
            mentions = self.gazetteer.find(text, self.date, self.text)
            self._found[n] = [
                replace(
                    one,
                    kind="barred" if self._all_barred(one) else one.kind,
                    country=self.gazetteer.country_of(one.actors[0]) if one.actors else None,
                )
                for one in candidates(text, mentions, self.gazetteer)
            ]
        return self._found[n]

    def _is_person(self, actor: str | None) -> bool:
        return actor in self.gazetteer.actors and self.gazetteer.actors[actor].kind == "person"

    def _all_barred(self, one: Candidate) -> bool:
        return bool(one.actors) and all(self.is_barred(actor) for actor in one.actors)

    def is_barred(self, actor: str | None) -> bool:
        """Whether the actor is of a camp that holds no stance."""
        return actor is not None and self.gazetteer.actors[actor].camp in NO_HOLDERS

    def author(self, n: int, label: str, make: Callable[..., H]) -> H:
        """The holder where the sentence names nobody.

        That is who spoke last where the sentence is a quotation that goes on, else the speaker of
        a speech, else the author.
        """
        speaker = self._last_speaker(n)
        if speaker:
            actor = self.resolve(*speaker)
            return make(label, actor, speaker[1].text, None, None, "quotation")
        if self.speaker:
            return make(label, self.speaker_actor, self.speaker, None, None, "speaker")
        return make(label, None, "", None, None, "author")

    def resolve(self, n: int, one: Candidate) -> str | None:
        """The actor that the candidate means, None where that is open."""
        if one.kind == "pronoun":
            return self._pronoun(n, one)
        if one.kind == "office":
            return self._office(n, one)
        if (
            one.kind in ("group", "definite")
            and not one.actors
            and one.text.lower().startswith("the ")
        ):
            return self._earlier_group(n, one)
        return one.actors[0] if len(one.actors) == 1 else None

    def _pronoun(self, n: int, one: Candidate) -> str | None:
        low = one.text.lower()
        if low in FIRST:
            return self._quoted(n, one) or self.speaker_actor
        if low in ("he", "she"):
            return self._last_person(n, one.start)
        return None

    def _quoted(self, n: int, one: Candidate) -> str | None:
        """The one who is said to have spoken the sentence, or the quotation that goes on."""
        text = self.sentences[n]
        for other in self.candidates(n):
            if other.kind in ("pronoun", "place") or not other.actors:
                continue
            says = verb_kind(after(text, other.right)[0]) in ("saying", "announcing")
            if says or text[max(0, other.left - 6) : other.left].rstrip().endswith("said"):
                return other.actors[0] if len(other.actors) == 1 else None
        is_quoted = text.lstrip()[:1] in '“"' or "“" in text or "”" in text
        return self._last_person(n, 0) if is_quoted and n else None

    def _last_speaker(self, n: int) -> tuple[int, Candidate] | None:
        """Who spoke in the sentence before, where this one is a quotation and names no speaker."""
        if not n or self.sentences[n].lstrip()[:1] not in ("“", '"'):
            return None
        text = self.sentences[n - 1]
        for one in self.candidates(n - 1):
            if verb_kind(after(text, one.right)[0]) in ("saying", "announcing"):
                return None if self.is_barred(self.resolve(n - 1, one)) else (n - 1, one)
        return None

    def _last_person(self, n: int, before: int) -> str | None:
        """The last person who was named first or as a speaker, going back from the place."""
        for k in range(n, max(-1, n - BACK - 1), -1):
            persons = [
                one
                for one in self.candidates(k)
                if self._is_person(one.actors[0] if one.actors else None)
                and (k < n or one.start < before)
            ]
            if persons:
                return persons[0].actors[0] if len(persons[0].actors) == 1 else None
        return None

    def _office(self, n: int, one: Candidate) -> str | None:
        offices = offices_in(one.text)
        if not offices:
            return None
        country = self.gazetteer.country_of(one.actors[0]) if one.actors else None
        for k in range(n, -1, -1):
            for other in reversed(self.candidates(k)):
                if (
                    other.kind != "person"
                    or not other.actors
                    or (k == n and other.start > one.start)
                ):
                    continue
                named = self.sentences[k][other.left : other.right]
                same = country in (None, self.gazetteer.country_of(other.actors[0]))
                if same and offices[-1] in offices_in(named):
                    return other.actors[0]
        if country:
            return self.gazetteer.in_office(offices[-1], country, self.date) or country
        return None

    def _earlier_group(self, n: int, one: Candidate) -> str | None:
        """For "the official": the last official who was spoken of with a country or a body."""
        head = one.text.lower().split()[-1]
        for k in range(n, max(-1, n - BACK - 1), -1):
            for other in reversed(self.candidates(k)):
                named = other.kind == "group" and head.rstrip("s") in other.text.lower()
                if named and other.actors and (k < n or other.start < one.start):
                    return other.actors[0] if len(other.actors) == 1 else None
        return None
