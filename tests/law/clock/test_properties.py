"""What must hold for every moment and every fact sheet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from incident.law.awareness import awareness_findings
from incident.law.deadlines import deadlines
from incident.law.duties import Duty
from incident.law.explain import explain
from incident.law.facts import AffectedController, BreachFacts, CountryCount
from incident.law.instants import read_instant
from incident.law.obligations import obligations, rules_for
from incident.law.periods import Period
from incident.law.regimes import all_regimes
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import UNKNOWN, IncidentKind, NotInformingGround, RiskLevel, Role, Ternary
from tests.law.clock.cases import EVERY_REGIME, NOW, clocks

ZONES = ("Europe/Amsterdam", "UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
moments = st.datetimes(datetime(2018, 5, 26), datetime(2099, 1, 1), timezones=st.just(UTC))
perhaps = st.one_of(st.just(UNKNOWN), moments)
periods = st.one_of(
    st.builds(Period, hours=st.integers(1, 2000)),
    st.builds(Period, days=st.integers(1, 400)),
    st.builds(Period, months=st.integers(1, 48)),
)
names = st.text(st.characters(categories=("L", "N", "P", "S", "Z")), max_size=12)
sheets = st.builds(
    BreachFacts,
    role=st.sampled_from(Role),
    is_breach=st.sampled_from(Ternary),
    network_incident=st.sampled_from(Ternary),
    countries=st.lists(st.builds(CountryCount, st.sampled_from(["GB", "CH", "NL"]))).map(tuple),
    affected_controllers=st.lists(
        st.builds(AffectedController, names, notice_hours=st.one_of(st.none(), st.integers(-1, 72))), max_size=3
    ).map(tuple),
    kinds=st.sampled_from([(), (IncidentKind.VULNERABILITY_EXPLOITED,)]),
    not_informing_ground=st.one_of(st.just(UNKNOWN), st.sampled_from(NotInformingGround)),
    occurred_from=perhaps,
    first_signal_at=perhaps,
    aware_at=perhaps,
    processor_aware_at=perhaps,
    processor_told_us_at=perhaps,
    logged_at=perhaps,
    high_risk_established_at=perhaps,
    first_notified_at=perhaps,
)
risks = st.one_of(st.none(), st.sampled_from(RiskLevel))


@given(moments, moments)
def test_later_awareness_never_makes_an_earlier_deadline(one: datetime, other: datetime) -> None:
    """The clock is monotonic in its start, for the strict end and for the reading by full hours."""
    earlier, later = (clocks(BreachFacts(aware_at=at))["gdpr_33_1"] for at in sorted((one, other)))
    assert earlier.due_at <= later.due_at
    assert earlier.remarks[0].at <= later.remarks[0].at


@given(moments)
def test_the_strict_end_is_72_elapsed_hours_and_the_other_reading_up_to_one_more(aware_at: datetime) -> None:
    """No day of the year, no change of the clock and no holiday moves it."""
    clock = clocks(BreachFacts(aware_at=aware_at))["gdpr_33_1"]
    assert clock.due_at - aware_at == timedelta(hours=72)
    assert timedelta(0) < clock.remarks[0].at - clock.due_at <= timedelta(hours=1)


@given(moments, st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_written_makes_no_difference(aware_at: datetime, zone: str) -> None:
    """The same instant in Kolkata or Apia gives the same deadline, remark for remark."""
    elsewhere = aware_at.astimezone(ZoneInfo(zone))
    assert clocks(BreachFacts(aware_at=elsewhere)) == clocks(BreachFacts(aware_at=aware_at))


@given(moments, st.sampled_from(ZONES))
def test_a_moment_survives_being_written_and_read(moment: datetime, zone: str) -> None:
    """Written with its offset it is the same instant again, whatever zone reads it."""
    written = moment.astimezone(ZoneInfo(zone)).isoformat()
    assert read_instant(moment.isoformat(), zone) == moment
    assert read_instant(written, "UTC") == moment


@given(periods)
def test_a_period_survives_being_written_and_read(period: Period) -> None:
    """ISO 8601 there and back."""
    assert Period.parse(str(period)) == period


@given(periods, moments)
def test_a_period_always_ends_after_it_starts(period: Period, start: datetime) -> None:
    """Also over the changes of the clock and the short months."""
    assert period.end_after(start, AUTHORITY_ZONE) > start


@given(sheets, risks, st.one_of(st.none(), moments))
def test_every_sheet_has_an_answer_that_can_be_told(
    facts: BreachFacts, risk: RiskLevel | None, sent: datetime | None
) -> None:
    """Total: no sheet crashes; every result is told in both languages without a gap."""
    rules = rules_for(facts, NOW)
    known = {regime.id: sent for regime in all_regimes()} if sent else {}
    found = obligations(facts, rules, risk=risk, regimes=EVERY_REGIME, moments=known)
    running = deadlines(found, facts, rules)
    assert len({obligation.id for obligation in found}) == len(found)
    ended = {obligation.id for obligation in found if obligation.duty is Duty.NOT_REQUIRED}
    assert not ended & {clock.obligation_id for clock in running}
    for language in ("nl", "en"):
        told = explain((found, running, awareness_findings(facts, now=NOW)), language)
        assert told.splitlines()
        assert "{at}" not in told
    for obligation in found:
        assert obligation.reasons
        assert not (obligation.anchored_at and obligation.waits_for)


@given(sheets, moments)
def test_the_moment_of_the_breach_itself_starts_no_clock(facts: BreachFacts, occurred: datetime) -> None:
    """Whatever is recorded about the occurrence, the clocks stay the same."""
    assert clocks(replace(facts, occurred_from=occurred, occurred_to=occurred)) == clocks(facts)
