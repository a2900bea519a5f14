"""One person's data: found everywhere, handed out, and erased as far as the law lets them go."""

import json
from collections.abc import Iterable

import pytest
from sqlalchemy import select, update

from incident.domain.kernel.errors import Invalid, NotAllowed
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kinds import OutboxOutcome
from incident.store import audit
from incident.store.commitments import BY_HAND
from incident.store.models import (
    AuditEntry,
    FactDraft,
    FactSheet,
    Incident,
    Mailing,
    MailingRecipient,
    OutboxMessage,
    Person,
    PublicReport,
    TimelineEntry,
)
from incident.store.sealing import Sealer
from incident.usecases.common.record import tell_timeline
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.usecases.response.public_report import ANSWER, QUESTION
from incident.usecases.retention.person import erase_person, find_person, take_out
from incident.usecases.retention.places import Find, Stays
from incident.usecases.retention.policies import PlaceHold, lift_hold, place_hold
from tests.conftest import START
from tests.promises.tampered import House
from tests.usecases.retention.test_retention import LATER, case_of, charlie, house

__all__ = ["house"]
SEALER = Sealer([bytes(range(32))])


def looked_for(house: House, who: str) -> list[Find]:
    return find_person(house.session, who, actor=charlie(house.session), sealer=SEALER)


def erased(house: House, who: str, ticked: Iterable[Find]) -> int:
    names, dpo = [one.name for one in ticked], charlie(house.session)
    return erase_person(house.session, who, names, actor=dpo, sealer=SEALER, now=LATER)


def ground(found: list[Find]) -> set[tuple[str, Stays]]:
    return {(one.kind, one.stays) for one in found}


def test_a_person_is_found_everywhere_handed_out_and_erased_where_the_law_lets_it(house: House) -> None:
    """Waiting, open and held data stay with their ground, the register always; the log never says whom it was about."""
    session = house.session
    dpo, case = charlie(session), case_of(house)
    closed, case.closed_at = case.closed_at, None
    note = AddTimelineEntry(dpo, case.id, "ann@example.org rang back")
    add_timeline_entry(note, session=session, now=LATER)
    file = AttachEvidence(dpo, case.id, "Letter of ANN@example.org.eml", b"Received: from somebody else")
    attach_evidence(file, session=session, now=LATER, blobs=house.blobs)
    case.lessons = "Ask ann@example.org next time"

    def found() -> set[tuple[str, Stays]]:
        session.flush()
        return ground(find_person(session, " Ann@example.org ", actor=dpo, sealer=SEALER))

    register = {("incident", Stays.REGISTER)}
    open_ones = {("recipient", Stays.WAITING), ("note", Stays.OPEN), ("evidence", Stays.OPEN)}
    assert found() == open_ones | register
    case.closed_at = closed
    for mailing in session.scalars(select(Mailing)):
        mailing.ended_at = LATER
    place_hold(PlaceHold(dpo, case.id, "A claim"), session=session, now=LATER)
    assert found() == {(kind, Stays.HELD) for kind, _ in open_ones} | register
    assert erased(house, "ann@example.org", looked_for(house, "ann@example.org")) == 0
    lift_hold(session, case.id, actor=dpo, now=LATER)
    assert found() == {(kind, Stays.NOT) for kind, _ in open_ones} | register
    everything = looked_for(house, "ann@example.org")
    taken = json.loads(take_out(session, "ann@example.org", everything, actor=dpo, now=LATER))
    assert any("Ann Smit" in one["text"] for one in taken["found"])
    assert erased(house, "ann@example.org", everything) == 3
    assert found() == register
    session.commit()
    report = house.verify(outside=True)
    assert (report.findings, report.erased["request"]) == ([], 2)
    left = session.scalars(select(MailingRecipient.sealed).where(MailingRecipient.sealed.is_not(None))).all()
    assert len(left) == 1, "the other person of the list stays"
    assert not [row for row in session.scalars(select(AuditEntry)) if "ann" in json.dumps(row.details).lower()]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_is_handed_out_holds_every_text_that_names_the_person_whole(house: House) -> None:
    """A copy (art. 15(3)) that gives the number of a version, or ends in the middle, is none."""
    session, dpo = house.session, charlie(house.session)
    case = case_of(house)
    case.lessons = "Ask Ann Smit next time"
    long = "Nobody said who it was. " * 40 + "It was Ann Smit."
    add_timeline_entry(AddTimelineEntry(dpo, case.id, long), session=session, now=LATER)
    sheet = session.scalars(select(FactSheet).where(FactSheet.incident_id == case.id)).first()
    told = {find.kind: find.text for find in looked_for(house, "Ann Smit")}
    assert told["note"] == long
    assert told["incident"] == f"{case.summary} · Ask Ann Smit next time"
    assert "facts" not in told
    altered = update(FactSheet).where(FactSheet.incident_id == case.id, FactSheet.version == sheet.version)
    altered = altered.values(facts={**sheet.facts, "discovery": "Ann Smit called"})
    session.execute(altered, execution_options={BY_HAND: True})
    told = {find.kind: find.text for find in looked_for(house, "Ann Smit")}
    assert told["facts"] == f"{sheet.version} · Ann Smit called"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_who_closes_incidents_looks_for_a_person_and_for_a_whole_name(house: House) -> None:
    """Three letters would hand out everybody."""
    with pytest.raises(Invalid):
        looked_for(house, " an ")
    for role in set(Role) - {Role.DPO}:
        with pytest.raises(NotAllowed):
            find_person(
                house.session, "ann@example.org", actor=Actor(None, "X", frozenset({role}), Source.WEB), sealer=SEALER
            )


