"""GDPR art. 34(2): what is true for one group of people, and what all of them add up to."""

from dataclasses import replace

import pytest

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts
from incident.law.groups import (
    Shares,
    data_of,
    facts_of_group,
    groups_differ,
    numbers_of,
    our_groups,
    people_shares,
    record_shares,
    row_of,
    with_totals,
)
from incident.law.vocabulary import UNKNOWN, ConsequenceForSubjects, DataCategory, Role, SubjectGroup

CUSTOMERS, EMPLOYEES = SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES
STAFF = AffectedGroup(
    EMPLOYEES,
    data_categories=(DataCategory.BSN, DataCategory.NAME),
    consequences=(ConsequenceForSubjects.IDENTITY_THEFT,),
    subjects=40,
    note="From the payroll.",
    advice="Watch for credit in your name.",
)
FACTS = BreachFacts(
    subject_groups=(CUSTOMERS, EMPLOYEES),
    data_categories=(DataCategory.NAME, DataCategory.EMAIL),
    data_note="Orders of this year.",
    consequences_subjects=(ConsequenceForSubjects.FRAUD,),
    consequences_subjects_note="Mails in our name.",
    advice_to_subjects="Do not click.",
    affected_groups=(STAFF,),
)


def test_a_group_lost_what_its_row_says_and_without_a_row_what_all_lost() -> None:
    """In the order of the totals, then what these lack."""
    assert row_of(FACTS, EMPLOYEES) is STAFF
    assert row_of(FACTS, CUSTOMERS) == AffectedGroup(CUSTOMERS)
    assert data_of(FACTS, EMPLOYEES) == (DataCategory.NAME, DataCategory.BSN)
    assert data_of(FACTS, CUSTOMERS) == FACTS.data_categories


def test_one_sentence_for_all_is_true_only_where_all_lost_the_same() -> None:
    """Staff lost a number that customers did not: each gets a letter of its own."""
    assert groups_differ(FACTS)
    assert not groups_differ(replace(FACTS, affected_groups=()))
    assert not groups_differ(replace(FACTS, subject_groups=(EMPLOYEES,)))
    assert not groups_differ(BreachFacts())


def test_the_letter_to_a_group_tells_its_own_data_and_no_remark_about_others() -> None:
    """A remark for all may name what this group did not lose."""
    mine = facts_of_group(FACTS, EMPLOYEES)
    assert (mine.subject_groups, mine.data_categories) == ((EMPLOYEES,), (DataCategory.NAME, DataCategory.BSN))
    assert (mine.data_note, mine.advice_to_subjects) == (STAFF.note, STAFF.advice)
    assert (mine.consequences_subjects, mine.consequences_subjects_note) == (STAFF.consequences, "")
    assert (mine.subjects_min, mine.subjects_max) == (40, 40)
    bare = replace(STAFF, note="", advice="", consequences=())
    other = facts_of_group(replace(FACTS, affected_groups=(bare,)), EMPLOYEES)
    assert (other.data_note, other.advice_to_subjects, other.consequences_subjects_note) == ("", "", "")
    assert other.consequences_subjects == FACTS.consequences_subjects


def test_a_group_that_lost_the_same_keeps_the_remarks_for_all() -> None:
    """Only consequences of its own replace the remark on those of all."""
    same = facts_of_group(FACTS, CUSTOMERS)
    assert (same.data_note, same.advice_to_subjects) == (FACTS.data_note, FACTS.advice_to_subjects)
    assert same.consequences_subjects_note == FACTS.consequences_subjects_note
    harder = AffectedGroup(CUSTOMERS, consequences=(ConsequenceForSubjects.REPUTATION,))
    assert facts_of_group(replace(FACTS, affected_groups=(harder,)), CUSTOMERS).consequences_subjects_note == ""


@pytest.mark.parametrize(
    ("groups", "own", "expected"),
    [
        ((CUSTOMERS,), UNKNOWN, (100, 120)),
        ((CUSTOMERS,), 30, (30, 30)),
        ((CUSTOMERS, EMPLOYEES), UNKNOWN, (UNKNOWN, UNKNOWN)),
        ((CUSTOMERS, EMPLOYEES), 30, (30, 30)),
    ],
)
def test_the_number_of_a_group_is_its_own_and_that_of_all_only_where_it_stands_alone(
    groups: tuple[SubjectGroup, ...], own: int, expected: tuple[int, int]
) -> None:
    """GDPR art. 34(2): nobody is told the number of other people as that of their group."""
    row = AffectedGroup(CUSTOMERS, subjects=own)
    facts = BreachFacts(subject_groups=groups, subjects_min=100, subjects_max=120, affected_groups=(row,))
    found = facts_of_group(facts, CUSTOMERS)
    assert (found.subjects_min, found.subjects_max) == expected


