"""The risk: what the facts answer stands there already; both assessors propose, the person adopts or deviates."""

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.confirmation import done_view, page_link
from bot.decide import decide_view
from bot.forms import form_of, form_view, record_once
from bot.turn import Turn
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.roles import Permission, may
from incident.domain.risk_document import answers_from
from incident.law.facts_from_risk import updated
from incident.law.labels import choices, field_label, label
from incident.law.risk.answers import EaseOfIdentification, Intent, RecipientResponse, Restoration, VulnerableGroup
from incident.law.risk.open_questions import BEARS, open_questions
from incident.law.risk.questions import labels, question
from incident.law.risk.schema import write_answers
from incident.law.risk_from_facts import risk_answers
from incident.law.vocabulary import (
    Actor,
    Alteration,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    RiskLevel,
    Ternary,
)
from incident.slack.shapes import Block, View
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.assess import AssessRisk, assess_risk, latest_assessment

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "assess"
ASKED: Final[Mapping[str, type[Enum] | None]] = {
    "nature": Nature,
    "disclosure": Disclosure,
    "alteration": Alteration,
    "restoration": Restoration,
    "backup": Ternary,
    "data": DataCategory,
    "identification": EaseOfIdentification,
    "protection": Protection,
    "key_safe": Ternary,
    "recipient": Recipient,
    "recipients_number": None,
    "recipient_response": RecipientResponse,
    "actor": Actor,
    "intent": Intent,
    "subjects_number": None,
    "vulnerable": VulnerableGroup,
}
"""What is asked here, where it bears on the breach; a number has no list. The page asks the finer points besides."""
LISTS: Final = frozenset({"nature", "data", "vulnerable"})
NONE_OF_THESE: Final = "none_of_these"


def assess_view(turn: Turn, incident: "Incident") -> View:
    """The form, filled in with what is on record already."""
    say, known = turn.say, known_answers(turn, incident)
    read = answers_from(known)
    asked = [name for name in ASKED if name not in BEARS or BEARS[name](read)]
    rows = [
        blocks.section(say("What you leave open counts as the worst case. The page asks all questions.")),
        *(_row(turn, name, known.get(name)) for name in asked),
        blocks.field(
            "risk",
            say("Your judgement (leave open to adopt the proposal)"),
            blocks.one_of(choices(RiskLevel, turn.language)),
        ),
        blocks.field(
            "deviation_reason", say("If you judge otherwise than the proposal: why?"), blocks.text_input(multiline=True)
        ),
    ]
    return form_view(turn, incident, FORM, say("Assess the risk"), rows)


def known_answers(turn: Turn, incident: "Incident") -> JsonObject:
    """The newest assessment brought in line with the facts, or what the facts say where nothing was assessed."""
    facts, last = current_facts(turn.session, incident), latest_assessment(turn.session, incident)
    return write_answers(risk_answers(facts) if last is None else updated(answers_from(last.answers), facts))


def _row(turn: Turn, name: str, value: Json) -> Block:
    language, kind = turn.language, ASKED[name]
    words = field_label("data_categories", language).ask if name == "data" else question(name, language)
    known = None if value == "unknown" else value
    if kind is None:
        return blocks.field(name, words, blocks.text_input("" if known is None else str(known), limit=15))
    found = labels(name, language) or list(choices(kind, language))
    if name not in LISTS:
        return blocks.field(name, words, blocks.one_of(found, known))
    if name == "vulnerable":
        found.append((NONE_OF_THESE, turn.say("None of these")))
    chosen = [item["category"] if name == "data" else item for item in known or ()]
    return blocks.field(name, words, blocks.some_of(found, [NONE_OF_THESE] if known == [] else chosen))


def submit_assess(turn: Turn) -> None:
    """Run both assessors and show what is on record now; who may decide goes on with that."""
    result = record_once(turn, lambda: _assess(turn))
    lines = _told(turn, result)
    incident = find_incident(turn.session, str(turn.metadata["ref"]), turn.actor)
    if may(turn.actor, Permission.DECIDE):
        turn.replace(decide_view(turn, incident, [blocks.section("\n".join(lines))]))
        return
    turn.replace(done_view(turn, turn.say("Risk"), [*lines, page_link(turn, incident.reference)]))


def _told(turn: Turn, result: Result) -> list[str]:
    say = turn.say
    proposed = label(RiskLevel(str(result["proposed"])), turn.language)
    adopted = label(RiskLevel(str(result["risk"])), turn.language)
    lines = [
        say("Proposed: *%(level)s*", level=proposed),
        say("On record: *%(level)s*", level=adopted),
    ]
    if result["open"]:
        lines.insert(1, say("Open questions: *%(count)s*. Each counts as the worst case.", count=result["open"]))
    if result["waits"]:
        lines.append(say("A lower judgement waits for a second person; until then the proposal counts."))
    return lines


def _assess(turn: Turn) -> Result:
    form, reference = form_of(turn), str(turn.metadata["ref"])
    known = known_answers(turn, find_incident(turn.session, reference, turn.actor))
    chosen = form.one("risk")
    command = AssessRisk(
        actor=turn.actor,
        incident=reference,
        answers=_answers(turn, known),
        risk=RiskLevel(chosen) if chosen else None,
        deviation_reason=form.text("deviation_reason"),
    )
    row = assess_risk(command, session=turn.session, now=turn.now)
    waits = chosen is not None and RiskLevel(chosen) is not row.risk
    unknown = len(open_questions(answers_from(row.answers)))
    return {"proposed": row.proposed_risk.value, "risk": row.risk.value, "open": unknown, "waits": waits}


def _answers(turn: Turn, known: Mapping[str, Json]) -> JsonObject:
    """What is on record with what the form says; what was left open there is left out, and so counts as not known."""
    form = form_of(turn)
    asked = [name for name in ASKED if name in form]
    answers = {name: value for name, value in known.items() if name not in asked}
    for name in asked:
        value = form.number(name) if ASKED[name] is None else form.some(name) if name in LISTS else form.one(name)
        if value not in (None, ()):
            answers[name] = list(value) if isinstance(value, tuple) else value
    if "data" in asked and "data" in answers:
        items = known.get("data")
        before = {item["category"]: item for item in items} if isinstance(items, list) else {}
        answers["data"] = [before.get(category, {"category": category}) for category in answers["data"]]
    if "vulnerable" in answers and isinstance(answers["vulnerable"], list):
        answers["vulnerable"] = [value for value in answers["vulnerable"] if value != NONE_OF_THESE]
    return answers
