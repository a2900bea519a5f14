"""What the register on paper tells of one breach: each thing once, in the words of the record, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from incident.documents.wording import Wording
from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.languages import country_name
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount, Party
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import FilingContext, FilingKind
from incident.law.forms.in_words import case_in_words
from incident.law.vocabulary import (
    AvailabilityLoss,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    IncidentKind,
    Informed,
    Nature,
    NoticeChannel,
    PartyRole,
    Recipient,
    RiskLevel,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
)
from incident.store.queries.register_assessed import Assessed, Clock
from incident.store.queries.register_notices import NoticeLine
from incident.usecases.clock.deadlines import AUTHORITY
from incident.usecases.notices.authority_form import form_document
from incident.web import register_acts as acts
from incident.web import register_entry as tell
from incident.web.labels import deadline_name
from incident.web.register_entry import Entry
from tests.web.conftest import Team

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = date(2026, 12, 1)


CONTEXT = FilingContext(
    FilingKind.FOLLOW_UP_PROVISIONAL, datetime(2026, 11, 25, 8, tzinfo=UTC), country_name=country_name
)
SHOP = OrganisationProfile("Fietshuis Noord B.V.")


def _entry(
    *notices: NoticeLine,
    systems: str = "",
    decided: bool | None = None,
    why: str = "",
    language: str = "en",
    risk: RiskLevel | None = None,
    due_at: datetime | None = None,
    notified_at: datetime | None = None,
    **facts: Any,
) -> Entry:
    """A breach with these facts, on the day after these notices were sent."""
    act = None if decided is None else SimpleNamespace(act=decided, reason=why, at=AT, by="Noor")
    found = replace(BreachFacts(), **facts)
    known = {"status": Status.NOTIFIED, "subjects": facts.get("subjects_max")}
    incident = SimpleNamespace(
        systems=systems, aware_at=None, notified_at=notified_at, due_at=due_at, risk=risk, **known
    )
    line = SimpleNamespace(incident=incident, last=lambda _kind: act)
    return Entry(line, case_in_words(found, SHOP, CONTEXT, language), notices, Wording(language))  # type: ignore[arg-type]


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
        waiting = _entry(NoticeLine(Addressee.AUTHORITY, kind, "", "", AT, approved_by="Sanne"), **facts)
        assert acts.filings(sent).startswith(f"{name}: ")
        assert acts.waiting(waiting) == [f"{name} approved on {waiting.instant(AT)} by Sanne and not sent yet."]
        assert acts.status(waiting) == f"Notified\n{name} not sent yet"
        assert acts.status(sent) == "Notified"


def test_each_message_has_its_day_its_channel_and_its_number(team: Team) -> None:
    """How people were told stands beside when, not below the communication to the public; another way is not lost."""
    emails = [_sent(Addressee.SUBJECTS, NoticeKind.INITIAL, "email", many) for many in (40, 2)]
    public = _sent(Addressee.PUBLIC, NoticeKind.INITIAL, "website")
    ways = (NoticeChannel.EMAIL, NoticeChannel.WEBSITE, NoticeChannel.TELEPHONE)
    with team.app.test_request_context():
        told = acts.told(_entry(*emails, public, informed_channels=ways)).split("\n")
        alone = acts.told(_entry(informed_channels=ways, informed_count=7))
    assert told[0] == "24 Nov 2026, by e-mail (data subjects: 42)"
    assert told[1].startswith("Public communication: 24 Nov 2026, ")
    assert "website" in told[1]
    assert len(told) == 3, "that they were called as well is on record, and in no message"
    assert "data subjects: 7" in alone
    assert alone.split("\n")[-1].count("; ") == 2, "where no message is on record, all ways are listed"


def test_a_channel_within_a_sentence_begins_small_in_german_as_well(team: Team) -> None:
    """No noun begins its name."""
    public = _sent(Addressee.PUBLIC, NoticeKind.INITIAL, "website")
    with team.app.test_request_context(headers={"Accept-Language": "de"}):
        told = acts.told(_entry(public, language="de"))
    assert told.endswith("24.11.2026, auf der Website")


def test_the_register_gives_readers_of_a_letter_no_advice(team: Team) -> None:
    """What a letter tells people to do is for those people."""
    news = "Our account number has not changed: do not transfer money.\nFalse e-mails go round. Delete these messages."
    with team.app.test_request_context():
        assert tell.latest(_entry(told_news=news)) == "Our account number has not changed.\nFalse e-mails go round."


def test_why_people_were_told_no_sooner_is_said_of_those_who_are_told(team: Team) -> None:
    """GDPR art. 34(1): with a decision not to tell them, the same words explain its ground."""
    with team.app.test_request_context():
        found = [
            acts.why_later(_entry(decided=one, not_informing_note="Sorting it out.")) for one in (True, False, None)
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
        assert by.endswith("on.\nNot ready yet: what is planned for 1 December 2026.")
        assert tell.systems(_entry(systems="Mail", systems_note="Mail, in the EU.")) == "Mail, in the EU."
        assert tell.systems(_entry(systems="Mail, CRM", systems_note="Mail only.")) == "Mail, CRM\nMail only."


def test_what_is_not_ready_yet_is_named(team: Team) -> None:
    """ "Not all of it" makes an auditor ask what; a measure that waits is not ready, whatever day was planned."""
    note, waits = "A code from 1 December 2026 on. Passwords are hashed.", ["“A code” (Jelle)", "“A lock”"]
    with team.app.test_request_context():
        planned = _entry(measures_prevent_note=note, measures_prevent_by=LATER)
        undated = _entry(measures_prevent_note="A code.")
        past = _entry(measures_prevent_note="A code.", measures_prevent_by=date(2026, 11, 20))
        assert acts_of_prevention(planned, waits) == "Not ready yet: “A code” (Jelle), as well as “A lock”."
        assert acts_of_prevention(undated, waits[1:]) == "Not ready yet: “A lock”."
        assert acts_of_prevention(past, waits[1:]) == "Not ready yet: “A lock”; planned for 20 November 2026."
        assert acts_of_prevention(past, []) == "Ready on 20 November 2026."
        assert acts_of_prevention(undated, []) == "A code."


def acts_of_prevention(entry: Entry, waits: list[str]) -> str:
    """The last line of it, where these measures wait."""
    return tell.prevention(replace(entry, unready=waits)).split("\n")[-1]


def test_a_country_is_named_or_none_is(team: Team) -> None:
    """ "One country" makes who reads it ask which."""
    with team.app.test_request_context():
        assert tell.countries(_entry(cross_border=Ternary.NO)) == ""
        assert tell.countries(_entry()) == ""
        assert tell.countries(_entry(cross_border=Ternary.NO, countries=(CountryCount("NL", 3),))) == "Netherlands (3)"


GROUPS = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES, SubjectGroup.USERS)
ONLINE: dict[str, Any] = {
    "ongoing": Ternary.YES,
    "expected_on": LATER,
    "subject_groups": GROUPS,
    "affected_groups": tuple(
        AffectedGroup(one, (), (), many) for one, many in zip(GROUPS, (10_640, 210, 2_310), strict=True)
    ),
    "published_groups": (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES),
    "published_on": date(2026, 11, 23),
    "told_news": "Op 23 november 2026 zijn gegevens op internet gezet.\nWees alert.",
    "description": "Criminelen kopieerden bestanden.",
    "measures_taken": "Een bureau zoekt uit hoe dat kon.",
    "document_paid": Ternary.YES,
    "data_categories": (DataCategory.ID_DOCUMENT_COPY,),
}


def test_the_register_tells_what_is_online_and_open_in_the_words_of_the_notification() -> None:
    """GDPR art. 33(4): with the number and the day by which more is known: an auditor lays the two side by side."""
    form, entry = fill_ap(replace(BreachFacts(), **ONLINE), SHOP, CONTEXT), _entry(language="nl", **ONLINE)
    assert form.answer("5.3").text.startswith(tell.latest(entry))
    assert "10.850" in tell.latest(entry)
    assert tell.ended(entry).removesuffix(".") == form.answer("4.1.2").text.removesuffix(".")
    assert form.answer("10.2").text == tell.taken(entry)
    for told in (tell.latest(entry), tell.ended(entry), tell.taken(entry)):
        assert "1 december 2026" in told
    template = fill_edpb(replace(BreachFacts(), **ONLINE), SHOP, CONTEXT)
    assert tell.latest(_entry(**ONLINE)) in template.answer("62").text


@pytest.mark.parametrize(
    ("language", "number", "day"), [("en", "10,850", "1 December 2026"), ("de", "10.850", "1. Dezember 2026")]
)
def test_what_no_form_says_in_the_language_of_the_page_is_said_in_it(language: str, number: str, day: str) -> None:
    """German has no form of its own, and English none with an end: the same is told in our words."""
    entry = _entry(language=language, **ONLINE)
    assert number in tell.latest(entry)
    assert all(day in told(entry) for told in (tell.latest, tell.ended, tell.taken))
    assert not any(word in tell.ended(entry) for word in ("Duurt", "gegevens", "field"))
    unknown = {"en": "not known yet", "de": "noch nicht bekannt"}[language]
    assert tell.latest(entry).count(unknown) == 1, "with the number"
    assert unknown in tell.latest(_entry(language=language, **ONLINE | {"affected_groups": ()})), "without one"


def test_an_end_that_nobody_knows_is_said_with_the_day_by_which_it_is(team: Team) -> None:
    """An end that is missing reads as one that was forgotten."""
    with team.app.test_request_context():
        assert tell.ended(_entry()) == "Not known yet."
        assert tell.ended(_entry(expected_on=LATER)) == "Not known yet, expected by 1 December 2026."
        assert tell.ended(_entry(ongoing=Ternary.NO)) == "Over; the moment is not recorded."
        assert tell.ended(_entry(occurred_to=AT)) == _entry().instant(AT)


CUSTOMERS: dict[str, Any] = {
    "subjects_min": 15_240,
    "subjects_max": 15_240,
    "subjects_exact": True,
    "affected_controllers": (AffectedController("Veen", "a@veen.example", None, "nl", 2_310, 2_310),),
}


def test_whose_people_live_where_is_said_as_the_numbers_are(team: Team) -> None:
    """Below two rows that part the people by role, a sum that is the own people's seemed to leave out the others."""
    own = (CountryCount("NL", 12_810), CountryCount("DE", 120))
    with team.app.test_request_context():
        assert tell.countries(_entry(**CUSTOMERS, countries=own)) == (
            "As controller: Netherlands (12,810), Germany (120)\nAs processor: not recorded yet"
        )
        every = (CountryCount("NL", 15_120), CountryCount("DE", 120))
        assert tell.countries(_entry(**CUSTOMERS, countries=every)) == "Netherlands (15,120), Germany (120)"


