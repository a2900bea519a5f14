"""The public JSON Schema and the reading of answers."""

import json
import subprocess
import sys
from dataclasses import fields
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.risk.questions import options, question
from incident.law.risk.schema import WrongAnswers, answers_schema, read_answers, write_answers
from incident.law.texts import LANGUAGES, texts
from incident.law.vocabulary import DataCategory
from tests.law.risk.strategies import UNHURRIED, answers
from tests.law.risk.support import Situation, situations

SCHEMA = answers_schema()
SAMPLES = {"answers": RiskAnswers(), "item": DataItem(DataCategory.NAME)}


@pytest.mark.parametrize(
    "situation",
    situations("edpb-01-2021.yaml") + situations("practice.yaml"),
    ids=lambda situation: situation.title,
)
def test_every_situation_fits_the_schema(situation: Situation) -> None:
    jsonschema_rs.validate(SCHEMA, situation.answers)


def test_the_schema_is_a_valid_schema_with_an_identity() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert SCHEMA["$id"] == "urn:meldklok:risk-answers:1"
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("kind", [RiskAnswers, DataItem])
def test_every_property_says_what_it_means_and_what_each_answer_means(kind: type[Any]) -> None:
    properties = SCHEMA["properties"] if kind is RiskAnswers else SCHEMA["$defs"]["DataItem"]["properties"]
    assert [field.name for field in fields(kind)] == list(properties)
    for name, definition in properties.items():
        assert question(name, "en", "answers" if kind is RiskAnswers else "item") in definition["description"]
        assert "title" not in definition


def test_no_word_of_the_program_stands_in_the_schema() -> None:
    """What a closed list means is said where it is asked, and not by the docstring of a class."""
    described = {name: one["description"] for name, one in SCHEMA["$defs"].items() if "description" in one}
    assert described == {"DataItem": texts()["risk.schema.item"]["en"]}


@pytest.mark.parametrize("name", ["subjects_number", "recipients_number"])
def test_a_number_of_people_is_counted_from_nothing(name: str) -> None:
    """None is a number of people; fewer than none, or a part of one, is not."""
    jsonschema_rs.validate(SCHEMA, {name: 0})
    for wrong in (-1, 0.5):
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(SCHEMA, {name: wrong})


def test_the_questions_exist_in_both_languages_with_the_answers_of_the_lists() -> None:
    for kind, type_ in (("answers", RiskAnswers), ("item", DataItem)):
        for field in fields(type_):
            listed = options(field.name, "nl", kind)
            assert all(question(field.name, language, kind) for language in LANGUAGES)
            assert list(listed) == list(options(field.name, "en", kind))
            if field.name not in {
                "data",
                "category",
                "consequences_seen",
                "nature",
                "vulnerable",
                "not_informing_ground",
            }:
                closed = getattr(SAMPLES[kind], field.name)
                expected = [member.value for member in type(closed)]
                assert sorted(expected) == sorted(listed), field.name


def test_the_caller_cannot_change_the_schema() -> None:
    answers_schema()["properties"].clear()
    assert answers_schema()["properties"]


@UNHURRIED
@given(given=answers)
def test_answers_survive_a_round_trip_and_fit_the_schema(given: RiskAnswers) -> None:
    document = write_answers(given)
    jsonschema_rs.validate(SCHEMA, document)
    assert given == read_answers(json.dumps(document))


def test_an_empty_object_means_that_nothing_is_known() -> None:
    assert RiskAnswers() == read_answers("{}")
    assert RiskAnswers() == read_answers(b"{}")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("[]", "$"),
        ("not json", "$"),
        ('{"nature": []}', "nature"),
        ('{"nature": ["x"]}', "nature[0]"),
        ('{"nature": "x"}', "nature"),
        ('{"subjects_number": -1}', "subjects_number"),
        ('{"recipients_number": -5}', "recipients_number"),
        ('{"subjects_number": "12"}', "subjects_number"),
        ('{"subjects_number": true}', "subjects_number"),
        ('{"data": [{"category": "nme"}]}', "data[0].category"),
        ('{"data": [{"category": "name"}, {"insight": "none"}]}', "data[1].category"),
        ('{"data": [{"category": "name", "colour": 1}]}', "data[0].colour"),
        ('{"data": ["name"]}', "data[0]"),
        ('{"data": "name"}', "data"),
        ('{"colour": 1}', "colour"),
        ('{"vulnerable": ["cats"]}', "vulnerable[0]"),
        ('{"not_informing_ground": "unrest"}', "not_informing_ground"),
        ('{"recipient": "anybody"}', "recipient"),
    ],
)
def test_a_wrong_answer_is_named_by_its_path_once(document: str, path: str) -> None:
    with pytest.raises(WrongAnswers) as caught:
        read_answers(document)
    assert [path] == [named for named, _ in caught.value.problems]
    assert str(caught.value).startswith(f"{path}: ")
    if document.startswith("{"):
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(SCHEMA, json.loads(document))


def test_zero_people_is_a_number() -> None:
    assert read_answers('{"subjects_number": 0}').subjects_number == 0


def test_all_wrong_answers_are_named() -> None:
    with pytest.raises(WrongAnswers) as caught:
        read_answers('{"actor": 5, "recipient": "x", "colour": 1}')
    assert {"actor", "recipient", "colour"} == {path for path, _ in caught.value.problems}


def test_judging_loads_no_library() -> None:
    """Importing the assessors and judging imports no framework, no network and no pydantic."""
    script = (
        "import sys; from datetime import datetime, UTC;"
        "from incident.law.risk import assess, RiskAnswers; from incident.law.rulesets import RuleSet;"
        "assess(RiskAnswers(), RuleSet.at(datetime(2026, 11, 22, tzinfo=UTC)));"
        "print(sorted({'pydantic', 'flask', 'sqlalchemy', 'jinja2', 'requests', 'httpx', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
