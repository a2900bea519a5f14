"""The page that describes the API, as somebody who makes a token reads it."""

import re

from incident.domain.kernel.people import Role
from tests.web.client import Visitor
from tests.web.conftest import Team


def test_the_page_shows_each_call_with_its_inputs_and_loads_nothing_from_elsewhere(lite: Team) -> None:
    reader: Visitor = lite.visitor("Rik", Role.REPORTER)
    (address,) = reader.get("/account/tokens").links("/account/tokens/api")
    shown = reader.get(address)
    for words in ("Report several incidents", "Idempotency-Key", "reports[].summary", "GET /api/v1/register", "curl "):
        assert words in shown.text
    assert set(re.findall(r'(?:src|href)="(https?://[^"]+)"', shown.html)) == set()
