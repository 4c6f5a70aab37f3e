"""What a reader is shown of requests and rankings: plain values, without anything that is not hers to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.catalogue import CommodityTerms, OfferRow, legal_form_name
from service.core import clock, formats, places
from service.core.i18n import _, locale
from service.matching import evidence, reasons
from service.matching.checklists import ReadinessView
from service.matching.models import BuyerKind, CloseReason, RequestState, Visibility
from service.matching.ranking import Match, Weights
from service.matching.reasons import Reason
from service.matching.terms import first_day, number

YEAR = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of the strip."""

    month: int
    year: int
    asked: float | None
    covered: float | None = None


@dataclass(frozen=True, slots=True)
class BuyerView:
    """Whose request it is, for those who may know."""

    id: UUID
    slug: str
    name: str
    kind: str
    province_code: str | None
    verified: bool
    illustrative: bool

    @property
    def kind_name(self) -> str:
        """The kind of buyer in the reader's language."""
        return buyer_kind_name(self.kind)

    @property
    def place(self) -> str:
        """Where the buyer is."""
        return places.where(self.province_code)


@dataclass(frozen=True, slots=True)
class InvitationBrief:
    """How the reader's own organisation, a supplier, stands to a request: invited, or come by itself."""

    id: UUID
    state: str
    answer_by: date | None

    @property
    def href(self) -> str:
        """The thread with the buyer."""
        return f"/trao-doi/{self.id}"

    @property
    def waits(self) -> bool:
        """Whether the buyer waits for a first word."""
        return self.state in ("sent", "seen")


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as this reader may see it: `buyer` and `place` are None where they are not hers to know."""

    id: UUID
    code: str
    title: str
    commodity: CommodityTerms | None
    words: str | None
    months: tuple[tuple[date, Decimal], ...]
    ceiling: int | None
    certificates: tuple[str, ...]
    min_stars: int | None
    pack_g: int | None
    unverified_too: bool
    province_code: str
    place: str | None
    deadline: date | None
    note: str | None
    visibility: str
    state: str
    opened_at: datetime | None
    close_reason: str | None
    illustrative: bool
    version: int
    buyer: BuyerView | None
    mine: bool
    answerable: bool
    sealed: bool = False
    closes_at_quotes: int | None = None
    quotes: int = 0
    mark_slug: str | None = None
    mark_name: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    round_id: UUID | None = None
    demand_id: UUID | None = None
    invitation: InvitationBrief | None = None

    @property
    def href(self) -> str:
        """Its page."""
        return f"/tim-hang/{self.code}"

    @property
    def goods(self) -> str:
        """What is looked for, in the reader's language."""
        return self.commodity.called(locale()) if self.commodity else self.words or self.title

    @property
    def city(self) -> str:
        """Where the goods are to be delivered."""
        known = places.province(self.province_code)
        return known.full_name if known else self.province_code

    @property
    def total(self) -> Decimal:
        """All kilograms asked for."""
        return sum((kg for _day, kg in self.months), Decimal(0))

    @property
    def span(self) -> str:
        """The months in words: T12–T2."""
        return reasons.spans(number(day) for day, _kg in self.months)

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers asked for, by their names."""
        return tuple(evidence.paper_name(kind) for kind in self.certificates)

    @property
    def cells(self) -> list[Cell]:
        """The months asked for, on the twelve-month strip."""
        asked = {day: float(kg) for day, kg in self.months}
        return [Cell(day.month, day.year, asked.get(day)) for day in twelve(asked)]

    @property
    def visibility_name(self) -> str:
        """Who may see it, in words."""
        return visibility_name(self.visibility)

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        full = self.closes_at_quotes is not None and self.quotes >= self.closes_at_quotes
        return standing_name(self.state, self.answerable, full=full)

    @property
    def line(self) -> str:
        """The request in one line, as in a list on another page."""
        parts = [formats.kg(self.total), self.span, self.city]
        if self.ceiling is not None:
            parts.append(_("trần %(vnd)s/kg", vnd=formats.vnd(self.ceiling)))
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class FactorView:
    """One factor with its weight and evidence; `value` is None where nothing is known."""

    name: str
    label: str
    value: float | None
    counted: float
    weight: float
    evidence: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One product judged against the request, in words and figures."""

    position: int
    product_slug: str
    product_name: str
    supplier_slug: str
    supplier_name: str
    legal_form: str
    place: str
    organisation_id: UUID
    supplier_id: UUID
    illustrative: bool
    fits: bool
    score: float
    reasons: list[Reason]
    unknowns: list[str]
    factors: list[FactorView]
    cells: list[Cell]
    given: float
    price_vnd_per_kg: int | None
    wholesale_from_kg: float | None
    borrowed_year: int | None
    failed: list[str]
    change: str | None
    change_fields: Mapping[str, str]
    readiness: ReadinessView | None = None  # Against the buyer's checklist, where it has one and the reader may know.

    @property
    def href(self) -> str:
        """The product's page."""
        return f"/san-pham/{self.product_slug}"

    @property
    def line(self) -> str:
        """The reasons on one line."""
        return " · ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class RankedView:
    """A request with everyone who could answer it, as one reader sees it.

    `matches` and `near` hold the asked-for part; the counts beside them are of all. `own` are the reader's own products,
    wherever they stand. `left_out` counts products of the same sub-group that surely fit less and were not judged.
    """

    request: RequestView
    weights: Weights
    weights_from: str  # given, saved (by the buyer, for its own people) or market
    matches: list[CandidateView]
    matches_total: int
    near: list[CandidateView]
    near_total: int
    near_of_other_goods: int
    out_total: int
    left_out: int
    own: list[CandidateView]
    sees_all_prices: bool


