"""What the register on paper tells of one breach: each thing once, in the words of the record, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from incident.documents.wording import Wording
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.facts import AffectedGroup, BreachFacts, CountryCount
from incident.law.vocabulary import NoticeChannel, SecurityMeasure, SubjectGroup, Ternary
from incident.store.queries.register_notices import NoticeLine
from incident.web import register_entry as tell
from incident.web.register_entry import Entry
from tests.web.conftest import Team

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = date(2026, 12, 1)


def _entry(*notices: NoticeLine, systems: str = "", decided: bool | None = None, **facts: Any) -> Entry:
    """A breach with these facts, on the day after these notices were sent."""
    act = None if decided is None else SimpleNamespace(act=decided)
    incident = SimpleNamespace(systems=systems, aware_at=None, notified_at=None, subjects=None)
    line = SimpleNamespace(incident=incident, last=lambda _kind: act)
    found = replace(BreachFacts(), **facts)
    return Entry(line, found, notices, Wording("en"), date(2026, 11, 25))  # type: ignore[arg-type]


def _sent(to: Addressee, kind: NoticeKind, channel: str = "portal", people: int | None = None) -> NoticeLine:
    return NoticeLine(to, kind, "", "", None, AT, people, channel=channel)


@pytest.mark.parametrize(
    ("kind", "facts", "name"),
    [
        (NoticeKind.FINAL, {"ongoing": Ternary.YES}, "Follow-up notification"),
        (NoticeKind.FINAL, {"ongoing": Ternary.NO, "expected_on": LATER}, "Follow-up notification"),
        (NoticeKind.FINAL, {"ongoing": Ternary.NO, "expected_on": date(2026, 11, 20)}, "Final notice"),
        (NoticeKind.FOLLOW_UP, {"ongoing": Ternary.NO}, "Follow-up notification"),
        (NoticeKind.INITIAL, {"ongoing": Ternary.YES}, "First notice"),
    ],
)
def test_a_notification_after_which_more_comes_is_not_the_final_one(
    team: Team, kind: NoticeKind, facts: dict[str, Any], name: str
) -> None:
    """GDPR art. 33(4): neither the one that was sent nor the one that waits."""
    with team.app.test_request_context():
        sent = _entry(_sent(Addressee.AUTHORITY, kind), **facts)
        waiting = _entry(NoticeLine(Addressee.AUTHORITY, kind, "", "", AT), **facts)
        assert tell.filings(sent).startswith(f"{name}: ")
        assert tell.waiting(waiting)[0].startswith(f"{name}: approved ")


def test_each_message_has_its_day_its_channel_and_its_number(team: Team) -> None:
    """How people were told stands beside when, not below the communication to the public; another way is not lost."""
    emails = [_sent(Addressee.SUBJECTS, NoticeKind.INITIAL, "email", many) for many in (40, 2)]
    public = _sent(Addressee.PUBLIC, NoticeKind.INITIAL, "website")
    ways = (NoticeChannel.EMAIL, NoticeChannel.WEBSITE, NoticeChannel.TELEPHONE)
    with team.app.test_request_context():
        told = tell.told(_entry(*emails, public, informed_channels=ways)).split("\n")
        alone = tell.told(_entry(informed_channels=ways, informed_count=7))
    assert told[0] == "24 November 2026, by e-mail (data subjects: 42)"
    assert told[1].startswith("Public communication: 24 November 2026, ")
    assert "website" in told[1]
    assert len(told) == 3, "that they were called as well is on record, and in no message"
    assert "data subjects: 7" in alone
    assert alone.split("\n")[-1].count("; ") == 2, "where no message is on record, all ways are listed"


def test_a_channel_within_a_sentence_begins_small_in_german_as_well(team: Team) -> None:
    """No noun begins its name."""
    public = _sent(Addressee.PUBLIC, NoticeKind.INITIAL, "website")
    with team.app.test_request_context(headers={"Accept-Language": "de"}):
        told = tell.told(replace(_entry(public), say=Wording("de")))
    assert told.endswith("24. November 2026, auf der Website")


def test_the_register_gives_readers_of_a_letter_no_advice(team: Team) -> None:
    """What a letter tells people to do is for those people."""
    news = "Our account number has not changed: do not transfer money.\nFalse e-mails go round. Delete these messages."
    with team.app.test_request_context():
        assert tell.news(_entry(told_news=news)) == "Our account number has not changed.\nFalse e-mails go round."


def test_why_people_were_told_no_sooner_is_said_of_those_who_are_told(team: Team) -> None:
    """GDPR art. 34(1): with a decision not to tell them, the same words explain its ground."""
    with team.app.test_request_context():
        found = [
            tell.why_later(_entry(decided=one, not_informing_note="Sorting it out.")) for one in (True, False, None)
        ]
    assert found == ["Sorting it out.", "", ""]


def test_nothing_is_said_twice(team: Team) -> None:
    """The words of the record stand in the place of what they repeat, and only of that."""
    groups = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES)
    rows = tuple(AffectedGroup(one, (), (), many) for one, many in zip(groups, (1_200, 34), strict=True))
    both: dict[str, Any] = {"subject_groups": groups, "affected_groups": rows}
    filed: dict[str, Any] = {"reported_to_police": Ternary.YES}
    measure: dict[str, Any] = {
        "measures_prevent": (SecurityMeasure.LOGICAL_ACCESS_CONTROL,),
        "measures_prevent_by": LATER,
    }
    with team.app.test_request_context():
        note = "1,200 customers and 34 former employees."
        assert tell.groups(_entry(**both, subjects_note=note)) == note
        assert "(34)" in tell.groups(_entry(**both, subjects_note="1,200 customers and some others."))
        assert tell.police(_entry(**filed, other_authorities_note="Police report 12 of 3 May.")).count("olice") == 1
        assert tell.police(_entry(**filed, other_authorities_note="The bank knows.")).startswith(
            "Reported to the police."
        )
        by = tell.prevention(_entry(**measure, measures_prevent_note="A code from 1 December 2026 on."))
        assert by.endswith("on.\nNot ready yet.")
        some = tell.prevention(_entry(**measure, measures_prevent_note="A code."))
        assert some.endswith("Not ready yet; planned for 1 December 2026.")
        assert tell.systems(_entry(systems="Mail", systems_note="Mail, in the EU.")) == "Mail, in the EU."
        assert tell.systems(_entry(systems="Mail, CRM", systems_note="Mail only.")) == "Mail, CRM\nMail only."


def test_that_people_live_in_one_country_is_said(team: Team) -> None:
    """An empty row could be one that nobody asked about."""
    with team.app.test_request_context():
        assert tell.countries(_entry(cross_border=Ternary.NO)) == "One country only"
        assert tell.countries(_entry()) == ""
        assert tell.countries(_entry(cross_border=Ternary.NO, countries=(CountryCount("NL", 3),))) == "Netherlands (3)"
