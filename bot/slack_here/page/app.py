"""The page's small application: one shell, one address that tells what is on the screen, one for what a person does."""

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Flask, Response, abort, jsonify, render_template, request
from markupsafe import Markup

from bot.slack_here.page import acts, wire
from bot.slack_here.page.chrome import Words, chrome
from bot.slack_here.page.mrkdwn import html, plain_html
from bot.slack_here.page.screen import HOME, Screen
from bot.slack_here.person import Person
from bot.slack_here.server import LocalSlack
from bot.slack_here.workspace import Channel, Ephemeral, File, Message, View
from incident.domain.kernel.json import JsonObject
from incident.platform.clock import AheadClock

WAIT_SECONDS: Final = 20.0
STEPS: Final = (1, 12, 24)
"""Hours by which the clock of the trial is set forward."""
MOST_BYTES: Final = 60_000_000
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass
class Desk:
    """Everything the page works with: the workspace, its people, the app's manifest and the words."""

    slack: LocalSlack
    people: Sequence[tuple[Person, str]]
    listening: wire.Listening
    manifest: JsonObject
    words: Callable[[str], Words]
    password: str
    clock: AheadClock
    seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slack.workspace.joined = self.hear

    def hear(self, channel: Channel, user: str) -> None:
        """Somebody came into a channel: the app is told, and whoever let them in does not wait for that."""
        for person, _ in self.people:
            if person.id == user:
                threading.Thread(target=person.joined, args=(channel,), daemon=True).start()

    def person(self, id: str) -> Person:
        """The person with this id; nobody else can be looked at."""
        return next((person for person, _ in self.people if person.id == id), None) or abort(404)

    def screen(self, person: Person) -> Screen:
        """What this person sees."""
        name = str(self.manifest["display_information"]["name"])
        return Screen(person, self.slack.workspace, name, self.seen)

    def say(self, person: Person) -> Words:
        """Words in the person's language."""
        return self.words(person.member.language)

    @property
    def commands(self) -> list[JsonObject]:
        """The slash commands of the manifest."""
        return list(self.manifest["features"]["slash_commands"])

    def shortcuts(self, kind: str) -> list[JsonObject]:
        """The shortcuts of the manifest that are ``message`` or ``global``."""
        return [shortcut for shortcut in self.manifest["features"]["shortcuts"] if shortcut["type"] == kind]


