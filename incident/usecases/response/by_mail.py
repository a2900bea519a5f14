"""Reports by mail: one mail is one report, or one addition to a report, however often it is delivered.

Nothing proves who sent it: such a report is taken like one through a public page, and the people on duty judge it. What
is written and what is attached are kept by two acts, so that no word waits for a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid, TooMany
from incident.domain.kernel.people import Source
from incident.domain.kernel.text import PARAGRAPH
from incident.domain.mail_words import CUT_OFF, NO_WORDS, NOT_KEPT, UNREADABLE
from incident.domain.uploads import media_type
from incident.store.blobs import BlobStore
from incident.store.models import Incident, OutboxMessage, PublicReport
from incident.store.sealing import Sealer
from incident.translations.say import translated
from incident.usecases.common import limits
from incident.usecases.common.inbound import Result, once
from incident.usecases.messages.channels import configured
from incident.usecases.messages.outsiders import ANSWERABLE, RECEIPT
from incident.usecases.messages.queue import Channel, queue_one
from incident.usecases.response.attach_evidence import AttachEvidence, keep
from incident.usecases.response.public_report import (
    BY_MAIL,
    FILE_LIMIT,
    AddToReport,
    Handed,
    ReportFromOutside,
    add_to_report,
    outsider,
    report_from_outside,
)
from incident.usecases.response.report import ReportIncident

MOST_FILES: Final = 20
IN_TRANSIT: Final = timedelta(days=5)
"""Mail servers keep for so long what they cannot hand over; a mail that says it came before that is not believed."""
NO_FILES_NOW: Final = "No more files can be taken at the moment. Try again in %(minutes)s minutes."


class Nature(StrEnum):
    """What a mail is, as far as its headers tell."""

    WRITTEN = "written"
    """Somebody wrote it, and gets a receipt."""
    MADE = "made"
    """A program made it, a list passed it on, or a filter takes it for spam: it is taken and never answered."""
    ANSWERED = "answered"
    """A program answered a mail, or returned it: it is no report."""
    OURS = "ours"
    """We sent it ourselves."""


NO_REPORT: Final = frozenset({Nature.ANSWERED, Nature.OURS})


@dataclass(frozen=True, slots=True)
class Mail:
    """What was read of one mail. Texts are empty where there is nothing; ``answers`` are the messages it refers to."""

    raw: bytes
    message_id: str
    nature: Nature = Nature.WRITTEN
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    language: str = "nl"
    arrived_at: datetime | None = None
    answers: tuple[UUID, ...] = ()
    files: tuple[Handed, ...] = ()
    lost: tuple[str, ...] = ()
    """The names of attachments that could not be read, or were too many."""
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class TakeMail:
    """A mail that came in at our ``address``."""

    mail: Mail
    address: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail: the report it made or belongs to, None where it is no report; and what to keep of it."""

    incident: UUID | None = None
    is_new: bool = False
    files: tuple[Handed, ...] = ()


def take_mail(command: TakeMail, *, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore) -> Taken:
    """Take what is written: as an addition where it answers a mail of ours to this very address, else as a report.

    Raises TooMany where no more can be kept at the moment.
    """
    mail = command.mail
    if mail.nature in NO_REPORT:
        return Taken()
    files, refused = sorted_files(mail)
    key = f"mail:{_mark(mail, sealer)}"

    def take() -> Result:
        answered = _answered(session, mail)
        found = (
            _add(session, mail, answered, refused, now, blobs)
            if answered is not None
            else _report(session, command, refused, now, sealer, blobs)
        )
        return {"incident": str(found)}

    result, is_new = once(session, key, now, take)
    return Taken(UUID(str(result["incident"])), is_new, files)


def keep_files(
    command: TakeMail, taken: Taken, *, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore
) -> None:
    """Take its files into evidence, and with them the mail itself. Done before, it does nothing.

    Raises TooMany, and Conflict for a file that is just being erased: what was kept of it so far is rolled back, and it
    is tried again.
    """
    incident = session.get(Incident, taken.incident) if taken.incident else None
    if incident is None:
        return
    mail = command.mail

    def attach() -> Result:
        whose = mail.sender or command.address
        counted = (
            (limits.FILES_OF, str(incident.id)),
            (limits.FILES_FROM, whose),
            (limits.FILES_DOOR, BY_MAIL),
        )
        author = outsider(Source.MAIL, mail.name or mail.sender)
        # All are counted before the bytes of any land: what is rolled back then has stored nothing.
        for _file in taken.files:
            if (wait := limits.spend_all(session, counted, now=now)) is not None:
                raise TooMany(NO_FILES_NOW, seconds=int(wait.total_seconds()) + 1)
        for file in taken.files:
            attached = AttachEvidence(author, incident.id, file.filename, file.content)
            keep(attached, incident, session=session, now=now, blobs=blobs)
        return {}

    once(session, f"mail-files:{_mark(mail, sealer)}", now, attach)


