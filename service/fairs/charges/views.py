"""What readers are shown of money and services: plain values, with their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from service.core import formats
from service.core.i18n import _, locale, ngettext
from service.fairs.charges import quota_places
from service.fairs.charges.fees import ChargeKind, Instalment
from service.fairs.charges.models import Phase, QuotaPer, RateKind, ServiceKind


@dataclass(frozen=True, slots=True)
class TermsView:
    """How a fair is paid for; version 0 where nothing has been said."""

    vat_percent: Decimal | None = None
    deposit_percent: int = 0
    rest_days: int = 0
    pay_to: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class RateView:
    """One rate."""

    id: UUID
    position: int
    title: str
    name_en: str | None
    kind: str
    class_code: str | None
    price_vnd: int | None
    percent_off: Decimal | None
    until_day: date | None
    quota: int | None
    quota_per: str
    legal_forms: tuple[str, ...]
    province_codes: tuple[str, ...]
    source: str | None
    seen: str
    quota_places: Mapping[str, int] = field(default_factory=dict)
    class_name: str | None = None  # In the reader's language; none: every class.

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title

    @property
    def kind_name(self) -> str:
        """What kind of rate it is."""
        return rate_kind_name(self.kind)

    @property
    def price_words(self) -> str:
        """What it makes a booth cost."""
        if self.price_vnd is not None:
            return _("%(vnd)s một gian", vnd=formats.vnd(self.price_vnd))
        if self.percent_off == 100:
            return _("miễn phí")
        if not self.percent_off:
            return _("theo giá niêm yết")
        return _("giảm %(n)s %%", n=formats.number(self.percent_off))

    @property
    def limit_words(self) -> str:
        """Until when, or for how many booths."""
        if self.until_day is not None:
            return _("đăng ký đến hết ngày %(day)s", day=formats.day(self.until_day))
        per, own = quota_per_name(self.quota_per), quota_places.words(self.quota_places, self.quota_per)
        usual = ngettext("%(n)s gian %(per)s", "%(n)s gian %(per)s", self.quota, per=per) if self.quota is not None else ""
        if not own:
            return usual
        return _("%(usual)s (riêng %(places)s)", usual=usual or _("không hạn chế %(per)s", per=per), places=own)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service; `mine` is what the reader's own application has ordered."""

    id: UUID
    position: int
    kind: str
    title: str
    name_en: str | None
    about: str | None
    unit: str
    price_vnd: int
    stock: int | None
    taken: int
    order_by: date | None
    kw: Decimal | None
    phase: str | None
    offered: bool
    seen: str
    mine: int = 0
    mine_vnd: int = 0
    note: str | None = None

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title

    @property
    def kind_name(self) -> str:
        """What kind of service it is."""
        return service_kind_name(self.kind)

    @property
    def left(self) -> int | None:
        """How much is left for everybody; None where there is no limit."""
        return None if self.stock is None else max(self.stock - self.taken, 0)

    @property
    def load_words(self) -> str:
        """The power of one unit."""
        return load_words(self.kw, self.phase)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a statement."""

    kind: str
    words: str
    detail: str
    amount_vnd: int
    source: str | None = None  # Who pays, of support.


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as it was noted."""

    id: UUID
    amount_vnd: int
    paid_on: date
    reference: str | None
    struck: bool
    struck_why: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What an exhibitor owes for a fair, line by line, what others pay for her, and what has come in."""

    application_id: UUID
    code: str
    exhibitor: str
    state: str
    illustrative: bool
    booths: tuple[str, ...]
    estimated: bool  # No booth has been given yet: reckoned with the booths that were applied for.
    lines: tuple[LineView, ...]
    total_vnd: int
    support: tuple[tuple[str, int], ...]  # By who pays it.
    paid_vnd: int
    instalments: tuple[Instalment, ...]
    payments: tuple[PaymentView, ...]
    terms: TermsView

    @property
    def support_vnd(self) -> int:
        """What others pay for her."""
        return sum(vnd for _source, vnd in self.support)

    @property
    def due_vnd(self) -> int:
        """What has still to come in."""
        return max(self.total_vnd - self.paid_vnd, 0)

    @property
    def over_vnd(self) -> int:
        """What has come in too much."""
        return max(self.paid_vnd - self.total_vnd, 0)


@dataclass(frozen=True, slots=True)
class Sums:
    """A fair's money on one line."""

    exhibitors: int
    total_vnd: int
    support_vnd: int
    paid_vnd: int
    due_vnd: int


