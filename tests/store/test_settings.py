"""Settings are read once in a transaction, and never remembered beyond it."""

from datetime import UTC, datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM
from incident.store.insert import insert_missing
from incident.store.models import SettingVersion
from incident.store.settings import newest
from incident.usecases.common.settings import save_setting

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _save(session: Session, name: str, what: str) -> None:
    save_setting(session, name, {"what": what}, actor=SYSTEM, now=NOW)


def test_one_statement_reads_what_every_act_asks_for(session: Session) -> None:
    """The newest version of each, in one go; asking again costs nothing."""
    for what in ("old", "new"):
        _save(session, "ladder", what)
    _save(session, "roster", "names")
    session.commit()
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *about: asked.append(about[2]))
    read = [newest(session, name) for name in ("ladder", "roster", "channels", "ladder", "regimes", "subscriptions")]
    assert read == [{"what": "new"}, {"what": "names"}, None, {"what": "new"}, None, None]
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


def test_what_was_written_meanwhile_is_read(session: Session) -> None:
    """By the session itself, in its savepoint and without it, past the session, and by somebody else."""
    _save(session, "ladder", "first")
    assert newest(session, "ladder") == {"what": "first"}
    undone = session.begin_nested()
    _save(session, "ladder", "second")
    assert newest(session, "ladder") == {"what": "second"}
    undone.rollback()
    assert newest(session, "ladder") == {"what": "first"}
    row = {"document": {"what": "third"}, "author_name": "", "recorded_at": NOW, "salt": "s"}
    insert_missing(session, SettingVersion, name="ladder", version=2, **row)
    assert newest(session, "ladder") == {"what": "third"}
    session.commit()
    with Session(session.get_bind()) as other:
        _save(other, "ladder", "fourth")
        other.commit()
    assert newest(session, "ladder") == {"what": "fourth"}
