"""Reads of lots: for the buyer her lots and plans, for a supplier its shares, for a lead the months of everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service import catalogue
from service.accounts import Actor, Role
from service.core import clock, cursors, places
from service.core.errors import NotAllowed, NotFound
from service.core.i18n import _, locale
from service.matching.models import Buyer, SourcingRequest
from service.matching.pooling import frozen as frozen_lots
from service.matching.pooling import plans, rules, words
from service.matching.pooling.asking import readable
from service.matching.pooling.models import Pool, PoolState
from service.matching.pooling.shares import is_stale
from service.matching.pooling.standing import organisation_of
from service.matching.pooling.views import PlanView, PoolLine, PoolPage, ShareView, line_kg, month_cells, plan_view
from service.matching.queries import stored
from service.matching.views import Cell, RequestView

A_PAGE = 20

_MONTHS = """
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(make_date(m.year, m.month, 1) ORDER BY m.year, m.month), '{}') AS months,
              coalesce(array_agg(m.kg::int ORDER BY m.year, m.month), '{}') AS kg
         FROM matching_pool_share_month m WHERE m.share_id = h.id) m
"""
_SHARES = text(f"""
SELECT h.id, h.pool_id, h.product_id, p.name, p.name_en, s.name AS supplier, s.slug AS supplier_slug, h.lead, h.state,
       h.price_vnd_per_kg, h.answer_by, h.answered_at, h.reason, m.months, m.kg,
       (SELECT t.name FROM matching_pool_share o JOIN catalogue_supplier t ON t.id = o.supplier_id
         WHERE o.id = h.stand_in_for) AS instead
  FROM matching_pool_share h
  JOIN catalogue_product p ON p.id = h.product_id
  JOIN catalogue_supplier s ON s.id = h.supplier_id
{_MONTHS}
 WHERE h.pool_id = ANY(:pools) ORDER BY h.id
""").bindparams(bindparam("pools", type_=ARRAY(Uuid)))  # noqa: S608 - only our own constants are put in.
_OWN = text(f"""
SELECT h.id, h.pool_id, h.state, h.lead, h.answer_by, h.answered_at, p.name, p.name_en, r.code, r.title, r.visibility,
       b.name AS buyer, r.delivery_province_code AS city, l.state AS pool_state, m.months, m.kg
  FROM matching_pool_share h
  JOIN catalogue_supplier s ON s.id = h.supplier_id
  JOIN catalogue_product p ON p.id = h.product_id
  JOIN matching_pool l ON l.id = h.pool_id
  JOIN matching_request r ON r.id = l.request_id
  JOIN matching_buyer b ON b.id = r.buyer_id
{_MONTHS}
 WHERE s.organisation_id = :own AND (CAST(:before AS uuid) IS NULL OR h.id < :before)
 ORDER BY h.id DESC LIMIT :limit
""").bindparams(bindparam("own", type_=Uuid), bindparam("before", type_=Uuid))  # noqa: S608 - as above.


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A supplier's own share in a list of its shares. `buyer` is None where the request does not name it."""

    id: UUID
    code: str
    title: str
    buyer: str | None
    product: str
    lead: bool
    state: str
    answer_by: date
    answered_at: datetime | None
    pool_state: str
    city: str
    kg: Mapping[date, int]

    @property
    def href(self) -> str:
        """Its page."""
        return f"/ban-hang/lo-ghep/{self.id}"

    @property
    def state_name(self) -> str:
        """What became of it, in words."""
        return words.share_state_name(self.state)

    @property
    def total(self) -> int:
        """All its kilograms."""
        return sum(self.kg.values())

    @property
    def waiting(self) -> bool:
        """Whether an answer still counts."""
        return self.state == "asked" and self.answer_by >= clock.today()


@dataclass(frozen=True, slots=True)
class OwnShares:
    """A page of a supplier's shares, the newest first."""

    items: list[OwnShare]
    next: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """Another member of the lot as its lead sees it: kilograms, never prices."""

    supplier: str
    product: str
    state: str
    lead: bool
    kg: Mapping[date, int]

    @property
    def state_name(self) -> str:
        """What became of its share, in words."""
        return words.share_state_name(self.state)

    @property
    def total(self) -> int:
        """All its kilograms."""
        return sum(self.kg.values())


