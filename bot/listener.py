"""The one decorator around every listener: its own application context and transaction, and one door for errors.

Bolt runs listeners in threads of its own, so nothing is inherited. What a listener tells as saved is committed before
it answers. Nothing escapes after the answer: Bolt would turn that into a failed request although all is saved.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Final

import structlog
from flask import Flask
from slack_bolt import Ack, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import DBAPIError

from bot import blocks
from bot.people import People, sender_of
from bot.turn import Turn
from bot.turnstile import one_writer
from bot.words import refusal_text, words
from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.people import Actor, Source
from incident.slack.errors import TROUBLE
from incident.slack.shapes import Received, View
from incident.store.db import db, only_reads
from incident.usecases.common.access import has_reads, record_reads
from incident.usecases.people.slack_people import known_actor, link_actor
from incident.wiring import Deps

log = structlog.get_logger(__name__)
Handler = Callable[[Turn], None]
BoltListener = Callable[..., None]
BoltMiddleware = Callable[..., BoltResponse]
AFTERWARDS: Final = "meldklok_turn"
"""Under this name an event's turn goes from the middleware to the listener."""


@dataclass(frozen=True)
class Desk:
    """What all listeners share: the application with its database, and the people."""

    app: Flask
    people: People

    @property
    def deps(self) -> Deps:
        """The working parts."""
        deps: Deps = self.app.extensions["meldklok"]
        return deps

    def listener(
        self, handler: Handler, *, reads: bool = False, wants_text: Callable[[Received], bool] | None = None
    ) -> BoltListener:
        """Make a Bolt listener of a function that takes a :class:`Turn`.

        `reads` promises that it changes nothing, so that on SQLite nobody has to wait in line to see a form. Slack is
        then told at once that it arrived, unless the acknowledgement itself is the answer, as `wants_text` says.
        """

        @wraps(handler)
        def listen(ack: Ack, body: Received, client: WebClient) -> None:
            at_once = reads and not (wants_text is not None and wants_text(body))
            with self.app.app_context():
                self._run(handler, reads, self._turn(ack, body, client, at_once=at_once))

        # Bolt looks through decorators for the names of the arguments it hands in; ours are those above.
        del listen.__wrapped__
        return listen

    def before_answer(self, handler: Handler, concerns_us: Callable[[Received], bool]) -> BoltMiddleware:
        """Make a Bolt middleware that does what an event asks before Slack is told that it arrived.

        Bolt acknowledges an event before its listener runs. Slack repeats what was not acknowledged and nothing else,
        so an event would be lost when the process dies or the database is away in between. Slack may also repeat what
        was stored, when the answer came too late: the handler must know it again. It waits in line for the other
        writers by itself, once it has asked Slack what it needs. What does not concern us costs nothing.
        """

        def act(
            body: Received, client: WebClient, context: BoltContext, next: Callable[[], BoltResponse]
        ) -> BoltResponse:
            if not concerns_us(body):
                return next()
            with self.app.app_context():
                context[AFTERWARDS] = turn = self._turn(Ack(), body, client)  # type: ignore[no-untyped-call]
                done = self._do(handler, True, turn)
            return next() if done else BoltResponse(status=503)

        return act

    def afterwards(self, context: BoltContext) -> None:
        """What remains to be done of an event after its acknowledgement."""
        turn: Turn | None = context.get(AFTERWARDS)
        if turn is None:
            return
        with self.app.app_context():
            turn.session = db.session()
            self._finish(turn)
            _safely(turn, partial(self._record_reads, turn))

    def _turn(self, ack: Ack, body: Received, client: WebClient, at_once: bool = False) -> Turn:
        """The payload with the person behind it; Slack is told `at_once` that it arrived, before it is asked who."""
        if at_once:
            ack()
        profile = self.people.profile(sender_of(body))
        stranger = Actor(None, profile.name, frozenset(), Source.SLACK, profile.id)
        now = self.deps.clock.now()
        return Turn(ack, body, client, db.session(), now, profile, stranger, self.deps, self.people, acked=at_once)

    def _run(self, handler: Handler, reads: bool, turn: Turn) -> None:
        self._do(handler, reads, turn)
        self._finish(turn)
        _safely(turn, partial(self._record_reads, turn))

    def _record_reads(self, turn: Turn) -> None:
        """Who was shown a restricted incident is on record."""
        turn.session.rollback()
        if has_reads(turn.session):
            with one_writer(self.deps.settings):
                record_reads(turn.session, turn.now)
                turn.commit()

    def _do(self, handler: Handler, reads: bool, turn: Turn) -> bool:
        """Whether it was done, or refused for a reason; not when something failed that may go better next time."""
        done = True
        try:
            turn.actor = _actor(turn)
            self._handle(handler, reads, turn)
            turn.answer()
        except DomainError as refusal:
            turn.session.rollback()
            _safely(turn, partial(refuse, turn, refusal_text(refusal, turn.language), refusal.field))
        except Exception as surprise:
            done = False
            turn.session.rollback()
            _safely(turn, partial(_surprised, turn, surprise))
        finally:
            turn.session.rollback()
        return done

    def _finish(self, turn: Turn) -> None:
        for step in turn.later:
            _safely(turn, step)

    def _handle(self, handler: Handler, reads: bool, turn: Turn) -> None:
        if reads:
            only_reads(turn.session)
            handler(turn)
            return
        with one_writer(self.deps.settings):
            handler(turn)


