"""What the organiser does with booths: keep one for a name until a day, give it for good, free it, and set the desk's hours."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from psycopg.errors import ExclusionViolation, UniqueViolation
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import applications, standing
from service.fairs.bookings.booking import release_row
from service.fairs.bookings.events import BookingDeskSet, BoothKept, BoothReleased, BoothTaken, HoldChanged
from service.fairs.bookings.inputs import DeskDraft, Keep, KeepLonger, end_of
from service.fairs.bookings.models import BookingDesk, Occupancy, OccupancyState, Origin, last_of, stay
from service.fairs.layouts.models import Booth
from service.fairs.models import Fair

_SUPPLIER = text("SELECT s.id FROM catalogue_supplier s WHERE s.slug = :slug AND s.state = 'published'")
_APPLICATION = text(
    "SELECT a.id FROM fairs_application a WHERE a.fair_id = :fair AND a.supplier_id = :supplier AND a.state <> 'withdrawn'"
)
# Holds that have run out are written down as released before a booth is given to somebody else.
_RUN_OUT = text(
    "UPDATE fairs_occupancy SET state = 'released', released_at = :now WHERE booth_id = ANY(:booths) AND state = 'held'"
    " AND held_until <= :now RETURNING id, fair_id"
)


async def set_desk(session: AsyncSession, actor: Actor, slug: str, draft: DeskDraft) -> BookingDesk:
    """Say from when to when first-come booths are booked; the second of two who change it is told so."""
    fair = await standing.own(session, slug, actor, lock=True)
    row = await session.scalar(select(BookingDesk).where(BookingDesk.fair_id == fair.id).with_for_update())
    values = {
        "opens_at": draft.opens_at, "closes_at": draft.closes_at, "needs_accepted": draft.needs_accepted,
        "hold_minutes": draft.hold_minutes,
    }  # fmt: skip
    if row is None:
        row = BookingDesk(fair_id=fair.id, **values)
        session.add(row)
        await session.flush()
        await announce(session, BookingDeskSet(fair.id), actor=actor, new=values)
        return row
    old = {name: getattr(row, name) for name in values}
    if old == values:
        return row
    if row.version != draft.version:
        raise Conflict(_("Người khác vừa đổi giờ đặt gian. Hãy xem lại bản mới rồi sửa tiếp."))
    for name, value in values.items():
        setattr(row, name, value)
    await session.flush()
    await announce(session, BookingDeskSet(fair.id), actor=actor, old=old, new=values)
    return row


async def keep_booth(session: AsyncSession, actor: Actor, slug: str, draft: Keep, *, key: UUID) -> Occupancy:
    """Keep a booth for a name until the end of a day (F5); the same key again is the same hold.

    Raises Conflict where somebody has the booth on these days, Invalid where the days or the supplier are wrong.
    """
    fair = await standing.own(session, slug, actor)
    booth = await _booth(session, fair, draft.booth)
    same = await _kept(session, booth, key)
    if same is not None:
        return same
    first, last = _days(fair, draft.first_day, draft.last_day)
    if draft.until < clock.today() or draft.until > fair.ends_on:
        message = _("Ngày hết giữ phải từ hôm nay tới ngày cuối của hội chợ.")
        raise Invalid(message, {"until": message})
    if booth.closed is not None:
        raise Conflict(_("Gian %(booth)s không dùng được. Hãy chọn gian khác.", booth=booth.code))
    name, supplier_id, asking = await _whom(session, fair, draft)
    await release_run_out(session, actor, [booth.id])
    same = await _kept(session, booth, key)  # The other press of this button may have been a moment faster.
    if same is not None:
        return same
    await _refuse_taken(session, booth, first, last)
    row = Occupancy(
        fair_id=fair.id, booth_id=booth.id, days=stay(first, last), origin=Origin.HOLD, state=OccupancyState.HELD,
        held_until=end_of(draft.until), name=name, supplier_id=supplier_id, application_id=asking, key=key,
        note=draft.note,
    )  # fmt: skip
    await add_row(session, row, booth.code)
    new = {"booth": booth.code, "name": name, "first_day": first, "last_day": last, "until": draft.until}
    await announce(session, BoothKept(row.id, fair.id), actor=actor, new=new)
    return row


async def keep_longer(session: AsyncSession, actor: Actor, slug: str, occupancy_id: UUID, draft: KeepLonger) -> Occupancy:
    """Move the last day of a hold that has not run out; the same day again changes nothing."""
    fair, row = await _held(session, actor, slug, occupancy_id)
    if row.state != OccupancyState.HELD:
        raise Conflict(_("Gian này đã giao hẳn nên không còn hạn giữ."))
    if draft.until < clock.today() or draft.until > fair.ends_on:
        message = _("Ngày hết giữ phải từ hôm nay tới ngày cuối của hội chợ.")
        raise Invalid(message, {"until": message})
    old, until = row.held_until, end_of(draft.until)
    if old != until:
        row.held_until = until
        await session.flush()
        await announce(session, HoldChanged(row.id, fair.id), actor=actor, old={"until": old}, new={"until": until})
    return row


async def give_booth(session: AsyncSession, actor: Actor, slug: str, occupancy_id: UUID) -> Occupancy:
    """Let a held booth be taken for good; again changes nothing."""
    fair, row = await _held(session, actor, slug, occupancy_id)
    if row.state != OccupancyState.TAKEN:
        row.state = OccupancyState.TAKEN
        await session.flush()
        await announce(session, BoothTaken(row.id, fair.id), actor=actor, old={"state": "held"}, new={"state": "taken"})
    return row


async def free_booth(session: AsyncSession, actor: Actor, slug: str, occupancy_id: UUID) -> Occupancy:
    """Free a booth that was kept or booked; again changes nothing. What the plan gave is changed by the plan."""
    fair = await standing.own(session, slug, actor)
    row = await _of_fair(session, fair, occupancy_id)
    if row.origin == Origin.PLAN:
        raise Conflict(_("Gian này do bản xếp gian đã công bố. Hãy sửa ở trang Xếp gian."))
    if row.state != OccupancyState.RELEASED:
        await release_row(session, actor, row)
    return row


async def release_run_out(session: AsyncSession, actor: Actor, booth_ids: list[UUID]) -> None:
    """Lock these booths, always in the same order, and write down which holds on them have run out."""
    await session.execute(select(Booth.id).where(Booth.id.in_(booth_ids)).order_by(Booth.id).with_for_update(key_share=True))
    found = await session.execute(_RUN_OUT, {"booths": booth_ids, "now": clock.now()})
    for occupancy_id, fair_id in found.all():
        await announce(session, BoothReleased(occupancy_id, fair_id), actor=actor, new={"state": "released"})


async def add_row(session: AsyncSession, row: Occupancy, code: str) -> None:
    """Store an occupancy. The table itself has the last word: Conflict where somebody has the booth on one of the days."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if isinstance(error.orig, ExclusionViolation):
            raise Conflict(_("Gian %(booth)s đã có người. Hãy chọn gian khác.", booth=code)) from error
        if isinstance(error.orig, UniqueViolation):
            raise _used() from error
        raise


