"""What is counted at the end: against what people were told, and against what the world outside got."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import BOT
from incident.delivery.email_message import message_id
from incident.domain.kinds import OutboxOutcome, Subject
from incident.store.blobs import BlobStore
from incident.store.models import Deadline, Decision, Evidence, Incident, OutboxMessage, Reminder, TimelineEntry
from tests.failover.house import CLOCK
from tests.failover.ledger import Ledger
from tests.failover.outside import Mail
from tests.failover.plan import Fault
from tests.failover.servers import Program
from tests.fake_slack import FakeSlack

LATEST = timedelta(seconds=30)
DOMAIN = "example.org"


@dataclass
class Tally:
    """What was found; ``wrong`` is empty when everything was kept."""

    engine: Engine
    ledger: Ledger
    faults: list[Fault]
    since: datetime
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def say(self, sentence: str, *bad: object) -> None:
        """A line of the report, and what contradicts it."""
        self.told.append(f"{sentence}: {len(bad)} wrong" if bad else sentence)
        self.wrong += [f"{sentence}: {one}" for one in bad[:20]]

    def count(self, *parts: Callable[[], object]) -> None:
        """One after the other; what cannot be counted is wrong."""
        for part in parts:
            try:
                part()
            except Exception as problem:
                self.wrong.append(f"not counted: {type(problem).__name__}: {problem}")

    def limits(self) -> None:
        """One token, which asks both web machines in turn, gets what an hour allows and no more."""
        accepted, refused = self.ledger.answers["limit", "201"], self.ledger.answers["limit", "429"]
        wrong = ["more than 100 within the hour"] if accepted > 100 else []
        self.say(f"one token had {accepted} reports taken and {refused} refused", *wrong)

    def same_figures(self, before: str, after: str) -> None:
        """A year that is over has the figures that it had."""
        self.say("figures of last year before and after", *([] if after == before else [after]))

    def programs(self, all_of: Mapping[str, Program]) -> None:
        """How often one was killed, and how often one ended by itself: without a database none can start."""
        ended = Counter({name: len(program.died) for name, program in all_of.items() if program.died})
        killed = sum(program.killed for program in all_of.values())
        self.say(f"programs killed {killed}, ended by themselves while they started {dict(ended)}")

    def reports(self) -> None:
        """Each report that was answered is on record, once, under the reference that was answered."""
        found: dict[str, list[str]] = {}
        with Session(self.engine) as session:
            for reference, summary in session.execute(select(Incident.reference, Incident.summary)):
                if "(" in summary:
                    found.setdefault(summary.rpartition("(")[2].rstrip(")"), []).append(reference)
        answered = self.ledger.reports
        lost = [mark for mark, reference in answered.items() if reference not in found.get(mark, [])]
        double = [f"{mark}: {references}" for mark, references in found.items() if len(references) > 1]
        kinds = Counter(mark.rpartition("-")[0] for mark in answered)
        unknown = len([mark for mark in found if mark not in answered])
        self.say(
            f"reports answered {len(answered)} {dict(kinds)}, on record without an answer {unknown}", *lost, *double
        )

    def files(self, blobs: BlobStore) -> None:
        """Each file that was taken is there, once, and is what was sent."""
        wrong, rows = [], Counter[str]()
        with Session(self.engine) as session:
            kept = {row.filename: row.blob_sha256 for row in session.scalars(select(Evidence))}
            rows.update(session.scalars(select(Evidence.filename)))
        for name, digest in self.ledger.files.items():
            if kept.get(name) != digest or sha256(blobs.get(digest)).hexdigest() != digest:
                wrong.append(f"{name} is {kept.get(name)}")
        double = [f"{name} {times} times" for name, times in rows.items() if times > 1]
        self.say(f"files answered {len(self.ledger.files)}", *wrong, *double)

    def acts(self) -> None:
        """Notes and decisions: once each."""
        with Session(self.engine) as session:
            notes = Counter(
                text.rpartition("(")[2].rstrip(")")
                for text in session.scalars(select(TimelineEntry.text))
                if text and text.startswith("Called the controller (")
            )
            query = select(Incident.reference, func.count()).join(Decision, Decision.incident_id == Incident.id)
            rows = session.execute(query.where(Decision.subject == Subject.AUTHORITY).group_by(Incident.reference))
            decisions = {reference: times for reference, times in rows}
        wrong = [f"{mark} {notes[mark]} times" for mark in {*notes, *self.ledger.notes} if notes[mark] != 1]
        self.say(f"notes answered {len(self.ledger.notes)}", *wrong)
        wrong = [f"{one}: {decisions.get(one, 0)} times" for one in self.ledger.decided if decisions.get(one) != 1]
        self.say(f"decisions answered {len(self.ledger.decided)}", *wrong)

    def messages(self, mail: Mail, slack: FakeSlack) -> None:
        """What is on record as sent has arrived, what arrived is on record, and nothing waits."""
        with Session(self.engine) as session:
            rows = list(session.scalars(select(OutboxMessage)))
        letters = {message_id(row.dedupe_key, DOMAIN): row for row in rows if row.channel in ("email", "subjects")}
        sent = {key for key, row in letters.items() if row.outcome is OutboxOutcome.SENT}
        waiting = [row.dedupe_key for row in rows if row.settled_at is None and row.due_at <= datetime.now(UTC)]
        failed = [f"{row.dedupe_key}: {row.last_error}" for row in rows if row.outcome is OutboxOutcome.FAILED]
        unknown = [f"{key} to {mail.to[key]}" for key in mail.arrived.keys() - letters.keys()]
        self.say(
            f"mails on record as sent {len(sent)}, not arrived",
            *(letters[k].dedupe_key for k in sent - mail.arrived.keys()),
        )
        self.say("mails that arrived and are not on record", *unknown)
        self.say(
            f"messages {dict(Counter(str(row.outcome) for row in rows))}, still waiting or failed", *waiting, *failed
        )
        twice = [key for key, times in mail.arrived.items() if len(times) > 1]
        doubtful = [key for key in twice if key in letters and letters[key].attempts > 1]
        self.say(
            f"mails that came twice {len(twice)}, of which named as doubtful {len(doubtful)}",
            *(set(twice) - set(doubtful)),
        )
        self._announced(slack)

    def _announced(self, slack: FakeSlack) -> None:
        """What is on record as sent in Slack stands there, once."""
        with slack.workspace.lock:
            all_of = [message for channel in slack.workspace.channels.values() for message in channel.messages]
        there = {f"{message.channel}:{message.ts}" for message in all_of if message.user == BOT}
        times = Counter(json.dumps(message.metadata) for message in all_of if message.user == BOT and message.metadata)
        with Session(self.engine) as session:
            query = select(OutboxMessage.receipt).where(OutboxMessage.channel == "slack")
            sent = list(session.scalars(query.where(OutboxMessage.outcome == OutboxOutcome.SENT)))
        double = [f"{key} {number} times" for key, number in times.items() if number > 1]
        lost = [str(receipt) for receipt in sent if receipt not in there]
        self.say(f"messages in Slack {len(there)}, on record as sent {len(sent)}", *lost, *double)

    def clocks(self, mail: Mail) -> None:
        """No reminder came later than thirty seconds beyond what kept all workers from it."""
        with Session(self.engine) as session:
            query = select(Deadline.id, Reminder.due_at).join(Reminder).where(Reminder.rung == "left-24h")
            ours = query.join(Incident).where(Incident.summary.startswith(CLOCK), Reminder.due_at > self.since)
            due = {str(key): at for key, at in session.execute(ours)}
            told = select(OutboxMessage.dedupe_key).where(OutboxMessage.channel == "email")
            keys = [key for key in session.scalars(told) if key.partition(":")[0] in due and ":left-24h:" in key]
        late: list[tuple[float, float, str]] = []
        for key in keys:
            arrived = mail.arrived.get(message_id(key, DOMAIN))
            at = due[key.partition(":")[0]]
            if arrived:
                late.append(((arrived[0] - at).total_seconds(), self._away(at, arrived[0]), f"{at:%X}"))
        worst = max(late, default=(0.0, 0.0, ""), key=lambda one: one[0] - one[1])
        bad = [
            f"due {at}: {after:.0f} s, of which {away:.0f} s nothing could leave"
            for after, away, at in late
            if after - away > LATEST.total_seconds()
        ]
        middle = sorted(late)[len(late) // 2][0] if late else 0.0
        untold = [f"{key} untold" for key in due.keys() - {key.partition(":")[0] for key in keys}]
        line = f"clocks that fell due {len(due)}, mails about them {len(late)}, median {middle:.1f} s"
        self.say(f"{line}, worst beyond an outage {worst[0] - worst[1]:.1f} s (due {worst[2]})", *bad, *untold)

    def _away(self, start: datetime, end: datetime) -> float:
        """Seconds between the two in which there was no database to write to, or no mail server."""
        total = 0.0
        for fault in self.faults:
            if (
                "takes over" in fault.name
                or "back after" in fault.name
                or "standby" in fault.name
                or "world to mail" in fault.name
            ):
                both = min(end, fault.ended or end) - max(start, fault.begun)
                total += max(0.0, both.total_seconds())
        return total

    def verify(self, environ: Mapping[str, str]) -> None:
        """The chain, the rows and the files agree."""
        done = subprocess.run(
            [sys.executable, "-m", "incident", "audit", "verify"], env=dict(environ), capture_output=True, text=True
        )
        lines = (done.stdout + done.stderr).strip().splitlines()
        self.say("audit verify", *(lines[-8:] if done.returncode else ()))
        self.told += [f"   {line}" for line in lines[-4:]]

    def lines(self) -> Iterator[str]:
        """The report."""
        yield from self.told
        yield f"tried {dict(self.ledger.tried)}, given up {len(self.ledger.given_up)}"
        yield f"answers {dict(sorted(self.ledger.answers.items()))}, slowest {self.ledger.slowest:.0f} s"
        yield from (f"GIVEN UP {one}" for one in self.ledger.given_up)
        yield from (f"WRONG {one}" for one in [*self.wrong, *self.ledger.wrong])
