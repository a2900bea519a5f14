"""Facts in the words of a language: numbers, dates, categories, advice, and what is not known."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from incident.documents.advice import advice_keys
from incident.documents.markdown import escape
from incident.documents.notice_case import NoticeCase
from incident.documents.notice_facts import notice_facts
from incident.documents.phrases import language_of, phrases, phrases_to_colleagues
from incident.documents.teller import Gap
from incident.documents.wording import Wording, capital
from incident.documents.writing import write_notice
from incident.domain.languages import LETTER_LANGUAGES, gaps
from incident.law.facts import BreachFacts
from incident.law.vocabulary import (
    UNKNOWN,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    IncidentKind,
    Informed,
    Nature,
    Protection,
    Recipient,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
)
from incident.usecases.notices.ports import KeptFile, NoticeRequest
from tests.documents.cases import CUSTOMER, DESCRIPTIONS, FACTS, MEASURES, NEWS, NOW, ORGANISATION, facts_in

NAMES = {"titles", "envelope"}
"""Each language has titles of its own."""
SECTIONS = {
    "data": DataCategory,
    "groups": SubjectGroup,
    "kinds": IncidentKind,
    "consequences": ConsequenceForSubjects,
    "consequence_names": ConsequenceForSubjects,
    "measures": SecurityMeasure,
}


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_every_language_has_words_for_everything(language: str) -> None:
    """A new member of the vocabulary without words fails here, not in a letter; all languages have the same keys."""
    for section, members in SECTIONS.items():
        assert set(phrases(language)[section]) == {member.value for member in members}
    assert _shape(language) == _shape("nl")
    assert all(text.strip() for section in phrases(language).values() for text in section.values())


def _shape(language: str) -> dict[str, set[str]]:
    """The keys by section, but for names, and for what colleagues read in other words than a letter's reader."""
    kept = {name for name in phrases(language) if name not in NAMES and not name.endswith("_colleague")}
    return {name: set(section) for name, section in phrases(language).items() if name in kept}


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_colleagues_are_addressed_as_colleagues(language: str) -> None:
    """What may follow for them is told in the terms of their text; what replaces a sentence replaces one there is."""
    usual, theirs = phrases(language), phrases_to_colleagues(language)
    replaced = {name.removesuffix("_colleague"): one for name, one in usual.items() if name.endswith("_colleague")}
    assert all(set(section) <= set(usual[name]) for name, section in replaced.items())
    sections = [
        name for name in usual if re.fullmatch(r"consequences(_(seen|known|online|health|back|settled|steps))?", name)
    ]
    formal = {"nl": r"\b[Uu]w?\b", "de": r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b"}.get(language, "(?!)")
    said = [text for name in sections for text in theirs[name].values()]
    assert len(sections) == 8
    assert [text for text in said if re.search(formal, text)] == []


@pytest.mark.parametrize(
    ("language", "number", "day", "moment"),
    [
        ("nl", "1.234", "2 maart 2026", "maandag 2 maart 2026 om 14:05 uur"),
        ("en", "1,234", "2 March 2026", "Monday 2 March 2026 at 14:05"),
        ("sv", "1\xa0234", "2 mars 2026", "måndagen den 2 mars 2026 kl. 14.05"),
        ("de", "1.234", "2. März 2026", "Montag, dem 2. März 2026, um 14:05 Uhr"),
        ("fr", "1\u202f234", "2 mars 2026", "lundi 2 mars 2026 à 14 h 05"),
    ],
)
def test_numbers_and_dates_as_people_write_them(language: str, number: str, day: str, moment: str) -> None:
    """In the notice's language, at Dutch time."""
    wording = Wording(language)
    assert wording.number(1234) == number
    assert wording.day(date(2026, 3, 2)) == day
    assert wording.moment(datetime(2026, 3, 2, 13, 5, tzinfo=UTC)) == moment


def test_counts_are_honest() -> None:
    """Exact, about, a range, one-sided, and nothing at all."""
    count = Wording("nl").count
    assert count(7, 7, exact=True) == "7"
    assert count(7, 7) == "7"
    assert count(412, 412) == "412", "nobody estimates 412"
    assert (count(40, 40), count(2100, 2100)) == ("ongeveer 40", "ongeveer 2.100")
    assert count(15_240, 15_240) == "15.240"
    assert count(1000, 2000) == "tussen 1.000 en 2.000"
    assert (count(5, UNKNOWN), count(UNKNOWN, 5)) == ("ten minste 5", "maximaal 5")
    assert count(UNKNOWN, UNKNOWN) == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {},
            "Het incident duurde van maandag 16 november 2026 om 22:05 uur tot dinsdag 17 november 2026 om 08:40 uur.",
        ),
        (
            {"ongoing": Ternary.YES},
            "Het incident begon op maandag 16 november 2026 om 22:05 uur en is nog niet opgelost.",
        ),
        ({"occurred_to": UNKNOWN}, "Het incident begon op maandag 16 november 2026 om 22:05 uur."),
        ({"occurred_from": FACTS.occurred_to}, "Dit gebeurde op dinsdag 17 november 2026 om 08:40 uur."),
        ({"occurred_from": UNKNOWN, "occurred_to": UNKNOWN}, "Wij weten nog niet precies wanneer dit is gebeurd."),
    ],
)
def test_when_it_happened_is_said_as_it_is_known(change: dict[str, object], sentence: str) -> None:
    """Each kind of period has its own sentence; estimates say that they are."""
    told = replace(FACTS, **change)  # type: ignore[arg-type]
    assert str(facts_in("nl", told, case=NoticeCase("DL-1")).values["when"]).startswith(sentence)
    estimated = str(facts_in("nl", replace(told, occurrence_estimated=True)).values["when"])
    assert ("schatting" in estimated) == (told.occurred_from is not UNKNOWN)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_that_it_goes_on_is_said_once_wherever_its_beginning_is_told(language: str) -> None:
    """ "Not over yet" at the top and "not completely solved" at the end read as two things to all readers."""
    say, named = phrases(language)["when"], Wording(language).day(date(2026, 11, 16))
    still, since = (say[one].partition(mark)[2] for one, mark in (("still", "{breach}"), ("since", "{start}")))
    begun = facts_in(language, replace(FACTS, ongoing=Ternary.YES), case=NoticeCase("DL-1")).values["when"]
    assert str(begun).endswith(since)
    for change in ({"occurred_from": UNKNOWN}, {"told_people": f"Zzz {named}."}):
        told = replace(FACTS, **change)  # type: ignore[arg-type]
        goes_on, over = (
            str(facts_in(language, replace(told, ongoing=one), case=NoticeCase("DL-1")).values["when"])
            for one in (Ternary.YES, Ternary.NO)
        )
        assert (goes_on.count(still), over.count(still)) == (1, 0)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_was_stopped_is_not_told_to_go_on(language: str) -> None:
    """ "Not over yet" beside "we disconnected all servers" made readers ask who was still in there; what lasts is told
    of the data."""
    say, back = phrases(language), {"availability_loss": AvailabilityLoss.TEMPORARY, "recovered_at": NOW}
    ends = tuple(say[name]["since"].partition("{start}")[2] for name in ("when", "cells"))
    goes_on = replace(FACTS, ongoing=Ternary.YES)
    for change, told in (
        ({}, True),
        (back, True),
        ({"contained_at": NOW}, False),
        (back | {"contained_at": NOW}, False),
    ):
        values = facts_in(language, replace(goes_on, **change), case=NoticeCase("DL-1")).values  # type: ignore[arg-type]
        found = [end in str(values[name]) for name, end in zip(("when", "period"), ends, strict=True)]
        assert found == [told, told]