def note(house: House, text: str, kind: str = "note") -> TimelineEntry:
    about, by = case_of(house), charlie(house.session)
    return tell_timeline(house.session, about, by, kind=kind, text=text, happened_at=START, now=START)


def message(house: House, recipient: str, outcome: OutboxOutcome, *, case: str | None, **params: str) -> OutboxMessage:
    """A message that is through, about a case or none."""
    session = house.session
    incident = session.scalars(select(Incident).where(Incident.reference == case)).one_or_none()
    key = queue_one(
        session, incident=incident, channel=Channel.EMAIL, recipient=recipient, template="t", params=params, now=START,
        dedupe=f"test:{recipient}:{case}:{outcome}",
    )  # fmt: skip
    row = session.get_one(OutboxMessage, key)
    row.settled_at, row.outcome = START, outcome
    if outcome is OutboxOutcome.SENT:
        audit.append(session, case or audit.SYSTEM_CHAIN, Tag.MESSAGE_SENT, "system", START, message=str(key))
    return row


def test_only_what_was_ticked_and_names_the_person_goes(house: House) -> None:
    """Hannah and Joanna are not Anna, and of two Annas the one who was not meant stays, as does what was ticked by
    another search."""
    session = house.session
    words = ("Anna called", "Anna Visser called", "Hannah Visser rang about a claim", "Joanna Smits wrote")
    mine, _namesake, hannah, _joanna = [note(house, text) for text in words]
    for mailing in session.scalars(select(Mailing)):
        mailing.ended_at = LATER
    session.commit()
    found = looked_for(house, "anna")
    assert [one.text for one in found] == ["Anna called", "Anna Visser called"]
    for word in ("email", "name", "language", "country"):
        assert ground(looked_for(house, word)) <= {("notice", Stays.REGISTER)}, "the names of columns name nobody"
    with pytest.raises(Invalid, match="Tick"):
        erased(house, "anna", [])
    other = Find("note", hannah.id, "", None, "", Stays.NOT)
    assert erased(house, "anna", [found[0], other]) == 1
    session.commit()
    kept = set(session.scalars(select(TimelineEntry.text).where(TimelineEntry.kind == "note")))
    assert kept >= {"Anna Visser called", hannah.text, "Joanna Smits wrote"}
    assert mine.text not in kept
    sealed = session.scalars(select(MailingRecipient.sealed).where(MailingRecipient.sealed.is_not(None))).all()
    assert len(sealed) == 2
    assert house.verify(outside=True).findings == []


def test_words_of_messages_drafts_and_the_reporters_contact_are_found_and_go(house: House) -> None:
    """So does the dialogue with the reporter. A colleague who was told about the person stays as the one told."""
    session, case = house.session, case_of(house)
    report = session.get_one(PublicReport, case.id)
    person = session.scalars(select(Person)).first()
    assert person is not None
    draft = FactDraft(
        incident_id=case.id, person_id=person.id, form="zz", base_version=1, values={"x": "zoe@example.net rang"},
        updated_at=START,
    )  # fmt: skip
    session.add(draft)
    told = message(house, "boss@example.org", OutboxOutcome.SENT, case=house.case, who="zoe@example.net")
    bounced = message(house, "zoe@example.net", OutboxOutcome.FAILED, case=house.case)
    bounced.last_error = "550 <zoe@example.net> unknown"
    note(house, "Is zoe@example.net your address?", QUESTION)
    note(house, "Yes: zoe@example.net", ANSWER)
    session.commit()
    found = looked_for(house, "zoe@example.net")
    kinds = sorted(one.kind for one in found)
    assert kinds == ["contact", "draft", "message", "message", "note", "note"]
    assert erased(house, "zoe@example.net", found) == len(found)
    session.commit()
    assert (report.contact, told.recipient, told.payload["params"]) == ("", "boss@example.org", {})
    assert (bounced.recipient, bounced.last_error, bounced.outcome) == ("-", None, OutboxOutcome.CANCELLED)
    assert looked_for(house, "zoe@example.net") == []
    session.commit()
    assert house.verify(outside=True).findings == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_was_told_of_an_open_incident_stays_until_it_is_closed(house: House) -> None:
    """A message of no incident goes; one that waits stays."""
    session = house.session
    message(house, "boss@example.org", OutboxOutcome.SENT, case=house.newer)
    general = message(house, "boss@example.org", OutboxOutcome.SENT, case=None)
    waiting = message(house, "boss@example.org", OutboxOutcome.FAILED, case=None)
    waiting.settled_at, waiting.outcome = None, None
    session.commit()
    found = looked_for(house, "boss@example.org")
    assert sorted(one.stays for one in found) == [Stays.NOT, Stays.OPEN, Stays.WAITING]
    assert erased(house, "boss@example.org", found) == 1
    assert general.recipient == "-"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_person_whom_no_key_opens_hides_nobody_else(house: House) -> None:
    """One damaged seal of a list must not keep everybody else's data from being found."""
    row = house.session.scalars(select(MailingRecipient).order_by(MailingRecipient.row.desc())).first()
    assert row is not None
    row.sealed = b"damaged" * 5
    house.session.commit()
    assert ground(looked_for(house, "Ann Smit")) == {("recipient", Stays.WAITING)}
    assert {one.text[:1] for one in looked_for(house, "Ann Smit")} != {"{"}, "values in words, no document"
