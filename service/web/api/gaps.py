"""The gap sheet for programs. What came of one buyer's requests is in no sum that others may read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from service import matching
from service.accounts import Actor, Role
from service.core import places
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Me, Session

gaps = matching.gaps
router = APIRouter(tags=["gaps"])
SCOPE = "requests"
MOST = 100


class FiguresOut(Out):
    """Kilograms. asked = awarded + missed + still_open; null where the caller may not know."""

    asked_kg: float
    offered_kg: float | None
    usable_kg: float | None = Field(description="Of what was offered, no more than was asked, request by request.")
    awarded_kg: float | None
    beyond_kg: float | None = Field(description="Awarded beyond what was asked.")
    missed_kg: float | None
    still_open_kg: float | None


class CellOut(FiguresOut):
    """One commodity in one month."""

    commodity: str | None = Field(description="Slug; null for goods that were asked for in words.")
    year: int
    month: int
    requests: int
    buyers: int
    free_kg: float | None = Field(description="What published goods could still give; null for months that are over.")


class SheetOut(Out):
    """Every cell of the window with a request in it."""

    first: date
    last: date
    items: list[CellOut]


class RowOut(FiguresOut):
    """One request in one month behind a figure."""

    request: str
    title: str
    buyer: str | None
    year: int
    month: int
    state: str


class RowsOut(Out):
    """A page of the requests behind a figure."""

    items: list[RowOut]
    total: int
    next: str | None


class SheetParameters(Parameters):
    """What the sheet may be asked."""

    months: int = Field(default=12, ge=12, le=24, multiple_of=12)
    start_year: int | None = Field(default=None, ge=2000, le=2200)
    start_month: int = Field(default=1, ge=1, le=12)
    commodity: str | None = Field(default=None, max_length=100, description="Slug or name; - for goods asked for in words.")
    city: str | None = Field(default=None, max_length=100)
    kind: str | None = Field(default=None, max_length=40, description="Kind of buyer.")
    round: str | None = Field(default=None, max_length=100, description="Code of a matching round.")
    own: bool = Field(default=False, description="Only requests of the caller's own buyer.")

    def search(self, me: Actor | None) -> matching.gaps.GapSearch:
        """The same for the module."""
        city = (places.code_meant(self.city, "province") or "00") if self.city else None
        start = date(self.start_year, self.start_month, 1) if self.start_year else None
        own = self.own and me is not None and me.role is Role.BUYER
        return gaps.GapSearch(self.months, start, self.commodity, city, self.kind, self.round, own)


class RowParameters(SheetParameters):
    """Which figure's requests are asked for."""

    measure: Literal["asked", "offered", "awarded", "missed", "still_open"] = "asked"
    year: int | None = Field(default=None, ge=2000, le=2200)
    month: int = Field(default=1, ge=1, le=12)
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=MOST)


@router.get("/gaps", responses=problems.described(404))
async def sheet(asked: Annotated[SheetParameters, Query()], me: Me, session: Session) -> SheetOut:
    """What was asked, offered, awarded and missed, by commodity and month."""
    found = await gaps.gap_sheet(session, asked.search(me), me)
    return SheetOut(
        first=found.months[0],
        last=found.months[-1],
        items=[
            CellOut(
                commodity=cell.commodity.slug if cell.commodity else None, year=cell.month.year, month=cell.month.month,
                requests=cell.requests, buyers=cell.buyers, free_kg=float(cell.free) if cell.free is not None else None,
                **_figures(cell.figures, shown=cell.shown),
            )
            for cell in found.cells
        ],
    )  # fmt: skip


@router.get("/gaps/requests", responses=problems.described(404))
async def rows(asked: Annotated[RowParameters, Query()], me: Me, session: Session) -> RowsOut:
    """The requests behind a figure."""
    month = date(asked.year, asked.month, 1) if asked.year else None
    found = await gaps.gap_rows(
        session, asked.search(me), me, measure=asked.measure, month=month, cursor=asked.cursor, limit=asked.limit
    )
    return RowsOut(
        items=[
            RowOut(
                request=each.code, title=each.title, buyer=each.buyer, year=each.month.year, month=each.month.month,
                state=each.state,
                **_figures(each.figures or gaps.Figures(asked=each.asked), shown=each.figures is not None),
            )
            for each in found.items
        ],
        total=found.total,
        next=found.next,
    )  # fmt: skip


def _figures(known: matching.gaps.Figures, *, shown: bool) -> dict[str, float | None]:
    names = ("offered", "usable", "awarded", "beyond", "missed", "still_open")
    outcome = {f"{name}_kg": float(getattr(known, name)) if shown else None for name in names}
    return {"asked_kg": float(known.asked), **outcome}
