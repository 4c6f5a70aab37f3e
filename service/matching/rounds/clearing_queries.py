"""Reads of clearings and of what they propose: organisers and officers read all of it, each side its own list alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor
from service.core import clock, cursors
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _
from service.matching.rounds.clearing_views import ClearingView, GotLine, NeedLine, ProposalList, ProposalView
from service.matching.rounds.material import inputs_of
from service.matching.rounds.models import Clearing, ClearingState, RoundState, Wish
from service.matching.rounds.queries import LINES, known_buyer
from service.matching.rounds.views import Page, RoundView

PAGE = 8  # A proposal with its strip and reasons is four kilobytes of page.
WHOLE = 20_000  # Lines of a sheet.

# What got least of what it asked for comes first: there is something to be done.
_NEEDS = text(
    """
SELECT n.request_id AS id, r.code, r.title, n.asked_kg, n.given_kg, n.report,
       (n.given_kg * 10000 / greatest(n.asked_kg, 1))::int AS share,
       (SELECT count(*) FROM matching_clearing_need q WHERE q.clearing_id = :clearing) AS total
  FROM matching_clearing_need n JOIN matching_request r ON r.id = n.request_id
 WHERE n.clearing_id = :clearing
   AND (CAST(:share AS int) IS NULL OR ((n.given_kg * 10000 / greatest(n.asked_kg, 1))::int, n.request_id) > (:share, :after))
 ORDER BY (n.given_kg * 10000 / greatest(n.asked_kg, 1))::int, n.request_id LIMIT :limit
"""
).bindparams(bindparam("after", type_=Uuid))
_GOT = text(
    """
SELECT n.supplier_id AS id, s.slug, s.name, n.free_kg, n.given_kg, n.report, n.given_kg AS share,
       (SELECT count(*) FROM matching_clearing_supplier q WHERE q.clearing_id = :clearing) AS total
  FROM matching_clearing_supplier n JOIN catalogue_supplier s ON s.id = n.supplier_id
 WHERE n.clearing_id = :clearing
   AND (CAST(:share AS bigint) IS NULL OR (n.given_kg, n.supplier_id) > (:share, :after))
 ORDER BY n.given_kg, n.supplier_id LIMIT :limit
"""
).bindparams(bindparam("after", type_=Uuid))
# What one side got of its own, whole: a buyer has a few requests in a round, and a supplier is one.
_OWN_NEEDS = text(
    f"""
SELECT r.code, r.title, n.asked_kg, n.given_kg, n.report
  FROM matching_clearing_need n JOIN matching_request r ON r.id = n.request_id JOIN matching_buyer b ON b.id = r.buyer_id
 WHERE n.clearing_id = :clearing AND b.organisation_id = :own
 ORDER BY (n.given_kg * 10000 / greatest(n.asked_kg, 1))::int, n.request_id LIMIT {LINES}
"""  # noqa: S608 - our own constant.
).bindparams(bindparam("own", type_=Uuid))
_OWN_GOT = text(
    """
SELECT s.slug, s.name, n.free_kg, n.given_kg, n.report
  FROM matching_clearing_supplier n JOIN catalogue_supplier s ON s.id = n.supplier_id
 WHERE n.clearing_id = :clearing AND s.organisation_id = :own
"""
).bindparams(bindparam("own", type_=Uuid))
# Whoever does not read all sees the proposals of her own organisation only.
_FROM = """
  FROM matching_proposal p
  JOIN matching_request r ON r.id = p.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = p.supplier_id
  JOIN catalogue_product g ON g.id = p.product_id
 WHERE p.clearing_id = :clearing AND (:all OR b.organisation_id = :own OR s.organisation_id = :own)
"""
_PROPOSALS = text(
    f"""
