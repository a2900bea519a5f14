"""Why something in the network cannot be reached, in words and not in the numbers of an operating system."""

import socket
import ssl
from typing import Final

NOTHING_LISTENS: Final = "nothing answers at that port"
NO_NAME: Final = "the name is not known"
NO_ANSWER: Final = "no answer came in time"
NO_TRUST: Final = "the certificate is not trusted"
IN_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ConnectionRefusedError, NOTHING_LISTENS),
    (socket.gaierror, NO_NAME),
    (TimeoutError, NO_ANSWER),
    (ssl.SSLCertVerificationError, NO_TRUST),
)


def reason(problem: BaseException) -> str:
    """The cause beneath a problem in words; what nobody put into words is said as it says it itself."""
    beneath: BaseException | None = problem
    while beneath is not None:
        for kind, words in IN_WORDS:
            if isinstance(beneath, kind):
                return words
        beneath = beneath.__cause__ or beneath.__context__
    return (getattr(problem, "strerror", None) or str(problem) or type(problem).__name__).rstrip(".")
