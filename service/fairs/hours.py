"""When a fair is open, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.events import HoursSaid
from service.fairs.inputs import DayHours
from service.fairs.models import Fair, FairDay
from service.fairs.views import DayView

MOST_DAYS = 62


async def hours(session: AsyncSession, fair_id: UUID) -> list[DayView]:
    """The days of which the hours are known, the first one first."""
    found = await session.scalars(select(FairDay).where(FairDay.fair_id == fair_id).order_by(FairDay.day))
    return [DayView(row.day, row.opens, row.closes, row.note) for row in found]


async def set_hours(
    session: AsyncSession, actor: Actor, fair_slug: str, said: Sequence[DayHours], *, version: int | None = None
) -> Fair:
    """Say when the fair opens and closes on its days, in place of what was said before. The same again changes nothing."""
    fair = await standing.own(session, fair_slug, actor, lock=True)
    days = set(standing.days(fair))
    wrong = {f"day.{each.day}": _("Hội chợ không có ngày này.") for each in said if each.day not in days}
    if len({each.day for each in said}) != len(said):
        wrong["form"] = _("Mỗi ngày chỉ ghi một lần.")
    if len(said) > MOST_DAYS:
        wrong["form"] = _("Ghi giờ cho nhiều nhất %(n)s ngày.", n=MOST_DAYS)
    if wrong:
        raise Invalid(_("Giờ mở cửa còn chỗ cần sửa."), wrong)
    now = {each.day: (each.opens, each.closes, each.note) for each in said if each.opens and each.closes}
    stored = {row.day: row for row in await session.scalars(select(FairDay).where(FairDay.fair_id == fair.id))}
    before = {day: (row.opens, row.closes, row.note) for day, row in stored.items()}
    if now == before:
        return fair
    if version is not None and fair.version != version:
        raise Conflict(_("Người khác vừa sửa hội chợ này. Hãy xem lại bản mới rồi sửa tiếp."))
    for day in stored.keys() - now.keys():
        await session.delete(stored[day])
    for day, (opens, closes, note) in now.items():
        if day in stored:
            stored[day].opens, stored[day].closes, stored[day].note = opens, closes, note
        else:
            session.add(FairDay(fair_id=fair.id, day=day, opens=opens, closes=closes, note=note))
    fair.updated_at = clock.now()
    await session.flush()
    await announce(session, HoursSaid(fair.id), actor=actor, old=_told(before), new=_told(now))
    return fair


async def keep_days(session: AsyncSession, fair: Fair, first_before: date) -> None:
    """Let the hours go along with a fair that has moved: its second day stays its second day.

    What was said of a day that it has no more is dropped.
    """
    shift = fair.starts_on - first_before
    days = set(standing.days(fair))
    rows = list(await session.scalars(select(FairDay).where(FairDay.fair_id == fair.id)))
    moved = [
        FairDay(fair_id=fair.id, day=row.day + shift, opens=row.opens, closes=row.closes, note=row.note)
        for row in rows
        if row.day + shift in days
    ]
    for row in rows:
        await session.delete(row)
    await session.flush()
    session.add_all(moved)
    await session.flush()


def _told(hours_: Mapping[date, tuple[object, ...]]) -> dict[str, object]:
    return {f"{day}": " ".join(str(part) for part in said if part is not None) for day, said in sorted(hours_.items())}
