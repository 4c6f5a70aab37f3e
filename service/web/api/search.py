"""The list of products and suggestions, for programs."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue
from service.catalogue import PRODUCTS_A_PAGE, Found
from service.core.errors import Invalid
from service.core.i18n import _
from service.web.deps import Reader
from service.web.sealing import keeping_house, seal_soon

router = APIRouter(tags=["search"], lifespan=keeping_house)
SCOPE = "catalogue"

STARS = {"type": "array", "items": {"type": "integer", "minimum": 3, "maximum": 5}}
LIST_VALUE = {"type": "array", "items": {"type": "string"}}
PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "q": ({"type": "string"}, "Words as typed: marks or none, raw Telex or VNI, slips, northern, southern or English."),
    "category": (LIST_VALUE, "OCOP sub-group (I.3.c) or a group above it (I.3, I); several are alternatives."),
    "commodity": (LIST_VALUE, "Slug or name of a reference commodity; several are alternatives."),
    "stars": (STARS, "OCOP stars that hold today; several are alternatives."),
    "certificate": (LIST_VALUE, "Kind of paper that holds today (VG, HACCP …); of several all must hold."),
    "province": (LIST_VALUE, "Code or name, of today or of before July 2025."),
    "commune": (LIST_VALUE, "Code or name, of today or of before July 2025; a former district means all that it became."),
    "price_max": ({"type": "string"}, "Highest retail price of the cheapest pack, in đồng: 85000, 85k."),
    "month": ({"type": "integer", "minimum": 1, "maximum": 12}, "In season then; with kg: the month it is needed in."),
    "kg": ({"type": "string"}, "Least kilograms free in the next such month (or in any of the next twelve): 500, 1,5 tấn."),
    "supplier": ({"type": "string"}, "Slug of a supplier."),
    "sort": ({"type": "string", "enum": ["price", "-price", "name", "new"]}, "Best match first unless given."),
    "cursor": ({"type": "string"}, "The `next` of the page before."),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 100, "default": PRODUCTS_A_PAGE}, "Products on a page."),
}  # fmt: skip
OPENAPI = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": schema, "description": said}
        for name, (schema, said) in PARAMETERS.items()
    ]
}
KNOWN = frozenset({*PARAMETERS, "lang"})


def json_answer(text: str) -> Response:
    """JSON that is text already."""
    return Response(text, media_type="application/json")


@router.get("/products", openapi_extra=OPENAPI, summary="Search products")
async def products(request: Request, reader: Reader) -> Response:
    """Products with the exact total, the exact count of every facet, and suppliers and commodities of that name."""
    pairs = request.query_params.multi_items()
    listing = await catalogue.find(reader, pairs)
    found = listing.found
    errors = {name: _("Không có tham số này.") for name, _value in pairs if name not in KNOWN} | listing.address.errors
    if errors:
        raise Invalid(_("Có tham số chưa đúng; xem từng mục trong “errors”."), errors)
    facets = {
        group.name: [{"value": one.value, "name": one.name, "count": one.count} for one in group.options]
        for group in listing.groups
    }
    seal_soon()
    rest = {"total": found.total, "facets": facets, "next": found.next, **_about(found)}
    return json_answer(f'{{"items":{found.cards},{json.dumps(rest, ensure_ascii=False)[1:]}')


def _about(found: Found) -> dict[str, Any]:
    kinds: dict[str, list[dict[str, Any]]] = {"s": [], "g": []}
    for kind, slug, name, name_en, *_rest in found.names:
        kinds[kind].append({"slug": slug, "name": name, "name_en": name_en})
    return {
        "suppliers": kinds["s"],
        "commodities": kinds["g"],
        "fallback": found.note or None,
        "searched_for": found.shown or None,
    }


TYPED = {"name": "q", "in": "query", "required": False, "schema": {"type": "string"}, "description": "Typed so far."}


@router.get("/suggest", summary="Suggestions while typing", openapi_extra={"parameters": [TYPED]})
async def suggestions(request: Request, reader: Reader) -> Response:
    """Commodities, products and suppliers that begin with what has been typed so far."""
    found = await catalogue.suggest(reader, request.query_params.get("q", "")[:200])
    return json_answer(json.dumps({"items": found}, ensure_ascii=False))
