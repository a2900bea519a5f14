"""Every form with bad input: what is wrong stands in a summary that leads to the field, and what was typed is kept."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest

from tests.markup import read
from tests.promises.walk.conftest import Grown
from tests.promises.walk.crawl import FormFound, forms_of, pages
from tests.web.client import Page, Visitor, _values

pytestmark = pytest.mark.slow
LONG = "too long " * 3_000
WITHOUT = frozenset({"/language", "/logout", "/incidents/one/assign"})
"""Forms in which nothing is typed: a choice of one, which only a forged request can get wrong."""


def bad(form: Element) -> dict[str, str]:
    """Something impossible for each input, by its kind; ticks stay, since nobody can set one wrong."""
    found = {}
    for node in form.iter():
        name, kind = node.get("name"), node.get("type", "text")
        if not name or name.endswith("csrf_token") or kind in ("hidden", "file", "checkbox"):
            continue
        if node.tag == "textarea" or (node.tag == "input" and kind in ("text", "search", "email", "password")):
            found[name] = LONG
        elif node.tag == "select" or kind == "radio":
            found[name] = "none of these"
        elif node.tag == "input":
            found[name] = {"date": "2026-13-45", "time": "99:99"}.get(kind, "no number")
    return found


def answered(visitor: Visitor, found: FormFound) -> Page:
    """What comes back for a form full of bad input; the fixed parts are sent as they stand on the page."""
    sent = {**_values(found.element), **bad(found.element)}
    answer = visitor.client.post(found.action, data=sent)
    tree = read(answer.text) if answer.text else Element("html")
    return Page(found.action, answer.status_code, answer.text, tree)


def faults(page: Page, typed: dict[str, str]) -> Iterator[str]:
    """What this answer to bad input lacks."""
    nodes = list(page.tree.iter())
    ids = {node.get("id") for node in nodes}
    targets = [link.get("href", "") for box in nodes if _is_summary(box) for link in box.iter("a")]
    if not page.problems:
        yield "no summary"
    yield from (f"the summary leads nowhere: {target}" for target in targets if target.removeprefix("#") not in ids)
    if targets and not any(node.get("aria-invalid") == "true" for node in nodes):
        yield "nothing stands at a field"
    shown = {node.get("name"): node.get("value") or node.text or "" for node in nodes if node.get("name")}
    secret = {node.get("name") for node in nodes if node.get("type") == "password"}
    for name in (name for name, value in typed.items() if value == LONG and name not in secret):
        if shown.get(name, "").strip() != LONG.strip():
            yield f"what was typed is lost: {name}"


def _is_summary(node: Element) -> bool:
    return "summary" in (node.get("class") or "").split()


def alike(action: str) -> str:
    """Forms of one kind have one name: of the templates of five languages one is enough, and of two persons."""
    words = [word for word in action.split("?")[0].split("/") if word not in ("nl", "en", "sv", "de", "fr")]
    return "/".join("one" if re.fullmatch(r"[0-9a-f-]{36}|DL-[0-9-]+[A-Z0-9]", word) else word for word in words)


def test_every_form_says_what_is_wrong_at_its_fields_and_keeps_what_was_typed(grown: Grown) -> None:
    """In the summary, which leads to the field; at the field; and nothing has to be typed again."""
    forms = {alike(found.action): found for page in list(pages(grown.dpo)) for found in forms_of(page)}
    asked = {name: found for name, found in forms.items() if name not in WITHOUT and bad(found.element)}
    assert len(asked) >= 30
    lacking = [
        f"{name}: {fault}"
        for name, found in sorted(asked.items())
        for fault in faults(answered(grown.dpo, found), bad(found.element))
    ]
    assert not lacking, "\n".join(lacking)
