"""What people type about people stays in the case file: not in logs, the audit chain, messages or Slack."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.platform import logs
from incident.store.db import db
from incident.store.models import AuditEntry, OutboxMessage
from tests.platform.test_logs import _restore_logging
from tests.web.client import Visitor
from tests.web.conftest import Team

NAME, EMAIL, BSN = "Zacharias Quispel", "zacharias@quispel.example", "111222333"
TYPED = f"{NAME} ({EMAIL}, BSN {BSN}) lost his file"
PERSONAL = (NAME, "Quispel", "quispel", BSN)
restored = _restore_logging


def everywhere(dpo: Visitor) -> str:
    """Type it into a report, the case file and a file's name; gives the reference."""
    dpo.get("/report")
    reference = dpo.submit("/report", summary=TYPED, noticed_by=NAME).path.split("/")[2]
    for page, values in {
        "triage": {"is_breach": "yes", "aware_person": NAME, "aware_ground": TYPED},
        "timeline": {"text": TYPED},
        "tasks": {"title": TYPED, "owner_name": NAME},
        "evidence": {"file": (f"{NAME}.pdf", b"%PDF-1.7 " + TYPED.encode()), "description": TYPED},
        "facts/incident": {"description": TYPED},
    }.items():
        dpo.get(f"/incidents/{reference}/{page}")
        dpo.submit(f"/{page}", **values)
    dpo.get(f"/incidents/{reference}/decisions")
    dpo.submit("/decisions", authority__act="yes", authority__reason=TYPED)
    return reference


@pytest.mark.parametrize("format", ["json", "text"])
def test_nothing_that_was_typed_is_logged_not_even_by_an_accident(
    lite: Team, restored: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    """At the level debug, also when a view breaks on the very words and names them in its exception."""
    settings = lite.app.extensions["meldklok"].settings
    logs.configure(settings.model_copy(update={"log_level": "debug", "log_format": format}), "web")
    lite.app.config["RAISE_SURPRISES"] = False
    dpo = lite.visitor("Femke", Role.DPO)
    reference = everywhere(dpo)

    def broken(command: object, **_more: object) -> None:
        try:
            raise KeyError(f"inner {TYPED}")
        except KeyError as problem:
            raise ValueError(f"cannot handle {command}: {TYPED}") from problem

    monkeypatch.setattr("incident.web.views.timeline.add_timeline_entry", broken)
    dpo.get(f"/incidents/{reference}/timeline")
    again = f"{TYPED} too"
    page = dpo.submit("/timeline", text=again)
    assert page.status == 500
    assert again in page.html, "what was typed is not lost"
    said = capsys.readouterr().err
    assert "request_failed" in said
    assert "ValueError" in said
    assert [word for word in PERSONAL if word in said] == []


def test_nothing_that_was_typed_is_in_the_chain_or_in_messages(lite: Team) -> None:
    """The chain can never be erased, and messages go to places where others read along."""
    everywhere(lite.visitor("Femke", Role.DPO))
    with lite.app.app_context():
        entries = [str((row.actor, row.tag, row.details)) for row in db.session.scalars(select(AuditEntry))]
        messages = [str(row.payload) + row.dedupe_key for row in db.session.scalars(select(OutboxMessage))]
    assert len(entries) > 10
    assert messages
    assert [text for text in (*entries, *messages) if any(word in text for word in PERSONAL)] == []
