"""What can be wrong between us and Slack, each as one line with what to do about it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from slack_sdk import WebClient

from bot.manifest import scopes
from incident.platform.settings import Settings
from incident.slack.errors import TROUBLE, code_of

REINSTALL: Final = "Install the app in the workspace again and set the new SLACK_BOT_TOKEN."


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `cure` is empty when it is fine."""

    message: str
    cure: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What was found, in English; pages translate ``message``."""
        return self.message % self.params if self.params else self.message

    @property
    def fine(self) -> bool:
        """Whether nothing has to be done."""
        return not self.cure


def examine(settings: Settings, client: WebClient) -> Iterator[Line]:
    """Token, scopes, security channel and Socket Mode, in that order; a dead token ends it."""
    try:
        answer = client.auth_test()
    except TROUBLE as problem:
        yield Line("Slack refuses the token or cannot be reached: %(code)s.", REINSTALL, {"code": code_of(problem)})
        return
    known = {"user": answer.get("user"), "team": answer.get("team")}
    yield Line("Slack takes us as %(user)s in the workspace %(team)s.", params=known)
    if answer.get("is_enterprise_install"):
        cure = "Install it in the one workspace where breaches are handled, and set that SLACK_BOT_TOKEN."
        yield Line("The app is installed for the whole organisation, so Slack cannot tell where rooms belong.", cure)
    headers = {name.lower(): value for name, value in (answer.headers or {}).items()}
    wanted = scopes(duty_group=settings.slack_duty_group is not None)
    yield _scopes(str(headers.get("x-oauth-scopes") or ""), wanted)
    yield _channel(settings, client)
    if settings.slack_app_token is not None:
        yield _socket(settings)


def _scopes(granted: str, wanted: Iterable[str]) -> Line:
    missing = sorted(set(wanted) - {scope.strip() for scope in granted.split(",")})
    if missing:
        cure = "Update the app with `meldklok slack manifest` and install it again."
        return Line("The token lacks scopes: %(scopes)s.", cure, {"scopes": ", ".join(missing)})
    return Line("The token has every scope that is needed.")


def _channel(settings: Settings, client: WebClient) -> Line:
    if settings.slack_channel is None:
        cure = "Set SLACK_CHANNEL to the id of the channel in which reports are announced."
        return Line("SLACK_CHANNEL is not set: reports are announced to people, but in no channel.", cure)
    try:
        channel = client.conversations_info(channel=settings.slack_channel)["channel"]
    except TROUBLE as problem:
        cure = "Check SLACK_CHANNEL (an id such as C0123456789) and invite the app to that channel."
        return Line("The security channel cannot be read: %(code)s.", cure, {"code": code_of(problem)})
    if channel.get("is_archived"):
        return Line("The security channel is archived.", "Unarchive it, or set SLACK_CHANNEL to another one.")
    if channel.get("is_ext_shared") or channel.get("is_shared"):
        return Line("The security channel is shared with another organisation.", "Choose a channel of your own only.")
    if not channel.get("is_member", True):
        return Line("The app is not in the security channel.", "Invite it: /invite @meldklok.")
    return Line("The security channel is #%(channel)s.", params={"channel": channel.get("name")})


def _socket(settings: Settings) -> Line:
    client = WebClient(settings.slack_app_token, base_url=settings.slack_api_url, timeout=5, retry_handlers=[])
    try:
        client.apps_connections_open(app_token=settings.slack_app_token or "")
    except TROUBLE as problem:
        cure = "Make an app-level token with connections:write and set SLACK_APP_TOKEN."
        return Line("Socket Mode cannot connect: %(code)s.", cure, {"code": code_of(problem)})
    return Line("Socket Mode can connect.")
