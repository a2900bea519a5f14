"""`meldklok run`: everything on this machine, in one terminal."""

import subprocess
import time
from collections.abc import Callable

import click

from incident.cli._network import answers, port_in_use, port_is_free
from incident.platform import resources
from incident.platform.settings import Settings, SettingsError
from incident.process import runner_guard
from incident.process.procfile import Program, parse

RELEASE, BOT = "release", "bot"
READY_SECONDS = 60


@click.command()
def run() -> None:
    """Bring the database up to date and run web, worker and, with Socket Mode, bot.

    Prints the address and, as long as nobody has an account, a link that makes the first one. Ctrl-C or SIGTERM stops
    all of them cleanly. When one of them ends by itself, the others are stopped too and the exit status is not zero.
    The processes are those of the Procfile; its line `release` runs first.

    \b
    Example:
      meldklok run
      PORT=9000 DATA_DIR=/srv/meldklok meldklok run
    """
    from incident.process.runner import Runner

    settings = Settings.load()
    if not _freed(settings):
        raise SettingsError("PORT", port_in_use(settings.port))
    _release([program for program in _procfile() if program.name == RELEASE])
    runner = Runner(programs(settings))
    raise SystemExit(runner.run(lambda: announce(settings, runner.say)))


def programs(settings: Settings) -> list[Program]:
    """What has to run with these settings, once the database is up to date."""
    return [program for program in _procfile() if _wanted(program, settings)]


def _procfile() -> tuple[Program, ...]:
    return parse(resources.procfile().read_text(encoding="utf-8"))


def _freed(settings: Settings) -> bool:
    """Whether the port is free, or becomes so once what a killed `meldklok run` has left behind is gone."""
    end = time.monotonic() + runner_guard.GRACE_SECONDS + 1
    while not (free := port_is_free(settings.host, settings.port)) and time.monotonic() < end:
        time.sleep(0.1)
    return free


def announce(settings: Settings, say: Callable[[str], None]) -> None:
    """Once the web process answers, say where; without any account, say how to make the first one."""
    if not wait_until_it_answers(settings):
        return
    say(f"Meldklok is ready: {settings.base_url}")
    if settings.smtp_url is None and settings.slack_bot_token is None:
        say("Neither e-mail nor Slack is set up: messages are shown here only and reach nobody.")
    from incident.cli._firstrun import setup_link

    if link := setup_link(settings):
        say(f"Nobody has an account yet. Make the first one here (works once): {link}")


def wait_until_it_answers(settings: Settings) -> bool:
    """Whether the web process takes connections before we give up waiting."""
    end = time.monotonic() + READY_SECONDS
    while not answers(settings.host, settings.port):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _wanted(program: Program, settings: Settings) -> bool:
    """Release has run already; a bot process is for Socket Mode only, since HTTP comes in through the web process."""
    if program.name == BOT:
        return settings.slack_transport == "socket"
    return program.name != RELEASE


def _release(programs: list[Program]) -> None:
    for program in programs:
        status = subprocess.run(program.command, check=False).returncode
        if status:
            raise click.ClickException("The database could not be brought up to date; the reason stands above.")
