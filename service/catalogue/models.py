"""Tables of the catalogue: who supplies, what, in which packs, at what price, in which months, and with which papers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class LegalForm(StrEnum):
    """The legal forms an OCOP subject may have (C2)."""

    COOPERATIVE = "cooperative"
    UNION = "union"
    GROUP = "group"
    HOUSEHOLD = "household"
    ENTERPRISE = "enterprise"


class State(StrEnum):
    """Where a record stands on its way to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class CertificateState(StrEnum):
    """Whether somebody who may has looked at a paper: only a checked one counts, or is shown to everyone."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    RETURNED = "returned"


class MarkKind(StrEnum):
    """Kinds of protected names."""

    GEOGRAPHICAL_INDICATION = "geographical_indication"
    COLLECTIVE_MARK = "collective_mark"
    CERTIFICATION_MARK = "certification_mark"


STATES = "state in ('draft', 'submitted', 'returned', 'published')"
MONTHS = "season_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}'::smallint[]"


class Category(Base):
    """One of the 26 OCOP sub-groups of Decision 148/QĐ-TTg, or a group above them (reference data)."""

    __tablename__ = "catalogue_category"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    group_name: Mapped[str]
    group_name_en: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)


class Commodity(Row):
    """A reference commodity that many makers' products belong to: miến dong, tinh bột nghệ, quýt … (C16)."""

    __tablename__ = "catalogue_commodity"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    name_en: Mapped[str]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("catalogue_category.code"))
    hs_hint: Mapped[str | None]
    season_months: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


