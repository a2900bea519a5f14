"""`meldklok law`: the documented output, the refusals, the examples."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import incident.cli.law as law_cli
from incident.cli import main

SNAPSHOT = Path(__file__).parent / "snapshots" / "regimes.txt"


def run(*arguments: str) -> Result:
    """Run the whole program with these arguments after `law`."""
    return CliRunner().invoke(main, ["law", *arguments])


def as_json(*arguments: str) -> Any:
    """The JSON of a command that succeeded and said nothing on standard error."""
    found = run(*arguments, "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    return json.loads(found.stdout)


def test_the_documented_deadline() -> None:
    """Exactly the documented keys, instants in UTC, the local end with its offset."""
    found = as_json("deadline", "--aware-at", "2026-10-23T16:20", "--zone", "Europe/Amsterdam")
    assert list(found) == ["due_at", "due_at_local", "remarks", "ruleset"]
    assert found["due_at"] == "2026-10-26T14:20:00+00:00"
    assert found["due_at_local"] == "2026-10-26T15:20:00+01:00"
    assert found["ruleset"] == "nl-2026-09-11.1"
    assert [list(remark) for remark in found["remarks"]] == [["id", "at", "text"]] * 4
    assert found["remarks"][0]["id"] == "1182/71-3(1)"
    assert found["remarks"][0]["at"] == "2026-10-26T15:00:00+00:00"
    assert "the last of 72 hours, from Friday 23 October 2026 17:" in found["remarks"][0]["text"]


def test_the_zone_is_amsterdam_unless_another_is_named() -> None:
    """The same instant, told in two zones, with Dutch sentences on request."""
    dutch = as_json("deadline", "--aware-at", "2026-11-23T09:20", "--language", "nl")
    tokyo = as_json("deadline", "--aware-at", "2026-11-23T17:20", "--zone", "Asia/Tokyo")
    assert dutch["due_at"] == tokyo["due_at"] == "2026-11-26T08:20:00+00:00"
    assert tokyo["due_at_local"] == "2026-11-26T17:20:00+09:00"
    assert dutch["remarks"][0]["text"].startswith("Verordening 1182/71 laat een andere lezing toe")
    assert "JST" in tokyo["remarks"][0]["text"]


def test_a_deadline_in_words() -> None:
    """Without --json the explanation is printed."""
    found = run("deadline", "--aware-at", "2026-11-23T09:20", "--language", "nl")
    assert found.exit_code == 0
    assert (
        found.stdout.splitlines()[0] == "Melding aan de toezichthouder: uiterlijk donderdag 26 november 2026 09:20 CET."
    )
    assert found.stdout.splitlines()[-1] == "Berekend met regelset nl-2026-09-11.1."


def test_an_offset_settles_a_repeated_time() -> None:
    """Both half past twos have their own deadline."""
    first = as_json("deadline", "--aware-at", "2026-10-25T02:30+02:00")
    second = as_json("deadline", "--aware-at", "2026-10-25T02:30+01:00")
    assert (first["due_at"], second["due_at"]) == ("2026-10-28T00:30:00+00:00", "2026-10-28T01:30:00+00:00")


def test_a_proposal_is_a_what_if() -> None:
    """96 hours under the Omnibus, named in the rule set and in a remark."""
    found = as_json("deadline", "--aware-at", "2026-11-23T09:20", "--proposals")
    assert found["due_at"] == "2026-11-27T08:20:00+00:00"
    assert found["ruleset"] == "nl-2026-09-11.1+proposals"
    assert "This is a proposal and not law in force." in [remark["text"] for remark in found["remarks"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--aware-at", "2026-10-25T02:30"), "2026-10-25 02:30 occurs twice in Europe/Amsterdam"),
        (("--aware-at", "2027-03-28T02:30"), "2027-03-28 02:30 does not exist in Europe/Amsterdam"),
        (("--aware-at", "yesterday"), "yesterday is not a date with a time."),
        (("--aware-at", "2017-01-01T10:00"), "the GDPR did not apply yet"),
        (("--aware-at", "2026-11-23T09:20", "--zone", "Mars/Base"), "Mars/Base is not a known time zone."),
        (("--aware-at", "2026-11-23T09:20Z", "--zone", "Mars/Base"), "Mars/Base is not a known time zone."),
        ((), "Missing option '--aware-at'."),
    ],
)
def test_a_wrong_time_is_refused_with_a_sentence(arguments: tuple[str, ...], message: str) -> None:
    """On standard error, with a failing exit status and nothing on standard output."""
    found = run("deadline", *arguments, "--json")
    assert found.exit_code != 0
    assert message in found.stderr
    assert found.stdout == ""
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("command", [(), ("deadline",), ("explain",), ("regimes",)])
def test_the_help_shows_an_example(command: tuple[str, ...]) -> None:
    """Every command can be learnt from its own help."""
    found = run(*command, "--help")
    assert found.exit_code == 0
    assert "Example:" in found.stdout
    assert "meldklok law" in found.stdout


def test_explain_tells_every_duty() -> None:
    """From a moment alone: duties, clock, reasons; no line twice within a duty."""
    found = run("explain", "--aware-at", "2026-11-16T09:20", "--risk", "high", "--regime", "cbw")
    assert found.exit_code == 0
    parts = found.stdout.strip().split("\n\n")
    assert [part.split(":")[0] for part in parts] == [
        "Notification to the supervisory authority",
        "Notice of the processor to the controller",
        "Follow-up to the supervisory authority",
        "Entry in the breach register",
        "Communication to the data subjects",
        "Public communication in place of personal messages",
        "Early warning (Cyberbeveiligingswet)",
        "Incident notification (Cyberbeveiligingswet)",
        "Final report (Cyberbeveiligingswet)",
    ]
    assert "Notification to the supervisory authority: due Thursday 19 November 2026 09:20 CET." in parts[0]
    for part in parts:
        assert len(part.splitlines()) == len(set(part.splitlines()))


def test_explain_reads_a_fact_sheet(tmp_path: Path) -> None:
    """From a file: who waits for what, with doubts about the moments; --aware-at takes the file's place."""
    sheet = tmp_path / "breach.json"
    sheet.write_text(
        json.dumps(
            {
                "role": "controller",
                "is_breach": "yes",
                "first_signal_at": "2026-11-14T09:00:00+01:00",
                "aware_at": "2026-11-16T09:20:00+01:00",
            }
        ),
        "utf-8",
    )
    found = as_json("explain", str(sheet))
    assert list(found) == ["ruleset", "obligations", "findings"]
    authority, *_, subjects, _public = found["obligations"]
    assert authority["deadline"]["due_at"] == "2026-11-19T08:20:00+00:00"
    assert (authority["id"], authority["duty"], authority["waits_for"]) == ("gdpr_33_1", "required", None)
    assert subjects["waits_for"] == "The clock starts when a high risk has been established."
    assert subjects["deadline"] is None
    assert authority["reasons"][-1].endswith("Monday 16 November 2026 09:20 CET. [EDPB Guidelines 9/2022, par. 31]")
    assert len(found["findings"]) == 1
    assert found["findings"][0].startswith("There are 48.3 hours between the first signal and the awareness")
    moved = as_json("explain", str(sheet), "--aware-at", "2026-11-14T10:00")
    assert moved["obligations"][0]["deadline"]["due_at"] == "2026-11-17T09:00:00+00:00"
    assert moved["findings"] == []
    assert "There are 48.3 hours" in run("explain", str(sheet)).stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"role": "king"}', "field role: "),
        ('{"nonsense": 1}', "field nonsense: "),
        ('{"aware_at": "2026-11-16T09:20:00"}', "field aware_at: Write the offset from UTC, like +01:00 or Z."),
        ("{", "is not a JSON object with the facts of a breach"),
        ("3", "is not a JSON object with the facts of a breach"),
    ],
)
def test_explain_names_what_is_wrong_with_a_file(tmp_path: Path, content: str, message: str) -> None:
    """The file and the field, on standard error."""
    sheet = tmp_path / "breach.json"
    sheet.write_text(content, "utf-8")
    found = run("explain", str(sheet))
    assert found.exit_code == 1
    assert found.stdout == ""
    assert found.stderr.startswith(f"Error: {sheet}")
    assert message in found.stderr


