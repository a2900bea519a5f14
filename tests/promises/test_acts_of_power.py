"""Acts of power are on record: whoever takes over an account, takes data out or asks for what is not theirs is seen."""

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.store.models import AuditEntry, OutboxMessage, Person
from incident.usecases.people.acts import is_known_place, note_many_reads, note_token_use, tell_of_export
from incident.usecases.people.api_tokens import make_api_token
from tests.factories import make_actor, make_incident
from tests.web.client import PASSWORD
from tests.web.conftest import Team, lite, lite_app

__all__ = ["lite", "lite_app"]


def on_record(team: Team, tag: Tag) -> list[tuple[str, dict[str, object]]]:
    with team.app.app_context():
        query = select(AuditEntry.actor, AuditEntry.details).where(AuditEntry.tag == tag.value)
        return [(actor, details) for actor, details in db.session.execute(query)]


def key_of(team: Team, name: str) -> str:
    with team.app.app_context():
        return str(db.session.scalars(select(Person.id).where(Person.name == name)).one())


def test_a_password_link_that_an_administrator_makes_is_on_record(lite: Team) -> None:
    """Who made it, and for whom: with it an administrator could be the officer and the second person at once."""
    lite.account("Charlie", Role.DPO)
    admin = lite.visitor("Fay", Role.ADMIN)
    dpo = key_of(lite, "Charlie")
    admin.get(f"/people/{dpo}")
    admin.submit("/link")
    [(actor, details)] = on_record(lite, Tag.PASSWORD_LINK_MADE)
    assert (actor, details) == (f"person:{key_of(lite, 'Fay')}", {"person": dpo, "own": False})


def test_a_changed_password_and_a_sign_out_are_on_record(lite: Team) -> None:
    """By the person themselves."""
    visitor = lite.visitor("Charlie", Role.DPO)
    visitor.get("/account/password")
    fields = {
        "password": PASSWORD,
        "new_password": "another long sentence",
        "new_password_confirm": "another long sentence",
    }
    visitor.submit("/account/password", **fields)
    assert [details["own"] for _, details in on_record(lite, Tag.PASSWORD_SET)] == [True]
    visitor.get("/account")
    visitor.submit("/logout")
    assert len(on_record(lite, Tag.PERSON_SIGNED_OUT)) >= 1


def test_whoever_asks_for_what_is_not_theirs_is_on_record_once_an_hour(lite: Team) -> None:
    """Many tries fill no log."""
    visitor = lite.visitor("Alice", Role.REPORTER)
    for _ in range(3):
        visitor.get("/people", status=404)
    assert on_record(lite, Tag.ACCESS_REFUSED) == [(f"person:{key_of(lite, 'Alice')}", {"what": "people.index"})]


def test_a_token_from_a_new_address_is_on_record_the_first_time(session, team, clock) -> None:
    """Neither the token nor the address can be read from the record."""
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        if not is_known_place(session, "mk_secret", address):
            note_token_use(session, team.dpo, "mk_secret", address, now=clock.now())
    entries = session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.TOKEN_USED_ANEW.value)).all()
    assert len(entries) == 2
    assert "192" not in str([entry.details for entry in entries])


def test_the_dpo_is_told_of_every_export(session, team, clock, report) -> None:
    """Of the register, and of each dossier; again after an hour."""
    incident = report()
    tell_of_export(session, team.dpo, None, 12, now=clock.now())
    tell_of_export(session, team.auditor, incident, 1, now=clock.now())
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "charlie@example.org")).all()
    told = [row.payload["params"]["who"] for row in rows if row.payload["template"] == "exported"]
    assert sorted(told) == ["Charlie", "Emil"]


def four_cases(team: Team) -> list[str]:
    with team.app.app_context():
        maker = make_actor(db.session(), "Alice", [Role.REPORTER], team.clock.now())
        cases = [make_incident(db.session(), maker, team.clock.now()).reference for _ in range(4)]
        db.session.commit()
    return cases


def test_whoever_opens_very_many_cases_in_an_hour_is_on_record_and_the_dpo_is_told(lite: Team, monkeypatch) -> None:
    """The same case again counts once, the next hour anew; one message, whichever case was the last."""
    monkeypatch.setattr("incident.web.mass_reads.MANY", 3)
    lite.account("Charlie", Role.DPO)
    reader = lite.visitor("Emil", Role.AUDITOR)
    cases = four_cases(lite)
    for case in (cases[0], cases[0], cases[1]):
        reader.get(f"/incidents/{case}")
    assert on_record(lite, Tag.MANY_CASES_READ) == []
    for case in cases[2:]:
        reader.get(f"/incidents/{case}/timeline")
    assert on_record(lite, Tag.MANY_CASES_READ) == [(f"person:{key_of(lite, 'Emil')}", {"cases": 3})]
    with lite.app.app_context():
        told = db.session.scalars(select(OutboxMessage)).all()
    assert {row.recipient for row in told if row.payload["template"] == "many_read"} == {"charlie@example.org"}
    lite.clock.advance(hours=1)
    for case in cases[:2]:
        reader.get(f"/incidents/{case}")
    assert len(on_record(lite, Tag.MANY_CASES_READ)) == 1


def test_who_reads_very_many_cases_through_the_api_is_known_as_the_tokens_person(lite: Team, monkeypatch) -> None:
    """By name, not as a nobody whose reading is added to that of every other script."""
    monkeypatch.setattr("incident.web.mass_reads.MANY", 3)
    four_cases(lite)
    with lite.app.app_context():
        emil = make_actor(db.session(), "Emil", [Role.AUDITOR], lite.clock.now())
        secret = make_api_token(db.session(), emil, emil.id, "script", now=lite.clock.now(), scopes=[Scope.READ])
        db.session.commit()
    answer = lite.app.test_client().get("/api/v1/incidents", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200, answer.text
    assert on_record(lite, Tag.MANY_CASES_READ) == [(emil.key, {"cases": 4})]


def test_a_database_that_is_busy_costs_no_answer_and_the_note_comes_with_the_next_case(lite: Team, monkeypatch) -> None:
    """The page was finished: it goes out. Once it is on record nothing is written again."""
    tried = []

    def note(*args: object, **more: object) -> None:
        tried.append(args)
        if len(tried) == 1:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        note_many_reads(*args, **more)

    monkeypatch.setattr("incident.web.mass_reads.MANY", 2)
    monkeypatch.setattr("incident.web.mass_reads.note_many_reads", note)
    reader = lite.visitor("Emil", Role.AUDITOR)
    for case in four_cases(lite):
        assert reader.get(f"/incidents/{case}").status == 200
    assert [details for _, details in on_record(lite, Tag.MANY_CASES_READ)] == [{"cases": 3}]
    assert len(tried) == 2