def candidate(
    match: Match,
    row: OfferRow,
    position: int,
    weights: Weights,
    reference: float | None,
    goods: Mapping[UUID, CommodityTerms],
    readiness: ReadinessView | None = None,
) -> CandidateView:
    """A match in words, for this reader's language."""
    own_goods = goods.get(row.commodity_id) if row.commodity_id else None
    named = own_goods.called(locale()) if own_goods else row.name
    change = match.change
    covered = {first_day(each.month): each for each in match.months}
    asked = {each.day: each.kg for each in match.request.wanted}
    return CandidateView(
        position=position,
        product_slug=row.slug,
        product_name=(row.name_en or row.name) if locale() == "en" else row.name,
        supplier_slug=row.supplier_slug,
        supplier_name=row.supplier_name,
        legal_form=legal_form_name(row.legal_form),
        place=places.where(row.province_code, row.commune_code),
        organisation_id=row.organisation_id,
        supplier_id=row.supplier_id,
        illustrative=row.illustrative,
        fits=match.fits,
        score=match.score,
        reasons=reasons.reasons(match, named),
        unknowns=[reasons.unknown_words(each) for each in match.unknowns],
        factors=[
            FactorView(
                factor.name,
                evidence.factor_name(factor.name),
                factor.value if factor.known else None,
                factor.value,
                getattr(weights, factor.name),
                evidence.evidence(match, factor, reference),
            )
            for factor in match.factors
        ],
        cells=[
            Cell(day.month, day.year, asked.get(day), covered[day].given if day in covered else None) for day in twelve(asked)
        ],
        given=match.given,
        price_vnd_per_kg=match.price.per_kg if match.price else None,
        wholesale_from_kg=match.price.from_kg if match.price else None,
        borrowed_year=_borrowed(row, asked),
        failed=reasons.failed_words(match, named),
        change=reasons.change_words(change, named) if change else None,
        change_fields=reasons.change_fields(change) if change else {},
        readiness=readiness,
    )


def twelve(asked: Mapping[date, float]) -> Sequence[date]:
    """The twelve months that the strip shows: from the first asked one, or from today's where all are still to come."""
    first, today = number(min(asked)), number(clock.today())
    start = today if today < first and today + YEAR > number(max(asked)) else first
    return [first_day(start + ahead) for ahead in range(YEAR)]


def _borrowed(row: OfferRow, asked: Mapping[date, float]) -> int | None:
    """The declared year that stands in for a later one, if any month had to be read from it."""
    years = {row.year_for(day.year) for day in asked if row.year_for(day.year) != day.year}
    return min((year for year in years if year is not None), default=None)


def buyer_kind_name(kind: str) -> str:
    """A kind of buyer in the reader's language."""
    return {
        BuyerKind.MODERN_TRADE.value: _("phân phối hiện đại"),
        BuyerKind.EXPORT_HUB.value: _("đầu mối xuất khẩu"),
        BuyerKind.RESTAURANT.value: _("nhà hàng"),
        BuyerKind.HOTEL.value: _("khách sạn"),
        BuyerKind.INDUSTRIAL_CATERING.value: _("suất ăn công nghiệp"),
        BuyerKind.CANTEEN.value: _("bếp ăn tập thể"),
        BuyerKind.WHOLESALE_MARKET.value: _("chợ đầu mối"),
        BuyerKind.SPECIALITY_SHOP.value: _("cửa hàng đặc sản"),
        BuyerKind.ECOMMERCE.value: _("sàn thương mại điện tử"),
        BuyerKind.AGENT.value: _("đại lý, cộng tác viên"),
        BuyerKind.GIFT_COMPANY.value: _("công ty quà tặng"),
    }[str(kind)]


def visibility_name(visibility: str) -> str:
    """Who may see a request, in words."""
    return {
        Visibility.PUBLIC.value: _("mọi người xem được"),
        Visibility.MATCHED.value: _("chỉ nhà cung cấp phù hợp xem được"),
        Visibility.ANONYMOUS.value: _("không nêu tên người mua"),
        Visibility.INVITED.value: _("chỉ nhà cung cấp được mời xem được"),
    }[str(visibility)]


def standing_name(state: str, answerable: bool, *, full: bool = False) -> str:
    """Where a request stands, in words."""
    if state == RequestState.DRAFT:
        return _("bản nháp")
    if state == RequestState.CLOSED:
        return _("đã đóng")
    if answerable:
        return _("đang mở")
    return _("đã nhận đủ báo giá") if full else _("đã hết hạn trả lời")


def close_reason_name(reason: str) -> str:
    """Why a request was closed, in words."""
    return {
        CloseReason.FILLED.value: _("đã đủ hàng"),
        CloseReason.FILLED_ELSEWHERE.value: _("đã mua nơi khác"),
        CloseReason.NO_LONGER_NEEDED.value: _("không cần nữa"),
    }[str(reason)]