def test_explain_needs_a_case() -> None:
    """Neither a file nor a moment: a usage error."""
    found = run("explain")
    assert found.exit_code == 2
    assert "Give a FILE with facts, or --aware-at." in found.stderr


def test_explain_refuses_an_unknown_zone() -> None:
    """Also when no local time has to be read."""
    found = run("explain", "--aware-at", "2026-11-16T09:20Z", "--zone", "Mars/Base")
    assert (found.exit_code, found.stdout) == (1, "")


def test_the_regimes_are_those_of_the_snapshot() -> None:
    """Period, validity, source and certainty of every duty: a changed law is a changed line."""
    found = run("regimes")
    assert found.exit_code == 0
    assert found.stdout == SNAPSHOT.read_text("utf-8")


def test_the_regimes_as_json() -> None:
    """Every duty with its certainty; the proposal is marked and has no first day."""
    rows = {(row["id"], row["version"]): row for row in as_json("regimes", "--language", "nl")}
    assert all(row["certainty"] in ("P", "S", "K") for row in rows.values())
    authority = rows["gdpr_33_1", "2018"]
    assert (authority["period"], authority["valid_from"], authority["title"]) == (
        "PT72H",
        "2018-05-25",
        "Melding aan de toezichthouder",
    )
    assert rows["gdpr_33_4", "house-1"]["longest"] == "P28D"
    proposal = rows["gdpr_33_1", "omnibus-2025-0360"]
    assert (proposal["status"], proposal["valid_from"], proposal["note"]) == (
        "proposal",
        None,
        "Dit is een voorstel en geen geldend recht.",
    )


def test_commands_of_other_modules_are_found_when_they_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is not there is not listed; one that is there is imported when asked for."""
    other = ModuleType("other")
    other.assess = click.Command("assess", help="Other.")  # type: ignore[attr-defined]
    monkeypatch.setattr(law_cli, "_ELSEWHERE", {"assess": "other", "form": "incident.cli.no_such_module"})
    monkeypatch.setattr(law_cli, "find_spec", lambda name: object() if name == "other" else None)
    monkeypatch.setattr(law_cli, "import_module", lambda name: other)
    context = click.Context(law_cli.law)
    assert law_cli.law.list_commands(context) == ["assess", "book", "deadline", "explain", "regimes"]
    assert law_cli.law.get_command(context, "assess") is other.assess
    assert law_cli.law.get_command(context, "form") is None
    assert run("form").exit_code == 2
