"""What readers are shown of the days of a fair: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from service.core.i18n import _
from service.fairs.onsite.models import How, PaperKind, Side, Source
from service.fairs.views import FairView


@dataclass(frozen=True, slots=True)
class CameView:
    """One check-in of an exhibitor on the day that is shown."""

    id: UUID
    at: datetime
    received_at: datetime
    how: str
    number: int | None  # Of the pass.
    holder: str | None


@dataclass(frozen=True, slots=True)
class GateLine:
    """One exhibitor at the gate."""

    id: UUID | None
    name: str
    hall: str
    booths: str
    passes: int
    came: tuple[CameView, ...]

    @property
    def there(self) -> bool:
        """Whether anybody of it has come."""
        return bool(self.came)


@dataclass(frozen=True, slots=True)
class HallCount:
    """How many of a hall have come."""

    hall: str
    there: int
    expected: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.expected - self.there


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of a fair on one day; `lines` is the page that was asked for."""

    fair: FairView
    days: tuple[date, ...]
    day: date
    why_not: str | None
    halls: tuple[HallCount, ...]
    lines: tuple[GateLine, ...]
    found: int
    next: str | None
    without_pass: int
    people: int

    @property
    def there(self) -> int:
        """How many exhibitors have come."""
        return sum(each.there for each in self.halls)

    @property
    def expected(self) -> int:
        """How many are expected."""
        return sum(each.expected for each in self.halls)


@dataclass(frozen=True, slots=True)
class PassView:
    """A pass with its code, for its exhibitor and the organiser only."""

    id: UUID
    exhibitor_id: UUID
    exhibitor: str
    number: int
    code: str
    holder: str | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead, for the exhibitor's own people."""

    id: UUID
    day: date
    booth: str | None
    person: str | None
    organisation: str | None
    phone: str | None
    wants: str | None
    product: str | None
    product_slug: str | None
    kg: Decimal | None
    rating: int
    notes: str | None
    buyer: str | None
    buyer_slug: str | None
    follow_up_on: date | None
    taken_at: datetime
    erased_at: datetime | None
    version: int

    @property
    def who(self) -> str:
        """Who it is, in as few words as are known."""
        return ", ".join(part for part in (self.person, self.organisation) if part) or _("đã xóa theo yêu cầu")


@dataclass(frozen=True, slots=True)
class SaleView:
    """A line of what was sold."""

    id: UUID
    booth: str
    day: date
    nothing: bool
    product: str | None
    product_slug: str | None
    what: str | None
    kg: Decimal | None
    vnd: int
    receipts: int | None
    typed_at: datetime
    version: int

    @property
    def goods(self) -> str:
        """What was sold, in words."""
        return _("không bán được gì") if self.nothing else self.product or self.what or ""


@dataclass(frozen=True, slots=True)
class PaperView:
    """A memorandum or a contract."""

    id: UUID
    kind: str
    day: date
    partner: str
    buyer: str | None
    what: str | None
    kg: Decimal | None
    vnd: int | None
    version: int


@dataclass(frozen=True, slots=True)
class FactsView:
    """What an exhibitor says of its own goods and costs."""

    brought_kg: Decimal | None
    left_kg: Decimal | None
    own_costs_vnd: int | None
    follow_up_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class DaySum:
    """One day of a booth board. `vnd` None: nobody has said."""

    day: date
    booths: tuple[str, ...]
    vnd: int | None
    kg: Decimal | None
    receipts: int | None
    leads: int
    unsaid: tuple[str, ...]  # Booths of that day for which nobody has said anything.


@dataclass(frozen=True, slots=True)
class Board:
    """An exhibitor's own days: what it sold, whom it met, what it signed."""

    fair: FairView
    name: str
    exhibitor_id: UUID | None
    booths: tuple[str, ...]
    days: tuple[DaySum, ...]
    today: date  # The day that is being written, within the days of the fair.
    why_not: str | None
    sales: tuple[SaleView, ...]
    papers: tuple[PaperView, ...]
    facts: FactsView | None
    passes: tuple[PassView, ...]
    ratings: dict[int, int]
    came: tuple[tuple[date, datetime], ...]
    may_write: bool

    @property
    def leads(self) -> int:
        """How many leads there are."""
        return sum(self.ratings.values())

    @property
    def sold_vnd(self) -> int | None:
        """What was sold on all days of which somebody has spoken."""
        said = [each.vnd for each in self.days if each.vnd is not None]
        return sum(said) if said else None


@dataclass(frozen=True, slots=True)
class VisitorsView:
    """A day's visitors; `people` None: nobody has said."""

    day: date
    people: int | None
    counted: bool
    version: int | None


@dataclass(frozen=True, slots=True)
class MoneyView:
    """A line of costs or sources."""

    id: UUID
    side: str
    source: str | None
    label: str
    vnd: int


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint and what became of it."""

    id: UUID
    day: date
    about: str
    exhibitor: str | None
    outcome: str | None
    settled_on: date | None
    version: int


def rating_name(rating: int) -> str:
    """How much somebody wants, in words."""
    return {3: _("nóng"), 2: _("ấm"), 1: _("nguội")}[rating]


def how_name(how: str) -> str:
    """How somebody was checked in, in words."""
    return {How.SCANNED.value: _("quét thẻ"), How.TYPED.value: _("gõ mã"), How.LISTED.value: _("chọn trong danh sách")}[how]


def paper_kind_name(kind: str) -> str:
    """What was signed, in words."""
    return {PaperKind.MEMORANDUM.value: _("biên bản ghi nhớ"), PaperKind.CONTRACT.value: _("hợp đồng")}[kind]


def side_name(side: str) -> str:
    """Costs or sources, in words."""
    return {Side.COST.value: _("chi phí"), Side.SOURCE.value: _("nguồn tiền")}[side]


def source_name(source: str) -> str:
    """Who pays, in words."""
    return {
        Source.BUDGET.value: _("ngân sách nhà nước"),
        Source.EXHIBITORS.value: _("đơn vị tham gia đóng"),
        Source.SPONSOR.value: _("tài trợ"),
        Source.OTHER.value: _("nguồn khác"),
    }[source]
