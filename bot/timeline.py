"""Timeline entries: by form, from a message by shortcut, or by a reaction under a message in the incident's room."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.evidence import keep_files
from bot.forms import form_of, form_view, record_once
from bot.report import carried
from bot.sensitive import refuse_numbers
from bot.turn import Turn
from incident.domain.kernel.errors import DomainError, NotFound
from incident.domain.kernel.roles import Permission, require
from incident.slack.errors import TROUBLE
from incident.slack.rooms_found import incident_in_channel
from incident.store.queries.incidents import board
from incident.usecases.common.access import find_incident, visible
from incident.usecases.common.inbound import once
from incident.usecases.response.casework import AddTimelineEntry, add_timeline_entry

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM, MESSAGE_FORM, EMOJI = "timeline", "timeline_message", "pushpin"
CHOICES: Final = 100


def timeline_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form for an entry."""
    say = turn.say
    rows = [
        blocks.field("text", say("What happened?"), blocks.text_input(multiline=True), optional=False),
        *blocks.instant(
            "happened_at",
            say("When? (date)"),
            say("When? (time)"),
            turn.zone,
            turn.now,
            say("Times are in %(zone)s.", zone=turn.zone.key),
        ),
    ]
    return form_view(turn, incident, FORM, say("Timeline"), rows)


def submit_timeline(turn: Turn) -> None:
    """Add the entry."""
    form = form_of(turn)
    refuse_numbers([("text", form.text("text"))])
    record_once(turn, lambda: _add(turn, form.text("text"), form.moment("happened_at"), None))


def _add(turn: Turn, text: str, at: datetime | None, permalink: str | None) -> dict[str, Any]:
    command = AddTimelineEntry(turn.actor, str(turn.metadata["ref"]), text, at, permalink=permalink)
    return {"entry": str(add_timeline_entry(command, session=turn.session, now=turn.now).id)}


def open_message_timeline(turn: Turn) -> None:
    """Ask to which incident a message belongs; its text, author, time and address come along."""
    require(turn.actor, Permission.RECORD)
    message: Mapping[str, Any] = turn.body.get("message") or {}
    channel = str((turn.body.get("channel") or {}).get("id") or "")
    rows = board(turn.session, visible(turn.actor), CHOICES)
    if not rows:
        raise NotFound("There are no open incidents to add this to.")
    here = incident_in_channel(turn.session, channel)
    references = [(row.incident.reference, row.incident.reference) for row in rows]
    turn.open(_message_view(turn, references, here.reference if here else references[0][0], message, channel))
    turn.answer()


def _message_view(
    turn: Turn, references: list[blocks.Choice], chosen: str, message: Mapping[str, Any], channel: str
) -> dict[str, Any]:
    say = turn.say
    fields = [
        blocks.field("incident", say("Which incident?"), blocks.one_of(references, chosen), optional=False),
        blocks.field("text", say("Text"), blocks.text_input(shown_text(message), multiline=True), optional=False),
    ]
    files = [str(file["id"]) for file in message.get("files") or () if file.get("id")][:5]
    if files:
        take = [("yes", say("Yes")), ("no", say("No"))]
        fields.append(blocks.field("files", say("Keep the attached files as evidence?"), blocks.radio(take, "yes")))
    author = message.get("user") or message.get("bot_id") or ""
    metadata = carried("", channel=channel, ts=str(message.get("ts") or ""), author=str(author), files=files)
    return blocks.modal(
        MESSAGE_FORM, say("Add to the timeline"), fields, submit=say("Record"), close=say("Cancel"), metadata=metadata
    )


def shown_text(message: Mapping[str, Any]) -> str:
    """What a reader of the message sees."""
    text = str(message.get("text") or "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def submit_message_timeline(turn: Turn) -> None:
    """Add the message as an entry; its files follow once the answer has been given."""
    form, carry = form_of(turn), turn.metadata
    reference = form.one("incident") or ""
    text = form.text("text")
    refuse_numbers([("text", text)])
    permalink = permalink_of(turn, str(carry["channel"]), str(carry["ts"]))
    key = f"slack:view:{turn.view['id']}:{MESSAGE_FORM}"
    once(turn.session, key, turn.now, lambda: _add_message(turn, reference, text, carry, permalink))
    turn.commit()
    if form.one("files") == "yes":
        turn.later.append(lambda: keep_files(turn, reference, list(carry["files"]), permalink))


def _add_message(
    turn: Turn, reference: str, text: str, carry: Mapping[str, Any], permalink: str | None
) -> dict[str, Any]:
    author = turn.say("Slack message by %(author)s:", author=str(carry["author"]))
    command = AddTimelineEntry(
        turn.actor, reference, f"{author}\n{text}", moment_of(str(carry["ts"])), kind="message", permalink=permalink
    )
    return {"entry": str(add_timeline_entry(command, session=turn.session, now=turn.now).id)}


def permalink_of(turn: Turn, channel: str, ts: str) -> str | None:
    """The address of a message, when Slack gives it."""
    turn.session.rollback()
    try:
        return str(turn.client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
    except TROUBLE:
        return None


def moment_of(ts: str) -> datetime | None:
    """The instant in a message's time stamp."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def add_by_reaction(turn: Turn) -> None:
    """A pin under a message in an incident's room puts it on the timeline; events that come twice count once."""
    event: Mapping[str, Any] = turn.body["event"]
    item: Mapping[str, Any] = event.get("item") or {}
    if event.get("reaction") != EMOJI or item.get("type") != "message":
        return
    incident = incident_in_channel(turn.session, str(item.get("channel")))
    if incident is None:
        return
    find_incident(turn.session, incident.reference, turn.actor)
    require(turn.actor, Permission.RECORD)
    reference, channel, ts = incident.reference, str(item["channel"]), str(item["ts"])
    message = _read(turn, channel, ts)
    permalink = permalink_of(turn, channel, ts)
    carry = {"author": message.get("user") or "", "ts": ts}
    try:
        refuse_numbers([("text", shown_text(message))])
        once(
            turn.session,
            f"slack:reaction:{channel}:{ts}",
            turn.now,
            lambda: _add_message(turn, reference, shown_text(message), carry, permalink),
        )
        turn.commit()
    except DomainError:
        turn.session.rollback()
        raise


def _read(turn: Turn, channel: str, ts: str) -> Mapping[str, Any]:
    turn.session.rollback()
    answer = turn.client.conversations_replies(channel=channel, ts=ts, limit=1)
    messages: list[Mapping[str, Any]] = answer["messages"]
    return messages[0]
