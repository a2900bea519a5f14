"""GDPR art. 34(4), 58(1)(a): what an authority wrote about a breach, and what of it starts a clock.

Each letter that asks for something is a duty of its own: ``gdpr_58_1:2`` answers the second letter on record. Its term
is the authority's: the letter says it, nobody here computes it. Letters stay on record, so the numbers never change.
"""

from collections.abc import Iterator
from functools import cache

from incident.law.facts import AuthorityLetter, BreachFacts
from incident.law.regimes import all_regimes
from incident.law.vocabulary import LetterKind


def letters_of(facts: BreachFacts, kind: LetterKind) -> Iterator[tuple[int, AuthorityLetter]]:
    """GDPR art. 34(4), 58(1)(a): the letters of one kind, each with its number among all of them."""
    for number, letter in enumerate(facts.authority_letters, start=1):
        if letter.kind is kind:
            yield number, letter


def letter_of(obligation_id: str, facts: BreachFacts) -> AuthorityLetter | None:
    """GDPR art. 34(4), 58(1)(a): the letter from which an obligation comes; ``None`` for every other duty."""
    number = obligation_id.partition(":")[2]
    if not answers_letter(obligation_id) or not number.isdecimal() or int(number) > len(facts.authority_letters):
        return None
    return facts.authority_letters[int(number) - 1]


def answers_letter(obligation_id: str) -> bool:
    """GDPR art. 34(4), 58(1)(a): whether this is a duty that a letter of the authority brought about."""
    return obligation_id.partition(":")[0] in _duties()


@cache
def _duties() -> frozenset[str]:
    return frozenset(regime.id for regime in all_regimes() if regime.letter is not None)
