"""Accounts. The columns are those that the sign-in library asks for, plus ours."""

# The library declares its columns without NULL and with an integer key; ours are stricter or wider on purpose.
# mypy: disable-error-code="assignment"
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor, Role, Source
from incident.domain.kernel.sessions import powerful
from incident.platform.absent import as_if_absent
from incident.store.db import Base
from incident.store.models.columns import Committed, Key, Short

# Passkeys and the identity provider have code of their own here; the library would load these for doors that are shut.
with as_if_absent("authlib.integrations", "webauthn"):
    from flask_security import AsaList, RoleMixin, UserMixin

person_roles = Table(
    "person_roles",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class RoleRow(Base, RoleMixin):
    """One of the roles of :class:`incident.domain.kernel.people.Role`."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[Short | None]
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    update_datetime: Mapped[datetime | None]


class Person(Committed, Base, UserMixin):
    """Somebody with an account."""

    UNCOMMITTED = frozenset(
        {
            "fs_uniquifier",
            "update_datetime",
            "last_login_at",
            "current_login_at",
            "last_login_ip",
            "current_login_ip",
            "login_count",
            "tf_last_counter",
            "mf_recovery_codes",
            "language",
            "zone",
            "second_factor_due_at",
        }
    )
    COMMITTED_MORE = ("roles", "mf_recovery_codes")

    __tablename__ = "person"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    username: Mapped[str | None] = mapped_column(String(255), unique=True)
    name: Mapped[Short] = mapped_column(default="")
    function: Mapped[Short] = mapped_column(default="")
    phone: Mapped[Short] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    create_datetime: Mapped[datetime]
    update_datetime: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    current_login_at: Mapped[datetime | None]
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int] = mapped_column(default=0)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    tf_last_counter: Mapped[int | None]
    second_factor_due_at: Mapped[datetime | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    us_totp_secrets: Mapped[str | None] = mapped_column(Text)
    us_phone_number: Mapped[str | None] = mapped_column(String(128), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64), default="Europe/Amsterdam")
    slack_user_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    slack_team_id: Mapped[str | None] = mapped_column(String(32))
    calendar_token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    duty_order: Mapped[int | None]
    away_from: Mapped[datetime | None]
    away_to: Mapped[datetime | None]
    roles: Mapped[list[RoleRow]] = relationship(secondary=person_roles, lazy="selectin")

    def committed_more(self) -> JsonObject:
        """The names of the roles, and the recovery codes, of which none and an empty list are the same."""
        return {
            "roles": sorted(role.name for role in self.roles),
            "mf_recovery_codes": list(self.mf_recovery_codes or ()),
        }

    def check_tf_required_setup(self) -> bool:
        """The library asks: whoever has power can change a second factor, but not switch it off."""
        return powerful(self.actor().roles)

    def actor(self, source: Source = Source.WEB) -> Actor:
        """This person as the author of an act."""
        roles = frozenset(Role(role.name) for role in self.roles)
        return Actor(UUID(str(self.id)), self.name or self.email, roles, source, self.slack_user_id)
