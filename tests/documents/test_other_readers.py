"""Police, insurer, press and staff: each reads what it needs, and nothing that the record does not know."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incident.documents.happening import group_names
from incident.documents.markdown import escape
from incident.documents.notice_case import NoticeCase
from incident.documents.notice_facts import notice_facts
from incident.documents.notices import DocumentRenderer
from incident.documents.phrases import phrases, phrases_to_colleagues
from incident.documents.readers import deeds
from incident.documents.wording import Wording, capital
from incident.documents.writing import write_notice
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts
from incident.law.groups import facts_of_group, their_groups, with_totals
from incident.law.vocabulary import (
    UNKNOWN,
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
    Ternary,
)
from incident.usecases.notices.ports import KeptFile, NoticeRequest, PrintableNotice, WrittenNotice
from tests.documents.cases import DESCRIPTIONS, FACTS, LANGUAGES, MEASURES, NEWS, NOW, ORGANISATION

each_language = pytest.mark.parametrize("language", LANGUAGES)
D, G = DataCategory, SubjectGroup
ROWS = (
    AffectedGroup(G.EMPLOYEES, (D.BSN, D.ADDRESS), subjects=48),
    AffectedGroup(G.APPLICANTS, (D.EMAIL, D.ADDRESS), subjects=312),
    AffectedGroup(G.USERS, (D.EMAIL,), subjects=3410),
)
CUSTOMER = AffectedController("Een klant", subjects=3410, groups=(G.USERS,))


def _facts(language: str, **changes: object) -> BreachFacts:
    told = {
        "measures_taken": MEASURES[language],
        "description": DESCRIPTIONS[language],
        "told_people": DESCRIPTIONS[language],
        "told_news": NEWS[language],
        "actor": Actor.EXTERNAL_MALICIOUS,
        "recipient": Recipient.MALICIOUS,
        "disclosure": Disclosure.CONFIRMED,
        "subject_groups": (),
        "data_categories": (),
        "subjects_min": 3770,
        "subjects_max": 3770,
        "affected_groups": ROWS,
        "affected_controllers": (CUSTOMER,),
    }
    return with_totals(replace(FACTS, **told | changes))  # type: ignore[arg-type]


def _written(reader: str, facts: BreachFacts, language: str = "nl", **more: object) -> WrittenNotice:
    request = NoticeRequest(reader, "initial", language, facts, ORGANISATION, "DL-2026-0042", NOW)
    return write_notice(replace(request, **more))  # type: ignore[arg-type]


def _body(reader: str, facts: BreachFacts, language: str = "nl", **more: object) -> str:
    return _written(reader, facts, language, **more).body.replace("\\", "")


@each_language
def test_a_policy_without_a_number_is_a_blank_that_blocks_approval(language: str) -> None:
    """It is what an insurer looks for first."""
    facts = _facts(language)
    made = _written("insurer", facts, language)
    blank = _written("insurer", facts, language, organisation=replace(ORGANISATION, policy_number=""))
    assert "policy_number" not in made.missing
    assert "CY-000000 |" in made.body
    assert "policy_number" in blank.missing
    assert f"{phrases(language)['placeholders']['policy_number']}] |" in blank.body


@pytest.mark.parametrize(
    ("language", "when", "found"),
    [
        ("nl", "maandag 23 november 2026, 01:10–04:40 uur", "maandag 23 november 2026, 07:20 uur"),
        ("en", "Monday 23 November 2026, 01:10–04:40", "Monday 23 November 2026, 07:20"),
        ("de", "Montag, 23. November 2026, 01:10–04:40 Uhr", "Montag, 23. November 2026, 07:20 Uhr"),
        ("fr", "lundi 23 novembre 2026, de 1 h 10 à 4 h 40", "lundi 23 novembre 2026 à 7 h 20"),
        ("sv", "måndag 23 november 2026 kl. 01.10–04.40", "måndag 23 november 2026 kl. 07.20"),
    ],
)
def test_a_cell_does_not_repeat_its_label(language: str, when: str, found: str) -> None:
    """No sentence in a cell, no capital behind "Date des faits :" on paper, and no German dative outside a sentence."""
    moments = [datetime(2026, 11, 23, hour, minute, tzinfo=UTC) for hour, minute in ((0, 10), (3, 40), (6, 20))]
    facts = _facts(language, occurred_from=moments[0], occurred_to=moments[1], discovered_at=moments[2])
    assert f"| {when} |" in _body("insurer", facts, language)
    told = notice_facts(facts, ORGANISATION, NoticeCase("DL-1", reader="insurer"), Wording(language))
    assert told.values["found_at"] == found, "for own texts"


@each_language
def test_a_period_is_told_as_far_as_it_is_known(language: str) -> None:
    """Begun, ended, still going on, not known at all, or guessed."""
    start, say = FACTS.occurred_from, phrases(language)["cells"]
    assert start is not UNKNOWN
    since = _body("insurer", _facts(language, ongoing=Ternary.YES), language)
    assert say["since"].partition("{")[2].partition("}")[2] in since
    after = _body("insurer", _facts(language, occurred_to=UNKNOWN, occurrence_estimated=True), language)
    assert f"{say['estimated']} |" in after
    assert f"| {say['from'].partition('{')[0]}" in after
    until = _body("insurer", _facts(language, occurred_from=UNKNOWN), language)
    assert f"| {say['until'].partition('{')[0]}" in until
    nothing = _body("insurer", _facts(language, occurred_from=UNKNOWN, occurred_to=UNKNOWN), language)
    assert f"| {phrases(language)['words']['unknown']} |" in nothing


@each_language
def test_consent_is_asked_for_what_is_still_to_be_done(language: str) -> None:
    """Beside measures that were taken, prior consent to them is no question any more."""
    begun, waiting = (
        _body("insurer", _facts(language, measures_taken=text), language).splitlines()
        for text in (MEASURES[language], "")
    )
    assert begun[4] != waiting[4]


@each_language
@pytest.mark.parametrize("reader", ["police", "insurer", "staff"])
def test_the_people_of_other_organisations_are_told_apart(reader: str, language: str) -> None:
    """With their number for who investigates, under names that do not call them ours."""
    body, say = _body(reader, _facts(language), language), phrases(language)
    wording = Wording(language)
    many = "" if reader == "staff" else f"{say['words']['persons']}, "
    theirs, plain = (
        " ".join(text.split())
        for text in (f"({many.format(number=wording.number(3410))}{say['groups_theirs']['users']})", body)
    )
    assert (theirs in plain, f"{theirs}." in plain) == (True, False), "they stand ahead of what they lost"
    assert capital(say["groups"]["users"]) not in body
    lead = say["shares"]["theirs_too" if reader == "staff" else "theirs"].partition("{")[0]
    assert lead in body
    mixed = _facts(language, affected_controllers=(replace(CUSTOMER, groups=()),))
    assert lead not in _body(reader, mixed, language)


def test_whose_people_are_not_ours_is_known_from_numbers_or_from_the_role() -> None:
    """A processor has no people of its own on the sheet; where customers chose no groups nobody knows."""
    facts = _facts("nl")
    assert their_groups(facts) == (G.USERS,)
    assert their_groups(replace(facts, affected_controllers=(replace(CUSTOMER, groups=()),))) == ()
    assert their_groups(replace(facts, role=Role.PROCESSOR)) == facts.subject_groups


@each_language
def test_the_police_read_the_deed_first(language: str) -> None:
    """What we fell victim to; where nobody meant harm there is no deed, and no report of one."""
    facts = _facts(language, kinds=(IncidentKind.HACKING, IncidentKind.EXFILTRATION))
    say = phrases(language)
    made = _written("police", facts, language)
    opening = made.body.splitlines()[0]
    assert all(say["deeds"][one] in opening for one in ("hacking", "exfiltration"))
    assert say["nature"]["confidentiality_stolen"] not in made.body, "the theft was told"
    lost = _facts(language, kinds=(IncidentKind.DEVICE_LOST_OR_STOLEN,), actor=Actor.UNKNOWN)
    mistake = _facts(language, kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,), actor=Actor.INTERNAL_NON_MALICIOUS)
    for other in (lost, mistake):
        plain = _written("police", other, language)
        assert not any(deed in plain.body for deed in say["deeds"].values())
        assert plain.title != made.title
    stolen = _body("police", replace(lost, actor=Actor.EXTERNAL_MALICIOUS, description="", told_people=""), language)
    assert say["deeds"]["device_lost_or_stolen"] in stolen
    assert say["kinds_stolen"]["device_lost_or_stolen"] in stolen
    assert say["kinds"]["device_lost_or_stolen"] not in stolen


def test_a_deed_is_what_somebody_meant() -> None:
    """A friendly hacker commits none; papers are stolen where the record says that somebody meant harm."""
    broken = BreachFacts(kinds=(IncidentKind.HACKING, IncidentKind.MISCONFIGURATION))
    assert deeds(broken) == (IncidentKind.HACKING,)
    assert deeds(replace(broken, actor=Actor.EXTERNAL_NON_MALICIOUS)) == ()
    papers = BreachFacts(kinds=(IncidentKind.PAPER_LOST_OR_STOLEN,))
    assert deeds(papers) == ()
    assert deeds(replace(papers, actor=Actor.INTERNAL_MALICIOUS)) == papers.kinds


@pytest.mark.parametrize(
    ("language", "hour"),
    [("nl", "om 08:40 uur"), ("en", "At 08:40"), ("de", "um 8.40 Uhr"), ("fr", "À 8 h 40,"), ("sv", "kl. 08.40")],
)
def test_the_hour_of_discovery_is_told_once(language: str, hour: str) -> None:
    """Who tells how it was found often says when; whoever does not is helped, and so is who names another hour."""
    facts = _facts(language, aware_at=FACTS.aware_at, discovered_at=datetime(2026, 11, 17, 7, 40, tzinfo=UTC))
    apart = replace(facts, occurred_to=datetime(2026, 11, 17, 5, tzinfo=UTC))
    same = phrases(language)["when"]["same_day"].partition("{")[0].strip() or "Wij"
    told = _body("police", replace(apart, discovery=f"{hour} x."), language).partition("\n## ")[0]
    silent = _body("police", replace(apart, discovery="Zzz x."), language).partition("\n## ")[0]
    other = _body("police", replace(apart, discovery="Zzz 18:41 x."), language).partition("\n## ")[0]
    assert f"{hour} x." in told
    assert len(told) < len(silent) < len(other)
    assert same


@each_language
def test_colleagues_read_when_it_was_discovered(language: str) -> None:
    """As everybody else does: "we asked at once" read as right after it had happened."""
    known = _facts(language, discovered_at=datetime(2026, 11, 18, 7, 40, tzinfo=UTC))
    later = replace(known, discovered_at=datetime(2026, 11, 18, 9, 10, tzinfo=UTC))
    moments = [Wording(language).moment(one.discovered_at) for one in (known, later)]
    bodies = [" ".join(_body("staff", one, language).split()) for one in (known, later)]
    assert [[" ".join(one.split()) in body for one in moments] for body in bodies] == [[True, False], [False, True]]


@each_language
def test_the_public_reads_first_that_data_were_stolen(language: str) -> None:
    """Where it is certain: the letters to people open with it, and the page told them of "a breach"."""
    stolen = _facts(language)
    quiet = replace(stolen, recipient=Recipient.UNKNOWN)
    openings = [_body("public", one, language).partition("** ")[0] for one in (stolen, quiet)]
    assert openings[0] != openings[1]
    assert openings[1] in _body("public", replace(quiet, kinds=()), language)


@each_language
def test_few_files_of_evidence_are_named_one_by_one(language: str) -> None:
    """Their names as they are, what each is and its hash, and who added it when; of many the number is enough."""
    note = KeptFile("losgeld_bericht.txt", "ab" * 32, NOW, "Femke van ’t Hek", DESCRIPTIONS[language])
    disk = KeptFile("schijf.E01", "cd" * 32, NOW)
    body = _body("police", _facts(language), language, evidence=(note, disk))
    line, bare = (one for one in body.splitlines() if "SHA-256" in one and one.startswith("- "))
    day, said = (
        Wording(language).day(NOW.date()),
        Wording(language).behind_colon(DESCRIPTIONS[language], ()).rstrip("."),
    )
    assert line.startswith("- losgeld_bericht.txt")
    assert all(told in line for told in (said, day, note.added_by, note.sha256))
    assert bare.startswith("- schijf.E01 (")
    assert disk.sha256 in bare
    lead = body.partition("\n\n- losgeld")[0].splitlines()[-1]
    assert lead.endswith(":"), "a list stands under the sentence that leads to it"
    assert phrases(language)["words"]["few"].split()[1] in lead
    logs = tuple(KeptFile(f"{number}.log", "ef" * 32, NOW) for number in range(40))
    many = _body("police", _facts(language), language, evidence=logs)
    assert "- 7.log" not in many
    assert "40" in many
    assert (many.count("SHA-256"), body.count("SHA-256")) == (1, 3)


@each_language
def test_colleagues_read_whom_to_ask_when_they_cannot_sign_in(language: str) -> None:
    """Seven readers asked for their new password first; nobody who is not kept from working reads of it."""
    wrong: dict[str, object] = {"kinds": (IncidentKind.EMAIL_WRONG_RECIPIENT,), "nature": (Nature.CONFIDENTIALITY,)}
    wrong["actor"] = Actor.INTERNAL_NON_MALICIOUS
    quiet = _body("staff", _facts(language, **wrong), language).splitlines()
    for more in ({"kinds": (IncidentKind.RANSOMWARE,)}, {"nature": (Nature.CONFIDENTIALITY, Nature.AVAILABILITY)}):
        told = _body("staff", _facts(language, recovered_at=UNKNOWN, **wrong | more), language).splitlines()
        assert len(set(told) - set(quiet)) == (1 if "kinds" in more else 2)


@pytest.mark.parametrize(("reader", "shown"), [("police", False), ("insurer", False), ("controller", True)])
def test_the_checkpoint_of_the_log_stands_where_somebody_can_use_it(reader: str, shown: bool) -> None:
    notice = PrintableNotice(
        reader, "initial", "nl", "T", "Tekst", {}, ORGANISATION, "DL-1", 1, NOW, True, "3fa9c1e2b7"
    )
    assert ("3fa9c1e2b7" in DocumentRenderer().render(notice, "txt").decode()) is shown


@each_language
def test_the_insurer_reads_the_attack_in_the_title(language: str) -> None:
    """What was done and not the way in; a claims handler sorts by it. Where nobody meant harm it is a breach."""
    kinds = (IncidentKind.HACKING, IncidentKind.RANSOMWARE, IncidentKind.EXFILTRATION)
    say = phrases(language)
    made = _written("insurer", _facts(language, kinds=kinds), language)
    assert made.title.endswith(Wording(language).listing([say["attacks"][one.value] for one in kinds[1:]]))
    assert say["deeds"]["ransomware"] in made.body
    assert say["nature"]["confidentiality_stolen"] not in made.body, "the theft was told"
    alone = _written("insurer", _facts(language, kinds=kinds[:1]), language)
    assert alone.title.endswith(say["attacks"]["hacking"])
    mistake = _facts(language, kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,), actor=Actor.INTERNAL_NON_MALICIOUS)
    plain = _written("insurer", mistake, language)
    assert not any(one in plain.title for one in say["attacks"].values())


@each_language
@pytest.mark.parametrize("reader", ["police", "insurer", "press", "staff"])
def test_a_backup_is_told_once(reader: str, language: str) -> None:
    """Where the record's own words speak of it, the stock sentence waits for it, if there is one to wait for."""
    say = phrases(language)
    facts = _facts(language, nature=(Nature.AVAILABILITY,), availability_loss=AvailabilityLoss.TEMPORARY)
    facts = replace(facts, recovered_at=UNKNOWN, backup_available=Ternary.YES)
    told = replace(facts, measures_taken=f"Zzz {say['words']['backup'].split()[0]}.")
    assert say["nature_others"]["availability_backup"] in _body(reader, facts, language)
    assert say["nature_others"]["availability_backup"] not in _body(reader, told, language)
    assert say["nature_restoring"]["availability_temporary"] in _body(reader, told, language)
    unsure = _body(reader, replace(told, backup_available=Ternary.UNKNOWN), language)
    assert say["nature_others"]["availability_temporary"] in unsure


