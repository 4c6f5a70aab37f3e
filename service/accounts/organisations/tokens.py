"""API tokens of an organisation: shown once, kept as SHA-256, good for what their scopes say.

A token acts as the person who issued it, in her role of that moment: when she leaves the organisation, it is dead.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import rules
from service.accounts.actors import ROLES, Actor
from service.accounts.inputs import TokenDraft
from service.accounts.models import MemberRole, OrganisationKind
from service.accounts.organisations import members
from service.accounts.organisations.events import TokenIssued, TokenRevoked
from service.accounts.organisations.models import Token
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

PREFIX = "cp_"
SHOWN = len(PREFIX) + 6
MOST = 50  # For one organisation; nobody keeps more of them in view.

# Read for every request of a program, so the statement is made once; it says everything about who acts.
_ACTOR_SQL = """
    SELECT t.id, t.scopes, t.valid_to, t.revoked_at, t.last_used_on, p.id AS person_id, p.name, o.id AS organisation_id,
           o.name AS organisation_name, o.kind, o.duty_codes, o.verified_on IS NOT NULL AS verified, m.role
      FROM accounts_token t
      JOIN accounts_person p ON p.id = t.issued_by
      JOIN accounts_member m ON m.person_id = t.issued_by AND m.organisation_id = t.organisation_id
      JOIN accounts_organisation o ON o.id = t.organisation_id
     WHERE t.secret_hash = :secret_hash AND p.locked_at IS NULL
"""
_ACTOR = text(_ACTOR_SQL)
_ACTOR_PLAINLY = _ACTOR_SQL.replace(":secret_hash", "%(secret_hash)s")
_USED_SQL = "UPDATE accounts_token SET last_used_on = :today WHERE id = :id AND last_used_on IS DISTINCT FROM :today"
_USED = text(_USED_SQL)
_USED_PLAINLY = _USED_SQL.replace(":today", "%(today)s").replace(":id", "%(id)s")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it was just issued; its secret is known at this moment only."""

    id: UUID
    secret: str
    name: str


async def issue_token(
    session: AsyncSession, actor: Actor, organisation_id: UUID, draft: TokenDraft, *, key: UUID | None = None
) -> Issued:
    """Issue a token. The same key again issues nothing more and raises Conflict, because the secret was shown already."""
    await _decide(session, actor, organisation_id)
    if draft.valid_to is not None and draft.valid_to < clock.today():
        message = _("Ngày hết hạn phải từ hôm nay trở đi.")
        raise Invalid(message, {"valid_to": message})
    if key is not None and await session.get(Token, key) is not None:
        raise Conflict(_("Khóa này đã được cấp và chỉ hiện một lần. Nếu chưa kịp chép, hãy thu hồi và cấp khóa khác."))
    standing = await session.scalars(
        select(Token.id).where(Token.organisation_id == organisation_id, Token.revoked_at.is_(None)).limit(MOST)
    )
    if len(standing.all()) >= MOST:
        raise Conflict(_("Tổ chức đã có %(most)s khóa đang dùng. Hãy thu hồi khóa không cần nữa trước.", most=MOST))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=key or new_id(), organisation_id=organisation_id, issued_by=actor.person_id, name=draft.name,
        prefix=secret[:SHOWN], secret_hash=hashed(secret), scopes=sorted(set(draft.scopes)), valid_to=draft.valid_to,
    )  # fmt: skip
    session.add(token)
    await session.flush()
    new = {"name": token.name, "scopes": token.scopes, "valid_to": token.valid_to}
    await announce(session, TokenIssued(organisation_id, token_id=token.id), actor=actor, new=new)
    return Issued(token.id, secret, token.name)


async def revoke_token(session: AsyncSession, actor: Actor, organisation_id: UUID, token_id: UUID) -> None:
    """Let the token open nothing from now on; revoking twice changes nothing."""
    await _decide(session, actor, organisation_id)
    token = await session.get(Token, token_id, with_for_update=True)
    if token is None or token.organisation_id != organisation_id:
        raise NotFound(_("Không tìm thấy khóa này."))
    if token.revoked_at is not None:
        return
    token.revoked_at = clock.now()
    fact = TokenRevoked(organisation_id, token_id=token.id)
    await announce(session, fact, actor=actor, old={"name": token.name}, new={"name": None})


async def actor_of_token(session: AsyncSession, secret: str) -> Actor | None:
    """Who acts with this token, or None when it is unknown, revoked, over, or its issuer has left the organisation."""
    found = (await session.execute(_ACTOR, {"secret_hash": hashed(secret)})).one_or_none()
    if found is None or not _works(found):
        return None
    if found.last_used_on != clock.today():
        await session.execute(_USED, {"today": clock.today(), "id": found.id})
    return _acting(found)


async def actor_of_token_plainly(connection: psycopg.AsyncConnection[tuple[Any, ...]], secret: str) -> Actor | None:
    """The same on a plain connection, for the hottest addresses of the API."""
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(_ACTOR_PLAINLY, {"secret_hash": hashed(secret)}, prepare=True)
        found: Any = await cursor.fetchone()
    if found is None or not _works(found):
        return None
    if found.last_used_on != clock.today():
        await connection.execute(_USED_PLAINLY, {"today": clock.today(), "id": found.id})
    return _acting(found)


def _works(found: Any) -> bool:
    return rules.token_works(clock.today(), found.valid_to, found.revoked_at)


def _acting(found: Any) -> Actor:
    return Actor(
        found.person_id, found.name, found.organisation_id, found.organisation_name, ROLES[OrganisationKind(found.kind)],
        member_role=MemberRole(found.role), verified=found.verified, memberships=frozenset({found.organisation_id}),
        duty=tuple(found.duty_codes), scopes=frozenset(found.scopes),
    )  # fmt: skip


def hashed(secret: str) -> bytes:
    """What the table holds of a token. It has 256 bits of chance, so one round of hashing is enough."""
    return hashlib.sha256(secret.encode()).digest()


async def _decide(session: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    if not rules.may_see_organisation(actor, organisation_id):
        raise NotFound(_("Không tìm thấy tổ chức này."))
    people = await members.locked(session, organisation_id)
    mine = people.get(actor.person_id) if actor.person_id else None
    if not rules.may_issue_token(replace(actor, member_role=mine.role if mine else None), organisation_id):
        raise NotAllowed(_("Chỉ chủ tổ chức, khi đã đăng nhập, mới cấp và thu hồi được khóa API."))
