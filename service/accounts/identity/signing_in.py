"""Signing in: with an address and a password, then with a second step where the person has one.

Each sign-in makes a new secret, whatever the browser has sent, so nobody can be led into a session that somebody else knows.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor, Role
from service.accounts.events import SignedIn
from service.accounts.identity.events import SignInFailed
from service.accounts.identity.passwords import is_told_to_everybody
from service.accounts.identity.people import locked_person, recognised
from service.accounts.identity.rules import TRUSTED
from service.accounts.identity.second_factor import has_second_factor, second_step
from service.accounts.identity.sessions import LIFETIME
from service.accounts.models import Member, Organisation, OrganisationKind, Person, Session
from service.accounts.organisations.tokens import hashed
from service.core import clock
from service.core.errors import Invalid, Refused
from service.core.events import announce
from service.core.i18n import _

KEPT_LIFETIME = timedelta(days=30)


class SecondStepNeeded(Refused):
    """The password was right; a code of the person's authenticator is needed before a session is opened."""

    def __init__(self, step: HalfWay) -> None:
        super().__init__(_("Hãy nhập mã từ ứng dụng xác thực của bạn."))
        self.step = step


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who has shown her password and not yet her second factor; `password_mark` ends it when the password changes."""

    person_id: UUID
    password_mark: str


async def sign_in(
    session: AsyncSession, email: str, password: str, user_agent: str | None = None, *, keep: bool = False,
    production: bool = False,
) -> str:  # fmt: skip
    """Open a session for an e-mail address or phone number and its password; returns the secret for the cookie.

    Raises Invalid without telling which of the two was wrong, and SecondStepNeeded for whoever has a second factor. `keep`
    lets the session live for thirty days, but never that of an officer or administrator. In production a password that is
    told to everybody opens nothing.
    """
    person = await recognised(session, email, password)
    if person is None:
        message = _("E-mail, số điện thoại hoặc mật khẩu chưa đúng. Hãy kiểm tra và thử lại.")
        raise Invalid(message, {"email": message})
    if production and is_told_to_everybody(password):
        raise Invalid(_("Mật khẩu này ai cũng biết nên không dùng được ở đây. Hãy đặt mật khẩu mới qua “Quên mật khẩu”."))
    if await has_second_factor(session, person.id):
        raise SecondStepNeeded(HalfWay(person.id, _mark(person)))
    return await open_session(session, person, user_agent, keep=keep)


async def sign_in_further(
    session: AsyncSession, secret: SecretStr, step: HalfWay, code: str, user_agent: str | None = None, *, keep: bool = False
) -> str:
    """Open the session of somebody half-way in, with a code of her authenticator or a recovery code. Raises Invalid."""
    person = await locked_person(session, step.person_id)
    if not secrets.compare_digest(_mark(person), step.password_mark):
        raise Invalid(_("Mật khẩu vừa được đổi. Hãy đăng nhập lại từ đầu."))
    await second_step(session, secret, person, code)
    return await open_session(session, person, user_agent, keep=keep, second_factor=True)


async def note_failed_step(session: AsyncSession, step: HalfWay) -> None:
    """Write down that somebody knew the password and not the code; in a transaction of its own, for the other is undone."""
    actor = Actor(step.person_id, "", None, "", Role.NOBODY)
    await announce(session, SignInFailed(step.person_id, reason="second_factor"), actor=actor)


async def open_session(
    session: AsyncSession, person: Person, user_agent: str | None, *, keep: bool = False, second_factor: bool = False
) -> str:
    """Open a session of that person with a new secret, for the first of her organisations, or for none yet."""
    found = await session.execute(
        select(Organisation)
        .join(Member, Member.organisation_id == Organisation.id)
        .where(Member.person_id == person.id)
        .order_by(Organisation.name, Organisation.id)
    )
    organisations = list(found.scalars())
    first = organisations[0] if organisations else None  # Who belongs to none founds or joins one (/to-chuc/moi).
    keep = keep and not TRUSTED & {OrganisationKind(organisation.kind) for organisation in organisations}
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    opened = Session(
        token_hash=hashed(secret), person_id=person.id, organisation_id=first.id if first else None,
        created_at=now, seen_at=now,
        expires_at=now + (KEPT_LIFETIME if keep else LIFETIME), user_agent=(user_agent or "")[:200].replace("\x00", "") or None,
        kept=keep, second_factor_at=now if second_factor else None,
    )  # fmt: skip
    session.add(opened)
    await session.flush()
    actor = Actor(person.id, person.name, None, "", Role.NOBODY)
    if first is not None:
        actor = Actor(person.id, person.name, first.id, first.name, ROLES[OrganisationKind(first.kind)])
    await announce(session, SignedIn(person.id, device=opened.user_agent or ""), actor=actor)
    return secret


async def open_session_of(session: AsyncSession, person_id: UUID, user_agent: str | None) -> str:
    """The same for somebody who has just registered, and so has shown her password."""
    return await open_session(session, await locked_person(session, person_id), user_agent)


def _mark(person: Person) -> str:
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]
