"""The pages that no address leads to: an import, the first run, the second factor, what went wrong."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import pytest
from flask_security.recoverable import generate_reset_password_token
from passlib.totp import TOTP
from PIL import Image
from sqlalchemy.exc import OperationalError

from incident.store.accounts import account_datastore
from tests.browser.conftest import Site
from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import PASSWORD, Installation
from tests.promises.scenario.months import HEADINGS, old_register
from tests.register.test_processing import HEAD, ROWS

pytestmark = pytest.mark.slow
SIGHTS: Final = pytest.mark.parametrize(
    "eyes", [Eyes(390, dark=True, language="nl"), Eyes(1280, dark=False, language="en")], ids=["nl", "en"]
)
MAIN: Final = "main form button.button-main"
SUSPECT: Final = ("X1", "31-02-2026", "", "", "phishing", "", "many", "maybe", "laag", "", "", "", "")
Begin = Callable[..., Sweep]
Scene = tuple[Installation, str]


def press(look: Sweep, button: str) -> None:
    look.page.locator(button).first.click()
    look.page.wait_for_load_state()


def upload(look: Sweep, content: bytes) -> None:
    look.open("/register/import")
    file = {"name": f"register-{look.eyes.language}.csv", "mimeType": "text/csv", "buffer": content}
    look.page.set_input_files("#file", file)  # type: ignore[arg-type]
    press(look, MAIN)
    assert look.endpoint() == "imports.mapped"


@SIGHTS
def test_an_import_from_the_file_to_the_register(sweep: Begin, eyes: Eyes) -> None:
    """The file's problems by row, the columns to choose, the preview, and the register with what came in."""
    look = sweep(eyes)
    look.sign_in("noor")
    look.open("/register/import")
    press(look, MAIN)
    look.look("import without a file")
    good = old_register(6).replace(b"DL0", f"{eyes.language.upper()}-".encode())
    upload(look, good + ";".join(SUSPECT).encode())
    look.look("import with problems")
    upload(look, good)
    look.look("import with a preview")
    press(look, MAIN)
    look.look("import done")
    assert look.endpoint() == "register.index"
    look.finish()
    assert len(SUSPECT) == len(HEADINGS)


@SIGHTS
def test_a_record_of_processing_from_the_file_to_the_lists(sweep: Begin, eyes: Eyes) -> None:
    """No file, a file whose headings say nothing, what each column adds, and the lists with it."""
    look = sweep(eyes)
    look.sign_in("noor")
    new = [row.replace(";AFAS;", f";AFAS {eyes.language};") for row in ROWS]
    for rows in ((), ("A;B;C", "1;2;3"), (HEAD, *new)):
        look.open("/settings/processing")
        content = "\n".join(rows).encode("cp1252")
        if rows:
            look.page.set_input_files(
                "#file",
                {"name": f"processing-{look.eyes.language}.csv", "mimeType": "text/csv", "buffer": content},  # type: ignore[arg-type]
            )
        press(look, MAIN)
        look.look(f"record of processing with {len(rows)} lines")
    assert look.endpoint() == "processing.mapped"
    press(look, MAIN)
    look.look("lists with what the record added")
    assert look.endpoint() == "settings.lists"
    look.finish()


@SIGHTS
def test_the_second_factor_and_the_way_back_in(sweep: Begin, eyes: Eyes) -> None:
    """Set up, recovery codes, the question for the code, a code that is wrong, a recovery code, a new sign-in."""
    look = sweep(eyes)
    look.open("/login")
    look.read()
    look.look("login")
    press(look, MAIN)
    look.look("login with nothing typed")
    person = {"nl": "thijs", "en": "otto"}[eyes.language]
    look.sign_in(person)
    look.open("/account/second-factor")
    press(look, MAIN)
    look.look("second factor, the code to scan")
    look.page.emulate_media(color_scheme="dark")
    scanned = Image.open(BytesIO(look.page.locator("img.scan").screenshot())).convert("RGB")
    assert {scanned.getpixel((x, y)) for x in range(2, 16) for y in range(2, 16)} == {(255, 255, 255)}, "its margin"
    look.page.emulate_media(color_scheme="light")
    key = look.page.locator("main ol.steps .mono").inner_text().replace(" ", "").replace("-", "")
    look.page.fill("#code", TOTP(key=key).generate().token)
    press(look, MAIN)
    look.open("/account/recovery-codes")
    press(look, "main form button")
    look.look("recovery codes")
    look.page.locator("details.me > summary").click()
    press(look, "details.me form:last-of-type button.button-link")
    look.open("/login")
    look.page.fill("#email", f"{person}@alumio.example")
    look.page.fill("#password", PASSWORD)
    press(look, MAIN)
    assert look.endpoint() == "security.two_factor_token_validation"
    look.look("the question for the code")
    look.page.fill("#code", "000000")
    press(look, MAIN)
    look.look("a code that is wrong")
    look.open("/login/recovery")
    assert look.endpoint() == "security.mf_recovery"
    look.look("recovery")
    look.finish()


