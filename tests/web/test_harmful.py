"""What may be harmful is kept in an archive that nothing opens by accident, and is called so wherever it is told."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
import pyzipper
from sqlalchemy import select

from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.store.db import db
from incident.store.models import AuditEntry, Evidence, Incident
from incident.store.shelf import REST
from incident.store.verify.record import verify
from incident.usecases.response.attach_evidence import AttachEvidence
from incident.usecases.response.harmful import as_harmful
from incident.usecases.retention.erase import removable, remove_files, removed
from incident.web.clock import deps
from tests.web.client import Visitor
from tests.web.conftest import Team

PROGRAM: Final = b"MZ\x90\x00" + b"This program cannot be run in DOS mode." * 40
DIGEST: Final = sha256(PROGRAM).hexdigest()


def reported(dpo: Visitor) -> str:
    dpo.get("/report")
    return f"/incidents/{dpo.submit('/report', summary='A strange attachment').path.split('/')[2]}"


def opened(archive: bytes) -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(archive)) as made:
        return {name: made.read(name, pwd=b"infected") for name in made.namelist()}


def test_a_program_is_refused_unless_it_is_called_harmful(lite: Team) -> None:
    """It then comes back as an archive whose content no program runs, opens or even sees by accident."""
    dpo = lite.visitor("Femke", Role.DPO)
    place = reported(dpo)
    dpo.get(f"{place}/evidence")
    refused = dpo.submit("/evidence", file=("invoice.exe", PROGRAM), description="What was opened")
    assert "Files of this kind are not taken" in refused.text
    kept = dpo.submit("/evidence", file=("folder/invoice.exe", PROGRAM), description="It", harmful="y")
    assert "may be harmful" in kept.text
    assert DIGEST in kept.text
    (link,) = kept.links("/evidence/")
    with dpo.client.get(link) as answer:
        archive = answer.data
        assert 'filename="invoice.exe.zip"' in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Length"] == str(len(archive))
    assert sha256(archive).hexdigest() in kept.text
    assert opened(archive) == {"invoice.exe.bin": PROGRAM}
    assert b"This program" not in archive
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        assert DIGEST.encode() in made.comment
        assert b"Password: infected" in made.comment
        assert [entry.flag_bits & 1 for entry in made.infolist()] == [1]


@pytest.mark.parametrize("name", ["\x00\ud800.exe", "a" * 5000 + ".exe", "\u202eexe.pdf", "ärger ☃.exe"])
def test_whatever_it_is_called_it_is_taken(name: str) -> None:
    """Who makes such a file chooses its name as well."""
    made = as_harmful(AttachEvidence(SYSTEM, "x", name, PROGRAM))
    [(inner, content)] = opened(bytes(made.content)).items()
    assert (content, made.harmful_sha256) == (PROGRAM, DIGEST)
    assert inner.endswith(".bin")
    assert made.filename.endswith(".zip")
    assert len(made.filename) <= 255
    assert made.filename.isprintable()


def test_what_came_bare_is_marked_later_and_nothing_bare_is_left(lite: Team) -> None:
    """The log keeps both hashes, the record verifies, twice counts once, and the bare bytes go."""
    dpo = lite.visitor("Femke", Role.DPO)
    place = reported(dpo)
    mail = b"Received: from elsewhere\n\n" + b"X5O" * 50
    dpo.get(f"{place}/evidence")
    dpo.submit("/evidence", file=("mail.eml", mail))
    dpo.get(f"{place}/evidence")
    marked = dpo.submit("/harmful")
    assert "lies in an archive with a password" in marked.text
    assert "/harmful" not in "".join(form.get("action") or "" for form in marked.tree.iter("form"))
    with dpo.client.get(marked.links("/evidence/")[0]) as answer:
        assert opened(answer.data) == {"mail.eml.bin": mail}
    later = lite.clock.now() + REST + timedelta(minutes=1)
    with lite.app.app_context():
        session, blobs = db.session(), deps().blobs
        row = session.scalars(select(Evidence)).one()
        assert (row.filename, row.harmful_sha256) == ("mail.eml.zip", sha256(mail).hexdigest())
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.EVIDENCE_HARMFUL.value))
        assert (entry.details["sha256"], entry.details["archive"]) == (row.harmful_sha256, row.blob_sha256)
        going = removable(session, later)
        assert going == [sha256(mail).hexdigest()]
        remove_files(going, blobs)
        removed(session, going)
        session.commit()
        assert row.harmful_sha256 not in list(blobs.digests())
        assert verify(session, blobs, deps().vault.secrets.signer.public).findings == []


def test_a_dossier_holds_nothing_bare_and_still_proves_itself(lite: Team, tmp_path: Path) -> None:
    """The manifest and the rows say what it is; the verifier that travels along finds it."""
    dpo = lite.visitor("Femke", Role.DPO)
    place = reported(dpo)
    dpo.get(f"{place}/evidence")
    dpo.submit("/evidence", file=("invoice.exe", PROGRAM), harmful="y")
    with lite.app.app_context():
        session, made = db.session(), io.BytesIO()
        maker = DossierMaker(session, deps().blobs, deps().renderer, deps().vault.secrets.signer)
        femke = Actor(None, "Femke", frozenset({Role.DPO}))
        maker.write(made, session.scalars(select(Incident)).one(), actor=femke, now=lite.clock.now())
        session.commit()
    with zipfile.ZipFile(made) as archive:
        assert not [name for name in archive.namelist() if b"This program" in archive.read(name)]
        parts = json.loads(archive.read("manifest.json"))["parts"]
        (part,) = [part for part in parts if part["name"].startswith("evidence/")]
        assert part["name"] == "evidence/001-invoice.exe.zip"
        assert "May be harmful" in part["description"]
        assert DIGEST in part["description"]
        (row,) = json.loads(archive.read("evidence.json"))
        assert row["harmful_sha256"] == DIGEST
        archive.extractall(tmp_path / "out")
    checked = subprocess.run(
        [sys.executable, "proof/verify.py"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_archive_that_was_not_written_whole_takes_nothing_away(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that loses what is written must not lose the evidence: the bare file stays as it was."""
    dpo = lite.visitor("Femke", Role.DPO)
    place = reported(dpo)
    dpo.get(f"{place}/evidence")
    dpo.submit("/evidence", file=("mail.eml", b"Received: from elsewhere"))
    written = pyzipper.AESZipFile.open

    def forgetful(archive: pyzipper.AESZipFile, name: str, mode: str = "r", **given: object) -> object:
        return io.BytesIO(b"something else") if mode == "r" else written(archive, name, mode, **given)

    monkeypatch.setattr(pyzipper.AESZipFile, "open", forgetful)
    lite.app.config["RAISE_SURPRISES"] = False
    dpo.get(f"{place}/evidence")
    assert dpo.submit("/harmful").status >= 500
    (link,) = dpo.get(f"{place}/evidence").links("/evidence/")
    with dpo.client.get(link) as answer:
        assert answer.data == b"Received: from elsewhere"
