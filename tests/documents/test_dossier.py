"""The dossier of a form: in the form's order, with both lists on top, and with what changed since last time."""

import io
import re
from dataclasses import replace
from datetime import date
from itertools import takewhile

import pytest
from docx import Document
from pypdf import PdfReader

from incident.documents.blocks import Answer, Callout, Heading, Listing, Paragraph, Table, plain, words
from incident.documents.differences import changes_blocks, diff_forms
from incident.documents.dossier import dossier_blocks
from incident.documents.notices import DocumentRenderer
from incident.documents.phrases import furniture
from incident.documents.printing import document_of
from incident.documents.text import render_text
from incident.domain.kernel.errors import Invalid
from incident.domain.languages import country_name
from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.edpb_1_0 import fill_edpb
from incident.law.forms.filing import FilingContext, FilingKind
from incident.law.forms.fill import FormFiller
from incident.law.vocabulary import UNKNOWN, Informed, NoticeChannel, RiskLevel, SubjectGroup, Ternary
from incident.usecases.notices.authority_form import form_document, form_from
from incident.usecases.notices.ports import ApprovedForm, PrintableNotice
from tests.documents.cases import FACTS, NOW, ORGANISATION

FIRST = FilingContext(FilingKind.FIRST_PROVISIONAL, NOW)
_WITH_CUSTOMER = replace(
    FACTS,
    affected_groups=(
        AffectedGroup(SubjectGroup.EMPLOYEES, subjects=48),
        AffectedGroup(SubjectGroup.USERS, subjects=1300),
    ),
    subject_groups=(SubjectGroup.EMPLOYEES, SubjectGroup.USERS),
    subjects_min=1348,
    subjects_max=1348,
    subjects_exact=True,
    affected_controllers=(AffectedController("Shop", subjects=1300, groups=(SubjectGroup.USERS,)),),
)
FORMS = {
    "ap": fill_ap(FACTS, ORGANISATION, FIRST),
    "edpb": fill_edpb(FACTS, ORGANISATION, FIRST),
    "empty": fill_ap(BreachFacts(), ORGANISATION, FIRST),
}


def _printable(form: FilledForm, *, approved: bool = True) -> PrintableNotice:
    return PrintableNotice(
        "authority",
        "initial",
        "nl",
        form.catalogue,
        "",
        form_document(form),
        ORGANISATION,
        "DL-2026-0042",
        1,
        NOW,
        approved,
        "3fa9c1e2b7",
    )


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_question_is_answered_missing_or_hidden(form: FilledForm) -> None:
    """Not one question of the form is lost on the way to paper, and the order is the form's."""
    blocks = dossier_blocks(form)
    numbers = [block.number for block in blocks if isinstance(block, Answer) and block.number]
    gaps = {gap.number for gap in form.unreproduced}
    assert [number for number in numbers if number not in gaps] == list(dict.fromkeys(a.number for a in form.answers))
    unknown = [block for block in blocks if isinstance(block, Answer) and block.number in gaps]
    assert {gap for block in unknown for gap in gaps if gap in (block.number, *_NUMBER.findall(block.question))} == gaps
    assert len(unknown) <= len({gap.remark for gap in form.unreproduced}), "alike questions share a box"
    assert {block.tone for block in unknown} <= {"warning"}, "what nothing here answers is not to be missed"
    titles = [plain(block.runs) for block in blocks if isinstance(block, Heading)]
    assert titles[: len(form.chapters)] == [f"{chapter.number}. {chapter.title}" for chapter in form.chapters]
    told = _not_asked(form)
    assert list(told) == list(dict.fromkeys(one.number for one in form.hidden))
    assert [one for one in form.hidden if one.part_label not in told[one.number]] == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_answer_stands_in_every_format(form: FilledForm) -> None:
    """What a person copies from paper is what the form holds, letter by letter."""
    page = DocumentRenderer().render(_printable(form), "txt").decode()
    flat = " ".join(page.split())
    for answer in form.answers:
        for line in answer.text.split("\n"):
            assert " ".join(line.split()) in flat


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_two_lists_are_on_top(form: FilledForm) -> None:
    """First what somebody does, which names the points below; then what is missing, is looked at, and is derived."""
    first = next(at for at, block in enumerate(dossier_blocks(form)) if isinstance(block, Heading))
    *own, derived = [block for block in dossier_blocks(form)[:first] if isinstance(block, Callout)]
    assert {box.tone for box in own} == {"warning"}
    looked_at = [box for box in own if box.title.startswith(furniture(form.language)["to_look_at"])]
    assert bool(looked_at) is any(answer.todo for answer in form.answers if not answer.duty)
    missing = [box.title for box in own if box.title.startswith(furniture(form.language)["still_missing"])]
    assert missing == ([own[1].title] if form.missing else []), "nothing reassures while a decision is open"
    assert not missing or missing[0].endswith(f"({len(form.missing)})")
    assert derived.title.endswith(f"({len(_listed(derived))})"), "the number is that of the questions named"
    assert not any(answer.number in _listed(derived) for answer in form.answers if answer.todo), "one list is enough"


