"""A request with suppliers that may quote on it, made through the faces, for the tests of quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import Actor, Role
from service.core.db import new_id
from service.matching.quotes import Part, Quote, QuoteDraft, QuoteLine
from tests import market

TODAY = market.TODAY
DEADLINE = date(2026, 12, 5)
AFTER = date(2026, 12, 6)
MONTHS = tuple(day for day, _kg in market.WINTER)


@dataclass
class Side:
    """A supplier with one product, and who acts for it."""

    actor: Actor
    organisation_id: UUID
    supplier_id: UUID
    product_id: UUID
    slug: str


@dataclass
class Stall:
    """A request, its buyer and the suppliers around it."""

    code: str
    request_id: UUID
    buyer: Actor
    buyer_id: UUID
    sides: list[Side] = field(default_factory=list)


async def side(session: AsyncSession, code: str, **said: Any) -> Side:
    """A supplier whose product fits the winter request."""
    organisation = await market.supplier(session, code)
    slug = await market.product(session, code, **said)
    row = (
        await session.execute(text("SELECT id, supplier_id FROM catalogue_product WHERE slug = :slug"), {"slug": slug})
    ).one()
    return Side(market.acting(Role.SUPPLIER, organisation), organisation, row[1], row[0], slug)


async def stall(
    session: AsyncSession, suppliers: int = 2, *, sealed: bool = False, most: int | None = None, **said: Any
) -> Stall:
    """An open request with its last day, and so many suppliers that fit it."""
    mark = new_id().hex[-6:].upper()
    asker = await market.buyer(session, f"Siêu thị {mark}")
    asked = await market.request(session, asker, **({"deadline": DEADLINE} | said))
    asked.sealed, asked.closes_at_quotes = sealed, most
    await session.flush()
    sides = [await side(session, f"S{mark}{n}") for n in range(suppliers)]
    return Stall(asked.code, asked.id, market.acting(Role.BUYER, asker.organisation_id), asker.id, sides)


def draft(of: Side, price: int = 80_000, kg: int = 400, **said: Any) -> QuoteDraft:
    """So many kilograms in each of the three months, delivered, valid until the new year."""
    lines = tuple(QuoteLine(product_id=of.product_id, month=day, kg=Decimal(kg), price_vnd_per_kg=price) for day in MONTHS)
    return QuoteDraft(**({"lines": lines, "valid_until": date(2027, 1, 15)} | said))


async def quoted(session: AsyncSession, at: Stall, of: Side, price: int = 80_000, kg: int = 400, **said: Any) -> Quote:
    """The supplier's quote on the request."""
    return await matching.quotes.send(session, of.actor, at.code, draft(of, price, kg, **said), key=new_id())


def part(quote: Quote, of: Side, kg: int, month: date = MONTHS[0], **said: Any) -> Part:
    """So many kilograms of one month of it."""
    return Part(quote_id=quote.id, product_id=of.product_id, month=month, kg=Decimal(kg), **said)


async def version(session: AsyncSession, at: Stall) -> int:
    """The version of the request as the buyer reads it now."""
    found = await session.scalar(text("SELECT version FROM matching_request WHERE id = :id"), {"id": at.request_id})
    return int(found or 0)
