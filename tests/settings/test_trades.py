"""Starting with what is usual in a trade: data to tick, never taken over unseen."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from incident.domain.organisation import NOBODY_YET, load_profile
from incident.domain.profile_answers import profile_answers
from incident.domain.trades import adopt, trades
from incident.law.facts import BreachFacts
from incident.law.vocabulary import UNKNOWN, OrganisationSector, Role, SubjectGroup
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import organisation_profile
from tests.web import test_main_job as job

TRADES = ("gp", "shop", "school", "municipality", "care", "software", "association", "finance")


def test_eight_trades_are_data_that_names_only_what_it_has() -> None:
    """Each has lists to tick in each language; a system holds data of groups of its trade, and names no example."""
    for language in ("nl", "en", "de"):
        found = trades(language)
        assert tuple(found) == TRADES
        for one in found.values():
            groups = {group.id for group in one.groups}
            assert one.systems
            assert one.measures
            assert all(system.categories and set(system.groups) <= groups for system in one.systems), one.id
            assert all(system.groups for system in one.systems), [s.id for s in one.systems if not s.groups]
    assert "alumio" not in str(trades("nl")).casefold()
    assert trades("fr") == trades("en")


def test_whoever_reads_german_ticks_german_words() -> None:
    """Names that are the same in both languages are few, and known."""
    said = [{one.id: one.name for one in trade.systems} | dict(trade.words) for trade in trades("de").values()]
    english = [{one.id: one.name for one in trade.systems} | dict(trade.words) for trade in trades("en").values()]
    same = {
        words[one] for words, others in zip(said, english, strict=True) for one in words if words[one] == others[one]
    }
    assert same == set()


def test_what_was_there_stays_and_only_what_is_ticked_comes_in() -> None:
    """A row of one's own with the same short name is not replaced, nor a sector that was typed."""
    trade = trades("nl")["finance"]
    mine = replace(load_profile(), sector="Iets anders", sector_kind=UNKNOWN, systems=())
    ticked = {"systems": ["mail", "no_such"], "groups": [], "measures": ["mfa"]}
    once = adopt(mine, trade, ticked)
    renamed = replace(once, systems=(replace(once.systems[0], name="Onze Exchange"),))
    twice = adopt(renamed, trade, ticked)
    assert [system.name for system in twice.systems] == ["Onze Exchange"]
    assert twice.groups == mine.groups
    assert [measure.id for measure in twice.measures] == [*(one.id for one in mine.measures), "mfa"]
    assert (twice.sector, twice.sector_kind) == ("Iets anders", OrganisationSector.PRIVATE)
    assert twice.financial_undertaking is True


@pytest.mark.parametrize(
    ("trade", "system", "role"), [("software", "product", Role.PROCESSOR), ("shop", "payments", None)]
)
def test_a_system_of_the_trade_proposes_the_right_role(trade: str, system: str, role: Role | None) -> None:
    """GDPR art. 4(7)-(9): of what customers use we are the processor; a bank that is paid through makes us nothing."""
    profile = adopt(NOBODY_YET, found := trades("nl")[trade], {"systems": [system], "groups": [], "measures": []})
    name = next(one.name for one in found.systems if one.id == system)
    assert dict(profile_answers(profile, BreachFacts(systems=(name,)), "nl")).get("role") is role


def test_a_practice_starts_with_its_own_lists(lite_app: Flask, clock: FixedClock) -> None:
    """From the first form to the ticked lists; no measure is ticked beforehand, as it would go to the authority."""
    dpo = job.first_person(lite_app, clock)
    page = dpo.submit("/setup", button=("start", "empty"), name="Huisartsenpraktijk De Linde", trade="gp")
    assert page.path == "/settings/trade?trade=gp"
    boxes = [node for node in page.tree.iter("input") if node.get("type") == "checkbox"]
    assert {node.get("name") for node in boxes if "checked" in node.attrib} == {"systems", "groups"}
    dpo.submit("/settings/trade", systems=["his", "mail"], measures=["mfa"])
    with lite_app.app_context():
        saved = organisation_profile(db.session())
    assert [system.id for system in saved.systems] == ["his", "mail"]
    assert [group.id for group in saved.groups][:2] == ["patients", "relatives"]
    assert [measure.id for measure in saved.measures] == ["mfa"]
    assert saved.sector == "Health care: general practice"
    again = dpo.get("/settings/trade?trade=gp")
    assert 'value="his"' not in again.html
    assert 'value="referrals"' in again.html


def test_a_trade_that_does_not_exist_is_a_blank_start(lite_app: Flask, clock: FixedClock) -> None:
    """A forged value leads to the overview, and to a page that only offers to choose."""
    dpo = job.first_person(lite_app, clock)
    assert dpo.submit("/setup", button=("start", "empty"), name="X", trade="bank").path == "/"
    page = dpo.get("/settings/trade?trade=bank")
    assert not [node for node in page.tree.iter("input") if node.get("type") == "checkbox"]


def test_the_page_opens_on_the_sector_of_the_profile(lite_app: Flask, clock: FixedClock) -> None:
    """In whichever language it is written; where it is none of these, nothing is ticked before somebody chose."""
    dpo = job.first_person(lite_app, clock)
    dpo.submit("/setup", button=("start", "empty"), name="X", trade="software")
    for sector, chosen in (("Software", "software"), ("Onderwijs", "school"), ("Brewery", "")):
        dpo.get("/settings/organisation")
        dpo.submit(sector=sector)
        page = dpo.get("/settings/trade")
        marked = [node.get("value") for node in page.tree.iter("option") if "selected" in node.attrib]
        assert "".join(marked) == chosen
        assert ("Choose a sector" in page.text) is (not chosen)


def test_with_empty_lists_a_reporter_still_says_which_system_and_whose_data(lite_app: Flask, clock: FixedClock) -> None:
    """A line to write on and the groups of the law stand in for lists that nobody made yet."""
    dpo = job.first_person(lite_app, clock)
    dpo.submit("/setup", name="Tandarts Smit", button=("start", "empty"))
    dpo.get("/report")
    said = {"other_system": "Exquise", "groups": ["patients", "minors"]}
    reference = dpo.submit("/report", summary="Recept in verkeerde envelop", **said).path.split("/")[2]
    with lite_app.app_context():
        facts = current_facts(db.session(), db.session.scalars(select(Incident).filter_by(reference=reference)).one())
    assert facts.systems == ("Exquise",)
    assert facts.subject_groups == (SubjectGroup.PATIENTS, SubjectGroup.MINORS)
