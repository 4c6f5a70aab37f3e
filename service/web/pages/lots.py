"""Lots: the page that everybody reads who scans a pack, and the supplier's desk where they are kept.

/lo/{supplier}/{lot}              lots/lot.html      for everyone
/01/{gtin}, /01/{gtin}/10/{lot}   leads there: the GS1 Digital Link that the QR code holds
/ban-hang/lo                      lots/own.html      the supplier's own
/ban-hang/lo/moi, …/{code}/sua    lots/form.html
/ban-hang/lo/{code}               lots/desk.html     one lot, with its moves and its history
…/{code}/thu-hoi, /duyet/lo/{id}/thu-hoi   lots/recall.html
The labels that are printed from it are in labels.py.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from service import catalogue
from service.accounts import Actor, Role
from service.core import places
from service.core.db import new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Files, Me, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms, histories
from service.web.pages.desk_forms import attempt, only_suppliers, only_writers, read_rows, stored_text, version_of
from service.web.pages.lot_addresses import lot_address, own_address
from service.web.pages.render import here

router = APIRouter()
SPARE_ROWS = 2
MOST_PHOTO = 10 * 1024 * 1024
SOURCE = ("name", "kind", "commune_code", "area_ha", "kg")
CHECK = ("words", "checked_on", "checked_by")
DELIVERY = ("place", "delivered_on", "delivered_kg")
HEAD = ("code", "harvested_on", "made_on", "best_before", "quantity_kg", "note")


@router.get("/lo/{supplier:path}/{lot}")
async def lot(supplier: str, lot: str, page: Page, me: Me, reader: Reader) -> Response:
    """A lot, as everybody reads it."""
    shown = await catalogue.lot_page(reader, me, supplier, lot)
    return page.show(
        "lots/lot.html",
        lot=shown.lot,
        shown=shown,
        photos=await _photos(reader, shown),
        state=catalogue.lot_state_name(shown.lot.state),
        own=own_address(shown.lot.code) if catalogue.may_keep_lots(me, shown.lot.organisation_id) else None,
        officer=catalogue.may_recall(me, shown.lot.organisation_id) and me is not None and me.role is Role.OFFICER,
    )


@router.get("/01/{gtin}/10/{lot:path}")
async def linked(gtin: str, lot: str, reader: Reader) -> Response:
    """The GS1 Digital Link of a lot; what stands behind the question mark (the best-before day, a serial) is for others."""
    link = catalogue.gs1.link(gtin, lot)
    if link is None:
        raise NotFound(_("Không có lô hàng này. Hãy xem lại mã trên bao bì."))
    return RedirectResponse(lot_address(*await catalogue.lot_linked(reader, link)), 307)


@router.get("/01/{gtin}")
async def article(gtin: str, reader: Reader) -> Response:
    """The GS1 Digital Link of an article: its product."""
    number = catalogue.gs1.gtin14(gtin)
    if number is None:
        raise NotFound(_("Chưa có sản phẩm nào trên chợ mang mã vạch này."))
    return RedirectResponse(f"/san-pham/{await catalogue.article_linked(reader, number)}", 307)


@router.get("/ban-hang/lo")
async def own(
    request: Request, page: Page, me: Signed, reader: Reader, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The supplier's own lots, the newest first."""
    only_suppliers(me)
    found = await catalogue.own_lots(reader, me, cursor=cursor or None)
    return page.show(
        "lots/own.html",
        lots=[(each, catalogue.lot_state_name(each.state), own_address(each.code)) for each in found.items],
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
        may_edit=me.may_write,
    )


@router.get("/ban-hang/lo/moi")
async def new_lot(
    page: Page, me: Signed, reader: Reader, product: Annotated[str, Query(alias="san-pham", max_length=300)] = ""
) -> Response:
    """An empty form."""
    only_writers(me)
    form = forms.filled({"product": product, "key": new_id()})
    return await _form_page(page, me, reader, form, (0, 0, 0), None)


