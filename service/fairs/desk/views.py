"""What the organiser sees at her desk: plain values, with their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.core import clock, formats, places
from service.core.i18n import _, locale, ngettext
from service.fairs.models import DatePrecision
from service.fairs.views import Call, DayView, FairView, HallView, when


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is of a fair, and what waits."""

    submitted: int = 0
    accepted: int = 0
    waiting: int = 0
    booths: int = 0
    taken: int = 0  # Booths that somebody has for good.
    placed: int = 0  # Accepted applications that have one.
    ending: int = 0  # Holds that run out within two days.
    rates: int = 0
    services: int = 0
    hours: int = 0
    invited: int = 0
    left: int = 0  # Applications that have a booth by the plan and have been withdrawn since.
    called_off: int = 0  # Meetings that a side has called off since the timetable was published.


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that waits for the organiser, and where it is done."""

    words: str
    href: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One step on the way of a fair."""

    label: str
    state: str  # done, now, todo
    note: str
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A fair in the organiser's list."""

    fair: FairView
    counts: Counts
    chores: tuple[Chore, ...]


@dataclass(frozen=True, slots=True)
class DeskList:
    """The organiser's fairs: prepared, running, to come; those that are over by pages."""

    drafts: list[DeskLine]
    running: list[DeskLine]
    coming: list[DeskLine]
    past: list[DeskLine]
    next: str | None

    @property
    def empty(self) -> bool:
        """Whether there is none at all."""
        return not (self.drafts or self.running or self.coming or self.past)


@dataclass(frozen=True, slots=True)
class Overview:
    """One fair for its organiser: what stands, what is next, what waits."""

    fair: FairView
    days: list[DayView]
    halls: list[HallView]
    counts: Counts
    chores: tuple[Chore, ...]
    steps: tuple[StepView, ...]
    copied_from: tuple[str, str] | None  # Name and address on the desk of the fair it was made from.
    history: list[HistoryLine]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One fact told about a fair."""

    at: datetime
    words: str
    who: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who took part earlier."""

    id: UUID
    slug: str
    title: str
    name_en: str | None
    province_code: str | None
    commune_code: str | None
    illustrative: bool
    products: int
    asked_at: datetime | None
    declined: bool
    applied: str | None

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return (self.name_en or self.title) if locale() == "en" else self.title

    @property
    def where(self) -> str:
        """Where it is at home."""
        return places.where(self.province_code, self.commune_code)

    @property
    def may_be_asked(self) -> bool:
        """Whether it neither has been asked nor has applied."""
        return self.asked_at is None and self.applied is None


@dataclass(frozen=True, slots=True)
class SourceView:
    """An earlier fair or round whose participants can be taken over."""

    kind: str
    called: str
    name: str
    starts_on: date
    ends_on: date
    suppliers: int
    buyers: int

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.kind}:{self.called}"

    @property
    def words(self) -> str:
        """Its name, its days, and how many took part."""
        days = when(self.starts_on, self.ends_on, DatePrecision.DAY)
        return _("%(name)s (%(when)s): %(n)s đơn vị, %(m)s nhà phân phối", name=self.name, when=days, n=self.suppliers,
                 m=self.buyers)  # fmt: skip


