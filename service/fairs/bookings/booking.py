"""Booking a booth first come, first served: held for some minutes, confirmed, or let go (F19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, DateTime, Uuid

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.bookings import rules
from service.fairs.bookings.events import BoothReleased, BoothTaken
from service.fairs.bookings.inputs import BoothWish
from service.fairs.bookings.models import Occupancy, OccupancyState, Origin
from service.fairs.bookings.outcomes import refusal

_UUIDS = ("person", "organisation", "behalf", "key", "id", "entry")
_BOOK = text(
    "SELECT outcome, booked, until, detail"
    "  FROM fairs_book(:person, :organisation, :behalf, :fair, :booth, :first, :last, :key, :id, :entry, :now)"
).bindparams(
    *(bindparam(each, type_=Uuid) for each in _UUIDS),
    *(bindparam(each, type_=Date) for each in ("first", "last")),
    bindparam("now", type_=DateTime(timezone=True)),
)
# The same for a plain connection, whose statement is prepared and costs the application a quarter of the session's.
_BOOK_PLAINLY = (
    "SELECT outcome, booked, until, detail"
    "  FROM fairs_book(%(person)s::uuid, %(organisation)s::uuid, %(behalf)s::uuid, %(fair)s, %(booth)s,"
    " %(first)s::date, %(last)s::date, %(key)s::uuid, %(id)s::uuid, %(entry)s::uuid, %(now)s::timestamptz)"
)


@dataclass(frozen=True, slots=True)
class Booked:
    """A booth that is held. The same booking asked for again is the same value."""

    id: UUID
    booth: str
    held_until: datetime


async def book(session: AsyncSession, actor: Actor, slug: str, wish: BoothWish, *, key: UUID) -> Booked:
    """Hold a first-come booth for the actor's organisation until it is confirmed, for as long as the organiser has set.

    The same key with the same wish is the same booking however often it comes. Raises Conflict where somebody else has the
    booth or the key was used for another wish, NotAllowed and Invalid where the fair's terms are not met, NotFound where there
    is no such fair or booth.
    """
    asked = _asked(actor, slug, wish, key)
    return _told(wish, *(await session.execute(_BOOK, asked)).one())


async def book_plainly(
    connection: psycopg.AsyncConnection[tuple[Any, ...]], actor: Actor, slug: str, wish: BoothWish, *, key: UUID
) -> Booked:
    """The same on a plain connection in autocommit: the one statement is the whole transaction, kept when it returns."""
    asked = _asked(actor, slug, wish, key)
    cursor = await connection.execute(_BOOK_PLAINLY, asked, prepare=True)
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a function with OUT parameters always gives one row.
    return _told(wish, *row)


async def confirm_booth(session: AsyncSession, actor: Actor, occupancy_id: UUID) -> Occupancy:
    """Take the booth that the actor's organisation holds; again changes nothing.

    Raises Conflict where the minutes have run out: somebody else may have it by now.
    """
    row = await _own(session, actor, occupancy_id)
    if row.state == OccupancyState.TAKEN:
        return row
    if row.state == OccupancyState.RELEASED or (row.held_until is not None and row.held_until <= clock.now()):
        raise Conflict(_("Đã hết thời gian giữ gian này. Nếu gian còn trống, hãy đặt lại."))
    row.state = OccupancyState.TAKEN  # `held_until` stays, so that the booking sent again is answered as it was.
    await session.flush()
    await announce(session, BoothTaken(row.id, row.fair_id), actor=actor, old={"state": "held"}, new={"state": "taken"})
    return row


async def let_go(session: AsyncSession, actor: Actor, occupancy_id: UUID) -> Occupancy:
    """Give a booked booth back, held or taken; again changes nothing."""
    row = await _own(session, actor, occupancy_id)
    if row.state != OccupancyState.RELEASED:
        await release_row(session, actor, row)
    return row


async def release_row(session: AsyncSession, actor: Actor, row: Occupancy) -> None:
    """Write down that a booth is free again; the row stays as history."""
    old = {"state": row.state.value, "name": row.name}
    row.state, row.released_at = OccupancyState.RELEASED, clock.now()
    await session.flush()
    await announce(session, BoothReleased(row.id, row.fair_id), actor=actor, old=old, new={"state": "released"})


async def _own(session: AsyncSession, actor: Actor, occupancy_id: UUID) -> Occupancy:
    if not rules.may_book(actor):
        raise NotAllowed(_("Chỉ người của nhà cung cấp có quyền sửa mới đặt được gian."))
    row = await session.get(Occupancy, occupancy_id, with_for_update=True, populate_existing=True)
    owner = await session.scalar(
        text("SELECT s.organisation_id FROM catalogue_supplier s WHERE s.id = :id"), {"id": row.supplier_id if row else None}
    )
    if row is None or row.origin != Origin.BOOKING or owner != actor.organisation_id:
        raise NotFound(_("Không tìm thấy lượt đặt gian này."))
    return row


def _asked(actor: Actor, slug: str, wish: BoothWish, key: UUID) -> dict[str, Any]:
    if not rules.may_book(actor):
        raise NotAllowed(_("Chỉ người của nhà cung cấp có quyền sửa mới đặt được gian."))
    return {
        "person": actor.person_id, "organisation": actor.organisation_id, "behalf": actor.on_behalf_of,
        "fair": slug.replace("\0", ""), "booth": wish.booth, "first": wish.first_day, "last": wish.last_day, "key": key,
        "id": new_id(), "entry": new_id(), "now": clock.now(),
    }  # fmt: skip


def _told(wish: BoothWish, outcome: str, booked: UUID | None, until: datetime | None, detail: str | None) -> Booked:
    if booked is None or until is None:
        raise refusal(outcome, wish.booth, until, detail)
    return Booked(booked, wish.booth, until)
