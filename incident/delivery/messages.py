"""The words of every outgoing message: template name and parameters in; subject, one line, text and HTML out.

The texts are data (``templates/email/messages.toml``, in English) and translated by the one catalogue. They are filled
in a sandbox, and everything a person may have typed is escaped where it enters HTML.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, Template
from jinja2.sandbox import SandboxedEnvironment

from incident.domain.exercises import said, scenarios
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.reference import is_exercise
from incident.domain.kinds import Part
from incident.domain.part_words import part_word
from incident.domain.step_words import what
from incident.law.explain import title
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.texts import LANGUAGES, moment
from incident.platform import resources
from incident.translations.say import SOURCE, translated
from incident.usecases.messages.ports import OutgoingMessage

NOT_MESSAGES = frozenset({"words", "subjects", "decisions", "outcomes"})
FOOT = ("footer", "automatic")
"""The words at the end of an e-mail, where a message has others: not all readers have a part in the response."""

Catalogue = Mapping[str, Any]
"""The words of the messages in one language, in the shape of their TOML file."""


class UnknownTemplate(LookupError):
    """A message was queued under a name that has no text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words. ``short`` is one line without the reference; ``url`` is where ``action`` leads, if any."""

    subject: str
    short: str
    text: str
    html: str
    action: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class MessageTexts:
    """Renders messages with links to ``base_url`` and instants in ``zone``."""

    base_url: str = "http://localhost:8000"
    zone: ZoneInfo = AUTHORITY_ZONE

    def render(self, message: OutgoingMessage) -> Rendered:
        """Put one message into words; raises :class:`UnknownTemplate` for a name without a text."""
        language = message.language if message.language in LANGUAGES else SOURCE
        catalogue = _catalogue(language)
        if message.template not in catalogue or message.template in NOT_MESSAGES:
            raise UnknownTemplate(message.template)
        words = catalogue[message.template]
        values = self._values(message, language, catalogue)
        played = is_exercise(values["reference"])
        subject = _marked(_one_line(_fill(words["subject"], values)), played, catalogue)
        layout = {
            "subject": subject,
            "paragraphs": [text for paragraph in words["paragraphs"] if (text := _fill(paragraph, values).strip())],
            "facts": _facts(values, catalogue) if words.get("facts") else [],
            "lines": values["also_words"] + values["waiting_words"] if words.get("lines") else [],
            "action": words.get("action", ""),
            "url": values["url"],
            "urgent": message.urgent,
            "warning": catalogue["words"]["exercise_warning"] if played else "",
            "words": {**catalogue["words"], **{name: words[name] for name in FOOT if name in words}},
            "language": language,
        }
        return Rendered(
            subject=subject,
            short=_marked(_one_line(_fill(words["short"], values)), played, catalogue),
            text=_layouts().get_template("body.txt").render(layout),
            html=_layouts().get_template("body.html").render(layout),
            action=words.get("action", ""),
            url=values["url"],
            language=language,
        )

    def _values(self, message: OutgoingMessage, language: str, catalogue: Catalogue) -> JsonObject:
        params: JsonObject = dict(message.params)
        reference = str(params.get("reference") or message.incident_reference or "")
        due_at = params.get("due_at")
        path = params.get("path") or (f"/incidents/{reference}" if reference else "/")
        left = _left(params, catalogue["words"])
        missed = _missed(int(params.get("missed") or 0), catalogue["words"])
        subject = str(params.get("subject") or params.get("addressee") or "")
        return {
            **params,
            "reference": reference,
            "due": moment(datetime.fromisoformat(str(due_at)), language, self.zone.key) if due_at else "",
            "duty": duty(str(params.get("obligation", "")), language),
            "left": left,
            "left_capital": _capital(left),
            "missed_text": missed,
            "missed_capital": _capital(missed),
            "next": what(str(params.get("next_step", "")), language),
            "missing_words": [what(str(step), language) for step in params.get("missing", ())],
            "first_words": self._also(str(params["first"]), language) if params.get("first") else "",
            "also_words": [self._also(str(entry), language) for entry in params.get("also", ())],
            "waiting_words": [_waiting(str(entry), language, catalogue) for entry in params.get("waiting", ())],
            "decision_words": catalogue["decisions"].get(subject, subject),
            "subject_words": catalogue["subjects"].get(subject, subject),
            "part_words": part_word(Part(params["part"]), language) if "part" in params else "",
            "outcome": _outcome(catalogue["outcomes"], subject, "yes" if params.get("act") else "no"),
            **_of_exercise(params, language),
            "base_url": self.base_url,
            "url": str(params.get("link") or f"{self.base_url}{path}"),
        }

    def _also(self, entry: str, language: str) -> str:
        """One other clock from ``obligation|instant``, or ``reference|obligation|instant``."""
        *reference, obligation, due_at = entry.split("|")
        when = moment(datetime.fromisoformat(due_at), language, self.zone.key)
        return " ".join([*reference, f"{duty(obligation, language)}: {when}"])


def _waiting(entry: str, language: str, catalogue: Catalogue) -> str:
    """One thing that waits for somebody, from ``reference|step``; a task is not named by its title."""
    reference, _, step = entry.partition("|")
    return f"{reference}: {catalogue['words']['task_due'] if step == 'task' else what(step, language)}"


def duty(obligation: str, language: str) -> str:
    """The title of an obligation as the pages have it; empty for a message that is about none.

    What this version does not know is told by its id: no reminder may fail for want of a word.
    """
    try:
        return title(obligation, language) if obligation else ""
    except KeyError:
        return obligation


def template_names() -> frozenset[str]:
    """The names of all messages."""
    return frozenset(_catalogue(SOURCE)) - NOT_MESSAGES


def _facts(values: Mapping[str, Json], catalogue: Catalogue) -> list[tuple[str, str]]:
    words = catalogue["words"]
    due = f"{values['due']} ({words['provisional']})" if values.get("provisional") else values["due"]
    rows = [
        (words["case"], values["reference"]),
        (words["obligation"], values["duty"]),
        (words["due"], due),
        (words["left"], values["left"]),
        (words["missing"], "; ".join(values["missing_words"])),
        (words["next"], values["next"]),
        (words["waits"], words["no_role"] if values.get("no_role") else ", ".join(values.get("waits_for", ()))),
        (words["also"], "; ".join(values["also_words"])),
    ]
    return [(label, value) for label, value in rows if value]


def _left(params: Mapping[str, Json], words: Mapping[str, str]) -> str:
    """The time left or overdue in words: whole hours, and minutes below two hours."""
    if "minutes" not in params:
        return ""
    suffix = "overdue" if params.get("overdue") else "left"
    minutes, hours = int(params["minutes"]), int(params["hours"])
    if not minutes:
        return words["due_now"]
    if minutes in (1, 60):
        return words[f"one_{'hour' if minutes == 60 else 'minute'}_{suffix}"]
    if minutes < 120:
        return words[f"minutes_{suffix}"].format(n=minutes)
    return words[f"hours_{suffix}"].format(n=hours)


def _outcome(words: Mapping[str, str], subject: str, act: str) -> str:
    """What was decided; "no" means another thing for a breach, a level of risk, or a notification."""
    return words.get(f"{subject}_{act}", words[act])


def _marked(line: str, played: bool, catalogue: Catalogue) -> str:
    """Everything that an exercise says begins by saying so."""
    return f"{catalogue['words']['exercise']} · {line}" if played else line


def _of_exercise(params: Mapping[str, Json], language: str) -> JsonObject:
    """What the script of an exercise says: its name, and the message that has come in."""
    script = scenarios().get(str(params.get("scenario", "")))
    if script is None:
        return {}
    told = {"scenario_words": script.title(language), "about_words": said(script.about, language)}
    if not params.get("inject"):
        return told
    inject = script.inject(str(params["inject"]))
    return {**told, "sender_words": inject.sender(language), "inject_words": inject.text(language)}


def _missed(number: int, words: Mapping[str, str]) -> str:
    if number == 0:
        return ""
    return words["missed_one"] if number == 1 else words["missed_many"].format(n=number)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _fill(source: str, values: Mapping[str, Json]) -> str:
    """A step that is a question ends its sentence."""
    return str(_compiled(source).render(values)).replace("?.", "?")


@cache
def _compiled(source: str) -> Template:
    return SandboxedEnvironment(autoescape=False).from_string(source)


@cache
def _layouts() -> SandboxedEnvironment:
    loader = FileSystemLoader(_folder() / "layout")
    return SandboxedEnvironment(loader=loader, autoescape=lambda name: bool(name and name.endswith(".html")))


@cache
def _catalogue(language: str) -> Catalogue:
    read: Catalogue = _said(tomllib.loads((_folder() / "messages.toml").read_text("utf-8")), language)
    return read


def _said(value: Json, language: str) -> Json:
    match value:
        case str():
            return translated(language, value, "mail")
        case dict():
            return {name: _said(part, language) for name, part in value.items()}
        case list():
            return [_said(part, language) for part in value]
        case _:
            return value


def _folder() -> Path:
    return resources.templates_folder() / "email"
