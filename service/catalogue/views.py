"""What a reader is shown of suppliers and products: plain values, in the order of the page, without anything private."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from service.catalogue import kinds
from service.catalogue.ledger.strip import Cell
from service.catalogue.papers.photo_views import PhotoView, small_photo
from service.core.i18n import locale


@dataclass(slots=True)
class PackView:
    """A size that a product is sold in."""

    name: str
    net_weight_g: int | None
    per_carton: int | None
    gtin: str | None
    retail_price_vnd: int | None
    min_packs: int | None
    multiple_packs: int | None

    @property
    def price_per_kg(self) -> int | None:
        """The retail price of a kilogram, where price and net weight are known."""
        if self.retail_price_vnd is None or self.net_weight_g is None:
            return None
        return round(self.retail_price_vnd * 1000 / self.net_weight_g)


@dataclass(slots=True)
class TierView:
    """A wholesale price from a quantity upwards."""

    from_kg: float
    price_vnd_per_kg: int


@dataclass(slots=True)
class CertificateView:
    """A paper as it stands today: valid, expiring, expired, endless, unknown or coming; and whether it has been checked."""

    id: UUID
    kind: str
    stars: int | None
    number: str | None
    issuer: str | None
    level: str | None
    issued_on: date | None
    valid_to: date | None
    source: str | None
    of_supplier: bool
    status: str
    state: str
    scans: list[str] = field(default_factory=list)  # Keys of the scans that this reader may see.

    @property
    def name(self) -> str:
        """The full name of the paper in the reader's language."""
        kind = kinds.KINDS.get(self.kind)
        return kind.called(locale()) if kind else self.kind

    @property
    def scan_addresses(self) -> list[str]:
        """Where its scans are looked at."""
        return [f"/tep/{key}" for key in self.scans]

    @property
    def short(self) -> str:
        """The short name, as on a badge."""
        kind = kinds.KINDS.get(self.kind)
        return kind.label(locale()) if kind else self.kind

    @property
    def standing(self) -> str:
        """How the paper stands today, in words."""
        return kinds.standing_name(self.status)

    @property
    def level_name(self) -> str:
        """Who issued it, in words; empty when unknown."""
        return kinds.level_name(self.level)

    @property
    def holds(self) -> bool:
        """Whether it may be shown as held today: it is valid, and somebody who may has checked it."""
        return self.state == "checked" and kinds.counts(self.status)

    @property
    def checking(self) -> str:
        """Where it stands with those who check, in words."""
        return kinds.checking_name(self.state)


@dataclass(slots=True)
class MarkView:
    """A protected name that the supplier may use for this product."""

    slug: str
    name: str
    kind: str
    number: str | None

    @property
    def kind_name(self) -> str:
        """The kind of protection, in words."""
        return kinds.mark_kind_name(self.kind)


@dataclass(slots=True)
class ProductCard:
    """A product in a list of its supplier's products."""

    id: UUID
    slug: str
    name: str
    name_en: str | None
    state: str
    illustrative: bool
    season_months: list[int]
    pack: str | None
    net_weight_g: int | None
    price_vnd: int | None  # Of the pack shown first.
    stars: int | None  # Of an OCOP certificate that holds today.
    category_code: str | None
    photo_key: str | None

    @property
    def photo(self) -> str | None:
        """The address of the photo shown first, small."""
        return small_photo(self.photo_key)

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name


@dataclass(slots=True)
class SupplierBrief:
    """A supplier as it stands on the page of its product."""

    id: UUID
    organisation_id: UUID
    code: str
    slug: str
    name: str
    name_en: str | None
    legal_form: str
    province_code: str | None
    commune_code: str | None
    place: str
    state: str
    verified_on: date | None
    wholesale_public: bool
    illustrative: bool
    min_order_kg: float | None

    @property
    def legal_form_name(self) -> str:
        """The legal form in words."""
        return kinds.legal_form_name(self.legal_form)

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name


