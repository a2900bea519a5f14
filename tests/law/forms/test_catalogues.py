"""The two catalogues are whole: counts, keys, members, notes and conditions fit together."""

from dataclasses import fields
from enum import Enum, StrEnum

import pytest

from incident.law import vocabulary
from incident.law.facts import BreachFacts
from incident.law.forms import ap_2022, edpb_1_0
from incident.law.forms.answers import QuestionKind
from incident.law.forms.catalogue import CATALOGUES, Question, load_catalogue
from incident.law.texts import LANGUAGES

HIDDEN_HERE = {"25", "26"}
FILLERS = {"ap-2022": ap_2022.FILLERS, "edpb-1.0": edpb_1_0.FILLERS}
FIELDS = {field.name for field in fields(BreachFacts)}


def _questions() -> list[tuple[str, Question]]:
    return [(name, question) for name in CATALOGUES for question in load_catalogue(name).questions]


def test_the_edpb_template_has_its_hundred_input_fields() -> None:
    assert len(list(load_catalogue("edpb-1.0").questions)) == 100


def test_the_ap_form_has_every_reproduced_number() -> None:
    numbers = {question.number for question in load_catalogue("ap-2022").questions}
    expected = """1.1 1.2 1.3 2.1.1 2.2.1 3.1.1 3.1.2 3.2.1 3.2.2 3.3 4.1.1 4.1.2 4.2 4.3 4.5 5.1 5.2 5.3 5.4 6.1 6.2
    6.3.1 7.1 7.2 7.3 8.1 9.1 9.2 9.3 10.1.1 10.1.3 10.1.7 10.2"""
    assert set(expected.split()) == numbers


def test_numbers_whose_wording_is_unknown_are_named() -> None:
    gaps = load_catalogue("ap-2022").gaps
    assert [gap.number for gap in gaps] == ["4.4", "10.1.2", "10.1.4", "10.1.5", "10.1.6", "10.1.8"]


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_question_has_one_key_and_one_filler(name: str) -> None:
    keys = [question.key for question in load_catalogue(name).questions]
    assert len(keys) == len(set(keys))
    assert set(keys) - HIDDEN_HERE == set(FILLERS[name])


@pytest.mark.parametrize(("name", "question"), _questions(), ids=lambda value: getattr(value, "key", value))
def test_a_question_is_well_made(name: str, question: Question) -> None:
    assert set(question.fields) <= FIELDS
    assert bool(question.options) == (question.kind in {QuestionKind.SINGLE, QuestionKind.MULTI})
    ids = [option.id for option in question.options]
    assert len(ids) == len(set(ids))
    assert sum(option.is_other for option in question.options) <= 1
    assert sum(option.is_open for option in question.options) <= 1


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_note_that_is_named_exists_in_each_language(name: str) -> None:
    catalogue = load_catalogue(name)
    named = {name for question in catalogue.questions for name, _when in question.hidden_notes}
    assert named <= set(catalogue.notes)
    assert [name for name in named if ", or " in catalogue.notes[name]["en"]] == [], "the form knows which is true"
    assert all(set(LANGUAGES) == set(note) for note in catalogue.notes.values())


# A member on the left need not be recorded in a question of its own on that form.
ELSEWHERE = {
    ("edpb-1.0", "44"),
    ("edpb-1.0", "57"),
    ("edpb-1.0", "67"),
    ("edpb-1.0", "72"),
    ("edpb-1.0", "102"),
    ("edpb-1.0", "118"),
    ("edpb-1.0", "123"),
    ("edpb-1.0", "4"),
    ("edpb-1.0", "3"),
    ("edpb-1.0", "10"),
    ("edpb-1.0", "23"),
    ("edpb-1.0", "33"),
    ("edpb-1.0", "61"),
    ("ap-2022", "1.1"),
    ("ap-2022", "1.2"),
}


@pytest.mark.parametrize(
    ("name", "question"),
    [(name, question) for name, question in _questions() if question.options and (name, question.key) not in ELSEWHERE],
    ids=lambda value: getattr(value, "key", value),
)
def test_options_come_from_members_of_one_vocabulary(name: str, question: Question) -> None:
    known = {str(member.value) for kind in vars(vocabulary).values() if _is_enum(kind) for member in kind}
    unreachable = [option.id for option in question.options if not (option.members or option.is_open)]
    assert unreachable == []
    assert {member for option in question.options for member in option.members} <= known


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


VOCABULARY_OF = [
    ("ap-2022", "5.2", vocabulary.IncidentKind),
    ("ap-2022", "7.1", vocabulary.SubjectGroup),
    ("ap-2022", "9.1", vocabulary.ConsequenceForData),
    ("ap-2022", "9.2", vocabulary.ConsequenceForSubjects),
    ("ap-2022", "9.3", vocabulary.Severity),
    ("ap-2022", "10.1.1", vocabulary.Informed),
    ("ap-2022", "10.1.7", vocabulary.NoticeChannel),
    ("ap-2022", "1.3", vocabulary.OtherAuthority),
    ("ap-2022", "8.1", vocabulary.Protection),
    ("edpb-1.0", "55", vocabulary.Nature),
    ("edpb-1.0", "60", vocabulary.IncidentKind),
    ("edpb-1.0", "65", vocabulary.SubjectGroup),
    ("edpb-1.0", "70", vocabulary.DataCategory),
    ("edpb-1.0", "75", vocabulary.SecurityMeasure),
    ("edpb-1.0", "94", vocabulary.SecurityMeasure),
    ("edpb-1.0", "85", vocabulary.ConsequenceForSubjects),
    ("edpb-1.0", "87", vocabulary.Severity),
    ("edpb-1.0", "97", vocabulary.Informed),
    ("edpb-1.0", "104", vocabulary.NoticeChannel),
    ("edpb-1.0", "125", vocabulary.Attachment),
]


@pytest.mark.parametrize(("name", "key", "kind"), VOCABULARY_OF)
def test_every_known_member_leads_to_an_option(name: str, key: str, kind: type[StrEnum]) -> None:
    question = load_catalogue(name).question(key)
    assert [member for member in kind if member.value != "unknown" and not question.options_for(member.value)] == []


def test_every_data_category_has_a_place_on_the_ap_form() -> None:
    general, special = (load_catalogue("ap-2022").question(key) for key in ("6.1", "6.2"))
    own = {member for option in (*general.options, *special.options) for member in option.members}
    assert {category.value for category in vocabulary.SPECIAL_CATEGORIES} <= own


def test_an_unknown_catalogue_or_question_is_refused() -> None:
    with pytest.raises(KeyError):
        load_catalogue("ap-1999")
    with pytest.raises(KeyError):
        load_catalogue("ap-2022").question("99")


@pytest.mark.parametrize(
    ("key", "option", "text"),
    [
        ("97", "b1", "No, but it will be communicated on a date to be determined"),
        ("70", "s", "User credentials (e.g. usernames, passwords, tokens)"),
        (
            "89",
            "c2",
            "Additional information is needed to assess the risk to the rights and freedoms of natural persons",
        ),
    ],
)
def test_oddities_of_the_template_are_decided_and_say_why(key: str, option: str, text: str) -> None:
    question = load_catalogue("edpb-1.0").question(key)
    assert text == question.option(option).text
    assert question.remark
