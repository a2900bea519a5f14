"""Questions over HTTP that a JSON object answers: bounded in time and size, and without redirects."""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS: Final = 5.0
"""For connecting, and for each wait on the wire."""
WHOLE_SECONDS: Final = 10.0
"""For connecting, TLS, headers and content together: a peer that dribbles holds no thread for longer."""
MOST_BYTES: Final = 256 * 1024


class Away(Exception):
    """Whom we ask cannot be asked just now, or its answer is no answer; the reason is for operators."""


def get(url: str) -> tuple[dict[str, object], Mapping[str, str]]:
    """The JSON object at an address that has been checked, and the headers. Raises Away."""
    return _ask("GET", url, {"Accept": "application/json"})


def post(url: str, headers: Mapping[str, str], body: str) -> dict[str, object]:
    """The JSON object that answers a form; a refusal in the provider's own words counts as an answer. Raises Away."""
    return _ask("POST", url, headers, body, (200, 400, 401))[0]


def _ask(
    method: str, url: str, headers: Mapping[str, str], body: str | None = None, fine: tuple[int, ...] = (200,)
) -> tuple[dict[str, object], Mapping[str, str]]:
    # Loaded by the first question: most processes ask nobody.
    import httpx

    from incident.delivery.punctual_http import punctual_client

    request = httpx.Request(method, url, headers=headers, content=body)
    try:
        with punctual_client(WHOLE_SECONDS, _authorities(), TIMEOUT_SECONDS) as client:
            answer = client.send(request, stream=True)
            if answer.status_code not in fine:
                raise Away(f"answers {answer.status_code}")
            found = json.loads(_bounded(answer))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise Away(f"cannot be reached ({type(problem).__name__})") from problem
    except (ValueError, RecursionError) as problem:
        raise Away("answers with something that is not JSON") from problem
    if not isinstance(found, dict):
        raise Away("answers with something that is no JSON object")
    return found, answer.headers


def _bounded(answer: "httpx.Response") -> bytes:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise Away("answers with more than anybody needs")
    return bytes(content)


@cache
def _authorities() -> ssl.SSLContext:
    """The authorities of this machine, so that a server with a certificate of the house is believed too."""
    return ssl.create_default_context()