@SIGHTS
def test_a_forgotten_password(sweep: Begin, eyes: Eyes, scene: Scene) -> None:
    """Ask for a link, choose a new password."""
    look = sweep(eyes)
    look.open("/password/forgotten")
    look.read()
    look.look("forgotten password")
    look.page.fill("#email", "ilse@alumio.example")
    press(look, MAIN)
    look.look("a link is on its way")
    with scene[0].app.test_request_context():
        token = str(generate_reset_password_token(account_datastore().find_user(email="ilse@alumio.example")))  # type: ignore[no-untyped-call]
    look.open(f"/password/forgotten/{token}")
    assert look.endpoint() == "security.reset_password"
    look.look("a new password")
    look.finish()


@SIGHTS
def test_the_first_run_and_the_empty_pages(sweep: Begin, eyes: Eyes, site: Site) -> None:
    """The first account, whose installation it is, and pages that have nothing to show yet but teach."""
    look = sweep(eyes, site.app, site.base)
    look.open(site.setup_path())
    look.read()
    look.look("the first account")
    press(look, MAIN)
    look.look("the first account with nothing typed")
    for name, text in {"name": "Noor de Wit", "email": "noor@example.org", "password": PASSWORD}.items():
        look.page.fill(f"#{name}", text)
    look.page.fill("#password_confirm", PASSWORD)
    press(look, MAIN)
    assert look.endpoint() == "settings.first_run"
    look.look("for which organisation")
    look.page.fill("#name", "Voorbeeld B.V.")
    press(look, "button[value=empty]")
    look.look("an empty board")
    for path in ("/register", "/insight", "/settings/channels", "/account/tokens"):
        look.open(path)
        look.look(f"empty {path}")
    look.finish()


@SIGHTS
def test_what_went_wrong(sweep: Begin, eyes: Eyes, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not allowed, expired, broken, and a database that is away: kind, and what was typed is still there."""
    look = sweep(eyes)
    look.sign_in("ruben")
    for name, fields, status in (
        ("not allowed", {"csrf_token": token(look), "name": "Somebody"}, 403),
        ("expired", {"summary": "What I typed for ten minutes"}, 400),
    ):
        send(look, "/people/new" if status == 403 else "/report", fields)
        look.look(name, status)
    for name, problem, status in (
        ("broken", RuntimeError("made up"), 500),
        ("the database is away", OperationalError("SELECT 1", {}, Exception("made up")), 503),
    ):
        monkeypatch.setitem(scene[0].app.view_functions, "report.form", raising(problem))
        look.open("/report", status)
        look.look(name, status)
    look.finish()


def token(look: Sweep) -> str:
    return str(look.page.locator("input[name=csrf_token]").first.get_attribute("value"))


def send(look: Sweep, path: str, fields: dict[str, str]) -> None:
    """Send a form that stands on no page."""
    look.page.evaluate(
        """([path, fields]) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action: path });
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement("input"), { name, value }));
          }
          document.body.append(form);
          form.submit();
        }""",
        [path, fields],
    )
    look.page.wait_for_url(look.window.base + path)
    look.page.wait_for_load_state()


def raising(problem: Exception) -> Callable[..., Any]:
    def view(**_values: Any) -> Any:
        raise problem

    return view
