"""When Slack, the database or we ourselves refuse: what the person sees, and that nothing is lost or half done."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import report
from bot.slack_here.workspace import Channel
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Incident, Person, SlackRoom
from tests.bot.conftest import Cast, add_account, holding, settle, the_incident
from tests.fake_slack import Failure, FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.user import texts

WHAT = "What happened?"


def count(session: Session) -> int:
    """How many incidents there are."""
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def filled(cast: Cast, text: str = "Mail to the wrong customer") -> SlackUser:
    """The reporter with the form filled in."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    return cast.reporter.fill({WHAT: text})


@pytest.mark.parametrize(
    "text",
    [
        "Passport and BSN 111222333 of one person",
        "bsn: 111.222.333",
        "IBAN NL91ABNA0417164300 was in the mail",
        "pays from nl91 abna 0417 1643 00 each month",
    ],
)
def test_a_number_of_a_person_is_caught_before_it_is_stored(
    cast: Cast, text: str, database: Callable[[], Session]
) -> None:
    """The error stands at the field and explains; the number is not repeated, and nothing is stored."""
    filled(cast, text).submit()
    assert list(cast.reporter.errors) == [WHAT]
    assert "This looks like a" in cast.reporter.errors[WHAT]
    assert not any(character.isdigit() for character in cast.reporter.errors[WHAT])
    assert count(database()) == 0


@pytest.mark.parametrize("text", ["ticket 123456789", "call 0612345678", "order 111222/333", "build 20260302 failed"])
def test_other_numbers_do_not_stop_a_report(cast: Cast, text: str, database: Callable[[], Session]) -> None:
    """Nine digits that fail the test, longer numbers and split ones are no citizen service number."""
    filled(cast, text).submit()
    assert cast.reporter.errors == {}
    assert count(database()) == 1


def test_half_an_instant_and_a_wrong_number_are_refused_at_their_fields(cast: Cast) -> None:
    """The person sees where, and what to do."""
    filled(cast).fill({"When was it noticed? (date)": "2026-03-02"}).submit()
    assert cast.reporter.errors == {"When was it noticed? (time)": "Choose the time as well; an estimate will do."}
    cast.reporter.fill({"When was it noticed? (time)": "09:00", "How many people, about?": "many"}).submit()
    assert list(cast.reporter.errors) == ["How many people, about?"]


def test_a_moment_in_the_future_is_refused_at_its_field(cast: Cast) -> None:
    """The use case speaks, the form shows it at the field."""
    filled(cast).fill({"When was it noticed? (date)": "2027-01-01", "When was it noticed? (time)": "09:00"}).submit()
    assert list(cast.reporter.errors) == ["When was it noticed? (date)"]


def test_a_form_that_is_sent_twice_gives_the_first_result(
    cast: Cast, slack: FakeSlack, database: Callable[[], Session]
) -> None:
    """The person clicks again because Slack said that it failed: one incident, the same reference."""
    first = filled(cast).submit()
    second = cast.reporter.send_again()
    assert count(database()) == 1
    reference = the_incident(database()).reference
    assert reference in texts(first.body["view"]["blocks"])
    assert reference in texts(second.body["view"]["blocks"])


def test_a_database_that_is_away_keeps_the_text_and_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, database: Callable[[], Session], quiet_logs: list[Any]
) -> None:
    """The form stays open with what was typed; a second try works."""

    def away(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {"secret": "victim"}, Exception("gone"))

    with monkeypatch.context() as patch:
        patch.setattr(report, "report_incident", away)
        filled(cast).submit()
    said = cast.reporter.errors[WHAT]
    assert "nothing was saved" in said
    assert cast.reporter.stack
    assert count(database()) == 0
    cast.reporter.submit()
    assert count(database()) == 1
    logged = next(entry for entry in quiet_logs if entry["event"] == "slack_listener_failed")
    assert logged["number"] in said
    assert "victim" not in str(quiet_logs)


def test_a_surprise_gives_a_number_and_no_detail(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, quiet_logs: list[Any]
) -> None:
    """The person gets a number, we get the stack trace under the same number."""
    monkeypatch.setattr(report, "report_incident", lambda *_, **__: 1 / 0)
    filled(cast).submit()
    number = next(entry["number"] for entry in quiet_logs if entry["event"] == "slack_listener_failed")
    assert number in cast.reporter.errors[WHAT]
    assert "division" not in cast.reporter.errors[WHAT]