SELECT p.id, r.code, r.title, r.visibility, b.name AS buyer, b.organisation_id, s.name AS supplier, s.slug AS supplier_slug,
       s.organisation_id AS supplier_organisation, s.wholesale_public, g.name AS product, g.slug AS product_slug,
       r.illustrative OR g.illustrative AS illustrative, p.months, p.kg, p.total_kg, p.fit, p.price_vnd_per_kg, p.report,
       p.buyer_wish, p.supplier_wish, m.months AS asked_months, m.kg AS asked_kg
  FROM (SELECT p.* {_FROM} AND (CAST(:after AS uuid) IS NULL OR p.id > :after) ORDER BY p.id LIMIT :limit) p
  JOIN matching_request r ON r.id = p.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
  JOIN catalogue_supplier s ON s.id = p.supplier_id
  JOIN catalogue_product g ON g.id = p.product_id
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(make_date(m.year, m.month, 1) ORDER BY m.year, m.month), '{{}}') AS months,
              coalesce(array_agg(m.kg ORDER BY m.year, m.month), '{{}}') AS kg
         FROM matching_request_month m WHERE m.request_id = r.id) m
 ORDER BY p.id
"""  # noqa: S608 - our own constant.
).bindparams(bindparam("after", type_=Uuid), bindparam("own", type_=Uuid))
_FIGURES = text(
    f"""
SELECT count(*), coalesce(sum(p.total_kg), 0), count(*) FILTER (WHERE p.buyer_wish = 'meet' AND p.supplier_wish = 'meet'),
       count(*) FILTER (WHERE CASE WHEN b.organisation_id = :own THEN p.buyer_wish
                                   WHEN s.organisation_id = :own THEN p.supplier_wish ELSE 'no' END IS NULL)
{_FROM}
"""
).bindparams(bindparam("own", type_=Uuid))


async def clearing_list(session: AsyncSession, view: RoundView) -> list[ClearingView]:
    """Every clearing of a round, the newest first, for its organiser and officers."""
    _only_who_reads_all(view)
    found = await session.scalars(
        select(Clearing).where(Clearing.round_id == view.id).order_by(Clearing.number.desc()).limit(LINES)
    )
    rows = found.all()
    now = await inputs_of(session, view.id, clock.today()) if rows else ""
    return [_clearing(row, view, now) for row in rows]


async def clearing_page(session: AsyncSession, view: RoundView, number: int) -> ClearingView:
    """One clearing of a round, for its organiser and officers."""
    _only_who_reads_all(view)
    row = await session.scalar(select(Clearing).where(Clearing.round_id == view.id, Clearing.number == number))
    if row is None:
        raise NotFound(_("Phiên này không có lần xếp đó."))
    return _clearing(row, view, await inputs_of(session, view.id, clock.today()))


async def clearing_needs(session: AsyncSession, found: ClearingView, cursor: str | None = None) -> Page:
    """What each request got in a clearing, those that got least of what they ask for first."""
    rows = await _lines(session, _NEEDS, found.id, cursor)
    items = [NeedLine(row["code"], row["title"], row["asked_kg"], row["given_kg"], row["report"]) for row in rows[:LINES]]
    return Page(items, _next(rows), rows[0]["total"] if rows else 0)


async def clearing_suppliers(session: AsyncSession, found: ClearingView, cursor: str | None = None) -> Page:
    """What each supplier got in a clearing, those that got nothing first."""
    rows = await _lines(session, _GOT, found.id, cursor)
    items = [GotLine(row["slug"], row["name"], row["free_kg"], row["given_kg"], row["report"]) for row in rows[:LINES]]
    return Page(items, _next(rows), rows[0]["total"] if rows else 0)


async def proposal_list(session: AsyncSession, view: RoundView, actor: Actor | None, cursor: str | None = None) -> ProposalList:
    """What a published round proposes to this reader's side; its organiser and officers read all of it."""
    clearing_id = await _published(session, view, actor)
    asked = _asked(view, actor, clearing_id)
    rows = (await session.execute(_PROPOSALS, {**asked, "after": cursors.after(cursor), "limit": PAGE + 1})).mappings().all()
    total, kg, mutual, waiting = (await session.execute(_FIGURES, asked)).one()
    more = cursors.sealed([rows[PAGE - 1]["id"].hex]) if len(rows) > PAGE else None
    return ProposalList([_proposal(row, actor) for row in rows[:PAGE]], more, total, int(kg), mutual, waiting)


