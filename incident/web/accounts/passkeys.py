"""What the browser is asked for with a passkey, and what its answer is worth (WebAuthn, by the library webauthn).

A passkey here always checks its owner (user verification) and is found without a name (resident). Each question is
kept in the browser's signed cookie until it is answered, for ten minutes at most, and is worth one answer.
"""

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import current_app, session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from incident.domain.kernel.errors import Invalid, NotAllowed
from incident.store.db import db
from incident.usecases.people.passkeys import NewPasskey, find_passkey, note_used, passkeys_of
from incident.web.accounts.arrivals import WITHIN
from incident.web.clock import now

if TYPE_CHECKING:
    from incident.store.models import Person

ASKED: Final = "passkey_asked"
VERIFIED: Final = UserVerificationRequirement.REQUIRED
FAULTS: Final = (WebAuthnException, ValueError, KeyError, TypeError)
"""What the library raises for an answer that is broken, forged or meant for another site."""


def question_to_make(person: "Person") -> str:
    """What the browser needs to make a passkey for this person, as JSON."""
    known = [base64url_to_bytes(one.credential) for one in passkeys_of(db.session(), person.id)]
    options = generate_registration_options(
        rp_id=_host(),
        rp_name="Meldklok",
        user_name=person.email,
        user_display_name=person.name or person.email,
        user_id=person.id.bytes,
        challenge=_ask("make"),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json(options)


def question_to_prove() -> str:
    """What the browser needs to answer with any passkey of this site, as JSON."""
    options = generate_authentication_options(rp_id=_host(), challenge=_ask("prove"), user_verification=VERIFIED)
    return options_to_json(options)


def made(answer: str, name: str) -> NewPasskey:
    """The new passkey in the browser's answer. Raises Invalid."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=_take("make"),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except FAULTS as problem:
        raise Invalid("No passkey was made. Try again.", field="name") from problem
    credential, key = bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key)
    return NewPasskey(name, credential, key, found.sign_count)


def proved(answer: str) -> "Person":
    """Whose passkey answered, once. Raises NotAllowed."""
    try:
        challenge = _take("prove")
        given = parse_authentication_credential_json(answer)
        row = find_passkey(db.session(), bytes_to_base64url(given.raw_id))
        found = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except FAULTS as problem:
        raise NotAllowed("This passkey opens no account here.") from problem
    note_used(db.session(), row, bytes_to_base64url(challenge), found.new_sign_count, now=now())
    return row.person


def _ask(what: str) -> bytes:
    """A fresh challenge; the one before it counts for nothing any more."""
    challenge = token_urlsafe(32)
    session[ASKED] = {**session.get(ASKED, {}), what: [challenge, now().timestamp()]}
    return challenge.encode()


def _take(what: str) -> bytes:
    """The challenge of this browser. Raises KeyError where there is none, and ValueError for one that is too old."""
    asked = dict(session.get(ASKED, {}))
    challenge, at = asked.pop(what)
    session[ASKED] = asked
    if not 0 <= now().timestamp() - at < WITHIN.total_seconds():
        raise ValueError("too old")
    return str(challenge).encode()


def _origin() -> str:
    parts = urlsplit(current_app.config["BASE_URL"])
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or ""


__all__ = ["made", "proved", "question_to_make", "question_to_prove"]
