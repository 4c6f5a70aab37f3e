"""Tables of what people keep for themselves: shortlists of an organisation, and searches that a person wants to hear of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class Frequency(StrEnum):
    """How often a saved search writes, when there is something new."""

    DAILY = "daily"
    IMMEDIATE = "immediate"


class SearchState(StrEnum):
    """Whether a saved search looks out."""

    ACTIVE = "active"
    PAUSED = "paused"


class Shortlist(Row):
    """Products and suppliers that an organisation has picked out, with its notes. All of its people see it."""

    __tablename__ = "matching_shortlist"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"))
    name: Mapped[str]
    made_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class ShortlistItem(Row):
    """One product or supplier on a list: who has put it there, and who has written what about it."""

    __tablename__ = "matching_shortlist_item"
    __table_args__ = (
        UniqueConstraint("shortlist_id", "product_id"),
        UniqueConstraint("shortlist_id", "supplier_id"),
        CheckConstraint("num_nonnulls(product_id, supplier_id) = 1", name="one_thing"),
        CheckConstraint("(note is null) = (note_at is null)", name="note"),
        Index("ix_matching_shortlist_item_shortlist_id_position_id", "shortlist_id", "position", "id"),
        Index("ix_matching_shortlist_item_product_id", "product_id"),
        Index("ix_matching_shortlist_item_supplier_id", "supplier_id"),
    )

    shortlist_id: Mapped[UUID] = mapped_column(ForeignKey("matching_shortlist.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    position: Mapped[int]
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    note: Mapped[str | None]
    note_by: Mapped[UUID | None]
    note_at: Mapped[datetime | None]


class SavedSearch(Row):
    """A search that a person wants to hear of. `asked` is what its address means, as `catalogue.standing` reads it."""

    __tablename__ = "matching_saved_search"
    __table_args__ = (
        UniqueConstraint("person_id", "query"),
        UniqueConstraint("stop_token"),
        CheckConstraint("frequency in ('daily', 'immediate')", name="frequency"),
        CheckConstraint("state in ('active', 'paused')", name="state"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"))
    title: Mapped[str]
    query: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    frequency: Mapped[Frequency] = mapped_column(word(Frequency))
    state: Mapped[SearchState] = mapped_column(word(SearchState))
    stop_token: Mapped[str] = mapped_column(String(40))  # Whoever has it may stop the mails, and nothing else.
    version: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_sent_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class SavedSearchFind(Base):
    """A product that was new and fitted; told when it has stood in a mail."""

    __tablename__ = "matching_saved_search_find"
    __table_args__ = (Index("ix_matching_saved_search_find_product_id", "product_id"),)

    search_id: Mapped[UUID] = mapped_column(ForeignKey("matching_saved_search.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"), primary_key=True)
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    told_at: Mapped[datetime | None]
