"""Individual messages to data subjects: sealed, released by another person, sent once each, erased in time."""

import re
import threading
from email import message_from_bytes
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import sessionmaker

from incident.delivery.letterbox import with_subjects
from incident.domain.kernel.errors import IllegalMove, NotAllowed, NotFound
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import Addressee, MailingChannel, MailingState, OutboxOutcome
from incident.store.db import harden
from incident.store.models import MailingRecipient, OutboxMessage
from incident.store.sealing import CannotOpen, Sealer
from incident.usecases.mailing.certificate import record_bounce
from incident.usecases.mailing.erase_people import erase_recipients
from incident.usecases.mailing.mailing import (
    opened,
    release_mailing,
    resume_mailing,
    start_mailing,
    stop_mailing,
)
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.mailing.texts import all_letters, progress
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, EditNotice, draft_notice, edit_notice
from incident.usecases.response.merge_duplicate import MergeDuplicate, merge_duplicate
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.wiring import messengers_for
from incident.worker.sender import Sender
from tests.factories import PlainWriter
from tests.ports import free_port

LIST = b"naam;email;taal\nAnn Smit;ann@example.org;nl\nBo Ek;bo@example.se;sv\nCas;cas@example.org;\n"
CHANNELS = {"email", "subjects"}


class Letters(PlainWriter):
    """Writes a letter with the placeholders of one person."""

    def write(self, request):
        written = super().write(request)
        return type(written)(f"Datalek ({request.language})", "((greeting))\n\nEr is iets gebeurd.\n", "plain@1", ())


@pytest.fixture
def sealer(make_settings, migrated_url):
    return Sealer(make_settings(DATABASE_URL=migrated_url).encryption_keys)


@pytest.fixture
def prepared(session, report, team, clock, sealer):
    """A function that prepares a mailing of approved letters in Dutch and Swedish."""

    def make(content=LIST, channel=MailingChannel.EMAIL, filename="list.csv", **values):
        incident = report()
        versions = []
        for language in ("nl", "sv"):
            command = DraftNotice(team.responder, incident.id, Addressee.SUBJECTS, language=language)
            version = draft_notice(command, session=session, now=clock.now(), writer=Letters())
            approve = ApproveNotice(team.dpo, version.notice_id, version.body_sha256, unsaid_reason="A text for tests.")
            approve_notice(approve, session=session, now=clock.now())
            versions.append(version)
        command = PrepareMailing(
            team.dpo, incident.id, channel, [version.id for version in versions], filename, content, **values
        )
        done = prepare_mailing(command, session=session, now=clock.now(), sealer=sealer)
        session.commit()
        return incident, versions, done

    return make


def test_people_are_sealed_in_the_database(session, prepared) -> None:
    """Neither name nor address can be read in any table."""
    prepared()
    raw = session.execute(text("SELECT * FROM mailing_recipient")).all()
    assert len(raw) == 3
    assert not re.search(
        r"ann|smit|example",
        str([bytes(cell) if isinstance(cell, memoryview) else cell for row in raw for cell in row]).lower(),
    )


def test_a_sealed_person_cannot_be_moved_or_altered(session, prepared, sealer) -> None:
    """The seal is tied to its row; another key does not open it."""
    prepared()
    first, second = session.scalars(select(MailingRecipient).order_by(MailingRecipient.row).limit(2)).all()
    assert opened(first, sealer).name == "Ann Smit"
    first.sealed, second.sealed = second.sealed, first.sealed
    with pytest.raises(CannotOpen):
        opened(first, sealer)
    with pytest.raises(CannotOpen):
        opened(second, Sealer([b"k" * 32]))


def test_a_key_can_be_rotated(sealer) -> None:
    """The new key seals, the old one still opens."""
    old, new = bytes(range(32)), bytes(range(32, 64))
    sealed = Sealer([old]).seal(b"x", "p")
    assert Sealer([new, old]).open(sealed, "p") == b"x"


