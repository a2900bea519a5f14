"""How much of a form is answered, and about how long the rest takes."""

from dataclasses import replace
from datetime import date

from incident.law.facts import FactValue, FactValues
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import FilingKind
from incident.law.forms.fill import PROVISIONAL, kind_as_known
from incident.law.forms.progress import Progress, progress
from incident.law.questions import question
from incident.law.vocabulary import UNKNOWN, Ternary
from tests.law.forms.sheets import BLANK, FULL, PROFILE, filing, with_


def test_a_full_form_asks_nothing_more() -> None:
    """Only what the form requires is counted."""
    form = fill_ap(FULL, PROFILE, filing())
    done = progress(form)
    assert (done.given, done.missing, done.minutes) == (done.asked, (), 0)
    assert done.asked == sum(answer.required for answer in form.answers)


def test_not_known_yet_is_an_answer() -> None:
    """GDPR art. 33(4): what nobody knows yet is no reason to wait."""
    without = progress(
        fill_ap(with_(severity_note=""), PROFILE, filing(FilingKind.FIRST_PROVISIONAL, risk_explanation=""))
    )
    stated = with_(severity_note="", stated_unknown=("severity_note",))
    known = progress(fill_ap(stated, PROFILE, filing(FilingKind.FIRST_PROVISIONAL, risk_explanation="")))
    assert (without.given + 1, without.asked) == (known.given, known.asked)


def test_the_minutes_are_those_of_what_is_missing_rounded_up() -> None:
    """One text is less than a minute and shown as one; a field that answers two questions is typed once."""
    one = progress(fill_ap(with_(severity_note=""), PROFILE, filing(risk_explanation="")))
    assert (len(one.missing), one.minutes) == (1, 1)
    begin_and_time = progress(fill_ap(with_(parties=(), subjects_min=-1, subjects_max=-1), PROFILE, filing()))
    assert begin_and_time.minutes == 1
    blank = progress(fill_ap(BLANK, PROFILE, filing()))
    assert len(blank.missing) // 12 < blank.minutes < len(blank.missing) // 2


def test_every_open_field_counts_once_and_a_line_of_the_profile_is_no_fact() -> None:
    """Each question of the sheet takes what its kind takes; what it answers beside its own field costs nothing more."""
    (open_answer,) = progress(fill_ap(with_(severity_note=""), PROFILE, filing(risk_explanation=""))).missing
    names = ("summary", "description", "discovery", "contact_name", "reporter_name", "reporter_email", "reporter_phone")
    asked = tuple(replace(open_answer, number=str(at), fields=(name,)) for at, name in enumerate(names))
    seconds = sum(question(name).seconds for name in names)
    assert seconds % 60 == 2, "so that a minute of another length would show"
    assert Progress(0, len(asked), asked).minutes == seconds // 60 + 1
    assert Progress(0, 2, asked[:2]).minutes == 1, "two texts are a minute"
    twice = tuple(replace(one, number="x", fields=(*one.fields, "role")) for one in asked)
    assert Progress(0, 2 * len(asked), (*asked, *twice)).minutes == seconds // 60 + 1
    assert Progress(0, len(twice), twice).minutes == seconds // 60 + 1
    profile = tuple(replace(open_answer, number=str(at), fields=()) for at in range(8))
    assert Progress(0, 8, profile).minutes == 2, "eight lines of the organisation's profile"
    assert Progress(0, 7, profile[:7]).minutes == 1


def test_whether_more_follows_is_what_the_record_says() -> None:
    """GDPR art. 33(4): nothing open is complete, what goes on or is expected is provisional, a gap is a person's."""

    def by_content(chosen: FilingKind, whole: FilingKind, **facts: FactValue) -> FilingKind:
        sheet, context = with_(**facts), filing(whole, earlier_number="1")
        return kind_as_known(chosen, fill_ap(sheet, PROFILE, context), sheet, context)

    for whole, provisional in PROVISIONAL.items():
        assert by_content(provisional, whole) is whole
        assert by_content(whole, whole, ongoing=Ternary.YES, occurred_to=UNKNOWN) is provisional
        assert by_content(whole, whole, expected_on=date(2027, 1, 1)) is provisional
        assert by_content(provisional, whole, measures_taken="") is provisional
        assert by_content(whole, whole, measures_taken="") is whole
        unknown: FactValues = {"measures_taken": "", "stated_unknown": ("measures_taken",)}
        assert {by_content(one, whole, **unknown) for one in (whole, provisional)} == {whole, provisional}
    assert by_content(FilingKind.WITHDRAWAL, FilingKind.WITHDRAWAL) is FilingKind.WITHDRAWAL
