"""Read the list of a mailing into its rows: at once where it is short, else step by step by a worker.

Both do the same: the mailing is begun, its people are sealed and stored some thousand at a time, and it is finished
with what the record says of it. A list that a worker reads lies on the shelf; after a kill it goes on behind the last
person who is stored.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Source
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import MailingChannel, MailingState
from incident.domain.letters import Letter, letter_for
from incident.domain.recipients import Addressed, RecipientList, RowProblem, anything, is_long, read_recipients
from incident.store.blobs import BlobStore
from incident.store.commitments import recipients_digests
from incident.store.models import Incident, Mailing, MailingRecipient, Person
from incident.store.reseal import recipient_place
from incident.store.sealing import Sealer
from incident.usecases.common import errands
from incident.usecases.common.access import incident_for
from incident.usecases.common.errands import Errand
from incident.usecases.common.record import record
from incident.usecases.mailing.mailing import address_fingerprint, approved_letters, letters_of
from incident.usecases.mailing.unusable_rows import keep_unusable

LISTS: Final = "list"
"""The errands that read lists; each has the key of its mailing."""
STEP: Final = 2_000
"""So many people are stored at once: some tenths of a second."""
DEFAULT_PER_MINUTE = 120
KEEP = timedelta(days=30)
LONGEST_KEEP = timedelta(days=365)
CanPrint = Callable[[str], bool]
"""Whether the fonts of letters have every character of a text."""


@dataclass(frozen=True, slots=True)
class PrepareMailing:
    """A list of people and the approved letters they get, by language and group.

    The language of the first letter is that of the people for whom the list names none.
    """

    actor: Actor
    incident: UUID | str
    channel: MailingChannel
    versions: Sequence[UUID]
    filename: str
    content: bytes
    per_minute: int = DEFAULT_PER_MINUTE
    keep: timedelta = KEEP


@dataclass(frozen=True, slots=True)
class PreparedMailing:
    """The mailing, how many people it has, the rows that could not be used, and the columns that were not."""

    mailing: Mailing
    people: int
    problems: tuple[RowProblem, ...]
    unused: tuple[str, ...] = ()


def check_list(command: PrepareMailing, *, session: Session) -> bool:
    """Refuse what can be refused before the list is read; gives whether it is long, and a worker should read it."""
    approved_letters(
        session, incident_for(session, command.incident, command.actor, Permission.SUBMIT), command.versions
    )
    return is_long(command.filename, command.content, needs=command.channel.value, most=STEP)


def prepare_mailing(
    command: PrepareMailing, *, session: Session, now: datetime, sealer: Sealer, can_print: CanPrint = anything
) -> PreparedMailing:
    """Read the list and seal it. Nothing is sent.

    Raises Invalid at ``file`` for an unreadable list or one without a usable row, and IllegalMove for a notice that is
    not approved.
    """
    mailing, incident = _begun(command, session, now)
    found = people_in(mailing.channel, command.filename, command.content, can_print)
    while store_people(session, mailing, found.people, sealer):
        pass
    _finish(session, mailing, incident, found, command.actor, now)
    return PreparedMailing(mailing, len(found.people), found.problems, found.unused)


def leave_list(command: PrepareMailing, digest: str, *, session: Session, now: datetime) -> Mailing:
    """Leave the list, which was put on the shelf, to a worker; raises as :func:`prepare_mailing` for the letters."""
    mailing, _incident = _begun(command, session, now)
    mailing.state = MailingState.READING
    ending = PurePath(command.filename).suffix.casefold()
    errands.ask(session, LISTS, mailing.id, {"filename": f"list{ending}"}, now, file=digest)
    return mailing


def people_in(channel: MailingChannel, filename: str, content: bytes, can_print: CanPrint) -> RecipientList:
    """What a list holds. Raises Invalid at ``file``."""
    found = read_recipients(filename, content, needs=channel.value, can_print=can_print)
    if not found.people:
        raise Invalid("No row of this list can be used. Look at the problems below.", field="file")
    return found


def store_people(session: Session, mailing: Mailing, people: Sequence[Addressed], sealer: Sealer) -> int:
    """Seal and store the next people of the list, in its order; returns how many."""
    last = session.scalar(select(func.max(MailingRecipient.row)).where(MailingRecipient.mailing_id == mailing.id))
    first, letters = bisect_right(people, last or 0, key=lambda one: one.row), letters_of(mailing)
    rows = [_row(mailing, letters, one, sealer) for one in people[first : first + STEP]]
    if rows:
        session.execute(insert(MailingRecipient), rows)
    return len(rows)


def was_left(mailing: Mailing, people: int) -> bool:
    """Whether the list of a mailing with so many people was, or may have been, left to a worker."""
    return mailing.started_at is None and (mailing.state is not MailingState.DRAFT or people > STEP)


def channel_of(session: Session, errand: Errand) -> MailingChannel:
    """By which channel the people of a list that waits are told."""
    return session.get_one(Mailing, errand.id).channel


def read_step(
    session: Session, errand: Errand, found: RecipientList, now: datetime, *, sealer: Sealer, blobs: BlobStore
) -> Errand | None:
    """One step of a worker: people, or, when all are stored, the end; None when there is no further step."""
    everybody = len(found.people)
    held = errands.step(session, errand, now, done=min(errand.done + STEP, everybody), all=everybody)
    if held is None:
        return None
    mailing = session.get_one(Mailing, errand.id, with_for_update=True)
    if store_people(session, mailing, found.people, sealer):
        return held
    author = _author(session, mailing)
    mailing.state = MailingState.DRAFT
    _finish(session, mailing, session.get_one(Incident, mailing.incident_id), found, author, now)
    keep_unusable(mailing, found.problems, actor=author, session=session, now=now, blobs=blobs)
    errands.end(session, held, now, about={"unused": list(found.unused)})
    return None


def refuse_list(session: Session, errand: Errand, problem: DomainError, now: datetime) -> None:
    """Say that the list cannot be read, and why; the mailing stays, so that its choices can be made again."""
    params = {name: str(value) for name, value in problem.params.items()}
    if errands.end(session, errand, now, problem=problem.message, params=params):
        session.get_one(Mailing, errand.id).state = MailingState.UNREADABLE


def our_fault() -> DomainError:
    """What is said of a list that could not be read for a reason that is not in it."""
    return DomainError("This list could not be read because of an error in Meldklok. Tell an administrator.")


def _begun(command: PrepareMailing, session: Session, now: datetime) -> tuple[Mailing, Incident]:
    incident = incident_for(session, command.incident, command.actor, Permission.SUBMIT)
    letters = approved_letters(session, incident, command.versions)
    if not 1 <= command.per_minute <= 6_000 or not timedelta(0) < command.keep <= LONGEST_KEEP:
        raise Invalid("Choose 1 to 6,000 messages a minute, and at most a year of keeping.", field="per_minute")
    mailing = Mailing(
        id=uuid4(),
        incident_id=incident.id,
        channel=command.channel,
        state=MailingState.DRAFT,
        letters=[asdict(letter) for letter in letters],
        default_language=letters[0].language,
        per_minute=command.per_minute,
        erase_after=now + command.keep,
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(mailing)
    session.flush()
    return mailing, incident


def _finish(
    session: Session, mailing: Mailing, incident: Incident, found: RecipientList, actor: Actor, now: datetime
) -> None:
    mailing.recipients_sha256 = recipients_digests(session, [mailing.id])[mailing.id]
    counts = {"people": len(found.people), "unusable": len(found.problems)}
    record(session, incident, Tag.RECIPIENTS_ADDED, actor, now, mailing=str(mailing.id), **counts)


def _author(session: Session, mailing: Mailing) -> Actor:
    """Who asked for the list to be read, and was allowed to."""
    person = session.get(Person, mailing.author_id) if mailing.author_id is not None else None
    return person.actor() if person is not None else Actor(None, mailing.author_name, frozenset(), Source.WEB)


def _row(mailing: Mailing, letters: Sequence[Letter], person: Addressed, sealer: Sealer) -> dict[str, object]:
    recipient_id = uuid4()
    language = person.language.casefold() or mailing.default_language
    letter = letter_for(letters, language, person.group)
    return {
        "id": recipient_id,
        "mailing_id": mailing.id,
        "row": person.row,
        "language": language,
        "group": person.group,
        "version_id": UUID(letter.version) if letter else None,
        "sealed": sealer.seal(json.dumps(person.document()).encode(), recipient_place(recipient_id)),
        "fingerprint": sealer.fingerprint(person.identity.encode(), str(mailing.id)),
        "address_fingerprint": address_fingerprint(person.email, mailing, sealer) if person.email else "",
        "bounce_reason": "",
    }
