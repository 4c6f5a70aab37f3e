"""Tables of entry checklists: what a buyer wants to see before it lists goods, and what suppliers answer for themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class Wanted(StrEnum):
    """What a buyer may want to see: a closed set, so that each can be judged, and a last one for words of its own."""

    BARCODE = "barcode"
    STARS = "stars"
    PAPER = "paper"
    FOOD_SAFETY = "food_safety"
    DECLARATION = "declaration"
    TEST_REPORT = "test_report"
    INVOICE = "invoice"
    TRACE = "trace"
    PHOTOS = "photos"
    ENGLISH = "english"
    PACK = "pack"
    LEAST_ORDER = "least_order"
    LEAD_TIME = "lead_time"
    SHELF_PERCENT = "shelf_percent"
    SHELF_DAYS = "shelf_days"
    DISCOUNT = "discount"
    CREDIT = "credit"
    INSURANCE = "insurance"
    WORDS = "words"


KINDS = ", ".join(f"'{kind}'" for kind in Wanted)


class Checklist(Row):
    """The conditions of one buyer. What it does not speak of is unknown; what it does not ask for, it says so."""

    __tablename__ = "matching_checklist"

    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("matching_buyer.id", ondelete="CASCADE"), unique=True)
    note: Mapped[str | None]
    saved_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class ChecklistItem(Row):
    """One condition. It keeps its id while it says the same, and a changed one is a new one: nobody has answered that yet."""

    __tablename__ = "matching_checklist_item"
    __table_args__ = (
        CheckConstraint(f"kind in ({KINDS})", name="kind"),
        Index("ix_matching_checklist_item_checklist_id_position", "checklist_id", "position"),
    )

    checklist_id: Mapped[UUID] = mapped_column(ForeignKey("matching_checklist.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[Wanted] = mapped_column(word(Wanted))
    required: Mapped[bool]  # False: the buyer says that it does not ask for it.
    number: Mapped[int | None]
    code: Mapped[str | None]
    words: Mapped[str | None]


class ChecklistAnswer(Row):
    """What a supplier says of one of its products where the catalogue cannot judge: declared by itself, and shown as such."""

    __tablename__ = "matching_checklist_answer"
    __table_args__ = (
        UniqueConstraint("item_id", "product_id"),
        Index("ix_matching_checklist_answer_product_id", "product_id"),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("matching_checklist_item.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    accepts: Mapped[bool]
    words: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime] = mapped_column(server_default=func.now())
