"""`meldklok law form`: from a file of facts or from the record, as text or as the documented JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from incident.cli import main
from incident.domain.fact_sheet import to_json
from incident.law.forms.edpb_validation import validate_edpb
from tests.databases import KEY, SqliteDatabases
from tests.law.forms.sheets import FULL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["law", "form", *arguments])


@pytest.fixture
def facts_file(tmp_path: Path) -> str:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(to_json(FULL)), "utf-8")
    return str(file)


def test_the_edpb_template_in_its_interchange_form(facts_file: str) -> None:
    found = run("edpb-1.0", "--facts", facts_file, "--risk", "high", "--json")
    payload = json.loads(found.stdout)
    assert found.exit_code == 0
    assert (payload["field_89"], payload["field_60"], payload["field_48"]) == ("a", ["d"], "2026-11-20T16:00:00Z")
    assert payload["field_4"] == "b"
    assert validate_edpb(payload) == ()


def test_what_the_template_finds_wrong_goes_to_standard_error(tmp_path: Path) -> None:
    file = tmp_path / "blank.json"
    file.write_text("{}", "utf-8")
    found = run("edpb-1.0", "--facts", str(file))
    assert "1.1. Notification and controller" in found.stdout
    assert "required: field_48 must be answered" in found.stderr


def test_the_ap_form_as_json_lists_what_is_missing_and_what_is_derived(facts_file: str) -> None:
    document = json.loads(run("ap-2022", "--facts", facts_file, "--json", "--language", "nl").stdout)
    assert list(document) == ["catalogue", "language", "missing", "derived", "answers", "hidden", "not_reproduced"]
    assert {"3.1.1.kvk", "3.1.2"} <= set(document["missing"])
    assert "10.2" in document["derived"]
    answers = {answer["key"]: answer for answer in document["answers"]}
    assert answers["5.2"]["options"] == ["Hacking, malware (bijv. ransomware) en/of phishing"]
    assert "7.3.min" in {question["key"] for question in document["hidden"]}


def test_the_ap_form_for_a_terminal_marks_missing_and_derived(facts_file: str) -> None:
    lines = run("ap-2022", "--facts", facts_file).stdout.splitlines()
    assert lines[0] == "1. Introductie"
    assert "~ 10.2 Welke maatregelen heeft u getroffen?" in lines
    assert "  1.1 Wat voor soort melding wilt u doen?" in lines, "what follows by itself"
    assert "    Persoonsgegevens (mogelijk) ingezien door onbevoegden" in lines
    assert "! 3.1.2 In welke sector is de organisatie actief?" in lines
    assert "  5.4 Ondersteunende documentatie" in lines


def test_kind_and_profile_can_be_given(facts_file: str, tmp_path: Path) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text('name = "Eigen B.V."\n', "utf-8")
    payload = json.loads(
        run("edpb-1.0", "--facts", facts_file, "--organisation", str(profile), "--kind", "follow-up", "--json").stdout
    )
    assert (payload["field_3"], payload["field_12"]) == ("b", "Eigen B.V.")


@pytest.mark.parametrize("arguments", [(), ("--facts", "FILE", "--incident", "DL-2026-0001")])
def test_facts_come_from_one_place(arguments: tuple[str, ...], facts_file: str) -> None:
    given = [facts_file if argument == "FILE" else argument for argument in arguments]
    found = run("ap-2022", *given)
    assert found.exit_code == 2
    assert "Give either --incident or --facts." in found.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"nothing", "facts.json is not JSON"),
        (b"\xff", "facts.json is not JSON"),
        (b"[]", "facts.json must hold one JSON object"),
        (b'{"nature": ["x"]}', "facts.json: nature: This answer cannot be read"),
        (b'{"natur": []}', "facts.json: natur: natur is not a field"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "facts.json"
    file.write_bytes(content)
    found = run("ap-2022", "--facts", str(file))
    assert found.exit_code == 1
    assert told in found.stderr


def test_from_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = SqliteDatabases()
    monkeypatch.setenv("DATABASE_URL", kind.migrated())
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnop")
    monkeypatch.setenv("ENCRYPTION_KEY", KEY)
    reported = CliRunner().invoke(
        main,
        ["incident", "report", "--summary", "Laptop stolen", "--aware-at", "2026-11-20T23:40+01:00", "--json"],
    )
    assert reported.exit_code == 0, reported.output
    reference = json.loads(reported.stdout)["reference"]
    found = run("edpb-1.0", "--incident", reference, "--json")
    payload = json.loads(found.stdout)
    assert (reference, "b", "2026-11-20T22:40:00Z") == (payload["field_7"], payload["field_4"], payload["field_48"])
    strange = run("edpb-1.0", "--incident", "DL-1999-0001")
    assert strange.exit_code == 1
    kind.close()
