"""`meldklok law assess` and `meldklok law schema`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from incident.cli import main
from tests.law.risk.support import Situation, situations


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["law", *arguments], input=given)


@pytest.mark.parametrize("situation", situations("edpb-01-2021.yaml"), ids=lambda situation: situation.title)
def test_a_file_of_answers_gives_the_documented_json(situation: Situation, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(situation.answers), "utf-8")
    result = run("assess", str(file), "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert list(document) == ["risk", "notify_authority", "inform_subjects", "enisa", "findings", "unknowns"]
    assert list(document["enisa"]) == ["dpc", "ei", "cb", "se", "level", "flags"]
    assert all(list(found) == ["rule", "effect", "citation", "basis"] for found in document["findings"])
    assert document["notify_authority"] is ("SA" in situation.expected)
    assert document["inform_subjects"] is ("DS" in situation.expected)


def test_nothing_known_is_high_and_everything_is_listed() -> None:
    document = json.loads(run("assess", "-", "--json", given="{}").stdout)
    assert (document["risk"], document["notify_authority"], document["inform_subjects"]) == ("high", True, True)
    assert len(document["unknowns"]) == 22
    assert {"field", "would_change_outcome", "outcomes"} == set(document["unknowns"][0])


def test_an_open_answer_says_what_it_would_change() -> None:
    stolen = next(each for each in situations("edpb-01-2021.yaml") if "tablets" in each.title).answers
    document = json.loads(run("assess", "-", "--json", given=json.dumps({**stolen, "key_safe": "unknown"})).stdout)
    outcomes = {"yes": "unlikely", "no": document["risk"]}
    assert document["risk"] != "unlikely"
    assert [{"field": "key_safe", "would_change_outcome": "alone", "outcomes": outcomes}] == document["unknowns"]


def test_without_json_it_tells_the_assessment_in_sentences() -> None:
    dutch, english = (run("assess", "-", "--language", each, given="{}").stdout for each in ("nl", "en"))
    assert dutch.startswith("Voorstel: hoog risico.")
    assert english.startswith("Proposal: high risk.")
    assert "[AVG art. 33(1), 33(5), 34(1); tekst van de wet]" in dutch
    assert "Together with other open answers this could change the outcome." in english


def test_a_wrong_file_is_refused_with_the_path_of_the_field() -> None:
    result = run("assess", "-", "--json", given='{"data": [{"category": "nme"}]}')
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "data[0].category" in result.stderr


def test_a_missing_file_is_refused() -> None:
    assert run("assess", "no-such-file.json").exit_code == 2


def test_the_schema_is_printed() -> None:
    document = json.loads(run("schema").stdout)
    assert {"nature", "data", "recipient"} <= set(document["properties"])
