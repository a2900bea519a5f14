"""What happens to an incident becomes a card in a channel of Microsoft Teams, with a link to its page.

Subscribe to what the channel should hear, such as incident.reported, deadline.approaching and incident.closed.
TEAMS_URL is the address that the Workflows app of the channel gives for "when a webhook request is received". A card
cannot be found again, so an event that comes twice is two cards. It holds no facts of the case: these stay behind
the link.
"""

import os
from typing import Any

from receiver import call, serve

CARD = "application/vnd.microsoft.card.adaptive"


def act(event: dict[str, Any]) -> None:
    """Show the event in the channel."""
    call(
        "POST",
        os.environ["TEAMS_URL"],
        {},
        {"type": "message", "attachments": [{"contentType": CARD, "content": _card(event)}]},
    )


def _card(event: dict[str, Any]) -> dict[str, Any]:
    data, said = event["data"], event["type"].removeprefix("meldklok.")
    title = f"{event['subject']}: {said}" if "subject" in event else said
    facts = [{"title": "At", "value": event["time"]}]
    facts += [{"title": "Due", "value": data["due_at"]}] if "due_at" in data else []
    return {
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": [
            {"type": "TextBlock", "text": title, "weight": "Bolder", "wrap": True},
            {"type": "FactSet", "facts": facts},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open in Meldklok", "url": data["url"]}],
    }


if __name__ == "__main__":
    serve(act)
