"""Suppliers and products as plain rows: what a sheet holds, and what the demo hands over.

None means "not said": a row never empties what is stored. What is listed under a product (packs, prices, months, papers)
is added or brought up to date, never taken away; taking away is done by hand, on the product's own page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from service import accounts


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A paper of a product, or of the supplier as a whole."""

    kind: str
    stars: int | None = None
    number: str | None = None
    issuer: str | None = None
    level: str | None = None  # Empty: by the stars and the day (kinds.GRADINGS).
    issued_on: date | None = None
    valid_to: date | None = None  # Empty: counted for OCOP, unknown for others.
    source: str | None = None


@dataclass(frozen=True, slots=True)
class PackRow:
    """A size that a product is sold in."""

    name: str
    net_weight_g: int | None = None
    retail_price_vnd: int | None = None
    per_carton: int | None = None
    gtin: str | None = None
    min_packs: int | None = None
    multiple_packs: int | None = None


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier, known by its code."""

    code: str
    name: str
    name_en: str | None = None
    legal_form: str | None = None  # Empty: from the first words of the name.
    tax_code: str | None = None
    province_code: str | None = None
    commune_code: str | None = None
    address: str | None = None
    phone: str | None = None  # E.164.
    email: str | None = None
    website: str | None = None
    founded: int | None = None
    members: int | None = None
    people: str | None = None
    area_ha: Decimal | None = None
    capacity_note: str | None = None
    story: str | None = None
    min_order_kg: Decimal | None = None
    wholesale_public: bool | None = None
    verified_on: date | None = None
    state: str | None = None  # Empty: a new one is published.
    illustrative: bool | None = None
    source: str | None = None
    certificates: tuple[CertificateRow, ...] = ()
    marks: tuple[str, ...] = ()  # Slugs of the marks that it may use.
    files: tuple[str, ...] = ()  # Photos and papers beside the sheet, by their names in the archive.

    def __post_init__(self) -> None:
        """A person's own number is sealed before anybody can store it."""
        object.__setattr__(self, "tax_code", accounts.kept_tax_code(self.tax_code))


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product, known by its supplier's code and its own."""

    supplier_code: str
    code: str
    name: str
    name_en: str | None = None
    category_code: str | None = None
    commodity: str | None = None  # Its slug or its name.
    description: str | None = None
    ingredients: str | None = None
    origin: str | None = None
    storage: str | None = None
    unit: str | None = None
    shelf_life_days: int | None = None
    season_months: tuple[int, ...] | None = None
    lead_days: int | None = None
    min_order_kg: Decimal | None = None
    stock_kg: Decimal | None = None
    stock_on: date | None = None
    state: str | None = None  # Empty: a new one is published.
    illustrative: bool | None = None
    source: str | None = None
    packs: tuple[PackRow, ...] = ()
    tiers: tuple[tuple[Decimal, int], ...] = ()  # From so many kilograms, đồng per kilogram.
    capacity: tuple[tuple[int, tuple[Decimal | None, ...]], ...] = ()  # Year, and its twelve months in kilograms.
    certificates: tuple[CertificateRow, ...] = ()
    files: tuple[str, ...] = ()  # Photos and papers beside the sheet, by their names in the archive.


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows that were handed over."""

    new: int = 0
    changed: int = 0
    same: int = 0
