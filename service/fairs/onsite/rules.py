"""Who may say what on the days of a fair, and until when. Pure: asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from service.accounts import Actor, Role
from service.core import formats
from service.core.i18n import _
from service.fairs.models import Fair, FairState

SETTING_UP = timedelta(days=2)  # Exhibitors come before the first day to build their booths.
AFTERWARDS = timedelta(days=60)  # What was written on paper may be typed in so long.
QUEUED_AT_MOST = timedelta(days=2)  # So long may a phone at the gate have been without a line.
AHEAD = timedelta(minutes=5)  # So much may the clock of a phone be fast.


def may_use_booth(actor: Actor | None, organisation_id: UUID | None) -> bool:
    """Whether the actor may write for the exhibitor of that organisation: its own people, viewers excepted."""
    if actor is None or not actor.may_write or organisation_id is None:
        return False
    return actor.role is Role.SYSTEM or (actor.role is Role.SUPPLIER and actor.organisation_id == organisation_id)


def may_read_booth(actor: Actor | None, organisation_id: UUID | None) -> bool:
    """Whether the actor may read what that exhibitor keeps for itself: its leads, above all."""
    if actor is None or organisation_id is None:
        return False
    return actor.role is Role.SUPPLIER and actor.organisation_id == organisation_id


def why_not_check_in(fair: Fair, days: Sequence[date], day: date) -> str | None:
    """Why nobody is checked in on that day, in words; None where one may be."""
    return _why_closed(fair, days) or (
        None
        if days[0] - SETTING_UP <= day <= days[-1]
        else _(
            "Chỉ điểm danh được từ %(first)s đến %(last)s.", first=formats.day(days[0] - SETTING_UP), last=formats.day(days[-1])
        )
    )


def why_not_write(fair: Fair, days: Sequence[date], today: date) -> str | None:
    """Why leads, sales and results of a fair are not written today, in words; None where they are."""
    reason = _why_closed(fair, days)
    if reason is not None:
        return reason
    if today < days[0] - SETTING_UP:
        return _("Hội chợ chưa tới: ghi được từ %(first)s.", first=formats.day(days[0] - SETTING_UP))
    if today > days[-1] + AFTERWARDS:
        return _("Đã quá %(n)s ngày sau hội chợ nên sổ đã khóa.", n=AFTERWARDS.days)
    return None


def why_not_day(days: Sequence[date], day: date, today: date) -> str | None:
    """Why a booth cannot have sold on that day, in words; None where it can."""
    if day not in days:
        return _(
            "Ngày phải trong thời gian hội chợ: %(first)s đến %(last)s.", first=formats.day(days[0]), last=formats.day(days[-1])
        )
    if day > today:
        return _("Ngày này chưa tới.")
    return None


def said_at(at: datetime | None, now: datetime) -> datetime:
    """When it was said at the gate: as the phone says where that can be, else now."""
    if at is None or at.tzinfo is None or not now - QUEUED_AT_MOST <= at <= now + AHEAD:
        return now
    return min(at, now)


def _why_closed(fair: Fair, days: Sequence[date]) -> str | None:
    if fair.state == FairState.DRAFT:
        return _("Hội chợ chưa được công bố.")
    if fair.state == FairState.CANCELLED:
        return _("Hội chợ đã hủy.")
    if not days:
        return _("Hội chợ chưa có ngày chính xác nên chưa ghi được gì theo ngày.")
    return None
