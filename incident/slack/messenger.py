"""Messages to Slack: one post per outbox row, recognisable by its metadata, so that a repetition can be avoided."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from slack_sdk import WebClient

from incident.delivery.messages import MessageTexts, Rendered
from incident.domain.step_words import what
from incident.slack.errors import TROUBLE, failure_of, held_back
from incident.slack.escalations import ESCALATION, EVENT_TYPE, PERSON, key, settled
from incident.slack.headline import ANSWER, ASK, OPEN, UPDATE, step_action, window_of
from incident.slack.place import is_shared, split_room
from incident.slack.restricted import send_out
from incident.slack.shapes import Block, Element, Message, Received
from incident.slack.shorten import shorten
from incident.slack.text import escape_mrkdwn, fit
from incident.slack.words import word
from incident.usecases.common.directory import DEFAULT_LANGUAGE
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt
from incident.usecases.messages.rooms import ROOM

TIMEOUT_SECONDS: Final = 6
"""Well below the lease of an outbox row, also when the look-up of an unknown outcome comes on top."""
HISTORY: Final = 100
DRILL: Final = "drill.confirm"
"""The button by which a person confirms the call of a drill."""


def outbox_client(token: str, base_url: str) -> WebClient:
    """A client for the worker: no retries of its own, because a retried post may be a second message."""
    return WebClient(token, base_url=base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])


def key_of(message: OutgoingMessage) -> str:
    """What makes a message recognisable in Slack; tells a reader of the metadata nothing."""
    return key(message.dedupe_key)


class SlackMessenger:
    """Posts outbox messages, to a person in their language, elsewhere in the house's; threads may share one."""

    def __init__(self, client: WebClient, texts: MessageTexts, language: str = DEFAULT_LANGUAGE) -> None:
        self._client = client
        self._texts = texts
        self._language = language

    def send(self, message: OutgoingMessage) -> Receipt:
        """Post the message once; raises :class:`DeliveryFailed` with what Slack's answer means."""
        if message.recipient == ROOM:
            raise DeliveryFailed("SLACK_CHANNEL is not set and the incident has no room", needs_repair=True)
        if not message.recipient.startswith(PERSON):
            message = replace(message, language=self._language)
        payload = shorten(payload_of(message, self._texts.render(message)))
        channel, thread = split_room(message.recipient)
        self._keep_out_others(message, channel)
        self._refuse_shared(message, channel)
        try:
            answer = self._client.chat_postMessage(
                channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **payload
            )
        except TROUBLE as problem:
            raise failure_of(problem) from problem
        receipt = _receipt(str(answer["channel"]), str(answer["ts"]))
        if message.template == ESCALATION and not channel.startswith(PERSON):
            with suppress(DeliveryFailed, *TROUBLE):
                self._settle_older(message, channel, thread, str(answer["ts"]))
        return receipt

    def _settle_older(self, message: OutgoingMessage, channel: str, thread: str | None, newest: str) -> None:
        """In a conversation one escalation of a clock holds; an older one no longer calls anybody."""
        wanted = (message.incident_reference, message.params.get("obligation"))
        for where, row in self._newest(channel, thread):
            about = (row.get("metadata") or {}).get("event_payload") or {}
            if (about.get("reference"), about.get(ESCALATION)) == wanted and row["ts"] != newest:
                instead = settled(about["reference"], about["key"], "older", self._language)
                self._client.chat_update(channel=where, ts=row["ts"], **instead)

    def _refuse_shared(self, message: OutgoingMessage, channel: str) -> None:
        """What a person wrote waits while another organisation reads along; a room can become shared at any time."""
        if not message.params.get("said") or channel.startswith(PERSON):
            return
        try:
            shared = is_shared(self._client.conversations_info(channel=channel)["channel"])
        except TROUBLE as problem:
            raise held_back(failure_of(problem)) from problem
        if shared:
            raise DeliveryFailed("The channel is shared with another organisation", needs_repair=True)

    def _keep_out_others(self, message: OutgoingMessage, channel: str) -> None:
        """Nothing is posted while somebody is there who may not know of it: then it waits, and goes other ways."""
        if message.only_for is None:
            return
        try:
            send_out(self._client, channel, message.only_for)
        except TROUBLE as problem:
            raise held_back(failure_of(problem)) from problem

    def find(self, message: OutgoingMessage) -> Receipt | None:
        """The receipt of an earlier post of the same message, looked up in its conversation."""
        channel, thread = split_room(message.recipient)
        try:
            rows = self._newest(channel, thread)
        except TROUBLE as problem:
            raise failure_of(problem) from problem
        for where, row in rows:
            metadata: Received = row.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == key_of(message):
                return _receipt(where, str(row["ts"]))
        return None

    def _newest(self, channel: str, thread: str | None) -> list[tuple[str, Received]]:
        """What stands in the conversation; the thread may be newer than the attempt, which went to its channel then."""
        if channel.startswith(PERSON):
            channel = str(self._client.conversations_open(users=channel)["channel"]["id"])
        answer = self._client.conversations_history(channel=channel, limit=HISTORY, include_all_metadata=True)
        rows = list(answer["messages"])
        if thread is not None:
            replies = self._client.conversations_replies(
                channel=channel, ts=thread, limit=HISTORY, include_all_metadata=True
            )
            rows = [*replies["messages"], *rows]
        return [(channel, row) for row in rows]