def test_a_missing_answer_is_said_in_words_not_in_colour_alone() -> None:
    """Who cannot see the colour reads the same."""
    answers = [block for block in dossier_blocks(FORMS["empty"]) if isinstance(block, Answer)]
    gaps, say = {gap.number for gap in FORMS["empty"].unreproduced}, furniture("nl")
    warned = [answer for answer in answers if answer.tone == "warning" and answer.number not in gaps]
    warned = [answer for answer in warned if say["to_look_at"] not in answer.origin]
    assert len(warned) == len(FORMS["empty"].missing)
    assert all(answer.origin.startswith("Ontbreekt nog") for answer in warned)


def test_the_pdf_of_a_dossier_has_pages() -> None:
    """How long it takes is measured by the bench."""
    data = DocumentRenderer().render(_printable(FORMS["ap"]), "pdf")
    assert len(PdfReader(io.BytesIO(data)).pages) > 3


def test_each_format_is_rendered_and_an_unknown_one_is_refused() -> None:
    """The first bytes tell the format; the same notice gives the same bytes."""
    made = {name: DocumentRenderer().render(_printable(FORMS["ap"]), name) for name in ("pdf", "docx", "html", "txt")}
    assert made["pdf"].startswith(b"%PDF-1.7")
    assert made["docx"].startswith(b"PK")
    assert made["html"].startswith(b"<!doctype html>")
    assert made["txt"].startswith(b"Alumio B.V.")
    assert made["docx"] == DocumentRenderer().render(_printable(FORMS["ap"]), "docx")
    with pytest.raises(Invalid):
        DocumentRenderer().render(_printable(FORMS["ap"]), "xls")


def test_a_dossier_that_is_not_approved_is_marked() -> None:
    """The mark stands on paper until the approval stands in the record."""
    assert b"Concept" in DocumentRenderer().render(_printable(FORMS["ap"], approved=False), "txt")
    assert b"Concept" not in DocumentRenderer().render(_printable(FORMS["ap"]), "txt")


def test_a_follow_up_shows_what_changed_answer_by_answer() -> None:
    """Changed, added and no longer asked are told apart; equal answers are left out."""
    later = replace(FACTS, subjects_min=2000, subjects_max=2500, discovery="Een klant belde ons.")
    changes = {change.key: change for change in diff_forms(FORMS["ap"], fill_ap(later, ORGANISATION, FIRST))}
    assert (changes["7.3.min"].before, changes["7.3.min"].after, changes["7.3.min"].kind) == (
        "1.200",
        "2.000",
        "changed",
    )
    assert changes["4.3"].after == "Een klant belde ons."
    assert "4.1.1" not in changes
    assert diff_forms(FORMS["ap"], FORMS["ap"]) == ()


def test_questions_that_appear_or_vanish_are_changes_too() -> None:
    """Going back, what was added is removed."""
    exact = fill_ap(replace(FACTS, subjects_min=7, subjects_max=7, subjects_exact=True), ORGANISATION, FIRST)
    there = {change.key: change.kind for change in diff_forms(FORMS["ap"], exact)}
    back = {change.key: change.kind for change in diff_forms(exact, FORMS["ap"])}
    assert there["7.3.exact"] == "added"
    assert back["7.3.exact"] == "removed"