class Supplier(Row):
    """The public face of an organisation that supplies: profile, place, contact, story (C1, C2).

    `source` names the article that speaks of a real organisation; `illustrative` marks invented data. Never both.
    """

    __tablename__ = "catalogue_supplier"
    __table_args__ = (
        CheckConstraint("legal_form in ('cooperative', 'union', 'group', 'household', 'enterprise')", name="legal_form"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint("tax_code !~ '^([0-9]{12}$|•)'", name="tax_code"),
        Index("ix_catalogue_supplier_commune_code", "commune_code"),
        Index("ix_catalogue_supplier_name_key", "name_key", "id"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id"), unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    name_key: Mapped[str] = mapped_column(Text(collation="C"))  # Vietnamese dictionary order: text.sort_key(name).
    search_words: Mapped[str] = mapped_column(default="")  # Folded name, code and place: what the list of suppliers looks in.
    legal_form: Mapped[LegalForm] = mapped_column(word(LegalForm))
    tax_code: Mapped[str | None]  # A household's 12 digits are the owner's personal number: sealed (accounts/tax_codes.py).
    province_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    address: Mapped[str | None]  # As written by hand, old unit names kept.
    phone: Mapped[str | None]  # E.164.
    email: Mapped[str | None]
    website: Mapped[str | None]
    founded: Mapped[int | None] = mapped_column(SmallInteger)
    members: Mapped[int | None]
    people: Mapped[str | None]
    area_ha: Mapped[Decimal | None]
    capacity_note: Mapped[str | None]
    story: Mapped[str | None]
    min_order_kg: Mapped[Decimal | None]
    wholesale_public: Mapped[bool] = mapped_column(default=False)  # Wholesale prices: everyone, or verified buyers only (C6).
    verified_on: Mapped[date | None]
    state: Mapped[State] = mapped_column(word(State), default=State.DRAFT)
    typed_by: Mapped[UUID | None]  # Who entered it: she never approves it. No key, for a person may be erased.
    photo_key: Mapped[str | None]  # The photo shown first, kept by photos.py: a list reads it with the row.
    illustrative: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Product(Row):
    """Something a supplier makes, as buyers see it (C4, C8 to C12)."""

    __tablename__ = "catalogue_product"
    __table_args__ = (
        UniqueConstraint("supplier_id", "code"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint(MONTHS, name="season_months"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_days"),
        CheckConstraint("lead_days >= 0", name="lead_days"),
        CheckConstraint("min_order_kg >= 0", name="min_order_kg"),
        CheckConstraint("stock_kg >= 0", name="stock_kg"),
        CheckConstraint("reserve_kg >= 0", name="reserve_kg"),
        Index("ix_catalogue_product_commodity_id", "commodity_id"),
        Index("ix_catalogue_product_category_code", "category_code"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id"))
    code: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(Text, Computed("' ' || core_fold(name) || ' '", persisted=True))
    name_en: Mapped[str | None]
    category_code: Mapped[str | None] = mapped_column(ForeignKey("catalogue_category.code"))
    commodity_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_commodity.id"))
    description: Mapped[str | None]
    ingredients: Mapped[str | None]
    origin: Mapped[str | None]
    storage: Mapped[str | None]
    unit: Mapped[str] = mapped_column(default="kg")
    shelf_life_days: Mapped[int | None]
    season_months: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), default=list)
    lead_days: Mapped[int | None]
    min_order_kg: Mapped[Decimal | None]
    stock_kg: Mapped[Decimal | None]
    stock_on: Mapped[date | None]
    reserve_kg: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")  # Of every month, kept back for itself.
    state: Mapped[State] = mapped_column(word(State), default=State.DRAFT)
    typed_by: Mapped[UUID | None]  # Who entered it: she never approves it. No key, for a person may be erased.
    photo_key: Mapped[str | None]  # The photo shown first, kept by photos.py: a list reads it with the row.
    illustrative: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Pack(Row):
    """A size a product is sold in, with its own retail price (C5, C8). Position 0 is the pack shown first."""

    __tablename__ = "catalogue_pack"
    __table_args__ = (
        UniqueConstraint("product_id", "name"),
        CheckConstraint("net_weight_g > 0", name="net_weight_g"),
        CheckConstraint("retail_price_vnd > 0", name="retail_price_vnd"),
        CheckConstraint("per_carton > 0 and min_packs > 0 and multiple_packs > 0", name="counts"),
        Index("ix_catalogue_pack_gtin", "gtin"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    name: Mapped[str]
    net_weight_g: Mapped[int | None]
    per_carton: Mapped[int | None]
    gtin: Mapped[str | None]
    retail_price_vnd: Mapped[int | None]
    min_packs: Mapped[int | None]
    multiple_packs: Mapped[int | None]


class PriceTier(Base):
    """A wholesale price in đồng per kilogram from a quantity upwards (C6)."""

    __tablename__ = "catalogue_price_tier"
    __table_args__ = (CheckConstraint("from_kg >= 0 and price_vnd_per_kg > 0", name="positive"),)

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"), primary_key=True)
    from_kg: Mapped[Decimal] = mapped_column(primary_key=True)
    price_vnd_per_kg: Mapped[int]


class Supply(Base):
    """What a product can yield in one calendar month, in kilograms: the ground of the capacity ledger (C10).

    A month of a later year that nobody has declared is read from the newest declared year, and said to be so.
    """

    __tablename__ = "catalogue_supply"
    __table_args__ = (
        CheckConstraint("month between 1 and 12", name="month"),
        CheckConstraint("capacity_kg >= 0", name="capacity"),
    )

    product_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    month: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    capacity_kg: Mapped[Decimal]


class Certificate(Row):
    """A paper with its dates: OCOP stars, food safety, VietGAP … (V1, V2).

    It belongs to one product, or with `product_id` empty to all of the supplier's. `valid_to` is the last valid day;
    empty means that the end is unknown, unless the kind has none (certificates.KINDS).
    """

    __tablename__ = "catalogue_certificate"
    __table_args__ = (
        CheckConstraint("stars between 3 and 5", name="stars"),
        CheckConstraint("level in ('district', 'province', 'ministry')", name="level"),
        CheckConstraint("valid_to >= issued_on", name="dates"),
        CheckConstraint("state in ('submitted', 'checked', 'returned')", name="state"),
        CheckConstraint("(state = 'checked') = (checked_on is not null)", name="checked_on"),
        Index("ix_catalogue_certificate_supplier_id", "supplier_id"),
        Index("ix_catalogue_certificate_product_id", "product_id"),
        Index("ix_catalogue_certificate_valid_to", "valid_to", "id"),
    )

    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_product.id", ondelete="CASCADE"))
    kind: Mapped[str]
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    number: Mapped[str | None]
    issuer: Mapped[str | None]
    level: Mapped[str | None]
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    scan_mark: Mapped[str | None]  # Stands for the scans as they are, so that nobody approves others than she has seen.
    source: Mapped[str | None]
    state: Mapped[CertificateState] = mapped_column(
        word(CertificateState), default=CertificateState.SUBMITTED, server_default="submitted"
    )
    checked_on: Mapped[date | None]
    checked_by: Mapped[UUID | None]
    typed_by: Mapped[UUID | None]


class Mark(Row):
    """A geographical indication or a collective mark (V8)."""

    __tablename__ = "catalogue_mark"
    __table_args__ = (
        CheckConstraint("kind in ('geographical_indication', 'collective_mark', 'certification_mark')", name="kind"),
        Index("ix_catalogue_mark_commodity_id", "commodity_id"),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[MarkKind] = mapped_column(word(MarkKind))
    name: Mapped[str]
    number: Mapped[str | None]
    decision: Mapped[str | None]
    decided_on: Mapped[date | None]
    manager: Mapped[str | None]
    area: Mapped[str | None]
    commune_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # Empty: the whole province.
    commodity_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_commodity.id"))
    source: Mapped[str | None]


class MarkUser(Base):
    """A supplier that holds the right to use a mark."""

    __tablename__ = "catalogue_mark_user"
    __table_args__ = (Index("ix_catalogue_mark_user_supplier_id", "supplier_id"),)

    mark_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_mark.id", ondelete="CASCADE"), primary_key=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("catalogue_supplier.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[date | None]
    decision: Mapped[str | None]  # The number of the decision that grants the right.


class Upload(Row):
    """A sheet between the page that shows what it would do and the answer to go ahead; gone after that, or after a day."""

    __tablename__ = "catalogue_upload"
    __table_args__ = (CheckConstraint("kind in ('suppliers', 'products')", name="kind"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    filename: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
