"""What each notice must say, how far the facts give it, and what to ask next."""

from dataclasses import fields, replace

import pytest

from incident.domain.organisation import OrganisationProfile, load_profile
from incident.law.completeness import State, completeness
from incident.law.content import Source, When, required_content
from incident.law.facts import BreachFacts
from incident.law.questions import is_known
from incident.law.texts import LANGUAGES, texts
from incident.law.vocabulary import UNKNOWN, DataCategory, Informed, NotInformingGround, Ternary
from tests.law.forms.sheets import BLANK, PROFILE, with_

DUTIES = ("gdpr_33_1", "gdpr_33_2", "gdpr_33_4", "gdpr_33_5", "gdpr_34")


@pytest.mark.parametrize(
    ("duty", "items"),
    [
        ("gdpr_33_1", ["nature", "subjects", "records", "contact", "consequences", "measures", "delay"]),
        ("gdpr_33_4", ["nature", "subjects", "records", "contact", "consequences", "measures", "delay"]),
        ("gdpr_34", ["nature", "data", "contact", "consequences", "measures", "advice"]),
        ("gdpr_33_2", ["nature", "moments", "subjects", "records", "contact", "consequences", "measures"]),
        ("gdpr_33_5", ["facts", "cause", "data", "effects", "remedy", "not_informing", "delay"]),
        ("dora_initial", []),
    ],
)
def test_the_items_of_a_duty(duty: str, items: list[str]) -> None:
    assert items == [item.id for item in required_content(duty)]


@pytest.mark.parametrize("duty", DUTIES)
def test_items_are_cited_worded_and_answerable(duty: str) -> None:
    known = {field.name for field in fields(BreachFacts)}
    profile = {field.name for field in fields(OrganisationProfile)}
    for item in required_content(duty):
        assert set(item.fields) <= known
        assert {name[1:] for group in item.needs for name in group if name[0] == "@"} <= profile
        assert item.citation.startswith("GDPR")
        assert set(LANGUAGES) == set(texts()[item.text_id])
        assert all(group for group in item.needs)


def test_what_the_law_itself_asks_of_the_notice_to_people() -> None:
    law = {item.id for item in required_content("gdpr_34") if item.source is Source.LAW}
    assert {"nature", "contact", "consequences", "measures"} == law


@pytest.mark.parametrize("duty", DUTIES)
def test_a_known_breach_is_complete(duty: str) -> None:
    facts = with_(advice_to_subjects="Change your password.")
    found = completeness(duty, facts, PROFILE)
    assert {State.PRESENT} == {item.state for item in found.items}


def test_a_blank_sheet_misses_all_but_the_contact() -> None:
    found = completeness("gdpr_33_1", BLANK, PROFILE)
    assert [item.item.id for item in found.missing] == ["nature", "subjects", "records", "consequences", "measures"]
    bare = completeness("gdpr_33_1", BLANK, load_profile())
    assert "contact" in [item.item.id for item in bare.missing]


def test_every_open_group_gives_one_question() -> None:
    item = completeness("gdpr_33_1", BLANK, PROFILE).items[0]
    assert item.questions("nl") == (
        "Wat is er met de gegevens gebeurd: gezien, veranderd, of weg?",
        "Wat voor incident is het?",
        "Beschrijf wat er is gebeurd.",
    )


def test_what_the_profile_could_say_is_asked_by_the_field_of_the_sheet() -> None:
    """A question is put about the breach; that the profile would do as well is no question to anybody."""
    for duty in DUTIES:
        for item in completeness(duty, BLANK, load_profile()).missing:
            assert not any(name.startswith("@") for name in item.open_fields), item
            assert all(item.questions("en"))


def test_stated_unknown_may_follow_and_is_not_missing() -> None:
    facts = with_(records_min=UNKNOWN, records_max=UNKNOWN, stated_unknown=("records_min",))
    found = completeness("gdpr_33_1", facts, PROFILE)
    (records,) = (item for item in found.items if item.state is not State.PRESENT)
    assert (records.item.id, records.state, found.missing) == ("records", State.STATED_UNKNOWN, ())
    assert "Recorded as not known yet, will follow" in records.words("en")


def test_choosing_unknown_in_a_list_states_it_too() -> None:
    facts = with_(data_categories=(DataCategory.UNKNOWN,))
    items = completeness("gdpr_34", facts, PROFILE).items
    assert [item.item.id for item in items if item.state is State.STATED_UNKNOWN] == ["data"]


def test_one_group_stated_unknown_does_not_cover_another_that_is_missing() -> None:
    facts = with_(kinds=(), nature=(), stated_unknown=("nature",))
    assert [item.item.id for item in completeness("gdpr_33_1", facts, PROFILE).missing] == ["nature"]


@pytest.mark.parametrize(("late", "expected"), [(True, ["delay"]), (False, [])])
def test_reasons_for_delay_are_owed_only_when_late(late: bool, expected: list[str]) -> None:
    found = completeness("gdpr_33_1", with_(), PROFILE, late=late)
    assert expected == [item.item.id for item in found.missing]
    assert When.LATE in {item.when for item in required_content("gdpr_33_1")}


def test_the_register_holds_the_ground_for_not_informing() -> None:
    facts = with_(informed=Informed.EXCEPTION)
    assert [item.item.id for item in completeness("gdpr_33_5", facts, PROFILE).missing] == ["not_informing"]
    grounded = replace(facts, not_informing_ground=NotInformingGround.PROTECTED, not_informing_note="Key safe.")
    complete = completeness("gdpr_33_5", grounded, PROFILE)
    assert {item.state for item in complete.items} == {State.PRESENT}


def test_a_missing_item_is_a_sentence_with_its_citation() -> None:
    item = completeness("gdpr_33_1", BLANK, PROFILE).missing[0]
    assert item.words("nl") == "Nog nodig: de aard van de inbreuk en wat er is gebeurd. (GDPR art. 33(3)(a))"
    assert (
        completeness("gdpr_34", with_(), PROFILE).items[0].words("en")
    ) == "the nature of the breach and what happened (GDPR art. 34(2))"


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("text", True),
        (" ", False),
        (UNKNOWN, False),
        (None, False),
        (0, True),
        (False, True),
        ((), False),
        ((DataCategory.UNKNOWN,), False),
        ((DataCategory.UNKNOWN, DataCategory.NAME), True),
        (Ternary.UNKNOWN, False),
        (Ternary.NO, True),
    ],
)
def test_what_counts_as_known(value: object, known: bool) -> None:
    assert known is is_known(value)