def test_whose_people_do_not_count_is_said_once(team: Team) -> None:
    """With the customers, and not below the reason of a person, who may have counted all."""
    why, refused = "Data of 15,240 people were copied.", {"on_behalf_of_customers": Ternary.NO}
    with team.app.test_request_context():
        assert acts.reason(_entry(decided=True, why=why, **CUSTOMERS), "authority") == why
        assert "do not count in our notification" in acts.customers(_entry(**CUSTOMERS, **refused))
        assert "do not count" not in acts.customers(_entry(**CUSTOMERS))
        named = tell.organisations(_entry(**CUSTOMERS, parties=(Party("Host B.V.", PartyRole.PROCESSOR),)))
    assert named.split("\n") == ["Host B.V. (processor)", "Veen (controller (we are its processor))"]


def test_what_people_were_told_is_given_in_one_way(team: Team) -> None:
    """What somebody put on record, and each letter with its day and its readers, also what everybody could read."""
    letter = replace(_sent(Addressee.SUBJECTS, NoticeKind.INITIAL, "email"), title="Your data")
    groups = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES)
    each = [replace(letter, whom=one.value) for one in groups]
    public = replace(letter, addressee=Addressee.PUBLIC, title="Stolen data")
    with team.app.test_request_context():
        told = acts.letters(_entry(*each, public, subject_groups=groups)).split("\n")
        whom = "customers, former customers and other contacts; current and former employees"
        assert told == [f"24 Nov 2026, {whom}: “Your data”", "24 Nov 2026, the public: “Stolen data”"]
        assert acts.content(_entry(letter)) == acts.letters(_entry()) == ""
        assert acts.content(_entry(letter, informed_content="What happened.")) == "What happened."
        assert acts.content(_entry(informed_content="What happened.")) == "What happened."