@dataclass(slots=True)
class ProductPage:
    """All that the page of one product shows. Tiers are empty for a reader who may not see them (`wholesale_hidden`)."""

    id: UUID
    code: str
    slug: str
    name: str
    name_en: str | None
    state: str
    version: int
    illustrative: bool
    source: str | None
    description: str | None
    ingredients: str | None
    origin: str | None
    storage: str | None
    unit: str
    shelf_life_days: int | None
    season_months: list[int]
    lead_days: int | None
    min_order_kg: float | None
    stock_kg: float | None
    stock_on: date | None
    updated_at: datetime
    category_code: str | None
    category_name: str | None
    category_name_en: str | None
    category_group: str | None
    category_group_en: str | None
    commodity_slug: str | None
    commodity_name: str | None
    commodity_name_en: str | None
    hs_hint: str | None
    supplier: SupplierBrief
    packs: list[PackView]
    tiers: list[TierView]
    cells: list[Cell]
    certificates: list[CertificateView]
    marks: list[MarkView]
    others: list[ProductCard]
    photos: list[PhotoView]
    wholesale_hidden: bool = False

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name

    @property
    def category(self) -> str | None:
        """The name of the OCOP sub-group in the reader's language."""
        return self.category_name_en if locale() == "en" else self.category_name

    @property
    def commodity(self) -> str | None:
        """The name of the commodity in the reader's language."""
        return self.commodity_name_en if locale() == "en" else self.commodity_name

    @property
    def least_order_kg(self) -> float | None:
        """The least order: the product's own or its supplier's, whichever is more (C7); None when neither is known."""
        known = [kg for kg in (self.min_order_kg, self.supplier.min_order_kg) if kg is not None]
        return max(known, default=None)

    @property
    def stars(self) -> int | None:
        """The stars of an OCOP certificate that holds today."""
        return max((c.stars for c in self.certificates if c.stars and c.holds), default=None)

    @property
    def capacity_declared(self) -> bool:
        """Whether anything is known of what the product can yield."""
        return any(cell.capacity is not None for cell in self.cells)

    @property
    def borrowed_from(self) -> int | None:
        """The newest year whose figures stand in for months that nobody has declared."""
        return max((cell.borrowed_from for cell in self.cells if cell.borrowed_from), default=None)


@dataclass(slots=True)
class SupplierPage:
    """All that the page of one supplier shows. Contact and street of a household are left out: they are a person's."""

    id: UUID
    organisation_id: UUID
    code: str
    slug: str
    name: str
    name_en: str | None
    legal_form: str
    tax_code: str | None
    province_code: str | None
    commune_code: str | None
    place: str
    former_places: list[str]
    address: str | None
    phone: str | None
    email: str | None
    website: str | None
    founded: int | None
    members: int | None
    people: str | None
    area_ha: float | None
    capacity_note: str | None
    story: str | None
    min_order_kg: float | None
    wholesale_public: bool
    verified_on: date | None
    state: str
    illustrative: bool
    source: str | None
    version: int
    updated_at: datetime
    certificates: list[CertificateView]
    marks: list[MarkView]
    products: list[ProductCard]
    photos: list[PhotoView]

    @property
    def legal_form_name(self) -> str:
        """The legal form in words."""
        return kinds.legal_form_name(self.legal_form)

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name


@dataclass(slots=True)
class SupplierCard:
    """A supplier in the list of suppliers."""

    id: UUID
    slug: str
    name: str
    name_en: str | None
    legal_form: str
    province_code: str | None
    commune_code: str | None
    place: str
    verified_on: date | None
    illustrative: bool
    products: int  # Published ones; a supplier without any can be found too (C17).
    photo_key: str | None

    @property
    def photo(self) -> str | None:
        """The address of the photo shown first, small."""
        return small_photo(self.photo_key)

    @property
    def legal_form_name(self) -> str:
        """The legal form in words."""
        return kinds.legal_form_name(self.legal_form)

    @property
    def title(self) -> str:
        """The name in the reader's language, where there is one."""
        return (self.name_en or self.name) if locale() == "en" else self.name


@dataclass(slots=True)
class SupplierList:
    """A page of suppliers, in Vietnamese dictionary order."""

    items: list[SupplierCard]
    total: int
    next: str | None
    forms: dict[str, int] = field(default_factory=dict)  # Legal form → how many, under the other filters.
    communes: dict[str, int] = field(default_factory=dict)
    provinces: dict[str, int] = field(default_factory=dict)
