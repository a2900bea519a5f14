"""Wire the sign-in library: our tables, forms, templates, throttle and audit entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask
from flask_security import (
    Security,
    UserMixin,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)

from incident.domain.kernel.events import Tag
from incident.platform import resources
from incident.store.accounts import account_datastore
from incident.store.db import db
from incident.store.vault import PASSWORDS, RECOVERY, SECOND_FACTOR, Secrets
from incident.usecases.people import provider, sign_in
from incident.usecases.people.acts import note_account
from incident.usecases.retention.erase import LINK_WORKS, forget_links
from incident.web.accounts.arrivals import forget_left, has_left, take_arrival
from incident.web.accounts.forms import (
    FilledResetForm,
    LimitedResetForm,
    ProofForm,
    ThrottledChangeForm,
    ThrottledCodeForm,
    ThrottledLoginForm,
    ThrottledRecoveryForm,
    attempt_of,
)
from incident.web.accounts.known import know_here, ticket
from incident.web.accounts.mail import OutboxMail, tell_of_new_browser
from incident.web.accounts.passwords import HardPassword
from incident.web.accounts.second_factor import init_second_factor
from incident.web.accounts.sessions import begin_here, init_sessions
from incident.web.accounts.totp import OneTimeTotp
from incident.web.clock import deps, now

if TYPE_CHECKING:
    from incident.store.models import Person


SHORTEST_PASSWORD = 12
ELSEWHERE = "provider"
PASSKEY = "passkey"
"""How the sign-in library is told that somebody came from the identity provider, or with a passkey."""


def init_security(app: Flask, secrets: Secrets) -> None:
    """Give the application its sign-in."""
    app.config.update({f"SECURITY_{name}": value for name, value in {**_secrets(secrets), **_behaviour()}.items()})
    app.config.update({f"SECURITY_{name}": value for name, value in {**_addresses(), **_templates()}.items()})
    Security(
        app,
        account_datastore(),
        login_form=ThrottledLoginForm,
        two_factor_verify_code_form=ThrottledCodeForm,
        mf_recovery_form=ThrottledRecoveryForm,
        verify_form=ProofForm,
        forgot_password_form=LimitedResetForm,
        change_password_form=ThrottledChangeForm,
        reset_password_form=FilledResetForm,
        password_util_cls=HardPassword,
        mail_util_cls=OutboxMail,
        totp_cls=OneTimeTotp,
    )
    user_authenticated.connect(_note_sign_in, app)
    password_reset.connect(_know_browser, app)
    init_sessions(app)
    init_second_factor(app)
    app.jinja_env.globals.update(provider=_provider_shown, passkey_question=_passkey_question)
    for signal, tag in ACTS:
        signal.connect(partial(_note_act, tag), app, weak=False)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the sign-in page says of the identity provider."""

    name: str
    only: bool
    """Whether passwords are for administrators."""
    left: bool
    """Whether somebody who came from there has signed out here."""


def _passkey_question() -> str:
    from incident.web.accounts.passkeys import question_to_prove

    return question_to_prove()


def _provider_shown() -> Elsewhere | None:
    found = deps().provider
    if found is None:
        return None
    return Elsewhere(found.name, deps().settings.password_sign_in == "administrators", has_left())


Config = dict[str, object]
"""Settings of Flask-Security, without their prefix."""

ACTS = (
    (password_changed, Tag.PASSWORD_SET),
    (password_reset, Tag.PASSWORD_SET),
    (tf_profile_changed, Tag.SECOND_FACTOR_SWITCHED),
    (tf_disabled, Tag.SECOND_FACTOR_SWITCHED),
)
"""What people do to their accounts on the library's pages, and how it is called on record."""


def _note_act(tag: Tag, sender: Flask, user: object, **_more: object) -> None:
    if isinstance(user, UserMixin):
        note_account(db.session(), tag, user.actor(), user, now=now())  # type: ignore[attr-defined, arg-type]
        db.session.commit()