def test_nothing_leaves_before_another_person_released_it(session, prepared, team, clock) -> None:
    """Started by one named person, released by another."""
    _, _, done = prepared()
    mine = {"session": session, "now": clock.now()}
    with pytest.raises(IllegalMove):
        release_mailing(mailing_id=done.mailing.id, actor=team.second, channels=CHANNELS, **mine)
    start_mailing(mailing_id=done.mailing.id, actor=team.dpo, **mine)
    with pytest.raises(NotAllowed):
        release_mailing(mailing_id=done.mailing.id, actor=team.dpo, channels=CHANNELS, **mine)
    with pytest.raises(IllegalMove):
        release_mailing(mailing_id=done.mailing.id, actor=team.second, channels={"console"}, **mine)
    assert session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "subjects")).first() is None
    assert release_mailing(mailing_id=done.mailing.id, actor=team.second, channels=CHANNELS, **mine) == 3


def test_a_text_or_fact_changed_since_blocks_the_release(session, prepared, team, clock) -> None:
    """What people get is what was approved, on the facts as they are."""
    incident, _, done = prepared()
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    facts = RecordFacts(team.responder, incident.id, {"description": "New"}, incident.fact_version)
    record_facts(facts, session=session, now=clock.now())
    with pytest.raises(IllegalMove):
        release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)


def test_an_unapproved_letter_cannot_be_chosen(session, prepared, team, clock, sealer) -> None:
    """Approval comes before the list."""
    incident, versions, _ = prepared()
    edit = EditNotice(team.responder, versions[0].notice_id, "T", "Other", 1)
    newer = edit_notice(edit, session=session, now=clock.now())
    command = PrepareMailing(team.dpo, incident.id, MailingChannel.EMAIL, [newer.id], "l.csv", LIST)
    with pytest.raises(IllegalMove):
        prepare_mailing(command, session=session, now=clock.now(), sealer=sealer)


