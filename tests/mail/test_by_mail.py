"""Reports by mail: one mail is one report, delivered however often; an answer finds its own report only."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from incident.delivery.email_message import compose
from incident.delivery.intake import take_in
from incident.delivery.messages import MessageTexts
from incident.domain.kernel.errors import IllegalMove, TooMany
from incident.domain.kernel.people import Role, Source
from incident.domain.kinds import OutboxOutcome
from incident.platform.clock import FixedClock
from incident.platform.keys import encryption_keys
from incident.store.blobs import BlobStore
from incident.store.models import (
    BlobRemoval,
    Evidence,
    Inbound,
    Incident,
    OutboxMessage,
    PublicReport,
    SignInThrottle,
    TimelineEntry,
)
from incident.store.queries.vital_signs import health_facts
from incident.store.sealing import Sealer
from incident.usecases.common import limits
from incident.usecases.messages.outsiders import OUTCOME, QUESTION_BY_MAIL, RECEIPT
from incident.usecases.messages.ports import OutgoingMessage
from incident.usecases.messages.reporter import tell_reporter
from incident.usecases.response.public_report import AskReporter, ask_reporter
from tests.databases import KEY
from tests.factories import blobs_in, make_actor
from tests.mail.letters import PDF, PNG, WORDS, letter, with_files

ADDRESS = "datalek@example.org"
TakeIn = Callable[[EmailMessage | bytes], None]


@pytest.fixture
def blobs(tmp_path: Any) -> BlobStore:
    return blobs_in(tmp_path / "blobs")


@pytest.fixture
def take(session: Session, clock: FixedClock, blobs: BlobStore) -> TakeIn:
    """Hand over a mail as a mail server does."""
    sealer = Sealer(encryption_keys("KEY", KEY))

    def take_one(mail: EmailMessage | bytes) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        try:
            take_in(raw, ADDRESS, session=session, now=clock.now(), sealer=sealer, blobs=blobs)
        finally:
            session.rollback()

    return take_one


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def only(session: Session) -> Incident:
    return session.scalars(select(Incident)).one()


def sent(session: Session, template: str) -> list[OutboxMessage]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))
    return [row for row in rows if row.payload["template"] == template]


def as_mail(row: OutboxMessage, clock: FixedClock) -> EmailMessage:
    """The mail as it leaves."""
    message = OutgoingMessage(
        row.id, row.channel, row.recipient, row.language, row.payload["template"], row.payload["params"], row.dedupe_key
    )
    return compose(message, MessageTexts().render(message), "meldklok@example.org", clock.now(), ADDRESS)


def answer(
    row: OutboxMessage, clock: FixedClock, text: str = "De straat is de Kerkstraat.", **more: str
) -> EmailMessage:
    return letter(
        text, In_Reply_To=str(as_mail(row, clock)["Message-ID"]), **{"Message_ID": "<two@example.net>", **more}
    )


def test_a_mail_is_a_report_with_its_files_however_often_it_is_delivered(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    """One incident, one clock, one receipt, each file once; other transport headers make it no other mail."""
    make_actor(session, "Femke", [Role.DPO], clock.now())
    session.commit()
    mail = with_files(letter(), ("brief.pdf", PDF), ("foto.png", PNG), ("spel.exe", b"MZ"))
    for number in range(4):
        take(f"Received: by mx{number}; Mon, 2 Mar 2026 08:5{number}:00 +0000\r\n".encode() + mail.as_bytes())
        clock.advance(minutes=10)
    incident = only(session)
    assert incident.source is Source.MAIL
    assert incident.summary.startswith(f"Verkeerde brief\n\n{WORDS}")
    assert "spel.exe" in incident.summary
    assert incident.due_at == incident.reported_at - timedelta(minutes=10) + timedelta(hours=72), "since it arrived"
    assert sorted(session.scalars(select(Evidence.filename))) == ["brief.pdf", "foto.png", "mail.eml"]
    report = session.scalars(select(PublicReport)).one()
    assert (report.contact, report.anonymous) == ("jan@example.net", False)
    (receipt,) = sent(session, RECEIPT)
    assert (receipt.recipient, receipt.payload["params"]["refused"]) == ("jan@example.net", ["spel.exe"])
    assert {row.recipient for row in sent(session, "incident_reported")} >= {"femke@example.org"}
    kept = " ".join(f"{row.key} {row.result}" for row in session.scalars(select(Inbound)))
    assert "example.net" not in kept


def test_the_receipt_names_no_case_and_keeps_robots_quiet(session: Session, take: TakeIn, clock: FixedClock) -> None:
    take(letter())
    mail = as_mail(sent(session, RECEIPT)[0], clock)
    assert only(session).reference not in mail.as_string()
    assert (mail["Reply-To"], mail["In-Reply-To"]) == (ADDRESS, "<one@example.net>")
    assert mail["Auto-Submitted"] == "auto-replied"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Uw melding is binnengekomen" in str(mail["Subject"])
    assert "http" not in body.get_content()


def test_an_answer_to_the_receipt_and_to_a_question_stands_on_the_timeline_once(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    dpo = make_actor(session, "Femke", [Role.DPO], clock.now())
    take(letter())
    reference = only(session).reference
    assert ask_reporter(AskReporter(dpo, reference, "Welke straat?"), session=session, now=clock.now())
    session.commit()
    (question,) = sent(session, QUESTION_BY_MAIL)
    assert "Welke straat?" in as_mail(question, clock).as_string()
    for mail in (
        answer(sent(session, RECEIPT)[0], clock),
        with_files(answer(question, clock, "En nog iets.", Message_ID="<three@example.net>"), ("straat.png", PNG)),
    ):
        take(mail)
        take(mail)
    assert count(session, Incident) == 1
    said = session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "reporter_said")).all()
    assert said == ["De straat is de Kerkstraat.", "En nog iets."]
    assert sorted(session.scalars(select(Evidence.filename))) == ["mail.eml", "mail.eml", "mail.eml", "straat.png"]
    assert len(sent(session, RECEIPT)) == 1, "an answer is not answered"


@pytest.mark.parametrize("forged", ["another sender", "a guessed number", "a message of the house"])
def test_nobody_else_writes_on_the_timeline(session: Session, take: TakeIn, clock: FixedClock, forged: str) -> None:
    """What does not answer a mail of ours to this very address is a report of its own, left for a person."""
    make_actor(session, "Femke", [Role.DPO], clock.now())
    take(letter())
    receipt = sent(session, RECEIPT)[0]
    match forged:
        case "another sender":
            mail = answer(receipt, clock, From="eva@example.com")
        case "a guessed number":
            mail = letter("Mine now", In_Reply_To=f"<{UUID(int=1).hex}@example.org>", Message_ID="<two@example.net>")
        case _:
            told = sent(session, "incident_reported")[0]
            number = f"<{told.id.hex}@example.org>"
            mail = letter("Mine now", From=told.recipient, In_Reply_To=number, Message_ID="<two@example.net>")
    take(mail)
    assert count(session, Incident) == 2
    assert session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "reporter_said")).all() == []


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"}, {"X_Meldklok_Attempt": "1"}]
)
def test_what_a_machine_answers_is_no_report(session: Session, take: TakeIn, headers: dict[str, str]) -> None:
    take(letter(**headers))
    assert (count(session, Incident), count(session, OutboxMessage)) == (0, 0)


def test_our_own_receipt_that_comes_back_is_no_report(session: Session, take: TakeIn, clock: FixedClock) -> None:
    take(letter())
    take(as_mail(sent(session, RECEIPT)[0], clock))
    assert count(session, Incident) == 1


def test_what_a_machine_made_is_a_report_and_gets_no_receipt(session: Session, take: TakeIn) -> None:
    """The alarm of a scanner, a list, what a filter takes for spam: a person judges it, and no robot is answered."""
    for number, headers in enumerate(
        ({"Auto_Submitted": "auto-generated"}, {"List_Id": "<x>"}, {"X_Spam_Flag": "YES"})
    ):
        take(letter(Message_ID=f"<{number}@example.net>", **headers))
    assert count(session, Incident) == 3
    assert sent(session, RECEIPT) == []


def test_without_a_number_the_bytes_tell_mails_apart_and_a_sender_takes_nobodys_place(
    session: Session, take: TakeIn
) -> None:
    take(letter(Message_ID=""))
    take(letter(Message_ID=""))
    take(letter("Another text", Message_ID=""))
    take(letter())
    take(letter(From="eva@example.com"))
    assert count(session, Incident) == 4


@pytest.mark.parametrize("mail", [b"\r\n\r\n\x00", letter(None, From="", Subject="").as_bytes(), b"From: x\r\n\r\n"])
def test_a_mail_that_says_nothing_is_kept_for_a_person(session: Session, take: TakeIn, mail: bytes) -> None:
    take(mail)
    assert only(session).summary == "(een mail zonder tekst)"
    assert session.scalars(select(PublicReport)).one().anonymous
    assert sent(session, RECEIPT) == []


def test_a_text_without_end_is_cut_and_says_where_the_rest_is(session: Session, take: TakeIn) -> None:
    take(letter("e\u0301" * 30_000))
    assert only(session).summary.endswith("(de rest staat in de mail zelf, bij het bewijs)")
    assert "mail.eml" in session.scalars(select(Evidence.filename)).all()


def test_of_many_files_the_rest_is_named(session: Session, take: TakeIn) -> None:
    take(with_files(letter(), *[(f"{number}.png", PNG + bytes([number])) for number in range(23)]))
    assert count(session, Evidence) == 21
    assert sent(session, RECEIPT)[0].payload["params"]["refused"] == ["20.png", "21.png", "22.png"]


def test_what_waited_with_the_mail_server_has_its_clock_from_then_and_no_header_makes_it_older(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    take(letter(Received="by mx.example.org; Mon, 02 Mar 2026 03:00:00 +0000"))
    assert only(session).due_at == clock.now() - timedelta(hours=6) + timedelta(hours=72)
    take(letter(Received="by mx.example.org; Fri, 02 Mar 2001 03:00:00 +0000", Message_ID="<old@example.net>"))
    newest = session.scalars(select(Incident).order_by(Incident.reference.desc())).first()
    assert newest is not None
    assert newest.due_at == clock.now() + timedelta(hours=72)


def test_where_files_cannot_be_kept_the_report_is_and_they_follow_when_it_is_delivered_again(
    session: Session, take: TakeIn, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bucket is away, or the disk is full: the clock runs, and the mail stays with its server."""
    mail = with_files(letter(), ("brief.pdf", PDF))

    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(BlobStore, "put", full)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                take(mail)
    assert (count(session, Incident), count(session, Evidence)) == (1, 0)
    take(mail)
    assert (count(session, Incident), count(session, Evidence)) == (1, 2)


