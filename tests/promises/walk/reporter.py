"""A person who reports in Slack whatever happens to the bot: an error on the screen means trying again."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.clock.processes import wait_until
from tests.fake_slack import FakeSlack, SlackUser, Transport
from tests.fake_slack.user import texts
from tests.promises.walk.installation import Processes

REFERENCE = re.compile(r"DL-\d{4}-\d{4}-\w")
TRIES, SHOWN_WITHIN = 12, 3.0
"""A form can be opened for three seconds after the act that asked for it."""
Threat = Callable[[str], AbstractContextManager[object]]
"""What happens to the processes during a step."""


class Reporter:
    """Runs the command, fills the form and presses its button, each until Slack shows no error."""

    def __init__(self, slack: FakeSlack, transport: Transport, installation: Processes) -> None:
        self.user = SlackUser(slack, transport, "U1REPORT", "Rik Reporter", "rik@example.org", locale="en-GB")
        self.repeated = 0
        self._installation = installation

    def report(self, text: str, threat: Threat) -> list[str]:
        """Report; gives the references on the receipts that were shown, in their order."""
        with threat("command"):
            self.until(lambda: self.user.command("/datalek"), lambda: bool(self.user.stack))
        with threat("submission"):
            self.until(lambda: self.user.fill({"What happened?": text}).submit(), lambda: bool(self.receipt()))
        receipt = self.receipt()
        self.user.close()
        return receipt

    def receipt(self) -> list[str]:
        """The references on the receipt that is on the screen; none while the form is there."""
        body = self.user.stack[-1].body
        return REFERENCE.findall(texts(body["blocks"])) if body["title"]["text"] == "Report received" else []

    def until(self, act: Callable[[], object], done: Callable[[], bool]) -> None:
        """Do it until what was wanted is on the screen; whoever looks after the server starts it again meanwhile.

        Slack hears first that a command was heard and then what to show, so where it shows no error one looks again.
        """
        for _ in range(TRIES):
            act()
            if wait_until(done, SHOWN_WITHIN if self.user.last_ack.status == 200 else 0, every=0.02):
                return
            self.repeated += 1
            self._installation.revive()
        raise AssertionError(f"tried {TRIES} times: {self.user.last_ack}, {self.user.errors}")


@contextmanager
def at_any_moment(kill: Callable[[], object], seconds: float, dice: random.Random) -> Iterator[None]:
    """Kill at some moment of what usually takes so many seconds, or shortly after it."""
    killer = threading.Timer(dice.uniform(0, 1.3 * seconds), kill)
    killer.start()
    try:
        yield
    finally:
        killer.join()


@contextmanager
def timed(usual: dict[str, float], step: str) -> Iterator[None]:
    """Learn how long a step takes when nobody interferes."""
    began = time.monotonic()
    yield
    usual[step] = time.monotonic() - began
