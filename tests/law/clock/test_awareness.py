"""Who became aware when, and what is doubtful about it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from incident.law.awareness import awareness_findings, known, own_awareness, processor_awareness
from incident.law.facts import AffectedController, BreachFacts
from incident.law.trace import Reason
from incident.law.vocabulary import UNKNOWN, Role
from tests.law.clock.cases import at

SIGNAL, TOLD, LOGGED = at("2026-11-02T09:00"), at("2026-11-03T09:00"), at("2026-11-04T09:00")


def rules_found(findings: tuple[Reason, ...]) -> set[str]:
    """The ids of the rules that found something."""
    return {finding.rule_id for finding in findings}


def test_stated_awareness_starts_the_clock() -> None:
    """It counts even when signals are earlier, and it is not provisional."""
    start = own_awareness(BreachFacts(aware_at=LOGGED, first_signal_at=SIGNAL))
    assert (start.at, start.provisional, start.because.text_id) == (LOGGED, False, "awareness.aware_at")
    assert dict(start.because.params) == {"at": LOGGED}


@pytest.mark.parametrize(
    ("known_moments", "expected", "moment"),
    [
        ({"first_signal_at": SIGNAL, "processor_told_us_at": TOLD, "logged_at": LOGGED}, SIGNAL, "first_signal_at"),
        ({"processor_told_us_at": TOLD, "logged_at": LOGGED}, TOLD, "processor_told_us_at"),
        ({"first_signal_at": LOGGED, "processor_told_us_at": TOLD}, TOLD, "processor_told_us_at"),
        ({"logged_at": LOGGED}, LOGGED, "logged_at"),
        ({"investigation_started_at": SIGNAL, "logged_at": LOGGED}, SIGNAL, "investigation_started_at"),
        ({"discovered_at": SIGNAL, "first_signal_at": LOGGED}, SIGNAL, "discovered_at"),
        ({"logged_at": SIGNAL, "first_signal_at": LOGGED}, SIGNAL, "logged_at"),
    ],
)
def test_the_earliest_signal_stands_in_for_awareness(
    known_moments: dict[str, datetime], expected: datetime, moment: str
) -> None:
    """The worst case: whatever came first, marked as provisional, with the name of the moment in the reason."""
    for role in Role:
        for start in (own_awareness, processor_awareness):
            found = start(BreachFacts(role=role, occurred_from=at("2026-10-01T00:00"), **known_moments))  # type: ignore[arg-type]
            assert (found.at, found.provisional) == (expected, True)
            assert found.because.text_id == "awareness.worst_case"
            assert dict(found.because.params) == {"at": expected, "moment": f"@moment.{moment}"}


@pytest.mark.parametrize(
    ("told", "ground", "role", "start"),
    [
        (SIGNAL, "", Role.CONTROLLER, SIGNAL),
        (SIGNAL, "  ", Role.UNKNOWN, SIGNAL),
        (SIGNAL, "It was read on Tuesday", Role.CONTROLLER, TOLD),
        (SIGNAL, "", Role.PROCESSOR, TOLD),
        (TOLD, "", Role.CONTROLLER, TOLD),
        (LOGGED, "", Role.CONTROLLER, TOLD),
    ],
)
def test_the_processors_notice_starts_the_clock_until_somebody_says_why_later(
    told: datetime, ground: str, role: Role, start: datetime
) -> None:
    """EDPB 9/2022 par. 44: a controller is aware once its processor told it; a notice after awareness moves nothing."""
    found = own_awareness(BreachFacts(role=role, processor_told_us_at=told, aware_at=TOLD, aware_ground=ground))
    assert (found.at, found.provisional) == (start, False)
    assert (found.because.text_id == "awareness.processor_notice") is (start == SIGNAL)


def test_a_controller_with_customers_of_its_own_is_processor_for_them() -> None:
    """GDPR art. 33(2): their clocks run from the awareness as processor, also where that as controller came later."""
    facts = BreachFacts(role=Role.CONTROLLER, processor_aware_at=SIGNAL, aware_at=TOLD)
    theirs = replace(facts, affected_controllers=(AffectedController("Noord"),))
    assert (own_awareness(theirs).at, processor_awareness(theirs).at) == (TOLD, SIGNAL)
    assert processor_awareness(facts).at == TOLD
    assert processor_awareness(theirs).because.text_id == "awareness.whose", "it may be that of a processor of ours"
    by_notice = replace(theirs, processor_told_us_at=TOLD)
    assert processor_awareness(by_notice).at == TOLD, "what our own processor knew starts no clock of ours"


def test_nothing_known_starts_nothing() -> None:
    """The moment of the breach itself is no signal, and one that ended by itself need not have been noticed."""
    for start in (own_awareness, processor_awareness):
        found = start(BreachFacts(occurred_from=SIGNAL, occurred_to=SIGNAL, contained_at=SIGNAL, recovered_at=SIGNAL))
        assert (found.at, found.provisional, found.because.text_id) == (None, True, "awareness.none")


@pytest.mark.parametrize(
    ("role", "ours_first"),
    [
        (Role.PROCESSOR, True),
        (Role.UNKNOWN, True),
        (Role.CONTROLLER, False),
        (Role.JOINT_CONTROLLER, False),
    ],
)
def test_the_processors_awareness_is_ours_only_when_we_are_the_processor(role: Role, ours_first: bool) -> None:
    """For a controller that instant belongs to somebody else."""
    facts = BreachFacts(role=role, processor_aware_at=SIGNAL, aware_at=TOLD)
    assert processor_awareness(facts).at == (SIGNAL if ours_first else TOLD)
    assert own_awareness(facts).at == TOLD


def test_a_processors_own_awareness_falls_back_on_what_is_stated() -> None:
    """A processor that stated only one of the two instants is aware at that one."""
    assert own_awareness(BreachFacts(role=Role.PROCESSOR, processor_aware_at=SIGNAL)).at == SIGNAL
    assert own_awareness(BreachFacts(role=Role.CONTROLLER, processor_aware_at=SIGNAL)).at is None
    assert processor_awareness(BreachFacts(role=Role.PROCESSOR, aware_at=TOLD)).at == TOLD
    assert processor_awareness(BreachFacts(role=Role.PROCESSOR, aware_at=TOLD)).because.text_id == "awareness.aware_at"


def test_instants_come_out_in_utc_and_need_a_zone() -> None:
    """The offset of the writer disappears; a naive time is refused by name."""
    written = datetime(2026, 11, 2, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    found = known(BreachFacts(aware_at=written), "aware_at")
    assert found == written
    assert found is not None
    assert found.tzinfo is UTC
    assert known(BreachFacts(), "aware_at") is None
    with pytest.raises(ValueError, match=r"^The instant aware_at must carry its zone\.$"):
        known(BreachFacts(aware_at=datetime(2026, 1, 1)), "aware_at")


@pytest.mark.parametrize(
    ("hours", "ground", "flagged"),
    [(24, "", False), (24.1, "", True), (24.1, "   ", True), (24.1, "Forensics first had to open the image.", False)],
)
def test_a_long_way_from_signal_to_awareness_needs_a_ground(hours: float, ground: str, flagged: bool) -> None:
    """More than 24 hours without a written ground is flagged, with both numbers."""
    facts = BreachFacts(first_signal_at=SIGNAL, aware_at=SIGNAL + timedelta(hours=hours), aware_ground=ground)
    findings = awareness_findings(facts)
    assert rules_found(findings) == ({"awareness.gap_hours"} if flagged else set())
    for finding in findings:
        assert finding.text_id == "finding.gap_without_ground"
        assert finding.citation == "EDPB Guidelines 9/2022, par. 34"
        assert dict(finding.params) == {"hours": 24.1, "limit": 24}


@pytest.mark.parametrize(("hours", "flagged"), [(24, False), (30.25, True)])
def test_a_late_investigation_is_flagged(hours: float, flagged: bool) -> None:
    """An investigation that starts more than a day after the signal is told of."""
    facts = BreachFacts(first_signal_at=SIGNAL, investigation_started_at=SIGNAL + timedelta(hours=hours))
    findings = awareness_findings(facts)
    assert rules_found(findings) == ({"awareness.start_hours"} if flagged else set())
    assert all(dict(finding.params)["hours"] == 30.2 for finding in findings)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("occurred_from", "occurred_to"),
        ("occurred_from", "first_signal_at"),
        ("occurred_from", "aware_at"),
        ("occurred_from", "processor_aware_at"),
        ("occurred_from", "discovered_at"),
        ("occurred_from", "contained_at"),
        ("contained_at", "recovered_at"),
        ("first_signal_at", "discovered_at"),
        ("discovered_at", "aware_at"),
        ("first_signal_at", "investigation_started_at"),
        ("first_signal_at", "aware_at"),
        ("processor_aware_at", "processor_told_us_at"),
        ("aware_at", "high_risk_established_at"),
        ("aware_at", "first_notified_at"),
    ],
)
def test_an_impossible_order_is_flagged(first: str, second: str) -> None:
    """The second cannot be earlier than the first; at the same time it can."""
    later = SIGNAL + timedelta(minutes=1)
    wrong = replace(BreachFacts(), **{first: later, second: SIGNAL})
    right = replace(BreachFacts(), **{first: SIGNAL, second: SIGNAL})
    assert rules_found(awareness_findings(wrong)) == {f"order.{first}.{second}"}
    assert awareness_findings(right) == ()
    (finding,) = awareness_findings(wrong)
    assert (finding.text_id, finding.citation) == ("finding.wrong_order", "GDPR art. 33(5)")
    assert dict(finding.params) == {
        "first": f"@moment.{first}",
        "second": f"@moment.{second}",
        "earlier": later,
        "later": SIGNAL,
    }


@pytest.mark.parametrize(
    ("role", "aware", "flagged"),
    [
        (Role.CONTROLLER, TOLD + timedelta(minutes=1), True),
        (Role.UNKNOWN, TOLD + timedelta(minutes=1), True),
        (Role.CONTROLLER, TOLD, False),
        (Role.PROCESSOR, TOLD + timedelta(minutes=1), False),
    ],
)
def test_awareness_after_the_processors_notice_is_flagged(role: Role, aware: datetime, flagged: bool) -> None:
    """In principle a controller is aware once its processor has told it."""
    findings = awareness_findings(BreachFacts(role=role, processor_told_us_at=TOLD, aware_at=aware))
    assert rules_found(findings) == ({"awareness.after_processor_notice"} if flagged else set())
    for finding in findings:
        assert finding.citation == "EDPB Guidelines 9/2022, par. 44"
        assert dict(finding.params) == {"told": TOLD, "aware": aware}


MOMENTS = [
    field.name for field in fields(BreachFacts) if field.name.endswith("_at") or field.name.startswith("occurred_")
]


@pytest.mark.parametrize("name", MOMENTS)
def test_an_instant_in_the_future_is_flagged_when_now_is_given(name: str) -> None:
    """Every instant of the fact sheet is compared with now; the present moment is not the future."""
    facts = replace(BreachFacts(), **{name: SIGNAL})
    assert rules_found(awareness_findings(facts, now=SIGNAL - timedelta(seconds=1))) == {f"future.{name}"}
    assert awareness_findings(facts, now=SIGNAL) == ()
    assert awareness_findings(facts) == ()
    (finding,) = awareness_findings(facts, now=SIGNAL - timedelta(seconds=1))
    assert (finding.text_id, dict(finding.params)) == ("finding.future", {"moment": f"@moment.{name}", "at": SIGNAL})


def test_an_empty_sheet_raises_no_doubts() -> None:
    """Nothing stated, nothing flagged."""
    assert awareness_findings(BreachFacts(aware_at=UNKNOWN), now=SIGNAL) == ()
