"""Default deny: every route has a declared audience, and nobody gets further than their roles."""

import re
from collections.abc import Callable
from uuid import uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import PERMISSIONS, Permission
from incident.web.access import ACCESS, NEVER, Audience
from tests.web.client import Visitor
from tests.web.conftest import Team

PARAMETERS = {
    "reference": "DL-2026-0001-9",
    "name": "data",
    "key": "no-such-door",
    "secret": "x",
    "token": "x",
    "filename": "icon.svg",
    "kind": "pdf",
    "number": "1",
    "subject": "authority",
}


def address(rule: str) -> str:
    """A rule with plausible values."""

    def value(found: re.Match[str]) -> str:
        kind, _, name = found[1].rpartition(":")
        return str(uuid4()) if kind == "uuid" else PARAMETERS.get(name, "1")

    return re.sub(r"<([^>]+)>", value, rule)


def test_every_route_has_a_declared_audience(lite_app: Flask) -> None:
    """A new route without an entry in the matrix fails here, and so does an entry without a route."""
    routes = {rule.endpoint for rule in lite_app.url_map.iter_rules()}
    assert routes - NEVER - set(ACCESS) == set()
    assert set(ACCESS) - routes <= {"slack.events"}, "only Slack over HTTP brings a route of its own"


def test_nobody_gets_in_without_signing_in(lite: Team, record_property: Callable[[str, object], None]) -> None:
    """Without an account every page that is not for everybody leads to the sign-in page, and nothing is written."""
    client, cells = lite.app.test_client(), 0
    for rule in lite.app.url_map.iter_rules():
        audience = ACCESS.get(rule.endpoint)
        if isinstance(audience, Audience) and audience is not Audience.SIGNED_IN:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(address(rule.rule), method=method)
        refused = (
            answer.status_code == 404
            or (answer.status_code == 302 and answer.headers["Location"].startswith("/login"))
            or answer.status_code == 400
        )
        assert refused, (rule.rule, answer.status_code, answer.headers.get("Location"))
        cells += 1
    record_property("cells", cells)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_the_matrix_says_and_nothing_else(
    lite: Team, role: Role, record_property: Callable[[str, object], None]
) -> None:
    """Pages of other roles do not exist for a person: 404, not 403, which would tell that there is something.

    Acts of other roles are refused; the forms of one's own are sent by the tests of hostile input.
    """
    visitor, cells = lite.visitor("Somebody", role), 0
    token = next(node.get("value", "") for node in visitor.get("/account").tree.iter("input") if is_token(node))
    for rule in lite.app.url_map.iter_rules():
        needed = ACCESS.get(rule.endpoint)
        if not isinstance(needed, Permission):
            continue
        theirs = needed in PERMISSIONS[role]
        for method in {"GET"} & (rule.methods or set()) if theirs else {"GET", "POST"} & (rule.methods or set()):
            sent = {"csrf_token": token} if method == "POST" else None
            answer = visitor.client.open(address(rule.rule), method=method, data=sent)
            expected = (200, 302, 404) if theirs else (404,) if method == "GET" else (403,)
            assert answer.status_code in expected, (method, rule.rule, answer.status_code)
            cells += 1
    assert visitor.get("/account").path == "/account"
    record_property("cells", cells)


def test_an_auditor_only_reads(lite: Team) -> None:
    """No form of a case is theirs, nor a link that lets others read: their own saved lists of the register alone."""
    theirs = {
        rule.endpoint
        for rule in lite.app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and ACCESS.get(rule.endpoint) in PERMISSIONS[Role.AUDITOR]
    }
    assert theirs == {"register.keep", "register.forget"}


def is_token(node: Element) -> bool:
    """Whether this input holds what shows that a form came from a page of ours."""
    return node.get("name") == "csrf_token"


def test_a_reporter_sees_only_their_own_reports(lite: Team) -> None:
    """What is not theirs does not exist for them."""
    anna, bob = lite.visitor("Anna", Role.REPORTER), lite.visitor("Bob", Role.REPORTER)
    anna.get("/report")
    mine = anna.submit("/report", summary="Letter in the wrong envelope").path.split("/")[2]
    anna.get(f"/incidents/{mine}")
    board = anna.get("/")
    assert "Letter in the wrong envelope" in board.text
    assert "These are the breaches that you reported yourself." in board.text
    assert not board.links("show="), "no filters over what others do"
    bob.get(f"/incidents/{mine}", status=404)
    bob.get(f"/report/{mine}/receipt", status=404)
    assert "Letter in the wrong envelope" not in bob.get("/").text


def test_a_form_without_its_token_is_refused_and_the_text_is_kept(lite: Team) -> None:
    """CSRF: nothing is stored, but what was typed stands on the page."""
    visitor = lite.visitor("Femke", Role.DPO)
    answer = visitor.client.post("/report", data={"summary": "typed in a stale form"})
    assert answer.status_code == 400
    assert "typed in a stale form" in answer.text
    assert "typed in a stale form" not in visitor.get("/register").text


@pytest.mark.parametrize("path", ["/login", "/password/forgotten", "/", "/nope", "/static/css/base.css"])
def test_every_answer_carries_the_headers(lite: Team, path: str) -> None:
    """No third party, no inline script or style, no framing; on errors and files too."""
    headers = Visitor(lite.app).client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    assert kept in [directive.strip() for directive in headers["Cache-Control"].split(",")]


def test_no_template_holds_inline_script_or_style(lite_app: Flask) -> None:
    """The policy would stop them; better not to have any."""
    loader = lite_app.jinja_loader
    assert loader is not None
    for name in loader.list_templates():
        if name.startswith(("web/", "macros/")):
            source = loader.get_source(lite_app.jinja_env, name)[0]
            assert not re.search(r"\sstyle=|\son\w+=\"|<style|<script(?![^>]*src=)|javascript:", source), name