def create_page(desk: Desk) -> Flask:
    """The application. It answers to names of this machine only, and takes acts from its own page only."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.jinja_env.globals.update(plain=plain_html)
    _guard(app)

    @app.get("/")
    def shell() -> str:
        return render_template("shell.html", people=desk.people, first=desk.people[0][0])

    @app.get("/screen")
    def screen() -> Response:
        person = desk.person(request.args.get("me", ""))
        at, seen = request.args.get("at", ""), request.args.get("seen", "")
        return jsonify(_changed(desk, person, at, seen))

    @app.post("/do")
    def do() -> Response:
        said = request.get_json()
        person = desk.person(str(said.get("me")))
        try:
            trouble, errors = _done(desk, person, said)
        except LookupError:
            abort(404)
        return jsonify(trouble=trouble, errors=errors)

    @app.post("/file")
    def file() -> Response:
        person = desk.person(request.args.get("me", ""))
        return jsonify(id=_uploaded(desk.slack, person, request.args.get("name", "file"), request.get_data()))

    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def only_here() -> None:
        if request.host.rsplit(":", 1)[0] not in LOOPBACK:
            abort(403)
        if request.method == "POST" and request.headers.get("X-Slack-Here") != "1":
            abort(403)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response


def _changed(desk: Desk, person: Person, at: str, seen: str) -> JsonObject:
    """The screen once it differs from what was `seen`, or as it is after a while."""
    workspace = desk.slack.workspace
    deadline = desk.slack.now() + WAIT_SECONDS
    with workspace.lock:
        while True:
            parts = _drawn(desk, person, at)
            digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
            if digest != seen or desk.slack.now() >= deadline:
                return {**parts, "digest": digest}
            workspace.changed.wait(1.0)


def _drawn(desk: Desk, person: Person, at: str) -> JsonObject:
    screen, say = desk.screen(person), desk.say(person)
    channel = screen.channel(at)
    if channel is None and at != HOME:
        at = screen.conversations("")[0].id
        channel = screen.channel(at)

    def text(thing: JsonObject | None) -> Markup:
        """A text object, or nothing."""
        if not thing:
            return Markup("")
        return html(thing["text"], screen.name) if thing["type"] == "mrkdwn" else plain_html(thing["text"])

    def mrkdwn(words: str) -> Markup:
        return html(words, screen.name)

    words = {name: sentence.replace("{}", desk.password) for name, sentence in chrome(say).items()}
    common = {"screen": screen, "at": at, "w": words, "text": text, "mrkdwn": mrkdwn, "desk": desk, "me": person}
    common |= {
        "steps": STEPS,
        "now": format_datetime(_local(desk, person), "EEE d MMM HH:mm", locale=person.member.language),
    }
    home = desk.slack.workspace.homes.get(person.id) if at == HOME else None
    main = render_template("main.html", channel=channel, home=home, **common)
    modal = screen.modal
    return {
        "at": at,
        "language": person.member.language,
        "side": render_template("side.html", **common),
        "main": main,
        "modal": render_template("modal.html", view=modal, **common) if modal else "",
        "wire": render_template("wire.html", sent=wire.newest(desk.slack, desk.listening), **common),
    }


def _done(desk: Desk, person: Person, said: JsonObject) -> tuple[str, dict[str, str]]:
    """Do what the browser says; the sentence about what failed, and the errors at fields."""
    say, screen = desk.say(person), desk.screen(person)
    match said.get("what"):
        case "write":
            channel = screen.channel(str(said.get("at"))) or desk.slack.workspace.direct(person.id)
            names = [command["command"] for command in desk.commands]
            return acts.write(person, channel, str(said.get("text", "")).strip(), names, say), {}
        case "shortcut":
            message = _message(screen, said) if said.get("ts") else None
            return acts.shortcut(person, str(said.get("name")), message, say), {}
        case "press":
            return acts.press(person, _place(desk, screen, said), said, say), {}
        case "submit":
            return acts.submit(person, _view(person, said), said.get("state") or {}, say)
        case "react":
            acts.react(person, _message(screen, said), "pushpin")
        case "answer" | "edit" | "delete":
            _about(desk, person, _message(screen, said), said)
        case "home":
            person.open_home()
        case "close":
            del person.stack[-1:]
        case "forward":
            _forward(desk, said.get("hours"))
        case _:
            abort(400)
    return "", {}


def _about(desk: Desk, person: Person, message: Message, said: JsonObject) -> None:
    """Answer a message, or change or take back an own one."""
    text = str(said.get("text", "")).strip()
    if said["what"] == "answer" and text:
        acts.answer(person, desk.slack.workspace.channels[message.channel], message, text)
    elif message.user != person.id:
        abort(403)
    elif said["what"] == "delete":
        person.delete(message)
    elif text:
        person.edit(message, text)


def _local(desk: Desk, person: Person) -> datetime:
    """The instant of the trial where this person is."""
    return desk.clock.now().astimezone(ZoneInfo(person.member.zone))


def _forward(desk: Desk, hours: object) -> None:
    """Set the trial forward by one of the steps that the page offers; everybody's screen shows it."""
    if hours not in STEPS:
        abort(400)
    desk.clock.forward(hours=float(str(hours)))
    with desk.slack.workspace.lock:
        desk.slack.workspace.changed.notify_all()


def _place(desk: Desk, screen: Screen, said: JsonObject) -> Message | Ephemeral | View:
    if said.get("view"):
        return _view(screen.person, said, desk.slack.workspace.homes.get(screen.person.id))
    for told in screen.whispers(str(said.get("at"))):
        if told.ts == said.get("ts"):
            return told
    return _message(screen, said)


def _message(screen: Screen, said: JsonObject) -> Message:
    channel = screen.channel(str(said.get("at")))
    for message in channel.messages if channel is not None else ():
        if message.ts == said.get("ts"):
            return message
    raise LookupError(said.get("ts"))


def _view(person: Person, said: JsonObject, home: View | None = None) -> View:
    for view in [*person.stack, *([home] if home else [])]:
        if view.id == said.get("view"):
            return view
    raise LookupError(said.get("view"))


def _uploaded(slack: LocalSlack, person: Person, name: str, content: bytes) -> str:
    """Keep a file as Slack does: under an id, at an address that asks for the app's token."""
    workspace = slack.workspace
    with workspace.lock:
        key = f"F{workspace.number():06d}"
        about = {
            "id": key,
            "name": name,
            "user": person.id,
            "size": len(content),
            "mimetype": "application/octet-stream",
            "url_private_download": f"{slack.root}/files/{key}",
            "permalink": f"{slack.root}/files/{key}",
        }
        workspace.files[key] = File(about, content)
        return key
