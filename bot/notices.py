"""Notices: draft one, read it, approve exactly what was read."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.case import card_here, incident_of, reference_of
from bot.confirmation import page_link
from bot.forms import form_of, record_once
from bot.report import carried
from bot.rooms import sync_later
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, may
from incident.domain.kinds import Addressee, NoticeKind, Subject
from incident.domain.next_steps import Act
from incident.law.facts import BreachFacts
from incident.law.forms.catalogue import load_catalogue
from incident.law.questions import Kind, question
from incident.law.texts import sentence
from incident.slack.headline import step_action
from incident.slack.shapes import Block, Element, View
from incident.slack.text import length
from incident.slack.words import addressee_word
from incident.store.queries.case import NoticeFile, case_file
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result, once
from incident.usecases.notices.approve import ApproveNotice, approve_notice, unsaid_in
from incident.usecases.notices.authority_form import form_from, missing_questions, progress_now
from incident.usecases.notices.draft import DraftNotice, RedraftNotice, draft_notice, redraft_notice
from incident.usecases.response.propose import live_decision

if TYPE_CHECKING:
    from incident.store.models import Incident

WINDOW, APPROVE_FORM = "notices", "approve"
DRAFT, READ = "notice.draft", "notice.read"
DRAFTED_HERE: Final = frozenset({Addressee.AUTHORITY.value, Addressee.SUBJECTS.value})
PREVIEW: Final = 12_000
PIECE: Final = 2_900


def notices_view(turn: Turn, incident: "Incident") -> View:
    """All notices with their state, and buttons for what can be drafted here."""
    files = list(case_file(turn.session, incident).notices)
    rows = [_row(turn, incident.reference, file) for file in files[-40:]]
    if not rows:
        rows.append(blocks.section(turn.say("There are no notices yet.")))
    if may(turn.actor, Permission.RECORD) and _lacks_answers(turn, incident):
        words = turn.say("Answer what is missing…")
        rows += blocks.actions([blocks.button(words, step_action("missing"), incident.reference, style="primary")])
    if may(turn.actor, Permission.DRAFT):
        rows += blocks.actions(_drafts(turn, incident))
    rows.append(blocks.context(page_link(turn, incident.reference)))
    return blocks.modal(
        WINDOW, turn.say("Notices"), rows, submit=None, close=turn.say("Close"), metadata=carried(incident.reference)
    )


def _lacks_answers(turn: Turn, incident: "Incident") -> bool:
    """Whether a draft for the authority waits for answers that can be given here."""
    waiting = (one for one in _waiting(turn, incident) if one.notice.addressee is Addressee.AUTHORITY)
    facts = current_facts(turn.session, incident)
    return any(one.latest.missing for one in waiting) and bool(asked_here(turn, incident, facts))


def asked_here(turn: Turn, incident: "Incident", facts: BreachFacts) -> list[str]:
    """The questions that the authority's form still lacks; a list of rows is filled in on the page."""
    telling = live_decision(turn.session, incident, Subject.SUBJECTS)
    missing = missing_questions(turn.session, incident, facts, telling, turn.now).questions
    return [name for name in missing if question(name).kind is not Kind.ROWS]


def _drafts(turn: Turn, incident: "Incident") -> list[Element]:
    """What can be drafted: once the authority was notified, what follows on that (GDPR art. 33(4))."""
    say, kinds = turn.say, NoticeKind
    authority, subjects = Addressee.AUTHORITY.value, Addressee.SUBJECTS.value
    first = (
        (say("Provisional draft for the AP"), authority, kinds.PROVISIONAL),
        (say("Complete draft for the AP"), authority, kinds.INITIAL),
    )
    later = (
        (say("Provisional follow-up for the AP"), authority, kinds.FOLLOW_UP),
        (say("Complete follow-up for the AP"), authority, kinds.FINAL),
    )
    offered = (
        *(first if incident.notified_at is None else later),
        (say("Draft for the data subjects"), subjects, kinds.INITIAL),
    )
    return [
        blocks.button(words, f"{DRAFT}.{number}", f"{incident.reference}|{addressee}|{kind.value}")
        for number, (words, addressee, kind) in enumerate(offered)
    ]


