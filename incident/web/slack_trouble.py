"""What went wrong last with an incident's room in Slack, in a sentence for people, and what they can do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from incident.usecases.messages.rooms import GONE

if TYPE_CHECKING:
    from incident.store.models import SlackRoom


@dataclass(frozen=True, slots=True)
class Trouble:
    """One sentence about what is wrong, and one about what to do."""

    what: str
    cure: str


def trouble_of(room: "SlackRoom | None") -> Trouble | None:
    """The trouble of a room whose last change failed; None where all is well or there is no room."""
    code = room.last_error if room is not None else None
    if not code:
        return None
    from incident.slack.errors import NOT_ALLOWED, TOKEN

    if code in GONE:
        return Trouble(
            _("The Slack room of this incident was archived, or Meldklok is no longer in it."),
            _(
                "Unarchive the room in Slack, or invite Meldklok again: within minutes it is up to date by itself. "
                "Until then messages come in the security channel."
            ),
        )
    if code in NOT_ALLOWED:
        return Trouble(
            _("Slack does not let Meldklok make a room for this incident; the thread in the security channel is used."),
            _("Ask whoever runs Slack to allow private channels for the app. Nothing is lost meanwhile."),
        )
    if code in TOKEN:
        return Trouble(
            _("Slack refuses Meldklok, so nothing about this incident arrives there."),
            _("Tell the team by telephone or e-mail, and ask an administrator to look at System status."),
        )
    return Trouble(
        _("The Slack room of this incident could not be brought up to date."),
        _("Meldklok keeps trying. If this message stays, ask an administrator to look at System status."),
    )