def test_the_changes_become_a_table() -> None:
    """Question, what went and what came; and an honest sentence when nothing changed."""
    later = fill_ap(replace(FACTS, description="Anders"), ORGANISATION, FIRST)
    _, _, table = changes_blocks(diff_forms(FORMS["ap"], later), "nl")
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.header] == ["Vraag", "Wat er is veranderd"]
    assert plain(table.rows[0][1]) == f"Vervallen: {FACTS.description}\nErbij gekomen: Anders"
    _, nothing = changes_blocks((), "nl")
    assert "Geen enkel antwoord" in str(nothing)


def test_a_follow_up_dossier_tells_the_changes_before_the_answers() -> None:
    """The person who files sees what to do, and at once which answers to type again."""
    later = fill_ap(replace(FACTS, description="Een ander verhaal."), ORGANISATION, FIRST)
    document = document_of(_printable(later), previous=FORMS["ap"])
    headings = [plain(block.runs) for block in document.content() if isinstance(block, Heading)]
    assert headings[1] == "Wat is er veranderd sinds de vorige melding"
    assert "Een ander verhaal." in render_text(document).split("1. Introductie")[0]


def test_the_european_template_is_called_a_draft_on_paper() -> None:
    """No final version is adopted and no authority takes it: who holds the paper must not file it as the form."""
    for name, start in (("edpb", "Consultation draft"), ("ap", "Zo doet u de melding")):
        first = dossier_blocks(FORMS[name])[0]
        assert isinstance(first, Paragraph)
        assert plain(first.runs).startswith(start)


def test_the_european_template_says_with_which_approved_form_it_goes() -> None:
    """Nobody approves it by itself: it is a draft until the form of the own authority is approved."""
    sheet = replace(_printable(FORMS["edpb"]), number=4, goes_with=ApprovedForm(2, "Bas Jansen", NOW))
    made = document_of(sheet)
    assert "Version" not in dict(made.details), "the version that is approved is that of the other form"
    assert (made.draft, document_of(replace(sheet, approved=False, goes_with=None)).draft) == (False, True)
    first = made.blocks[0]
    assert isinstance(first, Paragraph)
    assert "Bas Jansen approved version 2 on 22 November 2026, 11:00." in plain(first.runs)
    text = render_text(made)
    assert "please check" not in text.casefold()
    assert "needs your attention" not in text.casefold()


def test_an_answer_in_another_language_than_the_form_says_so() -> None:
    """GDPR art. 12(1): who listens to the English template hears its Dutch answers in Dutch, who reads it is told."""
    words = "Wij hebben de server van het netwerk gehaald en alle wachtwoorden zijn veranderd."
    facts = replace(FACTS, measures_taken=words, measures_prevent=(), measures_prevent_note="Tweede factor.")
    edpb, ap = fill_edpb(facts, ORGANISATION, FIRST), fill_ap(facts, ORGANISATION, FIRST)
    told = {one.number: one for one in dossier_blocks(edpb) if isinstance(one, Answer)}
    assert told["92"].paragraphs == ((words, "nl"),)
    assert told["95"].paragraphs[0] == ("Tweede factor.", "nl")
    assert told["53"].paragraphs[0][1] == "", "a sentence of the form"
    assert told["95"].origin.endswith(" · Typed in Dutch")
    assert told["3"].foreign == ()
    assert "Typed" not in told["7"].origin, "a reference is in no language"
    assert f'<p lang="nl">{words}</p>' in DocumentRenderer().render(_printable(edpb), "html").decode()
    assert "says which" in _opening(edpb)
    assert not any(one.foreign for one in dossier_blocks(ap) if isinstance(one, Answer))
    assert "welke" not in _opening(ap)


def test_a_short_text_is_in_the_language_of_the_house() -> None:
    """Two words do not tell their language; the form of the house's own language marks nothing then."""
    facts = replace(
        FACTS, measures_taken="Server uit.", description="We closed the server and it is off for all of us."
    )
    ap = fill_ap(facts, ORGANISATION, FIRST)
    at_home = [one for one in dossier_blocks(ap, home="en") if isinstance(one, Answer)]
    assert {"5.3", "10.2"} <= {one.number for one in at_home if one.origin.endswith("Getypt in het Engels")}
    assert [one.number for one in dossier_blocks(ap) if isinstance(one, Answer) and one.foreign] == ["5.3"]


