"""Keep Slack in line with the record: one room per incident, its topic, its people, and the headline that is edited.

The database is the truth; what stands in Slack can be made again at any time. Each step looks at what is stored, does
one thing at Slack outside any transaction, and stores what came of it. A room is opened by one process at a time; when
that one dies, the next first looks for what it left behind.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import OPEN_STATUSES, Status, Tag
from incident.domain.kernel.people import SYSTEM
from incident.slack.around import bookmark, invite, quietly, set_topic
from incident.slack.card import Card, card_of
from incident.slack.errors import NOT_ALLOWED, TROUBLE, code_of, failure_of, on_its_way, pause_of
from incident.slack.escalations import settle_taken
from incident.slack.found import find_channel, find_headline, headline_metadata, withdraw_doubles
from incident.slack.headline import headline, status_line, topic
from incident.slack.members import duties
from incident.slack.pace import BUSY, Busy, Unsettled, paced
from incident.slack.place import split_room
from incident.slack.plan import ARCHIVED, OPEN, OPENING, UNSENT, WANTED, Plan, Setback, begun, digest, said, unsent
from incident.slack.restricted import NO_PLACE, send_out, take_back, without_announcement
from incident.slack.shapes import Message, Received
from incident.slack.shorten import shorten
from incident.store.insert import insert_missing
from incident.store.models import Incident, SlackRoom
from incident.usecases.common.directory import DEFAULT_LANGUAGE, load_directory
from incident.usecases.common.record import record
from incident.usecases.messages.rooms import GONE, THREAD

LEASE: Final = timedelta(minutes=2)
NAMES_TRIED: Final = 5
LOOK_AGAIN: Final = timedelta(seconds=2)
"""How long what Slack did, and did not answer for, may take to show in its history."""
LOOK_EVERY: Final = timedelta(seconds=10)
SETTLED: Final = timedelta(minutes=1)
"""How long a request that nobody answered in time may be on its way: a cut cable holds it back, and hands it over when
it is whole again. Until then it is looked for, and not sent a second time."""
WRITERS: Final = 5
"""How many processes may overtake each other at one headline before the next tick settles it."""
OVERTAKEN: Final = Setback("overtaken")
Unit = Callable[[], AbstractContextManager[Session]]
"""A transaction: commits at the end, rolls back when anything is raised."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rooms:
    """The rooms of one workspace. Without a security channel nothing is announced before a breach is confirmed."""

    client: WebClient
    unit: Unit
    security_channel: str | None
    base_url: str
    zone: ZoneInfo
    prefix: str = "datalek"
    language: str = DEFAULT_LANGUAGE

    def sync(self, incident_id: UUID, now: datetime) -> Setback | None:
        """Bring one incident's place in Slack in line with the record; gives what keeps it from that, if anything.

        What went wrong is written down. OPENING means that another process is at it, or died while it was; UNSENT that
        a room cannot be archived yet.
        """
        try:
            return self._sync(incident_id, now)
        except Busy as busy:
            return Setback(BUSY, busy.pause)
        except TROUBLE as problem:
            log.warning("slack_room_behind", problem=code_of(problem))
            self._note(incident_id, code_of(problem))
            return Setback(code_of(problem), pause_of(problem))

    def _sync(self, incident_id: UUID, now: datetime) -> Setback | None:
        plan = self._plan(incident_id, now)
        for wanted, begin in ((self._wants_thread, self._open_thread), (self._wants_channel, self._open_channel)):
            if plan is not None and wanted(plan):
                if not self._claim(plan, now):
                    return Setback(OPENING)
                begin(plan, now)
                plan = self._plan(incident_id, now)
        for _ in range(WRITERS):
            outcome = self._refresh(plan, now) if plan is not None else None
            if outcome != OVERTAKEN:
                return outcome
            plan = self._plan(incident_id, now)
        return OVERTAKEN

    def _wants_thread(self, plan: Plan) -> bool:
        """Everything begins in the security channel; while that is closed to us a breach has its own room at least."""
        enough = plan.confirmed and (plan.gone or plan.announcement is not None)
        return plan.channel is None and bool(self.security_channel) and not enough and not plan.restricted

    def _wants_channel(self, plan: Plan) -> bool:
        """A breach, and whatever is restricted, has a channel of its own; what somebody began is brought to an end."""
        return (plan.unfinished or plan.may_open) and (plan.channel is None or plan.thread is not None)

    # What the record says

    def _plan(self, incident_id: UUID, now: datetime) -> Plan | None:
        with self.unit() as session:
            incident = session.get(Incident, incident_id)
            if incident is None or incident.is_silent:
                return None
            room = _room(session, incident_id)
            forgotten = incident.circle is None or room.announcement is None
            if room.state == ARCHIVED and incident.status not in OPEN_STATUSES and forgotten:
                return None
            # An archived room cannot be opened again by a bot: an incident that is taken up again gets a new one.
            known = room.channel_id if room.state != ARCHIVED else None
            channel, thread = split_room(known) if known else (None, None)
            directory = load_directory(session)
            card, restricted = card_of(session, incident, directory, now), incident.circle is not None
            confirmed = restricted or incident.status not in (Status.REPORTED, Status.DISMISSED)
            return Plan(
                incident_id,
                card,
                room.channel_id,
                channel,
                thread,
                room.announcement,
                room.last_error,
                room.headline_ts,
                room.headline_sha256,
                duties(session, directory, incident, card, now),
                tuple(room.invited or ()),
                room.topic,
                confirmed and room.last_error not in NOT_ALLOWED,
                room.state == OPENING,
                room.opened_at,
                bool(session.scalar(select(unsent(room)))),
                restricted,
                room.doubtful_until,
            )

    def _claim(self, plan: Plan, now: datetime) -> bool:
        """One process opens a room, where the plan saw it; a claim that was never finished can be taken again."""
        free = or_(SlackRoom.state != OPENING, SlackRoom.opened_at.is_(None), SlackRoom.opened_at < now - LEASE)
        unmoved = SlackRoom.channel_id.is_not_distinct_from(plan.place)
        take = update(SlackRoom).where(SlackRoom.incident_id == plan.incident_id, unmoved, free)
        with self.unit() as session:
            return bool(session.execute(take.values(state=OPENING, opened_at=now)).rowcount)  # type: ignore[attr-defined]

    # What is done at Slack

    def _open_channel(self, plan: Plan, now: datetime) -> None:
        try:
            channel = self._left_behind(plan) or (self._created(plan.card.reference) if plan.may_open else None)
        except TROUBLE as problem:
            if code_of(problem) not in NOT_ALLOWED:
                self._give_up(plan, problem, now)
                raise
            return self._store(plan, now, state=plan.unopened, last_error=code_of(problem))
        if channel is None:
            return self._store(plan, now, state=plan.unopened)
        if plan.restricted and plan.unfinished:
            send_out(self.client, channel["id"], plan.members)
        invited = invite(self.client, channel["id"], plan.duties)
        try:
            ts = self._posted(plan, channel["id"], now)
        except (Busy, *TROUBLE) as problem:
            self._look_again(plan, now, problem)
            raise
        quietly(lambda: self.client.pins_add(channel=channel["id"], timestamp=ts))
        self._store(
            plan,
            now,
            Tag.ROOM_OPENED,
            state=OPEN,
            channel_id=channel["id"],
            channel_name=channel["name"],
            is_thread=False,
            announcement=plan.place if plan.thread is not None else plan.announcement,
            headline_ts=ts,
            **{**begun(plan, now), **said(None, now)},
            topic=None,
            invited=invited,
            last_error=None,
        )

    def _created(self, reference: str) -> Received:
        """A private channel; a taken name gets a number, because the other may remain from an earlier try."""
        *names, last = self._names(reference)
        for name in names:
            try:
                return self._create(name)
            except SlackApiError as problem:
                if code_of(problem) != "name_taken":
                    raise
        return self._create(last)

    def _create(self, name: str) -> Received:
        channel: Received = self.client.conversations_create(name=name, is_private=True)["channel"]
        return channel

    def _names(self, reference: str) -> list[str]:
        name = f"{self.prefix}-{reference.lower()}"
        return [name, *(f"{name}-{number}" for number in range(2, NAMES_TRIED + 1))]

    def _left_behind(self, plan: Plan) -> Received | None:
        """The channel that a process made before it died."""
        return find_channel(self.client, self._names(plan.card.reference)) if plan.unfinished else None

    def _posted(self, plan: Plan, channel: str, now: datetime) -> str:
        """The headline that a process posted before it died, or a new one."""
        left = find_headline(self.client, channel, plan.card.reference) if plan.unfinished else None
        if left is None and plan.unfinished and plan.tried_at is not None and now < plan.tried_at + LEASE + SETTLED:
            raise Unsettled(LOOK_EVERY)
        return left or self._post(channel, None, plan.card, now)

    def _give_up(self, plan: Plan, problem: Exception, now: datetime) -> None:
        """Let the next try begin at once, unless Slack may have done it all the same: that has to be looked for."""
        if failure_of(problem).unknown_outcome:
            self._look_again(plan, now, problem)
        else:
            self._store(plan, now, state=plan.unopened)

    def _look_again(self, plan: Plan, now: datetime, problem: Exception) -> None:
        """Whoever comes next first looks for what Slack may have done, a few seconds from now and not minutes."""
        anew = now - LEASE + LOOK_AGAIN - (timedelta(0) if on_its_way(problem) else SETTLED)
        self._store(plan, plan.tried_at if isinstance(problem, Unsettled) and plan.tried_at else anew)

    def _open_thread(self, plan: Plan, now: datetime) -> None:
        assert self.security_channel is not None
        try:
            ts = self._posted(plan, self.security_channel, now)
        except Busy as problem:
            if plan.unfinished:
                self._look_again(plan, now, problem)
            else:
                self._store(plan, now, state=WANTED)
            raise
        except TROUBLE as problem:
            self._give_up(plan, problem, now)
            raise
        place, words = f"{self.security_channel}{THREAD}{ts}", begun(plan, now)
        self._store(plan, now, state=OPEN, channel_id=place, is_thread=True, headline_ts=ts, **words)

    def _refresh(self, plan: Plan, now: datetime) -> Setback | None:
        """Edit what stands there when it says something else now, and let in who came on the case.

        A room in which messages are still to be posted is archived later: Slack would refuse them for good. One that
        a person closed to us is knocked on until it opens again, or until the case is closed.
        """
        settle_taken(self.client, self.unit, plan, self.language, now)
        if plan.restricted:
            plan = self._withdrawn(plan, now)
        if plan.channel is None or (plan.digest == digest(plan, now) and not plan.gone):
            self._mended(plan)
            return None
        done = not plan.card.open and plan.thread is None
        try:
            told = self._bring_up(plan, plan.channel, now)
            self._announce(plan, now)
            self._bookmark(plan, plan.channel)
        except SlackApiError as problem:
            if code_of(problem) in GONE:
                self._announce(plan, now, gone=True)
            if not (done and code_of(problem) in GONE):
                raise
            told = {}
        if done and plan.unsent:
            return Setback(UNSENT)
        if done:
            quietly(lambda: self.client.conversations_archive(channel=plan.channel or ""))
        state = ARCHIVED if done else OPEN
        return self._conclude(plan, now, state=state, last_error=None, **said(plan, now), **told)

    def _withdrawn(self, plan: Plan, now: datetime) -> Plan:
        """Take back what stands of a restricted incident in a channel of others."""
        left = without_announcement(plan)
        if left is not plan:
            take_back(self.client, plan, self.language)
            gone = {} if left.place == plan.place else {"state": WANTED, **NO_PLACE}
            self._store(plan, now, announcement=None, **gone)
        return left

    def _mended(self, plan: Plan) -> None:
        """What stood in the way is over: nothing is behind any more."""
        if plan.channel is not None and plan.trouble is not None and plan.trouble not in NOT_ALLOWED:
            self._note(plan.incident_id, None)

    def _bring_up(self, plan: Plan, channel: str, now: datetime) -> dict[str, Any]:
        """The columns of what Slack knows of the room now."""
        if plan.restricted:
            send_out(self.client, channel, plan.members)
        if plan.headline_ts is not None:
            top = self._update(plan, channel, plan.headline_ts, now)
            if plan.doubtful_until is not None:
                withdraw_doubles(self.client, channel, plan.card.reference, top)
        if plan.thread is not None:
            return {}
        text = topic(plan.card, language=self.language, zone=self.zone)
        known = () if plan.gone else plan.invited
        invited = invite(self.client, channel, plan.duties, known)
        stands = text == plan.topic or set_topic(self.client, channel, text)
        return {"invited": invited, "topic": text if stands else None}

    def _update(self, plan: Plan, channel: str, ts: str, now: datetime) -> str:
        try:
            with paced(self.unit, channel, now):
                self.client.chat_update(channel=channel, ts=ts, **self._headline(plan.card, now))
            return ts
        except SlackApiError as problem:
            if code_of(problem) != "message_not_found":
                raise
            left = find_headline(self.client, channel, plan.card.reference)
            posted = left or self._post(channel, None, plan.card, now)
            place = channel if plan.thread is None else f"{channel}{THREAD}{posted}"
            self._store(plan, now, headline_ts=posted, channel_id=place)
            return posted

    def _post(self, channel: str, thread: str | None, card: Card, now: datetime) -> str:
        with paced(self.unit, channel, now, post=True):
            answer = self.client.chat_postMessage(channel=channel, thread_ts=thread, **self._headline(card, now))
        return str(answer["ts"])

    def _headline(self, card: Card, now: datetime) -> Message:
        payload = headline(card, language=self.language, zone=self.zone, base_url=self.base_url, now=now)
        return shorten({**payload, "metadata": headline_metadata(card.reference)})

    def _announce(self, plan: Plan, now: datetime, *, gone: bool = False) -> None:
        """The message in the security channel says how the case stands, to its end."""
        if plan.announcement is None or plan.thread is not None:
            return
        channel, ts = split_room(plan.announcement)
        said = status_line(
            plan.card,
            plan.channel or "",
            gone=gone,
            language=self.language,
            zone=self.zone,
            base_url=self.base_url,
            now=now,
        )
        quietly(lambda: self.client.chat_update(channel=channel, ts=ts or "", **shorten(said)))

    def _bookmark(self, plan: Plan, channel: str) -> None:
        """When a room is brought up to date for the first time; the first to fail is the last to be tried again."""
        if plan.thread is None and plan.digest is None:
            about = {"base_url": self.base_url, "language": self.language}
            quietly(lambda: bookmark(self.client, channel, plan.card.reference, **about))

    # What came of it

    def _store(self, plan: Plan, now: datetime, tag: Tag | None = None, **values: object) -> None:
        """Keep it, and what belongs on record in the same transaction."""
        with self.unit() as session:
            statement = update(SlackRoom).where(SlackRoom.incident_id == plan.incident_id)
            session.execute(statement.values(opened_at=now, **values))
            if tag is not None:
                record(session, session.get_one(Incident, plan.incident_id), tag, SYSTEM, now)

    def _conclude(self, plan: Plan, now: datetime, **values: object) -> Setback | None:
        """Keep what was said, unless another process said something since: then nobody knows whose words came last."""
        unmoved = SlackRoom.headline_sha256.is_not_distinct_from(plan.digest)
        keep = update(SlackRoom).where(SlackRoom.incident_id == plan.incident_id, unmoved)
        kept: dict[str, object] = {"opened_at": now, **values}
        if kept["state"] == OPEN:
            # Whoever is opening the room keeps the claim: else a third process would open a second one.
            theirs = {"state": OPENING, "opened_at": SlackRoom.opened_at}
            kept |= {name: case((SlackRoom.state == OPENING, theirs[name]), else_=kept[name]) for name in theirs}
        with self.unit() as session:
            if session.execute(keep.values(kept)).rowcount:  # type: ignore[attr-defined]
                return None
        self._store(plan, now, **said(None, now))
        return OVERTAKEN

    def _note(self, incident_id: UUID, code: str | None) -> None:
        with self.unit() as session:
            session.execute(update(SlackRoom).where(SlackRoom.incident_id == incident_id).values(last_error=code))

    def rebuild(self, incident_id: UUID, now: datetime) -> None:
        """Forget what is known of the place in Slack and make it again."""
        with self.unit() as session:
            session.execute(
                update(SlackRoom)
                .where(SlackRoom.incident_id == incident_id)
                .values(state=WANTED, last_error=None, opened_at=None, **NO_PLACE)
            )
        with suppress(Busy):
            self._sync(incident_id, now)
            self._sync(incident_id, now)


def _room(session: Session, incident_id: UUID) -> SlackRoom:
    insert_missing(session, SlackRoom, incident_id=incident_id, is_thread=False, state=WANTED)
    return session.get_one(SlackRoom, incident_id, populate_existing=True)