def _row(turn: Turn, reference: str, file: NoticeFile) -> Block:
    say, version = turn.say, file.latest
    if file.submissions:
        state = say("sent")
    elif file.approval is not None:
        state = say("approved")
    elif version.missing:
        state = turn.counted("one answer missing", "%(num)s answers missing", len(version.missing))
    else:
        state = say("waits for approval")
    text = (
        f"*{addressee_word(file.notice.addressee, turn.language)}* · {say('version %(n)s', n=version.number)} · {state}"
    )
    return blocks.section(text, accessory=blocks.button(say("Read"), READ, f"{reference}|{file.notice.id}"))


def draft(turn: Turn) -> None:
    """Draft a notice from the facts as they stand; where such a draft waits, that one anew and no second one.

    Pressed twice before the window has changed it counts once.
    """
    incident = incident_of(turn, Permission.DRAFT)
    _, addressee, kind = str(turn.action["value"]).split("|")
    command = DraftNotice(turn.actor, incident.id, Addressee(addressee), NoticeKind(kind), language="nl")
    asked = (command.addressee, command.kind)
    waiting = [file for file in _waiting(turn, incident) if (file.notice.addressee, file.notice.kind) == asked]

    def compute() -> Result:
        if waiting:
            _redraft(turn, waiting[-1])
            return {"notice": str(waiting[-1].notice.id)}
        return {"notice": str(draft_notice(command, session=turn.session, now=turn.now, writer=turn.deps.writer).id)}

    once(turn.session, f"slack:draft:{turn.view['id']}:{turn.view.get('hash')}:{kind}", turn.now, compute)
    turn.commit()
    reference = incident.reference
    view = notices_view(turn, incident)
    turn.session.rollback()
    turn.answer()
    turn.later.append(lambda: turn.update(str(turn.view["id"]), view))
    sync_later(turn, reference)


def draft_again(turn: Turn, incident: "Incident") -> None:
    """Bring new answers into the drafts that wait for them: a text on older facts cannot be approved."""
    if may(turn.actor, Permission.DRAFT):
        for file in _waiting(turn, incident):
            _redraft(turn, file)


def _redraft(turn: Turn, file: NoticeFile) -> None:
    command = RedraftNotice(turn.actor, file.notice.id)
    redraft_notice(command, session=turn.session, now=turn.now, writer=turn.deps.writer)


def _waiting(turn: Turn, incident: "Incident") -> list[NoticeFile]:
    """What can be drafted here and is neither approved nor sent."""
    files = case_file(turn.session, incident).notices
    drafts = (file for file in files if file.approval is None and not file.submissions)
    return [file for file in drafts if file.notice.addressee.value in DRAFTED_HERE]


def draft_next(turn: Turn) -> None:
    """The step itself: draft what the case needs next from the facts as they stand, and show it among the notices.

    What is not known yet makes it provisional. Of two who press, the second is shown what the first drafted; so is
    whoever presses an old button. So the notices are counted before the step is asked for: what another drafts
    between the two would else be counted, and drafted again.
    """
    incident = incident_of(turn, Permission.DRAFT)
    before = len(case_file(turn.session, incident).notices)
    step = next((step for step in card_here(turn, incident).steps if step.act is Act.DRAFT and step.ready), None)
    if step is not None and step.about.value in DRAFTED_HERE:
        _draft_once(turn, incident, Addressee(step.about.value), before)
    turn.open(notices_view(turn, incident))
    turn.answer()
    sync_later(turn, reference_of(turn))


def _draft_once(turn: Turn, incident: "Incident", addressee: Addressee, before: int) -> None:
    command = DraftNotice(turn.actor, incident.id, addressee, _kind(turn, incident, addressee), language="nl")

    def compute() -> Result:
        return {"notice": str(draft_notice(command, session=turn.session, now=turn.now, writer=turn.deps.writer).id)}

    once(turn.session, f"slack:draft:{incident.id}:{addressee.value}:{before}", turn.now, compute)
    turn.commit()


def _kind(turn: Turn, incident: "Incident", addressee: Addressee) -> NoticeKind:
    """The authority's form with answers missing can go as a provisional one only."""
    if addressee is not Addressee.AUTHORITY:
        return NoticeKind.INITIAL
    lacking = progress_now(turn.session, incident, current_facts(turn.session, incident), turn.now).missing
    if incident.notified_at is None:
        return NoticeKind.PROVISIONAL if lacking else NoticeKind.INITIAL
    return NoticeKind.FOLLOW_UP if lacking else NoticeKind.FINAL