LOST: dict[str, Any] = {
    "subject_groups": GROUPS,
    "subjects_note": "10.640 klanten, 210 medewerkers en 2.310 klanten van Veen.",
    "data_categories": (DataCategory.NAME, DataCategory.BSN, DataCategory.CREDENTIALS),
    "affected_groups": (
        AffectedGroup(SubjectGroup.CUSTOMERS, (DataCategory.NAME, DataCategory.CREDENTIALS), (), 10_640),
        AffectedGroup(SubjectGroup.EMPLOYEES, (DataCategory.NAME, DataCategory.BSN), (), 210),
        AffectedGroup(SubjectGroup.USERS, (DataCategory.NAME,), (), 2_310),
    ),
    "affected_controllers": (AffectedController("Veen", "", None, "nl", 2_310, groups=(SubjectGroup.USERS,)),),
    "consequences_subjects": (ConsequenceForSubjects.FRAUD, ConsequenceForSubjects.REPUTATION),
}


def test_which_data_of_whom_is_told_as_in_the_notification() -> None:
    """GDPR art. 33(5): one heap of data for all reads as if everybody lost a national number."""
    entry = _entry(language="nl", **LOST)
    own, staff, theirs = tell.data_by_group(entry).split("\n")
    assert fill_ap(replace(BreachFacts(), **LOST), SHOP, CONTEXT).answer("7.2").text.startswith(f"{own}\n{staff}")
    assert "BSN" in staff
    assert not any("BSN" in one for one in (own, theirs))
    assert theirs.startswith("- Klanten van Veen (2.310 van Veen): naam")
    assert tell.data(entry) == tell.groups(entry) == "", "nothing is said twice"
    assert "van Veen" in tell.data_by_group(_entry(language="de", **LOST))


