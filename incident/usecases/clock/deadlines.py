"""Keep the deadlines of an incident in line with its facts: the law computes, this module only compares and stores.

Nothing is changed in place: a period that begins or ends differently after a correction is superseded by a new row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kinds import Addressee, DeadlineState, DecisionState, NoticeKind, ReminderOutcome, Subject
from incident.law.deadlines import Deadline as LawDeadline
from incident.law.deadlines import deadline
from incident.law.duties import Duty
from incident.law.errors import NoRuleInForce
from incident.law.facts import BreachFacts
from incident.law.obligations import Obligation, ObligationKind, obligations
from incident.law.obligations import rules_for as law_rules_for
from incident.law.regimes import Anchor, all_regimes
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import NotInformingGround, Role, Ternary
from incident.store.models import Deadline, Decision, Incident, Notice, Reminder, Submission
from incident.usecases.clock.plan import plan_reminders
from incident.usecases.common.record import record
from incident.usecases.common.settings import active_regimes, house_hours

AUTHORITY = ObligationKind.NOTIFY_AUTHORITY.value
SUBJECTS = ObligationKind.INFORM_SUBJECTS.value
CUSTOMERS = ObligationKind.NOTIFY_CONTROLLER.value
PUBLIC = ObligationKind.INFORM_PUBLIC.value
FOLLOW_UP = ObligationKind.FOLLOW_UP.value
RUNS_ON: Final = "runs on in "
"""Why a clock ended that a merge gave to another incident, before the reference of that one."""
_Final = Row[Subject, bool, str | None, datetime | None]


def rules_for(facts: BreachFacts, now: datetime) -> RuleSet:
    """The rules valid at awareness; until awareness is stated, those valid at the earliest signal."""
    try:
        return law_rules_for(facts, now)
    except NoRuleInForce as error:
        raise Invalid("No rule was in force at that moment. Check the date of awareness.", field="aware_at") from error


def house_rules(session: Session, facts: BreachFacts, now: datetime) -> RuleSet:
    """The rules valid at awareness, with the organisation's own hours where the law gives none."""
    rules, hours = rules_for(facts, now), house_hours(session)
    return rules if hours is None else rules.with_house_hours(hours)


@dataclass(frozen=True, slots=True)
class _Known:
    """What of the record the clocks of an incident follow from: its periods, filings and final decisions."""

    rows: list[Deadline]
    filings: list[tuple[datetime, NoticeKind]]
    decisions: Sequence[_Final]

    @property
    def waived(self) -> frozenset[str]:
        keys = {Subject.AUTHORITY: AUTHORITY, Subject.SUBJECTS: SUBJECTS}
        return frozenset(keys[one.subject] for one in self.decisions if not one.act and one.subject in keys)

    @property
    def declined(self) -> frozenset[str | None]:
        return frozenset(one.ground for one in self.decisions if not one.act and one.subject is Subject.DUTY)

    @property
    def ground_invoked_at(self) -> datetime | None:
        ground = NotInformingGround.DISPROPORTIONATE
        return self._last(one for one in self.decisions if one.subject is Subject.SUBJECTS and one.ground == ground)

    @property
    def denied_at(self) -> datetime | None:
        return self._last(one for one in self.decisions if one.subject is Subject.BREACH)

    @staticmethod
    def _last(decisions: Iterable[_Final]) -> datetime | None:
        return max((one.second_at for one in decisions if one.second_at is not None), default=None)


def _look_up(session: Session, incident: Incident) -> _Known:
    current = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state != DeadlineState.SUPERSEDED)
    decisions = select(Decision.subject, Decision.act, Decision.ground, Decision.second_at)
    final = decisions.where(Decision.incident_id == incident.id, Decision.state == DecisionState.FINAL)
    rows = list(session.scalars(current.order_by(Deadline.created_at)))
    return _Known(rows, _filings(session, incident), session.execute(final).all())


def obligations_of(session: Session, incident: Incident, facts: BreachFacts, now: datetime) -> tuple[Obligation, ...]:
    """Whom the organisation must tell, and why, on what is known now."""
    return _obligations(incident, _look_up(session, incident), facts, house_rules(session, facts, now), session)


