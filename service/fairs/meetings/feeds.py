"""The calendar address of an organisation: secret, so that phones may read it without signing in, and revocable.

What is kept is a lot; the address is the lot signed with the market's secret. Whoever reads the database cannot make one.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.core.signing import read_signed, sign
from service.fairs.meetings import rules
from service.fairs.meetings.events import MeetingFeedMade
from service.fairs.meetings.models import MeetingFeed

PURPOSE = "meeting-feed"
LONGEST = 200


async def make_feed(session: AsyncSession, actor: Actor) -> str:
    """Give the actor's organisation a new address; the old one opens nothing from now on."""
    organisation_id = _own(actor)
    lot = secrets.token_hex(12)
    values = {"lot": lot, "made_by": actor.person_id, "made_at": clock.now()}
    made = insert(MeetingFeed).values(organisation_id=organisation_id, **values)
    await session.execute(made.on_conflict_do_update(index_elements=[MeetingFeed.organisation_id], set_=values))
    await announce(session, MeetingFeedMade(organisation_id), actor=actor)
    return lot


async def drop_feed(session: AsyncSession, actor: Actor) -> None:
    """Take the address away. Again changes nothing."""
    organisation_id = _own(actor)
    gone = await session.scalar(
        delete(MeetingFeed).where(MeetingFeed.organisation_id == organisation_id).returning(MeetingFeed.organisation_id)
    )
    if gone is not None:
        await announce(session, MeetingFeedMade(organisation_id), actor=actor)


async def feed_of(session: AsyncSession, secret: SecretStr, token: str) -> UUID:
    """Whose address this is. Raises NotFound for one that was never given out, or was revoked."""
    lot = read_signed(secret, PURPOSE, token) if token.isascii() and len(token) <= LONGEST else None
    found: UUID | None = None
    if lot is not None:
        found = await session.scalar(select(MeetingFeed.organisation_id).where(MeetingFeed.lot == lot.replace("\0", "")))
    if found is None:
        raise NotFound(_("Địa chỉ lịch này không còn dùng được. Hãy lấy địa chỉ mới ở trang Cuộc gặp của tôi."))
    return found


def feed_token(secret: SecretStr, lot: str) -> str:
    """The secret part of the address."""
    return sign(secret, PURPOSE, lot)


def _own(actor: Actor) -> UUID:
    if not rules.may_take_part(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Chỉ nhà cung cấp và nhà phân phối hẹn gặp được; người chỉ xem thì không ghi được."))
    return actor.organisation_id
