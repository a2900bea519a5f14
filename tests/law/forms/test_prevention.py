"""GDPR art. 33(3)(d): what keeps a breach from happening again, in sentences, with its day said once."""

from dataclasses import replace
from datetime import date
from typing import Any

from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledAnswer, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import edpb_interchange, fill_edpb
from incident.law.vocabulary import UNKNOWN, Ternary
from tests.law.forms.sheets import PROFILE, filing, with_


def answer(facts: BreachFacts, **context: Any) -> FilledAnswer:
    return fill_ap(facts, PROFILE, filing(**context)).answer("10.2")


def text(facts: BreachFacts, **context: Any) -> str:
    return answer(facts, **context).text


def origin(facts: BreachFacts) -> Origin:
    return answer(facts).origin


def field(number: int, facts: BreachFacts) -> object:
    return edpb_interchange(fill_edpb(facts, PROFILE, filing())).get(f"field_{number}")


def test_measures_come_with_those_against_repetition() -> None:
    """The day by which they are there is said once: not behind words that name it, however they write it."""
    done = "Password changed, sessions ended.\nWij hebben aangifte gedaan bij de politie."
    lead = f"{done}\nOm herhaling te voorkomen:"
    assert text(with_()) == f"{lead}\nMFA for everybody. Dit is uiterlijk op 1 december 2026 ingevoerd.", (
        "the chosen kinds say nothing beside words of somebody's own"
    )
    for dated in (
        "Voor 1 december 2026 MFA.",
        "MFA by December 1.",
        "MFA ab 01.12.2026.",
        "MFA: 2026-12-01",
        "1/12/2026",
    ):
        assert text(with_(measures_prevent_note=dated)) == f"{lead}\n{dated}"
    for other in ("Voor 11 december 2026 MFA.", "December 10 is too late.", "01-12-2027"):
        assert "uiterlijk op 1 december" in text(with_(measures_prevent_note=other))
    done = text(with_(measures_prevent_by=date(2026, 11, 20)))
    assert done.endswith("geldt sinds 20 november 2026.")
    both = "Vanaf 1 december 2026 MFA. Sinds 20 november 2026 gehashte wachtwoorden."
    assert text(with_(measures_prevent_note=both)).endswith(f"\nOm herhaling te voorkomen:\n{both}"), (
        "what is there is not planned"
    )
    bare = with_(measures_prevent_note="", measures_prevent=(), measures_prevent_by=UNKNOWN)
    bare = replace(bare, reported_to_police=Ternary.NO)
    assert (bare.measures_taken, Origin.RECORDED) == (text(bare), origin(bare))
    assert text(bare, planned=("Lock the cupboard",)).endswith("te voorkomen:\nLock the cupboard")
    assert Origin.MISSING is origin(with_(measures_taken=" ")), "what will be done says nothing of what was"
    undated = with_(measures_prevent_note="", measures_prevent_by=UNKNOWN)
    assert text(undated).endswith("\nOm herhaling te voorkomen: veiliger inloggen.")


def test_prevention_carries_a_date_and_its_description_moves_to_the_measures() -> None:
    """The interchange form has a date only, so the text of the permanent measures stands in field 92 as well."""
    data, by = (
        edpb_interchange(fill_edpb(with_(), PROFILE, filing())),
        "This will be in place by 1 December 2026.",
    )
    lead = "To prevent a recurrence:"
    assert data["field_95"] == "2026-12-01"
    assert data["field_92"] == (f"Password changed, sessions ended.\n{lead}\nMFA for everybody. {by}"), (
        "the kinds of measures are field 94, so that they are not said twice"
    )
    assert fill_edpb(with_(), PROFILE, filing()).answer("95").text == f"MFA for everybody. {by}"
    bare = with_(measures_prevent_note="", measures_prevent_by=date(2026, 12, 1))
    assert fill_edpb(bare, PROFILE, filing()).answer("95").text == f"Stronger sign-in. {by}"
    undated = with_(measures_prevent_by=UNKNOWN)
    assert field(95, undated) == "2026-11-22"
    assert str(field(92, undated)).endswith("carries the date of this notification."), "no day is made up"
    form = fill_edpb(undated, PROFILE, filing())
    assert form.answer("92").text == "Password changed, sessions ended.", "on paper the sentence stands in 95 alone"
    assert "95" not in form.answer("92").text, "what concerns the file alone is no part of what somebody copies"
    assert "it gives the date of this document (22-11-2026)" in form.answer("95").note
    assert None is field(95, with_(measures_prevent=(), measures_prevent_note=""))
    assert field(92, with_(measures_prevent=(), measures_prevent_note="")) == "Password changed, sessions ended."
    assert field(92, with_(measures_taken="", measures_prevent=())) == f"{lead}\nMFA for everybody. {by}"
    assert None is field(92, with_(measures_taken="", measures_prevent=(), measures_prevent_note=""))
