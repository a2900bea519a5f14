"""Stage two of a tick, on both databases: what happens to a message when its channel misbehaves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import BOT
from incident.delivery.messages import MessageTexts
from incident.domain.kernel.errors import Conflict, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.health import judge
from incident.domain.kernel.people import Actor
from incident.domain.kinds import OutboxOutcome
from incident.domain.reminders.roster import Audience
from incident.domain.retries import Failure, matters_until, next_attempt
from incident.platform.clock import FixedClock
from incident.slack.messenger import SlackMessenger
from incident.store.due import LEASE, claim_message
from incident.store.models import AuditEntry, OutboxMessage, Person
from incident.store.queries.vital_signs import health_facts
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.deliver import NOT_SET_UP, Parcel, Result, conclude, take
from incident.usecases.messages.other_ways import rescue_slow
from incident.usecases.messages.ports import Channel, DeliveryFailed, OutgoingMessage, Receipt
from incident.usecases.messages.queue import queue, queue_one
from incident.usecases.messages.retry import GiveUp, SendAgain, give_up, send_again
from tests.clock.conftest import House, told
from tests.fake_slack import Failure as Trouble
from tests.fake_slack import FakeSlack
from tests.fake_slack.server import BOT_TOKEN

RANDOM = Random(7)
BOTH = frozenset({Channel.EMAIL, Channel.SLACK})


class ScriptedMessenger:
    """Answers as it is told, then takes everything; remembers what it took."""

    def __init__(self, *script: DeliveryFailed) -> None:
        self.script = list(script)
        self.taken: list[OutgoingMessage] = []
        self.searched = 0
        self.arrived: set[str] = set()

    def send(self, message: OutgoingMessage) -> Receipt:
        if self.script:
            failure = self.script.pop(0)
            if failure.unknown_outcome:
                self.arrived.add(message.dedupe_key)
            raise failure
        self.taken.append(message)
        return Receipt(f"took:{len(self.taken)}")

    def find(self, message: OutgoingMessage) -> Receipt | None:
        self.searched += 1
        return Receipt("found") if message.dedupe_key in self.arrived else None


def deliver(session: Session, clock: FixedClock, messenger: ScriptedMessenger) -> list[OutboxOutcome | None]:
    """What a sending thread does, until nothing may leave at this moment."""
    outcomes = []
    while (parcel := take(session, "w", clock.now(), "C-DEFAULT")) is not None:
        session.commit()
        try:
            found = messenger.find(parcel.message) if parcel.claimed.maybe_sent else None
            result = Result(receipt=found or messenger.send(parcel.message))
        except DeliveryFailed as failure:
            result = Result(failure=failure)
        outcomes.append(conclude(session, parcel, result, clock.now(), RANDOM))
        session.commit()
    session.commit()
    return outcomes


def only(session: Session) -> OutboxMessage:
    session.expire_all()
    return session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at).limit(1)).one()


@pytest.fixture
def post(house: House) -> Callable[..., OutboxMessage]:
    """Queue one message about a case; by default over Slack to a conversation."""
    incident = house.report()

    def make(channel: Channel = Channel.SLACK, recipient: str = "C1", dedupe: str = "x", **more: bool) -> OutboxMessage:
        row = queue_one(
            house.session,
            incident=incident,
            channel=channel,
            recipient=recipient,
            template="test",
            params={},
            now=house.clock.now(),
            dedupe=dedupe,
            **more,
        )
        house.session.commit()
        return house.session.get_one(OutboxMessage, row)

    return make


def test_a_message_leaves_once_and_keeps_its_receipt(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    messenger = ScriptedMessenger()
    assert deliver(house.session, house.clock, messenger) == [OutboxOutcome.SENT]
    assert deliver(house.session, house.clock, messenger) == []
    row = only(house.session)
    assert (row.receipt, row.attempts, row.lease_until) == ("took:1", 1, None)
    assert house.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.MESSAGE_SENT.value)).one()


def test_the_same_occasion_is_queued_once_per_recipient(house: House) -> None:
    incident = house.report()

    def say(recipient: str) -> object:
        return queue_one(
            house.session,
            incident=incident,
            channel=Channel.SLACK,
            recipient=recipient,
            template="test",
            params={},
            now=house.clock.now(),
            dedupe="x",
        )

    assert [say("C1") is None, say("C1") is None, say("C2") is None] == [False, True, False]


def test_a_passing_failure_is_tried_again_later_and_later(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    messenger = ScriptedMessenger(*[DeliveryFailed("500") for _ in range(5)])
    pauses = []
    for _ in range(5):
        deliver(house.session, house.clock, messenger)
        pause = only(house.session).due_at - house.clock.now()
        pauses.append(pause.total_seconds())
        house.clock.advance(seconds=pause.total_seconds())
    assert all(0.8 * 5 * 2**n <= pause <= 1.2 * 5 * 2**n for n, pause in enumerate(pauses))
    deliver(house.session, house.clock, messenger)
    assert only(house.session).outcome is OutboxOutcome.SENT
    assert len(messenger.taken) == 1


def test_a_rate_limit_becomes_the_new_due_time_of_the_whole_channel(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    post()
    messenger = ScriptedMessenger(DeliveryFailed("429", retry_after=timedelta(seconds=40), whole_channel=True))
    deliver(house.session, house.clock, messenger)
    post(recipient="C2", dedupe="y")
    post(Channel.EMAIL, "alice@example.org", dedupe="z")
    house.clock.advance(seconds=39)
    deliver(house.session, house.clock, messenger)
    assert [message.channel for message in messenger.taken] == ["email"]
    house.clock.advance(seconds=1)
    deliver(house.session, house.clock, messenger)
    assert {message.recipient for message in messenger.taken} == {"C1", "C2", "alice@example.org"}
    assert only(house.session).attempts == 1


def test_one_message_a_second_and_conversation(house: House, post: Callable[..., OutboxMessage]) -> None:
    for number in range(3):
        post(dedupe=f"a{number}")
        post(recipient="C2", dedupe=f"b{number}")
    messenger = ScriptedMessenger()
    per_second = []
    for _ in range(3):
        deliver(house.session, house.clock, messenger)
        per_second.append(sorted(message.recipient for message in messenger.taken))
        messenger.taken.clear()
        house.clock.advance(seconds=1)
    assert per_second == [["C1", "C2"]] * 3


def test_an_urgent_message_goes_before_the_others(house: House, post: Callable[..., OutboxMessage]) -> None:
    post(Channel.EMAIL, "a@example.org", dedupe="a")
    house.clock.advance(seconds=1)
    post(Channel.EMAIL, "b@example.org", dedupe="b", urgent=True)
    messenger = ScriptedMessenger()
    deliver(house.session, house.clock, messenger)
    assert [message.recipient for message in messenger.taken] == ["b@example.org", "a@example.org"]


def test_a_permanent_failure_in_slack_falls_back_to_e_mail(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    messenger = ScriptedMessenger(DeliveryFailed("channel_not_found", permanent=True))
    assert deliver(house.session, house.clock, messenger) == [
        OutboxOutcome.FAILED,
        OutboxOutcome.SENT,
        OutboxOutcome.SENT,
    ]
    assert {message.recipient for message in messenger.taken} == {"alice@example.org", "charlie@example.org"}
    dead = house.session.scalars(select(OutboxMessage).where(OutboxMessage.outcome == OutboxOutcome.FAILED)).one()
    assert dead.last_error == "channel_not_found"
    rescued = house.session.scalars(select(OutboxMessage).where(OutboxMessage.fallback_of == dead.id)).all()
    assert told(list(rescued)) == ["alice", "charlie"]


def test_a_direct_message_falls_back_to_the_same_person(house: House, post: Callable[..., OutboxMessage]) -> None:
    bob = house.session.scalars(select(Person).where(Person.email == "bob@example.org")).one()
    bob.slack_user_id = "U-BOB"
    post(recipient="U-BOB")
    messenger = ScriptedMessenger(DeliveryFailed("token_revoked", permanent=True))
    deliver(house.session, house.clock, messenger)
    assert [message.recipient for message in messenger.taken] == ["bob@example.org"]


def test_whoever_already_gets_the_e_mail_gets_no_second_one(house: House) -> None:
    incident = house.report()
    queue(
        house.session,
        incident=incident,
        template="test",
        params={},
        to=Audience.DUTY,
        now=house.clock.now(),
        dedupe="occasion",
        channels=BOTH,
    )
    house.session.commit()
    failing = ScriptedMessenger()

    class SlackIsGone(ScriptedMessenger):
        def send(self, message: OutgoingMessage) -> Receipt:
            if message.channel == Channel.SLACK:
                raise DeliveryFailed("token_revoked", permanent=True)
            return failing.send(message)

    deliver(house.session, house.clock, SlackIsGone())
    recipients = [message.recipient for message in failing.taken]
    assert sorted(recipients) == ["alice@example.org", "charlie@example.org"]


def test_e_mail_that_fails_for_good_is_a_dead_letter_and_other_people_are_told(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    """Bob's mailbox is gone and he has no other channel: whoever is on duty, the DPO and the deputy get the message."""
    row = post(Channel.EMAIL, "bob@example.org")
    messenger = ScriptedMessenger(DeliveryFailed("550", permanent=True))
    deliver(house.session, house.clock, messenger)
    house.session.refresh(row)
    assert row.outcome is OutboxOutcome.FAILED
    assert {message.recipient for message in messenger.taken} == {"alice@example.org", "charlie@example.org"}


