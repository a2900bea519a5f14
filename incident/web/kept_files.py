"""A table that somebody uploaded, kept under its hash while its columns are mapped: theirs alone, for a day."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import NotFound

from incident.domain.register.tables import Table, read_table
from incident.store.blobs import DamagedBlob
from incident.store.db import db
from incident.store.shelf import being_erased, put_ahead
from incident.web.clock import deps, now
from incident.web.forms.register import UploadForm
from incident.web.viewer import viewer

LASTS: Final = timedelta(days=1)
MOST_BYTES: Final = 20 * 1024 * 1024


def keep(form: UploadForm, kind: str) -> str:
    """The ticket of the form's file, once it can be read. Raises Invalid and Conflict at ``file``.

    The file goes when the ticket does, unless it was imported by then: the import names it.
    """
    filename, content = form.read(MOST_BYTES)
    read_table(filename, content)
    whose = str(viewer().id)
    shelf = put_ahead(db.session(), deps().blobs, [content], now(), LASTS)
    if not shelf.files:
        raise being_erased()
    [digest] = shelf.files
    return _tickets(kind).dumps([digest, filename, whose])


def kept(ticket: str, kind: str) -> tuple[str, str, Table]:
    """Hash, name and table of the file behind a ticket. Raises NotFound for anybody else's."""
    try:
        digest, filename, person = _tickets(kind).loads(ticket, max_age=LASTS // timedelta(seconds=1))
        if person != str(viewer().id):
            raise NotFound
        return digest, filename, read_table(filename, deps().blobs.get(digest))
    except (BadData, DamagedBlob, ValueError) as problem:
        raise NotFound from problem


def mapping_of(table: Table, fields: Collection[str], guess: Callable[[], dict[str, int]]) -> dict[str, int]:
    """Which column is which field: as chosen, else as the headings suggest."""
    chosen = {name: request.values[key] for name in fields if (key := f"field-{name}") in request.values}
    known = {str(place) for place in range(len(table.header))}
    return {name: int(place) for name, place in chosen.items() if place in known} if chosen else guess()


def _tickets(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=kind)
