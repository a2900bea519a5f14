"""A number of the authority that was recorded on two breaches."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store.models import Incident
from tests.web.conftest import Team
from tests.web.notices.test_dossier_page import drafted


def test_a_number_that_stands_on_another_breach_is_remarked_on(
    lite: Team, examples: list[str], in_app: Callable[..., Any]
) -> None:
    """An authority gives a number once: typed on two breaches it is wrong on one, and the register says so too."""
    dpo, second = lite.visitor("Femke", Role.DPO), lite.visitor("Bas", Role.SECOND)

    def make_real(session: Session) -> None:
        for incident in session.scalars(select(Incident)):
            incident.is_example = False

    in_app(make_real)
    said = []
    for reference in examples[:2]:
        first = drafted(dpo, reference, "provisional")
        second.get(first.path)
        second.submit("/approve")
        dpo.get(f"{first.path}/submit")
        sent = dpo.submit("/submit", submitted_at__date="2026-03-02", submitted_at__time="10:00", reference="AP-4711")
        assert "The submission has been recorded." in sent.text, sent.problems
        said.append("also stands on" in sent.text)
    assert said == [False, True]
    assert f"The number AP-4711 also stands on {examples[0]}." in sent.text
    paper = PdfReader(BytesIO(dpo.client.get("/register.pdf").data))
    told = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert f"AP-4711 Also recorded with {examples[0]}. Check which is right." in told