def _know_browser(sender: Flask, user: "Person", **_more: object) -> None:
    """Whoever opened the link that was mailed is let in here, however many strangers try other passwords."""
    know_here(user.email)
    forget_links(db.session(), now=now(), of=user.email)


def _note_sign_in(sender: Flask, user: "Person", authn_via: Collection[str] | None = None, **_more: object) -> None:
    # After a code the library does not say by what the sign-in began.
    arrival = take_arrival(user.id, by_code=not authn_via)
    arrival = arrival if authn_via in (None, [ELSEWHERE]) else None
    by_passkey = authn_via == [PASSKEY]
    by = PASSKEY if by_passkey else ELSEWHERE if arrival else ""
    sign_in.note_success(db.session(), user, attempt_of(user.email), now=now(), by=by)
    if arrival is not None:
        provider.settle(db.session(), user, arrival.entry, now=now())
    forget_left()
    # A changed password signs in anew, but the present one alone proves nothing to whoever has a second factor.
    begin_here(user, arrival, anew="change" not in (authn_via or ()), strong=by_passkey)
    if user.login_count > 1 and not ticket(user.email):
        tell_of_new_browser(user)
    know_here(user.email)


def _secrets(secrets: Secrets) -> Config:
    """They are kept in the database, so that SECRET_KEY can be changed without losing a password or a second factor."""
    return {
        "PASSWORD_SALT": secrets.text(PASSWORDS),
        "TOTP_SECRETS": {"1": secrets.text(SECOND_FACTOR)},
        "TOTP_ISSUER": "Meldklok",
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [secrets.text(RECOVERY)],
    }


def _behaviour() -> Config:
    return {
        "PASSWORD_HASH": "argon2",
        # A link carries a hash of the salted hash of the password. Nobody guesses that; a slow one only made whoever
        # invites twenty people wait, and told by the time it took which address has an account.
        "HASHING_SCHEMES": ["hex_sha256"],
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "RETURN_GENERIC_RESPONSES": True,
        # Its own would be "no-store=True", which says nothing: what our headers say is for these pages too.
        "CACHE_CONTROL": None,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "EMAIL_PLAINTEXT": False,
        "EMAIL_HTML": False,
        "CHANGEABLE": True,
        "RECOVERABLE": True,
        "TRACKABLE": True,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "LOGOUT_METHODS": ["POST"],
        "RESET_PASSWORD_WITHIN": LINK_WORKS,
        "FRESHNESS": timedelta(hours=12),
        "DATETIME_FACTORY": now,
        "API_ENABLED_METHODS": ["session"],
        "I18N_DIRNAME": ["builtin", str(resources.translations_folder())],
    }


def _addresses() -> Config:
    return {
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/login",
        "POST_RESET_VIEW": "/login",
        "POST_CHANGE_VIEW": "/account",
        "TWO_FACTOR_POST_SETUP_VIEW": "/account/recovery-codes",
        "RESET_URL": "/password/forgotten",
        "CHANGE_URL": "/account/password",
        "VERIFY_URL": "/account/verify",
        "TWO_FACTOR_SETUP_URL": "/account/second-factor",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "TWO_FACTOR_SELECT_URL": "/login/method",
        "MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "TWO_FACTOR_RESCUE_URL": "/login/help",
    }


def _templates() -> Config:
    return {
        "LOGIN_USER_TEMPLATE": "web/account/login.html",
        "VERIFY_TEMPLATE": "web/account/verify.html",
        "FORGOT_PASSWORD_TEMPLATE": "web/account/forgot_password.html",
        "RESET_PASSWORD_TEMPLATE": "web/account/reset_password.html",
        "CHANGE_PASSWORD_TEMPLATE": "web/account/change_password.html",
        "TWO_FACTOR_SETUP_TEMPLATE": "web/account/second_factor_setup.html",
        "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "web/account/second_factor_code.html",
        "MULTI_FACTOR_RECOVERY_TEMPLATE": "web/account/recovery.html",
        "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "web/account/recovery_codes.html",
    }


__all__ = ["ELSEWHERE", "PASSKEY", "SHORTEST_PASSWORD", "init_security"]