@each_language
def test_who_signs_to_colleagues_says_me(language: str) -> None:
    """The name stands in what colleagues may say to others, at the first "me", and at the foot."""
    assert _body("staff", _facts(language), language).count(ORGANISATION.dpo_name) == 3


@each_language
def test_staff_read_what_the_people_read(language: str) -> None:
    """A stolen password was among the data, and its misuse not among what may follow; of a list that somebody deleted
    they read "publication", and the people of fake messages."""
    say = phrases(language)
    rows = (replace(ROWS[0], data_categories=(D.NAME,)), replace(ROWS[1], data_categories=(D.CREDENTIALS,)))
    stolen = _body("staff", _facts(language, affected_groups=rows, affected_controllers=()), language)
    step = say["consequences_theirs_steps"]["credentials"][1:]
    assert [step in one for one in (stolen, _body("staff", _facts(language), language))] == [True, False]
    spread = (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES,)
    known = _facts(language, affected_groups=(ROWS[2],), consequences_subjects=spread, recipient=Recipient.KNOWN)
    settled = _body("staff", known, language, response="deletion_confirmed")
    left = [say["consequences_theirs_settled"][one] for one in ("disclosure_to_third_parties", "phishing")]
    assert f"\n{escape(' '.join(left))}\n" in settled, "no line of its own, without the condition"
    waiting = _body("staff", known, language)
    assert f"- {escape(say['consequences_theirs_steps']['phishing'])}\n" in waiting


