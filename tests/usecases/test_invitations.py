"""The pasted lines of an invitation: name, address and role in any order; one bad line and nothing is made."""

import pytest

from incident.domain.invitations import read_invitations, with_roles
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role


@pytest.mark.parametrize(
    ("line", "email", "name", "roles"),
    [
        ("tom@example.nl", "tom@example.nl", "Tom", set()),
        ("Tom Bakker <tom@example.nl>", "tom@example.nl", "Tom Bakker", set()),
        ("tom.de-vries@example.nl; tweede persoon", "tom.de-vries@example.nl", "Tom De Vries", {Role.SECOND}),
        ("Sanne Smit, sanne@example.nl, FG, beheerder", "sanne@example.nl", "Sanne Smit", {Role.DPO, Role.ADMIN}),
        ('"Smit, Sanne" <sanne@example.nl> auditor', "sanne@example.nl", "Smit Sanne", {Role.AUDITOR}),
        ("Ad Min\tad@example.nl\tresponder", "ad@example.nl", "Ad Min", {Role.RESPONDER}),
    ],
)
def test_a_line_is_read_however_it_was_pasted(line: str, email: str, name: str, roles: set[Role]) -> None:
    """From a mail program, a spreadsheet or by hand."""
    (one,) = read_invitations(f"\n{line}\n\n")
    assert (one.line, one.email, one.name, one.roles) == (2, email, name, roles)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("  \n", "Paste at least one"),
        ("a@b.nl\nTom Bakker", "Line 2: write one"),
        ("a@b.nl c@d.nl", "Line 1: write one"),
        ("a@b.nl\nA@B.nl", "stands there twice"),
        ("\n".join(f"a{number}@b.nl" for number in range(51)), "at most"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, says: str) -> None:
    """With its number, so that it is found among fifty."""
    with pytest.raises(Invalid, match=says):
        read_invitations(text)


def test_who_has_no_role_of_their_own_gets_the_chosen_one() -> None:
    """And nobody is made without any."""
    people = read_invitations("a@b.nl; fg\nc@d.nl")
    assert [set(roles) for roles in with_roles(people, frozenset({Role.REPORTER})).values()] == [
        {Role.DPO},
        {Role.REPORTER},
    ]
    with pytest.raises(Invalid, match="Choose at least one role"):
        with_roles(people, frozenset())