def _actor(turn: Turn) -> Actor:
    """Who it is; written to only when an account is linked for the first time."""
    only_reads(turn.session)
    actor = known_actor(turn.session, turn.profile)
    turn.session.rollback()
    if actor is None:
        actor = link_actor(turn.session, turn.profile, turn.now)
        turn.commit()
    return actor


def _safely(turn: Turn, step: Callable[[], object]) -> None:
    """Do something after the record is safe; a failure is logged with a number and harms nothing."""
    try:
        step()
    except Exception as problem:
        turn.session.rollback()
        log.error("slack_step_failed", problem=type(problem).__name__, code=_code(problem), exc_info=_trace(problem))
    finally:
        turn.answer()


def _surprised(turn: Turn, surprise: Exception) -> None:
    """A reference number for the person, a stack trace for us."""
    number = secrets.token_hex(4)
    log.error("slack_listener_failed", number=number, problem=type(surprise).__name__, exc_info=_trace(surprise))
    if not turn.body.get("event"):
        refuse(turn, _apology(turn, surprise, number), None)


def _trace(problem: Exception) -> Exception | None:
    """The stack trace for the log; not of a database error, whose text repeats the values of the statement."""
    return None if isinstance(problem, DBAPIError) else problem


def _apology(turn: Turn, surprise: Exception, number: str) -> str:
    say = turn.say
    if isinstance(surprise, DBAPIError):
        text = (
            "The record cannot be reached just now, so nothing was saved. Your text is still here: try again. (%(n)s)"
        )
    elif isinstance(surprise, SlackApiError | SlackClientError | OSError) and _asks_only(turn):
        # Whoever typed what happened behind a command must not think that it was reported.
        text = "Slack did not do what was asked: nothing is on record yet. Try again, or use the page: %(page)s (%(n)s)"
    elif isinstance(surprise, SlackApiError | SlackClientError | OSError):
        text = "Slack did not do what was asked. Nothing was lost: try again, or use the page: %(page)s (%(n)s)"
    else:
        text = "Something went wrong on our side and nothing was saved. Tell an administrator this number: %(n)s"
    return say(text, n=number, page=turn.page())


def _asks_only(turn: Turn) -> bool:
    """Whether it was a command or a shortcut: these open forms and show things, and record nothing."""
    return bool(turn.body.get("command")) or turn.body.get("type") in ("shortcut", "message_action")


def refuse(turn: Turn, text: str, field: str | None) -> None:
    """Tell the person why not: at the field of a form, as the answer to a command, or in a small window."""
    if turn.body.get("type") == "view_submission" and not turn.acked:
        _refuse_form(turn, text, field)
    elif turn.body.get("command") and not turn.acked:
        turn.answer(text=text)
    else:
        turn.answer()
        turn.later.append(lambda: _show(turn, text))


def _refuse_form(turn: Turn, text: str, field: str | None) -> None:
    inputs = [str(block["block_id"]) for block in turn.view.get("blocks", ()) if block.get("type") == "input"]
    if not inputs:
        turn.replace(notice_view(turn.language, text))
        return
    place = field if field in inputs else inputs[0]
    turn.answer(response_action="errors", errors={place: text})


def _show(turn: Turn, text: str) -> None:
    """A button in a message is answered beside it; one in a view or a shortcut in a window, if that can be opened."""
    if turn.body.get("response_url") or not turn.body.get("trigger_id"):
        turn.tell(text)
        return
    try:
        turn.open(notice_view(turn.language, text))
    except TROUBLE:
        turn.tell(text)


def notice_view(language: str, text: str) -> View:
    """A window with one text."""
    return blocks.modal("notice", "Meldklok", [blocks.quoted(text)], submit=None, close=words(language)("Close"))


def _code(problem: Exception) -> str:
    return str(problem.response.get("error", "")) if isinstance(problem, SlackApiError) else ""