@each_language
def test_what_may_follow_for_some_stands_behind_their_names(language: str) -> None:
    """ "Them" was somebody else in each line, and "this data" nothing that had been named: a journalist would write
    that all of them may be impersonated."""
    say, effect = phrases(language), ConsequenceForSubjects
    ill = (effect.IDENTITY_THEFT, effect.REPUTATION, effect.FRAUD)
    rows = (
        replace(ROWS[0], data_categories=(D.EMPLOYMENT_HEALTH,), consequences=ill),
        replace(ROWS[1], data_categories=(D.EMAIL,), consequences=(effect.FRAUD,)),
    )
    facts = _facts(language, affected_groups=rows, affected_controllers=())
    facts = with_totals(replace(facts, subject_groups=(), consequences_subjects=()))
    staff, colon = say["groups"]["employees"], say["words"]["colon"]
    theirs, wording = say["consequences_theirs"], Wording(language)
    first = wording.behind_colon(theirs["identity_theft"], ())
    apart = f"- {capital(staff)}{colon} {first} {say['consequences_theirs_health']['reputation']}"
    body = " ".join(_body("press", facts, language).replace("\\", "").split())
    assert " ".join(f"- {theirs['fraud']} {apart}".split()) in body
    other = replace(rows[0], data_categories=(D.RELIGION,))
    seen = with_totals(replace(facts, affected_groups=(other, rows[1]), subject_groups=(), data_categories=()))
    assert theirs["reputation"] in " ".join(_body("press", seen, language).split())


