"""The catalogue for programs: one product, suppliers, and the reference data. The list of products is the search's.

Personal data stays inside: a household's tax number, phone, e-mail and street are never part of an answer, nor are drafts.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from service import catalogue
from service.core import places
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.api.photo_shapes import PhotoOut
from service.web.api.shapes import Out, Parameters
from service.web.deps import Me, Reader

router = APIRouter(tags=["catalogue"])
SCOPE = "catalogue"


class PackOut(Out):
    """A size that a product is sold in."""

    name: str
    net_weight_g: int | None
    per_carton: int | None
    gtin: str | None
    retail_price_vnd: int | None
    price_per_kg: int | None = Field(description="Retail price of a kilogram, where the net weight is known.")
    min_packs: int | None
    multiple_packs: int | None


class TierOut(Out):
    """A wholesale price from a quantity upwards."""

    from_kg: float
    price_vnd_per_kg: int


class MonthOut(Out):
    """One of the coming twelve months."""

    year: int
    month: int
    capacity_kg: float | None = Field(validation_alias="capacity", description="What may be promised at all.")
    free_kg: float | None = Field(validation_alias="free", description="What of it is not promised to anybody yet.")
    in_season: bool = Field(validation_alias="season")
    borrowed_from: int | None = Field(description="The declared year whose figure stands in for this month.")


class CertificateOut(Out):
    """A paper as it stands today."""

    id: UUID
    kind: str
    name: str
    stars: int | None
    number: str | None
    issuer: str | None
    level: str | None
    issued_on: date | None
    valid_to: date | None
    status: str = Field(description="valid, expiring, expired, endless, unknown or coming.")
    scans: list[str] = Field(validation_alias="scan_addresses", description="Where its pages are, for whoever may see them.")


class MarkOut(Out):
    """A protected name that may be used."""

    slug: str
    name: str
    kind: str
    number: str | None


class CategoryRef(Out):
    """An OCOP sub-group."""

    code: str
    name: str
    name_en: str


class CommodityRef(Out):
    """A reference commodity."""

    slug: str
    name: str
    name_en: str
    hs_hint: str | None


class PlaceOut(Out):
    """A place of today."""

    province_code: str | None
    commune_code: str | None
    text: str


class SupplierRef(Out):
    """Whose product it is."""

    slug: str
    name: str
    legal_form: str
    place: PlaceOut
    verified_on: date | None


class ProductRef(Out):
    """A product in its supplier's list."""

    slug: str
    name: str
    name_en: str | None
    stars: int | None
    category_code: str | None
    season_months: list[int]
    pack: str | None
    net_weight_g: int | None
    retail_price_vnd: int | None = Field(validation_alias="price_vnd")
    illustrative: bool


class ProductOut(Out):
    """One product."""

    slug: str
    code: str
    name: str
    name_en: str | None
    supplier: SupplierRef
    category: CategoryRef | None
    commodity: CommodityRef | None
    stars: int | None
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
    packs: list[PackOut]
    wholesale: list[TierOut] | None = Field(description="Null where this reader may not see wholesale prices.")
    months: list[MonthOut]
    certificates: list[CertificateOut]
    marks: list[MarkOut]
    photos: list[PhotoOut]
    illustrative: bool
    source: str | None
    updated_at: datetime


class SupplierItem(Out):
    """A supplier in the list."""

    slug: str
    name: str
    name_en: str | None
    legal_form: str
    place: PlaceOut
    verified_on: date | None
    products: int
    illustrative: bool


class SupplierFacets(Out):
    """How many suppliers each choice would leave."""

    legal_form: dict[str, int]
    province: dict[str, int]
    commune: dict[str, int]


class SuppliersOut(Out):
    """A page of suppliers."""

    items: list[SupplierItem]
    total: int
    facets: SupplierFacets
    next: str | None


class FieldCheckOut(Out):
    """An officer's visit on the spot."""

    visited_on: date
    finding: str = Field(description="passed, to_mend or failed.")


class SupplierOut(Out):
    """One supplier. Contact and street of a household are null: they are a person's."""

    slug: str
    code: str
    name: str
    name_en: str | None
    legal_form: str
    tax_code: str | None
    place: PlaceOut
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
    verified_on: date | None
    certificates: list[CertificateOut]
    marks: list[MarkOut]
    photos: list[PhotoOut]
    field_checks: list[FieldCheckOut] = Field(description="The last visits of officers, newest first.")
    products: list[ProductRef]
    illustrative: bool
    source: str | None
    updated_at: datetime


class CategoryOut(Out):
    """One of the OCOP sub-groups, with its published products."""

    code: str
    name: str
    name_en: str
    group_name: str
    group_name_en: str
    products: int


class CommodityOut(Out):
    """One of the reference commodities, with its published products."""

    slug: str
    name: str
    name_en: str
    category_code: str | None
    hs_hint: str | None
    season_months: list[int]
    synonyms: list[str]
    products: int


