"""What comes next in an incident: from what is on record to the ordered steps; for whom they wait stands in ``turns``.

This is the one place that thinks about it. The board, the incident's page, Slack, the reminders, the closing page and
the mails only word what is found here (``step_words``), so that all of them name the same step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final
from uuid import UUID

from incident.domain.kernel.events import Status
from incident.domain.kernel.reference import is_exercise
from incident.domain.kernel.roles import NOT_PLAYED, Permission
from incident.domain.kinds import Addressee, DecisionState, MailingState, NoticeKind, Subject
from incident.domain.progress import Decided, MailingStand, NoticeStand, Progress
from incident.domain.reminders.ladder import Reached
from incident.law.letters import answers_letter
from incident.law.obligations import ObligationKind
from incident.law.regimes import law_of
from incident.law.vocabulary import Role as PartyRole
from incident.law.vocabulary import Ternary


class Act(StrEnum):
    """What is done in a step."""

    SECOND = "second"
    TRIAGE = "triage"
    NAME = "name"
    ASSESS = "assess"
    DECIDE = "decide"
    DRAFT = "draft"
    COMPLETE = "complete"
    APPROVE = "approve"
    FILE = "file"
    ASK_RELEASE = "ask_release"
    RELEASE = "release"
    SENDING = "sending"
    RECORD = "record"
    REACH = "reach"
    REPORT = "report"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    MEASURE = "measure"
    UPDATE = "update"
    AMEND = "amend"
    CLOSE = "close"


class About(StrEnum):
    """Whom or what a step is about."""

    CASE = "case"
    BREACH = "breach"
    RISK = "risk"
    AUTHORITY = "authority"
    FOLLOW_UP = "follow_up"
    SUBJECTS = "subjects"
    PUBLIC = "public"
    CUSTOMERS = "customers"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    ``thing`` is the decision, notice or mailing it is done to; ``name`` the customer, or the duty under other law.
    ``not_by`` is who may not do it because it takes a second pair of eyes, unless ``alone`` and there is nobody else.
    ``ready`` is False while an earlier step has to be taken first.
    """

    act: Act
    about: About
    permission: Permission
    thing: UUID | None = None
    name: str = ""
    not_by: UUID | None = None
    alone: bool = False
    ready: bool = True
    since: datetime | None = None

    @property
    def code(self) -> str:
        """Its name where it is stored or sent: ``approve.subjects``."""
        return f"{self.act}.{self.about}"

    @property
    def by_machine(self) -> bool:
        """Whether nobody but Meldklok itself is waited for."""
        return self.act is Act.SENDING


@lru_cache(maxsize=4096)
def steps(progress: Progress) -> tuple[Step, ...]:
    """Everything that is still to be done, in the order in which it is done; empty once the incident is closed.

    While nobody has said that it is a breach, or while a second person looks at the proposal that it is none, what
    follows is not ready: nobody is asked for it yet. Nobody who plays an exercise is asked to file or send anything:
    what is approved is ready.
    """
    found = _all(progress)
    return (
        tuple(step for step in found if step.permission not in NOT_PLAYED) if is_exercise(progress.reference) else found
    )


def _all(progress: Progress) -> tuple[Step, ...]:
    denied = progress.is_breach is Ternary.NO
    if denied and (progress.is_open or (progress.status is Status.DISMISSED and progress.clocks)):
        return _after_denial(progress)
    if not progress.is_open:
        return ()
    first = (*_second(progress), *_triage(progress))
    found = (*_further(progress, urgent=True), *_customers(progress), *_own(progress), *_rest(progress))
    undecided = any(step.act is Act.TRIAGE for step in first) and progress.is_breach is not Ternary.YES
    proposed = any(row.subject is Subject.BREACH for row in progress.waiting)
    waits = undecided or proposed
    later = tuple(replace(step, ready=False) if waits and step.ready else step for step in found)
    closes = not later and not progress.waiting
    close = Step(Act.CLOSE, About.CASE, Permission.CLOSE, ready=closes)
    return _soonest_first(progress, (*first, *later, *(_reopened(progress) if closes else ()), close))


