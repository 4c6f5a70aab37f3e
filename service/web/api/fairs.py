"""Fairs for programs: the calendar, one fair, and which fair suits which product."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from service import fairs
from service.core import places
from service.web.api.shapes import Out, Parameters, ReasonOut
from service.web.deps import Me, Session

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"

MOST = 100


class FairOut(Out):
    """One event."""

    slug: str
    name: str = Field(validation_alias="title")
    name_en: str | None
    kind: str = Field(description="fair, product_week or conference.")
    state: str = Field(description="announced or cancelled.")
    place: str | None
    address: str | None
    province_code: str | None
    commune_code: str | None
    starts_on: date
    ends_on: date
    date_precision: str = Field(description="day, month or year: how exactly the dates are known.")
    opening_hours: str | None
    hosts: list[str]
    co_hosts: list[str]
    call: str = Field(description="Whether exhibitors may apply: none, coming, open or closed.")
    call_opens_on: date | None
    call_closes_on: date | None
    buyers: int
    over: bool
    illustrative: bool
    source: str | None


class FairsOut(Out):
    """A page of the calendar."""

    items: list[FairOut]
    total: int
    next: str | None


class DayOut(Out):
    """When it is open on one of its days."""

    day: date
    opens: time
    closes: time
    note: str | None


class HallOut(Out):
    """A part of the place."""

    name: str
    about: str | None
    area_m2: float | None


class ExpectedOut(Out):
    """A buyer who will be there."""

    slug: str
    name: str
    kind: str
    looking_for: str | None
    commodities: list[str]
    open_requests: int = Field(description="Open requests that carry the buyer's name.")
    illustrative: bool


class ProductRef(Out):
    """Which product it is."""

    slug: str
    name: str
    supplier_slug: str
    supplier_name: str


class SuitOut(Out):
    """A product for a fair."""

    product: ProductRef
    fits: bool
    score: float
    line: str
    reasons: list[ReasonOut]
    illustrative: bool


class OneFairOut(FairOut):
    """One event with its halls, the buyers there, and the products that suit it."""

    description: str | None
    call_words: str | None
    call_needs: list[str]
    days: list[DayOut]
    halls: list[HallOut]
    expected: list[ExpectedOut]
    products: list[SuitOut]


class FairForProductOut(SuitOut):
    """A coming fair for a product."""

    fair: FairOut


class FairsForProductOut(Out):
    """The coming fairs for one product, those that suit it best first."""

    items: list[FairForProductOut]
    total: int


class FairParameters(Parameters):
    """What the calendar may be asked."""

    kind: fairs.FairKind | None = None
    city: str | None = Field(default=None, max_length=100, description="Province: code or name.")
    past: bool = Field(default=False, description="Those that are over, the last one first.")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=20, ge=1, le=MOST)


@router.get("/fairs")
async def calendar(asked: Annotated[FairParameters, Query()], me: Me, session: Session) -> FairsOut:
    """The fairs to come, the next one first; or those that are over."""
    province = None
    if asked.city:
        named = places.find(asked.city, "province")
        province = asked.city if places.province(asked.city) else named[0].code if named else "00"
    search = fairs.FairSearch(kind=asked.kind, province=province, past=asked.past, cursor=asked.cursor, limit=asked.limit)
    found = await fairs.calendar(session, search, me)
    return FairsOut(items=[FairOut.model_validate(each) for each in found.items], total=found.total, next=found.next)


@router.get("/fairs/{slug}")
async def fair(slug: str, asked: Annotated[Parameters, Query()], me: Me, session: Session) -> OneFairOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One fair with its halls, the buyers there, and the products that suit it, with the reasons."""
    shown = await fairs.fair_page(session, slug, me)
    return OneFairOut(
        **FairOut.model_validate(shown.fair).model_dump(exclude={"name"}),
        title=shown.fair.title,
        description=shown.fair.description,
        call_words=shown.fair.call_words,
        call_needs=list(shown.fair.call_needs),
        days=[DayOut.model_validate(each) for each in shown.days],
        halls=[HallOut.model_validate(each) for each in shown.halls],
        expected=[ExpectedOut.model_validate(each) for each in shown.buyers],
        products=[SuitOut(**_suit(each)) for each in shown.products],
    )


@router.get("/products/{slug}/fairs")
async def fairs_for_product(slug: str, asked: Annotated[Parameters, Query()], me: Me, session: Session) -> FairsForProductOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The coming fairs for one product, those that suit it best first, with the reasons."""
    found = await fairs.fairs_for_product(session, slug, me)
    items = [FairForProductOut(**_suit(each), fair=FairOut.model_validate(each.fair)) for each in found]
    return FairsForProductOut(items=items, total=len(items))


def suit_out(view: fairs.SuitView) -> SuitOut:
    """A product for a fair."""
    return SuitOut(**_suit(view))


def _suit(view: fairs.SuitView) -> dict[str, object]:
    return {
        "product": ProductRef(
            slug=view.product_slug, name=view.product_name, supplier_slug=view.supplier_slug, supplier_name=view.supplier_name
        ),
        "fits": view.fits,
        "score": round(view.score, 6),
        "line": view.line,
        "reasons": [ReasonOut.model_validate(each) for each in view.reasons],
        "illustrative": view.illustrative,
    }
