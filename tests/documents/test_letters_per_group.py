"""GDPR art. 34(2): people are told what they lost themselves; the authority's totals follow from the groups."""

import random
from dataclasses import replace

import pytest

from incident.documents.advice import _ADVICE, advice_keys
from incident.documents.markdown import escape
from incident.documents.phrases import phrases
from incident.documents.wording import capital
from incident.documents.writing import write_notice
from incident.domain.languages import gaps
from incident.law.facts import AffectedGroup, BreachFacts
from incident.law.facts_from_risk import with_assessment
from incident.law.groups import data_of, facts_of_group, with_totals
from incident.law.risk.answers import DataItem, RiskAnswers
from incident.law.vocabulary import (
    Actor,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    IncidentKind,
    Nature,
    Recipient,
    Role,
    SubjectGroup,
)
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice
from tests.documents.cases import DESCRIPTIONS, FACTS, LANGUAGES, MEASURES, NOW, ORGANISATION, begins

KNOWN = [one for one in DataCategory if one not in {DataCategory.UNKNOWN, DataCategory.OTHER}]
GROUPS = [one for one in SubjectGroup if one is not SubjectGroup.UNKNOWN]


def _written(facts: BreachFacts, language: str, group: str = "", about: str = "subjects/initial") -> WrittenNotice:
    addressee, kind = about.split("/")
    request = NoticeRequest(addressee, kind, language, facts, ORGANISATION, "DL-2026-0042", NOW, "", group)
    return write_notice(request)


def _bullets(text: str) -> set[str]:
    return {line[2:] for line in text.splitlines() if line.startswith("- ")}


def _sheet(seed: int) -> BreachFacts:
    """Two to four groups, each with data of its own or, now and then, with those of all."""
    dice = random.Random(seed)
    groups = tuple(dice.sample(GROUPS, dice.randrange(2, 5)))
    rows = tuple(
        AffectedGroup(group, tuple(dice.sample(KNOWN, dice.randrange(1, 6))), (), dice.randrange(1, 5000))
        for group in groups
        if dice.random() > 0.2
    )
    return with_totals(replace(FACTS, subject_groups=groups, affected_groups=rows, data_note="De rest staat elders."))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_no_letter_names_a_category_that_its_group_did_not_lose(language: str, kind: str) -> None:
    """Staff's BSN never stands in a customer's letter, in whatever combination and language."""
    names = {**phrases(language)["data"], **phrases(language)["data_yours"]}
    for facts in map(_sheet, range(25)):
        for group in facts.subject_groups:
            listed = _bullets(_written(facts, language, group.value, f"subjects/{kind}").body)
            told = {one for one in DataCategory if escape(capital(names[one.value])) in listed}
            assert told == set(data_of(facts, group))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["initial", "follow_up"])
def test_no_step_and_no_number_speaks_of_what_only_others_lost(language: str, kind: str) -> None:
    """Not only the list of data: each step of advice is about something of one's own, or against the fraud that one is
    warned of, and BSN and IBAN stand nowhere else."""
    steps, about = phrases(language)["advice"], dict(_ADVICE)
    for facts in map(_sheet, range(25, 50)):
        for group in facts.subject_groups:
            body, lost = _written(facts, language, group.value, f"subjects/{kind}").body, set(data_of(facts, group))
            given = {name for name, text in steps.items() if escape(text) in body}
            assert all(about[name] & lost for name in given & about.keys() - {"phishing"})
            assert given, "some step always fits"
            assert "BSN" not in body or DataCategory.BSN in lost
            assert "IBAN" not in body or DataCategory.BANK_ACCOUNT in lost


