"""In a process of its own: make the bot ready, report, and print what was imported or read between form and answer.

Run by `test_first_report.py`, with the folder of an empty installation and the address of its database.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

from bot.http import install
from bot.warm import warm_up
from incident.platform.settings import Settings
from incident.wiring import new_app, wire
from tests.databases import KEY
from tests.fake_slack import FakeSlack, HttpTransport, SlackUser
from tests.fake_slack.server import BOT_TOKEN, SIGNING_SECRET

ROOT = Path(__file__).resolve().parents[2]
OURS = tuple(str(ROOT / folder) for folder in ("bot", "incident", "templates"))


def main(folder: str, database_url: str) -> None:
    """One report, in the language of most who use it."""
    seen: list[str] = []
    listening = False

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        what = str(arguments[0])
        if listening and (event == "import" or (event == "open" and what.startswith(OURS))):
            seen.append(f"{event} {what}")

    with ExitStack() as stack:
        slack = stack.enter_context(FakeSlack())
        variables = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": slack.url}
        secrets = {"SECRET_KEY": "only-for-tests-0123456789-abcdefgh", "ENCRYPTION_KEY": KEY}
        place = {"DATA_DIR": folder, "DATABASE_URL": database_url}
        deps = wire(Settings.from_env({**secrets, **place, **variables}))
        app = new_app(deps)
        bolt = install(app)
        assert bolt is not None
        stack.callback(bolt.listener_runner.listener_executor.shutdown, wait=True)
        warm_up(deps.clock.now())
        rik = SlackUser(slack, HttpTransport(app), "U0", "Rik", None, locale="nl-NL")
        sys.addaudithook(hear)
        listening = True
        rik.command("/datalek")
        rik.modal()
        rik.fill({"Wat is er gebeurd?": "Laptop kwijt"})
        rik.submit()
        listening = False
        assert "DL-" in str(rik.modal("Melding ontvangen"))
    sys.stdout.write("\n".join(seen))


if __name__ == "__main__":
    main(*sys.argv[1:3])
