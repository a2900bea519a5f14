"""Record that a person filed the notice, with the authority's number."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.forms import CONFIRMATION, form_of, form_view, record_once
from bot.turn import Turn
from incident.domain.kernel.errors import IllegalMove
from incident.domain.kinds import Addressee
from incident.law.labels import choices
from incident.law.vocabulary import NoticeChannel
from incident.slack.shapes import View
from incident.slack.words import addressee_word
from incident.store.queries.case import case_file
from incident.usecases.common.inbound import Result
from incident.usecases.notices.submit import RecordSubmission, record_submission

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "submission"
PORTAL: Final = "portal"


def submission_view(turn: Turn, incident: "Incident") -> View:
    """The form, over the approved notices that have not been sent. Raises IllegalMove where there is none."""
    say = turn.say
    files = [file for file in case_file(turn.session, incident).notices if file.approval and not file.submissions]
    if not files:
        raise IllegalMove("There is no approved notice that waits to be sent. Have one approved first.")
    notices = [(str(file.notice.id), addressee_word(file.notice.addressee, turn.language)) for file in files]
    channels = [(PORTAL, say("The AP's portal")), *choices(NoticeChannel, turn.language)]
    authority = files[0].notice.addressee is Addressee.AUTHORITY
    rows = [
        blocks.field("notice", say("Which notice?"), blocks.one_of(notices, notices[0][0]), optional=False),
        *blocks.instant(
            "submitted_at",
            say("When was it sent? (date)"),
            say("When was it sent? (time)"),
            turn.zone,
            turn.now,
            say("Times are in %(zone)s.", zone=turn.zone.key),
        ),
        blocks.field("channel", say("How?"), blocks.one_of(channels, PORTAL if authority else None), optional=False),
        blocks.field(CONFIRMATION, say("Number of the confirmation (AP number)"), blocks.text_input(limit=255)),
        blocks.field("recipients", say("How many people were reached?"), blocks.text_input(limit=15)),
        blocks.field("delay_reason", say("If after the deadline: why so late?"), blocks.text_input(multiline=True)),
        blocks.field("note", say("Remark"), blocks.text_input(multiline=True)),
    ]
    return form_view(turn, incident, FORM, say("Record the submission"), rows)


def submit_submission(turn: Turn) -> None:
    """Record it; the deadline is met at the moment of sending."""
    record_once(turn, lambda: _record(turn))


def _record(turn: Turn) -> Result:
    form = form_of(turn)
    command = RecordSubmission(
        actor=turn.actor,
        notice=UUID(str(form.one("notice"))),
        submitted_at=form.moment("submitted_at") or turn.now,
        channel=form.one("channel") or PORTAL,
        reference=form.text(CONFIRMATION),
        recipients=form.whole("recipients"),
        delay_reason=form.text("delay_reason"),
        note=form.text("note"),
    )
    return {"submission": str(record_submission(command, session=turn.session, now=turn.now).id)}
