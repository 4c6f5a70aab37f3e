"""The published plan and the list of exhibitors, for everybody.

/hoi-cho/{slug}/so-do           floor_plans/plan.html         hall by hall, with a table twin; search by name, booth, goods
/hoi-cho/{slug}/gian/{code}     floor_plans/booth.html        one booth: who is there, when, with what
/hoi-cho/{slug}/don-vi          floor_plans/exhibitors.html   the exhibitors by name (fragment: _exhibitors.html)
/hoi-cho/{slug}/don-vi/bang.{kind}                            the same as .xlsx or .csv
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from pydantic import ValidationError
from starlette.responses import Response

from service import fairs
from service.core import exports
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Me, Page, Session
from service.web.pages import booth_pictures
from service.web.pages.render import here

plans = fairs.plans
router = APIRouter()
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Asked = Annotated[str, Query(max_length=1000)]
MOST_FOUND = 20


@router.get("/hoi-cho/{slug}/so-do")
async def plan(
    slug: str, page: Page, me: Me, session: Session, q: Asked = "", commodity: Asked = "",
    sanh: Annotated[int | None, Query(ge=1, le=1000)] = None,
) -> Response:  # fmt: skip
    """The halls with who stands where. What is looked for gets a sign of its own, in the hall where the first of it is."""
    head = await fairs.head(session, slug, me)
    found = await plans.public_plan(session, slug, me)
    search = _search(q=q, commodity=commodity)
    hits = [each for each in found.exhibitors if plans.matches(each, search)] if search.q or search.commodity else []
    booths = frozenset(booth for booth, those in found.holders.items() if any(each in hits for each in those))
    hall = sanh or _hall_of(found, booths)
    address = f"/hoi-cho/{quote(head.slug)}"
    drawn = booth_pictures.of_public(found, hall, address, booths)
    shown = drawn["hall"]
    return page.show(
        "floor_plans/plan.html", f=head, p=found, q=search.q or "", commodity=search.commodity or "", hits=hits[:MOST_FOUND],
        more=max(len(hits) - MOST_FOUND, 0), searched=bool(search.q or search.commodity), address=address,
        commodities=plans.commodities(found.exhibitors),
        rows=[(spot, found.holders.get(spot.id, ()), spot.id in found.held) for spot in shown.booths] if shown else [], **drawn,
    )  # fmt: skip


@router.get("/hoi-cho/{slug}/gian/{code}")
async def booth(slug: str, code: Annotated[str, InPath(max_length=60)], page: Page, me: Me, session: Session) -> Response:
    """One booth."""
    head = await fairs.head(session, slug, me)
    found = await plans.public_booth(session, slug, me, code)
    return page.show("floor_plans/booth.html", f=head, b=found, address=f"/hoi-cho/{quote(head.slug)}")


@router.get("/hoi-cho/{slug}/don-vi")
async def exhibitors(
    request: Request, slug: str, page: Page, me: Me, session: Session, q: Asked = "", province: Asked = "",
    commodity: Asked = "", cursor: Asked = "",
) -> Response:  # fmt: skip
    """Who exhibits, by name."""
    head = await fairs.head(session, slug, me)
    search = _search(q=q, province=province, commodity=commodity, cursor=cursor)
    found = await plans.exhibitors(session, slug, me, search)
    return page.show(
        "floor_plans/exhibitors.html", fragment="floor_plans/_exhibitors.html", f=head, v=found, s=search,
        address=f"/hoi-cho/{quote(head.slug)}", next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get("/hoi-cho/{slug}/don-vi/bang.{kind}")
async def sheet(
    slug: str, kind: str, me: Me, session: Session, q: Asked = "", province: Asked = "", commodity: Asked = ""
) -> Response:
    """The exhibitors as a sheet."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    head = await fairs.head(session, slug, me)
    found = await plans.all_exhibitors(session, slug, me, _search(q=q, province=province, commodity=commodity))
    headings = [_("Đơn vị"), _("Tỉnh, thành"), _("Mặt hàng"), _("Gian"), _("Sảnh"), _("Ngày")]
    lines = _lines(found, head.when)
    data = (
        exports.as_csv(headings, lines)
        if kind == "csv"
        else exports.as_xlsx([exports.Table(_("Đơn vị tham gia"), headings, lines)])
    )
    called = f"{head.slug}-don-vi.{kind}"
    return Response(
        data, media_type=SHEETS[kind], headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}"}
    )


def _lines(found: Iterable[plans.Exhibitor], whole: str) -> Iterator[list[exports.Cell]]:
    for each in found:
        halls = ", ".join(dict.fromkeys(stay.hall for stay in each.stays))
        days = ", ".join(dict.fromkeys(stay.days or whole for stay in each.stays))
        yield [each.name, each.province, each.goods, each.booths, halls, days]


def _search(**typed: str) -> plans.ExhibitorSearch:
    """What was asked for; whatever nobody can mean is as if it were not there."""
    known = {name: value.replace("\x00", "").strip() for name, value in typed.items()}
    try:
        return plans.ExhibitorSearch.model_validate(known)
    except ValidationError as wrong:
        bad = {str(each["loc"][0]) for each in wrong.errors()}
        return plans.ExhibitorSearch.model_validate({name: value for name, value in known.items() if name not in bad})


def _hall_of(found: plans.PublicPlan, booths: frozenset[object]) -> int:
    """The number of the hall with the first booth that was looked for."""
    for number, hall in enumerate(found.floor.halls, 1):
        if any(spot.id in booths for spot in hall.booths):
            return number
    return 1
