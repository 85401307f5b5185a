"""Tables of accounts: people, their grants, sessions, invitations and failed attempts to sign in."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supplyhub.accounts.roles import Role
from supplyhub.db.base import Base, Instant, MaybeInstant, PrimaryKey, code_column, reference


class Person(Base):
    """A person who can sign in. `phone` is E.164 (`+86138…`); `locale` is null until chosen."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str | None] = mapped_column(String(12))
    is_active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed_at: Mapped[MaybeInstant]
    totp_last_counter: Mapped[int | None]
    created_at: Mapped[Instant]

    grants: Mapped[list["RoleGrant"]] = relationship(lazy="raise", order_by="RoleGrant.id")

    @property
    def has_totp(self) -> bool:
        """Whether signing in asks for a code from the person's authenticator."""
        return self.totp_confirmed_at is not None


class RoleGrant(Base):
    """A role of a person within a scope."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope"), Index(None, "scope"))

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("person.id", ondelete="CASCADE", index=False)
    role: Mapped[Role] = mapped_column(code_column(Role, "role"))
    scope: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]


class SignInSession(Base):
    """A session on the server. The cookie holds a token; only its digest is kept here."""

    __tablename__ = "sign_in_session"

    id: Mapped[PrimaryKey]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = reference("person.id", ondelete="CASCADE")
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class Invitation(Base):
    """An invitation to a role within a scope, for one person, once. Only the code's digest is kept."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(code_column(Role, "role"))
    scope: Mapped[str] = mapped_column(String(200), index=True)
    note: Mapped[str] = mapped_column(String(80), default="")
    invited_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[MaybeInstant]
    used_by_id: Mapped[int | None] = reference("person.id", ondelete="SET NULL", index=False)


class FailedSignIn(Base):
    """A failed attempt to sign in, kept for as long as it counts against the phone or the address."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index(None, "subject", "failed_at"),)

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(80))
    failed_at: Mapped[Instant]
