"""Which addresses are ours: a request for a foreign host is refused, and absolute links are made from BASE_URL alone.

What a browser claims to have asked for (the header ``Host``) is written by whoever sends the request. A link made from
it leads wherever that somebody wants, with the secret of a password reset in it.
"""

from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Flask, Request, Response, has_request_context
from werkzeug.exceptions import SecurityError
from werkzeug.routing import MapAdapter, Rule

from incident.platform.settings import Settings
from incident.web.json_bodies import BoundedJson
from incident.web.scope import asked

HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Under these names a machine asks itself: monitors, tests, and `meldklok run` without a BASE_URL."""
WILDCARDS = frozenset({"0.0.0.0", "::", "[::]"})
KEPT = 1024
"""Addresses that are remembered: those of every page, and those of the incidents that were shown last."""
OFTEN = frozenset({"reference", "filename", "name", "_anchor", "_method", "_scheme", "_external"})
"""What is in the addresses that pages and rows share; no token and no word that was searched for."""


class LateRule(Rule):
    """A route that is taken apart at the start, and compiled for building addresses when the first one is built."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(lambda: super(LateRule, self)._compile_builder(append_unknown))
        return lambda rule, **values: compiled()(rule, **values)


class Application(APIFlask):
    """The application, whose absolute links all start with BASE_URL, and which refuses JSON without a floor."""

    json_provider_class = BoundedJson
    url_rule_class = LateRule

    def url_for(self, /, endpoint: str, **values: object) -> str:
        """An address, built once and not for each page and row: it follows from its parts and where the site begins."""
        if endpoint.startswith(".") or not values.keys() <= OFTEN or not has_request_context():
            return super().url_for(endpoint, **values)  # type: ignore[arg-type]
        request = asked()
        return self._built(request.root_path, request.method, endpoint, **values)

    @cached_property
    def _built(self) -> Callable[..., str]:
        return lru_cache(KEPT, typed=True)(self._build)

    def _build(self, _root: str, _method: str, endpoint: str, /, **values: object) -> str:
        return super().url_for(endpoint, **values)  # type: ignore[arg-type]

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The routes for this request; Flask itself refuses a host that is not in TRUSTED_HOSTS here."""
        adapter = super().create_url_adapter(request)
        if adapter is not None and request is not None:
            base = urlsplit(self.config["BASE_URL"])
            adapter.server_name, adapter.url_scheme = base.netloc, base.scheme
        return adapter


def init_addresses(app: Flask, settings: Settings) -> None:
    """Trust the host of BASE_URL, the one that is listened on, and the machine's names for itself."""
    app.config["BASE_URL"] = settings.base_url
    app.config["TRUSTED_HOSTS"] = sorted(trusted_hosts(settings))
    app.register_error_handler(SecurityError, foreign_host)


def trusted_hosts(settings: Settings) -> frozenset[str]:
    """The host names, without ports, under which this installation answers."""
    named = {urlsplit(settings.base_url).hostname or "", settings.host} - WILDCARDS
    return HERE | {f"[{name}]" if ":" in name else name for name in named}


def foreign_host(_error: object) -> Response:
    """Plain words: without a trusted host there are no routes, and so no page with links."""
    text = (
        "Meldklok does not answer at this address. Use the address that BASE_URL names in its settings, "
        "or set BASE_URL to the address that people use.\n"
    )
    return Response(text, status=400, content_type="text/plain; charset=utf-8")
