"""What a reader is shown of quotes and awards: plain values, without anything that is not hers to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.core import places
from service.core.i18n import _
from service.matching.quotes.comparing import Landed
from service.matching.quotes.inputs import QuoteDraft
from service.matching.quotes.models import AwardState, QuoteState
from service.matching.quotes.words import assumptions, state_name
from service.matching.views import Cell, RequestView, twelve


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a quote: `landed` is what a kilogram costs delivered; `taken` what was awarded of it; `best`: no other quote
    offers this month for less; `wished`: what the best split would take of it.
    """

    product_id: UUID
    product_slug: str
    product_name: str
    month: date
    kg: Decimal
    price: int
    landed: Landed
    taken: Decimal = Decimal(0)
    best: bool = False
    wished: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """What can still be taken."""
        return self.kg - self.taken

    def field(self, quote_id: UUID) -> str:
        """The box of the award form in which it is taken."""
        return f"kg_{quote_id}_{self.product_id}_{self.month:%Y-%m}"


@dataclass(frozen=True, slots=True)
class AwardLineView:
    """One line of an award."""

    product_slug: str
    product_name: str
    month: date
    kg: Decimal
    price: int

    @property
    def amount(self) -> int:
        """What it comes to, in whole đồng."""
        return round(self.kg * self.price)


