"""What an identity provider says of somebody, and what the organisation makes of it (OpenID Connect Core 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.people import Role
from incident.law.texts import LANGUAGES

Claims = Mapping[str, object]
"""The content of an ID token whose signature, issuer, audience, times and nonce have been checked."""

UNVERIFIED = "The sign-in service does not vouch for your e-mail address, so it opens no account here."
STRANGER = "Your account there is not one of those that may use Meldklok. Ask your administrator."
NO_CALENDAR: Final = 4_102_444_800
"""Seconds until the year 2100: a sign-in after it is an error."""
LONGEST: Final = 255
"""Characters of a subject (section 2: "MUST NOT exceed 255"), and of an address."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the installation accepts of its provider; empty sets leave everybody in."""

    verified_claim: str = "email_verified"
    groups_claim: str = "groups"
    domains: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    claims: tuple[tuple[str, str], ...] = ()
    factors: frozenset[tuple[str, str]] = frozenset()
    """Pairs such as ``("amr", "mfa")`` that count as a second factor."""
    roles: tuple[tuple[str, Role], ...] = ()
    """Which group gives which role."""

    @property
    def restricted(self) -> bool:
        """Whether it is said whom the provider may send; else nobody gets an account by signing in."""
        return bool(self.domains or self.groups or self.claims)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at the provider."""

    issuer: str
    subject: str
    email: str | None
    """Only an address that the provider vouches for."""
    name: str
    language: str | None
    roles: frozenset[Role] | None
    """What the groups give; None where the provider could not list them all."""
    strong: bool
    """Whether the provider asked for what counts as a second factor."""
    signed_in_at: datetime | None
    """When the person last proved there who they are, where the provider says it."""


def identify(claims: Claims, rules: Rules) -> Identity:
    """Who it is. Raises NotAllowed for whoever the rules leave out."""
    email = _verified_address(claims, rules)
    _check_belongs(claims, rules, email)
    name = claims.get("name")
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"])[:LONGEST],
        email=email,
        name=name.strip()[:100] if isinstance(name, str) else "",
        language=_language(claims.get("locale")),
        roles=_roles(claims, rules),
        strong=any(_holds(claims.get(claim), value) for claim, value in rules.factors),
        signed_in_at=_instant(claims.get("auth_time")),
    )


def _check_belongs(claims: Claims, rules: Rules, email: str | None) -> None:
    if any(not _holds(claims.get(claim), value) for claim, value in rules.claims):
        raise NotAllowed(STRANGER)
    if rules.domains:
        if email is None:
            raise NotAllowed(UNVERIFIED)
        if email.rpartition("@")[2].lower() not in rules.domains:
            raise NotAllowed(STRANGER)
    if rules.groups and not rules.groups & _groups(claims, rules):
        raise NotAllowed(STRANGER)


def _verified_address(claims: Claims, rules: Rules) -> str | None:
    """The address, where the provider says in so many words that it is this person's."""
    email, verified = claims.get("email"), claims.get(rules.verified_claim)
    # Some providers write the word, or the number, where the standard asks for a truth value.
    says_so = verified is True or (isinstance(verified, str | int) and str(verified).lower() in ("true", "1"))
    fits = isinstance(email, str) and "@" in email and len(email) <= LONGEST
    return str(email).strip() if says_so and fits else None


def _groups(claims: Claims, rules: Rules) -> frozenset[str]:
    found = claims.get(rules.groups_claim)
    if isinstance(found, str):
        return frozenset({found})
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def _roles(claims: Claims, rules: Rules) -> frozenset[Role] | None:
    """A provider that has too many groups for a token names where to ask (``_claim_names``): that is no answer."""
    elsewhere = claims.get("_claim_names")
    if isinstance(elsewhere, Mapping) and rules.groups_claim in elsewhere:
        return None
    groups = _groups(claims, rules)
    return frozenset(role for group, role in rules.roles if group in groups)


def _holds(found: object, wanted: str) -> bool:
    """Whether a claim is this value, or a list with it."""
    return wanted in found if isinstance(found, list) else isinstance(found, str) and found == wanted


def _language(locale: object) -> str | None:
    code = locale[:2].lower() if isinstance(locale, str) else ""
    return code if code in LANGUAGES else None


def _instant(seconds: object) -> datetime | None:
    """Seconds since 1970 as an instant; what no calendar holds is no answer."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < NO_CALENDAR:
        return None
    return datetime.fromtimestamp(seconds, UTC)


__all__ = ["STRANGER", "UNVERIFIED", "Claims", "Identity", "Rules", "identify"]
