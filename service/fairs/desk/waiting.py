"""What of all fairs waits for a supplier or a buyer, in one statement, the most urgent first: shown with what else waits there.

Invitations to exhibit, applications that came back or were begun, booths to be shared or to be confirmed, requests for
meetings, times and wishes to be entered, meetings to be marked, and what came of them. Each line leads to where it is done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.core import clock
from service.core.i18n import _, locale, ngettext

MOST = 100
MONTHS_BACK = 10  # Of meetings longer ago nobody is asked any more.


class FairWaits(StrEnum):
    """What it is that waits at a fair."""

    INVITED = "fair_invited"
    RETURNED = "fair_returned"
    DRAFT = "fair_draft"
    SHARE = "fair_share"
    HOLD = "fair_hold"
    ASKS = "fair_asks"
    WISHES = "fair_wishes"
    MARK = "fair_mark"
    RESULTS = "fair_results"


_PLACES = {
    FairWaits.INVITED: "/ban-hang/hoi-cho/nen-di",
    FairWaits.RETURNED: "/hoi-cho/{0.code}/dang-ky",
    FairWaits.DRAFT: "/hoi-cho/{0.code}/dang-ky",
    FairWaits.SHARE: "/ban-hang/hoi-cho/{0.code}/gian-chung",
    FairWaits.HOLD: "/hoi-cho/{0.code}/dat-gian",
    FairWaits.ASKS: "/hoi-cho/{0.code}/cuoc-gap",
    FairWaits.WISHES: "/hoi-cho/{0.code}/cuoc-gap",
    FairWaits.MARK: "/cuoc-gap",
    FairWaits.RESULTS: "/cuoc-gap",
}


def _sentences(n: int) -> dict[FairWaits, str]:
    return {
        FairWaits.INVITED: _("ban tổ chức mời bạn dự; đăng ký, hoặc báo không đi được"),
        FairWaits.RETURNED: _("đơn bị trả lại: sửa rồi nộp lại"),
        FairWaits.DRAFT: _("đơn còn là nháp, chưa nộp"),
        FairWaits.SHARE: _("chung gian: có lời mời hoặc lời xin chờ bạn trả lời"),
        FairWaits.HOLD: _("gian đang giữ cho bạn: xác nhận trước khi hết giờ"),
        FairWaits.ASKS: ngettext("%(n)s lời hẹn gặp chờ bạn trả lời", "%(n)s lời hẹn gặp chờ bạn trả lời", n),
        FairWaits.WISHES: _("ghi giờ của bạn và những bên muốn gặp"),
        FairWaits.MARK: ngettext("%(n)s cuộc gặp chưa điểm danh", "%(n)s cuộc gặp chưa điểm danh", n),
        FairWaits.RESULTS: ngettext("%(n)s cuộc gặp đã đến đâu: hãy ghi", "%(n)s cuộc gặp đã đến đâu: hãy ghi", n),
    }


@dataclass(frozen=True, slots=True)
class FairWait:
    """One thing that waits at a fair: `code` is the fair's address, `title` its name."""

    kind: FairWaits
    id: UUID
    code: str
    title: str
    day: date | None
    number: int
    other: str | None = None

    @property
    def href(self) -> str:
        """Where it is done."""
        return _PLACES[self.kind].format(self)

    @property
    def sentence(self) -> str:
        """What is to be done, in the reader's words."""
        return _sentences(self.number)[self.kind]


@dataclass(frozen=True, slots=True)
class FairWaitList:
    """What waits, the most urgent first, and how much of each kind there is."""

    items: list[FairWait]
    counts: Counter[FairWaits]


