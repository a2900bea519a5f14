"""`meldklok restore`: bring a back-up into an empty place, and prove what came back."""

from pathlib import Path

import click

from incident.cli.audit import tell
from incident.platform.settings import Settings


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A checkpoint that was kept outside, or a folder of them; CHECKPOINT_URL is read in any case.",
)
def restore(archive: Path, kept: tuple[Path, ...]) -> None:
    """Bring ARCHIVE into the empty database of DATABASE_URL or DATA_DIR, and its files into BLOB_URL.

    Put the encryption key there first: as DATA_DIR/encryption_key or ENCRYPTION_KEY. The whole archive is read before
    anything is written. Afterwards the canary is opened, and record, files and log are compared with each other and
    with the checkpoints that were kept outside; the exit status is 1 when something differs. Start Meldklok only
    then: the worker sends what was waiting.

    \b
    Example:
      DATA_DIR=/srv/meldklok meldklok restore /mnt/backups/meldklok-20261127T021500Z.backup
      meldklok restore /mnt/backups/meldklok-20261127T021500Z.backup --checkpoint mailed-on-26-november.txt
    """
    from incident.store import backup
    from incident.store.blobs import blobs_at
    from incident.store.verify import read_kept, read_outside
    from incident.wiring import checkpoint_place

    settings = Settings.load()
    place = checkpoint_place(settings)
    outside = [*(one for path in kept for one in read_kept(path)), *(read_outside(place) if place else ())]
    keys = settings.encryption_keys
    blobs = blobs_at(settings.blob_url, keys, settings.bucket_access)
    manifest = backup.restore(archive, keys, settings.database_url, blobs)
    click.echo(f"{sum(manifest.rows.values())} rows of {manifest.taken_at} are back.")
    report = backup.prove(settings.database_url, keys, blobs, outside)
    tell(report)
    raise SystemExit(1 if report.findings else 0)