@dataclass(frozen=True, slots=True)
class AwardView:
    """What was taken of a quote, with the terms as they were then."""

    id: UUID
    code: str
    title: str
    quote_id: UUID
    supplier_name: str
    supplier_slug: str
    buyer_name: str
    state: str
    revision: int
    terms: QuoteDraft
    request_terms: Mapping[str, Any]
    lines: Sequence[AwardLineView]
    awarded_at: datetime
    undone_at: datetime | None
    undo_reason: str | None
    mine: bool  # The reader is the buyer.

    @property
    def href(self) -> str:
        """Its page, for both sides."""
        return f"/lan-chon/{self.id}"

    @property
    def stands(self) -> bool:
        """Whether it holds."""
        return self.state == AwardState.STANDING

    @property
    def kg(self) -> Decimal:
        """All kilograms."""
        return sum((each.kg for each in self.lines), Decimal(0))

    @property
    def amount(self) -> int:
        """What the goods come to before discount, in whole đồng."""
        return sum(each.amount for each in self.lines)

    @property
    def discount(self) -> int:
        """What the discount takes off, in whole đồng."""
        return round(self.amount * self.terms.discount_percent / 100)

    @property
    def cells(self) -> list[Cell]:
        """Its months on the strip."""
        given: dict[date, float] = {}
        for each in self.lines:
            given[each.month] = given.get(each.month, 0) + float(each.kg)
        return [Cell(day.month, day.year, given.get(day)) for day in twelve(given)]

    @property
    def city(self) -> str:
        """Where the goods go."""
        known = places.province(self.request_terms.get("delivery_province_code"))
        place = self.request_terms.get("place")
        return ", ".join(part for part in (place, known.full_name if known else None) if part)


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision with what it changed; `readable` is False where its seal stays closed to this reader."""

    number: int
    at: datetime
    changes: Sequence[str]
    readable: bool = True


@dataclass(frozen=True, slots=True)
class QuoteView:
    """One quote as this reader may see it. `terms` is None where it is sealed to her."""

    id: UUID
    code: str
    request_title: str
    supplier_id: UUID
    supplier_slug: str
    supplier_name: str
    pool_id: UUID | None
    state: str
    revision: int
    sent_at: datetime | None
    ended_why: str | None
    sealed: bool
    terms: QuoteDraft | None
    lines: Sequence[LineView] = ()
    asked: Mapping[date, Decimal] = field(default_factory=dict)
    lacks: Sequence[str] = ()
    awards: Sequence[AwardView] = ()
    revisions: Sequence[RevisionView] = ()
    due: date | None = None
    takes_answers: bool = False
    over: bool = False  # It has run out although nobody has written that down yet.
    changed_since: bool = False  # The request has changed after it was sent.

    @property
    def href(self) -> str:
        """Its page, for its supplier."""
        return f"/ban-hang/bao-gia/{self.id}"

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return _("đã hết hiệu lực") if self.over else state_name(self.state)

    @property
    def tone(self) -> str:
        """How that looks."""
        if self.over:
            return "bad"
        return {"sent": "info", "awarded": "good", "lost": "bad", "expired": "bad"}.get(str(self.state), "")

    @property
    def open(self) -> bool:
        """Whether something of it can be taken."""
        return self.state in (QuoteState.SENT, QuoteState.AWARDED) and not self.over

    @property
    def kg(self) -> Decimal:
        """All kilograms offered."""
        return sum((each.kg for each in self.lines), Decimal(0))

    @property
    def mean(self) -> int | None:
        """What a kilogram costs delivered, over all months."""
        if not self.lines:
            return None
        return round(sum((each.landed.total * each.kg for each in self.lines), Decimal(0)) / self.kg)

    @property
    def amount(self) -> int:
        """What all of it comes to before discount."""
        return round(sum((each.price * each.kg for each in self.lines), Decimal(0)))

    @property
    def cells(self) -> list[Cell]:
        """Asked and offered on the strip."""
        given: dict[date, float] = {}
        for each in self.lines:
            given[each.month] = given.get(each.month, 0) + float(each.kg)
        asked = {day: float(kg) for day, kg in self.asked.items()}
        days = twelve(asked)
        return [Cell(day.month, day.year, asked.get(day), given.get(day, 0.0) if day in asked else None) for day in days]

    @property
    def covers(self) -> float:
        """The share of what is asked that it offers."""
        given: dict[date, Decimal] = {}
        for each in self.lines:
            given[each.month] = given.get(each.month, Decimal(0)) + each.kg
        total = sum(self.asked.values(), Decimal(0))
        covered = sum((min(given.get(day, Decimal(0)), kg) for day, kg in self.asked.items()), Decimal(0))
        return float(covered / total) if total else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The quotes on a request side by side, for its buyer. While they are sealed only their number is known."""

    request: RequestView
    version: int
    count: int
    sealed: bool
    opens_at: datetime | None
    opened_at: datetime | None
    unreadable: int
    decide_by: date | None
    decided: bool
    silent: bool
    rate: Decimal
    quotes: Sequence[QuoteView]
    months: Sequence[tuple[date, Decimal]]
    awarded: Mapping[date, Decimal]
    awards: Sequence[AwardView]
    may_award: bool
    why_no_award: str
    next: int | None = None

    @property
    def awardable(self) -> bool:
        """Whether anything on this page can be taken."""
        return self.may_award and not self.why_no_award and any(quote.open for quote in self.quotes)

    @property
    def cells(self) -> list[Cell]:
        """What is asked and what of it has been awarded."""
        asked = {day: float(kg) for day, kg in self.months}
        given = {day: float(self.awarded.get(day, 0)) for day in asked}
        return [Cell(day.month, day.year, asked.get(day), given.get(day)) for day in twelve(asked)]

    @property
    def assumptions(self) -> list[str]:
        """How the price for a kilogram delivered is reckoned, in words."""
        return assumptions(self.rate, self.request.city)


@dataclass(frozen=True, slots=True)
class GoodsView:
    """One product that may be offered, with what is free of it and what it usually costs."""

    id: UUID
    slug: str
    name: str
    free: Mapping[date, Decimal | None]
    price: int | None
    packs_g: Sequence[int]
    lead_days: int | None


@dataclass(frozen=True, slots=True)
class Bench:
    """All that the page needs on which a supplier quotes."""

    request: RequestView
    goods: Sequence[GoodsView]
    quote: QuoteView | None
    kept: Mapping[str, str]
    why_not: str  # Why nothing can be sent now; empty when it can.
    decide_by: date | None
    buyer_answers: str
    may_withdraw: bool

    @property
    def months(self) -> Sequence[tuple[date, Decimal]]:
        """The months asked for."""
        return self.request.months