def test_advice_follows_what_the_group_lost() -> None:
    """Nobody is told to change a password that only others lost."""
    rows = (
        AffectedGroup(
            SubjectGroup.EMPLOYEES, (DataCategory.NAME, DataCategory.CREDENTIALS), advice="Bel personeelszaken."
        ),
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.NAME, DataCategory.ADDRESS)),
    )
    facts = with_totals(replace(FACTS, subject_groups=(), data_categories=(), affected_groups=rows))
    advice = phrases("nl")["advice"]
    staff, customers = (_written(facts, "nl", one).body for one in ("employees", "customers"))
    assert advice["credentials_away"] in staff
    assert "Bel personeelszaken." in staff
    assert advice["credentials_away"] not in customers
    assert "Bel personeelszaken." not in customers
    assert advice["address"] in customers


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_letter_to_all_waits_for_a_group_when_the_groups_lost_different_data(language: str) -> None:
    """It would be untrue for some reader; a public notice names group by group who lost what."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN,)),
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.EMAIL,)),
    )
    facts = with_totals(replace(FACTS, subject_groups=(), data_categories=(), affected_groups=rows))
    assert "affected_group" in _written(facts, language).missing
    assert "affected_group" in _written(facts, language, "mensen met een IBAN").missing
    words = phrases(language)
    line = f"{capital(words['groups']['employees'])}{words['words']['colon']} {words['data']['bsn']}"
    assert escape(line) in _bullets(_written(facts, language, about="public/initial").body)


@pytest.mark.parametrize("groups", [(SubjectGroup.CUSTOMERS,), (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES)])
def test_one_group_or_the_same_for_all_needs_no_row(groups: tuple[SubjectGroup, ...]) -> None:
    """The simple case stays simple: one letter to everybody, with everything on the sheet."""
    facts = replace(FACTS, subject_groups=groups)
    assert "affected_group" not in _written(facts, "nl").missing
    assert with_totals(facts) == facts
    assert facts_of_group(facts, groups[0]).data_categories == facts.data_categories


def test_the_totals_hold_what_the_rows_add() -> None:
    """AP 6.1 and 7.1 ask for all of them together; a number that somebody stated is never replaced."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN,), (ConsequenceForSubjects.FRAUD,), 40),
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.NAME,), (), 1200),
    )
    told = with_totals(BreachFacts(affected_groups=rows))
    assert told.subject_groups == (SubjectGroup.EMPLOYEES, SubjectGroup.CUSTOMERS)
    assert told.data_categories == (DataCategory.BSN, DataCategory.NAME)
    assert told.consequences_subjects == (ConsequenceForSubjects.FRAUD,)
    assert (told.subjects_min, told.subjects_max) == (1200, 1240)
    assert with_totals(replace(told, subjects_max=1000)).subjects_max == 1000


