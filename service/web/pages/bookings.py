"""Booths booked first come, first served, and booths kept back.

/hoi-cho/{slug}/dat-gian                bookings/book.html   the halls with what is free; one booth chosen; mine, held and taken
POST …/dat-gian                         a booth is held for some minutes
POST …/dat-gian/{id}/xac-nhan, …/tra    confirmed, given back
/ban-to-chuc/hoi-cho/{slug}/dat-gian    bookings/desk.html   the organiser's: hours, who has what, booths kept for a name
POST …/gio                              the hours
POST …/giu, …/{id}/gia-han, …/{id}/giao, …/{id}/bo    kept, kept longer, given for good, freed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.core.text import fold
from service.fairs import FairView
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter()
bookings, layouts = fairs.bookings, fairs.layouts

A_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which of everybody's booths are shown: by a name or a booth, by how they were given, behind a place in the list."""

    q: str = ""
    origin: str = ""
    after: int = 0

    def among(self, everybody: list[fairs.bookings.Occupied]) -> list[fairs.bookings.Occupied]:
        """Those that fit, all pages of them."""
        told = fold(self.q)
        return [
            each for each in everybody
            if (not self.origin or each.origin == self.origin)
            and (not told or told in fold(each.name) or told == fold(each.booth))
        ]  # fmt: skip


BOOK = "/hoi-cho/{slug}/dat-gian"
DESK = "/ban-to-chuc/hoi-cho/{slug}/dat-gian"