def sorted_files(mail: Mail) -> tuple[tuple[Handed, ...], tuple[str, ...]]:
    """What is kept of a mail, itself first; and the names of what is not taken into evidence."""
    itself = Handed("mail.eml", mail.raw)
    kept = [itself] if _is_taken(itself) else []
    refused = list(mail.lost)
    for number, file in enumerate(mail.files):
        if number < MOST_FILES and _is_taken(file):
            kept.append(file)
        else:
            refused.append(file.filename)
    return tuple(kept), tuple(refused)


def _is_taken(file: Handed) -> bool:
    try:
        media_type(file.filename, file.content)
    except Invalid:
        return False
    return 0 < len(file.content) <= FILE_LIMIT


def _mark(mail: Mail, sealer: Sealer) -> str:
    """By what a mail is known again; with its sender, so that nobody takes the place of another's mail beforehand."""
    mark = f"{mail.message_id}\n{mail.sender.casefold()}".encode() if mail.message_id else mail.raw
    return sealer.fingerprint(mark, "mail.mark")


def _answered(session: Session, mail: Mail) -> UUID | None:
    """The report that a mail belongs to: it names a message of ours that nobody guesses, and is from who got that."""
    for key in mail.answers:
        sent = session.get(OutboxMessage, key)
        if sent is None or sent.incident_id is None or sent.payload["template"] not in ANSWERABLE:
            continue
        theirs = sent.channel == Channel.EMAIL and sent.recipient.casefold() == mail.sender.casefold()
        if theirs and mail.sender and session.get(PublicReport, sent.incident_id) is not None:
            return sent.incident_id
    return None


def _report(
    session: Session, command: TakeMail, refused: tuple[str, ...], now: datetime, sealer: Sealer, blobs: BlobStore
) -> UUID:
    mail = command.mail
    came = mail.arrived_at if mail.arrived_at and now - IN_TRANSIT <= mail.arrived_at <= now else None
    report = ReportIncident(
        outsider(Source.MAIL), _words(mail, refused), noticed_at=came, reporter_language=mail.language
    )
    from_outside = ReportFromOutside(
        report,
        way=BY_MAIL,
        shown_as=command.address,
        ticket=f"mail:{_mark(mail, sealer)}",
        network=mail.sender or command.address,
        name=mail.name or mail.sender,
        contact=mail.sender,
    )
    received = report_from_outside(from_outside, session=session, now=now, sealer=sealer, blobs=blobs)
    _say_received(session, mail, received.incident, refused, now, is_addition=False)
    return received.incident.id


def _add(session: Session, mail: Mail, report: UUID, refused: tuple[str, ...], now: datetime, blobs: BlobStore) -> UUID:
    words = _words(mail, refused, with_subject=False)
    add_to_report(AddToReport(report, words, mail.sender), session=session, now=now, blobs=blobs)
    if refused:
        _say_received(session, mail, session.get_one(Incident, report), refused, now, is_addition=True)
    return report


def _words(mail: Mail, refused: Iterable[str], *, with_subject: bool = True) -> str:
    """What the record says of a mail: subject and text, and what was attached and not kept."""
    text = mail.text.strip()
    if not text:
        text = translated(mail.language, NO_WORDS if mail.is_readable else UNREADABLE)
    told = "; ".join(refused)
    last = translated(mail.language, NOT_KEPT, files=told) if told else ""
    first = mail.subject.strip() if with_subject else ""
    whole = "\n\n".join(part for part in (first, text, last) if part)
    if len(whole) <= PARAGRAPH:
        return whole
    cut_off = translated(mail.language, CUT_OFF)
    return f"{whole[: PARAGRAPH - len(cut_off) - 4]}\n\n{cut_off}"


def _say_received(
    session: Session, mail: Mail, incident: Incident, refused: tuple[str, ...], now: datetime, *, is_addition: bool
) -> None:
    """The receipt, for a person only, and few a day to one address: anybody can write in anybody's name."""
    unanswered = mail.nature is not Nature.WRITTEN or not mail.sender or Channel.EMAIL not in configured(session)
    if unanswered or limits.spend(session, limits.RECEIPTS, mail.sender.casefold(), now=now) is not None:
        return
    queue_one(
        session,
        incident=incident,
        channel=Channel.EMAIL,
        recipient=mail.sender,
        template=RECEIPT,
        params={"answers_to": mail.message_id, "refused": list(refused), "is_addition": is_addition},
        now=now,
        dedupe=f"{RECEIPT}:{incident.id}:{now.timestamp()}" if is_addition else f"{RECEIPT}:{incident.id}",
        language=mail.language,
    )
