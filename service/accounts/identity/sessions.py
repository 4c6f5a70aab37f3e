"""Sessions: kept in the database by the hash of their secret, listed for their owner, ended at once when asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.actors import ROLES, Actor, Choice, Role
from service.accounts.events import SignedOut
from service.accounts.identity.devices import device_words
from service.accounts.models import MemberRole, OrganisationKind, Session
from service.core import clock
from service.core.events import announce

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=3)
MOST_LISTED = 50
KEPT_IDLE = timedelta(days=14)  # Where a person asked to stay signed in; never for an officer or administrator.

# Read on every page of somebody who is signed in, so it is one statement, made once. Where she is no member of the organisation
# she has chosen, an office of hers may act for it while that organisation lets it; otherwise she acts for nobody.
_ACTOR = text(
    """
    SELECT p.id, p.name, o.id AS organisation_id, o.name AS organisation_name, o.kind, o.duty_codes,
           o.verified_on IS NOT NULL AS verified, m.role, g.office_id,
           (SELECT jsonb_agg(jsonb_build_array(c.id, c.name) ORDER BY c.name, c.id)
              FROM accounts_member x JOIN accounts_organisation c ON c.id = x.organisation_id
             WHERE x.person_id = p.id) AS own,
           (SELECT jsonb_agg(DISTINCT jsonb_build_array(c.id, c.name, f.name))
              FROM accounts_member x
              JOIN accounts_grant l ON l.office_id = x.organisation_id AND l.revoked_at IS NULL AND l.valid_to >= :today
              JOIN accounts_organisation c ON c.id = l.organisation_id
              JOIN accounts_organisation f ON f.id = l.office_id
             WHERE x.person_id = p.id AND x.role <> 'viewer') AS lets,
           s.seen_at, s.second_factor_at IS NOT NULL AS second_factor,
           CASE WHEN p.email IS NOT NULL AND p.email_confirmed_at IS NULL THEN 'email'
                WHEN p.email IS NULL AND p.phone_confirmed_at IS NULL THEN 'phone' ELSE '' END AS unconfirmed
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
      CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT 1 FROM accounts_member x JOIN accounts_organisation c ON c.id = x.organisation_id
                        WHERE x.person_id = p.id AND c.kind IN ('office', 'operator')) AS trusted
      ) t
     WHERE s.token_hash = :token_hash AND s.expires_at > :now AND p.locked_at IS NULL
       AND s.seen_at > CASE WHEN s.kept AND NOT t.trusted THEN CAST(:kept_idle AS timestamptz) ELSE :idle END
       AND (NOT s.kept OR NOT t.trusted OR s.created_at > :trusted_since)
    """
)
_SEEN = text("UPDATE accounts_session SET seen_at = :now WHERE token_hash = :token_hash")
SEEN_EVERY = timedelta(minutes=5)  # Writing down every page would cost a write per read.


async def actor_of(session: AsyncSession, secret: str) -> Actor | None:
    """Who opened the session with this secret, or None when it is unknown, ended, idle too long or over."""
    now = clock.now()
    hashed = _hash(secret)
    asked = {
        "token_hash": hashed, "now": now, "idle": now - IDLE, "kept_idle": now - KEPT_IDLE, "trusted_since": now - LIFETIME,
        "today": clock.today(),
    }  # fmt: skip
    found = (await session.execute(_ACTOR, asked)).one_or_none()
    if found is None:
        return None
    if now - found.seen_at > SEEN_EVERY:
        await session.execute(_SEEN, {"token_hash": hashed, "now": now})
    return _acting(found)


def _acting(found: Row[Any]) -> Actor:
    own = [Choice(UUID(key), name) for key, name in found.own or ()]
    memberships = frozenset(choice.id for choice in own)
    lets = [Choice(UUID(key), name, office) for key, name, office in found.lets or () if UUID(key) not in memberships]
    choices = (*own, *sorted(lets, key=lambda choice: choice.name))
    if found.organisation_id is None:
        return Actor(
            found.id, found.name, None, "", Role.NOBODY, memberships=memberships, choices=choices,
            second_factor=found.second_factor,
        )  # fmt: skip
    return Actor(
        found.id, found.name, found.organisation_id, found.organisation_name, ROLES[OrganisationKind(found.kind)],
        member_role=MemberRole(found.role) if found.role else MemberRole.MEMBER, verified=found.verified,
        memberships=memberships, on_behalf_of=found.office_id, duty=tuple(found.duty_codes), choices=choices,
        second_factor=found.second_factor, unconfirmed=found.unconfirmed,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's open sessions, as she sees it."""

    id: UUID
    device: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    kept: bool
    current: bool


async def sessions_of(session: AsyncSession, actor: Actor, secret: str) -> list[SessionLine]:
    """The actor's open sessions, the one with this secret first, then by when they were last seen; at most fifty."""
    now, own = clock.now(), _hash(secret)
    found = await session.scalars(
        select(Session)
        .where(
            Session.person_id == actor.person_id, Session.expires_at > now,
            Session.seen_at > case((Session.kept, now - KEPT_IDLE), else_=now - IDLE),
        )
        .order_by((Session.token_hash == own).desc(), Session.seen_at.desc())
        .limit(MOST_LISTED)
    )  # fmt: skip
    return [
        SessionLine(
            kept.id, device_words(kept.user_agent), kept.created_at, kept.seen_at, kept.expires_at, kept.kept,
            kept.token_hash == own,
        )
        for kept in found
    ]  # fmt: skip


async def end_session_of(session: AsyncSession, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's sessions; one that has ended already changes nothing, and others' are none of hers."""
    ended = await session.scalar(
        delete(Session).where(Session.id == session_id, Session.person_id == actor.person_id).returning(Session.person_id)
    )
    if ended is not None:
        await announce(session, SignedOut(ended), actor=actor)


async def end_other_sessions(session: AsyncSession, actor: Actor, secret: str) -> int:
    """End every session of the actor's but the one with this secret; how many that were."""
    if actor.person_id is None:
        return 0
    ended = await end_sessions_of(session, actor.person_id, keep=secret)
    for _each in range(ended):
        await announce(session, SignedOut(actor.person_id), actor=actor)
    return ended


async def end_sessions_of(session: AsyncSession, person_id: UUID, *, keep: str | None = None) -> int:
    """End every session of that person, but the one with the secret `keep`; how many that were."""
    statement = delete(Session).where(Session.person_id == person_id)
    if keep is not None:
        statement = statement.where(Session.token_hash != _hash(keep))
    return len((await session.execute(statement.returning(Session.id))).all())


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
