"""Pages of fairs: the calendar, one fair, and which of the coming fairs suit a product.

/hoi-cho           fairs/fairs.html    found (fairs.FairList), suits (for one product), chosen, next, first
/hoi-cho/{slug}    fairs/fair.html     shown (fairs.FairPage), rates (fairs.charges RateViews)
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.core import places
from service.web.deps import Me, Page, Session
from service.web.pages.render import here

router = APIRouter()


@router.get("/hoi-cho")
async def calendar(
    request: Request,
    page: Page,
    me: Me,
    session: Session,
    kind: Annotated[str, Query(max_length=40)] = "",
    city: Annotated[str, Query(max_length=100)] = "",
    past: Annotated[str, Query(max_length=1)] = "",
    product: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """The fairs to come, or those that are over; with a product, the coming fairs in the order in which they suit it."""
    search = fairs.FairSearch(
        kind=fairs.FairKind(kind) if kind in set(fairs.FairKind) else None,
        province=_city(city),
        past=bool(past),
        cursor=cursor or None,
    )
    found = await fairs.calendar(session, search, me)
    suits = await fairs.fairs_for_product(session, product, me) if product else []
    return page.show(
        "fairs/fairs.html",
        found=found,
        suits=suits,
        product=product,
        chosen={"kind": search.kind or "", "city": search.province or "", "past": search.past},
        kinds=[(each.value, fairs.kind_name(each)) for each in fairs.FairKind],
        cities=[(each.code, each.full_name) for each in places.provinces()],
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/hoi-cho/{slug}")
async def fair(slug: str, page: Page, me: Me, session: Session) -> Response:
    """One fair: place, days, hosts, halls, the buyers there, and the products that suit it."""
    shown = await fairs.fair_page(session, slug, me)
    return page.show("fairs/fair.html", shown=shown, rates=await fairs.charges.rates(session, shown.fair.id))


def _city(typed: str) -> str | None:
    """The code of a province of today that is meant by a code or a name; an unknown one finds nothing."""
    return (places.code_meant(typed, "province") or "00") if typed.strip() else None