def _obligations(
    incident: Incident, known: _Known, facts: BreachFacts, rules: RuleSet, session: Session
) -> tuple[Obligation, ...]:
    moments = {row.obligation: row.met_at for row in known.rows if row.met_at is not None}
    if (invoked := known.ground_invoked_at) is not None:
        moments[Anchor.GROUND_INVOKED.value] = invoked
    return obligations(facts, rules, risk=incident.risk, regimes=active_regimes(session), moments=moments)


def _plain(value: object) -> Json:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if is_dataclass(value):
        # Each call of fields() makes a list anew, and a deadline has dozens of reasons.
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def trace_of(law: LawDeadline) -> JsonObject:
    """The reasons and remarks of a computed deadline, as stored beside it."""
    document: JsonObject = _plain(law)
    return document


def _further_duty(obligation: Obligation, rules: RuleSet) -> str:
    """What a decision on this obligation is about: the law it stands in, or for the GDPR its own id."""
    regime = rules.regimes.get(obligation.kind)
    return (regime.setting if regime is not None else "") or obligation.id


def sync_deadlines(
    session: Session, incident: Incident, facts: BreachFacts, *, actor: Actor, now: datetime, new: bool = False
) -> None:
    """Compute what runs now, and open, supersede or waive rows until they say the same.

    A ``new`` incident has no period, filing or decision yet, and nobody waits until three statements have said so.
    """
    known = _Known([], [], ()) if new else _look_up(session, incident)
    wanted = _wanted(session, incident, known, facts, now)
    current = {row.obligation: row for row in known.rows}
    decided = known.waived | known.declined
    for key, row in current.items():
        if key not in wanted and row.state is DeadlineState.OPEN and not _needs_decision(key, facts, decided):
            settle(session, incident, row, DeadlineState.WAIVED, actor=actor, now=now, because="no longer required")
    for key, law in wanted.items():
        _align(session, incident, current.get(key), law, actor=actor, now=now)
    mirror_due(session, incident)


def due_on(session: Session, incident: Incident, facts: BreachFacts, now: datetime) -> dict[str, datetime]:
    """When each duty of the incident would be due if these were the facts; nothing is stored."""
    wanted = _wanted(session, incident, _look_up(session, incident), facts, now)
    return {key: law.due_at for key, law in wanted.items() if law.due_at is not None}


def _needs_decision(obligation: str, facts: BreachFacts, decided: frozenset[str | None]) -> bool:
    """Whether a clock runs on although the answers no longer ask for it.

    One person's changed answer ends no clock of other law, and not that of the people concerned: two people decide that
    nothing is due, or that there was no breach, which ends the duties that exist for breaches of personal data only.
    """
    if obligation == SUBJECTS:
        return SUBJECTS not in decided and facts.is_breach is not Ternary.NO and facts.role is not Role.PROCESSOR
    regime = next((each for each in all_regimes() if each.id == obligation and each.setting), None)
    if regime is None or regime.setting in decided:
        return False
    return not (regime.needs_breach and facts.is_breach is Ternary.NO)


def _wanted(
    session: Session, incident: Incident, known: _Known, facts: BreachFacts, now: datetime
) -> dict[str, LawDeadline]:
    rules, filings = house_rules(session, facts, now), known.filings
    waived = known.waived | _complete(filings, facts)
    if filings:
        denied_at = known.denied_at if facts.is_breach is Ternary.NO else None
        facts = replace(facts, first_notified_at=max(filings[-1][0], denied_at or filings[-1][0]))
    found = {}
    for obligation in _running(_obligations(incident, known, facts, rules, session), facts, rules):
        if obligation.duty is Duty.NOT_REQUIRED or obligation.id in waived:
            continue
        if _further_duty(obligation, rules) in known.declined:
            continue
        law = _clock(obligation, facts, rules)
        if law is not None and law.due_at is not None:
            found[obligation.id] = law
    return found