async def _kept(session: AsyncSession, booth: Booth, key: UUID) -> Occupancy | None:
    """The hold that this key has made. Raises Conflict where it has made something else."""
    same: Occupancy | None = await session.scalar(select(Occupancy).where(Occupancy.key == key))
    if same is not None and (same.booth_id != booth.id or same.origin != Origin.HOLD):
        raise _used()
    return same


def _used() -> Conflict:
    return Conflict(_("Mã chống gửi trùng này đã dùng cho một lượt đặt khác. Hãy tải lại trang rồi đặt lại."))


async def _refuse_taken(session: AsyncSession, booth: Booth, first: date, last: date) -> None:
    other = await session.scalar(
        select(Occupancy)
        .where(Occupancy.booth_id == booth.id, Occupancy.state != OccupancyState.RELEASED)
        .where(Occupancy.days.overlaps(stay(first, last)))
        .limit(1)
    )
    if other is not None:
        raise Conflict(
            _("Gian %(booth)s đã có %(name)s từ %(first)s tới %(last)s. Hãy chọn gian hoặc ngày khác.",
              booth=booth.code, name=other.name, first=formats.day(other.days.lower), last=formats.day(last_of(other.days)))
        )  # fmt: skip


async def _whom(session: AsyncSession, fair: Fair, draft: Keep) -> tuple[str, UUID | None, UUID | None]:
    """The name on the fascia, the supplier and the application that a hold is for, as far as there are any."""
    if draft.supplier is not None:
        supplier_id = await session.scalar(_SUPPLIER, {"slug": draft.supplier})
        if supplier_id is None:
            message = _("Không tìm thấy nhà cung cấp này trên chợ. Hãy để trống nếu đơn vị chưa có trên chợ.")
            raise Invalid(message, {"supplier": message})
        return draft.name, supplier_id, await session.scalar(_APPLICATION, {"fair": fair.id, "supplier": supplier_id})
    found = await applications.meant(session, fair.id, draft.name)
    if len(found) > 1:
        message = _("Có nhiều đơn vị tên “%(name)s”. Hãy chọn trong danh sách, có mã đơn đi kèm.", name=draft.name[:60])
        raise Invalid(message, {"name": message})
    if found:
        return found[0].exhibitor, found[0].supplier_id, found[0].id
    return draft.name, None, None


def _days(fair: Fair, first: date | None, last: date | None) -> tuple[date, date]:
    first, last = first or fair.starts_on, last or fair.ends_on
    if not fair.starts_on <= first <= last <= fair.ends_on:
        message = _("Ngày phải nằm trong những ngày hội chợ mở.")
        raise Invalid(message, {"first_day": message})
    return first, last


async def _booth(session: AsyncSession, fair: Fair, code: str) -> Booth:
    booth = await session.scalar(select(Booth).where(Booth.fair_id == fair.id, Booth.code == code, Booth.part_of.is_(None)))
    if booth is None:
        message = _("Hội chợ không có gian %(booth)s.", booth=code[:20])
        raise Invalid(message, {"booth": message})
    return booth


async def _of_fair(session: AsyncSession, fair: Fair, occupancy_id: UUID) -> Occupancy:
    row = await session.get(Occupancy, occupancy_id, with_for_update=True, populate_existing=True)
    if row is None or row.fair_id != fair.id:
        raise NotFound(_("Không tìm thấy lượt giữ gian này."))
    return row


async def _held(session: AsyncSession, actor: Actor, slug: str, occupancy_id: UUID) -> tuple[Fair, Occupancy]:
    fair = await standing.own(session, slug, actor)
    row = await _of_fair(session, fair, occupancy_id)
    gone = row.state == OccupancyState.RELEASED
    if gone or (row.state == OccupancyState.HELD and row.held_until is not None and row.held_until <= clock.now()):
        raise Conflict(_("Lượt giữ gian này đã hết. Nếu gian còn trống, hãy giữ lại."))
    return fair, row
