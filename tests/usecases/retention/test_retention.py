"""What may no longer be kept goes by itself, what must stay stays, and the record verifies afterwards."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.errors import Conflict, IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role, Source
from incident.domain.kinds import OutboxOutcome
from incident.domain.retention import BOUNDS, Kept
from incident.store.audit import entries
from incident.store.blobs import BlobStore
from incident.store.models import (
    BlobRemoval,
    Evidence,
    FactDraft,
    Incident,
    OutboxMessage,
    Person,
    PublicReport,
    TimelineEntry,
    Token,
)
from incident.store.queries.log import erasures
from incident.store.shelf import REST, put_ahead
from incident.usecases.common.record import record_system
from incident.usecases.mailing.erase_people import erase_recipients
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import queue_one
from incident.usecases.messages.retry import SendAgain, send_again
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.retention.erase import LINK_WORKS, forget_links, preview, removable, remove_files, removed
from incident.usecases.retention.policies import PlaceHold, SavePolicies, lift_hold, place_hold, policies, save_policies
from incident.worker.housekeeper import Housekeeper
from tests.conftest import START
from tests.factories import PlainRenderer
from tests.promises.tampered import SIGNER, House, build
from tests.promises.test_verifier import told

LATER = START + timedelta(days=6 * 365)
EXPORTER = Actor(None, "operator", frozenset(Role), SYSTEM.source)


@pytest.fixture
def house(migrated_url: str, tmp_path: Path) -> Iterator[House]:
    """A whole case that is closed, a newer one that is open, and a piece of everything that has a time."""
    made = build(migrated_url, tmp_path / "blobs")
    with made.session as session:
        case = session.scalars(select(Incident).where(Incident.reference == made.case)).one()
        case.closed_at = START + timedelta(days=9)
        person = session.scalars(select(Person).where(Person.name == "Charlie")).one()
        person.last_login_ip, person.current_login_at = "192.0.2.7", START
        draft = FactDraft(incident_id=case.id, person_id=person.id, form="data", base_version=1, values={})
        draft.updated_at = START
        contact = PublicReport(incident_id=case.id, way="web", code_hash="a" * 64, anonymous=False, recorded_at=START)
        contact.contact = "zoe@example.net"
        session.add_all([draft, contact])
        session.scalars(select(Token)).one().revoked_at = START
        session.commit()
        yield made
    engine = made.session.get_bind()
    assert isinstance(engine, Engine)
    engine.dispose()


def charlie(session: Session) -> Actor:
    return session.scalars(select(Person).where(Person.name == "Charlie")).one().actor(Source.WEB)


def case_of(house: House) -> Incident:
    return house.session.scalars(select(Incident).where(Incident.reference == house.case)).one()


def keeper(house: House, now: datetime) -> Housekeeper:
    return Housekeeper(sessionmaker(house.session.get_bind()), lambda _: now, house.blobs, ZoneInfo("Europe/Amsterdam"))


def count(session: Session, table: type[object]) -> int:
    return session.scalars(select(func.count()).select_from(table)).one()


def test_everything_goes_when_its_time_has_come_and_the_record_and_its_dossier_still_verify(
    house: House, tmp_path: Path
) -> None:
    """As many as the preview says, each kind with its certificate; the register, decisions and submissions stay."""
    session, kept = house.session, policies(house.session)
    assert {
        kind: due.goes for kind, due in preview(session, kept, START + timedelta(days=10)).items() if due.goes
    } == {}
    due = {kind: one.goes for kind, one in preview(session, kept, LATER).items()}
    assert set(due) == set(Kept)
    assert min(due.values()) > 0, due
    proofs = count(session, Evidence) - due[Kept.EVIDENCE]
    lost = session.scalars(select(Evidence.blob_sha256).where(Evidence.submission_id.is_(None))).all()
    session.commit()
    assert erase_recipients(session, actor=SYSTEM, now=LATER) == due.pop(Kept.RECIPIENTS)
    session.commit()
    assert keeper(house, LATER).erase() == sum(due.values())
    assert keeper(house, LATER).erase() == 0
    session.expire_all()
    assert {one.goes for one in preview(session, kept, LATER).values()} == {0}
    report = house.verify(outside=True)
    assert (report.findings, report.erased["notes"], report.erased["evidence"], report.erased["tokens"]) == (
        [],
        due[Kept.NOTES],
        due[Kept.EVIDENCE],
        due[Kept.TOKENS],
    )
    certified = {str(row.details["policy"]) for row in erasures(session)}
    assert certified == {kind.value for kind in Kept}
    assert (count(session, Evidence), count(session, Token), count(session, FactDraft)) == (proofs, 0, 0)
    assert session.scalars(select(PublicReport.contact)).all() == [""]
    settled = (OutboxMessage.settled_at.is_not(None), OutboxMessage.channel != Channel.SUBJECTS.value)
    assert set(session.scalars(select(OutboxMessage.recipient).where(*settled))) == {"-"}
    session.commit()
    assert set(lost) <= set(house.blobs.digests()), "an upload of the same bytes may be under way"
    keeper(house, LATER + REST).erase()
    assert not set(lost) & set(house.blobs.digests())
    dossier = _dossier(house, tmp_path)
    assert not told(dossier)
    pages = " ".join(page.extract_text() for page in PdfReader(dossier / "case.pdf").pages)
    gone = due[Kept.NOTES] + due[Kept.EVIDENCE] + due[Kept.CONTACTS]
    assert f"na de bewaartermijn of op verzoek is gewist: {gone}." in " ".join(pages.split()), (
        "it is no thinner silently"
    )


def _dossier(house: House, folder: Path) -> Path:
    with (folder / "dossier.zip").open("wb") as target:
        maker = DossierMaker(house.session, house.blobs, PlainRenderer(), SIGNER)
        maker.write(target, case_of(house), actor=EXPORTER, now=LATER)
    with zipfile.ZipFile(folder / "dossier.zip") as archive:
        archive.extractall(folder / "out")
    return folder / "out"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_hold_keeps_all_of_an_incident_until_it_is_lifted(house: House) -> None:
    """Placed with a reason by who closes incidents; what belongs to no incident goes all the same."""
    session = house.session
    dpo, case = charlie(session), case_of(house)
    with pytest.raises(Invalid):
        place_hold(PlaceHold(dpo, case.id, " "), session=session, now=LATER)
    responder = Actor(None, "Bob", frozenset({Role.RESPONDER}), Source.WEB)
    with pytest.raises(NotAllowed):
        place_hold(PlaceHold(responder, case.id, "x"), session=session, now=LATER)
    place_hold(PlaceHold(dpo, case.id, "A claim for damages"), session=session, now=LATER)
    with pytest.raises(IllegalMove):
        place_hold(PlaceHold(dpo, case.id, "Again"), session=session, now=LATER)
    session.commit()
    due = preview(session, policies(session), LATER)
    assert {kind for kind, one in due.items() if one.held} == {
        Kept.RECIPIENTS, Kept.MESSAGES, Kept.NOTES, Kept.EVIDENCE, Kept.CONTACTS, Kept.DRAFTS,
    }  # fmt: skip
    before = [count(session, table) for table in (TimelineEntry, Evidence, FactDraft)]
    session.commit()
    assert erase_recipients(session, actor=SYSTEM, now=LATER) == 0
    session.commit()
    keeper(house, LATER).erase()
    assert [count(session, table) for table in (TimelineEntry, Evidence, FactDraft)] == before
    lift_hold(session, house.case, actor=dpo, now=LATER)
    session.commit()
    keeper(house, LATER + timedelta(days=1)).erase()
    assert [
        count(session, table) < old for table, old in zip((TimelineEntry, Evidence, FactDraft), before, strict=True)
    ] == [True] * 3
    assert [row.tag for row in entries(session, house.case)][-4] == "hold:lifted"
    assert house.verify(outside=True).findings == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_file_that_is_taken_in_again_while_it_is_being_erased_is_not_lost(house: House) -> None:
    """Between its rows and its bytes it is refused, with a sentence; named by another row, the bytes stay."""
    session = house.session
    dpo, digest = charlie(session), session.scalars(select(Evidence.blob_sha256)).first()
    assert digest is not None
    again = AttachEvidence(dpo, house.newer, "again.eml", house.blobs.get(digest))
    session.commit()
    keeper(house, LATER).erase()
    with pytest.raises(Conflict):
        attach_evidence(again, session=session, now=LATER + REST / 2, blobs=house.blobs)
    session.rollback()
    row = Evidence(
        id=uuid4(), incident_id=case_of(house).id, blob_sha256=digest, filename="x", media_type="x", size=14,
        recorded_at=LATER,
    )  # fmt: skip
    session.add(row)
    session.commit()
    keeper(house, LATER + REST).erase()
    assert house.blobs.get(digest)
    keeper(house, LATER + timedelta(days=1)).erase()
    keeper(house, LATER + timedelta(days=1) + REST).erase()
    attach_evidence(again, session=session, now=LATER, blobs=house.blobs)


def test_a_file_that_was_put_and_never_named_goes_and_a_named_one_stays(house: House) -> None:
    """The bytes come before the transaction: what is refused or killed then is swept, and can be handed in again."""
    session, dpo = house.session, charlie(house.session)
    session.commit()
    named, lost = b"Received: named", b"Received: lost"
    shelf = put_ahead(session, house.blobs, [named, lost], LATER)
    assert not session.in_transaction()
    for _ in range(2):
        file = AttachEvidence(dpo, house.newer, "mail.eml", named)
        digest = attach_evidence(file, session=session, now=LATER, blobs=shelf).blob_sha256
    session.commit()
    put_ahead(session, house.blobs, [named], LATER)
    keeper(house, LATER + REST).erase()
    kept = set(house.blobs.digests())
    assert (digest in kept, sha256(lost).hexdigest() in kept) == (True, False)


def test_a_file_that_is_put_again_gets_its_time_anew(house: House) -> None:
    """A removal that was written down earlier does not take it away before it is named, or refuse it."""
    session, dpo = house.session, charlie(house.session)
    session.commit()
    content, at = b"Received: again", LATER
    digest = sha256(content).hexdigest()
    for _ in range(3):
        shelf = put_ahead(session, house.blobs, [content], at)
        at += REST * 0.4
    keeper(house, LATER + REST).erase()
    assert digest in set(house.blobs.digests())
    attach_evidence(AttachEvidence(dpo, house.newer, "m.eml", content), session=session, now=at, blobs=shelf)
    session.commit()
    keeper(house, at + REST).erase()
    assert house.blobs.get(digest) == content


def test_a_table_that_is_uploaded_again_lasts_as_long_as_its_new_ticket(house: House) -> None:
    """And putting the same bytes for a moment does not shorten that."""
    session, day = house.session, timedelta(days=1)
    session.commit()
    content = b"a;b\na table\n"
    put_ahead(session, house.blobs, [content], LATER, day)
    put_ahead(session, house.blobs, [content], LATER + day / 2, day)
    put_ahead(session, house.blobs, [content], LATER + day / 2)
    keeper(house, LATER + day + REST).erase()
    assert sha256(content).hexdigest() in set(house.blobs.digests())
    keeper(house, LATER + day * 1.5 + REST).erase()
    assert sha256(content).hexdigest() not in set(house.blobs.digests())


def test_a_file_that_is_put_while_it_is_being_erased_is_there_when_it_is_named(house: House) -> None:
    """The sweep has chosen it and takes its bytes after they were put again: a name without its bytes never happens."""
    session, dpo = house.session, charlie(house.session)
    session.commit()
    content = b"Received: meanwhile"
    put_ahead(session, house.blobs, [content], LATER)
    gone = removable(session, LATER + REST)
    assert gone == [sha256(content).hexdigest()]
    shelf = put_ahead(session, house.blobs, [content], LATER + REST)
    command = AttachEvidence(dpo, house.newer, "m.eml", content)
    with pytest.raises(Conflict, match="just being erased"):
        attach_evidence(command, session=session, now=LATER + REST, blobs=shelf)
    session.rollback()
    remove_files(gone, house.blobs)
    removed(session, gone)
    row = attach_evidence(command, session=session, now=LATER + REST, blobs=shelf)
    assert house.blobs.get(row.blob_sha256) == content


class Watched(BlobStore):
    """Says whether its session was in a transaction when its place was asked."""

    def __init__(self, blobs: BlobStore, session: Session) -> None:
        super().__init__(blobs.place, blobs.keys)
        self.session, self.seen = session, list[bool]()

    def put(self, content: bytes) -> str:
        self.seen.append(self.session.in_transaction())
        return super().put(content)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_no_transaction_is_open_while_a_bucket_takes_a_file(house: House) -> None:
    """Everybody else would wait for it."""
    session, dpo = house.session, charlie(house.session)
    watched = Watched(house.blobs, session)
    shelf = put_ahead(session, watched, [b"Received: x"], LATER)
    attach_evidence(AttachEvidence(dpo, house.newer, "x.eml", b"Received: x"), session=session, now=LATER, blobs=shelf)
    assert watched.seen == [False]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_file_of_an_imported_register_outlives_evidence_with_the_same_bytes(house: House) -> None:
    """The log names it as the origin of its entries; one that was never imported goes."""
    session = house.session
    content, other = b"a;b\nan old register\n", b"a;b\nanother\n"
    digest, gone = house.blobs.put(content), house.blobs.put(other)
    record_system(session, Tag.REGISTER_IMPORTED, charlie(session), START, rows=1, updated=0, file=digest)
    for one in (digest, gone):
        session.add(BlobRemoval(sha256=one, since=LATER))
    session.commit()
    keeper(house, LATER + REST).erase()
    kept = set(house.blobs.digests())
    assert (digest in kept, gone in kept) == (True, False)


def test_links_for_new_passwords_leave_the_outbox_when_used_or_old(house: House) -> None:
    """Whoever reads the database must not find a key to an account."""
    session = house.session

    def mail(name: str, template: str = "password_reset") -> OutboxMessage:
        key = queue_one(
            session, incident=None, channel=Channel.EMAIL, recipient=f"{name}@example.org", template=template,
            params={"link": "https://example.org/secret"}, now=START, dedupe=f"account:{uuid4()}",
        )  # fmt: skip
        row = session.get_one(OutboxMessage, key)
        row.settled_at, row.outcome = START, OutboxOutcome.FAILED
        return row

    ann, bo = mail("ann"), mail("bo")
    assert forget_links(session, now=START, of="ann@example.org") == 1
    assert (ann.payload["params"], "link" in bo.payload["params"]) == ({}, True)
    assert forget_links(session, now=START + LINK_WORKS - timedelta(seconds=1)) == 0
    assert forget_links(session, now=START + LINK_WORKS) == 1
    assert bo.payload == {"template": "password_reset", "params": {}}
    assert forget_links(session, now=LATER) == 0
    with pytest.raises(Conflict, match="was erased"):
        send_again(SendAgain(charlie(session), bo.id), session=session, now=LATER)
    assert bo.outcome is OutboxOutcome.FAILED


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_policies_have_bounds_and_count_from_the_next_night(house: House) -> None:
    """Evidence cannot be made to vanish the day after; and a batch that was cut off is done again."""
    session = house.session
    days = {**policies(session), Kept.EVIDENCE: 1}
    with pytest.raises(Invalid) as refusal:
        save_policies(SavePolicies(charlie(session), days), session=session, now=START)
    assert refusal.value.field == "evidence"
    days[Kept.EVIDENCE] = BOUNDS[Kept.EVIDENCE].least
    save_policies(SavePolicies(charlie(session), days), session=session, now=START)
    assert policies(session) == days
    assert preview(session, days, START + timedelta(days=400))[Kept.EVIDENCE].goes > 0
    assert preview(session, days, START + timedelta(days=300))[Kept.EVIDENCE].goes == 0
