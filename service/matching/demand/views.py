"""What a reader is shown of joint orders: plain values, without anything that is not hers to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from service.catalogue import CommodityTerms
from service.core import formats, places
from service.core.i18n import _, locale
from service.matching import evidence, reasons
from service.matching.demand import sums
from service.matching.demand.costs import Cost, Lorry, NextStep
from service.matching.demand.models import EndReason, MemberState, OrderState, TargetKind
from service.matching.demand.splitting import Split
from service.matching.terms import number
from service.matching.views import Cell, twelve


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A joint order as everybody may see it: how many take part and how full it is, and nobody's name."""

    id: UUID
    code: str
    title: str
    commodity: CommodityTerms
    min_stars: int | None
    certificates: tuple[str, ...]
    pack_g: int | None
    note: str | None
    province_code: str
    communes: tuple[str, ...]
    months: tuple[date, ...]
    target_kind: str
    target: Decimal  # For one month.
    total: Mapping[date, Decimal]
    members: int
    state: str
    reason: str | None
    join_by: date
    answer_by: date | None
    round: int
    listed: bool
    illustrative: bool
    version: int
    mine: bool  # The reader's buyer takes part.
    joinable: bool

    @property
    def href(self) -> str:
        """Its page."""
        return f"/gom-don/{self.code}"

    @property
    def goods(self) -> str:
        """What is ordered, in the reader's language."""
        return self.commodity.called(locale())

    @property
    def city(self) -> str:
        """Where it is delivered."""
        known = places.province(self.province_code)
        return known.full_name if known else self.province_code

    @property
    def area(self) -> str:
        """The places of the lorry's round, or the whole province."""
        names = [where.full_name for code in self.communes if (where := places.commune(code))]
        return f"{', '.join(names)}, {self.city}" if names else self.city

    @property
    def span(self) -> str:
        """The months in words: T12–T2."""
        return reasons.spans(number(day) for day in self.months)

    @property
    def papers(self) -> list[str]:
        """The papers that are asked for, in the reader's language."""
        return [evidence.paper_name(kind) for kind in self.certificates]

    @property
    def joined_kg(self) -> Decimal:
        """All kilograms of all members."""
        return sum(self.total.values(), Decimal(0))

    @property
    def target_kg(self) -> Decimal:
        """The target of all months together."""
        return self.target * len(self.months)

    @property
    def filled(self) -> Fraction:
        """How much of the whole is filled, 0 to 1."""
        return sums.filled(self.total, self.months, self.target)

    @property
    def missing(self) -> dict[date, Decimal]:
        """What is still missing in each month that is not full."""
        return sums.missing(self.total, self.months, self.target)

    @property
    def cells(self) -> list[Cell]:
        """The strip: the target of each month, and what has come together."""
        asked = {day: float(self.target) for day in self.months}
        return [
            Cell(day.month, day.year, asked.get(day), float(self.total.get(day, 0)) if day in asked else None)
            for day in twelve(asked)
        ]

    @property
    def line(self) -> str:
        """How full it is, in words: 3 nhà phân phối, 6,4 / 10 tấn."""
        return _(
            "%(n)s nhà phân phối, %(joined)s trên %(target)s",
            n=self.members, joined=formats.kg(self.joined_kg), target=formats.kg(self.target_kg),
        )  # fmt: skip

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        return state_name(self.state, self.joinable)

    @property
    def reason_name(self) -> str:
        """Why it came to nothing, in words."""
        return reason_name(self.reason) if self.reason else ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member as another may see it: by name only where it has agreed to that, else by its place in the order."""

    id: UUID
    number: int
    name: str | None
    mine: bool
    leads: bool
    state: str
    answered: bool  # In the present round.
    place: str
    share: Mapping[date, Decimal]

    @property
    def called(self) -> str:
        """The name, or the number where the name is not to be told."""
        return self.name or _("Nhà phân phối %(n)s", n=self.number)

    @property
    def total(self) -> Decimal:
        """All kilograms of the member."""
        return sum(self.share.values(), Decimal(0))

    @property
    def state_name(self) -> str:
        """Whether it counts, in words."""
        return {
            MemberState.JOINED.value: _("tham gia"),
            MemberState.LEFT.value: _("đã rút"),
            MemberState.DECLINED.value: _("không lấy nữa"),
            MemberState.SILENT.value: _("không trả lời đúng hạn"),
        }[self.state]


@dataclass(frozen=True, slots=True)
class SupplierTier:
    """A bulk price of one product, as far as this reader may see it. `reached`: by what has come together so far; `suppliable`:
    its supplier has so much left in every month.
    """

    product_slug: str
    product_name: str
    supplier_name: str
    from_kg: Decimal
    price: int
    reached: bool
    at_target: bool
    suppliable: bool
    free_kg: float | None  # What the supplier could still give in its weakest month of the order; None where nobody has said.


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What one kilogram costs in a month: now, at the next step, and for the reader's buyer alone."""

    month: date
    kg: Decimal
    missing: Decimal
    now: Cost | None
    step: NextStep | None
    own_kg: Decimal
    alone: Cost | None

    @property
    def saves_now(self) -> int | None:
        """What going together saves a member on a kilogram already, by freight and, where both are known, by price."""
        if self.now is None or self.alone is None:
            return None
        saved = self.alone.freight - self.now.freight
        if self.alone.price is not None and self.now.price is not None:
            saved += self.alone.price - self.now.price
        return saved

    @property
    def own_saving(self) -> int | None:
        """What the next step would save the reader's buyer in this month, in đồng."""
        return round(self.step.saves * self.own_kg) if self.step is not None and self.own_kg else None


