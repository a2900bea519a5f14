"""The library's rules for a new password, and ours."""

from typing import Any

from flask_security import PasswordUtil

from incident.domain.kernel.errors import Invalid
from incident.usecases.people.passwords import check_password
from incident.web.forms.base import translated


class HardPassword(PasswordUtil):
    """Long enough, and neither common nor made of the person's own words; no network is asked."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """What is wrong with it, and how it is stored."""
        wrong, normal = super().validate(password, is_register, **kwargs)
        user = kwargs.get("user")
        own = (user.name, user.email) if user is not None else ()
        if wrong:
            return wrong, normal
        try:
            check_password(normal, own)
        except Invalid as refusal:
            return [translated(refusal)], normal
        return None, normal