def test_whose_channel_is_slow_is_told_over_the_other_one_after_five_minutes(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    """Alice has Slack too: when the mail server is away she gets a direct message, and the e-mail goes on waiting."""
    alice = house.session.scalars(select(Person).where(Person.email == "alice@example.org")).one()
    alice.slack_user_id = "U-ALICE"
    write_down(house.session, BOTH, house.clock.now())
    post(Channel.EMAIL, "alice@example.org")
    away = ScriptedMessenger(*[DeliveryFailed("away", whole_channel=True) for _ in range(100)])
    deliver(house.session, house.clock, away)
    assert rescue_slow(house.session, house.clock.advance(minutes=4)) == 0
    deliver(house.session, house.clock, away)
    assert rescue_slow(house.session, house.clock.advance(minutes=2)) == 1
    house.session.commit()
    assert rescue_slow(house.session, house.clock.now()) == 0
    taken = ScriptedMessenger()
    deliver(house.session, house.clock, taken)
    assert ("slack", "U-ALICE") in {(message.channel, message.recipient) for message in taken.taken}


def test_while_a_channel_is_away_only_the_most_urgent_message_knocks(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    """When it is back, the urgent message leaves first and the others right after it, oldest first."""
    for number in range(5):
        post(Channel.EMAIL, f"{number}@example.org", dedupe=f"{number}")
        house.clock.advance(seconds=1)
    post(Channel.EMAIL, "urgent@example.org", dedupe="u", urgent=True)
    away = ScriptedMessenger(*[DeliveryFailed("away", whole_channel=True) for _ in range(6)])
    for _ in range(6):
        assert deliver(house.session, house.clock, away) == [None]
        house.clock.advance(minutes=1, seconds=15)
    back = ScriptedMessenger()
    deliver(house.session, house.clock, back)
    assert [message.recipient[0] for message in back.taken] == ["u", "0", "1", "2", "3", "4"]


def test_an_unknown_outcome_is_looked_up_before_anything_is_sent_again(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    post()
    messenger = ScriptedMessenger(DeliveryFailed("reset", unknown_outcome=True))
    deliver(house.session, house.clock, messenger)
    house.clock.advance(minutes=1)
    deliver(house.session, house.clock, messenger)
    row = only(house.session)
    assert (row.outcome, row.receipt) == (OutboxOutcome.SENT, "found")
    assert (messenger.searched, messenger.taken) == (1, [])


def test_a_lease_left_behind_makes_the_next_worker_look_first(house: House, post: Callable[..., OutboxMessage]) -> None:
    """A worker is killed between sending and settling: planning survives, and the message is recognised."""
    row = post()
    assert take(house.session, "killed", house.clock.now()) is not None
    house.session.commit()
    assert take(house.session, "other", house.clock.now()) is None
    house.clock.advance(seconds=LEASE.total_seconds() + 1)
    messenger = ScriptedMessenger()
    messenger.arrived.add(row.dedupe_key)
    assert deliver(house.session, house.clock, messenger) == [OutboxOutcome.SENT]
    assert (messenger.searched, messenger.taken) == (1, [])


def test_who_lost_the_lease_cannot_settle(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    slow = take(house.session, "slow", house.clock.now())
    house.session.commit()
    assert isinstance(slow, Parcel)
    house.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert take(house.session, "quick", house.clock.now()) is not None
    house.session.commit()
    late = conclude(house.session, slow, Result(receipt=Receipt("late")), house.clock.now(), RANDOM)
    assert late is None
    assert only(house.session).receipt is None


def test_two_workers_never_hold_the_same_row(engine: Engine, house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    with Session(engine) as other:
        first = claim_message(house.session, "one", house.clock.now())
        house.session.commit()
        second = claim_message(other, "two", house.clock.now())
    assert first is not None
    assert second is None


def test_a_channel_that_is_not_set_up_settles_its_messages(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    parcel = take(house.session, "w", house.clock.now())
    assert parcel is not None
    assert conclude(house.session, parcel, Result(), house.clock.now(), RANDOM) is OutboxOutcome.CANCELLED
    assert only(house.session).last_error == NOT_SET_UP


def _hanging(slack: FakeSlack) -> None:
    slack.fail_always("chat.postMessage", Trouble(delay=0.1, reset=True))


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda slack: slack.fail_always("chat.postMessage", Trouble.rate_limited(30)),
        lambda slack: slack.fail_always("chat.postMessage", Trouble.server_error(500)),
        lambda slack: slack.fail_always("chat.postMessage", Trouble.connection_reset()),
        _hanging,
        lambda slack: slack.fail_always("chat.postMessage", Trouble.error("channel_not_found")),
        lambda slack: slack.fail_always("chat.postMessage", Trouble.error("is_archived")),
        lambda slack: slack.fail_always("chat.postMessage", Trouble.error("token_revoked")),
    ],
    ids=["429", "500", "reset", "hangs", "channel_not_found", "is_archived", "token_revoked"],
)
def test_an_hour_of_a_misbehaving_slack_loses_nothing(
    house: House, post: Callable[..., OutboxMessage], misbehave: Callable[[FakeSlack], None]
) -> None:
    """For an hour of simulated time every post fails in one way: all arrive by e-mail meanwhile, /health is red, and
    in Slack too, once each, when it is well again."""
    mail = ScriptedMessenger()
    with FakeSlack() as slack:
        misbehave(slack)
        patience = 0.05 if misbehave is _hanging else 30
        client = WebClient(BOT_TOKEN, base_url=slack.url, timeout=patience, retry_handlers=[])  # type: ignore[arg-type]
        channels = Channels(SlackMessenger(client, MessageTexts()), mail)
        for number in range(3):
            post(recipient=slack.workspace.add_channel(f"c{number}", (BOT,)).id, dedupe=f"hour{number}")
        for _ in range(64):
            deliver(house.session, house.clock, channels)
            house.clock.advance(minutes=1)
            rescue_slow(house.session, house.clock.now())
        judged = judge(health_facts(house.session, house.clock.now()), house.clock.now())
        meanwhile = sum(len(channel.messages) for channel in slack.workspace.channels.values())
        slack.failures.clear()
        client.timeout = 30
        for _ in range(13):
            deliver(house.session, house.clock, channels)
            house.clock.advance(minutes=1)
        posted = [len(channel.messages) for channel in slack.workspace.channels.values()]
    assert "messages_late" in judged.keys
    assert not judged.ok
    assert meanwhile == 0
    assert sorted(posted)[-3:] == [1, 1, 1]
    rows = house.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "slack")).all()
    assert {row.outcome for row in rows} == {OutboxOutcome.SENT}
    assert {message.dedupe_key.split(":")[0] for message in mail.taken} == {f"hour{number}" for number in range(3)}
    assert len(mail.taken) == 6


class Channels(ScriptedMessenger):
    """Slack for Slack's messages, a mailbox for the others."""

    def __init__(self, slack: SlackMessenger, mail: ScriptedMessenger) -> None:
        super().__init__()
        self._slack = slack
        self._mail = mail

    def send(self, message: OutgoingMessage) -> Receipt:
        return (self._slack if message.channel == Channel.SLACK else self._mail).send(message)

    def find(self, message: OutgoingMessage) -> Receipt | None:
        return self._slack.find(message) if message.channel == Channel.SLACK else None


def test_after_a_bad_hour_slack_gets_its_messages_again(house: House, post: Callable[..., OutboxMessage]) -> None:
    """Five bad minutes are bridged without the fallback, and nothing is posted twice."""
    with FakeSlack() as slack:
        slack.fail_always("chat.postMessage", Trouble.connection_reset(after=True))
        client = WebClient(BOT_TOKEN, base_url=slack.url, timeout=2, retry_handlers=[])
        channels = Channels(SlackMessenger(client, MessageTexts()), ScriptedMessenger())
        channel = slack.workspace.add_channel("c", (BOT,))
        post(recipient=channel.id)
        deliver(house.session, house.clock, channels)
        slack.failures.clear()
        house.clock.advance(minutes=1)
        assert deliver(house.session, house.clock, channels) == [OutboxOutcome.SENT]
        assert len(channel.messages) == 1


def test_a_dead_letter_can_be_sent_again_once(house: House, post: Callable[..., OutboxMessage]) -> None:
    row = post(Channel.EMAIL, "gone@example.org")
    messenger = ScriptedMessenger(DeliveryFailed("550", permanent=True))
    deliver(house.session, house.clock, messenger)
    command = SendAgain(house.actors["charlie"], row.id)
    send_again(command, session=house.session, now=house.clock.now())
    house.session.commit()
    with pytest.raises(Conflict):
        send_again(command, session=house.session, now=house.clock.now())
    house.session.rollback()
    assert deliver(house.session, house.clock, messenger) == [OutboxOutcome.SENT]
    assert house.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.MESSAGE_REQUEUED.value)).one()