@each_language
def test_staff_read_what_may_follow_for_themselves_ahead_of_what_happened(language: str) -> None:
    """All readers found it far below, told of "them"; of the others it is told there, and not of the staff again."""
    say, effect = phrases(language), ConsequenceForSubjects
    rows = (
        replace(ROWS[0], consequences=(effect.IDENTITY_THEFT, effect.FRAUD)),
        replace(ROWS[1], consequences=(effect.FRAUD,)),
    )
    facts = with_totals(replace(_facts(language, affected_controllers=()), affected_groups=rows, subject_groups=()))
    own, *others = (" ".join(one.split()) for one in _body("staff", facts, language).split("\n## ")[1:])
    rest, yours, names = " ".join(others), phrases_to_colleagues(language)["consequences"], say["consequence_names"]
    assert all(f"- {yours[one]}" in own for one in ("identity_theft", "fraud")), "in sentences, as the letters say it"
    again = escape(say["words"]["effects_again"].format(names=names["fraud"]))
    assert (again in rest, names["identity_theft"] in rest) == (True, False)
    assert say["consequences_theirs"]["fraud"] not in rest, "told in full just before"
    alone = with_totals(replace(facts, affected_groups=rows[:1], subject_groups=()))
    only = _body("staff", alone, language)
    assert yours["identity_theft"] in only
    assert again not in only
    assert only.count("\n## ") == _body("staff", facts, language).count("\n## ") - 2, "of nobody else"