class Mailbox:
    """What a real SMTP server received."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "550 no such person" if "cas@" in envelope.rcpt_tos[0] else "250 taken"


def test_each_person_gets_one_message_of_their_own(
    session,
    prepared,
    team,
    clock,
    migrated_url,
    make_settings,
) -> None:
    """In their language, with their name, to nobody else; refusals are recorded; people are erased, proofs remain."""
    mailbox = Mailbox()
    port = free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings = make_settings(DATABASE_URL=migrated_url, SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="fg@example.org")
    _, _, done = prepared(per_minute=60)
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    session.commit()
    engine = harden(create_engine(migrated_url))
    messengers = with_subjects(messengers_for(settings, clock), settings, clock)
    only = {"subjects": messengers["subjects"]}
    sender = Sender(sessionmaker(engine), only, lambda _: clock.now(), "w", None, threading.Event())
    sender.drain()
    first_second = len(mailbox.mails)
    for _ in range(5):
        clock.advance(seconds=1)
        sender.drain()
    server.stop()
    engine.dispose()
    assert first_second == 1
    assert [to for to, _ in mailbox.mails] == [["ann@example.org"], ["bo@example.se"], ["cas@example.org"]]
    ann, bo, _ = (mail for _, mail in mailbox.mails)
    assert (ann["Subject"], bo["Subject"]) == ("Datalek (nl)", "Datalek (sv)")
    assert "Ann Smit" in ann.get_payload(0).get_payload(decode=True).decode()
    assert ann["Cc"] is None
    assert ann["Bcc"] is None
    assert ann["To"] == "ann@example.org"
    session.expire_all()
    found = progress(session, done.mailing)
    assert (found.people, found.sent, found.waiting, found.failed) == (3, 2, 0, 1)
    clock.advance(days=31)
    assert erase_recipients(session, actor=SYSTEM, now=clock.now()) == 1
    row = session.scalars(select(MailingRecipient)).first()
    with pytest.raises(NotFound):
        opened(row, Sealer(settings.encryption_keys))
    assert progress(session, done.mailing).sent == 2


def test_a_mailing_can_be_stopped_half_way(session, prepared, team, clock) -> None:
    """What has not left stays."""
    _, _, done = prepared()
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    assert stop_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now()) == 3
    assert (progress(session, done.mailing).waiting, progress(session, done.mailing).stopped) == (0, 3)


def test_the_figures_of_a_mailing_add_up(session, prepared, team, clock) -> None:
    """Whom a message came back from is no longer counted as sent, so that nobody is counted twice."""
    _, _, done = prepared()
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    rows = session.scalars(select(MailingRecipient).order_by(MailingRecipient.row)).all()
    for row in rows[:2]:
        message = session.get_one(OutboxMessage, row.outbox_id)
        message.settled_at, message.outcome = clock.now(), OutboxOutcome.SENT
    record_bounce(session, rows[0].id, "Mailbox full", actor=team.dpo, now=clock.now())
    found = progress(session, done.mailing)
    assert (found.sent, found.bounced, found.waiting) == (1, 1, 1)
    assert found.sent + found.waiting + found.failed + found.stopped + found.bounced == found.people == 3


def test_a_bounce_is_written_down(session, prepared, team, clock) -> None:
    """By a person who saw it come back."""
    prepared()
    row = session.scalars(select(MailingRecipient)).first()
    record_bounce(session, row.id, "Mailbox full", actor=team.dpo, now=clock.now())
    assert ("Mailbox full", clock.now()) == (row.bounce_reason, row.bounced_at)
    with pytest.raises(NotFound):
        record_bounce(session, uuid4(), "x", actor=team.dpo, now=clock.now())


def test_printed_letters_begin_on_a_front_side_and_are_tagged(session, prepared, sealer) -> None:
    """Printed on both sides, the first page of one person never stands on the back of another's; and the file is as
    accessible as a single letter. In the order of the list."""
    from io import BytesIO

    from pypdf import PdfReader

    from incident.documents.personal import print_file

    rows = "naam;straat;postcode;plaats\nÅsa Öberg;Weg 1;9728 JS;Groningen\nJosé ß;Laan 2;1000 AA;Amsterdam\n".encode()
    _, _, done = prepared(rows, MailingChannel.LETTER)
    pdf = PdfReader(BytesIO(print_file(all_letters(session, done.mailing, sealer))))
    texts = [page.extract_text() for page in pdf.pages]
    begins = [next(number for number, text in enumerate(texts) if name in text) for name in ("Åsa Öberg", "José ß")]
    assert begins == [0, 2]
    assert not texts[1].strip()
    assert {str(page.mediabox) for page in pdf.pages} == {str(pdf.pages[0].mediabox)}
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in pdf.root_object


def test_no_letter_leaves_from_an_incident_that_was_merged(session, report, prepared, team, clock) -> None:
    """A mailing that waits or that began holds the merge up; one that was only prepared never starts after it."""
    main = report()
    asked, _, done = prepared()
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    into_main = {"into": main.reference, "reason": "The same breach"}
    with pytest.raises(IllegalMove, match="waits for release"):
        merge_duplicate(MergeDuplicate(team.dpo, asked.id, **into_main), session=session, now=clock.now())
    merge_duplicate(MergeDuplicate(team.dpo, main.id, asked.reference, "The same"), session=session, now=clock.now())
    draft, _, other = prepared()
    merge_duplicate(MergeDuplicate(team.dpo, draft.id, asked.reference, "The same"), session=session, now=clock.now())
    with pytest.raises(IllegalMove, match="closed"):
        start_mailing(session, other.mailing.id, actor=team.dpo, now=clock.now())
    asked.status = Status.CLOSED
    with pytest.raises(IllegalMove, match="closed"):
        release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    done.mailing.state = MailingState.STOPPED
    session.flush()
    with pytest.raises(IllegalMove, match="closed"):
        resume_mailing(session, done.mailing.id, actor=team.second, now=clock.now())