def test_the_authority_is_told_what_the_groups_add_to_the_totals() -> None:
    """GDPR art. 33(3)(a): every category and consequence of a row, once, after those of the sheet."""
    total = with_totals(replace(FACTS, subject_groups=(CUSTOMERS,)))
    assert total.subject_groups == (CUSTOMERS, EMPLOYEES)
    assert total.data_categories == (DataCategory.NAME, DataCategory.EMAIL, DataCategory.BSN)
    assert total.consequences_subjects == (ConsequenceForSubjects.FRAUD, ConsequenceForSubjects.IDENTITY_THEFT)
    assert with_totals(BreachFacts()) == BreachFacts()


@pytest.mark.parametrize(
    ("customers", "least", "most", "expected"),
    [
        (60, UNKNOWN, UNKNOWN, (60, 100)),
        (UNKNOWN, UNKNOWN, UNKNOWN, (UNKNOWN, UNKNOWN)),
        (60, 70, UNKNOWN, (70, UNKNOWN)),
        (60, UNKNOWN, 90, (UNKNOWN, 90)),
    ],
)
def test_the_sum_of_the_groups_is_only_the_most_and_only_where_nobody_stated_a_number(
    customers: int, least: int, most: int, expected: tuple[int, int]
) -> None:
    """AP form, question 7.3: one person may be in two groups; a group that nobody counted leaves the total open."""
    rows = (AffectedGroup(CUSTOMERS, subjects=customers), STAFF)
    found = with_totals(BreachFacts(affected_groups=rows, subjects_min=least, subjects_max=most))
    assert (found.subjects_min, found.subjects_max) == expected


@pytest.mark.parametrize(
    ("staff", "of_bakery", "ours"),
    [
        (40, 40, (CUSTOMERS,)),
        (40, 25, (CUSTOMERS, EMPLOYEES)),
        (UNKNOWN, 40, (CUSTOMERS, EMPLOYEES)),
        (40, UNKNOWN, (CUSTOMERS, EMPLOYEES)),
    ],
)
def test_a_group_is_left_to_a_customer_only_where_all_of_it_is_theirs(staff, of_bakery, ours) -> None:
    """GDPR art. 34(1): forty employees of whom twenty-five are the bakery's leaves fifteen of our own to tell."""
    facts = replace(
        FACTS,
        affected_groups=(replace(STAFF, subjects=staff),),
        affected_controllers=(AffectedController("Bakery", subjects=of_bakery, groups=(EMPLOYEES,)),),
    )
    assert our_groups(facts) == ours


def test_where_every_group_is_a_customers_all_of_them_are_told_of() -> None:
    facts = replace(
        FACTS,
        subject_groups=(EMPLOYEES,),
        affected_groups=(STAFF,),
        affected_controllers=(AffectedController("Bakery", subjects=40, groups=(EMPLOYEES,)),),
    )
    assert our_groups(facts) == (EMPLOYEES,)


@pytest.mark.parametrize(
    ("total", "of_shop", "found"),
    [
        (240, 130, {CUSTOMERS: 90, EMPLOYEES: 40}),
        (220, 130, {EMPLOYEES: 40}),
        (240, 120, {}),
        (240, UNKNOWN, {}),
    ],
)
def test_a_customer_reads_how_many_of_each_group_are_theirs_where_the_numbers_show_it(total, of_shop, found) -> None:
    """GDPR art. 33(3)(a): a group of no other customer is all theirs; the rest of their people is in the shared one,
    unless somebody may be in two groups; numbers that do not make up all of the groups show nothing."""
    bakery = AffectedController("Bakery", subjects=110, groups=(CUSTOMERS,))
    shop = AffectedController("Shop", subjects=of_shop, groups=(CUSTOMERS, EMPLOYEES))
    facts = replace(
        FACTS,
        subject_groups=(CUSTOMERS, EMPLOYEES),
        affected_groups=(AffectedGroup(CUSTOMERS, subjects=200), replace(STAFF, subjects=40)),
        affected_controllers=(bakery, shop),
        subjects_min=total,
        subjects_max=total,
    )
    assert numbers_of(facts, shop) == found


def test_a_total_is_parted_into_our_people_and_those_of_our_customers() -> None:
    """Those of a customer are told by the customer: without this they read as people whom we forgot."""
    two = (AffectedController("Veen", subjects=20, records=5), AffectedController("Emsland", subjects=10, records=5))
    facts = BreachFacts(subjects_min=100, subjects_max=120, records_min=50, affected_controllers=two)
    assert people_shares(facts) == Shares(70, 90, 30)
    assert record_shares(facts) == Shares(40, UNKNOWN, 10)
    assert people_shares(replace(facts, role=Role.PROCESSOR)) == Shares(0, 0, 30)
    assert people_shares(replace(facts, subjects_min=29)) == Shares(29, 120), "more than there are: not parted"
    unknown = (*two, AffectedController("De Trapper"))
    assert people_shares(replace(facts, affected_controllers=unknown)) == Shares(100, 120)
    assert people_shares(BreachFacts(subjects_min=3, subjects_max=3)) == Shares(3, 3)
