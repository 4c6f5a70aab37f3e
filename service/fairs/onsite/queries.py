"""Reads of the days of a fair: the gate and the books for its organiser, board and leads for an exhibitor's own people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock, cursors
from service.core.errors import NotFound
from service.core.i18n import _
from service.core.text import fold
from service.fairs import standing
from service.fairs.onsite import rules
from service.fairs.onsite.models import CheckIn, Exhibitor, FairComplaint, Lead, MoneyLine, Pass, Visitors
from service.fairs.onsite.roster import Standing, exhibitor_in, own_supplier_id, seen_entry, who_stands
from service.fairs.onsite.views import (
    Board,
    CameView,
    ComplaintView,
    DaySum,
    FactsView,
    Gate,
    GateLine,
    HallCount,
    LeadView,
    MoneyView,
    PaperView,
    PassView,
    SaleView,
    VisitorsView,
)
from service.fairs.queries import head, own_head

PAGE = 50
_CAME = text(
    """
SELECT c.exhibitor_id, c.id, c.at, c.received_at, c.how, p.number, p.holder
  FROM fairs_check_in c LEFT JOIN fairs_pass p ON p.id = c.pass_id
 WHERE c.fair_id = :fair AND c.day = :day AND c.undone_at IS NULL ORDER BY c.at, c.id
"""
).bindparams(bindparam("fair", type_=Uuid))
_PASSES = text(
    "SELECT p.exhibitor_id, count(*) FILTER (WHERE p.revoked_at IS NULL) AS good FROM fairs_pass p"
    " WHERE p.fair_id = :fair GROUP BY p.exhibitor_id"
).bindparams(bindparam("fair", type_=Uuid))
_LEADS = """
SELECT l.id, l.day, l.booth, l.person, l.organisation, l.phone, l.wants, p.name AS product, p.slug AS product_slug, l.kg,
       l.rating, l.notes, b.name AS buyer, b.slug AS buyer_slug, l.follow_up_on, l.taken_at, l.erased_at, l.version
  FROM fairs_lead l
  LEFT JOIN catalogue_product p ON p.id = l.product_id
  LEFT JOIN matching_buyer b ON b.id = l.buyer_id
 WHERE l.fair_id = :fair AND l.supplier_id = :supplier
"""
_SALES = text(
    """
SELECT s.id, s.booth, s.day, s.nothing, p.name AS product, p.slug AS product_slug, s.what, s.kg, s.vnd, s.receipts, s.typed_at,
       s.version
  FROM fairs_sale s LEFT JOIN catalogue_product p ON p.id = s.product_id
 WHERE s.exhibitor_id = :exhibitor AND s.withdrawn_at IS NULL ORDER BY s.day DESC, s.booth, s.id DESC LIMIT 1000
"""
).bindparams(bindparam("exhibitor", type_=Uuid))
_PAPERS = text(
    """
SELECT p.id, p.kind, p.day, p.partner, b.name AS buyer, p.what, p.kg, p.vnd, p.version
  FROM fairs_signed_paper p LEFT JOIN matching_buyer b ON b.id = p.buyer_id
 WHERE p.exhibitor_id = :exhibitor AND p.withdrawn_at IS NULL ORDER BY p.day DESC, p.id DESC
"""
).bindparams(bindparam("exhibitor", type_=Uuid))


async def gate(
    session: AsyncSession, slug: str, actor: Actor, *, day: date | None = None, hall: str = "", q: str = "",
    missing: bool = False, cursor: str | None = None,
) -> Gate:  # fmt: skip
    """The gate on one day: who is there and who is missing by hall, and a page of the list."""
    fair = await standing.own(session, slug, actor)
    shown = await own_head(session, slug, actor)
    days = tuple(standing.days(fair))
    today = clock.today()
    at = day if day is not None else today if not days else min(max(today, days[0] - rules.SETTING_UP), days[-1])
    came: dict[UUID, list[CameView]] = {}
    for row in await session.execute(_CAME, {"fair": fair.id, "day": at}):
        came.setdefault(row[0], []).append(CameView(*row[1:]))
    passes = {row[0]: row[1] for row in await session.execute(_PASSES, {"fair": fair.id})}
    every = [each for each in await who_stands(session, fair.id) if each.at(at) or not days or at < days[0] or each.id in came]
    lines = [
        GateLine(
            each.id, each.name, each.hall, each.codes, passes.get(each.id, 0) if each.id else 0,
            tuple(came.get(each.id, ())) if each.id else (),
        )
        for each in every
    ]  # fmt: skip
    wanted = fold(q)
    chosen = [
        line
        for line in lines
        if (not hall or line.hall == hall)
        and (not missing or not line.there)
        and (not wanted or wanted in fold(f"{line.name} {line.booths}"))
    ]
    start = _start(chosen, cursor)
    page = chosen[start : start + PAGE]
    more = start + PAGE < len(chosen)
    return Gate(
        fair=shown, days=days, day=at, why_not=rules.why_not_check_in(fair, days, at),
        halls=tuple(_halls(lines)), lines=tuple(page), found=len(chosen),
        next=cursors.sealed([page[-1].hall, page[-1].booths, page[-1].name]) if more else None,
        without_pass=sum(1 for line in lines if line.id is None or not line.passes),
        people=sum(len(line.came) for line in lines),
    )  # fmt: skip


async def exhibitor_passes(session: AsyncSession, slug: str, actor: Actor, exhibitor_id: UUID) -> tuple[str, list[PassView]]:
    """The name and the passes of an exhibitor, for the fair's organiser."""
    fair = await standing.own(session, slug, actor)
    found = await exhibitor_in(session, fair.id, exhibitor_id)
    return found.name, await _passes(session, Pass.exhibitor_id == exhibitor_id)


