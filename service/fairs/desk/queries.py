"""Every read of the organiser's desk: her fairs with what waits, and one fair with what is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor, Role
from service.core import clock, cursors
from service.core.errors import NotAllowed
from service.core.events import history
from service.core.i18n import _
from service.fairs import rules
from service.fairs.desk.views import Counts, DeskLine, DeskList, HistoryLine, Overview, chores, steps
from service.fairs.hours import hours
from service.fairs.queries import SELECT, head, own_head, view
from service.fairs.views import FairView, HallView

PAGE = 20
MOST = 200
ENDING_HOURS = 48
READ, SHOWN = 200, 20  # Facts of the history that are read, and lines that they become.

_OWN = "f.organisation_id IS NOT DISTINCT FROM :own"
_NOW = text(
    f"{SELECT} WHERE {_OWN} AND (f.ends_on >= :today OR f.state = 'draft') ORDER BY f.starts_on, f.id LIMIT :most"
).bindparams(bindparam("own", type_=Uuid))
_PAST = text(
    f"{SELECT} WHERE {_OWN} AND f.ends_on < :today AND f.state <> 'draft'"
    " AND (CAST(:day AS date) IS NULL OR (f.ends_on, f.id) < (CAST(:day AS date), CAST(:id AS uuid)))"
    " ORDER BY f.ends_on DESC, f.id DESC LIMIT :most"
).bindparams(bindparam("own", type_=Uuid))
# What waits at each of these fairs, counted in one statement.
_COUNTS = text(
    """
SELECT f.id, coalesce(a.submitted, 0), coalesce(a.accepted, 0), coalesce(a.waiting, 0), coalesce(b.booths, 0),
       coalesce(o.taken, 0), coalesce(o.placed, 0), coalesce(o.ending, 0),
       (SELECT count(*) FROM fairs_rate r WHERE r.fair_id = f.id),
       (SELECT count(*) FROM fairs_service s WHERE s.fair_id = f.id AND s.offered),
       (SELECT count(*) FROM fairs_day d WHERE d.fair_id = f.id),
       (SELECT count(*) FROM fairs_invitation i WHERE i.fair_id = f.id),
       (SELECT count(DISTINCT u.application_id) FROM fairs_occupancy u JOIN fairs_application x ON x.id = u.application_id
         WHERE u.fair_id = f.id AND u.state = 'taken' AND u.origin = 'plan' AND x.state <> 'accepted'),
       (SELECT count(*) FROM fairs_meeting m JOIN fairs_timetable t ON t.fair_id = m.fair_id AND t.state = 'published'
         WHERE m.fair_id = f.id AND m.state = 'cancelled' AND m.called_off IN ('supplier', 'buyer') AND m.starts_at > :now
           AND m.changed_at > t.published_at)
  FROM fairs_fair f
  LEFT JOIN (SELECT fair_id, count(*) FILTER (WHERE state = 'submitted') AS submitted,
                    count(*) FILTER (WHERE state = 'accepted') AS accepted, count(*) FILTER (WHERE state = 'waiting') AS waiting
               FROM fairs_application WHERE fair_id = ANY(:fairs) GROUP BY fair_id) a ON a.fair_id = f.id
  LEFT JOIN (SELECT fair_id, count(*) AS booths FROM fairs_booth
              WHERE fair_id = ANY(:fairs) AND part_of IS NULL GROUP BY fair_id) b ON b.fair_id = f.id
  LEFT JOIN (SELECT u.fair_id, count(DISTINCT u.booth_id) FILTER (WHERE u.state = 'taken') AS taken,
                    count(DISTINCT coalesce(u.application_id, x.id)) FILTER (WHERE u.state = 'taken') AS placed,
                    count(*) FILTER (WHERE u.state = 'held' AND u.origin = 'hold' AND u.held_until > :now
                                       AND u.held_until < :now + make_interval(hours => :hours)) AS ending
               FROM fairs_occupancy u
               LEFT JOIN fairs_application x ON x.fair_id = u.fair_id AND x.supplier_id = u.supplier_id AND x.state = 'accepted'
              WHERE u.fair_id = ANY(:fairs) AND u.state <> 'released' GROUP BY u.fair_id) o ON o.fair_id = f.id
 WHERE f.id = ANY(:fairs)
"""
).bindparams(bindparam("fairs", type_=ARRAY(Uuid)))
_HALLS = text("SELECT h.name, h.about, h.area_m2 FROM fairs_hall h WHERE h.fair_id = :fair ORDER BY h.position, h.name")
_NAMES = text("SELECT id, name FROM accounts_person WHERE id = ANY(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_EARLIER = text("SELECT slug FROM fairs_fair WHERE id = :id")


async def desk_list(session: AsyncSession, actor: Actor, *, cursor: str | None = None) -> DeskList:
    """The fairs that the actor looks after, with what waits at each: an organiser's own, for officers those without one."""
    own = _own(actor)
    now = (
        [] if cursor else [view(row) for row in await session.execute(_NOW, {"own": own, "today": clock.today(), "most": MOST})]
    )
    day, row_id = cursors.place(cursor, date.fromisoformat) if cursor else (None, None)
    asked = {"own": own, "today": clock.today(), "day": day, "id": row_id, "most": PAGE + 1}
    past = [view(row) for row in await session.execute(_PAST, asked)]
    after = cursors.sealed([past[PAGE - 1].ends_on.isoformat(), str(past[PAGE - 1].id)]) if len(past) > PAGE else None
    counts = await _counts(session, [each.id for each in (*now, *past[:PAGE])])
    lines = [DeskLine(each, counts[each.id], chores(each, counts[each.id])) for each in now]
    return DeskList(
        drafts=[each for each in lines if each.fair.state == "draft"],
        running=[each for each in lines if each.fair.state != "draft" and each.fair.running],
        coming=[each for each in lines if each.fair.state != "draft" and not each.fair.running],
        past=[DeskLine(each, counts[each.id], ()) for each in past[:PAGE]],
        next=after,
    )