def tells_customers_later(session: Session, incident: Incident, facts: BreachFacts, now: datetime) -> bool:
    """GDPR art. 33(2): whether these facts end the running clock of a customer, or let it end later than it does.

    A clock that waits for the moment of awareness may move when that is stated, and that of the customers whom nobody
    has named yet ends when they are.
    """
    known = _look_up(session, incident) if incident.due_at else None
    clocks = [row for row in known.rows if row.state is DeadlineState.OPEN and not row.provisional] if known else []
    clocks = [row for row in clocks if row.obligation.partition(":")[0] == CUSTOMERS]
    wanted = _wanted(session, incident, known, facts, now) if known and clocks else {}
    gone = any(row.obligation not in wanted for row in clocks if row.obligation != CUSTOMERS)
    return gone or any(wanted[row.obligation].due_at > row.due_at for row in clocks if row.obligation in wanted)


def _clock(obligation: Obligation, facts: BreachFacts, rules: RuleSet) -> LawDeadline | None:
    try:
        return deadline(obligation, facts, rules)
    except NoRuleInForce as error:
        raise Invalid("No rule was in force at that moment. Check the date.", field="processor_aware_at") from error


def _running(found: tuple[Obligation, ...], facts: BreachFacts, rules: RuleSet) -> Iterator[Obligation]:
    """The authority's clock stops on a decision, never on an assessment: until then it counts as not assessed."""
    undecided = {obligation.id: obligation for obligation in obligations(facts, rules, risk=None)}
    for obligation in found:
        yield undecided[AUTHORITY] if obligation.id == AUTHORITY else obligation


def _filings(session: Session, incident: Incident) -> list[tuple[datetime, NoticeKind]]:
    query = (
        select(Submission.submitted_at, Notice.kind)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY)
    )
    return [(at, kind) for at, kind in session.execute(query.order_by(Submission.submitted_at))]


def last_filed_at(session: Session, incident: Incident) -> datetime | None:
    """When the authority was last told something; each incomplete filing starts the next follow-up period."""
    return max((at for at, _ in _filings(session, incident)), default=None)


def _complete(filings: list[tuple[datetime, NoticeKind]], facts: BreachFacts) -> frozenset[str]:
    """Whether the authority knows all there is to know; of what was no breach it must hear that it was none."""
    last = filings[-1][1] if filings else None
    if facts.is_breach is Ternary.NO:
        return frozenset() if last not in (None, NoticeKind.WITHDRAWAL) else frozenset({FOLLOW_UP})
    complete = last in (NoticeKind.INITIAL, NoticeKind.FINAL, NoticeKind.WITHDRAWAL)
    return frozenset({FOLLOW_UP}) if complete else frozenset()


def _same(row: Deadline, law: LawDeadline) -> bool:
    return (row.starts_at, row.due_at, row.provisional) == (law.starts_at, law.due_at, law.provisional)


def _align(
    session: Session, incident: Incident, row: Deadline | None, law: LawDeadline, *, actor: Actor, now: datetime
) -> None:
    if row is not None and row.state is not DeadlineState.WAIVED and _same(row, law):
        return
    if row is not None and row.state is DeadlineState.MET and not _next_follow_up(row):
        return  # The verdict stands as it was at the act: no later answer makes a late report timely, or the reverse.
    fresh = _open(session, incident, law, actor=actor, now=now)
    if row is None or row.state in (DeadlineState.WAIVED, DeadlineState.MET):
        return
    _supersede(session, incident, row, fresh, actor, now)


