"""Reports by people without an account, and how they come back: with a code of which only a keyed hash is kept.

Such a report is untrusted: it is taken, its clock runs on the worst case, and the people on duty judge it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotFound
from incident.domain.kernel.events import OPEN_STATUSES, Status, Tag
from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import LINE, clean, required
from incident.store.blobs import BlobStore
from incident.store.models import Incident, PublicReport, TimelineEntry
from incident.store.sealing import Sealer
from incident.usecases.common import limits
from incident.usecases.common.access import incident_for
from incident.usecases.common.family import survivor
from incident.usecases.common.inbound import Result, once, recorded
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.messages.channels import configured
from incident.usecases.messages.outsiders import LONGEST_ADDRESS, QUESTION_BY_MAIL
from incident.usecases.messages.outsiders import QUESTION as QUESTION_MAIL
from incident.usecases.messages.queue import Audience, Channel, queue, queue_one
from incident.usecases.response.attach_evidence import AttachEvidence, keep, named
from incident.usecases.response.receipt_codes import by_code, code_of, hash_of
from incident.usecases.response.report import ReportIncident, check_report, report_incident

Counted = tuple[tuple[limits.Limit, str], ...]
BY_MAIL: Final = "@mail"
"""The way of a report by mail; no door has this name."""
MOST_FILES: Final = 5
FILE_LIMIT: Final = 10 * 1024 * 1024
QUESTION, ANSWER = "asked_reporter", "reporter_said"
SAID: Final = (QUESTION, ANSWER)
"""The kinds of timeline entries that the reporter reads too."""
OUTSIDER: Final = frozenset({Role.REPORTER})
TOO_MANY = "Too many reports came in, so this one was not taken. Call or mail us instead, or try again later."
NO_FILES = "No files can be taken at the moment. Try again later; what you write is taken."
TOO_MANY_ANSWERS = "You have added a lot within an hour. Try again in %(minutes)s minutes."


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that came along."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReportFromOutside:
    """A report, the way it came, and what its sender left of themselves; without a name it is anonymous.

    ``ticket`` is the same when the same report is sent again. ``shown_as`` stands for a sender without a name, and
    ``network`` is where it is counted.
    """

    report: ReportIncident
    way: str
    shown_as: str
    ticket: str
    network: str
    name: str = ""
    contact: str = ""
    files: tuple[Handed, ...] = ()
    """Those that :func:`count_files` left, once their bytes are in their place."""
    lost: int = 0
    """How many more files came along, for which there was no place."""


@dataclass(frozen=True, slots=True)
class Received:
    """The code with which the reporter comes back, the report it belongs to, and how many files could not be kept."""

    code: str
    incident: Incident
    dropped: int = 0


def outsider(source: Source, name: str = "") -> Actor:
    """Somebody without an account, who may report and nothing else."""
    return Actor(None, name, OUTSIDER, source)


def report_from_outside(
    command: ReportFromOutside, *, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore
) -> Received:
    """Take the report; one that is sent again gets its first receipt.

    Beyond what people can be told of one by one it is kept all the same, and they are told of all such together.
    Raises TooMany beyond what one network or one door can keep, and what :func:`report_incident` raises.
    """
    code = code_of(sealer, command.ticket)
    key = f"outside:{sealer.fingerprint(command.ticket.encode(), 'public_report.ticket')}"
    if by_code(session, sealer, code) is None:
        once(session, key, now, lambda: _take(command, code, session, now, sealer, blobs))
    found = by_code(session, sealer, code)
    if found is None:
        raise NotFound("This report cannot be found.")
    first = recorded(session, key) or {}
    return Received(code, session.get_one(Incident, found.incident_id), int(first.get("dropped", 0)))


def check_from_outside(command: ReportFromOutside, *, now: datetime) -> None:
    """Refuse what :func:`report_from_outside` would refuse, before files go to their place. Raises Invalid."""
    check_report(command.report, now=now)
    clean(command.name, field="name", limit=LINE)
    clean(command.contact, field="contact", limit=LINE)
    _check_files(command.files)


def kept_within(network: str, way: str) -> Counted:
    """What a report from this network by this way is counted in; beyond it nothing is kept."""
    return ((limits.KEPT_FROM, network), (limits.KEPT_DOOR, way))


def _take(
    command: ReportFromOutside, code: str, session: Session, now: datetime, sealer: Sealer, blobs: BlobStore
) -> Result:
    for limit, whose in kept_within(command.network, command.way):
        limits.refuse_or_count(session, limit, whose, TOO_MANY, now=now)
    told = ((limits.PUBLIC_FROM, command.network), (limits.PUBLIC_DOOR, command.way))
    in_flood = limits.spend_all(session, told, now=now) is not None
    name = clean(command.name, field="name", limit=LINE)
    contact = clean(command.contact, field="contact", limit=LINE)
    actor = replace(command.report.actor, name=name or command.shown_as)
    incident = report_incident(replace(command.report, actor=actor, in_flood=in_flood), session=session, now=now)
    report = PublicReport(
        incident_id=incident.id,
        way=command.way,
        code_hash=hash_of(sealer, code),
        anonymous=not (name or contact),
        contact=contact,
        recorded_at=now,
    )
    session.add(report)
    session.flush()
    count_files(session, command.files, ((limits.FILES_OF, str(incident.id)),), now=now)
    _keep_all(session, incident, command.files, now, blobs)
    if in_flood:
        _tell_of_flood(session, command, now)
    return {"reference": incident.reference, "dropped": command.lost}


def _tell_of_flood(session: Session, command: ReportFromOutside, now: datetime) -> None:
    """Once a day for each door, and once more when it can keep no more."""
    is_full = limits.wait_for(session, limits.KEPT_DOOR, command.way, now=now) is not None
    for template in ("door_flood", *(["door_full"] if is_full else [])):
        queue(
            session,
            incident=None,
            template=template,
            params={"door": command.shown_as, "by_mail": command.way == BY_MAIL, "path": "/?show=unowned"},
            to=(Audience.DPO, Audience.DUTY),
            now=now,
            dedupe=f"{template}:{command.way}:{now:%Y-%m-%d}",
            urgent=True,
        )


def _check_files(files: Sequence[Handed]) -> None:
    """Raises Invalid for too many files, and for one that is empty, too large or of a kind that is not taken."""
    if len(files) > MOST_FILES:
        raise Invalid("Attach at most five files at once. You can add more later, with your code.", field="file")
    if any(len(file.content) > FILE_LIMIT for file in files):
        raise Invalid("A file is larger than 10 MB. Attach a smaller one.", field="file")
    for file in files:
        named(file.filename, file.content)


def files_within(network: str, way: str) -> Counted:
    """What the files of a report from this network by this way are counted in."""
    return ((limits.FILES_FROM, network), (limits.FILES_DOOR, way))


def count_files(session: Session, files: Sequence[Handed], counted: Counted, *, now: datetime) -> tuple[Handed, ...]:
    """Those of the files for which the limits leave a place, counted: a limit that is spent takes no report with it.

    The caller commits before their bytes go anywhere, so that what is refused or cut off afterwards counts as well.
    """
    return tuple(takewhile(lambda _: limits.spend_all(session, counted, now=now) is None, files))


def _keep_all(session: Session, incident: Incident, files: Sequence[Handed], now: datetime, blobs: BlobStore) -> None:
    _check_files(files)
    actor = outsider(incident.source, incident.reporter_name)
    for file in files:
        attached = AttachEvidence(actor, incident.id, file.filename, file.content)
        keep(attached, incident, session=session, now=now, blobs=blobs)


class Heard(StrEnum):
    """What a reporter is told of the state of the report: nothing about the case beyond it."""

    RECEIVED = "received"
    WORKING = "working"
    NO_BREACH = "no_breach"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Followed:
    """A report as its reporter sees it: the state, and what was asked and answered, oldest first."""

    state: Heard
    reported_at: datetime
    said: Sequence[TimelineEntry]


def follow(session: Session, report: UUID) -> Followed | None:
    """What the reporter may see, or None where it is gone. What was merged has the state of what it is part of now."""
    incident = session.get(Incident, report)
    if incident is None or public_report_of(session, incident) is None:
        return None
    return Followed(_heard(survivor(session, incident).status), incident.reported_at, conversation(session, incident))


def conversation(session: Session, incident: Incident) -> Sequence[TimelineEntry]:
    """What the team asked the reporter and what the reporter added, oldest first."""
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident.id, TimelineEntry.kind.in_(SAID))
    return session.scalars(query.order_by(TimelineEntry.recorded_at, TimelineEntry.id)).all()


def public_report_of(session: Session, incident: Incident) -> PublicReport | None:
    """How the report of an incident came in, where it came from somebody without an account."""
    if incident.source not in (Source.DOOR, Source.MAIL):
        return None
    return session.get(PublicReport, incident.id)


def last_by_mail(session: Session) -> datetime | None:
    """When the newest report by mail came in."""
    return session.scalar(select(func.max(PublicReport.recorded_at)).where(PublicReport.way == BY_MAIL))


def _heard(status: Status) -> Heard:
    match status:
        case Status.REPORTED:
            return Heard.RECEIVED
        case Status.DISMISSED:
            return Heard.NO_BREACH
        case Status.CLOSED:
            return Heard.DONE
        case _:
            return Heard.WORKING


@dataclass(frozen=True, slots=True)
class AddToReport:
    """What a reporter adds: an answer, files, or both; ``network`` is where the files are counted."""

    report: UUID
    text: str
    network: str
    files: tuple[Handed, ...] = ()
    """Those that :func:`count_files` left, once their bytes are in their place."""
    lost: int = 0
    """How many more files came along, for which there was no place."""


def check_addition(command: AddToReport, *, session: Session, now: datetime) -> None:
    """Refuse what :func:`add_to_report` would refuse, before files go to their place; only reads."""
    limits.refuse(session, limits.ANSWERS, str(command.report), TOO_MANY_ANSWERS, now=now)
    _check_files(command.files)
    _said(command)


def files_within_report(session: Session, command: AddToReport) -> Counted:
    """What the files of an addition are counted in."""
    way = session.get_one(PublicReport, command.report).way
    return ((limits.FILES_OF, str(command.report)), *files_within(command.network, way))


def _said(command: AddToReport) -> str:
    """What the timeline says of it: the words, and the names of the files."""
    names = ", ".join(clean(file.filename, field="file", limit=LINE) for file in command.files)
    said = "\n\n".join(part for part in (clean(command.text, field="text"), names) if part)
    if command.lost and not said:
        raise Invalid(NO_FILES, field="file")
    return required(said, "Write something, or attach a file.", field="text")


def add_to_report(command: AddToReport, *, session: Session, now: datetime, blobs: BlobStore) -> int:
    """Put it on the timeline and tell who has the incident; returns how many files could not be kept.

    Raises Invalid where nothing is said or attached.
    """
    limits.refuse_or_count(session, limits.ANSWERS, str(command.report), TOO_MANY_ANSWERS, now=now)
    text = _said(command)
    incident = session.get_one(Incident, command.report, with_for_update=True)
    _keep_all(session, incident, command.files, now, blobs)
    entry = say(session, incident, outsider(incident.source, incident.reporter_name), ANSWER, text, now)
    tell_of_answer(session, incident, entry, now)
    return command.lost


def tell_of_answer(session: Session, incident: Incident, entry: TimelineEntry, now: datetime) -> None:
    """Tell who has the incident that its reporter said something: where it is closed, no clock reminds anybody."""
    kept = survivor(session, incident)
    closed = kept.status not in OPEN_STATUSES
    queue(
        session,
        incident=kept,
        template="reporter_said",
        params={
            "reference": incident.reference,
            "path": f"/incidents/{incident.reference}/reporter",
            "in_slack": incident.reporter_slack_id is not None,
            "closed": closed,
        },
        to=Audience.ASSIGNEE,
        urgent=closed,
        now=now,
        dedupe=f"reporter_said:{entry.id}",
    )


@dataclass(frozen=True, slots=True)
class AskReporter:
    """A question of the team to a reporter without an account."""

    actor: Actor
    incident: str
    text: str


def ask_reporter(command: AskReporter, *, session: Session, now: datetime) -> bool:
    """Put the question where the reporter finds it; tells whether a mail says so, for who left an address.

    Whoever reported by mail has no code, so there the mail says the question itself.

    Raises NotFound where the report came from somebody with an account, IllegalMove where nothing reaches who wrote it.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    report = public_report_of(session, incident)
    if report is None:
        raise NotFound("This report came from somebody with an account.")
    text = required(command.text, "Write what you want to know.", field="text")
    address = _mail_address(report.contact) if Channel.EMAIL in configured(session) else None
    by_mail = report.way == BY_MAIL
    if by_mail and address is None:
        raise IllegalMove("This report came by mail, and no mail can be sent to whoever wrote it.")
    entry = say(session, incident, command.actor, QUESTION, text, now)
    if address is None:
        return False
    told = queue_one(
        session,
        incident=incident,
        channel=Channel.EMAIL,
        recipient=address,
        template=QUESTION_BY_MAIL if by_mail else QUESTION_MAIL,
        params={"question": text} if by_mail else {"path": "/followup"},
        now=now,
        dedupe=f"asked_reporter:{entry.id}",
        language=incident.reporter_language or "nl",
    )
    return told is not None


def say(session: Session, incident: Incident, actor: Actor, kind: str, text: str, now: datetime) -> TimelineEntry:
    """Put a question or an answer on the timeline."""
    entry = tell_timeline(session, incident, actor, kind=kind, text=text, happened_at=now, now=now)
    record(session, incident, Tag.TIMELINE_ADDED, actor, now, entry=str(entry.id), kind=kind)
    return entry


def _mail_address(contact: str) -> str | None:
    try:
        found = validate_email(contact, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
    return found if len(found) <= LONGEST_ADDRESS else None