async def overview(session: AsyncSession, slug: str, actor: Actor) -> Overview:
    """One fair for whoever holds it."""
    fair = await own_head(session, slug, actor)
    counts = (await _counts(session, [fair.id]))[fair.id]
    halls = [HallView(*row) for row in await session.execute(_HALLS, {"fair": fair.id})]
    return Overview(
        fair=fair, days=await hours(session, fair.id), halls=halls, counts=counts, chores=chores(fair, counts),
        steps=steps(fair, counts, len(halls)), copied_from=await _earlier(session, fair, actor),
        history=await _history(session, fair.id),
    )  # fmt: skip


def may_hold(actor: Actor | None) -> bool:
    """Whether the desk is the actor's: organisers and officers, those who only read and those not verified yet included."""
    return actor is not None and actor.role in (Role.ORGANISER, Role.OFFICER)


def _own(actor: Actor) -> UUID | None:
    if not may_hold(actor):
        raise NotAllowed(rules.why_not_announce(actor))
    return actor.organisation_id if actor.role is Role.ORGANISER else None


async def _counts(session: AsyncSession, fair_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    asked = {"fairs": list(fair_ids), "now": clock.now(), "hours": ENDING_HOURS}
    found: dict[UUID, Counts] = {}
    for row in await session.execute(_COUNTS, asked):
        fair_id, *numbers = row
        found[fair_id] = Counts(*numbers)
    return found


async def _earlier(session: AsyncSession, fair: FairView, actor: Actor) -> tuple[str, str] | None:
    if fair.copied_from is None:
        return None
    slug = await session.scalar(_EARLIER, {"id": fair.copied_from})
    before = await head(session, slug, actor) if slug else None
    return (before.name, before.desk) if before is not None else None


async def _history(session: AsyncSession, fair_id: UUID) -> list[HistoryLine]:
    told = await history(session, fair_id, limit=READ)
    people = [each.person_id for each in told if each.person_id is not None]
    names: dict[Any, str] = {row.id: row.name for row in await session.execute(_NAMES, {"ids": people})}
    # Sixty participants who join one after the other are one line, told by the last of them.
    runs = [list(run) for _same, run in groupby(told, key=lambda each: (fact_words(each.fact), each.person_id))][:SHOWN]
    return [HistoryLine(run[0].at, _times(run[0].fact, len(run)), names.get(run[0].person_id)) for run in runs]


def _times(fact: str, number: int) -> str:
    return _("%(what)s (%(n)s lần)", what=fact_words(fact), n=number) if number > 1 else fact_words(fact)


def fact_words(fact: str) -> str:
    """A fact told about a fair, in words; one that the desk has no words for is told as a change."""
    words = {
        "FairDrafted": _("Lập bản nháp"),
        "FairCopied": _("Lập từ hội chợ cũ"),
        "FairAnnounced": _("Công bố"),
        "FairRevised": _("Sửa thông tin"),
        "HoursSaid": _("Đổi giờ mở cửa"),
        "FairCancelled": _("Hủy hội chợ"),
        "BuyerExpected": _("Nhà phân phối báo sẽ đến"),
        "BuyersTakenOver": _("Lấy lại nhà phân phối của lần trước"),
        "TermsSaid": _("Đổi điều kiện thanh toán"),
        "RateSaid": _("Đổi bảng giá"),
        "ServiceSaid": _("Đổi dịch vụ"),
        "ApplicationsTypedIn": _("Nhập đơn đăng ký"),
        "FloorChanged": _("Vẽ, sửa mặt bằng"),
        "ChoiceRuleSet": _("Đổi cách tính điểm thứ tự chọn"),
        "DrawPromised": _("Chốt hạt giống bốc thăm"),
        "OrderDrawn": _("Bốc thăm thứ tự chọn"),
        "PlanSettled": _("Giao gian theo bản xếp gian"),
        "BookingDeskSet": _("Đổi giờ đặt gian"),
        "ExhibitorInvited": _("Mời đơn vị"),
        "MeetingTermsSet": _("Đổi điều kiện cuộc gặp"),
        "MeetingSessionSet": _("Đổi buổi gặp"),
        "ParticipantJoined": _("Thêm bên tham gia gặp"),
        "ParticipantLeft": _("Bớt bên tham gia gặp"),
        "ParticipantsReminded": _("Nhắc các bên điền nguyện vọng gặp"),
        "RosterMade": _("Lập danh sách đơn vị tại chợ"),
        "VisitorsSaid": _("Ghi lượt khách"),
        "MoneyLineKept": _("Ghi thu chi"),
        "MoneyLineRemoved": _("Bỏ một khoản thu chi"),
        "ComplaintNoted": _("Ghi phản ánh"),
        "ComplaintSettled": _("Giải quyết phản ánh"),
        "FindingsSaid": _("Ghi nhận xét của ban tổ chức"),
    }
    return words.get(fact, _("Thay đổi khác"))
