"""The proposal grows with the facts: never milder for more people, a worse recipient, a refusal, or not knowing."""

from collections.abc import Iterator
from dataclasses import fields, replace
from enum import Enum
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from incident.law.risk import RiskAnswers, assess
from incident.law.risk.answers import (
    ControllerField,
    Coverage,
    DataItem,
    EaseOfIdentification,
    Extent,
    Insight,
    Intent,
    RecipientResponse,
    VulnerableGroup,
)
from incident.law.risk.assessment import propose_risk
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    NotInformingGround,
    Protection,
    Recipient,
    RiskLevel,
    Ternary,
)
from tests.law.risk.calm import CALM
from tests.law.risk.strategies import INSIGHTS, LADDERS, NUMBERS, UNORDERED, WORKED
from tests.law.risk.support import RULES

U, R, H = RiskLevel

BY_MISTAKE = replace(
    CALM,
    data=tuple(DataItem(DataCategory(each)) for each in ("name", "address", "phone", "email")),
    recipient_response=RecipientResponse.NONE,
)
"""Contact data mailed by mistake to one known person, who has not reacted yet."""


def risk(**changes: Any) -> RiskLevel:
    return propose_risk(replace(BY_MISTAKE, **changes), RULES)


@pytest.mark.parametrize("number", [51, 400, 999, 1000, 5000, 250_000, UNKNOWN])
@pytest.mark.parametrize("response", [each for each in RecipientResponse if each != "returned_unread"])
@pytest.mark.parametrize("recipients", [1, 15, 100, UNKNOWN])
def test_a_stranger_with_the_data_of_many_people_is_never_a_case_for_the_register_only(
    number: Any, response: RecipientResponse, recipients: Any
) -> None:
    """EDPB 9/2022 IV.B: the discount is for trusted recipients, and the number of people is a factor of its own."""
    assert risk(subjects_number=number, recipient_response=response, recipients_number=recipients) is not U


def test_one_letter_to_a_known_stranger_stays_a_case_for_the_register_unless_he_refuses() -> None:
    for response in (RecipientResponse.DELETION_CONFIRMED, RecipientResponse.DELETION_REQUESTED):
        assert risk(recipient_response=response) is U
    assert risk(recipient_response=RecipientResponse.REFUSED) is R


IDENTITY = tuple(DataItem(DataCategory(each)) for each in ("name", "bsn", "bank_account"))
TRUSTED: dict[str, Any] = {"recipient": Recipient.TRUSTED}


@pytest.mark.parametrize(
    ("number", "response", "expected"),
    [
        (10, "deletion_confirmed", U),
        (60, "deletion_confirmed", R),
        (200_000, "deletion_confirmed", R),
        (5_000_000, "deletion_confirmed", R),
        (10, "refused", H),
        (10, "returned_unread", U),
        (60, "returned_unread", U),
        (200_000, "returned_unread", R),
    ],
)
def test_a_trusted_recipient_does_not_outweigh_any_number_of_identities(
    number: int, response: str, expected: RiskLevel
) -> None:
    answer = RecipientResponse(response)
    assert risk(**TRUSTED, data=IDENTITY, subjects_number=number, recipient_response=answer) is expected


def test_a_trusted_colleague_who_deleted_unread_at_once_can_end_in_unlikely() -> None:
    back = RecipientResponse.RETURNED_UNREAD
    assert risk(**TRUSTED, recipient_response=back, subjects_number=5000) is U


@pytest.mark.parametrize("recipient", [Recipient.TRUSTED, Recipient.KNOWN, Recipient.UNKNOWN_PERSONS])
@pytest.mark.parametrize(
    "danger",
    [
        {"vulnerable": (VulnerableGroup.PROTECTED_IDENTITY,)},
        {"vulnerable": UNKNOWN},
        {"data": (DataItem(DataCategory.ADDRESS, Insight.SAFETY),)},
    ],
    ids=["secret address", "nobody knows", "whereabouts"],
)
def test_what_was_read_about_somebody_in_hiding_stays_read(recipient: Recipient, danger: dict[str, Any]) -> None:
    """A promise to delete a secret address gives nobody back the safety; only data that came back unread do."""
    for response in RecipientResponse:
        found = risk(recipient=recipient, recipient_response=response, **danger)
        unread = response is RecipientResponse.RETURNED_UNREAD and recipient is not Recipient.UNKNOWN_PERSONS
        assert (found is H) is not unread, response


