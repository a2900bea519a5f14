"""The organisation's own texts, its logo and its Word letter: settings kept version by version, files by their hash."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import clean, required
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.placeholders import check_placeholders
from incident.store.blobs import BlobStore
from incident.store.models import SettingVersion
from incident.store.settings import current_setting
from incident.store.shelf import claim_file
from incident.usecases.common.record import record_system
from incident.usecases.common.settings import save_setting
from incident.usecases.notices.ports import HouseStyle

TEXT_LIMIT = 100_000
HOUSE = "template:house"


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A text of the organisation's own, with ``((name))`` where a value goes; an empty title keeps the usual one."""

    title: str
    text: str


def own_template(session: Session, addressee: str, kind: str, language: str) -> OwnTemplate | None:
    """The organisation's own text for such a notice, or None where it uses the one that ships with the product."""
    row = current_setting(session, setting_name(addressee, kind, language))
    if row is None or not row.document.get("text"):
        return None
    return OwnTemplate(str(row.document.get("title", "")), str(row.document["text"]))


def own_texts(session: Session) -> frozenset[tuple[str, str, str]]:
    """Addressee, kind and language of every notice for which the organisation has a text of its own."""
    newest = select(SettingVersion.name, func.max(SettingVersion.version)).group_by(SettingVersion.name)
    query = select(SettingVersion.name, SettingVersion.document).where(
        SettingVersion.name.like("template:%:%:%"), tuple_(SettingVersion.name, SettingVersion.version).in_(newest)
    )
    named = [tuple(name.split(":")[1:]) for name, document in session.execute(query) if document.get("text")]
    return frozenset((addressee, kind, language) for addressee, kind, language in named)


def setting_name(addressee: str, kind: str, language: str) -> str:
    """Under which name the text is kept."""
    return f"template:{addressee}:{kind}:{language}"


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Use this text from now on; ``allowed`` are the names that may stand in it as ``((name))``."""

    actor: Actor
    addressee: Addressee
    kind: NoticeKind
    language: str
    title: str
    text: str
    allowed: frozenset[str]


def save_template(command: SaveTemplate, *, session: Session, now: datetime) -> OwnTemplate:
    """Keep the text. Raises Invalid with line and name for a placeholder that nothing fills in."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    if command.addressee is Addressee.AUTHORITY:
        raise IllegalMove("The authority's form is the authority's own; it has no text to change.")
    title = clean(command.title, field="title", limit=500)
    text = required(command.text, "The text is empty.", field="body", limit=TEXT_LIMIT)
    check_placeholders(text, command.allowed, field="body")
    if "((" in title:
        raise Invalid("The subject holds no placeholders. Write it out.", field="title")
    _keep(session, command, {"title": title, "text": text}, now)
    return OwnTemplate(title, text)


def drop_template(command: SaveTemplate, *, session: Session, now: datetime) -> None:
    """Go back to the text that ships with the product; the earlier versions stay on record."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    _keep(session, command, {}, now)


def _keep(session: Session, command: SaveTemplate, document: JsonObject, now: datetime) -> None:
    name = setting_name(command.addressee.value, command.kind.value, command.language)
    row = save_setting(session, name, document, actor=command.actor, now=now)
    record_system(session, Tag.TEMPLATE_CHANGED, command.actor, now, name=name, version=row.version)


@dataclass(frozen=True, slots=True)
class SaveHouseFile:
    """The organisation's ``logo`` or Word ``letter``; without content it is taken away."""

    actor: Actor
    part: str
    content: bytes


def save_house_file(
    command: SaveHouseFile, *, session: Session, now: datetime, blobs: BlobStore, check: Callable[[bytes], object]
) -> None:
    """Keep the file. Whatever ``check`` raises for an unusable one passes through, and nothing is kept."""
    require(command.actor, Permission.MANAGE_SETTINGS)
    if command.part not in ("logo", "letter"):
        raise Invalid("Choose a logo or a Word letter.", field="file")
    row = current_setting(session, HOUSE)
    document = {**(row.document if row else {})}
    document.pop(command.part, None)
    if command.content:
        check(command.content)
        claim_file(session, sha256(command.content).hexdigest(), now)
        document[command.part] = blobs.put(command.content)
    saved = save_setting(session, HOUSE, document, actor=command.actor, now=now)
    record_system(session, Tag.TEMPLATE_CHANGED, command.actor, now, name=HOUSE, version=saved.version)


def house_files(session: Session) -> dict[str, str]:
    """Which of ``logo`` and ``letter`` there are, with the SHA-256 of each."""
    row = current_setting(session, HOUSE)
    return {part: str(digest) for part, digest in row.document.items()} if row else {}


def house_style(session: Session, blobs: BlobStore) -> HouseStyle:
    """How letters look now. Raises DamagedBlob, OSError."""
    return style_from(house_files(session), blobs)


def style_from(files: Mapping[str, str], blobs: BlobStore) -> HouseStyle:
    """How letters look with these files, by their SHA-256; asks no database. Raises DamagedBlob, OSError."""
    read = {part: blobs.get(digest) for part, digest in files.items()}
    return HouseStyle(read.get("logo"), read.get("letter"))
