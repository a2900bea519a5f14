"""What Slack knows of the person behind a payload, remembered for a while so that Slack is asked once."""

import threading
import time
from dataclasses import dataclass
from typing import Final

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from incident.slack.profiles import profile_of
from incident.slack.shapes import Received
from incident.usecases.people.slack_people import SlackProfile

REMEMBERED_SECONDS: Final = 900
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a payload says it comes from."""

    user: str
    team: str
    enterprise: str | None
    name: str


def sender_of(body: Received) -> Sender:
    """The person behind a command, an interaction or an event."""
    user = body.get("user") or {}
    event = body.get("event") or {}
    message = event.get("previous_message") or event.get("message") or {}
    team = body.get("team") or {}
    enterprise = body.get("enterprise") or {}
    return Sender(
        user=str(user.get("id") or body.get("user_id") or event.get("user") or message.get("user") or ""),
        team=str(user.get("team_id") or team.get("id") or body.get("team_id") or ""),
        enterprise=str(enterprise.get("id") or body.get("enterprise_id") or "") or None,
        name=str(user.get("name") or body.get("user_name") or ""),
    )


class People:
    """Profiles of Slack users. Without an answer from Slack a person is a stranger who may report."""

    def __init__(self, client: WebClient) -> None:
        self.client = client
        self._known: dict[str, tuple[float, SlackProfile]] = {}
        self._names: dict[str, tuple[float, str]] = {}
        self._own: tuple[str, str | None] | None = None
        self._bot_user: str | None = None
        self._address: str | None = None
        self._lock = threading.Lock()

    def bot_user(self) -> str | None:
        """Our own user id, once Slack has told it; nobody waits here for that."""
        return self._bot_user

    def permalink(self, channel: str, ts: str, thread: str | None = None) -> str | None:
        """The address of a message, once Slack has told where our workspace is; it is made without asking."""
        if self._address is None or not ts:
            return None
        below = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
        return f"{self._address}archives/{channel}/p{ts.replace('.', '')}{below}"

    def name_of(self, user: str) -> str:
        """The name of a member, from memory or by asking; the id when Slack does not tell."""
        with self._lock:
            expires, name = self._names.get(user, (0.0, ""))
        if not user or time.monotonic() < expires:
            return name
        try:
            about = self.client.users_info(user=user)["user"]
        except (SlackApiError, SlackClientError, OSError):
            return user
        return self._named(user, profile_of(about, id=user, team="", name=user, ours=False).name)

    def _named(self, user: str, name: str) -> str:
        with self._lock:
            self._names[user] = (time.monotonic() + REMEMBERED_SECONDS, name)
        return name

    def warm(self) -> None:
        """Ask in the background who we are, so that the first person does not wait for that."""
        threading.Thread(target=self.own_team, name="slack-identity", daemon=True).start()

    def own_team(self) -> tuple[str, str | None] | None:
        """Our workspace and organisation; None as long as Slack has not told."""
        if self._own is None:
            try:
                answer = self.client.auth_test()
            except (SlackApiError, SlackClientError, OSError) as problem:
                log.warning("slack_identity_unknown", problem=type(problem).__name__)
                return None
            self._own = (str(answer.get("team_id")), answer.get("enterprise_id"))
            self._bot_user = str(answer.get("user_id"))
            self._address = str(answer.get("url") or "") or None
        return self._own

    def is_ours(self, sender: Sender) -> bool:
        """Whether the person belongs to our workspace or organisation; no when nobody can tell."""
        own = self.own_team()
        if own is None or not sender.team:
            return False
        return sender.team == own[0] or (own[1] is not None and sender.enterprise == own[1])

    def profile(self, sender: Sender) -> SlackProfile:
        """The profile, from memory when it is fresh."""
        with self._lock:
            expires, known = self._known.get(sender.user, (0.0, None))
        if known is not None and time.monotonic() < expires:
            return known
        return self._asked(sender)

    def _asked(self, sender: Sender) -> SlackProfile:
        ours = self.is_ours(sender)
        try:
            answer = self.client.users_info(user=sender.user, include_locale=True)
        except (SlackApiError, SlackClientError, OSError) as problem:
            log.warning("slack_profile_unknown", problem=type(problem).__name__)
            return SlackProfile(sender.user, sender.team, sender.name, ours=ours)
        about = answer.get("user") or {}
        profile = profile_of(about, id=sender.user, team=sender.team, name=sender.name, ours=ours)
        with self._lock:
            self._known[sender.user] = (time.monotonic() + REMEMBERED_SECONDS, profile)
        self._named(sender.user, profile.name)
        return profile
