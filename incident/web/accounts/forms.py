"""The library's forms with our throttle in front: failures are counted per account and per network address."""

from collections.abc import Callable
from typing import Final

from flask import current_app, request
from flask_babel import gettext as _
from flask_login import current_user  # type: ignore[import-untyped]
from flask_security import LoginForm
from flask_security.forms import (
    ChangePasswordForm,
    ForgotPasswordForm,
    ResetPasswordForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message, hash_data, hash_password
from wtforms import Field, Form, HiddenField, PasswordField, StringField

from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.people import Role
from incident.domain.kernel.sessions import is_fresh
from incident.store.db import db
from incident.usecases.common.limits import RESETS, RESETS_FROM, RESETS_REHEARSED, spend
from incident.usecases.people import sign_in
from incident.usecases.people.group_roles import links_of
from incident.usecases.people.passkeys import only_by_passkey, passkeys_of
from incident.web.accounts.counted import account_of, network_of
from incident.web.accounts.known import ticket
from incident.web.accounts.mail import rehearse
from incident.web.accounts.sessions import here, prove_here
from incident.web.clock import deps, now
from incident.web.filters import clock_time


def attempt_of(account: str | None) -> sign_in.Attempt:
    """This request's try for this account."""
    whose = account_of(account)
    return sign_in.Attempt(whose, network_of(request.remote_addr), ticket(whose))


def attempt_here(email: str) -> sign_in.Attempt:
    """A try of whoever sits at this signed-in browser: it shuts nobody out but this sign-in."""
    this = here()
    return sign_in.Attempt(email, "", f"sign-in:{this.id if this else ''}")


def throttled(
    form: Form,
    attempt: sign_in.Attempt,
    check: Callable[[], bool],
    *,
    second_factor: bool = False,
    guessed: Callable[[], bool] = lambda: True,
) -> bool:
    """Run the check unless this must wait; a failure that was a wrong guess is counted even though the page fails."""
    until = sign_in.blocked_until(db.session(), attempt, now=now())
    if until is not None:
        form.form_errors.append(_("Too many failed attempts. Try again after %(time)s.", time=clock_time(until)))
        if not attempt.browser:
            form.form_errors.append(
                _(
                    "A browser with which you signed in before is let in at once, and so is one with which you choose "
                    "a new password by mail."
                )
            )
        return False
    if check():
        return True
    if guessed():
        sign_in.note_failure(db.session(), attempt, now=now(), second_factor=second_factor)
        db.session.commit()
    return False


def left_empty(form: Form, **words: str) -> bool:
    """Whether one of these fields was; each that was says so in these words."""
    empty = [name for name in words if not (form[name].data or "").strip()]
    for name in empty:
        form[name].errors = [words[name]]
    return bool(empty)


class ThrottledLoginForm(LoginForm):
    """E-mail address and password."""

    form_errors: list[str]

    def validate(self, **kwargs: object) -> bool:
        """Check both, unless too many tries failed; a field that was left empty is no try."""
        if self._is_unfilled():
            return False
        check = super().validate
        return throttled(self, attempt_of(self.email.data), lambda: check(**kwargs) and self._may())

    def _is_unfilled(self) -> bool:
        return left_empty(self, email=_("Enter your e-mail address."), password=_("Enter your password."))

    def say_what_is_empty(self) -> None:
        """The library takes from the fields all that they said, lest it tell who has an account; this tells nothing."""
        if self.form_errors and self._is_unfilled():
            self.form_errors = []

    def _may(self) -> bool:
        """Whether a password opens this account at all; the refusal is that of a wrong one, so that nobody tries it."""
        keyed = only_by_passkey(db.session(), self.user)  # type: ignore[arg-type]
        everybody = deps().settings.password_sign_in == "everybody"
        if not keyed and (everybody or Role.ADMIN in self.user.actor().roles):  # type: ignore[union-attr]
            return True
        self.password.errors = [get_message("INVALID_PASSWORD")[0]]
        return False


class ThrottledCodeForm(TwoFactorVerifyCodeForm):
    """The code of the authenticator app."""

    def validate(self, **kwargs: object) -> bool:
        """Check the code, unless too many tries failed."""
        attempt = attempt_of(self.user.email if self.user else None)
        return throttled(self, attempt, lambda: super(ThrottledCodeForm, self).validate(**kwargs), second_factor=True)


class ThrottledRecoveryForm(MfRecoveryForm):
    """One of the recovery codes."""

    def validate(self, **kwargs: object) -> bool:
        """Check the code, unless too many tries failed."""
        attempt = attempt_of(self.user.email if self.user else None)
        return throttled(
            self, attempt, lambda: super(ThrottledRecoveryForm, self).validate(**kwargs), second_factor=True
        )


class ThrottledChangeForm(ChangePasswordForm):
    """The present password and a new one; at a browser that was left open the present one cannot be guessed."""

    def validate(self, **kwargs: object) -> bool:
        """Check both, unless the present one was wrong too often; a poor choice of a new one counts for nothing."""
        attempt = attempt_here(current_user.email)
        check = super().validate
        present = {"password": _("Enter your current password.")} if current_user.password else {}
        is_right = throttled(self, attempt, lambda: check(**kwargs), guessed=self._is_wrong)
        again = _("Type the new password again.")
        left = left_empty(self, **present, new_password=_("Choose a new password."), new_password_confirm=again)
        return is_right and not left

    def _is_wrong(self) -> bool:
        return get_message("INVALID_PASSWORD")[0] in self.password.errors


class FilledResetForm(ResetPasswordForm):
    """A new password, from the link in the mail."""

    def validate(self, **kwargs: object) -> bool:
        """Check both, and say of each what belongs there."""
        is_right = super().validate(**kwargs)
        again = _("Type the new password again.")
        return not left_empty(self, password=_("Choose a new password."), password_confirm=again) and is_right


class LimitedResetForm(ForgotPasswordForm):
    """Where a password link is asked for: nobody is buried in mail, and an answer tells nothing of the account."""

    def validate(self, **kwargs: object) -> bool:
        """Past the limit nothing is sent, and the page says the same: a link that was sent before still works."""
        whose = ((RESETS_FROM, network_of(request.remote_addr)), (RESETS, account_of(self.email.data)))
        # The first limit that is full ends it: an address that asks too much uses up nobody's own links.
        full = any(spend(db.session(), limit, name, now=now()) is not None for limit, name in whose)
        db.session.commit()
        goes_out = super().validate(**kwargs) and not full
        self._take_as_long(goes_out)
        return goes_out

    def _take_as_long(self, goes_out: bool) -> None:
        """Do what the other answer does: the library hashes in two ways, and only a link is queued and written down."""
        if not goes_out or self.user.password is None:  # type: ignore[union-attr]
            hash_data("what the link of somebody is made of")
        if goes_out:
            hash_password("what the library does for nobody")
            return
        rehearse()
        spend(db.session(), RESETS_REHEARSED, "", now=now())
        db.session.commit()


ANSWERS: Final = ("proof_code", "proof_passkey", "proof_password")
"""The fields of the form below; no other form has fields of these names."""


class ProofForm(VerifyForm):
    """Who it is, once more: a code where there is a second factor, else the password."""

    password = None
    proof_code = StringField()
    proof_passkey = HiddenField()
    proof_password = PasswordField()

    @property
    def by_code(self) -> bool:
        """Whether a code is asked for: a password may be kept in the browser, a telephone is not."""
        return bool(self.user.tf_primary_method)

    @property
    def elsewhere(self) -> bool:
        """Whether the identity provider asks, in a window of its own: who came from there may have no password."""
        if self.by_code or self.has_passkey:
            return False
        this = here()
        return (this is not None and this.elsewhere) or (not self.has_password and self._is_tied)

    @property
    def _is_tied(self) -> bool:
        """Whether a sign-in at the provider opens this account, where there still is a provider."""
        return deps().provider is not None and bool(links_of(db.session(), self.user))  # type: ignore[arg-type]

    @property
    def has_password(self) -> bool:
        """Whether there is one to type, also beside a provider that does not say when it asked."""
        return self.user.password is not None

    @property
    def has_passkey(self) -> bool:
        """Whether a passkey answers; the password then does not."""
        return bool(passkeys_of(db.session(), self.user.id))  # type: ignore[arg-type]

    @property
    def can_answer(self) -> bool:
        """Whether there is anything to answer with: without, a password is chosen by mail first."""
        return self.by_code or self.has_passkey or self.elsewhere or self.has_password

    def validate(self, **kwargs: object) -> bool:
        """Check the answer, unless too many tries failed; the right one counts for a while."""
        if self.elsewhere and (self._is_fresh or not self.proof_password.data):
            return self._has_been_there()
        way = "passkey" if self.proof_passkey.data else "code" if self.by_code else "password"
        right = throttled(self, attempt_here(self.user.email), self._is_right, second_factor=way != "password")
        if right:
            prove_here(self.user, way)  # type: ignore[arg-type]
        return right

    @property
    def _is_fresh(self) -> bool:
        this = here()
        return this is not None and is_fresh(this.proved_at, now())

    def _has_been_there(self) -> bool:
        if self._is_fresh:
            return bool(super(VerifyForm, self).validate())
        self.form_errors.append(_("Sign in there once more first, in the other window."))
        return False

    def _is_right(self) -> bool:
        if not super(VerifyForm, self).validate():
            return False
        if self.proof_passkey.data:
            return _accepted(self.proof_passkey, self._passkey_fits(), _("This passkey is not one of yours."))
        if self.by_code:
            return _accepted(self.proof_code, self._code_fits(), _("This code is not right. Wait for the next one."))
        if self.has_passkey:
            return _accepted(self.proof_passkey, False, _("Answer with your passkey."))
        given = current_app.extensions["security"].password_util.normalize(self.proof_password.data or "")
        fits = self.has_password and self.user.verify_and_update_password(given)
        return _accepted(self.proof_password, fits, _("This password is not right."))

    def _passkey_fits(self) -> bool:
        from incident.web.accounts.passkeys import proved

        try:
            return proved(self.proof_passkey.data or "").id == self.user.id
        except NotAllowed:
            return False

    def _code_fits(self) -> bool:
        security, given = current_app.extensions["security"], (self.proof_code.data or "").replace(" ", "")
        secret, window = self.user.tf_totp_secret, current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
        if security.totp_factory.verify_totp(token=given, totp_secret=secret, user=self.user, window=window):
            return True
        on_paper = security.mf_recovery_codes_util
        fits: bool = on_paper.check_recovery_code(self.user, given)
        return fits and bool(on_paper.delete_recovery_code(self.user, given))


def _accepted(field: Field, fits: bool, refusal: str) -> bool:
    if not fits:
        field.errors = [refusal]
    return fits
