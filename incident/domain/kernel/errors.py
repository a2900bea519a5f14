"""Expected errors: kind sentences that a person can act on."""

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal that is shown to the person as it is.

    ``message`` is an English sentence with ``%(name)s`` placeholders; skins translate it and then fill it in.
    ``field`` names the form field or command attribute it belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        self.message = message
        self.field = field
        self.params: Mapping[str, object] = params
        super().__init__(message % params if params else message)

    @property
    def user_text(self) -> str:
        """The sentence in English, filled in."""
        return str(self)


class NotFound(DomainError):
    """The thing does not exist, or does not exist for this person: the two look alike on purpose."""


class NotAllowed(DomainError):
    """This person's roles do not permit the act."""


class IllegalMove(DomainError):
    """The act does not fit the state the incident is in."""


class Invalid(DomainError):
    """The input cannot be taken as it is."""


class TooMany(DomainError):
    """It was asked too often; ``seconds`` is how long to wait, and fills in ``%(minutes)s``: two at least."""

    def __init__(self, message: str, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message, minutes=max(2, -(-seconds // 60)))


class Conflict(DomainError):
    """Somebody else changed the same thing meanwhile; nothing was overwritten."""
