"""Letters for the printer are made by a worker, part by part: nothing is lost when it is killed, and nobody waits."""

import json
import subprocess
import sys
from datetime import timedelta
from threading import Event
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from incident.documents import typesetter
from incident.documents.typesetter import CannotTypeset, typeset_apart
from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.people import SYSTEM
from incident.domain.kinds import MailingChannel
from incident.store.models import MailingRecipient, PrintPart
from incident.store.reseal import reseal
from incident.usecases.common.settings import save_setting
from incident.usecases.mailing.certificate import record_posting
from incident.usecases.mailing.erase_people import erase_recipients
from incident.usecases.mailing.mailing import release_mailing, start_mailing
from incident.usecases.mailing.print_letters import (
    LEASE,
    RETRY,
    anything_to_make,
    claim_part,
    keep_part,
    letters_to_print,
    part_failed,
    parts_of,
    prepare_part,
)
from incident.usecases.notices.own_templates import HOUSE
from incident.usecases.retention.person import erase_person, find_person
from incident.usecases.retention.places import Stays
from incident.worker import printer
from tests.factories import blobs_in
from tests.usecases.mailing.test_mailing import prepared, sealer

__all__ = ["prepared", "sealer"]


@pytest.fixture
def released(session, prepared, team, clock):
    """A released mailing of 53 letters."""
    rows = "".join(f"Persoon {n};Laan {n};9728 JS;Groningen\n" for n in range(53))
    _, _, done = prepared(f"naam;straat;postcode;plaats\n{rows}".encode(), MailingChannel.LETTER)
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=set())
    session.commit()
    return done.mailing


@pytest.fixture
def blobs(tmp_path):
    return blobs_in(tmp_path / "blobs")


def test_a_part_that_was_begun_and_not_finished_is_made_by_another(session, released, clock, sealer) -> None:
    """Killed half-way: what is made stays, what was in hand is taken up when its lease is over, and one failure waits a
    minute while the others go on."""

    def people(claim):
        return [whom.name for _notice, whom in prepare_part(session, claim, sealer=sealer).letters]

    first, second = claim_part(session, clock.now()), claim_part(session, clock.now())
    assert people(first) == [f"Persoon {n}" for n in range(50)]
    assert people(second) == ["Persoon 50", "Persoon 51", "Persoon 52"]
    assert claim_part(session, clock.now()) is None
    part_failed(session, second, "ended with status -9", clock.now())
    clock.advance(seconds=RETRY.total_seconds())
    second = claim_part(session, clock.now())
    assert keep_part(session, second, b"%PDF", clock.now(), sealer)
    clock.advance(seconds=(LEASE - RETRY).total_seconds())
    again = claim_part(session, clock.now())
    assert people(again) == people(first)
    assert not keep_part(session, first, b"%PDF of the one who was thought dead", clock.now(), sealer)
    assert keep_part(session, again, b"%PDF", clock.now(), sealer)
    assert claim_part(session, clock.now()) is None
    assert [(part.number, part.letters, part.problem) for part in parts_of(session, released)] == [
        (1, 50, ""),
        (2, 3, ""),
    ]


def test_a_part_is_sealed_counts_as_printed_when_it_is_taken_and_goes_with_the_people(
    session, released, team, clock, sealer
) -> None:
    """While it is made nobody gets half of it; a new key makes it anew; erased is erased."""

    def take(number):
        return letters_to_print(session, released.id, number, actor=team.dpo, now=clock.now(), sealer=sealer)

    with pytest.raises(IllegalMove, match="still being made"):
        take(2)
    with pytest.raises(NotFound):
        take(3)
    for _ in range(2):
        keep_part(session, claim_part(session, clock.now()), b"%PDF Persoon", clock.now(), sealer)
    assert b"Persoon" not in bytes(session.scalars(select(PrintPart.sealed)).first())
    assert take(2) == b"%PDF Persoon"
    printed = select(MailingRecipient.row).where(MailingRecipient.printed_at.is_not(None))
    assert len(session.scalars(printed).all()) == 3
    session.commit()
    list(reseal(session, sealer))
    assert anything_to_make(session, clock.now())
    claim = claim_part(session, clock.now())
    clock.advance(days=31)
    assert erase_recipients(session, actor=SYSTEM, now=clock.now()) == 1
    assert not keep_part(session, claim, b"%PDF Persoon", clock.now(), sealer)
    assert session.scalars(select(PrintPart)).all() == []
    assert not anything_to_make(session, clock.now() + timedelta(days=1))


def test_the_worker_makes_them_all_and_writes_down_what_fails(
    session, released, clock, sealer, blobs, monkeypatch
) -> None:
    """One tick makes every part; a typesetter that is killed is named on the page, and tried again."""
    sessions = sessionmaker(session.get_bind(), expire_on_commit=False)
    worker = printer.Printer(sessions, lambda _: clock.now(), SimpleNamespace(sealer=sealer, blobs=blobs), Event())

    def killed(_letters):
        raise CannotTypeset("ended with status -9")

    with monkeypatch.context() as patch:
        patch.setattr(printer, "print_file", killed)
        assert worker.tick() == 0
    session.expire_all()
    assert [part.problem for part in parts_of(session, released)] == ["ended with status -9"] * 2
    session.commit()
    clock.advance(seconds=RETRY.total_seconds())
    assert worker.tick() == 2
    session.expire_all()
    parts = parts_of(session, released)
    assert all(part.made_at == clock.now() and not part.problem for part in parts)
    assert sealer.open(parts[0].sealed, f"print_part.sealed:{parts[0].id}").startswith(b"%PDF-")


