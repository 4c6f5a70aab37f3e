"""What a reader is shown of meetings: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.core import clock, formats
from service.core.i18n import _
from service.fairs.meetings import names, rules
from service.fairs.meetings.models import AskState, MeetingState, Result, Said, Seats, Side
from service.fairs.meetings.people import Someone
from service.fairs.meetings.slots import Slot


@dataclass(frozen=True, slots=True)
class TermsView:
    """What holds for all meetings of a fair."""

    seats: Seats
    tables: int
    most_per_supplier: int | None
    most_per_buyer: int | None
    wishes_until: date | None
    answer_days: int
    version: int  # 0: nothing was set yet.

    @property
    def seats_name(self) -> str:
        """Where the two sit down."""
        return names.seats_name(self.seats)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session with its slots."""

    id: UUID
    name: str
    day: date
    starts: time
    ends: time
    slot_minutes: int
    pause_minutes: int
    breaks: tuple[tuple[str, str], ...]
    most_per_supplier: int | None
    most_per_buyer: int | None
    version: int
    slots: tuple[Slot, ...]
    tables: int | None = None  # None: as many as the fair has.

    @property
    def breaks_said(self) -> str:
        """The breaks as they are typed."""
        return "; ".join(f"{first}–{last}" for first, last in self.breaks)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting with both sides. What each says of it is its own word."""

    id: UUID
    fair_slug: str
    fair_name: str
    fair_place: str | None
    fair_over: bool
    supplier_part_id: UUID
    supplier: str
    supplier_slug: str
    buyer_part_id: UUID
    buyer: str
    starts_at: datetime
    ends_at: datetime
    table_no: int | None
    booth: str | None
    state: MeetingState
    absent: Side | None
    called_off: str | None
    sequence: int
    changed_at: datetime
    supplier_said: Said | None
    supplier_late: bool
    buyer_said: Said | None
    buyer_late: bool
    goods: str | None
    own: Side | None = None  # The reader's side, where she has one.
    changed: bool = False  # The last version that was published has moved it.

    @property
    def day(self) -> date:
        """Its day."""
        return self.starts_at.astimezone(clock.ZONE).date()

    @property
    def clock(self) -> str:
        """Its times on the wall."""
        return f"{self.starts_at.astimezone(clock.ZONE):%H:%M}–{self.ends_at.astimezone(clock.ZONE):%H:%M}"

    @property
    def other(self) -> str:
        """Whom the reader meets."""
        return self.buyer if self.own is Side.SUPPLIER else self.supplier

    @property
    def seat(self) -> str:
        """Where they meet, in words."""
        if self.booth is not None:
            return _("gian %(code)s", code=self.booth)
        return _("bàn %(n)s", n=self.table_no) if self.table_no is not None else _("bàn do ban tổ chức chỉ")

    @property
    def state_name(self) -> str:
        """Where it stands."""
        return names.meeting_state_name(self.state, self.absent)

    @property
    def tone(self) -> str:
        """How the badge of its state looks."""
        return {"held": "good", "no_show": "bad", "disputed": "warn", "cancelled": "warn", "not_held": "warn"}.get(
            self.state, "info"
        )

    @property
    def said(self) -> Said | None:
        """What the reader's own side has said."""
        return self.supplier_said if self.own is Side.SUPPLIER else self.buyer_said

    @property
    def said_late(self) -> bool:
        """Whether the reader's own side has said that it began late."""
        return self.supplier_late if self.own is Side.SUPPLIER else self.buyer_late

    def word_of(self, side: str) -> str:
        """What one side says of it."""
        if side == Side.SUPPLIER:
            return names.said_name(self.supplier_said, late=self.supplier_late)
        return names.said_name(self.buyer_said, late=self.buyer_late)

    @property
    def may_mark(self) -> bool:
        """Whether it may be said now whether it was held."""
        return self.state is not MeetingState.CANCELLED and not self.fair_over and clock.now() >= self.starts_at - rules.BEFORE

    @property
    def may_call_off(self) -> bool:
        """Whether it may still be called off."""
        return self.state is MeetingState.PLANNED and self.starts_at > clock.now()


@dataclass(frozen=True, slots=True)
class ResultView:
    """What one side was asked of a meeting, and what it says."""

    meeting_id: UUID
    side: Side
    months: int
    result: Result | None
    kg: Decimal | None
    vnd: int | None
    words: str | None
    said_at: datetime | None

    @property
    def months_name(self) -> str:
        """When it was asked."""
        return names.months_name(self.months)

    @property
    def side_name(self) -> str:
        """Whose word it is."""
        return names.side_name(self.side)

    @property
    def result_name(self) -> str:
        """What it says."""
        return names.result_name(self.result) if self.result is not None else _("chưa trả lời")

    @property
    def line(self) -> str:
        """All of it on one line."""
        parts = [self.result_name]
        if self.kg is not None:
            parts.append(formats.kg(self.kg))
        if self.vnd is not None:
            parts.append(formats.vnd(self.vnd))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class WishView:
    """Somebody on the reader's list, and whether she stands on the other's."""

    other: Someone
    value: int
    words: str | None
    goods: str | None
    mutual: bool


@dataclass(frozen=True, slots=True)
class AskView:
    """A request for a meeting, as one side sees it."""

    id: UUID
    other: Someone
    mine: bool
    state: AskState
    answer_by: date
    words: str | None
    answer_words: str | None
    asked_at: datetime

    @property
    def state_name(self) -> str:
        """Where it stands."""
        return names.ask_state_name(self.state)

    @property
    def waits_for_me(self) -> bool:
        """Whether the reader is to answer it."""
        return not self.mine and self.state is AskState.ASKED and self.answer_by >= clock.today()


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What the reader's organisation has entered for the meetings of a fair."""

    id: UUID
    side: Side
    most: int | None
    contact: str | None
    away: frozenset[str]  # Codes of slots.
    filled: bool


@dataclass(frozen=True, slots=True)
class ParticipantLine:
    """A participant as the organiser sees it."""

    someone: Someone
    most: int | None
    contact: str | None
    away: int
    wishes: int
    wished_by: int
    asks: int
    meetings: int
    absences: int
    filled_at: datetime | None
    reminded_at: datetime | None

    @property
    def silent(self) -> bool:
        """Whether it has entered nothing."""
        return self.filled_at is None and not self.wishes


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a long list."""

    items: list[Any]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of all meetings of a fair."""

    suppliers: int
    buyers: int
    silent: int
    wishes: int
    mutual: int
    asks_waiting: int
    asks_accepted: int
    planned: int
    held: int
    no_show: int
    not_held: int
    disputed: int
    cancelled: int
    called_off: int  # By one of the sides since the timetable was published, of those still to come.

    @property
    def meetings(self) -> int:
        """Those of the published timetable that were not called off."""
        return self.planned + self.held + self.no_show + self.not_held + self.disputed


@dataclass(frozen=True, slots=True)
class MeetingOutcome:
    """One meeting for a report: what became of it, and the furthest that either side says it went."""

    meeting_id: UUID
    supplier_id: UUID
    buyer_id: UUID
    supplier: str
    buyer: str
    state: MeetingState
    absent: Side | None
    outcome: Result | None
    kg: Decimal | None
    vnd: int | None
    said_by: Side | None  # Whose word the outcome is.
