"""One turn of a conversation: what a listener gets, and how it answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from sqlalchemy.orm import Session

from bot.people import People
from bot.words import Words, counted, words
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.reference import meant_reference
from incident.domain.ruler.words import stamp
from incident.slack.errors import code_of
from incident.slack.shapes import Block, Message, Received, View
from incident.slack.shorten import shorten
from incident.usecases.people.slack_people import SlackProfile
from incident.wiring import Deps


@dataclass
class Turn:
    """The payload, the person, a transaction, and the ways to answer.

    ``later`` is done after the answer has been given: what needs Slack's Web API and may be slow. A failure there is
    logged and harms nothing, because the record is already committed.
    """

    ack: Ack
    body: Received
    client: WebClient
    session: Session
    now: datetime
    profile: SlackProfile
    actor: Actor
    deps: Deps
    people: People
    later: list[Callable[[], object]] = field(default_factory=list)
    acked: bool = False

    @property
    def language(self) -> str:
        """``nl`` or ``en``."""
        return self.profile.language

    @property
    def say(self) -> Words:
        """Words in the person's language."""
        return words(self.language)

    def counted(self, one: str, many: str, num: int, /, **values: object) -> str:
        """The words for one or for ``num`` things, in the person's language."""
        return counted(self.language, one, many, num, **values)

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        try:
            return ZoneInfo(self.profile.zone)
        except (KeyError, ValueError, OSError):
            return self.deps.settings.zone

    def moment(self, at: datetime) -> str:
        """An instant for this person, as on the pages."""
        return stamp(at, self.zone.key, self.language)

    @property
    def view(self) -> Received:
        """The view of a submission or of a button in a view; empty elsewhere."""
        view: Received = self.body.get("view") or {}
        return view

    @property
    def metadata(self) -> JsonObject:
        """What the view carries along."""
        text = self.view.get("private_metadata") or "{}"
        loaded: JsonObject = json.loads(text)
        return loaded

    @property
    def action(self) -> Received:
        """The pressed button or chosen option."""
        actions = self.body.get("actions") or [{}]
        first: Received = actions[0]
        return first

    @property
    def channel(self) -> str:
        """The conversation in which it happened; empty for a window or the App Home."""
        event: Received = self.body.get("event") or {}
        channel: Received = self.body.get("channel") or {}
        about: Received = event.get("item") or event
        return str(self.body.get("channel_id") or channel.get("id") or about.get("channel") or "")

    def page(self) -> str:
        """The page on which the same can be done, for when Slack does not do it."""
        base, place = self.deps.settings.base_url, str(self.action.get("value") or self._carried()).split("|")[0]
        named = meant_reference(place)
        if named is not None:
            return f"{base}/incidents/{named}"
        return base if self.view and place != "report" else f"{base}/report"

    def _carried(self) -> str:
        return str(self.metadata.get("ref") or "")

    def answer(self, **body: Json) -> None:
        """Acknowledge; the first answer counts."""
        if not self.acked:
            self.acked = True
            self.ack(**body)

    def commit(self) -> None:
        """Make it last. Whoever reads "saved" after this is not misled."""
        self.session.commit()

    def open(self, view: View) -> None:
        """Show a modal: on top of an open one, else as the first. Uses the trigger, which lives three seconds.

        Whatever was only read is let go of first: nothing of the database is held while Slack is spoken to.
        """
        self.session.rollback()
        call = self.client.views_push if self.view.get("type") == "modal" else self.client.views_open
        call(trigger_id=self.body["trigger_id"], view=shorten(view))

    def update(self, view_id: str, view: View) -> None:
        """Bring a window up to date that may have been closed meanwhile: then there is nothing to do."""
        self.session.rollback()
        try:
            self.client.views_update(view_id=view_id, view=shorten(view))
        except SlackApiError as problem:
            if code_of(problem) != "not_found":
                raise

    def replace(self, view: View) -> None:
        """Answer a submission by putting another view in its place."""
        self.answer(response_action="update", view=shorten(view))

    def tell(self, text: str, blocks: list[Block] | None = None) -> None:
        """Say something that only this person sees: where it happened, or else in their own conversation with us."""
        self.session.rollback()
        message: Message = shorten({"text": text, **({"blocks": blocks} if blocks else {})})
        address = self.body.get("response_url")
        if address:
            WebhookClient(str(address), timeout=5).send(**message, response_type="ephemeral", replace_original=False)
        elif not self._told_there(message):
            self.client.chat_postMessage(channel=self.profile.id, **message)

    def _told_there(self, message: Message) -> bool:
        """Whether the conversation of an event took it."""
        event: Received = self.body.get("event") or {}
        if not event or self.channel[:1] in ("", "D"):
            return False
        try:
            thread = event.get("thread_ts")
            self.client.chat_postEphemeral(channel=self.channel, user=self.profile.id, thread_ts=thread, **message)
        except SlackApiError:
            return False
        return True
