"""The whole dossier: everything is in it, and anybody can check it without a program of ours."""

import io
import json
import subprocess
import zipfile

import pytest

from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.errors import DomainError, NotAllowed
from incident.domain.kinds import Addressee, NoticeKind
from incident.store.proof.note import Signer
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from tests.factories import PlainRenderer, PlainWriter, blobs_in


@pytest.fixture
def case(session, report, team, clock, tmp_path):
    """An incident with a notice and a file, and what makes its dossier."""
    blobs, incident = blobs_in(tmp_path / "blobs"), report()
    command = DraftNotice(team.responder, incident.id, Addressee.AUTHORITY, NoticeKind.PROVISIONAL)
    draft_notice(command, session=session, now=clock.now(), writer=PlainWriter())
    attach = AttachEvidence(team.responder, incident.id, "../mail ä.txt", b"Received: from", "The first mail")
    attach_evidence(attach, session=session, now=clock.now(), blobs=blobs)
    return incident, DossierMaker(session, blobs, PlainRenderer(), Signer(bytes(32)))


def test_the_dossier_is_whole_and_checks_without_us(case, team, clock, tmp_path) -> None:
    """Unpacked, `sha256sum -c` says OK for every file; a changed byte is found."""
    incident, maker = case
    target = tmp_path / "dossier.zip"
    with target.open("wb") as stream:
        written = maker.write(stream, incident, actor=team.dpo, now=clock.now())
    names = {part.name for part in written}
    assert {"register-entry.json", "facts.json", "proof/verify.py", "evidence/001-mail ä.txt"} <= names
    assert {f"drafts/01-authority-provisional-nl-v1.{kind}" for kind in ("pdf", "docx", "txt")} <= names
    assert "case.pdf" in names
    assert not [name for name in names if name.startswith("sent/")]
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    check = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0
    (folder / "facts.json").write_text("[]")
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode != 0
    chain = json.loads((folder / "proof" / "log.json").read_text())["entries"]
    assert chain[0]["tag"] == "incident:reported"
    assert "dossier:exported" in {entry["tag"] for entry in chain}


def test_altered_evidence_stops_the_export(case, team, clock, tmp_path) -> None:
    """A dossier is never made of a file that is no longer the one that was kept."""
    incident, maker = case
    next((tmp_path / "blobs").glob("*/*")).write_bytes(b"forged")
    with pytest.raises(DomainError):
        maker.write(io.BytesIO(), incident, actor=team.dpo, now=clock.now())


def test_a_responder_cannot_export(case, team, clock) -> None:
    """The dossier leaves the house: only who may export it."""
    incident, maker = case
    with pytest.raises(NotAllowed):
        maker.write(io.BytesIO(), incident, actor=team.responder, now=clock.now())
