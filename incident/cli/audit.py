"""`meldklok audit`: prove that the record was not changed."""

import gettext
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incident.cli._database import unit_of_work
from incident.platform import resources

if TYPE_CHECKING:
    from incident.store.verify import Report


@click.group()
def audit() -> None:
    """Examine record, files, log and checkpoints.

    \b
    Example:
      meldklok audit verify --checkpoint /mnt/kept/checkpoints
    """


@audit.command()
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A checkpoint that was kept outside, or a folder of them.",
)
@click.option("--language", type=click.Choice(["en", "nl"]), default="en", help="In which language to tell.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(kept: tuple[Path, ...], language: str, as_json: bool) -> None:
    """Compare the record with its log, both ways, and say what differs; the exit status is 1 when something does.

    Whoever can write to the database can alter record, log and checkpoints together. With a checkpoint that was kept
    outside (from the daily mail, or the folder CHECKPOINT_DIR) that is found as well: today's log must extend it.

    \b
    Example:
      meldklok audit verify
      meldklok audit verify --checkpoint mailed-on-3-march.txt --language nl
    """
    from incident.store.verify import read_outside
    from incident.store.verify import verify as compare

    outside = [one for place in kept for one in read_outside(place)]
    with unit_of_work() as (session, deps):
        report = compare(session, deps.blobs, deps.vault.secrets.signer.public, outside)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        tell(report, language)
    raise SystemExit(1 if report.findings else 0)


def _translator(language: str) -> Callable[[str], str]:
    return gettext.translation("messages", resources.translations_folder(), languages=[language], fallback=True).gettext


def tell(report: "Report", language: str = "en") -> None:
    """Print what differs, or that nothing does."""
    from incident.store.verify.findings import ERASED, EXTENDS, NOT_FOUND, WHOLE

    say = _translator(language)
    for finding in report.findings:
        click.echo(finding.sentence(say), err=True)
    for policy, rows in report.erased.items():
        click.echo(say(ERASED) % {"rows": rows, "policy": policy})
    if report.findings:
        return
    click.echo(say(WHOLE) % {"chains": report.chains, "entries": report.entries, "rows": report.rows})
    click.echo(say(EXTENDS) % {"outside": report.outside} if report.outside else say(NOT_FOUND))
