"""`meldklok bot`: the Slack bot's own process."""

import os
import signal
import sys
import threading

import click

from incident.platform.settings import Settings

IDLE = {
    None: "Slack is not configured: the bot waits, and does nothing. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
    "http": "Slack reaches the bot over HTTP through the web process, at /slack/events: nothing to do here.",
}


@click.command()
def bot() -> None:
    """Answer Slack through Socket Mode until SIGTERM or Ctrl-C.

    Without Slack, or with Slack over HTTP, it waits idle, so that a runner of the Procfile does not take its end for
    a failure.

    \b
    Example:
      meldklok bot
    """
    settings = Settings.load()
    if settings.slack_transport == "socket":
        os.execv(sys.executable, [sys.executable, "-m", "bot"])
    click.echo(IDLE[settings.slack_transport], err=True)
    _wait_for_signal()


def _wait_for_signal() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
