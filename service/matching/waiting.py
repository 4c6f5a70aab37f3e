"""What waits for an organisation today, all of it in one statement, the most urgent first: the list on top of its desk.

For a supplier: who asks it, its shares of pooled lots, a lot that it leads and has to quote, quotes begun whose day is near,
proposals of matching rounds. For a buyer: quotes to decide on, lots that do not go on without it, joint orders to confirm,
what suppliers have written, proposals. Each line leads to where it is done.
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
from service.core.i18n import _, ngettext
from service.matching.quotes.expiring import DECIDE_BY

MOST = 100
DAYS_NEAR = 14  # A quote that was begun is listed when its last day is so near.


class Waits(StrEnum):
    """What it is that waits."""

    INVITATION = "invitation"
    SHARE = "share"
    LEAD = "lead"
    DRAFT = "draft"
    PROPOSALS = "proposals"
    MESSAGES = "messages"
    QUOTES = "quotes"
    POOL = "pool"
    POOL_GAP = "pool_gap"
    POOL_STALE = "pool_stale"
    POOL_COMPLETE = "pool_complete"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits: `code` and `title` of what it belongs to, the last day for it, and how many there are."""

    kind: Waits
    id: UUID
    code: str
    title: str
    other: str | None  # Who waits, or has written, where the reader may know it.
    day: date | None
    number: int

    @property
    def href(self) -> str:
        """Where it is done."""
        return _PLACES.get(self.kind, "/tim-hang/{0.code}/lo-ghep/{0.id}").format(self)

    @property
    def sentence(self) -> str:
        """What is to be done, in the reader's words."""
        return _sentences(self.number)[self.kind]


_PLACES = {
    Waits.INVITATION: "/trao-doi/{0.id}",
    Waits.MESSAGES: "/trao-doi/{0.id}",
    Waits.SHARE: "/ban-hang/lo-ghep/{0.id}",
    Waits.LEAD: "/ban-hang/lo-ghep/{0.id}",
    Waits.DRAFT: "/tim-hang/{0.code}/chao-gia",
    Waits.PROPOSALS: "/phien-ket-noi/{0.code}/ket-qua",
    Waits.QUOTES: "/tim-hang/{0.code}/bao-gia",
    Waits.ORDER: "/gom-don/{0.code}",
}


def _sentences(n: int) -> dict[Waits, str]:
    return {
        Waits.INVITATION: _("mời bạn báo giá"),
        Waits.SHARE: _("mời bạn nhận một phần của lô ghép"),
        Waits.LEAD: _("lô ghép đã đủ; bạn đứng đầu, hãy gửi báo giá chung"),
        Waits.DRAFT: _("báo giá đang viết dở, chưa gửi"),
        Waits.PROPOSALS: ngettext("%(n)s đề xuất chờ bạn trả lời", "%(n)s đề xuất chờ bạn trả lời", n),
        Waits.MESSAGES: ngettext("%(n)s tin chưa đọc", "%(n)s tin chưa đọc", n),
        Waits.QUOTES: ngettext("%(n)s báo giá chờ bạn quyết định", "%(n)s báo giá chờ bạn quyết định", n),
        Waits.POOL: _("đã tìm được lô ghép, chưa mời nguồn nào"),
        Waits.POOL_GAP: ngettext("%(n)s phần của lô ghép chưa ai nhận", "%(n)s phần của lô ghép chưa ai nhận", n),
        Waits.POOL_STALE: _("yêu cầu đã đổi sau khi ghép lô; hãy ghép lại"),
        Waits.POOL_COMPLETE: _("lô ghép đã đủ, chờ nguồn đứng đầu gửi báo giá"),
        Waits.ORDER: _("đơn gom chờ bạn xác nhận"),
    }


@dataclass(frozen=True, slots=True)
class WaitList:
    """What waits, the most urgent first, and how much of each kind there is."""

    items: list[Wait]
    counts: Counter[Waits]


async def waiting(session: AsyncSession, actor: Actor | None) -> WaitList:
    """What waits for the actor's organisation; nothing for who neither buys nor supplies."""
    statement = {Role.SUPPLIER: _SUPPLIER, Role.BUYER: _BUYER}.get(actor.role) if actor else None
    if statement is None or actor is None or actor.organisation_id is None:
        return WaitList([], Counter())
    asked = {"own": actor.organisation_id, "today": clock.today(), "near": DAYS_NEAR, "most": MOST}
    rows = await session.execute(statement, asked)
    items = [Wait(Waits(kind), each, code, title, other, day, number) for kind, each, code, title, other, day, number in rows]
    return WaitList(items, Counter(item.kind for item in items))


_SHOWN = "CASE WHEN r.visibility <> 'anonymous' THEN b.name END"
# What has no day of its own stands where the things of this week end: it is not forgotten, and pushes nothing aside.
_ORDER = ") w ORDER BY coalesce(day, CAST(:today AS date) + 7), kind, id LIMIT :most"
_ROW = "SELECT kind, id, code, title, other, day, number FROM ("


def _proposals(side: str, own: str) -> str:
    return f"""
SELECT 'proposals' AS kind, c.id, c.code, c.name AS title, NULL AS other, c.ends_on AS day, count(*)::int AS number
  FROM matching_proposal p JOIN matching_round c ON c.published_id = p.clearing_id
  {own}
 WHERE o.organisation_id = :own AND p.{side}_wish IS NULL AND c.state = 'published' AND c.ends_on >= :today
 GROUP BY c.id, c.code, c.name, c.ends_on
"""  # noqa: S608 - only our own constants are put in.


