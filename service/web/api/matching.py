"""Requests and rankings for programs. The buyer of an anonymous request is part of no answer, for nobody but its owner."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from service import matching
from service.core import places
from service.core.errors import Invalid
from service.core.i18n import _, locale
from service.web.api import requests as writing
from service.web.api.request_shapes import RequestOut, request_out
from service.web.api.shapes import Out, Parameters, ReasonOut
from service.web.deps import Me, Session

router = APIRouter(tags=["matching"])
router.include_router(writing.router)
SCOPE = "requests"

MOST = 100
DEEPEST = 10_000


class CountOut(Out):
    """A value of a filter with its number of requests."""

    value: str
    name: str
    count: int


class RequestFacets(Out):
    """How many requests each value of a filter has."""

    commodity: list[CountOut]
    city: list[CountOut]


class RequestsOut(Out):
    """A page of requests."""

    items: list[RequestOut]
    total: int
    facets: RequestFacets
    next: str | None


class FactorOut(Out):
    """One factor of the score."""

    name: str
    label: str
    value: float | None = Field(description="0 to 1; null where nothing is known, which counts as one half.")
    counted: float = Field(description="What went into the score.")
    weight: float
    evidence: str


class CoveredOut(Out):
    """One asked month and what could be given; null where nobody knows."""

    year: int
    month: int
    asked_kg: float
    given_kg: float | None


class ProductRef(Out):
    """Which product it is."""

    slug: str
    name: str


class SupplierRef(Out):
    """Whose product it is."""

    slug: str
    name: str
    legal_form: str
    place: str


class GapOut(Out):
    """One thing that the buyer asks for and that is not known to be held."""

    text: str
    unknown: bool = Field(description="True where nobody knows, false where it is known to be missing.")


class ReadinessOut(Out):
    """How much of the buyer's entry checklist is held today."""

    held: int
    required: int
    unseen: int = Field(description="Conditions whose answers stay between the two sides, not counted here.")
    line: str
    gaps: list[GapOut]


class MatchOut(Out):
    """One product judged against a request."""

    position: int
    product: ProductRef
    supplier: SupplierRef
    fits: bool
    score: float
    line: str = Field(description="The reasons in one line.")
    reasons: list[ReasonOut]
    unknown: list[str]
    factors: list[FactorOut]
    months: list[CoveredOut]
    given_kg: float
    price_vnd_per_kg: int | None
    wholesale_from_kg: float | None = Field(description="Null where the price is the retail price per kilogram.")
    failed: list[str]
    change: str | None = Field(description="For a near miss: the smallest change of the request that lets it in.")
    readiness: ReadinessOut | None = Field(description="Against the buyer's entry checklist; null where there is none to see.")
    illustrative: bool


class MatchesOut(Out):
    """A request's ranking: matches best first, then near misses; `items` holds the asked-for page of matches."""

    request: str
    weights: dict[str, float]
    weights_from: str = Field(description="given (in the address), saved (by the buyer, for its own people) or market.")
    items: list[MatchOut]
    total: int
    near: list[MatchOut]
    near_total: int
    near_of_other_goods: int = Field(description="Near misses whose goods are others of the same sub-group; they come last.")
    out_total: int
    left_out: int = Field(description="Products of the same sub-group, but other goods, that were not weighed.")
    next: str | None


class FitOut(Out):
    """An open request and how a product stands to it."""

    request: RequestOut
    match: MatchOut


class FitsOut(Out):
    """The open requests for one product: those that it fits, those that it nearly does, those that it does not."""

    items: list[FitOut]
    near: list[FitOut]
    out: list[FitOut]
    total: int


class RequestParameters(Parameters):
    """What the list of requests may be asked."""

    commodity: str | None = Field(default=None, max_length=100, description="Slug, name or synonym.")
    city: str | None = Field(default=None, max_length=100, description="Province of delivery: code or name.")
    month: int | None = Field(default=None, ge=1, le=12)
    stars: int | None = Field(default=None, ge=3, le=5, description="Requests that goods of so many stars can answer.")
    buyer: str | None = Field(default=None, max_length=200)
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=20, ge=1, le=MOST)


class MatchParameters(Parameters):
    """The weights of the factors, and the page."""

    weight_coverage: float = Field(default=5, ge=0, le=10)
    weight_price: float = Field(default=4, ge=0, le=10)
    weight_quality: float = Field(default=3, ge=0, le=10)
    weight_certificates: float = Field(default=1, ge=0, le=10)
    weight_relevance: float = Field(default=2, ge=0, le=10)
    weight_distance: float = Field(default=2, ge=0, le=10)
    weight_reliability: float = Field(default=2, ge=0, le=10)
    cursor: str | None = Field(default=None, max_length=100)
    limit: int = Field(default=20, ge=1, le=MOST)

    def weights(self) -> matching.Weights:
        """The weights of the ranking."""
        return matching.Weights(*(getattr(self, f"weight_{name}") for name in matching.FACTORS))