@dataclass(frozen=True, slots=True)
class AwardedLine:
    """One line of an award on the joint request: from whom, and how it is shared out."""

    month: date
    product_name: str
    supplier_name: str
    kg: Decimal
    price: int


@dataclass(frozen=True, slots=True)
class Awarded:
    """What was awarded to the joint request, shared out over its members by month."""

    lines: tuple[AwardedLine, ...]
    splits: Mapping[date, Split[UUID, int]]  # Members by id; lines by their place in `lines`.

    def of(self, member: UUID, line: int) -> Decimal:
        """What a member gets of a line."""
        return self.splits[self.lines[line].month].lines[line].get(member, Decimal(0))

    def in_month(self, member: UUID, month: date) -> Decimal:
        """What a member gets in a month."""
        return self.splits[month].of(member) if month in self.splits else Decimal(0)

    def total(self, member: UUID) -> Decimal:
        """Everything that a member gets."""
        return sum((split.of(member) for split in self.splits.values()), Decimal(0))


@dataclass(frozen=True, slots=True)
class OrderPage:
    """All that one reader is shown of a joint order. `members` and `awarded` are for members only, else empty."""

    line: OrderLine
    lorry: Lorry
    from_place: str
    from_code: str
    costs: tuple[MonthCost, ...]
    tiers: tuple[SupplierTier, ...]
    tiers_hidden: int  # Suppliers whose bulk prices this reader may not see.
    members: tuple[MemberView, ...]
    own: MemberView | None
    own_version: int | None
    own_commune: str | None
    own_place: str | None
    own_name_shown: bool
    lead_name: str | None
    leads: bool
    invite: str | None
    request_code: str | None
    awarded: Awarded | None
    may_join: bool
    may_leave: bool
    may_answer: bool
    may_extend: bool
    may_ask_to_confirm: bool
    may_call_off: bool
    may_post: bool


def state_name(state: str, joinable: bool) -> str:
    """Where a joint order stands, in words."""
    if state == OrderState.OPEN:
        return _("đang nhận tham gia") if joinable else _("hết hạn tham gia, chờ quyết định")
    return {
        OrderState.CONFIRMING.value: _("chờ các bên xác nhận"),
        OrderState.CONFIRMED.value: _("đã chốt, chờ đăng yêu cầu"),
        OrderState.ASKED.value: _("đã thành yêu cầu tìm hàng"),
        OrderState.FAILED.value: _("không thành"),
        OrderState.CANCELLED.value: _("đã bỏ"),
    }[str(state)]


def reason_name(reason: str) -> str:
    """Why a joint order came to nothing, in words."""
    return {
        EndReason.NOT_FILLED.value: _("hết hạn mà chưa đủ"),
        EndReason.TOO_FEW.value: _("sau khi xác nhận không còn đủ hai bên"),
        EndReason.CALLED_OFF.value: _("bên mở đơn đã bỏ"),
    }[str(reason)]


def target_kind_name(kind: str) -> str:
    """What is to be reached together, in words."""
    return {
        TargetKind.LORRY.value: _("đủ một chuyến xe mỗi tháng"),
        TargetKind.BULK.value: _("đủ mức giá sỉ mỗi tháng"),
    }[str(kind)]
