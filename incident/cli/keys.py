"""`meldklok keys`: the key under which personal data and the installation's secrets are sealed."""

import base64
from pathlib import Path

import click

from incident.cli._database import refuse_while_running, unit_of_work
from incident.platform import keys as key_file
from incident.platform.settings import ENCRYPTION_KEY_FILE, Settings, SettingsError


@click.group()
def keys() -> None:
    """Make, copy and rotate the encryption key.

    \b
    Example:
      meldklok keys rotate
    """


@keys.command()
def new() -> None:
    """Print a new key for ENCRYPTION_KEY. Nothing is changed.

    \b
    Example:
      meldklok keys new
    """
    click.echo(key_file.fresh())


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
def copy(file: Path) -> None:
    """Write the encryption key into the new FILE, readable by you only: keep it apart from the back-ups.

    Without it no back-up comes back. The copy serves as DATA_DIR/encryption_key, or as ENCRYPTION_KEY_FILE.

    \b
    Example:
      meldklok keys copy /media/stick/meldklok-encryption-key
    """
    given = Settings.load().encryption_keys
    try:
        key_file.write_new(file, ",".join(base64.b64encode(key).decode() for key in given))
    except FileExistsError as problem:
        raise click.ClickException(f"{file} is there already, and is left as it is.") from problem
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from problem
    click.echo(f"{file} holds the encryption key. Keep it in a safe, not beside the back-ups.")


@keys.command()
def rotate() -> None:
    """Seal everything anew with a new key, files too; stop Meldklok first.

    Where the key lies in the data folder, the new one is made here and the old one is removed at the end. Where it is
    given by ENCRYPTION_KEY, put the new key before the old one, separated by a comma, and remove the old one when this
    command says so. It may be stopped and started again at any moment.

    \b
    Example:
      meldklok keys rotate
      ENCRYPTION_KEY="$(meldklok keys new),$ENCRYPTION_KEY" meldklok keys rotate
    """
    # Processes that run have the old key only: they could not read what is sealed with the new one.
    refuse_while_running()
    settings = Settings.load()
    path = settings.data_dir / ENCRYPTION_KEY_FILE
    if not settings.encryption_key_given:
        key_file.add_first(path)
    elif len(settings.encryption_keys) == 1:
        raise SettingsError(
            "ENCRYPTION_KEY", "ENCRYPTION_KEY holds one key: put a new one before it (see: meldklok keys new)."
        )
    count, left = _reseal()
    if settings.encryption_key_given:
        click.echo(f"{count} values and files are sealed with the first key. Keep only that one in ENCRYPTION_KEY.")
    else:
        key_file.keep_first(path)
        click.echo(f"{count} values and files are sealed with the new key in {path}. Make a back-up of it now.")
    if left:
        raise click.ClickException(f"No key here opens these files, and they stay as they are: {', '.join(left)}.")


def _reseal() -> tuple[int, list[str]]:
    """How many values and files are sealed with the first key now, and the hashes of the files that no key opens."""
    from incident.store.reseal import reseal, reseal_files, sealed_values

    with unit_of_work() as (session, deps):
        total = sealed_values(session)
        with click.progressbar(length=total, label="Sealing anew") as bar:
            for count in reseal(session, deps.sealer):
                session.commit()
                bar.update(count)
        digests = list(deps.blobs.digests())
        with click.progressbar(digests, label="Sealing files anew") as files:
            left = list(reseal_files(deps.blobs, files))
    return total + len(digests) - len(left), left