def chores(fair: FairView, counts: Counts) -> tuple[Chore, ...]:
    """What waits for the organiser of a fair today."""
    found: list[Chore] = []
    today = clock.today()
    if fair.cancelled or fair.over:
        return ()
    if counts.submitted:
        words = ngettext("%(n)s đơn chờ xét", "%(n)s đơn chờ xét", counts.submitted)
        found.append(Chore(words, f"{fair.desk}/don-dang-ky", urgent=True))
    if counts.ending:
        words = ngettext("%(n)s gian đang giữ sắp hết hạn", "%(n)s gian đang giữ sắp hết hạn", counts.ending)
        found.append(Chore(words, f"{fair.desk}/dat-gian", urgent=True))
    if fair.call is Call.OPEN:
        closes = min(fair.call_closes_on or fair.ends_on, fair.ends_on)
        left = (closes - today).days
        if left <= 7:
            words = _("Hạn nhận đăng ký: %(day)s", day=formats.day(closes))
            found.append(Chore(words, f"{fair.desk}/don-dang-ky", urgent=left <= 2))
    if counts.left:
        words = ngettext(
            "%(n)s đơn vị đã rút còn đứng trên sơ đồ: xếp lại", "%(n)s đơn vị đã rút còn đứng trên sơ đồ: xếp lại", counts.left
        )
        found.append(Chore(words, f"{fair.desk}/xep-gian", urgent=True))
    if counts.called_off:
        words = ngettext(
            "%(n)s cuộc gặp bị báo hủy sau khi công bố: xếp lại", "%(n)s cuộc gặp bị báo hủy sau khi công bố: xếp lại",
            counts.called_off,
        )  # fmt: skip
        found.append(Chore(words, f"{fair.desk}/cuoc-gap/lich", urgent=(fair.starts_on - today).days <= 2))
    unplaced = counts.accepted - counts.placed
    if fair.call is Call.CLOSED and unplaced > 0 and counts.booths:
        words = ngettext("%(n)s đơn vị đã nhận chưa có gian", "%(n)s đơn vị đã nhận chưa có gian", unplaced)
        found.append(Chore(words, f"{fair.desk}/xep-gian", urgent=(fair.starts_on - today).days <= 14))
    if fair.state == "draft":
        found.append(Chore(_("Chưa công bố: chỉ ban tổ chức thấy"), fair.desk))
    return tuple(found)


def steps(fair: FairView, counts: Counts, halls: int) -> tuple[StepView, ...]:
    """The way of a fair, step by step, with the button of each."""
    desk = fair.desk
    made = [
        (bool(fair.province_code and (counts.hours or fair.opening_hours)), _("Thông tin, ngày giờ"), fair.when,
         f"{desk}/sua", _("Sửa thông tin")),
        (fair.state != "draft", _("Công bố"), _("mọi người thấy") if fair.state != "draft" else _("bản nháp"), desk,
         _("Công bố")),
        (bool(counts.booths), _("Mặt bằng"), ", ".join((
            ngettext("%(n)s khu", "%(n)s khu", halls), ngettext("%(n)s gian", "%(n)s gian", counts.booths),
        )),
         f"{desk}/mat-bang", _("Vẽ mặt bằng")),
        (bool(counts.rates), _("Bảng giá, dịch vụ"), ", ".join((
            ngettext("%(n)s mức giá", "%(n)s mức giá", counts.rates),
            ngettext("%(n)s dịch vụ", "%(n)s dịch vụ", counts.services),
        )),
         f"{desk}/bang-gia", _("Đặt giá")),
        (fair.call is Call.CLOSED or counts.accepted > 0, _("Nhận đăng ký"), call_words(fair), f"{desk}/sua",
         _("Mở nhận đăng ký")),
        (counts.accepted > 0 and not counts.submitted, _("Xét đơn"),
         _("%(n)s đã nhận, %(m)s chờ xét", n=counts.accepted, m=counts.submitted), f"{desk}/don-dang-ky", _("Xét đơn")),
        (counts.accepted > 0 and counts.placed >= counts.accepted, _("Xếp gian"),
         _("%(n)s/%(m)s đơn vị có gian", n=counts.placed, m=counts.accepted), f"{desk}/xep-gian", _("Xếp gian")),
        (fair.over, _("Tại chợ"), fair.when, f"{desk}/tai-cho", _("Mở bàn tại chợ")),
        (False, _("Kết quả"), "", f"{desk}/ket-qua", _("Xem kết quả")),
    ]  # fmt: skip
    current = next((number for number, each in enumerate(made) if not each[0]), len(made))
    return tuple(
        StepView(label, "done" if done else "now" if number == current else "todo", note, href, action)
        for number, (done, label, note, href, action) in enumerate(made)
    )


def call_words(fair: FairView) -> str:
    """Where the call for exhibitors stands, in words."""
    closes = formats.day(min(fair.call_closes_on or fair.ends_on, fair.ends_on))
    if fair.call is Call.COMING and fair.call_opens_on is not None:
        return _("nhận đăng ký từ %(from)s đến hết %(to)s", **{"from": formats.day(fair.call_opens_on), "to": closes})
    return {
        Call.NONE: _("chưa mở"),
        Call.COMING: "",
        Call.OPEN: _("nhận đăng ký tới hết %(day)s", day=closes),
        Call.CLOSED: _("đã hết hạn đăng ký (%(day)s)", day=closes),
    }[fair.call]
