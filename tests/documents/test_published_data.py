"""Data that were put online: each letter says whether its reader's are among them, and no risk is told too small."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incident.documents.markdown import escape
from incident.documents.phrases import phrases
from incident.documents.wording import Wording
from incident.documents.writing import write_notice
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts
from incident.law.groups import groups_differ, with_totals
from incident.law.vocabulary import ConsequenceForSubjects, DataCategory, Disclosure, Nature, SubjectGroup, Unknown
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice
from tests.documents.cases import DESCRIPTIONS, FACTS, LANGUAGES, MEASURES, NEWS, NOW, ORGANISATION

EFFECTS = (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES, ConsequenceForSubjects.PROFESSIONAL_SECRECY)
ROWS = (
    AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN, DataCategory.ADDRESS), EFFECTS),
    AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.EMAIL, DataCategory.ADDRESS), EFFECTS),
)
CUSTOMER = AffectedController("Een klant", groups=(SubjectGroup.CUSTOMERS,))


def _facts(language: str, *online: SubjectGroup) -> BreachFacts:
    sheet = replace(
        FACTS,
        nature=(Nature.CONFIDENTIALITY,),
        disclosure=Disclosure.CONFIRMED,
        subject_groups=(),
        data_categories=(),
        affected_groups=ROWS,
        published_groups=online,
        affected_controllers=(CUSTOMER,),
        measures_taken=MEASURES[language],
        description=DESCRIPTIONS[language],
        told_people=DESCRIPTIONS[language],
        told_news=NEWS[language],
    )
    return with_totals(sheet)


def _written(facts: BreachFacts, language: str, about: str, group: str = "", customer: str = "") -> WrittenNotice:
    addressee, kind = about.split("/")
    return write_notice(
        NoticeRequest(addressee, kind, language, facts, ORGANISATION, "DL-2026-0042", NOW, customer, group)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_each_reader_is_told_whether_their_data_are_online(language: str, kind: str) -> None:
    """Once in the letter, beside the news where there is some; and who lost them online reads no "may reach others"."""
    say, facts = phrases(language), _facts(language, SubjectGroup.EMPLOYEES)
    theirs, others = (_written(facts, language, f"subjects/{kind}", one).body for one in ("employees", "customers"))
    assert (theirs.count(say["online"]["yours"]), others.count(say["online"]["not_yours"])) == (1, 1)
    for effect, told in say["consequences_online"].items():
        assert (escape(told) in theirs, escape(told) in others) == (True, False)
        assert (escape(say["consequences"][effect]) in theirs) is False
    if kind == "follow_up":
        news = theirs.partition(NEWS[language])[2].partition("\n## ")[0]
        assert say["online"]["yours"] in news


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_long_as_nothing_is_online_no_letter_speaks_of_it(language: str) -> None:
    """No news is no reason to worry people with what did not happen."""
    body = _written(_facts(language), language, "subjects/follow_up", "customers").body
    assert not any(told.partition("{")[0] in body for told in phrases(language)["online"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_to_everybody_names_whose_data_are_online(language: str) -> None:
    """It speaks to all, so it says of whom; not "yours"."""
    say, facts = phrases(language), _facts(language, SubjectGroup.EMPLOYEES)
    body = _written(facts, language, "public/initial").body
    assert escape(say["online"]["of"].format(groups=say["groups"]["employees"])) in body
    assert say["online"]["yours"] not in body
    assert NEWS[language] in body, "a notice has no follow-up of its own, so it says what is new itself"
    for effect, told in say["consequences_online"].items():
        assert (escape(told) in body, escape(say["consequences"][effect]) in body) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_reads_whether_their_people_are_among_them(language: str) -> None:
    """Of our own staff nothing; of their people by name, or that they are not among them as far as is known."""
    say = phrases(language)["online"]
    spared = _written(_facts(language, SubjectGroup.EMPLOYEES), language, "controller/initial", customer="Een klant")
    hit = _written(_facts(language, SubjectGroup.CUSTOMERS), language, "controller/initial", customer="Een klant")
    assert say["not_theirs"] in spared.body
    assert escape(say["of"].format(groups=phrases(language)["groups"]["customers"])) in hit.body
    assert NEWS[language] in spared.body


def test_french_sets_a_space_before_a_semicolon() -> None:
    """Between the effects for one group, some of which hold commas of their own."""
    facts = replace(_facts("fr"), affected_controllers=(replace(CUSTOMER, groups=tuple(one.group for one in ROWS)),))
    body = _written(facts, "fr", "controller/initial", customer="Een klant").body
    assert "tiers ; perte" in body


def test_the_same_data_of_which_some_stand_online_need_a_letter_for_each_group() -> None:
    """ "Your data were put online" would be untrue for a part of the readers."""
    rows = tuple(replace(row, data_categories=ROWS[0].data_categories) for row in ROWS)
    facts = replace(_facts("nl", SubjectGroup.EMPLOYEES), affected_groups=rows)
    assert groups_differ(facts)
    assert "affected_group" in _written(facts, "nl", "subjects/follow_up").missing
    assert not groups_differ(replace(facts, published_groups=()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_follow_up_that_replaces_a_letter_says_when_it_was_discovered(language: str) -> None:
    """What the first letter told of the breach itself stands in the second too."""
    start, ended = FACTS.occurred_from, FACTS.occurred_to
    assert not isinstance(start, Unknown)
    assert not isinstance(ended, Unknown)
    facts = replace(_facts(language, SubjectGroup.EMPLOYEES), aware_at=ended + timedelta(hours=1))
    begun = phrases(language)["when"]["same_day"].partition("{")[0]
    assert begun in _written(facts, language, "subjects/follow_up", "employees").body
    day = Wording(language).day(Wording(language).local(start).date())
    named = replace(facts, told_people=f"{DESCRIPTIONS[language]} ({day})")
    whole = phrases(language)["when"]["discovered"].partition("{")[0]
    body = _written(named, language, "subjects/follow_up", "employees").body
    assert whole in body
    assert begun not in body, "after own words that name a night nobody knows which day is meant"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_learns_why_we_have_the_data_where_the_group_says_it(language: str) -> None:
    """Customers do; staff know; people of a customer of ours never read that they are ours."""
    say, facts = phrases(language)["why_you"], _facts(language)
    ours = replace(facts, affected_controllers=())
    assert escape(say["customers"]) in _written(ours, language, "subjects/initial", "customers").body
    assert escape(say["customers"]) not in _written(facts, language, "subjects/initial", "customers").body
    assert not any(told in _written(ours, language, "subjects/initial", "employees").body for told in say.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_public_notice_keeps_the_advice_of_who_lost_an_address_alone(language: str) -> None:
    """Staff who lost address and BSN read one step about both; customers who lost an address need theirs."""
    step = escape(phrases(language)["advice"]["address"])
    facts = _facts(language)
    assert step in _written(facts, language, "public/initial").body
    assert step not in _written(facts, language, "subjects/initial", "employees").body


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_lost_a_copied_document_reads_what_to_do_about_it(language: str) -> None:
    """Where misuse is reported, and that the document can be replaced; a number alone cannot."""
    say, facts = phrases(language), _facts(language)
    number = _written(facts, language, "subjects/initial", "employees").body
    copied = replace(ROWS[0], data_categories=(DataCategory.ID_DOCUMENT_COPY,))
    both = replace(facts, affected_groups=(copied, ROWS[1]), data_categories=())
    document = _written(with_totals(both), language, "subjects/initial", "employees").body
    lead = say["helplines"]["report"].partition("{")[0]
    assert lead in number
    assert lead in document
    assert escape(say["advice"]["document"]) in document
    assert escape(say["advice"]["document"]) not in number


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gets_the_description_reads_it_once_and_in_the_order_of_events(language: str) -> None:
    """No stock sentence says beside it that somebody broke in; the moments stand before it."""
    body = _written(_facts(language), language, "controller/initial", customer="Een klant").body
    assert body.count(escape(DESCRIPTIONS[language])) == 1
    assert not any(escape(told) in body for told in phrases(language)["kinds"].values())
    before = body.partition(escape(DESCRIPTIONS[language]))[0]
    assert escape(phrases(language)["when"]["between"].partition("{")[0]) in before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_notice_to_a_customer_says_that_it_adds_to_the_first(language: str) -> None:
    """Nobody may take it for a second breach: its subject differs, and what is new stands before all else."""
    first, second = (
        _written(_facts(language, SubjectGroup.EMPLOYEES), language, f"controller/{kind}", customer="Een klant")
        for kind in ("initial", "follow_up")
    )
    assert first.title != second.title
    told = [NEWS[language], phrases(language)["online"]["not_theirs"], escape(DESCRIPTIONS[language])]
    assert sorted(told, key=second.body.index) == told
    assert second.body.count(NEWS[language]) == first.body.count(NEWS[language]) == 1
    silent = replace(_facts(language), told_news="")
    assert "news" in _written(silent, language, "controller/follow_up", customer="Een klant").missing
    assert "news" not in _written(silent, language, "controller/initial", customer="Een klant").missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_subject_of_a_follow_up_says_whose_data_are_online(language: str) -> None:
    """Whoever is hit reads it in the subject; whoever is not, is not frightened by it."""
    facts = _facts(language, SubjectGroup.EMPLOYEES)
    titles = {one: _written(facts, language, "subjects/follow_up", one).title for one in ("employees", "customers")}
    assert titles["employees"] != titles["customers"]
    assert titles["customers"] == _written(_facts(language), language, "subjects/follow_up", "customers").title


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_to_everybody_leaves_the_people_of_customers_to_the_customers(language: str) -> None:
    """GDPR art. 34: who tells people is their controller, and so not the processor in its public notice."""
    facts = _facts(language)
    alone = replace(facts, affected_controllers=())
    bodies = [_written(one, language, "public/initial").body for one in (facts, alone)]
    assert len(bodies[0].split()) > len(bodies[1].split())
