"""Identity providers for tests: one that can lie about everything, and a kept one that runs as a program of its own."""

import json
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.ports import free_port

CLIENT, SECRET = "meldklok", "a secret with / and + and % in it"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
Claims = dict[str, Any]


@dataclass
class Liar:
    """A provider that keeps the rules (code once, PKCE, client's secret) and says of people whatever a test wants."""

    now: Callable[[], datetime]
    url: str = ""
    claims: Claims = field(default_factory=dict)
    description: Claims = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    sign: Callable[[Claims], str] = lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, KEY)
    status: int = 200
    asked: list[str] = field(default_factory=list)
    wanted: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        """The program."""
        app = Flask("liar")
        app.before_request(self._note)
        app.add_url_rule("/.well-known/openid-configuration", view_func=self._describe)
        app.add_url_rule("/jwks", "jwks", lambda: {"keys": self.keys})
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        return app

    def _note(self) -> Response | None:
        self.asked.append(request.path)
        return Response("away", status=self.status) if self.status != 200 else None

    def _describe(self) -> Response:
        found = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/leave",
            **self.description,
        }
        return Response(json.dumps(found), content_type="application/json")

    def _authorize(self) -> Any:
        """Whoever comes is who ``claims`` says; nothing is asked."""
        wants = dict(request.args)
        code = token_urlsafe(16)
        self.codes[code] = wants
        self.wanted.append(wants)
        return redirect(f"{wants['redirect_uri']}?{urlencode({'code': code, 'state': wants['state']})}")

    def _token(self) -> Any:
        wants = self.codes.pop(request.form["code"], None)
        auth = request.authorization
        known = auth is not None and (auth.username, auth.password) == (CLIENT, SECRET)
        proof = urlsafe_b64encode(sha256(request.form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        back = request.form["redirect_uri"]
        if wants is None or not known or proof != wants["code_challenge"] or back != wants["redirect_uri"]:
            return {"error": "invalid_grant"}, 400
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.sign(self._said(wants))}

    def _said(self, wants: dict[str, str]) -> Claims:
        at = int(self.now().timestamp())
        times = {"iat": at, "exp": at + 300, **({"auth_time": at} if "max_age" in wants else {})}
        said = {"iss": self.url, "aud": CLIENT, "sub": "42", "nonce": wants["nonce"], **times, **self.claims}
        return {name: value for name, value in said.items() if value is not None}


@contextmanager
def running(provider: Liar) -> Iterator[Liar]:
    """Serve it on a port of this machine."""
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def kept_program(*people: Claims) -> Iterator[str]:
    """The package ``oidc-provider-mock`` as a process; gives its issuer."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    for person in people:
        command += ["--user-claims", json.dumps(person)]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert program.poll() is None, "the provider did not start"
            try:
                httpx.get(f"{issuer}/.well-known/openid-configuration", verify=False)
                break
            except httpx.TransportError:
                continue
        yield issuer
    finally:
        program.terminate()
        program.wait()


def variables(issuer: str, **more: str) -> dict[str, str]:
    """The settings of an installation that has its people sign in there."""
    return {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "Example login",
        **more,
    }


def answer_of(address: str) -> dict[str, str]:
    """Visit the provider as a browser does; what it sends back with the browser."""
    location = httpx.get(address, verify=False).headers["Location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
