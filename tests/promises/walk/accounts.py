"""The people of a walk who do not come in by the set-up page."""

from flask_security import hash_password

from incident import create_app
from incident.domain.kernel.people import Role
from incident.platform.clock import SystemClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.people.accounts import issue_setup_token
from tests.factories import make_person
from tests.web.client import PASSWORD


def prepare(settings: Settings) -> str:
    """The second person, who is nobody's first account, and a set-up link, which therefore comes first."""
    app = create_app(settings)
    with app.app_context():
        now, session = SystemClock().now(), db.session()
        secret = issue_setup_token(session, now=now)
        session.commit()
        db.engine.dispose()
    return f"/setup/{secret}"


def add_second(settings: Settings) -> str:
    """Somebody who approves; gives the e-mail address."""
    app = create_app(settings)
    with app.app_context():
        now, session = SystemClock().now(), db.session()
        person = make_person(session, "Bas", [Role.SECOND], now, password=hash_password(PASSWORD), language="en")
        session.commit()
        email = str(person.email)
        db.engine.dispose()
    return email
