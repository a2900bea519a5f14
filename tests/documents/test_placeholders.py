"""Texts an organisation writes itself have placeholders only: checked when saved, filled without running anything."""

from dataclasses import replace

import pytest

from incident.documents import drafting
from incident.documents.drafting import allowed_placeholders, draft_own, for_recipient
from incident.documents.own_text import allowed_for, from_words, in_words, start_text
from incident.documents.phrases import phrases
from incident.documents.writing import write_notice
from incident.domain.kernel.errors import Invalid
from incident.domain.languages import gaps
from incident.domain.placeholders import Placeholder, check_placeholders, fill_placeholders, placeholders
from incident.law.facts import BreachFacts
from incident.law.vocabulary import UNKNOWN, Ternary
from incident.usecases.notices.ports import NoticeRequest
from tests.documents import hostile
from tests.documents.cases import CUSTOMER, FACTS, LANGUAGES, NOW, ORGANISATION, facts_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_has_words(language: str) -> None:
    """Whoever writes an own text chooses from words, not from names of our code."""
    named = phrases(language)["placeholders"]
    names = {name.rstrip("?!") for name in allowed_placeholders(facts_in(language))} - {"/", "authority_dutch"}
    assert sorted(names - named.keys()) == []


def test_placeholders_are_found_with_their_line() -> None:
    """Lines count from 1; spaces inside the brackets do not matter."""
    assert placeholders("Beste (( greeting )),\n\nx ((a)) ((b))") == (
        Placeholder("greeting", 1),
        Placeholder("a", 3),
        Placeholder("b", 3),
    )


@pytest.mark.parametrize("name", ["nmae", "", "name.__class__", "name|upper", "1x", "naam met spatie"])
def test_an_unknown_placeholder_is_refused_with_line_and_name(name: str) -> None:
    """The person reads where it stands and what it is called."""
    with pytest.raises(Invalid) as caught:
        check_placeholders(f"Beste,\n\nIn ((name)) staat (({name})).", {"name"}, field="body")
    assert caught.value.field == "body"
    assert dict(caught.value.params) == {"line": 3, "name": name}
    assert f"Line 3 has the unknown placeholder (({name}))" in str(caught.value)


def test_values_are_never_read_again() -> None:
    """A value that looks like a placeholder stays what it is."""
    assert fill_placeholders("((a)) ((b))", {"a": "((b))", "b": "2"}) == "((b)) 2"


def test_an_own_text_is_filled_from_the_same_facts() -> None:
    """Lists come as lists, each recipient's places stay open for later, nothing is missing."""
    made = draft_own(
        "((greeting))\n\n((organisation)) meldt:\n\n((data))\n\n((measures_taken))", "Titel", facts_in("nl")
    )
    assert made.body_markdown.startswith("((greeting))\n\nAlumio B.V. meldt:\n\n- Naam\n- E-mailadres\n")
    assert made.missing == ()
    assert made.template_ref.startswith("own@")
    assert {"contact_name", "data", "greeting", "recipient_name"} <= allowed_placeholders(facts_in("nl"))


def test_an_own_text_marks_what_is_missing() -> None:
    """A value nobody has given blocks approval in an own text too."""
    made = draft_own("Om deze gegevens gaat het: ((data))", "Titel", facts_in("nl", BreachFacts()))
    assert made.missing == ("data",)
    assert gaps(made.body_markdown) == ("[nog invullen: om welke gegevens het gaat]",)


def test_an_own_text_says_some_things_only_where_they_hold() -> None:
    """As the usual text does: no telephone, no line for it; not reported to the police, no word of it."""
    text = "\n".join(
        (
            "((police_told?)) Ook is aangifte gedaan.\n",
            "Bel ((contact_name))((contact_function?)), ((contact_function))((/)).\n",
            "- E-mail: ((contact_email))",
            "- ((contact_phone?))Telefoon: ((contact_phone))",
        )
    )
    told = draft_own(text, "Titel", facts_in("nl")).body_markdown
    assert told.startswith("Ook is aangifte gedaan.\n\nBel Femke van ’t Hek, functionaris")
    assert "- Telefoon: +31" in told
    bare = replace(ORGANISATION, dpo_phone="", phone="", dpo_name="Femke")
    quiet = replace(FACTS, reported_to_police=Ternary.NO, contact_name="Rik")
    left = draft_own(text, "Titel", facts_in("nl", quiet, bare)).body_markdown
    assert left == f"Bel Rik.\n\n- E-mail: {ORGANISATION.dpo_email}\n"