_SUPPLIER = text(
    f"""{_ROW}
SELECT CASE WHEN v.waits THEN 'invitation' ELSE 'messages' END AS kind, i.id, r.code, r.title, {_SHOWN} AS other,
       CASE WHEN v.waits THEN i.answer_by END AS day, n.unread AS number
  FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
  CROSS JOIN LATERAL (SELECT count(*)::int AS unread FROM matching_message m
                       WHERE m.invitation_id = i.id AND m.read_at IS NULL AND m.side <> 'supplier') n
  CROSS JOIN LATERAL (SELECT i.state IN ('sent', 'seen') AND r.state = 'open' AND i.origin <> 'pool' AS waits) v
 WHERE s.organisation_id = :own AND i.state <> 'withdrawn' AND (v.waits OR n.unread > 0)
UNION ALL
SELECT CASE h.state WHEN 'asked' THEN 'share' ELSE 'lead' END, h.id, r.code, r.title || ' · ' || p.name, {_SHOWN},
       CASE h.state WHEN 'asked' THEN h.answer_by ELSE r.deadline END, 1
  FROM matching_pool_share h JOIN matching_pool l ON l.id = h.pool_id JOIN matching_request r ON r.id = l.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id JOIN catalogue_supplier s ON s.id = h.supplier_id
  JOIN catalogue_product p ON p.id = h.product_id
 WHERE s.organisation_id = :own AND r.state = 'open'
   AND ((h.state = 'asked' AND l.state = 'sent')
        OR (h.state = 'accepted' AND h.lead AND l.state = 'complete' AND l.quoted_at IS NULL))
UNION ALL
SELECT 'draft', q.id, r.code, r.title, {_SHOWN}, r.deadline, 1
  FROM matching_quote q JOIN matching_request r ON r.id = q.request_id JOIN matching_buyer b ON b.id = r.buyer_id
 WHERE q.organisation_id = :own AND q.state = 'draft' AND q.kept IS NOT NULL AND q.pool_id IS NULL AND r.state = 'open'
   AND r.deadline BETWEEN :today AND CAST(:today AS date) + CAST(:near AS int)
UNION ALL {_proposals("supplier", "JOIN catalogue_supplier o ON o.id = p.supplier_id")}
{_ORDER}"""  # noqa: S608 - the same.
).bindparams(bindparam("own", type_=Uuid))

# Nobody is named who has quoted behind a seal that is not open yet, as in the threads themselves.
_BUYER = text(
    f"""{_ROW}
SELECT 'quotes' AS kind, r.id, r.code, r.title, NULL AS other, {DECIDE_BY} AS day, q.number
  FROM matching_request r JOIN matching_buyer b ON b.id = r.buyer_id LEFT JOIN matching_tender t ON t.request_id = r.id
  CROSS JOIN LATERAL (SELECT count(*)::int AS number FROM matching_quote q
                       WHERE q.request_id = r.id AND q.state = 'sent' AND q.sealed_until IS NULL) q
 WHERE b.organisation_id = :own AND r.state = 'open' AND q.number > 0
UNION ALL
SELECT CASE WHEN c.stale THEN 'pool_stale' WHEN l.state = 'found' THEN 'pool'
            WHEN l.state = 'complete' THEN 'pool_complete' ELSE 'pool_gap' END, l.id, r.code, r.title, NULL,
       CASE WHEN l.state = 'found' THEN r.deadline ELSE l.answer_by END, h.refused
  FROM matching_pool l JOIN matching_request r ON r.id = l.request_id JOIN matching_buyer b ON b.id = r.buyer_id
  CROSS JOIN LATERAL (SELECT count(*)::int AS refused FROM matching_pool_share h
                       WHERE h.pool_id = l.id AND h.state IN ('declined', 'silent') AND NOT EXISTS (
                             SELECT FROM matching_pool_share x
                              WHERE x.stand_in_for = h.id AND x.state IN ('asked', 'accepted'))) h
  CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM matching_request_version v
                                      WHERE v.request_id = r.id AND v.number > l.request_version) AS stale) c
 WHERE b.organisation_id = :own AND r.state = 'open' AND l.quoted_at IS NULL
   AND (l.state = 'complete' OR (l.state = 'sent' AND (h.refused > 0 OR c.stale))
        OR (l.state = 'found' AND l.id = (SELECT max(y.id::text)::uuid FROM matching_pool y WHERE y.request_id = r.id)))
UNION ALL
SELECT 'order', d.id, d.code, d.title, NULL, d.answer_by, 1
  FROM matching_demand d JOIN matching_demand_member m ON m.demand_id = d.id JOIN matching_buyer b ON b.id = m.buyer_id
 WHERE b.organisation_id = :own AND d.state = 'confirming' AND m.state = 'joined' AND m.answered_round < d.round
   AND d.answer_by >= :today
UNION ALL
SELECT 'messages', i.id, r.code, r.title, s.name, NULL, n.unread
  FROM matching_invitation i JOIN matching_request r ON r.id = i.request_id JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = i.supplier_id
  CROSS JOIN LATERAL (SELECT count(*)::int AS unread FROM matching_message m
                       WHERE m.invitation_id = i.id AND m.read_at IS NULL AND m.side = 'supplier') n
 WHERE b.organisation_id = :own AND n.unread > 0
   AND NOT (i.origin = 'supplier' AND EXISTS (SELECT FROM matching_quote q WHERE q.request_id = i.request_id
            AND q.supplier_id = i.supplier_id AND q.sealed_until IS NOT NULL))
UNION ALL {_proposals("buyer", "JOIN matching_request r ON r.id = p.request_id JOIN matching_buyer o ON o.id = r.buyer_id")}
{_ORDER}"""  # noqa: S608 - the same.
).bindparams(bindparam("own", type_=Uuid))
