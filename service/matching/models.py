"""Tables of matching: who looks for goods, and what exactly they look for, month by month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class BuyerKind(StrEnum):
    """Kinds of buyers, as a supply–demand conference counts them."""

    MODERN_TRADE = "modern_trade"
    EXPORT_HUB = "export_hub"
    RESTAURANT = "restaurant"
    HOTEL = "hotel"
    INDUSTRIAL_CATERING = "industrial_catering"
    CANTEEN = "canteen"
    WHOLESALE_MARKET = "wholesale_market"
    SPECIALITY_SHOP = "speciality_shop"
    ECOMMERCE = "ecommerce"
    AGENT = "agent"
    GIFT_COMPANY = "gift_company"


class BuyerState(StrEnum):
    """Where a buyer's profile stands: only a verified buyer sees wholesale prices and asks in public (V6)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"


class Visibility(StrEnum):
    """Who may see a request: all; suppliers that fit it or nearly do; all, without the buyer's name; those invited."""

    PUBLIC = "public"
    MATCHED = "matched"
    ANONYMOUS = "anonymous"
    INVITED = "invited"


class RequestState(StrEnum):
    """Where a request stands. A draft is seen by its owner only; a closed one stays readable by its owner."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a request was closed."""

    FILLED = "filled"
    FILLED_ELSEWHERE = "filled_elsewhere"
    NO_LONGER_NEEDED = "no_longer_needed"


class Buyer(Row):
    """The public face of an organisation that buys (design.md 8: nhà phân phối).

    `source` names the article that speaks of a real organisation; `illustrative` marks invented data. Never both.
    """

    __tablename__ = "matching_buyer"
    __table_args__ = (
        CheckConstraint(
            "kind in ('modern_trade', 'export_hub', 'restaurant', 'hotel', 'industrial_catering', 'canteen', "
            "'wholesale_market', 'speciality_shop', 'ecommerce', 'agent', 'gift_company')",
            name="kind",
        ),
        CheckConstraint("not (illustrative and source is not null)", name="source"),
        CheckConstraint("state in ('draft', 'submitted', 'returned', 'verified')", name="state"),
        CheckConstraint("(state = 'verified') = (verified_on is not null)", name="verified_on"),
        CheckConstraint("state <> 'submitted' or submitted_at is not null", name="submitted_at"),
        Index("ix_matching_buyer_waiting", "submitted_at", "id", postgresql_where=text("state = 'submitted'")),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[BuyerKind] = mapped_column(word(BuyerKind))
    province_code: Mapped[str | None]
    address: Mapped[str | None]
    website: Mapped[str | None]
    about: Mapped[str | None]
    verified_on: Mapped[date | None]
    state: Mapped[BuyerState] = mapped_column(word(BuyerState), default=BuyerState.DRAFT, server_default="draft")
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    reasons: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'::jsonb"))
    note: Mapped[str | None]  # What the officer who decided had to say.
    illustrative: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class SourcingRequest(Row):
    """What a buyer looks for (M1). People know it by its code, such as YC-7K2M9.

    `key` is the buyer's own name for the act of posting: the same form sent twice makes one request.
    """

    __tablename__ = "matching_request"
    __table_args__ = (
        UniqueConstraint("buyer_id", "key"),
        CheckConstraint("commodity_id is not null or words is not null", name="goods"),
        CheckConstraint("ceiling_vnd_per_kg > 0", name="ceiling_vnd_per_kg"),
        CheckConstraint("min_stars between 3 and 5", name="min_stars"),
        CheckConstraint("pack_net_g > 0", name="pack_net_g"),
        CheckConstraint("visibility in ('public', 'matched', 'anonymous', 'invited')", name="visibility"),
        CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        CheckConstraint(
            "close_reason in ('filled', 'filled_elsewhere', 'no_longer_needed')",
            name="close_reason",
        ),
        CheckConstraint("state <> 'open' or opened_at is not null", name="opened_at"),
        CheckConstraint("not sealed or deadline is not null or state = 'draft'", name="sealed"),
        CheckConstraint("closes_at_quotes between 1 and 100", name="closes_at_quotes"),
        Index("ix_matching_request_buyer_id", "buyer_id"),
        Index("ix_matching_request_commodity_id", "commodity_id"),
        Index("ix_matching_request_open", "opened_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_matching_request_round_id", "round_id"),
        Index("ix_matching_request_demand_id", "demand_id"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    key: Mapped[UUID]
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id"))
    title: Mapped[str]
    commodity_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_commodity.id"))
    words: Mapped[str | None]
    ceiling_vnd_per_kg: Mapped[int | None]
    certificates: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    min_stars: Mapped[int | None] = mapped_column(SmallInteger)
    pack_net_g: Mapped[int | None]
    unverified_too: Mapped[bool] = mapped_column(default=False)
    delivery_province_code: Mapped[str]
    place: Mapped[str | None]
    deadline: Mapped[date | None]
    note: Mapped[str | None]
    visibility: Mapped[Visibility] = mapped_column(word(Visibility), default=Visibility.PUBLIC)
    state: Mapped[RequestState] = mapped_column(word(RequestState), default=RequestState.DRAFT)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[CloseReason | None] = mapped_column(word(CloseReason))
    illustrative: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(
        default=False, server_default=text("false")
    )  # No quote is read before the deadline (M5).
    closes_at_quotes: Mapped[int | None] = mapped_column(SmallInteger)  # So many quotes end it before its deadline (M3).
    mark_slug: Mapped[str | None]  # The protected name under which the goods are to be sold: only its users may supply.
    copied_from: Mapped[UUID | None]
    round_id: Mapped[UUID | None]  # The matching round that it was brought to; `extra`: what that round asks besides (M2).
    demand_id: Mapped[UUID | None]  # The buyers' pool that it was made for (M9).
    extra: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'::jsonb"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class RequestVersion(Row):
    """What one change of a published request changed: old and new value by field, for those who have answered it (M1)."""

    __tablename__ = "matching_request_version"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"))
    number: Mapped[int]  # The request's version after the change.
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    person_id: Mapped[UUID | None]
    changed: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RequestMonth(Base):
    """So many kilograms in one month of a request."""

    __tablename__ = "matching_request_month"
    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("kg > 0", name="kg"),
    )

    request_id: Mapped[UUID] = mapped_column(ForeignKey("matching_request.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    kg: Mapped[Decimal]

    @property
    def first_day(self) -> date:
        """The month as its first day."""
        return date(self.year, self.month, 1)