def test_the_effects_are_those_of_the_notification(team: Team) -> None:
    """GDPR art. 33(3)(c): also how fraud may be committed; what somebody wrote stands in the place of that."""
    with team.app.test_request_context(headers={"Accept-Language": "nl"}):
        told = tell.effects(_entry(language="nl", **LOST))
        own = tell.effects(_entry(language="nl", **LOST, consequences_subjects_note="Valse rekeningen."))
    assert (
        "misbruik van inloggegevens" in fill_ap(replace(BreachFacts(), **LOST), SHOP, CONTEXT).answer("9.2.other").text
    )
    assert told == "Oplichting (zoals phishing); reputatieschade; misbruik van inloggegevens"
    assert own.endswith("\nValse rekeningen.")
    assert "inloggegevens" not in own


def test_who_assessed_the_risk_and_when_stands_beside_it(team: Team) -> None:
    """Both decisions rest on it: each change of it, the last time, and what that rests on."""
    levels = (RiskLevel.UNLIKELY, RiskLevel.UNLIKELY, RiskLevel.HIGH, RiskLevel.HIGH, RiskLevel.HIGH)
    rows = [Assessed(risk, AT.replace(hour=at), "Noor", "", {}) for at, risk in enumerate(levels, 8)]
    with team.app.test_request_context():
        entry = _entry(risk=RiskLevel.HIGH)
        context = replace(entry.case.context, risk_reason="It is online.", risk_explanation="Many people.\nBSNs.")
        known = replace(entry, assessed=rows, case=replace(entry.case, context=context))
        assert acts.risk(entry) == "High risk"
        at = [known.instant(one.at) for one in rows]
        assert acts.risk(known).split("\n") == [
            f"Risk unlikely, {at[0]}, Noor",
            f"High risk, {at[2]}, Noor",
            f"High risk, {at[4]}, Noor",
            "With what was known then; no later assessment is on record: It is online. Many people. BSNs.",
        ]


