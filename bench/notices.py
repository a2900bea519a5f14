"""The figures of notices: the authority's form as a file and as a page, and the whole dossier of a big incident."""

import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session

from bench.figure import Figure, measure
from bench.place import Place
from incident import create_app
from incident.demo.examples import load_examples
from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import Addressee
from incident.domain.organisation import load_profile
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import Incident, NoticeVersion
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.render import render_notice
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry
from incident.wiring import Deps
from tests.factories import make_person

ENTRIES, FILES, OCTETS = 200, 50, 1024 * 1024
PASSWORD = "a sentence is easy to remember"
MEMORY_LIMIT = 20
"""Megabytes that the export of a dossier of 50 MB may need at most: a few parts, never all of them."""


def figures(where: Place, _many: int) -> Iterator[Figure]:
    """Limits of the issue on notices: 300 ms for the PDF, 60 ms for the page, 3 s for the big dossier."""
    variables = {
        **where.variables,
        "SECRET_KEY": "only-for-the-bench-0123456789-abcdefghij",
        "ENCRYPTION_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    app = create_app(Settings.from_env(variables))
    app.testing = True
    deps: Deps = app.extensions["meldklok"]
    with app.app_context():
        incident, version, actor = _prepared(db.session(), deps)
        path = f"/incidents/{incident.reference}/notices/{version.notice_id}"
        yield measure("AP dossier as PDF", lambda: _pdf(db.session(), version, actor, deps), 20, limit=300)
    client = _signed_in(app)
    yield measure("AP dossier page", lambda: _page(client, path), 40, limit=60)
    with app.app_context():
        session = db.session()
        again = session.get_one(Incident, incident.id)
        _make_big(session, again, actor, deps)
        yield _memory(session, again, actor, deps)
        name = "dossier ZIP, 200 entries, 50 MB"
        yield measure(name, lambda: _zip(session, again, actor, deps), 3, limit=3_000)
        db.session.remove()
        db.engine.dispose()


def _prepared(session: Session, deps: Deps) -> tuple[Incident, NoticeVersion, Actor]:
    """An example with the authority's form drafted from it."""
    now = datetime.now(UTC)
    actor = make_person(session, "Bench", [Role.DPO], now, password=hash_password(PASSWORD)).actor()
    save_organisation(SaveOrganisation(actor, load_profile()), session=session, now=now)
    incident = load_examples(session, actor=actor, now=now, writer=deps.writer)[0]
    order = DraftNotice(actor, incident.id, Addressee.AUTHORITY)
    version = draft_notice(order, session=session, now=now, writer=deps.writer)
    session.commit()
    return incident, version, actor


def _pdf(session: Session, version: NoticeVersion, actor: Actor, deps: Deps) -> None:
    made = render_notice(
        session, version.id, "pdf", actor=actor, now=datetime.now(UTC), renderer=deps.renderer, blobs=deps.blobs
    )
    assert made.content.startswith(b"%PDF")


def _signed_in(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/login", data={"email": "bench@example.org", "password": PASSWORD})
    return client


def _page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status


def _make_big(session: Session, incident: Incident, actor: Actor, deps: Deps) -> None:
    now, chance = datetime.now(UTC), Random(1)
    for number in range(ENTRIES):
        entry = AddTimelineEntry(actor, incident.id, f"Entry {number}", now - timedelta(minutes=number))
        add_timeline_entry(entry, session=session, now=now)
    for number in range(FILES):
        attach_evidence(_file(actor, incident, number, chance), session=session, now=now, blobs=deps.blobs)
    session.commit()


def _file(actor: Actor, incident: Incident, number: int, chance: Random) -> AttachEvidence:
    """Four of five are documents and pictures, which do not get smaller; the fifth is a log, which does."""
    if number % 5:
        return AttachEvidence(actor, incident.id, f"file-{number}.pdf", b"%PDF-1.7\n" + chance.randbytes(OCTETS))
    return AttachEvidence(actor, incident.id, f"file-{number}.txt", chance.randbytes(OCTETS // 2).hex().encode())


def _zip(session: Session, incident: Incident, actor: Actor, deps: Deps) -> None:
    with tempfile.TemporaryFile() as target:
        maker = DossierMaker(session, deps.blobs, deps.renderer, deps.vault.secrets.signer)
        maker.write(target, incident, actor=actor, now=datetime.now(UTC))
        assert target.tell() > 0
    session.commit()


def _memory(session: Session, incident: Incident, actor: Actor, deps: Deps) -> Figure:
    """The most that Python holds at once while a dossier is written."""
    tracemalloc.start()
    _zip(session, incident, actor, deps)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    most = peak / 1024 / 1024
    return Figure("dossier ZIP, memory", 1, most, most, most, unit="MB", limit=MEMORY_LIMIT)
