"""Links that are mailed and codes that are read out: opened once, within their time, by whoever holds them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.identity.models import Link, LinkPurpose
from service.core import clock


async def issue_link(
    session: AsyncSession, purpose: LinkPurpose, person_id: UUID, lifetime: timedelta, *, address: str | None = None,
    token: str | None = None, issued_by: UUID | None = None,
) -> str:  # fmt: skip
    """A new link for that purpose; the token is known at this moment only. Older ones for it open nothing more."""
    await session.execute(delete(Link).where(Link.person_id == person_id, Link.purpose == purpose))
    token = token or secrets.token_urlsafe(32)
    now = clock.now()
    link = Link(
        token_hash=_hash(purpose, token), person_id=person_id, purpose=purpose, address=address, issued_by=issued_by,
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    session.add(link)
    await session.flush()
    return token


async def find_link(session: AsyncSession, purpose: LinkPurpose, token: str) -> Link | None:
    """The link with this token, while it can still be used; looking uses nothing up."""
    return await session.scalar(
        select(Link).where(
            Link.token_hash == _hash(purpose, token), Link.used_at.is_(None), Link.expires_at > clock.now()
        )
    )  # fmt: skip


async def use_link(session: AsyncSession, purpose: LinkPurpose, token: str) -> Link | None:
    """Use the link up and return it; None where it opens nothing. Of two at once the second waits and gets None."""
    return await session.scalar(
        update(Link)
        .where(Link.token_hash == _hash(purpose, token), Link.used_at.is_(None), Link.expires_at > clock.now())
        .values(used_at=clock.now())
        .returning(Link)
    )


async def drop_links(session: AsyncSession, person_id: UUID, *purposes: LinkPurpose) -> None:
    """Let no link of these purposes open anything for that person any more."""
    await session.execute(delete(Link).where(Link.person_id == person_id, Link.purpose.in_(purposes)))


def _hash(purpose: LinkPurpose, token: str) -> bytes:
    return hashlib.sha256(f"{purpose.value}:{token}".encode()).digest()
