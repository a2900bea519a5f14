"""Only what happened is recorded as happened: a first installation without mail never says that something was sent."""

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.domain.kinds import OutboxOutcome
from incident.store.db import db
from incident.store.models import AuditEntry, OutboxMessage
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from incident.wiring import Deps
from incident.worker import Worker
from tests.promises.test_outages import no_database
from tests.web.client import Visitor
from tests.web.conftest import Team, app, lite, lite_app, team

__all__ = ["app", "lite", "lite_app", "team"]
BAR = "Neither e-mail nor Slack is set up: nobody is reminded of anything."
PAGES = (
    "/",
    "/register",
    "/insight",
    "/report",
    "/account",
    "/settings/channels",
    "/settings/health",
    "/settings/roster",
    "/settings/ladder",
    "/incidents/{}",
    "/incidents/{}/timeline",
    "/incidents/{}/record",
    "/incidents/{}/notices",
)


class Trial:
    """An installation as `make run` leaves it: web and worker on one clock, and no channel."""

    def __init__(self, team: Team) -> None:
        import threading

        self.team = team
        self.deps: Deps = team.app.extensions["meldklok"]
        with team.app.app_context():
            self.worker = Worker(db.engine, self.deps, Outlets(), threading.Event())
            self.worker._announce()

    def tick(self, **elapsed: float) -> None:
        self.team.clock.advance(**elapsed)
        with self.team.app.app_context():
            self.worker.tick()

    def outcomes(self) -> set[OutboxOutcome | None]:
        with self.team.app.app_context():
            return set(db.session.scalars(select(OutboxMessage.outcome)))

    def tags(self) -> set[str]:
        with self.team.app.app_context():
            return set(db.session.scalars(select(AuditEntry.tag)))


@pytest.fixture
def trial(lite: Team) -> Trial:
    return Trial(lite)


def report(visitor: Visitor) -> str:
    visitor.get("/report")
    page = visitor.submit(summary="Salary list mailed to the wrong person")
    return page.path.split("/")[2]


def test_a_first_installation_without_mail_never_says_sent(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Report, remind and escalate for three days: no entry and no page says that a message was sent."""
    dpo = trial.team.visitor("Dora", Role.DPO, Role.ADMIN)
    trial.tick(seconds=1)
    reference = report(dpo)
    for _ in range(6):
        trial.tick(hours=12)
    dpo.come_back()
    assert trial.outcomes() == {OutboxOutcome.SHOWN}
    assert "message:shown" in trial.tags()
    assert {tag for tag in trial.tags() if "sent" in tag} == set()
    for path in PAGES:
        text = dpo.get(path.format(reference)).text
        assert BAR in text, path
        said = text.casefold().replace("can be sent", "").replace("nothing was sent", "")
        assert " sent" not in said, path
    shown = capsys.readouterr().out
    assert "NOT SENT: no channel is set up" in shown
    assert reference in shown


def test_the_first_line_of_the_board_names_whom_reminders_do_not_reach(trial: Trial) -> None:
    trial.team.account("Tom", Role.SECOND)
    dpo = trial.team.visitor("Dora", Role.DPO)
    page = dpo.get("/")
    main = next(node for node in page.tree.iter("main"))
    first = next(node for node in main.iter("p"))
    assert "Reminders do not reach: Dora, Tom." in "".join(first.itertext())


def test_the_receipt_of_a_report_says_who_is_told(trial: Trial) -> None:
    """Whoever reports must know whether that is enough."""
    dpo = trial.team.visitor("Dora", Role.DPO)
    reference = report(dpo)
    assert "Meldklok could not tell anybody of this report." in dpo.get(f"/report/{reference}/receipt").text
    dpo.get(f"/incidents/{reference}/triage")
    dpo.submit("/triage", is_breach="yes")
    assert "could not tell anybody" not in dpo.get(f"/report/{reference}/receipt").text, "somebody has looked at it"
    with trial.team.app.app_context():
        write_down(db.session(), {Channel.EMAIL}, trial.team.clock.now())
        db.session.commit()
    trial.team.clock.advance(hours=1)
    reference = report(dpo)
    text = dpo.get(f"/report/{reference}/receipt").text
    assert "Somebody from the response team will contact you." in text
    assert "could not tell anybody" not in text


def test_health_fails_and_the_channels_page_says_not_set_up(trial: Trial) -> None:
    admin = trial.team.visitor("Dora", Role.DPO, Role.ADMIN)
    trial.tick(seconds=1)
    answer = trial.team.app.test_client().get("/health")
    assert (answer.status_code, answer.json["problems"]) == (503, ["no_channel"])
    page = admin.get("/settings/channels")
    assert "not set up" in page.text
    assert "Nothing was sent" in page.text
    assert "Everything has arrived" not in page.text
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    admin.client.post("/settings/channels/test", data={"csrf_token": token, "channel": "terminal"})
    assert "The test message reached nobody" in admin.get("/settings/channels").text


def test_what_was_queued_before_the_first_worker_is_shown_too(lite: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """Web and worker start together: a report in the first second finds no list of channels yet."""
    dpo = lite.visitor("Dora", Role.DPO)
    reference = report(dpo)
    trial = Trial(lite)
    trial.tick(seconds=1)
    assert trial.outcomes() <= {OutboxOutcome.SHOWN, OutboxOutcome.CANCELLED}
    assert reference in capsys.readouterr().out


def test_without_a_database_health_still_answers_json(lite: Team) -> None:
    """A probe reads JSON, also when the database is gone before the page is asked."""
    client = lite.app.test_client()
    with no_database():
        answers = {path: client.get(path) for path in ("/health", "/ready")}
    for answer in answers.values():
        assert (answer.status_code, answer.json) == (503, {"status": "unavailable", "problems": ["database"]})
