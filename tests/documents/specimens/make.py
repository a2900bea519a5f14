"""Both cases played in a language on a database of its own, and the files that come of it."""

from typing import Final

from flask import Flask
from flask_security import hash_password

from incident import create_app
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.wiring import wire
from tests.documents.specimens.heavy import play_heavy
from tests.documents.specimens.shelf import Shelf
from tests.documents.specimens.shop import opened, told
from tests.documents.specimens.small import play_small
from tests.promises.scenario.stage import instant
from tests.web.client import PASSWORD, Visitor

LANGUAGES: Final = ("nl", "en", "de", "fr", "sv")
NOW: Final = instant("25-11 09:00")


def make(settings: Settings, language: str) -> dict[str, bytes]:
    """The files of one language by their path, on the database of the settings, which must have the schema."""
    deps = wire(settings, FixedClock(NOW))
    app = create_app(settings, deps)
    with app.app_context():
        stage = opened(deps, language, hash_password(PASSWORD))
        shelf = Shelf(stage, deps.renderer, language)
        play_small(stage, told(language, "small"), shelf, informed=False)
        play_small(stage, told(language, "small"), shelf, informed=True)
        play_heavy(stage, told(language, "heavy"), shelf)
        stage.play(NOW)
        files = shelf.all()
        db.session.remove()
    return files | (_reports(app) if language == "nl" else {})


def _reports(app: Flask) -> dict[str, bytes]:
    """What the pages give of all breaches."""
    visitor = Visitor(app, "nl")
    visitor.sign_in("noor@alumio.example")
    pages = {"register": "/register.pdf", "yearly-report": "/insight/report.pdf"}
    return {f"forms/{name}.pdf": visitor.client.get(path).data for name, path in pages.items()}
