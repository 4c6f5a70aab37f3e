"""What came of a meeting, in the words of each side: asked at once, and again after one, three and six months."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import NotAllowed
from service.core.events import announce
from service.core.i18n import _
from service.fairs.meetings import mails, rules
from service.fairs.meetings.attendance import own_meeting
from service.fairs.meetings.events import MeetingResultSaid
from service.fairs.meetings.inputs import ResultSaid
from service.fairs.meetings.models import MeetingResult, Side

MONTHS = (0, 1, 3, 6)
EVENING = 18  # Of the clock on the wall: the day's meetings are asked for in one letter.
AT_ONCE = 2000

# A question is due when its time has come, nothing was asked or said for it, and nothing later was said; who has said that
# nothing will come of it is left in peace. Whoever was written to today is written to tomorrow.
_DUE = text(
    """
WITH asked_today AS (
  SELECT DISTINCT CASE WHEN r.side = 'supplier' THEN m.supplier_part_id ELSE m.buyer_part_id END AS part_id
    FROM fairs_meeting_result r JOIN fairs_meeting m ON m.id = r.meeting_id WHERE r.asked_at >= :midnight
)
SELECT m.id AS meeting_id, x.side, n.months, p.organisation_id, coalesce(s.name, b.name) AS other, f.name AS fair
  FROM fairs_meeting m
  JOIN fairs_fair f ON f.id = m.fair_id
 CROSS JOIN (VALUES ('supplier'), ('buyer')) x (side)
 CROSS JOIN (VALUES (0), (1), (3), (6)) n (months)
  JOIN fairs_participant p ON p.id = CASE WHEN x.side = 'supplier' THEN m.supplier_part_id ELSE m.buyer_part_id END
  JOIN fairs_participant o ON o.id = CASE WHEN x.side = 'supplier' THEN m.buyer_part_id ELSE m.supplier_part_id END
  LEFT JOIN catalogue_supplier s ON s.id = o.supplier_id
  LEFT JOIN matching_buyer b ON b.id = o.buyer_id
 WHERE m.ends_at >= :oldest AND m.ends_at <= :now AND m.ends_at + make_interval(months => n.months) <= :now
   AND (m.state IN ('held', 'disputed') OR m.state = 'planned' AND n.months = 0)
   AND (n.months > 0 OR m.ends_at >= :week)
   AND NOT EXISTS (SELECT FROM fairs_meeting_result r WHERE r.meeting_id = m.id AND r.side = x.side
                     AND (r.months >= n.months OR r.result = 'none'))
   AND NOT EXISTS (SELECT FROM fairs_participant q JOIN asked_today t ON t.part_id = q.id
                    WHERE q.organisation_id = p.organisation_id)
 ORDER BY p.organisation_id, n.months DESC, m.starts_at, m.id LIMIT :most
"""
)


async def say_result(session: AsyncSession, actor: Actor, meeting_id: UUID, draft: ResultSaid) -> MeetingResult:
    """Say what came of a meeting; it may be said anew. The same again changes nothing."""
    own = await own_meeting(session, actor, meeting_id, lock=True)
    if not rules.may_act_as(actor, own.part.organisation_id):
        raise NotAllowed(_("Bạn chỉ xem được; người khác của tổ chức trả lời."))
    if not rules.may_tell(own.meeting.state, own.meeting.ends_at, clock.now()):
        raise NotAllowed(_("Cuộc gặp chưa xong, hoặc không diễn ra, nên chưa ghi kết quả được."))
    row = await session.scalar(
        select(MeetingResult).where(
            MeetingResult.meeting_id == meeting_id, MeetingResult.side == own.side, MeetingResult.months == draft.months
        )
    )
    new = {"result": draft.result, "kg": draft.kg, "vnd": draft.vnd, "words": draft.words}
    now = clock.now()
    if row is None:
        row = MeetingResult(meeting_id=meeting_id, side=own.side, months=draft.months, said_at=now, **new)
        session.add(row)
        old = None
    else:
        old = {name: getattr(row, name) for name in new}
        if old == new:
            return row
        row.said_at = now
        for name, value in new.items():
            setattr(row, name, value)
    row.said_by = actor.person_id
    await session.flush()
    fact = MeetingResultSaid(meeting_id, own.side.value, draft.months)
    await announce(session, fact, actor=actor, old=old, new=new)
    return row


async def ask_results(session: AsyncSession) -> int:
    """In the evening, ask both sides what came of it: one letter per organisation and day. Gives how many letters."""
    now = clock.now().astimezone(clock.ZONE)
    if now.hour < EVENING:
        return 0
    # Two workers at one time must not both ask.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('meeting results'))"))
    asked = {
        "now": now, "midnight": datetime.combine(now.date(), time(), clock.ZONE), "week": now - timedelta(days=7),
        "oldest": now - timedelta(days=300), "most": AT_ONCE,
    }  # fmt: skip
    due: dict[UUID, list[tuple[str, str, int]]] = {}
    seen: set[tuple[UUID, str]] = set()
    for row in (await session.execute(_DUE, asked)).all():
        # Of one that is due twice (nobody asked for months) only the latest question is asked.
        if (row.meeting_id, row.side) in seen:
            continue
        seen.add((row.meeting_id, row.side))
        session.add(MeetingResult(id=new_id(), meeting_id=row.meeting_id, side=Side(row.side), months=row.months, asked_at=now))
        due.setdefault(row.organisation_id, []).append((row.other, row.fair, row.months))
    await session.flush()
    for organisation_id, lines in due.items():
        await mails.results_due(session, organisation_id, lines)
    return len(due)


def due_months(ends_at: datetime, now: datetime) -> tuple[int, ...]:
    """After how many months a meeting's question has come due by now, the first one first."""
    day = ends_at.astimezone(clock.ZONE).date()
    return tuple(
        months for months in MONTHS if now >= ends_at and clock.add_months(day, months) <= now.astimezone(clock.ZONE).date()
    )