def test_the_term_of_the_first_notification_and_whether_it_was_kept_are_said(team: Team) -> None:
    """GDPR art. 33(1): the next deadline alone, which is another, read as a term of fifteen days."""
    clocks = [Clock(AUTHORITY, AT, False), Clock("gdpr_33_4", AT.replace(day=28), True)]
    with team.app.test_request_context():
        entry = replace(_entry(due_at=AT.replace(day=28)), clocks=clocks)
        late = replace(_entry(notified_at=AT.replace(hour=13)), clocks=clocks)
        kept = replace(_entry(notified_at=AT), clocks=clocks)
        free = replace(kept, case=replace(kept.case, context=replace(CONTEXT, risk=RiskLevel.UNLIKELY)))
        assert acts.term(entry).startswith("The first notification must be made by 24 Nov 2026 13:00")
        assert acts.term(late).endswith("too late.")
        assert acts.filings(kept).endswith(
            "first notification had to be made by 24 Nov 2026 13:00 (GDPR art. 33(1)): in time."
        )
        assert acts.term(free) == acts.term(_entry()) == "", "nobody has to notify"
        due = f"{entry.instant(AT.replace(day=28))}, {deadline_name('gdpr_33_4')}"
        assert acts.next_due(entry) == f"{due} (our own term; the law names no number of days)"
        ready = NoticeLine(Addressee.AUTHORITY, NoticeKind.FOLLOW_UP, "", "", AT, approved_by="Sanne")
        at = entry.instant(AT)
        told = acts.next_due(replace(entry, notices=[ready])).split("\n")
        assert told == [
            f"Send now: the follow-up notification that Sanne approved on {at}.",
            "This is due without undue further delay (GDPR art. 33(4)); our own term ends on 28 Nov 2026 13:00.",
        ], "one name for one notification, and its term is no reason to wait"
        first = replace(ready, kind=NoticeKind.PROVISIONAL)
        assert acts.next_due(replace(entry, notices=[first])).split("\n") == [
            f"Send now: the first notification that Sanne approved on {at}.",
            f"{due} (our own term; the law names no number of days)",
        ]


def test_that_data_are_online_and_the_authority_does_not_know_is_said(team: Team) -> None:
    """GDPR art. 33(4): who reads that a notification is approved thinks that the news has left."""
    sent = _sent(Addressee.AUTHORITY, NoticeKind.INITIAL)
    news = "The supervisory authority has not been told yet that data are on the internet."
    with team.app.test_request_context():
        later, same = (_entry(sent, published_on=AT.date() + timedelta(days=one)) for one in (1, 0))
        assert acts.next_due(later) == acts.unreported(later) == news
        assert acts.unreported(same) == ""
        assert acts.unreported(_entry(published_on=AT.date())) == "", "where nothing was told, all of it is new"


def test_who_approved_and_who_sent_a_notification_is_said(team: Team) -> None:
    """An auditor asks for the four eyes first, also of what is long gone."""
    sent = replace(_sent(Addressee.AUTHORITY, NoticeKind.PROVISIONAL), approved_at=AT, approved_by="Sanne")
    with team.app.test_request_context():
        told = acts.filings(_entry(replace(sent, sent_by="Noor"))).split("\n")
    assert told == [
        "First notification, not complete yet: 24 Nov 2026 13:00",
        "Approved on 24 Nov 2026 13:00 by Sanne. Sent by Noor.",
    ]


def test_what_is_over_does_not_stand_in_the_present(team: Team) -> None:
    """Data that are back were out of reach; that a recipient erased them stands with who got them."""
    lost: dict[str, Any] = {
        "nature": (Nature.CONFIDENTIALITY, Nature.AVAILABILITY),
        "consequences_data": (ConsequenceForData.SERVICE_TEMPORARILY_LOST,),
        "availability_loss": AvailabilityLoss.TEMPORARY,
        "recipient": Recipient.KNOWN,
    }
    with team.app.test_request_context():
        back = _entry(**lost, recovered_at=AT)
        assert tell.nature(back).endswith("; availability: data were out of reach until 24 Nov 2026 13:00")
        assert tell.effects_on_data(back) == "A service could not be provided for a time"
        still = _entry(**lost)
        assert "until" not in tell.nature(still)
        assert "could not" not in tell.effects_on_data(still)
        gone = replace(still, case=replace(still.case, context=replace(CONTEXT, deleted=True)))
        assert tell.recipient(gone) == f"{tell.recipient(still)}; confirmed to have them no more"


