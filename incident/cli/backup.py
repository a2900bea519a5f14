"""`meldklok backup`: everything in one encrypted archive, and whether an archive comes back."""

from pathlib import Path

import click

from incident.cli._database import unit_of_work
from incident.cli.audit import tell
from incident.platform.settings import Settings


@click.command()
@click.argument("place", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--check", "only_check", is_flag=True, help="Make none: bring PLACE, or the newest one there, back for trial."
)
def backup(place: Path | None, only_check: bool) -> None:
    """Write database and files into a new encrypted archive in the folder PLACE, or in BACKUP_DIR.

    Meldklok may run meanwhile. The archive is sealed with the encryption key, which is not in it: keep that apart
    (see: meldklok keys copy). `--check` brings an archive back into a folder that is gone afterwards, opens the
    canary and compares record, files and log; with CHECKPOINT_URL also with the last checkpoint that left the house.

    \b
    Example:
      meldklok backup /mnt/backups
      meldklok backup --check
      meldklok backup --check /mnt/backups/meldklok-20261127T021500Z.backup
    """
    settings = Settings.load()
    place = place or settings.backup_dir
    if place is None:
        raise click.UsageError("Name a folder, or set BACKUP_DIR.")
    if only_check:
        _check(_newest(place), settings)
    else:
        _make(place)


def _newest(place: Path) -> Path:
    from incident.store.backup import ENDING

    if not place.is_dir():
        return place
    found = sorted(place.glob(f"*{ENDING}"))
    if not found:
        raise click.ClickException(f"There is no back-up in {place}.")
    return found[-1]


def _check(archive: Path, settings: Settings) -> None:
    from incident.store.backup import rehearse
    from incident.store.verify import read_outside
    from incident.wiring import checkpoint_place

    kept = checkpoint_place(settings)
    outside = list(read_outside(kept)) if kept else []
    manifest, report = rehearse(archive, settings.encryption_keys, outside)
    click.echo(f"{archive} comes back: {sum(manifest.rows.values())} rows of {manifest.taken_at}.")
    tell(report)
    raise SystemExit(1 if report.findings else 0)


def _make(folder: Path) -> None:
    from incident.store.backup import back_up, file_name
    from incident.store.db import db
    from incident.store.models import BackupRun

    with unit_of_work() as (session, deps):
        now = deps.clock.now()
        path = folder / file_name(now)
        try:
            manifest = back_up(db.engine, deps.blobs, deps.settings.encryption_keys[0], path, now)
        except OSError as problem:
            raise click.ClickException(f"{path} cannot be written: {problem.strerror}.") from problem
        session.add(BackupRun(name=path.name, lease_until=now, done_at=now, file=path.name))
    rows, files = sum(manifest.rows.values()), len(manifest.entries)
    click.echo(f"{path}: {rows} rows and {files} parts, read again and whole.")
    if manifest.damaged:
        lost = ", ".join(manifest.damaged)
        raise click.ClickException(f"Files were missing or altered before, and are not in it: {lost}.")
