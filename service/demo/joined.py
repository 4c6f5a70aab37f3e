"""Buyers who put their needs together: one order that fills, one that waits, one that became a request, one that failed.

All of it is invented.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.demo import tables

demand, quotes = matching.demand, matching.quotes

_KEYS = uuid.UUID("2b0c9a53-6f1d-4c0a-9a53-2f0f5d1c7b90")
LATE_IN_THE_MONTH = 24

# Goods for the joint request come from suppliers with something left in both months; each is asked for a part of it.
_SOURCES = text(
    """
SELECT p.id AS product_id, s.organisation_id, s.name
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published' AND s.illustrative AND s.verified_on IS NOT NULL
  JOIN catalogue_commodity c ON c.id = p.commodity_id AND c.slug = :goods
 WHERE p.state = 'published' AND p.illustrative ORDER BY p.code, p.slug
"""
)


@dataclass(frozen=True, slots=True)
class Told:
    """A joint order as the demo tells it: who opens it, who joins with how much in each of its months."""

    title: str
    goods: str
    kind: str
    target: int
    opener: str
    opened_days_ago: int
    join_days: int  # From the opening.
    parts: tuple[tuple[str, tuple[int, ...], bool], ...]  # Buyer, kilograms by month, whether its name is shown.
    ahead: int = 1  # Months from now until the first one.
    stars: int | None = None


FILLING = Told(
    "Miến dong gom xe 5 tấn vào Nam", "mien-dong", "lorry", 5000, "SONGSAI", 3, 16,
    (("SONGSAI", (1900, 1700), True), ("QUEHUONG", (900, 700), True), ("VUONNHA", (600, 400), False)), stars=3,
)  # fmt: skip
WAITING = Told(
    "Măng khô gom mức giá sỉ cho bếp và siêu thị", "mang-kho", "bulk", 500, "BEPTL", 6, 20,
    (("BEPTL", (220, 220), True), ("PHOCHAM", (180, 200), True), ("NHSEN", (100, 80), False)),
)  # fmt: skip
POSTED = Told(
    "Miến dong Tết gom xe 1,5 tấn về Hà Nội", "mien-dong", "lorry", 1500, "PHOCHAM", 15, 10,
    (("PHOCHAM", (700, 800), True), ("OCOPTAY", (350, 300), True), ("NHMETRI", (450, 400), False)), stars=3,
)  # fmt: skip
FAILED = Told(
    "Hồng không hạt gom xe 8 tấn", "hong-khong-hat", "lorry", 8000, "CHOTD", 40, 12,
    (("CHOTD", (2500,), False), ("CAYDA", (900,), False)), ahead=1,
)  # fmt: skip


async def add_joined(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """Put it on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    await _told(session, organisations, FILLING, today)
    waiting = await _told(session, organisations, WAITING, today)
    with clock.freeze(today - timedelta(days=1)):
        # Two have answered; the supermarket, whose buyer can sign in, has not.
        for key in ("BEPTL", "NHSEN"):
            await _yes(session, organisations, waiting.code, key)
    await _posted(session, organisations, today)
    failed = await _told(session, organisations, FAILED, today)
    with clock.freeze(today - timedelta(days=FAILED.opened_days_ago - FAILED.join_days - 9)):
        await demand.settle_due(session)
    await session.refresh(failed)


