"""The dossier archive can be checked by anybody, and evidence that was touched stops it."""

import io
import json
import os
import shutil
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from incident.documents.dossier_export import DossierHead, Part, PartChanged, safe_name, write_dossier

HEAD = DossierHead("DL-2026-0042", "Alumio B.V.", datetime(2026, 11, 22, 10, 0, tzinfo=UTC))


def _archive(*parts: Part) -> bytes:
    stream = io.BytesIO()
    write_dossier(stream, parts, HEAD)
    return stream.getvalue()


def _parts(folder: Path) -> tuple[Part, ...]:
    (folder / "log.bin").write_bytes(b"\x00\x01" * 5000)
    text = "register é\n".encode()
    return (
        Part("register/register.pdf", b"%PDF-1.7", description="Register entry"),
        Part("bewijs/schermafdruk å.txt", text, sha256(text).hexdigest().upper()),
        Part("bewijs/log.bin", folder / "log.bin"),
        Part("leeg.txt", b""),
    )


def test_the_manifest_and_the_sums_name_every_part(tmp_path: Path) -> None:
    """Name, size and hash of each part, in the order they were given; the sums cover the manifest too."""
    with zipfile.ZipFile(io.BytesIO(_archive(*_parts(tmp_path)))) as made:
        manifest = json.loads(made.read("manifest.json"))
        sums = dict(reversed(line.split("  ", 1)) for line in made.read("SHA256SUMS").decode().splitlines())
        assert made.testzip() is None
        assert [part["name"] for part in manifest["parts"]] == made.namelist()[:4]
        for part in manifest["parts"]:
            data = made.read(part["name"])
            assert (part["size"], part["sha256"]) == (len(data), sha256(data).hexdigest())
            assert sums[part["name"]] == part["sha256"]
        assert sums["manifest.json"] == sha256(made.read("manifest.json")).hexdigest()
        assert "sha256sum -c SHA256SUMS" in made.read("VERIFY.txt").decode()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not on this machine")
def test_the_written_way_to_verify_works_and_finds_a_change(tmp_path: Path) -> None:
    """An officer with nothing but the archive and the usual tool sees OK, and sees a changed byte."""
    with zipfile.ZipFile(io.BytesIO(_archive(*_parts(tmp_path)))) as made:
        made.extractall(tmp_path / "out")
    command = ["sha256sum", "-c", "SHA256SUMS"]
    good = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, check=False)
    assert (good.returncode, good.stdout.count(b": OK")) == (0, 6)
    (tmp_path / "out" / "bewijs" / "log.bin").write_bytes(b"changed")
    assert subprocess.run(command, cwd=tmp_path / "out", capture_output=True, check=False).returncode == 1


def test_evidence_that_differs_from_its_record_stops_the_export() -> None:
    """The name and both hashes are in the error."""
    with pytest.raises(PartChanged) as caught:
        _archive(Part("a.txt", b"x", "0" * 64))
    assert (caught.value.name, caught.value.expected) == ("a.txt", "0" * 64)


def test_the_same_parts_give_the_same_archive(tmp_path: Path) -> None:
    """An export can be compared with the one that was sent."""
    assert _archive(*_parts(tmp_path)) == _archive(*_parts(tmp_path))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs/path.txt", "abs/path.txt"),
        ("C:\\Windows\\a.txt", "C_/Windows/a.txt"),
        ("a/./b/../c.txt", "a/b/c.txt"),
        ("x\x00y\n.pdf", "x_y_.pdf"),
        ("brief å ß €.pdf", "brief å ß €.pdf"),
        ("n" * 300 + ".docx", "n" * 155 + ".docx"),
    ],
)
def test_names_stay_inside_the_folder(name: str, safe: str) -> None:
    """No part can be unpacked anywhere else, on any system."""
    assert safe_name(name) == safe


def test_two_parts_of_one_name_or_of_ours_are_refused() -> None:
    """Nothing may hide behind another part or behind the manifest."""
    for names in (("a", "a"), ("a", "../a"), ("manifest.json",), ("SHA256SUMS",)):
        with pytest.raises(ValueError, match="two parts"):
            _archive(*(Part(name, b"") for name in names))
    with pytest.raises(ValueError, match="name"):
        safe_name("../..")


def test_only_what_gets_smaller_is_compressed() -> None:
    """Text shrinks; what is already packed is stored as it is; both come out whole."""
    packed, text = os.urandom(100_000), b"tekst " * 10_000
    with zipfile.ZipFile(io.BytesIO(_archive(Part("a.jpg", packed), Part("b.txt", text)))) as made:
        assert made.getinfo("a.jpg").compress_type == zipfile.ZIP_STORED
        assert made.getinfo("b.txt").compress_size < len(text) / 20
        assert (made.read("a.jpg"), made.read("b.txt")) == (packed, text)


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """Fifty files of one megabyte and 200 small ones need a few megabytes, not fifty."""
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(range(256)) * 4096)
    parts = [Part(f"bewijs/{n}.bin", big) for n in range(50)] + [Part(f"t/{n}.json", b"{}") for n in range(200)]
    with (tmp_path / "out.zip").open("wb") as target:
        tracemalloc.start()
        written = write_dossier(target, parts, HEAD)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(written) == 250
    assert peak < 12 * 2**20
