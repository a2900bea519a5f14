"""Files and checkpoints in a bucket are as safe as in a folder, and move from one to the other."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from incident.cli import main
from incident.delivery.checkpoints import is_there, leave
from incident.doctor import Finding, State, record
from incident.platform import settings as reading
from incident.platform.settings import Settings, SettingsError
from incident.store.blobs import BlobStore, DamagedBlob, Moved, blobs_at, move
from incident.store.models import KeptSecret
from incident.store.places import Away, Bucket, Folder, Place, place_at
from incident.store.sealing import Sealer
from incident.store.shelf import bring_near
from incident.store.vault import CHECKPOINTS, place_of
from incident.store.verify import read_outside
from tests.backup.house import KEYS, killed
from tests.conftest import SECRETS, START
from tests.factories import blobs_in
from tests.ports import free_port
from tests.promises.tampered import SIGNER, build
from tests.store.buckets import ACCESS, FILES, LOCKED

Make = Callable[..., Settings]


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_a_folder_and_a_bucket_keep_the_same_promises(kind: str, access: dict[str, str], tmp_path: Path) -> None:
    """What is written is there, whole and under its name; what is written once stays; what is gone is gone."""
    place: Place = Folder(tmp_path) if kind == "folder" else Bucket(FILES, "some/where", access)
    place.write("ab/one", b"first")
    place.write("ab/one", b"second")
    place.write("two", b"kept", once=True)
    place.write("two", b"other", once=True)
    assert (place.read("ab/one"), place.read("two")) == (b"second", b"kept")
    assert list(place.names()) == ["ab/one", "two"]
    place.remove("two")
    place.remove("two")
    assert (place.has("ab/one"), place.has("two")) == (True, False)
    with pytest.raises(FileNotFoundError):
        place.read("two")
    if kind == "folder":
        assert [path.name for path in tmp_path.rglob(".*")] == []


def test_a_blob_that_is_gone_or_altered_in_a_bucket_is_told_apart_from_a_bucket_that_is_away(
    access: dict[str, str],
) -> None:
    """A bucket that nobody reaches has lost nothing: whoever says so must not say that files are missing."""
    blobs = BlobStore(Bucket(FILES, "altered", access), KEYS)
    digest = blobs.put(b"Received: from")
    assert (blobs.get(digest), list(blobs.digests())) == (b"Received: from", [digest])
    blobs.place.write(f"{digest[:2]}/{digest}", b"Received: from nobody")
    with pytest.raises(DamagedBlob, match="altered"):
        blobs.get(digest)
    blobs.put(b"Received: from")
    assert blobs.get(digest) == b"Received: from"
    blobs.remove(digest)
    with pytest.raises(DamagedBlob) as gone:
        blobs.get(digest)
    assert gone.value.missing
    nowhere = {**access, "endpoint": f"http://127.0.0.1:{free_port()}"}
    for away in (BlobStore(Bucket("not-made", "", access), KEYS), BlobStore(Bucket(FILES, "", nowhere), KEYS)):
        with pytest.raises(Away) as problem:
            list(away.digests())
        assert "\n" not in str(problem.value)
        assert ACCESS["AWS_SECRET_ACCESS_KEY"] not in str(problem.value)


def test_files_of_a_bucket_are_brought_near_before_a_long_piece_of_work(access: dict[str, str], tmp_path: Path) -> None:
    """The bucket is asked once for each, and again for what was not brought; damage is told when a file is read."""
    blobs = BlobStore(Bucket(FILES, "far", access), KEYS)
    first, second, lost = blobs.put(b"first"), blobs.put(b"second"), "0" * 64
    near = bring_near(blobs, [first, lost], tmp_path)
    blobs.remove(first)
    assert (near.get(first), near.get(second)) == (b"first", b"second")
    with pytest.raises(DamagedBlob):
        near.get(lost)


def test_a_checkpoint_lies_under_object_lock_and_is_written_once(access: dict[str, str]) -> None:
    """The second one of the same size, by whoever has our key, changes nothing."""
    place = Bucket(LOCKED, "proof", access)
    assert not is_there(place, 3)
    for note in ("the first", "a forged one"):
        leave(place, 3, note, [(2, "system", 1, "ab")])
    assert is_there(place, 3)
    assert [(one.note, one.leaves) for one in read_outside(place)] == [("the first", (("system", 1, "ab"),))]


def test_a_move_that_is_killed_at_any_file_goes_on_and_loses_nothing(tmp_path: Path, record_property: Any) -> None:
    """Each kill finds the origin whole; the last run brings the rest."""
    origin, target = blobs_in(tmp_path / "origin"), blobs_in(tmp_path / "target")
    digests = sorted(origin.put(f"file {number}".encode()) for number in range(6))

    def work(step: Callable[[], None]) -> None:
        class Stepping(BlobStore):
            def take(self, digest: str, parts: Iterable[bytes]) -> None:
                step()
                super().take(digest, parts)

        move(origin, Stepping(target.place, KEYS))

    for after in range(1, 7):
        assert killed(work, after)
        assert list(origin.digests()) == digests
        assert len(list(target.digests())) == after - 1
    assert move(origin, target) == Moved(tuple(digests), (), ())
    assert list(target.digests()) == digests
    record_property("kills", len(digests))


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_installation_moves_into_a_bucket_is_proven_and_backed_up_there_and_moves_back(
    migrated_url: str, service: dict[str, str], access: dict[str, str], make_settings: Make, tmp_path: Path
) -> None:
    """By the commands alone; what was altered in the bucket is named, and the doctor says whether it answers."""
    files = tmp_path / "data" / "blobs"
    with build(migrated_url, files).session as session:
        session.get_one(KeptSecret, CHECKPOINTS).sealed = Sealer(KEYS).seal(SIGNER.seed, place_of(CHECKPOINTS))
        session.commit()
    count = len(list(files.glob("??/*")))
    bucket, back = f"s3://{FILES}/house", f"{(tmp_path / 'back').as_uri()}"
    there = {"BLOB_URL": bucket, "CHECKPOINT_URL": f"s3://{LOCKED}/house", **service}

    def run(*arguments: str, status: int = 0, **environ: str) -> str:
        known = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": migrated_url, **SECRETS, **environ}
        result = CliRunner(env=known).invoke(main, arguments)
        assert result.exit_code == status, result.output
        return result.output

    assert f"{count} files are at {bucket}" in run("blobs", "move", "--remove", bucket, **service)
    assert list(files.glob("??/*")) == []
    assert "Whole and in order" in run("audit", "verify", **there)
    found = [one.sentence for one in record.buckets(make_settings(**there), START)]
    assert [sentence.partition("Objects in it: ")[2] for sentence in found] == [f"{count}.", "0."]
    (tmp_path / "kept").mkdir()
    assert "read again and whole" in run("backup", str(tmp_path / "kept"), **there)
    assert "comes back" in run("backup", "--check", str(tmp_path / "kept"), **there)
    assert "already: nothing was moved" in run("blobs", "move", "--remove", f"{bucket}/", status=1, **there)
    blobs = blobs_at(bucket, KEYS, access)
    assert len(list(blobs.place.names())) == count, "the originals stay, and no probe is left"
    digest = next(blobs.digests())
    kept = blobs.get(digest)
    blobs.place.write(f"{digest[:2]}/{digest}", b"altered")
    assert "was changed" in run("audit", "verify", status=1, **there)
    assert digest in run("blobs", "move", "--remove", back, status=1, **there)
    assert len(list(blobs.digests())) == count
    blobs.put(kept)
    assert f"{count} files are at" in run("blobs", "move", back, **there)
    assert "Whole and in order" in run("audit", "verify", BLOB_URL=back)
    assert "not at https://" in run("blobs", "move", "https://example.org/x", status=2)
    dead = {**there, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
    assert run("audit", "verify", status=1, **dead).startswith(f"Error: The bucket {LOCKED} cannot be used: ")
    broken: list[Finding] = [*record.buckets(make_settings(**dead), START)]
    assert [(one.state, "hidden" in one.sentence) for one in broken] == [(State.FAIL, False)] * 2
    assert list(record.kept_files(make_settings(DATABASE_URL=migrated_url, **dead), START)) == []


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_originals_go_only_where_the_copies_are_somewhere_else(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who runs the command again after setting BLOB_URL, or by a link, or while somebody uploads, loses nothing."""
    origin, target = blobs_in(tmp_path / "here"), blobs_in(tmp_path / "there")
    first = origin.put(b"first")
    (tmp_path / "link").symlink_to(tmp_path / "here")
    known = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "BLOB_URL": (tmp_path / "here").as_uri()}

    def moved_to(name: str) -> int:
        command = ["blobs", "move", "--remove", (tmp_path / name).as_uri()]
        return CliRunner(env={**known, **SECRETS}).invoke(main, command).exit_code

    assert [moved_to("here"), moved_to("link")] == [1, 1]
    assert list(origin.place.names()) == [f"{first[:2]}/{first}"]
    read = Folder.flow

    def uploading(folder: Folder, name: str) -> Iterator[bytes]:
        origin.place.write(f"{late[:2]}/{late}", b"late")
        return read(folder, name)

    late = sha256(b"late").hexdigest()
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "flow", uploading)
        assert moved_to("there") == 1
    assert sorted(origin.digests()) == sorted([first, late])
    assert moved_to("there") == 0
    assert (list(origin.digests()), sorted(target.digests())) == ([], sorted([first, late]))


def test_a_bucket_without_its_package_or_without_a_name_is_one_sentence(
    make_settings: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default installation stays small, and says what is missing before anything starts."""
    for name in ("BLOB_URL", "CHECKPOINT_URL"):
        with pytest.raises(SettingsError, match=rf"{name} must be a folder .* or a bucket"):
            make_settings(**{name: "s3:///prefix"})
    monkeypatch.setattr(reading, "find_spec", lambda _name: None)
    for name in ("BLOB_URL", "CHECKPOINT_URL"):
        with pytest.raises(SettingsError, match=rf"^{name} names a bucket.*pip install 'meldklok\[s3\]'"):
            make_settings(**{name: "s3://files/x"})


def test_addresses_of_places() -> None:
    """A folder, a bucket with or without a prefix, and nothing else."""
    found: Any = place_at("file:///srv/my%20files")
    assert found.folder == Path("/srv/my files")
    assert isinstance(place_at("s3://files"), Bucket)
    for wrong in ("s3:///x", "ftp://x/y", "file://", "gs://b/x"):
        with pytest.raises(ValueError, match="or in a bucket"):
            place_at(wrong)
