"""People with browsers, programs with tokens, and members of Slack, who try again when they are told to."""

import random
import re
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html

from tests.failover.cables import NETS, address
from tests.failover.ledger import Ledger
from tests.fake_slack import Ack, SlackUser
from tests.fake_slack.user import texts
from tests.web.client import Page, Visitor

WEB_PORT: Final = 8431
WEBS: Final = ("web1", "web2")
PATIENCE: Final = 120.0
TRY_AGAIN: Final = 2.0
TIMEOUT: Final = 30.0
REFERENCE: Final = re.compile(r"DL-\d{4}-\d{4,7}-[0-9A-Z]")


class Browser:
    """One sign-in, whose requests reach now this web machine and now that one."""

    def __init__(self, number: int) -> None:
        self._cookies: dict[str, str] = {}
        source = f"10.84.{NETS['front']}.{number}"
        self._clients = [
            httpx.Client(
                base_url=f"http://{address(web, 'front')}:{WEB_PORT}",
                transport=httpx.HTTPTransport(local_address=source),
                timeout=httpx.Timeout(TIMEOUT, connect=3),
                headers={"Host": "meldklok.example.org", "Accept-Language": "en"},
            )
            for web in WEBS
        ]

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for a page."""
        return self.send("GET", path, **more)

    def post(self, path: str, data: dict[str, Any]) -> httpx.Response:
        """Send a form; files are pairs of bytes and name."""
        fields = {name: [one for one in given if isinstance(one, str)] for name, given in data.items()}
        files = [
            (name, (one[1], one[0].read() if isinstance(one[0], BytesIO) else one[0]))
            for name, given in data.items()
            for one in given
            if isinstance(one, tuple)
        ]
        return self.send("POST", path, data={k: v for k, v in fields.items() if v}, files=files or None)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """As a proxy does: where one machine cannot be reached at all, the other one is asked."""
        first, other = random.sample(self._clients, 2)
        more["headers"] = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()), **more.get("headers", {})}
        try:
            answer = first.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            answer = other.request(method, path, **more)
        for line in answer.headers.get_list("set-cookie"):
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer


class Colleague(Visitor):
    """Somebody who keeps at it, and looks whether a page that says no is kind."""

    def __init__(self, number: int, ledger: Ledger) -> None:
        self.ledger, self.number = ledger, number
        super().__init__(None)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        self.client: Any = Browser(self.number)

    def _take(self, path: str, answer: Any) -> Page:
        """As every visitor does, but read fast: whether the markup is valid is other tests' business."""
        while answer.status_code in (301, 302, 303):
            path = urlsplit(urljoin(path, answer.headers["Location"]))._replace(scheme="", netloc="").geturl()
            answer = self.client.get(path)
        self.page = Page(path, answer.status_code, answer.text, html.document_fromstring(answer.text))
        return self.page

    def report(self, kind: str = "web") -> str | None:
        """Report by the form; gives the reference."""
        mark = self.ledger.mark(kind)
        if self.opened("/report"):
            page = self.insisted("/report", mark, summary=f"A letter went astray ({mark})", subjects="12")
            if page is not None and page.path.endswith("/receipt"):
                self.ledger.reports[mark] = page.path.split("/")[2]
                return self.ledger.reports[mark]
        self.ledger.given_up.append(f"{mark} {self.page.problems if self.page else None}")
        return None

    def note(self, reference: str) -> None:
        """Write a note on the timeline."""
        mark, path = self.ledger.mark("note"), f"/incidents/{reference}/timeline"
        if self.opened(path) and self.insisted("/timeline", mark, text=f"Called the controller ({mark})"):
            self.ledger.notes.add(mark)
            return
        self.ledger.given_up.append(f"{mark} {self.page.problems if self.page else None}")

    def attach(self, reference: str) -> None:
        """Keep a file; who is told that it was not kept chooses it again."""
        mark, content = self.ledger.mark("file"), random.randbytes(random.randrange(1_000, 80_000)).hex().encode()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.opened(f"/incidents/{reference}/evidence"):
            values: dict[str, Any] = {"file": [(f"{mark}.txt", content)], "description": f"Log ({mark})"}
            page = self._sent(lambda: self.submit("/evidence", **values), "file")  # noqa: B023
            if page is not None and page.status == 200 and not page.problems:
                self.ledger.files[f"{mark}.txt"] = sha256(content).hexdigest()
                return
            time.sleep(TRY_AGAIN)
        self.ledger.given_up.append(f"{mark} {self.page.problems if self.page else None}")

    def decide(self, reference: str) -> None:
        """From triage to the decision to notify."""
        self.ledger.mark("decision")
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("triage", "/triage", {"is_breach": "yes"}),
            ("risk", "/risk", {"recipient": "unknown_persons"}),
            ("decisions", "/decisions", {"authority__act": "yes", "authority__reason": "Readable by strangers."}),
        ]
        for path, action, values in steps:
            page = self.insisted(action, reference, **values) if self.opened(f"/incidents/{reference}/{path}") else None
            if page is None or page.problems:
                self.ledger.given_up.append(f"decision on {reference}: {page.problems if page else 'no answer'}")
                return
        self.ledger.decided.add(reference)

    def glance(self, path: str) -> None:
        """Look at a page once."""
        begun = time.monotonic()
        try:
            answer = self.client.get(path)
        except httpx.TransportError as problem:
            self.ledger.answered("look", type(problem).__name__, time.monotonic() - begun)
            return
        self.ledger.answered("look", answer.status_code, time.monotonic() - begun)
        if answer.status_code not in (200, 503):
            self.ledger.complain(f"{path}: {answer.status_code} {answer.headers.get('location', '')}")

    def opened(self, path: str) -> bool:
        """Whether the page came, within the patience of a person."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            page = self._sent(lambda: self._take(path, self.client.get(path)), "page")
            if page is not None and page.status == 200:
                if page.path.startswith("/login") and path != "/login":
                    self.ledger.complain(f"{path}: signed out")
                    return False
                return True
            time.sleep(TRY_AGAIN)
        return False

    def insisted(self, action: str, mark: str, **values: Any) -> Page | None:
        """Send the form, and again as the pages say, until it is taken."""
        end, form = time.monotonic() + PATIENCE, self.page
        while time.monotonic() < end:
            page = self._sent(lambda: self.submit(action, **values), "form")  # noqa: B023
            if page is None:
                self.page = form
            elif page.status == 200:
                return page
            elif any((node.get("action") or "").endswith(action) for node in page.tree.iter("form")):
                if values and mark not in page.html and mark in str(values):
                    self.ledger.complain(f"{page.path}: what was typed is not kept")
                form, values = page, {}
            else:
                self.opened(page.path)
                return self.page
            time.sleep(TRY_AGAIN)
        return None

    def _sent(self, act: Callable[[], Page], kind: str) -> Page | None:
        """The page that came; None when none did."""
        begun = time.monotonic()
        try:
            page = act()
        except httpx.TransportError as problem:
            self.ledger.answered(kind, type(problem).__name__, time.monotonic() - begun)
            return None
        self.ledger.answered(kind, page.status, time.monotonic() - begun)
        if page.status >= 500 and page.status != 503:
            self.ledger.complain(f"{page.path}: {page.status} {page.text[:200]}")
        if page.status == 503 and "Reference for the administrator" not in page.text:
            self.ledger.complain(f"{page.path}: 503 without a reference: {page.text[:200]}")
        return page


class Script:
    """A program with a token that reports, and asks again under the same key until it is answered."""

    def __init__(self, token: str, number: int, ledger: Ledger, kind: str = "api") -> None:
        self._browser, self._ledger, self._kind = Browser(number), ledger, kind
        self._headers = {"Authorization": f"Bearer {token}"}

    def report(self) -> int:
        """Report once; gives the last status."""
        mark, status = self._ledger.mark(self._kind), 0
        body, end = {"summary": f"A mailbox rule forwards ({mark})", "subjects": 5}, time.monotonic() + PATIENCE
        while time.monotonic() < end and status not in (201, 429):
            begun = time.monotonic()
            try:
                headers = {**self._headers, "Idempotency-Key": mark}
                answer = self._browser.send("POST", "/api/v1/incidents", json=body, headers=headers)
            except httpx.TransportError as problem:
                self._ledger.answered(self._kind, type(problem).__name__, time.monotonic() - begun)
            else:
                status = answer.status_code
                self._ledger.answered(self._kind, status, time.monotonic() - begun)
                if status == 201:
                    self._ledger.reports[mark] = answer.json()["reference"]
                elif status not in (429, 503):
                    self._ledger.complain(f"API: {status} {answer.text[:200]}")
            time.sleep(TRY_AGAIN if status not in (201, 429) else 0)
        if status not in (201, 429):
            self._ledger.given_up.append(mark)
        return status

    def read(self, path: str) -> None:
        """Read something over the API."""
        begun = time.monotonic()
        try:
            answer = self._browser.get(path, headers=self._headers)
        except httpx.TransportError as problem:
            self._ledger.answered("read", type(problem).__name__, time.monotonic() - begun)
            return
        self._ledger.answered("read", answer.status_code, time.monotonic() - begun)
        if answer.status_code not in (200, 429, 503):
            self._ledger.complain(f"{path}: {answer.status_code} {answer.text[:200]}")


class Member:
    """A member of Slack who reports there, and presses the button again when nothing happens."""

    def __init__(self, user: SlackUser, ledger: Ledger) -> None:
        self._user, self._ledger = user, ledger

    def report(self) -> None:
        """From the command to the reference."""
        mark, end = self._ledger.mark("slack"), time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._form_is_open():
            time.sleep(TRY_AGAIN)
        while time.monotonic() < end and self._user.stack:
            if self._taken(mark):
                return
            time.sleep(TRY_AGAIN)
        self._ledger.given_up.append(mark)
        self._user.close()

    def _form_is_open(self) -> bool:
        self._user.close()
        ack = self._answered(lambda: self._user.command("/datalek"))
        return ack is not None and ack.status == 200 and self._shows("Report a data breach")

    def _taken(self, mark: str) -> bool:
        self._user.fill({"What happened?": f"An export went to a stranger ({mark})"})
        ack = self._answered(self._user.submit)
        if ack is None or ack.status != 200 or not self._shows("Report received"):
            return False
        found = REFERENCE.search(texts(self._user.modal()["blocks"]))
        self._ledger.reports[mark] = found[0] if found else "none shown"
        self._user.close()
        return True

    def _answered(self, act: Callable[[], Ack]) -> Ack | None:
        begun = time.monotonic()
        try:
            ack = act()
        except AssertionError as problem:
            self._ledger.answered("slack", str(problem)[:60], time.monotonic() - begun)
            return None
        self._ledger.answered("slack", ack.trouble or ack.status, time.monotonic() - begun)
        return ack

    def _shows(self, title: str) -> bool:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if self._user.stack and self._user.stack[-1].body["title"]["text"] == title:
                return True
            time.sleep(0.05)
        return False


class Pace:
    """Does something again and again, one after the other, in a thread of its own."""

    def __init__(self, every: float, act: Callable[[], object], ledger: Ledger) -> None:
        self._every, self._act, self._ledger = every, act, ledger
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._every * random.uniform(0.5, 1.5)):
            try:
                self._act()
            except Exception as problem:
                self._ledger.complain(f"{self._act}: {type(problem).__name__}: {str(problem)[:300]}")

    def stop(self) -> None:
        """Begin nothing any more."""
        self._stop.set()

    def join(self) -> None:
        """Wait for what was begun."""
        self._thread.join(PATIENCE + 60)
