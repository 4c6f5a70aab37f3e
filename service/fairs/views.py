"""What a reader is shown of fairs: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from service.core import clock, formats, places
from service.core.i18n import _, locale
from service.fairs.models import DatePrecision, FairKind, FairState
from service.fairs.reasons import Reason


class Call(StrEnum):
    """Where the call for exhibitors stands: there is none, it is to come, exhibitors may apply, it is over."""

    NONE = "none"
    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def call_today(state: str, opens: date | None, closes: date | None, ends: date) -> Call:
    """The same for any fair: a call without a last day goes on until the fair ends."""
    if state != FairState.ANNOUNCED or opens is None:
        return Call.NONE
    today = clock.today()
    if today < opens:
        return Call.COMING
    return Call.OPEN if today <= min(closes or ends, ends) else Call.CLOSED


@dataclass(frozen=True, slots=True)
class FairView:
    """One fair in a list, or at the head of its page."""

    id: UUID
    slug: str
    title: str
    name_en: str | None
    kind: str
    place: str | None
    address: str | None
    province_code: str | None
    commune_code: str | None
    starts_on: date
    ends_on: date
    date_precision: str
    opening_hours: str | None
    hosts: tuple[str, ...]
    description: str | None
    state: str
    illustrative: bool
    source: str | None
    version: int
    organisation_id: UUID | None
    buyers: int
    over: bool
    co_hosts: tuple[str, ...] = ()
    call_opens_on: date | None = None
    call_closes_on: date | None = None  # The last day on which one may apply.
    call_words: str | None = None
    call_needs: tuple[str, ...] = ()
    copied_from: UUID | None = None

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title

    @property
    def href(self) -> str:
        """Its page."""
        return f"/hoi-cho/{self.slug}"

    @property
    def kind_name(self) -> str:
        """What kind of event it is, in words."""
        return kind_name(self.kind)

    @property
    def when(self) -> str:
        """Its days, as exactly as they are known."""
        return when(self.starts_on, self.ends_on, self.date_precision)

    @property
    def where(self) -> str:
        """Where it is held, from small to large; a province that the place names already is not said twice."""
        province = places.province(self.province_code)
        if self.place and province is not None and self.commune_code is None and province.name in self.place:
            return self.place
        return ", ".join(part for part in (self.place, places.where(self.province_code, self.commune_code)) if part)

    @property
    def running(self) -> bool:
        """Whether it is being held today."""
        return self.starts_on <= clock.today() <= self.ends_on

    @property
    def desk(self) -> str:
        """Its page on the organiser's desk."""
        return f"/ban-to-chuc/hoi-cho/{self.slug}"

    @property
    def call(self) -> Call:
        """Where the call for exhibitors stands today."""
        return call_today(self.state, self.call_opens_on, self.call_closes_on, self.ends_on)

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.state == FairState.CANCELLED


@dataclass(frozen=True, slots=True)
class DayView:
    """When a fair is open on one of its days."""

    day: date
    opens: time
    closes: time
    note: str | None

    @property
    def hours(self) -> str:
        """From when to when."""
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class HallView:
    """A part of the place."""

    name: str
    about: str | None
    area_m2: Decimal | None


@dataclass(frozen=True, slots=True)
class ExpectedView:
    """A buyer who will be there."""

    slug: str
    name: str
    kind: str
    kind_name: str
    illustrative: bool
    looking_for: str | None
    commodities: tuple[str, ...]
    open_requests: int


@dataclass(frozen=True, slots=True)
class SuitView:
    """A product for a fair, or a fair for a product, with the reasons."""

    fair: FairView
    product_slug: str
    product_name: str
    supplier_slug: str
    supplier_name: str
    illustrative: bool
    score: float
    fits: bool
    reasons: list[Reason]

    @property
    def href(self) -> str:
        """The product's page."""
        return f"/san-pham/{self.product_slug}"

    @property
    def line(self) -> str:
        """The reasons on one line."""
        return " · ".join(reason.text for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class FairPage:
    """One fair with its hours, its halls, the buyers there and the products that suit it."""

    fair: FairView
    days: list[DayView]
    halls: list[HallView]
    buyers: list[ExpectedView]
    products: list[SuitView]


@dataclass(frozen=True, slots=True)
class FairList:
    """A page of fairs: those to come from the next one on, or those that are over from the last one back."""

    items: list[FairView]
    total: int
    next: str | None


def kind_name(kind: str) -> str:
    """A kind of event in the reader's language."""
    return {
        FairKind.FAIR.value: _("hội chợ"),
        FairKind.PRODUCT_WEEK.value: _("tuần hàng"),
        FairKind.CONFERENCE.value: _("hội nghị kết nối cung cầu"),
    }[str(kind)]


def when(starts_on: date, ends_on: date, precision: str) -> str:
    """Days in words: 10/12/2026 – 14/12/2026, tháng 3/2023, năm 2018."""
    if precision == DatePrecision.YEAR:
        years = str(starts_on.year) if starts_on.year == ends_on.year else f"{starts_on.year} – {ends_on.year}"
        return _("năm %(year)s", year=years)
    if precision == DatePrecision.MONTH:
        if locale() == "en":
            return f"{starts_on:%B %Y}"
        return _("tháng %(month)s", month=f"{starts_on.month}/{starts_on.year}")
    if starts_on == ends_on:
        return formats.day(starts_on)
    if starts_on.year == ends_on.year and starts_on.month == ends_on.month:
        return f"{starts_on.day:02}–{formats.day(ends_on)}"
    return f"{formats.day(starts_on)} – {formats.day(ends_on)}"
