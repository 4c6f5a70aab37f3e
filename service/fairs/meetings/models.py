"""Tables of meetings at a fair: when and where, who takes part, what each wishes, the timetable, what came of it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class Seats(StrEnum):
    """Where the two sit down: at numbered tables, or at the exhibitor's booth (at a table where it has none)."""

    TABLES = "tables"
    BOOTHS = "booths"


class Side(StrEnum):
    """The two sides of a meeting."""

    SUPPLIER = "supplier"
    BUYER = "buyer"


class AskState(StrEnum):
    """Where a request for a meeting stands; one that nobody answers in time has lapsed."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class TimetableState(StrEnum):
    """Where a version of the timetable stands. `hand` is one that the organiser has set herself."""

    ASKED = "asked"
    SOLVING = "solving"
    FOUND = "found"
    HAND = "hand"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = (TimetableState.ASKED, TimetableState.SOLVING)
READY = (TimetableState.FOUND, TimetableState.HAND)


class MeetingState(StrEnum):
    """Where a meeting stands, as both sides' words say it."""

    PLANNED = "planned"
    HELD = "held"
    NO_SHOW = "no_show"
    NOT_HELD = "not_held"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"


class Said(StrEnum):
    """What one side says of a meeting whose time has come."""

    HELD = "held"
    NOT_HELD = "not_held"


class Result(StrEnum):
    """What one side says came of a meeting, in the order in which it grows; deals will climb on from here."""

    NONE = "none"
    TALKS = "talks"
    SAMPLE = "sample"
    QUOTE = "quote"
    MEMORANDUM = "memorandum"
    ORDER = "order"


