"""Fill a register with made-up incidents, many at once: through the same tables, hashes and ladder as real ones.

The newest ``open`` incidents have a running clock, the others were decided and closed. The same seed, number and
instant give the same register, apart from the keys of its rows.
"""

import gc
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, count, islice
from multiprocessing import get_context
from operator import itemgetter
from random import Random
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from incident.demo.seed_facts import Story, story
from incident.domain.fact_sheet import document_hash, to_json
from incident.domain.kernel.events import Status, Tag, progress
from incident.domain.kernel.people import Source
from incident.domain.kernel.reference import make_reference
from incident.domain.kinds import DeadlineState, DecisionState, ReminderOutcome, Subject
from incident.domain.reminders.ladder import LadderPolicy, Period, plan
from incident.law.deadlines import Deadline as LawDeadline
from incident.law.deadlines import deadlines
from incident.law.obligations import obligations
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import RiskLevel, Ternary
from incident.store.audit import Scalar, genesis
from incident.store.audit_many import NewEntry, chained
from incident.store.commitments import said_of, whole
from incident.store.insert import RowValues, insert_missing
from incident.store.models import (
    AuditEntry,
    AuditHead,
    Deadline,
    Decision,
    FactSheet,
    Incident,
    ReferenceCounter,
    Reminder,
    TimelineEntry,
)
from incident.store.models.columns import Committed
from incident.store.proof.canonical import Written, written, written_parts
from incident.store.ready import Ready, insert_ready, ready
from incident.usecases.clock.deadlines import trace_of
from incident.usecases.clock.plan import ESCALATING_OBLIGATIONS, ladder_policy, reminder_values

BATCH = 200
TOGETHER = 5
"""Batches in one transaction."""
WORTH_A_PROCESS = 25
"""Batches from which it pays to start another process."""
AHEAD = 10
"""Batches that wait to be written, so that neither side waits for the other and memory stays small."""
KEY_BITS = 24
"""How many keys a batch has: more than a hundred for each of its incidents."""
AUTHOR = "seed"
YEARS = 3
DISMISSED_SHARE = 0.15
CLOSED_AFTER = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Seed:
    """How much to make. ``live`` lets reminders leave the house; otherwise the incidents are marked as examples."""

    incidents: int
    open: int
    seed: int = 1
    live: bool = False
    ahead: timedelta = timedelta()


_RECORD: Final[tuple[type[Committed], ...]] = (Incident, FactSheet, TimelineEntry, Deadline, Decision)


@dataclass(slots=True)
class _Rows:
    """The rows of one batch: of the record by table, and what follows from it; ``keys`` are those of new rows."""

    keys: Iterator[str]
    record: dict[type[Committed], list[RowValues]] = field(default_factory=lambda: {model: [] for model in _RECORD})
    reminders: list[RowValues] = field(default_factory=list)
    audit: list[NewEntry] = field(default_factory=list)

    def ready(self) -> list[Ready]:
        """The same as the database takes them, with the chains that begin here and commit to them."""
        # Whenever a report is older than the one before it, SQLite writes out the words that it has gathered.
        self.record[Incident].sort(key=itemgetter("reported_at"))
        made = {model: whole(model, rows) for model, rows in self.record.items()}
        references = {row["id"]: row["reference"] for row in made[Incident]}
        said: dict[str, dict[str, str]] = {reference: {} for reference in references.values()}
        for model, rows in made.items():
            for row, (name, content) in zip(rows, said_of(model, rows), strict=True):
                said[references[row["id" if model is Incident else "incident_id"]]][name] = content
        heads = {reference: (0, genesis(reference)) for reference in said}
        entries = chained(self.audit, heads, said)
        ends = [{"chain": reference, "seq": seq, "hash": digest} for reference, (seq, digest) in heads.items()]
        record = [ready(model, rows) for model, rows in made.items()]
        return [*record, ready(Reminder, self.reminders), ready(AuditEntry, entries), ready(AuditHead, ends)]