def _soonest_first(progress: Progress, found: tuple[Step, ...]) -> tuple[Step, ...]:
    """A second look that only another clock needs stands behind what is to be done before the one that ends first.

    An officer without a second person waits hours for it, and would not be shown what is due before that.
    """
    soonest = next((one.obligation for one in progress.clocks if one.obligation != ObligationKind.FOLLOW_UP), "")
    beside = {row.id for row in progress.waiting if soonest and not _settles(row, soonest)}
    behind = tuple(step for step in found if step.act is Act.SECOND and step.thing in beside)
    ahead = tuple(step for step in found if step not in behind)
    return (ahead[0], *behind, *ahead[1:]) if ahead[0].ready else found


def _settles(row: Decided, obligation: str) -> bool:
    """Whether the clock of this duty ends, or runs on, by the decision."""
    match row.subject:
        case Subject.AUTHORITY:
            return obligation == ObligationKind.NOTIFY_AUTHORITY
        case Subject.SUBJECTS:
            return obligation in (ObligationKind.INFORM_SUBJECTS, ObligationKind.INFORM_PUBLIC)
        case Subject.DUTY:
            return row.ground in (obligation, law_of(obligation))
    return True


def _reopened(progress: Progress) -> Iterator[Step]:
    """What an incident was reopened for; whoever finds that there is nothing to it closes it again as it is."""
    if progress.reopened:
        yield Step(Act.UPDATE, About.CASE, Permission.RECORD)
    if (changed := progress.changed_at) is None:
        return
    told = [row for row in progress.notices if row.addressee in _TOLD_AGAIN]
    sent = {row.addressee: row.at for row in sorted(told, key=lambda row: row.at) if row.sent}
    drafted = [row for row in told if not row.sent and row.at >= max(changed, sent.get(row.addressee, changed))]
    yield from (_stage(_TOLD_AGAIN[row.addressee], row, row.recipient) for row in drafted)
    if sent and max(sent.values()) < changed and not drafted:
        yield Step(Act.AMEND, About.CASE, Permission.DRAFT)


_TOLD_AGAIN: Final = {
    Addressee.AUTHORITY: About.FOLLOW_UP,
    Addressee.SUBJECTS: About.SUBJECTS,
    Addressee.PUBLIC: About.PUBLIC,
    Addressee.CONTROLLER: About.CUSTOMERS,
}


def _after_denial(progress: Progress) -> tuple[Step, ...]:
    """What "no breach" does not end: what was filed is withdrawn, and reports under other law run on."""
    running = {clock.obligation for clock in progress.clocks}
    found = [*_further(progress, urgent=True), *_customers(progress)]
    if ObligationKind.FOLLOW_UP in running:
        found.append(Step(Act.WITHDRAW, About.AUTHORITY, Permission.DRAFT))
    found += _further(progress, urgent=False)
    return (*found, Step(Act.CLOSE, About.CASE, Permission.CLOSE, ready=not found))


def hindrances(found: Sequence[Step]) -> tuple[Step, ...]:
    """What keeps the incident from being closed: the first step of every matter that is not finished.

    That the moment of awareness is not stated yet keeps nobody from closing a breach that is otherwise dealt with.
    """
    if not found or found[-1].ready:
        return ()
    now = tuple(step for step in found if step.ready)
    return tuple(step for step in now if step.act is not Act.TRIAGE) or now


def reached(progress: Progress, obligation: str) -> frozenset[Reached]:
    """What the escalations look for on the way to the people of a breach, or else to the authority."""
    people = obligation == ObligationKind.INFORM_SUBJECTS
    decided = progress.stands(Subject.SUBJECTS if people else Subject.AUTHORITY)
    addressee = Addressee.SUBJECTS if people else Addressee.AUTHORITY
    notices = [row for row in progress.notices if row.addressee is addressee]
    found = {
        Reached.ASSESSED: progress.assessed,
        Reached.DECIDED: decided is not None and decided.state is DecisionState.FINAL,
        Reached.APPROVED: any(row.approved and row.kind is not NoticeKind.WITHDRAWAL for row in notices),
    }
    return frozenset(one for one, there in found.items() if there)


