"""Pages of the catalogue for everyone: one product, one supplier, the list of suppliers.

/san-pham/{slug}       catalogue/product.html    name, description, main (drawn by catalogue/_product.html from a ProductPage)
/nha-cung-cap          catalogue/suppliers.html  list (catalogue.SupplierList), chosen, legal_forms, communes, next, first
/nha-cung-cap/{slug}   catalogue/supplier.html   supplier (catalogue.SupplierPage), may_edit
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue, matching
from service.core import places
from service.web.deps import Me, Page, Reader
from service.web.pages.render import here, remembered

router = APIRouter()
PARTS = "<!-- part -->"  # Between the title, the description and the rest in catalogue/_product.html.


@router.get("/san-pham/{slug}")
async def product(slug: str, page: Page, me: Me, reader: Reader) -> Response:
    """One product, as a buyer weighs it."""
    record = await catalogue.product_record(reader, slug, me)
    may_edit = catalogue.may_edit(me, record.supplier.organisation_id)
    signed = me is not None
    listing = matching.may_keep_lists(me) and me is not None and me.may_write

    def context() -> dict[str, Any]:
        return {"product": record.page(), "may_edit": may_edit, "signed": signed, "listing": listing}

    drawn = remembered("catalogue/_product.html", (record, may_edit, signed, listing), context)
    title, description, main = drawn.split(PARTS)
    return page.show("catalogue/product.html", name=title, description=description, main=main)


@router.get("/nha-cung-cap")
async def suppliers(
    request: Request,
    page: Page,
    reader: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    legal_form: Annotated[str, Query(max_length=40)] = "",
    province: Annotated[str, Query(max_length=100)] = "",
    commune: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Who supplies, in dictionary order; filters work without JavaScript and stand in the address."""
    search = catalogue.SupplierSearch(
        q=q,
        legal_form=legal_form if legal_form in set(catalogue.LegalForm) else None,
        province=place_code(province, "province"),
        commune=place_code(commune, "commune"),
        cursor=cursor or None,
    )
    found = await catalogue.suppliers(reader, search)
    forms = [
        (form.value, with_count(catalogue.legal_form_name(form), found.forms.get(form.value))) for form in catalogue.LegalForm
    ]
    there = [place for code in sorted({*found.communes, search.commune or ""}) if (place := places.commune(code)) is not None]
    known = [(place.code, with_count(place.full_name, found.communes.get(place.code))) for place in there]
    return page.show(
        "catalogue/suppliers.html",
        list=found,
        chosen={"q": q, "legal_form": search.legal_form or "", "commune": search.commune or ""},
        legal_forms=forms,
        communes=known,
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/nha-cung-cap/{slug}")
async def supplier(slug: str, page: Page, me: Me, reader: Reader) -> Response:
    """One supplier: who they are, what they make, how to reach them."""
    shown = await catalogue.supplier_page(reader, slug, me)
    findings = await catalogue.findings(reader, shown.id, shown.organisation_id, me)
    inside = findings and catalogue.may_read_findings(me, shown.organisation_id)
    return page.show(
        "catalogue/supplier.html",
        supplier=shown,
        may_edit=catalogue.may_edit(me, shown.organisation_id),
        listing=matching.may_keep_lists(me) and me is not None and me.may_write,
        findings=findings,
        check_photos=await catalogue.photos_of(reader, "check", [each.id for each in findings]) if inside else {},
        may_complain=catalogue.may_complain(me, shown.organisation_id),
    )


def place_code(typed: str, kind: places.Kind) -> str | None:
    """The code of the place that is meant by a code or by a name of today or before; an unknown one finds nothing."""
    return (places.code_meant(typed, kind) or "unknown") if typed.strip() else None


def with_count(text: str, count: int | None) -> str:
    """A choice with how many it would leave."""
    return f"{text} ({count})" if count else text