def test_what_only_the_portal_shows_is_named_before_anybody_calls_the_form_full() -> None:
    """ "Every question has an answer" stood beside six that nobody had answered; what hangs on them is not settled."""
    form = FORMS["ap"]
    for checked in (False, True):
        told = render_text(replace(document_of(_printable(form)), blocks=dossier_blocks(form, checked=checked)[1:4]))
        assert "4.4, 10.1.2, 10.1.4, 10.1.5, 10.1.6 en 10.1.8" in " ".join(told.split())
    told = fill_ap(replace(FACTS, informed_channels=(NoticeChannel.LETTER, NoticeChannel.EMAIL)), ORGANISATION, FIRST)
    answer = "Vraagt het webformulier dit toch? Antwoord dan: Per brief; Per e-mail"
    assert answer in _not_asked(told)["10.1.7"], "what to copy, and no answer among those that are asked"
    assert not [block for block in dossier_blocks(told) if isinstance(block, Answer) and block.number == "10.1.7"]
    assert "Antwoord dan" not in _not_asked(form)["10.1.7"]
    assert "10.1.3" in _not_asked(form)


def test_an_approved_form_says_what_was_left_open_and_that_a_change_of_it_is_approved_again() -> None:
    """GDPR art. 33(1): also that nobody has said yet whose people are reported."""
    form = fill_edpb(_WITH_CUSTOMER, ORGANISATION, FIRST)
    asked = [answer for answer in form.answers if answer.todo and not answer.duty]
    assert asked
    for checked in (False, True):
        shown = [block for block in dossier_blocks(form, checked=checked) if isinstance(block, Answer)]
        notes = " ".join(block.origin for block in shown)
        label = "Open when approved" if checked else "Needs your attention"
        marked = {block.number for block in shown if f"{label} — " in block.origin and block.tone == "warning"}
        assert marked == {answer.number for answer in asked}, "as in the list on top"
        assert all(answer.note in notes for answer in asked)
        assert all("See the list at the front." in block.origin for block in shown if block.number in marked)
        assert not any(line in notes for answer in asked for line in answer.todo.split("\n")), "once, in the list"
        assert "68" in marked
        lists = [box for box in dossier_blocks(form, checked=checked) if isinstance(box, Callout)]
        (left,) = [box for box in lists if box.title.startswith(f"{label} (")]
        assert (Paragraph(words(furniture("en")["approve_again"])) in left.blocks) is checked


@pytest.mark.parametrize("checked", [False, True])
def test_the_duty_to_inform_people_is_something_to_do(checked: bool) -> None:
    """GDPR art. 34(1): among the details of the form two readers overlooked it; beside it stands that one may file."""
    planned, high = replace(FACTS, informed=Informed.PLANNED), replace(FIRST, risk=RiskLevel.HIGH)
    for fill, number, title in ((fill_ap, "10.1.1", "Dit doet u zelf"), (fill_edpb, "97", "For you to do")):
        blocks = dossier_blocks(fill(planned, ORGANISATION, high), checked=checked)
        todo = fill(planned, ORGANISATION, high).answer(number).todo
        lists = {box.title: repr(box) for box in blocks if isinstance(box, Callout)}
        for line in todo.split("\n"):
            assert [name for name, told in lists.items() if line in told] == [title], "once"
        answers = [box for box in blocks if isinstance(box, Answer)]
        asked, *beside = answers[next(at for at, box in enumerate(answers) if box.number == number) :]
        shown = [asked, *takewhile(lambda box: not box.number, beside)]
        assert {box.tone for box in shown} == {"warning"}
        assert shown[-1].origin.partition(" — ")[0].endswith(f" · {title}"), "after the mark that nobody recorded it"