def _second(progress: Progress) -> Iterator[Step]:
    for row in progress.waiting:
        about = About(row.subject.value)
        yield Step(Act.SECOND, about, Permission.CONFIRM, row.id, row.ground, row.author, alone=True, since=row.at)


def _triage(progress: Progress) -> Iterator[Step]:
    known = progress.is_breach is Ternary.YES and progress.awareness_stated
    if not known and not any(row.subject is Subject.BREACH for row in progress.waiting):
        yield Step(Act.TRIAGE, About.BREACH, Permission.RECORD)


def _further(progress: Progress, *, urgent: bool) -> Iterator[Step]:
    """Other law and the authority's letters come last, unless one of them is due before every other clock that runs."""
    soonest = progress.clocks[:1]
    for clock in progress.clocks:
        act = Act.REPORT if law_of(clock.obligation) else Act.ANSWER if answers_letter(clock.obligation) else None
        if act is not None and (clock in soonest) is urgent:
            yield Step(act, About.DUTY, Permission.SUBMIT, name=clock.obligation)


def _customers(progress: Progress) -> Iterator[Step]:
    """GDPR art. 33(2): a processor tells its customers before anything else; they decide what must be notified."""
    wanted = _customers_to_tell(progress)
    if progress.role is PartyRole.PROCESSOR and not progress.customers and not wanted:
        yield Step(Act.NAME, About.CUSTOMERS, Permission.RECORD)
    to_each = {name: [row for row in _live(progress, Addressee.CONTROLLER) if row.recipient == name] for name in wanted}
    undrafted = [name for name, rows in to_each.items() if not rows]
    for name, rows in to_each.items():
        if rows:
            yield from _track(About.CUSTOMERS, rows, name)
    if undrafted:
        yield from _track(About.CUSTOMERS, [], undrafted[0])


def _customers_to_tell(progress: Progress) -> tuple[str, ...]:
    """Those whose clock runs, the first to end first; then, for a processor, the others that have not been told."""
    prefix = f"{ObligationKind.NOTIFY_CONTROLLER}:"
    running = [
        clock.obligation.removeprefix(prefix) for clock in progress.clocks if clock.obligation.startswith(prefix)
    ]
    told = {row.recipient for row in progress.notices if row.addressee is Addressee.CONTROLLER and row.sent}
    others = progress.customers if progress.role is PartyRole.PROCESSOR else ()
    return tuple(dict.fromkeys((*running, *(name for name in others if name not in told))))


def _own(progress: Progress) -> Iterator[Step]:
    """What a controller does; the authority and the people are no processor's to tell (GDPR art. 33(1), 34(1))."""
    if progress.role is PartyRole.PROCESSOR and not any(map(progress.stands, (Subject.AUTHORITY, Subject.SUBJECTS))):
        return
    if not progress.assessed:
        yield Step(Act.ASSESS, About.RISK, Permission.ASSESS)
    for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
        if progress.stands(subject) is None:
            yield Step(Act.DECIDE, About(subject.value), Permission.DECIDE, ready=progress.assessed)
    yield from _authority(progress)
    yield from _subjects(progress)
    if any(clock.obligation == ObligationKind.INFORM_PUBLIC for clock in progress.clocks):
        yield from _track(About.PUBLIC, _live(progress, Addressee.PUBLIC))


def _authority(progress: Progress) -> Iterator[Step]:
    if progress.promised(Subject.AUTHORITY) and not progress.notified:
        first = (NoticeKind.INITIAL, NoticeKind.PROVISIONAL)
        yield from _track(About.AUTHORITY, _live(progress, Addressee.AUTHORITY, *first))


