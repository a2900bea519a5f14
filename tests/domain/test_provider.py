"""Who comes in by an identity provider, with which roles: only by what the provider says in so many words."""

from typing import Any

import pytest

from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.people import Role
from incident.domain.provider import Rules, identify

ISSUER = "https://login.example.org"
ROLES = (("breach team", Role.RESPONDER), ("privacy", Role.DPO))


def said(**more: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "sub": "42", "email": "femke@example.org", "email_verified": True, **more}


@pytest.mark.parametrize("word", [True, "true", "True", 1, "1"])
def test_a_verified_address_counts(word: object) -> None:
    """However the provider writes yes."""
    assert identify(said(email_verified=word), Rules()).email == "femke@example.org"


@pytest.mark.parametrize("word", [False, None, "false", "no", "", 0, [True], {"yes": 1}])
def test_an_address_that_nobody_vouches_for_is_none(word: object) -> None:
    """Anybody may type anybody's address at some providers."""
    assert identify(said(email_verified=word), Rules()).email is None


def test_another_claim_may_say_that_it_is_verified() -> None:
    """Entra ID has one of its own; then the usual one counts for nothing."""
    rules = Rules(verified_claim="xms_edov")
    assert identify(said(xms_edov="1", email_verified=None), rules).email == "femke@example.org"
    assert identify(said(), rules).email is None


@pytest.mark.parametrize(
    ("rules", "claims"),
    [
        (Rules(domains=frozenset({"example.net"})), {}),
        (Rules(domains=frozenset({"example.org"})), {"email_verified": False}),
        (Rules(domains=frozenset({"example.org"})), {"email": "femke@example.org.evil.example"}),
        (Rules(groups=frozenset({"privacy"})), {}),
        (Rules(groups=frozenset({"privacy"})), {"groups": ["privacy-interns"]}),
        (Rules(claims=(("hd", "example.org"),)), {}),
        (Rules(claims=(("hd", "example.org"),)), {"hd": "example.net"}),
        (Rules(claims=(("hd", "example.org"), ("tid", "7"))), {"hd": "example.org"}),
    ],
)
def test_whom_the_rules_leave_out_does_not_come_in(rules: Rules, claims: dict[str, Any]) -> None:
    """Domain, group and claims must all hold."""
    with pytest.raises(NotAllowed):
        identify(said(**claims), rules)


def test_whom_the_rules_name_comes_in() -> None:
    """The same, right."""
    rules = Rules(
        domains=frozenset({"example.org"}), groups=frozenset({"privacy"}), claims=(("https://slack.com/team_id", "T1"),)
    )
    claims = said(email="Femke@Example.ORG", groups=["privacy"], **{"https://slack.com/team_id": "T1"})
    assert identify(claims, rules).subject == "42"


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["breach team", "canteen"], {Role.RESPONDER}),
        ("privacy", {Role.DPO}),
        (["Privacy"], set()),
        ([7, None], set()),
        (None, set()),
    ],
)
def test_groups_give_the_roles_that_are_written_down(groups: object, roles: set[Role]) -> None:
    """And no other."""
    assert identify(said(groups=groups), Rules(roles=ROLES)).roles == roles


def test_groups_that_did_not_fit_into_the_token_are_no_answer() -> None:
    """More than two hundred groups at Entra ID: nobody loses a role by that."""
    found = identify(said(_claim_names={"groups": "src1"}), Rules(roles=ROLES))
    assert found.roles is None


def test_a_second_factor_counts_only_where_it_was_configured() -> None:
    """What the provider says of it is worth nothing by itself."""
    claims = said(amr=["pwd", "mfa"], acr="gold")
    assert identify(claims, Rules()).strong is False
    assert identify(claims, Rules(factors=frozenset({("amr", "hwk")}))).strong is False
    assert identify(claims, Rules(factors=frozenset({("amr", "mfa")}))).strong is True
    assert identify(claims, Rules(factors=frozenset({("acr", "gold")}))).strong is True


@pytest.mark.parametrize("moment", [None, True, "1770000000", -1, 10**18, 1.5])
def test_a_moment_that_is_none_is_none(moment: object) -> None:
    """When somebody proved who they are is known, or it is not."""
    assert identify(said(auth_time=moment), Rules()).signed_in_at is None