@pytest.mark.parametrize("protection", list(Protection))
def test_an_empty_list_of_data_is_no_statement(protection: Protection) -> None:
    sealed = replace(BY_MISTAKE, protection=protection, key_safe=Ternary.YES)
    assert replace(sealed, data=()) == replace(sealed, data=UNKNOWN)
    assert propose_risk(replace(sealed, data=()), RULES) is not U
    assert "data" in assess(replace(sealed, data=()), RULES).unknowns


PAIRS = 20_000
COVERED = (Coverage.YES, Coverage.BY_METHOD, Coverage.NO, Coverage.UNKNOWN)
UNKNOWNS = {field.name: field.default for field in fields(RiskAnswers)}


def _item(random: Random) -> DataItem:
    return DataItem(*(random.choice(tuple(kind)) for kind in (DataCategory, Insight, Coverage)))


def _some(random: Random, kind: type[Enum], fewest: int = 0) -> tuple[Any, ...]:
    return tuple(random.sample(tuple(kind), random.randint(fewest, 2)))


def _answer(random: Random, name: str) -> Any:
    if random.random() < 0.1:
        return UNKNOWNS[name]
    match name:
        case "nature":
            return _some(random, Nature, 1)
        case "data":
            return tuple(_item(random) for _ in range(random.randint(1, 4)))
        case "vulnerable":
            return _some(random, VulnerableGroup)
        case "consequences_seen":
            return _some(random, ConsequenceForSubjects)
        case "not_informing_ground":
            return random.choice((None, *NotInformingGround))
        case "recipients_number" | "subjects_number":
            return random.choice(NUMBERS)
        case _:
            return random.choice(tuple(type(UNKNOWNS[name])))


def _situation(random: Random) -> RiskAnswers:
    """A worked situation with a few answers changed, or anything at all."""
    anything = random.random() < 0.3
    changed = tuple(UNKNOWNS) if anything else random.sample(tuple(UNKNOWNS), random.randint(1, 5))
    return replace(random.choice(WORKED), **{name: _answer(random, name) for name in changed})


def _worse(base: RiskAnswers, random: Random) -> Iterator[tuple[str, RiskAnswers, RiskAnswers]]:
    """Every pair of situations that differ in one answer of which the second is the worse one, or not known."""
    for name, ladder in LADDERS:
        steps = [replace(base, **{name: answer}) for answer in (*ladder, UNKNOWNS[name])]
        yield from ((name, better, worse) for better, worse in pairwise(steps))
    for name, choices in UNORDERED.items():
        unknown = replace(base, **{name: UNKNOWNS[name]})
        yield from ((name, replace(base, **{name: answer}), unknown) for answer in choices)
    if isinstance(base.data, tuple):
        yield from _worse_data(base, base.data, random)
    yield "consequences_seen", replace(base, consequences_seen=()), base


def _worse_data(
    base: RiskAnswers, items: tuple[DataItem, ...], random: Random
) -> Iterator[tuple[str, RiskAnswers, RiskAnswers]]:
    yield "data: unknown", base, replace(base, data=UNKNOWN)
    yield "data: one more", base, replace(base, data=(*items, _item(random)))
    for name, ladder in (("insight", INSIGHTS), ("protected", COVERED)):
        steps = [replace(base, data=(*items[1:], replace(items[0], **{name: each}))) for each in ladder]
        yield from ((f"data: {name}", better, worse) for better, worse in pairwise(steps))