def test_not_known_yet_is_an_answer_and_nothing_said_is_a_gap() -> None:
    """Only what nobody was asked blocks approval."""
    bare = facts_in("nl", BreachFacts())
    stated = facts_in("nl", BreachFacts(stated_unknown=("data_categories", "measures_taken", "kinds", "nature")))
    for name in ("data", "measures_taken", "happened", "nature"):
        assert isinstance(bare.values[name], Gap)
        assert name in stated.provided
    assert stated.values["measures_taken"] == "nog niet bekend"


@pytest.mark.parametrize(
    ("categories", "wanted"),
    [
        ((DataCategory.CREDENTIALS,), {"credentials", "phishing"}),
        ((DataCategory.BANK_ACCOUNT,), {"bank_account"}),
        ((DataCategory.ID_DOCUMENT_COPY, DataCategory.BSN), {"identity", "document"}),
        ((DataCategory.HEALTH,), {"health"}),
        ((DataCategory.EMAIL,), {"phishing"}),
        ((DataCategory.ADDRESS,), {"address"}),
        ((DataCategory.LOCATION, DataCategory.BIOMETRIC), {"location", "biometric"}),
        ((DataCategory.BENEFITS, DataCategory.DATE_OF_BIRTH), {"finances", "birth"}),
        ((DataCategory.ONLINE_IDENTIFIERS, DataCategory.EDUCATION), {"online", "work"}),
        ((DataCategory.NAME,), set()),
    ],
)
def test_advice_follows_what_leaked(categories: tuple[DataCategory, ...], wanted: set[str]) -> None:
    """Nobody is told to change a password that was not leaked, and nothing general stands in where nothing fits."""
    assert set(advice_keys(BreachFacts(nature=(Nature.CONFIDENTIALITY,), data_categories=categories))) == wanted


