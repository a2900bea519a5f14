"""Files of a Slack message as evidence: fetched with the token, kept with their hash."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

import httpx

from bot import blocks
from bot.turn import Turn
from bot.words import refusal_text
from incident.domain.kernel.errors import DomainError, Invalid
from incident.slack.errors import TROUBLE
from incident.slack.shapes import Block, Received
from incident.store.db import only_reads
from incident.store.shelf import put_ahead
from incident.usecases.common.inbound import once
from incident.usecases.response.attach_evidence import SIZE_LIMIT, AttachEvidence, attach_evidence, check_evidence
from incident.usecases.response.harmful import as_harmful

SECONDS: Final = 30
MOST: Final = 5
"""So many files a form asks for."""
MOST_KEPT: Final = 10
"""So many are taken at a time: as many as Slack lets a person put on one message."""
HARMFUL: Final = "harmful"
SLACK_HOSTS: Final = ("files.slack.com", "slack.com")


def files_of(message: Received) -> list[str]:
    """The ids of the files on a message."""
    return [str(file["id"]) for file in message.get("files") or () if file.get("id")]


def files_field(turn: Turn) -> Block:
    """The question whether they are kept."""
    harmful = turn.say("Yes, and they may be harmful (malware)")
    take = [("yes", turn.say("Yes")), (HARMFUL, harmful), ("no", turn.say("No"))]
    return blocks.field("files", turn.say("Keep the attached files as evidence?"), blocks.radio(take, "yes"))


def linked_files(turn: Turn, answer: str | None) -> tuple[list[str], list[str]]:
    """The files of the message that a form carries which are to be kept, and those of them that may be harmful."""
    files = [] if answer in (None, "no") else list(turn.metadata.get("files") or ())
    return files, files if answer == HARMFUL else []


def keep_files(
    turn: Turn,
    reference: str,
    files: list[str],
    permalink: str | None,
    *,
    own_report: bool = False,
    harmful: Collection[str] = (),
) -> None:
    """Take each file into evidence, some of them as harmful, and tell the person what became of them."""
    kept = []
    for file in files[:MOST_KEPT]:
        try:
            kept.append(_keep(turn, reference, file, permalink, own_report, file in harmful))
        except DomainError as refusal:
            turn.session.rollback()
            turn.tell(refusal_text(refusal, turn.language))
        except (*TROUBLE, httpx.HTTPError):
            turn.session.rollback()
            turn.tell(turn.say("A file could not be fetched from Slack. Attach it on the page."))
    if kept:
        turn.tell(
            turn.counted(
                "One file was kept as evidence of %(ref)s.",
                "%(num)s files were kept as evidence of %(ref)s.",
                len(kept),
                ref=reference,
            )
        )
    if (left := len(files) - MOST_KEPT) > 0:
        turn.tell(
            turn.counted(
                "One file was not kept: %(most)s are taken at a time. Attach it on the page.",
                "%(num)s files were not kept: %(most)s are taken at a time. Attach them on the page.",
                left,
                most=MOST_KEPT,
            )
        )


def _keep(turn: Turn, reference: str, file: str, permalink: str | None, own_report: bool, harmful: bool) -> str:
    turn.session.rollback()
    about = turn.client.files_info(file=file)["file"]
    content = _fetched(turn, str(about.get("url_private_download") or ""), int(about.get("size") or 0))
    command = AttachEvidence(
        actor=turn.actor,
        incident=reference,
        filename=str(about.get("name") or file),
        content=content,
        slack_permalink=permalink or str(about.get("permalink") or "") or None,
        own_report=own_report,
    )
    if harmful:
        command = as_harmful(command)
    only_reads(turn.session)
    check_evidence(command, session=turn.session, now=turn.now)
    blobs = put_ahead(turn.session, turn.deps.blobs, [command.content], turn.now)

    def compute() -> dict[str, str]:
        row = attach_evidence(command, session=turn.session, now=turn.now, blobs=blobs)
        return {"evidence": str(row.id), "sha256": row.blob_sha256}

    result, _ = once(turn.session, f"slack:file:{reference}:{file}", turn.now, compute)
    turn.commit()
    return str(result["sha256"])


def _fetched(turn: Turn, url: str, size: int) -> bytes:
    """The bytes of a file; one that is only linked has no address at Slack. The token goes there and nowhere else."""
    own = urlsplit(turn.deps.settings.slack_api_url)
    target = urlsplit(url)
    if target.netloc != own.netloc and not (target.scheme == "https" and target.hostname in SLACK_HOSTS):
        raise Invalid("This file is not kept at Slack. Attach it on the page.")
    if size > SIZE_LIMIT:
        raise Invalid("This file is larger than 50 MB. Split it, or attach a smaller copy.")
    answer = httpx.get(url, headers={"Authorization": f"Bearer {turn.client.token}"}, timeout=SECONDS)
    answer.raise_for_status()
    if answer.is_redirect or answer.headers.get("content-type", "").startswith("text/html"):
        raise Invalid("Slack did not hand over this file. Attach it on the page.")
    return answer.content
