"""What programs get of the days of a fair and of what came of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Self
from uuid import UUID

from pydantic import Field

from service import fairs
from service.web.api.shapes import Out


class CameOut(Out):
    """The answer to the gate."""

    id: UUID
    exhibitor_id: UUID
    name: str
    number: int | None = Field(description="The number of the pass.")
    at: datetime
    already: bool = Field(description="Somebody had said it before, with another key.")
    undone: bool


class CameInOut(Out):
    """One check-in."""

    id: UUID
    at: datetime
    received_at: datetime
    how: str = Field(description="scanned, typed or listed.")
    number: int | None


class GateLineOut(Out):
    """An exhibitor at the gate."""

    id: UUID | None
    name: str
    hall: str
    booths: str
    passes: int
    there: bool
    came: list[CameInOut]


class HallCountOut(Out):
    """A hall."""

    hall: str
    there: int
    expected: int


class GateOut(Out):
    """The gate on one day."""

    day: date
    there: int
    expected: int
    people: int
    halls: list[HallCountOut]
    lines: list[GateLineOut]
    found: int
    next: str | None


class PassOut(Out):
    """A pass."""

    id: UUID
    exhibitor_id: UUID
    exhibitor: str
    number: int
    code: str
    holder: str | None


class SaleOut(Out):
    """A line of what was sold."""

    id: UUID
    booth: str
    day: date
    nothing: bool
    product: str | None = Field(validation_alias="product_slug")
    what: str | None
    kg: Decimal | None
    vnd: int
    receipts: int | None
    version: int


class PaperOut(Out):
    """A memorandum or a contract."""

    id: UUID
    kind: str
    day: date
    partner: str
    what: str | None
    kg: Decimal | None
    vnd: int | None
    version: int


class DaySumOut(Out):
    """A day of a booth."""

    day: date
    booths: list[str]
    vnd: int | None = Field(description="null: nobody has said; 0: nothing was sold.")
    kg: Decimal | None
    receipts: int | None
    leads: int
    unsaid: list[str]


class FactsOut(Out):
    """What an exhibitor says of its goods and costs."""

    brought_kg: Decimal | None
    left_kg: Decimal | None
    own_costs_vnd: int | None
    follow_up_on: date | None
    version: int


class BoardOut(Out):
    """The caller's own stand."""

    name: str
    exhibitor_id: UUID | None
    booths: list[str]
    days: list[DaySumOut]
    sales: list[SaleOut]
    papers: list[PaperOut]
    facts: FactsOut | None
    leads: int
    ratings: dict[int, int]


class LeadOut(Out):
    """A lead, for the exhibitor's own people."""

    id: UUID
    day: date
    booth: str | None
    person: str | None
    organisation: str | None
    phone: str | None
    wants: str | None
    product: str | None = Field(validation_alias="product_slug")
    kg: Decimal | None
    rating: int = Field(description="3 hot, 2 warm, 1 cold.")
    notes: str | None
    buyer: str | None = Field(validation_alias="buyer_slug")
    follow_up_on: date | None
    taken_at: datetime
    erased_at: datetime | None
    version: int


class LeadsOut(Out):
    """A page of leads."""

    items: list[LeadOut]
    next: str | None


class FigureOut(Out):
    """Đồng for a đồng."""

    value: float
    at_least: bool = Field(description="Some days are not said yet: it can only grow.")


class FiguresOut(Out):
    """The figures of an exhibitor, a group or a fair; null is unknown, never nought."""

    exhibitors: int
    booth_days: float
    stated_booth_days: float
    sold_vnd: int | None
    complete: bool
    per_booth_day: float | None = Field(description="đồng for a standard booth of 9 m² on a day: the measure between fairs.")
    per_booth: float | None
    per_day: float | None
    awarded_vnd: int
    awards: int
    cost_vnd: int | None
    cost_known: int
    per_cost: FigureOut | None
    support_vnd: int | None
    supported: int
    per_support: FigureOut | None
    memoranda: int
    memoranda_vnd: int
    contracts: int
    contracts_vnd: int
    leads: int
    meetings: int


class GroupOut(Out):
    """A zone, a province or a commodity."""

    key: str
    name: str
    figures: FiguresOut


class LineOut(Out):
    """One exhibitor."""

    exhibitor_id: UUID | None
    name: str
    supplier: str | None
    booths: list[str]
    figures: FiguresOut


class ReturnsOut(Out):
    """What a fair brought back."""

    whole: FiguresOut
    zones: list[GroupOut]
    commodities: list[GroupOut]
    provinces: list[GroupOut]
    exhibitors: list[LineOut]

    @classmethod
    def of(cls, found: fairs.onsite.Results) -> Self:
        """The results of a fair."""
        return cls(
            whole=figures(found.returns.whole), zones=_groups(found.zones), commodities=_groups(found.commodities),
            provinces=_groups(found.provinces),
            exhibitors=[
                LineOut(exhibitor_id=line.exhibitor_id, name=line.name, supplier=line.supplier_slug, booths=list(line.booths),
                        figures=figures(line.figures))
                for line in found.returns.lines
            ],
        )  # fmt: skip