def judge_anew(
    session: Session,
    incident: Incident,
    facts: BreachFacts,
    before: datetime,
    moment: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """What was done in time or late, counted from a filing whose moment was corrected, is judged from the new one."""
    known, rules = _look_up(session, incident), house_rules(session, facts, now)
    facts = replace(facts, first_notified_at=moment)
    due = {one.id: _clock(one, facts, rules) for one in _obligations(incident, known, facts, rules, session)}
    for row in known.rows:
        law = due.get(row.obligation)
        if row.state is not DeadlineState.MET or row.starts_at != before or law is None or law.due_at is None:
            continue
        fresh = _open(session, incident, law, actor=actor, now=now)
        settle(
            session,
            incident,
            fresh,
            DeadlineState.MET,
            actor=actor,
            now=now,
            because=row.settled_because,
            met_at=row.met_at,
            delay_reason=row.delay_reason,
        )
        _supersede(session, incident, row, fresh, actor, now)
        filed = (Submission.incident_id == incident.id, Submission.submitted_at == row.met_at)
        for one in session.scalars(select(Submission).where(*filed)) if row.obligation == FOLLOW_UP else ():
            one.late = one.submitted_at > law.due_at


def _supersede(
    session: Session, incident: Incident, row: Deadline, fresh: Deadline, actor: Actor, now: datetime
) -> None:
    row.state, row.superseded_by, row.settled_at = DeadlineState.SUPERSEDED, fresh.id, now
    _drop_reminders(session, row, now)
    record(session, incident, Tag.DEADLINE_SUPERSEDED, actor, now, **_named(row))


def run_on(session: Session, incident: Incident, row: Deadline, *, actor: Actor, now: datetime) -> None:
    """A period that counted as met runs on, to the same end: what had met it did not hold."""
    kept = ("incident_id", "obligation", "starts_at", "due_at", "provisional", "ruleset", "trace")
    again = Deadline(id=uuid4(), created_at=now, **{name: getattr(row, name) for name in kept})
    _supersede(session, incident, row, _start(session, incident, again, actor, now), actor, now)
    mirror_due(session, incident)


def _next_follow_up(row: Deadline) -> bool:
    return row.obligation == FOLLOW_UP and row.state is DeadlineState.MET


def _open(session: Session, incident: Incident, law: LawDeadline, *, actor: Actor, now: datetime) -> Deadline:
    row = Deadline(
        id=uuid4(),
        incident_id=incident.id,
        obligation=law.obligation_id,
        starts_at=law.starts_at,
        due_at=law.due_at,
        provisional=law.provisional,
        ruleset=law.ruleset,
        trace=trace_of(law),
        created_at=now,
    )
    return _start(session, incident, row, actor, now)


def _start(session: Session, incident: Incident, row: Deadline, actor: Actor, now: datetime) -> Deadline:
    row.state = DeadlineState.OPEN
    session.add(row)
    session.flush()
    record(session, incident, Tag.DEADLINE_STARTED, actor, now, **_named(row))
    plan_reminders(session, row, incident, now)
    return row


def _named(row: Deadline) -> dict[str, str]:
    """How the record names a deadline; an incident has one for each customer, so the duty alone does not tell it."""
    return {"obligation": row.obligation, "deadline": str(row.id), "due": row.due_at.isoformat()}


def _drop_reminders(session: Session, row: Deadline, now: datetime) -> None:
    query = select(Reminder).where(Reminder.deadline_id == row.id, Reminder.settled_at.is_(None))
    for reminder in session.scalars(query):
        reminder.settled_at, reminder.outcome = now, ReminderOutcome.NOT_NEEDED


def settle(
    session: Session,
    incident: Incident,
    row: Deadline,
    state: DeadlineState,
    *,
    actor: Actor,
    now: datetime,
    because: str,
    met_at: datetime | None = None,
    delay_reason: str = "",
) -> None:
    """End a running deadline as met (at ``met_at``, which decides whether it was late) or waived, and say why."""
    row.state, row.settled_at, row.settled_because, row.met_at = state, now, because, met_at
    row.delay_reason = delay_reason
    _drop_reminders(session, row, now)
    tag = Tag.DEADLINE_MET if state is DeadlineState.MET else Tag.DEADLINE_WAIVED
    late = met_at is not None and met_at > row.due_at
    record(session, incident, tag, actor, now, late=late, **_named(row))
    mirror_due(session, incident)


def open_deadline(session: Session, incident: Incident, obligation: str) -> Deadline | None:
    """The running deadline of one obligation, or None."""
    query = select(Deadline).where(
        Deadline.incident_id == incident.id, Deadline.obligation == obligation, Deadline.state == DeadlineState.OPEN
    )
    return session.scalars(query).one_or_none()


def mirror_due(session: Session, incident: Incident) -> None:
    """Bring the incident's ``due_at``, by which boards are ordered, in line with its open deadlines."""
    session.flush()
    query = select(Deadline.due_at).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    incident.due_at = min(session.scalars(query), default=None)