def test_an_expired_trigger_is_explained(cast: Cast, slack: FakeSlack) -> None:
    """Slack took too long to reach us: the command is answered with what to do."""
    slack.fail("views.open", Failure.error("expired_trigger_id"))
    assert cast.reporter.command("/datalek").status == 200
    assert "Try again, or use the page: https://meldklok.example.org/report" in cast.reporter.told("Try again")


@pytest.mark.parametrize(
    "failure",
    [
        Failure.rate_limited(),
        Failure.server_error(500),
        Failure.connection_reset(),
        Failure.error("token_revoked"),
        Failure.error("missing_scope"),
    ],
    ids=["429", "500", "reset", "revoked", "scope"],
)
def test_a_report_is_on_record_whatever_slack_does(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, database: Callable[[], Session], failure: Failure
) -> None:
    """The form is answered from our own record; the announcement follows when Slack works again."""
    person = filled(cast)
    slack.fail_always("*", failure)
    assert person.submit().status == 200
    assert person.errors == {}
    assert count(database()) == 1
    slack.failures.clear()


def test_a_slow_slack_does_not_delay_the_answer(cast: Cast, slack: FakeSlack) -> None:
    """What needs Slack comes after the answer."""
    person = filled(cast)
    with holding(slack, "chat.postMessage"):
        assert person.submit().status == 200
        assert person.errors == {}


def test_somebody_without_an_account_can_report_and_sees_only_that(
    cast: Cast, slack: FakeSlack, database: Callable[[], Session]
) -> None:
    """Their own report, nobody else's; and no button for anything else."""
    filled(cast).submit()
    reference = the_incident(database()).reference
    cast.reporter.close()
    cast.reporter.command("/datalek", reference)
    assert reference in cast.reporter.told(reference)
    stranger = SlackUser(slack, cast.reporter.transport, "U9", "Other", "other@alumio.example", locale="en-GB")
    stranger.command("/datalek", reference)
    assert "not yours to see" in stranger.told("not yours to see")
    stranger.command("/datalek", "list")
    stranger.told("There are no open incidents")


def announced(cast: Cast, slack: FakeSlack, security: Channel) -> Any:
    """An incident with its message in the security channel."""
    filled(cast).submit()
    slack.wait_for(lambda: security.messages)
    return security.messages[0]


def test_a_button_pressed_by_somebody_without_the_role_is_refused(
    cast: Cast, slack: FakeSlack, security: Channel
) -> None:
    """Whoever may only report is told so; nothing changes."""
    message = announced(cast, slack, security)
    assert cast.second.press("Is het een datalek?", message).status == 200
    cast.second.told("Your role does not allow this")
    cast.second.press("Ik neem het", message)
    assert cast.second.stack == []


@pytest.mark.parametrize("how", ["guest", "single-channel guest", "stranger", "unconfirmed", "other team"])
def test_a_guest_or_a_person_of_another_company_gets_no_account(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    http: HttpTransport,
    security: Channel,
    how: str,
    database: Callable[[], Session],
) -> None:
    """The address of an account is not enough: only a full, confirmed member of our own workspace is linked."""
    add_account(app, "eve@alumio.example", "Eve Real", {Role.DPO})
    flags: dict[str, dict[str, Any]] = {
        "guest": {"restricted": True},
        "single-channel guest": {"ultra_restricted": True},
        "stranger": {"stranger": True},
        "unconfirmed": {"email_confirmed": False},
        "other team": {"team": "T9OTHER"},
    }
    eve = SlackUser(slack, http, "U8EVE", "Eve", "eve@alumio.example", locale="en-GB", **flags[how])
    message = announced(cast, slack, security)
    eve.press("Is het een datalek?", message)
    eve.told("not yours to see")
    person = database().scalars(select(Person).where(Person.email == "eve@alumio.example")).one()
    assert person.slack_user_id is None


