"""What is wrong around an incident is told in the reader's language, with what to do."""

import pytest

from incident.domain.kernel.people import Role
from incident.store.db import db
from incident.store.models import Incident, SlackRoom
from tests.web.client import Visitor
from tests.web.conftest import Team

WORDS = {
    "is_archived": ("was archived", "Unarchive the room"),
    "missing_scope": ("does not let Meldklok make a room", "Ask whoever runs Slack"),
    "token_revoked": ("refuses Meldklok", "by telephone"),
    "ratelimited": ("could not be brought up to date", "keeps trying"),
}


def reported(lite: Team, visitor: Visitor, error: str | None) -> str:
    """An incident whose room in Slack failed last with this error."""
    visitor.get("/report")
    visitor.submit("/report", summary="Letter in the wrong envelope")
    with lite.app.app_context():
        incident = db.session.scalars(db.select(Incident)).one()
        db.session.add(SlackRoom(incident_id=incident.id, channel_id="C1", state="open", last_error=error))
        db.session.commit()
        return f"/incidents/{incident.reference}"


@pytest.mark.parametrize("error", WORDS)
def test_a_room_in_slack_that_failed_is_told_with_what_to_do(lite: Team, error: str) -> None:
    """The record is the truth; whoever relies on Slack must know that it is behind."""
    visitor = lite.visitor("Femke", Role.DPO)
    page = visitor.get(reported(lite, visitor, error))
    for words in WORDS[error]:
        assert words in page.text
    assert error not in page.html, "the code of Slack stands on the page"
    assert page.text.index("What is known") < page.text.index(WORDS[error][0]), "it stands before what is known"


def test_a_room_that_is_well_says_nothing(lite: Team) -> None:
    """No noise."""
    visitor = lite.visitor("Femke", Role.DPO)
    assert "Slack room" not in visitor.get(reported(lite, visitor, None)).text


def test_health_speaks_the_readers_language(lite: Team) -> None:
    """The doctor's sentences, their values filled in, in Dutch and in English."""
    visitor = lite.visitor("Femke", Role.ADMIN)
    english = visitor.get("/settings/health").text
    assert "The installation is complete." in english
    assert "GB are free" in english
    visitor.submit("/language", language="nl")
    dutch = visitor.get("/settings/health").text
    for words in (
        "De installatie is volledig.",
        "GB is vrij",
        "De gegevensmap",
        "Het achtergrondprogramma draait hier niet",
    ):
        assert words in dutch
    assert "%(" not in dutch
