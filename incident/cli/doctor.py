"""`meldklok doctor`: what is wrong with this installation, and what to do about it."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from incident.platform.clock import SystemClock
from incident.platform.settings import Settings, SettingsError

if TYPE_CHECKING:
    from incident.doctor import Finding

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
def doctor(as_json: bool) -> None:
    """Examine settings, files, database, worker, mail and Slack; the exit status is 1 when something fails.

    Sends nothing and changes nothing.

    \b
    Example:
      meldklok doctor
      meldklok doctor --json | jq '.[] | select(.state != "ok")'
    """
    findings = _examine()
    if as_json:
        click.echo(json.dumps([_plain(finding) for finding in findings], indent=2))
    else:
        _print(findings)
    raise SystemExit(any(finding.state == "fail" for finding in findings))


def _examine() -> "tuple[Finding, ...]":
    from incident.doctor import examine, fail

    try:
        settings = Settings.load()
    except SettingsError as problem:
        return (fail("settings", str(problem), f"Correct {problem.variable}; .env.example explains each setting."),)
    return (_settings(settings), *examine(settings, SystemClock().now()))


def _settings(settings: Settings) -> "Finding":
    from incident.doctor import ok, warn

    if not settings.unknown:
        return ok("settings", "The settings are complete.")
    told = ", ".join(f"{name} ({near}?)" if near else name for name, near in settings.unknown.items())
    sentence = "The file .env names what is no setting, so it does nothing: %(names)s."
    return warn("settings", sentence, "Correct it or remove it; .env.example explains each setting.", names=told)


def _plain(finding: "Finding") -> dict[str, str]:
    """A finding as a script reads it."""
    return {"name": finding.name, "state": finding.state.value, "sentence": finding.sentence, "advice": finding.advice}


def _print(findings: "Sequence[Finding]") -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        state = click.style(f"{finding.state:<4}", fg=COLOURS[finding.state])
        click.echo(f"{state}  {finding.name:<{width}}  {finding.sentence}")
        if finding.advice:
            click.echo(f"{'':<{width + 8}}{finding.advice}")