async def _told(session: AsyncSession, organisations: dict[str, UUID], told: Told, today: date) -> matching.demand.JointOrder:
    """Open the order on its day, and let the others join one after the other; the last one may fill it."""
    opened = today - timedelta(days=told.opened_days_ago)
    first = tables.next_month(today.year, today.month, told.ahead + (today.day > LATE_IN_THE_MONTH))
    months = tuple(tables.next_month(first.year, first.month, n) for n in range(len(told.parts[0][1])))
    (opener, own, shown), *others = told.parts
    city = "79" if opener in ("SONGSAI", "CHOTD") else "01"
    with clock.freeze(opened):
        draft = demand.OrderDraft(
            title=told.title, commodity=told.goods, min_stars=told.stars, delivery_province_code=city,
            target_kind=told.kind, target_kg=Decimal(told.target), join_by=opened + timedelta(days=told.join_days),
            months=_kilograms(months, own), consent=True, name_shown=shown, confirm_days=7, illustrative=True,
        )  # fmt: skip
        key = uuid.uuid5(_KEYS, told.title)
        order = await demand.open_order(session, SYSTEM, await _buyer(session, organisations, opener), draft, key=key)
    for days, (buyer, kilograms, named) in enumerate(others, 1):
        with clock.freeze(opened + timedelta(days=days)):
            part = demand.PartDraft(months=_kilograms(months, kilograms), consent=True, name_shown=named)
            await demand.take_part(session, SYSTEM, order.code, await _buyer(session, organisations, buyer), part)
    await session.refresh(order)
    return order


async def _posted(session: AsyncSession, organisations: dict[str, UUID], today: date) -> None:
    """The order that was confirmed, posted and answered; part of it is awarded and shared out."""
    order = await _told(session, organisations, POSTED, today)
    with clock.freeze(today - timedelta(days=11)):
        for key, _kg, _named in POSTED.parts:
            await _yes(session, organisations, order.code, key)
        await session.refresh(order)
        lead = await _buyer(session, organisations, POSTED.opener)
        posting = demand.Posting(
            ceiling_vnd_per_kg=95_000, deadline=today + timedelta(days=6), version=order.version,
            note="Giao một chuyến mỗi tháng, ba điểm dỡ trong nội thành.",
        )  # fmt: skip
        request = await demand.post_request(session, SYSTEM, order.code, lead, posting)
    months = (order.first_month, order.last_month)
    parts: list[matching.quotes.Part] = []
    for source in (await session.execute(_SOURCES, {"goods": POSTED.goods})).all():
        free = (await catalogue.ledger.free(session, [source.product_id], months)).get(source.product_id, {})
        kilograms = {month: _half(free.get(month), order.target_kg) for month in months}
        if len(parts) >= len(months) * 2 or any(kg <= 0 for kg in kilograms.values()):
            continue
        actor = Actor(None, source.name, source.organisation_id, source.name, Role.SUPPLIER, MemberRole.OWNER, verified=True)
        price = 72_000 + 1_000 * len(parts)
        lines = tuple(
            quotes.QuoteLine(product_id=source.product_id, month=month, kg=kg, price_vnd_per_kg=price)
            for month, kg in kilograms.items()
        )
        with clock.freeze(today - timedelta(days=5)):
            quote = quotes.QuoteDraft(lines=lines, valid_until=today + timedelta(days=40))
            sent = await quotes.send(session, actor, request.code, quote, key=uuid.uuid5(_KEYS, f"{source.product_id}"))
        parts += [
            quotes.Part(quote_id=sent.id, product_id=source.product_id, month=month, kg=kg) for month, kg in kilograms.items()
        ]
    await session.refresh(request)
    if parts:
        act = uuid.uuid5(_KEYS, "award")
        await quotes.award(session, SYSTEM, request.code, parts, version=request.version, key=act)


def _half(free: Decimal | None, target: Decimal) -> Decimal:
    """Half of what is left in a month, in tens of kilograms, and no more than a third of the order."""
    return min((free or Decimal(0)) / 2, target / 3) // 10 * 10


async def _yes(session: AsyncSession, organisations: dict[str, UUID], code: str, key: str) -> None:
    yes = demand.Answer(agree=True, round=1)
    await demand.answer(session, SYSTEM, code, await _buyer(session, organisations, key), yes)


async def _buyer(session: AsyncSession, organisations: dict[str, UUID], key: str) -> UUID:
    buyer = await matching.buyer_of(session, organisations[key])
    if buyer is None:
        raise LookupError(key)
    return buyer.id


def _kilograms(months: tuple[date, ...], said: tuple[int, ...]) -> tuple[tuple[date, Decimal], ...]:
    return tuple((month, Decimal(kg)) for month, kg in zip(months, said, strict=True))
