"""`meldklok try-slack`: the bot in a Slack of this machine, with made-up people; nothing of it stays or leaves."""

import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from incident.cli._network import port_is_free
from incident.cli.demo import fill
from incident.cli.run import programs, wait_until_it_answers
from incident.law.texts import LANGUAGES
from incident.platform.clock import AheadClock, SystemClock
from incident.platform.settings import Settings
from incident.process.procfile import Program

if TYPE_CHECKING:
    from bot.slack_here.page.app import Desk
    from bot.slack_here.server import LocalSlack

HERE: Final = "127.0.0.1"
GUEST: Final = ("Emma Clarke", "emma@demo.example", "reports, and has no account")
GROUP: Final = "S0001"
ENGLISH: Final = frozenset({"jelle@demo.example", GUEST[1]})
"""Who reads English although the channels are Dutch."""


@click.command("try-slack")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(1, 65535), help="Where to look at it.")
@click.option("--pages-port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Meldklok's pages.")
@click.option("--language", default="nl", show_default=True, type=click.Choice(LANGUAGES), help="What channels read.")
def try_slack(port: int, pages_port: int, language: str) -> None:
    """Try the bot without a Slack app: a page that behaves like the part of Slack it needs.

    Five made-up people report, triage and decide; links lead to Meldklok's own pages. Some of them read English, and
    with --language en all of them do. It can be reached from this machine only, no message leaves it, and everything
    is gone when you stop it. None of your settings is read. A button sets its clock forward, to see reminders come.

    \b
    Example:
      meldklok try-slack
      meldklok try-slack --language en
    """
    from bot.slack_here.server import LocalSlack
    from bot.slack_here.workspace import Keys
    from incident.process.runner import Runner

    for wanted, option in ((port, "--port"), (pages_port, "--pages-port")):
        if not port_is_free(HERE, wanted):
            raise click.ClickException(f"Port {wanted} is in use: choose another one with {option}.")
    password = secrets.token_hex(6)
    keys = Keys(f"xoxb-{secrets.token_hex(16)}", f"xapp-{secrets.token_hex(16)}", secrets.token_hex(16))
    with tempfile.TemporaryDirectory(prefix="meldklok-slack-") as name:
        ahead = Path(name) / "ahead"
        clock = AheadClock(ahead)
        with LocalSlack(lambda: clock.now().timestamp(), keys) as slack:
            environ = _environ(Path(name), slack, pages_port, language)
            settings = Settings.from_env(environ)
            click.echo("Making an installation with people and incidents …", err=True)
            fill(settings, password)
            _serve(_desk(slack, settings, password, clock), port)
            runner = Runner(_by(ahead, programs(settings)), environ=environ, folder=Path(name))
            status = runner.run(lambda: _announce(settings, port, password, runner.say))
    raise SystemExit(status)


def _by(ahead: Path, programs: list[Program]) -> list[Program]:
    """The same programs by the clock of the trial."""
    return [replace(one, command=(*one.command[:3], "bot.trial", str(ahead), *one.command[4:])) for one in programs]


def _environ(folder: Path, slack: "LocalSlack", pages_port: int, language: str) -> dict[str, str]:
    """The settings that any installation has with Slack over HTTP; only the address of Slack is another."""
    return Settings.environment_apart(
        folder / "data",
        HOST=HERE,
        PORT=str(pages_port),
        LOG_LEVEL="warning",
        WORKER_TICK="1",
        SLACK_BOT_TOKEN=slack.keys.bot_token,
        SLACK_SIGNING_SECRET=slack.keys.signing_secret,
        SLACK_API_URL=slack.url,
        SLACK_LANGUAGE=language,
        SLACK_DUTY_GROUP=GROUP,
        SLACK_CHANNEL=slack.workspace.add_channel("security", private=True).id,
    )


def _desk(slack: "LocalSlack", settings: Settings, password: str, clock: AheadClock) -> "Desk":
    """The people of the trial in this Slack, and what the page shows."""
    from bot.manifest import manifest
    from bot.slack_here.courier import HttpCourier
    from bot.slack_here.page.app import Desk
    from bot.slack_here.page.wire import Listening
    from bot.slack_here.person import Person
    from bot.slack_here.workspace import BOT, Group
    from bot.words import words
    from incident.demo.household import PARTS

    # A signature is checked by the clock of the machine, whatever the time of the trial is.
    courier = HttpCourier(
        f"http://{HERE}:{settings.port}", slack.keys.signing_secret, lambda: SystemClock().now().timestamp()
    )
    listening, workspace = Listening(slack, courier), slack.workspace
    people = []
    known = [(part.name, part.email, part.about) for part in reversed(PARTS)]
    for number, (name, email, about) in enumerate([*known, GUEST], start=1):
        english = email in ENGLISH or settings.slack_language == "en"
        locale = "en-GB" if english else "nl-NL"
        member = workspace.add_member(f"U{number:04d}", name, email, locale=locale)
        people.append((Person(slack, listening, member), words(settings.slack_language)(about)))
    ids = tuple(person.id for person, _ in people)
    workspace.channels[str(settings.slack_channel)].members |= {BOT, *ids[1:4]}
    workspace.groups[GROUP] = Group("datalek-dienst")
    general = workspace.add_channel("general", (BOT, *ids))
    workspace.say(general, ids[0], "Ik heb net de verkeerde bijlage naar een klant gestuurd. Wat nu?")
    made = manifest("http", settings.base_url, duty_group=True, language=settings.slack_language)
    return Desk(slack, people, listening, made, words, password, clock)


def _serve(desk: "Desk", port: int) -> None:
    from waitress.server import create_server

    from bot.slack_here.page.app import create_page

    server = create_server(create_page(desk), host=HERE, port=port, threads=16, ident=None)
    threading.Thread(target=server.run, name="slack-page", daemon=True).start()


def _announce(settings: Settings, port: int, password: str, tell: Callable[[str], None]) -> None:
    if not wait_until_it_answers(settings):
        return
    tell(f"A Slack to try Meldklok in is ready: http://localhost:{port}")
    tell(f"Its links lead to {settings.base_url}; sign in there as noor@demo.example with the password {password}")
    tell("All of it is made up, and gone when you press Ctrl-C.")