def test_beyond_what_files_are_kept_of_all_mails_a_mail_waits_and_its_report_does_not(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    use_up(session, limits.FILES_DOOR, "@mail", clock)
    with pytest.raises(TooMany):
        take(letter())
    assert (count(session, Incident), count(session, Evidence)) == (1, 0)
    session.execute(delete(BlobRemoval))  # What the sweep of files that nobody names has done meanwhile.
    session.commit()
    clock.advance(days=1, minutes=1)
    take(letter())
    assert (count(session, Incident), count(session, Evidence)) == (1, 1)


def test_who_reported_by_mail_hears_what_became_of_it_by_a_mail_that_names_nothing(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    """Judged and closed, each once; an answer to it stands on the timeline."""
    dpo = make_actor(session, "Femke", [Role.DPO], clock.now())
    take(letter())
    incident = only(session)
    for template, params in (("reporter_informed", {"is_breach": True}), ("reporter_closed", {})):
        for _again in range(2):
            tell_reporter(session, incident, template, actor=dpo, now=clock.now(), **params)
        clock.advance(minutes=1)
    session.commit()
    outcomes = sent(session, OUTCOME)
    assert [row.recipient for row in outcomes] == ["jan@example.net"] * 2
    for row, words in zip(outcomes, ("werken eraan", "afgesloten"), strict=True):
        mail = as_mail(row, clock)
        assert words in plain(mail)
        assert "http" not in plain(mail)
        assert incident.reference not in mail.as_string()
        assert (mail["In-Reply-To"], mail["Reply-To"]) == ("<one@example.net>", ADDRESS)
    take(answer(outcomes[0], clock))
    assert session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "reporter_said")).all()
    outcomes[0].outcome, outcomes[0].settled_at = OutboxOutcome.FAILED, clock.now()
    session.commit()
    assert health_facts(session, clock.now()).failed == 0, "an address that is none is no trouble of ours"


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_programs_are_not_told_and_a_report_that_was_merged_hears_of_the_one_that_goes_on(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    dpo = make_actor(session, "Femke", [Role.DPO], clock.now())
    take(letter())
    duplicate = only(session)
    take(letter(Message_ID="<two@example.net>", From="eva@example.net"))
    take(letter(Message_ID="<three@example.net>", From="scan@example.net", Precedence="bulk"))
    main, robot = session.scalars(select(Incident).where(Incident.id != duplicate.id).order_by(Incident.reference))
    duplicate.duplicate_of_id = main.id
    session.flush()
    for incident in (robot, duplicate):
        tell_reporter(session, incident, "reporter_closed", actor=dpo, now=clock.now())
    assert sent(session, OUTCOME) == []
    tell_reporter(session, main, "reporter_informed", actor=dpo, now=clock.now(), is_breach=False)
    assert {row.recipient for row in sent(session, OUTCOME)} == {"jan@example.net", "eva@example.net"}
    assert all("geen datalek" in plain(as_mail(row, clock)) for row in sent(session, OUTCOME))


def use_up(session: Session, limit: limits.Limit, whose: str, clock: FixedClock) -> None:
    limits.spend(session, limit, whose, now=clock.now())
    session.get_one(SignInThrottle, limits._subject(limit, whose)).failures = limit.times
    session.commit()


def test_a_flood_by_mail_is_told_of_together_and_beyond_what_is_kept_it_waits_with_the_server(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    make_actor(session, "Femke", [Role.DPO], clock.now())
    use_up(session, limits.PUBLIC_DOOR, "@mail", clock)
    take(letter())
    assert only(session).waits_quietly
    assert sent(session, RECEIPT) == [], "a flood is not answered"
    (flood,) = sent(session, "door_flood")
    assert flood.recipient == "femke@example.org"
    assert "mailserver" in plain(as_mail(flood, clock))
    assert "Instellingen" not in plain(as_mail(flood, clock))
    use_up(session, limits.KEPT_DOOR, "@mail", clock)
    with pytest.raises(TooMany):
        take(letter(Message_ID="<two@example.net>"))
    assert count(session, Incident) == 1


def test_one_address_gets_few_receipts_a_day_and_one_that_fails_raises_no_alarm(
    session: Session, take: TakeIn, clock: FixedClock
) -> None:
    """Anybody writes in anybody's name: we fill nobody's mailbox, and our health is not theirs to judge."""
    for number in range(8):
        take(letter(Message_ID=f"<{number}@example.net>"))
    receipts = sent(session, RECEIPT)
    assert len(receipts) == limits.RECEIPTS.times
    receipts[0].outcome, receipts[0].settled_at = OutboxOutcome.FAILED, clock.now()
    session.commit()
    before = health_facts(session, clock.now())
    assert before.failed == 0


def test_who_cannot_be_answered_is_not_asked(session: Session, take: TakeIn, clock: FixedClock) -> None:
    dpo = make_actor(session, "Femke", [Role.DPO], clock.now())
    take(letter(From="nobody"))
    with pytest.raises(IllegalMove, match="no mail can be sent"):
        ask_reporter(AskReporter(dpo, only(session).reference, "Who are you?"), session=session, now=clock.now())
