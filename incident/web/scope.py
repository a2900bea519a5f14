"""The request, what is kept for it, and the application: the things themselves, without Flask's proxies.

A page asks for its language, its reader and the time for each of its rows, and looking through a proxy takes longer
than any of these answers.
"""

from types import SimpleNamespace
from typing import cast

from flask import Flask, Request, current_app, g, has_app_context, request
from flask.ctx import _AppCtxGlobals


def kept() -> _AppCtxGlobals:
    """What is kept for this request alone."""
    page: _AppCtxGlobals = g._get_current_object()
    return page


def asked() -> Request:
    """The request that is answered."""
    one: Request = request._get_current_object()  # type: ignore[attr-defined]
    return one


def application() -> Flask:
    """The application that answers it."""
    one: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return one


def kept_by_babel() -> SimpleNamespace | None:
    """What Flask-Babel keeps for this request; it asks three times for each word, and through proxies itself."""
    if not has_app_context():
        return None
    page = kept()
    if "_flask_babel" not in page:
        page._flask_babel = SimpleNamespace()
    return cast(SimpleNamespace, page._flask_babel)
