"""One incident of the scenario: its steps, each said to a person and a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may
from incident.domain.kinds import Addressee, DecisionState, NoticeKind, Subject, TaskKind
from incident.law.vocabulary import Nature, NotInformingGround, RiskLevel, Role
from incident.store.models import Decision, Incident, NoticeVersion, Task
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.authority_form import form_from
from incident.usecases.notices.customer_receipt import RecordReceipt, record_receipt
from incident.usecases.notices.draft import (
    DraftNotice,
    EditNotice,
    RedraftNotice,
    draft_notice,
    edit_notice,
    latest_version,
    notice_for,
    redraft_notice,
)
from incident.usecases.notices.mark_copied import mark_copied
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.apply_playbook import ApplyPlaybook, apply_playbook
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import (
    AddTask,
    AddTimelineEntry,
    Assign,
    FinishTask,
    add_task,
    add_timeline_entry,
    assign,
    finish_task,
)
from incident.usecases.response.close import CloseIncident, close_incident
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach
from tests.promises.scenario.gaps import filled
from tests.promises.scenario.stage import Act, Stage, instant


@dataclass
class Case:
    """Steps of one incident; ``who`` is a first name of the cast."""

    stage: Stage
    incident: Incident | None = None

    @property
    def id(self) -> UUID:
        """The incident, which must have been reported by then."""
        assert self.incident is not None
        return self.incident.id

    @property
    def reference(self) -> str:
        """Its reference."""
        assert self.incident is not None
        return self.incident.reference

    def _on(self, when: str, act: Act) -> None:
        self.stage.on(when, act)

    def _who(self, name: str) -> Actor:
        return self.stage.person(name)

    def report(self, when: str, who: str, summary: str, *, noticed: str = "", **values: Any) -> "Case":
        """The first word."""

        def act(now: datetime) -> None:
            actor = self._who(who)
            command = ReportIncident(
                actor, summary, noticed_at=instant(noticed or when), noticed_by=actor.name, **values
            )
            self.incident = report_incident(command, session=self.stage.session, now=now)

        self._on(when, act)
        return self

    def take_on(self, when: str, who: str) -> "Case":
        """Somebody has it."""
        actor = self._who(who)
        self._on(when, lambda now: assign(Assign(actor, self.id, actor.id), session=self.stage.session, now=now))
        return self

    def confirm(
        self,
        when: str,
        who: str,
        aware: str,
        ground: str,
        role: Role = Role.CONTROLLER,
        nature: tuple[Nature, ...] = (Nature.CONFIDENTIALITY,),
    ) -> "Case":
        """It is a breach, and since when it is known."""

        def act(now: datetime) -> None:
            actor = self._who(who)
            command = ConfirmBreach(actor, self.id, instant(aware), actor.name, ground, role, nature)
            confirm_breach(command, session=self.stage.session, now=now)

        self._on(when, act)
        return self

    def deny(self, when: str, who: str, reason: str, second_at: str, second: str, words: str = "") -> "Case":
        """It is none, and somebody else agrees."""
        self._on(
            when,
            lambda now: deny_breach(DenyBreach(self._who(who), self.id, reason), session=self.stage.session, now=now),
        )
        return self.agree(second_at, second, words)

    def state(self, when: str, who: str, **values: Any) -> "Case":
        """Facts."""

        def act(now: datetime) -> None:
            assert self.incident is not None
            command = RecordFacts(self._who(who), self.id, values, self.incident.fact_version)
            record_facts(command, session=self.stage.session, now=now)

        self._on(when, act)
        return self

    def assess(self, when: str, who: str, risk: RiskLevel | None = None, why: str = "", **answers: Any) -> "Case":
        """The risk."""
        self._on(
            when,
            lambda now: assess_risk(
                AssessRisk(self._who(who), self.id, answers, risk, why), session=self.stage.session, now=now
            ),
        )
        return self

    def decide(
        self,
        when: str,
        who: str,
        reason: str,
        *,
        authority: bool | None = None,
        subjects: bool | None = None,
        ground: NotInformingGround | None = None,
    ) -> "Case":
        """Whether to notify and to inform."""

        def act(now: datetime) -> None:
            for subject, yes in ((Subject.AUTHORITY, authority), (Subject.SUBJECTS, subjects)):
                if yes is not None:
                    wanted = ground if subject is Subject.SUBJECTS else None
                    command = Decide(self._who(who), self.id, subject, yes, reason, wanted)
                    decide(command, session=self.stage.session, now=now)

        self._on(when, act)
        return self

    def agree(self, when: str, who: str, words: str = "") -> "Case":
        """The second person agrees with all that waits."""

        def act(now: datetime) -> None:
            session = self.stage.session
            query = select(Decision.id).where(Decision.incident_id == self.id, Decision.state == DecisionState.PROPOSED)
            for decision in session.scalars(query).all():
                command = ConfirmDecision(self._who(who), self.id, decision, True, words)
                confirm_decision(command, session=session, now=now)

        self._on(when, act)
        return self

    def note(self, when: str, who: str, text: str, happened: str = "") -> "Case":
        """An entry of the timeline."""
        self._on(
            when,
            lambda now: add_timeline_entry(
                AddTimelineEntry(self._who(who), self.id, text, instant(happened or when)),
                session=self.stage.session,
                now=now,
            ),
        )
        return self

    def task(
        self, when: str, who: str, title: str, owner: str = "", due: str = "", *, measure: bool = False, done: str = ""
    ) -> "Case":
        """Something to do, and when it was done."""
        kept: list[UUID] = []

        def act(now: datetime) -> None:
            kind = TaskKind.MEASURE if measure else TaskKind.TASK
            person = self._who(owner) if owner else None
            command = AddTask(
                self._who(who),
                self.id,
                title,
                kind,
                person.id if person and may(person, Permission.RECORD) else None,
                person.name if person else "",
                instant(due) if due else None,
            )
            kept.append(add_task(command, session=self.stage.session, now=now).id)

        self._on(when, act)
        if done:
            self._on(
                done,
                lambda now: finish_task(
                    FinishTask(self._who(who), self.id, kept[0]), session=self.stage.session, now=now
                ),
            )
        return self

    def playbook(self, when: str, who: str, name: str) -> "Case":
        """The checklist of its kind."""
        self._on(
            when,
            lambda now: apply_playbook(
                ApplyPlaybook(self._who(who), self.id, name), session=self.stage.session, now=now
            ),
        )
        return self

    def done(self, when: str, who: str, count: int) -> "Case":
        """The first so many open tasks are done."""

        def act(now: datetime) -> None:
            session = self.stage.session
            query = select(Task.id).where(Task.incident_id == self.id, Task.done_at.is_(None)).order_by(Task.position)
            for task in session.scalars(query.limit(count)).all():
                finish_task(FinishTask(self._who(who), self.id, task), session=session, now=now)

        self._on(when, act)
        return self

    def evidence(self, when: str, who: str, filename: str, content: bytes, description: str) -> "Case":
        """A file."""
        self._on(
            when,
            lambda now: attach_evidence(
                AttachEvidence(self._who(who), self.id, filename, content, description, now),
                session=self.stage.session,
                now=now,
                blobs=self.stage.blobs,
            ),
        )
        return self

    def close(self, when: str, who: str, cause: str, lessons: str) -> "Case":
        """The end of it."""
        self._on(
            when,
            lambda now: close_incident(
                CloseIncident(self._who(who), self.id, cause, lessons), session=self.stage.session, now=now
            ),
        )
        return self

    def notice(
        self, when: str, who: str, addressee: Addressee, kind: NoticeKind = NoticeKind.INITIAL, **values: Any
    ) -> "Letter":
        """A draft."""
        letter = Letter(self)

        def act(now: datetime) -> None:
            command = DraftNotice(self._who(who), self.id, addressee, kind, **values)
            version = draft_notice(command, session=self.stage.session, now=now, writer=self.stage.writer)
            letter.id = version.notice_id

        self._on(when, act)
        return letter


@dataclass
class Letter:
    """One notice and what is done with it."""

    case: Case
    id: UUID | None = None

    def newest(self, who: str) -> NoticeVersion:
        """Its newest version."""
        assert self.id is not None
        session = self.case.stage.session
        notice, _incident = notice_for(session, self.id, self.case._who(who), Permission.VIEW_ALL)
        return latest_version(session, notice)

    def redraft(self, when: str, who: str) -> "Letter":
        """Anew from the newest facts."""

        def act(now: datetime) -> None:
            assert self.id is not None
            command = RedraftNotice(self.case._who(who), self.id)
            redraft_notice(command, session=self.case.stage.session, now=now, writer=self.case.stage.writer)

        self.case._on(when, act)
        return self

    def edit(self, when: str, who: str, **words: str) -> "Letter":
        """Fill what the draft left open."""

        def act(now: datetime) -> None:
            version = self.newest(who)
            command = EditNotice(
                self.case._who(who), version.notice_id, version.title, filled(version.body, words), version.number
            )
            edit_notice(command, session=self.case.stage.session, now=now)

        self.case._on(when, act)
        return self

    def copy(self, when: str, who: str, count: int) -> "Letter":
        """The first so many answers were copied to the portal."""

        def act(now: datetime) -> None:
            version = self.newest(who)
            questions = [answer.key for answer in form_from(version.form).answers if answer.text][:count]
            session = self.case.stage.session
            mark_copied(session, version.id, questions, True, actor=self.case._who(who), now=now)

        self.case._on(when, act)
        return self

    def approve(self, when: str, who: str) -> "Letter":
        """Yes to exactly this text."""

        def act(now: datetime) -> None:
            version = self.newest(who)
            command = ApproveNotice(self.case._who(who), version.notice_id, version.body_sha256)
            approve_notice(command, session=self.case.stage.session, now=now)

        self.case._on(when, act)
        return self

    def send(self, when: str, who: str, channel: str, **values: Any) -> "Letter":
        """What a person did outside."""

        def act(now: datetime) -> None:
            assert self.id is not None
            command = RecordSubmission(self.case._who(who), self.id, now, channel, **values)
            record_submission(command, session=self.case.stage.session, now=now)

        self.case._on(when, act)
        return self

    def acknowledged(self, when: str, who: str, by: str) -> "Letter":
        """The customer has read it."""

        def act(now: datetime) -> None:
            assert self.id is not None
            command = RecordReceipt(self.case._who(who), self.id, by, now)
            record_receipt(command, session=self.case.stage.session, now=now)

        self.case._on(when, act)
        return self