async def all_passes(session: AsyncSession, slug: str, actor: Actor) -> list[PassView]:
    """Every pass of a fair that holds, for whoever prints badges: one statement."""
    fair = await standing.own(session, slug, actor)
    return await _passes(session, (Pass.fair_id == fair.id) & Pass.revoked_at.is_(None))


async def board(session: AsyncSession, slug: str, actor: Actor) -> Board:
    """The reader's own stand: its days, sales, papers, passes; its leads are counted here and read by `leads`."""
    fair = await standing.visible(session, slug, actor)
    shown = await head(session, slug, actor)
    entry = await seen_entry(session, fair, actor)
    days = tuple(standing.days(fair))
    today = clock.today()
    sales: list[SaleView] = []
    papers: list[PaperView] = []
    passes: list[PassView] = []
    ratings: list[tuple[date, int, int]] = []
    came: list[tuple[date, datetime]] = []
    facts = None
    if entry.id is not None:
        sales = [SaleView(*row) for row in await session.execute(_SALES, {"exhibitor": entry.id})]
        papers = [PaperView(*row) for row in await session.execute(_PAPERS, {"exhibitor": entry.id})]
        passes = await _passes(session, (Pass.exhibitor_id == entry.id) & Pass.revoked_at.is_(None))
        ratings = _tuples(
            await session.execute(
                select(Lead.day, Lead.rating, func.count()).where(Lead.exhibitor_id == entry.id).group_by(Lead.day, Lead.rating)
            )
        )
        came = _tuples(
            await session.execute(
                select(CheckIn.day, func.min(CheckIn.at))
                .where(CheckIn.exhibitor_id == entry.id, CheckIn.undone_at.is_(None))
                .group_by(CheckIn.day)
                .order_by(CheckIn.day)
            )
        )
        one = await exhibitor_in(session, fair.id, entry.id)
        facts = FactsView(one.brought_kg, one.left_kg, one.own_costs_vnd, one.follow_up_on, one.version)
    counts = {n: sum(number for _day, rating, number in ratings if rating == n) for n in (3, 2, 1)}
    return Board(
        fair=shown, name=entry.name, exhibitor_id=entry.id, booths=tuple(dict.fromkeys(each.booth for each in entry.booths)),
        days=tuple(_day_sums(days, entry, sales, ratings, today)),
        today=min(max(today, days[0]), days[-1]) if days else today, why_not=rules.why_not_write(fair, days, today),
        sales=tuple(sales), papers=tuple(papers), facts=facts, passes=tuple(passes), ratings=counts,
        came=tuple(came), may_write=rules.may_use_booth(actor, actor.organisation_id),
    )  # fmt: skip


async def leads(
    session: AsyncSession, slug: str, actor: Actor, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[LeadView], str | None]:
    """The leads of the reader's own stand, the newest first, a page at a time."""
    fair, supplier_id = await _own_leads(session, slug, actor)
    after = cursors.after(cursor)
    more = " AND l.id < :after" if after else ""
    statement = text(f"{_LEADS}{more} ORDER BY l.id DESC LIMIT :most")  # The condition is ours.
    asked: dict[str, Any] = {"fair": fair, "supplier": supplier_id, "most": limit + 1}
    rows = (await session.execute(statement, {**asked, "after": after} if after else asked)).all()
    found = [LeadView(*row) for row in rows[:limit]]
    return found, cursors.sealed([found[-1].id.hex]) if len(rows) > limit else None


async def lead(session: AsyncSession, slug: str, actor: Actor, lead_id: UUID) -> LeadView:
    """One of them. It is not there for anybody else."""
    fair, supplier_id = await _own_leads(session, slug, actor)
    asked = {"fair": fair, "supplier": supplier_id, "id": lead_id}
    row = (await session.execute(text(f"{_LEADS} AND l.id = :id"), asked)).one_or_none()
    if row is None:
        raise NotFound(_("Không có khách này."))
    return LeadView(*row)


