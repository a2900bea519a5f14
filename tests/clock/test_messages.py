"""The words: every message exists in both languages, is complete, and escapes what people typed."""

import ast
import re
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from incident.delivery.messages import MessageTexts, UnknownTemplate, duty, template_names
from incident.law.explain import title
from incident.law.texts import LANGUAGES
from incident.translations.catalogues import mail_words
from incident.translations.say import translated
from incident.usecases.messages.outsiders import ANSWERABLE
from incident.usecases.messages.ports import OutgoingMessage
from tests.markup import read

ROOT = Path(__file__).resolve().parents[2]
FULL: dict[str, Any] = {
    "reference": "DL-2026-0001-K",
    "obligation": "gdpr_33_1",
    "due_at": "2026-03-05T09:00:00+00:00",
    "overdue": False,
    "hours": 12,
    "minutes": 720,
    "late": True,
    "missed": 2,
    "missing": ["assess", "decide"],
    "next_step": "assess",
    "also": ["gdpr_34|2026-03-05T10:00:00+00:00"],
    "subject": "authority",
    "act": True,
    "dossier_prepared": True,
    "link": "",
    "who": "Anna Analyst",
}


def message(template: str, language: str = "en", **params: Any) -> OutgoingMessage:
    values = {**FULL, **params}
    return OutgoingMessage(uuid4(), "email", "a@example.org", language, template, values, "key", values["reference"])


@pytest.mark.parametrize(("language", "word"), [("en", "awareness"), ("nl", "kennisname"), ("de", "Kenntnis")])
def test_a_clock_of_other_law_waits_for_no_awareness_of_a_breach(language: str, word: str) -> None:
    """NIS2 art. 23(4): it counts from an event of its own; that of the breach may be on record since long."""
    told = message(
        "reminder", language, obligation="cbw_early_warning", provisional=True, next_step="report", missing=[]
    )
    text = MessageTexts("https://meldklok.example.org").render(told).text
    assert {"en": "provisional", "nl": "voorlopig", "de": "vorläufig"}[language] in text
    assert word not in text


def test_a_new_report_names_first_what_is_due_first() -> None:
    """Regulation 611/2013: 24 hours, of which a mail that names 72 says nothing."""
    told = message("incident_reported", "nl", first="telecom_initial|2026-03-03T10:00:00+00:00")
    made = MessageTexts("https://meldklok.example.org").render(told)
    for text in (made.short, " ".join(made.text.split())):
        assert text.index("Eerste melding als telecomaanbieder: dinsdag 3 maart") < text.index("donderdag 5 maart")
    assert "telecom" not in MessageTexts().render(message("incident_reported", "nl")).text


def every_message() -> list[tuple[str, str]]:
    return [(language, name) for language in LANGUAGES for name in sorted(template_names())]


def test_both_languages_fill_in_the_same() -> None:
    """A message tells as much in Dutch as in English: what is filled in, and what that depends on, is the same."""
    told = [(text, translated("nl", text, "mail")) for _place, _line, text, _context in mail_words()]
    assert len(told) > 150
    for english, dutch in told:
        assert english != dutch or english in ("Deadline", "Open Meldklok")
        assert filled_in(english) == filled_in(dutch), english


def filled_in(text: str) -> set[str]:
    return {
        name.removesuffix("_capital").removesuffix("_text")
        for name in re.findall(r"\{\{? *(?:% (?:el)?if )?(\w+)", text)
    }


@pytest.mark.parametrize(("language", "name"), every_message())
def test_a_message_fits_its_places(language: str, name: str) -> None:
    rendered = MessageTexts("https://meldklok.example.org").render(message(name, language))
    assert 0 < len(rendered.subject) <= 150
    assert "\n" not in rendered.subject
    assert "\n" not in rendered.short
    assert (rendered.url in rendered.text) is (name not in ANSWERABLE), "a reporter by mail answers, and has no page"
    assert ("http" in rendered.text) is (name not in ANSWERABLE)
    assert rendered.url.startswith("https://meldklok.example.org/")
    assert rendered.action in rendered.html
    assert read(rendered.html).tag == "html"
    assert f'lang="{language}"' in rendered.html
    assert not re.search(r"\{\{|\{%|None", rendered.text)


