"""`meldklok law form`: the authority's form or the EDPB template, filled from an incident or from a file of facts."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from incident.domain.kernel.json import Json, JsonObject
from incident.domain.organisation import NOBODY_YET, OrganisationProfile, load_profile
from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledForm
from incident.law.forms.catalogue import CATALOGUES
from incident.law.forms.edpb_1_0 import edpb_interchange
from incident.law.forms.edpb_validation import validate_edpb
from incident.law.forms.filing import FilingContext, FilingKind
from incident.law.forms.fill import fill_as_known
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import UNKNOWN, RiskLevel

EDPB = "edpb-1.0"
KINDS = {"first": FilingKind.FIRST_COMPLETE, "follow-up": FilingKind.FOLLOW_UP, "withdrawal": FilingKind.WITHDRAWAL}
SIGNS = {"recorded": " ", "follows": " ", "derived": "~", "unknown": "?", "missing": "!"}
Filing = tuple[BreachFacts, OrganisationProfile, FilingContext]


@click.command()
@click.argument("catalogue", type=click.Choice(CATALOGUES))
@click.option("--incident", "reference", help="Reference of the incident to fill the form from.")
@click.option("--facts", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Facts as JSON.")
@click.option("--organisation", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Profile (TOML).")
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Kind of filing; without it, what the record calls for.")
@click.option("--risk", type=click.Choice([level.value for level in RiskLevel]), help="The risk that was decided.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the notes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; for edpb-1.0 in its interchange form.")
def form(
    catalogue: str,
    reference: str | None,
    file: Path | None,
    organisation: Path | None,
    kind: str | None,
    risk: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Fill the AP form (ap-2022) or the EDPB template (edpb-1.0).

    A filing with open answers is called provisional by itself. What the EDPB template's own conditions find wrong is
    told on standard error.

    \b
    Example:
      meldklok law form ap-2022 --incident DL-2026-0007
      meldklok law form edpb-1.0 --facts facts.json --risk high --json
    """
    if (reference is None) == (file is None):
        raise click.UsageError("Give either --incident or --facts.")
    facts, profile, context = _from_file(file) if file else _from_record(str(reference))
    profile = load_profile(organisation) if organisation else profile
    context = _adjusted(context, kind, risk)
    filled = fill_as_known(catalogue, facts, profile, context, language)
    _show(filled, context.now, as_json=as_json)


def _adjusted(context: FilingContext, kind: str | None, risk: str | None) -> FilingContext:
    chosen = KINDS[kind] if kind else context.kind
    return replace(context, kind=chosen, risk=RiskLevel(risk) if risk else context.risk)


def _from_file(file: Path) -> Filing:
    from incident.domain.fact_sheet import from_json
    from incident.domain.kernel.errors import Invalid
    from incident.platform.clock import SystemClock

    try:
        facts = from_json(_object(file))
    except Invalid as problem:
        raise click.ClickException(f"{file.name}: {problem.field}: {problem}") from problem
    context = FilingContext(FilingKind.FIRST_COMPLETE, SystemClock().now(), risk=UNKNOWN)
    return facts, NOBODY_YET, context


def _object(file: Path) -> Mapping[str, Json]:
    try:
        document = json.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise click.ClickException(f"{file.name} is not JSON: {problem}") from problem
    if not isinstance(document, dict):
        raise click.ClickException(f"{file.name} must hold one JSON object with the names of facts as its keys.")
    return document


def _from_record(reference: str) -> Filing:
    from incident.cli._database import OPERATOR, unit_of_work
    from incident.domain.kinds import NoticeKind
    from incident.usecases.common.access import find_incident
    from incident.usecases.common.fact_versions import current_facts
    from incident.usecases.common.settings import organisation_profile
    from incident.usecases.notices.authority_form import filing_context

    with unit_of_work() as (session, deps):
        row = find_incident(session, reference, OPERATOR)
        facts = current_facts(session, row)
        kind = NoticeKind.INITIAL if row.notified_at is None else NoticeKind.FOLLOW_UP
        organisation = organisation_profile(session)
        return facts, organisation, filing_context(session, row, kind, deps.clock.now(), facts, organisation)


def _show(filled: FilledForm, now: datetime, *, as_json: bool) -> None:
    if filled.catalogue == EDPB:
        _show_edpb(filled, now, as_json=as_json)
    elif as_json:
        click.echo(json.dumps(as_document(filled), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(filled))


def _show_edpb(filled: FilledForm, now: datetime, *, as_json: bool) -> None:
    payload = edpb_interchange(filled)
    click.echo(json.dumps(payload, ensure_ascii=False, indent=2) if as_json else as_text(filled))
    for problem in validate_edpb(payload, now):
        click.echo(f"{problem.code.value}: {problem.text}", err=True)


def as_document(filled: FilledForm) -> JsonObject:
    """A filled form as the documented JSON."""
    return {
        "catalogue": filled.catalogue,
        "language": filled.language,
        "missing": [answer.key for answer in filled.missing],
        "derived": [answer.key for answer in filled.derived],
        "answers": [
            {
                "key": answer.key,
                "number": answer.number,
                "question": answer.question,
                "part": answer.part_label,
                "kind": answer.kind.value,
                "text": answer.text,
                "options": list(answer.options),
                "origin": answer.origin.value,
                "required": answer.required,
                "fields": list(answer.fields),
                "note": answer.note,
                "todo": answer.todo,
                "citation": answer.citation,
            }
            for answer in filled.answers
        ],
        "hidden": [
            {"key": hidden.key, "question": hidden.question, "reason": hidden.reason} for hidden in filled.hidden
        ],
        "not_reproduced": [{"number": gap.number, "remark": gap.remark} for gap in filled.unreproduced],
    }


def as_text(filled: FilledForm) -> str:
    """A filled form for a terminal; ``!`` missing, ``~`` derived, ``?`` not known yet."""
    lines: list[str] = []
    for chapter in filled.chapters:
        lines += ["", f"{chapter.number}. {chapter.title}"]
        for answer in chapter.answers:
            heading = f"{answer.question} / {answer.part_label}" if answer.part_label else answer.question
            sign = SIGNS[answer.origin.value] if answer.required else " "
            lines.append(f"{sign} {answer.number} {heading}")
            lines += [f"    {line}" for line in answer.text.splitlines()]
    return "\n".join(lines[1:])
