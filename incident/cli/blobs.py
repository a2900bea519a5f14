"""`meldklok blobs`: where uploaded files are kept."""

import click

from incident.cli._database import refuse_while_running, unit_of_work


@click.group()
def blobs() -> None:
    """Move the uploaded files elsewhere.

    \b
    Example:
      meldklok blobs move s3://bucket/meldklok
    """


@blobs.command()
@click.argument("target")
@click.option("--remove", is_flag=True, help="Take the originals away, once all of them have arrived.")
def move(target: str, remove: bool) -> None:
    """Bring all files from BLOB_URL to TARGET, a folder or a bucket, and read each back there; stop Meldklok first.

    Every file is compared with its hash on both sides, and the originals stay unless you say `--remove`. It may be
    stopped and started again at any moment: what has arrived is only read. Then set BLOB_URL to TARGET. Where TARGET is
    BLOB_URL by another spelling, or files come in while it copies, nothing is taken away.

    \b
    Example:
      meldklok blobs move s3://bucket/meldklok
      meldklok blobs move --remove file:///srv/meldklok/blobs
    """
    from incident.store.blobs import SamePlace, blobs_at
    from incident.store.blobs import move as copy

    refuse_while_running()
    with unit_of_work() as (_, deps):
        try:
            moved = copy(deps.blobs, blobs_at(target, deps.blobs.keys, deps.settings.bucket_access))
        except ValueError as problem:
            raise click.BadParameter(str(problem), param_hint="TARGET") from problem
        except SamePlace as problem:
            raise click.ClickException(f"BLOB_URL is {target} already: nothing was moved.") from problem
        if remove and not moved.damaged and not moved.late:
            for digest in moved.arrived:
                deps.blobs.remove(digest)
    click.echo(f"{len(moved.arrived)} files are at {target}, each read back. Now set BLOB_URL={target}")
    if moved.late:
        raise click.ClickException(
            f"{len(moved.late)} files came in meanwhile, so Meldklok runs somewhere. "
            "The originals stay: stop it, and run this again."
        )
    if moved.damaged:
        damaged = ", ".join(moved.damaged)
        raise click.ClickException(f"Missing or altered already, and left where they are: {damaged}.")