@pytest.mark.parametrize(("language", "name"), every_message())
def test_what_a_person_typed_is_escaped(language: str, name: str) -> None:
    rendered = MessageTexts().render(message(name, language, reference="<script>x</script>", subject="<b>y</b>"))
    assert "<script>x" not in rendered.html
    assert "<b>y" not in rendered.html


def test_a_text_can_not_be_made_to_run() -> None:
    rendered = MessageTexts().render(message("assigned", reference="{{ 7*7 }}"))
    assert "{{ 7*7 }}" in rendered.subject


def test_a_reminder_names_all_that_a_reader_needs() -> None:
    rendered = MessageTexts("https://meldklok.example.org").render(message("reminder"))
    for part in (
        "DL-2026-0001-K",
        "Notification to the supervisory authority",
        "Thursday 5 March 2026 10:00 CET",
        "12 hours left",
        "Assess the risk",
        "2 earlier messages did not come",
        "late",
        "Communication to the data",
    ):
        assert part in rendered.text


@pytest.mark.parametrize(
    ("minutes", "overdue", "expected"),
    [
        (720, False, "12 hours left"),
        (61, False, "61 minutes left"),
        (60, False, "1 hour left"),
        (1, False, "1 minute left"),
        (60, True, "1 hour overdue"),
        (0, True, "due now"),
        (300, True, "5 hours overdue"),
    ],
)
def test_the_time_left_in_words(minutes: int, overdue: bool, expected: str) -> None:
    params = {"minutes": minutes, "hours": minutes // 60, "overdue": overdue}
    assert expected in MessageTexts().render(message("reminder", **params)).subject


def test_a_step_that_is_a_question_ends_its_sentence() -> None:
    rendered = MessageTexts().render(message("reminder", next_step="triage"))
    assert rendered.short.endswith("Next: Is it a breach?")


def test_instants_are_shown_in_the_zone_with_its_name() -> None:
    summer = MessageTexts(zone=ZoneInfo("Europe/Amsterdam"))
    assert "1 July 2026 14:00 CEST" in summer.render(message("reminder", due_at="2026-07-01T12:00:00+00:00")).text


def test_an_unknown_language_gets_english_and_an_unknown_message_is_refused() -> None:
    assert MessageTexts().render(message("test", "fr")).language == "en"
    for name in ("nonsense", "words"):
        with pytest.raises(UnknownTemplate):
            MessageTexts().render(message(name))


def test_a_duty_towards_a_customer_is_called_as_on_the_pages() -> None:
    """GDPR art. 33(2): one name for one clock, wherever it is read; a message that is about none names none."""
    for language, told in (("nl", "Bericht aan klant Acme B.V."), ("de", "Mitteilung an den Kunden Acme B.V.")):
        made = MessageTexts().render(message("reminder", language, obligation="gdpr_33_2:Acme B.V."))
        assert told in made.short, language
        assert duty("gdpr_33_2:Acme B.V.", language) == title("gdpr_33_2:Acme B.V.", language) == told
    assert duty("", "nl") == ""


def queued_templates() -> set[str]:
    """The template names that the code hands to the queue, as literals."""
    found = set()
    for path in [
        *ROOT.glob("incident/usecases/**/*.py"),
        *ROOT.glob("bot/**/*.py"),
        *ROOT.glob("incident/web/**/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("queue", "queue_one"):
                for keyword in node.keywords:
                    if keyword.arg == "template" and isinstance(keyword.value, ast.Constant):
                        found.add(str(keyword.value.value))
    return found


def test_every_message_that_the_code_queues_has_a_text() -> None:
    queued = queued_templates()
    assert "incident_reported" in queued
    assert queued <= template_names()
