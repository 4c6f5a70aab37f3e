"""What the organiser sets: terms for all meetings of a fair, and its sessions. The fair's row is locked meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.meetings.events import MeetingSessionSet, MeetingTermsSet
from service.fairs.meetings.inputs import MOST_SLOTS, SessionDraft, TermsDraft
from service.fairs.meetings.models import MeetingSession, MeetingTerms, Seats
from service.fairs.meetings.slots import Slot, overlapping, slots_of
from service.fairs.models import Fair

MOST_SESSIONS = 30


async def set_terms(
    session: AsyncSession, actor: Actor, slug: str, draft: TermsDraft, *, version: int | None = None
) -> MeetingTerms:
    """Say what holds for all meetings of the fair; `version` is the one that was read, none where nothing was set yet."""
    fair = await standing.own(session, slug, actor, lock=True)
    if draft.wishes_until is not None and draft.wishes_until > fair.ends_on:
        raise Invalid(_("Hạn ghi nguyện vọng phải trước khi hội chợ kết thúc."), {"wishes_until": _("Sau ngày bế mạc.")})
    values = {name: getattr(draft, name) for name in TermsDraft.model_fields}
    row = await session.get(MeetingTerms, fair.id)
    if row is None:
        row = MeetingTerms(fair_id=fair.id, **values)
        session.add(row)
        old = None
    else:
        old = {name: getattr(row, name) for name in values}
        if old == values:
            return row
        if version is not None and row.version != version:
            raise Conflict(_("Người khác vừa sửa điều kiện gặp. Hãy xem lại bản mới rồi sửa tiếp."))
        for name, value in values.items():
            setattr(row, name, value)
    await session.flush()
    await announce(session, MeetingTermsSet(fair.id), actor=actor, old=old, new=values)
    return row


async def add_session(session: AsyncSession, actor: Actor, slug: str, draft: SessionDraft) -> MeetingSession:
    """Add a session. The very same one again is the same."""
    fair = await standing.own(session, slug, actor, lock=True)
    there = await sessions_of(session, fair.id)
    values = _values(draft)
    for each in there:
        if all(getattr(each, name) == value for name, value in values.items()):
            return each
    if len(there) >= MOST_SESSIONS:
        raise Invalid(_("Một hội chợ có nhiều nhất %(n)s buổi gặp.", n=MOST_SESSIONS))
    row = MeetingSession(fair_id=fair.id, **values)
    _check(fair, [*there, row], row, await terms_of(session, fair.id))
    session.add(row)
    await session.flush()
    await announce(session, MeetingSessionSet(fair.id, row.id), actor=actor, new=_told(values))
    return row


async def revise_session(
    session: AsyncSession, actor: Actor, slug: str, session_id: UUID, draft: SessionDraft, *, version: int
) -> MeetingSession:
    """Change a session; `version` is the one that was read. Published meetings stay where they are until the next version."""
    fair = await standing.own(session, slug, actor, lock=True)
    there = await sessions_of(session, fair.id)
    row = _named(there, session_id)
    values, terms = _values(draft), await terms_of(session, fair.id)
    old = {name: getattr(row, name) for name in values}
    if old == values:
        return row
    if row.version != version:
        raise Conflict(_("Người khác vừa sửa buổi gặp này. Hãy xem lại bản mới rồi sửa tiếp."))
    with session.no_autoflush:
        for name, value in values.items():
            setattr(row, name, value)
        try:
            _check(fair, there, row, terms)
        except Invalid:
            session.expunge(row)
            raise
    await session.flush()
    await announce(session, MeetingSessionSet(fair.id, row.id), actor=actor, old=_told(old), new=_told(values))
    return row


async def drop_session(session: AsyncSession, actor: Actor, slug: str, session_id: UUID) -> None:
    """Take a session away; one that is gone already stays gone."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = next((each for each in await sessions_of(session, fair.id) if each.id == session_id), None)
    if row is None:
        return
    old = {"name": row.name, "day": row.day, "starts": str(row.starts), "ends": str(row.ends)}
    await session.delete(row)
    await session.flush()
    await announce(session, MeetingSessionSet(fair.id, session_id), actor=actor, old=old)


async def sessions_of(session: AsyncSession, fair_id: UUID) -> list[MeetingSession]:
    """The sessions of a fair, in the order of time."""
    found = await session.scalars(
        select(MeetingSession)
        .where(MeetingSession.fair_id == fair_id)
        .order_by(MeetingSession.day, MeetingSession.starts, MeetingSession.id)
    )
    return list(found)


async def slots_at(session: AsyncSession, fair_id: UUID) -> tuple[Slot, ...]:
    """The slots of all sessions of a fair: one statement."""
    return slots_of(await sessions_of(session, fair_id))


async def terms_of(session: AsyncSession, fair_id: UUID) -> MeetingTerms:
    """What holds for all meetings of a fair; the usual where nothing was set."""
    return await session.get(MeetingTerms, fair_id) or MeetingTerms(fair_id=fair_id, **TermsDraft().model_dump(), version=0)


def _values(draft: SessionDraft) -> dict[str, object]:
    said = {name: getattr(draft, name) for name in SessionDraft.model_fields}
    return said | {"breaks": [[f"{first:%H:%M}", f"{last:%H:%M}"] for first, last in sorted(draft.breaks)]}


def _told(values: Mapping[str, object]) -> dict[str, object]:
    """The values as the journal keeps them, which knows no times of the day."""
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in values.items()}


def _named(there: Sequence[MeetingSession], session_id: UUID) -> MeetingSession:
    for each in there:
        if each.id == session_id:
            return each
    raise NotFound(_("Hội chợ này không có buổi gặp đó."))


def _check(fair: Fair, every: Sequence[MeetingSession], changed: MeetingSession, terms: MeetingTerms) -> None:
    days = standing.days(fair)
    if changed.day not in days:
        raise Invalid(_("Buổi gặp phải vào ngày của hội chợ."), {"day": _("Không phải ngày của hội chợ.")})
    if changed.tables == 0 and terms.seats is Seats.TABLES:
        raise Invalid(_("Gặp tại bàn thì cần ít nhất một bàn."), {"tables": _("Cần ít nhất một bàn.")})
    if overlapping(every):
        raise Invalid(
            _("Hai buổi gặp trùng giờ thì một người phải ở hai nơi. Hãy đổi giờ, hoặc thêm bàn thay vì thêm buổi."),
            {"starts": _("Trùng giờ với buổi khác.")},
        )
    if not slots_of([changed]):
        raise Invalid(_("Buổi gặp này ngắn hơn một cuộc gặp."), {"slot_minutes": _("Dài hơn cả buổi.")})
    if len(slots_of(every)) > MOST_SLOTS:
        raise Invalid(_("Các buổi gặp cộng lại có quá %(n)s lượt. Hãy bớt giờ, hoặc để mỗi lượt dài hơn.", n=MOST_SLOTS))