@router.get(BOOK)
async def choose(
    slug: str, page: Page, me: Signed, session: Session, gian: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The halls with what is free, and the form for the booth that was chosen."""
    fair = await fairs.head(session, slug, me)
    typed = {"booth": gian, "first_day": formats.day(fair.starts_on), "last_day": formats.day(fair.ends_on), "key": new_id()}
    return await _choices(page, me, session, fair, forms.filled(typed))


@router.post(BOOK)
async def book(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Hold the booth; the same form sent twice holds it once."""
    fair = await fairs.head(session, slug, me)
    form = await forms.read(request, bookings.BoothWish)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        wish = form.value

        async def write() -> None:
            await bookings.book(session, me, slug, wish, key=forms.key_of(form) or new_id())

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(
                _booking(slug), _("Đang giữ gian %(booth)s cho bạn. Hãy xác nhận trước khi hết giờ.", booth=wish.booth)
            )
    return await _choices(page, me, session, fair, form, refusal)


@router.post(BOOK + "/{booking_id}/xac-nhan")
async def confirm(slug: str, booking_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take the booth that is held."""
    await fairs.head(session, slug, me)
    refusal = await attempt(session, lambda: bookings.confirm_booth(session, me, booking_id))
    return page.redirect(_booking(slug), refusal.message if refusal else _("Gian đã là của bạn."))


@router.post(BOOK + "/{booking_id}/tra")
async def let_go(slug: str, booking_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Give a booth back."""
    await fairs.head(session, slug, me)
    await bookings.let_go(session, me, booking_id)
    return page.redirect(_booking(slug), _("Đã trả gian. Gian lại trống cho người khác."))


@router.get(DESK)
async def desk(
    request: Request, slug: str, page: Page, me: Signed, session: Session, q: Annotated[str, Query(max_length=100)] = "",
    do: Annotated[str, Query(max_length=20)] = "", sau: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:  # fmt: skip
    """The organiser's page of the hours and of everybody's booths, a page of them at a time."""
    fair = await fairs.own_head(session, slug, me)
    return await _desk(request, page, me, session, fair, asked=Asked(q.strip(), do, sau))


@router.post(DESK + "/gio")
async def hours(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Set from when to when booths are booked."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, bookings.DeskDraft)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        draft = form.value
        refusal = await attempt(session, lambda: bookings.set_desk(session, me, slug, draft))
        if refusal is None:
            return page.redirect(_desk_of(slug), _("Đã lưu giờ đặt gian."))
    return await _desk(request, page, me, session, fair, hours_form=form, refusal=refusal)


@router.post(DESK + "/giu")
async def keep(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep a booth for a name; the same form sent twice keeps it once."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, bookings.Keep)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        draft, kept = form.value, []

        async def write() -> None:
            kept.append(await bookings.keep_booth(session, me, slug, draft, key=forms.key_of(form) or new_id()))

        refusal = await attempt(session, write)
        if refusal is None:
            words = _("Gian %(booth)s được giữ cho %(name)s tới hết %(day)s.",
                      booth=draft.booth, name=kept[0].name, day=formats.day(draft.until))  # fmt: skip
            if kept[0].application_id is not None:
                words += " " + _("Đơn vị này có đơn: đơn được nhận thì bản xếp gian giữ đúng gian ấy.")
            return page.redirect(_desk_of(slug), words)
    return await _desk(request, page, me, session, fair, keep_form=form, refusal=refusal)


@router.post(DESK + "/{occupancy_id}/gia-han")
async def keep_longer(request: Request, slug: str, occupancy_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Another last day for a hold."""
    form = await forms.read(request, bookings.KeepLonger)
    draft = form.value
    if draft is None:
        await fairs.own_head(session, slug, me)
        return page.redirect(_desk_of(slug), _("Chưa đổi gì: ngày không đọc được. Hãy gõ ngày/tháng/năm."))
    refusal = await attempt(session, lambda: bookings.keep_longer(session, me, slug, occupancy_id, draft))
    return page.redirect(_desk_of(slug), refusal.message if refusal else _("Đã đổi ngày hết giữ."))


@router.post(DESK + "/{occupancy_id}/giao")
async def give(slug: str, occupancy_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Let a held booth be taken for good."""
    refusal = await attempt(session, lambda: bookings.give_booth(session, me, slug, occupancy_id))
    return page.redirect(_desk_of(slug), refusal.message if refusal else _("Đã giao hẳn gian."))


@router.post(DESK + "/{occupancy_id}/bo")
async def free(slug: str, occupancy_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Free a booth."""
    refusal = await attempt(session, lambda: bookings.free_booth(session, me, slug, occupancy_id))
    return page.redirect(_desk_of(slug), refusal.message if refusal else _("Gian lại trống."))


def _booking(slug: str) -> str:
    return f"/hoi-cho/{slug}/dat-gian"


def _desk_of(slug: str) -> str:
    return f"/ban-to-chuc/hoi-cho/{slug}/dat-gian"


async def _choices(
    page: PageMaker, me: Actor, session: AsyncSession, fair: FairView, form: forms.Form[Any],
    refusal: Invalid | Conflict | None = None,
) -> Response:  # fmt: skip
    if isinstance(refusal, Invalid):
        form.add(refusal.errors)
    floor = await layouts.floor(session, fair.id)
    everybody = await bookings.occupied(session, fair.id)
    mine = await bookings.own_booths(session, me, fair.id) if bookings.may_read_own(me) else []
    looks = _looks(fair, floor, everybody, {each.booth_id for each in mine}, form.typed.get("booth", ""))
    halls = [hall for hall in floor.halls if any(spot.first_come for spot in hall.booths)]
    return page.show(
        "bookings/book.html",
        status=200 if refusal is None and not form.errors else 409 if isinstance(refusal, Conflict) else 422,
        f=fair,
        form=form,
        problem=refusal.message if isinstance(refusal, Conflict) else None,
        desk=await bookings.desk_of(session, fair.id),
        asking=await bookings.asking(session, me, fair.id) if bookings.may_read_own(me) else None,
        may_book=bookings.may_book(me),
        mine=mine,
        chosen=floor.by_code.get(form.typed.get("booth", "")),
        others=[each for each in everybody if each.booth == form.typed.get("booth", "")],
        # The picture shows the whole hall, the table only what can be booked.
        halls=[(_bookable(hall), layouts.picture(hall, looks, title=hall.name)) for hall in halls],
        looks=looks,
        zones={each.code: each.name for each in floor.zones},
        words=layouts,
        now=clock.now(),
    )


def _bookable(hall: fairs.layouts.HallFloor) -> fairs.layouts.HallFloor:
    return replace(hall, booths=tuple(spot for spot in hall.booths if spot.first_come and spot.closed is None))


def _looks(
    fair: FairView, floor: fairs.layouts.Floor, everybody: list[fairs.bookings.Occupied], mine: set[UUID], chosen: str
) -> dict[UUID, fairs.layouts.Look]:
    """How each booth is shown to whoever books: free ones lead to the form, those of the plan lead nowhere."""
    whole = (fair.ends_on - fair.starts_on).days + 1
    days: dict[UUID, int] = {}
    states: dict[UUID, str] = {}
    for each in everybody:
        days[each.booth_id] = days.get(each.booth_id, 0) + (each.last_day - each.first_day).days + 1
        states[each.booth_id] = "held" if each.state == "held" else states.get(each.booth_id, "taken")
    found = {}
    for spot in floor.booths:
        if spot.id in mine:
            look = layouts.Look(tone="mine", words=_("Gian %(code)s: của bạn", code=spot.code))
        elif spot.closed is not None or (not spot.first_come and spot.id not in days):
            look = layouts.Look(tone="closed", words=_("Gian %(code)s: không đặt trước", code=spot.code))
        elif spot.first_come and days.get(spot.id, 0) < whole:
            tone = "wish" if spot.code == chosen else "free"
            some = _("còn trống một số ngày") if spot.id in days else _("còn trống")
            look = layouts.Look(
                href=f"/hoi-cho/{fair.slug}/dat-gian?gian={spot.code}#dat", tone=tone,
                words=_("Đặt gian %(code)s, %(some)s", code=spot.code, some=some),
            )  # fmt: skip
        else:
            look = layouts.Look(tone=states.get(spot.id, "taken"), words=_("Gian %(code)s: đã có người", code=spot.code))
        found[spot.id] = look
    return found


async def _desk(
    request: Request, page: PageMaker, me: Actor, session: AsyncSession, fair: FairView, *, asked: Asked | None = None,
    hours_form: forms.Form[Any] | None = None, keep_form: forms.Form[Any] | None = None,
    refusal: Invalid | Conflict | None = None,
) -> Response:  # fmt: skip
    for form in (hours_form, keep_form):
        if form is not None and isinstance(refusal, Invalid):
            form.add(refusal.errors)
    desk = await bookings.desk_of(session, fair.id)
    floor = await layouts.floor(session, fair.id)
    everybody = await bookings.occupied(session, fair.id)
    asked = asked or Asked()
    found = asked.among(everybody)
    more = asked.after + A_PAGE < len(found)
    taken = {each.booth_id for each in everybody}
    placed = {each.application_id for each in everybody}
    applied = [each for each in await fairs.applications.parties(session, fair.id) if each.id not in placed]
    wrong = refusal is not None or any(form is not None and form.errors for form in (hours_form, keep_form))
    return page.show(
        "bookings/desk.html",
        status=200 if not wrong else 409 if isinstance(refusal, Conflict) else 422,
        f=fair,
        hours=hours_form or forms.filled(_hours(desk)),
        keep=keep_form or forms.filled({"key": new_id(), "until": formats.day(fair.starts_on)}),
        problem=refusal.message if isinstance(refusal, Conflict) else None,
        desk=desk,
        everybody=found[asked.after : asked.after + A_PAGE],
        asked=asked,
        found=len(found),
        total=len(everybody),
        next=here(request, sau=str(asked.after + A_PAGE)) if more else None,
        first=here(request, sau=None) if asked.after else None,
        named=[f"{each.name} ({each.code})" for each in applied],
        free=[spot.code for spot in floor.booths if spot.id not in taken and spot.closed is None],
        first_come=sum(spot.first_come for spot in floor.booths),
        booths=len(floor.booths),
        may_write=me.may_write,
    )


def _hours(desk: fairs.bookings.Desk) -> Mapping[str, Any]:
    return {
        "opens_on": formats.day(desk.opens_at) if desk.opens_at else "",
        "opens_time": f"{desk.opens_at.astimezone(clock.ZONE):%H:%M}" if desk.opens_at else "08:00",
        "closes_on": formats.day(desk.closes_at) if desk.closes_at else "",
        "needs_accepted": "true" if desk.needs_accepted else "",
        "hold_minutes": desk.hold_minutes,
        "version": desk.version,
    }
