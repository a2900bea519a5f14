"""Data that were put online: each letter says whether its reader's are among them, and no risk is told too small."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from incident.documents.markdown import escape
from incident.documents.phrases import phrases
from incident.documents.wording import Wording, capital
from incident.documents.writing import write_notice
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts
from incident.law.groups import groups_differ, with_totals
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    Recipient,
    SubjectGroup,
    Unknown,
)
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice
from tests.documents.cases import DESCRIPTIONS, FACTS, LANGUAGES, MEASURES, NEWS, NOW, ORGANISATION, begins

EFFECTS = (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES, ConsequenceForSubjects.PROFESSIONAL_SECRECY)
ROWS = (
    AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN, DataCategory.ADDRESS), EFFECTS),
    AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.EMAIL, DataCategory.ADDRESS), EFFECTS, 3410),
)
FRAUD = ConsequenceForSubjects.FRAUD
CUSTOMER = AffectedController("Een klant", subjects=3410, groups=(SubjectGroup.CUSTOMERS,))


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


def _name(group: str, language: str) -> str:
    """A group as it is called beside others."""
    said = phrases(language)
    return {**said["groups"], **said["groups_beside"]}[group]


def _called(group: str, language: str) -> str:
    """A group as a sentence names it, with its preposition or article where the language wants one."""
    return phrases(language)["words"]["one_group"].format(name=_name(group, language))


def _lead(group: str, language: str) -> str:
    """What stands above a block that is for one group."""
    return phrases(language)["words"]["for_group"].format(name=_name(group, language))


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
    yours = escape(say["online"]["yours"].format(groups=_called("employees", language)))
    theirs, others = (_written(facts, language, f"subjects/{kind}", one).body for one in ("employees", "customers"))
    assert (theirs.count(yours), others.count(say["online"]["not_yours"])) == (1, 1)
    for effect, told in say["consequences_online"].items():
        assert (escape(told) in theirs, escape(told) in others) == (True, False)
        assert (escape(say["consequences"][effect]) in theirs) is False
    if kind == "follow_up":
        news = theirs.partition(NEWS[language])[2].partition("\n## ")[0]
        assert yours in news


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
    assert escape(say["online"]["of"].format(groups=_called("employees", language))) in body
    assert escape(say["online"]["yours"].format(groups=_called("employees", language))) not in body
    assert NEWS[language] in body, "a notice has no follow-up of its own, so it says what is new itself"
    for effect, told in say["consequences_online"].items():
        assert (escape(told) in body, escape(say["consequences"][effect]) in body) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_data_are_not_online_is_said_by_name(language: str) -> None:
    """ "The other groups below" stood above the list that it spoke of; where all are online there are no others."""
    say, facts = phrases(language)["online"], replace(_facts(language), affected_controllers=())
    few, everybody = (
        _written(replace(facts, published_groups=those), language, "public/initial").body
        for those in ((SubjectGroup.EMPLOYEES,), facts.subject_groups)
    )
    assert escape(say["rest"].format(groups=_called("customers", language))) in few
    assert escape(say["rest"].rpartition("}")[2]) not in everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_reads_whether_their_people_are_among_them(language: str) -> None:
    """Of our own staff nothing; of their people by name, or that they are not among them as far as is known."""
    say = phrases(language)["online"]
    spared = _written(_facts(language, SubjectGroup.EMPLOYEES), language, "controller/initial", customer="Een klant")
    hit = _written(_facts(language, SubjectGroup.CUSTOMERS), language, "controller/initial", customer="Een klant")
    row = replace(ROWS[1], consequences=(FRAUD,))
    online, quiet = (
        _written(
            replace(_facts(language, *those), affected_groups=(ROWS[0], row)),
            language,
            "controller/initial",
            customer="Een klant",
        )
        for those in ((SubjectGroup.CUSTOMERS,), (SubjectGroup.EMPLOYEES,))
    )
    effect = escape(capital(phrases(language)["consequence_names"]["disclosure_to_third_parties"]))
    assert (f"- {effect}" in online.body, f"- {effect}" in quiet.body) == (True, False), "it is among what may follow"
    assert say["not_theirs"] in spared.body
    called = phrases(language)["words"]["one_group"].format(name=phrases(language)["groups_formal"]["customers"])
    assert escape(say["of"].format(groups=called)) in hit.body
    assert phrases(language)["online_others"]["assume"] in hit.body, "it does not belong to the group"
    assert say["assume"] not in hit.body
    assert NEWS[language] in spared.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_what_to_assume_in_a_paragraph_of_its_own(language: str) -> None:
    """Between whose data stand online and whose do not it was the sixth of nine sentences."""
    say, facts = phrases(language)["online"], replace(_facts(language, SubjectGroup.CUSTOMERS), affected_controllers=())
    body = _written(facts, language, "public/initial").body.replace("\\", "")
    paragraphs = body.split("\n\n")
    (assumed,) = [number for number, one in enumerate(paragraphs) if one == say["assume"]]
    assert paragraphs[assumed - 1].endswith(say["of"].rpartition("}")[2])
    assert paragraphs[assumed + 1].endswith(say["rest"].rpartition("}")[2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_reads_first_what_stands_online_and_then_that_data_are_back(language: str) -> None:
    """The gravest news first: a customer looks for whether their people are among them."""
    back = replace(
        _facts(language, SubjectGroup.EMPLOYEES),
        nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY),
        availability_loss=AvailabilityLoss.TEMPORARY,
        recovered_at=NOW,
    )
    body = _written(back, language, "controller/follow_up", customer="Een klant").body.replace("\\", "")
    say, day = phrases(language), Wording(language).day(NOW.date())
    found = (
        NEWS[language],
        say["online"]["not_theirs"],
        say["nature_formal"]["availability_recovered"].format(day=day),
    )
    assert [body.count(one) for one in found] == [1, 1, 1]
    assert sorted(found, key=body.index) == list(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_reads_the_effects_for_a_group_as_a_sentence(language: str) -> None:
    """Semicolons between two of them made three readers think of a table; none holds a comma of its own."""
    facts = replace(
        _facts(language), affected_controllers=(replace(CUSTOMER, groups=tuple(one.group for one in ROWS)),)
    )
    body = _written(facts, language, "controller/initial", customer="Een klant").body
    named = phrases(language)["consequence_names"]
    told = [named[name] for name in EFFECTS]
    assert escape(Wording(language).listing(told)) in body
    assert not any("," in one for one in named.values())


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
    begun, one_day = begins(language, "same_day"), replace(facts, occurred_from=ended - timedelta(hours=1))
    assert begun in _written(one_day, language, "subjects/follow_up", "employees").body
    assert begun not in _written(facts, language, "subjects/follow_up", "employees").body, (
        "behind two days it is either"
    )
    day = Wording(language).day(Wording(language).local(start).date())
    named = replace(facts, told_people=f"{DESCRIPTIONS[language]} ({day})")
    body = _written(named, language, "subjects/follow_up", "employees").body
    assert begins(language, "discovered") in body
    assert begun not in body, "after own words that name a night nobody knows which day is meant"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_learns_why_we_have_the_data_where_the_group_says_it(language: str) -> None:
    """Customers and staff do, some of whom left long ago; people of a customer never read that they are ours.

    A patient reads no less.
    """
    say, facts = phrases(language)["why_you"], _facts(language)
    ours = replace(facts, affected_controllers=())
    treated = replace(ours, affected_groups=(replace(ROWS[0], group=SubjectGroup.PATIENTS), ROWS[1]))
    assert escape(say["patients"]) in _written(with_totals(treated), language, "subjects/initial", "patients").body
    assert escape(say["customers"]) in _written(ours, language, "subjects/initial", "customers").body
    assert escape(say["customers"]) not in _written(facts, language, "subjects/initial", "customers").body
    assert escape(say["employees"]) in _written(ours, language, "subjects/initial", "employees").body


def _under(body: str, lead: str) -> set[str]:
    """What stands in the lists right under the heading ``lead``."""
    heading = f"### {lead.rstrip(':').rstrip()}"
    blocks = (after.partition("\n#")[0] for after in body.split(f"\n{heading}\n\n")[1:])
    return {line.removeprefix("- ") for one in blocks for line in one.splitlines()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_everybody_reads_says_for_whom_each_risk_and_each_step_is(language: str) -> None:
    """Who lost an address alone is not told to look after a letter about a loan; what is for all is said once."""
    say, facts = phrases(language), replace(_facts(language, SubjectGroup.EMPLOYEES), affected_controllers=())
    warned = replace(facts, affected_groups=tuple(replace(row, consequences=(*EFFECTS, FRAUD)) for row in ROWS))
    body = _written(warned, language, "public/initial").body
    theirs = {one: _under(body, _lead(one, language)) for one in ("employees", "customers")}
    steps = {name: escape(text) for name, text in say["advice"].items()}
    assert any(step.startswith(steps["identity"]) for step in theirs["employees"])
    assert {steps["address"], steps["phishing_email"]} <= _under(body, say["words"]["for_all"])
    assert [body.count(steps[name]) for name in ("identity", "address", "phishing_email")] == [1, 1, 1]
    everybody = _under(body, say["words"]["for_all"])
    assert {escape(say["consequences_online"][EFFECTS[0].value]), escape(say["consequences"]["fraud"])} <= everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_for_several_groups_is_told_to_everybody_once(language: str) -> None:
    """All readers of a public notice counted the same bullets, and two that said nearly the same. What is told to all
    is true of each of them: that others find data once they are online, and that it is also about addresses."""
    rows = (*ROWS, AffectedGroup(SubjectGroup.STUDENTS, (DataCategory.EMAIL,), EFFECTS[:1]))
    hit = (SubjectGroup.EMPLOYEES, SubjectGroup.CUSTOMERS)
    changes = {"affected_groups": rows, "affected_controllers": (), "published_groups": hit}
    body = _written(with_totals(replace(_facts(language), **changes)), language, "public/initial").body
    say = phrases(language)
    spread, everybody = "disclosure_to_third_parties", _under(body, say["words"]["for_all"])
    once = (say["consequences_online"][spread], say["advice"]["address_some"])
    alone = (say["consequences"][spread], say["advice"]["address"])
    assert {escape(one) for one in once} <= everybody
    assert [body.count(escape(one)) for one in once] == [1, 1]
    assert not {f"- {escape(one)}" for one in alone} & set(body.splitlines())
    fewer = changes | {"affected_groups": (*ROWS, replace(rows[2], consequences=(FRAUD,)))}
    body = _written(with_totals(replace(_facts(language), **fewer)), language, "public/initial").body
    assert escape(once[0]) in _under(body, say["words"]["for_all"]), "also where nobody fears it of the third group"
    lone = replace(_facts(language), **changes | {"affected_groups": (ROWS[0], rows[2]), "subject_groups": ()})
    body = _written(with_totals(lone), language, "public/initial").body
    assert [escape(say["advice"][one]) in body for one in ("address", "address_some")] == [True, False]
    assert escape(say["advice"]["address"]) in _under(body, _lead("employees", language)), "one group lost it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_group_reads_all_of_its_own_under_one_heading(language: str) -> None:
    """Four of five readers put their own advice together from three headings each: what may follow and what to do stand
    in one block of the group, also where another group reads the same line in its own, unless that can be told to all.
    """
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN, DataCategory.EMAIL), (FRAUD, *EFFECTS)),
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.EMAIL, DataCategory.BSN), (FRAUD, *EFFECTS)),
        AffectedGroup(SubjectGroup.STUDENTS, (DataCategory.EMAIL,), (FRAUD,)),
    )
    facts = with_totals(replace(_facts(language), affected_groups=rows, affected_controllers=(), published_groups=()))
    body, say = _written(facts, language, "public/initial").body, phrases(language)
    leads = (say["words"]["for_all"], *(_lead(one, language) for one in ("employees", "customers")))
    headings = [f"### {lead.rstrip(':').rstrip()}" for lead in leads]
    assert [line for line in body.splitlines() if line.startswith("### ")] == headings, "students read what is for all"
    for line in (say["consequences"]["disclosure_to_third_parties"], say["advice"]["identity"]):
        under = ["\n".join(_under(body, lead)) for lead in leads]
        assert [escape(line) in lines for lines in under] == [False, True, True]
    assert escape(say["consequences"]["fraud"]) in _under(body, leads[0])
    assert body.count(f"\n{say['words']['to_do']}\n") == len(leads)


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_alone_need_no_words_above_them(language: str) -> None:
    """ "What you can do:" right under the name of a group looked as if what it answers had fallen out, and a list of
    one without it as if its words had: it is a paragraph."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN, DataCategory.EMAIL), (FRAUD, EFFECTS[1])),
        AffectedGroup(SubjectGroup.APPLICANTS, (DataCategory.EMAIL, DataCategory.EDUCATION), (FRAUD,)),
    )
    facts = with_totals(replace(_facts(language), affected_groups=rows, subject_groups=(), affected_controllers=()))
    body, say = _written(facts, language, "public/initial").body, phrases(language)
    blocks = [one.partition("\n## ")[0] for one in body.split("\n### ")[1:]]
    assert [say["words"]["to_do"] in one for one in blocks] == [True, True, False]
    assert f"\n\n{escape(say['advice']['work'])}" in blocks[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_to_everybody_opens_with_the_gravest_news(language: str) -> None:
    """Before its first heading it says that data were put online; where none were it says nothing of it."""
    hit, quiet = (
        _written(_facts(language, *those), language, "public/initial").body.partition("\n## ")[0]
        for those in ((SubjectGroup.EMPLOYEES,), ())
    )
    assert quiet
    assert len(hit) > len(quiet)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_who_stands_online_reads_that_it_worries_them(language: str) -> None:
    """Beside good news "the worry it is causing you" frightened readers who had none."""
    facts = _facts(language, SubjectGroup.EMPLOYEES)
    hit, spared = (
        _written(facts, language, "subjects/follow_up", one).body.partition("\n## ")[0]
        for one in ("employees", "customers")
    )
    assert len(hit) > len(spared)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_warned_of_strangers_reads_why(language: str) -> None:
    """Whether or not they must look out for bills in their name: an applicant asked "what visits, what orders?"."""
    steps, facts = phrases(language)["advice"], _facts(language)
    staff, others = (_written(facts, language, "subjects/initial", one).body for one in ("employees", "customers"))
    assert (staff.count(escape(steps["address"])), others.count(escape(steps["address"]))) == (1, 1)
    assert phrases(language)["data"]["address"].split()[-1].casefold()[:6] in steps["address"].casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_address_was_taken_is_warned_of_visits_where_five_steps_are_full(language: str) -> None:
    """Staff read at the door's step a week later what they should have read at once."""
    lost = (DataCategory.BSN, DataCategory.ADDRESS, DataCategory.PHONE, DataCategory.BANK_ACCOUNT)
    rows = (replace(ROWS[0], data_categories=(*lost, DataCategory.ID_DOCUMENT_COPY)), ROWS[1])
    facts = replace(_facts(language), affected_groups=rows, data_categories=(), published_groups=())
    both = (Nature.CONFIDENTIALITY, Nature.AVAILABILITY)
    away = replace(facts, nature=both, recovered_at=UNKNOWN, availability_loss=AvailabilityLoss.TEMPORARY)
    steps = phrases(language)["advice"]
    for one, visits in ((away, True), (replace(away, nature=(Nature.CONFIDENTIALITY,)), False)):
        body = _written(with_totals(one), language, "subjects/initial", "employees").body
        found = [escape(steps[name]) in body for name in ("phishing_visits", "phishing", "address")]
        assert found == [visits, not visits, not visits]
    mail = tuple(DataCategory.EMAIL if one is DataCategory.PHONE else one for one in rows[0].data_categories)
    written = with_totals(replace(away, affected_groups=(replace(rows[0], data_categories=mail), rows[1])))
    body = _written(written, language, "subjects/initial", "employees").body
    assert escape(steps["phishing_email_visits"]) in body, "whose number nobody took is not warned of calls"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_stands_online_is_advised_to_replace_a_document(language: str) -> None:
    """Others may consider it; that a copy was stolen is said where the record says so."""
    rows = (replace(ROWS[0], data_categories=(DataCategory.ID_DOCUMENT_COPY, DataCategory.BSN)), ROWS[1])
    facts = replace(_facts(language, SubjectGroup.EMPLOYEES), affected_groups=rows, data_categories=())
    say = phrases(language)
    hit, spared = (
        _written(with_totals(facts), language, "subjects/follow_up", one).body for one in ("employees", "customers")
    )
    assert len(set(hit.splitlines()) - set(spared.splitlines())) > 0
    quiet = _written(with_totals(replace(facts, published_groups=())), language, "subjects/follow_up", "employees").body
    taken = {"recipient": Recipient.MALICIOUS, "actor": Actor.EXTERNAL_MALICIOUS, "disclosure": Disclosure.CONFIRMED}
    stolen = with_totals(replace(facts, **taken))
    theft = _written(stolen, language, "subjects/follow_up", "employees").body
    for body, step, copy in (
        (hit, "document_online", "copy"),
        (quiet, "document", "copy"),
        (theft, "document_online", "copy_stolen"),
    ):
        advise = say["advice"]
        said = (advise[step].format(copy=advise[copy]), advise["paid_unknown"], advise["which"])
        assert escape(" ".join(said)) in body, "which one it is, beside the document"


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
    replaced = escape(say["advice"]["document"].format(copy=say["advice"]["copy"]))
    assert (replaced in document, replaced in number) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_gets_the_description_reads_it_once_and_in_the_order_of_events(language: str) -> None:
    """No stock sentence says beside it that somebody broke in; the moments stand before it."""
    body = _written(_facts(language), language, "controller/initial", customer="Een klant").body
    assert body.count(escape(DESCRIPTIONS[language])) == 1
    assert not any(escape(told) in body for told in phrases(language)["kinds"].values())
    before = body.partition(escape(DESCRIPTIONS[language]))[0]
    assert escape(begins(language, "between", formal=True)) in before


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
    """Whoever is hit reads it in the subject; whoever is not, is not frightened by it; nor who may be either."""
    facts = _facts(language, SubjectGroup.EMPLOYEES)
    titles = {one: _written(facts, language, "subjects/follow_up", one).title for one in ("employees", "customers", "")}
    assert titles["employees"] != titles["customers"]
    assert titles["customers"] == titles[""]
    assert titles["customers"] == _written(_facts(language), language, "subjects/follow_up", "customers").title
    everybody = replace(facts, affected_groups=(), published_groups=facts.subject_groups)
    assert _written(everybody, language, "subjects/follow_up").title == titles["employees"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", ["subjects/follow_up", "controller/follow_up"])
def test_a_second_text_names_the_day_of_the_first(language: str, about: str) -> None:
    """A reader finds the first one by it, and a customer's 72 hours begin there; without one nothing is made up."""
    addressee, kind = about.split("/")
    customer, group = ("Een klant", "") if addressee == "controller" else ("", "employees")
    request = NoticeRequest(
        addressee, kind, language, _facts(language), ORGANISATION, "DL-2026-0042", NOW, customer, group
    )
    dated = write_notice(replace(request, earlier=date(2026, 11, 18))).body
    assert dated.count(Wording(language).day(date(2026, 11, 18))) == 1
    assert phrases(language)["words"]["earlier"] in write_notice(request).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_to_everybody_leaves_the_people_of_customers_to_the_customers(language: str) -> None:
    """GDPR art. 34: who tells people is their controller, and so not the processor in its public notice."""
    counted = tuple(replace(row, subjects=number) for row, number in zip(ROWS, (48, 3410), strict=True))
    facts = replace(_facts(language), affected_groups=counted, subjects_min=3458, subjects_max=3458)
    alone = replace(facts, affected_controllers=())
    ours, everybody = (_written(one, language, "public/initial").body for one in (facts, alone))
    lost, few, all_of_them = escape(phrases(language)["data"]["email"]), "48", "3458"
    lists = [
        "\n".join(line for line in one.partition("\n- ")[2].partition("## ")[0].splitlines() if line.startswith("- "))
        for one in (ours, everybody)
    ]
    assert [lost.casefold() in one.casefold() for one in lists] == [False, True]
    assert few in ours
    assert all_of_them in re.sub(r"(?<=\d)\D(?=\d{3})", "", everybody)
    say = phrases(language)["others"]
    unsure = replace(facts, affected_controllers=(CUSTOMER, AffectedController("Een ander")))
    read = [_written(one, language, "public/initial").body for one in (facts, alone, unsure)]
    assert [[say[name].partition("{")[0] in body for name in ("apart", "among")] for body in read] == [
        [True, False],
        [False, False],
        [False, True],
    ], "only where no customer's people can be among the number"
    processor = replace(facts, affected_controllers=(replace(CUSTOMER, groups=facts.subject_groups),))
    told = _written(processor, language, "public/initial").body
    assert all_of_them in re.sub(r"(?<=\d)\D(?=\d{3})", "", told), "where nobody is ours all are told of"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("addressee", ["police", "insurer"])
def test_who_investigates_reads_each_group_once(language: str, addressee: str) -> None:
    """Behind the list of what each group lost the number alone is enough."""
    facts = replace(_facts(language), subjects_min=70, subjects_max=70)
    body = _written(facts, language, f"{addressee}/initial").body
    name = phrases(language)["groups"]["employees"]
    assert body.casefold().count(name) == 1
    same = replace(facts, affected_groups=(), data_categories=ROWS[0].data_categories)
    assert _written(same, language, f"{addressee}/initial").body.casefold().count(name) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_sentence_is_no_list(language: str) -> None:
    """One bullet alone looks like a form."""
    facts = replace(_facts(language), consequences_subjects=EFFECTS[:1], affected_groups=(), data_categories=())
    lone = replace(facts, subject_groups=(SubjectGroup.CUSTOMERS,), data_categories=(DataCategory.EMAIL,))
    body = _written(lone, language, "subjects/initial").body
    for section, key in (("consequences", "disclosure_to_third_parties"), ("advice", "phishing_email")):
        assert f"\n{escape(phrases(language)[section][key])}\n" in body


@pytest.mark.parametrize("feared", [ConsequenceForSubjects.PROFESSIONAL_SECRECY, ConsequenceForSubjects.REPUTATION])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_become_known_of_somebodys_health_is_named(language: str, feared: ConsequenceForSubjects) -> None:
    """ "What you shared in confidence" and "these data" did not say that it is about being ill."""
    ill, other = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.NAME, one), (feared,))
        for one in (DataCategory.EMPLOYMENT_HEALTH, DataCategory.DEBTS)
    )
    said = escape(phrases(language)["consequences_health"][feared.value])
    found = [
        said
        in _written(
            replace(_facts(language), affected_groups=(one, ROWS[1])), language, "subjects/initial", "employees"
        ).body
        for one in (ill, other)
    ]
    assert found == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_warned_of_fraud_reads_how_to_meet_it(language: str) -> None:
    """Staff with four graver steps read of fraudsters among what may follow, and nothing on calls and messages."""
    lost = (DataCategory.BSN, DataCategory.BANK_ACCOUNT, DataCategory.ID_DOCUMENT_COPY, DataCategory.EMPLOYMENT_HEALTH)
    row = AffectedGroup(SubjectGroup.EMPLOYEES, (*lost, DataCategory.DEBTS), (FRAUD,))
    facts = with_totals(replace(_facts(language), affected_groups=(row, ROWS[1]), data_categories=()))
    steps = phrases(language)["advice"]
    body = _written(facts, language, "subjects/initial", "employees").body
    assert [escape(steps[name]) in body for name in ("phishing", "finances")] == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_whose_address_was_taken_reads_of_visits(language: str) -> None:
    """Those with many graver steps were left out of a line that others read in the same text."""
    lost = (DataCategory.BSN, DataCategory.ADDRESS, DataCategory.PHONE, DataCategory.BANK_ACCOUNT, DataCategory.HEALTH)
    rows = (replace(ROWS[0], data_categories=(*lost, DataCategory.ID_DOCUMENT_COPY), consequences=(FRAUD,)), ROWS[1])
    facts = replace(_facts(language), affected_groups=rows, data_categories=(), affected_controllers=())
    body, steps = _written(with_totals(facts), language, "public/initial").body, phrases(language)["advice"]
    assert body.count(escape(steps["address"])) == 1
