"""Booking booths, for programs: booked with an idempotency key, confirmed, let go, kept by the organiser."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import psycopg
from fastapi import APIRouter, Header
from pydantic import Field, ValidationError
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Invalid, NotAllowed
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out
from service.web.deps import Acting, Me, Session, Signed, SignInNeeded, Writer
from service.web.pages.forms import words_for_all

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
KEY = "idempotency-key"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409, 422)

Key = Annotated[
    UUID,
    Header(alias="Idempotency-Key", description="A UUID of yours; the same again is the same booking and the same answer."),
]


class BookingOut(Out):
    """A booth that is held for you until you confirm it."""

    id: UUID
    booth: str
    held_until: datetime


class FreeBoothOut(Out):
    """A booth that is booked first come, first served."""

    booth: str
    hall: str
    booth_class: str
    width_m: float
    depth_m: float
    zone: str | None
    power: str = Field(description="none, single or three (phases).")
    water: bool
    cold_storage: bool
    price_vnd: int
    occupied: list[Annotated[tuple[date, date], Field(description="First and last day.")]]


class FreeBoothsOut(Out):
    """Every first-come booth of the fair, with the days on which it is not free."""

    opens_at: datetime | None
    closes_at: datetime | None
    hold_minutes: int
    items: list[FreeBoothOut]


class OccupancyOut(Out):
    """A booth of yours, or, for the organiser, of anybody's."""

    id: UUID
    booth: str
    hall: str
    first_day: date
    last_day: date
    origin: str = Field(description="plan, booking or hold.")
    state: str = Field(description="held, taken or released.")
    held_until: datetime | None
    name: str
    supplier_slug: str | None


class OccupanciesOut(Out):
    """Booths with who has them, by hall and booth."""

    items: list[OccupancyOut]


class StateOut(Out):
    """What became of a booking or a hold."""

    id: UUID
    state: str
    held_until: datetime | None


async def booked(
    connection: psycopg.AsyncConnection[tuple[Any, ...]], me: Actor | None, slug: str, body: bytes, key: str | None
) -> Response:
    """Book a booth for whoever asks; the function behind the address, which goes without FastAPI's dependencies (hot.py)."""
    if me is None:
        raise SignInNeeded(_("Trang này dành cho người đã đăng nhập."))
    try:
        wish = fairs.bookings.BoothWish.model_validate_json(body)
    except ValidationError as error:
        message = _("Có tham số chưa đúng; xem từng mục trong “errors”.")
        raise Invalid(message, words_for_all(error.errors(include_url=False))) from error
    try:
        once = UUID(key or "")
    except ValueError as error:
        message = _("Hãy gửi kèm đầu mục Idempotency-Key là một UUID, để gửi lại không thành hai lượt.")
        raise Invalid(message, {KEY: message}) from error
    return _answer(await fairs.bookings.book_plainly(connection, me, slug, wish, key=once))


def _answer(found: fairs.bookings.Booked) -> Response:
    said = {"id": str(found.id), "booth": found.booth, "held_until": found.held_until.isoformat()}
    return Response(json.dumps(said), 201, media_type="application/json")


@router.get("/fairs/{slug}/bookable-booths", responses=READS)
async def bookable(slug: str, me: Me, session: Session) -> FreeBoothsOut:
    """The booths of a fair that are booked first come, first served, and when each is taken."""
    head = await fairs.head(session, slug, me)
    floor = await fairs.layouts.floor(session, head.id)
    taken: dict[UUID, list[tuple[date, date]]] = {}
    for each in await fairs.bookings.occupied(session, head.id):
        taken.setdefault(each.booth_id, []).append((each.first_day, each.last_day))
    desk = await fairs.bookings.desk_of(session, head.id)
    items = [
        FreeBoothOut(
            booth=spot.code, hall=spot.hall, booth_class=spot.class_code, width_m=spot.width, depth_m=spot.depth,
            zone=spot.zone, power=spot.power, water=spot.water, cold_storage=spot.cold, price_vnd=spot.price_vnd,
            occupied=sorted(set(taken.get(spot.id, ()))),
        )
        for spot in floor.booths if spot.first_come and spot.closed is None
    ]  # fmt: skip
    return FreeBoothsOut(opens_at=desk.opens_at, closes_at=desk.closes_at, hold_minutes=desk.hold_minutes, items=items)


