"""A second text to the same reader says what changed for them, so that nobody compares two letters word by word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from incident.documents.markdown import escape
from incident.documents.phrases import phrases
from incident.documents.wording import Wording
from incident.documents.writing import write_notice
from incident.domain.languages import LETTER_LANGUAGES
from incident.law.facts import BreachFacts
from incident.law.vocabulary import (
    Actor,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    IncidentKind,
    Informed,
    Nature,
    Recipient,
    SubjectGroup,
    Ternary,
)
from incident.usecases.notices.ports import NoticeRequest
from tests.documents.cases import CUSTOMER, DESCRIPTIONS, FACTS, MEASURES, NEWS, NOW, ORGANISATION

EFFECTS = (
    ConsequenceForSubjects.PROFESSIONAL_SECRECY,
    ConsequenceForSubjects.REPUTATION,
    ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES,
)
DAY = NOW.date() - timedelta(days=4)
WARNED = {
    "nl": "Betaal dan niet en bel ons eerst",
    "en": "do not pay; call us",
    "de": "Zahlen Sie nicht, bevor Sie uns",
    "fr": "ne payez rien avant de nous avoir appelés",
    "sv": "Betala inte, utan ring oss först",
}


def _facts(language: str, **changes: object) -> BreachFacts:
    told = {
        "measures_taken": MEASURES[language],
        "description": DESCRIPTIONS[language],
        "told_people": DESCRIPTIONS[language],
        "told_news": NEWS[language],
    }
    return replace(FACTS, **told | changes)  # type: ignore[arg-type]


def _letter(language: str, facts: BreachFacts, addressee: str = "subjects", **more: object) -> str:
    customer = CUSTOMER if addressee == "controller" else ""
    request = NoticeRequest(addressee, "follow_up", language, facts, ORGANISATION, "DL-1", NOW, customer)
    return write_notice(replace(request, **more)).body.replace("\\", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_reader_learns_at_once_whether_there_is_anything_new_to_do(language: str) -> None:
    """Beside the news, in the words of the step where there are any: that advice "has changed" made readers compare two
    letters. Nothing is said of a first letter that nobody knows."""
    say, facts = phrases(language)["further"], _facts(language)
    more = replace(facts, data_categories=(*facts.data_categories, DataCategory.ID_DOCUMENT_COPY))
    fewer = replace(facts, data_categories=(*facts.data_categories, DataCategory.ORDERS))
    own = replace(facts, advice_to_subjects=DESCRIPTIONS[language])
    hit = {"published_groups": (SubjectGroup.CUSTOMERS,)}
    online = replace(facts, **hit)
    told = [
        (facts, facts, ["advice_same"]),
        (replace(facts, recovered_at=NOW), facts, ["new_password"]),
        (more, facts, ["advice_more"]),
        (replace(more, document_paid=Ternary.YES), more, ["new_yes"]),
        (replace(more, document_paid=Ternary.YES), facts, ["new_yes", "advice_more"]),
        (replace(more, document_paid=Ternary.YES, **hit), more, ["new_yes"]),
        (replace(more, **hit), more, ["new_document_online"]),
        (replace(facts, document_paid=Ternary.YES), facts, ["advice_same"]),
        (facts, fewer, ["advice_same"]),
        (own, facts, ["advice_more"]),
        (replace(own, recovered_at=NOW), facts, ["new_password", "advice_more"]),
        (online, facts, []),
        (online, None, []),
        (replace(online, recovered_at=NOW), facts, ["new_password"]),
        (online, online, ["advice_same"]),
        (facts, None, []),
    ]
    names = ("new_password", "new_document_online", "new_yes", "advice_more", "advice_same")
    for now, before, wanted in told:
        news = _letter(language, now, before=before).split("\n## ")[1]
        assert [name for name in names if say[name] in news] == wanted


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_readers_find_out_about_their_own_data_ahead_of_other_news(language: str) -> None:
    """False invoices to business customers stood between "some data are online" and "none of yours is": what the record
    puts in a paragraph of its own is told after whose data are online, to everybody."""
    say, facts = phrases(language), _facts(language, recovered_at=NOW, told_news=f"{NEWS[language]}\nZzz qqq xxx vvv.")
    hit = replace(facts, published_groups=facts.subject_groups)
    spared = replace(facts, published_groups=(SubjectGroup.EMPLOYEES,))
    for made, about in (
        (_letter(language, hit), "yours"),
        (_letter(language, spared), "not_yours"),
        (_letter(language, hit, addressee="public", kind="initial"), "of"),
    ):
        parts = (NEWS[language], say["online"][about].rpartition("}")[2], "Zzz qqq")
        assert (f"{NEWS[language]}\n\n" in made) is (about != "of"), "all the others read of whom it is in one go"
        assert [made.count(one) for one in parts] == [1, 1, 1]
        assert sorted(parts, key=made.index) == list(parts)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_whoever_cannot_sign_in_yet_is_told_to_change_the_password_when_they_can(language: str) -> None:
    """ "At once" stood below "all servers are disconnected"; once they can, that is news to them."""
    say, taken = phrases(language), (DataCategory.CREDENTIALS,)
    down = _facts(language, data_categories=taken)
    back = replace(down, recovered_at=NOW)
    first, then = _letter(language, down, kind="initial"), _letter(language, back, before=down)
    assert [say["advice"][one] in first for one in ("credentials", "credentials_away")] == [False, True]
    assert [say["advice"][one] in then for one in ("credentials", "credentials_away")] == [True, False]
    assert say["further"]["new_password"] in then


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_is_left_to_fear_is_one_thought(language: str) -> None:
    """Where the recipient deleted the list, two bullets were one sentence, under good news that took them back."""
    say, D, C = phrases(language), DataCategory, ConsequenceForSubjects
    told = {"recipient": Recipient.KNOWN, "disclosure": Disclosure.CONFIRMED, "nature": (Nature.CONFIDENTIALITY,)}
    spread = (C.DISCLOSURE_TO_THIRD_PARTIES,)
    facts = _facts(language, data_categories=(D.NAME, D.EMAIL), consequences_subjects=spread, **told)
    body = _letter(language, facts, response="deletion_confirmed", kind="initial")
    rest = say["consequences_settled"]
    assert f"\n\n{rest['disclosure_to_third_parties']} {rest['phishing']}\n\n" in body
    assert body.index(rest["phishing"]) < body.index(say["further"]["deletion_confirmed"]), "that is what was done"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_who_has_replaced_a_document_already_is_told_to_say_so(language: str) -> None:
    """The first letter advised it; who pays for nothing has no use for it, nor has who was never told before."""
    say, copied = phrases(language)["advice"], (DataCategory.ID_DOCUMENT_COPY,)
    paid = _facts(language, data_categories=copied, recovered_at=NOW, document_paid=Ternary.YES)
    told = replace(paid, informed=Informed.INFORMED)
    found = [
        say["replaced"] in _letter(language, facts, **about)
        for facts, about in (
            (paid, {}),
            (replace(paid, document_paid=Ternary.NO), {}),
            (told, {"kind": "initial"}),
            (told, {"kind": "initial", "addressee": "public"}),
            (replace(told, informed=Informed.PLANNED), {"kind": "initial", "addressee": "public"}),
        )
    ]
    assert found == [True, False, False, True, False]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_people_read_that_we_have_our_files_again_where_the_story_is_told(language: str) -> None:
    """Beside what is new on the internet it read as access to that; it is said once, and where nothing else is new
    it is the news."""
    told = phrases(language)["nature"]["availability_recovered"].format(day=Wording(language).day(NOW.date()))
    back = _facts(language, recovered_at=NOW)
    for facts, section in ((back, 2), (replace(back, told_news=""), 1)):
        body = _letter(language, facts, earlier=DAY)
        assert told in body.split("\n## ")[section]
        assert body.count(told) == 1


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_that_data_are_back_is_not_said_where_the_record_says_when(language: str) -> None:
    """All readers of a follow-up counted it twice: as a sentence of ours, and with the backup among what was done."""
    say, day = phrases(language), Wording(language).day(NOW.date())
    told = say["nature"]["availability_recovered"].format(day=day)
    backup = say["words"]["backup"].split()[0]
    for measures, said in ((f"Zzz {backup} {day}.", False), (f"Zzz {backup}.", True), (f"Zzz {day}.", True)):
        back = _facts(language, recovered_at=NOW, measures_taken=measures)
        assert [told in _letter(language, back, addressee=one) for one in ("subjects", "press")] == [said, said]


def test_an_answer_stays_with_its_question() -> None:
    """ "Call your bank at once" in the news took that from the step on bank statements, whose question stayed."""
    step = phrases("nl")["advice"]["bank_account"]
    question, answer = step.rsplit("? ", 1)
    body = _letter("nl", _facts("nl", told_news=f"{NEWS['nl']} Heeft u al betaald? {answer}"))
    assert f"Heeft u al betaald? {answer}" in body
    assert f"{question}? {answer}" in body


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("response", ["deletion_confirmed", "returned_unread"])
def test_what_may_follow_is_told_after_the_good_news(language: str, response: str) -> None:
    """The first letter's words for it, unchanged behind "we think misuse unlikely", took the news back; yet no
    consequence is left out (GDPR art. 34(2))."""
    say = phrases(language)
    facts = _facts(
        language,
        nature=(Nature.CONFIDENTIALITY,),
        disclosure=Disclosure.CONFIRMED,
        recipient=Recipient.KNOWN,
        consequences_subjects=EFFECTS,
    )
    settled, open_still = (_letter(language, facts, response=one) for one in (response, "deletion_requested"))
    whole = say["further"][response]
    assert whole not in settled, "the letter opens with it"
    assert whole in _letter(language, facts, response=response, kind="initial")
    for effect in (one.value for one in EFFECTS if one.value in say["consequences_settled"]):
        text = say["consequences_settled"][effect]
        assert (text in settled, text in open_still) == (True, False)
        assert (say["consequences"][effect] in settled, say["consequences"][effect] in open_still) == (False, True)
    assert say["consequences_known"]["professional_secrecy"] in settled
    for still in (
        replace(facts, recipient=Recipient.MALICIOUS),
        replace(facts, published_groups=(SubjectGroup.CUSTOMERS,)),
    ):
        body = _letter(language, still, response=response)
        assert not any(text in body for text in say["consequences_settled"].values()), "nobody trusts a thief"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_right_that_was_limited_for_a_time_is_told_as_past(language: str) -> None:
    """Data that are back can be seen again."""
    right = (ConsequenceForSubjects.LIMITATION_OF_RIGHTS,)
    say, facts = phrases(language), _facts(language, consequences_subjects=right)
    told = [escape(say[manner]["limitation_of_rights"]) for manner in ("consequences", "consequences_back")]
    away, back = (_letter(language, one) for one in (facts, replace(facts, recovered_at=NOW)))
    assert [[one in body for one in told] for body in (away, back)] == [[True, False], [False, True]]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_reads_whether_the_numbers_are_the_same(language: str) -> None:
    """Who adds to a notification (GDPR art. 33(4)) laid two of our messages side by side."""
    say, facts = phrases(language)["further"], _facts(language)
    more = replace(facts, affected_controllers=(replace(facts.affected_controllers[0], subjects=341),))
    lost = replace(facts, data_categories=(*facts.data_categories, DataCategory.PHONE))
    for before, wanted in ((facts, "numbers_same"), (more, "numbers_changed"), (lost, "numbers_changed"), (None, "")):
        body = _letter(language, facts, "controller", before=before)
        found = [name for name in ("numbers_same", "numbers_changed") if say[name] in body.split("\n## ")[1]]
        assert found == ([wanted] if wanted else [])


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize(("days", "over"), [(3, False), (4, True)])
def test_a_customer_whose_time_is_over_is_not_asked_whether_it_is(language: str, days: int, over: bool) -> None:
    """Six days later "have more than 72 hours passed?" is a question of a template; three days may be 71 hours."""
    asked = _letter(language, _facts(language), "controller")
    told = _letter(language, _facts(language), "controller", earlier=NOW.date() - timedelta(days=days))
    line, *_ = (one for one in asked.splitlines() if " 72 " in one)
    assert (line not in told) is over


def test_a_first_text_says_nothing_of_an_earlier_one() -> None:
    """Neither what is new nor what stayed the same."""
    request = NoticeRequest("subjects", "initial", "nl", _facts("nl"), ORGANISATION, "DL-1", NOW)
    known = replace(request, before=_facts("nl"), earlier=date(2026, 11, 18))
    assert write_notice(known).body == write_notice(request).body


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_reads_by_when_the_measures_are_in_place(language: str) -> None:
    """As recorded (AP form 10.2); a day that is past says nothing, and people need no planning."""
    say, day = phrases(language)["prevent"], NOW.date() + timedelta(days=20)
    facts = _facts(language, measures_prevent_by=day)
    told, one = (say[name].format(day=Wording(language).day(day)) for name in ("by_listed", "by"))
    assert told in _letter(language, facts, "controller")
    alone = _letter(language, replace(facts, measures_prevent=facts.measures_prevent[:1]), "controller")
    assert (told in alone, one in alone) == (False, True), "one measure is not several"
    assert told not in _letter(language, facts)
    past = replace(facts, measures_prevent_by=NOW.date() - timedelta(days=1))
    written = replace(facts, measures_prevent_note=f"{MEASURES[language]} {Wording(language).day(day)}")
    letters = [_letter(language, each, "controller") for each in (past, written)]
    assert not any(say[name].partition("{")[0] in body for name in ("by_listed", "by") for body in letters)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_who_reads_of_criminals_learns_what_to_do_with_a_message_in_our_name(language: str) -> None:
    """They read that others got a false one with a new bank account number, and not what to do with one of their own;
    where nobody meant harm there is none. A further notice repeats what the first one said."""
    harm = replace(_facts(language), kinds=(IncidentKind.RANSOMWARE,), actor=Actor.EXTERNAL_MALICIOUS)
    slip = replace(harm, kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,), actor=Actor.EXTERNAL_NON_MALICIOUS)
    found = [_letter(language, one, "controller", kind="initial") for one in (harm, slip)]
    assert [WARNED[language] in one for one in found] == [True, False]
    assert WARNED[language] in _letter(language, harm, "controller"), "just when false mails go round"
