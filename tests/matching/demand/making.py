"""Buyers who put their needs together, for tests: made through the face, as in life."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import Actor, Role
from service.core import clock
from service.core.db import new_id
from service.matching import demand
from tests import market
from tests.market import TODAY

DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)
Party = tuple[UUID, Actor]


def months(december: int | str, january: int | str | None = None) -> tuple[tuple[date, Decimal], ...]:
    """Kilograms in December and, where given, January."""
    first = (DECEMBER, Decimal(december))
    return (first,) if january is None else (first, (JANUARY, Decimal(january)))


async def party(session: AsyncSession, name: str = "") -> Party:
    """A verified buyer and its owner."""
    buyer = await market.buyer(session, name or f"Siêu thị {new_id().hex[-6:]}")
    return buyer.id, market.acting(Role.BUYER, buyer.organisation_id)


def order(**said: Any) -> demand.OrderDraft:
    """1,000 kg of miến dong in each of December and January, 400 kg of it the opener's own."""
    asked: dict[str, Any] = {
        "commodity": "mien-dong", "delivery_province_code": "01", "target_kg": 1000, "join_by": date(2026, 11, 30),
        "months": months(400, 400), "consent": True, **said,
    }  # fmt: skip
    return demand.OrderDraft(**asked)


def part(december: int | str, january: int | str | None = None, **said: Any) -> demand.PartDraft:
    """A member's part."""
    return demand.PartDraft(months=months(december, january), consent=True, **said)


async def opened(session: AsyncSession, by: Party, **said: Any) -> demand.JointOrder:
    """An order that this buyer has opened today."""
    with clock.freeze(TODAY):
        return await demand.open_order(session, by[1], by[0], order(**said))


async def confirming(session: AsyncSession, *parties: Party, **said: Any) -> demand.JointOrder:
    """An order of three that is full and waits to be confirmed."""
    one, two, three = parties
    made = await opened(session, one, **said)
    with clock.freeze(TODAY):
        await demand.take_part(session, two[1], made.code, two[0], part(300, 300))
        await demand.take_part(session, three[1], made.code, three[0], part(300, 300))
    await session.refresh(made)
    return made


def yes(number: int = 1) -> demand.Answer:
    """An agreement in that round."""
    return demand.Answer(agree=True, round=number)


def no(number: int = 1) -> demand.Answer:
    """A refusal in that round."""
    return demand.Answer(agree=False, round=number)


def posting(made: demand.JointOrder, **said: Any) -> demand.Posting:
    """The request's own words."""
    return demand.Posting(**{"deadline": date(2026, 12, 20), "version": made.version, **said})


async def facts(session: AsyncSession, subject: UUID) -> list[str]:
    """What the journal tells of a record, oldest first."""
    told = await session.scalars(text("SELECT fact FROM core_journal WHERE subject = :id ORDER BY id"), {"id": subject})
    return list(told)


async def standing(session: AsyncSession, code: str, reader: Actor | None, **said: Any) -> demand.OrderPage:
    """The order as this reader sees it."""
    return await matching.demand.joint_order(session, code, reader, **said)
