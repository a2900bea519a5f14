"""A browser without script: follows links, fills in the forms that stand on the page, and checks every page it gets."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.test import TestResponse

from tests.markup import read

PASSWORD = "a sentence is easy to remember"


def text_of(node: Element) -> str:
    """All text inside, with single spaces."""
    return " ".join("".join(node.itertext()).split())


@dataclass
class Page:
    """One page."""

    path: str
    status: int
    html: str
    tree: Element

    @property
    def text(self) -> str:
        """What a person can read."""
        return text_of(self.tree.find("body") if self.tree.find("body") is not None else self.tree)  # type: ignore[arg-type]

    @property
    def title(self) -> str:
        """What the tab says."""
        found = self.tree.find("head/title")
        return text_of(found) if found is not None else ""

    @property
    def problems(self) -> list[str]:
        """The sentences of the error summary."""
        return [
            text_of(item)
            for box in self.tree.iter("div")
            if "summary" in (box.get("class") or "").split()
            for item in box.iter("li")
        ]

    def links(self, part: str) -> list[str]:
        """The addresses of links that contain this part."""
        return [link.get("href", "") for link in self.tree.iter("a") if part in link.get("href", "")]

    def form(self, action: str = "") -> Element:
        """The form whose action ends like this; without an action the page's only other form than language and exit."""
        forms = [form for form in self.tree.iter("form") if form.get("method") == "post"]
        wanted = (
            [form for form in forms if (form.get("action") or self.path).split("?")[0].endswith(action)]
            if action
            else [form for form in forms if form.get("action") not in ("/language", "/logout")]
        )
        assert len(wanted) == 1, f"{len(wanted)} forms for {action!r} on {self.path}"
        return wanted[0]


def _values(form: Element) -> dict[str, Any]:
    """What a browser would send when nothing is changed."""
    values: dict[str, Any] = {}
    for node in form.iter():
        name = node.get("name")
        if not name or node.get("disabled") is not None:
            continue
        if node.tag == "input" and node.get("type") in ("checkbox", "radio"):
            if node.get("checked") is not None:
                values.setdefault(name, []).append(node.get("value", "on"))
        elif node.tag == "input" and node.get("type") != "file":
            values.setdefault(name, []).append(node.get("value", ""))
        elif node.tag == "textarea":
            values.setdefault(name, []).append((node.text or "").removeprefix("\n"))
        elif node.tag == "select":
            options = list(node.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None] or options[:1]
            values.setdefault(name, []).extend(one.get("value", "") for one in chosen)
    return values


@dataclass
class Visitor:
    """Somebody with a browser."""

    app: Flask
    language: str = "en"
    page: Page | None = None
    email: str = ""
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = self.language

    def _take(self, path: str, answer: TestResponse) -> Page:
        while answer.status_code in (301, 302, 303):
            path = urlsplit(urljoin(path, answer.headers["Location"]))._replace(scheme="", netloc="").geturl()
            answer = self.client.get(path)
        self.page = Page(path, answer.status_code, answer.text, read(answer.text))
        self.seen[path.split("?")[0]] = answer.status_code
        return self.page

    def get(self, path: str, status: int = 200) -> Page:
        """Open an address."""
        return self.arrive(path, self.client.get(path), status)

    def arrive(self, path: str, answer: TestResponse, status: int = 200) -> Page:
        """Take an answer that has come in, and follow where it leads."""
        page = self._take(path, answer)
        assert page.status == status, f"{path}: {page.status}, {page.title}"
        return page

    def submit(self, action: str = "", *, button: tuple[str, str] | None = None, **values: Any) -> Page:
        """Send a form of the present page; dashes in names are written as two underscores."""
        assert self.page is not None
        form = self.page.form(action)
        sent = _values(form)
        for name, value in values.items():
            key = name.replace("__", "-")
            sent[key] = value if isinstance(value, list) else [value]
        if button:
            sent[button[0]] = [button[1]]
        target = form.get("action") or self.page.path
        return self._take(target, self.client.post(target, data=_body(sent)))

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Sign in at the front door."""
        self.email = email
        self.get("/login")
        return self.submit("/login", email=email, password=password)

    def come_back(self) -> None:
        """Sign in again, after a time for which no sign-in lasts."""
        assert self.get("/account").path.startswith("/login")
        self.sign_in(self.email)


def _body(sent: dict[str, Any]) -> dict[str, Any]:
    """Files are pairs of name and bytes; everything else is a list of texts."""
    body: dict[str, Any] = {}
    for name, values in sent.items():
        body[name] = [(BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value for value in values]
    return body
