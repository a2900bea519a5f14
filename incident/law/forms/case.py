"""GDPR art. 33(3): what a filler of a form may look at, and what it answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin, Value
from incident.law.forms.catalogue import Catalogue, Question
from incident.law.forms.filing import FilingContext, FilingOrganisation
from incident.law.forms.notation import day_in_words, ended, listing, local_day, number
from incident.law.vocabulary import SubjectGroup


@dataclass(frozen=True, slots=True)
class Case:
    """All a filler may look at; of the moment of the filing the day, as what hangs on the hour is in ``situation``."""

    facts: BreachFacts
    organisation: FilingOrganisation
    context: FilingContext
    catalogue: Catalogue
    question: Question
    situation: frozenset[str]

    def phrase(self, phrase_id: str) -> str:
        """A set phrase in the language of the form."""
        return self.catalogue.phrases[phrase_id]

    def says(self, phrase_id: str, **said: str) -> str:
        """A set phrase with what stands in it; a name that ends with a full stop ends the sentence, too."""
        return ended(self.phrase(phrase_id) % said)

    def named(self, member: Enum) -> str:
        """What one identifier is called within a sentence of the form; "other" people as the record calls them."""
        called = self.facts.other_people.strip() if member is SubjectGroup.OTHER else ""
        return called or self.catalogue.name(member)

    def listed(self, names: Iterable[str]) -> str:
        """Several names as one list within a sentence."""
        return listing([*names], self.phrase("and"))

    def together(self, names: Iterable[str]) -> str:
        """Several names as one list, the last of which may join two by the same word: "a, b and c" and not "a and b
        and c".
        """
        found, word = [*names], f" {self.phrase('and')} "
        told = self.listed(found)
        return ", ".join(found) if word in found[-1] and ";" not in told else told

    def figure(self, value: int) -> str:
        """A number within a sentence of the form."""
        return number(value, self.catalogue.language)

    def awaited(self, text: str) -> str:
        """GDPR art. 33(4): what is not known yet, with the day by which it is expected where that is still to come."""
        return f"{text}, {self.phrase('expected') % {'day': self.expected}}" if self.expected else text

    @property
    def expected(self) -> str:
        """GDPR art. 33(4): the day by which what is open will be known, in words; empty where none is to come."""
        on = expected_on(self.facts, self.context)
        return "" if on is None else day_in_words(on, self.catalogue.language)

    @property
    def stated_unknown(self) -> bool:
        """Whether a person answered "not known yet" to what this question asks."""
        return bool(set(self.question.fields) & set(self.facts.stated_unknown))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a filler says: option ids for a choice, or text and value; ``note`` names the reason of a derived answer, or
    what to look at, and ``said`` what stands in that sentence. ``awaited``: it says that something is not known yet.
    """

    text: str = ""
    value: Value = None
    options: tuple[str, ...] = ()
    origin: Origin = Origin.RECORDED
    note: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    awaited: bool = False


NOTHING = Draft(origin=Origin.MISSING)
"""Nobody has recorded an answer."""

Filler = Callable[[Case], Draft]


def expected_on(facts: BreachFacts, context: FilingContext) -> date | None:
    """GDPR art. 33(4): by when open answers will be known, where that day is still to come."""
    on = facts.expected_on
    return on if isinstance(on, date) and on >= local_day(context.now) else None
