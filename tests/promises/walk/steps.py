"""The main job on pages as a person does it in real time, whatever happens to the processes meanwhile.

After each step the person looks whether it is there, as everybody does after a page did not load.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.promises.walk.installation import PatientClient
from tests.web.client import PASSWORD, Visitor, _values
from tests.web.test_main_job import CHAPTERS, ORGANISATION

ZONE = ZoneInfo("Europe/Amsterdam")
CONFIRMATION = b"%PDF-1.7\n%a confirmation\n"


def visitor(client: PatientClient) -> Visitor:
    """Somebody whose browser talks to a real installation."""

    class Remote(Visitor):
        def __post_init__(self) -> None:
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = self.language
            self.client = client  # type: ignore[assignment]

    return Remote(None)  # type: ignore[arg-type]


def moment(name: str, hours_ago: float) -> dict[str, str]:
    """Date and time of some hours ago, as the two inputs want them."""
    at = datetime.now(ZONE) - timedelta(hours=hours_ago)
    return {f"{name}__date": f"{at:%Y-%m-%d}", f"{name}__time": f"{at:%H:%M}"}


def set_up(dpo: Visitor, link: str) -> None:
    """The first account, by the link that works once, and the organisation."""
    email = "femke@example.org"
    if dpo.client.get(link).status_code == 200:
        dpo.get(link)
        answer = dpo.client.post(link, data=_filled(dpo, email))
        assert answer.status_code in (302, 404), answer.status_code
    if dpo.get("/setup").path.startswith("/login"):
        dpo.submit("/login", email=email, password=PASSWORD)
    if "For which organisation" in dpo.get("/setup").text:
        dpo.submit("/setup", button=("start", "empty"), **ORGANISATION)


def _filled(dpo: Visitor, email: str) -> dict[str, list[str]]:
    """The form of the first account as it stands on the page, filled in."""
    assert dpo.page is not None
    (token,) = _values(dpo.page.form())["csrf_token"]
    answers = {
        "name": "Femke Jansen",
        "function": "FG",
        "email": email,
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "csrf_token": token,
    }
    return {name: [value] for name, value in answers.items()}


@dataclass
class Walk:
    """One incident from the first word to the register, by two people."""

    dpo: Visitor
    second: Visitor
    reference: str = ""

    def at(self, part: str = "") -> str:
        """An address in the incident."""
        return f"/incidents/{self.reference}{part}"

    def report(self) -> None:
        """Step 1."""
        self.dpo.get("/report")
        receipt = self.dpo.submit("/report", summary="Laptop stolen from a car", subjects="320", ongoing="no")
        self.reference = receipt.path.split("/")[2]
        assert self.reference in receipt.text

    def triage(self) -> None:
        """Step 2."""
        self.dpo.get(self.at("/triage"))
        self.dpo.submit(
            "/triage",
            is_breach="yes",
            aware_person="Femke",
            nature=["confidentiality"],
            role="controller",
            **moment("aware_at", 1),
        )
        assert "Femke" in self.dpo.get(self.at("/facts")).text

    def facts(self) -> None:
        """Step 3."""
        times = {**moment("occurred_from", 9), **moment("occurred_to", 8)}
        for chapter, values in CHAPTERS.items():
            more = times if chapter == "timeline" else {}
            self.dpo.get(self.at(f"/facts/{chapter}"))
            shown = self.dpo.submit(f"/facts/{chapter}", **values, **more)
            assert shown.problems == [], (chapter, shown.problems)

    def risk(self) -> None:
        """Step 4, the assessment."""
        self.dpo.get(self.at("/risk"))
        shown = self.dpo.submit("/risk", identification="maximum")
        assert shown.problems == []

    def decide(self) -> None:
        """Step 4, the decisions."""
        for subject in ("authority", "subjects"):
            self.dpo.get(self.at("/decisions"))
            values = {f"{subject}__act": "yes", f"{subject}__reason": "Readable data in the hands of a thief."}
            assert self.dpo.submit("/decisions", **values).problems == []

    def notice(self, addressee: str, **sent: object) -> None:
        """Steps 5 and 6: draft, approve, submit."""
        before = set(self.dpo.get(self.at("/notices")).links("/notices/"))
        shown = self.dpo.submit("/notices", addressee=addressee)
        assert shown.problems == []
        (address,) = {link.split("#")[0] for link in set(self.dpo.get(self.at("/notices")).links("/notices/")) - before}
        self.second.get(address)
        self.second.submit("/approve")
        assert "Waits for somebody who may record the submission" in self.second.get(address).text
        self.dpo.get(f"{address}/submit")
        shown = self.dpo.submit("/submit", **moment("submitted_at", 0), **sent)
        assert shown.problems == []

    def close(self) -> None:
        """Step 7."""
        self.dpo.get(self.at("/timeline"))
        self.dpo.submit("/timeline", text="Called the police.")
        self.dpo.get(self.at("/tasks"))
        self.dpo.submit("/tasks", title="Encrypt all disks", kind="measure", owner_name="IT", due="2027-04-01")
        self.dpo.get(self.at("/evidence"))
        self.dpo.submit("/evidence", file=("photo.pdf", b"%PDF-1.7\n%a photograph\n"), description="Of the car")
        self.dpo.get(self.at("/close"))
        shown = self.dpo.submit("/close", cause="external_malicious", lessons="Encrypt every disk.")
        assert shown.problems == []
        assert self.reference in self.dpo.get("/register").text

    def whole(self) -> None:
        """All of it."""
        self.report()
        self.triage()
        self.facts()
        self.risk()
        self.decide()
        self.notice("authority", reference="AP-7731", file=("bevestiging.pdf", CONFIRMATION))
        self.notice("subjects", recipients="320", channel="email")
        self.close()
