"""Timeline entries: by form, from a message by shortcut, or by a reaction under a message in the incident's room."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.commands import is_mine
from bot.evidence import files_field, files_of, keep_files, linked_files
from bot.forms import form_of, form_view, record_once
from bot.report import carried, moment_of, readable
from bot.sensitive import refuse_numbers, without_numbers
from bot.turn import Turn
from bot.turnstile import one_writer
from bot.words import words
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.reference import meant_reference
from incident.domain.kernel.roles import Permission, may, require
from incident.slack import limits
from incident.slack.rooms_found import incident_in_channel
from incident.slack.shapes import Received, View
from incident.store.db import only_reads
from incident.store.queries.incidents import board
from incident.usecases.common.access import find_incident, note_read, visible
from incident.usecases.common.inbound import FOLLOWED, Result, once, recorded
from incident.usecases.messages.rooms import THREAD
from incident.usecases.response.casework import AddTask, AddTimelineEntry, add_task, add_timeline_entry, is_said

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM, MESSAGE_FORM = "timeline", "timeline_message"
EMOJI, TAKEN = "pushpin", "white_check_mark"
TYPED: Final = "typed_reference"
LISTED: Final = 1000


def timeline_view(turn: Turn, incident: "Incident") -> View:
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
    record_once(turn, lambda: _add(turn, form.text("text"), form.moment("happened_at"), None))


def _add(turn: Turn, text: str, at: datetime | None, permalink: str | None) -> Result:
    command = AddTimelineEntry(turn.actor, str(turn.metadata["ref"]), text, at, permalink=permalink)
    return {"entry": str(add_timeline_entry(command, session=turn.session, now=turn.now).id)}


def open_message_timeline(turn: Turn) -> None:
    """Ask to which incident a message belongs; its text, author, time and address come along."""
    require(turn.actor, Permission.RECORD)
    message: Received = turn.body.get("message") or {}
    channel = str((turn.body.get("channel") or {}).get("id") or "")
    here = incident_in_channel(turn.session, channel, turn.actor)
    found = [_named(turn, incident) for incident in _choices(turn, here)]
    if not found:
        raise NotFound("There are no open incidents to add this to.")
    turn.session.rollback()
    turn.open(_message_view(turn, found, message, channel))
    turn.answer()


def _choices(turn: Turn, here: "Incident | None") -> list["Incident"]:
    """The incident whose place this is first, then the person's own, then what runs out first."""
    rows = board(turn.session, visible(turn.actor), LISTED)
    rows.sort(key=lambda row: not is_mine(row, turn.actor))
    others = [row.incident for row in rows if here is None or row.incident.id != here.id]
    return [*([here] if here is not None else []), *others]


def _named(turn: Turn, incident: "Incident") -> blocks.Choice:
    """A reference tells nobody which is which: the first words of what was reported, for those who may see them."""
    about = f" · {without_numbers(incident.summary)}" if may(turn.actor, Permission.VIEW_ALL) else ""
    note_read(turn.session, incident, turn.actor)
    return incident.reference, f"{incident.reference}{about}"


def _message_view(turn: Turn, found: list[blocks.Choice], message: Received, channel: str) -> View:
    say, most = turn.say, limits.OPTION_COUNTS["static_select"]
    fields = [
        blocks.field("incident", say("Which incident?"), blocks.one_of(found, found[0][0]), optional=False),
        *([blocks.field(TYPED, say("Or its reference"), blocks.text_input(limit=30))] if len(found) > most else []),
        blocks.field("text", say("Text"), blocks.text_input(shown_text(message), multiline=True), optional=False),
        blocks.field(
            "task",
            say("What has to be done about it?"),
            blocks.text_input(limit=500),
            hint=say("It becomes a task of yours."),
        ),
    ]
    files = files_of(message)
    if files:
        fields.append(files_field(turn))
    metadata = carried(
        "",
        channel=channel,
        ts=str(message.get("ts") or ""),
        thread=message.get("thread_ts"),
        author=_author(turn, message),
        files=files,
    )
    return blocks.modal(
        MESSAGE_FORM, say("Add to the timeline"), fields, submit=say("Record"), close=say("Cancel"), metadata=metadata
    )


def _author(turn: Turn, message: Received) -> str:
    """Who wrote a message, by name: an id tells nobody anything two years later."""
    return turn.people.name_of(str(message.get("user") or "")) or str(message.get("username") or "") or "Slack"


def shown_text(message: Received) -> str:
    """What a reader of the message sees."""
    return readable(str(message.get("text") or ""))


