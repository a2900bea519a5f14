"""What was taken over from an older register is counted, but only for what the older register knew."""

from datetime import timedelta

import pytest

from incident.domain.kernel.errors import Conflict
from incident.domain.kernel.people import Role
from incident.domain.register.import_rows import guess_fields, read_entries
from incident.domain.register.tables import read_table
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import BlobRemoval
from incident.store.queries.insight import sums
from incident.store.shelf import REST
from incident.usecases.register.import_register import ImportRegister, import_register
from tests.factories import make_actor
from tests.promises.scenario.months import old_register
from tests.promises.scenario.stage import ZONE
from tests.web.conftest import Team


def test_the_day_of_the_import_is_no_day_of_a_decision(lite: Team, clock: FixedClock) -> None:
    """Else every imported notification would look as if it had been decided months after awareness."""
    content = old_register(12)
    table = read_table("register.csv", content)
    clock.advance(days=90)
    reading = read_entries(table, guess_fields(table), zone=ZONE, now=clock.now())
    with lite.app.app_context():
        session = db.session()
        command = ImportRegister(make_actor(session, "Femke", [Role.DPO], clock.now()), reading, "0" * 64)
        import_register(command, session=session, now=clock.now())
        (found,) = sums(session, clock.now() - timedelta(days=365), clock.now(), ZONE).values()
    assert found.counts["total",] == 12
    assert found.hours["notification"]
    assert not found.hours["decision"]


def test_an_import_claims_its_file_or_is_refused(lite: Team, clock: FixedClock) -> None:
    """The log names the file from then on: no removal that was written down before takes it away."""
    table = read_table("register.csv", old_register(2))
    reading = read_entries(table, guess_fields(table), zone=ZONE, now=clock.now())
    with lite.app.app_context():
        session = db.session()
        command = ImportRegister(make_actor(session, "Femke", [Role.DPO], clock.now()), reading, "0" * 64)
        session.add(BlobRemoval(sha256=command.file, since=clock.now() - REST))
        with pytest.raises(Conflict, match="just being erased"):
            import_register(command, session=session, now=clock.now())
        session.get_one(BlobRemoval, command.file).since = clock.now()
        assert import_register(command, session=session, now=clock.now()).new == 2
        assert session.get(BlobRemoval, command.file) is None
