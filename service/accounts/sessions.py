"""Sessions: opened with a password, kept in the database by the hash of their secret, ended at once when asked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor, Role
from service.accounts.events import SignedIn, SignedOut
from service.accounts.models import Member, MemberRole, Organisation, OrganisationKind, Person, Session
from service.accounts.people import password_fits, plain_email
from service.core import clock
from service.core.errors import Invalid
from service.core.events import announce
from service.core.i18n import _

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=3)

# Read on every page of somebody who is signed in, so it is one statement, made once. Where she is no member of the organisation
# she has chosen, an office of hers may act for it while that organisation lets it; otherwise she acts for nobody.
_ACTOR = text(
    """
    SELECT p.id, p.name, o.id AS organisation_id, o.name AS organisation_name, o.kind, o.duty_codes,
           o.verified_on IS NOT NULL AS verified, m.role, g.office_id,
           coalesce((SELECT array_agg(x.organisation_id) FROM accounts_member x WHERE x.person_id = p.id), '{}') AS memberships,
           s.seen_at
      FROM accounts_session s
      JOIN accounts_person p ON p.id = s.person_id
      LEFT JOIN accounts_member m ON m.person_id = p.id AND m.organisation_id = s.organisation_id
      LEFT JOIN LATERAL (
        SELECT g.office_id, g.organisation_id
          FROM accounts_grant g
          JOIN accounts_member x ON x.organisation_id = g.office_id AND x.person_id = p.id AND x.role <> 'viewer'
         WHERE m.person_id IS NULL AND g.organisation_id = s.organisation_id AND g.revoked_at IS NULL AND g.valid_to >= :today
         ORDER BY g.id
         LIMIT 1
      ) g ON true
      LEFT JOIN accounts_organisation o ON o.id = coalesce(m.organisation_id, g.organisation_id)
     WHERE s.token_hash = :token_hash AND s.expires_at > :now AND s.seen_at > :idle
    """
)
_SEEN = text("UPDATE accounts_session SET seen_at = :now WHERE token_hash = :token_hash")
SEEN_EVERY = timedelta(minutes=5)  # Writing down every page would cost a write per read.


async def sign_in(session: AsyncSession, email: str, password: str, user_agent: str | None = None) -> str:
    """Open a session and return its secret for the cookie. Raises Invalid without telling which of the two was wrong."""
    person = await session.scalar(select(Person).where(Person.email == plain_email(email)))
    fits = await password_fits(person, password)
    if person is None or not fits:
        message = _("E-mail hoặc mật khẩu chưa đúng. Hãy kiểm tra và thử lại.")
        raise Invalid(message, {"email": message})
    organisation = await session.scalar(
        select(Organisation)
        .join(Member, Member.organisation_id == Organisation.id)
        .where(Member.person_id == person.id)
        .order_by(Organisation.name, Organisation.id)
        .limit(1)
    )
    if organisation is None:
        raise Invalid(_("Tài khoản này chưa thuộc tổ chức nào. Hãy liên hệ cán bộ phụ trách."))
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        Session(
            token_hash=_hash(secret), person_id=person.id, organisation_id=organisation.id, created_at=now, seen_at=now,
            expires_at=now + LIFETIME, user_agent=(user_agent or "")[:200] or None,
        )
    )  # fmt: skip
    actor = Actor(person.id, person.name, organisation.id, organisation.name, ROLES[OrganisationKind(organisation.kind)])
    await announce(session, SignedIn(person.id), actor=actor)
    return secret


async def actor_of(session: AsyncSession, secret: str) -> Actor | None:
    """Who opened the session with this secret, or None when it is unknown, ended, idle too long or over."""
    now = clock.now()
    hashed = _hash(secret)
    asked = {"token_hash": hashed, "now": now, "idle": now - IDLE, "today": clock.today()}
    found = (await session.execute(_ACTOR, asked)).one_or_none()
    if found is None:
        return None
    if now - found.seen_at > SEEN_EVERY:
        await session.execute(_SEEN, {"token_hash": hashed, "now": now})
    return _acting(found)


def _acting(found: Row[Any]) -> Actor:
    memberships = frozenset(found.memberships)
    if found.organisation_id is None:
        return Actor(found.id, found.name, None, "", Role.NOBODY, memberships=memberships)
    return Actor(
        found.id, found.name, found.organisation_id, found.organisation_name, ROLES[OrganisationKind(found.kind)],
        member_role=MemberRole(found.role) if found.role else MemberRole.MEMBER, verified=found.verified,
        memberships=memberships, on_behalf_of=found.office_id, duty=tuple(found.duty_codes),
    )  # fmt: skip


async def end_session(session: AsyncSession, secret: str) -> None:
    """End the session with this secret; an unknown one is ended already."""
    ended: UUID | None = await session.scalar(
        delete(Session).where(Session.token_hash == _hash(secret)).returning(Session.person_id)
    )
    if ended is not None:
        actor = Actor(ended, "", None, "", Role.NOBODY)
        await announce(session, SignedOut(ended), actor=actor)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