@router.post("/ban-hang/lo/moi")
async def make_lot(request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Write down a lot, as a draft."""
    only_writers(me)
    form, rows, what = await _read(request)
    products = {product.slug: product.id for product in (await catalogue.desk(reader, me)).products}
    product_id = products.get(form.typed.get("product", ""))
    if product_id is None:
        form.add({"product": _("Hãy chọn một trong các mục có sẵn.")})
    if what is None or product_id is None:
        return await _form_page(page, me, reader, form, rows, None, 422)
    made: list[str] = []

    async def write() -> None:
        made.append((await catalogue.make_lot(session, me, product_id, what, key=forms.key_of(form))).code)

    refusal = await attempt(session, write)
    if refusal is None:
        return page.redirect(own_address(made[0]), _("Đã ghi lô. Xem lại rồi mở cho mọi người đọc."))
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _form_page(page, me, reader, form, rows, None, 422)


@router.get("/ban-hang/lo/{code}")
async def desk_lot(code: str, page: Page, me: Signed, reader: Reader) -> Response:
    """One of the supplier's own lots, with what can be done with it, and its history."""
    shown = await _own(reader, me, code)
    lines = await catalogue.lot_history(reader, me, shown.lot.id)
    return page.show(
        "lots/desk.html",
        lot=shown.lot,
        shown=shown,
        state=catalogue.lot_state_name(shown.lot.state),
        base=own_address(shown.lot.code),
        public=lot_address(shown.lot.supplier_code, shown.lot.code),
        lines=[histories.line(each) for each in lines],
        may_edit=me.may_write,
        may_correct=me.may_write and catalogue.may_correct_lot(shown.lot.state),
        photos=await _photos(reader, shown),
        may_photo=me.may_write and shown.lot.state != catalogue.LotState.RECALLED,
    )


@router.post("/ban-hang/lo/{code}/anh")
async def add_photo(
    code: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader, files: Files
) -> Response:
    """Add a photo of a lot."""
    shown = await _own(reader, me, code)
    async with request.form(max_files=1, max_fields=2) as form:
        photo = form.get("photo")
        data = await photo.read(MOST_PHOTO + 1) if isinstance(photo, UploadFile) else b""
        name = (photo.filename or "") if isinstance(photo, UploadFile) else ""
    refusal = await attempt(session, lambda: catalogue.add_photo(session, files, me, "lot", shown.lot.id, data, name=name))
    return page.redirect(own_address(shown.lot.code), refusal.message if refusal is not None else _("Đã thêm ảnh."))


@router.get("/ban-hang/lo/{code}/sua")
async def correct_form(code: str, page: Page, me: Signed, reader: Reader) -> Response:
    """A lot as it is stored, ready to be corrected."""
    only_writers(me)
    shown = await _own(reader, me, code)
    form, rows = _filled(shown)
    return await _form_page(page, me, reader, form, rows, shown)


@router.post("/ban-hang/lo/{code}/sua")
async def correct(code: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Keep a corrected lot."""
    shown = await _own(reader, me, code)
    form, rows, what = await _read(request)
    if what is None:
        return await _form_page(page, me, reader, form, rows, shown, 422)
    kept: list[str] = []

    async def write() -> None:
        kept.append((await catalogue.correct_lot(session, me, shown.lot.id, version_of(form), what)).code)

    refusal = await attempt(session, write)
    if refusal is None:
        return page.redirect(own_address(kept[0]), _("Đã lưu."))
    if isinstance(refusal, Conflict):
        form.typed["version"] = str((await _own(reader, me, code)).lot.version)
    form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _form_page(page, me, reader, form, rows, shown, 409 if isinstance(refusal, Conflict) else 422)


@router.get("/ban-hang/lo/{code}/thu-hoi")
async def recall_form(code: str, page: Page, me: Signed, reader: Reader) -> Response:
    """Calling a lot back asks once, in plain words."""
    only_writers(me)
    shown = await _own(reader, me, code)
    return _recall_page(page, shown, own_address(shown.lot.code), forms.filled({}))


@router.post("/ban-hang/lo/{code}/thu-hoi")
async def recall(code: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Call a lot back."""
    shown = await _own(reader, me, code)
    return await _recall(request, page, me, session, shown, own_address(shown.lot.code))


@router.post("/ban-hang/lo/{code}/{move}")
async def move(code: str, move: str, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Let everybody read the lot's page (`mo`), or say that all of it has gone out (`khep`)."""
    shown = await _own(reader, me, code)
    if move == "mo":
        await catalogue.open_lot(session, me, shown.lot.id)
        return page.redirect(own_address(shown.lot.code), _("Trang của lô đã mở cho mọi người. Giờ có thể in nhãn."))
    if move == "khep":
        await catalogue.close_lot(session, me, shown.lot.id)
        return page.redirect(own_address(shown.lot.code), _("Lô đã khép. Trang của lô vẫn còn cho người mua đọc."))
    raise NotFound(_("Không có trang này ở Chợ Phiên."))


@router.get("/duyet/lo/{lot_id}/thu-hoi")
async def office_recall_form(lot_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """The same for officers, who may call back anybody's lot."""
    shown = await _for_office(reader, me, lot_id)
    return _recall_page(page, shown, lot_address(shown.lot.supplier_code, shown.lot.code), forms.filled({}))


@router.post("/duyet/lo/{lot_id}/thu-hoi")
async def office_recall(lot_id: UUID, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Call back anybody's lot."""
    shown = await _for_office(reader, me, lot_id)
    return await _recall(request, page, me, session, shown, lot_address(shown.lot.supplier_code, shown.lot.code))


async def _own(reader: Any, me: Actor, code: str) -> catalogue.LotPage:
    only_suppliers(me)
    return await catalogue.own_lot(reader, me, code)


async def _photos(reader: Any, shown: catalogue.LotPage) -> list[catalogue.PhotoView]:
    return (await catalogue.photos_of(reader, "lot", [shown.lot.id])).get(shown.lot.id, [])


async def _for_office(reader: Any, me: Actor, lot_id: UUID) -> catalogue.LotPage:
    if me.role is not Role.OFFICER or not me.may_write:
        raise NotAllowed(_("Trang này dành cho cán bộ."))
    return await catalogue.lot_by_id(reader, me, lot_id)


async def _recall(request: Request, page: PageMaker, me: Actor, session: Any, shown: catalogue.LotPage, back: str) -> Response:
    form = await forms.read(request, catalogue.Recall)
    if form.value is None:
        return _recall_page(page, shown, back, form, 422)
    value = form.value
    refusal = await attempt(session, lambda: catalogue.recall_lot(session, me, shown.lot.id, value))
    if refusal is None:
        return page.redirect(back, _("Lô đã thu hồi. Ai quét mã cũng đọc được lý do."))
    form.add({"form": refusal.message})
    return _recall_page(page, shown, back, form, 409 if isinstance(refusal, Conflict) else 422)


def _recall_page(page: PageMaker, shown: catalogue.LotPage, back: str, form: forms.Form[Any], status: int = 200) -> Response:
    return page.show("lots/recall.html", status=status, lot=shown.lot, form=form, back=back, action=page.request.url.path)


async def _read(request: Request) -> tuple[forms.Form[Any], tuple[int, int, int], catalogue.LotDraft | None]:
    """The form with its three lists: what was typed with its errors, how many lines each list has, and the lot."""
    data = await request.form(max_fields=3 * 5 * catalogue.MOST_LOT_LINES + 20, max_files=0)
    form: forms.Form[Any] = forms.understand(data, catalogue.LotHead)
    lists: list[Any] = []
    counts = []
    for model, names in (
        (catalogue.SourceInput, SOURCE),
        (catalogue.LotCheckInput, CHECK),
        (catalogue.DeliveryInput, DELIVERY),
    ):
        part, values, count = await read_rows(request, model, names, catalogue.MOST_LOT_LINES, quiet=("kind",))
        form.errors.update(part.errors)
        mine = tuple(f"{name}_" for name in names)
        form.typed = {key: value for key, value in form.typed.items() if not key.startswith(mine)}
        form.typed.update({key: value for key, value in part.typed.items() if key.startswith(mine)})
        lists.append(tuple(values))
        counts.append(count)
    what = None
    if form.value is not None and not form.errors:
        sources, checks, deliveries = lists
        what = catalogue.LotDraft.model_construct(**dict(form.value), sources=sources, checks=checks, deliveries=deliveries)
    return form, (counts[0], counts[1], counts[2]), what


def _filled(shown: catalogue.LotPage) -> tuple[forms.Form[Any], tuple[int, int, int]]:
    head = {name: stored_text(getattr(shown.lot, name)) for name in HEAD}
    head |= {"version": shown.lot.version, "product": shown.lot.product_slug}
    head["names_agreed"] = "true" if shown.lot.names_agreed_at is not None else ""
    for names, rows in ((SOURCE, shown.sources), (CHECK, shown.checks), (DELIVERY, shown.deliveries)):
        for number, row in enumerate(rows):
            for name in names:
                head[f"{name}_{number}"] = stored_text(getattr(row, name))
            if names is SOURCE:
                code = getattr(row, "commune_code", None)
                head[f"commune_code_{number}"] = places.where(None, code) if code else ""
    return forms.filled(head), (len(shown.sources), len(shown.checks), len(shown.deliveries))


async def _form_page(
    page: PageMaker, me: Actor, reader: Any, form: forms.Form[Any], rows: tuple[int, int, int],
    shown: catalogue.LotPage | None, status: int = 200,
) -> Response:  # fmt: skip
    products = [] if shown is not None else [(each.slug, each.title) for each in (await catalogue.desk(reader, me)).products]
    return page.show(
        "lots/form.html",
        status=status,
        form=form,
        rows=[min(count + SPARE_ROWS, catalogue.MOST_LOT_LINES) for count in rows],
        lot=shown.lot if shown is not None else None,
        base=own_address(shown.lot.code) if shown is not None else None,
        products=products,
        kinds=[("member", _("hộ thành viên")), ("plot", _("thửa, vùng trồng"))],
        communes=[],
    )
