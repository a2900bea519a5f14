"""A back-up is made while reports come in, comes back elsewhere whole, and is never half there under its name."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.store import archive as archives
from incident.store import backup
from incident.store.archive import MANIFEST, BadArchive, check, entries
from incident.store.backup import NotEmpty, restore
from incident.store.db import Base, harden
from incident.store.heartbeat import beat, newest_beat
from incident.store.models import AuditEntry, AuditHead, Incident
from tests.backup.house import KEYS, everything, killed, proven, save
from tests.conftest import START
from tests.databases import DIALECTS, Lazily
from tests.factories import blobs_in, make_actor, make_incident
from tests.promises.tampered import build

POINTS = {"sqlite": 10, "postgresql": 4}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The folder of uploaded files."""
    return tmp_path / "files"


@pytest.fixture
def house(migrated_url: str, files: Path) -> str:
    """The address of a database with a whole case."""
    with build(migrated_url, files).session as session:
        session.commit()
    session.get_bind().engine.dispose()
    return migrated_url


@pytest.fixture
def elsewhere(databases: Lazily) -> Iterator[Callable[[str], str]]:
    """A function that gives an empty database of a kind."""
    made: list[tuple[str, str]] = []

    def empty(kind: str) -> str:
        made.append((kind, databases.get(kind).empty()))
        return made[-1][1]

    yield empty
    for kind, url in made:
        databases.get(kind).drop(url)


def test_what_comes_back_is_what_was_saved_on_either_database(
    house: str, files: Path, tmp_path: Path, elsewhere: Callable[[str], str]
) -> None:
    """Every row and file, the sealed ones too; and a record, log and checkpoints that still prove each other."""
    saved = save(house, files, tmp_path / "one.backup")
    for kind in DIALECTS:
        url, folder = elsewhere(kind), tmp_path / kind
        manifest = restore(saved, KEYS, url, blobs_in(folder))
        assert everything(url) == everything(house)
        assert sorted(blobs_in(folder).digests()) == sorted(blobs_in(files).digests()) != []
        assert proven(url, folder).checkpoints > 1
        assert manifest.rows["incident"] == 3
        with Session(harden(create_engine(url))) as session:
            dpo = make_actor(session, "New", [Role.DPO], START)
            make_incident(session, dpo, START, summary="After it came back")
            session.commit()
        session.get_bind().engine.dispose()
        proven(url, folder)


def test_no_sign_of_life_comes_back(
    house: str, files: Path, tmp_path: Path, elsewhere: Callable[[str], str], dialect: str
) -> None:
    """The worker that gave it runs elsewhere: the doctor and the page of its state must miss one here."""
    engine = harden(create_engine(house))
    with Session(engine) as session:
        beat(session, "w", START, START, START)
        session.commit()
    engine.dispose()
    url = elsewhere(dialect)
    restore(save(house, files, tmp_path / "one.backup"), KEYS, url, blobs_in(tmp_path / "back"))
    engine = harden(create_engine(url))
    with Session(engine) as session:
        assert newest_beat(session) is None
        assert session.scalars(select(Incident.id)).all()
    engine.dispose()


