"""Time-based codes, each of which works once."""

from typing import Any

from flask_security import Totp


class OneTimeTotp(Totp):
    """The library's codes with the replay protection it leaves to the application: the last used counter is kept."""

    def get_last_counter(self, user: Any) -> int | None:
        """The counter of the newest code this person has used."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the counter, so that neither this code nor an older one works again."""
        user.tf_last_counter = tmatch.counter