@dataclass(frozen=True, slots=True)
class _Case:
    """One incident on its way into the rows."""

    values: RowValues
    story: Story
    rows: _Rows
    events: list[tuple[Tag, str]] = field(default_factory=list)
    obligations: list[str] = field(default_factory=list)

    def record(self, tag: Tag, at: datetime, **details: Scalar) -> None:
        self.events.append((tag, str(details.get("subject", ""))))
        self.rows.audit.append(NewEntry(self.values["reference"], tag, AUTHOR, at, details))

    def tell(self, kind: str, text: str, at: datetime) -> None:
        self.rows.record[TimelineEntry].append(
            {
                "id": next(self.rows.keys),
                "incident_id": self.values["id"],
                "happened_at": at,
                "recorded_at": at,
                "text": text,
                "source": Source.CLI,
                "kind": kind,
                "author_name": AUTHOR,
            }
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """One incident to make: the day of its report, whether its clock runs, and its number."""

    day: datetime
    is_open: bool
    reference: str


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the rows of a batch, in this process or in another one; it asks no database."""

    seed: Seed
    now: datetime
    policy: LadderPolicy
    run: UUID

    def keys(self, number: int) -> Iterator[str]:
        """Keys of a batch: they follow each other, so that an index grows at its end and not everywhere at once."""
        run = str(self.run)[: len("f81d4fae-7dec-41d0-8")]
        return (f"{run}000-{key:012x}" for key in count(number << KEY_BITS))

    def __call__(self, number: int, orders: Sequence[_Order]) -> list[Ready]:
        random = Random(f"{self.seed.seed}:{self.seed.incidents}:{self.seed.open}:{number}")
        rows, rules = _Rows(self.keys(number)), RuleSet.at(self.now)
        for order in orders:
            _one(self, random, order, rules, rows)
        return rows.ready()


def seed_register(seed: Seed, *, session: Session, now: datetime) -> Iterator[int]:
    """Write the register, some batches together; yields how many incidents stand then, and the caller commits there."""
    numbers = _Numbers(session)
    days = _days(seed, now, Random(f"{seed.seed}:{seed.incidents}:{seed.open}"))
    orders = [_Order(day, is_open, numbers.next(min(day, now).astimezone(UTC).year)) for day, is_open in days]
    numbers.store()
    batches = [orders[start : start + BATCH] for start in range(0, len(orders), BATCH)]
    made = _made(_Maker(seed, now, ladder_policy(session), uuid4()), batches)
    for start in range(0, len(orders), BATCH * TOGETHER):
        for rows in chain.from_iterable(islice(made, TOGETHER)):
            insert_ready(session, rows)
        yield min(start + BATCH * TOGETHER, len(orders))


def _made(maker: _Maker, batches: Sequence[Sequence[_Order]]) -> Iterator[list[Ready]]:
    """The batches in their order; those of a large register are made by other processes, while this one writes."""
    if len(batches) < WORTH_A_PROCESS:
        yield from map(maker, range(len(batches)), batches)
        return
    # What is made has no cycles, so nothing is left lying when nobody looks for them.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), gc.disable) as pool:
        waiting = deque(pool.submit(maker, *one) for one in enumerate(batches[:AHEAD]))
        for number, batch in enumerate(batches[AHEAD:], AHEAD):
            rows = waiting.popleft().result()
            waiting.append(pool.submit(maker, number, batch))
            yield rows
        yield from (rows.result() for rows in waiting)


def _days(seed: Seed, now: datetime, random: Random) -> Iterator[tuple[datetime, bool]]:
    """The days of the reports, the oldest first: the closed ones over the last years, the open ones over three days."""
    closed = seed.incidents - seed.open
    span = timedelta(days=365 * YEARS)
    for number in range(closed):
        yield now - CLOSED_AFTER - span * (1 - number / max(closed, 1)), False
    for _ in range(seed.open):
        yield now - timedelta(minutes=random.randint(0, 60 * 60)) + seed.ahead, True


class _Numbers:
    """The references of each year, counted on from what is there already."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[int, int] = {}

    def next(self, year: int) -> str:
        if year not in self._last:
            insert_missing(self._session, ReferenceCounter, year=year, last=0)
            row = self._session.get_one(ReferenceCounter, year, with_for_update=True, populate_existing=True)
            self._last[year] = row.last
        self._last[year] += 1
        return make_reference(year, self._last[year])

    def store(self) -> None:
        for year, last in self._last.items():
            self._session.get_one(ReferenceCounter, year).last = last
        self._session.flush()


def _one(maker: _Maker, random: Random, order: _Order, rules: RuleSet, rows: _Rows) -> None:
    now, is_open = maker.now, order.is_open
    dismissed = not is_open and random.random() < DISMISSED_SHARE
    told = story(random, order.day, is_breach=Ternary.NO if dismissed else Ternary.YES)
    if is_open:
        told = Story(told.facts, min(order.day, now), told.aware_at)
    case = _Case(_incident(maker.seed, told, next(rows.keys), order.reference), told, rows)
    rows.record[Incident].append(case.values)
    _sheet(case)
    case.record(Tag.INCIDENT_REPORTED, told.reported_at, source=Source.CLI.value)
    case.tell("reported", told.facts.summary, told.reported_at)
    if dismissed:
        _dismiss(case)
        return
    _clock(case, maker.policy, rules, is_open, now)
    _confirm(case)
    if not is_open:
        _decide_and_close(case)
    case.values["status"] = _status(tuple(case.events))


def _incident(seed: Seed, told: Story, key: str, reference: str) -> RowValues:
    facts = told.facts
    return {
        "id": key,
        "reference": reference,
        "summary": facts.summary,
        "source": Source.CLI,
        "reported_at": told.reported_at,
        "reporter_name": AUTHOR,
        "is_breach": facts.is_breach.value,
        "aware_at": told.aware_at,
        "awareness_stated": True,
        "kind": facts.kinds[0].value,
        "systems": ", ".join(facts.systems),
        "subjects": facts.subjects_max,
        "fact_version": 1,
        "is_example": not seed.live,
        "status": Status.REPORTED,
        "due_at": None,
        "closed_at": None,
        "cause": None,
        "lessons": "",
        "risk": None,
    }


def _sheet(case: _Case) -> None:
    facts, at = case.story.facts, case.story.reported_at
    document = to_json(facts)
    mark = written({"by": AUTHOR, "at": at.isoformat(), "version": 1, "source": Source.CLI.value})
    case.rows.record[FactSheet].append(
        {
            "incident_id": case.values["id"],
            "version": 1,
            "chapter": "report",
            "facts": written(document),
            "origins": Written(_origins(tuple(document)).replace("%s", mark)),
            "sha256": document_hash(document),
            "reason": "",
            "author_name": AUTHOR,
            "recorded_at": at,
        }
    )


@cache
def _origins(names: tuple[str, ...]) -> str:
    """Thousands of sheets answer the same questions."""
    return written_parts(dict.fromkeys(names, "%s"))


def _clock(case: _Case, policy: LadderPolicy, rules: RuleSet, is_open: bool, now: datetime) -> None:
    """The deadlines that the law gives for these facts, with their reminders; of a closed case all are settled."""
    for law in deadlines(obligations(case.story.facts, rules), case.story.facts, rules):
        _run(case, law, policy, is_open, now)
        case.obligations.append(law.obligation_id)
        case.record(
            Tag.DEADLINE_STARTED, case.story.reported_at, obligation=law.obligation_id, due=law.due_at.isoformat()
        )
        if is_open:
            case.values["due_at"] = min(filter(None, (case.values["due_at"], law.due_at)))


def _run(case: _Case, law: LawDeadline, policy: LadderPolicy, is_open: bool, now: datetime) -> None:
    at = case.story.reported_at
    settled_at = None if is_open else at + timedelta(hours=30)
    row = {
        "id": next(case.rows.keys),
        "incident_id": case.values["id"],
        "obligation": law.obligation_id,
        "starts_at": law.starts_at,
        "due_at": law.due_at,
        "provisional": law.provisional,
        "ruleset": law.ruleset,
        "trace": written(trace_of(law)),
        "created_at": at,
        "state": DeadlineState.OPEN if is_open else DeadlineState.WAIVED,
        "settled_at": settled_at,
        "settled_because": "" if is_open else "no longer required",
    }
    case.rows.record[Deadline].append(row)
    period = Period(law.starts_at, law.due_at, law.obligation_id in ESCALATING_OBLIGATIONS)
    for rung in plan(period, policy, now if is_open else at):
        if settled_at is None or rung.at <= settled_at:
            settled = {"settled_at": settled_at and rung.at, "outcome": settled_at and ReminderOutcome.MADE}
            values = reminder_values(row["id"], row["incident_id"], rung)
            case.rows.reminders.append({"id": next(case.rows.keys), **values, **settled})


def _confirm(case: _Case) -> None:
    at = case.story.reported_at + timedelta(minutes=40)
    case.record(Tag.BREACH_CONFIRMED, at)
    case.tell("confirmed", "", at)


def _dismiss(case: _Case) -> None:
    at = case.story.reported_at + timedelta(hours=5)
    _decision(case, Subject.BREACH, at)
    case.record(Tag.BREACH_DENIED, at)
    case.tell("decided", f"{Subject.BREACH.value}:False", at)
    case.values["closed_at"] = at
    case.values["status"] = _status(tuple(case.events))


def _decide_and_close(case: _Case) -> None:
    """Most breaches turn out to be unlikely to hurt anybody: not notified, with reasons and a second person."""
    at = case.story.reported_at + timedelta(hours=30)
    for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
        _decision(case, subject, at)
        case.record(Tag.DECISION_MADE, at, subject=subject.value, act=False)
    for obligation in case.obligations:
        case.record(Tag.DEADLINE_WAIVED, at, obligation=obligation, late=False)
    case.tell("decided", f"{Subject.AUTHORITY.value}:False", at)
    _close(case, at + timedelta(days=5))


def _decision(case: _Case, subject: Subject, at: datetime) -> None:
    case.rows.record[Decision].append(
        {
            "id": next(case.rows.keys),
            "incident_id": case.values["id"],
            "subject": subject,
            "act": False,
            "proposed_act": False,
            "deviates": False,
            "reason": "Made up by seed.",
            "fact_version": 1,
            "state": DecisionState.FINAL,
            "author_name": AUTHOR,
            "recorded_at": at,
            "second_name": AUTHOR,
            "second_at": at,
            "second_reason": "",
            "then_close": False,
        }
    )


@cache
def _status(events: tuple[tuple[Tag, str], ...]) -> Status:
    """Thousands of incidents went the same way."""
    return progress(events).status


def _close(case: _Case, at: datetime) -> None:
    case.values.update({"closed_at": at, "cause": "other", "risk": RiskLevel.UNLIKELY})
    case.record(Tag.INCIDENT_CLOSED, at)
    case.tell("closed", "", at)