def test_every_kind_of_data_that_can_be_misused_has_its_own_advice_and_no_letter_more_than_five_steps() -> None:
    """A heavy breach names the most urgent five; where none fits, a person has to write one."""
    exposed = BreachFacts(nature=(Nature.CONFIDENTIALITY,))
    bare = {one for one in DataCategory if not advice_keys(replace(exposed, data_categories=(one,)))}
    assert bare == {DataCategory.NAME, DataCategory.GENDER, DataCategory.OTHER, DataCategory.UNKNOWN}
    heavy = replace(exposed, nature=tuple(Nature), data_categories=tuple(DataCategory))
    assert advice_keys(heavy) == ("credentials", "credit_card", "bank_account", "availability", "integrity")
    effects = (ConsequenceForSubjects.REPUTATION,)
    nameless = replace(exposed, data_categories=(DataCategory.NAME,), consequences_subjects=effects)
    assert "advice_own" in write_notice(_request(nameless)).missing
    assert "advice_own" not in write_notice(_request(replace(nameless, advice_to_subjects="Bel ons."))).missing


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_an_ordinary_letter_has_at_most_350_words(language: str) -> None:
    """An e-mail went to the wrong person: one page, in every language."""
    facts = replace(
        FACTS,
        kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,),
        nature=(Nature.CONFIDENTIALITY,),
        data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.ADDRESS),
        consequences_subjects=(ConsequenceForSubjects.FRAUD, ConsequenceForSubjects.LOSS_OF_CONTROL),
        measures_prevent=(SecurityMeasure.TRAINING,),
        measures_taken=MEASURES[language],
    )
    words = [word for word in _letter(facts, language).split() if any(each.isalnum() for each in word)]
    assert 150 < len(words) <= 350


def test_who_is_warned_of_fraud_is_told_how_to_meet_it() -> None:
    """A care file without an address on the internet still brings calls and messages; so does a name alone."""
    lost = BreachFacts(nature=(Nature.CONFIDENTIALITY,), data_categories=(DataCategory.HEALTH,))
    assert "phishing" not in advice_keys(lost)
    warned = replace(lost, consequences_subjects=(ConsequenceForSubjects.FRAUD,))
    assert advice_keys(warned) == ("health", "phishing")
    assert advice_keys(replace(warned, nature=(Nature.INTEGRITY,))) == ("integrity",)