@each_language
def test_the_insurer_reads_what_is_planned_and_the_police_who_writes(language: str) -> None:
    """All others read of the measure, and it is what an insurer asks; a report to the police ended with its files."""
    note = "Zzz qqq xxx vvv."
    facts = _facts(language, measures_prevent_note=note)
    ours = replace(ORGANISATION, languages=(language,))
    body = _body("insurer", facts, language, organisation=ours)
    assert f"\n\n{note}\n\n" in body, "without a sentence that says nothing ahead of it"
    assert _body("police", facts, language).rstrip().endswith(f"\n{ORGANISATION.name}")


@each_language
def test_staff_read_first_whether_it_is_about_them(language: str) -> None:
    """Before anybody else's data; employees of a customer are not colleagues."""
    say = phrases(language)
    own, facts = say["data"]["bsn"], _facts(language)
    body = _body("staff", facts, language)
    assert body.index(own) < body.index(DESCRIPTIONS[language]) < body.index(capital(say["groups"]["applicants"]))
    assert capital(say["groups"]["employees"]) not in body, "they were told already"
    theirs = (replace(CUSTOMER, subjects=48, groups=(G.EMPLOYEES,)),)
    other = _body("staff", replace(facts, affected_controllers=theirs), language)
    assert other.index(own) > other.index(DESCRIPTIONS[language])
    assert f"({say['groups_theirs']['employees']})" in other
    alone = with_totals(replace(facts, subject_groups=(), affected_groups=ROWS[:1], affected_controllers=()))
    assert say["shares"]["more"] not in _body("staff", alone, language)


