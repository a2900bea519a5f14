"""How the history of the facts shows what an answer was and is."""

from flask import Flask

from incident.law.vocabulary import DataCategory
from incident.web.facts_shown import shown_change


def test_in_a_list_only_what_went_or_came_is_marked(app: Flask) -> None:
    """What stays is neither struck out nor underlined."""
    with app.test_request_context():
        old = (DataCategory.NAME, DataCategory.EMAIL)
        shown = shown_change("data_categories", old, (DataCategory.EMAIL, DataCategory.PHONE))
        first = shown_change("data_categories", (), old)
        text = shown_change("description", "Een", "Twee <b>")
    assert shown == "<del>Name</del><br>E-mail address<br><ins>Telephone number</ins>"
    assert first == "Name<br>E-mail address"
    assert text == "<del>Een</del> → <ins>Twee &lt;b&gt;</ins>"
