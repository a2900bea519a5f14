"""Time-based codes, each of which works once."""

from flask_security import Totp, UserMixin
from passlib.totp import TotpMatch  # type: ignore[import-untyped]


class OneTimeTotp(Totp):
    """The library's codes with the replay protection it leaves to the application: the last used counter is kept."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The counter of the newest code this person has used."""
        counter: int | None = user.tf_last_counter  # type: ignore[attr-defined]
        return counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Remember the counter, so that neither this code nor an older one works again."""
        user.tf_last_counter = tmatch.counter  # type: ignore[attr-defined]