def test_a_dead_letter_can_be_taken_off_the_banner(house: House, post: Callable[..., OutboxMessage]) -> None:
    row = post(Channel.EMAIL, "gone@example.org")
    deliver(house.session, house.clock, ScriptedMessenger(DeliveryFailed("550", permanent=True)))
    give_up(GiveUp(house.actors["charlie"], row.id), session=house.session, now=house.clock.now())
    assert house.session.get_one(OutboxMessage, row.id).outcome is OutboxOutcome.CANCELLED


def test_whoever_may_not_see_the_case_may_not_send_its_messages(
    house: House, post: Callable[..., OutboxMessage]
) -> None:
    row = post(Channel.EMAIL, "gone@example.org")
    deliver(house.session, house.clock, ScriptedMessenger(DeliveryFailed("550", permanent=True)))
    stranger = Actor(None, "Stranger", slack_id="U-NOBODY")
    with pytest.raises(NotFound):
        send_again(SendAgain(stranger, row.id), session=house.session, now=house.clock.now())


def test_the_pause_grows_and_is_never_longer_than_ten_minutes() -> None:
    """However many attempts fail in passing, there is a next one."""
    pauses = [next_attempt(Failure(), attempt, Random(1)) for attempt in range(1, 2000)]
    kept = [pause for pause in pauses if pause is not None]
    assert len(kept) == len(pauses)
    assert kept[:7] == sorted(kept[:7])
    assert max(kept) <= timedelta(minutes=12)


