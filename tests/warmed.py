"""What a process of the product makes once in its life, made before the processes of a test are forked.

The addresses, pages and statements are the same in each of them. Made anew, they cost a web process more than a second
of a core before it answers, and in a test that kills it thirty times hardly anything else would be waited for.
"""

import shutil
import tempfile
import threading
from functools import cache
from secrets import token_urlsafe

from incident import create_app
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.clock.fire import Outlets
from incident.wiring import new_app, wire
from incident.worker import Worker
from tests.databases import KEY, SqliteDatabases
from tests.once import make_once


@cache
def warm(command: str) -> None:
    """Make what this command makes, and read the pages or tick, on a database that is gone afterwards."""
    make_once()
    folder, databases = tempfile.mkdtemp(), SqliteDatabases()
    variables = {"SECRET_KEY": token_urlsafe(48), "ENCRYPTION_KEY": KEY, "DATA_DIR": folder}
    settings = Settings.from_env({**variables, "DATABASE_URL": databases.migrated()})
    deps = wire(settings)
    app = create_app(settings, deps) if command == "web" else new_app(deps)
    with app.app_context():
        if command == "web":
            for page in app.jinja_env.list_templates(extensions=["html"]):
                app.jinja_env.get_template(page)
        else:
            Worker(db.engine, deps, Outlets(), threading.Event()).tick()
        db.engine.dispose()
    databases.close()
    shutil.rmtree(folder)
    assert threading.active_count() == 1, "a fork would have only one of these threads"


__all__ = ["warm"]
