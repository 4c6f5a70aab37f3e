"""Labels of a lot on common A4 sheets, to be printed from the browser: each has a QR code that leads to the lot's page.

    /ban-hang/lo/{code}/nhan?kho=24|40|65&tu=1&so=24     lots/labels.html

The code holds the GS1 Digital Link where a size of the product has a barcode number, else the plain address of the page; error
level M, and the quiet zone of four modules is part of the picture, so that no neighbour comes too near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from service import catalogue
from service.core.errors import Conflict
from service.core.i18n import _
from service.web.deps import Page, Reader, Signed, settings
from service.web.pages.desk_forms import only_suppliers
from service.web.pages.lot_addresses import lot_address, own_address

router = APIRouter()
QUIET = 4  # Modules of white round a QR code (ISO/IEC 18004).
MOST_SHEETS = 20


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of labels: how many across and down, and the size of one in words."""

    columns: int
    rows: int
    size: str

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows


# Sizes that every stationer has; the millimetres themselves stand in the style sheet, under .labels.
GRIDS = {24: Grid(3, 8, "70 × 37 mm"), 40: Grid(4, 10, "52,5 × 29,7 mm"), 65: Grid(5, 13, "38,1 × 21,2 mm")}


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as one path: the width of its square with the quiet zone, and the path itself."""

    width: int
    path: str


@router.get("/ban-hang/lo/{code}/nhan")
async def labels(
    code: str, request: Request, page: Page, me: Signed, reader: Reader,
    grid: Annotated[int, Query(alias="kho")] = 24,
    first: Annotated[int, Query(alias="tu", ge=1, le=65)] = 1,
    copies: Annotated[int | None, Query(alias="so", ge=1, le=65 * MOST_SHEETS)] = None,
) -> Response:  # fmt: skip
    """The sheets, ready to be printed; a form above them chooses the size, the first free place and how many."""
    only_suppliers(me)
    shown = await catalogue.own_lot(reader, me, code)
    if shown.lot.state == catalogue.LotState.DRAFT:
        raise Conflict(_("Hãy mở trang của lô trước khi in nhãn, để mã trên nhãn dẫn tới nơi có thật."))
    known = grid if grid in GRIDS else 24
    each = GRIDS[known].count
    start = min(first, each)
    count = min(copies if copies is not None else each - start + 1, each * MOST_SHEETS)
    target = address(request, shown)
    return page.show(
        "lots/labels.html",
        lot=shown.lot,
        base=own_address(shown.lot.code),
        target=target,
        qr=qr(target),
        grid=known,
        grids=[(number, f"{number} ({GRIDS[number].size})") for number in GRIDS],
        first=start,
        copies=count,
        most=each * MOST_SHEETS,
        sheets=sheets(each, start, count),
    )


def address(request: Request, shown: catalogue.LotPage) -> str:
    """What the QR code holds: the GS1 address, or the plain one, on the market's public address."""
    house = (settings(request).base_url or str(request.base_url)).rstrip("/")
    path = shown.link.path if shown.link is not None else lot_address(shown.lot.supplier_code, shown.lot.code)
    return f"{house}{path}"


def sheets(each: int, first: int, copies: int) -> list[list[bool]]:
    """For every sheet, which of its places are printed: the first sheet begins at the first free place."""
    places = [False] * (first - 1) + [True] * copies
    filled = [places[start : start + each] for start in range(0, len(places), each)]
    return [sheet + [False] * (each - len(sheet)) for sheet in filled]


def qr(text: str) -> Picture:
    """The QR code of a text."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    pieces = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 0
            while x + run < len(row) and row[x + run]:
                run += 1
            if run:
                pieces.append(f"M{x + QUIET} {y + QUIET}h{run}v1h-{run}z")
            x += run or 1
    return Picture(len(rows) + 2 * QUIET, Markup("".join(pieces)))  # noqa: S704 - digits and letters of ours.