@dataclass(frozen=True, slots=True)
class SharePage:
    """A share as its supplier reads it: its own months and price, the months of the whole lot, and who leads."""

    share: OwnShare
    pool_id: UUID
    price: int
    reason: str | None
    note: str | None
    instead: bool
    place: str | None
    leader: str | None
    members: int
    accepted: int
    lot_cells: tuple[Cell, ...]
    own_cells: tuple[Cell, ...]
    others: tuple[Member, ...]  # For the lead only.
    lot_price: int | None  # For the lead only: the average of those who have accepted, to start a quote from.
    quoted_at: datetime | None
    deadline: date | None  # Of the request: a quote is valid that long at least.
    may_write: bool

    @property
    def may_answer(self) -> bool:
        """Whether this reader may accept or decline now."""
        return self.may_write and self.share.waiting

    @property
    def may_quote(self) -> bool:
        """Whether this reader may send the lot's quote now."""
        return self.may_write and self.share.lead and self.share.pool_state == PoolState.COMPLETE


async def pools_of(session: AsyncSession, actor: Actor, code: str) -> tuple[RequestView, list[PoolLine]]:
    """A request of the reader's own with every lot that was asked for, the newest first; three statements."""
    found = await stored(session, code)
    if not rules.may_see_pools(actor, found.organisation_id):
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    request = found.view(actor, goods, clock.today())
    pools = await session.scalars(select(Pool).where(Pool.request_id == request.id).order_by(Pool.id.desc()))
    return request, [
        PoolLine(
            each.id, each.state, each.created_at, bool(each.result.get(plans.BY_HAND)), *line_kg(each.result, each.frozen),
            each.version,
        )
        for each in pools
    ]  # fmt: skip


async def pool_page(session: AsyncSession, actor: Actor, pool_id: UUID) -> PoolPage:
    """A lot as its buyer reads it: progress, plan, shares, and whether the market has moved on since."""
    pool, row, _buyer = await readable(session, actor, pool_id)
    goods = {each.id: each for each in await catalogue.commodity_terms(session)}
    request = (await stored(session, row.code)).view(actor, goods, clock.today())
    shares = await _shares(session, [pool.id])
    stale = pool.state == PoolState.FOUND and await is_stale(session, actor, pool, row)
    return PoolPage(
        request=request, id=pool.id, state=pool.state, version=pool.version, request_version=pool.request_version,
        created_at=pool.created_at, settings=pool.settings, progress=pool.progress, plan=plan_of(pool), stale=stale,
        answer_by=pool.answer_by, note=pool.note, reason=pool.reason, quoted_at=pool.quoted_at,
        shares=tuple(each for _pool_id, each in shares), broken=_broken(pool),
    )  # fmt: skip


def _broken(pool: Pool) -> tuple[str, ...]:
    if pool.result.get("status") != "infeasible":
        return ()
    frozen = frozen_lots.read(pool.frozen)
    return tuple(
        f"{words.who(frozen, each.supplier)}: {words.broken_words(frozen, each)}"
        if each.supplier
        else words.broken_words(frozen, each)
        for each in plans.read(pool.result).reasons
    )


def plan_of(pool: Pool) -> PlanView | None:
    """The plan of a lot; None while there is none."""
    if not pool.result or pool.result.get("status") == "infeasible":
        return None
    return plan_view(
        frozen_lots.read(pool.frozen), plans.read(pool.result), by_hand=bool(pool.result.get(plans.BY_HAND)),
        reused=bool(pool.result.get("reused")),
    )  # fmt: skip


async def shares_for_supplier(session: AsyncSession, actor: Actor, cursor: str | None = None) -> OwnShares:
    """The shares that the reader's own organisation was asked for, the newest first; one statement."""
    if actor.role is not Role.SUPPLIER or actor.organisation_id is None:
        raise NotAllowed(_("Bàn bán hàng dành cho nhà cung cấp."))
    before = cursors.after(cursor)
    asked = {"own": actor.organisation_id, "before": before, "limit": A_PAGE + 1}
    found = (await session.execute(_OWN, asked)).mappings().all()
    items = [_own(row) for row in found[:A_PAGE]]
    last = items[-1] if len(found) > A_PAGE else None
    return OwnShares(items, cursors.sealed([last.id.hex]) if last else None)


