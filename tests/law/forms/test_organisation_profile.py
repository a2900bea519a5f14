"""The shipped organisation profile, and what a person may type wrong in it."""

from pathlib import Path

import pytest

from incident.domain.kernel.errors import DomainError
from incident.domain.organisation import ASKED_AT_SET_UP, load_profile, profile_from
from incident.law.vocabulary import DataCategory, PartyRole, Ternary
from tests.law.forms.sheets import PROFILE


def test_the_shipped_profile_is_the_one_of_the_privacy_statement() -> None:
    profile = load_profile()
    assert (profile.name, profile.city) == ("Alumio B.V.", "Groningen")
    assert (len(profile.groups), len(profile.systems), len(profile.measures)) == (7, 7 + 3, 8)


def test_what_the_statement_does_not_say_is_missing() -> None:
    missing = set(load_profile().missing)
    assert {"email", "phone", "kvk", "dpo_name", "dpo_designated", "fg_number"} <= missing
    assert "name" not in missing
    assert PROFILE.missing == ()


def test_a_profile_without_an_officer_does_not_miss_one() -> None:
    without = profile_from({"name": "X", "dpo_designated": False})
    assert not {"dpo_name", "dpo_email", "fg_number", "dpo_designated"} & set(without.missing)


def test_everything_asked_at_set_up_is_a_field() -> None:
    assert all(hasattr(PROFILE, name) for name in ASKED_AT_SET_UP)


def test_systems_name_groups_that_exist_and_categories_as_hints() -> None:
    profile = load_profile()
    groups = {group.id for group in profile.groups}
    assert all(set(system.groups) <= groups for system in profile.systems)
    hubspot = profile.system("HubSpot")
    assert hubspot is not None
    assert DataCategory.EMAIL in hubspot.categories
    assert None is profile.system("no-such-system")
    assert all(system.groups and system.categories for system in profile.systems)


def test_a_system_is_recorded_by_its_name_however_it_was_stated() -> None:
    """A fact is what people read and type; a short name from the interface, or another case, means the same system."""
    profile = load_profile()
    assert profile.system("linkedin-insight-tag") is profile.system(" LinkedIn insight tag ")
    assert profile.names_of(("hubspot", "HubSpot", "HUBSPOT ", "Own server")) == ("HubSpot", "Own server")


def test_the_roles_are_those_that_the_statement_describes() -> None:
    """GDPR art. 4(7), 26: Facebook and LinkedIn use the data for themselves; the three sites are our own."""
    systems = load_profile().systems
    joint = [one.name for one in systems if one.role is PartyRole.JOINT_CONTROLLER]
    assert joint == ["LinkedIn Insight Tag", "Facebook pixel"]
    assert [one.name for one in systems if one.own] == list(load_profile().websites)
    assert [one.name for one in systems if not one.own and not one.contact] == ["Callpage"]
    assert [one.name for one in systems if one.outside_eea is Ternary.YES] == ["Google Analytics"]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, "name"),
        ({"name": "X", "kvkk": "1"}, "kvkk"),
        ({"name": "X", "systems": [{"id": "a"}]}, "systems.0.name"),
        ({"name": "X", "sector_kind": "semi"}, "sector_kind"),
    ],
)
def test_a_wrong_entry_is_named_with_its_path(document: dict[str, object], where: str) -> None:
    with pytest.raises(DomainError, match=where):
        profile_from(document)


@pytest.mark.parametrize("content", [b"name = ", b"name = '\xff'"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "profile.toml"
    file.write_bytes(content)
    with pytest.raises(DomainError, match=r"profile\.toml cannot be read"):
        load_profile(file)
    with pytest.raises(DomainError, match=r"none\.toml cannot be read"):
        load_profile(tmp_path / "none.toml")