def test_a_back_up_made_while_reports_come_in_holds_one_instant(
    house: str, files: Path, tmp_path: Path, elsewhere: Callable[[str], str], dialect: str
) -> None:
    """Three threads report without a pause: nobody waits for the back-up, and what comes back has no half report."""
    stop, made = threading.Event(), [0, 0, 0]
    writers = [threading.Thread(target=_report, args=(house, stop, made, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    archives_made = list[Path]()
    while not archives_made or not all(made):
        archives_made.append(save(house, files, tmp_path / f"{len(archives_made)}.backup"))
    during = sum(made)
    stop.set()
    for writer in writers:
        writer.join()
    url = elsewhere(dialect)
    restore(archives_made[-1], KEYS, url, blobs_in(tmp_path / "back"))
    report = proven(url, tmp_path / "back")
    assert during >= 3
    assert report.chains >= 3
    engines = [harden(create_engine(one)) for one in (house, url)]
    with Session(engines[0]) as source, Session(engines[1]) as back:
        assert back.scalars(select(Incident.id)).all()
        for head in back.scalars(select(AuditHead)):
            assert source.get(AuditEntry, (head.chain, head.seq)).hash == head.hash  # type: ignore[union-attr]
    for engine in engines:
        engine.dispose()


def _report(url: str, stop: threading.Event, made: list[int], number: int) -> None:
    engine = harden(create_engine(url))
    with Session(engine) as session:
        actor = make_actor(session, f"Writer{number}", [Role.REPORTER], START)
        session.commit()
        while not stop.is_set():
            make_incident(session, actor, START, summary=f"Report {made[number]} of {number}")
            session.commit()
            made[number] += 1
    engine.dispose()


def test_a_back_up_killed_at_ten_points_is_there_whole_or_not_at_all(
    house: str, files: Path, tmp_path: Path, dialect: str, record_property: Any
) -> None:
    """A file with the name of a back-up is a whole back-up, whatever happened on the way."""
    points = POINTS[dialect]
    steps = _count(lambda step: _save_by_steps(house, files, tmp_path / "whole.backup", step))
    assert steps > points
    for point in range(points):
        path = tmp_path / f"{point}.backup"
        after = 1 + point * (steps - 1) // (points - 1)
        assert killed(lambda step, path=path: _save_by_steps(house, files, path, step), after)  # type: ignore[misc]
        if path.exists():
            assert check(path, KEYS).rows["incident"] == 3
    proven(house, files)
    record_property("kills", points)
    assert [path.exists() for path in (tmp_path / "0.backup", tmp_path / f"{points - 1}.backup")] == [False, True]


def test_a_restore_killed_at_ten_points_begins_again(
    house: str, files: Path, tmp_path: Path, elsewhere: Callable[[str], str], dialect: str, record_property: Any
) -> None:
    """Each time the same empty place: a half restore is no record, so the next one may begin; the last one is whole."""
    saved, url, back = save(house, files, tmp_path / "one.backup"), elsewhere(dialect), tmp_path / "back"
    aside = elsewhere(dialect)
    steps = _count(lambda step: _restore_by_steps(saved, aside, tmp_path / "aside", step))
    for point in range(POINTS[dialect]):
        after = 1 + point * (steps - 1) // POINTS[dialect]
        assert killed(lambda step: _restore_by_steps(saved, url, back, step), after)
    restore(saved, KEYS, url, blobs_in(back))
    assert everything(url) == everything(house)
    proven(url, back)
    record_property("kills", POINTS[dialect])


def _count(work: Callable[[Callable[[], None]], object]) -> int:
    found: list[None] = []
    work(lambda: found.append(None))
    return len(found)


def _save_by_steps(url: str, files: Path, path: Path, step: Callable[[], None]) -> None:
    """A step is every entry of the archive, every waiting for the disk, and the naming."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives._Tar, "pour", _then(archives._Tar.pour, step))
        patch.setattr(archives.os, "fsync", _then(os.fsync, step))
        patch.setattr(Path, "rename", _then(Path.rename, step))
        save(url, files, path)


def _then(function: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def both(*arguments: Any) -> Any:
        step()
        return function(*arguments)

    return both


def _restore_by_steps(saved: Path, url: str, files: Path, step: Callable[[], None]) -> None:
    """A step is every statement that writes rows, and every file."""
    blobs = blobs_in(files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "insert", _then(backup.insert, step))
        patch.setattr(backup, "update", _then(backup.update, step))
        patch.setattr(blobs, "take", _then(blobs.take, step))
        restore(saved, KEYS, url, blobs)


def test_a_place_that_is_not_empty_is_left_alone(house: str, files: Path, tmp_path: Path) -> None:
    """Nothing is overwritten by mistake, not even with the same rows."""
    saved, before = save(house, files, tmp_path / "one.backup"), everything(house)
    with pytest.raises(NotEmpty, match="empty one only"):
        restore(saved, KEYS, house, blobs_in(tmp_path / "back"))
    assert everything(house) == before
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_archive_that_was_altered_cut_or_made_with_another_key_is_refused_before_anything_is_written(
    house: str, files: Path, tmp_path: Path
) -> None:
    """Every byte counts, at the beginning, in the middle and at the end; and the sentence says what is wrong."""
    saved = save(house, files, tmp_path / "one.backup")
    whole = saved.read_bytes()
    middle = len(whole) // 2
    altered = {
        "cut": whole[:-1],
        "half": whole[:middle],
        "longer": whole + b"x",
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "renamed": whole.replace(b"backup 1", b"backup 2", 1),
        "other": b"something else\n",
        "empty": b"",
    }
    for name, content in altered.items():
        broken = tmp_path / f"{name}.backup"
        broken.write_bytes(content)
        with pytest.raises(BadArchive, match=str(broken)):
            restore(broken, KEYS, f"sqlite:///{tmp_path}/new.sqlite3", blobs_in(tmp_path / "new"))
    with pytest.raises(BadArchive, match="another encryption key"):
        restore(saved, [bytes(range(1, 33))], f"sqlite:///{tmp_path}/new.sqlite3", blobs_in(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.sqlite3").exists() or everything(f"sqlite:///{tmp_path}/new.sqlite3")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_nothing_can_be_read_from_an_archive_without_the_key_and_no_key_is_in_it(
    house: str, files: Path, tmp_path: Path
) -> None:
    """It goes to other machines: names, texts and keys must not go with it in clear."""
    saved = save(house, files, tmp_path / "one.backup")
    content = saved.read_bytes()
    assert saved.stat().st_mode & 0o077 == 0
    assert all(word not in content for word in (b"example.org", b"incident", b"Charlie", *KEYS))
    inside = {name: b"".join(parts) for name, parts in entries(saved, KEYS)}
    assert any(b"Charlie" in part for part in inside.values())
    assert all(key not in part for key in KEYS for part in inside.values())


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_file_that_is_lost_does_not_keep_the_rest_from_being_saved(house: str, files: Path, tmp_path: Path) -> None:
    """The manifest names it, so that the command can say so."""
    lost = sorted(blobs_in(files).digests())[0]
    (files / lost[:2] / lost).write_bytes(b"altered")
    manifest = check(save(house, files, tmp_path / "one.backup"), KEYS)
    assert manifest.damaged == [lost]
    assert manifest.rows["incident"] == 3


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_back_up_shows_a_sign_of_life_with_each_part(house: str, files: Path, tmp_path: Path) -> None:
    """Of rows and of files, while it is written and while it is read again."""
    heard: list[bytes] = []
    path = save(house, files, tmp_path / "one.backup", heard.append)
    inside = {name: b"".join(parts) for name, parts in entries(path, KEYS)}
    manifest = inside.pop(MANIFEST)
    assert sorted(heard) == sorted([*inside.values(), *inside.values(), manifest])


def test_every_table_is_saved() -> None:
    """A table that a later version adds is saved without anybody thinking of it."""
    assert {table.name for table in backup.TABLES} == set(Base.metadata.tables)