async def share_page(session: AsyncSession, actor: Actor, share_id: UUID) -> SharePage:
    """One share as its supplier reads it; it is not there for anybody else."""
    from_pool = text("SELECT pool_id, supplier_id, stand_in_for IS NOT NULL, reason, price_vnd_per_kg"
                     "  FROM matching_pool_share WHERE id = :id")  # fmt: skip
    known = (await session.execute(from_pool, {"id": share_id})).one_or_none()
    organisation_id = await organisation_of(session, known[1]) if known else None
    if known is None or organisation_id is None or not rules.may_see_share(actor, organisation_id):
        raise NotFound(_("Không có phần góp này."))
    pool = await session.get(Pool, known[0])
    request = await session.get(SourcingRequest, pool.request_id) if pool else None
    buyer = await session.get(Buyer, request.buyer_id) if request else None
    if pool is None or request is None or buyer is None:
        raise NotFound(_("Không có phần góp này."))
    shares = [each for _pool_id, each in await _shares(session, [pool.id])]
    mine = next(each for each in shares if each.id == share_id)
    live = [each for each in shares if each.state in ("asked", "accepted")]
    demand = frozen_lots.read(pool.frozen)
    asked = {day: float(kg) for day, kg in zip(demand.months, demand.demand_kg, strict=True) if kg}
    leader = next((each for each in live if each.lead), None)
    leads = mine.lead and mine.state in ("asked", "accepted")
    own = OwnShare(
        mine.id, request.code, request.title, buyer.name if request.visibility != "anonymous" else None, mine.product,
        mine.lead, mine.state, mine.answer_by, mine.answered_at, pool.state, places.where(request.delivery_province_code),
        mine.kg,
    )  # fmt: skip
    accepted = [each for each in live if each.state == "accepted"]
    return SharePage(
        share=own, pool_id=pool.id, price=known[4], reason=known[3], note=pool.note, instead=known[2],
        place=request.place if request.visibility != "anonymous" else None,
        leader=leader.supplier if leader else None,
        members=len({each.supplier_slug for each in live}),
        accepted=len({each.supplier_slug for each in accepted}),
        lot_cells=_cells(asked, [each.kg for each in live]),
        own_cells=_cells({day: float(kg) for day, kg in mine.kg.items()}, [mine.kg]),
        others=tuple(Member(each.supplier, each.product, each.state, each.lead, each.kg) for each in live) if leads else (),
        lot_price=_average(accepted) if leads else None,
        quoted_at=pool.quoted_at,
        deadline=request.deadline,
        may_write=rules.may_answer(actor, organisation_id),
    )  # fmt: skip


def _average(shares: list[ShareView]) -> int | None:
    """The average price by weight, rounded up to a hundred đồng; it hides who asks what."""
    kilograms = sum(each.total for each in shares)
    if not kilograms:
        return None
    exact = sum(each.total * each.price for each in shares)
    return -(-exact // (kilograms * 100)) * 100


def _cells(asked: Mapping[date, float], given: list[Mapping[date, int]]) -> tuple[Cell, ...]:
    return month_cells(asked, {day: float(sum(each.get(day, 0) for each in given)) for day in asked})


async def _shares(session: AsyncSession, pool_ids: list[UUID]) -> list[tuple[UUID, ShareView]]:
    found = (await session.execute(_SHARES, {"pools": pool_ids})).mappings().all()
    return [
        (
            row["pool_id"],
            ShareView(
                row["id"], row["product_id"], _called(row), row["supplier"], row["supplier_slug"], row["lead"], row["state"],
                dict(zip(row["months"], row["kg"], strict=True)), row["price_vnd_per_kg"], row["answer_by"], row["answered_at"],
                row["reason"], row["instead"],
            ),
        )
        for row in found
    ]  # fmt: skip


def _own(row: Any) -> OwnShare:
    return OwnShare(
        row["id"], row["code"], row["title"], row["buyer"] if row["visibility"] != "anonymous" else None, _called(row),
        row["lead"], row["state"], row["answer_by"], row["answered_at"], row["pool_state"], places.where(row["city"]),
        dict(zip(row["months"], row["kg"], strict=True)),
    )  # fmt: skip


def _called(row: Any) -> str:
    return str((row["name_en"] or row["name"]) if locale() == "en" else row["name"])