def test_weighing_less_takes_nothing_from_what_a_group_lost() -> None:
    """Who assesses may weigh the worst data only; the record of each group stands, and so do the totals."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN, DataCategory.ADDRESS)),
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.EMAIL, DataCategory.ORDERS)),
    )
    facts = with_totals(replace(FACTS, subject_groups=(), data_categories=(), affected_groups=rows))
    after = with_assessment(facts, RiskAnswers(data=(DataItem(DataCategory.BSN), DataItem(DataCategory.EMAIL))))
    assert set(after.data_categories) == set(facts.data_categories)
    assert data_of(replace(facts, data_categories=()), SubjectGroup.EMPLOYEES) == rows[0].data_categories


def test_a_customer_is_not_told_that_our_own_staff_are_theirs() -> None:
    """Of several groups only some are a customer's; somebody says which, instead of a list that is true of none."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN,)),
        AffectedGroup(SubjectGroup.PATIENTS, (DataCategory.HEALTH,)),
    )
    facts = with_totals(replace(FACTS, subject_groups=(), data_categories=(), affected_groups=rows))
    customer = facts.affected_controllers[0].name
    request = NoticeRequest("controller", "initial", "nl", facts, ORGANISATION, "DL-1", NOW, customer)
    made = write_notice(request)
    assert {"customer_data", "group_names"} <= set(made.missing)
    assert "BSN" not in made.body
    effects = (ConsequenceForSubjects.IDENTITY_THEFT,), (ConsequenceForSubjects.REPUTATION,)
    apart = tuple(replace(row, consequences=own) for row, own in zip(rows, effects, strict=True))
    told = write_notice(replace(request, facts=with_totals(replace(facts, affected_groups=apart)))).body
    assert "identiteits" not in told, "what may follow for our own staff is no customer's"
    waiting = told.partition("## Waarschijnlijke gevolgen")[2].partition("##")[0]
    assert gaps(waiting), "until somebody chose the groups, the letter cannot be approved"
    processor = write_notice(replace(request, facts=replace(facts, role=Role.PROCESSOR)))
    assert "BSN" in processor.body, "a processor's breach holds customers' data only"
    more = (*facts.affected_controllers, replace(facts.affected_controllers[0], name="Een ander"))
    two = write_notice(replace(request, facts=replace(facts, role=Role.PROCESSOR, affected_controllers=more)))
    assert "BSN" not in two.body, "of two customers nobody knows whose they are until somebody says so"


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.PROCESSOR, Role.UNKNOWN])
def test_a_customer_whose_groups_are_chosen_reads_of_them_alone(role: Role) -> None:
    """A breach of our own and of our customers: each customer's letter is whole, and true, without any hand in it."""
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN,), (ConsequenceForSubjects.IDENTITY_THEFT,)),
        AffectedGroup(SubjectGroup.PATIENTS, (DataCategory.HEALTH,), (ConsequenceForSubjects.REPUTATION,)),
        AffectedGroup(SubjectGroup.OTHER, (DataCategory.PHONE,), (ConsequenceForSubjects.FRAUD,)),
    )
    sheet = replace(FACTS, role=role, subject_groups=(), data_categories=(), consequences_subjects=())
    name = sheet.affected_controllers[0].name

    def letter(*groups: SubjectGroup) -> str:
        customer = replace(sheet.affected_controllers[0], groups=groups)
        facts = with_totals(replace(sheet, affected_groups=rows, affected_controllers=(customer,)))
        made = write_notice(NoticeRequest("controller", "initial", "nl", facts, ORGANISATION, "DL-1", NOW, name))
        assert not {"customer_data", "group_names", "consequences"} & set(made.missing)
        return made.body

    one = letter(SubjectGroup.PATIENTS)
    assert "- Patiënten\n" in one
    assert "- Gegevens over gezondheid\n" in one
    assert "- Reputatieschade\n" in one
    assert not any(word in one for word in ("BSN", "- Medewerkers", "identiteits", "elefoonnummer"))
    two = letter(SubjectGroup.PATIENTS, SubjectGroup.OTHER)
    assert "- Patiënten: gegevens over gezondheid\n" in two
    assert "- Andere betrokkenen: telefoonnummer\n" in two
    assert "- Patiënten: reputatieschade\n" in two
    assert "- Andere betrokkenen: oplichting" in two
    assert not any(word in two for word in ("BSN", "- Medewerkers", "identiteits"))


def test_one_letter_says_once_what_to_do_with_bills_in_ones_name() -> None:
    """Staff who lost passport, BSN, address and day of birth get five short steps, not the same one four times."""
    lost = (
        DataCategory.NAME,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.BSN,
        DataCategory.ADDRESS,
        DataCategory.EMAIL,
        DataCategory.BANK_ACCOUNT,
        DataCategory.ID_DOCUMENT_COPY,
    )
    facts = replace(FACTS, nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY), data_categories=lost)
    assert advice_keys(facts) == ("bank_account", "identity", "document", "phishing", "address")


def test_whoever_reads_that_their_illness_may_become_known_reads_what_to_do() -> None:
    """The step on late answers stands beside our address, so it pushes none out of the list."""
    lost = (DataCategory.BSN, DataCategory.BANK_ACCOUNT, DataCategory.ID_DOCUMENT_COPY, DataCategory.EMPLOYMENT_HEALTH)
    fraud = (ConsequenceForSubjects.FRAUD,)
    facts = replace(FACTS, data_categories=lost, consequences_subjects=fraud, subject_groups=(SubjectGroup.EMPLOYEES,))
    steps = ("bank_account", "identity", "document", "health", "phishing", "availability")
    assert advice_keys(facts) == steps
    gone = replace(facts, availability_loss=AvailabilityLoss.PERMANENT)
    assert advice_keys(gone) == tuple(one for one in steps if one != "health")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_with_seven_kinds_of_data_has_at_most_400_words(language: str) -> None:
    """Staff with BSN and passport, with all that such a letter may say: two sides of a page at most.

    At 350 readers asked whose number to call, what not to give away, and to which authority to complain; at 375
    those of four languages stopped at sentences that had been pressed together to fit.
    """
    lost = (
        DataCategory.NAME,
        DataCategory.DATE_OF_BIRTH,
        DataCategory.BSN,
        DataCategory.ADDRESS,
        DataCategory.EMAIL,
        DataCategory.BANK_ACCOUNT,
        DataCategory.ID_DOCUMENT_COPY,
    )
    effects = (
        ConsequenceForSubjects.IDENTITY_THEFT,
        ConsequenceForSubjects.FRAUD,
        ConsequenceForSubjects.FINANCIAL_LOSS,
    )
    assert 250 < _words(language, SubjectGroup.EMPLOYEES, lost, effects) <= 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_letter_has_at_most_350_words(language: str) -> None:
    """A customer whose name, address and bank account were taken: what may follow, what was done and what to do."""
    lost = (DataCategory.NAME, DataCategory.ADDRESS, DataCategory.EMAIL, DataCategory.BANK_ACCOUNT)
    assert 200 < _words(language, SubjectGroup.CUSTOMERS, lost, (ConsequenceForSubjects.FRAUD,)) <= 350