_EXHIBITING = """
SELECT 'fair_invited' AS kind, f.id, f.slug, f.name, f.name_en, f.call_closes_on AS day, 1 AS number
  FROM fairs_invitation i JOIN fairs_fair f ON f.id = i.fair_id JOIN catalogue_supplier s ON s.id = i.supplier_id
 WHERE s.organisation_id = :own AND i.state = 'sent' AND f.state = 'announced' AND f.starts_on > :today
   AND coalesce(f.call_closes_on >= :today, true)
   AND NOT EXISTS (SELECT FROM fairs_application a
                    WHERE a.fair_id = f.id AND a.supplier_id = s.id AND a.state <> 'withdrawn')
UNION ALL
SELECT CASE a.state WHEN 'draft' THEN 'fair_draft' ELSE 'fair_returned' END, f.id, f.slug, f.name, f.name_en,
       f.call_closes_on, 1
  FROM fairs_application a JOIN fairs_fair f ON f.id = a.fair_id JOIN catalogue_supplier s ON s.id = a.supplier_id
 WHERE s.organisation_id = :own AND a.state IN ('draft', 'returned') AND f.state = 'announced' AND f.starts_on > :today
   AND (a.state = 'returned' OR coalesce(f.call_closes_on >= :today, true))
UNION ALL
SELECT 'fair_share', f.id, f.slug, f.name, f.name_en, NULL, 1
  FROM fairs_application a JOIN fairs_fair f ON f.id = a.fair_id JOIN catalogue_supplier s ON s.id = a.supplier_id
 WHERE s.organisation_id = :own AND a.state <> 'withdrawn' AND f.state = 'announced' AND f.starts_on > :today
   AND (EXISTS (SELECT FROM fairs_share_member m WHERE m.application_id = a.id AND m.state = 'invited')
     OR EXISTS (SELECT FROM fairs_share h JOIN fairs_share_member m ON m.share_id = h.id AND m.state = 'asking'
                 WHERE h.lead_id = a.id))
UNION ALL
SELECT 'fair_hold', f.id, f.slug, f.name, f.name_en, :today, count(*)::int
  FROM fairs_occupancy o JOIN fairs_fair f ON f.id = o.fair_id JOIN catalogue_supplier s ON s.id = o.supplier_id
 WHERE s.organisation_id = :own AND o.state = 'held' AND o.origin = 'booking' AND o.held_until > :now
 GROUP BY f.id
UNION ALL
"""
_MEETING = """
SELECT 'fair_asks' AS kind, f.id, f.slug, f.name, f.name_en, min(k.answer_by) AS day, count(*)::int AS number
  FROM fairs_participant p JOIN fairs_meeting_ask k ON k.to_id = p.id JOIN fairs_fair f ON f.id = p.fair_id
 WHERE p.organisation_id = :own AND p.left_at IS NULL AND k.state = 'asked' AND k.answer_by >= :today
   AND f.state = 'announced'
 GROUP BY f.id
UNION ALL
SELECT 'fair_wishes', f.id, f.slug, f.name, f.name_en, w.last, 1
  FROM fairs_participant p JOIN fairs_fair f ON f.id = p.fair_id
  LEFT JOIN fairs_meeting_terms t ON t.fair_id = f.id
  CROSS JOIN LATERAL (SELECT coalesce(t.wishes_until, f.starts_on - 1) AS last) w
 WHERE p.organisation_id = :own AND p.left_at IS NULL AND p.filled_at IS NULL AND f.state = 'announced'
   AND w.last >= :today
   AND EXISTS (SELECT FROM fairs_meeting_session z WHERE z.fair_id = f.id)
   AND NOT EXISTS (SELECT FROM fairs_meeting_wish x WHERE x.participant_id = p.id)
UNION ALL
SELECT 'fair_mark', f.id, f.slug, f.name, f.name_en, f.ends_on, count(*)::int
  FROM fairs_participant p JOIN fairs_fair f ON f.id = p.fair_id
  JOIN fairs_meeting m ON m.fair_id = f.id AND p.id IN (m.supplier_part_id, m.buyer_part_id)
 WHERE p.organisation_id = :own AND f.ends_on >= :today AND f.starts_on <= :today AND m.state <> 'cancelled'
   AND m.ends_at <= :now
   AND NOT EXISTS (SELECT FROM fairs_attendance d WHERE d.meeting_id = m.id
                      AND d.side = CASE WHEN p.supplier_id IS NULL THEN 'buyer' ELSE 'supplier' END)
 GROUP BY f.id
UNION ALL
SELECT 'fair_results', f.id, f.slug, f.name, f.name_en, NULL, count(*)::int
  FROM fairs_participant p JOIN fairs_fair f ON f.id = p.fair_id
  JOIN fairs_meeting m ON m.fair_id = f.id AND p.id IN (m.supplier_part_id, m.buyer_part_id)
 WHERE p.organisation_id = :own AND m.state IN ('planned', 'held', 'disputed') AND m.ends_at <= :now
   AND f.ends_on >= CAST(:today AS date) - make_interval(months => :back)
   AND EXISTS (SELECT FROM (VALUES (0), (1), (3), (6)) n (months)
                WHERE (m.ends_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + make_interval(months => n.months) <= :today
                  AND NOT EXISTS (SELECT FROM fairs_meeting_result r WHERE r.meeting_id = m.id AND r.result IS NOT NULL
                                     AND r.side = CASE WHEN p.supplier_id IS NULL THEN 'buyer' ELSE 'supplier' END
                                     AND (r.months >= n.months OR r.result = 'none')))
 GROUP BY f.id
"""
# What has no day of its own stands where the things of this week end, as in the list of matching.
_ALL = """SELECT kind, id, slug, name, name_en, day, number FROM ({}) w
 ORDER BY coalesce(day, CAST(:today AS date) + 7), kind, id LIMIT :most"""
_SUPPLIER = text(_ALL.format(_EXHIBITING + _MEETING)).bindparams(bindparam("own", type_=Uuid))
_BUYER = text(_ALL.format(_MEETING)).bindparams(bindparam("own", type_=Uuid))


async def fair_waiting(session: AsyncSession, actor: Actor | None) -> FairWaitList:
    """What of all fairs waits for the actor's organisation; nothing for who neither exhibits nor buys."""
    statement = {Role.SUPPLIER: _SUPPLIER, Role.BUYER: _BUYER}.get(actor.role) if actor else None
    if statement is None or actor is None or actor.organisation_id is None:
        return FairWaitList([], Counter())
    asked = {
        "own": actor.organisation_id, "today": clock.today(), "now": clock.now(), "back": MONTHS_BACK, "most": MOST,
    }  # fmt: skip
    english = locale() == "en"
    items = [
        FairWait(FairWaits(kind), each, slug, (name_en or name) if english else name, day, number)
        for kind, each, slug, name, name_en, day, number in await session.execute(statement, asked)
    ]
    counts: Counter[FairWaits] = Counter()
    for each in items:
        counts[each.kind] += each.number
    return FairWaitList(items, counts)