@pytest.mark.parametrize("addressee", ["subjects", "public", "controller", "press", "police", "insurer", "staff"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_to_start_from_says_what_the_usual_one_says(addressee: str, language: str) -> None:
    """Unchanged, an own text gives the same letter, whether much is on record or little."""
    for facts in (FACTS, replace(FACTS, reported_to_police=Ternary.NO, first_notified_at=UNKNOWN, measures_prevent=())):
        request = NoticeRequest(addressee, "initial", language, facts, ORGANISATION, "DL-1", NOW, CUSTOMER)
        title, text = start_text(replace(request, facts=BreachFacts()))
        check_placeholders(text, allowed_for(request))
        own = write_notice(replace(request, template_text=text, template_title=title))
        assert own.body == write_notice(request).body


@pytest.mark.parametrize("reader", LANGUAGES)
def test_an_own_text_is_read_and_typed_in_words(reader: str) -> None:
    """Every name has words of its own in the reader's language, which lead back to it; names of our code do as well."""
    request = NoticeRequest("controller", "initial", "nl", FACTS, ORGANISATION, "DL-1", NOW, CUSTOMER)
    every = "\n".join(f"x (({name})) y" for name in sorted(allowed_for(request)))
    shown = in_words(every, request, reader)
    assert from_words(shown.replace("’", "'"), request, reader) == every, "as a keyboard types it"
    assert from_words(shown, request, reader) == from_words(every, request, reader) == every
    assert "_" not in shown
    _title, text = start_text(request)
    assert from_words(in_words(text, request, reader), request, reader) == text
    assert from_words("((Aanhef)) ((nergens))", request, "nl") == "((greeting)) ((nergens))"


def test_a_text_to_start_from_asks_for_no_news_where_there_are_none() -> None:
    """Only a follow-up letter cannot do without."""
    request = NoticeRequest("public", "initial", "nl", replace(FACTS, told_news=""), ORGANISATION, "DL-1", NOW)
    title, text = start_text(request)
    assert "((latest))" in text
    assert write_notice(replace(request, template_text=text, template_title=title)).missing == ()


def test_jinja_reads_a_template_once() -> None:
    """To read it is more work than to draft with it, and pages draft again and again."""
    request = NoticeRequest("public", "initial", "nl", FACTS, ORGANISATION, "DL-1", NOW)
    write_notice(request)
    read = drafting._read.cache_info().misses
    write_notice(request)
    assert drafting._read.cache_info().misses == read > 0


def test_jinja_in_an_own_text_is_only_text() -> None:
    """Template code is not run, whatever it says."""
    code = "{{ ''.__class__ }} {% for x in y %} {% endfor %}"
    assert draft_own(code, "Titel", facts_in("nl")).body_markdown == code + "\n"


def test_an_unknown_placeholder_in_an_own_text_is_refused() -> None:
    """Saving is where it is refused, not sending."""
    with pytest.raises(Invalid, match="Line 1"):
        draft_own("((bsn_van_betrokkene))", "Titel", facts_in("nl"))


@pytest.mark.parametrize(
    ("language", "greeting"), [("nl", "Beste"), ("en", "Dear"), ("sv", "Hej"), ("de", "Guten Tag"), ("fr", "Bonjour")]
)
def test_each_recipient_gets_an_own_greeting(language: str, greeting: str) -> None:
    """With a name it is used, without one the greeting is general; a name is never markup."""
    assert for_recipient("((greeting))", language, name="Åsa").startswith(f"{greeting} Åsa")
    assert "((" not in for_recipient("((greeting)) ((recipient_name)) ((recipient_reference))", language)
    assert "\\<script\\>" in for_recipient("((recipient_name))", language, name=hostile.SCRIPT)