class CategoriesOut(Out):
    """All OCOP sub-groups."""

    items: list[CategoryOut]
    total: int


class CommoditiesOut(Out):
    """All reference commodities."""

    items: list[CommodityOut]
    total: int


class SupplierParameters(Parameters):
    """What the list of suppliers may be asked."""

    q: str = Field(default="", max_length=200)
    legal_form: catalogue.LegalForm | None = None
    province: str | None = Field(default=None, max_length=100, description="Code or name, of today or before 1 July 2025.")
    commune: str | None = Field(default=None, max_length=100, description="Code or name, of today or before 1 July 2025.")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=24, ge=1, le=100)


@router.get("/products/{slug}", responses={304: {"description": "Not changed since the given ETag."}})
async def product(slug: str, request: Request, me: Me, reader: Reader) -> ProductOut:
    """One published product, with packs, prices, the coming twelve months and papers."""
    page = await catalogue.product_page(reader, slug, me)
    out = ProductOut.model_validate(
        {
            **{name: getattr(page, name) for name in ProductOut.model_fields if hasattr(page, name)},
            "supplier": {**_picked(page.supplier, SupplierRef), "place": _place(page.supplier)},
            "category": CategoryRef(code=page.category_code, name=page.category_name or "", name_en=page.category_name_en or "")
            if page.category_code
            else None,
            "commodity": CommodityRef(
                slug=page.commodity_slug,
                name=page.commodity_name or "",
                name_en=page.commodity_name_en or "",
                hs_hint=page.hs_hint,
            )
            if page.commodity_slug
            else None,
            "min_order_kg": page.least_order_kg,
            "wholesale": None if page.wholesale_hidden else page.tiers,
            "months": page.cells,
        }
    )
    return known_by_its_tag(request, out)  # type: ignore[return-value] # A Response passes through; the model is for the description.


@router.get("/suppliers")
async def suppliers(asked: Annotated[SupplierParameters, Query()], reader: Reader) -> SuppliersOut:
    """The published suppliers in Vietnamese dictionary order, those without products too."""
    found = await catalogue.suppliers(
        reader,
        catalogue.SupplierSearch(
            q=asked.q,
            legal_form=asked.legal_form.value if asked.legal_form else None,
            province=_code(asked.province, "province"),
            commune=_code(asked.commune, "commune"),
            cursor=asked.cursor,
            limit=asked.limit,
        ),
    )
    return SuppliersOut(
        items=[SupplierItem.model_validate({**_picked(item, SupplierItem), "place": _place(item)}) for item in found.items],
        total=found.total,
        facets=SupplierFacets(legal_form=found.forms, province=found.provinces, commune=found.communes),
        next=found.next,
    )


@router.get("/suppliers/{slug}", responses={304: {"description": "Not changed since the given ETag."}})
async def supplier(slug: str, request: Request, me: Me, reader: Reader) -> SupplierOut:
    """One published supplier with its products."""
    page = await catalogue.supplier_page(reader, slug, me)
    checks = await catalogue.findings(reader, page.id, page.organisation_id)
    out = SupplierOut.model_validate({**_picked(page, SupplierOut), "place": _place(page), "field_checks": checks})
    return known_by_its_tag(request, out)  # type: ignore[return-value] # A Response passes through; the model is for the description.


@router.get("/categories")
async def categories(asked: Annotated[Parameters, Query()], reader: Reader) -> CategoriesOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The OCOP sub-groups in the order of the decision."""
    items = [CategoryOut.model_validate(item) for item in await catalogue.categories(reader)]
    return CategoriesOut(items=items, total=len(items))


@router.get("/commodities")
async def commodities(asked: Annotated[Parameters, Query()], reader: Reader) -> CommoditiesOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The reference commodities with their other names."""
    items = [CommodityOut.model_validate(item) for item in await catalogue.commodities(reader)]
    return CommoditiesOut(items=items, total=len(items))


def known_by_its_tag(request: Request, out: BaseModel) -> Response:
    """The answer with an ETag of its content; 304 when the program has it already."""
    body = out.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
    asked = request.headers.get("if-none-match", "")
    if asked == "*" or tag in (given.strip().removeprefix("W/") for given in asked.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _picked(source: Any, model: type[Out]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in model.model_fields if hasattr(source, name)}


def _place(source: Any) -> PlaceOut:
    return PlaceOut(province_code=source.province_code, commune_code=source.commune_code, text=source.place)


def _code(typed: str | None, kind: places.Kind) -> str | None:
    if typed is None or not typed.strip():
        return None
    code = places.code_meant(typed, kind)
    if code is None:
        raise Invalid(_("Có tham số chưa đúng; xem từng mục trong “errors”."), {kind: _("Không có nơi nào tên như vậy.")})
    return code