@dataclass(frozen=True, slots=True)
class StatementList:
    """A page of statements by the name of the exhibitor, with the sums of all of them."""

    items: list[Statement]
    sums: Sums
    shown: int  # How many there are to be paged through.
    next: str | None


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of a service goes to one booth."""

    booth: str
    exhibitor: str
    quantity: int
    note: str | None
    elsewhere: str | None = None  # Other halls in which the exhibitor has booths.

    @property
    def notes(self) -> str:
        """What the contractor has to know beside it."""
        asked = _("có gian cả ở %(halls)s, hỏi đơn vị chia thế nào", halls=self.elsewhere) if self.elsewhere else None
        return "; ".join(part for part in (self.note, asked) if part)


@dataclass(frozen=True, slots=True)
class TotalLine:
    """How much of a service a hall needs, booth by booth."""

    kind: str
    name: str
    unit: str
    quantity: int
    amount_vnd: int
    portions: tuple[Portion, ...]


@dataclass(frozen=True, slots=True)
class HallTotals:
    """What the contractor brings into one hall, and the load that its power has to carry."""

    hall: str  # Empty for exhibitors who have no booth yet.
    lines: tuple[TotalLine, ...]
    kw_single: Decimal
    kw_three: Decimal

    @property
    def kw(self) -> Decimal:
        """The whole load."""
        return self.kw_single + self.kw_three


def rate_kind_name(kind: str) -> str:
    """A kind of rate in words."""
    return {
        RateKind.EARLY.value: _("giá đăng ký sớm"),
        RateKind.STANDARD.value: _("giá chung"),
        RateKind.SUBSIDISED.value: _("gian được hỗ trợ"),
    }[str(kind)]


def quota_per_name(per: str) -> str:
    """For whom a quota is counted, in words."""
    return {
        QuotaPer.FAIR.value: _("cho cả hội chợ"),
        QuotaPer.OLD_DISTRICT.value: _("mỗi huyện cũ"),
        QuotaPer.PROVINCE.value: _("mỗi tỉnh"),
        QuotaPer.EXHIBITOR.value: _("mỗi đơn vị"),
    }[str(per)]


def service_kind_name(kind: str) -> str:
    """A kind of service in words."""
    return {
        ServiceKind.POWER.value: _("điện"),
        ServiceKind.FURNITURE.value: _("bàn ghế, kệ"),
        ServiceKind.WATER.value: _("nước"),
        ServiceKind.COLD.value: _("kho lạnh, tủ mát"),
        ServiceKind.VEHICLE.value: _("xe, bốc dỡ"),
        ServiceKind.CLEANING.value: _("vệ sinh"),
        ServiceKind.OTHER.value: _("khác"),
    }[str(kind)]


def phase_name(phase: str) -> str:
    """How power is fed, in words."""
    return {Phase.SINGLE.value: _("1 pha"), Phase.THREE.value: _("3 pha")}[str(phase)]


def load_words(kw: Decimal | None, phase: str | None) -> str:
    """A load in words: 2,5 kW, 3 pha."""
    if kw is None:
        return ""
    return f"{formats.number(kw)}{formats.NO_BREAK}kW" + (f", {phase_name(phase)}" if phase else "")


def charge_words(kind: ChargeKind, booth: str) -> str:
    """What a line of a statement is for."""
    if kind is ChargeKind.BOOTH:
        return _("Tiền gian %(booth)s", booth=booth) if booth else _("Tiền gian (chưa xếp chỗ)")
    return {
        ChargeKind.EARLY: _("Bớt vì đăng ký sớm"),
        ChargeKind.SUPPORT: _("Được hỗ trợ"),
        ChargeKind.SERVICE: _("Dịch vụ"),
        ChargeKind.VAT: _("Thuế giá trị gia tăng"),
    }[kind]
