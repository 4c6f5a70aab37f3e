"""What programs get about meetings at a fair."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from service import fairs
from service.core.inputs import NO_NUL
from service.web.api.shapes import Out, Parameters

meetings = fairs.meetings


class Cursor(Parameters):
    """Where to go on."""

    cursor: str | None = Field(default=None, max_length=400)


class SlotOut(Out):
    """A time for one meeting."""

    number: int
    code: str = Field(description="How a participant names it: its beginning.")
    starts_at: datetime
    ends_at: datetime


class SessionOut(Out):
    """A session with its slots."""

    id: UUID
    name: str
    day: date
    starts: time
    ends: time
    slot_minutes: int
    pause_minutes: int
    breaks: list[tuple[str, str]]
    most_per_supplier: int | None
    most_per_buyer: int | None
    tables: int | None = Field(description="Its own number of tables; none: as many as the fair has.")
    version: int
    slots: list[SlotOut]


class TermsOut(Out):
    """What holds for all meetings of a fair; version 0: nothing was set yet."""

    seats: fairs.meetings.Seats
    tables: int
    most_per_supplier: int | None
    most_per_buyer: int | None
    wishes_until: date | None
    answer_days: int
    version: int


class SessionsOut(Out):
    """Terms and sessions of a fair."""

    terms: TermsOut
    sessions: list[SessionOut]


class SomeoneOut(Out):
    """A participant by name."""

    id: UUID
    side: fairs.meetings.Side
    name: str
    slug: str


class ParticipantOut(Out):
    """A participant as the organiser sees it."""

    participant: SomeoneOut = Field(validation_alias="someone")
    most: int | None
    contact: str | None
    away: int = Field(description="Slots at which it cannot meet.")
    wishes: int
    wished_by: int
    asks: int
    meetings: int
    absences: int
    silent: bool
    reminded_at: datetime | None


class ParticipantsOut(Out):
    """A page of participants."""

    items: list[ParticipantOut]
    next: str | None
    total: int


class CountOut(Out):
    """How many organisations it concerned."""

    count: int


class EntryOut(Out):
    """What the caller's organisation has entered."""

    id: UUID
    side: fairs.meetings.Side
    most: int | None
    contact: str | None
    away: list[str] = Field(description="Codes of slots.")


class WishOut(Out):
    """Somebody on the caller's list."""

    other: SomeoneOut
    value: int
    words: str | None
    goods: str | None
    mutual: bool = Field(description="Whether the caller stands on the other's list.")


class AskOut(Out):
    """A request for a meeting."""

    id: UUID
    other: SomeoneOut
    mine: bool
    state: fairs.meetings.AskState
    answer_by: date
    words: str | None
    answer_words: str | None


class SuggestionOut(Out):
    """Somebody who would be worth meeting."""

    other: SomeoneOut
    score: float | None
    value: int
    reasons: list[str]


class MineOut(Out):
    """All that the caller's organisation has to do with the meetings of a fair."""

    entry: EntryOut | None = Field(description="Null where it takes no part.")
    wishes: list[WishOut]
    asks: list[AskOut]
    suggestions: list[SuggestionOut]


class AskedOut(Out):
    """A request for a meeting as it stands now."""

    id: UUID
    state: fairs.meetings.AskState
    answer_by: date


class MeetingOut(Out):
    """A meeting; what each side says of it is its own word."""

    id: UUID
    fair: str = Field(validation_alias="fair_slug")
    supplier_participant: UUID = Field(validation_alias="supplier_part_id")
    supplier: str
    buyer_participant: UUID = Field(validation_alias="buyer_part_id")
    buyer: str
    starts_at: datetime
    ends_at: datetime
    table: int | None = Field(validation_alias="table_no")
    booth: str | None
    state: fairs.meetings.MeetingState
    absent: fairs.meetings.Side | None
    sequence: int
    supplier_said: fairs.meetings.Said | None
    buyer_said: fairs.meetings.Said | None


class MeetingsOut(Out):
    """Meetings in the order of time."""

    items: list[MeetingOut]


class ResultOut(Out):
    """What one side says came of a meeting."""

    side: fairs.meetings.Side
    months: int
    result: fairs.meetings.Result | None
    kg: float | None
    vnd: int | None
    words: str | None
    said_at: datetime | None


class OneMeetingOut(MeetingOut):
    """One meeting with what both sides say came of it."""

    results: list[ResultOut]


class LevelOut(Out):
    """What one level reached, and what nothing can beat (null: set by hand)."""

    level: str
    value: int
    bound: int | None
    proven: bool


class TimetableOut(Out):
    """A version of a timetable."""

    number: int
    state: fairs.meetings.TimetableState
    status: str | None = Field(description="optimal, feasible, or hand.")
    meetings: int
    dropped: int
    levels: list[LevelOut]
    reason: str | None
    seed: int
    progress: dict[str, Any]
    version: int
    created_at: datetime
    found_at: datetime | None
    published_at: datetime | None


class TimetablesOut(Out):
    """Every version, the newest first."""

    items: list[TimetableOut]


class PlannedOut(Out):
    """A meeting of a version."""

    id: str
    slot: int
    starts_at: datetime
    table: int | None
    booth: str | None
    supplier: str
    buyer: str
    value: int


class OneTimetableOut(TimetableOut):
    """One version with its meetings."""

    planned: list[PlannedOut]


class FeedOut(Out):
    """The secret calendar address."""

    address: str


class PublishIn(Parameters):
    """The version that was read, and the number of the one that was published then (0: none)."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    over: int | None = Field(default=None, ge=0, le=2**31 - 1)


class InviteIn(Parameters):
    """Whom to let take part; without a slug, everybody who may."""

    side: fairs.meetings.Side | None = None
    slug: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), NO_NUL] | None = None


class WishIn(Parameters):
    """How much one wants to meet somebody (3 most), and about what."""

    value: int = Field(ge=1, le=3)
    words: str | None = Field(default=None, max_length=1000)
    goods: str | None = Field(default=None, max_length=200)