def payload_of(message: OutgoingMessage, rendered: Rendered) -> Message:
    """Text, blocks and metadata: the reference, one line, a link, and the people who are asked."""
    reference = message.incident_reference or str(message.params.get("reference") or "Meldklok")
    line = f"{'🔴 ' if message.urgent else ''}*{escape_mrkdwn(reference)}* {escape_mrkdwn(rendered.short)}"
    asked = _mentions(message)
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": fit(f"{asked} {line}".strip(), 3000)}},
        *_said(message),
        {"type": "actions", "elements": _buttons(message, rendered, reference)},
    ]
    about = {"reference": reference, "key": key_of(message)}
    if message.template == ESCALATION:
        about[ESCALATION] = str(message.params.get("obligation") or "")
    metadata = {"event_type": EVENT_TYPE, "event_payload": about}
    text = f"{asked} {escape_mrkdwn(reference)}: {escape_mrkdwn(rendered.short)}".strip()
    return {"text": fit(text, 4000), "blocks": blocks, "metadata": metadata}


def _said(message: OutgoingMessage) -> list[Block]:
    """What a person wrote for everybody in the room, with nothing in it interpreted."""
    said = str(message.params.get("said") or "").strip()
    return [{"type": "section", "text": {"type": "plain_text", "text": fit(said, 3000)}}] if said else []


def _mentions(message: OutgoingMessage) -> str:
    """Who is asked, by name; in a direct message that goes without saying."""
    if message.recipient.startswith(PERSON):
        return ""
    people = message.params.get("mentions") or ()
    known = [str(person) for person in people] if isinstance(people, list | tuple) else []
    return " ".join(f"<@{person}>" for person in known if person.isalnum())


def _buttons(message: OutgoingMessage, rendered: Rendered, reference: str) -> list[Element]:
    page = {"type": "button", "action_id": "link", "text": _plain(rendered.action), "url": rendered.url}
    call = str(message.params.get("path") or "").removeprefix("/drill/")
    if message.template == "drill" and call and "/" not in call:
        return [{"type": "button", "action_id": DRILL, "value": call, "text": _plain(rendered.action)}]
    if message.incident_reference is None:
        return [page]
    if message.template == "update_due":
        update = {"type": "button", "action_id": UPDATE, "value": reference}
        return [{**update, "text": _plain(word("update", message.language))}, page]
    if message.template == "reporter_said" and message.params.get("in_slack"):
        read = {"type": "button", "action_id": ASK, "value": reference, "text": _plain(rendered.action)}
        return [read, {**page, "text": _plain(word("page", message.language))}]
    if message.template == "question_in_slack":
        answer = {"type": "button", "action_id": ANSWER, "value": reference, "style": "primary"}
        return [{**answer, "text": _plain(word("answer", message.language))}]
    # An escalation goes to others than those who may take the step: they get the window with what they may do.
    step = "" if message.template == ESCALATION else str(message.params.get("next_step") or "")
    window = window_of(step)
    name = what(step, message.language) if window else word("more", message.language)
    action = step_action(window) if window else OPEN
    begin: Element = {"type": "button", "action_id": action, "value": reference, "text": _plain(name)}
    # Who has no account cannot sign in to the page.
    return [begin] if message.params.get("no_account") else [begin, page]


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": fit(text or "Meldklok", 75)}


def _receipt(channel: str, ts: str) -> Receipt:
    return Receipt(f"{channel}:{ts}", {"channel": channel, "ts": ts})
