"""The gap sheet as one reader sees it: cells by commodity and month, their sums, and the requests behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from service.catalogue import CommodityTerms
from service.core.i18n import _, locale
from service.matching.gaps.sums import Figures, together
from service.matching.models import RequestState
from service.matching.views import close_reason_name

MEASURES = ("asked", "offered", "awarded", "missed", "still_open")


@dataclass(frozen=True, slots=True)
class GapCell:
    """One commodity in one month. `shown` says whether this reader may know more of it than what was asked."""

    commodity: CommodityTerms | None  # None: goods that were asked for in words.
    month: date
    requests: int
    buyers: int
    figures: Figures
    shown: bool
    free: Decimal | None  # What suppliers could still give; None for months that are over and where nobody has declared.


@dataclass(frozen=True, slots=True)
class GapSum:
    """Cells added up. What is hidden in a cell is in no sum; `hidden` says of how many cells that is so."""

    requests: int
    asked: Decimal
    outcome: Figures
    hidden: int
    cells: int
    free: Decimal | None

    @property
    def shown(self) -> bool:
        """Whether there is anything more to show than what was asked."""
        return self.hidden < self.cells


@dataclass(frozen=True)
class GapSheet:
    """The whole sheet for one reader and one choice of filters. `frees`: what is left of each commodity in each month."""

    months: tuple[date, ...]
    cells: tuple[GapCell, ...]
    commodity: CommodityTerms | None
    frees: Mapping[tuple[UUID | None, date], Decimal]

    @cached_property
    def by_month(self) -> list[tuple[date, GapSum]]:
        """The sums of every month of the window, those without any request too."""
        groups: dict[date, list[GapCell]] = {month: [] for month in self.months}
        for cell in self.cells:
            groups[cell.month].append(cell)
        return [(month, added(cells, self._left[0].get(month))) for month, cells in groups.items()]

    @cached_property
    def by_commodity(self) -> list[tuple[CommodityTerms | None, GapSum]]:
        """The sums of every commodity, what was asked for most first."""
        groups: dict[UUID | None, list[GapCell]] = {}
        for cell in self.cells:
            groups.setdefault(cell.commodity.id if cell.commodity else None, []).append(cell)
        sums = [(cells[0].commodity, added(cells, self._left[1].get(goods))) for goods, cells in groups.items()]
        return sorted(sums, key=lambda each: (-each[1].asked, each[0].slug if each[0] else ""))

    @cached_property
    def total(self) -> GapSum:
        """Everything."""
        left = self._left[0].values()
        return added(self.cells, sum(left, Decimal(0)) if left else None)

    @cached_property
    def _left(self) -> tuple[dict[date, Decimal], dict[UUID | None, Decimal]]:
        """What is left by month and by commodity, of the goods that were asked for."""
        asked = {cell.commodity.id for cell in self.cells if cell.commodity}
        by_month: dict[date, Decimal] = {}
        by_goods: dict[UUID | None, Decimal] = {}
        for (goods, month), kg in self.frees.items():
            if goods in asked:
                by_month[month] = by_month.get(month, Decimal(0)) + kg
                by_goods[goods] = by_goods.get(goods, Decimal(0)) + kg
        return by_month, by_goods


@dataclass(frozen=True, slots=True)
class GapRow:
    """One request in one month behind a figure. `figures` is None where only its buyer knows what came of it."""

    code: str
    title: str
    goods: str
    city: str
    buyer: str | None
    month: date
    asked: Decimal
    state: str
    reason: str | None  # Why it was closed.
    figures: Figures | None

    @property
    def href(self) -> str:
        """The request's page."""
        return f"/tim-hang/{self.code}"

    @property
    def closed(self) -> str:
        """That it is closed and why, in words; empty while it is open."""
        if self.state != RequestState.CLOSED:
            return ""
        return close_reason_name(self.reason) if self.reason else _("đã đóng")


@dataclass(frozen=True, slots=True)
class GapRows:
    """A page of the requests behind a figure."""

    items: tuple[GapRow, ...]
    total: int
    next: str | None


def added(cells: Sequence[GapCell], free: Decimal | None) -> GapSum:
    """Cells as one line."""
    return GapSum(
        sum(each.requests for each in cells), sum((each.figures.asked for each in cells), Decimal(0)),
        together(each.figures for each in cells if each.shown), sum(not each.shown for each in cells), len(cells), free,
    )  # fmt: skip


def goods_name(commodity: CommodityTerms | None) -> str:
    """A commodity in the reader's language; goods that were asked for in words have none."""
    return commodity.called(locale()) if commodity is not None else _("hàng tả bằng lời")


def measure_name(measure: str) -> str:
    """What a figure counts, in words."""
    return {
        "asked": _("đã hỏi"),
        "offered": _("đã chào"),
        "awarded": _("đã chọn"),
        "missed": _("hụt"),
        "still_open": _("còn mở"),
    }[measure]