def test_the_deadline_stands_on_top() -> None:
    """GDPR art. 33(1): the first thing that whoever files wants to know; a later notification has none."""
    for kind, told in ((FilingKind.FIRST_PROVISIONAL, True), (FilingKind.FOLLOW_UP, False)):
        form = fill_ap(FACTS, ORGANISATION, replace(FIRST, kind=kind, due_at=NOW))
        own = next(one for one in dossier_blocks(form) if isinstance(one, Callout) and one.title == "Dit doet u zelf")
        first = " ".join(render_text(replace(document_of(_printable(form)), blocks=(own,))).split())
        assert ("Meld zo snel mogelijk, uiterlijk op" in first) is told
    assert form_from(form_document(form)) == form, "also from the record"


def test_what_is_not_to_be_copied_does_not_look_like_an_answer() -> None:
    """ "None" in the type of the answers was typed over; a field that stays empty says so in another look."""
    blocks = [block for block in dossier_blocks(FORMS["ap"]) if isinstance(block, Answer)]
    assert {block.text for block in blocks if block.empty} >= {"(niets aankruisen)", "(geen antwoord: niet verplicht)"}
    assert not [block for block in blocks if block.empty and not block.text.startswith("(")]
    html = DocumentRenderer().render(_printable(FORMS["ap"]), "html").decode()
    assert "<em>(niets aankruisen)</em>" in html


_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def _not_asked(form: FilledForm) -> dict[str, str]:
    """The questions in the table at the end, by their number."""
    table = dossier_blocks(form)[-1]
    assert isinstance(table, Table)
    told: dict[str, str] = {}
    for number, question, why in table.rows:
        row = f"{plain(question)} — {plain(why)}"
        told[plain(number)] = "\n".join(filter(None, (told.get(plain(number), ""), row)))
    return told


def _listed(callout: Callout) -> list[str]:
    """The numbers of the questions in a list on top."""
    (told,) = callout.blocks
    assert isinstance(told, Paragraph)
    return _NUMBER.findall(plain(told.runs))


def _opening(form: FilledForm) -> str:
    first = next(at for at, block in enumerate(dossier_blocks(form)) if isinstance(block, Callout))
    return " ".join(plain(block.runs) for block in dossier_blocks(form)[:first] if isinstance(block, Paragraph))


def test_what_is_not_asked_speaks_the_language_of_the_form() -> None:
    """And stands at the end, under a heading of its own."""
    headings = [plain(one.runs) for one in dossier_blocks(FORMS["edpb"]) if isinstance(one, Heading)]
    assert headings[-1] == "Questions to skip"


def test_countries_stand_in_words_of_the_form() -> None:
    """ "SE (900)" is for machines; a code that is none stays as somebody wrote it."""
    facts = replace(FACTS, countries=(CountryCount("NL", 14000), CountryCount("SE"), CountryCount("??", 1)))
    context = replace(FIRST, country_name=country_name)
    told = [one.text for one in fill_ap(facts, ORGANISATION, context).answers if one.key == "2.1.1.countries"]
    assert told == ["Nederland (14.000), Zweden (aantal nog niet bekend), ?? (1)"]


def test_no_line_of_the_lists_stands_there_twice() -> None:
    """A long question is not repeated for each of its inputs, nor one that is hidden for one reason."""
    first = next(one for one in dossier_blocks(FORMS["empty"]) if isinstance(one, Callout))
    told = [*_not_asked(FORMS["empty"]).items()]
    lines = render_text(replace(document_of(_printable(FORMS["ap"])), blocks=(first,)))
    assert "verwe…" not in lines
    assert len(set(told)) == len(told) > 1


def test_an_approved_dossier_asks_nobody_to_check_it() -> None:
    """Who reads what was filed sees where an answer comes from, and that it is the approved version."""
    approved = document_of(_printable(FORMS["ap"], approved=True)).blocks
    answers = [block for block in approved if isinstance(block, Answer)]
    assert not [
        block for block in approved if isinstance(block, Callout) and furniture("nl")["please_check"] in block.title
    ]
    left = {answer.part_label or answer.question for answer in FORMS["ap"].answers if answer.todo}
    loud = {one.question for one in answers if one.tone == "warning" and "Zie de lijst vooraan." in one.origin}
    assert left
    assert left <= loud, "still to be done"
    assert not [answer for answer in answers if "controleer" in answer.origin]
    assert [answer for answer in answers if answer.origin.startswith("Afgeleid")]
    assert ("Versie", "1 (goedgekeurd)") in document_of(_printable(FORMS["ap"], approved=True)).details
    missing = document_of(_printable(FORMS["empty"], approved=True)).blocks
    assert [block for block in missing if isinstance(block, Callout) and block.tone == "warning"]


