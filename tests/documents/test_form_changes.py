"""What a form says on top when the authority was notified before, and where a question stands that needs no answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from incident.documents.blocks import Answer, Callout, Heading, Paragraph, Table, plain
from incident.documents.differences import changes_blocks, diff_forms
from incident.documents.dossier import dossier_blocks
from incident.documents.printing import document_of, form_title
from incident.documents.text import text_of
from incident.law.forms.answers import FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import Earlier, FilingKind
from incident.law.vocabulary import UNKNOWN, Informed, NoticeChannel, SubjectGroup
from incident.usecases.notices.authority_form import form_document
from incident.usecases.notices.ports import PrintableNotice
from tests.law.forms.sheets import NOW, PROFILE, filing, with_

PLANNED = with_(informed=Informed.PLANNED, informed_on=UNKNOWN, not_informing_note="")
TOLD = with_(informed=Informed.INFORMED, told_news="Data were put online.", informed_channels=(NoticeChannel.EMAIL,))


def changes(old: FilledForm, new: FilledForm) -> dict[str, str]:
    """The table on top of a follow-up: by the question, what stood there before and stands there now."""
    _heading, _opening, table = changes_blocks(diff_forms(old, new), new.language)
    assert isinstance(table, Table)
    return {plain(row[0]): plain(row[1]) for row in table.rows}


def test_only_the_lines_that_changed_are_told() -> None:
    """GDPR art. 33(4): whoever reads the follow-up reads the news, and not the whole answer twice."""
    old = fill_edpb(PLANNED, PROFILE, filing())
    told = changes(old, fill_edpb(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP)))
    asked = "62  Further description of the nature of the incident"
    assert told[asked] == "Added: Data were put online."
    assert told["98  Date of when information was given to data subjects"] == "Now: 21-11-2026"


def test_what_stands_under_another_title_is_no_change() -> None:
    """AP 5.4: a file that the authority was told of before is none, however it is called now."""
    old = fill_ap(TOLD, PROFILE, filing(attachments_note="note.txt"))
    for more, told in (("", None), ("login.log", "Erbij gekomen: login.log")):
        files = {"attachments_note": more, "attachments_named": "note.txt"}
        new = fill_ap(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP, **files))
        assert new.answer("5.4").text.endswith("Bij een eerdere melding al genoemd:\nnote.txt")
        assert changes(old, new).get("5.4  Ondersteunende documentatie") == told


def test_of_a_longer_answer_the_sentences_that_went_and_that_came_are_told() -> None:
    """Whole sentences, without those that stay: that it is so stands above the table."""
    asked = "9.3  Toelichting"
    first = "Kopieën zijn buitgemaakt. De daders kunnen ze op internet zetten. De wachtwoorden waren leesbaar."
    later = "Kopieën zijn buitgemaakt. Er staan er 34 op internet. De wachtwoorden waren leesbaar. De winkel is open."
    old, new = (fill_ap(with_(severity_note=note), PROFILE, filing()) for note in (first, later))
    assert changes(old, new)[asked].splitlines() == [
        "Vervallen: De daders kunnen ze op internet zetten.",
        "Erbij gekomen: Er staan er 34 op internet. De winkel is open.",
    ]
    _heading, opening, _table = changes_blocks(diff_forms(old, new), "nl")
    assert isinstance(opening, Paragraph)
    assert "alleen wat is vervallen en wat erbij is gekomen" in plain(opening.runs)


def test_who_got_a_further_message_is_a_change_with_its_day_its_groups_and_numbers() -> None:
    """GDPR art. 34(1): the authority sees on the first page who was told what, and when; where it was the same number
    of people as before that alone, as every group stands in the form twice already.
    """
    facts = replace(TOLD, informed_on=date(2026, 11, 19), informed_count=1500)
    reached = ((SubjectGroup.CUSTOMERS, 1200), (SubjectGroup.EMPLOYEES, 40))
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    again = filing(FilingKind.FOLLOW_UP, told_again_at=at, told_again=reached)
    for fill, row in (
        (fill_ap, "10.2  Welke maatregelen heeft u getroffen?"),
        (fill_edpb, "106  Content of the information provided to the data subjects"),
    ):
        told = changes(fill(PLANNED, PROFILE, filing()), fill(facts, PROFILE, again))
        said = _alike(told[row])
        assert "19 november 2026" in said
        assert "24 november 2026" in said
        assert "(1.200)" in said
        assert "(40)" in said
        all_of_them = _alike(
            changes(fill(PLANNED, PROFILE, filing()), fill(replace(facts, informed_count=1240), PROFILE, again))[row]
        )
        assert "24 november 2026" in all_of_them
        assert "1.240" in all_of_them
        assert "(40)" not in all_of_them


def _alike(told: str) -> str:
    return told.replace("November", "november").replace("1,2", "1.2")


def test_that_a_follow_up_is_one_is_no_change_in_the_case() -> None:
    """GDPR art. 33(4): the table opens with the case; the title says already that it is a follow-up, and to what."""
    for fill, of_the_filing in ((fill_ap, {"1.1"}), (fill_edpb, {"3", "6"})):
        old = fill(PLANNED, PROFILE, filing())
        told = changes(old, fill(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP, earlier_number="VM-1")))
        assert told
        assert of_the_filing.isdisjoint(row.partition(" ")[0] for row in told)


def test_a_heading_over_what_was_there_is_no_news() -> None:
    """The line that parts the news from the earlier text stands in the answer alone; with another day it is none."""
    then = Earlier(NOW, PLANNED.description, PLANNED.measures_taken)
    old = fill_edpb(PLANNED, PROFILE, filing())
    new = fill_edpb(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP, then=then))
    added = changes(old, new)["62  Further description of the nature of the incident"]
    assert added.splitlines()[1:] == ["New since 22 November 2026:", "Data were put online."]
    again = fill_edpb(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP, then=replace(then, at=NOW + timedelta(days=1))))
    assert new.answer("62").text != again.answer("62").text
    assert diff_forms(new, again) == ()


def test_a_question_that_is_no_longer_asked_stays_in_its_place() -> None:
    """What replaced it stands beside it; an answer that has lapsed is told with all that it said."""
    old = fill_ap(PLANNED, PROFILE, filing())
    told = changes(old, fill_ap(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP)))
    rows = [row.partition(" ")[0] for row in told]
    assert rows == sorted(rows, key=lambda number: [int(step) for step in number.split(".")])
    assert told["10.1.1  Toelichting"].splitlines()[-1] == "Nu: (wordt niet meer gevraagd)"
    exact = fill_ap(with_(subjects_exact=True, subjects_min=7, subjects_max=7), PROFILE, filing())
    assert changes(exact, fill_ap(with_(subjects_exact=False), PROFILE, filing()))["7.3  Exact aantal"] == (
        "Eerder: 7\nNu: (wordt niet meer gevraagd)"
    )


def test_what_only_has_another_day_or_gained_one_has_not_lapsed() -> None:
    """GDPR art. 33(4): the outcome had not lapsed, it is expected later; nor had it that customers were told."""
    asked = "9.3  Toelichting"
    first = "Zij zijn ingelicht op 18 november 2026. De uitkomst komt op 25 november 2026. De winkel is dicht."
    later = (
        "Zij zijn ingelicht op 18 november 2026 en 24 november 2026. De uitkomst komt op 1 december 2026. "
        "De winkel is open."
    )
    old, new = (fill_ap(with_(severity_note=f"Kopieën.\n{note}"), PROFILE, filing()) for note in (first, later))
    assert changes(old, new)[asked].splitlines() == [
        "Vervallen: De winkel is dicht.",
        "Erbij gekomen: De winkel is open.",
        "Eerder: Zij zijn ingelicht op 18 november 2026.",
        "Nu: Zij zijn ingelicht op 18 november 2026 en 24 november 2026.",
        "Eerder: De uitkomst komt op 25 november 2026.",
        "Nu: De uitkomst komt op 1 december 2026.",
    ]


def test_behind_a_question_mark_the_change_is_on_a_line_of_its_own() -> None:
    """In plain text: "betrokkene(n)?: Eerder:" was hard to read."""
    old = fill_ap(PLANNED, PROFILE, filing())
    blocks = changes_blocks(diff_forms(old, fill_ap(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP))), "nl")
    lines = [*text_of(blocks)]
    at = lines.index("10.1.1  Heeft u de inbreuk gemeld aan de betrokkene(n)?")
    assert lines[at + 1 : at + 3] == ["  Eerder: Nog niet", "  Nu: Ja"]
    assert any(line.startswith("10.1.1  Toelichting: Eerder:") for line in lines)


def test_a_later_filing_is_called_what_it_is() -> None:
    """GDPR art. 33(4): two papers with one title are taken for one."""
    titles = {
        (fill, kind): form_title(fill(with_(), PROFILE, filing(kind, earlier_number="VM-1")))
        for fill in (fill_ap, fill_edpb)
        for kind in (FilingKind.FIRST_COMPLETE, FilingKind.FOLLOW_UP, FilingKind.WITHDRAWAL)
    }
    assert titles[fill_ap, FilingKind.FIRST_COMPLETE] == "Melding datalek aan de Autoriteit Persoonsgegevens"
    assert titles[fill_ap, FilingKind.FOLLOW_UP].startswith("Aanvulling op melding datalek VM-1 ")
    assert titles[fill_ap, FilingKind.WITHDRAWAL].startswith("Intrekking van melding datalek VM-1 ")
    assert titles[fill_edpb, FilingKind.FOLLOW_UP].startswith("Follow-up to personal data breach notification VM-1 (")
    assert titles[fill_edpb, FilingKind.WITHDRAWAL].startswith("Withdrawal of personal data breach notification VM-1 (")
    unknown = fill_edpb(with_(), PROFILE, filing(FilingKind.FOLLOW_UP_PROVISIONAL))
    assert form_title(unknown).startswith("Follow-up to personal data breach notification (")


def test_other_means_are_asked_where_there_are_any() -> None:
    """EDPB 105 asks for other means of telling people: without any it is no gap in the form."""
    for note, asked in (("", False), ("By a poster in the shop.", True)):
        form = fill_edpb(replace(TOLD, informed_channels_note=note), PROFILE, filing(FilingKind.FOLLOW_UP))
        blocks = dossier_blocks(form)
        assert ("105" in {one.number for one in blocks if isinstance(one, Answer)}) is asked
        (skipped,) = (one for one in blocks if isinstance(one, Table))
        assert ("105" in {plain(row[0]) for row in skipped.rows}) is not asked


def test_the_ways_of_telling_nobody_are_skipped_once() -> None:
    """AP 10.1.7: of people who were not told neither the ways nor the others are asked."""
    (skipped,) = (one for one in dossier_blocks(fill_ap(PLANNED, PROFILE, filing())) if isinstance(one, Table))
    rows = [(plain(row[0]), plain(row[1])) for row in skipped.rows]
    assert [asked for number, asked in rows if number == "10.1.7"] == [
        "Op welke wijze zijn de betrokkenen geïnformeerd?"
    ]


def test_an_answer_for_a_late_hour_says_until_when_it_holds() -> None:
    """AP 4.5: asked from the discovery, answered until the deadline, and later only by whoever is late."""
    facts = with_(discovered_at=with_().first_signal_at)
    blocks = dossier_blocks(fill_ap(facts, PROFILE, filing()))
    (skipped,) = (one for one in blocks if isinstance(one, Table))
    assert "4.5" not in {plain(row[0]) for row in skipped.rows}, "nobody looks for it among what is skipped"
    shown = [one for one in blocks if isinstance(one, Answer)]
    at = next(place for place, one in enumerate(shown) if one.number == "4.5")
    assert shown[at - 1].number == "4.4"
    assert "(Alleen als u na " in shown[at].question, "above the answer, as it is copied otherwise"
    assert shown[at].origin.startswith("Afgeleid: controleer dit — Dit antwoord geldt tot ")
    own = dossier_blocks(fill_ap(replace(facts, delay_reason="We were closed."), PROFILE, filing()))
    (late,) = (one for one in own if isinstance(one, Answer) and one.number == "4.5")
    assert late.origin == "", "what somebody wrote is not derived"
    assert "Meldt u later, leg dan uit waarom" in shown[at].origin


def test_a_follow_up_counts_its_own_versions() -> None:
    """GDPR art. 33(4): the first notification had a version 1, too."""
    form = fill_ap(TOLD, PROFILE, filing(FilingKind.FOLLOW_UP))
    notice = PrintableNotice(
        addressee="authority",
        kind="follow_up",
        language="nl",
        title="",
        body="",
        form=form_document(form),
        organisation=PROFILE,
        reference="DL",
        number=1,
        at=NOW,
        approved=True,
        audit_head="",
        previous=form_document(form),
    )
    made = document_of(notice, previous=form)
    assert made.details[-1] == ("Versie", "1 van deze aanvulling (goedgekeurd)")
    boxes = [at for at, one in enumerate(made.blocks) if isinstance(one, Callout)]
    first, second = [at for at, one in enumerate(made.blocks) if isinstance(one, Heading)][:2]
    assert boxes
    assert max(boxes) < first < second, "what to do, what has changed, and then the answers"
    assert document_of(replace(notice, previous={})).details[-1] == ("Versie", "1 (goedgekeurd)")


def test_a_heading_of_which_the_text_below_stays_in_part_is_no_change() -> None:
    """What came is told without the words above it, which the authority has read."""
    before = fill_edpb(replace(TOLD, description="They came in."), PROFILE, filing())
    now = fill_edpb(
        replace(TOLD, description="They came in. They took lists.", told_news="Lists are online."),
        PROFILE,
        filing(FilingKind.FOLLOW_UP),
    )
    told = changes(before, now)["62  Further description of the nature of the incident"]
    assert told.endswith("They took lists.")
    assert "The incident, as known now:" not in told
