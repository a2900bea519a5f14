"""The library's forms with our throttle in front: failures are counted per account and per network address."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_security import LoginForm
from flask_security.forms import TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryForm

from incident.store.db import db
from incident.usecases.people import sign_in
from incident.web.clock import now
from incident.web.filters import clock_time


def attempt_of(account: str | None) -> sign_in.Attempt:
    """This request's try for this account."""
    return sign_in.Attempt(account or "", request.remote_addr or "")


def throttled(form: Any, account: str | None, check: Callable[[], bool], *, second_factor: bool = False) -> bool:
    """Run the check unless account or address must wait; a failure is counted and kept even though the page fails."""
    attempt = attempt_of(account)
    until = sign_in.blocked_until(db.session(), attempt, now=now())
    if until is not None:
        form.form_errors.append(_("Too many failed attempts. Try again after %(time)s.", time=clock_time(until)))
        return False
    if check():
        return True
    sign_in.note_failure(db.session(), attempt, now=now(), second_factor=second_factor)
    db.session.commit()
    return False


class ThrottledLoginForm(LoginForm):
    """E-mail address and password."""

    def validate(self, **kwargs: Any) -> bool:
        """Check both, unless too many tries failed."""
        return throttled(self, self.email.data, lambda: super(ThrottledLoginForm, self).validate(**kwargs))


class ThrottledCodeForm(TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the code, unless too many tries failed."""
        account = self.user.email if self.user else None
        return throttled(self, account, lambda: super(ThrottledCodeForm, self).validate(**kwargs), second_factor=True)


class ThrottledRecoveryForm(MfRecoveryForm):
    """One of the recovery codes."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the code, unless too many tries failed."""
        account = self.user.email if self.user else None
        return throttled(
            self, account, lambda: super(ThrottledRecoveryForm, self).validate(**kwargs), second_factor=True
        )