@each_language
def test_what_has_happened_is_no_possible_consequence(language: str) -> None:
    """Criminals have the data: that others get them is no risk any more, that they spread is; further, once they
    were put online."""
    say, effects = phrases(language), (ConsequenceForSubjects.DISCLOSURE_TO_THIRD_PARTIES,)
    name = effects[0].value
    sure = _body("press", _facts(language, consequences_subjects=effects), language)
    maybe = _body("press", _facts(language, consequences_subjects=effects, disclosure=Disclosure.UNKNOWN), language)
    assert all(say["consequences_theirs"][name] in one for one in (sure, maybe))
    spread = _facts(language, consequences_subjects=effects, published_groups=(G.APPLICANTS,))
    further = say["consequences_theirs_online"][name]
    assert all(further in _body(reader, spread, language) for reader in ("press", "staff"))
    assert further not in sure


@each_language
def test_reports_stand_under_a_heading_of_their_own_with_the_day(language: str) -> None:
    """None where nothing was reported; and what the record says itself is not said again."""
    facts = _facts(language)
    day = Wording(language).day(datetime(2026, 11, 18, tzinfo=UTC).date())
    for reader in ("insurer", "press", "staff"):
        assert day in _body(reader, facts, language)
    silent = replace(facts, first_notified_at=UNKNOWN, reported_to_police=Ternary.NO)
    shorter = _body("insurer", silent, language)
    assert day not in shorter
    assert _body("insurer", facts, language).count("\n## ") == shorter.count("\n## ") + 1


