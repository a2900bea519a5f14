"""What was decided, kept, sent and asked: a token reads what the page shows, and of a file the bytes."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role, Source
from incident.domain.kernel.scopes import Scope
from incident.domain.kinds import Addressee, MailingChannel, Subject
from incident.law.vocabulary import NotInformingGround
from incident.store.db import db
from incident.store.models import AuditEntry
from incident.usecases.mailing.mailing import start_mailing
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.decide import ConfirmDecision, Decide, confirm_decision, decide
from incident.usecases.response.public_report import (
    AskReporter,
    ReportFromOutside,
    ask_reporter,
    outsider,
    report_from_outside,
)
from incident.usecases.response.report import ReportIncident
from incident.usecases.response.restrict import Restrict, restrict
from tests.api.test_reads import Machine
from tests.factories import PlainWriter, make_incident

GROUND = NotInformingGround.UAVG_41
LOG = b"who opened what, and when"


@pytest.fixture
def dora(api, clock):
    """The program of a data protection officer."""
    return Machine(api, clock, "Dora", Role.DPO)


@pytest.fixture
def sam(api, clock):
    """The program of a second person."""
    return Machine(api, clock, "Sam", Role.SECOND)


def base(reference) -> str:
    return f"/api/v1/incidents/{reference}"


def test_a_decision_is_read_with_its_reason_and_the_answer_of_the_second_person(clock, dora, sam) -> None:
    """Not to inform waits; then it stands, with who looked at it and why."""
    session, now = db.session(), clock.now()
    incident = make_incident(session, dora.actor, now)
    assess_risk(AssessRisk(dora.actor, incident.reference, {}), session=session, now=now)
    command = Decide(dora.actor, incident.id, Subject.SUBJECTS, False, "Encrypted, and the key is safe.", GROUND)
    made = decide(command, session=session, now=now)
    session.commit()
    [waits] = dora.get(f"{base(incident.reference)}/decisions").json["decisions"]
    assert (waits["state"], waits["act"], waits["reason"]) == ("proposed", False, "Encrypted, and the key is safe.")
    assert (waits["author"], waits["second"], waits["second_at"]) == ("Dora", "", None)
    answer = ConfirmDecision(sam.actor, incident.id, made.id, True, "I saw the key.")
    confirm_decision(answer, session=session, now=now)
    session.commit()
    [stands] = sam.get(f"{base(incident.reference)}/decisions").json["decisions"]
    assert (stands["state"], stands["second"], stands["second_reason"]) == ("final", "Sam", "I saw the key.")


def test_a_file_is_listed_with_its_hash_and_its_bytes_need_the_scope_for_files(api, clock, dora) -> None:
    """The reading of the bytes is on record as on the page; what was kept of them is asked for again in vain."""
    session, now = db.session(), clock.now()
    incident, other = make_incident(session, dora.actor, now), make_incident(session, dora.actor, now)
    command = AttachEvidence(dora.actor, incident.id, "log.txt", LOG, "From the proxy")
    attach_evidence(command, session=session, now=now, blobs=api.extensions["meldklok"].blobs)
    session.commit()
    [file] = dora.get(f"{base(incident.reference)}/evidence").json["evidence"]
    assert (file["filename"], file["size"], file["description"]) == ("log.txt", len(LOG), "From the proxy")
    assert file["sha256"] == sha256(LOG).hexdigest()
    path = f"{base(incident.reference)}/evidence/{file['id']}/bytes"
    read = select(AuditEntry.actor).where(AuditEntry.chain == incident.reference, AuditEntry.tag == "evidence:read")
    assert list(session.scalars(read)) == []
    got = dora.get(path)
    assert (got.status_code, got.data, got.headers["ETag"].strip('"')) == (200, LOG, file["sha256"])
    assert "log.txt" in got.headers["Content-Disposition"]
    assert dora.get(path, **{"If-None-Match": got.headers["ETag"]}).status_code == 304
    db.session.expire_all()
    assert list(session.scalars(read)) == [dora.actor.key] * 2
    assert dora.get(path.replace(incident.reference, other.reference)).status_code == 404
    reads = make_api_token(session, dora.actor, dora.person.id, "reads", now=now, scopes=[Scope.READ, Scope.ADMINISTER])
    session.commit()
    dora.token = reads
    assert dora.get(path).status_code == 403
    assert dora.get(f"{base(incident.reference)}/evidence").status_code == 200


def test_the_bytes_of_a_restricted_incident_are_there_for_its_circle_alone(api, clock, dora) -> None:
    """An outsider's token of every scope finds neither the list nor the file."""
    bob, anna = Machine(api, clock, "Bob", Role.RESPONDER), Machine(api, clock, "Anna", Role.RESPONDER)
    session, now = db.session(), clock.now()
    incident = make_incident(session, bob.actor, now)
    command = AttachEvidence(bob.actor, incident.id, "log.txt", LOG)
    file = attach_evidence(command, session=session, now=now, blobs=api.extensions["meldklok"].blobs).id
    restrict(Restrict(dora.actor, incident.reference, frozenset({anna.person.id}), "x"), session=session, now=now)
    session.commit()
    path = f"{base(incident.reference)}/evidence/{file}/bytes"
    assert [machine.get(path).status_code for machine in (bob, anna, dora)] == [404, 200, 200]
    ruth = Machine(api, clock, "Ruth", Role.REPORTER)
    mine = make_incident(session, ruth.actor, now).reference
    session.commit()
    parts = ("decisions", "evidence", f"evidence/{file}/bytes", "mailings", "reporter")
    assert {ruth.get(f"{base(mine)}/{part}").status_code for part in parts} == {403}