def test_an_account_is_linked_once_and_to_one_person(
    app: Flask, cast: Cast, slack: FakeSlack, http: HttpTransport, database: Callable[[], Session]
) -> None:
    """The first full member with the address is linked, and the link is on record."""
    cast.analyst.command("/datalek", "list")
    cast.analyst.told("no open incidents")
    linked = database().scalars(select(Person).where(Person.slack_user_id == "U2ANNA")).one()
    assert linked.email == "anna@alumio.example"
    twin = SlackUser(slack, http, "U7TWIN", "Twin", "anna@alumio.example", locale="en-GB")
    twin.command("/datalek", "mine")
    twin.told("no open reports")
    assert database().scalars(select(Person).where(Person.slack_user_id == "U7TWIN")).all() == []


def test_details_are_refused_in_a_shared_channel(cast: Cast, slack: FakeSlack, security: Channel) -> None:
    """Another organisation reads along there."""
    announced(cast, slack, security)
    shared = slack.workspace.add_channel("with-customer", ("U0BOT", "U2ANNA"), shared=True)
    cast.analyst.command("/datalek", "list", shared)
    cast.analyst.told("shared with another organisation")
    assert not any("DL-2026" in text for text in cast.analyst.ephemerals)


def test_slack_that_does_not_know_a_person_leaves_them_the_report(cast: Cast, slack: FakeSlack) -> None:
    """Without users.info somebody is a stranger, and a stranger may report."""
    slack.fail_always("users.info", Failure.server_error())
    ack = cast.reporter.command("/datalek")
    assert ack.status == 200
    cast.reporter.modal("Datalek melden")
    slack.failures.clear()


def test_whoever_typed_what_happened_reads_that_it_is_not_on_record_yet(cast: Cast, slack: FakeSlack) -> None:
    """Slack could not open the form: nobody may go home thinking that it was reported."""
    slack.fail_always("views.open", Failure.error("token_expired"))
    cast.reporter.command("/datalek", "laptop stolen at a customer")
    assert "nothing is on record yet" in cast.reporter.told("Slack did not do what was asked")
    slack.failures.clear()


def test_every_person_is_asked_of_slack_once(cast: Cast, slack: FakeSlack) -> None:
    """The profile is remembered, so that the next command is as fast as our own record."""
    cast.reporter.command("/datalek", "help")
    cast.reporter.command("/datalek", "help")
    assert len(slack.called("users.info")) == 1


def test_help_has_a_line_for_each_word_in_the_words_of_its_reader(
    cast: Cast, slack: FakeSlack, http: HttpTransport
) -> None:
    """What a Dutch reader is told to type is Dutch, and is understood."""
    told = cast.reporter.command("/breach", "help").text
    assert "`/breach mine`" in told
    assert told.count("\n") == 8
    piet = SlackUser(slack, http, "U5PIET", "Piet", None, locale="nl-NL")
    assert "`/datalek mijn`" in piet.command("/datalek", "help").text
    piet.command("/datalek", "mijn")
    piet.told("U hebt geen open meldingen of zaken.")


def test_the_words_follow_the_persons_slack(slack: FakeSlack, http: HttpTransport, cast: Cast) -> None:
    """Dutch for a Dutch Slack."""
    piet = SlackUser(slack, http, "U5PIET", "Piet", None, locale="nl-NL")
    piet.command("/datalek")
    piet.modal("Datalek melden")
    piet.fill({"Wat is er gebeurd?": "Laptop kwijt"}).submit()
    assert "Dank u" in texts(piet.modal("Melding ontvangen")["blocks"])


def test_a_room_that_may_not_be_made_leaves_the_thread(
    cast: Cast, slack: FakeSlack, security: Channel, clock: FixedClock, app: Flask
) -> None:
    """The workspace forbids channels: the message in the security channel stays the place."""
    slack.fail_always("conversations.create", Failure.error("restricted_action"))
    message = announced(cast, slack, security)
    cast.analyst.press("Is het een datalek?", message)
    cast.analyst.modal()
    cast.analyst.fill({"Is it a breach of personal data?": "Yes, it is a breach of personal data"}).submit()
    assert cast.analyst.errors == {}
    slack.wait_for(lambda: "Bevestigd" in texts(message.blocks))
    settle(app)
    assert [c.name for c in slack.workspace.channels.values() if c.name.startswith("datalek")] == []
    with app.app_context():
        room = db.session().scalars(select(SlackRoom)).one()
        assert (room.is_thread, room.channel_id) == (True, f"{security.id}/{message.ts}")