def test_data_that_were_copied_were_not_only_seen(team: Team) -> None:
    """Where a theft of data is on record."""
    lost: dict[str, Any] = {"nature": (Nature.CONFIDENTIALITY, Nature.INTEGRITY)}
    with team.app.test_request_context():
        copied = tell.nature(_entry(**lost, kinds=(IncidentKind.EXFILTRATION,)))
        seen = tell.nature(_entry(**lost, kinds=(IncidentKind.RANSOMWARE,)))
    ending = "; integrity: data were changed"
    assert copied == f"Confidentiality: the data were copied by people who had no right to them{ending}"
    assert seen == f"Confidentiality: somebody could see the data{ending}"


def test_only_the_first_of_several_names_begins_with_a_capital(team: Team) -> None:
    """An abbreviation keeps its own, and in German a noun does; what somebody wrote stands as it was written."""
    kinds: dict[str, Any] = {"data_categories": (DataCategory.NAME, DataCategory.EMAIL, DataCategory.BSN)}
    groups = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES, SubjectGroup.OTHER)
    with team.app.test_request_context(headers={"Accept-Language": "nl"}):
        assert tell.data(_entry(language="nl", **kinds)) == "Naam; e-mailadres; burgerservicenummer (BSN)"
        told = tell.groups(_entry(language="nl", subject_groups=groups, other_people="Ajax-supporters"))
    assert told.split("; ")[1:] == ["medewerkers", "Ajax-supporters"]
    with team.app.test_request_context(headers={"Accept-Language": "de"}):
        assert "; E-Mail-Adresse; " in tell.data(_entry(language="de", **kinds))


def test_the_groups_of_a_letter_stand_in_the_order_of_the_record(team: Team) -> None:
    """In whatever order they left."""
    groups = (SubjectGroup.CUSTOMERS, SubjectGroup.EMPLOYEES, SubjectGroup.APPLICANTS)
    letter = replace(_sent(Addressee.SUBJECTS, NoticeKind.INITIAL, "email"), title="Your data")
    each = [replace(letter, whom=one.value) for one in reversed(groups)]
    with team.app.test_request_context():
        told = acts.letters(_entry(*each, subject_groups=groups))
    assert told.index("customers") < told.index("employees") < told.index("applicants")


def test_what_an_incomplete_notification_did_not_know_is_said(team: Team) -> None:
    """GDPR art. 33(4): an auditor asks what was still to come; of a complete one nothing was."""
    context = replace(CONTEXT, kind=FilingKind.FIRST_PROVISIONAL)
    form = form_document(fill_ap(replace(BreachFacts(), **ONLINE), SHOP, context))
    sent = _sent(Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    with team.app.test_request_context():
        told = acts.filings(_entry(replace(sent, form=form))).split("\n")[-1]
        assert "Not known then" not in acts.filings(_entry(sent))
    assert told.startswith("Not known then: ")
    assert "when the breach ends; " in told
    assert "; the outcome of the investigation" in told


def test_what_nobody_has_to_tell_people_is_called_so(team: Team) -> None:
    """GDPR art. 34(1): as in the notification; and why they are not told is a reason, and no date."""
    told, not_told = {"informed": Informed.INFORMED}, {"informed": Informed.NOT_HIGH_RISK}
    with team.app.test_request_context():
        entry = _entry(decided=True, **told)
        free = replace(entry, case=replace(entry.case, context=replace(CONTEXT, risk=RiskLevel.UNLIKELY)))
        assert acts.decision(free, "subjects").endswith("although this was not required (GDPR art. 34(1)).")
        assert "required" not in acts.decision(entry, "subjects")
        refused = _entry(decided=False, why="One recipient.", **not_told)
        assert acts.reason(refused, "subjects") == (
            "A high risk to the data subjects is unlikely (GDPR art. 34(1)).\nOne recipient."
        )
        assert acts.told(refused) == "No"
        assert acts.told(_entry(**not_told)) != "No", "where nobody decided, the answer has its reason"
