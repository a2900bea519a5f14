"""The rooms of the incidents in Slack: a workspace that does what it is asked, but for one archived room."""

from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse


@dataclass
class Workspace:
    """Answers the calls that the rooms make; ``archived`` names channels that no longer take messages."""

    archived: set[str] = field(default_factory=set)

    def conversations_create(self, name: str, **_more: Any) -> dict[str, Any]:
        """A new private channel."""
        return {"channel": {"id": f"C{name[-4:].upper()}", "name": name}}

    def chat_postMessage(self, channel: str, **_more: Any) -> dict[str, Any]:
        """Post."""
        return {"ts": "1795000000.000100", "channel": channel}

    def chat_update(self, channel: str, **_more: Any) -> dict[str, Any]:
        """Edit, where the channel is still alive."""
        if channel in self.archived:
            answer = {"ok": False, "error": "is_archived"}
            raise SlackApiError(  # type: ignore[no-untyped-call]
                "is_archived",
                SlackResponse(
                    client=None, http_verb="POST", api_url="", req_args={}, data=answer, headers={}, status_code=200
                ),
            )
        return {"ok": True}

    def bookmarks_list(self, **_more: Any) -> dict[str, Any]:
        """The links above a room: none yet."""
        return {"ok": True, "bookmarks": []}

    def __getattr__(self, _name: str) -> Any:
        """Invitations, pins, topics."""
        return lambda **_more: {"ok": True}