async def own_lines(session: AsyncSession, view: RoundView, actor: Actor | None) -> tuple[list[NeedLine], list[GotLine]]:
    """What the reader's own requests, or her own supplier, got in the published clearing, and why not more."""
    asked = {"clearing": await _published(session, view, actor), "own": actor.organisation_id if actor else None}
    needs = [NeedLine(*row) for row in await session.execute(_OWN_NEEDS, asked)]
    return needs, [GotLine(*row) for row in await session.execute(_OWN_GOT, asked)]


async def every_proposal(session: AsyncSession, view: RoundView, actor: Actor | None) -> Iterator[ProposalView]:
    """The same as a whole, for a sheet."""
    clearing_id = await _published(session, view, actor)
    asked = {**_asked(view, actor, clearing_id), "after": None, "limit": WHOLE}
    rows = (await session.execute(_PROPOSALS, asked)).mappings().all()
    return (_proposal(row, actor) for row in rows)


async def _published(session: AsyncSession, view: RoundView, actor: Actor | None) -> UUID:
    if actor is None or (actor.organisation_id is None and not view.reads_all):
        raise NotAllowed(_("Đề xuất chỉ dành cho hai bên, ban tổ chức và cán bộ."))
    if view.published_number is None or view.state not in (RoundState.PUBLISHED, RoundState.CLOSED):
        raise NotFound(_("Phiên này chưa công bố đề xuất."))
    found: UUID = (
        await session.execute(select(Clearing.id).where(Clearing.round_id == view.id, Clearing.number == view.published_number))
    ).scalar_one()
    return found


def _asked(view: RoundView, actor: Actor | None, clearing_id: UUID) -> dict[str, Any]:
    return {"clearing": clearing_id, "all": view.reads_all, "own": actor.organisation_id if actor else None}


async def _lines(session: AsyncSession, statement: Any, clearing_id: UUID, cursor: str | None) -> list[RowMapping]:
    share, after = cursors.place(cursor, _whole) if cursor else (None, None)
    asked = {"clearing": clearing_id, "share": share, "after": after, "limit": LINES + 1}
    return list((await session.execute(statement, asked)).mappings().all())


def _whole(told: Any) -> int:
    if type(told) is not int or abs(told) >= 2**31:
        raise ValueError(told)
    return told


def _next(rows: list[RowMapping]) -> str | None:
    return cursors.sealed([rows[LINES - 1]["share"], rows[LINES - 1]["id"].hex]) if len(rows) > LINES else None


def _clearing(row: Clearing, view: RoundView, now: str) -> ClearingView:
    return ClearingView(
        row.id, row.number, row.fairness, row.seed, row.state, row.stage, row.done, row.total, row.stop_asked, row.asked_at,
        row.finished_at, row.report, row.inputs != now if row.state is ClearingState.DONE else None,
        view.published_number == row.number,
    )  # fmt: skip


def _proposal(row: RowMapping, actor: Actor | None) -> ProposalView:
    own = actor.organisation_id if actor is not None else None
    buys, sells = own == row["organisation_id"], own == row["supplier_organisation"]
    sees = buys or sells or row["wholesale_public"] or catalogue.sees_all_wholesale(actor)
    speaks = actor is not None and actor.may_write
    return ProposalView(
        id=row["id"],
        request_code=row["code"],
        request_title=row["title"],
        buyer=known_buyer(row, actor),
        supplier=row["supplier"],
        supplier_slug=row["supplier_slug"],
        product=row["product"],
        product_slug=row["product_slug"],
        illustrative=row["illustrative"],
        asked={day: float(kg) for day, kg in zip(row["asked_months"], row["asked_kg"], strict=True)},
        given={day: float(kg) for day, kg in zip(row["months"], row["kg"], strict=True)},
        total_kg=row["total_kg"],
        fit=row["fit"],
        price=row["price_vnd_per_kg"] if sees else None,
        report=row["report"],
        buyer_wish=Wish(row["buyer_wish"]) if row["buyer_wish"] else None,
        supplier_wish=Wish(row["supplier_wish"]) if row["supplier_wish"] else None,
        side=("buyer" if buys else "supplier" if sells else None) if speaks else None,
    )


def _only_who_reads_all(view: RoundView) -> None:
    if not view.reads_all:
        raise NotAllowed(_("Chỉ ban tổ chức của phiên này và cán bộ xem được trang này."))
