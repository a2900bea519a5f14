"""Letters on paper: they leave when they are posted, can be stopped until then, and may come back weeks later."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kinds import MailingChannel
from incident.law.vocabulary import NoticeChannel
from incident.store.models import MailingRecipient, PrintPart, Submission
from incident.store.queries.mailings import count_people, people_of
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.mailing.certificate import deliveries, record_bounce, record_posting
from incident.usecases.mailing.export_people import export_people
from incident.usecases.mailing.mailing import resume_mailing, stop_mailing
from incident.usecases.mailing.print_letters import anything_to_make, claim_part, keep_part, letters_to_print
from incident.usecases.mailing.texts import progress
from incident.usecases.retention.person import find_person
from incident.usecases.retention.places import Stays
from tests.usecases.mailing.test_mailing import prepared, sealer
from tests.usecases.mailing.test_sent_is_sent import released, told

__all__ = ["prepared", "released", "sealer"]


def test_letters_count_as_sent_when_a_person_says_they_were_posted(session, released, team, clock, sealer) -> None:
    """Printing is not sending."""
    rows = b"naam;straat;postcode;plaats\nAnn;Weg 1;9728 JS;Groningen\nBo;Weg 2;9728 JS;Groningen\n"
    incident, (dutch, _), mailing = released(rows, MailingChannel.LETTER)
    with pytest.raises(IllegalMove, match="printed"):
        record_posting(session, mailing.id, clock.now(), actor=team.dpo, now=clock.now())
    keep_part(session, claim_part(session, clock.now()), b"%PDF", clock.now(), sealer)
    letters_to_print(session, mailing.id, 1, actor=team.dpo, now=clock.now(), sealer=sealer)
    clock.advance(hours=3)
    record_posting(session, mailing.id, clock.now(), actor=team.dpo, now=clock.now())
    row = session.scalars(select(Submission)).one()
    assert (row.version_id, row.channel, row.recipients, row.submitted_at) == (dutch.id, "letter", 2, clock.now())
    assert current_facts(session, incident).informed_channels == (NoticeChannel.LETTER,)
    with pytest.raises(IllegalMove, match="on record already"):
        record_posting(session, mailing.id, clock.now(), actor=team.dpo, now=clock.now())


def test_a_posted_letter_that_comes_back_is_counted_in_the_record(session, released, team, clock, sealer) -> None:
    """The post brings letters back weeks later: as with a message, and the moment of the posting stays."""
    rows = b"naam;straat;postcode;plaats\nAnn;Weg 1;9728 JS;Groningen\nBo;Weg 2;9728 JS;Groningen\n"
    incident, (dutch, _), mailing = released(rows, MailingChannel.LETTER)
    first = session.scalars(select(MailingRecipient).order_by(MailingRecipient.row)).first()
    keep_part(session, claim_part(session, clock.now()), b"%PDF", clock.now(), sealer)
    letters_to_print(session, mailing.id, 1, actor=team.dpo, now=clock.now(), sealer=sealer)
    with pytest.raises(IllegalMove, match="posted"):
        record_bounce(session, first.id, "moved", actor=team.dpo, now=clock.now())
    clock.advance(hours=3)
    posted = clock.now()
    record_posting(session, mailing.id, posted, actor=team.dpo, now=posted)
    assert current_facts(session, incident).informed_count == 2
    clock.advance(days=14)
    record_bounce(session, first.id, "moved", actor=team.dpo, now=clock.now())
    row = session.scalars(select(Submission).where(Submission.version_id == dutch.id)).one()
    assert (row.recipients, row.delivery["reached"], row.delivery["bounced"]) == (1, 1, 1)
    assert (row.submitted_at, row.last_at) == (posted, posted)
    assert told(session, incident, clock) == ("Ja", "1")
    for state in ("bounced", "unreached"):
        content = export_people(session, mailing.id, state, actor=team.dpo, now=clock.now(), sealer=sealer)
        assert [line.split(";")[0] for line in content.decode("utf-8-sig").splitlines()[1:]] == ["Ann"]


def test_letters_that_are_not_posted_can_be_stopped(session, released, team, clock, sealer) -> None:
    """No file is made or given out, nothing counts as sent, nobody as reached; it can go on, and after the posting not
    be stopped."""
    rows = b"naam;straat;postcode;plaats\nAnn Weg;Weg 1;9728 JS;Groningen\nBo;Weg 2;9728 JS;Groningen\n"
    _, _, mailing = released(rows, MailingChannel.LETTER)
    now = clock.now()
    keep_part(session, claim_part(session, now), b"%PDF", now, sealer)
    letters_to_print(session, mailing.id, 1, actor=team.dpo, now=now, sealer=sealer)
    session.scalars(select(PrintPart)).one().made_at = None
    clock.advance(minutes=6)
    now = clock.now()
    assert anything_to_make(session, now)
    assert stop_mailing(session, mailing.id, actor=team.dpo, now=now) == 2
    assert not anything_to_make(session, now)
    with pytest.raises(IllegalMove):
        letters_to_print(session, mailing.id, 1, actor=team.dpo, now=now, sealer=sealer)
    with pytest.raises(IllegalMove):
        record_posting(session, mailing.id, now, actor=team.dpo, now=now)
    assert [(one.reached, one.stopped) for one in deliveries(session, mailing)[mailing.id]] == [(0, 2)]
    assert (progress(session, mailing).stopped, count_people(session, mailing.id, "unreached")) == (2, 2)
    assert count_people(session, mailing.id, "printed") == 0
    assert {row.state for row in people_of(session, mailing.id, 1)} == {"cancelled"}
    assert {one.stays for one in find_person(session, "Ann Weg", actor=team.dpo, sealer=sealer)} == {Stays.WAITING}
    resume_mailing(session, mailing.id, actor=team.second, now=now)
    assert progress(session, mailing).stopped == 0
    record_posting(session, mailing.id, now, actor=team.dpo, now=now)
    assert session.scalars(select(Submission.recipients)).all() == [2]
    with pytest.raises(IllegalMove, match="not being sent"):
        stop_mailing(session, mailing.id, actor=team.dpo, now=now)
