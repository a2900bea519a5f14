"""The risk in short form: seven questions; both assessors propose, the person adopts or deviates with a reason."""

from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.confirmation import done_view, page_link
from bot.forms import form_of, form_view, record_once
from bot.turn import Turn
from incident.law.facts import BreachFacts
from incident.law.labels import choices, field_label, label
from incident.law.risk.questions import options, question
from incident.law.vocabulary import DataCategory, Disclosure, Nature, Protection, Recipient, RiskLevel
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.assess import AssessRisk, assess_risk

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "assess"


def assess_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form, filled in with what the fact sheet says already."""
    say = turn.say
    rows = [
        blocks.section(say("What you leave open counts as the worst case. The page asks all questions.")),
        *_questions(turn.language, current_facts(turn.session, incident)),
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


def _questions(language: str, facts: BreachFacts) -> list[blocks.Block]:
    number = facts.subjects_max if isinstance(facts.subjects_max, int) else None
    protection = facts.protection[0].value if facts.protection else None
    ease = [(value, meaning) for value, meaning in options("identification", language).items()]
    return [
        blocks.field(
            "nature",
            question("nature", language),
            blocks.some_of(choices(Nature, language), [each.value for each in facts.nature]),
        ),
        blocks.field(
            "disclosure",
            question("disclosure", language),
            blocks.one_of(choices(Disclosure, language), facts.disclosure.value),
        ),
        blocks.field(
            "data",
            field_label("data_categories", language).ask,
            blocks.some_of(choices(DataCategory, language), [each.value for each in facts.data_categories]),
        ),
        blocks.field("identification", question("identification", language), blocks.one_of(ease)),
        blocks.field(
            "recipient",
            question("recipient", language),
            blocks.one_of(choices(Recipient, language), facts.recipient.value),
        ),
        blocks.field(
            "protection", question("protection", language), blocks.one_of(choices(Protection, language), protection)
        ),
        blocks.field(
            "subjects_number",
            question("subjects_number", language),
            blocks.text_input(str(number) if number is not None else "", limit=15),
        ),
    ]


def submit_assess(turn: Turn) -> None:
    """Run both assessors and show what is on record now."""
    result = record_once(turn, lambda: _assess(turn))
    say, reference = turn.say, str(turn.metadata["ref"])
    proposed = label(RiskLevel(str(result["proposed"])), turn.language)
    adopted = label(RiskLevel(str(result["risk"])), turn.language)
    lines = [
        say("Proposed: *%(level)s*", level=proposed),
        say("On record: *%(level)s*", level=adopted),
    ]
    if result["waits"]:
        lines.append(say("A lower judgement waits for a second person; until then the proposal counts."))
    lines.append(page_link(turn, reference))
    turn.replace(done_view(turn, say("Risk"), lines))


def _assess(turn: Turn) -> dict[str, Any]:
    form = form_of(turn)
    chosen = form.one("risk")
    command = AssessRisk(
        actor=turn.actor,
        incident=str(turn.metadata["ref"]),
        answers=_answers(turn),
        risk=RiskLevel(chosen) if chosen else None,
        deviation_reason=form.text("deviation_reason"),
    )
    row = assess_risk(command, session=turn.session, now=turn.now)
    waits = chosen is not None and RiskLevel(chosen) is not row.risk
    return {"proposed": row.proposed_risk.value, "risk": row.risk.value, "waits": waits}


def _answers(turn: Turn) -> dict[str, Any]:
    """The answers as plain values; what was left open is left out, and so counts as not known."""
    form = form_of(turn)
    number = form.number("subjects_number")
    answers: dict[str, Any] = {
        "nature": list(form.some("nature")),
        "data": [{"category": category} for category in form.some("data")],
        "disclosure": form.one("disclosure"),
        "identification": form.one("identification"),
        "recipient": form.one("recipient"),
        "protection": form.one("protection"),
        "subjects_number": number,
    }
    return {name: value for name, value in answers.items() if value not in (None, [])}