class MeetingTerms(Base):
    """What holds for all meetings of one fair: tables or booths, caps by kind, and until when wishes may be entered."""

    __tablename__ = "fairs_meeting_terms"
    __table_args__ = (
        CheckConstraint("seats in ('tables', 'booths')", name="seats"),
        CheckConstraint("tables between 0 and 500", name="tables"),
        CheckConstraint("most_per_supplier between 1 and 200 and most_per_buyer between 1 and 200", name="most"),
        CheckConstraint("answer_days between 1 and 60", name="answer_days"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    seats: Mapped[Seats] = mapped_column(word(Seats), default=Seats.TABLES)
    tables: Mapped[int] = mapped_column(SmallInteger, default=10)
    most_per_supplier: Mapped[int | None] = mapped_column(SmallInteger)
    most_per_buyer: Mapped[int | None] = mapped_column(SmallInteger)
    wishes_until: Mapped[date | None]
    answer_days: Mapped[int] = mapped_column(SmallInteger, default=3)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class MeetingSession(Row):
    """A part of a day in which meetings are held; its slots follow from its times. `breaks` are pairs of times as text."""

    __tablename__ = "fairs_meeting_session"
    __table_args__ = (
        CheckConstraint("starts < ends", name="times"),
        CheckConstraint("slot_minutes between 5 and 240 and pause_minutes between 0 and 120", name="minutes"),
        CheckConstraint("most_per_supplier between 1 and 200 and most_per_buyer between 1 and 200", name="most"),
        CheckConstraint("tables between 0 and 500", name="tables"),
        Index("ix_fairs_meeting_session_fair_id", "fair_id", "day", "starts"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    name: Mapped[str]
    day: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    slot_minutes: Mapped[int] = mapped_column(SmallInteger)
    pause_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    breaks: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    most_per_supplier: Mapped[int | None] = mapped_column(SmallInteger)
    most_per_buyer: Mapped[int | None] = mapped_column(SmallInteger)
    tables: Mapped[int | None] = mapped_column(SmallInteger)  # None: as many as the fair has.
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Participant(Row):
    """An organisation that takes part in the meetings of a fair, on the side of the suppliers or of the buyers.

    `contact` is whom to ask for, for the organiser's eyes only. `filled_at` is when it entered something itself.
    """

    __tablename__ = "fairs_participant"
    __table_args__ = (
        UniqueConstraint("fair_id", "organisation_id"),
        CheckConstraint("(supplier_id is null) <> (buyer_id is null)", name="side"),
        CheckConstraint("most between 1 and 200", name="most"),
        Index("ix_fairs_participant_supplier_id", "supplier_id"),
        Index("ix_fairs_participant_buyer_id", "buyer_id"),
        Index("ix_fairs_participant_organisation_id", "organisation_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id"))
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("matching_buyer.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"))
    most: Mapped[int | None] = mapped_column(SmallInteger)
    contact: Mapped[str | None]
    left_at: Mapped[datetime | None]  # It takes part no more; what was said to it stays.
    filled_at: Mapped[datetime | None]
    filled_by: Mapped[UUID | None]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Away(Base):
    """A time at which a participant cannot meet anybody. Times, not numbers of slots: they stay right when sessions change."""

    __tablename__ = "fairs_away"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"),)

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]


class MeetingWish(Base):
    """One participant wants to meet another: how much (3 most), why, about which goods."""

    __tablename__ = "fairs_meeting_wish"
    __table_args__ = (
        CheckConstraint("value between 1 and 3", name="value"),
        CheckConstraint("participant_id <> other_id", name="other_id"),
        Index("ix_fairs_meeting_wish_other_id", "other_id"),
    )

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str | None]
    goods: Mapped[str | None]
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MeetingAsk(Row):
    """One participant asks another for a meeting, and is answered. Of two sides only one can be asking at a time."""

    __tablename__ = "fairs_meeting_ask"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("state in ('asked', 'accepted', 'declined', 'withdrawn', 'lapsed')", name="state"),
        CheckConstraint("from_id <> to_id", name="to_id"),
        CheckConstraint("(state = 'asked') = (answered_at is null)", name="answered_at"),
        Index("uq_fairs_meeting_ask_pair", text("least(from_id, to_id)"), text("greatest(from_id, to_id)"), unique=True,
              postgresql_where=text("state in ('asked', 'accepted')")),
        Index("ix_fairs_meeting_ask_from_id", "from_id"),
        Index("ix_fairs_meeting_ask_to_id", "to_id"),
        Index("ix_fairs_meeting_ask_answer_by", "answer_by", postgresql_where=text("state = 'asked'")),
    )  # fmt: skip

    key: Mapped[UUID]
    from_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"))
    state: Mapped[AskState] = mapped_column(word(AskState))
    answer_by: Mapped[date]
    words: Mapped[str | None]
    answer_words: Mapped[str | None]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class TimetableRow(Row):
    """One version of a fair's timetable: what was frozen, how it was asked, what was found and how good it is.

    `frozen` is the whole question, `digest` names it; `result` holds the meetings with their slots and tables, and what each
    level reached. A published version is never changed again: what comes after it is another version.
    """

    __tablename__ = "fairs_timetable"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        UniqueConstraint("key"),
        CheckConstraint(
            "state in ('asked', 'solving', 'found', 'hand', 'published', 'superseded', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("(state in ('published', 'superseded')) = (published_at is not null)", name="published_at"),
        Index("uq_fairs_timetable_published", "fair_id", unique=True, postgresql_where=text("state = 'published'")),
        Index("uq_fairs_timetable_waiting", "fair_id", unique=True, postgresql_where=text("state in ('asked', 'solving')")),
        Index("ix_fairs_timetable_basis_id", "basis_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[UUID]
    state: Mapped[TimetableState] = mapped_column(word(TimetableState))
    basis_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_timetable.id", ondelete="SET NULL"))
    seed: Mapped[int] = mapped_column(default=1)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    frozen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    digest: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str | None]  # Why it failed: a word, put into sentences where it is shown.
    stop_asked: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    found_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class FairMeeting(Row):
    """A meeting of the published timetable. It keeps its id however often it is moved; `sequence` counts the changes.

    The schema itself refuses that somebody is in two places at once; it looks when the transaction ends, so that two
    meetings may change places.
    """

    __tablename__ = "fairs_meeting"
    __table_args__ = (
        UniqueConstraint("supplier_part_id", "buyer_part_id"),
        CheckConstraint("state in ('planned', 'held', 'no_show', 'not_held', 'disputed', 'cancelled')", name="state"),
        CheckConstraint("absent in ('supplier', 'buyer')", name="absent"),
        CheckConstraint("(state = 'no_show') = (absent is not null)", name="no_show"),
        CheckConstraint(
            "called_off is null or (called_off in ('supplier', 'buyer', 'organiser') and state = 'cancelled')",
            name="called_off",
        ),
        CheckConstraint("starts_at < ends_at", name="times"),
        ExcludeConstraint(
            ("supplier_part_id", "="), (text("tstzrange(starts_at, ends_at)"), "&&"), using="gist",
            where=text("state <> 'cancelled'"), deferrable=True, initially="DEFERRED",
            name="ex_fairs_meeting_supplier_part_id_sql",
        ),
        ExcludeConstraint(
            ("buyer_part_id", "="), (text("tstzrange(starts_at, ends_at)"), "&&"), using="gist",
            where=text("state <> 'cancelled'"), deferrable=True, initially="DEFERRED",
            name="ex_fairs_meeting_buyer_part_id_sql",
        ),
        ExcludeConstraint(
            ("fair_id", "="), ("table_no", "="), (text("tstzrange(starts_at, ends_at)"), "&&"), using="gist",
            where=text("state <> 'cancelled' and table_no is not null"), deferrable=True, initially="DEFERRED",
            name="ex_fairs_meeting_fair_id_table_no_sql",
        ),
        Index("ix_fairs_meeting_fair_id", "fair_id", "starts_at", "id"),
        Index("ix_fairs_meeting_buyer_part_id", "buyer_part_id"),
        Index("ix_fairs_meeting_timetable_id", "timetable_id"),
        Index("ix_fairs_meeting_ends_at", "ends_at"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    supplier_part_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"))
    buyer_part_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_participant.id", ondelete="CASCADE"))
    timetable_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_timetable.id", ondelete="SET NULL"))
    state: Mapped[MeetingState] = mapped_column(word(MeetingState))
    absent: Mapped[Side | None] = mapped_column(word(Side))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    table_no: Mapped[int | None] = mapped_column(SmallInteger)
    booth: Mapped[str | None]  # The code of the exhibitor's booth, where they meet there.
    called_off: Mapped[str | None]  # Who has called it off: it is not planned again by a solver.
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Attendance(Base):
    """What one side says of a meeting: it was held, late or not, or the other did not come."""

    __tablename__ = "fairs_attendance"
    __table_args__ = (
        CheckConstraint("side in ('supplier', 'buyer')", name="side"),
        CheckConstraint("said in ('held', 'not_held')", name="said"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_meeting.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[Side] = mapped_column(word(Side), primary_key=True)
    said: Mapped[Said] = mapped_column(word(Said))
    late: Mapped[bool] = mapped_column(default=False)
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime]


class MeetingResult(Row):
    """What one side was asked of a meeting so many months after it, and what it says came of it.

    A row without a result is a question that was asked and not answered yet. Deals are joined to it by its id.
    """

    __tablename__ = "fairs_meeting_result"
    __table_args__ = (
        UniqueConstraint("meeting_id", "side", "months"),
        CheckConstraint("side in ('supplier', 'buyer')", name="side"),
        CheckConstraint("months in (0, 1, 3, 6)", name="months"),
        CheckConstraint("result in ('none', 'talks', 'sample', 'quote', 'memorandum', 'order')", name="result"),
        CheckConstraint("(result is null) = (said_at is null)", name="said_at"),
        CheckConstraint("kg > 0 and vnd > 0", name="amounts"),
        CheckConstraint("asked_at is not null or said_at is not null", name="asked_at"),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_meeting.id", ondelete="CASCADE"))
    side: Mapped[Side] = mapped_column(word(Side))
    months: Mapped[int] = mapped_column(SmallInteger)
    asked_at: Mapped[datetime | None]  # When it was asked by mail.
    result: Mapped[Result | None] = mapped_column(word(Result))
    kg: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    vnd: Mapped[int | None] = mapped_column(BigInteger)
    words: Mapped[str | None]
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime | None]


class MeetingFeed(Base):
    """The calendar address of one organisation: the lot that it is signed over. Another lot is another address."""

    __tablename__ = "fairs_meeting_feed"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), primary_key=True)
    lot: Mapped[str] = mapped_column(String(40), unique=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
