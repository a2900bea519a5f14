"""`meldklok law`: ask the law package from the command line, without a database."""

import json
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from incident.domain.kernel.json import Json, JsonObject
from incident.law.deadlines import Deadline, deadlines
from incident.law.errors import LawError
from incident.law.explain import explain, remark_text, title
from incident.law.facts import BreachFacts
from incident.law.instants import known_zone, read_instant
from incident.law.obligations import Obligation, obligations, rules_for
from incident.law.regimes import Regime, all_regimes, settings
from incident.law.rulesets import RuleSet
from incident.law.texts import DEFAULT_ZONE, LANGUAGES, sentence
from incident.law.trace import Reason
from incident.law.vocabulary import RiskLevel

_ELSEWHERE: Final = {
    "assess": "incident.cli.law_assess",
    "schema": "incident.cli.law_assess",
    "form": "incident.cli.law_form",
}

_zone = click.option("--zone", default=DEFAULT_ZONE, show_default=True, help="Time zone of times without an offset.")
_language = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_proposals = click.option("--proposals", is_flag=True, help="What if the drafts that are not law were in force?")


class LawCommands(click.Group):
    """The commands of this module and those that live in a module of their own, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of the alphabet."""
        return sorted(
            {*super().list_commands(ctx), *(name for name, module in _ELSEWHERE.items() if find_spec(module))}
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name; None when there is none."""
        if cmd_name in _ELSEWHERE and cmd_name in self.list_commands(ctx):
            command: click.Command = getattr(import_module(_ELSEWHERE[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a question the law cannot answer becomes one sentence on standard error, exit status 1."""
        try:
            return super().invoke(ctx)
        except LawError as problem:
            raise click.ClickException(explain_error(problem, "en")) from problem


def explain_error(problem: LawError, language: str) -> str:
    """The sentence of a refused question, without its citation."""
    return sentence(problem.reason.text_id, problem.reason.params, language)


@click.group(cls=LawCommands)
def law() -> None:
    """Deadlines, duties and forms by the letter of the law.

    \b
    Example:
      meldklok law deadline --aware-at 2026-10-23T16:20 --json
    """


@law.command("deadline")
@click.option("--aware-at", required=True, metavar="TIME", help="Moment of awareness, like 2026-10-23T16:20.")
@_zone
@_language
@_proposals
@_as_json
def deadline_command(aware_at: str, zone: str, language: str, proposals: bool, as_json: bool) -> None:
    """Compute the 72 hours of GDPR art. 33(1).

    TIME is local time in --zone, or carries its own offset (2026-10-25T02:30+02:00). A local time that the clock
    skips or shows twice needs its offset.

    \b
    Example:
      meldklok law deadline --aware-at 2026-10-23T16:20 --zone Europe/Amsterdam --json
    """
    known_zone(zone)
    clock = _authority_clock(read_instant(aware_at, zone), proposals)
    click.echo(_dump(as_document(clock, zone, language)) if as_json else explain(clock, language, zone))


def _authority_clock(at: datetime, proposals: bool) -> Deadline:
    facts = BreachFacts(aware_at=at)
    rules = RuleSet.at(at, include_proposals=proposals)
    return deadlines(obligations(facts, rules), facts, rules)[0]


def as_document(clock: Deadline, zone: str, language: str) -> JsonObject:
    """A deadline as the documented JSON: instants in UTC, the due time also in `zone`."""
    remarks = [
        {"id": remark.id, "at": remark.at.isoformat(), "text": remark_text(remark, language, zone)}
        for remark in clock.remarks
    ]
    return {
        "due_at": clock.due_at.isoformat(),
        "due_at_local": clock.due_at.astimezone(known_zone(zone)).isoformat(),
        "remarks": remarks,
        "ruleset": clock.ruleset,
    }


@law.command("explain")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--aware-at", metavar="TIME", help="Moment of awareness, instead of FILE or in its place.")
@click.option("--risk", type=click.Choice([level.value for level in RiskLevel]), help="The accepted risk level.")
@click.option("--regime", "regimes", multiple=True, type=click.Choice(settings()), help="Other law that applies.")
@_zone
@_language
@_proposals
@_as_json
def explain_command(
    file: Path | None,
    aware_at: str | None,
    risk: str | None,
    regimes: tuple[str, ...],
    zone: str,
    language: str,
    proposals: bool,
    as_json: bool,
) -> None:
    """Say who must be told of a breach, until when, and why.

    FILE holds the facts of a breach as JSON (the fields of the fact sheet).

    \b
    Example:
      meldklok law explain --aware-at 2026-10-23T16:20 --risk high --language nl
      meldklok law explain breach.json --regime cbw
    """
    facts, rules = _case(file, aware_at, zone, proposals)
    found = obligations(facts, rules, risk=RiskLevel(risk) if risk else None, regimes=frozenset(regimes))
    clocks = {clock.obligation_id: clock for clock in deadlines(found, facts, rules)}
    findings = _findings(facts)
    if as_json:
        duties = [_duty_document(duty, clocks.get(duty.id), zone, language) for duty in found]
        told = [explain(finding, language, zone) for finding in findings]
        click.echo(_dump({"ruleset": rules.version, "obligations": duties, "findings": told}))
    else:
        parts = [explain((duty, *([clocks[duty.id]] if duty.id in clocks else [])), language, zone) for duty in found]
        once = ["\n".join(dict.fromkeys(part.splitlines())) for part in parts]
        click.echo("\n\n".join([*once, *(explain(finding, language, zone) for finding in findings)]))


def _case(file: Path | None, aware_at: str | None, zone: str, proposals: bool) -> tuple[BreachFacts, RuleSet]:
    from incident.platform.clock import SystemClock

    if file is None and aware_at is None:
        raise click.UsageError("Give a FILE with facts, or --aware-at.")
    known_zone(zone)
    facts = _read(file) if file else BreachFacts()
    if aware_at is not None:
        facts = replace(facts, aware_at=read_instant(aware_at, zone))
    return facts, rules_for(facts, SystemClock().now(), include_proposals=proposals)


def _read(file: Path) -> BreachFacts:
    from incident.domain.fact_sheet import from_json
    from incident.domain.kernel.errors import Invalid

    try:
        return from_json(json.loads(file.read_text("utf-8")))
    except Invalid as problem:
        raise click.ClickException(f"{file}, field {problem.field}: {problem}") from problem
    except (ValueError, TypeError) as problem:
        raise click.ClickException(f"{file} is not a JSON object with the facts of a breach: {problem}") from problem


def _findings(facts: BreachFacts) -> tuple[Reason, ...]:
    from incident.law.awareness import awareness_findings
    from incident.platform.clock import SystemClock

    return awareness_findings(facts, now=SystemClock().now())


def _duty_document(duty: Obligation, clock: Deadline | None, zone: str, language: str) -> JsonObject:
    return {
        "id": duty.id,
        "title": title(duty.id, language),
        "duty": duty.duty.value,
        "waits_for": sentence(duty.waits_for, (), language) if duty.waits_for else None,
        "reasons": explain(duty.reasons, language, zone).splitlines(),
        "deadline": as_document(clock, zone, language) if clock else None,
    }


@law.command("book")
@_language
def book_command(language: str) -> None:
    """Print every rule, value, source and open question, for a lawyer to read and a board to approve (Markdown).

    \b
    Example:
      meldklok law book --language nl > method.md
    """
    from incident.law.book import book

    click.echo(book(language), nl=False)


@law.command("regimes")
@_language
@_as_json
def regimes_command(language: str, as_json: bool) -> None:
    """List every duty to notify, with its period, its source, and how surely the source was read.

    Certainty: P primary text read, S secondary source, K own knowledge. Status: in force, policy (house rule),
    proposal (not law).

    \b
    Example:
      meldklok law regimes --json
    """
    rows = [_regime_document(regime, language) for regime in all_regimes()]
    if as_json:
        click.echo(_dump(rows))
        return
    table = [_COLUMNS, *(tuple(str(row[name] or "-") for name in _COLUMNS) for row in rows)]
    widths = [max(len(line[index]) for line in table) for index in range(len(_COLUMNS))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


_COLUMNS: Final = ("id", "version", "status", "setting", "valid_from", "period", "anchor", "certainty", "citation")


def _regime_document(regime: Regime, language: str) -> JsonObject:
    return {
        "id": regime.id,
        "version": regime.version,
        "title": title(regime.id, language),
        "status": regime.status.value,
        "setting": regime.setting,
        "valid_from": regime.valid_from.isoformat() if regime.valid_from else None,
        "valid_to": regime.valid_to.isoformat() if regime.valid_to else None,
        "anchor": regime.anchor.value,
        "period": str(regime.period) if regime.period else None,
        "longest": str(regime.longest) if regime.longest else None,
        "threshold": regime.threshold.value,
        "recipient": sentence(regime.recipient, (), language),
        "form": regime.form or None,
        "citation": regime.citation,
        "certainty": regime.certainty.value,
        "note": sentence(regime.note, (), language) if regime.note else None,
    }


def _dump(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
