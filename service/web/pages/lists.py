"""Shortlists of an organisation that buys.

/danh-sach                     lists/index.html    every list of the organisation, and a new one
/danh-sach/them (POST)         put a product or supplier on the list that was used last
/danh-sach/{list_id}           lists/list.html     one list, in its order, with notes
/danh-sach/{list_id}/bang.…    the list as a sheet
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import matching
from service.core import clock, exports, places
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Input, OptionalText
from service.core.text import slug as slug_of
from service.web.deps import Acting, Page, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter()
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Wanted(Input):
    """What is put on a list: a product or a supplier by its address; `list` is one of the organisation's own."""

    product: OptionalText = None
    supplier: OptionalText = None
    list: UUID | None = None


@router.get("/danh-sach")
async def index(page: Page, me: Signed, session: Session) -> Response:
    """Every list of the organisation."""
    found = await matching.own_shortlists(session, me)
    return page.show("lists/index.html", lists=found, may_write=me.may_write, form=forms.filled({}))


@router.post("/danh-sach")
async def make(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Begin a list."""
    form = await forms.read(request, matching.ShortlistName)
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await matching.make_shortlist(session, me, value))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"/danh-sach/{made[0].id}")
        form.add({"name": refusal.message})
    found = await matching.own_shortlists(session, me)
    return page.show("lists/index.html", status=422, lists=found, may_write=me.may_write, form=form)


@router.post("/danh-sach/them")
async def add(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Put something on a list by one button; what stands there already stands there once."""
    wanted = (await forms.read(request, Wanted)).value
    if wanted is None or (wanted.product is None) == (wanted.supplier is None):
        raise Invalid(_("Hãy chọn một sản phẩm hoặc một nhà cung cấp."))
    put, slug = (matching.list_product, wanted.product) if wanted.product else (matching.list_supplier, wanted.supplier)
    item = await put(session, me, slug or "", wanted.list)
    return page.redirect(
        f"/danh-sach/{item.shortlist_id}#muc-{item.id}", _("Đã thêm vào danh sách. Ghi chú ngay bên dưới nếu cần.")
    )


@router.get("/danh-sach/{list_id}")
async def show(
    request: Request,
    list_id: UUID,
    page: Page,
    me: Signed,
    session: Session,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One list."""
    found = await matching.own_shortlist(session, me, list_id, cursor or None)
    return page.show(
        "lists/list.html",
        list=found,
        form=forms.filled({"name": found.name, "version": found.version}),
        where=places.where,
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.post("/danh-sach/{list_id}/ten")
async def rename(request: Request, list_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Call the list otherwise."""
    form = await forms.read(request, matching.ShortlistName)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value, read = form.value, form.typed.get("version", "")
        version = int(read) if read.isdecimal() and len(read) < 10 else None
        refusal = await attempt(session, lambda: matching.rename_shortlist(session, me, list_id, value, version=version))
        if refusal is None:
            return page.redirect(f"/danh-sach/{list_id}", _("Đã đổi tên."))
        form.add({"name": refusal.message})
    found = await matching.own_shortlist(session, me, list_id)
    form.typed["version"] = str(found.version)
    return page.show(
        "lists/list.html", status=409 if isinstance(refusal, Conflict) else 422, list=found, form=form, where=places.where,
        next=None, first=None,
    )  # fmt: skip


@router.post("/danh-sach/{list_id}/xoa")
async def drop(list_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Throw the list away."""
    await matching.drop_shortlist(session, me, list_id)
    return page.redirect("/danh-sach", _("Đã xóa danh sách."))


@router.post("/danh-sach/{list_id}/muc/{item_id}/{move}")
async def change_item(
    request: Request, list_id: UUID, item_id: UUID, move: str, page: Page, me: Acting, session: Session
) -> Response:
    """Write about a thing (`ghi-chu`), let it change places (`len`, `xuong`), or take it off (`bo`)."""
    address = f"/danh-sach/{list_id}#muc-{item_id}"
    if move == "ghi-chu":
        form = await forms.read(request, matching.ItemNote)
        if form.value is None:
            raise Invalid(next(iter(form.errors.values())), form.errors)
        await matching.note_item(session, me, list_id, item_id, form.value)
        return page.redirect(address, _("Đã lưu ghi chú."))
    if move in ("len", "xuong"):
        await matching.move_item(session, me, list_id, item_id, matching.ItemMove(way="up" if move == "len" else "down"))
        return page.redirect(address)
    if move != "bo":
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    await matching.remove_item(session, me, list_id, item_id)
    return page.redirect(f"/danh-sach/{list_id}", _("Đã bỏ khỏi danh sách."))


@router.get("/danh-sach/{list_id}/bang.{kind}")
async def sheet(list_id: UUID, kind: str, me: Signed, session: Session) -> Response:
    """The whole list as .xlsx or .csv."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    name, items = await matching.whole_shortlist(session, me, list_id)
    headings = [
        _("Loại"), _("Tên"), _("Nhà cung cấp"), _("Nơi"), _("Sao OCOP"), _("Giá bán lẻ (đ)"), _("Quy cách"), _("Ghi chú"),
        _("Người ghi"), _("Ngày ghi"), _("Địa chỉ trang"),
    ]  # fmt: skip
    data = (
        exports.as_csv(headings, _lines(items))
        if kind == "csv"
        else exports.as_xlsx([exports.Table(name, headings, _lines(items))])
    )
    called = f"{slug_of(name)}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


def _lines(items: list[matching.ItemView]) -> Iterator[list[exports.Cell]]:
    for item in items:
        one = item.shown
        kind = _("sản phẩm") if item.kind == "product" else _("nhà cung cấp")
        noted = [item.note, item.note_by, item.note_at.astimezone(clock.ZONE).date() if item.note_at else None]
        if one is None:
            yield [kind, _("không còn đăng"), None, None, None, None, None, *noted, None]
            continue
        maker = one.supplier_name if item.kind == "product" else None
        address = f"/san-pham/{one.slug}" if item.kind == "product" else f"/nha-cung-cap/{one.slug}"
        place = places.where(one.province_code, one.commune_code)
        yield [kind, one.name, maker, place, one.stars, one.price_vnd, one.pack, *noted, address]