def test_no_step_is_against_fraud_where_none_is_feared_of_who_has_the_data() -> None:
    """ "Do not click links" beside a list that one known firm deleted made three readers ask which links."""
    lost = (DataCategory.EMAIL, DataCategory.HEALTH)
    known = BreachFacts(
        nature=(Nature.CONFIDENTIALITY,),
        data_categories=lost,
        recipient=Recipient.KNOWN,
        consequences_subjects=(ConsequenceForSubjects.REPUTATION,),
    )
    assert advice_keys(known) == ("health",)
    feared = replace(known, consequences_subjects=(ConsequenceForSubjects.FRAUD,))
    for other in (feared, replace(known, recipient=Recipient.UNKNOWN), replace(known, consequences_subjects=())):
        assert "phishing" in advice_keys(other)
    assert advice_keys(replace(known, data_categories=lost[:1])) == ("phishing",), "some step there must be"


def test_nobody_is_asked_whether_they_need_what_they_know_themselves() -> None:
    """Relatives whose name and number are locked up need nothing from us in a hurry; patients may need their file."""
    both = BreachFacts(nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY))
    own = (DataCategory.NAME, DataCategory.PHONE)
    assert advice_keys(replace(both, data_categories=own)) == ("phishing",)
    assert "availability" in advice_keys(replace(both, data_categories=(*own, DataCategory.HEALTH)))
    lost = replace(both, nature=(Nature.AVAILABILITY,), data_categories=own)
    assert advice_keys(lost) == ("availability",), "where nothing else is to be done, that is what one can do"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_public_reads_of_the_police_and_of_fraud_as_people_in_their_letters_do(language: str) -> None:
    """Who finds the breach on the website knows no less than who got a letter, of what fraudsters will try."""
    facts = replace(FACTS, reported_to_police=Ternary.YES, measures_taken=MEASURES[language])
    told = set(write_notice(_request(facts, language)).body.splitlines())
    public = write_notice(replace(_request(facts, language), addressee="public")).body.splitlines()
    quiet = write_notice(_request(replace(facts, reported_to_police=Ternary.NO), language)).body.splitlines()
    (police,) = told - set(quiet)
    assert police in public
    assert write_notice(_request(facts, language)).body.split("## ")[-2].strip().splitlines()[-1] in public


@pytest.mark.parametrize("language", ["nl", "en"])
def test_staff_read_that_they_may_be_among_those_who_are_affected(language: str) -> None:
    """Who works here reads "their data" otherwise as if it were of others."""
    request = replace(_request(replace(FACTS, informed=Informed.PLANNED), language), addressee="staff")
    ours = replace(request, facts=replace(request.facts, subject_groups=(SubjectGroup.EMPLOYEES,)))
    more = set(write_notice(ours).body.splitlines()) - set(write_notice(request).body.splitlines())
    assert any({"nl": "jouw gegevens", "en": "your own data"}[language] in line for line in more)


def test_data_that_were_only_lost_need_other_advice() -> None:
    """Nobody saw them: no word about fraud."""
    lost = replace(FACTS, nature=(Nature.AVAILABILITY,), availability_loss=AvailabilityLoss.PERMANENT)
    assert advice_keys(lost) == ("availability",)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_text_in_another_language_is_marked_and_blocks_approval(language: str) -> None:
    """A Dutch sentence never slips into a Swedish letter; in its own language nothing is marked."""
    request = NoticeRequest("subjects", "initial", language, FACTS, ORGANISATION, "DL-1", NOW)
    made = write_notice(request)
    assert ("translation" in made.missing) == (language != "nl")
    assert bool(gaps(made.body)) == (language != "nl")


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("home", ["nl", "en"])
def test_a_text_too_short_to_tell_counts_as_written_in_the_language_of_the_house(language: str, home: str) -> None:
    """Two Dutch words in a French letter are as wrong as two sentences, and nothing but a person can tell."""
    short = replace(FACTS, description="Gastenlijst met dieetwensen.", measures_taken="Laptop gewist.")
    organisation = replace(ORGANISATION, languages=(home, "sv"))
    made = write_notice(NoticeRequest("subjects", "initial", language, short, organisation, "DL-1", NOW))
    assert ("translation" in made.missing) == (language != home)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_use_cases_find_the_same_marks(language: str) -> None:
    """What we mark, the approval refuses: the marks of both sides are the same."""
    made = write_notice(NoticeRequest("subjects", "initial", language, BreachFacts(), ORGANISATION, "DL-1", NOW))
    assert len(gaps(made.body)) >= 4
    assert len(made.missing) >= 4


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_language_of_a_text_is_recognised_when_it_is_clear(language: str) -> None:
    """Short or mixed texts are nobody's."""
    assert language_of(phrases(language)["advice"]["phishing"]) in {language}
    assert language_of("Mailbox") is None
    assert language_of(MEASURES["nl"] + " " + MEASURES["en"]) is None


