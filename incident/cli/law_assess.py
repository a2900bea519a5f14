"""`meldklok law assess` and `meldklok law schema`: judge the risk of a breach from a file, without a database."""

import json
from dataclasses import replace
from typing import IO

import click

from incident.domain.kernel.json import JsonObject
from incident.law.explain import explain
from incident.law.risk import Assessment, OpenAnswer, sensitivity
from incident.law.risk import assess as judge
from incident.law.risk.answers import RiskAnswers
from incident.law.rulesets import RuleSet
from incident.law.texts import LANGUAGES


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assess(file: IO[bytes], language: str, as_json: bool) -> None:
    """Propose the risk of a breach for people, and the duties that follow.

    FILE holds the answers as JSON, see `meldklok law schema`; "-" reads standard input. An answer that is left out is
    unknown and counts as the worst case. The EDPB factors give the proposal, the ENISA score stands beside it; a
    person decides.

    \b
    Example:
      meldklok law assess answers.json --json
      echo '{}' | meldklok law assess - --language nl
    """
    answers, rules = _read(file), _rules_now()
    result, open_answers = judge(answers, rules), sensitivity(answers, rules)
    if as_json:
        click.echo(json.dumps(as_document(result, open_answers), ensure_ascii=False, indent=2))
    else:
        click.echo(explain((replace(result, unknowns=()), *open_answers), language))


@click.command()
def schema() -> None:
    """Print the JSON Schema of the FILE of `meldklok law assess`.

    \b
    Example:
      meldklok law schema > risk-answers.schema.json
    """
    from incident.law.risk.schema import answers_schema

    click.echo(json.dumps(answers_schema(), ensure_ascii=False, indent=2))


def _read(file: IO[bytes]) -> RiskAnswers:
    from incident.law.risk.schema import WrongAnswers, read_answers

    try:
        return read_answers(file.read())
    except WrongAnswers as wrong:
        told = "\n".join(f"  {path}: {text}" for path, text in wrong.problems)
        raise click.ClickException(
            f"{getattr(file, 'name', '-')} is not a file of answers (see `meldklok law schema`):\n{told}"
        ) from wrong


def _rules_now() -> RuleSet:
    from incident.platform.clock import SystemClock

    return RuleSet.at(SystemClock().now())


def as_document(result: Assessment, open_answers: tuple[OpenAnswer, ...]) -> JsonObject:
    """An assessment as the documented JSON."""
    enisa = result.enisa
    return {
        "risk": result.risk.value,
        "notify_authority": result.notify_authority,
        "inform_subjects": result.inform_subjects,
        "enisa": {
            "dpc": enisa.dpc,
            "ei": enisa.ei,
            "cb": enisa.cb,
            "se": enisa.se,
            "level": enisa.level.value,
            "flags": [flag.value for flag in enisa.flags],
        },
        "findings": [
            {
                "rule": found.rule,
                "effect": found.effect.value,
                "citation": found.citation,
                "basis": found.basis.value,
            }
            for found in result.findings
        ],
        "unknowns": [_unknown_document(answer) for answer in open_answers],
    }


def _unknown_document(answer: OpenAnswer) -> JsonObject:
    outcomes = {option: level.value for option, level in answer.outcomes.items()}
    return {"field": answer.question, "would_change_outcome": answer.changes.value, "outcomes": outcomes}
