"""Every way in, with what answers it. The manifest is made from these tables, so that the two cannot differ."""

from collections.abc import Callable
from re import Pattern, compile
from typing import Final

from slack_bolt import App

from bot import (
    ask,
    assess,
    assign,
    case,
    catchup,
    close,
    commands,
    decide,
    drill,
    edited,
    facts,
    from_message,
    home,
    mention,
    notices,
    proposals,
    report,
    second,
    submission,
    tasks,
    timeline,
    triage,
    update,
)
from bot.listener import Desk
from bot.turn import Turn
from incident.domain.kernel.roles import Permission as P
from incident.slack.headline import ANSWER, ASK, OPEN, TAKE, UPDATE
from incident.slack.messenger import DRILL

Handler = Callable[[Turn], None]

COMMANDS: Final = commands.COMMANDS
GLOBAL_SHORTCUTS: Final[dict[str, Handler]] = {"report_breach": report.open_report}
MESSAGE_SHORTCUTS: Final[dict[str, Handler]] = {
    "report_from_message": from_message.open_from_message,
    "add_to_timeline": timeline.open_message_timeline,
}
RECORDING_EVENTS: Final[dict[str, Handler]] = {
    "reaction_added": timeline.add_by_reaction,
    "message": edited.follow_edit,
}
"""Events that change the record: done before Slack is told that they arrived."""
SHOWING_EVENTS: Final[dict[str, Handler]] = {
    "app_home_opened": home.show_home,
    "app_mention": mention.answer_mention,
    "member_joined_channel": catchup.welcome,
}
SUBSCRIBED: Final = {"message": ("message.channels", "message.groups")}
"""Under which names Slack sends an event, where it is not the event's own."""
EVENTS: Final[dict[str, Handler]] = {**SHOWING_EVENTS, **RECORDING_EVENTS}
FORMS: Final[dict[str, Handler]] = {
    report.FORM: report.submit_report,
    triage.FORM: triage.submit_triage,
    facts.FORM: facts.submit_chapter,
    proposals.FORM: proposals.submit_proposals,
    timeline.FORM: timeline.submit_timeline,
    timeline.MESSAGE_FORM: timeline.submit_message_timeline,
    tasks.FORM: tasks.submit_task,
    update.FORM: update.submit_update,
    assign.FORM: assign.submit_assign,
    ask.ASK_FORM: ask.submit_ask,
    ask.ANSWER_FORM: ask.submit_answer,
    assess.FORM: assess.submit_assess,
    decide.FORM: decide.submit_decide,
    second.FORM: second.submit_second,
    notices.APPROVE_FORM: notices.submit_approval,
    submission.FORM: submission.submit_submission,
    close.FORM: close.submit_close,
}
BUTTONS: Final[dict[str | Pattern[str], Handler]] = {
    OPEN: case.open_case,
    TAKE: assign.take,
    case.ASSIGN: case.opens(P.RECORD, assign.assign_view),
    ASK: case.opens(P.RECORD, ask.ask_view),
    ANSWER: ask.open_answer,
    "case.triage": case.opens(P.RECORD, triage.triage_view, while_open=True),
    "case.facts": case.opens(P.RECORD, facts.chapters_view),
    "case.missing": case.opens(P.RECORD, facts.missing_view),
    "case.proposals": case.opens(P.RECORD, proposals.proposals_view, while_open=True),
    "case.timeline": case.opens(P.RECORD, timeline.timeline_view),
    UPDATE: update.open_update_from_button,
    "case.catchup": case.opens(P.VIEW_ALL, catchup.catch_up_view),
    "case.task": case.opens(P.RECORD, tasks.task_view),
    "case.tasks": case.opens(P.RECORD, tasks.tasks_view),
    "case.assess": case.opens(P.ASSESS, assess.assess_view, while_open=True),
    "case.decide": case.opens(P.DECIDE, decide.decide_view, while_open=True),
    "case.second": case.opens(P.CONFIRM, second.second_view),
    "case.notices": case.opens(P.VIEW_ALL, notices.notices_view),
    "case.draft": notices.draft_next,
    "case.approve": case.opens(P.VIEW_ALL, notices.approve_view),
    "case.submit": case.opens(P.SUBMIT, submission.submission_view),
    "case.close": case.opens(P.CLOSE, close.close_view),
    compile(rf"{facts.CHOOSE}\.\d+"): facts.open_chapter,
    tasks.TOGGLE: tasks.toggle_task,
    compile(rf"{notices.DRAFT}\.\w+"): notices.draft,
    notices.READ: notices.read,
    home.REPORT: report.open_report,
    report.SAYING: report.open_report_from_button,
    drill.START: drill.start,
    DRILL: drill.confirm,
    compile(rf"{home.TURN_PAGE}\.\w+"): home.turn_page,
    "link": Turn.answer,
    "link.step": Turn.answer,
}


CHANGING: Final[frozenset[str | Pattern[str]]] = frozenset(
    button
    for button, handler in BUTTONS.items()
    if handler in (assign.take, tasks.toggle_task, notices.draft, notices.draft_next, drill.start, drill.confirm)
)
"""The buttons that act at once; all others only show something."""


def register(bolt: App, desk: Desk) -> None:
    """Tie every way in to its listener."""
    for command in COMMANDS:
        bolt.command(command)(desk.listener(commands.answer_command, reads=True, wants_text=commands.wants_text))
    for name, handler in GLOBAL_SHORTCUTS.items():
        bolt.global_shortcut(name)(desk.listener(handler, reads=True))
    for name, handler in MESSAGE_SHORTCUTS.items():
        bolt.message_shortcut(name)(desk.listener(handler, reads=True))
    for name, handler in SHOWING_EVENTS.items():
        bolt.event(name)(desk.listener(handler, reads=True))
    for name, handler in RECORDING_EVENTS.items():
        bolt.event(name, middleware=[desk.before_answer(handler, edited.concerns_us)])(desk.afterwards)
    for name, handler in FORMS.items():
        bolt.view(name)(desk.listener(handler))
    for button, handler in BUTTONS.items():
        bolt.action(button)(desk.listener(handler, reads=button not in CHANGING))
