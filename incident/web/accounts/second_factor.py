"""The set-up of a second factor: after a wrong code the same key stays, so that nobody has to scan it again."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user  # type: ignore[import-untyped]
from flask_security.proxies import _security
from flask_security.utils import check_and_get_token_status, get_message
from werkzeug.wrappers import Response

from incident.web.accounts.forms import ThrottledCodeForm

View = Callable[[str], ResponseReturnValue]
SET_UP, VALIDATE = "security.two_factor_setup", "security.two_factor_setup_validate"


def init_second_factor(app: Flask) -> None:
    """Put our answer in the place of the library's, which leads back to the beginning and makes another key."""
    app.view_functions[VALIDATE] = _keeping(cast(View, app.view_functions[VALIDATE]))


def _keeping(library: View) -> View:
    def validate(token: str) -> ResponseReturnValue:
        answer = library(token)
        if not isinstance(answer, Response) or answer.location != url_for(SET_UP):
            return answer
        within = current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        expired, invalid, state = check_and_get_token_status(token, "tf_setup", within)
        return answer if expired or invalid else _once_more(token, state["totp_secret"])

    return validate


def _once_more(token: str, secret: str) -> str:
    """The key that was scanned already, and the refusal at the field instead of the library's above the page."""
    session.pop("_flashes", None)
    code = ThrottledCodeForm(formdata=None)
    code.code.errors = [get_message("TWO_FACTOR_INVALID_TOKEN")[0]]
    drawn = _security.totp_factory.fetch_setup_values(secret, current_user)
    return render_template(
        "web/account/second_factor_setup.html",
        two_factor_setup_form=code,
        two_factor_verify_code_form=code,
        chosen_method="authenticator",
        authr_qrcode=drawn["image"],
        authr_key=drawn["key"],
        state_token=token,
        changing=True,
    )
