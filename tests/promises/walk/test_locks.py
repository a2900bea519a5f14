"""No answer leaves a transaction open behind it: on SQLite one forgotten writer stops everybody."""

import sqlite3

from incident.store.db import db
from tests.promises.walk.conftest import Grown
from tests.promises.walk.crawl import pages


def test_no_page_or_download_keeps_the_database_locked(grown: Grown) -> None:
    """After every page, and after every file it offers, somebody else can write at once."""
    with grown.team.app.app_context():
        path = str(db.engine.url.database)
    seen = [page.path for page in pages(grown.dpo)]
    files = [f"/register.{kind}" for kind in ("csv", "xlsx", "json", "pdf")]
    other = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    for address in (*seen, *files):
        answer = grown.dpo.client.get(address)
        assert answer.status_code == 200, address
        answer.get_data()
        answer.close()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    other.close()