def test_what_was_recorded_carries_no_remark_and_parts_with_one_reason_say_it_once() -> None:
    """Forty times "recorded" is noise; a part that is missing says so each time."""
    blocks = [block for block in dossier_blocks(FORMS["ap"]) if isinstance(block, Answer)]
    recorded = [answer for answer in FORMS["ap"].answers if answer.origin is Origin.RECORDED and not answer.note]
    assert recorded
    assert not [block for block in blocks if "Vastgelegd" in block.origin]
    shared = [block for block in blocks if block.origin.endswith("Dit geldt voor deze 4 antwoorden.")]
    assert [block.question for block in shared] == ["Telefoonnummer"], "whom the authority calls: once, behind the last"
    assert not [block for block in blocks if "organisatieprofiel" in block.origin], "the profile is recorded as well"


def test_a_part_that_is_not_asked_is_named_by_its_part() -> None:
    """ "1.1 What kind of notification" is asked; the number of the earlier one is what is not."""
    hidden = {(one.question, one.part_label) for one in FORMS["ap"].hidden if one.part_label}
    assert hidden
    told = _not_asked(FORMS["ap"]).values()
    for question, part in hidden:
        assert any(part in row for row in told if f" (bij: {question})" in row)


def test_the_questions_to_skip_stand_together_in_small_type_with_the_reason_of_each() -> None:
    """One row alone at the foot of a page, or four alone on the last, made readers look for the rest."""
    table = dossier_blocks(FORMS["ap"])[-1]
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.header] == ["Nr.", "Vraag", "Waarom niet"]
    pages = PdfReader(io.BytesIO(DocumentRenderer().render(_printable(FORMS["ap"]), "pdf"))).pages
    (page,) = (" ".join(one.extract_text().split()) for one in pages if "Waarom niet" in one.extract_text())
    assert page.count(plain(table.rows[-1][1])[:20]) > 0, "from the first row to the last"
    grid = Document(io.BytesIO(DocumentRenderer().render(_printable(FORMS["ap"]), "docx"))).tables[-1]
    kept = [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in grid.rows]
    assert kept == [True] * len(table.rows) + [False]


@pytest.mark.parametrize("filler", [fill_ap, fill_edpb])
def test_a_notification_that_nobody_must_make_is_no_order(filler: FormFiller) -> None:
    """GDPR art. 33(1): with an unlikely risk the deadline is told as the one that would hold if there was a risk."""
    told = {}
    for risk in (RiskLevel.UNLIKELY, RiskLevel.RISK):
        form = filler(FACTS, ORGANISATION, replace(FIRST, risk=risk, due_at=NOW))
        duty = furniture(form.language)["file_by"].partition("{")[0]
        text = render_text(document_of(_printable(form, approved=False)))
        told[risk] = (duty in " ".join(text.split()), "vrijwillig" in text or "voluntarily" in text)
    assert told == {RiskLevel.UNLIKELY: (False, True), RiskLevel.RISK: (True, False)}


def test_what_an_approval_left_open_is_told_and_no_longer_ordered() -> None:
    """Whoever approved it has decided: what is open is told by its first line, without what to do about it."""
    form = fill_ap(replace(_WITH_CUSTOMER, on_behalf_of_customers=Ternary.NO), ORGANISATION, FIRST)
    todos = [(found[0].confirmed, *todo.split("\n")) for found, todo in form.on_approval if not found[0].duty]
    assert {bool(confirmed) for confirmed, *_lines in todos} == {True, False}
    for approved in (False, True):
        text = " ".join(render_text(document_of(_printable(form, approved=approved))).split())
        for confirmed, first, *more in todos:
            assert (" ".join(more) in text) is not approved
            assert (first in text) is not (approved and bool(confirmed)), "confirmed is not open"
            assert not confirmed or (confirmed in text) is approved


