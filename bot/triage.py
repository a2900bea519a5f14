"""Is it a personal-data breach, and since when are we aware?"""

from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.forms import form_of, form_view, record_once
from bot.turn import Turn
from incident.law.labels import choices
from incident.law.vocabulary import Nature, Role
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "triage"


def triage_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form. "No" needs a reason and goes to a second person."""
    say, language = turn.say, turn.language
    answers = [("yes", say("Yes, it is a breach of personal data")), ("no", say("No"))]
    rows = [
        blocks.field("answer", say("Is it a breach of personal data?"), blocks.radio(answers), optional=False),
        *blocks.instant(
            "aware_at",
            say("Since when are you reasonably certain? (date)"),
            say("Since when are you reasonably certain? (time)"),
            turn.zone,
            incident.aware_at,
            say("Times are in %(zone)s.", zone=turn.zone.key),
        ),
        blocks.field("aware_person", say("Who became aware?"), blocks.text_input(turn.actor.name, limit=255)),
        blocks.field("aware_ground", say("Why was it certain then?"), blocks.text_input(multiline=True)),
        blocks.field("nature", say("What was broken?"), blocks.some_of(choices(Nature, language))),
        blocks.field("role", say("Our role"), blocks.one_of(choices(Role, language), Role.CONTROLLER.value)),
        blocks.field("reason", say("If not a breach: why not?"), blocks.text_input(multiline=True)),
    ]
    return form_view(turn, incident, FORM, say("Is it a breach?"), rows)


def submit_triage(turn: Turn) -> None:
    """Record yes, or propose no."""
    record_once(turn, lambda: _triage(turn))


def _triage(turn: Turn) -> dict[str, Any]:
    form, reference = form_of(turn), str(turn.metadata["ref"])
    if form.one("answer") == "no":
        deny_breach(DenyBreach(turn.actor, reference, form.text("reason")), session=turn.session, now=turn.now)
        return {"answer": "no"}
    confirm_breach(
        ConfirmBreach(
            actor=turn.actor,
            incident=reference,
            aware_at=form.moment("aware_at"),
            aware_person=form.text("aware_person"),
            aware_ground=form.text("aware_ground"),
            role=Role(form.one("role") or Role.CONTROLLER),
            nature=tuple(Nature(value) for value in form.some("nature")),
        ),
        session=turn.session,
        now=turn.now,
    )
    return {"answer": "yes"}
