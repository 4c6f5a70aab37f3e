"""Wish lists on both sides: whom one wants to meet, how much, about what."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.meetings.events import MeetingWished
from service.fairs.meetings.inputs import WishDraft
from service.fairs.meetings.models import MeetingWish, Participant
from service.fairs.meetings.participants import Own, own_part, side_of, still_open

MOST_WISHES = 200


async def wish(session: AsyncSession, actor: Actor, slug: str, draft: WishDraft) -> MeetingWish:
    """Put somebody of the other side on one's list, or say otherwise how much one wants to meet her."""
    own = await own_part(session, actor, slug, lock=True)
    await still_open(session, own.fair)
    other = await other_side(session, own, draft.other)
    values = {"value": draft.value, "words": draft.words, "goods": draft.goods}
    row = await session.get(MeetingWish, (own.part.id, other.id))
    if row is None:
        count = await session.scalar(select(func.count()).where(MeetingWish.participant_id == own.part.id))
        if int(count or 0) >= MOST_WISHES:
            raise Invalid(_("Danh sách muốn gặp có nhiều nhất %(n)s bên. Hãy bỏ bớt trước.", n=MOST_WISHES))
        row = MeetingWish(participant_id=own.part.id, other_id=other.id, **values)
        session.add(row)
        old = None
    else:
        old = {name: getattr(row, name) for name in values}
        if old == values:
            return row
        for name, value in values.items():
            setattr(row, name, value)
    row.said_by, row.said_at = actor.person_id, clock.now()
    await session.flush()
    await announce(session, MeetingWished(own.fair.id, own.part.id, other.id), actor=actor, old=old, new=values)
    return row


async def wish_all(session: AsyncSession, actor: Actor, slug: str, drafts: Sequence[WishDraft]) -> int:
    """Take over several suggestions with one press; who stands on the list already stays as it is. Gives how many are new."""
    own = await own_part(session, actor, slug, lock=True)
    there = set(await session.scalars(select(MeetingWish.other_id).where(MeetingWish.participant_id == own.part.id)))
    new = 0
    for draft in drafts:
        if draft.other not in there:
            await wish(session, actor, slug, draft)
            there.add(draft.other)
            new += 1
    return new


async def unwish(session: AsyncSession, actor: Actor, slug: str, other_id: UUID) -> None:
    """Take somebody off one's list; who is not on it stays off."""
    own = await own_part(session, actor, slug, lock=True)
    await still_open(session, own.fair)
    row = await session.get(MeetingWish, (own.part.id, other_id))
    if row is None:
        return
    old = {"value": row.value, "words": row.words, "goods": row.goods}
    await session.delete(row)
    await session.flush()
    await announce(session, MeetingWished(own.fair.id, own.part.id, other_id), actor=actor, old=old)


async def other_side(session: AsyncSession, own: Own, other_id: UUID) -> Participant:
    """A participant of the same fair on the other side. Raises NotFound where there is none."""
    other = await session.get(Participant, other_id)
    if other is None or other.fair_id != own.fair.id or other.left_at is not None or side_of(other) is own.side:
        raise NotFound(_("Không có bên này trong các cuộc gặp của hội chợ."))
    return other
