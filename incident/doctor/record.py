"""Checks of what is kept: is the database file whole, are the files there, do made-up examples lie among the cases."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, union
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from incident.doctor.database import connection
from incident.doctor.finding import Finding, fail, ok, warn
from incident.domain.kernel.text import by_count
from incident.platform.settings import Settings
from incident.store.blobs import BlobStore, DamagedBlob, LockedBlob, blobs_at
from incident.store.models import Evidence, Incident, Rendition
from incident.store.places import BUCKET, Away, place_at
from incident.store.tree import newest

READ_AT_MOST = 500
STAMPED_WITHIN = timedelta(hours=1)


def damage(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether SQLite finds its own file whole; PostgreSQL looks after its files itself."""
    if not settings.embedded:
        return
    try:
        with connection(settings) as opened:
            told = str(opened.execute(text("PRAGMA integrity_check(1)")).scalar_one())
    except SQLAlchemyError as problem:
        told = str(getattr(problem, "orig", problem))
    if told == "ok":
        yield ok("damage", "The file of the database is whole.")
    elif told != "unable to open database file":
        sentence = "The file of the database is damaged: %(reason)s."
        cure = "Stop Meldklok; %(command)s brings the last good back-up into an empty place."
        yield fail("damage", sentence, cure, reason=" ".join(told.split()), command="meldklok restore FILE")


def kept_files(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether every file of which the record speaks is there, and the first five hundred of them unaltered."""
    try:
        with connection(settings) as opened:
            named = sorted(opened.scalars(union(select(Evidence.blob_sha256), select(Rendition.blob_sha256))))
    except SQLAlchemyError:
        return
    blobs = blobs_at(settings.blob_url, settings.encryption_keys, settings.bucket_access)
    try:
        missing = set(named) - set(blobs.digests())
    except Away:
        return
    states = Counter(_state(blobs, digest) for digest in [one for one in named if one not in missing][:READ_AT_MOST])
    if states["locked"]:
        sentence = "Files of the record that no key of this installation opens: %(number)s."
        cure = "Put the key with which they were sealed behind the present one, after a comma."
        yield fail("files", sentence, cure, number=states["locked"])
    if states["bare"]:
        sentence = "Files of the record that lie unsealed, from before files were sealed: %(number)s."
        cure = "Stop Meldklok and run %(command)s."
        yield warn("files", sentence, cure, number=states["bare"], command="meldklok keys rotate")
    if missing or states["altered"]:
        sentence = "Of the files of the record (%(number)s) missing: %(missing)s, altered: %(altered)s."
        cure = "Look at BLOB_URL, or bring them back from a back-up; %(command)s names them."
        counts = {"number": len(named), "missing": len(missing), "altered": states["altered"]}
        yield fail("files", sentence, cure, **counts, command="meldklok audit verify")
    elif named and not states["locked"]:
        yield ok("files", "All files of the record are there: %(number)s.", number=len(named))


def _state(blobs: BlobStore, digest: str) -> str:
    try:
        blobs.size(digest)
    except LockedBlob:
        return "locked"
    except DamagedBlob:
        return "altered"
    return "sealed" if blobs.is_sealed(digest) else "bare"


def buckets(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the buckets for files and for checkpoints answer and let us read; silent where there are none."""
    for name, url in (("BLOB_URL", settings.blob_url), ("CHECKPOINT_URL", settings.checkpoint_url or "")):
        if not url.startswith(f"{BUCKET}:"):
            continue
        try:
            count = len(list(place_at(url, settings.bucket_access).names()))
        except Away as problem:
            cure = "Look at %(name)s, at the settings AWS_… and at the rights of this key in the bucket."
            yield fail(
                "bucket", "The bucket of %(name)s cannot be used: %(reason)s.", cure, name=name, reason=problem.reason
            )
        else:
            yield ok("bucket", "The bucket of %(name)s answers. Objects in it: %(count)s.", name=name, count=count)


def stamps(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether the newest checkpoint bears the stamp of the authority; silent where none is asked."""
    if settings.timestamp_url is None:
        return
    try:
        with connection(settings) as opened, Session(opened) as session:
            row = newest(session)
    except SQLAlchemyError:
        return
    if row is None:
        return
    if row.stamped_at is not None:
        moment = f"{row.stamped_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        yield ok("stamps", "The newest checkpoint bears a time stamp of %(moment)s.", moment=moment)
    elif now - row.made_at > STAMPED_WITHIN:
        cure = "Look at TIMESTAMP_URL, TIMESTAMP_CERTIFICATES and the log of the worker."
        moment = f"{row.made_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        yield fail("stamps", "The newest checkpoint, of %(moment)s, has got no time stamp.", cure, moment=moment)


def examples(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether made-up examples lie in a register that has real incidents by now."""
    counted = select(Incident.is_example, func.count()).where(Incident.exercise_id.is_(None))
    counted = counted.group_by(Incident.is_example)
    try:
        with connection(settings) as opened:
            counts = {bool(example): number for example, number in opened.execute(counted)}
    except SQLAlchemyError:
        return
    if counts.get(True) and counts.get(False):
        one = "One made-up example lies among the real incidents."
        many = "%(number)s made-up examples lie among the real incidents."
        cure = "They are marked and stand in no file. Whoever wants none begins with an empty database."
        yield warn("examples", by_count(counts[True], one, many), cure, number=counts[True])
