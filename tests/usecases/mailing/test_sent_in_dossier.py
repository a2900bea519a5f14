"""The dossier of a mailing during which a fact changed: it holds the text that people got, and says what happened."""

import io
import json
import subprocess
import sys
import zipfile

import pytest
from pypdf import PdfReader

from incident.documents.whole_dossier import DossierMaker
from incident.law.vocabulary import Ternary
from incident.store.proof.note import Signer
from incident.usecases.mailing.certificate import end_mailings
from incident.usecases.response.record_facts import RecordFacts, record_facts
from tests.factories import PlainRenderer, blobs_in
from tests.usecases.mailing.test_mailing import prepared, sealer
from tests.usecases.mailing.test_sent_is_sent import FAILED, SENT, _settle, released

__all__ = ["prepared", "released", "sealer"]


@pytest.fixture
def archive(session, released, team, clock, tmp_path):
    """The ZIP, after a letter went to three people and a fact changed between the first and the second."""
    incident, versions, _mailing = released()
    _settle(session, clock, SENT)
    facts = RecordFacts(
        team.responder, incident.id, {"ongoing": Ternary.NO, "description": "It is over."}, incident.fact_version
    )
    record_facts(facts, session=session, now=clock.now())
    _settle(session, clock, SENT, FAILED)
    end_mailings(session, clock.now())
    target = io.BytesIO()
    maker = DossierMaker(session, blobs_in(tmp_path / "blobs"), PlainRenderer(), Signer(bytes(32)))
    maker.write(target, incident, actor=team.dpo, now=clock.now())
    return zipfile.ZipFile(target), versions


def test_the_dossier_holds_every_text_that_was_sent_and_calls_nothing_else_sent(archive) -> None:
    """As PDF and as Word file, in each language; no draft among them."""
    files, _ = archive
    names = {name for name in files.namelist() if name.startswith(("sent/", "drafts/"))}
    assert names == {
        f"sent/{number}-subjects-initial-{language}-v1.{kind}"
        for number, language in (("01", "nl"), ("02", "sv"))
        for kind in ("pdf", "docx")
    }


def test_the_certificate_of_a_mailing_says_what_it_did(archive) -> None:
    """Per letter: the text's hash, how many people, how many reached and failed, the first and the last moment."""
    files, (dutch, _) = archive
    certificate = json.loads(files.read("mailings/01-certificate.json"))
    letter = certificate["letters"][0]
    assert (letter["sha256"], letter["file"]) == (dutch.body_sha256, "sent/01-subjects-initial-nl-v1.pdf")
    assert (letter["people"], letter["reached"], letter["failed"], letter["bounced"]) == (2, 1, 1, 0)
    assert letter["first"] == letter["last"] != ""
    assert (certificate["steps"]["started"][0], certificate["steps"]["released"][0]) == ("Charlie", "Dora")


def test_the_case_report_is_one_readable_tagged_document(archive) -> None:
    """What happened, clock, timeline, facts with origin, decisions, what left with its counts, evidence, proof."""
    files, (dutch, _) = archive
    pdf = PdfReader(io.BytesIO(files.read("case.pdf")))
    text = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    for heading in (
        "1. Wat er is gebeurd",
        "2. De klok",
        "3. Tijdlijn",
        "4. De feiten",
        "5. Het risico",
        "6. De besluiten",
        "7. Wat de deur uit ging",
        "9. Bewijsstukken",
        "10. Bewijs",
    ):
        assert heading in text
    assert "It is over." in text
    assert "Waarom goedgekeurd hoewel niet alles erin staat A text for tests." in text
    assert "Bob 02-03-2026" in text
    assert "mensen: 2, bereikt: 1, mislukt: 1, teruggekomen: 0, tegengehouden: 0" in text
    assert dutch.body_sha256 in text.replace(" ", "")
    assert "Charlie op" in text
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert pdf.root_object["/Lang"].startswith("nl")


def test_the_dossier_of_such_a_mailing_proves_itself_in_an_empty_folder(archive, tmp_path) -> None:
    """Nothing of ours but what is in the archive; a byte changed in the letter that was sent is found."""
    files, _ = archive
    files.extractall(tmp_path / "out")
    verify = [sys.executable, "-I", "proof/verify.py"]
    whole = subprocess.run(verify, cwd=tmp_path / "out", capture_output=True, text=True, check=False, env={})
    assert whole.returncode == 0, whole.stdout + whole.stderr
    sent = tmp_path / "out" / "sent" / "01-subjects-initial-nl-v1.pdf"
    sent.write_bytes(sent.read_bytes()[:-1] + b"!")
    broken = subprocess.run(verify, cwd=tmp_path / "out", capture_output=True, text=True, check=False, env={})
    assert broken.returncode != 0
    assert sent.name in broken.stdout
