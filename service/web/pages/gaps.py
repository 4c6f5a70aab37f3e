"""Pages of the gap sheet: what was asked, offered, awarded and missed, by commodity and month.

/cung-cau              gaps/sheet.html   sheet (matching.gaps.GapSheet), picture, chosen, the choices of the filters
/cung-cau/yeu-cau      gaps/rows.html    rows (matching.gaps.GapRows): the requests behind one figure
/cung-cau/bang.{kind}  the whole sheet as .xlsx or .csv
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Role
from service.core import clock, exports, formats, places
from service.core.errors import NotFound
from service.core.i18n import _, locale
from service.web.deps import Me, Page, Session
from service.web.pages.gap_pictures import gap_picture
from service.web.pages.render import here

router = APIRouter()
gaps = matching.gaps
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_LINES = 25  # The page stays below fifty kilobytes; the sheet has them all.
CITIES = (places.HANOI, places.HO_CHI_MINH_CITY)


class Asked(BaseModel):
    """The filters as they stand in the address; whatever is not understood is left out or finds nothing."""

    model_config = ConfigDict(extra="ignore")

    months: str = Field(default="12", max_length=2)
    start: str = Field(default="", max_length=7)
    commodity: str = Field(default="", max_length=100)
    city: str = Field(default="", max_length=100)
    kind: str = Field(default="", max_length=40)
    round: str = Field(default="", max_length=100)
    own: str = Field(default="", max_length=1)

    def search(self, *, may_own: bool) -> matching.gaps.GapSearch:
        """The same for the module."""
        city = (places.code_meant(self.city, "province") or "00") if self.city.strip() else None
        return gaps.GapSearch(
            24 if self.months == "24" else 12, month_typed(self.start), self.commodity or None, city,
            self.kind if self.kind in gaps.kinds() else None, self.round or None, self.own == "1" and may_own,
        )  # fmt: skip

    @property
    def kept(self) -> dict[str, str]:
        """What goes along in every link of the page."""
        return {name: value for name, value in self.model_dump().items() if value and (name, value) != ("months", "12")}


def month_typed(typed: str) -> date | None:
    """A month as 2026-12; None for anything else."""
    year, _dash, month = typed.partition("-")
    if (
        len(year) == 4
        and year.isascii()
        and year.isdecimal()
        and month.isascii()
        and month.isdecimal()
        and 1 <= int(month) <= 12
    ):
        return date(max(int(year), 1900), int(month), 1)
    return None


@router.get("/cung-cau")
async def sheet(page: Page, me: Me, session: Session, asked: Annotated[Asked, Query()]) -> Response:
    """The sheet: a picture, and a table by commodity or, with one chosen, by month."""
    may_own = me is not None and me.role is Role.BUYER
    search = asked.search(may_own=may_own)
    found = await gaps.gap_sheet(session, search, me)
    terms = await catalogue.commodity_terms(session)
    by_goods = not asked.commodity
    lines = found.by_commodity if by_goods else []
    return page.show(
        "gaps/sheet.html",
        sheet=found,
        total=found.total,
        lines=lines[:MOST_LINES],
        more=max(0, len(lines) - MOST_LINES),
        by_month=found.by_month,
        by_goods=by_goods,
        goods=gaps.goods_name(found.commodity) if asked.commodity else None,
        picture=gap_picture(found.by_month, _("Cung cầu theo tháng")),
        chosen=asked.model_dump()
        | {"city": search.city or "", "round": asked.round.strip().upper(), "months": str(search.months)},
        narrowed=search.narrowed and not search.own_only,
        own_only=search.own_only,
        commodities=sorted(((each.slug, each.called(locale())) for each in terms), key=lambda each: each[1]),
        in_words=gaps.IN_WORDS,
        cities=[(code, places.where(code)) for code in CITIES],
        kinds=[(kind, matching.buyer_kind_name(kind)) for kind in gaps.kinds()],
        rounds=await _rounds(session, me, asked.round),
        may_own=may_own,
        goods_name=gaps.goods_name,
        link=lambda **more: _address("/cung-cau", asked, more),
        rows=lambda **more: _address("/cung-cau/yeu-cau", asked, more),
        sheets=[(kind, _address(f"/cung-cau/bang.{kind}", asked, {})) for kind in ("xlsx", "csv")],
        fewest=gaps.FEWEST_BUYERS,
    )


@router.get("/cung-cau/yeu-cau")
async def rows(
    request: Request,
    page: Page,
    me: Me,
    session: Session,
    asked: Annotated[Asked, Query()],
    what: Annotated[str, Query(max_length=20)] = "asked",
    month: Annotated[str, Query(max_length=7)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The requests behind one figure."""
    search = asked.search(may_own=me is not None and me.role is Role.BUYER)
    measure = what if what in gaps.MEASURES else "asked"
    found = await gaps.gap_rows(session, search, me, measure=measure, month=month_typed(month), cursor=cursor or None)
    return page.show(
        "gaps/rows.html",
        rows=found,
        measure=measure,
        measure_name=gaps.measure_name(measure),
        month=month_typed(month),
        goods=asked.commodity,
        back=_address("/cung-cau", asked, {}),
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
        fewest=gaps.FEWEST_BUYERS,
    )


