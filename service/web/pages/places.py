"""Places: what an old address is called today, and what a place of today was before July 2025.

/dia-phuong           places/index.html   look up an address or a name
/dia-phuong/{code}    places/place.html   one unit, with what it was made of or what it became
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.core import places
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Page

router = APIRouter()
MOST_FOUND = 60
LONGEST = 300


@router.get("/dia-phuong")
async def look_up(page: Page, q: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """What an address means today, or what it may mean."""
    asked = " ".join(q.replace("\x00", " ").split())
    meant = places.understand(asked) if asked else None
    found = places.find(asked) if asked and (meant is None or not meant.certain) else []
    return page.show(
        "places/index.html",
        asked=asked,
        meant=meant,
        options=meant.options if meant is not None else (),
        found=[place for place in found[:MOST_FOUND] if meant is None or not meant.options],
        provinces=places.provinces(),
        where=places.where,
    )


@router.get("/dia-phuong/{code}")
async def place(code: str, page: Page) -> Response:
    """One unit; where a code was handed on, the unit of today and below it the one of before."""
    units = places.coded(code)
    if not units:
        raise NotFound(_("Không có đơn vị hành chính mang mã này."))
    shown = units[0]
    return page.show(
        "places/place.html",
        place=shown,
        others=units[1:],
        before=places.former(shown.code) if shown.of_today else (),
        districts=places.former_districts(shown.code) if shown.of_today and shown.kind == "commune" else (),
        after=[] if shown.of_today else places.today_of(shown),
        above=places.province(shown.parent) if shown.of_today else places.above_before(shown),
        inside=places.communes(shown.code) if shown.of_today and shown.kind == "province" else (),
        where=places.where,
    )