def test_a_channel_that_is_away_is_knocked_on_every_minute() -> None:
    pauses = [next_attempt(Failure(whole_channel=True), attempt, Random(1)) for attempt in range(1, 50)]
    assert max(pause for pause in pauses if pause is not None) <= timedelta(seconds=72)


def test_a_message_matters_for_two_weeks_after_its_deadline() -> None:
    made = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert matters_until(made, None) == made + timedelta(days=14)
    assert matters_until(made, made + timedelta(hours=72)) == made + timedelta(days=17)
    assert matters_until(made, made - timedelta(days=3)) == made + timedelta(days=14)


def test_an_absurd_retry_after_is_cut(house: House, post: Callable[..., OutboxMessage]) -> None:
    post()
    deliver(house.session, house.clock, ScriptedMessenger(DeliveryFailed("429", retry_after=timedelta(days=300))))
    assert only(house.session).due_at - house.clock.now() <= timedelta(minutes=15)


def test_a_clock_that_is_set_back_strands_no_message(house: House, post: Callable[..., OutboxMessage]) -> None:
    from incident.store.due import after_clock_was_set_back

    post()
    deliver(house.session, house.clock, ScriptedMessenger(DeliveryFailed("500")))
    house.clock.advance(hours=-5)
    assert after_clock_was_set_back(house.session, house.clock.now()) == 1
    house.session.commit()
    messenger = ScriptedMessenger()
    deliver(house.session, house.clock, messenger)
    assert len(messenger.taken) == 1
    assert not [row for row in house.session.scalars(select(OutboxMessage)) if row.settled_at is None]