def _subjects(progress: Progress) -> Iterator[Step]:
    """GDPR art. 34: from the draft of the letter to the record that people were told, through the mailing if any.

    Whom it did not reach is to be told as well: their clock runs until then.
    """
    informed = progress.told(Addressee.SUBJECTS, Addressee.PUBLIC)
    told = informed and not any(clock.obligation == ObligationKind.INFORM_SUBJECTS for clock in progress.clocks)
    under_way = [step for row in progress.mailings if (step := _mailing(row, told=told, informed=informed)) is not None]
    yield from under_way
    if not progress.promised(Subject.SUBJECTS) or told:
        return
    letters = _live(progress, Addressee.SUBJECTS) + _live(progress, Addressee.PUBLIC)
    mailed = max((row for row in progress.mailings if row.sent), key=lambda row: row.at, default=None)
    if informed and mailed and not under_way and all(row.at <= mailed.at for row in letters):
        yield Step(Act.REACH, About.SUBJECTS, Permission.SUBMIT, mailed.id)
        return
    for step in _track(About.SUBJECTS, letters):
        if not under_way or (step.act is Act.APPROVE and step.ready):
            yield step


def _mailing(row: MailingStand, *, told: bool, informed: bool) -> Step | None:
    """What a mailing waits for; one that was never started is no step once people have been told otherwise."""
    if row.state is MailingState.ASKED:
        return Step(Act.RELEASE, About.SUBJECTS, Permission.APPROVE, row.id, not_by=row.started_by, since=row.at)
    if row.state is MailingState.RELEASED and row.waiting:
        return Step(Act.SENDING, About.SUBJECTS, Permission.VIEW_ALL, row.id)
    if told or (row.state is MailingState.STOPPED and not row.sent):
        return None
    if row.state in (MailingState.READING, MailingState.UNREADABLE, MailingState.DRAFT):
        return Step(Act.ASK_RELEASE, About.SUBJECTS, Permission.SUBMIT, row.id)
    return None if informed else Step(Act.RECORD, About.SUBJECTS, Permission.SUBMIT, row.id)


def _rest(progress: Progress) -> Iterator[Step]:
    if any(clock.obligation == ObligationKind.FOLLOW_UP for clock in progress.clocks):
        later = (NoticeKind.FOLLOW_UP, NoticeKind.FINAL)
        yield from _track(About.FOLLOW_UP, _live(progress, Addressee.AUTHORITY, *later))
    yield from _further(progress, urgent=False)
    if not progress.measures:
        yield Step(Act.MEASURE, About.CASE, Permission.RECORD)


def _live(progress: Progress, addressee: Addressee, *kinds: NoticeKind) -> list[NoticeStand]:
    """The notices that are not sent yet, newest first; of twins in one language only the newest counts."""
    wanted = [
        row
        for row in sorted(progress.notices, key=lambda row: row.at, reverse=True)
        if row.addressee is addressee
        and not row.sent
        and row.kind is not NoticeKind.WITHDRAWAL
        and (not kinds or row.kind in kinds)
    ]
    newest: dict[tuple[str, str, str, str], NoticeStand] = {}
    for row in wanted:
        newest.setdefault((row.kind, row.language, row.recipient, row.group), row)
    return list(newest.values())


def _track(about: About, notices: Sequence[NoticeStand], name: str = "") -> Iterator[Step]:
    """Draft, complete, approve, file: from where the notice that is furthest stands; others that wait are added."""
    ahead = sorted(notices, key=lambda row: (not row.approved, row.wanting))
    found = [_stage(about, row, name) for row in ahead]
    first = found[0] if found else Step(Act.DRAFT, about, Permission.DRAFT, name=name)
    yield first
    yield from (step for step in found[1:] if step.act in (Act.APPROVE, Act.FILE))
    order = (Act.DRAFT, Act.COMPLETE, Act.APPROVE, Act.FILE)
    for act in order[max(order.index(first.act), order.index(Act.COMPLETE)) + 1 :]:
        yield replace(_LATER[act], about=about, name=name)


_LATER: Final = {
    Act.APPROVE: Step(Act.APPROVE, About.CASE, Permission.APPROVE, ready=False),
    Act.FILE: Step(Act.FILE, About.CASE, Permission.SUBMIT, ready=False),
}


def _stage(about: About, row: NoticeStand, name: str) -> Step:
    if row.approved:
        return Step(Act.FILE, about, Permission.SUBMIT, row.id, name)
    if row.wanting:
        return Step(Act.COMPLETE, about, Permission.DRAFT, row.id, name)
    return Step(Act.APPROVE, about, Permission.APPROVE, row.id, name, row.author, alone=True)