def test_a_mailing_is_read_in_figures_and_nobody_in_it_by_name(api, clock, dora, sam) -> None:
    """How many, how far, who started it; neither names nor addresses."""
    session, now = db.session(), clock.now()
    incident = make_incident(session, dora.actor, now)
    draft = DraftNotice(dora.actor, incident.id, Addressee.SUBJECTS, language="nl")
    version = draft_notice(draft, session=session, now=now, writer=PlainWriter())
    approved = ApproveNotice(sam.actor, version.notice_id, version.body_sha256, unsaid_reason="A short letter")
    approve_notice(approved, session=session, now=now)
    people = b"name;email\nJan Jansen;jan@example.org\nPiet Pieters;piet@example.org\n"
    command = PrepareMailing(dora.actor, incident.id, MailingChannel.EMAIL, [version.id], "list.csv", people)
    made = prepare_mailing(command, session=session, now=now, sealer=api.extensions["meldklok"].sealer)
    start_mailing(session, made.mailing.id, actor=dora.actor, now=now)
    session.commit()
    answer = dora.get(f"{base(incident.reference)}/mailings")
    [mailing] = answer.json["mailings"]
    assert (mailing["state"], mailing["channel"], mailing["started_by"]) == ("asked", "email", "Dora")
    assert mailing["figures"] == {
        **dict.fromkeys(("sent", "waiting", "failed", "stopped", "bounced"), 0),
        **{"people": 2, "last_sent_at": None, "expected_at": None},
    }
    assert mailing["letters"] == [{"version": str(version.id), "language": "nl", "group": ""}]
    assert not {word for word in ("Jansen", "Pieters", "example.org") if word in answer.text}


def test_the_talk_with_a_reporter_is_read_with_how_it_came_in(api, clock, dora) -> None:
    """Of a reporter without an account what they left, and what was asked; of a colleague the name alone."""
    session, now, deps = db.session(), clock.now(), api.extensions["meldklok"]
    report = ReportIncident(outsider(Source.DOOR), "A letter in the wrong envelope")
    command = ReportFromOutside(report, "customers", "Customers", "ticket", "127.0.0.0/24", contact="06 1234 5678")
    incident = report_from_outside(command, session=session, now=now, sealer=deps.sealer, blobs=deps.blobs).incident
    ask_reporter(AskReporter(dora.actor, incident.reference, "Who opened it?"), session=session, now=now)
    colleague = make_incident(session, dora.actor, now).reference
    session.commit()
    told = dora.get(f"{base(incident.reference)}/reporter").json
    assert (told["has_account"], told["way"], told["anonymous"]) == (False, "customers", False)
    assert told["contact"] == "06 1234 5678"
    assert [(one["kind"], one["author"], one["text"]) for one in told["said"]] == [
        ("asked_reporter", "Dora", "Who opened it?")
    ]
    told = dora.get(f"{base(colleague)}/reporter").json
    assert (told["has_account"], told["name"], told["contact"], told["said"]) == (True, "Dora", None, [])
