"""Reporting: one short form, from a command, a shortcut, a message or the App Home. Only what happened is required."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot import blocks
from bot.confirmation import done_view, page_link
from bot.evidence import MOST, files_field, files_of, keep_files, linked_files
from bot.inputs import Form
from bot.rooms import sync_later
from bot.sensitive import refuse_numbers
from bot.turn import Turn
from incident.domain.kernel.errors import DomainError
from incident.domain.organisation import OrganisationProfile
from incident.law.labels import choices
from incident.law.vocabulary import SubjectGroup, Ternary
from incident.slack.shapes import Block, Received, View
from incident.slack.text import escape_mrkdwn
from incident.usecases.common.inbound import Result, once
from incident.usecases.common.limits import count_report
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.reach import addressed
from incident.usecases.response.report import ReportIncident, report_incident

FORM, SAYING = "report_breach", "report.saying"
TEXT_LIMIT: Final = 3000
ASKED_AS: Final = {"first_signal_at": "noticed_at"}
"""Facts that this form asks under another name, so that a refusal finds its field."""


def open_report(turn: Turn) -> None:
    """Show the empty form."""
    turn.open(report_view(turn, organisation_profile(turn.session)))
    turn.answer()


def open_report_saying(turn: Turn, text: str) -> None:
    """Show the form with what somebody has typed elsewhere."""
    turn.open(report_view(turn, organisation_profile(turn.session), text=text[:TEXT_LIMIT]))
    turn.answer()


def open_report_from_button(turn: Turn) -> None:
    """Show the form with the words that the button carries."""
    open_report_saying(turn, str(turn.action.get("value") or ""))


def open_report_from_message(turn: Turn) -> None:
    """Show the form with the text and the time of a message already in it."""
    message: Received = turn.body.get("message") or {}
    text = readable(str(message.get("text") or ""))[:TEXT_LIMIT]
    noticed = moment_of(str(message.get("ts") or ""))
    profile, files = organisation_profile(turn.session), files_of(message)
    turn.open(report_view(turn, profile, text=text, noticed=noticed, files=files))
    turn.answer()


def report_view(
    turn: Turn,
    profile: OrganisationProfile,
    *,
    text: str = "",
    noticed: datetime | None = None,
    files: Sequence[str] = (),
) -> View:
    """The form. Systems are those of the organisation's profile; every question may stay open but the first."""
    say, language = turn.say, turn.language
    summary = blocks.text_input(text, multiline=True, limit=TEXT_LIMIT)
    rows = [
        blocks.section(
            say(
                "Report first, investigate later: the clock of 72 hours may be running. Names, BSNs and "
                "account numbers of the people concerned do not belong here."
            )
        ),
        blocks.field("summary", say("What happened?"), summary, optional=False),
        *_when(turn, noticed),
    ]
    if profile.systems:
        systems = [(system.id, system.name) for system in profile.systems]
        rows.append(blocks.field("systems", say("Which systems?"), blocks.some_of(systems)))
    rows += [
        blocks.field("subject_groups", say("Whose data?"), blocks.some_of(choices(SubjectGroup, language))),
        blocks.field("subjects", say("How many people, about?"), blocks.text_input(limit=40)),
        blocks.field("ongoing", say("Is it still going on?"), blocks.radio(choices(Ternary, language), "unknown")),
        blocks.field("attached", say("Files, such as a screenshot"), blocks.file_input(MOST)),
        *([files_field(turn)] if files else []),
    ]
    metadata = json.dumps({"files": list(files)}) if files else ""
    title, close = say("Report a data breach"), say("Cancel")
    return blocks.modal(FORM, title, rows, submit=say("Report"), close=close, metadata=metadata)


