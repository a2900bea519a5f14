"""Whom people can call: numbers that were read at a source, only beside the advice that they fit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest

from incident.documents.advice import advice_keys
from incident.documents.helplines import fitting, helplines
from incident.documents.notice_case import NoticeCase
from incident.documents.notice_facts import notice_facts
from incident.documents.wording import Wording
from incident.domain.fact_sheet import letter_hash
from incident.domain.languages import LETTER_LANGUAGES, country_name
from incident.law.facts import BreachFacts, CountryCount
from incident.law.sources import Certainty
from incident.law.vocabulary import DataCategory, Nature
from tests.documents.cases import ORGANISATION

STOLEN = BreachFacts(nature=(Nature.CONFIDENTIALITY,), data_categories=(DataCategory.BSN, DataCategory.BANK_ACCOUNT))


def _advice(facts: BreachFacts, language: str) -> tuple[str, ...]:
    found = notice_facts(facts, ORGANISATION, NoticeCase("DL-1"), Wording(language)).values["advice"]
    return found if isinstance(found, tuple) else ()


def test_every_number_has_its_source_its_day_and_how_sure_it_is() -> None:
    """A person who doubts a number in a letter finds where and when it was read; nothing rests on memory."""
    assert {"NL", "BE", "DE", "SE", "FR", "GB"} <= {line.country for line in helplines()}
    for line in helplines():
        places = [urlsplit(place) for place in (line.source, line.second)]
        assert {place.scheme for place in places} == {"https"}
        assert len({place.hostname for place in places}) == len(places), "one publisher is no second opinion"
        assert date(2026, 1, 1) <= line.read <= date(2027, 12, 31)
        assert line.certainty in {Certainty.PRIMARY, Certainty.SECONDARY}
        assert line.phone.replace(" ", "").isdigit()
        assert line.languages <= {*LETTER_LANGUAGES}
        assert bool(line.opens) is bool(line.closes) is (line.hours in {"weekdays", "daily"})
        assert country_name(line.country, "nl") != line.country


@pytest.mark.parametrize(
    ("language", "countries", "said"),
    [
        ("nl", (), "Centraal Meldpunt Identiteitsfraude, 088 900 10 00."),
        ("nl", ("NL", "BE"), "Centraal Meldpunt Identiteitsfraude, 088 900 10 00."),
        ("de", ("NL", "DE"), "Opfer-Telefon des WEISSEN RINGS, 116 006 (Deutschland, täglich 7–22 Uhr)"),
        ("de", (), "niederländische Meldestelle für Identitätsmissbrauch (CMI), +31 88 900 10 00."),
        ("de", ("NL", "DE"), "niederländische Meldestelle für Identitätsmissbrauch (CMI), +31 88 900 10 00."),
        ("fr", ("FR",), "France Victimes, 116 006 (France, 7 j/7, de 9 h à 20 h)"),
        ("fr", ("FR",), "CMI, service néerlandais, +31 88 900 10 00."),
        ("sv", ("SE",), "Brottsofferjouren, 116 006 (Sverige)"),
        ("en", ("GB",), "Report Fraud (in Scotland: 101), 0300 123 2040 (United Kingdom, weekdays 8:00–20:00)"),
        ("en", ("GB",), "Dutch identity fraud helpline (CMI), +31 88 900 10 00"),
    ],
)
def test_people_are_told_whom_to_call_in_their_own_country(
    language: str, countries: tuple[str, ...], said: str
) -> None:
    """The language of a letter is that of a country; English is also for whoever reads none of ours."""
    counted = tuple(CountryCount(code) for code in countries)
    assert said in " ".join(_advice(replace(STOLEN, countries=counted), language))


def test_hours_are_said_as_one_would_say_them() -> None:
    """A dash between two bare figures is how a table says it."""
    account = replace(STOLEN, data_categories=(DataCategory.BANK_ACCOUNT,))
    said = "Fraudehelpdesk, 088 786 73 72 (op werkdagen van 9:00 tot 17:00 uur)"
    assert said in " ".join(_advice(account, "nl"))


def test_french_sets_a_space_before_a_semicolon() -> None:
    """Between the services of two countries, which hold commas of their own."""
    said = " ".join(_advice(replace(STOLEN, countries=(CountryCount("FR"),)), "fr"))
    assert " ; CMI, service" in said


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_no_number_stands_where_it_does_not_fit(language: str) -> None:
    """Identity documents, personal numbers and accounts have somebody to call; for the rest it would be general."""
    everywhere = tuple(CountryCount(code) for code in ("NL", "BE", "DE", "FR", "SE", "GB"))
    told = {
        one
        for one in DataCategory
        if any(_numbers(_advice(replace(STOLEN, data_categories=(one,), countries=everywhere), language)))
    }
    assert told == {
        DataCategory.BSN,
        DataCategory.IDENTIFICATION_NUMBER,
        DataCategory.ID_DOCUMENT_COPY,
        DataCategory.BANK_ACCOUNT,
        DataCategory.CREDIT_CARD,
    }


def _numbers(advice: tuple[str, ...]) -> Iterator[bool]:
    local = {line.phone for line in helplines()}
    yield from (any(phone[1:] in step for phone in local) for step in advice)


def test_a_country_is_named_once_and_beside_its_own_step() -> None:
    """Who lost a passport and an account number in Belgium reads the number that blocks cards beside the account."""
    found = fitting(advice_keys(STOLEN), "nl", "NL", ("NL", "BE", "NL"))
    assert {step: [line.country for line in lines] for step, lines in found.items()} == {
        "identity": ["NL"],
        "bank_account": ["BE"],
    }
    assert fitting(("phishing", "address"), "nl", "NL", ("NL",)) == {}


def test_another_country_is_another_letter() -> None:
    """Countries choose whom a letter tells people to call, so an approval of the letter ends when they change."""
    assert letter_hash(STOLEN) != letter_hash(replace(STOLEN, countries=(CountryCount("BE"),)))
