"""Whose installation it is: nothing of the example organisation shows until somebody chooses it."""

from dataclasses import fields

import pytest
from flask import Flask

from incident.domain.kernel.people import Role
from incident.domain.organisation import NOBODY_YET, OrganisationProfile, load_profile
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.usecases.common.settings import organisation_profile
from incident.web.forms.lists import lists_form
from incident.web.forms.lists import onto as onto_lists
from incident.web.forms.organisation import OrganisationForm
from tests.web import test_main_job as job
from tests.web.client import text_of
from tests.web.conftest import Team


def test_before_anybody_chose_nothing_of_the_example_is_there(lite_app: Flask) -> None:
    """A firm that has not filled in who it is gets an empty profile, never a stranger's address in its letters."""
    with lite_app.app_context():
        profile = organisation_profile(db.session())
    assert profile == NOBODY_YET
    assert (profile.name, profile.website, profile.systems, profile.groups) == ("", "", (), ())


def test_every_field_of_the_profile_has_a_place_on_a_settings_page(lite: Team) -> None:
    """A value that no page shows can never be put right, and stands in every letter."""
    with lite.app.test_request_context():
        shown = set(OrganisationForm.of(load_profile())._fields) | set(lists_form(load_profile())._fields)
    assert {field.name for field in fields(OrganisationProfile)} <= shown


def test_a_profile_goes_through_both_forms_unchanged(lite: Team) -> None:
    """Saving the pages without touching them changes nothing."""
    with lite.app.test_request_context():
        profile = load_profile()
        assert OrganisationForm.of(profile).onto(profile) == profile
        assert onto_lists(lists_form(profile), profile) == profile


def test_the_first_visit_asks_blank_and_the_letters_carry_the_own_website(lite_app: Flask, clock: FixedClock) -> None:
    """The form of the first run names nobody; what is typed there is what letters say."""
    dpo = job.first_person(lite_app, clock)
    page = dpo.get("/setup")
    assert "Groningen" not in page.text
    dpo.submit("/setup", button=("start", "empty"), name="Bloemenwinkel De Gouden Tulp", websites="www.goudentulp.nl")
    with lite_app.app_context():
        saved = organisation_profile(db.session())
    assert (saved.name, saved.websites, saved.website) == (
        "Bloemenwinkel De Gouden Tulp",
        ("www.goudentulp.nl",),
        "www.goudentulp.nl",
    )
    assert (saved.systems, saved.groups, saved.measures, saved.customers) == ((), (), (), ())


def test_the_first_visit_needs_a_name_and_one_press(lite_app: Flask, clock: FixedClock) -> None:
    """All else waits folded, and opens where something in it is refused."""
    dpo = job.first_person(lite_app, clock)
    page = dpo.get("/setup")
    main = [button for button in page.tree.iter("button") if "button-main" in button.get("class", "")]
    assert [text_of(button) for button in main] == ["Save and begin"]
    later = next(page.form("/setup").iter("details"))
    names = {node.get("name") for node in later.iter("input")}
    assert ("open" in later.attrib, "kvk" in names, "name" in names, "trade" in names) == (False, True, False, False)
    refused = dpo.submit("/setup", button=("start", "empty"), name="De Linde", websites="onze site")
    assert "open" in next(refused.form("/setup").iter("details")).attrib


def test_what_is_missing_is_counted_on_top_and_marked_at_its_field(lite: Team) -> None:
    """The box on top says how many, and does not read them out."""
    page = lite.visitor("Dora", Role.DPO).get("/settings/organisation")
    with lite.app.app_context():
        missing = organisation_profile(db.session()).missing
    marked = [node.get("id") for node in page.tree.iter("p") if text_of(node) == "missing"]
    box = next(text_of(node) for node in page.tree.iter("p") if node.get("class") == "warn")
    assert set(marked) == {f"{name}-hint" for name in missing}
    assert box.startswith(f"{len(missing)} details are missing that the authority asks for;")


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("websites", "onze site", "is no web address"),
        ("email", "onze post", "Enter an e-mail address"),
        ("dpo_email", "fg@", "Enter an e-mail address"),
        ("country", "XX", "Enter a country as two letters"),
        ("establishments", "NL\nQQ", "Enter a country as two letters"),
    ],
)
def test_an_address_that_is_none_is_refused_at_its_field(lite: Team, name: str, typed: str, says: str) -> None:
    """With what was typed still there: it would stand so in every letter and on the forms."""
    dpo = lite.visitor("Dora", Role.DPO)
    dpo.get("/settings/organisation")
    page = dpo.submit(**{name: typed})
    assert any(says in problem for problem in page.problems)


def test_the_example_organisation_is_one_press_away(lite_app: Flask, clock: FixedClock) -> None:
    """Chosen by a person, with the example incidents, without filling in anything."""
    dpo = job.first_person(lite_app, clock)
    dpo.submit("/setup", button=("start", "example"))
    with lite_app.app_context():
        assert organisation_profile(db.session()).name == "Alumio B.V."
