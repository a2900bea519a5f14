"""What one does with a notice in these tests: each act a minute after the one before."""

import pytest
from sqlalchemy import select

from incident.domain.kinds import Addressee, DeadlineState, NoticeKind
from incident.store.models import Deadline
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.submit import RecordSubmission, record_submission
from incident.usecases.response.record_facts import RecordFacts, record_facts
from tests.factories import PlainWriter

SHORT = "A letter of one line, for the test."


@pytest.fixture
def act(session, team, clock):
    """Acts on an incident, each one minute after the other."""

    class Acts:
        def draft(self, incident, addressee=Addressee.SUBJECTS, kind=NoticeKind.INITIAL, missing=(), **values):
            command = DraftNotice(team.responder, incident.id, addressee, kind, **values)
            return draft_notice(command, session=session, now=clock.advance(minutes=1), writer=PlainWriter(missing))

        def approve(self, version, actor=None, **values):
            command = ApproveNotice(
                actor or team.dpo, version.notice_id, version.body_sha256, **{"unsaid_reason": SHORT, **values}
            )
            return approve_notice(command, session=session, now=clock.advance(minutes=1))

        def submit(self, version, **values):
            at = values.pop("at", clock.advance(minutes=1))
            command = RecordSubmission(team.dpo, version.notice_id, at, values.pop("channel", "portal"), **values)
            return record_submission(command, session=session, now=clock.now())

        def state(self, incident, **values):
            command = RecordFacts(team.responder, incident.id, values, incident.fact_version)
            return record_facts(command, session=session, now=clock.advance(minutes=1))

        def running(self, incident):
            query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
            return {row.obligation: row.due_at for row in session.scalars(query)}

    return Acts()
