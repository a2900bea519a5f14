"""The code for Node on docs/events.md: it judges as the one for Python does, which the other tests here use."""

import base64
import json
import shutil
import subprocess

import pytest

from incident.delivery.events import signature
from tests.events.conftest import block, published

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
AT, BODY = 1772442000, '{"specversion": "1.0", "data": {"who": "é"}}'.encode()
GOOD = {
    "webhook-id": "DL-2026-0001-K-9",
    "webhook-timestamp": str(AT),
    "webhook-signature": signature(SECRET, "DL-2026-0001-K-9", AT, BODY),
}
CASES = {
    "good": (SECRET, GOOD, BODY, AT, True),
    "four minutes later": (SECRET, GOOD, BODY, AT + 240, True),
    "two signatures": (SECRET, {**GOOD, "webhook-signature": f"v1,x {GOOD['webhook-signature']}"}, BODY, AT, True),
    "another secret": ("whsec_" + "A" * 44, GOOD, BODY, AT, False),
    "another body": (SECRET, GOOD, BODY + b" ", AT, False),
    "another id": (SECRET, {**GOOD, "webhook-id": "DL-2026-0001-K-8"}, BODY, AT, False),
    "another moment": (SECRET, {**GOOD, "webhook-timestamp": str(AT + 1)}, BODY, AT, False),
    "six minutes later": (SECRET, GOOD, BODY, AT + 360, False),
    "from the future": (SECRET, GOOD, BODY, AT - 360, False),
    "no number": (SECRET, {**GOOD, "webhook-timestamp": "²"}, BODY, AT, False),
    "letters beyond ASCII": (SECRET, {**GOOD, "webhook-signature": "v1,é"}, BODY, AT, False),
    "nothing": (SECRET, {}, BODY, AT, False),
}


@pytest.mark.parametrize("name", CASES)
def test_the_code_for_python_believes_our_calls_and_no_others(name: str) -> None:
    *given, expected = CASES[name]
    assert published("python")["is_from_meldklok"](*given) is expected


def test_the_code_for_node_believes_our_calls_and_no_others() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on this machine")
    cases = [
        {"secret": secret, "headers": headers, "body": base64.b64encode(body).decode(), "now": now}
        for secret, headers, body, now, _expected in CASES.values()
    ]
    judge = f"""{block("js")}
    const judged = {json.dumps(cases)}.map(
      (one) => isFromMeldklok(one.secret, one.headers, Buffer.from(one.body, "base64"), one.now));
    console.log(JSON.stringify(judged));"""
    ran = subprocess.run([node, "-"], input=judge, capture_output=True, text=True, check=True, timeout=60)
    assert dict(zip(CASES, json.loads(ran.stdout), strict=True)) == {name: case[-1] for name, case in CASES.items()}