def test_a_customer_gets_own_numbers() -> None:
    """The notice to one controller speaks of that controller's data only."""
    values = facts_in("nl").values
    assert (values["customer"], values["customer_subjects"]) == (CUSTOMER, "ongeveer 340")
    made = write_notice(NoticeRequest("controller", "initial", "nl", FACTS, ORGANISATION, "DL-1", NOW, CUSTOMER))
    assert "ongeveer 340" in made.body
    assert "1.200" not in made.body


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize(
    ("kept", "intact", "told"),
    [
        ((Protection.NONE,), Ternary.UNKNOWN, ("none",)),
        ((Protection.ENCRYPTED,), Ternary.YES, ("encrypted", "intact_yes")),
        ((Protection.HASHED,), Ternary.NO, ("hashed", "intact_no")),
        ((Protection.PSEUDONYMISED,), Ternary.UNKNOWN, ("pseudonymised", "intact_unknown")),
        ((Protection.UNKNOWN,), Ternary.UNKNOWN, ("unknown",)),
        ((), Ternary.YES, ()),
    ],
)
def test_a_customer_reads_whether_the_data_could_be_read(
    language: str, kept: tuple[Protection, ...], intact: Ternary, told: tuple[str, ...]
) -> None:
    """GDPR art. 33(2), 34(3)(a): without it a controller cannot assess anything; nothing on record is nothing said."""
    facts = replace(FACTS, protection=kept, protection_intact=intact)
    request = NoticeRequest("controller", "initial", language, facts, ORGANISATION, "DL-1", NOW, CUSTOMER)
    say = phrases(language)["protection"]
    sentences = {name for name in say if say[name].endswith(".") and escape(say[name]) in write_notice(request).body}
    assert sentences == {one for one in told if say[one].endswith(".")}
    assert all(say[one] in write_notice(request).body for one in told)


def test_a_letter_to_one_group_names_that_group() -> None:
    """A group of ours or of the profile narrows the text."""
    request = NoticeRequest("public", "initial", "nl", FACTS, ORGANISATION, "DL-1", NOW, group="employees")
    assert "gegevens van huidige en vroegere medewerkers:" in write_notice(request).body
    profile = ORGANISATION.groups[2]
    narrowed = write_notice(replace(request, group=profile.id)).body
    assert "gegevens van ontvangers van onze nieuwsbrief" in narrowed
    assert "klanten" not in narrowed.partition("## Wat kan")[0]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_no_sentence_stands_in_a_letter_twice(language: str, kind: str) -> None:
    """Also where people typed what the template says as well."""
    told = replace(FACTS, measures_taken=MEASURES[language], told_people=MEASURES[language], told_news=NEWS[language])
    request = NoticeRequest("subjects", kind, language, told, ORGANISATION, "DL-2026-0042", NOW)
    said = [one for line in write_notice(request).body.splitlines() for one in re.split(r"(?<=[.!?]) ", line)]
    assert [one for one in said if len(one.split()) > 3 and said.count(one) > 1] == []


def test_what_happened_is_said_in_the_words_of_those_who_know() -> None:
    """No "lost or stolen" beside a record that knows; the day stands once, and the police once."""
    told = "Op maandag 16 november is een laptop uit een auto gestolen. De laptop was niet versleuteld."
    facts = replace(
        FACTS,
        kinds=(IncidentKind.DEVICE_LOST_OR_STOLEN,),
        told_people=told,
        measures_taken="Wij hebben aangifte gedaan bij de politie.",
    )
    letter = _letter(facts)
    assert told in letter
    assert "verloren of gestolen" not in letter
    assert letter.count("16 november") == 1
    assert letter.count("politie") == 1


