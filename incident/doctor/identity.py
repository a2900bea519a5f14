"""Check of the identity provider: does it answer, is it the one that was meant, and do the clocks agree."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from incident.doctor.finding import Finding, fail, ok, warn
from incident.domain.kernel.text import by_count
from incident.platform.clock import SystemClock
from incident.platform.settings import Settings
from incident.wiring import provider_for

NAME = "sign-in"


def provider(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether people can sign in there; silent where no provider is set."""
    # The clocks are compared now, and not as they were when the doctor began.
    found = provider_for(settings, SystemClock())
    if found is None:
        return
    from incident.delivery.json_answers import Away
    from incident.identity.asking import Untrusted
    from incident.identity.provider import LEEWAY

    try:
        keys, ahead = len(found.known.keys(None).keys), found.known.skew() or timedelta(0)
    except Away as problem:
        cure = "Check OIDC_ISSUER, and whether a firewall is in between. Administrators sign in with a password."
        yield fail(NAME, "%(name)s does not answer as it should: it %(reason)s.", cure, name=found.name, reason=problem)
    except Untrusted as problem:
        cure = "Correct OIDC_ISSUER, or name the provider's further hosts in OIDC_HOSTS."
        yield fail(NAME, "%(name)s is not believed: %(reason)s.", cure, name=found.name, reason=problem)
    else:
        seconds = round(abs(ahead).total_seconds())
        if seconds > LEEWAY.total_seconds():
            sentence = "The clocks of %(name)s and of this machine differ by %(seconds)s seconds: nobody gets in."
            yield fail(NAME, sentence, "Set the clock of this machine by NTP.", name=found.name, seconds=seconds)
        else:
            one, many = "%(name)s answers, and signs with one key.", "%(name)s answers, and signs with %(keys)s keys."
            yield ok(NAME, by_count(keys, one, many), name=found.name, keys=keys)
        yield from _doors(settings, found.name)


def _doors(settings: Settings, name: str) -> Iterator[Finding]:
    if not (settings.oidc_domains or settings.oidc_groups or settings.oidc_claims):
        sentence = "Only people who have an account come in by %(name)s: it is not said whom it may send."
        cure = "Set OIDC_DOMAINS, OIDC_GROUPS or OIDC_CLAIMS where newcomers shall get an account by signing in."
        yield warn(NAME, sentence, cure, name=name)
