"""Tables of the days of a fair: who stands there, passes, who came when, leads, sales, papers signed, and the results.

Everything hangs on an `Exhibitor`, one who stands at one fair, so that a plan that is published anew moves nobody's figures.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word

KILOGRAMS = Numeric(12, 3)
DONG = BigInteger  # A fair's takings are more than two thousand million đồng.


class How(StrEnum):
    """How somebody at the gate said who came."""

    SCANNED = "scanned"
    TYPED = "typed"
    LISTED = "listed"


class PaperKind(StrEnum):
    """What was signed at the booth. Neither is a sale: goods and money come later, or never."""

    MEMORANDUM = "memorandum"
    CONTRACT = "contract"


class Side(StrEnum):
    """Where a line of the fair's money stands: what it has cost, or who has paid for it."""

    COST = "cost"
    SOURCE = "source"


class Source(StrEnum):
    """Who pays for a fair."""

    BUDGET = "budget"
    EXHIBITORS = "exhibitors"
    SPONSOR = "sponsor"
    OTHER = "other"


class Exhibitor(Row):
    """One who stands at a fair: of an application, of a supplier who booked, or a name that the organiser has put there.

    What it has brought, taken home and spent itself is said by its own people; empty means that nobody has said.
    """

    __tablename__ = "fairs_exhibitor"
    __table_args__ = (
        CheckConstraint("own_costs_vnd >= 0", name="own_costs_vnd"),
        CheckConstraint("brought_kg >= 0 and left_kg >= 0", name="kg"),
        Index("uq_fairs_exhibitor_application", "application_id", unique=True,
              postgresql_where=text("application_id is not null")),
        Index("uq_fairs_exhibitor_supplier", "fair_id", "supplier_id", unique=True,
              postgresql_where=text("supplier_id is not null")),
        Index("uq_fairs_exhibitor_name", "fair_id", "name", unique=True,
              postgresql_where=text("application_id is null and supplier_id is null")),
        Index("ix_fairs_exhibitor_fair_id", "fair_id", "name", "id"),
        Index("ix_fairs_exhibitor_supplier_id", "supplier_id"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_application.id", ondelete="SET NULL"))
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id"))
    name: Mapped[str]  # As it stands on the fascia.
    brought_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    left_kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    own_costs_vnd: Mapped[int | None] = mapped_column(DONG)  # Travel, beds, samples.
    follow_up_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Pass(Row):
    """A pass of one person of an exhibitor. Its code is drawn by lot and tells nothing; a lost pass is revoked."""

    __tablename__ = "fairs_pass"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("exhibitor_id", "number"),
        Index("ix_fairs_pass_fair_id", "fair_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str]
    holder: Mapped[str | None]  # Whose pass it is, where somebody has said.
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


class CheckIn(Row):
    """Somebody of an exhibitor has come on a day: once for each pass, and once without a pass.

    `key` is of the phone at the gate: sent again after a lost answer, it finds this row.
    """

    __tablename__ = "fairs_check_in"
    __table_args__ = (
        UniqueConstraint("fair_id", "key"),
        CheckConstraint("how in ('scanned', 'typed', 'listed')", name="how"),
        Index("uq_fairs_check_in_pass", "pass_id", "day", unique=True,
              postgresql_where=text("pass_id is not null and undone_at is null")),
        Index("uq_fairs_check_in_exhibitor", "exhibitor_id", "day", unique=True,
              postgresql_where=text("pass_id is null and undone_at is null")),
        Index("ix_fairs_check_in_exhibitor_id", "exhibitor_id"),
        Index("ix_fairs_check_in_pass_id", "pass_id"),
        Index("ix_fairs_check_in_fair_id", "fair_id", "day"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="CASCADE"))
    pass_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_pass.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    day: Mapped[date]
    at: Mapped[datetime]  # When it was said at the gate.
    received_at: Mapped[datetime]  # When it came here; later where the line was down.
    how: Mapped[How] = mapped_column(word(How))
    seen_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]


class Lead(Row):
    """Somebody who came to the booth and wants something: known to that exhibitor's people only.

    A phone number is kept only where its owner has agreed. Once `erased_at` stands, nothing of the person is left.
    """

    __tablename__ = "fairs_lead"
    __table_args__ = (
        UniqueConstraint("supplier_id", "key"),
        CheckConstraint("rating between 1 and 3", name="rating"),
        CheckConstraint("phone is null or consent_at is not null", name="consent"),
        CheckConstraint("erased_at is null or num_nonnulls(person, organisation, phone, notes, wants) = 0", name="erased"),
        CheckConstraint("erased_at is not null or num_nonnulls(person, organisation) > 0", name="who"),
        Index("ix_fairs_lead_supplier_id", "supplier_id", "id"),
        Index("ix_fairs_lead_exhibitor_id", "exhibitor_id"),
        Index("ix_fairs_lead_fair_id", "fair_id"),
        Index("ix_fairs_lead_buyer_id", "buyer_id"),
        Index("ix_fairs_lead_product_id", "product_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="CASCADE"))
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    key: Mapped[UUID]
    day: Mapped[date]
    booth: Mapped[str | None]
    person: Mapped[str | None]
    organisation: Mapped[str | None]
    phone: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    wants: Mapped[str | None]
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="SET NULL"))
    kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    rating: Mapped[int] = mapped_column(SmallInteger)  # 3 hot, 2 warm, 1 cold.
    notes: Mapped[str | None]
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("matching_buyer.id", ondelete="SET NULL"))
    follow_up_on: Mapped[date | None]
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Sale(Row):
    """What a booth has sold on a day of one thing; or, with `nothing`, the word that it has sold nothing that day."""

    __tablename__ = "fairs_sale"
    __table_args__ = (
        UniqueConstraint("exhibitor_id", "key"),
        CheckConstraint("vnd >= 0 and kg >= 0 and receipts >= 0", name="figures"),
        CheckConstraint("not nothing or (vnd = 0 and product_id is null and what is null)", name="nothing"),
        CheckConstraint("nothing or vnd > 0", name="something"),
        Index("uq_fairs_sale_nothing", "exhibitor_id", "booth", "day", unique=True,
              postgresql_where=text("nothing and withdrawn_at is null")),
        Index("ix_fairs_sale_fair_id", "fair_id", "day"),
        Index("ix_fairs_sale_exhibitor_id", "exhibitor_id", "day"),
        Index("ix_fairs_sale_product_id", "product_id"),
        Index("ix_fairs_sale_commodity_id", "commodity_id"),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="CASCADE"))
    booth: Mapped[str]  # Its code on that day.
    day: Mapped[date]
    key: Mapped[UUID]
    nothing: Mapped[bool] = mapped_column(default=False)
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="SET NULL"))
    commodity_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_commodity.id"))
    what: Mapped[str | None]  # The goods in words, where they are none of the market's products.
    kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    vnd: Mapped[int] = mapped_column(DONG)
    receipts: Mapped[int | None]
    typed_by: Mapped[UUID | None]
    typed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class SignedPaper(Row):
    """A memorandum or a contract that was signed at the booth: counted beside sales, never among them."""

    __tablename__ = "fairs_signed_paper"
    __table_args__ = (
        UniqueConstraint("exhibitor_id", "key"),
        CheckConstraint("kind in ('memorandum', 'contract')", name="kind"),
        CheckConstraint("vnd > 0 and kg > 0", name="figures"),
        Index("ix_fairs_signed_paper_fair_id", "fair_id"),
        Index("ix_fairs_signed_paper_buyer_id", "buyer_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    kind: Mapped[PaperKind] = mapped_column(word(PaperKind))
    day: Mapped[date]
    partner: Mapped[str]
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("matching_buyer.id", ondelete="SET NULL"))
    what: Mapped[str | None]
    kg: Mapped[Decimal | None] = mapped_column(KILOGRAMS)
    vnd: Mapped[int | None] = mapped_column(DONG)
    typed_by: Mapped[UUID | None]
    typed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Visitors(Base):
    """How many visitors came on a day, counted or guessed as the organiser says."""

    __tablename__ = "fairs_visitors"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]
    counted: Mapped[bool] = mapped_column(default=False)
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class MoneyLine(Row):
    """One line of what the fair has cost, or of who has paid for it."""

    __tablename__ = "fairs_money_line"
    __table_args__ = (
        UniqueConstraint("fair_id", "key"),
        CheckConstraint("side in ('cost', 'source')", name="side"),
        CheckConstraint("source in ('budget', 'exhibitors', 'sponsor', 'other')", name="source"),
        CheckConstraint("(side = 'source') = (source is not null)", name="source_of"),
        CheckConstraint("vnd > 0", name="vnd"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    key: Mapped[UUID]
    side: Mapped[Side] = mapped_column(word(Side))
    source: Mapped[Source | None] = mapped_column(word(Source))
    label: Mapped[str]
    vnd: Mapped[int] = mapped_column(DONG)
    typed_by: Mapped[UUID | None]
    typed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class FairComplaint(Row):
    """What somebody complained of at the fair, and how it was settled. Nothing of the person is kept."""

    __tablename__ = "fairs_complaint"
    __table_args__ = (
        UniqueConstraint("fair_id", "key"),
        CheckConstraint("(settled_on is null) = (outcome is null)", name="settled"),
        Index("ix_fairs_complaint_exhibitor_id", "exhibitor_id"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_exhibitor.id", ondelete="SET NULL"))
    key: Mapped[UUID]
    day: Mapped[date]
    about: Mapped[str]
    outcome: Mapped[str | None]
    settled_on: Mapped[date | None]
    typed_by: Mapped[UUID | None]
    typed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Findings(Base):
    """The organiser's own words for the report of results; every figure of it is counted from the other tables."""

    __tablename__ = "fairs_findings"

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str | None]
    went_well: Mapped[str | None]
    lessons: Mapped[str | None]
    proposals: Mapped[str | None]
    said_by: Mapped[UUID | None]
    said_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