def _words(
    language: str,
    group: SubjectGroup,
    lost: tuple[DataCategory, ...],
    effects: tuple[ConsequenceForSubjects, ...],
) -> int:
    """How many words the letter to a group has that lost these."""
    facts = replace(
        FACTS,
        told_people=f"{DESCRIPTIONS[language]} (16 november 2026)",
        measures_taken=MEASURES[language],
        data_categories=lost,
        consequences_subjects=effects,
        subject_groups=(group,),
    )
    body = _written(facts, language, group.value).body
    return sum(any(each.isalnum() for each in word) for word in body.split())


def test_data_in_bad_hands_are_said_to_be_there() -> None:
    """Taken on purpose from outside, and certain: then "somebody has seen or received the data" says too little."""
    stolen = replace(FACTS, disclosure=Disclosure.CONFIRMED, actor=Actor.EXTERNAL_MALICIOUS)
    for language in LANGUAGES:
        say = phrases(language)["nature_yours"]
        told = replace(stolen, recipient=Recipient.MALICIOUS)
        assert say["confidentiality_stolen"] in _written(told, language).body
        assert say["confidentiality_stolen"] not in _written(stolen, language).body
        opening = [_written(one, language).body.split("**")[1] for one in (told, stolen)]
        assert opening[0] != opening[1], "the first sentence says at once what was done, where that is certain"
        laptop = replace(told, kinds=(IncidentKind.DEVICE_LOST_OR_STOLEN,))
        assert say["confidentiality_stolen"] not in _written(laptop, language).body, "there is no copy of a thing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_in_words_that_wait_for_translation_is_not_said_again(language: str) -> None:
    """The Dutch words name the day; once they are translated a German letter would name it twice."""
    told = replace(FACTS, told_people="Op maandag 16 november 2026 kwam iemand in een mailbox van ons.")
    when = begins(language, "between")
    assert when not in _written(told, language).body
    assert when in _written(FACTS, language).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_people_are_called_what_they_are(language: str) -> None:
    """A notice to everybody names visitors of an open day, and a letter tells them why we have their data: "it is about
    data of visitors" did not speak to the reader. In another language both wait for a translation, and other groups
    read nothing of them."""
    called, why = "bezoekers van onze open dag", "Wij hebben uw gegevens omdat u onze open dag heeft bezocht."
    rows = (
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.BSN,)),
        AffectedGroup(SubjectGroup.OTHER, (DataCategory.EMAIL,)),
    )
    facts = replace(FACTS, subject_groups=(), affected_groups=rows, other_people=f" {called} ", other_reason=why)
    facts = with_totals(facts)
    vague = phrases(language)["groups"]["other"]
    public = _written(facts, language, about="public/initial").body
    letters = [_written(facts, language, "other", f"subjects/{kind}").body for kind in ("initial", "follow_up")]
    assert vague.casefold() not in public.casefold()
    for body, said in ((public, called), *((one, why.casefold()) for one in letters)):
        (line, *_) = [line for line in body.splitlines() if said in line.casefold()]
        assert bool(gaps(line)) == (language != "nl")
    assert not any(said in _written(facts, language, "employees").body for said in (called, why))
    assert why not in public
    unnamed = replace(facts, other_people="", other_reason="")
    assert vague.casefold() in _written(unnamed, language, about="public/initial").body.casefold()
    assert "((" not in _written(unnamed, language, "other").body.replace("((greeting))", "")