@router.get("/cung-cau/bang.{kind}")
async def export(kind: str, me: Me, session: Session, asked: Annotated[Asked, Query()]) -> Response:
    """Every cell of the sheet, for a spreadsheet."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    found = await gaps.gap_sheet(session, asked.search(may_own=me is not None and me.role is Role.BUYER), me)
    headings = [
        _("Mặt hàng"), _("Tháng"), _("Số yêu cầu"), _("Số nhà phân phối"), _("Đã hỏi (kg)"), _("Đã chào (kg)"),
        _("Đã chào, tính đến mức hỏi (kg)"), _("Đã chọn (kg)"), _("Chọn quá mức hỏi (kg)"), _("Hụt (kg)"), _("Còn mở (kg)"),
        _("Nguồn còn (kg)"), _("Ghi chú"),
    ]  # fmt: skip
    name = _("Cung cầu")
    data = (
        exports.as_csv(headings, _lines(found))
        if kind == "csv"
        else exports.as_xlsx([exports.Table(name, headings, _lines(found))])
    )
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(f'cung-cau-{clock.today():%Y%m%d}.{kind}')}",
        "cache-control": "private, no-store",
    }
    return Response(data, media_type=SHEETS[kind], headers=headers)


async def _rounds(session: Session, me: Me, chosen: str) -> list[tuple[str, str]]:
    """The matching rounds to choose from, the latest first; the chosen one also where it is an old one."""
    found = [(each.code, f"{each.title} ({each.code})") for each in (await matching.rounds.round_list(session, me)).items]
    code = chosen.strip().upper()
    return found if not code or code in dict(found) else [*found, (code, code)]


def _lines(found: matching.gaps.GapSheet) -> Iterator[list[exports.Cell]]:
    hidden = _("dưới %(n)s nhà phân phối nên không hiện", n=gaps.FEWEST_BUYERS)
    for cell in found.cells:
        known = cell.figures
        outcome: list[exports.Cell] = [None] * 6
        if cell.shown:
            outcome = [known.offered, known.usable, known.awarded, known.beyond, known.missed, known.still_open]
        yield [
            gaps.goods_name(cell.commodity), formats.month(cell.month), cell.requests, cell.buyers, known.asked, *outcome,
            cell.free, None if cell.shown else hidden,
        ]  # fmt: skip


def _address(path: str, asked: Asked, more: dict[str, object]) -> str:
    values = {**asked.kept, **{name: str(value) for name, value in more.items() if value is not None}}
    return f"{path}?{urlencode(values)}" if values else path
