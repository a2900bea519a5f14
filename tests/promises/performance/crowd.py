"""Incidents that hold many rows of everything, made by the use cases themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import Addressee, MailingChannel, NoticeKind, Subject
from incident.law.facts import AffectedController
from incident.store.models import Approval, Incident, Mailing, Notice, NoticeVersion, Submission
from incident.usecases.clock.deadlines import last_filed_at
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.notices.draft import DraftNotice, EditNotice, draft_notice, edit_notice
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import AddTask, AddTimelineEntry, add_task, add_timeline_entry
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.wiring import Deps
from tests.factories import make_actor

LANGUAGES = ("nl", "en", "sv", "de", "fr")
ANSWERS: dict[str, Any] = {
    "nature": ["confidentiality"],
    "disclosure": "likely",
    "data": [{"category": "name"}, {"category": "health"}],
    "recipient": "unknown_persons",
    "actor": "external_malicious",
    "subjects_number": 320,
    "protection": "none",
}


@dataclass
class Crowd:
    """Fills incidents; every round continues where the one before ended."""

    session: Session
    deps: Deps
    actor: Actor
    second: Actor
    now: datetime
    made: int = 0

    def fill(self, incident: Incident, number: int) -> None:
        """Add so many rows of everything to an open incident."""
        self.now += timedelta(minutes=1)
        for place in range(self.made, self.made + number):
            self._work(incident, place)
            self._facts(incident, place)
        for place in range(self.made, self.made + number):
            self._notice(incident, place)
        self._mailings(incident, number)
        self.made += number

    def _work(self, incident: Incident, place: int) -> None:
        session, actor, now = self.session, self.actor, self.now
        owner = make_actor(session, f"Owner{uuid4().hex[:8]}", [Role.RESPONDER], now)
        entry = AddTimelineEntry(actor, incident.id, f"Called the finder, call {place}.", happened_at=now)
        add_timeline_entry(entry, session=session, now=now)
        task = AddTask(actor, incident.id, f"Ask for proof {place}", owner_id=owner.id, owner_name=owner.name)
        add_task(task, session=session, now=now)
        file = AttachEvidence(actor, incident.id, f"log-{place}.txt", f"line {place} {uuid4()}".encode())
        attach_evidence(file, session=session, now=now, blobs=self.deps.blobs)

    def _facts(self, incident: Incident, place: int) -> None:
        session, actor, now = self.session, self.actor, self.now
        values: dict[str, Any] = {"description": f"A laptop was taken from a car; version {place}."}
        if incident.systems == "Integratieplatform":
            customers = range(place + 1)
            values["affected_controllers"] = tuple(
                AffectedController(f"Shop {n}", f"privacy@shop{n}.example", 24, "nl", 10, 12) for n in customers
            )
        record_facts(
            RecordFacts(actor, incident.id, values, incident.fact_version, reason="Seen again."),
            session=session,
            now=now,
        )
        assess_risk(AssessRisk(actor, incident.id, ANSWERS), session=session, now=now)
        for subject in (Subject.AUTHORITY, Subject.SUBJECTS):
            reason = f"Health data in the hands of a thief, seen again: {place}."
            decide(Decide(actor, incident.id, subject, True, reason), session=session, now=now)

    def _notice(self, incident: Incident, place: int) -> None:
        session, now, writer = self.session, self.now, self.deps.writer
        addressees = [(Addressee.AUTHORITY, ""), (Addressee.SUBJECTS, "")]
        if incident.systems == "Integratieplatform":
            addressees.append((Addressee.CONTROLLER, f"Shop {place}"))
        for addressee, recipient in addressees:
            language = "nl" if addressee is Addressee.AUTHORITY else LANGUAGES[place % len(LANGUAGES)]
            group = f"Group {place // len(LANGUAGES)}" if addressee is Addressee.SUBJECTS else ""
            filed = addressee is Addressee.AUTHORITY and last_filed_at(session, incident)
            kind = NoticeKind.FOLLOW_UP if filed else NoticeKind.INITIAL
            command = DraftNotice(self.actor, incident.id, addressee, kind, language, recipient, group)
            self._approve(draft_notice(command, session=session, now=now, writer=writer), place)

    def _approve(self, version: NoticeVersion, place: int) -> None:
        """Edited once, approved; some of them sent."""
        session, now = self.session, self.now
        notice = session.get_one(Notice, version.notice_id)
        if notice.addressee is not Addressee.AUTHORITY:
            text = EditNotice(self.actor, notice.id, "Datalek", f"Er is iets gebeurd, bericht {place}.", version.number)
            version = edit_notice(text, session=session, now=now)
        session.add(
            Approval(
                id=uuid4(),
                version_id=version.id,
                body_sha256=version.body_sha256,
                facts_sha256=version.facts_sha256,
                author_id=self.second.id,
                author_name="Second",
                recorded_at=now,
            )
        )
        session.add(
            Submission(
                id=uuid4(),
                incident_id=notice.incident_id,
                notice_id=notice.id,
                version_id=version.id,
                submitted_at=now + timedelta(seconds=place),
                channel="portal",
                reference=f"AP-{place}",
                body_sha256=version.body_sha256,
                author_id=self.actor.id,
                recorded_at=now,
            )
        )
        session.flush()

    def _mailings(self, incident: Incident, number: int) -> None:
        """So many mailings, the last with so many people."""
        session, now = self.session, self.now
        letters = (
            select(NoticeVersion.id)
            .join(Notice)
            .join(Approval, Approval.version_id == NoticeVersion.id)
            .where(Notice.incident_id == incident.id, Approval.void_at.is_(None))
            .where(Notice.addressee == Addressee.SUBJECTS)
        )
        version = session.scalars(letters).first()
        assert version is not None
        for place in range(number):
            people = range(number if place == number - 1 else 1)
            lines = "".join(f"Person {n};person{n}@example.org;nl\n" for n in people)
            command = PrepareMailing(
                self.actor,
                incident.id,
                MailingChannel.EMAIL,
                [version],
                "list.csv",
                f"naam;email;taal\n{lines}".encode(),
            )
            prepare_mailing(command, session=session, now=now + timedelta(seconds=place), sealer=self.deps.sealer)


def newest_mailing(session: Session, incident: Incident) -> Mailing:
    """The mailing with the most people of the last round."""
    query = select(Mailing).where(Mailing.incident_id == incident.id).order_by(Mailing.recorded_at.desc())
    found = session.scalars(query).first()
    assert found is not None
    return found
