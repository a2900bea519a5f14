"""The forms of other portals: each question names what of the record answers it, or says that it has nothing."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledForm, Origin, QuestionKind
from incident.law.forms.catalogue import (
    CATALOGUES,
    Catalogue,
    Question,
    Report,
    form_of_report,
    load_catalogue,
    portals,
)
from incident.law.forms.filing import FilingKind
from incident.law.forms.recorded import NAMES, Made, fill_report
from incident.law.regimes import all_regimes
from incident.law.sources import Certainty
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import (
    Actor,
    Severity,
)
from tests.law.forms.reported import RANSOM, on_its_form
from tests.law.forms.sheets import BLANK, FULL, NOW, random_facts, random_filing, random_profile

FORMS = [load_catalogue(name) for name in portals()]
QUESTIONS = [(form, question) for form in FORMS for question in form.questions]
REPORTS = [(form, report) for form in FORMS for report in form.reports]
FIELDS = {field.name for field in fields(BreachFacts)}
MOMENTS = {"event.aware_at", "event.classified_at", "event.fixed_at"}


def texts(form: FilledForm) -> dict[str, str]:
    """Each answer by its key."""
    return {answer.key: answer.text for answer in form.answers}


@pytest.mark.parametrize(
    ("form", "question"), QUESTIONS, ids=[f"{form.id} {question.key}" for form, question in QUESTIONS]
)
def test_every_question_has_a_fact_or_says_that_there_is_none(form: Catalogue, question: Question) -> None:
    """Never both and never neither; every name and note that stands in the file exists."""
    assert bool(question.answers) != question.by_hand
    assert set(question.fields) <= FIELDS
    for name in question.answers:
        assert name.removeprefix("has.") in FIELDS or name in NAMES | MOMENTS, name
    assert {question.note, *(name for name, _when in question.hidden_notes)} - {""} <= set(form.notes)
    assert bool(question.options) == (question.kind in {QuestionKind.SINGLE, QuestionKind.MULTI})
    assert question.certainty in {Certainty.SECONDARY, Certainty.UNVERIFIED}, "nobody has read these texts themselves"


@pytest.mark.parametrize("form", FORMS, ids=[form.id for form in FORMS])
def test_a_form_of_a_portal_is_whole(form: Catalogue) -> None:
    """Its keys are its own; what it is not sure of is said in each language; what its notes say, too."""
    keys = [question.key for question in form.questions]
    assert len(keys) == len(set(keys))
    assert set(form.about) == set(LANGUAGES)
    assert all(set(note) == set(LANGUAGES) for note in form.notes.values())
    assert form.id not in CATALOGUES


def test_each_report_is_made_on_the_form_that_its_law_names() -> None:
    """Both ways: no duty names a form that nobody can open, and no form is for a duty that does not exist."""
    named = {one.id: one.form for one in all_regimes() if one.form and one.form not in CATALOGUES}
    known = {report.id: form.id for form, report in REPORTS if report.id != "insurer"}
    assert {name: form for name, form in named.items() if not name.startswith("gdpr")} == known
    with pytest.raises(KeyError):
        form_of_report("gdpr_33_1")
    with pytest.raises(KeyError):
        load_catalogue("common")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "nl"])
def test_a_form_in_our_words_is_wholly_in_the_language_of_its_reader(language: str) -> None:
    """The insurer's: no word of the other language is left. Whoever published a form is never translated."""
    own, read = load_catalogue("insurer"), load_catalogue("insurer", language)
    assert (own.language, read.language) == ("nl", language)
    assert [question.key for question in read.questions] == [question.key for question in own.questions]
    names = {"Autoriteit Persoonsgegevens", "CSIRT", ""} | ({"Ja"} if language == "de" else set())
    assert (_said(own) & _said(read)) <= names
    assert load_catalogue("ncsc-meldportaal", language).language == load_catalogue("ncsc-meldportaal").language


def _said(form: Catalogue) -> set[str]:
    words = {form.title, form.version.casefold().removeprefix("november ")}
    for chapter in form.chapters:
        words |= {chapter.title} | {text for one in chapter.questions for text in (one.text, one.part_label)}
        words |= {option.text for one in chapter.questions for option in one.options}
    return words - {"2026"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "report"), REPORTS, ids=[report.id for _form, report in REPORTS])
def test_any_sheet_fills_every_report(form: Catalogue, report: Report, language: str) -> None:
    """Each question once: answered, missing or not asked; what was worked out says from what."""
    keys = {question.key for question in form.questions}
    for seed in range(40):
        facts, context = random_facts(seed), random_filing(seed, FilingKind.FIRST_PROVISIONAL)
        made = fill_report((form, report), facts, random_profile(seed), context, language)
        shown, hidden = [one.key for one in made.answers], [one.key for one in made.hidden]
        assert sorted(shown + hidden) == sorted(keys)
        assert all(one.reason for one in made.hidden)
        for answer in made.answers:
            assert not answer.text or answer.origin is not Origin.MISSING
            assert answer.note or answer.origin is not Origin.DERIVED, answer.key