async def sales_of(session: AsyncSession, slug: str, actor: Actor, exhibitor_id: UUID) -> tuple[Standing, list[SaleView]]:
    """What one exhibitor has sold, line by line, for the fair's organiser."""
    fair = await standing.own(session, slug, actor)
    found = next((each for each in await who_stands(session, fair.id) if each.id == exhibitor_id), None)
    if found is None:
        raise NotFound(_("Không có đơn vị này trong danh sách tại chợ."))
    return found, [SaleView(*row) for row in await session.execute(_SALES, {"exhibitor": exhibitor_id})]


async def visitors(session: AsyncSession, fair_id: UUID, days: Sequence[date]) -> list[VisitorsView]:
    """What was said of the visitors of each day."""
    known = {row.day: row for row in await session.scalars(select(Visitors).where(Visitors.fair_id == fair_id))}
    return [
        VisitorsView(day, known[day].people, known[day].counted, known[day].version)
        if day in known
        else VisitorsView(day, None, False, None)
        for day in days
    ]


async def money_lines(session: AsyncSession, fair_id: UUID) -> list[MoneyView]:
    """Costs and sources, in the order in which they were written."""
    found = await session.scalars(select(MoneyLine).where(MoneyLine.fair_id == fair_id).order_by(MoneyLine.id))
    return [
        MoneyView(each.id, each.side.value, each.source.value if each.source else None, each.label, each.vnd) for each in found
    ]


async def complaints(session: AsyncSession, fair_id: UUID) -> list[ComplaintView]:
    """What was complained of, the newest first."""
    found = await session.execute(
        select(FairComplaint, Exhibitor.name)
        .outerjoin(Exhibitor, Exhibitor.id == FairComplaint.exhibitor_id)
        .where(FairComplaint.fair_id == fair_id)
        .order_by(FairComplaint.day.desc(), FairComplaint.id.desc())
        .limit(500)
    )
    return [
        ComplaintView(each.id, each.day, each.about, name, each.outcome, each.settled_on, each.version) for each, name in found
    ]


async def _own_leads(session: AsyncSession, slug: str, actor: Actor) -> tuple[UUID, UUID | None]:
    fair = await standing.visible(session, slug, actor)
    return fair.id, await own_supplier_id(session, actor)


async def _passes(session: AsyncSession, where: Any) -> list[PassView]:
    found = await session.execute(
        select(Pass.id, Pass.exhibitor_id, Exhibitor.name, Pass.number, Pass.code, Pass.holder, Pass.revoked_at)
        .join(Exhibitor, Exhibitor.id == Pass.exhibitor_id)
        .where(where)
        .order_by(Exhibitor.name, Exhibitor.id, Pass.number)
    )
    return [PassView(*row) for row in found]


def _tuples(rows: Iterable[Row[Any]]) -> list[Any]:
    return [tuple(row) for row in rows]


def _halls(lines: Iterable[GateLine]) -> Iterable[HallCount]:
    counted: dict[str, tuple[int, int]] = {}
    for line in lines:
        there, expected = counted.get(line.hall, (0, 0))
        counted[line.hall] = (there + line.there, expected + 1)
    return [HallCount(hall, there, expected) for hall, (there, expected) in counted.items()]


def _start(lines: Sequence[GateLine], cursor: str | None) -> int:
    """Where the page begins: after the line that the last one ended with, or at the beginning where that has gone."""
    if not cursor:
        return 0
    try:
        key = tuple(cursors.opened(cursor))
    except (ValueError, TypeError):
        return 0
    return next((n + 1 for n, line in enumerate(lines) if (line.hall, line.booths, line.name) == key), 0)


def _day_sums(
    days: Sequence[date], entry: Standing, sales: Sequence[SaleView], ratings: Iterable[tuple[date, int, int]], today: date
) -> Iterable[DaySum]:
    taken: dict[date, int] = {}
    for day, _rating, number in ratings:
        taken[day] = taken.get(day, 0) + number
    for day in days:
        if day > today and not entry.at(day):
            continue
        said = [each for each in sales if each.day == day]
        weights = [each.kg for each in said if each.kg is not None]
        receipts = [each.receipts for each in said if each.receipts is not None]
        booths = entry.at(day)
        yield DaySum(
            day, booths, sum(each.vnd for each in said) if said else None, sum(weights, Decimal()) if weights else None,
            sum(receipts) if receipts else None, taken.get(day, 0),
            tuple(code for code in booths if code not in {each.booth for each in said}),
        )  # fmt: skip
