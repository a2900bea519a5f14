"""The worker makes one back-up a night where a folder for it is set, and an old one is told everywhere."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from incident.doctor import State
from incident.doctor import backup as doctor
from incident.domain.kernel.health import Level, judge
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.archive import check
from incident.store.queries.vital_signs import alarm_facts, health_facts
from incident.wiring import Deps, wire
from incident.worker.archivist import LEASE, Archivist
from incident.worker.watchman import Watchman

Make = Callable[..., Settings]
MINUTES = LEASE.total_seconds() / 60


@pytest.fixture
def deps(make_settings: Make, migrated_url: str, tmp_path: Path, clock: FixedClock) -> Deps:
    """The parts of an installation that keeps two back-ups."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return wire(make_settings(DATABASE_URL=migrated_url, BACKUP_DIR=str(folder), BACKUP_KEEP="2"), clock)


def archivist(engine: Engine, deps: Deps) -> Archivist:
    return Archivist(sessionmaker(engine), engine, lambda _session: deps.clock.now(), deps)


def kept(deps: Deps) -> list[str]:
    assert deps.settings.backup_dir is not None
    return sorted(path.name for path in deps.settings.backup_dir.iterdir())


def test_one_back_up_a_night_by_whichever_worker_and_two_are_kept(
    engine: Engine, deps: Deps, clock: FixedClock
) -> None:
    """From two o'clock in the organisation's zone; two workers make one, and the third night lets the first go."""
    clock.advance(hours=15, minutes=50)
    first, second = archivist(engine, deps), archivist(engine, deps)
    first.tick()
    assert kept(deps) == []
    clock.advance(minutes=20)
    for worker in (first, second, first):
        worker.tick()
    assert kept(deps) == ["meldklok-20260303T011000Z.backup"]
    for _night in range(2):
        clock.advance(hours=24)
        second.tick()
    assert kept(deps) == ["meldklok-20260304T011000Z.backup", "meldklok-20260305T011000Z.backup"]
    assert deps.settings.backup_dir is not None
    assert check(deps.settings.backup_dir / kept(deps)[-1], deps.settings.encryption_keys).rows["kept_secret"] == 5


def test_a_folder_that_is_away_is_tried_again_and_told_on_every_page_until_it_is_there(
    engine: Engine, deps: Deps, clock: FixedClock
) -> None:
    """Every quarter of an hour; nothing else of the worker stops."""
    folder, worker, sessions = deps.settings.backup_dir, archivist(engine, deps), sessionmaker(engine)
    assert folder is not None
    folder.rmdir()
    watchman = Watchman(
        sessions, lambda _: clock.now(), "w", clock.now(), deps.settings, clock.now, lambda: None, lambda: worker.old
    )

    def told() -> list[bool]:
        worker.tick()
        watchman.beat()
        with sessions() as session:
            judged = [judge(facts(session, clock.now()), clock.now()) for facts in (health_facts, alarm_facts)]
        found = [finding for one in judged for finding in one.findings if finding.key == "backup_old"]
        assert {finding.level for finding in found} <= {Level.WARNING}
        return ["backup_old" in one.keys for one in judged]

    assert told() == [True, True]
    assert [finding.state for finding in doctor.newest(deps.settings, clock.now())] == [State.FAIL]
    folder.mkdir()
    clock.advance(minutes=5)
    assert told() == [True, True]
    clock.advance(minutes=11)
    assert told() == [False, False]
    assert len(kept(deps)) == 1
    folder.joinpath(kept(deps)[0]).unlink()
    folder.rmdir()
    clock.advance(hours=37)
    assert told() == [True, True]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_worker_that_died_over_a_back_up_is_followed_by_another(
    engine: Engine, deps: Deps, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its lease the night's back-up is anybody's again; while it goes on it is nobody else's, however long."""

    begun: list[datetime] = []

    def die(*_arguments: object, alive: Callable[[bytes], object]) -> None:
        begun.append(clock.now())
        for _part in range(20 if len(begun) == 1 else 0):
            clock.advance(minutes=MINUTES / 2)
            alive(b"")
            archivist(engine, deps).tick()
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("incident.worker.archivist.back_up", die)
        with pytest.raises(SystemExit):
            archivist(engine, deps).tick()
    assert len(begun) == 1
    archivist(engine, deps).tick()
    assert kept(deps) == []
    clock.advance(minutes=MINUTES + 1)
    archivist(engine, deps).tick()
    assert len(kept(deps)) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_doctor_asks_for_back_ups_that_are_new_and_lie_apart(
    engine: Engine, deps: Deps, clock: FixedClock, make_settings: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None at all, one, an old one; a folder on the disk of the data, apart from it, and one that is not there."""

    def found() -> tuple[State, str]:
        [finding] = doctor.newest(deps.settings, clock.now())
        return finding.state, finding.sentence

    assert found()[0] is State.WARN
    archivist(engine, deps).tick()
    assert found() == (State.OK, "There is a back-up of 2026-03-02 10:00.")
    clock.advance(hours=40)
    assert found() == (State.FAIL, "The last good back-up is 40 hours old.")
    assert list(doctor.folder(make_settings(), clock.now())) == []
    assert [finding.state for finding in doctor.folder(deps.settings, clock.now())] == [State.WARN]
    gone = make_settings(BACKUP_DIR=str(tmp_path / "gone"))
    assert [finding.state for finding in doctor.folder(gone, clock.now())] == [State.FAIL]
    monkeypatch.setattr(doctor, "_disk", lambda folder: str(folder))
    assert [finding.state for finding in doctor.folder(deps.settings, clock.now())] == [State.OK]