def _when(turn: Turn, noticed: datetime | None) -> list[Block]:
    """When it was noticed, with the moment of the message that is reported.

    No other moment stands there at first: that of the report would count as a signal which somebody stated, and nobody
    could have been aware before it.
    """
    say = turn.say
    hint = say("Leave it empty if it was just now. Times are in %(zone)s.", zone=turn.zone.key)
    date, time = say("When was it noticed? (date)"), say("When was it noticed? (time)")
    return blocks.instant("noticed_at", date, time, turn.zone, noticed, hint)


def submit_report(turn: Turn) -> None:
    """Take the report. A form that is sent twice gives the first result; nothing is said before it is stored."""
    form = Form(turn.view, turn.zone)
    refuse_numbers([("summary", form.text("summary"))])
    key = f"slack:report:{turn.view['id']}"
    try:
        result, _ = once(turn.session, key, turn.now, lambda: _report(turn, form))
        thanks = _thanks(turn, str(result["reference"]), str(result["due_at"] or ""))
    except DomainError as refusal:
        refusal.field = ASKED_AS.get(refusal.field or "", refusal.field)
        raise
    turn.commit()
    turn.replace(thanks)
    sync_later(turn, str(result["reference"]))
    linked, harmful = linked_files(turn, form.one("files"))
    if files := [*form.files("attached"), *linked]:
        reference = str(result["reference"])
        turn.later.append(lambda: keep_files(turn, reference, files, None, own_report=True, harmful=harmful))


def _report(turn: Turn, form: Form) -> Result:
    people = form.count("subjects")
    count_report(turn.session, turn.actor.key, now=turn.now)
    incident = report_incident(
        ReportIncident(
            actor=turn.actor,
            summary=form.text("summary"),
            noticed_at=form.moment("noticed_at"),
            systems=tuple(form.some("systems")),
            subject_groups=tuple(SubjectGroup(value) for value in form.some("subject_groups")),
            subjects=people.most if people else None,
            subjects_least=people.least if people else None,
            ongoing=Ternary(form.one("ongoing") or "unknown"),
            reporter_language=turn.language,
        ),
        session=turn.session,
        now=turn.now,
    )
    return {"reference": incident.reference, "due_at": incident.due_at.isoformat() if incident.due_at else ""}


def _thanks(turn: Turn, reference: str, due_at: str) -> View:
    say = turn.say
    lines = [say("Thank you. Your report is on record as *%(reference)s*.", reference=reference)]
    if due_at:
        moment = turn.moment(datetime.fromisoformat(due_at))
        lines.append(say("The clock runs until %(moment)s at the latest.", moment=moment))
    lines += [_who_is_told(turn, reference), say("You can follow it in the App Home of Meldklok.")]
    if turn.actor.id is not None:
        lines.append(page_link(turn, reference))
    return done_view(turn, say("Report received"), lines)


def _who_is_told(turn: Turn, reference: str) -> str:
    """Only what is so: to whom a message is on its way, or that the reporter has to tell somebody."""
    names = [name for name in addressed(turn.session, reference) if name != turn.actor.name]
    if names:
        return turn.counted(
            "A message is on its way to %(names)s. You get one here as soon as it has arrived; if none comes within "
            "ten minutes, please call.",
            "A message is on its way to %(names)s. You get one here as soon as it has arrived; if none comes within "
            "ten minutes, please call one of them.",
            len(names),
            names=escape_mrkdwn(", ".join(names)),
        )
    if turn.deps.settings.slack_channel:
        return turn.say(
            "It is being announced in <#%(channel)s>. Nobody is told by name: please look whether somebody takes it.",
            channel=turn.deps.settings.slack_channel,
        )
    return turn.say("*Nobody on duty can be reached by Meldklok.* Please tell the data protection officer yourself.")


def readable(text: str) -> str:
    """The text of a message as its reader saw it: Slack sends `&`, `<` and `>` escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def moment_of(ts: str) -> datetime | None:
    """The instant in a message's time stamp."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def carried(reference: str, **more: object) -> str:
    """What a form about an incident carries along."""
    return json.dumps({"ref": reference, **more})
