"""What went over the wire, in both directions: the bot's calls, and what people did as signed requests."""

import json
from dataclasses import dataclass, field
from typing import Final

from bot.slack_here.courier import Ack, Transport
from bot.slack_here.server import LocalSlack
from incident.domain.kernel.json import JsonObject

SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """One exchange. ``to_bot`` says who began it; ``answer`` is what came back, and ``good`` whether it was taken."""

    at: float
    to_bot: bool
    name: str
    good: bool
    body: str
    answer: str


@dataclass
class Listening:
    """Carries payloads to the app, and keeps what was carried."""

    slack: LocalSlack
    inner: Transport
    sent: list[Sent] = field(default_factory=list)

    def command(self, form: JsonObject) -> Ack:
        """A slash command."""
        return self._kept(f"{form['command']} {form['text']}".strip(), form, self.inner.command(form))

    def interactive(self, payload: JsonObject) -> Ack:
        """A shortcut, a button or a submission."""
        return self._kept(str(payload["type"]), payload, self.inner.interactive(payload))

    def event(self, payload: JsonObject, retry: tuple[int, str] | None = None) -> Ack:
        """An event."""
        return self._kept(str(payload["event"]["type"]), payload, self.inner.event(payload, retry))

    def _kept(self, name: str, payload: JsonObject, ack: Ack) -> Ack:
        good = ack.status == 200
        self.sent.append(Sent(self.slack.now(), True, name, good, _text(payload), f"{ack.status} {_text(ack.body)}"))
        return ack


def newest(slack: LocalSlack, listening: Listening) -> list[Sent]:
    """The last exchanges of both directions, the newest first."""
    calls = [
        Sent(
            call.at, False, call.method, bool((call.answer or {}).get("ok")), _text(call.arguments), _text(call.answer)
        )
        for call in slack.calls[-SHOWN:]
    ]
    return sorted([*calls, *listening.sent[-SHOWN:]], key=lambda sent: -sent.at)[:SHOWN]


def _text(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, indent=1)
