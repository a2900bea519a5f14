"""The dossier proves itself to strangers: its guide works word for word, and a byte changed anywhere is found."""

import ast
import json
import re
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from incident.documents.verifier import verify as verifier
from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.store.models import Incident
from incident.store.proof.note import Signer
from tests.conftest import START
from tests.databases import SqliteDatabases
from tests.factories import PlainRenderer
from tests.promises.tampered import SIGNER, House, build

EXPORTER = Actor(None, "operator", frozenset(Role), SYSTEM.source)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory) -> tuple[Path, House]:
    """The unpacked dossier of a whole case."""
    kind, folder = SqliteDatabases(), tmp_path_factory.mktemp("dossier")
    house = build(kind.migrated(), folder / "blobs")
    incident = house.session.scalars(select(Incident).where(Incident.reference == house.case)).one()
    with (folder / "dossier.zip").open("wb") as target:
        maker = DossierMaker(house.session, house.blobs, PlainRenderer(), SIGNER)
        maker.write(target, incident, actor=EXPORTER, now=START.replace(day=4))
    house.session.commit()
    with zipfile.ZipFile(folder / "dossier.zip") as archive:
        archive.extractall(folder / "out")
    yield folder, house
    house.session.close()
    kind.close()


@pytest.fixture
def copy(dossier, tmp_path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(dossier[0] / "out", tmp_path / "copy"))


def list_anew(folder: Path) -> None:
    """What a forger does after a change: bring the list of hashes in line with it."""
    names = [line[66:] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))


def told(folder: Path, kept: str | None = None) -> str:
    good, lines = verifier.verify(folder, kept)
    return "" if good else "\n".join(said.words() for passed, said in lines if not passed)


def test_every_step_of_the_guide_works_as_it_is_written(copy) -> None:
    """The commands of VERIFY.txt, one by one, in the folder, with nothing of ours in reach, in each language."""
    guide = (copy / "VERIFY.txt").read_text()
    steps = [line.split("$ ", 1)[1] for line in guide.splitlines() if line.strip().startswith("$ ")]
    assert len(steps) == 9
    said = ""
    for step in dict.fromkeys(steps):
        words = step.replace("python3", f"{sys.executable} -I").split()
        done = subprocess.run(
            words, cwd=copy, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "OK" in done.stdout
        said += done.stdout
    assert [said.count(f"\n{words}\n") for words in ("NOTHING CHANGED", "NIETS VERANDERD", "NICHTS VERÄNDERT")] == [
        2,
        2,
        2,
    ]


def test_the_guide_and_the_verifier_say_the_same_in_each_language(copy, capsys) -> None:
    """Whoever asks for none hears all; a damaged file is named in each."""
    (copy / "extra.txt").write_text("x")
    assert verifier.main([str(copy)]) == 1
    heard = capsys.readouterr().out
    assert "FOUT    Het bestand extra.txt hoort hier niet.\n" in heard
    assert "FALSCH  Die Datei extra.txt gehört nicht hierher.\n" in heard
    verifier.main([str(copy), "--language", "de"])
    assert "The file" not in (german := capsys.readouterr().out)
    assert "Die Datei extra.txt" in german


def test_every_sentence_of_the_verifier_stands_in_its_table_and_every_language_fills_the_same_places() -> None:
    """A sentence that is missing there would be told as a damaged file."""
    calls = [node for node in ast.walk(ast.parse(Path(verifier.__file__).read_text())) if isinstance(node, ast.Call)]
    speaks = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"Said", "Wrong", "_close"}]
    texts = [node.value for call in speaks for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
    assert set(texts) == set(verifier.IN_EACH)
    for english, each in verifier.IN_EACH.items():
        assert {frozenset(re.findall(r"{\w+}", words)) for words in each.values()} == {
            frozenset(re.findall(r"{\w+}", english))
        }


def test_the_verifier_reads_the_archive_itself_too(dossier) -> None:
    """Nobody has to unpack it."""
    assert verifier.main([str(dossier[0] / "dossier.zip")]) == 0


def test_a_changed_byte_in_any_file_is_found(copy) -> None:
    """At the beginning, in the middle and at the end of every file."""
    files = [path for path in sorted(copy.rglob("*")) if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert told(copy), f"{path.name} at {at}"
        path.write_bytes(content)
    assert not told(copy)


def test_a_changed_byte_is_found_although_the_list_was_made_anew(copy) -> None:
    """Whoever also writes SHA256SUMS anew is found by the log; what the log cannot cover proves itself."""
    for path in sorted(copy.rglob("*")):
        name = path.relative_to(copy).as_posix()
        if not path.is_file() or name in {"SHA256SUMS", "proof/consistency.json"}:
            continue
        content = path.read_bytes()
        at = content.rfind(b"a") if b"a" in content else len(content) // 2
        path.write_bytes(content[:at] + b"b" + content[at + 1 :])
        list_anew(copy)
        assert told(copy), name
        path.write_bytes(content)
    list_anew(copy)
    assert not told(copy)


def test_a_file_more_and_a_file_less_are_found(copy) -> None:
    """Both in plain words."""
    (copy / "extra.txt").write_text("x")
    assert told(copy) == "The file extra.txt does not belong here."
    (copy / "extra.txt").unlink()
    (copy / "facts.json").unlink()
    assert "The file facts.json is missing or damaged." in told(copy)


def test_a_row_that_is_another_one_or_gone_is_named(copy) -> None:
    """Also when the list was made anew."""
    path = copy / "proof" / "rows.json"
    rows = json.loads(path.read_text())
    name = next(name for name in rows if name.startswith("decision/"))
    rows[name]["row"]["act"] = False
    path.write_text(json.dumps(rows))
    list_anew(copy)
    assert told(copy) == f"The content of {name} was changed."
    del rows[name]
    path.write_text(json.dumps(rows))
    list_anew(copy)
    assert told(copy) == f"{name} is in the log but missing."


def test_checkpoints_that_were_kept_earlier_are_beginnings_of_the_dossiers_own(dossier, copy) -> None:
    """Each that left the house since the report, also with the line breaks of a mail."""
    _, house = dossier
    for kept in house.outside:
        assert not told(copy, kept.note)
        assert not told(copy, kept.note.replace("\n", " "))


def test_a_log_that_was_rewritten_is_found_by_a_kept_checkpoint(dossier, copy) -> None:
    """And one of another installation, or one that is newer than the dossier, proves nothing."""
    _, house = dossier
    path = copy / "proof" / "consistency.json"
    steps = json.loads(path.read_text())
    size = house.outside[0].note.split("\n")[1]
    steps[size] = ["0" * 64 for _ in steps[size]]
    path.write_text(json.dumps(steps))
    list_anew(copy)
    assert told(copy, house.outside[0].note).startswith(f"The log was changed since the kept checkpoint {size}")
    other = Signer(bytes(32))
    assert "not signed" in told(copy, house.outside[0].note.replace(SIGNER.origin, other.origin))


def test_the_products_own_proofs_and_the_verifiers_are_two_programs() -> None:
    """The verifier imports nothing but the standard library: whoever gets it needs nothing else."""
    text = Path(verifier.__file__).read_text()
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names
