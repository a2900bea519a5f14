"""The scenario on which the sweeps look: played once in a whole test run, of which each module gets a copy."""

import fcntl
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from incident import create_app
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.wiring import wire
from tests.conftest import SECRETS
from tests.promises.scenario.installation import NOW, Installation, build


def settings(folder: Path, database: Path) -> Settings:
    """An installation that sends mail, to where nobody is."""
    mail = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "datalek@alumio.example"}
    return Settings.from_env(
        {"DATA_DIR": str(folder / "data"), "DATABASE_URL": f"sqlite:///{database}", **SECRETS, **mail}
    )


def played(folder: Path, empty: Path) -> Path:
    """Where the played scenario lies in a folder of all test processes: the first plays it, the others wait for it.

    ``empty`` is a database with the schema.
    """
    done, half = folder / "scene", folder / "half-a-scene"
    with (folder / "scene.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made = build(settings(half, empty))
            with made.app.app_context():
                db.session.remove()
                db.engine.dispose()
            with closing(sqlite3.connect(empty)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(empty, half / "scene.sqlite3")
            (half / "told").write_bytes(pickle.dumps((dict(made.references), made.mailing, made.status)))
            half.rename(done)
    return done


def copy_of(scene: Path, folder: Path, database: Path) -> Installation:
    """The same installation at the same moment, with files and a database of its own."""
    shutil.copytree(scene / "data", folder / "data")
    shutil.copy(scene / "scene.sqlite3", database)
    own, clock = settings(folder, database), FixedClock(NOW)
    return Installation(create_app(own, wire(own, clock)), clock, *pickle.loads((scene / "told").read_bytes()))