def test_a_part_that_cannot_be_made_is_named_and_the_others_go_on(session, released, clock, sealer, blobs) -> None:
    """A seal that no key opens, a person who is erased already, a logo that is gone: none of them stops the rest."""
    people = session.scalars(select(MailingRecipient).order_by(MailingRecipient.row)).all()
    people[0].sealed, people[51].sealed = b"damaged" * 5, None
    session.commit()
    sessions = sessionmaker(session.get_bind(), expire_on_commit=False)
    worker = printer.Printer(sessions, lambda _: clock.now(), SimpleNamespace(sealer=sealer, blobs=blobs), Event())

    def tick():
        made = worker.tick()
        session.expire_all()
        return made, [(part.made_at is not None, part.problem) for part in parts_of(session, released)]

    assert tick() == (1, [(False, "CannotOpen"), (True, "")])
    assert tick() == (0, [(False, "CannotOpen"), (True, "")])
    people[0].sealed = None
    save_setting(session, HOUSE, {"logo": "0" * 64}, actor=SYSTEM, now=clock.now())
    session.commit()
    clock.advance(seconds=RETRY.total_seconds())
    assert tick() == (0, [(False, "DamagedBlob"), (True, "")])
    save_setting(session, HOUSE, {}, actor=SYSTEM, now=clock.now())
    session.commit()
    clock.advance(seconds=RETRY.total_seconds())
    assert tick() == (1, [(True, ""), (True, "")])


def test_whoever_is_erased_on_request_is_taken_out_of_what_is_printed(session, released, team, clock, sealer) -> None:
    """What is made of them goes and is made again without them; what is being made just then is not kept. Whoever was
    not printed yet stays, because they have not been told."""

    def everybody():
        return find_person(session, "Laan", actor=team.dpo, sealer=sealer)

    def erase(name):
        found = [one.name for one in everybody() if name in one.text.split(" · ")]
        return erase_person(session, name, found, actor=team.dpo, sealer=sealer, now=clock.now())

    def printed(number):
        keep_part(session, claim_part(session, clock.now()), b"%PDF", clock.now(), sealer)
        letters_to_print(session, released.id, number, actor=team.dpo, now=clock.now(), sealer=sealer)

    printed(1)
    with pytest.raises(IllegalMove, match="not printed yet"):
        record_posting(session, released.id, clock.now(), actor=team.dpo, now=clock.now())
    assert {one.stays for one in everybody()} == {Stays.WAITING}
    released.ended_at = clock.now()
    assert sorted(one.stays for one in everybody()) == [Stays.NOT] * 50 + [Stays.WAITING] * 3
    assert erase("Persoon 51") == 0
    released.ended_at = None
    printed(2)
    record_posting(session, released.id, clock.now(), actor=team.dpo, now=clock.now())
    assert erase("Persoon 7") == 1
    assert [(part.letters, part.made_at is None) for part in parts_of(session, released)] == [(49, True), (3, False)]
    assert session.scalars(select(PrintPart.sealed).where(PrintPart.number == 1)).one() is None
    claim = claim_part(session, clock.now())
    assert erase("Persoon 8") == 1
    assert not keep_part(session, claim, b"%PDF Persoon 8", clock.now(), sealer)
    clock.advance(seconds=1)
    names = [whom.name for _, whom in prepare_part(session, claim_part(session, clock.now()), sealer=sealer).letters]
    assert (len(names), {"Persoon 7", "Persoon 8"} & set(names)) == (48, set())
    assert [erase(f"Persoon {number}") for number in (50, 51, 52)] == [1, 1, 1]
    session.expire_all()
    assert [part.number for part in parts_of(session, released)] == [1], "a file of nobody goes"


def test_a_typesetter_that_fails_says_how() -> None:
    """No half file is ever taken for a whole one."""
    with pytest.raises(CannotTypeset, match="status"):
        typeset_apart("no JSON")


MEASURED = """
import resource, sys
from incident.documents.typesetter import typeset_apart
data = sys.stdin.read()
made = len(typeset_apart(data))
print(made, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_a_part_is_laid_out_in_less_than_150_megabytes() -> None:
    """Fifty letters of two pages; what it took is given back, because it was a child's."""
    from dataclasses import replace

    from incident.documents.pdf import render_letters
    from incident.documents.personal import personal_document
    from incident.domain.recipients import Addressed
    from incident.usecases.notices.ports import PrintableNotice
    from tests.documents.cases import NOW, ORGANISATION

    body = "\n\n".join(
        f"## Deel {n}\n\n{'Wij vertellen u wat er is gebeurd. ' * 12}\n\n- {'Een ' * 9}" for n in range(8)
    )
    notice = PrintableNotice("subjects", "initial", "nl", "Datalek", body, {}, ORGANISATION, "DL-1", 1, NOW, True, "")
    letters = [personal_document(notice, Addressed(n, name=f"Persoon {n}")) for n in range(50)]
    kept: list[str] = []

    def keep(data: str) -> bytes:
        kept.append(data)
        return b""

    render_letters([replace(one) for one in letters], keep)
    assert len(json.loads(kept[0])["letters"]) == 50
    found = subprocess.run([sys.executable, "-c", MEASURED], input=kept[0], capture_output=True, text=True, check=True)
    size, peak = map(int, found.stdout.split())
    assert size > 500_000
    assert peak < 150, f"{peak} MB"
    assert typesetter.SECONDS >= 60