def test_without_own_words_the_letter_says_whether_the_device_was_encrypted() -> None:
    """The record knows it, and it is what a reader wants to know first."""
    facts = replace(FACTS, kinds=(IncidentKind.DEVICE_LOST_OR_STOLEN,), protection=(Protection.NONE,))
    assert "De gegevens erop waren niet versleuteld." in _letter(facts)
    locked = replace(facts, protection=(Protection.ENCRYPTED,), protection_intact=Ternary.YES)
    assert "De gegevens erop waren versleuteld." in _letter(locked)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_nobody_reads_again_that_somebody_saw_the_data(language: str, kind: str) -> None:
    """Behind own words, or a kind that says it, readers asked whether there was yet another; a guess is still said."""
    sure = replace(
        FACTS,
        nature=(Nature.CONFIDENTIALITY,),
        disclosure=Disclosure.CONFIRMED,
        kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,),
        measures_taken=MEASURES[language],
        told_news=NEWS[language],
    )
    phishing = replace(sure, kinds=(IncidentKind.PHISHING,))
    own = replace(phishing, told_people=DESCRIPTIONS[language])
    said, guess = (phrases(language)["nature"][f"confidentiality_{one}"] for one in ("confirmed", "likely"))

    def letter(facts: BreachFacts, text: str | None = None) -> str:
        made = write_notice(replace(_request(facts, language), kind=kind, template_text=text))
        assert "nature" not in made.missing
        return made.body

    assert [said in letter(facts) for facts in (sure, own, phishing)] == [False, False, True]
    assert DESCRIPTIONS[language] in letter(own), "a second letter tells no less of it than the first"
    assert guess in letter(replace(own, disclosure=Disclosure.LIKELY))
    assert said in letter(own, "((nature))"), "an own text that does not tell what happened"
    assert said not in letter(own, "((happened)) ((nature))")


def test_own_words_for_the_people_are_marked_in_another_language_and_kept_from_the_internal_description() -> None:
    """The description stays internal; a short text counts as the house's own language."""
    facts = replace(FACTS, told_people="Een laptop is gestolen.", description="Server HR-01, zie ticket 12.")
    assert "[to be completed: translate this part into English] Een laptop" in _letter(facts, "en")
    assert "HR-01" not in _letter(facts)


def test_a_follow_up_says_what_is_new_and_tells_no_plan_as_done() -> None:
    """Without it the letter waits; measures to come stand under their own sentence."""
    request = NoticeRequest("subjects", "follow_up", "nl", FACTS, ORGANISATION, "DL-2026-0042", NOW)
    assert NEWS["nl"] in write_notice(request).body
    assert "Dit doen wij om herhaling te voorkomen:" in write_notice(request).body
    assert "news" in write_notice(replace(request, facts=replace(FACTS, told_news=""))).missing


@pytest.mark.parametrize("about", ["subjects/initial", "subjects/follow_up", "public/initial", "controller/initial"])
def test_what_somebody_wrote_on_the_plans_speaks_instead_of_their_general_names(about: str) -> None:
    """ "We are encrypting data" says nothing beside "we send lists of patients encrypted only"; both never stand."""
    addressee, kind = about.split("/")
    note = "Voortaan versturen wij lijsten alleen versleuteld."
    request = NoticeRequest(addressee, kind, "nl", FACTS, ORGANISATION, "DL-2026-0042", NOW, CUSTOMER)
    general, own = (
        write_notice(replace(request, facts=facts)).body
        for facts in (FACTS, replace(FACTS, measures_prevent_note=note))
    )
    say = phrases("nl")
    stock, lead = capital(say["measures"]["training"]), f"{say['prevent']['listed']}\n\n"
    assert [one in general for one in (stock, lead, note)] == [True, True, False]
    told = "\n" if addressee == "controller" else f"{say['prevent']['told']} "
    assert [one in own for one in (stock, lead, f"{told}{note}\n")] == [False, False, True]
    listed = write_notice(replace(request, facts=replace(FACTS, measures_prevent_note=f"- {note}\n- Punt.")))
    assert f"{lead}- {note}" in listed.body
    single = replace(FACTS, measures_prevent=(SecurityMeasure.TRAINING,))
    assert f"{told}{stock}\n" in write_notice(replace(request, facts=single)).body


