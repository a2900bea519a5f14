"""`meldklok audit`: prove that the record was not changed."""

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incident.cli._database import unit_of_work
from incident.translations.say import translated

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

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
    help="A checkpoint that was kept outside, or a folder of them; CHECKPOINT_URL is read in any case.",
)
@click.option("--language", type=click.Choice(["en", "nl", "de"]), default="en", help="In which language to tell.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(kept: tuple[Path, ...], language: str, as_json: bool) -> None:
    """Compare the record with its log, both ways, and say what differs; the exit status is 1 when something does.

    Whoever can write to the database can alter record, log and checkpoints together. With a checkpoint that was kept
    outside, from the daily mail or at CHECKPOINT_URL, that is found as well: today's log must extend it.

    \b
    Example:
      meldklok audit verify
      meldklok audit verify --checkpoint mailed-on-3-march.txt --language nl
    """
    from incident.store.db import only_reads
    from incident.store.verify import read_kept, read_outside
    from incident.store.verify import verify as compare
    from incident.wiring import checkpoint_place, trusted_authority

    outside = [one for path in kept for one in read_kept(path)]
    with unit_of_work() as (session, deps), _bar() as bar:
        # It takes minutes with a long register: nobody who reports may wait for it, nor be found as a difference.
        only_reads(session, compares=True)
        place = checkpoint_place(deps.settings)
        outside += read_outside(place) if place else ()
        key, authority = deps.vault.secrets.signer.public, trusted_authority(deps.settings)

        def through(done: int, every: int) -> None:
            bar.length = every
            bar.update(done)

        report = compare(session, deps.blobs, key, outside, authority, through=through, alone=False)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, default=str))
    else:
        tell(report, language)
    raise SystemExit(1 if report.findings else 0)


def _bar() -> "ProgressBar[int]":
    """Only for who looks at a terminal."""
    return click.progressbar(length=1, label="Chains", file=sys.stderr, hidden=not sys.stderr.isatty())


def tell(report: "Report", language: str = "en") -> None:
    """Print what differs, or that nothing does."""
    from incident.store.verify.findings import ERASED, EXTENDS, NOT_FOUND, STAMPED, UNCHECKED, WHOLE

    say = partial(translated, language)
    for finding in report.findings:
        click.echo(finding.sentence(say), err=True)
    for policy, rows in report.erased.items():
        click.echo(say(ERASED) % {"rows": rows, "policy": policy})
    if report.unchecked_stamps:
        click.echo(say(UNCHECKED) % {"unchecked": report.unchecked_stamps})
    if report.stamped_at:
        click.echo(say(STAMPED) % {"stamps": report.stamps, "moment": f"{report.stamped_at:%Y-%m-%d %H:%M} UTC"})
    if report.findings:
        return
    click.echo(say(WHOLE) % {"chains": report.chains, "entries": report.entries, "rows": report.rows})
    click.echo(say(EXTENDS) % {"outside": report.outside} if report.outside else say(NOT_FOUND))
