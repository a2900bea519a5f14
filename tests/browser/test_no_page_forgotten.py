"""Every page is looked at in a browser by some test, or stands here with the reason why not."""

from typing import Final

from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

WALKED: Final = frozenset(
    {
        "imports.mapped",
        "processing.mapped",
        "security.login",
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "door.report",
        "security.forgot_password",
        "security.reset_password",
        "settings.first_run",
        "setup.first_person",
    }
)
"""Pages that need steps before them: ``test_pages_behind_steps.py`` takes them."""
NO_PAGES: Final = {
    "static": "files of the pages",
    "security.static": "never admitted",
    "security.tf_select": "never admitted: there is one kind of second factor",
    "security.two_factor_rescue": "answers with a redirect: help with a lost second factor comes from an administrator",
    "provider.start": "answers with a redirect: to the identity provider",
    "provider.prove": "answers with a redirect: to the identity provider",
    "provider.leave": "answers with a redirect: to the identity provider",
    "provider.back": "where the identity provider sends people: test_single_sign_on.py walks there",
    "openapi.spec": "JSON",
    "board.rows": "a part of the board, which refreshes itself with it",
    "notices.mailing_progress": "a part of the page of a mailing, which refreshes itself with it",
    "register.export_progress": "a part of the page of a long export, which refreshes itself with it",
    "register.export_file": "CSV, XLSX or JSON",
    "tokens.calendar": "a calendar file",
    "health.live": "JSON",
    "health.ready": "JSON",
    "health.metrics": "text for Prometheus",
    "health.contact": "a text file",
    "doors.sheet": "a PDF file",
    "notices.whole": "a ZIP file",
    "notices.export_people": "a CSV file",
    "notices.verifier": "a Python file",
    "notices.edpb_json": "JSON",
    "notices.edpb_pdf": "a PDF file",
    "notices.letters": "a PDF file",
    "notices.download": "PDF, DOCX or text",
    "evidence.read": "the file itself",
    "insight.table": "a CSV file",
    "insight.report": "a PDF file",
    "exercises.report": "a PDF file",
    "register.export": "CSV, XLSX, JSON or PDF",
    "people.invited": "answers with a redirect to the page on which a password is chosen",
}
"""Endpoints that answer GET with something that is no page of its own, and what that is."""


def test_every_page_is_looked_at(scene: tuple[Installation, str]) -> None:
    """A new page must enter the list of the scenario, the walks, or the reasons below; the API has no pages."""
    made, _base = scene
    router = made.app.url_map.bind("localhost")
    paths = [path.partition("?")[0] for name, path in addresses(made).items() if name != "not-found"]
    seen = {str(router.match(path)[0]) for path in paths}
    got = {str(rule.endpoint) for rule in made.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = {name for name in got if not name.startswith("api.")}
    assert known - seen - WALKED - set(NO_PAGES) == set()
    assert (set(NO_PAGES) | WALKED) - known == set(), "an exception for what is not there"
    assert seen & set(NO_PAGES) == set(), "an exception for what is looked at"
