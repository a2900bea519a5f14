"""Files of the record lie sealed: nothing can be read, altered or exchanged there, and none is held in memory."""

import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from incident.domain.uploads import Content
from incident.store.backup import back_up, restore
from incident.store.blobs import KIND, BlobStore, DamagedBlob, LockedBlob, move
from incident.store.db import harden
from incident.store.places import Bucket, Folder, Place
from incident.store.reseal import reseal_files
from incident.store.stream import CHUNK, TAG, sealed
from incident.web.uploaded import mapped
from tests.backup.house import killed
from tests.conftest import START
from tests.databases import KEYS, Lazily
from tests.factories import blobs_in
from tests.store.buckets import FILES

NEW = [bytes(range(1, 33)), *KEYS]
MOST = 32 * 1024 * 1024
LARGE = 50 * 1024 * 1024


def path_of(blobs: BlobStore, digest: str) -> Path:
    """Where a file lies."""
    assert isinstance(blobs.place, Folder)
    return blobs.place.folder / digest[:2] / digest


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_kept_comes_back_and_nobody_else_reads_it(size: int, tmp_path: Path) -> None:
    """Of any size, also at the edges of a chunk; what lies there tells nothing, and only its owner may look."""
    blobs, content = blobs_in(tmp_path), (b"victim of the breach " * (size // 21 + 1))[:size]
    digest = blobs.put(content)
    path = path_of(blobs, digest)
    assert (digest, blobs.get(digest), blobs.size(digest)) == (sha256(content).hexdigest(), content, size)
    assert b"victim" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert all(0 < len(part) <= CHUNK for part in blobs.parts(digest) if size)


HEADER = len(next(sealed([], KEYS[0], KIND, b"")))


def _chunks(kept: bytes) -> list[bytes]:
    return [kept[start : start + CHUNK + TAG] for start in range(HEADER, len(kept), CHUNK + TAG)]


ALTERED: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the first line": lambda kept: b"M" + kept[1:],
    "a bit of the salt": lambda kept: kept.replace(b'"salt": "', b'"salt": "00', 1).replace(b'"}', b"}", 1),
    "a bit of the end": lambda kept: kept[:-1] + bytes([kept[-1] ^ 1]),
    "a bit in the middle": lambda kept: kept[:-CHUNK] + bytes([kept[-CHUNK] ^ 1]) + kept[1 - CHUNK :],
    "chunks in another order": lambda kept: kept[:HEADER] + b"".join(_chunks(kept)[number] for number in (1, 0, 2)),
    "a chunk less": lambda kept: kept[:HEADER] + b"".join(_chunks(kept)[number] for number in (0, 2)),
    "the last chunk less": lambda kept: kept[:HEADER] + b"".join(_chunks(kept)[:-1]),
    "a byte less": lambda kept: kept[:-1],
    "a byte more": lambda kept: kept + b"0",
    "half of the header": lambda kept: kept[:40],
    "the header alone": lambda kept: kept[:HEADER],
    "nothing": lambda kept: b"",
}


@pytest.mark.parametrize("how", ALTERED)
def test_what_was_altered_or_cut_off_is_never_taken_for_the_file(how: str, tmp_path: Path) -> None:
    """Nor is a byte of a bad chunk given out: what came before it was the file's own."""
    blobs, content = blobs_in(tmp_path), bytes(range(256)) * (3 * CHUNK // 256)
    digest = blobs.put(content)
    path = path_of(blobs, digest)
    path.write_bytes(ALTERED[how](path.read_bytes()))
    with pytest.raises(DamagedBlob, match="altered"):
        blobs.size(digest)
    first = [*islice(blobs.parts(digest), 1)] if how in ("a byte less", "a byte more", "the last chunk less") else []
    assert all(content.startswith(part) for part in first)


def test_a_file_under_the_name_of_another_is_not_given_out(tmp_path: Path) -> None:
    """It is bound to its hash, as a sealed person is to the row."""
    blobs = blobs_in(tmp_path)
    mine, yours = blobs.put(b"mine"), blobs.put(b"yours")
    path_of(blobs, mine).write_bytes(path_of(blobs, yours).read_bytes())
    with pytest.raises(DamagedBlob, match="altered"):
        blobs.get(mine)


def test_a_file_from_before_is_read_and_sealed_by_the_rotation(tmp_path: Path) -> None:
    """Until then it is as it was; afterwards the old key opens nothing, and what no key opens is named and left."""
    blobs, rotated = blobs_in(tmp_path), BlobStore(Folder(tmp_path), NEW)
    old, bad = sha256(b"from before").hexdigest(), blobs.put(b"bad")
    blobs.place.write(f"{old[:2]}/{old}", b"from before")
    new = blobs.put(b"sealed")
    path_of(blobs, bad).write_bytes(b"altered")
    assert (blobs.get(old), blobs.is_sealed(old), blobs.is_sealed(new)) == (b"from before", False, True)
    assert list(reseal_files(rotated, rotated.digests())) == [bad]
    only = BlobStore(Folder(tmp_path), NEW[:1])
    assert (only.get(old), only.get(new), path_of(blobs, bad).read_bytes()) == (b"from before", b"sealed", b"altered")
    with pytest.raises(LockedBlob):
        blobs.get(new)


def test_a_rotation_of_files_that_is_killed_at_any_of_them_loses_none(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Each is sealed with one key or the other; who begins again comes to the end."""
    blobs, rotated = blobs_in(tmp_path), BlobStore(Folder(tmp_path), NEW)
    digests = sorted(blobs.put(bytes([number]) * 2 * CHUNK) for number in range(5))

    def work(step: Callable[[], None]) -> None:
        class Stepping(Folder):
            def flow(self, name: str) -> Iterator[bytes]:
                for part in super().flow(name):
                    step()
                    yield part

        assert not list(reseal_files(BlobStore(Stepping(tmp_path), NEW), digests))

    kills = 0
    while killed(work, 6 + kills):
        kills += 1
        assert [rotated.size(digest) > 0 for digest in digests] == [True] * 5
    assert kills >= 3
    assert all(BlobStore(Folder(tmp_path), NEW[:1]).size(digest) for digest in digests)
    record_property("kills", kills)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """A file of 50 MB that lies on the disk."""
    path = tmp_path_factory.mktemp("large") / "image.zip"
    with path.open("wb") as file:
        for number in range(LARGE // CHUNK):
            file.write(sha256(bytes([number])).digest() * (CHUNK // 32))
    with path.open("rb") as file:
        return mapped(file)


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """The most memory that was held since it was asked last."""
    tracemalloc.start()

    def most() -> int:
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        return found

    yield most
    tracemalloc.stop()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_fifty_megabytes_are_never_held_in_memory(
    large: Content, peak: Callable[[], int], migrated_url: str, databases: Lazily, tmp_path: Path
) -> None:
    """Kept, read, moved, sealed anew, saved in a back-up and brought back: a few chunks at a time."""
    held: dict[str, int] = {}
    here, there = blobs_in(tmp_path / "here"), blobs_in(tmp_path / "there")
    digest = here.put(large)
    held["kept"] = peak()
    assert here.size(digest) == LARGE
    held["read"] = peak()
    assert move(here, there).arrived == (digest,)
    held["moved"] = peak()
    BlobStore(here.place, NEW).seal_anew(digest)
    held["sealed anew"] = peak()
    engine = harden(create_engine(migrated_url))
    back_up(engine, there, KEYS[0], tmp_path / "one.backup", START)
    engine.dispose()
    held["saved"] = peak()
    back, url = blobs_in(tmp_path / "back"), databases.get("sqlite").empty()
    restore(tmp_path / "one.backup", KEYS, url, back)
    databases.get("sqlite").drop(url)
    held["brought back"] = peak()
    assert back.size(digest) == LARGE
    assert {act: amount for act, amount in held.items() if amount > MOST} == {}


def test_a_large_file_goes_into_a_bucket_in_pieces_and_is_whole_there_or_not_at_all(
    large: Content, access: dict[str, str]
) -> None:
    """Where what is read breaks off in between, no object has its name."""
    place: Place = Bucket(FILES, "large", access)
    blobs = BlobStore(place, KEYS)
    digest = blobs.put(large)
    assert (blobs.size(digest), b"".join(blobs.parts(digest)) == large[:]) == (LARGE, True)
    BlobStore(place, NEW).seal_anew(digest)
    assert BlobStore(place, NEW[:1]).size(digest) == LARGE

    def breaks_off() -> Iterator[bytes]:
        yield from BlobStore(place, NEW).parts(digest)
        raise DamagedBlob("broken off")

    with pytest.raises(DamagedBlob):
        blobs.take("0" * 64, breaks_off())
    assert list(blobs.digests()) == [digest]
    blobs.remove(digest)