@router.get("/requests")
async def requests(asked: Annotated[RequestParameters, Query()], me: Me, session: Session) -> RequestsOut:
    """The open requests that the reader may find, newest first."""
    search = matching.RequestSearch(
        commodity=asked.commodity,
        province=_city(asked.city),
        month=asked.month,
        stars=asked.stars,
        buyer=asked.buyer,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    found = await matching.open_requests(session, search, me)
    return RequestsOut(
        items=[request_out(each) for each in found.items],
        total=found.total,
        facets=RequestFacets(
            commodity=[CountOut(value=each.slug, name=each.called(locale()), count=n) for each, n in found.commodities],
            city=[CountOut(value=code, name=places.where(code), count=n) for code, n in found.cities],
        ),
        next=found.next,
    )


@router.get("/requests/{code}")
async def request(code: str, asked: Annotated[Parameters, Query()], me: Me, session: Session) -> RequestOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One request, as far as the reader may see it."""
    return request_out(await matching.request_page(session, code, me))


@router.get("/requests/{code}/matches")
async def matches(code: str, asked: Annotated[MatchParameters, Query()], me: Me, session: Session) -> MatchesOut:
    """Who could supply it, best first, with the reasons, the evidence and the near misses. Without weights the buyer's own
    people get those that the buyer has saved, everybody else those of the market.
    """
    first = _offset(asked.cursor)
    given = any(name.startswith("weight_") for name in asked.model_fields_set)
    weights = asked.weights() if given else None
    ranked = await matching.ranked(session, code, weights, actor=me, limit=asked.limit, offset=first)
    after = first + len(ranked.matches)
    return MatchesOut(
        request=ranked.request.code,
        weights=dict(ranked.weights.named()),
        weights_from=ranked.weights_from,
        items=[_match(each) for each in ranked.matches],
        total=ranked.matches_total,
        near=[_match(each) for each in ranked.near],
        near_total=ranked.near_total,
        near_of_other_goods=ranked.near_of_other_goods,
        out_total=ranked.out_total,
        left_out=ranked.left_out,
        next=_sealed(after) if ranked.matches and after < ranked.matches_total else None,
    )


@router.get("/products/{slug}/requests")
async def requests_for_product(slug: str, asked: Annotated[Parameters, Query()], me: Me, session: Session) -> FitsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """The open requests that a product could answer, with the reasons, and why it does not fit others of its goods."""
    fits = await matching.requests_for_product(session, slug, me)
    return FitsOut(
        items=[_fit(each) for each in fits.fits],
        near=[_fit(each) for each in fits.near],
        out=[_fit(each) for each in fits.out],
        total=len(fits.fits),
    )


def _match(view: matching.CandidateView) -> MatchOut:
    return MatchOut(
        position=view.position,
        product=ProductRef(slug=view.product_slug, name=view.product_name),
        supplier=SupplierRef(slug=view.supplier_slug, name=view.supplier_name, legal_form=view.legal_form, place=view.place),
        fits=view.fits,
        score=round(view.score, 6),
        line=view.line,
        reasons=[ReasonOut.model_validate(each) for each in view.reasons],
        unknown=view.unknowns,
        factors=[FactorOut.model_validate(each) for each in view.factors],
        months=[
            CoveredOut(year=cell.year, month=cell.month, asked_kg=cell.asked, given_kg=cell.covered)
            for cell in view.cells
            if cell.asked is not None
        ],
        given_kg=view.given,
        price_vnd_per_kg=view.price_vnd_per_kg,
        wholesale_from_kg=view.wholesale_from_kg,
        failed=view.failed,
        change=view.change,
        readiness=ReadinessOut.model_validate(view.readiness) if view.readiness else None,
        illustrative=view.illustrative,
    )


def _fit(fit: matching.RequestFit) -> FitOut:
    return FitOut(request=request_out(fit.request), match=_match(fit.best))


def _city(typed: str | None) -> str | None:
    return (places.code_meant(typed, "province") or "00") if typed else None


def _sealed(offset: int) -> str:
    return base64.urlsafe_b64encode(f"at {offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    """Where a page of a ranking begins. The ranking is computed when it is read, so its pages are counted, not keyed."""
    if cursor is None:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        if word == "at" and number.isascii() and number.isdecimal() and int(number) <= DEEPEST:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Invalid(
        _("Địa chỉ trang tiếp theo không còn dùng được. Hãy xem lại từ đầu danh sách."), {"cursor": _("Không đọc được.")}
    )
