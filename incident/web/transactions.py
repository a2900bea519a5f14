"""One request, one transaction: a view that returns commits, a view that raises or refuses rolls back."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, request
from sqlalchemy.exc import DBAPIError

from incident.domain.kernel.errors import DomainError
from incident.store.db import db, only_reads
from incident.web.forms.base import Form
from incident.web.repeats import AlreadyDone, only_once

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
WRITES = "writes"
"""The mark of a view that writes even when it is only read, such as a download that is put on record."""
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_transactions(app: Flask) -> None:
    """Let reading requests read without waiting for writers; static files need no transaction at all."""

    def looks_only() -> bool:
        endpoint = request.endpoint
        if request.method not in READING_METHODS or endpoint is None or endpoint == "static":
            return False
        return not getattr(app.view_functions.get(endpoint), WRITES, False)

    @app.before_request
    def begin_reading() -> None:
        if looks_only():
            only_reads(db.session())

    @app.teardown_request
    def end_reading(_problem: BaseException | None) -> None:
        if looks_only():
            db.session.rollback()


def commits(view: Callable[P, R]) -> Callable[P, R]:
    """Commit once the view has returned; anything it raises leaves the database as it was."""

    @wraps(view)
    def committing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            answer = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return answer

    setattr(committing, WRITES, True)
    return committing


def attempt(
    form: Form, act: Callable[[], T], passing: tuple[type[DomainError], ...] = (), *, repeatable: bool = False
) -> T | None:
    """Run a use case for a form: what it gives, or None with the refusal shown at the form's field.

    A refusal and a database that is gone or locked both undo everything; what was typed stays in the form. Refusals of
    a kind in ``passing`` are raised again, for views that show them in their own way. The same form again raises
    AlreadyDone, unless it is ``repeatable`` because the use case itself answers a repetition with its first result.
    """
    try:
        if not repeatable:
            only_once()
        form.refuse_unseen()
        answer = act()
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        if isinstance(refusal, passing):
            raise
        form.refuse(refusal)
    except AlreadyDone:
        db.session.rollback()
        raise
    except DBAPIError:
        db.session.rollback()
        form.refuse_unavailable()
    else:
        return answer
    return None
