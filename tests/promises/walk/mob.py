"""Many at a public door at once who mean harm: what they send, from which networks, and what they are answered."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

DOORS: Final = ("customers", "customers", "customers", "staff")
SHOUTING: Final = "203.0.113.7"
"""One network that sends a third of everything."""
NETWORKS: Final = (*(f"198.51.100.{n}" for n in range(40)), *(f"2001:db8:0:{n:x}::1" for n in range(40)))
CODE: Final = re.compile(r'id="receipt-code"[^>]*>\s*([\d ]{19})')
HIDDEN: Final = re.compile(r'name="(csrf_token|ticket)"[^>]*value="([^"]*)"')
NOT_TOLD: Final = "nobody could be told of it yet"
TEXTS: Final = (
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{7*7}}${7*7}",
    "\x00\ufffe\u202e",
    "\N{GRINNING FACE}" * 500,
    "x" * 50_000,
    "=cmd|' /C calc'!A0",
    "A letter for somebody else",
    "A list of names in the wrong mailbox",
    "My neighbour's file",
)
PICTURE: Final = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
KINDS: Final = {
    "words": 50,
    "picture": 12,
    "program": 4,
    "too large": 1,
    "forged page": 4,
    "without a token": 4,
    "no date": 3,
    "the field for robots": 3,
    "again": 6,
    "no such door": 3,
    "no form": 3,
    "broken form": 3,
    "a code": 8,
}
FIELDS: Final = {
    "forged page": {"ticket": "forged"},
    "without a token": {"csrf_token": ""},
    "no date": {"noticed_at-date": "9999-99-99", "noticed_at-time": "25:61"},
    "the field for robots": {"website": "https://spam.example"},
}
FILES: Final = {
    "picture": ("p.png", PICTURE),
    "program": ("p.exe", b"MZ"),
    "too large": ("p.png", PICTURE + bytes(10 * 1024 * 1024)),
}
BODIES: Final = {
    "no form": (b"\xff" * 5_000, "application/json"),
    "broken form": (b"--x\r\nnothing", "multipart/form-data; boundary=x"),
}


@dataclass(slots=True)
class Answers:
    """What came back, together with who got what."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Of each code on a receipt: the door, the network, and whether people were told of this one."""
    tried: Counter[str] = field(default_factory=Counter)
    """How often a network's code was looked up."""
    surprises: list[str] = field(default_factory=list)
    longest: float = 0.0


class Browser(threading.Thread):
    """One of the mob, with pages of both doors open, that sends its share."""

    def __init__(self, address: str, share: Sequence[int], answers: Answers, lock: threading.Lock) -> None:
        super().__init__(daemon=True)
        self._client = httpx.Client(base_url=address, timeout=180, headers={"Accept-Language": "en"})
        self._share, self._answers, self._lock = share, answers, lock
        self._last: dict[str, str] = {}
        self._hidden: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        for door in set(DOORS):
            self._hidden[door] = dict(HIDDEN.findall(self._client.get(f"/door/{door}").text))
        time.sleep(3.1)
        for number in self._share:
            try:
                self._send(number, random.Random(number))
            except Exception as problem:
                self._answers.surprises.append(f"{number}: {problem!r}")
        self._client.close()

    def _send(self, number: int, lot: random.Random) -> None:
        [kind] = lot.choices(list(KINDS), list(KINDS.values()))
        door = lot.choice(DOORS)
        network = SHOUTING if lot.random() < 1 / 3 else lot.choice(NETWORKS)
        path, sent = self._request(kind, number, door, lot)
        began = time.monotonic()
        answer = self._client.post(path, headers={"X-Forwarded-For": network, **sent.pop("headers", {})}, **sent)
        took = time.monotonic() - began
        with self._lock:
            self._answers.statuses[answer.status_code] += 1
            self._answers.longest = max(self._answers.longest, took)
            if answer.status_code >= 500:
                self._answers.surprises.append(f"{number}, {kind}: {answer.status_code}")
            if kind == "a code" and answer.status_code != 429:
                self._answers.tried[network] += 1
            if (found := CODE.search(answer.text)) and answer.status_code == 201:
                self._answers.codes.setdefault(found[1], (door, network, NOT_TOLD not in answer.text))

    def _request(self, kind: str, number: int, door: str, lot: random.Random) -> tuple[str, dict[str, Any]]:
        """The address, and what goes there; what a kind does not say is the form as a person sends it."""
        if kind != "again" or not self._last:
            self._last = {**self._hidden[door], "summary": f"{number} {lot.choice(TEXTS)}"}
        fields, path = self._last, f"/door/{door}"
        if kind == "a code":
            typed = f"{lot.randrange(10**16):016d}"
            return "/followup", {"data": {"csrf_token": fields["csrf_token"], "receipt_code": typed}}
        if kind == "no such door":
            return "/door/%2e%2e%2fetc%2fpasswd", {"data": fields}
        if kind in BODIES:
            content, of_type = BODIES[kind]
            return path, {"content": content, "headers": {"Content-Type": of_type}}
        sent: dict[str, Any] = {"data": {**fields, **FIELDS.get(kind, {})}}
        if kind in FILES:
            name, content = FILES[kind]
            sent["files"] = {"files": (name, content + str(number).encode())}
        return path, sent


def let_loose(address: str, number: int, heads: int = 8) -> tuple[list[Browser], Answers]:
    """So many posts by so many at once, the same ones each time; they run when this returns."""
    answers, lock = Answers(), threading.Lock()
    mob = [Browser(address, range(head, number, heads), answers, lock) for head in range(heads)]
    for browser in mob:
        browser.start()
    return mob, answers