def test_press_and_police_are_promised_only_what_is_on_record() -> None:
    """Nobody hears from us unless that is decided; there is no evidence unless there is."""
    press = NoticeRequest("press", "initial", "nl", FACTS, ORGANISATION, "DL-2026-0042", NOW)
    police = replace(press, addressee="police")
    assert "bericht van ons" not in write_notice(press).body
    assert "bericht van ons" in write_notice(replace(press, facts=replace(FACTS, informed=Informed.PLANNED))).body
    assert "SHA-256" not in write_notice(police).body
    files = tuple(KeptFile(name, "0" * 64, NOW) for name in ("bericht.txt", "log_1.csv", "schijf.E01"))
    assert "drie bestanden:" in write_notice(replace(police, evidence=files)).body.replace("\\", "")


def _letter(facts: BreachFacts, language: str = "nl") -> str:
    return write_notice(_request(facts, language)).body


def _request(facts: BreachFacts, language: str = "nl") -> NoticeRequest:
    return NoticeRequest("subjects", "initial", language, facts, ORGANISATION, "DL-2026-0042", NOW)


def test_a_letter_names_the_day_of_discovery_not_that_of_awareness() -> None:
    """Who reads "we discovered this on" must not learn later that somebody had found it days before."""
    aware = datetime(2026, 11, 20, 9, tzinfo=UTC)
    facts = replace(FACTS, aware_at=aware, occurred_to=UNKNOWN)
    found = replace(facts, discovered_at=aware - timedelta(days=3))
    assert "20 November 2026" in str(facts_in("en", facts).values["discovered"])
    assert "17 November 2026" in str(facts_in("en", found).values["discovered"])


def test_a_letter_names_the_moment_of_discovery_that_the_dossier_names() -> None:
    """Nobody recorded one: both take the earliest moment at which somebody knew anything, and not that of awareness."""
    signal = datetime(2026, 11, 17, 6, 10, tzinfo=UTC)
    facts = replace(FACTS, discovered_at=UNKNOWN, first_signal_at=signal, aware_at=signal + timedelta(hours=4))
    assert "07:10" in str(notice_facts(facts, ORGANISATION, NoticeCase("DL-1"), Wording("nl")).values["discovered"])


def test_a_text_of_the_record_that_reports_to_the_police_is_not_repeated() -> None:
    """Also where it does not name the police: in Dutch one does *aangifte*."""
    facts = replace(FACTS, reported_to_police=Ternary.YES, measures_taken="Wij hebben aangifte gedaan.")
    assert write_notice(_request(facts)).body.count("aangifte gedaan") == 1


@pytest.mark.parametrize(
    ("language", "later", "reported"),
    [
        ("nl", "Wij hebben de politie over de publicatie ingelicht.", "aangifte"),
        ("en", "We told the police about the publication.", "also reported it to the police"),
        ("de", "Wir haben die Polizei über die Veröffentlichung informiert.", "Anzeige"),
        ("fr", "Nous avons informé la police de la publication.", "plainte"),
        ("sv", "Vi har berättat för polisen om publiceringen.", "polisanmälan"),
    ],
)
def test_what_the_police_were_told_later_is_not_the_report_to_them(language: str, later: str, reported: str) -> None:
    """Otherwise a letter that takes the place of an earlier one no longer says that it was reported."""
    facts = replace(FACTS, reported_to_police=Ternary.YES, measures_taken=later)
    assert reported in write_notice(_request(facts, language)).body