@router.post("/fairs/{slug}/bookings", status_code=201, responses=WRITES, response_model=BookingOut)
async def book(slug: str, me: Signed, connection: Writer, body: fairs.bookings.BoothWish, key: Key) -> Response:
    """Hold a booth until you confirm it. Whoever comes later hears 409 at once; the same key again gets the same answer."""
    return _answer(await fairs.bookings.book_plainly(connection, me, slug, body, key=key))


@router.get("/fairs/{slug}/bookings", responses=READS)
async def own(slug: str, me: Signed, session: Session) -> OccupanciesOut:
    """The booths of your organisation at this fair; for its organiser, everybody's."""
    head = await fairs.head(session, slug, me)
    if fairs.may_change(me, head.organisation_id):
        found = await fairs.bookings.occupied(session, head.id)
    elif fairs.bookings.may_read_own(me):
        found = await fairs.bookings.own_booths(session, me, head.id)
    else:
        raise NotAllowed(_("Chỉ đơn vị tham gia và ban tổ chức xem được gian đã đặt."))
    return OccupanciesOut(items=[OccupancyOut.model_validate(each) for each in found])


@router.post("/fairs/{slug}/bookings/{booking_id}/confirm", responses=WRITES)
async def confirm(slug: str, booking_id: UUID, me: Acting, session: Session) -> StateOut:
    """Take the booth that is held for you. Again changes nothing; 409 where its minutes have run out."""
    await _of(session, me, slug)
    return StateOut.model_validate(await fairs.bookings.confirm_booth(session, me, booking_id))


@router.delete("/fairs/{slug}/bookings/{booking_id}", responses=WRITES)
async def let_go(slug: str, booking_id: UUID, me: Acting, session: Session) -> StateOut:
    """Give a booth back. Again changes nothing."""
    await _of(session, me, slug)
    return StateOut.model_validate(await fairs.bookings.let_go(session, me, booking_id))


@router.post("/fairs/{slug}/holds", status_code=201, responses=WRITES)
async def keep(slug: str, me: Acting, session: Session, body: fairs.bookings.Keep, key: Key) -> StateOut:
    """For the organiser: keep a booth for a name, on the market or not, until the end of a day."""
    return StateOut.model_validate(await fairs.bookings.keep_booth(session, me, slug, body, key=key))


@router.patch("/fairs/{slug}/holds/{hold_id}", responses=WRITES)
async def keep_longer(slug: str, hold_id: UUID, me: Acting, session: Session, body: fairs.bookings.KeepLonger) -> StateOut:
    """For the organiser: another last day for a hold."""
    return StateOut.model_validate(await fairs.bookings.keep_longer(session, me, slug, hold_id, body))


@router.post("/fairs/{slug}/holds/{hold_id}/give", responses=WRITES)
async def give(slug: str, hold_id: UUID, me: Acting, session: Session) -> StateOut:
    """For the organiser: let a held booth be taken for good."""
    return StateOut.model_validate(await fairs.bookings.give_booth(session, me, slug, hold_id))


@router.delete("/fairs/{slug}/holds/{hold_id}", responses=WRITES)
async def free(slug: str, hold_id: UUID, me: Acting, session: Session) -> StateOut:
    """For the organiser: free a booth that was kept or booked."""
    return StateOut.model_validate(await fairs.bookings.free_booth(session, me, slug, hold_id))


async def _of(session: Session, me: Actor, slug: str) -> None:
    if not fairs.bookings.may_book(me):
        raise NotAllowed(_("Chỉ người của nhà cung cấp có quyền sửa mới đặt được gian."))
    await fairs.head(session, slug, me)  # Whoever may not know the fair is told that there is none.
