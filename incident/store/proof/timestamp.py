"""RFC 3161: an outside authority's word for when a checkpoint was there. Needs the package of the extra ``stamps``."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest


class BadStamp(ValueError):
    """It is no stamp, not one of this text, or not one of an authority that we were told to trust."""


def question(note: str) -> "TimeStampRequest":
    """What the authority is asked: the SHA-256 of the signed note and a number used once, and nothing else."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    return TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()


def stamped_at(
    answer: bytes, note: str, trusted: "Sequence[Certificate]", asked: "TimeStampRequest | None" = None
) -> datetime:
    """When the authority says that the note was there. Certificates must have been valid then. Raises BadStamp.

    A certificate may stand twice in the file of those that are trusted, as files that were put together have it.
    """
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        read = decode_timestamp_response(answer)
        builder = VerifierBuilder.from_request(asked) if asked else VerifierBuilder()
        for certificate in dict.fromkeys(trusted):
            builder = builder.add_root_certificate(certificate)
        builder.build().verify_message(read, note.encode())
        return read.tst_info.gen_time
    except (ValueError, VerificationError) as problem:
        raise BadStamp(str(problem) or type(problem).__name__) from problem
