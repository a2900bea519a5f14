"""A form that is sent twice acts once: after an answer that never came, a double click, or the way back."""

from hashlib import sha256

from flask import Flask, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.store.db import db
from incident.usecases.common.inbound import once
from incident.web.clock import now
from incident.web.viewer import viewer

TOKEN = "csrf_token"


class AlreadyDone(Exception):
    """This form, from this page and with this content, has been acted upon before."""


def only_once() -> None:
    """Note that this form is being acted upon, in the transaction of the act itself. Raises AlreadyDone.

    A form is known by the token of the page on which it stood and by everything in it: the same words from a page
    that was opened anew are meant anew, and other words from the same page are a correction. The token tells seconds:
    nobody opens a page anew and sends the same words within one.
    """
    if TOKEN not in request.form:
        return
    _result, fresh = once(db.session(), f"form:{fingerprint_of_form()}", now(), dict)
    if not fresh:
        raise AlreadyDone


def fingerprint_of_form(without: str = "") -> str:
    """A hash of who sends which form with which words and files; all but those of one field where one is named."""
    words = sorted(pair for pair in request.form.items(multi=True) if pair[0] != without)
    digest = sha256(repr((viewer().key, request.path, words)).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(repr((name, file.filename)).encode())
        file.stream.seek(0)
        while part := file.stream.read(1 << 20):
            digest.update(part)
        file.stream.seek(0)
    return digest.hexdigest()


def init_repeats(app: Flask) -> None:
    """Answer a repetition with the page on which the form stood."""
    app.register_error_handler(AlreadyDone, _show_what_is_there)


def _show_what_is_there(_error: AlreadyDone) -> ResponseReturnValue:
    flash(_("This was already recorded. It has not been recorded twice."), "success")
    pages = current_app.url_map.bind("")
    path = request.path
    while path and not pages.test(path, "GET"):
        path = path.rpartition("/")[0]
    return redirect(path or "/")