def test_no_word_of_a_stranger_makes_it_unlikely_beyond_a_handful_of_people() -> None:
    """Whatever else holds: data that somebody can read and link, of more than a few people, with a known stranger."""
    random = Random(19)
    told = tuple(each for each in RecipientResponse if each is not RecipientResponse.RETURNED_UNREAD)
    for _number in range(5000):
        seen = replace(
            _situation(random),
            nature=(Nature.CONFIDENTIALITY,),
            disclosure=random.choice((Disclosure.CONFIRMED, Disclosure.LIKELY, Disclosure.UNKNOWN)),
            data=(*(_item(random) for _ in range(random.randint(0, 3))), DataItem(DataCategory.NAME)),
            identification=random.choice((EaseOfIdentification.SIGNIFICANT, EaseOfIdentification.MAXIMUM)),
            protection=Protection.NONE,
            recipient=Recipient.KNOWN,
            recipient_response=random.choice(told),
            subjects_number=random.choice((51, 400, 250_000, UNKNOWN)),
        )
        assert propose_risk(seen, RULES) is not U, seen


RANKED = ("name", "bank_account", "health")
"""Kinds of data of which each weighs more than the one before, and none can be replaced."""


def test_a_more_sensitive_kind_of_data_never_lowers_the_proposal() -> None:
    """GDPR recital 75: the same breach with another single kind of data, for every other answer."""
    random = Random(75)
    ranks = {level: rank for rank, level in enumerate(RiskLevel)}
    for _number in range(1000):
        case, kind = _situation(random), _item(random)
        alone = [replace(case, data=(replace(kind, category=DataCategory(each)),)) for each in RANKED]
        found = [ranks[propose_risk(each, RULES)] for each in alone]
        assert found == sorted(found), alone


def test_data_that_say_little_are_not_judged_milder_than_data_that_say_nothing() -> None:
    """Altered data of very many people, whose property was hit: found by a run of the test below."""
    nothing = DataItem(DataCategory.PROFESSIONAL, Insight.NONE)
    altered = RiskAnswers(
        nature=(Nature.INTEGRITY,),
        alteration=Alteration.MISUSE_REVERSIBLE,
        data=(nothing,),
        extent=Extent.FEW_ITEMS,
        vulnerable=(),
        controller_field=ControllerField.ORDINARY,
        consequences_seen=(ConsequenceForSubjects.PROPERTY_DAMAGE,),
    )
    little = replace(altered, data=(replace(nothing, insight=Insight.LIMITED),))
    assert propose_risk(altered, RULES) is propose_risk(little, RULES) is RiskLevel.HIGH


def test_data_altered_by_own_staff_are_not_judged_milder_because_somebody_trusted_has_them() -> None:
    """That the law reaches a known taker bears on disclosure, not on wrong data; found by a run of the test below."""
    altered = RiskAnswers(
        nature=(Nature.INTEGRITY,),
        data=tuple(DataItem(DataCategory(each)) for each in ("name", "address", "phone", "email")),
        extent=Extent.FEW_ITEMS,
        recipient=Recipient.NOBODY,
        actor=Actor.INTERNAL_MALICIOUS,
        intent=Intent.TARGETED,
        vulnerable=(),
        controller_field=ControllerField.ORDINARY,
    )
    trusted = replace(altered, recipient=Recipient.TRUSTED)
    assert propose_risk(altered, RULES) is propose_risk(trusted, RULES) is RiskLevel.HIGH


def test_no_pair_of_generated_situations_is_judged_milder_for_the_worse_answer() -> None:
    """Of 20,000 pairs, other ones in every run, none is judged milder where the facts are worse or not known."""
    random = Random()
    seed = random.getrandbits(32)
    random.seed(seed)
    seen, levels = 0, {level: 0 for level in RiskLevel}
    ranks = {level: rank for rank, level in enumerate(RiskLevel)}
    while seen < PAIRS:
        for name, better, worse in _worse(_situation(random), random):
            mild, grave = propose_risk(better, RULES), propose_risk(worse, RULES)
            assert ranks[mild] <= ranks[grave], (seed, name, better, worse)
            levels[mild] += 1
            seen += 1
    assert min(levels.values()) > PAIRS / 20, "The pairs must lie on both sides of every threshold."