def test_an_empty_sheet_gives_only_what_the_organisation_is() -> None:
    """Nothing is invented."""
    told = texts(on_its_form("cra_early_warning", BLANK))
    assert {key for key, text in told.items() if text} == {"1", "4"}


def test_a_major_incident_under_dora() -> None:
    """Reg. 2025/302: awareness and classification apart, in UTC; the authority's number; no choice is guessed."""
    first = on_its_form("dora_initial", RANSOM)
    told = texts(first)
    assert told["1.1"] == "initial notification"
    assert (told["2.2"], told["2.3"]) == ("2026-11-20T09:30:00Z", "2026-11-20T12:30:00Z")
    assert told["2.4"] == RANSOM.description
    assert told["2.7"] == "third-party provider"
    assert told["2.5"] == told["1.3"] == "", "criteria and the LEI are not in the record"
    assert "3.2" not in told
    assert all(chapter.answers for chapter in first.chapters), "no heading with nothing below"
    second = texts(
        on_its_form("dora_intermediate", RANSOM, Made(frozenset({"dora_initial", "cbw_early_warning"}), "DNB-7"))
    )
    assert (second["1.1"], second["3.1"]) == ("intermediate report", "DNB-7")
    assert second["3.15"] == "01:05:15"
    assert second["3.20"].splitlines() == ["availability", "integrity"]
    assert second["3.23"] == "Cybersecurity-related"
    assert second["3.25"] == "Data encryption for impact, including ransomware"
    assert second["3.31"].splitlines() == [
        "Police/Law Enforcement",
        "CSIRT",
        "Data Protection Authority",
        "Other (please specify)",
    ]
    last = texts(on_its_form("dora_final", RANSOM))
    assert last["4.1"] == "malicious actions"
    assert last["4.8"] == "2026-11-21T12:45:00Z"
    assert last["4.13"] == ""


def test_an_exploited_vulnerability_under_the_cra() -> None:
    """Art. 14(2): each report asks what the law lists for it, and nothing of the other track."""
    warning = on_its_form("cra_vulnerability_warning", RANSOM)
    told = texts(warning)
    assert (told["1"], told["v26"]) == ("Vulnerability", "2026-11-20T09:35:00Z")
    assert {key for key in told if key.startswith("i")} == set()
    required = {one.key for one in warning.answers if one.required}
    assert required == {"1", "2", "3", "4", "5", "6", "7", "v26"}
    later = {one.key for one in on_its_form("cra_vulnerability_notification", RANSOM).answers if one.required}
    assert later == required | {"16", "17", "v21", "v*"}
    report = on_its_form("cra_vulnerability_report", RANSOM)
    assert texts(report)["v22"] == "2026-11-22T09:30:00Z"
    assert {"v22", "v23", "v24", "v25"} <= {one.key for one in report.answers if one.required}


def test_a_significant_incident_under_the_cyberbeveiligingswet() -> None:
    """NIS2 art. 23(4): suspicion and borders in the warning, an assessment after it, the cause at the end."""
    warning = on_its_form("cbw_early_warning", RANSOM, language="nl")
    told = texts(warning)
    assert told["2.2"] == "20-11-2026 11:30"
    assert (told["2.5"], told["2.6"]) == ("Ja", "Ja")
    assert "controleer" in warning.answer("2.6").note
    assert "3.1" not in told
    second = texts(on_its_form("cbw_notification", RANSOM, Made(frozenset({"cbw_early_warning"}), "NCSC-1")))
    assert second["1.8"] == "NCSC-1"
    assert "Beperkt" in second["3.1"]
    last = texts(on_its_form("cbw_final_report", RANSOM))
    assert "Gijzelsoftware" in last["4.1"]
    assert "Password changed" in last["4.2"]
    assert "Autoriteit Persoonsgegevens" in last["4.3"].splitlines()


def test_what_a_person_said_is_unknown_is_said_so() -> None:
    """Until the last report it may follow; a choice takes the option that the form has for it."""
    unknown = replace(RANSOM, description="", summary="", actor=Actor.UNKNOWN, kinds=(), severity=Severity.UNKNOWN)
    unknown = replace(unknown, stated_unknown=("actor", "description"))
    early = on_its_form("cra_early_warning", unknown)
    assert early.answer("i31").text == "Unknown"
    assert early.answer("3").text == "To be determined"
    assert texts(on_its_form("cra_final_report", unknown))["3"] == "Not known"


def test_what_is_close_is_called_derived() -> None:
    """A moment that nobody recorded for this law, and people who are not the clients of a service."""
    before = on_its_form("dora_initial", replace(FULL, triggers=(), first_signal_at=NOW - timedelta(days=2)))
    assert before.answer("2.2").origin is Origin.DERIVED
    clients = on_its_form("dora_intermediate", RANSOM).answer("3.4")
    assert (clients.text, clients.origin) == ("1200", Origin.DERIVED)
    assert "check the number" in clients.note
