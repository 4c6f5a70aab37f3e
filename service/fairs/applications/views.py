"""What a reader is shown of applications: plain values, and their words in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from service.core import formats, places
from service.core.i18n import _, locale, ngettext
from service.fairs.applications.choice import Counted, Rule
from service.fairs.applications.models import ApplicationState, Goods, ShareKind, SharerState
from service.fairs.layouts.models import Power


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """One application in the organiser's list."""

    id: UUID
    code: str
    exhibitor: str
    supplier_slug: str | None
    province_code: str | None
    state: ApplicationState
    goods: Goods
    goods_words: str | None
    products: int
    booths: int
    class_codes: tuple[str, ...]
    zone_codes: tuple[str, ...]
    power: Power
    starts_on: date | None
    ends_on: date | None
    points: int | None
    place: int | None
    sharing: int  # How many others share its booth.
    submitted_at: datetime | None
    typed_in: bool
    illustrative: bool
    version: int

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def tone(self) -> str:
        """How the label of its state looks."""
        return tone(self.state)

    @property
    def province(self) -> str:
        """Where it comes from."""
        return places.where(self.province_code, None)

    @property
    def days(self) -> str:
        """Its days where it does not stay the whole fair."""
        return days(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class ApplicationList:
    """A page of them, how many there are in each state, and who is next on the waiting list."""

    items: list[ApplicationLine]
    counts: dict[str, int]
    booths: dict[str, int]  # How many booths are asked for in each state.
    next: str | None
    next_waiting: ApplicationLine | None

    @property
    def total(self) -> int:
        """How many there are altogether."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class SharerView:
    """One exhibitor of a share, as those who share see it."""

    application_id: UUID
    code: str
    exhibitor: str
    state: SharerState
    lead: bool
    first_day: date | None
    last_day: date | None

    @property
    def days(self) -> str:
        """Its turn."""
        return days(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class ShareView:
    """Who shares a booth, the first one first."""

    code: str
    kind: ShareKind
    sharers: tuple[SharerView, ...]

    @property
    def kind_name(self) -> str:
        """How they share, in words."""
        return share_kind_name(self.kind)

    @property
    def agreed(self) -> tuple[SharerView, ...]:
        """Those whom both sides have agreed to."""
        return tuple(each for each in self.sharers if each.state is SharerState.AGREED)


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One application as its own exhibitor and the organiser read it."""

    id: UUID
    fair_id: UUID
    code: str
    key: UUID
    exhibitor: str
    supplier_slug: str | None
    province_code: str | None
    commune_code: str | None
    district_code: str | None
    contact: str | None
    state: ApplicationState
    reason: str | None
    faults: dict[str, str]
    products: tuple[tuple[str, str], ...]  # Address and name.
    goods_words: str | None
    commodity: str | None
    goods: Goods
    smell: bool
    takes_smell: bool
    booths: int
    class_codes: tuple[str, ...]
    least_m2: Decimal | None
    starts_on: date | None
    ends_on: date | None
    power: Power
    water: bool
    cold: bool
    zone_codes: tuple[str, ...]
    pavilion_code: str | None
    near: tuple[str, ...]  # "HTX Tài Hoan (GH-7K2M9)".
    apart: tuple[str, ...]
    people: int | None
    vehicle: str | None
    equipment: str | None
    note: str | None
    claims: tuple[str, ...]
    claims_confirmed: tuple[str, ...]
    claims_consent_at: datetime | None
    points: int | None
    place: int | None
    parts: tuple[Counted, ...]  # Of the points, as they were drawn.
    submitted_at: datetime | None
    decided_at: datetime | None
    typed_in: bool
    illustrative: bool
    version: int
    share: ShareView | None = None

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def tone(self) -> str:
        """How the label of its state looks."""
        return tone(self.state)

    @property
    def where(self) -> str:
        """Where it comes from, from small to large."""
        return places.where(self.province_code, self.commune_code)

    @property
    def district(self) -> str | None:
        """The former district that its booths are counted for."""
        found = places.district(self.district_code)
        return found.full_name if found is not None else None

    @property
    def days(self) -> str:
        """Its days."""
        return days(self.starts_on, self.ends_on) or _("suốt hội chợ")


@dataclass(frozen=True, slots=True)
class DrawView:
    """One drawing of the order of choice as everybody reads it; what is secret still is empty."""

    number: int
    reason: str | None
    commitment: str
    rule: Rule
    promised_at: datetime
    drawn_at: datetime | None
    secret: str | None
    called: str | None
    seed: str | None
    digest: str | None
    listed: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What an applicant may wish for at a fair: classes and zones as code and name, neighbours as they are typed."""

    classes: tuple[tuple[str, str], ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    pavilions: tuple[tuple[str, str], ...] = ()
    neighbours: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The name of each zone by its code, and of each class, whose code a zone may have too, by "class:" and its code."""
        return dict((*((f"class:{code}", name) for code, name in self.classes), *self.zones, *self.pavilions))


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One of a supplier's own applications, in the list of its fairs."""

    fair_slug: str
    fair_name: str
    fair_when: str
    fair_over: bool
    fair_cancelled: bool
    code: str
    state: ApplicationState
    reason: str | None
    place: int | None
    points: int | None
    waits: str | None  # What the supplier itself has to do, in words.
    illustrative: bool

    @property
    def state_name(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state)

    @property
    def tone(self) -> str:
        """How the label of its state looks."""
        return tone(self.state)


def days(first: date | None, last: date | None) -> str:
    """Days in words; nothing where they are those of the fair."""
    if first is None or last is None:
        return ""
    return formats.day(first) if first == last else f"{formats.day(first)} – {formats.day(last)}"


def state_name(state: str) -> str:
    """Where an application stands, in the reader's language."""
    return {
        "draft": _("bản nháp"),
        "submitted": _("chờ trả lời"),
        "returned": _("trả lại để sửa"),
        "accepted": _("đã nhận"),
        "waiting": _("danh sách chờ"),
        "rejected": _("không nhận"),
        "withdrawn": _("đã rút"),
    }[str(state)]


def tone(state: str) -> str:
    """How the label of a state looks; its words carry the meaning."""
    return {"submitted": "info", "returned": "warn", "accepted": "good", "waiting": "warn", "rejected": "bad"}.get(
        str(state), ""
    )


def goods_name(goods: str) -> str:
    """What is sold, as far as zones care."""
    return {"food": _("thực phẩm"), "other": _("hàng khác")}[str(goods)]


def power_name(power: str) -> str:
    """What the booth is fed with."""
    return {"none": _("không cần điện"), "single": _("điện 1 pha"), "three": _("điện 3 pha")}[str(power)]


def share_kind_name(kind: str) -> str:
    """How several share a booth."""
    return {"side_by_side": _("đứng cạnh nhau, cùng những ngày"), "by_days": _("chia theo ngày")}[str(kind)]


def sharer_state_name(state: str) -> str:
    """Whether both sides have agreed."""
    return {"invited": _("được mời, chưa trả lời"), "asking": _("xin vào, chờ trả lời"), "agreed": _("đã đồng ý")}[str(state)]


def claim_name(rule: Rule, code: str) -> str:
    """What an applicant says of itself, in words."""
    found = next((each for each in rule.claims if each.code == code), None)
    if found is None:
        return code
    return (found.name_en or found.name) if locale() == "en" else found.name


def part_name(rule: Rule, part: Counted) -> str:
    """What points were given for, in words."""
    return {
        "stars": _("%(n)s sao của sản phẩm cao nhất", n=part.number),
        "years": ngettext("%(n)s năm đã dự", "%(n)s năm đã dự", part.number),
        "first": _("lần đầu tham gia"),
    }.get(part.what) or claim_name(rule, part.what)


def field_names() -> dict[str, str]:
    """The fields of an application that the organiser may return with a reason, in the order of the form."""
    return {
        "exhibitor": _("Tên biển hiệu"),
        "products": _("Sản phẩm mang đến"),
        "goods": _("Loại hàng"),
        "booths": _("Số gian"),
        "class_codes": _("Hạng gian"),
        "starts_on": _("Ngày tham gia"),
        "power": _("Điện, nước, lạnh"),
        "zone_codes": _("Khu muốn đứng"),
        "near": _("Hàng xóm"),
        "claims": _("Mục ưu tiên"),
        "people": _("Người, xe, thiết bị"),
        "note": _("Ghi chú"),
    }


def parts_of(facts: dict[str, Any]) -> tuple[Counted, ...]:
    """The parts of the points that were kept with an application."""
    return tuple(Counted(what, number, points) for what, number, points in facts.get("parts", ()))