def submit_message_timeline(turn: Turn) -> None:
    """Add the message as an entry; its files follow once the answer has been given."""
    form, carry = form_of(turn), turn.metadata
    typed = form.text(TYPED)
    reference = (meant_reference(typed) or typed) if typed else form.one("incident") or ""
    text = form.text("text")
    refuse_numbers([("text", text), ("task", form.text("task"))])
    permalink = turn.people.permalink(str(carry["channel"]), str(carry["ts"]), carry.get("thread"))
    key = f"slack:view:{turn.view['id']}:{MESSAGE_FORM}"
    result, _ = once(turn.session, key, turn.now, lambda: _add_with_task(turn, reference, text, carry, permalink))
    once(turn.session, form_key(str(carry["channel"]), str(carry["ts"])), turn.now, lambda: result)
    turn.commit()
    files, harmful = linked_files(turn, form.one("files"))
    if files:
        turn.later.append(lambda: keep_files(turn, reference, files, permalink, harmful=harmful))


def _add_with_task(turn: Turn, reference: str, text: str, carry: Received, permalink: str | None) -> Result:
    """The message, and what it asks for as a task of whoever recorded it."""
    if title := form_of(turn).text("task"):
        add_task(AddTask(turn.actor, reference, title, owner_id=turn.actor.id), session=turn.session, now=turn.now)
    return _add_message(turn, reference, text, carry, permalink)


def _add_message(turn: Turn, reference: str, text: str, carry: Received, permalink: str | None) -> Result:
    """What stands there in these words already, put there by the other way, stands there once."""
    house = words(turn.deps.settings.slack_language)
    author = house("Slack message by %(author)s:", author=str(carry["author"]))
    command = AddTimelineEntry(
        turn.actor, reference, f"{author}\n{text}", moment_of(str(carry["ts"])), kind="message", permalink=permalink
    )
    for key in (pin_key(str(carry["channel"]), str(carry["ts"])), form_key(str(carry["channel"]), str(carry["ts"]))):
        put = recorded(turn.session, key) or {}
        if "entry" in put and is_said(turn.session, UUID(str(put["entry"])), command):
            return put
    return {"entry": str(add_timeline_entry(command, session=turn.session, now=turn.now).id)}


def add_by_reaction(turn: Turn) -> None:
    """A pin under a message in an incident's room or thread puts it on the timeline; twice counts once.

    Slack is asked for the message and its author before anything is locked. A tick under it says that it was taken.
    """
    event: Received = turn.body["event"]
    item: Received = event.get("item") or {}
    if event.get("reaction") != EMOJI or item.get("type") != "message" or not _is_ours(turn):
        return
    channel, ts = turn.channel, str(item["ts"])
    message = _read(turn, channel, ts)
    only_reads(turn.session)
    incident = _incident_of(turn, channel, message)
    if incident is None:
        return
    find_incident(turn.session, incident.reference, turn.actor)
    require(turn.actor, Permission.RECORD)
    reference, text, thread = incident.reference, shown_text(message), message.get("thread_ts")
    refuse_numbers([("text", text)])
    permalink = turn.people.permalink(channel, ts, thread)
    turn.session.rollback()
    carry = {"author": _author(turn, message), "channel": channel, "ts": ts}
    with one_writer(turn.deps.settings):
        compute = lambda: _add_message(turn, reference, text, carry, permalink)  # noqa: E731 - what is done once
        once(turn.session, pin_key(channel, ts), turn.now, compute)
        turn.commit()
    turn.later.append(lambda: turn.client.reactions_add(channel=channel, timestamp=ts, name=TAKEN))
    if files := files_of(message):
        turn.later.append(lambda: keep_files(turn, reference, files, permalink))


def pin_key(channel: str, ts: str) -> str:
    """What makes a pinned message count once."""
    return f"{FOLLOWED}{channel}:{ts}"


def form_key(channel: str, ts: str) -> str:
    """Under what a message is followed that was put on a timeline by the form, of whichever incident."""
    return f"{pin_key(channel, ts)}:form"


def _is_ours(turn: Turn) -> bool:
    """Whether this conversation can belong to an incident; messages elsewhere are not looked at."""
    security = turn.deps.settings.slack_channel
    return turn.channel == security or incident_in_channel(turn.session, turn.channel, turn.actor) is not None


def _incident_of(turn: Turn, channel: str, message: Received) -> "Incident | None":
    """The incident whose room this is, or under whose headline the message stands."""
    thread = f"{channel}{THREAD}{message.get('thread_ts') or message.get('ts')}"
    return incident_in_channel(turn.session, channel, turn.actor) or incident_in_channel(
        turn.session, thread, turn.actor
    )


def _read(turn: Turn, channel: str, ts: str) -> Received:
    """The message of this instant, also where Slack puts the one above its thread before it."""
    turn.session.rollback()
    answer = turn.client.conversations_replies(channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=2)
    messages: list[Received] = answer["messages"]
    for message in messages:
        if message.get("ts") == ts:
            return message
    raise NotFound("Slack did not show us this message. Put it on the timeline on the page.")