class ComparedOut(Out):
    """One fair among several."""

    slug: str
    name: str
    starts_on: date
    running: bool
    figures: FiguresOut | None = Field(description="null where fewer than three exhibitors would be told.")
    own: FiguresOut | None = Field(description="Those of the caller's own stand.")


class ComparedListOut(Out):
    """Fairs by one measure."""

    items: list[ComparedOut]


class VisitorsOut(Out):
    """A day's visitors."""

    day: date
    people: int | None
    counted: bool
    version: int | None


class MoneyOut(Out):
    """A line of costs or sources."""

    id: UUID
    side: str
    source: str | None
    label: str
    vnd: int


class ComplaintOut(Out):
    """A complaint."""

    id: UUID
    day: date
    about: str
    outcome: str | None
    settled_on: date | None
    version: int


class FindingsOut(Out):
    """The organiser's words."""

    theme: str | None
    went_well: str | None
    lessons: str | None
    proposals: str | None
    version: int


class SoldOut(Out):
    """A commodity."""

    name: str
    vnd: int
    kg: Decimal | None
    sellers: int


class ReportOut(Out):
    """The report of results."""

    whole: FiguresOut
    halls: int
    booths: int
    standard_booths: float
    products: int
    kinds: int
    ocop_by_stars: dict[int, int]
    provinces: list[GroupOut]
    sold: list[SoldOut]
    visitors: list[VisitorsOut]
    buyers_met: int
    meetings_held: int
    met_memoranda: int
    met_memoranda_vnd: int
    met_orders: int
    met_orders_vnd: int
    complaints: list[ComplaintOut]
    costs: list[MoneyOut]
    sources: list[MoneyOut]
    words: FindingsOut | None

    @classmethod
    def of(cls, found: fairs.onsite.Report) -> Self:
        """The report of a fair."""
        memoranda, memoranda_vnd = found.outcomes(fairs.meetings.Result.MEMORANDUM)
        orders, orders_vnd = found.outcomes(fairs.meetings.Result.ORDER)
        return cls(
            met_memoranda=memoranda, met_memoranda_vnd=memoranda_vnd, met_orders=orders, met_orders_vnd=orders_vnd,
            whole=figures(found.results.returns.whole), halls=found.halls, booths=found.booths,
            standard_booths=found.standard_booths, products=found.products, kinds=found.kinds, ocop_by_stars=dict(found.stars),
            provinces=_groups(found.results.provinces), sold=[SoldOut.model_validate(each) for each in found.results.sold],
            visitors=[VisitorsOut.model_validate(each) for each in found.visitors], buyers_met=found.buyers_met,
            meetings_held=found.meetings_held, complaints=[ComplaintOut.model_validate(each) for each in found.complaints],
            costs=[MoneyOut.model_validate(each) for each in found.costs],
            sources=[MoneyOut.model_validate(each) for each in found.sources],
            words=FindingsOut.model_validate(found.findings) if found.findings else None,
        )  # fmt: skip


FEW = 3  # Of fewer exhibitors the whole would tell one what the others sold.


def compared(each: fairs.onsite.Compared, own: FiguresOut | None = None) -> ComparedOut:
    """One fair; for an exhibitor beside its own figures, and the whole only where it is a whole."""
    told = own is None or each.figures.exhibitors >= FEW
    return ComparedOut(
        slug=each.slug, name=each.title, starts_on=each.starts_on, running=each.running,
        figures=figures(each.figures) if told else None, own=own,
    )  # fmt: skip


def figures(found: fairs.onsite.Return) -> FiguresOut:
    """Fractions as the numbers that JSON knows."""
    return FiguresOut(
        exhibitors=found.exhibitors, booth_days=float(found.booth_days), stated_booth_days=float(found.stated_booth_days),
        sold_vnd=found.sold_vnd, complete=found.complete, per_booth_day=_number(found.per_booth_day),
        per_booth=_number(found.per_booth), per_day=_number(found.per_day), awarded_vnd=found.awarded_vnd, awards=found.awards,
        cost_vnd=found.cost_vnd, cost_known=found.cost_known, per_cost=_figure(found.per_cost), support_vnd=found.support_vnd,
        supported=found.supported, per_support=_figure(found.per_support), memoranda=found.memoranda,
        memoranda_vnd=found.memoranda_vnd, contracts=found.contracts, contracts_vnd=found.contracts_vnd, leads=found.leads,
        meetings=found.meetings,
    )  # fmt: skip


def _groups(found: tuple[fairs.onsite.Group, ...]) -> list[GroupOut]:
    return [GroupOut(key=each.key, name=each.name, figures=figures(each.figures)) for each in found]


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _figure(found: fairs.onsite.Figure | None) -> FigureOut | None:
    return None if found is None else FigureOut(value=round(float(found.value), 4), at_least=found.at_least)
