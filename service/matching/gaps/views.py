"""The gap sheet as one reader sees it: cells by commodity and month, their sums, and the requests behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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


@dataclass(frozen=True, slots=True)
class GapSheet:
    """The whole sheet for one reader and one choice of filters."""

    months: tuple[date, ...]
    cells: tuple[GapCell, ...]
    commodity: CommodityTerms | None
    frees: Mapping[tuple[UUID | None, date], Decimal]

    @property
    def by_month(self) -> list[tuple[date, GapSum]]:
        """The sums of every month of the window, those without any request too."""
        return [
            (month, added([each for each in self.cells if each.month == month], self._free_in(month))) for month in self.months
        ]

    @property
    def by_commodity(self) -> list[tuple[CommodityTerms | None, GapSum]]:
        """The sums of every commodity, what was asked for most first."""
        groups: dict[UUID | None, list[GapCell]] = {}
        for cell in self.cells:
            groups.setdefault(cell.commodity.id if cell.commodity else None, []).append(cell)
        sums = [
            (cells[0].commodity, added(cells, self._free_of(cells[0].commodity.id if cells[0].commodity else None)))
            for cells in groups.values()
        ]
        return sorted(sums, key=lambda each: (-each[1].asked, each[0].slug if each[0] else ""))

    @property
    def total(self) -> GapSum:
        """Everything."""
        free = [kg for kg in (self._free_in(month) for month in self.months) if kg is not None]
        return added(self.cells, sum(free, Decimal(0)) if free else None)

    def _free_in(self, month: date) -> Decimal | None:
        asked = {each.commodity.id for each in self.cells if each.commodity}
        found = [kg for (goods, day), kg in self.frees.items() if day == month and goods in asked]
        return sum(found, Decimal(0)) if found else None

    def _free_of(self, commodity_id: UUID | None) -> Decimal | None:
        found = [kg for (goods, _day), kg in self.frees.items() if goods == commodity_id]
        return sum(found, Decimal(0)) if found and commodity_id is not None else None


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
