"""A long export of the register, in a process of its own that gives its memory back.

``python -m incident.web.export_apart ID FILE`` makes the export of that errand as the page would for the person who
asked for it, and tells on standard output how many breaches it has written.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from flask import Flask, g

from incident import create_app
from incident.store.db import db, only_reads
from incident.usecases.common import errands
from incident.usecases.register.export import EXPORTS
from incident.web.views.register import write_file


def make(app: Flask, export_id: UUID, path: Path, through: Callable[[int], object]) -> None:
    """Write the file. Raises LookupError where nobody asks for it any more."""
    with app.app_context():
        only_reads(db.session())
        asked = errands.find(db.session(), EXPORTS, export_id)
    if asked is None:
        raise LookupError(export_id)
    address, language = f"/register?{asked.about['query']}", str(asked.about["language"])
    with app.test_request_context(address, headers={"Accept-Language": language}):
        only_reads(db.session())
        g._login_user = app.extensions["security"].datastore.find_user(id=UUID(str(asked.about["person"])))
        write_file(str(asked.about["format"]), int(asked.about["rows"]), path, through)


def main() -> None:
    """The process: its errand and its file are the arguments."""
    _name, export_id, path = sys.argv
    # Whatever logs to standard output must not stand between the figures.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1) as figures:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        make(create_app(), UUID(export_id), Path(path), lambda done: figures.write(f"{done}\n"))


if __name__ == "__main__":
    main()
