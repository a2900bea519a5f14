"""Decide whether to notify the authority and to inform the data subjects: both in one go, with one reason."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.compare import meanwhile
from bot.earlier import earlier
from bot.forms import assessed, form_of, form_view, record_once, reported
from bot.turn import Turn
from incident.domain.kernel.errors import Conflict, Invalid
from incident.domain.kernel.roles import Permission, may
from incident.domain.kinds import Subject
from incident.law.labels import choices
from incident.law.vocabulary import Actor, NotInformingGround, RiskLevel
from incident.slack.shapes import Block, View
from incident.usecases.clock.deadlines import FOLLOW_UP, open_deadline
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.close_when_agreed import CloseWhenAgreed, close_when_agreed
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.further_duties import DecideDuty, decide_duty
from incident.usecases.response.propose import live_decision

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "decide"
REASON_PEOPLE: Final = "reason_subjects"


def decide_view(turn: Turn, incident: "Incident", first: Sequence[Block] = ()) -> View:
    """The form: each question with what is proposed and what was decided, below what is to be read first."""
    say, session = turn.say, turn.session
    rows = [
        *(first or [assessed(turn, incident)]),
        *reported(turn, incident),
        *earlier(turn, incident),
        _asked(turn, incident, Subject.AUTHORITY, say("Notify the authority (AP)")),
        _asked(turn, incident, Subject.SUBJECTS, say("Inform the data subjects")),
    ]
    if open_deadline(session, incident, FOLLOW_UP):
        rows.append(_asked(turn, incident, Subject.DUTY, say("File a follow-up with the authority (AP)")))
    rows += [
        blocks.field("reason", say("Why?"), blocks.text_input(multiline=True), optional=False),
        blocks.field(
            REASON_PEOPLE,
            say("Another reason for the data subjects?"),
            blocks.text_input(multiline=True),
            hint=say("Needed where data subjects at high risk are not informed: it stands in the authority's form."),
        ),
        blocks.field(
            "ground",
            say("If data subjects at high risk are not informed: on which ground?"),
            blocks.one_of(choices(NotInformingGround, turn.language)),
        ),
        *_closing(turn, incident),
    ]
    return form_view(turn, incident, FORM, say("Decide"), rows, decided=_decided(turn, incident))


def _decided(turn: Turn, incident: "Incident") -> dict[str, str]:
    """Which decisions stand, by what they are about."""
    found = ((subject, live_decision(turn.session, incident, subject)) for subject in Subject)
    return {subject.value: str(row.id) for subject, row in found if row is not None}


def _asked(turn: Turn, incident: "Incident", subject: Subject, words: str) -> Block:
    """One question, with no answer chosen: a person decides. Below it what is proposed, and what stands already."""
    say = turn.say
    answers = {True: say("Yes"), False: say("No (a second person then has to agree)")}
    told = []
    if incident.risk is not None and subject is not Subject.DUTY:
        least = {Subject.AUTHORITY: RiskLevel.UNLIKELY}.get(subject)
        yes = incident.risk is not least if least else incident.risk is RiskLevel.HIGH
        told.append(say("Proposed: %(answer)s", answer=say("Yes") if yes else say("No")))
    stands = live_decision(turn.session, incident, subject)
    if stands is not None and subject is not Subject.DUTY:
        told.append(say("Decided: %(answer)s", answer=say("Yes") if stands.act else say("No")))
    choice = blocks.radio([("yes", answers[True]), ("no", answers[False])])
    return blocks.field(subject.value, words, choice, hint=" · ".join(told))


def _closing(turn: Turn, incident: "Incident") -> list[Block]:
    """Where nobody needs to be told, the closing can be prepared along: once all is agreed nobody has to come back."""
    if incident.risk is not RiskLevel.UNLIKELY or not may(turn.actor, Permission.CLOSE):
        return []
    say, cause = turn.say, current_facts(turn.session, incident).actor
    return [
        blocks.field("cause", say("What caused it?"), blocks.one_of(choices(Actor, turn.language), cause.value)),
        blocks.field(
            "lessons",
            say("What was learned?"),
            blocks.text_input(multiline=True),
            hint=say(
                "With an answer here the incident closes as soon as everything is agreed and nothing else is left."
            ),
        ),
    ]


def submit_decide(turn: Turn) -> None:
    """Record what was decided, a no waits for a second person; what a colleague decided meanwhile is shown first."""
    try:
        record_once(turn, lambda: _decide(turn))
    except Conflict:
        turn.session.rollback()
        incident = find_incident(turn.session, str(turn.metadata["ref"]), turn.actor)
        turn.replace(decide_view(turn, incident, [blocks.section(meanwhile(turn)), assessed(turn, incident)]))


def _decide(turn: Turn) -> Result:
    form, reference = form_of(turn), str(turn.metadata["ref"])
    taken = [(subject, form.one(subject.value) == "yes") for subject in Subject if form.one(subject.value)]
    if not taken:
        raise Invalid("Choose yes or no.", field=Subject.AUTHORITY.value)
    incident = find_incident(turn.session, reference, turn.actor)
    _check_reasons(turn, incident, dict(taken))
    stands = _decided(turn, incident)
    if any(stands.get(subject.value) != turn.metadata["decided"].get(subject.value) for subject, _ in taken):
        raise Conflict("Somebody changed the same answers meanwhile. Compare both and choose.")
    made = [_record(turn, subject, act) for subject, act in taken]
    if form.text("lessons").strip():
        wish = CloseWhenAgreed(turn.actor, reference, form.one("cause") or "", form.text("lessons"))
        close_when_agreed(wish, session=turn.session, now=turn.now)
    return {"decisions": made}


def _check_reasons(turn: Turn, incident: "Incident", taken: dict[Subject, bool]) -> None:
    """At high risk, why the authority is told is never why the people are not, and the authority reads the second."""
    differ = taken.get(Subject.AUTHORITY) is True and taken.get(Subject.SUBJECTS) is False
    if differ and incident.risk is RiskLevel.HIGH and not form_of(turn).text(REASON_PEOPLE).strip():
        raise Invalid("Write why the data subjects are not informed.", field=REASON_PEOPLE)


def _record(turn: Turn, subject: Subject, act: bool) -> str:
    form, reference = form_of(turn), str(turn.metadata["ref"])
    if subject is Subject.DUTY:
        duty = DecideDuty(turn.actor, reference, FOLLOW_UP, act, form.text("reason"))
        return str(decide_duty(duty, session=turn.session, now=turn.now).id)
    people = subject is Subject.SUBJECTS
    ground = form.one("ground") if people else None
    command = Decide(
        actor=turn.actor,
        incident=reference,
        subject=subject,
        act=act,
        reason=(form.text(REASON_PEOPLE) if people else "") or form.text("reason"),
        ground=NotInformingGround(ground) if ground else None,
    )
    return str(decide(command, session=turn.session, now=turn.now).id)
