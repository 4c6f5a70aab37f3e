"""Tables of joint orders: what several buyers ask for together, who takes part, and with how much in which month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class TargetKind(StrEnum):
    """What the members want to reach together: a lorry that is full, or the quantity at which a bulk price begins."""

    LORRY = "lorry"
    BULK = "bulk"


class OrderState(StrEnum):
    """Where a joint order stands.

    It is *open* to whoever wants to join, then *confirming* while every member says whether its figures stand, *confirmed*
    when those who remain have said so, and *asked* once its one request is on the market. It ends otherwise as *failed* (too
    few came or stayed) or *cancelled* (its opener has called it off).
    """

    OPEN = "open"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    ASKED = "asked"
    FAILED = "failed"
    CANCELLED = "cancelled"


class EndReason(StrEnum):
    """Why a joint order came to nothing."""

    NOT_FILLED = "not_filled"
    TOO_FEW = "too_few"
    CALLED_OFF = "called_off"


class MemberState(StrEnum):
    """Whether a member counts. *silent* has let the day of confirmation pass, which is kept; *declined* has said no."""

    JOINED = "joined"
    LEFT = "left"
    DECLINED = "declined"
    SILENT = "silent"


class JointOrder(Row):
    """A need that several buyers put together (M9). People know it by its code, such as GD-7K2M9.

    `target_kg` is for one month, because a lorry carries a month's delivery and a bulk price is asked for one order.
    `round` counts how often the members have been asked to confirm; `lead_id` posts the request.
    """

    __tablename__ = "matching_demand"
    __table_args__ = (
        UniqueConstraint("opener_id", "key"),
        UniqueConstraint("invite_token"),
        CheckConstraint("min_stars between 3 and 5", name="min_stars"),
        CheckConstraint("pack_net_g > 0", name="pack_net_g"),
        CheckConstraint("first_month <= last_month", name="months"),
        CheckConstraint("target_kind in ('lorry', 'bulk')", name="target_kind"),
        CheckConstraint("target_kg > 0", name="target_kg"),
        CheckConstraint("lorry_kg > 0", name="lorry_kg"),
        CheckConstraint("vnd_per_km > 0", name="vnd_per_km"),
        CheckConstraint("confirm_days between 1 and 14", name="confirm_days"),
        CheckConstraint("state in ('open', 'confirming', 'confirmed', 'asked', 'failed', 'cancelled')", name="state"),
        CheckConstraint("reason in ('not_filled', 'too_few', 'called_off')", name="reason"),
        CheckConstraint("(state in ('failed', 'cancelled')) = (reason is not null)", name="ended"),
        CheckConstraint("state not in ('confirming', 'confirmed') or answer_by is not null", name="answer_by"),
        CheckConstraint("(state = 'asked') = (request_id is not null)", name="request_id"),
        Index("ix_matching_demand_opener_id", "opener_id"),
        Index("ix_matching_demand_lead_id", "lead_id"),
        Index("ix_matching_demand_commodity_id", "commodity_id"),
        Index("ix_matching_demand_request_id", "request_id"),
        Index("ix_matching_demand_waiting", "state", "answer_by", postgresql_where=text("state in ('open', 'confirming')")),
    )

    code: Mapped[str] = mapped_column(unique=True)
    key: Mapped[UUID]
    opener_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id"))
    title: Mapped[str]
    commodity_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_commodity.id"))
    min_stars: Mapped[int | None] = mapped_column(SmallInteger)
    certificates: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    pack_net_g: Mapped[int | None]
    note: Mapped[str | None]
    delivery_province_code: Mapped[str]
    communes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # The places of the lorry's round; empty: anywhere.
    first_month: Mapped[date]
    last_month: Mapped[date]
    target_kind: Mapped[TargetKind] = mapped_column(word(TargetKind))
    target_kg: Mapped[Decimal]
    lorry_kg: Mapped[Decimal]
    vnd_per_km: Mapped[int]
    from_code: Mapped[str]  # Where the lorry starts: a commune or province of today.
    join_by: Mapped[date]  # The last day on which one may join.
    confirm_days: Mapped[int] = mapped_column(SmallInteger)
    answer_by: Mapped[date | None]  # While members confirm: their last day. Once confirmed: the lead's last day to post.
    round: Mapped[int] = mapped_column(SmallInteger, default=0)
    listed: Mapped[bool] = mapped_column(default=True)  # Else only whoever has the link finds it.
    invite_token: Mapped[str] = mapped_column(String(40))
    state: Mapped[OrderState] = mapped_column(word(OrderState), default=OrderState.OPEN)
    reason: Mapped[EndReason | None] = mapped_column(word(EndReason))
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("matching_request.id"))
    illustrative: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class OrderMember(Row):
    """A buyer that takes part in a joint order. `name_shown` is its own word that the other members may read its name."""

    __tablename__ = "matching_demand_member"
    __table_args__ = (
        UniqueConstraint("demand_id", "buyer_id"),
        CheckConstraint("state in ('joined', 'left', 'declined', 'silent')", name="state"),
        Index("ix_matching_demand_member_buyer_id", "buyer_id"),
    )

    demand_id: Mapped[UUID] = mapped_column(ForeignKey("matching_demand.id", ondelete="CASCADE"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id"))
    consent_at: Mapped[datetime]  # When it agreed that the other members see its kilograms.
    name_shown: Mapped[bool] = mapped_column(default=False)
    commune_code: Mapped[str | None]
    place: Mapped[str | None]
    state: Mapped[MemberState] = mapped_column(word(MemberState), default=MemberState.JOINED)
    answered_round: Mapped[int] = mapped_column(SmallInteger, default=0)
    answered_at: Mapped[datetime | None]
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class OrderShare(Base):
    """So many kilograms of one member in one month."""

    __tablename__ = "matching_demand_share"
    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("kg > 0", name="kg"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("matching_demand_member.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kg: Mapped[Decimal]

    @property
    def first_day(self) -> date:
        """The month as its first day."""
        return date(self.year, self.month, 1)
