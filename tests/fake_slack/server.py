"""The local Slack of the product, as tests need it: with a time to move, failures to order, and Socket Mode."""

import time
from collections.abc import Callable

from bot.slack_here.failures import Failure
from bot.slack_here.server import Call, LocalSlack
from bot.slack_here.workspace import Keys, Refused
from tests.fake_slack.socket import SocketServer

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = Keys().bot_token, Keys().app_token, Keys().signing_secret


class FakeSlack(LocalSlack):
    """The local Slack in a test."""

    def __init__(self, now: Callable[[], float] | None = None, host: str = "127.0.0.1") -> None:
        self._offset, start = 0.0, now or time.time
        super().__init__(lambda: start() + self._offset, host=host)
        self.socket = SocketServer(host)

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.socket.stop()

    def socket_url(self, token: str) -> str:
        """Where the app connects in Socket Mode."""
        if token != APP_TOKEN:
            raise Refused("invalid_auth")
        return self.socket.url

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._offset += seconds

    def rest(self) -> None:
        """Nobody wrote for a while: every channel takes a burst again."""
        self._paces.clear()

    def grant_no_burst(self) -> None:
        """One message a second in each channel from the first on; how many came too fast stands in ``refused``."""
        self.burst = 1.0

    def fail(self, method: str, failure: Failure, times: int = 1) -> None:
        """Let the next calls of a method (`*`: any) fail."""
        self.failures.order(method, failure, times)

    def fail_always(self, method: str, failure: Failure) -> None:
        """Let every call of a method (`*`: any) fail until `failures.clear()`."""
        self.failures.order_always(method, failure)

    def called(self, method: str) -> list[Call]:
        """All calls of one method."""
        return [call for call in self.calls if call.method == method]

    def history(self) -> list[str]:
        """The calls so far, for a failing test to show."""
        return [f"{c.method}:{(c.answer or {}).get('error', 'ok')}" for c in self.calls]

    def wait_for(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something has happened in the workspace; fails the test when it does not."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"It did not happen in {seconds} s. Calls: {self.history()}"
            time.sleep(0.01)