def test_a_draft_alone_says_to_mask_personal_data_in_what_goes_along() -> None:
    """AP 5.4, EDPB 126: the screenshot of a list that was sent to the wrong person is that list."""
    for fill, number in ((fill_ap, "5.4"), (fill_edpb, "126")):
        for note, checked, said in (("screen.png: the list", False, True), ("", False, False), ("a", True, False)):
            blocks = dossier_blocks(fill(FACTS, ORGANISATION, replace(FIRST, attachments_note=note)), checked=checked)
            mask = furniture("nl" if fill is fill_ap else "en")["mask"]
            assert (f"{number}  ', bold=True" in repr(blocks) and mask in repr(blocks)) is said


def test_what_is_left_to_do_stands_in_the_order_of_the_form() -> None:
    """AP 5.4, 10.1.1: what goes along is copied long before the people are told."""
    untold = replace(FACTS, informed=Informed.PLANNED)
    blocks = dossier_blocks(
        fill_ap(untold, ORGANISATION, replace(FIRST, risk=RiskLevel.HIGH, attachments_note="screen.png"))
    )
    told = next(one for one in blocks if isinstance(one, Callout)).blocks[0]
    assert isinstance(told, Listing)
    numbers = [str(one[0].runs[0].text).strip() for one in told.items if isinstance(one[0], Paragraph)]
    assert [one for one in numbers if one[0].isdigit()] == ["5.4", "7.2", "10.1.1"]


def test_the_title_of_a_list_counts_the_points_below_it() -> None:
    """AP 2.1.1 asks whether and which: two answers in doubt, and one point. Of thirteen that were seven, a reader
    looked for the others.
    """
    countries = (CountryCount("NL"), CountryCount("DE"))
    abroad = replace(_WITH_CUSTOMER, cross_border=Ternary.YES, countries=countries)
    form = fill_ap(replace(abroad, on_behalf_of_customers=Ternary.NO), ORGANISATION, FIRST)
    asked = [one.number for one in form.answers if one.todo and not one.duty]
    assert asked.count("2.1.1") == 2
    (box,) = (one for one in dossier_blocks(form) if isinstance(one, Callout) and one.title.startswith("Nog bekijken"))
    (points,) = box.blocks
    assert isinstance(points, Listing)
    assert box.title == f"Nog bekijken ({len(points.items)})"


def test_an_answer_whose_day_is_asked_is_something_to_do_in_its_place_and_nothing_to_check() -> None:
    """GDPR art. 33(4): "not known yet" in blue among what is to be checked is taken for done."""
    police = "Aangifte bij de politie op 17 november 2026, nummer 42."
    sought = replace(FACTS, measures_taken="Een bureau onderzoekt dit.", other_authorities_note=police)
    for expected, tone in ((UNKNOWN, "warning"), (date(2026, 12, 1), "note")):
        form = fill_ap(replace(sought, expected_on=expected), ORGANISATION, FIRST)
        blocks = dossier_blocks(form)
        (shown,) = (one for one in blocks if isinstance(one, Answer) and one.number == "10.2")
        assert shown.tone == tone
        assert ("Dit doet u zelf — Zie de lijst vooraan." in shown.origin) is (tone == "warning")
        (check,) = (one for one in blocks if isinstance(one, Callout) and one.tone == "note")
        assert ("10.2" in repr(check.blocks)) is (tone == "note")
        assert "10.2" in {one.number for one in form.to_check(approved=False)}, "a page has no such list"
        assert [
            one.tone for one in dossier_blocks(form, checked=True) if isinstance(one, Answer) and one.number == "10.2"
        ] == ["plain"]


def test_what_nobody_recorded_is_not_said_to_be_unknown() -> None:
    """GDPR art. 33(4): the officer may know it perfectly well, and would have to find out who said otherwise."""
    form = fill_edpb(
        replace(FACTS, systems=(), systems_note=""), ORGANISATION, replace(FIRST, kind=FilingKind.FIRST_PROVISIONAL)
    )
    assert form.answer("63").text == "Not known yet", "the file carries it"
    for checked, text in ((False, "(no answer yet)"), (True, "Not known yet")):
        (shown,) = (
            one for one in dossier_blocks(form, checked=checked) if isinstance(one, Answer) and one.number == "63"
        )
        assert shown.text == text
