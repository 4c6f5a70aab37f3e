"""Tables of applications: who wants to exhibit what, with which wishes, and how it was answered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word
from service.fairs.layouts.models import Power


class ApplicationState(StrEnum):
    """Where an application stands (F2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAITING = "waiting"  # On the waiting list.
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Goods(StrEnum):
    """What is sold, as far as zones care."""

    FOOD = "food"
    OTHER = "other"


class Application(Row):
    """One exhibitor's application for one fair.

    `supplier_id` is empty where the organiser has typed in somebody who is not on the market; then `exhibitor`, `contact` and
    `province_code` say who it is. `starts_on` and `ends_on` empty: the whole fair. Zones are codes in the order of the wish.
    """

    __tablename__ = "fairs_application"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'accepted', 'waiting', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("goods in ('food', 'other')", name="goods"),
        CheckConstraint("power in ('none', 'single', 'three')", name="power"),
        CheckConstraint("booths between 1 and 50", name="booths"),
        CheckConstraint("(starts_on is null) = (ends_on is null) and starts_on <= ends_on", name="days"),
        Index("uq_fairs_application_supplier", "fair_id", "supplier_id", unique=True,
              postgresql_where=text("supplier_id is not null and state <> 'withdrawn'")),
        Index("ix_fairs_application_fair_id", "fair_id", "state", "id"),
        Index("ix_fairs_application_supplier_id", "supplier_id"),
        Index("ix_fairs_application_with_id", "with_id"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id"))
    key: Mapped[UUID]
    code: Mapped[str] = mapped_column(unique=True)  # As it is read out: "GH-7K2M9".
    exhibitor: Mapped[str]  # The name as it stands on the fascia.
    province_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    district_code: Mapped[str | None]  # The former district of its commune: quotas are counted by it.
    contact: Mapped[str | None]  # Personal; never public.
    state: Mapped[ApplicationState] = mapped_column(word(ApplicationState), default=ApplicationState.DRAFT)
    reason: Mapped[str | None]  # Why it was returned, rejected, or put on the waiting list.
    faults: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # Where it was returned: what each field lacks.
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    goods_words: Mapped[str | None]
    commodity: Mapped[str | None]  # The slug of the main commodity: like goods are spread or kept together by it.
    goods: Mapped[Goods] = mapped_column(word(Goods), default=Goods.FOOD)
    smell: Mapped[bool] = mapped_column(default=False)  # Dried fish, grilling: what neighbours smell.
    takes_smell: Mapped[bool] = mapped_column(default=False)  # Tea, cakes: what a strong smell beside it spoils.
    booths: Mapped[int] = mapped_column(SmallInteger, default=1)
    class_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # Acceptable ones; none: any.
    least_m2: Mapped[Decimal | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    power: Mapped[Power] = mapped_column(word(Power), default=Power.SINGLE)
    water: Mapped[bool] = mapped_column(default=False)
    cold: Mapped[bool] = mapped_column(default=False)
    zone_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    pavilion_code: Mapped[str | None]  # Must stand in this pavilion.
    near: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # Applications it wishes beside it.
    apart: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # Those it wishes not beside it.
    with_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_application.id"))  # Shares its booth (F6).
    people: Mapped[int | None] = mapped_column(SmallInteger)
    vehicle: Mapped[str | None]
    equipment: Mapped[str | None]
    note: Mapped[str | None]
    claims: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # What it says of itself for the order of choice.
    claims_confirmed: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # What the organiser has seen proof of.
    claims_consent_at: Mapped[datetime | None]  # When it agreed that the organiser looks at that.
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # What the order of choice counts (F9).
    points: Mapped[int | None]
    place: Mapped[int | None]  # In the order of choice, from 1; ties are settled by the lot.
    luck: Mapped[int] = mapped_column(default=0)  # How badly it came off at earlier fairs; 0 where nobody knows.
    written_by: Mapped[UUID | None]  # Who typed it last. No key, for a person may be erased.
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]  # No key, for the same reason.
    typed_in: Mapped[bool] = mapped_column(default=False)  # The organiser has typed it in from paper or a sheet.
    illustrative: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class ShareKind(StrEnum):
    """How several exhibitors share (F6): all of them on the same days, or one after the other."""

    SIDE_BY_SIDE = "side_by_side"
    BY_DAYS = "by_days"


class SharerState(StrEnum):
    """Whether both sides have agreed: asked by the first one, asking the first one, or agreed."""

    INVITED = "invited"
    ASKING = "asking"
    AGREED = "agreed"


class Share(Row):
    """Several exhibitors who want one booth together. The first one's wishes count; others find it by its code."""

    __tablename__ = "fairs_share"
    __table_args__ = (
        UniqueConstraint("lead_id"),
        CheckConstraint("kind in ('side_by_side', 'by_days')", name="kind"),
        Index("ix_fairs_share_fair_id", "fair_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_application.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(unique=True)  # As it is passed on: "CG-7K2M9".
    kind: Mapped[ShareKind] = mapped_column(word(ShareKind))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ShareMember(Base):
    """One exhibitor of a share, the first one included. An application shares with one group only.

    With turns by days `first_day` and `last_day` say which are its own; else they are empty.
    """

    __tablename__ = "fairs_share_member"
    __table_args__ = (
        CheckConstraint("state in ('invited', 'asking', 'agreed')", name="state"),
        CheckConstraint("(first_day is null) = (last_day is null) and first_day <= last_day", name="days"),
        Index("ix_fairs_share_member_share_id", "share_id"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_application.id", ondelete="CASCADE"), primary_key=True)
    share_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_share.id", ondelete="CASCADE"))
    state: Mapped[SharerState] = mapped_column(word(SharerState))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    agreed_at: Mapped[datetime | None]


class ChoiceRule(Base):
    """How an organiser counts points for the order of choice (F9). `claims` are what applicants may say of themselves."""

    __tablename__ = "fairs_choice_rule"
    __table_args__ = (
        CheckConstraint("per_star between 0 and 1000 and per_year between 0 and 1000", name="each"),
        CheckConstraint("most_years between 0 and 50 and first_time between 0 and 1000", name="times"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    per_star: Mapped[int] = mapped_column(default=0)  # For each star of its best product that counts on the day.
    per_year: Mapped[int] = mapped_column(default=0)  # For each earlier year in which it took part.
    most_years: Mapped[int] = mapped_column(default=5)
    first_time: Mapped[int] = mapped_column(default=0)  # Who has never taken part.
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class ChoiceDraw(Row):
    """One drawing of the order of choice: first only a promise (the hash of a secret), then the seed and the list.

    Written twice and then never changed; drawing again is a new row that says why.
    """

    __tablename__ = "fairs_choice_draw"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        UniqueConstraint("key"),
        CheckConstraint("(drawn_at is null) = (seed is null) and (seed is null) = (listed is null)", name="drawn"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[UUID]
    reason: Mapped[str | None]  # Why it was drawn again.
    secret: Mapped[str]  # Told when it is drawn; its hash was told before.
    commitment: Mapped[str]
    called: Mapped[str | None]  # The word that somebody in the room called out.
    seed: Mapped[str | None]
    listed: Mapped[str | None]  # Every applicant with its points, as it is published.
    digest: Mapped[str | None]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    promised_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[UUID | None]  # No key, for a person may be erased.
