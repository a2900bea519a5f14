"""Who is shown a restricted incident is on record before the answer leaves; without the record there is no answer."""

from flask import Flask, Response, make_response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from incident.store.db import db
from incident.usecases.common.access import has_reads, record_reads
from incident.web.clock import now
from incident.web.errors import database_error
from incident.web.transactions import READING_METHODS


def init_restricted_reads(app: Flask) -> None:
    """Look at every answer, on the pages and through the API."""

    @app.after_request
    def put_on_record(answer: Response) -> Response:
        session = db.session()
        if not has_reads(session):
            return answer
        try:
            session.rollback()
            record_reads(session, now())
            session.commit()
        except (DBAPIError, PoolTimeout) as problem:
            session.rollback()
            # What was sent with a form is on record by itself, and must not look as if it had failed.
            return make_response(database_error(problem)) if request.method in READING_METHODS else answer
        return answer