@each_language
def test_a_customer_reads_of_our_own_report_once_it_is_on_record(language: str) -> None:
    """The insurer and the staff read of it on the same day."""
    facts, name = _facts(language), ORGANISATION.lead_authority
    bodies = (
        _body("controller", one, language, recipient=CUSTOMER.name)
        for one in (facts, replace(facts, first_notified_at=UNKNOWN))
    )
    assert [body.count(name) for body in bodies] == [1, 0]


@each_language
@pytest.mark.parametrize("reader", ["police", "insurer", "press", "staff"])
def test_a_loss_without_a_leak_speaks_of_no_theft(reader: str, language: str) -> None:
    """Data that were only out of reach were neither copied nor put online."""
    facts = _facts(
        language,
        kinds=(IncidentKind.TECHNICAL_MALFUNCTION,),
        nature=(Nature.AVAILABILITY,),
        actor=Actor.UNKNOWN,
        disclosure=Disclosure.UNKNOWN,
        recipient=Recipient.UNKNOWN,
        consequences_subjects=(ConsequenceForSubjects.LIMITATION_OF_RIGHTS,),
    )
    body, say = _body(reader, facts, language), phrases(language)
    assert say["nature_others"]["availability_temporary"] in body
    assert say["nature"]["confidentiality_stolen"] not in body
    assert not any(deed in body for deed in say["deeds"].values())


@each_language
def test_an_opening_leans_on_nothing_that_comes_later(language: str) -> None:
    """The day stands before "on the same day", also where the words of the record name it further down."""
    told = f"{Wording(language).day(datetime(2026, 11, 17, tzinfo=UTC).date())}: x."
    start = datetime(2026, 11, 17, 5, tzinfo=UTC)
    facts = _facts(language, description="", told_people=told, occurred_from=start, occurred_to=start)
    opening = _body("police", facts, language).partition("\n## ")[0]
    assert Wording(language).moment(start) in opening


@each_language
def test_whom_it_concerns_is_told_where_all_lost_the_same(language: str) -> None:
    """The names of the groups are no part of the list then."""
    facts = _facts(language, affected_groups=(), affected_controllers=(), subject_groups=(G.PATIENTS,))
    facts = replace(facts, data_categories=(D.HEALTH,))
    for reader in ("police", "insurer", "press", "staff"):
        assert phrases(language)["groups"]["patients"].casefold() in _body(reader, facts, language).casefold()


@each_language
def test_colleagues_read_what_was_settled_and_what_they_do_otherwise_now(language: str) -> None:
    """Of a list that went to the wrong person they were told to watch for fraudsters, and not that it was deleted."""
    wrong = {"kinds": (IncidentKind.EMAIL_WRONG_RECIPIENT,), "actor": Actor.INTERNAL_NON_MALICIOUS}
    mistake = _facts(language, recipient=Recipient.KNOWN, measures_prevent_note="Zzz.", published_groups=(), **wrong)
    say, told = phrases(language)["further"], _body("staff", mistake, language, response="deletion_confirmed")
    assert say["deletion_confirmed"] in told
    assert say["deletion_confirmed"] not in _body("staff", mistake, language)
    assert "Zzz." in told
    attacked = _body("staff", _facts(language), language)
    assert len([line for line in attacked.splitlines() if line.startswith("- ")]) > len(
        [line for line in told.splitlines() if line.startswith("- ")]
    )


