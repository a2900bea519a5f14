"""`meldklok intake`: what others hand over to be taken in."""

import os
import sys
from typing import NoReturn

import click
import structlog

from incident.domain.kernel.errors import DomainError
from incident.platform.settings import Settings, SettingsError

KEPT = "Nothing is lost: hand it over again later."


@click.group()
def intake() -> None:
    """Take in what a mail server hands over.

    \b
    Example:
      meldklok intake mail     (the mail on standard input)
    """


@intake.command()
def mail() -> None:
    """Take in one mail from standard input: a report, or an addition to one, however often it comes.

    For the pipe of a mail server. The exit status is 0 when everything is kept or nothing is to be kept, 65 for what is
    no mail or larger than 50 MB, and 75 when it is to be handed over again later: so the server keeps it meanwhile.

    \b
    Example:
      meldklok intake mail     (the mail on standard input)
      datalek: "|/srv/meldklok/bin/meldklok intake mail"     in /etc/aliases
    """
    from incident.delivery.incoming import LARGEST

    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw.strip():
        _end("There is no mail on standard input.", os.EX_DATAERR)
    if len(raw) > LARGEST:
        _end("This mail is larger than 50 MB.", os.EX_DATAERR)
    try:
        _take_in(raw)
    except (SettingsError, DomainError) as problem:
        _end(f"{problem} {KEPT}", os.EX_TEMPFAIL)
    except Exception:  # Whatever it is, the mail must stay with the server until it is repaired.
        structlog.get_logger(__name__).exception("mail_not_taken_in")
        _end(KEPT, os.EX_TEMPFAIL)


def _take_in(raw: bytes) -> None:
    from incident.cli._database import unit_of_work
    from incident.delivery.intake import take_from_pipe
    from incident.platform import logs

    settings = Settings.load()
    logs.configure(settings, "intake")
    if settings.intake_address is None:
        _end(f"Nobody reports by mail here: set INTAKE_ADDRESS. {KEPT}", os.EX_TEMPFAIL)
    with unit_of_work() as (session, deps):
        now = deps.clock.now()
        take_from_pipe(raw, settings.intake_address, session=session, now=now, sealer=deps.sealer, blobs=deps.blobs)


def _end(sentence: str, status: int) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(status)