def read(turn: Turn) -> None:
    """Show a notice; whoever may approve it gets the form for that."""
    incident = incident_of(turn, Permission.VIEW_ALL)
    notice_id = UUID(str(turn.action["value"]).split("|")[1])
    file = next(file for file in case_file(turn.session, incident).notices if file.notice.id == notice_id)
    turn.open(read_view(turn, incident, file))
    turn.answer()


def approve_view(turn: Turn, incident: "Incident") -> View:
    """The text that waits for this person's approval; the list where none does."""
    files = case_file(turn.session, incident).notices
    waiting = [file for file in files if file.approval is None and not file.submissions]
    own = turn.actor.id
    waiting.sort(key=lambda file: (file.latest.author_id == own, bool(file.latest.missing)))
    return read_view(turn, incident, waiting[0]) if waiting else notices_view(turn, incident)


def read_view(turn: Turn, incident: "Incident", file: NoticeFile) -> View:
    """The text, and the approval of exactly this text. A text too long for Slack is approved on the page."""
    say, version = turn.say, file.latest
    whole = length(version.body) <= PREVIEW
    rows: list[Block] = [blocks.header(_title(turn, file))]
    rows += [blocks.quoted(piece) for piece in pieces(version.body[: PREVIEW if whole else PIECE])]
    if not whole:
        rows.append(blocks.section(say("The text goes on: read and approve it on the page.")))
    rows.append(blocks.context(f"SHA-256 `{version.body_sha256[:16]}…`", page_link(turn, incident.reference)))
    approvable = whole and file.approval is None and not file.submissions and may(turn.actor, Permission.APPROVE)
    if not approvable:
        return blocks.modal("notice", say("Notice"), rows, submit=None, close=say("Close"))
    if settles := _on_approval(turn, file):
        rows += [blocks.section(say("With this approval you leave open, or confirm:")), *map(blocks.quoted, settles)]
    if version.author_id == turn.actor.id:
        reason = say("You wrote this text. Why can nobody else approve it?")
        rows.append(blocks.field("single_officer_reason", reason, blocks.text_input(multiline=True)))
    lacking = unsaid_in(file.notice, version.title, version.body)
    if lacking:
        items = "; ".join(sentence(item.text_id, (), turn.language) for item in lacking)
        why = say("The law asks for more than this text says: %(items)s. Why may it go without?", items=items)
        rows.append(blocks.field("unsaid_reason", why, blocks.text_input(multiline=True)))
    metadata = carried(incident.reference, notice=str(file.notice.id), sha256=version.body_sha256)
    return blocks.modal(
        APPROVE_FORM, say("Approve"), rows, submit=say("Approve"), close=say("Cancel"), metadata=metadata
    )


def _on_approval(turn: Turn, file: NoticeFile) -> list[str]:
    """What the approval of the authority's form leaves open, in the reader's language, in parts that a block holds."""
    if not file.latest.form:
        return []
    form = form_from(file.latest.form)
    retold, language = load_catalogue(form.catalogue).retold, turn.language
    lines = []
    for found, told in form.on_approval:
        first, *more = retold(told, language).split("\n")
        shown = " ".join((first, *more)) if found[0].confirmed else first
        lines.append(f"{', '.join(one.number for one in found)}  {shown}")
    return pieces("\n".join(lines))


def _title(turn: Turn, file: NoticeFile) -> str:
    """The title of a text; the authority's form has none of its own, so whom it is for."""
    addressee = file.notice.addressee
    own = "" if addressee is Addressee.AUTHORITY else file.latest.title
    return own or addressee_word(addressee, turn.language)


def pieces(text: str) -> list[str]:
    """A text in parts that a block can hold, cut at ends of lines where there are any."""
    found, rest = [], text.strip()
    while length(rest) > PIECE:
        cut = rest.rfind("\n", 0, PIECE // 2) if "\n" in rest[: PIECE // 2] else PIECE // 2
        found.append(rest[: cut or PIECE // 2])
        rest = rest[cut or PIECE // 2 :].lstrip("\n")
    return [*found, rest] if rest.strip() else found


def submit_approval(turn: Turn) -> None:
    """Approve the version whose hash was on the screen."""
    record_once(turn, lambda: _approve(turn))


def _approve(turn: Turn) -> Result:
    carry = turn.metadata
    form = form_of(turn)
    command = ApproveNotice(
        turn.actor,
        UUID(str(carry["notice"])),
        str(carry["sha256"]),
        form.text("single_officer_reason"),
        form.text("unsaid_reason"),
    )
    return {"approval": str(approve_notice(command, session=turn.session, now=turn.now).id)}
