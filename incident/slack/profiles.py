"""What Slack says about one of its users, in the terms of the use cases."""

from typing import Final

from incident.law.texts import LANGUAGES
from incident.slack.shapes import Received
from incident.usecases.people.slack_people import SlackProfile

DEFAULT_ZONE: Final = "Europe/Amsterdam"
LIMITED: Final = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
"""Guests, people of other companies, robots and people who have left: no account is tied to these."""


def language_of(locale: str | None) -> str:
    """The language for a Slack locale such as ``nl-NL``; English for one that the pages do not have."""
    code = (locale or "nl").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


def profile_of(user: Received, *, id: str, team: str, name: str = "", ours: bool) -> SlackProfile:
    """The profile in an answer of ``users.info`` or ``users.lookupByEmail``."""
    about = user.get("profile") or {}
    full = not any(user.get(flag) for flag in LIMITED)
    return SlackProfile(
        id=id,
        team=team,
        name=str(about.get("real_name") or user.get("real_name") or name),
        email=about.get("email"),
        ours=ours,
        verified=full and bool(user.get("is_email_confirmed", True)),
        language=language_of(user.get("locale")),
        zone=str(user.get("tz") or DEFAULT_ZONE),
    )