@each_language
def test_a_list_of_one_group_says_its_number_once(language: str) -> None:
    """ "Data for other organisations (3,410): users (3,410)" made four readers look for a second group."""
    number = " ".join(Wording(language).number(3410).split())
    users = phrases(language)["groups_theirs"]["users"].casefold()
    (told,) = [line for line in _body("police", _facts(language), language).splitlines() if users in line.casefold()]
    assert " ".join(told.split()).count(number) == 1


@each_language
def test_how_it_was_discovered_is_said_to_be_that(language: str) -> None:
    """Beside the moment of it: alone, it read as one more event behind what happened, and opened it with its end."""
    facts, own = _facts(language, discovery="Zzz."), replace(ORGANISATION, languages=(language,))
    police = next(line for line in _body("police", facts, language, organisation=own).splitlines() if "Zzz." in line)
    assert police.startswith("**")
    assert Wording(language).moment(NOW).split()[1] in police
    insurer = _body("insurer", facts, language, organisation=own)
    told = next(line for line in insurer.splitlines() if "Zzz." in line)
    assert (
        told.index(DESCRIPTIONS[language])
        < told.index(Wording(language).moment(facts.occurred_to))
        < told.index("Zzz.")
    )
    silent = _body("insurer", replace(facts, discovery=""), language, organisation=own)
    assert insurer.count("## ") == silent.count("## ")


@each_language
def test_the_names_of_groups_do_not_overlap(language: str) -> None:
    """Who filled in a form was "in touch with us" too, and did not know which of the two they were."""
    called, say = "mensen die een formulier hebben ingevuld", phrases(language)
    rows = (AffectedGroup(G.CUSTOMERS, (D.EMAIL,)), AffectedGroup(G.OTHER, (D.PHONE,)))
    facts = _facts(language, affected_groups=rows, affected_controllers=(), other_people=called)
    names = group_names(facts, Wording(language))
    assert names["customers"] == say["groups_beside"]["customers"]
    alone = group_names(facts_of_group(facts, G.CUSTOMERS), Wording(language))
    assert alone["customers"] == say["groups"]["customers"]


@each_language
def test_no_group_of_a_customer_is_ours(language: str) -> None:
    """The people in a notice to a customer were in touch with that customer: "us" is its processor there."""
    ours = {"nl": "ons|onze", "en": "us|our", "de": "uns|unser\\w*", "fr": "qui nous|nos|notre", "sv": "oss|våra|vårt"}
    for group in G:
        names = group_names(BreachFacts(subject_groups=(group,)), Wording(language), formal=True)
        assert not re.search(rf"\b({ours[language]})\b", names[group]), names[group]


@each_language
def test_other_data_stand_in_a_list_by_what_the_record_calls_them(language: str) -> None:
    """ "Other data", with what they are a line later or nowhere, stopped all readers; a sentence stays a note."""
    other, own = phrases(language)["data"]["other"], replace(ORGANISATION, languages=(language,))
    rows = (AffectedGroup(G.CUSTOMERS, (D.NAME, D.OTHER)),)
    facts = _facts(language, affected_groups=rows, affected_controllers=(), data_note="Zzz qqq")
    assert facts.data_note, "the sheet keeps it"
    called = "Zzz qqq" if language == "de" else "zzz qqq"
    for reader in ("staff", "press", "police", "insurer"):
        body = _body(reader, facts, language, organisation=own)
        assert (body.casefold().count(called.casefold()), other in body) == (1, False)
    assert called in _body("staff", facts, language, organisation=own)
    for note in ("Zzz qqq.", "Zzz\nqqq", ""):
        body = _body("public", replace(facts, data_note=note), language, organisation=own)
        assert capital(other) in body
        assert ("Zzz" in body) is bool(note)


@each_language
def test_the_title_for_everybody_says_that_data_are_online(language: str) -> None:
    """It was silent about the one thing that people look for."""
    quiet, hit, leaked = (
        _written("public", _facts(language, published_groups=those, **more), language).title
        for those, more in (((), {}), ((G.EMPLOYEES,), {}), ((G.EMPLOYEES,), {"actor": Actor.UNKNOWN}))
    )
    assert len({quiet, hit, leaked}) == 3
