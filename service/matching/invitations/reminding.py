"""What is told by the clock: that the day to answer by is tomorrow, and to a buyer, who has not answered.

Both come in the morning. A reminder is a fact in the journal, and where it stands nobody is reminded again; a silence is told
where `told_at` is empty, of all suppliers of one request in one mail.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.accounts import SYSTEM
from service.core import clock, mail
from service.core.events import announce_all
from service.matching.invitations import events, mails
from service.matching.invitations.models import Invitation

MORNING = 7  # Of the clock on the wall: nobody is woken.
AT_ONCE = 500
TOLD_FOR = timedelta(days=3)  # A silence that is older than this stands on the page and is no news.

# Whoever was asked today knows it from the mail of today. A share of a pooled lot has a reminder of its own.
_LAST_DAYS = text(
    """
SELECT i.id FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id
 WHERE i.state IN ('sent', 'seen') AND i.answer_by = :tomorrow AND i.invited_at < :today AND i.origin <> 'pool'
   AND r.state = 'open'
   AND NOT EXISTS (SELECT FROM core_journal j WHERE j.subject = i.id AND j.fact = 'InvitationReminded')
 ORDER BY i.id LIMIT :most FOR UPDATE OF i SKIP LOCKED
"""
)
_SILENT = text(
    """
SELECT i.id, r.id AS request_id, r.code, r.title, b.organisation_id, s.name
  FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE i.state = 'silent' AND i.told_at IS NULL AND i.silent_at > :since AND i.origin <> 'pool' AND r.state = 'open'
 ORDER BY r.id, s.name, i.id LIMIT :most FOR UPDATE OF i SKIP LOCKED
"""
)


async def remind(session: AsyncSession) -> int:
    """Write to everyone whose last day to answer is tomorrow: once, and not on the day she was asked. Gives their number."""
    today = clock.today()
    if not is_morning():
        return 0
    due = (
        await session.scalars(
            _LAST_DAYS,
            {"tomorrow": today + timedelta(days=1), "today": datetime.combine(today, time(), clock.ZONE), "most": AT_ONCE},
        )
    ).all()
    found = (await session.scalars(select(Invitation).where(Invitation.id.in_(due)).order_by(Invitation.id))).all()
    for one in found:
        await mails.tell_last_day(session, one)
    facts = [(events.InvitationReminded(one.id, one.request_id, one.supplier_id), None, None) for one in found]
    if facts:
        await announce_all(session, facts, actor=SYSTEM)
    return len(found)


async def tell_silences(session: AsyncSession) -> int:
    """Tell each buyer who has let the day go by: one mail for each request. Gives the number of requests."""
    if not is_morning():
        return 0
    rows = (await session.execute(_SILENT, {"since": clock.now() - TOLD_FOR, "most": AT_ONCE})).all()
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row.code, []).append(row.name)
    people = await accounts.people_of(session, {row.organisation_id for row in rows})
    for row in {row.code: row for row in rows}.values():
        for person in people[row.organisation_id]:
            await mail.send(
                session, person.email, "invitations_silent", person.language, code=row.code, title=row.title,
                suppliers=names[row.code], address=f"/tim-hang/{row.code}/loi-moi",
            )  # fmt: skip
    ids = [row.id for row in rows]
    for one in await session.scalars(select(Invitation).where(Invitation.id.in_(ids))):
        one.told_at = clock.now()
    await session.flush()
    return len(names)


def is_morning() -> bool:
    """Whether the day has begun for those who are written to."""
    return clock.now().astimezone(clock.ZONE).hour >= MORNING
