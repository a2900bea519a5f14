"""What the form says of the moments of signal, discovery and awareness, where they are not one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incident.law.facts import BreachFacts
from incident.law.forms.answers import Origin
from incident.law.vocabulary import (
    UNKNOWN,
)
from tests.law.forms.test_ap_form import fill, origin, text

SIGNAL = datetime(2026, 11, 14, 9, tzinfo=UTC)
FOUND_LATER = BreachFacts(
    discovery="A customer called.",
    first_signal_at=SIGNAL,
    discovered_at=SIGNAL + timedelta(hours=6),
    aware_at=SIGNAL + timedelta(hours=100),
    aware_ground="The logs came four days later.",
)


def test_the_signal_before_and_the_awareness_after_the_discovery_are_told() -> None:
    """Question 4.2 has the discovery; an earlier signal and a later awareness are told (EDPB field 53)."""
    assert text("4.3", FOUND_LATER) == (
        "A customer called.\nHet eerste signaal kwam op 14 november 2026, 10:00 uur.\n"
        "Sinds 18 november 2026, 14:00 uur weten wij met redelijke zekerheid dat het een datalek is. "
        "The logs came four days later."
    )
    at_once = replace(FOUND_LATER, discovered_at=SIGNAL, aware_at=SIGNAL)
    assert text("4.3", at_once) == "A customer called."
    nobody_certain = replace(at_once, aware_at=UNKNOWN)
    assert text("4.3", nobody_certain) == "A customer called."


def test_a_filing_in_time_says_so_when_the_discovery_is_longer_ago() -> None:
    """GDPR art. 33(1) counts from awareness: who discovered earlier is not late, and the authority reads why."""
    aware = SIGNAL + timedelta(hours=100)
    in_time = {"now": aware + timedelta(hours=70), "due_at": aware + timedelta(hours=72)}
    assert text("4.5", FOUND_LATER, **in_time).splitlines() == [
        "Het incident is op 14 november 2026, 16:00 uur ontdekt. Pas op 18 november 2026, 14:00 uur wisten wij met "
        "redelijke zekerheid dat het een datalek is.",
        "The logs came four days later.",
        "De termijn om te melden loopt vanaf die kennisname, tot 21 november 2026, 14:00 uur (AVG art. 33, lid 1).",
    ], "the reason that is asked for, and no promise"
    assert "op tijd" not in text("4.5", FOUND_LATER, **in_time), "it stays true when it is filed later"
    note = fill(FOUND_LATER, **in_time).answer("4.5").note  # type: ignore[arg-type]
    assert note.startswith("Dit antwoord geldt tot 21-11-2026 14:00 uur."), "and says until when it answers"
    assert Origin.DERIVED is origin("4.5", FOUND_LATER, **in_time)
    given = replace(FOUND_LATER, delay_reason="The portal was down.")
    assert (text("4.5", given, **in_time), origin("4.5", given, **in_time)) == (given.delay_reason, Origin.RECORDED)
    nobody_certain = replace(FOUND_LATER, aware_at=UNKNOWN)
    assert origin("4.5", nobody_certain, **in_time) is Origin.MISSING
    late = {**in_time, "now": aware + timedelta(hours=73)}
    assert (text("4.5", FOUND_LATER, **late), origin("4.5", FOUND_LATER, **late)) == ("", Origin.MISSING)
